-- Conversations between contacts and the firm (office/chat).

-- name: InsertConversation :one
INSERT INTO conversations (public_id, customer_id, contact_id, subject, begun, language, assigned_id, created_at)
VALUES (@public_id, @customer_id, @contact_id, @subject, @begun, @language, @assigned_id, @created_at) RETURNING id;

-- name: InsertConversationMessage :one
INSERT INTO conversation_messages (public_id, conversation_id, side, contact_id, user_id, author_name, event, body, created_at)
VALUES (@public_id, @conversation_id, @side, @contact_id, @user_id, @author_name, @event, @body, @created_at) RETURNING id;

-- name: InsertConversationFile :exec
INSERT INTO conversation_files (public_id, message_id, name, sha256, size, media_type) VALUES (@public_id, @message_id, @name, @sha256, @size, @media_type);

-- A contact's message opens what was closed, and an answer is owed from the first one on.
-- name: ConversationSaidByContact :exec
UPDATE conversations SET last_message_id = @last_message_id, messages = messages + 1, state = 'open', closed_at = NULL, waiting_since = COALESCE(waiting_since, CAST(@at AS TEXT)), version = version + 1 WHERE id = @id;

-- name: ConversationSaidByFirm :exec
UPDATE conversations SET last_message_id = @last_message_id, messages = messages + 1, state = 'open', closed_at = NULL, waiting_since = NULL, version = version + 1 WHERE id = @id;

-- name: ConversationEvent :exec
UPDATE conversations SET last_message_id = @last_message_id, version = version + 1 WHERE id = @id;

-- name: CloseConversation :execrows
UPDATE conversations SET state = 'closed', closed_at = CAST(@at AS TEXT), waiting_since = NULL WHERE id = @id AND state = 'open' AND version = @version;

-- name: ReopenConversation :execrows
UPDATE conversations SET state = 'open', closed_at = NULL WHERE id = @id AND state = 'closed';

-- name: SettleConversation :execrows
UPDATE conversations SET waiting_since = NULL, version = version + 1 WHERE id = @id AND waiting_since IS NOT NULL;

-- name: AssignConversation :execrows
UPDATE conversations SET assigned_id = @assigned_id, version = version + 1 WHERE id = @id AND version = @version;

-- name: ConversationByPublicID :one
SELECT c.id, c.public_id, c.customer_id, c.contact_id, c.subject, c.state, c.begun, c.language, c.assigned_id, c.waiting_since, c.last_message_id, c.messages, c.closed_at, c.created_at, c.version,
  u.public_id AS customer_public_id, u.name AS customer_name, k.public_id AS contact_public_id, k.name AS contact_name, k.email AS contact_email,
  CAST(COALESCE(a.public_id, '') AS TEXT) AS assigned_public_id, CAST(COALESCE(a.name, '') AS TEXT) AS assigned_name
FROM conversations c JOIN customers u ON u.id = c.customer_id JOIN contacts k ON k.id = c.contact_id LEFT JOIN users a ON a.id = c.assigned_id WHERE c.public_id = @public_id;

-- A contact's own, and those of its colleagues where the customer's contacts see each other's.
-- name: ConversationOfContact :one
SELECT c.id, c.public_id, c.customer_id, c.contact_id, c.subject, c.state, c.begun, c.language, c.assigned_id, c.waiting_since, c.last_message_id, c.messages, c.closed_at, c.created_at, c.version,
  k.name AS contact_name, CAST(COALESCE((SELECT max(r.message_id) FROM conversation_user_reads r WHERE r.conversation_id = c.id), 0) AS INTEGER) AS firm_read
FROM conversations c JOIN customers u ON u.id = c.customer_id JOIN contacts k ON k.id = c.contact_id
WHERE c.public_id = @public_id AND c.customer_id = @customer_id AND (c.contact_id = @contact_id OR u.see_each_other = 1);

-- name: ConversationsOfContact :many
SELECT c.id, c.public_id, c.subject, c.state, c.begun, c.waiting_since, c.last_message_id, c.messages, c.created_at, c.contact_id, k.name AS contact_name, m.side, m.author_name, m.event, m.body, m.created_at AS said_at,
  CAST((SELECT count(*) FROM conversation_messages x WHERE x.conversation_id = c.id AND x.side = 'firm' AND x.id > COALESCE((SELECT r.message_id FROM conversation_contact_reads r WHERE r.conversation_id = c.id AND r.contact_id = @contact_id), 0)) AS INTEGER) AS unread
