package users

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// User is one of the firm's people as administrators see it. Its phone is its own.
type User struct {
	ID                            int64
	PublicID, Code, Name, Email   string
	Language                      string
	Role                          actor.Role
	RoleBefore                    actor.Role // of a delegate who had another one
	State                         string
	HasPassword, HasFactor        bool
	Contact, Customer, CustomerID string // that it was made from
	SeenAt, InvitedUntil          string
	Contracts, Conversations      int64 // that it looks after: others take them when it is closed
	Turns                         int64 // of contracts that wait for it: they go on waiting
	Version                       int64
}

// Administrator tells whether a role is one that the principal alone gives and takes.
func Administrator(r actor.Role) bool { return r == actor.Principal || r == actor.Delegate }

// List gives all users, the active ones first.
func (s *Service) List(ctx context.Context, who actor.Actor) (list []User, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.ListUsers(ctx, db.Stamp(s.DB.Now()))
		list = make([]User, 0, len(rows))
		all := who.Need(actor.ManageUsers) == nil
		for _, r := range rows {
			if !all && r.ID != who.ID { // how a colleague signs in is nobody's business but theirs and who looks after users
				r.Email, r.HasPassword, r.HasFactor, r.SeenAt, r.InvitedUntil = "", 0, 0, "", ""
			}
			list = append(list, User{ID: r.ID, PublicID: r.PublicID, Code: r.Code, Name: r.Name, Email: r.Email, Language: r.Language, Role: actor.Role(r.Role), RoleBefore: actor.Role(r.RoleBefore), State: r.State, HasPassword: r.HasPassword == 1,
				HasFactor: r.HasFactor == 1, Contact: r.ContactName, Customer: r.CustomerName, CustomerID: r.CustomerPublicID, SeenAt: r.SeenAt, InvitedUntil: r.InvitedUntil, Contracts: r.Contracts, Conversations: r.Conversations, Turns: r.Turns, Version: r.Version})
		}
		return err
	})
	return list, err
}

