package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
)

// Pick names attachments and folders of one contract: whole folders with all that is in them.
type Pick struct {
	ContractID string   `json:"contractId"`
	FileIDs    []string `json:"fileIds"`
	FolderIDs  []string `json:"folderIds"`
}

// picked are the rows of a Pick, each once.
type picked struct {
	files   []*gen.ContractFilesRow
	folders []*gen.ContractFolder
}

func (d *drawer) pick(in Pick) (p picked, err error) {
	seen := map[string]bool{}
	for _, id := range in.FileIDs {
		f, err := d.file(id)
		if err != nil {
			return picked{}, err
		}
		if !seen[id] {
			p.files, seen[id] = append(p.files, f), true
		}
	}
	for _, id := range in.FolderIDs {
		f, err := d.folder(id)
		if err != nil || f == nil {
			return picked{}, errNoFile
		}
		if !seen[id] {
			p.folders, seen[id] = append(p.folders, f), true
		}
	}
	if len(seen) == 0 {
		return picked{}, errNoFile
	}
	return p, nil
}

// whole adds to a pick what lies in its folders, however deep.
func (d *drawer) whole(p picked) picked {
	in := func(f *gen.ContractFolder) bool {
		for _, top := range p.folders {
			if d.inside(f, top.ID) {
				return true
			}
		}
		return false
	}
	all := picked{}
	for i := range d.folders {
		if in(&d.folders[i]) {
			all.folders = append(all.folders, &d.folders[i])
		}
	}
	single := map[int64]bool{}
	for _, f := range p.files {
		single[f.ID] = true
	}
	for i := range d.files {
		if f := &d.files[i]; f.RemovedAt == nil && (single[f.ID] || in(d.folderByID(f.FolderID))) {
			all.files = append(all.files, f)
		}
	}
	return all
}

// changeFiles runs a command on the drawer of a contract.
func (s *Service) changeFiles(ctx context.Context, who actor.Actor, contractID string, fn func(ctx context.Context, tx *db.Tx, d *drawer) error) error {
	if err := who.Need(actor.Contracting); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := openDrawer(ctx, tx.Queries, contractID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, d)
	})
}

// RenameFile gives an attachment another name; its extension stays one of its kind.
func (s *Service) RenameFile(ctx context.Context, who actor.Actor, contractID, fileID, name string) error {
	return s.changeFiles(ctx, who, contractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		f, err := d.file(fileID)
		if err != nil {
			return err
		}
		if name, err = attachments.NameFor(f.MediaType, name); err != nil {
			return err
		}
		if there := d.named(f.FolderID, name); there != nil && there.ID != f.ID {
			return fault.New(fault.Conflict, "fault.contract_files.exists", "name", name)
		}
		if name == f.Name {
			return nil
		}
		if err := tx.PlaceContractFile(ctx, gen.PlaceContractFileParams{ID: f.ID, Name: name, FolderID: f.FolderID}); err != nil {
			return err
		}
		return s.noteFiles(ctx, tx, who, d, "file_renamed", map[string]any{"file": f.ID})
	})
}

// Move puts attachments and folders into another folder ("" = outside of all), all or none. What
// each shows in the portal stays as it is.
func (s *Service) Move(ctx context.Context, who actor.Actor, in Pick, to string) error {
	return s.changeFiles(ctx, who, in.ContractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		p, err := d.pick(in)
		if err != nil {
			return err
		}
		target, err := d.folder(to)
		if err != nil {
			return err
		}
		for _, f := range p.folders {
			if err := d.moveFolder(ctx, tx, f, target); err != nil {
				return err
			}
		}
		for _, f := range p.files {
			if sameID(f.FolderID, idOfFolder(target)) {
				continue
			}
			if d.named(idOfFolder(target), f.Name) != nil {
				return fault.New(fault.Conflict, "fault.contract_files.exists", "name", f.Name)
			}
			f.FolderID = idOfFolder(target)
			if err := tx.PlaceContractFile(ctx, gen.PlaceContractFileParams{ID: f.ID, Name: f.Name, FolderID: f.FolderID}); err != nil {
				return err
			}
		}
		return s.noteFiles(ctx, tx, who, d, "files_moved", map[string]any{"files": ids(p.files), "folders": len(p.folders)})
	})
}

func ids(rows []*gen.ContractFilesRow) []int64 {
	list := make([]int64, 0, len(rows))
	for _, f := range rows {
		list = append(list, f.ID)
	}
	return list
}

