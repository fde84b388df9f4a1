package payments

import (
	"context"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// choices reads what the firm lets customers choose of an amount.
func choices(ctx context.Context, q *gen.Queries) (Choice, error) {
	r, err := q.PaySettings(ctx)
	return Choice{Less: r.Less == 1, More: r.More == 1, Ahead: r.Ahead == 1, Save: r.Save == 1, LeastMinor: r.LeastMinor}, db.NotFound(err)
}

// offered gives a gateway that can be paid with now: the firm offers it, and it has its keys.
func (s *Service) offered(ctx context.Context, q *gen.Queries, name string) (Gateway, string, error) {
	g, ok := s.gateway(ctx, name)
	if !ok {
		return nil, "", fault.New(fault.NotFound, "fault.not_found")
	}
	w, err := q.PayWay(ctx, name)
	if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
		return nil, "", err
	}
	mode, usable, failed := s.usableNow(ctx, q, g)
	switch {
	case failed != nil:
		return nil, "", failed
	case err != nil || w.Enabled == 0 || !usable:
		return nil, "", fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	return g, mode, nil
}

// usableNow gives the world that a gateway is switched to, and whether a new payment may begin
// in it: it has its keys, they are not refused, and it is not a trial outside of the demo.
func (s *Service) usableNow(ctx context.Context, q *gen.Queries, g Gateway) (mode string, usable bool, err error) {
	mode, ready := g.Ready(ctx)
	if !ready {
		return mode, false, nil
	}
	if may, err := takes(ctx, q, mode); err != nil || !may {
		return mode, false, err
	}
	w, err := worldRow(ctx, q, g.Name(), mode)
	return mode, err == nil && w.RefusedAt == "", err
}

// judgeWay holds an order against the limits of a way to pay, and gives the fee of that way
// with its tax.
func (s *Service) judgeWay(ctx context.Context, q *gen.Queries, way string, customerID int64, w wanted) (extra int64, err error) {
	if err := s.limits(ctx, q, way, w); err != nil {
		return 0, err
	}
	row, err := q.PayWay(ctx, way)
	if err != nil {
		return 0, db.NotFound(err)
	}
	c, err := q.CustomerByID(ctx, customerID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	return s.extra(ctx, q, row, c, w.sum, w.currency)
}

// limits refuses what is below or above what the firm takes in a way.
func (s *Service) limits(ctx context.Context, q *gen.Queries, way string, w wanted) error {
	row, err := q.PayWay(ctx, way)
	if err != nil {
		return db.NotFound(err)
	}
	key, err := s.beyond(ctx, q, row, w.sum, w.currency)
	if err != nil || key == "" {
		return err
	}
	f, err := company.Get(ctx, q)
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, key, "least", money.Amount{Minor: row.LeastMinor, Currency: f.Money()}, "most", money.Amount{Minor: row.MostMinor, Currency: f.Money()})
}

// beyond names the limit that an amount breaks, "" for none. Limits are in the firm's
// currency; without a rate of another one nothing is judged.
func (s *Service) beyond(ctx context.Context, q *gen.Queries, row gen.PayWay, minor int64, currency money.Currency) (key string, err error) {
	if minor == 0 || row.LeastMinor == 0 && row.MostMinor == 0 {
		return "", nil
	}
	minor, known, err := s.inFirms(ctx, q, minor, currency)
	switch {
	case err != nil || !known:
		return "", err
	case minor < row.LeastMinor:
		return "fault.pay.too_little", nil
	case row.MostMinor > 0 && minor > row.MostMinor:
		return "fault.pay.too_much", nil
	}
	return "", nil
}

// inFirms turns an amount into the firm's currency by the newest rate.
func (s *Service) inFirms(ctx context.Context, q *gen.Queries, minor int64, currency money.Currency) (int64, bool, error) {
	rate, firm, known, err := s.rateOf(ctx, q, currency)
	if err != nil || !known {
		return 0, known, err
	}
	if minor, err = money.MulDiv(minor, rate, 100_000_000); err == nil {
		minor, err = money.MulDiv(minor, firm.Unit(), currency.Unit())
	}
	return minor, true, err
}

func (s *Service) rateOf(ctx context.Context, q *gen.Queries, currency money.Currency) (rate int64, firm money.Currency, known bool, err error) {
	f, err := company.Get(ctx, q)
	if err != nil {
		return 0, "", false, err
	}
	if f.Money() == currency {
		return 100_000_000, currency, true, nil
	}
	rate, err = q.RateOn(ctx, gen.RateOnParams{Currency: string(currency), OnDate: f.Today(s.DB.Now()).String()})
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return 0, f.Money(), false, nil
	}
	return rate, f.Money(), rate > 0, err
}

