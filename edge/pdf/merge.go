package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// errForeign is a paper that this package did not write: Merge knows the form of its own only.
var errForeign = errors.New("pdf: not a paper of this program")

var (
	reference  = regexp.MustCompile(`\b(\d+) 0 R\b`)
	rootOf     = regexp.MustCompile(`/Root (\d+) 0 R /Info (\d+) 0 R`)
	pagesOf    = regexp.MustCompile(`/Pages (\d+) 0 R`)
	countOf    = regexp.MustCompile(`/Type /Pages /Count (\d+) `)
	lengthOf   = regexp.MustCompile(`/Length (\d+)>>$`)
	objectHead = regexp.MustCompile(`^(\d+) 0 obj\n`)
)

// Merge binds papers of this program into one, in their order: the objects of each are taken
// over with other numbers, its tree of pages becomes a branch. What comes out is for reading
// and printing: it claims no PDF/A, and the files inside the papers (the e-invoice) are those
// of each paper alone.
func Merge(out io.Writer, papers [][]byte) error {
	var w writer
	w.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	catalog, tree, info := w.reserve(), w.reserve(), w.reserve()
	var kids []byte
	pages := 0
	for _, p := range papers {
		branch, n, err := w.takeOver(p, tree)
		if err != nil {
			return err
		}
		kids, pages = fmt.Appendf(kids, "%d 0 R ", branch), pages+n
	}
	w.object(tree, "<</Type /Pages /Count %d /Kids [%s]>>", pages, kids)
	w.object(catalog, "<</Type /Catalog /Pages %d 0 R>>", tree)
	w.object(info, "<</Creator (Comptoir) /Producer (Comptoir)>>")
	_, err := out.Write(w.finish(catalog, info))
	return err
}

// takeOver copies the objects of one paper; it gives the root of its pages and how many they are.
func (w *writer) takeOver(paper []byte, parent int) (branch, pages int, err error) {
	at := bytes.LastIndex(paper, []byte("\nxref\n"))
	if at < 0 {
		return 0, 0, errForeign
	}
	body, table := paper[:at+1], paper[at+1:]
	roots := rootOf.FindSubmatch(table)
	if roots == nil {
		return 0, 0, errForeign
	}
	root, info := number(roots[1]), number(roots[2])
	offsets, err := offsetsOf(table, len(body))
	if err != nil {
		return 0, 0, err
	}
	first := len(w.offsets)
	for range offsets {
		w.reserve()
	}
	top := 0
	for id, start := range offsets {
		object := body[start:]
		head := objectHead.FindSubmatch(object)
		if head == nil || number(head[1]) != id+1 {
			return 0, 0, errForeign
		}
		object = object[len(head[0]):]
		switch id + 1 {
		case info:
			w.object(first+id+1, "null") // the binding has its own
			continue
		case root:
			m := pagesOf.FindSubmatch(object)
			if m == nil {
				return 0, 0, errForeign
			}
			top = number(m[1])
			w.object(first+id+1, "null")
			continue
		}
		if err := w.copyObject(first+id+1, object, first, parent, &pages); err != nil {
			return 0, 0, err
		}
	}
	if top == 0 || pages == 0 {
		return 0, 0, errForeign
	}
	return first + top, pages, nil
}

// copyObject writes one object under its new number: references move, a stream stays as it is.
func (w *writer) copyObject(id int, object []byte, first, parent int, pages *int) error {
	end := bytes.Index(object, []byte("\nendobj\n"))
	if end < 0 {
		return errForeign
	}
	dict, rest := object[:end], []byte("\nendobj\n")
	if s := bytes.Index(object, []byte("\nstream\n")); s >= 0 && s < end {
		m := lengthOf.FindSubmatch(object[:s])
		if m == nil {
			return errForeign
		}
		stop := s + len("\nstream\n") + number(m[1]) + len("\nendstream\nendobj\n")
		if stop > len(object) {
			return errForeign
		}
		dict, rest = object[:s], object[s:stop]
	}
	dict = reference.ReplaceAllFunc(dict, func(m []byte) []byte {
		return fmt.Appendf(nil, "%d 0 R", first+number(m[:bytes.IndexByte(m, ' ')]))
	})
	if m := countOf.FindSubmatch(dict); m != nil {
		*pages += number(m[1])
		dict = bytes.Replace(dict, []byte("/Type /Pages "), fmt.Appendf(nil, "/Type /Pages /Parent %d 0 R ", parent), 1)
	}
	w.offsets[id-1] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n", id)
	w.out.Write(dict)
	w.out.Write(rest)
	return nil
}

// offsetsOf reads the table of objects, from the first object on.
func offsetsOf(table []byte, size int) ([]int, error) {
	lines := bytes.Split(table, []byte("\n"))
	var from, n int
	if len(lines) < 3 {
		return nil, errForeign
	}
	if _, err := fmt.Sscanf(string(lines[1]), "%d %d", &from, &n); err != nil || from != 0 || n < 2 || len(lines) < n+2 {
		return nil, errForeign
	}
	offsets := make([]int, 0, n-1)
	for _, l := range lines[3 : n+2] {
		if len(l) < 10 {
			return nil, errForeign
		}
		at := number(bytes.TrimLeft(l[:10], "0"))
		if at <= 0 || at >= size {
			return nil, errForeign
		}
		offsets = append(offsets, at)
	}
	return offsets, nil
}

func number(digits []byte) int {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return 0
	}
	return n
}
