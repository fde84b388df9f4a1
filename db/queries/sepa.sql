-- SEPA: the creditor's identity, mandates, files of direct debits and of transfers.

-- name: SepaSettings :one
SELECT * FROM sepa_settings WHERE id = 1;

-- name: UpdateSepaSettings :execrows
UPDATE sepa_settings SET ics = @ics, notice_days = @notice_days, version = version + 1 WHERE id = 1 AND version = @version;

-- name: TakeRum :one
UPDATE sepa_settings SET next_rum = next_rum + 1 WHERE id = 1 RETURNING next_rum - 1;

-- name: InsertMandate :one
INSERT INTO mandates (public_id, customer_id, rum, ics, scheme, one_off, notice_days, used_on, created_at) VALUES (@public_id, @customer_id, @rum, @ics, @scheme, @one_off, @notice_days, @used_on, @created_at) RETURNING id;

-- name: MandateByPublicID :one
SELECT * FROM mandates WHERE public_id = @public_id;

-- name: MandateByID :one
SELECT * FROM mandates WHERE id = @id;

-- name: MandateOfCustomer :one
SELECT * FROM mandates WHERE public_id = @public_id AND customer_id = @customer_id;

-- name: MandatesOfCustomer :many
SELECT id, public_id, customer_id, rum, ics, scheme, one_off, notice_days, state, ends, registered_on, blocked_code, how, debtor_name, line1, post_code, city, country, iban, bic, signed_on, signed_at, signed_by, signed_place, signed_address, signed_agent, contact_id, signature_sha256, paper_sha256, paper_name, words, creditor_name, used_on, revoked_at, revoked_by, revoke_reason, asked_at, version, created_at FROM mandates WHERE customer_id = @customer_id ORDER BY id DESC LIMIT 100;

-- name: MandatesNewest :many
SELECT sqlc.embed(m), c.name AS customer_name, c.public_id AS customer_public_id FROM mandates m JOIN customers c ON c.id = m.customer_id
WHERE m.id < @before_id ORDER BY m.id DESC LIMIT @row_limit;

-- name: OpenMandateOfCustomer :one
-- One that waits for its signature; asked for again, the same is written about.
SELECT * FROM mandates WHERE customer_id = @customer_id AND state = 'asked' AND scheme = @scheme ORDER BY id DESC LIMIT 1;

-- name: MoveAskedMandates :exec
-- What nobody signed yet is asked for under the identifier of today.
UPDATE mandates SET ics = @ics, version = version + 1 WHERE state = 'asked' AND ics <> @ics;

-- name: CountMandatesUnderAnother :one
-- Signed for another creditor than the one of today; characters 5 to 7 of an identifier are not part of it.
SELECT count(*) FROM mandates WHERE state = 'signed' AND substr(ics, 1, 4) || substr(ics, 8) <> substr(CAST(@ics AS TEXT), 1, 4) || substr(CAST(@ics AS TEXT), 8);

-- name: MandateAsked :exec
UPDATE mandates SET asked_at = @at, version = version + 1 WHERE id = @id;

-- name: SignMandate :execrows
UPDATE mandates SET state = 'signed', how = @how, debtor_name = @debtor_name, line1 = @line1, post_code = @post_code, city = @city, country = @country, iban = @iban, bic = @bic, signed_on = @signed_on, signed_at = @signed_at,
  signed_by = @signed_by, signed_place = @signed_place, signed_address = @signed_address, signed_agent = @signed_agent, contact_id = @contact_id, signature_sha256 = @signature_sha256, paper_sha256 = @paper_sha256, paper_name = @paper_name,
  words = @words, creditor_name = @creditor_name, version = version + 1
WHERE id = @id AND state = 'asked';

-- name: RevokeMandate :execrows
UPDATE mandates SET state = 'revoked', revoked_at = @revoked_at, revoked_by = @revoked_by, revoke_reason = @revoke_reason, version = version + 1 WHERE id = @id AND state <> 'revoked';

