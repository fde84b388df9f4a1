package app

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// listen opens a stream of events and gives its lines.
func listen(t *testing.T, url string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() }) // a stream has no end
	return resp, bufio.NewScanner(resp.Body)
}

func TestNoticesReachTheBrowser(t *testing.T) {
	h := newHub()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Cleanup(h.Close)
	resp, lines := listen(t, server.URL)
	if resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", resp.Header)
	}
	if !lines.Scan() || lines.Text() != ": open" {
		t.Fatalf("begins with %q", lines.Text())
	}
	h.Changed("invoices", "mails")
	h.Changed("mails", "books")
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var e struct {
			Name string    `json:"name"`
			Data []changed `json:"data"`
		}
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatal(err)
		}
		if e.Name != "changed" || len(e.Data) != 1 || !slices.Equal(e.Data[0].Topics, []string{"invoices", "mails", "books"}) {
			t.Errorf("%s", data)
		}
		return
	}
	t.Fatal("no notice")
}

// A thousand changes in a moment wake people once.
func TestNoticesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub()
		var told [][]string
		h.emit = func(name string, data any) {
			if c, ok := data.(changed); ok && name == "changed" {
				told = append(told, c.Topics)
			}
		}
		for range 1000 {
			h.Changed("invoices", "books")
		}
		heard := func() [][]string {
			h.mu.Lock() // emit is called under it
			defer h.mu.Unlock()
			return slices.Clone(told)
		}
		synctest.Wait()
		if got := heard(); len(got) != 0 {
			t.Errorf("told at once: %v", got)
		}
		sleep(t)
		if got := heard(); len(got) != 1 || !slices.Equal(got[0], []string{"invoices", "books"}) {
			t.Errorf("told %v", got)
		}
		h.Changed("*")
		sleep(t)
		if got := heard(); len(got) != 2 {
			t.Errorf("told %v", got)
		}
	})
}

// sleep lets the bubble's clock pass the gathering; no real time goes by.
func sleep(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*gather)
	defer cancel()
	<-ctx.Done()
	synctest.Wait()
}

// Whoever does not read is dropped, and holds nobody up.
func TestSlowListenerIsDropped(t *testing.T) {
	h := newHub()
	slow, quick := make(chan []byte, 1), make(chan []byte, 100)
	h.subs[slow], h.subs[quick] = struct{}{}, struct{}{}
	for range 5 {
		h.pending = []string{"invoices"}
		h.flush()
	}
	if _, there := h.subs[slow]; there || len(quick) != 5 {
		t.Errorf("the slow one is there: %v; the quick one heard %d of 5", there, len(quick))
	}
	<-slow
	if _, open := <-slow; open {
		t.Error("the stream of the slow one stays open: it would not know to ask again")
	}
}

func TestStreamsAreBoundedAndEnd(t *testing.T) {
	h := newHub()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	for i := range maxStreams + 1 {
		resp, lines := listen(t, server.URL)
		want := http.StatusOK
		if i == maxStreams {
			want = http.StatusServiceUnavailable
		}
		if resp.StatusCode != want {
			t.Fatalf("stream %d: %s", i, resp.Status)
		}
		lines.Scan() // it is counted
	}
	h.Close()
	h.Close()
	// The server can end: every stream is over.
	if err := server.Config.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
