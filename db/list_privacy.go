package db

import (
	"context"
	"database/sql"
	"strings"
)

// What is held about one contact stands in many rooms. These statements read it as JSON, a
// section each, and find where free text names somebody: one list instead of a query a table.

// Whose says whose data a section is read for.
type Whose struct {
	ContactID, CustomerID int64
	Itself                bool // the customer is this person: all its papers are its own
}

// PersonalRow is one row of a section. Path is where its file lies in the archive, "" without
// one: a paper of that public id (Ref), or the stored bytes of SHA256.
type PersonalRow struct {
	ID                int64
	JSON              string
	Path, Ref, SHA256 string
	Size              int64
}

// The parameters: ?1 contact, ?2 customer, ?3 the customer is this person, ?4 after this id, ?5 rows.
var personal = map[string]string{
	"contact": `SELECT k.id, json_object('id', k.public_id, 'name', k.name, 'email', k.email, 'phone', k.phone, 'language', k.language, 'primary', k.is_primary, 'portal_access', k.portal_access,
		'areas', json(k.areas), 'since', k.created_at, 'changed_at', k.updated_at, 'archived_at', k.archived_at), '', '', '', 0 FROM contacts k WHERE k.id = ?1 AND k.id > ?4 LIMIT ?5`,
	"customer": `SELECT c.id, CASE WHEN ?3 THEN json_object('number', c.number, 'kind', c.kind, 'name', c.name, 'email', c.email, 'phone', c.phone, 'language', c.language,
		'address', json_array(c.line1, c.line2, c.postcode, c.city, c.region, c.country), 'delivery', json_array(c.ship_name, c.ship_line1, c.ship_line2, c.ship_postcode, c.ship_city, c.ship_region, c.ship_country),
		'vat_number', c.vat_number, 'since', c.created_at) ELSE json_object('number', c.number, 'kind', c.kind, 'name', c.name) END, '', '', '', 0 FROM customers c WHERE c.id = ?2 AND c.id > ?4 LIMIT ?5`,
	"sign_in": `SELECT k.id, json_object('user_name', a.user_name, 'password_changed_at', a.changed_at, 'second_factor_since', f.confirmed_at,
		'recovery_codes_left', (SELECT count(*) FROM recovery_codes r WHERE r.contact_id = k.id AND r.used_at IS NULL), 'email_waiting', e.email), '', '', '', 0
		FROM contacts k LEFT JOIN contact_credentials a ON a.contact_id = k.id LEFT JOIN contact_factors f ON f.contact_id = k.id LEFT JOIN contact_emails e ON e.contact_id = k.id WHERE k.id = ?1 AND k.id > ?4 LIMIT ?5`,
	"users": `SELECT u.id, json_object('code', u.code, 'role', u.role, 'since', u.created_at, 'state', u.state), '', '', '', 0
		FROM users u WHERE u.contact_id = ?1 AND u.id > ?4 ORDER BY u.id LIMIT ?5`,
	"sessions": `SELECT s.id, json_object('device', s.user_agent, 'address', s.address, 'trust', s.trust, 'opened_at', s.created_at, 'seen_at', s.seen_at, 'ends_at', s.expires_at), '', '', '', 0
		FROM portal_sessions s WHERE s.contact_id = ?1 AND s.id > ?4 ORDER BY s.id LIMIT ?5`,
	"links": `SELECT l.id, json_object('kind', l.kind, 'document', d.number, 'contract', c.number, 'made_at', l.created_at, 'expires_at', l.expires_at, 'used_at', l.used_at, 'revoked_at', l.revoked_at), '', '', '', 0
		FROM portal_links l LEFT JOIN documents d ON d.id = l.document_id LEFT JOIN contracts c ON c.id = l.contract_id WHERE l.contact_id = ?1 AND l.id > ?4 ORDER BY l.id LIMIT ?5`,
	"acts": `SELECT a.id, json_object('at', a.at, 'action', a.action, 'object', a.object_kind), '', '', '', 0
		FROM audit_log a WHERE a.id > ?4 AND a.actor_kind = 'contact' AND a.actor_id = ?1 ORDER BY a.id LIMIT ?5`,
	"terms": `SELECT t.id, json_object('version', g.version, 'language', t.lang, 'words', CASE t.lang WHEN 'en' THEN g.words_en ELSE g.words_fr END, 'accepted_at', t.at, 'address', t.address), '', '', '', 0
		FROM terms_accepted t JOIN group_terms g ON g.id = t.terms_id WHERE t.contact_id = ?1 AND t.id > ?4 ORDER BY t.id LIMIT ?5`,
	"agreements": `SELECT a.id, json_object('language', a.lang, 'words', a.words, 'sha256', a.hash, 'accepted_at', a.at, 'address', a.address), '', '', '', 0
		FROM accepted_terms a WHERE a.contact_id = ?1 AND a.id > ?4 ORDER BY a.id LIMIT ?5`,
	"registrations": `SELECT r.id, json_object('email', r.email, 'form', json(r.form), 'terms', r.terms_words, 'terms_at', r.terms_at, 'address', r.address, 'at', r.created_at), '', '', '', 0
		FROM registrations r WHERE r.contact_id = ?1 AND r.id > ?4 ORDER BY r.id LIMIT ?5`,
	"requests": `SELECT r.id, json_object('state', r.state, 'email', r.email, 'user_name', r.user_name, 'form', json(r.form), 'terms_version', g.version, 'terms_at', r.terms_at, 'address', r.terms_address,
		'sent_at', r.sent_at, 'decided_at', r.decided_at, 'words', r.words, 'answers', json((SELECT json_group_array(json_object('question', CASE r.language WHEN 'en' THEN q.label_en ELSE q.label_fr END, 'answer', w.answer))
		FROM access_answers w JOIN group_questions q ON q.id = w.question_id WHERE w.request_id = r.id))), '', '', '', 0
		FROM access_requests r LEFT JOIN group_terms g ON g.id = r.terms_id WHERE r.contact_id = ?1 AND r.id > ?4 ORDER BY r.id LIMIT ?5`,
	"proposals": `SELECT p.id, json_object('field', p.field, 'before', p.before, 'after', p.after, 'state', p.state, 'at', p.created_at, 'decided_at', p.decided_at, 'words', p.words), '', '', '', 0
		FROM contact_proposals p WHERE (p.by_contact = ?1 OR p.contact_id = ?1) AND p.id > ?4 ORDER BY p.id LIMIT ?5`,
	"changes": `SELECT h.id, json_object('of', CASE WHEN h.contact_id IS NULL THEN 'customer' ELSE 'contact' END, 'field', h.field, 'before', h.before, 'after', h.after,
		'at', (SELECT a.at FROM audit_log a WHERE a.object_kind = 'customer' AND a.object_id = h.customer_id AND json_extract(a.details, '$.change') = h.change ORDER BY a.id LIMIT 1), 'by', CASE WHEN h.by_contact IS NULL THEN 'firm' ELSE 'contact' END), '', '', '', 0
		FROM customer_changes h WHERE (h.contact_id = ?1 OR h.contact_id IS NULL AND h.by_contact = ?1) AND h.id > ?4 ORDER BY h.id LIMIT ?5`,
	"mails": `SELECT m.id, json_object('kind', m.kind, 'to', m.to_address, 'subject', m.subject, 'state', m.state, 'queued_at', m.created_at, 'sent_at', m.sent_at), '', '', '', 0
		FROM mails m WHERE m.contact_id = ?1 AND m.id > ?4 ORDER BY m.id LIMIT ?5`,
	"messages": `SELECT m.id, json_object('document', d.number, 'words', m.body, 'at', m.created_at), '', '', '', 0
		FROM document_messages m JOIN documents d ON d.id = m.document_id WHERE m.contact_id = ?1 AND m.id > ?4 ORDER BY m.id LIMIT ?5`,
	"conversations": `SELECT m.id, json_object('subject', c.subject, 'conversation', c.public_id, 'words', m.body, 'at', m.created_at), '', '', '', 0
		FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.contact_id = ?1 AND m.id > ?4 ORDER BY m.id LIMIT ?5`,
	"conversation_files": `SELECT f.id, json_object('conversation', c.public_id, 'name', f.name, 'size', f.size, 'type', f.media_type, 'at', m.created_at, 'file', 'conversations/' || f.public_id || '-' || replace(replace(f.name, '/', '-'), '\', '-')),
		'conversations/' || f.public_id || '-' || replace(replace(f.name, '/', '-'), '\', '-'), '', f.sha256, f.size
		FROM conversation_files f JOIN conversation_messages m ON m.id = f.message_id JOIN conversations c ON c.id = m.conversation_id WHERE m.contact_id = ?1 AND f.id > ?4 ORDER BY f.id LIMIT ?5`,
	"announcements": `SELECT a.id, json_object('title', CASE WHEN k.language = 'en' AND a.title_en <> '' OR a.title_fr = '' THEN a.title_en ELSE a.title_fr END, 'seen_at', r.seen_at, 'put_away_at', r.dismissed_at), '', '', '', 0
		FROM notice_reads r JOIN notices a ON a.id = r.notice_id JOIN contacts k ON k.id = r.contact_id WHERE r.contact_id = ?1 AND a.id > ?4 ORDER BY a.id LIMIT ?5`,
	"files": `SELECT f.id, json_object('name', f.name, 'note', f.note, 'size', f.size, 'type', f.media_type, 'at', f.created_at, 'removed_at', f.removed_at, 'file', 'files/' || f.public_id || '-' || replace(replace(f.name, '/', '-'), '\', '-')),
		'files/' || f.public_id || '-' || replace(replace(f.name, '/', '-'), '\', '-'), '', f.sha256, f.size
		FROM shared_files f WHERE f.contact_id = ?1 AND f.id > ?4 ORDER BY f.id LIMIT ?5`,
	"decisions": `SELECT q.id, json_object('quote', d.number, 'decision', q.decision, 'at', q.decided_at, 'name', q.name, 'order_number', q.order_number, 'reason', q.reason, 'undone_at', q.undone_at,
		'file', CASE WHEN f.sha256 IS NOT NULL THEN 'signatures/quote-' || q.id || '.png' END), CASE WHEN f.sha256 IS NOT NULL THEN 'signatures/quote-' || q.id || '.png' ELSE '' END, '', COALESCE(f.sha256, ''), COALESCE(f.size, 0)
		FROM quote_decisions q JOIN documents d ON d.id = q.document_id LEFT JOIN files f ON f.sha256 = q.signature_sha256 WHERE q.contact_id = ?1 AND q.id > ?4 ORDER BY q.id LIMIT ?5`,
	"mandates": `SELECT m.id, json_object('reference', m.rum, 'state', m.state, 'debtor', m.debtor_name, 'iban_end', substr(m.iban, -4), 'signed_at', m.signed_at, 'signed_by', m.signed_by, 'place', m.signed_place,
		'address', m.signed_address, 'device', m.signed_agent, 'words', m.words, 'revoked_at', m.revoked_at,
		'file', CASE WHEN f.sha256 IS NOT NULL THEN 'signatures/mandate-' || m.id || '.png' END), CASE WHEN f.sha256 IS NOT NULL THEN 'signatures/mandate-' || m.id || '.png' ELSE '' END, '', COALESCE(f.sha256, ''), COALESCE(f.size, 0)
		FROM mandates m LEFT JOIN files f ON f.sha256 = m.signature_sha256 WHERE m.contact_id = ?1 AND m.id > ?4 ORDER BY m.id LIMIT ?5`,
	"charge_consents": `SELECT c.id, json_object('by', c.given_by, 'words', c.words, 'at', c.given_at), '', '', '', 0 FROM charge_consents c WHERE c.contact_id = ?1 AND c.id > ?4 ORDER BY c.id LIMIT ?5`,
	"methods": `SELECT m.id, json_object('gateway', m.gateway, 'kind', m.kind, 'brand', m.brand, 'last4', m.last4, 'added_at', m.created_at, 'given_up_at', m.deleted_at), '', '', '', 0
		FROM kept_methods m WHERE m.contact_id = ?1 AND m.id > ?4 ORDER BY m.id LIMIT ?5`,
	"attempts": `SELECT i.id, json_object('kind', i.kind, 'gateway', i.gateway, 'amount_minor', i.amount_minor, 'currency', i.currency, 'state', i.state, 'at', i.created_at), '', '', '', 0
		FROM payment_intents i WHERE i.contact_id = ?1 AND i.id > ?4 ORDER BY i.id LIMIT ?5`,
	"transfers": `SELECT t.id, json_object('document', d.number, 'amount_minor', t.amount_minor, 'currency', t.currency, 'announced_on', t.announced_on, 'state', t.state), '', '', '', 0
		FROM transfer_announcements t JOIN documents d ON d.id = t.document_id WHERE t.contact_id = ?1 AND t.id > ?4 ORDER BY t.id LIMIT ?5`,
	"subscriptions": `SELECT s.id, json_object('plan', p.name_fr, 'state', s.state, 'since', s.since_on, 'cancel_reason', s.cancel_reason), '', '', '', 0
		FROM subscriptions s JOIN plans p ON p.id = s.plan_id WHERE s.contact_id = ?1 AND s.id > ?4 ORDER BY s.id LIMIT ?5`,
	"opened_in_its_place": `SELECT s.id, json_object('at', s.opened_at, 'until', s.expires_at), '', '', '', 0
		FROM portal_stand_ins s WHERE s.contact_id = ?1 AND s.opened_at IS NOT NULL AND s.id > ?4 ORDER BY s.id LIMIT ?5`,
	"shown": `SELECT s.id, json_object('document', d.number, 'at', s.created_at, 'opened_at', s.opened_at), '', '', '', 0
		FROM shown_documents s JOIN documents d ON d.id = s.document_id WHERE s.contact_id = ?1 AND s.id > ?4 ORDER BY s.id LIMIT ?5`,
	"contracts": `SELECT c.id, json_object('number', c.number, 'title', c.title, 'start', c.start_on, 'end', c.end_on, 'signed_on', c.signed_on, 'requester', c.requester_id IS ?1,
		'watcher', EXISTS (SELECT 1 FROM contract_watchers w WHERE w.contract_id = c.id AND w.contact_id = ?1), 'told_at', (SELECT t.told_at FROM contract_told t WHERE t.contract_id = c.id AND t.contact_id = ?1)), '', '', '', 0
		FROM contracts c WHERE c.customer_id = ?2 AND c.id > ?4 AND (c.requester_id = ?1 OR EXISTS (SELECT 1 FROM contract_watchers w WHERE w.contract_id = c.id AND w.contact_id = ?1)
		OR EXISTS (SELECT 1 FROM contract_parties p WHERE p.contract_id = c.id AND p.contact_id = ?1)) ORDER BY c.id LIMIT ?5`,
	"contract_comments": `SELECT m.id, json_object('contract', c.number, 'words', m.body, 'at', m.created_at), '', '', '', 0
		FROM contract_comments m JOIN contracts c ON c.id = m.contract_id WHERE m.contact_id = ?1 AND m.id > ?4 ORDER BY m.id LIMIT ?5`,
	"contract_decisions": `SELECT t.id, json_object('contract', c.number, 'kind', r.kind, 'name', t.name, 'email', t.email, 'capacity', t.capacity, 'asked_at', t.told_at, 'opened_at', t.opened_at, 'reminded_at', t.reminded_at, 'reminders', t.reminders,
		'decision', t.decision, 'decided_at', t.decided_at, 'reason', t.reason, 'signed_as', s.typed_name, 'drawing', s.drawing, 'method', s.method, 'signed_at', s.signed_at, 'proved_at', s.proved_at, 'code_to', s.email, 'code_sent_at', s.code_sent_at, 'in_presence_of', s.operator_name, 'machine', s.device,
		'consent', s.consent_text, 'consent_version', s.consent_version, 'language', s.language, 'address', s.address, 'device', s.user_agent, 'time_zone', s.time_zone, 'sha256', s.digest,
		'evidence', json((SELECT json_group_array(json_object('document', e.document, 'n', e.n, 'at', e.at, 'kind', e.kind, 'data', json(e.data), 'sha256', e.hash)) FROM contract_evidence e WHERE e.round_id = t.round_id AND e.turn_id = t.id))), '', '', '', 0
		FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id JOIN contract_rounds r ON r.id = t.round_id JOIN contracts c ON c.id = r.contract_id LEFT JOIN contract_signatures s ON s.turn_id = t.id
		WHERE p.contact_id = ?1 AND t.id > ?4 ORDER BY t.id LIMIT ?5`,
	"contract_parts": `SELECT p.id, json_object('contract', c.number, 'kind', p.kind, 'capacity', p.capacity, 'due_on', p.due_on, 'named_at', p.created_at, 'taken_off_at', p.removed_at), '', '', '', 0
		FROM contract_parties p JOIN contracts c ON c.id = p.contract_id WHERE p.contact_id = ?1 AND p.id > ?4 ORDER BY p.id LIMIT ?5`,
	"contract_sessions": `SELECT s.id, json_object('contract', c.number, 'device', s.user_agent, 'address', s.address, 'opened_at', s.created_at, 'ends_at', s.expires_at, 'ended_at', s.ended_at, 'shown_by', h.by_name), '', '', '', 0
		FROM contract_sessions s JOIN contracts c ON c.id = s.contract_id JOIN contract_handoffs h ON h.id = s.handoff_id LEFT JOIN contract_turns t ON t.id = h.turn_id LEFT JOIN contract_parties p ON p.id = t.party_id
		WHERE (p.contact_id = ?1 OR h.contact_id = ?1) AND s.id > ?4 ORDER BY s.id LIMIT ?5`,
	"contract_papers": `SELECT f.id, json_object('contract', c.number, 'name', f.name, 'at', f.created_at, 'file', 'contracts/' || f.public_id || '-' || replace(replace(f.name, '/', '-'), '\', '-')),
		'contracts/' || f.public_id || '-' || replace(replace(f.name, '/', '-'), '\', '-'), '', v.sha256, v.size
		FROM contract_files f JOIN contract_file_versions v ON v.file_id = f.id AND v.n = (SELECT max(w.n) FROM contract_file_versions w WHERE w.file_id = f.id) JOIN contracts c ON c.id = f.contract_id
		WHERE f.id > ?4 AND EXISTS (SELECT 1 FROM contract_round_files x JOIN contract_turns t ON t.round_id = x.round_id JOIN contract_parties p ON p.id = t.party_id
		WHERE x.sealed_ref = f.id AND p.contact_id = ?1 AND t.decision = 'signed') ORDER BY f.id LIMIT ?5`,
	"invoices": papersOf(`d.kind <> 'quote'`),
	"quotes":   papersOf(`d.kind = 'quote'`),
}

