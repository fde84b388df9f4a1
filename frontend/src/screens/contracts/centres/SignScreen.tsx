// A page to hand over: the documents, what one agrees to, the name, the pen; in the signer's own language. Nothing of the
// desk is on it. When it is signed it says thanks, and only the firm's own person leads back.
import { Button, Checkbox, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, asApiError, useIntention, type SignLook } from '~/api';
import { useGuard } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { focusFirst } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Notice, Stack } from '~/components/layout';
import { PdfPreview } from '~/components/PdfPreview';
import { Await } from '~/components/states';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useTIn, type Lang, type Translate } from '~/i18n';
import { Sum } from './DocumentPanel';
import { Pad } from './Pad';
import { drawingOf, type Stroke } from './pen';
import { RefuseHere } from './RefuseDialog';
import type { OfContract } from './useCentre';
import css from './centres.module.css';

type Method = 'desk' | 'in_person';
type Done = 'signed' | 'refused';
type Props = { contract: OfContract; turnId: string; method: Method; onClose: () => void };

export function SignScreen({ contract, turnId, method, onClose }: Props) {
  const client = useQueryClient();
  // What is on this page stays what it was until it is signed; that it is stale by then is Go's to say.
  const query = useQuery({ queryKey: ['sign-look', turnId], queryFn: () => api.signing.signLook(turnId), gcTime: 0, staleTime: Infinity });
  useHeld(method === 'in_person');
  const back = () => { void client.invalidateQueries({ queryKey: ['contracts'] }); onClose(); };
  return (
    <Modal.Root opened onClose={() => undefined} closeOnEscape={false} fullScreen transitionProps={{ duration: 0 }} lockScroll>
      <Modal.Content aria-label={contract.title} data-testid="sign-screen-page"><Modal.Body className={css.screen}><Await query={query}>{(look) => <Page contract={contract} look={look} method={method} back={back} />}</Await>{query.isError && <Button variant="default" onClick={back}><Icon name="left" size={16} /></Button>}</Modal.Body></Modal.Content>
    </Modal.Root>
  );
}

/** While the screen is in somebody else's hands no key and no way back leads from this page to the desk. */
function useHeld(held: boolean) {
  useGuard(() => held, () => Promise.resolve(false));
  useEffect(() => {
    if (!held) return;
    const stop = (e: KeyboardEvent) => { if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); e.stopImmediatePropagation(); } };
    window.addEventListener('keydown', stop, true);
    return () => window.removeEventListener('keydown', stop, true);
  }, [held]);
}

function Page({ contract, look, method, back }: { contract: OfContract; look: SignLook; method: Method; back: () => void }) {
  const reader = useFormat().lang;
  const [lang, setLang] = useState<Lang>(method === 'in_person' && (look.language === 'fr' || look.language === 'en') ? look.language : reader);
  const [done, setDone] = useState<Done | null>(null);
  const t = useTIn(lang);
  if (!t) return null;
  return (
    <div className={css.sign} lang={lang}>
      <header className={css.signHead}>
        <div><h2>{t('window.centres.sign.title')}</h2><p>{[contract.number, contract.title].join(' · ')}</p></div>
        {!done && <SegmentedControl size="xs" aria-label={t('window.centres.sign.language')} value={lang} onChange={(l) => setLang(l as Lang)} data={[{ value: 'fr', label: t('window.centres.sign.fr') }, { value: 'en', label: t('window.centres.sign.en') }]} />}
        {!done && <Button variant="subtle" onClick={back} data-testid="sign-leave">{t(method === 'desk' ? 'window.centres.sign.later' : 'window.centres.sign.give_back')}</Button>}
      </header>
      {done ? <Thanks done={done} look={look} method={method} t={t} back={back} /> : <div className={css.signBody}><Documents look={look} t={t} /><Signing look={look} method={method} lang={lang} t={t} onDone={setDone} back={back} /></div>}
    </div>
  );
}

function Documents({ look, t }: { look: SignLook; t: Translate }) {
  const docs = look.round.documents;
  const [at, setAt] = useState(0);
  const d = docs[at];
  if (!d) return null;
  const href = api.signing.documentHref(look.turn.id, d.versionId);
  return (
    <div className={css.signDocs}>
      {docs.length > 1 && (
        <div role="group" aria-label={t('window.centres.documents')} className={css.docTabs}>{docs.map((x, i) => <Button key={x.position} size="compact-md" variant={i === at ? 'filled' : 'default'} aria-pressed={i === at} onClick={() => setAt(i)}>{x.name}</Button>)}</div>
      )}
      <div className={css.signPdf}><PdfPreview key={href} src={href} title={d.name} /></div>
      <div className={css.docFoot}><p className={css.detail}>{[d.name, d.pages > 0 ? t('window.centres.pages', { n: d.pages }) : ''].filter(Boolean).join(' · ')}</p><Sum sha256={d.sha256} label={t('window.centres.sum')} /></div>
    </div>
  );
}

