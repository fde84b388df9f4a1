package registration

import (
	"context"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

const (
	wordsMost = 2000                // characters of a message or a reason
	askedLife = 30 * 24 * time.Hour // how long a visitor may take to complete a request
)

// Approve lets the visitor of a request in.
type Approve struct {
	Key        string
	RequestID  string // public id
	Version    int64  // as it was seen
	CustomerID string // public id of an existing customer; "" = a new one in the request's group
	ContactID  string // public id of one of its Namesakes; "" = the contact of the request's address, or a new one
	Fields     []string
}

// Approve makes the customer or links an existing one, makes or opens its contact and mails
// *Confirmation de validation* with a link to choose a password: all of it or nothing. Of an
// existing customer it changes the ticked Fields alone (Difference.Field).
func (s *Service) Approve(ctx context.Context, who actor.Actor, in Approve) (done Decision, err error) {
	if err := who.Need(actor.Invite); err != nil {
		return Decision{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, "request.approve", in, &done, func() error {
			done, err = s.approve(ctx, tx, who, in)
			return err
		})
	})
	return done, err
}

func (s *Service) approve(ctx context.Context, tx *db.Tx, who actor.Actor, in Approve) (done Decision, err error) {
	r, f, err := toDecide(ctx, tx, in.RequestID, in.Version)
	if err != nil {
		return done, err
	}
	if r.AccessRequest.EmailProved == nil { // it is being changed after the firm asked for more
		return done, fault.New(fault.Conflict, "fault.requests.unproved")
	}
	c, k, err := s.letIn(ctx, tx, who, r, f, in)
	if err != nil {
		return done, err
	}
	inside, err := tx.ContactLetIn(ctx, k.ID)
	if err != nil {
		return done, err
	}
	if inside == 0 {
		return done, fault.New(fault.Conflict, "fault.requests.portal_off")
	}
	if err := s.decide(ctx, tx, who, r, gen.DecideRequestParams{State: Approved, CustomerID: &c.ID, ContactID: &k.ID, ExpiresAt: r.AccessRequest.ExpiresAt}); err != nil {
		return done, err
	}
	if err := acceptTerms(ctx, tx, r.AccessRequest, k.ID); err != nil {
		return done, err
	}
	if err := s.mailApproved(ctx, tx, k.ID); err != nil {
		return done, err
	}
	if in.CustomerID == "" {
		if err := s.vatToCheck(ctx, tx, c); err != nil {
			return done, err
		}
	}
	tx.AfterCommit(func() { s.Changed("requests", "customers", "notifications") })
	return Decision{ID: in.RequestID, State: Approved, CustomerID: c.PublicID, Customer: c.Name, Made: in.CustomerID == "", Email: k.Email},
		audit.Write(ctx, tx, who, audit.Record{Action: "request.approved", ObjectKind: "customer", ObjectID: c.ID, Details: map[string]any{"request": r.AccessRequest.ID, "contact": k.ID, "new": in.CustomerID == ""}})
}

// letIn makes or finds the customer and its contact.
func (s *Service) letIn(ctx context.Context, tx *db.Tx, who actor.Actor, r gen.RequestAtDeskRow, f RequestForm, in Approve) (customers.Customer, customers.Contact, error) {
	k := customers.Contact{Name: f.Name, Email: f.Email, Phone: f.Phone, Language: f.Language}
	given := f.own(r.TaxFormat)
	if in.CustomerID == "" {
		c, err := s.Customers.CreateOf(ctx, tx, who, r.GroupPublicID, given, k)
		if err != nil {
			return c, k, err
		}
		return c, c.Contacts[0], nil
	}
	a := customers.Admission{CustomerID: in.CustomerID, Contact: k, ContactID: in.ContactID, Fields: map[string]string{}}
	for _, field := range in.Fields {
		if of, found := strings.CutPrefix(field, "contact."); found {
			a.Named = append(a.Named, of)
			continue
		}
		value := customers.FieldOf(given, field)
		if value == "" {
			return customers.Customer{}, k, fault.New(fault.Invalid, "fault.invalid")
		}
		a.Fields[field] = value
	}
	return s.Customers.Admit(ctx, tx, who, a)
}

