// Package payments records money received: transfers, cheques, cash, gateways.
//
// What lives here: payments and their allocation, announced transfers, the intents behind
// gateways, receipts. Each payment writes its entry in the same transaction (RF 4.6: there
// is no payment without books). What must not: a gateway's protocol (edge/gateway), tax
// arithmetic (rules). Called by the window's bound structs, the portal, the command line.
package payments

import (
	"context"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/office/sales"
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
	Gateways   []string  // "practice" in the demo company
	// Waiting is the public id of an attempt that the gateway has not answered: until it
	// does, paying another way could pay twice.
	Waiting string
}

// Whole is m for a customer who pays at once what it could hold back.
func (m Methods) Whole() Methods {
	if m.WholeMinor == 0 {
		return m
	}
	m.DueMinor, m.WholeMinor = m.WholeMinor, 0
	if m.Transfer != nil {
		t := *m.Transfer
		t.AmountMinor = m.DueMinor
		t.EPC = sales.TransferCode(sales.Party{Name: t.Beneficiary, IBAN: t.IBAN, BIC: t.BIC}, t.Reference, money.Amount{Minor: t.AmountMinor, Currency: t.Currency})
		m.Transfer = &t
	}
	return m
}

// AnnounceTransfer is the customer's word that a transfer is under way.
type AnnounceTransfer struct {
	Key         string
	DocumentID  string
	OrderedOn   civil.Date
	AmountMinor int64 // what is asked for now, or all that is due; 0 = the former
}

// StartPayment opens an intent with a gateway for what is asked of a document now, or for
// all that is due of it.
type StartPayment struct {
	Key         string
	DocumentID  string
	Gateway     string
	ExpectMinor int64 // the amount the customer was shown; refused when it has changed
}

// Intent is an attempt to pay through a gateway.
type Intent struct {
	PublicID    string
	DocumentID  string
	Number      string
	Gateway     string
	State       string // created, needs_action, succeeded, declined, unknown, cancelled
	Reason      string // key of a text when declined
	AmountMinor int64
	Currency    money.Currency
	PaymentID   string // public id once succeeded
}

// ContinuePayment carries what the customer chose on the gateway's page.
type ContinuePayment struct {
	IntentID string
	Answer   string // practice gateway: the practice card, then the answer to its second step
}

// Gateway is one way to charge. A call may fail or never answer: the intent is then
// unknown, and Ask is called until the gateway tells.
type Gateway interface {
	Name() string
	Charge(ctx context.Context, c Charge) (Outcome, error)
	Ask(ctx context.Context, key string) (Outcome, error)
}

// Charge is one attempt; the gateway must treat a repeated key as the same charge.
type Charge struct {
	Key         string
	AmountMinor int64
	Currency    money.Currency
	Answer      string
}

// Outcome is what a gateway says of a charge.
type Outcome struct {
	State  string // succeeded, declined, needs_action, unknown (never heard of: cancelled)
	Ref    string
	Reason string
}
