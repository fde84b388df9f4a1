-- The firm, its people, its settings. One row of company: one folder is one company.
-- +goose Up
CREATE TABLE company (
  id                    INTEGER PRIMARY KEY CHECK (id = 1),
  public_id             TEXT NOT NULL UNIQUE,
  account_number        TEXT NOT NULL UNIQUE,            -- CAN, given at creation, never changes
  name                  TEXT NOT NULL CHECK (name <> ''),
  legal_form            TEXT NOT NULL DEFAULT '',        -- SARL, EI, inc. ...
  share_capital_minor   INTEGER,
  siren                 TEXT NOT NULL DEFAULT '',
  siret                 TEXT NOT NULL DEFAULT '',
  vat_number            TEXT NOT NULL DEFAULT '',
  registry              TEXT NOT NULL DEFAULT '',        -- "RCS Lyon", "RNE"
  ape                   TEXT NOT NULL DEFAULT '',
  neq                   TEXT NOT NULL DEFAULT '',
  gst_number            TEXT NOT NULL DEFAULT '',
  qst_number            TEXT NOT NULL DEFAULT '',
  line1                 TEXT NOT NULL DEFAULT '',
  line2                 TEXT NOT NULL DEFAULT '',
  postcode              TEXT NOT NULL DEFAULT '',
  city                  TEXT NOT NULL DEFAULT '',
  region                TEXT NOT NULL DEFAULT '',
  country               TEXT NOT NULL CHECK (length(country) = 2),
  email                 TEXT NOT NULL DEFAULT '',
  phone                 TEXT NOT NULL DEFAULT '',
  website               TEXT NOT NULL DEFAULT '',
  support_email         TEXT NOT NULL DEFAULT '',
  support_phone         TEXT NOT NULL DEFAULT '',
  support_hours         TEXT NOT NULL DEFAULT '',
  iban                  TEXT NOT NULL DEFAULT '',
  bic                   TEXT NOT NULL DEFAULT '',
  bank_name             TEXT NOT NULL DEFAULT '',
  vat_scheme            TEXT NOT NULL CHECK (vat_scheme IN ('real_payments','real_debits','franchise','quebec','none')),
  language              TEXT NOT NULL CHECK (language IN ('fr','en')),
  currency              TEXT NOT NULL CHECK (length(currency) = 3),
  time_zone             TEXT NOT NULL,
  accent                TEXT NOT NULL DEFAULT '#0f5c5a',
  logo_sha256           TEXT REFERENCES files (sha256),
  paper_size            TEXT NOT NULL DEFAULT 'A4' CHECK (paper_size IN ('A4','Letter')),
  address_right         INTEGER NOT NULL DEFAULT 1 CHECK (address_right IN (0,1)),
  terms_days            INTEGER NOT NULL DEFAULT 30 CHECK (terms_days BETWEEN 0 AND 365),
  terms_end_of_month    INTEGER NOT NULL DEFAULT 0 CHECK (terms_end_of_month IN (0,1)),
  late_rate_pcm         INTEGER,                         -- agreed yearly rate; NULL = the legal default of the day
  early_discount        TEXT NOT NULL DEFAULT '',        -- "" = none granted
  insurance             TEXT NOT NULL DEFAULT '',        -- decennial insurance mention
  mediator              TEXT NOT NULL DEFAULT '',
  invoice_terms         TEXT NOT NULL DEFAULT '',
  chart                 TEXT NOT NULL CHECK (chart IN ('fr_pcg','ca_qc','generic')),
  fiscal_year_start     INTEGER NOT NULL DEFAULT 1 CHECK (fiscal_year_start BETWEEN 1 AND 12),
  is_demo               INTEGER NOT NULL DEFAULT 0 CHECK (is_demo IN (0,1)),
  version               INTEGER NOT NULL DEFAULT 1,
  created_at            TEXT NOT NULL,
  updated_at            TEXT NOT NULL
) STRICT;

