package catchup_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/catchup"
	"comptoir/office/due"
	"comptoir/office/officetest"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
)

// room is a source whose work the test lays down.
type room struct {
	mu      sync.Mutex
	name    string
	items   []due.Item
	done    []string
	skipped []string
	broken  map[string]error
	before  func(key string)
}

func (r *room) Name() string { return r.name }

func (r *room) Due(_ context.Context, today civil.Date) ([]due.Item, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.items), func(x due.Item) bool { return x.On.After(today) }), nil
}

func (r *room) Do(_ context.Context, _ actor.Actor, key string) error {
	if r.before != nil {
		r.before(key)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.broken[key]; err != nil {
		return err
	}
	if r.take(key) {
		r.done = append(r.done, key)
	}
	return nil
}

func (r *room) Skip(_ context.Context, _ actor.Actor, key string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.take(key) {
		r.skipped = append(r.skipped, key)
	}
	return nil
}

func (r *room) take(key string) bool {
	n := len(r.items)
	r.items = slices.DeleteFunc(r.items, func(x due.Item) bool { return x.Key == key })
	return len(r.items) < n
}

// add lays down work: a key, its day, how many mails it sends, its line.
func (r *room) add(key, on string, mails int, line string) {
	r.items = append(r.items, due.Item{Key: key, Kind: due.Recurring, On: civil.MustParse(on), Mails: mails, Line: line})
}

func newRoom(name string) *room { return &room{name: name, broken: map[string]error{}} }

func newFirm(t testing.TB, rooms ...catchup.Source) (*officetest.Firm, *catchup.Service) {
	f := officetest.New(t)
	f.Move("2026-11-21")
	s := catchup.New(catchup.Deps{DB: f.DB, Sources: rooms})
	f.Must(s.Pass(ctx)) // the program was on that day
	return f, s
}

func ids(t testing.TB, s *catchup.Service) (list []string) {
	t.Helper()
	held, err := s.Held(ctx, staff)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range held {
		list = append(list, x.ID())
	}
	return list
}

func same(t testing.TB, what string, got []string, want string) {
	t.Helper()
	if strings.Join(got, " ") != want {
		t.Errorf("%s: %q, want %q", what, strings.Join(got, " "), want)
	}
}

// What goes out by itself and what waits for a word.
func TestHolding(t *testing.T) {
	for _, x := range []struct {
		name       string
		items      string // key@day*mails
		now        string
		done, held string
	}{
		{"the work of the day, however much", "a@2026-11-22*4 b@2026-11-22*4", "2026-11-22", "a b", ""},
		{"a few late mails", "a@2026-11-22*2 b@2026-11-23*3", "2026-11-24", "a b", ""},
		{"one mail too many", "a@2026-11-22*3 b@2026-11-23*3", "2026-11-24", "", "r:a r:b"},
		{"late ones wait, those of the day go", "a@2026-11-22*3 b@2026-11-23*3 c@2026-11-24*9", "2026-11-24", "c", "r:a r:b"},
		{"three days old", "a@2026-11-21*1", "2026-11-24", "a", ""},
		{"older than three days, after being away", "a@2026-11-22*1 b@2026-11-26*1", "2026-11-26", "", "r:a r:b"},
		{"away, nothing old, few mails", "a@2026-12-21*5", "2026-12-21", "a", ""},
		{"away, nothing old, many mails", "a@2026-12-21*6", "2026-12-21", "", "r:a"},
		{"away for too long to be believed", "a@2026-12-22*1", "2026-12-22", "", "r:a"},
		{"a clock years ahead, nothing old, few mails", "a@2030-12-30*1 b@2031-01-01*1", "2031-01-01", "", "r:a r:b"},
		{"a clock years ahead", "a@2026-12-01*1 b@2031-01-01*1", "2031-01-01", "", "r:a r:b"},
		{"by the day, not by the room's order", "b@2026-11-23*1 a@2026-11-22*1", "2026-11-24", "a b", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := newRoom("r")
			f, s := newFirm(t, r)
			for _, item := range strings.Fields(x.items) {
				var key, on string
				var mails int
				key, item, _ = strings.Cut(item, "@")
				on, item, _ = strings.Cut(item, "*")
				if _, err := fmt.Sscan(item, &mails); err != nil {
					t.Fatal(err)
				}
				r.add(key, on, mails, "")
			}
			f.Move(x.now)
			f.Must(s.Pass(ctx))
			f.Must(s.Pass(ctx))
			same(t, "done", r.done, x.done)
			same(t, "held", ids(t, s), x.held)
			if n, err := s.Count(ctx, staff); err != nil || n != len(strings.Fields(x.held)) {
				t.Errorf("counted %d %v", n, err)
			}
		})
	}
}

