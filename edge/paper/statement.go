package paper

import (
	"context"
	"time"

	"comptoir/core/civil"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/pdf"
	"comptoir/office/sales"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

// Statement draws a statement of account.
func (p *Printer) Statement(_ context.Context, s statements.Statement, logo []byte) ([]byte, error) {
	return p.renderer.Statement(StatementOf(s, logo))
}

// StatementOf gives the words of a statement.
func StatementOf(s statements.Statement, logo []byte) pdf.StatementPaper {
	w := newWriter(s.Lang, "", s.Seller, s.Buyer)
	p := pdf.StatementPaper{Lang: s.Lang, Title: w.t("pdf.statement.title." + s.Kind), Number: Period(w.lang, s), Look: look(s.Seller, logo),
		Seller: seller(s.Seller, s.Buyer.Country, s.Lang, nil), Buyer: pdf.Party{Name: s.Buyer.Name, Lines: s.Buyer.Lines(s.Lang, s.Seller.Country)},
		Due: balanceDue(s, w), Footer: footer(s.Seller, nil), Created: s.MadeAt}
	p.Facts = []pdf.Fact{{Label: w.t("pdf.fact.customer_number"), Value: s.Customer.Number}, {Label: w.t("pdf.statement.fact.made"), Value: locale.Date(w.lang, madeOn(s))}}
	several := len(s.Activities)+len(s.Accounts) > 1
	for _, a := range s.Activities {
		p.Sections = append(p.Sections, activity(s, a, w.in(a.Currency), several))
	}
	for _, a := range s.Accounts {
		p.Sections = append(p.Sections, open(s, a, w.in(a.Currency), several))
	}
	if s.Empty() {
		p.Notes = w.t("pdf.statement.empty")
	}
	if s.EPC != "" {
		p.Payment = &pdf.Payment{IBAN: ident.FormatIBAN(s.Seller.IBAN), BIC: s.Seller.BIC, BankName: s.Seller.BankName, Reference: s.Reference, EPC: s.EPC}
	}
	return p
}

// in is the writer of one currency.
func (w writer) in(c money.Currency) writer {
	w.currency = c
	return w
}

func madeOn(s statements.Statement) civil.Date {
	if !s.Today.IsZero() {
		return s.Today
	}
	return civil.Of(s.MadeAt, time.UTC)
}

// Period writes the days that a statement speaks of.
func Period(lang locale.Lang, s statements.Statement) string {
	to := locale.Date(lang, s.Period.To)
	switch {
	case s.Kind != statements.Activity:
		return locale.T(lang, "common.statement.as_of", map[string]any{"to": to})
	case s.Period.From.IsZero():
		return locale.T(lang, "common.statement.period_from_start", map[string]any{"to": to})
	}
	return locale.T(lang, "common.statement.period", map[string]any{"from": locale.Date(lang, s.Period.From), "to": to})
}

// Document names a movement: "Facture FA-2026-0001".
func Document(lang locale.Lang, m statement.Movement) string {
	return locale.T(lang, "common.statement.movement."+string(m.Kind), map[string]any{"number": m.Number})
}

// Detail says more of a movement: how it was paid, what it gives back, its reference.
func Detail(lang locale.Lang, m statement.Movement) string {
	detail := ""
	add := func(s string) {
		if s != "" && detail != "" {
			detail += " · "
		}
		detail += s
	}
	if m.Method != "" {
		add(locale.T(lang, "common.method."+m.Method, nil))
	}
	if m.Of != "" {
		add(locale.T(lang, "common.statement.of", map[string]any{"number": m.Of}))
	}
	add(m.Reference)
	return detail
}

// balanceDue is what is read from an arm's length. Several currencies have no one figure.
func balanceDue(s statements.Statement, w writer) pdf.Due {
	balances := s.Balances()
	if len(balances) > 1 {
		return pdf.Due{}
	}
	on := w.t("pdf.statement.due.on", "date", locale.Date(w.lang, s.Period.To))
	if len(balances) == 0 {
		return pdf.Due{Label: w.t("pdf.statement.due.none"), Amount: "—", Date: on}
	}
	b := balances[0]
	d := pdf.Due{Label: w.t("pdf.statement.due.owed"), Amount: w.in(b.Currency).amount(b.Minor), Date: on}
	switch {
	case b.Minor == 0:
		d.Label = w.t("pdf.statement.due.none")
	case b.Minor < 0:
		d.Label, d.Amount = w.t("pdf.statement.due.credit"), w.in(b.Currency).amount(-b.Minor)
	}
	if len(s.Accounts) == 1 {
		if late := s.Accounts[0].Ageing.Late(); late > 0 {
			d.Date = w.t("pdf.statement.due.late", "amount", w.in(b.Currency).amount(late))
		}
	}
	return d
}

func heading(c money.Currency, w writer, several bool) string {
	if !several {
		return ""
	}
	return w.t("pdf.statement.account", "currency", string(c))
}

// activity is every movement between the two balances.
func activity(s statements.Statement, a statement.Activity, w writer, several bool) pdf.StatementSection {
	x := pdf.StatementSection{Heading: heading(a.Currency, w, several), First: w.t("pdf.statement.column.document"), Columns: []pdf.StatementColumn{
		{Head: w.t("pdf.statement.column.date")}, {Head: w.t("pdf.statement.column.due")}, {Head: w.t("pdf.statement.column.charged"), Right: true},
		{Head: w.t("pdf.statement.column.settled"), Right: true}, {Head: w.t("pdf.statement.column.balance"), Right: true, Strong: true}}}
	x.Rows = make([]pdf.StatementRow, 0, len(a.Lines)+2)
	if !s.Period.From.IsZero() {
		opening := w.plain(a.OpeningMinor)
		x.Rows = append(x.Rows, pdf.StatementRow{Title: w.t("common.statement.opening", "date", locale.Date(w.lang, s.Period.From)), Cells: []string{"", "", "", "", opening}, Running: opening, Strong: true})
	}
	for _, l := range a.Lines {
		charged, settled, balance := "", w.plain(l.AmountMinor), w.plain(l.BalanceMinor)
		if l.Kind.Sign() > 0 {
			charged, settled = settled, charged
		}
		x.Rows = append(x.Rows, pdf.StatementRow{Title: Document(w.lang, l.Movement), Detail: Detail(w.lang, l.Movement),
			Cells: []string{locale.Date(w.lang, l.On), locale.Date(w.lang, l.DueOn), charged, settled, balance}, Running: balance})
	}
	closing := w.plain(a.ClosingMinor)
	x.Rows = append(x.Rows, pdf.StatementRow{Title: w.t("common.statement.closing", "date", locale.Date(w.lang, s.Period.To)), Cells: []string{"", "", "", "", closing}, Running: closing, Strong: true})
	for _, t := range activityTotals(a.Totals) {
		x.Totals = append(x.Totals, pdf.Row{Label: w.t("pdf.statement.total." + t.name), Value: w.amount(t.minor)})
	}
	x.Totals = append(x.Totals, pdf.Row{Label: w.t("common.statement.closing", "date", locale.Date(w.lang, s.Period.To)), Value: w.amount(a.ClosingMinor), Strong: true})
	return x
}

type total struct {
	name  string
	minor int64
}

// activityTotals gives the sums of a period that are not nothing, signed as they count.
func activityTotals(t statement.Totals) (list []total) {
	for _, x := range []total{{"invoiced", t.InvoicedMinor}, {"credited", -t.CreditedMinor}, {"received", -t.ReceivedMinor}, {"cancelled", t.CancelledMinor}, {"refunded", t.RefundedMinor}} {
		if x.minor != 0 {
			list = append(list, x)
		}
	}
	return list
}

// open is what is open on a day; by age as a matrix where the statement is about age.
func open(s statements.Statement, a statement.Account, w writer, several bool) pdf.StatementSection {
	x := pdf.StatementSection{Heading: heading(a.Currency, w, several), First: w.t("pdf.statement.column.document"),
		Totals: []pdf.Row{{Label: w.t("pdf.statement.total.open"), Value: w.amount(a.TotalMinor), Strong: true}}}
	if s.Kind == statements.Ageing {
		matrix(&x, a, w)
		return x
	}
	x.Columns = []pdf.StatementColumn{{Head: w.t("pdf.statement.column.date")}, {Head: w.t("pdf.statement.column.due")}, {Head: w.t("pdf.statement.column.late"), Right: true},
		{Head: w.t("pdf.statement.column.amount"), Right: true}, {Head: w.t("pdf.statement.column.open"), Right: true, Strong: true}}
	var running int64
	for _, i := range a.Items {
		running += i.OpenMinor // in range: the rules added the same figures up
		late := ""
		if i.DaysLate > 0 {
			late = w.t("pdf.statement.days", "n", locale.Integer(w.lang, int64(i.DaysLate)))
		}
		x.Rows = append(x.Rows, pdf.StatementRow{Title: Document(w.lang, i.Movement), Detail: itemDetail(i, w),
			Cells: []string{locale.Date(w.lang, i.On), locale.Date(w.lang, i.DueOn), late, w.plain(i.Signed()), w.plain(i.OpenMinor)}, Running: w.plain(running)})
	}
	x.Ages = ages(a.Ageing, w)
	return x
}

func itemDetail(i statement.Item, w writer) string {
	if i.Retained {
		return w.t("common.statement.retained")
	}
	return Detail(w.lang, i.Movement)
}

// matrix sets each item under its age, with the sums below.
func matrix(x *pdf.StatementSection, a statement.Account, w writer) {
	x.Narrow, x.Totals = true, nil
	x.Columns = append([]pdf.StatementColumn{{Head: w.t("pdf.statement.column.due")}}, ageColumns(w)...)
	var sum statement.Ageing
	for _, i := range a.Items {
		_ = sum.Add(i.Bucket, i.OpenMinor) // in range: the rules added the same figures up
		row := pdf.StatementRow{Title: Document(w.lang, i.Movement), Detail: itemDetail(i, w), Cells: []string{locale.Date(w.lang, i.DueOn)}, Running: w.plain(sum.Total())}
		for _, b := range statement.Buckets() {
			cell := ""
			if b == i.Bucket {
				cell = w.plain(i.OpenMinor)
			}
			row.Cells = append(row.Cells, cell)
		}
		row.Cells = append(row.Cells, w.plain(i.OpenMinor))
		x.Rows = append(x.Rows, row)
	}
	x.Rows = append(x.Rows, ageingRow(w.t("pdf.statement.total.open"), []string{""}, a.Ageing, w))
}

func ageColumns(w writer) []pdf.StatementColumn {
	list := []pdf.StatementColumn{}
	for _, b := range statement.Buckets() {
		list = append(list, pdf.StatementColumn{Head: w.t("common.statement.bucket_short." + b.String()), Right: true})
	}
	return append(list, pdf.StatementColumn{Head: w.t("pdf.ageing.total"), Right: true, Strong: true})
}

// ageingRow is a row of sums; a sum of nothing stands as a zero, so that no column goes missing.
func ageingRow(title string, before []string, a statement.Ageing, w writer) pdf.StatementRow {
	row := pdf.StatementRow{Title: title, Cells: before, Strong: true, Running: w.plain(a.Total())}
	for _, minor := range a {
		row.Cells = append(row.Cells, w.plain(minor))
	}
	row.Cells = append(row.Cells, w.plain(a.Total()))
	return row
}

// ages is the strip below what is open; credits only where there are some.
func ages(a statement.Ageing, w writer) []pdf.Fact {
	list := []pdf.Fact{}
	for _, b := range statement.Buckets() {
		if b != statement.Unapplied || a[b] != 0 {
			list = append(list, pdf.Fact{Label: w.t("common.statement.bucket." + b.String()), Value: w.plain(a[b])})
		}
	}
	return list
}

// Ageing draws the firm's aged receivables.
func (p *Printer) Ageing(_ context.Context, r statements.Report, logo []byte) ([]byte, error) {
	return p.renderer.Statement(AgeingOf(r, logo))
}

// AgeingOf gives the words of the aged receivables.
func AgeingOf(r statements.Report, logo []byte) pdf.StatementPaper {
	w := newWriter(r.Lang, "", r.Firm, sales.Party{Country: r.Firm.Country})
	p := pdf.StatementPaper{Lang: r.Lang, Title: w.t("pdf.ageing.title"), Number: w.t("common.statement.as_of", "to", locale.Date(w.lang, r.On)), Look: look(r.Firm, logo),
		Seller: pdf.Party{Name: r.Firm.Name}, Footer: []string{r.Firm.Name}, Created: r.MadeAt}
	for _, c := range r.Currencies {
		cw := w.in(c.Currency)
		x := pdf.StatementSection{Heading: heading(c.Currency, cw, len(r.Currencies) > 1), First: cw.t("pdf.ageing.customer"), Narrow: true, Columns: ageColumns(cw)}
		var sum statement.Ageing
		for _, row := range c.Rows {
			for b, minor := range row.Ageing {
				_ = sum.Add(statement.Bucket(b), minor) // in range: the room added the same figures up
			}
			line := ageingRow(row.Name, nil, row.Ageing, cw)
			line.Strong, line.Detail, line.Running = false, row.Number, cw.plain(sum.Total())
			for i, minor := range row.Ageing {
				if minor == 0 {
					line.Cells[i] = ""
				}
			}
			x.Rows = append(x.Rows, line)
		}
		x.Rows = append(x.Rows, ageingRow(cw.t("pdf.ageing.all"), nil, c.Totals, cw))
		p.Sections = append(p.Sections, x)
	}
	if len(r.Currencies) == 0 {
		p.Notes = w.t("pdf.ageing.empty")
	}
	return p
}
