package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"

	"comptoir/db/gen"
)

//go:embed migrations/*.sql
var migrations embed.FS

// SchemaVersion is the newest migration that this program knows.
func SchemaVersion() int64 {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		panic("db: no migrations embedded")
	}
	return int64(len(names)) // numbered without gaps; TestMigrationsAreNumbered holds it
}

// migrate brings the file up to SchemaVersion. An older file is copied beside first
// (before-upgrade-N.db), and its foreign keys are checked after.
func (d *DB) migrate(ctx context.Context) error {
	have, err := version(ctx, d.pool)
	if err != nil {
		return err
	}
	want := SchemaVersion()
	switch {
	case have == want:
		return nil
	case have > want:
		return ErrNewer
	case have > 0:
		target := filepath.Join(filepath.Dir(d.path), "backups", fmt.Sprintf("before-upgrade-%d-%s.db", have, d.clock().UTC().Format("20060102T150405")))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return fmt.Errorf("db: copy: %w", err)
		}
		if _, err := d.pool.ExecContext(ctx, copyStatement, target); err != nil {
			return err
		}
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, d.pool, dir)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return d.checkKeys(ctx)
}

// version reads goose's own table; a fresh file has none.
func version(ctx context.Context, q gen.DBTX) (int64, error) {
	var n int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&n); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, nil
	}
	var v int64
	err := q.QueryRowContext(ctx, "SELECT COALESCE(max(version_id), 0) FROM goose_db_version WHERE is_applied = 1").Scan(&v)
	return v, err
}

func (d *DB) checkKeys(ctx context.Context) (err error) {
	rows, err := d.pool.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if rows.Next() {
		var table string
		var rest [3]any
		if err := rows.Scan(&table, &rest[0], &rest[1], &rest[2]); err != nil {
			return err
		}
		return ErrDamaged.With(fmt.Errorf("foreign keys of %s point nowhere after migration", strings.TrimSpace(table)))
	}
	return rows.Err()
}