// extra is the fee of a way for an amount, with its tax: 0 where there is none, and wherever
// the law lets no payee ask for one, whatever the settings say.
func (s *Service) extra(ctx context.Context, q *gen.Queries, row gen.PayWay, c gen.Customer, minor int64, currency money.Currency) (int64, error) {
	f, err := company.Get(ctx, q)
	if err != nil || row.FeePcm == 0 && row.FeeMinor == 0 || minor == 0 || !billing.MaySurcharge(f.Country, f.Region, c.Kind == "person") {
		return 0, err
	}
	net, err := money.MulDiv(minor, row.FeePcm, 100_000)
	if err != nil {
		return 0, err
	}
	if row.FeeMinor > 0 {
		fixed, known, err := s.fromFirms(ctx, q, row.FeeMinor, currency)
		if err != nil || !known {
			return 0, err
		}
		net += fixed
	}
	if net <= 0 || net >= minor {
		return 0, nil
	}
	checked, err := sales.CheckForm(ctx, q, feeForm(c, currency, net), f.Today(s.DB.Now()))
	return checked.TotalMinor, err
}

func (s *Service) fromFirms(ctx context.Context, q *gen.Queries, minor int64, currency money.Currency) (int64, bool, error) {
	rate, firm, known, err := s.rateOf(ctx, q, currency)
	if err != nil || !known {
		return 0, known, err
	}
	if minor, err = money.MulDiv(minor, 100_000_000, rate); err == nil {
		minor, err = money.MulDiv(minor, currency.Unit(), firm.Unit())
	}
	return minor, true, err
}

// feeForm is the small invoice of a fee; its taxes are the firm's own for that customer.
func feeForm(c gen.Customer, currency money.Currency, net int64) sales.Draft {
	return sales.Draft{CustomerID: c.PublicID, Currency: string(currency), Language: c.Language, Allowances: []sales.DraftAllowance{},
		Lines: []sales.DraftLine{{Description: locale.T(locale.Of(c.Language), "paper.pay_fee", nil), Nature: "services", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: net * (10_000 / currency.Unit())}}}
}

