-- name: InsertTax :one
INSERT INTO taxes (code, jurisdiction, name_fr, name_en, category, rate_pcm, mention, vatex, valid_from, valid_to, confirmed, source, position)
VALUES (@code, @jurisdiction, @name_fr, @name_en, @category, @rate_pcm, @mention, @vatex, @valid_from, @valid_to, @confirmed, @source, @position) RETURNING id;

-- name: AllTaxes :many
SELECT id, code, jurisdiction, name_fr, name_en, category, rate_pcm, mention, vatex, valid_from, valid_to, confirmed, source, position
FROM taxes ORDER BY position, id;

-- name: TaxByCode :one
SELECT id, code, jurisdiction, name_fr, name_en, category, rate_pcm, mention, vatex, valid_from, valid_to, confirmed, source FROM taxes WHERE code = @code;

-- name: InsertItem :one
INSERT INTO items (public_id, code, name, description, nature, unit, currency, unit_price_e4, cost_price_e4, provider, name_key, created_at, updated_at)
VALUES (@public_id, @code, @name, @description, @nature, @unit, @currency, @unit_price_e4, @cost_price_e4, @provider, @name_key, @now, @now) RETURNING id;

-- name: UpdateItem :execrows
UPDATE items SET code = @code, name = @name, description = @description, nature = @nature, unit = @unit, currency = @currency,
  unit_price_e4 = @unit_price_e4, cost_price_e4 = @cost_price_e4, provider = @provider, name_key = @name_key, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version;

-- name: SetItemArchived :execrows
UPDATE items SET archived_at = sqlc.narg(archived_at), version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: ItemByPublicID :one
SELECT * FROM items WHERE public_id = @public_id;

-- name: ItemTaxes :many
SELECT t.id, t.code, t.jurisdiction, t.name_fr, t.name_en, t.category, t.rate_pcm, t.mention, t.vatex FROM item_taxes it JOIN taxes t ON t.id = it.tax_id
WHERE it.item_id = @item_id ORDER BY it.position;

-- name: InsertItemTax :exec
INSERT INTO item_taxes (item_id, position, tax_id) VALUES (@item_id, @position, @tax_id);

-- name: DeleteItemTaxes :exec
DELETE FROM item_taxes WHERE item_id = @item_id;
