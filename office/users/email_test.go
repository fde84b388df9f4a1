package users_test

import (
	"errors"
	"testing"
	"time"

	"comptoir/office/access"
)

func TestEmailIsConfirmed(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	f.refused(f.ChangeEmail(t.Context(), p, "faux", "eve@neuf.example"), "old fault.password_old")
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.proof_failed' AND actor_id = ? AND object_id = ?", p.ID, p.ID); n != 1 {
		t.Errorf("a wrong password given again left %d lines", n)
	}
	f.refused(f.ChangeEmail(t.Context(), p, good, "pas une adresse"), "email fault.ident.email")
	f.must(f.ChangeEmail(t.Context(), p, good, "eve@neuf.example"))
	if f.text("SELECT email FROM users WHERE id = ?", p.ID) != "eve@vasseur.example" {
		t.Error("changed before it was confirmed")
	}
	if n := f.int("SELECT count(*) FROM mails WHERE kind = 'user_told' AND to_address = 'eve@vasseur.example' AND json_extract(args, '$.what') = 'email_asked'"); n != 1 {
		t.Errorf("the old address was told %d times", n)
	}
	token := f.mailed("eve@neuf.example")
	_, err := f.ChoosePassword(t.Context(), token, other, other, here) // a link of another kind
	f.refused(err, "fault.link_unknown")
	c, err := f.ConfirmEmail(t.Context(), token)
	f.must(err)
	if c.Email != "eve@neuf.example" || f.text("SELECT email FROM users WHERE id = ?", p.ID) != "eve@neuf.example" {
		t.Errorf("%+v", c)
	}
	_, err = f.ConfirmEmail(t.Context(), token)
	f.refused(err, "fault.link_used")
	if _, err := f.SignIn(t.Context(), "eve@neuf.example", good, here); err != nil {
		t.Error(err)
	}
	if _, err := f.SignIn(t.Context(), "eve@vasseur.example", good, here); !errors.Is(err, access.ErrSignIn) {
		t.Errorf("the old address: %v", err)
	}
	f.exec("UPDATE mail_settings SET host = ''")
	f.turn(2 * time.Minute)
	f.refused(f.ChangeEmail(t.Context(), p, good, "eve@encore.example"), "fault.users.no_mail_server")
}
