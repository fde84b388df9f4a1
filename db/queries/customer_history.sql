-- The history of a customer and of its contacts.

-- name: InsertCustomerChange :exec
INSERT INTO customer_changes (change, customer_id, contact_id, by_contact, field, before, after)
VALUES (@change, @customer_id, sqlc.narg(contact_id), sqlc.narg(by_contact), @field, @before, @after);

-- name: CustomerHistory :many
-- What was done to a customer, to its contacts, to its group's portal, its contracts, and which of its documents were shown on the
-- spot; the newest first. Coming and going alone is no change. Its people are also those who went to another customer.
WITH people AS (
  SELECT x.id, x.name FROM contacts x WHERE x.customer_id = @customer_id
  UNION SELECT y.id, y.name FROM contacts y WHERE y.id IN (SELECT json_extract(w.details, '$.contact') FROM audit_log w
    WHERE w.object_kind = 'customer' AND w.object_id = @customer_id AND w.action = 'contact.moved_away'))
SELECT a.id, a.at, a.actor_name, a.action, CAST(COALESCE(json_extract(a.details, '$.change'), '') AS TEXT) AS change,
  CAST(COALESCE(k.name, '') AS TEXT) AS contact_name, CAST(COALESCE(o.name, '') AS TEXT) AS other_name, CAST(COALESCE(i.name, '') AS TEXT) AS in_place_of,
  CAST(COALESCE(d.number, t.number, '') AS TEXT) AS number, CAST(COALESCE(json_extract(a.details, '$.on'), '') AS TEXT) AS on_day, CAST(COALESCE(json_extract(a.details, '$.of'), '') AS TEXT) AS of_number
FROM audit_log a
LEFT JOIN people k ON k.id = CASE a.object_kind WHEN 'contact' THEN a.object_id ELSE COALESCE(json_extract(a.details, '$.contact'), json_extract(a.details, '$.to')) END
LEFT JOIN people o ON o.id = json_extract(a.details, '$.from')
LEFT JOIN people i ON i.id = json_extract(a.details, '$.as_contact')
LEFT JOIN documents d ON d.customer_id = @customer_id AND d.id = CASE a.object_kind WHEN 'document' THEN a.object_id ELSE json_extract(a.details, '$.document') END
LEFT JOIN contracts t ON a.object_kind = 'contract' AND t.id = a.object_id
WHERE a.id IN (
  SELECT c.id FROM audit_log c WHERE c.object_kind = 'customer' AND c.object_id = @customer_id AND c.id < @before_id AND c.action NOT IN ('customer.portal_asked','customer.portal_left')
    AND c.action NOT LIKE '%.several_handed' AND c.action NOT LIKE 'payment.%'
  UNION ALL
  SELECT p.id FROM audit_log p WHERE p.object_kind = 'contact' AND p.object_id IN (SELECT x.id FROM contacts x WHERE x.customer_id = @customer_id) AND p.id < @before_id
    AND p.action NOT IN ('contact.signed_in','contact.link_opened','contact.proved','contact.session_ended','contact.sessions_ended')
  UNION ALL
  SELECT g.id FROM audit_log g WHERE g.object_kind = 'customer_group' AND g.object_id = (SELECT u.group_id FROM customers u WHERE u.id = @customer_id) AND g.id < @before_id
    AND g.action IN ('group.portal_closed','group.portal_opened')
  UNION ALL
  SELECT s.id FROM audit_log s WHERE s.object_kind = 'document' AND s.object_id IN (SELECT h.document_id FROM shown_documents h JOIN documents f ON f.id = h.document_id WHERE f.customer_id = @customer_id)
    AND s.id < @before_id AND (s.action LIKE '%.shown' OR s.action LIKE '%.shown_opened')
  UNION ALL
  SELECT m.id FROM audit_log m WHERE m.object_kind = 'contract' AND m.object_id IN (SELECT n.id FROM contracts n WHERE n.customer_id = @customer_id) AND m.id < @before_id
    AND m.action IN ('contract.created','contract.duplicated','contract.shared','contract.hidden','contract.signed','contract.signed_on_paper','contract.renewed','contract.ended','contract.kept','contract.cancelled','contract.customer_told'))
ORDER BY a.id DESC LIMIT @row_limit;

-- name: CustomerChangesOf :many
SELECT c.change, c.field, c.before, c.after, CAST(COALESCE(k.name, '') AS TEXT) AS contact_name FROM customer_changes c LEFT JOIN contacts k ON k.id = c.contact_id
WHERE c.customer_id = @customer_id AND c.change IN (sqlc.slice(changes)) ORDER BY c.id;

-- name: DeleteChangesOfContact :exec
DELETE FROM customer_changes WHERE customer_changes.contact_id = @id OR by_contact = @id;
