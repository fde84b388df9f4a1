-- name: InsertPriceList :one
INSERT INTO price_lists (public_id, name, currency, created_at, updated_at) VALUES (@public_id, @name, @currency, @now, @now) RETURNING id;

-- name: UpdatePriceList :execrows
UPDATE price_lists SET name = @name, currency = @currency, version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: SetPriceListArchived :execrows
UPDATE price_lists SET archived_at = sqlc.narg(archived_at), version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: PriceListByPublicID :one
SELECT * FROM price_lists WHERE public_id = @public_id;

-- name: PriceLists :many
SELECT p.id, p.public_id, p.name, p.currency, p.archived_at, p.version,
  (SELECT count(*) FROM item_prices x WHERE x.price_list_id = p.id) AS items,
  (SELECT count(*) FROM customers c WHERE c.price_list_id = p.id AND c.archived_at IS NULL) AS customers,
  (SELECT count(*) FROM customer_groups g WHERE g.price_list_id = p.id) AS customer_groups
FROM price_lists p ORDER BY p.name COLLATE NOCASE, p.id;

-- name: CountListPrices :one
SELECT count(*) FROM item_prices WHERE price_list_id = @price_list_id;

-- name: ListOfCustomer :one
SELECT p.id, p.public_id, p.name, p.currency FROM customers c LEFT JOIN customer_groups g ON g.id = c.group_id
JOIN price_lists p ON p.id = COALESCE((SELECT o.id FROM price_lists o WHERE o.id = c.price_list_id AND o.archived_at IS NULL), g.price_list_id)
WHERE c.public_id = @customer_public_id AND p.archived_at IS NULL;

-- name: OwnListOfCustomer :one
SELECT CAST(COALESCE((SELECT p.public_id FROM price_lists p WHERE p.id = c.price_list_id), '') AS TEXT) AS public_id FROM customers c WHERE c.public_id = @customer_public_id;

-- name: SetCustomerPriceList :execrows
UPDATE customers SET price_list_id = @price_list_id, updated_at = @updated_at WHERE public_id = @customer_public_id;

-- name: PricesOfItem :many
SELECT p.id, p.public_id, p.name, p.currency, x.unit_price_e4 FROM item_prices x JOIN price_lists p ON p.id = x.price_list_id
WHERE x.item_id = @item_id AND p.archived_at IS NULL ORDER BY p.name COLLATE NOCASE, p.id;

-- name: PutItemPrice :exec
INSERT INTO item_prices (item_id, price_list_id, unit_price_e4) VALUES (@item_id, @price_list_id, @unit_price_e4)
ON CONFLICT (item_id, price_list_id) DO UPDATE SET unit_price_e4 = excluded.unit_price_e4;

-- name: DeleteItemPrice :exec
DELETE FROM item_prices WHERE item_id = @item_id AND price_list_id = @price_list_id;

-- name: SetItemPrice :execrows
UPDATE items SET unit_price_e4 = @unit_price_e4, version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: TouchItem :execrows
UPDATE items SET version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: PricesOfItems :many
SELECT x.item_id, p.public_id, x.unit_price_e4 FROM item_prices x JOIN price_lists p ON p.id = x.price_list_id
WHERE p.archived_at IS NULL AND x.item_id IN (sqlc.slice(item_ids)) ORDER BY x.item_id, p.id;

-- name: RaisableItems :many
SELECT i.id, i.public_id, i.code, i.name, i.currency, i.unit_price_e4, i.cost_price_e4, i.version FROM items i
WHERE i.archived_at IS NULL AND (CAST(@provider AS TEXT) = '' OR i.provider = CAST(@provider AS TEXT)) ORDER BY i.name_key, i.id;

-- name: RaisableListItems :many
SELECT i.id, i.public_id, i.code, i.name, i.cost_price_e4, i.version, x.unit_price_e4 FROM item_prices x JOIN items i ON i.id = x.item_id
WHERE x.price_list_id = @price_list_id AND i.archived_at IS NULL AND (CAST(@provider AS TEXT) = '' OR i.provider = CAST(@provider AS TEXT)) ORDER BY i.name_key, i.id;

-- name: ItemProviders :many
SELECT provider, count(*) AS items FROM items WHERE provider <> '' AND archived_at IS NULL GROUP BY provider ORDER BY provider;

-- name: InsertPriceChange :one
INSERT INTO price_changes (public_id, price_list_id, form, items, actor_name, created_at) VALUES (@public_id, @price_list_id, @form, @items, @actor_name, @created_at) RETURNING id;

-- name: InsertPriceChangeItem :exec
INSERT INTO price_change_items (change_id, item_id, old_e4, new_e4, version) VALUES (@change_id, @item_id, @old_e4, @new_e4, @version);

-- name: PriceChangeByPublicID :one
SELECT * FROM price_changes WHERE public_id = @public_id;

-- name: PriceChanges :many
SELECT c.public_id, c.form, c.items, c.actor_name, c.created_at, c.undone_at, p.name AS list_name,
  (SELECT count(*) FROM price_change_items x JOIN items i ON i.id = x.item_id WHERE x.change_id = c.id AND i.version <> x.version) AS moved
FROM price_changes c LEFT JOIN price_lists p ON p.id = c.price_list_id ORDER BY c.id DESC LIMIT @row_limit;

-- name: PriceChangeItems :many
SELECT x.item_id, x.old_e4, x.new_e4, x.version, i.version AS version_now, i.code FROM price_change_items x JOIN items i ON i.id = x.item_id
WHERE x.change_id = @change_id ORDER BY x.item_id;

-- name: UndoPriceChange :execrows
UPDATE price_changes SET undone_at = @undone_at WHERE id = @id AND undone_at IS NULL;

-- name: ItemsForLineByWords :many
SELECT i.id, i.public_id, i.code, i.name, i.description, i.nature, i.unit, i.currency, i.unit_price_e4, x.unit_price_e4 AS list_price_e4
FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries s ON s.id = f.rowid JOIN items i ON i.id = s.object_id
LEFT JOIN item_prices x ON x.item_id = i.id AND x.price_list_id = CAST(@price_list_id AS INTEGER)
WHERE s.kind = 'item' AND i.archived_at IS NULL AND (CAST(@currency AS TEXT) = '' OR i.currency = CAST(@currency AS TEXT) OR x.unit_price_e4 IS NOT NULL) ORDER BY f.rank LIMIT @row_limit;

-- name: ItemsForLineByName :many
SELECT i.id, i.public_id, i.code, i.name, i.description, i.nature, i.unit, i.currency, i.unit_price_e4, x.unit_price_e4 AS list_price_e4 FROM items i
LEFT JOIN item_prices x ON x.item_id = i.id AND x.price_list_id = CAST(@price_list_id AS INTEGER)
WHERE i.archived_at IS NULL AND (CAST(@currency AS TEXT) = '' OR i.currency = CAST(@currency AS TEXT) OR x.unit_price_e4 IS NOT NULL) ORDER BY i.name_key, i.id LIMIT @row_limit;
