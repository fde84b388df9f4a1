// Package sales makes, issues and shows the documents of sale.
//
// What lives here: drafts, the issuing transaction (number, freeze, entry, audit, outbox),
// what a document shows to the firm and to its customer. What must not: tax arithmetic
// and the law's texts (rules), SQL (db/queries), paper and mail layout (edge). Called by
// the window's bound structs, the portal, the command line.
package sales

import (
	"context"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

// Party is one side of a document as it is printed; frozen into the document at issue.
type Party struct {
	Number            string `json:"number,omitempty"` // the customer's, C0001
	Kind              string `json:"kind,omitempty"`   // company, person, public_body
	Name              string `json:"name"`
	LegalForm         string `json:"legal_form,omitempty"`
	ShareCapitalMinor int64  `json:"share_capital_minor,omitempty"`
	SIREN             string `json:"siren,omitempty"`
	SIRET             string `json:"siret,omitempty"`
	VATNumber         string `json:"vat_number,omitempty"`
	Registry          string `json:"registry,omitempty"`
	APE               string `json:"ape,omitempty"`
	NEQ               string `json:"neq,omitempty"`
	GSTNumber         string `json:"gst_number,omitempty"`
	QSTNumber         string `json:"qst_number,omitempty"`
	ElectronicAddress string `json:"electronic_address,omitempty"`
	Line1             string `json:"line1,omitempty"`
	Line2             string `json:"line2,omitempty"`
	Postcode          string `json:"postcode,omitempty"`
	City              string `json:"city,omitempty"`
	Region            string `json:"region,omitempty"`
	Country           string `json:"country"`
	Email             string `json:"email,omitempty"`
	Phone             string `json:"phone,omitempty"`
	Website           string `json:"website,omitempty"`
	IBAN              string `json:"iban,omitempty"`
	BIC               string `json:"bic,omitempty"`
	BankName          string `json:"bank_name,omitempty"`
	VATScheme         string `json:"vat_scheme,omitempty"`
	TaxRegime         string `json:"tax_regime,omitempty"`
	Accent            string `json:"accent,omitempty"`
	PaperSize         string `json:"paper_size,omitempty"`
	AddressRight      bool   `json:"address_right,omitempty"`
	LogoSHA256        string `json:"logo_sha256,omitempty"`
	ShipTo            *Place `json:"ship_to,omitempty"`
}

// Place is a delivery address that differs (BG-15).
type Place struct {
	Name     string `json:"name,omitempty"`
	Line1    string `json:"line1,omitempty"`
	Line2    string `json:"line2,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	City     string `json:"city,omitempty"`
	Region   string `json:"region,omitempty"`
	Country  string `json:"country,omitempty"`
}

// CustomerRef names a customer.
type CustomerRef struct {
	PublicID string
	Number   string
	Name     string
}

// DocumentRef names another document.
type DocumentRef struct {
	PublicID  string
	Number    string
	Kind      billing.Kind
	IssueDate civil.Date
}

// DocumentLine is one line with what it comes to.
type DocumentLine struct {
	billing.Line
	ItemID string // public id of the catalogue item, "" for free text
	Total  billing.LineTotal
}

// Allocation is the part of one payment that went to a document.
type Allocation struct {
	PaymentID   string // public id
	Number      string
	ReceivedOn  civil.Date
	Method      string
	Reference   string
	AmountMinor int64
}

// Document is everything about one document.
type Document struct {
	ID            int64 // inside the program only
	PublicID      string
	Kind          billing.Kind
	Draft         bool
	TakenOver     bool          // issued by another program, open when this one began: it has no paper here
	State         billing.State // derived
	DaysLate      int
	Number        string
	Customer      *CustomerRef // nil in a draft without one
	ContactID     string       // public id, "" = the customer's primary contact
	IssueDate     civil.Date   // zero in a draft = the day of issue
	DueDate       civil.Date
	DeliveryDate  civil.Date
	OrderNumber   string
	Currency      money.Currency
	RateE8        int64
	Lang          string
	PricesInclTax bool
	Terms         billing.Terms
	Note          string
	PrivateNote   string
	TermsText     string
	Lines         []DocumentLine
	Allowances    []billing.Allowance
	ValidUntil    civil.Date // quote: the last day on which it may be approved
	DepositPCM    int64      // quote: part asked for at approval
	Reason        string     // credit note
	RetentionPCM  int64
	RetainedUntil civil.Date   // when the retained part falls due
	RetainedMinor int64        // of what is due, the part kept back
	Deposits      []Deposit    // taken off, Totals.Prepaid in all
	Quote         *DocumentRef // what it was made from
	Preceding     *DocumentRef // of a credit note: the invoice it is about (BT-25)
	Replaces      *DocumentRef // of a quote: the version before
	Revision      int64
	Hash          string       // of an issued document: what a decision about it names
	CreditedMinor int64        // by credit notes; of a credit note: set against invoices
	Credits       []CreditMark // credit notes made from it
	Uses          []CreditUse  // credit notes set against it; of a credit note: where it went
	DueOn         civil.Date   // of an issued one: when what is left falls due
	AsOf          civil.Date   // the day on which it was read; of its paper the day of issue
	Totals        billing.Totals
	Seller        Party
	Buyer         Party
	Mentions      []Mention // texts as printed, in the document's language
	PaidMinor     int64
	DueMinor      int64
	SentAt        string // instants as stored, "" = not yet
	ViewedAt      string
	AnnouncedAt   string
	DebitOn       civil.Date // the bank was asked to debit it on that day; zero = it was not (DebitOn)
	SettledOn     civil.Date
	Payments      []Allocation
	EPC           string // payload of the transfer code for what is left, "" where it does not apply
	Version       int64
	CreatedAt     string
	UpdatedAt     string
	IssuedAt      string
}

// Mention is a text that the law wants, as it is printed.
type Mention struct {
	Place billing.Place `json:"place"`
	Code  string        `json:"code,omitempty"` // BT-21
	Text  string        `json:"text"`
}

// PortalRow is a document in a customer's list.
type PortalRow struct {
	PublicID       string
	Number         string
	Kind           billing.Kind
	IssueDate      civil.Date
	DueDate        civil.Date
	Currency       money.Currency
	TotalInclMinor int64
	DueMinor       int64
	AskedMinor     int64 // of it, what is to be paid now
	State          billing.State
	Announced      bool
}

// PortalQuery asks for a page of a customer's invoices.
type PortalQuery struct {
	Filter   string // "all", "open", "overdue", "paid"
	Sort     string // "newest", "oldest", "due", "largest", "smallest"; "" = due first of what is open, else newest
	From, To civil.Date
	Words    string // numbers, order numbers, amounts, words of lines
	After    string // cursor of the page before, "" = the first
	Limit    int    // at most 100; 0 = 50
}

// PortalPage is a page of documents; Next is "" on the last one.
type PortalPage struct {
	Rows  []PortalRow
	Next  string
	Count int // of all pages; counted up to PortalCountMax
}

// CurrencyTotal is what a customer owes in one currency.
type CurrencyTotal struct {
	Currency     money.Currency
	Documents    int64
	DueMinor     int64
	AskedMinor   int64 // of it, what is to be paid now: without what may still be held back
	OverdueMinor int64
	NextDue      civil.Date
}

// PortalSummary is a customer's first page.
type PortalSummary struct {
	Totals []CurrencyTotal
	Open   []PortalRow // soonest due first, at most 5
	Recent []PortalRow // newest first, at most 5
}

// File is a finished file to hand over.
type File struct {
	Name      string
	MediaType string
	Bytes     []byte
}

// Printer draws documents; edge/pdf behind it. It must give the same bytes for the same
// document.
type Printer interface {
	Document(ctx context.Context, d Document, logo []byte) ([]byte, error)
}
