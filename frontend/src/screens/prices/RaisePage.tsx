import { Checkbox, NativeSelect, SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useIntention, type Raise, type RaisePreview } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { PercentInput, PriceInput } from '~/components/inputs';
import { Grid, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './prices.module.css';

type Values = { listId: string; provider: string; how: string; pcm: number | null; addE4: number | null; rounding: string };

/** Many prices at once: what, by how much, rounded how; old and new before anything is stored. */
export function RaisePage() {
  const t = useT();
  const start = useQuery({ queryKey: ['items', 'raise-form'], queryFn: api.prices.raiseForm });
  return (
    <Page>
      <PageHeader title={t('window.prices.raise')} back={{ href: '/prices', label: t('window.prices.title') }} />
      <Await query={start}>{(form) => <Form lists={form.lists} providers={form.providers} roundings={form.roundings} currency={form.currency} />}</Await>
    </Page>
  );
}

function Form({ lists, providers, roundings, currency }: { lists: { publicId: string; name: string; currency: string }[]; providers: string[]; roundings: string[]; currency: string }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<Values>({ listId: '', provider: '', how: 'percent', pcm: null, addE4: null, rounding: '0.01' });
  const [preview, setPreview] = useState<RaisePreview | null>(null);
  const [left, setLeft] = useState<Set<string>>(new Set());
  const v = form.values;
  const patch = (part: Partial<Values>) => { setPreview(null); setLeft(new Set()); form.patch(part); };
  const ask = (items: string[]): Raise => ({ listId: v.listId, provider: v.provider, items, seen: '', change: { pcm: v.how === 'percent' ? v.pcm ?? 0 : 0, addE4: v.how === 'amount' ? v.addE4 ?? 0 : 0, rounding: v.rounding } });
  const look = async () => { form.clear(); setLeft(new Set()); setPreview(await api.prices.previewRaise(ask([]))); };
  const apply = async () => {
    if (!preview) return;
    // Whoever took some off is shown the same figures again, without them: what is hashed is what is done.
    const items = left.size ? preview.rows.filter((r) => !left.has(r.publicId)).map((r) => r.publicId) : [];
    const shown = left.size ? await api.prices.previewRaise(ask(items)) : preview;
    const done = await api.prices.raise({ ...ask(items), seen: shown.seen }, intention.key());
    intention.done();
    await client.invalidateQueries({ queryKey: ['items'] });
    toast(done.message, { label: t('window.prices.undo'), act: () => void api.prices.undoRaise(done.id).then(() => { toast(t('window.prices.undone')); return client.invalidateQueries({ queryKey: ['items'] }); }).catch(showError) });
    navigate('/prices');
  };
  const money = lists.find((l) => l.publicId === v.listId)?.currency ?? currency;
  return (
    <div style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 16, maxWidth: 1100 }}>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Section title={t('window.prices.what')}>
        <Stack gap={4}>
          <Grid cols={3}>
            <NativeSelect label={t('window.prices.of')} value={v.listId} data={[{ value: '', label: t('window.prices.own') }, ...lists.map((l) => ({ value: l.publicId, label: l.name }))]} onChange={(e) => patch({ listId: e.currentTarget.value })} />
            <NativeSelect label={t('window.items.form.provider')} value={v.provider} data={[{ value: '', label: t('window.prices.all_providers') }, ...providers.map((p) => ({ value: p, label: p }))]} onChange={(e) => patch({ provider: e.currentTarget.value })} />
            <NativeSelect label={t('window.prices.rounding')} value={v.rounding} data={roundings.map((r) => ({ value: r, label: tDynamic(`window.prices.round.${r === '' ? 'exact' : r.replace('.', '_')}`) }))} onChange={(e) => patch({ rounding: e.currentTarget.value })} error={form.errors.rounding} data-field="rounding" />
          </Grid>
          <Grid cols={3}>
            <div><div className="mantine-InputWrapper-label" id="how">{t('window.prices.by')}</div><SegmentedControl fullWidth aria-labelledby="how" value={v.how} onChange={(how) => patch({ how })} data={[{ value: 'percent', label: t('window.prices.percent') }, { value: 'amount', label: t('window.prices.amount') }]} /></div>
            {v.how === 'percent'
              ? <PercentInput label={t('window.prices.percentage')} value={v.pcm} onChange={(pcm) => patch({ pcm })} error={form.errors.pcm} data-field="pcm" data-testid="raise-percent" />
              : <PriceInput label={t('window.prices.added')} currency={money} suffix={money} value={v.addE4} onChange={(addE4) => patch({ addE4 })} error={form.errors.addE4 ?? form.errors.pcm} data-field="addE4" />}
          </Grid>
          <p className="soft">{t('window.prices.raise_hint')}</p>
          <div><ActionButton variant={preview ? 'default' : 'filled'} onAct={look} onError={form.fail} data-testid="raise-preview">{t('window.prices.preview')}</ActionButton></div>
        </Stack>
      </Section>
      {preview && <Preview preview={preview} left={left} setLeft={setLeft} apply={apply} />}
      {!preview && <Past />}
    </div>
  );
}

