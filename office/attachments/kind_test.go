package attachments

import "testing"

// The same name to the eye is the same name: some systems write an accent as a sign of its own.
func TestOneNameOneWriting(t *testing.T) {
	for _, typed := range []string{"\u00e9t\u00e9.pdf", "e\u0301te\u0301.pdf", "e\u200d\u0301te\u0301.pdf"} {
		if got := CleanName(typed); got != "\u00e9t\u00e9.pdf" {
			t.Errorf("%+q", got)
		}
	}
}

// FuzzKind holds that whatever comes is refused or given a name that is a name only.
func FuzzKind(f *testing.F) {
	for _, s := range []struct{ head, name string }{{"%PDF-1.7", "a.pdf"}, {"<html>", "../../a.html"}, {"PK\x03\x04", "C:\\a.docx"}, {"bonjour", "con"}, {"\xff\xd8\xff", "a\u202egpj.exe"}, {"GIF89a<script>", ".gif"}, {"%PDF-1.7", "e\u200d\u0301te\u0301.pdf"}, {"", ""}} {
		f.Add([]byte(s.head), s.name)
	}
	f.Fuzz(func(t *testing.T, head []byte, name string) {
		mediaType, cleaned, err := kindOf(head, name)
		if err != nil {
			return
		}
		if cleaned != cleanName(cleaned) {
			t.Errorf("%q is %q, and then %q", name, cleaned, cleanName(cleaned))
		}
		for _, r := range cleaned {
			if r < ' ' || r == '/' || r == '\\' || r == 0x7f {
				t.Errorf("%q gives %q", name, cleaned)
			}
		}
		if mediaType == "" || len([]rune(cleaned)) > nameMax {
			t.Errorf("%q of %q", cleaned, mediaType)
		}
	})
}
