package app

import (
	"maps"
	"slices"
	"strconv"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/office/books"
)

// Books is bound to the window: trial balance, journals, ledger.
type Books struct{ desk *desk }

// BalanceRow is one account of the trial balance.
type BalanceRow struct {
	Account            string `json:"account"`
	Label              string `json:"label"`
	Class              string `json:"class"`
	Provisional        bool   `json:"provisional"`
	OpeningDebitMinor  int64  `json:"openingDebitMinor"`
	OpeningCreditMinor int64  `json:"openingCreditMinor"`
	DebitMinor         int64  `json:"debitMinor"`
	CreditMinor        int64  `json:"creditMinor"`
	BalanceDebitMinor  int64  `json:"balanceDebitMinor"`
	BalanceCreditMinor int64  `json:"balanceCreditMinor"`
}

// TrialBalance is the trial balance of a period.
type TrialBalance struct {
	From     string       `json:"from"`
	To       string       `json:"to"`
	Currency string       `json:"currency"`
	Balanced bool         `json:"balanced"`
	Rows     []BalanceRow `json:"rows"`
	Classes  []BalanceRow `json:"classes"`
	Total    BalanceRow   `json:"total"`
}

func period(from, to string) (civil.Date, civil.Date, error) {
	var form fault.Form
	a, err := civil.Parse(from)
	if err != nil {
		form.Add("from", "fault.not_a_date")
	}
	b, err := civil.Parse(to)
	if err != nil {
		form.Add("to", "fault.not_a_date")
	}
	return a, b, form.Err()
}

func balanceRow(account, label string, x books.Six) BalanceRow {
	return BalanceRow{Account: account, Label: label, OpeningDebitMinor: x.OpeningDebit, OpeningCreditMinor: x.OpeningCredit, DebitMinor: x.Debit, CreditMinor: x.Credit,
		BalanceDebitMinor: x.BalanceDebit, BalanceCreditMinor: x.BalanceCredit}
}

// TrialBalance gives it; with empty dates the running financial year to today.
func (s *Books) TrialBalance(from, to string) (TrialBalance, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return TrialBalance{}, err
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return TrialBalance{}, err
	}
	if today := firm.Today(h.DB.Now()); from == "" && to == "" {
		from, to = firm.YearStart(today).String(), today.EndOfMonth().String()
	}
	a, b, err := period(from, to)
	if err != nil {
		return TrialBalance{}, err
	}
	t, err := h.Books.TrialBalance(s.desk.ctx, who, books.TrialBalanceQuery{From: a, To: b})
	if err != nil {
		return TrialBalance{}, err
	}
	v := TrialBalance{From: t.From.String(), To: t.To.String(), Currency: firm.Currency, Balanced: t.Balanced, Rows: []BalanceRow{}, Classes: []BalanceRow{}, Total: balanceRow("", "", t.Total)}
	for _, r := range t.Rows {
		row := balanceRow(r.Account, r.Label, r.Six)
		row.Provisional = r.Provisional
		if r.Account != "" {
			row.Class = r.Account[:1]
		}
		v.Rows = append(v.Rows, row)
	}
	for _, c := range t.Classes {
		v.Classes = append(v.Classes, balanceRow(c.Class, "", c.Six))
	}
	return v, nil
}

// EntryQuery asks for a page of a journal, or of one account.
type EntryQuery struct {
	Journal string `json:"journal"`
	From    string `json:"from"`
	To      string `json:"to"`
	Cursor  string `json:"cursor"`
	Limit   int    `json:"limit"`
}

