package portal

import (
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"comptoir/core/fault"
)

// bodyTime is how long a form may take to come: it is a few hundred bytes.
const bodyTime = 5 * time.Second

// streams is how many requests one HTTP/2 connection may have open.
const streams = 16

// errBodySlow: the form did not come in time.
var errBodySlow = fault.New(fault.Invalid, "fault.form_slow")

// flight counts the requests of each address that are on their way. The listener bounds
// connections, but one HTTP/2 connection carries many requests.
type flight struct {
	most int
	mu   sync.Mutex
	by   map[string]int
}

func newFlight(most int) *flight { return &flight{most: most, by: map[string]int{}} }

// take counts a request in; done counts it out.
func (f *flight) take(address string) (done func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by[address] >= f.most {
		return nil, false
	}
	f.by[address]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.by[address]--; f.by[address] <= 0 {
			delete(f.by, address)
		}
	}, true
}

// receive reads the body before the request takes one of the places of all: whoever lets
// the portal wait, waits for himself. What is wrong with a form is told by its route.
func (v *visit) receive() {
	if v.r.Method != http.MethodPost {
		if v.r.ContentLength != 0 { // nothing here reads it, and net/http would, before it answers
			v.w.Header().Set("Connection", "close")
			v.r.Body = http.NoBody
		}
		return
	}
	if v.uploading() { // its route reads it, when it is known who sends
		return
	}
	if v.hooking() {
		if v.word = v.hear(); v.word.status != 0 {
			v.w.Header().Set("Connection", "close")
		}
		return
	}
	control := http.NewResponseController(v.w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTime)) // a recorder in a test has none
	if v.formErr = v.readForm(v.p.Limits.Form); v.formErr != nil {
		v.w.Header().Set("Connection", "close")
		return
	}
	_ = control.SetReadDeadline(time.Time{})
}

// slow tells whether reading failed for want of time.
func slow(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || (errors.As(err, &n) && n.Timeout())
}
