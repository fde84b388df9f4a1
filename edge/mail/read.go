package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // what the world still writes in
	gomail "github.com/emersion/go-message/mail"

	"comptoir/office/outbox"
)

// Limits of reading: a message is data from outside.
const (
	maxRead  = 25 << 20
	maxParts = 200
	maxDepth = 12
)

// Content is a message opened for reading.
type Content struct {
	Heading
	Text   string
	HTML   string // the inline images are inside
	Papers []outbox.Paper
}

// Heading is what a list shows of a message.
type Heading struct {
	From, To, Subject, MessageID string
}

// Head reads the header only; what cannot be read is blank.
func Head(eml []byte) Heading {
	e, err := message.Read(bytes.NewReader(eml))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return Heading{}
	}
	return heading(e)
}

func heading(e *message.Entity) Heading {
	h := gomail.Header{Header: e.Header}
	subject, err := h.Subject()
	if err != nil {
		subject = h.Get("Subject")
	}
	people := func(key string) string {
		list, err := h.AddressList(key)
		if err != nil || len(list) == 0 {
			return outbox.OneLine(h.Get(key), 200)
		}
		var all []string
		for _, a := range list {
			if s := outbox.OneLine(a.Name, 100); s != "" {
				all = append(all, s+" <"+a.Address+">")
				continue
			}
			all = append(all, a.Address)
		}
		return strings.Join(all, ", ")
	}
	return Heading{From: people("From"), To: people("To"), Subject: outbox.OneLine(subject, 300), MessageID: strings.TrimSpace(h.Get("Message-Id"))}
}

var errTooBig = errors.New("mail: message too big or too deep")

// Read opens a message.
func Read(eml []byte) (Content, error) {
	if len(eml) > maxRead {
		return Content{}, errTooBig
	}
	e, err := message.Read(bytes.NewReader(eml))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return Content{}, fmt.Errorf("mail: %w", err)
	}
	r := reader{images: map[string]string{}}
	r.content.Heading = heading(e)
	if err := r.walk(e, 0); err != nil {
		return Content{}, err
	}
	for id, data := range r.images {
		if strings.Count(r.content.HTML, "cid:"+id)*len(data) > maxRead {
			continue // a page that shows one image a million times
		}
		r.content.HTML = strings.ReplaceAll(r.content.HTML, "cid:"+id, data)
	}
	return r.content, nil
}

// Views names the attachments.
func (c Content) Views() []outbox.PaperView {
	all := []outbox.PaperView{}
	for _, p := range c.Papers {
		all = append(all, outbox.PaperView{Name: p.Name, MediaType: p.MediaType, Size: int64(len(p.Content))})
	}
	return all
}

type reader struct {
	content Content
	images  map[string]string // Content-ID → data address
	parts   int
}

func (r *reader) walk(e *message.Entity, depth int) error {
	if r.parts++; depth > maxDepth || r.parts > maxParts {
		return errTooBig
	}
	if mr := e.MultipartReader(); mr != nil {
		for {
			child, err := mr.NextPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if child == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return fmt.Errorf("mail: %w", err)
			}
			if err := r.walk(child, depth+1); err != nil {
				return err
			}
		}
	}
	body, err := io.ReadAll(io.LimitReader(e.Body, maxRead))
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	r.leaf(e, body)
	return nil
}

func (r *reader) leaf(e *message.Entity, body []byte) {
	mediaType, params, err := e.Header.ContentType()
	if err != nil {
		mediaType = "application/octet-stream"
	}
	disposition, dparams, err := e.Header.ContentDisposition()
	if err != nil {
		disposition, dparams = "", nil
	}
	id := strings.Trim(e.Header.Get("Content-Id"), "<> ")
	switch {
	case disposition != "attachment" && mediaType == "text/plain" && r.content.Text == "":
		r.content.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
	case disposition != "attachment" && mediaType == "text/html" && r.content.HTML == "":
		r.content.HTML = strings.ReplaceAll(string(body), "\r\n", "\n")
	case id != "" && (mediaType == "image/png" || mediaType == "image/jpeg"):
		r.images[id] = "data:" + mediaType + ";base64," + base64.StdEncoding.EncodeToString(body)
	default:
		name := dparams["filename"]
		if name == "" {
			name = params["name"]
		}
		r.content.Papers = append(r.content.Papers, outbox.Paper{Name: fileName(name), MediaType: mediaType, Content: body})
	}
}
