-- Centres of approval and signature of contracts, their rounds, turns, signatures and evidence (office/signing).

-- name: ContractCentre :one
SELECT * FROM contract_centres WHERE contract_id = @contract_id AND kind = @kind;

-- name: EnsureContractCentre :exec
INSERT INTO contract_centres (contract_id, kind) VALUES (@contract_id, @kind) ON CONFLICT DO NOTHING;

-- name: UpdateContractCentre :execrows
UPDATE contract_centres SET ordered = @ordered, due_on = @due_on, message = @message, version = version + 1 WHERE contract_id = @contract_id AND kind = @kind AND version = @version;

-- name: DropCentreFiles :exec
DELETE FROM contract_centre_files WHERE contract_id = @contract_id AND kind = @kind;

-- name: AddCentreFile :execrows
INSERT INTO contract_centre_files (contract_id, kind, file_id) SELECT f.contract_id, @kind, f.id FROM contract_files f
WHERE f.contract_id = @contract_id AND f.public_id = @file_id AND f.removed_at IS NULL AND f.sealed = 0 ON CONFLICT DO NOTHING;

-- name: CentreFiles :many
-- All attachments that may be chosen, in their newest version.
SELECT f.id, f.public_id, f.name, f.in_portal, v.name AS version_name, v.id AS version_id, v.public_id AS version_public_id, v.sha256, v.size, v.media_type,
  CAST(EXISTS (SELECT 1 FROM contract_centre_files x WHERE x.contract_id = f.contract_id AND x.kind = @kind AND x.file_id = f.id) AS INTEGER) AS chosen
FROM contract_files f JOIN contract_file_versions v ON v.file_id = f.id AND v.n = (SELECT max(w.n) FROM contract_file_versions w WHERE w.file_id = f.id)
WHERE f.contract_id = @contract_id AND f.removed_at IS NULL AND f.sealed = 0 ORDER BY f.name COLLATE NOCASE, f.id LIMIT 500;

-- name: ContractParties :many
SELECT p.id, p.public_id, p.position, p.user_id, p.contact_id, p.guest_id, p.capacity, p.due_on, x.person_id, x.name, x.email, x.language, CAST(CASE WHEN EXISTS (SELECT 1 FROM users u WHERE u.id = p.user_id AND u.state <> 'active') THEN 'closed' ELSE x.blocked END AS TEXT) AS blocked, x.expires_at
FROM contract_parties p JOIN contract_people x ON x.party_id = p.id
WHERE p.contract_id = @contract_id AND p.kind = @kind AND p.removed_at IS NULL ORDER BY p.position, p.id;

-- name: ContractPartyByPublicID :one
SELECT p.*, c.public_id AS contract_public_id FROM contract_parties p JOIN contracts c ON c.id = p.contract_id WHERE p.public_id = @public_id;

-- name: InsertContractParty :one
INSERT INTO contract_parties (public_id, contract_id, kind, position, user_id, contact_id, guest_id, capacity, due_on, created_at)
VALUES (@public_id, @contract_id, @kind, @position, sqlc.narg(user_id), sqlc.narg(contact_id), sqlc.narg(guest_id), @capacity, @due_on, @created_at) RETURNING id;

-- name: ChangeContractParty :execrows
UPDATE contract_parties SET capacity = @capacity, due_on = @due_on WHERE id = @id AND removed_at IS NULL;

-- name: PlaceContractParty :exec
UPDATE contract_parties SET position = @position WHERE id = @id;

-- name: RemoveContractParty :execrows
UPDATE contract_parties SET removed_at = @at WHERE id = @id AND removed_at IS NULL;

-- name: ContractCandidates :many
-- Who may be a party without being invited: users of the firm, contacts of the contract's customer.
SELECT 'user' AS type, u.public_id, u.name, u.email, '' AS blocked FROM users u WHERE u.state = 'active'
UNION ALL
SELECT 'contact', k.public_id, k.name, k.email, CASE WHEN NOT EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id) THEN 'no_access' WHEN k.areas NOT LIKE '%"contracts"%' THEN 'area' WHEN k.email = '' THEN 'no_mail' ELSE '' END
FROM contacts k JOIN contracts c ON c.customer_id = k.customer_id WHERE c.id = @contract_id AND k.archived_at IS NULL
LIMIT 500;

-- name: ContactOfContract :one
SELECT k.* FROM contacts k JOIN contracts c ON c.customer_id = k.customer_id WHERE c.id = @contract_id AND k.public_id = @public_id AND k.archived_at IS NULL;

