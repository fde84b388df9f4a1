package ledger_test

import (
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
	"comptoir/rules/tax"
)

// books reads events and keeps what the office would keep: documents with what was paid
// and released, and the entries.
type books struct {
	t         *testing.T
	line      int
	chart     map[string]ledger.Account // by role
	country   string
	scheme    string
	firm      money.Currency
	names     map[string]string
	documents map[string]*document
	payments  map[string]*payment
	entries   []ledger.Posting
	open      *document // being read
}

// document is an issued document with what moves afterwards.
type document struct {
	sale    ledger.Sale
	doc     billing.Document
	total   int64
	paid    int64
	waiting int64
	due     int64 // of it, since its final invoice
	posting ledger.Posting
}

func newBooks(t *testing.T) *books {
	return &books{t: t, names: map[string]string{}, documents: map[string]*document{}, payments: map[string]*payment{}}
}

// read takes one line. Indented lines belong to the document above.
func (b *books) read(text string) {
	text, _, _ = strings.Cut(text, "#")
	words := strings.Fields(text)
	if len(words) == 0 {
		return
	}
	if strings.HasPrefix(text, " ") {
		b.part(words)
		return
	}
	b.flush()
	switch words[0] {
	case "firme": // firme FR real_payments EUR fr_pcg
		b.firmOf(words[1:])
	case "client":
		b.names[words[1]] = strings.Join(words[2:], " ")
	case "facture", "acompte", "avoir": // facture FA-2026-0001 2026-02-10 C0001 [CAD 0.68] [TTC]; avoir … [sur AC-2026-0001]
		b.start(words)
	case "règlement", "remboursement", "annulation": // règlement RE-1 2026-03-05 C0001 banque 2844.00 [CAD 0.68] [frais 12.50] : FA-2026-0001 2844.00; remboursement … : de RE-1
		b.money(words)
	case "imputation", "retrait": // imputation 2026-03-05 C0001 AV-1 sur FA-1 540.00 FA-2 60.00; retrait … RE-1 de FA-1 100.00
		b.apply(words)
	case "reprise": // reprise F-118 du 2025-11-20 le 2026-01-01 C0001 1200.00 dont TVA 200.00 reste 700.00 [en attente]
		b.opening(words)
	case "frais": // frais RE-1 2026-03-06 3.50: what the gateway kept of it, told later
		b.entries = append(b.entries, b.post(ledger.GatewayFee(words[1], civil.MustParse(words[2]), b.number(words[3], 2), b.own(), "fr")))
	case "versement": // versement Stripe po_1 2026-03-08 110.00
		b.entries = append(b.entries, b.post(ledger.Payout(ledger.PaidOut{Gateway: words[1], Reference: words[2], Date: civil.MustParse(words[3]), AmountMinor: b.number(words[4], 2), Rate: b.own(), Lang: "fr"})))
	case "contre-passation": // contre-passation FA-1 2026-03-05
		b.entries = append(b.entries, b.post(ledger.Reverse(b.documents[words[1]].posting, civil.MustParse(words[2]), "fr"), nil))
	default:
		b.t.Fatalf("line %d: unknown event %q", b.line, words[0])
	}
}

// own is the rate of the firm's own currency.
func (b *books) own() ledger.Rate {
	return ledger.Rate{Currency: b.firm, Firm: b.firm, E8: ledger.RateOne}
}

func (b *books) firmOf(words []string) {
	b.country, b.scheme, b.firm = words[0], words[1], money.Currency(words[2])
	accounts, err := ledger.Chart(words[3])
	b.must(err)
	b.chart = map[string]ledger.Account{}
	for _, a := range accounts {
		b.chart[a.Role] = a
	}
}

func (b *books) start(words []string) {
	kind := map[string]billing.Kind{"facture": billing.Invoice, "acompte": billing.DepositInvoice, "avoir": billing.CreditNote}[words[0]]
	d := &document{sale: ledger.Sale{
		Kind: kind, Number: words[1], Date: civil.MustParse(words[2]), Auxiliary: words[3], CustomerName: b.names[words[3]],
		Scheme: b.scheme, Rate: ledger.Rate{Currency: b.firm, Firm: b.firm, E8: ledger.RateOne}, Lang: "fr",
	}}
	for i := 4; i < len(words); i++ {
		switch {
		case words[i] == "TTC":
			d.doc.PricesInclTax = true
		case words[i] == "sur": // an avoir of a deposit goes off 4191, of anything at its rate
			i++
			of := b.documents[words[i]].sale
			d.sale.OfDeposit, d.sale.Rate = of.Kind == billing.DepositInvoice, of.Rate
		case money.Currency(words[i]).Valid():
			d.sale.Rate.Currency, d.sale.Rate.E8 = money.Currency(words[i]), b.number(words[i+1], 8)
			i++
		}
	}
	d.doc.Currency = d.sale.Rate.Currency
	b.open = d
}

