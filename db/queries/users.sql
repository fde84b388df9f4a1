-- name: ListUsers :many
SELECT u.id, u.public_id, u.code, u.name, u.email, u.language, u.role, u.state, u.version, u.contact_id,
  CAST(COALESCE(k.name, '') AS TEXT) AS contact_name, CAST(COALESCE(c.name, '') AS TEXT) AS customer_name, CAST(COALESCE(c.public_id, '') AS TEXT) AS customer_public_id,
  CAST(EXISTS (SELECT 1 FROM user_credentials x WHERE x.user_id = u.id) AS INTEGER) AS has_password,
  CAST(EXISTS (SELECT 1 FROM user_factors f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL) AS INTEGER) AS has_factor,
  CAST(COALESCE((SELECT max(s.seen_at) FROM user_sessions s WHERE s.user_id = u.id), '') AS TEXT) AS seen_at,
  CAST(COALESCE((SELECT max(l.expires_at) FROM user_links l WHERE l.user_id = u.id AND l.kind = 'password' AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > @now), '') AS TEXT) AS invited_until,
  (SELECT count(*) FROM contracts o WHERE o.owner_id = u.id AND o.state NOT IN ('ended', 'cancelled')) AS contracts,
  (SELECT count(*) FROM conversations v WHERE v.assigned_id = u.id AND v.state = 'open') AS conversations,
  (SELECT count(*) FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id JOIN contract_rounds r ON r.id = t.round_id WHERE p.user_id = u.id AND r.state = 'open' AND t.decision IS NULL) AS turns,
  CAST(COALESCE((SELECT json_extract(a.details, '$.role_before') FROM audit_log a WHERE u.role = 'delegate' AND a.object_kind = 'user' AND a.object_id = u.id AND a.action = 'user.changed'
    AND json_extract(a.details, '$.role') = 'delegate' ORDER BY a.id DESC LIMIT 1), '') AS TEXT) AS role_before
FROM users u LEFT JOIN contacts k ON k.id = u.contact_id LEFT JOIN customers c ON c.id = k.customer_id
ORDER BY u.state, u.code, u.id LIMIT 500;

-- name: PassContractsOn :execrows
UPDATE contracts SET owner_id = @to_id, version = version + 1 WHERE owner_id = @from_id AND state NOT IN ('ended', 'cancelled');

-- name: UnassignConversationsOf :execrows
UPDATE conversations SET assigned_id = NULL, version = version + 1 WHERE assigned_id = @user_id AND state = 'open';

-- name: CountActiveUsers :one
SELECT count(*) FROM users WHERE state = 'active';

-- name: NextUserCode :one
SELECT CAST(COALESCE(max(CAST(substr(code, 2) AS INTEGER)), 0) + 1 AS INTEGER) FROM users WHERE code GLOB 'U[0-9]*';

-- name: AddUser :one
INSERT INTO users (public_id, code, name, email, language, role, contact_id, created_at)
VALUES (@public_id, @code, @name, @email, @language, @role, @contact_id, @created_at) RETURNING id;

-- name: CountUserCode :one
SELECT count(*) FROM users WHERE code = @code COLLATE NOCASE AND id <> @id;

-- name: CountUserEmail :one
SELECT count(*) FROM users WHERE email = @email AND id <> @id;

-- name: UpdateUser :execrows
UPDATE users SET code = @code, name = @name, role = @role, version = version + 1 WHERE id = @id AND version = @version;

-- name: SetUserState :execrows
UPDATE users SET state = @state, version = version + 1 WHERE id = @id AND version = @version;

-- name: UpdateOwnUser :execrows
UPDATE users SET name = @name, phone = @phone, language = @language, version = version + 1 WHERE id = @id AND version = @version;

-- name: SetUserEmail :exec
UPDATE users SET email = @email, version = version + 1 WHERE id = @id;

-- name: InsertHandover :exec
INSERT INTO user_handovers (from_id, to_id, at) VALUES (@from_id, @to_id, @at);

