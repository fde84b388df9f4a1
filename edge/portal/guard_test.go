package portal_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/edge/keys"
	"comptoir/edge/lan"
	"comptoir/edge/portal"
	"comptoir/office/company"
	"comptoir/office/sales"
)

// ask sends one raw request to the handler.
func (f *firm) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(f.Context(), method, target, strings.NewReader(body))
	r.RemoteAddr = "192.168.1.50:4000"
	r.Header.Set("Accept-Language", "fr")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.portal.Handler().ServeHTTP(w, r)
	return w
}

const formType = "application/x-www-form-urlencoded"

func TestDoor(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.names = []string{"192.168.1.7", "fe80::1"} })
	big := "nom=" + strings.Repeat("a", 70<<10)
	for name, c := range map[string]struct {
		method, target, body string
		headers              []string
		status               int
	}{
		"own name":                  {"GET", "http://portail.test/connexion", "", nil, 200},
		"address":                   {"GET", "http://192.168.1.7:8443/connexion", "", nil, 200},
		"address of IPv6":           {"GET", "http://[fe80::1]:8443/connexion", "", nil, 200},
		"somebody else's address":   {"GET", "http://192.168.1.8:8443/connexion", "", nil, 421},
		"somebody else's IPv6":      {"GET", "http://[2001:db8::7]:8443/connexion", "", nil, 421},
		"localhost":                 {"GET", "http://localhost:8443/connexion", "", nil, 200},
		"somebody else's name":      {"GET", "http://evil.example/connexion", "", nil, 421},
		"name with ours inside":     {"GET", "http://portail.test.evil.example/connexion", "", nil, 421},
		"form from another site":    {"POST", "http://portail.test/connexion", "nom=a", []string{"Content-Type", formType, "Sec-Fetch-Site", "cross-site"}, 403},
		"form of another origin":    {"POST", "http://portail.test/connexion", "nom=a", []string{"Content-Type", formType, "Origin", "http://evil.example"}, 403},
		"form from a sibling":       {"POST", "http://portail.test/connexion", "nom=a", []string{"Content-Type", formType, "Sec-Fetch-Site", "same-site"}, 403},
		"own form":                  {"POST", "http://portail.test/connexion", "nom=a", []string{"Content-Type", formType, "Sec-Fetch-Site", "same-origin"}, 422},
		"form too big":              {"POST", "http://portail.test/connexion", big, []string{"Content-Type", formType}, 413},
		"JSON":                      {"POST", "http://portail.test/connexion", "{}", []string{"Content-Type", "application/json"}, 415},
		"upload":                    {"POST", "http://portail.test/connexion", "--x", []string{"Content-Type", "multipart/form-data; boundary=x"}, 415},
		"broken form":               {"POST", "http://portail.test/connexion", "nom=%zz", []string{"Content-Type", formType}, 415},
		"cookie of rubbish":         {"GET", "http://portail.test/", "", []string{"Cookie", "portail=" + strings.Repeat("é", 3000)}, 303},
		"language of rubbish":       {"GET", "http://portail.test/connexion", "", []string{"Accept-Language", strings.Repeat("x,", 5000)}, 200},
		"HEAD":                      {"HEAD", "http://portail.test/connexion", "", nil, 200},
		"address with line breaks":  {"GET", "http://portail.test/connexion?suite=%0d%0aSet-Cookie:%20a=b", "", nil, 200},
		"redirect with line breaks": {"GET", "http://portail.test/factures?x=%0d%0aSet-Cookie:%20a=b", "", nil, 303},
	} {
		w := f.ask(c.method, c.target, c.body, c.headers...)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", name, w.Code, c.status)
		}
		if strings.Contains(fmt.Sprint(w.Header()), "a=b\r") || w.Header().Get("Set-Cookie") == "a=b" {
			t.Errorf("%s: a header was injected", name)
		}
		guarded(t, name, answer{w.Code, w.Header(), w.Body.String()})
	}
}

