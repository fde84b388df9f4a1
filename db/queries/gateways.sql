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
SELECT id, public_id, kind, customer_id, contact_id, document_id, gateway, mode, idempotency_key, amount_minor, extra_minor, currency, state, gateway_ref, charge_ref, url, expires_at, reason, fee_minor, save_method, method_id, refund_of, details, payment_id, refund_id, watched, asks, asked_at, created_at, updated_at FROM payment_intents WHERE watched = 1 ORDER BY asked_at, id LIMIT @row_limit;

-- name: OpenIntentsOfDocument :many
-- Attempts to pay a document that have not ended, the newest first.
SELECT i.id, i.public_id, i.kind, i.customer_id, i.contact_id, i.document_id, i.gateway, i.mode, i.idempotency_key, i.amount_minor, i.extra_minor, i.currency, i.state, i.gateway_ref, i.charge_ref, i.url, i.expires_at, i.reason, i.fee_minor, i.save_method, i.method_id, i.refund_of, i.details, i.payment_id, i.refund_id, i.watched, i.asks, i.asked_at, i.created_at, i.updated_at FROM payment_intent_parts p JOIN payment_intents i ON i.id = p.intent_id
WHERE p.document_id = @document_id AND i.kind IN ('pay','charge') AND i.state IN ('created','needs_action','processing','unknown') ORDER BY i.id DESC;

-- name: LoosePages :many
-- Pages of a customer about no document, older than an attempt, the newest first.
SELECT i.id, i.public_id, i.kind, i.customer_id, i.contact_id, i.document_id, i.gateway, i.mode, i.idempotency_key, i.amount_minor, i.extra_minor, i.currency, i.state, i.gateway_ref, i.charge_ref, i.url, i.expires_at, i.reason, i.fee_minor, i.save_method, i.method_id, i.refund_of, i.details, i.payment_id, i.refund_id, i.watched, i.asks, i.asked_at, i.created_at, i.updated_at FROM payment_intents i
WHERE i.customer_id = @customer_id AND i.state = 'needs_action' AND i.kind IN ('save','pay') AND i.id < @before
  AND NOT EXISTS (SELECT 1 FROM payment_intent_parts p WHERE p.intent_id = i.id) ORDER BY i.id DESC LIMIT 100;

-- name: OpenRefundOfPayment :one
SELECT * FROM payment_intents WHERE refund_of = CAST(@payment_id AS INTEGER) AND state IN ('created','needs_action','processing','unknown') ORDER BY id LIMIT 1;

-- name: IntentOfPayment :one
SELECT * FROM payment_intents WHERE payment_id = CAST(@payment_id AS INTEGER) ORDER BY id LIMIT 1;

-- name: MoveIntent :execrows
UPDATE payment_intents SET state = @state, gateway_ref = @gateway_ref, charge_ref = @charge_ref, url = @url, expires_at = @expires_at, reason = @reason, fee_minor = @fee_minor,
  method_id = @method_id, payment_id = @payment_id, refund_id = @refund_id, watched = @watched, updated_at = @updated_at
WHERE id = @id AND state = @from_state;

-- name: IntentAsked :exec
UPDATE payment_intents SET asks = asks + 1, asked_at = @asked_at WHERE id = @id;

-- name: UnknownIntentOfDocument :one
SELECT i.public_id FROM payment_intent_parts p JOIN payment_intents i ON i.id = p.intent_id
WHERE p.document_id = @document_id AND i.state IN ('unknown','processing') ORDER BY i.id DESC LIMIT 1;

-- name: NewestIntents :many
-- Of a customer, or of all (0).
SELECT id, public_id, kind, customer_id, contact_id, document_id, gateway, mode, idempotency_key, amount_minor, extra_minor, currency, state, gateway_ref, charge_ref, url, expires_at, reason, fee_minor, save_method, method_id, refund_of, details, payment_id, refund_id, watched, asks, asked_at, created_at, updated_at FROM payment_intents WHERE customer_id = CAST(@customer_id AS INTEGER) OR CAST(@customer_id AS INTEGER) = 0 ORDER BY id DESC LIMIT @row_limit;

-- name: WatchPayments :execrows
-- After a long silence the gateway is asked about all that was paid since a day.
UPDATE payment_intents SET watched = 1, asks = 0 WHERE gateway = @gateway AND mode = @mode AND state = 'succeeded' AND kind IN ('pay','charge') AND created_at >= @since;

-- name: WatchIntent :exec
-- The gateway told something of it and could not be asked: it is asked when it can be.
UPDATE payment_intents SET watched = 1, asks = 0 WHERE id = @id;

