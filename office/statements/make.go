package statements

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/statement"
)

// Make gives a statement of any customer to the firm's own people.
func (s *Service) Make(ctx context.Context, who actor.Actor, query Query) (st Statement, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Statement{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, query.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		st, err = s.build(ctx, q, c, query)
		return err
	})
	return st, err
}

// PortalMake gives a contact a statement of its own customer, and of no other.
func (s *Service) PortalMake(ctx context.Context, who actor.Actor, query Query) (st Statement, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Statement{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByID(ctx, who.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		st, err = s.build(ctx, q, c, query)
		return err
	})
	st.Lang = who.Lang // as the contact reads the portal
	return st, err
}

func (s *Service) build(ctx context.Context, q *gen.Queries, c gen.Customer, query Query) (Statement, error) {
	firm, err := company.Get(ctx, q)
	if err != nil {
		return Statement{}, err
	}
	now := s.DB.Now()
	kind, period, preset, err := resolve(query, firm.Today(now))
	if err != nil {
		return Statement{}, err
	}
	st := Statement{Kind: kind, Preset: preset, Period: period, Today: firm.Today(now), MadeAt: now, Customer: sales.CustomerRef{PublicID: c.PublicID, Number: c.Number, Name: c.Name}}
	err = s.fill(ctx, q, c, &st)
	return st, err
}

// fill reads the account and the parties into st, whose kind and period stand.
func (s *Service) fill(ctx context.Context, q *gen.Queries, c gen.Customer, st *Statement) (err error) {
	if st.Seller, st.Buyer, st.Lang, err = s.Sales.Parties(ctx, q, c.PublicID); err != nil {
		return err
	}
	a := account{q, c.ID}
	if st.Kind == Activity {
		opening, err := a.opening(ctx, st.Period.From)
		if err != nil {
			return err
		}
		movements, err := a.movements(ctx, st.Period)
		if err != nil {
			return err
		}
		if st.Activities, err = statement.ActivityOf(opening, movements); err != nil {
			return err
		}
	} else if st.Accounts, err = a.open(ctx, st.Period.To); err != nil {
		return err
	}
	return st.code(ctx, a)
}

// code adds the code of a transfer of the whole balance: there is one account, in euros,
// and nothing happened since. A code for what was owed last year would have it paid twice.
func (s *Statement) code(ctx context.Context, a account) error {
	owed := slices.DeleteFunc(s.Balances(), func(b Balance) bool { return b.Minor == 0 })
	if len(owed) != 1 || owed[0].Minor <= 0 {
		return nil
	}
	now, err := a.now(ctx)
	if err != nil || now[owed[0].Currency] != owed[0].Minor {
		return err
	}
	s.Reference = s.Customer.Number + " " + s.Period.To.String()
	s.EPC = sales.TransferCode(s.Seller, s.Reference, money.Amount{Minor: owed[0].Minor, Currency: owed[0].Currency})
	s.EPCMinor = owed[0].Minor
	return nil
}

// resolve checks the form of a statement and finds its days.
func resolve(q Query, today civil.Date) (kind string, p statement.Period, preset string, err error) {
	if kind = q.Kind; kind == "" {
		kind = Activity
	}
	var form fault.Form
	if !slices.Contains(Kinds(), kind) {
		form.Add("kind", "fault.choice")
	}
	if preset = q.Preset; preset == "" && q.From == "" && q.To == "" {
		preset = string(usual(kind))
	}
	if preset != "" {
		var known bool
		if p, known = statement.PeriodOf(statement.Preset(preset), today); !known {
			form.Add("preset", "fault.choice")
		}
		return kind, p, preset, form.Err()
	}
	p = statement.Period{To: today}
	if q.From != "" {
		if p.From, err = civil.Parse(q.From); err != nil {
			form.Add("from", "fault.not_a_date")
		}
	}
	if q.To != "" {
		if p.To, err = civil.Parse(q.To); err != nil {
			form.Add("to", "fault.not_a_date")
		}
	}
	if p.To.After(today) {
		p.To = today // what has not happened yet is on no statement
	}
	if form.Empty() && p.From.After(p.To) {
		form.Add("from", "fault.statement.period")
	}
	return kind, p, "", form.Err()
}

// usual is the period of a statement that nobody chose one for.
func usual(kind string) statement.Preset {
	if kind == Activity {
		return statement.ThisYear
	}
	return statement.Always
}
