package payments

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// The amount that a customer chooses: judged by one rule, where the page is shown and where
// the order comes in.

// choicesIn is what may be chosen of an amount in a currency: the least amount, which the firm
// set in its own, is turned into it by the newest rate. Without a rate there is none.
func (s *Service) choicesIn(ctx context.Context, q *gen.Queries, c money.Currency) (Choice, error) {
	choice, err := choices(ctx, q)
	if err != nil || choice.LeastMinor == 0 {
		return choice, err
	}
	rate, firm, known, err := s.rateOf(ctx, q, c)
	if err != nil || !known || rate <= 0 {
		choice.LeastMinor = 0
		return choice, err
	}
	least, err := money.MulDiv(choice.LeastMinor, 100_000_000, rate)
	if err == nil {
		choice.LeastMinor, err = money.MulDiv(least, c.Unit(), firm.Unit())
	}
	return choice, err
}

func (c Choice) rule() billing.Choosing {
	return billing.Choosing{Less: c.Less, More: c.More, Ahead: c.Ahead, LeastMinor: c.LeastMinor}
}

// Check refuses an amount that the firm does not take for what is asked (0: ahead of any
// document), at the form's field "amount". Both, and LeastMinor, are in the currency.
func (c Choice) Check(amount, asked int64, currency money.Currency) error {
	switch c.rule().Judge(amount, asked, money.Max) {
	case "":
		return nil
	case billing.ChosenTooBig:
		return field("amount", "fault.pay.far_too_much")
	case billing.ChosenNoAhead:
		return field("amount", "fault.pay.no_ahead")
	case billing.ChosenMore:
		return field("amount", "fault.pay.more", "amount", money.Amount{Minor: asked, Currency: currency})
	case billing.ChosenLess:
		return field("amount", "fault.pay.less", "amount", money.Amount{Minor: asked, Currency: currency})
	case billing.ChosenLeast:
		return field("amount", "fault.pay.least", "least", c.least(asked, currency))
	}
	return field("amount", "fault.pay.amount")
}

// least is the least amount that can be paid of what is asked for: all of it always can.
func (c Choice) least(asked int64, currency money.Currency) money.Amount {
	if asked == 0 {
		asked = c.LeastMinor
	}
	return money.Amount{Minor: min(c.LeastMinor, asked), Currency: currency}
}

// judge refuses a part of a document, or more than it wants, where the firm does not allow it.
func (c Choice) judge(p PayPart, due int64) error {
	switch {
	case p.AmountMinor <= 0 || p.AmountMinor > money.Max:
		return fault.New(fault.Invalid, "fault.pay.amount")
	case p.AmountMinor < p.ShownMinor && !c.Less:
		return fault.New(fault.Conflict, "fault.pay.less")
	case p.AmountMinor > due && !c.More:
		return fault.New(fault.Conflict, "fault.pay.more")
	case p.AmountMinor > p.ShownMinor && p.AmountMinor < due && !c.Less && !c.More:
		return fault.New(fault.Conflict, "fault.amount_changed")
	}
	return nil
}

// judgeSum refuses what is below the least amount: of all the documents together, as what is
// left for the last one may be little, or (asked 0) ahead of any.
func (c Choice) judgeSum(amount, asked int64, currency money.Currency) error {
	switch c.rule().Judge(amount, asked, money.Max) {
	case billing.ChosenNothing, billing.ChosenTooBig:
		return fault.New(fault.Invalid, "fault.pay.amount")
	case billing.ChosenNoAhead:
		return fault.New(fault.Conflict, "fault.pay.ahead")
	case billing.ChosenLeast:
		return fault.New(fault.Conflict, "fault.pay.least", "least", c.least(asked, currency))
	}
	return nil // parts and more were judged document by document
}

// ahead adds what is paid without a document.
func (s *Service) ahead(ctx context.Context, tx *db.Tx, who actor.Actor, p StartPayment, w *wanted) error {
	if p.AheadMinor == 0 && len(w.parts) > 0 {
		return nil
	}
	if w.currency == "" {
		c, err := tx.CustomerByID(ctx, who.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		if w.currency = money.Currency(p.Currency); p.Currency == "" {
			w.currency = money.Currency(c.Currency)
		}
		if !w.currency.Valid() {
			return fault.New(fault.Invalid, "fault.invalid")
		}
		if may, err := mayPayAhead(ctx, tx.Queries, c, w.currency); err != nil || !may {
			return either(err, fault.New(fault.Conflict, "fault.pay.currency", "currency", string(w.currency)))
		}
	}
	if len(w.parts) == 0 { // its money could not be written down
		if _, _, known, err := s.rateOf(ctx, tx.Queries, w.currency); err != nil || !known {
			return either(err, fault.New(fault.Conflict, "fault.pay.currency", "currency", string(w.currency)))
		}
	}
	choice, err := s.choicesIn(ctx, tx.Queries, w.currency)
	if err != nil {
		return err
	}
	if err := choice.judgeSum(p.AheadMinor, 0, w.currency); err != nil {
		return err
	}
	w.sum += p.AheadMinor
	return nil
}

// mayPayAhead: a customer pays ahead in its own currency, or in one in which it owes something.
func mayPayAhead(ctx context.Context, q *gen.Queries, c gen.Customer, currency money.Currency) (bool, error) {
	if string(currency) == c.Currency {
		return true, nil
	}
	open, err := q.OpenCurrencies(ctx, c.ID)
	return slices.Contains(open, string(currency)), err
}

// noSaving refuses to keep a method where the firm, or the gateway, keeps none.
func noSaving(ctx context.Context, q *gen.Queries, g Gateway) error {
	choice, err := choices(ctx, q)
	if err == nil && (!choice.Save || !g.Capabilities().Save) {
		err = fault.New(fault.Conflict, "fault.pay.no_saving")
	}
	return err
}
