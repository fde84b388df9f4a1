package seal_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"comptoir/edge/seal"
)

func deflated(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

// vast is a PDF with a picture of as many bytes as are wanted, which are never in memory.
type vast struct {
	head, tail []byte
	middle     int64
}

func newVast(size int64) *vast {
	file := plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", page, content("q 100 0 0 100 0 0 cm Q"))
	start := bytes.LastIndex(file, []byte("xref\n0 "))
	middle := size - int64(len(file)) - 200
	v := &vast{head: fmt.Appendf(bytes.Clone(file[:start]), "5 0 obj\n<</Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %010d>>\nstream\n", middle), middle: middle}
	table := strings.Replace(string(file[start:bytes.LastIndex(file, []byte("startxref"))]), "0 5\n", "0 6\n", 1)
	table = strings.Replace(table, "trailer\n<</Size 5", fmt.Sprintf("%010d 00000 n \ntrailer\n<</Size 6", start), 1)
	v.tail = fmt.Appendf(nil, "\nendstream\nendobj\n%sstartxref\n%d\n%%%%EOF\n", table, v.at()+int64(len("\nendstream\nendobj\n")))
	return v
}

func (v *vast) at() int64   { return int64(len(v.head)) + v.middle }
func (v *vast) size() int64 { return v.at() + int64(len(v.tail)) }

func (v *vast) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) {
		switch p := at + int64(n); {
		case p >= v.size():
			return n, io.EOF
		case p >= v.at():
			n += copy(b[n:], v.tail[p-v.at():])
		case p >= int64(len(v.head)):
			part := b[n:min(int64(len(b)), int64(n)+v.at()-p)]
			for i := range part {
				part[i] = byte(p) + byte(i)
			}
			n += len(part)
		default:
			n += copy(b[n:], v.head[p:])
		}
	}
	return n, nil
}

// spent is the memory that fn takes, all together, given back or not.
func spent(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func vastOrder(t testing.TB, v *vast) seal.Order {
	t.Helper()
	whole, err := io.ReadAll(io.NewSectionReader(v, 0, v.size()))
	if err != nil {
		t.Fatal(err)
	}
	o := order(t, whole)
	o.Original = v
	return o
}

// Fifty megabytes are signed and verified within a few of memory.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	v := newVast(seal.MaxSize)
	o := vastOrder(t, v)
	if n := spent(func() {
		if info, err := seal.Inspect(v, v.size()); err != nil || info.Pages != 1 {
			t.Errorf("%+v, %v", info, err)
		}
	}); n > 2<<20 {
		t.Errorf("Inspect took %d bytes", n)
	}
	if n := spent(func() {
		if _, err := seal.Complete(io.Discard, o); err != nil {
			t.Error(err)
		}
	}); n > 8<<20 {
		t.Errorf("Complete took %d bytes", n)
	}
	var tail bytes.Buffer
	if _, err := seal.Complete(&after{&tail, v.size()}, o); err != nil {
		t.Fatal(err)
	}
	sealed := joined{v, tail.Bytes()}
	if n := spent(func() {
		_, known := firm()
		if r := seal.Verify(sealed, v.size()+int64(tail.Len()), known); r.Verdict != seal.Intact {
			t.Errorf("%+v", r)
		}
	}); n > 8<<20 {
		t.Errorf("Verify took %d bytes", n)
	}
}

// after keeps what is written beyond the original.
type after struct {
	w    io.Writer
	skip int64
}

func (a *after) Write(b []byte) (int, error) {
	n := len(b)
	if a.skip >= int64(n) {
		a.skip -= int64(n)
		return n, nil
	}
	_, err := a.w.Write(b[a.skip:])
	a.skip = 0
	return n, err
}

// joined is a vast file with an update.
type joined struct {
	v    *vast
	tail []byte
}

func (j joined) ReadAt(b []byte, at int64) (int, error) {
	n := 0
	if at < j.v.size() {
		n, _ = j.v.ReadAt(b[:min(int64(len(b)), j.v.size()-at)], at)
	}
	if n < len(b) {
		n += copy(b[n:], j.tail[at+int64(n)-j.v.size():])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func TestAThousandPages(t *testing.T) {
	for name, file := range map[string][]byte{"plain": pages(1000), "packed": rewritten(t, pages(1000), "--object-streams=generate"), "ours": invoice(t, 9000)} {
		t.Run(name, func(t *testing.T) { soundly(t, file) })
	}
}

func BenchmarkInspect1000Pages(b *testing.B) {
	file := pages(1000)
	b.ReportAllocs()
	for b.Loop() {
		if info, err := seal.Inspect(bytes.NewReader(file), int64(len(file))); err != nil || info.Pages != 1000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkComplete1000Pages(b *testing.B) {
	benchmarkComplete(b, order(b, pages(1000)))
}

func BenchmarkComplete50MB(b *testing.B) { benchmarkComplete(b, vastOrder(b, newVast(seal.MaxSize))) }

func benchmarkComplete(b *testing.B, o seal.Order) {
	b.Helper()
	b.SetBytes(o.Size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := seal.Complete(io.Discard, o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify1000Pages(b *testing.B) {
	file := complete(b, pages(1000))
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if verify(file).Verdict != seal.Intact {
			b.Fatal("not intact")
		}
	}
}
