package pricing_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/rules/pricing"
)

func TestApply(t *testing.T) {
	for _, c := range []struct {
		old      int64
		change   pricing.Change
		currency money.Currency
		want     int64
	}{
		{650_000, pricing.Change{PCM: 3000}, "EUR", 669_500},
		{123_456, pricing.Change{PCM: 3000}, "EUR", 127_160},                               // 12.71597, four decimals
		{123_456, pricing.Change{PCM: 3000, Rounding: pricing.Cent}, "EUR", 127_200},       // 12.72
		{123_456, pricing.Change{PCM: 3000, Rounding: pricing.FiveCents}, "EUR", 127_000},  // 12.70
		{127_250, pricing.Change{AddE4: 250, Rounding: pricing.FiveCents}, "EUR", 127_500}, // half goes up
		{123_456, pricing.Change{PCM: 3000, Rounding: pricing.TenCents}, "EUR", 127_000},
		{123_456, pricing.Change{PCM: 3000, Rounding: pricing.Whole}, "EUR", 130_000},
		{123_456, pricing.Change{PCM: 3000, Rounding: pricing.NinetyNine}, "EUR", 129_900}, // 12.99
		{121_000, pricing.Change{PCM: 1000, Rounding: pricing.NinetyNine}, "EUR", 119_900}, // 12.221 is nearer to 11.99
		{3_000, pricing.Change{PCM: 1000, Rounding: pricing.NinetyNine}, "EUR", 9_900},     // never below 0.99
		{0, pricing.Change{PCM: 5000, Rounding: pricing.NinetyNine}, "EUR", 0},             // free stays free
		{0, pricing.Change{AddE4: 10_000}, "EUR", 10_000},
		{100_000, pricing.Change{PCM: -100_000}, "EUR", 0},
		{100_000, pricing.Change{AddE4: -200_000}, "EUR", 0},
		{1_234_000, pricing.Change{PCM: 1000, Rounding: pricing.Cent}, "JPY", 1_250_000}, // no cents: whole yen
		{1_234_000, pricing.Change{PCM: 1000, Rounding: pricing.NinetyNine}, "JPY", 1_250_000},
	} {
		if got, err := c.change.Apply(c.old, c.currency); err != nil || got != c.want {
			t.Errorf("%d %+v: %d, want %d, %v", c.old, c.change, got, c.want, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for path, c := range map[string]pricing.Change{
		"pcm": {}, "addE4": {PCM: 1, AddE4: 1}, "rounding": {PCM: 1, Rounding: "0.03"},
	} {
		if err := c.Check(); !fault.HasField(err, path) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, c := range []pricing.Change{{PCM: -100_001}, {PCM: 1_000_001}, {AddE4: money.Max + 1}} {
		if c.Check() == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
	if err := (pricing.Change{PCM: 1, Rounding: pricing.NinetyNine}).Check(); err != nil {
		t.Error(err)
	}
	if _, err := (pricing.Change{PCM: 1_000_000}).Apply(money.Max, "EUR"); err == nil {
		t.Error("a price beyond the largest was given")
	}
}

// A raise keeps the order of prices, lands on an allowed price near the exact one, and
// never below zero.
func TestRaising(t *testing.T) {
	steps := map[pricing.Rounding]int64{pricing.Exact: 1, pricing.Cent: 100, pricing.FiveCents: 500, pricing.TenCents: 1000, pricing.Whole: 10_000, pricing.NinetyNine: 10_000}
	rapid.Check(t, func(t *rapid.T) {
		c := pricing.Change{Rounding: rapid.SampledFrom(pricing.Roundings()).Draw(t, "rounding")}
		if rapid.Bool().Draw(t, "percent") {
			c.PCM = rapid.Int64Range(-100_000, 200_000).Draw(t, "pcm")
		} else {
			c.AddE4 = rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "add")
		}
		low := rapid.Int64Range(1, 1_000_000_000).Draw(t, "low")
		high := rapid.Int64Range(low, 2_000_000_000).Draw(t, "high")
		a, err := c.Apply(low, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Apply(high, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		if a > b || a < 0 {
			t.Errorf("%+v turns %d into %d and %d into %d", c, low, a, high, b)
		}
		exact, err := pricing.Change{PCM: c.PCM, AddE4: c.AddE4}.Apply(low, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		step, off := steps[c.Rounding], int64(0)
		if c.Rounding == pricing.NinetyNine && a > 0 {
			off = 9_900
		}
		if exact == 0 && a != 0 {
			t.Errorf("%+v: nothing became %d", c, a)
		}
		if (a-off)%step != 0 {
			t.Errorf("%+v gives %d, which is not allowed", c, a)
		}
		if d := max(a-exact, exact-a); d > (step+1)/2 && a != 9_900 {
			t.Errorf("%+v: %d is %d away from %d", c, a, d, exact)
		}
	})
}

func TestMargin(t *testing.T) {
	if m := pricing.MarginOf(1_000_000, 600_000); m != (pricing.Margin{E4: 400_000, MarkPCM: 40_000, Known: true}) {
		t.Errorf("%+v", m)
	}
	if m := pricing.MarginOf(4_368_000, 1_750_000); m.MarkPCM != 59_900 {
		t.Errorf("%+v", m)
	}
	if m := pricing.MarginOf(500_000, 600_000); m.E4 != -100_000 || m.MarkPCM != -20_000 {
		t.Errorf("sold below cost: %+v", m)
	}
	for _, m := range []pricing.Margin{pricing.MarginOf(0, 1), pricing.MarginOf(1, 0)} {
		if m.Known {
			t.Errorf("%+v", m)
		}
	}
}
