package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"comptoir/core/text"
)

func TestClean(t *testing.T) {
	for typed, want := range map[string]string{
		"": "", "Chêne 12 €": "Chêne 12 €", "a\x00\x07b": "ab", "a\r\nb\rc\n": "a\nb\nc\n", "\u202e0001\u202c": "0001", "שלום": "שלום", "👩‍🔧": "👩‍🔧", "a\xffb": "ab", "a\u0085b": "ab",
		"\u200b\ufeff\u3164\u2800\u2060": "", "Crè\u00admerie\u200b": "Crèmerie", "می\u200cخواهم": "می\u200cخواهم", "🏴\U000e0067\U000e0062\U000e007f": "🏴\U000e0067\U000e0062\U000e007f",
	} {
		if got := text.Clean(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if got := text.Line(" Dupont\r\n\tBcc: x \x00"); got != "Dupont  Bcc: x" {
		t.Errorf("%q", got)
	}
}

// XML 1.0 must be able to carry it (char production), and cleaning twice changes nothing.
func TestCleanIsFitForXML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := text.Clean(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text"))
		if !utf8.ValidString(s) || s != text.Clean(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff }) {
			t.Fatalf("%q", s)
		}
	})
}

func TestNamesAddress(t *testing.T) {
	for s, want := range map[string]bool{
		"Zoé Lenoir": false, "Dr. J.-P. St.Martin": false, "Lenoir & fils (Lyon/Paris)": false, "crèmerie.fr": false, "Lenoir S.A.R.L.": false, "": false,
		"[click](http://evil.example)": true, "Gagné: HTTPS://evil.example": true, "voir WWW.evil.example": true, "evil.example/prix": true,
	} {
		if text.NamesAddress(s) != want {
			t.Errorf("%q", s)
		}
	}
}
