package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// document is everything that becomes one file.
type document struct {
	lang    string // "fr"
	title   string
	author  string
	created time.Time
	w, h    float64
	sheets  []*sheet
}

// writer puts objects into a file (ISO 32000-1, PDF 1.7). Numbers are handed out before
// objects are written, so they may come in any order; the same calls give the same bytes.
type writer struct {
	out     bytes.Buffer
	offsets []int // by object number, from 1
}

func (w *writer) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *writer) object(id int, format string, args ...any) {
	w.offsets[id-1] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n", id)
	fmt.Fprintf(&w.out, format, args...)
	w.out.WriteString("\nendobj\n")
}

// stream writes deflated data; dict holds the further entries of its dictionary.
func (w *writer) stream(id int, dict string, deflated []byte) {
	w.filtered(id, dict, "FlateDecode", deflated)
}

func (w *writer) filtered(id int, dict, filter string, compressed []byte) {
	w.offsets[id-1] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n<<%s /Filter /%s /Length %d>>\nstream\n", id, dict, filter, len(compressed))
	w.out.Write(compressed)
	w.out.WriteString("\nendstream\nendobj\n")
}

// write gives the file of d.
func (d *document) write() []byte {
	faces := fonts()
	var w writer
	w.out.Grow(48 << 10)
	w.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	catalog, tree, info, resources := w.reserve(), w.reserve(), w.reserve(), w.reserve()

	var used [faceCount]glyphSet
	for i, f := range faces {
		used[i] = f.newSet()
	}
	pictures, names := d.pictures()
	c := content{faces: faces, used: &used, height: d.h, names: names}
	kids := make([]byte, 0, 8*len(d.sheets))
	for _, s := range d.sheets {
		page, body := w.reserve(), w.reserve()
		kids = append(strconv.AppendInt(kids, int64(page), 10), " 0 R "...)
		c.out = c.out[:0]
		c.page(s)
		w.object(page, "<</Type /Page /Parent %d 0 R /Contents %d 0 R>>", tree, body)
		w.stream(body, "", deflate(c.out))
	}
	fontNames := w.fonts(faces, &used)
	imageNames := w.pictures(pictures)
	w.object(resources, "<</Font <<%s>> /XObject <<%s>>>>", fontNames, imageNames)
	w.object(tree, "<</Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 %s %s] /Resources %d 0 R>>",
		len(d.sheets), kids, appendNumber(nil, d.w), appendNumber(nil, d.h), resources)
	w.object(catalog, "<</Type /Catalog /Pages %d 0 R /Lang (%s) /ViewerPreferences <</DisplayDocTitle true>>>>", tree, d.lang)
	stamp := d.created.UTC().Format("20060102150405Z")
	w.object(info, "<</Title %s /Author %s /Creator (Comptoir) /Producer (Comptoir) /CreationDate (D:%s) /ModDate (D:%s)>>",
		appendUTF16(nil, d.title), appendUTF16(nil, d.author), stamp, stamp)
	return w.finish(catalog, info)
}

// pictures lists the images of d, each once, and their numbers.
func (d *document) pictures() ([]*picture, map[*picture]int) {
	var all []*picture
	names := map[*picture]int{}
	for _, s := range d.sheets {
		for i := range s.marks {
			if p := s.marks[i].picture; p != nil {
				if _, ok := names[p]; !ok {
					names[p] = len(all)
					all = append(all, p)
				}
			}
		}
	}
	return all, names
}

