-- The provisioning interface: tokens of third-party programs, customers shut out of the portal, webhooks.
-- +goose Up
-- An account that a third-party program suspended: its contacts are not let into the portal.
ALTER TABLE customers ADD COLUMN suspended_at TEXT;
CREATE INDEX customers_external_updated ON customers (updated_at, id) WHERE external_code <> '';

-- Whom the portal lets in: now without those of a suspended customer (0022 had it first).
DROP VIEW contacts_let_in;
CREATE VIEW contacts_let_in AS
SELECT c.id FROM contacts c JOIN customers cu ON cu.id = c.customer_id LEFT JOIN customer_groups g ON g.id = cu.group_id
WHERE c.archived_at IS NULL AND c.portal_access = 1 AND cu.suspended_at IS NULL AND COALESCE(g.portal_enabled, 1) = 1;

CREATE TABLE api_settings (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  enabled INTEGER NOT NULL DEFAULT 0 CHECK (enabled IN (0,1))
) STRICT;
INSERT INTO api_settings (id, enabled) VALUES (1, 0);

-- What a third-party program shows to be let in. The token itself is nowhere: SHA-256 of its 256 random bits.
CREATE TABLE api_tokens (
  id                INTEGER PRIMARY KEY,
  public_id         TEXT NOT NULL UNIQUE,
  name              TEXT NOT NULL CHECK (name <> '' AND length(name) <= 80),
  hint              TEXT NOT NULL,                     -- its first characters, by which people know it again
  token_hash        TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  scopes            TEXT NOT NULL CHECK (json_valid(scopes)),
  created_by        TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  expires_at        TEXT,                              -- instant; NULL = never
  revoked_at        TEXT,
  last_used_at      TEXT,
  last_used_address TEXT NOT NULL DEFAULT ''
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER api_tokens_keep BEFORE DELETE ON api_tokens
BEGIN SELECT RAISE(ABORT, 'api_tokens: revoked, never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER api_tokens_stay BEFORE UPDATE ON api_tokens
WHEN NEW.token_hash <> OLD.token_hash OR NEW.scopes <> OLD.scopes OR NEW.expires_at IS NOT OLD.expires_at OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
BEGIN SELECT RAISE(ABORT, 'api_tokens: what a token may is said once'); END;
-- +goose StatementEnd

-- Idempotency-Key of a caller: the same key with another body is refused.
CREATE TABLE api_keys (
  token_id   INTEGER NOT NULL REFERENCES api_tokens (id),
  key_hash   TEXT NOT NULL CHECK (length(key_hash) = 64),
  body_hash  TEXT NOT NULL CHECK (length(body_hash) = 64),
  created_at TEXT NOT NULL,
  PRIMARY KEY (token_id, key_hash)
) STRICT, WITHOUT ROWID;

-- Where events are told. The secret that signs them is sealed in secrets (webhook.<public_id>).
CREATE TABLE webhooks (
  id             INTEGER PRIMARY KEY,
  public_id      TEXT NOT NULL UNIQUE,
  url            TEXT NOT NULL CHECK (length(url) BETWEEN 8 AND 500),
  description    TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 120),
  events         TEXT NOT NULL CHECK (json_valid(events)),
  state          TEXT NOT NULL CHECK (state IN ('on','off','failing')),   -- failing: switched off after it failed for days
  failures       INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),        -- in a row
  failing_since  TEXT,
  wait_until     TEXT NOT NULL DEFAULT '',                                -- nothing is tried before
  version        INTEGER NOT NULL DEFAULT 1,
  created_at     TEXT NOT NULL,
  removed_at     TEXT
) STRICT;

-- What happened and is still to be turned into events: written in the transaction of what happened.
CREATE TABLE webhook_marks (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        TEXT NOT NULL,
  action    TEXT NOT NULL,
  object_id INTEGER NOT NULL
) STRICT;
-- Every change writes its line of the audit log: this is the one place that all of them pass.
-- +goose StatementBegin
CREATE TRIGGER audit_log_told AFTER INSERT ON audit_log
WHEN NEW.action IN ('customer.created','customer.registered','customer.changed','customer.suspended','customer.resumed','customer.archived','customer.restored',
  'invoice.issued','deposit_invoice.issued','credit_note.issued','payment.recorded','quote.approved','quote.refused','contract.signed','contract.signed_on_paper')
  AND EXISTS (SELECT 1 FROM webhooks WHERE removed_at IS NULL)
BEGIN INSERT INTO webhook_marks (at, action, object_id) VALUES (NEW.at, NEW.action, NEW.object_id); END;
-- +goose StatementEnd

-- What is told: the body is kept, so that every attempt sends the same bytes.
CREATE TABLE webhook_events (
  id         INTEGER PRIMARY KEY,                      -- the order in which they are told
  public_id  TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL,
  body       TEXT NOT NULL CHECK (json_valid(body)),
  created_at TEXT NOT NULL
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER webhook_events_frozen BEFORE UPDATE ON webhook_events
BEGIN SELECT RAISE(ABORT, 'webhook_events: what was told stays'); END;
-- +goose StatementEnd

CREATE TABLE webhook_deliveries (
  id              INTEGER PRIMARY KEY,
  public_id       TEXT NOT NULL UNIQUE,
  webhook_id      INTEGER NOT NULL REFERENCES webhooks (id),
  event_id        INTEGER NOT NULL REFERENCES webhook_events (id),
  state           TEXT NOT NULL CHECK (state IN ('queued','delivered','failed')),
  attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at TEXT NOT NULL,
  last_status     INTEGER NOT NULL DEFAULT 0,          -- HTTP; 0 = none came
  last_answer     TEXT NOT NULL DEFAULT '',            -- key of a text: why no answer came
  delivered_at    TEXT,
  created_at      TEXT NOT NULL,
  UNIQUE (webhook_id, event_id)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at, id) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, id DESC);
