package seal

import (
	"bytes"
	"fmt"
	"strconv"
)

// The objects of a PDF (ISO 32000-1, 7.3), as little understood as the update needs: what is
// copied keeps the very bytes that it had.
type (
	value   any    // literal, name, ref, array or *dict
	literal string // a number, string, boolean or null, as written
	name    string // without its slash, #xx resolved
	array   []value
	ref     struct{ num, gen int }
	entry   struct {
		key name
		val value
	}
	dict struct{ entries []entry }
)

const null = literal("null")

// stream is a dictionary with data at a place of the file, or in memory.
type stream struct {
	*dict
	at     int64
	length int64
}

// get gives the value of a key, null when there is none. The last of several counts, as
// most readers take it.
func (d *dict) get(key name) value {
	if d != nil {
		for i := len(d.entries) - 1; i >= 0; i-- {
			if d.entries[i].key == key {
				return d.entries[i].val
			}
		}
	}
	return null
}

// with gives a copy in which key has that value.
func (d *dict) with(key name, val value) *dict {
	c := d.without(key)
	c.entries = append(c.entries, entry{key, val})
	return c
}

// without gives a copy in which key is not.
func (d *dict) without(key name) *dict {
	c := &dict{entries: make([]entry, 0, len(d.entries)+1)}
	for _, e := range d.entries {
		if e.key != key {
			c.entries = append(c.entries, e)
		}
	}
	return c
}

// makeDict takes key, value pairs.
func makeDict(pairs ...any) *dict {
	d := &dict{}
	for i := 0; i+1 < len(pairs); i += 2 {
		d.entries = append(d.entries, entry{name(pairs[i].(string)), pairs[i+1]}) //nolint:forcetypeassert // literals of this package
	}
	return d
}

// integer reads a whole number; ok is false for anything else.
func integer(v value) (n int64, ok bool) {
	l, is := v.(literal)
	if !is {
		return 0, false
	}
	n, err := strconv.ParseInt(string(l), 10, 64)
	return n, err == nil
}

func number(n int64) literal { return literal(strconv.FormatInt(n, 10)) }

// appendValue writes v.
func appendValue(out []byte, v value) []byte {
	switch x := v.(type) {
	case literal:
		return append(out, x...)
	case name:
		return appendName(out, x)
	case ref:
		return fmt.Appendf(out, "%d %d R", x.num, x.gen)
	case array:
		out = append(out, '[')
		for i, e := range x {
			if i > 0 {
				out = append(out, ' ')
			}
			out = appendValue(out, e)
		}
		return append(out, ']')
	case *dict:
		out = append(out, "<<"...)
		for i, e := range x.entries {
			if i > 0 {
				out = append(out, ' ')
			}
			out = append(appendName(out, e.key), ' ')
			out = appendValue(out, e.val)
		}
		return append(out, ">>"...)
	}
	return append(out, null...)
}

func appendName(out []byte, n name) []byte {
	out = append(out, '/')
	for i := range len(n) {
		if c := n[i]; c <= ' ' || c > '~' || c == '#' || bytes.IndexByte(delimiters, c) >= 0 {
			out = fmt.Appendf(out, "#%02X", c)
		} else {
			out = append(out, c)
		}
	}
	return out
}
