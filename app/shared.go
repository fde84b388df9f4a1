package app

import (
	"archive/zip"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/attachments"
)

// Shared is bound to the window: files shared with customers, and those that they handed over.
type Shared struct{ desk *desk }

// SharedFile is a shared file.
type SharedFile struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Note           string `json:"note"`
	Size           int64  `json:"size"`
	SizeLabel      string `json:"sizeLabel"`
	MediaType      string `json:"mediaType"`
	CustomerID     string `json:"customerId"`
	CustomerName   string `json:"customerName"`
	DocumentID     string `json:"documentId"`
	DocumentNumber string `json:"documentNumber"`
	DocumentKind   string `json:"documentKind"`
	FromCustomer   bool   `json:"fromCustomer"`
	Author         string `json:"author"`
	InPortal       bool   `json:"inPortal"`
	WithMail       bool   `json:"withMail"`
	SeenAt         string `json:"seenAt"`
	ToldAt         string `json:"toldAt"`
	CreatedAt      string `json:"createdAt"`
	Href           string `json:"href"`
}

// SharedList is a page of shared files.
type SharedList struct {
	Rows []SharedFile `json:"rows"`
	Next string       `json:"next"`
}

func (d *desk) sharedFile(f attachments.File) SharedFile {
	return SharedFile{ID: f.PublicID, Name: f.Name, Note: f.Note, Size: f.Size, SizeLabel: locale.Size(d.lang, f.Size), MediaType: f.MediaType, CustomerID: f.CustomerID, CustomerName: f.CustomerName,
		DocumentID: f.DocumentID, DocumentNumber: f.DocumentNumber, DocumentKind: f.DocumentKind, FromCustomer: f.FromCustomer, Author: f.Author, InPortal: f.InPortal, WithMail: f.WithMail,
		SeenAt: f.SeenAt, ToldAt: f.ToldAt, CreatedAt: f.CreatedAt, Href: "/files/shared/" + f.PublicID}
}

func (d *desk) sharedFiles(files []attachments.File) []SharedFile {
	list := make([]SharedFile, 0, len(files))
	for _, f := range files {
		list = append(list, d.sharedFile(f))
	}
	return list
}

// OfCustomer gives a page of a customer's files, the newest first.
func (s *Shared) OfCustomer(customerID, cursor string) (SharedList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SharedList{}, err
	}
	files, next, err := h.Attachments.OfCustomer(s.desk.ctx, who, customerID, cursor, 50)
	return SharedList{Rows: s.desk.sharedFiles(files), Next: next}, err
}

// OfDocument gives the files on a document, drafts too.
func (s *Shared) OfDocument(documentID string) ([]SharedFile, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	files, err := h.Attachments.OfDocument(s.desk.ctx, who, documentID)
	return s.desk.sharedFiles(files), err
}

// Waiting gives what contacts handed over and nobody opened yet.
func (s *Shared) Waiting() ([]SharedFile, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	files, err := h.Attachments.Waiting(s.desk.ctx, who)
	return s.desk.sharedFiles(files), err
}

// Change sets a file's note and who may see it.
func (s *Shared) Change(id, note string, inPortal, withMail bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Attachments.Change(s.desk.ctx, who, id, note, inPortal, withMail)
}

// Remove takes a file away from everybody.
func (s *Shared) Remove(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Attachments.Remove(s.desk.ctx, who, id)
}

// Tell writes one mail to the customer about files shared before.
func (s *Shared) Tell(customerID string, ids []string, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Attachments.Tell(s.desk.ctx, who, key, customerID, ids)
}

// UploadsAllowed tells whether customers whose group says nothing may hand files over.
func (s *Shared) UploadsAllowed() (bool, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return false, err
	}
	return h.Attachments.UploadsDefault(s.desk.ctx, who)
}

// AllowUploads sets it.
func (s *Shared) AllowUploads(allowed bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Attachments.AllowUploads(s.desk.ctx, who, allowed)
}