-- name: SetMandateFlags :execrows
UPDATE mandates SET ends = @ends, registered_on = @registered_on, blocked_code = @blocked_code, version = version + 1 WHERE id = @id AND state = 'signed' AND version = @version;

-- name: BlockMandate :exec
UPDATE mandates SET blocked_code = @code, version = version + 1 WHERE id = @id AND state = 'signed';

-- name: MandateUse :one
-- How often a mandate was used, when last, and whether as its last debit: what was refused before it was collected does not count, what came back after does; what was dropped never was.
SELECT CAST(COALESCE(sum(state IN ('made','collected') OR state = 'returned' AND payment_id IS NOT NULL), 0) AS INTEGER) AS uses, CAST(COALESCE(max(CASE WHEN state <> 'dropped' THEN on_date END), '') AS TEXT) AS last_on,
  CAST(COALESCE(max(sequence = 'FNAL' AND (state IN ('made','collected') OR state = 'returned' AND payment_id IS NOT NULL)), 0) AS INTEGER) AS closed FROM sepa_debits WHERE mandate_id = @mandate_id;

-- name: CreditorKnown :one
-- Under whom the debtor's bank last saw the mandate: what it refused before it was collected taught it nothing.
SELECT ics, creditor_name FROM sepa_debits WHERE mandate_id = @mandate_id AND (state IN ('made','collected') OR state = 'returned' AND payment_id IS NOT NULL) ORDER BY id DESC LIMIT 1;

-- name: CountEndToEnd :one
SELECT count(*) FROM sepa_debits WHERE end_to_end = @end_to_end;

-- name: DebitableInvoices :many
-- Open invoices of customers with a mandate, that fall due by a day; what keeps them out of a file beside.
SELECT d.id, d.public_id, d.number, d.kind, d.issue_date, s.due_date, s.due_minor, s.retained_minor, s.retained_until, s.announced_at, d.customer_id, d.customer_name, c.public_id AS customer_public_id,
  EXISTS (SELECT 1 FROM sepa_debit_parts p JOIN sepa_debits x ON x.id = p.debit_id WHERE p.document_id = d.id AND x.state = 'made') AS in_file,
  EXISTS (SELECT 1 FROM payment_intents i JOIN payment_intent_parts ip ON ip.intent_id = i.id WHERE ip.document_id = d.id AND i.kind <> 'refund' AND i.state IN ('created','needs_action','unknown','processing')) AS attempt,
  EXISTS (SELECT 1 FROM charge_attempts a WHERE a.document_id = d.id AND a.state IN ('ready','calling','unknown','processing')) AS charging
FROM document_status s JOIN documents d ON d.id = s.document_id JOIN customers c ON c.id = d.customer_id
WHERE s.due_minor > 0 AND s.kind IN ('invoice','deposit_invoice') AND d.currency = 'EUR' AND s.due_date <= CAST(@due_by AS TEXT)
  AND s.customer_id IN (SELECT m.customer_id FROM mandates m WHERE m.state <> 'revoked')
ORDER BY d.customer_name, s.customer_id, s.due_date, d.id LIMIT 2000;

-- name: CountBatchesOf :one
-- How many files bear a number that begins alike: the next one's own part.
SELECT count(*) FROM sepa_batches WHERE substr(number, 1, length(CAST(@prefix AS TEXT))) = CAST(@prefix AS TEXT);

-- name: InsertBatch :one
INSERT INTO sepa_batches (public_id, kind, number, scheme, on_date, orders, amount_minor, content, sha256, made_by, created_at)
VALUES (@public_id, @kind, @number, @scheme, @on_date, @orders, @amount_minor, @content, @sha256, @made_by, @created_at) RETURNING id;

-- name: BatchByPublicID :one
SELECT * FROM sepa_batches WHERE public_id = @public_id;

-- name: BatchByID :one
SELECT * FROM sepa_batches WHERE id = @id;

-- name: BatchesNewest :many
SELECT id, public_id, kind, number, scheme, on_date, orders, amount_minor, state, confirmed_on, created_at FROM sepa_batches WHERE id < @before_id ORDER BY id DESC LIMIT @row_limit;

