import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Button } from '@mantine/core';
import { api, drop, goOn, on, onSignInNeeded, type Status, type UserMark } from '~/api';
import { Empty, FullPage, Page } from '~/components/layout';
import { Await, ErrorState } from '~/components/states';
import { lang, setLang, useT } from '~/i18n';
import { isScheme, setScheme } from '~/theme/scheme';
import { Allowed } from './Closed';
import { Crash } from './Crash';
import { Gate } from './Gate';
import { Shell } from './Shell';
import { navigate } from './router';
import { arrived, takeLinkToken } from './session';
import { SignIn } from '~/screens/signin/SignIn';
import { Hold, Start } from '~/screens/start/Start';
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
import { CannedPage } from '~/screens/inbox/CannedPage';
import { InboxPage } from '~/screens/inbox/InboxPage';
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
import { FaqPage } from '~/screens/notices/FaqPage';
import { NoticeList } from '~/screens/notices/NoticeList';
import { NoticePage } from '~/screens/notices/NoticePage';
import { AccountPage } from '~/screens/billingaccount/AccountPage';
import { MonthPage } from '~/screens/billingaccount/MonthPage';
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
  const user = status.data?.user;
  const [language, theme] = [user?.language || company?.language, user?.theme || company?.theme];
  useEffect(() => {
    // What the person chose is kept by Go: a browser's own store is another one at each port.
    if (!company) return;
    if ((language === 'fr' || language === 'en') && language !== lang()) void setLang(language);
    if (isScheme(theme)) setScheme(theme);
  }, [company?.id, user?.id, language, theme]);
  // An answer, or the end of the stream, told that nobody is signed in any more: Go is asked.
  const { refetch } = status;
  useEffect(() => {
    const off = [onSignInNeeded(() => void refetch()), on('shut', () => void refetch())];
    return () => off.forEach((f) => f());
  }, [refetch]);
  if (status.isError && !status.data) return <FullPage><ErrorState error={status.error} retry={() => void status.refetch()} /></FullPage>;
  return <Await query={status}>{(s) => <Desk status={s} at={status.dataUpdatedAt} />}</Await>;
}

function Desk({ status, at }: { status: Status; at: number }) {
  const [token, setToken] = useState(takeLinkToken);
  const last = useRef<Status | null>(null); // what was open before somebody had to sign in again
  if (status.company && !status.signInNeeded) last.current = status;
  // Signed in by another tab meanwhile: what waits goes on, unless it is another person's.
  const whose = useRef(status.user?.id);
  useEffect(() => {
    if (status.signInNeeded) return;
    if (whose.current && whose.current !== status.user?.id) drop(); else goOn();
    whose.current = status.user?.id;
  }, [status.signInNeeded, status.user?.id, at]);
  const [held, setHeld] = useState<Status | null>(null);
  const shown = held ?? (status.signInNeeded ? last.current : status);
  const came = async (user: UserMark | null | undefined) => { setToken(''); await arrived(user, last.current?.user?.id); };
  return (
    <Hold value={(on) => setHeld(on ? status : null)}>
      {(status.signInNeeded || token) && <Gate><SignIn key={token} firm={status.company?.name ?? ''} token={token} onDone={(user) => void came(user)} onLeave={status.signInNeeded ? undefined : () => setToken('')} /></Gate>}
      {!shown ? null
        : shown.state === 'first_start' ? <Start status={shown} />
        : shown.state !== 'open' || !shown.company ? <Recovery status={shown} />
        : <Shell key={shown.user?.id} status={shown}><Routes key={shown.company.id} /></Shell>}
    </Hold>
  );
}

function Routes() {
  const [path] = useLocation();
  const page = (element: ReactNode) => <Crash small key={path}><Allowed>{element}</Allowed></Crash>;
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
      <Route path="/questions"><Redirect to="/inbox" replace /></Route>
      <Route path="/inbox/canned">{page(<CannedPage />)}</Route>
      <Route path="/inbox/:kind?/:id?">{(p) => <Crash small key="inbox"><InboxPage kind={p.kind} id={p.id} /></Crash>}</Route>
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
      <Route path="/announcements">{page(<NoticeList />)}</Route>
      <Route path="/announcements/:id">{(p) => page(<NoticePage key={p.id} id={p.id === 'new' ? '' : p.id} />)}</Route>
      <Route path="/faq">{page(<FaqPage />)}</Route>
      <Route path="/account">{page(<AccountPage />)}</Route>
      <Route path="/account/:month">{(p) => page(<MonthPage month={p.month} />)}</Route>
      <Route path="/books/ageing">{page(<AgeingPage />)}</Route>
      <Route path="/statements">{page(<SchedulesPage />)}</Route>
      <Route path="/books/journals">{page(<Journals />)}</Route>
      <Route path="/books/check">{page(<CheckPage />)}</Route>
      <Route path="/portal">{page(<PortalPage />)}</Route>
      <Route path="/settings/portal/contacts">{page(<ContactsPage />)}</Route>
      <Route path="/settings/*?"><Crash small><Settings /></Crash></Route>
      <Route>{page(<Nowhere />)}</Route>
    </Switch>
  );
}

function Nowhere() {
  const t = useT();
  return <Page><h1 className="sr">{t('window.error.nowhere')}</h1><Empty icon="search" title={t('window.error.nowhere')} text={t('window.error.nowhere_text')}><Button onClick={() => navigate('/')}>{t('window.error.home')}</Button></Empty></Page>;
}
