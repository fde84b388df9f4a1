package catalog

import (
	"context"
	"fmt"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// GridRow is an item with all its prices, for a person who goes down a column.
type GridRow struct {
	PublicID    string      `json:"publicId"`
	Code        string      `json:"code"`
	Name        string      `json:"name"`
	Currency    string      `json:"currency"`
	UnitPriceE4 int64       `json:"unitPriceE4"`
	CostPriceE4 int64       `json:"costPriceE4"`
	Version     int64       `json:"version"`
	Prices      []ListPrice `json:"prices"` // names and currencies are the lists'
}

// PriceGrid gives a page of the catalogue with the prices by list.
func (s *Service) PriceGrid(ctx context.Context, who actor.Actor, query ListQuery) (rows []GridRow, next string, err error) {
	list, next, err := s.List(ctx, who, query)
	if err != nil {
		return nil, "", err
	}
	rows = make([]GridRow, 0, len(list))
	ids := make([]int64, 0, len(list))
	at := map[int64]int{}
	for i, r := range list {
		rows = append(rows, GridRow{PublicID: r.PublicID, Code: r.Code, Name: r.Name, Currency: r.Currency, UnitPriceE4: r.UnitPriceE4, CostPriceE4: r.CostPriceE4, Version: r.Version, Prices: []ListPrice{}})
		ids, at[r.id] = append(ids, r.id), i
	}
	if len(ids) == 0 {
		return rows, next, nil
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		prices, err := q.PricesOfItems(ctx, ids)
		for _, p := range prices {
			row := &rows[at[p.ItemID]]
			row.Prices = append(row.Prices, ListPrice{ListID: p.PublicID, UnitPriceE4: p.UnitPriceE4})
		}
		return err
	})
	return rows, next, err
}

// PriceEdit is one cell of the grid that a person changed.
type PriceEdit struct {
	ItemID  string `json:"itemId"`
	ListID  string `json:"listId"`  // "" = the item's own price
	Version int64  `json:"version"` // of the item as it was shown
	E4      int64  `json:"e4"`
	Remove  bool   `json:"remove"` // no price in that list any more
}

// maxEdits bounds one save of the grid.
const maxEdits = 2000

// SetPrices stores changed cells, all or nothing. It gives the items' new versions.
func (s *Service) SetPrices(ctx context.Context, who actor.Actor, key string, edits []PriceEdit) (versions map[string]int64, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return nil, err
	}
	if len(edits) > maxEdits {
		return nil, fault.New(fault.Invalid, "fault.range", "min", 1, "max", maxEdits)
	}
	var form fault.Form
	for i, e := range edits {
		if e.E4 < 0 || e.E4 > money.Max {
			form.Add(fmt.Sprintf("edits.%d", i), "fault.number_too_big")
		}
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "prices.set", edits, &versions, func() error {
			versions, err = setPrices(ctx, tx, who, edits)
			return err
		})
	})
	return versions, err
}

func setPrices(ctx context.Context, tx *db.Tx, who actor.Actor, edits []PriceEdit) (map[string]int64, error) {
	versions := map[string]int64{}
	byItem := map[string][]PriceEdit{}
	order := []string{}
	for _, e := range edits {
		if !slices.Contains(order, e.ItemID) {
			order = append(order, e.ItemID)
		}
		byItem[e.ItemID] = append(byItem[e.ItemID], e)
	}
	for _, publicID := range order {
		it, err := tx.ItemByPublicID(ctx, publicID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		own := it.UnitPriceE4
		for _, e := range byItem[publicID] {
			if e.Version != it.Version {
				return nil, fault.New(fault.Conflict, "fault.pricing.item_moved", "code", it.Code)
			}
			if e.ListID == "" {
				own = e.E4
			} else if err := editList(ctx, tx, it.ID, e); err != nil {
				return nil, err
			}
		}
		if _, err := tx.SetItemPrice(ctx, gen.SetItemPriceParams{ID: it.ID, Version: it.Version, UnitPriceE4: own, UpdatedAt: tx.Stamp()}); err != nil {
			return nil, err
		}
		versions[publicID] = it.Version + 1
		if err := audit.Write(ctx, tx, who, audit.Record{Action: "item.priced", ObjectKind: "item", ObjectID: it.ID, Details: map[string]any{"code": it.Code, "cells": len(byItem[publicID])}}); err != nil {
			return nil, err
		}
	}
	return versions, nil
}

func editList(ctx context.Context, tx *db.Tx, itemID int64, e PriceEdit) error {
	list, err := PriceListByPublicID(ctx, tx.Queries, e.ListID)
	if err != nil {
		return err
	}
	if e.Remove {
		return tx.DeleteItemPrice(ctx, gen.DeleteItemPriceParams{ItemID: itemID, PriceListID: list.ID})
	}
	return tx.PutItemPrice(ctx, gen.PutItemPriceParams{ItemID: itemID, PriceListID: list.ID, UnitPriceE4: e.E4})
}
