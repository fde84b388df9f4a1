package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"net/url"
	"path"
	"strings"

	"github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"
	"golang.org/x/net/idna"

	"comptoir/core/locale"
	"comptoir/office/outbox"
)

const logoID = "logo@comptoir"

// part is a leaf or a branch of the message.
type part struct {
	header  message.Header
	content []byte
	parts   []part
}

// build writes the message: mixed( alternative( text, related( page, logo ) ), papers ),
// without the branches that would hold one thing only.
func build(l outbox.Letter, subject, text string, page []byte, logo bool) ([]byte, error) {
	html := leaf("text/html", page)
	if logo {
		html = branch(l, "related", map[string]string{"type": "text/html"}, html, inlineLogo(l.Firm.Logo))
	}
	root := branch(l, "alternative", nil, leaf("text/plain", []byte(text)), html)
	if len(l.Papers) > 0 {
		all := []part{root}
		for _, p := range l.Papers {
			all = append(all, attached(p))
		}
		root = branch(l, "mixed", nil, all...)
	}
	h, err := headerOf(l, subject)
	if err != nil {
		return nil, err
	}
	// Content-Type last: fields are written in the order that they are set, backwards.
	for f := root.header.Fields(); f.Next(); {
		h.Set(f.Key(), f.Value())
	}
	var b bytes.Buffer
	w, err := message.CreateWriter(&b, h.Header)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	if err := write(w, root); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return b.Bytes(), nil
}

func write(w *message.Writer, p part) error {
	for _, child := range p.parts {
		cw, err := w.CreatePart(child.header)
		if err != nil {
			return err
		}
		if err := write(cw, child); err != nil {
			return err
		}
	}
	if len(p.parts) == 0 {
		if _, err := w.Write(p.content); err != nil {
			return err
		}
	}
	return w.Close()
}

func headerOf(l outbox.Letter, subject string) (*gomail.Header, error) {
	var h gomail.Header
	from, err := address(l.From)
	if err != nil {
		return nil, err
	}
	to, err := address(l.To)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(l.MessageID, "\r\n\x00") || !strings.HasPrefix(l.MessageID, "<") || !strings.HasSuffix(l.MessageID, ">") {
		return nil, fmt.Errorf("mail: message id %.80q", l.MessageID)
	}
	h.Set("MIME-Version", "1.0")
	if l.Kind.Automatic() {
		h.Set("X-Auto-Response-Suppress", "All") // what Exchange understands
		h.Set("Auto-Submitted", "auto-generated")
	}
	h.Set("Content-Language", l.Lang)
	h.SetSubject(subject)
	h.Set("Message-ID", l.MessageID)
	h.SetDate(l.Date)
	if l.ReplyTo != "" {
		reply, err := address(outbox.Address{Address: l.ReplyTo})
		if err != nil {
			return nil, err
		}
		h.SetAddressList("Reply-To", []*gomail.Address{reply})
	}
	if l.Kind == outbox.Announcement {
		if err := unsubscribe(&h, l); err != nil {
			return nil, err
		}
	}
	h.SetAddressList("To", []*gomail.Address{to})
	h.SetAddressList("From", []*gomail.Address{from})
	return &h, nil
}

// unsubscribe says where whoever wants no more mails of a kind that goes to many answers so (RFC 2369).
func unsubscribe(h *gomail.Header, l outbox.Letter) error {
	reply := l.ReplyTo
	if reply == "" {
		reply = l.From.Address
	}
	wire, err := wireAddress(reply)
	if err != nil {
		return err
	}
	to := url.URL{Scheme: "mailto", Opaque: url.PathEscape(wire), RawQuery: "subject=" + url.PathEscape(locale.T(l.Lang, "mail.announcement.unsubscribe", nil))}
	h.Set("List-Unsubscribe", "<"+to.String()+">")
	return nil
}

// address checks once more what goes into a header: a row may be older than a check.
func address(a outbox.Address) (*gomail.Address, error) {
	wire, err := wireAddress(a.Address)
	if err != nil {
		return nil, err
	}
	return &gomail.Address{Name: outbox.OneLine(a.Name, 120), Address: wire}, nil
}

// wireAddress gives the form that goes over the wire: the domain in ASCII (RFC 5891).
func wireAddress(s string) (string, error) {
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s || strings.ContainsAny(s, "\r\n\x00 \t") {
		return "", fmt.Errorf("mail: address %.80q", s)
	}
	at := strings.LastIndexByte(s, '@')
	domain, err := idna.Lookup.ToASCII(s[at+1:])
	if err != nil {
		return "", fmt.Errorf("mail: domain of %.80q: %w", s, err)
	}
	return s[:at] + "@" + domain, nil
}

func leaf(mediaType string, content []byte) part {
	var p part
	p.header.Set("Content-Transfer-Encoding", "quoted-printable")
	p.header.SetContentType(mediaType, map[string]string{"charset": "utf-8"})
	p.content = content
	return p
}

// branch takes its boundary from the Message-ID: the same row gives the same bytes.
func branch(l outbox.Letter, kind string, params map[string]string, parts ...part) part {
	sum := sha256.Sum256([]byte(l.MessageID + " " + kind))
	p := part{parts: parts}
	all := map[string]string{"boundary": "=_" + hex.EncodeToString(sum[:16])}
	for k, v := range params {
		all[k] = v
	}
	p.header.SetContentType("multipart/"+kind, all)
	return p
}

func attached(f outbox.Paper) part {
	name := fileName(f.Name)
	p := file(f.MediaType, name, f.Content)
	p.header.SetContentDisposition("attachment", map[string]string{"filename": name})
	return p
}

func inlineLogo(f outbox.Paper) part {
	p := file(f.MediaType, "logo."+strings.TrimPrefix(f.MediaType, "image/"), f.Content)
	p.header.Set("Content-ID", "<"+logoID+">")
	p.header.SetContentDisposition("inline", nil)
	return p
}

func file(mediaType, name string, content []byte) part {
	var p part
	p.header.Set("Content-Transfer-Encoding", "base64")
	p.header.SetContentType(mediaType, map[string]string{"name": name})
	p.content = content
	return p
}

// fileName keeps a name that no folder and no program trips over.
func fileName(s string) string {
	s = outbox.OneLine(path.Base(strings.ReplaceAll(s, `\`, "/")), 100)
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/:*?"<>|;`, r) {
			return '-'
		}
		return r
	}, s)
	if s == "" || s == "." || s == ".." {
		return "document.pdf"
	}
	return s
}