// papersOf are the issued documents that were addressed to the contact: made out for it, mailed
// to it, or opened to it by a link; all of them where the customer is this person.
func papersOf(kinds string) string {
	return `SELECT d.id, json_object('kind', d.kind, 'number', d.number, 'date', d.issue_date, 'total_minor', d.total_incl_minor, 'currency', d.currency, 'file', 'documents/' || replace(replace(d.number, '/', '-'), '\', '-') || '.pdf'),
		'documents/' || replace(replace(d.number, '/', '-'), '\', '-') || '.pdf', d.public_id, '', 0
		FROM documents d WHERE d.customer_id = ?2 AND d.state = 'issued' AND d.id > ?4 AND ` + kinds + ` AND (?3 OR d.contact_id = ?1
		OR EXISTS (SELECT 1 FROM mails m WHERE m.document_id = d.id AND m.contact_id = ?1) OR EXISTS (SELECT 1 FROM portal_links l WHERE l.contact_id = ?1 AND l.document_id = d.id)) ORDER BY d.id LIMIT ?5`
}

// Personal gives the rows of one section after an id, at most limit of them.
func (d *DB) Personal(ctx context.Context, section string, w Whose, after int64, limit int) ([]PersonalRow, error) {
	return list(ctx, d, personal[section], []any{w.ContactID, w.CustomerID, w.Itself, after, limit}, func(rows *sql.Rows, r *PersonalRow) error {
		return rows.Scan(&r.ID, &r.JSON, &r.Path, &r.Ref, &r.SHA256, &r.Size)
	})
}

