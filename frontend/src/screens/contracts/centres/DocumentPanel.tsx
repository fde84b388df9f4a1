// One document beside what one was doing: read here where it is a PDF, with the sum by which it is known.
import { Button } from '@mantine/core';
import { CopyButton } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Stack } from '~/components/layout';
import { PdfPreview } from '~/components/PdfPreview';
import { SidePanel } from '~/components/SidePanel';
import { saveFile } from '~/components/toast';
import { useT } from '~/i18n';
import css from './centres.module.css';

export type Shown = { name: string; href: string; sha256: string; pdf: boolean };

export function DocumentPanel({ shown, onClose }: { shown?: Shown; onClose: () => void }) {
  const t = useT();
  return (
    <SidePanel opened={!!shown} onClose={onClose} title={shown?.name ?? ''} width={760}>
      {shown && (
        <Stack gap={4}>
          <Sum sha256={shown.sha256} />
          {shown.pdf ? <div className={css.preview}><PdfPreview src={shown.href} title={shown.name} saveHref={shown.href} /></div>
            : <div><p className="soft">{t('window.centres.no_preview')}</p><Button mt="md" variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(shown.href)}>{t('window.centres.save_file')}</Button></div>}
        </Stack>
      )}
    </SidePanel>
  );
}

/** A SHA-256 as it is compared: whole, in groups, to copy. */
export function Sum({ sha256, label }: { sha256: string; label?: string }) {
  const t = useT();
  return <div className={css.sum}><span className="small faint">{label ?? t('window.centres.sum')}</span><code>{sha256.replace(/(.{8})(?=.)/g, '$1 ')}</code><CopyButton value={sha256} label={t('window.centres.copy_sum')} /></div>;
}
