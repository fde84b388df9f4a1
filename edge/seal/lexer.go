package seal

import (
	"bytes"
	"errors"
	"strconv"
)

var (
	errDamaged = errors.New("seal: damaged PDF")
	errMore    = errors.New("seal: goes on beyond what was read")
)

const maxDepth = 64 // of arrays and dictionaries inside each other

var delimiters = []byte("()<>[]{}/%")

// lexer reads objects from bytes. Where last is false more of the file follows b, and what
// reaches its end is errMore.
type lexer struct {
	b     []byte
	at    int
	last  bool
	depth int
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0 || c == '\f'
}

func regular(c byte) bool { return !special[c] }

// special are space and delimiters.
var special = func() (is [256]bool) {
	for c := range 256 {
		is[c] = space(byte(c)) || bytes.IndexByte(delimiters, byte(c)) >= 0
	}
	return is
}()

func (l *lexer) end() error {
	if l.last {
		return errDamaged
	}
	return errMore
}

// skip passes space and comments.
func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case space(c):
			l.at++
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// raw reads regular characters.
func (l *lexer) raw() ([]byte, error) {
	l.skip()
	start := l.at
	for l.at < len(l.b) && regular(l.b[l.at]) {
		l.at++
	}
	if l.at == len(l.b) && !l.last {
		return nil, errMore
	}
	if l.at == start {
		return nil, errDamaged
	}
	return l.b[start:l.at], nil
}

// word reads a number or a keyword.
func (l *lexer) word() (string, error) {
	b, err := l.raw()
	return string(b), err
}

// value reads one object.
func (l *lexer) value() (value, error) {
	l.skip()
	if l.at >= len(l.b) {
		return nil, l.end()
	}
	if l.depth++; l.depth > maxDepth {
		return nil, errDamaged
	}
	defer func() { l.depth-- }()
	switch c := l.b[l.at]; c {
	case '/':
		l.at++
		return l.name()
	case '(':
		return l.text()
	case '[':
		l.at++
		return l.array()
	case '<':
		if l.at+1 >= len(l.b) {
			return nil, l.end()
		}
		if l.b[l.at+1] == '<' {
			l.at += 2
			return l.dict()
		}
		return l.hex()
	}
	return l.wordOrRef()
}

// wordOrRef reads a number, true, false, null, or the three words of a reference.
func (l *lexer) wordOrRef() (value, error) {
	w, err := l.raw()
	if err != nil {
		return nil, err
	}
	num, whole := digits(w)
	if !whole {
		if s := string(w); s == "true" || s == "false" || s == "null" || isNumber(w) {
			return literal(s), nil
		}
		return nil, errDamaged
	}
	back := l.at
	if gen, err := l.raw(); errors.Is(err, errMore) {
		return nil, err
	} else if g, whole := digits(gen); err == nil && whole && g <= 65535 {
		r, err := l.raw()
		if errors.Is(err, errMore) {
			return nil, err
		}
		if err == nil && len(r) == 1 && r[0] == 'R' {
			return ref{num, g}, nil
		}
	}
	l.at = back
	return literal(w), nil
}

// digits reads a whole number without a sign; whole is false for anything else.
func digits(w []byte) (n int, whole bool) {
	if len(w) == 0 || len(w) > 10 {
		return 0, false
	}
	for _, c := range w {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func isNumber(w []byte) bool {
	for _, c := range w {
		if (c < '0' || c > '9') && c != '.' && c != '+' && c != '-' {
			return false
		}
	}
	return true
}

func (l *lexer) name() (value, error) {
	start := l.at
	for l.at < len(l.b) && regular(l.b[l.at]) {
		l.at++
	}
	if l.at == len(l.b) && !l.last {
		return nil, errMore
	}
	raw := l.b[start:l.at]
	if bytes.IndexByte(raw, '#') < 0 {
		return name(raw), nil
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out), nil
}

// text reads a string in brackets, kept as written.
func (l *lexer) text() (value, error) {
	start, open := l.at, 0
	for ; l.at < len(l.b); l.at++ {
		switch l.b[l.at] {
		case '\\':
			l.at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return literal(l.b[start:l.at]), nil
			}
		}
	}
	return nil, l.end()
}

func (l *lexer) hex() (value, error) {
	start := l.at
	stop := bytes.IndexByte(l.b[start:], '>')
	if stop < 0 {
		return nil, l.end()
	}
	l.at = start + stop + 1
	return literal(l.b[start:l.at]), nil
}

func (l *lexer) array() (value, error) {
	list := array{}
	for {
		l.skip()
		if l.at >= len(l.b) {
			return nil, l.end()
		}
		if l.b[l.at] == ']' {
			l.at++
			return list, nil
		}
		v, err := l.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

func (l *lexer) dict() (value, error) {
	d := &dict{}
	for {
		l.skip()
		if l.at+1 >= len(l.b) {
			return nil, l.end()
		}
		if l.b[l.at] == '>' && l.b[l.at+1] == '>' {
			l.at += 2
			return d, nil
		}
		if l.b[l.at] != '/' {
			return nil, errDamaged
		}
		l.at++
		key, err := l.name()
		if err != nil {
			return nil, err
		}
		val, err := l.value()
		if err != nil {
			return nil, err
		}
		d.entries = append(d.entries, entry{key.(name), val}) //nolint:forcetypeassert // name gives names
	}
}

// header reads "n g obj".
func (l *lexer) header() (num, gen int, err error) {
	var words [3]string
	for i := range words {
		if words[i], err = l.word(); err != nil {
			return 0, 0, err
		}
	}
	num, e1 := strconv.Atoi(words[0])
	gen, e2 := strconv.Atoi(words[1])
	if e1 != nil || e2 != nil || words[2] != "obj" || num <= 0 || gen < 0 {
		return 0, 0, errDamaged
	}
	return num, gen, nil
}
