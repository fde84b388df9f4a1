// A user: code, name, address, role. The password is chosen by the person, through a link.
import { Radio, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type UserForm as UserFields, type UserMade, type UserRow } from '~/api';
import { useForm } from '~/components/form';
import { Grid } from '~/components/layout';
import { toast } from '~/components/toast';
import { tDynamic, useLang, useT } from '~/i18n';
import { DialogForm } from '~/screens/account/Dialog';

export function UserForm({ user, permissions, onClose, onMade }: { user?: UserRow; permissions: string[]; onClose: () => void; onMade: (m: UserMade) => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const lang = useLang();
  const roles = useQuery({ queryKey: ['users', 'roles', lang], queryFn: api.users.roles });
  const form = useForm<UserFields>({ id: user?.id ?? '', version: user?.version ?? 0, code: user?.code ?? '', name: user?.name ?? '', email: user?.email ?? '', language: user?.language ?? lang, role: user?.role ?? 'sales' });
  // Delegates are named by the principal; the principal's own role changes by handing over.
  const offered = (roles.data ?? []).filter((r) => r.role !== 'principal' && (r.role !== 'delegate' || (!user && permissions.includes('administrators'))));
  const fixed = user && (user.role === 'principal' || user.role === 'delegate');
  const act = async () => {
    const v = form.values;
    if (user) {
      await api.users.save(v);
      toast(t('window.settings.saved'));
      onClose();
    } else {
      const made = await api.users.create(v, intention.key());
      intention.done();
      onMade(made);
    }
    await client.invalidateQueries({ queryKey: ['users'] });
  };
  return (
    <DialogForm form={form} verb={t(user ? 'window.save' : 'window.users.make')} onClose={onClose} onAct={act}>
      <Grid>
        <TextInput label={t('window.account.name')} required data-autofocus {...form.text('name')} />
        <TextInput label={t('window.users.code')} description={t('window.users.code_hint')} placeholder={user ? undefined : t('window.users.code_next')} {...form.text('code')} />
        {!user && <TextInput label={t('window.signin.email')} required type="email" spellCheck={false} {...form.text('email')} />}
        {!user && <Select label={t('window.account.language')} allowDeselect={false} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} {...form.field('language')} onChange={(v) => v && form.set('language', v)} />}
      </Grid>
      {!fixed && <Radio.Group label={t('window.users.role')} {...form.field('role')}>
        <div style={{ display: 'grid', gap: 8, paddingTop: 6 }}>{offered.map((r) => <Radio key={r.role} value={r.role} label={r.label} description={tDynamic(`window.users.role_hint.${r.role}`)} data-testid={`role-${r.role}`} />)}</div>
      </Radio.Group>}
      {!user && <p className="small faint">{t('window.users.make_text')}</p>}
    </DialogForm>
  );
}
