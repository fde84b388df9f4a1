// Package privacy gives a person what is held about it, and takes it out again (GDPR 15, 17 and
// 20; Québec's Loi 25).
//
// What lives here: the export of one contact, the plan of its erasure (what goes, what the law
// keeps and until when), the erasure in one transaction, the page that explains how long
// things are kept. What must not: the periods themselves (rules/retention); the statements
// over many tables (db/list_privacy.go). Called by the window and, for the contact's own
// export, by the portal.
package privacy

import (
	"context"
	"io"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/office/sales"
)

// Deps is what the room stands on.
type Deps struct {
	DB    *db.DB
	Paper func(ctx context.Context, documentID string) (sales.File, error)    // the PDF of an issued document, by its public id
	Open  func(sha256 string, size int64) (io.ReadSeekCloser, error)          // stored bytes
	Close func(ctx context.Context, tx *db.Tx, contactID int64) error         // ends sessions, links, password and second factor (access.CloseContact)
	Names func(ctx context.Context, tx *db.Tx, names ...string) error         // forgets tries to sign in under these names (access.ForgetNames)
	Index func(ctx context.Context, tx *db.Tx, customerPublicID string) error // the customer's words of the search (customers.Reindex)
	// Changed is called after commits with what changed; nil: nobody listens.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{d}
}

// The refusals of an erasure.
var (
	errPrimaryFirst = fault.New(fault.Conflict, "fault.privacy.primary_first")
	errUserFirst    = fault.New(fault.Conflict, "fault.privacy.user_first")
	errErased       = fault.New(fault.Conflict, "fault.privacy.erased")
)