FROM conversations c JOIN customers u ON u.id = c.customer_id JOIN contacts k ON k.id = c.contact_id JOIN conversation_messages m ON m.id = c.last_message_id
WHERE c.customer_id = @customer_id AND (c.contact_id = @contact_id OR u.see_each_other = 1) AND c.last_message_id < @before_id ORDER BY c.last_message_id DESC LIMIT @row_limit;

-- name: CountUnreadOfContact :one
SELECT count(*) FROM conversations c JOIN customers u ON u.id = c.customer_id JOIN conversation_messages x ON x.conversation_id = c.id
WHERE c.customer_id = @customer_id AND (c.contact_id = @contact_id OR u.see_each_other = 1) AND x.side = 'firm'
  AND x.id > COALESCE((SELECT r.message_id FROM conversation_contact_reads r WHERE r.conversation_id = c.id AND r.contact_id = @contact_id), 0);

-- Who works on it is the firm's own affair: a contact's pages leave it out.
-- name: ConversationMessages :many
SELECT m.id, m.public_id, m.side, m.contact_id, m.user_id, m.author_name, m.event, m.body, m.created_at FROM conversation_messages m
WHERE m.conversation_id = @conversation_id AND m.id > @after_id AND m.id < @before_id AND (CAST(@inside AS INTEGER) = 1 OR m.event <> 'assigned') ORDER BY m.id DESC LIMIT @row_limit;

-- name: ConversationMessage :one
SELECT m.id, m.public_id, m.side, m.contact_id, m.user_id, m.author_name, m.event, m.body, m.created_at FROM conversation_messages m WHERE m.id = @id;

-- name: ConversationFiles :many
SELECT f.message_id, f.public_id, f.name, f.size, f.media_type FROM conversation_files f JOIN conversation_messages m ON m.id = f.message_id
WHERE m.conversation_id = @conversation_id AND m.id >= @from_id AND m.id <= @to_id ORDER BY f.id;

-- name: ConversationFile :one
SELECT f.public_id, f.name, f.sha256, f.size, f.media_type, m.created_at, c.public_id AS conversation_public_id, c.customer_id FROM conversation_files f JOIN conversation_messages m ON m.id = f.message_id
JOIN conversations c ON c.id = m.conversation_id WHERE f.public_id = @public_id AND c.public_id = @conversation_id;

-- name: CountSaidBy :one
SELECT count(*) FROM conversation_messages m WHERE m.contact_id = @contact_id AND m.created_at >= CAST(@since AS TEXT);

-- name: WaitingSince :many
SELECT c.waiting_since, c.language FROM conversations c WHERE c.waiting_since IS NOT NULL ORDER BY c.waiting_since LIMIT 200;

-- name: CountWaitingConversations :one
SELECT count(*) FROM conversations WHERE customer_id = @customer_id AND waiting_since IS NOT NULL;

-- name: MarkReadByContact :execrows
INSERT INTO conversation_contact_reads (conversation_id, contact_id, message_id, read_at) VALUES (@conversation_id, @contact_id, @message_id, @read_at)
ON CONFLICT (conversation_id, contact_id) DO UPDATE SET message_id = excluded.message_id, read_at = excluded.read_at, told_at = NULL WHERE excluded.message_id > message_id;

-- name: MarkReadByUser :execrows
INSERT INTO conversation_user_reads (conversation_id, user_id, message_id, read_at) VALUES (@conversation_id, @user_id, @message_id, @read_at)
ON CONFLICT (conversation_id, user_id) DO UPDATE SET message_id = excluded.message_id, read_at = excluded.read_at WHERE excluded.message_id > message_id;

-- name: ContactRead :one
SELECT message_id, read_at, told_at FROM conversation_contact_reads WHERE conversation_id = @conversation_id AND contact_id = @contact_id;

-- name: ReadByCustomer :one
SELECT CAST(COALESCE(max(message_id), 0) AS INTEGER) AS message_id, CAST(COALESCE(max(read_at), '') AS TEXT) AS read_at FROM conversation_contact_reads WHERE conversation_id = @conversation_id AND message_id > 0;

