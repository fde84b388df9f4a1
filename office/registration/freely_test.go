package registration_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/registration"
)

// sendFrom sends a complete request from an address of the network.
func (r room) sendFrom(group, email, address string) {
	r.T.Helper()
	in := typed(email)
	in.Address, in.Form.TaxID = address, fmt.Sprintf("x%08d", r.count("SELECT count(*) FROM access_requests"))
	token, err := r.BeginRequest(ctx, group, in)
	r.Must(err)
	for _, s := range []registration.Step{registration.StepContact, registration.StepCompany, registration.StepQuestions} {
		r.Must(r.SaveStep(ctx, token, s, in))
	}
	r.Must(r.ProveCode(ctx, token, r.requestCode()))
	r.Must(r.Submit(ctx, token))
}

// A mass of sign-ups makes no mass of customers: from the sixth of an address in a day on, and the
// fifty-first of all, the firm decides; nobody is turned away, and each that opened is told.
func TestFreeRegistrationHasABoundADay(t *testing.T) {
	r := newRoom(t)
	group := r.group(true)
	states := func() string {
		return strings.Join(r.rows("SELECT state || ' ' || count(*) FROM access_requests GROUP BY state ORDER BY state"), ", ")
	}
	for i := range 7 {
		r.sendFrom(group, fmt.Sprintf("a%d@lenoir.example", i), "192.0.2.9")
	}
	if got := states(); got != "approved 5, sent 2" {
		t.Error(got)
	}
	if got := strings.Join(r.rows("SELECT kind || ' ' || count(*) FROM notifications GROUP BY kind ORDER BY kind"), ", "); got != "customer_opened 5, request_arrived 2" {
		t.Error(got)
	}
	for i := range 47 {
		r.sendFrom(group, fmt.Sprintf("b%d@lenoir.example", i), fmt.Sprintf("192.0.2.%d", 20+i))
	}
	if got := states(); got != "approved 50, sent 4" {
		t.Error(got)
	}
	r.MoveTo(r.Now().Add(24*time.Hour + time.Minute))
	r.sendFrom(group, "c@lenoir.example", "192.0.2.9")
	if got := states(); got != "approved 51, sent 4" {
		t.Error(got)
	}
}

// A number that is a customer's already makes no second one: the firm decides, and the page says the
// same.
func TestFreeRegistrationMakesNoTwin(t *testing.T) {
	r := newRoom(t)
	group := r.group(true)
	for i := range 2 {
		token := r.filled(group, fmt.Sprintf("a%d@lenoir.example", i))
		r.Must(r.Submit(ctx, token))
	}
	if got := strings.Join(r.rows("SELECT state || ' ' || email FROM access_requests ORDER BY id"), ", "); got != "approved a0@lenoir.example, sent a1@lenoir.example" {
		t.Error(got)
	}
	if got := r.count("SELECT count(*) FROM customers WHERE name = 'Crèmerie Lenoir'"); got != 1 {
		t.Errorf("%d customers", got)
	}
}

// Free registration ends with the portal of its group, also for who is in the middle of the steps,
// and does not come back by itself.
func TestFreeRegistrationEndsWithTheGroupsPortal(t *testing.T) {
	r := newRoom(t)
	group := r.group(true)
	off, err := r.Customers.PortalOff(ctx, officetest.Staff, group)
	r.Must(err)
	if !off.Free {
		t.Error("nobody says that free registration ends")
	}
	under := r.filled(group, "zoe@lenoir.example")
	turn := func(on bool) {
		t.Helper()
		g, err := r.Customers.Group(ctx, officetest.Staff, group)
		r.Must(err)
		g.PortalEnabled = &on
		_, err = r.Customers.SaveGroup(ctx, officetest.Staff, fmt.Sprint("turn", on, g.Version), g)
		r.Must(err)
	}
	turn(false)
	if got := r.count("SELECT count(*) FROM portal_settings WHERE free_group_id IS NULL"); got != 1 {
		t.Error("free registration stands in a closed group")
	}
	r.WantFault(r.Submit(ctx, under), registration.ErrNoRequest.Key)
	_, err = r.BeginRequest(ctx, group, typed("x@lenoir.example"))
	r.WantFault(err, "fault.not_found")
	turn(true)
	r.Must(r.Submit(ctx, under))
	if got := r.rows("SELECT state FROM access_requests"); len(got) != 1 || got[0] != "sent" {
		t.Errorf("%q: nobody approved it", got)
	}
	if got := r.count("SELECT count(*) FROM audit_log WHERE action = 'group.free_registration_off'"); got != 1 {
		t.Errorf("%d records", got)
	}
	other, err := r.Customers.SaveGroup(ctx, officetest.Staff, "key-other", customers.Group{Name: "À part"})
	r.Must(err)
	r.exec("UPDATE portal_settings SET free_group_id = (SELECT id FROM customer_groups WHERE public_id = '" + other.PublicID + "')")
	r.Must(r.Customers.DeleteGroup(ctx, officetest.Staff, other.PublicID, other.Version))
}
