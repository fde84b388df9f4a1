package catalog

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// PriceList is a set of prices for some customers, in one currency ("Grossistes").
type PriceList struct {
	ID        int64  `json:"-"`
	PublicID  string `json:"publicId"`
	Name      string `json:"name"`
	Currency  string `json:"currency"`
	Archived  bool   `json:"archived"`
	Version   int64  `json:"version"`
	Items     int64  `json:"items"`     // that have a price in it
	Customers int64  `json:"customers"` // that name it themselves
	Groups    int64  `json:"groups"`    // that name it for their customers
}

// PriceLists gives all lists by name, those put away too.
func (s *Service) PriceLists(ctx context.Context, who actor.Actor) (list []PriceList, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []PriceList{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.PriceLists(ctx)
		for _, r := range rows {
			list = append(list, PriceList{ID: r.ID, PublicID: r.PublicID, Name: r.Name, Currency: r.Currency, Archived: r.ArchivedAt != nil, Version: r.Version,
				Items: r.Items, Customers: r.Customers, Groups: r.CustomerGroups})
		}
		return err
	})
	return list, err
}

// PriceListByPublicID finds a list inside the caller's transaction: for forms that name one
// (a group, a customer). One that was put away is refused as a choice.
func PriceListByPublicID(ctx context.Context, q *gen.Queries, publicID string) (PriceList, error) {
	r, err := q.PriceListByPublicID(ctx, publicID)
	if err != nil {
		return PriceList{}, db.NotFound(err)
	}
	return PriceList{ID: r.ID, PublicID: r.PublicID, Name: r.Name, Currency: r.Currency, Archived: r.ArchivedAt != nil, Version: r.Version}, nil
}

// SavePriceList makes a list (no PublicID) or renames it. Its currency stands once it holds prices.
func (s *Service) SavePriceList(ctx context.Context, who actor.Actor, key string, p PriceList) (saved PriceList, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return PriceList{}, err
	}
	var form fault.Form
	text.Each(text.Line, &p.Name)
	form.Need("name", p.Name)
	form.MaxLen("name", p.Name, 60)
	if !money.Currency(p.Currency).Valid() {
		form.Add("currency", "fault.choice")
	}
	if err := form.Err(); err != nil {
		return PriceList{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := p.PublicID
		if publicID == "" {
			if err := audit.Once(ctx, tx, key, "price_list.create", p, &publicID, func() error {
				publicID, err = s.createList(ctx, tx, who, p)
				return err
			}); err != nil {
				return err
			}
		} else if err := s.changeList(ctx, tx, who, p); err != nil {
			return err
		}
		saved, err = PriceListByPublicID(ctx, tx.Queries, publicID)
		return err
	})
	return saved, err
}

func (s *Service) createList(ctx context.Context, tx *db.Tx, who actor.Actor, p PriceList) (string, error) {
	publicID := s.ids()
	id, err := tx.InsertPriceList(ctx, gen.InsertPriceListParams{PublicID: publicID, Name: p.Name, Currency: p.Currency, Now: tx.Stamp()})
	if err != nil {
		return "", nameTaken(err)
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "price_list.created", ObjectKind: "price_list", ObjectID: id})
}

func (s *Service) changeList(ctx context.Context, tx *db.Tx, who actor.Actor, p PriceList) error {
	before, err := PriceListByPublicID(ctx, tx.Queries, p.PublicID)
	if err != nil {
		return err
	}
	if before.Currency != p.Currency {
		n, err := tx.CountListPrices(ctx, before.ID)
		if err != nil {
			return err
		}
		if n > 0 { // its prices would be taken at their face value in another money
			return oneField("currency", "fault.pricing.currency_fixed")
		}
	}
	n, err := tx.UpdatePriceList(ctx, gen.UpdatePriceListParams{ID: before.ID, Version: p.Version, Name: p.Name, Currency: p.Currency, UpdatedAt: tx.Stamp()})
	if err != nil {
		return nameTaken(err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "price_list.changed", ObjectKind: "price_list", ObjectID: before.ID})
}

func nameTaken(err error) error {
	if db.IsUnique(err) {
		return oneField("name", "fault.pricing.name_taken")
	}
	return err
}

// SetPriceListArchived puts a list away: its customers get the items' own prices again.
func (s *Service) SetPriceListArchived(ctx context.Context, who actor.Actor, publicID string, version int64, archived bool) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := PriceListByPublicID(ctx, tx.Queries, publicID)
		if err != nil {
			return err
		}
		set := gen.SetPriceListArchivedParams{ID: p.ID, Version: version, UpdatedAt: tx.Stamp()}
		action := "price_list.restored"
		if archived {
			now := tx.Stamp()
			set.ArchivedAt, action = &now, "price_list.archived"
		}
		n, err := tx.SetPriceListArchived(ctx, set)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "price_list", ObjectID: p.ID})
	})
}

// CustomerPrices tells which list a customer buys by.
type CustomerPrices struct {
	Own    string `json:"own"`    // public id of the list that the customer names itself, "" = its group's
	ListID string `json:"listId"` // the list in force, "" = the items' own prices
	Name   string `json:"name"`
}

// PricesOfCustomer gives the list that a customer buys by: its own, else its group's.
func (s *Service) PricesOfCustomer(ctx context.Context, who actor.Actor, customerID string) (p CustomerPrices, err error) {
	if err := who.Need(actor.Look); err != nil {
		return CustomerPrices{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		if p.Own, err = q.OwnListOfCustomer(ctx, customerID); err != nil {
			return db.NotFound(err)
		}
		list, err := listOf(ctx, q, customerID)
		p.ListID, p.Name = list.PublicID, list.Name
		return err
	})
	return p, err
}

