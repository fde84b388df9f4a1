-- Personal data: what is held about one contact, and what of it goes (office/privacy).

-- name: ContactForErasure :one
SELECT k.id, k.public_id, k.name, k.email, k.phone, k.is_primary, k.portal_access, k.archived_at, k.erased_at, k.version, c.id AS customer_id, c.public_id AS customer_public_id,
  c.number AS customer_number, c.kind AS customer_kind, c.name AS customer_name, c.email AS customer_email, c.phone AS customer_phone,
  CAST(COALESCE((SELECT a.user_name FROM contact_credentials a WHERE a.contact_id = k.id), '') AS TEXT) AS user_name,
  CAST(COALESCE((SELECT e.email FROM contact_emails e WHERE e.contact_id = k.id), '') AS TEXT) AS waiting_email,
  (SELECT count(*) FROM contacts o WHERE o.customer_id = k.customer_id AND o.id <> k.id AND o.archived_at IS NULL) AS beside,
  (SELECT count(*) FROM contacts o WHERE o.customer_id = k.customer_id AND o.id <> k.id AND o.archived_at IS NULL AND o.portal_access = 1) AS others_with_access,
  (SELECT count(*) FROM contacts o WHERE o.id <> k.id AND o.erased_at IS NULL AND o.email = k.email COLLATE NOCASE AND k.email <> '') AS same_email,
  (SELECT count(*) FROM users w WHERE w.contact_id = k.id AND w.state = 'active') AS users
FROM contacts k JOIN customers c ON c.id = k.customer_id WHERE k.public_id = @public_id;

