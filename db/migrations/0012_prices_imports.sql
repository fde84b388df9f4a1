-- Prices by list, and what came in from files.
-- +goose Up
CREATE TABLE item_prices (
  item_id       INTEGER NOT NULL REFERENCES items (id),
  price_list_id INTEGER NOT NULL REFERENCES price_lists (id),
  unit_price_e4 INTEGER NOT NULL CHECK (unit_price_e4 >= 0),
  PRIMARY KEY (item_id, price_list_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_prices_list ON item_prices (price_list_id, item_id);

-- One row a file that was imported: the same content twice is pointed out.
CREATE TABLE imports (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL CHECK (kind IN ('customers','items','invoices')),
  file_name  TEXT NOT NULL,
  sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
  rows_made  INTEGER NOT NULL,
  rows_changed INTEGER NOT NULL DEFAULT 0,
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
