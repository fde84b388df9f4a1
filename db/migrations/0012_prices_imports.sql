-- Prices by list, and what came in from files.
-- +goose Up
CREATE TABLE item_prices (
  item_id       INTEGER NOT NULL REFERENCES items (id),
  price_list_id INTEGER NOT NULL REFERENCES price_lists (id),
  unit_price_e4 INTEGER NOT NULL CHECK (unit_price_e4 >= 0),
  PRIMARY KEY (item_id, price_list_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_prices_list ON item_prices (price_list_id, item_id);
CREATE INDEX items_provider ON items (provider, id) WHERE provider <> '';

-- A list of the customer's own goes before its group's.
ALTER TABLE customers ADD COLUMN price_list_id INTEGER REFERENCES price_lists (id);
CREATE INDEX customers_price_list ON customers (price_list_id) WHERE price_list_id IS NOT NULL;
-- The number under which another program knew the customer.
ALTER TABLE customers ADD COLUMN former_number TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_former_number ON customers (former_number) WHERE former_number <> '';

-- Many prices changed at once. Undone as one, as long as nothing else changed the items.
CREATE TABLE price_changes (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  price_list_id INTEGER REFERENCES price_lists (id),    -- NULL: the items' own prices
  form          TEXT NOT NULL CHECK (json_valid(form)), -- what was asked
  items         INTEGER NOT NULL CHECK (items > 0),
  actor_name    TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  undone_at     TEXT
) STRICT;
CREATE TABLE price_change_items (
  change_id INTEGER NOT NULL REFERENCES price_changes (id),
  item_id   INTEGER NOT NULL REFERENCES items (id),
  old_e4    INTEGER NOT NULL,
  new_e4    INTEGER NOT NULL,
  version   INTEGER NOT NULL,                            -- of the item afterwards
  PRIMARY KEY (change_id, item_id)
) STRICT, WITHOUT ROWID;

-- One row a file that was imported: the same content twice is pointed out.
CREATE TABLE imports (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL CHECK (kind IN ('customers','items','invoices')),
  file_name  TEXT NOT NULL,
  sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
  rows_made  INTEGER NOT NULL,
  rows_changed INTEGER NOT NULL DEFAULT 0,
  rows_skipped INTEGER NOT NULL DEFAULT 0,
  mapping    TEXT NOT NULL CHECK (json_valid(mapping)),
  actor_name TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX imports_file ON imports (kind, sha256);

-- The columns that were matched last time, by the names in the head line.
CREATE TABLE import_mappings (
  kind       TEXT NOT NULL,
  head_hash  TEXT NOT NULL CHECK (length(head_hash) = 64),
  mapping    TEXT NOT NULL CHECK (json_valid(mapping)),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (kind, head_hash)
) STRICT, WITHOUT ROWID;
