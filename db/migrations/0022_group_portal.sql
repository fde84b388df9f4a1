-- What a customer group says in the portal and in its mails (spec/access, Groupe clients).
-- +goose Up
ALTER TABLE customer_groups ADD COLUMN portal_enabled INTEGER NOT NULL DEFAULT 1 CHECK (portal_enabled IN (0,1)); -- 0: nobody of the group gets in
ALTER TABLE customer_groups ADD COLUMN tax_format TEXT NOT NULL DEFAULT 'nine' CHECK (tax_format IN ('nine','dashed','social','us_ein','us_ssn','siren','siret','eu_vat','neq','free'));
ALTER TABLE customer_groups ADD COLUMN tax_mask TEXT NOT NULL DEFAULT '';              -- of 'free'
ALTER TABLE customer_groups ADD COLUMN email_help_url TEXT NOT NULL DEFAULT '';        -- http, https
ALTER TABLE customer_groups ADD COLUMN requests_to TEXT NOT NULL DEFAULT '';           -- where requests are announced; '' = the firm's address
ALTER TABLE customer_groups ADD COLUMN mails_from TEXT NOT NULL DEFAULT '';            -- sender of the portal's notifications; '' = the firm's
ALTER TABLE customer_groups ADD COLUMN invite_others INTEGER NOT NULL DEFAULT 1 CHECK (invite_others IN (0,1));       -- a mail to who did not register by itself
ALTER TABLE customer_groups ADD COLUMN tell_new_primary INTEGER NOT NULL DEFAULT 1 CHECK (tell_new_primary IN (0,1));
ALTER TABLE customer_groups ADD COLUMN tell_old_primary INTEGER NOT NULL DEFAULT 1 CHECK (tell_old_primary IN (0,1));
ALTER TABLE customer_groups ADD COLUMN password_always INTEGER NOT NULL DEFAULT 0 CHECK (password_always IN (0,1));   -- a mailed link alone opens nothing
ALTER TABLE customer_groups ADD COLUMN factor_wanted INTEGER NOT NULL DEFAULT 0 CHECK (factor_wanted IN (0,1));       -- a second factor is asked of every contact
ALTER TABLE customer_groups ADD COLUMN proposals INTEGER NOT NULL DEFAULT 0 CHECK (proposals IN (0,1));               -- changes by contacts wait for the firm
ALTER TABLE portal_settings ADD COLUMN free_group_id INTEGER REFERENCES customer_groups (id);                        -- Inscription libre: NULL = off

-- The words of the tab Configuration portail. No row: the program's own.
CREATE TABLE group_texts (
  group_id INTEGER NOT NULL REFERENCES customer_groups (id) ON DELETE CASCADE,
  field    TEXT NOT NULL CHECK (field IN ('step_terms','step_contact','step_company','step_questions','status_incomplete','status_complete','contact_updated','contact_added')),
  lang     TEXT NOT NULL CHECK (lang IN ('fr','en')),
  words    TEXT NOT NULL CHECK (words <> ''),           -- Markdown
  PRIMARY KEY (group_id, field, lang)
) STRICT, WITHOUT ROWID;

-- The terms to accept before registering. A new version asks again at the next sign-in; what was accepted stands.
CREATE TABLE group_terms (
  id       INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL REFERENCES customer_groups (id),
  version  INTEGER NOT NULL CHECK (version >= 1),
  words_fr TEXT NOT NULL,                               -- Markdown; both '' = no terms from here on
  words_en TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       TEXT NOT NULL,
  UNIQUE (group_id, version),
  CHECK ((words_fr = '') = (words_en = ''))
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER group_terms_frozen BEFORE UPDATE ON group_terms
BEGIN SELECT RAISE(ABORT, 'group_terms: a version stands, make a new one'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER group_terms_keep BEFORE DELETE ON group_terms WHEN EXISTS (SELECT 1 FROM terms_accepted a WHERE a.terms_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'group_terms: somebody accepted it'); END;
-- +goose StatementEnd

-- The mails of the tab Courriels portail. No row: the program's own.
CREATE TABLE group_mails (
  group_id INTEGER NOT NULL REFERENCES customer_groups (id) ON DELETE CASCADE,
  kind     TEXT NOT NULL CHECK (kind IN ('invited','validated','new_primary','old_primary','user_name','password')),
  lang     TEXT NOT NULL CHECK (lang IN ('fr','en')),
  subject  TEXT NOT NULL CHECK (subject <> ''),
  body     TEXT NOT NULL CHECK (body <> ''),            -- Markdown with {{placeholders}}
  PRIMARY KEY (group_id, kind, lang)
) STRICT, WITHOUT ROWID;

-- The group's own questions of the fourth step.
CREATE TABLE group_questions (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  group_id    INTEGER NOT NULL REFERENCES customer_groups (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('text','choice','yes_no')),
  label_fr    TEXT NOT NULL CHECK (label_fr <> ''),
  label_en    TEXT NOT NULL CHECK (label_en <> ''),
  choices_fr  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(choices_fr)),
  choices_en  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(choices_en) AND json_array_length(choices_en) = json_array_length(choices_fr)),
  mandatory   INTEGER NOT NULL CHECK (mandatory IN (0,1)),
  archived_at TEXT,                                     -- answered ones are put away, not deleted
  CHECK (kind <> 'choice' OR json_array_length(choices_fr) >= 2)
) STRICT;
CREATE INDEX group_questions_group ON group_questions (group_id, position);

-- Who accepted which version, when, from where. The words are those of the version.
CREATE TABLE terms_accepted (
  id         INTEGER PRIMARY KEY,
  terms_id   INTEGER NOT NULL REFERENCES group_terms (id),
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  lang       TEXT NOT NULL CHECK (lang IN ('fr','en')), -- of the words that were shown
  address    TEXT NOT NULL,                             -- of the network
  at         TEXT NOT NULL,
  UNIQUE (contact_id, terms_id)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER terms_accepted_frozen BEFORE UPDATE ON terms_accepted
BEGIN SELECT RAISE(ABORT, 'terms_accepted: what was accepted stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER terms_accepted_keep BEFORE DELETE ON terms_accepted
BEGIN SELECT RAISE(ABORT, 'terms_accepted: never deleted'); END;
-- +goose StatementEnd

-- Contacts who get into the portal: with access, not archived, of a group that uses it (or of none).
CREATE VIEW contacts_let_in AS
SELECT c.id FROM contacts c JOIN customers cu ON cu.id = c.customer_id LEFT JOIN customer_groups g ON g.id = cu.group_id
WHERE c.archived_at IS NULL AND c.portal_access = 1 AND COALESCE(g.portal_enabled, 1) = 1;
