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
-- What may still end at a gateway: attempts under way, pages that were given up and not closed yet, methods that it is still to forget.
SELECT
  (SELECT count(*) FROM payment_intents WHERE payment_intents.gateway = @gateway AND payment_intents.mode = @mode AND state IN ('created','needs_action','processing','unknown')) AS under_way,
  (SELECT count(*) FROM payment_intents WHERE payment_intents.gateway = @gateway AND payment_intents.mode = @mode AND watched = 1 AND state NOT IN ('created','needs_action','processing','unknown','succeeded')) AS given_up,
  (SELECT count(*) FROM kept_methods WHERE kept_methods.gateway = @gateway AND kept_methods.mode = @mode AND detach_owed = 1) AS owed;

-- name: GatewayWorld :one
SELECT * FROM gateway_worlds WHERE gateway = @gateway AND mode = @mode;

-- name: GatewayWorlds :many
SELECT gateway, mode, account, key_slot, hook_slot, refused_at, refused_by, mute_at, hooked_at, kinds, kinds_at FROM gateway_worlds WHERE gateway = @gateway ORDER BY mode LIMIT 2;

-- name: PutGatewayWorld :exec
INSERT INTO gateway_worlds (gateway, mode, account, key_slot, hook_slot, refused_at, refused_by, mute_at, hooked_at, kinds, kinds_at) VALUES (@gateway, @mode, @account, @key_slot, @hook_slot, @refused_at, @refused_by, @mute_at, @hooked_at, @kinds, @kinds_at)
ON CONFLICT (gateway, mode) DO UPDATE SET account = excluded.account, key_slot = excluded.key_slot, hook_slot = excluded.hook_slot, refused_at = excluded.refused_at, refused_by = excluded.refused_by, mute_at = excluded.mute_at, hooked_at = excluded.hooked_at, kinds = excluded.kinds, kinds_at = excluded.kinds_at;

-- name: GatewayHooked :exec
UPDATE gateway_worlds SET hooked_at = @at WHERE gateway = @gateway AND mode = @mode;

-- name: KeptMethodsOfWorld :many
SELECT id, public_id, customer_id, gateway, mode, token, customer_ref, kind, brand, last4, exp_month, exp_year, is_default, added_by, contact_id, created_at, deleted_at, detach_owed FROM kept_methods
WHERE gateway = @gateway AND mode = @mode AND deleted_at = '' ORDER BY id;

-- name: ForgetGatewayCustomers :exec
DELETE FROM gateway_customers WHERE gateway = @gateway AND mode = @mode;

-- name: ForgetGatewayCursor :exec
DELETE FROM gateway_cursors WHERE gateway = @gateway AND mode = @mode;

-- name: ForgetDetachments :exec
-- The account that kept them is another one.
UPDATE kept_methods SET detach_owed = 0, token = '' WHERE gateway = @gateway AND mode = @mode AND deleted_at <> '';

-- name: IntentMissing :exec
INSERT INTO intents_missing (intent_id, since) VALUES (@intent_id, @since) ON CONFLICT (intent_id) DO NOTHING;

-- name: IntentMissingSince :one
SELECT since FROM intents_missing WHERE intent_id = @intent_id;

-- name: IntentFound :exec
DELETE FROM intents_missing WHERE intent_id = @intent_id;
