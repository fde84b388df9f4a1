-- name: InsertDocumentMessage :one
INSERT INTO document_messages (public_id, document_id, customer_id, contact_id, author_name, body, created_at)
VALUES (@public_id, @document_id, @customer_id, @contact_id, @author_name, @body, @created_at) RETURNING id;

-- name: MessagesOfDocument :many
SELECT id, public_id, contact_id, author_name, body, created_at, read_at FROM document_messages WHERE document_id = @document_id ORDER BY id LIMIT 500;

-- name: DocumentMessage :one
SELECT id, public_id, contact_id, author_name, body, created_at, read_at FROM document_messages WHERE id = @id;

-- name: LastAsker :one
SELECT contact_id FROM document_messages WHERE document_id = @document_id AND contact_id IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: SettleQuestions :execrows
UPDATE document_messages SET read_at = @at WHERE document_id = @document_id AND contact_id IS NOT NULL AND read_at IS NULL;

-- name: ReadAnswers :execrows
UPDATE document_messages SET read_at = @at WHERE document_id = @document_id AND contact_id IS NULL AND read_at IS NULL;

-- name: CountWaitingOfCustomer :one
SELECT count(*) FROM document_messages WHERE customer_id = @customer_id AND contact_id IS NOT NULL AND read_at IS NULL;

-- name: UnreadAnswersOfCustomer :many
SELECT d.public_id, d.number, d.kind, count(*) AS messages FROM document_messages m JOIN documents d ON d.id = m.document_id
WHERE m.customer_id = @customer_id AND m.contact_id IS NULL AND m.read_at IS NULL GROUP BY d.id ORDER BY max(m.id) DESC LIMIT 20;

-- name: WaitingQuestions :many
SELECT max(m.id) AS id, d.public_id, d.number, d.kind, d.customer_name, count(*) AS messages FROM document_messages m JOIN documents d ON d.id = m.document_id
WHERE m.contact_id IS NOT NULL AND m.read_at IS NULL GROUP BY d.id ORDER BY 1 LIMIT @row_limit;

-- name: Conversations :many
SELECT m.id, m.contact_id, m.author_name, m.body, m.created_at, m.read_at, d.public_id, d.number, d.kind, d.customer_name,
  EXISTS (SELECT 1 FROM document_messages w WHERE w.document_id = m.document_id AND w.contact_id IS NOT NULL AND w.read_at IS NULL) AS waiting
FROM document_messages m JOIN documents d ON d.id = m.document_id
WHERE m.id < @before_id AND NOT EXISTS (SELECT 1 FROM document_messages n WHERE n.document_id = m.document_id AND n.id > m.id)
ORDER BY m.id DESC LIMIT @row_limit;
