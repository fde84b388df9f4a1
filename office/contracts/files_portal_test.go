package contracts_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/officetest"
)

// portal writes what somebody sees of a contract, or the fault.
func (c *cabinet) portal(who actor.Actor, contractID string) string {
	t, err := c.room.PortalFiles(ctx, who, contractID)
	if err != nil {
		return fmt.Sprint(err)
	}
	above := map[string]contracts.PortalFolder{}
	for _, f := range t.Folders {
		above[f.PublicID] = f
	}
	list := []string{}
	for _, f := range t.Files {
		path := f.Name
		for at := f.FolderID; at != ""; at = above[at].ParentID {
			path = above[at].Name + "/" + path
		}
		list = append(list, path)
	}
	slices.Sort(list)
	return fmt.Sprintf("%s (%d)", strings.Join(list, " "), len(t.Folders))
}

// Who reads which attachment: a scenario a line. Whatever is not to be seen is the same not found,
// of the list and of the bytes.
func TestWhoReadsAttachmentsInThePortal(t *testing.T) {
	c := newCabinet(t)
	other := c.Customer("Autre", nil)
	shown, hidden, gone := c.add("Annexes/Plans", "rdc.pdf", pdf("rdc")), c.add("Annexes", "marge.pdf", pdf("marge")), c.add("", "vieux.pdf", pdf("vieux"))
	deep := c.add("Interne/Pour le client", "note.pdf", pdf("note"))
	c.Must(c.room.Show(ctx, clerk, c.pick(shown, gone, deep), true))
	c.exec("UPDATE contract_folders SET in_portal = 1 WHERE name <> 'Interne'")
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{gone.ID}))
	theirs := c.make(other)
	requester, stranger := officetest.Contact(c.customer), officetest.Contact(other)
	colleague := func() actor.Actor {
		saved, err := c.Customers.Save(ctx, clerk, c.Key(), func() customers.Customer {
			x := c.customer
			x.Contacts = append(x.Contacts, customers.Contact{Name: "Zoé", Email: "zoe@client.example", Language: "fr", PortalAccess: true})
			return x
		}())
		c.Must(err)
		who := requester
		who.ID, who.Name = saved.Contacts[1].ID, "Zoé"
		return who
	}()
	closed := requester
	closed.Shut = actor.AreaContracts
	const notFound, sees = "fault.not_found (not_found)", "Annexes/Plans/rdc.pdf Pour le client/note.pdf (3)"
	look := func(when string, who actor.Actor, contractID, want string) {
		t.Helper()
		if got := c.portal(who, contractID); got != want {
			t.Errorf("%s: %s\nwant %s", when, got, want)
		}
		for _, f := range []contracts.AttachedFile{shown, hidden, gone, deep} {
			got, err := c.room.OpenPortalFile(ctx, who, contractID, f.ID)
			if seen := strings.Contains(want, f.Name); seen {
				if b := read(t, got, err); !strings.HasPrefix(b, "%PDF-1.7 "+strings.TrimSuffix(f.Name, ".pdf")) || got.Name != f.Name {
					t.Errorf("%s: %s is %q", when, f.Name, b)
				}
			} else if err == nil || want == notFound && fmt.Sprint(err) != notFound {
				t.Errorf("%s: %s: %v", when, f.Name, err)
			}
		}
	}
	look("before sharing", requester, c.contract, notFound)
	c.share(c.contract, c.customer)
	c.share(theirs, other)
	look("requester", requester, c.contract, sees)
	look("by its link", func() actor.Actor { k := requester; k.Trust = actor.TrustLink; return k }(), c.contract, sees)
	look("other contact of the customer", colleague, c.contract, notFound)
	look("other customer", stranger, c.contract, notFound)
	look("the file under a contract of one's own", stranger, theirs, " (0)")
	look("a contract that is none", requester, "none", notFound)
	look("without the area", closed, c.contract, "fault.access.area (forbidden)")
	look("the clerk", clerk, c.contract, "fault.forbidden (forbidden)")
	look("a guest of another contract", actor.Actor{Kind: actor.Guest, ID: 1, Contract: theirs, Trust: actor.TrustPassword}, c.contract, notFound)
	c.exec("INSERT INTO contract_watchers (contract_id, contact_id, added_at) SELECT id, ?, '' FROM contracts WHERE public_id = ?", colleague.ID, c.contract)
	look("watcher", colleague, c.contract, sees)
	c.exec("DELETE FROM contract_watchers")
	c.exec("UPDATE customers SET see_each_other = 1 WHERE id = ?", c.customer.ID)
	look("who may see each other's", colleague, c.contract, sees)
	c.Must(c.room.Show(ctx, clerk, c.pick(shown), false))
	look("one hidden", requester, c.contract, "Pour le client/note.pdf (1)")
	c.exec("UPDATE contracts SET in_portal = 0 WHERE public_id = ?", c.contract)
	look("contract hidden", requester, c.contract, notFound)
}

