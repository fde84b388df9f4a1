package db

// The guards of conversations: rows to try them on, and what nobody may do.
func init() {
	sampleRows = append(sampleRows,
		"INSERT INTO customers (id, public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at) VALUES (81, 'k81', 'C0081', 'company', 'Huit', 'fr', 'EUR', 'domestic', 30, 'FR', 'huit', '', '')",
		"INSERT INTO contacts (id, public_id, customer_id, name, email, language, created_at, updated_at) VALUES (981, 'p981', 81, 'Huit', 'huit@x.example', 'fr', '', '')",
		"INSERT INTO conversations (id, public_id, customer_id, contact_id, subject, begun, language, last_message_id, created_at) VALUES (1, 'cv1', 81, 981, 'x', 'live', 'fr', 1, '')",
		"INSERT INTO conversation_messages (id, public_id, conversation_id, side, contact_id, author_name, body, created_at) VALUES (1, 'cm1', 1, 'contact', 981, 'Huit', 'x', '')",
		"INSERT INTO files (sha256, size, media_type, created_at) SELECT '"+sampleHash+"', 1, 'application/pdf', '' WHERE NOT EXISTS (SELECT 1 FROM files WHERE sha256 = '"+sampleHash+"')",
		"INSERT INTO conversation_files (id, public_id, message_id, name, sha256, size, media_type) VALUES (1, 'cmf1', 1, 'x.pdf', '"+sampleHash+"', 1, 'application/pdf')",
	)
	for _, c := range [][2]string{
		{"conversation given to another contact", "UPDATE conversations SET contact_id = 982"},
		{"conversation deleted", "DELETE FROM conversations"},
		{"words of a conversation changed", "UPDATE conversation_messages SET body = 'y'"},
		{"words of a conversation taken away", "DELETE FROM conversation_messages"},
		{"file of a conversation changed", "UPDATE conversation_files SET size = 2"},
		{"file of a conversation taken away", "DELETE FROM conversation_files"},
	} {
		forbidden = append(forbidden, struct{ what, sql string }{c[0], c[1]})
	}
}
