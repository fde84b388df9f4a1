package db

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"comptoir/db/gen"
)

func migrationNames(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("migrations: %v %v", names, err)
	}
	slices.Sort(names)
	return names
}

// SchemaVersion counts the files, and a gap or a second file of one number would make it lie.
func TestMigrationsAreNumbered(t *testing.T) {
	for i, name := range migrationNames(t) {
		if want := fmt.Sprintf("migrations/%04d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("migration %d is called %s, want %s…", i+1, name, want)
		}
	}
}

// There is no way back: a downgrade would have to throw a firm's rows away.
func TestMigrationsOnlyGoForward(t *testing.T) {
	for _, name := range migrationNames(t) {
		b, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "+goose Down") {
			t.Errorf("%s has a Down part", name)
		}
	}
}

// schema is every object of the file with its words, whatever the blanks between them.
func schema(t *testing.T, pool gen.DBTX) map[string]string {
	t.Helper()
	rows, err := pool.QueryContext(bg, "SELECT type || ' ' || name, COALESCE(sql, '') FROM sqlite_master")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		all[name] = strings.Join(strings.Fields(text), " ")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// older makes a file as a program that knew only the first n migrations left it.
func older(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "company.db")
	pool, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	dir := fstest.MapFS{}
	for _, name := range migrationNames(t)[:n] {
		b, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		dir[filepath.Base(name)] = &fstest.MapFile{Data: b}
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(bg); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUpgradedSchemaEqualsFreshOne(t *testing.T) {
	want := schema(t, fresh(t).writer)
	for n := 1; n < int(SchemaVersion()); n++ {
		t.Run(fmt.Sprintf("from %d", n), func(t *testing.T) {
			path := older(t, n)
			d := reopen(t, path)
			if got := schema(t, d.writer); !maps.Equal(got, want) {
				for name, text := range want {
					if got[name] != text {
						t.Errorf("%s:\n got %s\nwant %s", name, got[name], text)
					}
				}
				if len(got) != len(want) {
					t.Errorf("%d objects, a fresh file has %d", len(got), len(want))
				}
			}
			copies, err := filepath.Glob(filepath.Join(filepath.Dir(path), "backups", fmt.Sprintf("before-upgrade-%d-*.db", n)))
			if err != nil || len(copies) != 1 {
				t.Fatalf("copies made before: %v %v", copies, err)
			}
			raw, err := sql.Open("sqlite3", copies[0])
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = raw.Close() }()
			var version int
			if err := raw.QueryRowContext(bg, "SELECT max(version_id) FROM goose_db_version").Scan(&version); err != nil || version != n {
				t.Errorf("the copy is at version %d (%v)", version, err)
			}
		})
	}
}

// An upgrade that leaves rows pointing nowhere is forbidden, and the copy is there to go back to.
func TestUpgradeChecksForeignKeys(t *testing.T) {
	n := int(SchemaVersion()) - 1
	path := older(t, n)
	raw, err := sql.Open("sqlite3", path+"?_foreign_keys=0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(bg, "INSERT INTO item_taxes (item_id, position, tax_id) VALUES (7, 0, 8)"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(bg, path, Options{})
	if !errors.Is(err, ErrDamaged) {
		wantFault(t, err, ErrDamaged.Key)
	}
}

// issuedAs3 issues a sample document with a number of its own.
const issuedAs3 = "state = 'issued', number = 'X-3', series_year = 2026, series_number = 3, issue_date = '2026-11-21', seller = '{}', buyer = '{}', issued_at = 'x', rate_e8 = 100000000, chain_position = 3, hash = '" + sampleHash + "'"

// forbidden is what nobody may do to the file, whatever program they use.
var forbidden = []struct{ what, sql string }{
	{"audit log changed", "UPDATE audit_log SET actor_name = 'x'"},
	{"audit log deleted", "DELETE FROM audit_log"},
	{"issued document changed", "UPDATE documents SET note = 'x' WHERE id = 1"},
	{"issued document back to draft", "UPDATE documents SET state = 'draft', number = NULL WHERE id = 1"},
	{"issued document deleted", "DELETE FROM documents WHERE id = 1"},
	{"document born issued", "INSERT INTO documents (public_id, kind, state, currency, language, created_at, updated_at) VALUES ('z', 'invoice', 'issued', 'EUR', 'fr', '', '')"},
	{"line added to an issued document", "INSERT INTO document_lines (document_id, position, nature, quantity_e4, unit, unit_price_e4, taxes) VALUES (1, 9, 'goods', 1, 'C62', 1, '[]')"},
	{"line of an issued document changed", "UPDATE document_lines SET net_minor = 1"},
	{"line of an issued document deleted", "DELETE FROM document_lines"},
	{"line moved from a draft into an issued document", "UPDATE document_lines SET document_id = 1, position = 5 WHERE document_id = 2"},
	{"discount moved from a draft into an issued document", "UPDATE document_allowances SET document_id = 1, position = 5 WHERE document_id = 2"},
	{"tax moved from a draft into an issued document", "UPDATE document_taxes SET document_id = 1, position = 5 WHERE document_id = 2"},
	{"line of an issued document replaced", "INSERT OR REPLACE INTO document_lines (id, document_id, position, nature, quantity_e4, unit, unit_price_e4, taxes) SELECT id, 2, 7, nature, 1, unit, 1, taxes FROM document_lines WHERE document_id = 1"},
	{"end of the audit log set back", "UPDATE audit_head SET last = last - 1"},
	{"end of the audit log taken out", "DELETE FROM audit_head"},
	{"end of the audit log replaced", "INSERT OR REPLACE INTO audit_head SELECT id, last, hash FROM audit_head"},
	{"audit log replaced", "INSERT OR REPLACE INTO audit_log SELECT id, at, 'staff', actor_id, 'x', action, object_kind, object_id, details, hash FROM audit_log"},
	{"entry born sealed", "INSERT INTO entries (journal_id, number, entry_date, document_ref, document_date, label, source_kind, source_id, total_minor, validated_at, sealed, hash) VALUES (1, 9, '2026-11-21', 'x', '2026-11-21', 'x', 'x', 1, 0, '', 1, '" + sampleHash + "')"},
	{"discount added to an issued document", "INSERT INTO document_allowances (document_id, position, is_charge, taxes) VALUES (1, 9, 0, '[]')"},
	{"discount of an issued document changed", "UPDATE document_allowances SET amount_minor = 1"},
	{"discount of an issued document deleted", "DELETE FROM document_allowances"},
	{"tax added to an issued document", "INSERT INTO document_taxes (document_id, position, tax, base_minor, tax_minor) VALUES (1, 9, '{}', 0, 0)"},
	{"tax of an issued document changed", "UPDATE document_taxes SET tax_minor = 1"},
	{"tax of an issued document deleted", "DELETE FROM document_taxes"},
	{"status deleted", "DELETE FROM document_status"},
	{"payment changed", "UPDATE payments SET amount_minor = 1"},
	{"payment deleted", "DELETE FROM payments"},
	{"allocation changed", "UPDATE allocations SET amount_minor = 1"},
	{"allocation deleted", "DELETE FROM allocations"},
	{"payment's state deleted", "DELETE FROM payment_status"},
	{"refund changed", "UPDATE refunds SET amount_minor = 1"},
	{"refund deleted", "DELETE FROM refunds"},
	{"deposit added to an issued document", "INSERT INTO document_deposits (document_id, position, deposit_id, net_minor, tax_minor, taxes) VALUES (1, 9, 2, 0, 0, '[]')"},
	{"deposit of an issued document changed", "UPDATE document_deposits SET net_minor = 1"},
	{"deposit of an issued document deleted", "DELETE FROM document_deposits"},
	{"deposit taken off twice", "UPDATE documents SET " + issuedAs3 + " WHERE id = 3"},
	{"more credited than invoiced", "UPDATE documents SET " + issuedAs3 + " WHERE id = 4"},
	{"decision changed", "UPDATE quote_decisions SET total_minor = 1"},
	{"decision deleted", "DELETE FROM quote_decisions"},
	{"reminder changed", "UPDATE reminders SET level = 2"},
	{"reminder deleted", "DELETE FROM reminders"},
	{"run changed", "UPDATE recurring_runs SET cycle = 2"},
	{"run deleted", "DELETE FROM recurring_runs"},
	{"statement that was mailed changed", "UPDATE statement_runs SET to_date = '2026-11-30'"},
	{"statement that was mailed deleted", "DELETE FROM statement_runs"},
	{"token of the firm in a customer's place opened twice", "UPDATE portal_stand_ins SET session_hash = 'f" + sampleHash[1:] + "' WHERE id = 1"},
	{"registration that came to something changed", "UPDATE registrations SET form = '{\"name\":\"x\"}' WHERE id = 1"},
	{"attempt to pay deleted", "DELETE FROM payment_intents WHERE id = 2"},
	{"amount of an attempt changed", "UPDATE payment_intents SET amount_minor = 1 WHERE id = 2"},
	{"attempt to pay denied after it succeeded", "UPDATE payment_intents SET state = 'declined', payment_id = NULL WHERE id = 1"},
	{"trial that is a payment outside of the demo", "UPDATE payment_intents SET state = 'succeeded', payment_id = 1 WHERE id = 3"},
	{"part of an attempt changed", "UPDATE payment_intent_parts SET amount_minor = 1"},
	{"part of an attempt deleted", "DELETE FROM payment_intent_parts"},
	{"kept method deleted", "DELETE FROM kept_methods WHERE id = 2"},
	{"consent to a charge changed", "UPDATE charge_consents SET words = 'x'"},
	{"consent to a charge deleted", "DELETE FROM charge_consents"},
	{"charge moved to another step", "UPDATE charge_attempts SET step = 1 WHERE id = 1"},
	{"charge that succeeded planned again", "UPDATE charge_attempts SET state = 'planned' WHERE id = 1"},
	{"charge deleted", "DELETE FROM charge_attempts WHERE id = 1"},
	{"plan deleted", "DELETE FROM plans WHERE id = 2"},
	{"payment link led elsewhere", "UPDATE plan_links SET plan_id = 2 WHERE id = 1"},
	{"token of a payment link changed", "UPDATE plan_links SET token = 'abcdefghijklmnopqrstuvwxyz9' WHERE id = 1"},
	{"withdrawn payment link opened again", "UPDATE plan_links SET withdrawn_at = '' WHERE id = 2"},
	{"payment link deleted", "DELETE FROM plan_links WHERE id = 2"},
	{"subscription given to another recurring invoice", "UPDATE subscriptions SET recurring_id = 4 WHERE id = 1"},
	{"start of a subscription changed", "UPDATE subscriptions SET since_on = '2026-01-01' WHERE id = 1"},
	{"ended subscription running again", "UPDATE subscriptions SET state = 'running', ended_on = '' WHERE id = 2"},
	{"running subscription pending again", "UPDATE subscriptions SET state = 'pending' WHERE id = 1"},
	{"subscription deleted", "DELETE FROM subscriptions WHERE id = 2"},
	{"invoice of a subscription changed", "UPDATE subscription_papers SET minor = 1"},
	{"invoice of a subscription taken away", "DELETE FROM subscription_papers"},
	{"event of a subscription changed", "UPDATE subscription_events SET kind = 'paused'"},
	{"event of a subscription deleted", "DELETE FROM subscription_events"},
	{"accepted terms changed", "UPDATE accepted_terms SET words = 'y' WHERE id = 1"},
	{"accepted terms deleted", "DELETE FROM accepted_terms WHERE id = 1"},
	{"signed mandate changed", "UPDATE mandates SET iban = 'FR7630006000011234567890189' WHERE id = 2"},
	{"signed mandate asked again", "UPDATE mandates SET state = 'asked' WHERE id = 2"},
	{"mandate deleted", "DELETE FROM mandates WHERE id = 1"},
	{"file of the bank changed", "UPDATE sepa_batches SET content = 'x' WHERE id = 1"},
	{"confirmed file given up", "UPDATE sepa_batches SET state = 'dropped' WHERE id = 2"},
	{"file of the bank deleted", "DELETE FROM sepa_batches WHERE id = 1"},
	{"debit in a file changed", "UPDATE sepa_debits SET amount_minor = 2 WHERE id = 1"},
	{"collected debit open again", "UPDATE sepa_debits SET state = 'made' WHERE id = 2"},
	{"debit deleted", "DELETE FROM sepa_debits WHERE id = 1"},
	{"invoice in two files", "INSERT INTO sepa_debit_parts VALUES (2, 1, 5)"},
	{"invoice that is being charged in a file", "INSERT INTO sepa_debit_parts VALUES (1, 4, 5)"},
	{"invoice in a file being charged", "UPDATE charge_attempts SET state = 'calling' WHERE id = 3"},
	{"part of a debit changed", "UPDATE sepa_debit_parts SET amount_minor = 2"},
	{"part of a debit deleted", "DELETE FROM sepa_debit_parts"},
	{"decided refund changed", "UPDATE sepa_transfers SET amount_minor = 2 WHERE id = 1"},
	{"dropped refund decided again", "UPDATE sepa_transfers SET state = 'decided' WHERE id = 2"},
	{"decided refund deleted", "DELETE FROM sepa_transfers WHERE id = 1"},
	{"event of a gateway deleted", "DELETE FROM gateway_events"},
	{"dispute deleted", "DELETE FROM gateway_disputes"},
	{"payout deleted", "DELETE FROM gateway_payouts"},
	{"booked payout changed", "UPDATE gateway_payouts SET amount_minor = 2 WHERE id = 1"},
	{"payout named anew", "UPDATE gateway_payouts SET ref = 'po_9' WHERE id = 1"},
	{"payout that came back stands again", "UPDATE gateway_payouts SET reversal_id = NULL, reversed_on = '' WHERE id = 2"},
	{"validated entry changed", "UPDATE entries SET label = 'x' WHERE id = 1"},
	{"validated entry opened again", "UPDATE entries SET sealed = 0 WHERE id = 1"},
	{"entry deleted", "DELETE FROM entries WHERE id = 1"},
	{"draft entry deleted", "DELETE FROM entries WHERE id = 2"},
	{"line added to a validated entry", "INSERT INTO entry_lines (entry_id, position, account_id, label, debit_minor) VALUES (1, 9, 1, 'x', 1)"},
	{"entry line changed", "UPDATE entry_lines SET debit_minor = 1 WHERE debit_minor <> 0"},
	{"entry line deleted", "DELETE FROM entry_lines"},
	{"unbalanced entry sealed", "UPDATE entries SET sealed = 1, hash = '" + sampleHash + "' WHERE id = 2"},
	{"entry sealed with a wrong total", "UPDATE entries SET sealed = 1, total_minor = 999, hash = '" + sampleHash + "' WHERE id = 3"},
	{"entry sealed without its hash", "UPDATE entries SET sealed = 1, hash = '' WHERE id = 3"},
	{"entry sealed without lines", "UPDATE entries SET sealed = 1, total_minor = 0, hash = '" + sampleHash + "' WHERE id = 4"},
	{"series set back", "UPDATE series SET next_number = 1"},
	{"series' last date set back", "UPDATE series SET last_issue_date = '2025-01-01'"},
	{"series deleted", "DELETE FROM series"},
	{"version of a group's terms changed", "UPDATE group_terms SET words_fr = 'y' WHERE id = 2"},
	{"version of a group's terms that was accepted deleted", "DELETE FROM group_terms WHERE id = 1"},
	{"terms that a contact accepted changed", "UPDATE terms_accepted SET lang = 'en'"},
	{"terms that a contact accepted deleted", "DELETE FROM terms_accepted"},
	{"refused request opened again", "UPDATE access_requests SET state = 'sent' WHERE id = 1"},
	{"form of a refused request changed", "UPDATE access_requests SET form = '{\"name\":\"x\"}' WHERE id = 1"},
	{"invitation that had its result waiting again", "UPDATE invitations SET result = 'waiting', at = NULL WHERE id = 1"},
	{"decided proposal decided again", "UPDATE contact_proposals SET state = 'accepted' WHERE id = 1"},
	{"document shown again by the same code", "UPDATE shown_documents SET ended_at = NULL WHERE id = 1"},
	{"code of a shown document given to another", "UPDATE shown_documents SET document_id = 2 WHERE id = 2"},
	{"handing over told otherwise", "UPDATE user_handovers SET at = 'x' WHERE id = 1"},
	{"handing over forgotten", "DELETE FROM user_handovers WHERE id = 1"},
	{"handed over by who is not principal", "INSERT INTO user_handovers (from_id, to_id, at) VALUES (903, 901, '')"},
	{"handed over to a closed user", "INSERT INTO user_handovers (from_id, to_id, at) VALUES (904, 905, '')"},
	{"principal made a reader", "UPDATE users SET role = 'reader' WHERE id = 904"},
	{"principal closed", "UPDATE users SET state = 'closed' WHERE id = 904"},
	{"principal deleted", "DELETE FROM users WHERE id = 904"},
	{"shown document opened by a second session", "UPDATE shown_documents SET session_hash = 'f" + sampleHash[1:] + "' WHERE id = 2"},
}

// Every table that says "append only" or "never deleted" is tried with a real row.
func TestGuardsOfTheFile(t *testing.T) {
	d := fresh(t)
	exec(t, d, sampleRows...)
	for _, c := range forbidden {
		if _, err := d.writer.ExecContext(bg, c.sql); !IsTrigger(err) {
			t.Errorf("%s: %v, want the file's own refusal", c.what, err)
		}
	}
	for _, s := range []string{
		"UPDATE documents SET note = 'x' WHERE id = 2", "UPDATE document_lines SET net_minor = 2 WHERE document_id = 2",
		"DELETE FROM document_lines WHERE document_id = 2", "DELETE FROM document_allowances WHERE document_id = 2",
		"DELETE FROM document_taxes WHERE document_id = 2", "DELETE FROM documents WHERE id = 2",
		"UPDATE entries SET sealed = 1, hash = '" + sampleHash + "' WHERE id = 3",
		"UPDATE series SET next_number = 3, last_issue_date = '2026-12-31'",
		"UPDATE payment_intents SET state = 'succeeded', payment_id = 1 WHERE id = 2", "UPDATE payment_intents SET watched = 0, fee_minor = 3 WHERE id = 1",
		"UPDATE charge_attempts SET state = 'cancelled' WHERE id = 2", "UPDATE plans SET state = 'withdrawn' WHERE id = 1", "UPDATE plan_links SET withdrawn_at = 'x' WHERE id = 1",
		"UPDATE gateway_payouts SET ref = 'po_2' WHERE id = 2", "UPDATE gateway_payouts SET reversal_id = 3, reversed_on = 'x' WHERE id = 1",
		"UPDATE subscriptions SET state = 'running', active_on = '2026-11-21' WHERE id = 3", "UPDATE subscriptions SET state = 'ended', ended_on = '2026-11-30' WHERE id = 1", "UPDATE subscriptions SET seats = 2 WHERE id = 3",
	} {
		if _, err := d.writer.ExecContext(bg, s); err != nil {
			t.Errorf("forbidden without need: %s: %v", s, err)
		}
	}
}

// Each guard is needed and tried: without it, something of the list goes through. What a guard refuses says so in the
// guard's own words, and one that stands refuses whatever the others do: without it, only those of its words can pass.
func TestEveryGuardIsTried(t *testing.T) {
	d := fresh(t)
	exec(t, d, sampleRows...)
	refused := map[string][]string{} // statements, by the words of their refusal
	for _, c := range forbidden {
		if _, err := d.writer.ExecContext(bg, c.sql); IsTrigger(err) { // TestGuardsOfTheFile wants it of all
			refused[err.Error()] = append(refused[err.Error()], c.sql)
		}
	}
	for name, sql := range schema(t, d.writer) {
		trigger, ok := strings.CutPrefix(name, "trigger ")
		if !ok || !strings.Contains(sql, "RAISE(") { // one that forbids nothing guards nothing: it follows
			continue
		}
		exec(t, d, "SAVEPOINT guards", "DROP TRIGGER "+trigger)
		tried := false
		for words, statements := range refused {
			if !strings.Contains(sql, "'"+words+"'") {
				continue
			}
			for _, s := range statements {
				exec(t, d, "SAVEPOINT trial")
				_, err := d.writer.ExecContext(bg, s)
				tried = tried || !IsTrigger(err)
				exec(t, d, "ROLLBACK TO trial", "RELEASE trial")
			}
		}
		exec(t, d, "ROLLBACK TO guards", "RELEASE guards")
		if !tried {
			t.Errorf("the guard %s is tried by no case of forbidden", trigger)
		}
	}
}

const sampleHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// sampleRows: document 1 issued, 2 a draft; entry 1 sealed, 2 unbalanced, 3 ready to seal, 4 without lines.
var sampleRows = []string{
	"INSERT INTO audit_log (at, actor_kind, actor_id, actor_name, action, object_kind, object_id, details, hash) VALUES ('2026-11-21T18:09:00.000Z', 'system', 0, 'x', 'made', 'x', 1, '{}', '" + sampleHash + "')",
	"INSERT INTO customers (id, public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at) VALUES (1, 'c1', 'C0001', 'company', 'Dupont', 'fr', 'EUR', 'domestic', 30, 'FR', 'dupont', '', '')",
	"INSERT INTO series (kind, year, pattern, next_number, last_issue_date) VALUES ('invoice', 2026, 'FA-{year}-{number:4}', 2, '2026-11-21')",
	"INSERT INTO journals (id, code, label, kind) VALUES (1, 'VE', 'Ventes', 'sales')",
	"INSERT INTO accounts (id, code, label, nature) VALUES (1, '411000', 'Clients', 'asset'), (2, '706000', 'Prestations', 'income')",
	"INSERT INTO entries (id, journal_id, number, entry_date, document_ref, document_date, label, source_kind, source_id, total_minor, validated_at) VALUES " +
		"(1, 1, 1, '2026-11-21', 'FA', '2026-11-21', 'x', 'document', 1, 100, ''), (2, 1, 2, '2026-11-21', 'FA', '2026-11-21', 'x', 'document', 2, 100, '')," +
		"(3, 1, 3, '2026-11-21', 'FA', '2026-11-21', 'x', 'document', 3, 100, ''), (4, 1, 4, '2026-11-21', 'FA', '2026-11-21', 'x', 'document', 4, 0, '')",
	"INSERT INTO entry_lines (entry_id, position, account_id, label, debit_minor, credit_minor) VALUES (1, 1, 1, 'x', 100, 0), (1, 2, 2, 'x', 0, 100), (2, 1, 1, 'x', 100, 0), (2, 2, 2, 'x', 0, 99), (3, 1, 1, 'x', 100, 0), (3, 2, 2, 'x', 0, 100)",
	"UPDATE entries SET sealed = 1, hash = '" + sampleHash + "' WHERE id = 1",
	"INSERT INTO documents (id, public_id, kind, state, customer_id, currency, language, created_at, updated_at) VALUES (1, 'd1', 'invoice', 'draft', 1, 'EUR', 'fr', '', ''), (2, 'd2', 'invoice', 'draft', 1, 'EUR', 'fr', '', '')",
	"INSERT INTO document_lines (document_id, position, nature, quantity_e4, unit, unit_price_e4, taxes) VALUES (1, 0, 'goods', 1, 'C62', 1, '[]'), (2, 0, 'goods', 1, 'C62', 1, '[]')",
	"INSERT INTO document_allowances (document_id, position, is_charge, taxes) VALUES (1, 0, 0, '[]'), (2, 0, 0, '[]')",
	"INSERT INTO document_taxes (document_id, position, tax, base_minor, tax_minor) VALUES (1, 0, '{}', 0, 0), (2, 0, '{}', 0, 0)",
	"INSERT INTO documents (id, public_id, kind, state, customer_id, currency, language, preceding_id, total_incl_minor, created_at, updated_at) VALUES (3, 'd3', 'invoice', 'draft', 1, 'EUR', 'fr', NULL, 0, '', ''), (4, 'd4', 'credit_note', 'draft', 1, 'EUR', 'fr', 1, 1, '', ''), (5, 'd5', 'invoice', 'draft', 1, 'EUR', 'fr', NULL, 0, '', '')",
	"INSERT INTO document_deposits (document_id, position, deposit_id, net_minor, tax_minor, taxes) VALUES (1, 0, 1, 1, 1, '[]'), (3, 0, 1, 1, 1, '[]')",
	"UPDATE documents SET state = 'issued', number = 'FA-2026-0001', series_year = 2026, series_number = 1, issue_date = '2026-11-21', due_date = '2026-12-21', seller = '{}', buyer = '{}', issued_at = 'x', rate_e8 = 100000000, chain_position = 1, entry_id = 1, hash = '" + sampleHash + "' WHERE id = 1",
	"INSERT INTO document_status (document_id, customer_id, kind, issue_date, due_date, currency, due_minor) VALUES (1, 1, 'invoice', '2026-11-21', '2026-12-21', 'EUR', 100)",
	"INSERT INTO payments (id, public_id, number, customer_id, method, received_on, amount_minor, currency, rate_e8, entry_id, created_at) VALUES (1, 'p1', 'RE-2026-0001', 1, 'transfer', '2026-11-21', 100, 'EUR', 100000000, 1, '')",
	"INSERT INTO payment_status (payment_id, customer_id, currency, left_minor) VALUES (1, 1, 'EUR', 0)",
	"INSERT INTO refunds (public_id, number, customer_id, payment_id, method, refunded_on, amount_minor, currency, rate_e8, entry_id, created_at) VALUES ('r1', 'RB-2026-0001', 1, 1, 'transfer', '2026-11-21', 50, 'EUR', 100000000, 1, '')",
	"INSERT INTO quote_decisions (public_id, document_id, decision, decided_at, decided_on, name, total_minor, document_hash) VALUES ('q1', 1, 'approved', '', '', 'x', 100, '" + sampleHash + "')",
	"INSERT INTO reminders (document_id, level, on_date, days_late, due_minor, outcome, created_at) VALUES (1, 1, '2026-11-21', 3, 100, 'mailed', '')",
	"INSERT INTO contacts (id, public_id, customer_id, name, email, language, created_at, updated_at) VALUES (901, 'k901', 1, 'Zoe', 'zoe@lenoir.example', 'fr', '', '')",
	"INSERT INTO users (id, public_id, name, email, language, role, state, created_at) VALUES (903, 'u903', 'Ève', 'eve@vasseur.example', 'fr', 'principal', 'active', ''), (904, 'u904', 'Zoé', 'zoe@vasseur.example', 'fr', 'delegate', 'active', ''), (905, 'u905', 'Luc', 'luc@vasseur.example', 'fr', 'reader', 'closed', '')",
	"INSERT INTO user_handovers (id, from_id, to_id, at) VALUES (1, 903, 904, '')",
	"INSERT INTO users (id, public_id, name, email, language, role, created_at) VALUES (901, 'u901', 'Marie', 'marie@vasseur.example', 'fr', 'sales', '')",
	"INSERT INTO portal_stand_ins (id, public_id, customer_id, user_id, by_name, language, token_hash, token_until, session_hash, created_at, opened_at, idle_until, expires_at) VALUES (1, 'si1', 1, 901, 'Marie', 'fr', '" + sampleHash + "', '', '" + sampleHash + "', '', '', '', '')",
	"INSERT INTO registrations (id, public_id, token_hash, came_by, email, form, password_hash, terms_words, terms_lang, terms_hash, terms_at, known, round, code_until, contact_id, address, created_at, expires_at) VALUES (1, 'rg1', '" + sampleHash + "', '', 'zoe@lenoir.example', '{}', 'x', 'x', 'fr', '" + sampleHash + "', '', 0, 1, '', 901, '', '', '')",
	"INSERT INTO recurring_invoices (id, public_id, state, customer_id, form, currency, rule, next_on, created_at, updated_at) VALUES (1, 'ri1', 'active', 1, '{}', 'EUR', 'FREQ=MONTHLY', '2026-12-01', '', '')",
	"INSERT INTO recurring_runs (recurring_id, period_on, from_on, to_on, cycle, outcome, document_ref, made_at) VALUES (1, '2026-11-01', '2026-11-01', '2026-11-30', 1, 'made', 'd1', '')",
	"INSERT INTO statement_runs (public_id, customer_id, period_on, kind, from_date, to_date, outcome, created_at) VALUES ('sr1', 1, '2026-11-01', 'activity', '2026-10-01', '2026-10-31', 'mailed', '')",
	"INSERT INTO kept_methods (id, public_id, customer_id, gateway, mode, token, kind, last4, created_at) VALUES (1, 'k1', 1, 'stripe', 'test', 'pm_1', 'card', '4242', ''), (2, 'k2', 1, 'stripe', 'test', 'pm_2', 'sepa_debit', 'AB12', '')",
	"INSERT INTO mandates (id, public_id, customer_id, rum, ics, scheme, notice_days, created_at) VALUES (1, 'm1', 1, 'RUM-1', 'FR72ZZZ123456', 'CORE', 14, '')",
	"INSERT INTO mandates (id, public_id, customer_id, rum, ics, scheme, notice_days, state, how, debtor_name, iban, signed_on, created_at) VALUES (2, 'm2', 1, 'RUM-2', 'FR72ZZZ123456', 'CORE', 14, 'signed', 'portal', 'x', 'FR7610107001011234567890129', '2026-11-21', '')",
	"INSERT INTO sepa_batches (id, public_id, kind, number, scheme, on_date, orders, amount_minor, content, sha256, made_by, state, confirmed_on, created_at) VALUES " +
		"(1, 's1', 'debit', 'PRLV-1', 'CORE', '2026-12-15', 1, 1, 'x', '" + sampleHash + "', 'x', 'made', '', ''), (2, 's2', 'debit', 'PRLV-2', 'CORE', '2026-12-15', 1, 1, 'x', '" + sampleHash + "', 'x', 'confirmed', '2026-12-15', '')",
	"INSERT INTO sepa_debits (id, public_id, batch_id, mandate_id, customer_id, end_to_end, sequence, on_date, amount_minor, state, payment_id, ics, creditor_name) VALUES (1, 'd1', 1, 2, 1, 'x', 'FRST', '2026-12-15', 1, 'made', NULL, 'x', 'x'), (2, 'd2', 2, 2, 1, 'y', 'RCUR', '2026-12-15', 1, 'collected', 1, 'x', 'x')",
	"INSERT INTO sepa_debit_parts VALUES (1, 1, 1), (1, 5, 1)",
	"INSERT INTO sepa_transfers (id, public_id, customer_id, payment_id, amount_minor, creditor_name, iban, about, state, decided_by, created_at) VALUES (1, 't1', 1, 1, 1, 'x', 'x', 'x', 'decided', 'x', ''), (2, 't2', 1, 1, 1, 'x', 'x', 'x', 'dropped', 'x', '')",
	"INSERT INTO payment_intents (id, public_id, kind, customer_id, document_id, gateway, mode, idempotency_key, amount_minor, currency, state, payment_id, created_at, updated_at) VALUES " +
		"(1, 'i1', 'pay', 1, 1, 'stripe', 'live', 'k1', 100, 'EUR', 'succeeded', 1, '', ''), (2, 'i2', 'pay', 1, 1, 'stripe', 'live', 'k2', 100, 'EUR', 'declined', NULL, '', ''), (3, 'i3', 'pay', 1, 1, 'stripe', 'test', 'k3', 100, 'EUR', 'unknown', NULL, '', '')",
	"INSERT INTO payment_intent_parts (intent_id, document_id, amount_minor) VALUES (1, 1, 100)",
	"INSERT INTO gateway_events (gateway, mode, event_id, kind, received_at) VALUES ('stripe', 'live', 'evt_1', 'x', '')",
	"INSERT INTO gateway_payouts (id, public_id, gateway, mode, ref, arrived_on, amount_minor, currency, rate_e8, by_hand, entry_id, reversal_id, reversed_on, created_at) VALUES " +
		"(1, 'po1', 'stripe', 'live', 'po_1', '2026-11-21', 100, 'EUR', 100000000, 0, 1, NULL, '', ''), (2, 'po2', 'stripe', 'live', '', '2026-11-21', 100, 'EUR', 100000000, 1, 1, 1, '2026-11-22', '')",
	"INSERT INTO gateway_disputes (gateway, ref, payment_id, state, amount_minor, created_at, updated_at) VALUES ('stripe', 'dp_1', 1, 'open', 100, '', '')",
	"INSERT INTO allocations (payment_id, document_id, amount_minor, on_date, created_at) VALUES (1, 1, 100, '2026-01-05', '2026-01-05T00:00:00.000Z')",
	"INSERT INTO charge_consents (intent_id, customer_id, contact_id, language, words, given_at) VALUES (1, 1, 901, 'fr', 'J’accepte', '')",
	"INSERT INTO charge_attempts (id, document_id, customer_id, number, key, step, first_on, due_on, state, intent_id, created_at, updated_at) VALUES " +
		"(1, 1, 1, 1, 'a1', 0, '2026-11-21', '2026-11-21', 'succeeded', 1, '', ''), (2, 3, 1, 1, 'a2', 0, '2026-11-21', '2026-11-21', 'planned', NULL, '', ''), " +
		"(3, 5, 1, 1, 'a3', 0, '2026-11-21', '2026-11-21', 'planned', NULL, '', ''), (4, 4, 1, 1, 'a4', 0, '2026-11-21', '2026-11-21', 'calling', NULL, '', '')",
	"INSERT INTO plans (id, public_id, name_fr, name_en, name_key, currency, price_minor, unit, every, form, created_at, updated_at) VALUES (1, 'pl1', 'Mensuel', 'Monthly', 'mensuel', 'EUR', 100, 'month', 1, '{}', '', ''), (2, 'pl2', 'Annuel', 'Yearly', 'annuel', 'EUR', 1000, 'year', 1, '{}', '', '')",
	"INSERT INTO plan_links (id, public_id, token, plan_id, created_at, withdrawn_at) VALUES (1, 'l1', 'abcdefghijklmnopqrstuvwxyz1', 1, '', ''), (2, 'l2', 'abcdefghijklmnopqrstuvwxyz2', 1, '', '2026-11-21')",
	"INSERT INTO recurring_invoices (id, public_id, state, customer_id, form, currency, rule, next_on, created_at, updated_at) SELECT value, 'ri' || value, 'active', 1, '{}', 'EUR', 'FREQ=MONTHLY', '2026-12-01', '', '' FROM json_each('[2,3,4,5]')",
	"INSERT INTO subscriptions (id, public_id, state, customer_id, customer_name, customer_key, plan_id, recurring_id, terms, seats, extras, currency, unit, every, amount_minor, monthly_minor, since_on, active_on, ended_on, created_at, updated_at) VALUES " +
		"(1, 'su1', 'running', 1, 'Dupont', 'dupont', 1, 2, '{}', 1, '[]', 'EUR', 'month', 1, 100, 100, '2026-11-01', '2026-11-01', '', '', ''), " +
		"(2, 'su2', 'ended', 1, 'Dupont', 'dupont', 1, 3, '{}', 1, '[]', 'EUR', 'month', 1, 100, 100, '2026-11-01', '2026-11-01', '2026-11-20', '', ''), " +
		"(3, 'su3', 'pending', 1, 'Dupont', 'dupont', 1, 5, '{}', 1, '[]', 'EUR', 'month', 1, 100, 100, '2026-11-01', '', '', '', '')",
	"INSERT INTO accepted_terms (id, customer_id, contact_id, subscription_id, words, lang, hash, at, address) VALUES (1, 1, 901, 1, 'x', 'fr', '" + sampleHash + "', '', '')",
	"INSERT INTO subscription_papers (subscription_id, document_id, role, from_on, to_on, minor) VALUES (1, 1, 'first', '2026-11-01', '2026-11-30', 100)",
	"INSERT INTO subscription_events (subscription_id, at, kind, who, who_name, args) VALUES (1, '', 'began', 'system', '', '{}')",
	"INSERT INTO customer_groups (id, public_id, name, created_at, updated_at) VALUES (901, 'g901', 'Pros', '', '')",
	"INSERT INTO group_terms (id, group_id, version, words_fr, words_en, by_name, at) VALUES (1, 901, 1, 'x', 'x', 'Marie', ''), (2, 901, 2, 'y', 'y', 'Marie', '')",
	"INSERT INTO terms_accepted (terms_id, contact_id, lang, address, at) VALUES (1, 901, 'fr', '', '')",
	"INSERT INTO access_requests (id, public_id, group_id, token_hash, state, language, form, decided_at, created_at, updated_at, expires_at) VALUES (1, 'ar1', 901, '" + sampleHash + "', 'refused', 'fr', '{}', '', '', '', '')",
	"INSERT INTO invitation_runs (id, public_id, by_name, total, created_at) VALUES (1, 'ir1', 'Marie', 1, '')",
	"INSERT INTO invitations (id, run_id, customer_id, result, at) VALUES (1, 1, 1, 'no_address', '')",
	"INSERT INTO contact_proposals (id, public_id, customer_id, by_contact, field, before, after, state, decided_at, created_at) VALUES (1, 'cp1', 1, 901, 'phone', '', '1', 'refused', '', '')",
	"INSERT INTO shown_documents (id, public_id, document_id, token_hash, token_until, by_name, language, session_hash, opened_at, ended_at, expires_at, created_at) VALUES " +
		"(1, 'sd1', 1, '" + sampleHash + "', '', 'Marie', 'fr', NULL, NULL, '', NULL, ''), (2, 'sd2', 1, 'e" + sampleHash[1:] + "', '', 'Marie', 'fr', 'e" + sampleHash[1:] + "', '', NULL, '', '')",
}

// No column of a kept method takes the number of a card, nor anything like it.
func TestKeptMethodsHoldNoNumbers(t *testing.T) {
	d := fresh(t)
	exec(t, d, "INSERT INTO customers (id, public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at) VALUES (1, 'c1', 'C0001', 'company', 'Dupont', 'fr', 'EUR', 'domestic', 30, 'FR', 'dupont', '', '')")
	insert := "INSERT INTO kept_methods (public_id, customer_id, gateway, mode, token, kind, brand, last4, exp_month, exp_year, created_at) VALUES (?, 1, 'stripe', 'test', ?, ?, ?, ?, ?, ?, '')"
	for i, c := range []struct {
		token, kind, brand, last4 string
		month, year               int
		ok                        bool
	}{
		{"pm_1Nv0FGQ9", "card", "visa", "4242", 12, 2028, true}, {"pm_2", "sepa_debit", "Banque d'essai", "X123", 0, 0, true},
		{"4242424242424242", "card", "visa", "4242", 0, 0, false}, {"4242 4242 4242 4242", "card", "visa", "4242", 0, 0, false}, {"pm_4242424242424242", "card", "visa", "4242", 0, 0, false}, {"", "card", "visa", "4242", 0, 0, false},
		{"pm_3", "card", "visa", "42", 0, 0, false}, {"pm_4", "card", "visa", "42424", 0, 0, false}, {"pm_5", "card", "visa", "424a", 0, 0, false}, {"pm_6", "card", "visa", "4242424242424242", 0, 0, false}, {"pm_7", "card", "visa", "", 0, 0, false},
		{"pm_8", "card", "visa 4242424242424242", "4242", 0, 0, false}, {"pm_9", "card", "visa", "4242", 13, 2028, false}, {"pm_10", "card", "visa", "4242", 12, 0, false}, {"pm_11", "cheque", "visa", "4242", 0, 0, false},
	} {
		_, err := d.writer.ExecContext(bg, insert, fmt.Sprint("p", i), c.token, c.kind, c.brand, c.last4, c.month, c.year)
		if (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
	exec(t, d, "UPDATE kept_methods SET is_default = 1 WHERE token = 'pm_1Nv0FGQ9'")
	if _, err := d.writer.ExecContext(bg, "UPDATE kept_methods SET is_default = 1"); err == nil {
		t.Error("two defaults")
	}
	if _, err := d.writer.ExecContext(bg, "UPDATE kept_methods SET token = '' WHERE deleted_at = ''"); err == nil {
		t.Error("a method that is kept lost its token")
	}
}
