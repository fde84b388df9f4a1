package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/core/locale"
)

// What a bound method can do to the transport.

type badService struct{}

func (badService) Panic() error              { panic("secret-of-the-house") }
func (badService) Nil() error                { return noFault().Err }
func (badService) Internal() error           { return errors.New("open /home/anne/secret: no such file") }
func (badService) NaN() (float64, error)     { return math.NaN(), nil }
func (badService) Add(a, b int) (int, error) { return a + b, nil }
func (badService) Cancelled() error          { return context.Canceled }
func (badService) Refused() error {
	return fault.New(fault.Conflict, "fault.stale").With(errors.New("SQL logic error"))
}

func noFault() *fault.Error { return nil }

func callBad(t *testing.T, method, args string) (reply, string) {
	t.Helper()
	var log bytes.Buffer
	d := &dispatcher{log: slog.New(slog.NewTextHandler(&log, nil)), app: New(Config{})}
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(args), &raw); err != nil {
		t.Fatal(err)
	}
	res, err := d.call(t.Context(), reflect.ValueOf(badService{}).MethodByName(method), raw)
	out := reply{Result: res}
	if err != nil {
		shown := show(t.Context(), d.log, locale.FR, method, err)
		out = reply{Error: &shown}
	}
	w := httptest.NewRecorder()
	d.write(t.Context(), w, locale.FR, method, out)
	var got reply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v in %s", method, err, w.Body)
	}
	if w.Code != http.StatusOK {
		t.Errorf("%s: status %d", method, w.Code)
	}
	return got, log.String()
}

func TestTroubleBecomesAnOrdinaryError(t *testing.T) {
	for method, inside := range map[string]string{"Panic": "secret-of-the-house", "Nil": "nil pointer", "Internal": "/home/anne", "NaN": "NaN"} {
		got, log := callBad(t, method, "[]")
		if got.Error == nil || got.Error.Code != "internal" || got.Result != nil {
			t.Errorf("%s: %+v", method, got)
			continue
		}
		if len(got.Error.Reference) != 8 || !strings.Contains(got.Error.Message, got.Error.Reference) || !strings.Contains(log, got.Error.Reference) {
			t.Errorf("%s: the reference %q is to stand in the sentence %q and in the log:\n%s", method, got.Error.Reference, got.Error.Message, log)
		}
		if !strings.Contains(log, inside) {
			t.Errorf("%s: the log does not say why:\n%s", method, log)
		}
		shown, err := json.Marshal(got.Error)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{inside, "panic", "goroutine", "runtime", ".go:"} {
			if strings.Contains(string(shown), word) {
				t.Errorf("%s shows %q: %s", method, word, shown)
			}
		}
	}
}

func TestRefusalsAreShownInWords(t *testing.T) {
	got, log := callBad(t, "Refused", "[]")
	if got.Error == nil || got.Error.Code != "conflict" || got.Error.Reference != "" || strings.Contains(got.Error.Message, "SQL") || strings.Contains(got.Error.Message, "fault.") {
		t.Errorf("%+v", got.Error)
	}
	if !strings.Contains(log, "SQL logic error") {
		t.Errorf("the cause is not in the log:\n%s", log)
	}
	if got, _ := callBad(t, "Cancelled", "[]"); got.Error == nil || got.Error.Code != "cancelled" {
		t.Errorf("%+v", got.Error)
	}
}

func TestArguments(t *testing.T) {
	for args, ok := range map[string]bool{
		"[1,2]": true, "[1,null]": true, "[1]": false, "[1,2,3]": false, "[]": false, `["1",2]`: false, "[1.5,2]": false, "[1,9223372036854775808]": false, "[1,{}]": false,
	} {
		got, _ := callBad(t, "Add", args)
		if (got.Error == nil) != ok {
			t.Errorf("%s: %+v", args, got)
		}
		if got.Error != nil && (got.Error.Code != "invalid" || strings.Contains(got.Error.Message, "json")) {
			t.Errorf("%s is refused with %+v", args, got.Error)
		}
	}
}

// Bodies that are no call.
func TestBodies(t *testing.T) {
	h := New(Config{Log: slog.New(slog.DiscardHandler)}).Handler()
	for body, key := range map[string]string{
		"":                          "fault.call_shape",
		"{":                         "fault.call_shape",
		"{}":                        "fault.call_shape",
		`"x"`:                       "fault.call_shape",
		"[1]":                       "fault.call_shape",
		"[]garbage":                 "fault.call_shape",
		"[][]":                      "fault.call_shape",
		strings.Repeat("[", 20_000): "fault.call_shape",
		`["` + strings.Repeat("a", maxCall) + `"]`: "fault.call_too_large",
		"[]":   "",
		" [] ": "",
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/rpc/System.Status", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var got reply
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Errorf("%.20q: %d %.200s", body, w.Code, w.Body)
			continue
		}
		switch {
		case key == "" && got.Error != nil:
			t.Errorf("%.20q: %+v", body, got.Error)
		case key != "" && (got.Error == nil || got.Error.Key != key):
			t.Errorf("%.20q: %+v, want %s", body, got.Error, key)
		case key != "" && (got.Error.Message == "" || strings.Contains(got.Error.Message, "fault.")):
			t.Errorf("%.20q is refused without words: %+v", body, got.Error)
		}
	}
}

// Every word that the transport itself says is in both languages.
func TestTransportSpeaksBothLanguages(t *testing.T) {
	for _, lang := range []string{"fr-CA,fr;q=0.9", "en", "de,en;q=0.5", ""} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/rpc/Home.View", strings.NewReader("[]"))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		New(Config{Lang: locale.FR}).Handler().ServeHTTP(w, r)
		var got reply
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		want := locale.FR
		if strings.Contains(lang, "en") {
			want = locale.EN
		}
		if got.Error == nil || got.Error.Message != locale.T(want, "fault.no_company_open", nil) {
			t.Errorf("%q: %+v", lang, got.Error)
		}
	}
}

func TestBindingErrorsAreOneString(t *testing.T) {
	s, ok := Formatter(locale.EN, slog.New(slog.DiscardHandler))(fault.New(fault.Conflict, "fault.stale")).(string)
	var shown Shown
	if !ok || json.Unmarshal([]byte(s), &shown) != nil || shown.Key != "fault.stale" || shown.Message == "" {
		t.Errorf("%q", s)
	}
}
