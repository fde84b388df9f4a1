package payments

import (
	"context"
	"errors"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// What a gateway took stands on an account of its own (PCG 517) until it pays it out to the
// bank: a net of many charges, refunds and fees, days later. A payout is booked once, by the
// gateway's news or by hand.

// EventPayout begins the Kind of an Event that is about a payout; its Ref names it.
const EventPayout = "payout."

// PayingOut is a gateway that tells of what it paid out to the firm's bank account.
type PayingOut interface {
	// Payout tells how a payout stands, by the gateway's own reference.
	Payout(ctx context.Context, mode, ref string) (Payout, error)
	// PayoutsSince names those that were made since an instant, however they stand.
	PayoutsSince(ctx context.Context, mode string, since time.Time) (refs []string, err error)
}

// Payout is money that a gateway sends to the firm's bank account.
type Payout struct {
	Ref         string
	State       string // PayoutPaid, PayoutFailed, PayoutUnderWay
	AmountMinor int64  // below zero: taken from the bank account
	Currency    money.Currency
	ArrivesOn   civil.Date
	CreatedAt   time.Time
}

// The states of a payout. One that was paid may still fail: the bank sends it back.
const (
	PayoutUnderWay = "under_way"
	PayoutPaid     = "paid"
	PayoutFailed   = "failed"
)

// payoutSlack is how many days a payout that was written down by hand may lie from the day
// that the gateway names: banks book on days of their own.
const payoutSlack = 5

// payoutWaits is how long an event waits for the right to read its payout.
const payoutWaits = 24 * time.Hour

// clockSlack is how far this machine's clock may be ahead of a gateway's.
const clockSlack = time.Hour

// heedPayout asks about a payout that an event named, and books it. The gateway's answer
// counts, so events may come late, twice and in any order.
func (s *Service) heedPayout(ctx context.Context, e gen.GatewayEvent) error {
	g, ok := s.gateway(ctx, e.Gateway)
	pays, can := g.(PayingOut)
	if !ok || !can {
		return s.heeded(ctx, e, "nobody", nil)
	}
	if !s.reaches(ctx, g, e.Mode) {
		return nil
	}
	release, free := s.turns.try("payout/" + e.AboutRef)
	if !free {
		return nil
	}
	defer release()
	asking, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	p, err := pays.Payout(asking, e.Mode, e.AboutRef)
	if err != nil {
		missed(ctx, e.Gateway, err)
		s.complain(e.Gateway, e.Mode, "", err)
		return s.payoutUnread(ctx, e, err)
	}
	state := "done"
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		ours, err := s.payoutTold(ctx, tx, e.Gateway, e.Mode, p)
		if !ours {
			state = "nobody"
		}
		return err
	})
	if _, refused := fault.As(err); refused { // no rate of its currency: the firm notes one and writes it down by hand
		state, err = "nobody", s.payoutUnbooked(ctx, e.Gateway, p)
	}
	if err != nil {
		return err
	}
	return s.heeded(ctx, e, state, nil)
}

// payoutUnread lets an event wait whose payout could not be read, not for ever: a key without
// the right to read payouts will not get it, and the firm is told to write them down itself.
func (s *Service) payoutUnread(ctx context.Context, e gen.GatewayEvent, err error) error {
	switch {
	case errors.Is(err, ErrMissing):
		return s.heeded(ctx, e, "nobody", nil)
	case !errors.Is(err, ErrKeysRefused) || !past(e.ReceivedAt, s.DB.Now().Add(-payoutWaits)):
		return nil // heeded the next time
	}
	if err := s.tellUnread(ctx, e.Gateway, e.Mode); err != nil {
		return err
	}
	return s.heeded(ctx, e, "nobody", nil)
}

// tellUnread tells the firm, once, that its key may not read payouts.
func (s *Service) tellUnread(ctx context.Context, gateway, mode string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.once(ctx, tx, "payouts-unread/"+gateway+"/"+mode, func() error {
			return audit.Notify(ctx, tx, "payouts_unread", map[string]any{"gateway": gatewayWord(ctx, tx, gateway)}, "payout", "")
		})
	})
}

// payoutLasts is how long before the last news a payout may have been made that arrived, or came
// back, after them.
const payoutLasts = 30 * 24 * time.Hour

