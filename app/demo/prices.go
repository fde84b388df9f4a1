package demo

import (
	"context"

	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/rules/pricing"
)

// Prices by list: resellers pay less for furniture, Québec has prices in its own dollars.
const (
	resellers   = 3       // customers in the group that buys by the list
	wholesale   = -15_000 // pcm of the item's own price
	canadianPCM = 52_000  // what crossing the ocean adds, with the rate
)

// prices makes two lists, and a group that buys by one of them.
func (m *maker) prices(ctx context.Context) error {
	gross, err := m.Catalog.SavePriceList(ctx, m.owner, m.key("list"), catalog.PriceList{Name: m.text("fr", "demo.prices.wholesale", nil), Currency: "EUR"})
	if err != nil {
		return err
	}
	canada, err := m.Catalog.SavePriceList(ctx, m.owner, m.key("list"), catalog.PriceList{Name: m.text("fr", "demo.prices.canada", nil), Currency: "CAD"})
	if err != nil {
		return err
	}
	edits := []catalog.PriceEdit{}
	for _, it := range m.stock["goods"] {
		for _, x := range []struct {
			list   string
			change pricing.Change
		}{{gross.PublicID, pricing.Change{PCM: wholesale, Rounding: pricing.TenCents}}, {canada.PublicID, pricing.Change{PCM: canadianPCM, Rounding: pricing.Whole}}} {
			e4, err := x.change.Apply(it.priceE4, "EUR")
			if err != nil {
				return err
			}
			edits = append(edits, catalog.PriceEdit{ItemID: it.id, ListID: x.list, Version: 1, E4: e4})
		}
	}
	if _, err := m.Catalog.SetPrices(ctx, m.owner, m.key("prices"), edits); err != nil {
		return err
	}
	group, err := m.Customers.SaveGroup(ctx, m.owner, m.key("group"), customers.Group{Name: m.text("fr", "demo.group.resellers", nil), PriceListID: gross.PublicID})
	if err != nil {
		return err
	}
	return m.joinGroup(ctx, group.PublicID, canada.PublicID)
}

// joinGroup puts a few firms into the group; the first one that pays in Canadian dollars
// buys by the list in them.
func (m *maker) joinGroup(ctx context.Context, group, canada string) error {
	joined := 0
	for i, c := range m.clients {
		switch {
		case canada != "" && c.currency == "CAD":
			if err := m.Catalog.SetCustomerPriceList(ctx, m.owner, c.id, canada); err != nil {
				return err
			}
			canada = ""
		case c.kind == "company" && c.currency == "EUR" && joined < resellers:
			joined++
			if err := m.changeClient(ctx, i, func(c *customers.Customer) { c.GroupID = group }); err != nil {
				return err
			}
		}
	}
	return nil
}
