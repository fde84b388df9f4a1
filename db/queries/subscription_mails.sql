-- What mails about subscriptions need, and whether the portal shows the part at all.

-- name: SubscriptionsOfCustomer :one
SELECT CAST(count(*) AS INTEGER) AS n FROM subscriptions WHERE customer_id = @customer_id;

-- Trials whose end has not been told; the mail's key says whether it has.
-- name: TrialsEnding :many
SELECT s.id FROM subscriptions s WHERE s.state = 'running' AND s.trial_until >= CAST(@today AS TEXT) AND s.trial_until <= CAST(@until AS TEXT) AND s.cancel_at = '' AND s.ends_on = ''
  AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.key = 'subscription_trial/' || s.public_id || '/' || s.trial_until)
ORDER BY s.trial_until, s.id LIMIT 200;

-- One that is cancelled counts to its last day: it is paid until then.
-- name: RunningSubscriptions :one
SELECT count(*) FROM subscriptions WHERE customer_id = @customer_id AND plan_id = @plan_id AND state IN ('running','paused') AND (ends_on = '' OR ends_on >= CAST(@today AS TEXT));

-- name: SubscriptionOfDocument :one
SELECT s.public_id, s.state, s.terms, p.role FROM documents d JOIN subscription_papers p ON p.document_id = d.id JOIN subscriptions s ON s.id = p.subscription_id
WHERE d.public_id = @public_id AND s.customer_id = CAST(@customer_id AS INTEGER);
