-- name: InsertImport :one
INSERT INTO imports (public_id, kind, file_name, sha256, rows_made, rows_changed, rows_skipped, mapping, actor_name, created_at)
VALUES (@public_id, @kind, @file_name, @sha256, @rows_made, @rows_changed, @rows_skipped, @mapping, @actor_name, @created_at) RETURNING id;

-- name: ImportOfFile :one
SELECT * FROM imports WHERE kind = @kind AND sha256 = @sha256 ORDER BY id DESC LIMIT 1;

-- name: Imports :many
SELECT id, public_id, kind, file_name, sha256, rows_made, rows_changed, rows_skipped, mapping, actor_name, created_at FROM imports ORDER BY id DESC LIMIT @row_limit;

-- name: ImportMapping :one
SELECT mapping FROM import_mappings WHERE kind = @kind AND head_hash = @head_hash;

-- name: PutImportMapping :exec
INSERT INTO import_mappings (kind, head_hash, mapping, updated_at) VALUES (@kind, @head_hash, @mapping, @updated_at)
ON CONFLICT (kind, head_hash) DO UPDATE SET mapping = excluded.mapping, updated_at = excluded.updated_at;

-- name: KnownCustomers :many
SELECT id, public_id, number, former_number, name_key, siren, email FROM customers WHERE archived_at IS NULL ORDER BY id;

-- name: SetFormerNumber :exec
UPDATE customers SET former_number = @former_number WHERE id = @id;

-- name: KnownItems :many
SELECT id, public_id, code FROM items WHERE id > @after_id ORDER BY id LIMIT @row_limit;

-- name: KnownNumbers :many
SELECT number FROM documents WHERE number IS NOT NULL ORDER BY id;

-- name: TakenOverOfCustomer :many
SELECT id FROM documents WHERE customer_id = @customer_id AND state = 'issued' AND kind = 'invoice' AND series_number IS NULL ORDER BY id;
