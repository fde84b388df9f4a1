package signing_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/access"
	"comptoir/office/contracts"
	"comptoir/office/signing"
)

// shown makes the code that shows the contract to a contact of the customer.
func (r *room) shown(n int) signing.HandOff {
	r.t.Helper()
	h, err := r.ShowContract(ctx, clerk, r.contract, r.customer.Contacts[n].PublicID)
	r.Must(err)
	return h
}

// scan opens a code on a phone.
func (r *room) scan(h signing.HandOff) (access.Session, error) {
	return r.Firm.Access.OpenHandOff(ctx, strings.TrimPrefix(h.Path, "/sur-place/"), "192.0.2.30", "Phone")
}

// share shows the contract to its requester.
func (r *room) share(requester int) {
	r.t.Helper()
	v, err := r.contracts.Get(ctx, clerk, r.contract)
	r.Must(err)
	_, err = r.contracts.ShareContract(ctx, clerk, contracts.Share{Key: r.Key(), ContractID: r.contract, Version: v.Version, RequesterID: r.customer.Contacts[requester].PublicID})
	r.Must(err)
}

func (r *room) handOffState(h signing.HandOff) string {
	r.t.Helper()
	now, err := r.HandOffState(ctx, clerk, h.ID)
	r.Must(err)
	return now.State
}

// Montrer au client: the whole contract on the phone of a contact who sees it, to be read, approved
// and signed with the member of staff beside; the proofs name both.
func TestAContractIsShownOnTheSpot(t *testing.T) {
	r := newRoom(t)
	r.Firm.Access.OnScanned(r.Scanned)
	_, err := r.ShowContract(ctx, clerk, r.contract, r.customer.Contacts[0].PublicID)
	r.WantFault(err, "fault.round.not_shared")
	r.share(0)
	_, err = r.ShowContract(ctx, clerk, r.contract, r.customer.Contacts[1].PublicID) // of the same customer, but not named
	r.WantFault(err, "fault.round.not_shared")
	_, err = r.ShowContract(ctx, actor.Machine(), r.contract, r.customer.Contacts[0].PublicID)
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("the machine stands beside nobody: %v", err)
	}
	r.start(signing.Approval, false, "0", "1")
	r.start(signing.Signature, false, "0", "1")
	h := r.shown(0)
	s, err := r.scan(h)
	r.Must(err)
	if back, err := r.Firm.Access.Resume(ctx, s.Token, "192.0.2.30"); err != nil || back.Actor != s.Actor || back.ShownBy != "Camille" || back.Home != "/contrats/"+r.contract {
		t.Fatalf("%+v %v", back, err)
	}
	if state := r.handOffState(h); state != "open" {
		t.Errorf("scanned: %s", state)
	}
	if v, err := r.contracts.PortalGet(ctx, s.Actor, r.contract); err != nil || v.PublicID != r.contract {
		t.Errorf("%+v %v", v, err)
	}
	if _, err := r.contracts.PortalComment(ctx, s.Actor, contracts.CommentWish{Key: r.Key(), ContractID: r.contract, Body: "Bonjour"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("said something: %v", err)
	}
	v := r.mine(s.Actor, signing.Approval)
	_, err = r.SendCode(ctx, s.Actor, r.say(v))
	if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
		t.Errorf("a code by mail: %v", err)
	}
	_, err = r.Approve(ctx, s.Actor, r.say(v))
	r.Must(err)
	_, err = r.Approve(ctx, r.contact(1), r.say(r.mine(r.contact(1), signing.Approval)))
	r.Must(err)
	v = r.mine(s.Actor, signing.Signature)
	if !slices.Equal(v.Methods, []string{signing.ByPhone}) || v.Operator != "Camille" || v.NeedsFactor {
		t.Fatalf("%+v", v)
	}
	other := r.form(r.mine(r.contact(1), signing.Signature), signing.ByPhone)
	if _, err := r.Sign(ctx, s.Actor, other); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's turn: %v", err)
	}
	d, err := r.Sign(ctx, s.Actor, r.form(v, signing.ByPhone))
	if err != nil || d.State != "signed" {
		t.Fatal(d, err)
	}
	if n := r.count("SELECT count(*) FROM contract_signatures WHERE method = 'in_person_phone' AND operator_name = 'Camille' AND operator_id = 1 AND address = '192.0.2.30'"); n != 1 {
		t.Errorf("%d signatures", n)
	}
	for _, kind := range []string{"shown", "scanned"} {
		if n := r.count("SELECT count(DISTINCT round_id) FROM contract_evidence WHERE kind = ?", kind); n != 2 {
			t.Errorf("%s stands in %d chains", kind, n)
		}
	}
	if _, err := r.Firm.Access.Resume(ctx, s.Token, "192.0.2.30"); err != nil { // it goes on being read
		t.Error(err)
	}
	r.Must(r.EndHandOff(ctx, clerk, h.ID))
	if _, err := r.Firm.Access.Resume(ctx, s.Token, "192.0.2.30"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after its end: %v", err)
	}
	r.sound()
}

