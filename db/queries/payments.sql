-- name: InsertPayment :exec
INSERT INTO payments (id, public_id, number, customer_id, method, received_on, amount_minor, fee_minor, currency, rate_e8, reference, note, gateway, gateway_ref, entry_id, created_at)
VALUES (@id, @public_id, @number, @customer_id, @method, @received_on, @amount_minor, @fee_minor, @currency, @rate_e8, @reference, @note, @gateway, @gateway_ref, @entry_id, @created_at);

-- name: AllocationsOfDocument :many
-- What stands of each payment against a document.
SELECT p.public_id, p.number, p.received_on, p.method, p.reference, CAST(sum(a.amount_minor) AS INTEGER) AS amount_minor
FROM allocations a JOIN payments p ON p.id = a.payment_id WHERE a.document_id = @document_id GROUP BY p.id HAVING sum(a.amount_minor) > 0 ORDER BY p.received_on, p.id;

-- name: PaymentByPublicID :one
SELECT * FROM payments WHERE public_id = @public_id;

-- name: PaymentByID :one
SELECT * FROM payments WHERE id = @id;

-- name: PaymentOfCustomer :one
SELECT * FROM payments WHERE public_id = @public_id AND customer_id = @customer_id;

-- name: InsertAnnouncement :one
INSERT INTO transfer_announcements (public_id, document_id, customer_id, contact_id, amount_minor, currency, announced_on, state, created_at)
VALUES (@public_id, @document_id, @customer_id, @contact_id, @amount_minor, @currency, @announced_on, 'announced', @created_at) RETURNING id;

-- name: OpenAnnouncementOfDocument :one
SELECT * FROM transfer_announcements WHERE document_id = @document_id AND state = 'announced';

-- name: AnnouncementByPublicID :one
SELECT * FROM transfer_announcements WHERE public_id = @public_id;

-- name: OpenAnnouncements :many
SELECT a.public_id, a.transfer, a.amount_minor, a.currency, a.announced_on, a.created_at, d.public_id AS document_public_id, d.number, d.customer_name
FROM transfer_announcements a JOIN documents d ON d.id = a.document_id WHERE a.state = 'announced' ORDER BY a.id LIMIT @row_limit;

-- name: CloseAnnouncement :execrows
UPDATE transfer_announcements SET state = @state, payment_id = @payment_id WHERE id = @id AND state = 'announced';

-- name: ConfirmAnnouncement :execrows
-- Also one that was closed without its money: it came after all, once.
UPDATE transfer_announcements SET state = 'confirmed', payment_id = CAST(@payment_id AS INTEGER) WHERE id = @id AND payment_id IS NULL;
