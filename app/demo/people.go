package demo

import (
	"context"

	"comptoir/core/actor"
	"comptoir/office/users"
)

// User is one of the firm's people, who can sign in to the desk.
type User struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// colleagues are the firm's people besides the principal, one of each role.
var colleagues = []users.Form{
	{Name: "Marc Delorme", Email: "marc@atelier-brindille.example", Language: "fr", Role: actor.Delegate},
	{Name: "Inès Caron", Email: "ines@atelier-brindille.example", Language: "fr", Role: actor.Sales},
	{Name: "Paul Verdier", Email: "paul@atelier-brindille.example", Language: "fr", Role: actor.Bookkeeping},
	{Name: "Nadia Kessler", Email: "nadia@atelier-brindille.example", Language: "en", Role: actor.Reader},
}

// principal is who keeps the firm.
const principal = "Claire Fontaine"

// people gives the firm its users: the principal gets a name and a password, each colleague is invited and
// follows the link. The demo company still opens without a sign-in.
func (m *maker) people(ctx context.Context) error {
	var d firmData
	if err := read("firm.json", &d); err != nil {
		return err
	}
	owner, err := m.Users.Lone(ctx)
	if err != nil {
		return err
	}
	me, err := m.Users.Me(ctx, owner)
	if err != nil {
		return err
	}
	if err := m.Users.SaveOwn(ctx, owner, users.Own{Name: principal, Phone: d.OwnerPhone, Language: me.Language, Version: me.Version}); err != nil {
		return err
	}
	from := users.From{Door: users.Window, UserAgent: "demo"}
	session, err := m.Users.ChangePassword(ctx, owner, users.PasswordChange{Password: d.Password, Again: d.Password}, from)
	if err != nil {
		return err
	}
	m.sum.Users = []User{{Name: principal, Role: string(actor.Principal), Email: me.Email, Password: d.Password}}
	for _, f := range colleagues {
		if err := m.colleague(ctx, session.Actor, f, d.Password, from); err != nil {
			return err
		}
	}
	return m.Users.SignOut(ctx, session.Actor)
}

func (m *maker) colleague(ctx context.Context, by actor.Actor, f users.Form, password string, from users.From) error {
	if _, err := m.Users.Create(ctx, by, f, m.key("user")); err != nil {
		return err
	}
	_, link, err := m.Users.ResetAtMachine(ctx, actor.Shell("fr"), f.Email, false)
	if err != nil {
		return err
	}
	s, err := m.Users.ChoosePassword(ctx, m.Users.Token(link.PublicID), password, password, from)
	if err != nil {
		return err
	}
	m.sum.Users = append(m.sum.Users, User{Name: f.Name, Role: string(f.Role), Email: f.Email, Password: password})
	return m.Users.SignOut(ctx, s.Actor)
}
