-- Money that is held back has a due date of its own, and reminders of its own: each level
-- goes once for the main part and once for what was retained.
-- +goose Up
CREATE TABLE reminders_by_part (
  id              INTEGER PRIMARY KEY,
  document_id     INTEGER NOT NULL REFERENCES documents (id),
  level           INTEGER NOT NULL CHECK (level BETWEEN 1 AND 9),
  on_date         TEXT NOT NULL,
  days_late       INTEGER NOT NULL,
  due_minor       INTEGER NOT NULL,
  interest_minor  INTEGER NOT NULL DEFAULT 0,
  indemnity_minor INTEGER NOT NULL DEFAULT 0,
  rate_pcm        INTEGER NOT NULL DEFAULT 0,           -- yearly rate the interest was computed with
  outcome         TEXT NOT NULL CHECK (outcome IN ('mailed','skipped')), -- skipped: passed over in a catch-up, or by hand
  by_hand         INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0,1)),
  formal          INTEGER NOT NULL DEFAULT 0 CHECK (formal IN (0,1)), -- a formal notice (mise en demeure)
  mail_id         INTEGER REFERENCES mails (id),
  created_at      TEXT NOT NULL,
  retained        INTEGER NOT NULL DEFAULT 0 CHECK (retained IN (0,1)), -- of what was held back, once nothing else was left
  UNIQUE (document_id, retained, level)
) STRICT;
INSERT INTO reminders_by_part (id, document_id, level, on_date, days_late, due_minor, interest_minor, indemnity_minor, rate_pcm, outcome, by_hand, formal, mail_id, created_at)
SELECT id, document_id, level, on_date, days_late, due_minor, interest_minor, indemnity_minor, rate_pcm, outcome, by_hand, formal, mail_id, created_at FROM reminders;
DROP TABLE reminders;
ALTER TABLE reminders_by_part RENAME TO reminders;
-- +goose StatementBegin
CREATE TRIGGER reminders_frozen BEFORE UPDATE ON reminders
BEGIN SELECT RAISE(ABORT, 'reminders: never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reminders_keep BEFORE DELETE ON reminders
BEGIN SELECT RAISE(ABORT, 'reminders: never deleted'); END;
-- +goose StatementEnd
CREATE INDEX reminders_mail ON reminders (mail_id) WHERE mail_id IS NOT NULL;
