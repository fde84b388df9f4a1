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
  start_on       TEXT NOT NULL DEFAULT '',
  next_on        TEXT NOT NULL DEFAULT '',              -- the next period; "" when it has ended
  cycles         INTEGER CHECK (cycles > 0),            -- NULL = without end
  cycles_done    INTEGER NOT NULL DEFAULT 0,            -- made or skipped
  auto_send      INTEGER NOT NULL DEFAULT 1 CHECK (auto_send IN (0,1)),
  last_fault     TEXT NOT NULL DEFAULT '',              -- why the last run did not come about, a key of a text
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
  cycle        INTEGER NOT NULL CHECK (cycle >= 1),
  outcome      TEXT NOT NULL CHECK (outcome IN ('made','skipped')),
  document_id  INTEGER UNIQUE REFERENCES documents (id),
  made_at      TEXT NOT NULL,
  PRIMARY KEY (recurring_id, period_on),
  UNIQUE (recurring_id, cycle),
  CHECK ((outcome = 'made') = (document_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER recurring_runs_frozen BEFORE UPDATE ON recurring_runs
BEGIN SELECT RAISE(ABORT, 'recurring_runs: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recurring_runs_keep BEFORE DELETE ON recurring_runs
BEGIN SELECT RAISE(ABORT, 'recurring_runs: never deleted'); END;
-- +goose StatementEnd
