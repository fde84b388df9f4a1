package registration_test

import (
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/office/outbox"
	"comptoir/office/registration"
)

// Each kind of request that came to nothing goes after its time, with its answers; what came of one
// keeps it. The daily job queues the next day's.
func TestRequestsAreForgotten(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	tokens := map[string]string{}
	staff := actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Ana", Lang: "fr"}
	for _, state := range []string{"asked", "approved", "refused", "withdrawn", "sent"} {
		tokens[state] = r.filled(group, state+"@lenoir.example")
		r.Must(r.Submit(ctx, tokens[state]))
		if state == "sent" {
			break
		}
		v, err := r.LoadRequest(ctx, tokens[state], "fr", registration.StepStatus)
		r.Must(err)
		say := registration.Say{Key: "key-" + state + "-000001", RequestID: v.PublicID, Version: v.Version, Words: "Bonjour."}
		switch state {
		case "asked":
			_, err = r.AskMore(ctx, staff, say)
		case "approved":
			_, err = r.Approve(ctx, staff, registration.Approve{Key: say.Key, RequestID: v.PublicID, Version: v.Version})
		case "refused":
			_, err = r.Refuse(ctx, staff, say)
		case "withdrawn":
			err = r.Withdraw(ctx, tokens[state])
		}
		r.Must(err)
	}
	_, err := r.BeginRequest(ctx, group, typed("")) // nobody proved a mailbox
	r.Must(err)
	worker := outbox.NewWorker(outbox.Config{DB: r.DB})
	worker.Handle(registration.JobForget, r.Forget)
	began := r.Now()
	for _, c := range []struct {
		after time.Duration
		left  string
	}{
		{0, "approved asked draft refused sent withdrawn"},
		{registration.UnprovedLife + time.Minute, "approved asked refused sent withdrawn"},
		{registration.WithdrawnLife + time.Hour, "approved refused sent"}, // the day that was given for more is over as well
		{registration.RefusedLife + time.Hour, "approved sent"},
	} {
		r.MoveTo(began.Add(c.after))
		r.Must(r.QueueForget(ctx))
		_, err := worker.RunJobs(ctx)
		r.Must(err)
		if left := strings.Join(r.rows("SELECT state FROM access_requests ORDER BY state"), " "); left != c.left {
			t.Errorf("after %v: %q, want %q", c.after, left, c.left)
		}
		if next := r.rows("SELECT run_at FROM jobs WHERE kind = 'requests.forget' AND state = 'queued' ORDER BY run_at DESC"); len(next) == 0 || next[0] <= r.Now().UTC().Format(time.RFC3339) {
			t.Errorf("after %v the next one is at %v", c.after, next)
		}
	}
	if n := r.count("SELECT count(*) FROM access_answers"); n != 2 {
		t.Errorf("answers of %d requests are left", n)
	}
}