-- name: PutGatewayCustomer :exec
INSERT INTO gateway_customers (customer_id, gateway, mode, ref) VALUES (@customer_id, @gateway, @mode, @ref)
ON CONFLICT (customer_id, gateway, mode) DO UPDATE SET ref = excluded.ref;

-- name: GatewayCustomer :one
SELECT ref FROM gateway_customers WHERE customer_id = @customer_id AND gateway = @gateway AND mode = @mode;

-- name: InsertKeptMethod :one
INSERT INTO kept_methods (public_id, customer_id, gateway, mode, token, customer_ref, kind, brand, last4, exp_month, exp_year, is_default, added_by, contact_id, created_at)
VALUES (@public_id, @customer_id, @gateway, @mode, @token, @customer_ref, @kind, @brand, @last4, @exp_month, @exp_year, @is_default, @added_by, @contact_id, @created_at) RETURNING id;

-- name: KeptMethodByID :one
SELECT * FROM kept_methods WHERE id = @id;

-- name: KeptMethodByPublicID :one
SELECT * FROM kept_methods WHERE public_id = @public_id AND deleted_at = '';

-- name: MethodEver :one
-- Also one that was given up.
SELECT * FROM kept_methods WHERE public_id = @public_id;

-- name: KeptMethodByToken :one
SELECT * FROM kept_methods WHERE gateway = @gateway AND mode = @mode AND token = @token;

-- name: KeptMethodsOfCustomer :many
SELECT id, public_id, customer_id, gateway, mode, token, customer_ref, kind, brand, last4, exp_month, exp_year, is_default, added_by, contact_id, created_at, deleted_at, detach_owed FROM kept_methods WHERE customer_id = @customer_id AND deleted_at = '' ORDER BY is_default DESC, id DESC;

-- name: ClearDefaultMethod :exec
UPDATE kept_methods SET is_default = 0 WHERE customer_id = @customer_id AND is_default = 1;

-- name: SetDefaultMethod :execrows
UPDATE kept_methods SET is_default = 1 WHERE id = @id AND deleted_at = '';

-- name: GiveUpMethod :execrows
UPDATE kept_methods SET is_default = 0, deleted_at = @deleted_at, detach_owed = 1 WHERE id = @id AND deleted_at = '';

-- name: RefreshMethod :exec
-- The gateway renewed the card by itself.
UPDATE kept_methods SET brand = @brand, last4 = @last4, exp_month = @exp_month, exp_year = @exp_year WHERE id = @id AND deleted_at = '';

-- name: OwedDetachments :many
SELECT id, public_id, customer_id, gateway, mode, token, customer_ref, kind, brand, last4, exp_month, exp_year, is_default, added_by, contact_id, created_at, deleted_at, detach_owed FROM kept_methods WHERE detach_owed = 1 ORDER BY id LIMIT @row_limit;

-- name: MethodDetached :exec
UPDATE kept_methods SET detach_owed = 0, token = '' WHERE id = @id AND deleted_at <> '';

-- name: InsertGatewayEvent :execrows
INSERT INTO gateway_events (gateway, mode, event_id, kind, about_key, about_ref, received_at) VALUES (@gateway, @mode, @event_id, @kind, @about_key, @about_ref, @received_at)
ON CONFLICT (gateway, event_id) DO NOTHING;

-- name: NewGatewayEvents :many
SELECT id, gateway, mode, event_id, kind, about_key, about_ref, state, intent_id, received_at FROM gateway_events WHERE state = 'new' ORDER BY id LIMIT @row_limit;

-- name: HeedGatewayEvent :exec
UPDATE gateway_events SET state = @state, intent_id = @intent_id WHERE id = @id;

-- name: GatewayCursor :one
SELECT * FROM gateway_cursors WHERE gateway = @gateway AND mode = @mode;

-- name: PutGatewayCursor :exec
INSERT INTO gateway_cursors (gateway, mode, cursor, asked_at) VALUES (@gateway, @mode, @cursor, @asked_at)
ON CONFLICT (gateway, mode) DO UPDATE SET cursor = excluded.cursor, asked_at = excluded.asked_at;

-- name: RefundByGatewayRef :one
SELECT * FROM refunds WHERE gateway = @gateway AND gateway_ref = @gateway_ref;

-- name: GivenBackByGateway :one
SELECT CAST(COALESCE(sum(amount_minor), 0) AS INTEGER) FROM refunds WHERE payment_id = CAST(@payment_id AS INTEGER) AND gateway <> '';

