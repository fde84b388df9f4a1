package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/db/gen"
)

// together runs fns so that they share one commit: the first caller holds the writer until
// all the others wait behind it. It returns each caller's error, or what it panicked with.
func together(t *testing.T, d *DB, fns ...func(context.Context, *Tx) error) []error {
	t.Helper()
	return togetherCtx(t, d, make([]context.Context, len(fns)), nil, fns...)
}

func togetherCtx(t *testing.T, d *DB, ctxs []context.Context, whenQueued func(), fns ...func(context.Context, *Tx) error) []error {
	t.Helper()
	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := d.Write(bg, func(context.Context, *Tx) error { close(holding); <-release; return nil })
		if err != nil && !fault.Is(err, fault.Unavailable) { // a full disk takes everybody's commit
			t.Errorf("the first caller: %v", err)
		}
	})
	<-holding
	errs := make([]error, len(fns))
	for i, fn := range fns {
		ctx := ctxs[i]
		if ctx == nil {
			ctx = bg
		}
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			errs[i] = d.Write(ctx, fn)
		})
		for len(d.requests) <= i { // one after the other, so that their order is known
			runtime.Gosched()
		}
	}
	if whenQueued != nil {
		whenQueued()
	}
	close(release)
	wg.Wait()
	return errs
}

func TestWaitingCallersShareOneCommit(t *testing.T) {
	d := fresh(t)
	var seen []*turn
	var fns []func(context.Context, *Tx) error
	for i := range 20 {
		fns = append(fns, func(ctx context.Context, tx *Tx) error {
			seen = append(seen, tx.turn)
			return note(fmt.Sprintf("n%02d", i))(ctx, tx)
		})
	}
	for i, err := range together(t, d, fns...) {
		if err != nil {
			t.Errorf("caller %d: %v", i, err)
		}
	}
	if len(slices.Compact(seen)) != 1 {
		t.Errorf("%d transactions", len(slices.Compact(seen)))
	}
	if got := notes(t, d); len(got) != 20 || !slices.IsSorted(got) {
		t.Errorf("rows: %v", got)
	}
}

func TestNoMoreThanBatchMaxShareACommit(t *testing.T) {
	d := fresh(t)
	seen := map[*turn]int{}
	var fns []func(context.Context, *Tx) error
	for range batchMax + 10 {
		fns = append(fns, func(_ context.Context, tx *Tx) error { seen[tx.turn]++; return nil })
	}
	together(t, d, fns...)
	for _, n := range seen {
		if n > batchMax {
			t.Errorf("%d callers in one commit", n)
		}
	}
	if len(seen) < 2 {
		t.Errorf("%d transactions", len(seen))
	}
}

