// Package registration turns a stranger into a customer with a contact and a password.
//
// What lives here: what was typed until the code that was mailed comes back, the code and
// its limits, the one transaction that makes the customer. What must not: the customer's
// rules (office/customers), passwords, sessions and throttling (office/access), what the
// newcomer takes (office/subscriptions), pages. Called by the portal. Whoever has an access
// already is told so by mail only: the pages say the same to everybody.
package registration

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/accepted"
	"comptoir/office/access"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

// How long things live, and how often they may be tried.
const (
	Life     = 48 * time.Hour // of what was typed
	openMost = 2000           // registrations under way; more are turned away
)

// Deps is what the room needs.
type Deps struct {
	DB        *db.DB
	IDs       id.Source
	Key       []byte // of the key file: at least 32 bytes
	Random    io.Reader
	Customers *customers.Service
	Access    *access.Service
	Changed   func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if len(d.Key) < 32 {
		panic("registration: the key of the codes is missing")
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d}
}

// The refusals of this room.
var (
	ErrNone  = fault.New(fault.NotFound, "fault.signup.none")      // nothing was begun here, or long ago
	ErrWrong = fault.New(fault.Invalid, "fault.signup.code_wrong") // also for an address that has an access
	ErrDead  = fault.New(fault.Invalid, "fault.signup.code_dead")  // its time or its tries are over
	ErrKnown = fault.New(fault.Conflict, "fault.signup.known")     // told only to who has proved the mailbox
)

// Start is a form that was filled in.
type Start struct {
	Token    string // reference of the visitor, of NewToken
	CameBy   string // token of the payment link
	For      string // name of what is taken, for the mail
	Form     customers.Newcomer
	Password string
	Accepted bool
	Terms    accepted.Terms // as they were shown, and from where they were accepted
}

// View is a registration under way.
type View struct {
	CameBy string
	Email  string
	Form   customers.Newcomer
	Until  time.Time // the code counts until then
	Tries  int       // that are left
	Done   bool
}

// Begin takes the form and mails a code, or to an address that has an access already how to
// sign in. Both look alike, and cost alike. The same form again within a moment is the same
// click.
func (s *Service) Begin(ctx context.Context, in Start) error {
	if len(in.Token) != 43 {
		return ErrNone
	}
	n, err := s.check(ctx, &in)
	if err != nil {
		return err
	}
	hash, err := s.Access.HashOfNewcomer(ctx, in.Password, n.Name+" "+n.Company, n.Email)
	if err != nil {
		return err
	}
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		if err := tx.DeleteOldRegistrations(ctx, tx.Stamp()); err != nil {
			return err
		}
		var err error
		if refused, err = s.mayBegin(ctx, tx, in.Terms.Address); err != nil || refused != nil {
			return err
		}
		refused, err = s.put(ctx, tx, in, n, hash)
		return err
	})
	if err != nil {
		return err
	}
	return refused
}

// check refuses the form beside its fields.
func (s *Service) check(ctx context.Context, in *Start) (n customers.Newcomer, err error) {
	var refused error
	err = s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		n, refused = s.Customers.CheckNewcomer(ctx, q, in.Form)
		return nil
	})
	if err != nil {
		return n, err
	}
	var form fault.Form
	if refused != nil && !form.Merge("", refused) {
		return n, refused
	}
	text.Each(text.Line, &in.For)
	if err := access.CheckPassword(in.Password, n.Name, n.Company, n.Email); err != nil && !form.Merge("", err) {
		return n, err
	}
	if !in.Accepted {
		form.Add("terms", "fault.signup.terms")
	} else if in.Terms, refused = in.Terms.Clean(); refused != nil && !form.Merge("", refused) {
		return n, refused
	} else if in.Terms.Shown != "" && in.Terms.Changed() {
		form.Add("terms", "fault.subscription.terms_changed")
	}
	return n, form.Err()
}

