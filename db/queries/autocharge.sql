-- Charging recurring invoices to kept methods.

-- name: InsertConsent :exec
INSERT INTO charge_consents (intent_id, customer_id, contact_id, given_by, language, words, given_at)
SELECT i.id, i.customer_id, i.contact_id, @given_by, @language, @words, @given_at FROM payment_intents i WHERE i.id = @intent_id
ON CONFLICT (intent_id) DO NOTHING;

-- name: InsertConsentOfMethod :exec
INSERT INTO charge_consents (method_id, customer_id, contact_id, given_by, language, words, given_at)
SELECT k.id, k.customer_id, sqlc.narg(contact_id), @given_by, @language, @words, @given_at FROM kept_methods k WHERE k.id = @method_id;

-- name: ConsentOfMethod :one
SELECT c.words, c.language, c.given_by, c.given_at FROM charge_consents c LEFT JOIN payment_intents i ON i.id = c.intent_id
WHERE c.method_id = CAST(@method_id AS INTEGER) OR i.method_id = CAST(@method_id AS INTEGER) AND i.kind IN ('save','pay') ORDER BY c.given_at DESC, c.id DESC LIMIT 1;

-- name: ChargeSettings :one
SELECT at_issue, retry_days, version FROM charge_settings WHERE id = 1;

-- name: SetChargeSettings :execrows
UPDATE charge_settings SET at_issue = @at_issue, retry_days = @retry_days, version = version + 1 WHERE id = 1 AND version = @version;

-- name: InsertCharge :one
INSERT INTO charge_attempts (document_id, customer_id, number, key, step, method_id, first_on, due_on, state, reason, by_hand, ready_on, not_before, misses, created_at, updated_at)
VALUES (@document_id, @customer_id, @number, @key, @step, sqlc.narg(method_id), @first_on, @due_on, @state, @reason, @by_hand, @ready_on, @not_before, @misses, @now, @now) RETURNING id;

-- name: ChargeByID :one
SELECT * FROM charge_attempts WHERE id = @id;

-- name: ChargesOfDocument :many
SELECT id, document_id, customer_id, number, key, step, method_id, first_on, due_on, state, reason, by_hand, ready_on, not_before, misses, intent_id, created_at, updated_at FROM charge_attempts WHERE document_id = @document_id ORDER BY number DESC;

-- name: OpenCharge :one
SELECT * FROM charge_attempts WHERE document_id = @document_id AND state IN ('planned','ready','calling','unknown','processing');

-- name: ChargeOfNumber :one
SELECT * FROM charge_attempts WHERE document_id = @document_id AND number = @number;

-- name: LastCharge :one
SELECT * FROM charge_attempts WHERE document_id = @document_id ORDER BY number DESC LIMIT 1;

-- name: MoveCharge :execrows
UPDATE charge_attempts SET state = @state, reason = @reason, due_on = @due_on, ready_on = @ready_on, not_before = @not_before, by_hand = @by_hand, misses = @misses, intent_id = sqlc.narg(intent_id), updated_at = @updated_at
WHERE id = @id AND state = @from_state;

-- name: DueCharges :many
SELECT a.id, a.document_id, a.number, a.due_on, d.public_id, d.number AS document_number, d.currency, s.due_minor, s.retained_minor, s.retained_until, c.name AS customer_name, c.public_id AS customer_public_id
FROM charge_attempts a JOIN documents d ON d.id = a.document_id JOIN document_status s ON s.document_id = a.document_id JOIN customers c ON c.id = a.customer_id
WHERE a.state = 'planned' AND a.due_on <= CAST(@today AS TEXT) ORDER BY a.due_on, a.id;

-- name: ChargesAtWork :many
-- What has left the calendar and has not ended, and what is planned for a document that takes nothing any more.
SELECT a.id, a.document_id, a.customer_id, a.number, a.key, a.step, a.method_id, a.first_on, a.due_on, a.state, a.reason, a.by_hand, a.ready_on, a.not_before, a.misses, a.intent_id, a.created_at, a.updated_at FROM charge_attempts a WHERE a.state IN ('ready','calling','unknown','processing')
UNION ALL
SELECT a.id, a.document_id, a.customer_id, a.number, a.key, a.step, a.method_id, a.first_on, a.due_on, a.state, a.reason, a.by_hand, a.ready_on, a.not_before, a.misses, a.intent_id, a.created_at, a.updated_at FROM charge_attempts a JOIN document_status s ON s.document_id = a.document_id WHERE a.state = 'planned' AND s.due_minor <= 0
ORDER BY 1 LIMIT 1000;

