package seal

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"comptoir/core/fault"
)

// What a person is told of a file that cannot be signed.
var (
	errNotPDF    = fault.New(fault.Invalid, "fault.seal.not_pdf")
	errBroken    = fault.New(fault.Invalid, "fault.seal.damaged")
	errEncrypted = fault.New(fault.Invalid, "fault.seal.encrypted")
	errSigned    = fault.New(fault.Invalid, "fault.seal.signed")
	errDynamic   = fault.New(fault.Invalid, "fault.seal.dynamic")
	errTooBig    = fault.New(fault.Invalid, "fault.seal.too_big", "max", MaxSize>>20)
	errTooMany   = fault.New(fault.Invalid, "fault.seal.too_many_pages", "max", MaxPages)
)

// Limits of what is read of a file, hostile or not.
const (
	firstRead  = 1 << 10   // of an object; more until it is whole
	maxRead    = 8 << 20   // one object without its stream
	maxStream  = 32 << 20  // one stream, decoded
	maxDecoded = 256 << 20 // all of them
	maxParsed  = 96 << 20  // bytes of objects, each as often as it is read
	readCost   = 256       // added for each reading: many small ones take time too
	maxKept    = 32 << 20  // of decoded object streams at a time
	maxObjects = 1 << 20
	maxUpdates = 4096 // sections of the cross-reference
	maxNested  = 8
	tailSize   = 2048 // where startxref must be
)

// file is a PDF that is read in place.
type file struct {
	r       io.ReaderAt
	size    int64
	version string
	places  []place // by object number
	trailer *dict
	start   int64 // of the newest cross-reference section
	table   bool  // that section is a table, not a stream
	decoded int64 // bytes so far
	parsed  int64

	packed map[int]*packed // decoded object streams
	kept   int64
	nested int // objects that are read for the sake of another
	nodes  int // branches of the page tree so far
}

// place is where an object is.
type place struct {
	kind placeKind
	gen  int   // of a direct one; index in the stream of a packed one
	at   int64 // offset, or number of the stream
}

type placeKind uint8

const (
	unset placeKind = iota
	free
	direct
	inStream
)

// open reads the cross-reference of a file.
func open(r io.ReaderAt, size int64) (*file, error) {
	f := &file{r: r, size: size, packed: map[int]*packed{}}
	head, err := f.read(0, 16)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(head, []byte("%PDF-"))
	if !ok || len(rest) < 3 || rest[1] != '.' {
		return nil, errNotPDF
	}
	f.version = string(rest[:3])
	at, err := f.startOf()
	if err != nil {
		return nil, err
	}
	f.start = at
	if err := f.readSections(at); err != nil {
		return nil, err
	}
	return f, nil
}

// read gives up to n bytes at a place; fewer only at the end of the file.
func (f *file) read(at int64, n int) ([]byte, error) {
	if at < 0 || at > f.size {
		return nil, errDamaged
	}
	b := make([]byte, min(int64(n), f.size-at))
	if got, err := f.r.ReadAt(b, at); got < len(b) {
		return nil, err
	}
	return b, nil
}

// startOf finds the offset behind the last startxref.
func (f *file) startOf() (int64, error) {
	from := max(0, f.size-tailSize)
	tail, err := f.read(from, tailSize)
	if err != nil {
		return 0, err
	}
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 || !bytes.Contains(tail[i:], []byte("%%EOF")) {
		return 0, errDamaged // cut off, most often
	}
	l := lexer{b: tail, at: i + len("startxref"), last: true}
	w, err := l.word()
	if err != nil {
		return 0, err
	}
	at, err := strconv.ParseInt(w, 10, 64)
	if err != nil || at <= 0 || at >= f.size {
		return 0, errDamaged
	}
	return at, nil
}

// at reads with fn at a place of the file, with as many bytes as it takes.
func (f *file) at(at int64, fn func(*lexer) error) error {
	for n := firstRead; ; n *= 4 {
		b, err := f.read(at, n)
		if err != nil {
			return err
		}
		if err := f.spend(len(b)); err != nil {
			return err
		}
		l := &lexer{b: b, last: at+int64(len(b)) == f.size}
		if err = fn(l); !errors.Is(err, errMore) {
			return err
		}
		if n >= maxRead {
			return errDamaged
		}
	}
}

