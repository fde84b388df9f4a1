package pdf

import "testing"

// The documents of spec/performance.md: one page with its code, a long one, a receipt.
// Run with -cpu 1 to compare with the figures of one core.

func BenchmarkInvoice(b *testing.B) {
	r, p := New(), french()
	bench(b, func() ([]byte, error) { return r.Invoice(p) })
}

func BenchmarkInvoiceLogo(b *testing.B) {
	r, p := New(), mixed()
	bench(b, func() ([]byte, error) { return r.Invoice(p) })
}

func BenchmarkInvoice300Lines(b *testing.B) {
	r, p := New(), long(300)
	bench(b, func() ([]byte, error) { return r.Invoice(p) })
}

// BenchmarkInvoicePolish takes the wider of the two shared cuts of the fonts.
func BenchmarkInvoicePolish(b *testing.B) {
	r, p := New(), french()
	p.Buyer.Name = "Zażółć gęślą jaźń sp. z o.o."
	bench(b, func() ([]byte, error) { return r.Invoice(p) })
}

// BenchmarkInvoiceAbroad needs cuts of its own: Hebrew, Arabic, Greek, Cyrillic.
func BenchmarkInvoiceAbroad(b *testing.B) {
	r, p := New(), abroad()
	bench(b, func() ([]byte, error) { return r.Invoice(p) })
}

func BenchmarkReceipt(b *testing.B) {
	r, p := New(), receipt()
	bench(b, func() ([]byte, error) { return r.Receipt(p) })
}

func bench(b *testing.B, print func() ([]byte, error)) {
	file, err := print() // the fonts are prepared once for the whole program
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if file, err = print(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(file)), "bytes/file")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}
