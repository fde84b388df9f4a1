// Package pricing holds the arithmetic of a catalogue's prices: raising many at once,
// rounding to a shop's ways, margins.
//
// What lives here: pure functions over prices scaled 10^4. What must not: which items are
// meant, price lists, the database (office/catalog). Called by office/catalog.
package pricing

import (
	"comptoir/core/fault"
	"comptoir/core/money"
)

// Rounding says to which prices a new one is brought.
type Rounding string

// The ways of rounding that people use.
const (
	Exact       Rounding = ""     // four decimals, as unit prices are kept
	Cent        Rounding = "0.01" // the currency's smallest unit
	FiveCents   Rounding = "0.05"
	TenCents    Rounding = "0.10"
	Whole       Rounding = "1"
	NinetyNine  Rounding = "x.99" // the nearest price that ends in .99
	wholeE4     int64    = 10_000
	ninetyNine  int64    = 9_900
	most        int64    = 1_000_000 // per cent mille: tenfold
	hundred     int64    = 100_000
	mostPriceE4          = money.Max
)

// Roundings lists them for a form.
func Roundings() []Rounding { return []Rounding{Cent, FiveCents, TenCents, Whole, NinetyNine, Exact} }

// Change is what happens to every price: a percentage or an amount, one of them.
type Change struct {
	PCM      int64    `json:"pcm"`   // +5 % = 5000; −100 % at the least
	AddE4    int64    `json:"addE4"` // in the prices' currency, scaled 10^4
	Rounding Rounding `json:"rounding"`
}

// Check refuses a change that cannot be meant.
func (c Change) Check() error {
	var f fault.Form
	switch {
	case c.PCM == 0 && c.AddE4 == 0:
		f.Add("pcm", "fault.pricing.nothing")
	case c.PCM != 0 && c.AddE4 != 0:
		f.Add("addE4", "fault.pricing.both")
	}
	if c.PCM < -hundred || c.PCM > most {
		f.Add("pcm", "fault.range", "min", -100, "max", most/1000)
	}
	if c.AddE4 < -mostPriceE4 || c.AddE4 > mostPriceE4 {
		f.Add("addE4", "fault.number_too_big")
	}
	if _, known := c.Rounding.step(2); !known {
		f.Add("rounding", "fault.choice")
	}
	return f.Err()
}

// Apply gives the new price. A price of nothing stays nothing under a percentage: what is
// free is not sold at 0.99. No price falls below zero.
func (c Change) Apply(e4 int64, currency money.Currency) (int64, error) {
	if e4 == 0 && c.PCM != 0 {
		return 0, nil
	}
	raised, err := money.MulDiv(e4, hundred+c.PCM, hundred)
	if err == nil {
		raised, err = money.Add(raised, c.AddE4)
	}
	if err != nil || raised > mostPriceE4 {
		return 0, fault.New(fault.Invalid, "fault.number_too_big").With(err)
	}
	if raised <= 0 {
		return 0, nil
	}
	return c.Rounding.round(raised, currency), nil
}

// step is the distance of two neighbouring prices.
func (r Rounding) step(digits int) (step int64, known bool) {
	cent := wholeE4
	for range digits {
		cent /= 10
	}
	switch r {
	case Exact:
		return 1, true
	case Cent:
		return max(cent, 1), true
	case FiveCents:
		return max(500, cent), true
	case TenCents:
		return max(1000, cent), true
	case Whole, NinetyNine:
		return wholeE4, true
	}
	return 0, false
}

// round brings a price above zero to the nearest one allowed, half upwards. In a currency
// without cents .99 means whole units.
func (r Rounding) round(e4 int64, currency money.Currency) int64 {
	step, known := r.step(currency.Digits())
	if !known {
		return e4
	}
	if r == NinetyNine && currency.Digits() >= 2 {
		if e4 <= ninetyNine {
			return ninetyNine
		}
		return nearest(e4-ninetyNine, step) + ninetyNine
	}
	return nearest(e4, step)
}

func nearest(e4, step int64) int64 { return (e4 + step/2) / step * step }

// tenth rounds a rate to tenths of a per cent, half away from zero: a margin is read, not
// computed with.
func tenth(pcm int64) int64 {
	if pcm < 0 {
		return -tenth(-pcm)
	}
	return (pcm + 50) / 100 * 100
}

// Margin is what a price leaves over its cost.
type Margin struct {
	E4      int64 `json:"e4"`      // price − cost
	MarkPCM int64 `json:"markPcm"` // of the price (taux de marque)
	Known   bool  `json:"known"`   // false without a price or a cost
}

// MarginOf gives the margin of a price, both scaled 10^4 in one currency.
func MarginOf(priceE4, costE4 int64) Margin {
	if priceE4 <= 0 || costE4 <= 0 {
		return Margin{}
	}
	mark, err := money.MulDiv(priceE4-costE4, hundred, priceE4)
	if err != nil {
		return Margin{}
	}
	return Margin{E4: priceE4 - costE4, MarkPCM: tenth(mark), Known: true}
}
