package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/office/users"
)

// withoutLink is how many calls want a link or a code that came by mail, a second factor that is on, or
// another session (office/users tries them).
const withoutLink = 16

// userSamples are calls of the firm's users: the principal chooses a password (and is signed in by it), a
// user is made and changed; what ends the session comes last.
func userSamples(p *apptest.Program) [][]any {
	const password = "Rabot-Chêne-41"
	account, made := app.AccountView{}, users.Form{ID: "none", Code: "U900", Name: "De Passage", Role: actor.Reader}
	version := int64(0)
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		account = apptest.Ask[app.AccountView](p, "Account.Me")
		old := ""
		if account.HasPassword {
			old = demoPassword
		}
		p.Do("Account.ChangePassword", app.PasswordForm{Old: old, Password: password, Again: password})
		account = apptest.Ask[app.AccountView](p, "Account.Me")
		user := apptest.Ask[app.UserMade](p, "Users.Create", users.Form{Name: "De Passage", Email: "passage@users.example", Language: "fr", Role: actor.Sales}, "key-bind-user").User
		made.ID, made.Version, version = user.ID, user.Version, user.Version
	}
	return [][]any{
		{"Account.Entry"}, {"Account.Me"}, {"Account.Sessions"}, {"Account.Save", app.AccountForm{Name: "Camille", Phone: "+33 4 65 71 20 14", Language: "fr", Version: account.Version}},
		{"Account.Prove", password, ""}, {"Account.BeginFactor"}, {"Account.ConfirmFactor", "000000"}, {"Account.DropFactor", password, "000000"}, {"Account.RenewCodes"},
		{"Account.MakeRecoveryCode"}, {"Account.SetAsk", false}, {"Account.ChangeEmail", password, "neuve@users.example"}, {"Account.CancelEmail"},
		{"Account.ChangePassword", app.PasswordForm{Old: "faux", Password: password, Again: password}}, {"Account.EndSession", "none"}, {"Account.EndOtherSessions"},
		{"Account.SignIn", "nobody@users.example", "x"}, {"Account.EnterCode", "x", "y"}, {"Account.Forgotten", "nobody@users.example"}, {"Account.Recover", "x", password, password},
		{"Account.Choice", "x"}, {"Account.ChoosePassword", "x", password, password}, {"Account.ConfirmEmail", "x"},
		{"Users.List"}, {"Users.Roles"}, {"Users.Candidates", ""}, {"Users.Create", users.Form{Name: "De Passage", Email: "passage@users.example", Language: "fr", Role: actor.Sales}, "key-bind-user"},
		{"Users.Save", made}, {"Users.Invite", made.ID, "key-bind-user-invite"}, {"Users.ResetFactor", made.ID}, {"Users.AddDelegate", users.Chosen{Kind: "user", ID: made.ID}, "key-bind-delegate"},
		{"Users.RemoveDelegate", made.ID, version, "reader"}, {"Users.HandOver", made.ID, password, "key-bind-hand-over"}, {"Users.Close", made.ID, version + 3}, {"Users.Reopen", made.ID, version + 4},
		{"Users.Close", made.ID, version + 2}, {"Lan.View"}, {"Lan.Save", app.LanForm{On: false, Port: 8444, Version: 1}},
		{"Account.SignOut"}, {"Account.SignIn", account.Email, password},
	}
}
