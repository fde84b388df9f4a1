-- Plans, payment links, subscriptions.

-- name: InsertPlan :one
INSERT INTO plans (public_id, name_fr, name_en, name_key, currency, price_minor, unit, every, form, created_at, updated_at)
VALUES (@public_id, @name_fr, @name_en, @name_key, @currency, @price_minor, @unit, @every, @form, @now, @now) RETURNING id;

-- name: UpdatePlan :execrows
UPDATE plans SET name_fr = @name_fr, name_en = @name_en, name_key = @name_key, currency = @currency, price_minor = @price_minor, unit = @unit, every = @every, form = @form, version = version + 1, updated_at = @now
WHERE id = @id AND version = @version;

-- name: SetPlanState :execrows
UPDATE plans SET state = @state, version = version + 1, updated_at = @now WHERE id = @id AND version = @version;

-- name: PlanByPublicID :one
SELECT * FROM plans WHERE public_id = @public_id;

-- name: PlanByID :one
SELECT * FROM plans WHERE id = @id;

-- name: AllPlans :many
SELECT p.id, p.public_id, p.state, p.name_fr, p.name_en, p.name_key, p.currency, p.price_minor, p.unit, p.every, p.form, p.version, p.created_at, p.updated_at, (SELECT count(*) FROM subscriptions s WHERE s.plan_id = p.id AND s.state IN ('running','paused') AND (s.ends_on = '' OR s.ends_on >= CAST(@today AS TEXT))) AS subscribers,
  (SELECT count(*) FROM plan_links l WHERE l.plan_id = p.id AND l.withdrawn_at = '' AND (l.expires_on = '' OR l.expires_on >= CAST(@today AS TEXT))
    AND (l.most = 0 OR (SELECT count(*) FROM subscriptions u WHERE u.link_id = l.id AND (u.state = 'pending' OR u.active_on <> '')) < l.most)) AS links,
  CAST(COALESCE((SELECT sum(s.monthly_minor) FROM subscriptions s WHERE s.plan_id = p.id AND s.state = 'running' AND s.trial_until < CAST(@today AS TEXT) AND (s.ends_on = '' OR s.ends_on >= CAST(@today AS TEXT))), 0) AS INTEGER) AS monthly_minor
FROM plans p ORDER BY p.state, p.name_key, p.id LIMIT 1000;

-- name: InsertPlanLink :one
INSERT INTO plan_links (public_id, token, plan_id, label, expires_on, most, created_at) VALUES (@public_id, @token, @plan_id, @label, @expires_on, @most, @created_at) RETURNING id;

-- name: PlanLinkByToken :one
SELECT sqlc.embed(l), (SELECT count(*) FROM subscriptions s WHERE s.link_id = l.id AND (s.state = 'pending' OR s.active_on <> '')) AS used FROM plan_links l WHERE l.token = @token;

-- name: PlanLinkByPublicID :one
SELECT sqlc.embed(l), (SELECT count(*) FROM subscriptions s WHERE s.link_id = l.id AND (s.state = 'pending' OR s.active_on <> '')) AS used FROM plan_links l WHERE l.public_id = @public_id;

-- name: PlanLinkByID :one
SELECT sqlc.embed(l), (SELECT count(*) FROM subscriptions s WHERE s.link_id = l.id AND (s.state = 'pending' OR s.active_on <> '')) AS used FROM plan_links l WHERE l.id = @id;

-- name: PlanLinks :many
SELECT sqlc.embed(l), (SELECT count(*) FROM subscriptions s WHERE s.link_id = l.id AND (s.state = 'pending' OR s.active_on <> '')) AS used FROM plan_links l WHERE l.plan_id = @plan_id ORDER BY l.id DESC LIMIT 200;

-- name: WithdrawPlanLink :execrows
UPDATE plan_links SET withdrawn_at = @withdrawn_at WHERE id = @id AND withdrawn_at = '';

-- name: InsertSubscription :one
INSERT INTO subscriptions (public_id, state, customer_id, customer_name, customer_key, contact_id, plan_id, link_id, recurring_id, terms, seats, extras, currency, unit, every, amount_minor, monthly_minor,
  since_on, active_on, trial_until, setup_owed, created_at, updated_at)
VALUES (@public_id, @state, @customer_id, @customer_name, @customer_key, sqlc.narg(contact_id), @plan_id, sqlc.narg(link_id), @recurring_id, @terms, @seats, @extras, @currency, @unit, @every, @amount_minor, @monthly_minor,
  @since_on, @active_on, @trial_until, @setup_owed, @now, @now) RETURNING id;

-- name: SubscriptionByPublicID :one
SELECT * FROM subscriptions WHERE public_id = @public_id;