// listOf gives the list in force for a customer; none is no error.
func listOf(ctx context.Context, q *gen.Queries, customerID string) (PriceList, error) {
	if customerID == "" {
		return PriceList{}, nil
	}
	r, err := q.ListOfCustomer(ctx, customerID)
	if errors.Is(err, sql.ErrNoRows) {
		return PriceList{}, nil
	}
	return PriceList{ID: r.ID, PublicID: r.PublicID, Name: r.Name, Currency: r.Currency}, err
}

// SetCustomerPriceList makes a customer buy by a list; "" = as its group does.
func (s *Service) SetCustomerPriceList(ctx context.Context, who actor.Actor, customerID, listID string) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		p := gen.SetCustomerPriceListParams{CustomerPublicID: customerID, UpdatedAt: tx.Stamp()}
		if listID != "" {
			list, err := PriceListByPublicID(ctx, tx.Queries, listID)
			if err != nil || list.Archived {
				return errors.Join(err, oneField("priceListId", "fault.choice"))
			}
			p.PriceListID = &list.ID
		}
		c, err := tx.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		if _, err := tx.SetCustomerPriceList(ctx, p); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customer.price_list", ObjectKind: "customer", ObjectID: c.ID})
	})
}

// ForLine asks for items to put on a line of a document.
type ForLine struct {
	Typed      string
	Currency   string // of the document: another price would be taken at its face value; "" = all
	CustomerID string // its list's prices go first; "" = none
	Limit      int
}

// LineItem is an item as a line of that customer takes it.
type LineItem struct {
	Item
	PriceList string `json:"priceList"` // name of the list that the price is of, "" = the item's own
}

// PickForLine finds items while the person types: those priced in the document's currency,
// by the customer's list or by themselves.
func (s *Service) PickForLine(ctx context.Context, who actor.Actor, ask ForLine) (found []LineItem, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	found = []LineItem{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		list, err := listOf(ctx, q, ask.CustomerID)
		if err != nil {
			return err
		}
		if list.Currency != ask.Currency {
			list = PriceList{}
		}
		rows, err := lineRows(ctx, q, ask, list.ID)
		for _, r := range rows {
			found = append(found, lineItem(r, ask.Currency, list.Name))
		}
		return err
	})
	return found, err
}

func lineRows(ctx context.Context, q *gen.Queries, ask ForLine, listID int64) ([]gen.ItemsForLineByNameRow, error) {
	words := db.MatchWords(ask.Typed)
	if words == "" {
		return q.ItemsForLineByName(ctx, gen.ItemsForLineByNameParams{PriceListID: listID, Currency: ask.Currency, RowLimit: int64(ask.Limit)})
	}
	found, err := q.ItemsForLineByWords(ctx, gen.ItemsForLineByWordsParams{Words: words, PriceListID: listID, Currency: ask.Currency, RowLimit: int64(ask.Limit)})
	rows := make([]gen.ItemsForLineByNameRow, 0, len(found))
	for _, r := range found {
		rows = append(rows, gen.ItemsForLineByNameRow(r))
	}
	return rows, err
}

func lineItem(r gen.ItemsForLineByNameRow, currency, list string) LineItem {
	it := LineItem{Item: Item{ID: r.ID, PublicID: r.PublicID, Code: r.Code, Name: r.Name, Description: r.Description, Nature: r.Nature, Unit: r.Unit, Currency: r.Currency,
		UnitPriceE4: r.UnitPriceE4, TaxCodes: []string{}, Prices: []ListPrice{}}}
	if r.ListPriceE4 != nil {
		it.UnitPriceE4, it.Currency, it.PriceList = *r.ListPriceE4, currency, list
	}
	return it
}

// ListPrice is an item's price in one list.
type ListPrice struct {
	ListID      string `json:"listId"`
	Name        string `json:"name"`
	Currency    string `json:"currency"`
	UnitPriceE4 int64  `json:"unitPriceE4"`
}

func pricesOf(ctx context.Context, q *gen.Queries, itemID int64) ([]ListPrice, error) {
	rows, err := q.PricesOfItem(ctx, itemID)
	list := make([]ListPrice, 0, len(rows))
	for _, r := range rows {
		list = append(list, ListPrice{ListID: r.PublicID, Name: r.Name, Currency: r.Currency, UnitPriceE4: r.UnitPriceE4})
	}
	return list, err
}

// putPrices brings an item's prices by list in line with what the form says; nil leaves them.
func putPrices(ctx context.Context, tx *db.Tx, itemID int64, prices []ListPrice) error {
	if prices == nil {
		return nil
	}
	before, err := tx.PricesOfItem(ctx, itemID)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, p := range prices {
		if p.UnitPriceE4 < 0 || p.UnitPriceE4 > money.Max {
			return oneField("prices."+p.ListID, "fault.number_too_big")
		}
		list, err := PriceListByPublicID(ctx, tx.Queries, p.ListID)
		if err != nil {
			return err
		}
		wanted[p.ListID] = true
		if err := tx.PutItemPrice(ctx, gen.PutItemPriceParams{ItemID: itemID, PriceListID: list.ID, UnitPriceE4: p.UnitPriceE4}); err != nil {
			return err
		}
	}
	for _, old := range before {
		if !wanted[old.PublicID] {
			if err := tx.DeleteItemPrice(ctx, gen.DeleteItemPriceParams{ItemID: itemID, PriceListID: old.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