-- name: ContractGuestByEmail :one
SELECT * FROM contract_guests WHERE contract_id = @contract_id AND email = @email;

-- name: InsertContractGuest :one
INSERT INTO contract_guests (public_id, contract_id, name, email, language, token_hash, expires_at, created_at)
VALUES (@public_id, @contract_id, @name, @email, @language, @token_hash, @expires_at, @created_at) RETURNING id;

-- name: RenewContractGuest :exec
UPDATE contract_guests SET name = @name, language = @language, expires_at = @expires_at, revoked_at = NULL WHERE id = @id;

-- name: ProlongContractGuest :exec
UPDATE contract_guests SET expires_at = @expires_at WHERE id = @id AND revoked_at IS NULL AND expires_at < @expires_at;

-- name: RevokeContractGuest :execrows
UPDATE contract_guests SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL;

-- name: CountGuestParties :one
SELECT count(*) FROM contract_parties WHERE guest_id = @guest_id AND removed_at IS NULL;

-- name: ContractRounds :many
SELECT id, public_id, contract_id, kind, n, ordered, message, digest, state, started_by, started_at, closed_at, sealed_at, seal_fault FROM contract_rounds WHERE contract_id = @contract_id AND kind = @kind ORDER BY n DESC LIMIT 50;

-- name: OpenContractRound :one
SELECT * FROM contract_rounds WHERE contract_id = @contract_id AND kind = @kind AND state = 'open';

-- name: ContractRoundByPublicID :one
SELECT r.*, c.public_id AS contract_public_id FROM contract_rounds r JOIN contracts c ON c.id = r.contract_id WHERE r.public_id = @public_id;

-- name: ContractRoundByID :one
SELECT * FROM contract_rounds WHERE id = @id;

-- name: LastContractRound :one
SELECT CAST(COALESCE(max(n), 0) AS INTEGER) AS n FROM contract_rounds WHERE contract_id = @contract_id AND kind = @kind;

-- name: InsertContractRound :one
INSERT INTO contract_rounds (public_id, contract_id, kind, n, ordered, message, digest, state, started_by, started_at)
VALUES (@public_id, @contract_id, @kind, @n, @ordered, @message, @digest, 'open', @started_by, @started_at) RETURNING id;

-- name: CloseContractRound :execrows
UPDATE contract_rounds SET state = @state, closed_at = @closed_at WHERE id = @id AND state = 'open';

-- name: SealContractRound :execrows
UPDATE contract_rounds SET sealed_at = @sealed_at, seal_fault = '' WHERE id = @id AND sealed_at IS NULL AND state = 'done'
  AND NOT EXISTS (SELECT 1 FROM contract_round_files f WHERE f.round_id = contract_rounds.id AND f.sealed_ref IS NULL);

-- name: NoteSealFault :execrows
UPDATE contract_rounds SET seal_fault = @seal_fault WHERE id = @id AND sealed_at IS NULL AND seal_fault <> @seal_fault;

-- name: InsertContractRoundFile :exec
INSERT INTO contract_round_files (round_id, position, version_id, pages) VALUES (@round_id, @position, @version_id, @pages);

-- name: ContractRoundFiles :many
SELECT rf.position, rf.pages, rf.fingerprint, rf.sealed_ref, v.id AS version_id, v.public_id AS version_public_id, v.sha256, v.size, v.media_type, f.id AS file_id, f.public_id AS file_public_id, v.name, f.folder_id,
  CAST(COALESCE(s.public_id, '') AS TEXT) AS sealed_public_id, CAST(COALESCE(s.name, '') AS TEXT) AS sealed_name, CAST(COALESCE(sv.public_id, '') AS TEXT) AS sealed_version_id, CAST(COALESCE(sv.sha256, '') AS TEXT) AS sealed_sha256,
  CAST(COALESCE(sv.size, 0) AS INTEGER) AS sealed_size
FROM contract_round_files rf JOIN contract_file_versions v ON v.id = rf.version_id JOIN contract_files f ON f.id = v.file_id LEFT JOIN contract_files s ON s.id = rf.sealed_ref LEFT JOIN contract_file_versions sv ON sv.file_id = s.id AND sv.n = 1
WHERE rf.round_id = @round_id ORDER BY rf.position;

-- name: NoteSealedPaper :execrows
UPDATE contract_round_files SET sealed_ref = @sealed_ref, fingerprint = @fingerprint WHERE round_id = @round_id AND position = @position AND sealed_ref IS NULL;

