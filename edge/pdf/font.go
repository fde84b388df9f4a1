package pdf

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

//go:embed fonts/inter-400.ttf
var inter400 []byte

//go:embed fonts/inter-600.ttf
var inter600 []byte

//go:embed fonts/dejavu.ttf
var dejavu []byte

// The faces of a document, in the order of their resource names F0, F1, F2.
const (
	regular = iota
	semibold
	standIn // for what Inter has not: Hebrew, Arabic, signs, faces
	faceCount
)

// face is one parsed font: what is needed to measure, to cut and to embed it.
type face struct {
	name      string // PostScript name, as written into the document
	tables    map[string][]byte
	em        float64
	ascent    int
	descent   int
	capHeight int
	bbox      [4]int
	widths    []uint16 // by glyph, in font units
	low       [0x600]uint16
	high      map[rune]uint16
	runes     []rune // by glyph: the first character that shows it
	kern      [][]kernPair
	loca      []uint32
}

type kernPair struct {
	right uint16
	value int16
}

// fonts are parsed once for the whole program, when the first document is printed.
var fonts = sync.OnceValue(func() [faceCount]*face {
	return [faceCount]*face{
		mustParse("Inter-Regular", inter400),
		mustParse("Inter-SemiBold", inter600),
		mustParse("DejaVuSans", dejavu),
	}
})

func mustParse(name string, data []byte) *face {
	f, err := parseFace(name, data)
	if err != nil {
		panic("pdf: embedded font " + name + ": " + err.Error()) // a defect of the build
	}
	return f
}

var errFont = errors.New("pdf: not a usable TrueType font")

func parseFace(name string, data []byte) (*face, error) {
	f := &face{name: name, tables: map[string][]byte{}, high: map[rune]uint16{}}
	if len(data) < 12 {
		return nil, errFont
	}
	for i := range int(u16(data, 4)) {
		rec := data[12+16*i:]
		from, size := u32(rec, 8), u32(rec, 12)
		f.tables[string(rec[:4])] = data[from : from+size]
	}
	for _, t := range []string{"head", "hhea", "maxp", "hmtx", "loca", "glyf", "cmap", "OS/2"} {
		if f.tables[t] == nil {
			return nil, fmt.Errorf("%w: no table %s", errFont, t)
		}
	}
	f.readMetrics()
	if err := f.readCharacters(); err != nil {
		return nil, err
	}
	f.readKerning()
	return f, nil
}

func (f *face) readMetrics() {
	head, hhea, os2 := f.tables["head"], f.tables["hhea"], f.tables["OS/2"]
	f.em = float64(u16(head, 18))
	for i := range f.bbox {
		f.bbox[i] = f.thousandths(int(int16(u16(head, 36+2*i))))
	}
	f.ascent = f.thousandths(int(int16(u16(hhea, 4))))
	f.descent = f.thousandths(int(int16(u16(hhea, 6))))
	f.capHeight = 700
	if u16(os2, 0) >= 2 {
		f.capHeight = f.thousandths(int(int16(u16(os2, 88))))
	}
	n, long := int(u16(f.tables["maxp"], 4)), int(u16(hhea, 34))
	f.widths = make([]uint16, n)
	for g := range n {
		f.widths[g] = u16(f.tables["hmtx"], 4*min(g, long-1))
	}
	f.loca = make([]uint32, n+1)
	for g := range f.loca {
		if u16(head, 50) == 0 {
			f.loca[g] = 2 * uint32(u16(f.tables["loca"], 2*g))
		} else {
			f.loca[g] = u32(f.tables["loca"], 4*g)
		}
	}
}

// thousandths turns font units into the 1/1000 em that PDF counts in.
func (f *face) thousandths(units int) int { return int(float64(units) * 1000 / f.em) }

// readCharacters reads the Unicode subtables of cmap (formats 4 and 12).
func (f *face) readCharacters() error {
	f.runes = make([]rune, len(f.widths))
	cmap, found := f.tables["cmap"], false
	for i := range int(u16(cmap, 2)) {
		rec := cmap[4+8*i:]
		if platform := u16(rec, 0); platform != 3 && platform != 0 {
			continue
		}
		sub := cmap[u32(rec, 4):]
		switch u16(sub, 0) {
		case 4:
			f.readFormat4(sub)
			found = true
		case 12:
			f.readFormat12(sub)
			found = true
		}
	}
	if !found {
		return fmt.Errorf("%w: no Unicode character map", errFont)
	}
	return nil
}

func (f *face) readFormat4(sub []byte) {
	segs := int(u16(sub, 6)) / 2
	for s := range segs {
		end, start := u16(sub, 14+2*s), u16(sub, 16+2*segs+2*s)
		delta, rangeAt := u16(sub, 16+4*segs+2*s), 16+6*segs+2*s
		offset := u16(sub, rangeAt)
		for c := int(start); c <= int(end) && c != 0xFFFF; c++ {
			gid := uint16(c) + delta
			if offset != 0 {
				if gid = u16(sub, rangeAt+int(offset)+2*(c-int(start))); gid != 0 {
					gid += delta
				}
			}
			f.mapRune(rune(c), gid)
		}
	}
}

func (f *face) readFormat12(sub []byte) {
	for i := range int(u32(sub, 12)) {
		group := sub[16+12*i:]
		for c := u32(group, 0); c <= u32(group, 4); c++ {
			f.mapRune(rune(c), uint16(u32(group, 8)+c-u32(group, 0)))
		}
	}
}

func (f *face) mapRune(r rune, gid uint16) {
	if gid == 0 || int(gid) >= len(f.runes) {
		return
	}
	if int(r) < len(f.low) {
		f.low[r] = gid
	} else {
		f.high[r] = gid
	}
	if f.runes[gid] == 0 || r < f.runes[gid] {
		f.runes[gid] = r
	}
}

// glyph gives the glyph of r, 0 when the face has none.
func (f *face) glyph(r rune) uint16 {
	if int(r) < len(f.low) {
		return f.low[r]
	}
	return f.high[r]
}

// readKerning reads the one flat subtable that fonts/cut.py writes.
func (f *face) readKerning() {
	f.kern = make([][]kernPair, len(f.widths))
	kern := f.tables["kern"]
	if len(kern) < 18 {
		return
	}
	for i := range int(u16(kern, 10)) {
		rec := kern[18+6*i:]
		left := u16(rec, 0)
		f.kern[left] = append(f.kern[left], kernPair{u16(rec, 2), int16(u16(rec, 4))})
	}
}

// pair gives the kerning between two glyphs in font units, mostly 0.
func (f *face) pair(left, right uint16) int {
	pairs := f.kern[left]
	from, to := 0, len(pairs)
	for from < to { // by hand: this is asked for every letter, several times
		switch mid := (from + to) / 2; {
		case pairs[mid].right < right:
			from = mid + 1
		case pairs[mid].right > right:
			to = mid
		default:
			return int(pairs[mid].value)
		}
	}
	return 0
}

func u16(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }
