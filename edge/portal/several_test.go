package portal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/edge/portal"
	"comptoir/office/sales"
)

// An archive holds what was chosen, the same each time, and breaks off where the reader leaves.
func TestSeveralInvoicesInOneArchive(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	first := v.post("/factures/zip", "tout=1")
	again := v.post("/factures/zip", "tout=1")
	if first.status != 200 || first.body != again.body || first.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %v, same: %v", first.status, first.header, first.body == again.body)
	}
	z, err := zip.NewReader(strings.NewReader(first.body), int64(len(first.body)))
	f.must(err)
	names := []string{}
	for _, x := range z.File {
		names = append(names, x.Name)
		r, err := x.Open()
		f.must(err)
		b, err := io.ReadAll(r)
		if err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Errorf("%s: %v", x.Name, err)
		}
	}
	if !slices.Equal(names, []string{"FA-2026-0001.pdf", "FA-2026-0002.pdf", "FA-2026-0003.pdf", "FA-2026-0004.pdf", "FA-2026-0005.pdf"}) {
		t.Errorf("%v", names)
	}
}

func TestArchivesInFlightAreBounded(t *testing.T) {
	f := newFirm(t)
	room := &slowPapers{Service: f.sales, began: make(chan struct{}, 8), end: make(chan struct{})}
	l := portal.Unlimited()
	l.Zipping = 1
	f.with(room, l)
	v := f.byLink(f.serve())
	var wg sync.WaitGroup
	wg.Go(func() {
		if a := v.post("/factures/zip", "tout=1"); a.status != 200 {
			t.Errorf("the first: %d", a.status)
		}
	})
	<-room.began
	if a := v.post("/factures/zip", "tout=1"); a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("a second: %d", a.status)
	}
	close(room.end)
	wg.Wait()
}

// Nobody holds the places of all for himself: neither from one address, nor as one contact.
func TestArchivesOfOneVisitorLeaveRoom(t *testing.T) {
	f := newFirm(t)
	room := &slowPapers{Service: f.sales, began: make(chan struct{}, 8), end: make(chan struct{})}
	f.with(room, portal.Unlimited())
	s := f.serve()
	claire, bruno := f.byLink(s).cookie(), f.brunoByLink(s).cookie()
	ask := func(cookie, address, path string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://portail.test"+path, strings.NewReader("tout=1"))
		r.RemoteAddr = address
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: "portail", Value: cookie})
		w := httptest.NewRecorder()
		f.portal.Handler().ServeHTTP(w, r)
		return w.Code
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if code := ask(claire, "192.168.1.50:1", "/factures/zip"); code != 200 {
				t.Errorf("held: %d", code)
			}
		})
		<-room.began
	}
	for _, address := range []string{"192.168.1.50:2", "192.168.1.51:1"} {
		if code := ask(claire, address, "/documents/zip"); code != 503 {
			t.Errorf("the same contact from %s: %d", address, code)
		}
	}
	if code := ask(bruno, "192.168.1.50:3", "/documents/zip"); code != 503 {
		t.Errorf("another contact from the same address: %d", code)
	}
	if code := ask(bruno, "192.168.1.52:1", "/documents/zip"); code != 200 {
		t.Errorf("somebody else: %d", code)
	}
	close(room.end)
	wg.Wait()
	if code := ask(claire, "192.168.1.50:4", "/documents/zip"); code != 200 {
		t.Errorf("afterwards: %d", code)
	}
}

// A reader who leaves ends the work, and his place is free for the next.
func TestArchiveEndsWhenTheReaderLeaves(t *testing.T) {
	f := newFirm(t)
	room := &slowPapers{Service: f.sales, began: make(chan struct{}, 8), end: make(chan struct{})}
	l := portal.Unlimited()
	l.Zipping = 1
	f.with(room, l)
	v := f.byLink(f.serve())
	ctx, leave := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://portail.test/factures/zip", strings.NewReader("tout=1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "portail", Value: v.cookie()})
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		f.portal.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}()
	<-room.began
	leave()
	<-gone
	close(room.end)
	if a := v.post("/factures/zip", "tout=1"); a.status != 200 {
		t.Errorf("the next reader: %d", a.status)
	}
}

// slowPapers is a sales room whose papers wait.
type slowPapers struct {
	*sales.Service
	began, end chan struct{}
}

func (s *slowPapers) PortalPaper(ctx context.Context, who actor.Actor, ref sales.PaperRef) (sales.File, error) {
	select {
	case s.began <- struct{}{}:
	default:
	}
	select {
	case <-s.end:
	case <-ctx.Done():
		return sales.File{}, ctx.Err()
	}
	return s.Service.PortalPaper(ctx, who, ref)
}

// BenchmarkZIP hands 500 invoices over as one archive, written away as it comes; peak-MB is how
// much the heap grew at most beside what was there before.
//
//	go test ./edge/portal -run - -bench ZIP
func BenchmarkZIP(b *testing.B) {
	f := newFirm(b, func(f *firm) { f.limits = portal.Unlimited() })
	for i := range 495 {
		f.issue(f.claire, fmt.Sprintf("many-%d", i), 5000)
	}
	s := f.serve()
	v := f.byPassword(s)
	cookie := &http.Cookie{Name: "portail", Value: v.cookie()}
	b.ReportAllocs()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak, size, papers := uint64(0), int64(0), 0
	b.ResetTimer()
	for b.Loop() {
		r := httptest.NewRequest("POST", "http://portail.test/factures/zip", strings.NewReader("tout=1"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(cookie)
		w := &away{header: http.Header{}}
		w.look = func() {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		f.portal.Handler().ServeHTTP(w, r)
		size, papers = w.size, w.flushes
	}
	if papers < 500 {
		b.Fatalf("%d papers", papers)
	}
	b.ReportMetric(float64(peak-min(peak, before.HeapAlloc))/(1<<20), "peak-MB")
	b.ReportMetric(float64(size)/(1<<20), "zip-MB")
}

// away is a client that takes everything and keeps nothing.
type away struct {
	header  http.Header
	size    int64
	flushes int
	look    func()
}

func (w *away) Header() http.Header { return w.header }
func (w *away) WriteHeader(int)     {}
func (w *away) Write(b []byte) (int, error) {
	w.size += int64(len(b))
	if len(b) > 4096 {
		if w.flushes++; w.flushes%50 == 0 {
			w.look()
		}
	}
	return len(b), nil
}
