-- Where the audit log ends, kept beside it: whoever cuts off its last rows leaves this behind.
-- +goose Up
CREATE TABLE audit_head (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL CHECK (last > 0),     -- audit_log.id
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;
INSERT INTO audit_head (id, last, hash) SELECT 1, a.id, a.hash FROM audit_log a ORDER BY a.id DESC LIMIT 1;

-- +goose StatementBegin
CREATE TRIGGER audit_log_head AFTER INSERT ON audit_log
BEGIN INSERT INTO audit_head (id, last, hash) VALUES (1, NEW.id, NEW.hash) ON CONFLICT (id) DO UPDATE SET last = excluded.last, hash = excluded.hash; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.last <= OLD.last
BEGIN SELECT RAISE(ABORT, 'audit_head: the log only grows'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head: the log only grows'); END;
-- +goose StatementEnd
