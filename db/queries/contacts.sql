-- Contacts that look after themselves: areas, invitations by the primary, proposals, another address.

-- name: SetContactAreas :execrows
UPDATE contacts SET areas = sqlc.narg(areas), version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version AND archived_at IS NULL;

-- name: SetContactAccess :execrows
UPDATE contacts SET portal_access = @portal_access, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version AND portal_access <> @portal_access AND archived_at IS NULL;

-- name: MakePrimary :execrows
UPDATE contacts SET is_primary = 1, version = version + 1, updated_at = @updated_at
WHERE id = @id AND customer_id = @customer_id AND is_primary = 0 AND archived_at IS NULL;

-- name: InsertInvitedContact :one
INSERT INTO contacts (public_id, customer_id, name, email, phone, language, is_primary, portal_access, areas, invited_by, created_at, updated_at)
VALUES (@public_id, @customer_id, @name, @email, @phone, @language, 0, 1, sqlc.narg(areas), @invited_by, @now, @now) RETURNING id;

-- name: PeopleOfCustomer :many
SELECT c.id, c.public_id, c.name, c.email, c.phone, c.language, c.is_primary, c.portal_access, c.areas, c.version, c.created_at,
  i.name AS invited_by_name, CAST(cc.contact_id IS NOT NULL AS INTEGER) AS has_password,
  (SELECT max(l.created_at) FROM portal_links l WHERE l.contact_id = c.id AND l.kind = 'password') AS invited_at,
  CAST(COALESCE((SELECT a.at FROM audit_log a WHERE a.object_kind = 'contact' AND a.object_id = c.id AND a.action = 'contact.signed_in' ORDER BY a.id DESC LIMIT 1), '') AS TEXT) AS signed_in_at,
  CAST(EXISTS (SELECT 1 FROM contact_factors f WHERE f.contact_id = c.id AND f.confirmed_at IS NOT NULL) AS INTEGER) AS has_factor,
  CAST(EXISTS (SELECT 1 FROM contacts_let_in x WHERE x.id = c.id) AS INTEGER) AS let_in
FROM contacts c LEFT JOIN contacts i ON i.id = c.invited_by LEFT JOIN contact_credentials cc ON cc.contact_id = c.id
WHERE c.customer_id = @customer_id AND c.archived_at IS NULL ORDER BY c.is_primary DESC, c.id;

-- name: ContactNamedSame :one
SELECT count(*) FROM contacts WHERE customer_id = @customer_id AND email = @email COLLATE NOCASE AND archived_at IS NULL AND id <> @except_id;

-- Who the firm let in beside the primary contact, until that one has been shown it.
-- name: ContactArrived :exec
INSERT INTO contact_arrivals (contact_id, at) VALUES (@contact_id, @at) ON CONFLICT (contact_id) DO NOTHING;

-- name: ContactArrivals :many
SELECT c.name FROM contact_arrivals a JOIN contacts c ON c.id = a.contact_id JOIN contacts p ON p.customer_id = c.customer_id
WHERE p.id = @primary_id AND p.customer_id = @customer_id AND p.is_primary = 1 AND p.archived_at IS NULL AND c.is_primary = 0 AND c.portal_access = 1 AND c.archived_at IS NULL
ORDER BY a.at, c.id;

-- name: DeleteArrivals :exec
DELETE FROM contact_arrivals WHERE contact_id IN (SELECT c.id FROM contacts c WHERE c.customer_id = @customer_id);

-- name: CountContactsOf :one
SELECT count(*) FROM contacts WHERE customer_id = @customer_id AND archived_at IS NULL;

-- name: CountInvitedSince :one
SELECT count(*) FROM contacts WHERE customer_id = @customer_id AND invited_by IS NOT NULL AND created_at > @since;

-- name: SetContactDetails :execrows
UPDATE contacts SET name = @name, phone = @phone, language = @language, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version AND archived_at IS NULL;

-- name: SetContactEmail :execrows
UPDATE contacts SET email = @email, version = version + 1, updated_at = @updated_at WHERE id = @id AND archived_at IS NULL;

-- name: RenameCredential :exec
UPDATE contact_credentials SET user_name = @user_name WHERE contact_credentials.contact_id = @contact_id AND contact_credentials.user_name = @old_name
  AND NOT EXISTS (SELECT 1 FROM contact_credentials o WHERE o.user_name = @user_name);

