package privacy

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/search"
)

// Erase orders an erasure. Typed is the contact's name, by hand; Version is the plan's.
type Erase struct {
	ContactID string `json:"contactId"`
	Version   int64  `json:"version"`
	Typed     string `json:"typed"`
}

// Erased is what came of it.
type Erased struct {
	CustomerID string `json:"customerId"`
	Texts      int64  `json:"texts"` // free texts elsewhere that named it
}

// Erase takes a contact's personal data out of the file, in one transaction; nothing of it comes
// back. What the law keeps stands as the plan said (GDPR 17-3 b and e), the log says that it was
// done and by whom, without a name. What was freed is overwritten in the file.
func (s *Service) Erase(ctx context.Context, who actor.Actor, key string, in Erase) (out Erased, err error) {
	if err := who.Need(actor.Erase); err != nil {
		return Erased{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		body := struct {
			ContactID string
			Version   int64
		}{in.ContactID, in.Version} // the typed name is no part of what is kept
		return audit.Once(ctx, tx, key, "contact.erase", body, &out, func() error {
			x, err := caseOf(ctx, tx.Queries, in.ContactID)
			if err != nil {
				return err
			}
			if err := x.may(in); err != nil {
				return err
			}
			out, err = s.erase(ctx, tx, who, x)
			return err
		})
	})
	if err == nil {
		s.Changed("customers", "mails", "portal", "search")
	}
	return out, err
}

