package portal_test

import (
	"regexp"
	"testing"

	"comptoir/office/signing"
)

// Whoever signs sees what exactly: the SHA-256 of each document stands there unfolded, and an answer
// that is late is called so, not only coloured.
func TestWhatASignerSees(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	r := f.roundOf(f.asClaire(), f.toSign, signing.Signature)
	open := regexp.MustCompile(`<details class="hash" open>\s*<summary>[^<]*</summary>\s*<code>SHA-256 ` + r.Documents[0].SHA256)
	if a := v.get("/contrats/" + f.toSign); !open.MatchString(a.body) {
		t.Errorf("%d: the sum is folded away: %s", a.status, excerpt(a.body))
	}
	for due, word := range map[string]string{"2020-01-31": "En retard\u00a0: attendu le 31 janvier 2020", "2050-01-31": "Avant le 31 janvier 2050"} {
		_, err := f.raw.Exec("UPDATE contract_turns SET due_on = ? WHERE public_id = ?", due, r.TurnID)
		f.must(err)
		shows(t, v.get("/contrats/"+f.toSign), word)
	}
}
