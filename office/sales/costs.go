package sales

import (
	"context"

	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
	"comptoir/rules/provider"
)

// keepCosts notes what each line of an invoice or credit note costs the firm on the day of issue, for
// its account with the provider: the catalogue changes afterwards, the account of a month does not.
// What a credit note takes back is worth what it cost on the invoice.
func (x *issue) keepCosts(ctx context.Context, tx *db.Tx) error {
	if x.kind() != billing.Invoice && x.kind() != billing.CreditNote {
		return nil // a quote sells nothing yet, and what a deposit is for stands on the final invoice
	}
	revenues, err := provider.Revenues(x.doc, x.totals)
	if err != nil {
		return err
	}
	costs, err := x.costs(ctx, tx)
	if err != nil {
		return err
	}
	for i, l := range x.rows.lines {
		if l.IsOptional == 1 {
			continue
		}
		p := gen.InsertLineCostParams{DocumentID: x.row.ID, Position: l.Position, QuantityE4: l.QuantityE4, RevenueMinor: revenues[i]}
		if l.ItemID != nil {
			c := costs[*l.ItemID]
			p.ItemID, p.Code, p.Name, p.Provider, p.Currency, p.CostE4 = l.ItemID, c.Code, c.Name, c.Provider, c.Currency, c.CostE4
		}
		if err := tx.InsertLineCost(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// costs gives, by item, what the catalogue says today; of a credit note what the invoice kept.
func (x *issue) costs(ctx context.Context, tx *db.Tx) (map[int64]gen.LineCostsRow, error) {
	known := map[int64]gen.LineCostsRow{}
	rows, err := tx.CatalogueCosts(ctx, x.row.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		c := gen.LineCostsRow{Code: r.Code, Name: r.Name, Provider: r.Provider, Currency: r.Currency}
		if r.CostPriceE4 > 0 { // the catalogue has no other way to say that it names none
			c.CostE4 = &r.CostPriceE4
		}
		known[r.ItemID] = c
	}
	if x.before == nil {
		return known, nil
	}
	kept, err := tx.LineCosts(ctx, x.before.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range kept {
		if k.ItemID != nil {
			known[*k.ItemID] = k
		}
	}
	return known, nil
}
