package contract

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
)

// Renewal is what happens at the end of a term.
type Renewal string

// The kinds of renewal.
const (
	None    Renewal = "none"
	Tacit   Renewal = "tacit"   // by itself, unless notice is given
	Express Renewal = "express" // by an act of both
)

// Units of the time of notice.
const (
	Days   = "day"
	Months = "month"
)

// The limits of what may be written into a contract.
const (
	maxYears        = 100
	MaxRenewal      = 240 // months
	MaxNotice       = 730 // days
	MaxNoticeMonths = 24
	MaxRemind       = 365 // days
)

// Terms are the dates that a contract names.
type Terms struct {
	Start, End    civil.Date // of the first term; no End: open-ended
	Renewal       Renewal
	RenewalMonths int // of each further term
	NoticeCount   int // 0: no time of notice
	NoticeUnit    string
	RemindDays    int // before the last day for a notice, else before the last day; 0: no reminder
}

// Check notes beside their fields what is not possible in terms as they were typed.
func (t Terms) Check(form *fault.Form) {
	if !t.Start.IsZero() && !t.End.IsZero() && t.End.Before(t.Start) {
		form.Add("endOn", "fault.contracts.ends_before_start", "start", t.Start)
	}
	switch t.Renewal {
	case None, Express:
		if t.Renewal == Express && t.End.IsZero() {
			form.Add("endOn", "fault.contracts.renewal_needs_end")
		}
	case Tacit:
		if t.End.IsZero() {
			form.Add("endOn", "fault.contracts.renewal_needs_end")
		}
		if t.RenewalMonths == 0 {
			form.Add("renewalMonths", "fault.required")
		}
	default:
		form.Add("renewal", "fault.choice")
	}
	if t.RenewalMonths < 0 || t.RenewalMonths > MaxRenewal {
		form.Add("renewalMonths", "fault.range", "min", 1, "max", MaxRenewal)
	}
	most := MaxNotice
	switch t.NoticeUnit {
	case Days:
	case Months:
		most = MaxNoticeMonths
	default:
		form.Add("noticeUnit", "fault.choice")
	}
	if t.NoticeCount < 0 || t.NoticeCount > most {
		form.Add("noticeCount", "fault.range", "min", 0, "max", most)
	}
	if t.RemindDays < 0 || t.RemindDays > MaxRemind {
		form.Add("remindDays", "fault.range", "min", 0, "max", MaxRemind)
	}
}

// Term is one term of a contract, both days with it. N counts from 1; no To: open-ended.
type Term struct {
	N        int
	From, To civil.Date
}

// Nth gives the n-th term, from 1; beyond the first only tacit renewal has any.
func (t Terms) Nth(n int) Term {
	if n <= 1 || t.End.IsZero() || t.Renewal != Tacit || t.RenewalMonths <= 0 {
		return Term{N: 1, From: t.Start, To: t.End}
	}
	second := t.End.AddDays(1)
	return Term{N: n, From: second.AddMonths((n - 2) * t.RenewalMonths), To: second.AddMonths((n - 1) * t.RenewalMonths).AddDays(-1)}
}

// At gives the term that runs on a day: the first one before it begins, the last one after it
// ended without renewal.
func (t Terms) At(day civil.Date) Term {
	first := t.Nth(1)
	if t.Renewal != Tacit || t.RenewalMonths <= 0 || t.End.IsZero() || !day.After(t.End) {
		return first
	}
	months := (day.Year-t.End.Year)*12 + int(day.Month) - int(t.End.Month)
	n := max(months/t.RenewalMonths, 1)
	for t.Nth(n).To.Before(day) { // a step or two: the count of months is nearly exact
		n++
	}
	for n > 1 && day.Before(t.Nth(n).From) {
		n--
	}
	return t.Nth(n)
}

// NoticeBy gives the last day on which notice may be given for a term: so many days or months
// before its last day. None without a time of notice or without an end.
func (t Terms) NoticeBy(x Term) civil.Date {
	switch {
	case t.NoticeCount <= 0 || x.To.IsZero():
		return civil.Date{}
	case t.NoticeUnit == Days:
		return x.To.AddDays(-t.NoticeCount)
	default:
		return x.To.AddMonths(-t.NoticeCount)
	}
}

