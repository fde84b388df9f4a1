-- What "comptoir check" reads: whole tables, page after page, in the order of their keys.

-- name: ControlEntries :many
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.source_id, e.reverses_id, e.total_minor, e.sealed,
  e.validated_at, e.hash
FROM entries e LEFT JOIN journals j ON j.id = e.journal_id WHERE e.id > @after_id ORDER BY e.id LIMIT @row_limit;

-- name: ControlBalances :many
SELECT a.code, b.period, b.debit_minor, b.credit_minor FROM period_balances b JOIN accounts a ON a.id = b.account_id ORDER BY a.code, b.period;

-- name: ControlDocuments :many
SELECT d.id, d.chain_position, d.kind, d.number, d.currency, d.total_incl_minor, d.amount_due_minor, d.hash, d.entry_id, e.number AS entry_number, e.source_kind, e.source_id,
  s.paid_minor, s.credited_minor, s.due_minor, s.settled_on,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.document_id = d.id AND a.payment_id IS NOT NULL), 0) AS INTEGER) AS allocated_minor,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.document_id = d.id AND a.credit_id IS NOT NULL), 0) AS INTEGER) AS by_credits_minor,
  CAST(COALESCE((SELECT sum(a.tax_released_minor) FROM allocations a WHERE a.document_id = d.id), 0) AS INTEGER) AS released_minor,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.credit_id = d.id), 0) AS INTEGER) AS used_minor,
  CAST(COALESCE((SELECT sum(a.credit_released_minor) FROM allocations a WHERE a.credit_id = d.id), 0) AS INTEGER) AS used_tax_minor,
  CAST(COALESCE((SELECT sum(r.amount_minor) FROM refunds r WHERE r.credit_id = d.id), 0) AS INTEGER) AS refunded_minor,
  CAST(COALESCE((SELECT sum(r.tax_released_minor) FROM refunds r WHERE r.credit_id = d.id), 0) AS INTEGER) AS refunded_tax_minor,
  CAST(COALESCE((SELECT sum(l.credit_minor - l.debit_minor) FROM entry_lines l JOIN accounts c ON c.id = l.account_id WHERE l.entry_id = d.entry_id AND c.role = 'tva_collectee_attente'), 0) AS INTEGER) AS waiting_minor,
  CAST(COALESCE((SELECT sum(l.debit_minor - l.credit_minor) FROM entries x JOIN entry_lines l ON l.entry_id = x.id JOIN accounts c ON c.id = l.account_id
    WHERE d.kind = 'deposit_invoice' AND x.source_kind = 'document' AND x.source_id = d.id AND x.id <> d.entry_id AND c.role = 'tva_collectee_attente'), 0) AS INTEGER) AS delivered_minor,
  CAST(COALESCE((SELECT p.taxes FROM document_deposits p JOIN documents f ON f.id = p.document_id WHERE p.deposit_id = d.id AND f.state = 'issued' LIMIT 1), '') AS TEXT) AS taken
FROM documents d LEFT JOIN entries e ON e.id = d.entry_id LEFT JOIN document_status s ON s.document_id = d.id
WHERE d.chain_position > @after_position ORDER BY d.chain_position LIMIT @row_limit;

-- name: ControlSeries :many
SELECT kind, series_year, series_number, number, issue_date FROM documents
WHERE state = 'issued' AND series_number IS NOT NULL AND (kind, series_year, series_number) > (CAST(@after_kind AS TEXT), CAST(@after_year AS INTEGER), CAST(@after_number AS INTEGER))
ORDER BY kind, series_year, series_number LIMIT @row_limit;

-- name: ControlPayments :many
SELECT p.id, p.number, p.amount_minor, p.currency, e.number AS entry_number, e.source_kind, e.source_id, s.left_minor, s.refunded_minor, s.cancelled_on, s.cancel_entry_id,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.payment_id = p.id), 0) AS INTEGER) AS allocated_minor,
  CAST(COALESCE((SELECT sum(r.amount_minor) FROM refunds r WHERE r.payment_id = p.id), 0) AS INTEGER) AS given_back_minor
FROM payments p LEFT JOIN entries e ON e.id = p.entry_id LEFT JOIN payment_status s ON s.payment_id = p.id WHERE p.id > @after_id ORDER BY p.id LIMIT @row_limit;

-- name: ControlRefunds :many
SELECT r.id, r.number, e.number AS entry_number, e.source_kind, e.source_id FROM refunds r LEFT JOIN entries e ON e.id = r.entry_id WHERE r.id > @after_id ORDER BY r.id LIMIT @row_limit;

-- name: ControlFiles :many
SELECT sha256, size FROM files WHERE sha256 > @after_sha256 ORDER BY sha256 LIMIT @row_limit;
