package audit_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/audit"
)

// logged writes a log of n rows by five people over a year, in the program's own way.
func logged(t testing.TB, d *db.DB, n int) {
	t.Helper()
	if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			who := staff
			who.ID, who.Name = int64(i%5), fmt.Sprintf("Personne %d", i%5)
			action := []string{"invoice.issued", "payment.recorded", "user.signed_in", "customer.changed"}[i%4]
			if i == n/2 {
				action = "company.logo_changed"
			}
			r := audit.Record{Action: action, ObjectKind: "document", ObjectID: int64(i), Details: map[string]any{"number": fmt.Sprintf("FA-%06d", i), "total_minor": i}}
			if err := audit.Write(ctx, tx, who, r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Whatever is done to the log behind the program's back is found, and told as what it is.
func TestTampering(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want audit.Proof
	}{
		"nothing":         {"SELECT 1", audit.Proof{Sound: true, Rows: 9}},
		"a row changed":   {"UPDATE audit_log SET details = '{}' WHERE id = 4", audit.Proof{Rows: 9, Broken: 4}},
		"a row taken out": {"DELETE FROM audit_log WHERE id = 4", audit.Proof{Rows: 8, Broken: 5, Gap: true}},
		"the first one":   {"DELETE FROM audit_log WHERE id = 1", audit.Proof{Rows: 8, Broken: 2, Gap: true}},
		"a row put in":    {"INSERT INTO audit_log SELECT 10, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, details, hash FROM audit_log WHERE id = 9", audit.Proof{Rows: 10, Broken: 10}},
		"two exchanged":   {"UPDATE audit_log SET id = CASE id WHEN 4 THEN -5 WHEN 5 THEN -4 END WHERE id IN (4, 5); UPDATE audit_log SET id = -id WHERE id < 0", audit.Proof{Rows: 9, Broken: 4}},
		"the end cut off": {"DELETE FROM audit_log WHERE id > 7", audit.Proof{Rows: 7, Broken: 9, Cut: true}},
		"all of it":       {"DELETE FROM audit_log", audit.Proof{Rows: 0, Broken: 9, Cut: true}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "comptoir.db")
			d := dbtest.Open(t, path, db.Options{})
			logged(t, d, 9)
			raw := dbtest.Raw(t, path)
			for _, stmt := range []string{"DROP TRIGGER audit_log_no_update", "DROP TRIGGER audit_log_no_delete", c.sql} {
				if _, err := raw.Exec(stmt); err != nil {
					t.Fatal(err)
				}
			}
			p, err := audit.NewReader(d).Prove(ctx, staff)
			if err != nil || p.Sound != c.want.Sound || p.Rows != c.want.Rows || p.Broken != c.want.Broken || p.Gap != c.want.Gap || p.Cut != c.want.Cut {
				t.Errorf("%+v %v, want %+v", p, err, c.want)
			}
		})
	}
}

// The end of the log kept beside it cannot be set back by the program itself.
func TestTheHeadOnlyGoesForward(t *testing.T) {
	path := filepath.Join(t.TempDir(), "comptoir.db")
	logged(t, dbtest.Open(t, path, db.Options{}), 3)
	raw := dbtest.Raw(t, path)
	for _, stmt := range []string{"UPDATE audit_head SET last = 2", "UPDATE audit_head SET hash = hash", "DELETE FROM audit_head"} {
		if _, err := raw.Exec(stmt); err == nil {
			t.Errorf("%s was let through", stmt)
		}
	}
	if n := dbtest.Int(t, raw, "SELECT last FROM audit_head"); n != 3 {
		t.Errorf("the head stands at %d", n)
	}
}

