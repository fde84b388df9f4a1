package outbox_test

import (
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/outbox"
)

// Who lets nobody into the portal sees mails without what opens it: with the link or the code of a customer's
// mail, whoever may only read would be the customer there.
func TestMailsShownOpenNothing(t *testing.T) {
	b := setUp(t, nil)
	b.conf.Sources = outbox.Sources{Portal: func() string { return "https://portail.example:8443" }, GuestToken: func(string) string { return "guest-token" },
		RequestToken: func(string) string { return "request-token" }, SignupCode: func(string, string) string { return "424242" }, EmailCode: func(string, string) string { return "434343" },
		UserLink: func(string, string) (string, string) { return "user-token", "https://desk.example/choose#user-token" }}
	b.Service = outbox.New(b.conf)
	to := func(key string, kind outbox.Kind, args map[string]string) outbox.Mail {
		return outbox.Mail{Key: key, Kind: kind, Lang: "fr", ToAddress: "helene@client.example", ToName: "Hélène", Args: args}
	}
	b.queue(
		to("a", outbox.ContractTurn, map[string]string{"number": "CT-1", "title": "Entretien", "what": "signature", "guest": "g1"}),
		to("b", outbox.SignupCode, map[string]string{"registration": "r1", "round": "1", "minutes": "10", "for_what": "Panier"}),
		to("c", outbox.EmailCode, map[string]string{"change": "c1", "round": "1", "minutes": "10"}),
		to("d", outbox.UserLink, map[string]string{"what": "password", "user_link": "u1", "expires": "30 minutes", "address": "helene@client.example"}),
	)
	opens := []string{"guest-token", "424242", "434343", "user-token"}
	for role, seen := range map[actor.Role]string{actor.Principal: "guest-token 424242 434343", actor.Sales: "guest-token 424242 434343", actor.Bookkeeping: "", actor.Reader: ""} {
		who := actor.Actor{Kind: actor.Staff, ID: 2, Role: role, Name: "Paul", Lang: "fr"}
		shown := ""
		page, err := b.List(t.Context(), who, outbox.Query{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Rows {
			d, err := b.Get(t.Context(), who, m.PublicID)
			if err != nil || d.NotReady || d.Text == "" {
				t.Fatalf("%s %s: %v %+v\n%s", role, m.Kind, err, d, b.log)
			}
			eml, _, err := b.EML(t.Context(), who, m.PublicID)
			if err != nil {
				t.Fatal(err)
			}
			shown += d.Text + d.HTML + string(eml)
		}
		found := []string{}
		for _, secret := range opens {
			if strings.Contains(shown, secret) {
				found = append(found, secret)
			}
		}
		if got := strings.Join(found, " "); got != seen {
			t.Errorf("%s reads %q, want %q", role, got, seen)
		}
	}
}

// A mail about a user's account is for who looks after users: nobody else finds it, reads it, sends it again,
// or keeps the word that a second factor was taken away from reaching its owner.
func TestMailsAboutUsersAreForWhoManagesThem(t *testing.T) {
	b := setUp(t, nil)
	told := func(key string) outbox.Mail {
		return outbox.Mail{Key: key, Kind: outbox.UserTold, Lang: "fr", ToAddress: "camille@marker.example", ToName: "Camille", Args: map[string]string{"what": "factor_reset", "address": "camille@marker.example"}}
	}
	code := func(key string) outbox.Mail {
		return outbox.Mail{Key: key, Kind: outbox.SignupCode, Lang: "fr", ToAddress: "helene@client.example", ToName: "Hélène", Args: map[string]string{"registration": "r1", "round": "1", "minutes": "10", "for_what": "Panier"}}
	}
	b.queue(code("a"), told("b"), told("c"), code("d"), told("e"), code("f"), told("g"))
	for _, role := range actor.Roles() {
		who, may := actor.Actor{Kind: actor.Staff, ID: 2, Role: role, Name: "Paul", Lang: "fr"}, role.May(actor.ManageUsers)
		rows, pages, after := []outbox.MailRow{}, 0, ""
		for {
			page, err := b.List(t.Context(), who, outbox.Query{Limit: 2, After: after})
			if err != nil {
				t.Fatal(err)
			}
			if rows, pages, after = append(rows, page.Rows...), pages+1, page.Next; after == "" {
				break
			}
		}
		if want := map[bool]int{true: 7, false: 3}[may]; len(rows) != want || pages != (want+1)/2 {
			t.Errorf("%s: %d mails on %d pages", role, len(rows), pages)
		}
		found, err := b.List(t.Context(), who, outbox.Query{Search: "marker"})
		if err != nil || (len(found.Rows) == 4) != may || !may && len(found.Rows) > 0 {
			t.Errorf("%s finds %d %v", role, len(found.Rows), err)
		}
	}
	mail := b.list(outbox.Query{Search: "marker"})[0].PublicID
	who := actor.Actor{Kind: actor.Staff, ID: 2, Role: actor.Sales, Name: "Paul", Lang: "fr"}
	_, _, eml := b.EML(t.Context(), who, mail)
	_, get := b.Get(t.Context(), who, mail)
	_, resend := b.Resend(t.Context(), who, mail, "key-of-user-mail")
	for what, err := range map[string]error{"cancel": b.Cancel(t.Context(), who, mail), "send now": b.SendNow(t.Context(), who, mail), "message": eml, "look": get, "resend": resend} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := b.Cancel(t.Context(), owner, mail); err != nil {
		t.Error(err)
	}
}
