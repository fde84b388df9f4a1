package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"path"
	"strconv"
	"strings"
)

// Book is a file that is read. It keeps the texts that cells point to, once they are asked for,
// and nothing else.
type Book struct {
	parts    map[string]*zip.File // by name, small letters
	left     int64                // bytes that may still be unpacked
	sheets   []sheet
	texts    []string
	textPart string // "" once it is read
	from1904 bool
}

type sheet struct{ name, part string }

// Open finds the sheets. All reading of this book together unpacks at most so many bytes; beyond
// is ErrTooLarge.
func Open(z *zip.Reader, most int64) (*Book, error) {
	b := &Book{parts: map[string]*zip.File{}, left: most}
	for _, f := range z.File {
		name := partName("", f.Name)
		if b.parts[name] != nil {
			return nil, malformed("two parts %q", name)
		}
		b.parts[name] = f
	}
	book := "xl/workbook.xml"
	if _, there := b.parts["_rels/.rels"]; there {
		list, err := b.relations("_rels/.rels", "")
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if strings.HasSuffix(r.kind, "/officeDocument") {
				book = r.part
				break
			}
		}
	}
	list, err := b.relations(path.Join(path.Dir(book), "_rels", path.Base(book)+".rels"), path.Dir(book))
	if err != nil {
		return nil, err
	}
	byID := map[string]string{}
	b.textPart = "xl/sharedstrings.xml"
	for _, r := range list {
		if byID[r.id] = r.part; strings.HasSuffix(r.kind, "/sharedStrings") {
			b.textPart = r.part
		}
	}
	err = b.workbook(book, byID)
	return b, err
}

// partName is where a name leads from a folder: names of parts know no capitals, and some
// programs write them the Windows way.
func partName(folder, name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	if !strings.HasPrefix(name, "/") {
		name = path.Join(folder, name)
	}
	return strings.TrimPrefix(path.Clean(name), "/")
}

// walk goes through a part; take is given its outermost element.
func (b *Book) walk(name string, take func(*walker, xml.StartElement) error) error {
	f := b.parts[name]
	if f == nil {
		return malformed("no part %q", name)
	}
	r, err := f.Open()
	if err != nil {
		return malformed("%v", err)
	}
	defer r.Close()
	w := newWalker(r, &b.left)
	for {
		t, err := w.next()
		if err != nil {
			return err
		}
		if outermost, ok := t.(xml.StartElement); ok {
			return take(w, outermost)
		}
	}
}

type relation struct{ id, kind, part string }

func (b *Book) relations(name, folder string) (list []relation, err error) {
	err = b.walk(name, func(w *walker, _ xml.StartElement) error {
		return w.children(func(e xml.StartElement) error {
			if e.Name.Local == "Relationship" && attribute(e, "TargetMode") != "External" {
				list = append(list, relation{attribute(e, "Id"), attribute(e, "Type"), partName(folder, attribute(e, "Target"))})
			}
			return nil
		})
	})
	return list, err
}

func (b *Book) workbook(name string, byID map[string]string) error {
	return b.walk(name, func(w *walker, _ xml.StartElement) error {
		return w.children(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "workbookPr":
				v := attribute(e, "date1904")
				b.from1904 = v == "1" || v == "true"
			case "sheets":
				return w.children(func(e xml.StartElement) error {
					if e.Name.Local == "sheet" {
						b.sheets = append(b.sheets, sheet{attribute(e, "name"), byID[attribute(e, "id")]})
					}
					return nil
				})
			}
			return nil
		})
	})
}

// Sheets are the names of the sheets, in their order.
func (b *Book) Sheets() []string {
	list := make([]string, 0, len(b.sheets))
	for _, s := range b.sheets {
		list = append(list, s.name)
	}
	return list
}

// From1904 tells that dates are counted from 1904.
func (b *Book) From1904() bool { return b.from1904 }

