package customers

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// What contacts may change themselves, by the names that proposals keep. Numbers of
// registration and the country are not among it: the tax regime hangs on them, and the firm
// looks at them first.
var (
	contactFields  = []string{"name", "phone", "email"}
	customerFields = []string{"name", "email", "phone", "line1", "line2", "postcode", "city", "region"}
)

// OwnDetails are what a contact sees of itself and may change, and, of the primary one, what
// of its company.
type OwnDetails struct {
	Name, Phone, Email string
	Company            CompanyDetails
	Primary            bool
	Proposals          bool // changes wait for the firm
	Waiting            []Proposal
	EmailAsked         string // another address whose code has not come back, "" = none
	EmailHelpURL       string // *Lien d'aide courriel* of its group, "" = none
	Version            int64
}

// CompanyDetails are what the primary contact may change of its customer.
type CompanyDetails struct {
	Name, Email, Phone, Line1, Line2, Postcode, City, Region, Country string
	Seen                                                              *CompanyDetails // as the page showed it: what was left as it was is not touched; nil: all of it is meant
}

// left tells that a field was left as the page showed it.
func (c *CompanyDetails) left(name string) bool {
	return c.Seen != nil && *c.field(name) == *c.Seen.field(name)
}

// OwnChange is what a contact typed about itself.
type OwnChange struct {
	Name, Phone string
	Seen        *OwnChange // as the page showed it: what was left as it was is not touched; nil: all of it is meant
}

func (c *CompanyDetails) field(name string) *string {
	return map[string]*string{"name": &c.Name, "email": &c.Email, "phone": &c.Phone, "line1": &c.Line1, "line2": &c.Line2, "postcode": &c.Postcode, "city": &c.City, "region": &c.Region}[name]
}

func customerField(c *Customer, name string) *string {
	return map[string]*string{"name": &c.Name, "email": &c.Email, "phone": &c.Phone, "line1": &c.Line1, "line2": &c.Line2, "postcode": &c.Postcode, "city": &c.City, "region": &c.Region}[name]
}

func contactField(k *gen.Contact, name string) *string {
	return map[string]*string{"name": &k.Name, "phone": &k.Phone, "email": &k.Email}[name]
}

// Outcome says what became of a change: done at once, or waiting for the firm. Words are the
// group's *Informations contact*, Markdown; "" where nothing has changed yet.
type Outcome struct {
	Proposed bool
	Changed  int
	Words    string
}

