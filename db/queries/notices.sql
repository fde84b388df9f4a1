-- Announcements in the portal and the page of frequent questions.

-- name: InsertNotice :one
INSERT INTO notices (public_id, title_fr, title_en, body_fr, body_en, starts_on, ends_on, everyone, importance, pinned, by_mail, created_at, updated_at)
VALUES (@public_id, @title_fr, @title_en, @body_fr, @body_en, @starts_on, @ends_on, @everyone, @importance, @pinned, @by_mail, @now, @now) RETURNING id;

-- name: UpdateNotice :execrows
UPDATE notices SET title_fr = @title_fr, title_en = @title_en, body_fr = @body_fr, body_en = @body_en, starts_on = @starts_on, ends_on = @ends_on,
  everyone = @everyone, importance = @importance, pinned = @pinned, by_mail = @by_mail, version = version + 1, updated_at = @now
WHERE id = @id AND version = @version;

-- name: SetNoticeState :execrows
UPDATE notices SET published_at = sqlc.narg(published_at), withdrawn_at = sqlc.narg(withdrawn_at), version = version + 1, updated_at = @now
WHERE id = @id AND version = @version;

-- name: SetNoticeMailed :execrows
UPDATE notices SET mailed_at = @mailed_at WHERE id = @id AND mailed_at IS NULL;

-- name: DeleteNoticeDraft :execrows
DELETE FROM notices WHERE id = @id AND version = @version AND published_at IS NULL;

-- name: NoticeByPublicID :one
SELECT * FROM notices WHERE public_id = @public_id;

-- name: Notices :many
SELECT a.id, a.public_id, a.title_fr, a.title_en, a.starts_on, a.ends_on, a.everyone, a.importance, a.pinned, a.by_mail, a.published_at, a.withdrawn_at, a.version,
  (SELECT count(*) FROM notice_reads r WHERE r.notice_id = a.id) AS seen
FROM notices a ORDER BY a.id DESC LIMIT 500;

-- name: NoticeGroups :many
SELECT x.notice_id, g.id, g.public_id, g.name FROM notice_groups x JOIN customer_groups g ON g.id = x.group_id ORDER BY x.notice_id, g.name;

-- name: GroupsOfNotice :many
SELECT g.public_id, g.name FROM notice_groups x JOIN customer_groups g ON g.id = x.group_id WHERE x.notice_id = @notice_id ORDER BY g.name;

-- name: ClearNoticeGroups :exec
DELETE FROM notice_groups WHERE notice_id = @notice_id;

-- name: AddNoticeGroup :exec
INSERT INTO notice_groups (notice_id, group_id) VALUES (@notice_id, @group_id) ON CONFLICT DO NOTHING;

-- Whom an announcement is for: contacts who get into the portal, of the chosen groups or of all.
-- name: NoticeAudience :many
SELECT k.id, k.public_id, k.name, k.email, k.language, k.customer_id, cu.name AS customer_name
FROM contacts k JOIN contacts_let_in i ON i.id = k.id JOIN customers cu ON cu.id = k.customer_id
JOIN notices a ON a.id = @notice_id
WHERE cu.archived_at IS NULL AND k.id > @after_id
  AND (a.everyone = 1 OR EXISTS (SELECT 1 FROM notice_groups g WHERE g.notice_id = a.id AND g.group_id = cu.group_id))
ORDER BY k.id LIMIT @row_limit;

-- name: CountNoticeAudience :one
SELECT count(*) AS people, CAST(COALESCE(sum(k.email <> ''), 0) AS INTEGER) AS addresses
FROM contacts k JOIN contacts_let_in i ON i.id = k.id JOIN customers cu ON cu.id = k.customer_id
JOIN notices a ON a.id = @notice_id
WHERE cu.archived_at IS NULL
  AND (a.everyone = 1 OR EXISTS (SELECT 1 FROM notice_groups g WHERE g.notice_id = a.id AND g.group_id = cu.group_id));

-- name: NoticeReaders :many
SELECT k.name, cu.name AS customer_name, cu.public_id AS customer_public_id, r.seen_at, r.dismissed_at
FROM notice_reads r JOIN contacts k ON k.id = r.contact_id JOIN customers cu ON cu.id = k.customer_id
WHERE r.notice_id = @notice_id ORDER BY r.seen_at DESC, k.id LIMIT 1000;

