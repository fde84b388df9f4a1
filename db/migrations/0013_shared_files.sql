-- Files shared with a customer, on a document or by itself, and files that contacts hand over.
-- +goose Up
CREATE TABLE shared_files (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  document_id INTEGER REFERENCES documents (id) ON DELETE SET NULL, -- a draft may go; its file stays with the firm
  name        TEXT NOT NULL CHECK (name <> ''),
  note        TEXT NOT NULL DEFAULT '',
  sha256      TEXT NOT NULL REFERENCES files (sha256),
  size        INTEGER NOT NULL CHECK (size >= 0),
  media_type  TEXT NOT NULL,
  contact_id  INTEGER REFERENCES contacts (id),         -- handed over by a contact; NULL: by the firm
  author_name TEXT NOT NULL,
  in_portal   INTEGER NOT NULL DEFAULT 1 CHECK (in_portal IN (0,1)), -- 0: the firm's own
  with_mail   INTEGER NOT NULL DEFAULT 0 CHECK (with_mail IN (0,1)), -- goes with the mail of its document
  seen_at     TEXT,                                     -- first download by the other side
  told_at     TEXT,                                     -- the customer was written to about it
  removed_at  TEXT,
  created_at  TEXT NOT NULL
) STRICT;
CREATE INDEX shared_files_customer ON shared_files (customer_id, id DESC) WHERE removed_at IS NULL;
CREATE INDEX shared_files_document ON shared_files (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX shared_files_seen ON shared_files (id DESC) WHERE contact_id IS NOT NULL AND seen_at IS NULL AND removed_at IS NULL;

-- A file on a draft follows it to its customer, and is the firm's own when the draft is thrown away.
-- +goose StatementBegin
CREATE TRIGGER shared_files_follow AFTER UPDATE OF customer_id ON documents WHEN OLD.state = 'draft' AND NEW.customer_id IS NOT NULL AND NEW.customer_id IS NOT OLD.customer_id
BEGIN UPDATE shared_files SET customer_id = NEW.customer_id WHERE document_id = NEW.id; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER shared_files_of_draft BEFORE DELETE ON documents WHEN OLD.state = 'draft'
BEGIN UPDATE shared_files SET in_portal = 0, with_mail = 0, document_id = NULL WHERE document_id = OLD.id; END;
-- +goose StatementEnd

-- The firm's own word about files from customers: the group's first, this where there is none.
ALTER TABLE company ADD COLUMN portal_uploads INTEGER NOT NULL DEFAULT 0 CHECK (portal_uploads IN (0,1));

-- A customer's invoices in the portal, in each of the orders that it may choose (db/list_portal.go). The first holds
-- what its condition names too, so that they are counted without a row being read.
CREATE INDEX documents_portal_date ON documents (customer_id, issue_date DESC, id DESC, kind, state) WHERE state = 'issued' AND kind IN ('invoice','deposit_invoice');
CREATE INDEX documents_portal_due ON documents (customer_id, due_date DESC, id DESC) WHERE state = 'issued' AND kind IN ('invoice','deposit_invoice');
CREATE INDEX documents_portal_total ON documents (customer_id, total_incl_minor DESC, id DESC) WHERE state = 'issued' AND kind IN ('invoice','deposit_invoice');
