-- The password asked for again, and the firm's own people in a customer's place.
-- +goose Up
-- When the password was given last in this session; '' in those that a mailed link opened.
ALTER TABLE portal_sessions ADD COLUMN proved_at TEXT NOT NULL DEFAULT '';

-- A member of staff who opens the portal as a customer: first a token of one minute and one use, then a session.
-- Only hashes are kept. Apart from portal_sessions: a customer without any contact has such sessions too, and what a
-- contact may do with its own sessions never touches these.
CREATE TABLE portal_stand_ins (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  customer_id  INTEGER NOT NULL REFERENCES customers (id),
  contact_id   INTEGER REFERENCES contacts (id),        -- NULL: the customer has none
  user_id      INTEGER NOT NULL REFERENCES users (id),
  by_name      TEXT NOT NULL CHECK (by_name <> ''),
  language     TEXT NOT NULL CHECK (language IN ('fr','en')),
  token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  token_until  TEXT NOT NULL,
  session_hash TEXT UNIQUE CHECK (session_hash IS NULL OR length(session_hash) = 64),
  created_at   TEXT NOT NULL,
  opened_at    TEXT,
  idle_until   TEXT,
  expires_at   TEXT,
  CHECK ((session_hash IS NULL) = (opened_at IS NULL) AND (session_hash IS NULL) = (expires_at IS NULL) AND (session_hash IS NULL) = (idle_until IS NULL))
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER portal_stand_ins_once BEFORE UPDATE OF session_hash, opened_at, expires_at, customer_id, contact_id, by_name ON portal_stand_ins WHEN OLD.session_hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'portal_stand_ins: a token opens one session'); END;
-- +goose StatementEnd
