package payments

import (
	"context"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// Ask asks how a payment of a customer would be spread. With Auto the parts are proposed,
// else they are taken as they were typed and only added up.
type Ask struct {
	CustomerID  string       `json:"customerId"`
	Currency    string       `json:"currency"`
	AmountMinor int64        `json:"amountMinor"` // with Auto, 0 = all that the chosen want
	Only        []string     `json:"only"`        // invoices chosen before; none = all that is open
	Auto        bool         `json:"auto"`
	Parts       []SplitPart  `json:"parts"`
	Credits     []UsedCredit `json:"credits"`
}

// ProposedPart is an open invoice and what it would take.
type ProposedPart struct {
	DocumentID  string `json:"documentId"`
	Number      string `json:"number"`
	IssueDate   string `json:"issueDate"`
	DueDate     string `json:"dueDate"`
	TotalMinor  int64  `json:"totalMinor"`
	DueMinor    int64  `json:"dueMinor"`
	AmountMinor int64  `json:"amountMinor"`
	Announced   bool   `json:"announced"`
}

// ProposedCredit is something of the customer's that could be used.
type ProposedCredit struct {
	CreditID    string `json:"creditId"`
	PaymentID   string `json:"paymentId"`
	Number      string `json:"number"`
	On          string `json:"on"`
	LeftMinor   int64  `json:"leftMinor"`
	AmountMinor int64  `json:"amountMinor"`
}

// Proposal is a split with its sums.
type Proposal struct {
	Currency    string           `json:"currency"`
	AmountMinor int64            `json:"amountMinor"`
	Parts       []ProposedPart   `json:"parts"`
	Credits     []ProposedCredit `json:"credits"`
	SumMinor    int64            `json:"sumMinor"`    // on invoices
	UsedMinor   int64            `json:"usedMinor"`   // of credits
	RestMinor   int64            `json:"restMinor"`   // stays the customer's; below zero: lacking
	CreditMinor int64            `json:"creditMinor"` // credits that there are
}

// Propose gives the split of a payment before it is recorded.
func (s *Service) Propose(ctx context.Context, who actor.Actor, in Ask) (p Proposal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Proposal{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, currency, err := customerOf(ctx, q, in.CustomerID, in.Currency)
		if err != nil {
			return err
		}
		p = Proposal{Currency: string(currency), AmountMinor: in.AmountMinor, Parts: []ProposedPart{}, Credits: []ProposedCredit{}}
		if err := p.openItems(ctx, q, c.ID, in.Only); err != nil {
			return err
		}
		return p.openCredits(ctx, q, c.ID, in.Credits)
	})
	if err != nil {
		return Proposal{}, err
	}
	p.spread(in)
	return p, nil
}

func (p *Proposal) openItems(ctx context.Context, q *gen.Queries, customerID int64, only []string) error {
	rows, err := q.OpenInvoicesOfCustomer(ctx, gen.OpenInvoicesOfCustomerParams{CustomerID: customerID, Currency: p.Currency})
	if err != nil {
		return err
	}
	chosen := map[string]bool{}
	for _, id := range only {
		chosen[id] = true
	}
	for _, r := range rows {
		if len(only) > 0 && !chosen[r.PublicID] {
			continue
		}
		p.Parts = append(p.Parts, ProposedPart{DocumentID: r.PublicID, Number: *r.Number, IssueDate: r.IssueDate, DueDate: r.DueDate, TotalMinor: r.TotalInclMinor, DueMinor: r.DueMinor, Announced: r.AnnouncedAt != nil})
	}
	return nil
}

func (p *Proposal) openCredits(ctx context.Context, q *gen.Queries, customerID int64, used []UsedCredit) error {
	notes, err := q.OpenCreditsOfCustomer(ctx, gen.OpenCreditsOfCustomerParams{CustomerID: customerID, Currency: p.Currency})
	if err != nil {
		return err
	}
	for _, r := range notes {
		p.Credits = append(p.Credits, ProposedCredit{CreditID: r.PublicID, Number: *r.Number, On: r.IssueDate, LeftMinor: r.DueMinor})
	}
	rests, err := q.OpenRestsOfCustomer(ctx, gen.OpenRestsOfCustomerParams{CustomerID: customerID, Currency: p.Currency})
	if err != nil {
		return err
	}
	for _, r := range rests {
		p.Credits = append(p.Credits, ProposedCredit{PaymentID: r.PublicID, Number: r.Number, On: r.ReceivedOn, LeftMinor: r.LeftMinor})
	}
	for i := range p.Credits {
		c := &p.Credits[i]
		p.CreditMinor += c.LeftMinor
		for _, u := range used {
			if u.CreditID == c.CreditID && u.PaymentID == c.PaymentID {
				c.AmountMinor = u.AmountMinor
				p.UsedMinor += u.AmountMinor
			}
		}
	}
	return nil
}

