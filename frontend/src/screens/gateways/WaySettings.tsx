// Paramètres › Paiements: the ways to pay in the order customers see them, what they may choose, and the keys of gateways.
import { ActionIcon, Checkbox, Switch, Textarea } from '@mantine/core';
import { useState, type DragEvent } from 'react';
import { Link } from 'wouter';
import { api, type PayWay, type PayWays } from '~/api';
import { Badge } from '~/components/Badge';
import type { Form } from '~/components/form';
import { Icon } from '~/components/Icon';
import { MoneyInput, PercentInput } from '~/components/inputs';
import { Grid, Section, Stack, Wide } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { SettingsForm } from '~/screens/settings/SettingsForm';
import { GatewayKeys } from './GatewayKeys';
import { ModeBadge } from './ModeBadge';
import { GatewayHoldings } from './Payouts';
import css from './gateways.module.css';

const load = () => api.gateways.ways();
const name = (way: string) => tDynamic(`window.gateways.way.${way}`);

export function WaySettings() {
  return (
    <>
      <SettingsForm<PayWays> name="ways" load={load} save={(v) => api.gateways.saveWays(v)}>{(form) => <><Ways form={form} /><Choices form={form} /></>}</SettingsForm>
      <GatewayKeys gateway="stripe" />
      <GatewayHoldings />
    </>
  );
}

function Ways({ form }: { form: Form<PayWays> }) {
  const t = useT();
  const [said, setSaid] = useState('');
  const [dragged, setDragged] = useState(-1);
  const ways = form.values.ways;
  const set = (i: number, part: Partial<PayWay>) => form.set('ways', ways.map((w, j) => (j === i ? { ...w, ...part } : w)));
  const move = (from: number, to: number) => {
    if (from < 0 || from === to || to < 0 || to >= ways.length) return;
    const list = [...ways];
    const [w] = list.splice(from, 1);
    list.splice(to, 0, w!);
    form.set('ways', list);
    setSaid(t('window.gateways.moved', { way: name(w!.way), n: to + 1 }));
  };
  return (
    <Section title={t('window.gateways.ways')}>
      <p className="soft" style={{ marginBottom: 12 }}>{t('window.gateways.ways_hint')}</p>
      <ol className={css.ways} data-field="ways">
        {ways.map((w, i) => <Way key={w.way} i={i} way={w} form={form} set={(part) => set(i, part)} last={ways.length - 1} dragged={dragged === i}
          onMove={(to) => move(i, to)} onDrag={setDragged} onDropHere={() => { move(dragged, i); setDragged(-1); }} />)}
      </ol>
      <span className="sr" role="status">{said}</span>
    </Section>
  );
}

type WayProps = { i: number; way: PayWay; form: Form<PayWays>; set: (part: Partial<PayWay>) => void; last: number; dragged: boolean; onMove: (to: number) => void; onDrag: (i: number) => void; onDropHere: () => void };
function Way({ i, way: w, form, set, last, dragged, onMove, onDrag, onDropHere }: WayProps) {
  const t = useT();
  const label = name(w.way);
  const [held, setHeld] = useState(false); // only its handle moves a card: words in its fields can be selected
  const over = (e: DragEvent) => { e.preventDefault(); e.dataTransfer.dropEffect = 'move'; };
  return (
    <li className={css.way} aria-label={label} data-testid={`way-${w.way}`} data-dragged={dragged || undefined} draggable={held} onDragStart={() => onDrag(i)} onDragEnd={() => { setHeld(false); onDrag(-1); }} onDragOver={over} onDrop={(e) => { e.preventDefault(); onDropHere(); }}>
      <div className={css.wayHead}>
        <span className={css.handle} aria-hidden="true" onMouseDown={() => setHeld(true)} onMouseUp={() => setHeld(false)}><Icon name="drag" size={16} /></span>
        <div className={css.wayName}><h3>{label}</h3><span className={css.badges}>
          {w.gateway && w.mode && <ModeBadge mode={w.mode} />}
          {w.lacks && <Badge tone="warning">{tDynamic(`window.gateways.lacks.${w.lacks}`)}</Badge>}
        </span></div>
        <div className={css.wayActs}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('window.gateways.up', { way: label })} disabled={i === 0} onClick={() => onMove(i - 1)}><Icon name="up" size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={t('window.gateways.down', { way: label })} disabled={i === last} onClick={() => onMove(i + 1)}><Icon name="down" size={16} /></ActionIcon>
          {w.way !== 'direct_debit' && <Switch aria-label={`${label} · ${t('window.gateways.on')}`} label={t(!w.enabled ? 'window.gateways.is_off' : w.lacks ? 'window.gateways.is_not_yet' : 'window.gateways.is_on')} checked={w.enabled} onChange={(e) => set({ enabled: e.currentTarget.checked })} data-testid={`on-${w.way}`} />}
        </div>
      </div>
      {(w.lacks === 'test' || w.lacks === 'refused') && <p className="small" role="note" data-testid={`lacks-${w.way}`}>{t(w.lacks === 'test' ? 'window.gateways.lacks_long.test' : 'window.gateways.lacks_long.refused')}</p>}
      <p className="soft small">{tDynamic(`window.gateways.help.${w.way}`)}{w.lacks === 'iban' && <>{' '}<Link href="/settings/company">{t('window.gateways.add_iban')}</Link></>}{w.way === 'direct_debit' && <>{' '}<Link href="/debits">{t('window.gateways.open_debit')}</Link></>}</p>
      {w.way !== 'direct_debit' && <Details i={i} way={w} form={form} set={set} />}
    </li>
  );
}

