package signing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/office/contracts"
	"comptoir/office/signing"
)

// A customer approves and signs; the contract is signed, sealed, and its copy is mailed.
func TestApprovedAndSigned(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Approval, true, "0")
	if r.state() != "in_review" {
		t.Errorf("state %s", r.state())
	}
	r.start(signing.Signature, true, "0", "user")
	claire := r.contact(0)
	first := r.mine(claire, signing.Signature)
	if first.MaySign || first.Why != "approval_first" {
		t.Errorf("before the approval: %+v", first)
	}
	_, err := r.Sign(ctx, claire, r.form(first, signing.ByPassword))
	r.WantFault(err, "fault.round.not_turn")
	v := r.mine(claire, signing.Approval)
	if !v.MayApprove || v.MaySign || len(v.Documents) != 1 || len(v.People) != 1 {
		t.Fatalf("%+v", v)
	}
	in := r.say(v)
	d, err := r.Approve(ctx, claire, in)
	r.Must(err)
	if again, err := r.Approve(ctx, claire, in); err != nil || again != d {
		t.Errorf("the same click: %+v %v", again, err)
	}
	if again, err := r.Approve(ctx, claire, r.say(v)); err != nil || !again.Again || again.At != d.At {
		t.Errorf("another click: %+v %v", again, err)
	}
	if r.state() != "to_sign" {
		t.Errorf("state %s", r.state())
	}
	v = r.mine(claire, signing.Signature)
	if !v.MaySign || !slices.Equal(v.Methods, []string{"password", "mail_code"}) || v.Consent.Text == "" {
		t.Fatalf("%+v", v)
	}
	d, err = r.Sign(ctx, claire, r.form(v, signing.ByPassword))
	r.Must(err)
	if again, err := r.Sign(ctx, claire, r.form(v, signing.ByPassword)); err != nil || !again.Again || again.At != d.At {
		t.Errorf("twice: %+v %v", again, err)
	}
	told := func(kind string) int64 {
		return r.count("SELECT count(*) FROM notifications WHERE object_kind = 'contract' AND kind = '" + kind + "'")
	}
	if told("contract_approved") != 1 || told("contract_answered") != 1 || r.count("SELECT count(*) FROM notifications WHERE kind = 'contract_answered' AND args LIKE '%\"by\":\"Client Contact\"%' AND args LIKE '%\"what\":\"signature\"%'") != 1 {
		t.Errorf("told inside the program: %d approvals of all, %d answers", told("contract_approved"), told("contract_answered"))
	}
	c := r.centre(signing.Signature)
	if c.Round.Turns[1].State != signing.TurnAsked || !c.Round.Turns[1].Mine || c.Round.Turns[0].Signature.Method != "password" {
		t.Fatalf("%+v", c.Round)
	}
	own := r.form(signing.PortalRound{TurnID: c.Round.Turns[1].ID, Digest: c.Round.Digest, MyName: "Camille", Consent: signing.ConsentOf("fr", 1)}, signing.AtDesk)
	_, err = r.Sign(ctx, clerk, own)
	r.Must(err)
	list, _, err := r.contracts.History(ctx, clerk, r.contract, "")
	r.Must(err)
	for _, h := range list {
		if strings.HasPrefix(h.Action, "contract.turn_") && h.Details["name"] != "Client Contact" && h.Details["name"] != "Atelier Bois" {
			t.Errorf("%s of %v", h.Action, h.Details)
		}
	}
	if n := r.count("SELECT count(*) FROM audit_log WHERE details LIKE '%Client Contact%' OR details LIKE '%Camille%'"); n != 0 {
		t.Errorf("%d lines of the log name somebody", n) // they name turns
	}
	if r.state() != "signed" || r.centre(signing.Signature).Round.Sealing != "waiting" {
		t.Errorf("state %s, %+v", r.state(), r.centre(signing.Signature).Round)
	}
	if told("contract_answered") != 1 || told("contract_signed") != 1 { // its own signature is nobody's news
		t.Errorf("told inside the program: %d answers, %d signatures of all", told("contract_answered"), told("contract_signed"))
	}
	r.work()
	c = r.centre(signing.Signature)
	if c.Round.Sealing != "done" || len(c.Sealed) != 1 || r.count("SELECT count(*) FROM contract_files WHERE sealed = 1 AND in_portal = 1") != 1 {
		t.Fatalf("%+v", c.Round)
	}
	if n := r.count("SELECT count(*) FROM mails WHERE kind = 'contract_signed_copy'"); n != 2 {
		t.Errorf("%d copies", n)
	}
	p, err := r.VerifyPaper(ctx, clerk, c.Sealed[0].VersionID)
	r.Must(err)
	if !p.Ours || !p.Same || p.Contract.Title != "Bail commercial" || len(p.Record.Signers) != 2 {
		t.Errorf("%+v", p)
	}
	v = r.mine(claire, signing.Signature)
	b, err := r.OpenDocument(ctx, claire, r.contract, v.Sealed[0].VersionID, "Firefox")
	r.Must(err)
	if v.Sealed[0].Size != b.Size || b.Size == 0 {
		t.Errorf("a paper of %d bytes is shown as one of %d", b.Size, v.Sealed[0].Size)
	}
	r.Must(b.Bytes.Close())
	r.sound()
}

