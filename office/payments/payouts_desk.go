package payments

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// PayoutRow is a payout as the firm sees it. Amounts are in its own currency.
type PayoutRow struct {
	ID          string `json:"id"`
	Reference   string `json:"reference"` // the gateway's, or what was typed; may be empty
	Told        bool   `json:"told"`      // the gateway told of it
	ArrivedOn   string `json:"arrivedOn"`
	AmountMinor int64  `json:"amountMinor"` // below zero: taken from the bank account
	Currency    string `json:"currency"`
	ByHand      bool   `json:"byHand"`
	AddedBy     string `json:"addedBy"`
	ReversedOn  string `json:"reversedOn"` // "" = it stands
	CanCancel   bool   `json:"canCancel"`  // written down by hand, and not told of by the gateway
}

// GatewayMoney is what a gateway holds of the firm's money, and what it paid out last.
type GatewayMoney struct {
	Gateway   string      `json:"gateway"`
	Mode      string      `json:"mode"`
	HeldMinor int64       `json:"heldMinor"` // in Currency; below zero: it paid out more than these books know of
	Currency  string      `json:"currency"`  // the firm's
	Tells     bool        `json:"tells"`     // its payouts are booked by its news
	Payouts   []PayoutRow `json:"payouts"`   // the newest first
}

// payoutsShown is how many payouts of a gateway are shown.
const payoutsShown = 50

// GatewayMoney gives what each gateway holds that ever took money, or can be used now.
func (s *Service) GatewayMoney(ctx context.Context, who actor.Actor) ([]GatewayMoney, error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	usable := map[string]GatewayMoney{} // outside of the transaction: a keyring may be slow
	for _, g := range s.Gateways {
		if !s.Allowed(ctx, g.Name()) {
			continue
		}
		mode, ready := g.Ready(ctx)
		_, tells := g.(PayingOut)
		usable[g.Name()] = GatewayMoney{Gateway: g.Name(), Mode: mode, Tells: tells && ready}
	}
	list := []GatewayMoney{}
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		names, err := q.GatewaysOfMoney(ctx)
		if err != nil {
			return err
		}
		for _, g := range s.Gateways { // those in use that took nothing yet come after
			if m := usable[g.Name()]; m.Mode != "" && !slices.Contains(names, g.Name()) {
				names = append(names, g.Name())
			}
		}
		for _, name := range names {
			m, known := usable[name]
			if !known {
				m = GatewayMoney{Gateway: name}
			}
			if err := m.fill(ctx, q); err != nil {
				return err
			}
			list = append(list, m)
		}
		return nil
	})
	return list, err
}

func (m *GatewayMoney) fill(ctx context.Context, q *gen.Queries) error {
	firm, err := company.Get(ctx, q)
	if err != nil {
		return err
	}
	m.Currency, m.Payouts = firm.Currency, []PayoutRow{}
	if m.HeldMinor, err = q.GatewayHeld(ctx, m.Gateway); err != nil {
		return err
	}
	rows, err := q.NewestPayouts(ctx, gen.NewestPayoutsParams{Gateway: m.Gateway, RowLimit: payoutsShown})
	for _, r := range rows {
		reference := r.Ref
		if reference == "" {
			reference = r.Reference
		}
		m.Payouts = append(m.Payouts, PayoutRow{ID: r.PublicID, Reference: reference, Told: r.Ref != "", ArrivedOn: r.ArrivedOn, AmountMinor: r.AmountMinor, Currency: r.Currency, ByHand: r.ByHand == 1, AddedBy: r.AddedBy,
			ReversedOn: r.ReversedOn, CanCancel: r.ByHand == 1 && r.Ref == "" && r.ReversalID == nil})
	}
	return err
}

// RecordPayout is a payout that the firm saw on its bank account (Versement reçu).
type RecordPayout struct {
	Key         string `json:"key"`
	Gateway     string `json:"gateway"`
	AmountMinor int64  `json:"amountMinor"`
	Currency    string `json:"currency"`  // "" = the firm's
	ArrivedOn   string `json:"arrivedOn"` // "" = today
	Reference   string `json:"reference"` // of the bank's line; may be empty
	Anyway      bool   `json:"anyway"`    // although one of the same day and amount is in the books
}

