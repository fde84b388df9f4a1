package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
)

// What a page elsewhere, another program on this machine, or a guessed name may not do with
// the back office in the browser (spec/security, Listeners).

type shape struct {
	name, method, path, body string
	header                   map[string]string
	stranger                 bool // without the cookie
	status                   int
}

func TestGuardRefusesStrangers(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	rpc := "/rpc/System.Status"
	for _, x := range []shape{
		{name: "a call", method: "POST", path: rpc, body: "[]", status: 200},
		{name: "a call with the desk's own origin", method: "POST", path: rpc, body: "[]", header: map[string]string{"Origin": p.Base(), "Sec-Fetch-Site": "same-origin"}, status: 200},
		{name: "no cookie", method: "POST", path: rpc, body: "[]", stranger: true, status: 403},
		{name: "no cookie, the page", method: "GET", path: "/", stranger: true, status: 403},
		{name: "no cookie, a file", method: "GET", path: "/files/lists/invoices.csv", stranger: true, status: 403},
		{name: "no cookie, the events", method: "GET", path: "/events", stranger: true, status: 403},
		{name: "a forged cookie", method: "POST", path: rpc, body: "[]", stranger: true, header: map[string]string{"Cookie": "comptoir-desk-1=x"}, status: 403},
		{name: "a guessed token", method: "GET", path: "/?token=guess", stranger: true, status: 403},
		{name: "an empty token", method: "GET", path: "/?token=", stranger: true, status: 403},
		{name: "another host", method: "POST", path: rpc, body: "[]", header: map[string]string{"Host": "evil.example"}, status: 421},
		{name: "the right port of another name", method: "GET", path: "/", header: map[string]string{"Host": "localhost.evil.example:80"}, status: 421},
		{name: "no host", method: "GET", path: "/", header: map[string]string{"Host": "127.0.0.1"}, status: 421},
		{name: "another site", method: "POST", path: rpc, body: "[]", header: map[string]string{"Origin": "https://evil.example"}, status: 403},
		{name: "another site without origin", method: "POST", path: rpc, body: "[]", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
		{name: "another port of this machine", method: "POST", path: rpc, body: "[]", header: map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, status: 403},
		{name: "a frame of nowhere", method: "POST", path: rpc, body: "[]", header: map[string]string{"Origin": "null"}, status: 403},
		{name: "a form", method: "POST", path: rpc, body: "[]", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 415},
		{name: "plain text", method: "POST", path: rpc, body: "[]", header: map[string]string{"Content-Type": "text/plain"}, status: 415},
		{name: "no type", method: "POST", path: rpc, body: "[]", header: map[string]string{"Content-Type": ""}, status: 415},
		{name: "JSON with a charset", method: "POST", path: rpc, body: "[]", header: map[string]string{"Content-Type": "application/json; charset=utf-8"}, status: 200},
		{name: "a method that is none", method: "POST", path: "/rpc/System.Nope", body: "[]", status: 404},
		{name: "reading a call", method: "GET", path: rpc, status: 404},
		{name: "deleting", method: "DELETE", path: rpc, status: 405},
	} {
		t.Run(x.name, func(t *testing.T) {
			resp, body := send(t, p, x)
			if resp.StatusCode != x.status {
				t.Errorf("%d, want %d: %.200s", resp.StatusCode, x.status, body)
			}
			if x.status != http.StatusOK && strings.Contains(body, "Lambert") {
				t.Errorf("a refusal tells of the company: %.300s", body)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"} {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("policy %q", policy)
			}
		})
	}
}

func send(t *testing.T, p *apptest.Program, x shape) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), x.method, p.Base()+x.path, strings.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range x.header {
		req.Header.Set(k, v)
		if k == "Host" {
			req.Host = v
		}
	}
	client := p.Browser()
	if x.stranger {
		client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // read whole below
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestPrintedAddressOpensOnce(t *testing.T) {
	p := apptest.Start(t, apptest.Options{}) // the staff's browser spent the first token
	address := p.Desk.URL()
	if p.Desk.URL() != address {
		t.Error("the address changes though nobody used it")
	}
	jarless := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	first := get(t, jarless, address)
	if first.StatusCode != http.StatusSeeOther || first.Header.Get("Location") != "/" {
		t.Fatalf("the token answers %s to %s", first.Status, first.Header.Get("Location"))
	}
	cookies := first.Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].Path != "/" || len(cookies[0].Value) < 20 {
		t.Errorf("cookie %+v", cookies)
	}
	if _, port, _ := strings.Cut(strings.TrimPrefix(p.Base(), "http://"), ":"); !strings.HasSuffix(cookies[0].Name, port) {
		t.Errorf("cookie %s does not carry the port %s: two desks on one machine would share it", cookies[0].Name, port)
	}
	if second := get(t, jarless, address); second.StatusCode != http.StatusForbidden {
		t.Errorf("the token a second time: %s", second.Status)
	}
	if p.Desk.URL() == address {
		t.Error("a spent token is printed again")
	}
	if used := get(t, p.Browser(), p.Base()+"/"); used.StatusCode != http.StatusOK {
		t.Errorf("the first browser is out: %s", used.Status)
	}
}

func get(t *testing.T, c *http.Client, address string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestDeskStaysOnLoopback(t *testing.T) {
	a := app.New(app.Config{Home: t.TempDir()})
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.168.1.2:0", "example.org:0", "127.0.0.1", "", "127.0.0.1:0:0"} {
		d, err := a.ServeDesk(t.Context(), addr)
		if err == nil {
			t.Errorf("%q was served", addr)
			_ = d.Stop(t.Context()) // it is an error already
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		d, err := a.ServeDesk(t.Context(), addr)
		if err != nil {
			t.Errorf("%q: %v", addr, err)
			continue
		}
		if err := d.Stop(t.Context()); err != nil {
			t.Errorf("%q: %v", addr, err)
		}
	}
	taken, err := a.ServeDesk(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := taken.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	host := strings.TrimPrefix(taken.URL(), "http://")
	host, _, _ = strings.Cut(host, "/")
	if _, err := a.ServeDesk(t.Context(), host); err == nil || !strings.Contains(err.Error(), "port_taken") {
		t.Errorf("a taken port: %v", err)
	}
}

func TestAssets(t *testing.T) {
	p := apptest.Start(t, apptest.Options{})
	for path, want := range map[string]struct {
		status int
		body   string
		cache  string
	}{
		"/":                       {200, "<title>desk", "no-cache"},
		"/invoices/abc":           {200, "<title>desk", "no-cache"}, // the window routes by itself
		"/settings/mail":          {200, "<title>desk", "no-cache"},
		"/assets/a-1.js":          {200, "1", "immutable"},
		"/assets/gone.js":         {404, "", ""},
		"/favicon.ico":            {404, "", ""},
		"/assets/":                {200, "<title>desk", ""}, // never a listing
		"/assets/../index.html":   {200, "<title>desk", ""},
		"/..%2f..%2fetc%2fpasswd": {404, "", ""},
	} {
		resp, body := p.File(path)
		if resp.StatusCode != want.status || !strings.Contains(string(body), want.body) || !strings.Contains(resp.Header.Get("Cache-Control"), want.cache) {
			t.Errorf("%s: %d %q, cache %q", path, resp.StatusCode, body, resp.Header.Get("Cache-Control"))
		}
		if strings.Contains(string(body), "a-1.js") {
			t.Errorf("%s lists a folder: %s", path, body)
		}
	}
}
