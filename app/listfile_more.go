package app

import (
	"strings"

	"comptoir/core/locale"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/notices"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/registration"
	"comptoir/office/reminders"
)

// The lists whose rows say more in a file than on the screen, and those without a kind of
// document of their own. See listfile.go.

// known is a price, and nothing where none is known.
func known(e4 int64) any {
	if e4 == 0 {
		return ""
	}
	return price(e4)
}

// taxOf is what an import reads again: a code, or of several taxes their rate together.
func taxOf(lang locale.Lang, r catalog.Row) string {
	if strings.Contains(r.TaxCodes, ",") {
		return locale.Rate(lang, r.TaxPCM)
	}
	return r.TaxCodes
}

// paymentState says in one word what became of a payment.
func paymentState(r payments.ListRow) string {
	switch {
	case r.Cancelled:
		return "cancelled"
	case r.Refunded >= r.AmountMinor:
		return "refunded"
	case r.Refunded > 0:
		return "refunded_part"
	case r.LeftMinor > 0:
		return "left"
	}
	return "applied"
}

// kept is what came in and stayed: the column that may be summed.
func kept(r payments.ListRow) int64 {
	if r.Cancelled {
		return 0
	}
	return r.AmountMinor - r.Refunded
}

func exportPaymentRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Payments.List(e.ctx(), e.who, payments.ListQuery{Query: q.listing(), CustomerID: q.CustomerID, Method: q.Method, Is: q.State, From: q.From, To: q.To})
	for _, r := range rows {
		e.row(r.Number, e.d.t("window.export.payment."+paymentState(r), nil), isoDay(r.ReceivedOn), r.CustomerName, e.d.t("common.method."+r.Method, nil), r.Reference, r.Documents, r.Currency,
			amount(r.AmountMinor, r.Currency), amount(r.Refunded, r.Currency), amount(r.LeftMinor, r.Currency), amount(kept(r), r.Currency))
	}
	return next, err
}

func exportRefundRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Payments.RefundPage(e.ctx(), e.who, q.From, q.To, q.Cursor)
	for _, r := range rows {
		e.row(r.Number, isoDay(r.RefundedOn), r.CustomerName, e.d.t("common.method."+r.Method, nil), r.Reference, r.Of, r.Currency, amount(r.AmountMinor, r.Currency))
	}
	return next, err
}

func exportAttemptRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Payments.AttemptList(e.ctx(), e.who, q.attempts())
	for _, r := range rows {
		e.row(r.CreatedAt, e.d.t("window.gateways.state."+r.State, nil), r.CustomerName, e.d.t("window.gateways.kind."+r.Kind, nil), e.d.t("window.gateways.way."+r.Gateway, nil),
			e.d.t("window.gateways.mode."+r.Mode, nil), r.Documents, r.Currency, amount(r.AmountMinor, r.Currency), e.d.reason(r.Reason), r.Reference, r.PaymentNumber)
	}
	return next, err
}

// exportPriceRows writes a row for each price: the item's own, then those of the price lists.
func exportPriceRows(e listExport, q ListQuery) (string, error) {
	lists, err := e.h.Catalog.PriceLists(e.ctx(), e.who)
	if err != nil {
		return "", err
	}
	byID := map[string]catalog.PriceList{}
	for _, l := range lists {
		byID[l.PublicID] = l
	}
	rows, next, err := e.h.Catalog.PriceGrid(e.ctx(), e.who, catalog.ListQuery{Query: q.listing(), Archived: q.State == "archived"})
	for _, r := range rows {
		e.row(r.Code, r.Name, "", r.Currency, price(r.UnitPriceE4))
		for _, p := range r.Prices {
			e.row(r.Code, r.Name, byID[p.ListID].Name, byID[p.ListID].Currency, price(p.UnitPriceE4))
		}
	}
	return next, err
}

func exportMailRows(e listExport, q ListQuery) (string, error) {
	page, err := e.h.Outbox.List(e.ctx(), e.who, outbox.Query{State: q.State, Search: q.Words, After: q.Cursor, Limit: 200})
	for _, r := range page.Rows {
		e.row(r.CreatedAt, e.d.t("common.mail.state."+r.State, nil), r.ToName, r.ToAddress, r.Subject, r.DocumentNumber, r.SentAt)
	}
	return page.Next, err
}

func exportQuestionRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.d.conversations(e.h, e.who, q.Cursor)
	for _, r := range rows {
		state := "answered"
		if r.Waiting {
			state = "waiting"
		}
		e.row(r.At, r.Number, r.Customer, r.Author, r.Body, e.d.t("window.export.question."+state, nil))
	}
	return next, err
}

func exportNoticeRows(e listExport, q ListQuery) (string, error) {
	list, err := e.h.Notices.List(e.ctx(), e.who)
	for _, a := range notices.Narrow(list, q.Words, q.State) {
		title, _ := notices.Words(a, e.d.lang)
		audience := []string{e.d.t("window.notices.everyone", nil)}
		if !a.Everyone {
			audience = audience[:0]
		}
		for _, g := range a.Groups {
			audience = append(audience, g.Name)
		}
		e.row(title, e.d.t("window.notices.state."+a.State, nil), e.d.t("window.notices.importance."+a.Importance, nil), isoDay(a.StartsOn), isoDay(a.EndsOn), strings.Join(audience, ", "), a.Seen)
	}
	return "", err
}

// exportReminderRows writes what a click would remind of today, document by document.
func exportReminderRows(e listExport, _ ListQuery) (string, error) {
	p, err := e.h.Reminders.PlanByHand(e.ctx(), e.who, reminders.PlanQuery{})
	for _, m := range p.Mails {
		c := string(m.Currency)
		for _, d := range m.Documents {
			e.row(m.CustomerName, m.To.Email, int64(d.Level), d.Number, isoDay(d.DueDate.String()), int64(d.DaysLate), c, amount(d.DueMinor, c), amount(d.InterestMinor, c), amount(d.IndemnityMinor, c))
		}
	}
	return "", err
}

func exportRequestRows(e listExport, q ListQuery) (string, error) {
	page, err := e.h.Registration.Queue(e.ctx(), e.who, registration.QueueQuery{State: q.State, After: q.Cursor, Limit: 100})
	for _, r := range page.Rows {
		e.row(r.SentAt, e.d.t("window.requests.state."+r.State, nil), r.Group, r.Company, r.Name, r.Email, r.TaxID, strings.Join(r.Matches, ", "), r.Customer, r.DecidedAt, r.DecidedBy)
	}
	return page.Next, err
}

// exportContactRows writes the people of all customers, as *Gérer les clients* shows them.
func exportContactRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Customers.Directory(e.ctx(), e.who, customers.DirectoryQuery{Query: q.listing(), CustomerID: q.CustomerID, Access: q.State})
	for _, r := range rows {
		e.row(r.Name, r.Email, r.Phone, r.Language, r.CustomerNumber, r.CustomerName, e.d.t("window.contacts.state."+r.Access, nil), isoDay(r.SignedInAt[:min(10, len(r.SignedInAt))]))
	}
	return next, err
}