// put writes what was typed and queues the mail; what it refuses is written nowhere.
func (s *Service) put(ctx context.Context, tx *db.Tx, in Start, n customers.Newcomer, hash string) (refused, err error) {
	row, err := tx.RegistrationByToken(ctx, gen.RegistrationByTokenParams{TokenHash: hashOf(in.Token), Now: tx.Stamp()})
	found := true
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		found, err = false, nil
	}
	if err != nil {
		return nil, err
	}
	form, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	if found && row.ContactID != nil {
		return nil, nil // the code came back already: the page leads on
	}
	if found && row.Email == n.Email && row.Form == string(form) && codeOf(row).young(tx.Now) {
		return nil, nil // the second click of two
	}
	known, err := s.known(ctx, tx, n.Email)
	if err != nil {
		return nil, err
	}
	if refused, err := s.mayMail(ctx, tx, n.Email, in.Terms.Address); err != nil || refused != nil {
		return refused, err
	}
	until := db.Stamp(tx.Now.Add(CodeLife))
	if !found {
		under, err := tx.CountRegistrations(ctx, tx.Stamp())
		if err != nil {
			return nil, err
		}
		if under >= openMost {
			return fault.New(fault.Unavailable, "fault.busy"), nil
		}
		row = gen.Registration{PublicID: s.IDs(), Round: 1}
		err = tx.InsertRegistration(ctx, gen.InsertRegistrationParams{PublicID: row.PublicID, TokenHash: hashOf(in.Token), CameBy: in.CameBy, Email: n.Email, Form: string(form), PasswordHash: hash,
			TermsWords: in.Terms.Words, TermsLang: in.Terms.Lang, TermsHash: in.Terms.Hash(), Now: tx.Stamp(), Known: flag(known), CodeUntil: until, Address: in.Terms.Address, ExpiresAt: db.Stamp(tx.Now.Add(Life))})
		if err != nil {
			return nil, err
		}
	} else {
		row.Round++
		if _, err := tx.UpdateRegistration(ctx, gen.UpdateRegistrationParams{ID: row.ID, CameBy: in.CameBy, Email: n.Email, Form: string(form), PasswordHash: hash, TermsWords: in.Terms.Words, TermsLang: in.Terms.Lang, TermsHash: in.Terms.Hash(),
			Now: tx.Stamp(), Known: flag(known), Round: row.Round, CodeUntil: until, Address: in.Terms.Address}); err != nil {
			return nil, err
		}
	}
	return nil, s.mail(ctx, tx, row.PublicID, row.Round, known, n, in.For)
}

// known tells who is known by an address: the first of them who could sign in, else the first.
// Whoever is known without an access is told so by mail, and the firm by RunOnFile: nobody else
// can give it.
func (s *Service) known(ctx context.Context, tx *db.Tx, email string) (*gen.KnownByEmailRow, error) {
	rows, err := tx.KnownByEmail(ctx, email)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func flag(k *gen.KnownByEmailRow) int64 {
	if k == nil {
		return 0
	}
	return 1
}

// mail queues the code, or the word to who is known. It names nobody: the mailbox is not proved,
// and what a stranger typed as a name (up to 200 characters, an address among them) is not said to
// its owner in the firm's name.
func (s *Service) mail(ctx context.Context, tx *db.Tx, registration string, round int64, k *gen.KnownByEmailRow, n customers.Newcomer, what string) error {
	m := outbox.Mail{Key: "signup/" + registration + "/" + strconv.FormatInt(round, 10), Kind: outbox.SignupCode, Lang: n.Language, ToAddress: n.Email,
		Args: map[string]string{"registration": registration, "round": strconv.FormatInt(round, 10), "minutes": strconv.Itoa(int(CodeLife.Minutes())), "for_what": what}}
	if k != nil {
		if m.Kind = outbox.SignupKnown; k.LetIn == 0 {
			m.Kind = outbox.SignupOnFile
		}
	}
	if err := outbox.QueueJob(ctx, tx, outbox.Job{Key: m.Key, Kind: JobOnFile, Payload: onFile{registration, what}}); err != nil {
		return err
	}
	_, err := outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// Get gives the registration of a reference.
func (s *Service) Get(ctx context.Context, token string) (v View, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := s.find(ctx, q, token, s.DB.Now())
		if err != nil {
			return err
		}
		v, err = view(row)
		return err
	})
	return v, err
}

func (s *Service) find(ctx context.Context, q *gen.Queries, token string, now time.Time) (gen.Registration, error) {
	if len(token) != 43 {
		return gen.Registration{}, ErrNone
	}
	row, err := q.RegistrationByToken(ctx, gen.RegistrationByTokenParams{TokenHash: hashOf(token), Now: db.Stamp(now)})
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		err = ErrNone
	}
	return row, err
}

func view(row gen.Registration) (v View, err error) {
	v = View{CameBy: row.CameBy, Email: row.Email, Tries: max(CodeMost-int(row.Tries), 0), Done: row.ContactID != nil}
	if err := json.Unmarshal([]byte(row.Form), &v.Form); err != nil {
		return v, fmt.Errorf("registration: form: %w", err)
	}
	v.Until, err = time.Parse(db.TimeFormat, row.CodeUntil)
	return v, err
}