func TestACallersFailureIsItsOwn(t *testing.T) {
	d := fresh(t)
	mine := errors.New("mine")
	var after atomic.Int64
	var visible []string
	then := func(fns ...func(context.Context, *Tx) error) func(context.Context, *Tx) error {
		return func(ctx context.Context, tx *Tx) error {
			tx.AfterCommit(func() { after.Add(1) })
			for _, fn := range fns {
				if err := fn(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	errs := together(t, d,
		then(note("first")),
		then(note("undone"), func(context.Context, *Tx) error { return mine }),
		then(note("second")),
		then(note("undone"), func(context.Context, *Tx) error { panic("mine too") }),
		// A constraint that the caller sees and hands on.
		then(note("undone"), func(ctx context.Context, tx *Tx) error {
			return tx.InsertAudit(ctx, gen.InsertAuditParams{At: "x", ActorKind: "burglar", Details: "{}", Hash: ""})
		}),
		// A constraint that the caller swallows: the rest of its work stands.
		then(note("third"), func(ctx context.Context, tx *Tx) error {
			if err := tx.InsertAudit(ctx, gen.InsertAuditParams{At: "x", ActorKind: "burglar", Details: "{}", Hash: ""}); err == nil {
				t.Error("the file took a burglar")
			}
			return nil
		}, note("third again")),
		then(func(ctx context.Context, tx *Tx) error {
			tx.AfterCommit(func() { visible = notes(t, d) })
			return nil
		}),
	)
	for i, want := range []string{"", "mine", "", "panic: mine too", "CHECK constraint failed", "", ""} {
		got := ""
		if errs[i] != nil {
			got = errs[i].Error()
		}
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("caller %d: got %q, want %q", i, got, want)
		}
	}
	want := []string{"first", "second", "third", "third again"}
	if got := notes(t, d); !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if !slices.Equal(visible, want) {
		t.Errorf("after its commit a caller saw %v", visible)
	}
	if after.Load() != 4 {
		t.Errorf("%d follow-ups ran, want those of the 4 that were kept", after.Load())
	}
}

func TestWriterGoesOnAfterAPanic(t *testing.T) {
	d := fresh(t)
	func() {
		defer func() {
			if p := recover(); p != "mine" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = d.Write(bg, func(ctx context.Context, tx *Tx) error {
			_ = note("undone")(ctx, tx)
			panic("mine")
		})
	}()
	if err := d.Write(bg, note("next")); err != nil {
		t.Fatal(err)
	}
	if got := notes(t, d); !slices.Equal(got, []string{"next"}) {
		t.Errorf("rows %v", got)
	}
}

func TestNestedWritePanics(t *testing.T) {
	d := fresh(t)
	errs := together(t, d, func(ctx context.Context, _ *Tx) error { return d.Write(ctx, note("inner")) }, note("beside"))
	if errs[0] == nil || !strings.Contains(errs[0].Error(), "Write inside Write") || errs[1] != nil {
		t.Errorf("got %v", errs)
	}
	if got := notes(t, d); !slices.Equal(got, []string{"beside"}) {
		t.Errorf("rows %v", got)
	}
}

func TestCancelledCallers(t *testing.T) {
	d := fresh(t)
	gone, cancelGone := context.WithCancel(bg)
	during, cancelDuring := context.WithCancel(bg)
	defer cancelDuring()
	ran := false
	errs := togetherCtx(t, d, []context.Context{gone, nil, during, nil}, cancelGone,
		func(ctx context.Context, tx *Tx) error { ran = true; return note("undone")(ctx, tx) },
		note("kept"),
		// Cancelled in the middle: what was begun is finished, its caller is told the truth.
		func(ctx context.Context, tx *Tx) error {
			if err := note("begun")(ctx, tx); err != nil {
				return err
			}
			cancelDuring()
			return note("finished")(ctx, tx)
		},
		note("kept too"),
	)
	if !errors.Is(errs[0], context.Canceled) || ran {
		t.Errorf("cancelled while it waited: %v, ran %v", errs[0], ran)
	}
	if errs[1] != nil || errs[2] != nil || errs[3] != nil {
		t.Errorf("others: %v", errs)
	}
	if got, want := notes(t, d), []string{"kept", "begun", "finished", "kept too"}; !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	before, cancel := context.WithCancel(bg)
	cancel()
	if err := d.Write(before, note("never")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
}

func TestOneInstantPerTransaction(t *testing.T) {
	now := time.Date(2026, 11, 21, 18, 9, 0, 123_456_789, time.FixedZone("", 3600))
	d := fresh(t)
	d.clock = func() time.Time { now = now.Add(time.Second); return now }
	err := d.Write(bg, func(_ context.Context, tx *Tx) error {
		if a, b := tx.Stamp(), tx.Stamp(); a != b || a != "2026-11-21T17:09:01.123Z" {
			t.Errorf("stamps %s and %s", a, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClosedFile(t *testing.T) {
	d := fresh(t)
	if err := d.Write(bg, note("x")); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(bg, note("late")); !errors.Is(err, ErrClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	if err := d.Read(bg, func(*gen.Queries) error { return nil }); err == nil {
		t.Error("Read after Close went through")
	}
	if err := d.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

// Whoever got nil is in the file, whoever got an error is not, also when Close comes in between.
func TestCloseWhileCallersWait(t *testing.T) {
	d := fresh(t)
	var wg sync.WaitGroup
	var kept atomic.Int64
	for range 16 {
		wg.Go(func() {
			for range 50 {
				switch err := d.Write(bg, note("x")); {
				case err == nil:
					kept.Add(1)
				case !errors.Is(err, ErrClosed):
					t.Errorf("got %v", err)
				}
			}
		})
	}
	for kept.Load() < 100 {
		runtime.Gosched()
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if got := int64(len(notes(t, reopen(t, d.path)))); got != kept.Load() {
		t.Errorf("%d rows in the file, %d acknowledged", got, kept.Load())
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	d := fresh(t)
	var wg sync.WaitGroup
	var kept, refused atomic.Int64
	mine := errors.New("mine")
	for c := range 64 {
		wg.Go(func() {
			for i := range 20 {
				err := d.Write(bg, func(ctx context.Context, tx *Tx) error {
					if err := note(fmt.Sprint(c))(ctx, tx); err != nil {
						return err
					}
					if (c+i)%3 == 0 {
						return mine
					}
					return nil
				})
				switch {
				case err == nil:
					kept.Add(1)
				case errors.Is(err, mine):
					refused.Add(1)
				default:
					t.Errorf("caller %d: %v", c, err)
				}
			}
		})
	}
	wg.Wait()
	if got := int64(len(notes(t, d))); got != kept.Load() || kept.Load()+refused.Load() != 64*20 {
		t.Errorf("%d rows, %d kept, %d refused", got, kept.Load(), refused.Load())
	}
}

// A full disk ends the whole transaction inside SQLite: nobody of it may be told that all
// went well, and work goes on once there is room.
func TestDiskFull(t *testing.T) {
	d := fresh(t)
	if err := d.Write(bg, note("before")); err != nil {
		t.Fatal(err)
	}
	exec(t, d, fmt.Sprintf("PRAGMA max_page_count=%d", number(t, d, "PRAGMA page_count")+2))
	big := func(ctx context.Context, tx *Tx) error {
		return note(strings.Repeat("x", 100_000))(ctx, tx)
	}
	followed := false
	errs := together(t, d, func(ctx context.Context, tx *Tx) error {
		tx.AfterCommit(func() { followed = true })
		return note("small")(ctx, tx)
	}, big, note("behind"))
	wantFault(t, errs[1], "fault.disk_full")
	want := []string{"before"}
	for i, name := range []string{"small", "", "behind"} {
		switch {
		case name != "" && errs[i] == nil:
			want = append(want, name)
		case name != "":
			wantFault(t, errs[i], "fault.disk_full")
		}
	}
	if got := notes(t, d); !slices.Equal(got, want) {
		t.Errorf("rows %v, acknowledged %v", got, want)
	}
	if followed != (errs[0] == nil) {
		t.Errorf("follow-up ran: %v, answer: %v", followed, errs[0])
	}
	// The caller who hides the error must not be told that it is kept.
	if err := d.Write(bg, func(ctx context.Context, tx *Tx) error { _ = big(ctx, tx); return note("hidden")(ctx, tx) }); err == nil && !slices.Contains(notes(t, d), "hidden") {
		t.Error("acknowledged and lost")
	}
	exec(t, d, "PRAGMA max_page_count=1000000")
	if err := d.Write(bg, big); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if faults, err := d.IntegrityCheck(bg); err != nil || len(faults) > 0 {
		t.Errorf("damage: %v %v", faults, err)
	}
}

func TestErrorsOfTheFile(t *testing.T) {
	d := fresh(t)
	twice := func(ctx context.Context, tx *Tx) error {
		return tx.InsertCommand(ctx, gen.InsertCommandParams{Key: "the same key", Kind: "k", BodyHash: "h", Result: "{}", CreatedAt: tx.Stamp()})
	}
	if err := d.Write(bg, twice); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(bg, twice); !IsUnique(err) || IsTrigger(err) {
		t.Errorf("second row with one key: %v", err)
	}
	_, err := d.writer.ExecContext(bg, "INSERT INTO documents (public_id, kind, state, currency, language, created_at, updated_at) VALUES ('p', 'invoice', 'issued', 'EUR', 'fr', '', '')")
	if !IsTrigger(err) || IsUnique(err) {
		t.Errorf("a guard of the file: %v", err)
	}
	if err := NotFound(fmt.Errorf("reading: %w", sql.ErrNoRows)); !fault.Is(err, fault.NotFound) {
		t.Errorf("no row: %v", err)
	}
	if other := errors.New("other"); NotFound(other) != other { //nolint:errorlint // the very same value is meant
		t.Error("another error was changed")
	}
}

// Readers wait for a free connection and give theirs back, whatever their callers do: go
// away, fail or panic.
func TestReadersComeBack(t *testing.T) {
	d := fresh(t)
	for i := range 200 {
		gone, leave := context.WithCancel(bg)
		_ = d.Read(gone, func(q *gen.Queries) error {
			switch i % 4 {
			case 1:
				leave()
			case 2:
				return errors.New("refused")
			}
			_, err := q.CountCompanies(gone)
			return err
		})
		func() {
			defer func() { _ = recover() }()
			if i%4 == 3 {
				_ = d.Read(gone, func(*gen.Queries) error { panic("in a reader") })
			}
		}()
		leave()
	}
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if err := d.Read(bg, func(q *gen.Queries) error { _, err := q.CountCompanies(bg); return err }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if open := d.readers.pool.Stats().OpenConnections; open > 8 {
		t.Errorf("%d connections", open)
	}
}
