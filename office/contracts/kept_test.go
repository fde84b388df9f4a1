package contracts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/control"
	"comptoir/office/sales"
)

// misdated gives what the check finds about contracts, in a copy of the company's file in which a
// statement was run with all triggers down.
func (e *engine) misdated(t *testing.T, statement string) []string {
	t.Helper()
	e.Must(e.DB.Sync(ctx))
	image, err := os.ReadFile(e.Path)
	e.Must(err)
	path := filepath.Join(t.TempDir(), "company.db")
	e.Must(os.WriteFile(path, image, 0o600))
	dbtest.Tamper(t, path, statement)
	report, err := control.New(dbtest.Open(t, path, db.Options{Clock: e.DB.Now}), sales.Hash, nil).Check(ctx, clerk, nil)
	e.Must(err)
	found := []string{}
	for _, f := range report.Faults {
		found = append(found, fmt.Sprint(strings.TrimPrefix(f.Key, "control.contracts."), " ", f.Args["contract"], " ", f.Args["what"]))
		if text := locale.T("fr", f.Key, f.Args); text == f.Key || strings.ContainsAny(text, "{}") {
			t.Errorf("%s: %q", f.Key, text)
		}
	}
	slices.Sort(found)
	return found
}

// The check finds the days that are kept of a contract and are not those of its terms: the end of
// the running one, the last day to decide, the day of the reminder. What the program itself keeps,
// for contracts of every kind and as the days go by, is in order.
func TestKeptDaysAreChecked(t *testing.T) {
	e := newEngine(t)
	e.signed(yearly(e.company), "2026-01-01") // 0001: its reminder was arranged too late, it is of that day
	old := yearly(e.company)
	old.StartOn, old.EndOn, old.RenewalMonths, old.NoticeUnit, old.NoticeCount = "2020-02-01", "2020-02-29", 1, "day", 5
	e.signed(old, "2020-02-01") // 0002: in its eightieth term or so
	open := yearly(e.company)
	open.EndOn, open.Renewal, open.RenewalMonths, open.NoticeCount = "", "none", 0, 0
	e.signed(open, "2026-01-01") // 0003
	e.save(yearly(e.person))     // 0004: a draft has no reminder
	express := yearly(e.company)
	express.Renewal, express.EndOn, express.NoticeCount = "express", "2028-12-31", 0
	v := e.signed(express, "2026-01-01") // 0005
	_, err := e.room.End(ctx, clerk, e.act(v, "2027-06-30", "Accord"))
	e.Must(err)
	for _, day := range []string{"2027-01-05", "2027-02-28", "2027-05-01"} {
		if found := e.misdated(t, "UPDATE contracts SET title = 'x'"); len(found) > 0 {
			t.Fatalf("%s: %v", e.DB.Now(), found)
		}
		e.Move(day)
		_, err := e.room.Source().Due(ctx, e.today())
		e.Must(err)
	}
	for _, c := range []struct{ name, set, where, want string }{
		{"the end of a term", "term_on = '2027-12-30'", "0001", "dates CT-2026-0001 term"},
		{"a term that is over", "term_on = '2020-02-29', decide_on = '2020-02-24'", "0002", "dates CT-2026-0002 term"},
		{"a term to come", "term_on = '2029-12-31', decide_on = '2029-09-30'", "0001", "dates CT-2026-0001 term"},
		{"an end of one that has none", "term_on = '2027-01-01'", "0003", "dates CT-2026-0003 term"},
		{"no end of one that has one", "term_on = ''", "0004", "dates CT-2026-0004 term"},
		{"no date at all", "term_on = 'soon'", "0001", "dates CT-2026-0001 term"},
		{"the last day to decide", "decide_on = '2027-06-29'", "0005", "dates CT-2026-0005 decide"},
		{"an end that was decided", "ended_on = '2027-07-01'", "0005", "dates CT-2026-0005 term"},
		{"a time of notice", "notice_count = 2", "0004", "dates CT-2026-0004 decide"},
		{"a reminder of a draft", "remind_on = '2026-12-01'", "0004", "dates CT-2026-0004 remind"},
		{"no reminder", "remind_on = ''", "0002", "dates CT-2026-0002 remind"},
		{"a reminder that comes too late", "remind_on = '2099-01-01'", "0001", "dates CT-2026-0001 remind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if found := e.misdated(t, "UPDATE contracts SET "+c.set+" WHERE number = 'CT-2026-"+c.where+"'"); strings.Join(found, "; ") != c.want {
				t.Errorf("found %v, want %s", found, c.want)
			}
		})
	}
}
