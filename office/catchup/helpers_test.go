package catchup_test

import (
	"context"

	"comptoir/db"
	"comptoir/office/access"
)

// linkOf makes the links of mails.
func linkOf(door *access.Service) func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
	return func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
		return door.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
	}
}
