-- Attempts with gateways, kept methods, what gateways told, the ways to pay.

-- name: InsertIntent :one
INSERT INTO payment_intents (public_id, kind, customer_id, contact_id, document_id, gateway, mode, idempotency_key, amount_minor, extra_minor, currency, state, save_method, method_id, refund_of, details, created_at, updated_at)
VALUES (@public_id, @kind, @customer_id, @contact_id, @document_id, @gateway, @mode, @idempotency_key, @amount_minor, @extra_minor, @currency, 'created', @save_method, @method_id, @refund_of, @details, @now, @now) RETURNING id;

-- name: InsertIntentPart :exec
INSERT INTO payment_intent_parts (intent_id, document_id, amount_minor) VALUES (@intent_id, @document_id, @amount_minor);

-- name: IntentParts :many
SELECT p.document_id, p.amount_minor, d.public_id, d.number, d.kind FROM payment_intent_parts p JOIN documents d ON d.id = p.document_id WHERE p.intent_id = @intent_id ORDER BY d.due_date, d.id;

-- name: IntentByID :one
SELECT * FROM payment_intents WHERE id = @id;

-- name: IntentByKey :one
SELECT * FROM payment_intents WHERE idempotency_key = @idempotency_key;

-- name: IntentByPublicID :one
SELECT * FROM payment_intents WHERE public_id = @public_id;

-- name: IntentOfCustomer :one
SELECT * FROM payment_intents WHERE public_id = @public_id AND customer_id = @customer_id;

-- name: IntentByRef :one
SELECT * FROM payment_intents WHERE gateway = @gateway AND (gateway_ref = @ref OR charge_ref = @ref) AND @ref <> '' ORDER BY id LIMIT 1;

-- name: WatchedIntents :many
-- What gateways are to be asked about, the one that waited longest first.
SELECT * FROM payment_intents WHERE watched = 1 ORDER BY asked_at, id LIMIT @row_limit;

-- name: OpenIntentsOfDocument :many
-- Attempts to pay a document that have not ended, the newest first.
SELECT i.* FROM payment_intent_parts p JOIN payment_intents i ON i.id = p.intent_id
WHERE p.document_id = @document_id AND i.kind IN ('pay','charge') AND i.state IN ('created','needs_action','processing','unknown') ORDER BY i.id DESC;

-- name: OpenRefundOfPayment :one
SELECT * FROM payment_intents WHERE refund_of = CAST(@payment_id AS INTEGER) AND state IN ('created','needs_action','processing','unknown') ORDER BY id LIMIT 1;

-- name: IntentOfPayment :one
SELECT * FROM payment_intents WHERE payment_id = CAST(@payment_id AS INTEGER) ORDER BY id LIMIT 1;

-- name: MoveIntent :execrows
UPDATE payment_intents SET state = @state, gateway_ref = @gateway_ref, charge_ref = @charge_ref, url = @url, expires_at = @expires_at, reason = @reason, fee_minor = @fee_minor,
  method_id = @method_id, payment_id = @payment_id, refund_id = @refund_id, watched = @watched, updated_at = @updated_at
WHERE id = @id AND state = @from_state;

-- name: IntentAsked :exec
UPDATE payment_intents SET asks = asks + 1, asked_at = @asked_at, watched = @watched WHERE id = @id;

-- name: UnknownIntentOfDocument :one
SELECT i.public_id FROM payment_intent_parts p JOIN payment_intents i ON i.id = p.intent_id
WHERE p.document_id = @document_id AND i.state IN ('unknown','processing') ORDER BY i.id DESC LIMIT 1;
