package contract

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
)

// Status is what a contract is on a day: a stored decision, or what the calendar makes of it.
type Status string

// The states of a milestone, as decided; late is derived.
const (
	MilestoneOpen      = "open"
	MilestoneDone      = "done"
	MilestoneCancelled = "cancelled" // it will not come
)

// The statuses. Active and, past its last day, Ended are derived; the others are decided.
const (
	Draft     Status = "draft"
	InReview  Status = "in_review"
	ToSign    Status = "to_sign"
	Signed    Status = "signed" // it has not begun yet
	Active    Status = "active"
	Ended     Status = "ended"
	Cancelled Status = "cancelled"
)

// Statuses gives them all in the order of a contract's life.
func Statuses() []Status {
	return []Status{Draft, InReview, ToSign, Signed, Active, Ended, Cancelled}
}

// Contract is what the rules need to know of one. State is a stored one: never Active.
type Contract struct {
	State    Status
	Terms    Terms
	SignedOn civil.Date
	EndedOn  civil.Date // decided last day; none where it ends by its terms
}

// On gives the status on a day of the firm's calendar.
func (c Contract) On(today civil.Date) Status {
	if c.State != Signed {
		return c.State
	}
	if last := c.LastDay(); !last.IsZero() && last.Before(today) {
		return Ended
	}
	if c.Terms.Start.After(today) {
		return Signed
	}
	return Active
}

// LastDay gives the day after which the contract is over: the decided one, else that of a term
// that does not renew itself; none for one that goes on.
func (c Contract) LastDay() civil.Date {
	if !c.EndedOn.IsZero() {
		return c.EndedOn
	}
	if c.Terms.Renewal == Tacit {
		return civil.Date{}
	}
	return c.Terms.End
}

// Begun tells of a contract that binds: signed, whether it has begun, goes on or is over.
func (c Contract) Begun() bool { return c.State == Signed || c.State == Ended }

// Open tells of one that still goes somewhere: neither over nor cancelled on that day.
func (c Contract) Open(today civil.Date) bool {
	s := c.On(today)
	return s != Ended && s != Cancelled
}

// Can is what may be done with a contract on a day.
type Can struct {
	Edit     bool // title, type, dates, value …
	Customer bool // its customer may still be another one
	Review   bool // to InReview, by hand or by a round of approval
	ToSign   bool // to ToSign, by hand or by a round of signature
	Sign     bool // signed on paper
	Draft    bool // back to Draft
	Renew    bool // expressly, in one act
	End      bool
	Keep     bool // a decided last day is taken back
	Cancel   bool
}

// Can gives what may be done on that day.
func (c Contract) Can(today civil.Date) Can {
	s := c.On(today)
	before := s == Draft || s == InReview || s == ToSign
	runs := s == Signed || s == Active
	return Can{
		Edit: before || runs, Customer: s == Draft, Review: s == Draft, ToSign: s == Draft || s == InReview, Sign: before, Draft: s == InReview || s == ToSign || s == Cancelled,
		Renew: c.State == Signed && c.Terms.Renewal != Tacit && !c.Terms.End.IsZero() && c.EndedOn.IsZero(),
		End:   runs, Keep: runs && !c.EndedOn.IsZero(), Cancel: before || s == Signed,
	}
}

// errStep refuses a step that the contract's status does not allow.
func errStep(s Status) error {
	return fault.New(fault.Conflict, "fault.contracts.step", "state", string(s))
}

// ToReview sends a draft round to be approved.
func (c Contract) ToReview(today civil.Date) (Contract, error) {
	if !c.Can(today).Review {
		return c, errStep(c.On(today))
	}
	c.State = InReview
	return c, nil
}

// ToBeSigned says that signatures are asked for.
func (c Contract) ToBeSigned(today civil.Date) (Contract, error) {
	if !c.Can(today).ToSign {
		return c, errStep(c.On(today))
	}
	c.State = ToSign
	return c, nil
}

// BackToDraft takes a contract back to its making: a round was refused or given up, or a
// cancelled one is taken up again.
func (c Contract) BackToDraft(today civil.Date) (Contract, error) {
	if !c.Can(today).Draft {
		return c, errStep(c.On(today))
	}
	c.State = Draft
	return c, nil
}

// Sign makes it binding; on is the day of the last signature, today or before.
func (c Contract) Sign(on, today civil.Date) (Contract, error) {
	if !c.Can(today).Sign {
		return c, errStep(c.On(today))
	}
	var form fault.Form
	switch {
	case on.IsZero():
		form.Add("on", "fault.required")
	case on.After(today):
		form.Add("on", "fault.contracts.signed_ahead")
	}
	if err := form.Err(); err != nil {
		return c, err
	}
	c.State, c.SignedOn = Signed, on
	return c, nil
}

// Cancel gives up a contract that has not begun. What has begun is ended (End).
func (c Contract) Cancel(today civil.Date) (Contract, error) {
	if !c.Can(today).Cancel {
		return c, errStep(c.On(today))
	}
	c.State, c.SignedOn, c.EndedOn = Cancelled, civil.Date{}, civil.Date{}
	return c, nil
}

// End decides the last day. In the past it is over at once; else it runs until that day.
func (c Contract) End(last, today civil.Date) (Contract, error) {
	if !c.Can(today).End {
		return c, errStep(c.On(today))
	}
	var form fault.Form
	switch {
	case last.IsZero():
		form.Add("lastDay", "fault.required")
	case !c.Terms.Start.IsZero() && last.Before(c.Terms.Start):
		form.Add("lastDay", "fault.contracts.ends_before_start", "start", c.Terms.Start)
	case last.After(today.AddMonths(12 * maxYears)):
		form.Add("lastDay", "fault.contracts.far")
	}
	if err := form.Err(); err != nil {
		return c, err
	}
	c.EndedOn = last
	if last.Before(today) {
		c.State = Ended
	}
	return c, nil
}

// Keep takes a decided last day back: the contract goes on as its terms say.
func (c Contract) Keep(today civil.Date) (Contract, error) {
	if !c.Can(today).Keep {
		return c, errStep(c.On(today))
	}
	c.EndedOn = civil.Date{}
	return c, nil
}

// Renew makes the term longer in one act, until a day of one's own. It may come late: a
// contract whose term is over goes on without a gap.
func (c Contract) Renew(until, today civil.Date) (Contract, error) {
	if !c.Can(today).Renew {
		return c, errStep(c.On(today))
	}
	var form fault.Form
	switch {
	case until.IsZero():
		form.Add("until", "fault.required")
	case !until.After(c.Terms.End):
		form.Add("until", "fault.contracts.renews_nothing", "end", c.Terms.End)
	case until.After(c.Terms.End.AddMonths(12 * maxYears)):
		form.Add("until", "fault.contracts.far")
	}
	if err := form.Err(); err != nil {
		return c, err
	}
	c.Terms.End = until
	return c, nil
}