// One refusal ends the round with its reason; the firm and the others asked are told, and what
// waited for the approval is given up.
func TestRefused(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Approval, false, "0", "1", "user")
	r.start(signing.Signature, true, "0")
	v := r.mine(r.contact(1), signing.Approval)
	_, err := r.Refuse(ctx, r.contact(1), r.say(v))
	r.WantField(err, "reason", "fault.required")
	in := r.say(v)
	in.Reason = "Le loyer est trop élevé."
	_, err = r.Refuse(ctx, r.contact(1), in)
	r.Must(err)
	if a, s := r.centre(signing.Approval), r.centre(signing.Signature); a.Round.State != "refused" || a.Round.Turns[1].Reason != in.Reason || a.Round.Turns[0].State != signing.TurnUnasked || s.Round.State != "cancelled" || r.state() != "draft" {
		t.Errorf("%s %+v, %s, %s", a.Round.State, a.Round.Turns, s.Round.State, r.state())
	}
	_, err = r.Approve(ctx, r.contact(0), r.say(r.mine(r.contact(0), signing.Approval)))
	r.WantFault(err, "fault.round.changed")
	_, err = r.Approve(ctx, r.contact(1), r.say(v))
	r.WantFault(err, "fault.round.decided")
	if n := r.count("SELECT count(*) FROM mails WHERE kind = 'contract_refused'"); n != 1 || r.count("SELECT count(*) FROM mails WHERE kind = 'contract_stopped'") != 1 {
		t.Errorf("%d mails to the firm", n)
	}
	r.sound()
}

// Another version of the document makes what was said void; a page of before is told so.
func TestAChangedDocumentRestarts(t *testing.T) {
	for _, kind := range []string{signing.Approval, signing.Signature} {
		r := newRoom(t)
		r.start(kind, true, "0", "1")
		claire, sam := r.contact(0), r.contact(1)
		before := r.mine(claire, kind)
		if kind == signing.Approval {
			_, err := r.Approve(ctx, claire, r.say(before))
			r.Must(err)
		} else {
			_, err := r.Sign(ctx, claire, r.form(before, signing.ByPassword))
			r.Must(err)
		}
		late := r.mine(sam, kind)
		r.Must(r.rewrite("%PDF-1.7 deux"))
		if _, err := r.Approve(ctx, sam, r.say(late)); kind == signing.Approval {
			r.WantFault(err, "fault.round.changed")
		} else {
			_, err := r.Sign(ctx, sam, r.form(late, signing.ByPassword))
			r.WantFault(err, "fault.round.changed")
		}
		r.work()
		c := r.centre(kind)
		if c.Round.State != "open" || c.Round.N != 2 || len(c.History) != 1 || c.History[0].State != "restarted" || c.Round.Digest == before.Digest {
			t.Fatalf("%s: %+v", kind, c.Round)
		}
		after := r.mine(claire, kind)
		if after.TurnID == before.TurnID || after.MyState != signing.TurnAsked {
			t.Errorf("%s: %+v", kind, after)
		}
		if n := r.count("SELECT count(*) FROM mails WHERE kind = 'contract_restarted'"); n != 2 {
			t.Errorf("%s: %d were told", kind, n)
		}
		r.sound()
	}
}