// RecordPayout books a payout by hand, for whoever has no news of the gateway. One of the same
// day and amount is refused first (fault.payout.twice): the news may have booked it.
func (s *Service) RecordPayout(ctx context.Context, who actor.Actor, in RecordPayout) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	mode, err := s.payoutMode(ctx, in.Gateway)
	if err != nil {
		return err
	}
	text.Each(text.Line, &in.Reference)
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		return audit.Once(ctx, tx, in.Key, "payout.record", in, &done, func() error {
			firm, err := company.Get(ctx, tx.Queries)
			if err != nil {
				return err
			}
			if may, err := takes(ctx, tx.Queries, mode); err != nil {
				return err
			} else if !may { // what arrived at the bank is no trial
				mode = ModeLive
			}
			if err := in.check(firm, firm.Today(tx.Now)); err != nil {
				return err
			}
			if err := in.onlyOnce(ctx, tx, mode); err != nil {
				return err
			}
			done.ID, err = s.bookPayout(ctx, tx, who, gen.GatewayPayout{Gateway: in.Gateway, Mode: mode, ArrivedOn: in.ArrivedOn, AmountMinor: in.AmountMinor, Currency: in.Currency, ByHand: 1, AddedBy: who.Name, Reference: in.Reference}, in.Reference)
			return err
		})
	})
}

// payoutMode finds the world in which a gateway pays out.
func (s *Service) payoutMode(ctx context.Context, name string) (string, error) {
	g, ok := s.gateway(ctx, name)
	if !ok {
		return "", fault.New(fault.NotFound, "fault.not_found")
	}
	if mode, _ := g.Ready(ctx); mode != "" {
		return mode, nil
	}
	return ModeLive, nil
}

func (in *RecordPayout) check(firm company.Firm, today civil.Date) error {
	var form fault.Form
	if in.Currency == "" {
		in.Currency = firm.Currency
	}
	if !money.Currency(in.Currency).Valid() {
		form.Add("currency", "fault.choice")
	}
	if in.AmountMinor <= 0 || in.AmountMinor > money.Max {
		form.Add("amountMinor", "fault.payout.amount")
	}
	form.MaxLen("reference", in.Reference, 100)
	if in.ArrivedOn == "" {
		in.ArrivedOn = today.String()
	}
	switch on, err := civil.Parse(in.ArrivedOn); {
	case err != nil:
		form.Add("arrivedOn", "fault.not_a_date")
	case on.After(today):
		form.Add("arrivedOn", "fault.future")
	}
	return form.Err()
}

// onlyOnce warns of a payout that is in the books with the same day and amount.
func (in *RecordPayout) onlyOnce(ctx context.Context, tx *db.Tx, mode string) error {
	if in.Anyway {
		return nil
	}
	_, err := tx.PayoutAlike(ctx, gen.PayoutAlikeParams{Gateway: in.Gateway, Mode: mode, AmountMinor: in.AmountMinor, Currency: in.Currency, FromDate: in.ArrivedOn, ToDate: in.ArrivedOn})
	switch err = db.NotFound(err); {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	amount := money.Amount{Minor: in.AmountMinor, Currency: money.Currency(in.Currency)}
	return fault.New(fault.Conflict, "fault.payout.twice", "amount", amount, "date", day(in.ArrivedOn))
}

// CancelPayout takes back a payout that was written down by hand and is a mistake: its entry is
// reversed. What the gateway told of is the gateway's to take back.
func (s *Service) CancelPayout(ctx context.Context, who actor.Actor, id string) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.PayoutByPublicID(ctx, id)
		switch {
		case err != nil:
			return db.NotFound(err)
		case row.ByHand == 0 || row.Ref != "":
			return fault.New(fault.Conflict, "fault.payout.told")
		case row.ReversalID != nil:
			return fault.New(fault.Conflict, "fault.stale")
		}
		return s.payoutBack(ctx, tx, who, row, "")
	})
}
