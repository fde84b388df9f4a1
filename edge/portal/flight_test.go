package portal_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"comptoir/edge/keys"
	"comptoir/edge/lan"
	"comptoir/edge/portal"
	"comptoir/office/company"
)

// overTLS opens the firm's portal with https on loopback and gives a client that trusts it.
func (f *firm) overTLS(l portal.Limits) (url string, client func() *http.Client) {
	f.Helper()
	authority, err := lan.OpenAuthority(f.Context(), lan.Config{Store: company.NewSecrets(f.db), Sealer: keys.Seeded("tls"), Firm: "Vasseur", Names: func() []string { return []string{"127.0.0.1"} }})
	f.must(err)
	f.portal = portal.New(portal.Deps{Sales: f.sales, Payments: f.payments, Files: f.files, Company: f.company, Access: f.access, Clock: f.clock, Limits: l, Log: f.logger(),
		Certificates: func(context.Context) (portal.Certificates, error) { return authority, nil },
		Listen: func(addr, transport string, plain http.Handler) (net.Listener, error) {
			return lan.Listen(addr, lan.Options{Transport: transport, TLS: authority.TLS(), Plain: plain})
		}})
	url, err = f.portal.Start(f.Context(), "127.0.0.1:0", "https")
	f.must(err)
	f.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel() // requests that never end are what these tests are about
		_ = f.portal.Stop(ended)
	})
	ca, err := x509.ParseCertificate(authority.Certificate())
	f.must(err)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	return url, func() *http.Client {
		t := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
		f.Cleanup(t.CloseIdleConnections)
		return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
}

// One connection of HTTP/2 with forms that never end, three times as many as there are places, must not close the portal for
// anybody: the places of all are taken only by requests that have come whole. Words of gateways need neither session nor
// signature to be begun.
func TestForgottenFormsTakeNoPlace(t *testing.T) {
	for _, to := range []string{"/connexion", "/passerelle/stripe"} {
		f := newFirm(t)
		l := portal.Unlimited()
		l.Serving = 4
		const forms = 12 // fewer than the streams of one connection
		l.Hearing = forms
		url, client := f.overTLS(l)
		forget(f, client(), url, to, forms)
		if got := f.statusOf(client().Get(url + "/connexion")); got != http.StatusOK {
			t.Errorf("%s: everybody else gets %d", to, got)
		}
		if to == "/passerelle/stripe" && !slices.ContainsFunc(make([]int, 100), func(int) bool { // the last of them may still be on its way
			return f.statusOf(client().Post(url+to, "application/json", strings.NewReader("{}"))) == http.StatusServiceUnavailable
		}) {
			t.Error("one word of a gateway more is taken")
		}
	}
}

func (f *firm) statusOf(res *http.Response, err error) int {
	f.Helper()
	f.must(err)
	_ = res.Body.Close()
	return res.StatusCode
}

// forget begins so many posts on one connection and ends none of them before the test does.
func forget(f *firm, attacker *http.Client, url, to string, posts int) {
	f.Helper()
	f.statusOf(attacker.Get(url + "/robots.txt")) // the one connection
	ctx, cancel := context.WithCancel(f.Context())
	var wg sync.WaitGroup
	f.Cleanup(func() { cancel(); wg.Wait() })
	began := make(chan struct{}, posts)
	for range posts {
		r, w := io.Pipe()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+to, r)
		f.must(err)
		req.Header.Set("Content-Type", formType)
		wg.Go(func() {
			go func() {
				_, _ = w.Write([]byte("n")) // ends with the reader
				began <- struct{}{}
				<-ctx.Done()
				_ = w.Close()
			}()
			if res, err := attacker.Do(req); err == nil {
				_ = res.Body.Close()
			}
		})
	}
	for range posts {
		<-began
	}
}

// The server's first frame of HTTP/2 says how many requests a connection may have open.
func TestStreamsOfOneConnectionAreBounded(t *testing.T) {
	f := newFirm(t)
	url, _ := f.overTLS(portal.Unlimited())
	c, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "https://")) //nolint:gosec // whose certificate it is does not matter here
	f.must(err)
	defer func() { _ = c.Close() }()
	_, err = io.WriteString(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	f.must(err)
	head := make([]byte, 9)
	_, err = io.ReadFull(c, head)
	f.must(err)
	settings := make([]byte, int(head[1])<<8|int(head[2]))
	_, err = io.ReadFull(c, settings)
	f.must(err)
	for ; len(settings) >= 6; settings = settings[6:] {
		if binary.BigEndian.Uint16(settings) == 3 { // SETTINGS_MAX_CONCURRENT_STREAMS
			if n := binary.BigEndian.Uint32(settings[2:]); n != 16 {
				t.Errorf("%d streams", n)
			}
			return
		}
	}
	t.Error("no limit of streams")
}

