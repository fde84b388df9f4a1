-- Contracts (spec/contracts): the paper between the firm and a customer, its files, milestones, and who may read it in
-- the portal. Rounds of approval and signature are in 0026.
-- +goose Up

-- The series of numbers take contracts too: the table is made anew, its rows are the same.
CREATE TABLE series_new (
  kind             TEXT NOT NULL CHECK (kind IN ('invoice','credit_note','deposit_invoice','quote','payment','refund','customer','contract')),
  year             INTEGER NOT NULL,                     -- 0 for a series that never restarts
  pattern          TEXT NOT NULL,                        -- FA-{year}-{n:4}
  next_number      INTEGER NOT NULL DEFAULT 1 CHECK (next_number >= 1),
  last_issue_date  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (kind, year)
) STRICT;
INSERT INTO series_new (kind, year, pattern, next_number, last_issue_date) SELECT kind, year, pattern, next_number, last_issue_date FROM series;
DROP TABLE series;
ALTER TABLE series_new RENAME TO series;
-- +goose StatementBegin
CREATE TRIGGER series_never_back BEFORE UPDATE ON series
WHEN NEW.next_number < OLD.next_number OR NEW.last_issue_date < OLD.last_issue_date
BEGIN SELECT RAISE(ABORT, 'series: numbers only go forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER series_no_delete BEFORE DELETE ON series
BEGIN SELECT RAISE(ABORT, 'series: never deleted'); END;
-- +goose StatementEnd
INSERT INTO series_patterns (kind, pattern, yearly) SELECT 'contract', 'CT-{year}-{n:4}', 1 WHERE EXISTS (SELECT 1 FROM series_patterns);

-- Search finds contracts. The rowid of search_fts is search_entries.id: the ids stay.
CREATE TABLE search_entries_new (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('document','customer','item','payment','contract')),
  object_id   INTEGER NOT NULL,
  public_id   TEXT NOT NULL,
  title       TEXT NOT NULL,
  subtitle    TEXT NOT NULL,
  UNIQUE (kind, object_id)
) STRICT;
INSERT INTO search_entries_new (id, kind, object_id, public_id, title, subtitle) SELECT id, kind, object_id, public_id, title, subtitle FROM search_entries;
DROP TABLE search_entries;
ALTER TABLE search_entries_new RENAME TO search_entries;

