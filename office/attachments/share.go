package attachments

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/files"
	"comptoir/office/outbox"
)

// Share is the firm's wish to share files with a customer, on a document or by itself.
type Share struct {
	Key        string
	CustomerID string // public id; "" where the document names its customer
	DocumentID string // public id, "" = none
	Note       string
	InPortal   bool
	WithMail   bool // goes with the mail of its document
	Tell       bool // one mail to the customer about all of them
	Files      []Staged
}

type shared struct {
	IDs []int64 `json:"ids"`
}

// Share shares staged files; the same key again shares nothing twice.
func (s *Service) Share(ctx context.Context, who actor.Actor, in Share) (list []File, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return nil, err
	}
	if len(in.Files) == 0 || len(in.Files) > AtOnce {
		return nil, fault.New(fault.Invalid, "fault.files.none", "most", int64(AtOnce))
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done shared
		if err := audit.Once(ctx, tx, in.Key, "files.share", in, &done, func() error {
			customerID, document, err := target(ctx, tx, in.CustomerID, in.DocumentID)
			if err != nil {
				return err
			}
			for _, f := range in.Files {
				id, err := s.insert(ctx, tx, who, f, gen.InsertSharedFileParams{CustomerID: customerID, DocumentID: idOf(document), Note: cleanNote(in.Note),
					InPortal: flag(in.InPortal), WithMail: flag(in.WithMail && document != nil)})
				if err != nil {
					return err
				}
				done.IDs = append(done.IDs, id)
			}
			tx.AfterCommit(func() { s.Changed("files", "customers") })
			if in.Tell && in.InPortal && (document == nil || document.State == "issued") {
				return s.tell(ctx, tx, customerID, document, done.IDs)
			}
			return nil
		}); err != nil {
			return err
		}
		list, err = s.these(ctx, tx, done.IDs)
		return err
	})
	return list, err
}

// target finds whose the files become. A document names its customer; a draft without one takes
// no files yet.
func target(ctx context.Context, tx *db.Tx, customerID, documentID string) (int64, *gen.Document, error) {
	if documentID == "" {
		c, err := tx.CustomerByPublicID(ctx, customerID)
		return c.ID, nil, db.NotFound(err)
	}
	d, err := tx.DocumentByPublicID(ctx, documentID)
	if err != nil {
		return 0, nil, db.NotFound(err)
	}
	if d.CustomerID == nil {
		return 0, nil, fault.New(fault.Conflict, "fault.files.no_customer")
	}
	return *d.CustomerID, &d, nil
}

func idOf(d *gen.Document) *int64 {
	if d == nil {
		return nil
	}
	return &d.ID
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, who actor.Actor, f Staged, p gen.InsertSharedFileParams) (int64, error) {
	if err := files.Record(ctx, tx, files.Ref{SHA256: f.SHA256, Size: f.Size, MediaType: f.MediaType}); err != nil {
		return 0, err
	}
	p.PublicID, p.Name, p.Sha256, p.Size, p.MediaType, p.AuthorName, p.CreatedAt = s.IDs(), f.Name, f.SHA256, f.Size, f.MediaType, who.Name, tx.Stamp()
	id, err := tx.InsertSharedFile(ctx, p)
	if err != nil {
		return 0, err
	}
	return id, audit.Write(ctx, tx, who, audit.Record{Action: "file.shared", ObjectKind: "shared_file", ObjectID: id, Details: map[string]any{"size": f.Size, "media_type": f.MediaType, "in_portal": p.InPortal}})
}

func (s *Service) these(ctx context.Context, tx *db.Tx, ids []int64) ([]File, error) {
	list := make([]File, 0, len(ids))
	for _, id := range ids {
		r, err := tx.SharedFileByID(ctx, id)
		if fault.Is(db.NotFound(err), fault.NotFound) {
			continue // removed since: a repeat of an old command
		}
		if err != nil {
			return nil, err
		}
		list = append(list, fileOf(row(r)))
	}
	return list, nil
}

// Tell writes one mail to the customer about files shared before.
func (s *Service) Tell(ctx context.Context, who actor.Actor, key, customerID string, publicIDs []string) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	if len(publicIDs) == 0 || len(publicIDs) > AtOnce {
		return fault.New(fault.Invalid, "fault.files.none", "most", int64(AtOnce))
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, key, "files.tell", append([]string{customerID}, publicIDs...), &done, func() error {
			done = true
			c, err := tx.CustomerByPublicID(ctx, customerID)
			if err != nil {
				return db.NotFound(err)
			}
			ids := []int64{}
			for _, p := range publicIDs {
				r, err := tx.SharedFile(ctx, p)
				if err != nil {
					return db.NotFound(err)
				}
				if r.CustomerID != c.ID || r.InPortal == 0 || r.ContactID != nil || (r.DocumentState != nil && *r.DocumentState != "issued") {
					return fault.New(fault.NotFound, "fault.not_found")
				}
				ids = append(ids, r.ID)
			}
			tx.AfterCommit(func() { s.Changed("files", "mails") })
			if err := s.tell(ctx, tx, c.ID, nil, ids); err != nil {
				return err
			}
			return audit.Write(ctx, tx, who, audit.Record{Action: "file.told", ObjectKind: "customer", ObjectID: c.ID, Details: map[string]any{"files": len(ids)}})
		})
	})
}

