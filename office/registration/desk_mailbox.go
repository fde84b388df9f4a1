package registration

import (
	"context"
	"slices"

	"comptoir/core/ident"
	"comptoir/db/gen"
	"comptoir/office/customers"
)

// How far the address that a visitor proved is known of a customer. It is the only thing proved of a
// visitor: names and tax numbers stand in public registers, and whoever types another firm's asks for
// all its invoices. So nothing but MailboxKnown is chosen beforehand or offered for one click.
const (
	MailboxKnown   = "known"   // on the customer's card, or one of its contacts'
	MailboxShut    = "shut"    // of somebody whose access was taken away
	MailboxForeign = "foreign" // of nobody that the firm knows there
)

// mailbox tells how far an address is known of a customer. Who has access now is known, whatever
// became of a namesake.
func mailbox(ctx context.Context, q *gen.Queries, c customers.Customer, email string) (string, error) {
	at := customers.ContactOf(c, email)
	if at >= 0 && c.Contacts[at].PortalAccess {
		return MailboxKnown, nil
	}
	shut, err := q.CountShutOut(ctx, gen.CountShutOutParams{CustomerID: c.ID, Email: email})
	switch {
	case err != nil:
		return "", err
	case shut > 0:
		return MailboxShut, nil
	case at >= 0, ident.SameEmail(c.Email, email):
		return MailboxKnown, nil
	}
	return MailboxForeign, nil
}

// addressesShown is how many addresses of a customer stand beside the visitor's.
const addressesShown = 4

func addressesOf(c customers.Customer) []string {
	list := []string{}
	add := func(email string) {
		same := func(x string) bool { return ident.SameEmail(x, email) }
		if email != "" && len(list) < addressesShown && !slices.ContainsFunc(list, same) {
			list = append(list, email)
		}
	}
	add(c.Email)
	for _, k := range c.Contacts {
		add(k.Email)
	}
	return list
}