function Signing({ look, method, lang, t, onDone, back }: { look: SignLook; method: Method; lang: Lang; t: Translate; onDone: (done: Done) => void; back: () => void }) {
  const intention = useIntention();
  const [name, setName] = useState(look.turn.name);
  const [agreed, setAgreed] = useState(false);
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [stale, setStale] = useState('');
  const [refusing, setRefusing] = useState(false);
  const consent = look.consents.find((x) => x.language === lang) ?? look.consents[0];
  const clear = (path: string) => setErrors(({ [path]: _, ...rest }) => rest);
  // Words agreed to in one language are no consent to those in another.
  useEffect(() => setAgreed(false), [lang]);
  if (!consent) return null;
  const sign = async () => {
    setErrors({});
    await api.signing.sign({ turnId: look.turn.id, digest: look.round.digest, method, consent: agreed, consentVersion: consent.version, language: consent.language, typedName: name, drawing: drawingOf(strokes), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? '' }, intention.key());
    intention.done();
    onDone('signed');
  };
  const fail = (e: unknown) => {
    intention.done();
    const { fields, code, message } = asApiError(e);
    if (Object.keys(fields).length) { setErrors(fields); focusFirst(Object.keys(fields)); } else if (code === 'conflict' || code === 'not_found') setStale(message); else showError(e);
  };
  return (
    <div className={css.signForm}>
      <Stack gap={5}>
        {look.round.message && <blockquote className={css.words}>{look.round.message}</blockquote>}
        {stale && <Notice tone="danger" action={<Button variant="default" size="compact-md" onClick={back} data-testid="sign-stale">{t('window.centres.sign.back')}</Button>}>{stale}</Notice>}
        <div data-field="consent" className={css.agree} data-error={!!errors.consent || undefined}><Checkbox size="md" checked={agreed} onChange={(e) => { setAgreed(e.currentTarget.checked); clear('consent'); }} label={consent.text} error={errors.consent} data-testid="sign-consent" /></div>
        <TextInput size="md" label={t('window.centres.sign.name')} required maxLength={100} autoComplete="off" value={name} error={errors.name} data-field="name" onChange={(e) => { setName(e.currentTarget.value); clear('name'); }} data-testid="sign-name" />
        <Pad strokes={strokes} onChange={(s) => { setStrokes(s); clear('drawing'); }} error={errors.drawing} labels={{ pad: t('window.centres.sign.pad'), hint: t('window.centres.sign.pad_hint'), clear: t('window.centres.sign.clear') }} />
        <ActionButton size="md" fullWidth leftSection={<Icon name="pen" size={18} />} disabled={!!stale} onAct={sign} onError={fail} data-testid="sign-do">{t('window.centres.sign.do')}</ActionButton>
        {method === 'in_person' && <Button variant="subtle" color="gray" disabled={!!stale} onClick={() => setRefusing(true)} data-testid="sign-refuse">{t('window.centres.sign.refuse')}</Button>}
        {refusing && <RefuseHere look={look} t={t} onDone={() => onDone('refused')} onFail={fail} onClose={() => setRefusing(false)} />}
        <p className={css.detail}>{method === 'desk' ? t('window.centres.sign.kept_desk', { device: look.device || '–' }) : t('window.centres.sign.kept', { operator: look.operator, device: look.device || '–' })}</p>
        <p className={css.detail}>{t('window.centres.sign.level')}</p>
      </Stack>
    </div>
  );
}

function Thanks({ done, look, method, t, back }: { done: Done; look: SignLook; method: Method; t: Translate; back: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={css.thanks} data-testid="sign-thanks">
      {done === 'signed' && <span className={css.thanksIcon}><Icon name="check" size={32} /></span>}
      <h3 ref={heading} tabIndex={-1}>{t(done === 'signed' ? 'window.centres.sign.thanks' : 'window.centres.sign.refused')}</h3>
      <p>{t(done === 'refused' ? 'window.centres.sign.refused_text' : look.turn.email ? 'window.centres.sign.copy' : 'window.centres.sign.copy_none')}</p>
      {method === 'in_person' && <p className="soft">{t('window.centres.sign.hand_back', { operator: look.operator })}</p>}
      <Button variant={method === 'desk' ? 'filled' : 'default'} onClick={back} data-testid="sign-back">{method === 'desk' ? t('window.centres.sign.back') : t('window.centres.sign.back_operator', { operator: look.operator })}</Button>
    </div>
  );
}
