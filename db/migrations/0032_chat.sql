-- Conversations between a customer's contacts and the firm. Questions about documents stay where they are (ADR 0027).
-- +goose Up
CREATE TABLE conversations (
  id              INTEGER PRIMARY KEY,
  public_id       TEXT NOT NULL UNIQUE,
  customer_id     INTEGER NOT NULL REFERENCES customers (id),
  contact_id      INTEGER NOT NULL REFERENCES contacts (id),   -- who began it, or to whom the firm wrote
  subject         TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 400),
  state           TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','closed')),
  begun           TEXT NOT NULL CHECK (begun IN ('live','message','firm')), -- while open, as a message outside hours, by the firm
  language        TEXT NOT NULL CHECK (language IN ('fr','en')),
  assigned_id     INTEGER REFERENCES users (id),
  waiting_since   TEXT,                                        -- of the first message that the firm owes an answer to
  last_message_id INTEGER NOT NULL DEFAULT 0,
  messages        INTEGER NOT NULL DEFAULT 0,
  closed_at       TEXT,
  created_at      TEXT NOT NULL,
  version         INTEGER NOT NULL DEFAULT 1,
  CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CHECK (state = 'open' OR waiting_since IS NULL)
) STRICT;
CREATE INDEX conversations_customer ON conversations (customer_id, last_message_id DESC);
CREATE INDEX conversations_last ON conversations (last_message_id DESC);
CREATE INDEX conversations_state ON conversations (state, last_message_id DESC);
CREATE INDEX conversations_assigned ON conversations (assigned_id, last_message_id DESC) WHERE assigned_id IS NOT NULL;
CREATE INDEX conversations_contact ON conversations (contact_id, last_message_id DESC);
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE waiting_since IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER conversations_of BEFORE UPDATE ON conversations WHEN NEW.customer_id <> OLD.customer_id OR NEW.contact_id <> OLD.contact_id OR NEW.public_id <> OLD.public_id
  OR NEW.created_at <> OLD.created_at OR NEW.begun <> OLD.begun OR NEW.last_message_id < OLD.last_message_id
BEGIN SELECT RAISE(ABORT, 'conversations: whose it is and how it began stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER conversations_keep BEFORE DELETE ON conversations
BEGIN SELECT RAISE(ABORT, 'conversations: never deleted'); END;
-- +goose StatementEnd

-- What was said. A line of the program (closed, reopened) has an event and no words.
CREATE TABLE conversation_messages (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id       TEXT NOT NULL UNIQUE,
  conversation_id INTEGER NOT NULL REFERENCES conversations (id),
  side            TEXT NOT NULL CHECK (side IN ('contact','firm','system')),
  contact_id      INTEGER REFERENCES contacts (id),
  user_id         INTEGER REFERENCES users (id),
  author_name     TEXT NOT NULL,
  event           TEXT NOT NULL DEFAULT '' CHECK (event IN ('','closed','reopened','assigned')),
  body            TEXT NOT NULL CHECK (length(body) <= 8000),  -- '' where files say it all; 4000 are typed, a name that is struck out may make it longer
  created_at      TEXT NOT NULL,
  struck_at       TEXT,                                        -- a name was struck out of the words (erasure)
  CHECK ((side = 'contact') = (contact_id IS NOT NULL)),
  CHECK ((side = 'system') = (event <> ''))          -- assigned: body names to whom, for the firm's eyes
) STRICT;
CREATE INDEX conversation_messages_of ON conversation_messages (conversation_id, id);
CREATE INDEX conversation_messages_contact ON conversation_messages (contact_id, created_at) WHERE contact_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER conversation_messages_said BEFORE UPDATE ON conversation_messages WHEN NEW.id <> OLD.id OR NEW.public_id <> OLD.public_id OR NEW.conversation_id <> OLD.conversation_id OR NEW.side <> OLD.side
  OR NEW.contact_id IS NOT OLD.contact_id OR NEW.user_id IS NOT OLD.user_id OR NEW.event <> OLD.event OR NEW.created_at <> OLD.created_at OR (NEW.body <> OLD.body AND NEW.struck_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'conversation_messages: what was said stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER conversation_messages_keep BEFORE DELETE ON conversation_messages
BEGIN SELECT RAISE(ABORT, 'conversation_messages: never deleted'); END;
-- +goose StatementEnd

CREATE TABLE conversation_files (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  message_id INTEGER NOT NULL REFERENCES conversation_messages (id),
  name       TEXT NOT NULL CHECK (name <> ''),
  sha256     TEXT NOT NULL REFERENCES files (sha256),
  size       INTEGER NOT NULL CHECK (size >= 0),
  media_type TEXT NOT NULL
) STRICT;
CREATE INDEX conversation_files_message ON conversation_files (message_id);
CREATE INDEX conversation_files_sha ON conversation_files (sha256);
-- +goose StatementBegin
CREATE TRIGGER conversation_files_stay BEFORE UPDATE ON conversation_files WHEN NEW.id <> OLD.id OR NEW.public_id <> OLD.public_id OR NEW.message_id <> OLD.message_id OR NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.media_type <> OLD.media_type
BEGIN SELECT RAISE(ABORT, 'conversation_files: what was sent stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER conversation_files_keep BEFORE DELETE ON conversation_files
BEGIN SELECT RAISE(ABORT, 'conversation_files: never deleted'); END;
-- +goose StatementEnd

-- How far each has read. told_at: the contact was written to about what it has not read; once until it reads.
CREATE TABLE conversation_contact_reads (
  conversation_id INTEGER NOT NULL REFERENCES conversations (id),
  contact_id      INTEGER NOT NULL REFERENCES contacts (id),
  message_id      INTEGER NOT NULL,
  read_at         TEXT NOT NULL,
  told_at         TEXT,
  PRIMARY KEY (conversation_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_contact_reads_contact ON conversation_contact_reads (contact_id);
CREATE TABLE conversation_user_reads (
  conversation_id INTEGER NOT NULL REFERENCES conversations (id),
  user_id         INTEGER NOT NULL REFERENCES users (id),
  message_id      INTEGER NOT NULL,
  read_at         TEXT NOT NULL,
  PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_user_reads_user ON conversation_user_reads (user_id);

CREATE TABLE canned_replies (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  shortcut   TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(shortcut) BETWEEN 1 AND 30),
  title      TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 80),
  body_fr    TEXT NOT NULL CHECK (length(body_fr) <= 4000),
  body_en    TEXT NOT NULL CHECK (length(body_en) <= 4000),
  updated_at TEXT NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1,
  CHECK (body_fr <> '' OR body_en <> '')
) STRICT;

-- Words of what was said; the rowid is conversation_messages.id.
CREATE VIRTUAL TABLE conversation_fts USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
-- Those of questions about documents, under -document_messages.id, so that one search finds both.
INSERT INTO conversation_fts (rowid, words) SELECT -id, body FROM document_messages;
