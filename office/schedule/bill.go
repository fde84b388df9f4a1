package schedule

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/contract"
	"comptoir/rules/recur"
)

// What milestones are billed as.
const (
	AsQuote     = "quote"
	AsDeposit   = "deposit"
	AsInvoice   = "invoice"
	AsRecurring = "recurring"
)

// Bill asks for a paper of a contract: of some of its milestones, or without any of what the whole contract is worth.
type Bill struct {
	Key        string   `json:"key"`
	ContractID string   `json:"contractId"`
	Milestones []string `json:"milestones"` // public ids
	As         string   `json:"as"`         // AsQuote, AsDeposit, AsInvoice, AsRecurring
	EachMonths int      `json:"eachMonths"` // AsRecurring: 1, 3, 6 or 12; 0 = 1
}

// Made is the draft that came of it.
type Made struct {
	Kind     string `json:"kind"` // invoice, deposit_invoice, quote, recurring
	PublicID string `json:"publicId"`
	Deposits int    `json:"deposits"` // deposit invoices that it takes off
}

// Bill makes the draft of a quote, a deposit invoice, an invoice or a recurring invoice. An invoice that leaves nothing
// else to bill is the final one: it names what the deposit invoices were for and takes them off (CGI ann. II 242 nonies A).
// The same key again gives the same answer.
func (s *Service) Bill(ctx context.Context, who actor.Actor, in Bill) (made Made, err error) {
	if err := who.NeedStaff(); err != nil {
		return Made{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, "contract.bill", in, &made, func() error {
			x, err := s.load(ctx, tx.Queries, in.ContractID)
			if err != nil {
				return err
			}
			chosen, err := x.choose(in)
			if err != nil {
				return err
			}
			made, err = s.make(ctx, tx, who, x, in, chosen)
			return err
		})
	})
	return made, err
}

