package provision

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"comptoir/core/locale"
)

// read takes the body of a call into what v points at. It is strict: JSON only, within size and
// depth, every name known and said once, every value of its kind; null is no value.
func (c *call) read(v any) error {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && (kind != "application/merge-patch+json" || c.r.Method != http.MethodPatch) {
		return errNotJSON
	}
	b, err := c.bytes()
	if err != nil {
		return err
	}
	t := &tree{dec: json.NewDecoder(bytes.NewReader(b)), deepest: c.api.Limits.Depth, lang: c.lang}
	t.dec.UseNumber()
	if err := t.value(reflect.TypeOf(v).Elem(), "", 0); err != nil {
		return errBroken.With(err)
	}
	if _, err := t.dec.Token(); !errors.Is(err, io.EOF) {
		return errBroken
	}
	if len(t.wrong) > 0 {
		return &fields{t.wrong}
	}
	if err := json.Unmarshal(b, v); err != nil {
		return errBroken.With(err)
	}
	return nil
}

func (c *call) bytes() ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.api.Limits.Body))
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return nil, errTooBig
	}
	if err != nil {
		return nil, errBroken.With(err)
	}
	return b, nil
}

// readAny reads a body that may be left out.
func (c *call) readAny(v any) error {
	b, err := c.bytes()
	if trimmed := string(bytes.TrimSpace(b)); err != nil || trimmed == "" || trimmed == "{}" {
		return err
	}
	c.r.Body = io.NopCloser(bytes.NewReader(b))
	return c.read(v)
}

// tree walks a JSON text beside the Go type that is to hold it.
type tree struct {
	dec     *json.Decoder
	deepest int
	lang    locale.Lang
	wrong   []wrong
}

// most is how many refusals one answer lists.
const most = 50

func (t *tree) refuse(pointer, key string) {
	if len(t.wrong) < most {
		t.wrong = append(t.wrong, wrong{Pointer: pointer, Detail: locale.T(t.lang, key, nil), Code: strings.TrimPrefix(key, "fault.api.")})
	}
}

var errDeep = errors.New("api: too deep")

// value reads one value; want nil is one that nobody knows.
func (t *tree) value(want reflect.Type, pointer string, depth int) error {
	if depth > t.deepest {
		return errDeep
	}
	token, err := t.dec.Token()
	if err != nil {
		return err
	}
	for want != nil && want.Kind() == reflect.Pointer {
		want = want.Elem()
	}
	switch x := token.(type) {
	case json.Delim:
		if x == '{' {
			return t.object(want, pointer, depth)
		}
		return t.array(want, pointer, depth)
	case string:
		t.is(want, pointer, reflect.String)
	case bool:
		t.is(want, pointer, reflect.Bool)
	case json.Number:
		if t.is(want, pointer, reflect.Int64) {
			if n, err := strconv.ParseInt(x.String(), 10, 64); err != nil || n > 1<<53 || n < -1<<53 {
				t.refuse(pointer, "fault.api.integer")
			}
		}
	default: // null
		if want != nil {
			t.refuse(pointer, "fault.api.kind")
		}
	}
	return nil
}

func (t *tree) is(want reflect.Type, pointer string, kind reflect.Kind) bool {
	if want == nil {
		return false
	}
	if want.Kind() != kind {
		t.refuse(pointer, "fault.api.kind")
		return false
	}
	return true
}

func (t *tree) object(want reflect.Type, pointer string, depth int) error {
	known := map[string]reflect.Type{}
	if want != nil && want.Kind() == reflect.Struct {
		for f := range want.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
				known[name] = f.Type
			}
		}
	} else if want != nil {
		t.refuse(pointer, "fault.api.kind")
		want = nil
	}
	said := map[string]bool{}
	for t.dec.More() {
		token, err := t.dec.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return fmt.Errorf("api: a name was expected, not %v", token)
		}
		here := pointer + "/" + escape(name)
		inner, is := known[name]
		switch {
		case said[name]:
			t.refuse(here, "fault.api.twice")
		case want != nil && !is:
			t.refuse(here, "fault.api.unknown")
		}
		said[name] = true
		if err := t.value(inner, here, depth+1); err != nil {
			return err
		}
	}
	_, err := t.dec.Token()
	return err
}

func (t *tree) array(want reflect.Type, pointer string, depth int) error {
	var inner reflect.Type
	if want != nil && want.Kind() == reflect.Slice {
		inner = want.Elem()
	} else if want != nil {
		t.refuse(pointer, "fault.api.kind")
	}
	for i := 0; t.dec.More(); i++ {
		if err := t.value(inner, pointer+"/"+strconv.Itoa(i), depth+1); err != nil {
			return err
		}
	}
	_, err := t.dec.Token()
	return err
}

// escape writes a name as RFC 6901 has it, cut where it is too long to be shown.
func escape(name string) string {
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "") + "…"
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
