// Echeancier: the milestones with an amount, what was made of each, and everything that came of the contract.
import { Checkbox, Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type ContractMilestoneMoney, type ContractMoneyView } from '~/api';
import { listQuery } from '~/api/useList';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Row, Section, Stack } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { MilestoneBilling } from './MilestoneMoney';
import { Figures } from './MoneyCard';
import { paperHref, useBill, useMoney, type BillAs } from './useMoney';
import css from './money.module.css';

type Of = { id: string; customerId: string };

export function ScheduleTab({ contract }: { contract: Of }) {
  const t = useT();
  const query = useMoney(contract.id);
  return (
    <Await query={query}>{(m) => (
      <Stack gap={4}>
        <Section title={t('window.contractmoney.title')}><Figures figures={m.figures} /></Section>
        {m.loose && <Notice tone="warning">{t('window.contractmoney.loose')}</Notice>}
        <Milestones contract={contract} money={m} />
        <Papers contract={contract} money={m} />
      </Stack>
    )}</Await>
  );
}

function Milestones({ contract, money }: { contract: Of; money: ContractMoneyView }) {
  const t = useT();
  const f = useFormat();
  const [chosen, setChosen] = useState<string[]>([]);
  const open = money.milestones.filter((m) => m.billable).map((m) => m.id);
  const picked = chosen.filter((id) => open.includes(id)); // what was billed meanwhile is no longer chosen
  const toggle = (id: string) => setChosen(picked.includes(id) ? picked.filter((x) => x !== id) : [...picked, id]);
  if (money.milestones.length === 0 && !money.whole) {
    return <Section title={t('window.contractmoney.schedule')}><Empty icon="invoice" title={t('window.contractmoney.none')} text={t('window.contractmoney.none_text')} /></Section>;
  }
  return (
    <Section title={t('window.contractmoney.schedule')} actions={<Make contract={contract} milestones={picked} whole={money.whole} disabled={picked.length === 0} />}>
      {money.milestones.length > 0 && <p className="soft">{t('window.contractmoney.choose')}</p>}
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.contractmoney.schedule')}>
        <table className={css.table}>
          <thead><tr>
            <th scope="col"><Checkbox aria-label={t('window.contractmoney.all')} checked={open.length > 0 && picked.length === open.length} indeterminate={picked.length > 0 && picked.length < open.length} disabled={open.length === 0} onChange={() => setChosen(picked.length === open.length ? [] : open)} /></th>
            <th scope="col">{t('window.contractmoney.milestone')}</th><th scope="col">{t('window.contractmoney.due')}</th><th scope="col" className={css.number}>{t('window.contractmoney.amount')}</th><th scope="col">{t('window.contractmoney.made_of')}</th>
          </tr></thead>
          <tbody>{money.milestones.map((m) => <MilestoneRow key={m.id} m={m} contract={contract} money={money} chosen={picked.includes(m.id)} onToggle={() => toggle(m.id)} amount={f.money(m.amountMinor, money.figures.currency)} due={m.dueOn ? f.date(m.dueOn) : '–'} />)}</tbody>
        </table>
      </div>
    </Section>
  );
}

function MilestoneRow({ m, contract, money, chosen, onToggle, amount, due }: { m: ContractMilestoneMoney; contract: Of; money: ContractMoneyView; chosen: boolean; onToggle: () => void; amount: string; due: string }) {
  const t = useT();
  return (
    <tr data-off={m.state === 'cancelled'}>
      <td><Checkbox checked={chosen} disabled={!m.billable} onChange={onToggle} aria-label={t('window.contractmoney.choose_one', { title: m.title })} data-testid={`choose-${m.id}`} /></td>
      <td>{m.title}{m.state === 'cancelled' && <span className="faint"> · {t('window.contractmoney.cancelled')}</span>}</td>
      <td className={css.nowrap}>{due}</td><td className={css.number}>{amount}</td>
      <td><MilestoneBilling contractId={contract.id} money={money} milestone={m.id} act={!chosen} /></td>
    </tr>
  );
}

