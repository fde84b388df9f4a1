// What the next round will be like: who, what, how; kept as it is typed. Beside it, what will happen when it begins.
import { Button, Checkbox, Radio, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api, useIntention, type Centre, type CentreFile, type CentreKind, type RoundLook } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { SaveState, type Saving } from '~/components/display';
import { Icon, type IconName } from '~/components/Icon';
import { InPortal } from '~/components/InPortal';
import { DateInput } from '~/components/inputs';
import { Notice, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { navigate } from '~/app/router';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { placesOf } from '../files/tree';
import { DocumentPanel, type Shown } from './DocumentPanel';
import { People } from './People';
import { useActs, type OfContract } from './useCentre';
import css from './centres.module.css';

type Props = { contract: OfContract; kind: CentreKind; centre: Centre };
type Form = { ordered: boolean; dueOn: string; message: string; fileIds: string[] };
const formOf = (c: Centre): Form => ({ ordered: c.ordered, dueOn: c.dueOn, message: c.message, fileIds: c.files.filter((f) => f.chosen).map((f) => f.id) });

/** Every change is kept at once, one after the other, so that nothing is left to save before the round begins. */
function useKept(c: Centre, kind: CentreKind) {
  const { take, refused } = useActs(c.contractId, kind);
  const [form, setForm] = useState(() => formOf(c));
  const [saving, setSaving] = useState<Saving>('clean');
  const now = useRef(form);
  const version = useRef(c.version);
  const pending = useRef(0);
  const queue = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    if (pending.current > 0) return;
    version.current = c.version;
    const message = now.current.message; // being typed
    now.current = { ...formOf(c), ...(document.activeElement?.matches('[data-centre-message]') ? { message } : {}) };
    setForm(now.current);
  }, [c]);
  const type = (part: Partial<Form>) => { now.current = { ...now.current, ...part }; setForm(now.current); };
  const keep = (part: Partial<Form> = {}) => {
    type(part);
    pending.current++;
    setSaving('saving');
    queue.current = queue.current.then(async () => {
      try {
        const fresh = await api.signing.save({ contractId: c.contractId, kind, version: version.current, ...now.current });
        version.current = fresh.version;
        if (--pending.current === 0) { setSaving('saved'); take(fresh); }
      } catch (e) { pending.current--; setSaving('failed'); refused(e); }
    });
    return queue.current;
  };
  return { form, type, keep, saving, settled: () => queue.current, version: () => version.current };
}
type Kept = ReturnType<typeof useKept>;

export function SetUp({ contract, kind, centre: c }: Props) {
  const t = useT();
  const kept = useKept(c, kind);
  return (
    <div className={css.split}>
      <Stack gap={4}>
        <People contract={contract} kind={kind} centre={c} ordered={kept.form.ordered} title={t(`window.centres.who.${kind}`)} />
        <Documents contract={contract} kind={kind} centre={c} kept={kept} />
        <Section title={t('window.centres.how')} actions={<SaveState state={kept.saving} />}><How centre={c} kept={kept} /></Section>
      </Stack>
      <aside className={css.beside} aria-label={t('window.centres.start.title')}><Section title={t('window.centres.start.title')}><Starting contract={contract} kind={kind} centre={c} kept={kept} /></Section></aside>
    </div>
  );
}

function Documents({ contract, kind, centre: c, kept }: Props & { kept: Kept }) {
  const t = useT();
  const f = useFormat();
  const [shown, setShown] = useState<Shown>();
  const { fileIds } = kept.form;
  const tree = useQuery({ queryKey: ['contracts', contract.id, 'files'], queryFn: () => api.contractFiles.list(contract.id) }).data;
  const places = useMemo(() => tree && placesOf(tree), [tree]);
  const files = places ? [...c.files].sort((a, b) => (places.get(a.id)?.n ?? 0) - (places.get(b.id)?.n ?? 0)) : c.files; // as in the tab of attachments
  const fit = (x: CentreFile) => kind === 'approval' || x.pdf;
  const toggle = (id: string, on: boolean) => void kept.keep({ fileIds: c.files.filter((x) => (x.id === id ? on : fileIds.includes(x.id))).map((x) => x.id) });
  return (
    <Section title={t(`window.centres.what.${kind}`)} flush>
      {kind === 'signature' && <p className={css.intro}>{t('window.centres.pdf_only')}</p>}
      {c.files.length === 0
        ? <div className={css.none}><p>{t('window.centres.no_files')}</p><Button variant="default" leftSection={<Icon name="upload" size={16} />} onClick={() => navigate(`/contracts/${contract.id}/files`)}>{t('window.centres.to_files')}</Button></div>
        : (
          <ul className={css.files}>{files.map((x) => (
            <li key={x.id} data-off={!fit(x) || undefined}>
              <InPortal on={x.inPortal} />
              <Checkbox checked={fileIds.includes(x.id)} disabled={!fit(x) && !fileIds.includes(x.id)} onChange={(e) => toggle(x.id, e.currentTarget.checked)} label={x.name} description={[places?.get(x.id)?.path, fit(x) ? f.bytes(x.size) : t('window.centres.not_pdf')].filter(Boolean).join(' · ')} data-testid="centre-file" />
              <Button variant="subtle" size="compact-sm" aria-label={`${t('window.centres.read')}, ${x.name}`} onClick={() => setShown({ name: x.name, href: api.contractFiles.href(x.versionId), sha256: x.sha256, pdf: x.pdf })}>{t('window.centres.read')}</Button>
            </li>
          ))}</ul>
        )}
      <DocumentPanel shown={shown} onClose={() => setShown(undefined)} />
    </Section>
  );
}

