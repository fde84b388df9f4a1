package db

import (
	"database/sql"
	"testing"
)

// A company of before has an account for what gateways hold after the upgrade, in its language, once;
// and the limit for cash that came with the program only where a law knows it.
func TestUpgradeGivesEveryChartAnAccountForGateways(t *testing.T) {
	for _, c := range []struct {
		country, chart, lang, code, label string
		cash                              int
	}{
		{"FR", "fr_pcg", "fr", "517000", "Autres organismes financiers", 100_000},
		{"CA", "ca_qc", "fr", "1070", "Fonds chez les prestataires de paiement", 0},
		{"CH", "generic", "en", "1030", "Funds held by payment processors", 0},
	} {
		path := older(t, 20)
		raw, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		exec := func(s string) {
			t.Helper()
			if _, err := raw.ExecContext(bg, s); err != nil {
				t.Fatal(s, err)
			}
		}
		exec("INSERT INTO company (id, public_id, account_number, name, country, email, vat_scheme, language, currency, time_zone, chart, paper_size, address_right, terms_days, is_demo, created_at, updated_at) VALUES (1, 'x', 'C1', 'Atelier', '" +
			c.country + "', '', 'none', '" + c.lang + "', 'EUR', 'Europe/Paris', '" + c.chart + "', 'A4', 0, 30, 0, '', '')")
		if c.chart == "fr_pcg" {
			exec("INSERT INTO accounts (code, label, nature, role) VALUES ('517000', 'Autres organismes financiers', 'tresorerie', 'autres_organismes')")
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		d := reopen(t, path)
		var code, label string
		var n, cash int
		if err := d.writer.QueryRowContext(bg, "SELECT code, label, (SELECT count(*) FROM accounts), (SELECT most_minor FROM pay_ways WHERE way = 'cash') FROM accounts WHERE role = 'autres_organismes'").Scan(&code, &label, &n, &cash); err != nil ||
			code != c.code || label != c.label || n != 1 || cash != c.cash {
			t.Errorf("%s: %s %s, %d accounts, cash up to %d, %v", c.chart, code, label, n, cash, err)
		}
	}
}
