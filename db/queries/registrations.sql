-- Registrations: see db/migrations/0019_registrations.sql.

-- name: RegistrationByToken :one
SELECT * FROM registrations WHERE token_hash = @token_hash AND expires_at > @now;

-- name: InsertRegistration :exec
INSERT INTO registrations (public_id, token_hash, came_by, email, form, password_hash, terms_words, terms_lang, terms_hash, terms_at, known, round, code_until, address, created_at, expires_at)
VALUES (@public_id, @token_hash, @came_by, @email, @form, @password_hash, @terms_words, @terms_lang, @terms_hash, @now, @known, 1, @code_until, @address, @now, @expires_at);

-- name: UpdateRegistration :execrows
UPDATE registrations SET came_by = @came_by, email = @email, form = @form, password_hash = @password_hash, terms_words = @terms_words, terms_lang = @terms_lang, terms_hash = @terms_hash, terms_at = @now, known = @known, round = @round, code_until = @code_until, tries = @tries, address = @address
WHERE id = @id AND contact_id IS NULL;

-- name: NewRegistrationCode :execrows
UPDATE registrations SET round = round + 1, tries = 0, code_until = @code_until, known = @known WHERE id = @id AND contact_id IS NULL;

-- name: TryRegistrationCode :execrows
UPDATE registrations SET tries = tries + 1 WHERE id = @id AND tries < @most;

-- name: FinishRegistration :execrows
UPDATE registrations SET contact_id = @contact_id WHERE id = @id AND contact_id IS NULL;

-- name: CountRegistrations :one
SELECT count(*) FROM registrations WHERE expires_at > @now AND contact_id IS NULL;

-- name: DeleteOldRegistrations :exec
DELETE FROM registrations WHERE expires_at <= @now;

-- Who is known by an address, those first who can sign in. Archived ones are nobody: they cannot sign in, and come back as new customers.
-- name: KnownByEmail :many
SELECT k.public_id, k.name, CAST(EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) AS INTEGER) AS let_in, c.public_id AS customer_public_id, c.name AS customer_name
FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.email = @email COLLATE NOCASE AND k.archived_at IS NULL AND c.archived_at IS NULL ORDER BY let_in DESC, k.id LIMIT 20;

-- name: RegistrationEmail :one
SELECT email FROM registrations WHERE public_id = @public_id;

-- name: NoticeStands :one
SELECT EXISTS (SELECT 1 FROM notifications WHERE kind = @kind AND object_kind = @object_kind AND object_id = @object_id AND at > @since) AS stands;

-- name: InsertAcceptedTerms :exec
INSERT INTO accepted_terms (customer_id, contact_id, subscription_id, words, lang, hash, at, address) VALUES (@customer_id, @contact_id, sqlc.narg(subscription_id), @words, @lang, @hash, @at, @address);

-- name: AcceptedTermsOfSubscription :one
SELECT a.words, a.lang, a.hash, a.at, a.address, k.name FROM accepted_terms a JOIN contacts k ON k.id = a.contact_id WHERE a.subscription_id = @subscription_id;
