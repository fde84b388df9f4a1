// The words of each step of the request for access, each as the contact will see them.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, type GroupText } from '~/api';
import { Badge } from '~/components/Badge';
import { Section } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import css from './groups.module.css';
import { Look, Pair } from './parts';
import { langs, type BothWords, type TextLang } from './shapes';

type P = { groupId: string; texts: GroupText[]; set: (field: string, words: Partial<BothWords>) => void; errors: Record<string, string> };

export function TextsPart({ groupId, texts, set, errors }: P) {
  const t = useT();
  const [open, setOpen] = useState('');
  return (
    <Section title={t('window.groups.portal.messages')} flush>
      <p className={`soft ${css.hint}`} style={{ padding: '12px 16px' }}>{t('window.groups.portal.messages_hint')}</p>
      {texts.map((x) => {
        const wrong: BothWords = { fr: errors[`texts.${x.field}.fr`] ?? '', en: errors[`texts.${x.field}.en`] ?? '' };
        const shown = open === x.field || !!wrong.fr || !!wrong.en;
        return <Text key={x.field} groupId={groupId} text={x} wrong={wrong} open={shown} toggle={() => setOpen(shown ? '' : x.field)} set={(words) => set(x.field, words)} />;
      })}
    </Section>
  );
}

function Text({ groupId, text, wrong, open, toggle, set }: { groupId: string; text: GroupText; wrong: BothWords; open: boolean; toggle: () => void; set: (words: Partial<BothWords>) => void }) {
  const t = useT();
  const [lang, setLang] = useState<TextLang>('fr');
  const label = tDynamic(`window.groups.portal.text.${text.field}`);
  const base = { fr: text.shippedFr, en: text.shippedEn };
  // An empty text is the program's.
  const own = langs.some((l) => text[l].trim() !== '');
  return (
    <div className={css.item} data-testid={`text-${text.field}`}>
      <div className={css.itemHead}>
        <div><h3>{label}</h3><p className="soft small">{tDynamic(`window.groups.portal.text_hint.${text.field}`)}</p></div>
        <Badge tone={own ? 'accent' : 'neutral'}>{t(own ? 'window.groups.portal.own' : 'window.groups.portal.shipped')}</Badge>
        <Button variant="default" size="compact-md" aria-expanded={open} onClick={toggle} aria-label={t(open ? 'window.groups.portal.close_text' : 'window.groups.portal.open_text', { field: label })}>{t(open ? 'window.close' : 'window.groups.portal.edit')}</Button>
      </div>
      {open && <>
        <Pair label={label} hint={t('window.groups.portal.markdown')} words={text} shipped={base} errors={wrong} field={(l) => `texts.${text.field}.${l}`} set={(l, w) => set({ [l]: w })} onLang={setLang} />
        <div>{own
          ? <Button variant="subtle" size="compact-sm" onClick={() => set({ fr: '', en: '' })}>{t('window.groups.portal.restore')}</Button>
          : <Button variant="subtle" size="compact-sm" onClick={() => set(base)}>{t('window.groups.portal.start_from')}</Button>}</div>
        <LookHead lang={lang} set={setLang} />
        <Look name={`text-${text.field}`} of={{ groupId, field: text.field, words: text[lang] || base[lang], lang }} ask={(v) => api.groups.lookText(v)} title={t('window.groups.portal.look_of', { field: label })} height={320} />
      </>}
    </div>
  );
}

/** Which language the look shows: that of the text in hand, or the one chosen. */
export function LookHead({ lang, set }: { lang: TextLang; set: (l: TextLang) => void }) {
  const t = useT();
  return (
    <div className={css.lookHead}>
      <span className="soft">{t('window.groups.portal.look')}</span>
      <LangSwitch lang={lang} set={set} />
    </div>
  );
}

export function LangSwitch({ lang, set }: { lang: TextLang; set: (l: TextLang) => void }) {
  const t = useT();
  return (
    <Button.Group aria-label={t('window.groups.portal.look_language')}>
      {(['fr', 'en'] as const).map((l) => <Button key={l} size="compact-sm" variant={l === lang ? 'filled' : 'default'} aria-pressed={l === lang} onClick={() => set(l)}>{tDynamic(`common.language.${l}`)}</Button>)}
    </Button.Group>
  );
}