// A file that cannot be signed any more gives the round up, and says so.
func TestAChangedDocumentThatIsNoPDF(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "0")
	r.exec("UPDATE contract_settings SET file_max_mb = 50")
	staged := "texte"
	f, err := r.contracts.StageFile(ctx, clerk, "Contrat.txt", stringsReader(staged))
	r.Must(err)
	_, err = r.contracts.AddVersion(ctx, clerk, addVersion(r, f))
	r.Must(err)
	r.work()
	if c := r.centre(signing.Signature); c.Round.State != "restarted" || r.state() != "draft" || r.count("SELECT count(*) FROM notifications WHERE kind = 'contract_not_restarted'") != 1 {
		t.Errorf("%+v, %s", c.Round, r.state())
	}
}

// Outside people sign with a code that was mailed, tried a few times only.
func TestAGuestSignsByCode(t *testing.T) {
	r := newRoom(t)
	r.add("Annexe.pdf", "%PDF-1.7 annexe")
	r.start(signing.Signature, true, "me@aubry.example")
	who := r.guest("me@aubry.example")
	v := r.mine(who, signing.Signature)
	if !slices.Equal(v.Methods, []string{"mail_code"}) || len(v.Documents) != 2 {
		t.Fatalf("%+v", v)
	}
	form := r.form(v, signing.ByCode)
	form.Code = "000000"
	_, err := r.Sign(ctx, who, form)
	r.WantField(err, "code", "fault.round.code_none")
	sent, err := r.SendCode(ctx, who, r.say(v))
	r.Must(err)
	if sent.To != "m•••@aubry.example" {
		t.Errorf("%+v", sent)
	}
	if again, err := r.SendCode(ctx, who, r.say(v)); err != nil || again.Until != sent.Until || r.count("SELECT count(*) FROM mails WHERE kind = 'contract_code'") != 1 {
		t.Errorf("the second click: %+v %v", again, err)
	}
	code := r.mailed()
	for i := range 4 {
		form.Code = "00000" + string(rune('0'+i))
		if form.Code == code {
			t.Skip("the right code is among the wrong ones")
		}
		_, err = r.Sign(ctx, who, form)
		r.WantField(err, "code", "fault.signup.code_wrong")
	}
	form.Code = code
	d, err := r.Sign(ctx, who, form)
	if err != nil || d.State != "signed" {
		t.Fatal(d, err)
	}
	r.work()
	if c := r.centre(signing.Signature); len(c.Sealed) != 2 || c.Round.Turns[0].Signature.CodeSentAt == "" {
		t.Errorf("%+v", c.Round)
	}
	r.sound()
}

