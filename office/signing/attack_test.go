package signing_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/office/contracts"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// What is no try, since no code counts any more, leaves nothing in the evidence: who holds a link
// does not write the file of the company, and the certificate of signature, full.
func TestGuessesBeyondTheLastLeaveNothing(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "me@aubry.example")
	who := r.guest("me@aubry.example")
	form := r.form(r.mine(who, signing.Signature), signing.ByCode)
	guess := func(n int) {
		for i := range n {
			form.Key, form.Code, form.UserAgent = r.Key(), fmt.Sprintf("%06d", i), strings.Repeat("u", 5000)
			if _, err := r.Sign(ctx, who, form); !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
		}
	}
	refused := func() int64 { return r.count("SELECT count(*) FROM contract_evidence WHERE kind = 'code_refused'") }
	if guess(3); refused() != 0 {
		t.Errorf("%d refusals before there was a code", refused())
	}
	_, err := r.SendCode(ctx, who, signing.Decide{Key: r.Key(), ContractID: r.contract, TurnID: form.TurnID, Digest: form.Digest, UserAgent: strings.Repeat("u", 5000)})
	r.Must(err)
	if guess(20); refused() != signing.CodeMost {
		t.Errorf("%d refusals are kept of %d tries", refused(), signing.CodeMost)
	}
	if n := r.count("SELECT max(length(data)) FROM contract_evidence"); n > 1000 {
		t.Errorf("a browser's name of 5000 letters is kept: %d", n)
	}
	r.sound()
}

// A stranger who has codes for a registration sent to somebody's mailbox does not keep its owner
// from signing.
func TestStrangersDoNotUseUpTheCodesOfASigner(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "me@aubry.example")
	who := r.guest("me@aubry.example")
	r.Must(r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for range 20 {
			if _, err := r.Firm.Access.TakeCode(ctx, tx, "me@aubry.example"); err != nil {
				return err
			}
		}
		return nil
	}))
	if _, err := r.SendCode(ctx, who, r.say(r.mine(who, signing.Signature))); err != nil {
		t.Fatal(err)
	}
	for range 10 { // its own are few all the same
		r.exec("UPDATE contract_codes SET code_until = '2020'")
		if _, err := r.SendCode(ctx, who, r.say(r.mine(who, signing.Signature))); err != nil {
			if !fault.Is(err, fault.TooMany) {
				t.Error(err)
			}
			return
		}
	}
	t.Error("codes without end")
}

// Nobody signs what cannot be read any more, or is other bytes on the disk than those that are
// asked about; when they are back the same page goes on.
func TestNobodySignsWhatIsNotThere(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "0")
	who := r.contact(0)
	v := r.mine(who, signing.Signature)
	found, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(r.Path)), "*", v.Documents[0].SHA256[:2], v.Documents[0].SHA256[2:]))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	path := found[0]
	was, err := os.ReadFile(path)
	r.Must(err)
	r.Must(os.Chmod(path, 0o600))
	r.Must(os.WriteFile(path, []byte(strings.Replace(string(was), "un", "in", 1)), 0o600))
	if _, err := r.Sign(ctx, who, r.form(v, signing.ByPassword)); !isKey(err, "fault.file_changed") {
		t.Errorf("other bytes: %v", err)
	}
	r.Must(os.Remove(path))
	if _, err := r.Sign(ctx, who, r.form(v, signing.ByPassword)); !isKey(err, "fault.file_missing") {
		t.Errorf("no file: %v", err)
	}
	if n := r.count("SELECT count(*) FROM contract_signatures"); n != 0 {
		t.Errorf("%d signatures", n)
	}
	r.Must(os.WriteFile(path, was, 0o600))
	if d, err := r.Sign(ctx, who, r.form(v, signing.ByPassword)); err != nil || d.State != "signed" {
		t.Errorf("%+v %v", d, err)
	}
	r.sound()
}

func isKey(err error, key string) bool {
	e, ok := fault.As(err)
	return ok && e.Key == key
}

// What a browser sends as a drawing is a picture, or is refused beside its field; the time zone is
// one of the world, not that of this machine.
func TestForgedDrawings(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, true, "0")
	who := r.contact(0)
	form := r.form(r.mine(who, signing.Signature), signing.ByPassword)
	form.Drawing = evidence.Drawing{PNG: []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>")}
	_, err := r.Sign(ctx, who, form)
	r.WantField(err, "drawing", "fault.seal.drawing")
	form.Drawing, form.TimeZone = evidence.Drawing{}, "Local"
	_, err = r.Sign(ctx, who, form)
	r.Must(err)
	if zone := r.text("SELECT time_zone FROM contract_signatures"); zone != "" {
		t.Errorf("signed in the zone %q", zone)
	}
}

// Who writes without end is stopped, and silences nobody else with it.
func TestOneWhoFloodsSilencesNobody(t *testing.T) {
	r := newRoom(t)
	r.start(signing.Signature, false, "0", "me@aubry.example")
	write := func(who actor.Actor) error {
		_, err := r.contracts.PortalComment(ctx, who, contracts.CommentWish{Key: r.Key(), ContractID: r.contract, Body: "Encore."})
		return err
	}
	n := 0
	for ; n < 100 && write(r.guest("me@aubry.example")) == nil; n++ {
	}
	if !fault.Is(write(r.guest("me@aubry.example")), fault.TooMany) || n > 40 {
		t.Errorf("%d messages of one person", n)
	}
	r.Must(write(r.contact(0)))
}
