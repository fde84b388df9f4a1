package app

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/money"
	"comptoir/office/listing"
	"comptoir/office/registration"
	"comptoir/office/sales"
)

// Home is bound to the window: what to do today, and how the firm stands.
type Home struct{ desk *desk }

// Todo is one thing that waits for the owner. Kind names its text, Href the list behind it.
type Todo struct {
	Kind        string   `json:"kind"`
	Count       int64    `json:"count"`
	AmountMinor int64    `json:"amountMinor"`
	Href        string   `json:"href"`
	Names       []string `json:"names"`
}

// HomeMonth is one month of the chart, in the firm's currency.
type HomeMonth struct {
	Month         string `json:"month"`
	InvoicedMinor int64  `json:"invoicedMinor"`
	ReceivedMinor int64  `json:"receivedMinor"`
}

// CurrencyAmount is what is open in one currency.
type CurrencyAmount struct {
	Currency     string `json:"currency"`
	OpenMinor    int64  `json:"openMinor"`
	OpenCount    int64  `json:"openCount"`
	OverdueMinor int64  `json:"overdueMinor"`
	OverdueCount int64  `json:"overdueCount"`
}

// HomeView is the first page. Open and overdue are those of the firm's own currency; the
// others stand in Currencies.
type HomeView struct {
	Today         string           `json:"today"`
	Currency      string           `json:"currency"`
	Todo          []Todo           `json:"todo"`
	OpenMinor     int64            `json:"openMinor"`
	OpenCount     int64            `json:"openCount"`
	OverdueMinor  int64            `json:"overdueMinor"`
	OverdueCount  int64            `json:"overdueCount"`
	ReceivedMinor int64            `json:"receivedMinor"` // this month
	TaxDueMinor   int64            `json:"taxDueMinor"`
	CashMinor     int64            `json:"cashMinor"`
	Currencies    []CurrencyAmount `json:"currencies"`
	Months        []HomeMonth      `json:"months"`
	Recent        []InvoiceRow     `json:"recent"`
	Coming        []RecurringRow   `json:"coming"` // recurring invoices that run next

	Requests []registration.Certain `json:"requests"` // of those that wait: approved from here as they stand
}

// homeMonths is a year of chart.
const homeMonths = 12

// View gives the first page.
func (s *Home) View() (HomeView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return HomeView{}, err
	}
	ctx := s.desk.ctx
	firm, err := h.Company.Firm(ctx, who)
	if err != nil {
		return HomeView{}, err
	}
	v := HomeView{Today: firm.Today(h.DB.Now()).String(), Currency: firm.Currency, Currencies: []CurrencyAmount{}, Months: []HomeMonth{}, Todo: []Todo{}, Requests: []registration.Certain{}}
	if err := s.figures(ctx, h, who, &v); err != nil {
		return HomeView{}, err
	}
	if v.Todo, err = s.todo(ctx, h, who, &v, len(firm.Missing) > 0); err != nil {
		return HomeView{}, err
	}
	recent, _, err := h.Sales.List(ctx, who, sales.ListQuery{Query: listing.Query{Sort: "issueDate", Desc: true, Limit: 6}, State: "issued"})
	v.Recent = invoiceRows(recent)
	if err != nil {
		return HomeView{}, err
	}
	v.Coming, err = s.coming(ctx, h, who)
	return v, err
}

func (s *Home) figures(ctx context.Context, h *House, who actor.Actor, v *HomeView) error {
	open, err := h.Sales.OpenTotals(ctx, who)
	if err != nil {
		return err
	}
	for _, o := range open {
		if string(o.Currency) == v.Currency {
			v.OpenMinor, v.OpenCount, v.OverdueMinor, v.OverdueCount = o.DueMinor, o.Documents, o.OverdueMinor, o.OverdueDocuments
			continue
		}
		v.Currencies = append(v.Currencies, CurrencyAmount{Currency: string(o.Currency), OpenMinor: o.DueMinor, OpenCount: o.Documents, OverdueMinor: o.OverdueMinor, OverdueCount: o.OverdueDocuments})
	}
	books, err := h.Books.Turnover(ctx, who, homeMonths)
	if err != nil {
		return err
	}
	received, err := h.Payments.ReceivedByMonth(ctx, who, homeMonths, money.Currency(v.Currency))
	if err != nil {
		return err
	}
	v.TaxDueMinor, v.CashMinor = books.VATDueMinor, books.CashMinor
	for _, m := range books.Months {
		v.Months = append(v.Months, HomeMonth{Month: m.Period, InvoicedMinor: m.NetMinor, ReceivedMinor: received[m.Period]})
		v.ReceivedMinor = received[m.Period]
	}
	return nil
}

