-- name: InsertCustomer :one
INSERT INTO customers (public_id, number, kind, name, siren, siret, vat_number, gst_number, electronic_address, email, phone, language, currency,
  tax_regime, terms_days, terms_end_of_month, line1, line2, postcode, city, region, country,
  ship_name, ship_line1, ship_line2, ship_postcode, ship_city, ship_region, ship_country, notes, name_key, created_at, updated_at)
VALUES (@public_id, @number, @kind, @name, @siren, @siret, @vat_number, @gst_number, @electronic_address, @email, @phone, @language, @currency,
  @tax_regime, @terms_days, @terms_end_of_month, @line1, @line2, @postcode, @city, @region, @country,
  @ship_name, @ship_line1, @ship_line2, @ship_postcode, @ship_city, @ship_region, @ship_country, @notes, @name_key, @now, @now)
RETURNING id;

-- name: UpdateCustomer :execrows
UPDATE customers SET kind = @kind, name = @name, siren = @siren, siret = @siret, vat_number = @vat_number, gst_number = @gst_number,
  electronic_address = @electronic_address, email = @email, phone = @phone, language = @language, currency = @currency,
  tax_regime = @tax_regime, terms_days = @terms_days, terms_end_of_month = @terms_end_of_month,
  line1 = @line1, line2 = @line2, postcode = @postcode, city = @city, region = @region, country = @country,
  ship_name = @ship_name, ship_line1 = @ship_line1, ship_line2 = @ship_line2, ship_postcode = @ship_postcode, ship_city = @ship_city,
  ship_region = @ship_region, ship_country = @ship_country, notes = @notes, name_key = @name_key, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version;

-- name: CustomerByPublicID :one
SELECT * FROM customers WHERE public_id = @public_id;

-- name: CustomerByID :one
SELECT * FROM customers WHERE id = @id;

-- name: SetCustomerArchived :execrows
UPDATE customers SET archived_at = sqlc.narg(archived_at), version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: RecentCustomers :many
SELECT c.id, c.public_id, c.number, c.name, c.city, c.country, c.currency, c.language, c.suspended_at FROM customers c
WHERE c.archived_at IS NULL ORDER BY c.updated_at DESC LIMIT @row_limit;

-- name: InsertContact :one
INSERT INTO contacts (public_id, customer_id, name, email, phone, language, is_primary, portal_access, created_at, updated_at)
VALUES (@public_id, @customer_id, @name, @email, @phone, @language, @is_primary, @portal_access, @now, @now) RETURNING id;

-- name: UpdateContact :execrows
UPDATE contacts SET name = @name, email = @email, phone = @phone, language = @language, is_primary = @is_primary, portal_access = @portal_access,
  version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: ClearPrimary :exec
UPDATE contacts SET is_primary = 0, version = version + 1, updated_at = @updated_at WHERE customer_id = @customer_id AND is_primary = 1 AND id <> @except_id;

-- name: SetContactLanguage :exec
UPDATE contacts SET language = @language, version = version + 1, updated_at = @updated_at WHERE id = @id;

-- name: ArchiveContact :execrows
UPDATE contacts SET archived_at = @archived_at, is_primary = 0, portal_access = 0, version = version + 1, updated_at = @archived_at WHERE id = @id AND archived_at IS NULL;

-- name: ContactsOfCustomer :many
SELECT id, public_id, customer_id, name, email, phone, language, is_primary, portal_access, version FROM contacts
WHERE customer_id = @customer_id AND archived_at IS NULL ORDER BY is_primary DESC, id;

-- name: ContactByID :one
SELECT * FROM contacts WHERE id = @id;

-- name: ContactByPublicID :one
SELECT * FROM contacts WHERE public_id = @public_id;

-- name: PrimaryContact :one
SELECT * FROM contacts WHERE customer_id = @customer_id AND archived_at IS NULL ORDER BY is_primary DESC, id LIMIT 1;

-- name: CustomersByWords :many
SELECT c.id, c.public_id, c.number, c.name, c.city, c.country, c.currency, c.language, c.suspended_at
FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries s ON s.id = f.rowid JOIN customers c ON c.id = s.object_id
WHERE s.kind = 'customer' AND c.archived_at IS NULL ORDER BY c.name_key, c.id LIMIT @row_limit;

-- name: CountContactsEver :one
SELECT count(*) FROM contacts WHERE customer_id = @customer_id;
