// Package paper says what stands on a document's paper: words, figures, order.
//
// What lives here: a document of sale or a receipt turned into the plain words that
// edge/pdf draws, in the document's language. What must not: layout (edge/pdf), tax
// arithmetic and the law's texts (rules). app.New passes it to sales and payments.
package paper

import (
	"context"
	"strings"
	"time"

	"comptoir/core/civil"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/pdf"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Printer implements sales.Printer and payments.ReceiptPrinter.
type Printer struct{ renderer *pdf.Renderer }

// New makes a Printer; it touches nothing.
func New() *Printer { return &Printer{renderer: pdf.New()} }

// Document draws an invoice; the same document always gives the same bytes.
func (p *Printer) Document(_ context.Context, d sales.Document, logo []byte) ([]byte, error) {
	return p.renderer.Invoice(Invoice(d, logo))
}

// Receipt draws the receipt of a payment.
func (p *Printer) Receipt(_ context.Context, r payments.Receipt, logo []byte) ([]byte, error) {
	return p.renderer.Receipt(ReceiptOf(r, logo))
}

// writer writes words and figures in one language and currency.
type writer struct {
	lang     locale.Lang
	currency money.Currency
	abroad   bool // one side does not live in Canada: its dollar says whose it is
}

func newWriter(lang string, c money.Currency, seller, buyer sales.Party) writer {
	return writer{locale.Of(lang), c, seller.Country != "CA" || buyer.Country != "CA"}
}

func (w writer) t(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1] //nolint:forcetypeassert // names are literals of this package
	}
	return locale.T(w.lang, key, m)
}

func (w writer) amount(minor int64) string {
	if w.abroad {
		return locale.AmountOfCountry(w.lang, minor, w.currency)
	}
	return locale.Amount(w.lang, minor, w.currency)
}

// plain writes an amount without its sign of currency, for columns.
func (w writer) plain(minor int64) string {
	return fixed(locale.Amount(w.lang, minor, w.currency), w)
}

// fixed takes the sign of currency off a written price.
func fixed(s string, w writer) string {
	zero := locale.UnitPrice(w.lang, 0, w.currency)
	at := strings.IndexByte(zero, '0')
	before := zero[:at]
	after := zero[strings.LastIndexByte(zero, '0')+1:]
	if rest, negative := strings.CutPrefix(s, "−"); negative {
		return "−" + strings.TrimSuffix(strings.TrimPrefix(rest, before), after)
	}
	return strings.TrimSuffix(strings.TrimPrefix(s, before), after)
}

// Invoice gives the words of an invoice.
func Invoice(d sales.Document, logo []byte) pdf.Paper {
	w := newWriter(d.Lang, d.Currency, d.Seller, d.Buyer)
	vat := d.SpeaksOfVAT()
	p := pdf.Paper{Lang: d.Lang, Kind: string(d.Kind), Title: w.t("pdf.title." + string(d.Kind)), Number: d.Number, Look: look(d.Seller, logo),
		Seller: seller(d.Seller, d.Buyer.Country, d.Lang, d.Mentions), Buyer: buyer(d, w), BuyerRole: buyerRole(d, w),
		Notes: d.Note, Terms: d.TermsText, Created: created(d)}
	if s := d.Buyer.ShipTo; s != nil {
		p.DeliverTo = &pdf.Party{Name: firstOf(s.Name, d.Buyer.Name), Lines: s.Address(d.Lang, d.Seller.Country)}
	}
	p.Due = dueOf(d, w)
	p.Facts = facts(d, w)
	p.Headings = headings(d, w, vat)
	p.Lines = lines(d, w)
	p.Totals, p.Taxes = totals(d, w, vat), taxes(d, w)
	p.Mentions = paragraphs(d.Mentions)
	p.Footer = footer(d.Seller, d.Mentions)
	p.Payment = transfer(d, w)
	settled(&p, d, w)
	offer(&p, d, w)
	return p
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// created is the instant written into the file: that of the issue, for a draft its last change.
func created(d sales.Document) time.Time {
	for _, s := range []string{d.IssuedAt, d.UpdatedAt} {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t
		}
	}
	return time.Unix(0, 0).UTC()
}

func look(s sales.Party, logo []byte) pdf.Look {
	return pdf.Look{Accent: s.Accent, Logo: logo, Letter: s.PaperSize == "Letter", AddressLeft: !s.AddressRight}
}

// seller shows the firm with the identifiers that the law wants beside its name.
func seller(s sales.Party, otherCountry, lang string, _ []sales.Mention) pdf.Party {
	return pdf.Party{Name: s.Name, Lines: s.Lines(lang, otherCountry), Email: s.Email, Phone: s.Phone, Website: s.Website}
}

