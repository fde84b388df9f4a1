package app_test

import "comptoir/app"

// auditSamples are arguments of the methods of the audit log.
func auditSamples() [][]any {
	return [][]any{{"Audit.Choices"}, {"Audit.List", app.AuditQuery{Limit: 20}}, {"Audit.List", app.AuditQuery{Words: "facture", From: "2026-01-01", To: "2026-12-31", Person: "staff:1"}},
		{"Audit.List", app.AuditQuery{Action: "invoice.issued", Kind: "document", Limit: 5}}, {"Audit.Prove"}}
}