-- What a customer's contact is shown today.
-- name: PortalNotices :many
SELECT a.id, a.public_id, a.title_fr, a.title_en, a.body_fr, a.body_en, a.importance, a.pinned, a.starts_on, a.published_at, r.seen_at, r.dismissed_at
FROM notices a JOIN customers cu ON cu.id = @customer_id
LEFT JOIN notice_reads r ON r.notice_id = a.id AND r.contact_id = @contact_id
WHERE a.published_at IS NOT NULL AND a.withdrawn_at IS NULL AND (a.starts_on = '' OR a.starts_on <= CAST(@today AS TEXT)) AND (a.ends_on = '' OR a.ends_on >= CAST(@today AS TEXT))
  AND (a.everyone = 1 OR EXISTS (SELECT 1 FROM notice_groups g WHERE g.notice_id = a.id AND g.group_id = cu.group_id))
ORDER BY a.pinned DESC, CASE a.importance WHEN 'urgent' THEN 0 WHEN 'important' THEN 1 ELSE 2 END, a.published_at DESC, a.id DESC LIMIT 200;

-- name: SeeNotice :exec
INSERT INTO notice_reads (notice_id, contact_id, seen_at) VALUES (@notice_id, @contact_id, @seen_at) ON CONFLICT DO NOTHING;

-- name: DismissNotice :exec
INSERT INTO notice_reads (notice_id, contact_id, seen_at, dismissed_at) VALUES (@notice_id, @contact_id, @at, @at)
ON CONFLICT (notice_id, contact_id) DO UPDATE SET dismissed_at = COALESCE(notice_reads.dismissed_at, excluded.dismissed_at);

-- What an erased contact saw goes with it.
-- name: DeleteNoticeReadsOf :exec
DELETE FROM notice_reads WHERE contact_id = @contact_id;

-- name: InsertFaqEntry :one
INSERT INTO faq_entries (public_id, position, question_fr, question_en, answer_fr, answer_en, everyone, published, created_at, updated_at)
VALUES (@public_id, @position, @question_fr, @question_en, @answer_fr, @answer_en, @everyone, @published, @now, @now) RETURNING id;

-- name: UpdateFaqEntry :execrows
UPDATE faq_entries SET question_fr = @question_fr, question_en = @question_en, answer_fr = @answer_fr, answer_en = @answer_en, everyone = @everyone, published = @published,
  version = version + 1, updated_at = @now WHERE id = @id AND version = @version;

-- name: PlaceFaqEntry :execrows
UPDATE faq_entries SET position = @position WHERE public_id = @public_id;

-- name: DeleteFaqEntry :execrows
DELETE FROM faq_entries WHERE id = @id AND version = @version;

-- name: FaqEntryByPublicID :one
SELECT * FROM faq_entries WHERE public_id = @public_id;

-- name: LastFaqPosition :one
SELECT CAST(COALESCE(max(position), 0) AS INTEGER) AS position FROM faq_entries;

-- name: FaqEntries :many
SELECT id, public_id, position, question_fr, question_en, answer_fr, answer_en, everyone, published, version FROM faq_entries ORDER BY position, id LIMIT 500;

-- name: FaqGroups :many
SELECT x.entry_id, g.id, g.public_id, g.name FROM faq_groups x JOIN customer_groups g ON g.id = x.group_id ORDER BY x.entry_id, g.name;

-- name: ClearFaqGroups :exec
DELETE FROM faq_groups WHERE entry_id = @entry_id;

-- name: AddFaqGroup :exec
INSERT INTO faq_groups (entry_id, group_id) VALUES (@entry_id, @group_id) ON CONFLICT DO NOTHING;

-- name: PortalFaq :many
SELECT f.public_id, f.question_fr, f.question_en, f.answer_fr, f.answer_en
FROM faq_entries f JOIN customers cu ON cu.id = @customer_id
WHERE f.published = 1 AND (f.everyone = 1 OR EXISTS (SELECT 1 FROM faq_groups g WHERE g.entry_id = f.id AND g.group_id = cu.group_id))
ORDER BY f.position, f.id LIMIT 500;
