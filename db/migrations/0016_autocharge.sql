-- Recurring invoices that are charged to a kept method: consent, attempts, the policy of retries, methods that expire.
-- +goose Up
ALTER TABLE recurring_invoices ADD COLUMN auto_charge INTEGER NOT NULL DEFAULT 0 CHECK (auto_charge IN (0,1));
ALTER TABLE recurring_invoices ADD COLUMN charge_method_id INTEGER REFERENCES kept_methods (id); -- NULL: the customer's default one at that time
ALTER TABLE recurring_invoices ADD COLUMN charge_since TEXT NOT NULL DEFAULT ''; -- since when it is charged: what was made before is not

-- What a customer agreed to: the very words, to whom they were shown, when. By the attempt that kept the method, or of a method that was kept before.
CREATE TABLE charge_consents (
  id          INTEGER PRIMARY KEY,
  intent_id   INTEGER UNIQUE REFERENCES payment_intents (id),
  method_id   INTEGER REFERENCES kept_methods (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  contact_id  INTEGER REFERENCES contacts (id),
  given_by    TEXT NOT NULL DEFAULT '',
  language    TEXT NOT NULL,
  words       TEXT NOT NULL CHECK (words <> ''),
  given_at    TEXT NOT NULL,
  CHECK ((intent_id IS NULL) <> (method_id IS NULL))
) STRICT;
CREATE INDEX charge_consents_method ON charge_consents (method_id) WHERE method_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER charge_consents_frozen BEFORE UPDATE ON charge_consents
BEGIN SELECT RAISE(ABORT, 'charge_consents: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER charge_consents_keep BEFORE DELETE ON charge_consents
BEGIN SELECT RAISE(ABORT, 'charge_consents: never deleted'); END;
-- +goose StatementEnd

CREATE TABLE charge_settings (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  at_issue   INTEGER NOT NULL DEFAULT 0 CHECK (at_issue IN (0,1)), -- else on the due date
  retry_days TEXT NOT NULL DEFAULT '1,3,5,7',                     -- days after the first charge on which a declined one is tried again
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO charge_settings (id) VALUES (1);

-- Charges of an invoice, one row an attempt. The row is there before the gateway is called, and its key goes with the call.
CREATE TABLE charge_attempts (
  id           INTEGER PRIMARY KEY,
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  customer_id  INTEGER NOT NULL REFERENCES customers (id),
  number       INTEGER NOT NULL CHECK (number >= 1),
  key          TEXT NOT NULL UNIQUE,
  step         INTEGER NOT NULL CHECK (step >= 0),     -- 0: the first; n: the n-th retry of the policy
  method_id    INTEGER REFERENCES kept_methods (id),   -- NULL: the customer's default one at that time
  first_on     TEXT NOT NULL,                          -- the day of step 0, from which the days of the policy are counted
  due_on       TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('planned','ready','calling','unknown','processing','succeeded','declined','unreached','refused','cancelled')),
  reason       TEXT NOT NULL DEFAULT '',               -- a key of a text
  by_hand      INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0,1)),
  ready_on     TEXT NOT NULL DEFAULT '',               -- the day on which the calendar, or a person, let it go
  not_before   TEXT NOT NULL DEFAULT '',               -- of a ready one: the gateway is not called before
  misses       INTEGER NOT NULL DEFAULT 0,             -- how often in a row the gateway was not reached
  intent_id    INTEGER UNIQUE REFERENCES payment_intents (id),
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  UNIQUE (document_id, number),
  CHECK (state NOT IN ('unknown','processing','succeeded','declined') OR intent_id IS NOT NULL)
) STRICT;
-- One attempt at a time: two of them could both succeed.
CREATE UNIQUE INDEX charge_attempts_open ON charge_attempts (document_id) WHERE state IN ('planned','ready','calling','unknown','processing');
CREATE INDEX charge_attempts_planned ON charge_attempts (due_on, id) WHERE state = 'planned';
CREATE INDEX charge_attempts_work ON charge_attempts (id) WHERE state IN ('ready','calling','unknown','processing');
CREATE INDEX charge_attempts_customer ON charge_attempts (customer_id, id);
-- +goose StatementBegin
CREATE TRIGGER charge_attempts_keep BEFORE DELETE ON charge_attempts
BEGIN SELECT RAISE(ABORT, 'charge_attempts: an attempt is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER charge_attempts_order BEFORE UPDATE OF document_id, customer_id, number, key, step ON charge_attempts
BEGIN SELECT RAISE(ABORT, 'charge_attempts: what was ordered never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER charge_attempts_over BEFORE UPDATE OF state ON charge_attempts
WHEN OLD.state IN ('succeeded','declined','unreached','refused','cancelled')
BEGIN SELECT RAISE(ABORT, 'charge_attempts: what is over stays as it ended'); END;
-- +goose StatementEnd

-- A kept method that expires soon is announced once for each distance.
CREATE TABLE charge_warnings (
  method_id INTEGER NOT NULL REFERENCES kept_methods (id),
  expires   TEXT NOT NULL,                             -- YYYY-MM-DD, the last day
  days      INTEGER NOT NULL CHECK (days IN (7, 30)),
  outcome   TEXT NOT NULL CHECK (outcome IN ('mailed','skipped','no_address')),
  mail_id   INTEGER REFERENCES mails (id),
  at        TEXT NOT NULL,
  PRIMARY KEY (method_id, expires, days)
) STRICT, WITHOUT ROWID;
