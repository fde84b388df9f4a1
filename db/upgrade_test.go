package db

import (
	"database/sql"
	"testing"
)

// The hours of support that a firm wrote become the text of its own language, and none of the other's.
func TestUpgradeKeepsSupportHours(t *testing.T) {
	for lang, want := range map[string][2]string{"fr": {"de 9 h à 17 h", ""}, "en": {"", "de 9 h à 17 h"}} {
		path := older(t, 34)
		raw, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raw.ExecContext(bg, `INSERT INTO company (id, public_id, account_number, name, country, email, vat_scheme, language, currency, time_zone, chart, created_at, updated_at, support_hours)
			VALUES (1, 'p', 'CAN0001', 'Atelier', 'FR', '', 'real_payments', ?, 'EUR', 'Europe/Paris', 'fr_pcg', 'x', 'x', 'de 9 h à 17 h')`, lang); err != nil {
			t.Fatal(err)
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		var got [2]string
		if err := reopen(t, path).writer.QueryRowContext(bg, "SELECT support_hours_fr, support_hours_en FROM company").Scan(&got[0], &got[1]); err != nil || got != want {
			t.Errorf("%s: %q %v", lang, got, err)
		}
	}
}

// Attempts of before are there after the upgrade: each with its part, those that had no end
// still watched.
func TestUpgradeKeepsAttempts(t *testing.T) {
	path := older(t, 14)
	raw, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{sampleRows[1], sampleRows[3], sampleRows[4],
		"INSERT INTO documents (id, public_id, kind, state, customer_id, currency, language, created_at, updated_at) VALUES (1, 'd1', 'invoice', 'draft', 1, 'EUR', 'fr', '', '')",
		"INSERT INTO payment_intents (public_id, customer_id, document_id, gateway, idempotency_key, amount_minor, currency, state, gateway_ref, created_at, updated_at) VALUES " +
			"('i1', 1, 1, 'practice', 'intent-i1', 100, 'EUR', 'unknown', '', 'x', 'y'), ('i2', 1, 1, 'practice', 'intent-i2', 200, 'EUR', 'declined', 'practice-i2', 'x', 'y')"} {
		if _, err := raw.ExecContext(bg, s); err != nil {
			t.Fatal(s, err)
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	d := reopen(t, path)
	for query, want := range map[string]int{
		"SELECT count(*) FROM payment_intents WHERE kind = 'pay' AND mode = 'test'":                                                       2,
		"SELECT count(*) FROM payment_intents WHERE public_id = 'i1' AND watched = 1 AND idempotency_key = 'intent-i1'":                   1,
		"SELECT count(*) FROM payment_intents WHERE public_id = 'i2' AND watched = 0 AND charge_ref = 'practice-i2' AND updated_at = 'y'": 1,
		"SELECT sum(amount_minor) FROM payment_intent_parts WHERE document_id = 1":                                                        300,
	} {
		var n int
		if err := d.writer.QueryRowContext(bg, query).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d %v, want %d", query, n, err, want)
		}
	}
}
