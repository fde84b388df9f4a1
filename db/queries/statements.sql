-- Statements: a customer's rows by its own indexes, dated; what is open in the whole firm on a day.

-- name: StatementDocuments :many
SELECT d.id, d.public_id, d.kind, d.number, d.issue_date, d.due_date, d.order_number, d.currency, d.amount_due_minor, d.retained_minor,
  CAST(CASE WHEN d.retained_minor > 0 THEN COALESCE((SELECT NULLIF(s.retained_until, '') FROM document_status s WHERE s.document_id = d.id), d.retention_until) ELSE '' END AS TEXT) AS retained_until
FROM documents d
WHERE d.customer_id = @customer_id AND d.state = 'issued' AND d.kind IN ('invoice', 'deposit_invoice', 'credit_note') AND d.issue_date >= @from_date AND d.issue_date <= @to_date;

-- name: StatementPayments :many
SELECT id, public_id, number, received_on, amount_minor, currency, method, reference FROM payments
WHERE customer_id = @customer_id AND received_on >= @from_date AND received_on <= @to_date;

-- name: StatementCancelled :many
SELECT p.id, p.public_id, p.number, s.cancelled_on, p.amount_minor, p.currency, p.method, p.reference
FROM payment_status s JOIN payments p ON p.id = s.payment_id
WHERE s.customer_id = @customer_id AND s.cancelled_on <> '' AND s.cancelled_on >= @from_date AND s.cancelled_on <= @to_date;

-- name: StatementRefunds :many
SELECT r.id, r.number, r.refunded_on, r.amount_minor, r.currency, r.method, r.reference, r.payment_id, r.credit_id,
  CAST(COALESCE(p.public_id, d.public_id) AS TEXT) AS of_public_id, CAST(COALESCE(p.number, d.number, '') AS TEXT) AS of_number
FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id LEFT JOIN documents d ON d.id = r.credit_id
WHERE r.customer_id = @customer_id AND r.refunded_on >= @from_date AND r.refunded_on <= @to_date;

-- name: StatementSettlements :many
SELECT a.document_id, a.payment_id, a.credit_id, a.on_date, a.amount_minor
FROM documents d JOIN allocations a ON a.document_id = d.id
WHERE d.customer_id = @customer_id AND d.state = 'issued' AND a.on_date <= @on_date;

-- name: StatementOpeningDocuments :many
SELECT kind, currency, CAST(COALESCE(sum(amount_due_minor), 0) AS INTEGER) AS amount_minor FROM documents
WHERE customer_id = @customer_id AND state = 'issued' AND kind IN ('invoice', 'deposit_invoice', 'credit_note') AND issue_date < @from_date GROUP BY kind, currency;

-- name: StatementOpeningPayments :many
SELECT currency, CAST(COALESCE(sum(amount_minor), 0) AS INTEGER) AS amount_minor FROM payments WHERE customer_id = @customer_id AND received_on < @from_date GROUP BY currency;

-- name: StatementOpeningCancelled :many
SELECT p.currency, CAST(COALESCE(sum(p.amount_minor), 0) AS INTEGER) AS amount_minor
FROM payment_status s JOIN payments p ON p.id = s.payment_id
WHERE s.customer_id = @customer_id AND s.cancelled_on <> '' AND s.cancelled_on < @from_date GROUP BY p.currency;

-- name: StatementOpeningRefunds :many
SELECT currency, CAST(COALESCE(sum(amount_minor), 0) AS INTEGER) AS amount_minor FROM refunds WHERE customer_id = @customer_id AND refunded_on < @from_date GROUP BY currency;

-- name: StatementBalanceNow :many
SELECT currency, CAST(COALESCE(sum(CASE WHEN kind = 'credit_note' THEN -due_minor ELSE due_minor END), 0) AS INTEGER) AS amount_minor FROM document_status
WHERE customer_id = @customer_id AND due_minor <> 0 AND kind IN ('invoice', 'deposit_invoice', 'credit_note') GROUP BY currency;

-- name: StatementLeftNow :many
SELECT currency, CAST(COALESCE(sum(left_minor), 0) AS INTEGER) AS amount_minor FROM payment_status WHERE customer_id = @customer_id AND left_minor > 0 GROUP BY currency;

