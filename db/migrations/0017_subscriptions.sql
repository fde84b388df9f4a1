-- Plans, their payment links, subscriptions and what became of them.
-- +goose Up
CREATE TABLE plans (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','withdrawn')),
  name_fr       TEXT NOT NULL CHECK (name_fr <> ''),
  name_en       TEXT NOT NULL,
  name_key      TEXT NOT NULL,                          -- sort key
  currency      TEXT NOT NULL CHECK (length(currency) = 3),
  price_minor   INTEGER NOT NULL CHECK (price_minor > 0), -- of a period, per seat, in the prices of the plan (with or without tax)
  unit          TEXT NOT NULL CHECK (unit IN ('day','week','month','year')),
  every         INTEGER NOT NULL CHECK (every BETWEEN 1 AND 60),
  form          TEXT NOT NULL CHECK (json_valid(form)), -- the whole plan as it is edited; a subscription keeps a copy of its own
  version       INTEGER NOT NULL DEFAULT 1,
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL
) STRICT;
CREATE INDEX plans_names ON plans (state, name_key, id);
-- +goose StatementBegin
CREATE TRIGGER plans_keep BEFORE DELETE ON plans
BEGIN SELECT RAISE(ABORT, 'plans: withdrawn, never deleted'); END;
-- +goose StatementEnd

