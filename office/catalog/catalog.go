// Package catalog keeps what the firm sells, and the taxes it may put on a line.
//
// What lives here: items with unit, price, cost, taxes and provider; the dated tax table
// as the company has it. What must not: tax arithmetic (rules/billing) and the choice of
// a line's taxes by law (rules/tax). Called by the window and the command line.
package catalog

import (
	"context"
	"fmt"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/search"
	"comptoir/rules/billing"
)

// Item is something the firm sells. Prices scaled 10^4 in Currency, excluding tax.
type Item struct {
	ID          int64    `json:"-"`
	PublicID    string   `json:"publicId"`
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Nature      string   `json:"nature"` // goods, services
	Unit        string   `json:"unit"`   // UN/ECE Rec 20
	Currency    string   `json:"currency"`
	UnitPriceE4 int64    `json:"unitPriceE4"`
	CostPriceE4 int64    `json:"costPriceE4"`
	Provider    string   `json:"provider"`
	TaxCodes    []string `json:"taxCodes"` // one in France, two in Québec; empty = what the law says of the customer
	Archived    bool     `json:"archived"`
	Version     int64    `json:"version"`
	// Prices by list. A form without them (null) leaves those there are.
	Prices []ListPrice `json:"prices"`
}

// Units are the units of measure that forms offer, UN/ECE Recommendation 20 (BT-130).
func Units() []string {
	return []string{"C62", "HUR", "DAY", "MON", "ANN", "KGM", "TNE", "MTR", "MTK", "MTQ", "LTR", "KMT", "SET", "XPK", "LS"}
}

// Service is the room's door.
type Service struct {
	db  *db.DB
	ids id.Source
}

// New makes the room; it touches nothing.
func New(d *db.DB, ids id.Source) *Service { return &Service{db: d, ids: ids} }

// Get gives an item.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (it Item, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Item{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		it, err = ByPublicID(ctx, q, publicID)
		return err
	})
	return it, err
}

// ByPublicID reads an item with its tax codes inside the caller's transaction.
func ByPublicID(ctx context.Context, q *gen.Queries, publicID string) (Item, error) {
	r, err := q.ItemByPublicID(ctx, publicID)
	if err != nil {
		return Item{}, db.NotFound(err)
	}
	it := Item{ID: r.ID, PublicID: r.PublicID, Code: r.Code, Name: r.Name, Description: r.Description, Nature: r.Nature, Unit: r.Unit, Currency: r.Currency,
		UnitPriceE4: r.UnitPriceE4, CostPriceE4: r.CostPriceE4, Provider: r.Provider, Archived: r.ArchivedAt != nil, Version: r.Version, TaxCodes: []string{}}
	taxes, err := q.ItemTaxes(ctx, r.ID)
	for _, t := range taxes {
		it.TaxCodes = append(it.TaxCodes, t.Code)
	}
	if err != nil {
		return Item{}, err
	}
	it.Prices, err = pricesOf(ctx, q, r.ID)
	return it, err
}

// Save makes an item (no PublicID) or changes it. key makes a repeat of a creation harmless.
func (s *Service) Save(ctx context.Context, who actor.Actor, key string, it Item) (saved Item, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Item{}, err
	}
	if it, err = check(it); err != nil {
		return Item{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := it.PublicID
		if publicID == "" {
			if err := audit.Once(ctx, tx, key, "item.create", it, &publicID, func() error {
				publicID, err = s.create(ctx, tx, who, it)
				return err
			}); err != nil {
				return err
			}
		} else if err := s.change(ctx, tx, who, it); err != nil {
			return err
		}
		saved, err = ByPublicID(ctx, tx.Queries, publicID)
		return err
	})
	return saved, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, who actor.Actor, it Item) (string, error) {
	var err error
	it.PublicID = s.ids()
	it.ID, err = tx.InsertItem(ctx, gen.InsertItemParams{PublicID: it.PublicID, Code: it.Code, Name: it.Name, Description: it.Description, Nature: it.Nature,
		Unit: it.Unit, Currency: it.Currency, UnitPriceE4: it.UnitPriceE4, CostPriceE4: it.CostPriceE4, Provider: it.Provider, NameKey: search.SortKey(it.Name), Now: tx.Stamp()})
	if err != nil {
		return "", codeTaken(err)
	}
	return it.PublicID, s.finish(ctx, tx, who, it, "item.created")
}

