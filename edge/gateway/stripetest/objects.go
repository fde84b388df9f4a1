package stripetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is one of Stripe's records. Other records stand in it by their id; who asks for more
// gets them whole (expand).
type object map[string]any

func (o object) text(field string) string { s, _ := o[field].(string); return s }

func (o object) number(field string) int64 {
	switch n := o[field].(type) {
	case int64:
		return n
	case int:
		return int64(n)
	case float64:
		return int64(n)
	}
	return 0
}

// call is one request at work; the Fake is locked.
type call struct {
	f    *Fake
	live bool
	form url.Values
	now  time.Time
}

func (c *call) get(name string) string { return c.form.Get(name) }

func (c *call) amount(name string) int64 {
	n, err := strconv.ParseInt(c.get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// under gives a map in the form: metadata[key]=value.
func (c *call) under(name string) map[string]any {
	out := map[string]any{}
	for k, v := range c.form {
		if inner, ok := strings.CutPrefix(k, name+"["); ok && strings.HasSuffix(inner, "]") {
			out[strings.TrimSuffix(inner, "]")] = v[0]
		}
	}
	return out
}

// list gives name[0], name[1], …
func (c *call) list(name string) []string {
	var out []string
	for i := 0; ; i++ {
		v, ok := c.form[fmt.Sprintf("%s[%d]", name, i)]
		if !ok {
			return append(out, c.form[name+"[]"]...)
		}
		out = append(out, v[0])
	}
}

// make stores a new record.
func (c *call) make(prefix, kind string, fields object) object {
	c.f.count++
	mode := ""
	if prefix == "cs" {
		mode = map[bool]string{false: "test_", true: "live_"}[c.live]
	}
	o := object{"id": fmt.Sprintf("%s_%simit%d", prefix, mode, c.f.count), "object": kind, "created": c.now.Unix(), "livemode": c.live}
	for k, v := range fields {
		o[k] = v
	}
	c.f.objects[o.text("id")] = o
	c.f.order = append(c.f.order, o.text("id"))
	return o
}

// find gives a record of a kind, of this mode.
func (c *call) find(id, kind string) (object, bool) {
	o, ok := c.f.objects[id]
	if !ok || o.text("object") != kind || o["livemode"] != c.live || o["deleted"] == true {
		return nil, false
	}
	return o, true
}

func failure(status int, kind, code, param, message string) answer {
	e := object{"type": kind, "message": message}
	if code != "" {
		e["code"] = code
	}
	if param != "" {
		e["param"] = param
	}
	return answer{status: status, body: object{"error": e}}
}

// badRequest is refused before anything began: its key is not spent.
func badRequest(code, param, message string) answer {
	return failure(http.StatusBadRequest, "invalid_request_error", code, param, message)
}

// noSuch is refused by what was looked up: its key is spent.
func noSuch(param, id string) answer {
	a := badRequest("resource_missing", param, "No such record: '"+id+"'")
	a.kept = true
	return a
}

func notFound(id string) answer {
	return failure(http.StatusNotFound, "invalid_request_error", "resource_missing", "id", "No such record: '"+id+"'")
}

// done answers a record, with what was asked to be shown whole.
func (c *call) done(o object) answer {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	var body object
	if err := json.Unmarshal(b, &body); err != nil {
		panic(err)
	}
	for _, path := range c.list("expand") {
		c.expand(map[string]any(body), strings.Split(path, "."))
	}
	return answer{status: http.StatusOK, body: body, kept: true}
}

func (c *call) expand(in any, path []string) {
	if list, ok := in.([]any); ok {
		for _, x := range list {
			c.expand(x, path)
		}
		return
	}
	o, ok := in.(map[string]any)
	if !ok || len(path) == 0 {
		return
	}
	if id, is := o[path[0]].(string); is {
		if target, there := c.f.objects[id]; there {
			b, err := json.Marshal(target)
			if err != nil {
				panic(err)
			}
			var whole map[string]any
			if err := json.Unmarshal(b, &whole); err != nil {
				panic(err)
			}
			o[path[0]] = whole
		}
	}
	c.expand(o[path[0]], path[1:])
}

// page answers a list, the newest first.
func (c *call) page(kind, path string, fits func(object) bool) answer {
	limit := int(c.amount("limit"))
	if limit == 0 {
		limit = 10
	}
	after, before := c.get("starting_after"), c.get("ending_before")
	begun := after == ""
	data := []any{}
	more := false
	for _, id := range slices.Backward(c.f.order) {
		if id == before {
			break
		}
		o, ok := c.find(id, kind)
		if begun && ok && c.within(o) && fits(o) {
			if len(data) == limit {
				more = true
				break
			}
			data = append(data, map[string]any(o))
		}
		begun = begun || id == after
	}
	return c.done(object{"object": "list", "url": path, "has_more": more, "data": data})
}

func (c *call) within(o object) bool {
	at := o.number("created")
	for name, bad := range map[string]func(n int64) bool{
		"created[gte]": func(n int64) bool { return at < n }, "created[gt]": func(n int64) bool { return at <= n },
		"created[lte]": func(n int64) bool { return at > n }, "created[lt]": func(n int64) bool { return at >= n },
	} {
		if c.get(name) != "" && bad(c.amount(name)) {
			return false
		}
	}
	return true
}

// same tells whether the fields that the form filters by are so in o.
func (c *call) same(fields ...string) func(object) bool {
	return func(o object) bool {
		for _, f := range fields {
			if want := c.get(f); want != "" && o.text(f) != want {
				return false
			}
		}
		return true
	}
}
