package sales

import (
	"context"
	"path"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
)

// SeveralMax is how many papers are handed over at once.
const SeveralMax = 500

// Several names papers to be handed over together: those of the list, or all that a query
// finds.
type Several struct {
	IDs   []string
	All   bool
	Query PortalQuery
}

// PaperRef names one paper of several.
type PaperRef struct {
	id       int64
	PublicID string
	Number   string
	Name     string // of the file inside the archive
	Day      civil.Date
}

// PortalSeveral finds the papers that a contact chose among its own invoices, in the order of
// their numbers; what is another customer's is not found. They are noted as opened, in one go.
func (s *Service) PortalSeveral(ctx context.Context, who actor.Actor, in Several) (refs []PaperRef, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	if in.All {
		refs, err = s.allOf(ctx, who, in.Query)
	} else {
		refs, err = s.theseOf(ctx, who.CustomerID, in.IDs)
	}
	if err == nil {
		refs, err = s.withPaper(ctx, who.CustomerID, refs)
	}
	if err != nil {
		return nil, err
	}
	if err := s.noteHanded(ctx, who, refs); err != nil && !fault.Is(err, fault.Unavailable) {
		return nil, err
	}
	return refs, nil
}

func (s *Service) allOf(ctx context.Context, who actor.Actor, q PortalQuery) ([]PaperRef, error) {
	today, err := s.todayOf(ctx)
	if err != nil {
		return nil, err
	}
	q.Sort, q.After = "oldest", ""
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	p.Limit = SeveralMax + 1
	rows, err := s.DB.CustomerInvoices(ctx, q.filter(who.CustomerID, today), p)
	if err != nil {
		return nil, err
	}
	if len(rows) > SeveralMax {
		return nil, fault.New(fault.Conflict, "fault.too_many_papers", "most", int64(SeveralMax))
	}
	refs := make([]PaperRef, 0, len(rows))
	for _, r := range rows {
		refs = append(refs, PaperRef{r.ID, r.PublicID, r.Number, paperName(r.Number), day(r.IssueDate)})
	}
	return refs, nil
}

func (s *Service) theseOf(ctx context.Context, customerID int64, ids []string) (refs []PaperRef, err error) {
	if len(ids) > SeveralMax {
		return nil, fault.New(fault.Conflict, "fault.too_many_papers", "most", int64(SeveralMax))
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		for _, id := range ids {
			row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: id, CustomerID: &customerID})
			if err != nil {
				return db.NotFound(err)
			}
			if k := billing.Kind(row.Kind); k != billing.Invoice && k != billing.DepositInvoice {
				return fault.New(fault.NotFound, "fault.not_found")
			}
			refs = append(refs, PaperRef{row.ID, row.PublicID, text(row.Number), paperName(text(row.Number)), day(row.IssueDate)})
		}
		return nil
	})
	return refs, err
}

// paperName is a number as a file's name: what a firm puts into its numbers may mean a folder
// elsewhere.
func paperName(number string) string {
	return strings.NewReplacer("/", "-", "\\", "-", ":", "-", "*", "-", "?", "-", `"`, "-", "<", "-", ">", "-", "|", "-").Replace(path.Clean(number)) + ".pdf"
}

// PortalPaper gives one of the papers that PortalSeveral found, whose customer was asked for
// there and is asked for again.
func (s *Service) PortalPaper(ctx context.Context, who actor.Actor, ref PaperRef) (File, error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return File{}, err
	}
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: ref.PublicID, CustomerID: &who.CustomerID})
		if err == nil && row.ID != ref.id {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return db.NotFound(err)
	})
	if err != nil {
		return File{}, err
	}
	return s.paper(ctx, ref.id)
}

// noteHanded notes the first opening of each and one line in the audit log for all.
func (s *Service) noteHanded(ctx context.Context, who actor.Actor, refs []PaperRef) error {
	if len(refs) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range refs {
			if _, err := tx.SetViewed(ctx, gen.SetViewedParams{DocumentID: r.id, At: ptr(tx.Stamp())}); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed("invoices") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "invoice.several_handed", ObjectKind: "customer", ObjectID: who.CustomerID,
			Details: map[string]any{"documents": len(refs), "first": refs[0].Number, "last": refs[len(refs)-1].Number}})
	})
}
