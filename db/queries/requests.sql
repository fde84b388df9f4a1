-- Requests for access: see db/migrations/0023_requests.sql. First what the visitor does, then what the firm decides.

-- Groups whose portal is closed take no requests.
-- name: GroupToRegister :one
SELECT g.id, g.public_id, g.name, g.language, g.tax_format, g.tax_mask, g.email_help_url, g.requests_to, CAST(COALESCE(ps.free_group_id = g.id, 0) AS INTEGER) AS free
FROM customer_groups g LEFT JOIN portal_settings ps ON ps.id = 1 WHERE g.public_id = @public_id AND g.portal_enabled = 1;

-- name: GroupOfRequest :one
SELECT g.id, g.public_id, g.name, g.language, g.tax_format, g.tax_mask, g.email_help_url, g.requests_to, CAST(COALESCE(ps.free_group_id = g.id, 0) AS INTEGER) AS free
FROM customer_groups g LEFT JOIN portal_settings ps ON ps.id = 1 WHERE g.id = @id AND g.portal_enabled = 1;

-- name: RequestByToken :one
SELECT * FROM access_requests WHERE token_hash = @token_hash AND (state NOT IN ('draft','asked') OR expires_at > @now);

-- name: InsertRequest :one
INSERT INTO access_requests (public_id, group_id, token_hash, state, language, form, terms_id, terms_at, terms_lang, terms_address, created_at, updated_at, expires_at)
VALUES (@public_id, @group_id, @token_hash, 'draft', @language, @form, sqlc.narg(terms_id), sqlc.narg(terms_at), @terms_lang, @terms_address, @now, @now, @expires_at) RETURNING *;

-- name: AcceptRequestTerms :execrows
UPDATE access_requests SET terms_id = @terms_id, terms_at = @now, terms_lang = @terms_lang, terms_address = @terms_address, version = version + 1, updated_at = @now WHERE id = @id AND state IN ('draft','asked');

-- name: SaveRequestForm :execrows
UPDATE access_requests SET form = @form, language = @language, email = @email, email_proved = sqlc.narg(email_proved), tax_key = @tax_key, user_name = @user_name, version = version + 1, updated_at = @now
WHERE id = @id AND state IN ('draft','asked');

-- name: NewRequestCode :execrows
UPDATE access_requests SET round = round + 1, tries = 0, code_until = @code_until, updated_at = @now WHERE id = @id AND state IN ('draft','asked');

-- name: TryRequestCode :execrows
UPDATE access_requests SET tries = tries + 1 WHERE id = @id AND tries < @most;

-- name: ProveRequestEmail :execrows
UPDATE access_requests SET email_proved = @now, code_until = NULL, version = version + 1, updated_at = @now, expires_at = @expires_at WHERE id = @id AND state IN ('draft','asked');

-- name: AnswersOfRequest :many
SELECT a.question_id, a.answer, g.public_id, g.kind, g.label_fr, g.label_en FROM access_answers a JOIN group_questions g ON g.id = a.question_id WHERE a.request_id = @request_id ORDER BY g.position, g.id;

-- name: DeleteAnswersOfRequest :exec
DELETE FROM access_answers WHERE request_id = @request_id;

-- name: InsertAnswer :exec
INSERT INTO access_answers (request_id, question_id, answer) SELECT CAST(@request_id AS INTEGER), g.id, CAST(@answer AS TEXT) FROM group_questions g WHERE g.public_id = @question_id AND g.group_id = @group_id AND g.archived_at IS NULL;

-- name: SendRequest :execrows
UPDATE access_requests SET state = 'sent', sent_at = @now, version = version + 1, updated_at = @now WHERE id = @id AND state IN ('draft','asked') AND version = @version;

-- name: OpenRequestFreely :execrows
UPDATE access_requests SET state = 'approved', sent_at = @now, decided_at = @now, customer_id = @customer_id, contact_id = @contact_id, version = version + 1, updated_at = @now
WHERE id = @id AND state IN ('draft','asked') AND version = @version;

-- What nobody of the firm decided: customers that registered freely, from one address of the network and from all of them.
-- name: CountOpenedFreely :one
SELECT count(*) AS all_of_them, CAST(COALESCE(sum(terms_address = @address), 0) AS INTEGER) AS from_there FROM access_requests WHERE state = 'approved' AND decided_by = '' AND decided_at > CAST(@since AS TEXT);

-- name: WithdrawRequest :execrows
UPDATE access_requests SET state = 'withdrawn', version = version + 1, updated_at = @now WHERE id = @id AND state IN ('sent','asked');

-- name: DeleteDraftRequest :exec
DELETE FROM access_requests WHERE id = @id AND state = 'draft';

-- Those that came to nothing, each after its time; what came of one keeps it.
-- name: ForgetRequests :exec
DELETE FROM access_requests WHERE state IN ('draft','asked') AND expires_at <= @now OR state = 'withdrawn' AND updated_at <= @withdrawn_before OR state = 'refused' AND decided_at <= CAST(@refused_before AS TEXT);

-- name: CountDraftRequests :one
SELECT count(*) FROM access_requests WHERE state = 'draft' AND expires_at > @now;
