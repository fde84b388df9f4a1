package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/pricing"
)

// Raise asks to change many prices at once; it takes effect at once.
type Raise struct {
	ListID   string         `json:"listId"`   // "" = the items' own prices
	Items    []string       `json:"items"`    // public ids; none = all that the rest of the form says
	Provider string         `json:"provider"` // "" = whatever provider
	Change   pricing.Change `json:"change"`
	Seen     string         `json:"seen"` // RaisePreview.Seen: what was shown is what is done
}

// RaisedPrice is one price before and after.
type RaisedPrice struct {
	PublicID string         `json:"publicId"`
	Code     string         `json:"code"`
	Name     string         `json:"name"`
	Currency string         `json:"currency"`
	OldE4    int64          `json:"oldE4"`
	NewE4    int64          `json:"newE4"`
	DiffE4   int64          `json:"diffE4"`
	Margin   pricing.Margin `json:"margin"` // of the new price; of a list in another currency unknown
	id       int64
	version  int64
	costE4   int64 // 0 = unknown, or in another currency than the price
}

// RaisePreview is what a raise would do.
type RaisePreview struct {
	Rows      []RaisedPrice `json:"rows"`
	Unchanged int           `json:"unchanged"`
	Seen      string        `json:"seen"`
}

// PreviewRaise shows old and new prices; nothing is stored.
func (s *Service) PreviewRaise(ctx context.Context, who actor.Actor, r Raise) (p RaisePreview, err error) {
	if err := who.Need(actor.Look); err != nil {
		return RaisePreview{}, err
	}
	if err := r.Change.Check(); err != nil {
		return RaisePreview{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		p, _, err = preview(ctx, q, r)
		return err
	})
	return p, err
}

func preview(ctx context.Context, q *gen.Queries, r Raise) (RaisePreview, *int64, error) {
	var listID *int64
	var all []RaisedPrice
	var err error
	if r.ListID == "" {
		all, err = ownPrices(ctx, q, r)
	} else {
		var list PriceList
		if list, err = PriceListByPublicID(ctx, q, r.ListID); err != nil {
			return RaisePreview{}, nil, err
		}
		listID = &list.ID
		all, err = listPrices(ctx, q, r, list)
	}
	if err != nil {
		return RaisePreview{}, nil, err
	}
	p := RaisePreview{Rows: []RaisedPrice{}}
	h := sha256.New()
	for _, x := range all {
		if len(r.Items) > 0 && !slices.Contains(r.Items, x.PublicID) {
			continue
		}
		if x.NewE4, err = r.Change.Apply(x.OldE4, money.Currency(x.Currency)); err != nil {
			return RaisePreview{}, nil, err
		}
		if x.DiffE4 = x.NewE4 - x.OldE4; x.DiffE4 == 0 {
			p.Unchanged++
			continue
		}
		x.Margin = pricing.MarginOf(x.NewE4, x.costE4)
		_, _ = fmt.Fprintf(h, "%s %d %d %d\n", x.PublicID, x.version, x.OldE4, x.NewE4) // a hash never fails to write
		p.Rows = append(p.Rows, x)
	}
	p.Seen = hex.EncodeToString(h.Sum(nil))
	return p, listID, nil
}

func ownPrices(ctx context.Context, q *gen.Queries, r Raise) ([]RaisedPrice, error) {
	rows, err := q.RaisableItems(ctx, r.Provider)
	list := make([]RaisedPrice, 0, len(rows))
	for _, x := range rows {
		list = append(list, RaisedPrice{PublicID: x.PublicID, Code: x.Code, Name: x.Name, Currency: x.Currency, OldE4: x.UnitPriceE4, id: x.ID, version: x.Version, costE4: x.CostPriceE4})
	}
	return list, err
}

func listPrices(ctx context.Context, q *gen.Queries, r Raise, in PriceList) ([]RaisedPrice, error) {
	rows, err := q.RaisableListItems(ctx, gen.RaisableListItemsParams{PriceListID: in.ID, Provider: r.Provider})
	list := make([]RaisedPrice, 0, len(rows))
	for _, x := range rows {
		list = append(list, RaisedPrice{PublicID: x.PublicID, Code: x.Code, Name: x.Name, Currency: in.Currency, OldE4: x.UnitPriceE4, id: x.ID, version: x.Version})
	}
	return list, err
}

// raised is what an applied raise answers.
type raised struct {
	PublicID string `json:"publicId"`
	Items    int64  `json:"items"`
}

// ApplyRaise does what the preview showed, in one transaction. Where a price moved since,
// nothing is done and the person is asked to look again.
func (s *Service) ApplyRaise(ctx context.Context, who actor.Actor, key string, r Raise) (id string, items int64, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return "", 0, err
	}
	if err := r.Change.Check(); err != nil {
		return "", 0, err
	}
	var done raised
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "prices.raise", r, &done, func() error {
			done, err = s.applyRaise(ctx, tx, who, r)
			return err
		})
	})
	return done.PublicID, done.Items, err
}

