package control_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/control"
)

// A draft has no number: it is no hole in its series.
func TestDraftsAreNoGap(t *testing.T) {
	w := small(t)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.InsertDraft(ctx, gen.InsertDraftParams{PublicID: "draft1", Kind: "invoice", Currency: "EUR", Language: "fr", TermsDays: 30, Now: tx.Stamp()})
		return err
	})
	if r := w.check(); !r.Sound() {
		t.Errorf("faults: %+v", r.Faults)
	}
}

func TestSoundCompany(t *testing.T) {
	w := small(t)
	var heard []string
	r, err := control.New(w.db, hashDocument, w.files).Check(ctx, staff, func(area string, _ int64) {
		if !slices.Contains(heard, area) {
			heard = append(heard, area)
		}
	})
	w.must(err)
	if !r.Sound() {
		t.Errorf("faults: %+v", r.Faults)
	}
	want := map[string]int64{"entries": 6, "lines": 15, "balances": 5, "documents": 4, "series": 4, "payments": 3, "contracts": 0, "events": 0, "audit": 5, "files": 2}
	if fmt.Sprint(r.Counted) != fmt.Sprint(want) {
		t.Errorf("counted %v, want %v", r.Counted, want)
	}
	if len(heard) != 8 {
		t.Errorf("progress of %v", heard)
	}
}

func TestCheckIsForTheFirmOnly(t *testing.T) {
	w := newWorld(t, true)
	_, err := control.New(w.db, hashDocument, w.files).Check(ctx, actor.Actor{Kind: actor.Contact, CustomerID: 1, Trust: actor.TrustPassword}, nil)
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("got %v", err)
	}
}

// A file without a company, as after a first start that was broken off.
func TestEmptyFile(t *testing.T) {
	w := &world{t: t, path: dbtest.File(t)}
	if r := w.check(); !r.Sound() {
		t.Errorf("faults: %+v", r.Faults)
	}
}