// What a page of the log costs at 100 000 rows: go test ./office/audit -run '^$' -bench Log
func BenchmarkLog(b *testing.B) {
	path := filepath.Join(b.TempDir(), "comptoir.db")
	d := dbtest.Open(b, path, db.Options{})
	logged(b, d, 100_000)
	r, today := audit.NewReader(d), time.Now().UTC().Format("2006-01-02")
	for name, f := range map[string]db.AuditFilter{
		"first page": {}, "by person": {ActorKind: "staff", ActorID: 3}, "by action": {Actions: []string{"payment.recorded"}}, "by a rare action": {Actions: []string{"company.logo_changed"}},
		"by period": {From: today}, "by a period before": {To: "2000-01-01"}, "by one object": {ObjectKind: "document", ObjectID: 77},
		"by words": {Words: "FA-0000"}, "by a word of one row": {Words: "FA-000077"}, "by words of no row": {Words: "rien de tel"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := r.List(ctx, staff, f, 0, 100); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("choices", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.Choices(ctx, staff); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("chain", func(b *testing.B) {
		for b.Loop() {
			if p, err := r.Prove(ctx, staff); err != nil || !p.Sound || p.Rows != 100_000 {
				b.Fatal(p, err)
			}
		}
	})
}

// Words are found whatever their accents and case, and what LIKE and GLOB would read as patterns is a word like others.
func TestWordsInTheLog(t *testing.T) {
	d := dbtest.New(t)
	names := []string{"Éléonore d’Août", "Hélène 50 % net", "a_b*c?d[e]", `back\slash`, "Œuvre Ünal"}
	if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i, name := range names {
			who := staff
			who.ID, who.Name = int64(i+1), name
			if err := audit.Write(ctx, tx, who, audit.Record{Action: "thing.done", ObjectKind: "thing", ObjectID: int64(i), Details: map[string]any{"number": fmt.Sprintf("FA-%04d", i)}}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	r := audit.NewReader(d)
	for typed, want := range map[string]string{"eleonore": names[0], "ÉLÉO": names[0], "D'AOUT": names[0], "e\u0301le\u0301o": names[0], "50 % n": names[1], "0\u00a0%": names[1], "a_b": names[2], "*c?d[e]": names[2], `k\s`: names[3], "œuv": names[4], "ŒUVRE u": names[4],
		"fa-0003": names[3], "a%b": "", "axb": "", "d_aout": "", "??": ""} {
		rows, _, err := r.List(ctx, staff, db.AuditFilter{Words: typed}, 0, 10)
		if err != nil || len(rows) > 1 || (len(rows) == 1) != (want != "") || want != "" && rows[0].ActorName != want {
			t.Errorf("%q: %+v %v, want %q", typed, rows, err, want)
		}
	}
}

// Many who write at once, while the clock is set back, leave one chain: each line follows the one before it,
// whatever its hour, and no hour of an older line is changed.
func TestOneChainUnderManyWritersAndAClockSetBack(t *testing.T) {
	var ticks atomic.Int64
	start := dbtest.Instant
	d := dbtest.NewAt(t, func() time.Time { return start.Add(-time.Duration(ticks.Add(1)) * time.Hour) })
	const writers, lines = 8, 25
	var wg sync.WaitGroup
	errs := make(chan error, writers*lines)
	for w := range writers {
		wg.Go(func() {
			for i := range lines {
				errs <- d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
					return audit.Write(ctx, tx, staff, audit.Record{Action: "thing.done", ObjectKind: "thing", ObjectID: int64(w*lines + i)})
				})
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	r := audit.NewReader(d)
	if p, err := r.Prove(ctx, staff); err != nil || !p.Sound || p.Rows != writers*lines {
		t.Errorf("%+v %v", p, err)
	}
	rows, _, err := r.List(ctx, staff, db.AuditFilter{}, 0, 500)
	if err != nil || len(rows) != writers*lines || rows[0].At >= rows[len(rows)-1].At {
		t.Errorf("%d rows, %v: the clock was not set back, or the order follows it", len(rows), err)
	}
}

// Another process that writes SQL into the file: what the guards let through is found by the chain.
func TestSQLByAnotherProcess(t *testing.T) {
	const line = "at, actor_kind, actor_id, actor_name, action, object_kind, object_id, details, hash FROM audit_log WHERE id = "
	for name, c := range map[string]struct{ sql, want string }{
		"change":                {"UPDATE audit_log SET details = '{}' WHERE id = 4", "refused"},
		"take out":              {"DELETE FROM audit_log WHERE id = 9", "refused"},
		"replace a line":        {"INSERT OR REPLACE INTO audit_log SELECT 4, at, actor_kind, actor_id, 'Personne', action, object_kind, object_id, details, hash FROM audit_log WHERE id = 4", "4"},
		"change and replace":    {"REPLACE INTO audit_log SELECT 9, " + line + "8", "9"},
		"one more":              {"INSERT INTO audit_log SELECT 10, " + line + "9", "10"},
		"one before the first":  {"INSERT INTO audit_log SELECT -1, " + line + "1", "-1"},
		"one far behind":        {"INSERT INTO audit_log SELECT 5000, " + line + "9", "5000"},
		"an insert that clears": {"INSERT INTO audit_log SELECT 3, " + line + "3 ON CONFLICT (id) DO UPDATE SET details = '{}'", "refused"},
		"the head set back":     {"UPDATE audit_head SET last = 2", "refused"},
		"the head replaced":     {"REPLACE INTO audit_head SELECT * FROM audit_head", "sound or refused"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "comptoir.db")
			d := dbtest.Open(t, path, db.Options{})
			logged(t, d, 9)
			_, failed := dbtest.Raw(t, path).Exec(c.sql)
			p, err := audit.NewReader(d).Prove(ctx, staff)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.want == "refused":
				if failed == nil || !p.Sound {
					t.Errorf("%v, then %+v", failed, p)
				}
			case c.want == "sound or refused":
				if !p.Sound {
					t.Errorf("%v, then %+v", failed, p)
				}
			case failed == nil && (p.Sound || fmt.Sprint(p.Broken) != c.want):
				t.Errorf("%+v, want it broken at %s", p, c.want)
			case failed != nil && !p.Sound:
				t.Errorf("%v, and yet %+v", failed, p)
			}
			t.Logf("%v %+v", failed, p)
		})
	}
}
