package db

// The guards of the provisioning interface: rows to try them on, and what nobody may do.
func init() {
	sampleRows = append(sampleRows,
		"INSERT INTO api_tokens (id, public_id, name, hint, token_hash, scopes, created_by, created_at, revoked_at) VALUES (1, 'tk1', 'x', 'cpt_', '0123456789012345678901234567890123456789012345678901234567890123', '[]', 'x', '', '2026-01-01')",
		"INSERT INTO webhook_events (id, public_id, kind, body, created_at) VALUES (1, 'ev1', 'ping', '{}', '')",
	)
	for _, c := range [][2]string{
		{"token deleted", "DELETE FROM api_tokens"},
		{"token with more scopes", `UPDATE api_tokens SET scopes = '["accounts:write"]'`},
		{"token without its end", "UPDATE api_tokens SET expires_at = '2099-01-01'"},
		{"token no longer revoked", "UPDATE api_tokens SET revoked_at = NULL"},
		{"event told otherwise", "UPDATE webhook_events SET body = '[]'"},
	} {
		forbidden = append(forbidden, struct{ what, sql string }{c[0], c[1]})
	}
}
