// Courriels portail: the firm's two addresses and the six mails of access, in both languages. Saved whole.
import { Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type Group, type GroupMails } from '~/api';
import { useForm } from '~/components/form';
import { Grid, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useT } from '~/i18n';
import { useState } from 'react';
import css from './groups.module.css';
import { MailPart } from './MailPart';
import { Foot } from './parts';

export function MailsTab({ group }: { group: Group }) {
  const query = useQuery({ queryKey: ['settings-form', 'group-mails', group.publicId], queryFn: () => api.groups.mails(group.publicId), gcTime: 0, staleTime: Infinity });
  return <Await query={query}>{(m) => <Editor mails={m} off={!group.portalEnabled} />}</Await>;
}

/** The check box that decides whether a kind is sent at all; the three others always are. */
const switches: Record<string, 'inviteOthers' | 'tellNewPrimary' | 'tellOldPrimary'> = { invited: 'inviteOthers', new_primary: 'tellNewPrimary', old_primary: 'tellOldPrimary' };

function Editor({ mails, off }: { mails: GroupMails; off: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<GroupMails>(mails);
  const v = form.values;
  const dirty = JSON.stringify(v) !== JSON.stringify(mails);
  const [contact, setContact] = useState('');
  useUnsaved(() => dirty);
  const save = async () => {
    form.clear();
    const saved = await api.groups.saveMails(v, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    form.reset(saved);
    client.setQueryData(['settings-form', 'group-mails', mails.groupId], saved);
    await client.invalidateQueries({ queryKey: ['settings-form', 'group', mails.groupId] });
  };
  return (
    <>
      <fieldset className={css.fieldset} disabled={off}>
        <Section title={t('window.groups.portal.addresses')}>
          <Grid>
            <TextInput label={t('window.groups.portal.requests_to')} description={t('window.groups.portal.requests_to_hint')} type="email" spellCheck={false} {...form.text('requestsTo')} />
            <TextInput label={t('window.groups.portal.mails_from')} description={t('window.groups.portal.mails_from_hint')} type="email" spellCheck={false} {...form.text('mailsFrom')} />
            {v.contacts.length > 0 && <Select label={t('window.groups.portal.look_contact')} description={t('window.groups.portal.look_contact_hint')} searchable allowDeselect={false} data={v.contacts.map((c) => ({ value: c.code, label: c.label }))} value={contact || v.contacts[0]!.code} onChange={(c) => setContact(c ?? '')} />}
          </Grid>
        </Section>
        {v.mails.map((m) => {
          const key = switches[m.kind];
          return (
            <MailPart key={m.kind} groupId={v.groupId} mail={m} contactId={contact} placeholders={v.placeholders} errors={form.errors} off={off}
              set={(part) => form.set('mails', v.mails.map((x) => (x.kind === m.kind ? { ...x, ...part } : x)))}
              head={key && <Checkbox label={t(m.kind === 'invited' ? 'window.groups.portal.invite_others' : 'window.groups.portal.send_mail')} checked={v[key]} onChange={(e) => form.set(key, e.currentTarget.checked)} data-field={key} />} />
          );
        })}
      </fieldset>
      <Foot general={form.general} dirty={dirty && !off} save={save} fail={form.fail} undo={() => form.reset(mails)} />
    </>
  );
}
