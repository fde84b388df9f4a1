-- name: InsertLink :one
INSERT INTO portal_links (public_id, kind, token_hash, contact_id, document_id, contract_id, expires_at, created_at)
VALUES (@public_id, @kind, @token_hash, @contact_id, @document_id, @contract_id, @expires_at, @created_at) RETURNING id;

-- name: LinkByID :one
SELECT id, public_id, kind, contact_id, document_id, expires_at, revoked_at, used_at FROM portal_links WHERE id = @id;

-- name: LinkByTokenHash :one
SELECT l.id, l.public_id, l.kind, l.contact_id, l.document_id, l.expires_at, l.revoked_at, l.used_at,
  c.customer_id, c.name, c.email, c.language, CAST(EXISTS (SELECT 1 FROM contacts_let_in i WHERE i.id = c.id) AS INTEGER) AS let_in, d.public_id AS document_public_id, d.customer_id AS document_customer_id, d.number AS document_number,
  l.contract_id, k.public_id AS contract_public_id, k.number AS contract_number
FROM portal_links l JOIN contacts c ON c.id = l.contact_id LEFT JOIN documents d ON d.id = l.document_id
LEFT JOIN contracts k ON k.id = l.contract_id AND k.customer_id = c.customer_id WHERE l.token_hash = @token_hash;

-- name: LinksOfContact :many
SELECT l.public_id, l.kind, l.expires_at, l.revoked_at, l.used_at, l.created_at, COALESCE(d.number, k.number, '') AS number FROM portal_links l
LEFT JOIN documents d ON d.id = l.document_id LEFT JOIN contracts k ON k.id = l.contract_id WHERE l.contact_id = @contact_id ORDER BY l.id DESC LIMIT @row_limit;

-- name: UseLink :execrows
UPDATE portal_links SET used_at = @at WHERE id = @id AND used_at IS NULL AND revoked_at IS NULL AND expires_at > @at;

-- name: RevokeLink :execrows
UPDATE portal_links SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL;

-- name: LinkByPublicID :one
SELECT id, contact_id FROM portal_links WHERE public_id = @public_id;

-- name: RevokeLinksOfContact :execrows
UPDATE portal_links SET revoked_at = @at WHERE contact_id = @contact_id AND revoked_at IS NULL;

-- name: RevokePasswordLinks :exec
UPDATE portal_links SET revoked_at = @at WHERE contact_id = @contact_id AND kind = 'password' AND revoked_at IS NULL AND used_at IS NULL;

-- name: YoungPasswordLink :one
SELECT id, expires_at FROM portal_links WHERE contact_id = @contact_id AND kind = 'password' AND revoked_at IS NULL AND used_at IS NULL
  AND created_at > @after AND created_at <= @now AND expires_at > @now AND expires_at <= @up_to ORDER BY id DESC LIMIT 1;

-- name: InsertSession :one
INSERT INTO portal_sessions (token_hash, public_id, contact_id, trust, link_id, user_agent, address, created_at, seen_at, idle_until, expires_at, proved_at)
VALUES (@token_hash, @public_id, @contact_id, @trust, @link_id, @user_agent, @address, @now, @now, @idle_until, @expires_at, @proved_at) RETURNING id;

-- name: LiveSession :one
SELECT s.id, s.public_id, s.contact_id, s.trust, s.link_id, s.seen_at, s.expires_at, s.proved_at, c.customer_id, c.name, c.language, c.areas
FROM portal_sessions s JOIN contacts c ON c.id = s.contact_id
WHERE s.token_hash = @token_hash AND s.idle_until > @now AND s.expires_at > @now AND EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = c.id);

-- name: CountSessionsOfLinkAt :one
SELECT count(*) FROM portal_sessions WHERE link_id = @link_id AND address = @address AND idle_until > @now;

-- name: TouchSession :exec
UPDATE portal_sessions SET seen_at = @seen_at, idle_until = @idle_until, address = @address WHERE id = @id;

-- name: LiveSessionsOfContact :many
SELECT id, public_id, trust, user_agent, address, created_at, seen_at FROM portal_sessions
WHERE contact_id = @contact_id AND idle_until > @now AND expires_at > @now ORDER BY seen_at DESC, id DESC LIMIT 50;

-- name: CountLiveSessions :one
SELECT count(*) FROM portal_sessions WHERE idle_until > @now AND expires_at > @now;

-- name: DeleteSession :execrows
DELETE FROM portal_sessions WHERE public_id = @public_id AND contact_id = @contact_id;

-- name: DeleteSessionByID :exec
DELETE FROM portal_sessions WHERE id = @id;

-- name: DeleteSessionsOfContact :execrows
DELETE FROM portal_sessions WHERE contact_id = @contact_id AND id <> @keep_id;

-- name: DeleteSessionsOfLink :exec
DELETE FROM portal_sessions WHERE link_id = @link_id;

-- Sessions of a mailed link and those of a password are counted apart: the first never push out the second.
-- name: DeleteSessionsBeyond :exec
DELETE FROM portal_sessions WHERE portal_sessions.contact_id = @contact_id AND portal_sessions.trust = @trust AND portal_sessions.id NOT IN (
  SELECT s.id FROM portal_sessions s WHERE s.contact_id = @contact_id AND s.trust = @trust ORDER BY s.seen_at DESC, s.id DESC LIMIT @keep);

-- name: DeleteDeadSessions :exec
DELETE FROM portal_sessions WHERE expires_at <= @now OR idle_until <= @now;

-- name: CredentialsNamed :many
-- Those of a suspended customer stand behind all others: who knows the password is told why nothing opens.
SELECT cc.contact_id, cc.user_name, cc.password_hash, c.customer_id, c.name, c.language, CAST(cc.user_name = @name AS INTEGER) AS exact,
  CAST(cu.suspended_at IS NOT NULL AS INTEGER) AS suspended
