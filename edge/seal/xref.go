package seal

import (
	"bytes"
	"errors"
	"strconv"
)

// readSections reads the cross-reference from the newest section back (7.5.4, 7.5.8). What a
// newer section says of an object is not changed by an older one.
func (f *file) readSections(at int64) error {
	seen := map[int64]bool{}
	for at > 0 {
		if seen[at] || len(seen) > maxUpdates {
			return errDamaged
		}
		seen[at] = true
		trailer, isTable, err := f.section(at)
		if err != nil {
			return err
		}
		if f.trailer == nil {
			f.trailer, f.table = trailer, isTable
			if trailer.get("Encrypt") != null {
				return errEncrypted
			}
		}
		if hidden, ok := integer(trailer.get("XRefStm")); ok && isTable && !seen[hidden] { // a hybrid file, 7.5.8.4
			seen[hidden] = true
			if _, _, err := f.section(hidden); err != nil {
				return err
			}
		}
		prev := f.deref(trailer.get("Prev"))
		if prev == null {
			return nil
		}
		n, ok := integer(prev)
		if !ok || n <= 0 || n >= f.size {
			return errDamaged
		}
		at = n
	}
	return errDamaged
}

func (f *file) section(at int64) (trailer *dict, isTable bool, err error) {
	head, err := f.read(at, 32)
	if err != nil {
		return nil, false, err
	}
	head = bytes.TrimLeft(head, " \r\n\t")
	if bytes.HasPrefix(head, []byte("xref")) {
		trailer, err = f.sectionTable(at)
		return trailer, true, err
	}
	trailer, err = f.sectionStream(at)
	return trailer, false, err
}

// place notes where an object is, unless a newer section said so.
func (f *file) place(num int64, p place) error {
	if num < 0 || num >= maxObjects || p.kind == direct && (p.at < 0 || p.at >= f.size) {
		return errDamaged
	}
	for int64(len(f.places)) <= num {
		f.places = append(f.places, place{})
	}
	if f.places[num].kind == unset {
		f.places[num] = p
	}
	return nil
}

// words reads a table word by word without holding it.
type words struct {
	f   *file
	b   []byte
	at  int64 // of b in the file
	pos int
}

func (w *words) next() (string, error) {
	for {
		for w.pos < len(w.b) && space(w.b[w.pos]) {
			w.pos++
		}
		end := w.pos
		for end < len(w.b) && !space(w.b[end]) && w.b[end] != '<' {
			end++
		}
		if end < len(w.b) && end > w.pos {
			word := string(w.b[w.pos:end])
			w.pos = end
			return word, nil
		}
		if end < len(w.b) || end-w.pos > 64 { // "<<" where a word should be, or no word at all
			return "", errDamaged
		}
		tail := end - w.pos
		w.at, w.pos = w.at+int64(w.pos), 0
		more, err := w.f.read(w.at, 64<<10)
		if err != nil {
			return "", err
		}
		if len(more) <= tail { // the file ends
			return "", errDamaged
		}
		w.b = more
	}
}

func (w *words) int() (int64, error) {
	s, err := w.next()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, errDamaged
	}
	return n, nil
}

// sectionTable reads the classic form (7.5.4) and its trailer.
func (f *file) sectionTable(at int64) (*dict, error) {
	w := &words{f: f, at: at}
	if first, err := w.next(); err != nil || first != "xref" {
		return nil, errors.Join(errDamaged, err)
	}
	for {
		word, err := w.next()
		if err != nil {
			return nil, err
		}
		if word == "trailer" {
			break
		}
		first, err1 := strconv.ParseInt(word, 10, 64)
		count, err2 := w.int()
		if err := errors.Join(err1, err2); err != nil || first < 0 || count > maxObjects {
			return nil, errDamaged
		}
		for i := range count {
			if err := f.row(w, first+i); err != nil {
				return nil, err
			}
		}
	}
	var trailer *dict
	err := f.at(w.at+int64(w.pos), func(l *lexer) error {
		v, err := l.value()
		if err != nil {
			return err
		}
		trailer, _ = v.(*dict)
		return nil
	})
	if err != nil || trailer == nil {
		return nil, errors.Join(errDamaged, err)
	}
	return trailer, nil
}

func (f *file) row(w *words, num int64) error {
	at, err1 := w.int()
	gen, err2 := w.int()
	kind, err3 := w.next()
	if err := errors.Join(err1, err2, err3); err != nil {
		return errDamaged
	}
	p := place{kind: free, gen: int(min(gen, 65535)), at: at}
	switch kind {
	case "n":
		if p.kind = direct; at == 0 { // some programs write unused objects so
			p.kind = free
		}
	case "f":
	default:
		return errDamaged
	}
	return f.place(num, p)
}

// sectionStream reads the form as a stream (7.5.8); its dictionary is the trailer.
func (f *file) sectionStream(at int64) (*dict, error) {
	_, _, _, s, err := f.objectAt(at)
	if err != nil {
		return nil, err
	}
	if s == nil || s.get("Type") != name("XRef") {
		return nil, errDamaged
	}
	data, err := f.decode(s)
	if err != nil {
		return nil, err
	}
	var widths [3]int
	list, _ := s.get("W").(array)
	if len(list) < len(widths) {
		return nil, errDamaged
	}
	row := 0
	for i := range widths {
		n, ok := integer(list[i])
		if !ok || n < 0 || n > 8 {
			return nil, errDamaged
		}
		widths[i] = int(n)
		row += int(n)
	}
	ranges, err := sectionRanges(s.dict)
	if err != nil || row == 0 {
		return nil, errors.Join(errDamaged, err)
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		for num := ranges[i]; num < ranges[i]+ranges[i+1]; num++ {
			if len(data) < row {
				return nil, errDamaged
			}
			if err := f.field(num, data[:row], widths); err != nil {
				return nil, err
			}
			data = data[row:]
		}
	}
	return s.dict, nil
}

// sectionRanges gives the pairs of first number and count.
func sectionRanges(d *dict) ([]int64, error) {
	size, ok := integer(d.get("Size"))
	if !ok || size < 0 || size > maxObjects {
		return nil, errDamaged
	}
	list, ok := d.get("Index").(array)
	if !ok {
		return []int64{0, size}, nil
	}
	if len(list)%2 != 0 {
		return nil, errDamaged
	}
	ranges := make([]int64, len(list))
	for i, v := range list {
		n, ok := integer(v)
		if !ok || n < 0 || n > maxObjects {
			return nil, errDamaged
		}
		ranges[i] = n
	}
	return ranges, nil
}

func (f *file) field(num int64, row []byte, widths [3]int) error {
	var v [3]int64
	for i, w := range widths {
		for _, b := range row[:w] {
			v[i] = v[i]<<8 | int64(b)
		}
		row = row[w:]
	}
	if widths[0] == 0 {
		v[0] = 1
	}
	switch v[0] {
	case 0:
		return f.place(num, place{kind: free})
	case 1:
		return f.place(num, place{kind: direct, at: v[1], gen: int(v[2] & 0xffff)})
	case 2:
		if v[1] <= 0 || v[1] >= maxObjects || v[2] < 0 || v[2] >= maxObjects {
			return errDamaged
		}
		return f.place(num, place{kind: inStream, at: v[1], gen: int(v[2])})
	}
	return f.place(num, place{kind: free}) // kinds to come refer to nothing (7.5.8.3)
}
