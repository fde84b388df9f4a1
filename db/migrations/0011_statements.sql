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
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  CHECK ((customer_id IS NULL) <> (group_id IS NULL))
) STRICT;
CREATE INDEX statement_schedules_due ON statement_schedules (next_on) WHERE paused = 0;

-- One row a statement mailed: schedule + period + customer, never twice. By hand: schedule_id is NULL.
CREATE TABLE statement_runs (
  id          INTEGER PRIMARY KEY,
  schedule_id INTEGER REFERENCES statement_schedules (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  period_on   TEXT NOT NULL,
  kind        TEXT NOT NULL,
  from_date   TEXT NOT NULL,
  to_date     TEXT NOT NULL,
  outcome     TEXT NOT NULL CHECK (outcome IN ('mailed','skipped')),
  mail_id     INTEGER REFERENCES mails (id),
  created_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX statement_runs_once ON statement_runs (schedule_id, customer_id, period_on) WHERE schedule_id IS NOT NULL;
CREATE INDEX statement_runs_customer ON statement_runs (customer_id, id DESC);