-- name: DisputeByRef :one
SELECT * FROM gateway_disputes WHERE gateway = @gateway AND ref = @ref;

-- name: InsertDispute :one
INSERT INTO gateway_disputes (gateway, ref, payment_id, state, amount_minor, reason, answer_by, created_at, updated_at)
VALUES (@gateway, @ref, @payment_id, @state, @amount_minor, @reason, @answer_by, @now, @now) RETURNING id;

-- name: MoveDispute :exec
UPDATE gateway_disputes SET state = @state, gone_minor = @gone_minor, fee_minor = @fee_minor, steps = @steps, refund_id = @refund_id, back_payment_id = @back_payment_id, answer_by = @answer_by, updated_at = @updated_at WHERE id = @id;

-- name: GoneByDispute :one
-- What of a dispute stands in the books: what went, each time, less what came back, each time.
SELECT CAST((SELECT COALESCE(sum(r.amount_minor), 0) FROM refunds r WHERE r.gateway = CAST(@gateway AS TEXT) AND (r.gateway_ref = CAST(@ref AS TEXT) OR r.gateway_ref GLOB @ref || '#*' OR r.gateway_ref GLOB @ref || '/*'))
  - (SELECT COALESCE(sum(p.amount_minor), 0) FROM payments p WHERE p.gateway = @gateway AND (p.gateway_ref = @ref || '-back' OR p.gateway_ref GLOB @ref || '/*-back')) AS INTEGER);

-- name: PayWays :many
SELECT way, enabled, least_minor, most_minor, fee_pcm, fee_minor, words_fr, words_en, position FROM pay_ways ORDER BY position, way LIMIT 50;

-- name: PayWay :one
SELECT * FROM pay_ways WHERE way = @way;

-- name: PaySettings :one
SELECT * FROM pay_settings WHERE id = 1;

-- name: DisputesOfPayment :many
SELECT id, gateway, ref, payment_id, state, amount_minor, reason, answer_by, gone_minor, fee_minor, steps, refund_id, back_payment_id, created_at, updated_at FROM gateway_disputes WHERE payment_id = @payment_id ORDER BY id;

-- name: UpdatePayWay :execrows
UPDATE pay_ways SET enabled = @enabled, least_minor = @least_minor, most_minor = @most_minor, fee_pcm = @fee_pcm, fee_minor = @fee_minor, words_fr = @words_fr, words_en = @words_en, position = @position WHERE way = @way;

-- name: UpdatePaySettings :execrows
UPDATE pay_settings SET less = @less, more = @more, ahead = @ahead, least_minor = @least_minor, save = @save, version = version + 1 WHERE id = 1 AND version = @version;

-- name: GatewayAccount :one
SELECT * FROM gateway_accounts WHERE gateway = @gateway;

-- name: PutGatewayAccount :exec
INSERT INTO gateway_accounts (gateway, mode, test_hint, live_hint, account_name, tested_at) VALUES (@gateway, @mode, @test_hint, @live_hint, @account_name, @tested_at)
ON CONFLICT (gateway) DO UPDATE SET mode = excluded.mode, test_hint = excluded.test_hint, live_hint = excluded.live_hint, account_name = excluded.account_name, tested_at = excluded.tested_at, version = gateway_accounts.version + 1;

-- name: PaymentFamily :many
-- A payment, and what of it came back after it was taken: a dispute that was won, a refund that could not be delivered.
SELECT p.id, p.public_id, p.number, p.method, p.amount_minor - s.refunded_minor AS left_minor FROM payments p JOIN payment_status s ON s.payment_id = p.id
WHERE p.id = @payment_id OR p.gateway = @gateway AND p.gateway_ref IN (SELECT d.ref || '-back' FROM gateway_disputes d WHERE d.payment_id = @payment_id
  UNION SELECT r.gateway_ref || '-back' FROM refunds r WHERE r.payment_id = @payment_id AND r.gateway_ref <> '')
  OR p.gateway = @gateway AND EXISTS (SELECT 1 FROM gateway_disputes d WHERE d.payment_id = @payment_id AND d.steps > 1 AND p.gateway_ref GLOB d.ref || '/*-back') ORDER BY p.id;

-- name: GoneByRef :one
-- What was booked as gone under a gateway's reference; in parts where it went off several payments.
SELECT CAST(COALESCE(sum(amount_minor), 0) AS INTEGER) FROM refunds WHERE gateway = @gateway AND (gateway_ref = @ref OR gateway_ref GLOB @parts);