// A code opens once, in its time, as long as the contact sees the contract; what was opened closes
// with that, at once.
func TestACodeOfAContractEnds(t *testing.T) {
	for name, c := range map[string]struct {
		before func(r *room, h signing.HandOff)
		want   error
		state  string
	}{
		"used twice":         {func(r *room, h signing.HandOff) { _, err := r.scan(h); r.Must(err) }, access.ErrLinkUsed, "open"},
		"taken back":         {func(r *room, h signing.HandOff) { r.Must(r.EndHandOff(ctx, clerk, h.ID)) }, access.ErrLinkRevoked, "ended"},
		"another was made":   {func(r *room, _ signing.HandOff) { r.shown(0) }, access.ErrLinkRevoked, "ended"},
		"the desk was left":  {func(r *room, _ signing.HandOff) { r.Must(r.Firm.Access.EndAllShown(ctx)) }, access.ErrLinkRevoked, "ended"},
		"out of time":        {func(r *room, _ signing.HandOff) { r.MoveTo(r.Now().Add(signing.HandOffToken + time.Second)) }, access.ErrLinkExpired, "expired"},
		"hidden meanwhile":   {func(r *room, _ signing.HandOff) { r.Must(r.contracts.HideContract(ctx, clerk, r.contract)) }, access.ErrLinkRevoked, "waiting"},
		"the contact moved":  {func(r *room, _ signing.HandOff) { r.moveAway() }, access.ErrLinkRevoked, "waiting"},
		"the access ended":   {func(r *room, _ signing.HandOff) { r.exec("UPDATE contacts SET portal_access = 0") }, access.ErrLinkRevoked, "waiting"},
		"a shut area":        {func(r *room, _ signing.HandOff) { r.exec(`UPDATE contacts SET areas = '["quotes"]'`) }, access.ErrLinkRevoked, "waiting"},
		"somebody else's":    {func(r *room, _ signing.HandOff) { r.share(1); r.shown(1) }, access.ErrLinkRevoked, "waiting"},
		"nobody asked of it": {func(*room, signing.HandOff) {}, nil, "open"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			r.Firm.Access.OnScanned(r.Scanned)
			r.share(0)
			h := r.shown(0)
			c.before(r, h)
			if _, err := r.scan(h); !errors.Is(err, c.want) {
				t.Errorf("scanned: %v", err)
			}
			if state := r.handOffState(h); state != c.state {
				t.Errorf("the window says %s", state)
			}
		})
	}
	if _, err := newRoom(t).scan(signing.HandOff{Path: "/sur-place/" + strings.Repeat("x", 43)}); !errors.Is(err, access.ErrLinkUnknown) {
		t.Errorf("a guess: %v", err)
	}
}

// moveAway takes the first contact to another customer, off everything that it was named on.
func (r *room) moveAway() {
	r.t.Helper()
	r.exec("UPDATE contracts SET requester_id = NULL")
	r.exec("UPDATE contacts SET customer_id = ?, is_primary = 0 WHERE id = ?", r.Customer("Ailleurs", nil).ID, r.customer.Contacts[0].ID)
}

// What is open on a phone closes with the contract, the access and the half hour.
func TestAShownContractCloses(t *testing.T) {
	for name, fn := range map[string]func(r *room){
		"hidden":     func(r *room) { r.Must(r.contracts.HideContract(ctx, clerk, r.contract)) },
		"moved":      func(r *room) { r.moveAway() },
		"not let in": func(r *room) { r.exec("UPDATE contacts SET portal_access = 0") },
		"taken off":  func(r *room) { r.share(1) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			r.share(0)
			s, err := r.scan(r.shown(0))
			r.Must(err)
			fn(r)
			if _, err := r.contracts.PortalGet(ctx, s.Actor, r.contract); !fault.Is(err, fault.NotFound) {
				t.Errorf("read: %v", err)
			}
			if _, err := r.PortalRounds(ctx, s.Actor, r.contract); !fault.Is(err, fault.NotFound) {
				t.Errorf("asked: %v", err)
			}
		})
	}
	r := newRoom(t)
	r.share(0)
	h := r.shown(0)
	s, err := r.scan(h)
	r.Must(err)
	r.MoveTo(r.Now().Add(access.HandOffLife))
	if _, err := r.Firm.Access.Resume(ctx, s.Token, "192.0.2.30"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after half an hour: %v", err)
	}
	if state := r.handOffState(h); state != "ended" {
		t.Errorf("the window says %s", state)
	}
}
