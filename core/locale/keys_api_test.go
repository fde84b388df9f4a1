package locale_test

import "maps"

// The keys that the provisioning interface puts together.
func init() {
	notTexts = append(notTexts, "fault.api.")
	maps.Copy(dynamic, map[string][]string{
		"window.api.scope.":    {"accounts_read", "accounts_write", "documents_read", "payments_read", "phone_write"},
		"window.api.state.":    {"active", "expired", "revoked"},
		"window.api.hook.":     {"on", "off", "failing"},
		"window.api.delivery.": {"delivered", "queued", "failed"},
		"window.api.event.":    {"account_created", "account_updated", "account_suspended", "account_resumed", "invoice_issued", "invoice_paid", "credit_issued", "payment_recorded", "quote_approved", "quote_refused", "contract_signed"},
	})
}