// acceptTerms files what the visitor accepted with the contact that came of the request.
func acceptTerms(ctx context.Context, tx *db.Tx, a gen.AccessRequest, contactID int64) error {
	if a.TermsID == nil || a.TermsAt == nil {
		return nil
	}
	lang := a.TermsLang
	if lang == "" {
		lang = a.Language
	}
	return tx.AcceptGroupTerms(ctx, gen.AcceptGroupTermsParams{TermsID: *a.TermsID, ContactID: contactID, Lang: lang, Address: a.TermsAddress, At: *a.TermsAt})
}

// mailApproved mails the group's *Confirmation de validation* with a link to choose a password.
func (s *Service) mailApproved(ctx context.Context, tx *db.Tx, contactID int64) error {
	linkID, until, err := s.Access.InviteLink(ctx, tx, contactID)
	if err != nil {
		return err
	}
	return s.Customers.MailAccess(ctx, tx, customers.MailValidated, contactID, linkID, until)
}

// Say is a decision with words: what is missing, or why not.
type Say struct {
	Key       string
	RequestID string // public id
	Version   int64  // as it was seen
	Words     string
}

// AskMore gives the request back to the visitor with a message, mailed with the way back to
// the form; it waits for the firm again when it is sent again.
func (s *Service) AskMore(ctx context.Context, who actor.Actor, in Say) (Decision, error) {
	return s.say(ctx, who, in, Asked, outbox.RequestAsked)
}

// Refuse ends the request with a reason, which is mailed.
func (s *Service) Refuse(ctx context.Context, who actor.Actor, in Say) (Decision, error) {
	return s.say(ctx, who, in, Refused, outbox.RequestRefused)
}

func (s *Service) say(ctx context.Context, who actor.Actor, in Say, state string, kind outbox.Kind) (done Decision, err error) {
	if err := who.Need(actor.Invite); err != nil {
		return Decision{}, err
	}
	var form fault.Form
	text.Each(text.Clean, &in.Words)
	form.Need("words", in.Words)
	form.MaxLen("words", in.Words, wordsMost)
	if err := form.Err(); err != nil {
		return Decision{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, "request."+state, in, &done, func() error {
			r, f, err := toDecide(ctx, tx, in.RequestID, in.Version)
			if err != nil {
				return err
			}
			if err := s.decide(ctx, tx, who, r, gen.DecideRequestParams{State: state, Words: in.Words, ExpiresAt: db.Stamp(tx.Now.Add(askedLife))}); err != nil {
				return err
			}
			done = Decision{ID: in.RequestID, State: state, Email: f.Email}
			tx.AfterCommit(func() { s.Changed("requests") })
			if r.AccessRequest.EmailProved != nil { // the firm writes to no address that is not proved
				if _, err := outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: string(kind) + "/" + in.RequestID + "/" + in.Key, Kind: kind, Lang: f.Language, ToAddress: f.Email, ToName: f.Name,
					Args: map[string]string{"text": in.Words, "request": in.RequestID}}); err != nil {
					return err
				}
			}
			return audit.Write(ctx, tx, who, audit.Record{Action: "request." + state, ObjectKind: "access_request", ObjectID: r.AccessRequest.ID})
		})
	})
	return done, err
}

// toDecide reads a request on which a decision may still fall.
func toDecide(ctx context.Context, tx *db.Tx, publicID string, version int64) (r gen.RequestAtDeskRow, f RequestForm, err error) {
	if r, err = tx.RequestAtDesk(ctx, publicID); err != nil {
		return r, f, db.NotFound(err)
	}
	if err := decidable(r, version); err != nil {
		return r, f, err
	}
	f, err = formOf(r.AccessRequest.Form)
	return r, f, err
}

// decide writes the decision; whoever came first has taken it.
func (s *Service) decide(ctx context.Context, tx *db.Tx, who actor.Actor, r gen.RequestAtDeskRow, p gen.DecideRequestParams) error {
	p.ID, p.Version, p.Now, p.DecidedBy = r.AccessRequest.ID, r.AccessRequest.Version, ptr(tx.Stamp()), who.Name
	n, err := tx.DecideRequest(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.requests.changed")
	}
	return err
}
