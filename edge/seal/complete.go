package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/rules/evidence"
)

// Order is what Complete joins and seals.
type Order struct {
	Original    io.ReaderAt     // the document that was signed
	Size        int64           // its bytes
	Record      evidence.Record // closed
	Certificate []byte          // the drawn certificat de signature: a PDF of edge/paper
	Identity    *Identity
	At          time.Time // local clock; there is no other (facts/rules-france, 8)
}

// Sealed tells of a finished file.
type Sealed struct {
	Size           int64
	SHA256         string // of the whole file
	OriginalSize   int64  // the first bytes of it, unchanged
	OriginalSHA256 string
	Pages          int    // with those of the certificate
	Fingerprint    string // of the firm's certificate
}

var errChanged = fault.New(fault.Conflict, "fault.seal.changed")

// Complete writes the sealed document: the original byte for byte, then one incremental
// update (ISO 32000-1, 7.5.6) with the pages of the certificate, evidence.json as an
// associated file, and the seal over all of it (ETSI EN 319 142-1, B-B; as a certification
// that allows no change). fault.seal.changed (Conflict) when the original is not the document
// of the record; the faults of Inspect. After an error, what was written is worthless.
func Complete(w io.Writer, o Order) (Sealed, error) {
	if found := evidence.Check(o.Record); len(found) > 0 {
		return Sealed{}, fmt.Errorf("seal: record not sound: %s %d", found[0].What, found[0].N)
	}
	f, pages, err := openSignable(o.Original, o.Size)
	if err != nil {
		return Sealed{}, err
	}
	if doc := o.Record.Document; doc.Size != o.Size || doc.Pages != pages {
		return Sealed{}, errChanged
	}
	whole, part := sha256.New(), sha256.New() // of the file, and of what the seal covers
	if _, err := io.Copy(io.MultiWriter(w, whole, part), io.NewSectionReader(o.Original, 0, o.Size)); err != nil {
		return Sealed{}, fmt.Errorf("seal: %w", err)
	}
	original := hex.EncodeToString(whole.Sum(nil))
	if original != o.Record.Document.SHA256 {
		return Sealed{}, errChanged
	}
	tail, more, err := assemble(f, o, pages, part)
	if err != nil {
		return Sealed{}, worded(err)
	}
	if _, err := io.MultiWriter(w, whole).Write(tail); err != nil {
		return Sealed{}, fmt.Errorf("seal: %w", err)
	}
	return Sealed{Size: o.Size + int64(len(tail)), SHA256: hex.EncodeToString(whole.Sum(nil)), OriginalSize: o.Size,
		OriginalSHA256: original, Pages: pages + more, Fingerprint: o.Identity.Certificate().Fingerprint}, nil
}

// assemble makes the update and seals it; covered has the original in it.
func assemble(f *file, o Order, pages int, covered hash.Hash) (tail []byte, more int, err error) {
	rootRef, root, err := f.catalog()
	if err != nil {
		return nil, 0, err
	}
	tree, ok := root.get("Pages").(ref)
	if !ok {
		return nil, 0, errDamaged
	}
	record, err := evidence.Marshal(o.Record)
	if err != nil {
		return nil, 0, fmt.Errorf("seal: %w", err)
	}
	u := newUpdate(f)
	branch, added, err := u.graft(o.Certificate, tree)
	if err != nil {
		return nil, 0, fmt.Errorf("seal: certificate's pages: %w", err)
	}
	if err := u.join(tree, branch, pages, len(added)); err != nil {
		return nil, 0, err
	}
	spec, at, length := u.attach(record, locale.T(o.Record.Lang, "common.seal.attachment", nil), o.At)
	if root, err = u.listed(root, spec); err != nil {
		return nil, 0, err
	}
	mark := u.reserve()
	if root, err = u.field(root, added[len(added)-1], mark); err != nil {
		return nil, 0, err
	}
	u.object(rootRef, root)
	hole := u.sealObject(mark, o, place3{f.size, at, length, pages + len(added)})
	u.finish([16]byte(covered.Sum(nil)[:16]))
	if err := fill(u.out.Bytes(), u.base, hole, o.Identity, covered); err != nil {
		return nil, 0, err
	}
	return u.out.Bytes(), len(added), nil
}