-- name: RoundsOnFile :many
-- Open rounds that ask about an attachment.
SELECT DISTINCT r.id, r.public_id, r.contract_id, r.kind, r.n, r.ordered, r.message, r.digest, r.state, r.started_by, r.started_at, r.closed_at, r.sealed_at, r.seal_fault FROM contract_rounds r JOIN contract_round_files rf ON rf.round_id = r.id JOIN contract_file_versions v ON v.id = rf.version_id
WHERE r.contract_id = @contract_id AND r.state = 'open' AND v.file_id = @file_id ORDER BY r.id;

-- name: InsertContractTurn :one
INSERT INTO contract_turns (public_id, round_id, party_id, position, name, email, capacity, due_on) VALUES (@public_id, @round_id, @party_id, @position, @name, @email, @capacity, @due_on) RETURNING id;

-- name: ContractTurns :many
SELECT t.id, t.public_id, t.round_id, t.party_id, t.position, t.name, t.email, t.capacity, t.due_on, t.told_at, t.opened_at, t.reminded_at, t.reminders, t.decision, t.decided_at, t.reason, p.public_id AS party_public_id, p.user_id, p.contact_id, p.guest_id, p.removed_at, x.email AS email_now, x.language, CAST(CASE WHEN EXISTS (SELECT 1 FROM users u WHERE u.id = p.user_id AND u.state <> 'active') THEN 'closed' ELSE x.blocked END AS TEXT) AS blocked, x.expires_at
FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id JOIN contract_people x ON x.party_id = p.id WHERE t.round_id = @round_id ORDER BY t.position, t.id;

-- name: TurnNames :many
-- Who was asked in the rounds of a contract, for its history.
SELECT t.id, t.name FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id WHERE r.contract_id = @contract_id;

-- name: ContractTurnByPublicID :one
SELECT t.id, t.round_id, r.contract_id, c.public_id AS contract_public_id, r.public_id AS round_public_id FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id JOIN contracts c ON c.id = r.contract_id WHERE t.public_id = @public_id;

-- name: PlaceContractTurn :exec
UPDATE contract_turns SET position = @position WHERE id = @id AND decision IS NULL;

-- name: ChangeContractTurn :exec
UPDATE contract_turns SET capacity = @capacity, due_on = @due_on WHERE party_id = @party_id AND decision IS NULL AND EXISTS (SELECT 1 FROM contract_rounds r WHERE r.id = contract_turns.round_id AND r.state = 'open');

-- name: TellContractTurn :execrows
UPDATE contract_turns SET told_at = @at WHERE id = @id AND told_at IS NULL;

-- name: NoteTurnOpened :execrows
UPDATE contract_turns SET opened_at = @at WHERE id = @id AND opened_at IS NULL;

-- name: NoteTurnReminded :execrows
UPDATE contract_turns SET reminded_at = @at, reminders = reminders + 1 WHERE id = @id AND decision IS NULL;

-- name: DecideContractTurn :execrows
UPDATE contract_turns SET decision = @decision, decided_at = @decided_at, reason = @reason WHERE id = @id AND decision IS NULL;

-- name: TurnsToRemind :many
-- Turns that have come and are due, told or reminded long enough ago; the first reminder comes sooner where the day itself has come.
SELECT t.id, t.public_id, t.round_id, t.reminders FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id JOIN contract_parties p ON p.id = t.party_id JOIN contracts c ON c.id = r.contract_id
WHERE r.state = 'open' AND t.decision IS NULL AND t.told_at IS NOT NULL AND p.removed_at IS NULL AND t.due_on <> '' AND t.due_on <= @due_by AND (COALESCE(t.reminded_at, t.told_at) <= @told_by OR t.reminded_at IS NULL AND t.due_on <= @due_now AND t.told_at <= @told_before) AND t.reminders < @most AND (c.in_portal = 1 OR p.user_id IS NOT NULL) AND t.id > @after_id
ORDER BY t.id LIMIT 100;

-- name: RoundsOfContact :many
SELECT r.id, r.public_id, r.contract_id, r.kind, r.n, r.ordered, r.message, r.digest, r.state, r.started_by, r.started_at, r.closed_at, r.sealed_at, r.seal_fault, t.id AS turn_id FROM contract_rounds r JOIN contract_turns t ON t.round_id = r.id JOIN contract_parties p ON p.id = t.party_id
WHERE r.contract_id = @contract_id AND p.contact_id = @contact_id AND p.removed_at IS NULL ORDER BY r.state = 'open' DESC, r.id DESC LIMIT 200;

