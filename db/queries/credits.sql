-- Credit notes, and the deposits that final invoices take off.

-- name: CreditsOfDocument :many
-- The issued credit notes of an invoice, in the order of their numbers.
SELECT id, public_id, kind, state, number, series_year, series_number, customer_id, contact_id, customer_name, customer_key, issue_date, due_date,
  delivery_date, order_number, currency, rate_e8, language, prices_incl_tax, terms_days, terms_end_of_month, note, private_note, terms, seller, buyer,
  mentions, total_excl_minor, total_tax_minor, total_incl_minor, prepaid_minor, amount_due_minor, preceding_id, entry_id, issued_at, hash,
  chain_position, version, created_at, updated_at, valid_until, deposit_pcm, quote_id, replaces_id, revision, reason, retention_pcm, retention_until,
  retained_minor FROM documents WHERE preceding_id = @document_id AND kind = 'credit_note' AND state = 'issued' ORDER BY id;

-- name: FinalOfDeposit :one
-- The issued invoice that took a deposit off, and whether it was taken back whole (as in MadeFromQuote).
SELECT d.id, d.public_id, d.number, d.issue_date,
  EXISTS (SELECT 1 FROM documents c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued' GROUP BY c.preceding_id
    HAVING sum(c.total_incl_minor) >= d.total_incl_minor OR (d.total_tax_minor <> 0 AND min(c.total_tax_minor) = 0 AND sum(c.total_excl_minor) + count(*) >= d.total_excl_minor)) AS taken_back
FROM document_deposits p JOIN documents d ON d.id = p.document_id
WHERE p.deposit_id = @deposit_id AND d.state = 'issued' LIMIT 1;

-- name: DepositsOfCustomer :many
-- The deposit invoices of a customer that no issued invoice takes off yet.
SELECT d.id, d.public_id, d.kind, d.state, d.number, d.series_year, d.series_number, d.customer_id, d.contact_id, d.customer_name, d.customer_key,
  d.issue_date, d.due_date, d.delivery_date, d.order_number, d.currency, d.rate_e8, d.language, d.prices_incl_tax, d.terms_days, d.terms_end_of_month,
  d.note, d.private_note, d.terms, d.seller, d.buyer, d.mentions, d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, d.prepaid_minor,
  d.amount_due_minor, d.preceding_id, d.entry_id, d.issued_at, d.hash, d.chain_position, d.version, d.created_at, d.updated_at, d.valid_until,
  d.deposit_pcm, d.quote_id, d.replaces_id, d.revision, d.reason, d.retention_pcm, d.retention_until, d.retained_minor FROM documents d WHERE d.customer_id = CAST(@customer_id AS INTEGER) AND d.currency = @currency AND d.kind = 'deposit_invoice' AND d.state = 'issued'
  AND NOT EXISTS (SELECT 1 FROM document_deposits p JOIN documents f ON f.id = p.document_id WHERE p.deposit_id = d.id AND f.state = 'issued')
ORDER BY d.issue_date, d.id LIMIT 100;

-- name: DepositsOfQuote :many
-- The deposit invoices made from a quote, in the order of their numbers.
SELECT d.id, d.public_id, d.kind, d.state, d.number, d.series_year, d.series_number, d.customer_id, d.contact_id, d.customer_name, d.customer_key,
  d.issue_date, d.due_date, d.delivery_date, d.order_number, d.currency, d.rate_e8, d.language, d.prices_incl_tax, d.terms_days, d.terms_end_of_month,
  d.note, d.private_note, d.terms, d.seller, d.buyer, d.mentions, d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, d.prepaid_minor,
  d.amount_due_minor, d.preceding_id, d.entry_id, d.issued_at, d.hash, d.chain_position, d.version, d.created_at, d.updated_at, d.valid_until,
  d.deposit_pcm, d.quote_id, d.replaces_id, d.revision, d.reason, d.retention_pcm, d.retention_until, d.retained_minor FROM documents d WHERE d.quote_id = CAST(@quote_id AS INTEGER) AND d.kind = 'deposit_invoice' AND d.state = 'issued' ORDER BY d.id;

-- name: FinalsOfQuote :many
-- The invoices made from a quote, drafts too.
SELECT d.id, d.public_id, d.state, d.number, d.total_incl_minor FROM documents d WHERE d.quote_id = CAST(@quote_id AS INTEGER) AND d.kind = 'invoice' ORDER BY d.id;

-- name: CreditCounts :one
-- The figures beside the filters of the list of credit notes.
SELECT count(*) AS open FROM document_status s WHERE s.kind = 'credit_note' AND s.due_minor <> 0;