function Preview({ preview, left, setLeft, apply }: { preview: RaisePreview; left: Set<string>; setLeft: (s: Set<string>) => void; apply: () => Promise<void> }) {
  const t = useT();
  const f = useFormat();
  const n = preview.rows.length - left.size;
  const toggle = (id: string) => { const next = new Set(left); if (!next.delete(id)) next.add(id); setLeft(next); };
  return (
    <Section title={t('window.prices.changes_n', { n })} flush actions={<ActionButton disabled={n === 0} onAct={apply} data-testid="raise-apply">{t('window.prices.apply', { n })}</ActionButton>}>
      {preview.unchanged > 0 && <p className="soft" style={{ padding: '12px 16px 0' }}>{t('window.prices.unchanged', { n: preview.unchanged })}</p>}
      <div className={css.scroll}>
        <table className={css.table}>
          <thead><tr><th scope="col"><span className="sr">{t('window.prices.include')}</span></th><th scope="col">{t('window.items.col.name')}</th><th scope="col">{t('window.items.col.code')}</th><th scope="col" data-end>{t('window.prices.old')}</th><th scope="col" data-end>{t('window.prices.new_price')}</th><th scope="col" data-end>{t('window.prices.difference')}</th><th scope="col" data-end>{t('window.prices.mark')}</th></tr></thead>
          <tbody>{preview.rows.map((r) => (
            <tr key={r.publicId} data-left={left.has(r.publicId) || undefined}>
              <td><Checkbox size="sm" checked={!left.has(r.publicId)} onChange={() => toggle(r.publicId)} aria-label={r.name} /></td>
              <th scope="row">{r.name}</th><td className="soft nowrap">{r.code}</td><td data-end>{f.price(r.oldE4, r.currency)}</td><td data-end><strong>{f.price(r.newE4, r.currency)}</strong></td>
              <td data-end>{r.diffE4 > 0 ? '+' : ''}{f.price(r.diffE4, r.currency)}</td><td data-end className="soft">{r.margin.known ? f.percent(r.margin.markPcm) : ''}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </Section>
  );
}

function Past() {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const past = useQuery({ queryKey: ['items', 'price-changes'], queryFn: api.prices.changes });
  if (!past.data?.length) return null;
  const undo = async (id: string) => { await api.prices.undoRaise(id); toast(t('window.prices.undone')); await client.invalidateQueries({ queryKey: ['items'] }); };
  const by = (c: { pcm: number; addE4: number }, currency: string) => (c.pcm ? `${c.pcm > 0 ? '+' : ''}${f.percent(c.pcm)}` : `${c.addE4 > 0 ? '+' : ''}${f.price(c.addE4, currency)}`);
  return (
    <Section title={t('window.prices.past')} flush>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.prices.at')}</th><th scope="col">{t('window.prices.of')}</th><th scope="col" data-end>{t('window.prices.by')}</th><th scope="col" data-end>{t('window.prices.items')}</th><th scope="col">{t('window.prices.who')}</th><th scope="col"><span className="sr">{t('window.prices.undo')}</span></th></tr></thead>
          <tbody>{past.data.map((c) => (
            <tr key={c.publicId}><td className="nowrap">{f.instant(c.at)}</td><td>{c.listName || t('window.prices.own')}</td><td data-end>{by(c.raise.change, 'EUR')}</td><td data-end>{f.count(c.items)}</td><td>{c.by}</td>
              <td>{c.undoneAt ? <span className="faint">{t('window.prices.was_undone')}</span> : c.undoable ? <ActionButton variant="default" size="compact-sm" onAct={() => undo(c.publicId)}>{t('window.prices.undo')}</ActionButton> : <span className="small faint">{t('window.prices.moved')}</span>}</td></tr>
          ))}</tbody>
        </table>
      </div>
    </Section>
  );
}
