package attachments

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/office/outbox"
)

// PortalQuery asks for a page of what a contact may see.
type PortalQuery struct {
	Filter   string // "all", "received" (from the firm), "sent" (by the customer), "new"
	From, To civil.Date
	Words    string // of names, notes and document numbers
	Sort     string // "oldest", "name", "largest"; "" = the newest first
	After    string
	Limit    int // at most 100; 0 = 50
}

// PortalPage is a page of files, the newest first; Next is "" on the last one.
type PortalPage struct {
	Rows  []File
	Next  string
	Count int
}

// PortalCountMax is how far they are counted.
const PortalCountMax = 500

const portalRows = 50

// page turns the request into a page of the database.
func (q PortalQuery) page() (db.Page, error) {
	l := map[string]listing.Query{"oldest": {Sort: "newest"}, "name": {Sort: "name"}, "largest": {Sort: "size", Desc: true}}
	order, known := l[q.Sort]
	if !known {
		order = listing.Query{Sort: "newest", Desc: true}
	}
	if order.After, order.Limit = q.After, q.Limit; q.Limit <= 0 || q.Limit > 100 {
		order.Limit = portalRows
	}
	p, err := order.Page()
	if err != nil {
		return db.Page{}, fault.New(fault.NotFound, "fault.not_found").With(err) // a cursor is part of an address
	}
	return p, nil
}

// PortalFiles gives a page of the files that the contact may see.
func (s *Service) PortalFiles(ctx context.Context, who actor.Actor, in PortalQuery) (page PortalPage, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalPage{}, err
	}
	p, err := in.page()
	if err != nil {
		return PortalPage{}, err
	}
	f := db.FileFilter{CustomerID: who.CustomerID, State: in.Filter, Words: in.Words}
	if err := s.days(ctx, in, &f); err != nil {
		return PortalPage{}, err
	}
	rows, err := s.DB.PortalFiles(ctx, f, p)
	if err != nil {
		return PortalPage{}, err
	}
	if rows, page.Next, err = listing.Cut(rows, p, func(r db.PortalFileRow) (any, int64) { return r.SortKey, r.ID }); err != nil {
		return PortalPage{}, err
	}
	page.Rows = make([]File, 0, len(rows))
	for _, r := range rows {
		page.Rows = append(page.Rows, portalFile(r))
	}
	if page.Count = len(page.Rows); page.Next != "" || in.After != "" {
		page.Count, err = s.DB.CountPortalFiles(ctx, f, PortalCountMax)
	}
	return page, err
}

// days turns civil days of the firm into instants.
func (s *Service) days(ctx context.Context, in PortalQuery, f *db.FileFilter) error {
	if in.From.IsZero() && in.To.IsZero() {
		return nil
	}
	return s.DB.Read(ctx, func(q *gen.Queries) error {
		name, err := q.FirmZone(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		zone, err := time.LoadLocation(name)
		if err != nil {
			return err
		}
		stamp := func(d civil.Date) string {
			return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone).UTC().Format("2006-01-02T15:04:05.000Z")
		}
		if !in.From.IsZero() {
			f.From = stamp(in.From)
		}
		if !in.To.IsZero() {
			f.Before = stamp(in.To.AddDays(1))
		}
		return nil
	})
}

func portalFile(r db.PortalFileRow) File {
	return File{id: r.ID, sha: r.SHA256, PublicID: r.PublicID, Name: r.Name, Note: r.Note, Size: r.Size, MediaType: r.MediaType, DocumentID: text(r.DocumentPublicID), DocumentNumber: text(r.DocumentNumber),
		DocumentKind: text(r.DocumentKind), FromCustomer: r.ContactID != nil, Author: r.AuthorName, InPortal: true, SeenAt: text(r.SeenAt), CreatedAt: r.CreatedAt}
}

// PortalFilesOf lists the files that a contact may see on one of its own documents.
func (s *Service) PortalFilesOf(ctx context.Context, who actor.Actor, documentID string) (list []File, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	list = []File{}
	rows, err := s.DB.PortalFiles(ctx, db.FileFilter{CustomerID: who.CustomerID, DocumentID: documentID}, db.Page{Sort: "newest", Desc: true, Limit: 100})
	for _, r := range rows {
		list = append(list, portalFile(r))
	}
	return list, err
}

// PortalNew counts the files of the firm that nobody of the customer has opened.
func (s *Service) PortalNew(ctx context.Context, who actor.Actor) (n int64, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err = q.NewPortalFiles(ctx, who.CustomerID)
		return err
	})
	return n, err
}

// PortalFile gives the content of one file that the contact may see; anything else is not found.
func (s *Service) PortalFile(ctx context.Context, who actor.Actor, publicID string) (Content, error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Content{}, err
	}
	var f File
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.PortalFile(ctx, gen.PortalFileParams{PublicID: publicID, CustomerID: who.CustomerID})
		f = File{id: r.ID, sha: r.Sha256, PublicID: r.PublicID, Name: r.Name, Size: r.Size, MediaType: r.MediaType, FromCustomer: r.ContactID != nil, SeenAt: text(r.SeenAt), CreatedAt: r.CreatedAt}
		return db.NotFound(err)
	}); err != nil {
		return Content{}, err
	}
	return s.open(ctx, who, f, !f.FromCustomer)
}

// open opens the stored bytes; ours tells that the reader is the other side, whose first reading
// is noted. A full disk is no reason to keep anybody from a file: it is noted next time.
func (s *Service) open(ctx context.Context, who actor.Actor, f File, otherSide bool) (Content, error) {
	b, err := s.Files.Open(f.sha, f.Size)
	if err != nil {
		return Content{}, err
	}
	at, err := time.Parse(time.RFC3339, f.CreatedAt)
	if err == nil && otherSide && f.SeenAt == "" && !who.StandsIn() {
		if err = s.noteSeen(ctx, who, f); fault.Is(err, fault.Unavailable) {
			err = nil
		}
	}
	if err != nil {
		_ = b.Close() // read only
		return Content{}, err
	}
	return Content{File: f, Bytes: b, At: at}, nil
}

