-- What settles documents: allocations of payments and credit notes, rests, refunds.

-- name: InsertAllocation :one
INSERT INTO allocations (payment_id, credit_id, document_id, amount_minor, tax_released_minor, credit_released_minor, on_date, entry_id, undoes_id, created_at)
VALUES (@payment_id, @credit_id, @document_id, @amount_minor, @tax_released_minor, @credit_released_minor, @on_date, @entry_id, @undoes_id, @created_at) RETURNING id;

-- name: SettleDocument :execrows
-- The retained part falls due on its own day once nothing else is left.
UPDATE document_status SET paid_minor = paid_minor + @paid_minor, credited_minor = credited_minor + @credited_minor, due_minor = due_minor - @paid_minor - @credited_minor,
  settled_on = CASE WHEN due_minor - @paid_minor - @credited_minor = 0 THEN CAST(@on_date AS TEXT) ELSE '' END,
  due_date = CASE WHEN retained_minor > 0 AND due_minor - @paid_minor - @credited_minor <= retained_minor THEN retained_until
    ELSE (SELECT d.due_date FROM documents d WHERE d.id = document_status.document_id) END
WHERE document_id = @document_id AND paid_minor + @paid_minor >= 0 AND credited_minor + @credited_minor >= 0 AND due_minor - @paid_minor - @credited_minor >= 0;

-- name: WaitingTax :one
-- What the entry of a document put on the account of tax that waits for payment, credit positive.
SELECT CAST(COALESCE(sum(l.credit_minor - l.debit_minor), 0) AS INTEGER) FROM entry_lines l JOIN accounts a ON a.id = l.account_id
WHERE l.entry_id = CAST(@entry_id AS INTEGER) AND a.role = CAST(@role AS TEXT);

-- name: TaxesTakenOff :one
-- What the final invoice of a deposit took off of its taxes (rows of billing.RowTax).
SELECT p.taxes FROM document_deposits p JOIN documents f ON f.id = p.document_id WHERE p.deposit_id = @deposit_id AND f.state = 'issued' LIMIT 1;

-- name: PaymentStatus :one
SELECT * FROM payment_status WHERE payment_id = @payment_id;

-- name: InsertPaymentStatus :exec
INSERT INTO payment_status (payment_id, customer_id, currency, left_minor) VALUES (@payment_id, @customer_id, @currency, @left_minor);

-- name: MovePaymentLeft :execrows
UPDATE payment_status SET left_minor = left_minor + @amount_minor, refunded_minor = refunded_minor + @refunded_minor, version = version + 1
WHERE payment_id = @payment_id AND cancelled_on = '' AND left_minor + @amount_minor >= 0;

-- name: CancelPayment :execrows
UPDATE payment_status SET cancelled_on = @cancelled_on, cancel_reason = @cancel_reason, cancel_entry_id = @cancel_entry_id, version = version + 1
WHERE payment_id = @payment_id AND cancelled_on = '' AND left_minor = 0 AND refunded_minor = CAST(@refunded_minor AS INTEGER);

-- name: LiveAllocation :one
-- An allocation that still stands.
SELECT a.* FROM allocations a WHERE a.id = @id AND a.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocations u WHERE u.undoes_id = a.id);

-- name: LiveAllocationsOfPayment :many
SELECT a.id, a.document_id, a.amount_minor, a.on_date, a.entry_id, d.public_id, d.kind, d.number, d.issue_date, d.due_date, d.currency, d.total_incl_minor
FROM allocations a JOIN documents d ON d.id = a.document_id
WHERE a.payment_id = CAST(@payment_id AS INTEGER) AND a.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocations u WHERE u.undoes_id = a.id) ORDER BY a.id;

-- name: LiveAllocationsOfCredit :many
SELECT a.id, a.document_id, a.amount_minor, a.on_date, a.entry_id, d.public_id, d.kind, d.number, d.issue_date, d.due_date, d.currency, d.total_incl_minor
FROM allocations a JOIN documents d ON d.id = a.document_id
WHERE a.credit_id = CAST(@credit_id AS INTEGER) AND a.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocations u WHERE u.undoes_id = a.id) ORDER BY a.id;

