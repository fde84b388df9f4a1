-- name: ReminderPolicies :many
SELECT p.id, p.public_id, p.name, p.is_default, p.automatic, p.version,
  (SELECT count(*) FROM customer_groups g WHERE g.reminder_policy_id = p.id) AS used_by
FROM reminder_policies p ORDER BY p.is_default DESC, p.name, p.id LIMIT 200;

-- name: ReminderPolicyNamed :one
SELECT id FROM reminder_policies WHERE name = @name;

-- name: ReminderLevels :many
SELECT policy_id, position, days, subject_fr, body_fr, subject_en, body_en, claim_interest, claim_indemnity, formal FROM reminder_levels ORDER BY policy_id, position;

-- name: InsertReminderPolicy :one
INSERT INTO reminder_policies (public_id, name, is_default, automatic, created_at, updated_at) VALUES (@public_id, @name, @is_default, @automatic, @now, @now) RETURNING id;

-- name: UpdateReminderPolicy :execrows
UPDATE reminder_policies SET name = @name, is_default = @is_default, automatic = @automatic, version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: ClearDefaultPolicy :exec
UPDATE reminder_policies SET is_default = 0, version = version + 1, updated_at = @updated_at WHERE is_default = 1 AND id <> @except_id;

-- name: DeleteReminderPolicy :execrows
DELETE FROM reminder_policies WHERE id = @id AND version = @version;

-- name: DeleteReminderLevels :exec
DELETE FROM reminder_levels WHERE policy_id = @policy_id;

-- name: InsertReminderLevel :exec
INSERT INTO reminder_levels (policy_id, position, days, subject_fr, body_fr, subject_en, body_en, claim_interest, claim_indemnity, formal)
VALUES (@policy_id, @position, @days, @subject_fr, @body_fr, @subject_en, @body_en, @claim_interest, @claim_indemnity, @formal);

-- name: LateRates :many
SELECT country, valid_from, rate_pcm, floor_pcm, indemnity_minor, source FROM late_rates ORDER BY country, valid_from;

-- name: PutLateRate :exec
INSERT INTO late_rates (country, valid_from, rate_pcm, floor_pcm, indemnity_minor, source) VALUES (@country, @valid_from, @rate_pcm, @floor_pcm, @indemnity_minor, @source)
ON CONFLICT (country, valid_from) DO UPDATE SET rate_pcm = excluded.rate_pcm, floor_pcm = excluded.floor_pcm, indemnity_minor = excluded.indemnity_minor, source = excluded.source;

-- name: DeleteLateRate :execrows
DELETE FROM late_rates WHERE country = @country AND valid_from = @valid_from;

-- What is open and may be reminded of, whatever the reason why not: the room judges. The
-- last message decides whether a question waits for its answer.
-- name: ReminderCandidates :many
SELECT s.document_id, d.public_id, d.number, d.kind, d.issue_date, d.due_date, d.currency, d.amount_due_minor, d.buyer, s.due_minor, s.retained_minor, s.retained_until, s.sent_at, s.announced_at, s.no_reminders,
  c.id AS customer_id, c.public_id AS customer_public_id, c.name AS customer_name, c.reminders_exempt, g.reminder_policy_id,
  EXISTS (SELECT 1 FROM document_messages m WHERE m.document_id = s.document_id AND m.contact_id IS NOT NULL
    AND m.id = (SELECT max(n.id) FROM document_messages n WHERE n.document_id = s.document_id)) AS disputed,
  d.language, EXISTS (SELECT 1 FROM late_fees f WHERE f.fees_id = s.document_id) AS is_fees,
  EXISTS (SELECT 1 FROM charge_attempts x WHERE x.document_id = s.document_id AND x.state IN ('planned','ready','calling','unknown','processing')) AS charging,
  CAST(COALESCE((SELECT max(x.on_date) FROM sepa_debit_parts p JOIN sepa_debits x ON x.id = p.debit_id WHERE p.document_id = s.document_id AND x.state = 'made'), '') AS TEXT) AS debit_on
FROM document_status s JOIN documents d ON d.id = s.document_id JOIN customers c ON c.id = s.customer_id LEFT JOIN customer_groups g ON g.id = c.group_id
WHERE s.kind IN ('invoice','deposit_invoice') AND s.due_minor <> 0 AND s.due_minor > 0 AND s.due_date <= @until ORDER BY c.name_key, c.id, s.due_date, s.document_id;

