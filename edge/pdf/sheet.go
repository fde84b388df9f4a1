package pdf

import "rsc.io/qr"

// mm is a millimetre in points.
const mm = 72.0 / 25.4

// ink is a colour, 0xRRGGBB.
type ink uint32

// style is how a text is set.
type style struct {
	weight  uint8
	size    float64
	leading float64
	ink     ink
}

type markKind uint8

const (
	textMark markKind = iota
	boxMark
	imageMark
	codeMark
	stampMark  // large slanted text behind everything
	strokeMark // lines drawn by hand
)

// mark is one thing on a page. y is the baseline of text, the top edge of all else.
type mark struct {
	kind       markKind
	x, y, w, h float64
	size       float64
	ink        ink
	runs       []run
	picture    *picture
	code       *qr.Code
	drawing    *Drawing
}

// sheet is one page: a list of marks in the order in which they are drawn and read.
type sheet struct{ marks []mark }

func (s *sheet) box(x, y, w, h float64, c ink) {
	s.marks = append(s.marks, mark{kind: boxMark, x: x, y: y, w: w, h: h, ink: c})
}