// ahead is the most terms that a time of notice reaches over: the longest notice, terms of a month.
const ahead = MaxNoticeMonths + 2

// open gives the first term from x on of which notice may still be given on a day.
func (t Terms) open(x Term, today civil.Date) Term {
	for range ahead {
		by, next := t.NoticeBy(x), t.Nth(x.N+1)
		if by.IsZero() || !by.Before(today) || next.N == x.N {
			break
		}
		x = next
	}
	return x
}

// Decides gives the term whose end is to be decided about on a day: the running one; where a notice
// is longer than a term, and had to be given before the running one began, the first that may still
// be ended.
func (t Terms) Decides(today civil.Date) Term {
	x := t.At(today)
	if t.NoticeBy(x).Before(x.From) {
		return t.open(x, today)
	}
	return x
}

// Standing is where a contract stands on a day: what lists show and reminders go by.
type Standing struct {
	Term     Term       // the running one; its To is the decided last day where there is one
	Decides  Term       // the one that DecideBy is about: the running one but for a notice longer than a term
	DecideBy civil.Date // last day to do something about its end: notice, or the last day itself; none where nothing ends
	Kind     string     // what DecideBy is about: KindNotice, KindRenewal, KindEnd; "" without
	RemindOn civil.Date // none: no reminder
}

// Kinds of what a reminder is about.
const (
	KindNotice         = "notice"
	KindRenewal        = "renewal" // it renews itself, without a time of notice; or both have to say so
	KindEnd            = "end"
	KindMilestone      = "milestone"
	KindCustomerNotice = "customer_notice"
)

// Standing gives where the contract stands on a day.
func (c Contract) Standing(today civil.Date) Standing {
	s := Standing{Term: c.Terms.At(today), Decides: c.Terms.Decides(today)}
	switch {
	case !c.EndedOn.IsZero(): // decided: there is nothing more to decide, it only ends
		s.Term = c.Terms.At(c.EndedOn)
		s.Term.To, s.DecideBy, s.Kind = c.EndedOn, c.EndedOn, KindEnd
		s.Decides = s.Term
	case s.Term.To.IsZero():
		return s
	case !c.Terms.NoticeBy(s.Decides).IsZero():
		s.DecideBy, s.Kind = c.Terms.NoticeBy(s.Decides), KindNotice
	case c.Terms.Renewal == None:
		s.DecideBy, s.Kind = s.Term.To, KindEnd
	default:
		s.DecideBy, s.Kind = s.Term.To, KindRenewal
	}
	if c.Terms.RemindDays > 0 && c.State == Signed {
		s.RemindOn = s.DecideBy.AddDays(-c.Terms.RemindDays)
	}
	return s
}

// CustomerNotice is the time in which the law wants a consumer told that a contract renews
// itself: from three months to one month before the last day on which they may refuse it
// (C. conso., art. L215-1).
type CustomerNotice struct {
	From, To civil.Date // both days with it
	About    civil.Date // the last day to refuse
	TermEnd  civil.Date
}

// CustomerNotice gives that time for the term to be decided about on a day (Decides); ok is false where the law
// asks for nothing: no tacit renewal, not signed, an end was decided.
func (c Contract) CustomerNotice(today civil.Date) (n CustomerNotice, ok bool) {
	if c.State != Signed || c.Terms.Renewal != Tacit || c.Terms.End.IsZero() || !c.EndedOn.IsZero() {
		return n, false
	}
	x := c.Terms.Decides(today)
	n.TermEnd, n.About = x.To, c.Terms.NoticeBy(x)
	if n.About.IsZero() { // without a time of notice they may refuse until the last day
		n.About = x.To
	}
	n.From, n.To = n.About.AddMonths(-3), n.About.AddMonths(-1)
	return n, true
}

