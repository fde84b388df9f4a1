package app

import (
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/exchange"
	"comptoir/office/sales"
)

var csvColumns = []string{"number", "state", "customer", "issue_date", "due_date", "currency", "excl", "incl", "due"}

func (d *desk) csvHead() []string {
	head := make([]string, 0, len(csvColumns))
	for _, c := range csvColumns {
		head = append(head, d.t("window.invoices.csv."+c, nil))
	}
	return head
}

// csvRow writes dates as ISO and amounts with the decimal mark of the reader's language, so
// that a spreadsheet reads figures as figures.
func (d *desk) csvRow(x sales.ListRow) []string {
	return []string{exchange.Cell(x.Number), d.t("common.state."+string(x.State), nil), exchange.Cell(x.CustomerName), x.IssueDate.String(), x.DueDate.String(), string(x.Currency),
		decimal(d.lang, x.TotalExclMinor, x.Currency), decimal(d.lang, x.TotalInclMinor, x.Currency), decimal(d.lang, x.DueMinor, x.Currency)}
}

func decimal(lang locale.Lang, minor int64, c money.Currency) string {
	return exchange.Decimal(minor, c.Digits(), lang == locale.FR)
}
