// The form of a recurring invoice while it is written: the invoice of each period and its calendar. Saved by hand, since
// a change of a running one counts for what is made next; a draft is kept when the person leaves.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, asApiError, useIntention, type Draft, type DraftLine, type RecurringEditor, type RecurringForm } from '~/api';
import { liveErrors, sent, typed, withTail, type DraftState } from '~/screens/invoices/useDraft';

export type When = Omit<RecurringForm, 'draft'>;

export function useTemplate(editor: RecurringEditor) {
  const { draft: first, ...calendar } = editor.form;
  const [draft, setDraft] = useState<Draft>(() => ({ ...first, lines: withTail(first.lines.map(typed)) }) as Draft);
  const [when, setWhen] = useState<When>(calendar);
  const [look, setLook] = useState(editor.look);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const now = useRef({ draft, when });
  const left = useRef(false);
  const asked = useRef(0);
  const creation = useIntention();
  const form = useCallback((): RecurringForm => ({ ...now.current.when, draft: sent(now.current.draft) as RecurringForm['draft'] }), []);

  const change = useCallback((make: (d: Draft) => Draft) => {
    const next = make(now.current.draft);
    now.current = { ...now.current, draft: { ...next, lines: withTail(next.lines) } };
    left.current = true;
    setDraft(now.current.draft);
    setErrors({});
  }, []);
  const set = useCallback((part: Partial<When>) => {
    now.current = { ...now.current, when: { ...now.current.when, ...part } };
    left.current = true;
    setWhen(now.current.when);
    setErrors({});
  }, []);

  // The figures, the words and the days to come follow the typing.
  const begun = useRef(false);
  useEffect(() => {
    if (!begun.current) { begun.current = true; return; }
    const wait = setTimeout(() => {
      const mine = ++asked.current;
      api.recurring.compute(form()).then((fresh) => { if (mine === asked.current) setLook(fresh); }, () => undefined);
    }, 110);
    return () => clearTimeout(wait);
  }, [draft, when, form]);

  const save = useCallback(async () => {
    const saved = await api.recurring.save(form(), creation.key());
    now.current = { ...now.current, when: { ...now.current.when, id: saved.id, version: saved.version } };
    setWhen(now.current.when);
    left.current = false;
    return saved;
  }, [form, creation]);
  const activate = useCallback(async () => {
    const done = await api.recurring.activate(form(), creation.key());
    left.current = false;
    return done;
  }, [form, creation]);
  const forget = useCallback(() => { left.current = false; }, []);
  const unsaved = useCallback(() => left.current, []);

  // A draft that is left is kept; what runs already changes only by a word.
  const isDraft = editor.state === 'draft';
  useEffect(() => () => {
    const d = now.current.draft;
    if (isDraft && left.current && (now.current.when.id || d.customerId || d.lines.length > 1)) void api.recurring.save(form(), creation.key()).catch(() => undefined);
  }, [isDraft, form, creation]);

  const live = useMemo(() => ({ ...liveErrors(draft, look.totals.fields), ...Object.fromEntries(look.fields.map((x) => [x.path, x.message])) }), [draft, look]);
  const shown = useMemo(() => ({ ...live, ...errors }), [live, errors]);
  const patch = useCallback((part: Partial<Draft>) => change((d) => ({ ...d, ...part })), [change]);
  const patchLine = useCallback((i: number, part: Partial<DraftLine>) => change((d) => ({ ...d, lines: d.lines.map((l, j) => (j === i ? { ...l, ...part } : l)) })), [change]);
  const setLines = useCallback((make: (lines: DraftLine[]) => DraftLine[]) => change((d) => ({ ...d, lines: make(d.lines) })), [change]);
  const fail = useCallback((error: unknown) => { setErrors(asApiError(error).fields); return asApiError(error); }, []);
  // What the parts of the document editor ask for.
  const state: DraftState = { draft, totals: look.totals, saving: 'clean', savedAt: '', saved: { id: '', version: 0 }, conflict: false, errors: shown, setErrors, patch, patchLine, setLines,
    flush: () => Promise.resolve({ id: '', version: 0 }), finished: forget };
  return { state, when, set, look, unsaved, save, activate, fail, forget };
}
export type TemplateState = ReturnType<typeof useTemplate>;
