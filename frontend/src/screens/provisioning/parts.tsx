// What tokens and webhooks share: a secret that is shown once, some of a few names.
import { Button, Checkbox } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ApiSecret } from '~/api';
import { CopyButton } from '~/components/display';
import { Notice } from '~/components/layout';
import { useT } from '~/i18n';
import css from './provisioning.module.css';

/** A secret that was just made: here, now, and never again. */
export function Told({ secret, words, done }: { secret: ApiSecret; words: string; done: () => void }) {
  const t = useT();
  // It is shown once: whoever made it by keys is led to it, and it is read out.
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.focus(), []);
  return (
    <div ref={here} tabIndex={-1} role="status"><Notice tone="good" action={<Button variant="default" onClick={done} data-testid="secret-kept">{t('window.api.kept')}</Button>}>
      <strong>{words}</strong>
      <div className={css.secret}><code data-testid="secret">{secret.secret}</code><CopyButton value={secret.secret} label={t('window.api.copy_secret')} /></div>
    </Notice></div>
  );
}

/** Some of a few names, each with its words. */
export function Choices({ label, names, words, value, onChange, error, ...rest }: { label: string; names: string[]; words: (name: string) => string; value: string[]; onChange: (v: string[]) => void; error?: string; 'data-field'?: string }) {
  return (
    <Checkbox.Group label={label} value={value} onChange={onChange} error={error} {...rest}>
      <div className={css.choices}>{names.map((n) => <Checkbox key={n} value={n} label={words(n)} description={n} data-testid={`choice-${n}`} />)}</div>
    </Checkbox.Group>
  );
}
