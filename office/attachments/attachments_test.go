package attachments_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/attachments"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/officetest"
)

var ctx = context.Background()

// shop is a firm with the room of shared files.
type shop struct {
	*officetest.Firm
	room   *attachments.Service
	staff  actor.Actor
	keys   int
	folder string // of the stored files
}

func newShop(t testing.TB) *shop {
	t.Helper()
	f := officetest.New(t)
	s := &shop{Firm: f, staff: actor.Machine(), folder: filepath.Join(t.TempDir(), "files")}
	s.room = attachments.New(attachments.Deps{DB: f.DB, IDs: id.Seeded(7), Files: files.New(s.folder, true),
		IssueLink: func(context.Context, *db.Tx, int64, int64) (int64, error) { return 0, nil }})
	return s
}

func (s *shop) key() string { s.keys++; return fmt.Sprintf("files-key-%d", s.keys) }

func (s *shop) stage(name, content string) attachments.Staged {
	staged, err := s.room.Stage(ctx, s.staff, name, strings.NewReader(content))
	s.Must(err)
	return staged
}

func (s *shop) share(in attachments.Share) attachments.File {
	if in.Key == "" {
		in.Key = s.key()
	}
	if in.Files == nil {
		in.Files = []attachments.Staged{s.stage("plan.pdf", "%PDF-1.7 plan")}
	}
	list, err := s.room.Share(ctx, s.staff, in)
	s.Must(err)
	return list[0]
}

func (s *shop) sees(c customers.Customer) []string {
	page, err := s.room.PortalFiles(ctx, officetest.Contact(c), attachments.PortalQuery{})
	s.Must(err)
	names := []string{}
	for _, f := range page.Rows {
		names = append(names, f.Name)
	}
	return names
}

// A file on a draft is seen when the draft is issued, not before; it follows the draft to
// another customer, and stays with the firm when the draft is thrown away.
func TestFilesOnDrafts(t *testing.T) {
	s := newShop(t)
	mine, other := s.Customer("Mien", nil), s.Customer("Autre", nil)
	draft := s.Draft(officetest.Form(mine, officetest.Line(1000)))
	f := s.share(attachments.Share{DocumentID: draft.PublicID, InPortal: true, WithMail: true})
	if got := s.sees(mine); len(got) != 0 {
		t.Errorf("seen on a draft: %v", got)
	}
	_, err := s.room.PortalFile(ctx, officetest.Contact(mine), f.PublicID)
	s.WantFault(err, "fault.not_found")
	papers, err := s.room.OfMail(ctx, draft.ID)
	s.Must(err)
	if len(papers) != 1 || papers[0].Name != "plan.pdf" || string(papers[0].Content) != "%PDF-1.7 plan" {
		t.Errorf("with the mail: %+v", papers)
	}
	changed := officetest.Form(other, officetest.Line(1000))
	changed.PublicID, changed.Version = draft.PublicID, draft.Version
	draft, _, err = s.Sales.SaveDraft(ctx, s.staff, s.key(), changed)
	s.Must(err)
	list, err := s.room.OfDocument(ctx, s.staff, draft.PublicID)
	s.Must(err)
	if len(list) != 1 || list[0].CustomerID != other.PublicID {
		t.Errorf("the file stayed with %+v", list)
	}
	raw := dbtest.Raw(t, s.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM shared_files WHERE customer_id = ?", mine.ID); n != 0 {
		t.Errorf("%d files of the customer before", n)
	}
	s.Must(s.Sales.Delete(ctx, s.staff, draft.PublicID, draft.Version))
	if got := s.sees(other); len(got) != 0 {
		t.Errorf("seen after the draft was thrown away: %v", got)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM shared_files WHERE in_portal = 0 AND with_mail = 0 AND document_id IS NULL AND removed_at IS NULL"); n != 1 {
		t.Errorf("kept for the firm: %d", n)
	}
}

// Who may see, change and remove what.
func TestWhoMay(t *testing.T) {
	s := newShop(t)
	mine, other := s.Customer("Mien", nil), s.Customer("Autre", nil)
	seen, hidden := s.share(attachments.Share{CustomerID: mine.PublicID, InPortal: true}), s.share(attachments.Share{CustomerID: mine.PublicID, Files: []attachments.Staged{s.stage("marge.csv", "a;b")}})
	if got := s.sees(mine); len(got) != 1 || got[0] != "plan.pdf" {
		t.Errorf("sees %v", got)
	}
	me, them := officetest.Contact(mine), officetest.Contact(other)
	for _, c := range []struct {
		who actor.Actor
		id  string
	}{{them, seen.PublicID}, {me, hidden.PublicID}, {me, "nothing"}, {me, ""}} {
		_, err := s.room.PortalFile(ctx, c.who, c.id)
		s.WantFault(err, "fault.not_found")
	}
	nobody := actor.Actor{Kind: actor.Contact, CustomerID: mine.ID}
	for _, who := range []actor.Actor{nobody, {}, s.staff} {
		_, err := s.room.PortalFiles(ctx, who, attachments.PortalQuery{})
		s.WantFault(err, "fault.forbidden")
		_, err = s.room.PortalFile(ctx, who, seen.PublicID)
		s.WantFault(err, "fault.forbidden")
	}
	for _, err := range []error{
		s.room.Remove(ctx, me, seen.PublicID), s.room.Change(ctx, me, seen.PublicID, "", true, false), s.room.Tell(ctx, me, s.key(), mine.PublicID, []string{seen.PublicID}), s.room.AllowUploads(ctx, me, true),
	} {
		s.WantFault(err, "fault.forbidden")
	}
	_, err := s.room.Share(ctx, me, attachments.Share{Key: s.key(), CustomerID: mine.PublicID})
	s.WantFault(err, "fault.forbidden")
	_, _, err = s.room.OfCustomer(ctx, me, mine.PublicID, "", 10)
	s.WantFault(err, "fault.forbidden")
	// The first opening by the other side is noted, with who.
	c, err := s.room.PortalFile(ctx, me, seen.PublicID)
	s.Must(err)
	b, err := io.ReadAll(c.Bytes)
	s.Must(errors.Join(err, c.Bytes.Close()))
	raw := dbtest.Raw(t, s.Path)
	if string(b) != "%PDF-1.7 plan" || dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE action = 'file.seen' AND actor_kind = 'contact'") != 1 {
		t.Errorf("%q", b)
	}
	s.Must(s.room.Remove(ctx, s.staff, seen.PublicID))
	_, err = s.room.PortalFile(ctx, me, seen.PublicID)
	s.WantFault(err, "fault.not_found")
	s.WantFault(s.room.Remove(ctx, s.staff, seen.PublicID), "fault.not_found")
	if dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE action = 'file.removed'") != 1 {
		t.Error("a removal without a line in the log")
	}
}

