// Package payments records money received: transfers, cheques, cash, gateways.
//
// What lives here: payments and their allocation, announced transfers, the intents behind
// gateways, receipts. Each payment writes its entry in the same transaction (RF 4.6: there
// is no payment without books). What must not: a gateway's protocol (edge/gateway), tax
// arithmetic (rules). Called by the window's bound structs, the portal, the command line.
package payments

import (
	"comptoir/core/civil"
	"comptoir/core/money"
)

// Part is what one payment paid of one document.
type Part struct {
	DocumentID  string // public id
	Kind        string
	Number      string
	IssueDate   civil.Date
	AmountMinor int64
	TotalMinor  int64 // of the document
	Credits     []CreditUsed
}

// CreditUsed is a credit note that was set against the same document.
type CreditUsed struct {
	CreditID    string // public id
	Number      string
	AmountMinor int64
}

// Payment is one payment received.
type Payment struct {
	ID            int64 // inside the program only
	PublicID      string
	Number        string
	CustomerID    string // public id
	CustomerName  string
	Method        string // transfer, card, cheque, cash, direct_debit, practice, other
	Gateway       string
	ReceivedOn    civil.Date
	AmountMinor   int64
	FeeMinor      int64 // kept by the bank; the customer is not told
	Currency      money.Currency
	Reference     string
	Note          string
	Parts         []Part // what stands on documents now
	LeftMinor     int64  // on none: the customer's credit
	RefundedMinor int64
	Refunds       []RefundDone
	History       []Moved
	CancelledOn   civil.Date
	CancelReason  string
	Version       int64
	CreatedAt     string
}

// Cancelled tells whether the payment was struck.
func (p Payment) Cancelled() bool { return !p.CancelledOn.IsZero() }

// Moved is one thing that happened between a payment and a document.
type Moved struct {
	On          civil.Date
	DocumentID  string
	Number      string
	AmountMinor int64 // below zero when it was taken back
}

// RefundDone is money given back.
type RefundDone struct {
	ID           int64 // inside the program only
	PublicID     string
	Number       string
	CustomerID   string
	CustomerName string
	PaymentID    string // public ids: of the payment, or
	CreditID     string // of the credit note
	Of           string // its number
	Method       string
	RefundedOn   civil.Date
	AmountMinor  int64
	FeeMinor     int64
	Currency     money.Currency
	Reference    string
	Note         string
	CreatedAt    string
}

// Row is a payment in a list.
type Row struct {
	PublicID    string
	Number      string
	Method      string
	ReceivedOn  civil.Date
	AmountMinor int64
	Currency    money.Currency
	Reference   string
	LeftMinor   int64
	Refunded    int64
	Cancelled   bool
	Documents   []Part // the invoices attached
}

// Page is a page of payments; Next is "" on the last one.
type Page struct {
	Rows    []Row
	Next    string
	Refunds []RefundDone // on the first page: the newest
}

// Transfer tells a customer how to pay by bank transfer.
type Transfer struct {
	Beneficiary string
	IBAN        string
	BIC         string
	BankName    string
	Reference   string // to be quoted
	AmountMinor int64
	Currency    money.Currency
	EPC         string // payload of the code to scan (EPC069-12), "" where it does not apply
	Announced   bool   // the customer already said that it is under way
	AnnouncedOn civil.Date
}

// Methods are the ways in which a customer can pay one document now.
type Methods struct {
	DueMinor int64 // what is to be paid now; of the whole, all that is due
	// WholeMinor is all that is due where the customer may still hold part of it back, and
	// pay it all the same; else 0.
	WholeMinor int64
	Currency   money.Currency
	Transfer   *Transfer // nil when the firm gave no bank account
	Gateways   []string  // those of Ways that are gateways and can be used
	Ways       []Way     // in the firm's order
	Kept       []Kept    // the customer's own, usable for this currency
	Choice     Choice
	// Waiting is the public id of an attempt that the gateway has not answered: until it
	// does, paying another way could pay twice.
	Waiting string
}

// Choice is what a customer may choose of the amount.
type Choice struct {
	Less, More, Ahead, Save bool
	LeastMinor              int64 // of a part
}