-- name: HistoryOfPayment :many
-- Everything that ever happened between a payment and documents, undone or not.
SELECT a.id, a.amount_minor, a.on_date, a.entry_id, a.undoes_id, a.created_at, d.public_id, d.number FROM allocations a JOIN documents d ON d.id = a.document_id
WHERE a.payment_id = CAST(@payment_id AS INTEGER) ORDER BY a.id;

-- name: SettlementsOfDocument :many
-- What stands against an invoice: payments and credit notes.
SELECT a.id, a.amount_minor, a.on_date, a.payment_id, a.credit_id, p.public_id AS payment_public_id, p.number AS payment_number, p.method, p.received_on, p.reference,
  c.public_id AS credit_public_id, c.number AS credit_number, c.issue_date AS credit_date
FROM allocations a LEFT JOIN payments p ON p.id = a.payment_id LEFT JOIN documents c ON c.id = a.credit_id
WHERE a.document_id = @document_id AND a.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocations u WHERE u.undoes_id = a.id) ORDER BY a.id;

-- name: MovedSince :one
-- Allocations newer than a payment's own, on it or on what it paid, and final invoices of deposits that it paid: its reversed entry would then not be its mirror.
SELECT (SELECT count(*) FROM allocations a WHERE a.id > CAST(@last_id AS INTEGER)
    AND (a.payment_id = CAST(@payment_id AS INTEGER) OR a.document_id IN (SELECT b.document_id FROM allocations b WHERE b.payment_id = CAST(@payment_id AS INTEGER))))
  + (SELECT count(*) FROM allocations b JOIN payments p ON p.id = b.payment_id JOIN document_deposits t ON t.deposit_id = b.document_id JOIN documents f ON f.id = t.document_id
    WHERE b.payment_id = CAST(@payment_id AS INTEGER) AND f.state = 'issued' AND f.entry_id > p.entry_id) AS moved;

-- name: EntryReversing :one
SELECT id FROM entries WHERE reverses_id = @reverses_id;

-- name: OpenInvoicesOfCustomer :many
SELECT d.id, d.public_id, d.kind, d.number, d.issue_date, s.due_date, d.currency, d.total_incl_minor, s.due_minor, s.announced_at
FROM document_status s JOIN documents d ON d.id = s.document_id
WHERE s.customer_id = @customer_id AND s.due_minor > 0 AND s.kind IN ('invoice','deposit_invoice') AND d.currency = @currency
ORDER BY s.due_date, d.id LIMIT 500;

-- name: OpenCreditsOfCustomer :many
-- Less what a transfer that was decided will give back of them.
SELECT x.id, x.public_id, x.number, x.issue_date, x.currency, x.total_incl_minor, x.free_minor AS due_minor FROM (
  SELECT d.id, d.public_id, d.number, d.issue_date, d.currency, d.total_incl_minor,
    CAST(s.due_minor - COALESCE((SELECT sum(t.amount_minor) FROM sepa_transfers t WHERE t.credit_id = d.id AND t.state IN ('decided','made')), 0) AS INTEGER) AS free_minor
  FROM document_status s JOIN documents d ON d.id = s.document_id
  WHERE s.customer_id = @customer_id AND s.due_minor > 0 AND s.kind = 'credit_note' AND d.currency = @currency) x
WHERE x.free_minor > 0 ORDER BY x.issue_date, x.id LIMIT 500;

-- name: OpenRestsOfCustomer :many
-- Less what a transfer that was decided will give back of them.
SELECT x.id, x.public_id, x.number, x.received_on, x.currency, x.amount_minor, x.free_minor AS left_minor FROM (
  SELECT p.id, p.public_id, p.number, p.received_on, p.currency, p.amount_minor,
    CAST(s.left_minor - COALESCE((SELECT sum(t.amount_minor) FROM sepa_transfers t WHERE t.payment_id = p.id AND t.state IN ('decided','made')), 0) AS INTEGER) AS free_minor
  FROM payment_status s JOIN payments p ON p.id = s.payment_id
  WHERE s.customer_id = @customer_id AND s.left_minor > 0 AND s.currency = @currency) x
