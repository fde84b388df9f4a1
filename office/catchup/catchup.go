package catchup

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/due"
)

// The limits of what is made up for without asking (spec/billing, Due and late). Work of
// the very day is no catch-up: it goes out as arranged, however much it is.
const (
	FewMails = 5  // so many late mails go out by themselves
	FewDays  = 3  // nothing older than this goes out by itself
	FarDays  = 30 // a clock that went further since the last look may be wrong: nothing goes out by itself
)

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB      *db.DB
	Sources []Source
	Changed func(topics ...string)
	Log     *slog.Logger
	// Steady is a clock that nobody can set (time.Now with its steady part): beside it a
	// wall clock that jumped shows.
	Steady func() time.Time
	// Pending is asked between two things that are done; true ends a pass early (the
	// program is being closed). May be nil.
	Pending func() bool
}

// Service is the room's door.
type Service struct {
	Deps
	pass  sync.Mutex // one pass at a time
	mu    sync.Mutex
	batch *batch // what a person had done, running or finished

	clock clock
}

// New makes the room; it touches nothing before Start or Pass.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d, clock: newClock()}
}

// Entry is one thing due, with the room that knows how to do it.
type Entry struct {
	Source string
	due.Item
	Held bool
}

// ID names an entry for ever: room and key.
func (e Entry) ID() string { return e.Source + ":" + e.Key }

// line is what waits for each other; what stands alone is its own.
func (e Entry) line() string {
	if e.Line == "" {
		return e.ID()
	}
	return e.Source + ":" + e.Line
}

// look asks every room what is due, in the order in which it is to be done: numbers follow
// the days.
func (s *Service) look(ctx context.Context, today civil.Date) ([]Entry, error) {
	all := []Entry{}
	for _, source := range s.Sources {
		items, err := source.Due(ctx, today)
		if err != nil {
			return nil, err
		}
		for _, x := range items {
			all = append(all, Entry{Source: source.Name(), Item: x})
		}
	}
	slices.SortStableFunc(all, func(a, b Entry) int { return strings.Compare(a.On.String(), b.On.String()) })
	return all, nil
}

// hold marks what must wait for a person's word. Where the program was away for longer
// than FewDays, or the clock jumped, what falls on today came with everything else and waits
// with it. Beyond FarDays everything waits, what failed in its time, too: a year that is
// wrong would go onto invoices and into their numbers.
func hold(all []Entry, st state) {
	if st.away(FarDays) {
		for i := range all {
			all[i].Held = true
		}
		return
	}
	absent := st.away(FewDays)
	late, mails, old := []int{}, 0, false
	for i, x := range all {
		if onTime := !x.On.Before(st.today) && !absent; !x.Held && (onTime || x.Fault != nil) {
			continue // what failed in its time was told of, and goes out once it is mended
		}
		mails += x.Mails
		late = append(late, i)
		old = old || x.On.Before(st.today.AddDays(-FewDays))
	}
	if mails <= FewMails && !old {
		return
	}
	for _, i := range late {
		all[i].Held = true
	}
}

// state is what stands in the file between two looks.
type state struct {
	today  civil.Date
	looked civil.Date
	held   map[string]gen.CatchupHeld
}

func (s *Service) state(ctx context.Context) (st state, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		st.today = firm.Today(s.now())
		s.clock.zone.Store(firm.Location())
		looked, err := q.CatchupLooked(ctx)
		if err != nil {
			return err
		}
		if d, err := civil.Parse(looked); err == nil {
			st.looked = d
		}
		st.held, err = held(ctx, q)
		return err
	})
	return st, err
}

// held reads what waits for a person's word, by entry.
func held(ctx context.Context, q *gen.Queries) (map[string]gen.CatchupHeld, error) {
	all, next := map[string]gen.CatchupHeld{}, gen.CatchupHeldParams{RowLimit: 1000}
	for {
		rows, err := q.CatchupHeld(ctx, next)
		for _, r := range rows {
			all[r.Source+":"+r.Key] = r
			next.AfterSource, next.AfterKey = r.Source, r.Key
		}
		if err != nil || len(rows) == 0 {
			return all, err
		}
	}
}

// away tells whether the calendar went further than so many days since the last look. A file
// that was never looked at owes nothing from before.
func (st state) away(days int) bool {
	return !st.looked.IsZero() && st.looked.AddDays(days).Before(st.today)
}

// Pass looks at what is due and does what needs no word of a person. It is safe at any
// moment and as often as one likes: each thing is done once, whoever looks.
func (s *Service) Pass(ctx context.Context) error {
	s.pass.Lock()
	defer s.pass.Unlock()
	st, err := s.state(ctx)
	if fault.Is(err, fault.NotFound) { // no company yet
		return nil
	}
	if err != nil {
		return err
	}
	all, err := s.look(ctx, st.today)
	if err != nil {
		return err
	}
	st.mark(all)
	hold(all, st)
	if err := s.remember(ctx, st, all); err != nil {
		return err
	}
	s.doFree(ctx, all)
	return ctx.Err()
}