-- How much of each sort there is. Mails of no contact are its own where the address is nobody else's.
-- name: ErasureCounts :one
SELECT (SELECT count(*) FROM portal_sessions s WHERE s.contact_id = @id) AS sessions,
  (SELECT count(*) FROM portal_links l WHERE l.contact_id = @id) AS links,
  (SELECT count(*) FROM registrations r WHERE r.contact_id = @id OR r.contact_id IS NULL AND r.email = CAST(@email AS TEXT) COLLATE NOCASE) + (SELECT count(*) FROM access_requests q
    WHERE q.contact_id = @id OR q.contact_id IS NULL AND q.email = CAST(@email AS TEXT) COLLATE NOCASE AND q.email <> '') AS requests,
  (SELECT count(*) FROM contact_proposals p WHERE p.contact_id = @id OR p.by_contact = @id) AS proposals,
  (SELECT count(*) FROM mails m WHERE m.to_address <> '' AND (m.contact_id = @id OR m.contact_id IS NULL AND m.to_address = CAST(@email AS TEXT) COLLATE NOCASE)) AS mails,
  (SELECT count(*) FROM document_messages m WHERE m.contact_id = @id) + (SELECT count(*) FROM contract_comments m WHERE m.contact_id = @id) + (SELECT count(*) FROM conversation_messages m WHERE m.contact_id = @id) AS messages,
  (SELECT count(*) FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id LEFT JOIN contract_guests g ON g.id = p.guest_id WHERE t.decision IS NULL AND t.name <> ''
    AND (p.contact_id = @id OR g.email = CAST(@email AS TEXT) AND g.email <> '')) AS asked,
  (SELECT count(*) FROM contract_guests g WHERE g.email = CAST(@email AS TEXT) AND g.email <> ''
    AND NOT EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns t ON t.party_id = p.id WHERE p.guest_id = g.id AND t.decision IS NOT NULL)) AS invitations,
  (SELECT count(*) FROM contract_watchers w WHERE w.contact_id = @id) AS watched,
  (SELECT count(*) FROM shared_files f WHERE f.contact_id = @id) AS files,
  (SELECT count(*) FROM kept_methods k WHERE k.contact_id = @id AND k.deleted_at = '') AS methods,
  (SELECT count(*) FROM documents d WHERE d.customer_id = @customer_id AND d.state = 'issued' AND d.kind <> 'quote') AS papers,
  CAST(COALESCE((SELECT max(d.issue_date) FROM documents d WHERE d.customer_id = @customer_id AND d.state = 'issued' AND d.kind <> 'quote'), '') AS TEXT) AS papers_on,
  (SELECT count(*) FROM payments p WHERE p.customer_id = @customer_id) AS payments,
  CAST(COALESCE((SELECT max(p.received_on) FROM payments p WHERE p.customer_id = @customer_id), '') AS TEXT) AS payments_on,
  (SELECT count(*) FROM documents d WHERE d.customer_id = @customer_id AND d.state = 'issued' AND d.kind = 'quote') + (SELECT count(*) FROM mandates m WHERE m.customer_id = @customer_id)
    + (SELECT count(*) FROM subscriptions s WHERE s.customer_id = @customer_id) + (SELECT count(*) FROM contracts c WHERE c.customer_id = @customer_id AND c.state <> 'draft') AS contracts,
  CAST(COALESCE((SELECT max(x) FROM (SELECT d.issue_date AS x FROM documents d WHERE d.customer_id = @customer_id AND d.state = 'issued' AND d.kind = 'quote' UNION ALL SELECT q.decided_on FROM quote_decisions q
    JOIN documents d ON d.id = q.document_id WHERE d.customer_id = @customer_id UNION ALL SELECT substr(m.created_at, 1, 10) FROM mandates m WHERE m.customer_id = @customer_id
    UNION ALL SELECT s.since_on FROM subscriptions s WHERE s.customer_id = @customer_id
    UNION ALL SELECT max(substr(c.updated_at, 1, 10), c.ended_on, c.end_on) FROM contracts c WHERE c.customer_id = @customer_id AND c.state <> 'draft')), '') AS TEXT) AS contracts_on,
  (SELECT count(*) FROM terms_accepted t WHERE t.contact_id = @id) + (SELECT count(*) FROM accepted_terms t WHERE t.contact_id = @id) + (SELECT count(*) FROM charge_consents t WHERE t.contact_id = @id) AS consents,
  CAST(COALESCE((SELECT max(x) FROM (SELECT t.at AS x FROM terms_accepted t WHERE t.contact_id = @id UNION ALL SELECT t.at FROM accepted_terms t WHERE t.contact_id = @id
    UNION ALL SELECT t.given_at FROM charge_consents t WHERE t.contact_id = @id)), '') AS TEXT) AS consents_at,
  (SELECT count(*) FROM audit_log a WHERE a.actor_kind = 'contact' AND a.actor_id = @id) AS acts,
  CAST(COALESCE((SELECT max(a.at) FROM audit_log a WHERE a.actor_kind = 'contact' AND a.actor_id = @id), '') AS TEXT) AS acts_at,
  (SELECT count(*) FROM recurring_invoices r WHERE r.customer_id = @customer_id AND r.state <> 'draft') AS recurring;

-- Names and addresses that it had before, as its proposals and requests tell.
-- name: FormerNames :many
SELECT CAST(x AS TEXT) AS word FROM (
  SELECT p.before AS x FROM contact_proposals p WHERE p.contact_id = @id AND p.field IN ('name','email','phone')
  UNION SELECT p.after FROM contact_proposals p WHERE p.contact_id = @id AND p.field IN ('name','email','phone')
  UNION SELECT h.before FROM customer_changes h WHERE h.contact_id = @id AND h.field IN ('name','email','phone')
  UNION SELECT h.after FROM customer_changes h WHERE h.contact_id = @id AND h.field IN ('name','email','phone')
  UNION SELECT r.email FROM registrations r WHERE r.contact_id = @id
  UNION SELECT q.email FROM access_requests q WHERE q.contact_id = @id
  UNION SELECT q.user_name FROM access_requests q WHERE q.contact_id = @id
  UNION SELECT m.to_address FROM mails m WHERE m.contact_id = @id
  UNION SELECT m.to_name FROM mails m WHERE m.contact_id = @id) WHERE x <> '';