// Place is a column of free text, or of JSON with free text in it, that may name a person.
type Place struct {
	Table, Column, Key string
	JSON               bool
	where              string // ?1 is the customer
}

// ofConversations are the rows of the customer's conversations.
const ofConversations = "conversation_id IN (SELECT id FROM conversations WHERE customer_id = ?1"

// ofContracts are the rows of the customer's contracts; what was signed stands as it is.
const ofContracts = "contract_id IN (SELECT id FROM contracts WHERE customer_id = ?1"

// Places are all of them that the law lets be rewritten. What is frozen by a trigger is none.
func Places() []Place {
	return []Place{
		{"mails", "args", "id", true, "(customer_id = ?1 OR customer_id IS NULL)"}, {"mails", "subject", "id", false, "(customer_id = ?1 OR customer_id IS NULL)"},
		{"mails", "to_name", "id", false, "customer_id = ?1"}, {"mails", "last_answer", "id", false, "?1 > 0"}, {"mail_attempts", "answer", "id", false, "?1 > 0"},
		{"notifications", "args", "id", true, "?1 > 0"}, {"jobs", "payload", "id", true, "?1 > 0"}, {"jobs", "last_error", "id", false, "?1 > 0"}, {"commands", "result", "key", true, "?1 > 0"},
		{"conversation_messages", "body", "id", false, ofConversations + ")"}, {"conversations", "subject", "id", false, "customer_id = ?1"},
		{"conversation_files", "name", "id", false, "message_id IN (SELECT id FROM conversation_messages WHERE " + ofConversations + "))"},
		{"document_messages", "body", "id", false, "customer_id = ?1"}, {"shared_files", "note", "id", false, "customer_id = ?1"}, {"shared_files", "name", "id", false, "customer_id = ?1"},
		{"customers", "notes", "id", false, "id = ?1"}, {"customers", "ship_name", "id", false, "id = ?1"}, {"customers", "electronic_address", "id", false, "id = ?1"},
		{"documents", "note", "id", false, "customer_id = ?1 AND state = 'draft'"}, {"documents", "private_note", "id", false, "customer_id = ?1 AND state = 'draft'"},
		{"documents", "order_number", "id", false, "customer_id = ?1 AND state = 'draft'"}, {"recurring_invoices", "form", "id", true, "customer_id = ?1"},
		{"payment_intents", "details", "id", true, "customer_id = ?1"}, {"kept_methods", "added_by", "id", false, "customer_id = ?1"},
		{"subscriptions", "cancel_reason", "id", false, "customer_id = ?1"}, {"contact_proposals", "before", "id", false, "customer_id = ?1"}, {"contact_proposals", "words", "id", false, "customer_id = ?1"},
		{"customer_changes", "before", "id", false, "customer_id = ?1"}, {"customer_changes", "after", "id", false, "customer_id = ?1"},
		{"access_requests", "words", "id", false, "customer_id = ?1"},
		{"contracts", "notes", "id", false, "customer_id = ?1"}, {"contracts", "description", "id", false, "customer_id = ?1 AND state = 'draft'"}, {"contract_comments", "body", "id", false, ofContracts + ")"},
		{"contract_milestones", "title", "id", false, ofContracts + " AND state = 'draft')"}, {"contract_milestones", "description", "id", false, ofContracts + " AND state = 'draft')"},
		{"contract_files", "name", "id", false, ofContracts + " AND state = 'draft')"}, {"contract_centres", "message", "contract_id || kind", false, ofContracts + ")"},
		{"contract_rounds", "message", "id", false, ofContracts + ")"}, {"contract_folders", "name", "id", false, ofContracts + " AND state = 'draft')"}, {"contracts", "end_reason", "id", false, "customer_id = ?1"},
	}
}

