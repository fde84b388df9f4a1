package pdf

import (
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// visualOrder gives the characters of one line in the order in which they stand on paper
// (Unicode Bidirectional Algorithm, UAX #9). Explicit embeddings have been taken out by
// clean, so only the implicit rules are left. The ready-made ordering of x/text loses the
// spaces and brackets between two directions, hence our own.
func visualOrder(s string) string {
	l := &bidiLine{text: []rune(s)}
	l.classify()
	l.weak()
	l.brackets()
	l.neutral()
	return string(l.reorder())
}

type bidiLine struct {
	text     []rune
	original []bidi.Class
	class    []bidi.Class
	base     int
	level    []int
}

func (l *bidiLine) direction() bidi.Class {
	if l.base == 1 {
		return bidi.R
	}
	return bidi.L
}

// classify finds each character's class and the direction of the line (P2, P3).
func (l *bidiLine) classify() {
	found := false
	for _, r := range l.text {
		p, _ := bidi.LookupRune(r)
		c := p.Class()
		if !found && (c == bidi.L || c == bidi.R || c == bidi.AL) {
			found = true
			if c != bidi.L {
				l.base = 1
			}
		}
		l.class = append(l.class, c)
	}
	l.original = slices.Clone(l.class)
}

// weak resolves marks and numbers (W1 to W7).
func (l *bidiLine) weak() {
	c, prev := l.class, l.direction()
	for i := range c { // W1: a mark is as its letter
		if c[i] == bidi.NSM {
			c[i] = prev
		}
		prev = c[i]
	}
	strong := l.direction()
	for i := range c { // W2, W3
		switch c[i] {
		case bidi.L, bidi.R:
			strong = c[i]
		case bidi.AL:
			strong, c[i] = bidi.AL, bidi.R
		case bidi.EN:
			if strong == bidi.AL {
				c[i] = bidi.AN
			}
		}
	}
	l.separators()
	strong = l.direction()
	for i := range c { // W7
		switch {
		case c[i] == bidi.L || c[i] == bidi.R:
			strong = c[i]
		case c[i] == bidi.EN && strong == bidi.L:
			c[i] = bidi.L
		}
	}
}

// separators joins signs between and beside figures to them (W4 to W6).
func (l *bidiLine) separators() {
	c := l.class
	for i := 1; i+1 < len(c); i++ {
		same := c[i-1] == c[i+1]
		if same && (c[i] == bidi.ES && c[i-1] == bidi.EN || c[i] == bidi.CS && (c[i-1] == bidi.EN || c[i-1] == bidi.AN)) {
			c[i] = c[i-1]
		}
	}
	for i := 0; i < len(c); i++ {
		if c[i] != bidi.ET {
			continue
		}
		end := i
		for end < len(c) && c[end] == bidi.ET {
			end++
		}
		to := bidi.ON
		if i > 0 && c[i-1] == bidi.EN || end < len(c) && c[end] == bidi.EN {
			to = bidi.EN
		}
		for ; i < end; i++ {
			c[i] = to
		}
	}
	for i := range c {
		if c[i] == bidi.ES || c[i] == bidi.CS {
			c[i] = bidi.ON
		}
	}
}

// asStrong gives L or R for what counts as such around neutrals, else ON.
func asStrong(c bidi.Class) bidi.Class {
	switch c {
	case bidi.L, bidi.R:
		return c
	case bidi.EN, bidi.AN:
		return bidi.R
	}
	return bidi.ON
}

var closing = map[rune]rune{'(': ')', '[': ']', '{': '}', '«': '»', '‹': '›'}

// brackets gives a pair of brackets the direction of what they hold (N0).
func (l *bidiLine) brackets() {
	type open struct {
		want rune
		at   int
	}
	var stack []open
	for i, r := range l.text {
		if want := closing[r]; want != 0 && l.class[i] == bidi.ON {
			stack = append(stack, open{want, i})
			continue
		}
		for k := len(stack) - 1; k >= 0; k-- {
			if stack[k].want == r {
				l.pair(stack[k].at, i)
				stack = stack[:k]
				break
			}
		}
		if len(stack) > 63 {
			return
		}
	}
}

func (l *bidiLine) pair(from, to int) {
	base, other := l.direction(), false
	for i := from + 1; i < to; i++ {
		switch c := asStrong(l.class[i]); c {
		case base:
			l.class[from], l.class[to] = base, base
			return
		case bidi.ON:
		default:
			other = true
		}
	}
	if !other {
		return
	}
	before := base
	for i := from - 1; i >= 0; i-- {
		if c := asStrong(l.class[i]); c != bidi.ON {
			before = c
			break
		}
	}
	l.class[from], l.class[to] = before, before
}

// neutral gives spaces and signs the direction of both their neighbours, or of the line
// (N1, N2), and from all directions the levels (I1, I2, L1).
func (l *bidiLine) neutral() {
	c := l.class
	for i := 0; i < len(c); i++ {
		if asStrong(c[i]) != bidi.ON {
			continue
		}
		end := i
		for end < len(c) && asStrong(c[end]) == bidi.ON {
			end++
		}
		before, after := l.direction(), l.direction()
		if i > 0 {
			before = asStrong(c[i-1])
		}
		if end < len(c) {
			after = asStrong(c[end])
		}
		to := l.direction()
		if before == after {
			to = before
		}
		for ; i < end; i++ {
			c[i] = to
		}
	}
	l.level = make([]int, len(c))
	for i := range c {
		l.level[i] = levelOf(c[i], l.base)
	}
	for i := len(c) - 1; i >= 0 && l.original[i] == bidi.WS; i-- {
		l.level[i] = l.base
	}
}

func levelOf(c bidi.Class, base int) int {
	switch {
	case c == bidi.R:
		return 1
	case c == bidi.L:
		return 2 * base
	default: // figures
		return 2
	}
}

// reorder turns round what runs from right to left, from the highest level down (L2), and
// mirrors its brackets (L4).
func (l *bidiLine) reorder() []rune {
	out, levels := slices.Clone(l.text), l.level
	for i, r := range out {
		if levels[i]%2 == 1 {
			out[i] = mirrored(r)
		}
	}
	for at := 2; at >= 1; at-- {
		for i := 0; i < len(out); i++ {
			end := i
			for end < len(out) && levels[end] >= at {
				end++
			}
			slices.Reverse(out[i:end])
			i = end
		}
	}
	return out
}

func mirrored(r rune) rune {
	switch r {
	case '<':
		return '>'
	case '>':
		return '<'
	}
	for open, shut := range closing {
		switch r {
		case open:
			return shut
		case shut:
			return open
		}
	}
	return r
}
