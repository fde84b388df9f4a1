-- How contacts get into the portal.
-- +goose Up
CREATE TABLE portal_links (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  kind        TEXT NOT NULL CHECK (kind IN ('document','password')),
  token_hash  TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  document_id INTEGER REFERENCES documents (id),
  expires_at  TEXT NOT NULL,
  revoked_at  TEXT,
  used_at     TEXT,                                  -- set once for single-use kinds
  created_at  TEXT NOT NULL
) STRICT;
CREATE INDEX portal_links_contact ON portal_links (contact_id, document_id);

CREATE TABLE contact_credentials (
  contact_id     INTEGER PRIMARY KEY REFERENCES contacts (id),
  user_name      TEXT NOT NULL COLLATE NOCASE UNIQUE,
  password_hash  TEXT NOT NULL,                      -- argon2id, parameters inside
  changed_at     TEXT NOT NULL
) STRICT;

CREATE TABLE portal_sessions (
  id           INTEGER PRIMARY KEY,
  token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  public_id    TEXT NOT NULL UNIQUE,
  contact_id   INTEGER NOT NULL REFERENCES contacts (id),
  trust        INTEGER NOT NULL CHECK (trust BETWEEN 1 AND 3),
  link_id      INTEGER REFERENCES portal_links (id),
  user_agent   TEXT NOT NULL,
  address      TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  seen_at      TEXT NOT NULL,
  idle_until   TEXT NOT NULL,
  expires_at   TEXT NOT NULL
) STRICT;
CREATE INDEX portal_sessions_contact ON portal_sessions (contact_id);

-- Failed sign-ins per account name (its hash: a stranger's guess is personal data too).
CREATE TABLE sign_in_failures (
  name_hash  TEXT NOT NULL PRIMARY KEY,
  failures   INTEGER NOT NULL,
  last_at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Visits for the portal card: a row a day.
CREATE TABLE portal_visits (
  day      TEXT NOT NULL PRIMARY KEY,
  sessions INTEGER NOT NULL DEFAULT 0,
  views    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
