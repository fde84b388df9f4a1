-- How somebody comes to the one contract that it was invited to, or is shown on the spot.

-- name: GuestByToken :one
SELECT g.id, g.public_id, g.contract_id, g.name, g.language, g.expires_at, g.revoked_at, c.public_id AS contract_public_id,
  CAST(EXISTS (SELECT 1 FROM contract_guest_readers r WHERE r.contract_id = g.contract_id AND r.guest_id = g.id) AS INTEGER) AS reads
FROM contract_guests g JOIN contracts c ON c.id = g.contract_id WHERE g.token_hash = @token_hash;

-- name: HandOffByToken :one
-- lives: the turn waits, or the contact still sees the contract.
SELECT h.id, h.public_id, h.by_name, h.operator_id, h.language, h.token_until, h.opened_at, h.ended_at, h.contact_id, t.public_id AS turn_public_id, COALESCE(t.name, k.name) AS name, c.id AS contract_id, c.public_id AS contract_public_id, c.customer_id,
  CAST(CASE WHEN h.turn_id IS NULL THEN EXISTS (SELECT 1 FROM contract_readers x WHERE x.contract_id = c.id AND x.contact_id = h.contact_id)
    ELSE t.decision IS NULL AND r.state = 'open' AND c.in_portal = 1 END AS INTEGER) AS lives
FROM contract_handoffs h JOIN contracts c ON c.id = h.contract_id LEFT JOIN contract_turns t ON t.id = h.turn_id LEFT JOIN contract_rounds r ON r.id = t.round_id LEFT JOIN contacts k ON k.id = h.contact_id
WHERE h.token_hash = @token_hash;

-- name: OpenHandOff :execrows
UPDATE contract_handoffs SET opened_at = CAST(@at AS TEXT) WHERE id = @id AND opened_at IS NULL AND ended_at IS NULL AND token_until > CAST(@at AS TEXT);

-- name: InsertContractSession :exec
INSERT INTO contract_sessions (public_id, token_hash, contract_id, guest_id, handoff_id, user_agent, address, created_at, idle_until, expires_at)
VALUES (@public_id, @token_hash, @contract_id, sqlc.narg(guest_id), sqlc.narg(handoff_id), @user_agent, @address, @created_at, @idle_until, @expires_at);

-- name: LiveContractSession :one
SELECT s.id, s.public_id, s.expires_at, s.idle_until, s.guest_id, s.handoff_id, c.public_id AS contract_public_id, g.name AS guest_name, g.language AS guest_language,
  h.by_name, h.operator_id, h.language AS handoff_language, t.public_id AS turn_public_id, COALESCE(t.name, k.name, '') AS handoff_name, k.id AS reader_id, c.customer_id
FROM contract_sessions s JOIN contracts c ON c.id = s.contract_id LEFT JOIN contract_guests g ON g.id = s.guest_id
  LEFT JOIN contract_handoffs h ON h.id = s.handoff_id LEFT JOIN contract_turns t ON t.id = h.turn_id LEFT JOIN contacts k ON k.id = h.contact_id
WHERE s.token_hash = @token_hash AND s.ended_at IS NULL AND s.expires_at > CAST(@now AS TEXT) AND s.idle_until > CAST(@now AS TEXT)
  AND (g.id IS NULL OR g.revoked_at IS NULL AND g.expires_at > CAST(@now AS TEXT)) AND (h.id IS NULL OR h.ended_at IS NULL);

-- name: TouchContractSession :exec
UPDATE contract_sessions SET idle_until = @idle_until WHERE id = @id;

-- name: EndContractSession :exec
UPDATE contract_sessions SET ended_at = CAST(@at AS TEXT) WHERE public_id = @public_id AND ended_at IS NULL;

-- name: EndHandOffSessions :exec
-- Of whatever was open on the firm's own screen: the desk was left.
UPDATE contract_sessions SET ended_at = CAST(@at AS TEXT) WHERE handoff_id IS NOT NULL AND ended_at IS NULL;

-- name: EndAllHandOffs :exec
UPDATE contract_handoffs SET ended_at = CAST(@at AS TEXT) WHERE ended_at IS NULL;

-- name: CountContractSessionsAt :one
SELECT count(*) FROM contract_sessions WHERE guest_id = @guest_id AND address = @address AND ended_at IS NULL AND expires_at > CAST(@now AS TEXT);

-- name: EndOldGuestSessions :exec
UPDATE contract_sessions SET ended_at = CAST(@now AS TEXT) WHERE contract_sessions.guest_id = @guest_id AND ended_at IS NULL
  AND id NOT IN (SELECT s.id FROM contract_sessions s WHERE s.guest_id = @guest_id AND s.ended_at IS NULL ORDER BY s.id DESC LIMIT @keep);

-- name: DeleteDeadContractSessions :exec
DELETE FROM contract_sessions WHERE expires_at < CAST(@before AS TEXT) OR ended_at IS NOT NULL AND ended_at < CAST(@before AS TEXT);
