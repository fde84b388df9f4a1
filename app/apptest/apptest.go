// Package apptest starts the whole program without a window and drives it.
//
// What lives here: the program on real listeners and a real folder, a member of the staff
// who calls what the window calls, a contact who walks the portal with a browser's cookies,
// a look into the practice mail box. What must not: doubles of rooms, ways past the program.
// Called by the end-to-end tests of app and of the command line.
package apptest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"comptoir/app"
	"comptoir/app/demo"
	"comptoir/core/locale"
)

// Now is where the clock of every started program stands, unless a test brings its own.
var Now = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// Options of Start. Zero values: an empty home, the portal on a free port of loopback.
type Options struct {
	Folder string // company folder; "" = none, or the last one of Home
	Home   string // "" = a folder of the test
	Portal string // "" = a free port of loopback; app.PortalOff
	Clock  func() time.Time
	Assets fs.FS
	Lang   locale.Lang
}

// Program is the running program with a member of the staff at its desk.
type Program struct {
	App  *app.App
	Desk *app.Desk
	Home string
	Log  *Log

	t       testing.TB
	base    string
	browser *http.Client
	lang    locale.Lang
	stopped bool
}

// Start runs the program until the test ends, and signs the staff in with the printed address.
func Start(t testing.TB, o Options) *Program {
	t.Helper()
	if o.Home == "" {
		o.Home = t.TempDir()
	}
	if o.Portal == "" {
		o.Portal = "127.0.0.1:0"
	}
	if o.Clock == nil {
		o.Clock = func() time.Time { return Now }
	}
	if o.Assets == nil {
		o.Assets = fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>desk</title>")}, "assets/a-1.js": {Data: []byte("1")}}
	}
	if o.Lang == "" {
		o.Lang = locale.FR
	}
	p := &Program{t: t, Home: o.Home, Log: &Log{}, lang: o.Lang, browser: browser(t)}
	p.App = app.New(app.Config{Folder: o.Folder, Home: o.Home, Recent: filepath.Join(o.Home, "recent.json"), Assets: o.Assets, Lang: o.Lang, Clock: o.Clock,
		Log: slog.New(slog.NewTextHandler(p.Log, nil)), Version: "test", Portal: o.Portal, Demo: demoSize})
	p.App.Start(context.Background())
	t.Cleanup(p.Stop)
	var err error
	if p.Desk, err = p.App.ServeDesk(context.Background(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.visit(p.Desk.URL())
	return p
}

// Fresh is Start with a company of its own, made by the answers of the first-start wizard.
func Fresh(t testing.TB, o Options) *Program {
	t.Helper()
	p := Start(t, o)
	Ask[app.Status](p, "System.Create", app.NewCompany{Key: "wizard-1", Name: "Menuiserie Lambert", Country: "FR", Language: "fr", Email: "bonjour@lambert.example"})
	return p
}

// demoSize is enough for every state and quick to make.
var demoSize = demo.Options{Documents: 60, Seed: 1}

// made is the folder of what is made once for all tests of the process; see Main.
var made string

// Main runs the tests of a package that uses Demo and takes away what they shared.
func Main(m *testing.M) int {
	code := m.Run()
	if made != "" {
		if err := os.RemoveAll(made); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	return code
}

var demoOnce = sync.OnceValues(func() (sum demo.Summary, err error) {
	if made, err = os.MkdirTemp("", "comptoir-demo-"); err != nil {
		return sum, err
	}
	return app.MakeDemo(context.Background(), app.DemoOptions{Folder: filepath.Join(made, "demo"), Now: Now, Options: demoSize})
})

// Demo is Start on a copy of a demo company.
func Demo(t testing.TB, o Options) *Program {
	t.Helper()
	if o.Home == "" {
		o.Home = t.TempDir()
	}
	o.Folder = filepath.Join(o.Home, "demo")
	CopyDemo(t, o.Folder)
	return Start(t, o)
}

// CopyDemo puts a copy of a demo company, which is made once in the process, into folder, and
// tells what is in it.
func CopyDemo(t testing.TB, folder string) demo.Summary {
	t.Helper()
	sum, err := demoOnce()
	if err != nil {
		t.Fatal(err)
	}
	CopyCompany(t, filepath.Join(made, "demo"), folder)
	return sum
}

// CopyCompany puts a copy of a closed company into folder.
func CopyCompany(t testing.TB, from, folder string) {
	t.Helper()
	if err := os.CopyFS(folder, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	// CopyFS gives every file the mode that the umask leaves; a key must be its owner's alone.
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }() // nothing was written through it
	if err := fs.WalkDir(root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return root.Chmod(p, 0o600)
	}); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the program in order; a second call does nothing.
func (p *Program) Stop() {
	if p.stopped {
		return
	}
	p.stopped = true
	if p.Desk != nil {
		if err := p.Desk.Stop(context.Background()); err != nil {
			p.t.Errorf("stop: %v", err)
		}
	}
	p.App.Stop(context.Background())
	p.browser.CloseIdleConnections()
}

func browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	// A transport of its own: the end of one program must not break another's connections.
	return &http.Client{Jar: jar, Timeout: 2 * time.Minute, Transport: &http.Transport{}}
}

func (p *Program) visit(address string) {
	p.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	p.base = u.Scheme + "://" + u.Host
	resp, err := p.browser.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	drain(resp)
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("the printed address answers %s", resp.Status)
	}
}

func drain(resp *http.Response) []byte {
	b, err := io.ReadAll(resp.Body)
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil
	}
	return b
}

