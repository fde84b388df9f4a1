-- Contracts, their types and milestones (office/contracts). Files, sharing, rounds and papers have files of their own.

-- name: ContractSettings :one
SELECT * FROM contract_settings WHERE id = 1;

-- name: UpdateContractSettings :execrows
UPDATE contract_settings SET file_max_mb = @file_max_mb, version = version + 1 WHERE id = 1 AND version = @version;

-- name: MarkContractTypesSeeded :execrows
UPDATE contract_settings SET types_seeded = 1 WHERE id = 1 AND types_seeded = 0;

-- name: SetContractsRolled :exec
UPDATE contract_settings SET rolled_on = @rolled_on WHERE id = 1;

-- name: ContractTypes :many
SELECT t.id, t.public_id, t.name, t.files_shown, t.position, t.archived_at, t.version, CAST((SELECT count(*) FROM contracts c WHERE c.type_id = t.id) AS INTEGER) AS contracts FROM contract_types t ORDER BY t.archived_at IS NOT NULL, t.position, t.name, t.id;

-- name: ContractTypeByPublicID :one
SELECT * FROM contract_types WHERE public_id = @public_id;

-- name: InsertContractType :one
INSERT INTO contract_types (public_id, name, files_shown, position) VALUES (@public_id, @name, @files_shown, (SELECT COALESCE(max(position), 0) + 1 FROM contract_types)) RETURNING id;

-- name: UpdateContractType :execrows
UPDATE contract_types SET name = @name, files_shown = @files_shown, version = version + 1 WHERE id = @id AND version = @version;

-- What was never shown goes by its type's word; what was shown goes by the firm's own.
-- name: SetContractsFilesShown :exec
UPDATE contracts SET files_shown = @files_shown WHERE type_id = @type_id AND shared_at IS NULL;

-- name: ArchiveContractType :execrows
UPDATE contract_types SET archived_at = sqlc.narg(archived_at), version = version + 1 WHERE id = @id AND version = @version;

-- name: PlaceContractType :exec
UPDATE contract_types SET position = @position WHERE public_id = @public_id;

-- name: CountContractTypeName :one
SELECT count(*) FROM contract_types WHERE name = @name AND id <> @id;

-- name: DeleteContractType :execrows
DELETE FROM contract_types WHERE contract_types.id = @id AND contract_types.version = @version AND NOT EXISTS (SELECT 1 FROM contracts c WHERE c.type_id = contract_types.id);

-- name: InsertContract :one
INSERT INTO contracts (public_id, number, title, title_key, customer_id, type_id, owner_id, state, start_on, end_on, renewal, renewal_months, notice_count, notice_unit, remind_days, term_on, decide_on, remind_on, reminded, value_minor, currency, description, notes, files_shown, created_at, updated_at)
VALUES (@public_id, @number, @title, @title_key, @customer_id, sqlc.narg(type_id), sqlc.narg(owner_id), 'draft', @start_on, @end_on, @renewal, @renewal_months, @notice_count, @notice_unit, @remind_days, @term_on, @decide_on, @remind_on, @reminded, @value_minor, @currency, @description, @notes, @files_shown, @now, @now) RETURNING id;

-- name: UpdateContract :execrows
UPDATE contracts SET title = @title, title_key = @title_key, customer_id = @customer_id, type_id = sqlc.narg(type_id), owner_id = sqlc.narg(owner_id), start_on = @start_on, end_on = @end_on, renewal = @renewal, renewal_months = @renewal_months,
  notice_count = @notice_count, notice_unit = @notice_unit, remind_days = @remind_days, term_on = @term_on, decide_on = @decide_on, remind_on = @remind_on, reminded = @reminded, value_minor = @value_minor, currency = @currency, description = @description, notes = @notes, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version;

-- name: ContractByPublicID :one
SELECT * FROM contracts WHERE public_id = @public_id;

-- name: ContractByID :one
SELECT * FROM contracts WHERE id = @id;

-- name: ContractPage :one
SELECT c.public_id AS customer_public_id, c.name AS customer_name, c.kind AS customer_kind, c.archived_at AS customer_archived_at, COALESCE(t.public_id, '') AS type_public_id, COALESCE(t.name, '') AS type_name,
  COALESCE(u.public_id, '') AS owner_public_id, COALESCE(u.name, '') AS owner_name
FROM contracts x JOIN customers c ON c.id = x.customer_id LEFT JOIN contract_types t ON t.id = x.type_id LEFT JOIN users u ON u.id = x.owner_id WHERE x.id = @id;

-- name: SetContractState :execrows
UPDATE contracts SET state = @state, signed_on = @signed_on, end_on = @end_on, ended_on = @ended_on, end_reason = @end_reason, term_on = @term_on, decide_on = @decide_on, remind_on = @remind_on, reminded = @reminded, version = version + 1, updated_at = @updated_at
WHERE id = @id AND version = @version;

