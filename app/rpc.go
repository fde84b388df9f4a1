package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/users"
)

// The one transport of the window and of the browser: POST /rpc/Service.Method with the
// arguments as a JSON array (DESIGN, Wails as measured). It serves exactly the methods of
// the bound structs.

var errType = reflect.TypeFor[error]()

// maxCall lets a person paste far too much and be told so beside the field.
const maxCall = 16 << 20

// maxKnock is as much of strangers: an address, a password, a code.
const maxKnock = 64 << 10

// dispatcher maps Service.Method onto methods of the bound structs, made anew for each
// call with the caller's context and language.
type dispatcher struct {
	app     *App
	log     *slog.Logger
	methods map[string]int // Service.Method → place of the service in App.services
	rights  map[string]actor.Permission
}

func newDispatcher(a *App) *dispatcher {
	d := &dispatcher{app: a, log: a.log, methods: map[string]int{}, rights: rightsByMethod()}
	for i, s := range a.Services() {
		t := reflect.TypeOf(s)
		for m := range t.NumMethod() {
			d.methods[t.Elem().Name()+"."+t.Method(m).Name] = i
		}
	}
	return d
}

type reply struct {
	Result any    `json:"result"`
	Error  *Shown `json:"error"`
}

// ServeHTTP answers POST /rpc/{method}.
func (d *dispatcher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	at, ok := d.methods[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	// Only JSON: a form of another site cannot send it without asking first (CORS).
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		http.Error(w, "application/json", http.StatusUnsupportedMediaType)
		return
	}
	lang := d.app.cfg.Lang
	if h := r.Header.Get("Accept-Language"); h != "" {
		lang = locale.Parse(h)
	}
	var out reply
	one := &desk{app: d.app, ctx: r.Context(), lang: lang}
	err := one.allowed(name)
	if err == nil {
		err = d.may(one, name)
	}
	var raw []json.RawMessage
	if err == nil { // nothing is read of whom nothing is taken
		err = readCall(http.MaxBytesReader(w, r.Body, mostOf(name)), &raw)
	}
	if err == nil {
		_, method, _ := strings.Cut(name, ".")
		out.Result, err = d.call(r.Context(), reflect.ValueOf(d.app.services(one)[at]).MethodByName(method), raw)
	}
	if err != nil {
		shown := show(r.Context(), d.log, lang, name, err)
		out = reply{Error: &shown}
	}
	d.write(r.Context(), w, lang, name, out)
}

// may asks for what the method takes, before it is called. One without a row is refused.
func (d *dispatcher) may(desk *desk, method string) error {
	may, known := d.rights[method]
	if !known {
		return errNoRight
	}
	err := desk.need(may)
	if machineMethods[method] && errors.Is(err, users.ErrSignInNeeded) {
		return nil // nobody is signed in at the machine: whoever sits there opens another company
	}
	return err
}

// mostOf is how much a call may bring: little where nobody has to be signed in.
func mostOf(method string) int64 {
	if openMethods[method] {
		return maxKnock
	}
	return maxCall
}

// readCall reads one JSON array and nothing behind it.
func readCall(body io.Reader, raw *[]json.RawMessage) error {
	dec := json.NewDecoder(body)
	err := dec.Decode(raw)
	if err == nil {
		if _, err = dec.Token(); err == nil {
			err = errors.New("rpc: something stands behind the arguments")
		} else if errors.Is(err, io.EOF) {
			return nil
		}
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.Invalid, "fault.call_too_large")
	}
	return fault.New(fault.Invalid, "fault.call_shape").With(err)
}

func (d *dispatcher) write(ctx context.Context, w http.ResponseWriter, lang locale.Lang, name string, out reply) {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(out); err != nil {
		buf.Reset()
		shown := show(ctx, d.log, lang, name, fmt.Errorf("rpc: encode: %w", err))
		if err := json.NewEncoder(&buf).Encode(reply{Error: &shown}); err != nil {
			http.Error(w, "internal", http.StatusInternalServerError)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(buf.Bytes()) // the caller may be gone
}

// call decodes the arguments and calls m; a panic becomes an ordinary error.
func (d *dispatcher) call(ctx context.Context, m reflect.Value, raw []json.RawMessage) (res any, err error) {
	defer func() {
		if p := recover(); p != nil {
			d.log.ErrorContext(ctx, "panic", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	t := m.Type()
	in := make([]reflect.Value, 0, t.NumIn())
	for i := range t.NumIn() {
		if len(raw) == 0 {
			return nil, fault.New(fault.Invalid, "fault.call_shape").With(errors.New("too few arguments"))
		}
		p := reflect.New(t.In(i))
		if err := json.Unmarshal(raw[0], p.Interface()); err != nil {
			return nil, fault.New(fault.Invalid, "fault.call_shape").With(err)
		}
		in, raw = append(in, p.Elem()), raw[1:]
	}
	if len(raw) > 0 {
		return nil, fault.New(fault.Invalid, "fault.call_shape").With(errors.New("too many arguments"))
	}
	for i, o := range m.Call(in) {
		switch {
		case t.Out(i) == errType:
			if e, ok := o.Interface().(error); ok && e != nil {
				return nil, e
			}
		default:
			res = o.Interface()
		}
	}
	return res, nil
}
