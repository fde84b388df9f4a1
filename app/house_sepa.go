package app

import (
	"context"

	"comptoir/db"
	edge "comptoir/edge/sepa"
	"comptoir/office/access"
	"comptoir/office/sepa"
)

// wireSepa makes the room of mandates and files for the bank; payments stand already.
func (h *House) wireSepa(o HouseOptions) {
	h.Sepa = sepa.New(sepa.Deps{DB: h.DB, IDs: o.IDs, Files: h.Files, Sales: h.Sales, Payments: h.Payments, Writer: edge.Files{}, Changed: o.Changed,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return h.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
}

// finishSepa goes on with files whose confirming was cut short.
func (h *House) finishSepa(ctx context.Context) {
	if err := h.Sepa.Finish(ctx); err != nil {
		h.log.Error("files of the bank", "error", err.Error())
	}
}
