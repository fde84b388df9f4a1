package payments

import (
	"context"
	"slices"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/office/search"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// Refund asks to give money back: of a payment, or of a credit note.
type Refund struct {
	Key          string `json:"key"`
	PaymentID    string `json:"paymentId"` // or
	CreditID     string `json:"creditId"`
	Version      int64  `json:"version"`      // of the payment as it was shown
	AmountMinor  int64  `json:"amountMinor"`  // 0 = all that is left
	FromInvoices bool   `json:"fromInvoices"` // take it back off invoices where the payment's rest is not enough
	FeeMinor     int64  `json:"feeMinor"`     // charged by the bank on top
	RefundedOn   string `json:"refundedOn"`   // "" = today
	Method       string `json:"method"`
	Reference    string `json:"reference"`
	Note         string `json:"note"`
	Notify       bool   `json:"notify"`
}

// Refund gives money back, with its own number, entry and mail, in one transaction.
// What should stay as credit is not refunded: it stands there already.
func (s *Service) Refund(ctx context.Context, who actor.Actor, in Refund) (r RefundDone, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return RefundDone{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "payment.refund", in, &done, func() error {
			done, err = s.refund(ctx, tx, who, in, gatewayRef{})
			return err
		}); err != nil {
			return err
		}
		r, err = loadRefund(ctx, tx.Queries, done.ID)
		return err
	})
	return r, err
}

// refunding is the work sheet of one refunding transaction.
type refunding struct {
	in     Refund
	sheet  *settlement.Sheet
	rest   *settlement.Rest // or
	note   *settlement.Item
	since  civil.Date // not given back before it came
	rateE8 int64
	tax    int64
	number company.Number
	via    gatewayRef
	sent   bool  // by a transfer that was decided: what it held is its own
	owed   int64 // left the bank with it though nothing was left to give back
}

// refund gives back; via tells of money that a gateway gave back already.
func (s *Service) refund(ctx context.Context, tx *db.Tx, who actor.Actor, in Refund, via gatewayRef) (recorded, error) {
	return s.giveBack(ctx, tx, who, &refunding{in: in, via: via})
}

func (s *Service) giveBack(ctx context.Context, tx *db.Tx, who actor.Actor, x *refunding) (recorded, error) {
	if err := x.find(ctx, tx); err != nil {
		return recorded{}, err
	}
	if err := x.judge(); err != nil {
		return recorded{}, err
	}
	if err := x.take(ctx, tx); err != nil {
		return recorded{}, err
	}
	var err error
	if x.rateE8, err = x.sheet.RateOf(ctx, x.rateE8); err != nil {
		return recorded{}, err
	}
	if x.number, err = company.TakeNumber(ctx, tx, "refund", x.sheet.On); err != nil {
		return recorded{}, err
	}
	id, err := tx.NextRefundID(ctx) // one writer: nobody takes it between
	if err != nil {
		return recorded{}, err
	}
	x.sheet.Owe(x.of(), x.owed, x.rateE8)
	entryID, err := x.sheet.Close(ctx, settlement.Act{Event: ledger.EventRefund, Number: x.number.Text, Source: books.Source{Kind: books.FromRefund, ID: id},
		Money: settlement.Money{Account: accountOf(x.in.Method, x.via.gateway), AmountMinor: -x.in.AmountMinor - x.owed, FeeMinor: x.in.FeeMinor, RateE8: x.rateE8}})
	if err != nil {
		return recorded{}, err
	}
	row := gen.InsertRefundParams{ID: id, PublicID: s.IDs(), Number: x.number.Text, CustomerID: x.sheet.Customer.ID, Method: x.in.Method, RefundedOn: x.sheet.On.String(),
		AmountMinor: x.in.AmountMinor, FeeMinor: x.in.FeeMinor, TaxReleasedMinor: x.tax, Currency: string(x.sheet.Currency), RateE8: x.rateE8, Reference: x.in.Reference, Note: x.in.Note,
		Gateway: x.via.gateway, GatewayRef: x.via.ref, EntryID: entryID, CreatedAt: tx.Stamp()}
	if x.rest != nil {
		row.PaymentID = &x.rest.Payment.ID
	} else {
		row.CreditID = &x.note.Row.ID
	}
	if err := tx.InsertRefund(ctx, row); err != nil {
		return recorded{}, err
	}
	if err := s.settledHook(ctx, tx, x.sheet); err != nil { // a credit note took an invoice that opened again
		return recorded{}, err
	}
	s.changed(tx)
	return recorded{ID: id}, s.refunded(ctx, tx, who, x, row)
}