// Before the firm's own screen, and on the phone of who stands there.
func TestInPerson(t *testing.T) {
	r := newRoom(t)
	c := r.start(signing.Signature, true, "0", "1")
	form := r.form(signing.PortalRound{TurnID: c.Round.Turns[0].ID, Digest: c.Round.Digest, MyName: "Client Contact", Consent: signing.ConsentOf("fr", 1)}, signing.InPerson)
	form.Method = signing.AtDesk
	_, err := r.Sign(ctx, clerk, form)
	r.WantField(err, "code", "fault.round.method")
	form.Method = signing.InPerson
	_, err = r.Sign(ctx, clerk, form)
	r.Must(err)
	c = r.centre(signing.Signature)
	if s := c.Round.Turns[0].Signature; s.Address != "" || s.Operator != "Camille" || s.Device != "poste-1" {
		t.Errorf("%+v", s)
	}
	h, err := r.MakeHandOff(ctx, clerk, c.Round.Turns[1].ID)
	r.Must(err)
	who := actor.Actor{Kind: actor.Guest, Name: "Sam Second", Contract: r.contract, Turn: c.Round.Turns[1].ID, OperatorID: 1, Operator: "Camille", Lang: "en", Address: "192.0.2.9"}
	r.exec("UPDATE contract_handoffs SET opened_at = '2026-11-21T10:00:00.000Z' WHERE public_id = ?", h.ID)
	v := r.mine(who, signing.Signature)
	if !slices.Equal(v.Methods, []string{"in_person_phone"}) || v.MayApprove {
		t.Fatalf("%+v", v)
	}
	d, err := r.Sign(ctx, who, r.form(v, signing.ByPhone))
	if err != nil || d.State != "signed" {
		t.Fatal(d, err)
	}
	if h, err := r.HandOffState(ctx, clerk, h.ID); err != nil || h.State != "signed" {
		t.Errorf("%+v %v", h, err)
	}
	r.sound()
}

// A signatory says no on the firm's screen, before one of its people, with a reason; nobody of the
// firm answers an approval, or for another user, so.
func TestRefusedInPerson(t *testing.T) {
	r := newRoom(t)
	approval := r.start(signing.Approval, false, "0")
	in := signing.Decide{Key: "key-refuse-approval", TurnID: approval.Round.Turns[0].ID, Digest: approval.Round.Digest, Reason: "Non.", Here: true}
	_, err := r.Refuse(ctx, clerk, in)
	r.WantFault(err, "fault.forbidden")
	_, err = r.CancelRound(ctx, clerk, "key-cancel-approval", approval.Round.ID)
	r.Must(err)
	c := r.start(signing.Signature, false, "0", "1")
	h, err := r.MakeHandOff(ctx, clerk, c.Round.Turns[1].ID)
	r.Must(err)
	in = signing.Decide{Key: "key-refuse-in-person", TurnID: c.Round.Turns[0].ID, Digest: c.Round.Digest, Reason: " ", Here: true}
	_, err = r.Refuse(ctx, clerk, in)
	r.WantField(err, "reason", "fault.required")
	in.Reason, in.Here = "Le loyer est trop élevé.", false
	_, err = r.Refuse(ctx, clerk, in)
	r.WantFault(err, "fault.forbidden")
	in.Here = true
	for range 2 { // twice is once
		d, err := r.Refuse(ctx, clerk, in)
		if err != nil || d.State != "refused" {
			t.Fatal(d, err)
		}
	}
	if now := r.centre(signing.Signature).Round; now.State != "refused" || now.Turns[0].Reason != in.Reason || r.state() != "draft" {
		t.Errorf("%+v, %s", now, r.state())
	}
	if n := r.count(`SELECT count(*) FROM contract_evidence WHERE kind = 'refused' AND data LIKE '%"who":"Camille"%"source":"window"%' AND data LIKE ?`, "%"+in.Reason+"%"); n != 1 {
		t.Errorf("%d events", n)
	}
	if s := r.text("SELECT details FROM audit_log WHERE action = 'contract.turn_refused'"); !strings.Contains(s, `"kind":"in_person"`) || !strings.Contains(s, `"device":"poste-1"`) {
		t.Error(s)
	}
	if h, err := r.HandOffState(ctx, clerk, h.ID); err != nil || h.State == "waiting" {
		t.Errorf("%+v %v", h, err)
	}
	r.sound()
}

