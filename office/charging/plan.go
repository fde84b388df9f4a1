package charging

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// Made plans the charge of an invoice that a template just made, in the same transaction. A
// draft is planned once a person issued it (see catchUpPlans).
func (s *Service) Made(ctx context.Context, tx *db.Tx, templateID int64, documentID string) error {
	t, err := tx.RecurringByID(ctx, templateID)
	if err != nil || t.AutoCharge == 0 {
		return err
	}
	row, err := tx.DocumentByPublicID(ctx, documentID)
	if err != nil || row.State != "issued" {
		return db.NotFound(err)
	}
	return s.plan(ctx, tx, row.ID, t.ChargeMethodID)
}

// plan writes the first attempt: its day, or why there is none.
func (s *Service) plan(ctx context.Context, tx *db.Tx, documentID int64, methodID *int64) error {
	d, err := tx.ChargeDocument(ctx, documentID)
	if err != nil {
		return db.NotFound(err)
	}
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	if asked(d, on) <= 0 { // a credit of the customer's paid it already
		return nil
	}
	p, err := policy(ctx, tx.Queries)
	if err != nil {
		return err
	}
	first := p.First(day(d.IssueDate), day(d.DueDate), on)
	why, err := s.unusable(ctx, tx.Queries, d, methodID, on)
	if err != nil {
		return err
	}
	a := order{document: d, number: 1, method: methodID, first: first, due: first, state: Planned}
	if why != "" {
		a.state, a.reason = Refused, why
	}
	row, err := s.insert(ctx, tx, a)
	if err != nil {
		return err
	}
	if why != "" {
		return s.tellFailed(ctx, tx, row, d, civil.Date{})
	}
	if !first.After(on) {
		tx.AfterCommit(s.Wake)
	}
	return nil
}

// order is an attempt to be written.
type order struct {
	document  gen.ChargeDocumentRow
	number    int64
	step      int64
	method    *int64
	first     civil.Date
	due       civil.Date
	state     string
	reason    string
	byHand    bool
	readyOn   civil.Date
	notBefore string
	misses    int64
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, o order) (gen.ChargeAttempt, error) {
	ready := ""
	if !o.readyOn.IsZero() {
		ready = o.readyOn.String()
	}
	id, err := tx.InsertCharge(ctx, gen.InsertChargeParams{DocumentID: o.document.ID, CustomerID: *o.document.CustomerID, Number: o.number, Key: fmt.Sprintf("charge/%s/%d", o.document.PublicID, o.number),
		Step: o.step, MethodID: o.method, FirstOn: o.first.String(), DueOn: o.due.String(), State: o.state, Reason: o.reason, ByHand: flag(o.byHand), ReadyOn: ready, NotBefore: o.notBefore,
		Misses: o.misses, Now: tx.Stamp()})
	if err != nil {
		return gen.ChargeAttempt{}, err
	}
	tx.AfterCommit(func() { s.Changed("charges", "invoices") })
	return tx.ChargeByID(ctx, id)
}

// unusable tells why the method that was chosen (nil: the customer's default one) cannot be
// charged on a day, "" where it can: a gateway that is switched off today may be there then.
func (s *Service) unusable(ctx context.Context, q *gen.Queries, d gen.ChargeDocumentRow, methodID *int64, on civil.Date) (string, error) {
	var k gen.KeptMethod
	var err error
	missing := whyNoMethod
	if methodID == nil {
		k, err = q.DefaultKeptOf(ctx, *d.CustomerID)
	} else {
		missing = whyDeleted
		k, err = q.KeptMethodAnyState(ctx, *methodID)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && (k.DeletedAt != "" || k.CustomerID != *d.CustomerID):
		return missing, nil
	case err == nil && expired(int(k.ExpYear), int(k.ExpMonth), on):
		return whyExpired, nil
	case err != nil:
		return "", err
	}
	if why, err := whyUnfit(s.Payments.Fits(ctx, k, money.Currency(d.Currency))); why != "" || err != nil {
		return why, err
	}
	if c, err := consentOf(ctx, q, k.ID); err != nil || c.GivenAt == "" { // nothing is taken that nobody agreed to
		return whyNoConsent, err
	}
	return "", nil
}

// whyUnfit are the words for a method that will not do, whenever it is tried; any other fault
// is no word on the method.
func whyUnfit(err error) (string, error) {
	switch f, known := fault.As(err); {
	case err == nil || known && f.Code == fault.Unavailable:
		return "", nil
	case known && f.Key == "fault.pay.currency":
		return whyCurrency, nil
	case known && f.Key == "fault.pay.method_mode":
		return whyMode, nil
	}
	return "", err
}

// lastDay is the day up to which a card can be charged: the last one of its month.
func lastDay(year, month int) civil.Date {
	if year == 0 {
		return civil.Date{}
	}
	return civil.New(year, time.Month(month), 1).EndOfMonth()
}

func expired(year, month int, on civil.Date) bool {
	last := lastDay(year, month)
	return !last.IsZero() && on.After(last)
}

// catchUpPlans plans what a person issued of the drafts that a charged template left.
func (s *Service) catchUpPlans(ctx context.Context) error {
	var rows []gen.UnplannedChargesRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		rows, err = q.UnplannedCharges(ctx)
		return err
	}); err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.LastCharge(ctx, r.DocumentID); !errors.Is(err, sql.ErrNoRows) { // planned meanwhile
				return err
			}
			t, err := tx.RecurringByID(ctx, r.RecurringID)
			if err != nil || t.AutoCharge == 0 {
				return err
			}
			return s.plan(ctx, tx, r.DocumentID, t.ChargeMethodID)
		}); err != nil {
			return err
		}
	}
	return nil
}

// Settled cancels what was planned for documents that are paid now, in the transaction that
// paid them (payments.Deps.Settled).
func (s *Service) Settled(ctx context.Context, tx *db.Tx, documentIDs []int64) error {
	on, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	for _, id := range documentIDs {
		a, err := tx.OpenCharge(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if a.State != Planned && a.State != Ready { // under way: what comes of it is seen to then
			continue
		}
		d, err := tx.ChargeDocument(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		_, ordered, err := intentOf(ctx, tx.Queries, a)
		if err != nil {
			return err
		}
		if asked(d, on) > 0 || ordered { // ordered: its own money paid it, maybe; the next round tells (begin)
			continue
		}
		if _, err := s.finish(ctx, tx, a, Cancelled, whySettled); err != nil {
			return err
		}
	}
	return nil
}
