package payments

import (
	"context"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// SplitPart settles part of an invoice.
type SplitPart struct {
	DocumentID  string `json:"documentId"`
	AmountMinor int64  `json:"amountMinor"`
}

// UsedCredit is part of a credit note, or of what an earlier payment left, to be used.
type UsedCredit struct {
	CreditID    string `json:"creditId"`  // of a credit note, or "":
	PaymentID   string `json:"paymentId"` // of a payment
	AmountMinor int64  `json:"amountMinor"`
}

// RecordPayment is money received from a customer for any number of invoices, none
// included, with the credits that are used in the same act. What the parts leave of the
// money stays the customer's credit.
type RecordPayment struct {
	Key         string       `json:"key"`
	CustomerID  string       `json:"customerId"`
	Currency    string       `json:"currency"` // "" = the customer's
	AmountMinor int64        `json:"amountMinor"`
	FeeMinor    int64        `json:"feeMinor"` // kept by the bank or the gateway, within the amount
	ReceivedOn  string       `json:"receivedOn"`
	Method      string       `json:"method"`
	Reference   string       `json:"reference"`
	Note        string       `json:"note"`
	Notify      bool         `json:"notify"`
	Anyway      bool         `json:"anyway"`
	Parts       []SplitPart  `json:"parts"`
	Credits     []UsedCredit `json:"credits"`
}

// RecordPayment notes the payment, its parts, and the credits used, in one transaction.
func (s *Service) RecordPayment(ctx context.Context, who actor.Actor, in RecordPayment) (p Payment, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "payment.record_several", in, &done, func() error {
			done, err = s.recordSeveral(ctx, tx, who, in)
			return err
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

func (s *Service) recordSeveral(ctx context.Context, tx *db.Tx, who actor.Actor, in RecordPayment) (recorded, error) {
	customer, currency, err := customerOf(ctx, tx.Queries, in.CustomerID, in.Currency)
	if err != nil {
		return recorded{}, err
	}
	x, err := s.receiving(ctx, tx, customer.ID, currency, in, gatewayRef{})
	if err != nil {
		return recorded{}, err
	}
	if in.AmountMinor == 0 {
		x.form.Add("amount", "fault.required")
	}
	if x.parts, err = shares(ctx, tx, x.sheet, in.Parts, &x.form); err != nil {
		return recorded{}, err
	}
	x.date()
	if err := x.form.Err(); err != nil {
		return recorded{}, err
	}
	left, err := s.useCredits(ctx, tx, x.sheet.On, customer.ID, currency, in.Credits, x.parts)
	if err != nil {
		return recorded{}, err
	}
	var sum int64
	for i := range left {
		if x.parts[i].minor, sum = left[i], sum+left[i]; sum > in.AmountMinor {
			x.form.Add(x.parts[i].path, "fault.settlement.more_than_received", "amount", money.Amount{Minor: in.AmountMinor, Currency: currency})
			return recorded{}, x.form.Err()
		}
	}
	if len(in.Credits) > 0 { // they moved what the sheet knew
		if err := x.reopen(ctx, tx); err != nil {
			return recorded{}, err
		}
	}
	return s.receive(ctx, tx, who, x)
}

// reopen reads the documents anew, after credits were set against them.
func (x *receiving) reopen(ctx context.Context, tx *db.Tx) (err error) {
	x.sheet = settlement.Open(tx, x.sheet.Firm, x.sheet.Customer, x.sheet.Currency, x.sheet.Firm.Today(tx.Now))
	for i := range x.parts {
		if x.parts[i].item, err = x.sheet.Document(ctx, x.parts[i].item.Row.ID); err != nil {
			return err
		}
	}
	return nil
}

func customerOf(ctx context.Context, q *gen.Queries, publicID, currency string) (gen.Customer, money.Currency, error) {
	c, err := q.CustomerByPublicID(ctx, publicID)
	if err != nil {
		return gen.Customer{}, "", db.NotFound(err)
	}
	if currency == "" {
		currency = c.Currency
	}
	if !money.Currency(currency).Valid() {
		var form fault.Form
		form.Add("currency", "fault.choice")
		return gen.Customer{}, "", form.Err()
	}
	return c, money.Currency(currency), nil
}

// shares looks the parts up, each beside its row of the form. Nothing for a document is
// left out; the same document twice is refused.
func shares(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, parts []SplitPart, form *fault.Form) ([]share, error) {
	var list []share
	seen := map[int64]bool{}
	for i, p := range parts {
		if p.AmountMinor == 0 {
			continue
		}
		d, err := tx.DocumentByPublicID(ctx, p.DocumentID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		item, err := sheet.Document(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		path := fmt.Sprintf("parts.%d.amount", i)
		switch {
		case item.Credit() || seen[d.ID]:
			form.Add(path, "fault.choice")
		case p.AmountMinor < 0:
			form.Add(path, "fault.negative")
		case p.AmountMinor > item.Due():
			form.Add(path, "fault.more_than_due", "due", money.Amount{Minor: item.Due(), Currency: sheet.Currency})
		default:
			list = append(list, share{item, p.AmountMinor, path})
		}
		seen[d.ID] = true
	}
	return list, nil
}

// useCredits sets credit notes and rests against the parts, in the order of both, each
// credit with its own entry where something moves. It gives what each part still wants.
func (s *Service) useCredits(ctx context.Context, tx *db.Tx, on civil.Date, customerID int64, currency money.Currency, credits []UsedCredit, parts []share) ([]int64, error) {
	want := make([]int64, len(parts))
	for i, p := range parts {
		want[i] = p.minor
	}
	for n, c := range credits {
		if c.AmountMinor == 0 {
			continue
		}
		path := fmt.Sprintf("credits.%d.amount", n)
		sheet, err := settlement.OpenCustomer(ctx, tx, customerID, currency, on)
		if err != nil {
			return nil, err
		}
		use, err := creditOf(ctx, tx, sheet, c)
		if err != nil {
			return nil, err
		}
		if c.AmountMinor < 0 || c.AmountMinor > use.left {
			return nil, field(path, "fault.settlement.more_than_left_here", "left", money.Amount{Minor: use.left, Currency: currency})
		}
		if on.Before(use.since) {
			return nil, field(path, "fault.settlement.credit_later", "number", use.act.Number)
		}
		left := c.AmountMinor
		for i := range parts {
			minor := min(left, want[i])
			if minor == 0 {
				continue
			}
			item, err := sheet.Document(ctx, parts[i].item.Row.ID)
			if err != nil {
				return nil, err
			}
			if err := use.set(item, minor); err != nil {
				return nil, err
			}
			want[i], left = want[i]-minor, left-minor
		}
		if left > 0 {
			return nil, field(path, "fault.settlement.credit_not_needed", "most", money.Amount{Minor: c.AmountMinor - left, Currency: currency})
		}
		if _, err := sheet.Close(ctx, use.act); err != nil {
			return nil, err
		}
		if err := s.settledHook(ctx, tx, sheet); err != nil {
			return nil, err
		}
	}
	return want, nil
}

// credit is something of the customer's that can be set against invoices.
type credit struct {
	left  int64
	since civil.Date
	set   func(i *settlement.Item, minor int64) error
	act   settlement.Act
}

func creditOf(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, c UsedCredit) (credit, error) {
	if c.PaymentID != "" {
		p, err := tx.PaymentByPublicID(ctx, c.PaymentID)
		if err != nil {
			return credit{}, db.NotFound(err)
		}
		r, err := sheet.Payment(ctx, p.ID)
		if err != nil {
			return credit{}, err
		}
		return credit{left: r.Free(), since: day(p.ReceivedOn), set: func(i *settlement.Item, minor int64) error { return sheet.Pay(r, i, minor) },
			act: settlement.Act{Event: ledger.EventAllocation, Number: p.Number, Source: books.Source{Kind: books.FromPayment, ID: p.ID}}}, nil
	}
	d, err := tx.DocumentByPublicID(ctx, c.CreditID)
	if err != nil {
		return credit{}, db.NotFound(err)
	}
	note, err := sheet.Document(ctx, d.ID)
	if err != nil {
		return credit{}, err
	}
	if !note.Credit() {
		return credit{}, fault.New(fault.Invalid, "fault.settlement.not_a_credit", "number", *d.Number)
	}
	return credit{left: note.Free(), since: day(d.IssueDate), set: func(i *settlement.Item, minor int64) error { return sheet.Apply(note, i, minor) },
		act: settlement.Act{Event: ledger.EventApplication, Number: *d.Number, Source: books.Source{Kind: books.FromDocument, ID: d.ID}}}, nil
}

func field(path, key string, args ...any) error {
	var form fault.Form
	form.Add(path, key, args...)
	return form.Err()
}
