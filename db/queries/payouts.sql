-- What gateways hold and what they paid out.

-- name: NextPayoutID :one
SELECT CAST(COALESCE(max(id), 0) + 1 AS INTEGER) FROM gateway_payouts;

-- name: InsertPayout :exec
INSERT INTO gateway_payouts (id, public_id, gateway, mode, ref, arrived_on, amount_minor, currency, rate_e8, by_hand, added_by, reference, entry_id, created_at)
VALUES (@id, @public_id, @gateway, @mode, @ref, @arrived_on, @amount_minor, @currency, @rate_e8, @by_hand, @added_by, @reference, @entry_id, @created_at);

-- name: PayoutByRef :one
SELECT * FROM gateway_payouts WHERE gateway = @gateway AND ref = @ref AND @ref <> '';

-- name: PayoutByPublicID :one
SELECT * FROM gateway_payouts WHERE public_id = @public_id;

-- name: PayoutAlike :one
-- One that stands for the same money, in a span of days: by hand only (its news have not come), or any.
SELECT * FROM gateway_payouts WHERE gateway = @gateway AND mode = @mode AND amount_minor = @amount_minor AND currency = @currency AND reversal_id IS NULL
  AND arrived_on >= @from_date AND arrived_on <= @to_date AND (ref = '' OR CAST(@by_hand_only AS INTEGER) = 0) ORDER BY id LIMIT 1;

-- name: NamePayout :execrows
UPDATE gateway_payouts SET ref = @ref WHERE id = @id AND ref = '';

-- name: ReversePayout :execrows
UPDATE gateway_payouts SET reversal_id = @reversal_id, reversed_on = @reversed_on WHERE id = @id AND reversal_id IS NULL;

-- name: NewestPayouts :many
SELECT id, public_id, gateway, mode, ref, arrived_on, amount_minor, currency, rate_e8, by_hand, added_by, reference, entry_id, reversal_id, reversed_on, created_at FROM gateway_payouts
WHERE gateway = @gateway ORDER BY arrived_on DESC, id DESC LIMIT @row_limit;

-- name: GatewayHeld :one
-- What stands on the account for gateways, of one of them, in the firm's currency.
SELECT CAST(COALESCE(sum(l.debit_minor - l.credit_minor), 0) AS INTEGER) FROM accounts a JOIN entry_lines l ON l.account_id = a.id JOIN entries e ON e.id = l.entry_id
WHERE a.role = 'autres_organismes' AND CASE e.source_kind
  WHEN 'payment' THEN EXISTS (SELECT 1 FROM payments p WHERE p.id = e.source_id AND p.gateway = @gateway)
  WHEN 'refund' THEN EXISTS (SELECT 1 FROM refunds r WHERE r.id = e.source_id AND r.gateway = @gateway)
  WHEN 'payout' THEN EXISTS (SELECT 1 FROM gateway_payouts o WHERE o.id = e.source_id AND o.gateway = @gateway)
  WHEN 'reversal' THEN EXISTS (SELECT 1 FROM gateway_payouts v WHERE v.reversal_id = e.id AND v.gateway = @gateway)
  ELSE 0 END;

-- name: GatewaysOfMoney :many
-- The gateways that ever held money, or paid some out.
SELECT p.gateway FROM payments p WHERE p.gateway <> '' UNION SELECT o.gateway FROM gateway_payouts o ORDER BY 1 LIMIT 50;

-- name: FirstAsked :one
-- When a gateway was first asked for money here, "" for never. What it paid out before is not of these books.
SELECT CAST(COALESCE(min(created_at), '') AS TEXT) FROM payment_intents WHERE gateway = @gateway AND mode = @mode AND kind IN ('pay','charge');

-- name: LastRateOfGateway :one
SELECT rate_e8 FROM payments WHERE gateway = @gateway AND currency = @currency AND received_on <= @on_date ORDER BY id DESC LIMIT 1;

-- name: SetCashLimit :exec
UPDATE pay_ways SET most_minor = @most_minor WHERE way = 'cash';
