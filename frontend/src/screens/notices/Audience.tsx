import { MultiSelect, Radio } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type NoticeGroup } from '~/api';
import { Stack } from '~/components/layout';
import { useT } from '~/i18n';

type Props = { everyone: boolean; groups: NoticeGroup[]; error?: string; onChange: (everyone: boolean, groups: NoticeGroup[]) => void };

/** Whom something in the portal is for: everybody, or the customers of chosen groups. */
export function Audience({ everyone, groups, error, onChange }: Props) {
  const t = useT();
  const query = useQuery({ queryKey: ['groups', 'list'], queryFn: api.groups.list });
  const all = query.data ?? [];
  const chosen = (ids: string[]) => onChange(false, all.filter((g) => ids.includes(g.publicId)).map((g) => ({ publicId: g.publicId, name: g.name })));
  return (
    <Stack gap={3}>
      <Radio.Group label={t('window.notices.f.for')} value={everyone ? 'all' : 'groups'} onChange={(v) => onChange(v === 'all', groups)}>
        <Stack gap={2}>
          <Radio value="all" label={t('window.notices.f.everyone')} />
          <Radio value="groups" label={t('window.notices.f.chosen')} />
        </Stack>
      </Radio.Group>
      {!everyone && <MultiSelect label={t('window.notices.f.groups')} data={all.map((g) => ({ value: g.publicId, label: g.name }))} value={groups.map((g) => g.publicId)} onChange={chosen} error={error} searchable data-field="groups" />}
    </Stack>
  );
}