-- What was open in the whole firm on a day: what is open now, and what anything dated after the day was set against.
-- name: AgeingDocuments :many
WITH touched (id) AS (
  SELECT o.document_id FROM document_status o WHERE o.kind IN ('invoice', 'deposit_invoice', 'credit_note') AND o.due_minor <> 0
  UNION SELECT a.document_id FROM allocations a WHERE a.on_date > @on_date
  UNION SELECT a.credit_id FROM allocations a WHERE a.on_date > @on_date AND a.credit_id IS NOT NULL
  UNION SELECT r.credit_id FROM refunds r WHERE r.refunded_on > @on_date AND r.credit_id IS NOT NULL
)
SELECT d.id, d.customer_id, d.public_id, d.kind, d.number, d.issue_date, d.due_date, d.currency, d.amount_due_minor, d.retained_minor,
  CAST(CASE WHEN d.retained_minor > 0 THEN COALESCE(NULLIF(s.retained_until, ''), d.retention_until) ELSE '' END AS TEXT) AS retained_until,
  CAST(CASE WHEN s.kind = 'credit_note' THEN
      (SELECT COALESCE(sum(a.amount_minor), 0) FROM allocations a WHERE a.credit_id = d.id AND a.on_date <= @on_date)
    + (SELECT COALESCE(sum(r.amount_minor), 0) FROM refunds r WHERE r.credit_id = d.id AND r.refunded_on <= @on_date)
    ELSE (SELECT COALESCE(sum(a.amount_minor), 0) FROM allocations a WHERE a.document_id = d.id AND a.on_date <= @on_date) END AS INTEGER) AS settled_minor
FROM touched t JOIN document_status s ON s.document_id = t.id JOIN documents d ON d.id = t.id
WHERE s.issue_date <= @on_date AND s.kind IN ('invoice', 'deposit_invoice', 'credit_note');

-- name: AgeingPayments :many
WITH touched (id) AS (
  SELECT l.payment_id FROM payment_status l WHERE l.left_minor > 0
  UNION SELECT a.payment_id FROM allocations a WHERE a.on_date > @on_date AND a.payment_id IS NOT NULL
  UNION SELECT r.payment_id FROM refunds r WHERE r.refunded_on > @on_date AND r.payment_id IS NOT NULL
  UNION SELECT c.payment_id FROM payment_status c WHERE c.cancelled_on <> '' AND c.cancelled_on > @on_date
)
SELECT p.id, p.customer_id, p.public_id, p.number, p.received_on, p.currency, p.amount_minor, p.method, p.reference,
  CAST((SELECT COALESCE(sum(a.amount_minor), 0) FROM allocations a WHERE a.payment_id = p.id AND a.on_date <= @on_date)
    + (SELECT COALESCE(sum(r.amount_minor), 0) FROM refunds r WHERE r.payment_id = p.id AND r.refunded_on <= @on_date)
    + CASE WHEN s.cancelled_on <> '' AND s.cancelled_on <= @on_date THEN p.amount_minor ELSE 0 END AS INTEGER) AS settled_minor
FROM touched t JOIN payments p ON p.id = t.id JOIN payment_status s ON s.payment_id = t.id WHERE p.received_on <= @on_date;

-- name: AgeingCustomers :many
SELECT id, public_id, number, name, name_key FROM customers WHERE id IN (sqlc.slice(ids));

-- name: InsertStatementSchedule :one
INSERT INTO statement_schedules (public_id, customer_id, group_id, kind, frequency, only_open, next_on, created_at, updated_at)
VALUES (@public_id, sqlc.narg(customer_id), sqlc.narg(group_id), @kind, @frequency, @only_open, @next_on, @now, @now) RETURNING id;

-- name: UpdateStatementSchedule :execrows
UPDATE statement_schedules SET customer_id = sqlc.narg(customer_id), group_id = sqlc.narg(group_id), kind = @kind, frequency = @frequency, only_open = @only_open, next_on = @next_on,
  version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version AND archived_at IS NULL;

-- name: SetStatementSchedulePaused :execrows
UPDATE statement_schedules SET paused = @paused, next_on = @next_on, version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version AND archived_at IS NULL;