-- name: NoteContactTold :exec
INSERT INTO conversation_contact_reads (conversation_id, contact_id, message_id, read_at, told_at) VALUES (@conversation_id, @contact_id, 0, '', @told_at)
ON CONFLICT (conversation_id, contact_id) DO UPDATE SET told_at = excluded.told_at;

-- name: UnreadForContact :many
SELECT m.id, m.author_name, m.body FROM conversation_messages m WHERE m.conversation_id = @conversation_id AND m.side = 'firm' AND m.id > @after_id ORDER BY m.id LIMIT @row_limit;

-- Words are looked for in what was said, in subjects (rows above 2^40, db.PutSubjectWords) and in what a customer is found by (office/search: kind 1).
-- name: FirmConversations :many
SELECT c.id, c.public_id, c.subject, c.state, c.begun, c.language, c.waiting_since, c.last_message_id, u.public_id AS customer_public_id, u.name AS customer_name, k.name AS contact_name,
  CAST(COALESCE(a.public_id, '') AS TEXT) AS assigned_public_id, CAST(COALESCE(a.name, '') AS TEXT) AS assigned_name, m.side, m.author_name, m.event, m.body, m.created_at AS said_at,
  CAST((SELECT count(*) FROM conversation_messages x WHERE x.conversation_id = c.id AND x.side = 'contact' AND x.id > COALESCE((SELECT r.message_id FROM conversation_user_reads r WHERE r.conversation_id = c.id AND r.user_id = @user_id), 0)) AS INTEGER) AS unread,
  EXISTS (SELECT 1 FROM conversation_files f JOIN conversation_messages y ON y.id = f.message_id WHERE y.conversation_id = c.id) AS has_files
FROM conversations c JOIN customers u ON u.id = c.customer_id JOIN contacts k ON k.id = c.contact_id JOIN conversation_messages m ON m.id = c.last_message_id LEFT JOIN users a ON a.id = c.assigned_id
WHERE c.last_message_id < @before_id
  AND CASE CAST(@view AS TEXT) WHEN 'to_answer' THEN c.waiting_since IS NOT NULL WHEN 'mine' THEN c.assigned_id = @user_id AND c.state = 'open' WHEN 'unassigned' THEN c.assigned_id IS NULL AND c.state = 'open' WHEN 'closed' THEN c.state = 'closed' ELSE 1 END
  AND (CAST(@of_customer AS TEXT) = '' OR u.public_id = @of_customer)
  AND (CAST(@words AS TEXT) = '' OR c.id IN (SELECT y.conversation_id FROM conversation_fts(CAST(@words AS TEXT)) f JOIN conversation_messages y ON y.id = f.rowid)
    OR c.id IN (SELECT f.rowid - 1099511627776 FROM conversation_fts(CAST(@words AS TEXT)) f WHERE f.rowid > 1099511627776)
    OR c.customer_id IN (SELECT e.object_id FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries e ON e.id = f.rowid WHERE f.rowid >= 1099511627776 AND f.rowid < 2199023255552))
ORDER BY c.last_message_id DESC LIMIT @row_limit;

-- Documents that something was said about; open is those that wait.
-- name: FirmQuestions :many
SELECT m.id, m.contact_id, m.author_name, m.body, m.created_at, d.public_id, d.number, d.kind, d.customer_name, u.public_id AS customer_public_id, u.language,
  CAST(COALESCE((SELECT min(w.created_at) FROM document_messages w WHERE w.document_id = m.document_id AND w.contact_id IS NOT NULL AND w.read_at IS NULL), '') AS TEXT) AS waiting_since,
  CAST((SELECT count(*) FROM document_messages w WHERE w.document_id = m.document_id AND w.contact_id IS NOT NULL AND w.read_at IS NULL) AS INTEGER) AS unread,
  CAST(COALESCE((SELECT w.author_name FROM document_messages w WHERE w.document_id = m.document_id AND w.contact_id IS NOT NULL ORDER BY w.id DESC LIMIT 1), '') AS TEXT) AS asker
