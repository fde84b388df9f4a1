package books

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// Month is what one month brought.
type Month struct {
	Period   string // YYYY-MM
	NetMinor int64  // turnover before tax, in the firm's currency
}

// Overview is what the owner sees of the books on the first page.
type Overview struct {
	Months      []Month // oldest first, the running month last
	CashMinor   int64   // bank, till, cheques to bank and what gateways hold
	VATDueMinor int64   // tax collected less tax paid, not yet declared
}

// Accounts behind the figures, by role. Turnover is what the firm sells (70x in France):
// exchange gains, penalties and the like are income, but not turnover. An account of the
// firm's own among the income accounts counts.
var (
	salesRoles = []string{
		"", ledger.RoleGoods, ledger.RoleServices, ledger.RoleShipping, "vente_produits", "travaux", "etudes",
		"rrr_accordes_services", "rrr_accordes_marchandises",
	}
	cashRoles = []string{ledger.RoleBank, ledger.RoleCash, ledger.RoleCheques, ledger.RoleGateway}
	vatRoles  = []string{
		ledger.RoleTaxDue, ledger.RoleGST, ledger.RoleQST, ledger.RoleHST, "tva_due_intracom",
		"tva_deductible_abs", "tva_deductible_immo", "tps_a_recevoir", "tvq_a_recevoir", "credit_tva",
	}
)

// maxMonths is five years, the longest chart that is drawn.
const maxMonths = 60

// Turnover gives the turnover of the last months up to the running one, and what there is
// in cash and in tax due, all from the kept balances.
func (s *Service) Turnover(ctx context.Context, who actor.Actor, months int) (o Overview, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Overview{}, err
	}
	if months < 1 || months > maxMonths {
		return Overview{}, fault.New(fault.Invalid, "control.months", "min", 1, "max", maxMonths)
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		today := firm.Today(s.db.Now())
		if o.Months, err = turnover(ctx, q, today.StartOfMonth().AddMonths(1-months), today); err != nil {
			return err
		}
		return o.positions(ctx, q)
	})
	return o, err
}

func turnover(ctx context.Context, q *gen.Queries, from, to civil.Date) ([]Month, error) {
	rows, err := q.MonthlyOfNature(ctx, gen.MonthlyOfNatureParams{Nature: "produit", FromPeriod: from.Period(), ToPeriod: to.Period()})
	if err != nil {
		return nil, err
	}
	net := map[string]int64{}
	for _, r := range rows {
		if slices.Contains(salesRoles, text(r.Role)) {
			net[r.Period] += r.CreditMinor - r.DebitMinor
		}
	}
	var months []Month
	for m := from; !m.After(to); m = m.AddMonths(1) {
		months = append(months, Month{Period: m.Period(), NetMinor: net[m.Period()]})
	}
	return months, nil
}

// positions fills what there is by now, whatever the month it was posted in.
func (o *Overview) positions(ctx context.Context, q *gen.Queries) error {
	accounts, err := q.Accounts(ctx)
	if err != nil {
		return err
	}
	kept, err := q.KeptBalances(ctx, gen.KeptBalancesParams{ToPeriod: "9999-12"})
	if err != nil {
		return err
	}
	roles := make(map[int64]string, len(accounts))
	for _, a := range accounts {
		roles[a.ID] = text(a.Role)
	}
	for _, b := range kept {
		switch role := roles[b.AccountID]; {
		case slices.Contains(cashRoles, role):
			o.CashMinor += b.DebitMinor - b.CreditMinor
		case slices.Contains(vatRoles, role):
			o.VATDueMinor += b.CreditMinor - b.DebitMinor
		}
	}
	return nil
}
