-- name: InsertDraft :one
INSERT INTO documents (public_id, kind, state, customer_id, contact_id, customer_name, customer_key, issue_date, due_date, delivery_date, order_number, currency,
  rate_e8, language, prices_incl_tax, terms_days, terms_end_of_month, note, private_note, terms, total_excl_minor, total_tax_minor, total_incl_minor, prepaid_minor, amount_due_minor,
  valid_until, deposit_pcm, reason, retention_pcm, retention_until, quote_id, preceding_id, replaces_id, revision, created_at, updated_at)
VALUES (@public_id, @kind, 'draft', @customer_id, @contact_id, @customer_name, @customer_key, @issue_date, @due_date, @delivery_date, @order_number, @currency,
  @rate_e8, @language, @prices_incl_tax, @terms_days, @terms_end_of_month, @note, @private_note, @terms, @total_excl_minor, @total_tax_minor, @total_incl_minor, @prepaid_minor, @amount_due_minor,
  @valid_until, @deposit_pcm, @reason, @retention_pcm, @retention_until, @quote_id, @preceding_id, @replaces_id, MAX(1, CAST(@revision AS INTEGER)), @now, @now)
RETURNING id;

-- name: UpdateDraft :execrows
UPDATE documents SET customer_id = @customer_id, contact_id = @contact_id, customer_name = @customer_name, customer_key = @customer_key,
  issue_date = @issue_date, due_date = @due_date, delivery_date = @delivery_date, order_number = @order_number, currency = @currency, rate_e8 = @rate_e8, language = @language,
  prices_incl_tax = @prices_incl_tax, terms_days = @terms_days, terms_end_of_month = @terms_end_of_month, note = @note, private_note = @private_note, terms = @terms,
  total_excl_minor = @total_excl_minor, total_tax_minor = @total_tax_minor, total_incl_minor = @total_incl_minor, prepaid_minor = @prepaid_minor,
  amount_due_minor = @amount_due_minor, valid_until = @valid_until, deposit_pcm = @deposit_pcm, reason = @reason, retention_pcm = @retention_pcm,
  retention_until = @retention_until, version = version + 1, updated_at = @updated_at
WHERE id = @id AND state = 'draft' AND version = @version;

-- name: IssueDocument :execrows
UPDATE documents SET state = 'issued', number = @number, series_year = @series_year, series_number = @series_number, issue_date = @issue_date, due_date = @due_date,
  rate_e8 = @rate_e8, seller = @seller, buyer = @buyer, mentions = @mentions, customer_name = @customer_name, customer_key = @customer_key,
  total_excl_minor = @total_excl_minor, total_tax_minor = @total_tax_minor, total_incl_minor = @total_incl_minor, prepaid_minor = @prepaid_minor,
  amount_due_minor = @amount_due_minor, valid_until = @valid_until, retention_until = @retention_until, retained_minor = @retained_minor, entry_id = @entry_id, issued_at = @issued_at, hash = @hash, chain_position = @chain_position,
  version = version + 1, updated_at = @issued_at
WHERE id = @id AND state = 'draft' AND version = @version;

-- name: DeleteDraftLines :exec
DELETE FROM document_lines WHERE document_id = @document_id;

-- name: DeleteDraftAllowances :exec
DELETE FROM document_allowances WHERE document_id = @document_id;

-- name: DeleteDraft :execrows
DELETE FROM documents WHERE id = @id AND state = 'draft' AND version = @version;

-- name: InsertLine :exec
INSERT INTO document_lines (document_id, position, item_id, description, detail, nature, quantity_e4, unit, unit_price_e4, discount_pcm, discount_minor, net_minor, taxes,
  is_optional)
VALUES (@document_id, @position, @item_id, @description, @detail, @nature, @quantity_e4, @unit, @unit_price_e4, @discount_pcm, @discount_minor, @net_minor, @taxes,
  @is_optional);

-- name: InsertAllowance :exec
INSERT INTO document_allowances (document_id, position, is_charge, reason, rate_pcm, amount_minor, taxes)
VALUES (@document_id, @position, @is_charge, @reason, @rate_pcm, @amount_minor, @taxes);

