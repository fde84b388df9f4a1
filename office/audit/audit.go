// Package audit keeps the record of what was done, by whom, and makes commands idempotent.
//
// What lives here: the chained audit log, the table of answered commands, the
// notifications of the firm's own people. What must not: rules and permissions of other
// rooms. Called by every office room, inside its own transaction.
package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Record is one thing done.
type Record struct {
	Action     string // "invoice.issued", "payment.recorded": object, past tense
	ObjectKind string
	ObjectID   int64
	Details    map[string]any // ids and figures, no personal data beyond them
}

// note adds to the details without touching those of the caller.
func (r *Record) note(name string, value int64) {
	r.Details = maps.Clone(r.Details)
	if r.Details == nil {
		r.Details = map[string]any{}
	}
	r.Details[name] = value
}

// Write appends r to the log; its hash chains it to the row before.
func Write(ctx context.Context, tx *db.Tx, who actor.Actor, r Record) error {
	kind, id := who.Kind, who.ID
	switch {
	case who.StandsIn(): // the firm's own doing, in whose place stands with it
		kind, id = actor.Staff, who.ByID
		r.note("as_customer", who.CustomerID)
		r.note("as_contact", who.ID)
	case kind == actor.Guest: // a contact of no customer; which one stands with it
		kind, id = actor.Contact, 0
		r.note("guest", who.ID)
		if who.OperatorID != 0 {
			r.note("operator", who.OperatorID)
		}
	}
	details, err := json.Marshal(r.Details)
	if err != nil {
		return fmt.Errorf("audit: details: %w", err)
	}
	if r.Details == nil {
		details = []byte("{}")
	}
	previous, err := tx.LastAuditHash(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	row := gen.InsertAuditParams{
		At: tx.Stamp(), ActorKind: string(kind), ActorID: id, ActorName: who.Name,
		Action: r.Action, ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, Details: string(details),
	}
	row.Hash = Hash(previous, row)
	return tx.InsertAudit(ctx, row)
}

// Hash is the link of the chain: SHA-256 over the hash before and this row's fields, each
// on its own line (RF 4.6, sécurisation). Line breaks inside a field are escaped by %q.
func Hash(previous string, r gen.InsertAuditParams) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%q\n%q\n%d\n%q\n%q\n%q\n%d\n%q\n",
		previous, r.At, r.ActorKind, r.ActorID, r.ActorName, r.Action, r.ObjectKind, r.ObjectID, r.Details))
	return hex.EncodeToString(sum[:])
}

// Once runs fn unless key was answered before: then result is filled with the answer of
// that time. The same key with another body is refused. result must be a pointer that JSON
// can carry both ways; fn fills it.
func Once(ctx context.Context, tx *db.Tx, key, kind string, body, result any, fn func() error) error {
	if n := len(key); n < 8 || n > 100 || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return fault.New(fault.Invalid, "fault.command_key")
	}
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("audit: command body: %w", err)
	}
	sum := sha256.Sum256(append([]byte(kind+"\n"), b...))
	hash := hex.EncodeToString(sum[:])
	switch c, err := tx.CommandByKey(ctx, key); {
	case err == nil && c.BodyHash == hash:
		return json.Unmarshal([]byte(c.Result), result)
	case err == nil:
		return fault.New(fault.Conflict, "fault.command_reused")
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	answer, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("audit: command result: %w", err)
	}
	return tx.InsertCommand(ctx, gen.InsertCommandParams{Key: key, Kind: kind, BodyHash: hash, Result: string(answer), CreatedAt: tx.Stamp()})
}

// Notify tells the firm's people of something inside the program. kind names the text
// notice.<kind>; objectID is a public id.
func Notify(ctx context.Context, tx *db.Tx, kind string, args map[string]any, objectKind, objectID string) error {
	b, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("audit: notification: %w", err)
	}
	return tx.InsertNotification(ctx, gen.InsertNotificationParams{At: tx.Stamp(), Kind: kind, Args: string(b), ObjectKind: objectKind, ObjectID: objectID})
}