// field hangs the seal into the form of the document, on its last page, without a box to see
// (12.7.4.5), and names it the certification (12.8.4).
func (u *update) field(root *dict, page, mark ref) (*dict, error) {
	form, err := u.f.dictOf(root.get("AcroForm"))
	if err != nil {
		return nil, err
	}
	if form == nil {
		form = &dict{}
	}
	fields, err := u.f.arrayOf(form.get("Fields"))
	if err != nil {
		return nil, err
	}
	widget := u.reserve()
	u.object(widget, makeDict("Type", name("Annot"), "Subtype", name("Widget"), "FT", name("Sig"), "T", text(u.fieldName(fields)), "V", mark,
		"F", literal("132"), "Rect", array{literal("0"), literal("0"), literal("0"), literal("0")}, "P", page))
	u.object(page, u.lastPage.with("Annots", array{widget}))
	form = form.with("Fields", append(fields[:len(fields):len(fields)], widget)).with("SigFlags", literal("3"))
	return root.with("AcroForm", form).with("Perms", makeDict("DocMDP", mark)), nil
}

// fieldName is one that no field of the form has.
func (u *update) fieldName(fields array) string {
	taken := map[string]bool{}
	for _, v := range fields {
		if d, ok := u.f.deref(v).(*dict); ok {
			if l, ok := u.f.deref(d.get("T")).(literal); ok {
				taken[string(unquote(l))] = true
			}
		}
	}
	field := "Comptoir"
	for n := 2; taken[field]; n++ {
		field = fmt.Sprintf("Comptoir %d", n)
	}
	return field
}

// place3 says where the parts are, for whoever verifies.
type place3 struct {
	original       int64 // bytes
	record, length int64 // of the deflated evidence
	pages          int
}

// marker is the entry of the signature dictionary with these places. Names with XX are free
// for private use (Annex E).
const marker = "/XXComptoir"

const rangeWidth = 48 // characters kept for the numbers of the byte range

// hole is where the signature and its byte range go in the update.
type hole struct{ ranges, from, to int }

// sealObject writes the signature dictionary with room for the signature.
func (u *update) sealObject(r ref, o Order, p place3) hole {
	var h hole
	lang := o.Record.Lang
	u.begin(r)
	u.out.WriteString("<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached")
	fmt.Fprintf(&u.out, " /M %s /Name %s /Reason %s", pdfDate(o.At), text(o.Record.Firm.Name), text(locale.T(lang, "common.seal.reason", nil)))
	u.out.WriteString(" /Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams <</Type /TransformParams /P 1 /V /1.2>>>>]")
	u.out.WriteString(" /Prop_Build <</App <</Name /Comptoir>>>>")
	fmt.Fprintf(&u.out, " %s <</Form 1 /Original %d /Record [%d %d] /Pages %d>>", marker, p.original, p.record, p.length, p.pages)
	u.out.WriteString(" /ByteRange [")
	h.ranges = u.out.Len()
	u.out.WriteString(strings.Repeat(" ", rangeWidth) + "] /Contents ")
	h.from = u.out.Len()
	u.out.WriteString("<" + strings.Repeat("0", 2*o.Identity.signatureSize()) + ">")
	h.to = u.out.Len()
	u.out.WriteString(">>\nendobj\n")
	return h
}

// fill signs the update: covered has the original in it.
func fill(out []byte, base int64, h hole, who *Identity, covered hash.Hash) error {
	copy(out[h.ranges:], fmt.Sprintf("0 %d %d %d", base+int64(h.from), base+int64(h.to), len(out)-h.to))
	covered.Write(out[:h.from])
	covered.Write(out[h.to:])
	cms, err := who.sign(covered.Sum(nil))
	if err != nil {
		return err
	}
	text := bytes.ToUpper([]byte(hex.EncodeToString(cms)))
	if len(text) != h.to-h.from-2 {
		return errors.New("seal: the signature does not fit its place")
	}
	copy(out[h.from+1:], text)
	return nil
}