// Show shows or hides attachments in the portal; a folder with all that is in it, in one act.
func (s *Service) Show(ctx context.Context, who actor.Actor, in Pick, shown bool) error {
	return s.changeFiles(ctx, who, in.ContractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		p, err := d.pick(in)
		if err != nil {
			return err
		}
		return s.show(ctx, tx, who, d, d.whole(p), shown)
	})
}

// showEverything shows or hides all attachments and folders of a contract, and what will be
// added: part of sharing it.
func (s *Service) showEverything(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64, shown bool) error {
	c, err := tx.ContractForFilesByID(ctx, contractID)
	if err != nil {
		return db.NotFound(err)
	}
	d, err := fillDrawer(ctx, tx.Queries, gen.ContractForFilesRow(c))
	if err != nil {
		return err
	}
	all := picked{}
	for i := range d.folders {
		all.folders = append(all.folders, &d.folders[i])
	}
	for i := range d.files {
		if d.files[i].RemovedAt == nil {
			all.files = append(all.files, &d.files[i])
		}
	}
	if err := tx.SetContractFilesShown(ctx, gen.SetContractFilesShownParams{ID: contractID, FilesShown: flag(shown)}); err != nil {
		return err
	}
	return s.show(ctx, tx, who, d, all, shown)
}

func (s *Service) show(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, p picked, shown bool) error {
	changed := []*gen.ContractFilesRow{}
	for _, f := range p.files {
		n, err := tx.ShowContractFile(ctx, gen.ShowContractFileParams{ID: f.ID, InPortal: flag(shown)})
		if err != nil {
			return err
		}
		if n > 0 {
			changed = append(changed, f)
		}
	}
	turned := 0
	for _, f := range p.folders {
		if f.InPortal == flag(shown) {
			continue
		}
		turned++
		if err := tx.ShowContractFolder(ctx, gen.ShowContractFolderParams{ID: f.ID, InPortal: flag(shown)}); err != nil {
			return err
		}
	}
	if len(changed)+turned == 0 {
		return nil
	}
	action := "files_hidden"
	if shown {
		action = "files_shown"
	}
	return s.noteFiles(ctx, tx, who, d, action, map[string]any{"files": ids(changed), "folders": turned})
}

// RemoveFiles puts attachments into the bin: nobody outside reads them any more, the firm can
// take them back (RestoreFiles). Rounds on one of them begin again without it (OnFileChange).
// What the program sealed stays.
func (s *Service) RemoveFiles(ctx context.Context, who actor.Actor, contractID string, fileIDs []string) error {
	return s.changeFiles(ctx, who, contractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		p, err := d.pick(Pick{FileIDs: fileIDs})
		if err != nil {
			return err
		}
		at := tx.Stamp()
		for _, f := range p.files {
			if f.Sealed == 1 {
				return errSealed
			}
			if n, err := tx.RemoveContractFile(ctx, gen.RemoveContractFileParams{ID: f.ID, RemovedAt: &at}); err != nil || n == 0 {
				return cmpErr(err, errNoFile)
			}
		}
		if err := s.noteFiles(ctx, tx, who, d, "files_removed", map[string]any{"files": ids(p.files)}); err != nil {
			return err
		}
		for _, f := range p.files {
			if err := s.fileChanged(ctx, tx, who, d, f.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// RestoreFiles takes attachments out of the bin, with all their versions, as visible as they
// were, but hidden where their folder is; one whose name was taken meanwhile gets another.
func (s *Service) RestoreFiles(ctx context.Context, who actor.Actor, contractID string, fileIDs []string) error {
	return s.changeFiles(ctx, who, contractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		rows := []*gen.ContractFilesRow{}
		for _, id := range fileIDs {
			f, err := d.anyFile(id)
			if err != nil {
				return err
			}
			if f.RemovedAt == nil {
				continue // by somebody else already
			}
			name := f.Name
			if d.named(f.FolderID, name) != nil {
				name = d.freeName(f.FolderID, name)
			}
			if _, err := tx.RestoreContractFile(ctx, gen.RestoreContractFileParams{ID: f.ID, Name: name}); err != nil {
				return err
			}
			if folder := d.folderByID(f.FolderID); folder != nil && folder.InPortal == 0 { // hidden with it, or meanwhile
				if _, err := tx.ShowContractFile(ctx, gen.ShowContractFileParams{ID: f.ID}); err != nil {
					return err
				}
			}
			f.RemovedAt, f.Name = nil, name
			rows = append(rows, f)
		}
		if len(rows) == 0 {
			return nil
		}
		return s.noteFiles(ctx, tx, who, d, "files_restored", map[string]any{"files": ids(rows)})
	})
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