// Rows gives the rows of a sheet (by its place in Sheets) that hold anything, each with its
// number from 1 and with its cells as they are kept: a date is its number of days, a formula the
// value that was last computed, true is 1. cells is used again for the next row. An error of take
// ends the reading and is returned as it is; any other is ErrForm or ErrTooLarge.
func (b *Book) Rows(sheet int, take func(row int, cells []string) error) error {
	return b.walk(b.sheets[sheet].part, func(w *walker, _ xml.StartElement) error {
		return w.children(func(e xml.StartElement) error {
			if e.Name.Local != "sheetData" {
				return nil
			}
			last := 0
			var cells []string
			return w.children(func(e xml.StartElement) (err error) {
				if e.Name.Local != "row" {
					return nil
				}
				if last, err = rowNumber(e, last); err != nil {
					return err
				}
				if cells, err = b.row(w, cells[:0]); err != nil || len(cells) == 0 {
					return err
				}
				return take(last, cells)
			})
		})
	})
}

// rowNumber is what the row says, or the one after the last.
func rowNumber(e xml.StartElement, last int) (int, error) {
	n := last + 1
	if r := attribute(e, "r"); r != "" {
		var err error
		if n, err = strconv.Atoi(r); err != nil || n <= last {
			return 0, malformed("row %q after row %d", r, last)
		}
	}
	if n > MaxRows {
		return 0, malformed("row %d", n)
	}
	return n, nil
}

func (b *Book) row(w *walker, cells []string) ([]string, error) {
	column := 0
	err := w.children(func(e xml.StartElement) error {
		if e.Name.Local != "c" {
			return nil
		}
		column++
		if r := attribute(e, "r"); r != "" {
			if column = columnOf(r); column == 0 {
				return malformed("cell %q", r)
			}
		}
		if column > MaxColumns {
			return malformed("column %d", column)
		}
		v, err := b.value(w, attribute(e, "t"))
		if v == "" || err != nil {
			return err
		}
		for len(cells) < column {
			cells = append(cells, "")
		}
		cells[column-1] = v
		return nil
	})
	return cells, err
}

// value is what a cell of that kind holds.
func (b *Book) value(w *walker, kind string) (string, error) {
	inline, kept := "", []byte(nil)
	err := w.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "v":
			kept, err = w.text(kept[:0])
		case "is":
			inline, err = w.item()
		}
		return err
	})
	v := string(kept)
	switch {
	case err != nil:
		return "", err
	case kind == "s" && v != "":
		return b.pointed(v)
	case kind == "str":
		return plainText(v), nil
	case kind == "inlineStr" && inline != "":
		return inline, nil
	}
	return v, nil
}

// pointed is the text with that number among those that the cells of all sheets share.
func (b *Book) pointed(number string) (string, error) {
	if b.textPart != "" {
		name := b.textPart
		b.textPart = ""
		if err := b.readTexts(name); err != nil {
			return "", err
		}
	}
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n < 0 || n >= len(b.texts) {
		return "", malformed("text %q of %d", number, len(b.texts))
	}
	return b.texts[n], nil
}

func (b *Book) readTexts(name string) error {
	return b.walk(name, func(w *walker, _ xml.StartElement) error {
		return w.children(func(e xml.StartElement) error {
			if e.Name.Local != "si" {
				return nil
			}
			if b.left -= perText; b.left < 0 {
				return ErrTooLarge
			}
			s, err := w.item()
			b.texts = append(b.texts, s)
			return err
		})
	})
}

// columnOf is the number of the column in a cell's name (B7, $B$7), from 1; 0 for what is none.
func columnOf(name string) int {
	name = strings.TrimPrefix(name, "$")
	n, i := 0, 0
	for ; i < len(name) && i < 3; i++ {
		c := name[i] &^ 0x20 // capital
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	if row, err := strconv.Atoi(strings.TrimPrefix(name[i:], "$")); err != nil || row < 1 || i == 0 {
		return 0
	}
	return n
}
