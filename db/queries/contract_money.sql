-- What is made of a contract's milestones, and what came of it.

-- name: InsertContractPaper :exec
INSERT INTO contract_papers (contract_id, milestone_id, document_ref, recurring_id, by_hand, created_at) VALUES (@contract_id, sqlc.narg(milestone_id), sqlc.narg(document_ref), sqlc.narg(recurring_id), @by_hand, @created_at);

-- name: DeleteContractPaper :execrows
-- Takes off what was put to the contract by hand. What was made of it stays: it would be billed again.
DELETE FROM contract_papers WHERE contract_id = @contract_id AND document_ref = CAST(@document_ref AS TEXT) AND by_hand = 1;

-- name: DeleteLostPapers :exec
-- Drafts that were made of a milestone and are deleted since.
DELETE FROM contract_papers WHERE milestone_id = @milestone_id AND recurring_id IS NULL AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.public_id = contract_papers.document_ref);

-- name: ContractPapers :many
SELECT p.milestone_id, p.document_ref, p.recurring_id, p.by_hand, m.public_id AS milestone_public_id, r.public_id AS recurring_public_id, r.state AS recurring_state
FROM contract_papers p LEFT JOIN contract_milestones m ON m.id = p.milestone_id LEFT JOIN recurring_invoices r ON r.id = p.recurring_id
WHERE p.contract_id = @contract_id ORDER BY p.id;

-- name: ContractOfPaper :one
-- The contract of a document: what was made of it or put to it, of what that came of, or of a recurring invoice.
WITH RECURSIVE up(id) AS (
  SELECT d.id FROM documents d WHERE d.public_id = CAST(@document_ref AS TEXT)
  UNION SELECT o.id FROM up JOIN documents d ON d.id = up.id JOIN documents o ON o.id IN (d.quote_id, d.preceding_id, d.replaces_id)
  UNION SELECT t.deposit_id FROM up JOIN document_deposits t ON t.document_id = up.id
)
SELECT c.public_id, c.number, c.title FROM up JOIN documents d ON d.id = up.id
JOIN contract_papers p ON p.document_ref = d.public_id OR p.recurring_id = (SELECT r.recurring_id FROM recurring_runs r WHERE r.document_ref = d.public_id)
JOIN contracts c ON c.id = p.contract_id AND c.customer_id = d.customer_id ORDER BY p.id LIMIT 1;

-- name: PaperHasContract :one
-- Whether a document, anything that came of it or anything that this came of belongs to a contract.
WITH RECURSIVE down(id) AS (
  SELECT d.id FROM documents d WHERE d.public_id = CAST(@document_ref AS TEXT)
  UNION SELECT d.id FROM down o JOIN documents d ON d.quote_id = o.id
  UNION SELECT d.id FROM down o JOIN documents d ON d.preceding_id = o.id
  UNION SELECT d.id FROM down o JOIN documents d ON d.replaces_id = o.id
  UNION SELECT t.document_id FROM down o JOIN document_deposits t ON t.deposit_id = o.id
), up(id) AS (
  SELECT id FROM down
  UNION SELECT o.id FROM up JOIN documents d ON d.id = up.id JOIN documents o ON o.id IN (d.quote_id, d.preceding_id, d.replaces_id)
  UNION SELECT t.deposit_id FROM up JOIN document_deposits t ON t.document_id = up.id
)
SELECT CAST(EXISTS (SELECT 1 FROM up JOIN documents d ON d.id = up.id JOIN contract_papers p ON p.document_ref = d.public_id OR p.recurring_id = (SELECT r.recurring_id FROM recurring_runs r WHERE r.document_ref = d.public_id)) AS INTEGER) AS has;

