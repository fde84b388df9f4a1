// Package attachments keeps the files that the firm shares with a customer, on a document or by
// itself, and those that contacts hand over.
//
// What lives here: who may share, see and hand over, what a file may be (by its content), how
// much of it, the mail and the notice that go with it. What must not: bytes and folders
// (office/files), pages, forms. Called by the window's bound structs, the portal, and the outbox
// for what goes with a mail.
package attachments

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/files"
)

// What may be handed over.
const (
	SizeMax     = 50 << 20 // of one file
	AtOnce      = 20       // files in one go
	DayMax      = 60       // files that one customer's contacts give in a day, handed over or in conversations
	CustomerMax = 1 << 30  // bytes of one customer's contacts in all
	// Bytes that one customer's contacts may send in a day without handing them over: what is
	// broken off or refused stays on the disk until it is swept, and counts among nobody's files.
	UnclaimedMax = 2 << 30
	NoteMax      = 500
	mailMax      = 10 << 20 // of all that goes with one mail
)

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB    *db.DB
	IDs   id.Source
	Files *files.Store
	// IssueLink makes the mailed link that opens a document, or the portal where documentID is 0.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (linkID int64, err error)
	// Changed is called after a commit with what changed.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct {
	Deps
	unclaimed unclaimed
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d, unclaimed: unclaimed{most: UnclaimedMax}}
}

// File is a shared file.
type File struct {
	id             int64
	sha            string
	PublicID       string
	Name           string
	Note           string
	Size           int64
	MediaType      string
	CustomerID     string // public id
	CustomerName   string
	DocumentID     string // public id, "" = none
	DocumentNumber string
	DocumentKind   string
	FromCustomer   bool // handed over by a contact
	Author         string
	InPortal       bool
	WithMail       bool
	SeenAt         string // by the other side; "" = not yet
	ToldAt         string // the customer was written to
	CreatedAt      string
}

// Content is a stored file, open to be read in part. Whoever gets it closes it.
type Content struct {
	File
	Bytes io.ReadSeekCloser
	At    time.Time
}

// Staged is a file that came and was judged, and is not yet anybody's.
type Staged struct {
	Name      string `json:"name"`
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	MediaType string `json:"media_type"`
}

// Stage streams a file to the disk, judging its content on the way. It belongs to nobody until
// Share or HandOver; what comes to nothing is swept after a day (Sweep).
func (s *Service) Stage(ctx context.Context, who actor.Actor, name string, r io.Reader) (Staged, error) {
	if who.Kind == actor.Contact {
		if err := s.mayHandOver(ctx, who); err != nil {
			return Staged{}, err
		}
	} else if err := who.Need(actor.Answer); err != nil {
		return Staged{}, err
	}
	if who.Kind == actor.Contact && s.unclaimed.full(who.CustomerID, s.DB.Now()) {
		return Staged{}, fault.New(fault.TooMany, "fault.files.enough", "most", int64(DayMax))
	}
	f, err := s.judged(name, r, SizeMax)
	if err == nil && who.Kind == actor.Contact {
		s.unclaimed.add(who.CustomerID, f.Size, s.DB.Now())
	}
	return f, err
}

// StageUpTo is Stage for the firm's own files, of at most that many bytes: other rooms have
// limits of their own (contracts).
func (s *Service) StageUpTo(_ context.Context, who actor.Actor, name string, r io.Reader, most int64) (Staged, error) {
	if err := who.Need(actor.Answer); err != nil {
		return Staged{}, err
	}
	return s.judged(name, r, most)
}

func (s *Service) judged(name string, r io.Reader, most int64) (Staged, error) {
	j := &judge{typed: name}
	ref, err := s.Files.PutFrom(&ending{r, j}, most, j)
	if err != nil {
		if e, ok := fault.As(err); ok && strings.HasPrefix(e.Key, "fault.files.") { // ours: say of which file
			return Staged{}, fault.New(e.Code, e.Key, "name", cleanName(name), "most", most>>20).With(e.Err)
		}
		return Staged{}, err
	}
	return Staged{Name: j.name, SHA256: ref.SHA256, Size: ref.Size, MediaType: j.mediaType}, nil
}

// ending asks the judge for its verdict when the stream ends, before the file gets a name.
type ending struct {
	io.Reader
	j *judge
}

func (e *ending) Read(b []byte) (int, error) {
	n, err := e.Reader.Read(b)
	if err == io.EOF && n == 0 {
		if verdict := e.j.decide(); verdict != nil {
			return 0, verdict
		}
	}
	if err == io.EOF && n > 0 {
		return n, nil // the next reading ends, when the judge has heard these too
	}
	return n, err
}

func cleanNote(note string) string {
	return cut(strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(note, ""), "\r\n", "\n")), NoteMax)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// row is what the queries give, whoever asks.
type row = gen.SharedFilesOfCustomerRow

func fileOf(r row) File {
	f := File{id: r.ID, sha: r.Sha256, PublicID: r.PublicID, Name: r.Name, Note: r.Note, Size: r.Size, MediaType: r.MediaType, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName,
		DocumentID: text(r.DocumentPublicID), DocumentNumber: text(r.DocumentNumber), DocumentKind: text(r.DocumentKind), FromCustomer: r.ContactID != nil, Author: r.AuthorName,
		InPortal: r.InPortal == 1, WithMail: r.WithMail == 1, SeenAt: text(r.SeenAt), ToldAt: text(r.ToldAt), CreatedAt: r.CreatedAt}
	return f
}
