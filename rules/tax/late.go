package tax

import (
	"math/big"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

// Noted is a rate of late payment that the firm wrote down, with where it read it. It
// counts from its day: in France to the end of that half-year (C. com. L441-10 fixes the
// rate twice a year), elsewhere until the next one. It goes before the shipped rows.
type Noted struct {
	Country        string
	From           civil.Date
	RatePCM        int64
	FloorPCM       int64 // three times the legal rate, 0 = not noted
	IndemnityMinor int64 // 0 = the law's
	Source         string
}

// LateTerms is what a firm may ask of who pays late.
type LateTerms struct {
	Country   string // the firm's
	AgreedPCM int64  // rate of the firm's own terms, 0 = the law's default
	Noted     []Noted
}

// Debtor is who pays late.
type Debtor struct {
	Business bool
	// NoticeOn is the day of the formal notice: a consumer owes interest from it only, at the
	// legal rate (RF 4.4, 4.5). Zero: none was sent.
	NoticeOn civil.Date
}

// LateSlice is one run of days at one rate on one amount.
type LateSlice struct {
	From, To  civil.Date
	Days      int
	BaseMinor int64
	RatePCM   int64
}

// LatePeriod is a period whose rate nobody noted.
type LatePeriod struct{ From, To civil.Date }

// LateFees is what a debt has earned by being late.
type LateFees struct {
	Days           int // from the first late day to the last one
	InterestMinor  int64
	IndemnityMinor int64
	Slices         []LateSlice
	Missing        []LatePeriod // no rate is known here: the interest is not whole, and is not claimed
}

// Fees computes the interest of a debt up to and with a day, and the fixed indemnity. The
// interest is the sum over the days of what was late × rate / 365, rounded once. It never
// guesses a rate.
func (t LateTerms) Fees(d billing.Debt, who Debtor, currency money.Currency, on civil.Date) (LateFees, error) {
	f := LateFees{Slices: []LateSlice{}, Missing: []LatePeriod{}}
	from := d.DueOn
	if d.RetainedMinor > 0 && d.RetainedUntil.Before(from) {
		from = d.RetainedUntil
	}
	runs := d.LateRuns(from.AddDays(1), on)
	if len(runs) == 0 {
		return f, nil
	}
	f.Days = runs[len(runs)-1].To.DaysSince(runs[0].From) + 1
	f.IndemnityMinor = t.indemnity(who, currency, on)
	if !who.Business {
		if who.NoticeOn.IsZero() {
			return f, nil
		}
		runs = d.LateRuns(latest(from.AddDays(1), who.NoticeOn), on)
	}
	for _, run := range runs {
		t.cut(&f, run, who)
	}
	var err error
	f.InterestMinor, err = interest(f.Slices)
	return f, err
}

// cut divides a run where the rate changes.
func (t LateTerms) cut(f *LateFees, run billing.LateRun, who Debtor) {
	for from := run.From; !from.After(run.To); {
		r := t.rateOn(from, who)
		to := run.To
		if !r.until.IsZero() && r.until.Before(to) {
			to = r.until
		}
		switch n := len(f.Missing); {
		case r.known:
			f.Slices = append(f.Slices, LateSlice{From: from, To: to, Days: to.DaysSince(from) + 1, BaseMinor: run.Minor, RatePCM: r.pcm})
		case !t.fixed(): // no law that we know fixes one: nothing is owed, nothing is missing
		case n > 0 && f.Missing[n-1].To.AddDays(1) == from && sameHalf(f.Missing[n-1].From, from):
			f.Missing[n-1].To = to
		default:
			f.Missing = append(f.Missing, LatePeriod{From: from, To: to})
		}
		from = to.AddDays(1)
	}
}

// fixed tells whether the law of the firm's country fixes a rate (directive 2011/7/UE).
func (t LateTerms) fixed() bool { return ident.InUnion(t.Country) }

// Known tells whether the interest of a day can be computed, or is owed by no law.
func (t LateTerms) Known(on civil.Date) bool {
	return t.rateOn(on, Debtor{Business: true}).known || !t.fixed()
}

// DefaultOn gives the law's rate of a day, for what a document says of late payment; ok is
// false while nobody knows it.
func (t LateTerms) DefaultOn(on civil.Date) (pcm int64, ok bool) {
	row, ok := t.row(on)
	return row.DefaultPCM, ok
}

// rate is the rate of a day, and the last day on which it surely stands.
type rate struct {
	pcm   int64
	until civil.Date // zero: without end
	known bool
}

func (t LateTerms) rateOn(day civil.Date, who Debtor) rate {
	row, found := t.row(day)
	r := rate{pcm: row.DefaultPCM, until: row.To, known: found}
	if !found {
		r.until = t.unknownUntil(day)
	}
	switch {
	case !who.Business: // the legal rate at most: a third of the floor
		r.pcm, r.known = row.FloorPCM/3, found && row.FloorPCM > 0
	case t.AgreedPCM > 0: // never below three times the legal rate, where that is known
		r.pcm, r.known = max(t.AgreedPCM, row.FloorPCM), true
	}
	return r
}

// row finds what applies on a day: the firm's own note, else a shipped row that was confirmed.
func (t LateTerms) row(day civil.Date) (LateRate, bool) {
	var best Noted
	next := civil.Date{}
	for _, n := range t.Noted {
		switch {
		case n.Country != t.Country:
		case !day.Before(n.From) && !n.From.Before(best.From):
			best = n
		case day.Before(n.From) && (next.IsZero() || n.From.Before(next)):
			next = n.From
		}
	}
	to := civil.Date{}
	if !next.IsZero() {
		to = next.AddDays(-1)
	}
	if best.Country == "FR" {
		if half := halfEnd(best.From); to.IsZero() || half.Before(to) {
			to = half
		}
	}
	if best.Country != "" && (to.IsZero() || !day.After(to)) {
		return LateRate{Country: best.Country, From: best.From, To: to, DefaultPCM: best.RatePCM, FloorPCM: best.FloorPCM, Confirmed: true, Source: best.Source}, true
	}
	for _, r := range lateRates {
		if r.Country == t.Country && r.Confirmed && !day.Before(r.From) && !day.After(r.To) {
			if !next.IsZero() && !next.After(r.To) {
				r.To = next.AddDays(-1)
			}
			return r, true
		}
	}
	return LateRate{}, false
}

// unknownUntil ends a period without a rate where something may be known again.
func (t LateTerms) unknownUntil(day civil.Date) civil.Date {
	until := halfEnd(day)
	for _, n := range t.Noted {
		if n.Country == t.Country && n.From.After(day) && !n.From.After(until) {
			until = n.From.AddDays(-1)
		}
	}
	return until
}

func latest(a, b civil.Date) civil.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func halfEnd(day civil.Date) civil.Date {
	if day.Month <= 6 {
		return civil.New(day.Year, 6, 30)
	}
	return civil.New(day.Year, 12, 31)
}

func sameHalf(a, b civil.Date) bool { return halfEnd(a) == halfEnd(b) }

// indemnity is the fixed sum for recovery costs, once an invoice (C. com. D441-5; directive
// 2011/7/UE, 6): between firms, in euros. None for persons, none that Québec's law fixes.
func (t LateTerms) indemnity(who Debtor, currency money.Currency, on civil.Date) int64 {
	if !who.Business {
		return 0
	}
	var best Noted
	for _, n := range t.Noted {
		if n.Country == t.Country && n.IndemnityMinor > 0 && !on.Before(n.From) && !n.From.Before(best.From) {
			best = n
		}
	}
	switch {
	case best.IndemnityMinor > 0 && (currency == "EUR") == ident.InUnion(t.Country):
		return best.IndemnityMinor
	case ident.InUnion(t.Country) && currency == "EUR":
		return billing.RecoveryFeeMinor
	}
	return 0
}

// interest adds the slices exactly and rounds once, half away from zero.
func interest(slices []LateSlice) (int64, error) {
	sum, den := new(big.Int), big.NewInt(money.PCM*365)
	for _, s := range slices {
		part := big.NewInt(s.BaseMinor)
		part.Mul(part, big.NewInt(s.RatePCM)).Mul(part, big.NewInt(int64(s.Days)))
		sum.Add(sum, part)
	}
	sum.Add(sum.Lsh(sum, 1), den).Quo(sum, new(big.Int).Lsh(den, 1))
	if !sum.IsInt64() || sum.Int64() > money.Max {
		return 0, fault.New(fault.Invalid, "fault.billing.amount_too_big")
	}
	return sum.Int64(), nil
}
