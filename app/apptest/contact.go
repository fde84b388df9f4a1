package apptest

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/edge/mail"
	"comptoir/office/outbox"
)

// Contact is a customer's contact with a browser of its own on the portal.
type Contact struct {
	t       testing.TB
	base    string
	browser *http.Client
}

// PortalURL is where the portal answers.
func (p *Program) PortalURL() string {
	p.t.Helper()
	v := Ask[app.PortalView](p, "Portal.View")
	if len(v.Addresses) == 0 {
		p.t.Fatalf("the portal is %s: %s", v.State, v.Message)
	}
	return strings.TrimSuffix(v.Addresses[0].URL, "/")
}

// Contact is somebody with a fresh browser.
func (p *Program) Contact() *Contact {
	p.t.Helper()
	return &Contact{t: p.t, base: p.PortalURL(), browser: browser(p.t)}
}

// Page is what the portal answered, after redirects.
type Page struct {
	t      testing.TB
	Status int
	Path   string // where the redirects ended
	Body   string
	Header http.Header
}

// Get opens a path of the portal, or a whole address of it.
func (c *Contact) Get(path string) Page {
	c.t.Helper()
	return c.send(http.MethodGet, path, nil)
}

// Post sends a form.
func (c *Contact) Post(path string, form url.Values) Page {
	c.t.Helper()
	return c.send(http.MethodPost, path, form)
}

func (c *Contact) send(method, path string, form url.Values) Page {
	c.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = c.base + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", c.base)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	req.Header.Set("Accept-Language", "fr")
	resp, err := c.browser.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	return Page{t: c.t, Status: resp.StatusCode, Path: resp.Request.URL.Path, Body: string(drain(resp)), Header: resp.Header}
}

// Form is a form of a page: where it goes and what it carries hidden.
type Form struct {
	Action string
	Hidden url.Values
}

var (
	formTag  = regexp.MustCompile(`(?s)<form[^>]*\saction="([^"]*)"[^>]*>(.*?)</form>`)
	inputTag = regexp.MustCompile(`<input\s[^>]*>`)
	attrName = regexp.MustCompile(`\sname="([^"]*)"`)
	attrVal  = regexp.MustCompile(`\svalue="([^"]*)"`)
	anyTag   = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)
	blanks   = regexp.MustCompile(`\s+`)
)

// Form finds the form whose action ends in suffix.
func (p Page) Form(suffix string) Form {
	p.t.Helper()
	for _, m := range formTag.FindAllStringSubmatch(p.Body, -1) {
		action := html.UnescapeString(m[1])
		if !strings.HasSuffix(action, suffix) {
			continue
		}
		f := Form{Action: action, Hidden: url.Values{}}
		for _, tag := range inputTag.FindAllString(m[2], -1) {
			name, value := attrName.FindStringSubmatch(tag), attrVal.FindStringSubmatch(tag)
			if name != nil && value != nil && strings.Contains(tag, `type="hidden"`) {
				f.Hidden.Set(name[1], html.UnescapeString(value[1]))
			}
		}
		return f
	}
	p.t.Fatalf("%s (%d) has no form to …%s:\n%.1500s", p.Path, p.Status, suffix, p.Text())
	return Form{}
}

// Text is the page's words; blanks are one space each, narrow ones as well.
func (p Page) Text() string {
	return blanks.ReplaceAllString(plainBlanks.Replace(html.UnescapeString(anyTag.ReplaceAllString(p.Body, " "))), " ")
}

var plainBlanks = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// Has fails the test unless the page is a success and has every one of the words.
func (p Page) Has(words ...string) Page {
	p.t.Helper()
	if p.Status != http.StatusOK {
		p.t.Fatalf("%s: %d\n%.600s", p.Path, p.Status, p.Text())
	}
	text := p.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("%s has no %q:\n%.1500s", p.Path, w, text)
		}
	}
	return p
}

// Arrived waits until a mail to somebody, about something, is in the practice mail box.
func (p *Program) Arrived(to, about string) outbox.ArrivedMail {
	p.t.Helper()
	var id string
	p.Until("a mail to "+to+" about "+about, func() bool {
		list := Ask[[]outbox.Arrival](p, "Mail.Arrived")
		i := slices.IndexFunc(list, func(a outbox.Arrival) bool { return strings.Contains(a.To, to) && strings.Contains(a.Subject, about) })
		if i >= 0 {
			id = list[i].ID
		}
		return i >= 0
	})
	return Ask[outbox.ArrivedMail](p, "Mail.ArrivedMail", id)
}

var linkIn = regexp.MustCompile(`https?://[^\s"<>)\]]+/l/[^\s"<>)\]]+`)

// Link finds the address of a document in the text of a mail.
func Link(t testing.TB, text string) string {
	t.Helper()
	link := linkIn.FindString(text)
	if link == "" {
		t.Fatalf("no link in the mail:\n%s", text)
	}
	return link
}

// JSON writes v for a failing test.
func JSON(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// Mail is a message as a reader sees it.
type Mail struct {
	Subject, Text string
	PDF           []byte
}

// ReadMail opens a message that a server received.
func ReadMail(t testing.TB, eml []byte) Mail {
	t.Helper()
	c, err := mail.Read(eml)
	if err != nil {
		t.Fatal(err)
	}
	m := Mail{Subject: c.Subject, Text: c.Text}
	for _, x := range c.Papers {
		if x.MediaType == "application/pdf" {
			m.PDF = x.Content
		}
	}
	return m
}
