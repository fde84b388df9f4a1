-- Documents of sale. A draft may change; an issued one never: what moves afterwards
-- (sent, seen, paid, due) lies in document_status.
-- +goose Up
CREATE TABLE documents (
  id                   INTEGER PRIMARY KEY,
  public_id            TEXT NOT NULL UNIQUE,
  kind                 TEXT NOT NULL CHECK (kind IN ('invoice','credit_note','deposit_invoice','quote')),
  state                TEXT NOT NULL CHECK (state IN ('draft','issued')),
  number               TEXT UNIQUE,                    -- BT-1, given at issue
  series_year          INTEGER,
  series_number        INTEGER,
  customer_id          INTEGER REFERENCES customers (id),
  contact_id           INTEGER REFERENCES contacts (id),
  customer_name        TEXT NOT NULL DEFAULT '',       -- as the lists show it
  customer_key         TEXT NOT NULL DEFAULT '',       -- collation key of the name, for sorting
  issue_date           TEXT NOT NULL DEFAULT '',       -- BT-2; "" in a draft = the day of issue
  due_date             TEXT NOT NULL DEFAULT '',       -- BT-9; "" in a draft = by the terms
  delivery_date        TEXT NOT NULL DEFAULT '',       -- BT-72
  order_number         TEXT NOT NULL DEFAULT '',       -- BT-13
  currency             TEXT NOT NULL CHECK (length(currency) = 3),
  rate_e8              INTEGER NOT NULL DEFAULT 0 CHECK (rate_e8 >= 0), -- firm's currency for one unit; 0 in a draft = the rate of the day
  language             TEXT NOT NULL CHECK (language IN ('fr','en')),
  prices_incl_tax      INTEGER NOT NULL DEFAULT 0 CHECK (prices_incl_tax IN (0,1)),
  terms_days           INTEGER NOT NULL DEFAULT 30,
  terms_end_of_month   INTEGER NOT NULL DEFAULT 0,
  note                 TEXT NOT NULL DEFAULT '',       -- public
  private_note         TEXT NOT NULL DEFAULT '',
  terms                TEXT NOT NULL DEFAULT '',
  seller               TEXT NOT NULL DEFAULT '' ,      -- frozen JSON of the firm at issue
  buyer                TEXT NOT NULL DEFAULT '',       -- frozen JSON of the customer at issue
  mentions             TEXT NOT NULL DEFAULT '',       -- frozen JSON: texts printed
  total_excl_minor     INTEGER NOT NULL DEFAULT 0,     -- BT-109
  total_tax_minor      INTEGER NOT NULL DEFAULT 0,     -- BT-110
  total_incl_minor     INTEGER NOT NULL DEFAULT 0,     -- BT-112
  prepaid_minor        INTEGER NOT NULL DEFAULT 0,     -- BT-113
  amount_due_minor     INTEGER NOT NULL DEFAULT 0,     -- BT-115, as printed
  preceding_id         INTEGER REFERENCES documents (id), -- BT-25
  entry_id             INTEGER REFERENCES entries (id),
  issued_at            TEXT,
  hash                 TEXT NOT NULL DEFAULT '',       -- chain over issued documents in order of issue
  chain_position       INTEGER UNIQUE,
  version              INTEGER NOT NULL DEFAULT 1,
  created_at           TEXT NOT NULL,
  updated_at           TEXT NOT NULL,
  CHECK ((state = 'draft') = (number IS NULL)),
  CHECK (state = 'draft' OR (issued_at IS NOT NULL AND issue_date <> '' AND customer_id IS NOT NULL AND seller <> '' AND buyer <> '' AND length(hash) = 64 AND rate_e8 > 0 AND chain_position IS NOT NULL)),
  UNIQUE (kind, series_year, series_number)
) STRICT;
CREATE INDEX documents_customer ON documents (customer_id, issue_date DESC, id DESC) WHERE state = 'issued';
-- Drafts come first among the newest: the list's order is this expression (db/list.go).
CREATE INDEX documents_by_date ON documents (kind, (CASE state WHEN 'draft' THEN '9999-12-31' ELSE issue_date END) DESC, id DESC);
CREATE INDEX documents_by_number ON documents (kind, number DESC, id DESC);
CREATE INDEX documents_by_total ON documents (kind, total_incl_minor DESC, id DESC);
CREATE INDEX documents_by_due ON documents (kind, due_date DESC, id DESC);
CREATE INDEX documents_by_customer ON documents (kind, customer_key, id);
CREATE INDEX documents_customer_all ON documents (customer_id, kind, id DESC);
CREATE INDEX documents_drafts ON documents (kind, updated_at DESC, id DESC) WHERE state = 'draft';

CREATE TABLE document_lines (
  id              INTEGER PRIMARY KEY,
  document_id     INTEGER NOT NULL REFERENCES documents (id),
  position        INTEGER NOT NULL,
  item_id         INTEGER REFERENCES items (id),
  description     TEXT NOT NULL DEFAULT '',
  detail          TEXT NOT NULL DEFAULT '',
  nature          TEXT NOT NULL CHECK (nature IN ('goods','services')),
  quantity_e4     INTEGER NOT NULL,
  unit            TEXT NOT NULL,
  unit_price_e4   INTEGER NOT NULL,
  discount_pcm    INTEGER NOT NULL DEFAULT 0,
  discount_minor  INTEGER NOT NULL DEFAULT 0,
  net_minor       INTEGER NOT NULL DEFAULT 0,          -- BT-131
  taxes           TEXT NOT NULL CHECK (json_valid(taxes)), -- frozen rows of billing.Tax
  UNIQUE (document_id, position)
) STRICT;

