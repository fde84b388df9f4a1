//go:build !packed

package locale

import "testing"

func BenchmarkLoadCatalogue(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if c := load(files, "texts"); c.err != nil {
			b.Fatal(c.err)
		}
	}
}

func BenchmarkAmount(b *testing.B) {
	for b.Loop() {
		if Amount("fr", 123456789, "EUR") == "" {
			b.Fatal("empty")
		}
	}
}
