package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// run is a stretch of glyphs of one face, in the order in which they are drawn.
type run struct {
	face   uint8
	gids   []uint16
	actual string // what copying must give when the glyphs cannot tell it: unknown characters
}

// replacement is drawn for a character that no face has: its place must not vanish.
const replacement = '\u25a1'

// clean makes any text fit to print: valid, composed (NFC), without control and format
// characters. Overrides of direction go too, so that nobody can make a printed amount or
// name read differently from what is stored. Paragraphs end with \n.
func clean(s string) string {
	if plain(s) {
		return s
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\t", " ").Replace(norm.NFC.String(s))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		case r >= 0x1F3FB && r <= 0x1F3FF: // skin tones, which follow a face
			return -1
		case unicode.Is(unicode.Zs, r) && (r == '\u1680' || r == '\u3000'):
			return ' '
		}
		return r
	}, s)
}

// plain tells whether s needs no cleaning, as nearly every text does.
func plain(s string) bool {
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7F, r >= 0xA0 && r < 0x300 && r != 0xAD:
		case r == '\u2019', r == '\u202f', r == '€', r == '\u2212', r == '\u2013', r == '\u2014', r == '\n':
		default:
			return false
		}
	}
	return true
}

// typesetter turns text into glyphs and measures it.
type typesetter struct{ faces [faceCount]*face }

// pick gives the face and glyph for r; known is false when the replacement is drawn.
func (t typesetter) pick(r rune, weight uint8) (f uint8, gid uint16, known bool) {
	if gid = t.faces[weight].glyph(r); gid != 0 {
		return weight, gid, true
	}
	if gid = t.faces[standIn].glyph(r); gid != 0 {
		return standIn, gid, true
	}
	return weight, t.faces[weight].glyph(replacement), false
}

// width measures one line of cleaned text.
func (t typesetter) width(s string, weight uint8, size float64) float64 {
	w, last, lastFace := 0.0, uint16(0), uint8(faceCount)
	for _, r := range s {
		f, gid, _ := t.pick(r, weight)
		face := t.faces[f]
		units := int(face.widths[gid])
		if f == lastFace {
			units += face.pair(last, gid)
		}
		w += float64(units) / face.em
		last, lastFace = gid, f
	}
	return w * size
}

// shape turns one line of cleaned text into runs.
func (t typesetter) shape(s string, weight uint8) []run {
	if needsBidi(s) {
		return t.shapeBidi(s, weight)
	}
	return t.shapeVisual(nil, s, weight)
}

// shapeVisual appends the runs of text that is already in drawing order.
func (t typesetter) shapeVisual(runs []run, s string, weight uint8) []run {
	gids := make([]uint16, 0, len(s))
	current, known := uint8(faceCount), true
	var unknown strings.Builder
	flush := func() {
		if len(gids) > 0 {
			runs = append(runs, run{face: current, gids: gids[:len(gids):len(gids)], actual: unknown.String()})
			gids = gids[len(gids):]
			unknown.Reset()
		}
	}
	for _, r := range s {
		f, gid, ok := t.pick(r, weight)
		if f != current || ok != known {
			flush()
			current, known = f, ok
		}
		if !ok {
			unknown.WriteRune(r)
		}
		gids = append(gids, gid)
	}
	flush()
	return runs
}

func (t typesetter) runsWidth(runs []run, size float64) float64 {
	w := 0.0
	for _, r := range runs {
		face := t.faces[r.face]
		units, last := 0, -1
		for _, gid := range r.gids {
			units += int(face.widths[gid])
			if last >= 0 {
				units += face.pair(uint16(last), gid)
			}
			last = int(gid)
		}
		w += float64(units) / face.em
	}
	return w * size
}
