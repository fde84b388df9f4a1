-- Recurring invoices, and what should have happened while the machine slept.
-- +goose Up
CREATE TABLE recurring_invoices (
  id             INTEGER PRIMARY KEY,
  public_id      TEXT NOT NULL UNIQUE,
  state          TEXT NOT NULL CHECK (state IN ('draft','active','paused','ended')),
  customer_id    INTEGER REFERENCES customers (id),     -- NULL only in a draft
  customer_name  TEXT NOT NULL DEFAULT '',
  customer_key   TEXT NOT NULL DEFAULT '',
  form           TEXT NOT NULL CHECK (json_valid(form)), -- the invoice form (sales.Draft) that every period starts from
  currency       TEXT NOT NULL CHECK (length(currency) = 3),
  total_minor    INTEGER NOT NULL DEFAULT 0,            -- with tax, of one invoice as it stands today
  rule           TEXT NOT NULL,                         -- RFC 5545 RRULE
  billed         TEXT NOT NULL DEFAULT 'ahead' CHECK (billed IN ('ahead','behind')), -- the period that begins with a run, or the one that ends
  start_on       TEXT NOT NULL DEFAULT '',
  next_on        TEXT NOT NULL DEFAULT '',              -- the next period; "" when it has ended
  cycles         INTEGER CHECK (cycles > 0),            -- NULL = without end
  cycles_done    INTEGER NOT NULL DEFAULT 0,            -- made or skipped
  auto_send      INTEGER NOT NULL DEFAULT 1 CHECK (auto_send IN (0,1)),
  last_fault     TEXT NOT NULL DEFAULT '',              -- why the last run did not come about: a fault as JSON, told in the reader's language
  fault_on       TEXT NOT NULL DEFAULT '',              -- the day on which people were told of it
  version        INTEGER NOT NULL DEFAULT 1,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL,
  CHECK (state = 'draft' OR customer_id IS NOT NULL),
  CHECK ((state IN ('active','paused')) = (next_on <> '') OR state = 'draft')
) STRICT;
CREATE INDEX recurring_invoices_due ON recurring_invoices (next_on, id) WHERE state = 'active';
CREATE INDEX recurring_invoices_customer ON recurring_invoices (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX recurring_invoices_newest ON recurring_invoices (state, id DESC);

-- Key = template + period: never twice. A row is written with the invoice in one transaction.
CREATE TABLE recurring_runs (
  recurring_id INTEGER NOT NULL REFERENCES recurring_invoices (id),
  period_on    TEXT NOT NULL,
  from_on      TEXT NOT NULL,                           -- the service period that it was about, by the rule of that time
  to_on        TEXT NOT NULL CHECK (to_on >= from_on),
  cycle        INTEGER NOT NULL CHECK (cycle >= 1),
  outcome      TEXT NOT NULL CHECK (outcome IN ('made','skipped')),
  document_ref TEXT UNIQUE,                             -- documents.public_id; no foreign key: a draft that was left to a person may be deleted
  made_at      TEXT NOT NULL,
  PRIMARY KEY (recurring_id, period_on),
  UNIQUE (recurring_id, cycle),
  CHECK ((outcome = 'made') = (document_ref IS NOT NULL))
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER recurring_runs_frozen BEFORE UPDATE ON recurring_runs
BEGIN SELECT RAISE(ABORT, 'recurring_runs: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recurring_runs_keep BEFORE DELETE ON recurring_runs
BEGIN SELECT RAISE(ABORT, 'recurring_runs: never deleted'); END;
-- +goose StatementEnd

-- The wake-up panel. One row: the last day on which the program looked at what is due.
CREATE TABLE catchup_state (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  looked_on TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO catchup_state (id) VALUES (1);

-- What waits for a person's word before it goes out, also after a restart.
CREATE TABLE catchup_held (
  source  TEXT NOT NULL,
  key     TEXT NOT NULL,
  on_date TEXT NOT NULL,
  held_at TEXT NOT NULL,
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
