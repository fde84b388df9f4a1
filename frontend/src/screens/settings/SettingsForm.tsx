import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ActionButton } from '~/components/ActionButton';
import { useForm, type Form } from '~/components/form';
import { Notice } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useT } from '~/i18n';
import css from './settings.module.css';

type Props<V extends object> = { name: string; load: () => Promise<V>; save: (v: V) => Promise<V>; children: (form: Form<V>) => ReactNode; beside?: (form: Form<V>) => ReactNode };

/** One section of settings: read once, applied whole or not at all. */
export function SettingsForm<V extends object>(p: Props<V>) {
  const query = useQuery({ queryKey: ['settings-form', p.name], queryFn: p.load, gcTime: 0, staleTime: Infinity });
  return <Await query={query}>{(v) => <Body {...p} values={v} />}</Await>;
}

function Body<V extends object>({ values, save, name, children, beside }: Props<V> & { values: V }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm<V>(values);
  useUnsaved(() => form.dirty);
  const act = async () => {
    form.clear();
    const saved = await save(form.values);
    form.reset(saved);
    client.setQueryData(['settings-form', name], saved);
    toast(t('window.settings.saved'));
    void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'settings-form' });
  };
  return (
    <form style={{ display: 'contents' }} onSubmit={(e) => e.preventDefault()} noValidate>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      {children(form)}
      <div className={css.save} data-foot><ActionButton type="submit" onAct={act} onError={form.fail} disabled={!form.dirty} data-testid="save">{t('window.save')}</ActionButton>{beside?.(form)}</div>
    </form>
  );
}
