import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, asApiError, type ImportKind } from '~/api';
import { Icon } from '~/components/Icon';
import { Notice, Section, Stack } from '~/components/layout';
import { useFormat } from '~/format/format';
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
    <>
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
    <Past kind={kind} />
    </>
  );
}

/** What came in before. */
function Past({ kind }: { kind: ImportKind }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['import-history'], queryFn: api.imports.history, gcTime: 0 });
  const past = (query.data ?? []).filter((d) => d.kind === kind);
  if (!past.length) return null;
  return (
    <Section title={t('window.import.past')} flush>
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.import.past')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.import.step.file')}</th><th scope="col">{t('window.import.made_done')}</th><th scope="col">{t('window.import.changed_done')}</th><th scope="col">{t('window.import.skipped')}</th><th scope="col">{t('window.prices.at')}</th><th scope="col">{t('window.prices.who')}</th></tr></thead>
          <tbody>{past.map((d) => <tr key={d.publicId}><th scope="row">{d.file}</th><td>{f.count(d.made)}</td><td>{f.count(d.changed)}</td><td>{f.count(d.skipped)}</td><td className="nowrap">{f.instant(d.at)}</td><td>{d.by}</td></tr>)}</tbody>
        </table>
      </div>
    </Section>
  );
}

const base64 = (file: File) => new Promise<string>((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(String(reader.result).replace(/^data:[^,]*,/, ''));
  reader.onerror = () => fail(reader.error);
  reader.readAsDataURL(file);
});
