package seal

import (
	"bytes"
	"errors"
	"io"
)

const (
	maxGraft   = 64 << 20 // bytes of the certificate's PDF
	maxGrafted = 100_000  // objects
)

// inherited are what a page may have from the nodes above it (7.7.3.4).
var inherited = []name{"Resources", "MediaBox", "CropBox", "Rotate"}

// grafter copies pages of one file into the update of another, with all that they use.
type grafter struct {
	from  *file
	to    *update
	twins map[int]ref // by number in from
	queue []int
}

// graft copies all pages of the PDF in from under a new branch of the tree, whose root is
// parent; it gives the branch and its pages.
func (u *update) graft(from []byte, parent ref) (branch ref, pages []ref, err error) {
	if len(from) > maxGraft {
		return ref{}, nil, errDamaged
	}
	f, err := open(bytes.NewReader(from), int64(len(from)))
	if err != nil {
		return ref{}, nil, err
	}
	_, root, err := f.catalog()
	if err != nil {
		return ref{}, nil, err
	}
	g := &grafter{from: f, to: u, twins: map[int]ref{}}
	branch = u.reserve()
	copies := []*dict{}
	err = f.walk(root.get("Pages"), nil, maxTree, func(page *dict, above []*dict) error {
		own := page.without("Parent").without("Annots")
		for _, key := range inherited {
			for i := len(above) - 1; i >= 0 && own.get(key) == null; i-- {
				own = own.with(key, above[i].get(key))
			}
		}
		if own.get("Rotate") == null { // the tree that it comes into may be turned
			own = own.with("Rotate", literal("0"))
		}
		if own.get("CropBox") == null {
			own = own.with("CropBox", own.get("MediaBox"))
		}
		copied, ok := g.translate(own).(*dict)
		if !ok {
			return errDamaged
		}
		pages, copies = append(pages, u.reserve()), append(copies, copied.with("Parent", branch))
		return nil
	})
	if err == nil && len(pages) == 0 {
		err = errDamaged
	}
	if err != nil {
		return ref{}, nil, err
	}
	if err := g.copyAll(); err != nil {
		return ref{}, nil, err
	}
	kids := array{}
	for i, p := range pages {
		kids = append(kids, p)
		if i < len(pages)-1 { // the last is written with the mark of the seal on it
			u.object(p, copies[i])
		}
	}
	u.lastPage = copies[len(copies)-1]
	u.object(branch, makeDict("Type", name("Pages"), "Parent", parent, "Kids", kids, "Count", number(int64(len(kids)))))
	return branch, pages, nil
}

// translate gives v with the numbers that its references have in the update.
func (g *grafter) translate(v value) value {
	switch x := v.(type) {
	case ref:
		twin, ok := g.twins[x.num]
		if !ok {
			twin = g.to.reserve()
			g.twins[x.num] = twin
			g.queue = append(g.queue, x.num)
		}
		return twin
	case array:
		out := make(array, len(x))
		for i, e := range x {
			out[i] = g.translate(e)
		}
		return out
	case *dict:
		out := &dict{entries: make([]entry, len(x.entries))}
		for i, e := range x.entries {
			out.entries[i] = entry{e.key, g.translate(e.val)}
		}
		return out
	}
	return v
}

// copyAll copies what the pages refer to, and what that refers to, to the end.
func (g *grafter) copyAll() error {
	for len(g.queue) > 0 {
		num := g.queue[0]
		g.queue = g.queue[1:]
		if len(g.twins) > maxGrafted || g.to.out.Len() > maxGraft {
			return errDamaged
		}
		v, s, err := g.from.object(num)
		if err != nil {
			return err
		}
		if s == nil {
			g.to.object(g.twins[num], g.translate(v))
			continue
		}
		data := make([]byte, s.length)
		if n, err := g.from.r.ReadAt(data, s.at); n < len(data) && !errors.Is(err, io.EOF) {
			return err
		}
		d, _ := g.translate(s.without("Length")).(*dict)
		g.to.stream(g.twins[num], d, data)
	}
	return nil
}

// join hangs a branch behind the last page of the original (7.7.3.2).
func (u *update) join(root ref, branch ref, pages, more int) error {
	node, err := u.f.dictOf(root)
	if err != nil {
		return err
	}
	kids, err := u.f.arrayOf(node.get("Kids"))
	if err != nil {
		return err
	}
	kids = append(kids[:len(kids):len(kids)], branch)
	u.object(root, node.with("Kids", kids).with("Count", number(int64(pages+more))))
	return nil
}
