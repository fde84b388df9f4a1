package signing_test

import (
	"testing"
	"time"

	"comptoir/office/signing"
)

// A clock that is set back between two signatures breaks nothing: each keeps the moment that it was
// given, the chain holds, the paper is sealed, and a code that was used opens nothing again.
func TestTheClockIsSetBackBetweenSignatures(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "0", "me@aubry.example")
	claire, guest := r.contact(0), r.guest("me@aubry.example")
	_, err := r.Sign(ctx, claire, r.form(r.mine(claire, signing.Signature), signing.ByPassword))
	r.Must(err)
	_, err = r.SendCode(ctx, guest, r.say(r.mine(guest, signing.Signature)))
	r.Must(err)
	code := r.mailed()
	r.MoveTo(r.Now().Add(-3 * time.Hour))
	sent, err := r.SendCode(ctx, guest, r.say(r.mine(guest, signing.Signature)))
	if err != nil || sent.To == "" {
		t.Fatal(sent, err)
	}
	form := r.form(r.mine(guest, signing.Signature), signing.ByCode)
	form.Code = code
	if d, err := r.Sign(ctx, guest, form); err != nil || d.State != "signed" {
		t.Fatal(d, err)
	}
	r.work()
	if c := r.centre(signing.Signature); c.Round.Sealing != "done" || len(c.Sealed) != 1 {
		t.Errorf("%s %s", c.Round.Sealing, c.Round.SealFault)
	}
	form.Key = r.Key()
	if d, err := r.Sign(ctx, guest, form); err != nil || !d.Again {
		t.Errorf("the code a second time: %+v %v", d, err)
	}
	r.sound()
}
