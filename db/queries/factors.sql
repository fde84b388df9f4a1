-- Second factors, and what a session by password owes before it goes on (office/access).

-- name: FactorOfContact :one
SELECT contact_id, secret, confirmed_at, last_step, created_at FROM contact_factors WHERE contact_id = @contact_id;

-- A secret that was only shown gives way to a new one; one that counts does not.
-- name: PutFactor :execrows
INSERT INTO contact_factors (contact_id, secret, created_at) VALUES (@contact_id, @secret, @created_at)
ON CONFLICT (contact_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0 WHERE contact_factors.confirmed_at IS NULL;

-- name: ConfirmFactor :execrows
UPDATE contact_factors SET confirmed_at = @at, last_step = @step WHERE contact_id = @contact_id AND confirmed_at IS NULL AND secret = @secret;

-- A step counts once, whoever comes second.
-- name: UseFactorStep :execrows
UPDATE contact_factors SET last_step = @step WHERE contact_id = @contact_id AND last_step < @step AND confirmed_at IS NOT NULL;

-- name: DeleteFactor :execrows
DELETE FROM contact_factors WHERE contact_id = @contact_id;

-- name: InsertRecoveryCode :exec
INSERT INTO recovery_codes (contact_id, code_hash) VALUES (@contact_id, @code_hash);

-- name: UseRecoveryCode :execrows
UPDATE recovery_codes SET used_at = @at WHERE contact_id = @contact_id AND code_hash = @code_hash AND used_at IS NULL;

-- name: CountRecoveryCodes :one
SELECT count(*) FROM recovery_codes WHERE contact_id = @contact_id AND used_at IS NULL;

-- name: DeleteRecoveryCodes :exec
DELETE FROM recovery_codes WHERE contact_id = @contact_id;

-- Who is half signed in: the password was right, the code is owed.
-- name: HalfSignedIn :one
SELECT c.id, c.customer_id, c.name, c.email, c.language, cc.user_name, cc.password_hash, f.secret, f.confirmed_at, f.last_step, f.created_at
FROM contacts c JOIN contact_credentials cc ON cc.contact_id = c.id JOIN contact_factors f ON f.contact_id = c.id
WHERE c.public_id = @public_id AND EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = c.id) AND f.confirmed_at IS NOT NULL;

-- What the contact's group asks of who signs in.
-- name: GroupAsks :one
SELECT CAST(COALESCE(g.password_always, 0) AS INTEGER) AS password_always, CAST(COALESCE(g.factor_wanted, 0) AS INTEGER) AS factor_wanted,
  CAST(EXISTS (SELECT 1 FROM contact_factors f WHERE f.contact_id = c.id AND f.confirmed_at IS NOT NULL) AS INTEGER) AS has_factor,
  CAST(COALESCE((SELECT t.id FROM group_terms t WHERE t.group_id = g.id AND t.words_fr <> ''
    AND t.version = (SELECT max(n.version) FROM group_terms n WHERE n.group_id = g.id)
    AND NOT EXISTS (SELECT 1 FROM terms_accepted a WHERE a.terms_id = t.id AND a.contact_id = c.id)), 0) AS INTEGER) AS terms_id
FROM contacts c JOIN customers cu ON cu.id = c.customer_id LEFT JOIN customer_groups g ON g.id = cu.group_id WHERE c.id = @contact_id;

-- name: SetSessionOwes :exec
UPDATE portal_sessions SET factor_owed = @factor_owed, terms_owed = @terms_owed WHERE id = @id;

-- name: SessionOwes :one
SELECT factor_owed, terms_owed FROM portal_sessions WHERE id = @id AND contact_id = @contact_id;

-- name: SettleSessionTerms :exec
UPDATE portal_sessions SET terms_owed = 0 WHERE contact_id = @contact_id AND terms_owed = 1;

-- name: TermsToSignIn :one
SELECT id, version, words_fr, words_en, at FROM group_terms WHERE id = @id;

-- name: AcceptGroupTerms :exec
INSERT INTO terms_accepted (terms_id, contact_id, lang, address, at) VALUES (@terms_id, @contact_id, @lang, @address, @at)
ON CONFLICT (contact_id, terms_id) DO NOTHING;

-- Whom a forgotten user name is told: contacts of that address that are let in.
-- name: ContactsOfAddress :many
SELECT c.id, c.customer_id, c.name, c.email, c.language FROM contacts c
WHERE c.email = @email COLLATE NOCASE AND c.email <> '' AND EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = c.id) ORDER BY c.id LIMIT 5;

-- name: SetUserName :execrows
UPDATE contact_credentials SET user_name = @user_name WHERE contact_id = @contact_id;
