package sales

import (
	"context"

	"comptoir/core/id"
	"comptoir/db"
	"comptoir/office/files"
)

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB      *db.DB
	IDs     id.Source
	Files   *files.Store
	Printer Printer
	// IssueLink makes the mailed link that opens a document; office/access behind it.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (linkID int64, err error)
	// Settled is called in the transaction in which a credit note leaves nothing due of its invoice,
	// as payments calls it of what is paid.
	Settled func(ctx context.Context, tx *db.Tx, documentIDs []int64) error
	// Changed is called after a commit with what changed: "invoices", "mails", …
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct {
	Deps
	drawing chan struct{} // papers drawn at the same moment, so that a crowd cannot fill the memory
}

// maxDrawing papers are drawn at the same moment.
const maxDrawing = 2

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Settled == nil {
		d.Settled = func(context.Context, *db.Tx, []int64) error { return nil }
	}
	return &Service{Deps: d, drawing: make(chan struct{}, maxDrawing)}
}