// TestTampering: whoever changes a figure in the file, its triggers taken down, is found,
// and the first thing that no longer holds is named.
func TestTampering(t *testing.T) {
	w := small(t)
	for _, c := range []struct {
		name string
		sql  []string
		want []string // "key arg=value", each must be found; nothing else may be
	}{
		{"a figure of an entry", []string{"UPDATE entry_lines SET credit_minor = 100001 WHERE entry_id = 1 AND position = 2"},
			[]string{"control.entries.unbalanced number=1", "control.entries.hash number=1", "control.balances.differ account=706000"}},
		{"two figures of an entry, balanced", []string{"UPDATE entry_lines SET debit_minor = debit_minor + 5 WHERE entry_id = 2 AND position = 1",
			"UPDATE entry_lines SET credit_minor = credit_minor + 5 WHERE entry_id = 2 AND position = 2"},
			[]string{"control.entries.total number=2", "control.entries.hash number=2", "control.balances.differ account=411000", "control.balances.differ account=706000"}},
		{"an entry and its balances, everything in step but the hash", []string{
			"UPDATE entry_lines SET debit_minor = debit_minor + 5 WHERE entry_id = 2 AND position = 1", "UPDATE entry_lines SET credit_minor = credit_minor + 5 WHERE entry_id = 2 AND position = 2",
			"UPDATE entries SET total_minor = total_minor + 5 WHERE id = 2",
			"UPDATE period_balances SET debit_minor = debit_minor + 5 WHERE period = '2026-03' AND account_id = (SELECT id FROM accounts WHERE code = '411000')",
			"UPDATE period_balances SET credit_minor = credit_minor + 5 WHERE period = '2026-03' AND account_id = (SELECT id FROM accounts WHERE code = '706000')"},
			[]string{"control.entries.hash number=2"}},
		{"the label of an entry", []string{"UPDATE entries SET label = 'Rien' WHERE id = 3"}, []string{"control.entries.hash number=3"}},
		{"the date of an entry", []string{"UPDATE entries SET entry_date = '2026-03-31' WHERE id = 1"}, []string{"control.entries.hash number=1"}},
		{"a date that is none", []string{"UPDATE entries SET entry_date = '2026-02-30' WHERE id = 1"},
			[]string{"control.entries.hash number=1", "control.entries.date number=1", "control.balances.differ"}},
		{"the customer of a line", []string{"UPDATE entry_lines SET customer_id = NULL WHERE entry_id = 1 AND position = 1"}, []string{"control.entries.hash number=1"}},
		{"the code of an account under posted entries", []string{"UPDATE accounts SET code = '706999' WHERE code = '706000'"}, []string{"control.entries.hash number=1", "control.entries.hash number=2", "control.entries.hash number=3"}},
		{"an entry opened again", []string{"UPDATE entries SET sealed = 0 WHERE id = 6"}, []string{"control.entries.open number=6"}},
		{"an entry taken out with its lines", []string{"DELETE FROM entry_lines WHERE entry_id = 2", "DELETE FROM entries WHERE id = 2"},
			[]string{"control.entries.gap number=3", "control.entries.hash number=3", "control.balances.differ", "control.documents.no_entry number=FA-2026-0002", "control.file.damaged"}},
		{"lines taken out", []string{"DELETE FROM entry_lines WHERE entry_id = 2"},
			[]string{"control.entries.short number=2", "control.entries.hash number=2", "control.balances.differ"}},
		{"a kept balance", []string{"UPDATE period_balances SET debit_minor = debit_minor + 1 WHERE period = '2026-04' AND account_id = (SELECT id FROM accounts WHERE code = '512000')"},
			[]string{"control.balances.differ account=512000 period=2026-04"}},
		{"a kept balance taken out", []string{"DELETE FROM period_balances WHERE period = '2026-04' AND account_id = (SELECT id FROM accounts WHERE code = '512000')"},
			[]string{"control.balances.differ account=512000 period=2026-04"}},
		{"a kept balance of nothing", []string{"INSERT INTO period_balances VALUES ((SELECT id FROM accounts WHERE code = '101300'), '2026-01', 0, 7)"},
			[]string{"control.balances.differ account=101300 period=2026-01"}},
		{"a note on an issued document", []string{"UPDATE documents SET note = 'x' WHERE id = 2"}, []string{"control.documents.hash number=FA-2026-0002"}},
		{"the total of a document", []string{"UPDATE documents SET total_incl_minor = 1 WHERE id = 1"}, []string{"control.documents.hash number=FA-2026-0001"}},
		{"a document taken out", []string{"DELETE FROM document_status WHERE document_id = 3", "DELETE FROM documents WHERE id = 3"},
			[]string{"control.documents.gap number=FA-2026-0004", "control.documents.hash number=FA-2026-0004", "control.series.gap series=invoice 2026"}},
		{"the last document taken out", []string{"DELETE FROM document_status WHERE document_id = 4", "DELETE FROM documents WHERE id = 4"},
			[]string{"control.series.count series=invoice 2026"}},
		{"a date out of order", []string{"UPDATE documents SET issue_date = '2026-01-01' WHERE id = 2"}, []string{"control.series.order number=FA-2026-0002"}},
		{"a series counted on", []string{"UPDATE series SET next_number = 9 WHERE kind = 'invoice'"}, []string{"control.series.count last=8"}},
		{"the entry of another document", []string{"UPDATE documents SET entry_id = 1 WHERE id = 2"}, []string{"control.documents.foreign_entry number=FA-2026-0002"}},
		{"no status", []string{"DELETE FROM document_status WHERE document_id = 4"}, []string{"control.documents.no_status number=FA-2026-0004"}},
		{"a document said to be paid", []string{"UPDATE document_status SET paid_minor = paid_minor + due_minor, due_minor = 0 WHERE document_id = 4"}, []string{"control.documents.paid number=FA-2026-0004"}},
		{"a debt forgiven", []string{"UPDATE document_status SET due_minor = 0 WHERE document_id = 4"}, []string{"control.documents.due number=FA-2026-0004"}},
		{"an allocation changed", []string{"UPDATE allocations SET amount_minor = 11000 WHERE id = 2"}, []string{"control.documents.paid number=FA-2026-0002", "control.payments.allocated number=RE-2026-0002"}},
		{"a rest from nowhere", []string{"UPDATE payment_status SET left_minor = 500 WHERE payment_id = 2"}, []string{"control.payments.left number=RE-2026-0002"}},
		{"no state of a payment", []string{"DELETE FROM payment_status WHERE payment_id = 2"}, []string{"control.payments.no_status number=RE-2026-0002"}},
		{"a payment said to be given back", []string{"UPDATE payment_status SET refunded_minor = 5 WHERE payment_id = 2"}, []string{"control.payments.refunded number=RE-2026-0002"}},
		{"a payment said to be cancelled", []string{"UPDATE payment_status SET cancelled_on = '2026-04-08' WHERE payment_id = 2"}, []string{"control.payments.cancelled number=RE-2026-0002"}},
		{"a document said to be credited", []string{"UPDATE document_status SET credited_minor = 100, due_minor = due_minor - 100 WHERE document_id = 4"}, []string{"control.documents.credited number=FA-2026-0004"}},
		{"tax said to be due", []string{"UPDATE allocations SET tax_released_minor = 1 WHERE id = 2"}, []string{"control.documents.tax number=FA-2026-0002"}},
		{"more than all of it", []string{"UPDATE document_status SET paid_minor = 25000, due_minor = -1000 WHERE document_id = 4"},
			[]string{"control.documents.paid number=FA-2026-0004", "control.documents.negative number=FA-2026-0004"}},
		{"the entry of another payment", []string{"UPDATE payments SET entry_id = 4 WHERE id = 2"}, []string{"control.payments.foreign_entry number=RE-2026-0002"}},
		{"a payment taken out", []string{"DELETE FROM allocations WHERE payment_id = 3", "DELETE FROM payment_status WHERE payment_id = 3", "DELETE FROM payments WHERE id = 3"}, []string{"control.documents.paid number=FA-2026-0002", "control.payments.count have=2"}},
		{"who did it", []string{"UPDATE audit_log SET actor_name = 'Personne' WHERE id = 2"}, []string{"control.audit.hash id=2"}},
		{"a line of the log taken out", []string{"DELETE FROM audit_log WHERE id = 3"}, []string{"control.audit.gap id=4", "control.audit.hash id=4"}},
		{"the first line of the log taken out", []string{"DELETE FROM audit_log WHERE id = 1"}, []string{"control.audit.gap id=2", "control.audit.hash id=2"}},
		{"a line of the log put in", []string{"INSERT INTO audit_log SELECT max(id) + 1, max(at), 'staff', 0, 'Personne', 'company.created', 'company', 1, '{}', '" + strings.Repeat("ab", 32) + "' FROM audit_log"}, []string{"control.audit.hash", "control.audit.added last="}},
		{"the end of the log cut off", []string{"DELETE FROM audit_log WHERE id > 4"}, []string{"control.audit.cut last=4"}},
		{"all of the log", []string{"DELETE FROM audit_log"}, []string{"control.audit.cut last=0"}},
		{"a file that was never stored", []string{"INSERT INTO files VALUES ('" + strings.Repeat("ab", 32) + "', 3, 'text/plain', '')"}, []string{"control.files.missing"}},
		{"the size of a file", []string{"UPDATE files SET size = 3 WHERE size = 10"}, []string{"control.files.size"}},
		{"a constraint passed by", []string{"PRAGMA ignore_check_constraints=1", "UPDATE payments SET amount_minor = -1 WHERE id = 1"}, []string{"control.file.damaged", "control.payments.allocated number=RE-2026-0001"}},
		{"a key that points nowhere", []string{"UPDATE contacts SET customer_id = 77", "INSERT INTO item_taxes VALUES (7, 0, 8)"}, []string{"control.file.damaged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.twin(t, c.sql...).check()
			for _, want := range c.want {
				if !slices.ContainsFunc(r.Faults, func(f control.Fault) bool { return matches(f, want) }) {
					t.Errorf("not found: %s", want)
				}
			}
			for _, f := range r.Faults {
				if !slices.ContainsFunc(c.want, func(want string) bool { return matches(f, want) }) {
					t.Errorf("found beside: %s %v", f.Key, f.Args)
				}
			}
		})
	}
}

