-- Whom the firm bills and what it sells.
-- +goose Up
CREATE TABLE customers (
  id                  INTEGER PRIMARY KEY,
  public_id           TEXT NOT NULL UNIQUE,
  number              TEXT NOT NULL UNIQUE,            -- C0001: also the auxiliary account
  kind                TEXT NOT NULL CHECK (kind IN ('company','person','public_body')),
  name                TEXT NOT NULL CHECK (name <> ''),
  siren               TEXT NOT NULL DEFAULT '',
  siret               TEXT NOT NULL DEFAULT '',
  vat_number          TEXT NOT NULL DEFAULT '',
  gst_number          TEXT NOT NULL DEFAULT '',
  electronic_address  TEXT NOT NULL DEFAULT '',        -- BT-49
  email               TEXT NOT NULL DEFAULT '',
  phone               TEXT NOT NULL DEFAULT '',
  language            TEXT NOT NULL CHECK (language IN ('fr','en')),
  currency            TEXT NOT NULL CHECK (length(currency) = 3),
  tax_regime          TEXT NOT NULL CHECK (tax_regime IN ('domestic','eu','export','quebec','canada','reverse_charge','exempt')),
  terms_days          INTEGER NOT NULL CHECK (terms_days BETWEEN 0 AND 365),
  terms_end_of_month  INTEGER NOT NULL DEFAULT 0 CHECK (terms_end_of_month IN (0,1)),
  line1               TEXT NOT NULL DEFAULT '',
  line2               TEXT NOT NULL DEFAULT '',
  postcode            TEXT NOT NULL DEFAULT '',
  city                TEXT NOT NULL DEFAULT '',
  region              TEXT NOT NULL DEFAULT '',
  country             TEXT NOT NULL CHECK (length(country) = 2),
  ship_name           TEXT NOT NULL DEFAULT '',
  ship_line1          TEXT NOT NULL DEFAULT '',
  ship_line2          TEXT NOT NULL DEFAULT '',
  ship_postcode       TEXT NOT NULL DEFAULT '',
  ship_city           TEXT NOT NULL DEFAULT '',
  ship_region         TEXT NOT NULL DEFAULT '',
  ship_country        TEXT NOT NULL DEFAULT '',
  notes               TEXT NOT NULL DEFAULT '',
  name_key            TEXT NOT NULL,                   -- collation key of the name, for sorting and search
  archived_at         TEXT,
  version             INTEGER NOT NULL DEFAULT 1,
  created_at          TEXT NOT NULL,
  updated_at          TEXT NOT NULL
) STRICT;
CREATE INDEX customers_name ON customers (name_key, id);

CREATE TABLE contacts (
  id             INTEGER PRIMARY KEY,
  public_id      TEXT NOT NULL UNIQUE,
  customer_id    INTEGER NOT NULL REFERENCES customers (id),
  name           TEXT NOT NULL CHECK (name <> ''),
  email          TEXT NOT NULL DEFAULT '',
  phone          TEXT NOT NULL DEFAULT '',
  language       TEXT NOT NULL CHECK (language IN ('fr','en')),
  is_primary     INTEGER NOT NULL DEFAULT 0 CHECK (is_primary IN (0,1)),
  portal_access  INTEGER NOT NULL DEFAULT 1 CHECK (portal_access IN (0,1)),
  archived_at    TEXT,
  version        INTEGER NOT NULL DEFAULT 1,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_customer ON contacts (customer_id, is_primary DESC, id);
CREATE INDEX contacts_email ON contacts (email COLLATE NOCASE);
CREATE UNIQUE INDEX contacts_one_primary ON contacts (customer_id) WHERE is_primary = 1 AND archived_at IS NULL;

-- The dated rates of rules/tax, copied in and editable (spec/books, Ledger).
CREATE TABLE taxes (
  id           INTEGER PRIMARY KEY,
  code         TEXT NOT NULL UNIQUE,                  -- FR-20, QC-TPS
  jurisdiction TEXT NOT NULL,                         -- FR, FR-DOM, QC, CA-ON ...
  name_fr      TEXT NOT NULL,
  name_en      TEXT NOT NULL,
  category     TEXT NOT NULL CHECK (category IN ('S','E','AE','K','G','O','Z')),
  rate_pcm     INTEGER NOT NULL CHECK (rate_pcm BETWEEN 0 AND 100000),
  mention      TEXT NOT NULL DEFAULT '',
  vatex        TEXT NOT NULL DEFAULT '',
  valid_from   TEXT NOT NULL,
  valid_to     TEXT NOT NULL DEFAULT '',
  confirmed    INTEGER NOT NULL CHECK (confirmed IN (0,1)),
  source       TEXT NOT NULL,
  position     INTEGER NOT NULL
) STRICT;

CREATE TABLE items (
  id             INTEGER PRIMARY KEY,
  public_id      TEXT NOT NULL UNIQUE,
  code           TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name           TEXT NOT NULL CHECK (name <> ''),
  description    TEXT NOT NULL DEFAULT '',
  nature         TEXT NOT NULL CHECK (nature IN ('goods','services')),
  unit           TEXT NOT NULL,
  currency       TEXT NOT NULL CHECK (length(currency) = 3),
  unit_price_e4  INTEGER NOT NULL CHECK (unit_price_e4 >= 0),
  cost_price_e4  INTEGER NOT NULL DEFAULT 0 CHECK (cost_price_e4 >= 0),
  provider       TEXT NOT NULL DEFAULT '',
  name_key       TEXT NOT NULL,
  archived_at    TEXT,
  version        INTEGER NOT NULL DEFAULT 1,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL
) STRICT;
CREATE INDEX items_name ON items (name_key, id);

CREATE TABLE item_taxes (
  item_id  INTEGER NOT NULL REFERENCES items (id),
  position INTEGER NOT NULL,
  tax_id   INTEGER NOT NULL REFERENCES taxes (id),
  PRIMARY KEY (item_id, position)
) STRICT, WITHOUT ROWID;
