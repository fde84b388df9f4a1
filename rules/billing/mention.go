package billing

import (
	"slices"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// Place says where on a document a mention belongs.
type Place string

// The places of mentions.
const (
	PlaceIdentity Place = "identity" // beside the firm's name, or at the foot
	PlaceHeader   Place = "header"   // beside number and dates
	PlaceTax      Place = "tax"      // beside the tax table
	PlacePayment  Place = "payment"  // beside the terms of payment
)

// Mention is a text that the law wants on a document: a key of the catalogue and the
// values of its placeholders.
type Mention struct {
	Place Place
	Key   string
	Args  fault.Args
	Code  string // BT-21 of the note in an e-invoice (PMT, PMD, AAB, REG), "" for none
}

// Party is a seller or a buyer as documents name them.
type Party struct {
	Name       string
	Address    string // first line
	PostalCode string
	City       string
	Country    string // ISO 3166
	SIREN      string
	SIRET      string
	VATNumber  string
}

// Seller is the firm with all that its documents must say.
type Seller struct {
	Party
	LegalForm     string
	CapitalMinor  int64
	Currency      money.Currency
	Registry      string // "RCS Lyon", "RNE"
	GST, QST, NEQ string
	SoleTrader    bool // "EI" must stand beside the name (C. com. R526-27)
	InLiquidation bool
	Franchise     bool // franchise en base, small supplier: no tax on any document
	DebitsOption  bool
	LateRatePCM   int64  // penalty rate agreed in the firm's terms, 0 = the law's default
	EarlyDiscount string // terms of the early-payment discount, "" = none granted
	Insurance     string // decennial insurance: insurer, contact, area (C. ass. L243-2)
	Mediator      string // consumer mediator (C. conso L616-1)
}

// Buyer is the customer.
type Buyer struct {
	Party
	Business bool // B2B: terms of payment between firms apply
}

// MentionInput is a document with its two sides, as Mentions and Missing judge it.
type MentionInput struct {
	Kind           Kind
	On             civil.Date // issue date: the texts in force then
	DueOn          civil.Date
	Seller         Seller
	Buyer          Buyer
	Document       Document
	Totals         Totals
	DefaultLatePCM int64  // the law's penalty rate on that date (rules/tax), 0 = not known
	Preceding      string // number of the invoice that a credit note is about
}

// Mentions gives what the document must say (RF §4.1–4.4, §2.2, §6.2), in printing order.
// Texts of taxes come from the taxes themselves, resolved to the words in force on the day.
func Mentions(in MentionInput) []Mention {
	m := &mentions{in: in}
	switch in.Seller.Country {
	case "FR":
		m.frenchIdentity()
		m.canadianNumbers()
		m.frenchNature()
		m.taxes()
		m.frenchPayment()
		m.frenchQuote()
	case "CA":
		m.canadianIdentity()
		m.taxes()
	default:
		m.when(in.Seller.VATNumber != "", PlaceIdentity, "mention.vat_number", "", "number", in.Seller.VATNumber)
		m.taxes()
	}
	return m.list
}

type mentions struct {
	in   MentionInput
	list []Mention
}

func (m *mentions) add(place Place, key, code string, args ...any) {
	m.list = append(m.list, Mention{Place: place, Key: LawText(key, m.in.On), Args: fault.New(fault.Invalid, key, args...).Args, Code: code})
}

func (m *mentions) when(yes bool, place Place, key, code string, args ...any) {
	if yes {
		m.add(place, key, code, args...)
	}
}

func (m *mentions) frenchIdentity() {
	s := m.in.Seller
	switch {
	case s.LegalForm != "" && s.CapitalMinor > 0:
		m.add(PlaceIdentity, "mention.fr.form_capital", "REG", "form", s.LegalForm, "capital", money.Amount{Minor: s.CapitalMinor, Currency: s.Currency})
	case s.LegalForm != "":
		m.add(PlaceIdentity, "mention.fr.form", "REG", "form", s.LegalForm)
	}
	m.when(s.SoleTrader, PlaceIdentity, "mention.fr.sole_trader", "REG")
	m.when(s.InLiquidation, PlaceIdentity, "mention.fr.liquidation", "REG")
	m.when(s.SIRET != "", PlaceIdentity, "mention.fr.siret", "", "number", spaced(s.SIRET))
	m.when(s.SIRET == "" && s.SIREN != "", PlaceIdentity, "mention.fr.siren", "", "number", spaced(s.SIREN))
	m.when(s.Registry != "", PlaceIdentity, "mention.fr.registry", "REG", "text", s.Registry)
	m.when(s.VATNumber != "", PlaceIdentity, "mention.vat_number", "", "number", s.VATNumber)
	m.when(s.Insurance != "", PlaceIdentity, "mention.fr.insurance", "REG", "text", s.Insurance)
	m.when(s.Mediator != "" && !m.in.Buyer.Business, PlaceIdentity, "mention.fr.mediator", "REG", "text", s.Mediator)
}

// frenchNature says goods, services or both (décret 2022-1299), harmless before its date.
func (m *mentions) frenchNature() {
	if m.in.Kind == Quote || len(m.in.Document.Lines) == 0 {
		return
	}
	m.add(PlaceHeader, map[Nature]string{
		Goods: "mention.fr.nature_goods", Services: "mention.fr.nature_services", "": "mention.fr.nature_mixed",
	}[NatureOf(m.in.Document)], "")
}

// NatureOf gives the nature of all lines of a document, "" when there are both.
func NatureOf(doc Document) Nature {
	var found Nature
	for _, l := range doc.Lines {
		switch n := natureOf(l.Nature); found {
		case "", n:
			found = n
		default:
			return ""
		}
	}
	return found
}

// taxes gives the text of every tax in use, each once, in order of the tax table.
func (m *mentions) taxes() {
	var used []Tax
	for _, l := range m.in.Document.Lines {
		used = append(used, l.Taxes...)
	}
	for _, a := range m.in.Document.Allowances {
		used = append(used, a.Taxes...)
	}
	slices.SortFunc(used, compareTaxes)
	var told []string
	for _, t := range used {
		if t.Mention != "" && !slices.Contains(told, t.Mention) {
			told = append(told, t.Mention)
			m.add(PlaceTax, t.Mention, "")
		}
	}
	quote := m.in.Kind == Quote
	m.when(m.in.Seller.DebitsOption && !quote && m.servicesTaxed(), PlaceTax, "mention.fr.debits_option", "")
	m.when(m.in.Document.PricesInclTax && len(used) > 0 && m.in.Totals.TotalTax != 0, PlaceTax, "mention.prices_incl_tax", "")
}

func (m *mentions) servicesTaxed() bool {
	return slices.ContainsFunc(m.in.Document.Lines, func(l Line) bool {
		return natureOf(l.Nature) == Services && slices.ContainsFunc(l.Taxes, func(t Tax) bool { return t.Category == Standard })
	})
}

// frenchPayment gives what an invoice between firms must say about late and early payment
// (C. com. L441-9, L441-10, D441-5). Consumers and credit notes: nothing.
func (m *mentions) frenchPayment() {
	if !m.in.Buyer.Business || m.in.Kind == Quote || m.in.Kind == CreditNote {
		return
	}
	s := m.in.Seller
	switch {
	case s.LateRatePCM > 0:
		m.add(PlacePayment, "mention.fr.late_agreed", "PMD", "rate", locale.Percent(s.LateRatePCM))
	case m.in.DefaultLatePCM > 0:
		m.add(PlacePayment, "mention.fr.late_default", "PMD", "rate", locale.Percent(m.in.DefaultLatePCM))
	default:
		m.add(PlacePayment, "mention.fr.late_unknown", "PMD")
	}
	m.add(PlacePayment, "mention.fr.recovery_fee", "PMT", "amount", money.Amount{Minor: RecoveryFeeMinor, Currency: "EUR"})
	if s.EarlyDiscount != "" {
		m.add(PlacePayment, "mention.fr.early_discount", "AAB", "text", s.EarlyDiscount)
	} else {
		m.add(PlacePayment, "mention.fr.no_early_discount", "AAB")
	}
}

// frenchQuote gives what a quote says (arrêté du 24 janvier 2017, RF 4.5): that it costs
// nothing and was received before the work; to a consumer, the right to withdraw from what is
// agreed to at a distance (C. conso. L221-18), where approval in the portal counts as that.
func (m *mentions) frenchQuote() {
	if m.in.Kind != Quote {
		return
	}
	m.add(PlacePayment, "mention.fr.quote_free", "")
	m.add(PlacePayment, "mention.fr.quote_before", "")
	m.when(!m.in.Buyer.Business, PlacePayment, "mention.fr.quote_withdrawal", "")
}

// RecoveryFeeMinor is the fixed indemnity for recovery costs in euro cents (C. com. D441-5).
const RecoveryFeeMinor int64 = 4000

// canadianNumbers name the registrations behind Canadian taxes that a firm of another
// country charges.
func (m *mentions) canadianNumbers() {
	var gst, qst bool
	for _, t := range m.in.Totals.Taxes {
		if Canadian(t.Tax) {
			qst = qst || isQST(t.Tax)
			gst = gst || !isQST(t.Tax)
		}
	}
	m.when(gst && m.in.Seller.GST != "", PlaceIdentity, "mention.ca.gst", "", "number", m.in.Seller.GST)
	m.when(qst && m.in.Seller.QST != "", PlaceIdentity, "mention.qc.qst", "", "number", m.in.Seller.QST)
}

// Canadian tells whether a tax is one of Canada's, by the stable name of its row.
func Canadian(t Tax) bool {
	return strings.HasPrefix(t.Code, "QC-") || strings.HasPrefix(t.Code, "CA-")
}

// canadianIdentity: registration numbers stand on every invoice (owed from 100 $, RF §6.2).
func (m *mentions) canadianIdentity() {
	s := m.in.Seller
	m.when(s.NEQ != "", PlaceIdentity, "mention.qc.neq", "", "number", s.NEQ)
	m.when(s.GST != "", PlaceIdentity, "mention.ca.gst", "", "number", s.GST)
	m.when(s.QST != "", PlaceIdentity, "mention.qc.qst", "", "number", s.QST)
}
