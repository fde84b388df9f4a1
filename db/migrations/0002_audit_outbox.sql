-- What was done, what is to be sent or done next, and what was asked before.
-- +goose Up
CREATE TABLE audit_log (
  id          INTEGER PRIMARY KEY,
  at          TEXT NOT NULL,
  actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('staff','contact','system','command_line')),
  actor_id    INTEGER NOT NULL,
  actor_name  TEXT NOT NULL,
  action      TEXT NOT NULL CHECK (action <> ''),
  object_kind TEXT NOT NULL,
  object_id   INTEGER NOT NULL,
  details     TEXT NOT NULL CHECK (json_valid(details)),
  hash        TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX audit_log_object ON audit_log (object_kind, object_id, id);

-- +goose StatementBegin
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log: append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log: append only'); END;
-- +goose StatementEnd

-- Idempotency: the same key gives the same answer, another body under it is refused.
CREATE TABLE commands (
  key        TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 8 AND 100),
  kind       TEXT NOT NULL,
  body_hash  TEXT NOT NULL,
  result     TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id           INTEGER PRIMARY KEY,
  key          TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  payload      TEXT NOT NULL CHECK (json_valid(payload)),
  state        TEXT NOT NULL CHECK (state IN ('queued','running','done','failed')),
  attempts     INTEGER NOT NULL DEFAULT 0,
  run_at       TEXT NOT NULL,
  lease_until  TEXT NOT NULL DEFAULT '',
  last_error   TEXT NOT NULL DEFAULT '',
  created_at   TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('queued','running');

CREATE TABLE mails (
  id              INTEGER PRIMARY KEY,
  public_id       TEXT NOT NULL UNIQUE,
  key             TEXT NOT NULL UNIQUE,               -- never the same mail twice
  kind            TEXT NOT NULL,                      -- invoice, payment_received, password, test ...
  language        TEXT NOT NULL CHECK (language IN ('fr','en')),
  to_address      TEXT NOT NULL,
  to_name         TEXT NOT NULL DEFAULT '',
  customer_id     INTEGER REFERENCES customers (id),
  contact_id      INTEGER REFERENCES contacts (id),
  document_id     INTEGER REFERENCES documents (id),
  payment_id      INTEGER REFERENCES payments (id),
  link_id         INTEGER REFERENCES portal_links (id),
  args            TEXT NOT NULL CHECK (json_valid(args)),
  message_id      TEXT NOT NULL UNIQUE,
  subject         TEXT NOT NULL DEFAULT '',           -- as composed at the first attempt or preview
  state           TEXT NOT NULL CHECK (state IN ('queued','sending','sent','failed','cancelled')),
  attempts        INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT NOT NULL,
  lease_until     TEXT NOT NULL DEFAULT '',
  last_answer     TEXT NOT NULL DEFAULT '',
  created_at      TEXT NOT NULL,
  sent_at         TEXT
) STRICT;
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state IN ('queued','sending');
CREATE INDEX mails_newest ON mails (id DESC);
CREATE INDEX mails_state ON mails (state, id DESC);
CREATE INDEX mails_document ON mails (document_id);

-- One row an attempt to deliver: what the server answered.
CREATE TABLE mail_attempts (
  id      INTEGER PRIMARY KEY,
  mail_id INTEGER NOT NULL REFERENCES mails (id),
  at      TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('sent','deferred','refused')),
  answer  TEXT NOT NULL
) STRICT;
CREATE INDEX mail_attempts_mail ON mail_attempts (mail_id, id);

-- What people in the firm are told inside the program.
CREATE TABLE notifications (
  id          INTEGER PRIMARY KEY,
  at          TEXT NOT NULL,
  kind        TEXT NOT NULL,                          -- key of a text: window.notify.<kind>
  args        TEXT NOT NULL CHECK (json_valid(args)),
  object_kind TEXT NOT NULL DEFAULT '',
  object_id   TEXT NOT NULL DEFAULT '',               -- public id
  read_at     TEXT
) STRICT;
CREATE INDEX notifications_unread ON notifications (id DESC) WHERE read_at IS NULL;
