-- Quotes, credit notes, deposits and retention: what documents carry beside invoices.
-- +goose Up
ALTER TABLE documents ADD COLUMN valid_until TEXT NOT NULL DEFAULT '';            -- quote: the last day on which it may be approved; "" in a draft = by the firm's days
ALTER TABLE documents ADD COLUMN deposit_pcm INTEGER NOT NULL DEFAULT 0 CHECK (deposit_pcm BETWEEN 0 AND 100000); -- quote: part asked for at approval
ALTER TABLE documents ADD COLUMN quote_id INTEGER REFERENCES documents (id);      -- invoice or deposit: the quote that it was made from
ALTER TABLE documents ADD COLUMN replaces_id INTEGER REFERENCES documents (id);   -- quote: the version before
ALTER TABLE documents ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1);
ALTER TABLE documents ADD COLUMN reason TEXT NOT NULL DEFAULT '';                 -- credit note: why
ALTER TABLE documents ADD COLUMN retention_pcm INTEGER NOT NULL DEFAULT 0 CHECK (retention_pcm BETWEEN 0 AND 5000); -- loi 71-584: 5 % at most
ALTER TABLE documents ADD COLUMN retention_until TEXT NOT NULL DEFAULT '';        -- the day the retained part falls due
ALTER TABLE documents ADD COLUMN retained_minor INTEGER NOT NULL DEFAULT 0;       -- of amount_due_minor, what is retained
CREATE INDEX documents_quote ON documents (quote_id) WHERE quote_id IS NOT NULL;
CREATE INDEX documents_preceding ON documents (preceding_id) WHERE preceding_id IS NOT NULL;
CREATE UNIQUE INDEX documents_replaces ON documents (replaces_id) WHERE replaces_id IS NOT NULL AND state = 'issued';

ALTER TABLE document_lines ADD COLUMN is_optional INTEGER NOT NULL DEFAULT 0 CHECK (is_optional IN (0,1)); -- quote: the customer may tick it; not in the totals

-- Settled so far = paid_minor (payments less refunds) + credited_minor (credit notes set against it);
-- of a credit note: paid_minor = refunded, credited_minor = set against invoices.
ALTER TABLE document_status ADD COLUMN credited_minor INTEGER NOT NULL DEFAULT 0;
-- When nothing but the retained part is left, due_date becomes retained_until.
ALTER TABLE document_status ADD COLUMN retained_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE document_status ADD COLUMN retained_until TEXT NOT NULL DEFAULT '';

ALTER TABLE company ADD COLUMN quote_days INTEGER NOT NULL DEFAULT 30 CHECK (quote_days BETWEEN 1 AND 365);
ALTER TABLE company ADD COLUMN quote_terms TEXT NOT NULL DEFAULT '';

