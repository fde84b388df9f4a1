// Package fault holds the errors that a person may be shown.
//
// What lives here: the error codes, the error itself (a key into the catalogue of
// texts, never a sentence), and a collector for errors beside form fields.
// What must not: texts, HTTP status codes, logging. Every other error is a defect or
// an accident: it is logged once where it stops and shown as a reference.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Code says what kind of refusal it is; the edges map it to a status or a page.
type Code string

// The few kinds of refusal.
const (
	Invalid     Code = "invalid"
	NotFound    Code = "not_found"
	Forbidden   Code = "forbidden"
	Conflict    Code = "conflict"
	Unavailable Code = "unavailable"
	TooMany     Code = "too_many"
)

// Args are the values of a text's placeholders.
type Args map[string]any

// Field is a refusal beside one field of a form. Path is the field's address in the
// form, such as "email" or "lines.2.unit_price"; Key names a text of the catalogue.
type Field struct {
	Path string
	Key  string
	Args Args
}

// Error is a refusal that a person may read once it is translated.
type Error struct {
	Code   Code
	Key    string
	Args   Args
	Fields []Field
	Err    error // the cause, for the log only
}

// Error gives the log's form of the refusal: keys, never translated.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)", e.Key, e.Code)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " %s=%s", f.Path, f.Key)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// With returns a copy that carries cause for the log.
func (e *Error) With(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// New makes a refusal; args come as name, value pairs.
func New(code Code, key string, args ...any) *Error {
	return &Error{Code: code, Key: key, Args: pairs(args)}
}

func pairs(args []any) Args {
	if len(args) == 0 {
		return nil
	}
	m := Args{}
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}

// As finds a fault in err's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is tells whether err is a fault of that code.
func Is(err error, code Code) bool {
	e, ok := As(err)
	return ok && e.Code == code
}

// HasField tells whether err is a fault with a refusal at path.
func HasField(err error, path string) bool {
	e, ok := As(err)
	return ok && slices.ContainsFunc(e.Fields, func(f Field) bool { return f.Path == path })
}

// Form collects the refusals of one form, so that all are shown at once.
type Form struct{ fields []Field }

// Add notes a refusal beside path; args come as name, value pairs.
func (f *Form) Add(path, key string, args ...any) {
	f.fields = append(f.fields, Field{Path: path, Key: key, Args: pairs(args)})
}

// Need notes fault.required beside path when value is blank.
func (f *Form) Need(path, value string) {
	if !strings.ContainsFunc(value, shows) {
		f.Add(path, "fault.required")
	}
}

// shows tells of characters that stand for something by themselves: no spaces, joiners or accents.
func shows(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
}

// MaxLen notes fault.too_long beside path when value has more than limit characters.
func (f *Form) MaxLen(path, value string, limit int) {
	if n := len([]rune(value)); n > limit {
		f.Add(path, "fault.too_long", "max", limit, "count", n)
	}
}

// Merge takes over the field refusals of err under prefix; it tells whether err was a
// fault with fields. Any other error is left to the caller.
func (f *Form) Merge(prefix string, err error) bool {
	e, ok := As(err)
	if !ok || len(e.Fields) == 0 {
		return false
	}
	for _, x := range e.Fields {
		x.Path = prefix + x.Path
		f.fields = append(f.fields, x)
	}
	return true
}

// Empty tells whether nothing was refused.
func (f *Form) Empty() bool { return len(f.fields) == 0 }

// Err gives nil, or one Invalid fault with all refusals.
func (f *Form) Err() error {
	if f.Empty() {
		return nil
	}
	return &Error{Code: Invalid, Key: "fault.form", Args: Args{"count": len(f.fields)}, Fields: slices.Clone(f.fields)}
}