-- name: InsertDocumentTax :exec
INSERT INTO document_taxes (document_id, position, tax, base_minor, tax_minor) VALUES (@document_id, @position, @tax, @base_minor, @tax_minor);

-- name: DocumentByPublicID :one
SELECT * FROM documents WHERE public_id = @public_id;

-- name: DocumentByID :one
SELECT * FROM documents WHERE id = @id;

-- name: DocumentByNumber :one
SELECT * FROM documents WHERE number = @number;

-- name: DocumentOfCustomer :one
SELECT * FROM documents WHERE public_id = @public_id AND customer_id = @customer_id AND state = 'issued';

-- name: Lines :many
SELECT l.id, l.position, l.item_id, l.description, l.detail, l.nature, l.quantity_e4, l.unit, l.unit_price_e4, l.discount_pcm, l.discount_minor, l.net_minor, l.taxes,
  l.is_optional, i.public_id AS item_public_id
FROM document_lines l LEFT JOIN items i ON i.id = l.item_id WHERE l.document_id = @document_id ORDER BY l.position;

-- name: Allowances :many
SELECT position, is_charge, reason, rate_pcm, amount_minor, taxes FROM document_allowances WHERE document_id = @document_id ORDER BY position;

-- name: DocumentTaxes :many
SELECT position, tax, base_minor, tax_minor FROM document_taxes WHERE document_id = @document_id ORDER BY position;

-- name: DocumentDeposits :many
SELECT p.position, p.deposit_id, p.net_minor, p.tax_minor, p.taxes, d.public_id, d.number, d.issue_date
FROM document_deposits p JOIN documents d ON d.id = p.deposit_id WHERE p.document_id = @document_id ORDER BY p.position;

-- name: InsertDocumentDeposit :exec
INSERT INTO document_deposits (document_id, position, deposit_id, net_minor, tax_minor, taxes)
VALUES (@document_id, @position, @deposit_id, @net_minor, @tax_minor, @taxes);

-- name: DeleteDraftDeposits :exec
DELETE FROM document_deposits WHERE document_id = @document_id;

-- name: LastChain :one
SELECT hash, chain_position FROM documents WHERE chain_position IS NOT NULL ORDER BY chain_position DESC LIMIT 1;

-- name: InsertStatus :exec
INSERT INTO document_status (document_id, customer_id, kind, issue_date, due_date, currency, due_minor, settled_on, sent_at,
  retained_minor, retained_until)
VALUES (@document_id, @customer_id, @kind, @issue_date, @due_date, @currency, @due_minor, @settled_on, @sent_at, @retained_minor, @retained_until);

-- name: Status :one
SELECT * FROM document_status WHERE document_id = @document_id;


-- name: SetSent :exec
UPDATE document_status SET sent_at = @at WHERE document_id = @document_id AND sent_at IS NULL;

-- name: SetViewed :execrows
UPDATE document_status SET viewed_at = @at WHERE document_id = @document_id AND viewed_at IS NULL;

-- name: SetAnnounced :exec
UPDATE document_status SET announced_at = sqlc.narg(at) WHERE document_id = @document_id;

-- name: SetPDF :exec
UPDATE document_status SET pdf_sha256 = @pdf_sha256 WHERE document_id = @document_id AND pdf_sha256 IS NULL;

-- name: OpenTotals :many
-- Overdue is not what the customer may still hold back of an invoice.
SELECT s.currency, count(*) AS documents, CAST(COALESCE(sum(s.due_minor), 0) AS INTEGER) AS due_minor,
  CAST(COALESCE(sum(CASE WHEN s.due_date >= @today THEN 0 WHEN s.due_minor > s.retained_minor AND s.retained_until >= @today THEN s.due_minor - s.retained_minor ELSE s.due_minor END), 0) AS INTEGER) AS overdue_minor,
  CAST(COALESCE(sum(CASE WHEN s.due_date < @today THEN 1 ELSE 0 END), 0) AS INTEGER) AS overdue_documents
FROM document_status s WHERE s.due_minor <> 0 AND s.kind IN ('invoice', 'deposit_invoice') GROUP BY s.currency;

