package contracts

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
	"comptoir/office/search"
)

// Bounds of what one contract holds.
const (
	FilesMax   = 2000 // attachments, those in the bin with them
	FoldersMax = 500
	depthMax   = 10  // folders inside of each other
	AtOnce     = 100 // files in one command
	noteMax    = 500 // runes of a version's note
	megabyte   = 1 << 20
)

// The refusals that a person may see.
var (
	errNoFile      = fault.New(fault.NotFound, "fault.not_found")
	errSealed      = fault.New(fault.Conflict, "fault.contract_files.sealed")
	errSameContent = fault.New(fault.Conflict, "fault.contract_files.same")
)

// FileTree is all that the tab of attachments shows.
type FileTree struct {
	Folders   []Folder       `json:"folders"`   // by name, whatever they are in
	Files     []AttachedFile `json:"files"`     // by name
	Removed   int            `json:"removed"`   // in the bin
	MaxMB     int64          `json:"maxMb"`     // of one file
	Shared    bool           `json:"shared"`    // the contract is in the portal: what is marked visible is seen
	NewHidden bool           `json:"newHidden"` // what is added outside of folders starts hidden
}

// Folder is a folder of attachments.
type Folder struct {
	ID       string `json:"id"`
	ParentID string `json:"parentId"` // "" = none
	Name     string `json:"name"`
	InPortal bool   `json:"inPortal"` // what is added to it is visible
}

// AttachedFile is an attachment as it is now: its newest version counts.
type AttachedFile struct {
	ID        string   `json:"id"`
	FolderID  string   `json:"folderId"` // "" = none
	Name      string   `json:"name"`
	VersionID string   `json:"versionId"` // names the bytes: GET /files/contract-versions/{versionId}
	N         int64    `json:"n"`
	Size      int64    `json:"size"`
	MediaType string   `json:"mediaType"`
	SHA256    string   `json:"sha256"`
	Note      string   `json:"note"`
	Author    string   `json:"author"` // "" = the program
	At        string   `json:"at"`     // of the version
	InPortal  bool     `json:"inPortal"`
	Sealed    bool     `json:"sealed"` // signed and sealed by the program: stays as it is
	RemovedAt string   `json:"removedAt"`
	Rounds    []string `json:"rounds"` // approval, signature: under way on this version
}

// FileVersion is one version of an attachment.
type FileVersion struct {
	ID        string `json:"id"`
	N         int64  `json:"n"`
	Name      string `json:"name"` // as it came
	Size      int64  `json:"size"`
	MediaType string `json:"mediaType"`
	SHA256    string `json:"sha256"`
	Note      string `json:"note"`
	Author    string `json:"author"`
	At        string `json:"at"`
}

// FileContent is a stored file, open to be read in part. Whoever gets it closes it.
type FileContent struct {
	Name      string
	MediaType string
	Size      int64
	SHA256    string
	At        time.Time
	Bytes     io.ReadSeekCloser
}

// drawer is all that lies in one contract, read at once: every command judges the whole of it.
type drawer struct {
	contract gen.ContractForFilesRow
	folders  []gen.ContractFolder
	files    []gen.ContractFilesRow
}

