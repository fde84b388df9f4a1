package attachments

import "testing"

// FuzzKind holds that whatever comes is refused or given a name that is a name only.
func FuzzKind(f *testing.F) {
	for _, s := range []struct{ head, name string }{{"%PDF-1.7", "a.pdf"}, {"<html>", "../../a.html"}, {"PK\x03\x04", "C:\\a.docx"}, {"bonjour", "con"}, {"\xff\xd8\xff", "a\u202egpj.exe"}, {"GIF89a<script>", ".gif"}, {"", ""}} {
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
