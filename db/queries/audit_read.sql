-- name: AuditActors :many
SELECT actor_kind, actor_id, CAST(max(actor_name) AS TEXT) AS actor_name FROM audit_log GROUP BY actor_kind, actor_id LIMIT 500;

-- name: AuditActions :many
SELECT DISTINCT action FROM audit_log ORDER BY action LIMIT 500;

-- name: AuditRow :one
SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, details, hash FROM audit_log WHERE id = @id;

-- name: AuditCount :one
SELECT count(*) FROM audit_log;
