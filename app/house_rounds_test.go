package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// longest is how long a test waits for what should come at once.
const longest = 30 * time.Second

func await(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(longest):
		t.Fatal(what)
	}
}

// A page at Stripe is closed as soon as its invoice is paid another way, not with the next
// round.
func TestPageIsClosedAtOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "company")
	stripe := stripetest.New(nil)
	defer stripe.Close()
	t.Setenv(stripeURL, stripe.URL)
	stripeFirm(t, folder)
	ctx := t.Context()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	closed, once := make(chan struct{}), sync.Once{}
	stripe.Watch(func(r stripetest.Request, p stripetest.Phase) {
		if p == stripetest.Sent && strings.HasSuffix(r.Path, "/expire") {
			once.Do(func() { close(closed) })
		}
	})
	h.Start(ctx, "off")
	d := stripeDesk{h: h, who: actor.Shell("fr"), customer: euroCustomer(t, h)}
	k := d.customer.Contacts[0]
	d.contact = actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: d.customer.ID, Trust: actor.TrustPassword, Lang: "fr"}
	invoice, err := d.invoice(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Payments.StartPayment(ctx, d.contact, payments.StartPayment{Key: "one-page", DocumentID: invoice.PublicID, ExpectMinor: invoice.TotalMinor, Gateway: "stripe", ReturnURL: stripeBack}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Payments.Record(ctx, d.who, payments.Record{Key: "one-transfer", DocumentID: invoice.PublicID, Method: "transfer"}); err != nil {
		t.Fatal(err)
	}
	await(t, "the page stays open", closed)
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if open := stripe.Pages(); len(open) != 0 {
		t.Errorf("%v", open)
	}
}

// A gateway that hangs does not keep the company from being closed.
func TestCompanyClosesWhileAGatewayHangs(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "company")
	asked, once := make(chan struct{}), sync.Once{}
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-r.Context().Done()
	}))
	defer hangs.Close()
	stripe := stripetest.New(nil)
	defer stripe.Close()
	t.Setenv(stripeURL, stripe.URL) // the keys are tried when they are kept
	stripeFirm(t, folder)
	t.Setenv(stripeURL, hangs.URL)
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	h.Start(t.Context(), "off")
	await(t, "it is never asked", asked)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	await(t, "closing waits for the gateway", closed)
}