// Follow gives the dates of a contract that follows another: it begins the day after the other's
// running term, or today where that is over or has no end, and lasts as long; where the first day
// is not written, as long as a renewal.
func Follow(c Contract, today civil.Date) (next Terms) {
	next.Start = today
	x := c.Terms.At(today)
	if !c.EndedOn.IsZero() {
		x.To = c.EndedOn
	}
	if x.To.After(today) {
		next.Start = x.To.AddDays(1)
	}
	first := c.Terms.Nth(1)
	switch {
	case first.To.IsZero(), first.From.IsZero() && c.Terms.Renewal == None:
	case first.From.IsZero(): // only its end is written: as long as a further term
		next.End = next.Start.AddMonths(max(c.Terms.RenewalMonths, 1)).AddDays(-1)
	default:
		next.End = next.Start.AddMonths(wholeMonths(first)).AddDays(first.To.AddDays(1).DaysSince(first.From.AddMonths(wholeMonths(first))) - 1)
	}
	return next
}

// wholeMonths counts the months that a term holds whole.
func wholeMonths(x Term) int {
	after := x.To.AddDays(1)
	n := (after.Year-x.From.Year)*12 + int(after.Month) - int(x.From.Month)
	for n > 0 && x.From.AddMonths(n).After(after) {
		n--
	}
	return n
}

// NextEnd gives the last day of the term that an express renewal adds: as long as the contract
// says, else as the first one was; none for an open-ended one.
func (c Contract) NextEnd() civil.Date {
	t := c.Terms
	if t.End.IsZero() {
		return civil.Date{}
	}
	months := t.RenewalMonths
	if months == 0 && !t.Start.IsZero() {
		months = wholeMonths(t.Nth(1))
	}
	return t.End.AddDays(1).AddMonths(max(months, 1)).AddDays(-1)
}

// Reasons of an earliest end.
const (
	EndTerm = "term" // of the running term: notice is in time
	EndNext = "next" // too late for the running term: of the first of which it is not
	EndFree = "free" // no end is written: today, or
	EndAway = "away" // when the time of notice is over
)

// EarliestEnd gives the last day of a contract of which notice is given on a day, the last day to
// have given it, and which of the reasons it is.
func (c Contract) EarliestEnd(today civil.Date) (last, by civil.Date, why string) {
	x := c.Terms.At(today)
	switch {
	case x.To.IsZero() && c.Terms.NoticeCount <= 0:
		return today, civil.Date{}, EndFree
	case x.To.IsZero() && c.Terms.NoticeUnit == Days:
		return today.AddDays(c.Terms.NoticeCount), civil.Date{}, EndAway
	case x.To.IsZero():
		return today.AddMonths(c.Terms.NoticeCount), civil.Date{}, EndAway
	}
	by = c.Terms.NoticeBy(x)
	if c.Terms.Renewal == Tacit && !by.IsZero() && by.Before(today) {
		return c.Terms.open(x, today).To, by, EndNext
	}
	return x.To, by, EndTerm
}

// TellTo gives the latest last day to refuse a renewal of which a consumer may be told on a day:
// three months ahead, as far as months are as long (art. L215-1).
func TellTo(today civil.Date) civil.Date {
	d := today.AddMonths(3)
	for !d.AddDays(1).AddMonths(-3).After(today) {
		d = d.AddDays(1)
	}
	return d
}

// Fall is what falls on a day: KindNotice, KindRenewal, KindEnd.
type Fall struct {
	On   civil.Date
	Kind string
}

// Falls gives what falls between two days, both with them: ends and renewals of terms, and the
// last days for notice. Notice of a term is given before it ends, so terms beyond the last day
// count too.
func (c Contract) Falls(from, to civil.Date) (list []Fall) {
	in := func(d civil.Date) bool { return !d.IsZero() && !d.Before(from) && !d.After(to) }
	if !c.EndedOn.IsZero() {
		if in(c.EndedOn) {
			list = append(list, Fall{c.EndedOn, KindEnd})
		}
		return list
	}
	for n := c.Terms.At(from).N; ; n++ {
		x := c.Terms.Nth(n)
		if x.To.IsZero() {
			return list
		}
		if by := c.Terms.NoticeBy(x); in(by) {
			list = append(list, Fall{by, KindNotice})
		}
		if in(x.To) {
			kind := KindRenewal
			if c.Terms.Renewal == None {
				kind = KindEnd
			}
			list = append(list, Fall{x.To, kind})
		}
		earliest := c.Terms.NoticeBy(x)
		if earliest.IsZero() {
			earliest = x.To
		}
		if c.Terms.Renewal != Tacit || earliest.After(to) {
			return list
		}
	}
}
