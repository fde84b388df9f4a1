-- Approval and signature of contracts: who decides, on exactly which bytes, what they did and how they proved who they are.
-- +goose Up

-- The centre of approval and that of signature of a contract, as the firm sets them up.
CREATE TABLE contract_centres (
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  kind        TEXT NOT NULL CHECK (kind IN ('approval','signature')),
  ordered     INTEGER NOT NULL DEFAULT 1 CHECK (ordered IN (0,1)), -- one after the other; 0: all at once
  due_on      TEXT NOT NULL DEFAULT '',
  message     TEXT NOT NULL DEFAULT '',                  -- to those who are asked
  version     INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (contract_id, kind)
) STRICT, WITHOUT ROWID;
-- The attachments that are approved or signed.
CREATE TABLE contract_centre_files (
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  kind        TEXT NOT NULL CHECK (kind IN ('approval','signature')),
  file_id     INTEGER NOT NULL REFERENCES contract_files (id),
  PRIMARY KEY (contract_id, kind, file_id)
) STRICT, WITHOUT ROWID;

-- Who approves or signs: a user of the firm, a contact of the contract's customer, a guest of the contract.
CREATE TABLE contract_parties (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  kind        TEXT NOT NULL CHECK (kind IN ('approval','signature')),
  position    INTEGER NOT NULL,
  user_id     INTEGER REFERENCES users (id),
  contact_id  INTEGER REFERENCES contacts (id),
  guest_id    INTEGER REFERENCES contract_guests (id),
  capacity    TEXT NOT NULL DEFAULT '',                  -- in which capacity: "gérant", "témoin"
  due_on      TEXT NOT NULL DEFAULT '',                  -- '' = the centre's
  removed_at  TEXT,
  created_at  TEXT NOT NULL,
  CHECK ((user_id IS NOT NULL) + (contact_id IS NOT NULL) + (guest_id IS NOT NULL) = 1)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER contract_parties_same BEFORE UPDATE ON contract_parties WHEN NEW.contract_id <> OLD.contract_id OR NEW.kind <> OLD.kind OR NEW.user_id IS NOT OLD.user_id OR NEW.contact_id IS NOT OLD.contact_id OR NEW.guest_id IS NOT OLD.guest_id
BEGIN SELECT RAISE(ABORT, 'contract_parties: another person is another party'); END;
-- +goose StatementEnd
CREATE INDEX contract_parties_contract ON contract_parties (contract_id, kind, position, id);
CREATE INDEX contract_parties_contact ON contract_parties (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX contract_parties_user ON contract_parties (user_id) WHERE user_id IS NOT NULL;
-- Who they are now, and what keeps them from acting in the portal (how it is told: portal.round.blocked.*). What ends an
-- invitation by its time is told by expires_at.
CREATE VIEW contract_people AS
SELECT p.id AS party_id, CAST(COALESCE(u.public_id, k.public_id, g.public_id) AS TEXT) AS person_id, CAST(COALESCE(u.name, k.name, g.name) AS TEXT) AS name,
  CAST(COALESCE(u.email, k.email, g.email) AS TEXT) AS email, CAST(COALESCE(u.language, k.language, g.language) AS TEXT) AS language, CAST(COALESCE(g.expires_at, '') AS TEXT) AS expires_at,
  CAST(CASE WHEN k.archived_at IS NOT NULL THEN 'archived' WHEN k.customer_id <> c.customer_id THEN 'moved' WHEN g.revoked_at IS NOT NULL THEN 'revoked'
    WHEN k.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) THEN 'no_access' WHEN k.areas NOT LIKE '%"contracts"%' THEN 'area'
    WHEN k.email = '' THEN 'no_mail' ELSE '' END AS TEXT) AS blocked
FROM contract_parties p JOIN contracts c ON c.id = p.contract_id LEFT JOIN users u ON u.id = p.user_id LEFT JOIN contacts k ON k.id = p.contact_id LEFT JOIN contract_guests g ON g.id = p.guest_id;
CREATE UNIQUE INDEX contract_parties_one ON contract_parties (contract_id, kind, COALESCE(user_id, 0), COALESCE(contact_id, 0), COALESCE(guest_id, 0)) WHERE removed_at IS NULL;

-- One asking round. A changed document closes it as restarted and the next one begins.
CREATE TABLE contract_rounds (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  contract_id INTEGER NOT NULL REFERENCES contracts (id),
  kind        TEXT NOT NULL CHECK (kind IN ('approval','signature')),
  n           INTEGER NOT NULL CHECK (n >= 1),
  ordered     INTEGER NOT NULL CHECK (ordered IN (0,1)),
  message     TEXT NOT NULL DEFAULT '',
  digest      TEXT NOT NULL CHECK (length(digest) = 64), -- of all its documents (rules/evidence): what a page names
  state       TEXT NOT NULL CHECK (state IN ('open','done','refused','restarted','cancelled')),
  started_by  TEXT NOT NULL,
  started_at  TEXT NOT NULL,
  closed_at   TEXT,
  sealed_at   TEXT,                                      -- the signed papers were made
  seal_fault  TEXT NOT NULL DEFAULT '',                  -- key of the text that says why they could not be, the last time
  UNIQUE (contract_id, kind, n),
  CHECK ((state = 'open') = (closed_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX contract_rounds_open ON contract_rounds (contract_id, kind) WHERE state = 'open';
CREATE INDEX contract_rounds_unsealed ON contract_rounds (id) WHERE kind = 'signature' AND state = 'done' AND sealed_at IS NULL;
-- +goose StatementBegin
CREATE TRIGGER contract_rounds_done BEFORE UPDATE ON contract_rounds WHEN OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.closed_at IS NOT OLD.closed_at) OR NEW.digest <> OLD.digest OR OLD.sealed_at IS NOT NULL AND NEW.sealed_at IS NOT OLD.sealed_at
  OR NEW.public_id <> OLD.public_id OR NEW.contract_id <> OLD.contract_id OR NEW.kind <> OLD.kind OR NEW.n <> OLD.n OR NEW.started_by <> OLD.started_by OR NEW.started_at <> OLD.started_at
BEGIN SELECT RAISE(ABORT, 'contract_rounds: what was decided stands'); END;
-- +goose StatementEnd
CREATE TABLE contract_round_files (
  round_id   INTEGER NOT NULL REFERENCES contract_rounds (id),
  position   INTEGER NOT NULL,
  version_id INTEGER NOT NULL REFERENCES contract_file_versions (id),
  pages      INTEGER NOT NULL DEFAULT 0,
  sealed_ref INTEGER REFERENCES contract_files (id),     -- the sealed paper that came of it
  fingerprint TEXT NOT NULL DEFAULT '',                  -- of the certificate that sealed it, SHA-256
  PRIMARY KEY (round_id, position)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER contract_round_files_frozen BEFORE UPDATE ON contract_round_files WHEN NEW.version_id <> OLD.version_id OR NEW.pages <> OLD.pages OR OLD.sealed_ref IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'contract_round_files: what is asked about stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_round_files_keep BEFORE DELETE ON contract_round_files
BEGIN SELECT RAISE(ABORT, 'contract_round_files: never deleted'); END;
-- +goose StatementEnd
-- A paper that one signs has its pages counted: it was looked at (edge/seal).
-- +goose StatementBegin
CREATE TRIGGER contract_round_files_open BEFORE INSERT ON contract_round_files WHEN (SELECT state FROM contract_rounds WHERE id = NEW.round_id) <> 'open' OR NEW.pages <= 0 AND (SELECT kind FROM contract_rounds WHERE id = NEW.round_id) = 'signature'
BEGIN SELECT RAISE(ABORT, 'contract_round_files: of an open round; signed ones with their pages'); END;
-- +goose StatementEnd

-- Those who are asked in a round, as they were when it began, and what they decided.
CREATE TABLE contract_turns (
  id          INTEGER PRIMARY KEY,
  public_id   TEXT NOT NULL UNIQUE,
  round_id    INTEGER NOT NULL REFERENCES contract_rounds (id),
  party_id    INTEGER NOT NULL REFERENCES contract_parties (id),
  position    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  email       TEXT NOT NULL DEFAULT '',
  capacity    TEXT NOT NULL DEFAULT '',
  due_on      TEXT NOT NULL DEFAULT '',
  told_at     TEXT,                                      -- its turn came, it was written to
  opened_at   TEXT,                                      -- read the documents first
  reminded_at TEXT,
  reminders   INTEGER NOT NULL DEFAULT 0,
  decision    TEXT CHECK (decision IN ('approved','refused','signed')),
  decided_at  TEXT,
  reason      TEXT NOT NULL DEFAULT '',                  -- of a refusal
  UNIQUE (round_id, party_id),
  CHECK ((decision IS NULL) = (decided_at IS NULL)),
  CHECK (decision IS NOT 'refused' OR reason <> '')
) STRICT;
CREATE INDEX contract_turns_party ON contract_turns (party_id);
-- +goose StatementBegin
CREATE TRIGGER contract_turns_done BEFORE UPDATE ON contract_turns WHEN OLD.decision IS NOT NULL AND (NEW.decision IS NOT OLD.decision OR NEW.decided_at IS NOT OLD.decided_at OR NEW.reason <> OLD.reason) OR NEW.round_id <> OLD.round_id OR NEW.party_id <> OLD.party_id
  OR OLD.decision IS NOT NULL AND (NEW.name <> OLD.name OR NEW.email <> OLD.email OR NEW.capacity <> OLD.capacity) -- who signed, as the sealed paper will say
BEGIN SELECT RAISE(ABORT, 'contract_turns: a decision stands'); END;
-- +goose StatementEnd
-- Nothing is decided in a round that is closed.
-- +goose StatementBegin
CREATE TRIGGER contract_turns_late BEFORE UPDATE OF decision ON contract_turns WHEN NEW.decision IS NOT OLD.decision AND (SELECT state FROM contract_rounds WHERE id = NEW.round_id) <> 'open'
BEGIN SELECT RAISE(ABORT, 'contract_turns: the round is closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_turns_keep BEFORE DELETE ON contract_turns
BEGIN SELECT RAISE(ABORT, 'contract_turns: never deleted'); END;
-- +goose StatementEnd

-- A signature, with what proves it (facts, section 8). Never changed.
CREATE TABLE contract_signatures (
  turn_id         INTEGER PRIMARY KEY REFERENCES contract_turns (id),
  typed_name      TEXT NOT NULL CHECK (typed_name <> ''),
  drawing         TEXT NOT NULL DEFAULT '' CHECK (drawing = '' OR json_valid(drawing)), -- of the pen (rules/evidence.Drawing); '' = typed only
  email           TEXT NOT NULL DEFAULT '',              -- where the signer is reached; the code went there
  consent_version TEXT NOT NULL,
  consent_text    TEXT NOT NULL CHECK (consent_text <> ''),
  language        TEXT NOT NULL CHECK (language IN ('fr','en')),
  method          TEXT NOT NULL CHECK (method IN ('password','mail_code','in_person','in_person_phone','desk')), -- desk: a user of the firm at its own desk
  proved_at       TEXT NOT NULL,                         -- password typed, code accepted, code scanned
  code_sent_at    TEXT,
  operator_id     INTEGER REFERENCES users (id),         -- who stood beside it
  operator_name   TEXT NOT NULL DEFAULT '',
  device          TEXT NOT NULL DEFAULT '',              -- name of the machine, in person
  address         TEXT NOT NULL DEFAULT '',              -- of the network; '' in person on the firm's screen
  user_agent      TEXT NOT NULL DEFAULT '',
  session_ref     TEXT NOT NULL DEFAULT '',
  time_zone       TEXT NOT NULL,
  digest          TEXT NOT NULL CHECK (length(digest) = 64), -- of the round's documents, as the page named it
  signed_at       TEXT NOT NULL,
  CHECK (method NOT IN ('in_person','in_person_phone') OR operator_name <> '')
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER contract_signatures_frozen BEFORE UPDATE ON contract_signatures
BEGIN SELECT RAISE(ABORT, 'contract_signatures: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_signatures_keep BEFORE DELETE ON contract_signatures
BEGIN SELECT RAISE(ABORT, 'contract_signatures: never deleted'); END;
-- +goose StatementEnd

-- A round is done when all who are asked said yes; one of signature when there is a signature of each.
-- +goose StatementBegin
CREATE TRIGGER contract_rounds_whole BEFORE UPDATE OF state ON contract_rounds WHEN NEW.state = 'done' AND OLD.state <> 'done' AND (
  NOT EXISTS (SELECT 1 FROM contract_turns t WHERE t.round_id = NEW.id AND t.decision IS NOT NULL)
  OR EXISTS (SELECT 1 FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id WHERE t.round_id = NEW.id AND (t.decision = 'refused' OR t.decision IS NULL AND p.removed_at IS NULL))
  OR NEW.kind = 'signature' AND EXISTS (SELECT 1 FROM contract_turns t WHERE t.round_id = NEW.id AND t.decision IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contract_signatures s WHERE s.turn_id = t.id)))
BEGIN SELECT RAISE(ABORT, 'contract_rounds: not all have said yes'); END;
-- +goose StatementEnd

-- The file of evidence of a round: events chained by hash (rules/evidence). A round of signature has a chain for each of
-- its documents, since each sealed paper stands by itself; one of approval has one.
CREATE TABLE contract_evidence (
  round_id INTEGER NOT NULL REFERENCES contract_rounds (id),
  document INTEGER NOT NULL,                             -- its position in the round
  n        INTEGER NOT NULL CHECK (n >= 1),
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  turn_id  INTEGER REFERENCES contract_turns (id),
  data     TEXT NOT NULL CHECK (json_valid(data)),
  hash     TEXT NOT NULL CHECK (length(hash) = 64),
  PRIMARY KEY (round_id, document, n)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER contract_evidence_frozen BEFORE UPDATE ON contract_evidence
BEGIN SELECT RAISE(ABORT, 'contract_evidence: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_evidence_keep BEFORE DELETE ON contract_evidence
BEGIN SELECT RAISE(ABORT, 'contract_evidence: never deleted'); END;
-- +goose StatementEnd

-- One-time codes by mail for a signature: derived from public id and round of the code, no file holds them.
CREATE TABLE contract_codes (
  turn_id    INTEGER PRIMARY KEY REFERENCES contract_turns (id),
  public_id  TEXT NOT NULL UNIQUE,
  round      INTEGER NOT NULL CHECK (round >= 1),
  tries      INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  email      TEXT NOT NULL,                              -- where it went
  code_until TEXT NOT NULL,
  sent_at    TEXT NOT NULL
) STRICT;

-- The code on the firm's screen that opens one turn on the phone of who stands before it: once.
CREATE TABLE contract_handoffs (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  contract_id  INTEGER NOT NULL REFERENCES contracts (id),
  turn_id      INTEGER REFERENCES contract_turns (id),   -- this one turn of signature, or
  contact_id   INTEGER REFERENCES contacts (id),         -- the whole contract, as this contact sees it
  operator_id  INTEGER REFERENCES users (id),
  by_name      TEXT NOT NULL CHECK (by_name <> ''),
  language     TEXT NOT NULL CHECK (language IN ('fr','en')),
  token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  token_until  TEXT NOT NULL,
  opened_at    TEXT,
  ended_at     TEXT,
  created_at   TEXT NOT NULL,
  CHECK ((turn_id IS NULL) <> (contact_id IS NULL))
) STRICT;
CREATE INDEX contract_handoffs_turn ON contract_handoffs (turn_id, id) WHERE turn_id IS NOT NULL;
CREATE INDEX contract_handoffs_contact ON contract_handoffs (contact_id, contract_id) WHERE contact_id IS NOT NULL;

-- Sessions in the portal that see one contract and nothing else: a guest's by its mailed link, or by a code on the screen.
CREATE TABLE contract_sessions (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id    TEXT NOT NULL UNIQUE,
  token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  contract_id  INTEGER NOT NULL REFERENCES contracts (id),
  guest_id     INTEGER REFERENCES contract_guests (id),
  handoff_id   INTEGER UNIQUE REFERENCES contract_handoffs (id),
  user_agent   TEXT NOT NULL,
  address      TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  idle_until   TEXT NOT NULL,
  expires_at   TEXT NOT NULL,
  ended_at     TEXT,
  CHECK ((guest_id IS NULL) <> (handoff_id IS NULL))
) STRICT;
CREATE INDEX contract_sessions_guest ON contract_sessions (guest_id) WHERE guest_id IS NOT NULL;

-- Who sees a contract in the portal: the one condition (rules/contract.Sees says it in Go, a test holds the two together).
-- Contacts of its customer who get in and to whom the contracts are open: the requester, a watcher, one who is asked in a
-- round that has begun, and all of them where the customer's contacts see each other's.
CREATE VIEW contract_readers AS
SELECT x.contract_id, x.contact_id, x.named FROM (
  SELECT c.id AS contract_id, k.id AS contact_id, cu.see_each_other AS all_of_them, CAST(c.requester_id IS k.id
    OR EXISTS (SELECT 1 FROM contract_watchers w WHERE w.contract_id = c.id AND w.contact_id = k.id)
    OR EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns t ON t.party_id = p.id WHERE p.contract_id = c.id AND p.contact_id = k.id AND p.removed_at IS NULL) AS INTEGER) AS named
  FROM contracts c JOIN contacts k ON k.customer_id = c.customer_id JOIN customers cu ON cu.id = c.customer_id
  WHERE c.in_portal = 1 AND EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) AND (k.areas IS NULL OR k.areas LIKE '%"contracts"%')) x
WHERE x.named = 1 OR x.all_of_them = 1;
-- Outside people: those of whom a round that has begun asks something, as long as their invitation stands (until expires_at).
CREATE VIEW contract_guest_readers AS
SELECT c.id AS contract_id, g.id AS guest_id, g.expires_at
FROM contracts c JOIN contract_guests g ON g.contract_id = c.id
WHERE c.in_portal = 1 AND g.revoked_at IS NULL
  AND EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns t ON t.party_id = p.id WHERE p.contract_id = c.id AND p.guest_id = g.id AND p.removed_at IS NULL);

-- Who goes to another customer is taken off its contracts first, in the same transaction.
-- +goose StatementBegin
CREATE TRIGGER contacts_moved BEFORE UPDATE OF customer_id ON contacts WHEN NEW.customer_id <> OLD.customer_id
  AND (EXISTS (SELECT 1 FROM contracts c WHERE c.requester_id = OLD.id AND c.customer_id <> NEW.customer_id)
    OR EXISTS (SELECT 1 FROM contract_watchers w JOIN contracts c ON c.id = w.contract_id WHERE w.contact_id = OLD.id AND c.customer_id <> NEW.customer_id))
BEGIN SELECT RAISE(ABORT, 'contacts: still named on contracts of its customer'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contract_watchers_kept BEFORE UPDATE ON contract_watchers
BEGIN SELECT RAISE(ABORT, 'contract_watchers: added and taken off, never changed'); END;
-- +goose StatementEnd
