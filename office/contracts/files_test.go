package contracts_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/attachments"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/officetest"
)

var (
	ctx   = context.Background()
	clerk = officetest.Staff
)

// cabinet is a firm with the room of contracts and one contract in it.
type cabinet struct {
	*officetest.Firm
	room     *contracts.Service
	folder   string // of the stored files
	customer customers.Customer
	contract string
	changed  []int64 // files that the hook was told of
	refuse   error   // what the hook answers
}

func newCabinet(t testing.TB) *cabinet {
	t.Helper()
	f := officetest.New(t)
	c := &cabinet{Firm: f, folder: filepath.Join(t.TempDir(), "files")}
	f.Files = files.New(c.folder, true)
	c.room = contracts.New(contracts.Deps{DB: f.DB, IDs: id.Seeded(9), Attachments: attachments.New(attachments.Deps{DB: f.DB, IDs: id.Seeded(7), Files: f.Files}),
		OnFileChange: func(_ context.Context, _ *db.Tx, _ actor.Actor, _, fileID int64) error {
			c.changed = append(c.changed, fileID)
			return c.refuse
		}})
	c.customer = f.Customer("Client", nil)
	c.contract = c.make(c.customer)
	return c
}

func (c *cabinet) make(of customers.Customer) string {
	c.T.Helper()
	v, err := c.room.Save(ctx, clerk, c.Key(), contracts.Form{Title: "Bail commercial", CustomerID: of.PublicID, Currency: "EUR"})
	c.Must(err)
	return v.PublicID
}

// share shows the contract to the customer's first contact.
func (c *cabinet) share(contractID string, of customers.Customer) {
	c.T.Helper()
	c.exec("UPDATE contracts SET in_portal = 1, requester_id = ? WHERE public_id = ?", of.Contacts[0].ID, contractID)
}

func (c *cabinet) exec(query string, args ...any) {
	c.T.Helper()
	raw := dbtest.Raw(c.T, c.Path)
	_, err := raw.Exec(query, args...)
	c.Must(errors.Join(err, raw.Close()))
}

func pdf(content string) string { return "%PDF-1.7 " + content }

func (c *cabinet) stage(name, content string) attachments.Staged {
	c.T.Helper()
	f, err := c.room.StageFile(ctx, clerk, name, strings.NewReader(content))
	c.Must(err)
	return f
}

// add adds a file; path is that of its folders.
func (c *cabinet) add(path, name, content string) contracts.AttachedFile {
	c.T.Helper()
	list, err := c.room.AddFiles(ctx, clerk, contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Files: []contracts.NewFile{{Path: path, File: c.stage(name, content)}}})
	c.Must(err)
	return list[0]
}

func (c *cabinet) tree() contracts.FileTree {
	c.T.Helper()
	t, err := c.room.Files(ctx, clerk, c.contract)
	c.Must(err)
	return t
}