// The clock of a test stands still, so no bucket fills up meanwhile.
func TestLimits(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits = portal.Limits{} })
	codes := map[int]int{}
	for i := range 14 {
		body := fmt.Sprintf("nom=nobody%d%%40nowhere.example&mot-de-passe=Wrong-1-password", i)
		w := f.ask("POST", "http://portail.test/connexion", body, "Content-Type", formType)
		codes[w.Code]++
		if w.Code == 429 && (w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Trop de demandes")) {
			t.Error("429 without its page or Retry-After")
		}
	}
	if codes[422] != 10 || codes[429] != 4 {
		t.Errorf("sign-ins of one address: %v", codes)
	}
	mails := map[int]int{}
	for i := range 8 {
		mails[f.ask("POST", "http://portail.test/mot-de-passe/oublie", fmt.Sprintf("nom=x%d", i), "Content-Type", formType).Code]++
	}
	if mails[200] != 5 || mails[429] != 3 {
		t.Errorf("mails of one address: %v", mails)
	}
	links := map[int]int{}
	for range 14 {
		links[f.ask("GET", "http://portail.test"+f.linkTo(f.open), "").Code]++
	}
	if links[303] != 10 || links[429] != 4 {
		t.Errorf("links opened at one address: %v", links)
	}
	pages := map[int]int{}
	for range 200 {
		pages[f.ask("GET", "http://portail.test/nowhere", "").Code]++
	}
	if pages[404] == 0 || pages[429] == 0 {
		t.Errorf("guessing addresses is not limited: %v", pages)
	}
	if w := f.ask("GET", "http://portail.test/static/portal.css", ""); w.Code != 200 {
		t.Errorf("an error page lost its stylesheet: %d", w.Code)
	}
}

func TestMemoryOfLimitsIsBounded(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits = portal.Limits{Known: 256} })
	for i := range 3000 {
		r := httptest.NewRequest("GET", "http://portail.test/robots.txt", http.NoBody)
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:99", i/250, i%250)
		f.portal.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}
	if n := f.portal.Known(); n > 256 {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestClosedPortal(t *testing.T) {
	f := newFirm(t)
	f.portal.Pause(true)
	w := f.ask("GET", "http://portail.test/factures", "")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Le portail est fermé") {
		t.Errorf("%d %s", w.Code, excerpt(w.Body.String()))
	}
	f.portal.Pause(false)
	if w := f.ask("GET", "http://portail.test/connexion", ""); w.Code != 200 {
		t.Errorf("after: %d", w.Code)
	}
}

// slow is a sales room whose papers wait, and whose pages break.
type slow struct {
	*sales.Service
	began, end chan struct{}
}

func (s slow) PortalPDF(context.Context, actor.Actor, string) (sales.File, error) {
	s.began <- struct{}{}
	<-s.end
	return sales.File{Name: "a.pdf", MediaType: "application/pdf", Bytes: []byte("%PDF-")}, nil
}

func (s slow) PortalSummary(context.Context, actor.Actor) (sales.PortalSummary, error) {
	return sales.PortalSummary{}, errors.New("secret of the file: SELECT * FROM documents")
}

func (s slow) PortalInvoices(context.Context, actor.Actor, sales.PortalQuery) (sales.PortalPage, error) {
	panic("broken")
}

func (f *firm) with(s portal.Sales, l portal.Limits) *portal.Portal {
	f.portal = portal.New(portal.Deps{Sales: s, Payments: f.payments, Chat: f.chat, Files: f.files, Company: f.company, Access: f.access, Clock: f.clock, Limits: l, Log: f.logger(), Names: func() []string { return []string{"portail.test"} }})
	return f.portal
}

