-- name: LastEntry :one
SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1;

-- name: InsertEntry :execlastid
INSERT INTO entries (journal_id, number, entry_date, document_ref, document_date, label, source_kind, source_id, reverses_id, total_minor, validated_at)
VALUES ((SELECT j.id FROM journals j WHERE j.code = @journal), @number, @entry_date, @document_ref, @document_date, @label, @source_kind, @source_id, @reverses_id, @total_minor, @validated_at);

-- An account by role, else by code; a customer by number. What is not found is NULL: refused, or
-- seen when the lines are read back for the hash.
-- name: InsertEntryLine :exec
INSERT INTO entry_lines (entry_id, position, account_id, customer_id, label, debit_minor, credit_minor, currency, currency_minor)
VALUES (@entry_id, @position, COALESCE((SELECT r.id FROM accounts r WHERE r.role = @role), (SELECT a.id FROM accounts a WHERE a.code = @account)),
  (SELECT c.id FROM customers c WHERE c.number = @auxiliary), @label, @debit_minor, @credit_minor, @currency, @currency_minor);

-- name: SealEntry :execrows
UPDATE entries SET sealed = 1, hash = @hash WHERE id = @id AND sealed = 0;

-- Line after line: gathering them by account first costs more than the second upsert it saves.
-- name: AddToBalances :exec
INSERT INTO period_balances (account_id, period, debit_minor, credit_minor)
SELECT l.account_id, CAST(@period AS TEXT), l.debit_minor, l.credit_minor FROM entry_lines l WHERE l.entry_id = @entry_id
ON CONFLICT (account_id, period) DO UPDATE SET debit_minor = debit_minor + excluded.debit_minor, credit_minor = credit_minor + excluded.credit_minor;

-- name: HashedLines :many
SELECT l.entry_id, l.position, a.code, c.number AS customer_number, l.label, l.debit_minor, l.credit_minor, l.currency, l.currency_minor
FROM entry_lines l JOIN accounts a ON a.id = l.account_id LEFT JOIN customers c ON c.id = l.customer_id
WHERE l.entry_id > @after_entry_id AND l.entry_id <= @up_to_entry_id ORDER BY l.entry_id, l.position;

-- name: InsertAccount :exec
INSERT INTO accounts (code, label, nature, role) VALUES (@code, @label, @nature, @role);

-- name: InsertJournal :exec
INSERT INTO journals (code, label, kind, account_id) VALUES (@code, @label, @kind, (SELECT a.id FROM accounts a WHERE a.role = sqlc.narg(account_role)));

-- name: Accounts :many
SELECT id, code, label, nature, role FROM accounts ORDER BY code;

-- name: AccountByCode :one
SELECT id, code, label, nature, role FROM accounts WHERE code = @code;

-- name: Journals :many
SELECT j.id, j.code, j.label, j.kind, a.code AS account_code FROM journals j LEFT JOIN accounts a ON a.id = j.account_id ORDER BY j.id;

-- name: JournalByCode :one
SELECT id, code, label, kind FROM journals WHERE code = @code;

-- name: EntryByNumber :one
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.source_id, e.reverses_id, e.total_minor, e.validated_at,
  d.public_id AS document_public_id, p.public_id AS payment_public_id, r.number AS reversed_by
FROM entries e JOIN journals j ON j.id = e.journal_id
  LEFT JOIN documents d ON e.source_kind = 'document' AND d.id = e.source_id LEFT JOIN payments p ON e.source_kind = 'payment' AND p.id = e.source_id
  LEFT JOIN entries r ON r.reverses_id = e.id
WHERE e.number = @number;

-- name: EntryNumberOf :one
SELECT number FROM entries WHERE id = @id;

-- name: EntryLinesOf :many
SELECT l.entry_id, l.position, a.code, a.label AS account_label, c.public_id AS customer_public_id, c.number AS customer_number, c.name AS customer_name,
  l.label, l.debit_minor, l.credit_minor, l.currency, l.currency_minor
