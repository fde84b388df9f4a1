package portal

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"comptoir/office/attachments"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// fileTime is how long a client may take for one file of an archive: whoever is slower does
// not want it, or holds a place that others want.
const fileTime = 30 * time.Second

// zipTime is how long a whole archive may take.
const zipTime = 15 * time.Minute

// entry is one file of an archive; content is asked for when its turn comes.
type entry struct {
	name    string
	at      time.Time
	size    int64 // where it is known before
	content func() (io.ReadCloser, error)
}

func (p *Portal) invoicesZip(v *visit) error { return p.documentsZip(v, &invoiceList, billing.Invoice) }

// invoicesMerged hands over several invoices bound into one PDF, to be printed in one go.
func (p *Portal) invoicesMerged(v *visit) error {
	refs, err := chosenOf(v, &invoiceList, func(c chosen) ([]sales.PaperRef, error) {
		return p.Sales.PortalSeveral(v.r.Context(), v.who, sales.Several{IDs: c.IDs, All: c.All, Query: documentsAsked(c.asked), Most: sales.MergedMax})
	})
	if err != nil || len(refs) == 0 {
		return err
	}
	done, err := p.zip(v)
	if err != nil {
		return err
	}
	defer done()
	papers := make([][]byte, 0, len(refs))
	for _, ref := range refs {
		f, err := p.patiently(v.r.Context(), func() (sales.File, error) { return p.Sales.PortalPaper(v.r.Context(), v.who, ref) })
		if err != nil {
			return err
		}
		papers = append(papers, f.Bytes)
	}
	var bound bytes.Buffer
	if err := p.Merge(&bound, papers); err != nil {
		return err
	}
	v.hand(sales.File{Name: v.T("portal.invoices.zip_name") + " " + v.firm() + ".pdf", MediaType: "application/pdf", Bytes: bound.Bytes()})
	return nil
}

func (p *Portal) quotesZip(v *visit) error { return p.documentsZip(v, &quoteList, billing.Quote) }

func (p *Portal) creditsZip(v *visit) error {
	return p.documentsZip(v, &creditList, billing.CreditNote)
}

// documentsZip hands over several documents of a kind in one archive.
func (p *Portal) documentsZip(v *visit, l *listOf, kind billing.Kind) error {
	return p.severalOf(v, l, func(c chosen) ([]entry, error) {
		refs, err := p.Sales.PortalSeveral(v.r.Context(), v.who, sales.Several{Kind: kind, IDs: c.IDs, All: c.All, Query: documentsAsked(c.asked)})
		entries := make([]entry, 0, len(refs))
		for _, ref := range refs {
			entries = append(entries, p.paperEntry(v, ref.Name, ref.Day.Time(), func() (sales.File, error) { return p.Sales.PortalPaper(v.r.Context(), v.who, ref) }))
		}
		return entries, err
	})
}

// receiptsZip hands over the receipts of several payments.
func (p *Portal) receiptsZip(v *visit) error {
	return p.severalOf(v, &paymentList, func(c chosen) ([]entry, error) {
		refs, err := p.Payments.PortalSeveral(v.r.Context(), v.who, payments.Several{IDs: c.IDs, All: c.All, Query: paymentsAsked(c.asked)})
		entries := make([]entry, 0, len(refs))
		for _, ref := range refs {
			entries = append(entries, p.paperEntry(v, ref.Name, ref.Day.Time(), func() (sales.File, error) {
				return p.Payments.PortalReceipt(v.r.Context(), v.who, ref.PublicID)
			}))
		}
		return entries, err
	})
}

// filesZip hands over several shared files. Of one name the second bears a number.
func (p *Portal) filesZip(v *visit) error {
	return p.severalOf(v, &fileList, func(c chosen) ([]entry, error) {
		list, err := p.Files.PortalSeveral(v.r.Context(), v.who, attachments.Several{IDs: c.IDs, All: c.All, Query: filesAsked(c.asked)})
		entries, taken := make([]entry, 0, len(list)), map[string]bool{}
		for _, f := range list {
			at, aerr := time.Parse(time.RFC3339, f.CreatedAt)
			if aerr != nil {
				return nil, aerr
			}
			entries = append(entries, entry{freeName(taken, f.Name), at, f.Size, func() (io.ReadCloser, error) {
				x, err := p.Files.PortalFile(v.r.Context(), v.who, f.PublicID)
				return x.Bytes, err
			}})
		}
		return entries, err
	})
}

// freeName gives a name that no other file of the archive bears, whatever the case.
func freeName(taken map[string]bool, name string) string {
	end := filepath.Ext(name)
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = strings.TrimSuffix(name, end) + " (" + strconv.Itoa(n) + ")" + end
	}
	taken[strings.ToLower(free)] = true
	return free
}