WHERE x.free_minor > 0 ORDER BY x.received_on, x.id LIMIT 500;

-- name: BalancesOfCustomer :many
-- What a customer owes and is owed, per currency.
SELECT currency, CAST(sum(due_minor) AS INTEGER) AS due_minor, CAST(sum(credit_minor) AS INTEGER) AS credit_minor, CAST(sum(left_minor) AS INTEGER) AS left_minor FROM (
  SELECT s.currency, s.due_minor, 0 AS credit_minor, 0 AS left_minor FROM document_status s WHERE s.customer_id = @customer_id AND s.due_minor <> 0 AND s.kind IN ('invoice','deposit_invoice')
  UNION ALL SELECT s.currency, 0, s.due_minor, 0 FROM document_status s WHERE s.customer_id = @customer_id AND s.due_minor <> 0 AND s.kind = 'credit_note'
  UNION ALL SELECT p.currency, 0, 0, p.left_minor FROM payment_status p WHERE p.customer_id = @customer_id AND p.left_minor > 0
) GROUP BY currency ORDER BY currency;

-- name: NextRefundID :one
SELECT CAST(COALESCE(max(id), 0) + 1 AS INTEGER) FROM refunds;

-- name: InsertRefund :exec
INSERT INTO refunds (id, public_id, number, customer_id, payment_id, credit_id, method, refunded_on, amount_minor, fee_minor, tax_released_minor, currency, rate_e8, reference, note, gateway, gateway_ref, entry_id, created_at)
VALUES (@id, @public_id, @number, @customer_id, @payment_id, @credit_id, @method, @refunded_on, @amount_minor, @fee_minor, @tax_released_minor, @currency, @rate_e8, @reference, @note, @gateway, @gateway_ref, @entry_id, @created_at);

-- name: RefundByID :one
SELECT * FROM refunds WHERE id = @id;

-- name: RefundByPublicID :one
SELECT * FROM refunds WHERE public_id = @public_id;

-- name: RefundOfCustomer :one
SELECT * FROM refunds WHERE public_id = @public_id AND customer_id = @customer_id;

-- name: RefundsOfPayment :many
SELECT id, public_id, number, customer_id, payment_id, credit_id, method, refunded_on, amount_minor, fee_minor, tax_released_minor, currency, rate_e8, reference, note, gateway, gateway_ref, entry_id, created_at FROM refunds
WHERE payment_id = CAST(@payment_id AS INTEGER) ORDER BY id;

-- name: RefundsOfCredit :many
SELECT id, public_id, number, customer_id, payment_id, credit_id, method, refunded_on, amount_minor, fee_minor, tax_released_minor, currency, rate_e8, reference, note, gateway, gateway_ref, entry_id, created_at FROM refunds
WHERE credit_id = CAST(@credit_id AS INTEGER) ORDER BY id;

-- name: RefundsOfCustomer :many
SELECT id, public_id, number, customer_id, payment_id, credit_id, method, refunded_on, amount_minor, fee_minor, tax_released_minor, currency, rate_e8, reference, note, gateway, gateway_ref, entry_id, created_at FROM refunds
WHERE customer_id = @customer_id ORDER BY refunded_on DESC, id DESC LIMIT @row_limit;

-- name: RefundsNewest :many
SELECT r.id, r.public_id, r.number, r.method, r.refunded_on, r.amount_minor, r.currency, r.reference, c.public_id AS customer_public_id, c.name AS customer_name,
  p.public_id AS payment_public_id, p.number AS payment_number, d.public_id AS credit_public_id, d.number AS credit_number
FROM refunds r JOIN customers c ON c.id = r.customer_id LEFT JOIN payments p ON p.id = r.payment_id LEFT JOIN documents d ON d.id = r.credit_id
WHERE r.id < @before_id AND r.refunded_on >= @from_day AND r.refunded_on <= @to_day ORDER BY r.id DESC LIMIT @row_limit;