-- name: TouchContract :exec
UPDATE contracts SET updated_at = @updated_at WHERE id = @id;

-- name: SetContractTerm :exec
UPDATE contracts SET term_on = @term_on, decide_on = @decide_on, remind_on = @remind_on, reminded = @reminded WHERE id = @id;

-- name: ContractsToRoll :many
SELECT id, public_id, number, title, title_key, customer_id, type_id, owner_id, state, start_on, end_on, renewal, renewal_months, notice_count, notice_unit, remind_days, signed_on, ended_on, end_reason, term_on, decide_on, remind_on, reminded, value_minor, currency, description, notes, in_portal, requester_id, files_shown, shared_at, version, created_at, updated_at FROM contracts WHERE state = 'signed' AND renewal = 'tacit' AND ended_on = '' AND term_on <> '' AND (term_on < @today OR CAST(@every AS INTEGER) = 1) AND id > @after_id ORDER BY id LIMIT @row_limit;

-- name: CountContracts :many
SELECT state, count(*) AS n, CAST(sum(CASE WHEN state = 'signed' AND term_on <> '' AND term_on < @today AND (ended_on <> '' OR renewal <> 'tacit') THEN 1 ELSE 0 END) AS INTEGER) AS run_out,
  CAST(sum(CASE WHEN state = 'signed' AND start_on > @today AND NOT (term_on <> '' AND term_on < @today AND (ended_on <> '' OR renewal <> 'tacit')) THEN 1 ELSE 0 END) AS INTEGER) AS coming FROM contracts GROUP BY state LIMIT 10;

-- name: CountContractsToDecide :one
SELECT count(*) FROM contracts WHERE remind_on <> '' AND remind_on <= @today AND decide_on >= @today AND ended_on = '';

-- name: CountLateMilestones :one
SELECT count(*) FROM contract_milestones m JOIN contracts c ON c.id = m.contract_id WHERE m.state = 'open' AND m.due_on <> '' AND m.due_on < @today AND c.state IN ('to_sign', 'signed', 'in_review');

-- Those who may look after a contract, and those gone who still do.
-- name: Users :many
SELECT id, public_id, name, state FROM users u WHERE u.state = 'active' OR EXISTS (SELECT 1 FROM contracts c WHERE c.owner_id = u.id) ORDER BY name, id;

-- name: UserByPublicID :one
SELECT * FROM users WHERE public_id = @public_id;

-- name: UserByID :one
SELECT * FROM users WHERE id = @id;

-- name: MarkContractReminded :exec
UPDATE contracts SET reminded = 1 WHERE id = @id AND remind_on <> '';

-- name: ContractReminded :one
SELECT count(*) FROM contract_reminders WHERE contract_id = @contract_id AND kind = @kind AND milestone_id = @milestone_id AND about_on = @about_on;

-- name: InsertContractReminder :execrows
INSERT INTO contract_reminders (contract_id, kind, milestone_id, about_on, sent_at) VALUES (@contract_id, @kind, @milestone_id, @about_on, @sent_at) ON CONFLICT DO NOTHING;

-- name: CountContractPeople :one
SELECT CAST((SELECT count(*) FROM contract_watchers w WHERE w.contract_id = @contract_id) + (SELECT count(*) FROM contract_parties p WHERE p.contract_id = @contract_id AND p.contact_id IS NOT NULL AND p.removed_at IS NULL)
  + (SELECT count(*) FROM contracts c WHERE c.id = @contract_id AND c.requester_id IS NOT NULL) AS INTEGER) AS people;

-- name: ContractMilestones :many
SELECT m.id, m.public_id, m.contract_id, m.position, m.title, m.description, m.due_on, m.state, m.done_on, m.amount_minor, m.bill, m.in_portal, m.version, m.created_at, CAST(EXISTS (SELECT 1 FROM contract_papers p WHERE p.milestone_id = m.id AND (p.recurring_id IS NOT NULL OR EXISTS (SELECT 1 FROM documents d WHERE d.public_id = p.document_ref))) AS INTEGER) AS used FROM contract_milestones m WHERE m.contract_id = @contract_id ORDER BY m.position, m.id;

-- name: ContractMilestone :one
SELECT * FROM contract_milestones WHERE public_id = @public_id AND contract_id = @contract_id;

-- name: InsertContractMilestone :one
INSERT INTO contract_milestones (public_id, contract_id, position, title, description, due_on, amount_minor, bill, in_portal, created_at)
VALUES (@public_id, @contract_id, (SELECT COALESCE(max(position), 0) + 1 FROM contract_milestones WHERE contract_id = @contract_id), @title, @description, @due_on, @amount_minor, @bill, @in_portal, @created_at) RETURNING id;