func TestPapersInFlightAreBounded(t *testing.T) {
	f := newFirm(t)
	room := slow{f.sales, make(chan struct{}), make(chan struct{})}
	l := portal.Unlimited()
	l.Drawing = 2
	f.with(room, l)
	s := f.serve()
	v := f.byLink(s)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if a := v.get("/factures/" + f.open + "/pdf"); a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
				t.Errorf("paper: %d %v", a.status, a.header)
			}
		})
		<-room.began
	}
	if a := v.get("/factures/" + f.open + "/pdf"); a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("a third paper: %d", a.status)
	}
	close(room.end)
	wg.Wait()
}

func TestTooManyAtOnce(t *testing.T) {
	f := newFirm(t)
	room := slow{f.sales, make(chan struct{}), make(chan struct{})}
	l := portal.Unlimited()
	l.Serving = 1
	f.with(room, l)
	s := f.serve()
	v := f.byLink(s)
	var wg sync.WaitGroup
	wg.Go(func() { v.get("/factures/" + f.open + "/pdf") })
	<-room.began
	if a := f.visitor(s).get("/connexion"); a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("%d", a.status)
	}
	close(room.end)
	wg.Wait()
}

func TestBrokenRoomTellsNothing(t *testing.T) {
	f := newFirm(t)
	f.with(slow{f.sales, nil, nil}, portal.Unlimited())
	v := f.byLink(f.serve())
	for _, path := range []string{"/", "/factures"} {
		a := v.get(path)
		if a.status != 500 || strings.Contains(a.body, "SELECT") || strings.Contains(a.body, "broken") {
			t.Errorf("%s: %d %s", path, a.status, excerpt(a.body))
		}
		_, after, _ := strings.Cut(a.body, `<span class="mono">`)
		if ref := after[:8]; !strings.Contains(f.log.String(), ref) {
			t.Errorf("%s: the reference %s is not in the log", path, ref)
		}
	}
	if strings.Contains(f.log.String(), "Claire") || strings.Contains(f.log.String(), "claire@") {
		t.Error("the log names a person")
	}
}

func TestOverTLS(t *testing.T) {
	f := newFirm(t)
	sealer := keys.Seeded("tls")
	authority, err := lan.OpenAuthority(t.Context(), lan.Config{Store: company.NewSecrets(f.db), Sealer: sealer, Firm: "Vasseur", Names: func() []string { return []string{"127.0.0.1"} }})
	f.must(err)
	f.portal = portal.New(portal.Deps{Sales: f.sales, Payments: f.payments, Chat: f.chat, Files: f.files, Company: f.company, Access: f.access, Clock: f.clock, Limits: portal.Unlimited(), Log: f.logger(),
		Names:        func() []string { return []string{"localhost", "127.0.0.1", "192.168.1.9", "atelier.local"} },
		Certificates: func(context.Context) (portal.Certificates, error) { return authority, nil },
		Listen: func(addr, transport string, plain http.Handler) (net.Listener, error) {
			return lan.Listen(addr, lan.Options{Transport: transport, TLS: authority.TLS(), Plain: plain})
		}})
	url, err := f.portal.Start(t.Context(), "127.0.0.1:0", "https")
	f.must(err)
	defer func() { f.must(f.portal.Stop(context.Background())) }()
	ca, err := x509.ParseCertificate(authority.Certificate())
	f.must(err)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	jar, err := cookiejar.New(nil)
	f.must(err)
	client := &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(to string) (*http.Response, string) {
		res, err := client.Get(to)
		f.must(err)
		body, err := io.ReadAll(res.Body)
		f.must(err)
		f.must(res.Body.Close())
		return res, string(body)
	}
	res, _ := get(url + f.linkTo(f.open))
	cookie := res.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-portail=", "; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"} {
		if !strings.Contains(cookie, want) || strings.Contains(cookie, "Domain") {
			t.Errorf("cookie %q lacks %q", cookie, want)
		}
	}
	if res.StatusCode != 303 || res.Header.Get("Location") != "/factures/"+f.open || res.Header.Get("Strict-Transport-Security") != "" || res.Proto != "HTTP/2.0" {
		t.Errorf("%d %s %v", res.StatusCode, res.Proto, res.Header)
	}
	if res, body := get(url + "/factures/" + f.open); res.StatusCode != 200 || !strings.Contains(body, "FA-2026-0004") {
		t.Errorf("invoice: %d", res.StatusCode)
	}
	plain := strings.Replace(url, "https://", "http://", 1)
	if res, _ := get(plain + "/factures"); res.StatusCode != 308 || res.Header.Get("Location") != url+"/factures" {
		t.Errorf("plain HTTP: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if _, body := get(url + "/mot-de-passe/oublie"); !strings.Contains(body, `href="/confiance"`) {
		t.Error("no page leads to that of trust")
	}
	if res, body := get(plain + "/confiance"); res.StatusCode != 200 || !strings.Contains(body, authority.Fingerprint()) || strings.Contains(body, "Claire") || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("page of trust: %d", res.StatusCode)
	}
	if res, body := get(plain + "/confiance/ca.crt"); res.StatusCode != 200 || body != string(authority.Certificate()) {
		t.Errorf("certificate: %d", res.StatusCode)
	}
	if res, err := client.Post(plain+"/connexion", formType, strings.NewReader("nom=a&mot-de-passe=b")); err != nil || res.StatusCode != 403 {
		t.Errorf("a password over plain HTTP: %v %v", res, err)
	}
	st := f.portal.State(t.Context())
	if !st.Open || st.URL != url || st.SignedIn != 1 || st.Sessions != 1 || st.Fingerprint != authority.Fingerprint() {
		t.Errorf("state %+v", st)
	}
}

