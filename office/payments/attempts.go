package payments

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
)

// AttemptQuery asks for a page of the attempts with gateways.
type AttemptQuery struct {
	listing.Query
	CustomerID string
	Is         string // "", open, unknown, processing, waiting, declined, succeeded, cancelled, refunds
	From, To   string // days
}

// AttemptRow is an attempt in the firm's list.
type AttemptRow struct {
	PublicID      string `json:"publicId"`
	Kind          string `json:"kind"`
	CustomerID    string `json:"customerId"`
	CustomerName  string `json:"customerName"`
	Documents     string `json:"documents"` // numbers; "" ahead of any
	Gateway       string `json:"gateway"`
	Mode          string `json:"mode"`
	State         string `json:"state"`
	Reason        string `json:"reason"` // key of a text
	Reference     string `json:"reference"`
	AmountMinor   int64  `json:"amountMinor"` // 0 where only a method is kept
	Currency      string `json:"currency"`
	PaymentID     string `json:"paymentId"` // made by it, or that it gives back
	PaymentNumber string `json:"paymentNumber"`
	CreatedAt     string `json:"createdAt"`
	AskedAt       string `json:"askedAt"`
	CanAsk        bool   `json:"canAsk"`
	CanClose      bool   `json:"canClose"` // by hand; the gateway has the last word
}

// AttemptList gives a page of the attempts, the newest first; next is "" on the last one.
func (s *Service) AttemptList(ctx context.Context, who actor.Actor, query AttemptQuery) (rows []AttemptRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	f, err := s.attemptFilter(ctx, query)
	if err != nil {
		return nil, "", err
	}
	found, err := s.DB.Attempts(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.AttemptRow) (any, int64) { return r.SortKey, r.ID })
	rows = make([]AttemptRow, 0, len(found))
	for _, r := range found {
		rows = append(rows, attemptRow(r))
	}
	return rows, next, err
}

func attemptRow(r db.AttemptRow) AttemptRow {
	v := AttemptRow{PublicID: r.PublicID, Kind: r.Kind, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, Documents: r.Documents, Gateway: r.Gateway, Mode: r.Mode, State: r.State,
		Reason: r.Reason, Reference: r.Ref, AmountMinor: r.AmountMinor, Currency: r.Currency, CreatedAt: r.CreatedAt, AskedAt: r.AskedAt, CanAsk: open(r.State) && r.State != Created, CanClose: open(r.State)}
	if r.PaymentPublicID != nil {
		v.PaymentID, v.PaymentNumber = *r.PaymentPublicID, *r.PaymentNumber
	}
	return v
}

func (s *Service) attemptFilter(ctx context.Context, query AttemptQuery) (db.AttemptFilter, error) {
	f := db.AttemptFilter{Is: query.Is, Words: query.Search}
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		f.From, f.To = instant(query.From, 0, firm.Location()), instant(query.To, 1, firm.Location())
		if query.CustomerID == "" {
			return nil
		}
		c, err := q.CustomerByPublicID(ctx, query.CustomerID)
		f.CustomerID = c.ID
		return db.NotFound(err)
	})
	return f, err
}

// instant is when a day of the firm, or one some days later, begins; "" for no day.
func instant(iso string, later int, zone *time.Location) string {
	d, err := civil.Parse(iso)
	if err != nil {
		return ""
	}
	at, err := time.ParseInLocation(time.DateOnly, d.AddDays(later).String(), zone)
	if err != nil {
		return ""
	}
	return db.Stamp(at)
}

// Waiting counts what of gateways waits for somebody of the firm.
type Waiting struct {
	Unknown  int64 // attempts without an answer
	Refunds  int64 // money on its way back
	Charges  int64 // documents whose charge failed, not paid since
	Disputes int64 // payments that a customer's bank takes back or asks about
}

// waitingDays is for how long a failed charge is told of; the reminders go on after it.
const waitingDays = 30

// Waiting gives these counts, for the first page.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (w Waiting, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Waiting{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.IntentsWaiting(ctx, db.Stamp(s.DB.Now().AddDate(0, 0, -waitingDays)))
		w = Waiting{Unknown: r.Unknown, Refunds: r.Refunds, Charges: r.Charges, Disputes: r.Disputes}
		return err
	})
	return w, err
}
