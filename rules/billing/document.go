// Package billing holds the rules of quotes, invoices and credit notes: amounts by
// EN 16931, due dates, numbers, states, the mentions a country wants, the transfer code.
//
// What lives here: pure functions over values; a lawyer or a bookkeeper could read them.
// What must not: the clock, the database, formats of files. Called by the office rooms
// and, for shapes only, by the edges that print.
package billing

import (
	"comptoir/core/civil"
	"comptoir/core/money"
)

// Kind is the kind of document.
type Kind string

// The kinds of document with their EN 16931 type codes (BT-3): 380, 381, 386.
const (
	Invoice        Kind = "invoice"
	CreditNote     Kind = "credit_note"
	DepositInvoice Kind = "deposit_invoice"
	Quote          Kind = "quote"
)

// Nature of what a line sells; decides when French VAT falls due and the cadre (BT-23).
// A line without one counts as a service: its VAT waits for payment.
type Nature string

// The natures of operation (décret 2022-1299).
const (
	Goods    Nature = "goods"
	Services Nature = "services"
)

// Category is the EN 16931 VAT category code (BT-151, UNTDID 5305).
type Category string

// The categories in use.
const (
	Standard      Category = "S"
	Exempt        Category = "E"
	ReverseCharge Category = "AE"
	IntraEU       Category = "K"
	Export        Category = "G"
	OutOfScope    Category = "O"
	ZeroRated     Category = "Z"
)

// Tax is one tax of one line: the row of the tax table in force, frozen into the document.
type Tax struct {
	ID       int64    `json:"id"`       // taxes.id
	Code     string   `json:"code"`     // "FR-20", "QC-TPS": stable name of the row
	Name     string   `json:"name"`     // "TVA", "TPS", as printed
	Category Category `json:"category"` // BT-151
	RatePCM  int64    `json:"rate_pcm"` // 20 % = 20000
	Mention  string   `json:"mention"`  // key of the text the law wants, "" for none (RF §4.3)
	VATEX    string   `json:"vatex"`    // BT-121, "" for none
}

// Line is one line of a document as typed. Exactly one of DiscountPCM and DiscountMinor
// may be set.
type Line struct {
	Description   string
	Detail        string // second paragraph, may be empty
	Nature        Nature
	QuantityE4    int64  // BT-129, up to 4 decimals, negative to give back
	Unit          string // UN/ECE Rec 20 code (BT-130): C62, HUR, DAY, KGM, MTR, …
	UnitPriceE4   int64  // BT-146 excluding or including tax by Document.PricesInclTax; never negative
	DiscountPCM   int64  // percentage off this line, 0 to 100000
	DiscountMinor int64  // amount off this line, not below zero
	Taxes         []Tax  // one in France, two in Québec (TPS and TVQ), never empty once checked
	Optional      bool   // of a quote: shown with what it costs, in no total until the customer takes it
}

// Allowance is a discount (BG-20) or, as Charge, an addition (BG-21) on the whole document.
// Percent: PCM of the sum of the lines of each tax group. Amount: shared over tax groups in
// proportion to their lines. A charge names its own taxes. Amounts include tax when the
// document's prices do.
type Allowance struct {
	Charge      bool
	Reason      string // BT-97, BT-104
	PCM         int64
	AmountMinor int64
	Taxes       []Tax  // of a charge: its taxes; of a discount: the one group it is for, none = all
	Nature      Nature // charges only; "" follows the lines: goods if there are any
}

// Document is what Calculate needs to know.
type Document struct {
	Currency      money.Currency
	PricesInclTax bool
	Lines         []Line
	Allowances    []Allowance
	PrepaidMinor  int64 // BT-113
}

// LineTotal is what is shown at the end of a line.
type LineTotal struct {
	GrossMinor    int64 // quantity × price, before the line's discount
	DiscountMinor int64
	NetMinor      int64 // BT-131: excluding tax
	ShownMinor    int64 // what the line shows: NetMinor, or with tax when prices include it
}

// TaxSubtotal is one row of the tax table (BG-23).
type TaxSubtotal struct {
	Tax       Tax
	Nature    Nature // "" when goods and services share the row; see Calculate
	BaseMinor int64  // BT-116
	TaxMinor  int64  // BT-117
}

// AllowanceTotal is one document-level allowance or charge on one tax group (BT-92, BT-99).
type AllowanceTotal struct {
	Index       int // in Document.Allowances
	Charge      bool
	Reason      string
	PCM         int64
	BaseMinor   int64
	AmountMinor int64
	ShownMinor  int64 // AmountMinor, or with tax when prices include it
	Taxes       []Tax
}

// Totals are the amounts of a document (BG-22), all in minor units.
type Totals struct {
	Lines          []LineTotal
	Allowances     []AllowanceTotal
	Taxes          []TaxSubtotal
	SumShown       int64 // Σ of the lines as shown; SumLines unless prices include tax
	SumLines       int64 // BT-106
	SumAllowances  int64 // BT-107
	SumCharges     int64 // BT-108
	TotalExclTax   int64 // BT-109
	TotalTax       int64 // BT-110
	TotalInclTax   int64 // BT-112
	Prepaid        int64 // BT-113
	AmountDue      int64 // BT-115
	GoodsExclTax   int64 // share of TotalExclTax that is goods, after allowances
	ServicesExcl   int64 // the rest
	TaxOnGoods     int64 // share of TotalTax that falls due on delivery (sum to TotalTax with the next)
	TaxOnServices  int64 // share that waits for payment (RF §5.1)
	AccountingRows []AccountingRow
}

// AccountingRow is one (nature, taxes) group of a document, what the books post: the sales
// account is chosen by nature, the tax accounts by tax. Σ NetMinor = TotalExclTax and, per
// tax, Σ TaxMinor over rows = the TaxSubtotal.
type AccountingRow struct {
	Nature   Nature
	Charge   bool // shipping and other additions, which have their own sales account
	NetMinor int64
	Taxes    []RowTax
}

// RowTax is one tax of an AccountingRow, or of what a deposit comes to. Of a deposit that a
// final invoice takes off, DueMinor is the part that came off the tax which is due with that
// invoice (rules/ledger), and so is due itself.
type RowTax struct {
	Tax        Tax
	TaxMinor   int64
	GoodsMinor int64 `json:",omitempty"` // of a deposit: the part of TaxMinor that is for goods
	DueMinor   int64 `json:",omitempty"`
}

// Terms are the payment terms of a customer or document.
type Terms struct {
	Days       int
	EndOfMonth bool // days run first, then to the end of that month (45 jours fin de mois)
}

// DueDate gives the date on which a document of that date must be paid (BT-9, L441-10 C. com.).
func (t Terms) DueDate(issued civil.Date) civil.Date {
	d := issued.AddDays(t.Days)
	if t.EndOfMonth {
		return d.EndOfMonth()
	}
	return d
}