-- name: UpdateContractMilestone :execrows
UPDATE contract_milestones SET title = @title, description = @description, due_on = @due_on, amount_minor = @amount_minor, bill = @bill, version = version + 1 WHERE id = @id AND version = @version;

-- name: SetContractMilestoneState :execrows
UPDATE contract_milestones SET state = @state, done_on = @done_on, version = version + 1 WHERE id = @id AND version = @version;

-- name: ShowContractMilestone :execrows
UPDATE contract_milestones SET in_portal = @in_portal, version = version + 1 WHERE id = @id;

-- name: PlaceContractMilestone :exec
UPDATE contract_milestones SET position = @position WHERE public_id = @public_id AND contract_id = @contract_id;

-- name: DeleteContractMilestone :execrows
DELETE FROM contract_milestones WHERE contract_milestones.id = @id AND contract_milestones.version = @version AND NOT EXISTS (SELECT 1 FROM contract_papers p WHERE p.milestone_id = contract_milestones.id);

-- name: ContractReminderSent :one
SELECT CAST(COALESCE((SELECT substr(r.sent_at, 1, 10) FROM contract_reminders r WHERE r.contract_id = @contract_id AND r.kind = @kind AND r.about_on = @about_on LIMIT 1), '') AS TEXT) AS sent_on;

-- name: CountContractsToTell :one
SELECT count(*) FROM contracts t WHERE t.decide_on <> '' AND t.decide_on >= @today AND t.decide_on <= @tell_to AND t.state = 'signed' AND t.renewal = 'tacit' AND t.ended_on = ''
  AND EXISTS (SELECT 1 FROM customers k WHERE k.id = t.customer_id AND k.kind = 'person') AND NOT EXISTS (SELECT 1 FROM contract_reminders r WHERE r.contract_id = t.id AND r.kind = 'customer_notice' AND r.about_on = t.decide_on);

-- name: ContractsToRemind :many
SELECT t.id, t.public_id, t.number, t.title, t.title_key, t.customer_id, t.type_id, t.owner_id, t.state, t.start_on, t.end_on, t.renewal, t.renewal_months, t.notice_count, t.notice_unit, t.remind_days, t.signed_on, t.ended_on, t.end_reason, t.term_on, t.decide_on, t.remind_on, t.reminded, t.value_minor, t.currency, t.description, t.notes, t.in_portal, t.requester_id, t.files_shown, t.shared_at, t.version, t.created_at, t.updated_at, c.name AS customer_name, c.public_id AS customer_public_id FROM contracts t JOIN customers c ON c.id = t.customer_id WHERE t.remind_on <> '' AND t.reminded = 0 AND t.remind_on <= @today ORDER BY t.remind_on, t.id LIMIT @row_limit;

-- name: MilestonesToRemind :many
SELECT m.public_id, m.title AS milestone_title, m.due_on, t.public_id AS contract_public_id, t.number, t.state, t.start_on, t.end_on, t.renewal, t.ended_on, c.name AS customer_name, c.public_id AS customer_public_id
FROM contract_milestones m JOIN contracts t ON t.id = m.contract_id JOIN customers c ON c.id = t.customer_id
WHERE m.state = 'open' AND m.due_on <> '' AND m.due_on <= @today AND t.state = 'signed' AND NOT (t.term_on <> '' AND t.term_on < @today AND (t.ended_on <> '' OR t.renewal <> 'tacit')) AND t.signed_on <= m.due_on AND substr(m.created_at, 1, 10) <= m.due_on
  AND NOT EXISTS (SELECT 1 FROM contract_reminders r WHERE r.contract_id = t.id AND r.kind = 'milestone' AND r.milestone_id = m.id AND r.about_on = m.due_on)
ORDER BY m.due_on, m.id LIMIT @row_limit;

-- name: ContractHistory :many
SELECT id, at, actor_kind, actor_id, actor_name, action, details FROM audit_log WHERE object_kind = 'contract' AND object_id = @contract_id AND id < @before_id ORDER BY id DESC LIMIT @row_limit;

-- name: ContractsStarting :many
SELECT t.public_id, t.number, t.title, t.state, t.in_portal, t.start_on, c.name AS customer_name FROM contracts t JOIN customers c ON c.id = t.customer_id
WHERE t.start_on >= @from_on AND t.start_on <= @to_on AND t.state <> 'cancelled' AND (CAST(@customer_id AS INTEGER) = 0 OR t.customer_id = @customer_id) AND (CAST(@owner_id AS INTEGER) = 0 OR t.owner_id = @owner_id) ORDER BY t.start_on, t.id LIMIT @row_limit;

