package signing_test

import (
	"fmt"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/signing"
)

// Who was asked shortly before the day is reminded on it, a day after the question and no sooner;
// then every three days.
func TestRemindedOnTheDay(t *testing.T) {
	r := newRoom(t)
	r.Move("2026-12-14")
	r.start(signing.Approval, false, "0")
	for _, x := range []struct {
		day  string
		sent int64
	}{{"2026-12-14", 0}, {"2026-12-15", 1}, {"2026-12-16", 1}, {"2026-12-18", 2}} {
		r.Move(x.day)
		r.Must(r.Remind(ctx))
		r.Must(r.Remind(ctx))
		if n := r.count("SELECT count(*) FROM mails WHERE kind = 'contract_reminder'"); n != x.sent {
			t.Errorf("%s: %d reminders, want %d", x.day, n, x.sent)
		}
	}
}

// Whoever was asked and is taken off, or replaced, before it answered is told that nothing is wanted
// of it any more: once, and nobody else is.
func TestTakenOffInMidRound(t *testing.T) {
	r := newRoom(t)
	c := r.start(signing.Signature, true, "0", "aubry@notaire.example", "1")
	told := func() string {
		return fmt.Sprint(dbtest.Strings(t, r.raw, "SELECT to_address FROM mails WHERE kind = 'contract_stopped' ORDER BY id"))
	}
	_, err := r.RemoveParty(ctx, clerk, c.Parties[2].ID, false) // its turn had not come: it knows of nothing
	r.Must(err)
	if told() != "[]" {
		t.Errorf("told: %s", told())
	}
	in := signing.PartyForm{ContractID: r.contract, Kind: signing.Signature, Type: "contact", PersonID: r.customer.Contacts[1].PublicID}
	c, err = r.ReplaceParty(ctx, clerk, r.Key(), c.Parties[0].ID, in)
	r.Must(err)
	if told() != "[contact@client.example]" {
		t.Errorf("told: %s", told())
	}
	r.Must(func() error { _, err := r.RemoveParty(ctx, clerk, c.Parties[0].ID, false); return err }())
	_, err = r.RemoveParty(ctx, clerk, c.Parties[1].ID, false) // the guest, whose turn has come by that
	r.Must(err)
	if told() != "[contact@client.example sam@client.example aubry@notaire.example]" {
		t.Errorf("told: %s", told())
	}
	r.sound()
}
