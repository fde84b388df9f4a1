package sepa

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/billing"
	rules "comptoir/rules/sepa"
)

// Plan asks which invoices could be debited.
type Plan struct {
	Scheme string `json:"scheme"`
	On     string `json:"on"` // the day asked of the bank, "" = the first that is possible
}

// Candidate is an invoice that could be debited, or is left out with a reason.
type Candidate struct {
	DocumentID   string `json:"documentId"`
	Number       string `json:"number"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	DueDate      string `json:"dueDate"`
	AmountMinor  int64  `json:"amountMinor"`
	MandateID    string `json:"mandateId"`
	RUM          string `json:"rum"`
	Account      string `json:"account"`  // the last four
	Sequence     string `json:"sequence"` // FRST, RCUR, OOFF, FNAL
	Why          string `json:"why"`      // "" = it goes; else the reason, a key of a text
	Earliest     string `json:"earliest"` // where only the day is too early
}

// Proposal is what a file would hold.
type Proposal struct {
	On          string      `json:"on"`
	Scheme      string      `json:"scheme"`
	Taken       []Candidate `json:"taken"`
	Left        []Candidate `json:"left"`
	AmountMinor int64       `json:"amountMinor"`
}

// Propose gives the invoices that fall due by a day, who would be debited for them, and who
// not and why.
func (s *Service) Propose(ctx context.Context, who actor.Actor, in Plan) (p Proposal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Proposal{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		row, err := q.SepaSettings(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		x := &planning{s: s, q: q, today: today, scheme: in.Scheme, on: day(in.On), mandates: map[int64]*chosen{}}
		if x.on.IsZero() {
			x.on = rules.NextBusiness(today.AddDays(int(row.NoticeDays)))
		}
		if err := x.judgeDay(); err != nil {
			return err
		}
		p, err = x.propose(ctx)
		return err
	})
	return p, err
}

// planning is one look at what could be debited.
type planning struct {
	s        *Service
	q        *gen.Queries
	today    civil.Date
	on       civil.Date
	scheme   string
	mandates map[int64]*chosen // by customer
}

// chosen is the mandate of a customer that would be used, and what keeps it from being.
type chosen struct {
	row   gen.Mandate
	rule  rules.Mandate
	why   string
	taken bool // it debits something in this file
}

func (x *planning) judgeDay() error {
	switch {
	case x.scheme != rules.Core && x.scheme != rules.B2B:
		return oneField("scheme", "fault.choice")
	case !x.on.After(x.today):
		return oneField("on", "fault.sepa.past")
	case x.on.After(x.today.AddDays(366)):
		return oneField("on", "fault.sepa.far")
	case !rules.Business(x.on):
		return oneField("on", "fault.sepa.not_business", "next", rules.NextBusiness(x.on))
	}
	return nil
}

func (x *planning) propose(ctx context.Context) (Proposal, error) {
	p := Proposal{On: x.on.String(), Scheme: x.scheme, Taken: []Candidate{}, Left: []Candidate{}}
	rows, err := x.q.DebitableInvoices(ctx, x.on.String())
	if err != nil {
		return p, err
	}
	for _, r := range rows {
		c, err := x.candidate(ctx, r)
		if err != nil {
			return p, err
		}
		switch {
		case c == nil: // of the other scheme
		case c.Why == "":
			p.Taken, p.AmountMinor = append(p.Taken, *c), p.AmountMinor+c.AmountMinor
		default:
			p.Left = append(p.Left, *c)
		}
	}
	return p, nil
}

func (x *planning) candidate(ctx context.Context, r gen.DebitableInvoicesRow) (*Candidate, error) {
	m, err := x.mandateOf(ctx, *r.CustomerID)
	if err != nil || m == nil {
		return nil, err
	}
	c := &Candidate{DocumentID: r.PublicID, Number: *r.Number, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, DueDate: r.DueDate, MandateID: m.row.PublicID, RUM: m.row.Rum, Account: last4(m.row.Iban),
		AmountMinor: billing.Asked(r.DueMinor, r.RetainedMinor, day(r.RetainedUntil), x.on), Sequence: m.rule.Sequence()}
	switch {
	case r.InFile:
		c.Why = "in_file"
	case r.AnnouncedAt != nil:
		c.Why = "announced"
	case r.Attempt || r.Charging:
		c.Why = "attempt"
	default:
		c.Why = m.why
	}
	if c.Why == "notice" {
		c.Earliest = m.rule.Earliest(x.today).String()
	}
	if c.Why == "" {
		if c.Why, err = x.told(ctx, r.ID); err != nil {
			return nil, err
		}
	}
	m.taken = m.taken || c.Why == ""
	return c, nil
}

// told tells whether there is somebody to be written to before the debit.
func (x *planning) told(ctx context.Context, documentID int64) (why string, err error) {
	row, err := x.q.DocumentByID(ctx, documentID)
	if err != nil {
		return "", db.NotFound(err)
	}
	to, err := x.s.Sales.AddresseeOf(ctx, x.q, row)
	if fault.Is(err, fault.Invalid) || err == nil && to.Email == "" {
		return "no_address", nil
	}
	return "", err
}

// mandateOf is the mandate by which a customer would be debited: the newest that can be used,
// else the newest there is; nil where there is none of this scheme.
func (x *planning) mandateOf(ctx context.Context, customerID int64) (*chosen, error) {
	if known, ok := x.mandates[customerID]; ok {
		return known, nil
	}
	rows, err := x.q.MandatesOfCustomer(ctx, customerID)
	if err != nil {
		return nil, err
	}
	var best *chosen
	for _, m := range rows {
		if m.Scheme != x.scheme || m.State == "revoked" {
			continue
		}
		rule, _, err := judged(ctx, x.q, m)
		if err != nil {
			return nil, err
		}
		c := &chosen{row: m, rule: rule, why: rule.Why(x.today, x.on)}
		if best == nil || best.why != "" && c.why == "" {
			best = c
		}
	}
	x.mandates[customerID] = best
	return best, nil
}
