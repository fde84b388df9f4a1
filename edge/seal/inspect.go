package seal

import (
	"errors"
	"io"

	"comptoir/core/fault"
)

// Limits of what can be signed.
const (
	MaxSize  = 50 << 20 // bytes
	MaxPages = 10_000

	maxTree   = 64      // levels of the page tree
	maxFields = 100_000 // of a form
)

// Info tells of a document that can be signed.
type Info struct {
	Pages   int
	Version string // of PDF: "1.7"
}

// Inspect tells whether a file can be signed: a whole PDF of at most MaxSize bytes that is
// neither encrypted nor signed already, and whose pages do not depend on a program (XFA). The
// reason why not is a fault that says what to do; any other error is of reading r. It reads
// the file's structure, never the contents of its pages, and keeps little of it: memory does
// not grow with the file's size.
func Inspect(r io.ReaderAt, size int64) (Info, error) {
	f, pages, err := openSignable(r, size)
	if err != nil {
		return Info{}, err
	}
	return Info{Pages: pages, Version: f.version}, nil
}

// openSignable opens a document that may be signed and counts its pages.
func openSignable(r io.ReaderAt, size int64) (*file, int, error) {
	if size > MaxSize {
		return nil, 0, errTooBig
	}
	f, err := open(r, size)
	if err != nil {
		return nil, 0, worded(err)
	}
	pages, err := f.signable()
	if err != nil {
		return nil, 0, worded(err)
	}
	return f, pages, nil
}

// worded turns what is wrong with the file into words; what is wrong with reading it stays.
func worded(err error) error {
	if _, ok := fault.As(err); ok {
		return err
	}
	if errors.Is(err, errDamaged) || errors.Is(err, errMore) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errBroken.With(err)
	}
	return err
}

func (f *file) signable() (pages int, err error) {
	_, root, err := f.catalog()
	if err != nil {
		return 0, err
	}
	if v, ok := root.get("Version").(name); ok && string(v) > f.version {
		f.version = string(v)
	}
	if f.deref(root.get("Perms")) != null { // rights of use, or a certification
		return 0, errSigned
	}
	form, err := f.dictOf(root.get("AcroForm"))
	if err != nil {
		return 0, err
	}
	if form != nil {
		if f.deref(form.get("XFA")) != null {
			return 0, errDynamic
		}
		if err := f.unsigned(form); err != nil {
			return 0, err
		}
	}
	err = f.walk(root.get("Pages"), nil, maxTree, func(page *dict, _ []*dict) error {
		if pages++; pages > MaxPages {
			return errTooMany
		}
		return f.hasContents(page)
	})
	if err == nil && pages == 0 {
		err = errDamaged
	}
	return pages, err
}

// walk visits the pages of a tree in order, with the nodes above each, the root first.
func (f *file) walk(at value, above []*dict, depth int, visit func(page *dict, above []*dict) error) error {
	node, err := f.dictOf(at)
	if err != nil {
		return err
	}
	if node == nil || depth == 0 {
		return errDamaged
	}
	kids, err := f.arrayOf(node.get("Kids"))
	if err != nil {
		return err
	}
	if kids == nil {
		if len(above) == 0 || f.deref(node.get("Type")) == name("Pages") && node.get("Kids") != null {
			return errDamaged
		}
		return visit(node, above)
	}
	if len(kids) > maxObjects {
		return errDamaged
	}
	if f.nodes++; f.nodes > 4*MaxPages { // a tree of empty branches, or one that eats its tail
		return errDamaged
	}
	above = append(above[:len(above):len(above)], node)
	for _, kid := range kids {
		if err := f.walk(kid, above, depth-1, visit); err != nil {
			return err
		}
	}
	return nil
}

// hasContents tells whether what a page shows is there: the first thing that a file cut in
// the middle lacks.
func (f *file) hasContents(page *dict) error {
	list, ok := page.get("Contents").(array)
	if !ok {
		list = array{page.get("Contents")}
	}
	for _, v := range list {
		r, ok := v.(ref)
		if !ok || r.num >= len(f.places) || f.places[r.num].kind != direct {
			continue // an array, an empty page, or one packed away: harmless
		}
		err := f.at(f.places[r.num].at, func(l *lexer) error {
			num, _, err := l.header()
			if err == nil && num != r.num {
				err = errDamaged
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unsigned looks for a signature that was given (12.7.4.5). Empty places to sign are none.
func (f *file) unsigned(form *dict) error {
	left := maxFields
	var visit func(list array, kind value, depth int) error
	visit = func(list array, kind value, depth int) error {
		for _, v := range list {
			if left--; left < 0 || depth == 0 {
				return errDamaged
			}
			field, err := f.dictOf(v)
			if err != nil {
				return err
			}
			own := kind
			if t := f.deref(field.get("FT")); t != null {
				own = t
			}
			if own == name("Sig") && f.deref(field.get("V")) != null {
				return errSigned
			}
			kids, err := f.arrayOf(field.get("Kids"))
			if err != nil {
				return err
			}
			if err := visit(kids, own, depth-1); err != nil {
				return err
			}
		}
		return nil
	}
	fields, err := f.arrayOf(form.get("Fields"))
	if err != nil {
		return err
	}
	return visit(fields, null, maxTree)
}
