package app

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// hub tells windows and browsers that something changed: by the Wails runtime in the
// window, by server-sent events in a browser. Notices carry topics, never data: whoever
// hears one asks again.
type hub struct {
	mu   sync.Mutex
	subs map[chan []byte]struct{}
	emit func(name string, data any) // the window's, nil without one
	done chan struct{}
	once sync.Once

	pending []string
	timer   *time.Timer
}

func newHub() *hub { return &hub{subs: map[chan []byte]struct{}{}, done: make(chan struct{})} }

type changed struct {
	Topics []string `json:"topics"`
}

// gather is how long notices are gathered, so that a batch of a thousand wakes people once.
const gather = 50 * time.Millisecond

// Changed notes topics and sends them soon. It never blocks.
func (h *hub) Changed(topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range topics {
		if !slices.Contains(h.pending, t) {
			h.pending = append(h.pending, t)
		}
	}
	if h.timer == nil {
		h.timer = time.AfterFunc(gather, h.flush)
	}
}

func (h *hub) flush() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.timer = nil
	notice := changed{Topics: h.pending}
	h.pending = nil
	if h.emit != nil {
		h.emit("changed", notice)
	}
	b, err := json.Marshal(map[string]any{"name": "changed", "data": []any{notice}})
	if err != nil {
		return
	}
	for c := range h.subs {
		select {
		case c <- b:
		default: // so far behind that it asks for everything when it comes back
			delete(h.subs, c)
			close(c)
		}
	}
}

// Close ends every stream, so that the listener can shut down.
func (h *hub) Close() { h.once.Do(func() { close(h.done) }) }

// maxStreams is far above any number of browser windows of one desk.
const maxStreams = 64

// streamWrite is how long one notice may take.
const streamWrite = 10 * time.Second

// ServeHTTP is GET /events.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := make(chan []byte, 16)
	h.mu.Lock()
	if len(h.subs) >= maxStreams {
		h.mu.Unlock()
		http.Error(w, "too many streams", http.StatusServiceUnavailable)
		return
	}
	h.subs[c] = struct{}{}
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.subs, c)
		h.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	rc := http.NewResponseController(w)
	write := func(text string) error { // a stream has no end, but each write has: who reads nothing is dropped
		_ = rc.SetWriteDeadline(time.Now().Add(streamWrite))    // not every writer has a deadline
		defer func() { _ = rc.SetWriteDeadline(time.Time{}) }() // HTTP/2 ends a stream whose deadline passes, though nothing is being written
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		return rc.Flush()
	}
	if write(": open\n\n") != nil {
		return
	}
	tick := time.NewTicker(20 * time.Second)
	defer tick.Stop()
	for {
		var err error
		select {
		case b, open := <-c:
			if !open {
				return
			}
			err = write("data: " + string(b) + "\n\n")
		case <-tick.C:
			err = write(": keep\n\n")
		case <-r.Context().Done():
			return
		case <-h.done:
			return
		}
		if err != nil {
			return
		}
	}
}