-- name: EndStatementSchedule :execrows
UPDATE statement_schedules SET archived_at = @archived_at, version = version + 1, updated_at = @archived_at WHERE id = @id AND version = @version AND archived_at IS NULL;

-- name: MoveStatementSchedule :execrows
UPDATE statement_schedules SET next_on = @next_on, updated_at = @updated_at WHERE id = @id AND next_on = @from_date;

-- name: StatementScheduleByPublicID :one
SELECT * FROM statement_schedules WHERE public_id = @public_id AND archived_at IS NULL;

-- name: StatementScheduleByID :one
SELECT * FROM statement_schedules WHERE id = @id;

-- name: StatementSchedules :many
SELECT s.id, s.public_id, s.kind, s.frequency, s.only_open, s.next_on, s.paused, s.version, s.customer_id, s.group_id,
  CAST(COALESCE(c.public_id, g.public_id) AS TEXT) AS for_public_id, CAST(COALESCE(c.name, g.name) AS TEXT) AS for_name,
  CAST(COALESCE((SELECT max(r.period_on) FROM statement_runs r WHERE r.schedule_id = s.id), '') AS TEXT) AS last_on,
  (SELECT count(*) FROM statement_runs r WHERE r.schedule_id = s.id AND r.outcome = 'mailed') AS mailed
FROM statement_schedules s LEFT JOIN customers c ON c.id = s.customer_id LEFT JOIN customer_groups g ON g.id = s.group_id
WHERE s.archived_at IS NULL ORDER BY s.paused, s.next_on, s.id LIMIT @row_limit;

-- name: StatementSchedulesActive :many
SELECT s.id, s.public_id, s.customer_id, s.group_id, s.kind, s.frequency, s.only_open, s.next_on, s.created_at,
  CAST(COALESCE((SELECT max(r.period_on) FROM statement_runs r WHERE r.schedule_id = s.id AND r.period_on <= @today), '') AS TEXT) AS last_on
FROM statement_schedules s WHERE s.paused = 0 AND s.archived_at IS NULL ORDER BY s.next_on, s.id;

-- name: StatementScheduleMembers :many
SELECT c.id, c.public_id, c.number, c.name FROM customers c JOIN customer_groups g ON g.id = @group_id
WHERE c.archived_at IS NULL AND (c.group_id = g.id OR (c.group_id IS NULL AND g.is_default = 1)) ORDER BY c.id;

-- name: StatementRunsOfPeriod :many
SELECT customer_id FROM statement_runs WHERE schedule_id = @schedule_id AND period_on = @period_on;

-- name: InsertStatementRun :one
INSERT INTO statement_runs (public_id, schedule_id, customer_id, period_on, kind, from_date, to_date, outcome, reason, mail_id, created_at)
VALUES (@public_id, sqlc.narg(schedule_id), @customer_id, @period_on, @kind, @from_date, @to_date, @outcome, @reason, sqlc.narg(mail_id), @created_at) RETURNING id;

-- name: StatementRunDone :one
SELECT count(*) FROM statement_runs WHERE schedule_id = @schedule_id AND customer_id = @customer_id AND period_on = @period_on;

-- name: StatementRunByPublicID :one
SELECT * FROM statement_runs WHERE public_id = @public_id;

-- name: FileStatementRun :execrows
UPDATE statement_runs SET pdf_sha256 = @pdf_sha256 WHERE id = @id AND pdf_sha256 IS NULL;

-- name: StatementRunsOfCustomer :many
SELECT r.id, r.period_on, r.kind, r.from_date, r.to_date, r.outcome, r.reason, r.created_at, m.public_id AS mail_public_id, m.state AS mail_state, m.to_address
FROM statement_runs r LEFT JOIN mails m ON m.id = r.mail_id WHERE r.customer_id = @customer_id ORDER BY r.id DESC LIMIT @row_limit;

-- name: StatementGroups :many
SELECT id, public_id, name FROM customer_groups WHERE name <> '' ORDER BY name LIMIT @row_limit;

-- name: StatementGroupByPublicID :one
SELECT id FROM customer_groups WHERE public_id = @public_id;

-- name: CountDefaultGroup :one
SELECT count(*) FROM customer_groups WHERE id = @id AND is_default = 1;
