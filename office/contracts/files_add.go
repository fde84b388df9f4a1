package contracts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
	"comptoir/office/files"
)

// What becomes of a file whose name is taken in its folder.
const (
	SameAsk     = ""        // it is refused, so that the person is asked
	SameVersion = "version" // it is the next version of the one there
	SameBoth    = "both"    // it gets another name
)

// AddFiles is the firm's wish to add attachments.
type AddFiles struct {
	Key        string
	ContractID string // public id
	FolderID   string // "" = outside of folders
	Same       string
	Files      []NewFile
}

// NewFile is a file that came (StageFile), in the folder where it lay.
type NewFile struct {
	Path string             `json:"path"` // of its folders, by slashes; made where they are missing
	File attachments.Staged `json:"file"`
}

// StageFile streams a file to the disk, judging its content on the way, up to the firm's own
// limit. It belongs to nobody until AddFiles or AddVersion; what comes to nothing is swept.
func (s *Service) StageFile(ctx context.Context, who actor.Actor, name string, r io.Reader) (f attachments.Staged, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return f, err
	}
	var most int64
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		most, err = q.ContractFileMax(ctx)
		return err
	}); err != nil {
		return f, err
	}
	return s.Attachments.StageUpTo(ctx, who, name, r, most*megabyte)
}

// AddFiles adds attachments; the same key again adds nothing twice. It gives what they became.
func (s *Service) AddFiles(ctx context.Context, who actor.Actor, in AddFiles) (list []AttachedFile, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return nil, err
	}
	if len(in.Files) == 0 || len(in.Files) > AtOnce {
		return nil, fault.New(fault.Invalid, "fault.files.none", "most", int64(AtOnce))
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done []string
		if err := audit.Once(ctx, tx, in.Key, "contract.files.add", in, &done, func() error {
			d, err := openDrawer(ctx, tx.Queries, in.ContractID)
			if err != nil {
				return err
			}
			for _, f := range in.Files {
				id, err := s.addOne(ctx, tx, who, d, in, f)
				if err != nil {
					return err
				}
				done = append(done, id)
			}
			return nil
		}); err != nil {
			return err
		}
		list, err = attachedOf(ctx, tx.Queries, in.ContractID, done)
		return err
	})
	return list, err
}

// attachedOf reads attachments back, those in the bin left out: a repeat of an old command.
func attachedOf(ctx context.Context, q *gen.Queries, contractID string, ids []string) ([]AttachedFile, error) {
	d, err := openDrawer(ctx, q, contractID)
	if err != nil {
		return nil, err
	}
	list := make([]AttachedFile, 0, len(ids))
	for _, id := range ids {
		if f, err := d.file(id); err == nil {
			list = append(list, d.attached(*f))
		}
	}
	return list, nil
}

func (s *Service) addOne(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, in AddFiles, f NewFile) (publicID string, err error) {
	folder, err := d.folder(in.FolderID)
	if err == nil {
		folder, err = s.folderAt(ctx, tx, who, d, folder, f.Path)
	}
	if err != nil {
		return "", err
	}
	name := f.File.Name
	if there := d.named(idOfFolder(folder), name); there != nil {
		switch in.Same {
		case SameVersion:
			err := s.newVersion(ctx, tx, who, d, there, f.File, "")
			if errors.Is(err, errSameContent) { // it is there already
				err = nil
			}
			return there.PublicID, err
		case SameBoth:
			name = d.freeName(idOfFolder(folder), name)
		default:
			return "", fault.New(fault.Conflict, "fault.contract_files.exists", "name", name)
		}
	}
	if len(d.files) >= FilesMax {
		return "", fault.New(fault.Conflict, "fault.contract_files.many", "most", int64(FilesMax))
	}
	row := gen.InsertContractFileParams{PublicID: s.IDs(), ContractID: d.contract.ID, FolderID: idOfFolder(folder), Name: name, InPortal: d.shown(folder), CreatedAt: tx.Stamp()}
	id, err := tx.InsertContractFile(ctx, row)
	if err != nil {
		return "", err
	}
	if err := s.insertVersion(ctx, tx, who, id, 1, f.File, ""); err != nil {
		return "", err
	}
	d.files = append(d.files, gen.ContractFilesRow{ID: id, PublicID: row.PublicID, ContractID: row.ContractID, FolderID: row.FolderID, Name: name, InPortal: row.InPortal, N: 1, Sha256: f.File.SHA256, MediaType: f.File.MediaType})
	return row.PublicID, s.noteFiles(ctx, tx, who, d, "file_added", map[string]any{"file": id, "size": f.File.Size, "in_portal": row.InPortal})
}

