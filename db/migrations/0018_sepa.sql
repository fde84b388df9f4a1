-- SEPA: the creditor's identity, mandates, files of direct debits and of transfers, transfers announced for several invoices.
-- +goose Up
CREATE TABLE sepa_settings (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  ics         TEXT NOT NULL DEFAULT '',                -- creditor identifier
  notice_days INTEGER NOT NULL DEFAULT 14 CHECK (notice_days BETWEEN 1 AND 60),
  rum_pattern TEXT NOT NULL DEFAULT 'RUM-{year}-{n:4}',
  next_rum    INTEGER NOT NULL DEFAULT 1 CHECK (next_rum >= 1),
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO sepa_settings (id) VALUES (1);

-- A debtor's word that the firm may take money from its account. What was signed never changes: another account is
-- another mandate.
CREATE TABLE mandates (
  id               INTEGER PRIMARY KEY,
  public_id        TEXT NOT NULL UNIQUE,
  customer_id      INTEGER NOT NULL REFERENCES customers (id),
  rum              TEXT NOT NULL UNIQUE CHECK (length(rum) BETWEEN 1 AND 35),
  ics              TEXT NOT NULL CHECK (ics <> ''),
  scheme           TEXT NOT NULL CHECK (scheme IN ('CORE','B2B')),
  one_off          INTEGER NOT NULL DEFAULT 0 CHECK (one_off IN (0,1)),
  notice_days      INTEGER NOT NULL CHECK (notice_days BETWEEN 1 AND 60),
  state            TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked','signed','revoked')), -- active, lapsed and spent are derived
  ends             INTEGER NOT NULL DEFAULT 0 CHECK (ends IN (0,1)), -- its next debit is the last
  registered_on    TEXT NOT NULL DEFAULT '',           -- among firms: the debtor's bank knows of it
  blocked_code     TEXT NOT NULL DEFAULT '',           -- why its last debit came back, when another one would too
  how              TEXT NOT NULL DEFAULT '' CHECK (how IN ('','portal','paper')),
  debtor_name      TEXT NOT NULL DEFAULT '',
  line1            TEXT NOT NULL DEFAULT '',
  post_code        TEXT NOT NULL DEFAULT '',
  city             TEXT NOT NULL DEFAULT '',
  country          TEXT NOT NULL DEFAULT '',
  iban             TEXT NOT NULL DEFAULT '',
  bic              TEXT NOT NULL DEFAULT '',
  signed_on        TEXT NOT NULL DEFAULT '',
  signed_at        TEXT NOT NULL DEFAULT '',
  signed_by        TEXT NOT NULL DEFAULT '',           -- the name typed beside the signature
  signed_place     TEXT NOT NULL DEFAULT '',
  signed_address   TEXT NOT NULL DEFAULT '',           -- of the network
  signed_agent     TEXT NOT NULL DEFAULT '',
  contact_id       INTEGER REFERENCES contacts (id),   -- who signed in the portal
  signature_sha256 TEXT REFERENCES files (sha256),
  paper_sha256     TEXT REFERENCES files (sha256),
  paper_name       TEXT NOT NULL DEFAULT '',
  words            TEXT NOT NULL DEFAULT '',           -- what was signed, as it was read
  creditor_name    TEXT NOT NULL DEFAULT '',           -- the firm's, when it was signed
  used_on          TEXT NOT NULL DEFAULT '',           -- taken over: its last debit before, made elsewhere
  revoked_at       TEXT NOT NULL DEFAULT '',
  revoked_by       TEXT NOT NULL DEFAULT '',
  revoke_reason    TEXT NOT NULL DEFAULT '',
  asked_at         TEXT NOT NULL DEFAULT '',           -- when the customer was last written to
  version          INTEGER NOT NULL DEFAULT 1,
  created_at       TEXT NOT NULL,
  CHECK (state <> 'signed' OR iban <> '' AND debtor_name <> '' AND signed_on <> '' AND how <> ''),
  CHECK (how <> 'paper' OR paper_sha256 IS NOT NULL),
  CHECK ((state = 'revoked') = (revoked_at <> ''))
) STRICT;
CREATE INDEX mandates_customer ON mandates (customer_id, id DESC);
-- +goose StatementBegin
CREATE TRIGGER mandates_signed BEFORE UPDATE OF customer_id, rum, ics, scheme, one_off, notice_days, how, debtor_name, line1, post_code, city, country, iban, bic, signed_on, signed_at, signed_by, signed_place, signed_address,
  signed_agent, contact_id, signature_sha256, paper_sha256, paper_name, words, creditor_name, used_on ON mandates WHEN OLD.state <> 'asked'
BEGIN SELECT RAISE(ABORT, 'mandates: what was signed never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER mandates_forward BEFORE UPDATE OF state ON mandates WHEN OLD.state = 'revoked' OR OLD.state = 'signed' AND NEW.state = 'asked'
BEGIN SELECT RAISE(ABORT, 'mandates: never back'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER mandates_keep BEFORE DELETE ON mandates
BEGIN SELECT RAISE(ABORT, 'mandates: kept, revoked or not'); END;
-- +goose StatementEnd

-- A file for the bank. Its bytes are made once, with its rows.
CREATE TABLE sepa_batches (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL CHECK (kind IN ('debit','transfer')),
  number       TEXT NOT NULL UNIQUE CHECK (length(number) <= 26),
  scheme       TEXT NOT NULL CHECK (scheme IN ('','CORE','B2B')),
  on_date      TEXT NOT NULL,                          -- the day asked of the bank
  orders       INTEGER NOT NULL CHECK (orders > 0),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  content      TEXT NOT NULL CHECK (content <> ''),
  sha256       TEXT NOT NULL CHECK (length(sha256) = 64),
  made_by      TEXT NOT NULL,
  state        TEXT NOT NULL DEFAULT 'made' CHECK (state IN ('made','confirmed','dropped')),
  confirmed_on TEXT NOT NULL DEFAULT '',               -- the day on the bank's statement; set before the first payment is recorded
  thank        INTEGER NOT NULL DEFAULT 0 CHECK (thank IN (0,1)),
  downloaded_at TEXT NOT NULL DEFAULT '',              -- first time: it may be at the bank since
  version      INTEGER NOT NULL DEFAULT 1,
  created_at   TEXT NOT NULL,
  CHECK ((kind = 'debit') = (scheme <> '')),
  CHECK (state <> 'confirmed' OR confirmed_on <> '')
) STRICT;
CREATE INDEX sepa_batches_newest ON sepa_batches (id DESC, kind);
-- +goose StatementBegin
CREATE TRIGGER sepa_batches_frozen BEFORE UPDATE OF id, public_id, kind, number, scheme, on_date, orders, amount_minor, content, sha256, made_by, created_at ON sepa_batches
BEGIN SELECT RAISE(ABORT, 'sepa_batches: a file once made never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_batches_ends BEFORE UPDATE OF state, confirmed_on ON sepa_batches WHEN OLD.state <> 'made' OR OLD.confirmed_on <> '' AND NEW.confirmed_on <> OLD.confirmed_on
BEGIN SELECT RAISE(ABORT, 'sepa_batches: confirmed and dropped once'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_batches_keep BEFORE DELETE ON sepa_batches
BEGIN SELECT RAISE(ABORT, 'sepa_batches: kept'); END;
-- +goose StatementEnd

-- One debit of a file: all that is taken under one mandate on its day.
CREATE TABLE sepa_debits (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  batch_id     INTEGER NOT NULL REFERENCES sepa_batches (id),
  mandate_id   INTEGER NOT NULL REFERENCES mandates (id),
  customer_id  INTEGER NOT NULL REFERENCES customers (id),
  end_to_end   TEXT NOT NULL CHECK (length(end_to_end) BETWEEN 1 AND 35),
  sequence     TEXT NOT NULL CHECK (sequence IN ('FRST','RCUR','OOFF','FNAL')),
  on_date      TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  state        TEXT NOT NULL DEFAULT 'made' CHECK (state IN ('made','collected','returned','dropped')), -- returned: refused before, or taken back after
  payment_id   INTEGER UNIQUE REFERENCES payments (id),
  returned_on  TEXT NOT NULL DEFAULT '',
  return_code  TEXT NOT NULL DEFAULT '',
  fee_minor    INTEGER NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
  owed_minor   INTEGER NOT NULL DEFAULT 0 CHECK (owed_minor >= 0), -- taken back by the bank beyond what was left of the payment: the customer had it already
  ics          TEXT NOT NULL CHECK (ics <> ''),        -- the creditor as the file names it
  creditor_name TEXT NOT NULL CHECK (creditor_name <> ''),
  UNIQUE (batch_id, mandate_id),
  CHECK (state <> 'collected' OR payment_id IS NOT NULL),
  CHECK ((state = 'returned') = (returned_on <> ''))
) STRICT;
CREATE INDEX sepa_debits_mandate ON sepa_debits (mandate_id, id);
CREATE INDEX sepa_debits_end_to_end ON sepa_debits (end_to_end);
CREATE INDEX sepa_debits_customer ON sepa_debits (customer_id, id DESC);
-- +goose StatementBegin
CREATE TRIGGER sepa_debits_frozen BEFORE UPDATE OF id, public_id, batch_id, mandate_id, customer_id, end_to_end, sequence, on_date, amount_minor, ics, creditor_name ON sepa_debits
BEGIN SELECT RAISE(ABORT, 'sepa_debits: a debit that stands in a file never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_debits_forward BEFORE UPDATE OF state ON sepa_debits WHEN OLD.state IN ('returned','dropped') OR OLD.state = 'collected' AND NEW.state <> 'returned'
BEGIN SELECT RAISE(ABORT, 'sepa_debits: never back'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_debits_keep BEFORE DELETE ON sepa_debits
BEGIN SELECT RAISE(ABORT, 'sepa_debits: kept'); END;
-- +goose StatementEnd

CREATE TABLE sepa_debit_parts (
  debit_id     INTEGER NOT NULL REFERENCES sepa_debits (id),
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  PRIMARY KEY (debit_id, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sepa_debit_parts_document ON sepa_debit_parts (document_id);
-- +goose StatementBegin
CREATE TRIGGER sepa_debit_parts_once BEFORE INSERT ON sepa_debit_parts
WHEN EXISTS (SELECT 1 FROM sepa_debit_parts p JOIN sepa_debits d ON d.id = p.debit_id WHERE p.document_id = NEW.document_id AND d.state = 'made')
BEGIN SELECT RAISE(ABORT, 'sepa_debit_parts: an invoice stands in one file at a time'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_debit_parts_keep BEFORE DELETE ON sepa_debit_parts
BEGIN SELECT RAISE(ABORT, 'sepa_debit_parts: kept'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_debit_parts_frozen BEFORE UPDATE ON sepa_debit_parts
BEGIN SELECT RAISE(ABORT, 'sepa_debit_parts: never changed'); END;
-- +goose StatementEnd

-- An invoice is taken once: what is being charged to a kept method stands in no file, and what stands in a file is not charged.
-- +goose StatementBegin
CREATE TRIGGER sepa_debit_parts_charging BEFORE INSERT ON sepa_debit_parts
WHEN EXISTS (SELECT 1 FROM charge_attempts a WHERE a.document_id = NEW.document_id AND a.state IN ('calling','unknown','processing'))
BEGIN SELECT RAISE(ABORT, 'sepa_debit_parts: the invoice is being charged to a kept method'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER charge_attempts_debited BEFORE UPDATE OF state ON charge_attempts
WHEN NEW.state = 'calling' AND EXISTS (SELECT 1 FROM sepa_debit_parts p JOIN sepa_debits d ON d.id = p.debit_id WHERE p.document_id = NEW.document_id AND d.state = 'made')
BEGIN SELECT RAISE(ABORT, 'charge_attempts: the invoice stands in a file of direct debits'); END;
-- +goose StatementEnd

-- A refund that was decided to go by transfer: in a file, then recorded as a refund when the bank did it.
CREATE TABLE sepa_transfers (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  customer_id   INTEGER NOT NULL REFERENCES customers (id),
  payment_id    INTEGER REFERENCES payments (id),      -- what is given back: of a payment, or
  credit_id     INTEGER REFERENCES documents (id),     -- of a credit note
  amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
  from_invoices INTEGER NOT NULL DEFAULT 0 CHECK (from_invoices IN (0,1)),
  creditor_name TEXT NOT NULL CHECK (creditor_name <> ''),
  iban          TEXT NOT NULL CHECK (iban <> ''),
  bic           TEXT NOT NULL DEFAULT '',
  about         TEXT NOT NULL,
  note          TEXT NOT NULL DEFAULT '',
  thank         INTEGER NOT NULL DEFAULT 1 CHECK (thank IN (0,1)), -- the customer is written to when it is done
  state         TEXT NOT NULL DEFAULT 'decided' CHECK (state IN ('decided','made','done','refused','dropped')), -- refused: the bank did not do it, or it came back
  batch_id      INTEGER REFERENCES sepa_batches (id),
  end_to_end    TEXT NOT NULL DEFAULT '',
  refund_id     INTEGER UNIQUE REFERENCES refunds (id),
  owed_minor    INTEGER NOT NULL DEFAULT 0 CHECK (owed_minor >= 0), -- of what the bank paid out, what nothing was left for: the customer owes it
  refused_on    TEXT NOT NULL DEFAULT '',
  refused_note  TEXT NOT NULL DEFAULT '',              -- in the bank's words
  back_payment_id INTEGER UNIQUE REFERENCES payments (id), -- the money that came back
  decided_by    TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  CHECK ((payment_id IS NULL) <> (credit_id IS NULL)),
  CHECK (state NOT IN ('made','done','refused') OR batch_id IS NOT NULL),
  CHECK (state <> 'done' OR refund_id IS NOT NULL OR owed_minor > 0),
  CHECK (state IN ('done','refused') OR refund_id IS NULL AND owed_minor = 0),
  CHECK ((state = 'refused') = (refused_on <> '')),
  CHECK (back_payment_id IS NULL OR state = 'refused')
) STRICT;
CREATE INDEX sepa_transfers_state ON sepa_transfers (state, id);
CREATE INDEX sepa_transfers_batch ON sepa_transfers (batch_id) WHERE batch_id IS NOT NULL;
CREATE UNIQUE INDEX sepa_transfers_payment ON sepa_transfers (payment_id) WHERE payment_id IS NOT NULL AND state IN ('decided','made');
CREATE UNIQUE INDEX sepa_transfers_credit ON sepa_transfers (credit_id) WHERE credit_id IS NOT NULL AND state IN ('decided','made');
-- +goose StatementBegin
CREATE TRIGGER sepa_transfers_frozen BEFORE UPDATE OF id, public_id, customer_id, payment_id, credit_id, amount_minor, from_invoices, creditor_name, iban, bic, about, note, thank, decided_by, created_at ON sepa_transfers
BEGIN SELECT RAISE(ABORT, 'sepa_transfers: what was decided never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_transfers_forward BEFORE UPDATE OF state ON sepa_transfers WHEN OLD.state IN ('refused','dropped') OR OLD.state = 'done' AND NEW.state <> 'refused'
BEGIN SELECT RAISE(ABORT, 'sepa_transfers: never back'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sepa_transfers_keep BEFORE DELETE ON sepa_transfers
BEGIN SELECT RAISE(ABORT, 'sepa_transfers: kept'); END;
-- +goose StatementEnd

-- Announcements of one transfer that pays several invoices share its name; one of a single invoice has none.
ALTER TABLE transfer_announcements ADD COLUMN transfer TEXT NOT NULL DEFAULT '';
CREATE INDEX transfer_announcements_transfer ON transfer_announcements (transfer) WHERE transfer <> '';
