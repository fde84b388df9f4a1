package customers

import (
	"context"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Addressee is whom a mail to a customer goes to. Email "": there is nobody.
type Addressee struct {
	ContactID         int64 // 0: no contact with portal access, the mail then has no link
	Email, Name, Lang string
}

// AddresseeOf tells who of a customer gets a mail: the contact that it concerns (nil: none in
// particular), else the primary one, else the customer's own address. Who was archived, or
// has no address, is passed over. Every room that writes to customers asks here, so that none
// of them falls silent where another writes.
func AddresseeOf(ctx context.Context, q *gen.Queries, c gen.Customer, contactID *int64) (Addressee, error) {
	if contactID != nil {
		k, err := q.ContactByID(ctx, *contactID)
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return Addressee{}, err
		}
		if err == nil && k.CustomerID == c.ID && k.ArchivedAt == nil && k.Email != "" {
			return of(ctx, q, k)
		}
	}
	k, err := q.PrimaryContact(ctx, c.ID)
	if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
		return Addressee{}, err
	}
	if err == nil && k.Email != "" {
		return of(ctx, q, k)
	}
	to := Addressee{Email: c.Email, Name: c.Name, Lang: c.Language}
	if err == nil { // the link to the portal is a contact's, whoever of the house reads the mail
		its, err := of(ctx, q, k)
		if err != nil {
			return Addressee{}, err
		}
		to.ContactID = its.ContactID
	}
	return to, nil
}

func of(ctx context.Context, q *gen.Queries, k gen.Contact) (Addressee, error) {
	to := Addressee{Email: k.Email, Name: k.Name, Lang: k.Language}
	in, err := q.ContactLetIn(ctx, k.ID)
	if in == 1 {
		to.ContactID = k.ID
	}
	return to, err
}