func (s *Service) noteSeen(ctx context.Context, who actor.Actor, f File) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		at := tx.Stamp()
		if n, err := tx.MarkFileSeen(ctx, gen.MarkFileSeenParams{ID: f.id, At: &at}); err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed("files") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "file.seen", ObjectKind: "shared_file", ObjectID: f.id})
	})
}

// Allowance is whether, and how much, a contact may hand over.
type Allowance struct {
	Allowed bool
	SizeMax int64
	AtOnce  int
}

// MayHandOver tells whether the contact's customer may hand files over.
func (s *Service) MayHandOver(ctx context.Context, who actor.Actor) (Allowance, error) {
	a := Allowance{SizeMax: SizeMax, AtOnce: AtOnce}
	err := s.mayHandOver(ctx, who)
	a.Allowed = err == nil
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.TooMany) {
		err = nil
	}
	return a, err
}

// errNotAllowed: the firm does not take files from this customer.
var errNotAllowed = fault.New(fault.Forbidden, "fault.files.not_allowed")

func (s *Service) mayHandOver(ctx context.Context, who actor.Actor) error {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return err
	}
	return s.DB.Read(ctx, func(q *gen.Queries) error { return s.allowed(ctx, q, who.CustomerID, 1, 1) })
}

// Take counts files among those that the contact's customer gave, in the caller's transaction; too many,
// or too much, is refused. Where there are none it asks nothing.
func (s *Service) Take(ctx context.Context, tx *db.Tx, who actor.Actor, list []Staged) error {
	if len(list) == 0 {
		return nil
	}
	bytes := int64(0)
	for _, f := range list {
		bytes += f.Size
	}
	if err := s.allowed(ctx, tx.Queries, who.CustomerID, int64(len(list)), bytes); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.unclaimed.add(who.CustomerID, -bytes, s.DB.Now()) })
	return nil
}

// allowed asks whether so many files more, of so many bytes, are taken of the customer.
func (s *Service) allowed(ctx context.Context, q *gen.Queries, customerID, files, bytes int64) error {
	allowed, err := q.UploadsAllowed(ctx, customerID)
	if err != nil {
		return db.NotFound(err)
	}
	if allowed != 1 {
		return errNotAllowed
	}
	used, err := q.UploadsOfCustomer(ctx, gen.UploadsOfCustomerParams{CustomerID: customerID, Since: db.Stamp(s.DB.Now().Add(-24 * time.Hour))})
	if err != nil {
		return err
	}
	if used.Today+files > DayMax || used.Bytes+bytes > CustomerMax {
		return fault.New(fault.TooMany, "fault.files.enough", "most", int64(DayMax))
	}
	return nil
}

// HandOver is a contact's wish to hand files over to the firm.
type HandOver struct {
	Key        string
	DocumentID string // public id of one of its own documents, "" = none
	Note       string
	Files      []Staged
}

// HandOver gives staged files to the firm, which is told inside the program and by one mail. A
// file of the same name stands beside the one that was there.
func (s *Service) HandOver(ctx context.Context, who actor.Actor, in HandOver) error {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return err
	}
	if len(in.Files) == 0 || len(in.Files) > AtOnce {
		return fault.New(fault.Invalid, "fault.files.none", "most", int64(AtOnce))
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done shared
		return audit.Once(ctx, tx, in.Key, "files.hand_over", in, &done, func() error {
			if err := s.Take(ctx, tx, who, in.Files); err != nil {
				return err
			}
			var document *int64
			if in.DocumentID != "" {
				d, err := tx.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: in.DocumentID, CustomerID: &who.CustomerID})
				if err != nil {
					return db.NotFound(err)
				}
				document = &d.ID
			}
			for _, f := range in.Files {
				id, err := s.insert(ctx, tx, who, f, gen.InsertSharedFileParams{CustomerID: who.CustomerID, DocumentID: document, Note: cleanNote(in.Note), ContactID: &who.ID, InPortal: 1})
				if err != nil {
					return err
				}
				done.IDs = append(done.IDs, id)
			}
			tx.AfterCommit(func() { s.Changed("files", "notifications") })
			return s.tellFirm(ctx, tx, who, done.IDs)
		})
	})
}

func (s *Service) tellFirm(ctx context.Context, tx *db.Tx, who actor.Actor, ids []int64) error {
	names, customer, customerID := []string{}, "", ""
	for _, id := range ids {
		r, err := tx.SharedFileByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		names, customer, customerID = append(names, r.Name), r.CustomerName, r.CustomerPublicID
	}
	if err := audit.Notify(ctx, tx, "file_uploaded", map[string]any{"customer": customer, "name": names[0], "n": len(names)}, "customer", customerID); err != nil {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || firm.Email == "" {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "uploaded/" + number(ids[0]), Kind: outbox.FileUploaded, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name, CustomerID: who.CustomerID,
		Args: map[string]string{"customer": customer, "contact": who.Name, "files": cut(strings.Join(names, ", "), 600), "count": number(int64(len(names)))}})
	return err
}

// A cursor is the id of the last row shown: no secret, since the rows behind it are always those
// of the one who asks.
func cursor(id int64) string {
	b, _ := json.Marshal(id) // a number
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(c string) (int64, error) {
	if c == "" {
		return 1 << 62, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		var id int64
		if id, err = strconv.ParseInt(string(b), 10, 64); err == nil {
			return id, nil
		}
	}
	return 0, fault.New(fault.NotFound, "fault.not_found")
}
