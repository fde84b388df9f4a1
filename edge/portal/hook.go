package portal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"comptoir/core/fault"
)

// hookMax is how much a gateway may tell at once.
const hookMax = 256 << 10

// hooking tells whether the request is a gateway's word, whose body is no form.
func (v *visit) hooking() bool {
	return v.r.Method == http.MethodPost && strings.HasPrefix(v.r.URL.Path, "/passerelle/")
}

// word is what a gateway told, or why it could not be read.
type word struct {
	body   []byte
	status int // 0: it has come whole
	why    *fault.Error
}

// hear reads what a gateway tells, before the request takes one of the places of all: anybody
// may let the portal wait here, without a session and without a signature. So few may do it at
// the same moment that what they send takes no memory worth the name.
func (v *visit) hear() (said word) {
	select {
	case v.p.hearing <- struct{}{}:
		defer func() { <-v.p.hearing }()
	default:
		return word{status: http.StatusServiceUnavailable, why: errBusy}
	}
	control := http.NewResponseController(v.w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTime)) // a recorder in a test has none
	body, err := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, hookMax))
	_ = control.SetReadDeadline(time.Time{})
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return word{status: http.StatusRequestEntityTooLarge, why: errTooBig}
	case err != nil:
		return word{status: http.StatusBadRequest, why: errBodySlow}
	}
	return word{body: body}
}

// hook takes what a gateway tells of its own accord. There is no session and nothing to see:
// the signature is checked by the gateway's own door, the answers say nothing to strangers,
// and only what is durable is acknowledged.
func (p *Portal) hook(v *visit) error {
	if v.word.status != 0 {
		return v.hookAnswer(v.word.status, v.word.why)
	}
	name := v.r.PathValue("gateway")
	// It is noted and no more: nobody is asked for a gateway's sake while it waits, and no place
	// of a customer who pays is taken. One that hangs up early must not leave half of it.
	err := p.Payments.Hear(context.WithoutCancel(v.r.Context()), name, v.word.body, v.r.Header.Get(name+"-Signature")) // where every gateway so far puts it
	e, ok := fault.As(err)
	switch {
	case err == nil:
		return v.hookAnswer(http.StatusNoContent, nil)
	case !ok:
		v.log(http.StatusInternalServerError, nil, err)
		return v.hookAnswer(http.StatusInternalServerError, nil)
	case e.Code == fault.NotFound:
		return v.hookAnswer(http.StatusNotFound, e)
	case e.Code == fault.Invalid || e.Code == fault.Forbidden:
		return v.hookAnswer(http.StatusBadRequest, e)
	}
	return v.hookAnswer(http.StatusServiceUnavailable, e)
}

func (v *visit) hookAnswer(status int, why *fault.Error) error {
	if why != nil {
		v.log(status, why, why)
	}
	if status >= 500 {
		v.w.Header().Set("Retry-After", "60")
	}
	v.write(status, nil)
	return nil
}