func (s *Service) applyRaise(ctx context.Context, tx *db.Tx, who actor.Actor, r Raise) (raised, error) {
	p, listID, err := preview(ctx, tx.Queries, r)
	if err != nil {
		return raised{}, err
	}
	if p.Seen != r.Seen {
		return raised{}, fault.New(fault.Conflict, "fault.pricing.moved")
	}
	if len(p.Rows) == 0 {
		return raised{}, fault.New(fault.Invalid, "fault.pricing.no_item")
	}
	r.Items, r.Seen = nil, ""
	form, err := json.Marshal(r)
	if err != nil {
		return raised{}, err
	}
	done := raised{PublicID: s.ids(), Items: int64(len(p.Rows))}
	id, err := tx.InsertPriceChange(ctx, gen.InsertPriceChangeParams{PublicID: done.PublicID, PriceListID: listID, Form: string(form), Items: done.Items, ActorName: who.Name, CreatedAt: tx.Stamp()})
	if err != nil {
		return raised{}, err
	}
	for _, x := range p.Rows {
		if err := setPrice(ctx, tx, x.id, listID, x.version, x.NewE4); err != nil {
			return raised{}, err
		}
		if err := tx.InsertPriceChangeItem(ctx, gen.InsertPriceChangeItemParams{ChangeID: id, ItemID: x.id, OldE4: x.OldE4, NewE4: x.NewE4, Version: x.version + 1}); err != nil {
			return raised{}, err
		}
	}
	return done, audit.Write(ctx, tx, who, audit.Record{Action: "prices.raised", ObjectKind: "price_change", ObjectID: id,
		Details: map[string]any{"items": done.Items, "pcm": r.Change.PCM, "add_e4": r.Change.AddE4, "rounding": r.Change.Rounding}})
}

// setPrice stores one price, the item's own or in a list, and counts the item's version up.
func setPrice(ctx context.Context, tx *db.Tx, itemID int64, listID *int64, version, e4 int64) error {
	var n int64
	var err error
	if listID == nil {
		n, err = tx.SetItemPrice(ctx, gen.SetItemPriceParams{ID: itemID, Version: version, UnitPriceE4: e4, UpdatedAt: tx.Stamp()})
	} else if err = tx.PutItemPrice(ctx, gen.PutItemPriceParams{ItemID: itemID, PriceListID: *listID, UnitPriceE4: e4}); err == nil {
		n, err = tx.TouchItem(ctx, gen.TouchItemParams{ID: itemID, Version: version, UpdatedAt: tx.Stamp()})
	}
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.pricing.moved")
	}
	return err
}

// PriceChange is one raise that was done.
type PriceChange struct {
	PublicID string `json:"publicId"`
	ListName string `json:"listName"` // "" = the items' own prices
	Raise    Raise  `json:"raise"`
	Items    int64  `json:"items"`
	By       string `json:"by"`
	At       string `json:"at"`
	UndoneAt string `json:"undoneAt"`
	Undoable bool   `json:"undoable"` // nothing else changed the items since
}

// PriceChanges gives the last raises, newest first.
func (s *Service) PriceChanges(ctx context.Context, who actor.Actor, limit int) (list []PriceChange, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []PriceChange{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.PriceChanges(ctx, int64(limit))
		for _, r := range rows {
			c := PriceChange{PublicID: r.PublicID, Items: r.Items, By: r.ActorName, At: r.CreatedAt, Undoable: r.UndoneAt == nil && r.Moved == 0}
			if r.ListName != nil {
				c.ListName = *r.ListName
			}
			if r.UndoneAt != nil {
				c.UndoneAt = *r.UndoneAt
			}
			if err := json.Unmarshal([]byte(r.Form), &c.Raise); err != nil {
				return fault.New(fault.Unavailable, "fault.file_damaged").With(err)
			}
			c.Raise.Items = []string{} // which ones is told by their number
			list = append(list, c)
		}
		return err
	})
	return list, err
}

// UndoRaise puts the old prices back, as one step, unless something else changed one of the
// items since. Undoing twice is undoing once.
func (s *Service) UndoRaise(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.PriceChangeByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		if c.UndoneAt != nil {
			return nil
		}
		items, err := tx.PriceChangeItems(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, x := range items {
			if x.Version != x.VersionNow {
				return fault.New(fault.Conflict, "fault.pricing.item_moved", "code", x.Code)
			}
			if err := setPrice(ctx, tx, x.ItemID, c.PriceListID, x.Version, x.OldE4); err != nil {
				return err
			}
		}
		now := tx.Stamp()
		if _, err := tx.UndoPriceChange(ctx, gen.UndoPriceChangeParams{ID: c.ID, UndoneAt: &now}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "prices.raise_undone", ObjectKind: "price_change", ObjectID: c.ID, Details: map[string]any{"items": len(items)}})
	})
}

// Providers gives the providers that items name, for choices.
func (s *Service) Providers(ctx context.Context, who actor.Actor) (names []string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	names = []string{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.ItemProviders(ctx)
		for _, r := range rows {
			names = append(names, r.Provider)
		}
		return err
	})
	return names, err
}
