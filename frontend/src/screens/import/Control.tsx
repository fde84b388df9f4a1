import { Button, NativeSelect } from '@mantine/core';
import type { ImportOptions, ImportView } from '~/api';
import { StatTile } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Grid, Notice, Section } from '~/components/layout';
import { saveFile, showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './import.module.css';

/** What would happen, row by row, before anything does. */
export function Control({ view, onChange }: { view: ImportView; onChange: (o: ImportOptions) => Promise<void> }) {
  const t = useT();
  const f = useFormat();
  return (
    <>
      {view.seenOn && <Notice tone="warning">{t('window.import.seen', { date: f.instant(view.seenOn), name: view.seenBy })}</Notice>}
      <div role="status" aria-live="polite">
        <Grid cols={4} tiles>
          <StatTile label={t('window.import.made')} value={f.count(view.made)} />
          <StatTile label={t('window.import.changed')} value={f.count(view.changed)} />
          <StatTile label={t('window.import.skipped')} value={f.count(view.skipped)} />
          <StatTile label={t('window.import.faults')} value={f.count(view.faults)} tone={view.faults ? 'danger' : undefined} />
        </Grid>
      </div>
      {view.skipped > 0 && view.kind !== 'invoices' && (
        <NativeSelect style={{ maxWidth: 420 }} label={t('window.import.existing')} value={view.options.existing} data={[{ value: 'skip', label: t('window.import.skip') }, { value: 'update', label: t('window.import.update') }]}
          onChange={(e) => void onChange({ ...view.options, existing: e.currentTarget.value }).catch(showError)} />
      )}
      {view.faults > 0
        ? <Section title={t('window.import.problems', { n: view.faults })} flush
            actions={<Button variant="default" size="compact-md" leftSection={<Icon name="download" size={15} />} onClick={() => void saveFile(view.errorsHref)}>{t('window.import.problems_file')}</Button>}>
            <p className="soft" style={{ padding: '12px 16px 8px' }}>{t('window.import.problems_text')}</p>
            <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.import.problems', { n: view.faults })}>
              <table className={css.table} data-testid="import-problems">
                <thead><tr><th scope="col">{t('common.import.row')}</th><th scope="col">{t('common.import.column')}</th><th scope="col">{t('common.import.value')}</th><th scope="col">{t('common.import.message')}</th></tr></thead>
                <tbody>{view.problems.map((p, i) => <tr key={i}><td className="num">{p.row || ''}</td><td>{p.column}</td><td>{p.value}</td><td>{p.message}</td></tr>)}</tbody>
              </table>
            </div>
            {view.faults > view.problems.length && <p className="soft" style={{ padding: '8px 16px 12px' }}>{t('window.import.problems_more', { n: view.faults - view.problems.length })}</p>}
          </Section>
        : <Notice tone="good">{t('window.import.sound')}</Notice>}
      {view.preview.length > 0 && (
        <Section title={t('window.import.preview')} flush>
          <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.import.preview')}>
            <table className={css.table}>
              <thead><tr><th scope="col">{t('common.import.row')}</th><th scope="col">{t('window.import.fate')}</th>{view.previewHead.map((h) => <th scope="col" key={h}>{h}</th>)}</tr></thead>
              <tbody>{view.preview.map((r) => (
                <tr key={r.row} data-fate={r.fate}><td className="num">{r.row}</td><td className="nowrap">{tDynamic(`common.import.fate.${r.fate}`)}{r.why && <div className="small faint">{r.why}</div>}</td>
                  {r.cells.map((c, i) => <td key={i}>{c}</td>)}</tr>
              ))}</tbody>
            </table>
          </div>
        </Section>
      )}
    </>
  );
}
