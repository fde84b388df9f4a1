package sepa

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// allowed are the characters that every bank takes beside letters and digits.
const allowed = "/-?:().,'+ "

// spelled are letters and signs that no accent can be taken off, and how banks read them.
var spelled = map[rune]string{
	'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ẞ': "SS", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "TH", 'ı': "i", 'ħ': "h", 'Ħ': "H", 'ŧ': "t", 'Ŧ': "T", 'ŋ': "n", 'Ŋ': "N", 'ĸ': "k", 'ə': "e", 'Ə': "E", 'ŀ': "l", 'Ŀ': "L",
	'&': "+", '@': "(at)", '€': "EUR", '£': "GBP", '$': "USD", '%': "pct", '*': ".", '_': "-", '"': "'", '`': "'", '´': "'", '’': "'", '‘': "'", '«': "'", '»': "'", '“': "'", '”': "'",
	'–': "-", '—': "-", '‐': "-", '‑': "-", '−': "-", '…': "...", '·': ".", '•': ".", ';': ",", '=': "-", '[': "(", ']': ")", '{': "(", '}': ")", '<': "(", '>': ")", '\\': "/", '|': "/", '!': ".", '#': ".", '~': "-", '^': " ", '°': "o", 'º': "o", 'ª': "a", '²': "2", '³': "3", '¹': "1", '½': "1/2", '¼': "1/4", '¾': "3/4", '×': "x",
}

// Greek and Cyrillic names are read in Latin letters, as passports do, near enough.
var scripts = strings.NewReplacer(
	"Α", "A", "Β", "V", "Γ", "G", "Δ", "D", "Ε", "E", "Ζ", "Z", "Η", "I", "Θ", "Th", "Ι", "I", "Κ", "K", "Λ", "L", "Μ", "M", "Ν", "N", "Ξ", "X", "Ο", "O", "Π", "P", "Ρ", "R", "Σ", "S", "Τ", "T", "Υ", "Y", "Φ", "F", "Χ", "Ch", "Ψ", "Ps", "Ω", "O",
	"α", "a", "β", "v", "γ", "g", "δ", "d", "ε", "e", "ζ", "z", "η", "i", "θ", "th", "ι", "i", "κ", "k", "λ", "l", "μ", "m", "ν", "n", "ξ", "x", "ο", "o", "π", "p", "ρ", "r", "σ", "s", "ς", "s", "τ", "t", "υ", "y", "φ", "f", "χ", "ch", "ψ", "ps", "ω", "o",
	"А", "A", "Б", "B", "В", "V", "Г", "G", "Д", "D", "Е", "E", "Ж", "Zh", "З", "Z", "И", "I", "К", "K", "Л", "L", "М", "M", "Н", "N", "О", "O", "П", "P", "Р", "R", "С", "S", "Т", "T", "У", "U", "Ф", "F", "Х", "Kh", "Ц", "Ts", "Ч", "Ch", "Ш", "Sh", "Щ", "Sht", "Ъ", "A", "Ы", "Y", "Ь", "", "Э", "E", "Ю", "Yu", "Я", "Ya",
	"І", "I", "Є", "Ye", "Ґ", "G", "Ђ", "Dj", "Ј", "J", "Љ", "Lj", "Њ", "Nj", "Ћ", "C", "Џ", "Dz", "Ѕ", "Dz",
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "sht", "ъ", "a", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya",
	"і", "i", "є", "ye", "ґ", "g", "ђ", "dj", "ј", "j", "љ", "lj", "њ", "nj", "ћ", "c", "џ", "dz", "ѕ", "dz",
)

// Text writes s with the characters that banks take, at most limit of them: accents come off,
// ligatures are spelled, what cannot be read at all becomes a space.
func Text(s string, limit int) string {
	var b strings.Builder
	for _, r := range scripts.Replace(norm.NFD.String(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case takes(r):
			b.WriteRune(r)
		case spelled[r] != "":
			b.WriteString(spelled[r])
		default:
			b.WriteByte(' ')
		}
	}
	t := strings.Join(strings.Fields(b.String()), " ")
	for strings.Contains(t, "//") { // a doubled stroke opens a field of its own in older messages
		t = strings.ReplaceAll(t, "//", "/")
	}
	if len(t) > limit {
		t = t[:limit]
	}
	return strings.Trim(t, " /")
}

// Name is the name of a party as banks take it.
func Name(s string) string { return Text(s, maxName) }

// About is what stands on the other's statement.
func About(s string) string { return Text(s, maxAbout) }

// ID makes an id of a text: no spaces, at most 35 characters; "" when nothing is left.
func ID(s string) string { return IDOf(s, maxID) }

// IDOf is ID with a limit of one's own.
func IDOf(s string, limit int) string {
	return strings.Trim(Text(strings.ReplaceAll(Text(s, 4*maxID), " ", "-"), limit), "-/ ")
}

// IsID tells whether s can stand as an id: what banks take, no space at the ends, no stroke
// there nor twice, at most 35 characters.
func IsID(s string) bool { return s != "" && s == Text(s, maxID) }

func takes(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(allowed, r)
}
