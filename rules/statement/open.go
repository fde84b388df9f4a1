package statement

import (
	"cmp"
	"slices"

	"comptoir/core/civil"
	"comptoir/core/money"
)

// Item is something open on a day: an invoice or the retained part of one, or, with a
// negative amount, a credit that no invoice has taken yet.
type Item struct {
	Movement
	OpenMinor int64 // signed
	Retained  bool  // the part that is kept back; DueOn is its own day
	DaysLate  int   // on the day asked for; 0 when not due, and for credits
	Bucket    Bucket
}

// Account is what is open in one currency on a day.
type Account struct {
	Currency   money.Currency
	Items      []Item
	TotalMinor int64 // of the items
	Ageing     Ageing
}

// OpenItems gives what was open at the end of a day, by currency: the oldest due first,
// credits last. Movements and settlements after the day count for nothing.
func OpenItems(movements []Movement, settlements []Settlement, on civil.Date) ([]Account, error) {
	claims, err := claimsOf(movements, settlements, on)
	if err != nil {
		return nil, err
	}
	items := []Item{}
	for _, c := range claims {
		items = append(items, c.items(on)...)
	}
	return AccountsOf(items)
}

// claim is a document or payment with what was settled of it.
type claim struct {
	Movement
	settled int64
}

// key names a document or a payment: their ids are of two tables.
type key struct {
	payment bool
	id      int64
}

func claimsOf(movements []Movement, settlements []Settlement, on civil.Date) ([]*claim, error) {
	byKey, order := map[key]*claim{}, []*claim{}
	for _, m := range movements {
		if m.On.After(on) || (!m.Kind.IsDocument() && m.Kind != Payment) {
			continue
		}
		c := &claim{Movement: m}
		byKey[key{m.Kind == Payment, m.ID}] = c
		order = append(order, c)
	}
	settle := func(k key, minor int64) (err error) {
		if c := byKey[k]; c != nil {
			c.settled, err = money.Add(c.settled, minor)
		}
		return err
	}
	for _, m := range movements { // what was taken back leaves nothing of the payment
		if m.Kind == Cancelled && !m.On.After(on) {
			if err := settle(key{true, m.ID}, m.AmountMinor); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range settlements {
		source, target := key{true, s.PaymentID}, key{false, s.DocumentID}
		if s.PaymentID == 0 {
			source = key{false, s.CreditID}
		}
		// Nothing is settled before both sides are there; so the items of any day come to its balance.
		if s.On.After(on) || byKey[source] == nil || s.DocumentID != 0 && byKey[target] == nil {
			continue
		}
		if err := settle(source, s.AmountMinor); err != nil {
			return nil, err
		}
		if s.DocumentID != 0 {
			if err := settle(target, s.AmountMinor); err != nil {
				return nil, err
			}
		}
	}
	return order, nil
}

// items gives what is left of a claim: the retained part is a claim of its own, and is paid
// after the rest.
func (c *claim) items(on civil.Date) []Item {
	left := c.AmountMinor - c.settled
	return Items(c.Movement, left, on)
}

// Items gives the items of one movement of which left (not signed) is open on a day.
func Items(m Movement, left int64, on civil.Date) []Item {
	if left == 0 {
		return nil
	}
	if m.Kind.Sign() < 0 {
		return []Item{{Movement: m, OpenMinor: -left, Bucket: Unapplied}}
	}
	retained := min(max(left, 0), m.RetainedMinor)
	list := []Item{}
	if rest := left - retained; rest != 0 {
		x := Item{Movement: m, OpenMinor: rest}
		x.age(on)
		list = append(list, x)
	}
	if retained > 0 {
		x := Item{Movement: m, OpenMinor: retained, Retained: true}
		if !m.RetainedUntil.IsZero() {
			x.DueOn = m.RetainedUntil
		}
		x.age(on)
		list = append(list, x)
	}
	return list
}

func (x *Item) age(on civil.Date) {
	x.DaysLate = max(0, on.DaysSince(x.DueOn))
	if x.DueOn.IsZero() {
		x.DaysLate = 0
	}
	x.Bucket = BucketOf(x.DaysLate)
	if x.OpenMinor < 0 { // paid too much: a credit, whatever its day
		x.DaysLate, x.Bucket = 0, Unapplied
	}
}

// AccountsOf adds items up, a currency at a time.
func AccountsOf(items []Item) ([]Account, error) {
	byCurrency := map[money.Currency]*Account{}
	for _, x := range items {
		a := byCurrency[x.Currency]
		if a == nil {
			a = &Account{Currency: x.Currency}
			byCurrency[x.Currency] = a
		}
		var err error
		if a.TotalMinor, err = money.Add(a.TotalMinor, x.OpenMinor); err != nil {
			return nil, err
		}
		if err := a.Ageing.Add(x.Bucket, x.OpenMinor); err != nil {
			return nil, err
		}
		a.Items = append(a.Items, x)
	}
	list := []Account{}
	for _, a := range byCurrency {
		slices.SortStableFunc(a.Items, byAge)
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.Currency, b.Currency) })
	return list, nil
}

func byAge(a, b Item) int {
	credit := func(x Item) int {
		if x.Bucket == Unapplied {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(credit(a), credit(b)), a.DueOn.Time().Compare(b.DueOn.Time()), a.On.Time().Compare(b.On.Time()), cmp.Compare(ranks[a.Kind], ranks[b.Kind]), cmp.Compare(a.ID, b.ID))
}