// mark holds again what was held before. A room's key may change while nobody answers:
// another document joins the mail, the next level falls due. Who was not asked about a
// document yet was not asked about what has become of it.
func (st state) mark(all []Entry) {
	asked := st.asked()
	for i := range all {
		all[i].Held = asked(all[i])
	}
}

// asked tells of an entry whether a person was told before of anything in it.
func (st state) asked() func(Entry) bool {
	held := map[string]bool{}
	for id := range st.held {
		for _, t := range things(id) {
			held[t] = true
		}
	}
	return func(x Entry) bool {
		return slices.ContainsFunc(things(x.ID()), func(t string) bool { return held[t] })
	}
}

// things are the parts of an entry without their step: "reminders:12:1+15:2" is about
// reminders:12 and reminders:15. What has no step stands for itself.
func things(id string) (list []string) {
	source, key, _ := strings.Cut(id, ":")
	for part := range strings.SplitSeq(key, "+") {
		thing, _, _ := strings.Cut(part, ":")
		list = append(list, source+":"+thing)
	}
	return list
}

// remember writes what is held, forgets what is over, and notes the day of this look.
func (s *Service) remember(ctx context.Context, st state, all []Entry) error {
	asked, over := st.asked(), st.held
	fresh, news := []Entry{}, 0
	for _, x := range all {
		if _, known := over[x.ID()]; known {
			delete(over, x.ID())
		} else if x.Held {
			fresh = append(fresh, x)
			if !asked(x) {
				news++
			}
		}
	}
	if len(over) == 0 && len(fresh) == 0 && st.looked == st.today {
		return nil
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range over {
			if err := tx.ReleaseCatchup(ctx, gen.ReleaseCatchupParams{Source: r.Source, Key: r.Key}); err != nil {
				return err
			}
		}
		for _, x := range fresh {
			if err := tx.HoldCatchup(ctx, gen.HoldCatchupParams{Source: x.Source, Key: x.Key, OnDate: x.On.String(), HeldAt: tx.Stamp()}); err != nil {
				return err
			}
		}
		if news > 0 {
			if err := audit.Notify(ctx, tx, "catch_up", map[string]any{"count": news}, "catch_up", ""); err != nil {
				return err
			}
		}
		return tx.SetCatchupLooked(ctx, st.today.String())
	})
	if err == nil && len(over)+len(fresh) > 0 {
		s.Changed("catchup")
	}
	return err
}

// doFree does what is not held. Behind something that is held, or that did not come about,
// its line waits.
func (s *Service) doFree(ctx context.Context, all []Entry) {
	blocked := map[string]bool{}
	for _, x := range all {
		if ctx.Err() != nil || s.closing() {
			return
		}
		if x.Held || blocked[x.line()] {
			blocked[x.line()] = true
			continue
		}
		if err := s.do(context.WithoutCancel(ctx), actor.Machine(), x, false); err != nil { // what is in hand is finished
			blocked[x.line()] = true
			s.tell(x, err)
		}
	}
}

func (s *Service) closing() bool { return s.Pending != nil && s.Pending() }

// tell logs what is no refusal: those the room keeps and tells itself.
func (s *Service) tell(x Entry, err error) {
	if _, known := fault.As(err); !known {
		s.Log.Error("catch-up", slog.String("source", x.Source), slog.String("key", x.Key), slog.String("error", err.Error()))
	}
}

func (s *Service) do(ctx context.Context, who actor.Actor, x Entry, skip bool) error {
	i := slices.IndexFunc(s.Sources, func(c Source) bool { return c.Name() == x.Source })
	if i < 0 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if skip {
		return s.Sources[i].Skip(ctx, who, x.Key)
	}
	return s.Sources[i].Do(ctx, who, x.Key)
}

// Held gives what waits for a person's word, the oldest first.
func (s *Service) Held(ctx context.Context, who actor.Actor) ([]Entry, error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	if len(st.held) == 0 {
		return []Entry{}, nil
	}
	all, err := s.look(ctx, st.today)
	if err != nil {
		return nil, err
	}
	st.mark(all)
	return slices.DeleteFunc(all, func(x Entry) bool { return !x.Held }), nil
}

// Count tells how many things wait for a person's word, for the home page.
func (s *Service) Count(ctx context.Context, who actor.Actor) (n int, err error) {
	if err := who.Need(actor.Look); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		all, err := held(ctx, q)
		n = len(all)
		return err
	})
	return n, err
}

// now is the wall clock, as the file's transactions see it.
func (s *Service) now() time.Time { return s.DB.Now() }
