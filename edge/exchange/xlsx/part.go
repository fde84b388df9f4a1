package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Limits of what is read, against files made to hurt.
const (
	maxDepth = 100     // elements inside each other; the decoder keeps each of them
	maxToken = 4 << 20 // bytes of one piece of XML: the decoder keeps all attributes of an element
	perText  = 32      // bytes that a text costs which cells point to, were it empty
)

// Errors of reading. Whatever else is wrong with a file is ErrForm too, with what it is.
var (
	ErrForm     = errors.New("xlsx: no spreadsheet of this form")
	ErrTooLarge = errors.New("xlsx: the file unpacks to too much")
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrForm}, args...)...)
}

// gate counts what is unpacked: of the whole file, and since the last piece of XML.
type gate struct {
	r     io.Reader
	left  *int64
	token int
}

func (g *gate) Read(p []byte) (int, error) {
	if *g.left <= 0 || g.token <= 0 {
		return 0, ErrTooLarge
	}
	n, err := g.r.Read(p)
	*g.left -= int64(n)
	g.token -= n
	return n, err
}

// walker goes through the XML of one part.
type walker struct {
	gate  *gate
	xml   *xml.Decoder
	depth int
}

// newWalker reads what the format allows (UTF-8 and UTF-16), and any encoding that the part
// names, because others wrote that too.
func newWalker(r io.Reader, left *int64) *walker {
	g := &gate{r: r, left: left, token: maxToken}
	w := &walker{gate: g, xml: xml.NewDecoder(transform.NewReader(g, unicode.BOMOverride(transform.Nop)))}
	w.xml.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") { // its mark said so: it is UTF-8 by now
			return input, nil
		}
		e, err := ianaindex.IANA.Encoding(label)
		if err != nil || e == nil {
			return nil, malformed("encoding %q", label)
		}
		return e.NewDecoder().Reader(input), nil
	}
	return w
}

// next is the next start, end or text. Nobody asks for more than there is of a whole part.
func (w *walker) next() (xml.Token, error) {
	for {
		w.gate.token = maxToken
		t, err := w.xml.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil, malformed("cut off")
		case errors.Is(err, ErrTooLarge):
			return nil, ErrTooLarge
		case err != nil:
			return nil, malformed("%v", err)
		}
		switch t.(type) {
		case xml.StartElement:
			if w.depth++; w.depth > maxDepth {
				return nil, malformed("deeper than %d elements", maxDepth)
			}
			return t, nil
		case xml.EndElement:
			w.depth--
			return t, nil
		case xml.CharData:
			return t, nil
		case xml.Directive: // a document type, with entities of its own
			return nil, malformed("a document type")
		}
	}
}

// children gives every element below the one that was begun; each is taken, or passed over when
// take leaves it. It ends with that element.
func (w *walker) children(take func(xml.StartElement) error) error {
	outside := w.depth - 1
	for w.depth > outside {
		t, err := w.next()
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		inside := w.depth
		if err := take(start); err != nil {
			return err
		}
		if w.depth == inside {
			if err := w.skip(); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip passes over the rest of the element that was begun.
func (w *walker) skip() error {
	for outside := w.depth - 1; w.depth > outside; {
		if _, err := w.next(); err != nil {
			return err
		}
	}
	return nil
}

// text adds what stands directly in the element that was begun, to its end.
func (w *walker) text(b []byte) ([]byte, error) {
	outside := w.depth - 1
	for w.depth > outside {
		t, err := w.next()
		if err != nil {
			return b, err
		}
		if text, ok := t.(xml.CharData); ok && w.depth == outside+1 {
			b = append(b, text...)
		}
	}
	return b, nil
}

// item is a text with its runs together, without what says how it is pronounced.
func (w *walker) item() (string, error) {
	var b []byte
	add := func(e xml.StartElement) (err error) {
		if e.Name.Local == "t" {
			b, err = w.text(b)
		}
		return err
	}
	err := w.children(func(e xml.StartElement) error {
		if e.Name.Local == "r" {
			return w.children(add)
		}
		return add(e)
	})
	return plainText(string(b)), err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