// tell queues the mail. A customer without anybody to write to is not told, and the firm sees it.
func (s *Service) tell(ctx context.Context, tx *db.Tx, customerID int64, document *gen.Document, ids []int64) error {
	k, err := tx.CustomerContactToTell(ctx, customerID)
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return fault.New(fault.Conflict, "fault.files.nobody_to_tell")
	}
	if err != nil {
		return err
	}
	names := []string{}
	for _, id := range ids {
		r, err := tx.SharedFileByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		names = append(names, r.Name)
		at := tx.Stamp()
		if _, err := tx.MarkFilesTold(ctx, gen.MarkFilesToldParams{ID: id, At: &at}); err != nil {
			return err
		}
	}
	m := outbox.Mail{Key: "files/" + number(ids[0]) + "/" + number(int64(len(ids))) + "/" + tx.Stamp(), Kind: outbox.FileShared, Lang: k.Language, ToAddress: k.Email, ToName: k.Name, CustomerID: customerID, ContactID: k.ID,
		Args: map[string]string{"files": cut(strings.Join(names, ", "), 600), "count": number(int64(len(names)))}}
	documentID := int64(0)
	if document != nil && document.Number != nil && document.Kind != "quote" {
		documentID = document.ID
		m.Args["number"] = *document.Number
	}
	if s.IssueLink != nil {
		if m.LinkID, err = s.IssueLink(ctx, tx, k.ID, documentID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// Change sets a file's note and who may see it.
func (s *Service) Change(ctx context.Context, who actor.Actor, publicID, note string, inPortal, withMail bool) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.SharedFile(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		inPortal = inPortal || r.ContactID != nil // who handed it over keeps seeing it
		if _, err := tx.ChangeSharedFile(ctx, gen.ChangeSharedFileParams{ID: r.ID, Note: cleanNote(note), InPortal: flag(inPortal), WithMail: flag(withMail && r.DocumentID != nil)}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("files") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "file.changed", ObjectKind: "shared_file", ObjectID: r.ID, Details: map[string]any{"in_portal": inPortal, "with_mail": withMail}})
	})
}

// Remove takes a file away from everybody. Its content stays on the disk, where the same content
// may belong to another; the row says who removed what and when.
func (s *Service) Remove(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.SharedFile(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		at := tx.Stamp()
		if n, err := tx.RemoveSharedFile(ctx, gen.RemoveSharedFileParams{ID: r.ID, At: &at}); err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed("files") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "file.removed", ObjectKind: "shared_file", ObjectID: r.ID, Details: map[string]any{"size": r.Size}})
	})
}

// OfCustomer lists a customer's files, the newest first; before is the cursor of the page before.
func (s *Service) OfCustomer(ctx context.Context, who actor.Actor, customerID, before string, limit int) (list []File, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	from, err := readCursor(before)
	if err != nil {
		return nil, "", err
	}
	limit = min(max(limit, 1), 200)
	list = []File{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.SharedFilesOfCustomer(ctx, gen.SharedFilesOfCustomerParams{CustomerID: c.ID, BeforeID: from, RowLimit: int64(limit + 1)})
		for i, r := range rows {
			if i == limit {
				next = cursor(rows[limit-1].ID)
				break
			}
			list = append(list, fileOf(r))
		}
		return err
	})
	return list, next, err
}

// OfDocument lists the files on a document, drafts too.
func (s *Service) OfDocument(ctx context.Context, who actor.Actor, documentID string) (list []File, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []File{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		d, err := q.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.SharedFilesOfDocument(ctx, &d.ID)
		for _, r := range rows {
			list = append(list, fileOf(row(r)))
		}
		return err
	})
	return list, err
}

// Waiting lists what contacts handed over and nobody opened yet.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (list []File, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []File{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.UnseenUploads(ctx, 50)
		for _, r := range rows {
			list = append(list, fileOf(row(r)))
		}
		return err
	})
	return list, err
}

// Open gives a file's content to the firm. Opening what a contact handed over notes it as seen.
func (s *Service) Open(ctx context.Context, who actor.Actor, publicID string) (Content, error) {
	if err := who.Need(actor.Look); err != nil {
		return Content{}, err
	}
	var r gen.SharedFileRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		r, err = q.SharedFile(ctx, publicID)
		return db.NotFound(err)
	}); err != nil {
		return Content{}, err
	}
	return s.open(ctx, who, fileOf(row(r)), r.ContactID != nil)
}

// OfMail gives the files that go with the mail of a document; for the outbox only. What is too
// much for a mail stays in the portal.
func (s *Service) OfMail(ctx context.Context, documentID int64) (papers []outbox.Paper, err error) {
	var rows []gen.FilesWithMailRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		rows, err = q.FilesWithMail(ctx, &documentID)
		return err
	}); err != nil {
		return nil, err
	}
	total := int64(0)
	for _, r := range rows {
		if total += r.Size; total > mailMax {
			break
		}
		b, err := s.Files.Load(r.Sha256)
		if err != nil {
			return nil, err
		}
		papers = append(papers, outbox.Paper{Name: r.Name, MediaType: r.MediaType, Content: b})
	}
	return papers, nil
}

// UploadsDefault is the firm's own word about files from customers whose group says nothing.
func (s *Service) UploadsDefault(ctx context.Context, who actor.Actor) (allowed bool, err error) {
	if err := who.Need(actor.Look); err != nil {
		return false, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err := q.PortalUploads(ctx)
		allowed = n == 1
		return err
	})
	return allowed, err
}

// AllowUploads sets it.
func (s *Service) AllowUploads(ctx context.Context, who actor.Actor, allowed bool) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(func() { s.Changed("settings") })
		if err := tx.SetPortalUploads(ctx, gen.SetPortalUploadsParams{PortalUploads: flag(allowed), UpdatedAt: tx.Stamp()}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "uploads.changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"allowed": allowed, "fields": []string{"uploads"}}})
	})
}
