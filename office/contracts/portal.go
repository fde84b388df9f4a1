package contracts

import (
	"context"
	"math"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/search"
	"comptoir/rules/contract"
)

// portalSearched is in how many of a customer's contracts words are looked for.
const portalSearched = 1000

// PortalQuery asks for contracts of a contact.
type PortalQuery struct {
	Words string
	Asked bool   // only those that wait for the contact's own word
	After string // PortalPage.Next of the page before
	Limit int    // 1 to 100; 0 = 50
}

// PortalRow is a contract in the portal's list.
type PortalRow struct {
	PublicID   string
	Number     string
	Title      string
	TypeName   string
	Status     contract.Status
	StartOn    civil.Date
	EndOn      civil.Date // last day of the term that runs; zero: open-ended
	ValueMinor int64
	Currency   money.Currency
	Asked      bool // it waits for the contact's own word
}

// PortalPage is a page of the list.
type PortalPage struct {
	Rows []PortalRow
	Next string // "" = the last one
}

// PortalList gives the contracts that a contact sees, newest first. Guests have no list: they see one.
func (s *Service) PortalList(ctx context.Context, who actor.Actor, in PortalQuery) (page PortalPage, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalPage{}, err
	}
	if err := who.NeedArea(actor.AreaContracts); err != nil {
		return PortalPage{}, err
	}
	p := gen.PortalContractsParams{ContactID: who.ID, CustomerID: who.CustomerID, OnlyAsked: flag(in.Asked), Before: math.MaxInt64}
	if in.After != "" {
		if p.Before, err = strconv.ParseInt(in.After, 10, 64); err != nil {
			return PortalPage{}, fault.New(fault.Invalid, "fault.invalid")
		}
	}
	limit := 50
	if in.Limit > 0 && in.Limit <= 100 {
		limit = in.Limit
	}
	if in.Words != "" { // a customer has few: what was typed is looked for in all of them
		limit = portalSearched
	}
	p.RowLimit = int64(limit) + 1
	page.Rows = []PortalRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		rows, err := q.PortalContracts(ctx, p)
		for i, r := range rows {
			if i == limit {
				page.Next = strconv.FormatInt(rows[i-1].Contract.ID, 10)
				break
			}
			if in.Words != "" && !search.Says(r.Contract.Number+" "+r.Contract.Title+" "+r.TypeName, in.Words) {
				continue
			}
			page.Rows = append(page.Rows, portalRow(r.Contract, r.TypeName, r.Asked == 1, on))
		}
		return err
	})
	return page, err
}

func portalRow(c gen.Contract, typeName string, asked bool, on civil.Date) PortalRow {
	x := Ruled(c)
	return PortalRow{PublicID: c.PublicID, Number: c.Number, Title: c.Title, TypeName: typeName, Status: x.On(on), StartOn: x.Terms.Start, EndOn: x.Standing(on).Term.To, ValueMinor: c.ValueMinor, Currency: money.Currency(c.Currency), Asked: asked}
}

// PortalView is a contract as the portal shows it; nothing of the firm's own is in it.
type PortalView struct {
	PortalRow
	CustomerName  string
	OwnerName     string // who looks after it in the firm
	RequesterName string
	Terms         contract.Terms
	Standing      contract.Standing
	SignedOn      civil.Date
	EndedOn       civil.Date
	Description   string // Markdown
	Milestones    []Milestone
}

// PortalGet gives one contract to a contact, a guest or whoever stands before the firm's screen, with the milestones that
// are shown. To those who are not the customer's own, amounts are nobody's business.
func (s *Service) PortalGet(ctx context.Context, who actor.Actor, contractID string) (v PortalView, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := SeenBy(ctx, q, s.DB.Now(), who, contractID)
		if err != nil {
			return err
		}
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		page, err := q.PortalContractPage(ctx, c.ID)
		if err != nil {
			return err
		}
		x := Ruled(c)
		v = PortalView{PortalRow: portalRow(c, page.TypeName, false, on), CustomerName: page.CustomerName, OwnerName: page.OwnerName, RequesterName: page.RequesterName, Terms: x.Terms, Standing: x.Standing(on), SignedOn: x.SignedOn, EndedOn: x.EndedOn,
			Description: c.Description, Milestones: []Milestone{}}
		list, err := milestones(ctx, q, c.ID, on)
		for _, m := range list {
			if m.InPortal {
				v.Milestones = append(v.Milestones, m)
			}
		}
		if who.Kind == actor.Guest && who.Reader == 0 {
			v.discreet()
		}
		return err
	})
	return v, err
}

// discreet takes the amounts out.
func (v *PortalView) discreet() {
	v.ValueMinor = 0
	for i := range v.Milestones {
		v.Milestones[i].AmountMinor = 0
	}
}