// spend counts what is read of objects: a small file may refer to a large one in it endlessly.
func (f *file) spend(n int) error {
	if f.parsed += int64(n) + readCost; f.parsed > maxParsed {
		return errDamaged
	}
	return nil
}

// objectAt reads the object that begins at a place; s is set where it is a stream.
func (f *file) objectAt(at int64) (num, gen int, v value, s *stream, err error) {
	dataAt := int64(-1)
	err = f.at(at, func(l *lexer) error {
		var err error
		if num, gen, err = l.header(); err != nil {
			return err
		}
		if v, err = l.value(); err != nil {
			return err
		}
		dataAt, err = streamStart(l, at, v)
		return err
	})
	if err != nil || dataAt < 0 {
		return num, gen, v, nil, err
	}
	d, _ := v.(*dict)
	s = &stream{dict: d, at: dataAt}
	if f.nested++; f.nested > maxNested { // a length that is kept in a stream of that length
		return 0, 0, nil, nil, errDamaged
	}
	n, ok := integer(f.deref(d.get("Length")))
	f.nested--
	if !ok || n < 0 || n > f.size-dataAt {
		return 0, 0, nil, nil, errDamaged
	}
	s.length = n
	return num, gen, v, s, nil
}

// streamStart gives where the data of a stream begins, -1 for an object that is none.
func streamStart(l *lexer, at int64, v value) (int64, error) {
	w, err := l.word()
	if errors.Is(err, errMore) {
		return 0, err
	}
	if _, ok := v.(*dict); !ok || w != "stream" {
		return -1, nil // endobj, or its absence, which readers forgive
	}
	if l.at+1 >= len(l.b) {
		return 0, l.end()
	}
	if l.b[l.at] == '\r' {
		l.at++
	}
	if l.b[l.at] == '\n' {
		l.at++
	}
	return at + int64(l.at), nil
}

// object gives the object of a number, null for one that is not there (7.3.10).
func (f *file) object(num int) (value, *stream, error) {
	if num <= 0 || num >= len(f.places) {
		return null, nil, nil
	}
	switch p := f.places[num]; p.kind {
	case direct:
		n, _, v, s, err := f.objectAt(p.at)
		if err == nil && n != num {
			err = errDamaged
		}
		return v, s, err
	case inStream:
		v, err := f.unpack(int(p.at), p.gen, num)
		return v, nil, err
	case unset, free:
	}
	return null, nil, nil
}

// resolve follows references.
func (f *file) resolve(v value) (value, error) {
	for range 16 {
		r, ok := v.(ref)
		if !ok {
			return v, nil
		}
		var err error
		if v, _, err = f.object(r.num); err != nil {
			return nil, err
		}
	}
	return nil, errDamaged
}

// deref is resolve for where anything wrong counts as nothing.
func (f *file) deref(v value) value {
	if _, ok := v.(ref); !ok {
		return v
	}
	w, err := f.resolve(v)
	if err != nil {
		return null
	}
	return w
}

// dictOf resolves a dictionary; nil without an error where there is none.
func (f *file) dictOf(v value) (*dict, error) {
	v, err := f.resolve(v)
	if err != nil {
		return nil, err
	}
	d, _ := v.(*dict)
	return d, nil
}

// arrayOf resolves an array; nil without an error where there is none.
func (f *file) arrayOf(v value) (array, error) {
	v, err := f.resolve(v)
	if err != nil {
		return nil, err
	}
	a, _ := v.(array)
	return a, nil
}

// catalog gives the root of the document and its number.
func (f *file) catalog() (ref, *dict, error) {
	r, ok := f.trailer.get("Root").(ref)
	if !ok {
		return ref{}, nil, errDamaged
	}
	d, err := f.dictOf(r)
	if err != nil || d == nil {
		return ref{}, nil, errors.Join(errDamaged, err)
	}
	return r, d, nil
}
