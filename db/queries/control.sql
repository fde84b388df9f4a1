-- What "comptoir check" reads: whole tables, page after page, in the order of their keys.

-- name: ControlEntries :many
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.source_id, e.reverses_id, e.total_minor, e.sealed,
  e.validated_at, e.hash
FROM entries e LEFT JOIN journals j ON j.id = e.journal_id WHERE e.id > @after_id ORDER BY e.id LIMIT @row_limit;

-- name: ControlBalances :many
SELECT a.code, b.period, b.debit_minor, b.credit_minor FROM period_balances b JOIN accounts a ON a.id = b.account_id ORDER BY a.code, b.period;

-- name: ControlDocuments :many
SELECT d.id, d.chain_position, d.kind, d.number, d.currency, d.total_incl_minor, d.amount_due_minor, d.hash, d.entry_id, e.number AS entry_number, e.source_kind, e.source_id,
  s.paid_minor, s.credited_minor, s.due_minor, s.settled_on,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.document_id = d.id AND a.payment_id IS NOT NULL), 0) AS INTEGER) AS allocated_minor,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.document_id = d.id AND a.credit_id IS NOT NULL), 0) AS INTEGER) AS by_credits_minor,
  CAST(COALESCE((SELECT sum(a.tax_released_minor) FROM allocations a WHERE a.document_id = d.id), 0) AS INTEGER) AS released_minor,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.credit_id = d.id), 0) AS INTEGER) AS used_minor,
  CAST(COALESCE((SELECT sum(a.credit_released_minor) FROM allocations a WHERE a.credit_id = d.id), 0) AS INTEGER) AS used_tax_minor,
  CAST(COALESCE((SELECT sum(r.amount_minor) FROM refunds r WHERE r.credit_id = d.id), 0) AS INTEGER) AS refunded_minor,
  CAST(COALESCE((SELECT sum(r.tax_released_minor) FROM refunds r WHERE r.credit_id = d.id), 0) AS INTEGER) AS refunded_tax_minor,
  CAST(COALESCE((SELECT sum(l.credit_minor - l.debit_minor) FROM entry_lines l JOIN accounts c ON c.id = l.account_id WHERE l.entry_id = d.entry_id AND c.role = 'tva_collectee_attente'), 0) AS INTEGER) AS waiting_minor,
  CAST(COALESCE((SELECT sum(l.debit_minor - l.credit_minor) FROM entries x JOIN entry_lines l ON l.entry_id = x.id JOIN accounts c ON c.id = l.account_id
    WHERE d.kind = 'deposit_invoice' AND x.source_kind = 'document' AND x.source_id = d.id AND x.id <> d.entry_id AND c.role = 'tva_collectee_attente'), 0) AS INTEGER) AS delivered_minor,
  CAST(COALESCE((SELECT p.taxes FROM document_deposits p JOIN documents f ON f.id = p.document_id WHERE p.deposit_id = d.id AND f.state = 'issued' LIMIT 1), '') AS TEXT) AS taken
FROM documents d LEFT JOIN entries e ON e.id = d.entry_id LEFT JOIN document_status s ON s.document_id = d.id
WHERE d.chain_position > @after_position ORDER BY d.chain_position LIMIT @row_limit;

-- name: ControlSeries :many
SELECT kind, series_year, series_number, number, issue_date FROM documents
WHERE state = 'issued' AND series_number IS NOT NULL AND (kind, series_year, series_number) > (CAST(@after_kind AS TEXT), CAST(@after_year AS INTEGER), CAST(@after_number AS INTEGER))
ORDER BY kind, series_year, series_number LIMIT @row_limit;

-- name: ControlPayments :many
SELECT p.id, p.number, p.amount_minor, p.currency, e.number AS entry_number, e.source_kind, e.source_id, s.left_minor, s.refunded_minor, s.cancelled_on, s.cancel_entry_id,
  CAST(COALESCE((SELECT sum(a.amount_minor) FROM allocations a WHERE a.payment_id = p.id), 0) AS INTEGER) AS allocated_minor,
  CAST(COALESCE((SELECT sum(r.amount_minor) FROM refunds r WHERE r.payment_id = p.id), 0) AS INTEGER) AS given_back_minor,
  CAST(COALESCE((SELECT sum(x.owed_minor) FROM sepa_debits x WHERE x.payment_id = p.id AND x.state = 'returned'), 0) AS INTEGER) AS owed_minor
