import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Button } from '@mantine/core';
import { api } from '~/api';
import { Empty, FullPage, Page } from '~/components/layout';
import { Await, ErrorState } from '~/components/states';
import { lang, setLang, useT } from '~/i18n';
import { isScheme, setScheme } from '~/theme/scheme';
import { Crash } from './Crash';
import { Shell } from './Shell';
import { navigate } from './router';
import { Start } from '~/screens/start/Start';
import { Recovery } from '~/screens/start/Recovery';
import { Home } from '~/screens/home/Home';
import { InvoiceList } from '~/screens/invoices/InvoiceList';
import { InvoiceEditor } from '~/screens/invoices/InvoiceEditor';
import { InvoiceView } from '~/screens/invoices/InvoiceView';
import { CreditList } from '~/screens/credits/CreditList';
import { ContractCalendar } from '~/screens/contracts/Calendar';
import { ContractEditor } from '~/screens/contracts/ContractEditor';
import { ContractList } from '~/screens/contracts/ContractList';
import { ContractPage } from '~/screens/contracts/ContractPage';
import { VerifyPage } from '~/screens/contracts/centres';
import { RecurringList } from '~/screens/recurring/RecurringList';
import { RegistrationPoster } from '~/screens/invitations/RegistrationLinks';
import { PlanPoster } from '~/screens/subscriptions/PlanLinks';
import { PlanList } from '~/screens/subscriptions/PlanList';
import { PlanPage } from '~/screens/subscriptions/PlanPage';
import { SubscriptionList } from '~/screens/subscriptions/SubscriptionList';
import { SubscriptionPage } from '~/screens/subscriptions/SubscriptionPage';
import { RecurringPage } from '~/screens/recurring/RecurringPage';
import { RecurringEditor } from '~/screens/recurring/RecurringEditor';
import { CatchUpPage } from '~/screens/catchup/CatchUpPage';
import { QuoteList } from '~/screens/quotes/QuoteList';
import { QuoteView } from '~/screens/quotes/QuoteView';
import { QuestionList } from '~/screens/questions/QuestionList';
import { RequestsPage } from '~/screens/requests/RequestsPage';
import { CustomerList } from '~/screens/customers/CustomerList';
import { CustomerPage } from '~/screens/customers/CustomerPage';
import { ItemList } from '~/screens/items/ItemList';
import { ItemPage } from '~/screens/items/ItemPage';
import { AnnouncedList } from '~/screens/gateways/Announced';
import { AttemptList } from '~/screens/gateways/AttemptList';
import { PayoutList } from '~/screens/gateways/Payouts';
import { PaymentList } from '~/screens/payments/PaymentList';
import { PaymentNew } from '~/screens/payments/PaymentNew';
import { MailList } from '~/screens/mail/MailList';
import { TrialBalance } from '~/screens/books/TrialBalance';
import { LedgerPage } from '~/screens/books/LedgerPage';
import { Journals } from '~/screens/books/Journals';
import { CheckPage } from '~/screens/books/Check';
import { AccountPage } from '~/screens/account/AccountPage';
import { MonthPage } from '~/screens/account/MonthPage';
import { AgeingPage } from '~/screens/statements/AgeingPage';
import { SchedulesPage } from '~/screens/statements/SchedulesPage';
import { StatementPage } from '~/screens/statements/StatementPage';
import { PortalPage } from '~/screens/portal/PortalPage';
import { ImportPage } from '~/screens/import/ImportPage';
import { PricesPage } from '~/screens/prices/PricesPage';
import { RaisePage } from '~/screens/prices/RaisePage';
import { FilePage } from '~/screens/sepa/FilePage';
import { NewDebits } from '~/screens/sepa/NewDebits';
import { SepaPage } from '~/screens/sepa/SepaPage';
import { ContactsPage } from '~/screens/contacts/ContactsPage';
import { Settings } from '~/screens/settings/Settings';

const Gallery = __GALLERY__ ? lazy(() => import('~/gallery/Gallery')) : null;

export function App() {
  const [path] = useLocation();
  if (Gallery && path.startsWith('/gallery')) return <Suspense fallback={null}><Gallery /></Suspense>;
  return <Program />;
}

function Program() {
  const status = useQuery({ queryKey: ['status'], queryFn: api.system.status, staleTime: Infinity, retry: 2 });
  const company = status.data?.company;
  useEffect(() => {
    // What the person chose is kept by Go: a browser's own store is another one at each port.
    if (!company) return;
    if ((company.language === 'fr' || company.language === 'en') && company.language !== lang()) void setLang(company.language);
    if (isScheme(company.theme)) setScheme(company.theme);
  }, [company?.id, company?.language, company?.theme]);
  if (status.isError && !status.data) return <FullPage><ErrorState error={status.error} retry={() => void status.refetch()} /></FullPage>;
  return (
    <Await query={status}>
      {(s) => s.state === 'first_start' ? <Start status={s} />
        : s.state !== 'open' || !s.company ? <Recovery status={s} />
        : <Shell status={s}><Routes key={s.company.id} /></Shell>}
    </Await>
  );
}

