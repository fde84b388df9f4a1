package pdf

import (
	"math"
	"strconv"
	"unicode/utf16"
)

// content writes one page's marks as a PDF content stream.
type content struct {
	faces  [faceCount]*face
	used   *[faceCount]glyphSet
	height float64
	names  map[*picture]int
	out    []byte

	ink  ink // the fill colour in force
	font uint8
	size float64
}

func (c *content) page(s *sheet) {
	c.ink, c.font, c.size = 0, faceCount, 0
	for i := range s.marks {
		m := &s.marks[i]
		switch m.kind {
		case textMark:
			c.text(m)
		case boxMark:
			c.fill(m.ink)
			c.rect(m.x, m.y, m.w, m.h)
			c.op("f")
		case imageMark:
			c.image(m)
		case codeMark:
			c.code(m)
		case stampMark:
			c.stamp(m)
		case strokeMark:
			c.strokes(m)
		}
	}
}

func (c *content) text(m *mark) {
	c.fill(m.ink)
	c.op("BT")
	c.num(m.x, c.height-m.y)
	c.op("Td")
	c.show(m)
	c.op("ET")
}

// stamp sets text on the diagonal, its middle at x, y.
func (c *content) stamp(m *mark) {
	angle := math.Atan2(c.height, m.w)
	sin, cos := math.Sincos(angle)
	half := (typesetter{c.faces}).runsWidth(m.runs, m.size) / 2
	rise := float64(c.faces[semibold].capHeight) / 2000 * m.size
	c.fill(m.ink)
	c.op("BT")
	c.num(cos, sin, -sin, cos, m.x-half*cos+rise*sin, c.height-m.y-half*sin-rise*cos)
	c.op("Tm")
	c.show(m)
	c.op("ET")
}

func (c *content) show(m *mark) {
	for i := range m.runs {
		r := &m.runs[i]
		if r.actual != "" {
			c.actualText(r.actual)
		}
		c.setFont(r.face, m.size)
		c.glyphs(r)
		if r.actual != "" {
			c.op("EMC")
		}
	}
}

// actualText says what the glyphs that follow stand for (ISO 32000-1, 14.9.4).
func (c *content) actualText(s string) {
	c.out = append(c.out, "/Span <</ActualText "...)
	c.out = appendUTF16(c.out, s)
	c.op(">> BDC")
}

func (c *content) setFont(f uint8, size float64) {
	if f == c.font && size == c.size {
		return
	}
	c.font, c.size = f, size
	c.out = append(c.out, "/F"...)
	c.out = append(c.out, '0'+f, ' ')
	c.num(size)
	c.op("Tf")
}

// glyphs shows a run; kerning goes between strings in thousandths of the em.
func (c *content) glyphs(r *run) {
	face, used := c.faces[r.face], c.used[r.face]
	c.out = append(c.out, '[', '(')
	for i, gid := range r.gids {
		used[gid] = true
		if i > 0 {
			if k := face.pair(r.gids[i-1], gid); k != 0 {
				c.out = append(c.out, ')')
				c.out = strconv.AppendInt(c.out, int64(math.Round(float64(-k)*1000/face.em)), 10)
				c.out = append(c.out, '(')
			}
		}
		c.out = appendEscaped(appendEscaped(c.out, byte(gid>>8)), byte(gid))
	}
	c.op(")]TJ")
}

func appendEscaped(out []byte, b byte) []byte {
	switch b {
	case '(', ')', '\\':
		return append(out, '\\', b)
	case '\r': // a reader would take it for a line feed
		return append(out, '\\', 'r')
	}
	return append(out, b)
}

func (c *content) image(m *mark) {
	c.op("q")
	c.num(m.w, 0, 0, m.h, m.x, c.height-m.y-m.h)
	c.out = append(c.out, "cm /I"...)
	c.out = strconv.AppendInt(c.out, int64(c.names[m.picture]), 10)
	c.op(" Do Q")
}

// code draws a QR code as one path, each row's dark modules joined into bars. Inside, one
// module is one unit and y grows downwards.
func (c *content) code(m *mark) {
	c.fill(m.ink)
	side := m.w / float64(m.code.Size)
	c.op("q")
	c.num(side, 0, 0, -side, m.x, c.height-m.y)
	c.op("cm")
	for y := range m.code.Size {
		for x := 0; x < m.code.Size; x++ {
			from := x
			for x < m.code.Size && m.code.Black(x, y) {
				x++
			}
			if x > from {
				c.num(float64(from), float64(y), float64(x-from), 1)
				c.op("re")
			}
		}
	}
	c.op("f")
	c.op("Q")
}

// strokes draws lines with a round pen, scaled into the mark's box. Inside, one unit is one
// of the drawing and y grows downwards.
func (c *content) strokes(m *mark) {
	d := m.drawing
	scale := min(m.w/d.Width, m.h/d.Height)
	c.op("q")
	c.num(float64(m.ink>>16)/255, float64(m.ink>>8&255)/255, float64(m.ink&255)/255)
	c.op("RG 1 J 1 j")
	c.num(scale, 0, 0, -scale, m.x+(m.w-d.Width*scale)/2, c.height-m.y-(m.h-d.Height*scale)/2)
	c.op("cm")
	c.num(m.size / scale)
	c.op("w")
	for _, s := range d.Strokes {
		c.num(s.From[0], s.From[1])
		c.op("m")
		for _, b := range s.Curves {
			c.num(b[:]...)
			c.op("c")
		}
	}
	c.op("S Q")
}

func (c *content) rect(x, y, w, h float64) {
	c.num(x, c.height-y-h, w, h)
	c.op("re")
}

func (c *content) fill(k ink) {
	if k == c.ink {
		return
	}
	c.ink = k
	c.num(float64(k>>16)/255, float64(k>>8&255)/255, float64(k&255)/255)
	c.op("rg")
}

func (c *content) op(s string) {
	c.out = append(c.out, s...)
	c.out = append(c.out, '\n')
}

func (c *content) num(values ...float64) {
	for _, v := range values {
		c.out = append(appendNumber(c.out, v), ' ')
	}
}

// appendNumber writes v with at most three decimals, the way PDF wants numbers: no
// exponent, no needless zeros.
func appendNumber(out []byte, v float64) []byte {
	n := int64(math.Round(v * 1000))
	if n < 0 {
		out, n = append(out, '-'), -n
	}
	out = strconv.AppendInt(out, n/1000, 10)
	if n %= 1000; n == 0 {
		return out
	}
	out = append(out, '.', byte('0'+n/100))
	if n %= 100; n == 0 {
		return out
	}
	out = append(out, byte('0'+n/10))
	if n %= 10; n == 0 {
		return out
	}
	return append(out, byte('0'+n))
}

// appendUTF16 writes s as a hexadecimal text string with byte order mark.
func appendUTF16(out []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	out = append(out, "<FEFF"...)
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, digits[u>>12], digits[u>>8&15], digits[u>>4&15], digits[u&15])
	}
	return append(out, '>')
}