FROM payments p LEFT JOIN entries e ON e.id = p.entry_id LEFT JOIN payment_status s ON s.payment_id = p.id WHERE p.id > @after_id ORDER BY p.id LIMIT @row_limit;

-- name: ControlRefunds :many
SELECT r.id, r.number, e.number AS entry_number, e.source_kind, e.source_id FROM refunds r LEFT JOIN entries e ON e.id = r.entry_id WHERE r.id > @after_id ORDER BY r.id LIMIT @row_limit;

-- name: ControlFiles :many
-- contract and attachment name one that is such a file, where there is one: a person looks for those and not for a hash.
SELECT f.sha256, f.size,
  CAST(COALESCE((SELECT c.number FROM contract_file_versions v JOIN contract_files a ON a.id = v.file_id JOIN contracts c ON c.id = a.contract_id WHERE v.sha256 = f.sha256 ORDER BY v.id LIMIT 1), '') AS TEXT) AS contract,
  CAST(COALESCE((SELECT v.name FROM contract_file_versions v WHERE v.sha256 = f.sha256 ORDER BY v.id LIMIT 1), '') AS TEXT) AS attachment
FROM files f WHERE f.sha256 > @after_sha256 ORDER BY f.sha256 LIMIT @row_limit;

-- name: ControlContracts :one
SELECT count(*) FROM contracts;

-- name: ControlContractFiles :many
-- Versions of attachments that do not fit what was stored, and attachments without any; nothing, in a sound company.
SELECT c.number AS contract, a.name AS attachment FROM contract_files a JOIN contracts c ON c.id = a.contract_id LEFT JOIN contract_file_versions v ON v.file_id = a.id LEFT JOIN files f ON f.sha256 = v.sha256
WHERE v.id IS NULL OR f.sha256 IS NULL OR f.size <> v.size ORDER BY a.id LIMIT @row_limit;

-- name: ControlContractDates :many
-- What a contract says of its terms, and what is kept of them.
SELECT id, number, state, start_on, end_on, renewal, renewal_months, notice_count, notice_unit, remind_days, ended_on, term_on, decide_on, remind_on, updated_at
FROM contracts WHERE id > @after_id ORDER BY id LIMIT @row_limit;

-- name: ControlEvidence :many
-- Events of rounds, chain after chain, with what each has to agree with: the turn that it is about, and the document.
SELECT e.round_id, e.document, e.n, e.at, e.kind, e.turn_id, e.data, e.hash, r.public_id AS round_public_id, r.kind AS round_kind, r.n AS round_n, c.number AS contract,
  CAST(COALESCE(t.public_id, '') AS TEXT) AS turn, CAST(CASE r.kind WHEN 'approval' THEN r.digest ELSE COALESCE(v.sha256, '') END AS TEXT) AS about
FROM contract_evidence e JOIN contract_rounds r ON r.id = e.round_id JOIN contracts c ON c.id = r.contract_id LEFT JOIN contract_turns t ON t.id = e.turn_id AND t.round_id = e.round_id
  LEFT JOIN contract_round_files f ON f.round_id = e.round_id AND f.position = e.document LEFT JOIN contract_file_versions v ON v.id = f.version_id
WHERE (e.round_id, e.document, e.n) > (CAST(@after_round AS INTEGER), CAST(@after_document AS INTEGER), CAST(@after_n AS INTEGER)) ORDER BY e.round_id, e.document, e.n LIMIT @row_limit;

-- name: ControlRounds :many
SELECT r.id, r.kind, r.n, r.digest, c.number AS contract FROM contract_rounds r JOIN contracts c ON c.id = r.contract_id WHERE r.id > @after_id ORDER BY r.id LIMIT @row_limit;

