package db

// The guards of rounds of approval and signature: rows to try them on, and what nobody may do.
// Round 1 is signed by all, 2 and 3 are open, 4 was closed before its only turn was answered.
func init() {
	sampleRows = append(sampleRows,
		"INSERT INTO contract_parties (id, public_id, contract_id, kind, position, contact_id, created_at) VALUES (1, 'pa1', 1, 'signature', 1, 971, ''), (2, 'pa2', 1, 'approval', 1, 971, ''), (3, 'pa3', 2, 'approval', 1, 972, '')",
		"INSERT INTO contract_rounds (id, public_id, contract_id, kind, n, ordered, digest, state, started_by, started_at) VALUES (1, 'ro1', 1, 'signature', 1, 1, '"+sampleHash+"', 'open', 'x', ''), (2, 'ro2', 1, 'approval', 1, 1, '"+sampleHash+"', 'open', 'x', '')",
		"INSERT INTO contract_rounds (id, public_id, contract_id, kind, n, ordered, digest, state, started_by, started_at, closed_at) VALUES (4, 'ro4', 2, 'approval', 1, 1, '"+sampleHash+"', 'restarted', 'x', '', 'x')",
		"INSERT INTO contract_round_files (round_id, position, version_id, pages) VALUES (1, 0, 1, 1), (2, 0, 1, 0)",
		"INSERT INTO contract_turns (id, public_id, round_id, party_id, position, name) VALUES (1, 'tu1', 1, 1, 1, 'x'), (2, 'tu2', 2, 2, 1, 'x'), (4, 'tu4', 4, 3, 1, 'x')",
		"UPDATE contract_turns SET decision = 'signed', decided_at = 'x' WHERE id = 1",
		"INSERT INTO contract_signatures (turn_id, typed_name, consent_version, consent_text, language, method, proved_at, time_zone, digest, signed_at) VALUES (1, 'x', '1', 'x', 'fr', 'desk', 'x', '', '"+sampleHash+"', 'x')",
		"INSERT INTO contract_evidence (round_id, document, n, at, kind, data, hash) VALUES (1, 0, 1, 'x', 'created', '{}', '"+sampleHash+"')",
		"UPDATE contract_rounds SET state = 'done', closed_at = 'x' WHERE id = 1",
		"INSERT INTO contract_rounds (id, public_id, contract_id, kind, n, ordered, digest, state, started_by, started_at) VALUES (3, 'ro3', 1, 'signature', 2, 1, '"+sampleHash+"', 'open', 'x', '')",
		"INSERT INTO contract_turns (id, public_id, round_id, party_id, position, name) VALUES (3, 'tu3', 3, 1, 1, 'x')",
	)
	for _, c := range [][2]string{
		{"closed round given another outcome", "UPDATE contract_rounds SET state = 'refused' WHERE id = 1"},
		{"round done though somebody has not answered", "UPDATE contract_rounds SET state = 'done', closed_at = 'x' WHERE id = 3"},
		{"document of a round changed", "UPDATE contract_round_files SET pages = 2 WHERE round_id = 1"},
		{"document of a round deleted", "DELETE FROM contract_round_files"},
		{"document to sign without its pages", "INSERT INTO contract_round_files (round_id, position, version_id, pages) VALUES (3, 0, 1, 0)"},
		{"answer changed", "UPDATE contract_turns SET reason = 'y' WHERE id = 1"},
		{"answer in a closed round", "UPDATE contract_turns SET decision = 'approved', decided_at = 'x' WHERE id = 4"},
		{"signer given another name", "UPDATE contract_turns SET name = 'y' WHERE id = 1"},
		{"round begun by somebody else", "UPDATE contract_rounds SET started_by = 'y' WHERE id = 2"},
		{"party made another person", "UPDATE contract_parties SET contact_id = NULL, user_id = 1 WHERE id = 1"},
		{"turn deleted", "DELETE FROM contract_turns"},
		{"signature changed", "UPDATE contract_signatures SET typed_name = 'y'"},
		{"signature deleted", "DELETE FROM contract_signatures"},
		{"evidence changed", "UPDATE contract_evidence SET data = '[]'"},
		{"evidence deleted", "DELETE FROM contract_evidence"},
	} {
		forbidden = append(forbidden, struct{ what, sql string }{c[0], c[1]})
	}
}
