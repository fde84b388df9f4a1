package db

// The guards of the firm's account with its provider: rows to try them on, and what nobody may do.
func init() {
	sampleRows = append(sampleRows,
		"INSERT INTO company (id, public_id, account_number, name, country, vat_scheme, language, currency, time_zone, chart, created_at, updated_at) VALUES (1, 'co', 'C1', 'x', 'FR', 'none', 'fr', 'EUR', 'Europe/Paris', 'fr_pcg', '', '')",
		"INSERT INTO billing_modes (id, from_month, mode, by_name, at) VALUES (1, '2026-03', 'indirect', 'x', '')",
		"INSERT INTO line_costs (document_id, position, quantity_e4, revenue_minor) VALUES (1, 0, 10000, 100)",
	)
	for _, c := range [][2]string{
		{"mode of a month that is over", "INSERT INTO billing_modes (from_month, mode, by_name, at) VALUES ('2026-02', 'direct', 'x', '')"},
		{"mode of a month changed", "UPDATE billing_modes SET mode = 'direct'"},
		{"mode of a month deleted", "DELETE FROM billing_modes"},
		{"cost of a line changed", "UPDATE line_costs SET cost_e4 = 1, currency = 'EUR'"},
		{"cost of a line deleted", "DELETE FROM line_costs"},
		{"customer account number changed", "UPDATE company SET account_number = 'CHANGED'"},
	} {
		forbidden = append(forbidden, struct{ what, sql string }{c[0], c[1]})
	}
}