function Routes() {
  const [path] = useLocation();
  const page = (element: ReactNode) => <Crash small key={path}>{element}</Crash>;
  return (
    <Switch>
      <Route path="/">{page(<Home />)}</Route>
      <Route path="/invoices">{page(<InvoiceList />)}</Route>
      <Route path="/invoices/new">{page(<InvoiceEditor id="" />)}</Route>
      <Route path="/invoices/:id/edit">{(p) => page(<InvoiceEditor id={p.id} />)}</Route>
      <Route path="/invoices/:id">{(p) => page(<InvoiceView id={p.id} />)}</Route>
      <Route path="/credits">{page(<CreditList />)}</Route>
      <Route path="/credits/new">{page(<InvoiceEditor id="" kind="credit_note" />)}</Route>
      <Route path="/credits/:id/edit">{(p) => page(<InvoiceEditor id={p.id} kind="credit_note" />)}</Route>
      <Route path="/credits/:id">{(p) => page(<InvoiceView id={p.id} />)}</Route>
      <Route path="/subscriptions">{page(<SubscriptionList />)}</Route>
      <Route path="/subscriptions/:id">{(p) => page(<SubscriptionPage id={p.id} />)}</Route>
      <Route path="/plans">{page(<PlanList />)}</Route>
      <Route path="/plans/new">{page(<PlanPage id="" />)}</Route>
      <Route path="/plans/:id/poster/:link">{(p) => page(<PlanPoster planId={p.id} linkId={p.link} />)}</Route>
      <Route path="/groups/:id/poster">{(p) => page(<RegistrationPoster groupId={p.id} />)}</Route>
      <Route path="/plans/:id">{(p) => page(<PlanPage id={p.id} />)}</Route>
      <Route path="/recurring">{page(<RecurringList />)}</Route>
      <Route path="/recurring/new">{page(<RecurringEditor id="" />)}</Route>
      <Route path="/recurring/:id/edit">{(p) => page(<RecurringEditor id={p.id} />)}</Route>
      <Route path="/recurring/:id">{(p) => page(<RecurringPage id={p.id} />)}</Route>
      <Route path="/catch-up">{page(<CatchUpPage />)}</Route>
      <Route path="/contracts">{page(<ContractList />)}</Route>
      <Route path="/contracts/calendar">{page(<ContractCalendar />)}</Route>
      <Route path="/contracts/new">{page(<ContractEditor id="" />)}</Route>
      <Route path="/contracts/verify">{page(<VerifyPage />)}</Route>
      <Route path="/contracts/:id/edit">{(p) => page(<ContractEditor id={p.id} />)}</Route>
      <Route path="/contracts/:id/:tab?">{(p) => <Crash small key={p.id}><ContractPage id={p.id} tab={p.tab ?? ''} /></Crash>}</Route>
      <Route path="/quotes">{page(<QuoteList />)}</Route>
      <Route path="/quotes/new">{page(<InvoiceEditor id="" kind="quote" />)}</Route>
      <Route path="/quotes/:id/edit">{(p) => page(<InvoiceEditor id={p.id} kind="quote" />)}</Route>
      <Route path="/quotes/:id">{(p) => page(<QuoteView id={p.id} />)}</Route>
      <Route path="/questions">{page(<QuestionList />)}</Route>
      <Route path="/requests">{page(<RequestsPage id="" />)}</Route>
      <Route path="/requests/:id">{(p) => page(<RequestsPage id={p.id} />)}</Route>
      <Route path="/customers">{page(<CustomerList />)}</Route>
      <Route path="/customers/:id/statement">{(p) => page(<StatementPage customerId={p.id} />)}</Route>
      <Route path="/customers/:id">{(p) => page(<CustomerPage id={p.id === 'new' ? '' : p.id} />)}</Route>
      <Route path="/items">{page(<ItemList />)}</Route>
      <Route path="/prices">{page(<PricesPage />)}</Route>
      <Route path="/prices/raise">{page(<RaisePage />)}</Route>
      {(['customers', 'items', 'invoices'] as const).map((kind) => <Route key={kind} path={`/import/${kind}`}>{page(<ImportPage kind={kind} />)}</Route>)}
      <Route path="/items/:id">{(p) => page(<ItemPage id={p.id === 'new' ? '' : p.id} />)}</Route>
      <Route path="/payments">{page(<PaymentList />)}</Route>
      <Route path="/payments/attempts">{page(<AttemptList />)}</Route>
      <Route path="/payments/payouts">{page(<PayoutList />)}</Route>
      <Route path="/payments/announced">{page(<AnnouncedList />)}</Route>
      <Route path="/payments/new">{page(<PaymentNew />)}</Route>
      <Route path="/payments/:id">{(p) => <Redirect to={`/payments?open=${p.id}`} replace />}</Route>
      <Route path="/debits">{page(<SepaPage />)}</Route>
      <Route path="/debits/new">{page(<NewDebits />)}</Route>
      <Route path="/debits/:id">{(p) => page(<FilePage id={p.id} />)}</Route>
      <Route path="/mail">{page(<MailList />)}</Route>
      <Route path="/books/balance">{page(<TrialBalance />)}</Route>
      <Route path="/books/ledger/:account">{(p) => page(<LedgerPage account={p.account} />)}</Route>
      <Route path="/account">{page(<AccountPage />)}</Route>
      <Route path="/account/:month">{(p) => page(<MonthPage month={p.month} />)}</Route>
      <Route path="/books/ageing">{page(<AgeingPage />)}</Route>
      <Route path="/statements">{page(<SchedulesPage />)}</Route>
      <Route path="/books/journals">{page(<Journals />)}</Route>
      <Route path="/books/check">{page(<CheckPage />)}</Route>
      <Route path="/portal">{page(<PortalPage />)}</Route>
      <Route path="/settings/portal/contacts">{page(<ContactsPage />)}</Route>
      <Route path="/settings/*?">{page(<Settings />)}</Route>
      <Route>{page(<Nowhere />)}</Route>
    </Switch>
  );
}

function Nowhere() {
  const t = useT();
  return <Page><h1 className="sr">{t('window.error.nowhere')}</h1><Empty icon="search" title={t('window.error.nowhere')} text={t('window.error.nowhere_text')}><Button onClick={() => navigate('/')}>{t('window.error.home')}</Button></Empty></Page>;
}
