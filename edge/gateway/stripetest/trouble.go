package stripetest

import (
	"net/http"
	"strings"
)

// Trouble befalls requests. The first that matches is used, as often as Times says.
type Trouble struct {
	Method, Path string // Path by its beginning; "" = any
	Times        int    // 0 = once

	LoseRequest bool // the line breaks before anything is done
	LoseAnswer  bool // it is done, the answer never comes
	Late        bool // the line breaks, and the request arrives when Arrive is called
	Status      int  // answered so, nothing done
	Code        string
	Body        string // with Status: this instead of an error of Stripe's (a proxy's page)
	Wait        <-chan struct{}
}

// Befall adds a trouble.
func (f *Fake) Befall(t Trouble) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t.Times = max(1, t.Times)
	f.troubles = append(f.troubles, &t)
}

// Arrive lets the late requests arrive.
func (f *Fake) Arrive() {
	f.mu.Lock()
	late := f.late
	f.late = nil
	f.mu.Unlock()
	for _, do := range late {
		do()
	}
}

func (f *Fake) troubleFor(q Request) *Trouble {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, t := range f.troubles {
		if (t.Method == "" || t.Method == q.Method) && strings.HasPrefix(q.Path, t.Path) {
			if t.Times--; t.Times == 0 {
				f.troubles = append(f.troubles[:i:i], f.troubles[i+1:]...)
			}
			return t
		}
	}
	return nil
}

// early ends a request on which nothing is done.
func (t *Trouble) early(w http.ResponseWriter, r *http.Request) bool {
	if t == nil {
		return false
	}
	if t.Wait != nil {
		select {
		case <-t.Wait:
		case <-r.Context().Done():
		}
	}
	switch {
	case t.LoseRequest:
		hangUp(w)
		return true
	case t.Status != 0 && t.Body != "":
		w.WriteHeader(t.Status)
		_, _ = w.Write([]byte(t.Body))
		return true
	case t.Status != 0:
		kind := "invalid_request_error"
		if t.Status >= 500 {
			kind = "api_error"
		}
		(&Fake{}).write(w, failure(t.Status, kind, t.Code, "", "trouble"), false)
		return true
	}
	return false
}

// hangUp breaks the line.
func hangUp(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		panic("stripetest: a line that cannot be broken")
	}
	conn, _, err := h.Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.Close()
}
