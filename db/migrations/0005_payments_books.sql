-- Money received, and the books beneath everything.
-- +goose Up
CREATE TABLE payments (
  id               INTEGER PRIMARY KEY,
  public_id        TEXT NOT NULL UNIQUE,
  number           TEXT NOT NULL UNIQUE,               -- RE-2026-0001
  customer_id      INTEGER NOT NULL REFERENCES customers (id),
  method           TEXT NOT NULL CHECK (method IN ('transfer','card','cheque','cash','direct_debit','practice','other')),
  received_on      TEXT NOT NULL,
  amount_minor     INTEGER NOT NULL CHECK (amount_minor > 0),
  currency         TEXT NOT NULL CHECK (length(currency) = 3),
  rate_e8          INTEGER NOT NULL CHECK (rate_e8 > 0),
  reference        TEXT NOT NULL DEFAULT '',
  note             TEXT NOT NULL DEFAULT '',
  gateway          TEXT NOT NULL DEFAULT '',
  gateway_ref      TEXT NOT NULL DEFAULT '',
  entry_id         INTEGER NOT NULL REFERENCES entries (id),
  created_at       TEXT NOT NULL
) STRICT;
CREATE INDEX payments_customer ON payments (customer_id, received_on DESC, id DESC);
CREATE INDEX payments_newest ON payments (received_on DESC, id DESC);
CREATE UNIQUE INDEX payments_gateway ON payments (gateway, gateway_ref) WHERE gateway_ref <> '';

CREATE TABLE payment_allocations (
  id           INTEGER PRIMARY KEY,
  payment_id   INTEGER NOT NULL REFERENCES payments (id),
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  tax_released_minor INTEGER NOT NULL DEFAULT 0,       -- VAT moved from waiting to due by this part
  UNIQUE (payment_id, document_id)
) STRICT;
CREATE INDEX payment_allocations_document ON payment_allocations (document_id);

