-- Invitations of customers without access: what would become of one, runs and their results.
-- name: CustomerToInvite :one
SELECT c.id, c.public_id, c.number, c.name, c.email, c.language, c.archived_at, COALESCE(g.portal_enabled, 1) AS portal_enabled, COALESCE(g.invite_others, 1) AS invite_others,
  (SELECT count(*) FROM contacts k JOIN contact_credentials cc ON cc.contact_id = k.id WHERE k.customer_id = c.id AND k.archived_at IS NULL AND k.portal_access = 1) AS with_access,
  (SELECT count(*) FROM contacts k WHERE k.customer_id = c.id AND k.archived_at IS NULL) AS people,
  (SELECT count(*) FROM contacts k WHERE k.customer_id = c.id AND k.archived_at IS NULL AND k.portal_access = 1) AS let_in,
  CAST(COALESCE((SELECT max(i.at) FROM invitations i WHERE i.customer_id = c.id AND i.result = 'mailed'), '') AS TEXT) AS invited_at
FROM customers c LEFT JOIN customer_groups g ON g.id = c.group_id WHERE c.public_id = @public_id;

-- name: CustomersWithoutAccess :many
SELECT c.public_id FROM customers c WHERE c.archived_at IS NULL
AND NOT EXISTS (SELECT 1 FROM contacts k JOIN contact_credentials cc ON cc.contact_id = k.id WHERE k.customer_id = c.id AND k.archived_at IS NULL AND k.portal_access = 1)
ORDER BY c.name_key, c.id LIMIT @row_limit;

-- name: ContactToInvite :one
SELECT * FROM contacts WHERE customer_id = @customer_id AND archived_at IS NULL AND portal_access = 1 AND email <> '' ORDER BY is_primary DESC, id LIMIT 1;

-- name: InsertInvitationRun :one
INSERT INTO invitation_runs (public_id, by_name, total, created_at) VALUES (@public_id, @by_name, @total, @created_at) RETURNING id;

-- name: InsertInvitation :exec
INSERT INTO invitations (run_id, customer_id, result) VALUES (@run_id, @customer_id, 'waiting');

-- name: InvitationRunByPublicID :one
SELECT * FROM invitation_runs WHERE public_id = @public_id;

-- name: LastInvitationRun :one
SELECT * FROM invitation_runs ORDER BY id DESC LIMIT 1;

-- name: InvitationsOfRun :many
SELECT i.result, i.at, c.public_id, c.number, c.name, k.name AS contact_name, k.email AS contact_email, m.public_id AS mail_public_id, m.state AS mail_state, m.last_answer AS mail_answer
FROM invitations i JOIN customers c ON c.id = i.customer_id LEFT JOIN contacts k ON k.id = i.contact_id LEFT JOIN mails m ON m.id = i.mail_id
WHERE i.run_id = @run_id ORDER BY i.id;

-- name: NextInvitations :many
SELECT i.id, c.public_id FROM invitations i JOIN customers c ON c.id = i.customer_id WHERE i.run_id = @run_id AND i.result = 'waiting' ORDER BY i.id LIMIT @row_limit;

-- name: SetInvitation :exec
UPDATE invitations SET result = @result, contact_id = @contact_id, mail_id = @mail_id, at = @at WHERE id = @id AND result = 'waiting';

-- name: CancelInvitations :execrows
UPDATE invitations SET result = 'cancelled', at = @at WHERE run_id = @run_id AND result = 'waiting';

-- name: EndInvitationRun :exec
UPDATE invitation_runs SET ended_at = @at WHERE id = @id AND ended_at IS NULL;

-- name: MailOfLink :one
SELECT id FROM mails WHERE link_id = @link_id ORDER BY id DESC LIMIT 1;
