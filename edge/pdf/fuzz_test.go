package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"testing"
)

var startOfTable = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)

// sound checks the frame of a file: each object stands where the table says.
func sound(file []byte) error {
	m := startOfTable.FindSubmatch(file)
	if !bytes.HasPrefix(file, []byte("%PDF-1.7\n")) || m == nil {
		return errors.New("no beginning or no end")
	}
	start, _ := strconv.Atoi(string(m[1]))
	rows := bytes.Split(file[start:], []byte("\n"))
	var size int
	if _, err := fmt.Sscanf(string(rows[1]), "0 %d", &size); err != nil {
		return err
	}
	for id := 1; id < size; id++ {
		at, err := strconv.Atoi(string(rows[2+id][:10]))
		if err != nil || !bytes.HasPrefix(file[at:], fmt.Appendf(nil, "%d 0 obj\n", id)) {
			return fmt.Errorf("object %d is not at %d", id, at)
		}
	}
	return nil
}

// FuzzInvoice puts any text in any place: a sound file or ErrTooLarge comes out.
func FuzzInvoice(f *testing.F) {
	f.Add("Facture", "Dupont", "Une ligne", "1", "20 %", "Merci", "#0F5C5A", []byte(nil), uint8(2))
	f.Add("", "", "", "", "", "", "", []byte("GIF89a"), uint8(0))
	f.Add("\xff\x00", "👨‍👩‍👧 שלום", "x\u202ey\r\n\tz", "1\u202f000\u202f000\u202f000\u202f000", "(\\)", "\u0301", "#ffffff", logoPNG(9, 3), uint8(40))
	f.Add("ش", "((((", "a-b-c/d/e", "−1", "TPS + TVQ", "\n\n\n", "#000000", []byte("\x89PNG\r\n\x1a\n"), uint8(255))
	r := New()
	f.Fuzz(func(t *testing.T, title, name, text, number, tax, notes, accent string, logo []byte, n uint8) {
		p := Paper{
			Lang: tax, Title: title, Number: number, Look: Look{Accent: accent, Logo: logo, Letter: n%2 == 0, AddressLeft: n%3 == 0},
			Seller: Party{Name: name, Lines: []string{text, notes}, Identifiers: []string{number}, Email: text},
			Buyer:  Party{Name: text, Lines: []string{name, number, title}}, BuyerRole: tax, DeliverTo: &Party{Name: text, Lines: []string{name}},
			Due: Due{title, number, text}, Facts: []Fact{{title, text}, {text, notes}}, Headings: Headings{Net: name, Tax: text},
			Totals: []Row{{text, number, true}, {title, text, false}}, Taxes: []TaxRow{{name, tax, number, text}},
			Payment: &Payment{Heading: title, IBAN: number, BIC: tax, Lines: []string{notes}, EPC: text},
			Notes:   notes, Terms: text, Mentions: []string{text, notes}, Sign: []string{title, name}, Footer: []string{text, name}, Watermark: title,
		}
		for i := range int(n) {
			p.Lines = append(p.Lines, Line{text, notes, number, tax, number, tax, tax, number, strconv.Itoa(i)})
		}
		file, err := r.Invoice(p)
		if err != nil {
			if !errors.Is(err, ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		if err := sound(file); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzReceipt(f *testing.F) {
	f.Add("Reçu", "Dupont", "FA-2026-0001", "1 200,00 €", uint8(2))
	f.Add("", "", "", "", uint8(0))
	f.Add("ש", "\xff", "x\ny", "9\u202f999\u202f999\u202f999\u202f999\u202f999\u202f999,99", uint8(200))
	r := New()
	f.Fuzz(func(t *testing.T, title, name, text, amount string, n uint8) {
		p := ReceiptPaper{
			Title: title, Number: text, Seller: Party{Name: name}, Buyer: Party{Name: text, Lines: []string{name}}, Paid: Due{title, amount, text},
			Facts: []Fact{{text, name}}, Totals: []Row{{text, amount, true}}, Notes: text, Mentions: []string{name}, Footer: []string{name},
		}
		for range n {
			p.Settled = append(p.Settled, Settled{text, name, text, amount, amount, amount})
		}
		file, err := r.Receipt(p)
		if err != nil {
			if !errors.Is(err, ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		if err := sound(file); err != nil {
			t.Fatal(err)
		}
	})
}