// A clock that is years ahead for a day makes nothing unasked, nor what failed in its time;
// once it is right again all goes out on its own day.
func TestClockYearsAhead(t *testing.T) {
	r := newRoom("r")
	f, s := newFirm(t, r)
	r.items = append(r.items, due.Item{Key: "failed", On: civil.MustParse("2026-11-21"), Mails: 1, Fault: fault.New(fault.Invalid, "fault.rate_needed")})
	r.add("a", "2026-11-23", 1, "")
	r.add("b", "2031-01-01", 1, "")
	f.Move("2031-01-01")
	f.Must(s.Pass(ctx))
	f.Must(s.Pass(ctx))
	f.Move("2031-01-02")
	f.Must(s.Pass(ctx))
	same(t, "held", ids(t, s), "r:failed r:a r:b")
	same(t, "done", r.done, "")
	r.items[0].On = civil.MustParse("2026-11-23") // as Due would count it again
	f.Move("2026-11-22")
	f.Must(s.Pass(ctx))
	f.Must(s.Pass(ctx))
	same(t, "held", ids(t, s), "")
	f.Move("2026-11-23")
	f.Must(s.Pass(ctx))
	same(t, "done", r.done, "failed a")
}

// What is held stays held: after a restart, the day after, and when others were done.
func TestHeldIsRemembered(t *testing.T) {
	r := newRoom("r")
	f, s := newFirm(t, r)
	for i := range 6 {
		r.add(fmt.Sprint("k", i), "2026-11-22", 1, "")
	}
	f.Move("2026-11-23")
	f.Must(s.Pass(ctx))
	f.Must(s.Settle(ctx, staff, []string{"r:k0", "r:k1", "r:k2", "r:k3"}, false))
	finish(t, s)
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM notifications WHERE kind = 'catch_up'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	again := catchup.New(catchup.Deps{DB: f.DB, Sources: []catchup.Source{r}}) // a new start of the program
	f.Must(again.Pass(ctx))
	same(t, "held", ids(t, again), "r:k4 r:k5")
	same(t, "done", r.done, "k0 k1 k2 k3")
	f.Must(again.Settle(ctx, staff, []string{"r:k5", "r:gone"}, true))
	finish(t, again)
	same(t, "skipped", r.skipped, "k5")
	r.take("k4") // paid meanwhile: no longer due
	f.Must(again.Pass(ctx))
	if n, err := again.Count(ctx, staff); err != nil || n != 0 {
		t.Errorf("%d left, %v", n, err)
	}
}

func finish(t testing.TB, s *catchup.Service) catchup.Progress {
	t.Helper()
	s.Wait()
	p, err := s.Progress(staff)
	if err != nil || p.Running {
		t.Fatalf("%+v %v", p, err)
	}
	return p
}

