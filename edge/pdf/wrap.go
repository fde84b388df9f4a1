package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wrap breaks cleaned text into lines no wider than width. It breaks after a space, after
// a hyphen or slash inside a word, and inside a word only when the word alone is too wide.
func (t typesetter) wrap(s string, weight uint8, size, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(strings.TrimRight(s, "\n "), "\n") {
		lines = t.wrapParagraph(lines, strings.TrimRight(paragraph, " "), weight, size, width)
	}
	return lines
}

func (t typesetter) wrapParagraph(lines []string, s string, weight uint8, size, width float64) []string {
	for {
		end, next := t.fit(s, weight, width/size)
		lines = append(lines, strings.TrimRight(s[:end], " "))
		if next >= len(s) {
			return lines
		}
		s = s[next:]
	}
}

// fit gives where the first line of s ends and where the next begins. ems is the width
// in em.
func (t typesetter) fit(s string, weight uint8, ems float64) (end, next int) {
	w, breakEnd, breakNext := 0.0, -1, 0
	last, lastFace, prev := uint16(0), uint8(faceCount), rune(0)
	for i, r := range s {
		if breaksBefore(prev, r, s[i:]) {
			breakEnd, breakNext = i, i
		}
		f, gid, _ := t.pick(r, weight)
		face := t.faces[f]
		units := int(face.widths[gid])
		if f == lastFace {
			units += face.pair(last, gid)
		}
		w += float64(units) / face.em
		if w > ems+1e-6 && i > 0 && r != ' ' && face.widths[gid] > 0 { // a mark stays with its letter
			if breakEnd > 0 {
				return breakEnd, breakNext
			}
			return i, i
		}
		last, lastFace, prev = gid, f, r
	}
	return len(s), len(s)
}

// breaksBefore tells whether a line may end between prev and r.
func breaksBefore(prev, r rune, rest string) bool {
	switch prev {
	case ' ':
		return r != ' '
	case '-', '/', '\u2013', '\u2014':
		return unicode.IsLetter(r) && len(rest) > utf8.RuneLen(r)
	}
	return false
}

// shorten gives s, or as much of it as fits with an ellipsis: for places that hold one
// line only, such as running heads.
func (t typesetter) shorten(s string, weight uint8, size, width float64) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if t.width(s, weight, size) <= width {
		return s
	}
	end, _ := t.fit(s, weight, (width-t.width("…", weight, size))/size)
	return strings.TrimRight(s[:end], " ") + "…"
}
