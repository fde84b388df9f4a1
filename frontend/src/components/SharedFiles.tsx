// The files beside a customer or a document: drop or choose, who sees them, the mail about them, seen or not.
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type DragEvent } from 'react';
import { MakeButton, useClosed } from '~/app/may';
import { api, asApiError, inWindow, useIntention, type SharedFile } from '~/api';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { ActionButton } from './ActionButton';
import { Badge } from './Badge';
import { confirm } from './Confirm';
import { Icon } from './Icon';
import { InPortal } from './InPortal';
import { ActionMenu, Notice, Section } from './layout';
import { saveFile, showError, toast } from './toast';
import css from './files.module.css';

type Of = { customerId?: string; documentId?: string; /** of a document: its mail is still to go */ draft?: boolean };

const accept = '.pdf,.png,.jpg,.jpeg,.gif,.webp,.heic,.tif,.tiff,.docx,.xlsx,.pptx,.odt,.ods,.odp,.zip,.csv,.txt';

export function SharedFiles({ customerId = '', documentId = '', draft }: Of) {
  const t = useT();
  const key = ['files', customerId, documentId];
  const query = useInfiniteQuery({ queryKey: key, queryFn: async ({ pageParam }) => (documentId ? { rows: await api.files.ofDocument(documentId), next: '' } : api.files.ofCustomer(customerId, pageParam)), initialPageParam: '', getNextPageParam: (last) => last.next || undefined });
  const [picked, setPicked] = useState<File[]>([]);
  const rows = (query.data?.pages ?? []).flatMap((p) => p.rows);
  return (
    <Section title={t('window.files.title')} flush id="shared-files">
      <DropZone onPick={(files) => setPicked((p) => [...p, ...files].slice(0, 20))} />
      {picked.length > 0 && <ShareForm customerId={customerId} documentId={documentId} draft={!!draft} files={picked} onDrop={(i) => setPicked((p) => p.filter((_, n) => n !== i))} onDone={() => setPicked([])} />}
      {query.error && <div className={css.pad}><Notice tone="danger">{asApiError(query.error).message}</Notice></div>}
      {rows.length > 0 && <ul className={css.list} aria-label={t('window.files.title')}>{rows.map((f) => <Row key={f.id} file={f} ofDocument={!!documentId} />)}</ul>}
      {query.hasNextPage && <div className={css.pad}><Button variant="default" size="compact-md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('window.files.more')}</Button></div>}
      {query.data && rows.length === 0 && picked.length === 0 && <p className={css.none}>{t(documentId ? 'window.files.none_document' : 'window.files.none')}</p>}
    </Section>
  );
}

function DropZone({ onPick }: { onPick: (files: File[]) => void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const closed = useClosed('answer');
  const drop = (e: DragEvent) => { e.preventDefault(); setOver(false); if (!closed) onPick([...e.dataTransfer.files]); };
  return (
    <div className={css.drop} data-over={over || undefined} onDragOver={(e) => { e.preventDefault(); setOver(!closed); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <span className="soft">{t('window.files.drop')}</span>
      <MakeButton may="answer" variant="default" size="compact-md" leftSection={<Icon name="plus" size={15} />} onClick={() => input.current?.click()}>{t('window.files.choose')}</MakeButton>
      <input ref={input} type="file" multiple hidden accept={accept} aria-label={t('window.files.choose')} data-testid="file-input" onChange={(e) => { onPick([...(e.currentTarget.files ?? [])]); e.currentTarget.value = ''; }} />
    </div>
  );
}

function ShareForm({ customerId, documentId, draft, files, onDrop, onDone }: Of & { files: File[]; draft: boolean; onDrop: (i: number) => void; onDone: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [note, setNote] = useState('');
  const [inPortal, setInPortal] = useState(true);
  const [tell, setTell] = useState(false);
  const [withMail, setWithMail] = useState(draft);
  const [error, setError] = useState('');
  const share = async () => {
    setError('');
    await api.files.share({ key: intention.key(), customerId: customerId ?? '', documentId: documentId ?? '', note, inPortal, withMail: withMail && !!documentId, tell: tell && inPortal && !draft }, files);
    intention.done();
    toast(t('window.files.shared', { n: files.length }));
    onDone();
    await client.invalidateQueries({ queryKey: ['files'] });
  };
  return (
    <div className={css.form}>
      <ul className={css.picked}>{files.map((x, i) => (
        <li key={i}><span className="ellipsis">{x.name}</span><span className="faint nowrap">{f.bytes(x.size)}</span>
          <Button variant="subtle" size="compact-sm" aria-label={t('window.files.leave_out', { name: x.name })} onClick={() => onDrop(i)}><Icon name="close" size={14} /></Button></li>
      ))}</ul>
      <TextInput label={t('window.files.note')} value={note} maxLength={500} onChange={(e) => setNote(e.currentTarget.value)} />
      <Checkbox label={t(draft ? 'window.files.in_portal_later' : 'window.files.in_portal')} checked={inPortal} onChange={(e) => setInPortal(e.currentTarget.checked)} />
      {documentId && <Checkbox label={t('window.files.with_mail')} checked={withMail} onChange={(e) => setWithMail(e.currentTarget.checked)} />}
      {!draft && <Checkbox label={t('window.files.tell')} disabled={!inPortal} checked={tell && inPortal} onChange={(e) => setTell(e.currentTarget.checked)} />}
      {error && <Notice tone="danger">{error}</Notice>}
      <div className={css.acts}>
        <ActionButton onAct={share} onError={(e) => setError(asApiError(e).message)} data-testid="share-files">{t(inPortal ? 'window.files.share' : 'window.files.keep')}</ActionButton>
        <Button variant="default" onClick={onDone}>{t('window.cancel')}</Button>
      </div>
    </div>
  );
}

function Row({ file, ofDocument }: { file: SharedFile; ofDocument: boolean }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const again = () => client.invalidateQueries({ queryKey: ['files'] });
  const remove = async () => {
    if (!await confirm({ title: t('window.files.remove_title', { name: file.name }), body: t(file.inPortal ? 'window.files.remove_text' : 'window.files.remove_text_internal'), verb: t('window.files.remove'), danger: true })) return;
    await api.files.remove(file.id);
    await again();
  };
  const open = async () => {
    if (!inWindow && (file.mediaType === 'application/pdf' || file.mediaType.startsWith('image/'))) window.open(file.href, '_blank', 'noopener');
    else await saveFile(file.href);
    setTimeout(() => void again(), 800);
  };
  const change = async (inPortal: boolean, withMail: boolean) => { await api.files.change(file.id, file.note, inPortal, withMail); await again(); };
  const tell = async () => { await api.files.tell(file.customerId, [file.id], intention.key()); intention.done(); toast(t('window.files.told')); await again(); };
  const who = file.fromCustomer ? t('window.files.from_customer', { name: file.author }) : file.author;
  return (
    <li className={css.row}>
      <Icon name="invoice" size={18} />
      <div className={css.what}>
        <span><InPortal on={file.inPortal} /><button type="button" className={css.name} onClick={() => void open().catch(showError)}>{file.name}</button></span>
        {file.note && <span className="soft small">{file.note}</span>}
        <span className="faint small">{[f.date(file.createdAt.slice(0, 10)), who, file.sizeLabel, !ofDocument && file.documentNumber].filter(Boolean).join(' · ')}</span>
      </div>
      <div className={css.marks}>
        {file.fromCustomer ? !file.seenAt && <Badge tone="info">{t('window.files.to_see')}</Badge> : <Badge tone={file.inPortal ? 'good' : 'neutral'}>{t(file.inPortal ? (file.seenAt ? 'window.files.seen' : 'window.files.visible') : 'window.files.internal')}</Badge>}
        {file.withMail && <Badge tone="neutral">{t('window.files.goes_with_mail')}</Badge>}
      </div>
      <ActionMenu label={t('window.files.actions', { name: file.name })} actions={[
        { label: t('window.files.save'), icon: 'download', onClick: () => void saveFile(file.href) },
        ...(file.fromCustomer ? [] : [{ label: t(file.inPortal ? 'window.files.hide' : 'window.files.show'), icon: 'eye' as const, may: 'answer' as const, onClick: () => void change(!file.inPortal, file.withMail).catch(showError) }]),
        ...(file.documentId && !file.fromCustomer ? [{ label: t(file.withMail ? 'window.files.not_with_mail' : 'window.files.with_mail'), icon: 'mail' as const, may: 'answer' as const, onClick: () => void change(file.inPortal, !file.withMail).catch(showError) }] : []),
        ...(file.inPortal && !file.fromCustomer ? [{ label: t('window.files.tell'), icon: 'send' as const, may: 'answer' as const, onClick: () => void tell().catch(showError) }] : []),
        { label: t('window.files.remove'), icon: 'trash', may: 'answer', divider: true, onClick: () => void remove().catch(showError) },
      ]} />
    </li>
  );
}
