-- Paying through gateways: attempts over several documents, kept methods, the ways to pay, what gateways tell.
-- +goose Up
-- A method of payment that a gateway keeps for a customer. Only what may be shown of it: never the number of a card.
CREATE TABLE kept_methods (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  customer_id   INTEGER NOT NULL REFERENCES customers (id),
  gateway       TEXT NOT NULL,
  mode          TEXT NOT NULL CHECK (mode IN ('test','live')),
  token         TEXT NOT NULL CHECK (token GLOB '*[^0-9 -]*' AND token NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*' OR token = ''), -- '' once it was given up
  customer_ref  TEXT NOT NULL DEFAULT '',
  kind          TEXT NOT NULL CHECK (kind IN ('card','sepa_debit')),
  brand         TEXT NOT NULL DEFAULT '' CHECK (length(brand) <= 40 AND brand NOT GLOB '*[0-9][0-9][0-9][0-9]*'),
  last4         TEXT NOT NULL CHECK (last4 GLOB '[0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z]' AND (kind = 'sepa_debit' OR last4 GLOB '[0-9][0-9][0-9][0-9]')), -- of an IBAN there may be letters
  exp_month     INTEGER NOT NULL DEFAULT 0 CHECK (exp_month BETWEEN 0 AND 12),
  exp_year      INTEGER NOT NULL DEFAULT 0 CHECK (exp_year = 0 OR exp_year BETWEEN 2000 AND 2199),
  is_default    INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0,1)),
  added_by      TEXT NOT NULL DEFAULT '',              -- who gave it: a contact, or staff at the portal as the customer
  contact_id    INTEGER REFERENCES contacts (id),
  created_at    TEXT NOT NULL,
  deleted_at    TEXT NOT NULL DEFAULT '',
  detach_owed   INTEGER NOT NULL DEFAULT 0 CHECK (detach_owed IN (0,1)), -- the gateway has not been told yet
  CHECK (deleted_at = '' OR is_default = 0),
  CHECK (token <> '' OR deleted_at <> ''),
  CHECK ((exp_month = 0) = (exp_year = 0))
) STRICT;
CREATE UNIQUE INDEX kept_methods_default ON kept_methods (customer_id) WHERE is_default = 1;
CREATE UNIQUE INDEX kept_methods_token ON kept_methods (gateway, mode, token) WHERE token <> '';
CREATE INDEX kept_methods_customer ON kept_methods (customer_id, id) WHERE deleted_at = '';
CREATE INDEX kept_methods_owed ON kept_methods (id) WHERE detach_owed = 1;
-- +goose StatementBegin
CREATE TRIGGER kept_methods_keep BEFORE DELETE ON kept_methods
BEGIN SELECT RAISE(ABORT, 'kept_methods: one that was given up stays as a row'); END;
-- +goose StatementEnd

-- Who a customer is at a gateway.
CREATE TABLE gateway_customers (
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  gateway     TEXT NOT NULL,
  mode        TEXT NOT NULL CHECK (mode IN ('test','live')),
  ref         TEXT NOT NULL CHECK (ref <> ''),
  PRIMARY KEY (customer_id, gateway, mode)
) STRICT, WITHOUT ROWID;

