package demo

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db/gen"
	"comptoir/office/contracts"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// What the story tells of rounds: a contract that a customer and the firm signed, with its sealed
// paper; one that a contact is asked to approve, after somebody of the firm did; one that waits for
// the signature of a contact who can sign in.

// How far the round of a contract of the story has come.
const (
	roundSealed  = "sealed"  // both have signed, the paper is sealed
	roundAsked   = "asked"   // the owner has approved, the contact is asked
	roundAwaited = "awaited" // the owner has signed, the contact is asked
)

// pen is how people of the story sign: a drawn line.
const pen = "M 12 62 C 30 8 44 8 40 58 C 40 40 66 24 74 44 C 80 60 98 60 110 34 C 116 46 140 52 176 30"

// round takes a contract through its round: the firm's owner comes first.
func (m *maker) round(ctx context.Context, v contracts.View, a agreement) error {
	c := m.clients[a.client]
	switch a.round {
	case roundSealed:
		return m.signed(ctx, v, c)
	case roundAsked:
		r, err := m.begin(ctx, v, c, signing.Approval)
		if err != nil {
			return err
		}
		_, err = m.Signing.Approve(ctx, m.owner, signing.Decide{Key: m.key("approve"), TurnID: r.Turns[0].ID, Digest: r.Digest})
		return err
	default:
		_, err := m.ownHand(ctx, v, c)
		return err
	}
}

// begin asks the owner and then the customer's contact about the contract's own paper.
func (m *maker) begin(ctx context.Context, v contracts.View, c client, kind string) (*signing.Round, error) {
	words := func(what string) string { return m.text(c.lang, "demo.round."+what, nil) }
	people, err := m.Signing.Candidates(ctx, m.owner, v.PublicID)
	if err != nil {
		return nil, err
	}
	for _, party := range []struct{ kind, capacity string }{{"user", "firm"}, {"contact", "customer"}} {
		for _, p := range people {
			if p.Type != party.kind || p.Type == "contact" && p.Name != c.contact.Name {
				continue
			}
			form := signing.PartyForm{ContractID: v.PublicID, Kind: kind, Type: p.Type, PersonID: p.ID, Capacity: words(party.capacity)}
			if _, err := m.Signing.AddParty(ctx, m.owner, m.key("party"), form); err != nil {
				return nil, err
			}
			break
		}
	}
	centre, err := m.Signing.Centre(ctx, m.owner, v.PublicID, kind)
	if err != nil {
		return nil, err
	}
	form := signing.CentreForm{ContractID: v.PublicID, Kind: kind, Version: centre.Version, Ordered: true, Message: words(kind), FileIDs: []string{centre.Files[0].ID}}
	if due := m.Clock.Now().AddDate(0, 0, 14); due.After(m.end) {
		form.DueOn = civil.Of(due, m.zone).String()
	}
	if centre, err = m.Signing.SaveCentre(ctx, m.owner, form); err != nil {
		return nil, err
	}
	centre, err = m.Signing.Start(ctx, m.owner, m.key("round"), signing.StartForm{ContractID: v.PublicID, Kind: kind, Version: centre.Version, MakeVisible: true})
	return centre.Round, err
}

// ownHand begins a round of signature in which the owner signs at once.
func (m *maker) ownHand(ctx context.Context, v contracts.View, c client) (*signing.Round, error) {
	r, err := m.begin(ctx, v, c, signing.Signature)
	if err != nil {
		return nil, err
	}
	_, err = m.Signing.Sign(ctx, m.owner, m.hand(v, r, 0, signing.AtDesk))
	return r, err
}

func (m *maker) hand(v contracts.View, r *signing.Round, n int, method string) signing.Sign {
	return signing.Sign{Key: m.key("sign"), ContractID: v.PublicID, TurnID: r.Turns[n].ID, Digest: r.Digest, Method: method, Consent: true, ConsentVersion: signing.ConsentVersion, Language: "fr",
		TypedName: r.Turns[n].Name, Drawing: evidence.Drawing{Path: pen, Width: 188, Height: 70}, TimeZone: m.zone.String(), UserAgent: "Mozilla/5.0"}
}

// signed has both sign, the contact by a code that was mailed, and the paper sealed.
func (m *maker) signed(ctx context.Context, v contracts.View, c client) error {
	r, err := m.ownHand(ctx, v, c)
	if err != nil {
		return err
	}
	if err := m.deliver(ctx); err != nil {
		return err
	}
	m.Clock.MoveTo(m.Clock.Now().Add(3 * time.Hour))
	who := c.contact
	who.Trust, who.Address = actor.TrustLink, "192.0.2.40"
	file := r.Documents[0]
	opened, err := m.Signing.OpenDocument(ctx, who, v.PublicID, file.VersionID, "Mozilla/5.0")
	if err != nil {
		return err
	}
	if err := opened.Bytes.Close(); err != nil {
		return err
	}
	form := m.hand(v, r, 1, signing.ByCode)
	m.Clock.MoveTo(m.Clock.Now().Add(4 * time.Minute))
	if _, err := m.Signing.SendCode(ctx, who, signing.Decide{Key: m.key("code"), ContractID: v.PublicID, TurnID: form.TurnID, Digest: r.Digest, UserAgent: form.UserAgent}); err != nil {
		return err
	}
	if err := m.deliver(ctx); err != nil {
		return err
	}
	if form.Code, err = m.mailedCode(ctx, form.TurnID); err != nil {
		return err
	}
	m.Clock.MoveTo(m.Clock.Now().Add(time.Minute))
	if _, err := m.Signing.Sign(ctx, who, form); err != nil {
		return err
	}
	payload, err := json.Marshal(map[string]string{"round": r.ID})
	if err != nil {
		return err
	}
	return m.Signing.RunSeal(ctx, payload) // at once: its job finds nothing left to do
}

// mailedCode is the code that went to whoever has a turn.
func (m *maker) mailedCode(ctx context.Context, turnID string) (code string, err error) {
	err = m.DB.Read(ctx, func(q *gen.Queries) error {
		t, err := q.ContractTurnByPublicID(ctx, turnID)
		if err != nil {
			return err
		}
		row, err := q.ContractCodeOfTurn(ctx, t.ID)
		code = m.Signing.Code(row.PublicID, strconv.FormatInt(row.Round, 10))
		return err
	})
	return code, err
}