func matches(f control.Fault, want string) bool {
	words := strings.SplitN(want, " ", 2)
	if f.Key != words[0] {
		return false
	}
	if len(words) == 1 {
		return true
	}
	for _, pair := range strings.Split(words[1], " ") {
		if name, value, ok := strings.Cut(pair, "="); ok && !strings.HasPrefix(fmt.Sprint(f.Args[name]), value) {
			return false
		}
	}
	return true
}

func TestStoredFiles(t *testing.T) {
	w := small(t).twin(t)
	var paths []string
	w.must(filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	}))
	w.must(os.WriteFile(paths[0], []byte("autre chose"), 0o600))
	w.must(os.Remove(paths[1]))
	r := w.check()
	keys := []string{}
	for _, f := range r.Faults {
		keys = append(keys, f.Key)
	}
	slices.Sort(keys)
	if strings.Join(keys, " ") != "control.files.changed control.files.missing" {
		t.Errorf("found %v", keys)
	}
}

// A page of the file overwritten: the check says so and goes on with what can be read.
func TestDamagedPages(t *testing.T) {
	w := small(t).twin(t)
	raw := dbtest.Raw(t, w.path)
	page := dbtest.Int(t, raw, "SELECT rootpage FROM sqlite_master WHERE name = 'entry_lines'")
	w.must(raw.Close())
	f, err := os.OpenFile(w.path, os.O_RDWR, 0)
	w.must(err)
	_, err = f.WriteAt(make([]byte, 4096), (page-1)*4096)
	w.must(err)
	w.must(f.Close())
	r := w.check()
	if !slices.ContainsFunc(r.Faults, func(f control.Fault) bool { return f.Area == control.AreaFile }) {
		t.Errorf("found %+v", r.Faults)
	}
	if r.Counted["audit"] != 5 || r.Counted["files"] != 2 {
		t.Errorf("counted %v", r.Counted)
	}
}

