package portal

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"comptoir/core/fault"
	"comptoir/office/sales"
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
	content func() ([]byte, error)
}

// invoicesZip hands over several invoices in one archive.
func (p *Portal) invoicesZip(v *visit) error {
	c, err := v.chosen(&invoiceList)
	if err != nil {
		return err
	}
	if !c.All && len(c.IDs) == 0 {
		v.redirect(withDone(string(c.page("")), "rien-choisi"))
		return nil
	}
	refs, err := p.Sales.PortalSeveral(v.r.Context(), v.who, sales.Several{IDs: c.IDs, All: c.All, Query: invoicesAsked(c.asked)})
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		v.redirect(withDone(string(c.page("")), "rien-choisi"))
		return nil
	}
	entries := make([]entry, 0, len(refs))
	for _, ref := range refs {
		entries = append(entries, entry{ref.Name, ref.Day.Time(), func() ([]byte, error) {
			f, err := p.patiently(v.r.Context(), func() (sales.File, error) { return p.Sales.PortalPaper(v.r.Context(), v.who, ref) })
			return f.Bytes, err
		}})
	}
	return p.archive(v, v.T("portal.invoices.zip_name")+" "+v.firm()+".zip", entries)
}

// withDone adds the word of what was done to an address of ours.
func withDone(address, done string) string {
	for _, r := range address {
		if r == '?' {
			return address + "&fait=" + done
		}
	}
	return address + "?fait=" + done
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
	select {
	case p.zipping <- struct{}{}:
		defer func() { <-p.zipping }()
	default:
		return fault.New(fault.Unavailable, "fault.busy_drawing")
	}
	first, err := entries[0].content() // while an error page can still be shown
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	v.written = true
	v.leave()
	control := http.NewResponseController(v.w)
	end := time.Now().Add(zipTime)
	z := zip.NewWriter(v.w)
	for i, e := range entries {
		content := first
		if i > 0 {
			content, err = e.content()
		}
		if first = nil; err == nil {
			err = v.r.Context().Err()
		}
		if err == nil && time.Now().After(end) {
			err = context.DeadlineExceeded
		}
		if err == nil {
			_ = control.SetWriteDeadline(time.Now().Add(fileTime)) // a recorder in a test has none
			err = store(z, e, content)
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

func store(z *zip.Writer, e entry, content []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Store, Modified: e.at})
	if err == nil {
		_, err = w.Write(content)
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
