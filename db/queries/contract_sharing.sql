-- Contracts in the portal: who sees them, who is told, and what goes when a contact leaves.

-- Whoever has no right to a contract gets no row, whatever the reason.
-- name: ContractSeenByContact :one
SELECT c.* FROM contracts c JOIN contract_readers r ON r.contract_id = c.id
WHERE c.public_id = @public_id AND c.customer_id = @customer_id AND r.contact_id = @contact_id;

-- name: ContractSeenByGuest :one
SELECT c.* FROM contracts c JOIN contract_guest_readers r ON r.contract_id = c.id
WHERE c.public_id = @public_id AND r.guest_id = @guest_id AND r.expires_at > @now;

-- In front of the firm's screen: as whoever is asked would see it.
-- name: ContractSeenInTurn :one
SELECT c.* FROM contracts c JOIN contract_parties p ON p.contract_id = c.id JOIN contract_turns t ON t.party_id = p.id
WHERE c.public_id = @public_id AND t.public_id = @turn_id AND p.removed_at IS NULL
  AND (EXISTS (SELECT 1 FROM contract_readers r WHERE r.contract_id = c.id AND r.contact_id = p.contact_id)
    OR EXISTS (SELECT 1 FROM contract_guest_readers g WHERE g.contract_id = c.id AND g.guest_id = p.guest_id AND g.expires_at > @now));

-- Those who share a contract by name and see it: whom a mail about it goes to.
-- name: ContractAudience :many
SELECT k.id, k.public_id, k.name, k.email, k.language FROM contract_readers r JOIN contacts k ON k.id = r.contact_id
WHERE r.contract_id = @contract_id AND r.named = 1 ORDER BY k.id;

-- Contacts of the contract's customer, for its sharing: who may be chosen, who is, who was told.
-- name: ContractFellows :many
SELECT k.id, k.public_id, k.name, k.email, k.language, k.is_primary, k.portal_access,
  CAST(EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) AS INTEGER) AS let_in,
  CAST((k.areas IS NULL OR k.areas LIKE '%"contracts"%') AS INTEGER) AS open_to,
  CAST(c.requester_id IS k.id AS INTEGER) AS requester,
  CAST(EXISTS (SELECT 1 FROM contract_readers r WHERE r.contract_id = c.id AND r.contact_id = k.id) AS INTEGER) AS sees,
  CAST(EXISTS (SELECT 1 FROM contract_watchers w WHERE w.contract_id = c.id AND w.contact_id = k.id) AS INTEGER) AS watcher,
  CAST(EXISTS (SELECT 1 FROM contract_told t WHERE t.contract_id = c.id AND t.contact_id = k.id) AS INTEGER) AS told
FROM contracts c JOIN contacts k ON k.customer_id = c.customer_id
WHERE c.id = @contract_id AND k.archived_at IS NULL ORDER BY k.is_primary DESC, k.name, k.id;

-- People of other customers, to say why they cannot be chosen: those of customers under whose words they are found.
-- name: ContactsElsewhere :many
SELECT k.public_id, k.name, k.email, cu.public_id AS customer_public_id, cu.name AS customer_name
FROM search_fts(CAST(@words AS TEXT)) f JOIN search_entries s ON s.id = f.rowid JOIN customers cu ON cu.id = s.object_id JOIN contacts k ON k.customer_id = cu.id
WHERE s.kind = 'customer' AND cu.id <> @customer_id AND k.archived_at IS NULL LIMIT @row_limit;

-- name: ContractShownCounts :one
SELECT (SELECT count(*) FROM contract_files f WHERE f.contract_id = @contract_id AND f.removed_at IS NULL) AS files,
  (SELECT count(*) FROM contract_files f WHERE f.contract_id = @contract_id AND f.removed_at IS NULL AND f.in_portal = 1) AS files_shown,
  (SELECT count(*) FROM contract_milestones m WHERE m.contract_id = @contract_id) AS milestones,
  (SELECT count(*) FROM contract_milestones m WHERE m.contract_id = @contract_id AND m.in_portal = 1) AS milestones_shown,
  (SELECT count(*) FROM contract_rounds r WHERE r.contract_id = @contract_id AND r.state = 'open') AS rounds;

