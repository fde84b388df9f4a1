-- Contracts as the portal lists them. What one visitor sees is said in contract_readers.

-- name: PortalContracts :many
-- Newest first, by key.
SELECT sqlc.embed(c), CAST(COALESCE(t.name, '') AS TEXT) AS type_name,
  CAST(EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns u ON u.party_id = p.id JOIN contract_rounds r ON r.id = u.round_id
    WHERE p.contract_id = c.id AND p.contact_id = v.contact_id AND p.removed_at IS NULL AND r.state = 'open' AND u.decision IS NULL AND u.told_at IS NOT NULL) AS INTEGER) AS asked
FROM contract_readers v JOIN contracts c ON c.id = v.contract_id LEFT JOIN contract_types t ON t.id = c.type_id
WHERE v.contact_id = @contact_id AND c.customer_id = @customer_id AND c.id < @before
  AND (CAST(@only_asked AS INTEGER) = 0 OR EXISTS (SELECT 1 FROM contract_parties p JOIN contract_turns u ON u.party_id = p.id JOIN contract_rounds r ON r.id = u.round_id
    WHERE p.contract_id = c.id AND p.contact_id = v.contact_id AND p.removed_at IS NULL AND r.state = 'open' AND u.decision IS NULL AND u.told_at IS NOT NULL))
ORDER BY c.id DESC LIMIT @row_limit;

-- name: PortalContractPage :one
SELECT CAST(COALESCE(t.name, '') AS TEXT) AS type_name, CAST(COALESCE(u.name, '') AS TEXT) AS owner_name, cu.name AS customer_name, CAST(COALESCE(k.name, '') AS TEXT) AS requester_name
FROM contracts c JOIN customers cu ON cu.id = c.customer_id LEFT JOIN contract_types t ON t.id = c.type_id LEFT JOIN users u ON u.id = c.owner_id LEFT JOIN contacts k ON k.id = c.requester_id
WHERE c.id = @id;
