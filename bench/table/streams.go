package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"comptoir/bench"
)

// What 200 contacts with a page of the chat open cost, in a copy of the smallest company: nothing of it
// grows with the documents.
const (
	open       = 200
	perSession = 4  // the portal's limits: so many streams of a session,
	perContact = 17 // and 20 sessions of a contact
)

// talkers are the contacts of the demo who sign in.
var talkers = []string{userName, "emma@plateau-design.example", "o.gagnon@brasserie-vieux-port.example"}

// streams opens the streams, has each contact say one thing and waits until every page has heard of it.
func (t *table) streams(ctx context.Context, n int) (err error) {
	source, err := bench.Folder(n)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(source), "copy")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := bench.Copy(source, dir); err != nil {
		return err
	}
	p, err := start(ctx, "portal", t.program, "serve", "--data", dir, "--no-desk", "--portal", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	people := []*http.Client{}
	for i, name := range talkers {
		of, err := signIn(p.url, name, 10+i*perContact, perContact)
		if err != nil {
			return err
		}
		people = append(people, of...)
	}
	time.Sleep(rest) // what signing in took is given back
	before, err := p.resident()
	if err != nil {
		return err
	}
	lines := make([]*bufio.Scanner, 0, open)
	for i := range open { // they end with the program
		l, err := listen(people[i/perSession], p.url)
		if err != nil {
			return fmt.Errorf("stream %d: %w", i+1, err)
		}
		lines = append(lines, l)
	}
	after, err := p.resident()
	if err != nil {
		return err
	}
	worked, err := p.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	for i := range talkers { // each wakes the pages of its own customer
		answer, err := people[i*perContact].PostForm(p.url+"/chat", url.Values{"cle": {"key-of-the-bench"}, "message": {"Bonjour"}})
		if err != nil {
			return err
		}
		if err := answer.Body.Close(); err != nil || !strings.HasPrefix(answer.Request.URL.Path, "/chat/") {
			return errors.Join(err, fmt.Errorf("the message: %s at %s", answer.Status, answer.Request.URL.Path))
		}
	}
	for _, l := range lines {
		if err := heard(l); err != nil {
			return err
		}
	}
	took := time.Since(began)
	done, err := p.cpu()
	t.row(fmt.Sprintf("%d open streams of the chat", open), "MB more; KB each", "little").cells[0] = fmt.Sprintf("%.1f; %.0f", (after-before)/1024, (after-before)/open)
	t.row(fmt.Sprintf("%d messages heard on %d pages", len(talkers), open), "ms; ms CPU", "little").cells[0] = fmt.Sprintf("%.0f; %.0f", ms(took), ms(done-worked))
	return err
}

// listen opens a stream and reads its first notice.
func listen(c *http.Client, base string) (*bufio.Scanner, error) {
	r, err := c.Get(base + "/chat/flux") //nolint:bodyclose // it is read until the program ends
	if err != nil {
		return nil, err
	}
	if r.StatusCode != http.StatusOK {
		return nil, errors.New(r.Status)
	}
	l := bufio.NewScanner(r.Body)
	return l, heard(l)
}

// heard reads the next notice.
func heard(l *bufio.Scanner) error {
	for l.Scan() {
		if strings.HasPrefix(l.Text(), "data: ") {
			return nil
		}
	}
	return errors.Join(l.Err(), errors.New("a stream ended"))
}