CREATE TABLE document_allowances (
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  position     INTEGER NOT NULL,
  is_charge    INTEGER NOT NULL CHECK (is_charge IN (0,1)),
  reason       TEXT NOT NULL DEFAULT '',
  rate_pcm     INTEGER NOT NULL DEFAULT 0,
  amount_minor INTEGER NOT NULL DEFAULT 0,
  taxes        TEXT NOT NULL CHECK (json_valid(taxes)),
  PRIMARY KEY (document_id, position)
) STRICT, WITHOUT ROWID;

-- The tax table of the document, as printed (BG-23).
CREATE TABLE document_taxes (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  position    INTEGER NOT NULL,
  tax         TEXT NOT NULL CHECK (json_valid(tax)),
  base_minor  INTEGER NOT NULL,
  tax_minor   INTEGER NOT NULL,
  PRIMARY KEY (document_id, position)
) STRICT, WITHOUT ROWID;

-- What moves after issue. One row an issued document.
CREATE TABLE document_status (
  document_id     INTEGER PRIMARY KEY REFERENCES documents (id),
  customer_id     INTEGER NOT NULL REFERENCES customers (id),
  kind            TEXT NOT NULL,
  issue_date      TEXT NOT NULL,
  due_date        TEXT NOT NULL,
  currency        TEXT NOT NULL CHECK (length(currency) = 3),
  paid_minor      INTEGER NOT NULL DEFAULT 0,          -- by payments and credits, in the document's currency
  due_minor       INTEGER NOT NULL,                    -- what is left to pay
  settled_on      TEXT NOT NULL DEFAULT '',            -- the day nothing was left
  sent_at         TEXT,                                -- mailed or handed over
  viewed_at       TEXT,                                -- first opened in the portal
  announced_at    TEXT,                                -- the customer said a transfer is under way
  pdf_sha256      TEXT REFERENCES files (sha256)
) STRICT;
-- Both indexes hold what the sums need: what is open is added up without reading a row.
CREATE INDEX document_status_open ON document_status (kind, due_date, document_id, due_minor, currency, sent_at, announced_at) WHERE due_minor <> 0;
CREATE INDEX document_status_open_customer ON document_status (customer_id, due_date, document_id, due_minor, currency, kind) WHERE due_minor <> 0;
CREATE INDEX document_status_due ON document_status (kind, due_date DESC, document_id DESC);

-- +goose StatementBegin
CREATE TRIGGER documents_frozen BEFORE UPDATE ON documents WHEN OLD.state = 'issued'
BEGIN SELECT RAISE(ABORT, 'documents: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER documents_keep BEFORE DELETE ON documents WHEN OLD.state = 'issued'
BEGIN SELECT RAISE(ABORT, 'documents: an issued document is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER documents_born_draft BEFORE INSERT ON documents WHEN NEW.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'documents: made as a draft, then issued'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_lines_frozen_i BEFORE INSERT ON document_lines WHEN (SELECT state FROM documents WHERE id = NEW.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_lines: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_lines_frozen_u BEFORE UPDATE ON document_lines WHEN 'issued' IN (SELECT state FROM documents WHERE id IN (OLD.document_id, NEW.document_id))
BEGIN SELECT RAISE(ABORT, 'document_lines: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_lines_frozen_d BEFORE DELETE ON document_lines WHEN (SELECT state FROM documents WHERE id = OLD.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_lines: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_allowances_frozen_i BEFORE INSERT ON document_allowances WHEN (SELECT state FROM documents WHERE id = NEW.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_allowances: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_allowances_frozen_u BEFORE UPDATE ON document_allowances WHEN 'issued' IN (SELECT state FROM documents WHERE id IN (OLD.document_id, NEW.document_id))
BEGIN SELECT RAISE(ABORT, 'document_allowances: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_allowances_frozen_d BEFORE DELETE ON document_allowances WHEN (SELECT state FROM documents WHERE id = OLD.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_allowances: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_taxes_frozen_i BEFORE INSERT ON document_taxes WHEN (SELECT state FROM documents WHERE id = NEW.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_taxes: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_taxes_frozen_u BEFORE UPDATE ON document_taxes WHEN 'issued' IN (SELECT state FROM documents WHERE id IN (OLD.document_id, NEW.document_id))
BEGIN SELECT RAISE(ABORT, 'document_taxes: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_taxes_frozen_d BEFORE DELETE ON document_taxes WHEN (SELECT state FROM documents WHERE id = OLD.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_taxes: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_status_keep BEFORE DELETE ON document_status
BEGIN SELECT RAISE(ABORT, 'document_status: never deleted'); END;
-- +goose StatementEnd

-- Words for search: documents, customers, items. The rowid is search_entries.id.
CREATE TABLE search_entries (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('document','customer','item','payment')),
  object_id   INTEGER NOT NULL,
  public_id   TEXT NOT NULL,
  title       TEXT NOT NULL,
  subtitle    TEXT NOT NULL,
  UNIQUE (kind, object_id)
) STRICT;
CREATE VIRTUAL TABLE search_fts USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
