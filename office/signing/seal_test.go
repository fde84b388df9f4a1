package signing_test

import (
	"testing"

	"comptoir/office/signing"
)

// A seal that fails is shown in the centre and told once; asked for again it goes on where it was,
// and what was made before is not made twice.
func TestASealThatFails(t *testing.T) {
	r := newRoom(t)
	r.add("Annexe.pdf", "%PDF-1.7 annexe")
	r.start(signing.Signature, true, "0")
	claire := r.contact(0)
	_, err := r.Sign(ctx, claire, r.form(r.mine(claire, signing.Signature), signing.ByPassword))
	r.Must(err)
	payload := []byte(`{"round":"` + r.centre(signing.Signature).Round.ID + `"}`)
	r.press.broken.Store(true)
	for range 2 {
		if err := r.RunSeal(ctx, payload); err == nil {
			t.Fatal("sealed without ink")
		}
	}
	c := r.centre(signing.Signature)
	if c.Round.Sealing != "failed" || c.Round.SealFault != "fault.round.seal" || len(c.Sealed) != 0 || r.state() != "signed" || r.count("SELECT count(*) FROM notifications WHERE kind = 'contract_seal_failed'") != 1 {
		t.Errorf("%+v", c.Round)
	}
	r.press.broken.Store(false)
	c, err = r.RetrySeal(ctx, clerk, c.Round.ID)
	r.Must(err)
	if c.Round.Sealing != "waiting" {
		t.Errorf("%+v", c.Round)
	}
	r.work()
	if c = r.centre(signing.Signature); c.Round.Sealing != "done" || len(c.Sealed) != 2 || c.Round.SealFault != "" {
		t.Errorf("%+v", c.Round)
	}
	r.Must(r.RunSeal(ctx, payload)) // the mark of the job was lost
	if n := r.press.sealed.Load(); n != 2 || r.count("SELECT count(*) FROM mails WHERE kind = 'contract_signed_copy'") != 1 {
		t.Errorf("%d papers", n)
	}
}
