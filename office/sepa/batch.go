package sepa

import (
	"context"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// BatchRow is a file in the list.
type BatchRow struct {
	PublicID    string `json:"publicId"`
	Kind        string `json:"kind"` // debit, transfer
	Number      string `json:"number"`
	Scheme      string `json:"scheme"`
	OnDate      string `json:"onDate"`
	Orders      int64  `json:"orders"`
	AmountMinor int64  `json:"amountMinor"`
	State       string `json:"state"` // made, confirming, confirmed, dropped
	ConfirmedOn string `json:"confirmedOn"`
	CreatedAt   string `json:"createdAt"`
}

// Batch is one file with what stands in it.
type Batch struct {
	BatchRow
	SHA256    string      `json:"sha256"`
	Taken     string      `json:"taken"` // when it was first downloaded, "" = never
	MadeBy    string      `json:"madeBy"`
	Lines     []BatchLine `json:"lines"`
	Open      int         `json:"open"`      // lines that the bank has not done
	Confirmed bool        `json:"confirmed"` // it can be confirmed no more
	Early     bool        `json:"early"`     // its day has not come
}

// BatchLine is one debit or transfer of a file.
type BatchLine struct {
	PublicID      string     `json:"publicId"`
	CustomerID    string     `json:"customerId"`
	CustomerName  string     `json:"customerName"`
	AmountMinor   int64      `json:"amountMinor"`
	Account       string     `json:"account"` // the last four
	EndToEnd      string     `json:"endToEnd"`
	State         string     `json:"state"` // made, collected, returned, dropped; decided, done, refused
	RUM           string     `json:"rum"`
	MandateID     string     `json:"mandateId"`
	Sequence      string     `json:"sequence"`
	About         string     `json:"about"`
	PaymentID     string     `json:"paymentId"`
	PaymentNumber string     `json:"paymentNumber"` // or of the refund
	ReturnedOn    string     `json:"returnedOn"`
	ReturnCode    string     `json:"returnCode"`
	FeeMinor      int64      `json:"feeMinor"`
	OwedMinor     int64      `json:"owedMinor"` // of it, what the customer owes: it was given back already
	Note          string     `json:"note"`      // why the bank did not do a transfer
	Parts         []LinePart `json:"parts"`
}

// LinePart is what a debit takes for one invoice.
type LinePart struct {
	DocumentID  string `json:"documentId"`
	Number      string `json:"number"`
	AmountMinor int64  `json:"amountMinor"`
}

const batchRows = 100

// Batches gives a page of the files, the newest first; next is "" on the last one.
func (s *Service) Batches(ctx context.Context, who actor.Actor, after string) (list []BatchRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	before := int64(1<<62 - 1)
	if after != "" {
		if before, err = strconv.ParseInt(after, 36, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	list = []BatchRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.BatchesNewest(ctx, gen.BatchesNewestParams{BeforeID: before, RowLimit: batchRows + 1})
		if len(rows) > batchRows {
			rows = rows[:batchRows]
			next = strconv.FormatInt(rows[batchRows-1].ID, 36)
		}
		for _, r := range rows {
			list = append(list, BatchRow{PublicID: r.PublicID, Kind: r.Kind, Number: r.Number, Scheme: r.Scheme, OnDate: r.OnDate, Orders: r.Orders, AmountMinor: r.AmountMinor, State: stateOf(r.State, r.ConfirmedOn), ConfirmedOn: r.ConfirmedOn, CreatedAt: r.CreatedAt})
		}
		return err
	})
	return list, next, err
}

// stateOf tells a file that is being confirmed from one that waits.
func stateOf(state, confirmedOn string) string {
	if state == "made" && confirmedOn != "" {
		return "confirming"
	}
	return state
}

// Batch gives one file with its lines.
func (s *Service) Batch(ctx context.Context, who actor.Actor, publicID string) (b Batch, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Batch{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.BatchByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		b, err = s.loadBatch(ctx, q, row.ID)
		return err
	})
	return b, err
}

func (s *Service) loadBatch(ctx context.Context, q *gen.Queries, id int64) (Batch, error) {
	r, err := q.BatchByID(ctx, id)
	if err != nil {
		return Batch{}, db.NotFound(err)
	}
	today, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return Batch{}, err
	}
	b := Batch{BatchRow: BatchRow{PublicID: r.PublicID, Kind: r.Kind, Number: r.Number, Scheme: r.Scheme, OnDate: r.OnDate, Orders: r.Orders, AmountMinor: r.AmountMinor, State: stateOf(r.State, r.ConfirmedOn), ConfirmedOn: r.ConfirmedOn, CreatedAt: r.CreatedAt},
		SHA256: r.Sha256, Taken: r.DownloadedAt, MadeBy: r.MadeBy, Lines: []BatchLine{}, Confirmed: r.State != "made", Early: today.Before(day(r.OnDate))}
	if r.Kind == "debit" {
		err = b.debits(ctx, q, id)
	} else {
		err = b.transfers(ctx, q, id)
	}
	for _, l := range b.Lines {
		if l.State == "made" {
			b.Open++
		}
	}
	return b, err
}

func (b *Batch) debits(ctx context.Context, q *gen.Queries, id int64) error {
	rows, err := q.DebitsOfBatch(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range rows {
		l := BatchLine{PublicID: r.PublicID, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, AmountMinor: r.AmountMinor, Account: last4(r.Iban), EndToEnd: r.EndToEnd, State: r.State, RUM: r.Rum, MandateID: r.MandatePublicID,
			Sequence: r.Sequence, ReturnedOn: r.ReturnedOn, ReturnCode: r.ReturnCode, FeeMinor: r.FeeMinor, OwedMinor: r.OwedMinor, Parts: []LinePart{}}
		if r.PaymentPublicID != nil {
			l.PaymentID, l.PaymentNumber = *r.PaymentPublicID, *r.PaymentNumber
		}
		parts, err := q.DebitPartsOf(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			l.Parts = append(l.Parts, LinePart{DocumentID: p.PublicID, Number: *p.Number, AmountMinor: p.AmountMinor})
		}
		b.Lines = append(b.Lines, l)
	}
	return nil
}

func (b *Batch) transfers(ctx context.Context, q *gen.Queries, id int64) error {
	rows, err := q.TransfersOfBatch(ctx, id)
	for _, r := range rows {
		l := BatchLine{PublicID: r.PublicID, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, AmountMinor: r.AmountMinor, Account: last4(r.Iban), EndToEnd: r.EndToEnd, State: r.State, About: r.About, ReturnedOn: r.RefusedOn, Note: r.RefusedNote, OwedMinor: r.OwedMinor, Parts: []LinePart{}}
		if r.RefundNumber != nil {
			l.PaymentNumber = *r.RefundNumber
		}
		b.Lines = append(b.Lines, l)
	}
	return err
}
