-- name: StandingDecision :one
SELECT q.id, q.public_id, q.decision, q.decided_at, q.decided_on, q.contact_id, q.name, q.order_number, q.reason, q.options, q.signature_sha256, q.total_minor,
  q.document_hash, q.made_id, q.undone_at, q.undone_by
FROM quote_decisions q WHERE q.document_id = @document_id AND q.undone_at IS NULL;

-- name: UndoneDecisions :many
SELECT q.id, q.public_id, q.decision, q.decided_at, q.decided_on, q.contact_id, q.name, q.order_number, q.reason, q.options, q.signature_sha256, q.total_minor,
  q.document_hash, q.made_id, q.undone_at, q.undone_by
FROM quote_decisions q WHERE q.document_id = @document_id AND q.undone_at IS NOT NULL ORDER BY q.id DESC LIMIT 20;

-- name: InsertDecision :one
INSERT INTO quote_decisions (public_id, document_id, decision, decided_at, decided_on, contact_id, name, order_number, reason, options, signature_sha256, total_minor,
  document_hash)
VALUES (@public_id, @document_id, @decision, @decided_at, @decided_on, @contact_id, @name, @order_number, @reason, @options, @signature_sha256, @total_minor,
  @document_hash)
RETURNING id;

-- name: SetDecisionMade :execrows
UPDATE quote_decisions SET made_id = @made_id WHERE id = @id AND made_id IS NULL AND undone_at IS NULL;

-- name: UndoDecision :execrows
UPDATE quote_decisions SET undone_at = @undone_at, undone_by = @undone_by WHERE id = @id AND undone_at IS NULL;

-- name: SuccessorOfQuote :one
SELECT id, public_id, number, kind, issue_date FROM documents WHERE replaces_id = @replaces_id AND state = 'issued';

-- name: DraftSuccessorOfQuote :one
SELECT id, public_id FROM documents WHERE replaces_id = @replaces_id AND state = 'draft' ORDER BY id DESC LIMIT 1;

-- name: MadeFromQuote :many
-- taken_back: its own credit notes gave all of it back, a credit of something else that settles it does not.
-- Where one of them was net of tax the price went back whole and the tax stays as it was invoiced.
SELECT d.id, d.public_id, d.number, d.kind, d.state, d.issue_date, d.total_incl_minor, d.version, s.paid_minor, s.due_minor,
  EXISTS (SELECT 1 FROM documents c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued' GROUP BY c.preceding_id
    HAVING sum(c.total_incl_minor) >= d.total_incl_minor OR (d.total_tax_minor <> 0 AND min(c.total_tax_minor) = 0 AND sum(c.total_excl_minor) + count(*) >= d.total_excl_minor)) AS taken_back
FROM documents d LEFT JOIN document_status s ON s.document_id = d.id WHERE d.quote_id = @quote_id ORDER BY d.id;

-- name: QuoteInvoiced :one
-- An issued invoice that was not taken back.
SELECT EXISTS (SELECT 1 FROM documents d WHERE d.quote_id = @quote_id AND d.kind = 'invoice' AND d.state = 'issued'
  AND NOT EXISTS (SELECT 1 FROM documents c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued' GROUP BY c.preceding_id
    HAVING sum(c.total_incl_minor) >= d.total_incl_minor OR (d.total_tax_minor <> 0 AND min(c.total_tax_minor) = 0 AND sum(c.total_excl_minor) + count(*) >= d.total_excl_minor))) AS invoiced;

-- name: QuoteCounts :one
SELECT CAST(COALESCE(sum(d.valid_until >= @today OR d.valid_until = ''), 0) AS INTEGER) AS waiting,
  CAST(COALESCE(sum(d.valid_until < @today AND d.valid_until <> ''), 0) AS INTEGER) AS expired
FROM documents d WHERE d.kind = 'quote' AND d.state = 'issued'
  AND NOT EXISTS (SELECT 1 FROM quote_decisions q WHERE q.document_id = d.id AND q.undone_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM documents n WHERE n.replaces_id = d.id AND n.state = 'issued');

-- name: ApprovedToInvoice :one
SELECT count(*) FROM quote_decisions q WHERE q.undone_at IS NULL AND q.decision = 'approved'
  AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.quote_id = q.document_id AND d.kind = 'invoice' AND d.state = 'issued'
    AND NOT EXISTS (SELECT 1 FROM documents c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued' GROUP BY c.preceding_id
      HAVING sum(c.total_incl_minor) >= d.total_incl_minor OR (d.total_tax_minor <> 0 AND min(c.total_tax_minor) = 0 AND sum(c.total_excl_minor) + count(*) >= d.total_excl_minor)));