FROM document_messages m JOIN documents d ON d.id = m.document_id JOIN customers u ON u.id = m.customer_id
WHERE m.id < @before_id AND NOT EXISTS (SELECT 1 FROM document_messages n WHERE n.document_id = m.document_id AND n.id > m.id)
  AND (CAST(@waiting AS INTEGER) = 0 OR EXISTS (SELECT 1 FROM document_messages w WHERE w.document_id = m.document_id AND w.contact_id IS NOT NULL AND w.read_at IS NULL))
  AND (CAST(@of_customer AS TEXT) = '' OR u.public_id = @of_customer)
  AND (CAST(@words AS TEXT) = '' OR m.document_id IN (SELECT y.document_id FROM conversation_fts(CAST(@words AS TEXT)) f JOIN document_messages y ON y.id = -f.rowid)
    OR m.customer_id IN (SELECT e.object_id FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries e ON e.id = f.rowid WHERE f.rowid >= 1099511627776 AND f.rowid < 2199023255552))
ORDER BY m.id DESC LIMIT @row_limit;

-- name: CountUnreadOfUser :one
SELECT count(*) FROM conversations c JOIN conversation_messages x ON x.conversation_id = c.id
WHERE c.state = 'open' AND x.side = 'contact' AND x.id > COALESCE((SELECT r.message_id FROM conversation_user_reads r WHERE r.conversation_id = c.id AND r.user_id = @user_id), 0);

-- name: WaitingRequests :many
SELECT r.public_id, CAST(COALESCE(r.form ->> '$.company', '') AS TEXT) AS company, CAST(COALESCE(r.form ->> '$.name', '') AS TEXT) AS person, r.email, r.created_at
FROM access_requests r WHERE r.state = 'sent' ORDER BY r.id LIMIT @row_limit;

-- name: CountWaiting :one
SELECT (SELECT count(*) FROM conversations c WHERE c.waiting_since IS NOT NULL) AS conversations,
  (SELECT count(*) FROM conversations c WHERE c.assigned_id = @user_id AND c.state = 'open') AS mine,
  (SELECT count(*) FROM conversations c WHERE c.assigned_id IS NULL AND c.state = 'open') AS unassigned,
  (SELECT count(DISTINCT m.document_id) FROM document_messages m WHERE m.contact_id IS NOT NULL AND m.read_at IS NULL) AS questions,
  (SELECT count(*) FROM access_requests r WHERE r.state = 'sent') AS requests;

-- name: ContactToWriteTo :one
SELECT k.id, k.public_id, k.name, k.email, k.customer_id, c.language AS customer_language, c.name AS customer_name, k.language FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.public_id = @public_id AND c.public_id = @customer_public_id AND k.archived_at IS NULL AND k.erased_at IS NULL;

-- name: ContactOfConversation :one
SELECT k.id, k.name, k.email, k.language, k.archived_at, k.customer_id, EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) AS let_in FROM contacts k WHERE k.id = @id;

-- name: UsersForChat :many
SELECT id, public_id, name, role FROM users WHERE state = 'active' ORDER BY name LIMIT 500;

-- name: CannedReplies :many
SELECT public_id, shortcut, title, body_fr, body_en, version FROM canned_replies ORDER BY shortcut LIMIT 500;

-- name: CannedReplyByPublicID :one
SELECT id, public_id, shortcut, title, body_fr, body_en, version FROM canned_replies WHERE public_id = @public_id;

-- name: InsertCannedReply :one
INSERT INTO canned_replies (public_id, shortcut, title, body_fr, body_en, updated_at) VALUES (@public_id, @shortcut, @title, @body_fr, @body_en, @updated_at) RETURNING id;

-- name: UpdateCannedReply :execrows
UPDATE canned_replies SET shortcut = @shortcut, title = @title, body_fr = @body_fr, body_en = @body_en, updated_at = @updated_at, version = version + 1 WHERE public_id = @public_id AND version = @version;

-- name: DeleteCannedReply :execrows
DELETE FROM canned_replies WHERE public_id = @public_id AND version = @version;

-- name: ShortcutTaken :one
SELECT EXISTS (SELECT 1 FROM canned_replies WHERE shortcut = @shortcut AND public_id <> @public_id) AS taken;

-- name: EraseConversationAuthor :exec
UPDATE conversation_messages SET author_name = @name WHERE contact_id = @id;

-- name: DeleteReadsOfContact :exec
DELETE FROM conversation_contact_reads WHERE contact_id = @contact_id;

-- A name is about to be struck out of the words.
-- name: MarkStruck :exec
UPDATE conversation_messages SET struck_at = @at WHERE id = @id;
