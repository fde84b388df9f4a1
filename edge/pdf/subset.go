package pdf

import (
	"encoding/binary"
	"slices"
)

// glyphSet marks the glyphs of one face that a document shows.
type glyphSet []bool

func (f *face) newSet() glyphSet { return make(glyphSet, len(f.widths)) }

// covers tells whether every glyph of other is in s too.
func (s glyphSet) covers(other glyphSet) bool {
	for g, used := range other {
		if used && !s[g] {
			return false
		}
	}
	return true
}

// sharedSets are what nearly every document uses: French and English, then all languages
// of Europe in Latin letters. Each is cut and compressed once; a document that needs more
// glyphs gets a cut of its own.
func (f *face) sharedSets() [2]glyphSet {
	core := f.newSet()
	core[0] = true
	f.mark(core, 0x20, 0x7E)
	f.mark(core, 0xA0, 0xFF)
	for _, r := range "ŒœŸŠšŽž‘’‚“”„…–—•€−№™\u202f\u2009\u2011\u25a1" {
		core[f.glyph(r)] = true
	}
	latin := slices.Clone(core)
	f.mark(latin, 0x100, 0x17F)
	f.mark(latin, 0x218, 0x21B)
	return [2]glyphSet{core, latin}
}

func (f *face) mark(set glyphSet, from, to rune) {
	for r := from; r <= to; r++ {
		set[f.glyph(r)] = true
	}
}

// cut gives a font file with the outlines of the glyphs in set only. Glyph numbers stay,
// so that text can be written before it is known which glyphs the document will use.
func (f *face) cut(set glyphSet) []byte {
	set = f.closure(set)
	var glyf []byte
	loca := make([]byte, 0, 4*len(f.loca))
	hmtx := make([]byte, 0, 4*len(f.widths))
	for g := range f.widths {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if !set[g] {
			hmtx = append(hmtx, 0, 0, 0, 0)
			continue
		}
		glyf = append(glyf, f.outline(g)...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = append(hmtx, f.longMetric(g)...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head := slices.Clone(f.tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0)  // checkSumAdjustment, set in assemble
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets in loca
	hhea := slices.Clone(f.tables["hhea"])
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(f.widths)))
	return assemble([]sfntTable{
		{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", f.tables["maxp"]},
	})
}

func (f *face) outline(g int) []byte { return f.tables["glyf"][f.loca[g]:f.loca[g+1]] }

// longMetric gives advance and side bearing of a glyph, also for those at the end of
// hmtx that share the last advance.
func (f *face) longMetric(g int) []byte {
	hmtx, long := f.tables["hmtx"], int(u16(f.tables["hhea"], 34))
	if g < long {
		return hmtx[4*g : 4*g+4]
	}
	m := slices.Clone(hmtx[4*(long-1) : 4*(long-1)+4])
	copy(m[2:], hmtx[4*long+2*(g-long):])
	return m
}

// Flags of a component in a composite glyph (OpenType, table glyf).
const (
	argsAreWords   = 0x0001
	haveScale      = 0x0008
	moreComponents = 0x0020
	haveXYScale    = 0x0040
	haveTwoByTwo   = 0x0080
)

// closure adds the glyphs that accented letters are composed of.
func (f *face) closure(set glyphSet) glyphSet {
	all := slices.Clone(set)
	all[0] = true
	var add func(g int)
	add = func(g int) {
		all[g] = true
		for _, part := range f.components(g) {
			if !all[part] {
				add(int(part))
			}
		}
	}
	for g, used := range set {
		if used {
			add(g)
		}
	}
	return all
}

func (f *face) components(g int) []uint16 {
	o := f.outline(g)
	if len(o) < 10 || int16(u16(o, 0)) >= 0 {
		return nil
	}
	var parts []uint16
	for at := 10; ; {
		flags := u16(o, at)
		parts = append(parts, u16(o, at+2))
		at += 6
		if flags&argsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&haveScale != 0:
			at += 2
		case flags&haveXYScale != 0:
			at += 4
		case flags&haveTwoByTwo != 0:
			at += 8
		}
		if flags&moreComponents == 0 {
			return parts
		}
	}
}

type sfntTable struct {
	tag  string
	data []byte
}

// assemble writes a TrueType file of tables given in order of their tags.
func assemble(tables []sfntTable) []byte {
	n := len(tables)
	power := 1
	for power*2 <= n {
		power *= 2
	}
	log := 0
	for 1<<(log+1) <= power {
		log++
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{n, power * 16, log, n*16 - power*16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, headAt := 12+16*n, 0
	for _, t := range tables {
		if t.tag == "head" {
			headAt = at
		}
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(t.data))
		out = binary.BigEndian.AppendUint32(out, uint32(at))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
		at += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) uint32 {
	var sum uint32
	for ; len(b) >= 4; b = b[4:] {
		sum += u32(b, 0)
	}
	if len(b) > 0 {
		var last [4]byte
		copy(last[:], b)
		sum += u32(last[:], 0)
	}
	return sum
}