// may refuses what the plan refused, a plan that is no longer true, and a slip of the hand.
func (x contactCase) may(in Erase) error {
	switch x.blocked() {
	case "erased":
		return errErased
	case "primary_first":
		return errPrimaryFirst
	case "user_first":
		return errUserFirst
	}
	if x.contact.Version != in.Version {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if search.SortKey(in.Typed) != search.SortKey(x.contact.Name) {
		var form fault.Form
		form.Add("typed", "fault.privacy.not_named")
		return form.Err()
	}
	return nil
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, who actor.Actor, x contactCase) (Erased, error) {
	label := locale.T(x.firm.Language, "common.privacy.erased", nil)
	names, err := x.names(ctx, tx)
	if err != nil {
		return Erased{}, err
	}
	tx.Scour(ctx)
	for _, step := range []func(context.Context, *db.Tx, contactCase, string) error{s.shutOut, eraseMails, eraseForms, eraseNames, eraseContracts, eraseCustomer} {
		if err := step(ctx, tx, x, label); err != nil {
			return Erased{}, err
		}
	}
	n, err := tx.EraseContact(ctx, gen.EraseContactParams{Name: label, Now: ptr(tx.Stamp()), ID: x.contact.ID, Version: x.contact.Version})
	if err != nil {
		return Erased{}, err
	}
	if n == 0 {
		return Erased{}, fault.New(fault.Conflict, "fault.stale")
	}
	if err := s.Names(ctx, tx, names...); err != nil {
		return Erased{}, err
	}
	texts, err := wordsOf(label, names).strikeOut(ctx, tx, x.contact.CustomerID)
	if err != nil {
		return Erased{}, err
	}
	if err := s.Index(ctx, tx, x.contact.CustomerPublicID); err != nil {
		return Erased{}, err
	}
	k := x.counts
	return Erased{CustomerID: x.contact.CustomerPublicID, Texts: texts}, audit.Write(ctx, tx, who, audit.Record{Action: "customer.contact_erased", ObjectKind: "customer", ObjectID: x.contact.CustomerID,
		Details: map[string]any{"contact": x.contact.ID, "mails": k.Mails, "messages": k.Messages, "requests": k.Requests, "texts": texts, "person": x.itself()}})
}

// names are all that the contact is or was known by. A company's own name is nobody's.
func (x contactCase) names(ctx context.Context, tx *db.Tx) ([]string, error) {
	k := x.contact
	list, err := tx.FormerNames(ctx, &k.ID)
	if err != nil {
		return nil, err
	}
	list = append([]string{k.Name, k.Phone, k.UserName, k.WaitingEmail, x.address()}, list...)
	kept := list[:0]
	for _, n := range list {
		company := !x.itself() && search.SortKey(n) == search.SortKey(k.CustomerName)
		shared := k.SameEmail > 0 && strings.EqualFold(n, k.Email)
		if n != "" && !company && !shared {
			kept = append(kept, n)
		}
	}
	return kept, nil
}

// shutOut ends everything by which the contact gets in.
func (s *Service) shutOut(ctx context.Context, tx *db.Tx, x contactCase, _ string) error {
	id := x.contact.ID
	if err := s.Close(ctx, tx, id); err != nil {
		return err
	}
	if err := tx.DeleteEmailChange(ctx, id); err != nil {
		return err
	}
	if err := tx.DeleteStandInsOf(ctx, &id); err != nil {
		return err
	}
	return tx.EndShownOf(ctx, gen.EndShownOfParams{Now: ptr(tx.Stamp()), ID: &id})
}

// eraseMails empties the mails to the contact: that one went, when and of what sort is all that
// is left. What waits does not go any more.
func eraseMails(ctx context.Context, tx *db.Tx, x contactCase, _ string) error {
	id := x.contact.ID
	if err := tx.EraseMails(ctx, gen.EraseMailsParams{ID: &id, Email: x.address()}); err != nil {
		return err
	}
	if err := tx.EraseMailAnswers(ctx); err != nil {
		return err
	}
	if err := tx.UnlinkMailsOf(ctx, id); err != nil {
		return err
	}
	return tx.DeleteLinksOf(ctx, id)
}

// eraseForms deletes what the contact filled in: registrations, requests, proposals.
func eraseForms(ctx context.Context, tx *db.Tx, x contactCase, _ string) error {
	id := x.contact.ID
	if err := tx.DeleteProposalsOf(ctx, &id); err != nil {
		return err
	}
	if err := tx.DeleteChangesOfContact(ctx, &id); err != nil {
		return err
	}
	if err := tx.DeleteRegistrationsOf(ctx, gen.DeleteRegistrationsOfParams{ID: &id, Email: x.address()}); err != nil {
		return err
	}
	return tx.DeleteRequestsOf(ctx, gen.DeleteRequestsOfParams{ID: &id, Email: x.address()})
}

// eraseNames takes the name off what the contact wrote, sent and gave. The words and files
// stand with the documents they are about.
func eraseNames(ctx context.Context, tx *db.Tx, x contactCase, label string) error {
	id := x.contact.ID
	if err := tx.EraseMessageAuthor(ctx, gen.EraseMessageAuthorParams{Name: label, ID: &id}); err != nil {
		return err
	}
	if err := tx.EraseConversationAuthor(ctx, gen.EraseConversationAuthorParams{Name: label, ID: &id}); err != nil {
		return err
	}
	if err := tx.DeleteReadsOfContact(ctx, id); err != nil {
		return err
	}
	if err := tx.DeleteNoticeReadsOf(ctx, id); err != nil {
		return err
	}
	if err := tx.EraseContractCommentAuthor(ctx, gen.EraseContractCommentAuthorParams{Name: label, ID: &id}); err != nil {
		return err
	}
	if err := tx.EraseFileAuthor(ctx, gen.EraseFileAuthorParams{Name: label, ID: &id}); err != nil {
		return err
	}
	if err := tx.EraseMethodGiver(ctx, gen.EraseMethodGiverParams{Name: label, ID: &id}); err != nil {
		return err
	}
	return tx.ClearContactOfDrafts(ctx, &id)
}

// eraseContracts takes the contact out of contracts, and out of those to which it was invited as an
// outside guest: what it was asked and left without an answer, codes, sessions, invitations. What it
// decided, and the chained evidence of a round, stands (C. com. L123-22; C. civ. 1366 and 1367). It
// stays a party, without a name, so that no round begins without somebody seeing that it is gone.
func eraseContracts(ctx context.Context, tx *db.Tx, x contactCase, label string) error {
	id, email := x.contact.ID, x.address()
	for _, step := range []func() error{
		func() error {
			return tx.EraseGuestCommentAuthor(ctx, gen.EraseGuestCommentAuthorParams{Name: label, Email: email})
		},
		func() error { return tx.DeleteCodesOf(ctx, gen.DeleteCodesOfParams{ID: &id, Email: email}) },
		func() error {
			return tx.EndHandOffsOf(ctx, gen.EndHandOffsOfParams{Now: ptr(tx.Stamp()), ID: &id})
		},
		func() error {
			return tx.DeleteContractSessionsOf(ctx, gen.DeleteContractSessionsOfParams{ID: &id, Email: email})
		},
		func() error { return tx.EraseTurns(ctx, gen.EraseTurnsParams{Name: label, ID: &id, Email: email}) },
		func() error { return tx.EraseCapacities(ctx, gen.EraseCapacitiesParams{ID: &id, Email: email}) },
		func() error { return tx.DeleteWatchedBy(ctx, id) },
		func() error { return tx.DeleteToldOf(ctx, id) },
		func() error { // the last: the others find the guest by its address
			return tx.EraseGuests(ctx, gen.EraseGuestsParams{Now: tx.Stamp(), Name: label, Email: email})
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// eraseCustomer takes the contact's address off the customer; of a person who is the customer
// everything that no invoice needs, and the name too where there is none.
func eraseCustomer(ctx context.Context, tx *db.Tx, x contactCase, label string) error {
	k := x.contact
	if err := tx.EraseFromCustomer(ctx, gen.EraseFromCustomerParams{Email: k.Email, Phone: k.Phone, Now: tx.Stamp(), ID: k.CustomerID}); err != nil || !x.itself() {
		return err
	}
	if err := tx.ErasePerson(ctx, k.CustomerID); err != nil || !x.whole() {
		return err
	}
	named := strings.TrimSpace(label + " " + k.CustomerNumber)
	if err := tx.ErasePersonWhole(ctx, gen.ErasePersonWholeParams{Name: named, NameKey: search.SortKey(named), Now: ptr(tx.Stamp()), ID: k.CustomerID}); err != nil {
		return err
	}
	if err := tx.ErasePersonOfDrafts(ctx, gen.ErasePersonOfDraftsParams{Name: named, NameKey: search.SortKey(named), ID: &k.CustomerID}); err != nil {
		return err
	}
	return tx.ErasePersonOfRecurring(ctx, gen.ErasePersonOfRecurringParams{Name: named, NameKey: search.SortKey(named), ID: &k.CustomerID})
}

func ptr(s string) *string { return &s }