FROM entry_lines l JOIN accounts a ON a.id = l.account_id LEFT JOIN customers c ON c.id = l.customer_id
WHERE l.entry_id IN (sqlc.slice(entry_ids)) ORDER BY l.entry_id, l.position;

-- name: EntriesByDate :many
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.reverses_id, e.total_minor, e.validated_at,
  d.public_id AS document_public_id, p.public_id AS payment_public_id
FROM entries e JOIN journals j ON j.id = e.journal_id
  LEFT JOIN documents d ON e.source_kind = 'document' AND d.id = e.source_id LEFT JOIN payments p ON e.source_kind = 'payment' AND p.id = e.source_id
WHERE e.entry_date <= @to_date AND (e.entry_date, e.number) > (CAST(@after_date AS TEXT), CAST(@after_number AS INTEGER))
ORDER BY e.entry_date, e.number LIMIT @row_limit;

-- name: EntriesByDateNewest :many
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.reverses_id, e.total_minor, e.validated_at,
  d.public_id AS document_public_id, p.public_id AS payment_public_id
FROM entries e JOIN journals j ON j.id = e.journal_id
  LEFT JOIN documents d ON e.source_kind = 'document' AND d.id = e.source_id LEFT JOIN payments p ON e.source_kind = 'payment' AND p.id = e.source_id
WHERE e.entry_date >= @from_date AND (e.entry_date, e.number) < (CAST(@before_date AS TEXT), CAST(@before_number AS INTEGER))
ORDER BY e.entry_date DESC, e.number DESC LIMIT @row_limit;

-- name: EntriesOfJournal :many
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.reverses_id, e.total_minor, e.validated_at,
  d.public_id AS document_public_id, p.public_id AS payment_public_id
FROM entries e JOIN journals j ON j.id = e.journal_id
  LEFT JOIN documents d ON e.source_kind = 'document' AND d.id = e.source_id LEFT JOIN payments p ON e.source_kind = 'payment' AND p.id = e.source_id
WHERE e.journal_id = @journal_id AND e.entry_date <= @to_date AND (e.entry_date, e.number) > (CAST(@after_date AS TEXT), CAST(@after_number AS INTEGER))
ORDER BY e.entry_date, e.number LIMIT @row_limit;

-- name: EntriesOfJournalNewest :many
SELECT e.id, e.number, j.code AS journal_code, e.entry_date, e.document_ref, e.document_date, e.label, e.source_kind, e.reverses_id, e.total_minor, e.validated_at,
  d.public_id AS document_public_id, p.public_id AS payment_public_id
FROM entries e JOIN journals j ON j.id = e.journal_id
  LEFT JOIN documents d ON e.source_kind = 'document' AND d.id = e.source_id LEFT JOIN payments p ON e.source_kind = 'payment' AND p.id = e.source_id
WHERE e.journal_id = @journal_id AND e.entry_date >= @from_date AND (e.entry_date, e.number) < (CAST(@before_date AS TEXT), CAST(@before_number AS INTEGER))
ORDER BY e.entry_date DESC, e.number DESC LIMIT @row_limit;

-- name: JournalTotals :many
SELECT j.code, count(*) AS entries, CAST(COALESCE(sum(e.total_minor), 0) AS INTEGER) AS total_minor
FROM entries e JOIN journals j ON j.id = e.journal_id WHERE e.entry_date >= @from_date AND e.entry_date <= @to_date GROUP BY j.id ORDER BY j.id;

-- name: KeptBalances :many
SELECT account_id, CAST(COALESCE(sum(debit_minor), 0) AS INTEGER) AS debit_minor, CAST(COALESCE(sum(credit_minor), 0) AS INTEGER) AS credit_minor
FROM period_balances WHERE period >= @from_period AND period <= @to_period GROUP BY account_id;