-- name: SubscriptionOfCustomer :one
SELECT * FROM subscriptions WHERE public_id = @public_id AND customer_id = CAST(@customer_id AS INTEGER);

-- name: SubscriptionByID :one
SELECT * FROM subscriptions WHERE id = @id;

-- name: SubscriptionByRecurring :one
SELECT * FROM subscriptions WHERE recurring_id = @recurring_id;

-- name: PendingSubscription :one
SELECT * FROM subscriptions WHERE customer_id = @customer_id AND plan_id = @plan_id AND state = 'pending' ORDER BY id DESC LIMIT 1;

-- name: PendingOfDocument :many
SELECT id, public_id, state, customer_id, customer_name, customer_key, contact_id, plan_id, link_id, recurring_id, terms, seats, extras, currency, unit, every, amount_minor, monthly_minor, since_on, active_on, trial_until, setup_owed, first_id, period_from, period_to, covered_from, covered_minor, cancel_at, cancel_reason, cancel_waits, ends_on, ended_on, planned, version, created_at, updated_at FROM subscriptions WHERE first_id = CAST(@document_id AS INTEGER) AND state = 'pending';

-- name: UpdateSubscription :execrows
UPDATE subscriptions SET state = @state, plan_id = @plan_id, terms = @terms, seats = @seats, extras = @extras, unit = @unit, every = @every, amount_minor = @amount_minor, monthly_minor = @monthly_minor,
  active_on = @active_on, trial_until = @trial_until, setup_owed = @setup_owed, first_id = sqlc.narg(first_id), period_from = @period_from, period_to = @period_to, covered_from = @covered_from, covered_minor = @covered_minor,
  cancel_at = @cancel_at, cancel_reason = @cancel_reason, cancel_waits = @cancel_waits, ends_on = @ends_on, ended_on = @ended_on, planned = @planned, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version;

-- name: InsertSubscriptionPaper :exec
INSERT INTO subscription_papers (subscription_id, document_id, role, from_on, to_on, minor, about_id) VALUES (@subscription_id, @document_id, @role, @from_on, @to_on, @minor, sqlc.narg(about_id));

-- name: SubscriptionPapers :many
SELECT p.role, p.from_on, p.to_on, p.minor, p.document_id, p.about_id, d.public_id, d.kind, d.number, d.issue_date, d.total_incl_minor, d.currency, s.due_minor, s.due_date
FROM subscription_papers p JOIN documents d ON d.id = p.document_id JOIN document_status s ON s.document_id = d.id
WHERE p.subscription_id = @subscription_id ORDER BY p.document_id DESC LIMIT 500;

-- The invoices that charged the days which are covered now, the newest first: what each charged of them, what the room's own credit notes gave back
-- of that, and what all its credit notes together leave of the invoice. The first
-- period may have begun later than its invoice says: on the day of its payment.
-- name: SubscriptionCharges :many
SELECT p.document_id, d.public_id, d.number, p.minor, CAST(COALESCE((SELECT sum(c.minor) FROM subscription_papers c WHERE c.about_id = p.document_id), 0) AS INTEGER) AS given_minor,
  d.prices_incl_tax, d.total_excl_minor, d.total_incl_minor, CAST(COALESCE((SELECT sum(k.total_incl_minor) FROM documents k WHERE k.preceding_id = p.document_id AND k.kind = 'credit_note' AND k.state = 'issued'), 0) AS INTEGER) AS credited_minor,
  CAST(COALESCE((SELECT sum(k.total_excl_minor) FROM documents k WHERE k.preceding_id = p.document_id AND k.kind = 'credit_note' AND k.state = 'issued'), 0) AS INTEGER) AS credited_excl_minor
FROM subscription_papers p JOIN documents d ON d.id = p.document_id
WHERE p.subscription_id = @subscription_id AND p.role <> 'credit' AND (p.to_on >= CAST(@covered_from AS TEXT)
  OR p.role = 'first' AND NOT EXISTS (SELECT 1 FROM subscription_papers n WHERE n.subscription_id = p.subscription_id AND n.role = 'period')) ORDER BY p.document_id DESC LIMIT 100;

-- name: SubscriptionCreditsLeft :many
-- Less what a transfer that was decided will give back of them.
SELECT p.document_id, CAST(s.due_minor - COALESCE((SELECT sum(t.amount_minor) FROM sepa_transfers t WHERE t.credit_id = p.document_id AND t.state IN ('decided','made')), 0) AS INTEGER) AS due_minor
FROM subscription_papers p JOIN document_status s ON s.document_id = p.document_id
WHERE p.subscription_id = @subscription_id AND p.role = 'credit' AND s.due_minor > 0 ORDER BY p.document_id LIMIT 100;