// payoutsMissed names the payouts since the last news, where those of that time are not kept any
// more; each is read as if its event had come.
func (s *Service) payoutsMissed(ctx context.Context, g Gateway, mode string, since time.Time) ([]Event, error) {
	pays, can := g.(PayingOut)
	if !can {
		return nil, nil
	}
	refs, err := pays.PayoutsSince(ctx, mode, since.Add(-payoutLasts))
	if errors.Is(err, ErrKeysRefused) {
		s.complain(g.Name(), mode, "", err)
		return nil, s.tellUnread(ctx, g.Name(), mode)
	}
	var events []Event
	for _, ref := range refs {
		events = append(events, Event{ID: "listed/" + db.Stamp(since) + "/" + ref, Mode: mode, Kind: EventPayout + "listed", Ref: ref})
	}
	return events, err
}

// payoutUnbooked tells the firm, once, of a payout that cannot be booked by itself.
func (s *Service) payoutUnbooked(ctx context.Context, gateway string, p Payout) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.once(ctx, tx, "payout-unbooked/"+gateway+"/"+p.Ref, func() error {
			return audit.Notify(ctx, tx, "payout_not_booked", map[string]any{"gateway": gatewayWord(ctx, tx, gateway), "amount_minor": p.AmountMinor, "currency": string(p.Currency), "on": p.ArrivesOn.String()}, "payout", "")
		})
	})
}

// gatewayWord is a gateway's name in the books, in the firm's language.
func gatewayWord(ctx context.Context, tx *db.Tx, gateway string) string {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return gateway
	}
	return locale.T(locale.Of(firm.Language), "books.gateway."+gateway, nil)
}

// payoutTold takes over what a gateway says of a payout. ours is false for one that cannot be
// of money in these books: it was made before the gateway was first asked for any, or in a trial.
func (s *Service) payoutTold(ctx context.Context, tx *db.Tx, gateway, mode string, p Payout) (ours bool, err error) {
	row, err := tx.PayoutByRef(ctx, gen.PayoutByRefParams{Gateway: gateway, Ref: p.Ref})
	switch err = db.NotFound(err); {
	case err == nil && p.State == PayoutFailed && row.ReversalID == nil:
		return true, s.payoutBack(ctx, tx, actor.Machine(), row, "payout_failed")
	case err == nil:
		return true, nil
	case !fault.Is(err, fault.NotFound):
		return false, err
	case p.State == PayoutUnderWay || p.Ref == "" || p.AmountMinor == 0: // another event tells when it arrives
		return true, nil
	}
	if ours, err = takes(ctx, tx.Queries, mode); err != nil || !ours {
		return false, err
	}
	first, err := tx.FirstAsked(ctx, gen.FirstAskedParams{Gateway: gateway, Mode: mode})
	if err != nil || !past(first, p.CreatedAt.Add(clockSlack)) {
		return false, err
	}
	alike, err := tx.PayoutAlike(ctx, gen.PayoutAlikeParams{Gateway: gateway, Mode: mode, AmountMinor: p.AmountMinor, Currency: string(p.Currency), ByHandOnly: 1,
		FromDate: p.ArrivesOn.AddDays(-payoutSlack).String(), ToDate: p.ArrivesOn.AddDays(payoutSlack).String()})
	if err = db.NotFound(err); err == nil { // written down by hand before its news came
		if _, err = tx.NamePayout(ctx, gen.NamePayoutParams{ID: alike.ID, Ref: p.Ref}); err == nil && p.State == PayoutFailed { // and it went back before they were read
			err = s.payoutBack(ctx, tx, actor.Machine(), alike, "payout_failed")
		}
		return true, err
	} else if !fault.Is(err, fault.NotFound) {
		return false, err
	}
	if p.State == PayoutFailed { // it never stood in the books
		return true, nil
	}
	_, err = s.bookPayout(ctx, tx, actor.Machine(), gen.GatewayPayout{Gateway: gateway, Mode: mode, Ref: p.Ref, ArrivedOn: p.ArrivesOn.String(), AmountMinor: p.AmountMinor, Currency: string(p.Currency)}, p.Ref)
	return true, err
}

