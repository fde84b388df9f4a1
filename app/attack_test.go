package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// timed notes the deadlines that a stream gives its writes.
type timed struct {
	*httptest.ResponseRecorder
	set []time.Time
}

// SetWriteDeadline notes one.
func (w *timed) SetWriteDeadline(at time.Time) error {
	w.set = append(w.set, at)
	return nil
}

// Each notice has a deadline, so that who reads nothing is dropped, and none stands between two: HTTP/2 would
// end the stream by it.
func TestStreamsHaveADeadlineForEachNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub()
		ctx, leave := context.WithCancel(t.Context())
		w := &timed{ResponseRecorder: httptest.NewRecorder()}
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/events", nil))
		}()
		synctest.Wait()
		h.Changed("invoices")
		time.Sleep(time.Minute) //nolint:forbidigo // of the bubble's clock
		leave()
		<-done
		if len(w.set) < 6 || len(w.set)%2 != 0 {
			t.Fatalf("%d deadlines", len(w.set))
		}
		for i, at := range w.set {
			if at.IsZero() != (i%2 == 1) {
				t.Errorf("deadline %d: %v", i, at)
			}
		}
	})
}