// freeName gives a name that nothing in the folder has: bail (2).pdf.
func (d *drawer) freeName(folderID *int64, name string) string {
	base, extension := withoutExtension(name), path.Ext(name)
	for n := 2; d.named(folderID, name) != nil; n++ {
		name = fmt.Sprintf("%s (%d)%s", base, n, extension)
	}
	return name
}

func withoutExtension(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

func (s *Service) insertVersion(ctx context.Context, tx *db.Tx, who actor.Actor, fileID, n int64, f attachments.Staged, note string) error {
	if err := files.Record(ctx, tx, files.Ref{SHA256: f.SHA256, Size: f.Size, MediaType: f.MediaType}); err != nil {
		return err
	}
	var userID *int64
	if who.Kind == actor.Staff && who.ID != 0 {
		userID = &who.ID
	}
	_, err := tx.InsertContractFileVersion(ctx, gen.InsertContractFileVersionParams{PublicID: s.IDs(), FileID: fileID, N: n, Name: f.Name, Sha256: f.SHA256, Size: f.Size, MediaType: f.MediaType,
		Note: cleanNote(note), AuthorName: who.Name, UserID: userID, CreatedAt: tx.Stamp()})
	return err
}

func cleanNote(note string) string {
	note = strings.TrimSpace(strings.ToValidUTF8(note, ""))
	if r := []rune(note); len(r) > noteMax {
		note = string(r[:noteMax])
	}
	return note
}

// AddVersion is the firm's wish to put a newer file in the place of an attachment.
type AddVersion struct {
	Key        string
	ContractID string
	FileID     string
	Base       string // public id of the version that the person saw; "" = whichever it is
	Note       string
	File       attachments.Staged
}

// AddVersion adds a version; rounds of approval and signature on the one before begin again
// (OnFileChange). The same content is refused: nobody is to be asked again for nothing.
func (s *Service) AddVersion(ctx context.Context, who actor.Actor, in AddVersion) (f AttachedFile, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return f, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done string
		if err := audit.Once(ctx, tx, in.Key, "contract.files.version", in, &done, func() error {
			d, err := openDrawer(ctx, tx.Queries, in.ContractID)
			if err != nil {
				return err
			}
			row, err := d.file(in.FileID)
			if err != nil {
				return err
			}
			if in.Base != "" && in.Base != row.VersionPublicID {
				return errStale()
			}
			done = row.PublicID
			return s.newVersion(ctx, tx, who, d, row, in.File, in.Note)
		}); err != nil {
			return err
		}
		list, err := attachedOf(ctx, tx.Queries, in.ContractID, []string{done})
		if err == nil && len(list) == 0 {
			err = errNoFile
		}
		if err == nil {
			f = list[0]
		}
		return err
	})
	return f, err
}

// newVersion is the one way in which the content of an attachment changes. Its name stays, with
// another extension where the new one is of another kind.
func (s *Service) newVersion(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, row *gen.ContractFilesRow, f attachments.Staged, note string) error {
	switch {
	case row.Sealed == 1:
		return errSealed
	case row.Sha256 == f.SHA256:
		return errSameContent
	}
	if err := s.insertVersion(ctx, tx, who, row.ID, row.N+1, f, note); err != nil {
		return err
	}
	name := row.Name
	if f.MediaType != row.MediaType {
		fitting, err := attachments.NameFor(f.MediaType, withoutExtension(row.Name))
		if err != nil {
			return err
		}
		if name = fitting; !strings.EqualFold(name, row.Name) {
			name = d.freeName(row.FolderID, name)
		}
	}
	if err := tx.PlaceContractFile(ctx, gen.PlaceContractFileParams{ID: row.ID, Name: name, FolderID: row.FolderID}); err != nil {
		return err
	}
	row.N, row.Sha256, row.MediaType, row.Name = row.N+1, f.SHA256, f.MediaType, name
	if err := s.noteFiles(ctx, tx, who, d, "file_version", map[string]any{"file": row.ID, "n": row.N, "size": f.Size}); err != nil {
		return err
	}
	return s.fileChanged(ctx, tx, who, d, row.ID)
}

func (s *Service) fileChanged(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, fileID int64) error {
	if s.OnFileChange == nil {
		return nil
	}
	return s.OnFileChange(ctx, tx, who, d.contract.ID, fileID)
}
