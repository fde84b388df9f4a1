-- Hours of chat: the switch, the promise of an answer, weekly schedules by language, special events.
-- +goose Up
CREATE TABLE hours_settings (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  enabled         INTEGER NOT NULL DEFAULT 0 CHECK (enabled IN (0,1)),    -- Clavardage: off when the company is made
  promise_minutes INTEGER NOT NULL DEFAULT 0 CHECK (promise_minutes BETWEEN 0 AND 6000), -- of open time; 0 = nothing promised
  same_hours      INTEGER NOT NULL DEFAULT 1 CHECK (same_hours IN (0,1)), -- the French schedules hold for English too
  version         INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO hours_settings (id) VALUES (1);

-- Monday is 1, Tuesday 2, … Sunday 64. Minutes of the clock on the wall; 1440 is the end of the day.
CREATE TABLE hours_schedules (
  id           INTEGER PRIMARY KEY,
  public_id    TEXT NOT NULL UNIQUE,
  language     TEXT NOT NULL CHECK (language IN ('fr','en')),
  kind         TEXT NOT NULL CHECK (kind IN ('custom','weekend','meal','work')),
  name         TEXT NOT NULL COLLATE NOCASE CHECK (name <> ''),
  days         INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),
  start_minute INTEGER NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
  end_minute   INTEGER NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
  is_open      INTEGER NOT NULL CHECK (is_open IN (0,1)),
  version      INTEGER NOT NULL DEFAULT 1,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  CHECK (start_minute < end_minute),
  CHECK (kind <> 'meal' OR is_open = 0),
  CHECK (kind <> 'work' OR is_open = 1),
  UNIQUE (language, name)
) STRICT;
CREATE UNIQUE INDEX hours_schedules_one ON hours_schedules (language, kind) WHERE kind <> 'custom';
-- +goose StatementBegin
CREATE TRIGGER hours_schedules_stay BEFORE DELETE ON hours_schedules WHEN OLD.kind IN ('work','weekend')
BEGIN SELECT RAISE(ABORT, 'hours_schedules: those made with the company stay'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER hours_schedules_same BEFORE UPDATE ON hours_schedules WHEN NEW.kind <> OLD.kind OR NEW.language <> OLD.language
BEGIN SELECT RAISE(ABORT, 'hours_schedules: another kind is another schedule'); END;
-- +goose StatementEnd
INSERT INTO hours_schedules (public_id, language, kind, name, days, start_minute, end_minute, is_open, created_at, updated_at) VALUES
  ('hours-fr-work', 'fr', 'work', 'En semaine', 31, 540, 1020, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
  ('hours-fr-weekend', 'fr', 'weekend', 'Weekend', 96, 0, 1440, 0, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
  ('hours-en-work', 'en', 'work', 'Weekdays', 31, 540, 1020, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
  ('hours-en-weekend', 'en', 'weekend', 'Weekend', 96, 0, 1440, 0, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

-- Public holidays, a fair, a fortnight in summer. Readings of the clock on the wall: 2026-12-25T00:00.
CREATE TABLE hours_events (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL CHECK (name <> ''),
  starts     TEXT NOT NULL CHECK (starts GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  ends       TEXT NOT NULL CHECK (ends GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  is_open    INTEGER NOT NULL CHECK (is_open IN (0,1)),
  for_fr     INTEGER NOT NULL DEFAULT 1 CHECK (for_fr IN (0,1)),
  for_en     INTEGER NOT NULL DEFAULT 1 CHECK (for_en IN (0,1)),
  holiday    TEXT NOT NULL DEFAULT '',                  -- which public holiday it was made from, with its day; '' = none
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (starts < ends),
  CHECK (for_fr + for_en > 0)
) STRICT;
CREATE INDEX hours_events_ends ON hours_events (ends);
CREATE UNIQUE INDEX hours_events_holiday ON hours_events (holiday) WHERE holiday <> '';
