-- The id carries the kind in its upper part, so that one kind is one range of the word index.
-- name: PutSearchEntry :exec
INSERT INTO search_entries (id, kind, object_id, public_id, title, subtitle) VALUES (@id, @kind, @object_id, @public_id, @title, @subtitle)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, subtitle = excluded.subtitle;

-- name: SearchRange :many
SELECT s.kind, s.public_id, s.title, s.subtitle FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries s ON s.id = f.rowid
WHERE f.rowid >= CAST(@from_id AS INTEGER) AND f.rowid < CAST(@to_id AS INTEGER) ORDER BY f.rowid DESC LIMIT @row_limit;

-- name: NumberedFrom :many
SELECT d.public_id, d.number, d.customer_name FROM documents d
WHERE d.number >= CAST(@from_number AS TEXT) AND d.number < CAST(@to_number AS TEXT) ORDER BY d.number DESC LIMIT @row_limit;

-- name: RecurringWords :many
SELECT t.public_id, t.customer_name, CAST(COALESCE((SELECT group_concat(l.value ->> '$.description', char(10)) FROM json_each(t.form, '$.lines') l), '') AS TEXT) AS described
FROM recurring_invoices t ORDER BY t.id DESC LIMIT @row_limit;

-- name: RequestWords :many
SELECT r.public_id, CAST(r.form ->> '$.company' AS TEXT) AS company, CAST(r.form ->> '$.name' AS TEXT) AS person, r.email, r.tax_key
FROM access_requests r WHERE r.state IN ('sent','asked') ORDER BY r.id DESC LIMIT @row_limit;