// find puts what is given back on a sheet.
func (x *refunding) find(ctx context.Context, tx *db.Tx) error {
	if x.in.PaymentID == "" {
		d, err := tx.DocumentByPublicID(ctx, x.in.CreditID)
		if err != nil {
			return db.NotFound(err)
		}
		if x.sheet, x.note, err = settlement.OpenFor(ctx, tx, d.ID, civil.Date{}); err != nil {
			return err
		}
		if !x.note.Credit() {
			return fault.New(fault.Invalid, "fault.settlement.not_a_credit", "number", *d.Number)
		}
		x.since, x.rateE8 = day(d.IssueDate), d.RateE8
		return nil
	}
	p, err := tx.PaymentByPublicID(ctx, x.in.PaymentID)
	if err != nil {
		return db.NotFound(err)
	}
	if x.sheet, err = settlement.OpenCustomer(ctx, tx, p.CustomerID, money.Currency(p.Currency), civil.Date{}); err != nil {
		return err
	}
	x.since, x.rateE8 = day(p.ReceivedOn), p.RateE8
	if x.rest, err = x.sheet.Payment(ctx, p.ID); err != nil {
		return err
	}
	if x.in.Version != 0 && x.in.Version != x.rest.Status.Version {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if x.sheet.On.Before(x.since) { // the clock was set back
		x.sheet.On = x.since
	}
	return x.noneOpen(ctx, tx, p)
}

// noneOpen refuses while the gateway has not said how another refund of the payment ended: the
// customer could get its money twice.
func (x *refunding) noneOpen(ctx context.Context, tx *db.Tx, p gen.Payment) error {
	if x.via.gateway != "" || p.Gateway == "" {
		return nil
	}
	_, err := tx.OpenRefundOfPayment(ctx, p.ID)
	if err = db.NotFound(err); err == nil {
		return fault.New(fault.Conflict, "fault.pay.refund_open", "number", p.Number)
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}

// left is what can be given back: nothing twice, so less what a transfer that was decided will
// give back, unless the money is gone already.
func (x *refunding) left() int64 {
	gone := x.sent || x.via.gateway != ""
	switch {
	case x.note != nil && gone:
		return x.note.Due()
	case x.note != nil:
		return x.note.Free()
	case x.in.FromInvoices && gone:
		return x.rest.Payment.AmountMinor - x.rest.Status.RefundedMinor
	case x.in.FromInvoices:
		return max(0, x.rest.Payment.AmountMinor-x.rest.Status.RefundedMinor-x.rest.Held())
	case gone:
		return x.rest.Left()
	}
	return x.rest.Free()
}

// held is what a transfer that was decided will give back of it.
func (x *refunding) held() int64 {
	if x.note != nil {
		return x.note.Held()
	}
	return x.rest.Held()
}

func (x *refunding) judge() error {
	var form fault.Form
	text.Each(text.Line, &x.in.Reference)
	text.Each(text.Clean, &x.in.Note)
	form.MaxLen("reference", x.in.Reference, 100)
	form.MaxLen("note", x.in.Note, 2000)
	if !slices.Contains(methods, x.in.Method) || x.in.Method == "practice" && x.via.gateway == "" {
		form.Add("method", "fault.choice")
	}
	left := x.left()
	if left == 0 && x.held() > 0 && !x.sent {
		return fault.New(fault.Conflict, "fault.sepa.decided", "number", x.of())
	}
	if left == 0 {
		return fault.New(fault.Conflict, "fault.settlement.nothing_left")
	}
	if x.in.AmountMinor == 0 {
		x.in.AmountMinor = left
	}
	switch {
	case x.in.AmountMinor < 0:
		form.Add("amount", "fault.negative")
	case x.in.AmountMinor > left:
		form.Add("amount", "fault.settlement.more_than_left_here", "left", money.Amount{Minor: left, Currency: x.sheet.Currency})
	}
	if x.in.FeeMinor < 0 {
		form.Add("fee", "fault.settlement.fee")
	}
	if x.in.RefundedOn != "" {
		switch d, err := civil.Parse(x.in.RefundedOn); {
		case err != nil:
			form.Add("refundedOn", "fault.not_a_date")
		case d.After(x.sheet.On):
			form.Add("refundedOn", "fault.future")
		case d.Before(x.since):
			form.Add("refundedOn", "fault.settlement.before_payment")
		default:
			x.sheet.On = d
		}
	}
	return form.Err()
}

// take takes the amount off the credit note or the payment's rest; what the rest lacks is
// taken back off invoices first.
func (x *refunding) take(ctx context.Context, tx *db.Tx) (err error) {
	if x.note != nil {
		x.tax, err = x.sheet.RefundCredit(x.note, x.in.AmountMinor)
		return err
	}
	if lack := x.in.AmountMinor - x.rest.Left(); lack > 0 {
		p := x.rest.Payment
		keep := p.AmountMinor - x.rest.Status.RefundedMinor - x.rest.Left() - lack
		if err := takeOff(ctx, tx, x.sheet, x.rest, keep); err != nil {
			return err
		}
		set := x.sheet.SetOwnCredits
		if x.via.gateway != "" {
			set = x.sheet.SetOwnCreditsOfGone
		}
		if _, err := set(ctx); err != nil {
			return err
		}
	}
	return x.sheet.Refund(x.rest, x.in.AmountMinor)
}

// of is the number of what was given back.
func (x *refunding) of() string {
	if x.rest != nil {
		return x.rest.Payment.Number
	}
	return *x.note.Row.Number
}

// refunded writes what comes with a refund: audit, search, the customer's confirmation.
func (s *Service) refunded(ctx context.Context, tx *db.Tx, who actor.Actor, x *refunding, r gen.InsertRefundParams) error {
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "payment.refunded", ObjectKind: "refund", ObjectID: r.ID,
		Details: map[string]any{"number": r.Number, "of": x.of(), "amount_minor": r.AmountMinor, "currency": r.Currency, "method": r.Method}}); err != nil {
		return err
	}
	if err := s.indexRefund(ctx, tx, x, r); err != nil {
		return err
	}
	if !x.in.Notify {
		return nil
	}
	var doc *gen.Document
	if x.note != nil {
		doc = &x.note.Row
	}
	to, err := s.addressee(ctx, tx, x.sheet.Customer, doc)
	if err != nil || to.Email == "" {
		return err
	}
	m := outbox.Mail{Key: "refund/" + r.Number, Kind: outbox.PaymentRefunded, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: x.sheet.Customer.ID, ContactID: to.ContactID,
		Args: map[string]string{"number": r.Number, "of": x.of(), "amount_minor": strconv.FormatInt(r.AmountMinor, 10), "currency": r.Currency, "refunded_on": r.RefundedOn, "refund": strconv.FormatInt(r.ID, 10)}}
	if x.rest != nil {
		m.PaymentID = x.rest.Payment.ID
		if m.LinkID, err = s.linkOf(ctx, tx, to.ContactID, m.PaymentID); err != nil {
			return err
		}
	} else {
		m.DocumentID = x.note.Row.ID
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// linkOf leads a contact into the portal by an invoice that the payment is on; 0 for none.
func (s *Service) linkOf(ctx context.Context, tx *db.Tx, contactID, paymentID int64) (int64, error) {
	live, err := tx.LiveAllocationsOfPayment(ctx, paymentID)
	if err != nil || contactID == 0 || len(live) == 0 {
		return 0, err
	}
	return s.Sales.IssueLink(ctx, tx, contactID, live[0].DocumentID)
}

func (s *Service) indexRefund(ctx context.Context, tx *db.Tx, x *refunding, r gen.InsertRefundParams) error {
	if x.rest == nil {
		return nil // found by its credit note
	}
	p := x.rest.Payment
	live, err := tx.LiveAllocationsOfPayment(ctx, p.ID)
	if err != nil {
		return err
	}
	words := []string{r.Number, p.Reference, strconv.FormatInt(p.AmountMinor/money.Currency(p.Currency).Unit(), 10)}
	for _, a := range live {
		words = append(words, *a.Number)
	}
	return search.Index(ctx, tx, search.Entry{Kind: "payment", ObjectID: p.ID, PublicID: p.PublicID, Title: p.Number, Subtitle: x.sheet.Customer.Name, Words: words})
}
