-- Users of the firm: how each signs in, their sessions and second factors, and the one principal.
-- +goose Up
ALTER TABLE users ADD COLUMN code TEXT NOT NULL DEFAULT '';                   -- shown before the name
ALTER TABLE users ADD COLUMN phone TEXT NOT NULL DEFAULT '';                  -- confidential: its own user sees it
ALTER TABLE users ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active','closed'));
ALTER TABLE users ADD COLUMN contact_id INTEGER REFERENCES contacts (id);     -- of a customer, that it was made from
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE users SET code = printf('U%03d', id);
CREATE UNIQUE INDEX users_code ON users (code COLLATE NOCASE) WHERE code <> '';
CREATE UNIQUE INDEX users_contact ON users (contact_id) WHERE contact_id IS NOT NULL AND state = 'active';
CREATE UNIQUE INDEX users_one_principal ON users (role) WHERE role = 'principal';

-- The principal's role goes from one to the next by a row here and in no other way: never two, never none.
CREATE TABLE user_handovers (
  id      INTEGER PRIMARY KEY,
  from_id INTEGER NOT NULL REFERENCES users (id),
  to_id   INTEGER NOT NULL REFERENCES users (id),
  at      TEXT NOT NULL,
  CHECK (from_id <> to_id)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER user_handovers_no_update BEFORE UPDATE ON user_handovers
BEGIN SELECT RAISE(ABORT, 'user_handovers: append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_handovers_no_delete BEFORE DELETE ON user_handovers
BEGIN SELECT RAISE(ABORT, 'user_handovers: append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_handovers_who BEFORE INSERT ON user_handovers
WHEN NOT EXISTS (SELECT 1 FROM users WHERE id = NEW.from_id AND role = 'principal') OR NOT EXISTS (SELECT 1 FROM users WHERE id = NEW.to_id AND state = 'active')
BEGIN SELECT RAISE(ABORT, 'user_handovers: from the principal to an active user'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_handovers_done AFTER INSERT ON user_handovers
BEGIN
  UPDATE users SET role = 'delegate', version = version + 1 WHERE id = NEW.from_id;
  UPDATE users SET role = 'principal', version = version + 1 WHERE id = NEW.to_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER users_keep_principal BEFORE UPDATE OF role ON users WHEN OLD.role = 'principal' AND NEW.role <> 'principal'
  AND NOT EXISTS (SELECT 1 FROM user_handovers h WHERE h.id = (SELECT max(id) FROM user_handovers) AND h.from_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'users: the principal hands over'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER users_principal_open BEFORE UPDATE OF state ON users WHEN OLD.role = 'principal' AND NEW.state <> 'active'
BEGIN SELECT RAISE(ABORT, 'users: the principal stays'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER users_principal_kept BEFORE DELETE ON users WHEN OLD.role = 'principal'
BEGIN SELECT RAISE(ABORT, 'users: the principal stays'); END;
-- +goose StatementEnd

CREATE TABLE user_credentials (
  user_id       INTEGER PRIMARY KEY REFERENCES users (id),
  password_hash TEXT NOT NULL,                       -- argon2id, parameters inside
  changed_at    TEXT NOT NULL
) STRICT;

-- AUTOINCREMENT: no session ever has the number of one that ended.
CREATE TABLE user_sessions (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  public_id  TEXT NOT NULL UNIQUE,
  user_id    INTEGER NOT NULL REFERENCES users (id),
  trust      INTEGER NOT NULL CHECK (trust IN (2,3)),
  door       TEXT NOT NULL CHECK (door IN ('window','browser','lan')),
  user_agent TEXT NOT NULL,
  address    TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seen_at    TEXT NOT NULL,
  proved_at  TEXT NOT NULL,                          -- the password was given last
  idle_until TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX user_sessions_user ON user_sessions (user_id);

-- Links that open once: to choose a password, to prove another address. The token is derived from the public id.
CREATE TABLE user_links (
  id         INTEGER PRIMARY KEY,
  public_id  TEXT NOT NULL UNIQUE,
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  kind       TEXT NOT NULL CHECK (kind IN ('password','email')),
  user_id    INTEGER NOT NULL REFERENCES users (id),
  email      TEXT NOT NULL DEFAULT '',               -- the address to prove
  expires_at TEXT NOT NULL,
  used_at    TEXT,
  revoked_at TEXT,
  created_at TEXT NOT NULL,
  CHECK ((kind = 'email') = (email <> ''))
) STRICT;
CREATE INDEX user_links_user ON user_links (user_id);

CREATE TABLE user_factors (
  user_id      INTEGER PRIMARY KEY REFERENCES users (id),
  secret       BLOB NOT NULL,                        -- sealed
  confirmed_at TEXT,                                 -- NULL: shown, not proved yet
  last_step    INTEGER NOT NULL DEFAULT 0,           -- no code counts twice
  created_at   TEXT NOT NULL
) STRICT;
CREATE TABLE user_recovery_codes (
  user_id   INTEGER NOT NULL REFERENCES users (id),
  code_hash TEXT NOT NULL CHECK (length(code_hash) = 64),
  used_at   TEXT,
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Who may come to the desk, and from where.
CREATE TABLE desk_settings (
  id               INTEGER PRIMARY KEY CHECK (id = 1),
  ask_password     INTEGER NOT NULL DEFAULT 0 CHECK (ask_password IN (0,1)),  -- on opening, where one user alone could do without
  recovery_hash    TEXT CHECK (recovery_hash IS NULL OR length(recovery_hash) = 64),
  recovery_made_at TEXT NOT NULL DEFAULT '',
  lan_on           INTEGER NOT NULL DEFAULT 0 CHECK (lan_on IN (0,1)),
  lan_port         INTEGER NOT NULL DEFAULT 8444 CHECK (lan_port = 0 OR lan_port BETWEEN 1024 AND 65535),
  version          INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO desk_settings (id) VALUES (1);
