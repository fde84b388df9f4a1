package contracts

import (
	"context"
	"path"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/gen"
)

// Packed is one file of an archive: where it lies in it, and what it is.
type Packed struct {
	Path string // with its folders, by slashes
	FileContent
	sha, at string
}

// ForArchive finds the attachments of a pick (nothing named: all), in their folders. Each is
// opened by OpenPacked when its turn comes, so that an archive of any size streams.
func (s *Service) ForArchive(ctx context.Context, who actor.Actor, in Pick) (contractNumber string, list []Packed, err error) {
	if err := who.Need(actor.Look); err != nil {
		return "", nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		d, err := openDrawer(ctx, q, in.ContractID)
		if err != nil {
			return err
		}
		p := picked{}
		if len(in.FileIDs)+len(in.FolderIDs) == 0 {
			for i := range d.files {
				if d.files[i].RemovedAt == nil {
					p.files = append(p.files, &d.files[i])
				}
			}
		} else if p, err = d.pick(in); err != nil {
			return err
		}
		contractNumber = d.contract.Number
		for _, f := range d.whole(p).files {
			list = append(list, Packed{Path: path.Join(d.path(f.FolderID), f.Name), FileContent: FileContent{Name: f.Name, MediaType: f.MediaType, Size: f.Size}, sha: f.Sha256, at: f.VersionAt})
		}
		return nil
	})
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "fault.contract_files.nothing")
	}
	return contractNumber, list, err
}

// path gives the names of the folders down to one.
func (d *drawer) path(id *int64) (p string) {
	for f, n := d.folderByID(id), 0; f != nil && n <= FoldersMax; f, n = d.folderByID(f.ParentID), n+1 {
		p = path.Join(f.Name, p)
	}
	return p
}

// OpenPacked opens the bytes of one file of an archive. Whoever gets it closes it.
func (s *Service) OpenPacked(p Packed) (FileContent, error) {
	c := p.FileContent
	c.SHA256 = p.sha
	return s.openFile(c, p.at)
}
