-- Montrer au client: one document on one screen, without an account.
-- name: DocumentToShow :one
SELECT d.id, d.public_id, d.kind, d.state, d.number, d.customer_id, c.language, c.name AS customer_name, c.archived_at
FROM documents d JOIN customers c ON c.id = d.customer_id WHERE d.public_id = @public_id;

-- name: InsertShown :one
INSERT INTO shown_documents (public_id, document_id, contact_id, token_hash, token_until, by_name, language, created_at)
VALUES (@public_id, @document_id, @contact_id, @token_hash, @token_until, @by_name, @language, @created_at) RETURNING id;

-- name: ShownByToken :one
SELECT s.id, s.public_id, s.contact_id, s.token_until, s.by_name, s.language, s.session_hash, s.ended_at, d.id AS document_id, d.public_id AS document_public_id, d.kind,
  cu.id AS customer_id, cu.name AS customer_name, c.name AS contact_name
FROM shown_documents s JOIN documents d ON d.id = s.document_id JOIN customers cu ON cu.id = d.customer_id LEFT JOIN contacts c ON c.id = s.contact_id
WHERE s.token_hash = @token_hash;

-- name: OpenShown :execrows
UPDATE shown_documents SET session_hash = @session_hash, opened_at = @now, expires_at = @expires_at
WHERE id = @id AND session_hash IS NULL AND ended_at IS NULL AND token_until > @now;

-- name: LiveShown :one
SELECT s.id, s.public_id, s.contact_id, s.by_name, s.language, s.expires_at, d.public_id AS document_public_id, d.kind, cu.id AS customer_id, cu.name AS customer_name, c.name AS contact_name
FROM shown_documents s JOIN documents d ON d.id = s.document_id JOIN customers cu ON cu.id = d.customer_id LEFT JOIN contacts c ON c.id = s.contact_id
WHERE s.session_hash = @session_hash AND s.expires_at > @now AND s.ended_at IS NULL AND (c.id IS NULL OR c.archived_at IS NULL);

-- name: ShownByPublicID :one
SELECT s.id, s.public_id, s.document_id, s.token_until, s.opened_at, s.ended_at, s.expires_at, s.by_name, d.customer_id FROM shown_documents s JOIN documents d ON d.id = s.document_id
WHERE s.public_id = @public_id;

-- name: EndShown :execrows
UPDATE shown_documents SET ended_at = @at WHERE id = @id AND ended_at IS NULL;

-- A new code of a document ends those that nobody has opened yet.
-- name: EndUnopenedShown :exec
UPDATE shown_documents SET ended_at = @at WHERE document_id = @document_id AND session_hash IS NULL AND ended_at IS NULL;

-- Whoever is shown something is there because the desk is: the desk that opened them was left.
-- name: EndAllShown :exec
UPDATE shown_documents SET ended_at = @at WHERE ended_at IS NULL;
