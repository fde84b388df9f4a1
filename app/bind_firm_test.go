package app_test

import (
	"encoding/json"

	"comptoir/app/apptest"
	"comptoir/office/company"
	"comptoir/office/notices"
)

// firmSamples are the arguments for the firm's sections of Paramètres and its account with the provider.
func firmSamples(p *apptest.Program) [][]any {
	var support company.Support
	if raw, refused := p.Try("Settings.Support"); refused == nil {
		_ = json.Unmarshal(raw, &support) // left as it is where it cannot be read: the sample is refused then
	}
	return [][]any{{"Settings.Support"}, {"Settings.SaveSupport", support}, {"Settings.PhoneSystem"}, {"BillingAccount.Year", 0}, {"BillingAccount.Month", "2026-06"}}
}

// noticeSamples are the arguments for announcements and frequent questions.
func noticeSamples(p *apptest.Program) [][]any {
	a := notices.Announcement{TitleFR: "Fermeture", Everyone: true, Groups: []notices.Group{}, Importance: "info"}
	shown, draft := a, a
	for key, into := range map[string]*notices.Announcement{"key-bind-notice-1": &shown, "key-bind-notice-2": &draft} {
		if raw, refused := p.Try("Notices.Save", a, key); refused == nil {
			_ = json.Unmarshal(raw, into)
		}
	}
	q := notices.Question{QuestionFR: "Quand", Everyone: true, Groups: []notices.Group{}}
	list, ids := []notices.Question{}, []string{}
	if raw, refused := p.Try("Notices.SaveQuestion", q, "key-bind-question"); refused == nil {
		_ = json.Unmarshal(raw, &list)
	}
	for _, x := range list {
		ids = append(ids, x.PublicID)
	}
	last := q
	if len(list) > 0 {
		last = list[len(list)-1]
	}
	return [][]any{
		{"Notices.List", "", ""}, {"Notices.Get", shown.PublicID}, {"Notices.Get", ""}, {"Notices.Save", a, "key-bind-notice-1"}, {"Notices.Publish", shown.PublicID, shown.Version}, {"Notices.Withdraw", shown.PublicID, shown.Version + 1},
		{"Notices.Delete", draft.PublicID, draft.Version}, {"Notices.Preview", a, "fr"}, {"Notices.Questions"}, {"Notices.SaveQuestion", q, "key-bind-question"}, {"Notices.OrderQuestions", ids}, {"Notices.DeleteQuestion", last.PublicID, last.Version},
	}
}
