package app_test

import "comptoir/office/company"

// firmSamples are the arguments for the firm's sections of Paramètres and its account with the provider.
func firmSamples() [][]any {
	return [][]any{
		{"Settings.Support"}, {"Settings.SaveSupport", company.Support{Email: "aide@atelier.example", Seen: "x"}}, {"Settings.PhoneSystem"},
		{"Account.Year", 0}, {"Account.Month", "2026-06"},
	}
}
