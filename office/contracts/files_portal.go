package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/search"
)

// PortalTree is what the portal shows of the attachments of a contract.
type PortalTree struct {
	Folders []PortalFolder
	Files   []PortalAttachment // by name
}

// PortalFolder is a folder in the portal: one that is shown, with something visible in it.
type PortalFolder struct {
	PublicID string
	ParentID string // "" = none
	Name     string
}

// PortalAttachment is a visible attachment as it is now.
type PortalAttachment struct {
	PublicID  string
	FolderID  string // "" = none
	Name      string
	Size      int64
	MediaType string
	AddedAt   string // of its newest version
	Sealed    bool   // signed and sealed by the firm
}

// PortalFiles gives the visible attachments of a contract to a contact or a guest who sees it.
// The name of a hidden folder never crosses: what is visible in it hangs on the nearest folder
// above that is shown. Folders and files stand by name, as people count.
func (s *Service) PortalFiles(ctx context.Context, who actor.Actor, contractID string) (t PortalTree, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := SeenBy(ctx, q, s.DB.Now(), who, contractID)
		if err != nil {
			return err
		}
		d := drawer{}
		if d.folders, err = q.ContractFolders(ctx, c.ID); err != nil {
			return err
		}
		rows, err := q.PortalContractFiles(ctx, c.ID)
		t = d.portal(rows)
		return err
	})
	return t, err
}

func (d *drawer) portal(rows []gen.PortalContractFilesRow) PortalTree {
	t := PortalTree{Folders: []PortalFolder{}, Files: make([]PortalAttachment, 0, len(rows))}
	full := map[int64]bool{}
	for _, r := range rows {
		f := d.shownAbove(r.FolderID)
		a := PortalAttachment{PublicID: r.PublicID, Name: r.Name, Size: r.Size, MediaType: r.MediaType, AddedAt: r.VersionAt, Sealed: r.Sealed == 1}
		if f != nil {
			a.FolderID = f.PublicID
		}
		t.Files = append(t.Files, a)
		for ; f != nil && !full[f.ID]; f = d.shownAbove(f.ParentID) {
			full[f.ID] = true
		}
	}
	for _, f := range d.folders {
		if !full[f.ID] {
			continue
		}
		p := PortalFolder{PublicID: f.PublicID, Name: f.Name}
		if above := d.shownAbove(f.ParentID); above != nil {
			p.ParentID = above.PublicID
		}
		t.Folders = append(t.Folders, p)
	}
	search.SortNames(t.Folders, func(f PortalFolder) string { return f.Name })
	search.SortNames(t.Files, func(f PortalAttachment) string { return f.Name })
	return t
}

// shownAbove gives the folder, or the nearest one above it, that is shown.
func (d *drawer) shownAbove(id *int64) *gen.ContractFolder {
	f := d.folderByID(id)
	for n := 0; f != nil && f.InPortal == 0 && n <= FoldersMax; n++ {
		f = d.folderByID(f.ParentID)
	}
	return f
}

// OpenPortalFile gives the bytes of one visible attachment to a contact or a guest who sees its
// contract. A hidden one, a removed one, one of another contract or customer and one that never
// was are the same not found.
func (s *Service) OpenPortalFile(ctx context.Context, who actor.Actor, contractID, fileID string) (FileContent, error) {
	var r gen.PortalContractFileRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := SeenBy(ctx, q, s.DB.Now(), who, contractID)
		if err != nil {
			return err
		}
		r, err = q.PortalContractFile(ctx, gen.PortalContractFileParams{PublicID: fileID, ContractID: c.ID})
		return db.NotFound(err)
	}); err != nil {
		return FileContent{}, err
	}
	return s.openFile(FileContent{Name: r.Name, MediaType: r.MediaType, Size: r.Size, SHA256: r.Sha256}, r.VersionAt)
}
