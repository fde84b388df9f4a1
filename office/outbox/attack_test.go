package outbox_test

import (
	"strings"
	"testing"

	"comptoir/core/actor"
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
		for _, m := range b.list(outbox.Query{}) {
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