// One mail for several files; the same key tells once; nobody is told of what he may not see.
func TestTellingOfFiles(t *testing.T) {
	s := newShop(t)
	mine, other := s.Customer("Mien", nil), s.Customer("Autre", nil)
	raw := dbtest.Raw(t, s.Path)
	mails := func() int64 { return dbtest.Int(t, raw, "SELECT count(*) FROM mails WHERE kind = 'file_shared'") }
	in := attachments.Share{Key: s.key(), CustomerID: mine.PublicID, InPortal: true, Tell: true, Files: []attachments.Staged{s.stage("a.pdf", "%PDF-1"), s.stage("b.pdf", "%PDF-2")}}
	for range 2 {
		list, err := s.room.Share(ctx, s.staff, in)
		s.Must(err)
		if len(list) != 2 {
			t.Errorf("%d files", len(list))
		}
	}
	if mails() != 1 || dbtest.Int(t, raw, "SELECT count(*) FROM shared_files") != 2 {
		t.Errorf("%d mails", mails())
	}
	in.Note = "another body"
	_, err := s.room.Share(ctx, s.staff, in)
	s.WantFault(err, "fault.command_reused")
	hidden := s.share(attachments.Share{CustomerID: mine.PublicID})
	theirs := s.share(attachments.Share{CustomerID: other.PublicID, InPortal: true})
	for _, f := range []attachments.File{hidden, theirs} {
		s.WantFault(s.room.Tell(ctx, s.staff, s.key(), mine.PublicID, []string{f.PublicID}), "fault.not_found")
	}
	if mails() != 1 {
		t.Errorf("%d mails", mails())
	}
}

// Two files of the same content are two rows and the same bytes on the disk.
func TestSameContentTwice(t *testing.T) {
	s := newShop(t)
	mine := s.Customer("Mien", nil)
	a, b := s.stage("a.pdf", "%PDF-1.7 same"), s.stage("b.pdf", "%PDF-1.7 same")
	if a.SHA256 != b.SHA256 {
		t.Fatal("not the same")
	}
	s.share(attachments.Share{CustomerID: mine.PublicID, Files: []attachments.Staged{a, b}})
	raw := dbtest.Raw(t, s.Path)
	if dbtest.Int(t, raw, "SELECT count(*) FROM shared_files") != 2 || dbtest.Int(t, raw, "SELECT count(*) FROM files WHERE sha256 = '"+a.SHA256+"'") != 1 {
		t.Error("kept otherwise")
	}
	left, err := filepath.Glob(filepath.Join(s.folder, ".new-*"))
	s.Must(err)
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What breaks while it comes leaves nothing: neither a row nor a file.
func TestBrokenStream(t *testing.T) {
	s := newShop(t)
	broken := io.MultiReader(strings.NewReader("%PDF-1.7 "+strings.Repeat("x", 5000)), failing{})
	if _, err := s.room.Stage(ctx, s.staff, "a.pdf", broken); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	_, err := s.room.Stage(ctx, s.staff, "a.pdf", io.LimitReader(endless{}, attachments.SizeMax+1))
	if f, ok := fault.As(err); !ok || f.Key != "fault.files.too_big" || f.Args["name"] != "a.pdf" {
		t.Errorf("too big: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(s.folder, "*"))
	s.Must(err)
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := s.room.Stage(ctx, s.staff, "exact.pdf", io.LimitReader(endless{}, attachments.SizeMax)); err != nil {
		t.Errorf("just big enough: %v", err)
	}
}

// A folder that takes nothing is told as such, and nothing stays.
func TestDiskThatTakesNothing(t *testing.T) {
	s := newShop(t)
	s.stage("a.pdf", "%PDF-1.7")
	stored, err := filepath.Glob(filepath.Join(s.folder, "*", "*"))
	s.Must(err)
	dir := filepath.Join(stored[0], "files") // a folder inside of a file
	room := attachments.New(attachments.Deps{DB: s.DB, IDs: id.Seeded(8), Files: files.New(dir, true)})
	_, err = room.Stage(ctx, s.staff, "a.pdf", strings.NewReader("%PDF-1.7"))
	s.WantFault(err, "fault.disk_error")
}

var errBroken = errors.New("the line is dead")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	copy(b, bytes.Repeat([]byte("%PDF-1.7 "), len(b)/9+1))
	return len(b), nil
}

// BenchmarkStage streams a file of 50 MB to the disk; B/op shows that it is not held in memory.
func BenchmarkStage(b *testing.B) {
	s := newShop(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.room.Stage(ctx, s.staff, "a.pdf", io.LimitReader(zeros{}, attachments.SizeMax)); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(attachments.SizeMax)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	copy(b, "%PDF-1.7")
	return len(b), nil
}