func (w *writer) pictures(all []*picture) (names []byte) {
	for i, p := range all {
		id, mask := w.reserve(), ""
		if p.alpha != nil {
			soft := w.reserve()
			w.stream(soft, fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8", p.w, p.h), p.alpha)
			mask = fmt.Sprintf(" /SMask %d 0 R", soft)
		}
		filter := "FlateDecode"
		if p.jpeg {
			filter = "DCTDecode"
		}
		w.filtered(id, fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8%s", p.w, p.h, mask), filter, p.rgb)
		names = fmt.Appendf(names, "/I%d %d 0 R ", i, id)
	}
	return names
}

// fonts embeds the faces that the document uses.
func (w *writer) fonts(faces [faceCount]*face, used *[faceCount]glyphSet) (names []byte) {
	for i, f := range faces {
		if !used[i].any() {
			continue
		}
		e := embeddedFor(i, f, used[i])
		font, cid, desc, file, uni := w.reserve(), w.reserve(), w.reserve(), w.reserve(), w.reserve()
		name := e.tag + "+" + f.name
		w.object(font, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, cid, uni)
		w.object(cid, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /W %s>>", name, desc, e.widths)
		w.object(desc, "<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R>>",
			name, f.bbox[0], f.bbox[1], f.bbox[2], f.bbox[3], f.ascent, f.descent, f.capHeight, stemV[i], file)
		w.stream(file, fmt.Sprintf("/Length1 %d", e.length), e.file)
		w.stream(uni, "", e.unicode)
		names = fmt.Appendf(names, "/F%d %d 0 R ", i, font)
	}
	return names
}

// stemV is the width of upright stems, which a reader wants to know; thousandths of an em.
var stemV = [faceCount]int{88, 136, 90}

func (s glyphSet) any() bool {
	for _, used := range s {
		if used {
			return true
		}
	}
	return false
}

// embedded is a cut of a face with what goes with it, compressed.
type embedded struct {
	tag     string // six letters that tell one cut from another (ISO 32000-1, 9.6.4)
	file    []byte
	length  int
	unicode []byte
	widths  []byte
	set     glyphSet
}

func (f *face) embed(set glyphSet) *embedded {
	file := f.cut(set)
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return &embedded{
		tag: string(tag), file: deflateBest(file), length: len(file),
		unicode: deflateBest(f.toUnicode(set)), widths: f.widthArray(set), set: set,
	}
}

// shared are the cuts of Inter that nearly every document is content with, the smallest
// first; each is made when it is first needed.
var shared = func() (cuts [standIn][2]func() *embedded) {
	for i := range cuts {
		for k := range cuts[i] {
			cuts[i][k] = sync.OnceValue(func() *embedded {
				f := fonts()[i]
				return f.embed(f.sharedSets()[k])
			})
		}
	}
	return cuts
}()

func embeddedFor(i int, f *face, used glyphSet) *embedded {
	if i == standIn {
		return f.embed(used)
	}
	for _, cut := range shared[i] {
		if e := cut(); e.set.covers(used) {
			return e
		}
	}
	return f.embed(used)
}

// finish writes the table of objects and the trailer. The file's identifier is the hash
// of its contents: the same document has the same, always.
func (w *writer) finish(catalog, info int) []byte {
	sum := sha256.Sum256(w.out.Bytes())
	start := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&w.out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(w.offsets)+1, catalog, info, sum[:16], sum[:16], start)
	return w.out.Bytes()
}

// packer is a compressor that is used again, with its buffer: its tables are larger than
// most documents.
type packer struct {
	buf bytes.Buffer
	z   *zlib.Writer
}

var packers = sync.Pool{New: func() any {
	p := &packer{}
	p.z, _ = zlib.NewWriterLevel(&p.buf, zlib.BestSpeed)
	return p
}}

func deflate(data []byte) []byte {
	p := packers.Get().(*packer)
	defer packers.Put(p)
	p.buf.Reset()
	p.z.Reset(&p.buf)
	_, _ = p.z.Write(data) // into memory: cannot fail
	_ = p.z.Close()
	return bytes.Clone(p.buf.Bytes())
}

func deflateBest(data []byte) []byte {
	var buf bytes.Buffer
	z, _ := zlib.NewWriterLevel(&buf, zlib.BestCompression)
	_, _ = z.Write(data)
	_ = z.Close()
	return buf.Bytes()
}
