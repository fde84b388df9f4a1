package company_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/office/company"
)

// take takes a number and commits or, with keep false, gives it back.
func (w *world) take(kind, on string, keep bool) (company.Number, error) {
	var n company.Number
	undone := errors.New("undone")
	err := w.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if n, err = company.TakeNumber(ctx, tx, kind, day(on)); err == nil && !keep {
			err = undone
		}
		return err
	})
	if errors.Is(err, undone) {
		err = nil
	}
	return n, err
}

func (w *world) next(kind, on string) string {
	w.t.Helper()
	n, err := w.take(kind, on, true)
	w.must(err)
	return n.Text
}

func TestNumbersAreWithoutGap(t *testing.T) {
	w, want := made(t), int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 12).Draw(rt, "takes") {
			keep := rapid.Bool().Draw(rt, "keep")
			n, err := w.take("invoice", "2026-05-04", keep)
			if err != nil || n.N != want+1 || n.Year != 2026 {
				rt.Fatalf("%+v %v after %d", n, err, want)
			}
			if keep {
				want++
			}
		}
	})
}

func TestSeriesRestartWithTheYear(t *testing.T) {
	w := made(t)
	if a, b := w.next("invoice", "2025-12-31"), w.next("invoice", "2025-12-31"); a == b {
		t.Error(a, b)
	}
	first, second := w.next("invoice", "2026-01-01"), w.next("invoice", "2026-01-02")
	if want := fmt.Sprintf("%v %v", "FA-2026-0001", "FA-2026-0002"); first+" "+second != want {
		t.Errorf("%s %s, want %s", first, second, want)
	}
	if got := w.next("credit_note", "2026-01-02"); got[len(got)-1] != '1' {
		t.Errorf("another kind goes on from invoices: %s", got)
	}
	for _, want := range []string{"C0001", "C0002"} { // customers never restart
		if got := w.next("customer", "202"+want[4:]+"-06-01"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if _, err := w.take("nothing", "2026-01-01", true); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

// A payment may be entered after a later one: the series goes on, its last date stays.
func TestAnEarlierDateDoesNotMoveTheSeriesBack(t *testing.T) {
	w := made(t)
	for i, on := range []string{"2026-05-10", "2026-05-02", "2026-05-11"} {
		if n, err := w.take("payment", on, true); err != nil || n.N != int64(i+1) {
			t.Errorf("%s: %+v %v", on, n, err)
		}
	}
}

func TestAPatternWaitsForTheNextYear(t *testing.T) {
	w := made(t)
	before := w.next("invoice", "2026-03-01")
	w.must(w.SetPattern(ctx, staff, "invoice", "{year}/{n:3}"))
	if got := w.next("invoice", "2026-03-01"); got[:len(got)-1] != before[:len(before)-1] {
		t.Errorf("%s after %s", got, before)
	}
	if got := w.next("invoice", "2027-01-01"); got != "2027/001" {
		t.Errorf("%s in the next year", got)
	}
	w.next("customer", "2026-01-01")
	w.must(w.SetPattern(ctx, staff, "customer", "CL{n:5}")) // a series without years has no next one
	if got := w.next("customer", "2026-01-01"); got != "CL00002" {
		t.Errorf("%s", got)
	}
	list, err := w.SeriesList(ctx, staff)
	w.must(err)
	for _, s := range list {
		switch s.Kind {
		case "invoice":
			if s.Pattern != "{year}/{n:3}" || s.Example != "FA-2026-0003" || !s.Used {
				t.Errorf("%+v", s)
			}
		case "customer":
			if s.Example != "CL00003" || s.Used {
				t.Errorf("%+v", s)
			}
		case "payment":
			if s.Example != "RE-2026-0001" || s.Used {
				t.Errorf("%+v", s)
			}
		}
	}
	if len(list) != 8 {
		t.Errorf("%d series", len(list))
	}
}

func TestPatternsAreChecked(t *testing.T) {
	w := made(t)
	for pattern, want := range map[string]string{"F{year}": "fault.billing.pattern_needs_n", "É{year}-{n}": "fault.billing.pattern_chars", "F{n}": "fault.pattern_year", "": "fault.required"} {
		if got := fieldKey(w.SetPattern(ctx, staff, "invoice", pattern), "pattern"); got != want {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
	if err := w.SetPattern(ctx, staff, "nothing", "F{n}"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	if err := w.SetPattern(ctx, contact, "invoice", "F{year}-{n}"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v", err)
	}
	if n := w.count("audit_log"); n != 1 {
		t.Errorf("%d rows of audit", n)
	}
}

func TestChronology(t *testing.T) {
	w := made(t)
	check := func(kind, issue, today string) (err error) {
		return w.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			return company.CheckChronology(ctx, tx, kind, day(issue), day(today))
		})
	}
	w.must(check("invoice", "2026-01-01", "2026-11-21")) // an empty series bears any past day
	w.next("invoice", "2026-05-10")
	for issue, want := range map[string]string{"2026-05-10": "", "2026-05-11": "", "2026-11-21": "", "2026-11-22": "fault.billing.issue_in_future", "2026-05-09": "fault.billing.issue_before_last", "2025-12-31": "fault.billing.issue_before_last"} {
		if got := fieldKey(check("invoice", issue, "2026-11-21"), "issue_date"); got != want {
			t.Errorf("%s: %q, want %q", issue, got, want)
		}
	}
	w.must(check("credit_note", "2026-01-01", "2026-11-21"))
	w.next("invoice", "2027-01-02") // the newest year counts
	if got := fieldKey(check("invoice", "2026-12-31", "2027-03-01"), "issue_date"); got != "fault.billing.issue_before_last" {
		t.Errorf("%q", got)
	}
}
