-- name: InsertMailSettings :exec
INSERT INTO mail_settings (id, from_name, from_address) VALUES (1, @from_name, @from_address);

-- name: GetMailSettings :one
SELECT * FROM mail_settings WHERE id = 1;

-- name: UpdateMailSettings :execrows
UPDATE mail_settings SET host = @host, port = @port, security = @security, plain_agreed = @plain_agreed, auth = @auth, user_name = @user_name,
  from_name = @from_name, from_address = @from_address, reply_to = @reply_to, signature = @signature, version = version + 1
WHERE id = 1 AND version = @version;

-- The right side of the Message-ID is the firm's own domain where that is plain ASCII.
-- name: InsertMail :one
INSERT INTO mails (public_id, key, kind, language, to_address, to_name, customer_id, contact_id, document_id, payment_id, link_id, contract_id, guest_id,
  args, message_id, state, next_attempt_at, created_at)
VALUES (@public_id, @key, @kind, @language, @to_address, @to_name, @customer_id, @contact_id, @document_id, @payment_id, @link_id, @contract_id, @guest_id,
  @args, '<' || CAST(@message_token AS TEXT) || '@' || COALESCE((SELECT substr(s.from_address, instr(s.from_address, '@') + 1) FROM mail_settings s
    WHERE s.id = 1 AND s.from_address LIKE '_%@_%' AND s.from_address NOT GLOB '*[^a-zA-Z0-9@.+_-]*'), 'comptoir.local') || '>',
  'queued', @now, @now)
ON CONFLICT (key) DO NOTHING RETURNING id;

-- name: MailIDByKey :one
SELECT id FROM mails WHERE key = @key;

-- name: GetMail :one
SELECT * FROM mails WHERE public_id = @public_id;

-- name: MailByID :one
SELECT * FROM mails WHERE id = @id;

-- name: LeaseMails :many
UPDATE mails SET state = 'sending', attempts = attempts + 1, lease_until = @lease_until
WHERE id IN (SELECT m.id FROM mails m WHERE m.state IN ('queued','sending') AND m.next_attempt_at <= @now AND m.lease_until <= @now
  ORDER BY m.next_attempt_at, m.id LIMIT @row_limit)
RETURNING id, public_id, key, kind, language, to_address, to_name, customer_id, contact_id, document_id, payment_id, link_id,
  args, message_id, subject, state, attempts, next_attempt_at, lease_until, last_answer, created_at, sent_at, contract_id, guest_id;

-- What was leased and not tried goes back as it was.
-- name: ReleaseMail :execrows
UPDATE mails SET state = 'queued', attempts = attempts - 1, lease_until = '', next_attempt_at = @next_attempt_at
WHERE id = @id AND state = 'sending' AND lease_until = @lease_until;

-- name: MarkMailSent :execrows
UPDATE mails SET state = 'sent', sent_at = @now, last_answer = @last_answer, lease_until = '', subject = @subject
WHERE id = @id AND state = 'sending' AND lease_until = @lease_until;

-- name: DeferMail :execrows
UPDATE mails SET state = 'queued', next_attempt_at = @next_attempt_at, last_answer = @last_answer, lease_until = '', subject = @subject
WHERE id = @id AND state = 'sending' AND lease_until = @lease_until;

-- name: FailMail :execrows
UPDATE mails SET state = 'failed', last_answer = @last_answer, lease_until = '', subject = @subject
WHERE id = @id AND state = 'sending' AND lease_until = @lease_until;

-- The server itself is out of reach: everything due waits, no attempt is counted.
-- name: HoldMails :execrows
UPDATE mails SET next_attempt_at = @next_attempt_at, last_answer = @last_answer
WHERE state = 'queued' AND next_attempt_at <= @now;

-- name: HurryMails :execrows
UPDATE mails SET next_attempt_at = @now WHERE state = 'queued' AND next_attempt_at > @now;

-- name: HurryMail :execrows
UPDATE mails SET next_attempt_at = @now WHERE id = @id AND state = 'queued';

-- name: RequeueMail :execrows
UPDATE mails SET state = 'queued', attempts = 0, next_attempt_at = @now, lease_until = '' WHERE id = @id AND state IN ('failed','cancelled') AND to_address <> '';

-- name: CancelMail :execrows
UPDATE mails SET state = 'cancelled', lease_until = '' WHERE id = @id AND state IN ('queued','failed');

-- A reminder in hand whose debt changed while it waited.
-- name: SetMailArgs :execrows
UPDATE mails SET args = @args WHERE id = @id AND state = 'sending' AND lease_until = @lease_until;

-- A mail in hand that turned out to be of no more use.
-- name: DropMail :execrows
UPDATE mails SET state = 'cancelled', lease_until = '', last_answer = @last_answer, subject = @subject
WHERE id = @id AND state = 'sending' AND lease_until = @lease_until;

-- name: RecoverMails :execrows
UPDATE mails SET lease_until = @now WHERE state = 'sending' AND lease_until > @now;

-- name: InsertMailAttempt :exec
INSERT INTO mail_attempts (mail_id, at, outcome, answer) VALUES (@mail_id, @at, @outcome, @answer);

