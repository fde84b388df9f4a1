package contracts_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"comptoir/core/fault"
	"comptoir/office/contracts"
	"comptoir/office/control"
	"comptoir/office/files"
	"comptoir/office/sales"
)

// Uploads that break off or are refused leave nothing; the limit is the firm's own and named; the
// sweep takes what was never added and nothing that any version names.
func TestUploadsThatComeToNothing(t *testing.T) {
	c := newCabinet(t)
	c.exec("UPDATE contract_settings SET file_max_mb = 1")
	broken := errors.New("the line is dead")
	stage := func(name string, r io.Reader) error { _, err := c.room.StageFile(ctx, clerk, name, r); return err }
	if err := stage("a.pdf", io.MultiReader(strings.NewReader("%PDF-1.7"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Error(err)
	}
	big := stage("gros.pdf", io.MultiReader(strings.NewReader("%PDF-1.7"), strings.NewReader(strings.Repeat("x", 1<<20))))
	c.WantFault(big, "fault.files.too_big")
	if e, _ := fault.As(big); e == nil || e.Args["name"] != "gros.pdf" || e.Args["most"] != int64(1) {
		t.Errorf("without name and limit: %v", big)
	}
	c.WantFault(stage("page.html", strings.NewReader("<html>")), "fault.files.kind")
	if left := stored(t, c.folder); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	f := c.add("", "bail.pdf", pdf("1"))
	_, err := c.room.AddVersion(ctx, clerk, contracts.AddVersion{Key: c.Key(), ContractID: c.contract, FileID: f.ID, File: c.stage("bail.pdf", pdf("2"))})
	c.Must(err)
	c.add("Copies", "copie.pdf", pdf("1")) // the same content is stored once
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{f.ID}))
	lost := c.stage("jamais.pdf", pdf("jamais"))
	for _, path := range stored(t, c.folder) {
		old := time.Now().Add(-2 * files.SweepAge)
		c.Must(os.Chtimes(path, old, old))
	}
	if left := stored(t, c.folder); len(left) != 3 {
		t.Errorf("%v", left)
	}
	gone, err := c.Firm.Files.Sweep(ctx, c.DB)
	c.Must(err)
	if _, err := os.Stat(filepath.Join(c.folder, lost.SHA256[:2], lost.SHA256[2:])); gone != 1 || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%d gone, %v", gone, err)
	}
	c.Sound()
}

func stored(t testing.TB, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The check names the contract and the attachment whose bytes are gone or not what they were, of
// old versions and of what is in the bin too.
func TestTheCheckKnowsAttachments(t *testing.T) {
	c := newCabinet(t)
	f, g := c.add("", "bail.pdf", pdf("1")), c.add("", "plan.pdf", pdf("plan"))
	_, err := c.room.AddVersion(ctx, clerk, contracts.AddVersion{Key: c.Key(), ContractID: c.contract, FileID: f.ID, File: c.stage("bail.pdf", pdf("2"))})
	c.Must(err)
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{g.ID}))
	path := func(sha string) string { return filepath.Join(c.folder, sha[:2], sha[2:]) }
	c.Must(os.WriteFile(path(f.SHA256), []byte(pdf("x")), 0o600))
	c.Must(os.Remove(path(g.SHA256)))
	r, err := control.New(c.DB, sales.Hash, c.Firm.Files).Check(ctx, clerk, nil)
	c.Must(err)
	found := []string{}
	for _, x := range r.Faults {
		found = append(found, fmt.Sprintf("%s %v %v", x.Key, x.Args["contract"], x.Args["name"]))
	}
	slices.Sort(found)
	if want := "control.attachment.changed CT-2026-0001 bail.pdf; control.attachment.missing CT-2026-0001 plan.pdf"; strings.Join(found, "; ") != want {
		t.Errorf("%v", found)
	}
	_, err = c.room.OpenVersion(ctx, clerk, g.VersionID)
	c.WantFault(err, "fault.file_missing")
}

// The history of the contract names what was done with which attachment, by its name of today.
func TestTheHistoryNamesAttachments(t *testing.T) {
	c := newCabinet(t)
	f, g := c.add("", "bail.pdf", pdf("1")), c.add("D", "plan.pdf", pdf("plan"))
	c.Must(c.room.Show(ctx, clerk, c.pick(f, g), true))
	c.Must(c.room.RenameFile(ctx, clerk, c.contract, f.ID, "Bail signé.pdf"))
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{g.ID}))
	list, _, err := c.room.History(ctx, clerk, c.contract, "")
	c.Must(err)
	told := []string{}
	for _, h := range list {
		told = append(told, fmt.Sprintf("%s %v%v", strings.TrimPrefix(h.Action, "contract."), orNothing(h.Details["file"]), orNothing(h.Details["files"])))
	}
	if got, want := strings.Join(told, "; "), "files_removed plan.pdf; file_renamed Bail signé.pdf; files_shown Bail signé.pdf, plan.pdf; file_added plan.pdf; folder_added ; file_added Bail signé.pdf; created "; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func orNothing(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// A folder that was hidden while a file of it lay in the bin hides it still.
func TestWhatComesBackIntoAHiddenFolderIsHidden(t *testing.T) {
	c := newCabinet(t)
	folder, err := c.room.AddFolder(ctx, clerk, c.Key(), c.contract, "", "Secrets")
	c.Must(err)
	f := c.add(folder, "marge.pdf", pdf("1"))
	c.Must(c.room.Show(ctx, clerk, contracts.Pick{ContractID: c.contract, FolderIDs: []string{folder}}, true))
	c.Must(c.room.RemoveFiles(ctx, clerk, c.contract, []string{f.ID}))
	c.Must(c.room.Show(ctx, clerk, contracts.Pick{ContractID: c.contract, FolderIDs: []string{folder}}, false))
	c.Must(c.room.RestoreFiles(ctx, clerk, c.contract, []string{f.ID}))
	if got := c.tree().Files; len(got) != 1 || got[0].InPortal {
		t.Errorf("%+v", got)
	}
}