// EntryLine is one line of an entry.
type EntryLine struct {
	Account      string `json:"account"`
	Label        string `json:"label"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	DebitMinor   int64  `json:"debitMinor"`
	CreditMinor  int64  `json:"creditMinor"`
}

// EntryView is one posted entry.
type EntryView struct {
	ID         string      `json:"id"`
	Number     int64       `json:"number"`
	Date       string      `json:"date"`
	Journal    string      `json:"journal"`
	Reference  string      `json:"reference"`
	Label      string      `json:"label"`
	DocumentID string      `json:"documentId"`
	PaymentID  string      `json:"paymentId"`
	TotalMinor int64       `json:"totalMinor"`
	Lines      []EntryLine `json:"lines"`
}

// JournalView names a journal.
type JournalView struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// JournalPage is a page of entries.
type JournalPage struct {
	Rows     []EntryView   `json:"rows"`
	Next     string        `json:"next"`
	Journals []JournalView `json:"journals"`
	Currency string        `json:"currency"`
}

// Entries gives a page of the journals, newest first.
func (s *Books) Entries(q EntryQuery) (JournalPage, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return JournalPage{}, err
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return JournalPage{}, err
	}
	today := firm.Today(h.DB.Now())
	if q.From == "" && q.To == "" {
		q.From, q.To = firm.YearStart(today).String(), today.EndOfMonth().String()
	}
	a, b, err := period(q.From, q.To)
	if err != nil {
		return JournalPage{}, err
	}
	p, err := h.Books.Journal(s.desk.ctx, who, books.JournalQuery{Journal: q.Journal, From: a, To: b, Newest: true, After: q.Cursor, Limit: q.Limit})
	if err != nil {
		return JournalPage{}, err
	}
	v := JournalPage{Rows: []EntryView{}, Next: p.Next, Journals: []JournalView{}, Currency: firm.Currency}
	for _, e := range p.Entries {
		v.Rows = append(v.Rows, entryView(e))
	}
	journals, err := h.Books.Journals(s.desk.ctx, who)
	for _, j := range journals {
		v.Journals = append(v.Journals, JournalView{Code: j.Code, Label: j.Label})
	}
	return v, err
}

func entryView(e books.Entry) EntryView {
	x := EntryView{ID: strconv.FormatInt(e.Number, 10), Number: e.Number, Date: e.Date.String(), Journal: e.Journal, Reference: e.DocumentRef, Label: e.Label,
		DocumentID: e.DocumentID, PaymentID: e.PaymentID, TotalMinor: e.TotalMinor, Lines: make([]EntryLine, 0, len(e.Lines))}
	for _, l := range e.Lines {
		x.Lines = append(x.Lines, EntryLine{Account: l.Account, Label: l.AccountLabel, CustomerID: l.CustomerID, CustomerName: l.CustomerName, DebitMinor: l.DebitMinor, CreditMinor: l.CreditMinor})
	}
	return x
}

// LedgerQuery asks for a page of one account.
type LedgerQuery struct {
	Account string `json:"account"`
	From    string `json:"from"`
	To      string `json:"to"`
	Cursor  string `json:"cursor"`
	Limit   int    `json:"limit"`
}

// LedgerLine is one line of an account with the balance that it leaves, debit positive.
type LedgerLine struct {
	ID           string `json:"id"`
	Entry        int64  `json:"entry"`
	Journal      string `json:"journal"`
	Date         string `json:"date"`
	Reference    string `json:"reference"`
	Label        string `json:"label"`
	CustomerName string `json:"customerName"`
	DebitMinor   int64  `json:"debitMinor"`
	CreditMinor  int64  `json:"creditMinor"`
	BalanceMinor int64  `json:"balanceMinor"`
}

// LedgerView is a page of one account.
type LedgerView struct {
	Account      string       `json:"account"`
	Label        string       `json:"label"`
	Currency     string       `json:"currency"`
	From         string       `json:"from"`
	To           string       `json:"to"`
	OpeningMinor int64        `json:"openingMinor"`
	ClosingMinor int64        `json:"closingMinor"`
	Rows         []LedgerLine `json:"rows"`
	Next         string       `json:"next"`
}

// Ledger gives a page of one account: what a figure of the trial balance is made of.
func (s *Books) Ledger(q LedgerQuery) (LedgerView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return LedgerView{}, err
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return LedgerView{}, err
	}
	if today := firm.Today(h.DB.Now()); q.From == "" && q.To == "" {
		q.From, q.To = firm.YearStart(today).String(), today.EndOfMonth().String()
	}
	a, b, err := period(q.From, q.To)
	if err != nil {
		return LedgerView{}, err
	}
	p, err := h.Books.GeneralLedger(s.desk.ctx, who, books.LedgerQuery{Account: q.Account, From: a, To: b, After: q.Cursor, Limit: q.Limit})
	if err != nil {
		return LedgerView{}, err
	}
	v := LedgerView{Account: p.Account.Code, Label: p.Account.Label, Currency: firm.Currency, From: q.From, To: q.To, OpeningMinor: p.OpeningMinor, ClosingMinor: p.ClosingMinor, Next: p.Next, Rows: []LedgerLine{}}
	for i, l := range p.Lines {
		v.Rows = append(v.Rows, LedgerLine{ID: strconv.FormatInt(l.Entry, 10) + "-" + strconv.Itoa(i), Entry: l.Entry, Journal: l.Journal, Date: l.Date.String(), Reference: l.DocumentRef,
			Label: l.Label, CustomerName: l.CustomerName, DebitMinor: l.DebitMinor, CreditMinor: l.CreditMinor, BalanceMinor: l.BalanceMinor})
	}
	return v, nil
}

// Check proves the company: database, books, numbers, chains, stored files (Contrôler).
func (s *Books) Check() (CheckView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CheckView{}, err
	}
	r, err := h.Check(s.desk.ctx, who, s.desk.lang)
	if err != nil {
		return CheckView{}, err
	}
	v := CheckView{Sound: r.Sound, Faults: r.Faults, Counted: []CheckCount{}}
	for _, area := range slices.Sorted(maps.Keys(r.Counted)) {
		v.Counted = append(v.Counted, CheckCount{Label: s.desk.t("cli.counted."+area, nil), Count: r.Counted[area]})
	}
	return v, nil
}

// CheckCount is how much of something was looked at.
type CheckCount struct {
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// CheckView is what a check found.
type CheckView struct {
	Sound   bool         `json:"sound"`
	Faults  []CheckFault `json:"faults"`
	Counted []CheckCount `json:"counted"`
}
