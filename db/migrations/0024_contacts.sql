-- Contacts that look after themselves: areas, proposals, second factors, documents shown once.
-- +goose Up
-- What a contact may see, as JSON array of invoices, quotes, payments, contracts, files, messages, subscriptions, statements; NULL = all of it.
ALTER TABLE contacts ADD COLUMN areas TEXT CHECK (areas IS NULL OR json_valid(areas));
ALTER TABLE contacts ADD COLUMN invited_by INTEGER REFERENCES contacts (id); -- the primary contact that invited it
ALTER TABLE contacts ADD COLUMN erased_at TEXT;                              -- its personal data were taken out

-- Changes by contacts that wait for the firm: accepted or refused field by field.
CREATE TABLE contact_proposals (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  contact_id  INTEGER REFERENCES contacts (id),         -- whose card it is about; NULL: the customer's own fields
  by_contact  INTEGER NOT NULL REFERENCES contacts (id),
  field       TEXT NOT NULL,
  before      TEXT NOT NULL,
  after       TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('waiting','accepted','refused','replaced')),
  decided_by  TEXT NOT NULL DEFAULT '',
  decided_at  TEXT,
  words       TEXT NOT NULL DEFAULT '',
  created_at  TEXT NOT NULL,
  CHECK ((state = 'waiting') = (decided_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX contact_proposals_one ON contact_proposals (customer_id, COALESCE(contact_id, 0), field) WHERE state = 'waiting';
-- +goose StatementBegin
CREATE TRIGGER contact_proposals_done BEFORE UPDATE ON contact_proposals WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'contact_proposals: a decision stands'); END;
-- +goose StatementEnd

-- Second factor of a contact (RFC 6238): the secret is sealed with the key file, codes of recovery are hashes.
CREATE TABLE contact_factors (
  contact_id   INTEGER PRIMARY KEY REFERENCES contacts (id),
  secret       BLOB NOT NULL,                           -- sealed
  confirmed_at TEXT,                                    -- NULL: shown, not proved yet
  last_step    INTEGER NOT NULL DEFAULT 0,              -- no code counts twice
  created_at   TEXT NOT NULL
) STRICT;
CREATE TABLE recovery_codes (
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  code_hash  TEXT NOT NULL CHECK (length(code_hash) = 64),
  used_at    TEXT,
  PRIMARY KEY (contact_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Montrer au client: one document on one screen, once.
CREATE TABLE shown_documents (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  contact_id   INTEGER REFERENCES contacts (id),
  token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  token_until  TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  session_hash TEXT UNIQUE CHECK (session_hash IS NULL OR length(session_hash) = 64),
  opened_at    TEXT,
  ended_at     TEXT,
  expires_at   TEXT,
  created_at   TEXT NOT NULL,
  CHECK ((session_hash IS NULL) = (opened_at IS NULL) AND (session_hash IS NULL) = (expires_at IS NULL))
) STRICT;
