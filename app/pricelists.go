package app

import (
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/catalog"
	"comptoir/rules/pricing"
)

// PriceLists is bound to the window: prices by list, the grid, raising many at once.
type PriceLists struct{ desk *desk }

// List gives all price lists.
func (s *PriceLists) List() ([]catalog.PriceList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Catalog.PriceLists(s.desk.ctx, who)
}

// Save makes or renames a list.
func (s *PriceLists) Save(p catalog.PriceList, key string) (catalog.PriceList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return catalog.PriceList{}, err
	}
	saved, err := h.Catalog.SavePriceList(s.desk.ctx, who, key, p)
	if err == nil {
		h.changed("items")
	}
	return saved, err
}

// SetArchived puts a list away or brings it back.
func (s *PriceLists) SetArchived(id string, version int64, archived bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	if err := h.Catalog.SetPriceListArchived(s.desk.ctx, who, id, version, archived); err != nil {
		return err
	}
	h.changed("items")
	return nil
}

// OfCustomer tells which list a customer buys by.
func (s *PriceLists) OfCustomer(customerID string) (catalog.CustomerPrices, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return catalog.CustomerPrices{}, err
	}
	return h.Catalog.PricesOfCustomer(s.desk.ctx, who, customerID)
}

// SetOfCustomer makes a customer buy by a list; "" = as its group does.
func (s *PriceLists) SetOfCustomer(customerID, listID string) (catalog.CustomerPrices, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return catalog.CustomerPrices{}, err
	}
	if err := h.Catalog.SetCustomerPriceList(s.desk.ctx, who, customerID, listID); err != nil {
		return catalog.CustomerPrices{}, err
	}
	h.changed("customers")
	return h.Catalog.PricesOfCustomer(s.desk.ctx, who, customerID)
}

// PriceGrid is a page of the grid.
type PriceGrid struct {
	Rows []catalog.GridRow `json:"rows"`
	Next string            `json:"next"`
}

// Grid gives a page of items with all their prices.
func (s *PriceLists) Grid(q ListQuery) (PriceGrid, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PriceGrid{}, err
	}
	rows, next, err := h.Catalog.PriceGrid(s.desk.ctx, who, catalog.ListQuery{Query: q.listing(), Archived: q.State == "archived"})
	return PriceGrid{Rows: rows, Next: next}, err
}

// SetPrices stores changed cells of the grid, all or nothing.
func (s *PriceLists) SetPrices(edits []catalog.PriceEdit, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	versions, err := h.Catalog.SetPrices(s.desk.ctx, who, key, edits)
	if err != nil {
		return Done{}, err
	}
	h.changed("items")
	return Done{Message: s.desk.t("window.prices.saved", map[string]any{"n": len(versions)})}, nil
}

// RaiseForm is everything that the form for raising prices opens with.
type RaiseForm struct {
	Lists     []catalog.PriceList `json:"lists"`
	Providers []string            `json:"providers"`
	Roundings []string            `json:"roundings"`
	Currency  string              `json:"currency"`
}

// RaiseForm opens the form for raising prices.
func (s *PriceLists) RaiseForm() (RaiseForm, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RaiseForm{}, err
	}
	f := RaiseForm{Lists: []catalog.PriceList{}, Roundings: []string{}}
	for _, r := range pricing.Roundings() {
		f.Roundings = append(f.Roundings, string(r))
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return RaiseForm{}, err
	}
	f.Currency = firm.Currency
	lists, err := h.Catalog.PriceLists(s.desk.ctx, who)
	if err != nil {
		return RaiseForm{}, err
	}
	for _, l := range lists {
		if !l.Archived {
			f.Lists = append(f.Lists, l)
		}
	}
	f.Providers, err = h.Catalog.Providers(s.desk.ctx, who)
	return f, err
}

// PreviewRaise shows old and new prices.
func (s *PriceLists) PreviewRaise(r catalog.Raise) (catalog.RaisePreview, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return catalog.RaisePreview{}, err
	}
	return h.Catalog.PreviewRaise(s.desk.ctx, who, r)
}

// Raise does what the preview showed. Done.ID undoes it.
func (s *PriceLists) Raise(r catalog.Raise, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	id, n, err := h.Catalog.ApplyRaise(s.desk.ctx, who, key, r)
	if err != nil {
		return Done{}, err
	}
	h.changed("items")
	return Done{ID: id, Message: s.desk.t("window.prices.saved", map[string]any{"n": n})}, nil
}

// UndoRaise puts the old prices back.
func (s *PriceLists) UndoRaise(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	if err := h.Catalog.UndoRaise(s.desk.ctx, who, id); err != nil {
		return err
	}
	h.changed("items")
	return nil
}

// Changes gives the last raises.
func (s *PriceLists) Changes() ([]catalog.PriceChange, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Catalog.PriceChanges(s.desk.ctx, who, 20)
}

// Margin is what a price leaves, in words.
type Margin struct {
	Known   bool   `json:"known"`
	Amount  string `json:"amount"`
	Mark    string `json:"mark"` // of the price
	Loss    bool   `json:"loss"`
	MarkPCM int64  `json:"markPcm"`
}

// Margin computes what a price leaves over its cost, while they are typed.
func (s *PriceLists) Margin(priceE4, costE4 int64, currency string) (Margin, error) {
	m := pricing.MarginOf(priceE4, costE4)
	return Margin{Known: m.Known, Amount: locale.UnitPrice(s.desk.lang, m.E4, money.Currency(currency)), Mark: locale.Rate(s.desk.lang, m.MarkPCM), Loss: m.E4 < 0, MarkPCM: m.MarkPCM}, nil
}