-- name: MailAttempts :many
SELECT id, at, outcome, answer FROM mail_attempts WHERE mail_id = @mail_id ORDER BY id DESC LIMIT 100;

-- name: CountMailsDue :one
SELECT count(*) FROM mails WHERE state IN ('queued','sending') AND next_attempt_at <= @now AND lease_until <= @now;

-- name: NextMailAt :one
SELECT CAST(COALESCE(min(max(next_attempt_at, lease_until)), '') AS TEXT) FROM mails WHERE state IN ('queued','sending');

-- name: MailsWaiting :one
SELECT count(*) AS waiting, CAST(COALESCE(min(created_at), '') AS TEXT) AS since, CAST(COALESCE(min(next_attempt_at), '') AS TEXT) AS next_at
FROM mails WHERE state IN ('queued','sending');

-- name: LastWaitingAnswer :one
SELECT last_answer FROM mails WHERE state IN ('queued','sending') AND last_answer <> '' ORDER BY id DESC LIMIT 1;

-- name: CountMailsFailed :one
SELECT count(*) FROM mails WHERE state = 'failed';

-- name: MailsPage :many
SELECT m.id, m.public_id, m.kind, m.language, m.to_address, m.to_name, m.args, m.subject, m.state, m.attempts, m.next_attempt_at,
  m.last_answer, m.created_at, m.sent_at, COALESCE(d.public_id, '') AS document_public_id, COALESCE(d.number, '') AS document_number
FROM mails m LEFT JOIN documents d ON d.id = m.document_id
WHERE m.id < @before_id AND (CAST(@word AS TEXT) = '' OR instr(lower(m.to_address || ' ' || m.to_name || ' ' || m.subject || ' ' || COALESCE(d.number, '')), CAST(@word AS TEXT)) > 0)
ORDER BY m.id DESC LIMIT @row_limit;

-- name: MailsPageOfState :many
SELECT m.id, m.public_id, m.kind, m.language, m.to_address, m.to_name, m.args, m.subject, m.state, m.attempts, m.next_attempt_at,
  m.last_answer, m.created_at, m.sent_at, COALESCE(d.public_id, '') AS document_public_id, COALESCE(d.number, '') AS document_number
FROM mails m LEFT JOIN documents d ON d.id = m.document_id
WHERE m.state = @state AND m.id < @before_id AND (CAST(@word AS TEXT) = '' OR instr(lower(m.to_address || ' ' || m.to_name || ' ' || m.subject || ' ' || COALESCE(d.number, '')), CAST(@word AS TEXT)) > 0)
ORDER BY m.id DESC LIMIT @row_limit;

-- name: MailsOfDocument :many
SELECT m.id, m.public_id, m.kind, m.language, m.to_address, m.to_name, m.args, m.subject, m.state, m.attempts, m.next_attempt_at,
  m.last_answer, m.created_at, m.sent_at, d.public_id AS document_public_id, COALESCE(d.number, '') AS document_number
FROM documents d JOIN mails m ON m.document_id = d.id WHERE d.public_id = @public_id ORDER BY m.id DESC LIMIT 50;

-- name: InsertJob :exec
INSERT INTO jobs (key, kind, payload, state, run_at, created_at) VALUES (@key, @kind, @payload, 'queued', @run_at, @now)
ON CONFLICT (key) DO NOTHING;

-- name: LeaseJobs :many
UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = @lease_until
WHERE id IN (SELECT j.id FROM jobs j WHERE j.state IN ('queued','running') AND j.run_at <= @now AND j.lease_until <= @now
  ORDER BY j.run_at, j.id LIMIT @row_limit)
RETURNING id, key, kind, payload, attempts, lease_until;

-- name: MarkJobDone :execrows
UPDATE jobs SET state = 'done', lease_until = '', last_error = '' WHERE id = @id AND state = 'running' AND lease_until = @lease_until;

-- name: DeferJob :execrows
UPDATE jobs SET state = 'queued', run_at = @run_at, lease_until = '', last_error = @last_error
WHERE id = @id AND state = 'running' AND lease_until = @lease_until;

-- name: ReleaseJob :execrows
UPDATE jobs SET state = 'queued', attempts = attempts - 1, lease_until = '' WHERE id = @id AND state = 'running' AND lease_until = @lease_until;

-- name: FailJob :execrows
UPDATE jobs SET state = 'failed', lease_until = '', last_error = @last_error WHERE id = @id AND state = 'running' AND lease_until = @lease_until;

-- name: RecoverJobs :execrows
UPDATE jobs SET lease_until = @now WHERE state = 'running' AND lease_until > @now;

-- name: NextJobAt :one
SELECT CAST(COALESCE(min(max(run_at, lease_until)), '') AS TEXT) FROM jobs WHERE state IN ('queued','running');

-- Jobs whose payload must not stay: done ones at once, failed ones in a while.
-- name: DeleteJobsDone :exec
DELETE FROM jobs WHERE key >= @from_key AND key < @to_key AND (state = 'done' OR (state = 'failed' AND created_at < @before));

-- name: MailDocument :one
SELECT d.public_id, COALESCE(d.number, '') AS number FROM mails m JOIN documents d ON d.id = m.document_id WHERE m.id = @id;
