import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Empty, FullPage } from '~/components/layout';
import { t } from '~/i18n';

/** A screen that fails shows why and a way on, never a blank window. */
export class Crash extends Component<{ children: ReactNode; small?: boolean }, { error: Error | null }> {
  state: { error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error) { return { error }; }
  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const body = (
      <div role="alert">
        <Empty icon="danger" tone="danger" title={t('window.error.crash')} text={<>{t('window.error.crash_text')}<br /><span className="small mono">{error.message}</span></>}>
          <Button onClick={() => location.reload()}>{t('window.error.reload')}</Button>
        </Empty>
      </div>
    );
    return this.props.small ? body : <FullPage>{body}</FullPage>;
  }
}
