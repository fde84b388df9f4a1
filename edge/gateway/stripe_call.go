package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stripe/stripe-go/v85"
	encoding "github.com/stripe/stripe-go/v85/form"

	"comptoir/office/payments"
)

// The library is used through its backend, with a key for each call: its client of all of
// Stripe's services would add megabytes to the program, its package functions share one key.

const (
	stripePatience = 40 * time.Second // for one answer; the engine waits longer
	largestAnswer  = 8 << 20
)

func (s *Stripe) newBackend() stripe.Backend {
	o := s.o
	carrier := o.Transport
	if carrier == nil {
		carrier = http.DefaultTransport
	}
	config := &stripe.BackendConfig{
		HTTPClient: &http.Client{Timeout: stripePatience, Transport: plainTransport{carrier, s.clock.seen},
			// An order is never sent on to another address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // its lines could hold what must not be logged
		MaxNetworkRetries: stripe.Int64(0),                                // when to ask again is the engine's to say
		EnableTelemetry:   stripe.Bool(false),
	}
	if o.URL != "" {
		config.URL = stripe.String(o.URL)
	}
	return stripe.GetBackendWithConfig(stripe.APIBackend, config)
}

// plainTransport tells Stripe nothing about this machine and reads no endless answer; seen gets
// the head of each.
type plainTransport struct {
	carrier http.RoundTripper
	seen    func(http.Header)
}

func (t plainTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Del("X-Stripe-Client-User-Agent")
	res, err := t.carrier.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.seen(res.Header)
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, largestAnswer), res.Body}
	return res, nil
}

// refusal is an answer of Stripe that is no success. It bears no sentence of Stripe's:
// those repeat parts of keys and of what was sent.
type refusal struct {
	status              int
	kind, code, decline string
	param, request      string
	intent              *stripe.PaymentIntent
}

func (r *refusal) Error() string {
	return fmt.Sprintf("stripe: answer %d %s, code %q, decline %q, param %q, request %q", r.status, r.kind, r.code, r.decline, r.param, r.request)
}

// Is tells what was the matter, in the engine's classes.
func (r *refusal) Is(class error) bool {
	switch class {
	case payments.ErrKeysRefused:
		return r.status == http.StatusUnauthorized || r.status == http.StatusForbidden
	case payments.ErrMissing:
		return r.missing()
	case payments.ErrClock:
		return r.param == "expires_at"
	case payments.ErrBadOrder:
		return r.status == http.StatusBadRequest && r.kind == string(stripe.ErrorTypeInvalidRequest) && !r.missing()
	case payments.ErrUnreached:
		return r.status >= http.StatusInternalServerError || r.status == http.StatusTooManyRequests
	}
	return false
}

func refused(err error) (*refusal, bool) {
	var r *refusal
	ok := errors.As(err, &r)
	return r, ok
}

// keyTaken: this key came with another order before. What became of that one is to be asked.
func (r *refusal) keyTaken() bool {
	return r.kind == string(stripe.ErrorTypeIdempotency) && r.status != http.StatusConflict
}

// missing: what was named is not there, or not in this account.
func (r *refusal) missing() bool { return r.code == string(stripe.ErrorCodeResourceMissing) }

// noCustomer: the customer that was named is not there, or not in this account.
func (r *refusal) noCustomer() bool { return r.missing() && r.param == "customer" }

// kindOff: a way to pay that was asked for is not switched on in the account, or not for this
// currency.
func (r *refusal) kindOff() bool {
	return r.nothingDone() && (r.code == "payment_method_unactivated" || strings.HasPrefix(r.param, "payment_method_types"))
}

// nothingDone: Stripe read the request and did nothing of it. A decline is something done,
// an answer of 409 or 5xx says nothing.
func (r *refusal) nothingDone() bool {
	switch r.status {
	case http.StatusBadRequest, http.StatusNotFound:
		return r.kind == string(stripe.ErrorTypeInvalidRequest) && r.intent == nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return true
	case http.StatusTooManyRequests:
		return r.code != string(stripe.ErrorCodeLockTimeout) // that one was at work
	}
	return false
}

// call sends one request. The answer is in v; an error is a *refusal, or that there was no
// answer. payments.ErrNotSent is joined to it where surely nothing was done.
func (s *Stripe) call(ctx context.Context, secret, method, path string, params stripe.ParamsContainer, v stripe.LastResponseSetter) error {
	var connected atomic.Bool
	params.GetParams().Context = traced(ctx, &connected)
	return plainError(s.backend.Call(method, path, secret, params, v), &connected)
}

// list sends one request for a page of a list; params is a pointer to a struct of the library.
func (s *Stripe) list(ctx context.Context, secret, path string, params any, v stripe.LastResponseSetter) error {
	var connected atomic.Bool
	values := &encoding.Values{}
	encoding.AppendTo(values, params)
	err := s.backend.CallRaw(http.MethodGet, path, secret, []byte(values.Encode()), &stripe.Params{Context: traced(ctx, &connected)}, v)
	return plainError(err, &connected)
}

// traced notes when a connection was there: before that, nothing can have been sent.
func traced(ctx context.Context, connected *atomic.Bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
}

var errNotUnderstood = fmt.Errorf("stripe: the answer could not be read: %w", payments.ErrUnreached)

func plainError(err error, connected *atomic.Bool) error {
	if err == nil {
		return nil
	}
	var answered *stripe.Error
	if errors.As(err, &answered) {
		r := &refusal{status: answered.HTTPStatusCode, kind: string(answered.Type), code: string(answered.Code), decline: string(answered.DeclineCode),
			param: answered.Param, request: answered.RequestID, intent: answered.PaymentIntent}
		if r.nothingDone() {
			return errors.Join(payments.ErrNotSent, r)
		}
		return r
	}
	var carried *url.Error
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		err = fmt.Errorf("stripe: %s is not known here: %w", dns.Name, payments.ErrUnreached)
	case errors.As(err, &carried):
		err = fmt.Errorf("stripe: %w: %w", payments.ErrUnreached, carried.Err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("stripe: %w: %w", payments.ErrUnreached, err)
	default: // the library's own errors repeat the answer
		err = errNotUnderstood
	}
	if !connected.Load() {
		return errors.Join(payments.ErrNotSent, err)
	}
	return err
}
