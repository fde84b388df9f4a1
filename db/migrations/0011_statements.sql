-- Statements that are mailed by a schedule.
-- +goose Up
CREATE TABLE statement_schedules (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  customer_id INTEGER REFERENCES customers (id),        -- exactly one of customer and group
  group_id    INTEGER REFERENCES customer_groups (id),
  kind        TEXT NOT NULL CHECK (kind IN ('activity','open_items','ageing')),
  frequency   TEXT NOT NULL CHECK (frequency IN ('weekly','monthly','quarterly')),
  only_open   INTEGER NOT NULL DEFAULT 1 CHECK (only_open IN (0,1)), -- nothing is mailed to who owes nothing
  next_on     TEXT NOT NULL,
  paused      INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0,1)),
  archived_at TEXT,                                     -- ended: what it mailed stays known
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  CHECK ((customer_id IS NULL) <> (group_id IS NULL))
) STRICT;
CREATE INDEX statement_schedules_due ON statement_schedules (next_on) WHERE paused = 0 AND archived_at IS NULL;

-- One row a statement mailed: schedule + period + customer, never twice. By hand: schedule_id is NULL.
CREATE TABLE statement_runs (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,                     -- the mail names it, and so does a repeat of that mail
  schedule_id INTEGER REFERENCES statement_schedules (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  period_on   TEXT NOT NULL,
  kind        TEXT NOT NULL,
  from_date   TEXT NOT NULL,
  to_date     TEXT NOT NULL,
  outcome     TEXT NOT NULL CHECK (outcome IN ('mailed','skipped')), -- skipped: nothing open, no address, or passed over by a person
  reason      TEXT NOT NULL DEFAULT '' CHECK (reason IN ('','nothing_open','no_address','by_hand')),
  mail_id     INTEGER REFERENCES mails (id),
  pdf_sha256  TEXT REFERENCES files (sha256),           -- as it was first sent: a repeat of the mail attaches the same
  created_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX statement_runs_once ON statement_runs (schedule_id, customer_id, period_on) WHERE schedule_id IS NOT NULL;
CREATE INDEX statement_runs_customer ON statement_runs (customer_id, id DESC);
-- A run is changed once, when its PDF is filed.
-- +goose StatementBegin
CREATE TRIGGER statement_runs_frozen BEFORE UPDATE ON statement_runs
WHEN OLD.pdf_sha256 IS NOT NULL OR NEW.schedule_id IS NOT OLD.schedule_id OR NEW.customer_id <> OLD.customer_id OR NEW.period_on <> OLD.period_on OR NEW.kind <> OLD.kind
  OR NEW.from_date <> OLD.from_date OR NEW.to_date <> OLD.to_date OR NEW.outcome <> OLD.outcome OR NEW.mail_id IS NOT OLD.mail_id
BEGIN SELECT RAISE(ABORT, 'statement_runs: what was mailed never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER statement_runs_keep BEFORE DELETE ON statement_runs
BEGIN SELECT RAISE(ABORT, 'statement_runs: never deleted'); END;
-- +goose StatementEnd

-- What a past day looked like: the rows dated after it are found without reading the others.
CREATE INDEX allocations_date ON allocations (on_date, document_id, credit_id, payment_id);
CREATE INDEX payment_status_cancelled ON payment_status (customer_id, cancelled_on) WHERE cancelled_on <> '';
-- An account's balance before a day is added up without reading a document.
CREATE INDEX documents_account ON documents (customer_id, issue_date, kind, currency, amount_due_minor) WHERE state = 'issued';
