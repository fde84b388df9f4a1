package paper

import (
	"context"
	"io"

	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/exchange"
	"comptoir/edge/pdf"
	"comptoir/office/provider"
	"comptoir/office/sales"
	rules "comptoir/rules/provider"
)

// Account draws a month of the firm's account with its provider.
func (p *Printer) Account(_ context.Context, s provider.Statement, logo []byte) ([]byte, error) {
	return p.renderer.Statement(AccountOf(s, logo))
}

// AccountOf gives the words of a month of the account with the provider.
func AccountOf(s provider.Statement, logo []byte) pdf.StatementPaper {
	w := newWriter(s.Lang, "", s.Firm, sales.Party{Country: s.Firm.Country})
	mode := string(s.Mode)
	p := pdf.StatementPaper{Lang: s.Lang, Title: w.t("pdf.account.title"), Number: Month(w.lang, s.Month), Look: look(s.Firm, logo), Seller: seller(s.Firm, s.Firm.Country, s.Lang, nil), Footer: footer(s.Firm, nil), Created: s.MadeAt,
		Facts: []pdf.Fact{{Label: w.t("pdf.account.number"), Value: s.AccountNumber}, {Label: w.t("pdf.account.mode"), Value: w.t("common.billing_mode." + mode)}}}
	if len(s.Accounts) == 1 {
		a := s.Accounts[0]
		p.Due = pdf.Due{Label: w.t("pdf.account.total." + mode), Amount: w.in(a.Currency).amount(a.AmountMinor), Date: Month(w.lang, s.Month)}
	}
	for _, a := range s.Accounts {
		p.Sections = append(p.Sections, accountSection(s, a, w.in(a.Currency), len(s.Accounts) > 1))
	}
	if len(s.Accounts) == 0 {
		p.Notes = w.t("pdf.account.empty")
	}
	for _, x := range s.LeftOut {
		if p.Notes != "" {
			p.Notes += "\n"
		}
		p.Notes += w.t("pdf.account.left."+string(x.Reason), "count", len(x.Lines), "amount", w.in(x.Currency).amount(x.SoldMinor))
	}
	return p
}

// Month names a month: "mars 2026".
func Month(lang locale.Lang, m rules.Month) string {
	first, _ := m.Days()
	return locale.Month(lang, first)
}

func accountSection(s provider.Statement, a rules.Account, w writer, several bool) pdf.StatementSection {
	mode := string(s.Mode)
	x := pdf.StatementSection{Heading: heading(a.Currency, w, several), First: w.t("pdf.account.column.service"), Columns: []pdf.StatementColumn{{Head: w.t("pdf.account.column.quantity"), Right: true}},
		Totals: []pdf.Row{{Label: w.t("pdf.account.total." + mode), Value: w.amount(a.AmountMinor), Strong: true}}}
	if s.Mode == rules.Indirect {
		x.Columns = append(x.Columns, pdf.StatementColumn{Head: w.t("pdf.account.column.sold"), Right: true}, pdf.StatementColumn{Head: w.t("pdf.account.column.cost"), Right: true})
	}
	x.Columns = append(x.Columns, pdf.StatementColumn{Head: w.t("pdf.account.column.amount." + mode), Right: true, Strong: true})
	var running int64
	for _, v := range a.Services {
		running += v.AmountMinor // in range: the rules added the same figures up
		row := pdf.StatementRow{Title: v.Name, Detail: joined(v.Code, v.Provider), Cells: []string{locale.Quantity(w.lang, v.QuantityE4)}, Running: w.plain(running)}
		if s.Mode == rules.Indirect {
			row.Cells = append(row.Cells, w.plain(v.SoldMinor), w.plain(v.CostMinor))
		}
		row.Cells = append(row.Cells, w.plain(v.AmountMinor))
		x.Rows = append(x.Rows, row)
	}
	return x
}

// AccountTable writes a month for a spreadsheet: a row a line of a document, those in no total with
// the reason, figures as figures. What is sold is told of every line where the firm is due the net revenue, and
// only of the lines in no total where it pays the cost. What begins like a formula is never one.
func (p *Printer) AccountTable(out io.Writer, form string, s provider.Statement) error {
	lang := locale.Of(s.Lang)
	head := func(name string) string { return locale.T(lang, "pdf.account.column."+name, nil) }
	columns := []string{head("date"), head("document"), head("customer"), head("code"), head("service"), head("provider"), head("quantity"), head("currency")}
	if s.Mode == rules.Indirect {
		columns = append(columns, head("sold"), head("cost"), head("amount.indirect"), head("remark"))
	} else {
		columns = append(columns, head("amount.direct"), head("uncounted"), head("remark"))
	}
	t, err := exchange.NewSheet(form, out, columns, lang == locale.FR)
	if err != nil {
		return err
	}
	row := func(l rules.Line, c money.Currency, figures ...any) error {
		quantity := l.QuantityE4
		if l.Credit {
			quantity = -quantity
		}
		return t.Row(append([]any{exchange.Day(l.On.String()), l.Number, l.Customer, l.Code, l.Name, l.Provider, exchange.Amount{Scaled: quantity, Digits: 4}, string(c)}, figures...)...)
	}
	blank := exchange.Day("")
	for _, a := range s.Accounts {
		for _, v := range a.Services {
			for _, e := range v.Entries {
				figures := []any{figure(e.AmountMinor, a.Currency), blank, ""}
				if s.Mode == rules.Indirect {
					figures = []any{figure(e.SoldMinor, a.Currency), figure(e.CostMinor, a.Currency), figure(e.AmountMinor, a.Currency), ""}
				}
				if err := row(e.Line, a.Currency, figures...); err != nil {
					return err
				}
			}
		}
	}
	for _, x := range s.LeftOut {
		for _, l := range x.Lines {
			sold := l.RevenueMinor
			if l.Credit {
				sold = -sold
			}
			figures := []any{blank, figure(sold, x.Currency), locale.T(lang, "common.account_left."+string(x.Reason), nil)}
			if s.Mode == rules.Indirect {
				figures = []any{figure(sold, x.Currency), blank, blank, figures[2]}
			}
			if err := row(l, x.Currency, figures...); err != nil {
				return err
			}
		}
	}
	return t.Close()
}
