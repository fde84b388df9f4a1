package registration

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db/gen"
	"comptoir/office/customers"
)

const (
	waitingLooked = 20 // of the oldest requests, how many are looked at for the home page
	waitingShown  = 3  // how many of them it offers to approve
)

// Waiting is what the home page says about requests.
type Waiting struct {
	Count   int64
	Names   []string  // of the first companies
	Certain []Certain // may be approved as they stand
}

// Certain is a request that needs no comparing: exactly one customer has its tax number, and
// the mailbox that was proved is on that customer's card already, of nobody whose access was taken
// away. A tax number alone is in public registers and proves nobody.
type Certain struct {
	RequestID  string `json:"requestId"` // public id
	Version    int64  `json:"version"`
	Name       string `json:"name"` // of the person
	Email      string `json:"email"`
	TaxID      string `json:"taxId"`
	CustomerID string `json:"customerId"` // public id
	Customer   string `json:"customer"`
	Number     string `json:"number"`  // of the customer
	Contact    string `json:"contact"` // the contact that gets the access, "" = one is made

	Fields []string `json:"fields"` // what approving takes over: the person's name where the card has but the company's
}

// Waiting tells how many requests wait for the firm, and which are certain.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (w Waiting, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Waiting{}, err
	}
	w = Waiting{Names: []string{}, Certain: []Certain{}}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		counts, err := countStates(ctx, q)
		if w.Count = counts.Sent; err != nil || w.Count == 0 {
			return err
		}
		rows, err := q.RequestsWaiting(ctx, gen.RequestsWaitingParams{RowLimit: waitingLooked})
		if err != nil {
			return err
		}
		for i, r := range rows {
			f, err := formOf(r.Form)
			if err != nil {
				return err
			}
			if i < waitingShown {
				w.Names = append(w.Names, f.Company)
			}
			if len(w.Certain) == waitingShown {
				continue
			}
			c, sure, err := certain(ctx, q, r.TaxKey, f)
			if err != nil {
				return err
			}
			if sure {
				c.RequestID, c.Version = r.PublicID, r.Version
				w.Certain = append(w.Certain, c)
			}
		}
		return nil
	})
	return w, err
}

// certain gives the one customer of a request, where there is no doubt.
func certain(ctx context.Context, q *gen.Queries, key string, f RequestForm) (x Certain, sure bool, err error) {
	ids, err := sameNumber(ctx, q, key)
	if err != nil || len(ids) != 1 {
		return x, false, err
	}
	c, err := customers.ByID(ctx, q, ids[0])
	if err != nil {
		return x, false, err
	}
	if len(namesakes(c, f.Email)) > 0 { // which of them is it: at the desk
		return x, false, nil
	}
	off, err := portalOff(ctx, q, c)
	if err != nil || off {
		return x, false, err
	}
	known, err := mailbox(ctx, q, c, f.Email)
	if err != nil || known != MailboxKnown {
		return x, false, err
	}
	x = Certain{Name: f.Name, Email: f.Email, TaxID: f.TaxID, CustomerID: c.PublicID, Customer: c.Name, Number: c.Number, Fields: []string{}}
	if i := customers.ContactOf(c, f.Email); i >= 0 {
		if x.Contact = c.Contacts[i].Name; alike(x.Contact, c.Name) {
			x.Contact, x.Fields = f.Name, []string{"contact.name"}
		}
	}
	return x, true, nil
}
