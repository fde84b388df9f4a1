// The pad a signature is drawn on, with a finger, a pen or the mouse. Who uses none of these has typed the name above.
import { Button } from '@mantine/core';
import { useEffect, useRef, type PointerEvent } from 'react';
import type { Drawing } from '~/api';
import { useT } from '~/i18n';
import { add, box, drawn, pathOf, placeOf, type Stroke } from './pen';
import css from './centres.module.css';

export function Pad({ strokes, onChange, error, labels }: { strokes: Stroke[]; onChange: (s: Stroke[]) => void; error?: string; labels: { pad: string; hint: string; clear: string } }) {
  const now = useRef(strokes);
  const pen = useRef<number | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => { now.current = strokes; }, [strokes]);
  const put = (e: PointerEvent<SVGSVGElement>, begins: boolean) => {
    // The browser gathers what moved between two frames: a fast hand draws a curve, no corners.
    const native = e.nativeEvent as globalThis.PointerEvent;
    const all = begins ? [] : native.getCoalescedEvents?.() ?? [];
    const seen = e.currentTarget.getBoundingClientRect();
    for (const p of all.length ? all : [native]) now.current = add(now.current, placeOf({ x: p.clientX, y: p.clientY }, seen), begins);
    onChange(now.current);
  };
  const lift = () => { pen.current = null; };
  return (
    <div data-field="drawing">
      <div className={css.label} id="pad-label">{labels.pad}</div>
      <div className={css.pad} data-error={!!error || undefined}>
        <svg ref={svg} viewBox={`0 0 ${box.width} ${box.height}`} preserveAspectRatio="none" role="img" aria-labelledby="pad-label" data-testid="pad"
          onPointerDown={(e) => { if (e.button !== 0 || pen.current !== null) return; e.preventDefault(); pen.current = e.pointerId; e.currentTarget.setPointerCapture(e.pointerId); put(e, true); }}
          onPointerMove={(e) => { if (pen.current === e.pointerId) put(e, false); }} onPointerUp={lift} onPointerCancel={lift}>
          <line x1="24" x2={box.width - 24} y1={box.height - 36} y2={box.height - 36} className={css.base} />
          <path d={pathOf(strokes)} className={css.ink} vectorEffect="non-scaling-stroke" />
        </svg>
        {!drawn(strokes) && <span className={css.padHint} aria-hidden="true">{labels.hint}</span>}
      </div>
      <div className={css.padFoot}>{error ? <span className={css.wrong}>{error}</span> : <span />}<Button variant="subtle" size="compact-sm" disabled={strokes.length === 0} onClick={() => { now.current = []; onChange([]); }} data-testid="pad-clear">{labels.clear}</Button></div>
    </div>
  );
}

/** A signature as it was drawn. */
export function Drawn({ drawing: d, name }: { drawing: Drawing; name: string }) {
  const t = useT();
  const label = t('window.centres.drawn', { name });
  if (d.png) return <img className={css.drawn} src={`data:image/png;base64,${d.png}`} alt={label} />;
  return <svg className={css.drawn} viewBox={`0 0 ${d.width} ${d.height}`} role="img" aria-label={label}><path d={d.path} className={css.ink} vectorEffect="non-scaling-stroke" /></svg>;
}
