// Package schedule goes from a contract to money: what its milestones are billed as, and what came of it.
//
// What lives here: quotes, deposit invoices, invoices and recurring invoices made of milestones, papers that are put to a
// contract by hand, its figures for both sides. What must not: the contract itself (office/contracts), documents
// (office/sales), arithmetic (rules/contract). Called by the window's bound structs and the portal.
package schedule

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/contract"
)

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB        *db.DB
	Sales     *sales.Service
	Recurring *recurring.Service
	// Seen gives the contract's id where this contact may read it in the portal, else not found; office/contracts behind it.
	Seen    func(ctx context.Context, q *gen.Queries, who actor.Actor, contractID string) (id int64, err error)
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{d}
}

// Money is a contract's money as one side sees it.
type Money struct {
	contract.Figures
	PlannedMinor int64       // what its milestones come to, without tax
	Milestones   []Milestone // those with an amount; in the portal those that are shown
	Papers       []Paper     // the portal gets issued ones only
	Recurring    []Recurring // the firm only
	Whole        bool        // it may be billed in one paper: its value is said, nothing stands of it, no milestone has an amount
	Loose        bool        // it is over, yet a draft or a recurring invoice of it still stands
}

// Milestone is a milestone with what was made of it.
type Milestone struct {
	PublicID    string
	Title       string
	DueOn       civil.Date // zero: none
	State       string
	AmountMinor int64
	Bill        string
	Billing     contract.MilestoneBilling
	Papers      []string // public ids of its documents and recurring invoices
}

// Paper is a document of the contract.
type Paper struct {
	PublicID  string
	Kind      billing.Kind
	Number    string // "" = a draft
	IssueDate civil.Date
	DueDate   civil.Date
	Currency  money.Currency
	ExclMinor int64
	InclMinor int64
	PaidMinor int64
	DueMinor  int64
	State     billing.State
	ByHand    bool // was made elsewhere and put to the contract: it may be taken off again
}

// Recurring is a recurring invoice that was made of the contract.
type Recurring struct {
	PublicID string
	State    string
}

// Of gives a contract's money to the firm.
func (s *Service) Of(ctx context.Context, who actor.Actor, contractID string) (m Money, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Money{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := s.load(ctx, q, contractID)
		if err != nil {
			return err
		}
		m = x.money()
		return nil
	})
	return m, err
}

// PortalOf gives a contract's money to a contact that may read it, and its invoices besides: to others, and to guests,
// money is nobody's business and is not found.
func (s *Service) PortalOf(ctx context.Context, who actor.Actor, contractID string) (m Money, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Money{}, err
	}
	if err := who.NeedArea(actor.AreaContracts | actor.AreaInvoices); err != nil {
		return Money{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if _, err := s.Seen(ctx, q, who, contractID); err != nil {
			return err
		}
		x, err := s.load(ctx, q, contractID)
		if err != nil {
			return err
		}
		m = x.known().money().shown(x.hidden(), who.Sees(actor.AreaQuotes))
		return nil
	})
	return m, err
}

// shown leaves out what is the firm's own: drafts, templates, milestones that are hidden, and quotes for who sees none.
func (m Money) shown(hidden map[string]bool, quotes bool) Money {
	seen := map[string]bool{}
	papers := []Paper{}
	for _, p := range m.Papers {
		if p.Number != "" && (quotes || p.Kind != billing.Quote) {
			papers = append(papers, p)
			seen[p.PublicID] = true
		}
	}
	list := []Milestone{}
	for _, x := range m.Milestones {
		if hidden[x.PublicID] {
			continue
		}
		own := []string{}
		for _, id := range x.Papers {
			if seen[id] {
				own = append(own, id)
			}
		}
		if x.Papers = own; x.Billing == contract.BillingDrafted || x.Billing == contract.BillingRecurring || x.Billing == contract.BillingQuoted && !quotes {
			x.Billing = contract.BillingNone
		}
		list = append(list, x)
	}
	m.Papers, m.Milestones, m.Recurring, m.Loose = papers, list, []Recurring{}, false
	return m
}

// Mark names a contract.
type Mark struct {
	PublicID string
	Number   string
	Title    string
}

// ContractOf gives the contract that a document was made of or put to, or that the quote or the invoice before it was;
// without an id where there is none.
func (s *Service) ContractOf(ctx context.Context, who actor.Actor, documentID string) (m Mark, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Mark{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.ContractOfPaper(ctx, documentID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		m = Mark{PublicID: r.PublicID, Number: r.Number, Title: r.Title}
		return err
	})
	return m, err
}
