package statements

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/due"
	"comptoir/rules/statement"
)

// The room is a source of office/catchup. Schedule, customer and period are the key of a
// statement, for ever: the row of the run stands in one transaction with its mail, so that
// nothing goes twice whatever the clock and the machine did.

// Name is the source's name.
func (*Service) Name() string { return "statements" }

// dueKey is the key of one statement.
type dueKey struct {
	schedule, customer int64
	on                 civil.Date
}

func (k dueKey) String() string { return fmt.Sprintf("%d/%d/%s", k.schedule, k.customer, k.on) }

func parseKey(s string) (k dueKey, err error) {
	parts := strings.Split(s, "/")
	if len(parts) == 3 {
		if k.schedule, err = strconv.ParseInt(parts[0], 10, 64); err == nil {
			if k.customer, err = strconv.ParseInt(parts[1], 10, 64); err == nil {
				k.on, err = civil.Parse(parts[2])
			}
		}
		if err == nil {
			return k, nil
		}
	}
	return dueKey{}, fault.New(fault.NotFound, "fault.not_found")
}

// Due gives the statements that should have been mailed by today, schedule by schedule and
// period by period. A schedule with nothing left to do moves on to its next day.
func (s *Service) Due(ctx context.Context, today civil.Date) (items []due.Item, err error) {
	finished := []moved{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		schedules, err := q.StatementSchedulesActive(ctx, today.String())
		if err != nil {
			return err
		}
		look := &looking{q: q, zone: firm.Location(), lang: locale.Of(firm.Language), open: map[civil.Date]map[int64][]Balance{}}
		for _, r := range schedules {
			found, next, err := look.schedule(ctx, r, today)
			if err != nil {
				return err
			}
			items = append(items, found...)
			if next != day(r.NextOn) {
				finished = append(finished, moved{r.ID, day(r.NextOn), next})
			}
		}
		return nil
	})
	if err != nil || len(finished) == 0 {
		return items, err
	}
	return items, s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, f := range finished {
			if _, err := tx.MoveStatementSchedule(ctx, gen.MoveStatementScheduleParams{NextOn: f.to.String(), UpdatedAt: tx.Stamp(), ID: f.schedule, FromDate: f.from.String()}); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed("statements") })
		return nil
	})
}

// moved is a schedule whose next day changes.
type moved struct {
	schedule int64
	from, to civil.Date
}

// looking is one look at what is due. What the firm's customers owed on a day is read once.
type looking struct {
	q    *gen.Queries
	zone *time.Location
	lang locale.Lang // of the firm: the panel is its own
	open map[civil.Date]map[int64][]Balance
}

type member struct {
	id             int64
	publicID, name string
}

// schedule gives what a schedule still owes, and the first day that is not done with. Of
// what is open only the newest list counts: a missed older one would tell nobody anything.
func (l *looking) schedule(ctx context.Context, r gen.StatementSchedulesActiveRow, today civil.Date) (items []due.Item, next civil.Date, err error) {
	f := statement.Frequency(r.Frequency)
	on := l.from(r, f, today)
	if on.After(today) {
		return nil, on, nil
	}
	members, err := l.members(ctx, r)
	if err != nil {
		return nil, civil.Date{}, err
	}
	if r.Kind != Activity {
		for !f.After(on).After(today) {
			on = f.After(on)
		}
	}
	next = on
	for ; !on.After(today); on = f.After(on) {
		found, err := l.period(ctx, r, members, on)
		if err != nil {
			return nil, civil.Date{}, err
		}
		if items = append(items, found...); len(items) == 0 {
			next = f.After(on)
		}
	}
	return items, next, nil
}

// from is the first day that is not done with. One that lies further ahead than the next
// can only come of a clock that was years ahead for a while: then it is counted again from
// what was mailed, and what was mailed already is not mailed twice.
func (l *looking) from(r gen.StatementSchedulesActiveRow, f statement.Frequency, today civil.Date) civil.Date {
	on := day(r.NextOn)
	if !on.After(f.Next(today.AddDays(1))) {
		return on
	}
	since := civil.Of(instant(r.CreatedAt), l.zone)
	if last := day(r.LastOn); last.After(since) {
		since = last
	}
	return f.Next(since.AddDays(1))
}

func (l *looking) members(ctx context.Context, r gen.StatementSchedulesActiveRow) (list []member, err error) {
	if r.GroupID != nil {
		rows, err := l.q.StatementScheduleMembers(ctx, *r.GroupID)
		for _, c := range rows {
			list = append(list, member{c.ID, c.PublicID, c.Name})
		}
		return list, err
	}
	c, err := l.q.CustomerByID(ctx, value(r.CustomerID))
	if err != nil || c.ArchivedAt != nil {
		return nil, db.NotFound(err)
	}
	return []member{{c.ID, c.PublicID, c.Name}}, nil
}

func (l *looking) period(ctx context.Context, r gen.StatementSchedulesActiveRow, members []member, on civil.Date) (items []due.Item, err error) {
	ids, err := l.q.StatementRunsOfPeriod(ctx, gen.StatementRunsOfPeriodParams{ScheduleID: &r.ID, PeriodOn: on.String()})
	if err != nil {
		return nil, err
	}
	done := map[int64]bool{}
	for _, id := range ids {
		done[id] = true
	}
	balances, err := l.balances(ctx, statement.Frequency(r.Frequency).Covers(on).To)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		owed := balances[m.id]
		if done[m.id] || r.OnlyOpen == 1 && !owes(owed) {
			continue
		}
		x := due.Item{Key: dueKey{r.ID, m.id, on}.String(), Kind: due.Statement, On: on, Line: fmt.Sprintf("%d/%d", r.ID, m.id), Title: l.title(r.Kind, statement.Frequency(r.Frequency).Covers(on)), Customer: m.name, CustomerID: m.publicID, Mails: 1}
		if len(owed) == 1 {
			x.AmountMinor, x.Currency = owed[0].Minor, owed[0].Currency
		}
		items = append(items, x)
	}
	return items, nil
}