-- name: EraseContact :execrows
UPDATE contacts SET name = @name, email = '', phone = '', is_primary = 0, portal_access = 0, areas = NULL, archived_at = COALESCE(archived_at, @now), erased_at = @now, updated_at = @now, version = version + 1
WHERE id = @id AND version = @version AND erased_at IS NULL;

-- name: DeleteProposalsOf :exec
DELETE FROM contact_proposals WHERE contact_id = @id OR by_contact = @id;

-- name: DeleteRegistrationsOf :exec
DELETE FROM registrations WHERE contact_id = @id OR contact_id IS NULL AND email = CAST(@email AS TEXT) COLLATE NOCASE;

-- name: DeleteRequestsOf :exec
DELETE FROM access_requests WHERE contact_id = @id OR contact_id IS NULL AND email = CAST(@email AS TEXT) COLLATE NOCASE AND email <> '';

-- What was sent stays as a row that says when and what sort; what waits does not go.
-- name: EraseMails :exec
UPDATE mails SET to_address = '', to_name = '', args = '{}', subject = '', last_answer = '', link_id = NULL, lease_until = '', state = CASE state WHEN 'sent' THEN 'sent' ELSE 'cancelled' END
WHERE contact_id = @id OR contact_id IS NULL AND to_address = CAST(@email AS TEXT) COLLATE NOCASE AND to_address <> '';

-- name: UnlinkMailsOf :exec
UPDATE mails SET link_id = NULL WHERE link_id IN (SELECT l.id FROM portal_links l WHERE l.contact_id = @contact_id);

-- name: EraseMailAnswers :exec
UPDATE mail_attempts SET answer = '' WHERE mail_id IN (SELECT m.id FROM mails m WHERE m.to_address = '') AND answer <> '';

-- name: DeleteLinksOf :exec
DELETE FROM portal_links WHERE contact_id = @contact_id;

-- name: EraseMessageAuthor :exec
UPDATE document_messages SET author_name = @name WHERE contact_id = @id;

-- name: EraseContractCommentAuthor :exec
UPDATE contract_comments SET author_name = @name WHERE contact_id = @id;

-- Comments that the same person made as an outside guest, under its address.
-- name: EraseGuestCommentAuthor :exec
UPDATE contract_comments SET author_name = @name WHERE guest_id IN (SELECT g.id FROM contract_guests g WHERE g.email = CAST(@email AS TEXT) AND g.email <> '');

-- Who was asked and said nothing is evidence of nothing: the turn stays, without a name. Outside guests are the same
-- person by their address.
-- name: EraseTurns :exec
UPDATE contract_turns SET name = @name, email = '', capacity = '' WHERE decision IS NULL
  AND party_id IN (SELECT p.id FROM contract_parties p LEFT JOIN contract_guests g ON g.id = p.guest_id WHERE p.contact_id = @id OR g.email = CAST(@email AS TEXT) AND g.email <> '');

-- In what capacity it is to be asked; a party stays, so that no round begins without somebody seeing that it is gone.
-- name: EraseCapacities :exec
UPDATE contract_parties SET capacity = '' WHERE (contact_id = @id OR guest_id IN (SELECT g.id FROM contract_guests g WHERE g.email = CAST(@email AS TEXT) AND g.email <> ''))
  AND NOT EXISTS (SELECT 1 FROM contract_turns t WHERE t.party_id = contract_parties.id AND t.decision IS NOT NULL);

-- Codes that were mailed for a signature; the signature itself says when and where to.
-- name: DeleteCodesOf :exec
DELETE FROM contract_codes WHERE turn_id IN (SELECT t.id FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id LEFT JOIN contract_guests g ON g.id = p.guest_id
  WHERE p.contact_id = @id OR g.email = CAST(@email AS TEXT) AND g.email <> '');

