-- What a customer group says in the portal and in its mails (office/customers).

-- name: SetGroupPortal :execrows
UPDATE customer_groups SET tax_format = @tax_format, tax_mask = @tax_mask, email_help_url = @email_help_url, password_always = @password_always,
  factor_wanted = @factor_wanted, proposals = @proposals, version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: SetGroupMails :execrows
UPDATE customer_groups SET requests_to = @requests_to, mails_from = @mails_from, invite_others = @invite_others, tell_new_primary = @tell_new_primary,
  tell_old_primary = @tell_old_primary, version = version + 1, updated_at = @updated_at WHERE id = @id AND version = @version;

-- name: GroupTexts :many
SELECT field, lang, words FROM group_texts WHERE group_id = @group_id ORDER BY field, lang;

-- name: PutGroupText :exec
INSERT INTO group_texts (group_id, field, lang, words) VALUES (@group_id, @field, @lang, @words)
ON CONFLICT (group_id, field, lang) DO UPDATE SET words = excluded.words;

-- name: DeleteGroupText :exec
DELETE FROM group_texts WHERE group_id = @group_id AND field = @field AND lang = @lang;

-- name: GroupMailsOwn :many
SELECT kind, lang, subject, body FROM group_mails WHERE group_id = @group_id ORDER BY kind, lang;

-- name: GroupMailOwn :one
SELECT subject, body FROM group_mails WHERE group_id = @group_id AND kind = @kind AND lang = @lang;

-- name: PutGroupMail :exec
INSERT INTO group_mails (group_id, kind, lang, subject, body) VALUES (@group_id, @kind, @lang, @subject, @body)
ON CONFLICT (group_id, kind, lang) DO UPDATE SET subject = excluded.subject, body = excluded.body;

-- name: DeleteGroupMail :exec
DELETE FROM group_mails WHERE group_id = @group_id AND kind = @kind AND lang = @lang;

-- The sender of the group of a customer, of a request or of that name; empty where there is none.
-- name: GroupSender :one
SELECT CAST(COALESCE((SELECT g.mails_from FROM customer_groups g WHERE g.public_id = @group_id OR g.id = (SELECT c.group_id FROM customers c WHERE c.id = @customer_id)
  OR g.id = (SELECT r.group_id FROM access_requests r WHERE r.public_id IN (@request, @registration)) LIMIT 1), '') AS TEXT) AS mails_from;

-- name: CurrentGroupTerms :one
SELECT id, version, words_fr, words_en, by_name, at FROM group_terms WHERE group_id = @group_id ORDER BY version DESC LIMIT 1;

-- name: GroupTermsVersions :many
SELECT t.id, t.version, t.words_fr, t.words_en, t.by_name, t.at, (SELECT count(*) FROM terms_accepted a WHERE a.terms_id = t.id) AS accepted
FROM group_terms t WHERE t.group_id = @group_id ORDER BY t.version DESC LIMIT 100;

-- name: InsertGroupTerms :exec
INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) VALUES (@group_id, @version, @words_fr, @words_en, @by_name, @at);

-- name: GroupTermsAccepted :many
SELECT c.name, cu.name AS customer_name, a.at, a.address, a.lang FROM terms_accepted a JOIN group_terms t ON t.id = a.terms_id
JOIN customer_groups g ON g.id = t.group_id JOIN contacts c ON c.id = a.contact_id JOIN customers cu ON cu.id = c.customer_id
WHERE g.public_id = @group_id AND t.version = @version ORDER BY a.at DESC, a.id DESC LIMIT 500;

-- name: GroupQuestions :many
SELECT q.id, q.public_id, q.position, q.kind, q.label_fr, q.label_en, q.choices_fr, q.choices_en, q.mandatory,
  CAST(EXISTS (SELECT 1 FROM access_answers a WHERE a.question_id = q.id) AS INTEGER) AS answered
FROM group_questions q WHERE q.group_id = @group_id AND q.archived_at IS NULL ORDER BY q.position, q.id;

-- name: InsertGroupQuestion :exec
INSERT INTO group_questions (public_id, group_id, position, kind, label_fr, label_en, choices_fr, choices_en, mandatory)
VALUES (@public_id, @group_id, @position, @kind, @label_fr, @label_en, @choices_fr, @choices_en, @mandatory);

-- name: UpdateGroupQuestion :exec
UPDATE group_questions SET position = @position, label_fr = @label_fr, label_en = @label_en, choices_fr = @choices_fr, choices_en = @choices_en, mandatory = @mandatory
WHERE id = @id;

-- name: ArchiveGroupQuestion :exec
UPDATE group_questions SET archived_at = @archived_at WHERE id = @id;

-- name: DeleteGroupQuestion :exec
DELETE FROM group_questions WHERE id = @id;

-- name: SetGroupPortalEnabled :exec
UPDATE customer_groups SET portal_enabled = @portal_enabled WHERE id = @id;

-- How many contacts of a group may get in, and how many of their sessions are open.
-- name: CountGroupContacts :one
SELECT count(*) FROM contacts c JOIN customers cu ON cu.id = c.customer_id WHERE cu.group_id = @group_id AND c.archived_at IS NULL AND c.portal_access = 1;

-- name: CountGroupSessions :one
SELECT count(*) FROM portal_sessions s JOIN contacts c ON c.id = s.contact_id JOIN customers cu ON cu.id = c.customer_id
WHERE cu.group_id = @group_id AND s.idle_until > @now AND s.expires_at > @now;

-- name: GroupContactsInside :many
SELECT DISTINCT s.contact_id FROM portal_sessions s JOIN contacts c ON c.id = s.contact_id JOIN customers cu ON cu.id = c.customer_id WHERE cu.group_id = @group_id;

-- Contacts on whom a group's mail is looked at before it is saved.
-- name: GroupContacts :many
SELECT c.public_id, c.name, c.email, c.language, cu.name AS customer_name FROM contacts c JOIN customers cu ON cu.id = c.customer_id
WHERE cu.group_id = @group_id AND c.archived_at IS NULL AND cu.archived_at IS NULL ORDER BY cu.name_key, c.is_primary DESC, c.id LIMIT 50;

-- name: ContactLetIn :one
SELECT CAST(EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = @contact_id) AS INTEGER) AS let_in;

-- name: UserEmail :one
SELECT email FROM users WHERE id = @id;
