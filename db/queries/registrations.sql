-- Registrations: see db/migrations/0019_registrations.sql.

-- name: RegistrationByToken :one
SELECT * FROM registrations WHERE token_hash = @token_hash AND expires_at > @now;

-- name: InsertRegistration :exec
INSERT INTO registrations (public_id, token_hash, came_by, email, form, password_hash, terms_hash, terms_at, known, round, code_until, address, created_at, expires_at)
VALUES (@public_id, @token_hash, @came_by, @email, @form, @password_hash, @terms_hash, @now, @known, 1, @code_until, @address, @now, @expires_at);

-- name: UpdateRegistration :execrows
UPDATE registrations SET came_by = @came_by, email = @email, form = @form, password_hash = @password_hash, terms_hash = @terms_hash, terms_at = @now, known = @known, round = @round, code_until = @code_until, tries = @tries, address = @address
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

-- Whether an address is anybody's already: a contact's, archived or not, with access or without.
-- name: CountContactsByEmail :one
SELECT count(*) FROM contacts WHERE email = @email COLLATE NOCASE;
