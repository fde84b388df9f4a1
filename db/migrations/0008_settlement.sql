-- What settles documents: payments over several, credits, refunds, charges, cancelled payments.
-- +goose Up
-- A payment or a credit note set against a document. Append-only: undoing is a row with the amounts turned round.
CREATE TABLE allocations (
  id                    INTEGER PRIMARY KEY,
  payment_id            INTEGER REFERENCES payments (id),
  credit_id             INTEGER REFERENCES documents (id),   -- a credit note
  document_id           INTEGER NOT NULL REFERENCES documents (id),
  amount_minor          INTEGER NOT NULL CHECK (amount_minor <> 0),
  tax_released_minor    INTEGER NOT NULL DEFAULT 0,          -- of the document: VAT moved from waiting to due
  credit_released_minor INTEGER NOT NULL DEFAULT 0,          -- of the credit note, likewise
  on_date               TEXT NOT NULL,
  entry_id              INTEGER REFERENCES entries (id),     -- NULL: nothing to post, or the payment's own entry
  undoes_id             INTEGER UNIQUE REFERENCES allocations (id),
  created_at            TEXT NOT NULL,
  CHECK ((payment_id IS NULL) <> (credit_id IS NULL)),
  CHECK ((amount_minor > 0) = (undoes_id IS NULL))
) STRICT;
INSERT INTO allocations (id, payment_id, document_id, amount_minor, tax_released_minor, on_date, created_at)
SELECT a.id, a.payment_id, a.document_id, a.amount_minor, a.tax_released_minor, p.received_on, p.created_at FROM payment_allocations a JOIN payments p ON p.id = a.payment_id;
DROP TABLE payment_allocations;
CREATE INDEX allocations_document ON allocations (document_id);
CREATE INDEX allocations_payment ON allocations (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX allocations_credit ON allocations (credit_id) WHERE credit_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER allocations_frozen BEFORE UPDATE ON allocations
BEGIN SELECT RAISE(ABORT, 'allocations: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER allocations_keep BEFORE DELETE ON allocations
BEGIN SELECT RAISE(ABORT, 'allocations: never deleted'); END;
-- +goose StatementEnd

ALTER TABLE payments ADD COLUMN fee_minor INTEGER NOT NULL DEFAULT 0 CHECK (fee_minor >= 0); -- kept by the bank or the gateway, within the amount

-- What moves after a payment is recorded. One row a payment.
CREATE TABLE payment_status (
  payment_id      INTEGER PRIMARY KEY REFERENCES payments (id),
  customer_id     INTEGER NOT NULL REFERENCES customers (id),
  currency        TEXT NOT NULL CHECK (length(currency) = 3),
  left_minor      INTEGER NOT NULL CHECK (left_minor >= 0),  -- not on any document: the customer's credit
  refunded_minor  INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
  cancelled_on    TEXT NOT NULL DEFAULT '',                  -- bounced, or entered by mistake
  cancel_reason   TEXT NOT NULL DEFAULT '',
  cancel_entry_id INTEGER REFERENCES entries (id),
  version         INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO payment_status (payment_id, customer_id, currency, left_minor)
SELECT p.id, p.customer_id, p.currency, p.amount_minor - COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.payment_id = p.id), 0) FROM payments p;
CREATE INDEX payment_status_left ON payment_status (customer_id, currency) WHERE left_minor > 0;
-- +goose StatementBegin
CREATE TRIGGER payment_status_keep BEFORE DELETE ON payment_status
BEGIN SELECT RAISE(ABORT, 'payment_status: never deleted'); END;
-- +goose StatementEnd

-- Money given back: of a payment that no document takes, or of a credit note.
CREATE TABLE refunds (
  id                 INTEGER PRIMARY KEY,
  public_id          TEXT NOT NULL UNIQUE,
  number             TEXT NOT NULL UNIQUE,               -- RB-2026-0001
  customer_id        INTEGER NOT NULL REFERENCES customers (id),
  payment_id         INTEGER REFERENCES payments (id),
  credit_id          INTEGER REFERENCES documents (id),
  method             TEXT NOT NULL CHECK (method IN ('transfer','card','cheque','cash','direct_debit','practice','other')),
  refunded_on        TEXT NOT NULL,
  amount_minor       INTEGER NOT NULL CHECK (amount_minor > 0),
  fee_minor          INTEGER NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
  tax_released_minor INTEGER NOT NULL DEFAULT 0,         -- of the credit note
  currency           TEXT NOT NULL CHECK (length(currency) = 3),
  rate_e8            INTEGER NOT NULL CHECK (rate_e8 > 0),
  reference          TEXT NOT NULL DEFAULT '',
  note               TEXT NOT NULL DEFAULT '',
  gateway            TEXT NOT NULL DEFAULT '',
  gateway_ref        TEXT NOT NULL DEFAULT '',
  entry_id           INTEGER NOT NULL REFERENCES entries (id),
  created_at         TEXT NOT NULL,
  CHECK ((payment_id IS NULL) <> (credit_id IS NULL))
) STRICT;
CREATE INDEX refunds_customer ON refunds (customer_id, refunded_on DESC, id DESC);
CREATE INDEX refunds_payment ON refunds (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX refunds_credit ON refunds (credit_id) WHERE credit_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER refunds_frozen BEFORE UPDATE ON refunds
BEGIN SELECT RAISE(ABORT, 'refunds: a recorded refund never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER refunds_keep BEFORE DELETE ON refunds
BEGIN SELECT RAISE(ABORT, 'refunds: a recorded refund is never deleted'); END;
-- +goose StatementEnd

-- The series of numbers take refunds too: the table is made anew, its rows are the same.
CREATE TABLE series_new (
  kind             TEXT NOT NULL CHECK (kind IN ('invoice','credit_note','deposit_invoice','quote','payment','refund','customer')),
  year             INTEGER NOT NULL,                     -- 0 for a series that never restarts
  pattern          TEXT NOT NULL,                        -- FA-{year}-{n:4}
  next_number      INTEGER NOT NULL DEFAULT 1 CHECK (next_number >= 1),
  last_issue_date  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (kind, year)
) STRICT;
INSERT INTO series_new (kind, year, pattern, next_number, last_issue_date) SELECT kind, year, pattern, next_number, last_issue_date FROM series;
DROP TABLE series;
ALTER TABLE series_new RENAME TO series;
-- +goose StatementBegin
CREATE TRIGGER series_never_back BEFORE UPDATE ON series
WHEN NEW.next_number < OLD.next_number OR NEW.last_issue_date < OLD.last_issue_date
BEGIN SELECT RAISE(ABORT, 'series: numbers only go forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER series_no_delete BEFORE DELETE ON series
BEGIN SELECT RAISE(ABORT, 'series: never deleted'); END;
-- +goose StatementEnd
INSERT INTO series_patterns (kind, pattern, yearly) SELECT 'refund', 'RB-{year}-{n:4}', 1 WHERE EXISTS (SELECT 1 FROM series_patterns);
