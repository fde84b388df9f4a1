package app_test

import "comptoir/app"

// requestSamples are calls of the methods of requests for access; a company at rest has none.
func requestSamples() [][]any {
	return [][]any{
		{"Requests.List", "sent", ""}, {"Requests.List", "", ""}, {"Requests.Get", "none"}, {"Requests.Approve", app.Approval{RequestID: "none", Version: 1, Fields: []string{}}, "key-bind-approve"},
		{"Requests.AskMore", app.RequestWords{RequestID: "none", Version: 1, Words: "Votre KBIS"}, "key-bind-ask"}, {"Requests.Refuse", app.RequestWords{RequestID: "none", Version: 1, Words: "Inconnu"}, "key-bind-refuse"},
	}
}
