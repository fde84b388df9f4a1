// Package taxid says how the tax number of a company is typed when somebody asks for access
// to the portal, and when two of them are the same.
//
// What lives here: the formats that a customer group may choose (spec/access, *Format no
// fiscal*), its own mask among them, the check of what was typed, the written form, the keys
// that two numbers are compared by. What must not: the file. Called by office/customers when
// a group is saved and by office/registration when a number is typed.
package taxid

import (
	"slices"
	"strings"
	"unicode/utf8"

	"comptoir/core/fault"
	"comptoir/core/ident"
)

// The formats that a group may choose. The first three are those of the source document.
const (
	Nine   = "nine"   // nine characters without delimiter
	Dashed = "dashed" // nn-nnnnnnnn
	Social = "social" // nnn-nn-nnn
	EIN    = "us_ein" // employer identification number of the United States
	SSN    = "us_ssn" // social security number of the United States
	SIREN  = "siren"
	SIRET  = "siret"
	VAT    = "eu_vat"
	NEQ    = "neq"  // Numéro d'entreprise du Québec
	Free   = "free" // a mask of the group's own
)

// masks are the formats that are nothing but a mask: n a digit, a a letter, x either.
var masks = map[string]string{Nine: "xxxxxxxxx", Dashed: "nn-nnnnnnnn", Social: "nnn-nn-nnn", EIN: "nn-nnnnnnn", SSN: "nnn-nn-nnnn"}

// checks are the formats whose digits can be wrong in another way than by their shape.
var checks = map[string]struct {
	check   func(string) (string, error)
	mask    string
	example string
}{
	SIREN: {ident.CheckSIREN, "nnn nnn nnn", "732 829 320"},
	SIRET: {ident.CheckSIRET, "nnn nnn nnn nnnnn", "732 829 320 00074"},
	VAT:   {ident.CheckVAT, "", "FR88100000009"},
	NEQ:   {ident.CheckNEQ, "nnnnnnnnnn", "1234567890"},
}

// Presets lists the formats in the order in which a form offers them.
func Presets() []string {
	return []string{Nine, Dashed, Social, EIN, SSN, SIREN, SIRET, VAT, NEQ, Free}
}

// MaskMost is how many characters a group's own mask may have.
const MaskMost = 40

// Format is what a group chose: one of the presets, with its mask where that is Free.
type Format struct {
	Preset string
	Mask   string // of Free: n digit, a letter, x either, other characters stand for themselves
}

// Valid refuses a format that nobody could type a number in: an unknown preset
// (fault.taxid.preset), a mask that is empty, too long, or has nothing to type
// (fault.taxid.mask).
func (f Format) Valid() error {
	if !slices.Contains(Presets(), f.Preset) {
		return fault.New(fault.Invalid, "fault.taxid.preset")
	}
	if f.Preset != Free {
		return nil
	}
	if !utf8.ValidString(f.Mask) || utf8.RuneCountInString(f.Mask) > MaskMost || strings.TrimSpace(f.Mask) != f.Mask || !strings.ContainsAny(f.Mask, "nax") {
		return fault.New(fault.Invalid, "fault.taxid.mask", "most", MaskMost)
	}
	for _, r := range f.Mask {
		if r < ' ' || r > '~' && r < 0xa0 {
			return fault.New(fault.Invalid, "fault.taxid.mask", "most", MaskMost)
		}
	}
	return nil
}

// Pattern gives the mask that a page fills in while somebody types; "" where the length
// depends on what is typed (EU VAT numbers).
func (f Format) Pattern() string {
	if f.Preset == Free {
		return f.Mask
	}
	if m, ok := masks[f.Preset]; ok {
		return m
	}
	return checks[f.Preset].mask
}

// Example gives a number of the format, to be shown beside the field. It is nobody's.
func (f Format) Example() string {
	if c, ok := checks[f.Preset]; ok {
		return c.example
	}
	n := 0
	return strings.Map(func(r rune) rune {
		switch r {
		case 'n', 'x':
			n++
			return rune('0' + n%10)
		case 'a':
			n++
			return rune('A' + n%26)
		}
		return r
	}, f.Pattern())
}

// Check gives the written form of what was typed, delimiters in their places. Case, spaces
// and delimiters that were left out or put elsewhere do not matter. Faults: fault.required,
// fault.taxid.shape with an example, or what ident says of a number whose digits are wrong.
func (f Format) Check(s string) (string, error) {
	if Key(s) == "" {
		return "", fault.New(fault.Invalid, "fault.required")
	}
	if c, ok := checks[f.Preset]; ok {
		got, err := c.check(s)
		if err == nil && (f.Preset == SIREN || f.Preset == SIRET) {
			got = fit(c.mask, got)
		}
		return got, err
	}
	if foreign(s, f.Pattern()) {
		return "", f.refused()
	}
	got := fit(f.Pattern(), Key(s))
	if got == "" {
		return "", f.refused()
	}
	return got, nil
}

func (f Format) refused() error {
	return fault.New(fault.Invalid, "fault.taxid.shape", "example", f.Example())
}

// foreign tells whether something was typed that is neither letter, digit, usual delimiter
// nor part of the mask: it would vanish in silence.
func foreign(s, mask string) bool {
	for _, r := range s {
		if alnum(r) || strings.ContainsRune(" \t.-/\u00a0\u202f\u2009\u2010\u2011\u2013_", r) || strings.ContainsRune(mask, r) {
			continue
		}
		return true
	}
	return false
}

// fit puts the characters of key, letters and digits only, into the mask; "" where they do
// not fit to the last.
func fit(mask, key string) string {
	var b strings.Builder
	at := 0
	for _, r := range mask {
		class := classOf(r)
		if class == nil {
			b.WriteRune(r)
			continue
		}
		if at >= len(key) || !class(rune(key[at])) {
			return ""
		}
		b.WriteByte(key[at])
		at++
	}
	if at != len(key) {
		return ""
	}
	return b.String()
}

// classOf tells what may stand where the mask has r; nil for a delimiter. A literal letter
// or digit of the mask has to be typed as it is, in either case.
func classOf(r rune) func(rune) bool {
	switch {
	case r == 'n':
		return func(c rune) bool { return c >= '0' && c <= '9' }
	case r == 'a':
		return func(c rune) bool { return c >= 'A' && c <= 'Z' }
	case r == 'x':
		return alnum
	case alnum(r):
		return func(c rune) bool { return c == upper(r) }
	}
	return nil
}

func alnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

func upper(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// Key is what two numbers are compared by: their letters and digits, in capitals.
func Key(s string) string {
	return strings.Map(func(r rune) rune {
		if !alnum(r) {
			return -1
		}
		return upper(r)
	}, s)
}

// Keys gives every key under which a company with this number may be known: a French VAT
// number and a SIRET hold the SIREN. The number's own key comes first; none for "".
func Keys(s string) []string {
	key := Key(s)
	if key == "" {
		return nil
	}
	keys := []string{key}
	siren := ""
	switch {
	case strings.HasPrefix(key, "FR") && len(key) == 13:
		if _, err := ident.CheckVAT(key); err == nil {
			siren = key[4:]
		}
	case len(key) == 14:
		if _, err := ident.CheckSIRET(key); err == nil {
			siren = key[:9]
		}
	}
	if siren != "" {
		keys = append(keys, siren)
	}
	return keys
}

// Same tells whether two numbers may be one company's: they share a key.
func Same(a, b string) bool {
	other := Keys(b)
	return slices.ContainsFunc(Keys(a), func(k string) bool { return slices.Contains(other, k) })
}
