package mail

import (
	"regexp"
	"strings"
	"testing"
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