-- name: BatchesBegun :many
-- Confirmed, but not to the end: the program stopped in between.
SELECT id FROM sepa_batches WHERE state = 'made' AND confirmed_on <> '' ORDER BY id;

-- name: ConfirmBatch :execrows
UPDATE sepa_batches SET confirmed_on = @confirmed_on, thank = @thank, version = version + 1 WHERE id = @id AND state = 'made' AND confirmed_on = '';

-- name: BatchDownloaded :execrows
UPDATE sepa_batches SET downloaded_at = @at WHERE id = @id AND downloaded_at = '';

-- name: CloseBatch :execrows
UPDATE sepa_batches SET state = @state, version = version + 1 WHERE id = @id AND state = 'made';

-- name: InsertDebit :one
INSERT INTO sepa_debits (public_id, batch_id, mandate_id, customer_id, end_to_end, sequence, on_date, amount_minor, ics, creditor_name)
VALUES (@public_id, @batch_id, @mandate_id, @customer_id, @end_to_end, @sequence, @on_date, @amount_minor, @ics, @creditor_name) RETURNING id;

-- name: InsertDebitPart :exec
INSERT INTO sepa_debit_parts (debit_id, document_id, amount_minor) VALUES (@debit_id, @document_id, @amount_minor);

-- name: DebitByPublicID :one
SELECT * FROM sepa_debits WHERE public_id = @public_id;

-- name: DebitByID :one
SELECT * FROM sepa_debits WHERE id = @id;

-- name: DebitsOfBatch :many
SELECT x.id, x.public_id, x.end_to_end, x.sequence, x.amount_minor, x.state, x.returned_on, x.return_code, x.fee_minor, x.owed_minor, x.customer_id, c.name AS customer_name, c.public_id AS customer_public_id, m.rum, m.public_id AS mandate_public_id, m.iban,
  p.public_id AS payment_public_id, p.number AS payment_number
FROM sepa_debits x JOIN mandates m ON m.id = x.mandate_id JOIN customers c ON c.id = x.customer_id LEFT JOIN payments p ON p.id = x.payment_id WHERE x.batch_id = @batch_id ORDER BY x.id;

-- name: DebitsOfMandate :many
SELECT x.public_id, x.amount_minor, x.on_date, x.state, x.return_code, b.number, b.public_id AS batch_public_id FROM sepa_debits x JOIN sepa_batches b ON b.id = x.batch_id
WHERE x.mandate_id = @mandate_id AND x.state <> 'dropped' ORDER BY x.id DESC LIMIT 50;

-- name: DebitsComing :many
-- What will be taken from a customer's account.
SELECT x.public_id, x.amount_minor, x.on_date, m.rum, m.iban FROM sepa_debits x JOIN mandates m ON m.id = x.mandate_id WHERE x.customer_id = @customer_id AND x.state = 'made' ORDER BY x.on_date, x.id LIMIT 50;

-- name: DebitPartsOf :many
SELECT p.document_id, p.amount_minor, d.public_id, d.number FROM sepa_debit_parts p JOIN documents d ON d.id = p.document_id WHERE p.debit_id = @debit_id ORDER BY d.issue_date, d.id;

-- name: OpenDebitOfDocument :one
-- The debit of a file that neither came nor came back: while it is open, nothing else takes the money by itself. One at most (sepa_debit_parts_once).
SELECT x.on_date FROM sepa_debit_parts p JOIN sepa_debits x ON x.id = p.debit_id WHERE p.document_id = @document_id AND x.state = 'made';

-- name: DebitCollected :execrows
UPDATE sepa_debits SET state = 'collected', payment_id = @payment_id WHERE id = @id AND state = 'made';

-- name: DebitReturned :execrows
UPDATE sepa_debits SET state = 'returned', returned_on = @returned_on, return_code = @return_code, fee_minor = @fee_minor, owed_minor = @owed_minor WHERE id = @id AND state IN ('made','collected');

