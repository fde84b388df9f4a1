// One person who is asked: who, in which capacity, until when, how it stands, and what can be done about it.
import { Button, Menu } from '@mantine/core';
import type { DragEvent } from 'react';
import { Link } from 'wouter';
import { api, useIntention, type CentreKind, type Round } from '~/api';
import { Badge, type BadgeTone } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { ActionMenu, type Action } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { answered, type Row } from './people';
import { useSignWish } from './signWish';
import { useActs, type OfContract } from './useCentre';
import css from './centres.module.css';

export const turnTones: Record<string, BadgeTone> = { waiting: 'neutral', asked: 'info', blocked: 'danger', off: 'neutral', approved: 'good', signed: 'good', refused: 'danger', unasked: 'neutral' };
const gone = new Set(['archived', 'moved', 'revoked', 'closed']);

type Drag = { start: () => void; over: (e: DragEvent<HTMLLIElement>) => void; drop: () => void; end: () => void };
type Props = { row: Row; at: number; contract: OfContract; kind: CentreKind; round?: Round; ordered: boolean; movable: boolean; drop?: 'before' | 'after'; drag: Drag; onMove: (by: number) => void; onChange: () => void; onReplace: () => void; onRemove: () => void };

export function PersonRow(p: Props) {
  const { row: r, at, contract, kind, round, ordered, drag } = p;
  const t = useT();
  const f = useFormat();
  const menu = useMenu(p);
  const here = kind === 'signature' && !!round && !round.waiting && r.type !== 'user' && !!r.turn && (r.state === 'asked' || (r.state === 'blocked' && !gone.has(r.blocked)));
  return (
    <li className={css.person} data-party={r.party?.id} data-name={r.name} data-state={r.state || undefined} data-plain={!ordered || undefined} data-drop={p.drop} onDragOver={drag.over} onDrop={(e) => { e.preventDefault(); drag.drop(); }}>
      <span className={css.place}>
        {p.movable ? (
          <button type="button" className={css.handle} data-handle draggable aria-label={t('window.centres.move', { name: r.name })} aria-keyshortcuts="ArrowUp ArrowDown" title={t('window.centres.move_hint')}
            onDragStart={(e) => { e.dataTransfer.effectAllowed = 'move'; e.dataTransfer.setData('text/plain', r.name); drag.start(); }} onDragEnd={drag.end}
            onKeyDown={(e) => { if (e.key === 'ArrowUp' || e.key === 'ArrowDown') { e.preventDefault(); p.onMove(e.key === 'ArrowUp' ? -1 : 1); } }} data-testid="party-handle"><Icon name="drag" size={16} /></button>
        ) : <span className={css.noHandle} />}
        {ordered && <span className={css.nth} aria-hidden="true">{f.count(at + 1)}</span>}
      </span>
      <div className={css.whom}>
        <div className={css.named}><strong>{r.name}</strong>{r.state && <Badge tone={r.late && !answered(r.state) ? 'warning' : turnTones[r.state] ?? 'neutral'}>{tDynamic(`window.centres.turn.${r.state}`)}</Badge>}{r.turn?.mine && <span className={css.me}>{t('window.centres.you')}</span>}</div>
        <p className={css.detail}>{[t(`window.centres.type.${r.type as 'user' | 'contact' | 'guest'}`), r.capacity, r.email].filter(Boolean).join(' · ')}</p>
        <Standing row={r} contract={contract} />
      </div>
      <div className={css.rowActs}>
        {here && r.turn && <Here name={r.name} turnId={r.turn.id} />}
        {menu.length > 0 && <ActionMenu actions={menu} size={32} label={t('window.centres.more', { name: r.name })} />}
      </div>
    </li>
  );
}

/** How it stands, as sentences below the name. */
function Standing({ row: r, contract }: { row: Row; contract: OfContract }) {
  const t = useT();
  const f = useFormat();
  const turn = r.turn;
  const lines: string[] = [];
  if (r.dueOn && !answered(r.state) && r.state !== 'off') lines.push(t(r.late ? 'window.centres.late' : 'window.centres.until', { date: f.date(r.dueOn) }));
  if (turn && answered(turn.state)) lines.push([f.instant(turn.decidedAt), turn.signature ? tDynamic(`window.centres.method.${turn.signature.method}`) : ''].filter(Boolean).join(' · '));
  if (turn?.state === 'asked') {
    if (turn.toldAt) lines.push(t('window.centres.told', { at: f.instant(turn.toldAt) }));
    lines.push(turn.openedAt ? t('window.centres.opened', { at: f.instant(turn.openedAt) }) : t('window.centres.unopened'));
    if (turn.reminders > 0) lines.push(t('window.centres.reminded', { n: turn.reminders, at: f.instant(turn.remindedAt) }));
  }
  return (
    <>
      {lines.length > 0 && <p className={css.detail} data-tone={r.late ? 'late' : undefined}>{lines.join(' · ')}</p>}
      {turn?.state === 'refused' && <blockquote className={css.reason}>{turn.reason}</blockquote>}
      {r.blocked && (
        <p className={css.blocked}><Icon name="warning" size={15} /><span>{tDynamic(`common.round.blocked.${r.blocked}`, { name: r.name })}{' '}
          {gone.has(r.blocked) && t('window.centres.blocked.do')}
          {r.type === 'contact' && <>{' '}<Link href={`/customers/${contract.customerId}`}>{t('window.centres.blocked.customer')}</Link></>}</span></p>
      )}
    </>
  );
}

function useMenu({ row: r, contract, kind, round, movable, onMove, onChange, onReplace, onRemove }: Props): Action[] {
  const t = useT();
  const intention = useIntention();
  const { take, refused } = useActs(contract.id, kind);
  if (!r.party || r.state === 'off' || r.state === 'refused') return [];
  const turn = r.turn;
  const remind = () => {
    if (!turn) return;
    void api.signing.remind(turn.id, intention.key()).then((now) => { intention.done(); take(now, t('window.centres.remind.done', { name: r.name })); }, (e: unknown) => { intention.done(); refused(e); });
  };
  const reminds = !!turn && !turn.mine && !round?.waiting && (r.state === 'asked' || r.blocked === 'expired');
  return [
    ...(reminds ? [{ label: t('window.centres.remind'), icon: 'bell' as const, onClick: remind }] : []),
    ...(movable ? [{ label: t('window.centres.up'), icon: 'up' as const, onClick: () => onMove(-1) }, { label: t('window.centres.down'), icon: 'down' as const, onClick: () => onMove(1) }] : []),
    ...(answered(r.state) ? [] : [{ label: t('window.centres.change'), icon: 'pencil' as const, onClick: onChange }]),
    { label: t('window.centres.replace'), icon: 'refresh', onClick: onReplace },
    { label: t('window.centres.remove'), icon: 'trash', danger: true, divider: true, onClick: onRemove },
  ];
}

/** Who stands before the firm signs on its screen, or on the own phone. */
function Here({ name, turnId }: { name: string; turnId: string }) {
  const t = useT();
  const sign = useSignWish();
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button size="compact-md" variant="default" leftSection={<Icon name="pen" size={16} />} aria-label={`${t('window.centres.here')}, ${name}`} data-testid="sign-here">{t('window.centres.here')}</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="pen" size={16} />} onClick={() => sign({ turnId, name, how: 'in_person' })} data-testid="sign-screen">{t('window.centres.here.screen')}</Menu.Item>
        <Menu.Item leftSection={<Icon name="portal" size={16} />} onClick={() => sign({ turnId, name, how: 'phone' })} data-testid="sign-phone">{t('window.centres.here.phone')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
