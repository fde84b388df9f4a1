-- name: UpsertSearchEntry :one
INSERT INTO search_entries (kind, object_id, public_id, title, subtitle) VALUES (@kind, @object_id, @public_id, @title, @subtitle)
ON CONFLICT (kind, object_id) DO UPDATE SET title = excluded.title, subtitle = excluded.subtitle RETURNING id;

-- name: SearchEntryID :one
SELECT id FROM search_entries WHERE kind = @kind AND object_id = @object_id;

-- name: DeleteSearchEntry :exec
DELETE FROM search_entries WHERE id = @id;

-- name: Search :many
SELECT s.kind, s.public_id, s.title, s.subtitle FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries s ON s.id = f.rowid
ORDER BY f.rowid DESC LIMIT @row_limit;

-- name: SearchKind :many
SELECT s.kind, s.public_id, s.title, s.subtitle FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries s ON s.id = f.rowid
WHERE s.kind = @kind ORDER BY f.rowid DESC LIMIT @row_limit;
