// The form of one group with its tabs. The portal's two show only while the group uses the portal.
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type Group } from '~/api';
import { navigate } from '~/app/router';
import { useForm } from '~/components/form';
import { Notice } from '~/components/layout';
import { Await } from '~/components/states';
import { useT } from '~/i18n';
import { MailsTab } from './MailsTab';
import { MainTab } from './MainTab';
import { PortalTab } from './PortalTab';
import { home, tabPath, tabs, type Tab } from './where';

export function GroupPage({ id, tab }: { id: string; tab: string }) {
  const query = useQuery({ queryKey: ['settings-form', 'group', id], queryFn: () => api.groups.get(id), gcTime: 0, staleTime: Infinity });
  const shown = tabs.find((x) => x === tab) ?? 'main';
  return <Await query={query}>{(g) => <Form key={shown === 'main' ? `main-${g.version}` : shown} group={g} tab={id ? shown : 'main'} />}</Await>;
}

function Form({ group, tab }: { group: Group; tab: Tab }) {
  const t = useT();
  const form = useForm<Group>(group);
  // As soon as the box is ticked the tabs are there; they open once the group is saved with it.
  const offered = form.values.portalEnabled || tab !== 'main';
  const ready = group.publicId !== '' && group.portalEnabled;
  return (
    <>
      <p className="small faint"><Link href={home}>{t('window.groups.path')}</Link></p>
      <Tabs value={tab} onChange={(x) => x && navigate(tabPath(group.publicId, x as Tab))} keepMounted={false}>
        <Tabs.List aria-label={t('window.groups.title')}>
          <Tabs.Tab value="main">{t('window.groups.tab_main')}</Tabs.Tab>
          {offered && <Tabs.Tab value="portal" disabled={!ready && tab !== 'portal'} data-testid="tab-portal">{t('window.groups.portal.tab_portal')}</Tabs.Tab>}
          {offered && <Tabs.Tab value="mails" disabled={!ready && tab !== 'mails'} data-testid="tab-mails">{t('window.groups.portal.tab_mails')}</Tabs.Tab>}
        </Tabs.List>
        {tab === 'main' && offered && !ready && <p className="small soft" style={{ paddingTop: 8 }}>{t('window.groups.portal.save_first')}</p>}
        <Tabs.Panel value={tab} pt="md">
          {tab === 'main' ? <MainTab group={group} form={form} /> : <div style={{ display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            {!group.portalEnabled && <Notice tone="warning" action={<Link href={tabPath(group.publicId, 'main')}>{t('window.groups.tab_main')}</Link>}>{t('window.groups.portal.disabled')}</Notice>}
            {tab === 'portal' ? <PortalTab group={group} /> : <MailsTab group={group} />}
          </div>}
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
