package sales

import (
	"cmp"
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

// MergedMax is how many papers are bound into one.
const MergedMax = 100

// Several names papers to be handed over together: those of the list, or all that a query
// finds.
type Several struct {
	Kind  billing.Kind // Invoice (with deposit invoices; "" as well), Quote, CreditNote
	Most  int          // SeveralMax where it is 0
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

func (in Several) most() int {
	if in.Most > 0 {
		return min(in.Most, SeveralMax)
	}
	return SeveralMax
}

// takes tells whether a document is of the kind that is handed over.
func (in Several) takes(kind string) bool {
	if in.Kind == "" || in.Kind == billing.Invoice {
		return kind == string(billing.Invoice) || kind == string(billing.DepositInvoice)
	}
	return kind == string(in.Kind)
}

func (in Several) tooMany() error {
	return fault.New(fault.Conflict, "fault.too_many_papers", "most", int64(in.most()))
}

// PortalSeveral finds the papers that a contact chose among its own documents of a kind, in the
// order of their numbers; what is another customer's is not found. They are noted as opened, in one go.
func (s *Service) PortalSeveral(ctx context.Context, who actor.Actor, in Several) (refs []PaperRef, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	if in.All {
		refs, err = s.allOf(ctx, who, in)
	} else {
		refs, err = s.theseOf(ctx, who.CustomerID, in)
	}
	if err == nil {
		refs, err = s.withPaper(ctx, who.CustomerID, refs)
	}
	if err != nil {
		return nil, err
	}
	if err := s.noteHanded(ctx, who, in, refs); err != nil && !fault.Is(err, fault.Unavailable) {
		return nil, err
	}
	return refs, nil
}

func (s *Service) allOf(ctx context.Context, who actor.Actor, in Several) (refs []PaperRef, err error) {
	in.Query.Sort, in.Query.After = "oldest", ""
	p, err := in.Query.page()
	if err != nil {
		return nil, err
	}
	p.Limit = in.most() + 1
	today, err := s.todayOf(ctx)
	if err != nil {
		return nil, err
	}
	switch in.Kind {
	case billing.Quote:
		err = each(&refs, func() ([]db.QuoteRow, error) {
			return s.DB.Quotes(ctx, in.Query.quoteFilter(who.CustomerID, today), p)
		}, func(r db.QuoteRow) PaperRef {
			return PaperRef{r.ID, r.PublicID, text(r.Number), paperName(text(r.Number)), day(r.IssueDate)}
		})
	case billing.CreditNote:
		err = each(&refs, func() ([]db.CustomerCreditRow, error) {
			return s.DB.CustomerCredits(ctx, in.Query.filter(who.CustomerID, today), p)
		}, func(r db.CustomerCreditRow) PaperRef {
			return PaperRef{r.ID, r.PublicID, r.Number, paperName(r.Number), day(r.IssueDate)}
		})
	default:
		err = each(&refs, func() ([]db.CustomerDocumentRow, error) {
			return s.DB.CustomerInvoices(ctx, in.Query.filter(who.CustomerID, today), p)
		}, func(r db.CustomerDocumentRow) PaperRef {
			return PaperRef{r.ID, r.PublicID, r.Number, paperName(r.Number), day(r.IssueDate)}
		})
	}
	if err == nil && len(refs) > in.most() {
		return nil, in.tooMany()
	}
	return refs, err
}

func each[R any](refs *[]PaperRef, find func() ([]R, error), ref func(R) PaperRef) error {
	rows, err := find()
	for _, r := range rows {
		*refs = append(*refs, ref(r))
	}
	return err
}

func (s *Service) theseOf(ctx context.Context, customerID int64, in Several) (refs []PaperRef, err error) {
	if len(in.IDs) > in.most() {
		return nil, in.tooMany()
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		for _, id := range in.IDs {
			row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: id, CustomerID: &customerID})
			if err != nil {
				return db.NotFound(err)
			}
			if !in.takes(row.Kind) {
				return fault.New(fault.NotFound, "fault.not_found")
			}
			refs = append(refs, PaperRef{row.ID, row.PublicID, text(row.Number), paperName(text(row.Number)), day(row.IssueDate)})
		}
		return nil
	})
	return refs, err
}

// PaperName is a number as the name of its paper.
func PaperName(number string) string { return paperName(number) }

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
func (s *Service) noteHanded(ctx context.Context, who actor.Actor, in Several, refs []PaperRef) error {
	if len(refs) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range refs {
			if who.StandsIn() { // the customer has not seen them
				break
			}
			if _, err := tx.SetViewed(ctx, gen.SetViewedParams{DocumentID: r.id, At: ptr(tx.Stamp())}); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed(topic(cmp.Or(in.Kind, billing.Invoice))) })
		return audit.Write(ctx, tx, who, audit.Record{Action: action(cmp.Or(in.Kind, billing.Invoice), "several_handed"), ObjectKind: "customer", ObjectID: who.CustomerID,
			Details: map[string]any{"documents": len(refs), "first": refs[0].Number, "last": refs[len(refs)-1].Number}})
	})
}
