// What each role may: the one table of the program (core/actor/permission.go), as Go gives it. A telephone shows one role at
// a time.
import { NativeSelect } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type RoleView } from '~/api';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { tDynamic, useLang, useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';
import css from './users.module.css';

export function RoleTable() {
  const t = useT();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState('');
  const query = useQuery({ queryKey: ['users', 'roles', useLang()], queryFn: api.users.roles });
  return (
    <Section title={t('window.users.roles')} flush>
      <Await query={query}>{(roles) => {
        const one = roles.find((r) => r.role === chosen) ?? roles[0];
        if (!phone || !one) return <div className={table.scroll} tabIndex={0} role="group" aria-label={t('window.users.roles')}><Roles roles={roles} all={roles} /></div>;
        return (
          <>
            <div className={css.role}><NativeSelect label={t('window.users.role')} value={one.role} onChange={(e) => setChosen(e.currentTarget.value)} data={roles.map((r) => ({ value: r.role, label: r.label }))} data-testid="role-shown" /></div>
            <Roles roles={[one]} all={roles} />
          </>
        );
      }}</Await>
    </Section>
  );
}

function Roles({ roles, all }: { roles: RoleView[]; all: RoleView[] }) {
  const t = useT();
  return (
    <table className={`${table.table} ${css.roles}`} data-testid="roles">
      <thead><tr><th scope="col">{t('window.users.permission')}</th>{roles.map((r) => <th key={r.role} scope="col">{r.label}</th>)}</tr></thead>
      <tbody>{(all[0]?.may ?? []).map((p, i) => (
        <tr key={p.permission}><th scope="row">{tDynamic(`common.permission.${p.permission}`)}</th>{roles.map((r) => {
          const may = !!r.may[i]?.may;
          return <td key={r.role} data-may={may || undefined}>{may && <Icon name="check" size={16} />}<span className="sr">{t(may ? 'window.users.may' : 'window.users.may_no')}</span></td>;
        })}</tr>
      ))}</tbody>
    </table>
  );
}
