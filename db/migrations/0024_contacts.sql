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

-- Another address that a contact wants: it counts when the code that was mailed there comes back.
CREATE TABLE contact_emails (
  contact_id INTEGER PRIMARY KEY REFERENCES contacts (id),
  public_id  TEXT NOT NULL UNIQUE,                      -- the code is derived from it and the round
  email      TEXT NOT NULL,
  round      INTEGER NOT NULL CHECK (round >= 1),
  tries      INTEGER NOT NULL CHECK (tries >= 0),
  code_until TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

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
-- Sessions anew: AUTOINCREMENT, so that no session ever has the number of one that ended (a request under way acts in
-- its own session, or in none); and what a session by password still owes before it may go on, set when it opens.
CREATE TABLE portal_sessions_anew (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
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
  expires_at   TEXT NOT NULL,
  proved_at    TEXT NOT NULL DEFAULT '',
  factor_owed  INTEGER NOT NULL DEFAULT 0 CHECK (factor_owed IN (0,1)), -- the group wants a second factor, there is none yet
  terms_owed   INTEGER NOT NULL DEFAULT 0 CHECK (terms_owed IN (0,1))   -- the newest terms of the group were not accepted
) STRICT;
INSERT INTO portal_sessions_anew (id, token_hash, public_id, contact_id, trust, link_id, user_agent, address, created_at, seen_at, idle_until, expires_at, proved_at)
SELECT id, token_hash, public_id, contact_id, trust, link_id, user_agent, address, created_at, seen_at, idle_until, expires_at, proved_at FROM portal_sessions;
DROP TABLE portal_sessions;
ALTER TABLE portal_sessions_anew RENAME TO portal_sessions;
CREATE INDEX portal_sessions_contact ON portal_sessions (contact_id);

-- Montrer au client: one document on one screen, once.
CREATE TABLE shown_documents (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  contact_id   INTEGER REFERENCES contacts (id),
  token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  token_until  TEXT NOT NULL,
  by_name      TEXT NOT NULL CHECK (by_name <> ''),     -- who showed it
  language     TEXT NOT NULL CHECK (language IN ('fr','en')),
  session_hash TEXT UNIQUE CHECK (session_hash IS NULL OR length(session_hash) = 64),
  opened_at    TEXT,
  ended_at     TEXT,                                    -- before its time: by the window, by the one who reads, by another code
  expires_at   TEXT,
  created_at   TEXT NOT NULL,
  CHECK ((session_hash IS NULL) = (opened_at IS NULL) AND (session_hash IS NULL) = (expires_at IS NULL))
) STRICT;
CREATE INDEX shown_documents_document ON shown_documents (document_id, id);
-- +goose StatementBegin
CREATE TRIGGER shown_documents_once BEFORE UPDATE ON shown_documents
WHEN OLD.ended_at IS NOT NULL OR NEW.document_id <> OLD.document_id OR NEW.token_hash <> OLD.token_hash OR NEW.by_name <> OLD.by_name
  OR OLD.session_hash IS NOT NULL AND (NEW.session_hash IS NOT OLD.session_hash OR NEW.opened_at IS NOT OLD.opened_at OR NEW.expires_at IS NOT OLD.expires_at)
BEGIN SELECT RAISE(ABORT, 'shown_documents: a code opens one session, once'); END;
-- +goose StatementEnd

-- What a field of a customer or of one of its contacts held before and after, for the customer's history: the audit
-- log names the change and holds no personal data. It can be erased with the contact.
CREATE TABLE customer_changes (
  id          INTEGER PRIMARY KEY,
  change      TEXT NOT NULL CHECK (change <> ''),       -- of the act in audit_log.details
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  contact_id  INTEGER REFERENCES contacts (id),         -- whose card; NULL: the customer's own fields
  by_contact  INTEGER REFERENCES contacts (id),         -- NULL: the firm
  field       TEXT NOT NULL,
  before      TEXT NOT NULL,
  after       TEXT NOT NULL
) STRICT;
CREATE INDEX customer_changes_change ON customer_changes (change);
CREATE INDEX customer_changes_contact ON customer_changes (contact_id) WHERE contact_id IS NOT NULL;
