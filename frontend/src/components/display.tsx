// Small pieces that only show: tiles, facts, a story, steps, progress, codes, whether all is saved.
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Icon, type IconName } from './Icon';
import type { Tone } from './layout';
import css from './panels.module.css';

export function StatTile(p: { label: string; value: ReactNode; note?: ReactNode; href?: string; tone?: Tone; icon?: IconName }) {
  const body = (
    <>
      <span className={css.tileLabel}>{p.icon && <Icon name={p.icon} size={15} />}{p.label}</span>
      <span className={css.tileValue} data-tone={p.tone}>{p.value}</span>
      {p.note && <span className={css.tileNote}>{p.note}</span>}
    </>
  );
  return p.href ? <Link href={p.href} className={css.tile}>{body}</Link> : <div className={css.tile}>{body}</div>;
}

export function KeyValue({ rows }: { rows: ([string, ReactNode] | false | null | undefined)[] }) {
  return <dl className={css.kv}>{rows.filter((r): r is [string, ReactNode] => !!r).map(([k, v]) => [<dt key={k}>{k}</dt>, <dd key={k + '-v'}>{v}</dd>])}</dl>;
}

/** A telephone number that can be called; what is no number (the name of a PBX) stays text. */
export function Tel({ number }: { number: string }) {
  return /^\+?[\d\s()./-]{3,}$/.test(number) ? <a className={css.tel} href={`tel:${number.replace(/[^+\d]/g, '')}`}>{number}</a> : <>{number}</>;
}

/** An e-mail address; where it is too long for its line it breaks before the @. */
export const Address = ({ email }: { email: string }) => <>{email.replace(/@.*/, '')}<wbr />{email.replace(/^[^@]*/, '')}</>;

export type Happening = { id: string; at: string; title: ReactNode; detail?: ReactNode; tone?: Tone };
export function Timeline({ items }: { items: Happening[] }) {
  const f = useFormat();
  return (
    <ol className={css.timeline}>
      {items.map((i) => (
        <li key={i.id} data-tone={i.tone}><div>{i.title}</div>{i.detail && <div className="soft" style={{ fontSize: 'var(--type-2)', overflowWrap: 'anywhere' }}>{i.detail}</div>}
          <time className={css.timelineAt} dateTime={i.at}>{i.at.length === 10 ? f.date(i.at) : f.instant(i.at)}</time></li>
      ))}
    </ol>
  );
}

export function Steps({ steps, now }: { steps: string[]; now: number }) {
  return <ol className={css.steps}>{steps.map((s, i) => <li key={s} data-state={i < now ? 'done' : i === now ? 'now' : 'later'} aria-current={i === now ? 'step' : undefined}>{i < now && <Icon name="check" size={14} />}{s}</li>)}</ol>;
}

export type Progress = { id: string; label: ReactNode; detail?: ReactNode; state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped' };
/** Long work: what is done, what failed and why. */
export function ProgressList({ items, done, total, label, onCancel }: { items: Progress[]; done?: number; total?: number; label?: string; onCancel?: () => void }) {
  const t = useT();
  const icon: Record<Progress['state'], IconName> = { waiting: 'more', running: 'refresh', done: 'check', failed: 'danger', skipped: 'right' };
  return (
    <div style={{ display: 'grid', gap: 12 }} role="status" aria-live="polite">
      {total !== undefined && done !== undefined && (
        <div style={{ display: 'grid', gap: 6 }}>
          <div style={{ display: 'flex', justifyContent: 'space-between' }}><span>{label}</span><span className="faint">{t('window.progress.count', { done, total })}</span></div>
          <div className={css.bar} role="progressbar" aria-valuenow={done} aria-valuemin={0} aria-valuemax={total} aria-label={label ?? t('window.working')}><span style={{ width: `${total ? (done / total) * 100 : 0}%` }} /></div>
        </div>
      )}
      <ul className={css.checks}>
        {items.map((i) => (
          <li key={i.id}><span className={css.checkMark} data-state={i.state}><Icon name={icon[i.state]} size={16} /><span className="sr">{t(`window.progress.${i.state}`)}</span></span>
            <div><div>{i.label}</div>{i.detail && <div className="soft" style={{ fontSize: 'var(--type-2)', overflowWrap: 'anywhere' }}>{i.detail}</div>}</div></li>
        ))}
      </ul>
      {onCancel && <div><Button variant="default" onClick={onCancel}>{t('window.progress.cancel')}</Button></div>}
    </div>
  );
}

export function CopyButton({ value, label }: { value: string; label?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try { await navigator.clipboard.writeText(value); } catch { legacyCopy(value); }
    setCopied(true);
    timer.current = setTimeout(() => setCopied(false), 1600);
  };
  const word = copied ? t('window.copied') : label ?? t('window.copy');
  return <Tooltip label={word}><ActionIcon size={28} aria-label={word} onClick={() => void copy()}><Icon name={copied ? 'check' : 'copy'} size={15} /></ActionIcon></Tooltip>;
}
// The window's own scheme is no secure context everywhere: the old way still works there.
function legacyCopy(value: string) {
  const area = document.createElement('textarea');
  area.value = value;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** A code drawn by Go, as an SVG text; shown as an image so that nothing in it can run. */
export function QrCard({ svg, title, text, children, alt }: { svg: string; title: ReactNode; text?: ReactNode; children?: ReactNode; alt: string }) {
  return (
    <div className={css.qr}>
      <div className={css.qrCode}><img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={alt} /></div>
      <div style={{ display: 'grid', gap: 8, minWidth: 0 }}><strong>{title}</strong>{text && <div className="soft">{text}</div>}{children}</div>
    </div>
  );
}

export type Saving = 'clean' | 'waiting' | 'saving' | 'saved' | 'failed';
export function SaveState({ state, at }: { state: Saving; at?: string }) {
  const t = useT();
  const f = useFormat();
  if (state === 'clean') return <span className={css.saving} role="status" />;
  const word = state === 'saved' && at ? t('window.save.saved_at', { time: f.time(at) }) : t(`window.save.${state}`);
  return <span className={css.saving} data-state={state} role="status"><Icon name={state === 'failed' ? 'danger' : state === 'saved' ? 'check' : 'refresh'} size={14} />{word}</span>;
}