// Details gives what the actor may change, with what of it waits for the firm.
func (s *Service) Details(ctx context.Context, who actor.Actor) (o OwnDetails, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return OwnDetails{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		k, err := self(ctx, q, who)
		if err != nil {
			return err
		}
		o = OwnDetails{Name: k.Name, Phone: k.Phone, Email: k.Email, Primary: k.IsPrimary == 1, Version: k.Version}
		if o.Proposals, err = proposing(ctx, q, k.CustomerID); err != nil {
			return err
		}
		if o.Waiting, err = ownProposals(ctx, q, k, db.Stamp(s.db.Now().AddDate(0, 0, -30))); err != nil {
			return err
		}
		row, err := q.CustomerByID(ctx, k.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		if o.Primary {
			o.Company = CompanyDetails{row.Name, row.Email, row.Phone, row.Line1, row.Line2, row.Postcode, row.City, row.Region, row.Country, nil}
		}
		if row.GroupID != nil {
			g, err := q.CustomerGroupByID(ctx, *row.GroupID)
			if err != nil {
				return db.NotFound(err)
			}
			o.EmailHelpURL = g.EmailHelpUrl
		}
		change, err := q.EmailChangeOf(ctx, k.ID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		if change.CodeUntil > db.Stamp(s.db.Now()) {
			o.EmailAsked = change.Email
		}
		return err
	})
	return o, err
}

// proposing tells whether the group of a customer has changes wait for the firm.
func proposing(ctx context.Context, q *gen.Queries, customerID int64) (bool, error) {
	g, err := q.GroupFlagsOf(ctx, customerID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return g.Proposals == 1, err
}

// ChangeOwn changes a contact's own name and telephone number, or proposes it; of what was left as
// the page showed it, the firm may have changed something meanwhile. Its language and its address of
// mail have ways of their own.
func (s *Service) ChangeOwn(ctx context.Context, who actor.Actor, in OwnChange) (out Outcome, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Outcome{}, err
	}
	named, called := in.Seen == nil || in.Name != in.Seen.Name, in.Seen == nil || in.Phone != in.Seen.Phone
	var form fault.Form
	text.Each(text.Line, &in.Name)
	if named {
		form.Need("name", in.Name)
		form.MaxLen("name", in.Name, 100)
	}
	if called {
		company.Field(&form, "phone", &in.Phone, ident.CheckPhone)
	}
	if err := form.Err(); err != nil {
		return Outcome{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := self(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		changes := []change{}
		if named {
			changes = append(changes, change{"name", k.Name, in.Name})
		}
		if called {
			changes = append(changes, change{"phone", k.Phone, in.Phone})
		}
		out, err = s.submit(ctx, tx, who, k, &k.ID, changes)
		return err
	})
	return out, err
}

// ChangeCompany changes the customer's own details, or proposes it; the primary contact only.
func (s *Service) ChangeCompany(ctx context.Context, who actor.Actor, in CompanyDetails) (out Outcome, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Outcome{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := primary(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		row, err := tx.CustomerByID(ctx, k.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		before, after := fromRow(row), fromRow(row)
		touched := slices.DeleteFunc(slices.Clone(customerFields), in.left) // the firm may have changed the others meanwhile
		for _, f := range touched {
			*customerField(&after, f) = *in.field(f)
		}
		if after, err = checkOwn(after); err != nil {
			return err
		}
		changes := make([]change, 0, len(touched))
		for _, f := range touched {
			changes = append(changes, change{f, *customerField(&before, f), *customerField(&after, f)})
		}
		out, err = s.submit(ctx, tx, who, k, nil, changes)
		return err
	})
	return out, err
}

// checkOwn checks a customer by the rules of its form and refuses only beside what contacts may
// change: what the firm left unfinished elsewhere is no affair of theirs.
func checkOwn(c Customer) (Customer, error) {
	c.Contacts = nil
	c, err := Check(c)
	e, ok := fault.As(err)
	if err != nil && !ok {
		return c, err
	}
	if !ok {
		return c, nil
	}
	own := &fault.Error{Code: e.Code, Key: e.Key, Args: e.Args}
	for _, f := range e.Fields {
		if slices.Contains(customerFields, f.Path) {
			own.Fields = append(own.Fields, f)
		}
	}
	if len(own.Fields) > 0 {
		return c, own
	}
	return c, nil
}

type change struct{ field, before, after string }

// submit applies changes, or has them wait for the firm field by field where the group asks
// for it. whose: the contact's card that they are about, nil for the customer's own fields.
func (s *Service) submit(ctx context.Context, tx *db.Tx, who actor.Actor, by gen.Contact, whose *int64, all []change) (out Outcome, err error) {
	waits, err := proposing(ctx, tx.Queries, by.CustomerID)
	if err != nil {
		return Outcome{}, err
	}
	fields, kept := []string{}, []changed{}
	for _, c := range all {
		was := changed{whose, c.field, c.before, c.after}
		if waits {
			did, err := s.propose(ctx, tx, who, by, whose, c)
			if err != nil {
				return Outcome{}, err
			}
			if did {
				fields, kept = append(fields, c.field), append(kept, was)
			}
			continue
		}
		if c.before == c.after {
			continue
		}
		if err := s.apply(ctx, tx, by.CustomerID, whose, c.field, c.after, who.SessionID); err != nil {
			return Outcome{}, err
		}
		fields, kept = append(fields, c.field), append(kept, was)
	}
	out = Outcome{Proposed: waits, Changed: len(fields)}
	if len(fields) == 0 {
		return out, nil
	}
	if !waits { // the group's words thank for what has changed
		if out.Words, err = s.wordsFor(ctx, tx.Queries, by.CustomerID, "contact_updated", who.Lang); err != nil {
			return Outcome{}, err
		}
	}
	action := map[bool]string{true: "customer.change_proposed", false: "customer.changed_by_contact"}[waits]
	details := map[string]any{"fields": fields, "by": by.ID}
	if whose != nil {
		details["contact"] = *whose
	}
	if err := s.keep(ctx, tx, who, by.CustomerID, details, kept); err != nil {
		return Outcome{}, err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "customer", ObjectID: by.CustomerID, Details: details}); err != nil || !waits {
		return out, err
	}
	c, err := tx.CustomerByID(ctx, by.CustomerID)
	if err != nil {
		return Outcome{}, db.NotFound(err)
	}
	return out, audit.Notify(ctx, tx, "change_proposed", map[string]any{"customer": c.Name, "contact": by.Name, "n": len(fields)}, "customer", c.PublicID)
}

// apply writes one field. keep: the session that goes on when an address changes.
func (s *Service) apply(ctx context.Context, tx *db.Tx, customerID int64, whose *int64, field, value string, keep int64) error {
	if whose == nil {
		return s.applyCustomer(ctx, tx, customerID, field, value)
	}
	k, err := tx.ContactByID(ctx, *whose)
	if err != nil {
		return db.NotFound(err)
	}
	if k.ArchivedAt != nil || k.CustomerID != customerID {
		return fault.New(fault.Conflict, "fault.access.contact_gone")
	}
	if field == "email" {
		return s.applyEmail(ctx, tx, k, value, keep)
	}
	to := contactField(&k, field)
	if to == nil || !slices.Contains(contactFields, field) {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	*to = value
	if s.door != nil {
		s.door.Forget(tx) // its name is remembered with its sessions
	}
	n, err := tx.SetContactDetails(ctx, gen.SetContactDetailsParams{Name: k.Name, Phone: k.Phone, Language: k.Language, UpdatedAt: tx.Stamp(), ID: k.ID, Version: k.Version})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return err
}

func (s *Service) applyCustomer(ctx context.Context, tx *db.Tx, customerID int64, field, value string) error {
	row, err := tx.CustomerByID(ctx, customerID)
	if err != nil {
		return db.NotFound(err)
	}
	c := fromRow(row)
	to := customerField(&c, field)
	if to == nil {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	*to = value
	if c, err = checkOwn(c); err != nil {
		return err
	}
	p := toUpdate(c)
	p.UpdatedAt = tx.Stamp()
	n, err := tx.UpdateCustomer(ctx, p)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	whole, err := byPublicID(ctx, tx.Queries, c.PublicID)
	if err != nil {
		return err
	}
	return index(ctx, tx, whole)
}
