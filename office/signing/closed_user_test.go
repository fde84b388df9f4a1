package signing_test

import (
	"testing"

	"comptoir/core/actor"
	"comptoir/office/signing"
)

// A user who was closed while a round waits for it: the line says so, the person cannot act, is written to no
// more and is no obstacle – it is replaced, or the round ends – and no round begins with it.
func TestAPartyWhoIsNoUserAnyMore(t *testing.T) {
	r := newRoom(t)
	r.exec("INSERT INTO users (public_id, code, name, email, language, role, created_at) VALUES ('user-lea', 'U900', 'Léa', 'lea@atelier.example', 'fr', 'sales', '2026-01-01T00:00:00.000Z')")
	lea := actor.Actor{Kind: actor.Staff, ID: r.count("SELECT id FROM users WHERE public_id = 'user-lea'"), Role: actor.Sales, Name: "Léa", Lang: "fr"}
	form := signing.PartyForm{ContractID: r.contract, Kind: signing.Approval, Type: "user", PersonID: "user-lea"}
	_, err := r.AddParty(ctx, clerk, r.Key(), form)
	r.Must(err)
	c := r.start(signing.Approval, true, "0")
	if turn := c.Round.Turns[0]; turn.State != signing.TurnAsked || turn.Blocked != "" {
		t.Fatalf("%+v", turn)
	}
	r.exec("UPDATE users SET state = 'closed' WHERE public_id = 'user-lea'")
	c = r.centre(signing.Approval)
	turn := c.Round.Turns[0]
	if turn.State != signing.TurnBlocked || turn.Blocked != "closed" || c.Parties[0].Blocked != "closed" {
		t.Errorf("%+v of %+v", turn, c.Parties[0])
	}
	_, err = r.Approve(ctx, lea, signing.Decide{Key: r.Key(), ContractID: r.contract, TurnID: turn.ID, Digest: c.Round.Digest})
	r.WantFault(err, "fault.round.blocked")
	_, err = r.RemindTurn(ctx, clerk, r.Key(), turn.ID)
	r.WantFault(err, "fault.round.not_asked")

	c, err = r.ReplaceParty(ctx, clerk, r.Key(), c.Parties[0].ID, signing.PartyForm{Type: "contact", PersonID: r.customer.Contacts[1].PublicID})
	r.Must(err)
	states := map[string]string{}
	for _, turn := range c.Round.Turns {
		states[turn.Name] = turn.State
	}
	if c.Round.State != "open" || states["Léa"] != signing.TurnOff || states["Sam Second"] != signing.TurnAsked {
		t.Errorf("replaced: %v", states)
	}
	r.sound()

	r.another()
	form.ContractID = r.contract
	r.exec("UPDATE users SET state = 'active' WHERE public_id = 'user-lea'")
	_, err = r.AddParty(ctx, clerk, r.Key(), form)
	r.Must(err)
	c = r.start(signing.Approval, true, "0")
	r.exec("UPDATE users SET state = 'closed' WHERE public_id = 'user-lea'")
	c, err = r.CancelRound(ctx, clerk, r.Key(), c.Round.ID)
	r.Must(err)
	if c.Round.State != "cancelled" {
		t.Errorf("ended: %s", c.Round.State)
	}
	look, err := r.Look(ctx, clerk, r.contract, signing.Approval)
	r.Must(err)
	if len(look.Problems) != 1 || look.Problems[0].Key != "common.round.blocked.closed" {
		t.Errorf("begun with who is gone: %+v", look.Problems)
	}
	r.sound()
}