CREATE TABLE users (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL CHECK (name <> ''),
  email      TEXT NOT NULL COLLATE NOCASE UNIQUE,
  language   TEXT NOT NULL CHECK (language IN ('fr','en')),
  theme      TEXT NOT NULL DEFAULT 'auto' CHECK (theme IN ('auto','light','dark')),
  role       TEXT NOT NULL CHECK (role IN ('principal','delegate','sales','bookkeeping','reader')),
  created_at TEXT NOT NULL
) STRICT;

-- Files by content; the bytes lie in the company folder under files/ab/abcd...
CREATE TABLE files (
  sha256     TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  size       INTEGER NOT NULL CHECK (size >= 0),
  media_type TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE mail_settings (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  host         TEXT NOT NULL DEFAULT '',
  port         INTEGER NOT NULL DEFAULT 587 CHECK (port BETWEEN 1 AND 65535),
  security     TEXT NOT NULL DEFAULT 'starttls' CHECK (security IN ('tls','starttls','plain')),
  plain_agreed INTEGER NOT NULL DEFAULT 0 CHECK (plain_agreed IN (0,1)),
  auth         TEXT NOT NULL DEFAULT 'plain' CHECK (auth IN ('none','plain','login')),
  user_name    TEXT NOT NULL DEFAULT '',
  from_name    TEXT NOT NULL DEFAULT '',
  from_address TEXT NOT NULL DEFAULT '',
  reply_to     TEXT NOT NULL DEFAULT '',
  signature    TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE portal_settings (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  enabled      INTEGER NOT NULL DEFAULT 0 CHECK (enabled IN (0,1)),
  address      TEXT NOT NULL DEFAULT '',                -- "0.0.0.0" = every address of this machine
  port         INTEGER NOT NULL DEFAULT 8443 CHECK (port BETWEEN 0 AND 65535),
  transport    TEXT NOT NULL DEFAULT 'https' CHECK (transport IN ('https','http')),
  host_name    TEXT NOT NULL DEFAULT '',                -- name put into links; "" = chosen by the program
  link_days    INTEGER NOT NULL DEFAULT 90 CHECK (link_days BETWEEN 1 AND 730),
  password_always INTEGER NOT NULL DEFAULT 0 CHECK (password_always IN (0,1)),
  message_fr   TEXT NOT NULL DEFAULT '',
  message_en   TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Secrets that no keyring holds: sealed with the key file that lies beside, outside of the database.
CREATE TABLE secrets (
  name       TEXT PRIMARY KEY,
  sealed     BLOB NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

-- Rates of the day that the firm noted: its own currency for one unit of the other, scaled 10^8.
CREATE TABLE exchange_rates (
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  valid_on TEXT NOT NULL,
  rate_e8  INTEGER NOT NULL CHECK (rate_e8 > 0),
  PRIMARY KEY (currency, valid_on)
) STRICT, WITHOUT ROWID;

-- Series of numbers: one row a kind and year; next_number moves only inside an issuing transaction.
CREATE TABLE series (
  kind             TEXT NOT NULL CHECK (kind IN ('invoice','credit_note','deposit_invoice','quote','payment','customer')),
  year             INTEGER NOT NULL,                     -- 0 for a series that never restarts
  pattern          TEXT NOT NULL,                        -- FA-{year}-{number:4}
  next_number      INTEGER NOT NULL DEFAULT 1 CHECK (next_number >= 1),
  last_issue_date  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (kind, year)
) STRICT;

CREATE TABLE series_patterns (
  kind    TEXT PRIMARY KEY,
  pattern TEXT NOT NULL,
  yearly  INTEGER NOT NULL DEFAULT 1 CHECK (yearly IN (0,1))
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER series_never_back BEFORE UPDATE ON series
WHEN NEW.next_number < OLD.next_number OR NEW.last_issue_date < OLD.last_issue_date
BEGIN SELECT RAISE(ABORT, 'series: numbers only go forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER series_no_delete BEFORE DELETE ON series
BEGIN SELECT RAISE(ABORT, 'series: never deleted'); END;
-- +goose StatementEnd