-- name: RoundsOfGuest :many
SELECT r.id, r.public_id, r.contract_id, r.kind, r.n, r.ordered, r.message, r.digest, r.state, r.started_by, r.started_at, r.closed_at, r.sealed_at, r.seal_fault, t.id AS turn_id FROM contract_rounds r JOIN contract_turns t ON t.round_id = r.id JOIN contract_parties p ON p.id = t.party_id
WHERE r.contract_id = @contract_id AND p.guest_id = @guest_id AND p.removed_at IS NULL ORDER BY r.state = 'open' DESC, r.id DESC LIMIT 200;

-- name: RoundOfTurn :many
SELECT r.id, r.public_id, r.contract_id, r.kind, r.n, r.ordered, r.message, r.digest, r.state, r.started_by, r.started_at, r.closed_at, r.sealed_at, r.seal_fault, t.id AS turn_id FROM contract_rounds r JOIN contract_turns t ON t.round_id = r.id JOIN contract_parties p ON p.id = t.party_id
WHERE r.contract_id = @contract_id AND t.public_id = @turn AND p.removed_at IS NULL;

-- name: InsertContractSignature :exec
INSERT INTO contract_signatures (turn_id, typed_name, drawing, email, consent_version, consent_text, language, method, proved_at, code_sent_at, operator_id, operator_name, device, address, user_agent, session_ref, time_zone, digest, signed_at)
VALUES (@turn_id, @typed_name, @drawing, @email, @consent_version, @consent_text, @language, @method, @proved_at, sqlc.narg(code_sent_at), sqlc.narg(operator_id), @operator_name, @device, @address, @user_agent, @session_ref, @time_zone, @digest, @signed_at);

-- name: ContractSignatures :many
SELECT s.turn_id, s.typed_name, s.drawing, s.email, s.consent_version, s.consent_text, s.language, s.method, s.proved_at, s.code_sent_at, s.operator_id, s.operator_name, s.device, s.address, s.user_agent, s.session_ref, s.time_zone, s.digest, s.signed_at FROM contract_signatures s JOIN contract_turns t ON t.id = s.turn_id WHERE t.round_id = @round_id ORDER BY s.signed_at, t.position, t.id;

-- name: EvidenceHead :one
SELECT n, hash FROM contract_evidence WHERE round_id = @round_id AND document = @document ORDER BY n DESC LIMIT 1;

-- name: InsertEvidence :exec
INSERT INTO contract_evidence (round_id, document, n, at, kind, turn_id, data, hash) VALUES (@round_id, @document, @n, @at, @kind, sqlc.narg(turn_id), @data, @hash);

-- name: RoundEvidence :many
SELECT round_id, document, n, at, kind, turn_id, data, hash FROM contract_evidence WHERE round_id = @round_id ORDER BY document, n;

-- name: ContractCodeOfTurn :one
SELECT * FROM contract_codes WHERE turn_id = @turn_id;

-- name: PutContractCode :exec
INSERT INTO contract_codes (turn_id, public_id, round, email, code_until, sent_at) VALUES (@turn_id, @public_id, 1, @email, @code_until, @sent_at)
ON CONFLICT (turn_id) DO UPDATE SET round = contract_codes.round + 1, tries = 0, email = excluded.email, code_until = excluded.code_until, sent_at = excluded.sent_at;

-- name: TryContractCode :execrows
UPDATE contract_codes SET tries = tries + 1 WHERE turn_id = @turn_id AND tries < @most;

-- name: EndContractCode :exec
UPDATE contract_codes SET code_until = @at WHERE turn_id = @turn_id;

-- name: InsertContractHandOff :exec
INSERT INTO contract_handoffs (public_id, contract_id, turn_id, contact_id, operator_id, by_name, language, token_hash, token_until, created_at) VALUES (@public_id, @contract_id, sqlc.narg(turn_id), sqlc.narg(contact_id), sqlc.narg(operator_id), @by_name, @language, @token_hash, @token_until, @created_at);

-- name: EndContractHandOffs :exec
UPDATE contract_handoffs SET ended_at = @at WHERE turn_id = @turn_id AND ended_at IS NULL;

-- name: EndShownContract :exec
UPDATE contract_handoffs SET ended_at = @at WHERE contract_id = @contract_id AND contact_id = @contact_id AND ended_at IS NULL;

-- name: ContractHandOff :one
SELECT h.*, t.decision, s.expires_at AS session_until, s.ended_at AS session_ended_at
FROM contract_handoffs h LEFT JOIN contract_turns t ON t.id = h.turn_id LEFT JOIN contract_sessions s ON s.handoff_id = h.id WHERE h.public_id = @public_id;

