package registration_test

import (
	"strings"
	"testing"

	"comptoir/office/officetest"
	"comptoir/office/registration"
)

// The link of a group goes by mail once a key, to an address, while the group's portal is open.
func TestMailLink(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	in := registration.LinkMail{GroupID: group, To: " neuf@lenoir.example ", Language: "en"}
	for range 2 {
		r.Must(r.MailLink(ctx, officetest.Staff, "key-mail-link", in))
	}
	if got := strings.Join(r.rows("SELECT kind || ' ' || language || ' ' || to_address || ' ' || args FROM mails"), ", "); got != `registration_link en neuf@lenoir.example {"group_id":"groupe"}` {
		t.Error(got)
	}
	r.WantField(r.MailLink(ctx, officetest.Staff, "key-mail-link-2", registration.LinkMail{GroupID: group, To: "personne", Language: "de"}), "language", "fault.choice")
	r.exec("UPDATE customer_groups SET portal_enabled = 0")
	in.To = "autre@lenoir.example"
	r.WantFault(r.MailLink(ctx, officetest.Staff, "key-mail-link-3", in), "fault.not_found")
}