// title says which statement it is: its kind, and the day it closes.
func (l *looking) title(kind string, p statement.Period) string {
	return locale.T(l.lang, "common.statement.kind."+kind, nil) + " " + locale.T(l.lang, "common.statement.as_of", map[string]any{"to": locale.Date(l.lang, p.To)})
}

// balances gives what each customer had open at the end of a day: positive items only count
// as owed, the sum is what the panel shows.
func (l *looking) balances(ctx context.Context, on civil.Date) (map[int64][]Balance, error) {
	if known, ok := l.open[on]; ok {
		return known, nil
	}
	items, err := openOn(ctx, l.q, on)
	if err != nil {
		return nil, err
	}
	sums := map[int64][]Balance{}
	for _, x := range items {
		list := sums[x.customer]
		at := -1
		for i := range list {
			if list[i].Currency == x.Currency {
				at = i
			}
		}
		if at < 0 {
			list, at = append(list, Balance{Currency: x.Currency}), len(list)
		}
		if list[at].Minor, err = money.Add(list[at].Minor, x.OpenMinor); err != nil {
			return nil, err
		}
		sums[x.customer] = list
	}
	l.open[on] = sums
	return sums, nil
}

// owes tells whether a customer owes anything in any currency.
func owes(list []Balance) bool {
	for _, b := range list {
		if b.Minor > 0 {
			return true
		}
	}
	return false
}

// Do mails one statement, in one transaction with the row that says so. What is done,
// passed over, paused or ended meanwhile is no error.
func (s *Service) Do(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, func(ctx context.Context, tx *db.Tx, x mailing, onlyOpen bool) error {
		if onlyOpen {
			balances, err := s.balances(ctx, tx.Queries, x.customer.ID, x.period.To)
			if err != nil {
				return err
			}
			if !owes(balances) {
				return s.passOver(ctx, tx, x, "nothing_open")
			}
		}
		var err error
		if x.to, err = addressee(ctx, tx.Queries, x.customer); fault.Is(err, fault.Invalid) {
			if err := audit.Notify(ctx, tx, "statement_no_address", map[string]any{"customer": x.customer.Name}, "customer", x.customer.PublicID); err != nil {
				return err
			}
			return s.passOver(ctx, tx, x, "no_address")
		} else if err != nil {
			return err
		}
		if err := s.mail(ctx, tx, x); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "statement.mailed", ObjectKind: "customer", ObjectID: x.customer.ID,
			Details: map[string]any{"kind": x.kind, "from": x.period.From.String(), "to": x.period.To.String(), "schedule": *x.schedule}})
	})
}

// Skip notes that a statement is not mailed and never will be.
func (s *Service) Skip(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, func(ctx context.Context, tx *db.Tx, x mailing, _ bool) error {
		if err := s.passOver(ctx, tx, x, "by_hand"); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "statement.skipped", ObjectKind: "customer", ObjectID: x.customer.ID, Details: map[string]any{"to": x.period.To.String(), "schedule": *x.schedule}})
	})
}

// settle finds the statement behind a key, unless it is over, and has it done.
func (s *Service) settle(ctx context.Context, who actor.Actor, key string, do func(context.Context, *db.Tx, mailing, bool) error) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	k, err := parseKey(key)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.StatementScheduleByID(ctx, k.schedule)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.StatementRunDone(ctx, gen.StatementRunDoneParams{ScheduleID: &k.schedule, CustomerID: k.customer, PeriodOn: k.on.String()})
		if err != nil || n > 0 {
			return err
		}
		c, err := tx.CustomerByID(ctx, k.customer)
		if err != nil {
			return db.NotFound(err)
		}
		ours, err := s.isMember(ctx, tx, r, c, k.on)
		if err != nil || !ours {
			return err
		}
		tx.AfterCommit(func() { s.Changed("mails", "statements") })
		return do(ctx, tx, mailing{schedule: &r.ID, customer: c, kind: r.Kind, period: statement.Frequency(r.Frequency).Covers(k.on), on: k.on,
			key: "statement/" + r.PublicID + "/" + c.PublicID + "/" + k.on.String()}, r.OnlyOpen == 1)
	})
}

// isMember tells whether the schedule still asks for this customer's statement of that day,
// and whether the day has come: a key that somebody made up sends nothing.
func (s *Service) isMember(ctx context.Context, tx *db.Tx, r gen.StatementSchedule, c gen.Customer, on civil.Date) (bool, error) {
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return false, err
	}
	if r.ArchivedAt != nil || r.Paused == 1 || c.ArchivedAt != nil || on.After(today) || on.Before(day(r.NextOn)) || statement.Frequency(r.Frequency).Next(on) != on {
		return false, nil
	}
	if r.CustomerID != nil {
		return *r.CustomerID == c.ID, nil
	}
	if c.GroupID != nil {
		return *c.GroupID == *r.GroupID, nil
	}
	n, err := tx.CountDefaultGroup(ctx, *r.GroupID)
	return n > 0, err
}

func (s *Service) passOver(ctx context.Context, tx *db.Tx, x mailing, reason string) error {
	_, err := tx.InsertStatementRun(ctx, gen.InsertStatementRunParams{PublicID: s.IDs(), ScheduleID: x.schedule, CustomerID: x.customer.ID, PeriodOn: x.on.String(), Kind: x.kind,
		FromDate: x.period.From.String(), ToDate: x.period.To.String(), Outcome: "skipped", Reason: reason, CreatedAt: tx.Stamp()})
	return err
}
