package mail

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"comptoir/office/outbox"
)

// What stands in the portal and in mails as Markdown (announcements, answers, terms, descriptions) does nothing but
// be read: no script, no handler, no picture that reports back, no address but those of people and pages.
func TestMarkdownDoesNothing(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>`)
	plainTag := regexp.MustCompile(`^</?(p|br|strong|em|ul|ol|li|blockquote|code|a( href="(https?://|mailto:|tel:|/|#|[a-zA-Z0-9._-]*")[^"<>]*"?)?)\s*/?>$`)
	for _, md := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](javascript:alert(1))", "![x](https://evil.example/p.gif)", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:alert(1))",
		"[a](java&#10;script:alert(1))", "[a](&#x6A;avascript:alert(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "[a](file:///etc/passwd)", "<javascript:alert(1)>", "<https://x.example/\"onmouseover=alert(1)>",
		"[a](https://x.example \"t\\\" onmouseover=\\\"alert(1)\")", "[a](<https://x.example/\"onclick=alert(1)>)", "<svg/onload=alert(1)>", "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
		"<a href=javascript:alert(1)>x</a>", "<iframe src=//evil.example></iframe>", "<style>*{display:none}</style>", "<p style=position:fixed onclick=x>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>",
		"<form action=//evil.example><input name=p></form>", "[r]: javascript:alert(1)\n\n[r]", "`<script>`", "    <script>x</script>", "```\"><script>\nx\n```", "<!--><script>alert(1)</script>-->", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	} {
		html := HTML(md)
		for _, tag := range tags.FindAllString(html, -1) {
			if !plainTag.MatchString(tag) {
				t.Errorf("%q gives the tag %q in %q", md, tag, html)
			}
		}
		bare := strings.ToLower(strings.Join(tags.FindAllString(html, -1), " "))
		for _, bad := range []string{"javascript", "vbscript", "data:", "file:", "onerror", "onload", "onclick", "onmouseover", "style", "script"} {
			if strings.Contains(bare, bad) && !strings.Contains(bare, "https://x.example") {
				t.Errorf("%q gives %q", md, html)
			}
		}
	}
}

// Names, subjects and words that carry line breaks and tags become no header and no tag of any mail.
func TestNoHeaderAndNoTagComesFromWords(t *testing.T) {
	const evil = "x\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script>\u2028<img src=x onerror=alert(1)>"
	composed := 0
	for name, l := range samples(t) {
		args := map[string]string{}
		for k, v := range l.Args {
			args[k] = v
			if strings.ContainsAny(v, " *") { // words, not a figure or a choice
				args[k] = v + evil
			}
		}
		l.Args, l.To.Name = args, l.To.Name+evil
		m, err := NewComposer().Compose(l)
		if err != nil {
			continue // refused: nothing goes out
		}
		composed++
		head, _, _ := bytes.Cut(m.EML, []byte("\r\n\r\n"))
		if bytes.Contains(bytes.ToLower(head), []byte("\nbcc:")) || strings.ContainsAny(m.Subject, "\r\n") {
			t.Errorf("%s: %s", name, head)
		}
		if strings.Contains(m.HTML, "<script>alert") || strings.Contains(m.HTML, "<img src=x") {
			t.Errorf("%s: a tag of the words stands in the mail", name)
		}
	}
	if composed < len(outbox.Kinds()) {
		t.Errorf("%d mails were made", composed)
	}
}
