package access

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"comptoir/core/fault"
)

// Limits of a password in characters. 128 is far above what a person types and keeps a
// hash from being fed megabytes.
const (
	PasswordMin = 8
	PasswordMax = 128
)

//go:embed common.txt
var commonText string

// common holds the words that people take for passwords; see reduce for what one word covers.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if w := strings.TrimSpace(line); w != "" && !strings.HasPrefix(w, "#") {
			words[w] = true
		}
	}
	return words
})

// CheckPassword refuses a password beside field "password": 8 to 128 characters, an
// upper-case letter, a digit and a special character (the source's rule), none of the
// common ones, none made of the context's words (names of the person, firm, program).
func CheckPassword(password string, context ...string) error {
	var f fault.Form
	n := len([]rune(password))
	switch {
	case n < PasswordMin:
		f.Add("password", "fault.password_short", "min", PasswordMin)
	case n > PasswordMax:
		f.Add("password", "fault.password_long", "max", PasswordMax)
	case !hasClasses(password):
		f.Add("password", "fault.password_classes")
	case isCommon(password):
		f.Add("password", "fault.password_common")
	case isContext(password, context):
		f.Add("password", "fault.password_context")
	}
	return f.Err()
}

func hasClasses(s string) bool {
	var upper, digit, special bool
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsDigit(r):
			digit = true
		case !unicode.IsLetter(r):
			special = true
		}
	}
	return upper && digit && special
}

// isCommon looks the password up as typed and reduced to its core, so that "P@ssw0rd2026!"
// is found under "password". A core of fewer than three signs is decoration only.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	core := reduce(lower)
	return common()[lower] || common()[core] || common()[unleet(core)] || common()[unleet(strings.Trim(lower, "0123456789"))] ||
		len([]rune(core)) < 3 && len([]rune(password)) < 13 || walks(lower)
}

// reduce takes the digits and signs off both ends: what people put around a word.
func reduce(lower string) string {
	return strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i", "€", "e",
	"é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ç", "c", "ô", "o", "û", "u", "î", "i")

// unleet undoes the usual replacements, and the signs left at the ends after that.
func unleet(s string) string {
	return strings.TrimFunc(leet.Replace(s), func(r rune) bool { return !unicode.IsLetter(r) })
}

// walks tells whether the letters are one sign repeated or a run over the keyboard or the
// alphabet, such as "Azertyuiop1!" or "Abcdefg1!".
func walks(lower string) bool {
	core := reduce(lower)
	if r := []rune(core); len(r) >= 3 && strings.Trim(core, string(r[0])) == "" {
		return true
	}
	if len(core) < 4 {
		return false
	}
	for _, row := range []string{"azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "abcdefghijklmnopqrstuvwxyz", "poiuytreza", "mlkjhgfdsq", "poiuytrewq", "azertyqwerty", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm"} {
		if strings.Contains(row, core) {
			return true
		}
	}
	return false
}

// isContext tells whether the password is mostly a word that anybody near would guess.
func isContext(password string, context []string) bool {
	lower := strings.ToLower(password)
	forms := []string{lower, leet.Replace(lower)}
	for _, words := range append(context, "comptoir", "portail", "facture") {
		for _, w := range strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len([]rune(w)) < 4 {
				continue
			}
			for _, form := range forms {
				// What is left around the word must be a password of its own right.
				if rest := strings.ReplaceAll(form, leetOf(form, w), ""); rest != form && len([]rune(rest)) < PasswordMin {
					return true
				}
			}
		}
	}
	return false
}

// leetOf gives w as it would stand in form.
func leetOf(form, w string) string {
	if strings.Contains(form, w) {
		return w
	}
	return leet.Replace(w)
}