-- name: SubscriptionOverdue :one
SELECT CAST(COALESCE(sum(s.due_minor), 0) AS INTEGER) AS overdue FROM subscription_papers p JOIN document_status s ON s.document_id = p.document_id
WHERE p.subscription_id = @subscription_id AND p.role <> 'credit' AND s.due_minor > 0 AND s.due_date < CAST(@today AS TEXT);

-- name: OrdersSince :one
-- Of its own contacts: each makes papers that stay.
SELECT count(*) FROM subscriptions s JOIN subscription_events e ON e.subscription_id = s.id
WHERE s.customer_id = @customer_id AND e.who = 'contact' AND e.kind IN ('subscribed','changed','change_planned') AND e.at > @since;

-- name: InsertSubscriptionEvent :exec
INSERT INTO subscription_events (subscription_id, at, kind, who, who_name, args, document_id) VALUES (@subscription_id, @at, @kind, @who, @who_name, @args, sqlc.narg(document_id));

-- name: SubscriptionEvents :many
SELECT e.at, e.kind, e.who, e.who_name, e.args, d.number FROM subscription_events e LEFT JOIN documents d ON d.id = e.document_id WHERE e.subscription_id = @subscription_id ORDER BY e.id DESC LIMIT 200;

-- name: SubscriptionsOver :many
SELECT s.public_id, s.customer_name, c.public_id AS customer_public_id, s.currency, s.terms, s.ends_on FROM subscriptions s JOIN customers c ON c.id = s.customer_id
WHERE s.state IN ('running','paused') AND s.ends_on <> '' AND s.ends_on < CAST(@today AS TEXT) ORDER BY s.ends_on, s.id LIMIT 500;

-- Orders that waited for longer than they may, public_id '' for all: none whose money is on its way (see SubscriptionMoneyComing) or in part here.
-- name: SubscriptionsLapsed :many
SELECT s.public_id, s.customer_name, c.public_id AS customer_public_id, s.currency, s.terms, s.since_on FROM subscriptions s JOIN customers c ON c.id = s.customer_id LEFT JOIN document_status d ON d.document_id = s.first_id
WHERE s.state = 'pending' AND s.since_on < CAST(@before AS TEXT) AND (CAST(@public_id AS TEXT) = '' OR s.public_id = @public_id) AND d.announced_at IS NULL AND COALESCE(d.paid_minor, 0) = 0
  AND NOT EXISTS (SELECT 1 FROM payment_intent_parts ip JOIN payment_intents i ON i.id = ip.intent_id WHERE ip.document_id = s.first_id AND i.state IN ('created','needs_action','processing','unknown'))
  AND NOT EXISTS (SELECT 1 FROM sepa_debit_parts dp JOIN sepa_debits sd ON sd.id = dp.debit_id WHERE dp.document_id = s.first_id AND sd.state = 'made')
ORDER BY s.since_on, s.id LIMIT 500;

-- Whether money for a first invoice is on its way: an attempt that is open, a transfer that was announced, a debit in a file.
-- name: SubscriptionMoneyComing :one
SELECT CAST(EXISTS (SELECT 1 FROM document_status d WHERE d.document_id = CAST(@document_id AS INTEGER) AND d.announced_at IS NOT NULL)
  OR EXISTS (SELECT 1 FROM payment_intent_parts ip JOIN payment_intents i ON i.id = ip.intent_id WHERE ip.document_id = @document_id AND i.state IN ('created','needs_action','processing','unknown'))
  OR EXISTS (SELECT 1 FROM sepa_debit_parts dp JOIN sepa_debits sd ON sd.id = dp.debit_id WHERE dp.document_id = @document_id AND sd.state = 'made') AS INTEGER) AS coming;

