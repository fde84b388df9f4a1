-- Requests for access at the firm's desk: see db/migrations/0023_requests.sql; what the visitor does is in requests.sql.

-- Those that wait for the firm, the oldest first.
-- name: RequestsWaiting :many
SELECT r.id, r.public_id, r.state, r.form, r.email, r.tax_key, r.sent_at, r.decided_at, r.decided_by, r.version, g.public_id AS group_public_id, g.name AS group_name
FROM access_requests r JOIN customer_groups g ON g.id = r.group_id
WHERE r.state = 'sent' AND r.id > @after_id ORDER BY r.id LIMIT @row_limit;

-- The others, the newest first; state '' gives all that were ever sent.
-- name: RequestsPast :many
SELECT r.id, r.public_id, r.state, r.form, r.email, r.tax_key, r.sent_at, r.decided_at, r.decided_by, r.version, g.public_id AS group_public_id, g.name AS group_name,
  COALESCE(c.public_id, '') AS customer_public_id, COALESCE(c.name, '') AS customer_name
FROM access_requests r JOIN customer_groups g ON g.id = r.group_id LEFT JOIN customers c ON c.id = r.customer_id
WHERE r.sent_at IS NOT NULL AND (r.state = @state OR @state = '') AND r.id < @before_id ORDER BY r.id DESC LIMIT @row_limit;

-- name: CountRequests :many
SELECT state, count(*) AS requests FROM access_requests WHERE sent_at IS NOT NULL GROUP BY state;

-- name: RequestAtDesk :one
SELECT sqlc.embed(r), g.public_id AS group_public_id, g.name AS group_name, g.portal_enabled, g.tax_format, g.tax_mask, g.requests_to, COALESCE(t.version, 0) AS terms_version, COALESCE(c.public_id, '') AS customer_public_id, COALESCE(c.name, '') AS customer_name
FROM access_requests r JOIN customer_groups g ON g.id = r.group_id LEFT JOIN customers c ON c.id = r.customer_id LEFT JOIN group_terms t ON t.id = r.terms_id
WHERE r.public_id = @public_id AND r.sent_at IS NOT NULL;

-- Customers that may have the number, each by an index of its own: who really has is for rules/taxid to say.
-- name: CustomersNearTaxKey :many
SELECT id, siren, siret, vat_number, gst_number, electronic_address FROM customers WHERE archived_at IS NULL AND id IN (
  SELECT a.id FROM customers a WHERE a.siren <> '' AND a.siren = @siren
  UNION SELECT b.id FROM customers b WHERE b.siret <> '' AND b.siret >= @from_siret AND b.siret <= @to_siret
  UNION SELECT c.id FROM customers c WHERE c.vat_number <> '' AND c.vat_number IN (@key, @vat)
  UNION SELECT d.id FROM customers d WHERE d.gst_number <> '' AND d.gst_number = @key
  UNION SELECT e.id FROM customers e WHERE e.electronic_address <> '' AND upper(replace(substr(e.electronic_address, instr(e.electronic_address, ':') + 1), ' ', '')) IN (@key, @siren, @vat)
  UNION SELECT f.id FROM customers f WHERE f.electronic_address <> '' AND upper(replace(substr(f.electronic_address, instr(f.electronic_address, ':') + 1), ' ', '')) >= @from_siret AND upper(replace(substr(f.electronic_address, instr(f.electronic_address, ':') + 1), ' ', '')) <= @to_siret)
ORDER BY id LIMIT 50;

-- Customers that came of a request with the number: formats without a field of the customer are known by it alone.
-- name: CustomersOfTaxKey :many
SELECT DISTINCT c.id FROM access_requests r JOIN customers c ON c.id = r.customer_id WHERE r.tax_key = @tax_key AND r.state = 'approved' AND c.archived_at IS NULL ORDER BY c.id LIMIT 50;

-- name: CustomersOfEmail :many
SELECT x.id FROM customers x WHERE x.archived_at IS NULL AND x.id IN (
  SELECT c.id FROM customers c WHERE c.email <> '' AND c.email = @email COLLATE NOCASE
  UNION SELECT k.customer_id FROM contacts k WHERE k.email = @email COLLATE NOCASE AND k.archived_at IS NULL)
ORDER BY x.id LIMIT 10;

-- Who had an access of this customer with an address and lost it: put away, or shut out with its links.
-- name: CountShutOut :one
SELECT count(*) FROM contacts k WHERE k.customer_id = @customer_id AND k.email <> '' AND k.email = @email COLLATE NOCASE
  AND (k.archived_at IS NOT NULL OR k.portal_access = 0 AND EXISTS (SELECT 1 FROM portal_links l WHERE l.contact_id = k.id AND l.revoked_at IS NOT NULL));

-- name: CustomerOfInvoiceNumber :one
SELECT c.id FROM documents d JOIN customers c ON c.id = d.customer_id WHERE d.number = @number AND c.archived_at IS NULL;

-- name: WaitingOfSameTaxKey :many
SELECT r.public_id, r.form, r.sent_at FROM access_requests r WHERE r.tax_key = @tax_key AND r.state = 'sent' AND r.id <> @id ORDER BY r.id LIMIT 10;

-- A decision: only of a request as it was seen, and only while it waits.
-- name: DecideRequest :execrows
UPDATE access_requests SET state = @state, decided_at = @now, decided_by = @decided_by, words = @words, customer_id = sqlc.narg(customer_id), contact_id = sqlc.narg(contact_id),
  expires_at = @expires_at, version = version + 1, updated_at = @now
WHERE id = @id AND version = @version AND state IN ('sent','asked');

-- The user name that a contact wished for when it asked for access, '' for none.
-- name: WishedUserName :one
SELECT CAST(COALESCE((SELECT r.user_name FROM access_requests r WHERE r.contact_id = @contact_id AND r.state = 'approved' AND r.user_name <> '' ORDER BY r.id DESC LIMIT 1), '') AS TEXT) AS user_name;