// A new version of a visible file is what the portal gives from then on.
func TestThePortalGivesTheNewestVersion(t *testing.T) {
	c := newCabinet(t)
	f := c.add("", "bail.pdf", pdf("1"))
	c.Must(c.room.Show(ctx, clerk, c.pick(f), true))
	c.share(c.contract, c.customer)
	_, err := c.room.AddVersion(ctx, clerk, contracts.AddVersion{Key: c.Key(), ContractID: c.contract, FileID: f.ID, File: c.stage("bail.pdf", pdf("2"))})
	c.Must(err)
	got, err := c.room.OpenPortalFile(ctx, officetest.Contact(c.customer), c.contract, f.ID)
	if b := read(t, got, err); b != pdf("2") {
		t.Errorf("%q", b)
	}
}

// paper is a PDF of that many pages, each with some words on it.
func paper(pages int) []byte {
	var b bytes.Buffer
	at := []int{}
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), fmt.Sprintf(format, args...))
	}
	b.WriteString("%PDF-1.7\n")
	kids := &strings.Builder{}
	for i := range pages {
		fmt.Fprintf(kids, "%d 0 R ", 3+2*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 595 842]/Resources<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>", pages, kids)
	for i := range pages {
		words := fmt.Sprintf("BT /F 12 Tf 72 770 Td (Article %d) Tj ET", i+1)
		object("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", len(at)+2)
		object("<</Length %d>>stream\n%s\nendstream", len(words), words)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, x := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// plain is a text of that many bytes that no memory holds.
type plain struct{ left int }

func (p *plain) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n := min(len(b), p.left)
	for i := range b[:n] {
		b[i] = "Le bailleur donne a bail au preneur.\n"[(p.left-i)%37]
	}
	p.left -= n
	return n, nil
}

// Fifty megabytes, and a paper of a thousand pages, go in and come out on every way without being
// held: all that is allocated meanwhile is a small part of them.
func TestLargeAttachmentsAreNotHeld(t *testing.T) {
	c := newCabinet(t)
	const size = 50 << 20
	thousand := paper(1000)
	allocated := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.TotalAlloc
	}
	before := allocated()
	large, err := c.room.StageFile(ctx, clerk, "annexe.txt", &plain{size})
	c.Must(err)
	pages, err := c.room.StageFile(ctx, clerk, "bail.pdf", bytes.NewReader(thousand))
	c.Must(err)
	list, err := c.room.AddFiles(ctx, clerk, contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Files: []contracts.NewFile{{File: large}, {File: pages}}})
	c.Must(err)
	c.Must(c.room.Show(ctx, clerk, c.pick(list...), true))
	c.share(c.contract, c.customer)
	whole := func(f contracts.FileContent, err error) {
		t.Helper()
		c.Must(err)
		n, err := io.Copy(io.Discard, struct{ io.Reader }{f.Bytes})
		if c.Must(errors.Join(err, f.Bytes.Close())); n != f.Size {
			t.Errorf("%d of %d bytes", n, f.Size)
		}
	}
	for _, f := range list {
		whole(c.room.OpenVersion(ctx, clerk, f.VersionID))
		whole(c.room.OpenPortalFile(ctx, officetest.Contact(c.customer), c.contract, f.ID))
	}
	number, packed, err := c.room.ForArchive(ctx, clerk, contracts.Pick{ContractID: c.contract})
	c.Must(err)
	for _, p := range packed {
		whole(c.room.OpenPacked(p))
	}
	c.Sound()
	if used := allocated() - before; used > size/5 || number == "" || len(packed) != 2 || list[0].Size != size || list[1].Size != int64(len(thousand)) {
		t.Errorf("%d MB allocated for %d; %d files of %s", used>>20, size>>20, len(packed), number)
	}
	_, err = c.room.StageFile(ctx, clerk, "trop.txt", &plain{size + 1})
	c.WantFault(err, "fault.files.too_big")
}

// An archive has the folders, without what is in the bin; what is not there is not found.
func TestArchives(t *testing.T) {
	c := newCabinet(t)
	a := c.add("", "a.pdf", pdf("a"))
	c.add("D/E", "b.pdf", pdf("b"))
	gone := c.add("D", "c.pdf", pdf("c"))
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{gone.ID}))
	for _, x := range []struct {
		in   contracts.Pick
		want string
	}{{contracts.Pick{}, "a.pdf D/E/b.pdf"}, {contracts.Pick{FolderIDs: []string{c.folderID("D")}}, "D/E/b.pdf"}, {contracts.Pick{FileIDs: []string{a.ID}, FolderIDs: []string{c.folderID("E"), c.folderID("D")}}, "a.pdf D/E/b.pdf"}} {
		x.in.ContractID = c.contract
		_, list, err := c.room.ForArchive(ctx, clerk, x.in)
		c.Must(err)
		paths := []string{}
		for _, p := range list {
			paths = append(paths, p.Path)
			read(t, func() contracts.FileContent { f, err := c.room.OpenPacked(p); c.Must(err); return f }(), nil)
		}
		if got := strings.Join(paths, " "); got != x.want {
			t.Errorf("%s, want %s", got, x.want)
		}
	}
	_, _, err := c.room.ForArchive(ctx, clerk, c.pick(gone))
	c.WantFault(err, "fault.not_found")
	_, _, err = c.room.ForArchive(ctx, clerk, contracts.Pick{ContractID: c.make(c.customer)})
	c.WantFault(err, "fault.contract_files.nothing")
}