-- The deposit invoices that a final invoice takes off, with what each takes off.
CREATE TABLE document_deposits (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  position    INTEGER NOT NULL,
  deposit_id  INTEGER NOT NULL REFERENCES documents (id),
  net_minor   INTEGER NOT NULL,
  tax_minor   INTEGER NOT NULL,
  taxes       TEXT NOT NULL CHECK (json_valid(taxes)), -- rows of billing.RowTax
  PRIMARY KEY (document_id, position),
  UNIQUE (document_id, deposit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_deposits_deposit ON document_deposits (deposit_id);

-- +goose StatementBegin
CREATE TRIGGER document_deposits_frozen_i BEFORE INSERT ON document_deposits WHEN (SELECT state FROM documents WHERE id = NEW.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_deposits: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_deposits_frozen_u BEFORE UPDATE ON document_deposits WHEN 'issued' IN (SELECT state FROM documents WHERE id IN (OLD.document_id, NEW.document_id))
BEGIN SELECT RAISE(ABORT, 'document_deposits: an issued document never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_deposits_frozen_d BEFORE DELETE ON document_deposits WHEN (SELECT state FROM documents WHERE id = OLD.document_id) = 'issued'
BEGIN SELECT RAISE(ABORT, 'document_deposits: an issued document never changes'); END;
-- +goose StatementEnd

-- A deposit is taken off once, whoever issues two final invoices at the same moment.
-- +goose StatementBegin
CREATE TRIGGER document_deposits_once BEFORE UPDATE ON documents WHEN OLD.state = 'draft' AND NEW.state = 'issued' AND EXISTS (
  SELECT 1 FROM document_deposits m JOIN document_deposits o ON o.deposit_id = m.deposit_id AND o.document_id <> m.document_id
  JOIN documents f ON f.id = o.document_id WHERE m.document_id = NEW.id AND f.state = 'issued')
BEGIN SELECT RAISE(ABORT, 'document_deposits: a deposit is taken off once'); END;
-- +goose StatementEnd
-- Credit notes never give back more than their invoice was.
-- +goose StatementBegin
CREATE TRIGGER documents_credit_limit BEFORE UPDATE ON documents WHEN OLD.state = 'draft' AND NEW.state = 'issued' AND NEW.kind = 'credit_note' AND NEW.preceding_id IS NOT NULL
  AND NEW.total_incl_minor + (SELECT COALESCE(sum(c.total_incl_minor), 0) FROM documents c WHERE c.preceding_id = NEW.preceding_id AND c.kind = 'credit_note' AND c.state = 'issued')
    > (SELECT i.total_incl_minor FROM documents i WHERE i.id = NEW.preceding_id)
BEGIN SELECT RAISE(ABORT, 'documents: credit notes never pass their invoice'); END;
-- +goose StatementEnd

-- What was decided about a quote, by the customer or for it by the firm. A row is never changed
-- but for its undoing; at most one decision stands.
CREATE TABLE quote_decisions (
  id               INTEGER PRIMARY KEY,
  public_id        TEXT NOT NULL UNIQUE,
  document_id      INTEGER NOT NULL REFERENCES documents (id),
  decision         TEXT NOT NULL CHECK (decision IN ('approved','refused')),
  decided_at       TEXT NOT NULL,
  decided_on       TEXT NOT NULL,
  contact_id       INTEGER REFERENCES contacts (id),      -- NULL: noted by the firm
  name             TEXT NOT NULL,                         -- as the person signed
  order_number     TEXT NOT NULL DEFAULT '',
  reason           TEXT NOT NULL DEFAULT '',
  options          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(options)), -- positions of the optional lines taken
  signature_sha256 TEXT REFERENCES files (sha256),
  total_minor      INTEGER NOT NULL,                      -- with tax, of what was approved
  document_hash    TEXT NOT NULL CHECK (length(document_hash) = 64), -- of the quote as it was shown
  made_id          INTEGER REFERENCES documents (id),     -- the invoice or deposit invoice it made
  undone_at        TEXT,
  undone_by        TEXT NOT NULL DEFAULT '',
  CHECK (decision = 'approved' OR reason <> '')
) STRICT;
CREATE UNIQUE INDEX quote_decisions_one ON quote_decisions (document_id) WHERE undone_at IS NULL;
CREATE INDEX quote_decisions_made ON quote_decisions (made_id) WHERE made_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER quote_decisions_frozen BEFORE UPDATE ON quote_decisions
WHEN OLD.undone_at IS NOT NULL OR NEW.document_id <> OLD.document_id OR NEW.decision <> OLD.decision OR NEW.decided_at <> OLD.decided_at OR NEW.name <> OLD.name
  OR NEW.reason <> OLD.reason OR NEW.order_number <> OLD.order_number OR NEW.options <> OLD.options OR NEW.total_minor <> OLD.total_minor
  OR NEW.document_hash <> OLD.document_hash OR NEW.signature_sha256 IS NOT OLD.signature_sha256 OR NEW.contact_id IS NOT OLD.contact_id
  OR NEW.decided_on <> OLD.decided_on OR (OLD.made_id IS NOT NULL AND NEW.made_id IS NOT OLD.made_id)
BEGIN SELECT RAISE(ABORT, 'quote_decisions: a decision never changes, it is undone'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER quote_decisions_keep BEFORE DELETE ON quote_decisions
BEGIN SELECT RAISE(ABORT, 'quote_decisions: never deleted'); END;
-- +goose StatementEnd

-- Questions about a document, and the answers; the firm's inbox gathers them.
CREATE TABLE document_messages (
  id               INTEGER PRIMARY KEY,
  public_id        TEXT NOT NULL UNIQUE,
  document_id      INTEGER NOT NULL REFERENCES documents (id),
  customer_id      INTEGER NOT NULL REFERENCES customers (id),
  contact_id       INTEGER REFERENCES contacts (id),      -- NULL: written by the firm
  author_name      TEXT NOT NULL,
  body             TEXT NOT NULL CHECK (body <> ''),
  created_at       TEXT NOT NULL,
  read_at          TEXT                                   -- by the other side
) STRICT;
CREATE INDEX document_messages_document ON document_messages (document_id, id);
CREATE INDEX document_messages_waiting ON document_messages (id) WHERE contact_id IS NOT NULL AND read_at IS NULL;
CREATE INDEX document_messages_customer ON document_messages (customer_id, id);

-- "Avoir net de taxe": the row of the tax table that leaves the VAT as it was invoiced.
INSERT INTO taxes (code, jurisdiction, name_fr, name_en, category, rate_pcm, mention, vatex, valid_from, valid_to, confirmed, source, position)
SELECT 'FR-CNWVAT', 'FR', 'TVA', 'VAT', 'E', 0, 'mention.fr.net_of_tax', 'VATEX-FR-CNWVAT', '2014-01-01', '', 1, 'CGI art. 272', (SELECT max(position) + 1 FROM taxes)
WHERE EXISTS (SELECT 1 FROM taxes);
