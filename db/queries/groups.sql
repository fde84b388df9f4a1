-- name: CustomerGroups :many
SELECT g.id, g.public_id, g.name, g.is_default, g.terms_days, g.terms_end_of_month, g.tax_regime, g.language, g.uploads_allowed, g.version,
  COALESCE(p.public_id, '') AS policy_public_id, COALESCE(p.name, '') AS policy_name, COALESCE(l.public_id, '') AS price_list_public_id, COALESCE(l.name, '') AS price_list_name,
  g.portal_enabled,
  (SELECT count(*) FROM customers c WHERE c.group_id = g.id AND c.archived_at IS NULL) AS customers
FROM customer_groups g LEFT JOIN reminder_policies p ON p.id = g.reminder_policy_id LEFT JOIN price_lists l ON l.id = g.price_list_id ORDER BY g.is_default DESC, g.name, g.id LIMIT 500;

-- name: CustomerGroupByPublicID :one
SELECT * FROM customer_groups WHERE public_id = @public_id;

-- name: CustomerGroupByID :one
SELECT * FROM customer_groups WHERE id = @id;

-- name: DefaultCustomerGroup :one
SELECT * FROM customer_groups WHERE is_default = 1;

-- name: InsertCustomerGroup :one
INSERT INTO customer_groups (public_id, name, is_default, terms_days, terms_end_of_month, tax_regime, language, price_list_id, reminder_policy_id, uploads_allowed, created_at, updated_at)
VALUES (@public_id, @name, @is_default, @terms_days, @terms_end_of_month, @tax_regime, @language, @price_list_id, @reminder_policy_id, @uploads_allowed, @now, @now) RETURNING id;

-- name: UpdateCustomerGroup :execrows
UPDATE customer_groups SET name = @name, is_default = @is_default, terms_days = @terms_days, terms_end_of_month = @terms_end_of_month, tax_regime = @tax_regime,
  language = @language, price_list_id = @price_list_id, reminder_policy_id = @reminder_policy_id, uploads_allowed = @uploads_allowed, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version;

-- name: ClearDefaultGroup :exec
UPDATE customer_groups SET is_default = 0, version = version + 1, updated_at = @updated_at WHERE is_default = 1 AND id <> @except_id;

-- name: DeleteCustomerGroup :execrows
DELETE FROM customer_groups WHERE id = @id AND version = @version;

-- name: CountCustomersOfGroup :one
SELECT count(*) FROM customers WHERE group_id = @group_id;

-- name: CustomerGroupNamed :one
SELECT id FROM customer_groups WHERE name = @name;

-- name: SetCustomerRules :exec
UPDATE customers SET group_id = @group_id, reminders_exempt = @reminders_exempt WHERE id = @id;

-- name: PriceListIDByPublicID :one
SELECT id FROM price_lists WHERE public_id = @public_id;

-- name: ReminderPolicyIDByPublicID :one
SELECT id FROM reminder_policies WHERE public_id = @public_id;