-- name: ControlRoundFaults :many
-- What does not fit between rounds, turns, signatures, events and sealed papers; nothing, in a sound company. A round of
-- signature has a chain for each of its documents, one of approval the first.
SELECT CAST('answer' AS TEXT) AS what, c.number AS contract, r.kind, r.n, t.name FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id JOIN contracts c ON c.id = r.contract_id
WHERE t.decision IS NOT NULL AND (SELECT count(*) FROM contract_evidence e WHERE e.round_id = r.id AND e.turn_id = t.id AND e.kind = t.decision AND e.at = t.decided_at)
  <> (SELECT count(*) FROM contract_round_files f WHERE f.round_id = r.id AND (r.kind = 'signature' OR f.position = 0))
UNION ALL
SELECT 'event', c.number, r.kind, r.n, COALESCE(t.name, '') FROM contract_evidence e JOIN contract_rounds r ON r.id = e.round_id JOIN contracts c ON c.id = r.contract_id LEFT JOIN contract_turns t ON t.id = e.turn_id
WHERE e.kind IN ('approved','refused','signed') AND t.decision IS NOT e.kind AND (e.document = 0 OR r.kind = 'signature')
UNION ALL
SELECT 'signature', c.number, r.kind, r.n, t.name FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id JOIN contracts c ON c.id = r.contract_id LEFT JOIN contract_signatures s ON s.turn_id = t.id
WHERE (t.decision IS 'signed') <> (s.turn_id IS NOT NULL) OR s.turn_id IS NOT NULL AND (s.digest <> r.digest OR s.signed_at IS NOT t.decided_at OR r.kind <> 'signature')
UNION ALL
SELECT 'done', c.number, r.kind, r.n, '' FROM contract_rounds r JOIN contracts c ON c.id = r.contract_id
WHERE r.state = 'done' AND (NOT EXISTS (SELECT 1 FROM contract_turns t WHERE t.round_id = r.id AND t.decision IS NOT NULL)
  OR EXISTS (SELECT 1 FROM contract_turns t JOIN contract_parties p ON p.id = t.party_id WHERE t.round_id = r.id AND (t.decision IS 'refused' OR t.decision IS NULL AND p.removed_at IS NULL)))
UNION ALL
SELECT 'chain', c.number, r.kind, r.n, v.name FROM contract_rounds r JOIN contracts c ON c.id = r.contract_id JOIN contract_round_files f ON f.round_id = r.id JOIN contract_file_versions v ON v.id = f.version_id
WHERE (r.kind = 'signature' OR f.position = 0) AND (
  NOT EXISTS (SELECT 1 FROM contract_evidence e WHERE e.round_id = r.id AND e.document = f.position AND e.n = 1 AND e.kind = 'created')
  OR (r.state = 'done') <> EXISTS (SELECT 1 FROM contract_evidence e WHERE e.round_id = r.id AND e.document = f.position AND e.kind = 'completed')
  OR (r.state = 'restarted') <> EXISTS (SELECT 1 FROM contract_evidence e WHERE e.round_id = r.id AND e.document = f.position AND e.kind = 'restarted')
  OR (r.state = 'cancelled') <> EXISTS (SELECT 1 FROM contract_evidence e WHERE e.round_id = r.id AND e.document = f.position AND e.kind = 'cancelled')
  OR (r.state = 'refused') <> EXISTS (SELECT 1 FROM contract_evidence e WHERE e.round_id = r.id AND e.document = f.position AND e.kind = 'refused'))
UNION ALL
SELECT 'sealed', c.number, r.kind, r.n, v.name FROM contract_round_files f JOIN contract_rounds r ON r.id = f.round_id JOIN contracts c ON c.id = r.contract_id JOIN contract_file_versions v ON v.id = f.version_id
  LEFT JOIN contract_files s ON s.id = f.sealed_ref
WHERE r.sealed_at IS NOT NULL AND f.sealed_ref IS NULL OR f.sealed_ref IS NOT NULL AND (s.id IS NULL OR s.sealed <> 1 OR s.contract_id <> r.contract_id OR s.removed_at IS NOT NULL OR f.fingerprint = ''
  OR r.kind <> 'signature' OR r.state <> 'done' OR NOT EXISTS (SELECT 1 FROM contract_file_versions x WHERE x.file_id = s.id AND x.n = 1))
