-- What Parametres says of the firm beyond its identity: the third-party provider's code, how its
-- account with the provider is reckoned, the telephone system; codes that others know customers by.
-- +goose Up
ALTER TABLE company ADD COLUMN spid TEXT NOT NULL DEFAULT '' CHECK (length(spid) <= 40);                        -- SPID: '' = no third-party program
ALTER TABLE company ADD COLUMN pbx TEXT NOT NULL DEFAULT '' CHECK (length(pbx) <= 100);                         -- telephone system: set by provisioning alone
ALTER TABLE company ADD COLUMN phone_provider TEXT NOT NULL DEFAULT '' CHECK (length(phone_provider) <= 100);   -- default phone provider: likewise
ALTER TABLE company ADD COLUMN phone_set_at TEXT NOT NULL DEFAULT '';                                           -- when provisioning last said so
-- +goose StatementBegin
CREATE TRIGGER company_account_number_stays BEFORE UPDATE OF account_number ON company WHEN NEW.account_number <> OLD.account_number
BEGIN SELECT RAISE(ABORT, 'company: the customer account number never changes'); END;
-- +goose StatementEnd

-- The code by which a third-party program knows a customer.
ALTER TABLE customers ADD COLUMN external_code TEXT NOT NULL DEFAULT '' CHECK (length(external_code) <= 64);
CREATE UNIQUE INDEX customers_external_code ON customers (external_code COLLATE NOCASE) WHERE external_code <> '';

-- Mode de facturation, from a month on: months that are over keep theirs. No row: direct.
CREATE TABLE billing_modes (
  id         INTEGER PRIMARY KEY,
  from_month TEXT NOT NULL CHECK (from_month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
  mode       TEXT NOT NULL CHECK (mode IN ('direct','indirect')),
  by_name    TEXT NOT NULL,
  at         TEXT NOT NULL
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER billing_modes_forward BEFORE INSERT ON billing_modes WHEN NEW.from_month < (SELECT max(from_month) FROM billing_modes)
BEGIN SELECT RAISE(ABORT, 'billing_modes: a month that is over keeps its mode'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER billing_modes_frozen BEFORE UPDATE ON billing_modes
BEGIN SELECT RAISE(ABORT, 'billing_modes: append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER billing_modes_keep BEFORE DELETE ON billing_modes
BEGIN SELECT RAISE(ABORT, 'billing_modes: append only'); END;
-- +goose StatementEnd

-- What each line of an issued invoice or credit note costs the firm, as the catalogue said on the day
-- of issue: the catalogue changes, the statement of a month does not. Documents issued before this
-- table was there have no rows: their cost was not kept, and nobody guesses it.
CREATE TABLE line_costs (
  document_id   INTEGER NOT NULL REFERENCES documents (id),
  position      INTEGER NOT NULL,
  item_id       INTEGER REFERENCES items (id),          -- NULL: typed by hand
  code          TEXT NOT NULL DEFAULT '',               -- of the item, on that day
  name          TEXT NOT NULL DEFAULT '',
  provider      TEXT NOT NULL DEFAULT '',
  currency      TEXT NOT NULL DEFAULT '',               -- of the cost price
  cost_e4       INTEGER CHECK (cost_e4 >= 0),           -- of one unit; NULL: the catalogue names none
  quantity_e4   INTEGER NOT NULL,
  revenue_minor INTEGER NOT NULL,                       -- before tax, after every discount, in the document's currency
  PRIMARY KEY (document_id, position),
  CHECK (cost_e4 IS NULL OR length(currency) = 3)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER line_costs_frozen BEFORE UPDATE ON line_costs
BEGIN SELECT RAISE(ABORT, 'line_costs: what a line cost on its day stands'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER line_costs_keep BEFORE DELETE ON line_costs
BEGIN SELECT RAISE(ABORT, 'line_costs: what a line cost on its day stands'); END;
-- +goose StatementEnd