// lines writes the tree as text: a path a line, "+" what is visible.
func (c *cabinet) lines() string {
	c.T.Helper()
	t := c.tree()
	var path func(id string) string
	path = func(id string) string {
		for _, f := range t.Folders {
			if f.ID == id {
				return path(f.ParentID) + f.Name + "/"
			}
		}
		return ""
	}
	mark := map[bool]string{true: "+", false: "-"}
	list := []string{}
	for _, f := range t.Folders {
		list = append(list, mark[f.InPortal]+path(f.ID))
	}
	for _, f := range t.Files {
		list = append(list, fmt.Sprintf("%s%s%s@%d", mark[f.InPortal], path(f.FolderID), f.Name, f.N))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func (c *cabinet) folderID(name string) string {
	c.T.Helper()
	for _, f := range c.tree().Folders {
		if f.Name == name {
			return f.ID
		}
	}
	c.T.Fatalf("no folder %s", name)
	return ""
}

func (c *cabinet) want(lines string) {
	c.T.Helper()
	if got := c.lines(); got != lines {
		c.T.Errorf("%s\nwant %s", got, lines)
	}
}

func (c *cabinet) pick(files ...contracts.AttachedFile) contracts.Pick {
	p := contracts.Pick{ContractID: c.contract}
	for _, f := range files {
		p.FileIDs = append(p.FileIDs, f.ID)
	}
	return p
}

func read(t testing.TB, f contracts.FileContent, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f.Bytes)
	if err := errors.Join(err, f.Bytes.Close()); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A folder that is dropped arrives with its folders; the same key again adds nothing; the same
// name is asked about, then becomes the next version or gets a name of its own.
func TestAddingAttachments(t *testing.T) {
	c := newCabinet(t)
	in := contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Files: []contracts.NewFile{
		{File: c.stage("bail.pdf", pdf("bail"))}, {Path: "Annexes/Plans", File: c.stage("rdc.pdf", pdf("rdc"))}, {Path: `annexes\plans\`, File: c.stage("etage.pdf", pdf("etage"))}, {Path: "../Annexes/./", File: c.stage("état.txt", "bon")}}}
	for range 2 {
		list, err := c.room.AddFiles(ctx, clerk, in)
		c.Must(err)
		if len(list) != 4 {
			t.Errorf("%d added", len(list))
		}
	}
	c.want("-Annexes/ -Annexes/Plans/ -Annexes/Plans/etage.pdf@1 -Annexes/Plans/rdc.pdf@1 -Annexes/état.txt@1 -bail.pdf@1")
	again := contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Files: []contracts.NewFile{{File: c.stage("Bail.pdf", pdf("avenant"))}}}
	_, err := c.room.AddFiles(ctx, clerk, again)
	c.WantFault(err, "fault.contract_files.exists")
	again.Same = contracts.SameBoth
	_, err = c.room.AddFiles(ctx, clerk, again) // nothing was done under that key
	c.Must(err)
	again.Key, again.Same = c.Key(), contracts.SameVersion
	_, err = c.room.AddFiles(ctx, clerk, again)
	c.Must(err)
	again.Key = c.Key()
	_, err = c.room.AddFiles(ctx, clerk, again) // the same content once more
	c.Must(err)
	c.want("-Annexes/ -Annexes/Plans/ -Annexes/Plans/etage.pdf@1 -Annexes/Plans/rdc.pdf@1 -Annexes/état.txt@1 -Bail (2).pdf@1 -bail.pdf@2")
	for _, files := range [][]contracts.NewFile{nil, make([]contracts.NewFile, contracts.AtOnce+1)} {
		_, err = c.room.AddFiles(ctx, clerk, contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Files: files})
		c.WantFault(err, "fault.files.none")
	}
	_, err = c.room.AddFiles(ctx, clerk, contracts.AddFiles{Key: c.Key(), ContractID: "none", Files: again.Files})
	c.WantFault(err, "fault.not_found")
	_, err = c.room.AddFiles(ctx, clerk, contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Files: []contracts.NewFile{{Path: strings.Repeat("d/", 11), File: again.Files[0].File}}})
	c.WantFault(err, "fault.contract_files.folders_many")
	c.Sound()
}

// Every version stays readable under a name of its own; the same content and a stale page are
// refused; who works on rounds is told, and what it refuses does not happen.
func TestVersionsOfAnAttachment(t *testing.T) {
	c := newCabinet(t)
	f := c.add("", "bail.pdf", pdf("1"))
	version := func(content, base string) (contracts.AttachedFile, error) {
		return c.room.AddVersion(ctx, clerk, contracts.AddVersion{Key: c.Key(), ContractID: c.contract, FileID: f.ID, Base: base, Note: "  Loyer corrigé\n", File: c.stage("bail signé.docx.pdf", pdf(content))})
	}
	second, err := version("2", f.VersionID)
	c.Must(err)
	if second.N != 2 || second.Note != "Loyer corrigé" || second.Author != clerk.Name || second.Name != "bail.pdf" || len(c.changed) != 1 {
		t.Errorf("%+v, %d changes", second, len(c.changed))
	}
	_, err = version("3", f.VersionID)
	c.WantFault(err, "fault.stale")
	_, err = version("2", second.VersionID)
	c.WantFault(err, "fault.contract_files.same")
	c.refuse = errors.New("not now")
	if _, err := version("3", second.VersionID); !errors.Is(err, c.refuse) {
		t.Error(err)
	}
	c.refuse = nil
	if len(c.changed) != 2 {
		t.Errorf("%d changes", len(c.changed))
	}
	docx, err := c.room.AddVersion(ctx, clerk, contracts.AddVersion{Key: c.Key(), ContractID: c.contract, FileID: f.ID, File: c.stage("neuf.docx", "PK\x03\x04 neuf")})
	c.Must(err)
	list, err := c.room.FileVersions(ctx, clerk, c.contract, f.ID)
	c.Must(err)
	if docx.Name != "bail.docx" || len(list) != 3 || list[2].N != 1 {
		t.Errorf("%s %+v", docx.Name, list)
	}
	for i, want := range []string{"bail.docx PK\x03\x04 neuf", "bail-v2.pdf " + pdf("2"), "bail-v1.pdf " + pdf("1")} {
		v, err := c.room.OpenVersion(ctx, clerk, list[i].ID)
		if got := v.Name + " " + read(t, v, err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	_, err = c.room.OpenVersion(ctx, clerk, "none")
	c.WantFault(err, "fault.not_found")
	c.Sound()
}

// Names stay names, of their kind, and alone in their folder; moving keeps what is shown.
func TestRenamingAndMoving(t *testing.T) {
	c := newCabinet(t)
	a, b := c.add("", "a.pdf", pdf("a")), c.add("Juridique", "b.pdf", pdf("b"))
	for _, x := range []struct{ name, fault string }{{"b.docx", "fault.files.name_differs"}, {"../plan", ""}, {"Plan.PDF", ""}} {
		if err := c.room.RenameFile(ctx, clerk, c.contract, a.ID, x.name); x.fault != "" {
			c.WantFault(err, x.fault)
		} else {
			c.Must(err)
		}
	}
	c.want("-Juridique/ -Juridique/b.pdf@1 -Plan.PDF@1")
	c.Must(c.room.Show(ctx, clerk, c.pick(a), true))
	c.Must(c.room.Move(ctx, clerk, c.pick(a), c.folderID("Juridique")))
	c.want("+Juridique/Plan.PDF@1 -Juridique/ -Juridique/b.pdf@1")
	c.WantFault(c.room.RenameFile(ctx, clerk, c.contract, a.ID, "B.pdf"), "fault.contract_files.exists")
	other := c.add("", "b.pdf", pdf("other"))
	c.WantFault(c.room.Move(ctx, clerk, c.pick(other, a), c.folderID("Juridique")), "fault.contract_files.exists")
	c.WantFault(c.room.Move(ctx, clerk, c.pick(b), "none"), "fault.not_found")
	c.Must(c.room.Move(ctx, clerk, c.pick(a, a), ""))
	c.want("+Plan.PDF@1 -Juridique/ -Juridique/b.pdf@1 -b.pdf@1")
	if len(c.changed) != 0 {
		t.Error("a name or a place is no change of what is signed")
	}
}

func TestFolders(t *testing.T) {
	c := newCabinet(t)
	add := func(parent, name string) (string, error) {
		return c.room.AddFolder(ctx, clerk, c.Key(), c.contract, parent, name)
	}
	a, err := add("", "Annexes")
	c.Must(err)
	b, err := add(a, " Plans: 2026 ")
	c.Must(err)
	for _, x := range []struct{ parent, name, fault string }{{"", "ANNÉXES", "fault.contract_files.folder_exists"}, {"", " .. ", "fault.contract_files.folder_name"}, {"none", "x", "fault.not_found"}} {
		_, err := add(x.parent, x.name)
		c.WantFault(err, x.fault)
	}
	c.want("-Annexes/ -Annexes/Plans- 2026/")
	c.Must(c.room.RenameFolder(ctx, clerk, c.contract, b, "Plans"))
	c.Must(c.room.RenameFolder(ctx, clerk, c.contract, a, "annexes"))
	folders := func(ids ...string) contracts.Pick { return contracts.Pick{ContractID: c.contract, FolderIDs: ids} }
	c.WantFault(c.room.Move(ctx, clerk, folders(a), b), "fault.contract_files.into_itself")
	c.WantFault(c.room.Move(ctx, clerk, folders(a), a), "fault.contract_files.into_itself")
	c.WantFault(c.room.RemoveFolder(ctx, clerk, c.contract, a), "fault.contract_files.not_empty")
	f := c.add("annexes/Plans", "rdc.pdf", pdf("rdc"))
	c.Must(c.room.Move(ctx, clerk, folders(b), ""))
	c.want("-Plans/ -Plans/rdc.pdf@1 -annexes/")
	c.WantFault(c.room.RemoveFolder(ctx, clerk, c.contract, b), "fault.contract_files.not_empty")
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{f.ID}))
	c.Must(c.room.RemoveFolder(ctx, clerk, c.contract, b))
	c.Must(c.room.RestoreFiles(ctx, clerk, c.contract, []string{f.ID}))
	c.want("-annexes/ -rdc.pdf@1")
	deep := ""
	for i := range 10 {
		if deep, err = add(deep, fmt.Sprintf("n%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = add(deep, "trop")
	c.WantFault(err, "fault.contract_files.folders_many")
	c.WantFault(c.room.Move(ctx, clerk, folders(a), deep), "fault.contract_files.folders_many")
}

// What was removed is in the bin with all its versions, and comes back as it was, under another
// name where its own was taken; what was sealed is never removed, nor gets a version.
func TestTheBin(t *testing.T) {
	c := newCabinet(t)
	f, g := c.add("", "bail.pdf", pdf("1")), c.add("", "plan.pdf", pdf("plan"))
	c.Must(c.room.Show(ctx, clerk, c.pick(f), true))
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{f.ID, g.ID}))
	c.WantFault(c.room.RemoveFiles(ctx, clerk, c.contract, []string{f.ID}), "fault.not_found")
	bin, err := c.room.RemovedFiles(ctx, clerk, c.contract)
	c.Must(err)
	if tree := c.tree(); len(bin) != 2 || len(tree.Files) != 0 || tree.Removed != 2 || len(c.changed) != 2 {
		t.Errorf("%d in the bin, %+v", len(bin), tree)
	}
	v, err := c.room.OpenVersion(ctx, clerk, f.VersionID)
	if got := read(t, v, err); got != pdf("1") {
		t.Errorf("%q", got)
	}
	c.WantFault(c.room.RenameFile(ctx, clerk, c.contract, f.ID, "x"), "fault.not_found")
	c.add("", "bail.pdf", pdf("autre"))
	for range 2 {
		c.Must(c.room.RestoreFiles(ctx, clerk, c.contract, []string{f.ID, g.ID}))
	}
	c.want("+bail (2).pdf@1 -bail.pdf@1 -plan.pdf@1")
	c.WantFault(c.room.RestoreFiles(ctx, clerk, c.make(c.customer), []string{f.ID}), "fault.not_found")
	c.exec("UPDATE contract_files SET sealed = 1 WHERE public_id = ?", g.ID)
	c.WantFault(c.room.RemoveFiles(ctx, clerk, c.contract, []string{f.ID, g.ID}), "fault.contract_files.sealed")
	_, err = c.room.AddVersion(ctx, clerk, contracts.AddVersion{Key: c.Key(), ContractID: c.contract, FileID: g.ID, File: c.stage("plan.pdf", pdf("2"))})
	c.WantFault(err, "fault.contract_files.sealed")
	c.want("+bail (2).pdf@1 -bail.pdf@1 -plan.pdf@1")
}

// A folder is shown or hidden with all that is in it; what comes into it begins as it is; outside
// of folders the contract's own word counts.
func TestShowingAndHiding(t *testing.T) {
	c := newCabinet(t)
	a := c.add("", "a.pdf", pdf("a"))
	c.add("D/E", "b.pdf", pdf("b"))
	c.Must(c.room.Show(ctx, clerk, contracts.Pick{ContractID: c.contract, FolderIDs: []string{c.folderID("D")}}, true))
	c.add("D/E", "c.pdf", pdf("c"))
	c.add("D/F", "d.pdf", pdf("d"))
	c.want("+D/ +D/E/ +D/E/b.pdf@1 +D/E/c.pdf@1 +D/F/ +D/F/d.pdf@1 -a.pdf@1")
	pick := contracts.Pick{ContractID: c.contract, FileIDs: []string{a.ID}, FolderIDs: []string{c.folderID("E"), c.folderID("F")}}
	c.Must(c.room.Show(ctx, clerk, pick, false))
	c.want("+D/ -D/E/ -D/E/b.pdf@1 -D/E/c.pdf@1 -D/F/ -D/F/d.pdf@1 -a.pdf@1")
	c.exec("UPDATE contracts SET files_shown = 1 WHERE public_id = ?", c.contract)
	c.add("", "e.pdf", pdf("e"))
	c.add("G", "f.pdf", pdf("f"))
	c.want("+D/ +G/ +G/f.pdf@1 +e.pdf@1 -D/E/ -D/E/b.pdf@1 -D/E/c.pdf@1 -D/F/ -D/F/d.pdf@1 -a.pdf@1")
	raw := dbtest.Raw(t, c.Path)
	written := func() int64 {
		return dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE action IN ('contract.files_shown','contract.files_hidden')")
	}
	before := written()
	c.Must(c.room.Show(ctx, clerk, pick, false))
	if written() != before {
		t.Error("hiding what is hidden is no act")
	}
	for _, p := range []contracts.Pick{{ContractID: c.contract}, {ContractID: c.contract, FileIDs: []string{"none"}}, {ContractID: c.contract, FolderIDs: []string{""}}, {ContractID: "none", FileIDs: []string{a.ID}}} {
		c.WantFault(c.room.Show(ctx, clerk, p, true), "fault.not_found")
	}
}

// Nobody but the firm gets at any of it by these ways.
func TestAttachmentsAreTheFirms(t *testing.T) {
	c := newCabinet(t)
	f := c.add("", "a.pdf", pdf("a"))
	c.share(c.contract, c.customer)
	for _, who := range []actor.Actor{officetest.Contact(c.customer), {Kind: actor.Guest, ID: 1, Contract: c.contract, Trust: actor.TrustPassword}, {}} {
		errs := []error{
			c.room.RenameFile(ctx, who, c.contract, f.ID, "x"), c.room.Move(ctx, who, c.pick(f), ""), c.room.Show(ctx, who, c.pick(f), true), c.room.RemoveFiles(ctx, who, c.contract, []string{f.ID}),
			c.room.RestoreFiles(ctx, who, c.contract, []string{f.ID}), c.room.RenameFolder(ctx, who, c.contract, "x", "y"), c.room.RemoveFolder(ctx, who, c.contract, "x"),
		}
		for _, fn := range []func() error{
			func() error { _, err := c.room.Files(ctx, who, c.contract); return err }, func() error { _, err := c.room.RemovedFiles(ctx, who, c.contract); return err },
			func() error { _, err := c.room.FileVersions(ctx, who, c.contract, f.ID); return err }, func() error { _, err := c.room.OpenVersion(ctx, who, f.VersionID); return err },
			func() error { _, err := c.room.StageFile(ctx, who, "a.pdf", strings.NewReader("%PDF-")); return err },
			func() error { _, err := c.room.AddFiles(ctx, who, contracts.AddFiles{Key: c.Key()}); return err },
			func() error { _, err := c.room.AddVersion(ctx, who, contracts.AddVersion{Key: c.Key()}); return err },
			func() error { _, err := c.room.AddFolder(ctx, who, c.Key(), c.contract, "", "x"); return err },
			func() error { _, _, err := c.room.ForArchive(ctx, who, c.pick(f)); return err },
		} {
			errs = append(errs, fn())
		}
		for _, err := range errs {
			c.WantFault(err, "fault.forbidden")
		}
	}
}

// Whatever is done, in any order: names are alone in their folder, folders form a tree, and what
// was once a version can be read.
func TestAnyOrderOfActs(t *testing.T) {
	c := newCabinet(t)
	rapid.Check(t, func(t *rapid.T) {
		c.contract = c.make(c.customer)
		names, paths := rapid.SampledFrom([]string{"a.pdf", "A.pdf", "b.pdf"}), rapid.SampledFrom([]string{"", "D", "D/E", "F"})
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			tree := c.tree()
			file, folder := "none", ""
			if len(tree.Files) > 0 {
				file = rapid.SampledFrom(tree.Files).Draw(t, "file").ID
			}
			if len(tree.Folders) > 0 {
				folder = rapid.SampledFrom(tree.Folders).Draw(t, "folder").ID
			}
			pick := contracts.Pick{ContractID: c.contract, FileIDs: []string{file}}
			switch rapid.IntRange(0, 7).Draw(t, "act") {
			case 0, 1:
				_, _ = c.room.AddFiles(ctx, clerk, contracts.AddFiles{Key: c.Key(), ContractID: c.contract, Same: rapid.SampledFrom([]string{"", contracts.SameBoth, contracts.SameVersion}).Draw(t, "same"),
					Files: []contracts.NewFile{{Path: paths.Draw(t, "path"), File: c.stage(names.Draw(t, "name"), pdf(names.Draw(t, "content")))}}})
			case 2:
				_ = c.room.RenameFile(ctx, clerk, c.contract, file, names.Draw(t, "name"))
			case 3:
				_ = c.room.Move(ctx, clerk, pick, folder)
			case 4:
				_ = c.room.Move(ctx, clerk, contracts.Pick{ContractID: c.contract, FolderIDs: []string{folder}}, rapid.SampledFrom(append(tree.Folders, contracts.Folder{})).Draw(t, "to").ID)
			case 5:
				_ = c.room.RemoveFiles(ctx, clerk, c.contract, []string{file})
			case 6:
				bin, err := c.room.RemovedFiles(ctx, clerk, c.contract)
				c.Must(err)
				for _, f := range bin {
					_ = c.room.RestoreFiles(ctx, clerk, c.contract, []string{f.ID})
				}
			case 7:
				_ = c.room.RemoveFolder(ctx, clerk, c.contract, folder)
			}
		}
		seen, above := map[string]bool{}, map[string]string{}
		tree := c.tree()
		for _, f := range tree.Files {
			if k := f.FolderID + "/" + strings.ToLower(f.Name); seen[k] {
				t.Fatalf("%s twice", f.Name)
			} else {
				seen[k] = true
			}
			v, err := c.room.OpenVersion(ctx, clerk, f.VersionID)
			read(c.T, v, err)
		}
		for _, f := range tree.Folders {
			above[f.ID] = f.ParentID
		}
		for id := range above {
			n := 0
			for at := id; at != ""; at = above[at] {
				if n++; n > len(above) {
					t.Fatal("folders in a ring")
				}
			}
		}
	})
}