// Who lost its access acts no more, in no way.
func TestWhoLostItsAccess(t *testing.T) {
	for name, loss := range map[string]string{
		"archived":   "UPDATE contacts SET archived_at = 'x' WHERE email = 'contact@client.example'",
		"no access":  "UPDATE contacts SET portal_access = 0 WHERE email = 'contact@client.example'",
		"no area":    `UPDATE contacts SET areas = '["invoices"]' WHERE email = 'contact@client.example'`,
		"hidden":     "UPDATE contracts SET in_portal = 0",
		"signed out": "DELETE FROM portal_sessions",
	} {
		r := newRoom(t)
		r.start(signing.Signature, true, "0")
		claire := r.contact(0)
		v := r.mine(claire, signing.Signature)
		r.exec(loss)
		_, err := r.Sign(ctx, claire, r.form(v, signing.ByPassword))
		if err == nil {
			t.Errorf("%s: signed", name)
		}
		if name == "signed out" {
			r.WantFault(err, "fault.no_session")
			continue
		}
		r.WantFault(err, "fault.not_found")
		if _, err := r.OpenDocument(ctx, claire, r.contract, v.Documents[0].VersionID, ""); err == nil {
			t.Errorf("%s: read", name)
		}
		if turn := r.centre(signing.Signature).Round.Turns[0]; name != "hidden" && turn.State != signing.TurnBlocked {
			t.Errorf("%s: %+v", name, turn)
		}
	}
}

// What a person decides about the contract itself ends what was asked, and stands.
func TestDecidedOtherwise(t *testing.T) {
	for want, act := range map[string]func(r *room, a contracts.Act) error{
		"cancelled": func(r *room, a contracts.Act) error { _, err := r.contracts.Cancel(ctx, clerk, a); return err },
		"draft":     func(r *room, a contracts.Act) error { _, err := r.contracts.BackToDraft(ctx, clerk, a); return err },
		"signed": func(r *room, a contracts.Act) error {
			a.On = civil.Of(r.Now(), time.UTC)
			_, err := r.contracts.MarkSigned(ctx, clerk, a)
			return err
		},
	} {
		r := newRoom(t)
		r.start(signing.Approval, true, "0")
		r.start(signing.Signature, true, "1")
		r.Must(act(r, contracts.Act{Key: r.Key(), ContractID: r.contract, Reason: "Sans suite."}))
		if a, s := r.centre(signing.Approval), r.centre(signing.Signature); a.Round.State != "cancelled" || s.Round.State != "cancelled" || r.state() != want {
			t.Errorf("%s: %s, %s, %s", want, a.Round.State, s.Round.State, r.state())
		}
		r.sound()
	}
}

// What is said is read by all who share the contract, and each side is told.
func TestComments(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, false, "0", "me@aubry.example")
	_, err := r.contracts.PortalComment(ctx, r.contact(1), contracts.CommentWish{Key: r.Key(), ContractID: r.contract, Body: "Bonjour"})
	r.WantFault(err, "fault.not_found")
	in := contracts.CommentWish{Key: r.Key(), ContractID: r.contract, Body: "Une question."}
	c, err := r.contracts.PortalComment(ctx, r.contact(0), in)
	r.Must(err)
	if again, err := r.contracts.PortalComment(ctx, r.contact(0), in); err != nil || again.ID != c.ID || !c.Mine || c.Side != contracts.SideCustomer {
		t.Errorf("%+v %v", again, err)
	}
	_, err = r.contracts.Comment(ctx, clerk, contracts.CommentWish{Key: r.Key(), ContractID: r.contract, Body: "La réponse."})
	r.Must(err)
	list, err := r.contracts.PortalComments(ctx, r.guest("me@aubry.example"), r.contract)
	r.Must(err)
	if len(list) != 2 || list[0].Body != "Une question." || list[1].Side != contracts.SideFirm {
		t.Errorf("%+v", list)
	}
	if n := r.count("SELECT count(*) FROM mails WHERE kind = 'contract_comment'"); n != 2 || r.count("SELECT count(*) FROM mails WHERE kind = 'contract_commented'") != 1 {
		t.Errorf("%d mails", n)
	}
	r.exec("UPDATE contracts SET in_portal = 0")
	_, err = r.contracts.PortalComments(ctx, r.contact(0), r.contract)
	r.WantFault(err, "fault.not_found")
}
