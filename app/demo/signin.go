package demo

import (
	"context"
	"strings"

	"comptoir/db"
	"comptoir/office/access"
)

// signIns lets some contacts into the portal: each follows the link to its first password,
// as it would from the mail.
func (m *maker) signIns(ctx context.Context) error {
	var d firmData
	if err := read("firm.json", &d); err != nil {
		return err
	}
	m.sum.SignIns = []SignIn{}
	for _, c := range m.clients {
		if !c.signIn {
			continue
		}
		var link int64
		if err := m.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			link, err = m.Access.IssueLink(ctx, tx, c.contact.ID, 0, access.PasswordLink)
			return err
		}); err != nil {
			return err
		}
		path, err := m.Access.LinkPath(ctx, link)
		if err != nil {
			return err
		}
		token := path[strings.LastIndex(path, "/")+1:]
		choice, err := m.Access.PasswordLinkOf(ctx, token)
		if err != nil {
			return err
		}
		session, err := m.Access.ChoosePassword(ctx, token, d.Password, "127.0.0.1", "demo")
		if err != nil {
			return err
		}
		if err := m.Access.SignOut(ctx, session.Actor); err != nil {
			return err
		}
		m.sum.SignIns = append(m.sum.SignIns, SignIn{Name: c.contact.Name, Customer: c.name, UserName: choice.UserName, Password: d.Password, Lang: c.lang})
	}
	return nil
}
