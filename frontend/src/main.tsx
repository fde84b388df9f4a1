import './theme/styles';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { client, listen } from './api/client';
import { App } from './app/App';
import { usePathHook } from './app/router';
import { ConfirmHost } from './components/Confirm';
import { ProofHost } from './components/Proof';
import { Crash } from './app/Crash';
import { activate, storedLang, systemLang } from './i18n';
import { theme } from './theme/theme';
import { useComputedScheme } from './theme/scheme';

// The variables are static (theme/mantine.css): nothing is injected, the content policy stays strict.
function Root() {
  const scheme = useComputedScheme();
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={client}>
        <Router hook={usePathHook} hrefs={(href) => '#' + href}>
          <Crash><App /></Crash>
        </Router>
        <ConfirmHost />
        <ProofHost />
        <Notifications position="bottom-right" limit={3} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

await activate(storedLang() ?? systemLang());
listen();
createRoot(document.getElementById('root')!).render(<StrictMode><Root /></StrictMode>);