-- name: UserNamed :one
SELECT u.id, u.public_id, u.name, u.language, u.role, x.password_hash FROM users u JOIN user_credentials x ON x.user_id = u.id WHERE u.email = @email AND u.state = 'active';

-- name: UserToRemind :one
SELECT u.id, u.public_id, u.name, u.email, u.language FROM users u WHERE u.email = @email AND u.state = 'active';

-- name: CredentialOfUser :one
SELECT user_id, password_hash, changed_at FROM user_credentials WHERE user_id = @user_id;

-- name: PutUserCredential :exec
INSERT INTO user_credentials (user_id, password_hash, changed_at) VALUES (@user_id, @password_hash, @changed_at)
ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at;

-- name: DeleteUserCredential :exec
DELETE FROM user_credentials WHERE user_id = @user_id;

-- name: InsertUserSession :one
INSERT INTO user_sessions (token_hash, public_id, user_id, trust, door, user_agent, address, created_at, seen_at, proved_at, idle_until, expires_at)
VALUES (@token_hash, @public_id, @user_id, @trust, @door, @user_agent, @address, @now, @now, @now, @idle_until, @expires_at) RETURNING id;

-- name: LiveUserSession :one
SELECT s.id, s.public_id, s.user_id, s.trust, s.door, s.seen_at, s.proved_at, s.expires_at, u.name, u.role
FROM user_sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = @token_hash AND s.idle_until > @now AND s.expires_at > @now AND u.state = 'active';

-- name: UserSessionStands :one
SELECT count(*) FROM user_sessions WHERE id = @id AND user_id = @user_id;

-- name: TouchUserSession :exec
UPDATE user_sessions SET seen_at = @seen_at, idle_until = @idle_until, address = @address WHERE id = @id;

-- name: ProveUserSession :exec
UPDATE user_sessions SET proved_at = @at WHERE id = @id;

-- name: SessionsOfUser :many
SELECT id, public_id, trust, door, user_agent, address, created_at, seen_at FROM user_sessions
WHERE user_id = @user_id AND idle_until > @now AND expires_at > @now ORDER BY seen_at DESC, id DESC LIMIT 50;

-- name: DeleteUserSession :execrows
DELETE FROM user_sessions WHERE public_id = @public_id AND user_id = @user_id;

-- name: DeleteUserSessionByID :exec
DELETE FROM user_sessions WHERE id = @id;

-- name: DeleteSessionsOfUser :execrows
DELETE FROM user_sessions WHERE user_id = @user_id AND id <> @keep_id;

-- name: DeleteUserSessionsBeyond :exec
DELETE FROM user_sessions WHERE user_sessions.user_id = @user_id AND user_sessions.id NOT IN (
  SELECT s.id FROM user_sessions s WHERE s.user_id = @user_id ORDER BY s.seen_at DESC, s.id DESC LIMIT @keep);

-- name: DeleteDeadUserSessions :exec
DELETE FROM user_sessions WHERE expires_at <= @now OR idle_until <= @now;

-- name: InsertUserLink :one
INSERT INTO user_links (public_id, token_hash, kind, user_id, email, expires_at, created_at)
VALUES (@public_id, @token_hash, @kind, @user_id, @email, @expires_at, @created_at) RETURNING id;

-- name: UserLinkByHash :one
SELECT l.id, l.kind, l.user_id, l.email, l.expires_at, l.used_at, l.revoked_at, u.name, u.email AS user_email, u.language, u.role, u.state
FROM user_links l JOIN users u ON u.id = l.user_id WHERE l.token_hash = @token_hash;

-- name: UseUserLink :execrows
UPDATE user_links SET used_at = @at WHERE id = @id AND used_at IS NULL AND revoked_at IS NULL AND expires_at > @at;

-- name: RevokeUserLinks :exec
UPDATE user_links SET revoked_at = @at WHERE user_id = @user_id AND kind = @kind AND used_at IS NULL AND revoked_at IS NULL;