// Mention is a row of a place that holds one of the words looked for.
type Mention struct {
	Key  any
	Text string
}

// Mentions finds the rows of a place that hold one of the words, whatever the case of plain
// letters. It reads the whole place: an erasure is a rare thing.
func (t *Tx) Mentions(ctx context.Context, p Place, customerID int64, words []string) (found []Mention, err error) {
	holds, args := make([]string, 0, len(words)), []any{customerID}
	for _, w := range words {
		holds, args = append(holds, "instr(lower("+p.Column+"), lower(?)) > 0"), append(args, w)
	}
	rows, err := t.db.writer.QueryContext(ctx, "SELECT "+p.Key+", "+p.Column+" FROM "+p.Table+" WHERE "+p.where+" AND ("+strings.Join(holds, " OR ")+")", args...) //nolint:gosec // names of tables of this file
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // read to its end
	for rows.Next() {
		var m Mention
		if err := rows.Scan(&m.Key, &m.Text); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, rows.Err()
}

// Rewrite sets a text that Mentions found.
func (t *Tx) Rewrite(ctx context.Context, p Place, m Mention, text string) error {
	_, err := t.db.writer.ExecContext(ctx, "UPDATE "+p.Table+" SET "+p.Column+" = ? WHERE "+p.Key+" = ?", text, m.Key) //nolint:gosec // likewise
	return err
}

// Scour has the word indexes and the write-ahead log forget what this transaction takes out, once it
// is durable. In the file itself freed content is overwritten at all times (secure_delete: over
// 18,000 inserts, updates and deletes it took no more time and wrote no more bytes than without).
func (t *Tx) Scour(ctx context.Context) {
	t.AfterCommit(func() {
		ctx := context.WithoutCancel(ctx)
		for _, s := range []string{"INSERT INTO search_fts (search_fts) VALUES ('optimize')", "INSERT INTO conversation_fts (conversation_fts) VALUES ('optimize')", "PRAGMA wal_checkpoint(TRUNCATE)"} {
			_ = t.db.alone(ctx, s) // the erasure itself is done; the next one sweeps what a busy reader held back
		}
	})
}
