// Package hours keeps when chat is open and what the firm promises.
//
// What lives here: the switch of chat, the promise of an answer, weekly schedules by language,
// special events, the public holidays of a year; whether it is open, why, until when, and by
// when an answer is promised. What must not: which schedule goes before which (rules/hours),
// which days are holidays (rules/holidays), conversations (office/chat). Called by the
// window's bound structs, the portal, office/chat.
package hours

import (
	"context"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/hours"
)

// Service is the room's door.
type Service struct {
	db      *db.DB
	ids     id.Source
	changed func(topics ...string)
}

// New makes the room; it touches nothing. changed is called after a commit, and may be nil.
func New(d *db.DB, ids id.Source, changed func(topics ...string)) *Service {
	if changed == nil {
		changed = func(...string) {}
	}
	return &Service{db: d, ids: ids, changed: changed}
}

// Answer is what the hours say at one instant in one language.
type Answer struct {
	At      time.Time
	Open    bool
	Why     string // event, custom, weekend, meal, work; none where no schedule covers it
	WhyName string // the name of that schedule
	Changes bool   // false: it does not change within rules/hours.Horizon days
	Next    time.Time
	Zone    *time.Location
}

// Sentence tells people outside whether it is open and until when, or when it opens next.
func (a Answer) Sentence(lang locale.Lang) string {
	switch {
	case a.Open && a.Changes:
		return locale.T(lang, "common.hours.open_until", map[string]any{"until": locale.Until(lang, a.Next, a.At, a.Zone)})
	case a.Open:
		return locale.T(lang, "common.hours.open", nil)
	case a.Changes:
		return locale.T(lang, "common.hours.opens", map[string]any{"moment": locale.Moment(lang, a.Next, a.At, a.Zone)})
	}
	return locale.T(lang, "common.hours.never", nil)
}

// Promise is by when the firm has said that it answers.
type Promise struct {
	Minutes int // of open time; 0: nothing is promised
	At      time.Time
	Due     time.Time
	Known   bool // false: nothing is promised, or it never opens for that long
	Zone    *time.Location
}

// Sentence tells people outside what is promised; "" for nothing.
func (p Promise) Sentence(lang locale.Lang) string {
	if !p.Known {
		return ""
	}
	return locale.T(lang, "common.hours.promise", map[string]any{"span": Span(lang, p.Minutes), "moment": locale.Moment(lang, p.Due, p.At, p.Zone)})
}

// Span writes a length of open time: 30 minutes, 4 heures, 1 h 30.
func Span(lang locale.Lang, minutes int) string {
	switch {
	case minutes < 60:
		return locale.T(lang, "common.hours.minutes", map[string]any{"count": minutes})
	case minutes%60 == 0:
		return locale.T(lang, "common.hours.hours", map[string]any{"count": minutes / 60})
	}
	return locale.T(lang, "common.hours.both", map[string]any{"hours": minutes / 60, "minutes": minutes % 60})
}

// State is all that a page of the portal says about chat.
type State struct {
	Enabled bool
	Answer  Answer
	Promise Promise // for a message that is written now
}

// Now answers for this instant.
func (s *Service) Now(ctx context.Context, lang locale.Lang) (a Answer, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		a, err = At(ctx, q, lang, s.db.Now())
		return err
	})
	return a, err
}

// Chat gives what a page says about chat now: switched on, open, promised.
func (s *Service) Chat(ctx context.Context, lang locale.Lang) (st State, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		st, err = StateAt(ctx, q, lang, s.db.Now())
		return err
	})
	return st, err
}

// StateAt is Chat inside the caller's transaction.
func StateAt(ctx context.Context, q *gen.Queries, lang locale.Lang, t time.Time) (State, error) {
	set, err := q.HoursSettings(ctx)
	if err != nil {
		return State{}, db.NotFound(err)
	}
	plan, err := planOf(ctx, q, lang, t)
	if err != nil {
		return State{}, err
	}
	return State{Enabled: set.Enabled == 1, Answer: answer(plan, t), Promise: promise(plan, int(set.PromiseMinutes), t)}, nil
}

// Enabled tells whether the firm has switched chat on.
func Enabled(ctx context.Context, q *gen.Queries) (bool, error) {
	set, err := q.HoursSettings(ctx)
	return set.Enabled == 1, db.NotFound(err)
}

// At answers for an instant inside the caller's transaction.
func At(ctx context.Context, q *gen.Queries, lang locale.Lang, t time.Time) (Answer, error) {
	plan, err := planOf(ctx, q, lang, t)
	if err != nil {
		return Answer{}, err
	}
	return answer(plan, t), nil
}

// DueAt tells by when a message that came at t is to be answered, as promised.
func DueAt(ctx context.Context, q *gen.Queries, lang locale.Lang, t time.Time) (Promise, error) {
	st, err := StateAt(ctx, q, lang, t)
	return st.Promise, err
}

func answer(plan hours.Plan, t time.Time) Answer {
	a := plan.At(t)
	return Answer{At: t, Open: a.Open, Why: string(a.Why), WhyName: a.Name, Changes: !a.Until.IsZero(), Next: a.Until, Zone: plan.Zone}
}

func promise(plan hours.Plan, minutes int, t time.Time) Promise {
	p := Promise{Minutes: minutes, At: t, Zone: plan.Zone}
	if minutes > 0 {
		p.Due, p.Known = plan.Due(t, minutes)
	}
	return p
}

// planOf reads what decides in a language from t on.
func planOf(ctx context.Context, q *gen.Queries, lang locale.Lang, t time.Time) (hours.Plan, error) {
	zone, err := q.FirmZone(ctx)
	if err != nil {
		return hours.Plan{}, db.NotFound(err)
	}
	set, err := q.HoursSettings(ctx)
	if err != nil {
		return hours.Plan{}, db.NotFound(err)
	}
	spoken, plan := locale.Of(lang), hours.Plan{Zone: company.Firm{TimeZone: zone}.Location()}
	rows, err := q.HoursSchedules(ctx, heldIn(spoken, set.SameHours == 1))
	if err != nil {
		return hours.Plan{}, err
	}
	for _, r := range rows {
		plan.Weekly = append(plan.Weekly, hours.Weekly{ID: r.PublicID, Name: madeName(spoken, r.Kind, r.Name), Kind: hours.Kind(r.Kind), Days: days(r.Days), Start: int(r.StartMinute), End: int(r.EndMinute), Open: r.IsOpen == 1})
	}
	events, err := q.HoursEvents(ctx, stamp(hours.Local{Date: civil.Of(t, plan.Zone).AddDays(-2)}))
	if err != nil {
		return hours.Plan{}, err
	}
	for _, e := range events {
		if spoken == locale.EN && e.ForEn == 0 || spoken == locale.FR && e.ForFr == 0 {
			continue
		}
		start, end, err := bounds(e.Starts, e.Ends)
		if err != nil {
			return hours.Plan{}, err
		}
		plan.Events = append(plan.Events, hours.Event{ID: e.PublicID, Name: nameFor(spoken, e.Name, e.Holiday), Start: start, End: end, Open: e.IsOpen == 1})
	}
	return plan, nil
}

// heldIn is the language whose weekly schedules hold for service in lang.
func heldIn(lang locale.Lang, same bool) string {
	if same {
		return locale.FR
	}
	return lang
}

func days(n int64) hours.Days { return hours.Days(n & int64(hours.EveryDay)) }
