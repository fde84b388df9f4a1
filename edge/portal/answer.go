package portal

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/access"
	"comptoir/office/sales"
)

// trouble is what an error page says.
type trouble struct {
	title  string
	text   string
	action string // word of the button, "" = none
	to     string
	ref    string
}

// status of a refusal. The door's own have one each.
func statusOf(err *fault.Error) int {
	switch err {
	case errWrongHost:
		return http.StatusMisdirectedRequest
	case errMethod:
		return http.StatusMethodNotAllowed
	case errBodySlow:
		return http.StatusRequestTimeout
	case errTooBig:
		return http.StatusRequestEntityTooLarge
	case errNotAForm:
		return http.StatusUnsupportedMediaType
	}
	switch err.Code {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Invalid:
	}
	return http.StatusUnprocessableEntity
}

// fail is the only writer of error pages. What is no fault is logged with a reference and
// shown as that reference.
func (v *visit) fail(err error) {
	if v.written {
		v.p.Log.Error("portal answer broken off", "ref", v.reference(), "route", v.route.pattern, "err", err)
		return
	}
	if errors.Is(err, context.Canceled) && v.r.Context().Err() != nil {
		v.written = true // the visitor left
		return
	}
	e, ok := fault.As(err)
	status := http.StatusInternalServerError
	t := trouble{title: v.T("portal.error.internal"), text: v.T("portal.error.internal_text"), ref: v.reference(), action: v.T("portal.error.home"), to: "/"}
	if ok {
		status = statusOf(e)
		t = v.troubleOf(e, status)
	}
	v.log(status, e, err)
	v.keepBack(status)
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		v.w.Header().Set("Retry-After", "60")
	}
	if err := v.show(status, t.title, errorPage(v, t)); err != nil {
		v.p.Log.Error("portal error page", "ref", v.reference(), "err", err)
		if !v.written {
			v.written = true
			http.Error(v.w, v.reference(), http.StatusInternalServerError)
			return
		}
	}
}

func (v *visit) log(status int, e *fault.Error, err error) {
	level := slog.LevelInfo
	attrs := []any{"ref", v.reference(), "status", status, "method", v.r.Method, "route", v.route.pattern}
	if v.session != nil {
		attrs = append(attrs, v.whose()...)
	}
	switch {
	case e == nil:
		level = slog.LevelError
		attrs = append(attrs, "err", err)
	case e.Err != nil:
		level = slog.LevelWarn
		attrs = append(attrs, "err", e)
	default:
		attrs = append(attrs, "fault", e.Key)
	}
	v.p.Log.Log(v.r.Context(), level, "portal refused", attrs...)
}

// whose tells in the log whose visit it is: a contact's, that of a guest of a contract (contract_guests), or one beside
// the firm's screen.
func (v *visit) whose() []any {
	switch {
	case v.who.Kind != actor.Guest:
		return []any{"contact", v.who.ID, "stands_in", v.who.StandsIn()}
	case v.who.Beside():
		return []any{"contract", v.who.Contract, "beside", v.who.OperatorID}
	default:
		return []any{"contract", v.who.Contract, "guest", v.who.ID}
	}
}

// troubleOf finds the words of a refusal: a page of its own by status, the refusal's own
// sentence below it.
func (v *visit) troubleOf(e *fault.Error, status int) trouble {
	text, _ := locale.FaultText(v.lang, e)
	t := trouble{text: text, action: v.T("portal.error.home"), to: "/"}
	name := map[int]string{
		http.StatusNotFound: "not_found", http.StatusForbidden: "forbidden", http.StatusConflict: "conflict", http.StatusServiceUnavailable: "unavailable",
		http.StatusTooManyRequests: "too_many", http.StatusMethodNotAllowed: "method", http.StatusRequestEntityTooLarge: "too_big",
		http.StatusUnsupportedMediaType: "invalid", http.StatusRequestTimeout: "invalid", http.StatusMisdirectedRequest: "wrong_host", http.StatusUnprocessableEntity: "invalid",
	}[status]
	t.title = v.T("portal.error." + name)
	switch {
	case errors.Is(e, errClosed):
		t.title, t.action = v.T("portal.error.closed"), ""
	case status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests:
		t.action, t.ref = "", v.reference()
	case status == http.StatusMisdirectedRequest:
		t.action = ""
	case errors.Is(e, access.ErrSignIn):
		t.to = "/connexion"
	case e.Err != nil:
		t.ref = v.reference()
	}
	if v.session == nil && t.to == "/" && t.action != "" {
		t.action, t.to = v.T("portal.signin.go"), "/connexion"
	}
	if v.alone() && t.to == "/" && t.action != "" { // whoever sees one thing only has no dashboard
		t.action = v.T("portal.error.back")
		if v.r.URL.Path == v.session.Home {
			t.action = ""
		}
	}
	return t
}

// busy answers without a page: rendering one is what there is no room for.
func (v *visit) busy() {
	v.written = true
	v.w.Header().Set("Retry-After", "2")
	http.Error(v.w, v.T("portal.error.busy"), http.StatusServiceUnavailable)
}

// hand gives a finished paper as an attachment: it is never shown in the portal's own
// context (ASVS 3.2.1, 5.4.2).
func (v *visit) hand(f sales.File) {
	h := v.w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(f.Bytes)))
	v.write(http.StatusOK, f.Bytes)
}

// draw makes a paper while not too many others are being made, and gives it out when the
// next one may begin.
func (p *Portal) draw(v *visit, fn func() (sales.File, error)) error {
	f, err := p.drawn(fn)
	if err != nil {
		return err
	}
	v.hand(f)
	return nil
}

func (p *Portal) drawn(fn func() (sales.File, error)) (sales.File, error) {
	select {
	case p.drawing <- struct{}{}:
		defer func() { <-p.drawing }()
	default:
		return sales.File{}, errBusy
	}
	return fn()
}