// A thousand faults of a kind are told as twenty and a number.
func TestManyFaultsOfAKind(t *testing.T) {
	w := newWorld(t, true)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for range 130 {
			if err := w.invoice(ctx, tx, civil.MustParse("2026-03-01"), 1000); err != nil {
				return err
			}
		}
		return nil
	})
	w.must(w.db.Sync(ctx))
	r := w.twin(t, "UPDATE entries SET label = 'x'", "DELETE FROM document_status").check()
	var more []string
	for i, f := range r.Faults {
		if f.Key == "control.more" {
			more = append(more, fmt.Sprint(r.Faults[i-1].Key, " ", f.Args["count"]))
		}
	}
	if len(r.Faults) != 42 || strings.Join(more, ", ") != "control.entries.hash 110, control.documents.no_status 110" {
		t.Errorf("%d faults, more: %v", len(r.Faults), more)
	}
}

// Every fault has its sentence in both languages, with all that the sentence asks for.
func TestFaultsHaveTheirWords(t *testing.T) {
	w := small(t)
	var keys []string
	for _, s := range [][]string{
		{"UPDATE entry_lines SET credit_minor = 100001 WHERE entry_id = 1 AND position = 2", "UPDATE accounts SET code = 'x' WHERE code = '512000'"},
		{"UPDATE entries SET sealed = 0, total_minor = 1", "DELETE FROM entries WHERE id = 2", "DELETE FROM audit_log WHERE id = 2", "UPDATE files SET size = 1"},
		{"UPDATE entries SET entry_date = 'x', label = 'x'", "DELETE FROM entry_lines WHERE entry_id = 3", "UPDATE documents SET entry_id = 1, note = 'x'", "UPDATE payments SET entry_id = 1"},
		{"DELETE FROM documents WHERE id = 2", "DELETE FROM document_status", "UPDATE documents SET issue_date = '2026-01-0' || (9 - id)", "DELETE FROM payments WHERE id = 1"},
		{"UPDATE document_status SET paid_minor = 1", "UPDATE allocations SET amount_minor = 999999", "UPDATE audit_log SET at = '2026-01-01T00:00:00.000Z'", "UPDATE series SET next_number = 99"},
	} {
		for _, f := range w.twin(t, s...).check().Faults {
			keys = append(keys, f.Key)
			for _, lang := range []string{"fr", "en"} {
				text := locale.T(lang, f.Key, f.Args)
				if text == f.Key || strings.ContainsAny(text, "{}") || strings.Contains(text, "  ") || strings.Contains(text, "<nil>") {
					t.Errorf("%s %s: %q", lang, f.Key, text)
				}
				if area := "control.area." + f.Area; locale.T(lang, area, nil) == area {
					t.Errorf("%s: no words for the area %s", lang, f.Area)
				}
			}
			if _, err := json.Marshal(f); err != nil {
				t.Error(err)
			}
		}
	}
	slices.Sort(keys)
	if keys = slices.Compact(keys); len(keys) < 22 {
		t.Errorf("only %d kinds of fault were tried: %v", len(keys), keys)
	}
}

// BenchmarkCheck prints what a check of a company of n invoices takes; memory must stay flat.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		w := newWorld(b, true)
		for from := 0; from < n; from += 500 {
			w.write(func(ctx context.Context, tx *db.Tx) error {
				for i := from; i < from+500; i++ {
					on := civil.MustParse("2025-01-01").AddDays(i * 600 / n)
					if err := w.invoice(ctx, tx, on, 1000); err != nil {
						return err
					}
					if err := w.payment(ctx, tx, int64(i+1), on, 500); err != nil {
						return err
					}
				}
				return nil
			})
		}
		w.must(w.db.Sync(ctx))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if r := w.check(); !r.Sound() {
					b.Fatal(r.Faults)
				}
			}
		})
	}
}
