-- What the firm tells its customers in the portal: announcements to chosen groups, and the page of
-- frequent questions.
-- +goose Up
CREATE TABLE notices (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  title_fr     TEXT NOT NULL,
  title_en     TEXT NOT NULL,
  body_fr      TEXT NOT NULL,                            -- Markdown
  body_en      TEXT NOT NULL,
  starts_on    TEXT NOT NULL DEFAULT '',                 -- '' = at once
  ends_on      TEXT NOT NULL DEFAULT '',                 -- last day; '' = until it is withdrawn
  everyone     INTEGER NOT NULL CHECK (everyone IN (0,1)), -- 0: the groups of notice_groups
  importance   TEXT NOT NULL CHECK (importance IN ('info','important','urgent')),
  pinned       INTEGER NOT NULL CHECK (pinned IN (0,1)),
  by_mail      INTEGER NOT NULL CHECK (by_mail IN (0,1)),
  published_at TEXT,
  withdrawn_at TEXT,
  mailed_at    TEXT,                                     -- a mail goes out once
  version      INTEGER NOT NULL DEFAULT 1,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  CHECK (title_fr <> '' OR title_en <> ''),
  CHECK (ends_on = '' OR starts_on = '' OR ends_on >= starts_on),
  CHECK (withdrawn_at IS NULL OR published_at IS NOT NULL)
) STRICT;
CREATE INDEX notices_published ON notices (published_at, id) WHERE published_at IS NOT NULL AND withdrawn_at IS NULL;

CREATE TABLE notice_groups (
  notice_id INTEGER NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
  group_id        INTEGER NOT NULL REFERENCES customer_groups (id) ON DELETE CASCADE,
  PRIMARY KEY (notice_id, group_id)
) STRICT, WITHOUT ROWID;

-- Who saw it, and who put it away.
CREATE TABLE notice_reads (
  notice_id INTEGER NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
  contact_id      INTEGER NOT NULL REFERENCES contacts (id),
  seen_at         TEXT NOT NULL,
  dismissed_at    TEXT,
  PRIMARY KEY (notice_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_reads_contact ON notice_reads (contact_id);

CREATE TABLE faq_entries (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  position    INTEGER NOT NULL,
  question_fr TEXT NOT NULL,
  question_en TEXT NOT NULL,
  answer_fr   TEXT NOT NULL,                             -- Markdown
  answer_en   TEXT NOT NULL,
  everyone    INTEGER NOT NULL CHECK (everyone IN (0,1)),
  published   INTEGER NOT NULL CHECK (published IN (0,1)),
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  CHECK (question_fr <> '' OR question_en <> '')
) STRICT;
CREATE INDEX faq_entries_order ON faq_entries (position, id);

CREATE TABLE faq_groups (
  entry_id INTEGER NOT NULL REFERENCES faq_entries (id) ON DELETE CASCADE,
  group_id INTEGER NOT NULL REFERENCES customer_groups (id) ON DELETE CASCADE,
  PRIMARY KEY (entry_id, group_id)
) STRICT, WITHOUT ROWID;
