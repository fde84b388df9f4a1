package app_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/office/users"
)

const (
	demoPassword = "Copeaux-Bleus-27"
	ownPassword  = "Rabot-Chêne-41"
)

// byPage are the methods that nobody has to be signed in for; the list is written a second time here.
var byPage = map[string]bool{"System.Status": true, "System.CanBrowse": true, "Account.Entry": true, "Account.SignIn": true, "Account.EnterCode": true, "Account.Forgotten": true, "Account.Recover": true,
	"Account.Choice": true, "Account.ChoosePassword": true, "Account.ConfirmEmail": true}

// ofMachine choose the company: at the machine without a session, from the network never.
var ofMachine = map[string]bool{"System.Create": true, "System.Open": true, "System.OpenDemo": true, "System.CloseCompany": true, "System.Retry": true, "System.BrowseFolder": true}

// colleague is a browser on the network.
type colleague struct {
	t      *testing.T
	base   string
	client *http.Client
}

// openToNetwork gives the program's principal a password and the desk a door on the network.
func openToNetwork(t *testing.T, p *apptest.Program) *colleague {
	t.Helper()
	p.Do("Account.ChangePassword", app.PasswordForm{Password: ownPassword, Again: ownPassword})
	v := apptest.Ask[app.LanView](p, "Lan.View")
	v = apptest.Ask[app.LanView](p, "Lan.Save", app.LanForm{On: true, Port: 0, Version: v.Version})
	if v.State != "open" || len(v.Addresses) == 0 || v.QR == "" || v.Fingerprint == "" {
		t.Fatalf("%+v", v)
	}
	u, err := url.Parse(v.Addresses[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	return visitor(t, "https://localhost:"+u.Port())
}

func visitor(t *testing.T, base string) *colleague {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // the authority is the program's own; edge/lan tries the certificate
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(c.CloseIdleConnections)
	return &colleague{t, base, c}
}

func (c *colleague) send(method, path, body string, header map[string]string) (*http.Response, string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
		if k == "Host" {
			req.Host = v
		}
	}
	resp, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // read whole below
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp, string(b)
}

// call calls a bound method and gives the key of its refusal, "" for none.
func (c *colleague) call(method string, args ...any) (key string, result json.RawMessage) {
	c.t.Helper()
	if args == nil {
		args = []any{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, answer := c.send("POST", "/rpc/"+method, string(body), nil)
	var out struct {
		Result json.RawMessage `json:"result"`
		Error  *app.Shown      `json:"error"`
	}
	if err := json.Unmarshal([]byte(answer), &out); err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: %s %.200s", method, resp.Status, answer)
	}
	if out.Error != nil {
		return out.Error.Key, nil
	}
	return "", out.Result
}

// Without a session every method but the named ones is shut, and every file and the events, at both doors.
func TestNothingWithoutASession(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	c := openToNetwork(t, p)
	p.Do("Users.Create", users.Form{Name: "Léa", Email: "lea@lambert.example", Language: "fr", Role: actor.Sales}, "key-second-user")
	p.Do("Account.SignOut")
	for _, b := range boundMethods(t) {
		args := make([]string, 0, b.method.Type.NumIn())
		for i := 1; i < b.method.Type.NumIn(); i++ {
			args = append(args, "null")
		}
		body := "[" + strings.Join(args, ",") + "]"
		_, far := c.send("POST", "/rpc/"+b.name, body, nil)
		if ofMachine[b.name] {
			if !strings.Contains(far, `"fault.users.here_only"`) {
				t.Errorf("%s from the network: %.200s", b.name, far)
			}
			continue
		}
		_, local := p.Raw(b.name, body)
		shut := func(answer string) bool { return strings.Contains(answer, `"fault.sign_in_needed"`) }
		switch {
		case byPage[b.name]:
			if shut(string(local)) || shut(far) {
				t.Errorf("%s is shut: nobody could sign in", b.name)
			}
		case !shut(string(local)) || !shut(far):
			t.Errorf("%s without a session: %.200s / %.200s", b.name, local, far)
		}
	}
	for _, path := range filePaths(t) {
		for _, method := range []string{"GET", "POST"} {
			req, err := http.NewRequestWithContext(t.Context(), method, p.Base()+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := p.Browser().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			far, _ := c.send(method, path, "", nil)
			if resp.StatusCode != http.StatusUnauthorized || far.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s without a session: %s here, %s from the network", method, path, resp.Status, far.Status)
			}
		}
	}
	if resp, _ := c.send("GET", "/events", "", nil); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("events without a session: %s", resp.Status)
	}
	status := apptest.Ask[app.Status](p, "System.Status")
	if !status.SignInNeeded || status.User != nil || status.Company == nil || status.Company.ID != "" {
		t.Errorf("%+v", status)
	}
}

// filePaths are the addresses of all files, read out of the code, so that none is forgotten.
func filePaths(t *testing.T) []string {
	t.Helper()
	form := regexp.MustCompile(`"(?:GET|POST) (/files/[^"]*)"`)
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		b, err := os.ReadFile(n.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range form.FindAllStringSubmatch(string(b), -1) {
			list = append(list, regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(m[1], "x"))
		}
	}
	if len(list) < 15 {
		t.Fatalf("%d addresses of files: they were not seen", len(list))
	}
	return list
}

func TestColleagueOnTheNetwork(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	c := openToNetwork(t, p)
	if _, status := c.call("System.Status"); !strings.Contains(string(status), `"version":""`) || apptest.Ask[app.Status](p, "System.Status").Version == "" {
		t.Errorf("strangers read which version runs: %.300s", status)
	}
	// A single user as well has to sign in from the network, though not at the machine.
	if key, _ := c.call("Home.View"); key != "fault.sign_in_needed" {
		t.Errorf("a single user on the network: %q", key)
	}
	if key, _ := c.call("Account.SignIn", "bonjour@lambert.example", "Faux-Mot-1"); key != "fault.sign_in" {
		t.Errorf("%q", key)
	}
	if key, _ := c.call("Account.SignIn", "bonjour@lambert.example", ownPassword); key != "" {
		t.Fatal(key)
	}
	if key, _ := c.call("Home.View"); key != "" {
		t.Errorf("signed in: %q", key)
	}
	u, err := url.Parse(c.base)
	if err != nil {
		t.Fatal(err)
	}
	if cookies := c.client.Jar.Cookies(u); len(cookies) != 2 {
		t.Errorf("%v", cookies)
	}
	resp, _ := c.send("POST", "/rpc/Account.SignIn", `["bonjour@lambert.example","`+ownPassword+`"]`, nil)
	for _, k := range resp.Cookies() {
		if !strings.HasPrefix(k.Name, "__Host-") || !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Path != "/" || k.Domain != "" {
			t.Errorf("%+v", k)
		}
	}
	if resp.Header.Get("Strict-Transport-Security") == "" || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%v", resp.Header)
	}
	port := u.Port()
	for name, x := range map[string]struct {
		method, path, body string
		header             map[string]string
		status             int
	}{
		"another host":          {"POST", "/rpc/Home.View", "[]", map[string]string{"Host": "evil.example:" + port}, 421},
		"no port":               {"POST", "/rpc/Home.View", "[]", map[string]string{"Host": "localhost"}, 421},
		"another origin":        {"POST", "/rpc/Home.View", "[]", map[string]string{"Origin": "https://evil.example"}, 403},
		"the portal's origin":   {"POST", "/rpc/Home.View", "[]", map[string]string{"Origin": "https://localhost:8443"}, 403},
		"cross-site":            {"POST", "/rpc/Home.View", "[]", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a form":                {"POST", "/rpc/Home.View", "[]", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415},
		"an upload from a site": {"POST", "/files/shared", "x", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"its own origin":        {"POST", "/rpc/Home.View", "[]", map[string]string{"Origin": c.base}, 200},
	} {
		if resp, body := c.send(x.method, x.path, x.body, x.header); resp.StatusCode != x.status {
			t.Errorf("%s: %s %.100s", name, resp.Status, body)
		}
	}
	if _, body := c.send("POST", "/rpc/Account.Choice", `["`+strings.Repeat("x", 17<<20)+`"]`, nil); !strings.Contains(body, "fault.call_too_large") {
		t.Errorf("a body beyond the limit: %.200s", body)
	}
	plain := visitor(t, "http://localhost:"+port)
	if resp, _ := plain.send("GET", "/x", "", nil); resp.StatusCode != http.StatusTemporaryRedirect || !strings.HasPrefix(resp.Header.Get("Location"), c.base) {
		t.Errorf("plain HTTP: %s %s", resp.Status, resp.Header.Get("Location"))
	}
	if resp, _ := plain.send("POST", "/rpc/Account.SignIn", `["a","b"]`, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a password in clear: %s", resp.Status)
	}
	if resp, body := plain.send("GET", "/autorite.crt", "", nil); resp.StatusCode != http.StatusOK || len(body) < 200 {
		t.Errorf("the certificate: %s", resp.Status)
	}
	if key, _ := c.call("Lan.Save", app.LanForm{Version: 2}); key != "fault.users.here_only" {
		t.Errorf("the branch was cut from afar: %q", key)
	}

	// A copy of a cookie opens nothing once its owner has signed in anew in its place.
	copied := visitor(t, c.base)
	copied.client.Jar.SetCookies(u, c.client.Jar.Cookies(u))
	if key, _ := c.call("Account.SignIn", "bonjour@lambert.example", ownPassword); key != "" {
		t.Fatal(key)
	}
	if key, _ := copied.call("Home.View"); key != "fault.sign_in_needed" {
		t.Errorf("a copy of the cookie before: %q", key)
	}
	if key, _ := c.call("Home.View"); key != "" {
		t.Errorf("signed in anew: %q", key)
	}
	// Of a stranger nothing is read beyond what a password needs, whatever it calls.
	for method, want := range map[string]string{"Customers.Save": "fault.sign_in_needed", "Account.SignIn": "fault.call_too_large", "System.Create": "fault.users.here_only"} {
		resp, body := visitor(t, c.base).send("POST", "/rpc/"+method, `["`+strings.Repeat("x", 1<<20)+`"]`, nil)
		if !strings.Contains(body, `"`+want+`"`) {
			t.Errorf("a megabyte from a stranger to %s: %s %.200s", method, resp.Status, body)
		}
	}
	// A cookie that was copied opens nothing once its owner has signed out.
	stolen := c.client.Jar.Cookies(u)
	if key, _ := c.call("Account.SignOut"); key != "" {
		t.Fatal(key)
	}
	thief := visitor(t, c.base)
	thief.client.Jar.SetCookies(u, stolen)
	if key, _ := thief.call("Home.View"); key != "fault.sign_in_needed" {
		t.Errorf("a stolen cookie after the sign-out: %q", key)
	}

	v := apptest.Ask[app.LanView](p, "Lan.View")
	if v = apptest.Ask[app.LanView](p, "Lan.Save", app.LanForm{Port: v.Port, Version: v.Version}); v.State != "closed" {
		t.Errorf("%+v", v)
	}
	if conn, err := net.DialTimeout("tcp", "localhost:"+port, time.Second); err == nil {
		_ = conn.Close()
		t.Error("the door is still open")
	}
}

// A stream of events ends with its session.
func TestEventsEndWithTheSession(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	c := openToNetwork(t, p)
	if key, _ := c.call("Account.SignIn", "bonjour@lambert.example", ownPassword); key != "" {
		t.Fatal(key)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the stream was only listened to
	lines := bufio.NewReader(resp.Body)
	if first, err := lines.ReadString('\n'); err != nil || first != ": open\n" {
		t.Fatalf("%q %v", first, err)
	}
	p.Do("Account.EndOtherSessions") // from the machine
	rest, err := io.ReadAll(lines)   // ends, or the client's minute does
	if err != nil || bytes.Contains(rest, []byte("keep")) {
		t.Errorf("%v %.200s", err, rest)
	}
}

// The window keeps its session in the program: its asset server carries no cookie.
func TestTheWindowKeepsItsSession(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	openToNetwork(t, p)
	p.Do("Users.Create", users.Form{Name: "Léa", Email: "lea@lambert.example", Language: "fr", Role: actor.Sales}, "key-second-user")
	call := func(method, body string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "wails://wails/rpc/"+method, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		w := &answer{header: http.Header{}}
		p.App.Handler().ServeHTTP(w, req)
		if w.header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie that nobody keeps", method)
		}
		return w.String()
	}
	if got := call("Home.View", "[]"); !strings.Contains(got, "fault.sign_in_needed") {
		t.Errorf("%.200s", got)
	}
	if got := call("Account.SignIn", `["bonjour@lambert.example","`+ownPassword+`"]`); !strings.Contains(got, `"error":null`) {
		t.Fatalf("%.200s", got)
	}
	if got := call("System.Status", "[]"); !strings.Contains(got, `"door":"window"`) || !strings.Contains(got, `"signInNeeded":false`) {
		t.Errorf("%.300s", got)
	}
	if got := call("Account.SignOut", "[]"); !strings.Contains(got, `"error":null`) {
		t.Errorf("%.200s", got)
	}
	if got := call("Home.View", "[]"); !strings.Contains(got, "fault.sign_in_needed") {
		t.Errorf("%.200s", got)
	}
}

// answer is a response that was written.
type answer struct {
	bytes.Buffer
	header http.Header
}

func (a *answer) Header() http.Header { return a.header }
func (a *answer) WriteHeader(int)     {}

// The demo opens without a sign-in, and each of its people can sign in.
func TestDemoPeople(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	s := apptest.Ask[app.Status](p, "System.Status")
	if s.SignInNeeded || s.User == nil || s.User.Role != "principal" || s.User.Label != "U001 Claire Fontaine" {
		t.Fatalf("%+v %+v", s, s.User)
	}
	if list := apptest.Ask[[]app.UserRow](p, "Users.List"); len(list) != 5 {
		t.Errorf("%d people", len(list))
	}
	in := apptest.Ask[app.SignedIn](p, "Account.SignIn", "nadia@atelier-brindille.example", demoPassword)
	if in.User == nil || in.User.Role != "reader" {
		t.Fatalf("%+v", in)
	}
	if _, shown := p.Try("Users.Create", users.Form{Name: "X", Email: "x@x.example", Language: "fr", Role: actor.Reader}, "key-by-reader"); shown == nil || shown.Key != "fault.permission.users" {
		t.Errorf("%+v", shown)
	}
}