// part reads a line of a document: 12 x 89.90 biens [FR-20] · remise 10% [FR-20] ·
// remise 15.00 · port 12.00 [FR-20] · acompte FA-2026-0003 · retenue 180.00.
func (b *books) part(w []string) {
	d := &b.open.doc
	switch w[0] {
	case "remise", "port":
		a := billing.Allowance{Charge: w[0] == "port", Taxes: b.taxes(w[2:], billing.Goods)}
		if w[0] == "remise" && len(w) == 2 {
			a.Taxes = nil
		}
		if pcm, isRate := strings.CutSuffix(w[1], "%"); isRate {
			a.PCM = b.number(pcm, 3)
		} else {
			a.AmountMinor = b.number(w[1], 2)
		}
		d.Allowances = append(d.Allowances, a)
	case "acompte":
		x := billing.DepositLeft(w[1], b.documents[w[1]].sale.Totals, nil)
		d.PrepaidMinor += x.Incl()
		b.open.sale.Deposits = append(b.open.sale.Deposits, x)
	case "retenue":
		b.open.sale.Retained = b.number(w[1], 2)
	default:
		nature := map[string]billing.Nature{"biens": billing.Goods, "services": billing.Services}[w[3]]
		d.Lines = append(d.Lines, billing.Line{QuantityE4: b.number(w[0], 4), UnitPriceE4: b.number(w[2], 4), Nature: nature, Taxes: b.taxes(w[4:], nature)})
	}
}

func (b *books) taxes(codes []string, nature billing.Nature) []billing.Tax {
	if len(codes) == 0 {
		codes = tax.Default(b.country, b.scheme, tax.Domestic, nature, b.open.sale.Date)
	}
	var out []billing.Tax
	for _, c := range codes {
		r, ok := tax.Find(c)
		if !ok {
			b.t.Fatalf("line %d: no tax %s", b.line, c)
		}
		out = append(out, r.Tax("fr"))
	}
	return out
}

// flush issues the document that was being read.
func (b *books) flush() {
	d := b.open
	if d == nil {
		return
	}
	b.open = nil
	totals, err := billing.Calculate(d.doc)
	b.must(err)
	d.sale.Totals, d.total = totals, totals.AmountDue
	d.posting = b.post(ledger.IssueInvoice(d.sale))
	d.waiting, err = waitingTax(d.sale)
	b.must(err)
	b.entries = append(b.entries, d.posting)
	b.documents[d.sale.Number] = d
	for _, taken := range ledger.Taken(d.sale) {
		b.deliver(d, taken)
	}
}

// deliver posts what falls due of a deposit's tax with its final invoice.
func (b *books) deliver(final *document, taken ledger.Deposit) {
	of := b.documents[taken.Number]
	due, err := ledger.DueOf(of.waiting, taken.Taxes)
	b.must(err)
	of.due = due
	p, err := ledger.Deliver(ledger.Delivery{Document: taken.Number, Final: final.sale.Number, Date: final.sale.Date, Move: of.move(0), Lang: "fr"})
	b.must(err)
	if !p.Empty() {
		b.entries = append(b.entries, b.post(p, nil))
	}
}