-- An attempt with a gateway: to be paid, to keep a method, to charge a kept one, to give back. The row and its key are
-- there before the call. Made anew; the rows are the same.
CREATE TABLE payment_intents_new (
  id              INTEGER PRIMARY KEY,
  public_id       TEXT NOT NULL UNIQUE,
  kind            TEXT NOT NULL CHECK (kind IN ('pay','save','charge','refund')),
  customer_id     INTEGER NOT NULL REFERENCES customers (id),
  contact_id      INTEGER REFERENCES contacts (id),    -- NULL: the firm, or the program
  document_id     INTEGER REFERENCES documents (id),   -- the only document; NULL: several, or none
  gateway         TEXT NOT NULL,
  mode            TEXT NOT NULL CHECK (mode IN ('test','live')),
  idempotency_key TEXT NOT NULL UNIQUE,
  amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0 OR kind = 'save' AND amount_minor = 0),
  extra_minor     INTEGER NOT NULL DEFAULT 0 CHECK (extra_minor >= 0 AND (extra_minor = 0 OR extra_minor < amount_minor)), -- within the amount: the fee of this way to pay
  currency        TEXT NOT NULL CHECK (length(currency) = 3),
  state           TEXT NOT NULL CHECK (state IN ('created','needs_action','processing','succeeded','declined','unknown','cancelled')),
  gateway_ref     TEXT NOT NULL DEFAULT '',            -- the attempt, as the gateway calls it
  charge_ref      TEXT NOT NULL DEFAULT '',            -- the money that moved
  url             TEXT NOT NULL DEFAULT '',            -- the gateway's page, while it waits for the customer
  expires_at      TEXT NOT NULL DEFAULT '',            -- until when that page can be paid on
  reason          TEXT NOT NULL DEFAULT '',            -- the gateway's reason, a key of a text
  fee_minor       INTEGER NOT NULL DEFAULT 0 CHECK (fee_minor >= 0), -- kept by the gateway, as it stands in the books
  save_method     INTEGER NOT NULL DEFAULT 0 CHECK (save_method IN (0,1)), -- keep what it is paid with
  method_id       INTEGER REFERENCES kept_methods (id), -- charged, or kept by it
  refund_of       INTEGER REFERENCES payments (id),
  details         TEXT NOT NULL DEFAULT '{}',          -- what the order said beside: the form of a refund, the address to come back to
  payment_id      INTEGER REFERENCES payments (id),
  refund_id       INTEGER REFERENCES refunds (id),
  watched         INTEGER NOT NULL DEFAULT 1 CHECK (watched IN (0,1)), -- the gateway is asked about it from time to time
  asks            INTEGER NOT NULL DEFAULT 0,
  asked_at        TEXT NOT NULL DEFAULT '',
  created_at      TEXT NOT NULL,
  updated_at      TEXT NOT NULL,
  CHECK ((kind = 'refund') = (refund_of IS NOT NULL)),
  CHECK (payment_id IS NULL OR kind IN ('pay','charge')),
  CHECK (refund_id IS NULL OR kind = 'refund'),
  CHECK (state <> 'succeeded' OR payment_id IS NOT NULL OR refund_id IS NOT NULL OR kind IN ('save','refund')) -- a refund that no payment in the books has room for any more: the firm is told
) STRICT;
INSERT INTO payment_intents_new (id, public_id, kind, customer_id, contact_id, document_id, gateway, mode, idempotency_key, amount_minor, currency, state, gateway_ref, charge_ref, reason, payment_id, watched, created_at, updated_at)
SELECT id, public_id, 'pay', customer_id, contact_id, document_id, gateway, CASE gateway WHEN 'practice' THEN 'test' ELSE 'live' END, idempotency_key, amount_minor, currency, state, gateway_ref, gateway_ref, reason, payment_id,
  state IN ('created','needs_action','unknown'), created_at, updated_at FROM payment_intents;