// invoiceFee issues the invoice of the fee that an attempt was paid with.
func (s *Service) invoiceFee(ctx context.Context, tx *db.Tx, i gen.PaymentIntent) (documentID int64, err error) {
	c, err := tx.CustomerByID(ctx, i.CustomerID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	row, err := tx.PayWay(ctx, i.Gateway)
	if err != nil {
		return 0, db.NotFound(err)
	}
	currency := money.Currency(i.Currency)
	net, err := s.netOf(ctx, tx.Queries, row, c, i, currency)
	if err != nil {
		return 0, err
	}
	done, err := s.Sales.IssueFormTx(ctx, tx, actor.Machine(), feeForm(c, currency, net), sales.ByHand)
	if err != nil {
		return 0, err
	}
	d, err := tx.DocumentByPublicID(ctx, done.PublicID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	if d.AmountDueMinor != i.ExtraMinor { // the settings or a tax moved since: nothing is guessed
		return 0, fmt.Errorf("payments: the fee of %s comes to %d, %d was paid", i.PublicID, d.AmountDueMinor, i.ExtraMinor)
	}
	return d.ID, nil
}

// netOf finds the amount before tax that comes to what was paid.
func (s *Service) netOf(ctx context.Context, q *gen.Queries, row gen.PayWay, c gen.Customer, i gen.PaymentIntent, currency money.Currency) (int64, error) {
	f, err := company.Get(ctx, q)
	if err != nil {
		return 0, err
	}
	on := f.Today(s.DB.Now())
	whole, err := total(ctx, q, c, currency, 10_000_00, on) // the tax of this customer, by a round amount
	if err != nil {
		return 0, err
	}
	guess, err := money.MulDiv(i.ExtraMinor, 10_000_00, whole)
	if err != nil {
		return 0, err
	}
	for _, net := range []int64{guess, guess - 1, guess + 1} {
		if net > 0 {
			if t, err := total(ctx, q, c, currency, net, on); err != nil || t == i.ExtraMinor {
				return net, err
			}
		}
	}
	return 0, fmt.Errorf("payments: no fee comes to %d %s", i.ExtraMinor, row.Way)
}

func total(ctx context.Context, q *gen.Queries, c gen.Customer, currency money.Currency, net int64, on civil.Date) (int64, error) {
	checked, err := sales.CheckForm(ctx, q, feeForm(c, currency, net), on)
	return checked.TotalMinor, err
}

// waysFor gives the ways to pay an amount in the firm's order, those that cannot be used for
// it with the reason.
func (s *Service) waysFor(ctx context.Context, q *gen.Queries, customerID int64, lang string, currency money.Currency, minor int64) ([]Way, error) {
	rows, err := q.PayWays(ctx)
	if err != nil {
		return nil, err
	}
	c, err := q.CustomerByID(ctx, customerID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	list := []Way{}
	for _, r := range rows {
		w := Way{Way: r.Way, LeastMinor: r.LeastMinor, MostMinor: r.MostMinor, Words: r.WordsFr}
		if locale.Of(lang) != locale.Of("fr") {
			w.Words = r.WordsEn
		}
		if r.Enabled == 0 {
			continue
		}
		if there, err := s.fillGateway(ctx, q, r, c, currency, minor, &w); err != nil {
			return nil, err
		} else if !there {
			continue
		}
		if w.Refused == "" {
			if w.Refused, err = s.beyond(ctx, q, r, minor, currency); err != nil {
				return nil, err
			}
		}
		list = append(list, w)
	}
	return list, nil
}

// notGateways are ways that no gateway stands behind. A debit by a file of the bank is the
// firm's own doing: no customer pays that way by itself.
var notGateways = map[string]bool{"transfer": true, "cheque": true, "cash": true}

// fillGateway says what a gateway can do for an amount; false: it is not there.
func (s *Service) fillGateway(ctx context.Context, q *gen.Queries, r gen.PayWay, c gen.Customer, currency money.Currency, minor int64, w *Way) (bool, error) {
	if notGateways[r.Way] {
		return true, nil
	}
	g, ok := s.gateway(ctx, r.Way)
	if !ok {
		return false, nil
	}
	mode, usable, err := s.usableNow(ctx, q, g)
	if err != nil || !usable {
		return false, err
	}
	can := g.Capabilities()
	w.Gateway, w.Mode, w.Save = true, mode, can.Save
	if w.Kinds, err = s.kindsOf(ctx, q, g, mode, currency); err != nil {
		return false, err
	}
	if !g.Takes(currency) {
		w.Refused = "fault.pay.currency"
		return true, nil
	}
	w.ExtraMinor, err = s.extra(ctx, q, r, c, minor, currency)
	return true, err
}

// keptFor gives the methods that a customer can pay with in a currency, by the ways offered.
func (s *Service) keptFor(ctx context.Context, q *gen.Queries, customerID int64, currency money.Currency, ways []Way) ([]Kept, error) {
	c, err := q.CustomerByID(ctx, customerID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	all, err := s.keptOf(ctx, q, c, true)
	list := []Kept{}
	for _, k := range all {
		for _, w := range ways {
			if w.Way == k.Gateway && w.Gateway && w.Mode == k.Mode && w.Refused == "" && (k.Kind != KindDebit || currency == "EUR") {
				list = append(list, k)
			}
		}
	}
	return list, err
}
