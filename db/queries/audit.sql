-- name: LastAuditHash :one
SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1;

-- name: InsertAudit :exec
INSERT INTO audit_log (at, actor_kind, actor_id, actor_name, action, object_kind, object_id, details, hash)
VALUES (@at, @actor_kind, @actor_id, @actor_name, @action, @object_kind, @object_id, @details, @hash);

-- name: AuditPage :many
SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, details, hash
FROM audit_log WHERE id > @after_id ORDER BY id LIMIT @row_limit;

-- name: CommandByKey :one
SELECT key, kind, body_hash, result, created_at FROM commands WHERE key = @key;

-- name: InsertCommand :exec
INSERT INTO commands (key, kind, body_hash, result, created_at) VALUES (@key, @kind, @body_hash, @result, @created_at);

-- name: InsertNotification :exec
INSERT INTO notifications (at, kind, args, object_kind, object_id) VALUES (@at, @kind, @args, @object_kind, @object_id);

-- name: Notifications :many
SELECT id, at, kind, args, object_kind, object_id, read_at FROM notifications
WHERE id < @before_id ORDER BY id DESC LIMIT @row_limit;

-- name: MarkNotificationsRead :exec
UPDATE notifications SET read_at = @read_at WHERE read_at IS NULL AND id <= @up_to_id;