// What failed is told with its reason; its line waits, the others go on, and it is tried
// again at the next look.
func TestFailures(t *testing.T) {
	r := newRoom("r")
	f, s := newFirm(t, r)
	r.add("a1", "2026-11-21", 1, "a")
	r.add("a2", "2026-11-22", 1, "a")
	r.add("b1", "2026-11-22", 1, "b")
	r.broken["a1"] = fault.New(fault.Invalid, "fault.rate_needed")
	f.Move("2026-11-22")
	f.Must(s.Pass(ctx))
	same(t, "done", r.done, "b1")
	delete(r.broken, "a1")
	f.Must(s.Pass(ctx))
	same(t, "done", r.done, "b1 a1 a2")

	for i := range 6 {
		r.add(fmt.Sprint("c", i), "2026-11-22", 1, "c")
	}
	r.add("d", "2026-11-22", 1, "")
	r.broken["c1"] = fault.New(fault.Invalid, "fault.rate_needed")
	r.broken["d"] = fmt.Errorf("a defect")
	f.Move("2026-11-24")
	f.Must(s.Pass(ctx))
	f.Must(s.Settle(ctx, staff, ids(t, s), false))
	p := finish(t, s)
	var said []string
	for _, x := range p.Results {
		said = append(said, x.Key)
		if x.Fault != nil {
			said = append(said, x.Fault.Key)
		}
	}
	same(t, "results", said, "c0 c1 fault.rate_needed c2 fault.catchup.waits c3 fault.catchup.waits c4 fault.catchup.waits c5 fault.catchup.waits d fault.catchup.failed")
	if p.Done != 7 || p.Total != 7 || p.Cancelled {
		t.Errorf("%+v", p)
	}
	same(t, "held", ids(t, s), "r:c1 r:c2 r:c3 r:c4 r:c5 r:d")
}

// What failed in its own time goes out once it is mended, however long that took.
func TestMendedLate(t *testing.T) {
	r := newRoom("r")
	f, s := newFirm(t, r)
	r.items = append(r.items, due.Item{Key: "a", On: civil.MustParse("2026-11-21"), Mails: 1, Fault: fault.New(fault.Invalid, "fault.rate_needed")})
	r.broken["a"] = fault.New(fault.Invalid, "fault.rate_needed")
	for _, day := range []string{"2026-11-21", "2026-11-24", "2026-11-27", "2026-11-30"} {
		f.Move(day)
		f.Must(s.Pass(ctx))
	}
	delete(r.broken, "a")
	f.Must(s.Pass(ctx))
	same(t, "done", r.done, "a")
}

// Cancelling ends after the one in hand; two catch-ups at once are refused.
func TestCancel(t *testing.T) {
	r := newRoom("r")
	f, s := newFirm(t, r)
	for i := range 9 {
		r.add(fmt.Sprint("k", i), "2026-11-22", 1, "")
	}
	f.Move("2026-11-24")
	f.Must(s.Pass(ctx))
	reached, goOn := make(chan struct{}), make(chan struct{})
	r.before = func(key string) {
		if key == "k2" {
			close(reached)
			<-goOn
		}
	}
	f.Must(s.Settle(ctx, staff, ids(t, s), false))
	<-reached
	if p, err := s.Progress(staff); err != nil || !p.Running || p.Done != 2 || p.Total != 9 {
		t.Errorf("%+v %v", p, err)
	}
	f.WantFault(s.Settle(ctx, staff, ids(t, s), true), "fault.catchup.running")
	f.Must(s.Cancel(staff))
	close(goOn)
	p := finish(t, s)
	if !p.Cancelled || p.Done != 3 || len(r.done) != 3 {
		t.Errorf("%+v, done %v", p, r.done)
	}
	if n := len(ids(t, s)); n != 6 {
		t.Errorf("%d held", n)
	}
}

func TestOnlyStaff(t *testing.T) {
	f, s := newFirm(t)
	for _, who := range []actor.Actor{officetest.Contact(f.Customer("Client", nil)), {}} {
		_, held := s.Held(ctx, who)
		_, count := s.Count(ctx, who)
		_, progress := s.Progress(who)
		for _, err := range []error{held, count, progress, s.Settle(ctx, who, nil, false), s.Cancel(who)} {
			f.WantFault(err, "fault.forbidden")
		}
	}
}

// Before there is a company nothing is due.
func TestNoCompany(t *testing.T) {
	d := dbtest.Open(t, dbtest.File(t), db.Options{Clock: func() time.Time { return dbtest.Instant }})
	if err := catchup.New(catchup.Deps{DB: d}).Pass(ctx); err != nil {
		t.Error(err)
	}
}
