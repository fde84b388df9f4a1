package portal_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// timed notes the deadlines that are set on what it wraps.
type timed struct {
	http.ResponseWriter
	mu  *sync.Mutex
	set *[]time.Time
}

// Unwrap gives the writer to what is not noted.
func (w timed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// SetWriteDeadline notes one.
func (w timed) SetWriteDeadline(at time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	*w.set = append(*w.set, at)
	return http.NewResponseController(w.ResponseWriter).SetWriteDeadline(at)
}

// Each notice has a deadline, and none stands while the stream waits: over HTTP/2 a deadline that passes ends
// the stream though nothing is being written.
func TestNoDeadlineStandsBetweenNotices(t *testing.T) {
	f := newFirm(t, chatting)
	f.talk()
	var mu sync.Mutex
	set := []time.Time{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/chat/flux" {
			w = timed{w, &mu, &set}
		}
		f.portal.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	v := f.byPassword(server)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/chat/flux", http.NoBody)
	f.must(err)
	res, err := v.client.Do(r)
	f.must(err)
	in := bufio.NewReader(res.Body)
	hear(t, in, "1")
	v.post("/deconnexion", "")
	f.chat.Notices.Ring(f.claire.ID)
	for err == nil { // until the stream has ended
		_, err = in.ReadString('\n')
	}
	f.must(res.Body.Close())
	mu.Lock()
	defer mu.Unlock()
	if len(set) == 0 || len(set)%2 != 0 {
		t.Fatalf("%v", set)
	}
	for i, at := range set {
		if at.IsZero() != (i%2 == 1) {
			t.Errorf("deadline %d: %v", i, at)
		}
	}
}
