package subscription

import (
	"comptoir/core/civil"
	"comptoir/core/money"
)

// Terms are the prices of a plan for a choice.
type Terms struct {
	SeatMinor int64 // of a seat, for a period
	Seats     int64
	Extras    []ExtraPrice
}

// ExtraPrice is one chosen extra.
type ExtraPrice struct {
	Minor   int64
	PerSeat bool
}

// Period is what one period costs.
func (t Terms) Period() (int64, error) {
	sum, err := money.MulDiv(t.SeatMinor, t.Seats, 1)
	for _, x := range t.Extras {
		n := int64(1)
		if x.PerSeat {
			n = t.Seats
		}
		if err != nil {
			return 0, err
		}
		var minor int64
		if minor, err = money.MulDiv(x.Minor, n, 1); err == nil {
			sum, err = money.Add(sum, minor)
		}
	}
	return sum, err
}

// The lengths of a period, as rules/recur names them.
const (
	day   = "day"
	week  = "week"
	month = "month"
	year  = "year"
)

// Monthly brings what a period costs to a month of a year of 365 days, 52 weeks, 12 months.
func Monthly(minor int64, unit string, every int) (int64, error) {
	per, months := map[string]int64{day: 365, week: 52, month: 12, year: 1}[unit], int64(12*every)
	if per == 0 || every < 1 {
		return 0, money.ErrRange
	}
	return money.MulDiv(minor, per, months)
}

// Span is a run of days, both included; zero when there is none.
type Span struct{ From, To civil.Date }

// Days counts them.
func (s Span) Days() int64 {
	if s.From.IsZero() || s.To.Before(s.From) {
		return 0
	}
	return int64(s.To.DaysSince(s.From)) + 1
}

// since is what of the span lies on or after a day.
func (s Span) since(on civil.Date) Span {
	if s.From.Before(on) {
		s.From = on
	}
	return s
}

// Covered is what was invoiced for some days: the whole of a period, or after a change what is
// left of it. Days before From are used up.
type Covered struct {
	Span
	Minor int64
}

// Split shares what was invoiced between the days before on, which are used, and the days from
// on, which are not. The two make up the whole, to the last cent.
func (c Covered) Split(on civil.Date) (used, unused int64, err error) {
	all := c.Days()
	if all == 0 {
		return c.Minor, 0, nil
	}
	unused, err = money.MulDiv(c.Minor, c.since(on).Days(), all)
	return c.Minor - unused, unused, err
}

// Move is a change of plan, seats or extras on a day.
type Move struct {
	Covered Covered
	Period  Span  // the whole period in which the day lies
	NewFull int64 // what the new terms cost for a whole period
	On      civil.Date
	Anew    bool   // the new periods are of another length: one begins on the day
	NewSpan Span   // that one
	Charged []Paid // the invoices that charged what is covered; nil: nothing of them was given back
}

// Moved is what a change comes to: what is not used of what was invoiced is set against what
// the days to come cost.
type Moved struct {
	Unused, Rest int64
	Difference   int64 // Rest - Unused: to be charged, or below zero to be given back
	Down         bool  // the days to come cost less than was charged for them
	Covered      Covered
}

// Work computes a change.
func (m Move) Work() (Moved, error) {
	_, unused, err := m.Covered.Split(m.On)
	if err != nil {
		return Moved{}, err
	}
	r := Moved{Unused: unused, Covered: Covered{Span: m.Period.since(m.On)}}
	if m.Anew {
		r.Covered, r.Rest = Covered{Span: m.NewSpan}, m.NewFull
	} else if r.Rest, err = m.rest(); err != nil {
		return Moved{}, err
	}
	r.Covered.Minor, r.Down = r.Rest, r.Rest < unused
	if m.Charged != nil {
		r.Unused = min(unused, Left(m.Covered.Minor, m.Charged))
	}
	if r.Difference = r.Rest - r.Unused; r.Down && !m.Anew { // less of a period that was given back by hand is no charge
		r.Difference = min(r.Difference, 0)
	}
	return r, nil
}

// rest is what the days from the change to the end of the period cost by the new terms.
func (m Move) rest() (int64, error) {
	all := m.Period.Days()
	if all == 0 {
		return 0, nil
	}
	return money.MulDiv(m.NewFull, m.Period.since(m.On).Days(), all)
}

// Charged is what is known of an invoice that charged days, all in the prices of the plan.
type Charged struct {
	Minor    int64 // for the days
	Given    int64 // of that by the room's own credit notes
	Total    int64 // of the invoice: a set-up fee may stand beside the days
	Credited int64 // off the total, by all credit notes together
	Days     int64 // of that for lines that charge the days, by hand
	Beside   int64 // likewise for what stands beside them
}

// Paid is what an invoice charged for days of the period, what of it the room's own credit
// notes gave back, and what can still be given back.
type Paid struct{ Minor, Given, Left int64 }

// Paid works out what is left of an invoice for its days: never more than what is left of the
// invoice. A credit note made by hand takes off the lines that it names; an amount that names
// none is shared between the days and what stands beside them.
func (c Charged) Paid() (Paid, error) {
	given := c.Given
	if c.Total > c.Minor {
		share, err := money.MulDiv(max(c.Credited-c.Given-c.Days-c.Beside, 0), c.Minor, c.Total)
		if err != nil {
			return Paid{}, err
		}
		given += c.Days + share
	}
	left := min(c.Minor-given, max(c.Total-c.Credited, 0))
	return Paid{Minor: c.Minor, Given: c.Given, Left: max(left, 0)}, nil
}

// Left is what of all that was charged for the days which are covered now can still be given
// back or set off; paid is the oldest first. The newest invoice charged them first: what an
// older one charged for days that are used by now does not stand in for what was given back of
// a newer one.
func Left(covered int64, paid []Paid) (left int64) {
	for i := len(paid) - 1; i >= 0 && covered > 0; i-- {
		share := max(min(covered, paid[i].Minor-paid[i].Given), 0)
		covered -= share
		left += min(share, paid[i].Left)
	}
	return left
}

// GiveBack shares a credit over the invoices of a period, the newest first; paid is the oldest
// first. What they cannot take is left.
func GiveBack(minor int64, paid []Paid) (shares []int64, left int64) {
	shares = make([]int64, len(paid))
	for i := len(paid) - 1; i >= 0 && minor > 0; i-- {
		shares[i] = min(minor, paid[i].Left)
		minor -= shares[i]
	}
	return shares, minor
}

// PeriodEnd is the last day that is paid or free: of the period, of the trial, or the day itself
// where neither reaches it.
func PeriodEnd(period Span, trialUntil, on civil.Date) civil.Date {
	end := on
	for _, d := range []civil.Date{period.To, trialUntil} {
		if d.After(end) {
			end = d
		}
	}
	return end
}

// Reaches tells whether something that was invoiced, or a trial, reaches a day: what begins
// again on a day that nothing reaches begins a period of its own on it.
func Reaches(period Span, trialUntil, on civil.Date) bool {
	return !period.To.IsZero() && !period.To.Before(on) || !trialUntil.IsZero() && !trialUntil.Before(on)
}

// TrialUntil is the last day of a trial that begins on a day; zero for none.
func TrialUntil(start civil.Date, days int64) civil.Date {
	if days <= 0 {
		return civil.Date{}
	}
	return start.AddDays(int(days) - 1)
}

// ChurnPCM is the part of those who were there when a month began that the month lost.
func ChurnPCM(began, lost int64) (int64, error) {
	if began == 0 {
		return 0, nil
	}
	return money.MulDiv(lost, money.PCM, began)
}
