// Conditions générales: what must be accepted before registering, and every version that stood.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type GroupTerms } from '~/api';
import { Section, Stack } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './groups.module.css';
import { Look, Pair } from './parts';
import { type BothWords, type TextLang } from './shapes';
import { LookHead } from './TextsPart';

type P = { groupId: string; words: BothWords; changed: boolean; versions: GroupTerms[]; set: (lang: TextLang, words: string) => void; errors: Record<string, string> };

export function TermsPart({ groupId, words, changed, versions, set, errors }: P) {
  const t = useT();
  const [lang, setLang] = useState<TextLang>('fr');
  const next = (versions[0]?.version ?? 0) + 1;
  return (
    <Section title={t('window.groups.portal.terms')}>
      <Stack gap={3}>
        <p className={`soft ${css.hint}`}>{t('window.groups.portal.terms_hint')}</p>
        <Pair label={t('window.groups.portal.terms')} hint={t('window.groups.portal.markdown')} rows={6} words={words} errors={{ fr: errors.termsFr ?? '', en: errors.termsEn ?? '' }} field={(l) => (l === 'fr' ? 'termsFr' : 'termsEn')} set={set} onLang={setLang} />
        {changed && versions.length > 0 && <p className="small soft" role="status">{t('window.groups.portal.terms_next', { n: next })}</p>}
        {(words.fr || words.en) && <>
          <LookHead lang={lang} set={setLang} />
          <Look name="terms" of={{ groupId, field: 'terms', words: words[lang], lang }} ask={(v) => api.groups.lookText(v)} title={t('window.groups.portal.look_of', { field: t('window.groups.portal.terms') })} height={430} />
        </>}
        <Versions groupId={groupId} list={versions} />
      </Stack>
    </Section>
  );
}

function Versions({ groupId, list }: { groupId: string; list: GroupTerms[] }) {
  const t = useT();
  const f = useFormat();
  const [open, setOpen] = useState(0);
  if (list.length === 0) return <p className="soft small">{t('window.groups.portal.versions_none')}</p>;
  return (
    <div>
      <h3>{t('window.groups.portal.versions')}</h3>
      <ul className={css.versions} data-testid="terms-versions">{list.map((v) => (
        <li key={v.version}>
          <div><strong>{t('window.groups.portal.version', { n: v.version })}</strong>{' '}<span className="soft">{t('window.groups.portal.version_by', { at: f.instant(v.at), name: v.byName })}</span>
            <div className="small soft">{v.fr || v.en ? t('window.groups.portal.accepted', { n: v.accepted }) : t('window.groups.portal.version_none')}</div></div>
          {(v.fr || v.en) && <Button variant="default" size="compact-sm" aria-expanded={open === v.version} aria-label={t('window.groups.portal.version_read', { n: v.version })} onClick={() => setOpen(open === v.version ? 0 : v.version)}>{t(open === v.version ? 'window.close' : 'window.groups.portal.read')}</Button>}
          {open === v.version && <><pre lang="fr">{v.fr}</pre><pre lang="en">{v.en}</pre>{v.accepted > 0 && <Accepted groupId={groupId} version={v.version} />}</>}
        </li>
      ))}</ul>
    </div>
  );
}

/** Who accepted a version, when and from where. */
function Accepted({ groupId, version }: { groupId: string; version: number }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['groups', 'accepted', groupId, version], queryFn: () => api.groups.accepted(groupId, version), staleTime: 0 });
  if (!query.data) return null;
  return (
    <div className={css.accepted}>
      <h4>{t('window.groups.portal.accepted_show', { n: version })}</h4>
      <ul>{query.data.map((x) => <li key={`${x.contact} ${x.at}`}>{t('window.groups.portal.accepted_by', { contact: x.contact, customer: x.customer, at: f.instant(x.at), address: x.address, language: x.lang })}</li>)}</ul>
    </div>
  );
}
