-- The provisioning interface: tokens, accounts by external code, documents, webhooks.

-- name: ApiEnabled :one
SELECT enabled FROM api_settings WHERE id = 1;

-- name: SetApiEnabled :exec
UPDATE api_settings SET enabled = @enabled WHERE id = 1;

-- name: InsertApiToken :one
INSERT INTO api_tokens (public_id, name, hint, token_hash, scopes, created_by, created_at, expires_at)
VALUES (@public_id, @name, @hint, @token_hash, @scopes, @created_by, @created_at, sqlc.narg(expires_at)) RETURNING id;

-- name: ApiTokens :many
SELECT id, public_id, name, hint, scopes, created_by, created_at, expires_at, revoked_at, last_used_at, last_used_address
FROM api_tokens ORDER BY revoked_at IS NOT NULL, id DESC LIMIT @row_limit;

-- name: CountApiTokens :one
SELECT count(*) FROM api_tokens WHERE revoked_at IS NULL;

-- name: ApiTokenByPublicID :one
SELECT * FROM api_tokens WHERE public_id = @public_id;

-- Whom a token stands for: nobody while the interface is off, or where it was revoked or is over.
-- name: ApiTokenByHash :one
SELECT t.id, t.public_id, t.name, t.scopes, t.last_used_at, t.last_used_address FROM api_tokens t JOIN api_settings s ON s.id = 1
WHERE t.token_hash = @token_hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > CAST(@now AS TEXT)) AND s.enabled = 1;

-- name: RevokeApiToken :execrows
UPDATE api_tokens SET revoked_at = @revoked_at WHERE id = @id AND revoked_at IS NULL;

-- name: TouchApiToken :exec
UPDATE api_tokens SET last_used_at = @last_used_at, last_used_address = @last_used_address WHERE id = @id AND revoked_at IS NULL;

-- name: NoteApiKey :exec
INSERT INTO api_keys (token_id, key_hash, body_hash, created_at) VALUES (@token_id, @key_hash, @body_hash, @created_at) ON CONFLICT DO NOTHING;

-- name: ApiKeyBody :one
SELECT body_hash FROM api_keys WHERE token_id = @token_id AND key_hash = @key_hash;

-- What a caller may have used again: after that, the external code alone keeps an account single.
-- name: DropOldApiKeys :exec
DELETE FROM api_keys WHERE created_at < @before;

-- name: SetCustomerSuspended :exec
UPDATE customers SET suspended_at = sqlc.narg(suspended_at), version = version + 1, updated_at = @updated_at WHERE id = @id;

-- name: AccountsPage :many
SELECT id, public_id, updated_at FROM customers
WHERE external_code <> '' AND (updated_at, id) > (CAST(@after_at AS TEXT), CAST(@after_id AS INTEGER))
ORDER BY updated_at, id LIMIT @row_limit;

-- name: ApiDocuments :many
SELECT d.public_id, d.kind, d.number, d.issue_date, d.due_date, d.currency, d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, d.chain_position, d.order_number,
  c.external_code, c.number AS customer_number, c.name AS customer_name, COALESCE(s.paid_minor, 0) AS paid_minor, COALESCE(s.due_minor, 0) AS due_minor
FROM documents d JOIN customers c ON c.id = d.customer_id LEFT JOIN document_status s ON s.document_id = d.id
WHERE d.state = 'issued' AND d.kind IN ('invoice','deposit_invoice','credit_note') AND d.chain_position > CAST(@after_position AS INTEGER)
  AND (CAST(@kind AS TEXT) = '' OR d.kind = CAST(@kind AS TEXT)) AND (CAST(@customer_id AS INTEGER) = 0 OR d.customer_id = CAST(@customer_id AS INTEGER))
  AND (CAST(@from_day AS TEXT) = '' OR d.issue_date >= CAST(@from_day AS TEXT)) AND (CAST(@to_day AS TEXT) = '' OR d.issue_date <= CAST(@to_day AS TEXT))
ORDER BY d.chain_position LIMIT @row_limit;