LIMIT @row_limit;

-- name: ControlGateways :many
-- What does not fit between attempts with gateways and what was recorded of them; nothing, in a sound company.
SELECT CAST('payment' AS TEXT) AS what, CAST(COALESCE(p.number, i.public_id) AS TEXT) AS number FROM payment_intents i LEFT JOIN payments p ON p.id = i.payment_id
WHERE i.state = 'succeeded' AND i.kind IN ('pay','charge') AND (p.id IS NULL OR p.customer_id <> i.customer_id OR p.gateway <> i.gateway OR p.gateway_ref <> i.charge_ref OR p.currency <> i.currency)
UNION ALL
SELECT 'attempt', p.number FROM payments p WHERE p.gateway <> '' AND NOT EXISTS (SELECT 1 FROM payment_intents i WHERE i.payment_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM gateway_disputes d WHERE d.gateway = p.gateway AND d.back_payment_id IS NOT NULL AND (p.gateway_ref = d.ref || '-back' OR p.gateway_ref GLOB d.ref || '/*-back'))
  AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.gateway = p.gateway AND r.gateway_ref <> '' AND p.gateway_ref = r.gateway_ref || '-back')
UNION ALL
SELECT 'twice', p.number FROM payments p JOIN payment_intents i ON i.payment_id = p.id GROUP BY p.id HAVING count(*) > 1
UNION ALL
SELECT 'parts', i.public_id FROM payment_intents i WHERE (SELECT COALESCE(sum(x.amount_minor), 0) FROM payment_intent_parts x WHERE x.intent_id = i.id) > i.amount_minor - i.extra_minor
  OR EXISTS (SELECT 1 FROM payment_intent_parts x JOIN documents d ON d.id = x.document_id WHERE x.intent_id = i.id AND (d.customer_id <> i.customer_id OR d.currency <> i.currency))
UNION ALL
SELECT 'refund', COALESCE(r.number, i.public_id) FROM payment_intents i LEFT JOIN refunds r ON r.id = i.refund_id
WHERE i.kind = 'refund' AND i.state = 'succeeded' AND i.reason <> 'gateway.reason.not_booked' AND (r.id IS NULL OR r.customer_id <> i.customer_id OR r.gateway <> i.gateway OR r.gateway_ref <> i.gateway_ref
  OR (SELECT sum(x.amount_minor) FROM refunds x WHERE x.gateway = i.gateway AND (x.gateway_ref = i.gateway_ref OR x.gateway_ref GLOB i.gateway_ref || '#*')) <> i.amount_minor)
UNION ALL
SELECT 'method', i.public_id FROM payment_intents i JOIN kept_methods m ON m.id = i.method_id WHERE m.customer_id <> i.customer_id OR m.gateway <> i.gateway OR m.mode <> i.mode
UNION ALL
SELECT 'dispute', p.number FROM gateway_disputes d JOIN payments p ON p.id = d.payment_id LEFT JOIN refunds r ON r.id = d.refund_id LEFT JOIN payments b ON b.id = d.back_payment_id
WHERE d.refund_id IS NOT NULL AND (r.gateway <> d.gateway OR r.gateway_ref <> d.ref AND r.gateway_ref NOT GLOB d.ref || '/*') OR d.back_payment_id IS NOT NULL AND (b.gateway_ref <> d.ref || '-back' AND b.gateway_ref NOT GLOB d.ref || '/*-back' OR d.refund_id IS NULL)
UNION ALL
SELECT 'payout', CASE o.ref WHEN '' THEN o.public_id ELSE o.ref END FROM gateway_payouts o LEFT JOIN entries e ON e.id = o.entry_id LEFT JOIN entries v ON v.id = o.reversal_id
WHERE e.id IS NULL OR e.source_kind <> 'payout' OR e.source_id <> o.id OR o.currency = (SELECT c.currency FROM company c) AND e.total_minor <> abs(o.amount_minor) OR v.id IS NOT NULL AND v.reverses_id IS NOT o.entry_id
LIMIT @row_limit;
