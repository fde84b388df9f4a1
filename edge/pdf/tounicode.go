package pdf

import (
	"bytes"
	"fmt"
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// toUnicode gives the map from glyphs back to characters, so that text can be selected,
// searched and read aloud.
func (f *face) toUnicode(set glyphSet) []byte {
	var pairs []byte
	var out bytes.Buffer
	out.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	n := 0
	flush := func() {
		if n > 0 {
			fmt.Fprintf(&out, "%d beginbfchar\n%sendbfchar\n", n, pairs)
			pairs, n = pairs[:0], 0
		}
	}
	for gid, used := range set {
		if !used || f.runes[gid] == 0 {
			continue
		}
		pairs = fmt.Appendf(pairs, "<%04X> <", gid)
		unit := appendUTF16(nil, letters(f.runes[gid]))
		pairs = append(append(pairs, unit[len("<FEFF"):]...), '\n')
		if n++; n == 100 { // the most that one block may hold
			flush()
		}
	}
	flush()
	out.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return out.Bytes()
}

// letters gives what a glyph says: for a joined form of an Arabic letter, the letter.
func letters(r rune) string {
	if r >= 0xFB50 && r <= 0xFEFF {
		return norm.NFKC.String(string(r))
	}
	return string(r)
}

// widthArray gives the W entry of a CIDFont for the glyphs in set.
func (f *face) widthArray(set glyphSet) []byte {
	out := []byte{'['}
	open := false
	for gid, used := range set {
		if !used {
			if open {
				out = append(out, ']')
				open = false
			}
			continue
		}
		if !open {
			out = append(strconv.AppendInt(append(out, ' '), int64(gid), 10), " ["...)
			open = true
		}
		out = append(appendNumber(out, float64(f.widths[gid])*1000/f.em), ' ')
	}
	if open {
		out = append(out, ']')
	}
	return append(out, ']')
}
