import { Link } from 'wouter';
import { useT } from '~/i18n';
import css from './BarChart.module.css';

export type BarPoint = { id: string; label: string; long: string; href?: string; values: { value: number; text: string; short: string }[] };

/** Bars, each with its figure on top; a click opens the list behind; the same figures as a table for those who do not see it. */
export function BarChart({ points, series, title, height = 168 }: { points: BarPoint[]; series: string[]; title: string; height?: number }) {
  const t = useT();
  const top = points.reduce((m, p) => p.values.reduce((n, v) => Math.max(n, Math.abs(v.value)), m), 1);
  const room = height - 16 - 22;
  return (
    <figure className={css.chart} aria-label={title}>
      {series.length > 1 && <div className={css.legend} aria-hidden="true">{series.map((s, i) => <span key={s}><i className={`${css.swatch} ${css.bar}`} data-series={i} style={{ flex: 'none' }} />{s}</span>)}</div>}
      <div className={css.plot} style={{ height }}>
        {points.map((p) => {
          const words = t('window.chart.point', { period: p.long, figures: p.values.map((v, i) => `${series[i]} ${v.text}`).join(', ') });
          const body = (
            <>
              <span className="sr">{words}</span>
              <span className={css.bars} aria-hidden="true">{p.values.map((v, i) => (
                <span key={i} className={css.one} data-series={i}>
                  <span className={css.value}>{v.value ? v.short : ''}</span>
                  <span className={css.bar} data-series={i} style={{ height: Math.max(v.value ? 2 : 1, Math.round((Math.abs(v.value) / top) * room)) }} />
                </span>
              ))}</span>
              <span className={css.label} aria-hidden="true">{p.label}</span>
            </>
          );
          return p.href
            ? <Link key={p.id} href={p.href} className={css.col} title={words}>{body}</Link>
            : <div key={p.id} className={css.col} title={words}>{body}</div>;
        })}
      </div>
      <table className="sr">
        <caption>{title}</caption>
        <thead><tr><th scope="col">{t('window.chart.period')}</th>{series.map((s) => <th key={s} scope="col">{s}</th>)}</tr></thead>
        <tbody>{points.map((p) => <tr key={p.id}><th scope="row">{p.long}</th>{p.values.map((v, i) => <td key={i}>{v.text}</td>)}</tr>)}</tbody>
      </table>
    </figure>
  );
}