-- name: EndHandOffsOf :exec
UPDATE contract_handoffs SET ended_at = @now WHERE ended_at IS NULL AND (contract_handoffs.contact_id = @id OR turn_id IN (SELECT t.id FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id WHERE p.contact_id = @id));

-- name: DeleteContractSessionsOf :exec
DELETE FROM contract_sessions WHERE guest_id IN (SELECT g.id FROM contract_guests g WHERE g.email = CAST(@email AS TEXT) AND g.email <> '')
  OR handoff_id IN (SELECT h.id FROM contract_handoffs h LEFT JOIN contract_turns t ON t.id = h.turn_id LEFT JOIN contract_parties p ON p.id = t.party_id WHERE p.contact_id = @id OR h.contact_id = @id);

-- An outside guest who decided something is named by the evidence of it; one who did not is nobody any more.
-- name: EraseGuests :exec
UPDATE contract_guests SET revoked_at = COALESCE(revoked_at, CAST(@now AS TEXT)),
  name = CASE WHEN EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns t ON t.party_id = p.id WHERE p.guest_id = contract_guests.id AND t.decision IS NOT NULL) THEN name ELSE CAST(@name AS TEXT) END,
  email = CASE WHEN EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns t ON t.party_id = p.id WHERE p.guest_id = contract_guests.id AND t.decision IS NOT NULL) THEN email ELSE public_id || '@erased.invalid' END
WHERE email = CAST(@email AS TEXT) AND email <> '';

-- name: DeleteWatchedBy :exec
DELETE FROM contract_watchers WHERE contact_id = @contact_id;

-- name: DeleteToldOf :exec
DELETE FROM contract_told WHERE contact_id = @contact_id;

-- name: EraseFileAuthor :exec
UPDATE shared_files SET author_name = @name WHERE contact_id = @id;

-- name: EraseMethodGiver :exec
UPDATE kept_methods SET added_by = @name WHERE contact_id = @id;

-- name: EndShownOf :exec
UPDATE shown_documents SET ended_at = @now WHERE contact_id = @id AND ended_at IS NULL;

-- name: DeleteStandInsOf :exec
DELETE FROM portal_stand_ins WHERE contact_id = @contact_id;

-- name: ClearContactOfDrafts :exec
UPDATE documents SET contact_id = NULL WHERE contact_id = @id AND state = 'draft';

-- The customer's own address and number, where they were this contact's.
-- name: EraseFromCustomer :exec
UPDATE customers SET email = CASE WHEN email = CAST(@email AS TEXT) COLLATE NOCASE THEN '' ELSE email END, phone = CASE WHEN phone = CAST(@phone AS TEXT) THEN '' ELSE phone END,
  updated_at = @now, version = version + 1 WHERE id = @id;

-- A person who is the customer: what no invoice needs.
-- name: ErasePerson :exec
UPDATE customers SET email = '', phone = '', notes = '', electronic_address = '', ship_name = '', ship_line1 = '', ship_line2 = '', ship_postcode = '', ship_city = '', ship_region = '' WHERE id = @id;

-- A person for whom no paper was ever made out: nothing has to stay.
-- name: ErasePersonWhole :exec
UPDATE customers SET name = @name, name_key = @name_key, siren = '', siret = '', vat_number = '', gst_number = '', line1 = '', line2 = '', postcode = '', city = '', region = '', former_number = '',
  archived_at = COALESCE(archived_at, @now) WHERE id = @id;

-- name: ErasePersonOfDrafts :exec
UPDATE documents SET customer_name = @name, customer_key = @name_key WHERE customer_id = @id AND state = 'draft';

-- name: ErasePersonOfRecurring :exec
UPDATE recurring_invoices SET customer_name = @name, customer_key = @name_key WHERE customer_id = @id AND state = 'draft';

-- name: DeleteFailuresOf :exec
DELETE FROM sign_in_failures WHERE instr(name_hash, @hash) > 0;
