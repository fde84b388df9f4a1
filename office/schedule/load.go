package schedule

import (
	"context"
	"slices"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/recurring"
	"comptoir/rules/billing"
	"comptoir/rules/contract"
)

// loaded is a contract with its milestones and everything that was made of it.
type loaded struct {
	row        gen.ContractToBillRow
	milestones []gen.MilestonesToBillRow
	papers     []gen.ContractPapersRow
	documents  []gen.ContractDocumentsRow
	today      civil.Date
}

func (s *Service) load(ctx context.Context, q *gen.Queries, contractID string) (x *loaded, err error) {
	x = &loaded{}
	if x.row, err = q.ContractToBill(ctx, contractID); err != nil {
		return nil, db.NotFound(err)
	}
	if x.milestones, err = q.MilestonesToBill(ctx, x.row.ID); err != nil {
		return nil, err
	}
	if x.papers, err = q.ContractPapers(ctx, x.row.ID); err != nil {
		return nil, err
	}
	if x.documents, err = q.ContractDocuments(ctx, x.row.ID); err != nil {
		return nil, err
	}
	x.today, err = company.Today(ctx, q, s.DB.Now())
	return x, err
}

// planned gives what the milestones come to without tax, those that will not come left out.
func (x *loaded) planned() (sum int64) {
	for _, m := range x.milestones {
		if m.State != contract.MilestoneCancelled {
			sum += m.AmountMinor
		}
	}
	return sum
}

// known leaves out the milestones that are hidden in the portal, unless what they were invoiced as tells of them.
func (x *loaded) known() *loaded {
	y := *x
	y.milestones = slices.DeleteFunc(slices.Clone(x.milestones), func(m gen.MilestonesToBillRow) bool {
		papers, _ := x.madeOf(m.ID)
		b := contract.BillingOf(papers)
		return m.InPortal == 0 && b != contract.BillingInvoiced && b != contract.BillingPaid
	})
	return &y
}

// over tells whether the contract is cancelled, or its last day is gone.
func (x *loaded) over() bool {
	s := x.rules().On(x.today)
	return s == contract.Cancelled || s == contract.Ended
}

// rules is the contract as its rules see it: what they need to tell its last day.
func (x *loaded) rules() contract.Contract {
	return contract.Contract{State: contract.Status(x.row.State), EndedOn: day(x.row.EndedOn), Terms: contract.Terms{Start: day(x.row.StartOn), End: day(x.row.EndOn), Renewal: contract.Renewal(x.row.Renewal)}}
}

func (x *loaded) hidden() map[string]bool {
	hidden := map[string]bool{}
	for _, m := range x.milestones {
		hidden[m.PublicID] = m.InPortal == 0
	}
	return hidden
}

func (x *loaded) money() Money {
	var list []contract.Paper
	m := Money{PlannedMinor: x.planned(), Whole: x.wholeBillable() == nil, Milestones: []Milestone{}, Papers: []Paper{}, Recurring: []Recurring{}}
	byHand := map[string]bool{}
	for _, p := range x.papers {
		byHand[text(p.DocumentRef)] = p.ByHand == 1
	}
	for _, d := range x.documents {
		list = append(list, contract.Paper{Kind: billing.Kind(d.Kind), Issued: d.State == "issued", Currency: money.Currency(d.Currency), ExclMinor: d.TotalExclMinor, InclMinor: d.TotalInclMinor,
			TakenExclMinor: d.TakenExclMinor, TakenInclMinor: d.TakenInclMinor, PaidMinor: d.PaidMinor, DueMinor: d.DueMinor})
		m.Papers = append(m.Papers, Paper{PublicID: d.PublicID, Kind: billing.Kind(d.Kind), Number: text(d.Number), IssueDate: day(d.IssueDate), DueDate: day(text(d.DueDate)), Currency: money.Currency(d.Currency),
			ExclMinor: d.TotalExclMinor, InclMinor: d.TotalInclMinor, PaidMinor: d.PaidMinor, DueMinor: d.DueMinor, State: x.stateOf(d), ByHand: byHand[d.PublicID]})
	}
	m.Figures = contract.Sum(money.Currency(x.row.Currency), x.row.ValueMinor, m.PlannedMinor, list)
	m.Recurring = append(m.Recurring, x.templates()...)
	m.Loose = x.over() && (slices.ContainsFunc(m.Papers, func(p Paper) bool { return p.Number == "" }) || slices.ContainsFunc(m.Recurring, func(r Recurring) bool { return r.State != recurring.Ended }))
	for _, t := range x.milestones {
		if t.AmountMinor == 0 {
			continue
		}
		papers, ids := x.madeOf(t.ID)
		m.Milestones = append(m.Milestones, Milestone{PublicID: t.PublicID, Title: t.Title, DueOn: day(t.DueOn), State: t.State, AmountMinor: t.AmountMinor, Bill: t.Bill, Billing: contract.BillingOf(papers), Papers: ids})
	}
	return m
}