CREATE TABLE payment_intent_parts (
  intent_id    INTEGER NOT NULL REFERENCES payment_intents_new (id),
  document_id  INTEGER NOT NULL REFERENCES documents (id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  PRIMARY KEY (intent_id, document_id)
) STRICT, WITHOUT ROWID;
INSERT INTO payment_intent_parts (intent_id, document_id, amount_minor) SELECT id, document_id, amount_minor FROM payment_intents;
DROP TABLE payment_intents;
ALTER TABLE payment_intents_new RENAME TO payment_intents;
CREATE INDEX payment_intents_watched ON payment_intents (asked_at) WHERE watched = 1;
CREATE INDEX payment_intents_customer ON payment_intents (customer_id, id DESC);
CREATE INDEX payment_intents_ref ON payment_intents (gateway, gateway_ref) WHERE gateway_ref <> '';
CREATE INDEX payment_intents_charge ON payment_intents (gateway, charge_ref) WHERE charge_ref <> '';
CREATE INDEX payment_intents_refund_of ON payment_intents (refund_of) WHERE refund_of IS NOT NULL;
CREATE INDEX payment_intents_payment ON payment_intents (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX payment_intent_parts_document ON payment_intent_parts (document_id);
-- +goose StatementBegin
CREATE TRIGGER payment_intents_keep BEFORE DELETE ON payment_intents
BEGIN SELECT RAISE(ABORT, 'payment_intents: an attempt is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_intents_order BEFORE UPDATE OF kind, customer_id, document_id, gateway, mode, idempotency_key, amount_minor, extra_minor, currency, refund_of ON payment_intents
BEGIN SELECT RAISE(ABORT, 'payment_intents: what was ordered never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_intents_done BEFORE UPDATE OF state, payment_id, refund_id ON payment_intents
WHEN OLD.state = 'succeeded' AND (NEW.state <> 'succeeded' OR NEW.payment_id IS NOT OLD.payment_id OR NEW.refund_id IS NOT OLD.refund_id)
BEGIN SELECT RAISE(ABORT, 'payment_intents: money that moved has moved'); END;
-- +goose StatementEnd
-- A trial moves no money: outside of the demo company it never settles anything.
-- +goose StatementBegin
CREATE TRIGGER payment_intents_trial BEFORE UPDATE OF payment_id ON payment_intents
WHEN NEW.mode = 'test' AND NEW.payment_id IS NOT NULL AND OLD.payment_id IS NULL AND NOT EXISTS (SELECT 1 FROM company WHERE is_demo = 1)
BEGIN SELECT RAISE(ABORT, 'payment_intents: a trial is no payment'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_intent_parts_frozen BEFORE UPDATE ON payment_intent_parts
BEGIN SELECT RAISE(ABORT, 'payment_intent_parts: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_intent_parts_fixed BEFORE DELETE ON payment_intent_parts
BEGIN SELECT RAISE(ABORT, 'payment_intent_parts: never deleted'); END;
-- +goose StatementEnd

-- A gateway's refund is in the books once, whoever ordered it.
CREATE UNIQUE INDEX refunds_gateway ON refunds (gateway, gateway_ref) WHERE gateway_ref <> '';

-- What a gateway told of its own accord, by a webhook or when asked for its news. Each event once. Nothing is believed
-- for the event's sake: it only says about what the gateway is to be asked.
CREATE TABLE gateway_events (
  id          INTEGER PRIMARY KEY,
  gateway     TEXT NOT NULL,
  mode        TEXT NOT NULL CHECK (mode IN ('test','live')),
  event_id    TEXT NOT NULL CHECK (event_id <> ''),
  kind        TEXT NOT NULL,
  about_key   TEXT NOT NULL DEFAULT '',                -- our own key, where the event carries it
  about_ref   TEXT NOT NULL DEFAULT '',                -- the attempt, the charge, as the gateway calls it
  state       TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new','done','nobody')),
  intent_id   INTEGER REFERENCES payment_intents (id),
  received_at TEXT NOT NULL,
  UNIQUE (gateway, event_id)
) STRICT;
CREATE INDEX gateway_events_new ON gateway_events (id) WHERE state = 'new';
-- +goose StatementBegin
CREATE TRIGGER gateway_events_keep BEFORE DELETE ON gateway_events
BEGIN SELECT RAISE(ABORT, 'gateway_events: never deleted, or it would be heard twice'); END;
-- +goose StatementEnd

-- Up to where a gateway's news were read.
CREATE TABLE gateway_cursors (
  gateway  TEXT NOT NULL,
  mode     TEXT NOT NULL CHECK (mode IN ('test','live')),
  cursor   TEXT NOT NULL DEFAULT '',
  asked_at TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (gateway, mode)
) STRICT, WITHOUT ROWID;

-- A payment that the customer's bank took back, or wants to.
CREATE TABLE gateway_disputes (
  id              INTEGER PRIMARY KEY,
  gateway         TEXT NOT NULL,
  ref             TEXT NOT NULL CHECK (ref <> ''),
  payment_id      INTEGER NOT NULL REFERENCES payments (id),
  state           TEXT NOT NULL CHECK (state IN ('open','won','lost')),
  amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
  reason          TEXT NOT NULL DEFAULT '',            -- a key of a text
  answer_by       TEXT NOT NULL DEFAULT '',
  gone_minor      INTEGER NOT NULL DEFAULT 0 CHECK (gone_minor >= 0), -- what of it is gone from the account with the gateway, as it was heeded last
  fee_minor       INTEGER NOT NULL DEFAULT 0,          -- what the gateway keeps for it, as it was booked last
  steps           INTEGER NOT NULL DEFAULT 0 CHECK (steps >= 0), -- how often money went or came: each has its own reference
  refund_id       INTEGER REFERENCES refunds (id),     -- the money left, the first time
  back_payment_id INTEGER REFERENCES payments (id),    -- and came back, the last time
  created_at      TEXT NOT NULL,
  updated_at      TEXT NOT NULL,
  UNIQUE (gateway, ref)
) STRICT;
CREATE INDEX gateway_disputes_payment ON gateway_disputes (payment_id);
-- +goose StatementBegin
CREATE TRIGGER gateway_disputes_keep BEFORE DELETE ON gateway_disputes
BEGIN SELECT RAISE(ABORT, 'gateway_disputes: never deleted'); END;
-- +goose StatementEnd

-- The account with a gateway and which of its two worlds is used. The keys themselves are secrets (gateway.<name>.<mode>.key, .hook).
CREATE TABLE gateway_accounts (
  gateway      TEXT PRIMARY KEY,
  mode         TEXT NOT NULL DEFAULT 'test' CHECK (mode IN ('test','live')),
  test_hint    TEXT NOT NULL DEFAULT '' CHECK (length(test_hint) <= 12), -- the last characters of the key, to know it again
  live_hint    TEXT NOT NULL DEFAULT '' CHECK (length(live_hint) <= 12),
  account_name TEXT NOT NULL DEFAULT '',               -- as the gateway told when it was tried last
  tested_at    TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What is known of one of a gateway's two worlds. The slots name the secrets that are in force: a new key is laid beside the
-- old one, and named here in the same transaction as all that follows from it.
CREATE TABLE gateway_worlds (
  gateway    TEXT NOT NULL,
  mode       TEXT NOT NULL CHECK (mode IN ('test','live')),
  account    TEXT NOT NULL DEFAULT '',                 -- who we are there, as the gateway calls it
  key_slot   TEXT NOT NULL DEFAULT '',                 -- secrets.name
  hook_slot  TEXT NOT NULL DEFAULT '',
  refused_at TEXT NOT NULL DEFAULT '',                 -- since when the keys are refused: the way is not offered
  refused_by TEXT NOT NULL DEFAULT '' CHECK (refused_by IN ('','order','news','account')), -- at what; account: they are another account's
  mute_at    TEXT NOT NULL DEFAULT '',                 -- since when the keys may not read the gateway's news
  hooked_at  TEXT NOT NULL DEFAULT '',                 -- the last webhook that was signed with the secret in force
  kinds      TEXT NOT NULL DEFAULT '',                 -- what is switched on there (card sepa_debit), as it told last; '' = it was not asked yet
  kinds_at   TEXT NOT NULL DEFAULT '',                 -- when it was asked for that last
  PRIMARY KEY (gateway, mode),
  CHECK ((refused_at = '') = (refused_by = ''))
) STRICT, WITHOUT ROWID;

-- Attempts that their gateway named and does not know any more: the account is another one, or its records are gone.
CREATE TABLE intents_missing (
  intent_id INTEGER PRIMARY KEY REFERENCES payment_intents (id),
  since     TEXT NOT NULL
) STRICT;

-- The ways to pay that the firm offers to its customers.
CREATE TABLE pay_ways (
  way         TEXT PRIMARY KEY CHECK (way IN ('transfer','cheque','cash','practice','stripe','direct_debit')),
  enabled     INTEGER NOT NULL CHECK (enabled IN (0,1)),
  least_minor INTEGER NOT NULL DEFAULT 0 CHECK (least_minor >= 0), -- in the firm's currency; 0 = none
  most_minor  INTEGER NOT NULL DEFAULT 0 CHECK (most_minor >= 0 AND (most_minor = 0 OR most_minor >= least_minor)),
  fee_pcm     INTEGER NOT NULL DEFAULT 0 CHECK (fee_pcm BETWEEN 0 AND 10000), -- of what is paid, before tax: at most 10 %
  fee_minor   INTEGER NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),   -- and fixed, before tax
  words_fr    TEXT NOT NULL DEFAULT '',
  words_en    TEXT NOT NULL DEFAULT '',
  position    INTEGER NOT NULL
) STRICT;
INSERT INTO pay_ways (way, enabled, most_minor, position) VALUES ('practice', 1, 0, 1), ('stripe', 1, 0, 2), ('direct_debit', 0, 0, 3), ('transfer', 1, 0, 4), ('cheque', 0, 0, 5), ('cash', 0, 100000, 6); -- cash: CMF D112-3

-- What a customer may choose of the amount.
CREATE TABLE pay_settings (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  less        INTEGER NOT NULL DEFAULT 0 CHECK (less IN (0,1)),
  more        INTEGER NOT NULL DEFAULT 0 CHECK (more IN (0,1)),       -- what is too much stays on the customer's account
  ahead       INTEGER NOT NULL DEFAULT 0 CHECK (ahead IN (0,1)),      -- without any document
  least_minor INTEGER NOT NULL DEFAULT 0 CHECK (least_minor >= 0),    -- of a part
  save        INTEGER NOT NULL DEFAULT 1 CHECK (save IN (0,1)),       -- customers may keep their methods
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO pay_settings (id) VALUES (1);