func (b *books) money(w []string) {
	s := ledger.Settlement{
		Event: ledger.EventPayment, Number: w[1], Date: civil.MustParse(w[2]), Auxiliary: w[3], CustomerName: b.names[w[3]], Money: w[4], AmountMinor: b.number(w[5], 2),
		Rate: ledger.Rate{Currency: b.firm, Firm: b.firm, E8: ledger.RateOne}, Lang: "fr",
	}
	side := int64(1)
	if w[0] == "remboursement" {
		s.Event, side = ledger.EventRefund, -1
	}
	undo := int64(1)
	if w[0] == "annulation" { // annulation RE-1 2026-03-20 C0001 cheques 120.00 : FA-1 100.00 (as it was recorded; the rest is its credit)
		s.Event, side, undo = ledger.EventCancelled, -1, -1
	}
	role, rest := "", s.AmountMinor
	var of *payment
	for i := 6; i < len(w); i++ {
		switch {
		case w[i] == ":" || w[i] == ",":
		case w[i] == "frais":
			i++
			s.FeeMinor = b.number(w[i], 2)
		case w[i] == "avance":
			role = ledger.RoleCredits
		case money.Currency(w[i]).Valid():
			i++
			s.Rate.Currency, s.Rate.E8 = money.Currency(w[i-1]), b.number(w[i], 8)
		case b.payments[w[i]] != nil: // remboursement … du reste de RE-1
			of = b.payments[w[i]]
		case w[i] == "de":
		default:
			i++
			minor := b.number(w[i], 2)
			s.Moves = append(s.Moves, b.documents[w[i-1]].move(undo*minor))
			rest -= minor
		}
	}
	if of == nil {
		of = b.payments[w[1]]
	}
	if of == nil {
		of = &payment{number: w[1], rateE8: s.Rate.E8, role: role}
		b.payments[w[1]] = of
	}
	s.AmountMinor *= side
	s.FeeMinor *= undo
	if rest > 0 {
		s.Rests = []ledger.Rest{of.rest(side * rest)}
	}
	b.settle(s)
}

func (d *document) move(minor int64) ledger.Move {
	m := ledger.Move{
		Document: d.sale.Number, Credit: d.sale.Kind == billing.CreditNote, FromMinor: d.paid, ToMinor: d.paid + minor, TotalMinor: d.total, Retained: d.sale.Retained,
		RateE8: d.sale.Rate.E8, WaitingMinor: d.waiting, DueMinor: d.due,
	}
	d.paid += minor
	return m
}

// payment is a payment whose rest is still the customer's.
type payment struct {
	number string
	left   int64
	rateE8 int64
	role   string
}

func (p *payment) rest(minor int64) ledger.Rest {
	r := ledger.Rest{Payment: p.number, FromMinor: p.left, ToMinor: p.left + minor, RateE8: p.rateE8, Role: p.role}
	p.left += minor
	return r
}

// apply sets a credit note, or a rest of a payment, against invoices; "retrait" undoes it.
func (b *books) apply(w []string) {
	s := ledger.Settlement{Event: ledger.EventApplication, Number: w[3], Date: civil.MustParse(w[1]), Auxiliary: w[2], CustomerName: b.names[w[2]], Lang: "fr"}
	side := int64(1)
	if w[0] == "retrait" {
		s.Event, side = ledger.EventTakenBack, -1
	}
	var sum int64
	for i := 5; i+1 < len(w); i += 2 {
		minor := side * b.number(w[i+1], 2)
		d := b.documents[w[i]]
		s.Moves, s.Rate, sum = append(s.Moves, d.move(minor)), d.sale.Rate, sum+minor
	}
	if p := b.payments[w[3]]; p != nil {
		s.Rests = []ledger.Rest{p.rest(-sum)}
		if side > 0 {
			s.Event = ledger.EventAllocation
		}
	} else {
		s.Moves = append([]ledger.Move{b.documents[w[3]].move(sum)}, s.Moves...)
	}
	b.settle(s)
}

func (b *books) settle(s ledger.Settlement) {
	p, err := ledger.Settle(s)
	b.must(err)
	if !p.Empty() {
		b.entries = append(b.entries, b.post(p, nil))
	}
}

// post proves an entry before it is kept.
func (b *books) post(p ledger.Posting, err error) ledger.Posting {
	b.must(err)
	b.must(ledger.Check(p))
	return p
}

func (b *books) must(err error) {
	if err != nil {
		b.t.Helper()
		b.t.Fatalf("line %d: %v", b.line, err)
	}
}

func (b *books) number(text string, decimals int) int64 {
	n, err := locale.ParseDecimal("en", text, decimals)
	b.must(err)
	return n
}

// waitingTax is what the entry of a document puts on 44574, as the office reads it there.
func waitingTax(s ledger.Sale) (int64, error) {
	p, err := ledger.IssueInvoice(s)
	var sum int64
	for _, l := range p.Lines {
		if l.Role == ledger.RoleTaxWaiting {
			sum += l.CreditMinor - l.DebitMinor
		}
	}
	if s.Kind == billing.CreditNote {
		sum = -sum
	}
	return sum, err
}
