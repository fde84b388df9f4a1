import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { api, asApiError, type ImportKind } from '~/api';
import { Icon } from '~/components/Icon';
import { Notice, Section, Stack } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import css from './import.module.css';

/** A file is dropped or chosen; Go tells by its bytes what it is. */
export function ChooseFile({ kind, onOpen }: { kind: ImportKind; onOpen: (id: string) => void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const take = async (file: File | undefined) => {
    if (!file || busy) return;
    setBusy(true);
    setFault('');
    try { onOpen((await api.imports.open(kind, file.name, await base64(file))).id); } catch (e) { setFault(asApiError(e).message); } finally { setBusy(false); }
  };
  return (
    <Section title={t('window.import.choose')}>
      <Stack gap={4}>
        {fault && <Notice tone="danger">{fault}</Notice>}
        <div className={css.drop} data-over={over || undefined} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
          onDrop={(e) => { e.preventDefault(); setOver(false); void take(e.dataTransfer.files[0]); }}>
          <Icon name="download" size={28} />
          <p>{t('window.import.drop')}</p>
          <Button loading={busy} onClick={() => input.current?.click()} data-testid="import-choose">{t('window.import.browse')}</Button>
          <input ref={input} type="file" hidden accept=".csv,.txt,.tsv,.xlsx" aria-label={t('window.import.browse')} data-testid="import-file" onChange={(e) => { void take(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
          <p className="small faint">{t('window.import.forms')}</p>
        </div>
        <p className="soft">{tDynamic(`window.import.help.${kind}`)}</p>
        <p className="soft">{t('window.import.safe')}</p>
      </Stack>
    </Section>
  );
}

const base64 = (file: File) => new Promise<string>((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(String(reader.result).replace(/^data:[^,]*,/, ''));
  reader.onerror = () => fail(reader.error);
  reader.readAsDataURL(file);
});
