package db

// The guards of contracts: rows to try them on, and what nobody may do. Two customers, each with a
// contact; contract 1 is a signed one of the first, 2 a draft of the second.
func init() {
	sampleRows = append(sampleRows,
		"INSERT INTO customers (id, public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at) VALUES (71, 'k71', 'C0071', 'company', 'Un', 'fr', 'EUR', 'domestic', 30, 'FR', 'un', '', ''), (72, 'k72', 'C0072', 'company', 'Deux', 'fr', 'EUR', 'domestic', 30, 'FR', 'deux', '', '')",
		"INSERT INTO contacts (id, public_id, customer_id, name, email, language, created_at, updated_at) VALUES (971, 'p971', 71, 'Un', 'un@x.example', 'fr', '', ''), (972, 'p972', 72, 'Deux', 'deux@x.example', 'fr', '', '')",
		"INSERT INTO contracts (id, public_id, number, title, title_key, customer_id, state, currency, requester_id, created_at, updated_at) VALUES (1, 'ct1', 'CT-2026-0001', 'x', 'x', 71, 'signed', 'EUR', 971, '', ''), (2, 'ct2', 'CT-2026-0002', 'x', 'x', 72, 'draft', 'EUR', NULL, '', '')",
		"INSERT INTO contract_watchers (contract_id, contact_id, added_at) VALUES (2, 972, '')",
		"INSERT INTO files (sha256, size, media_type, created_at) SELECT '"+sampleHash+"', 1, 'application/pdf', '' WHERE NOT EXISTS (SELECT 1 FROM files WHERE sha256 = '"+sampleHash+"')",
		"INSERT INTO contract_files (id, public_id, contract_id, name, created_at) VALUES (1, 'cf1', 1, 'x.pdf', '')",
		"INSERT INTO contract_files (id, public_id, contract_id, name, sealed, created_at) VALUES (2, 'cf2', 1, 'x (signed).pdf', 1, '')",
		"INSERT INTO contract_comments (id, public_id, contract_id, contact_id, author_name, body, created_at) VALUES (1, 'cc1', 1, 971, 'Un', 'x', '')",
		"INSERT INTO contract_file_versions (id, public_id, file_id, n, sha256, size, media_type, name, author_name, created_at) VALUES (1, 'cv1', 1, 1, '"+sampleHash+"', 1, 'application/pdf', 'x.pdf', 'Marie', '')",
		"INSERT INTO contract_papers (contract_id, document_ref, created_at) VALUES (1, 'd1', '')",
	)
	for _, c := range [][2]string{
		{"number of a contract changed", "UPDATE contracts SET number = 'CT-2026-0009' WHERE id = 2"},
		{"signed contract given to another customer", "UPDATE contracts SET customer_id = 72, requester_id = NULL WHERE id = 1"},
		{"contract deleted", "DELETE FROM contracts WHERE id = 2"},
		{"contract asked for by another customer's contact", "INSERT INTO contracts (public_id, number, title, title_key, customer_id, state, currency, requester_id, created_at, updated_at) VALUES ('ct3', 'CT-2026-0003', 'x', 'x', 71, 'draft', 'EUR', 972, '', '')"},
		{"requester of another customer", "UPDATE contracts SET requester_id = 972 WHERE id = 1"},
		{"watcher of another customer", "INSERT INTO contract_watchers (contract_id, contact_id, added_at) VALUES (1, 972, '')"},
		{"contact of a contract moved to another customer", "UPDATE contacts SET customer_id = 72 WHERE id = 971"},
		{"watcher moved to another contract", "UPDATE contract_watchers SET contract_id = 1"},
		{"version of an attachment changed", "UPDATE contract_file_versions SET size = 2"},
		{"version of an attachment deleted", "DELETE FROM contract_file_versions"},
		{"sealed paper put into the bin", "UPDATE contract_files SET removed_at = 'x' WHERE id = 2"},
		{"sealed paper made a plain one", "UPDATE contract_files SET sealed = 0 WHERE id = 2"},
		{"words put into another mouth", "UPDATE contract_comments SET contact_id = NULL, user_id = 1"},
		{"words of a thread taken away", "DELETE FROM contract_comments"},
		{"one paper of two contracts", "INSERT INTO contract_papers (contract_id, document_ref, created_at) VALUES (2, 'd1', '')"},
	} {
		forbidden = append(forbidden, struct{ what, sql string }{c[0], c[1]})
	}
}
