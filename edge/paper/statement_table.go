package paper

import (
	"io"

	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/exchange"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

func heads(lang locale.Lang, names ...string) []string {
	list := make([]string, 0, len(names))
	for _, n := range names {
		list = append(list, locale.T(lang, "pdf.statement.column."+n, nil))
	}
	return list
}

func figure(minor int64, c money.Currency) exchange.Amount {
	return exchange.Amount{Scaled: minor, Digits: c.Digits()}
}

// StatementTable writes a statement for a spreadsheet: one row a movement or an item, each
// with its currency, figures as figures. What begins like a formula is never one.
func (p *Printer) StatementTable(w io.Writer, form, lang string, s statements.Statement) error {
	lang = locale.Of(lang)
	if s.Kind == statements.Activity {
		return activityTable(w, form, lang, s)
	}
	t, err := exchange.NewSheet(form, w, heads(lang, "kind", "number", "reference", "date", "due", "currency", "amount", "open", "days_late", "bucket"), lang == locale.FR)
	if err != nil {
		return err
	}
	for _, a := range s.Accounts {
		for _, i := range a.Items {
			word := nature(lang, i.Movement)
			if i.Retained {
				word = locale.T(lang, "common.statement.retained", nil)
			}
			if err := t.Row(word, i.Number, i.Reference, exchange.Day(i.On.String()), exchange.Day(i.DueOn.String()), string(a.Currency),
				figure(i.Signed(), a.Currency), figure(i.OpenMinor, a.Currency), int64(i.DaysLate), locale.T(lang, "common.statement.bucket."+i.Bucket.String(), nil)); err != nil {
				return err
			}
		}
	}
	return t.Close()
}

func activityTable(w io.Writer, form, lang string, s statements.Statement) error {
	t, err := exchange.NewSheet(form, w, heads(lang, "date", "kind", "number", "reference", "due", "currency", "charged", "settled", "balance"), lang == locale.FR)
	if err != nil {
		return err
	}
	for _, a := range s.Activities {
		c := string(a.Currency)
		if !s.Period.From.IsZero() {
			if err := t.Row(exchange.Day(s.Period.From.String()), balanceWord(lang, "opening", s), "", "", exchange.Day(""), c, exchange.Day(""), exchange.Day(""), figure(a.OpeningMinor, a.Currency)); err != nil {
				return err
			}
		}
		for _, l := range a.Lines {
			var charged, settled any = exchange.Day(""), figure(l.AmountMinor, a.Currency)
			if l.Kind.Sign() > 0 {
				charged, settled = settled, charged
			}
			if err := t.Row(exchange.Day(l.On.String()), nature(lang, l.Movement), l.Number, l.Reference, exchange.Day(l.DueOn.String()), c, charged, settled, figure(l.BalanceMinor, a.Currency)); err != nil {
				return err
			}
		}
		if err := t.Row(exchange.Day(s.Period.To.String()), balanceWord(lang, "closing", s), "", "", exchange.Day(""), c, exchange.Day(""), exchange.Day(""), figure(a.ClosingMinor, a.Currency)); err != nil {
			return err
		}
	}
	return t.Close()
}

func balanceWord(lang, which string, s statements.Statement) string {
	on := s.Period.To
	if which == "opening" {
		on = s.Period.From
	}
	return locale.T(lang, "common.statement."+which, map[string]any{"date": locale.Date(lang, on)})
}

// nature is the kind of a movement without its number, which has a column of its own.
func nature(lang locale.Lang, m statement.Movement) string {
	return locale.T(lang, "common.statement.nature."+string(m.Kind), nil)
}

// AgeingTable writes the aged receivables for a spreadsheet: one row a customer and currency.
func (p *Printer) AgeingTable(w io.Writer, form, lang string, r statements.Report) error {
	lang = locale.Of(lang)
	names := []string{locale.T(lang, "pdf.fact.customer_number", nil), locale.T(lang, "pdf.ageing.customer", nil), locale.T(lang, "pdf.statement.column.currency", nil)}
	for _, b := range statement.Buckets() {
		names = append(names, locale.T(lang, "common.statement.bucket."+b.String(), nil))
	}
	t, err := exchange.NewSheet(form, w, append(names, locale.T(lang, "pdf.ageing.total", nil)), lang == locale.FR)
	if err != nil {
		return err
	}
	for _, c := range r.Currencies {
		for _, row := range c.Rows {
			cells := []any{row.Number, row.Name, string(c.Currency)}
			for _, minor := range row.Ageing {
				cells = append(cells, figure(minor, c.Currency))
			}
			if err := t.Row(append(cells, figure(row.Ageing.Total(), c.Currency))...); err != nil {
				return err
			}
		}
	}
	return t.Close()
}
