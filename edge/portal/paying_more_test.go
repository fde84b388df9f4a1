package portal_test

import (
	"strings"
	"testing"
)

// A transfer that this amount is too small for is shown with its reason: it does not vanish.
func TestRefusedTransferSaysWhy(t *testing.T) {
	f := newFirm(t)
	if _, err := f.raw.Exec("UPDATE pay_ways SET least_minor = 50000000 WHERE way = 'transfer'"); err != nil {
		t.Fatal(err)
	}
	a := f.byLink(f.serve()).get("/factures/" + f.open + "/payer")
	if !strings.Contains(a.body, "Par virement bancaire") || !strings.Contains(a.body, "ne prend pas moins de") || strings.Contains(a.body, "FR76") {
		t.Errorf("%s", excerpt(a.body))
	}
}

// The field of an amount ahead and the click are judged alike.
func TestLeastAmountAhead(t *testing.T) {
	f := newFirm(t)
	f.allowAmounts(0, 0, 1, 1_000)
	v := f.byLink(f.serve())
	if a := v.get("/payer?montant=9,99"); a.status != 422 || !strings.Contains(a.body, "Le plus petit montant accepté est 10,00") || strings.Contains(a.body, "/payer/paiement") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	if a := v.get("/payer?montant=10"); a.status != 200 || !strings.Contains(a.body, "/payer/paiement") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	if a := v.get("/payer?montant=10&devise=JPY"); a.status != 404 {
		t.Errorf("%d", a.status)
	}
}
