package registration

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

// SendCode mails a new code for the address of a request; the one before counts no more.
func (s *Service) SendCode(ctx context.Context, token string) error {
	return s.change(ctx, token, func(ctx context.Context, tx *db.Tx, row gen.AccessRequest, _ gen.GroupOfRequestRow) (refused, err error) {
		if row.Email == "" || row.EmailProved != nil || codeOfRequest(row).young(tx.Now) && row.Tries < CodeMost {
			return nil, nil //nolint:nilnil // nothing to prove, or it left a moment ago
		}
		return s.mailCode(ctx, tx, row)
	})
}

// ProveCode takes the code that came by mail. The right one proves the mailbox, and mails the link by
// which the visitor comes back: nobody else ever gets it. A try counts before it is looked at.
func (s *Service) ProveCode(ctx context.Context, token, code string) error {
	return s.change(ctx, token, func(ctx context.Context, tx *db.Tx, row gen.AccessRequest, _ gen.GroupOfRequestRow) (refused, err error) {
		if row.EmailProved != nil {
			return nil, nil //nolint:nilnil // the second click of two
		}
		n, err := tx.TryRequestCode(ctx, gen.TryRequestCodeParams{ID: row.ID, Most: CodeMost})
		if err != nil {
			return nil, err
		}
		if refused = s.try(codeOfRequest(row), code, n > 0, row.Email != "", tx.Now); refused != nil {
			return refused, nil
		}
		if _, err := tx.ProveRequestEmail(ctx, gen.ProveRequestEmailParams{ID: row.ID, Now: ptr(tx.Stamp()), ExpiresAt: db.Stamp(tx.Now.Add(RequestLife))}); err != nil {
			return nil, err
		}
		return nil, s.mailBack(ctx, tx, row, outbox.RequestBegun)
	})
}

// mailBack mails the link to a request to its proved address, once of a kind, in no words but the firm's.
func (s *Service) mailBack(ctx context.Context, tx *db.Tx, row gen.AccessRequest, kind outbox.Kind) error {
	_, err := outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: string(kind) + "/" + row.PublicID + "/" + tx.Stamp(), Kind: kind, Lang: row.Language, ToAddress: row.Email, Args: map[string]string{"request": row.PublicID}})
	return err
}

// change does something to a request that may still be changed; what it refuses is told after what it
// wrote, a counted try among it, is kept.
func (s *Service) change(ctx context.Context, token string, fn func(ctx context.Context, tx *db.Tx, row gen.AccessRequest, g gen.GroupOfRequestRow) (refused, err error)) error {
	var refused error
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		row, g, err := s.request(ctx, tx.Queries, token, tx.Now)
		if err != nil {
			return err
		}
		if row.State != Draft && row.State != Asked {
			refused = ErrSettled
			return nil
		}
		refused, err = fn(ctx, tx, row, g)
		return err
	})
	if err == nil {
		err = refused
	}
	return err
}

// Submit sends a complete request: to the firm, or, where its group takes everybody (Inscription
// libre) and nobody is known by the address, straight to an access. What the visitor sees is the same,
// and one mail tells it.
func (s *Service) Submit(ctx context.Context, token string) error {
	return s.change(ctx, token, func(ctx context.Context, tx *db.Tx, row gen.AccessRequest, g gen.GroupOfRequestRow) (refused, err error) {
		r, err := s.seen(ctx, tx.Queries, g, row, row.Language)
		if err != nil {
			return nil, err
		}
		if len(r.Missing) > 0 {
			return ErrIncomplete, nil
		}
		if err := answered(row); err != nil {
			return err, nil
		}
		if g.Free != 0 {
			known, err := s.known(ctx, tx, row.Email)
			if err != nil {
				return nil, err
			}
			mayOpen, err := opensFreely(ctx, tx, row)
			if err != nil {
				return nil, err
			}
			if known == nil && mayOpen {
				return nil, s.open(ctx, tx, row, g, r.Form)
			}
		}
		if _, err := tx.SendRequest(ctx, gen.SendRequestParams{ID: row.ID, Version: row.Version, Now: ptr(tx.Stamp())}); err != nil {
			return nil, err
		}
		if err := s.announce(ctx, tx, row, g, r.Form); err != nil {
			return nil, err
		}
		return nil, s.mailBack(ctx, tx, row, outbox.RequestSent)
	})
}