func openDrawer(ctx context.Context, q *gen.Queries, contractID string) (*drawer, error) {
	c, err := q.ContractForFiles(ctx, contractID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	return fillDrawer(ctx, q, c)
}

func fillDrawer(ctx context.Context, q *gen.Queries, c gen.ContractForFilesRow) (*drawer, error) {
	d := &drawer{contract: c}
	var err error
	if d.folders, err = q.ContractFolders(ctx, c.ID); err != nil {
		return nil, err
	}
	d.files, err = q.ContractFiles(ctx, c.ID)
	return d, err
}

// folder finds a folder by its public id; "" is none, outside of all.
func (d *drawer) folder(publicID string) (*gen.ContractFolder, error) {
	if publicID == "" {
		return nil, nil
	}
	for i := range d.folders {
		if d.folders[i].PublicID == publicID {
			return &d.folders[i], nil
		}
	}
	return nil, errNoFile
}

func (d *drawer) folderByID(id *int64) *gen.ContractFolder {
	for i := range d.folders {
		if id != nil && d.folders[i].ID == *id {
			return &d.folders[i]
		}
	}
	return nil
}

// file finds an attachment that is not in the bin.
func (d *drawer) file(publicID string) (*gen.ContractFilesRow, error) {
	f, err := d.anyFile(publicID)
	if err != nil || f.RemovedAt == nil {
		return f, err
	}
	return nil, errNoFile
}

func (d *drawer) anyFile(publicID string) (*gen.ContractFilesRow, error) {
	for i := range d.files {
		if d.files[i].PublicID == publicID {
			return &d.files[i], nil
		}
	}
	return nil, errNoFile
}

// named finds an attachment by its name in a folder, whatever the case of its letters.
func (d *drawer) named(folderID *int64, name string) *gen.ContractFilesRow {
	for i := range d.files {
		if f := &d.files[i]; f.RemovedAt == nil && sameID(f.FolderID, folderID) && strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

// inside tells whether a folder lies in another, or is it.
func (d *drawer) inside(f *gen.ContractFolder, in int64) bool {
	for n := 0; f != nil && n <= FoldersMax; n++ {
		if f.ID == in {
			return true
		}
		f = d.folderByID(f.ParentID)
	}
	return false
}

func (d *drawer) depth(f *gen.ContractFolder) (n int) {
	for ; f != nil && n <= FoldersMax; n++ {
		f = d.folderByID(f.ParentID)
	}
	return n
}

func (d *drawer) publicFolder(id *int64) string {
	if f := d.folderByID(id); f != nil {
		return f.PublicID
	}
	return ""
}

// shown is what a file that comes into a folder starts with.
func (d *drawer) shown(f *gen.ContractFolder) int64 {
	if f == nil {
		return d.contract.FilesShown
	}
	return f.InPortal
}

func (d *drawer) attached(f gen.ContractFilesRow) AttachedFile {
	return AttachedFile{ID: f.PublicID, FolderID: d.publicFolder(f.FolderID), Name: f.Name, VersionID: f.VersionPublicID, N: f.N, Size: f.Size, MediaType: f.MediaType, SHA256: f.Sha256,
		Note: f.Note, Author: f.AuthorName, At: f.VersionAt, InPortal: f.InPortal == 1, Sealed: f.Sealed == 1, RemovedAt: orEmpty(f.RemovedAt), Rounds: []string{}}
}

func sameID(a, b *int64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func idOfFolder(f *gen.ContractFolder) *int64 {
	if f == nil {
		return nil
	}
	return &f.ID
}

// Files gives the attachments of a contract as the firm sees them.
func (s *Service) Files(ctx context.Context, who actor.Actor, contractID string) (t FileTree, err error) {
	if err := who.Need(actor.Look); err != nil {
		return FileTree{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		d, err := openDrawer(ctx, q, contractID)
		if err != nil {
			return err
		}
		if t.MaxMB, err = q.ContractFileMax(ctx); err != nil {
			return err
		}
		rounds, err := q.ContractFilesInRounds(ctx, d.contract.ID)
		t.fill(d, rounds)
		return err
	})
	return t, err
}

func (t *FileTree) fill(d *drawer, rounds []gen.ContractFilesInRoundsRow) {
	t.Shared, t.NewHidden, t.Folders, t.Files = d.contract.InPortal == 1, d.contract.FilesShown == 0, []Folder{}, []AttachedFile{}
	for _, f := range d.folders {
		t.Folders = append(t.Folders, Folder{ID: f.PublicID, ParentID: d.publicFolder(f.ParentID), Name: f.Name, InPortal: f.InPortal == 1})
	}
	for _, f := range d.files {
		if f.RemovedAt != nil {
			t.Removed++
			continue
		}
		a := d.attached(f)
		for _, r := range rounds {
			if r.VersionID == f.VersionID {
				a.Rounds = append(a.Rounds, r.Kind)
			}
		}
		t.Files = append(t.Files, a)
	}
	search.SortNames(t.Folders, func(f Folder) string { return f.Name })
	search.SortNames(t.Files, func(f AttachedFile) string { return f.Name })
}

// RemovedFiles gives what lies in the bin of a contract, the last removed first.
func (s *Service) RemovedFiles(ctx context.Context, who actor.Actor, contractID string) (list []AttachedFile, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []AttachedFile{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		d, err := openDrawer(ctx, q, contractID)
		if err != nil {
			return err
		}
		for _, f := range d.files {
			if f.RemovedAt != nil {
				list = append(list, d.attached(f))
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b AttachedFile) int { return strings.Compare(b.RemovedAt, a.RemovedAt) })
	return list, err
}

// FileVersions gives every version of an attachment, the newest first; of one in the bin too.
func (s *Service) FileVersions(ctx context.Context, who actor.Actor, contractID, fileID string) (list []FileVersion, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []FileVersion{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		d, err := openDrawer(ctx, q, contractID)
		if err != nil {
			return err
		}
		f, err := d.anyFile(fileID)
		if err != nil {
			return err
		}
		rows, err := q.ContractFileVersions(ctx, f.ID)
		for _, v := range rows {
			list = append(list, FileVersion{ID: v.PublicID, N: v.N, Name: v.Name, Size: v.Size, MediaType: v.MediaType, SHA256: v.Sha256, Note: v.Note, Author: v.AuthorName, At: v.CreatedAt})
		}
		return err
	})
	return list, err
}

// OpenVersion gives the bytes of any version to the firm, under the name of its file.
func (s *Service) OpenVersion(ctx context.Context, who actor.Actor, versionID string) (FileContent, error) {
	if err := who.Need(actor.Look); err != nil {
		return FileContent{}, err
	}
	var r gen.ContractFileVersionRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		r, err = q.ContractFileVersion(ctx, versionID)
		return db.NotFound(err)
	}); err != nil {
		return FileContent{}, err
	}
	name := r.Name
	if r.Newest == 0 {
		name = versionName(r.Name, r.MediaType, r.N)
	}
	return s.openFile(FileContent{Name: name, MediaType: r.MediaType, Size: r.Size, SHA256: r.Sha256}, r.CreatedAt)
}

// versionName tells an old version from the newest where both are saved: bail-v2.pdf.
func versionName(name, mediaType string, n int64) string {
	named, err := attachments.NameFor(mediaType, withoutExtension(name)+"-v"+number(n))
	if err != nil {
		return name
	}
	return named
}

func (s *Service) openFile(c FileContent, at string) (FileContent, error) {
	var err error
	if c.At, err = time.Parse(time.RFC3339, at); err != nil {
		return FileContent{}, err
	}
	if c.Bytes, err = s.Attachments.Files.Open(c.SHA256, c.Size); err != nil {
		return FileContent{}, err
	}
	return c, nil
}

// noteFiles writes the line of the history of a contract; details are ids and figures.
func (s *Service) noteFiles(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, action string, details map[string]any) error {
	tx.AfterCommit(func() { s.Changed(topic) })
	return audit.Write(ctx, tx, who, audit.Record{Action: "contract." + action, ObjectKind: "contract", ObjectID: d.contract.ID, Details: details})
}
