-- name: InsertSharedFile :one
INSERT INTO shared_files (public_id, customer_id, document_id, name, note, sha256, size, media_type, contact_id, author_name, in_portal, with_mail, created_at)
VALUES (@public_id, @customer_id, @document_id, @name, @note, @sha256, @size, @media_type, @contact_id, @author_name, @in_portal, @with_mail, @created_at)
RETURNING id;

-- name: SharedFile :one
SELECT f.*, c.public_id AS customer_public_id, c.name AS customer_name, d.public_id AS document_public_id, d.number AS document_number, d.kind AS document_kind, d.state AS document_state
FROM shared_files f JOIN customers c ON c.id = f.customer_id LEFT JOIN documents d ON d.id = f.document_id
WHERE f.public_id = @public_id AND f.removed_at IS NULL;

-- name: SharedFileByID :one
SELECT f.*, c.public_id AS customer_public_id, c.name AS customer_name, d.public_id AS document_public_id, d.number AS document_number, d.kind AS document_kind, d.state AS document_state
FROM shared_files f JOIN customers c ON c.id = f.customer_id LEFT JOIN documents d ON d.id = f.document_id
WHERE f.id = @id AND f.removed_at IS NULL;

-- name: SharedFilesOfCustomer :many
SELECT f.id, f.public_id, f.customer_id, f.document_id, f.name, f.note, f.sha256, f.size, f.media_type, f.contact_id, f.author_name, f.in_portal, f.with_mail, f.seen_at, f.told_at, f.removed_at, f.created_at,
  c.public_id AS customer_public_id, c.name AS customer_name, d.public_id AS document_public_id, d.number AS document_number, d.kind AS document_kind, d.state AS document_state
FROM shared_files f JOIN customers c ON c.id = f.customer_id LEFT JOIN documents d ON d.id = f.document_id
WHERE f.customer_id = @customer_id AND f.removed_at IS NULL AND f.id < CAST(@before_id AS INTEGER)
ORDER BY f.id DESC LIMIT @row_limit;

-- name: SharedFilesOfDocument :many
SELECT f.id, f.public_id, f.customer_id, f.document_id, f.name, f.note, f.sha256, f.size, f.media_type, f.contact_id, f.author_name, f.in_portal, f.with_mail, f.seen_at, f.told_at, f.removed_at, f.created_at,
  c.public_id AS customer_public_id, c.name AS customer_name, d.public_id AS document_public_id, d.number AS document_number, d.kind AS document_kind, d.state AS document_state
FROM shared_files f JOIN customers c ON c.id = f.customer_id LEFT JOIN documents d ON d.id = f.document_id
WHERE f.document_id = @document_id AND f.removed_at IS NULL ORDER BY f.id DESC LIMIT 200;

-- name: UnseenUploads :many
SELECT f.id, f.public_id, f.customer_id, f.document_id, f.name, f.note, f.sha256, f.size, f.media_type, f.contact_id, f.author_name, f.in_portal, f.with_mail, f.seen_at, f.told_at, f.removed_at, f.created_at,
  c.public_id AS customer_public_id, c.name AS customer_name, d.public_id AS document_public_id, d.number AS document_number, d.kind AS document_kind, d.state AS document_state
FROM shared_files f JOIN customers c ON c.id = f.customer_id LEFT JOIN documents d ON d.id = f.document_id
WHERE f.contact_id IS NOT NULL AND f.seen_at IS NULL AND f.removed_at IS NULL ORDER BY f.id DESC LIMIT @row_limit;

-- What a contact may see: its own customer's, shared in the portal or handed over by a contact, and never of a draft.
-- name: PortalFile :one
SELECT f.*, d.public_id AS document_public_id, d.number AS document_number, d.kind AS document_kind
FROM shared_files f LEFT JOIN documents d ON d.id = f.document_id
WHERE f.public_id = @public_id AND f.customer_id = @customer_id AND f.removed_at IS NULL AND f.in_portal = 1
  AND (f.document_id IS NULL OR (d.state = 'issued' AND d.customer_id = f.customer_id));

-- name: NewPortalFiles :one
SELECT count(*) FROM shared_files f LEFT JOIN documents d ON d.id = f.document_id
WHERE f.customer_id = @customer_id AND f.removed_at IS NULL AND f.in_portal = 1 AND f.contact_id IS NULL AND f.seen_at IS NULL
  AND (f.document_id IS NULL OR (d.state = 'issued' AND d.customer_id = f.customer_id));

-- name: MarkFileSeen :execrows
UPDATE shared_files SET seen_at = @at WHERE id = @id AND seen_at IS NULL;

-- name: ChangeSharedFile :execrows
UPDATE shared_files SET note = @note, in_portal = @in_portal, with_mail = @with_mail WHERE id = @id AND removed_at IS NULL;

-- name: RemoveSharedFile :execrows
UPDATE shared_files SET removed_at = @at WHERE id = @id AND removed_at IS NULL;

-- name: MarkFilesTold :execrows
UPDATE shared_files SET told_at = @at WHERE id = @id AND told_at IS NULL;

-- What a customer's contacts gave in all, handed over or sent in conversations.
-- name: UploadsOfCustomer :one
SELECT CAST((SELECT count(*) FROM shared_files f WHERE f.customer_id = @customer_id AND f.contact_id IS NOT NULL AND f.removed_at IS NULL AND f.created_at >= CAST(@since AS TEXT))
  + (SELECT count(*) FROM conversations c JOIN conversation_messages m ON m.conversation_id = c.id JOIN conversation_files x ON x.message_id = m.id
    WHERE c.customer_id = @customer_id AND m.side = 'contact' AND m.created_at >= CAST(@since AS TEXT)) AS INTEGER) AS today,
  CAST(COALESCE((SELECT sum(f.size) FROM shared_files f WHERE f.customer_id = @customer_id AND f.contact_id IS NOT NULL AND f.removed_at IS NULL), 0)
  + COALESCE((SELECT sum(x.size) FROM conversations c JOIN conversation_messages m ON m.conversation_id = c.id JOIN conversation_files x ON x.message_id = m.id
    WHERE c.customer_id = @customer_id AND m.side = 'contact'), 0) AS INTEGER) AS bytes;

-- The customer's own group decides, then the firm or the group of those who have none.
-- name: UploadsAllowed :one
SELECT CAST(COALESCE((SELECT g.uploads_allowed FROM customer_groups g WHERE g.id = c.group_id),
  max(f.portal_uploads, COALESCE((SELECT g.uploads_allowed FROM customer_groups g WHERE g.is_default = 1), 0))) AS INTEGER) AS allowed
FROM customers c JOIN company f ON f.id = 1 WHERE c.id = @customer_id;

-- name: PortalUploads :one
SELECT portal_uploads FROM company WHERE id = 1;

-- name: SetPortalUploads :exec
UPDATE company SET portal_uploads = @portal_uploads, updated_at = @updated_at WHERE id = 1;

-- name: FilesWithMail :many
SELECT f.name, f.sha256, f.media_type, f.size FROM shared_files f
WHERE f.document_id = @document_id AND f.with_mail = 1 AND f.removed_at IS NULL ORDER BY f.id LIMIT 20;

-- name: CustomerContactToTell :one
SELECT k.id, k.name, k.email, k.language FROM contacts k
WHERE k.customer_id = @customer_id AND EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) AND k.email <> '' ORDER BY k.is_primary DESC, k.id LIMIT 1;
