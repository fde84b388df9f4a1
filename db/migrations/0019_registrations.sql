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
  terms_words   TEXT NOT NULL CHECK (terms_words <> ''), -- what was shown and accepted, whole
  terms_lang    TEXT NOT NULL CHECK (terms_lang IN ('fr','en')),
  terms_hash    TEXT NOT NULL CHECK (length(terms_hash) = 64), -- SHA-256 of the words
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

-- What a customer accepted, in the words that were shown: at registration, and with every subscription taken in the portal.
CREATE TABLE accepted_terms (
  id              INTEGER PRIMARY KEY,
  customer_id     INTEGER NOT NULL REFERENCES customers (id),
  contact_id      INTEGER NOT NULL REFERENCES contacts (id), -- who accepted
  subscription_id INTEGER REFERENCES subscriptions (id),     -- NULL: at registration
  words           TEXT NOT NULL CHECK (words <> ''),
  lang            TEXT NOT NULL CHECK (lang IN ('fr','en')),
  hash            TEXT NOT NULL CHECK (length(hash) = 64),   -- SHA-256 of the words
  at              TEXT NOT NULL,
  address         TEXT NOT NULL                              -- of the network
) STRICT;
CREATE INDEX accepted_terms_customer ON accepted_terms (customer_id, id);
CREATE UNIQUE INDEX accepted_terms_subscription ON accepted_terms (subscription_id) WHERE subscription_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER accepted_terms_frozen BEFORE UPDATE ON accepted_terms
BEGIN SELECT RAISE(ABORT, 'accepted_terms: what was accepted stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER accepted_terms_keep BEFORE DELETE ON accepted_terms
BEGIN SELECT RAISE(ABORT, 'accepted_terms: never deleted'); END;
-- +goose StatementEnd
