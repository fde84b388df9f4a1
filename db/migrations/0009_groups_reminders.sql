-- Customer groups with their rules, and reminders of late payment.
-- +goose Up
CREATE TABLE price_lists (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
  currency   TEXT NOT NULL CHECK (length(currency) = 3),
  archived_at TEXT,
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

-- Dunning: what is done before, on and after the due date, level by level.
CREATE TABLE reminder_policies (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
  is_default  INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0,1)),
  automatic   INTEGER NOT NULL DEFAULT 1 CHECK (automatic IN (0,1)), -- 0: only by hand
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX reminder_policies_default ON reminder_policies (is_default) WHERE is_default = 1;

CREATE TABLE reminder_levels (
  policy_id       INTEGER NOT NULL REFERENCES reminder_policies (id),
  position        INTEGER NOT NULL CHECK (position BETWEEN 1 AND 9),
  days            INTEGER NOT NULL CHECK (days BETWEEN -60 AND 365), -- from the due date
  subject_fr      TEXT NOT NULL DEFAULT '',             -- "" = the shipped text of the level
  body_fr         TEXT NOT NULL DEFAULT '',
  subject_en      TEXT NOT NULL DEFAULT '',
  body_en         TEXT NOT NULL DEFAULT '',
  claim_interest  INTEGER NOT NULL DEFAULT 0 CHECK (claim_interest IN (0,1)),
  claim_indemnity INTEGER NOT NULL DEFAULT 0 CHECK (claim_indemnity IN (0,1)),
  formal          INTEGER NOT NULL DEFAULT 0 CHECK (formal IN (0,1)), -- a formal notice (mise en demeure)
  PRIMARY KEY (policy_id, position)
) STRICT, WITHOUT ROWID;

-- The shipped policy. In a company that has worked without reminders it waits to be switched on.
INSERT INTO reminder_policies (id, public_id, name, is_default, automatic, created_at, updated_at)
SELECT 1, 'standard', 'Standard', 1, NOT EXISTS (SELECT 1 FROM company), '2026-11-21T00:00:00.000Z', '2026-11-21T00:00:00.000Z';
INSERT INTO reminder_levels (policy_id, position, days, claim_interest, claim_indemnity, formal) VALUES
  (1, 1, 4, 0, 0, 0), (1, 2, 15, 1, 0, 0), (1, 3, 30, 1, 1, 1);

CREATE TABLE customer_groups (
  id                 INTEGER PRIMARY KEY,
  public_id          TEXT NOT NULL UNIQUE,
  name               TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
  is_default         INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0,1)),
  terms_days         INTEGER CHECK (terms_days BETWEEN 0 AND 365), -- NULL = the firm's
  terms_end_of_month INTEGER NOT NULL DEFAULT 0 CHECK (terms_end_of_month IN (0,1)),
  tax_regime         TEXT NOT NULL DEFAULT '',          -- "" = by the customer's country
  language           TEXT NOT NULL DEFAULT '' CHECK (language IN ('','fr','en')),
  price_list_id      INTEGER REFERENCES price_lists (id),
  reminder_policy_id INTEGER REFERENCES reminder_policies (id), -- NULL = the firm's default
  uploads_allowed    INTEGER NOT NULL DEFAULT 0 CHECK (uploads_allowed IN (0,1)), -- contacts may hand files over in the portal
  version            INTEGER NOT NULL DEFAULT 1,
  created_at         TEXT NOT NULL,
  updated_at         TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX customer_groups_default ON customer_groups (is_default) WHERE is_default = 1;

ALTER TABLE customers ADD COLUMN group_id INTEGER REFERENCES customer_groups (id);
ALTER TABLE customers ADD COLUMN reminders_exempt INTEGER NOT NULL DEFAULT 0 CHECK (reminders_exempt IN (0,1));
CREATE INDEX customers_group ON customers (group_id) WHERE group_id IS NOT NULL;
ALTER TABLE document_status ADD COLUMN no_reminders INTEGER NOT NULL DEFAULT 0 CHECK (no_reminders IN (0,1));

-- Each level of a document once: the row is the proof, written with the mail in one transaction.
CREATE TABLE reminders (
  id              INTEGER PRIMARY KEY,
  document_id     INTEGER NOT NULL REFERENCES documents (id),
  level           INTEGER NOT NULL CHECK (level BETWEEN 1 AND 9),
  on_date         TEXT NOT NULL,
  days_late       INTEGER NOT NULL,
  due_minor       INTEGER NOT NULL,
  interest_minor  INTEGER NOT NULL DEFAULT 0,
  indemnity_minor INTEGER NOT NULL DEFAULT 0,
  rate_pcm        INTEGER NOT NULL DEFAULT 0,           -- yearly rate the interest was computed with
  outcome         TEXT NOT NULL CHECK (outcome IN ('mailed','skipped')), -- skipped: passed over in a catch-up, or by hand
  by_hand         INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0,1)),
  formal          INTEGER NOT NULL DEFAULT 0 CHECK (formal IN (0,1)),
  mail_id         INTEGER REFERENCES mails (id),
  created_at      TEXT NOT NULL,
  UNIQUE (document_id, level)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER reminders_frozen BEFORE UPDATE ON reminders
BEGIN SELECT RAISE(ABORT, 'reminders: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reminders_keep BEFORE DELETE ON reminders
BEGIN SELECT RAISE(ABORT, 'reminders: never deleted'); END;
-- +goose StatementEnd

CREATE INDEX reminders_mail ON reminders (mail_id) WHERE mail_id IS NOT NULL;

-- Interest and indemnity that were put on an invoice of their own; the row goes with a draft that is thrown away.
CREATE TABLE late_fees (
  id              INTEGER PRIMARY KEY,
  document_id     INTEGER NOT NULL REFERENCES documents (id), -- the invoice paid late
  fees_id         INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE, -- the invoice of the fees
  until_on        TEXT NOT NULL,
  interest_minor  INTEGER NOT NULL CHECK (interest_minor >= 0),
  indemnity_minor INTEGER NOT NULL CHECK (indemnity_minor >= 0),
  created_at      TEXT NOT NULL
) STRICT;
CREATE INDEX late_fees_document ON late_fees (document_id);
CREATE INDEX late_fees_invoice ON late_fees (fees_id);

-- Dated rates of late payment that the firm noted; they go before the shipped ones (RF 4.4).
CREATE TABLE late_rates (
  country         TEXT NOT NULL CHECK (length(country) = 2),
  valid_from      TEXT NOT NULL,
  rate_pcm        INTEGER NOT NULL CHECK (rate_pcm BETWEEN 0 AND 100000),
  floor_pcm       INTEGER NOT NULL DEFAULT 0 CHECK (floor_pcm BETWEEN 0 AND 100000), -- three times the legal rate; 0 = not noted
  indemnity_minor INTEGER NOT NULL DEFAULT 0 CHECK (indemnity_minor >= 0), -- 0 = the law's
  source          TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (country, valid_from)
) STRICT, WITHOUT ROWID;

-- The row under which interest and indemnity are invoiced, for companies made before.
INSERT INTO taxes (code, jurisdiction, name_fr, name_en, category, rate_pcm, mention, vatex, valid_from, valid_to, confirmed, source, position)
SELECT 'LATE-FEES', '', 'Frais de retard', 'Late fees', 'O', 0, 'mention.late_fees', 'VATEX-EU-O', '2013-01-01', '', 1, 'C. com. L441-10 ; BOI-TVA-BASE-10-10-30', (SELECT 1 + max(position) FROM taxes)
WHERE EXISTS (SELECT 1 FROM taxes);
