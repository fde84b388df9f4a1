package signing_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/officetest"
	"comptoir/office/signing"
)

// atOnce runs these at the same moment and gives what each said; what is not said to a person fails.
func atOnce(t *testing.T, acts ...func() error) []error {
	t.Helper()
	errs := officetest.AtOnce(acts...)
	officetest.RefusedOnly(t, errs)
	return errs
}

// The same answer by several clicks at once is given once; a yes and a no at once are one of them.
func TestClicksAtOnce(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Approval, false, "0", "1")
	claire := r.contact(0)
	v := r.mine(claire, signing.Approval)
	one := r.say(v)
	approve := func(in signing.Decide) func() error {
		return func() error { _, err := r.Approve(ctx, claire, in); return err }
	}
	no := r.say(v)
	no.Reason = "Non."
	errs := atOnce(t, approve(one), approve(one), approve(r.say(v)), func() error { _, err := r.Refuse(ctx, claire, no); return err })
	yes := errs[0] == nil && errs[1] == nil && errs[2] == nil
	if yes == (errs[3] == nil) {
		t.Errorf("%v", errs)
	}
	if n := r.count("SELECT count(*) FROM contract_evidence WHERE kind IN ('approved','refused')"); n != 1 {
		t.Errorf("%d answers in the chain", n)
	}
	r.sound()
}

// Two signers at once, each with two clicks, both the last one to be waited for: each signs once,
// the round is done once, and it is sealed once however often the job runs.
func TestTwoSignersAtOnce(t *testing.T) {
	for range 5 {
		r := newRoom(t)
		r.start(signing.Signature, false, "0", "1")
		var acts []func() error
		for i := range 2 {
			who := r.contact(i)
			v := r.mine(who, signing.Signature)
			for range 2 {
				form := r.form(v, signing.ByPassword)
				acts = append(acts, func() error { _, err := r.Sign(ctx, who, form); return err })
			}
		}
		if errs := atOnce(t, acts...); officetest.Won(errs) != 4 {
			t.Errorf("%v", errs)
		}
		payload := []byte(`{"round":"` + r.centre(signing.Signature).Round.ID + `"}`)
		seal := func() error { return r.RunSeal(ctx, payload) }
		atOnce(t, seal, seal, seal)
		r.work()
		if n := r.count("SELECT count(*) FROM contract_signatures"); n != 2 || r.state() != "signed" {
			t.Errorf("%d signatures, %s", n, r.state())
		}
		if n := r.count("SELECT count(*) FROM contract_files WHERE sealed = 1"); n != 1 || r.count("SELECT count(*) FROM mails WHERE kind = 'contract_signed_copy'") != 2 {
			t.Errorf("%d sealed papers", n)
		}
		if r.count("SELECT count(*) FROM contract_evidence WHERE kind = 'completed'") != 1 || r.count("SELECT count(*) FROM contract_evidence WHERE kind = 'signed'") != 2 {
			t.Error("the chain tells something else")
		}
		r.sound()
	}
}

// A signature while the document changes: it is one of the old round, which counts for nothing more,
// or it is refused; never one of the new round.
func TestSignedWhileTheDocumentChanges(t *testing.T) {
	for range 5 {
		r := newRoom(t)
		r.start(signing.Signature, true, "0", "1")
		claire := r.contact(0)
		form := r.form(r.mine(claire, signing.Signature), signing.ByPassword)
		errs := atOnce(t, func() error { _, err := r.Sign(ctx, claire, form); return err }, func() error { return r.rewrite("%PDF-1.7 deux") })
		if errs[1] != nil || errs[0] != nil && !fault.Is(errs[0], fault.Conflict) {
			t.Errorf("%v", errs)
		}
		r.work()
		c := r.centre(signing.Signature)
		if c.Round.State != "open" || c.Round.N != 2 || c.Round.Turns[0].State != signing.TurnAsked || len(c.History) != 1 || c.History[0].State != "restarted" {
			t.Errorf("%+v", c.Round)
		}
		r.sound()
	}
}

// A code that was mailed is good for one signature, however many are tried with it at once.
func TestACodeTwiceAtOnce(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "me@aubry.example")
	who := r.guest("me@aubry.example")
	v := r.mine(who, signing.Signature)
	_, err := r.SendCode(ctx, who, r.say(v))
	r.Must(err)
	var acts []func() error
	for range 4 {
		form := r.form(v, signing.ByCode)
		form.Code = r.mailed()
		acts = append(acts, func() error { _, err := r.Sign(ctx, who, form); return err })
	}
	if errs := atOnce(t, acts...); officetest.Won(errs) != 4 || r.count("SELECT count(*) FROM contract_signatures") != 1 || r.count("SELECT count(*) FROM contract_evidence WHERE kind = 'code_accepted'") != 1 {
		t.Errorf("%v", errs)
	}
}