// AnnounceTransfer is the customer's word that a transfer is under way: for one document, or
// for Parts.
type AnnounceTransfer struct {
	Key         string
	DocumentID  string
	OrderedOn   civil.Date
	AmountMinor int64     // what is asked for now, or all that is due; 0 = the former
	Parts       []PayPart `json:",omitempty"`
}

// PayPart is what a customer pays of one document. ShownMinor is what it was shown as due (of
// the whole, or as asked for now): when that has changed the order is refused.
type PayPart struct {
	DocumentID  string
	AmountMinor int64
	ShownMinor  int64
}

// StartPayment opens an intent with a gateway: for one document or several, for a part of
// them or more where the firm allows it, or ahead of any document.
type StartPayment struct {
	Key         string
	DocumentID  string // one document as shown, with ExpectMinor; or
	ExpectMinor int64
	Parts       []PayPart // one or several; or none:
	AheadMinor  int64     // beside the parts, on the customer's account
	Currency    string    // of a payment ahead; "" = the customer's
	Gateway     string
	Save        bool   // keep the method it is paid with
	MethodID    string // public id of a kept method to pay with (asks for the password); "" = the gateway's page
	ExtraMinor  int64  // the fee of this way as it was shown (Way.ExtraMinor)
	ReturnURL   string // absolute address of the portal's page for the intent, with {id} for its public id
	Despite     bool   // although a direct debit is coming: the customer was asked
}

// SaveMethod opens an intent that only keeps a method.
type SaveMethod struct {
	Key       string
	Gateway   string
	ReturnURL string // as in StartPayment
}

// ChargeKept charges a kept method for what a document asks for now, the customer not being
// there. MethodID "" = the customer's default.
type ChargeKept struct {
	Key        string
	DocumentID string // public id
	MethodID   string // public id
}

// Intent is an attempt with a gateway.
type Intent struct {
	ID          int64 // inside the program only
	PublicID    string
	Kind        string // IntentPay, IntentSave, IntentCharge, IntentRefund
	DocumentID  string // of the only document, "" for several or none
	Number      string // of the documents, with commas
	Parts       []Part // DocumentID, Kind, Number, AmountMinor
	Gateway     string
	Mode        string
	State       string // created, needs_action, processing, succeeded, declined, unknown, cancelled
	Reason      string // key of a text when declined
	URL         string // where the customer goes on, while State is needs_action, on the gateway's own page
	Step        string // likewise, on the portal's own page: StepChoose, StepConfirm
	AmountMinor int64
	ExtraMinor  int64 // of it, the fee of this way
	Currency    money.Currency
	PaymentID   string // public id once succeeded
	RefundID    string // likewise
	Method      *Kept  // charged, or kept by it
	CreatedAt   string
	CustomerID  string // public id
	Customer    string
}

// The kinds of intents.
const (
	IntentPay    = "pay"
	IntentSave   = "save"
	IntentCharge = "charge"
	IntentRefund = "refund"
)

// ContinuePayment is the customer's return from the gateway's page; with a gateway whose page
// is the portal's own (practice) Answer is what was chosen there.
type ContinuePayment struct {
	IntentID string
	Answer   string
}

// Kept is a method of payment that a customer keeps with a gateway.
type Kept struct {
	ID          int64 // inside the program only
	PublicID    string
	CustomerID  string // public id
	Gateway     string
	Mode        string
	Kind        string // KindCard, KindDebit
	Brand       string
	Last4       string
	ExpMonth    int // 0 where it does not expire
	ExpYear     int
	Default     bool
	Expired     bool
	ExpiresSoon bool // within the next two months
	AddedBy     string
	CreatedAt   string
}

// Way is a way to pay as a customer sees it for an amount.
type Way struct {
	Way        string // transfer, cheque, cash, practice, stripe
	Gateway    bool
	Mode       string // of a gateway
	Words      string // the firm's own, in the customer's language
	LeastMinor int64  // 0 = none
	MostMinor  int64
	ExtraMinor int64 // fee with its tax for the amount asked about
	Save       bool  // methods can be kept with it
	Kinds      []string
	Refused    string // key of a text: why it cannot be used for this amount; "" = it can
}