func buyer(d sales.Document, w writer) pdf.Party {
	b := d.Buyer
	p := pdf.Party{Name: b.Name, Lines: b.Lines(d.Lang, d.Seller.Country)}
	if b.SIREN != "" {
		p.Identifiers = append(p.Identifiers, w.t("paper.siren", "number", ident.FormatSIREN(b.SIREN)))
	}
	if b.VATNumber != "" {
		p.Identifiers = append(p.Identifiers, w.t("mention.vat_number", "number", b.VATNumber))
	}
	return p
}

// longMention is the length from which an identity mention (insurance, mediator) stands as
// a paragraph of its own and not at the foot, where there is no room for it.
const longMention = 60

// footer is the firm in one line at the foot of every page: form, capital, registration
// numbers, as the law wants them (242 nonies A, C. com. R123-237).
func footer(s sales.Party, mentions []sales.Mention) []string {
	words := []string{s.Name}
	for _, m := range mentions {
		if m.Place == billing.PlaceIdentity && len([]rune(m.Text)) <= longMention {
			words = append(words, m.Text)
		}
	}
	if s.APE != "" {
		words = append(words, "APE "+s.APE)
	}
	return []string{strings.Join(words, " · ")}
}

// paragraphs are the mentions that stand under the totals.
func paragraphs(mentions []sales.Mention) []string {
	list := []string{}
	for _, m := range mentions {
		long := m.Place == billing.PlaceIdentity && len([]rune(m.Text)) > longMention
		if m.Place == billing.PlaceTax || m.Place == billing.PlacePayment || long {
			list = append(list, m.Text)
		}
	}
	return list
}

func facts(d sales.Document, w writer) []pdf.Fact {
	f := []pdf.Fact{}
	add := func(key, value string) {
		if value != "" {
			f = append(f, pdf.Fact{Label: w.t("pdf.fact." + key), Value: value})
		}
	}
	add("issued", locale.Date(w.lang, d.IssueDate))
	add("due", locale.Date(w.lang, d.DueDate))
	if !d.DeliveryDate.IsZero() && d.DeliveryDate != d.IssueDate {
		key := "delivered"
		if billing.NatureOf(rulesDocument(d)) == billing.Services {
			key = "service_end"
		}
		add(key, locale.Date(w.lang, d.DeliveryDate))
	}
	add("order", d.OrderNumber)
	if d.Preceding != nil {
		add("preceding", w.t("pdf.fact.preceding_value", "number", d.Preceding.Number, "date", locale.Date(w.lang, d.Preceding.IssueDate)))
	}
	if d.Quote != nil {
		add("quote", d.Quote.Number)
	}
	add("customer_number", d.Buyer.Number)
	for _, m := range d.Mentions {
		if m.Place == billing.PlaceHeader {
			add("nature", m.Text)
		}
	}
	return f
}

func rulesDocument(d sales.Document) billing.Document {
	doc := billing.Document{Currency: d.Currency}
	for _, l := range d.Lines {
		doc.Lines = append(doc.Lines, l.Line)
	}
	return doc
}

func headings(d sales.Document, w writer, vat bool) pdf.Headings {
	h := pdf.Headings{Tax: w.t("pdf.column.tax"), UnitPrice: w.t("pdf.column.unit_price"), Net: w.t("pdf.column.net")}
	switch {
	case vat && d.PricesInclTax:
		h.Tax, h.UnitPrice, h.Net = w.t("pdf.column.vat"), w.t("pdf.column.unit_price_incl"), w.t("pdf.column.net_incl")
	case vat:
		h.Tax, h.UnitPrice, h.Net = w.t("pdf.column.vat"), w.t("pdf.column.unit_price_excl"), w.t("pdf.column.net_excl")
	}
	return h
}

func lines(d sales.Document, w writer) []pdf.Line {
	list := make([]pdf.Line, 0, len(d.Lines))
	var running int64
	for i, l := range d.Lines {
		shown := l.Total.GrossMinor - l.Total.DiscountMinor // as typed: with tax where prices include it
		if sum, err := money.Add(running, shown); err == nil {
			running = sum
		}
		x := pdf.Line{Description: l.Description, Detail: l.Detail, Quantity: locale.Quantity(w.lang, l.QuantityE4), Unit: UnitName(w.lang, l.Unit),
			UnitPrice: fixed(locale.UnitPrice(w.lang, l.UnitPriceE4, w.currency), w), Tax: rates(d, l.Taxes, w), Net: w.plain(shown), RunningNet: w.plain(running)}
		switch {
		case l.DiscountPCM != 0:
			x.Discount = locale.Rate(w.lang, l.DiscountPCM)
		case l.DiscountMinor != 0:
			x.Discount = w.plain(l.DiscountMinor)
		}
		if i == 0 && x.Description == "" {
			x.Description = "—"
		}
		list = append(list, x)
	}
	return list
}