/** The papers that can be made of what is chosen. */
function Make({ contract, milestones, whole, disabled }: { contract: Of; milestones: string[]; whole: boolean; disabled: boolean }) {
  const t = useT();
  const bill = useBill(contract.id);
  const [each, setEach] = useState('1');
  const off = disabled && !whole;
  const button = (as: BillAs, primary = false) => (
    <ActionButton key={as} size="compact-md" variant={primary ? 'filled' : 'default'} disabled={off} onAct={() => bill(as, milestones, as === 'recurring' ? Number(each) : 0)} data-testid={`make-${as}`}>{tDynamic(`window.contractmoney.as.${as}`)}</ActionButton>
  );
  return (
    <div className={css.make} role="group" aria-label={t('window.contractmoney.make_group')}>
      {button('invoice', true)}{button('deposit')}{button('quote')}
      <span className={css.each}>{button('recurring')}<Select size="xs" w={150} allowDeselect={false} disabled={off} value={each} onChange={(v) => setEach(v ?? '1')} aria-label={t('window.contractmoney.each')} data={['1', '3', '6', '12'].map((n) => ({ value: n, label: tDynamic(`window.contractmoney.each.${n}`) }))} /></span>
    </div>
  );
}

function Papers({ contract, money }: { contract: Of; money: ContractMoneyView }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const detach = async (id: string) => {
    await api.contractMoney.detach(contract.id, id);
    await client.invalidateQueries({ queryKey: ['contracts'] });
    toast(t('window.contractmoney.detached'));
  };
  return (
    <Section title={t('window.contractmoney.papers')}>
      {money.papers.length === 0 && money.recurring.length === 0 && <p className="soft">{t('window.contractmoney.no_papers')}</p>}
      {money.recurring.length > 0 && <ul className={css.templates}>{money.recurring.map((r) => <li key={r.id}><Icon name="refresh" size={16} /><Link href={`/recurring/${r.id}`}>{t('window.contractmoney.template')}</Link><span className="faint">{tDynamic(`common.recurring.state.${r.state}`)}</span></li>)}</ul>}
      {money.papers.length > 0 && <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.contractmoney.papers')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.contractmoney.paper')}</th><th scope="col">{t('window.contractmoney.date')}</th><th scope="col">{t('window.contractmoney.state')}</th><th scope="col" className={css.number}>{t('window.contractmoney.total')}</th><th scope="col" className={css.number}>{t('window.contractmoney.left')}</th><th><span className="sr">{t('window.contractmoney.acts')}</span></th></tr></thead>
          <tbody>{money.papers.map((p) => (
            <tr key={p.id}>
              <td><Link href={paperHref(p)}>{p.number || t('window.contractmoney.draft')}</Link> <span className="faint">{tDynamic(`window.contractmoney.kind.${p.kind}`)}</span></td>
              <td className={css.nowrap}>{p.issueDate ? f.date(p.issueDate) : '–'}</td><td><StateBadge state={p.state} kind={p.kind === 'quote' ? 'quote' : undefined} /></td>
              <td className={css.number}>{f.money(p.inclMinor, p.currency)}</td><td className={css.number}>{p.kind === 'quote' || !p.number ? '–' : f.money(p.dueMinor, p.currency)}</td>
              <td>{p.byHand && <ActionButton size="compact-md" variant="subtle" onAct={() => detach(p.id)} aria-label={t('window.contractmoney.detach_one', { number: p.number || t('window.contractmoney.draft') })}>{t('window.contractmoney.detach')}</ActionButton>}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>}
      <Attach contract={contract} />
    </Section>
  );
}

/** Puts an invoice that was made otherwise to the contract. */
function Attach({ contract }: { contract: Of }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const find = async (words: string) => {
    const page = await api.invoices.list(listQuery({ words, customerId: contract.customerId, limit: 20 }));
    return page.rows.filter((r) => r.number).map((r) => ({ id: r.id, label: r.number, hint: f.date(r.issueDate), right: f.money(r.totalInclMinor, r.currency), value: r.id }));
  };
  const attach = async (id: string) => {
    try {
      await api.contractMoney.attach(contract.id, id);
      await client.invalidateQueries({ queryKey: ['contracts'] });
      toast(t('window.contractmoney.attached'));
      setAsked(false);
    } catch (e) { showError(e); }
  };
  if (!asked) return <Row><MakeButton variant="subtle" leftSection={<Icon name="plus" size={16} />} onClick={() => setAsked(true)} data-testid="attach-paper">{t('window.contractmoney.attach')}</MakeButton></Row>;
  return <div className={css.attach}><Lookup text="" topic="contract-papers" search={find} onPick={(o) => void attach(o.value)} input={{ 'aria-label': t('window.contractmoney.attach_label'), placeholder: t('window.contractmoney.attach_placeholder'), autoFocus: true, 'data-testid': 'attach-lookup' }} /></div>;
}