// spread fills the parts and the sums.
func (p *Proposal) spread(in Ask) {
	if !in.Auto {
		for i := range p.Parts {
			for _, typed := range in.Parts {
				if typed.DocumentID == p.Parts[i].DocumentID {
					p.Parts[i].AmountMinor = typed.AmountMinor
				}
			}
		}
	} else {
		open := make([]billing.Open, 0, len(p.Parts))
		var due int64
		for _, x := range p.Parts {
			open, due = append(open, billing.Open{DueOn: day(x.DueDate), Number: x.Number, DueMinor: x.DueMinor}), due+x.DueMinor
		}
		if p.AmountMinor == 0 && len(in.Only) > 0 {
			p.AmountMinor = max(0, due-p.UsedMinor)
		}
		for i, minor := range billing.ProposeSplit(p.AmountMinor+p.UsedMinor, open) {
			p.Parts[i].AmountMinor = minor
		}
	}
	for _, x := range p.Parts {
		p.SumMinor += x.AmountMinor
	}
	p.RestMinor = p.AmountMinor + p.UsedMinor - p.SumMinor
}

// Balance is what a customer owes and is owed, in one currency.
type Balance struct {
	Currency    string `json:"currency"`
	DueMinor    int64  `json:"dueMinor"`    // of invoices
	CreditMinor int64  `json:"creditMinor"` // of credit notes, left to use
	LeftMinor   int64  `json:"leftMinor"`   // of payments, on no invoice
	NetMinor    int64  `json:"netMinor"`    // what it comes to
}

// Balances gives what a customer owes, per currency; nothing for one that owes nothing and
// is owed nothing.
func (s *Service) Balances(ctx context.Context, who actor.Actor, customerID string) (list []Balance, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Balance{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, _, err := customerOf(ctx, q, customerID, "")
		if err != nil {
			return err
		}
		rows, err := q.BalancesOfCustomer(ctx, c.ID)
		for _, r := range rows {
			list = append(list, Balance{Currency: r.Currency, DueMinor: r.DueMinor, CreditMinor: r.CreditMinor, LeftMinor: r.LeftMinor, NetMinor: r.DueMinor - r.CreditMinor - r.LeftMinor})
		}
		return err
	})
	return list, err
}

// RefundRow is a refund in the firm's list.
type RefundRow struct {
	PublicID     string `json:"publicId"`
	Number       string `json:"number"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	PaymentID    string `json:"paymentId"`
	CreditID     string `json:"creditId"`
	Of           string `json:"of"`
	Method       string `json:"method"`
	RefundedOn   string `json:"refundedOn"`
	AmountMinor  int64  `json:"amountMinor"`
	Currency     string `json:"currency"`
	Reference    string `json:"reference"`
}

// Refunds gives the newest refunds of a period, at most a few hundred.
func (s *Service) Refunds(ctx context.Context, who actor.Actor, from, to string) ([]RefundRow, error) {
	list, _, err := s.RefundPage(ctx, who, from, to, "")
	return list, err
}

// refundRows is a page of refunds.
const refundRows = 500

// RefundPage gives a page of the refunds of a period, the newest first; next is "" on the last one.
func (s *Service) RefundPage(ctx context.Context, who actor.Actor, from, to, after string) (list []RefundRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	if to == "" {
		to = "9999"
	}
	before := int64(1<<62 - 1)
	if after != "" {
		if before, err = strconv.ParseInt(after, 36, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	list = []RefundRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.RefundsNewest(ctx, gen.RefundsNewestParams{BeforeID: before, FromDay: from, ToDay: to, RowLimit: refundRows + 1})
		if len(rows) > refundRows {
			rows = rows[:refundRows]
			next = strconv.FormatInt(rows[refundRows-1].ID, 36)
		}
		for _, r := range rows {
			x := RefundRow{PublicID: r.PublicID, Number: r.Number, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, Method: r.Method, RefundedOn: r.RefundedOn,
				AmountMinor: r.AmountMinor, Currency: r.Currency, Reference: r.Reference}
			if r.PaymentPublicID != nil {
				x.PaymentID, x.Of = *r.PaymentPublicID, *r.PaymentNumber
			} else {
				x.CreditID, x.Of = *r.CreditPublicID, *r.CreditNumber
			}
			list = append(list, x)
		}
		return err
	})
	return list, next, err
}
