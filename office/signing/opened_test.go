package signing_test

import (
	"fmt"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/signing"
)

// What the certificate of a document says was opened is that document, by who is said to have done
// so: opening one paper of a round says nothing of its neighbour, and the firm showing it on its
// screen does not stand for the signer who opens it on the portal.
func TestOpeningIsKeptOfTheDocumentThatWasOpened(t *testing.T) {
	r := newRoom(t)
	r.add("Annexe.pdf", "%PDF-1.7 deux")
	r.start(signing.Signature, false, "0")
	claire := r.contact(0)
	v := r.mine(claire, signing.Signature)
	opened := func() []string {
		return dbtest.Strings(t, r.raw, `SELECT e.document || ' ' || json_extract(e.data, '$.source') || ' ' || (json_extract(e.data, '$.document') = v.sha256)
			FROM contract_evidence e JOIN contract_round_files f ON f.round_id = e.round_id AND f.position = e.document JOIN contract_file_versions v ON v.id = f.version_id WHERE e.kind = 'opened' ORDER BY e.document, e.n`)
	}
	read := func(who actor.Actor, n int) {
		t.Helper()
		var d signing.OpenedDocument
		var err error
		if who.Kind == actor.Staff {
			d, err = r.DeskDocument(ctx, who, v.TurnID, v.Documents[n].VersionID)
		} else {
			d, err = r.OpenDocument(ctx, who, r.contract, v.Documents[n].VersionID, "Firefox")
		}
		r.Must(err)
		r.Must(d.Bytes.Close())
	}
	for _, x := range []struct {
		who  actor.Actor
		n    int
		want []string
	}{
		{clerk, 1, []string{"1 window 1"}},
		{clerk, 1, []string{"1 window 1"}},
		{claire, 0, []string{"0 portal 1", "1 window 1"}},
		{claire, 1, []string{"0 portal 1", "1 window 1", "1 portal 1"}},
		{claire, 1, []string{"0 portal 1", "1 window 1", "1 portal 1"}},
	} {
		if read(x.who, x.n); fmt.Sprint(opened()) != fmt.Sprint(x.want) {
			t.Errorf("%s opens %d: %v, not %v", x.who.Name, x.n, opened(), x.want)
		}
	}
	r.sound()
}

// An approval and a signature that ask about the same document each keep that it was opened.
func TestOpenedInBothRounds(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Approval, false, "0")
	r.start(signing.Signature, false, "0")
	claire := r.contact(0)
	for range 2 {
		d, err := r.OpenDocument(ctx, claire, r.contract, r.mine(claire, signing.Approval).Documents[0].VersionID, "Firefox")
		r.Must(err)
		r.Must(d.Bytes.Close())
	}
	if n := r.count("SELECT count(DISTINCT round_id) FROM contract_evidence WHERE kind = 'opened'"); n != 2 || r.count("SELECT count(*) FROM contract_evidence WHERE kind = 'opened'") != 2 {
		t.Errorf("kept in %d rounds", n)
	}
	r.sound()
}

// The certificate says when a phone read the code on the screen: that moment, not the signature's.
func TestWhenAPhoneReadTheCode(t *testing.T) {
	r := newRoom(t)
	r.Firm.Access.OnScanned(r.Scanned)
	r.start(signing.Signature, false, "0")
	h, err := r.MakeHandOff(ctx, clerk, r.centre(signing.Signature).Round.Turns[0].ID)
	r.Must(err)
	s, err := r.scan(h)
	r.Must(err)
	read := db.Stamp(r.Now())
	r.MoveTo(r.Now().Add(7 * time.Minute))
	_, err = r.Sign(ctx, s.Actor, r.form(r.mine(s.Actor, signing.Signature), signing.ByPhone))
	r.Must(err)
	got := r.centre(signing.Signature).Round.Turns[0].Signature
	if signed := db.Stamp(r.Now()); got.ProvedAt[:19] != read[:19] || got.SignedAt[:19] != signed[:19] {
		t.Errorf("read %s, signed %s, not %s and %s", got.ProvedAt, got.SignedAt, read, signed)
	}
}