-- name: UnsendMail :execrows
-- A mail that still waits is of no more use.
UPDATE mails SET state = 'cancelled', lease_until = '' WHERE key = @key AND state IN ('queued','failed');

-- name: DropDebits :exec
UPDATE sepa_debits SET state = 'dropped' WHERE batch_id = @batch_id AND state = 'made';

-- name: InsertTransfer :one
INSERT INTO sepa_transfers (public_id, customer_id, payment_id, credit_id, amount_minor, from_invoices, creditor_name, iban, bic, about, note, thank, decided_by, created_at)
VALUES (@public_id, @customer_id, @payment_id, @credit_id, @amount_minor, @from_invoices, @creditor_name, @iban, @bic, @about, @note, @thank, @decided_by, @created_at) RETURNING id;

-- name: TransferByPublicID :one
SELECT * FROM sepa_transfers WHERE public_id = @public_id;

-- name: TransferByID :one
SELECT * FROM sepa_transfers WHERE id = @id;

-- name: TransferOfPayment :one
SELECT * FROM sepa_transfers WHERE payment_id = @payment_id AND state IN ('decided','made');

-- name: TransferOfCredit :one
SELECT * FROM sepa_transfers WHERE credit_id = @credit_id AND state IN ('decided','made');

-- name: HeldByTransfer :one
-- What of a payment, or of a credit note, a transfer that was decided will take. One at most.
SELECT CAST(COALESCE(sum(amount_minor), 0) AS INTEGER) FROM sepa_transfers WHERE state IN ('decided','made') AND (payment_id = @payment_id OR credit_id = @credit_id);

-- name: TransfersDecided :many
SELECT t.id, t.public_id, t.amount_minor, t.creditor_name, t.iban, t.about, t.created_at, c.public_id AS customer_public_id, c.name AS customer_name FROM sepa_transfers t JOIN customers c ON c.id = t.customer_id
WHERE t.state = 'decided' ORDER BY t.id LIMIT 1000;

-- name: TransfersOfBatch :many
SELECT t.id, t.public_id, t.amount_minor, t.creditor_name, t.iban, t.about, t.state, t.end_to_end, t.owed_minor, t.refused_on, t.refused_note, c.public_id AS customer_public_id, c.name AS customer_name, r.number AS refund_number
FROM sepa_transfers t JOIN customers c ON c.id = t.customer_id LEFT JOIN refunds r ON r.id = t.refund_id WHERE t.batch_id = CAST(@batch_id AS INTEGER) ORDER BY t.id;

-- name: TransferMade :execrows
UPDATE sepa_transfers SET state = 'made', batch_id = @batch_id, end_to_end = @end_to_end WHERE id = @id AND state = 'decided';

-- name: TransferDone :execrows
UPDATE sepa_transfers SET state = 'done', refund_id = @refund_id, owed_minor = @owed_minor WHERE id = @id AND state = 'made';

-- name: TransferRefused :execrows
-- The bank did not do it, or the money came back: another decision would be another row.
UPDATE sepa_transfers SET state = 'refused', refused_on = @refused_on, refused_note = @refused_note, back_payment_id = @back_payment_id WHERE id = @id AND state IN ('made','done');

-- name: TransferBack :execrows
-- Its file was given up: it waits for another one.
UPDATE sepa_transfers SET state = 'decided', batch_id = NULL, end_to_end = '' WHERE id = @id AND state = 'made';

-- name: DropTransfer :execrows
UPDATE sepa_transfers SET state = 'dropped' WHERE id = @id AND state = 'decided';

-- name: SetAnnouncementTransfer :exec
UPDATE transfer_announcements SET transfer = @transfer WHERE id = @id;

-- name: AnnouncementsOfTransfer :many
SELECT id, public_id, document_id, customer_id, contact_id, amount_minor, currency, announced_on, state, payment_id, created_at, transfer FROM transfer_announcements WHERE transfer = CAST(@transfer AS TEXT) AND payment_id IS NULL ORDER BY id;

-- name: CountRum :one
SELECT count(*) FROM mandates WHERE rum = @rum;
