-- What of gateways waits for the firm.

-- name: IntentsWaiting :one
-- What of gateways waits for somebody of the firm. A charge that failed and whose document was paid since waits for nobody.
SELECT
  (SELECT count(*) FROM payment_intents WHERE state = 'unknown') AS unknown,
  (SELECT count(*) FROM payment_intents WHERE kind = 'refund' AND state IN ('created','needs_action','processing')) AS refunds,
  (SELECT count(DISTINCT p.document_id) FROM payment_intents i JOIN payment_intent_parts p ON p.intent_id = i.id JOIN document_status s ON s.document_id = p.document_id
    WHERE i.kind = 'charge' AND i.state = 'declined' AND i.created_at >= @since AND s.due_minor > 0) AS charges,
  (SELECT count(*) FROM gateway_disputes WHERE state = 'open') AS disputes;

-- name: RefundIntentsOfPayment :many
-- Money that was to go back through the gateway, the newest first.
SELECT id, public_id, kind, customer_id, contact_id, document_id, gateway, mode, idempotency_key, amount_minor, extra_minor, currency, state, gateway_ref, charge_ref, url, expires_at, reason, fee_minor, save_method, method_id, refund_of, details, payment_id, refund_id, watched, asks, asked_at, created_at, updated_at FROM payment_intents WHERE refund_of = CAST(@payment_id AS INTEGER) ORDER BY id DESC LIMIT 50;

-- name: OpenAttemptsOfWay :one
SELECT count(*) FROM payment_intents WHERE gateway = @gateway AND mode = @mode AND state IN ('created','needs_action','processing','unknown');
