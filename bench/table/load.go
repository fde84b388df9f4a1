package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

// The program is measured as it is sold, with its limits: each of the load's browsers has
// a session and an address of its own (127.0.0.2, .3, …), and stays within its burst.
const (
	browsers = 20
	each     = 25 // pages a browser asks for in one run; the limits allow 80 at once
	rounds   = 2
	callers  = 16 // at the same moment, for the slowest response
	rest     = 6 * time.Second
)

// The demo's best customer.
const (
	userName = "camille.roussel@cafe-lumiere.example"
	password = "Copeaux-Bleus-27"
	best     = "Café Lumière"
)

// subject is whom the pages are about.
type subject struct{ customer, document string }

func subjectOf(ctx context.Context, folder string) (s subject, err error) {
	raw, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "comptoir.db")+"?mode=ro")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	err = raw.QueryRowContext(ctx, "SELECT c.id, (SELECT public_id FROM documents d WHERE d.customer_id = c.id AND d.state = 'issued' ORDER BY d.issue_date DESC, d.id DESC LIMIT 1) FROM customers c WHERE c.name = ?", best).Scan(&s.customer, &s.document)
	return s, err
}

func (t *table) load(ctx context.Context, n int, folder string) error {
	s, err := subjectOf(ctx, folder)
	if err != nil {
		return err
	}
	began := time.Now()
	p, err := start(ctx, "portal", t.program, "serve", "--data", folder, "--no-desk", "--portal", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := ask(browser("127.0.0.2"), p.url+"/connexion", ""); err != nil {
		return err
	}
	t.row("start to the first portal page", "ms", "100 at 50 000").cells[n] = fmt.Sprintf("%.0f", float64(time.Since(began).Microseconds())/1000)
	time.Sleep(2 * time.Second) // the work of a start settles; what is idle is measured then
	if err := t.memory(n, "idle", "40", p); err != nil {
		return err
	}
	people, err := signIn(p.url, userName, 10, browsers)
	if err != nil {
		return err
	}
	f, err := start(ctx, "floor", t.floor, "-db", filepath.Join(folder, "comptoir.db"))
	if err != nil {
		return err
	}
	for _, x := range []struct{ name, goal, path, want, floor string }{
		{"portal, list of 50", "0.6; p99 < 20 ms", "/factures", "<tr", "/list?customer=" + s.customer},
		{"portal, one invoice", "0.3", "/factures/" + s.document, "FA-", "/page?id=" + s.document},
	} {
		if err := t.pages(n, x.name, x.goal, p, people, p.url+x.path, x.want); err != nil {
			return err
		}
		cost, err := burst(f, people, f.url+x.floor, "<tr", 1)
		if err != nil {
			return err
		}
		t.row(x.name, "", "").floor[n] = fmt.Sprintf("%.2f", cost.cpu)
	}
	if err := t.memory(n, "after load", "80", p); err != nil {
		return err
	}
	return errors.Join(f.stop(), p.stop())
}

func (t *table) memory(n int, when, goal string, p *process) error {
	m, err := p.memory()
	t.row("memory of serve, "+when, "MB", "< "+goal).cells[n] = m
	return err
}

func (t *table) pages(n int, name, goal string, p *process, people []*http.Client, address, want string) error {
	if _, err := burst(p, people, address, want, 1); err != nil { // warm
		return err
	}
	time.Sleep(rest) // the limits forget
	one, err := burst(p, people, address, want, 1)
	if err != nil {
		return err
	}
	time.Sleep(rest)
	many, err := burst(p, people, address, want, callers)
	if err != nil {
		return err
	}
	time.Sleep(rest)
	t.row(name, "ms CPU; p50 and p99 of 16 callers", goal).cells[n] = fmt.Sprintf("%.2f; %.1f, %.1f", one.cpu, ms(many.p50), ms(many.p99))
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// cost is what a run of pages took.
type cost struct {
	cpu      float64 // milliseconds a response
	p50, p99 time.Duration
}

// burst asks for a page by every browser, so many at the same moment.
func burst(p *process, people []*http.Client, address, want string, atOnce int) (c cost, err error) {
	before, err := p.cpu()
	if err != nil {
		return c, err
	}
	var next atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var errs []error
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(people)*each); i = next.Add(1) - 1 {
				began := time.Now()
				err := ask(people[int(i)%len(people)], address, want)
				mu.Lock()
				took, errs = append(took, time.Since(began)), append(errs, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return c, err
	}
	after, err := p.cpu()
	slices.Sort(took)
	return cost{float64((after - before).Microseconds()) / 1000 / float64(len(took)), took[len(took)/2], took[len(took)*99/100]}, err
}

// browser is a client that comes from an address of its own.
func browser(address string) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it never fails
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: callers}}
}

// signIn gives browsers in which somebody is signed in, each of an address of its own from 127.0.0.<first> on.
func signIn(base, name string, first, many int) ([]*http.Client, error) {
	people := make([]*http.Client, 0, many)
	for i := range many {
		c := browser(fmt.Sprintf("127.0.0.%d", first+i))
		r, err := c.PostForm(base+"/connexion", url.Values{"nom": {name}, "mot-de-passe": {password}})
		if err != nil {
			return nil, err
		}
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
		if r.StatusCode != http.StatusOK || r.Request.URL.Path == "/connexion" {
			return nil, fmt.Errorf("sign-in: %s at %s", r.Status, r.Request.URL.Path)
		}
		people = append(people, c)
	}
	return people, nil
}

// ask reads a page to its end and proves that it is the right one.
func ask(c *http.Client, address, want string) (err error) {
	r, err := c.Get(address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Body.Close()) }()
	b, err := io.ReadAll(r.Body)
	if err == nil && (r.StatusCode != http.StatusOK || !strings.Contains(string(b), want)) {
		err = fmt.Errorf("%s: %s", address, r.Status)
	}
	return err
}
