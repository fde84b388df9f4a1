// Package reminders chases what is paid late.
//
// What lives here: reminder policies and their texts, who is reminded of what and why not,
// the mails and the record of each level, the invoice of late fees, the firm's own dated
// rates. What must not: which level is due and what lateness costs (rules/billing,
// rules/tax), when it is looked at (office/catchup), the look of a mail (edge/mail). Called
// by the window's bound structs, the portal, office/catchup.
package reminders

import (
	"context"

	"comptoir/core/id"
	"comptoir/db"
	"comptoir/office/sales"
)

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB    *db.DB
	IDs   id.Source
	Sales *sales.Service
	// IssueLink makes the mailed link that opens a document; office/access behind it.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (linkID int64, err error)
	// Changed is called after a commit with what changed. May be nil.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