-- name: UnplannedCharges :many
-- Invoices of charged templates that were left as drafts and issued by a person since.
SELECT d.id AS document_id, t.id AS recurring_id FROM recurring_runs r JOIN recurring_invoices t ON t.id = r.recurring_id JOIN documents d ON d.public_id = r.document_ref
JOIN document_status s ON s.document_id = d.id
WHERE t.auto_charge = 1 AND r.made_at >= t.charge_since AND d.state = 'issued' AND d.kind = 'invoice' AND s.due_minor > 0
  AND NOT EXISTS (SELECT 1 FROM charge_attempts a WHERE a.document_id = d.id) ORDER BY d.id LIMIT 200;

-- name: ChargeDocument :one
SELECT d.id, d.public_id, d.number, d.currency, d.issue_date, d.customer_id, d.kind, d.state, s.due_date, s.due_minor, s.retained_minor, s.retained_until, s.announced_at
FROM documents d JOIN document_status s ON s.document_id = d.id WHERE d.id = @id;

-- name: KeptMethodAnyState :one
SELECT * FROM kept_methods WHERE id = @id;

-- name: KeptMethodOfCustomer :one
SELECT * FROM kept_methods WHERE public_id = @public_id AND customer_id = @customer_id AND deleted_at = '';

-- name: RecurringChargedOf :many
-- Running templates of a customer that are charged.
SELECT id, public_id, charge_method_id, currency, next_on, charge_since FROM recurring_invoices WHERE customer_id = CAST(@customer_id AS INTEGER) AND auto_charge = 1 AND state = 'active' ORDER BY next_on, id;

-- name: PlannedChargesOf :many
SELECT a.id, a.method_id, a.due_on, a.created_at, d.currency FROM charge_attempts a JOIN documents d ON d.id = a.document_id
WHERE a.customer_id = @customer_id AND a.state IN ('planned','ready') ORDER BY a.due_on, a.id;

-- name: ExpiringMethods :many
-- Cards whose last month is near or was just over, of customers of whom something will be charged.
SELECT k.id, k.public_id, k.customer_id, k.kind, k.brand, k.last4, k.exp_month, k.exp_year, k.is_default, k.created_at, c.name AS customer_name, c.public_id AS customer_public_id
FROM kept_methods k JOIN customers c ON c.id = k.customer_id
WHERE k.deleted_at = '' AND k.exp_year > 0 AND k.exp_year * 12 + k.exp_month BETWEEN CAST(@from_month AS INTEGER) AND CAST(@to_month AS INTEGER)
  AND (EXISTS (SELECT 1 FROM recurring_invoices t WHERE t.customer_id = k.customer_id AND t.auto_charge = 1 AND t.state = 'active')
    OR EXISTS (SELECT 1 FROM charge_attempts a WHERE a.customer_id = k.customer_id AND a.state IN ('planned','ready')))
ORDER BY k.id LIMIT 1000;

-- name: WarningsOfMethod :many
SELECT days FROM charge_warnings WHERE method_id = @method_id AND expires = @expires;

-- name: InsertWarning :exec
INSERT INTO charge_warnings (method_id, expires, days, outcome, mail_id, at) VALUES (@method_id, @expires, @days, @outcome, sqlc.narg(mail_id), @at) ON CONFLICT DO NOTHING;

-- name: ChargeFailures :one
-- Invoices whose last charge failed for good and that are still due.
SELECT CAST(count(*) AS INTEGER) AS documents FROM charge_attempts a JOIN document_status s ON s.document_id = a.document_id
WHERE a.state IN ('declined','refused') AND s.due_minor > 0 AND a.number = (SELECT max(b.number) FROM charge_attempts b WHERE b.document_id = a.document_id);

-- name: DefaultKeptOf :one
SELECT * FROM kept_methods WHERE customer_id = @customer_id AND is_default = 1 AND deleted_at = '';

-- name: NextCharge :one
SELECT CAST(COALESCE(min(due_on), '') AS TEXT) FROM charge_attempts WHERE state = 'planned';