// FilePaper makes sure that the PDF of a document is drawn and filed, before many go out at once.
func (s *Shared) FilePaper(documentID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	_, err = h.Sales.PDF(s.desk.ctx, who, documentID)
	return err
}

// sharedRoutes are the files' own ways: bytes do not go through the calls.
func (a *App) sharedRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /files/shared", a.uploaded(func(d *desk, r *http.Request) (any, error) { return d.shareFiles(r) }))
	mux.HandleFunc("GET /files/shared/{id}", a.sharedFile)
	mux.HandleFunc("GET /files/invoices.zip", a.invoicesZip)
}

// fieldMax bounds the fields beside the files: a message of 4000 letters and signs, each of up to four bytes.
const fieldMax = 16 << 10

// shareFiles takes a multipart form: key, customerId, documentId, note, inPortal, withMail, tell,
// then the files, each streamed to the disk.
func (d *desk) shareFiles(r *http.Request) ([]SharedFile, error) {
	h, who, err := d.open()
	if err != nil {
		return nil, err
	}
	in := attachments.Share{}
	inPortal, withMail, tell := "", "", ""
	err = readUpload(r, map[string]*string{"key": &in.Key, "customerId": &in.CustomerID, "documentId": &in.DocumentID, "note": &in.Note, "inPortal": &inPortal, "withMail": &withMail, "tell": &tell}, func(part *multipart.Part) error {
		if len(in.Files) >= attachments.AtOnce {
			return fault.New(fault.Invalid, "fault.files.none", "most", int64(attachments.AtOnce))
		}
		f, err := h.Attachments.Stage(d.ctx, who, part.FileName(), part)
		in.Files = append(in.Files, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	in.InPortal, in.WithMail, in.Tell = inPortal == "true", withMail == "true", tell == "true"
	list, err := h.Attachments.Share(d.ctx, who, in)
	return d.sharedFiles(list), err
}

// sharedFile gives a file's bytes: pictures and PDFs to be seen, the rest to be saved, nothing
// that could act in the window.
func (a *App) sharedFile(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	h, who, err := d.open()
	var c attachments.Content
	if err == nil {
		c, err = h.Attachments.Open(r.Context(), who, r.PathValue("id"))
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	defer func() { _ = c.Bytes.Close() }() // read only
	serveStored(w, r, c.MediaType, c.Name, c.At, c.Bytes)
}

// invoicesZip streams the PDFs of the documents named by ids, one in memory at a time.
func (a *App) invoicesZip(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	ids := strings.FieldsFunc(r.URL.Query().Get("ids"), func(r rune) bool { return r == ',' })
	h, who, err := d.open()
	switch {
	case err != nil:
	case len(ids) == 0:
		err = fault.New(fault.NotFound, "fault.not_found")
	case len(ids) > zipMax:
		err = fault.New(fault.Conflict, "fault.too_many_papers", "most", int64(zipMax))
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	z, began := zip.NewWriter(w), false
	for _, id := range ids {
		f, err := h.Sales.PDF(r.Context(), who, id)
		if err != nil && !began {
			a.refuse(w, d, r, err)
			return
		}
		if err == nil {
			if !began {
				began = true
				w.Header().Set("Content-Type", "application/zip")
				w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.t("window.files.zip_name", nil) + ".zip"}))
				w.Header().Set("Cache-Control", "no-store")
			}
			err = storePaper(z, f.Name, f.Bytes)
		}
		if err != nil { // the head is out: half of an archive is none
			show(r.Context(), a.log, d.lang, r.URL.Path, err)
			panic(http.ErrAbortHandler)
		}
	}
	_ = z.Close() // the reader may be gone
}

// zipMax is how many papers one archive holds.
const zipMax = 500

// storePaper puts a PDF into the archive as it is: it is squeezed already.
func storePaper(z *zip.Writer, name string, content []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: strings.NewReplacer("/", "-", "\\", "-").Replace(name), Method: zip.Store, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = z.Flush()
	}
	return err
}
