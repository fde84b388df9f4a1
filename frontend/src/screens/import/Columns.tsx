import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { asApiError, type ImportOptions, type ImportView } from '~/api';
import { DateInput, IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './import.module.css';

/** Each column of the file with what stands in it, and what it is here. */
export function Columns({ view, onChange }: { view: ImportView; onChange: (o: ImportOptions) => Promise<void> }) {
  const t = useT();
  const f = useFormat();
  const [fault, setFault] = useState('');
  const o = view.options;
  const set = (part: Partial<ImportOptions>) => { setFault(''); void onChange({ ...o, ...part }).catch((e: unknown) => setFault(asApiError(e).message)); };
  const missing = view.fields.filter((x) => x.required && !o.columns.includes(x.id));
  return (
    <>
      {view.seenOn && <Notice tone="warning">{t('window.import.seen', { date: f.instant(view.seenOn), name: view.seenBy })}</Notice>}
      {fault && <Notice tone="danger">{fault}</Notice>}
      <Section title={t('window.import.columns_of', { name: view.fileName })} flush>
        <p className="soft" style={{ padding: '12px 16px 8px' }}>{t('window.import.columns_text')}</p>
        <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.import.step.columns')}>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('window.import.in_file')}</th><th scope="col">{t('window.import.samples')}</th><th scope="col">{t('window.import.becomes')}</th></tr></thead>
            <tbody>
              {view.columns.map((c, i) => (
                <tr key={i} data-left={c.field === '' || undefined}>
                  <th scope="row">{c.head}</th>
                  <td className="soft">{c.samples.join(' · ')}</td>
                  <td><NativeSelect aria-label={t('window.import.column_becomes', { name: c.head })} value={c.field} data={[{ value: '', label: t('window.import.ignored') }, ...view.fields.map((x) => ({ value: x.id, label: x.required ? `${x.label} *` : x.label }))]}
                    onChange={(e) => { const id = e.currentTarget.value; set({ columns: o.columns.map((old, j) => (j === i ? id : id && old === id ? '' : old)) }); }} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      {missing.length > 0 && <Notice tone="info">{t('window.import.missing', { names: missing.map((x) => x.label).join(', ') })}</Notice>}
      <Section title={t('window.import.reading')}>
        <Stack gap={4}>
          <Grid cols={3}>
            <IntegerInput label={t('window.import.head')} description={t('window.import.head_hint')} value={o.head} onChange={(n) => n !== null && n >= 0 && set({ head: n })} />
            <NativeSelect label={t('window.import.decimal')} value={o.decimal} data={[{ value: ',', label: t('window.import.comma') }, { value: '.', label: t('window.import.point') }]} onChange={(e) => set({ decimal: e.currentTarget.value })} />
            <NativeSelect label={t('window.import.dates')} value={o.dateOrder} data={[{ value: 'dmy', label: t('window.import.dmy') }, { value: 'mdy', label: t('window.import.mdy') }]} onChange={(e) => set({ dateOrder: e.currentTarget.value })} />
            {view.kind !== 'invoices' && <NativeSelect label={t('window.import.existing')} value={o.existing} data={[{ value: 'skip', label: t('window.import.skip') }, { value: 'update', label: t('window.import.update') }]} onChange={(e) => set({ existing: e.currentTarget.value })} />}
            {view.kind !== 'customers' && <NativeSelect label={t('window.import.nature')} value={o.nature} data={[{ value: 'services', label: t('common.nature.services') }, { value: 'goods', label: t('common.nature.goods') }]} onChange={(e) => set({ nature: e.currentTarget.value })} />}
            {view.kind === 'invoices' && <>
              <DateInput label={t('window.import.opening')} description={t('window.import.opening_hint')} value={o.openingOn} onChange={(d) => set({ openingOn: d })} />
              <Source value={o.source} onChange={(source) => set({ source })} />
            </>}
          </Grid>
        </Stack>
      </Section>
    </>
  );
}

function Source({ value, onChange }: { value: string; onChange: (v: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  return <TextInput label={t('window.import.source')} description={t('window.import.source_hint')} value={text} maxLength={60} onChange={(e) => setText(e.currentTarget.value)} onBlur={() => { if (text !== value) onChange(text); }} />;
}