func TestRequestsOfOneAddressAreBounded(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits.Flight, f.limits.Serving = 3, 0 })
	handler := f.portal.Handler()
	begin, end := make(chan struct{}), make(chan struct{})
	ask := func(address string, body io.Reader) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://portail.test/connexion", body)
		r.RemoteAddr = address
		r.Header.Set("Content-Type", formType)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if code := ask("192.168.1.50:1", &held{begin: begin, end: end}); code != 422 {
				t.Errorf("held: %d", code)
			}
		})
		<-begin
	}
	if code := ask("192.168.1.50:2", strings.NewReader("nom=a")); code != 503 {
		t.Errorf("a fourth at once: %d", code)
	}
	if code := ask("192.168.1.51:1", strings.NewReader("nom=a")); code != 422 {
		t.Errorf("another address: %d", code)
	}
	close(end)
	wg.Wait()
	if code := ask("192.168.1.50:3", strings.NewReader("nom=a")); code != 422 {
		t.Errorf("afterwards: %d", code)
	}
}

// held is a body that comes when it is let.
type held struct {
	begin, end chan struct{}
	once       sync.Once
}

func (h *held) Read([]byte) (int, error) {
	h.once.Do(func() { h.begin <- struct{}{}; <-h.end })
	return 0, io.EOF
}

// late is a body whose time is over.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, fmt.Errorf("read: %w", os.ErrDeadlineExceeded) }

func TestSlowFormIsToldSo(t *testing.T) {
	f := newFirm(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://portail.test/connexion", late{})
	r.Header.Set("Content-Type", formType)
	r.Header.Set("Accept-Language", "fr")
	w := httptest.NewRecorder()
	f.portal.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusRequestTimeout || !strings.Contains(w.Body.String(), "pas arrivé à temps") {
		t.Errorf("%d %s", w.Code, excerpt(w.Body.String()))
	}
}

// A GET that promises a body nobody reads is answered at once: net/http would wait for it.
func TestBodyOfAGetIsNotAwaited(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	f.must(err)
	defer func() { _ = c.Close() }()
	_, err = io.WriteString(c, "GET /connexion HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n")
	f.must(err)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	f.must(err)
	_ = res.Body.Close()
	if res.StatusCode != 200 || !res.Close {
		t.Errorf("%d, closing %v", res.StatusCode, res.Close)
	}
}

// HSTS for localhost would shut out every other program of this machine.
func TestHSTSOnlyForNamesOfTheNetwork(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.names = []string{"192.168.1.7", "atelier.local"} })
	for host, want := range map[string]bool{"atelier.local:8443": true, "192.168.1.7": true, "localhost:8443": false, "127.0.0.1:8443": false, "[::1]:8443": false} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+"/connexion", http.NoBody)
		w := httptest.NewRecorder()
		f.portal.Handler().ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != want || w.Code != 200 {
			t.Errorf("%s: %d, sent %v", host, w.Code, got)
		}
	}
}

// stuck is a client that does not read what it asked for.
type stuck struct {
	*httptest.ResponseRecorder
	began, end chan struct{}
}

func (s *stuck) Write(b []byte) (int, error) {
	s.began <- struct{}{}
	<-s.end
	return s.ResponseRecorder.Write(b)
}

func TestClientThatDoesNotReadTakesNoPlace(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits.Serving, f.limits.Drawing = 1, 1 })
	token := f.byLink(f.serve()).cookie()
	ask := func(w http.ResponseWriter) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://portail.test/factures/"+f.open+"/pdf", http.NoBody)
		r.AddCookie(&http.Cookie{Name: "portail", Value: token})
		f.portal.Handler().ServeHTTP(w, r)
	}
	slow := &stuck{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	var wg sync.WaitGroup
	wg.Go(func() { ask(slow) })
	<-slow.began
	w := httptest.NewRecorder()
	ask(w)
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), "%PDF-") {
		t.Errorf("the next one: %d %s", w.Code, excerpt(w.Body.String()))
	}
	close(slow.end)
	wg.Wait()
	if slow.Code != 200 {
		t.Errorf("the slow one: %d", slow.Code)
	}
}