-- Who is in a trial is no subscriber yet: began, joined and lost count from the day after it.
-- name: SubscriptionFigures :one
SELECT CAST(COALESCE(sum(s.state = 'pending'), 0) AS INTEGER) AS pending,
  CAST(COALESCE(sum(s.state = 'paused' AND (s.ends_on = '' OR s.ends_on >= CAST(@today AS TEXT)) AND s.cancel_at = '' AND s.ends_on = ''), 0) AS INTEGER) AS paused,
  CAST(COALESCE(sum(s.state = 'ended' OR s.state <> 'pending' AND s.ends_on <> '' AND s.ends_on < CAST(@today AS TEXT)), 0) AS INTEGER) AS ended,
  CAST(COALESCE(sum(s.state IN ('running','paused') AND (s.cancel_at <> '' OR s.ends_on <> '') AND (s.ends_on = '' OR s.ends_on >= CAST(@today AS TEXT))), 0) AS INTEGER) AS cancelling,
  CAST(COALESCE(sum(s.state = 'running' AND s.cancel_at = '' AND s.ends_on = '' AND NOT (o.overdue) AND s.trial_until >= CAST(@today AS TEXT)), 0) AS INTEGER) AS trial,
  CAST(COALESCE(sum(s.state = 'running' AND s.cancel_at = '' AND s.ends_on = '' AND o.overdue), 0) AS INTEGER) AS past_due,
  CAST(COALESCE(sum(s.state = 'running' AND s.cancel_at = '' AND s.ends_on = '' AND NOT (o.overdue) AND s.trial_until < CAST(@today AS TEXT)), 0) AS INTEGER) AS active,
  CAST(COALESCE(sum(s.state IN ('running','paused') AND s.cancel_waits = 1 AND (s.ends_on = '' OR s.ends_on >= CAST(@today AS TEXT))), 0) AS INTEGER) AS waiting,
  CAST(COALESCE(sum(s.active_on <> '' AND s.active_on < CAST(@month AS TEXT) AND (s.trial_until = '' OR date(s.trial_until, '+1 day') < CAST(@month AS TEXT)) AND (s.state <> 'ended' AND (s.ends_on = '' OR s.ends_on >= CAST(@month AS TEXT)) OR s.state = 'ended' AND s.ended_on >= CAST(@month AS TEXT))), 0) AS INTEGER) AS began,
  CAST(COALESCE(sum(CASE WHEN s.trial_until = '' THEN s.active_on ELSE date(s.trial_until, '+1 day') END BETWEEN CAST(@month AS TEXT) AND CAST(@today AS TEXT) AND s.active_on <> ''
    AND NOT (s.trial_until <> '' AND s.ends_on <> '' AND s.ends_on <= s.trial_until)), 0) AS INTEGER) AS joined,
  CAST(COALESCE(sum(s.active_on <> '' AND s.active_on < CAST(@month AS TEXT) AND (s.trial_until = '' OR date(s.trial_until, '+1 day') < CAST(@month AS TEXT)) AND (s.state = 'ended' AND s.ended_on >= CAST(@month AS TEXT) OR s.state <> 'ended' AND s.ends_on >= CAST(@month AS TEXT) AND s.ends_on < CAST(@today AS TEXT))), 0) AS INTEGER) AS lost
FROM subscriptions s JOIN (SELECT x.id, EXISTS (SELECT 1 FROM subscription_papers p JOIN document_status d ON d.document_id = p.document_id
  WHERE p.subscription_id = x.id AND p.role <> 'credit' AND d.due_minor > 0 AND d.due_date < CAST(@today AS TEXT)) AS overdue FROM subscriptions x) o ON o.id = s.id;

-- name: SubscriptionMoney :many
SELECT s.currency,
  CAST(COALESCE(sum(CASE WHEN s.state = 'running' AND s.trial_until < CAST(@today AS TEXT) AND (s.ends_on = '' OR s.ends_on >= CAST(@today AS TEXT)) THEN s.monthly_minor ELSE 0 END), 0) AS INTEGER) AS mrr_minor,
  CAST(COALESCE(sum(CASE WHEN s.active_on <> '' AND s.active_on < CAST(@month AS TEXT) AND (s.trial_until = '' OR date(s.trial_until, '+1 day') < CAST(@month AS TEXT)) AND (s.state = 'ended' AND s.ended_on >= CAST(@month AS TEXT) OR s.state <> 'ended' AND s.ends_on >= CAST(@month AS TEXT) AND s.ends_on < CAST(@today AS TEXT)) THEN s.monthly_minor ELSE 0 END), 0) AS INTEGER) AS lost_minor
FROM subscriptions s WHERE s.active_on <> '' GROUP BY s.currency ORDER BY s.currency LIMIT 50;

-- Methods that are kept and not over; month: of today, as YYYYMM.
-- name: SubscriptionMethods :one
SELECT CAST(count(*) AS INTEGER) AS n FROM kept_methods WHERE customer_id = CAST(@customer_id AS INTEGER) AND deleted_at = '' AND (exp_year = 0 OR exp_year * 100 + exp_month >= CAST(@month AS INTEGER));

-- Trials that wait for a method while one is kept now.
-- name: TrialsToStart :many
SELECT s.id FROM subscriptions s WHERE s.state = 'pending' AND s.trial_until <> '' AND s.first_id IS NULL
  AND EXISTS (SELECT 1 FROM kept_methods m WHERE m.customer_id = s.customer_id AND m.deleted_at = '' AND (m.exp_year = 0 OR m.exp_year * 100 + m.exp_month >= CAST(@month AS INTEGER)))
ORDER BY s.id LIMIT 200;

-- name: SubscriptionOfTemplate :one
SELECT s.public_id FROM subscriptions s JOIN recurring_invoices r ON r.id = s.recurring_id WHERE r.public_id = @public_id;