-- name: ContractHandOffByID :one
SELECT h.*, t.public_id AS turn_public_id, t.round_id FROM contract_handoffs h LEFT JOIN contract_turns t ON t.id = h.turn_id WHERE h.id = @id;

-- name: OpenHandOffOfTurn :one
SELECT h.id, h.opened_at FROM contract_handoffs h WHERE h.turn_id = @turn_id AND h.opened_at IS NOT NULL AND h.ended_at IS NULL ORDER BY h.id DESC LIMIT 1;

-- name: OpenShownContract :one
SELECT h.id, h.opened_at FROM contract_handoffs h WHERE h.contract_id = @contract_id AND h.contact_id = @contact_id AND h.opened_at IS NOT NULL AND h.ended_at IS NULL ORDER BY h.id DESC LIMIT 1;

-- Whom a whole contract can be shown to on the spot: who sees it.
-- name: ContractReader :one
SELECT k.id, k.name, k.language FROM contract_readers r JOIN contacts k ON k.id = r.contact_id WHERE r.contract_id = @contract_id AND k.public_id = @contact_id;

-- name: EndSessionsOfTurn :exec
UPDATE contract_sessions SET ended_at = @at WHERE ended_at IS NULL AND handoff_id IN (SELECT h.id FROM contract_handoffs h WHERE h.turn_id = @turn_id);

-- name: EndSessionsOfShownContract :exec
UPDATE contract_sessions SET ended_at = @at WHERE ended_at IS NULL AND handoff_id IN (SELECT h.id FROM contract_handoffs h WHERE h.contract_id = @contract_id AND h.contact_id = @contact_id);

-- name: SealedPapers :many
SELECT f.public_id AS file_public_id, v.public_id AS version_public_id, f.name, v.sha256, v.size, v.created_at, r.public_id AS round_public_id
FROM contract_round_files rf JOIN contract_rounds r ON r.id = rf.round_id JOIN contract_files f ON f.id = rf.sealed_ref JOIN contract_file_versions v ON v.file_id = f.id AND v.n = 1
WHERE r.contract_id = @contract_id ORDER BY r.id DESC, rf.position LIMIT 200;

-- name: SealedPaperBySum :one
SELECT c.public_id AS contract_public_id, c.number, c.title, f.public_id AS file_public_id, f.name FROM contract_file_versions v JOIN contract_files f ON f.id = v.file_id JOIN contracts c ON c.id = f.contract_id
WHERE v.sha256 = @sha256 AND f.sealed = 1 ORDER BY f.id LIMIT 1;

-- name: RoundDocumentByVersion :one
-- A document of a round, or the sealed paper that came of it, by the public id of its version.
SELECT v.id, v.name, v.sha256, v.size, v.media_type, v.created_at, f.sealed FROM contract_file_versions v JOIN contract_files f ON f.id = v.file_id
WHERE v.public_id = @version_id AND f.contract_id = @contract_id AND EXISTS (SELECT 1 FROM contract_round_files rf WHERE rf.round_id = @round_id AND (rf.version_id = v.id OR rf.sealed_ref = f.id));

-- name: SealedVersion :one
SELECT v.name, v.sha256, v.size FROM contract_file_versions v JOIN contract_files f ON f.id = v.file_id WHERE v.public_id = @public_id AND f.sealed = 1;

-- name: InsertContractComment :one
INSERT INTO contract_comments (public_id, contract_id, user_id, contact_id, guest_id, author_name, body, created_at)
VALUES (@public_id, @contract_id, sqlc.narg(user_id), sqlc.narg(contact_id), sqlc.narg(guest_id), @author_name, @body, @created_at) RETURNING id;

-- name: ContractCommentByID :one
SELECT * FROM contract_comments WHERE id = @id;

-- name: CommentsOfContract :many
SELECT id, public_id, contract_id, user_id, contact_id, guest_id, author_name, body, created_at FROM contract_comments WHERE contract_id = @contract_id ORDER BY id DESC LIMIT 500;

-- What one person from outside said of late.
-- name: CountOutsideComments :one
SELECT count(*) FROM contract_comments WHERE contract_id = @contract_id AND created_at > @since AND (contact_id = sqlc.narg(contact_id) OR guest_id = sqlc.narg(guest_id));

-- name: ContractGuestAudience :many
SELECT g.id, g.public_id, g.name, g.email, g.language FROM contract_guest_readers r JOIN contract_guests g ON g.id = r.guest_id WHERE r.contract_id = @contract_id AND r.expires_at > @now ORDER BY g.id;
