package evidence

import (
	"bytes"
	"math"
	"strconv"

	"comptoir/core/fault"
)

// Limits of a drawn signature: a telephone's screen, a minute of writing.
const (
	MaxPath    = 64 << 10  // characters of path data
	MaxPNG     = 512 << 10 // bytes
	maxSide    = 10_000
	maxStrokes = 2_000
)

var errDrawing = fault.New(fault.Invalid, "fault.seal.drawing")

// Point is a place in the box of a drawing, y downwards.
type Point struct{ X, Y float64 }

// Stroke is one line of the pen: it begins at From and goes on in curves.
type Stroke struct {
	From   Point
	Curves []Curve
}

// Curve is a cubic Bézier curve; a straight line has its control points on its ends.
type Curve struct{ A, B, To Point }

// CheckDrawing tells whether a drawing can be kept and printed: exactly one of path and
// picture, inside the limits, a path within its box that draws something.
func CheckDrawing(d Drawing) error {
	switch {
	case (d.Path == "") == (len(d.PNG) == 0), len(d.PNG) > MaxPNG, len(d.Path) > MaxPath:
		return errDrawing
	case len(d.PNG) > 0:
		if !bytes.HasPrefix(d.PNG, []byte("\x89PNG\r\n\x1a\n")) || !(d.Width >= 0 && d.Height >= 0 && d.Width <= maxSide && d.Height <= maxSide) {
			return errDrawing
		}
		return nil
	}
	_, err := d.Strokes()
	return err
}

// Strokes reads the path. Commands M, L, H, V, Q, C and Z are known, absolute and relative;
// anything else, a point outside the box, or a path without a line is fault.seal.drawing.
func (d Drawing) Strokes() ([]Stroke, error) {
	if !(d.Width > 0 && d.Height > 0 && d.Width <= maxSide && d.Height <= maxSide) || len(d.Path) > MaxPath {
		return nil, errDrawing
	}
	p := pen{rest: d.Path}
	for p.step() {
	}
	lines := 0
	for _, s := range p.strokes {
		for _, c := range append([]Curve{{To: s.From}}, s.Curves...) {
			if !inside(c.To, d) {
				return nil, errDrawing
			}
		}
		lines += len(s.Curves)
	}
	if p.bad || lines == 0 || len(p.strokes) > maxStrokes {
		return nil, errDrawing
	}
	return p.strokes, nil
}

// inside allows the width of a pen beyond the box.
func inside(p Point, d Drawing) bool {
	slackX, slackY := d.Width/10, d.Height/10
	return p.X >= -slackX && p.Y >= -slackY && p.X <= d.Width+slackX && p.Y <= d.Height+slackY
}

// pen follows a path.
type pen struct {
	rest    string
	command byte
	at      Point
	strokes []Stroke
	bad     bool
}

// step takes one command with its numbers; false at the end or at what is not understood.
func (p *pen) step() bool {
	p.skip()
	if p.rest == "" || p.bad {
		return false
	}
	switch c := p.rest[0]; {
	case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		p.command, p.rest = c, p.rest[1:]
	case p.command == 'M':
		p.command = 'L' // further pairs after a move are lines (SVG 1.1, 8.3.2)
	case p.command == 'm':
		p.command = 'l'
	case p.command == 0 || p.command == 'Z' || p.command == 'z':
		p.bad = true
		return false
	}
	p.draw()
	return !p.bad
}

func (p *pen) draw() {
	origin := Point{}
	if p.command >= 'a' {
		origin = p.at
	}
	switch p.command {
	case 'M', 'm':
		p.at = p.point(origin)
		p.strokes = append(p.strokes, Stroke{From: p.at})
	case 'L', 'l':
		to := p.point(origin)
		p.curve(p.at, to, to)
	case 'H', 'h':
		to := Point{origin.X + p.number(), p.at.Y}
		p.curve(p.at, to, to)
	case 'V', 'v':
		to := Point{p.at.X, origin.Y + p.number()}
		p.curve(p.at, to, to)
	case 'Q', 'q':
		c, to := p.point(origin), p.point(origin)
		p.curve(between(p.at, c), between(to, c), to)
	case 'C', 'c':
		a, b, to := p.point(origin), p.point(origin), p.point(origin)
		p.curve(a, b, to)
	case 'Z', 'z':
		if n := len(p.strokes); n > 0 {
			to := p.strokes[n-1].From
			p.curve(p.at, to, to)
		} else {
			p.bad = true
		}
	default:
		p.bad = true
	}
}

// between raises a quadratic control point to a cubic one.
func between(end, control Point) Point {
	return Point{end.X + (control.X-end.X)*2/3, end.Y + (control.Y-end.Y)*2/3}
}

func (p *pen) curve(a, b, to Point) {
	n := len(p.strokes)
	if n == 0 {
		p.bad = true
		return
	}
	p.strokes[n-1].Curves = append(p.strokes[n-1].Curves, Curve{a, b, to})
	p.at = to
}

func (p *pen) point(origin Point) Point {
	x := p.number()
	y := p.number()
	return Point{origin.X + x, origin.Y + y}
}

func (p *pen) skip() {
	for p.rest != "" {
		switch p.rest[0] {
		case ' ', ',', '\t', '\n', '\r':
			p.rest = p.rest[1:]
		default:
			return
		}
	}
}

// number reads one number; signs and points may stand where a comma could.
func (p *pen) number() float64 {
	p.skip()
	end, dot := 0, false
	for end < len(p.rest) {
		c := p.rest[end]
		if c >= '0' && c <= '9' || end == 0 && (c == '-' || c == '+') || c == '.' && !dot {
			dot = dot || c == '.'
			end++
			continue
		}
		break
	}
	v, err := strconv.ParseFloat(p.rest[:end], 64)
	if err != nil || math.Abs(v) > 10*maxSide {
		p.bad = true
		return 0
	}
	p.rest = p.rest[end:]
	return v
}
