package contracts

import (
	"cmp"
	"context"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/contract"
)

// Kinds of what stands in the calendar.
const (
	CalStart     = "start"
	CalEnd       = "end"
	CalNotice    = "notice"
	CalRenewal   = "renewal"
	CalMilestone = "milestone"
	CalApproval  = "approval" // an answer is due
	CalSignature = "signature"
)

// Event is what falls on a day.
type Event struct {
	On           civil.Date
	Kind         string
	ContractID   string
	Number       string
	Title        string
	CustomerName string
	What         string // the milestone, who is to answer
	Late         bool   // a milestone or an answer whose day is over
	InPortal     bool   // the contract, or the milestone, is visible in the portal
}

// CalendarQuery asks for whole weeks, Monday to Sunday, around a month.
type CalendarQuery struct {
	Year       int
	Month      time.Month // 0 = the month of today
	CustomerID string     // public ids, "" = all
	OwnerID    string
}

// Calendar is what falls into the weeks of a month, by day and then by kind.
type Calendar struct {
	Month    civil.Date // its first day
	Today    civil.Date
	From, To civil.Date
	Events   []Event
}

// mostEvents is how many of one kind a calendar reads.
const mostEvents = 100_000

// monthEnd is the first day of a month on which a term may end that would end on a later one in a longer month.
const monthEnd = 27

// Calendar gives what falls into a month and the days around it that fill its weeks.
func (s *Service) Calendar(ctx context.Context, who actor.Actor, q CalendarQuery) (c Calendar, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Calendar{}, err
	}
	if q.Month != 0 && (q.Year < 1901 || q.Year > 2198 || q.Month < time.January || q.Month > time.December) {
		return Calendar{}, fault.New(fault.Invalid, "fault.not_a_date")
	}
	err = s.DB.Read(ctx, func(g *gen.Queries) error {
		if c.Today, err = company.Today(ctx, g, s.DB.Now()); err != nil {
			return err
		}
		c.Month = civil.New(q.Year, q.Month, 1)
		if q.Month == 0 {
			c.Month = c.Today.StartOfMonth()
		}
		c.From, c.To = weeks(c.Month)
		b := book{calendar: &c}
		if err := b.whose(ctx, g, q); err != nil {
			return err
		}
		return b.fill(ctx, g)
	})
	slices.SortStableFunc(c.Events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.On.String(), b.On.String()), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
	})
	return c, err
}

// weeks gives the Monday on or before the first of a month and the Sunday on or after its last.
func weeks(month civil.Date) (from, to civil.Date) {
	monday := func(d civil.Date) civil.Date { return d.AddDays(-(int(d.Time().Weekday()) + 6) % 7) }
	return monday(month), monday(month.EndOfMonth()).AddDays(6)
}

// book fills a calendar.
type book struct {
	calendar        *Calendar
	customer, owner int64
}

func (b *book) whose(ctx context.Context, q *gen.Queries, asked CalendarQuery) error {
	if asked.CustomerID != "" {
		c, err := q.CustomerByPublicID(ctx, asked.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		b.customer = c.ID
	}
	if asked.OwnerID != "" {
		u, err := q.UserByPublicID(ctx, asked.OwnerID)
		if err != nil {
			return db.NotFound(err)
		}
		b.owner = u.ID
	}
	return nil
}

func (b *book) add(e Event) {
	if !e.On.Before(b.calendar.From) && !e.On.After(b.calendar.To) {
		b.calendar.Events = append(b.calendar.Events, e)
	}
}

func (b *book) fill(ctx context.Context, q *gen.Queries) error {
	c := b.calendar
	c.Events = []Event{}
	from, to := c.From.String(), c.To.String()
	starts, err := q.ContractsStarting(ctx, gen.ContractsStartingParams{FromOn: from, ToOn: to, CustomerID: b.customer, OwnerID: b.owner, RowLimit: mostEvents})
	if err != nil {
		return err
	}
	for _, r := range starts {
		b.add(Event{On: day(r.StartOn), Kind: CalStart, ContractID: r.PublicID, Number: r.Number, Title: r.Title, InPortal: r.InPortal == 1, CustomerName: r.CustomerName})
	}
	steps, err := q.MilestonesDueBetween(ctx, gen.MilestonesDueBetweenParams{FromOn: from, ToOn: to, CustomerID: b.customer, OwnerID: b.owner, RowLimit: mostEvents})
	if err != nil {
		return err
	}
	for _, r := range steps {
		b.add(Event{On: day(r.DueOn), Kind: CalMilestone, ContractID: r.PublicID, Number: r.Number, Title: r.Title, InPortal: r.InPortal == 1, CustomerName: r.CustomerName, What: r.MilestoneTitle, Late: day(r.DueOn).Before(c.Today)})
	}
	turns, err := q.TurnsDueBetween(ctx, gen.TurnsDueBetweenParams{FromOn: from, ToOn: to, CustomerID: b.customer, OwnerID: b.owner, RowLimit: mostEvents})
	if err != nil {
		return err
	}
	for _, r := range turns {
		b.add(Event{On: day(r.DueOn), Kind: r.Kind, ContractID: r.PublicID, Number: r.Number, Title: r.Title, InPortal: r.InPortal == 1, CustomerName: r.CustomerName, What: r.TurnName, Late: day(r.DueOn).Before(c.Today)})
	}
	return b.ends(ctx, q)
}

// ends adds the ends of terms and the last days for notice. The query gives a few too many: the
// months count, the rules say the day.
func (b *book) ends(ctx context.Context, q *gen.Queries) error {
	c := b.calendar
	month := func(d civil.Date) int64 { return int64(d.Year)*12 + int64(d.Month) }
	rows, err := q.ContractsEnding(ctx, gen.ContractsEndingParams{FromOn: c.From.String(), ToOn: c.To.String(), FarOn: c.To.AddMonths(contract.MaxNoticeMonths + 1).String(), CustomerID: b.customer, OwnerID: b.owner,
		FirstMonth: month(c.From), SecondMonth: month(c.Month), ThirdMonth: month(c.To), FirstDay: int64(min(c.From.Day, monthEnd)), ThirdDay: int64(c.To.Day), RowLimit: mostEvents})
	for _, r := range rows {
		x := contract.Contract{State: contract.Status(r.State), EndedOn: day(r.EndedOn), Terms: contract.Terms{Start: day(r.StartOn), End: day(r.EndOn), Renewal: contract.Renewal(r.Renewal), RenewalMonths: int(r.RenewalMonths),
			NoticeCount: int(r.NoticeCount), NoticeUnit: r.NoticeUnit}}
		e := Event{ContractID: r.PublicID, Number: r.Number, Title: r.Title, InPortal: r.InPortal == 1, CustomerName: r.CustomerName}
		for _, f := range x.Falls(c.From, c.To) {
			e.On, e.Kind = f.On, f.Kind
			b.add(e)
		}
	}
	return err
}