-- A payment link is public by its nature (it hangs on a wall as a QR code), so its token is kept as it is: it opens the
-- offer, never anybody's account.
CREATE TABLE plan_links (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  token        TEXT NOT NULL UNIQUE CHECK (length(token) >= 26),
  plan_id      INTEGER NOT NULL REFERENCES plans (id),
  label        TEXT NOT NULL DEFAULT '',
  expires_on   TEXT NOT NULL DEFAULT '',                -- last day; "" = none
  most         INTEGER NOT NULL DEFAULT 0 CHECK (most >= 0), -- 0 = without limit
  created_at   TEXT NOT NULL,
  withdrawn_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX plan_links_plan ON plan_links (plan_id, id DESC);
-- +goose StatementBegin
CREATE TRIGGER plan_links_keep BEFORE DELETE ON plan_links
BEGIN SELECT RAISE(ABORT, 'plan_links: withdrawn, never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER plan_links_fixed BEFORE UPDATE OF token, plan_id, created_at ON plan_links
BEGIN SELECT RAISE(ABORT, 'plan_links: a link leads where it always led'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER plan_links_withdrawn BEFORE UPDATE OF withdrawn_at ON plan_links WHEN OLD.withdrawn_at <> ''
BEGIN SELECT RAISE(ABORT, 'plan_links: withdrawn for good'); END;
-- +goose StatementEnd

CREATE TABLE subscriptions (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT NOT NULL UNIQUE,
  state         TEXT NOT NULL CHECK (state IN ('pending','running','paused','ended')), -- trial, past due, cancelling are derived
  customer_id   INTEGER NOT NULL REFERENCES customers (id),
  customer_name TEXT NOT NULL,
  customer_key  TEXT NOT NULL,
  contact_id    INTEGER REFERENCES contacts (id),       -- who subscribed; NULL: the firm did
  plan_id       INTEGER NOT NULL REFERENCES plans (id),
  link_id       INTEGER REFERENCES plan_links (id),
  recurring_id  INTEGER NOT NULL UNIQUE REFERENCES recurring_invoices (id), -- runs it
  terms         TEXT NOT NULL CHECK (json_valid(terms)), -- the plan as it was agreed
  seats         INTEGER NOT NULL CHECK (seats >= 1),
  extras        TEXT NOT NULL CHECK (json_valid(extras)), -- ids of the plan's extras
  currency      TEXT NOT NULL CHECK (length(currency) = 3),
  unit          TEXT NOT NULL CHECK (unit IN ('day','week','month','year')),
  every         INTEGER NOT NULL CHECK (every >= 1),
  amount_minor  INTEGER NOT NULL CHECK (amount_minor >= 0),  -- with tax, of one period
  monthly_minor INTEGER NOT NULL CHECK (monthly_minor >= 0), -- before tax, brought to a month
  since_on      TEXT NOT NULL CHECK (since_on <> ''),
  active_on     TEXT NOT NULL DEFAULT '',               -- begun: its trial, or its first invoice paid; "" = not yet
  trial_until   TEXT NOT NULL DEFAULT '',
  setup_owed    INTEGER NOT NULL DEFAULT 0 CHECK (setup_owed IN (0,1)), -- comes with the next invoice
  first_id      INTEGER REFERENCES documents (id),      -- whose payment makes it active
  period_from   TEXT NOT NULL DEFAULT '',               -- the period that was invoiced last
  period_to     TEXT NOT NULL DEFAULT '',
  covered_from  TEXT NOT NULL DEFAULT '',               -- of it, the days from here on by the terms of today ...
  covered_minor INTEGER NOT NULL DEFAULT 0 CHECK (covered_minor >= 0), -- ... were charged with this, in the prices of the plan
  cancel_at     TEXT NOT NULL DEFAULT '',               -- when the end was asked for
  cancel_reason TEXT NOT NULL DEFAULT '',
  cancel_waits  INTEGER NOT NULL DEFAULT 0 CHECK (cancel_waits IN (0,1)), -- the firm has not said its word
  ends_on       TEXT NOT NULL DEFAULT '',               -- last day
  ended_on      TEXT NOT NULL DEFAULT '',
  planned       TEXT NOT NULL DEFAULT '' CHECK (planned = '' OR json_valid(planned)), -- terms, seats and extras that come with the next period
  version       INTEGER NOT NULL DEFAULT 1,
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL,
  CHECK ((state = 'ended') = (ended_on <> '')),
  CHECK (state IN ('pending','ended') OR active_on <> ''),
  CHECK ((period_from = '') = (period_to = '') AND (period_from = '') = (covered_from = '')),
  CHECK (cancel_waits = 0 OR cancel_at <> '')
) STRICT;
CREATE INDEX subscriptions_newest ON subscriptions (state, id DESC);
CREATE INDEX subscriptions_customer ON subscriptions (customer_id, id DESC);
CREATE INDEX subscriptions_plan ON subscriptions (plan_id, state);
CREATE INDEX subscriptions_link ON subscriptions (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX subscriptions_first ON subscriptions (first_id) WHERE state = 'pending' AND first_id IS NOT NULL;
CREATE INDEX subscriptions_ends ON subscriptions (ends_on) WHERE state IN ('running','paused') AND ends_on <> '';
CREATE INDEX subscriptions_ended ON subscriptions (ended_on) WHERE state = 'ended';
-- +goose StatementBegin
CREATE TRIGGER subscriptions_keep BEFORE DELETE ON subscriptions
BEGIN SELECT RAISE(ABORT, 'subscriptions: ended, never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subscriptions_whose BEFORE UPDATE OF customer_id, recurring_id, currency, since_on, created_at ON subscriptions
BEGIN SELECT RAISE(ABORT, 'subscriptions: whose it is and since when never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subscriptions_over BEFORE UPDATE OF state ON subscriptions WHEN OLD.state = 'ended' AND NEW.state <> 'ended' OR OLD.state <> 'pending' AND NEW.state = 'pending'
BEGIN SELECT RAISE(ABORT, 'subscriptions: what has ended has ended'); END;
-- +goose StatementEnd

-- Its invoices and credit notes.
CREATE TABLE subscription_papers (
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
  document_id     INTEGER NOT NULL UNIQUE REFERENCES documents (id),
  role            TEXT NOT NULL CHECK (role IN ('first','period','change','credit')),
  from_on         TEXT NOT NULL,                        -- the days that it is about
  to_on           TEXT NOT NULL,
  minor           INTEGER NOT NULL,                     -- charged for these days, without set-up, in the prices of the plan; of a credit note what it gives back
  about_id        INTEGER REFERENCES documents (id),    -- of a credit note: the invoice
  PRIMARY KEY (subscription_id, document_id),
  CHECK ((role = 'credit') = (about_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_papers_about ON subscription_papers (about_id) WHERE about_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER subscription_papers_frozen BEFORE UPDATE ON subscription_papers
BEGIN SELECT RAISE(ABORT, 'subscription_papers: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subscription_papers_keep BEFORE DELETE ON subscription_papers
BEGIN SELECT RAISE(ABORT, 'subscription_papers: never deleted'); END;
-- +goose StatementEnd

-- What happened to it.
CREATE TABLE subscription_events (
  id              INTEGER PRIMARY KEY,
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
  at              TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind <> ''),     -- common.subscription.event.<kind>
  who             TEXT NOT NULL CHECK (who IN ('staff','contact','system','command_line')),
  who_name        TEXT NOT NULL,
  args            TEXT NOT NULL CHECK (json_valid(args)),
  document_id     INTEGER REFERENCES documents (id)
) STRICT;
CREATE INDEX subscription_events_of ON subscription_events (subscription_id, id DESC);
-- +goose StatementBegin
CREATE TRIGGER subscription_events_frozen BEFORE UPDATE ON subscription_events
BEGIN SELECT RAISE(ABORT, 'subscription_events: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subscription_events_keep BEFORE DELETE ON subscription_events
BEGIN SELECT RAISE(ABORT, 'subscription_events: never deleted'); END;
-- +goose StatementEnd