func TestStateListsAddresses(t *testing.T) {
	f := newFirm(t)
	chosen := ""
	f.portal = portal.New(portal.Deps{Sales: f.sales, Payments: f.payments, Chat: f.chat, Files: f.files, Company: f.company, Access: f.access,
		Names: func() []string {
			return []string{"127.0.0.1", "::1", "192.168.1.9", "atelier", "atelier.local", "localhost"}
		},
		Chosen: func() string { return chosen },
		Listen: func(addr, transport string, plain http.Handler) (net.Listener, error) {
			return lan.Listen(addr, lan.Options{Transport: transport, Plain: plain})
		}})
	url, err := f.portal.Start(t.Context(), "0.0.0.0:0", "http")
	f.must(err)
	st := f.portal.State(t.Context())
	port := fmt.Sprint(st.Port)
	if want := "http://192.168.1.9:" + port + " http://atelier.local:" + port + " http://localhost:" + port; strings.Join(st.Addresses, " ") != want || url != st.Addresses[0] {
		t.Errorf("%v", st.Addresses)
	}
	chosen = "Portail.atelier.local"
	if got := f.portal.State(t.Context()).Addresses; got[0] != "http://portail.atelier.local:"+port || len(got) != 4 {
		t.Errorf("with a chosen name: %v", got)
	}
	f.must(f.portal.Stop(t.Context()))
	if _, err = f.portal.Start(t.Context(), "127.0.0.1:0", "http"); err != nil || len(f.portal.State(t.Context()).Addresses) != 1 {
		t.Errorf("on loopback the chosen name leads nowhere: %v %v", f.portal.State(t.Context()).Addresses, err)
	}
	f.must(f.portal.Stop(t.Context()))
	if st := f.portal.State(t.Context()); st.Open || st.URL != "" {
		t.Errorf("closed: %+v", st)
	}
	f.must(f.portal.Stop(t.Context())) // twice is no fault
}

func TestVisitorsAreCounted(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	v.get("/factures")
	v.get("/static/portal.css")
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM portal_sessions"); n != 1 {
		t.Errorf("%d sessions", n)
	}
	got, err := f.access.Visits(t.Context())
	f.must(err)
	if got.Views != 1 || got.Sessions != 1 {
		t.Errorf("%+v", got)
	}
}
