// What is being written: the draft, its figures from Go, and its saving in the background.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, asApiError, useIntention, type Draft, type DraftLine, type Editor, type FieldMessage, type SentDraft, type Totals } from '~/api';
import type { Saving } from '~/components/display';

export const emptyLine = (): DraftLine => ({ itemId: '', description: '', detail: '', nature: 'services', quantityE4: null, unit: '', unitPriceE4: null, discountPcm: 0, discountMinor: 0, optional: false, taxes: [] });
// Go says 0 for what was not typed yet.
export const typed = (l: SentDraft['lines'][number]): DraftLine => ({ ...l, quantityE4: l.quantityE4 || null, unitPriceE4: l.unitPriceE4 || null });
export const isEmpty = (l: DraftLine) => !l.itemId && !l.description.trim() && l.unitPriceE4 === null && l.quantityE4 === null;

/** There is always one empty row to type in; it is never sent. */
export const withTail = (lines: DraftLine[]): DraftLine[] => {
  const last = lines[lines.length - 1];
  return last && isEmpty(last) ? lines : [...lines, emptyLine()];
};
export const sent = (d: Draft): SentDraft => ({ ...d, lines: d.lines.filter((l, i) => i < d.lines.length - 1 || !isEmpty(l)).map((l) => ({ ...l, quantityE4: l.quantityE4 ?? 0, unitPriceE4: l.unitPriceE4 ?? 0 })) });
export function liveErrors(d: Draft, problems: FieldMessage[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const p of problems) {
    const line = /^lines\.(\d+)\.(\w+)$/.exec(p.path);
    const whole = /^allowances\.(\d+)\b/.exec(p.path);
    if (whole) {
      const a = d.allowances[Number(whole[1])];
      if (a && (a.pcm || a.amountMinor)) found[p.path] = p.message;
      continue;
    }
    const value = line ? d.lines[Number(line[1])]?.[line[2] as keyof DraftLine] : d[p.path as keyof Draft];
    if (value !== undefined && value !== null && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0)) found[p.path] = p.message;
  }
  return found;
}
const worthSaving = (d: Draft) => d.id !== '' || d.customerId !== '' || d.lines.some((l) => !isEmpty(l));

export function useDraft(editor: Editor) {
  const [draft, setDraft] = useState<Draft>(() => ({ ...editor.draft, lines: withTail(editor.draft.lines.map(typed)) }));
  const [totals, setTotals] = useState<Totals>(editor.totals);
  const [saving, setSaving] = useState<Saving>('clean');
  const [savedAt, setSavedAt] = useState('');
  const [saved, setSaved] = useState({ id: editor.draft.id, version: editor.draft.version });
  const [conflict, setConflict] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<FieldMessage[]>(editor.totals.fields);
  // Refusals after an act stand beside every field; while one types, only beside what is already filled in.
  const shownErrors = useMemo(() => ({ ...liveErrors(draft, problems), ...errors }), [draft, problems, errors]);
  const now = useRef(draft);
  const edits = useRef(0);
  const kept = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(0);
  const running = useRef<Promise<void> | null>(null);
  const creation = useIntention();

  const compute = useCallback(async (d: Draft) => {
    const mine = ++asked.current;
    try {
      const fresh = await api.invoices.compute(sent(d));
      if (mine === asked.current) { setTotals(fresh); setProblems(fresh.fields); }
    } catch { /* the figures stay as they were; saving tells what is wrong */ }
  }, []);

  const write = useCallback(async () => {
    const at = edits.current;
    if (at === kept.current || !worthSaving(now.current)) return;
    setSaving('saving');
    const answer = await api.invoices.save(sent(now.current), creation.key());
    kept.current = at;
    now.current = { ...now.current, id: answer.id, version: answer.version };
    setDraft((d) => ({ ...d, id: answer.id, version: answer.version }));
    setSaved({ id: answer.id, version: answer.version });
    setSavedAt(answer.savedAt);
    setSaving(edits.current === at ? 'saved' : 'waiting');
  }, [creation]);

  /** Saves what is not saved yet; one save at a time. Throws what Go refused. */
  const flush = useCallback(async (): Promise<{ id: string; version: number }> => {
    clearTimeout(timer.current);
    while (running.current) await running.current.catch(() => undefined);
    const run = write();
    running.current = run;
    try { await run; } finally { running.current = null; }
    return { id: now.current.id, version: now.current.version };
  }, [write]);

  const autosave = useCallback(async () => {
    try { await flush(); } catch (e) {
      const err = asApiError(e);
      setSaving('failed');
      if (err.code === 'conflict') setConflict(true);
      else setErrors(err.fields);
      if (err.code === 'offline') timer.current = setTimeout(() => void autosave(), 4000);
    }
  }, [flush]);

  const change = useCallback((make: (d: Draft) => Draft) => {
    const next = make(now.current);
    const whole = { ...next, lines: withTail(next.lines) };
    now.current = whole;
    edits.current++;
    setDraft(whole);
    setErrors({});
    setSaving((s) => (s === 'saving' ? s : 'waiting'));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void autosave(), 700);
  }, [autosave]);

  const patch = useCallback((part: Partial<Draft>) => change((d) => ({ ...d, ...part })), [change]);
  const patchLine = useCallback((i: number, part: Partial<DraftLine>) => change((d) => ({ ...d, lines: d.lines.map((l, j) => (j === i ? { ...l, ...part } : l)) })), [change]);
  const setLines = useCallback((make: (lines: DraftLine[]) => DraftLine[]) => change((d) => ({ ...d, lines: make(d.lines) })), [change]);

  // The figures follow the typing.
  const first = useRef(true);
  useEffect(() => {
    if (first.current) { first.current = false; return; }
    const wait = setTimeout(() => void compute(draft), 110);
    return () => clearTimeout(wait);
  }, [draft, compute]);

  // Leaving never loses anything.
  useEffect(() => {
    const leave = () => { if (edits.current !== kept.current) void autosave(); };
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', leave);
      clearTimeout(timer.current);
      if (kept.current !== -1) leave();
    };
  }, [autosave]);

  /** After sending or deleting there is nothing left to save. */
  const finished = useCallback(() => { clearTimeout(timer.current); kept.current = edits.current; }, []);
  return { draft, totals, saving, savedAt, saved, conflict, errors: shownErrors, setErrors, patch, patchLine, setLines, flush, finished };
}
export type DraftState = ReturnType<typeof useDraft>;