CREATE TABLE contract_settings (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  file_max_mb  INTEGER NOT NULL DEFAULT 50 CHECK (file_max_mb BETWEEN 1 AND 500), -- of one attachment
  types_seeded INTEGER NOT NULL DEFAULT 0 CHECK (types_seeded IN (0,1)),         -- the first types were made, in the firm's language
  rolled_on    TEXT NOT NULL DEFAULT '',                 -- day of the last look at which terms have renewed themselves
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO contract_settings (id) VALUES (1);

CREATE TABLE contract_types (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
  files_shown INTEGER NOT NULL DEFAULT 0 CHECK (files_shown IN (0,1)), -- attachments are visible when a contract of this type is shared
  position    INTEGER NOT NULL DEFAULT 0,
  archived_at TEXT,
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;

-- State is what somebody decided; "active" (signed and begun) and "ended" by its date are derived (rules/contract).
CREATE TABLE contracts (
  id             INTEGER PRIMARY KEY,
  public_id      TEXT NOT NULL UNIQUE,
  number         TEXT NOT NULL UNIQUE,
  title          TEXT NOT NULL CHECK (title <> ''),
  title_key      TEXT NOT NULL,                          -- sort key of the title
  customer_id    INTEGER NOT NULL REFERENCES customers (id),
  type_id        INTEGER REFERENCES contract_types (id),
  owner_id       INTEGER REFERENCES users (id),
  state          TEXT NOT NULL CHECK (state IN ('draft','in_review','to_sign','signed','ended','cancelled')),
  start_on       TEXT NOT NULL DEFAULT '',
  end_on         TEXT NOT NULL DEFAULT '',               -- last day of the first term; '' = open-ended
  renewal        TEXT NOT NULL DEFAULT 'none' CHECK (renewal IN ('none','tacit','express')),
  renewal_months INTEGER NOT NULL DEFAULT 0 CHECK (renewal_months BETWEEN 0 AND 240), -- length of each further term
  notice_count   INTEGER NOT NULL DEFAULT 0 CHECK (notice_count BETWEEN 0 AND 730),   -- of days or months before the last day of a term; 0 = none
  notice_unit    TEXT NOT NULL DEFAULT 'month' CHECK (notice_unit IN ('day','month')),
  remind_days    INTEGER NOT NULL DEFAULT 30 CHECK (remind_days BETWEEN 0 AND 365),   -- before the last day for a notice, else before the end; 0 = none
  signed_on      TEXT NOT NULL DEFAULT '',
  ended_on       TEXT NOT NULL DEFAULT '',               -- decided last day, where it is not that of the term
  end_reason     TEXT NOT NULL DEFAULT '',
  term_on        TEXT NOT NULL DEFAULT '',               -- kept (rules/contract): last day of the running term; '' = open-ended
  decide_on      TEXT NOT NULL DEFAULT '',               -- kept: last day to give notice, to renew
  remind_on      TEXT NOT NULL DEFAULT '',               -- kept: from which day that is to be thought of; '' = never
  reminded       INTEGER NOT NULL DEFAULT 0 CHECK (reminded IN (0,1)),                -- kept: the reminder of it was sent, or is not wanted
  value_minor    INTEGER NOT NULL DEFAULT 0 CHECK (value_minor >= 0), -- without tax; 0 = not said
  currency       TEXT NOT NULL CHECK (length(currency) = 3),
  description    TEXT NOT NULL DEFAULT '',               -- Markdown, shown in the portal too
  notes          TEXT NOT NULL DEFAULT '',               -- the firm's own, never shown
  in_portal      INTEGER NOT NULL DEFAULT 0 CHECK (in_portal IN (0,1)), -- 0: nobody outside reads it, whoever else is named
  requester_id   INTEGER REFERENCES contacts (id),       -- demandeur
  files_shown    INTEGER NOT NULL DEFAULT 0 CHECK (files_shown IN (0,1)), -- attachments that come are visible
  shared_at      TEXT,                                   -- first time
  version        INTEGER NOT NULL DEFAULT 1,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL,
  CHECK (start_on = '' OR end_on = '' OR end_on >= start_on),
  CHECK (renewal <> 'tacit' OR (end_on <> '' AND renewal_months > 0)),
  CHECK (state <> 'ended' OR ended_on <> '')
) STRICT;
CREATE INDEX contracts_customer ON contracts (customer_id, id DESC);
CREATE INDEX contracts_state ON contracts (state, id DESC);
CREATE INDEX contracts_title ON contracts (title_key, id);
CREATE INDEX contracts_start ON contracts (start_on, id);
CREATE INDEX contracts_term ON contracts (CASE term_on WHEN '' THEN '9999-12-31' ELSE term_on END, id);
CREATE INDEX contracts_decide ON contracts (CASE decide_on WHEN '' THEN '9999-12-31' ELSE decide_on END, id);
CREATE INDEX contracts_value ON contracts (value_minor, id);
CREATE INDEX contracts_updated ON contracts (updated_at, id);
CREATE INDEX contracts_figures ON contracts (state, start_on, term_on, ended_on, renewal, currency, value_minor, in_portal); -- counts and sums read nothing else
CREATE INDEX contracts_remind ON contracts (remind_on, decide_on) WHERE remind_on <> '' AND ended_on = '';
CREATE INDEX contracts_tell ON contracts (decide_on, customer_id) WHERE state = 'signed' AND renewal = 'tacit' AND ended_on = '' AND decide_on <> '';
CREATE INDEX contracts_unreminded ON contracts (remind_on, id) WHERE remind_on <> '' AND reminded = 0;
CREATE INDEX contracts_type ON contracts (type_id, id) WHERE type_id IS NOT NULL;
CREATE INDEX contracts_owner ON contracts (owner_id, id) WHERE owner_id IS NOT NULL;
CREATE INDEX contracts_requester ON contracts (requester_id) WHERE requester_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER contracts_numbered BEFORE UPDATE OF number, public_id, customer_id ON contracts WHEN NEW.number <> OLD.number OR NEW.public_id <> OLD.public_id OR NEW.customer_id <> OLD.customer_id AND OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'contracts: number and customer stand'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contracts_keep BEFORE DELETE ON contracts
BEGIN SELECT RAISE(ABORT, 'contracts: never deleted'); END;
-- +goose StatementEnd
-- The requester is a contact of the contract's customer, always.
-- +goose StatementBegin
CREATE TRIGGER contracts_requester_insert BEFORE INSERT ON contracts WHEN NEW.requester_id IS NOT NULL AND (SELECT customer_id FROM contacts WHERE id = NEW.requester_id) IS NOT NEW.customer_id
BEGIN SELECT RAISE(ABORT, 'contracts: the requester is of another customer'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contracts_requester_update BEFORE UPDATE OF requester_id, customer_id ON contracts WHEN NEW.requester_id IS NOT NULL AND (SELECT customer_id FROM contacts WHERE id = NEW.requester_id) IS NOT NEW.customer_id
BEGIN SELECT RAISE(ABORT, 'contracts: the requester is of another customer'); END;
-- +goose StatementEnd

-- Observateurs: other contacts of the requester's customer.
CREATE TABLE contract_watchers (
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  added_at    TEXT NOT NULL,
  PRIMARY KEY (contract_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_watchers_contact ON contract_watchers (contact_id);
-- +goose StatementBegin
CREATE TRIGGER contract_watchers_same BEFORE INSERT ON contract_watchers WHEN (SELECT customer_id FROM contacts WHERE id = NEW.contact_id) IS NOT (SELECT customer_id FROM contracts WHERE id = NEW.contract_id)
BEGIN SELECT RAISE(ABORT, 'contract_watchers: of another customer'); END;
-- +goose StatementEnd

-- Who was written to that a contract is shared: sharing again mails only those who are new.
CREATE TABLE contract_told (
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  told_at     TEXT NOT NULL,
  PRIMARY KEY (contract_id, contact_id)
) STRICT, WITHOUT ROWID;

-- Contacts of one customer may read each other's contracts and requests.
ALTER TABLE customers ADD COLUMN see_each_other INTEGER NOT NULL DEFAULT 0 CHECK (see_each_other IN (0,1));
-- All contacts by name (Gerer les clients).
CREATE INDEX contacts_by_name ON contacts (name COLLATE NOCASE, id) WHERE archived_at IS NULL;

CREATE TABLE contract_folders (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  parent_id   INTEGER REFERENCES contract_folders (id),
  name        TEXT NOT NULL COLLATE NOCASE CHECK (name <> ''),
  in_portal   INTEGER NOT NULL DEFAULT 0 CHECK (in_portal IN (0,1)), -- what comes into it is visible; what is in it says so itself
  created_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX contract_folders_name ON contract_folders (contract_id, COALESCE(parent_id, 0), name);

-- An attachment: its versions are below, the newest counts.
CREATE TABLE contract_files (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  folder_id   INTEGER REFERENCES contract_folders (id),
  name        TEXT NOT NULL CHECK (name <> ''),
  in_portal   INTEGER NOT NULL DEFAULT 0 CHECK (in_portal IN (0,1)),
  sealed      INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0,1)), -- a signed and sealed paper made by the program: one version, never removed
  removed_at  TEXT,
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TEXT NOT NULL
) STRICT;
CREATE INDEX contract_files_contract ON contract_files (contract_id, id);
-- +goose StatementBegin
CREATE TRIGGER contract_files_sealed BEFORE UPDATE ON contract_files WHEN NEW.contract_id <> OLD.contract_id OR OLD.sealed = 1 AND (NEW.sealed <> 1 OR NEW.removed_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'contract_files: a sealed paper stays'); END;
-- +goose StatementEnd
CREATE TABLE contract_file_versions (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  file_id     INTEGER NOT NULL REFERENCES contract_files (id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  name        TEXT NOT NULL CHECK (name <> ''),          -- as it came
  sha256      TEXT NOT NULL REFERENCES files (sha256),
  size        INTEGER NOT NULL CHECK (size >= 0),
  media_type  TEXT NOT NULL,
  note        TEXT NOT NULL DEFAULT '',
  author_name TEXT NOT NULL,
  user_id     INTEGER REFERENCES users (id),             -- NULL: the program itself
  created_at  TEXT NOT NULL,
  UNIQUE (file_id, n)
) STRICT;
CREATE INDEX contract_file_versions_sha ON contract_file_versions (sha256);
-- +goose StatementBegin
CREATE TRIGGER contract_file_versions_frozen BEFORE UPDATE ON contract_file_versions
BEGIN SELECT RAISE(ABORT, 'contract_file_versions: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_file_versions_keep BEFORE DELETE ON contract_file_versions
BEGIN SELECT RAISE(ABORT, 'contract_file_versions: never deleted'); END;
-- +goose StatementEnd

CREATE TABLE contract_milestones (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  contract_id  INTEGER NOT NULL REFERENCES contracts (id),
  position     INTEGER NOT NULL,
  title        TEXT NOT NULL CHECK (title <> ''),
  description  TEXT NOT NULL DEFAULT '',
  due_on       TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','done','cancelled')), -- late is derived
  done_on      TEXT NOT NULL DEFAULT '',
  amount_minor INTEGER NOT NULL DEFAULT 0 CHECK (amount_minor >= 0), -- without tax, in the contract's currency; 0 = none
  bill         TEXT NOT NULL DEFAULT 'invoice' CHECK (bill IN ('quote','deposit','invoice','recurring')), -- what it makes in a click
  in_portal    INTEGER NOT NULL DEFAULT 1 CHECK (in_portal IN (0,1)),
  version      INTEGER NOT NULL DEFAULT 1,
  created_at   TEXT NOT NULL,
  CHECK ((state = 'done') = (done_on <> ''))
) STRICT;
CREATE INDEX contract_milestones_contract ON contract_milestones (contract_id, position, id);
CREATE INDEX contract_milestones_due ON contract_milestones (due_on, id) WHERE state = 'open' AND due_on <> '';

-- What was made of a contract: a quote, an invoice, a recurring invoice. What comes of those counts by their own links.
-- One paper may be made of several milestones: a row each.
CREATE TABLE contract_papers (
  id           INTEGER PRIMARY KEY,
  contract_id  INTEGER NOT NULL REFERENCES contracts (id),
  milestone_id INTEGER REFERENCES contract_milestones (id),
  document_ref TEXT,                                     -- documents.public_id; no foreign key: a draft may be deleted
  recurring_id INTEGER REFERENCES recurring_invoices (id) ON DELETE CASCADE, -- only a draft is ever deleted
  by_hand      INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0,1)), -- was made elsewhere and put to the contract
  created_at   TEXT NOT NULL,
  CHECK ((document_ref IS NULL) <> (recurring_id IS NULL))
) STRICT;
CREATE INDEX contract_papers_contract ON contract_papers (contract_id, id);
CREATE INDEX contract_papers_milestone ON contract_papers (milestone_id) WHERE milestone_id IS NOT NULL;
CREATE UNIQUE INDEX contract_papers_document ON contract_papers (document_ref, COALESCE(milestone_id, 0)) WHERE document_ref IS NOT NULL;
CREATE UNIQUE INDEX contract_papers_recurring ON contract_papers (recurring_id, COALESCE(milestone_id, 0)) WHERE recurring_id IS NOT NULL;
-- A paper is of one contract.
-- +goose StatementBegin
CREATE TRIGGER contract_papers_one BEFORE INSERT ON contract_papers WHEN EXISTS (SELECT 1 FROM contract_papers o WHERE o.contract_id <> NEW.contract_id AND (o.document_ref = NEW.document_ref OR o.recurring_id = NEW.recurring_id))
BEGIN SELECT RAISE(ABORT, 'contract_papers: of another contract'); END;
-- +goose StatementEnd

-- Reminders to the firm, each once: of the last day for a notice, of an end, of a milestone.
CREATE TABLE contract_reminders (
  contract_id  INTEGER NOT NULL REFERENCES contracts (id),
  kind         TEXT NOT NULL CHECK (kind IN ('notice','renewal','end','milestone','customer_notice')), -- the last one went to the customer
  milestone_id INTEGER NOT NULL DEFAULT 0,
  about_on     TEXT NOT NULL,                            -- the day that it is about
  sent_at      TEXT NOT NULL,
  PRIMARY KEY (contract_id, kind, milestone_id, about_on)
) STRICT, WITHOUT ROWID;

-- What is said about a contract, visible to those who share it. Never changed or taken away.
CREATE TABLE contract_comments (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  user_id     INTEGER REFERENCES users (id),
  contact_id  INTEGER REFERENCES contacts (id),
  guest_id    INTEGER REFERENCES contract_guests (id),
  author_name TEXT NOT NULL CHECK (author_name <> ''),
  body        TEXT NOT NULL CHECK (body <> ''),
  created_at  TEXT NOT NULL,
  CHECK ((user_id IS NOT NULL) + (contact_id IS NOT NULL) + (guest_id IS NOT NULL) <= 1)
) STRICT;
CREATE INDEX contract_comments_contract ON contract_comments (contract_id, id);
-- Nothing that was said is taken away or put into another mouth; an erasure takes the person's name out of the words.
-- +goose StatementBegin
CREATE TRIGGER contract_comments_said BEFORE UPDATE ON contract_comments WHEN NEW.contract_id <> OLD.contract_id OR NEW.user_id IS NOT OLD.user_id OR NEW.contact_id IS NOT OLD.contact_id OR NEW.guest_id IS NOT OLD.guest_id OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'contract_comments: what was said stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_comments_keep BEFORE DELETE ON contract_comments
BEGIN SELECT RAISE(ABORT, 'contract_comments: never deleted'); END;
-- +goose StatementEnd

-- Mails about a contract, and the links in them.
ALTER TABLE portal_links ADD COLUMN contract_id INTEGER REFERENCES contracts (id);
CREATE INDEX portal_links_contract ON portal_links (contract_id) WHERE contract_id IS NOT NULL;
ALTER TABLE mails ADD COLUMN contract_id INTEGER REFERENCES contracts (id);
ALTER TABLE mails ADD COLUMN guest_id INTEGER REFERENCES contract_guests (id);
CREATE INDEX mails_contract ON mails (contract_id) WHERE contract_id IS NOT NULL;

-- People outside of the customer who were invited to one contract by e-mail. The token of the link is derived from
-- the public id (office/access); only its hash is kept.
CREATE TABLE contract_guests (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  name        TEXT NOT NULL CHECK (name <> ''),
  email       TEXT NOT NULL COLLATE NOCASE CHECK (email <> ''),
  language    TEXT NOT NULL CHECK (language IN ('fr','en')),
  token_hash  TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  expires_at  TEXT NOT NULL,
  revoked_at  TEXT,
  created_at  TEXT NOT NULL,
  UNIQUE (contract_id, email)
) STRICT;

-- Secondary contacts that the firm let in, until the primary one has been shown who they are (spec/access, the message
-- of the group for it); the rows go with that.
CREATE TABLE contact_arrivals (
  contact_id INTEGER PRIMARY KEY REFERENCES contacts (id),
  at         TEXT NOT NULL
) STRICT;
