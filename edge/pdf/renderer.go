package pdf

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"time"
)

// ErrTooLarge is returned for a paper that no one could mean: over a million characters,
// ten thousand lines or two thousand pages.
var ErrTooLarge = errors.New("pdf: document too large to print")

const (
	maxCharacters = 1_000_000
	maxLines      = 10_000
)

// Renderer prints papers. It holds nothing but prepared logos and may be used by several
// goroutines at once.
type Renderer struct{ logos logos }

// New makes a Renderer. The fonts are prepared when the first document is printed.
func New() *Renderer { return &Renderer{} }

// Invoice prints an invoice, a deposit invoice, a credit note or a quote.
func (r *Renderer) Invoice(p Paper) ([]byte, error) {
	if len(p.Lines) > maxLines || characters(reflect.ValueOf(&p)) > maxCharacters {
		return nil, ErrTooLarge
	}
	f := newFlow(p.Lang, p.Look, p.Footer)
	f.layInvoice(&p, r.logos.get(p.Look.Logo))
	return f.document(p.Title+" "+p.Number, p.Seller.Name, p.Created)
}

// Receipt prints the receipt of a payment.
func (r *Renderer) Receipt(p ReceiptPaper) ([]byte, error) {
	if len(p.Settled) > maxLines || characters(reflect.ValueOf(&p)) > maxCharacters {
		return nil, ErrTooLarge
	}
	f := newFlow(p.Lang, p.Look, p.Footer)
	f.layReceipt(&p, r.logos.get(p.Look.Logo))
	return f.document(p.Title+" "+p.Number, p.Seller.Name, p.Created)
}

func (f *flow) document(title, author string, created time.Time) ([]byte, error) {
	if f.overflow {
		return nil, ErrTooLarge
	}
	f.finish()
	d := document{lang: langTag(f.lang), title: strings.TrimSpace(clean(title)), author: clean(author), created: created, w: f.w, h: f.h, sheets: f.sheets}
	return d.write(), nil
}

func langTag(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "fr"
}

// characters counts the bytes of all strings in a paper.
func characters(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			n = characters(v.Elem())
		}
	case reflect.String:
		n = v.Len()
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return 0 // the logo
		}
		for i := range v.Len() {
			n += characters(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				n += characters(v.Field(i))
			}
		}
	}
	return n
}

// contrast is the contrast ratio of a colour with white (WCAG 2.2).
func contrast(c ink) float64 {
	channel := func(v ink) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	l := 0.2126*channel(c>>16) + 0.7152*channel(c>>8&255) + 0.0722*channel(c&255)
	return 1.05 / (l + 0.05)
}
