package attachments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// SeveralMax is how many files are handed over at once.
const SeveralMax = 500

// Several names files to be handed over together: those of the list, or all that a query finds.
type Several struct {
	IDs   []string
	All   bool
	Query PortalQuery
}

// PortalSeveral finds the files that a contact chose among those it may see, in the order in
// which they came; anything else is not found. Each is opened, and noted as opened, by PortalFile
// when its turn comes.
func (s *Service) PortalSeveral(ctx context.Context, who actor.Actor, in Several) (list []File, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	if len(in.IDs) > SeveralMax {
		return nil, errSeveral
	}
	if in.All {
		return s.allOf(ctx, who, in.Query)
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		for _, id := range in.IDs {
			r, err := q.PortalFile(ctx, gen.PortalFileParams{PublicID: id, CustomerID: who.CustomerID})
			if err != nil {
				return db.NotFound(err)
			}
			list = append(list, File{id: r.ID, PublicID: r.PublicID, Name: r.Name, Size: r.Size, CreatedAt: r.CreatedAt})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

var errSeveral = fault.New(fault.Conflict, "fault.too_many_papers", "most", int64(SeveralMax))

func (s *Service) allOf(ctx context.Context, who actor.Actor, in PortalQuery) (list []File, err error) {
	f := db.FileFilter{CustomerID: who.CustomerID, State: in.Filter, Words: in.Words}
	if err := s.days(ctx, in, &f); err != nil {
		return nil, err
	}
	rows, err := s.DB.PortalFiles(ctx, f, db.Page{Sort: "newest", Limit: SeveralMax + 1})
	if err != nil {
		return nil, err
	}
	if len(rows) > SeveralMax {
		return nil, errSeveral
	}
	for _, r := range rows {
		list = append(list, portalFile(r))
	}
	return list, nil
}
