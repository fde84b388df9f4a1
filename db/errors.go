package db

import (
	"database/sql"
	"errors"

	sqlite3 "github.com/mattn/go-sqlite3"

	"comptoir/core/fault"
)

// Errors of opening and writing that a person is told of in words.
var (
	ErrNewer   = fault.New(fault.Unavailable, "fault.file_newer")
	ErrDamaged = fault.New(fault.Unavailable, "fault.file_damaged")
	ErrClosed  = fault.New(fault.Unavailable, "fault.file_closed")
)

// translate turns the accidents that a person can do something about into faults, and
// leaves everything else alone.
func translate(err error) error {
	var e sqlite3.Error // a value: the driver does not return *sqlite3.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	switch e.Code {
	case sqlite3.ErrFull:
		return fault.New(fault.Unavailable, "fault.disk_full").With(err)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
		return fault.New(fault.Unavailable, "fault.read_only").With(err)
	case sqlite3.ErrIoErr:
		return fault.New(fault.Unavailable, "fault.disk_error").With(err)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return ErrDamaged.With(err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fault.New(fault.Unavailable, "fault.busy").With(err)
	}
	return err
}

// fatal tells whether SQLite may have rolled the whole transaction back by itself
// (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
func fatal(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrNomem, sqlite3.ErrBusy, sqlite3.ErrInterrupt, sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrReadonly:
		return true
	}
	return false
}

// IsUnique tells whether err is the refusal of a second row with one key.
func IsUnique(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
}

// IsReferenced tells whether err is the refusal to take away, or to name, a row of another table.
func IsReferenced(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.ExtendedCode == sqlite3.ErrConstraintForeignKey
}

// IsTrigger tells whether err is one of the file's own guards (RAISE in a trigger).
func IsTrigger(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.ExtendedCode == sqlite3.ErrConstraintTrigger
}

// NotFound turns "no such row" into the fault that people see, and leaves the rest alone.
func NotFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return err
}