-- name: GroupFlagsOf :one
SELECT g.id AS group_id, g.tell_new_primary, g.tell_old_primary, g.proposals FROM customers c JOIN customer_groups g ON g.id = c.group_id WHERE c.id = @customer_id;

-- name: InsertProposal :one
INSERT INTO contact_proposals (public_id, customer_id, contact_id, by_contact, field, before, after, state, created_at)
VALUES (@public_id, @customer_id, sqlc.narg(contact_id), @by_contact, @field, @before, @after, 'waiting', @now) RETURNING id;

-- name: ReplaceProposal :execrows
UPDATE contact_proposals SET state = 'replaced', decided_at = @at, decided_by = @by_name
WHERE contact_proposals.customer_id = @customer_id AND COALESCE(contact_proposals.contact_id, 0) = @whose AND field = @field AND state = 'waiting';

-- name: DropProposalsOfContact :exec
UPDATE contact_proposals SET state = 'replaced', decided_at = @at, decided_by = @by_name
WHERE state = 'waiting' AND (contact_proposals.contact_id = @gone OR by_contact = @gone);

-- name: ProposalByPublicID :one
SELECT * FROM contact_proposals WHERE public_id = @public_id;

-- name: DecideProposal :execrows
UPDATE contact_proposals SET state = @state, decided_at = @at, decided_by = @by_name, words = @words WHERE id = @id AND state = 'waiting';

-- name: WaitingProposals :many
SELECT p.id, p.public_id, p.contact_id, p.by_contact, p.field, p.before, p.after, p.state, p.created_at, b.name AS by_contact_name, k.name AS contact_name, k.public_id AS contact_public_id
FROM contact_proposals p JOIN contacts b ON b.id = p.by_contact LEFT JOIN contacts k ON k.id = p.contact_id
WHERE p.customer_id = @customer_id AND p.state = 'waiting' ORDER BY p.contact_id IS NOT NULL, p.contact_id, p.id;

-- name: ProposalsOfContact :many
SELECT public_id, contact_id, field, before, after, state, words, created_at
FROM contact_proposals WHERE customer_id = @customer_id AND (contact_proposals.contact_id = @contact_id OR (contact_proposals.contact_id IS NULL AND CAST(@is_primary AS INTEGER) = 1))
  AND (state = 'waiting' OR (state IN ('accepted','refused') AND decided_at > @since)) ORDER BY id DESC LIMIT 30;

-- name: CustomersWithProposals :many
SELECT c.public_id, c.name, count(*) AS proposals FROM contact_proposals p JOIN customers c ON c.id = p.customer_id
WHERE p.state = 'waiting' GROUP BY c.id ORDER BY min(p.id) LIMIT 200;

-- name: PutEmailChange :exec
INSERT INTO contact_emails (contact_id, public_id, email, round, tries, code_until, created_at)
VALUES (@contact_id, @public_id, @email, 1, 0, @code_until, @now)
ON CONFLICT (contact_id) DO UPDATE SET public_id = excluded.public_id, email = excluded.email, round = contact_emails.round + 1, tries = 0,
  code_until = excluded.code_until, created_at = excluded.created_at;

-- name: EmailChangeOf :one
SELECT * FROM contact_emails WHERE contact_id = @contact_id;

-- name: TryEmailCode :execrows
UPDATE contact_emails SET tries = tries + 1 WHERE contact_id = @contact_id AND tries < @most;

-- name: DeleteEmailChange :exec
DELETE FROM contact_emails WHERE contact_id = @contact_id;

-- name: DeleteOtherSessions :exec
DELETE FROM portal_sessions WHERE contact_id = @contact_id AND id <> @keep_id;

-- name: MoveContact :execrows
UPDATE contacts SET customer_id = @customer_id, is_primary = @is_primary, invited_by = NULL, version = version + 1, updated_at = @updated_at
WHERE id = @id AND archived_at IS NULL;

-- name: DeleteArrival :exec
DELETE FROM contact_arrivals WHERE contact_id = @contact_id;

-- name: SetSeeEachOther :execrows
UPDATE customers SET see_each_other = @see_each_other WHERE id = @id AND see_each_other <> @see_each_other;
