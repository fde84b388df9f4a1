// What contacts want changed: field by field, what stands beside what they propose.
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Customer, type ContactProposal } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Icon } from '~/components/Icon';
import { Notice, Section } from '~/components/layout';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { useRefresh } from './People';
import css from './customers.module.css';

export function Proposals({ customer, changed }: { customer: Customer; changed: boolean }) {
  const t = useT();
  const refresh = useRefresh(customer.publicId);
  const query = useQuery({ queryKey: ['customers', 'proposals', customer.publicId], queryFn: () => api.customers.proposals(customer.publicId) });
  const list = query.data ?? [];
  if (list.length === 0) return null;
  // What another person decided or changed meanwhile is read again, and said.
  const decide = async (some: ContactProposal[], accept: boolean, words = '') => {
    try {
      for (const p of some) await api.customers.decide({ proposalId: p.publicId, accept, now: p.now, words });
      toast(t(accept ? 'window.contacts.proposals.accepted' : 'window.contacts.proposals.refused', { n: some.length }));
    } catch (e) { showError(e); }
    await refresh();
  };
  const title = changed ? t('window.customers.access.save_first') : undefined;
  return (
    <Section title={t('window.contacts.proposals.title')} flush id="proposals" actions={list.length > 1 && (
      <span className={css.acts}><ActionButton size="compact-md" variant="default" onAct={() => decide(list, false)} disabled={changed} title={title} data-testid="refuse-all">{t('window.contacts.proposals.refuse_all')}</ActionButton>
        <ActionButton size="compact-md" onAct={() => decide(list, true)} disabled={changed} title={title} data-testid="accept-all">{t('window.contacts.proposals.accept_all')}</ActionButton></span>)}>
      <ul className={css.people} data-testid="proposals">{list.map((p) => <One key={p.publicId} proposal={p} changed={changed} title={title} decide={decide} />)}</ul>
    </Section>
  );
}

function One({ proposal: p, changed, title, decide }: { proposal: ContactProposal; changed: boolean; title?: string; decide: (some: ContactProposal[], accept: boolean, words?: string) => Promise<void> }) {
  const t = useT();
  const f = useFormat();
  const [words, setWords] = useState<string>();
  const field = tDynamic(`window.contacts.field.${p.field}`);
  return (
    <li className={css.proposal} data-testid="proposal" data-field={p.field}>
      <div className={css.who}><strong>{p.contactId ? t('window.contacts.proposals.of_contact', { field, name: p.contact }) : t('window.contacts.proposals.of_company', { field })}</strong>
        <span className="faint small">{t('window.contacts.proposals.by', { name: p.by, at: f.instant(p.at) })}</span></div>
      <dl className={css.sides}>
        <div><dt>{t('window.contacts.proposals.now')}</dt><dd>{p.now || t('window.contacts.proposals.empty')}</dd></div>
        <Icon name="right" size={16} />
        <div data-new><dt>{t('window.contacts.proposals.after')}</dt><dd>{p.after || t('window.contacts.proposals.empty')}</dd></div>
      </dl>
      {p.now !== p.before && <Notice tone="warning">{t('window.contacts.proposals.changed', { before: p.before || t('window.contacts.proposals.empty') })}</Notice>}
      {words !== undefined && <Textarea label={t('window.contacts.proposals.words')} description={t('window.contacts.proposals.words_hint')} value={words} maxLength={500} autosize minRows={2} autoFocus onChange={(e) => setWords(e.currentTarget.value)} />}
      <div className={css.acts}>
        {words === undefined
          ? <><Button size="compact-md" variant="default" onClick={() => setWords('')} disabled={changed} title={title} data-testid="refuse">{t('window.contacts.proposals.refuse')}</Button>
            <ActionButton size="compact-md" onAct={() => decide([p], true)} disabled={changed} title={title} data-testid="accept">{t('window.contacts.proposals.accept')}</ActionButton></>
          : <><Button size="compact-md" variant="default" onClick={() => setWords(undefined)}>{t('window.cancel')}</Button>
            <ActionButton size="compact-md" color="danger" onAct={() => decide([p], false, words)} data-testid="refuse-now">{t('window.contacts.proposals.refuse')}</ActionButton></>}
      </div>
    </li>
  );
}