FROM contact_credentials cc JOIN contacts c ON c.id = cc.contact_id JOIN customers cu ON cu.id = c.customer_id LEFT JOIN customer_groups g ON g.id = cu.group_id
WHERE (cc.user_name = @name OR c.email = @name COLLATE NOCASE) AND c.archived_at IS NULL AND c.portal_access = 1 AND COALESCE(g.portal_enabled, 1) = 1
ORDER BY suspended, exact DESC, cc.contact_id LIMIT 2;

-- name: CredentialOfContact :one
SELECT contact_id, user_name, password_hash, changed_at FROM contact_credentials WHERE contact_id = @contact_id;

-- name: PutCredential :exec
INSERT INTO contact_credentials (contact_id, user_name, password_hash, changed_at) VALUES (@contact_id, @user_name, @password_hash, @changed_at)
ON CONFLICT (contact_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at;

-- name: CountUserName :one
SELECT count(*) FROM contact_credentials WHERE user_name = @user_name AND contact_id <> @contact_id;

-- name: ContactsToRemind :many
SELECT c.id, c.customer_id, c.name, c.email, c.language FROM contacts c LEFT JOIN contact_credentials cc ON cc.contact_id = c.id
WHERE (c.email = @name COLLATE NOCASE OR cc.user_name = @name) AND EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = c.id) AND c.email <> ''
ORDER BY c.id LIMIT 5;

-- name: FailureOf :one
SELECT name_hash, failures, last_at FROM sign_in_failures WHERE name_hash = @name_hash;

-- name: PutFailure :exec
INSERT INTO sign_in_failures (name_hash, failures, last_at) VALUES (@name_hash, @failures, @last_at)
ON CONFLICT (name_hash) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at;

-- name: DeleteFailure :exec
DELETE FROM sign_in_failures WHERE name_hash = @name_hash;

-- name: PullFailures :exec
UPDATE sign_in_failures SET last_at = @now WHERE last_at > @now;

-- name: DeleteOldFailures :exec
DELETE FROM sign_in_failures WHERE last_at < @before;

-- name: AddVisits :exec
INSERT INTO portal_visits (day, sessions, views) VALUES (@day, @sessions, @views)
ON CONFLICT (day) DO UPDATE SET sessions = sessions + excluded.sessions, views = views + excluded.views;

-- name: VisitsOf :one
SELECT day, sessions, views FROM portal_visits WHERE day = @day;

-- name: AccessContext :one
SELECT co.time_zone, co.name, co.website, ps.link_days, ps.password_always FROM company co JOIN portal_settings ps ON ps.id = 1 WHERE co.id = 1;

-- name: DeleteCredential :exec
DELETE FROM contact_credentials WHERE contact_id = @contact_id;

-- name: ProveSession :exec
UPDATE portal_sessions SET proved_at = @at WHERE id = @id;

-- name: InsertStandIn :exec
INSERT INTO portal_stand_ins (public_id, customer_id, contact_id, user_id, by_name, language, token_hash, token_until, created_at)
VALUES (@public_id, @customer_id, @contact_id, @user_id, @by_name, @language, @token_hash, @token_until, @created_at);

-- name: StandInByToken :one
SELECT s.id, s.public_id, s.customer_id, s.contact_id, s.user_id, s.by_name, s.language, s.token_until, s.session_hash, cu.name AS customer_name, c.name AS contact_name,
  CAST(COALESCE((SELECT g.portal_enabled FROM customer_groups g WHERE g.id = cu.group_id), 1) AS INTEGER) AS let_in
FROM portal_stand_ins s JOIN customers cu ON cu.id = s.customer_id LEFT JOIN contacts c ON c.id = s.contact_id WHERE s.token_hash = @token_hash;

-- name: OpenStandIn :execrows
UPDATE portal_stand_ins SET session_hash = @session_hash, opened_at = @now, idle_until = @idle_until, expires_at = @expires_at
WHERE id = @id AND session_hash IS NULL AND token_until > @now;

-- name: LiveStandIn :one
SELECT s.id, s.public_id, s.customer_id, s.contact_id, s.user_id, s.by_name, s.language, s.expires_at, cu.name AS customer_name, c.name AS contact_name, c.areas
FROM portal_stand_ins s JOIN customers cu ON cu.id = s.customer_id LEFT JOIN contacts c ON c.id = s.contact_id
WHERE s.session_hash = @session_hash AND s.idle_until > @now AND s.expires_at > @now AND (c.id IS NULL OR c.archived_at IS NULL)
  AND COALESCE((SELECT g.portal_enabled FROM customer_groups g WHERE g.id = cu.group_id), 1) = 1;

-- name: TouchStandIn :exec
UPDATE portal_stand_ins SET idle_until = @idle_until WHERE id = @id;

-- name: DeleteStandIn :exec
DELETE FROM portal_stand_ins WHERE public_id = @public_id;

-- name: DeleteStandIns :exec
DELETE FROM portal_stand_ins WHERE id > @after_id;

-- Who stands in for a customer of a group that leaves the portal.
-- name: DeleteStandInsOfGroup :execrows
DELETE FROM portal_stand_ins WHERE customer_id IN (SELECT c.id FROM customers c WHERE c.group_id = @group_id);

-- name: DeleteDeadStandIns :exec
DELETE FROM portal_stand_ins WHERE (session_hash IS NULL AND token_until <= @now) OR expires_at <= @now OR idle_until <= @now;

-- Who is to stand in for a customer where no contact is named: the primary one, else the oldest.
-- name: ContactToStandFor :one
SELECT id, name FROM contacts WHERE customer_id = @customer_id AND archived_at IS NULL ORDER BY is_primary DESC, id LIMIT 1;
