-- The firm's account with its provider, its telephone system, codes of third-party programs.

-- name: CustomerByExternalCode :one
SELECT * FROM customers WHERE external_code = @external_code COLLATE NOCASE AND external_code <> '';

-- name: SetExternalCode :exec
UPDATE customers SET external_code = @external_code WHERE id = @id;

-- name: SetSPID :exec
UPDATE company SET spid = @spid WHERE id = 1;

-- name: SetPhoneSystem :exec
UPDATE company SET pbx = @pbx, phone_provider = @phone_provider, phone_set_at = @phone_set_at WHERE id = 1;

-- name: BillingModes :many
SELECT from_month, mode FROM billing_modes WHERE id > 0 ORDER BY id;

-- name: InsertBillingMode :exec
INSERT INTO billing_modes (from_month, mode, by_name, at) VALUES (@from_month, @mode, @by_name, @at);

-- What the catalogue says today of the lines of a draft about to be issued.
-- name: CatalogueCosts :many
SELECT l.position, i.id AS item_id, i.code, i.name, i.provider, i.currency, i.cost_price_e4
FROM document_lines l JOIN items i ON i.id = l.item_id WHERE l.document_id = @document_id ORDER BY l.position;

-- name: InsertLineCost :exec
INSERT INTO line_costs (document_id, position, item_id, code, name, provider, currency, cost_e4, quantity_e4, revenue_minor)
VALUES (@document_id, @position, @item_id, @code, @name, @provider, @currency, @cost_e4, @quantity_e4, @revenue_minor);

-- name: LineCosts :many
SELECT position, item_id, code, name, provider, currency, cost_e4 FROM line_costs WHERE document_id = @document_id ORDER BY position;

-- The lines of a period with what they cost; kept = 0: issued before costs were kept.
-- name: StatementLines :many
SELECT d.public_id, d.number, d.kind, d.issue_date, d.customer_name, d.currency, d.rate_e8, l.position, l.description, l.quantity_e4, l.net_minor,
  CAST(c.document_id IS NOT NULL AS INTEGER) AS kept, c.item_id, CAST(COALESCE(c.code, '') AS TEXT) AS code, CAST(COALESCE(c.name, '') AS TEXT) AS name,
  CAST(COALESCE(c.provider, '') AS TEXT) AS provider, CAST(COALESCE(c.currency, '') AS TEXT) AS cost_currency, c.cost_e4,
  CAST(COALESCE(c.revenue_minor, 0) AS INTEGER) AS revenue_minor
FROM documents d JOIN document_lines l ON l.document_id = d.id AND l.is_optional = 0
LEFT JOIN line_costs c ON c.document_id = d.id AND c.position = l.position
WHERE d.kind IN ('invoice','credit_note') AND d.state = 'issued'
  AND CASE d.state WHEN 'draft' THEN '9999-12-31' ELSE d.issue_date END BETWEEN CAST(@from_day AS TEXT) AND CAST(@to_day AS TEXT)
ORDER BY d.issue_date, d.id, l.position;

-- name: FirstIssueDay :one
SELECT CAST(COALESCE(min(CASE state WHEN 'draft' THEN '9999-12-31' ELSE issue_date END), '') AS TEXT) AS day FROM documents WHERE kind = 'invoice' AND state = 'issued';

-- name: SetSupport :exec
UPDATE company SET support_email = @support_email, support_phone = @support_phone, support_hours_fr = @support_hours_fr, support_hours_en = @support_hours_en WHERE id = 1;
