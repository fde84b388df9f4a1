package ledger_test

import (
	"slices"
	"testing"

	"comptoir/core/locale"
	"comptoir/rules/ledger"
)

// What the posting rules may name in each chart; a French firm may be registered in Québec.
var saleRoles = []string{
	ledger.RoleCustomers, ledger.RoleDeposits, ledger.RoleCredits, ledger.RoleBank, ledger.RoleCash, ledger.RoleCheques, ledger.RoleGateway,
	ledger.RoleGoods, ledger.RoleServices, ledger.RoleShipping, ledger.RoleTaxDue, ledger.RoleTaxWaiting, ledger.RoleBankFees,
	ledger.RoleExchLoss, ledger.RoleExchGain, ledger.RoleRoundDebit, ledger.RoleRoundCredit, ledger.RoleLateFees, ledger.RoleSuspense,
	ledger.RoleGST, ledger.RoleQST, ledger.RoleHST,
}

func TestChartsHaveEveryRole(t *testing.T) {
	for _, name := range ledger.ChartNames() {
		accounts, err := ledger.Chart(name)
		if err != nil {
			t.Fatal(err)
		}
		roles, codes := map[string]bool{}, map[string]bool{}
		for _, a := range accounts {
			if roles[a.Role] || codes[a.Code] || a.Role == "" || a.Code == "" || a.Label == "" {
				t.Errorf("%s: %+v stands twice or lacks something", name, a)
			}
			if !slices.Contains([]string{"actif", "passif", "tiers", "tva", "regul", "tresorerie", "charge", "produit"}, a.Nature) {
				t.Errorf("%s: %s has nature %q", name, a.Code, a.Nature)
			}
			if name != "fr_pcg" && a.LabelIn("en") == a.Label && a.LabelEN == "" {
				t.Errorf("%s: %s has no English label", name, a.Code)
			}
			roles[a.Role], codes[a.Code] = true, true
		}
		for _, r := range saleRoles {
			if !roles[r] {
				t.Errorf("chart %s has no account for %s", name, r)
			}
		}
		for _, j := range ledger.Journals() {
			if j.Role != "" && !roles[j.Role] {
				t.Errorf("chart %s has no account for journal %s", name, j.Code)
			}
		}
	}
	if fr, _ := ledger.Chart("fr_pcg"); len(fr) != 151 {
		t.Errorf("fr_pcg has %d accounts, want 151", len(fr))
	}
	if _, err := ledger.Chart("de_skr03"); err == nil {
		t.Error("an unknown chart was given")
	}
}

func TestJournalsHaveNames(t *testing.T) {
	for _, j := range ledger.Journals() {
		if locale.IsMissing(j.LabelIn("fr")) || locale.IsMissing(j.LabelIn("en")) {
			t.Errorf("journal %s has no name", j.Code)
		}
	}
}
