import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useMemo, useState } from 'react';
import { api, useIntention, type Status } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { FullPage, Notice } from '~/components/layout';
import { setLang, useLang, useT, type Lang } from '~/i18n';
import { useFormat } from '~/format/format';
import { navigate } from '~/app/router';
import { RecoverySheet } from '~/screens/account/RecoverySheet';
import { OpenFolder } from './OpenFolder';
import css from './start.module.css';

const others = ['BE', 'CH', 'LU', 'MC', 'DE', 'ES', 'IT', 'GB', 'US'];

/** While a company is being made the page stays, although the program already has it open. */
export const Hold = createContext<(on: boolean) => void>(() => undefined);

/** Four answers, or the practice company. */
export function Start({ status, onBack }: { status: Status; onBack?: () => void }) {
  const t = useT();
  const f = useFormat();
  const lang = useLang();
  const client = useQueryClient();
  const intention = useIntention();
  const [opening, setOpening] = useState(false);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ next: Status; code: string }>();
  const form = useForm({ name: '', country: 'FR', language: lang as string, email: '' });
  const countries = useMemo(() => [
    { value: 'FR', label: t('window.start.country.FR') }, { value: 'CA', label: t('window.start.country.CA') },
    { group: t('window.start.country.other'), items: others.map((c) => ({ value: c, label: f.country(c) })) },
  ], [t, f]);
  const hold = useContext(Hold);
  const open = (next: Status) => { client.setQueryData(['status'], next); navigate('/'); hold(false); };
  const create = async () => {
    form.clear();
    hold(true);
    try {
      const next = await api.system.create({ key: intention.key(), ...form.values });
      intention.done();
      // The way back in without mail is on paper before there is anything to lose.
      setMade({ next, code: await api.account.makeRecoveryCode() });
    } catch (e) { hold(false); throw e; }
  };
  const demo = async () => {
    setMaking(true);
    try { open(await api.system.openDemo()); } finally { setMaking(false); }
  };
  if (made) return <FullPage><h1>{t('window.start.recovery')}</h1><RecoverySheet firm={made.next.company?.name ?? form.values.name} code={made.code} verb={t('window.start.recovery_done')} onDone={() => open(made.next)} /></FullPage>;
  return (
    <FullPage>
      <div><h1>{t('window.start.title')}</h1><p className="soft" style={{ marginTop: 8 }}>{t('window.start.text')}</p></div>
      {status.message && <Notice tone="info">{status.message}</Notice>}
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <form className={css.form} onSubmit={(e) => e.preventDefault()} noValidate>
        <TextInput label={t('window.start.name')} required autoFocus autoComplete="organization" {...form.text('name')} />
        <Select label={t('window.start.country')} required allowDeselect={false} data={countries} {...form.field('country')} onChange={(v) => v && form.set('country', v as string)} />
        <div>
          <div className="mantine-InputWrapper-label" id="start-lang">{t('window.start.language')}</div>
          <SegmentedControl fullWidth aria-labelledby="start-lang" value={form.values.language} onChange={(v) => { form.set('language', v); void setLang(v as Lang); }} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} />
        </div>
        <TextInput label={t('window.start.email')} required type="email" autoComplete="email" description={t('window.start.email_hint')} {...form.text('email')} />
        <ActionButton onAct={create} onError={form.fail} type="submit" size="md" data-testid="create">{t('window.start.create')}</ActionButton>
      </form>
      <div className={css.or}><span>{t('window.start.or')}</span></div>
      <div className={css.others}>
        <ActionButton variant="default" fullWidth onAct={demo} onError={form.fail} data-testid="demo">{t('window.start.demo')}</ActionButton>
        <span className="small faint">{t(making ? 'window.start.demo_making' : 'window.start.demo_hint')}</span>
        <div className={css.links}>
          <Button variant="subtle" size="compact-sm" onClick={() => setOpening((o) => !o)} aria-expanded={opening}>{t('window.start.open')}</Button>
          {onBack && <Button variant="subtle" size="compact-sm" onClick={onBack}>{t('window.cancel')}</Button>}
        </div>
        {opening && <OpenFolder recent={status.recent} onOpened={open} />}
      </div>
    </FullPage>
  );
}
