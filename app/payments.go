package app

import "comptoir/office/payments"

// Payments is bound to the window: money received.
type Payments struct{ desk *desk }

// PaymentList is a page of payments.
type PaymentList struct {
	Rows []payments.ListRow `json:"rows"`
	Next string             `json:"next"`
}

// List gives a page of the payments; state is a method, "" for all.
func (s *Payments) List(q ListQuery) (PaymentList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PaymentList{}, err
	}
	rows, next, err := h.Payments.List(s.desk.ctx, who, payments.ListQuery{Query: q.listing(), CustomerID: q.CustomerID, Method: q.State, From: q.From, To: q.To})
	return PaymentList{Rows: rows, Next: next}, err
}

// PaymentPart is what one payment paid of one invoice.
type PaymentPart struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	AmountMinor int64  `json:"amountMinor"`
	TotalMinor  int64  `json:"totalMinor"`
}

// PaymentView is one payment.
type PaymentView struct {
	ID           string        `json:"id"`
	Number       string        `json:"number"`
	CustomerID   string        `json:"customerId"`
	CustomerName string        `json:"customerName"`
	ReceivedOn   string        `json:"receivedOn"`
	Method       string        `json:"method"`
	AmountMinor  int64         `json:"amountMinor"`
	Currency     string        `json:"currency"`
	Reference    string        `json:"reference"`
	Note         string        `json:"note"`
	Invoices     []PaymentPart `json:"invoices"`
	ReceiptHref  string        `json:"receiptHref"`
}

// Get gives one payment with the invoices attached to it.
func (s *Payments) Get(id string) (PaymentView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PaymentView{}, err
	}
	p, err := h.Payments.Get(s.desk.ctx, who, id)
	v := PaymentView{ID: p.PublicID, Number: p.Number, CustomerID: p.CustomerID, CustomerName: p.CustomerName, ReceivedOn: p.ReceivedOn.String(), Method: p.Method,
		AmountMinor: p.AmountMinor, Currency: string(p.Currency), Reference: p.Reference, Note: p.Note, Invoices: []PaymentPart{}, ReceiptHref: "/files/payments/" + p.PublicID + "/receipt.pdf"}
	for _, x := range p.Parts {
		v.Invoices = append(v.Invoices, PaymentPart{ID: x.DocumentID, Number: x.Number, AmountMinor: x.AmountMinor, TotalMinor: x.TotalMinor})
	}
	return v, err
}

// Announcements lists the transfers that customers say are under way.
func (s *Payments) Announcements() ([]payments.Announcement, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Payments.Announcements(s.desk.ctx, who)
}
