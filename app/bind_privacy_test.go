package app_test

import "comptoir/office/privacy"

// privacySamples are calls of the methods of personal data. Nobody of the demo is erased: what
// follows needs them.
func privacySamples(x ids) [][]any {
	return [][]any{{"Privacy.Kept"}, {"Privacy.Plan", x.contact}, {"Privacy.Erase", privacy.Erase{ContactID: x.contact, Version: 1, Typed: "Personne d’ici"}, "key-bind-erase"}}
}
