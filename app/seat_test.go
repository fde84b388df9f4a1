package app_test

import (
	"encoding/json"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/office/users"
)

// seat signs a user of a role in, at the program's browser and at its window: the principal, or one that
// is made for it.
func seat(t *testing.T, p *apptest.Program, role actor.Role) {
	t.Helper()
	h, shell := p.App.House(), actor.Shell("fr")
	list, err := h.Users.List(t.Context(), shell)
	if err != nil {
		t.Fatal(err)
	}
	mails := map[actor.Role]string{}
	for _, u := range list {
		if u.Role == actor.Principal || u.Email == mailOfSeat(u.Role) && u.State == users.Active {
			mails[u.Role] = u.Email
		}
	}
	choose := func(email string) { // a password, by the link of the command line
		_, link, err := h.Users.ResetAtMachine(t.Context(), shell, email, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Users.ChoosePassword(t.Context(), h.Users.Token(link.PublicID), seatPassword, seatPassword, users.From{Door: users.Window}); err != nil {
			t.Fatal(err)
		}
	}
	if mails[role] == "" {
		choose(mails[actor.Principal]) // without one there is no second user
		mails[role] = mailOfSeat(role)
		if _, err := h.Users.Create(t.Context(), shell, users.Form{Name: "Dominique", Email: mails[role], Language: "fr", Role: role}, "key-seat-of-"+string(role)); err != nil {
			t.Fatal(err)
		}
	}
	choose(mails[role])
	s, err := h.Users.SignIn(t.Context(), mails[role], seatPassword, users.From{Door: users.Window})
	if err != nil {
		t.Fatal(err)
	}
	app.SitAt(p.App, s)
	p.Do("Account.SignIn", mails[role], seatPassword)
	if !sits(p, role) {
		t.Fatalf("%s does not sit at the desk", role)
	}
}

const seatPassword = "Varlope-Bleue-63"

func mailOfSeat(role actor.Role) string { return string(role) + "@seat.example" }

// sits tells whether who is at the program's browser is signed in with a role; of no company nobody has one.
func sits(p *apptest.Program, role actor.Role) bool {
	if p.App.House() == nil {
		return true
	}
	raw, shown := p.Try("Account.Me")
	var me app.AccountView
	return shown == nil && json.Unmarshal(raw, &me) == nil && me.SignedIn && me.Role == string(role)
}