function Details({ i, way: w, form, set }: { i: number; way: PayWay; form: Form<PayWays>; set: (part: Partial<PayWay>) => void }) {
  const t = useT();
  const at = `ways.${i}.`;
  const field = (k: string) => ({ error: form.errors[at + k], 'data-field': at + k });
  const wrong = Object.keys(form.errors).some((k) => k.startsWith(at));
  const v = form.values;
  return (
    <details className={css.details} open={wrong || undefined}>
      <summary>{t('window.gateways.details')}</summary>
      <div className={css.detailsBody}>
        <Grid cols={2}>
          <MoneyInput label={t('window.gateways.least')} placeholder={t('window.gateways.no_limit')} currency={v.currency} value={w.leastMinor || null} onChange={(n) => set({ leastMinor: n ?? 0 })} {...field('leastMinor')} />
          <MoneyInput label={t('window.gateways.most')} placeholder={t('window.gateways.no_limit')} currency={v.currency} value={w.mostMinor || null} onChange={(n) => set({ mostMinor: n ?? 0 })} {...field('mostMinor')} />
          {w.way === 'cash' && v.cashLimit && <Wide><p className="soft small">{t('window.gateways.cash_hint')}</p></Wide>}
          {w.gateway && <>
            <PercentInput label={t('window.gateways.fee_pcm')} disabled={!v.mayCharge && w.feePcm === 0} value={w.feePcm || null} onChange={(n) => set({ feePcm: n ?? 0 })} {...field('feePcm')} />
            <MoneyInput label={t('window.gateways.fee_minor')} disabled={!v.mayCharge && w.feeMinor === 0} currency={v.currency} value={w.feeMinor || null} onChange={(n) => set({ feeMinor: n ?? 0 })} {...field('feeMinor')} />
            <Wide><p className="soft small">{[v.mayCharge && t('window.gateways.fee_hint'), v.feeLaw && tDynamic(`window.gateways.fee_law.${v.feeLaw}`)].filter(Boolean).join(' ')}</p></Wide>
          </>}
          <Textarea label={t('window.gateways.words_fr')} lang="fr" autosize minRows={2} maxRows={6} value={w.wordsFr} onChange={(e) => set({ wordsFr: e.currentTarget.value })} {...field('wordsFr')} />
          <Textarea label={t('window.gateways.words_en')} lang="en" autosize minRows={2} maxRows={6} value={w.wordsEn} onChange={(e) => set({ wordsEn: e.currentTarget.value })} {...field('wordsEn')} />
        </Grid>
      </div>
    </details>
  );
}

function Choices({ form }: { form: Form<PayWays> }) {
  const t = useT();
  const v = form.values;
  const box = (k: 'less' | 'more' | 'ahead' | 'save') => ({ checked: v[k], onChange: (e: { currentTarget: { checked: boolean } }) => form.set(k, e.currentTarget.checked), 'data-testid': `choice-${k}` });
  return (
    <Section title={t('window.gateways.choice')}>
      <Stack gap={8}>
        <Checkbox label={t('window.gateways.choice.less')} {...box('less')} />
        <Checkbox label={t('window.gateways.choice.more')} description={t('window.gateways.choice.more_hint')} {...box('more')} />
        <Checkbox label={t('window.gateways.choice.ahead')} description={t(v.feeLaw === 'fr' ? 'window.gateways.choice.ahead_hint_fr' : 'window.gateways.choice.ahead_hint')} {...box('ahead')} />
        <div style={{ marginLeft: 28 }}><Link href="/invoices/new?kind=deposit_invoice" className="small">{t('window.gateways.choice.ahead_deposit')}</Link></div>
        {(v.less || v.ahead) && <MoneyInput maw={240} label={t('window.gateways.choice.least')} currency={v.currency} placeholder={t('window.gateways.no_limit')} value={v.leastMinor || null} onChange={(n) => form.set('leastMinor', n ?? 0)} error={form.errors.leastMinor} data-field="leastMinor" />}
        <Checkbox label={t('window.gateways.choice.save')} description={t('window.gateways.choice.save_hint')} {...box('save')} />
      </Stack>
    </Section>
  );
}
