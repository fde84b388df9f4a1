package app

import (
	"comptoir/core/money"
	"comptoir/office/payments"
)

// Payments is bound to the window: money received, spread over invoices and given back.
type Payments struct{ desk *desk }

// PaymentList is a page of payments.
type PaymentList struct {
	Rows []payments.ListRow `json:"rows"`
	Next string             `json:"next"`
}

// List gives a page of the payments; state is what became of them, "" for all.
func (s *Payments) List(q ListQuery) (PaymentList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PaymentList{}, err
	}
	rows, next, err := h.Payments.List(s.desk.ctx, who, payments.ListQuery{Query: q.listing(), CustomerID: q.CustomerID, Method: q.Method, Is: q.State, From: q.From, To: q.To})
	return PaymentList{Rows: rows, Next: next}, err
}

// Refunds lists the money given back, newest first.
func (s *Payments) Refunds(q ListQuery) ([]payments.RefundRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Payments.Refunds(s.desk.ctx, who, q.From, q.To)
}

// PaymentPart is what one payment paid of one invoice.
type PaymentPart struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	Number      string `json:"number"`
	AmountMinor int64  `json:"amountMinor"`
	TotalMinor  int64  `json:"totalMinor"`
}

// PaymentMove is one thing that happened between a payment and an invoice.
type PaymentMove struct {
	On          string `json:"on"`
	ID          string `json:"id"`
	Number      string `json:"number"`
	AmountMinor int64  `json:"amountMinor"` // below zero when it was taken back
}

// RefundView is money given back.
type RefundView struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	RefundedOn  string `json:"refundedOn"`
	Method      string `json:"method"`
	AmountMinor int64  `json:"amountMinor"`
	Currency    string `json:"currency"`
	PaperHref   string `json:"paperHref"`
}

// PaymentView is one payment.
type PaymentView struct {
	ID              string        `json:"id"`
	Version         int64         `json:"version"`
	Number          string        `json:"number"`
	CustomerID      string        `json:"customerId"`
	CustomerName    string        `json:"customerName"`
	ReceivedOn      string        `json:"receivedOn"`
	Method          string        `json:"method"`
	Gateway         string        `json:"gateway"` // "" = none
	AmountMinor     int64         `json:"amountMinor"`
	FeeMinor        int64         `json:"feeMinor"`
	Currency        string        `json:"currency"`
	Reference       string        `json:"reference"`
	Note            string        `json:"note"`
	Invoices        []PaymentPart `json:"invoices"`
	LeftMinor       int64         `json:"leftMinor"`
	RefundedMinor   int64         `json:"refundedMinor"`
	RefundableMinor int64         `json:"refundableMinor"` // what is left and what stands on invoices
	Refunds         []RefundView  `json:"refunds"`
	Moves           []PaymentMove `json:"moves"`
	CancelledOn     string        `json:"cancelledOn"`
	CancelReason    string        `json:"cancelReason"`
	CanCancel       bool          `json:"canCancel"`
	ReceiptHref     string        `json:"receiptHref"`
}

// Get gives one payment with the invoices attached to it.
func (s *Payments) Get(id string) (PaymentView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PaymentView{}, err
	}
	p, err := h.Payments.Get(s.desk.ctx, who, id)
	return paymentView(p), err
}