func (s *Service) change(ctx context.Context, tx *db.Tx, who actor.Actor, it Item) error {
	before, err := tx.ItemByPublicID(ctx, it.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	it.ID = before.ID
	n, err := tx.UpdateItem(ctx, gen.UpdateItemParams{ID: it.ID, Version: it.Version, Code: it.Code, Name: it.Name, Description: it.Description, Nature: it.Nature,
		Unit: it.Unit, Currency: it.Currency, UnitPriceE4: it.UnitPriceE4, CostPriceE4: it.CostPriceE4, Provider: it.Provider, NameKey: search.SortKey(it.Name), UpdatedAt: tx.Stamp()})
	if err != nil {
		return codeTaken(err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if err := tx.DeleteItemTaxes(ctx, it.ID); err != nil {
		return err
	}
	return s.finish(ctx, tx, who, it, "item.changed")
}

func (s *Service) finish(ctx context.Context, tx *db.Tx, who actor.Actor, it Item, action string) error {
	taxes, err := Taxes(ctx, tx.Queries)
	if err != nil {
		return err
	}
	for i, code := range it.TaxCodes {
		t, ok := taxes.ByCode(code)
		if !ok {
			return oneField("taxCodes", "fault.choice")
		}
		if err := tx.InsertItemTax(ctx, gen.InsertItemTaxParams{ItemID: it.ID, Position: int64(i), TaxID: t.ID}); err != nil {
			return err
		}
	}
	if err := putPrices(ctx, tx, it.ID, it.Prices); err != nil {
		return err
	}
	if err := search.Index(ctx, tx, search.Entry{Kind: "item", ObjectID: it.ID, PublicID: it.PublicID, Title: it.Name, Subtitle: it.Code, Words: []string{it.Description, it.Provider}}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "item", ObjectID: it.ID, Details: map[string]any{"code": it.Code}})
}

func codeTaken(err error) error {
	if db.IsUnique(err) {
		return oneField("code", "fault.code_taken")
	}
	return err
}

func oneField(path, key string) error {
	var f fault.Form
	f.Add(path, key)
	return f.Err()
}

func check(it Item) (Item, error) {
	var form fault.Form
	text.Each(text.Line, &it.Code, &it.Name, &it.Provider)
	text.Each(text.Clean, &it.Description)
	form.Need("code", it.Code)
	form.MaxLen("code", it.Code, 40)
	form.Need("name", it.Name)
	form.MaxLen("name", it.Name, 200)
	form.MaxLen("description", it.Description, 4000)
	form.MaxLen("provider", it.Provider, 100)
	if it.Nature != string(billing.Goods) && it.Nature != string(billing.Services) {
		form.Add("nature", "fault.choice")
	}
	if !slices.Contains(Units(), it.Unit) {
		form.Add("unit", "fault.choice")
	}
	if !money.Currency(it.Currency).Valid() {
		form.Add("currency", "fault.choice")
	}
	for path, price := range map[string]int64{"unitPriceE4": it.UnitPriceE4, "costPriceE4": it.CostPriceE4} {
		if price < 0 {
			form.Add(path, "fault.negative")
		} else if price > money.Max {
			form.Add(path, "fault.number_too_big")
		}
	}
	if len(it.TaxCodes) > 3 {
		form.Add("taxCodes", "fault.range", "min", 0, "max", 3)
	}
	for i, code := range it.TaxCodes {
		if slices.Contains(it.TaxCodes[:i], code) {
			form.Add("taxCodes", "fault.billing.tax_twice", "name", code)
		}
	}
	return it, form.Err()
}

// SetArchived hides an item from pickers, or brings it back.
func (s *Service) SetArchived(ctx context.Context, who actor.Actor, publicID string, version int64, archived bool) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		it, err := tx.ItemByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		p := gen.SetItemArchivedParams{ID: it.ID, Version: version, UpdatedAt: tx.Stamp()}
		action := "item.restored"
		if archived {
			now := tx.Stamp()
			p.ArchivedAt, action = &now, "item.archived"
		}
		n, err := tx.SetItemArchived(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "item", ObjectID: it.ID})
	})
}

// Tax is one row of the company's tax table.
type Tax struct {
	ID           int64  `json:"-"`
	Code         string `json:"code"`
	Jurisdiction string `json:"jurisdiction"`
	NameFR       string `json:"nameFr"`
	NameEN       string `json:"nameEn"`
	Category     string `json:"category"`
	RatePCM      int64  `json:"ratePcm"`
	Mention      string `json:"mention"`
	VATEX        string `json:"vatex"`
	ValidFrom    string `json:"validFrom"`
	ValidTo      string `json:"validTo"`
	Confirmed    bool   `json:"confirmed"`
	Source       string `json:"source"`
}

// Billing freezes the row for a line, with its name in the document's language.
func (t Tax) Billing(lang string) billing.Tax {
	name := t.NameFR
	if lang == "en" {
		name = t.NameEN
	}
	return billing.Tax{ID: t.ID, Code: t.Code, Name: name, Category: billing.Category(t.Category), RatePCM: t.RatePCM, Mention: t.Mention, VATEX: t.VATEX}
}

// InForce tells whether the row holds on a day.
func (t Tax) InForce(on civil.Date) bool {
	day := on.String()
	return t.ValidFrom <= day && (t.ValidTo == "" || day <= t.ValidTo)
}

// Table is the company's tax table.
type Table []Tax

// ByCode finds a row.
func (t Table) ByCode(code string) (Tax, bool) {
	i := slices.IndexFunc(t, func(x Tax) bool { return x.Code == code })
	if i < 0 {
		return Tax{}, false
	}
	return t[i], true
}

// Taxes reads the table inside the caller's transaction.
func Taxes(ctx context.Context, q *gen.Queries) (Table, error) {
	rows, err := q.AllTaxes(ctx)
	if err != nil {
		return nil, fmt.Errorf("catalog: taxes: %w", err)
	}
	t := make(Table, 0, len(rows))
	for _, r := range rows {
		t = append(t, Tax{ID: r.ID, Code: r.Code, Jurisdiction: r.Jurisdiction, NameFR: r.NameFr, NameEN: r.NameEn, Category: r.Category, RatePCM: r.RatePcm,
			Mention: r.Mention, VATEX: r.Vatex, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Confirmed: r.Confirmed == 1, Source: r.Source})
	}
	return t, nil
}

// TaxTable gives the table to the window.
func (s *Service) TaxTable(ctx context.Context, who actor.Actor) (t Table, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		t, err = Taxes(ctx, q)
		return err
	})
	return t, err
}
