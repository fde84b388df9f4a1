package seal

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
)

// anchors are what a sealed file has in its update, several times over: one of them left tells
// that a seal was there.
var anchors = [][]byte{[]byte(marker), []byte("/ETSI.CAdES.detached"), []byte("/DocMDP"), []byte("(" + EvidenceName + ")"), []byte("(Comptoir")}

// find looks for the last seal of this program, from the end of the file; traces tells that
// there are parts of one.
func (v *verifier) find() (traces bool, err error) {
	const overlap = 64
	hits := map[int]bool{}
	for end := v.size; end > 0; end -= scanStep {
		from := max(0, end-scanStep)
		b := make([]byte, min(v.size, end+overlap)-from)
		if n, err := v.r.ReadAt(b, from); n < len(b) && !errors.Is(err, io.EOF) {
			return false, err
		}
		for i, a := range anchors {
			hits[i] = hits[i] || bytes.Contains(b, a)
		}
		if at := bytes.LastIndex(b, []byte(marker)); at >= 0 {
			v.found, err = v.readSeal(from + int64(at))
			return true, err
		}
	}
	// others' files have some of these too; ours keep three of five whatever byte is lost
	n := 0
	for _, hit := range hits {
		if hit {
			n++
		}
	}
	return n >= 3, nil
}

// readSeal reads the signature dictionary around its marker; nil where it is damaged.
func (v *verifier) readSeal(at int64) (*found, error) {
	from := max(0, at-sealWindow)
	b := make([]byte, min(v.size-from, 2*sealWindow))
	if n, err := v.r.ReadAt(b, from); n < len(b) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	start := bytes.LastIndex(b[:at-from], []byte("<</Type /Sig /"))
	if start < 0 {
		return nil, nil //nolint:nilnil // damaged: traces are told of by the caller
	}
	l := &lexer{b: b, at: start, last: true}
	val, err := l.value()
	d, ok := val.(*dict)
	if err != nil || !ok {
		return nil, nil //nolint:nilnil,nilerr // as above
	}
	f := &found{}
	contents, ok := d.get("Contents").(literal)
	// the signature is the last entry, so that its place is known without a reader's help
	if !ok || len(contents) < 2 || contents[0] != '<' || !bytes.HasSuffix(b[start:l.at], []byte(" "+string(contents)+">>")) || bytes.Count(b[start:l.at], []byte("/Contents")) != 1 {
		return nil, nil //nolint:nilnil // as above
	}
	f.to = from + int64(l.at) - 2
	f.from = f.to - int64(len(contents))
	f.contents = []byte(contents[1 : len(contents)-1])
	if !f.places(d) {
		return nil, nil //nolint:nilnil // as above
	}
	return f, nil
}

// places reads what else the dictionary says; false where something is missing.
func (f *found) places(d *dict) bool {
	ranges, _ := d.get("ByteRange").(array)
	own, _ := d.get(name(marker[1:])).(*dict)
	record, _ := own.get("Record").(array)
	date, _ := d.get("M").(literal)
	if len(ranges) != 4 || len(record) != 2 {
		return false
	}
	ok := true
	take := func(v value) int64 {
		n, is := integer(v)
		ok = ok && is && n >= 0
		return n
	}
	for i := range ranges {
		f.ranges[i] = take(ranges[i])
	}
	f.original, f.record, f.length, f.pages = take(own.get("Original")), take(record[0]), take(record[1]), int(take(own.get("Pages")))
	at, err := time.Parse("D:20060102150405Z", string(unquote(date)))
	f.at = at
	return ok && err == nil
}

func count(n int64) string { return strconv.FormatInt(n, 10) }
