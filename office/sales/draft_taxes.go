package sales

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/catalog"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// fill turns the typed lines into what billing.Calculate takes.
func (sh *sheet) fill(ctx context.Context, q *gen.Queries, on civil.Date, form *fault.Form) error {
	d, table := sh.draft, catalog.NewFinder(q)
	sh.doc = billing.Document{Currency: money.Currency(d.Currency), PricesInclTax: d.PricesInclTax}
	for i, l := range d.Lines {
		line := billing.Line{Description: strings.TrimSpace(l.Description), Detail: strings.TrimSpace(l.Detail), Nature: billing.Nature(l.Nature), QuantityE4: l.QuantityE4,
			Unit: l.Unit, UnitPriceE4: l.UnitPriceE4, DiscountPCM: l.DiscountPCM, DiscountMinor: l.DiscountMinor, Optional: l.Optional}
		if line.Nature != billing.Goods {
			line.Nature = billing.Services
		}
		if line.Unit == "" {
			line.Unit = "C62"
		}
		var item *catalog.Item
		var itemID *int64
		if l.ItemID != "" {
			it, err := catalog.ByPublicID(ctx, q, l.ItemID)
			if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
				form.Add(fmt.Sprintf("lines.%d.description", i), "fault.not_found")
			} else if err != nil {
				return err
			} else {
				item, itemID = &it, &it.ID
			}
		}
		line.Taxes = sh.taxes(ctx, table, l.TaxCodes, item, line.Nature, on, form, fmt.Sprintf("lines.%d.taxes", i))
		sh.doc.Lines, sh.itemIDs = append(sh.doc.Lines, line), append(sh.itemIDs, itemID)
	}
	for i, a := range d.Allowances {
		x := billing.Allowance{Charge: a.Charge, Reason: strings.TrimSpace(a.Reason), PCM: a.PCM, AmountMinor: a.AmountMinor, Taxes: []billing.Tax{}}
		if a.Charge || len(a.TaxCodes) > 0 { // a discount without codes is for everything
			x.Taxes = sh.taxes(ctx, table, a.TaxCodes, nil, billing.Services, on, form, fmt.Sprintf("allowances.%d.taxes", i))
		}
		sh.doc.Allowances = append(sh.doc.Allowances, x)
	}
	return table.Err()
}

// taxes chooses the taxes of one line: those typed, else the item's where the sale is
// taxed where the item is, else what the law says of firm and customer.
func (sh *sheet) taxes(ctx context.Context, table *catalog.Finder, typed []string, item *catalog.Item, nature billing.Nature, on civil.Date, form *fault.Form, path string) []billing.Tax {
	codes := typed
	if len(codes) == 0 && item != nil && sh.suits(ctx, table, item.TaxCodes) {
		codes = item.TaxCodes
	}
	if len(codes) == 0 {
		codes = tax.Default(sh.firm.Country, sh.firm.VATScheme, sh.regime(), nature, on)
	}
	chosen := []billing.Tax{}
	for _, code := range codes {
		if t, ok := sh.given[code]; ok {
			chosen = append(chosen, t)
			continue
		}
		t, ok := table.ByCode(ctx, code)
		switch {
		case !ok:
			form.Add(path, "fault.choice")
		case !t.InForce(on):
			form.Add(path, "fault.tax_not_in_force", "code", code)
		default:
			chosen = append(chosen, t.Billing(sh.draft.Language))
		}
	}
	return chosen
}

func (sh *sheet) regime() string {
	if sh.customer == nil {
		return tax.Domestic
	}
	return sh.customer.TaxRegime
}

// suits tells whether an item's own taxes belong where the customer is taxed: French rates
// at home, TPS and TVQ for a customer in Québec. A firm that charges no tax never does.
func (sh *sheet) suits(ctx context.Context, table *catalog.Finder, codes []string) bool {
	if len(codes) == 0 || sh.firm.VATScheme == tax.Franchise || sh.firm.VATScheme == tax.None {
		return false
	}
	return !slices.ContainsFunc(codes, func(code string) bool {
		t, ok := table.ByCode(ctx, code)
		if !ok {
			return true
		}
		canadian := t.Jurisdiction == "QC" || strings.HasPrefix(t.Jurisdiction, "CA")
		switch sh.regime() {
		case tax.QuebecBuyer:
			return t.Jurisdiction != "QC"
		case tax.Domestic:
			return canadian != (sh.firm.Country == "CA")
		}
		return true
	})
}

// giveBack reads the taxes of the invoice that a credit note is about: they go back as they
// were invoiced, whatever the table of taxes says today.
func (sh *sheet) giveBack(ctx context.Context, q *gen.Queries) error {
	if sh.draft.origin.precedingID == 0 {
		return nil
	}
	row, err := q.DocumentByID(ctx, sh.draft.origin.precedingID)
	if err != nil {
		return db.NotFound(err)
	}
	taxes, err := q.DocumentTaxes(ctx, row.ID)
	if err != nil {
		return err
	}
	sh.given = map[string]billing.Tax{}
	for _, r := range taxes {
		var t billing.Tax
		if err := json.Unmarshal([]byte(r.Tax), &t); err != nil {
			return damaged(row, err)
		}
		sh.given[t.Code] = t
	}
	return nil
}