-- name: ShareContract :execrows
UPDATE contracts SET in_portal = 1, requester_id = @requester_id, shared_at = COALESCE(shared_at, CAST(@now AS TEXT)), version = version + 1, updated_at = @now
WHERE id = @id AND version = @version;

-- A round that asks outside people shows the contract as well.
-- name: ShowContract :execrows
UPDATE contracts SET in_portal = 1, shared_at = COALESCE(shared_at, CAST(@now AS TEXT)), version = version + 1, updated_at = @now WHERE id = @id AND in_portal = 0;

-- Whatever version was looked at: it is taken back.
-- name: HideContract :execrows
UPDATE contracts SET in_portal = 0, version = version + 1, updated_at = @now WHERE id = @id AND in_portal = 1;

-- name: InsertWatcher :exec
INSERT INTO contract_watchers (contract_id, contact_id, added_at) VALUES (@contract_id, @contact_id, @added_at) ON CONFLICT DO NOTHING;

-- name: DeleteWatcher :exec
DELETE FROM contract_watchers WHERE contract_id = @contract_id AND contact_id = @contact_id;

-- name: InsertTold :exec
INSERT INTO contract_told (contract_id, contact_id, told_at) VALUES (@contract_id, @contact_id, @told_at) ON CONFLICT DO NOTHING;

-- Who was taken off and comes back later is new again.
-- name: DeleteTold :exec
DELETE FROM contract_told WHERE contract_id = @contract_id AND contact_id = @contact_id;

-- What a contact has to do with contracts of its customer, for when it leaves.
-- name: ContractsNaming :many
SELECT c.id, c.public_id, c.number, c.title, c.in_portal, CAST(c.requester_id IS k.id AS INTEGER) AS requester,
  CAST(EXISTS (SELECT 1 FROM contract_watchers w WHERE w.contract_id = c.id AND w.contact_id = k.id) AS INTEGER) AS watcher,
  CAST(EXISTS (SELECT 1 FROM contract_readers r WHERE r.contract_id = c.id AND r.contact_id = k.id) AS INTEGER) AS sees,
  CAST(EXISTS (SELECT 1 FROM contract_parties p WHERE p.contract_id = c.id AND p.contact_id = k.id AND p.removed_at IS NULL) AS INTEGER) AS party,
  CAST(EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns t ON t.party_id = p.id JOIN contract_rounds r ON r.id = t.round_id
    WHERE p.contract_id = c.id AND p.contact_id = k.id AND p.removed_at IS NULL AND r.state = 'open' AND t.decision IS NULL) AS INTEGER) AS awaited
FROM contacts k JOIN contracts c ON c.customer_id = k.customer_id JOIN customers cu ON cu.id = k.customer_id
WHERE k.id = @contact_id AND (c.requester_id = k.id OR EXISTS (SELECT 1 FROM contract_watchers w WHERE w.contract_id = c.id AND w.contact_id = k.id)
  OR EXISTS (SELECT 1 FROM contract_parties p WHERE p.contract_id = c.id AND p.contact_id = k.id AND p.removed_at IS NULL)
  OR cu.see_each_other = 1 AND c.in_portal = 1)
ORDER BY c.id DESC LIMIT @row_limit;

-- Taken off everything that it was named on, whatever customer it is of by now.
-- name: ContractsNamedOn :many
SELECT c.id FROM contracts c WHERE c.requester_id = @contact_id
UNION SELECT w.contract_id FROM contract_watchers w WHERE w.contact_id = @contact_id ORDER BY 1;

-- name: TakeOffRequester :execrows
UPDATE contracts SET requester_id = NULL, version = version + 1, updated_at = @now WHERE id = @id AND requester_id = @contact_id;
