package stripetest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// hook is where events are sent to by themselves.
type hook struct {
	url, secret string
	sent        int // how many of the order's records were looked at
}

// tell makes an event about a record as it is now.
func (c *call) tell(kind string, about object) {
	b, err := json.Marshal(about)
	if err != nil {
		panic(err)
	}
	var then map[string]any
	if err := json.Unmarshal(b, &then); err != nil {
		panic(err)
	}
	c.make("evt", "event", object{"type": kind, "api_version": "2019-01-01", "data": object{"object": then}, "pending_webhooks": 1, "request": object{"id": nil, "idempotency_key": nil}})
}

// Event is one that was made.
type Event struct{ ID, Kind string }

// Events lists them, the oldest first.
func (f *Fake) Events() []Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := []Event{}
	for _, id := range f.order {
		if o := f.objects[id]; o.text("object") == "event" {
			out = append(out, Event{ID: id, Kind: o.text("type")})
		}
	}
	return out
}

// Signed gives a webhook of an event: its body, and its signature by each secret.
func (f *Fake) Signed(eventID string, at time.Time, secrets ...string) (payload []byte, header string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	payload, err := json.Marshal(f.objects[eventID])
	if err != nil {
		panic(err)
	}
	return payload, Sign(payload, at, secrets...)
}

// Sign signs a body as Stripe does.
func Sign(payload []byte, at time.Time, secrets ...string) string {
	header := []string{fmt.Sprintf("t=%d", at.Unix())}
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		fmt.Fprintf(mac, "%d.%s", at.Unix(), payload)
		header = append(header, "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(header, ",")
}

// Hook names the address that Deliver sends events to.
func (f *Fake) Hook(url, secret string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook.url, f.hook.secret = url, secret
}

// Deliver sends the events that were not delivered yet. One that is not taken is sent again
// the next time, before those that came after it.
func (f *Fake) Deliver(ctx context.Context) error {
	for {
		f.mu.Lock()
		if f.hook.url == "" || f.hook.sent >= len(f.order) {
			f.mu.Unlock()
			return nil
		}
		id, to, secret := f.order[f.hook.sent], f.hook.url, f.hook.secret
		is := f.objects[id].text("object") == "event"
		f.mu.Unlock()
		if is {
			if err := f.Send(ctx, to, id, secret); err != nil {
				return err
			}
		}
		f.mu.Lock()
		f.hook.sent++
		f.mu.Unlock()
	}
}

// Send sends one event to an address, again if it was sent before.
func (f *Fake) Send(ctx context.Context, to, eventID string, secrets ...string) error {
	payload, header := f.Signed(eventID, f.clock(), secrets...)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(payload))
	if err != nil {
		return err
	}
	r.Header.Set("Stripe-Signature", header)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return errors.New("stripetest: the webhook answered " + res.Status)
	}
	return nil
}