-- name: ContractDocuments :many
-- Documents of a contract and of its customer: those made of it, those that its recurring invoices made, and what came of
-- either: invoices of its quotes, newer versions of them, credit notes, invoices that take its deposits off. A draft that
-- was given to another customer is no longer one of them. taken_back is that of FinalOfDeposit.
WITH RECURSIVE own(id) AS (
  SELECT d.id FROM contract_papers p JOIN documents d ON d.public_id = p.document_ref WHERE p.contract_id = @contract_id
  UNION SELECT d.id FROM contract_papers p JOIN recurring_runs r ON r.recurring_id = p.recurring_id JOIN documents d ON d.public_id = r.document_ref WHERE p.contract_id = @contract_id
  UNION SELECT d.id FROM own o JOIN documents d ON d.quote_id = o.id
  UNION SELECT d.id FROM own o JOIN documents d ON d.preceding_id = o.id
  UNION SELECT d.id FROM own o JOIN documents d ON d.replaces_id = o.id
  UNION SELECT t.document_id FROM own o JOIN document_deposits t ON t.deposit_id = o.id
)
SELECT d.id, d.public_id, d.kind, d.state, d.number, d.issue_date, d.currency, d.total_excl_minor, d.total_incl_minor, d.amount_due_minor, d.quote_id, d.preceding_id, d.replaces_id, d.valid_until, s.due_date, s.sent_at, s.viewed_at,
  CAST(COALESCE(s.paid_minor, 0) AS INTEGER) AS paid_minor, CAST(COALESCE(s.credited_minor, 0) AS INTEGER) AS credited_minor, CAST(COALESCE(s.due_minor, 0) AS INTEGER) AS due_minor,
  CAST((SELECT COALESCE(sum(t.net_minor), 0) FROM document_deposits t WHERE t.document_id = d.id) AS INTEGER) AS taken_excl_minor,
  CAST((SELECT COALESCE(sum(t.net_minor + t.tax_minor), 0) FROM document_deposits t WHERE t.document_id = d.id) AS INTEGER) AS taken_incl_minor,
  CAST(COALESCE((SELECT x.decision FROM quote_decisions x WHERE x.document_id = d.id AND x.undone_at IS NULL), '') AS TEXT) AS decision,
  CAST(EXISTS (SELECT 1 FROM documents n WHERE n.replaces_id = d.id AND n.state = 'issued') AS INTEGER) AS replaced,
  CAST(COALESCE((SELECT t.document_id FROM document_deposits t JOIN documents f ON f.id = t.document_id WHERE t.deposit_id = d.id ORDER BY f.state = 'issued' DESC LIMIT 1), 0) AS INTEGER) AS taken_by,
  CAST(COALESCE((SELECT r.recurring_id FROM recurring_runs r WHERE r.document_ref = d.public_id), 0) AS INTEGER) AS run_of,
  CAST(EXISTS (SELECT 1 FROM documents c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued' GROUP BY c.preceding_id
    HAVING sum(c.total_incl_minor) >= d.total_incl_minor OR (d.total_tax_minor <> 0 AND min(c.total_tax_minor) = 0 AND sum(c.total_excl_minor) + count(*) >= d.total_excl_minor)) AS INTEGER) AS taken_back
FROM documents d LEFT JOIN document_status s ON s.document_id = d.id
WHERE d.id IN (SELECT id FROM own) AND COALESCE(d.customer_id, (SELECT c.customer_id FROM contracts c WHERE c.id = @contract_id)) = (SELECT c.customer_id FROM contracts c WHERE c.id = @contract_id) ORDER BY d.id;

-- name: ContractToBill :one
SELECT c.id, c.public_id, c.number, c.title, c.state, c.currency, c.value_minor, c.start_on, c.end_on, c.ended_on, c.renewal, c.requester_id, c.customer_id, u.public_id AS customer_public_id, u.language, u.terms_days, u.terms_end_of_month, k.public_id AS requester_public_id
FROM contracts c JOIN customers u ON u.id = c.customer_id LEFT JOIN contacts k ON k.id = c.requester_id WHERE c.public_id = @public_id;

-- name: MilestonesToBill :many
SELECT id, public_id, title, description, due_on, state, amount_minor, bill, in_portal FROM contract_milestones WHERE contract_id = @contract_id ORDER BY position, id;
