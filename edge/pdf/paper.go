package pdf

import "time"

// Paper is a document as it is to be printed: words and figures written out, in the
// language and with the currency of the customer. Empty parts are left out of the page.
type Paper struct {
	Lang   string // "fr" or "en": the few words that the layout itself adds
	Kind   string // "invoice", "credit_note", "deposit_invoice", "quote"; file data only
	Title  string // "Facture"
	Number string // "" for a draft, which then carries the watermark of drafts
	Look   Look

	Seller    Party
	Buyer     Party
	BuyerRole string // over the buyer's address: "Facturé à"; "" takes the catalogue's
	DeliverTo *Party

	Due      Due
	Facts    []Fact
	Headings Headings
	Lines    []Line
	Totals   []Row
	Taxes    []TaxRow
	Payment  *Payment

	Notes    string   // to the customer, under the totals
	Terms    string   // conditions of sale or payment
	Mentions []string // what the law wants, one a paragraph
	Sign     []string // labels of the places to fill in by hand: "Date", "Bon pour accord"
	Footer   []string // the seller in one or a few lines, at the foot of every page

	Watermark string    // "" takes the catalogue's word for drafts when Number is empty
	Created   time.Time // written into the file; never the clock
}

// Look is what a firm chooses for its papers.
type Look struct {
	Accent      string // "#RRGGBB"; anything else gives the house's green-blue
	Logo        []byte // PNG or JPEG; one that cannot be read is left out (see CheckLogo)
	Letter      bool   // US Letter instead of A4
	AddressLeft bool   // the buyer's address at the left (DIN 5008, North America); else right (NF)
}

// Party is a firm or person with its address as printed.
type Party struct {
	Name        string
	Lines       []string
	Identifiers []string // "SIREN 100 000 009"
	Email       string
	Phone       string
	Website     string
}

// Due is what must be readable from an arm's length.
type Due struct {
	Label  string // "À payer"
	Amount string // "2 844,00 €"
	Date   string // "au plus tard le 21 décembre 2026"
}

// Fact is one fact about the document: "Date d'émission", "21 novembre 2026".
type Fact struct {
	Label string
	Value string
}

// Headings are the words over the columns; "" takes the catalogue's. A column that is
// empty in all lines is left out.
type Headings struct {
	Description string
	Quantity    string
	UnitPrice   string // "Prix unitaire HT", or TTC when prices include tax
	Discount    string
	Tax         string
	Net         string // "Montant HT"
	Carried     string // "À reporter"
	Brought     string // "Report"
}

// Line is one line of the document.
type Line struct {
	Description string
	Detail      string
	Quantity    string
	Unit        string
	UnitPrice   string
	Discount    string
	Tax         string
	Net         string
	RunningNet  string // sum of Net up to and with this line: carried over at page ends
}

// Row is one row of the totals.
type Row struct {
	Label  string
	Value  string
	Strong bool
}

// TaxRow is one row of the tax table.
type TaxRow struct {
	Name   string // "TVA", "TPS"
	Rate   string // "20 %"
	Base   string
	Amount string
}

// Payment is how to pay by transfer.
type Payment struct {
	Heading   string // "" takes the catalogue's
	IBAN      string // grouped by four, as printed
	BIC       string
	BankName  string
	Reference string
	Lines     []string // further ways to pay: a cheque's order, the portal's address
	EPC       string   // payload of the QR code (EPC069-12), "" for none
}

// ReceiptPaper is the receipt of one payment.
type ReceiptPaper struct {
	Lang       string
	Title      string // "Reçu de paiement"
	Number     string
	Look       Look
	Seller     Party
	Buyer      Party
	BuyerLabel string // above the buyer; "" = received from
	Paid       Due    // Label "Reçu", Amount, Date "le 3 décembre 2026"
	Facts      []Fact
	Headings   ReceiptHeadings
	Settled    []Settled
	Totals     []Row
	Notes      string
	Mentions   []string
	Footer     []string
	Created    time.Time
}

// ReceiptHeadings are the words over the columns of a receipt; "" takes the catalogue's.
type ReceiptHeadings struct {
	Document string
	Date     string
	Total    string
	Applied  string
	Left     string
}

// Settled is one document that a payment went to.
type Settled struct {
	Document string // "Facture FA-2026-0001"
	Detail   string
	Date     string
	Total    string // amount of the document
	Applied  string // part of this payment
	Left     string // still to pay afterwards
}