function How({ centre: c, kept }: { centre: Centre; kept: Kept }) {
  const t = useT();
  const { form, type, keep } = kept;
  return (
    <div className={css.fields}>
      <Radio.Group label={t('window.centres.order')} value={form.ordered ? 'one' : 'all'} onChange={(v) => void keep({ ordered: v === 'one' })}>
        <div className={css.radios}><Radio value="one" label={t('window.centres.order.one')} data-testid="centre-ordered" /><Radio value="all" label={t('window.centres.order.all')} data-testid="centre-all" /></div>
      </Radio.Group>
      <DateInput label={t('window.centres.due')} value={form.dueOn} clearable onChange={(dueOn) => void keep({ dueOn })} data-testid="centre-due" />
      <Textarea className={css.wide} label={t('window.centres.message')} description={t('window.centres.message_hint')} autosize minRows={2} maxRows={8} maxLength={2000} value={form.message} data-centre-message
        onChange={(e) => type({ message: e.currentTarget.value })} onBlur={() => { if (form.message.trim() !== c.message) void keep(); }} data-testid="centre-message" />
    </div>
  );
}

/** What will happen, plainly; asked again only where somebody outside gets to see what was hidden. */
function Starting({ contract, kind, centre: c, kept }: Props & { kept: Kept }) {
  const t = useT();
  const f = useFormat();
  const intention = useIntention();
  const { take, refused } = useActs(contract.id, kind);
  const marks = [c.version, c.parties.map((p) => p.id + p.blocked).join(), c.files.map((x) => x.versionId + x.chosen + x.inPortal).join()];
  const query = useQuery({ queryKey: ['contracts', 'centre-look', contract.id, kind, f.lang, ...marks], queryFn: () => api.signing.startLook(contract.id, kind), placeholderData: (b) => b });
  const start = async () => {
    await kept.settled();
    const look = await api.signing.startLook(contract.id, kind);
    const shows = look.becomesVisible || look.hiddenFiles.length > 0;
    const ask = () => confirm({
      title: t(`window.centres.start.confirm.${kind}`), danger: false, verb: t(`window.centres.start.verb.${kind}`),
      body: <ul className={css.plain}>{look.becomesVisible && <li>{t('window.centres.start.visible', { customer: contract.customerName })}</li>}{look.hiddenFiles.length > 0 && <li>{t('window.centres.start.hidden', { names: look.hiddenFiles.join(', ') })}</li>}</ul>,
    });
    if (look.problems.length === 0 && shows && !(await ask())) return;
    const now = await api.signing.start({ contractId: contract.id, kind, version: kept.version(), makeVisible: look.becomesVisible }, intention.key());
    intention.done();
    take(now, t(`window.centres.start.done.${kind}`));
  };
  return (
    <Await query={query}>{(look) => (
      <Stack gap={4}>
        {look.problems.length > 0 && <div className={css.missing} role="status"><strong>{t('window.centres.start.missing')}</strong><ul>{look.problems.map((p) => <li key={p}>{p}</li>)}</ul></div>}
        <Happens look={look} customer={contract.customerName} />
        {look.warnings.map((w) => <Notice key={w} tone="warning">{w}</Notice>)}
        <ActionButton fullWidth disabled={look.problems.length > 0} onAct={start} onError={(e) => { intention.done(); refused(e); }} data-testid="centre-start">{t(`window.centres.start.verb.${kind}`)}</ActionButton>
        <p className="small faint">{t(`window.centres.start.frozen.${kind}`)}</p>
      </Stack>
    )}</Await>
  );
}

function Happens({ look, customer }: { look: RoundLook; customer: string }) {
  const t = useT();
  const lines: (false | [IconName, string])[] = [
    look.waits && ['calendar', t('window.centres.start.waits')],
    look.tells.length > 0 && ['mail', t('window.centres.start.tells', { n: look.tells.length, names: look.tells.join(', ') })],
    look.later.length > 0 && ['right', t('window.centres.start.later', { n: look.later.length, names: look.later.join(', ') })],
    look.becomesVisible && ['eye', t('window.centres.start.visible', { customer })],
    look.hiddenFiles.length > 0 && ['eyeOff', t('window.centres.start.hidden', { names: look.hiddenFiles.join(', ') })],
  ];
  const shown = lines.filter((l): l is [IconName, string] => !!l);
  return shown.length > 0 ? <ul className={css.happens} data-testid="centre-happens">{shown.map(([icon, text]) => <li key={text}><Icon name={icon} size={16} /><span>{text}</span></li>)}</ul> : null;
}