func (s *Home) todo(ctx context.Context, h *House, who actor.Actor, v *HomeView, noIdentity bool) ([]Todo, error) {
	c, err := h.Sales.Counts(ctx, who)
	if err != nil {
		return nil, err
	}
	mails, err := h.Outbox.Waiting(ctx, who)
	if err != nil {
		return nil, err
	}
	announced, err := h.Payments.Announcements(ctx, who)
	if err != nil {
		return nil, err
	}
	list := []Todo{}
	add := func(kind string, count, amount int64, href string, names []string) {
		if count > 0 {
			list = append(list, Todo{Kind: kind, Count: count, AmountMinor: amount, Href: href, Names: names})
		}
	}
	names := []string{}
	for _, a := range announced[:min(3, len(announced))] {
		names = append(names, a.CustomerName)
	}
	if err := s.calendarTodo(ctx, h, who, add); err != nil {
		return nil, err
	}
	if err := s.quoteTodo(ctx, h, who, add); err != nil {
		return nil, err
	}
	if err := s.contractTodo(ctx, h, who, add); err != nil {
		return nil, err
	}
	if v.Requests, err = s.doorTodo(ctx, h, who, add); err != nil {
		return nil, err
	}
	add("announced", int64(len(announced)), 0, "/payments/announced", names)
	if err := s.gatewayTodo(ctx, h, who, add); err != nil {
		return nil, err
	}
	chase, err := h.Reminders.Counts(ctx, who)
	if err != nil {
		return nil, err
	}
	add("to_remind", chase.Documents, chase.DueMinor, "/invoices?state=overdue&remind=1", chase.Names)
	if chase.NoRate {
		add("late_rate", 1, 0, "/settings/reminders", []string{})
	}
	add("overdue", c.Overdue, v.OverdueMinor, "/invoices?state=overdue", []string{})
	add("unsent", c.Unsent, 0, "/invoices?state=unsent", []string{})
	add("drafts", c.Draft, 0, "/invoices?state=draft", []string{})
	add("failed_mails", mails.Failed, 0, "/mail?state=failed", []string{})
	if !mails.HasServer {
		add("mail_server", 1, 0, "/settings/mail", []string{})
	}
	if mails.HasServer {
		add("waiting_mails", mails.Waiting, 0, "/mail?state=queued", []string{})
	}
	if noIdentity {
		add("identity", 1, 0, "/settings/general", []string{})
	}
	if _, failure := h.portal.state(); failure != nil {
		add("portal", 1, 0, "/portal", []string{})
	}
	return list, nil
}

// doorTodo adds who asks for access and what contacts propose; it gives the requests that are certain.
func (s *Home) doorTodo(ctx context.Context, h *House, who actor.Actor, add func(kind string, count, amount int64, href string, names []string)) ([]registration.Certain, error) {
	asking, err := h.Registration.Waiting(ctx, who)
	if err != nil {
		return nil, err
	}
	add("access_requests", asking.Count, 0, "/requests", asking.Names)
	proposed, err := h.Customers.WaitingProposals(ctx, who)
	if err != nil {
		return nil, err
	}
	if len(proposed.Customers) > 0 {
		add("proposals", proposed.Count, 0, "/customers/"+proposed.Customers[0], proposed.Names)
	}
	return asking.Certain, nil
}

// contractTodo adds the contracts that wait for something: to be signed, to be renewed or not, to
// be told of to a consumer, and milestones that are late.
func (s *Home) contractTodo(ctx context.Context, h *House, who actor.Actor, add func(kind string, count, amount int64, href string, names []string)) error {
	c, err := h.Contracts.Counts(ctx, who)
	if err != nil {
		return err
	}
	add("contracts_tell", c.Tell, 0, "/contracts?state=tell", []string{})
	add("contracts_renew", c.Renew, 0, "/contracts?state=renew", []string{})
	add("milestones_late", c.Late, 0, "/contracts?state=late", []string{})
	add("contracts_to_sign", c.ToSign, 0, "/contracts?state=to_sign", []string{})
	return nil
}

// quoteTodo adds the questions that wait for an answer and the quotes to invoice.
func (s *Home) quoteTodo(ctx context.Context, h *House, who actor.Actor, add func(kind string, count, amount int64, href string, names []string)) error {
	waiting, customers, err := h.Chat.Waiting(ctx, who)
	if err != nil {
		return err
	}
	names := []string{}
	for _, n := range customers {
		if len(names) < 3 && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	add("questions", int64(len(waiting)), 0, "/questions", names)
	c, err := h.Sales.QuoteCounts(ctx, who)
	if err != nil {
		return err
	}
	add("quotes_to_invoice", c.Approved, 0, "/quotes?state=approved", []string{})
	add("quotes_expired", c.Expired, 0, "/quotes?state=expired", []string{})
	return nil
}

// gatewayTodo adds what of gateways waits: no answer, a failed charge, a dispute, money on its way back.
func (s *Home) gatewayTodo(ctx context.Context, h *House, who actor.Actor, add func(kind string, count, amount int64, href string, names []string)) error {
	w, err := h.Payments.Waiting(ctx, who)
	if err != nil {
		return err
	}
	add("gateway_disputes", w.Disputes, 0, "/payments/attempts?state=disputed", []string{})
	add("gateway_unknown", w.Unknown, 0, "/payments/attempts?state=unknown", []string{})
	add("gateway_charges", w.Charges, 0, "/payments/attempts?state=declined", []string{})
	add("gateway_refunds", w.Refunds, 0, "/payments/attempts?state=refunds", []string{})
	return nil
}
