package db

import (
	"database/sql"
	"testing"
)

// The owner of a company of before is its principal after the upgrade, under the first code, and comes in without
// a password as before; the desk stays closed to the network.
func TestUpgradeKeepsTheOwner(t *testing.T) {
	path := older(t, 26)
	raw, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(bg, "INSERT INTO users (public_id, name, email, language, role, created_at) VALUES ('u1', 'Ève', 'eve@vasseur.example', 'fr', 'principal', '')"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	d := reopen(t, path)
	for query, want := range map[string]int{
		"SELECT count(*) FROM users WHERE role = 'principal' AND state = 'active' AND code = 'U001' AND version = 1": 1,
		"SELECT count(*) FROM user_credentials":                              0,
		"SELECT ask_password + lan_on FROM desk_settings":                    0,
		"SELECT count(*) FROM desk_settings WHERE recovery_hash IS NOT NULL": 0,
	} {
		var n int
		if err := d.writer.QueryRowContext(bg, query).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d %v, want %d", query, n, err, want)
		}
	}
}