// Whatever is done in whatever order, with pages of any age: no turn is answered twice, no round is
// done without all its yeses, nothing is sealed without all signatures, every chain holds.
func TestAnyOrderOfActs(t *testing.T) {
	r := newRoom(t)
	rapid.Check(t, func(rt *rapid.T) {
		r.another()
		kind := rapid.SampledFrom([]string{signing.Approval, signing.Signature}).Draw(rt, "kind")
		r.start(kind, rapid.Bool().Draw(rt, "ordered"), "0", "1", "me@aubry.example")
		people := []actor.Actor{r.contact(0), r.contact(1), r.guest("me@aubry.example")}
		pages := map[int][]signing.PortalRound{}
		look := func(i int) {
			list, err := r.PortalRounds(ctx, people[i], r.contract)
			if err == nil && len(list) > 0 {
				pages[i] = append(pages[i], list[0])
			}
		}
		for i := range people {
			look(i)
		}
		version := 1
		for range rapid.IntRange(4, 14).Draw(rt, "acts") {
			i := rapid.IntRange(0, 2).Draw(rt, "who")
			if len(pages[i]) == 0 {
				continue
			}
			v := pages[i][rapid.IntRange(0, len(pages[i])-1).Draw(rt, "page")]
			switch rapid.SampledFrom([]string{"look", "yes", "yes", "yes", "no", "change", "remove", "cancel", "start", "hide", "show", "work"}).Draw(rt, "act") {
			case "look":
				look(i)
			case "yes":
				r.answer(people[i], v)
			case "no":
				in := r.say(v)
				in.Reason = "Non."
				_, _ = r.Refuse(ctx, people[i], in)
			case "change":
				version++
				r.Must(r.rewrite(fmt.Sprintf("%%PDF-1.7 %d", version)))
			case "remove":
				if c := r.centre(kind); i < len(c.Parties) {
					_, _ = r.RemoveParty(ctx, clerk, c.Parties[i].ID, rapid.Bool().Draw(rt, "restart"))
				}
			case "cancel":
				_, err := r.CancelRound(ctx, clerk, r.Key(), r.centre(kind).Round.ID)
				r.Must(err)
			case "start":
				_, _ = r.Start(ctx, clerk, r.Key(), signing.StartForm{ContractID: r.contract, Kind: kind, MakeVisible: true})
			case "hide":
				r.exec("UPDATE contracts SET in_portal = 0")
			case "show":
				r.exec("UPDATE contracts SET in_portal = 1")
			case "work":
				r.work()
			}
			r.consistent(rt)
		}
		r.work()
		r.consistent(rt)
		r.sound()
	})
}

// answer says yes as that person would.
func (r *room) answer(who actor.Actor, v signing.PortalRound) {
	if v.Kind == signing.Approval {
		_, _ = r.Approve(ctx, who, r.say(v))
		return
	}
	form := r.form(v, signing.ByPassword)
	if who.Kind == actor.Guest {
		if _, err := r.SendCode(ctx, who, r.say(v)); err != nil {
			return
		}
		form.Method, form.Code = signing.ByCode, r.mailed()
	}
	_, _ = r.Sign(ctx, who, form)
}

// consistent proves what must hold after every act.
func (r *room) consistent(t *rapid.T) {
	for what, query := range map[string]string{
		"more than one answer in a chain": "SELECT count(*) FROM (SELECT turn_id FROM contract_evidence WHERE kind IN ('approved','refused','signed') AND document = 0 GROUP BY turn_id HAVING count(*) > 1)",
		"an answer without its event":     "SELECT count(*) FROM contract_turns t WHERE t.decision IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contract_evidence e WHERE e.turn_id = t.id AND e.kind = t.decision)",
		"a signature without proof":       "SELECT count(*) FROM contract_turns t WHERE t.decision = 'signed' AND NOT EXISTS (SELECT 1 FROM contract_signatures s WHERE s.turn_id = t.id)",
		"done without all":                "SELECT count(*) FROM contract_rounds r JOIN contract_turns t ON t.round_id = r.id JOIN contract_parties p ON p.id = t.party_id WHERE r.state = 'done' AND (t.decision = 'refused' OR t.decision IS NULL AND (p.removed_at IS NULL OR p.removed_at > r.closed_at))",
		"sealed without being done":       "SELECT count(*) FROM contract_rounds WHERE sealed_at IS NOT NULL AND state <> 'done'",
		"signed without a round":          "SELECT count(*) FROM contracts c WHERE c.state = 'signed' AND NOT EXISTS (SELECT 1 FROM contract_rounds r WHERE r.contract_id = c.id AND r.kind = 'signature' AND r.state = 'done')",
		"two rounds open":                 "SELECT count(*) FROM (SELECT contract_id FROM contract_rounds WHERE state = 'open' GROUP BY contract_id, kind HAVING count(*) > 1)",
	} {
		if n := r.count(query); n != 0 {
			t.Fatalf("%s: %d", what, n)
		}
	}
}