func (x *loaded) templates() (list []Recurring) {
	seen := map[string]bool{}
	for _, p := range x.papers {
		if id := text(p.RecurringPublicID); id != "" && !seen[id] {
			seen[id] = true
			list = append(list, Recurring{PublicID: id, State: text(p.RecurringState)})
		}
	}
	return list
}

// madeOf gives what was made of a milestone, with what came of that: the invoice of a quote, its newer version.
func (x *loaded) madeOf(milestone int64) (list []contract.MilestonePaper, ids []string) {
	ids = []string{}
	for _, p := range x.papers {
		if p.MilestoneID == nil || *p.MilestoneID != milestone {
			continue
		}
		made, of := x.cameOf(p)
		list, ids = append(list, made...), append(ids, of...)
	}
	return list, ids
}

// cameOf gives what stands behind one paper: a document with what came of it, a recurring invoice that goes on, or
// what an ended one has invoiced.
func (x *loaded) cameOf(p gen.ContractPapersRow) (list []contract.MilestonePaper, ids []string) {
	if p.RecurringID != nil && text(p.RecurringState) != recurring.Ended {
		return []contract.MilestonePaper{{Recurring: true}}, []string{text(p.RecurringPublicID)}
	}
	if p.RecurringID != nil {
		for _, d := range x.documents {
			if d.RunOf == *p.RecurringID {
				list = append(list, x.milestonePaper(d))
			}
		}
		return list, []string{text(p.RecurringPublicID)}
	}
	for _, d := range x.family(text(p.DocumentRef)) {
		list, ids = append(list, x.milestonePaper(d)), append(ids, d.PublicID)
	}
	return list, ids
}

// family gives a document and what came of it, credit notes left out: they take back, they bill nothing. The rows come in
// the order in which they were made, so that one pass finds all.
func (x *loaded) family(publicID string) (list []gen.ContractDocumentsRow) {
	in := map[int64]bool{}
	for _, d := range x.documents {
		if d.PublicID == publicID || in[whole(d.QuoteID)] || in[whole(d.ReplacesID)] {
			in[d.ID] = true
			if d.Kind != string(billing.CreditNote) {
				list = append(list, d)
			}
		}
	}
	return list
}

func (x *loaded) milestonePaper(d gen.ContractDocumentsRow) contract.MilestonePaper {
	p := contract.MilestonePaper{Kind: billing.Kind(d.Kind), Issued: d.State == "issued", Settled: d.DueMinor <= 0}
	if p.Kind == billing.Quote {
		state := x.stateOf(d)
		p.Settled, p.TakenBack = x.invoiced(d.ID), state == billing.StateRefused || state == billing.StateExpired || d.Replaced == 1
		return p
	}
	p.TakenBack = p.Issued && x.takenBack(d)
	return p
}

// takenBack tells whether credit notes gave back the whole of an invoice: its own, or of a deposit those of the invoice
// that took it off, which give its money back too.
func (x *loaded) takenBack(d gen.ContractDocumentsRow) bool {
	if d.TakenBack == 1 || d.TakenBy == 0 {
		return d.TakenBack == 1
	}
	return slices.ContainsFunc(x.documents, func(f gen.ContractDocumentsRow) bool { return f.ID == d.TakenBy && f.TakenBack == 1 })
}

func (x *loaded) stateOf(d gen.ContractDocumentsRow) billing.State {
	if d.Kind != string(billing.Quote) {
		return billing.StateOf(billing.Facts{Kind: billing.Kind(d.Kind), Issued: d.State == "issued", Sent: d.SentAt != nil, Viewed: d.ViewedAt != nil, DueOn: day(text(d.DueDate)),
			TotalMinor: totalOf(d), PaidMinor: d.PaidMinor, CreditedMinor: d.CreditedMinor}, x.today)
	}
	return billing.QuoteState(billing.QuoteFacts{Issued: d.State == "issued", Sent: d.SentAt != nil, Viewed: d.ViewedAt != nil, ValidUntil: day(d.ValidUntil), Superseded: d.Replaced == 1,
		Decision: billing.Decision(d.Decision), Invoiced: x.invoiced(d.ID)}, x.today)
}

// totalOf is what the state of a document counts from: what an invoice asks for, the whole of a credit note.
func totalOf(d gen.ContractDocumentsRow) int64 {
	if d.Kind == string(billing.CreditNote) {
		return d.TotalInclMinor
	}
	return d.AmountDueMinor
}

func (x *loaded) invoiced(quote int64) bool {
	for _, d := range x.documents {
		if whole(d.QuoteID) == quote && d.Kind == string(billing.Invoice) && d.State == "issued" && !x.takenBack(d) {
			return true
		}
	}
	return false
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func whole(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}
