package pdf

import "unicode"

// needsBidi tells whether s has a letter that is written from right to left.
func needsBidi(s string) bool {
	for _, r := range s {
		if r >= 0x590 && (unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) || r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF) {
			return true
		}
	}
	return false
}

// shapeBidi orders one line for drawing (UAX #9) and joins Arabic letters. Readers put
// the letters back into reading order by themselves when they copy or search.
func (t typesetter) shapeBidi(s string, weight uint8) []run {
	return t.shapeVisual(nil, visualOrder(joinArabic(s)), weight)
}

// joining gives an Arabic letter's first presentation form (isolated, then final, initial,
// medial) and how many there are: 4 joins on both sides, 2 only to the letter before.
var joining = map[rune]struct {
	first rune
	forms int
}{
	0x621: {0xFE80, 1}, 0x622: {0xFE81, 2}, 0x623: {0xFE83, 2}, 0x624: {0xFE85, 2}, 0x625: {0xFE87, 2},
	0x626: {0xFE89, 4}, 0x627: {0xFE8D, 2}, 0x628: {0xFE8F, 4}, 0x629: {0xFE93, 2}, 0x62A: {0xFE95, 4},
	0x62B: {0xFE99, 4}, 0x62C: {0xFE9D, 4}, 0x62D: {0xFEA1, 4}, 0x62E: {0xFEA5, 4}, 0x62F: {0xFEA9, 2},
	0x630: {0xFEAB, 2}, 0x631: {0xFEAD, 2}, 0x632: {0xFEAF, 2}, 0x633: {0xFEB1, 4}, 0x634: {0xFEB5, 4},
	0x635: {0xFEB9, 4}, 0x636: {0xFEBD, 4}, 0x637: {0xFEC1, 4}, 0x638: {0xFEC5, 4}, 0x639: {0xFEC9, 4},
	0x63A: {0xFECD, 4}, 0x641: {0xFED1, 4}, 0x642: {0xFED5, 4}, 0x643: {0xFED9, 4}, 0x644: {0xFEDD, 4},
	0x645: {0xFEE1, 4}, 0x646: {0xFEE5, 4}, 0x647: {0xFEE9, 4}, 0x648: {0xFEED, 2}, 0x649: {0xFEEF, 2},
	0x64A: {0xFEF1, 4},
}

// lamAlef gives the isolated form of the ligature of lam with each alef; its final follows.
var lamAlef = map[rune]rune{0x622: 0xFEF5, 0x623: 0xFEF7, 0x625: 0xFEF9, 0x627: 0xFEFB}

const (
	lam     = 0x644
	tatweel = 0x640
)

// joinArabic replaces letters by the form that their neighbours call for.
func joinArabic(s string) string {
	in := []rune(s)
	out := make([]rune, 0, len(in))
	before := false // the letter before reaches out to this one
	for i := 0; i < len(in); i++ {
		r := in[i]
		if unicode.Is(unicode.Mn, r) {
			out = append(out, r)
			continue
		}
		if r == lam && i+1 < len(in) && lamAlef[in[i+1]] != 0 {
			form := lamAlef[in[i+1]]
			if before {
				form++
			}
			out, before = append(out, form), false
			i++
			continue
		}
		letter, ok := joining[r]
		if !ok {
			out, before = append(out, r), r == tatweel
			continue
		}
		after := letter.forms == 4 && joinsBack(in[i+1:])
		form := letter.first
		switch {
		case before && letter.forms > 1 && after:
			form += 3
		case after:
			form += 2
		case before && letter.forms > 1:
			form++
		}
		out, before = append(out, form), after
	}
	return string(out)
}

// joinsBack tells whether the next letter joins to the one before it.
func joinsBack(rest []rune) bool {
	for _, r := range rest {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		return r == tatweel || joining[r].forms > 1
	}
	return false
}
