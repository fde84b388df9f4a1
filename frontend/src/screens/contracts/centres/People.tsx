// Who is asked, in their order: added, moved by hand or by key, replaced, taken off; in a round with how each stands.
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { MakeButton } from '~/app/may';
import { api, type Centre, type CentreKind, type Party, type Round } from '~/api';
import { confirm } from '~/components/Confirm';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { useT } from '~/i18n';
import { dropAt } from '../order';
import { PartyPanel, type PartyWish } from './PartyPanel';
import { PersonRow } from './PersonRow';
import { answered, movable, reordered, rowsOf, type Row } from './people';
import { useActs, type OfContract } from './useCentre';
import css from './centres.module.css';

type Props = { contract: OfContract; kind: CentreKind; centre: Centre; round?: Round; ordered: boolean; title: string };

export function People(p: Props) {
  const { contract, kind, centre: c, round, ordered, title } = p;
  const t = useT();
  const { take, refused } = useActs(contract.id, kind);
  const [wish, setWish] = useState<PartyWish>();
  const { rows, drag, said, put, handlers, list } = useOrder(p);
  const remove = async (r: Row, party: Party) => {
    const restarts = answered(r.state);
    if (round && !(await confirm({ title: t('window.centres.remove.ask', { name: r.name }), body: t(restarts ? 'window.centres.remove.restarts' : 'window.centres.remove.text'), verb: t('window.centres.remove') }))) return;
    await api.signing.removeParty(party.id, restarts).then((now) => take(now, t('window.centres.remove.done', { name: r.name })), refused);
  };
  return (
    <Section title={title} flush actions={<MakeButton size="compact-md" variant={rows.length ? 'default' : 'filled'} leftSection={<Icon name="plus" size={16} />} onClick={() => setWish({ act: 'add' })} data-testid="party-add">{t(`window.centres.add.${kind}`)}</MakeButton>}>
      {rows.length === 0 ? <p className={css.none}>{t(`window.centres.nobody.${kind}`)}</p> : (
        <ol className={css.people} ref={list} aria-label={title}>{rows.map((r, i) => (
          <PersonRow key={r.key} row={r} at={i} contract={contract} kind={kind} round={round} ordered={ordered} movable={movable(r, ordered) && rows.length > 1} drop={drag && drag.over === i && drag.from !== i ? (drag.lower ? 'after' : 'before') : undefined} drag={handlers(i)}
            onMove={(by) => void put(i, i + by)} onChange={() => r.party && setWish({ act: 'change', party: r.party })} onReplace={() => r.party && setWish({ act: 'replace', party: r.party, restart: answered(r.state) })} onRemove={() => r.party && void remove(r, r.party)} />
        ))}</ol>
      )}
      <p className="sr" role="status">{said}</p>
      {wish && <PartyPanel contract={contract} kind={kind} centre={c} wish={wish} open={!!round} onClose={() => setWish(undefined)} />}
    </Section>
  );
}

/** The order while it is changed: shown at once, kept by Go. */
function useOrder({ contract, kind, centre: c, round }: Props) {
  const t = useT();
  const { take, refused } = useActs(contract.id, kind);
  const list = useRef<HTMLOListElement>(null);
  const [parties, setParties] = useState(c.parties);
  const [drag, setDrag] = useState<{ from: number; over: number; lower: boolean } | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => setParties(c.parties), [c.parties]);
  const rows = rowsOf({ ...c, parties }, round);
  const put = async (from: number, to: number) => {
    const ids = reordered(rows, parties, from, to);
    const item = rows[from];
    if (!ids || !item?.party) return;
    const now = ids.flatMap((id) => parties.filter((x) => x.id === id));
    setParties(now);
    setSaid(t('window.centres.moved', { name: item.name, n: ids.indexOf(item.party.id) + 1, of: ids.length }));
    try { take(await api.signing.orderParties(contract.id, kind, ids)); } catch (e) { setParties(c.parties); refused(e); }
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-party="${item.party!.id}"] [data-handle]`)?.focus());
  };
  const handlers = (i: number) => ({
    start: () => setDrag({ from: i, over: i, lower: false }),
    over: (e: DragEvent<HTMLLIElement>) => {
      if (!drag) return;
      e.preventDefault();
      const box = e.currentTarget.getBoundingClientRect();
      setDrag({ ...drag, over: i, lower: e.clientY > box.top + box.height / 2 });
    },
    drop: () => { if (drag) void put(drag.from, dropAt(drag.from, drag.over, drag.lower)); setDrag(null); },
    end: () => setDrag(null),
  });
  return { rows, drag, said, put, handlers, list };
}
