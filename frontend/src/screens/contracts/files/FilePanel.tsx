// One attachment beside the list: what it looks like, its versions, and the way to a new one.
import { Button, Tabs, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, asApiError, inWindow, useIntention, type AttachedFile, type FileTree, type FileVersion } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Row, Stack } from '~/components/layout';
import { PdfPreview } from '~/components/PdfPreview';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './files.module.css';

/** Beyond this a PDF is saved and read in a reader of its own. */
const previewMax = 80 * 1024 * 1024;
const isPicture = (mediaType: string) => /^image\/(png|jpeg|gif|webp)$/.test(mediaType);

type Props = { contractId: string; tree: FileTree; file?: AttachedFile; versions: boolean; onClose: () => void };

export function FilePanel({ contractId, tree, file, versions, onClose }: Props) {
  const t = useT();
  const [tab, setTab] = useState<string | null>('look');
  useEffect(() => { if (file) setTab(versions ? 'versions' : 'look'); }, [file?.id, versions]); // eslint-disable-line react-hooks/exhaustive-deps -- a new version leaves the tab alone
  return (
    <SidePanel opened={!!file} onClose={onClose} title={<span className={css.plain}>{file?.name}</span>} width={780}>
      {file && (
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="look">{t('window.contractfiles.look')}</Tabs.Tab>
            <Tabs.Tab value="versions" data-testid="file-versions">{t('window.contractfiles.versions_n', { n: file.n })}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="look" pt="md"><Look file={file} /></Tabs.Panel>
          <Tabs.Panel value="versions" pt="md"><Versions contractId={contractId} file={file} maxMb={tree.maxMb} /></Tabs.Panel>
        </Tabs>
      )}
    </SidePanel>
  );
}

function Look({ file }: { file: AttachedFile }) {
  const t = useT();
  const f = useFormat();
  const href = api.contractFiles.href(file.versionId);
  if (file.mediaType === 'application/pdf' && file.size <= previewMax) return <div className={css.preview}><PdfPreview src={href} title={file.name} saveHref={href} onOpen={inWindow ? undefined : () => window.open(href, '_blank', 'noopener')} /></div>;
  if (isPicture(file.mediaType)) return <Stack gap={3}><img className={css.picture} src={href} alt={file.name} /><div><Button variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(href)}>{t('window.contractfiles.save')}</Button></div></Stack>;
  return <Empty icon="invoice" title={file.name} text={t('window.contractfiles.no_look', { size: f.bytes(file.size) })}><Button leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(href)}>{t('window.contractfiles.save')}</Button></Empty>;
}

function Versions({ contractId, file, maxMb }: { contractId: string; file: AttachedFile; maxMb: number }) {
  const query = useQuery({ queryKey: ['contracts', contractId, 'files', file.id, 'versions'], queryFn: () => api.contractFiles.versions(contractId, file.id) });
  return (
    <Stack gap={4}>
      {!file.sealed && !file.removedAt && <NewVersion contractId={contractId} file={file} maxMb={maxMb} />}
      <Await query={query}>{(list) => <ol className={css.versions}>{list.map((v, i) => <VersionLine key={v.id} v={v} newest={i === 0} />)}</ol>}</Await>
    </Stack>
  );
}

function VersionLine({ v, newest }: { v: FileVersion; newest: boolean }) {
  const t = useT();
  const f = useFormat();
  const href = api.contractFiles.href(v.id);
  const open = () => (!inWindow && (v.mediaType === 'application/pdf' || isPicture(v.mediaType)) ? window.open(href, '_blank', 'noopener') : void saveFile(href));
  return (
    <li className={css.versionLine}>
      <div className={css.what}>
        <span className={css.titled}><strong>{t('window.contractfiles.version_n', { n: v.n })}</strong>{newest && <Badge tone="accent">{t('window.contractfiles.current')}</Badge>}</span>
        {v.note && <span className={css.note}>{v.note}</span>}
        <span className="faint small">{[f.instant(v.at), v.author || t('window.contractfiles.program'), f.bytes(v.size)].join(' · ')}</span>
        <span className="faint small mono" title={v.sha256}>{t('window.contractfiles.sha', { sum: v.sha256.slice(0, 16) })}</span>
      </div>
      <Button variant="default" size="compact-md" onClick={open} aria-label={t('window.contractfiles.open_version', { n: v.n })}>{t('window.contractfiles.open')}</Button>
      <Button variant="default" size="compact-md" onClick={() => void saveFile(href)} aria-label={t('window.contractfiles.save_version', { n: v.n })}><Icon name="download" size={16} /></Button>
    </li>
  );
}

function NewVersion({ contractId, file, maxMb }: { contractId: string; file: AttachedFile; maxMb: number }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const input = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController>(null);
  const [picked, setPicked] = useState<File>();
  const [note, setNote] = useState('');
  const [sent, setSent] = useState(-1);
  const [error, setError] = useState('');
  const pick = (x?: File) => { setPicked(x); setError(x && x.size > maxMb * 1024 * 1024 ? t('window.contractfiles.too_big', { n: maxMb }) : ''); intention.done(); };
  const add = async () => {
    if (!picked) return;
    stop.current = new AbortController();
    setError('');
    try {
      await api.contractFiles.addVersion(contractId, file.id, { key: intention.key(), base: file.versionId, note }, picked, { signal: stop.current.signal, onProgress: setSent });
      intention.done();
      setPicked(undefined); setNote('');
      toast(t('window.contractfiles.version_added'));
      await client.invalidateQueries({ queryKey: ['contracts', contractId] });
    } catch (e) {
      if (!stop.current.signal.aborted) setError(asApiError(e).message);
    } finally { setSent(-1); }
  };
  return (
    <div className={css.newVersion}>
      {file.rounds.length > 0 && <Notice tone="warning">{t('window.contractfiles.restarts')}</Notice>}
      <input ref={input} type="file" hidden aria-label={t('window.contractfiles.version_new')} data-testid="version-input" onChange={(e) => { pick(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
      <Row gap={3}>
        <Button variant="default" leftSection={<Icon name="upload" size={16} />} onClick={() => input.current?.click()}>{t(picked ? 'window.contractfiles.another' : 'window.contractfiles.version_new')}</Button>
        {picked && <span className={css.plain}>{picked.name} <span className="faint small nowrap">{f.bytes(picked.size)}</span></span>}
      </Row>
      {picked && <TextInput label={t('window.contractfiles.version_note')} value={note} maxLength={500} onChange={(e) => setNote(e.currentTarget.value)} />}
      {error && <Notice tone="danger">{error}</Notice>}
      {picked && (
        <Row gap={2}>
          <ActionButton onAct={add} disabled={!!error && picked.size > maxMb * 1024 * 1024} data-testid="version-add">{t('window.contractfiles.version_add')}</ActionButton>
          {sent >= 0
            ? <Button variant="default" onClick={() => stop.current?.abort()}>{t('window.contractfiles.stop_at', { sent: f.bytes(sent), size: f.bytes(picked.size) })}</Button>
            : <Button variant="default" onClick={() => { setPicked(undefined); setError(''); }}>{t('window.cancel')}</Button>}
        </Row>
      )}
    </div>
  );
}
