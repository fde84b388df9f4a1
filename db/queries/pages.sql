-- Pages of gateways on which a customer could still pay what is no longer wanted.

-- name: GiveUpPages :execrows
-- What is due of a document fell: nobody is to pay more than that on a page that was opened before. The gateway is told at once.
UPDATE payment_intents SET state = 'cancelled', reason = 'gateway.reason.changed', watched = 1, asks = 0, updated_at = @now
WHERE state = 'needs_action' AND kind IN ('pay','charge') AND id IN (
  SELECT p.intent_id FROM payment_intent_parts p JOIN document_status s ON s.document_id = p.document_id WHERE p.document_id = @document_id AND p.amount_minor > s.due_minor);

-- name: PagesToClose :many
-- Attempts that were given up and that the gateway was not told of yet.
SELECT public_id FROM payment_intents WHERE watched = 1 AND state = 'cancelled' AND asks = 0 ORDER BY id LIMIT 200;

-- name: PagesOfDocument :many
-- Attempts for a document that were given up and that their gateway has not closed, older than another.
SELECT i.public_id FROM payment_intent_parts p JOIN payment_intents i ON i.id = p.intent_id
WHERE p.document_id = @document_id AND i.id < @before AND i.state = 'cancelled' AND i.watched = 1 AND i.kind IN ('pay','charge') ORDER BY i.id;

-- name: ForgetAsks :exec
-- Of an attempt that was given up: it is closed at once, however often it was asked about before.
UPDATE payment_intents SET asks = 0 WHERE id = @id;

-- name: OpenCurrencies :many
-- The currencies in which something is due from a customer.
SELECT DISTINCT d.currency FROM documents d JOIN document_status s ON s.document_id = d.id
WHERE d.customer_id = CAST(@customer_id AS INTEGER) AND d.state = 'issued' AND d.kind IN ('invoice','deposit_invoice') AND s.due_minor > 0 ORDER BY d.currency;