-- name: ContractsEnding :many
-- Signed contracts, those ended with them, of which a term may end, or the time of notice be over, in the days from first_day of the first month
-- (year * 12 + month) to third_day of the third: terms end in months a whole number of renewals after the first one's, on
-- its day, or near the end of the month. Those with a notice in days are all given; rules/contract says what really falls
-- on those days.
SELECT t.id, t.public_id, t.number, t.title, t.state, t.in_portal, t.start_on, t.end_on, t.renewal, t.renewal_months, t.notice_count, t.notice_unit, t.remind_days, t.signed_on, t.ended_on, c.name AS customer_name FROM contracts t JOIN customers c ON c.id = t.customer_id
WHERE t.state IN ('signed', 'ended') AND (t.end_on <> '' OR t.ended_on <> '') AND (CAST(@customer_id AS INTEGER) = 0 OR t.customer_id = @customer_id) AND (CAST(@owner_id AS INTEGER) = 0 OR t.owner_id = @owner_id) AND (
  (t.ended_on >= @from_on AND t.ended_on <= @to_on) OR t.ended_on = '' AND (
    t.renewal <> 'tacit' AND t.end_on >= @from_on AND t.end_on <= CAST(@far_on AS TEXT)
    OR t.renewal = 'tacit' AND (t.notice_count > 0 AND t.notice_unit = 'day'
      OR (CAST(@second_month AS INTEGER) - (CAST(substr(t.end_on, 1, 4) AS INTEGER) * 12 + CAST(substr(t.end_on, 6, 2) AS INTEGER))) % t.renewal_months = 0 OR (CAST(@second_month AS INTEGER) + t.notice_count - (CAST(substr(t.end_on, 1, 4) AS INTEGER) * 12 + CAST(substr(t.end_on, 6, 2) AS INTEGER))) % t.renewal_months = 0
      OR CAST(substr(t.end_on, 9, 2) AS INTEGER) >= CAST(@first_day AS INTEGER) AND ((CAST(@first_month AS INTEGER) - (CAST(substr(t.end_on, 1, 4) AS INTEGER) * 12 + CAST(substr(t.end_on, 6, 2) AS INTEGER))) % t.renewal_months = 0 OR (CAST(@first_month AS INTEGER) + t.notice_count - (CAST(substr(t.end_on, 1, 4) AS INTEGER) * 12 + CAST(substr(t.end_on, 6, 2) AS INTEGER))) % t.renewal_months = 0)
      OR CAST(substr(t.end_on, 9, 2) AS INTEGER) <= CAST(@third_day AS INTEGER) AND ((CAST(@third_month AS INTEGER) - (CAST(substr(t.end_on, 1, 4) AS INTEGER) * 12 + CAST(substr(t.end_on, 6, 2) AS INTEGER))) % t.renewal_months = 0 OR (CAST(@third_month AS INTEGER) + t.notice_count - (CAST(substr(t.end_on, 1, 4) AS INTEGER) * 12 + CAST(substr(t.end_on, 6, 2) AS INTEGER))) % t.renewal_months = 0))))
ORDER BY t.id LIMIT @row_limit;

-- name: MilestonesDueBetween :many
SELECT m.title AS milestone_title, m.due_on, CAST(t.in_portal AND m.in_portal AS INTEGER) AS in_portal, t.public_id, t.number, t.title, t.state, c.name AS customer_name FROM contract_milestones m JOIN contracts t ON t.id = m.contract_id JOIN customers c ON c.id = t.customer_id
WHERE m.state = 'open' AND m.due_on <> '' AND m.due_on >= @from_on AND m.due_on <= @to_on AND t.state NOT IN ('ended', 'cancelled') AND (CAST(@customer_id AS INTEGER) = 0 OR t.customer_id = @customer_id) AND (CAST(@owner_id AS INTEGER) = 0 OR t.owner_id = @owner_id) ORDER BY m.due_on, m.id LIMIT @row_limit;

-- name: TurnsDueBetween :many
SELECT x.name AS turn_name, x.due_on, r.kind, t.in_portal, t.public_id, t.number, t.title, c.name AS customer_name FROM contract_rounds r JOIN contract_turns x ON x.round_id = r.id JOIN contracts t ON t.id = r.contract_id JOIN customers c ON c.id = t.customer_id
WHERE r.state = 'open' AND x.decision IS NULL AND x.due_on >= @from_on AND x.due_on <= @to_on AND (CAST(@customer_id AS INTEGER) = 0 OR t.customer_id = @customer_id) AND (CAST(@owner_id AS INTEGER) = 0 OR t.owner_id = @owner_id) ORDER BY x.due_on, x.id LIMIT @row_limit;

-- name: ContractsOfCustomerToFind :many
SELECT id, public_id, number, title FROM contracts WHERE customer_id = @customer_id ORDER BY id;
