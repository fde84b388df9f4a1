-- Strangers on their way to become customers.
-- +goose Up
-- What was typed, until the code that was mailed comes back; then a customer and its contact are made of it. The code
-- itself is derived from the key file: no row holds it. Rows that came to nothing are deleted when they have expired.
CREATE TABLE registrations (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  token_hash    TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64), -- of the reference in the visitor's cookie
  came_by       TEXT NOT NULL,                          -- token of the payment link
  email         TEXT NOT NULL CHECK (email <> ''),
  form          TEXT NOT NULL CHECK (json_valid(form)), -- as typed and checked, without the password
  password_hash TEXT NOT NULL CHECK (password_hash <> ''),
  terms_hash    TEXT NOT NULL,                          -- SHA-256 of the words that were accepted
  terms_at      TEXT NOT NULL,
  known         INTEGER NOT NULL CHECK (known IN (0,1)),-- the address is somebody's: no code opens anything
  round         INTEGER NOT NULL CHECK (round >= 1),    -- of the code
  code_until    TEXT NOT NULL,
  tries         INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0), -- at this code
  contact_id    INTEGER REFERENCES contacts (id),       -- what came of it
  address       TEXT NOT NULL,                          -- of the network, from which the terms were accepted
  created_at    TEXT NOT NULL,
  expires_at    TEXT NOT NULL,
  CHECK (known = 0 OR contact_id IS NULL)
) STRICT;
CREATE INDEX registrations_expire ON registrations (expires_at);
-- +goose StatementBegin
CREATE TRIGGER registrations_done BEFORE UPDATE ON registrations WHEN OLD.contact_id IS NOT NULL AND (NEW.contact_id IS NOT OLD.contact_id OR NEW.form <> OLD.form OR NEW.password_hash <> OLD.password_hash)
BEGIN SELECT RAISE(ABORT, 'registrations: what came of it stands'); END;
-- +goose StatementEnd
