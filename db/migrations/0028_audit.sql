-- The audit log read by whoever inspects it: by person and by kind of action, the newest first.
-- Days need no index: the log is read from its end, and ids grow with the days.
-- +goose Up
CREATE INDEX audit_log_actor ON audit_log (actor_kind, actor_id, id);
CREATE INDEX audit_log_action ON audit_log (action, id);
