package payments_test

import (
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/company"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

func ways(t *testing.T, f *officetest.Firm) payments.WaySettings {
	t.Helper()
	w, err := f.Payments.WaySettings(ctx, staff)
	f.Must(err)
	return w
}

// way finds one of them, to be changed.
func way(t *testing.T, w *payments.WaySettings, name string) (*payments.WaySetting, string) {
	t.Helper()
	for i := range w.Ways {
		if w.Ways[i].Way == name {
			return &w.Ways[i], "ways." + string(rune('0'+i)) + "."
		}
	}
	t.Fatalf("no %s in %+v", name, w.Ways)
	return nil, ""
}

func TestWaysKeepTheirOrderAndLimits(t *testing.T) {
	f := officetest.New(t)
	w := ways(t, f)
	if x, _ := way(t, &w, "transfer"); !x.Enabled || x.Lacks != "" {
		t.Errorf("%+v", x)
	}
	for _, x := range w.Ways {
		if x.Way == "practice" {
			t.Error("practice in a company in earnest")
		}
	}
	last := w.Ways[len(w.Ways)-1]
	w.Ways = append([]payments.WaySetting{last}, w.Ways[:len(w.Ways)-1]...)
	w.Ways[0].Enabled, w.Ways[0].LeastMinor, w.Ways[0].WordsFR = true, 1_000, " Au comptoir "
	w.Less, w.LeastMinor = true, 2_000
	saved, err := f.Payments.SaveWays(ctx, staff, w)
	f.Must(err)
	if saved.Ways[0].Way != last.Way || saved.Ways[0].LeastMinor != 1_000 || saved.Ways[0].WordsFR != "Au comptoir" || !saved.Less || saved.LeastMinor != 2_000 {
		t.Errorf("%+v", saved)
	}
	_, err = f.Payments.SaveWays(ctx, staff, w) // as it was shown before
	f.WantFault(err, "fault.stale")
}

func TestWaysThatCannotBe(t *testing.T) {
	f := officetest.New(t)
	for name, c := range map[string]struct {
		way, field, key string
		change          func(x *payments.WaySetting)
	}{
		"a fee in France":        {"stripe", "feePcm", "fault.gateways.fee_forbidden", func(x *payments.WaySetting) { x.FeePCM = 1_500 }},
		"a fixed fee in France":  {"stripe", "feeMinor", "fault.gateways.fee_forbidden", func(x *payments.WaySetting) { x.FeeMinor = 30 }},
		"most below least":       {"transfer", "mostMinor", "fault.gateways.most", func(x *payments.WaySetting) { x.LeastMinor, x.MostMinor = 200, 100 }},
		"less than nothing":      {"transfer", "leastMinor", "fault.gateways.amount", func(x *payments.WaySetting) { x.LeastMinor = -1 }},
		"cash without an end":    {"cash", "mostMinor", "fault.gateways.cash", func(x *payments.WaySetting) { x.Enabled, x.MostMinor = true, 0 }},
		"cash beyond the law":    {"cash", "mostMinor", "fault.gateways.cash", func(x *payments.WaySetting) { x.Enabled, x.MostMinor = true, 1_500_001 }},
		"words without any end ": {"cheque", "wordsEn", "fault.too_long", func(x *payments.WaySetting) { x.WordsEN = strings.Repeat("a", 501) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := ways(t, f)
			x, at := way(t, &w, c.way)
			c.change(x)
			_, err := f.Payments.SaveWays(ctx, staff, w)
			f.WantField(err, at+c.field, c.key)
		})
	}
	w := ways(t, f)
	w.Ways[0].Way = "gold"
	_, err := f.Payments.SaveWays(ctx, staff, w)
	f.WantFault(err, "fault.choice")
	w = ways(t, f)
	w.Ways = w.Ways[1:]
	_, err = f.Payments.SaveWays(ctx, staff, w)
	f.WantFault(err, "fault.choice")
	if _, err := f.Payments.WaySettings(ctx, officetest.Contact(f.Customer("Client", nil))); !fault.Is(err, fault.Forbidden) {
		t.Error(err)
	}
}

// Elsewhere a fee may be asked, up to a tenth.
func TestAFeeWhereTheLawLetsAsk(t *testing.T) {
	f := officetest.New(t)
	f.Change(func(c *company.Firm) { c.Country, c.Postcode, c.SIREN, c.SIRET, c.VATNumber = "CH", "1200", "", "", "" })
	w := ways(t, f)
	if !w.MayCharge || w.CashLimit {
		t.Fatalf("%+v", w)
	}
	x, at := way(t, &w, "stripe")
	x.FeePCM, x.FeeMinor = 1_500, 30
	saved, err := f.Payments.SaveWays(ctx, staff, w)
	f.Must(err)
	x, _ = way(t, &saved, "stripe")
	if x.FeePCM != 1_500 || x.FeeMinor != 30 {
		t.Errorf("%+v", x)
	}
	x.FeePCM = 10_001
	_, err = f.Payments.SaveWays(ctx, staff, saved)
	f.WantField(err, at+"feePcm", "fault.gateways.fee_rate")
}

// The law that is named is the firm's own; a limit for cash comes with the program only where a
// law knows one.
func TestTheLawIsTheFirms(t *testing.T) {
	f := officetest.New(t)
	if w := ways(t, f); w.FeeLaw != "fr" || w.MayCharge || !w.CashLimit {
		t.Errorf("%+v", w)
	}
	for _, c := range []struct {
		country, region, law string
		may                  bool
		key                  string
	}{
		{"BE", "", "eea", false, "fault.gateways.fee_forbidden_eea"}, {"FR", "", "fr", false, "fault.gateways.fee_forbidden"}, {"GB", "", "gb", true, ""}, {"CA", "QC", "qc", true, ""}, {"CA", "ON", "", true, ""},
	} {
		dbtest.Tamper(t, f.Path, "UPDATE company SET country = '"+c.country+"', region = '"+c.region+"'")
		w := ways(t, f)
		if w.FeeLaw != c.law || w.MayCharge != c.may {
			t.Errorf("%+v: %+v", c, w)
		}
		x, at := way(t, &w, "stripe")
		x.FeePCM = 100
		_, err := f.Payments.SaveWays(ctx, staff, w)
		if c.key == "" {
			f.Must(err)
		} else {
			f.WantField(err, at+"feePcm", c.key)
		}
	}
}