-- name: ReminderCandidate :one
SELECT s.document_id, d.public_id, d.number, d.kind, d.issue_date, d.due_date, d.currency, d.amount_due_minor, d.buyer, s.due_minor, s.retained_minor, s.retained_until, s.sent_at, s.announced_at, s.no_reminders,
  c.id AS customer_id, c.public_id AS customer_public_id, c.name AS customer_name, c.reminders_exempt, g.reminder_policy_id,
  EXISTS (SELECT 1 FROM document_messages m WHERE m.document_id = s.document_id AND m.contact_id IS NOT NULL
    AND m.id = (SELECT max(n.id) FROM document_messages n WHERE n.document_id = s.document_id)) AS disputed,
  d.language, EXISTS (SELECT 1 FROM late_fees f WHERE f.fees_id = s.document_id) AS is_fees,
  EXISTS (SELECT 1 FROM charge_attempts x WHERE x.document_id = s.document_id AND x.state IN ('planned','ready','calling','unknown','processing')) AS charging,
  CAST(COALESCE((SELECT max(x.on_date) FROM sepa_debit_parts p JOIN sepa_debits x ON x.id = p.debit_id WHERE p.document_id = s.document_id AND x.state = 'made'), '') AS TEXT) AS debit_on
FROM document_status s JOIN documents d ON d.id = s.document_id JOIN customers c ON c.id = s.customer_id LEFT JOIN customer_groups g ON g.id = c.group_id
WHERE d.public_id = @public_id;

-- name: RemindersOfDocument :many
SELECT r.id, r.level, r.on_date, r.days_late, r.due_minor, r.interest_minor, r.indemnity_minor, r.rate_pcm, r.outcome, r.by_hand, r.formal, r.retained, r.created_at,
  COALESCE(m.public_id, '') AS mail_public_id, COALESCE(m.state, '') AS mail_state, COALESCE(m.to_address, '') AS to_address
FROM reminders r LEFT JOIN mails m ON m.id = r.mail_id WHERE r.document_id = @document_id ORDER BY r.retained, r.level;

-- name: RemindersOfOpenDocuments :many
SELECT r.document_id, r.level, r.on_date, r.outcome, r.formal, r.retained, COALESCE(m.state, '') AS mail_state
FROM document_status s JOIN reminders r ON r.document_id = s.document_id LEFT JOIN mails m ON m.id = r.mail_id
WHERE s.kind IN ('invoice','deposit_invoice') AND s.due_minor <> 0 AND s.due_minor > 0 ORDER BY r.document_id, r.retained, r.level;

-- name: RemindersOfCustomer :many
SELECT r.id, r.level, r.on_date, r.days_late, r.due_minor, r.interest_minor, r.indemnity_minor, r.outcome, r.by_hand, r.formal, d.public_id AS document_public_id, d.number, d.currency,
  COALESCE(m.public_id, '') AS mail_public_id, COALESCE(m.state, '') AS mail_state
FROM documents d JOIN reminders r ON r.document_id = d.id LEFT JOIN mails m ON m.id = r.mail_id
WHERE d.customer_id = CAST(@customer_id AS INTEGER) AND d.state = 'issued' ORDER BY r.id DESC LIMIT 100;

-- name: InsertReminder :exec
INSERT INTO reminders (document_id, level, on_date, days_late, due_minor, interest_minor, indemnity_minor, rate_pcm, outcome, by_hand, formal, retained, mail_id, created_at)
VALUES (@document_id, @level, @on_date, @days_late, @due_minor, @interest_minor, @indemnity_minor, @rate_pcm, @outcome, @by_hand, @formal, @retained, @mail_id, @created_at);

-- name: DebtSettlements :many
SELECT on_date, amount_minor FROM allocations WHERE document_id = @document_id ORDER BY on_date, id;

-- name: SetNoReminders :execrows
UPDATE document_status SET no_reminders = @no_reminders WHERE document_id = @document_id;

-- name: InsertLateFees :exec
INSERT INTO late_fees (document_id, fees_id, until_on, interest_minor, indemnity_minor, created_at) VALUES (@document_id, @fees_id, @until_on, @interest_minor, @indemnity_minor, @created_at);

-- What the credit notes over an invoice of fees gave back may be claimed again.
-- name: LateFeesOfDocument :many
SELECT f.until_on, f.interest_minor, f.indemnity_minor, d.public_id, d.state, COALESCE(d.number, '') AS number, d.total_incl_minor,
  CAST((SELECT COALESCE(sum(c.total_incl_minor), 0) FROM documents c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued') AS INTEGER) AS credited_minor
FROM late_fees f JOIN documents d ON d.id = f.fees_id WHERE f.document_id = @document_id ORDER BY f.id;

-- name: PortalReminderFees :one
SELECT r.on_date, r.interest_minor, r.indemnity_minor FROM reminders r JOIN documents d ON d.id = r.document_id LEFT JOIN mails m ON m.id = r.mail_id
WHERE d.public_id = @public_id AND d.customer_id = @customer_id AND r.outcome = 'mailed' AND COALESCE(m.state, '') <> 'cancelled' AND r.interest_minor + r.indemnity_minor > 0
ORDER BY r.retained DESC, r.level DESC LIMIT 1;