-- name: PendingUserEmail :one
SELECT id, email, expires_at FROM user_links WHERE user_id = @user_id AND kind = 'email' AND used_at IS NULL AND revoked_at IS NULL AND expires_at > @now ORDER BY id DESC LIMIT 1;

-- name: FactorOfUser :one
SELECT user_id, secret, confirmed_at, last_step, created_at FROM user_factors WHERE user_id = @user_id;

-- name: PutUserFactor :execrows
INSERT INTO user_factors (user_id, secret, created_at) VALUES (@user_id, @secret, @created_at)
ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0 WHERE user_factors.confirmed_at IS NULL;

-- name: ConfirmUserFactor :execrows
UPDATE user_factors SET confirmed_at = @at, last_step = @step WHERE user_id = @user_id AND confirmed_at IS NULL AND secret = @secret;

-- name: UseUserFactorStep :execrows
UPDATE user_factors SET last_step = @step WHERE user_id = @user_id AND confirmed_at IS NOT NULL AND last_step < @step;

-- name: DeleteUserFactor :execrows
DELETE FROM user_factors WHERE user_id = @user_id;

-- name: InsertUserRecoveryCode :exec
INSERT INTO user_recovery_codes (user_id, code_hash) VALUES (@user_id, @code_hash);

-- name: UseUserRecoveryCode :execrows
UPDATE user_recovery_codes SET used_at = @at WHERE user_id = @user_id AND code_hash = @code_hash AND used_at IS NULL;

-- name: CountUserRecoveryCodes :one
SELECT count(*) FROM user_recovery_codes WHERE user_id = @user_id AND used_at IS NULL;

-- name: DeleteUserRecoveryCodes :exec
DELETE FROM user_recovery_codes WHERE user_id = @user_id;

-- name: GetDeskSettings :one
SELECT * FROM desk_settings WHERE id = 1;

-- name: SetAskPassword :exec
UPDATE desk_settings SET ask_password = @ask_password, version = version + 1 WHERE id = 1;

-- name: SetAccountRecovery :exec
UPDATE desk_settings SET recovery_hash = @recovery_hash, recovery_made_at = @recovery_made_at, version = version + 1 WHERE id = 1;

-- name: UseAccountRecovery :execrows
UPDATE desk_settings SET recovery_hash = NULL, recovery_made_at = '', version = version + 1 WHERE id = 1 AND recovery_hash = @recovery_hash;

-- name: SetLan :execrows
UPDATE desk_settings SET lan_on = @lan_on, lan_port = @lan_port, version = version + 1 WHERE id = 1 AND version = @version;

-- Customers' primary contacts and those whom a primary contact named.
-- name: DelegateContacts :many
SELECT k.public_id, k.name, k.email, c.name AS customer_name, k.is_primary FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.archived_at IS NULL AND k.erased_at IS NULL AND c.archived_at IS NULL AND k.email <> '' AND (k.is_primary = 1 OR k.invited_by IS NOT NULL)
  AND instr(lower(k.name || ' ' || k.email || ' ' || c.name), CAST(@words AS TEXT)) > 0
  AND NOT EXISTS (SELECT 1 FROM users u WHERE u.email = k.email OR (u.contact_id = k.id AND u.state = 'active'))
ORDER BY k.name COLLATE NOCASE, k.id LIMIT 30;

-- name: ContactForUser :one
SELECT k.id, k.public_id, k.name, k.email, k.language FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.public_id = @public_id AND k.archived_at IS NULL AND k.erased_at IS NULL AND c.archived_at IS NULL AND k.email <> '' AND (k.is_primary = 1 OR k.invited_by IS NOT NULL);

-- name: MailServerSet :one
SELECT CAST(m.host <> '' OR c.is_demo = 1 AS INTEGER) FROM mail_settings m JOIN company c ON c.id = 1 WHERE m.id = 1;
