// What is on its way: how far, why not, and a way out of each.
import { ActionIcon, Button } from '@mantine/core';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { dropUploads, retryUpload, useUploads, type Upload } from './uploads';
import css from './files.module.css';

export function UploadList({ contractId }: { contractId: string }) {
  const t = useT();
  const mine = useUploads().filter((u) => u.contractId === contractId);
  const [arrived, failed] = [mine.filter((u) => u.state === 'done').length, mine.filter((u) => u.state === 'failed').length];
  if (mine.length === 0) return null;
  const going = mine.length - arrived - failed;
  const title = going > 0 ? t('window.contractfiles.sending', { n: arrived, total: mine.length }) : t('window.contractfiles.sent', { n: arrived, failed });
  const act = going > 0
    ? <Button variant="default" size="compact-md" onClick={() => dropUploads((u) => u.contractId === contractId && (u.state === 'waiting' || u.state === 'running'))}>{t('window.contractfiles.stop_all')}</Button>
    : <Button variant="default" size="compact-md" onClick={() => dropUploads((u) => u.contractId === contractId)}>{t('window.close')}</Button>;
  return (
    <Section title={title} flush actions={act}>
      <span className="sr" role="status">{going > 0 ? '' : title}</span>
      <ul className={css.uploads} aria-label={t('window.contractfiles.sending_list')}>
        {mine.filter((u) => u.state !== 'done').slice(0, 50).map((u) => <Line key={u.id} u={u} />)}
      </ul>
    </Section>
  );
}

function Line({ u }: { u: Upload }) {
  const t = useT();
  const f = useFormat();
  const name = u.path ? `${u.path}/${u.file.name}` : u.file.name;
  const part = u.file.size > 0 ? Math.min(u.sent / u.file.size, 1) : 0;
  return (
    <li className={css.upload} data-state={u.state}>
      <div className={css.what}>
        <span className={css.plain}>{name}</span>
        {u.state === 'failed' ? <span className={css.why}>{u.error}</span>
          : <span className="faint small">{u.state === 'waiting' ? t('window.contractfiles.waiting', { size: f.bytes(u.file.size) }) : t('window.contractfiles.progress', { sent: f.bytes(u.sent), size: f.bytes(u.file.size) })}</span>}
        {u.state === 'running' && <span className={css.bar} role="progressbar" aria-label={name} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(part * 100)}><span style={{ width: `${part * 100}%` }} /></span>}
      </div>
      {u.state === 'failed' && <ActionIcon variant="default" size={36} aria-label={t('window.contractfiles.again', { name })} onClick={() => retryUpload(u.id)}><Icon name="refresh" size={16} /></ActionIcon>}
      <ActionIcon variant="default" size={36} aria-label={t(u.state === 'failed' ? 'window.contractfiles.forget' : 'window.contractfiles.stop', { name })} onClick={() => dropUploads((x) => x.id === u.id)}><Icon name="close" size={16} /></ActionIcon>
    </li>
  );
}