-- name: BalancesFromLines :many
SELECT l.account_id, CAST(COALESCE(sum(l.debit_minor), 0) AS INTEGER) AS debit_minor, CAST(COALESCE(sum(l.credit_minor), 0) AS INTEGER) AS credit_minor
FROM entries e CROSS JOIN entry_lines l ON l.entry_id = e.id WHERE e.entry_date >= @from_date AND e.entry_date <= @to_date GROUP BY l.account_id;

-- The index of accounts holds the amounts: no join, no sort.
-- name: BalancesFromAllLines :many
SELECT account_id, CAST(COALESCE(sum(debit_minor), 0) AS INTEGER) AS debit_minor, CAST(COALESCE(sum(credit_minor), 0) AS INTEGER) AS credit_minor
FROM entry_lines WHERE account_id > 0 GROUP BY account_id;

-- name: EntriesOutside :one
SELECT CAST(EXISTS (SELECT 1 FROM entries b WHERE b.entry_date < @from_date) OR EXISTS (SELECT 1 FROM entries a WHERE a.entry_date > @to_date) AS INTEGER);

-- name: CountAccountLines :one
SELECT count(*) FROM (SELECT 1 FROM entry_lines WHERE account_id = @account_id LIMIT @row_limit);

-- name: AccountLinesFew :many
SELECT e.number, j.code AS journal_code, e.entry_date, e.document_ref, l.position, l.label,
  c.public_id AS customer_public_id, c.number AS customer_number, c.name AS customer_name, l.debit_minor, l.credit_minor, l.currency, l.currency_minor
FROM entry_lines l CROSS JOIN entries e ON e.id = l.entry_id JOIN journals j ON j.id = e.journal_id LEFT JOIN customers c ON c.id = l.customer_id
WHERE l.account_id = @account_id AND e.entry_date <= @to_date AND (e.entry_date, e.number, l.position) > (CAST(@after_date AS TEXT), CAST(@after_number AS INTEGER), CAST(@after_position AS INTEGER))
ORDER BY e.entry_date, e.number, l.position LIMIT @row_limit;

-- name: AccountLinesMany :many
SELECT e.number, j.code AS journal_code, e.entry_date, e.document_ref, l.position, l.label,
  c.public_id AS customer_public_id, c.number AS customer_number, c.name AS customer_name, l.debit_minor, l.credit_minor, l.currency, l.currency_minor
FROM entries e CROSS JOIN entry_lines l ON l.entry_id = e.id JOIN journals j ON j.id = e.journal_id LEFT JOIN customers c ON c.id = l.customer_id
WHERE e.entry_date <= @to_date AND (e.entry_date, e.number) >= (CAST(@after_date AS TEXT), CAST(@after_number AS INTEGER))
  AND (e.entry_date > @after_date OR e.number > @after_number OR l.position > @after_position) AND +l.account_id = @account_id
ORDER BY e.entry_date, e.number, l.position LIMIT @row_limit;

-- name: MonthlyOfNature :many
SELECT b.period, a.role, b.debit_minor, b.credit_minor FROM accounts a JOIN period_balances b ON b.account_id = a.id
WHERE a.nature = @nature AND b.period >= @from_period AND b.period <= @to_period ORDER BY b.period;

-- The id that the next payment gets: payments are never deleted, and there is one writer.
-- name: NextPaymentID :one
SELECT CAST(COALESCE(max(id), 0) + 1 AS INTEGER) FROM payments;

-- Opening entries (a-nouveaux) of a period: they restate balances, they do not move them.
-- name: OpeningsFromLines :many
SELECT l.account_id, CAST(COALESCE(sum(l.debit_minor), 0) AS INTEGER) AS debit_minor, CAST(COALESCE(sum(l.credit_minor), 0) AS INTEGER) AS credit_minor
FROM journals j CROSS JOIN entries e ON e.journal_id = j.id CROSS JOIN entry_lines l ON l.entry_id = e.id
WHERE j.kind = 'opening' AND e.entry_date >= @from_date AND e.entry_date <= @to_date GROUP BY l.account_id;