// bookPayout writes a payout and its entry: 512 D / 517 C, on the day on which it arrived and
// at the rate of that day. It gives the row's id.
func (s *Service) bookPayout(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.GatewayPayout, reference string) (int64, error) {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return 0, err
	}
	on := day(row.ArrivedOn)
	if today := firm.Today(tx.Now); on.After(today) { // the gateway's day may be ahead of ours
		on = today
	}
	if row.RateE8, err = payoutRate(ctx, tx, firm, row, on); err != nil {
		return 0, err
	}
	lang := locale.Of(firm.Language)
	posting, err := ledger.Payout(ledger.PaidOut{Gateway: gatewayWord(ctx, tx, row.Gateway), Reference: reference, Date: on, AmountMinor: row.AmountMinor,
		Rate: ledger.Rate{Currency: money.Currency(row.Currency), Firm: firm.Money(), E8: row.RateE8}, Lang: lang})
	if err != nil {
		return 0, err
	}
	if row.ID, err = tx.NextPayoutID(ctx); err != nil { // one writer: nobody takes it between
		return 0, err
	}
	if row.EntryID, err = books.Post(ctx, tx, posting, books.Source{Kind: books.FromPayout, ID: row.ID}); err != nil {
		return 0, err
	}
	if err := tx.InsertPayout(ctx, gen.InsertPayoutParams{ID: row.ID, PublicID: s.IDs(), Gateway: row.Gateway, Mode: row.Mode, Ref: row.Ref, ArrivedOn: on.String(), AmountMinor: row.AmountMinor,
		Currency: row.Currency, RateE8: row.RateE8, ByHand: row.ByHand, AddedBy: row.AddedBy, Reference: row.Reference, EntryID: row.EntryID, CreatedAt: tx.Stamp()}); err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.Changed("payments", "books", "gateways") })
	return row.ID, audit.Write(ctx, tx, who, audit.Record{Action: "payout.recorded", ObjectKind: "payout", ObjectID: row.ID,
		Details: map[string]any{"gateway": row.Gateway, "amount_minor": row.AmountMinor, "currency": row.Currency, "ref": row.Ref}})
}

// payoutRate is the rate at which a payout is booked: the newest that was noted by its day, at
// worst that of the last payment which the gateway took in that currency.
func payoutRate(ctx context.Context, tx *db.Tx, firm company.Firm, row gen.GatewayPayout, on civil.Date) (int64, error) {
	if string(firm.Money()) == row.Currency {
		return ledger.RateOne, nil
	}
	rate, err := tx.RateOn(ctx, gen.RateOnParams{Currency: row.Currency, OnDate: on.String()})
	if err = db.NotFound(err); !fault.Is(err, fault.NotFound) {
		return rate, err
	}
	rate, err = tx.LastRateOfGateway(ctx, gen.LastRateOfGatewayParams{Gateway: row.Gateway, Currency: row.Currency, OnDate: on.String()})
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		err = field("currency", "fault.rate_needed", "currency", row.Currency)
	}
	return rate, err
}

// payoutBack turns a payout round: the bank sent it back, or it never was. The money is with
// the gateway again. notice "" tells nobody.
func (s *Service) payoutBack(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.GatewayPayout, notice string) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	on := firm.Today(tx.Now)
	if arrived := day(row.ArrivedOn); on.Before(arrived) { // the clock was set back
		on = arrived
	}
	if _, err := books.Undo(ctx, tx, row.EntryID, on, firm.Language, ""); err != nil {
		return err
	}
	reversal, err := tx.EntryReversing(ctx, &row.EntryID)
	if err != nil {
		return db.NotFound(err)
	}
	if n, err := tx.ReversePayout(ctx, gen.ReversePayoutParams{ID: row.ID, ReversalID: &reversal, ReversedOn: on.String()}); err != nil || n == 0 {
		return either(err, fault.New(fault.Conflict, "fault.stale"))
	}
	tx.AfterCommit(func() { s.Changed("payments", "books", "gateways", "notifications") })
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "payout.reversed", ObjectKind: "payout", ObjectID: row.ID, Details: map[string]any{"gateway": row.Gateway, "amount_minor": row.AmountMinor, "ref": row.Ref}}); err != nil || notice == "" {
		return err
	}
	return audit.Notify(ctx, tx, notice, map[string]any{"gateway": gatewayWord(ctx, tx, row.Gateway), "amount_minor": row.AmountMinor, "currency": row.Currency, "on": row.ArrivedOn}, "payout", row.PublicID)
}
