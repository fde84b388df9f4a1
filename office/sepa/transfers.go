package sepa

import (
	"context"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/payments"
	rules "comptoir/rules/sepa"
)

// Decide decides to give money back by transfer: of a payment, or of a credit note.
type Decide struct {
	Key          string `json:"key"`
	PaymentID    string `json:"paymentId"` // or
	CreditID     string `json:"creditId"`
	AmountMinor  int64  `json:"amountMinor"`
	FromInvoices bool   `json:"fromInvoices"`
	Name         string `json:"name"` // of the account's holder, "" = the customer
	IBAN         string `json:"iban"`
	BIC          string `json:"bic"`
	Note         string `json:"note"`
	Thank        bool   `json:"thank"`
}

// Decided is a refund that waits for its file.
type Decided struct {
	PublicID     string `json:"publicId"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	AmountMinor  int64  `json:"amountMinor"`
	Name         string `json:"name"`
	Account      string `json:"account"` // the last four
	About        string `json:"about"`
	CreatedAt    string `json:"createdAt"`
}

// DecideRefund keeps the decision; nothing is recorded until the bank did it.
func (s *Service) DecideRefund(ctx context.Context, who actor.Actor, in Decide) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	var form fault.Form
	text.Each(text.Line, &in.Name)
	text.Each(text.Clean, &in.Note)
	form.MaxLen("name", in.Name, 70)
	form.MaxLen("note", in.Note, 2000)
	form.Need("iban", in.IBAN)
	company.Field(&form, "iban", &in.IBAN, ident.CheckIBAN)
	if in.BIC = strings.TrimSpace(in.BIC); in.BIC != "" {
		company.Field(&form, "bic", &in.BIC, ident.CheckBIC)
	}
	if in.AmountMinor <= 0 {
		form.Add("amount", "fault.required")
	}
	if err := form.Err(); err != nil {
		return err
	}
	if err := reach(in.IBAN, in.BIC); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, in.Key, "sepa.decide_refund", in, &done, func() error {
			done = true
			return s.decide(ctx, tx, who, in)
		})
	})
}

// reach tells what keeps a transfer from an account: banks outside the EEA want their BIC.
func reach(iban, bic string) error {
	switch {
	case !rules.Reaches(iban[:2]):
		return oneField("iban", "fault.sepa.not_reached")
	case rules.OutsideEEA(iban[:2]) && bic == "":
		return oneField("bic", "fault.sepa.bic_abroad")
	}
	return nil
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, who actor.Actor, in Decide) error {
	p := gen.InsertTransferParams{PublicID: s.IDs(), AmountMinor: in.AmountMinor, FromInvoices: flag(in.FromInvoices), CreditorName: in.Name, Iban: in.IBAN, Bic: in.BIC, Note: in.Note, Thank: flag(in.Thank), DecidedBy: who.Name, CreatedAt: tx.Stamp()}
	left, currency, err := refundable(ctx, tx, in, &p)
	if err != nil {
		return err
	}
	switch {
	case currency != rules.Currency:
		return fault.New(fault.Conflict, "fault.sepa.euro")
	case in.AmountMinor > left:
		return oneField("amount", "fault.sepa.more_than_left")
	}
	c, err := tx.CustomerByID(ctx, p.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	if p.CreditorName == "" {
		p.CreditorName = c.Name
	}
	if rules.Name(p.CreditorName) == "" {
		return oneField("name", "fault.sepa.name")
	}
	id, err := tx.InsertTransfer(ctx, p)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("sepa") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.refund_decided", ObjectKind: "sepa_transfer", ObjectID: id, Details: map[string]any{"of": p.About, "amount_minor": p.AmountMinor}})
}

// refundable finds what is given back, and how much of it there is.
func refundable(ctx context.Context, tx *db.Tx, in Decide, p *gen.InsertTransferParams) (left int64, currency string, err error) {
	if in.PaymentID == "" {
		d, err := tx.DocumentByPublicID(ctx, in.CreditID)
		if err != nil {
			return 0, "", db.NotFound(err)
		}
		if d.Kind != "credit_note" || d.Number == nil || d.CustomerID == nil {
			return 0, "", fault.New(fault.Invalid, "fault.settlement.not_a_credit", "number", d.PublicID)
		}
		if _, err := tx.TransferOfCredit(ctx, &d.ID); err == nil {
			return 0, "", fault.New(fault.Conflict, "fault.sepa.decided", "number", *d.Number)
		}
		p.CustomerID, p.CreditID, p.About = *d.CustomerID, &d.ID, *d.Number
		left, err = leftOf(ctx, tx, *p)
		return left, d.Currency, err
	}
	x, err := tx.PaymentByPublicID(ctx, in.PaymentID)
	if err != nil {
		return 0, "", db.NotFound(err)
	}
	if _, err := tx.TransferOfPayment(ctx, &x.ID); err == nil {
		return 0, "", fault.New(fault.Conflict, "fault.sepa.decided", "number", x.Number)
	}
	if x.Gateway != "" { // the gateway may be giving it back
		if _, err := tx.OpenRefundOfPayment(ctx, x.ID); err == nil {
			return 0, "", fault.New(fault.Conflict, "fault.pay.refund_open", "number", x.Number)
		}
	}
	p.CustomerID, p.PaymentID, p.About = x.CustomerID, &x.ID, x.Number
	left, err = leftOf(ctx, tx, *p)
	return left, x.Currency, err
}

// leftOf is what of a payment or of a credit note could be given back, in cents.
func leftOf(ctx context.Context, tx *db.Tx, p gen.InsertTransferParams) (int64, error) {
	if p.PaymentID == nil {
		st, err := tx.Status(ctx, *p.CreditID)
		return st.DueMinor, db.NotFound(err)
	}
	st, err := tx.PaymentStatus(ctx, *p.PaymentID)
	if err != nil || st.CancelledOn != "" {
		return 0, db.NotFound(err)
	}
	if p.FromInvoices == 0 {
		return st.LeftMinor, nil
	}
	x, err := tx.PaymentByID(ctx, *p.PaymentID)
	return x.AmountMinor - st.RefundedMinor, db.NotFound(err)
}

// DecidedRefunds lists what waits for a file, oldest first.
func (s *Service) DecidedRefunds(ctx context.Context, who actor.Actor) (list []Decided, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Decided{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.TransfersDecided(ctx)
		for _, r := range rows {
			list = append(list, Decided{PublicID: r.PublicID, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, AmountMinor: r.AmountMinor, Name: r.CreditorName, Account: last4(r.Iban), About: r.About, CreatedAt: r.CreatedAt})
		}
		return err
	})
	return list, err
}

// DropRefund takes a decision back, as long as it stands in no file.
func (s *Service) DropRefund(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := tx.TransferByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.DropTransfer(ctx, t.ID)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.conflict")
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("sepa") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.refund_dropped", ObjectKind: "sepa_transfer", ObjectID: t.ID})
	})
}

// MakeTransfers asks for a file of the refunds that were decided.
type MakeTransfers struct {
	Key string   `json:"key"`
	On  string   `json:"on"` // "" = the next business day
	IDs []string `json:"ids"`
}

// MakeTransfers writes the file. The same key gives the same file.
func (s *Service) MakeTransfers(ctx context.Context, who actor.Actor, in MakeTransfers) (Batch, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Batch{}, err
	}
	if len(in.IDs) == 0 {
		return Batch{}, fault.New(fault.Invalid, "fault.sepa.empty")
	}
	return s.once(ctx, in.Key, "sepa.make_transfers", in, func(ctx context.Context, tx *db.Tx) (int64, error) {
		c, err := creditorOf(ctx, tx, false)
		if err != nil {
			return 0, err
		}
		on := rules.NextBusiness(c.today.AddDays(1))
		if in.On != "" {
			on = day(in.On)
		}
		x := planning{scheme: rules.Core, today: c.today.AddDays(-1), on: on} // a transfer may go today
		if err := x.judgeDay(); err != nil {
			return 0, err
		}
		return s.makeTransfers(ctx, tx, who, c, in.IDs, x)
	})
}

func (s *Service) makeTransfers(ctx context.Context, tx *db.Tx, who actor.Actor, c creditor, ids []string, x planning) (int64, error) {
	no, err := number(ctx, tx, "VIR", c.today)
	if err != nil {
		return 0, err
	}
	message := rules.Orders{MessageID: no, CreatedAt: tx.Stamp(), Debtor: c.party, On: x.on}
	var sum int64
	var rows []gen.SepaTransfer
	for i, id := range ids {
		t, err := tx.TransferByPublicID(ctx, id)
		if err != nil {
			return 0, db.NotFound(err)
		}
		if t.State != "decided" {
			return 0, fault.New(fault.Conflict, "fault.sepa.changed")
		}
		left, err := leftOf(ctx, tx, gen.InsertTransferParams{PaymentID: t.PaymentID, CreditID: t.CreditID, FromInvoices: t.FromInvoices})
		if err != nil {
			return 0, err
		}
		if t.AmountMinor > left {
			return 0, fault.New(fault.Conflict, "fault.sepa.no_longer", "number", t.About, "name", t.CreditorName)
		}
		t.EndToEnd = no + "-" + strconv.Itoa(i+1)
		rows, sum = append(rows, t), sum+t.AmountMinor
		message.Transfers = append(message.Transfers, rules.Transfer{EndToEnd: t.EndToEnd, AmountMinor: t.AmountMinor, About: t.About, Creditor: rules.Party{Name: t.CreditorName, IBAN: t.Iban, BIC: t.Bic}})
	}
	content, err := s.Writer.Transfers(message)
	if err != nil {
		return 0, err
	}
	id, err := s.keep(ctx, tx, who, gen.InsertBatchParams{Kind: "transfer", Number: no, OnDate: x.on.String(), Orders: int64(len(rows)), AmountMinor: sum}, content)
	if err != nil {
		return 0, err
	}
	for _, t := range rows {
		n, err := tx.TransferMade(ctx, gen.TransferMadeParams{ID: t.ID, BatchID: &id, EndToEnd: t.EndToEnd})
		if err == nil && n == 0 { // named twice
			err = fault.New(fault.Conflict, "fault.sepa.changed")
		}
		if err != nil {
			return 0, err
		}
	}
	return id, nil
}

// paidOut records the refund behind a transfer that the bank did.
func (s *Service) paidOut(ctx context.Context, who actor.Actor, b gen.SepaBatch, line int64) error {
	var t gen.SepaTransfer
	in := payments.Sent{TransferID: line, Refund: payments.Refund{Method: "transfer", RefundedOn: b.ConfirmedOn}}
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if t, err = q.TransferByID(ctx, line); err != nil {
			return db.NotFound(err)
		}
		if t.PaymentID != nil {
			p, err := q.PaymentByID(ctx, *t.PaymentID)
			in.PaymentID = p.PublicID
			return db.NotFound(err)
		}
		d, err := q.DocumentByID(ctx, *t.CreditID)
		in.CreditID = d.PublicID
		return db.NotFound(err)
	}); err != nil {
		return err
	}
	// FromInvoices: the money left the account, whatever the payment's rest was used for since.
	in.Key, in.Ref, in.AmountMinor, in.FromInvoices, in.Reference, in.Note, in.Notify = "transfer-"+t.PublicID, t.EndToEnd, t.AmountMinor, t.PaymentID != nil, t.EndToEnd, t.Note, t.Thank == 1
	return s.Payments.RefundSent(ctx, who, in, func(ctx context.Context, tx *db.Tx, refundID *int64, owed int64) error {
		n, err := tx.TransferDone(ctx, gen.TransferDoneParams{ID: line, RefundID: refundID, OwedMinor: owed})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.conflict")
		}
		return err
	})
}