// Resend mails a new code; the one before counts no more.
func (s *Service) Resend(ctx context.Context, token, what string) error {
	var refused error
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		row, err := s.find(ctx, tx.Queries, token, tx.Now)
		if err != nil || row.ContactID != nil {
			return err
		}
		if codeOf(row).young(tx.Now) && row.Tries < CodeMost {
			return nil // it left a moment ago
		}
		if refused, err = s.mayMail(ctx, tx, row.Email, row.Address); err != nil || refused != nil {
			return err
		}
		known, err := s.known(ctx, tx, row.Email)
		if err != nil {
			return err
		}
		if _, err := tx.NewRegistrationCode(ctx, gen.NewRegistrationCodeParams{ID: row.ID, CodeUntil: db.Stamp(tx.Now.Add(CodeLife)), Known: flag(known)}); err != nil {
			return err
		}
		v, err := view(row)
		if err != nil {
			return err
		}
		return s.mail(ctx, tx, row.PublicID, row.Round+1, known, v.Form, what)
	})
	if err != nil {
		return err
	}
	return refused
}

// Confirm takes the code that came by mail. The right one makes the customer, its contact
// and its session in one transaction; again within its time it opens a session of the same
// contact, so that a second click is no dead end. A try counts before it is looked at.
func (s *Service) Confirm(ctx context.Context, token, code string, from access.Browser) (session access.Session, err error) {
	var refused error
	var made string
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		session, refused, made = access.Session{}, nil, ""
		row, err := s.find(ctx, tx.Queries, token, tx.Now)
		if err != nil {
			return err
		}
		n, err := tx.TryRegistrationCode(ctx, gen.TryRegistrationCodeParams{ID: row.ID, Most: CodeMost})
		if err != nil {
			return err
		}
		if refused = s.try(codeOf(row), code, n > 0, row.Known == 0, tx.Now); refused == nil {
			session, made, err = s.admit(ctx, tx, row, from)
		}
		if e, ok := fault.As(err); ok && e.Key == ErrKnown.Key {
			refused, err = ErrKnown, nil
		}
		return err
	})
	if err == nil {
		err = refused
	}
	if made != "" && err == nil {
		s.Changed("customers", "notifications")
	}
	return session, err
}

// admit makes the customer of a registration whose mailbox is proved, or finds it made.
func (s *Service) admit(ctx context.Context, tx *db.Tx, row gen.Registration, from access.Browser) (session access.Session, made string, err error) {
	v, err := view(row)
	if err != nil {
		return session, "", err
	}
	if row.ContactID != nil {
		c, err := tx.ContactByID(ctx, *row.ContactID)
		if err != nil {
			return session, "", db.NotFound(err)
		}
		if in, err := tx.ContactLetIn(ctx, c.ID); err != nil || in == 0 { // nor may its group have left the portal
			return session, "", cmp.Or[error](err, ErrNone)
		}
		session, err = s.Access.Admit(ctx, tx, access.Newcomer{ContactID: c.ID, CustomerID: c.CustomerID, Name: c.Name, Email: c.Email, Lang: c.Language}, from)
		return session, "", err
	}
	if known, err := s.known(ctx, tx, row.Email); err != nil || known != nil { // another form of the same person came first
		if err == nil {
			err = ErrKnown
		}
		return session, "", err
	}
	c, err := s.Customers.Register(ctx, tx, v.Form)
	if err != nil {
		return session, "", err
	}
	k := c.Contacts[0]
	if _, err := tx.FinishRegistration(ctx, gen.FinishRegistrationParams{ID: row.ID, ContactID: &k.ID}); err != nil {
		return session, "", err
	}
	session, err = s.Access.Admit(ctx, tx, access.Newcomer{ContactID: k.ID, CustomerID: c.ID, Name: k.Name, Email: k.Email, Lang: k.Language, PasswordHash: row.PasswordHash}, from)
	if err != nil {
		return session, "", err
	}
	terms := accepted.Terms{Words: row.TermsWords, Lang: row.TermsLang, Address: row.Address}
	if err := accepted.File(ctx, tx, c.ID, k.ID, nil, row.TermsAt, terms); err != nil {
		return session, "", err
	}
	if err := s.vatToCheck(ctx, tx, c); err != nil {
		return session, "", err
	}
	if err := audit.Write(ctx, tx, session.Actor, audit.Record{Action: "customer.registered", ObjectKind: "customer", ObjectID: c.ID,
		Details: map[string]any{"terms": row.TermsHash, "terms_at": row.TermsAt, "address": row.Address}}); err != nil {
		return session, "", err
	}
	return session, c.PublicID, audit.Notify(ctx, tx, "customer_registered", map[string]any{"customer": c.Name}, "customer", c.PublicID)
}

// vatToCheck tells the firm of a VAT number that nobody has checked: VAT is charged until the
// firm has (office/customers, newcomer).
func (s *Service) vatToCheck(ctx context.Context, tx *db.Tx, c customers.Customer) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || !customers.VATUnchecked(firm.Country, c.Country, c.TaxRegime, c.VATNumber) {
		return err
	}
	return audit.Notify(ctx, tx, "vat_to_check", map[string]any{"customer": c.Name, "number": c.VATNumber}, "customer", c.PublicID)
}
