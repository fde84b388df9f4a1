// One of the six mails: subject and body in both languages, what the program fills in, the look on a real contact.
import { Button } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { api, useIntention, type GroupMail } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Icon } from '~/components/Icon';
import { Section, Stack } from '~/components/layout';
import { toast } from '~/components/toast';
import { tDynamic, useT } from '~/i18n';
import css from './groups.module.css';
import { Look, Pair, type Caret } from './parts';
import { langs, type BothWords, type TextLang } from './shapes';
import { LangSwitch } from './TextsPart';

type What = 'subject' | 'body';
type P = { groupId: string; mail: GroupMail; contactId: string; placeholders: string[]; errors: Record<string, string>; set: (part: Partial<GroupMail>) => void; head: ReactNode; off: boolean };

/** The words of one language; empty are the program's own, which are beside them. */
const key = (what: What, lang: TextLang) => (what === 'subject' ? (lang === 'fr' ? 'subjectFr' : 'subjectEn') : lang === 'fr' ? 'bodyFr' : 'bodyEn');
const base = (what: What, lang: TextLang) => (what === 'subject' ? (lang === 'fr' ? 'shippedSubjectFr' : 'shippedSubjectEn') : lang === 'fr' ? 'shippedBodyFr' : 'shippedBodyEn');

export function MailPart({ errors, head, ...p }: P) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const { mail } = p;
  const both = (what: What) => ({ fr: errors[`mails.${mail.kind}.${key(what, 'fr')}`] ?? '', en: errors[`mails.${mail.kind}.${key(what, 'en')}`] ?? '' });
  const shown = open || [both('subject'), both('body')].some((w) => w.fr || w.en);
  const title = tDynamic(`window.groups.portal.mail.${mail.kind}`);
  return (
    <Section title={title} actions={<Button variant="default" size="compact-md" aria-expanded={shown} onClick={() => setOpen(!shown)} aria-label={t(shown ? 'window.groups.portal.close_text' : 'window.groups.portal.open_text', { field: title })} data-testid={`open-${mail.kind}`}>{t(shown ? 'window.close' : 'window.groups.portal.edit')}</Button>}>
      <Stack gap={3}>
        <p className="soft">{tDynamic(`window.groups.portal.mail_hint.${mail.kind}`)}</p>
        {head}
        {shown && <Words {...p} both={both} />}
      </Stack>
    </Section>
  );
}

function Words({ groupId, mail, contactId, placeholders, set, both, off }: Omit<P, 'errors' | 'head'> & { both: (what: What) => BothWords }) {
  const t = useT();
  const intention = useIntention();
  const [lang, setLang] = useState<TextLang>('fr');
  const caret = useRef<Caret | null>(null);
  const pair = (what: What) => ({
    words: { fr: mail[key(what, 'fr')], en: mail[key(what, 'en')] }, shipped: { fr: mail[base(what, 'fr')], en: mail[base(what, 'en')] }, errors: both(what), what,
    field: (l: TextLang) => `mails.${mail.kind}.${key(what, l)}`, set: (l: TextLang, w: string) => set({ [key(what, l)]: w }), onLang: setLang, onCaret: (c: Caret) => { caret.current = c; },
  });
  // Where the caret stands; the end of the shown body when nobody clicked anywhere yet. A field that is empty shows the
  // program's words: they are what is added to.
  const insert = (name: string) => {
    const c = caret.current;
    const [l, what] = c ? [c.lang, c.what as What] : [lang, 'body' as const];
    const own = mail[key(what, l)];
    const now = own || mail[base(what, l)];
    const from = (own && c?.el.selectionStart) || (own && c ? 0 : now.length);
    const to = (own && c?.el.selectionEnd) || from;
    const token = `{{${name}}}`;
    set({ [key(what, l)]: now.slice(0, from) + token + now.slice(to) });
    if (c) requestAnimationFrame(() => { c.el.focus(); c.el.setSelectionRange(from + token.length, from + token.length); });
  };
  const whats = ['subject', 'body'] as const;
  const each = (words: (what: What, l: TextLang) => string) => Object.fromEntries(whats.flatMap((w) => langs.map((l) => [key(w, l), words(w, l)]))) as Partial<GroupMail>;
  const own = whats.some((w) => langs.some((l) => mail[key(w, l)] !== ''));
  const sample = { groupId, kind: mail.kind, lang, contactId, subject: mail[key('subject', lang)] || mail[base('subject', lang)], body: mail[key('body', lang)] || mail[base('body', lang)] };
  const send = async () => {
    const done = await api.groups.tryMail(sample, intention.key());
    intention.done();
    toast(done.message);
  };
  return (
    <>
      <Pair line label={t('window.groups.portal.subject')} {...pair('subject')} />
      <Pair rows={7} label={t('window.groups.portal.body')} hint={t('window.groups.portal.markdown')} {...pair('body')} />
      <div className={css.chips} role="group" aria-label={t('window.groups.portal.insert')}>
        <span className="soft small">{t('window.groups.portal.insert')}</span>
        {placeholders.map((p) => <button key={p} type="button" title={tDynamic(`window.groups.portal.placeholder.${p}`)} onMouseDown={(e) => e.preventDefault()} onClick={() => insert(p)}>{`{{${p}}}`}</button>)}
      </div>
      <div className={css.lookHead}>
        <LangSwitch lang={lang} set={setLang} />
        {own
          ? <Button variant="subtle" size="compact-md" onClick={() => set(each(() => ''))}>{t('window.groups.portal.restore')}</Button>
          : <Button variant="subtle" size="compact-md" onClick={() => set(each((w, l) => mail[base(w, l)]))}>{t('window.groups.portal.start_from')}</Button>}
        <ActionButton variant="default" size="compact-md" disabled={off} leftSection={<Icon name="send" size={14} />} onAct={send} data-testid={`try-${mail.kind}`}>{t('window.groups.portal.try')}</ActionButton>
      </div>
      <Look name={mail.kind} of={sample} ask={(s) => api.groups.lookMail(s)} title={t('window.groups.portal.look')} height={420}
        head={(m) => <div><p className="soft small">{t('window.groups.portal.look_to', { from: m.from, to: m.to })}</p><strong>{m.subject}</strong></div>} />
    </>
  );
}