-- name: CustomerOpenTotals :many
-- Asked is what is due but for what the customer may still hold back (billing.Asked).
SELECT s.currency, count(*) AS documents, CAST(COALESCE(sum(s.due_minor), 0) AS INTEGER) AS due_minor,
  CAST(COALESCE(sum(CASE WHEN s.due_minor > s.retained_minor AND s.retained_until > @today THEN s.due_minor - s.retained_minor ELSE s.due_minor END), 0) AS INTEGER) AS asked_minor,
  CAST(COALESCE(sum(CASE WHEN s.due_date >= @today THEN 0 WHEN s.due_minor > s.retained_minor AND s.retained_until >= @today THEN s.due_minor - s.retained_minor ELSE s.due_minor END), 0) AS INTEGER) AS overdue_minor,
  CAST(COALESCE(min(s.due_date), '') AS TEXT) AS next_due
FROM document_status s WHERE s.customer_id = @customer_id AND s.due_minor <> 0 AND s.kind IN ('invoice', 'deposit_invoice') GROUP BY s.currency;

-- name: CountDrafts :one
SELECT count(*) FROM documents WHERE kind = @kind AND state = 'draft';

-- name: OpenCounts :one
SELECT count(*) AS open, CAST(COALESCE(sum(s.due_date < @today), 0) AS INTEGER) AS overdue, CAST(COALESCE(sum(s.sent_at IS NULL), 0) AS INTEGER) AS unsent,
  CAST(COALESCE(sum(s.announced_at IS NOT NULL), 0) AS INTEGER) AS announced
FROM document_status s WHERE s.due_minor <> 0 AND s.kind IN ('invoice', 'deposit_invoice');

-- name: AuditOfDocument :many
-- What happened to a document, each act once: to itself since it bears its id (that of a deleted
-- draft is given again), to payments that ever stood against it, to attempts at paying it.
SELECT g.id, g.at, g.actor_name, g.action, g.details FROM audit_log g WHERE g.object_kind = 'document' AND g.object_id = @document_id
  AND g.id > (SELECT COALESCE(max(x.id), 0) FROM audit_log x WHERE x.object_kind = 'document' AND x.object_id = @document_id AND x.action LIKE '%.draft_deleted')
UNION ALL
SELECT l.id, l.at, l.actor_name, l.action, l.details FROM audit_log l WHERE l.object_kind = 'payment'
  AND l.object_id IN (SELECT a.payment_id FROM allocations a WHERE a.document_id = @document_id)
UNION ALL
SELECT m.id, m.at, m.actor_name, m.action, m.details FROM audit_log m WHERE m.object_kind = 'payment_intent'
  AND m.object_id IN (SELECT p.intent_id FROM payment_intent_parts p JOIN payment_intents i ON i.id = p.intent_id WHERE p.document_id = @document_id AND i.kind IN ('pay','charge'))
ORDER BY 1 DESC LIMIT 200;

-- name: ReceivedByMonth :many
-- What came in and stayed: no cancelled payment, and less what was given back, in the month of giving it back.
SELECT CAST(x.month AS TEXT) AS month, x.currency, CAST(COALESCE(sum(x.amount_minor), 0) AS INTEGER) AS amount_minor FROM (
  SELECT substr(p.received_on, 1, 7) AS month, p.currency, p.amount_minor FROM payments p JOIN payment_status s ON s.payment_id = p.id WHERE p.received_on >= @from_date AND s.cancelled_on = ''
  UNION ALL SELECT substr(r.refunded_on, 1, 7), r.currency, -r.amount_minor FROM refunds r WHERE r.refunded_on >= @from_date
) x GROUP BY 1, 2;

-- name: OpenLinkOfDocument :one
SELECT id FROM portal_links WHERE document_id = @document_id AND kind = 'document' AND revoked_at IS NULL AND expires_at > @now ORDER BY id DESC LIMIT 1;

-- name: PresentSessions :many
SELECT s.public_id, k.name AS contact_name, c.name AS customer_name, s.trust, s.address, s.seen_at
FROM portal_sessions s JOIN contacts k ON k.id = s.contact_id JOIN customers c ON c.id = k.customer_id
WHERE s.idle_until > @now AND s.expires_at > @now ORDER BY s.seen_at DESC LIMIT 50;
