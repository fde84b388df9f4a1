-- What gateways hold, and what they paid out to the bank's account.
-- +goose Up
-- PCG 517, "Autres organismes financiers": the French chart has it, the others get an account for it.
INSERT INTO accounts (code, label, nature, role)
SELECT CASE c.chart WHEN 'ca_qc' THEN '1070' ELSE '1030' END, CASE c.language WHEN 'en' THEN 'Funds held by payment processors' ELSE 'Fonds chez les prestataires de paiement' END, 'tresorerie', 'autres_organismes'
FROM company c WHERE c.chart <> 'fr_pcg' AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.role = 'autres_organismes');

-- A payout is in the books once: by the gateway's own reference, or written down by hand (ref = '') until its news come.
CREATE TABLE gateway_payouts (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  gateway      TEXT NOT NULL CHECK (gateway <> ''),
  mode         TEXT NOT NULL CHECK (mode IN ('test','live')),
  ref          TEXT NOT NULL DEFAULT '',
  arrived_on   TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),  -- below zero: the gateway took it from the bank's account
  currency     TEXT NOT NULL CHECK (length(currency) = 3),
  rate_e8      INTEGER NOT NULL CHECK (rate_e8 > 0),
  by_hand      INTEGER NOT NULL CHECK (by_hand IN (0,1)),
  added_by     TEXT NOT NULL DEFAULT '',
  reference    TEXT NOT NULL DEFAULT '',                    -- of the bank's line, where it was written down by hand
  entry_id     INTEGER NOT NULL REFERENCES entries (id),
  reversal_id  INTEGER REFERENCES entries (id),             -- it came back, or was a mistake
  reversed_on  TEXT NOT NULL DEFAULT '',
  created_at   TEXT NOT NULL,
  CHECK ((reversal_id IS NULL) = (reversed_on = ''))
) STRICT;
CREATE UNIQUE INDEX gateway_payouts_ref ON gateway_payouts (gateway, ref) WHERE ref <> '';
CREATE INDEX gateway_payouts_newest ON gateway_payouts (gateway, arrived_on DESC, id DESC);
-- +goose StatementBegin
CREATE TRIGGER gateway_payouts_keep BEFORE DELETE ON gateway_payouts
BEGIN SELECT RAISE(ABORT, 'gateway_payouts: never deleted, or it would be booked twice'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER gateway_payouts_frozen BEFORE UPDATE OF gateway, mode, arrived_on, amount_minor, currency, rate_e8, by_hand, reference, entry_id ON gateway_payouts
BEGIN SELECT RAISE(ABORT, 'gateway_payouts: what is booked never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER gateway_payouts_once BEFORE UPDATE OF ref, reversal_id ON gateway_payouts
WHEN OLD.ref <> '' AND NEW.ref <> OLD.ref OR OLD.reversal_id IS NOT NULL AND NEW.reversal_id IS NOT OLD.reversal_id
BEGIN SELECT RAISE(ABORT, 'gateway_payouts: named once, taken back once'); END;
-- +goose StatementEnd

-- Only France limits cash by law (CMF L112-6, D112-3); the limit that came with the program stays nowhere else.
UPDATE pay_ways SET most_minor = 0 WHERE way = 'cash' AND most_minor = 100000 AND NOT EXISTS (SELECT 1 FROM company WHERE country = 'FR');
