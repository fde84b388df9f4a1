package tax_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

var (
	firm   = tax.Debtor{Business: true}
	france = tax.LateTerms{Country: "FR"}
)

func day(s string) civil.Date { return civil.MustParse(s) }

func debt(total int64, due string, settled ...billing.Settlement) billing.Debt {
	return billing.Debt{TotalMinor: total, DueOn: day(due), Settled: settled}
}

func TestLateFees(t *testing.T) {
	second := tax.Noted{Country: "FR", From: day("2026-07-01"), RatePCM: 12_400, FloorPCM: 8_010, Source: "Banque de France"}
	for _, c := range []struct {
		name      string
		terms     tax.LateTerms
		debt      billing.Debt
		who       tax.Debtor
		currency  string
		on        string
		days      int
		interest  int64
		indemnity int64
		missing   int
	}{
		{"RF 4.4: 1 680.00, 16 days, 12.15 %", france, debt(168_000, "2026-01-31"), firm, "EUR", "2026-02-16", 16, 895, 40_00, 0},
		{"paid after 16 days and looked at in May", france, debt(168_000, "2026-01-31", billing.Settlement{On: day("2026-02-16"), Minor: 168_000}), firm, "EUR", "2026-05-20", 16, 895, 40_00, 0},
		{"on the due day nothing", france, debt(168_000, "2026-01-31"), firm, "EUR", "2026-01-31", 0, 0, 0, 0},
		{"paid on the due day nothing", france, debt(168_000, "2026-01-31", billing.Settlement{On: day("2026-01-31"), Minor: 168_000}), firm, "EUR", "2026-03-01", 0, 0, 0, 0},
		{"half paid after ten days: 10 × 1 680 + 10 × 840", france, debt(168_000, "2026-01-31", billing.Settlement{On: day("2026-02-10"), Minor: 84_000}), firm, "EUR", "2026-02-20", 20, 839, 40_00, 0},
		{"a rate of the firm's own", tax.LateTerms{Country: "FR", AgreedPCM: 15_000}, debt(100_000, "2026-01-31"), firm, "EUR", "2026-03-02", 30, 1233, 40_00, 0},
		{"one below the floor of 7.86 % is raised to it", tax.LateTerms{Country: "FR", AgreedPCM: 3_000}, debt(100_000, "2026-01-31"), firm, "EUR", "2026-03-02", 30, 646, 40_00, 0},
		{"the second half of 2026 is not known: not guessed", france, debt(168_000, "2026-06-20"), firm, "EUR", "2026-07-10", 20, 559, 40_00, 1},
		{"noted by the firm: both halves", tax.LateTerms{Country: "FR", Noted: []tax.Noted{second}}, debt(168_000, "2026-06-20"), firm, "EUR", "2026-07-10", 20, 1130, 40_00, 0},
		{"the firm's note goes before the shipped row", tax.LateTerms{Country: "FR", Noted: []tax.Noted{{Country: "FR", From: day("2026-01-01"), RatePCM: 10_000}}}, debt(365_000, "2026-01-31"), firm, "EUR", "2026-02-10", 10, 1000, 40_00, 0},
		{"a note does not outlive its half-year", tax.LateTerms{Country: "FR", Noted: []tax.Noted{second}}, debt(168_000, "2026-12-31"), firm, "EUR", "2027-01-10", 10, 0, 40_00, 1},
		{"a person owes nothing before a notice", france, debt(168_000, "2026-01-31"), tax.Debtor{}, "EUR", "2026-03-02", 30, 0, 0, 0},
		{"from the notice, at the legal rate of 2.62 %", france, debt(365_000, "2026-01-31"), tax.Debtor{NoticeOn: day("2026-02-21")}, "EUR", "2026-03-02", 30, 262, 0, 0},
		{"Québec fixes neither", tax.LateTerms{Country: "CA"}, debt(100_000, "2026-01-31"), firm, "CAD", "2026-03-02", 30, 0, 0, 0},
		{"Québec, agreed 12 %", tax.LateTerms{Country: "CA", AgreedPCM: 12_000}, debt(365_000, "2026-01-31"), firm, "CAD", "2026-03-02", 30, 3600, 0, 0},
		{"the indemnity is of euros", france, debt(365_000, "2026-01-31"), firm, "USD", "2026-02-10", 10, 1215, 0, 0},
		{"Belgium has its indemnity, the rate is asked for", tax.LateTerms{Country: "BE"}, debt(365_000, "2026-01-31"), firm, "EUR", "2026-02-10", 10, 0, 40_00, 1},
		{"the retained part is not late before its day", france, billing.Debt{TotalMinor: 105_000, DueOn: day("2026-01-31"), RetainedMinor: 5_000, RetainedUntil: day("2026-02-20")}, firm, "EUR", "2026-03-02", 30, 1015, 40_00, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := c.terms.Fees(c.debt, c.who, "EUR", day(c.on))
			if c.currency != "EUR" {
				f, err = c.terms.Fees(c.debt, c.who, "USD", day(c.on))
			}
			if err != nil || f.Days != c.days || f.InterestMinor != c.interest || f.IndemnityMinor != c.indemnity || len(f.Missing) != c.missing {
				t.Errorf("%+v %v\nwant %d days, %d + %d, %d missing", f, err, c.days, c.interest, c.indemnity, c.missing)
			}
		})
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	f, err := france.Fees(debt(100_000, "2026-05-31"), firm, "EUR", day("2027-02-10"))
	want := []tax.LatePeriod{{From: day("2026-07-01"), To: day("2026-12-31")}, {From: day("2027-01-01"), To: day("2027-02-10")}}
	if err != nil || len(f.Missing) != 2 || f.Missing[0] != want[0] || f.Missing[1] != want[1] {
		t.Errorf("%+v %v, want %+v", f.Missing, err, want)
	}
}

