// Paramètres → Journal d'audit: who did what, and when. Read only.
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { api, type AuditEntry, type AuditProof } from '~/api';
import { useList } from '~/api/useList';
import { useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { DataTable, TwoLines, type Column } from '~/components/DataTable';
import { KeyValue } from '~/components/display';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { DateInput } from '~/components/inputs';
import { ActionMenu, Empty, Notice, Row, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { t as translate, useT } from '~/i18n';

const factsOf = (r: AuditEntry) => r.facts.map((f) => translate('window.audit.fact', { name: f.name, value: f.value })).join(' · ');

function useColumns(): Column<AuditEntry>[] {
  const t = useT();
  return useMemo(() => [
    { id: 'when', header: t('window.audit.col.when'), width: 224, fixed: true, phone: true, phoneHeader: t('window.audit.col.what'), phoneCell: (r) => <TwoLines first={[r.text, r.objectName].filter(Boolean).join(' · ')} second={`${r.when} · ${r.who}`} />, cell: (r) => r.when },
    { id: 'who', header: t('window.audit.col.who'), width: 170, cell: (r) => r.who },
    { id: 'what', header: t('window.audit.col.what'), cell: (r) => r.text },
    { id: 'object', header: t('window.audit.col.object'), width: 280, soft: true, cell: (r) => r.objectName || r.objectKind },
    { id: 'facts', header: t('window.audit.col.facts'), soft: true, hidden: true, cell: factsOf },
  ], [t]);
}

export function AuditLog() {
  const t = useT();
  const [q, setQ] = useQueryParams('words', 'person', 'action', 'kind', 'object', 'name', 'from', 'to', 'open');
  const [proof, setProof] = useState<AuditProof>();
  const query = { words: q.words, person: q.person, action: q.action, kind: q.kind, object: q.object, from: q.from, to: q.to, cursor: '', limit: 100 };
  const choices = useQuery({ queryKey: ['audit', 'choices'], queryFn: api.audit.choices });
  const list = useList('audit', query, api.audit.list);
  const columns = useColumns();
  const open = list.rows.find((r) => r.id === q.open);
  const filtered = !!(q.words || q.person || q.action || q.kind || q.object || q.from || q.to);
  const pick = (label: string, name: 'person' | 'action' | 'kind', data: { value: string; label: string }[] = []) => <Select aria-label={label} placeholder={label} size="sm" w={190} clearable searchable
    value={q[name] || null} data={data} onChange={(v) => setQ({ [name]: v ?? '' })} data-testid={`audit-${name}`} nothingFoundMessage={t('window.audit.none')} />;
  return (
    <Stack gap={3}>
      <Row gap={2}>
        <ActionButton variant="default" onAct={async () => setProof(await api.audit.prove())} data-testid="prove">{t('window.audit.prove')}</ActionButton>
        <span className="small faint" data-testid="audit-rows">{t('window.audit.rows', { count: choices.data?.rows ?? 0 })}</span>
        <span style={{ flex: 1 }} />
        <ActionMenu actions={exportMenu('audit', query)} />
      </Row>
      {proof && <div data-testid="proof"><Notice tone={proof.sound ? 'good' : 'danger'}>{proof.text}</Notice></div>}
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.audit.words')} active={q.object ? [{ id: 'object', label: t('window.audit.only', { name: q.name || q.object }), clear: () => setQ({ object: '', name: '' }) }] : []}>
        {pick(t('window.audit.person'), 'person', choices.data?.people)}
        {pick(t('window.audit.action'), 'action', choices.data?.actions)}
        {pick(t('window.audit.kind'), 'kind', choices.data?.kinds)}
        <DateInput aria-label={t('window.audit.from')} placeholder={t('window.audit.from')} size="sm" w={140} clearable value={q.from} onChange={(from) => setQ({ from })} />
        <DateInput aria-label={t('window.audit.to')} placeholder={t('window.audit.to')} size="sm" w={140} clearable value={q.to} onChange={(to) => setQ({ to })} />
      </FilterBar>
      <div style={{ height: 'min(64vh, 640px)', display: 'flex', flexDirection: 'column' }}>
        <DataTable fill name="audit" label={t('window.audit.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} onOpen={(r) => setQ({ open: r.id })}
          loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.audit.rows', { count: list.rows.length })}{list.more ? ' …' : ''}</span>}
          empty={<Empty icon="filter" title={t(filtered ? 'window.audit.none' : 'window.audit.empty')}>{filtered && <Button variant="default" onClick={() => setQ({ words: '', person: '', action: '', kind: '', object: '', name: '', from: '', to: '' })}>{t('window.filter.reset')}</Button>}</Empty>} />
      </div>
      <SidePanel opened={!!open} onClose={() => setQ({ open: '' })} title={open ? t('window.audit.detail', { id: open.id }) : ''}>
        {open && <Detail row={open} only={() => setQ({ object: open.object, name: open.objectName || open.objectKind, open: '', kind: '', words: '' })} />}
      </SidePanel>
    </Stack>
  );
}

function Detail({ row: r, only }: { row: AuditEntry; only: () => void }) {
  const t = useT();
  return (
    <Stack gap={4}>
      <strong data-testid="audit-text">{r.text}</strong>
      <KeyValue rows={[
        [t('window.audit.col.when'), r.when],
        [t('window.audit.col.who'), r.who === r.whoKind ? r.who : `${r.who} (${r.whoKind})`],
        [t('window.audit.col.object'), r.href ? <Link key="o" href={r.href}>{r.objectName || r.objectKind}</Link> : r.objectName || r.objectKind],
        ...r.facts.map((f): [string, string] => [f.name, f.value]),
        [t('window.audit.code'), <code key="c">{r.action}</code>],
        [t('window.audit.hash'), <code key="h" style={{ overflowWrap: 'anywhere' }}>{r.hash}</code>],
      ]} />
      <div><Button variant="default" onClick={only} data-testid="audit-same">{t('window.audit.same')}</Button></div>
    </Stack>
  );
}
