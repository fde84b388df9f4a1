package contract_test

import (
	"testing"

	"comptoir/rules/contract"
)

// TestSees is the table of who sees a contract (spec/contracts, Sharing): every kind of visitor,
// while it is shown and once it is hidden.
func TestSees(t *testing.T) {
	for name, c := range map[string]struct {
		r    contract.Reader
		sees bool
	}{
		"requester":                              {contract.Reader{Customer: true, Admitted: true, Requester: true}, true},
		"watcher":                                {contract.Reader{Customer: true, Admitted: true, Watcher: true}, true},
		"asked in a round":                       {contract.Reader{Customer: true, Admitted: true, Asked: true}, true},
		"another contact":                        {contract.Reader{Customer: true, Admitted: true}, false},
		"another contact, they see each other":   {contract.Reader{Customer: true, Admitted: true, Fellows: true}, true},
		"requester without access":               {contract.Reader{Customer: true, Requester: true}, false},
		"watcher to whom the contracts are shut": {contract.Reader{Customer: true, Watcher: true, Fellows: true}, false},
		"of another customer":                    {contract.Reader{Admitted: true, Fellows: true}, false},
		"moved away, still named":                {contract.Reader{Admitted: true, Requester: true, Watcher: true, Asked: true}, false},
		"guest of a round":                       {contract.Reader{Guest: true, Admitted: true, Asked: true}, true},
		"guest who is not asked yet":             {contract.Reader{Guest: true, Admitted: true}, false},
		"guest of another contract":              {contract.Reader{Guest: true, Admitted: true, Fellows: true}, false},
		"guest whose invitation ended":           {contract.Reader{Guest: true, Asked: true}, false},
		"nobody":                                 {contract.Reader{}, false},
	} {
		if got := contract.Sees(true, c.r); got != c.sees {
			t.Errorf("%s: sees it %v", name, got)
		}
		if contract.Sees(false, c.r) {
			t.Errorf("%s sees it hidden", name)
		}
	}
}
