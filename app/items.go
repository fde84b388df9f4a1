package app

import (
	"strings"

	"comptoir/office/catalog"
)

// Items is bound to the window: what the firm sells.
type Items struct{ desk *desk }

// ItemView is an item with what its codes mean.
type ItemView struct {
	catalog.Item
	UnitLabel string `json:"unitLabel"`
	TaxLabel  string `json:"taxLabel"`
	PriceNote string `json:"priceNote"` // whose price it is, when it is a list's
}

// ItemList is a page of the catalogue.
type ItemList struct {
	Rows []ItemRow `json:"rows"`
	Next string    `json:"next"`
}

// ItemRow is an item in the list.
type ItemRow struct {
	catalog.Row
	UnitLabel string `json:"unitLabel"`
}

// List gives a page of the catalogue; state "archived" gives those put away.
func (s *Items) List(q ListQuery) (ItemList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ItemList{}, err
	}
	rows, next, err := h.Catalog.List(s.desk.ctx, who, catalog.ListQuery{Query: q.listing(), Archived: q.State == "archived"})
	list := ItemList{Rows: make([]ItemRow, 0, len(rows)), Next: next}
	for _, r := range rows {
		list.Rows = append(list.Rows, ItemRow{Row: r, UnitLabel: s.desk.t("unit."+r.Unit, nil)})
	}
	return list, err
}

// Find gives items for a line while the person types: those priced in the document's
// currency, at the price of the customer's list where it has one.
func (s *Items) Find(words, currency, customerID string) ([]ItemView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	list, err := h.Catalog.PickForLine(s.desk.ctx, who, catalog.ForLine{Typed: words, Currency: currency, CustomerID: customerID, Limit: found})
	if err != nil {
		return nil, err
	}
	views := make([]ItemView, 0, len(list))
	for _, it := range list {
		v := s.view(it.Item, nil)
		if it.PriceList != "" {
			v.PriceNote = s.desk.t("window.prices.of_list", map[string]any{"name": it.PriceList})
		}
		views = append(views, v)
	}
	return views, nil
}

func (s *Items) view(it catalog.Item, table catalog.Table) ItemView {
	if it.Prices == nil {
		it.Prices = []catalog.ListPrice{}
	}
	v := ItemView{Item: it, UnitLabel: s.desk.t("unit."+it.Unit, nil)}
	labels := []string{}
	for _, code := range it.TaxCodes {
		if t, ok := table.ByCode(code); ok {
			labels = append(labels, s.desk.taxLabel(t.Billing(s.desk.lang)))
		}
	}
	v.TaxLabel = strings.Join(labels, " + ")
	return v
}

// Get gives one item; id "" gives a blank form.
func (s *Items) Get(id string) (ItemView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ItemView{}, err
	}
	if id == "" {
		f, err := h.Company.Firm(s.desk.ctx, who)
		return s.view(catalog.Item{Nature: "services", Unit: "C62", Currency: f.Currency, TaxCodes: []string{}}, nil), err
	}
	it, err := h.Catalog.Get(s.desk.ctx, who, id)
	if err != nil {
		return ItemView{}, err
	}
	table, err := h.Catalog.TaxTable(s.desk.ctx, who)
	return s.view(it, table), err
}

// Save makes or changes an item.
func (s *Items) Save(it catalog.Item, key string) (ItemView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ItemView{}, err
	}
	saved, err := h.Catalog.Save(s.desk.ctx, who, key, it)
	if err != nil {
		return ItemView{}, err
	}
	table, err := h.Catalog.TaxTable(s.desk.ctx, who)
	return s.view(saved, table), err
}

// SetArchived puts an item away or brings it back.
func (s *Items) SetArchived(id string, version int64, archived bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Catalog.SetArchived(s.desk.ctx, who, id, version, archived)
}

// Taxes gives the company's tax table.
func (s *Items) Taxes() ([]Tax, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	table, err := h.Catalog.TaxTable(s.desk.ctx, who)
	return s.desk.taxes(table), err
}

// Units gives the units of measure.
func (s *Items) Units() ([]Unit, error) { return s.desk.units(), nil }
