package registration_test

import (
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/office/officetest"
	"comptoir/office/registration"
)

// What the firm gave back is not sent again as it was: something is changed, or answered in words that
// the firm reads; looking through the steps is neither, and the day until which it waits is told.
func TestAskedIsAnswered(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	token := r.filled(group, "zoe@lenoir.example")
	in := typed("zoe@lenoir.example")
	r.Must(r.Submit(ctx, token))
	r.WantFault(r.Reply(ctx, token, "Trop tard"), registration.ErrSettled.Key)
	ask := func() registration.DeskRequest {
		t.Helper()
		r.MoveTo(r.Now().Add(time.Minute))
		q, err := r.Queue(ctx, officetest.Staff, registration.QueueQuery{State: registration.Sent})
		r.Must(err)
		d, err := r.Request(ctx, officetest.Staff, q.Rows[0].ID)
		r.Must(err)
		_, err = r.AskMore(ctx, officetest.Staff, registration.Say{Key: "key-ask-" + d.SentAt, RequestID: d.ID, Version: d.Version, Words: "Pour quel atelier ?"})
		r.Must(err)
		r.MoveTo(r.Now().Add(time.Minute))
		return d
	}
	at := ask()
	d, err := r.Request(ctx, officetest.Staff, at.ID)
	r.Must(err)
	if want := r.Now().Add(30*24*time.Hour - time.Minute).UTC().Format(db.TimeFormat); d.Until != want || at.Until != "" {
		t.Errorf("waits until %q, before it was asked %q", d.Until, at.Until)
	}
	for _, s := range []registration.Step{registration.StepContact, registration.StepCompany, registration.StepQuestions} {
		r.Must(r.SaveStep(ctx, token, s, in)) // looked at, and gone on
	}
	if err := r.Submit(ctx, token); !fault.HasField(err, "reply") {
		t.Fatalf("sent again as it was: %v", err)
	}
	r.Must(r.Reply(ctx, token, "  Pour celui de Lyon.  "))
	r.Must(r.Submit(ctx, token))
	if d, err = r.Request(ctx, officetest.Staff, at.ID); err != nil || d.Form.Reply != "Pour celui de Lyon." || d.Words != "Pour quel atelier ?" || d.Until != "" {
		t.Fatalf("%+v %v", d.Form, err)
	}
	ask()
	r.Must(r.Reply(ctx, token, "Pour celui de Lyon."))
	if err := r.Submit(ctx, token); !fault.HasField(err, "reply") {
		t.Fatalf("the same words are no answer: %v", err)
	}
	in.Answers["quoi"] = "Service"
	r.Must(r.SaveStep(ctx, token, registration.StepQuestions, in))
	r.Must(r.Submit(ctx, token))
}
