-- Recurring invoices, their runs, and the wake-up panel.

-- name: InsertRecurring :one
INSERT INTO recurring_invoices (public_id, state, customer_id, customer_name, customer_key, form, currency, total_minor, rule, billed, start_on, cycles, auto_send, auto_charge, charge_method_id, charge_since, created_at, updated_at)
VALUES (@public_id, 'draft', sqlc.narg(customer_id), @customer_name, @customer_key, @form, @currency, @total_minor, @rule, @billed, @start_on, sqlc.narg(cycles), @auto_send, @auto_charge, sqlc.narg(charge_method_id), @charge_since, @now, @now) RETURNING id;

-- name: UpdateRecurring :execrows
UPDATE recurring_invoices SET customer_id = sqlc.narg(customer_id), customer_name = @customer_name, customer_key = @customer_key, form = @form, currency = @currency, total_minor = @total_minor,
  rule = @rule, billed = @billed, start_on = @start_on, next_on = @next_on, cycles = sqlc.narg(cycles), auto_send = @auto_send, auto_charge = @auto_charge, charge_method_id = sqlc.narg(charge_method_id), charge_since = @charge_since, last_fault = '', fault_on = '', version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version AND state <> 'ended';

-- name: RecurringByPublicID :one
SELECT * FROM recurring_invoices WHERE public_id = @public_id;

-- name: RecurringByID :one
SELECT * FROM recurring_invoices WHERE id = @id;

-- name: SetRecurringState :execrows
UPDATE recurring_invoices SET state = @state, next_on = @next_on, last_fault = '', fault_on = '', version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: AdvanceRecurring :execrows
UPDATE recurring_invoices SET state = @state, next_on = @next_on, cycles_done = cycles_done + 1, total_minor = @total_minor, last_fault = '', fault_on = '', version = version + 1, updated_at = @updated_at
WHERE id = @id AND state = 'active' AND next_on = CAST(@period_on AS TEXT);

-- name: SetRecurringFault :execrows
UPDATE recurring_invoices SET last_fault = CAST(@new_fault AS TEXT), fault_on = @fault_on, updated_at = @updated_at
WHERE id = @id AND state = 'active' AND next_on = CAST(@period_on AS TEXT) AND last_fault <> CAST(@new_fault AS TEXT);

-- name: DeleteRecurringDraft :execrows
DELETE FROM recurring_invoices WHERE id = @id AND version = @version AND state = 'draft';

-- name: InsertRecurringRun :exec
INSERT INTO recurring_runs (recurring_id, period_on, from_on, to_on, cycle, outcome, document_ref, made_at) VALUES (@recurring_id, @period_on, @from_on, @to_on, @cycle, @outcome, sqlc.narg(document_ref), @made_at);

-- name: LastRecurringRun :one
SELECT CAST(COALESCE(max(period_on), '') AS TEXT) FROM recurring_runs WHERE recurring_id = @recurring_id;

-- name: RecurringRuns :many
SELECT r.period_on, r.from_on, r.to_on, r.cycle, r.outcome, r.document_ref, r.made_at, d.state, d.number, d.issue_date, s.due_date, d.currency, d.total_incl_minor, d.amount_due_minor, s.due_minor, s.paid_minor, s.credited_minor, s.sent_at, s.viewed_at
FROM recurring_runs r LEFT JOIN documents d ON d.public_id = r.document_ref LEFT JOIN document_status s ON s.document_id = d.id
WHERE r.recurring_id = @recurring_id AND r.period_on < @before ORDER BY r.period_on DESC LIMIT @row_limit;

-- name: RecurringOfDocument :one
SELECT t.public_id, t.rule, t.state, r.period_on FROM recurring_runs r JOIN recurring_invoices t ON t.id = r.recurring_id WHERE r.document_ref = @document_ref;

-- name: RecurringDue :many
SELECT t.id, t.public_id, t.customer_name, c.public_id AS customer_public_id, t.currency, t.total_minor, t.rule, t.start_on, t.next_on, t.cycles, t.cycles_done, t.auto_send, t.last_fault, t.form, t.billed
FROM recurring_invoices t JOIN customers c ON c.id = t.customer_id
WHERE t.state = 'active' AND t.next_on <= CAST(@today AS TEXT) ORDER BY t.next_on, t.id;

-- name: CountRecurring :one
SELECT CAST(COALESCE(sum(state = 'draft'), 0) AS INTEGER) AS draft, CAST(COALESCE(sum(state = 'active'), 0) AS INTEGER) AS active,
  CAST(COALESCE(sum(state = 'paused'), 0) AS INTEGER) AS paused, CAST(COALESCE(sum(state = 'ended'), 0) AS INTEGER) AS ended,
  CAST(COALESCE(sum(state = 'active' AND last_fault <> ''), 0) AS INTEGER) AS faulty FROM recurring_invoices WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.recurring_id = recurring_invoices.id);

-- name: PortalRecurringByPublicID :one
SELECT id, public_id, state, currency, total_minor, rule, billed, start_on, next_on, cycles, cycles_done, form, auto_charge, charge_method_id FROM recurring_invoices
WHERE public_id = @public_id AND customer_id = CAST(@customer_id AS INTEGER) AND state IN ('active', 'ended');

-- name: PortalRecurringInvoices :many
SELECT r.period_on, d.public_id, d.number, d.issue_date, s.due_date, d.currency, d.total_incl_minor, d.amount_due_minor, s.due_minor, s.paid_minor, s.credited_minor, s.announced_at
FROM recurring_runs r JOIN recurring_invoices t ON t.id = r.recurring_id JOIN documents d ON d.public_id = r.document_ref JOIN document_status s ON s.document_id = d.id
WHERE t.id = @recurring_id AND d.customer_id = CAST(@customer_id AS INTEGER) AND s.customer_id = CAST(@customer_id AS INTEGER) AND d.state = 'issued' ORDER BY r.period_on DESC LIMIT 500;

-- name: CatchupLooked :one
SELECT looked_on FROM catchup_state WHERE id = 1;

-- name: SetCatchupLooked :exec
UPDATE catchup_state SET looked_on = @looked_on WHERE id = 1;

-- name: CatchupHeld :many
SELECT source, key, on_date, held_at FROM catchup_held WHERE (source, key) > (CAST(@after_source AS TEXT), CAST(@after_key AS TEXT)) ORDER BY source, key LIMIT @row_limit;

-- name: HoldCatchup :exec
INSERT INTO catchup_held (source, key, on_date, held_at) VALUES (@source, @key, @on_date, @held_at) ON CONFLICT (source, key) DO NOTHING;

-- name: ReleaseCatchup :exec
DELETE FROM catchup_held WHERE source = @source AND key = @key;