func (p *Portal) paperEntry(v *visit, name string, at time.Time, paper func() (sales.File, error)) entry {
	return entry{name, at, 0, func() (io.ReadCloser, error) {
		f, err := p.patiently(v.r.Context(), paper)
		return io.NopCloser(bytes.NewReader(f.Bytes)), err
	}}
}

// severalOf hands over what was chosen of a list as one archive.
func (p *Portal) severalOf(v *visit, l *listOf, find func(chosen) ([]entry, error)) error {
	entries, err := chosenOf(v, l, find)
	if err != nil || len(entries) == 0 {
		return err
	}
	return p.archive(v, v.T(l.text+".zip_name")+" "+v.firm()+".zip", entries)
}

// chosenOf finds what was chosen of a list; whoever chose nothing is sent back to it and told so.
func chosenOf[T any](v *visit, l *listOf, find func(chosen) ([]T, error)) (list []T, err error) {
	c, err := v.chosen(l)
	if err == nil && (c.All || len(c.IDs) > 0) {
		list, err = find(c)
	}
	if err == nil && len(list) == 0 {
		v.redirect(withDone(string(c.page("")), "rien-choisi"))
	}
	return list, err
}

// withDone is an address that tells what was just done, or not done.
func withDone(to, done string) string {
	next := "?"
	if strings.Contains(to, next) {
		next = "&"
	}
	return to + next + "fait=" + done
}

// zip takes one of the places for archives. A visitor has two at the most, by address and by
// contact: whoever reads slowly leaves room for the others.
func (p *Portal) zip(v *visit) (done func(), err error) {
	address, ok := p.zips.take(v.address)
	if !ok {
		return nil, errBusy
	}
	contact, ok := p.zips.take("contact " + number(v.who.CustomerID) + "/" + number(v.who.ID))
	if !ok {
		address()
		return nil, errBusy
	}
	free := func() { contact(); address() }
	select {
	case p.zipping <- struct{}{}:
		return func() { <-p.zipping; free() }, nil
	default:
		free()
		return nil, errBusy
	}
}

// patiently makes a paper when there is room for it: who waits here holds an archive's place,
// and the papers that people look at one by one go first.
func (p *Portal) patiently(ctx context.Context, fn func() (sales.File, error)) (sales.File, error) {
	select {
	case p.drawing <- struct{}{}:
		defer func() { <-p.drawing }()
		return fn()
	case <-ctx.Done():
		return sales.File{}, ctx.Err()
	}
}

// archive streams the entries as one ZIP: one file in memory at a time. Files are stored, not
// squeezed: a PDF is squeezed already. The same files give the same archive. A client that
// leaves ends the work, and so does a file that cannot be read: a download that breaks off is
// noticed, an archive that lacks a file is not.
func (p *Portal) archive(v *visit, name string, entries []entry) error {
	done, err := p.zip(v)
	if err != nil {
		return err
	}
	defer done()
	first, err := entries[0].content() // while an error page can still be shown
	if err != nil {
		return err
	}
	defer func() {
		if first != nil {
			_ = first.Close() // read only
		}
	}()
	h := v.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	v.written = true
	v.leave()
	control := http.NewResponseController(v.w)
	end := time.Now().Add(zipTime)
	z := zip.NewWriter(v.w)
	for _, e := range entries {
		content := first
		if first = nil; content == nil {
			content, err = e.content()
		}
		if err == nil && time.Now().After(end) {
			err = errors.Join(context.DeadlineExceeded, content.Close())
		}
		if err == nil {
			// A recorder in a test has no deadline.
			_ = control.SetWriteDeadline(time.Now().Add(fileTime + time.Duration(e.size/100_000)*time.Second))
			err = errors.Join(store(v.r.Context(), z, e, content), content.Close())
		}
		if err != nil {
			return v.brokenOff(err)
		}
	}
	if err := z.Close(); err != nil {
		return v.brokenOff(err)
	}
	_ = control.SetWriteDeadline(time.Now().Add(fileTime))
	return nil
}

func store(ctx context.Context, z *zip.Writer, e entry, content io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Store, Modified: e.at})
	if err == nil {
		_, err = io.Copy(w, content)
	}
	if err == nil {
		err = z.Flush()
	}
	return err
}

// brokenOff ends an answer whose head is out: the connection breaks, so that nobody takes half
// for the whole.
func (v *visit) brokenOff(err error) error {
	if v.r.Context().Err() == nil && !errors.Is(err, io.ErrShortWrite) {
		v.p.Log.Warn("portal archive broken off", "ref", v.reference(), "route", v.route.pattern, "err", err)
	}
	panic(http.ErrAbortHandler)
}
