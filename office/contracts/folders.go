package contracts

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
	"comptoir/office/search"
)

var errFolderName = fault.New(fault.Invalid, "fault.contract_files.folder_name")

// AddFolder makes a folder in another ("" = outside of all) and gives its public id. It shows in
// the portal what the one above shows.
func (s *Service) AddFolder(ctx context.Context, who actor.Actor, key, contractID, parentID, name string) (publicID string, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "contract.folder.add", []string{contractID, parentID, name}, &publicID, func() error {
			d, err := openDrawer(ctx, tx.Queries, contractID)
			if err != nil {
				return err
			}
			parent, err := d.folder(parentID)
			if err != nil {
				return err
			}
			name, err := d.folderName(parent, name, 0)
			if err != nil {
				return err
			}
			f, err := s.insertFolder(ctx, tx, who, d, parent, name)
			if err == nil {
				publicID = f.PublicID
			}
			return err
		})
	})
	return publicID, err
}

// folderName judges the name of a folder in another; self is the one that is renamed or moved.
func (d *drawer) folderName(parent *gen.ContractFolder, name string, self int64) (string, error) {
	if strings.Trim(strings.TrimSpace(name), ".") == "" {
		return "", errFolderName
	}
	name = attachments.CleanName(name)
	if there := d.folderNamed(parent, name); there != nil && there.ID != self {
		return "", fault.New(fault.Conflict, "fault.contract_files.folder_exists", "name", name)
	}
	return name, nil
}

// folderNamed finds a folder by its name in another. The database compares without the case of
// plain letters, people without that of any and without accents: the stricter one counts.
func (d *drawer) folderNamed(parent *gen.ContractFolder, name string) *gen.ContractFolder {
	for i := range d.folders {
		if f := &d.folders[i]; sameID(f.ParentID, idOfFolder(parent)) && search.SortKey(f.Name) == search.SortKey(name) {
			return f
		}
	}
	return nil
}

func (s *Service) insertFolder(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, parent *gen.ContractFolder, name string) (*gen.ContractFolder, error) {
	if len(d.folders) >= FoldersMax || d.depth(parent) >= depthMax {
		return nil, fault.New(fault.Conflict, "fault.contract_files.folders_many", "most", int64(FoldersMax), "deep", int64(depthMax))
	}
	row := gen.ContractFolder{PublicID: s.IDs(), ContractID: d.contract.ID, ParentID: idOfFolder(parent), Name: name, InPortal: d.shown(parent), CreatedAt: tx.Stamp()}
	id, err := tx.InsertContractFolder(ctx, gen.InsertContractFolderParams{PublicID: row.PublicID, ContractID: row.ContractID, ParentID: row.ParentID, Name: row.Name, InPortal: row.InPortal, CreatedAt: row.CreatedAt})
	if err != nil {
		return nil, err
	}
	row.ID = id
	d.folders = append(d.folders, row)
	return &row, s.noteFiles(ctx, tx, who, d, "folder_added", map[string]any{"folder": id, "in_portal": row.InPortal})
}

// folderAt walks a path of folders down from one, making those that are missing.
func (s *Service) folderAt(ctx context.Context, tx *db.Tx, who actor.Actor, d *drawer, from *gen.ContractFolder, path string) (*gen.ContractFolder, error) {
	for name := range strings.SplitSeq(strings.ReplaceAll(path, `\`, "/"), "/") {
		if strings.Trim(strings.TrimSpace(name), ".") == "" {
			continue
		}
		name = attachments.CleanName(name)
		next := d.folderNamed(from, name)
		if next == nil {
			var err error
			if next, err = s.insertFolder(ctx, tx, who, d, from, name); err != nil {
				return nil, err
			}
		}
		from = next
	}
	return from, nil
}

// RenameFolder gives a folder another name.
func (s *Service) RenameFolder(ctx context.Context, who actor.Actor, contractID, folderID, name string) error {
	return s.changeFiles(ctx, who, contractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		f, err := d.folder(folderID)
		if err != nil || f == nil {
			return errNoFile
		}
		if name, err = d.folderName(d.folderByID(f.ParentID), name, f.ID); err != nil || name == f.Name {
			return err
		}
		if err := tx.PlaceContractFolder(ctx, gen.PlaceContractFolderParams{ID: f.ID, Name: name, ParentID: f.ParentID}); err != nil {
			return err
		}
		return s.noteFiles(ctx, tx, who, d, "folder_renamed", map[string]any{"folder": f.ID})
	})
}

// moveFolder puts a folder into another, never into itself.
func (d *drawer) moveFolder(ctx context.Context, tx *db.Tx, f, to *gen.ContractFolder) error {
	if to != nil && d.inside(to, f.ID) {
		return fault.New(fault.Conflict, "fault.contract_files.into_itself", "name", f.Name)
	}
	if sameID(f.ParentID, idOfFolder(to)) {
		return nil
	}
	if _, err := d.folderName(to, f.Name, f.ID); err != nil {
		return err
	}
	if d.depth(to)+d.height(f) > depthMax {
		return fault.New(fault.Conflict, "fault.contract_files.folders_many", "most", int64(FoldersMax), "deep", int64(depthMax))
	}
	f.ParentID = idOfFolder(to)
	return tx.PlaceContractFolder(ctx, gen.PlaceContractFolderParams{ID: f.ID, Name: f.Name, ParentID: f.ParentID})
}

// height is how many folders lie inside of each other from this one down, itself with them.
func (d *drawer) height(f *gen.ContractFolder) int {
	deepest, own := 0, d.depth(f)
	for i := range d.folders {
		if d.inside(&d.folders[i], f.ID) {
			deepest = max(deepest, d.depth(&d.folders[i]))
		}
	}
	return deepest - own + 1
}

// RemoveFolder takes an empty folder away. What lies in the bin and was in it hangs on the one
// above afterwards.
func (s *Service) RemoveFolder(ctx context.Context, who actor.Actor, contractID, folderID string) error {
	return s.changeFiles(ctx, who, contractID, func(ctx context.Context, tx *db.Tx, d *drawer) error {
		f, err := d.folder(folderID)
		if err != nil || f == nil {
			return errNoFile
		}
		for i := range d.folders {
			if sameID(d.folders[i].ParentID, &f.ID) {
				return fault.New(fault.Conflict, "fault.contract_files.not_empty", "name", f.Name)
			}
		}
		for i := range d.files {
			if d.files[i].RemovedAt == nil && sameID(d.files[i].FolderID, &f.ID) {
				return fault.New(fault.Conflict, "fault.contract_files.not_empty", "name", f.Name)
			}
		}
		if err := tx.LiftRemovedContractFiles(ctx, gen.LiftRemovedContractFilesParams{FolderID: &f.ID, ToID: f.ParentID}); err != nil {
			return err
		}
		if err := tx.DeleteContractFolder(ctx, f.ID); err != nil {
			return err
		}
		return s.noteFiles(ctx, tx, who, d, "folder_removed", map[string]any{"folder": f.ID})
	})
}