-- name: InsertWebhook :one
INSERT INTO webhooks (public_id, url, description, events, state, created_at) VALUES (@public_id, @url, @description, @events, 'on', @created_at) RETURNING id;

-- name: UpdateWebhook :execrows
UPDATE webhooks SET url = @url, description = @description, events = @events, state = @state, failures = 0, failing_since = NULL, wait_until = '', version = version + 1
WHERE id = @id AND version = @version AND removed_at IS NULL;

-- name: RemoveWebhook :execrows
UPDATE webhooks SET removed_at = @removed_at, state = 'off', version = version + 1 WHERE id = @id AND removed_at IS NULL;

-- name: Webhooks :many
SELECT id, public_id, url, description, events, state, failures, failing_since, wait_until, version, created_at FROM webhooks
WHERE removed_at IS NULL ORDER BY id LIMIT @row_limit;

-- name: WebhookByPublicID :one
SELECT * FROM webhooks WHERE public_id = @public_id AND removed_at IS NULL;

-- name: NoteWebhook :exec
UPDATE webhooks SET failures = @failures, failing_since = sqlc.narg(failing_since), wait_until = @wait_until, state = @state WHERE id = @id;

-- Something that no line of the audit log says: kept where somebody is to be told.
-- name: MarkForWebhooks :exec
INSERT INTO webhook_marks (at, action, object_id)
SELECT CAST(@at AS TEXT), CAST(@action AS TEXT), CAST(@object_id AS INTEGER) WHERE EXISTS (SELECT 1 FROM webhooks WHERE removed_at IS NULL);

-- name: WebhookMarks :many
SELECT id, at, action, object_id FROM webhook_marks WHERE id > 0 ORDER BY id LIMIT @row_limit;

-- name: DropWebhookMarks :exec
DELETE FROM webhook_marks WHERE id <= @up_to_id;

-- name: InsertWebhookEvent :one
INSERT INTO webhook_events (public_id, kind, body, created_at) VALUES (@public_id, @kind, @body, @created_at) RETURNING id;

-- name: LastWebhookEvent :one
SELECT CAST(COALESCE(max(id), 0) AS INTEGER) FROM webhook_events;

-- name: InsertWebhookDelivery :exec
INSERT INTO webhook_deliveries (public_id, webhook_id, event_id, state, next_attempt_at, created_at) VALUES (@public_id, @webhook_id, @event_id, 'queued', @now, @now);

-- name: DueWebhookDeliveries :many
SELECT d.id, d.attempts, e.public_id AS event_public_id, e.kind, e.body FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id
WHERE d.webhook_id = @webhook_id AND d.state = 'queued' AND d.next_attempt_at <= @now ORDER BY d.id LIMIT @row_limit;

-- name: NoteWebhookDelivery :exec
UPDATE webhook_deliveries SET state = @state, attempts = @attempts, next_attempt_at = @next_attempt_at, last_status = @last_status, last_answer = @last_answer,
  delivered_at = sqlc.narg(delivered_at) WHERE id = @id;

-- name: WebhookDeliveries :many
SELECT d.id, d.public_id, d.state, d.attempts, d.next_attempt_at, d.last_status, d.last_answer, d.delivered_at, d.created_at, e.public_id AS event_public_id, e.kind
FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id
WHERE d.webhook_id = @webhook_id AND d.id < @before_id ORDER BY d.id DESC LIMIT @row_limit;

-- name: CountWebhookDeliveries :one
SELECT count(*) FROM webhook_deliveries WHERE webhook_id = @webhook_id AND state = @state;

-- name: RequeueWebhookDelivery :execrows
UPDATE webhook_deliveries SET state = 'queued', attempts = 0, next_attempt_at = @now WHERE public_id = @public_id;

-- name: WebhookOfDelivery :one
SELECT w.id, w.public_id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.public_id = @public_id AND w.removed_at IS NULL;

-- What nobody needs any more: delivered long ago.
-- name: DropOldWebhookDeliveries :exec
DELETE FROM webhook_deliveries WHERE state = 'delivered' AND created_at < @before;