// Form is a new user, or what is changed of one.
type Form struct {
	ID       string     `json:"id"`
	Code     string     `json:"code"` // "" for a new one: the next
	Name     string     `json:"name"`
	Email    string     `json:"email"` // of a new one; its own matter afterwards
	Language string     `json:"language"`
	Role     actor.Role `json:"role"`
	Version  int64      `json:"version"`
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,11}$`)

func (f *Form) check(fresh bool) error {
	var form fault.Form
	text.Each(text.Line, &f.Name, &f.Code, &f.Email)
	form.Need("name", f.Name)
	form.MaxLen("name", f.Name, 100)
	if f.Code != "" && !codeForm.MatchString(f.Code) || f.Code == "" && !fresh {
		form.Add("code", "fault.users.code")
	}
	if !slices.Contains(actor.Roles(), f.Role) || fresh && f.Role == actor.Principal {
		form.Add("role", "fault.choice")
	}
	if fresh {
		form.Need("email", f.Email)
		company.Field(&form, "email", &f.Email, ident.CheckEmail)
		if f.Language != "fr" && f.Language != "en" {
			form.Add("language", "fault.choice")
		}
	}
	return form.Err()
}

// Made is what became of an invitation: mailed, or a link that is shown once.
type Made struct {
	UserID string `json:"user"`
	Mailed bool   `json:"mailed"`
	Link   string `json:"link"` // public id; the token is derived of it
	Until  string `json:"until"`
}

// Create makes a user, who chooses a password by a link that opens once.
func (s *Service) Create(ctx context.Context, who actor.Actor, f Form, key string) (made Made, err error) {
	if err := who.Need(actor.ManageUsers); err != nil {
		return Made{}, err
	}
	if err := f.check(true); err != nil {
		return Made{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, giving(f.Role), true); err != nil {
			return s.fieldsFirst(ctx, tx, f, err)
		}
		return audit.Once(ctx, tx, key, "user_create", f, &made, func() (err error) {
			made, err = s.add(ctx, tx, who, f, nil)
			return err
		})
	})
	return made, err
}

// fieldsFirst tells what is wrong in the form before a password is asked for it: who may make users sees them all.
func (s *Service) fieldsFirst(ctx context.Context, tx *db.Tx, f Form, refused error) error {
	if !errors.Is(refused, ErrProof) {
		return refused
	}
	if err := s.unique(ctx, tx, &f, 0); err != nil {
		return err
	}
	return refused
}

// giving is the permission that giving or taking a role asks for.
func giving(r actor.Role) actor.Permission {
	if Administrator(r) {
		return actor.ManageAdministrators
	}
	return actor.ManageUsers
}

// add makes a user inside the caller's transaction and invites it.
func (s *Service) add(ctx context.Context, tx *db.Tx, who actor.Actor, f Form, contactID *int64) (Made, error) {
	if err := needsPassword(ctx, tx); err != nil {
		return Made{}, err
	}
	if err := s.unique(ctx, tx, &f, 0); err != nil {
		return Made{}, err
	}
	id, err := tx.AddUser(ctx, gen.AddUserParams{PublicID: s.IDs(), Code: f.Code, Name: f.Name, Email: f.Email, Language: f.Language, Role: string(f.Role), ContactID: contactID, CreatedAt: tx.Stamp()})
	if err != nil {
		return Made{}, err
	}
	if err := write(ctx, tx, who, "created", id, map[string]any{"role": f.Role}); err != nil {
		return Made{}, err
	}
	s.ended(tx) // from the second user on sign-in is asked: streams look again
	u, err := tx.UserByID(ctx, id)
	if err != nil {
		return Made{}, err
	}
	return s.invite(ctx, tx, u)
}

// unique refuses a code or an address that another user has; a code of "" becomes the next.
func (s *Service) unique(ctx context.Context, tx *db.Tx, f *Form, id int64) error {
	var form fault.Form
	if f.Code == "" {
		n, err := tx.NextUserCode(ctx)
		if err != nil {
			return err
		}
		f.Code = fmt.Sprintf("U%03d", n)
	}
	if n, err := tx.CountUserCode(ctx, gen.CountUserCodeParams{Code: f.Code, ID: id}); err != nil {
		return err
	} else if n > 0 {
		form.Add("code", "fault.users.code_taken")
	}
	if id == 0 {
		if n, err := tx.CountUserEmail(ctx, gen.CountUserEmailParams{Email: f.Email, ID: id}); err != nil {
			return err
		} else if n > 0 {
			form.Add("email", "fault.users.email_taken")
		}
	}
	return form.Err()
}

// needsPassword refuses a second user while the principal has no password: nobody could sign in any more.
func needsPassword(ctx context.Context, tx *db.Tx) error {
	p, err := tx.PrincipalUser(ctx)
	if err != nil {
		return db.NotFound(err)
	}
	stored, err := storedOf(ctx, tx.Queries, p.ID)
	if err == nil && stored == "" {
		err = ErrPasswordFirst
	}
	return err
}

// invite makes the link to a first password; it goes by mail where there is a server.
func (s *Service) invite(ctx context.Context, tx *db.Tx, u gen.User) (Made, error) {
	if err := revoke(ctx, tx, u.ID, linkPassword); err != nil {
		return Made{}, err
	}
	l, err := s.issue(ctx, tx, u, linkPassword, "", InviteLife)
	if err != nil {
		return Made{}, err
	}
	made := Made{UserID: u.PublicID, Until: db.Stamp(l.Until)}
	if made.Mailed, err = mailServer(ctx, tx.Queries); err != nil {
		return Made{}, err
	}
	if made.Mailed {
		return made, s.mailLink(ctx, tx, u, l, forInvited, u.Email)
	}
	made.Link = l.PublicID
	return made, nil
}

// Invite makes the link to a password anew; the older ones end.
func (s *Service) Invite(ctx context.Context, who actor.Actor, publicID, key string) (made Made, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := s.managed(ctx, tx, who, publicID)
		if err != nil {
			return err
		}
		if u.State != Active {
			return fault.New(fault.Conflict, "fault.users.closed")
		}
		return audit.Once(ctx, tx, key, "user_invite", publicID, &made, func() (err error) {
			s.moved(tx)
			if made, err = s.invite(ctx, tx, u); err != nil {
				return err
			}
			return write(ctx, tx, who, "invited", u.ID, nil)
		})
	})
	return made, err
}

// managed finds a user whom who may manage: administrators are the principal's alone, oneself is another page.
func (s *Service) managed(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) (gen.User, error) {
	if err := s.acting(ctx, tx, who, actor.ManageUsers, true); err != nil {
		return gen.User{}, err
	}
	u, err := tx.UserByPublicID(ctx, publicID)
	if err != nil {
		return gen.User{}, db.NotFound(err)
	}
	if who.Kind == actor.Staff && u.ID == who.ID {
		return gen.User{}, ErrSelf
	}
	return u, s.acting(ctx, tx, who, giving(actor.Role(u.Role)), true)
}

// Save changes code, name and role of a user. To make or unmake a delegate is the principal's; the
// principal's own role goes by HandOver alone.
func (s *Service) Save(ctx context.Context, who actor.Actor, f Form) error {
	if err := who.Need(actor.ManageUsers); err != nil {
		return err
	}
	if err := f.check(false); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := tx.UserByPublicID(ctx, f.ID)
		if err != nil {
			return db.NotFound(err)
		}
		before := actor.Role(u.Role)
		for _, role := range []actor.Role{before, f.Role} {
			if err := s.acting(ctx, tx, who, giving(role), true); err != nil {
				return err
			}
		}
		if before != f.Role && (before == actor.Principal || f.Role == actor.Principal) {
			return refusedAt("role", "fault.users.principal_stays")
		}
		if err := s.unique(ctx, tx, &f, u.ID); err != nil {
			return err
		}
		n, err := tx.UpdateUser(ctx, gen.UpdateUserParams{ID: u.ID, Code: f.Code, Name: f.Name, Role: string(f.Role), Version: f.Version})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		s.moved(tx)
		if err := s.roleTold(ctx, tx, u, f.Role); err != nil {
			return err
		}
		return write(ctx, tx, who, "changed", u.ID, changes(u, f))
	})
}

// roleTold mails who became or is no longer a delegate.
func (s *Service) roleTold(ctx context.Context, tx *db.Tx, u gen.User, now actor.Role) error {
	switch {
	case string(now) == u.Role:
		return nil
	case now == actor.Delegate:
		return s.tell(ctx, tx, u, "delegate", u.Email, u.Email)
	case u.Role == string(actor.Delegate):
		return s.tell(ctx, tx, u, "removed", u.Email, u.Email)
	}
	return nil
}

// changes names the fields that changed; of the role, both values.
func changes(u gen.User, f Form) map[string]any {
	fields := []string{}
	if u.Code != f.Code {
		fields = append(fields, "code")
	}
	if u.Name != f.Name {
		fields = append(fields, "name")
	}
	d := map[string]any{}
	if u.Role != string(f.Role) {
		fields = append(fields, "role")
		d["role_before"], d["role"] = u.Role, f.Role
	}
	d["fields"] = strings.Join(fields, ",")
	return d
}

// Close shuts a user out at once: sessions, links, password and second factor end with it. Contracts
// that it looked after go to the principal, open conversations back to all.
func (s *Service) Close(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := s.managed(ctx, tx, who, publicID)
		if err != nil {
			return err
		}
		return s.close(ctx, tx, who, u, version)
	})
}

func (s *Service) close(ctx context.Context, tx *db.Tx, who actor.Actor, u gen.User, version int64) error {
	if u.Role == string(actor.Principal) {
		return ErrPrincipal
	}
	n, err := tx.SetUserState(ctx, gen.SetUserStateParams{ID: u.ID, State: Closed, Version: version})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	if err != nil {
		return err
	}
	for _, kind := range []string{linkPassword, linkEmail} {
		if err := revoke(ctx, tx, u.ID, kind); err != nil {
			return err
		}
	}
	if err := tx.DeleteUserCredential(ctx, u.ID); err != nil {
		return err
	}
	if err := forgetFactor(ctx, tx, u.ID); err != nil {
		return err
	}
	if _, err := s.endOthers(ctx, tx, u.ID, 0); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, u, "closed", u.Email, u.Email); err != nil {
		return err
	}
	passed, err := s.passOn(ctx, tx, u.ID)
	if err != nil {
		return err
	}
	return write(ctx, tx, who, "closed", u.ID, passed)
}

// passOn gives what a user looked after to others, and counts it.
func (s *Service) passOn(ctx context.Context, tx *db.Tx, id int64) (map[string]any, error) {
	p, err := tx.PrincipalUser(ctx)
	if err != nil {
		return nil, db.NotFound(err)
	}
	contracts, err := tx.PassContractsOn(ctx, gen.PassContractsOnParams{ToID: &p.ID, FromID: &id})
	if err != nil {
		return nil, err
	}
	conversations, err := tx.UnassignConversationsOf(ctx, &id)
	if err != nil || contracts+conversations == 0 {
		return nil, err
	}
	tx.AfterCommit(func() { s.Changed("contracts", "chat") })
	return map[string]any{"contracts": contracts, "conversations": conversations}, nil
}

// Reopen lets a user in again, who is invited anew by Invite. A delegate comes back as one by the principal alone.
func (s *Service) Reopen(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := s.managed(ctx, tx, who, publicID)
		if err != nil {
			return err
		}
		if err := needsPassword(ctx, tx); err != nil {
			return err
		}
		n, err := tx.SetUserState(ctx, gen.SetUserStateParams{ID: u.ID, State: Active, Version: version})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if db.IsUnique(err) { // its contact has another user meanwhile
			err = fault.New(fault.Conflict, "fault.users.contact_taken")
		}
		if err != nil {
			return err
		}
		s.ended(tx)
		return write(ctx, tx, who, "reopened", u.ID, nil)
	})
}

// Own is what a user keeps of itself.
type Own struct {
	Name, Phone, Language string
	Version               int64
}

// SaveOwn changes the actor's own name, phone and language.
func (s *Service) SaveOwn(ctx context.Context, who actor.Actor, o Own) error {
	var form fault.Form
	text.Each(text.Line, &o.Name)
	form.Need("name", o.Name)
	form.MaxLen("name", o.Name, 100)
	company.Field(&form, "phone", &o.Phone, ident.CheckPhone)
	if o.Language != "fr" && o.Language != "en" {
		form.Add("language", "fault.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.Look, false); err != nil {
			return err
		}
		n, err := tx.UpdateOwnUser(ctx, gen.UpdateOwnUserParams{ID: who.ID, Name: o.Name, Phone: o.Phone, Language: o.Language, Version: o.Version})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		s.moved(tx)
		return write(ctx, tx, who, "changed", who.ID, map[string]any{"fields": "name,phone,language"})
	})
}

// since writes an instant of the file, "" for none.
func since(stored *string) string {
	if stored == nil {
		return ""
	}
	if _, err := time.Parse(db.TimeFormat, *stored); err != nil {
		return ""
	}
	return *stored
}
