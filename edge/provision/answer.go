package provision

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/provisioning"
	"comptoir/office/sales"
)

// problem is a refusal as RFC 9457 has it.
type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Code   string  `json:"code"`
	Ref    string  `json:"reference,omitempty"`
	Errors []wrong `json:"errors,omitempty"`
}

// wrong is a refusal beside one field of the body (pointer), or of the address (parameter).
type wrong struct {
	Pointer   string `json:"pointer,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
}

// fields is a refusal that already names its places.
type fields struct{ list []wrong }

// Error gives the log's form.
func (f *fields) Error() string { return "api: " + strconv.Itoa(len(f.list)) + " fields refused" }

// statusOf says which status a refusal has. The door's own have one each.
func statusOf(err *fault.Error) int {
	switch err.Key {
	case provisioning.ErrNobody.Key:
		return http.StatusUnauthorized
	case provisioning.ErrStale.Key:
		return http.StatusPreconditionFailed
	case errMethod.Key:
		return http.StatusMethodNotAllowed
	case errTooBig.Key:
		return http.StatusRequestEntityTooLarge
	case errNotJSON.Key:
		return http.StatusUnsupportedMediaType
	case errBroken.Key, errMatch.Key:
		return http.StatusBadRequest
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

var titles = map[int]string{
	400: "fault.api.title.malformed", 401: "fault.api.title.token", 403: "fault.api.title.forbidden", 404: "fault.api.title.not_found", 405: "fault.api.title.method", 409: "fault.api.title.conflict",
	412: "fault.api.title.stale", 413: "fault.api.title.too_big", 415: "fault.api.title.type", 422: "fault.api.title.invalid", 429: "fault.api.title.too_many", 500: "fault.api.title.broken", 503: "fault.api.title.busy",
}

// fail is the only writer of refusals. What is no fault is logged with a reference and shown as
// that reference.
func (c *call) fail(err error) {
	if c.written || errors.Is(err, context.Canceled) && c.r.Context().Err() != nil {
		return
	}
	p := problem{Status: http.StatusInternalServerError}
	var places *fields
	f, ok := fault.As(err)
	switch {
	case errors.As(err, &places):
		p.Status, p.Code, p.Errors = http.StatusUnprocessableEntity, "form", places.list
		p.Detail = locale.T(c.lang, "fault.form", map[string]any{"count": len(places.list)})
	case ok:
		p.Status, p.Code = statusOf(f), strings.TrimPrefix(strings.TrimPrefix(f.Key, "fault."), "api.")
		p.Detail = locale.T(c.lang, f.Key, f.Args)
		for _, x := range f.Fields {
			p.Errors = append(p.Errors, c.wrong(x))
		}
	default:
		p.Code, p.Ref = "internal", c.api.ids()[:8]
		p.Detail = locale.T(c.lang, "fault.api.internal", map[string]any{"ref": p.Ref})
		c.api.Log.Error("api", "ref", p.Ref, "err", err)
	}
	p.Type, p.Title = "urn:comptoir:problem:"+p.Code, locale.T(c.lang, titles[p.Status], nil)
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		c.w.Header().Set("Retry-After", "10")
	}
	c.write(p.Status, "application/problem+json", p)
}

// wrong says where in the body, or in the address, a field of the use case stands.
func (c *call) wrong(x fault.Field) wrong {
	w := wrong{Detail: locale.T(c.lang, x.Key, x.Args), Code: strings.TrimPrefix(strings.TrimPrefix(x.Key, "fault."), "api.")}
	if c.r.Method == http.MethodGet {
		w.Parameter = x.Path
		return w
	}
	w.Pointer = pointerOf(x.Path)
	return w
}

// moved are the fields of a customer that stand elsewhere in an account.
var moved = map[string]string{
	"line1": "/address/line1", "line2": "/address/line2", "postcode": "/address/postcode", "city": "/address/city", "region": "/address/region", "country": "/address/country",
	"shipName": "/deliveryAddress/name", "shipLine1": "/deliveryAddress/line1", "shipLine2": "/deliveryAddress/line2", "shipPostcode": "/deliveryAddress/postcode", "shipCity": "/deliveryAddress/city",
	"shipRegion": "/deliveryAddress/region", "shipCountry": "/deliveryAddress/country", "termsDays": "/paymentTerms/days", "termsEndOfMonth": "/paymentTerms/endOfMonth",
}

func pointerOf(path string) string {
	if p, ok := moved[path]; ok {
		return p
	}
	p := "/" + strings.ReplaceAll(path, ".", "/")
	return strings.Replace(p, "/isPrimary", "/primary", 1)
}

// write sends a body as JSON.
func (c *call) write(status int, media string, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		c.api.Log.Error("api answer", "err", err)
		status, b = http.StatusInternalServerError, []byte("{}")
	}
	c.written = true
	c.w.Header().Set("Content-Type", media)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b) // who left does not hear it
}

func (c *call) answer(status int, body any) error {
	c.write(status, "application/json", body)
	return nil
}

// hand sends bytes as they are.
func (c *call) hand(media string, b []byte) {
	c.written = true
	c.w.Header().Set("Content-Type", media)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = c.w.Write(b) // who left does not hear it
}

// paper sends a file to be saved.
func (c *call) paper(f sales.File) error {
	c.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	c.hand(f.MediaType, f.Bytes)
	return nil
}