// choose finds the milestones that are asked for, and refuses those of which something stands.
func (x *loaded) choose(in Bill) ([]gen.MilestonesToBillRow, error) {
	var form fault.Form
	if !slices.Contains([]string{AsQuote, AsDeposit, AsInvoice, AsRecurring}, in.As) {
		form.Add("as", "fault.choice")
	}
	if !slices.Contains([]int{0, 1, 3, 6, 12}, in.EachMonths) {
		form.Add("eachMonths", "fault.choice")
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	if len(in.Milestones) == 0 {
		return nil, x.wholeBillable()
	}
	switch {
	case x.row.State == string(contract.Cancelled):
		return nil, fault.New(fault.Conflict, "fault.schedule.cancelled")
	case x.wholeStands():
		return nil, fault.New(fault.Conflict, "fault.schedule.in_one")
	}
	chosen := []gen.MilestonesToBillRow{}
	for _, m := range x.milestones {
		if !slices.Contains(in.Milestones, m.PublicID) {
			continue
		}
		papers, _ := x.madeOf(m.ID)
		switch {
		case m.State == contract.MilestoneCancelled:
			return nil, fault.New(fault.Conflict, "fault.schedule.milestone_cancelled", "title", m.Title)
		case m.AmountMinor == 0:
			return nil, fault.New(fault.Invalid, "fault.schedule.no_amount", "title", m.Title)
		case !contract.Billable(contract.BillingOf(papers)):
			return nil, fault.New(fault.Conflict, "fault.schedule.billed", "title", m.Title)
		}
		chosen = append(chosen, m)
	}
	if len(chosen) != len(in.Milestones) {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	return chosen, nil
}

// wholeBillable tells why the contract cannot be billed in one paper, nil where it can.
func (x *loaded) wholeBillable() error {
	switch {
	case x.row.State == string(contract.Cancelled):
		return fault.New(fault.Conflict, "fault.schedule.cancelled")
	case x.row.ValueMinor == 0:
		return fault.New(fault.Invalid, "fault.schedule.no_value")
	case x.stands(func(gen.ContractPapersRow) bool { return true }):
		return fault.New(fault.Conflict, "fault.schedule.whole_billed")
	case x.planned() > 0:
		return fault.New(fault.Conflict, "fault.schedule.by_milestones")
	}
	return nil
}

// wholeStands tells whether the contract was billed in one paper, which stands.
func (x *loaded) wholeStands() bool {
	return x.stands(func(p gen.ContractPapersRow) bool { return p.MilestoneID == nil && p.ByHand == 0 })
}

// stands tells whether anything stands of the papers that are asked about.
func (x *loaded) stands(of func(gen.ContractPapersRow) bool) bool {
	list := []contract.MilestonePaper{}
	for _, p := range x.papers {
		if of(p) {
			made, _ := x.cameOf(p)
			list = append(list, made...)
		}
	}
	return !contract.Billable(contract.BillingOf(list))
}

// Stands tells whether anything stands that was made of a milestone, or with "" of the contract or put to it: its amount,
// its currency and its customer are then settled. It reads within the caller's transaction.
func (s *Service) Stands(ctx context.Context, q *gen.Queries, contractID, milestoneID string) (bool, error) {
	x, err := s.load(ctx, q, contractID)
	if err != nil {
		return false, err
	}
	return x.stands(func(p gen.ContractPapersRow) bool {
		return milestoneID == "" || text(p.MilestonePublicID) == milestoneID
	}), nil
}

func (s *Service) make(ctx context.Context, tx *db.Tx, who actor.Actor, x *loaded, in Bill, chosen []gen.MilestonesToBillRow) (made Made, err error) {
	d, err := x.form(in.As, chosen)
	if err != nil {
		return Made{}, err
	}
	made.Kind = d.Kind
	if in.As == AsInvoice && len(chosen) > 0 {
		if err := x.takeDeposits(&d, chosen); err != nil {
			return Made{}, err
		}
		made.Deposits = len(d.Deposits)
	}
	paper := gen.InsertContractPaperParams{ContractID: x.row.ID, CreatedAt: tx.Stamp()}
	if in.As == AsRecurring {
		made.Kind = AsRecurring
		t, err := x.template(d, chosen, max(in.EachMonths, 1))
		if err != nil {
			return Made{}, err
		}
		id, publicID, err := s.Recurring.DraftTx(ctx, tx, who, t)
		if err != nil {
			return Made{}, err
		}
		made.PublicID, paper.RecurringID = publicID, &id
	} else {
		doc, err := s.Sales.DraftFormTx(ctx, tx, who, d)
		if err != nil {
			return Made{}, err
		}
		made.PublicID, paper.DocumentRef = doc.PublicID, &doc.PublicID
	}
	if err := insert(ctx, tx, paper, chosen); err != nil {
		return Made{}, err
	}
	tx.AfterCommit(func() { s.Changed("contracts") })
	return made, audit.Write(ctx, tx, who, audit.Record{Action: "contract.billed", ObjectKind: "contract", ObjectID: x.row.ID, Details: map[string]any{"as": in.As, "paper": made.PublicID, "milestones": len(chosen)}})
}

func insert(ctx context.Context, tx *db.Tx, p gen.InsertContractPaperParams, chosen []gen.MilestonesToBillRow) error {
	if len(chosen) == 0 {
		return tx.InsertContractPaper(ctx, p)
	}
	for _, m := range chosen {
		p.MilestoneID = &m.ID
		if err := tx.InsertContractPaper(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// form is the paper as sales takes it: a line a milestone, its amount without tax, taxes by the law for the customer.
func (x *loaded) form(as string, chosen []gen.MilestonesToBillRow) (sales.Draft, error) {
	kind := map[string]billing.Kind{AsQuote: billing.Quote, AsDeposit: billing.DepositInvoice, AsInvoice: billing.Invoice, AsRecurring: billing.Invoice}[as]
	d := sales.Draft{Kind: string(kind), CustomerID: x.row.CustomerPublicID, ContactID: text(x.row.RequesterPublicID), Currency: x.row.Currency, Language: x.row.Language, TermsDays: x.row.TermsDays,
		TermsEndOfMonth: x.row.TermsEndOfMonth == 1, OrderNumber: x.row.Number, Lines: []sales.DraftLine{}, Allowances: []sales.DraftAllowance{}}
	if len(chosen) == 0 {
		l, err := x.line(as, x.row.Title, "", x.row.ValueMinor)
		d.Lines = append(d.Lines, l)
		return d, err
	}
	for _, m := range chosen {
		l, err := x.line(as, m.Title, m.Description, m.AmountMinor)
		if err != nil {
			return sales.Draft{}, err
		}
		d.Lines = append(d.Lines, l)
	}
	return d, nil
}

// line is one sum of the contract, in the words of the customer's language.
func (x *loaded) line(as, title, detail string, amount int64) (sales.DraftLine, error) {
	key := "common.contract.line"
	if as == AsDeposit {
		key = "common.contract.deposit_line"
	}
	price, err := money.MulDiv(amount, money.Scale, money.Currency(x.row.Currency).Unit())
	return sales.DraftLine{Description: locale.T(x.row.Language, key, map[string]any{"title": title, "number": x.row.Number}), Detail: detail, QuantityE4: money.Scale, UnitPriceE4: price, TaxCodes: []string{}}, err
}

// takeDeposits turns an invoice of milestones into the final one where nothing else is left to bill: the milestones that
// deposit invoices were for are delivered with it, and what was invoiced for them is taken off. Of one that was cancelled
// since, only the deposit remains.
func (x *loaded) takeDeposits(d *sales.Draft, chosen []gen.MilestonesToBillRow) error {
	var list []gen.ContractDocumentsRow
	lines := []sales.DraftLine{}
	for _, m := range x.milestones {
		if m.AmountMinor == 0 || slices.ContainsFunc(chosen, func(c gen.MilestonesToBillRow) bool { return c.ID == m.ID }) {
			continue
		}
		cancelled := m.State == contract.MilestoneCancelled
		papers, _ := x.madeOf(m.ID)
		if contract.Billable(contract.BillingOf(papers)) && !cancelled {
			return nil // there is more to bill: this is not the last
		}
		deposits := x.depositsOf(m.ID)
		if len(deposits) > 0 && !cancelled {
			l, err := x.line(AsInvoice, m.Title, m.Description, m.AmountMinor)
			if err != nil {
				return err
			}
			lines = append(lines, l)
		}
		list = append(list, deposits...)
	}
	for _, p := range list {
		switch {
		case p.State != "issued":
			return fault.New(fault.Conflict, "fault.schedule.deposit_draft")
		case p.Currency != x.row.Currency:
			return fault.New(fault.Conflict, "fault.schedule.deposit_currency", "number", text(p.Number), "currency", p.Currency, "own", x.row.Currency)
		case !slices.Contains(d.Deposits, p.PublicID):
			d.Deposits = append(d.Deposits, p.PublicID)
		}
	}
	d.Lines = append(lines, d.Lines...)
	return nil
}

// depositsOf gives the deposit invoices of a milestone that no invoice has taken off and nothing has taken back.
func (x *loaded) depositsOf(milestone int64) (list []gen.ContractDocumentsRow) {
	for _, p := range x.papers {
		if p.MilestoneID == nil || *p.MilestoneID != milestone || p.DocumentRef == nil {
			continue
		}
		for _, d := range x.documents {
			if d.PublicID == *p.DocumentRef && d.Kind == string(billing.DepositInvoice) && d.TakenBy == 0 && !x.takenBack(d) {
				list = append(list, d)
			}
		}
	}
	return list
}

// template is a recurring invoice of what was chosen, from the day of its first milestone, the contract's beginning or
// today, as long as the contract runs. Of one whose last day is gone by then there is none.
func (x *loaded) template(d sales.Draft, chosen []gen.MilestonesToBillRow, months int) (recurring.Template, error) {
	start := day(x.row.StartOn)
	if len(chosen) > 0 && chosen[0].DueOn != "" {
		start = day(chosen[0].DueOn)
	}
	if start.Before(x.today) {
		start = next(start, x.today, months)
	}
	t := recurring.Template{Form: d, When: recur.Choice{Unit: recur.Month, Every: months, Day: start.Day}, Billed: recur.Ahead, StartOn: start.String(), AutoSend: true}
	last := x.rules().LastDay()
	if last.IsZero() {
		return t, nil
	}
	if start.After(last) {
		return t, fault.New(fault.Conflict, "fault.schedule.over", "last", last)
	}
	for on := start; !on.After(last); on = start.AddMonths(int(t.Cycles) * months) {
		t.Cycles++
	}
	return t, nil
}

// next gives the first of the days every so many months from start that is not over; today where there is no start.
func next(start, today civil.Date, months int) civil.Date {
	if start.IsZero() {
		return today
	}
	for n := 0; ; n += months {
		if on := start.AddMonths(n); !on.Before(today) {
			return on
		}
	}
}

// Attach puts a document that was made elsewhere to a contract of the same customer. What belongs to a contract already,
// by itself or by what it came of, is refused: it would count twice. Detach takes it off again.
func (s *Service) Attach(ctx context.Context, who actor.Actor, contractID, documentID string) error {
	return s.tie(ctx, who, contractID, "contract.paper_attached", documentID, func(ctx context.Context, tx *db.Tx, x *loaded) error {
		d, err := tx.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return db.NotFound(err)
		}
		if whole(d.CustomerID) != x.row.CustomerID {
			return fault.New(fault.Conflict, "fault.schedule.other_customer")
		}
		has, err := tx.PaperHasContract(ctx, documentID)
		if err == nil && has == 1 {
			err = fault.New(fault.Conflict, "fault.schedule.attached")
		}
		if err != nil {
			return err
		}
		return tx.InsertContractPaper(ctx, gen.InsertContractPaperParams{ContractID: x.row.ID, DocumentRef: &documentID, ByHand: 1, CreatedAt: tx.Stamp()})
	})
}

// Detach takes a document off a contract that was put to it by hand; the document itself stays as it is.
func (s *Service) Detach(ctx context.Context, who actor.Actor, contractID, documentID string) error {
	return s.tie(ctx, who, contractID, "contract.paper_detached", documentID, func(ctx context.Context, tx *db.Tx, x *loaded) error {
		n, err := tx.DeleteContractPaper(ctx, gen.DeleteContractPaperParams{ContractID: x.row.ID, DocumentRef: documentID})
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

func (s *Service) tie(ctx context.Context, who actor.Actor, contractID, action, documentID string, do func(context.Context, *db.Tx, *loaded) error) error {
	if err := who.NeedStaff(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		x, err := s.load(ctx, tx.Queries, contractID)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, x); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("contracts") })
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contract", ObjectID: x.row.ID, Details: map[string]any{"paper": documentID}})
	})
}