func paymentView(p payments.Payment) PaymentView {
	v := PaymentView{ID: p.PublicID, Version: p.Version, Number: p.Number, CustomerID: p.CustomerID, CustomerName: p.CustomerName, ReceivedOn: p.ReceivedOn.String(), Method: p.Method, Gateway: p.Gateway,
		AmountMinor: p.AmountMinor, FeeMinor: p.FeeMinor, Currency: string(p.Currency), Reference: p.Reference, Note: p.Note, LeftMinor: p.LeftMinor, RefundedMinor: p.RefundedMinor,
		Invoices: []PaymentPart{}, Refunds: []RefundView{}, Moves: []PaymentMove{}, CancelledOn: p.CancelledOn.String(), CancelReason: p.CancelReason,
		CanCancel: !p.Cancelled() && p.RefundedMinor == 0 && p.Gateway == "", ReceiptHref: "/files/payments/" + p.PublicID + "/receipt.pdf"}
	if !p.Cancelled() {
		v.RefundableMinor = p.AmountMinor - p.RefundedMinor
	}
	for _, x := range p.Parts {
		v.Invoices = append(v.Invoices, PaymentPart{ID: x.DocumentID, Kind: x.Kind, Number: x.Number, AmountMinor: x.AmountMinor, TotalMinor: x.TotalMinor})
	}
	for _, m := range p.History {
		v.Moves = append(v.Moves, PaymentMove{On: m.On.String(), ID: m.DocumentID, Number: m.Number, AmountMinor: m.AmountMinor})
	}
	for _, r := range p.Refunds {
		v.Refunds = append(v.Refunds, refundView(r))
	}
	return v
}

func refundView(r payments.RefundDone) RefundView {
	return RefundView{ID: r.PublicID, Number: r.Number, RefundedOn: r.RefundedOn.String(), Method: r.Method, AmountMinor: r.AmountMinor, Currency: string(r.Currency),
		PaperHref: "/files/refunds/" + r.PublicID + "/refund.pdf"}
}

// Announcements lists the transfers that customers say are under way.
func (s *Payments) Announcements() ([]payments.Announcement, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Payments.Announcements(s.desk.ctx, who)
}

// Propose tells how a payment would be spread over open invoices, with its sums.
func (s *Payments) Propose(q payments.Ask) (payments.Proposal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return payments.Proposal{}, err
	}
	return h.Payments.Propose(s.desk.ctx, who, q)
}

// Balances gives what a customer owes and is owed, per currency.
func (s *Payments) Balances(customerID string) ([]payments.Balance, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Payments.Balances(s.desk.ctx, who, customerID)
}

// Record notes a payment over any number of invoices, with the credits used in the same act.
func (s *Payments) Record(in payments.RecordPayment) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	p, err := h.Payments.RecordPayment(s.desk.ctx, who, in)
	return s.done("window.payments.done.recorded", p.PublicID, p.Number, p.AmountMinor, p.Currency, p.CustomerName), err
}

// UseCredits sets credit notes and rests against invoices, without money.
func (s *Payments) UseCredits(in payments.UseCredits) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	return Done{Message: s.desk.t("window.payments.done.credits", nil)}, h.Payments.ApplyCredit(s.desk.ctx, who, in)
}

// Allocate sets what a payment left against invoices (Affecter).
func (s *Payments) Allocate(in payments.Allocate) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	p, err := h.Payments.AllocatePayment(s.desk.ctx, who, in)
	return s.done("window.payments.done.allocated", p.PublicID, p.Number, p.LeftMinor, p.Currency, p.CustomerName), err
}

// Unallocate takes a payment or a credit note off an invoice again.
func (s *Payments) Unallocate(in payments.Unallocate) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Payments.Unallocate(s.desk.ctx, who, in)
}

// Refund gives money back (Rembourser).
func (s *Payments) Refund(in payments.Refund) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	r, err := h.Payments.Refund(s.desk.ctx, who, in)
	return s.done("window.payments.done.refunded", r.PublicID, r.Number, r.AmountMinor, r.Currency, r.CustomerName), err
}

// Cancel strikes a payment that never was (Annuler).
func (s *Payments) Cancel(in payments.Cancel) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	p, err := h.Payments.CancelPayment(s.desk.ctx, who, in)
	return s.done("window.payments.done.cancelled", p.PublicID, p.Number, p.AmountMinor, p.Currency, p.CustomerName), err
}

func (s *Payments) done(key, id, number string, minor int64, currency money.Currency, customer string) Done {
	if id == "" { // refused
		return Done{}
	}
	return Done{ID: id, Number: number, Message: s.desk.t(key, map[string]any{"number": number, "amount": money.Amount{Minor: minor, Currency: currency}, "customer": customer})}
}