// The reference is written day by day: on each day, what was open in the morning and due
// before it, at the rate of that day; added as fractions and rounded once at the end.
func TestInterestDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		due := day("2026-01-01").AddDays(rapid.IntRange(0, 300).Draw(t, "due"))
		d := billing.Debt{TotalMinor: rapid.Int64Range(1, 50_000_000).Draw(t, "total"), DueOn: due}
		if rapid.Bool().Draw(t, "retention") {
			d.RetainedMinor, d.RetainedUntil = d.TotalMinor/20, due.AddDays(rapid.IntRange(1, 400).Draw(t, "until"))
		}
		for range rapid.IntRange(0, 5).Draw(t, "payments") {
			d.Settled = append(d.Settled, billing.Settlement{On: due.AddDays(rapid.IntRange(-20, 200).Draw(t, "on")), Minor: rapid.Int64Range(1, d.TotalMinor).Draw(t, "minor")})
		}
		terms := tax.LateTerms{Country: "FR"}
		steps := map[civil.Date]int64{day("2026-01-01"): 12_150}
		for _, from := range []string{"2026-07-01", "2027-01-01"} {
			if pcm := rapid.Int64Range(0, 20_000).Draw(t, "rate"); rapid.Bool().Draw(t, "noted") {
				terms.Noted = append(terms.Noted, tax.Noted{Country: "FR", From: day(from), RatePCM: pcm})
				steps[day(from)] = pcm
			}
		}
		on := due.AddDays(rapid.IntRange(-5, 300).Draw(t, "today"))
		half := func(x civil.Date) civil.Date {
			if x.Month <= 6 {
				return civil.New(x.Year, 1, 1)
			}
			return civil.New(x.Year, 7, 1)
		}
		sum, unknown := new(big.Rat), 0
		for x := due.AddDays(1); !x.After(on); x = x.AddDays(1) {
			paid := int64(0)
			for _, s := range d.Settled {
				if s.On.Before(x) {
					paid += s.Minor
				}
			}
			left := max(d.TotalMinor-paid, 0)
			if d.RetainedMinor > 0 && !x.After(d.RetainedUntil) {
				left = max(left-d.RetainedMinor, 0)
			}
			pcm, known := steps[half(x)]
			if left > 0 && !known {
				unknown++
			}
			sum.Add(sum, big.NewRat(left*pcm, 365*100_000))
		}
		sum.Add(sum, big.NewRat(1, 2))
		want := new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
		got, err := terms.Fees(d, firm, "EUR", on)
		if err != nil || got.InterestMinor != want {
			t.Fatalf("%d, day by day %d (%v)\n%+v\n%+v", got.InterestMinor, want, err, d, got)
		}
		missing := 0
		for _, m := range got.Missing {
			missing += m.To.DaysSince(m.From) + 1
		}
		if missing != unknown {
			t.Fatalf("%d days without a rate, day by day %d", missing, unknown)
		}
	})
}

// Shipped half-years follow each other without a gap; only what was confirmed is computed with.
func TestShippedHalfYears(t *testing.T) {
	rows := tax.LateRates()
	for i := 1; i < len(rows); i++ {
		if rows[i].From != rows[i-1].To.AddDays(1) {
			t.Errorf("a gap before %s", rows[i].From)
		}
	}
	for on, want := range map[string]int64{"2026-01-01": 12_150, "2026-06-30": 12_150, "2026-07-01": 0, "2027-05-01": 0, "2025-02-01": 0, "2020-01-01": 0} {
		if pcm, ok := france.DefaultOn(day(on)); pcm != want || ok != (want > 0) {
			t.Errorf("%s: %d %v, want %d", on, pcm, ok, want)
		}
	}
	if _, ok := (tax.LateTerms{Country: "CA"}).DefaultOn(day("2026-01-01")); ok {
		t.Error("a rate for a country without one")
	}
}
