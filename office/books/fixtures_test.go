package books_test

import (
	"testing"

	"comptoir/db/dbtest"
)

// startYears sets the month in which the firm's financial year starts; no screen does yet.
func startYears(t testing.TB, k *desk, month string) {
	t.Helper()
	if _, err := dbtest.Raw(t, k.db.Path()).Exec("UPDATE company SET fiscal_year_start = ?", month); err != nil {
		t.Fatal(err)
	}
}

// suppliers adds the accounts of the golden year that the chart of a small firm lacks.
func suppliers(t testing.TB, k *desk) {
	t.Helper()
	raw := dbtest.Raw(t, k.db.Path())
	for _, r := range readCSV(t, "testdata/fec/balance-2026-12-31.csv", ';')[1:] {
		if r[0] == "" || r[0][0] < '0' || r[0][0] > '9' {
			continue
		}
		if _, err := raw.Exec("INSERT INTO accounts (code, label, nature) SELECT ?, ?, 'tiers' WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE code = ?)", r[0], r[1], r[0]); err != nil {
			t.Fatal(err)
		}
	}
}
