package billing

import (
	"comptoir/core/civil"
	"comptoir/core/ident"
)

func spaced(siren string) string { return ident.FormatSIREN(siren) }

// lawText is a text that replaces another from a day on.
type lawText struct {
	Key       string
	From      civil.Date
	Becomes   string
	Confirmed bool
	Source    string
}

// The VAT code moves from the CGI to the CIBS on 2027-01-01 (ord. 2025-1247, 2026-671;
// RF §2.6). Old references are tolerated until 2028-06-30, so only the text whose new
// article is known changes, and it names both.
var lawTexts = []lawText{
	{"mention.fr.franchise", civil.MustParse("2027-01-01"), "mention.fr.franchise_cibs", false, "CIBS L. 223-3"},
}

// LawText gives the key in force on a day for a mention's key.
func LawText(key string, on civil.Date) string {
	for _, t := range lawTexts {
		if t.Key == key && !on.Before(t.From) {
			return t.Becomes
		}
	}
	return key
}
