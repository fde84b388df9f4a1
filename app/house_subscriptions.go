package app

import (
	"context"

	"comptoir/db"
	"comptoir/office/access"
	"comptoir/office/registration"
	"comptoir/office/subscriptions"
)

// wireSubscriptions makes the rooms of plans and of strangers who take one. A template that
// runs a subscription asks it what to write on each invoice.
func (h *House) wireSubscriptions(o HouseOptions) {
	h.Subscriptions = subscriptions.New(subscriptions.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Recurring: h.Recurring, Changed: o.Changed, Chargeable: h.Payments.Chargeable, Agreed: h.agreed,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return h.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
	h.Recurring.Companion = h.Subscriptions
	h.Registration = registration.New(registration.Deps{DB: h.DB, IDs: o.IDs, Key: h.Keys.Subkey("registration"), Customers: h.Customers, Access: h.Access, Changed: o.Changed})
}
