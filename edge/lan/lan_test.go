package lan_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/edge/lan"
)

type memory struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (m *memory) Load(_ context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[name], nil
}

func (m *memory) Save(_ context.Context, name string, b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[name] = b
	return nil
}

// veil seals well enough to see that nothing is stored in clear.
type veil struct{}

func (veil) Seal(name string, b []byte) ([]byte, error) { return xor(name, b), nil }
func (veil) Open(name string, b []byte) ([]byte, error) {
	if b = xor(name, b); !bytes.Contains(b, []byte("-----BEGIN")) {
		return nil, errors.New("not sealed by this key")
	}
	return b, nil
}

func xor(name string, b []byte) []byte {
	out := slices.Clone(b)
	for i := range out {
		out[i] ^= name[i%len(name)] | 0x80
	}
	return out
}

type place struct {
	now    time.Time
	names  []string
	chosen string
	store  *memory
}

func newPlace() *place {
	return &place{now: time.Now(), names: []string{"localhost", "127.0.0.1", "atelier", "atelier.local", "192.168.1.20"}, store: &memory{kept: map[string][]byte{}}}
}

func (p *place) open(t *testing.T) *lan.Authority {
	t.Helper()
	a, err := lan.OpenAuthority(t.Context(), lan.Config{Store: p.store, Sealer: veil{}, Firm: "Menuiserie Vasseur", Names: func() []string { return slices.Clone(p.names) }, Chosen: p.chosen, Clock: func() time.Time { return p.now }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func leafOf(t *testing.T, a *lan.Authority) *x509.Certificate {
	t.Helper()
	c, err := a.TLS().GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

func (p *place) verify(t *testing.T, a *lan.Authority, name string) error {
	t.Helper()
	ca, err := x509.ParseCertificate(a.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	_, err = leafOf(t, a).Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: p.now})
	return err
}

func TestLeafIsTrustedForItsNames(t *testing.T) {
	p := newPlace()
	a := p.open(t)
	for _, name := range []string{"localhost", "127.0.0.1", "atelier", "atelier.local", "192.168.1.20"} {
		if err := p.verify(t, a, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"192.168.1.21", "bank.example", "atelier.example"} {
		if p.verify(t, a, name) == nil {
			t.Errorf("%s is covered", name)
		}
	}
	for name, sealed := range p.store.kept {
		if bytes.Contains(sealed, []byte("PRIVATE")) {
			t.Errorf("%s is stored in clear", name)
		}
	}
	if f := a.Fingerprint(); len(f) != 32*3-1 {
		t.Errorf("fingerprint %q", f)
	}
}

func TestAuthorityCannotSpeakForTheWorld(t *testing.T) {
	p := newPlace()
	p.open(t)
	p.names = append(p.names, "bank.example", "8.8.8.8") // after the authority was made
	p.now = p.now.Add(2 * time.Minute)
	leaf := leafOf(t, p.open(t))
	if slices.Contains(leaf.DNSNames, "bank.example") || leaf.VerifyHostname("8.8.8.8") == nil {
		t.Errorf("names %v %v", leaf.DNSNames, leaf.IPAddresses)
	}
}

// A host name that the owner sets later, and which the authority may not speak for, would
// break TLS in silence.
func TestAuthorityFollowsTheChosenName(t *testing.T) {
	for _, name := range []string{"portail.vasseur.example", "Portail.Vasseur.example", "203.0.113.9"} {
		p := newPlace()
		old := p.open(t)
		leafOf(t, old)
		p.chosen = name
		a := p.open(t)
		if err := p.verify(t, a, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := p.verify(t, a, "192.168.1.20"); err != nil {
			t.Errorf("%s: the machine's address: %v", name, err)
		}
		if a.Fingerprint() == old.Fingerprint() {
			t.Errorf("%s: the fingerprint is the old one", name)
		}
		if b := p.open(t); b.Fingerprint() != a.Fingerprint() {
			t.Errorf("%s: made anew at every start", name)
		}
		if p.verify(t, a, "bank.example") == nil || p.verify(t, a, "203.0.113.10") == nil {
			t.Errorf("%s: speaks for others", name)
		}
	}
	p := newPlace()
	old := p.open(t)
	p.chosen = "compta.local"
	if a := p.open(t); a.Fingerprint() != old.Fingerprint() || p.verify(t, a, "compta.local") != nil {
		t.Error("a local name needs no new authority")
	}
}

func TestLeafNamesOnce(t *testing.T) {
	names := leafOf(t, newPlace().open(t)).DNSNames
	if seen := slices.Compact(slices.Sorted(slices.Values(names))); len(seen) != len(names) {
		t.Errorf("%v", names)
	}
}

func TestKeptAndRenewed(t *testing.T) {
	p := newPlace()
	a := p.open(t)
	first, print := leafOf(t, a).SerialNumber, a.Fingerprint()
	a = p.open(t)
	if a.Fingerprint() != print || leafOf(t, a).SerialNumber.Cmp(first) != 0 {
		t.Error("made anew at the next start")
	}
	p.names = append(p.names, "192.168.7.3") // another network
	p.now = p.now.Add(2 * time.Minute)
	if err := p.verify(t, a, "192.168.7.3"); err != nil {
		t.Errorf("new address: %v", err)
	}
	second := leafOf(t, a).SerialNumber
	p.now = p.now.Add(360 * 24 * time.Hour)
	if err := p.verify(t, a, "atelier.local"); err != nil || leafOf(t, a).SerialNumber.Cmp(second) == 0 {
		t.Errorf("not renewed before its end: %v", err)
	}
	if a.Fingerprint() != print {
		t.Error("a renewal changed the authority")
	}
	p.now = p.now.Add(9 * 365 * 24 * time.Hour)
	if b := p.open(t); b.Fingerprint() == print {
		t.Error("the authority is used beyond its life")
	}
}

func TestDamagedKeyIsToldNotReplaced(t *testing.T) {
	p := newPlace()
	p.open(t)
	p.store.kept["portal-ca"] = []byte("rubbish")
	if _, err := lan.OpenAuthority(t.Context(), lan.Config{Store: p.store, Sealer: veil{}, Names: func() []string { return nil }}); err == nil {
		t.Error("a damaged key was replaced in silence")
	}
}

func serve(t *testing.T, o lan.Options) string {
	t.Helper()
	l, err := lan.Listen("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "inside "+r.Proto) })}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); _ = l.Close() })
	return l.Addr().String()
}

func TestOnePortSpeaksBoth(t *testing.T) {
	p := newPlace()
	a := p.open(t)
	plain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusPermanentRedirect)
	})
	addr := serve(t, lan.Options{Transport: lan.HTTPS, TLS: a.TLS(), Plain: plain})
	roots := x509.NewCertPool()
	ca, err := x509.ParseCertificate(a.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	answer, err := client.Get("http://" + addr + "/x") // follows the redirect into TLS
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if string(body) != "inside HTTP/2.0" || answer.Request.URL.Scheme != "https" {
		t.Errorf("%s by %s", body, answer.Request.URL)
	}
	old := &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11, ServerName: "localhost"}
	if c, err := tls.Dial("tcp", addr, old); err == nil {
		_ = c.Close()
		t.Error("TLS 1.1 is spoken")
	}
}

func TestConnectionsOfOneAddressAreLimited(t *testing.T) {
	addr := serve(t, lan.Options{Transport: lan.HTTP, PerAddress: 3})
	var open []net.Conn
	for range 3 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		ask(t, c, true)
		open = append(open, c)
	}
	over, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = over.Close() }()
	ask(t, over, false)
	_ = open[0].Close()
	for range 200 { // the place is free as soon as the server has seen the end
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		b := make([]byte, 12)
		_, err = io.ReadFull(c, b)
		_ = c.Close()
		if err == nil {
			return
		}
	}
	t.Error("the place of a closed connection is not given back")
}

func ask(t *testing.T, c net.Conn, want bool) {
	t.Helper()
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	b := make([]byte, 12)
	_, err := io.ReadFull(c, b)
	if got := err == nil && strings.HasPrefix(string(b), "HTTP/1.1 200"); got != want {
		t.Errorf("answered %v, want %v (%q, %v)", got, want, b, err)
	}
}

func TestPortTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	_, err = lan.Listen(taken.Addr().String(), lan.Options{Transport: lan.HTTP})
	e, ok := fault.As(err)
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	if !ok || e.Key != "fault.port_taken" || e.Args["port"] != port {
		t.Errorf("%v", err)
	}
	if _, err := lan.Listen("192.0.2.1:0", lan.Options{Transport: lan.HTTP}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("an address of somebody else: %v", err)
	}
}

func TestAddressOf(t *testing.T) {
	for in, want := range map[string]string{"192.168.1.4:5000": "192.168.1.4", "[::ffff:192.168.1.4]:1": "192.168.1.4", "[::1]:80": "::1", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::", "[fe80::1%eth0]:1": "fe80::", "odd": "odd"} {
		if got := lan.AddressOf(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	for _, n := range lan.Names("Portail.Atelier.lan") {
		if n != strings.ToLower(n) || n == "" {
			t.Errorf("name %q", n)
		}
	}
}
