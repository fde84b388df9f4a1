package app

import (
	"fmt"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/listing"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// The shapes of the window: dates as text, money as minor units beside a currency, slices
// never nil, ids public. Nothing here computes an amount.

// ListQuery is what every list may be asked.
type ListQuery struct {
	Words      string `json:"words"`
	State      string `json:"state"`
	CustomerID string `json:"customerId"`
	Method     string `json:"method"` // of payment
	From       string `json:"from"`
	To         string `json:"to"`
	Sort       string `json:"sort"`
	Desc       bool   `json:"desc"`
	Cursor     string `json:"cursor"`
	Limit      int    `json:"limit"`
}

func (q ListQuery) listing() listing.Query {
	return listing.Query{Search: q.Words, Sort: q.Sort, Desc: q.Desc, After: q.Cursor, Limit: q.Limit}
}

// FieldMessage is a refusal beside one field, in the reader's language.
type FieldMessage struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

func (d *desk) fields(problems []fault.Field) []FieldMessage {
	list := make([]FieldMessage, 0, len(problems))
	for _, p := range problems {
		path, message := fieldText(d.lang, p)
		list = append(list, FieldMessage{Path: path, Message: message})
	}
	return list
}

// InvoiceRow is an invoice in a list.
type InvoiceRow struct {
	ID             string `json:"id"`
	Kind           string `json:"kind"`
	Version        int64  `json:"version"`
	Number         string `json:"number"`
	State          string `json:"state"`
	CustomerID     string `json:"customerId"`
	CustomerName   string `json:"customerName"`
	IssueDate      string `json:"issueDate"`
	DueDate        string `json:"dueDate"`
	Currency       string `json:"currency"`
	TotalExclMinor int64  `json:"totalExclMinor"`
	TotalInclMinor int64  `json:"totalInclMinor"`
	DueMinor       int64  `json:"dueMinor"`
	SentAt         string `json:"sentAt"`
	UpdatedAt      string `json:"updatedAt"`
	Announced      bool   `json:"announced"`
	LateDays       int    `json:"lateDays"`
}

func invoiceRow(r sales.ListRow) InvoiceRow {
	return InvoiceRow{ID: r.PublicID, Kind: string(r.Kind), Version: r.Version, Number: r.Number, State: string(r.State), CustomerID: r.CustomerID, CustomerName: r.CustomerName,
		IssueDate: r.IssueDate.String(), DueDate: r.DueDate.String(), Currency: string(r.Currency), TotalExclMinor: r.TotalExclMinor, TotalInclMinor: r.TotalInclMinor,
		DueMinor: r.DueMinor, SentAt: r.SentAt, UpdatedAt: r.UpdatedAt, Announced: r.Announced, LateDays: r.DaysLate}
}

func invoiceRows(rows []sales.ListRow) []InvoiceRow {
	list := make([]InvoiceRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, invoiceRow(r))
	}
	return list
}

// TotalsLine is what one line comes to.
type TotalsLine struct {
	NetMinor int64 `json:"netMinor"`
}

// TaxRow is one row of a tax table.
type TaxRow struct {
	Label     string `json:"label"`
	RatePCM   int64  `json:"ratePcm"`
	BaseMinor int64  `json:"baseMinor"`
	TaxMinor  int64  `json:"taxMinor"`
}

// Totals is what a draft comes to while it is typed.
type Totals struct {
	Currency           string         `json:"currency"`
	Lines              []TotalsLine   `json:"lines"`
	SumLinesMinor      int64          `json:"sumLinesMinor"`
	SumAllowancesMinor int64          `json:"sumAllowancesMinor"`
	SumChargesMinor    int64          `json:"sumChargesMinor"`
	TotalExclMinor     int64          `json:"totalExclMinor"`
	Taxes              []TaxRow       `json:"taxes"`
	TotalTaxMinor      int64          `json:"totalTaxMinor"`
	TotalInclMinor     int64          `json:"totalInclMinor"`
	PrepaidMinor       int64          `json:"prepaidMinor"`
	AmountDueMinor     int64          `json:"amountDueMinor"`
	RetainedMinor      int64          `json:"retainedMinor"`
	DueDate            string         `json:"dueDate"`
	Warnings           []string       `json:"warnings"`
	Fields             []FieldMessage `json:"fields"`
}

