-- name: HoursSettings :one
SELECT enabled, promise_minutes, same_hours, version FROM hours_settings WHERE id = 1;

-- name: UpdateHoursSettings :execrows
UPDATE hours_settings SET enabled = @enabled, promise_minutes = @promise_minutes, same_hours = @same_hours, version = version + 1 WHERE id = 1 AND version = @version;

-- name: HoursSchedules :many
SELECT id, public_id, language, kind, name, days, start_minute, end_minute, is_open, version FROM hours_schedules WHERE language = @language
ORDER BY CASE kind WHEN 'custom' THEN 1 WHEN 'weekend' THEN 2 WHEN 'meal' THEN 3 ELSE 4 END, name, id LIMIT 100;

-- name: HoursScheduleByPublicID :one
SELECT id, public_id, language, kind, name, days, start_minute, end_minute, is_open, version FROM hours_schedules WHERE public_id = @public_id;

-- name: InsertHoursSchedule :one
INSERT INTO hours_schedules (public_id, language, kind, name, days, start_minute, end_minute, is_open, created_at, updated_at)
VALUES (@public_id, @language, @kind, @name, @days, @start_minute, @end_minute, @is_open, @now, @now) RETURNING id;

-- name: UpdateHoursSchedule :execrows
UPDATE hours_schedules SET name = @name, days = @days, start_minute = @start_minute, end_minute = @end_minute, is_open = @is_open, version = version + 1, updated_at = @now
WHERE id = @id AND version = @version;

-- name: DeleteHoursSchedule :execrows
DELETE FROM hours_schedules WHERE id = @id AND version = @version;

-- name: HoursEvents :many
SELECT id, public_id, name, starts, ends, is_open, for_fr, for_en, holiday, version FROM hours_events WHERE ends > @after ORDER BY starts, ends, id LIMIT 1000;

-- name: CountHoursEvents :one
SELECT count(*) FROM hours_events WHERE ends > @after;

-- name: HoursEventByPublicID :one
SELECT id, public_id, name, starts, ends, is_open, for_fr, for_en, holiday, version FROM hours_events WHERE public_id = @public_id;

-- name: HoursEventLike :one
SELECT id FROM hours_events WHERE name = @name AND starts = @starts AND id <> @except_id LIMIT 1;

-- name: HoursHolidays :many
SELECT holiday FROM hours_events WHERE holiday <> '' AND holiday >= @from_day AND holiday <= @to_day ORDER BY holiday LIMIT 100;

-- name: InsertHoursEvent :one
INSERT INTO hours_events (public_id, name, starts, ends, is_open, for_fr, for_en, holiday, created_at, updated_at)
VALUES (@public_id, @name, @starts, @ends, @is_open, @for_fr, @for_en, @holiday, @now, @now) RETURNING id;

-- name: UpdateHoursEvent :execrows
UPDATE hours_events SET name = @name, starts = @starts, ends = @ends, is_open = @is_open, for_fr = @for_fr, for_en = @for_en, version = version + 1, updated_at = @now
WHERE id = @id AND version = @version;

-- name: DeleteHoursEvent :execrows
DELETE FROM hours_events WHERE id = @id AND version = @version;