-- +goose StatementBegin
CREATE TRIGGER payments_frozen BEFORE UPDATE ON payments
BEGIN SELECT RAISE(ABORT, 'payments: a recorded payment never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payments_keep BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payments: a recorded payment is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_allocations_frozen BEFORE UPDATE ON payment_allocations
BEGIN SELECT RAISE(ABORT, 'payment_allocations: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_allocations_keep BEFORE DELETE ON payment_allocations
BEGIN SELECT RAISE(ABORT, 'payment_allocations: never deleted'); END;
-- +goose StatementEnd

-- An attempt to pay through a gateway. The row and its key are there before the call.
CREATE TABLE payment_intents (
  id              INTEGER PRIMARY KEY,
  public_id       TEXT NOT NULL UNIQUE,
  customer_id     INTEGER NOT NULL REFERENCES customers (id),
  contact_id      INTEGER REFERENCES contacts (id),
  document_id     INTEGER NOT NULL REFERENCES documents (id),
  gateway         TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE,
  amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
  currency        TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('created','needs_action','succeeded','declined','unknown','cancelled')),
  gateway_ref     TEXT NOT NULL DEFAULT '',
  reason          TEXT NOT NULL DEFAULT '',            -- the gateway's reason, a key of a text
  payment_id      INTEGER REFERENCES payments (id),
  created_at      TEXT NOT NULL,
  updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX payment_intents_open ON payment_intents (updated_at) WHERE state IN ('created','needs_action','unknown');
CREATE INDEX payment_intents_document ON payment_intents (document_id);

-- The customer says: a transfer is under way. The firm confirms it when it is there.
CREATE TABLE transfer_announcements (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  customer_id  INTEGER NOT NULL REFERENCES customers (id),
  contact_id   INTEGER REFERENCES contacts (id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  currency     TEXT NOT NULL,
  announced_on TEXT NOT NULL,                          -- the day the customer gave the order
  state        TEXT NOT NULL CHECK (state IN ('announced','confirmed','dismissed')),
  payment_id   INTEGER REFERENCES payments (id),
  created_at   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX transfer_announcements_one ON transfer_announcements (document_id) WHERE state = 'announced';

CREATE TABLE accounts (
  id        INTEGER PRIMARY KEY,
  code      TEXT NOT NULL UNIQUE,
  label     TEXT NOT NULL,
  nature    TEXT NOT NULL,
  role      TEXT UNIQUE                                -- rules/ledger posts by role
) STRICT;

CREATE TABLE journals (
  id         INTEGER PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE,
  label      TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('sales','purchases','bank','cash','general','opening')),
  account_id INTEGER REFERENCES accounts (id)
) STRICT;

CREATE TABLE entries (
  id             INTEGER PRIMARY KEY,
  journal_id     INTEGER NOT NULL REFERENCES journals (id),
  number         INTEGER NOT NULL UNIQUE,              -- continuous over the whole books (EcritureNum)
  entry_date     TEXT NOT NULL,
  document_ref   TEXT NOT NULL CHECK (document_ref <> ''),
  document_date  TEXT NOT NULL,
  label          TEXT NOT NULL,
  source_kind    TEXT NOT NULL,                        -- document, payment, reversal ...
  source_id      INTEGER NOT NULL,
  reverses_id    INTEGER UNIQUE REFERENCES entries (id),
  total_minor    INTEGER NOT NULL CHECK (total_minor >= 0),
  sealed         INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0,1)),
  validated_at   TEXT NOT NULL,
  hash           TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX entries_journal ON entries (journal_id, entry_date, number);
CREATE INDEX entries_date ON entries (entry_date, number);
CREATE INDEX entries_source ON entries (source_kind, source_id);

-- Clustered by entry: posting writes one tree less, and an entry's lines lie beside each other.
CREATE TABLE entry_lines (
  entry_id        INTEGER NOT NULL REFERENCES entries (id),
  position        INTEGER NOT NULL,
  account_id      INTEGER NOT NULL REFERENCES accounts (id),
  customer_id     INTEGER REFERENCES customers (id),   -- auxiliary account
  label           TEXT NOT NULL,
  debit_minor     INTEGER NOT NULL DEFAULT 0 CHECK (debit_minor >= 0),
  credit_minor    INTEGER NOT NULL DEFAULT 0 CHECK (credit_minor >= 0),
  currency        TEXT NOT NULL DEFAULT '',            -- foreign currency only
  currency_minor  INTEGER NOT NULL DEFAULT 0,          -- signed, debit positive
  PRIMARY KEY (entry_id, position),
  CHECK ((debit_minor = 0) <> (credit_minor = 0))
) STRICT, WITHOUT ROWID;
-- The amounts stand in the index, so that an account is added up without its lines.
CREATE INDEX entry_lines_account ON entry_lines (account_id, entry_id, debit_minor, credit_minor);
CREATE INDEX entry_lines_customer ON entry_lines (customer_id, account_id) WHERE customer_id IS NOT NULL;

-- Kept as entries are posted, proved against the lines by the check.
CREATE TABLE period_balances (
  account_id   INTEGER NOT NULL REFERENCES accounts (id),
  period       TEXT NOT NULL CHECK (length(period) = 7), -- YYYY-MM
  debit_minor  INTEGER NOT NULL,
  credit_minor INTEGER NOT NULL,
  PRIMARY KEY (account_id, period)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER entries_born_open BEFORE INSERT ON entries WHEN NEW.sealed <> 0
BEGIN SELECT RAISE(ABORT, 'entries: written with its lines, then sealed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_seal BEFORE UPDATE ON entries
WHEN OLD.sealed = 0 AND NEW.sealed = 1 AND (
  (SELECT count(*) FROM entry_lines WHERE entry_id = OLD.id) < 2
  OR (SELECT sum(debit_minor) - sum(credit_minor) FROM entry_lines WHERE entry_id = OLD.id) <> 0
  OR (SELECT sum(debit_minor) FROM entry_lines WHERE entry_id = OLD.id) <> NEW.total_minor
  OR length(NEW.hash) <> 64)
BEGIN SELECT RAISE(ABORT, 'entries: an entry is balanced or it does not exist'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_frozen BEFORE UPDATE ON entries WHEN OLD.sealed = 1
BEGIN SELECT RAISE(ABORT, 'entries: a validated entry never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_keep BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries: never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entry_lines_sealed BEFORE INSERT ON entry_lines WHEN (SELECT sealed FROM entries WHERE id = NEW.entry_id) = 1
BEGIN SELECT RAISE(ABORT, 'entry_lines: a validated entry never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entry_lines_frozen BEFORE UPDATE ON entry_lines
BEGIN SELECT RAISE(ABORT, 'entry_lines: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entry_lines_keep BEFORE DELETE ON entry_lines
BEGIN SELECT RAISE(ABORT, 'entry_lines: never deleted'); END;
-- +goose StatementEnd