func (d *desk) totals(currency string, t billing.Totals, due civil.Date, problems []fault.Field) Totals {
	v := Totals{Currency: currency, Lines: make([]TotalsLine, 0, len(t.Lines)), SumLinesMinor: t.SumLines, SumAllowancesMinor: t.SumAllowances, SumChargesMinor: t.SumCharges,
		TotalExclMinor: t.TotalExclTax, TotalTaxMinor: t.TotalTax, TotalInclMinor: t.TotalInclTax, PrepaidMinor: t.Prepaid, AmountDueMinor: t.AmountDue, DueDate: due.String(), Warnings: []string{}, Fields: d.fields(problems)}
	for _, l := range t.Lines {
		v.Lines = append(v.Lines, TotalsLine{NetMinor: l.GrossMinor - l.DiscountMinor})
	}
	v.Taxes = d.taxRows(t.Taxes)
	return v
}

func (d *desk) taxRows(rows []billing.TaxSubtotal) []TaxRow {
	list := make([]TaxRow, 0, len(rows))
	for _, x := range rows {
		list = append(list, TaxRow{Label: d.taxLabel(x.Tax), RatePCM: x.Tax.RatePCM, BaseMinor: x.BaseMinor, TaxMinor: x.TaxMinor})
	}
	return list
}

// taxLabel names a tax with its rate; one that is not charged by its reason, since "0 %"
// tells nothing of a reverse charge or an export.
func (d *desk) taxLabel(t billing.Tax) string {
	if key := "books.tax." + t.Code; t.RatePCM == 0 && locale.Has(d.lang, key) {
		return d.t(key, nil)
	}
	return fmt.Sprintf("%s %s", t.Name, locale.Rate(d.lang, t.RatePCM))
}

func (d *desk) lineTaxes(list []billing.Tax) string {
	labels := make([]string, 0, len(list))
	for _, t := range list {
		labels = append(labels, d.taxLabel(t))
	}
	return strings.Join(labels, " + ")
}

// CustomerMark is a customer in a pick list.
type CustomerMark struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Email     string `json:"email"`
	City      string `json:"city"`
	Country   string `json:"country"`
	Language  string `json:"language"`
	Currency  string `json:"currency"`
	TaxRegime string `json:"taxRegime"`
	TermsDays int64  `json:"termsDays"`
	Suspended bool   `json:"suspended"`
}

func customerMark(c customers.Customer) CustomerMark {
	m := CustomerMark{ID: c.PublicID, Number: c.Number, Name: c.Name, Kind: c.Kind, Email: c.Email, City: c.City, Country: c.Country, Language: c.Language, Currency: c.Currency,
		TaxRegime: c.TaxRegime, TermsDays: c.TermsDays, Suspended: c.Suspended}
	for _, k := range c.Contacts {
		if k.Email != "" && (k.IsPrimary || m.Email == "") {
			m.Email = k.Email // mails go to the contact
		}
	}
	return m
}

// Tax is a row of the tax table in a choice.
type Tax struct {
	Code         string `json:"code"`
	Label        string `json:"label"`
	RatePCM      int64  `json:"ratePcm"`
	Category     string `json:"category"`
	Jurisdiction string `json:"jurisdiction"`
	Mention      string `json:"mention"`
	ValidFrom    string `json:"validFrom"`
	ValidTo      string `json:"validTo"`
	Confirmed    bool   `json:"confirmed"`
	Source       string `json:"source"`
}

func (d *desk) taxes(table catalog.Table) []Tax {
	list := make([]Tax, 0, len(table))
	for _, t := range table {
		label := d.taxLabel(t.Billing(d.lang))
		if key := "books.tax." + t.Code; locale.Has(d.lang, key) {
			label = d.t(key, nil)
		}
		list = append(list, Tax{Code: t.Code, Label: label, RatePCM: t.RatePCM, Category: t.Category, Jurisdiction: t.Jurisdiction, Mention: mentionText(d.lang, t.Mention),
			ValidFrom: t.ValidFrom, ValidTo: t.ValidTo, Confirmed: t.Confirmed, Source: t.Source})
	}
	return list
}

func mentionText(lang locale.Lang, key string) string {
	if key == "" {
		return ""
	}
	return locale.T(lang, key, nil)
}

// Unit is a unit of measure in a choice.
type Unit struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

func (d *desk) units() []Unit {
	list := []Unit{}
	for _, code := range catalog.Units() {
		list = append(list, Unit{Code: code, Label: d.t("unit."+code, nil)})
	}
	return list
}

// unit writes a unit beside a quantity, as the papers do: short, and nothing for pieces.
func (d *desk) unit(code string) string {
	if code == "" || code == "C62" || !locale.Has(d.lang, "unit.short."+code) {
		return ""
	}
	return d.t("unit.short."+code, nil)
}

// Saved answers that something was stored.
type Saved struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	SavedAt string `json:"savedAt"`
}

// Done answers that an action was carried out.
type Done struct {
	ID      string `json:"id"`
	Number  string `json:"number"`
	Mailed  bool   `json:"mailed"`
	Message string `json:"message"`
}