// Base is the address of the desk, without token.
func (p *Program) Base() string { return p.base }

// Browser is the staff's browser, with its cookie.
func (p *Program) Browser() *http.Client { return p.browser }

// Raw posts a body to a bound method as the window does, and gives what came.
func (p *Program) Raw(method, body string) (status int, answer []byte) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.base+"/rpc/"+method, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Language", p.lang)
	resp, err := p.browser.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, drain(resp)
}

// Try calls a bound method and gives its result as JSON, or what the window would show.
func (p *Program) Try(method string, args ...any) (json.RawMessage, *app.Shown) {
	p.t.Helper()
	if args == nil {
		args = []any{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		p.t.Fatal(err)
	}
	status, b := p.Raw(method, string(body))
	var out struct {
		Result json.RawMessage `json:"result"`
		Error  *app.Shown      `json:"error"`
	}
	if err := json.Unmarshal(b, &out); status != http.StatusOK || err != nil {
		p.t.Fatalf("%s: %d %.300s", method, status, b)
	}
	return out.Result, out.Error
}

// Ask calls a bound method and fails the test on any refusal.
func Ask[T any](p *Program, method string, args ...any) T {
	p.t.Helper()
	raw, shown := p.Try(method, args...)
	if shown != nil {
		p.t.Fatalf("%s: %s %s %v\n%s", method, shown.Key, shown.Message, shown.Fields, p.Log.Tail())
	}
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		p.t.Fatalf("%s: %v in %.300s", method, err, raw)
	}
	return v
}

// Do calls a bound method that answers nothing.
func (p *Program) Do(method string, args ...any) {
	p.t.Helper()
	if _, shown := p.Try(method, args...); shown != nil {
		p.t.Fatalf("%s: %s %s %v\n%s", method, shown.Key, shown.Message, shown.Fields, p.Log.Tail())
	}
}

// File gets a file of the desk.
func (p *Program) File(href string) (resp *http.Response, content []byte) {
	p.t.Helper()
	resp, err := p.browser.Get(p.base + href)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp, drain(resp)
}

// patience is how long Until waits for what must come; it only ends a test that is broken.
const patience = 30 * time.Second

// Until listens to the notices that the window listens to, and asks done at once and after
// each of them, until it says yes.
func (p *Program) Until(what string, done func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/events", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := p.browser.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the stream was only listened to
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), ":") || strings.HasPrefix(lines.Text(), "data:") {
			if done() {
				return
			}
		}
	}
	p.t.Fatalf("waited in vain for %s\n%s", what, p.Log.Tail())
}

// Log is what the program wrote to its log.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write adds a line.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

// String is all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Tail is its end, for a failing test.
func (l *Log) Tail() string {
	s := l.String()
	return fmt.Sprintf("log:\n%s", s[max(0, len(s)-4000):])
}