// UnitName is a unit of measure as papers and screens write it; the plain piece is not written.
func UnitName(lang locale.Lang, code string) string {
	if code == "C62" || code == "" || !locale.Has(lang, "unit.short."+code) {
		return ""
	}
	return locale.T(lang, "unit.short."+code, nil)
}

// rates writes the taxes of a line: "20 %" in France, "TPS + TVQ" in Québec, never their
// sum; nothing for a firm that charges no tax (the column is then left out).
func rates(d sales.Document, list []billing.Tax, w writer) string {
	if !d.ShowsTax() {
		return ""
	}
	if len(list) == 1 {
		if list[0].Category != billing.Standard {
			return locale.Rate(w.lang, 0)
		}
		return locale.Rate(w.lang, list[0].RatePCM)
	}
	names := make([]string, 0, len(list))
	for _, t := range list {
		names = append(names, t.Name)
	}
	return strings.Join(names, " + ")
}

func totals(d sales.Document, w writer, vat bool) []pdf.Row {
	t := d.Totals
	rows := []pdf.Row{}
	add := func(label string, minor int64, strong bool) {
		rows = append(rows, pdf.Row{Label: label, Value: w.amount(minor), Strong: strong})
	}
	key := func(k string) string {
		if vat {
			return w.t("pdf.total." + k)
		}
		return w.t("pdf.total." + k + "_plain")
	}
	if len(t.Allowances) > 0 {
		add(w.t("pdf.total.lines"), t.SumShown, false)
		for _, a := range typed(t.Allowances) {
			label, sign := firstOf(a.Reason, w.t("pdf.total.allowance")), int64(-1)
			if a.Charge {
				label, sign = firstOf(a.Reason, w.t("pdf.total.charge")), 1
			}
			if a.PCM != 0 {
				label += " " + locale.Rate(w.lang, a.PCM)
			}
			add(label, sign*a.ShownMinor, false)
		}
	}
	if vat || len(t.Allowances) > 0 || t.TotalTax != 0 { // else it is the total itself
		add(key("excl"), t.TotalExclTax, false)
	}
	for _, x := range t.Taxes {
		if x.Tax.Category == billing.Standard {
			add(w.t("pdf.total.tax", "name", x.Tax.Name, "rate", locale.Rate(w.lang, x.Tax.RatePCM)), x.TaxMinor, false)
		}
	}
	add(key("incl"), t.TotalInclTax, true)
	if t.Prepaid != 0 && len(d.Deposits) == 0 {
		add(w.t("pdf.total.prepaid"), -t.Prepaid, false)
	}
	for _, p := range d.Deposits {
		add(w.t("paper.deposit", "number", p.Number), -p.NetMinor-p.TaxMinor, false)
	}
	if t.Prepaid != 0 {
		add(w.t("pdf.total.due"), t.AmountDue, true)
	}
	if d.RetainedMinor != 0 {
		add(w.t("paper.retained", "rate", locale.Rate(w.lang, d.RetentionPCM), "date", locale.Date(w.lang, d.RetainedUntil)), -d.RetainedMinor, false)
		add(w.t("pdf.total.due"), t.AmountDue-d.RetainedMinor, true)
	}
	return rows
}

// typed gives each allowance as it was typed, in one piece: the arithmetic has it by tax.
func typed(parts []billing.AllowanceTotal) []billing.AllowanceTotal {
	list := []billing.AllowanceTotal{}
	for _, a := range parts {
		if n := len(list); n > 0 && list[n-1].Index == a.Index {
			list[n-1].ShownMinor += a.ShownMinor
			continue
		}
		list = append(list, a)
	}
	return list
}

func taxes(d sales.Document, w writer) []pdf.TaxRow {
	rows := make([]pdf.TaxRow, 0, len(d.Totals.Taxes))
	if !d.ShowsTax() {
		return rows
	}
	for _, x := range d.Totals.Taxes {
		rows = append(rows, pdf.TaxRow{Name: x.Tax.Name, Rate: locale.Rate(w.lang, x.Tax.RatePCM), Base: w.amount(x.BaseMinor), Amount: w.amount(x.TaxMinor)})
	}
	return rows
}

func transfer(d sales.Document, w writer) *pdf.Payment {
	if d.Seller.IBAN == "" || d.DueMinor <= 0 || d.Kind == billing.CreditNote {
		return nil
	}
	return &pdf.Payment{IBAN: ident.FormatIBAN(d.Seller.IBAN), BIC: d.Seller.BIC, BankName: d.Seller.BankName, Reference: d.Number, EPC: d.EPC}
}

func date(w writer, d civil.Date) string { return locale.Date(w.lang, d) }
