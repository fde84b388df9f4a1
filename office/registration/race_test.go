package registration_test

import (
	"fmt"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/officetest"
	"comptoir/office/registration"
)

// atOnce runs these at the same moment and gives what each said; what is not said to a person fails.
func atOnce(t *testing.T, acts ...func() error) []error {
	t.Helper()
	errs := officetest.AtOnce(acts...)
	officetest.RefusedOnly(t, errs)
	return errs
}

// The firm approves while the visitor takes the request back: one of the two, and where it is
// withdrawn nobody is let in and no mail says so.
func TestApprovedWhileWithdrawn(t *testing.T) {
	for range 5 {
		r := newRoom(t)
		token := r.filled(r.group(false), "zoe@lenoir.example")
		r.Must(r.Submit(ctx, token))
		id := r.rows("SELECT public_id FROM access_requests")[0]
		version := r.count("SELECT version FROM access_requests")
		var approved error
		errs := atOnce(t, func() error { _, approved = r.approve(id, version, ""); return approved }, func() error { return r.Withdraw(ctx, token) })
		state, contacts := r.rows("SELECT state FROM access_requests")[0], r.count("SELECT count(*) FROM contacts")
		switch {
		case approved == nil && (state != registration.Approved || contacts != 1):
			t.Errorf("approved, and the request is %s with %d contacts", state, contacts)
		case approved != nil && (state != registration.Withdrawn || contacts != 0 || !fault.Is(approved, fault.Conflict)):
			t.Errorf("not approved (%v), and the request is %s with %d contacts", approved, state, contacts)
		}
		if approved == nil && errs[1] == nil && state != registration.Approved {
			t.Error("both were done")
		}
	}
}

// Sent twice at once, it waits once and is announced once.
func TestSentTwiceAtOnce(t *testing.T) {
	for _, free := range []bool{false, true} {
		r := newRoom(t)
		token := r.filled(r.group(free), "zoe@lenoir.example")
		before := r.count("SELECT count(*) FROM mails")
		send := func() error { return r.Submit(ctx, token) }
		atOnce(t, send, send, send, send)
		want := int64(2) // to the firm and to the visitor
		if free {
			want = 1
		}
		if n := r.count("SELECT count(*) FROM mails") - before; n != want || r.count("SELECT count(*) FROM customers") > 1 {
			t.Errorf("free %v: %d mails, %d customers", free, n, r.count("SELECT count(*) FROM customers"))
		}
	}
}

// Five tries end a code, also where fifty come at once: the right one among them after that opens
// nothing.
func TestCodesTriedAtOnce(t *testing.T) {
	r := newRoom(t)
	token, err := r.BeginRequest(ctx, r.group(false), typed(""))
	r.Must(err)
	r.Must(r.SaveStep(ctx, token, registration.StepContact, typed("zoe@lenoir.example")))
	right := r.requestCode()
	var acts []func() error
	for i := range 30 {
		code := fmt.Sprintf("%06d", i)
		if code == right {
			continue
		}
		acts = append(acts, func() error { return r.ProveCode(ctx, token, code) })
	}
	atOnce(t, acts...)
	r.WantFault(r.ProveCode(ctx, token, right), registration.ErrDead.Key)
	if n := r.count("SELECT tries FROM access_requests"); n != registration.CodeMost {
		t.Errorf("%d tries are counted", n)
	}
}

// Many requests about one mailbox share its codes: in a day, from anywhere, nobody gets more than
// some dozens of tries at a million, and the mailbox few mails.
func TestCodesOfOneMailboxAcrossRequests(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	tries := int64(0)
	for i := range 100 {
		in := typed("")
		in.Address = fmt.Sprintf("192.0.%d.%d", i/100, i%100)
		token, err := r.BeginRequest(ctx, group, in)
		r.Must(err)
		form := typed("zoe@lenoir.example")
		form.Address = in.Address
		if err := r.SaveStep(ctx, token, registration.StepContact, form); err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatal(err)
			}
		}
		for range registration.CodeMost {
			if err := r.ProveCode(ctx, token, "x"); err == nil {
				t.Fatal("a wrong code proved the mailbox")
			}
		}
		tries += r.count("SELECT CASE WHEN round > 0 THEN tries ELSE 0 END FROM access_requests ORDER BY id DESC LIMIT 1") // without a code there is nothing to guess
		r.MoveTo(r.Now().Add(24 * time.Hour / 100))
	}
	mails := r.count("SELECT count(*) FROM mails WHERE kind = 'signup_code'")
	if tries == 0 || tries > 100 || mails > 20 {
		t.Errorf("%d tries and %d mails in a day", tries, mails)
	}
}