// How many customers open themselves in a day: from one address of the network, and in all. Whoever
// comes after them waits for the firm like in any other group, so that a mass of sign-ups makes no mass
// of customers, and nobody who means it is sent away.
const (
	freelyOfAddress = 5
	freelyInAll     = 50
)

// opensFreely tells whether a request may open without the firm: within the day's bounds, and its
// number is no customer's already (the firm knows whether it is the same one).
func opensFreely(ctx context.Context, tx *db.Tx, row gen.AccessRequest) (bool, error) {
	n, err := tx.CountOpenedFreely(ctx, gen.CountOpenedFreelyParams{Address: row.TermsAddress, Since: db.Stamp(tx.Now.Add(-24 * time.Hour))})
	if err != nil || n.FromThere >= freelyOfAddress || n.AllOfThem >= freelyInAll {
		return false, err
	}
	same, err := sameNumber(ctx, tx.Queries, row.TaxKey)
	return len(same) == 0, err
}

// announce tells the firm of a request: in the window, and by mail where its group says to.
func (s *Service) announce(ctx context.Context, tx *db.Tx, row gen.AccessRequest, g gen.GroupOfRequestRow, f RequestForm) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	to := g.RequestsTo
	if to == "" {
		to = firm.Email
	}
	if to != "" {
		if _, err := outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "request_arrived/" + row.PublicID + "/" + tx.Stamp(), Kind: outbox.RequestArrived, Lang: firm.Language, ToAddress: to,
			Args: map[string]string{"company": f.Company, "person": f.Name, "group": g.Name, "group_id": g.PublicID, "tax_id": f.TaxID}}); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { s.Changed("requests", "notifications") })
	return audit.Notify(ctx, tx, "request_arrived", map[string]any{"company": f.Company, "group": g.Name}, "access_request", row.PublicID)
}

// open makes the customer and its contact of a request at once, and mails the contact the link to its
// password.
func (s *Service) open(ctx context.Context, tx *db.Tx, row gen.AccessRequest, g gen.GroupOfRequestRow, f RequestForm) error {
	k := customers.Contact{Name: f.Name, Email: f.Email, Phone: f.Phone, Language: f.Language}
	c, err := s.Customers.CreateOf(ctx, tx, actor.Machine(), g.PublicID, f.own(g.TaxFormat), k)
	if err != nil {
		return err
	}
	contact := c.Contacts[0].ID
	if _, err := tx.OpenRequestFreely(ctx, gen.OpenRequestFreelyParams{ID: row.ID, Version: row.Version, Now: ptr(tx.Stamp()), CustomerID: &c.ID, ContactID: &contact}); err != nil {
		return err
	}
	if err := acceptTerms(ctx, tx, row, contact); err != nil {
		return err
	}
	if err := s.mailApproved(ctx, tx, contact); err != nil {
		return err
	}
	if err := s.vatToCheck(ctx, tx, c); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("customers", "requests", "notifications") })
	if err := audit.Write(ctx, tx, actor.Machine(), audit.Record{Action: "customer.registered", ObjectKind: "customer", ObjectID: c.ID, Details: map[string]any{"request": row.PublicID, "address": row.TermsAddress}}); err != nil {
		return err
	}
	return audit.Notify(ctx, tx, "customer_opened", map[string]any{"customer": c.Name, "group": g.Name}, "customer", c.PublicID)
}

// Withdraw takes a request back. A draft is deleted; one that was sent stays with the firm as
// withdrawn.
func (s *Service) Withdraw(ctx context.Context, token string) error {
	var refused error
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		row, g, err := s.request(ctx, tx.Queries, token, tx.Now)
		if err != nil {
			return err
		}
		if row.State == Draft {
			return tx.DeleteDraftRequest(ctx, row.ID)
		}
		n, err := tx.WithdrawRequest(ctx, gen.WithdrawRequestParams{ID: row.ID, Now: tx.Stamp()})
		if err != nil {
			return err
		}
		if n == 0 && row.State != Withdrawn {
			refused = ErrSettled
		}
		if n == 0 {
			return nil
		}
		var f RequestForm
		if f, err = formOf(row.Form); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("requests", "notifications") })
		return audit.Notify(ctx, tx, "request_withdrawn", map[string]any{"company": f.Company, "group": g.Name}, "access_request", row.PublicID)
	})
	if err == nil {
		err = refused
	}
	return err
}
