-- name: AuditActors :many
SELECT p.actor_kind, p.actor_id, CAST((SELECT l.actor_name FROM audit_log l WHERE l.actor_kind = p.actor_kind AND l.actor_id = p.actor_id ORDER BY l.id DESC LIMIT 1) AS TEXT) AS actor_name
FROM (SELECT DISTINCT a.actor_kind, a.actor_id FROM audit_log a LIMIT 500) p LIMIT 500;

-- name: AuditActions :many
SELECT DISTINCT action FROM audit_log ORDER BY action LIMIT 500;

-- name: AuditCount :one
SELECT count(*) FROM audit_log;

-- name: AuditHead :one
SELECT last, hash FROM audit_head;

-- name: MailServerSetBy :one
SELECT actor_kind, actor_id FROM audit_log WHERE action = 'mail.settings_changed' ORDER BY id DESC LIMIT 1;
