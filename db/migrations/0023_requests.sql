-- Requests for access (spec/access, Registration): what a visitor fills in, step by step, until the firm decides.
-- +goose Up
CREATE TABLE access_requests (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  group_id      INTEGER NOT NULL REFERENCES customer_groups (id),
  token_hash    TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64), -- of the reference in the cookie and in the mailed link
  state         TEXT NOT NULL CHECK (state IN ('draft','sent','asked','approved','refused','withdrawn')), -- asked: the firm wants more
  language      TEXT NOT NULL CHECK (language IN ('fr','en')),
  form          TEXT NOT NULL CHECK (json_valid(form)),  -- as typed and checked, without secrets
  email         TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  email_proved  TEXT,                                   -- when the code came back, for this address
  tax_key       TEXT NOT NULL DEFAULT '',               -- rules/taxid.Key, what is matched
  user_name     TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  terms_id      INTEGER REFERENCES group_terms (id),    -- accepted version, NULL while not, or the group has none
  terms_at      TEXT,
  terms_lang    TEXT NOT NULL DEFAULT '' CHECK (terms_lang IN ('','fr','en')), -- of the words that were shown
  terms_address TEXT NOT NULL DEFAULT '',               -- of the network
  round         INTEGER NOT NULL DEFAULT 0,             -- of the code
  code_until    TEXT,
  tries         INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  sent_at       TEXT,
  decided_at    TEXT,
  decided_by    TEXT NOT NULL DEFAULT '',
  words         TEXT NOT NULL DEFAULT '',               -- of the firm: what is missing, or why not
  customer_id   INTEGER REFERENCES customers (id),      -- what came of it
  contact_id    INTEGER REFERENCES contacts (id),
  version       INTEGER NOT NULL DEFAULT 1,
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL,
  expires_at    TEXT NOT NULL,                          -- of a draft, and of one that the firm wants more of
  CHECK ((state IN ('approved')) = (contact_id IS NOT NULL)),
  CHECK (state NOT IN ('sent','approved') OR sent_at IS NOT NULL AND email_proved IS NOT NULL),
  CHECK (state NOT IN ('approved','refused') OR decided_at IS NOT NULL)
) STRICT;
CREATE INDEX access_requests_state ON access_requests (state, sent_at, id);
CREATE INDEX access_requests_freely ON access_requests (decided_at, terms_address) WHERE state = 'approved' AND decided_by = '';
CREATE INDEX access_requests_tax ON access_requests (tax_key) WHERE tax_key <> '';
-- +goose StatementBegin
CREATE TRIGGER access_requests_done BEFORE UPDATE ON access_requests WHEN OLD.state IN ('approved','refused','withdrawn') AND (NEW.state <> OLD.state OR NEW.form <> OLD.form OR NEW.contact_id IS NOT OLD.contact_id)
BEGIN SELECT RAISE(ABORT, 'access_requests: a decision stands'); END;
-- +goose StatementEnd

-- What a request is compared by: the firm's customers by each of their numbers (the address of an electronic invoice holds
-- one behind its scheme, 0225:100000009), and by address. The queue looks them up row by row.
CREATE INDEX customers_siren ON customers (siren) WHERE siren <> '';
CREATE INDEX customers_siret ON customers (siret) WHERE siret <> '';
CREATE INDEX customers_vat ON customers (vat_number) WHERE vat_number <> '';
CREATE INDEX customers_gst ON customers (gst_number) WHERE gst_number <> '';
CREATE INDEX customers_electronic ON customers (upper(replace(substr(electronic_address, instr(electronic_address, ':') + 1), ' ', ''))) WHERE electronic_address <> '';
CREATE INDEX customers_email ON customers (email COLLATE NOCASE) WHERE email <> '';

CREATE TABLE access_answers (
  request_id  INTEGER NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
  question_id INTEGER NOT NULL REFERENCES group_questions (id),
  answer      TEXT NOT NULL CHECK (answer <> ''),       -- text; the choice in the visitor's language; yes, no
  PRIMARY KEY (request_id, question_id)
) STRICT, WITHOUT ROWID;

-- Invitations to customers without access: one run, a result each.
CREATE TABLE invitation_runs (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  by_name    TEXT NOT NULL,
  total      INTEGER NOT NULL CHECK (total >= 1),
  created_at TEXT NOT NULL,
  ended_at   TEXT                                       -- NULL: under way, or cut off by a crash and taken up again
) STRICT;
CREATE TABLE invitations (
  id          INTEGER PRIMARY KEY,
  run_id      INTEGER NOT NULL REFERENCES invitation_runs (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  contact_id  INTEGER REFERENCES contacts (id),
  result      TEXT NOT NULL CHECK (result IN ('waiting','mailed','no_address','has_access','no_access','portal_off','not_wanted','archived','cancelled')), -- no_access: shut on the contacts' cards; cancelled: by hand, before its turn
  mail_id     INTEGER REFERENCES mails (id),
  at          TEXT,
  UNIQUE (run_id, customer_id),
  CHECK ((result = 'mailed') = (mail_id IS NOT NULL)),
  CHECK ((result = 'waiting') = (at IS NULL))
) STRICT;
CREATE INDEX invitations_waiting ON invitations (run_id, id) WHERE result = 'waiting';
CREATE INDEX invitations_customer ON invitations (customer_id, id) WHERE result = 'mailed';
-- +goose StatementBegin
CREATE TRIGGER invitations_done BEFORE UPDATE ON invitations WHEN OLD.result <> 'waiting' AND (NEW.result <> OLD.result OR NEW.mail_id IS NOT OLD.mail_id OR NEW.customer_id <> OLD.customer_id OR NEW.run_id <> OLD.run_id)
BEGIN SELECT RAISE(ABORT, 'invitations: a result stands'); END;
-- +goose StatementEnd
