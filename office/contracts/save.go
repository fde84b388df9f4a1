package contracts

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/search"
	"comptoir/rules/contract"
)

// The longest words of a contract, in characters.
const (
	maxTitle = 200
	maxWords = 20_000
	maxWhy   = 2_000
)

// Form is a contract as it is typed. Days are YYYY-MM-DD, ids are public ones.
type Form struct {
	PublicID      string // "" = a new one
	Version       int64
	Title         string
	CustomerID    string
	TypeID        string // "" = none
	OwnerID       string // who looks after it; "" = nobody
	StartOn       string
	EndOn         string // last day of the first term; "" = open-ended
	Renewal       string // none, tacit, express
	RenewalMonths int64
	NoticeCount   int64
	NoticeUnit    string // day, month
	RemindDays    int64
	ValueMinor    int64 // without tax; 0 = not said
	Currency      string
	Description   string // Markdown, shown in the portal
	Notes         string // the firm's own
}

// checked is a form with everything looked up that storing it needs.
type checked struct {
	Form
	terms    contract.Terms
	customer gen.Customer
	kind     *gen.ContractType
	owner    *gen.User
	today    civil.Date
}

// clean takes off what nobody sees, and what the other fields make meaningless.
func (f Form) clean() Form {
	f.Title, f.Description, f.Notes = text.Line(f.Title), text.Clean(f.Description), text.Clean(f.Notes)
	if f.Renewal == "" {
		f.Renewal = string(contract.None)
	}
	if f.NoticeUnit == "" {
		f.NoticeUnit = contract.Months
	}
	if f.Renewal == string(contract.None) {
		f.RenewalMonths = 0
	}
	return f
}

// terms reads the dates; what is no date is noted beside its field.
func (f Form) terms(form *fault.Form) contract.Terms {
	t := contract.Terms{Renewal: contract.Renewal(f.Renewal), RenewalMonths: int(f.RenewalMonths), NoticeCount: int(f.NoticeCount), NoticeUnit: f.NoticeUnit, RemindDays: int(f.RemindDays)}
	for _, d := range []struct {
		path, value string
		to          *civil.Date
	}{{"startOn", f.StartOn, &t.Start}, {"endOn", f.EndOn, &t.End}} {
		on, err := civil.Parse(d.value)
		switch {
		case d.value == "":
		case err != nil:
			form.Add(d.path, "fault.not_a_date")
		default:
			*d.to = on
		}
	}
	t.Check(form)
	return t
}

// check refuses what cannot be stored. was is the stored contract of a change.
func check(ctx context.Context, q *gen.Queries, f Form, was *gen.Contract, today civil.Date) (*checked, error) {
	x := &checked{Form: f.clean(), today: today}
	var form fault.Form
	form.Need("title", x.Title)
	form.MaxLen("title", x.Title, maxTitle)
	form.MaxLen("description", x.Description, maxWords)
	form.MaxLen("notes", x.Notes, maxWords)
	x.terms = x.Form.terms(&form)
	if err := x.named(ctx, q, &form, was); err != nil {
		return nil, err
	}
	if x.Currency == "" {
		x.Currency = x.customer.Currency
	}
	switch {
	case x.ValueMinor < 0 || x.ValueMinor > money.Max:
		form.Add("valueMinor", "fault.contracts.value")
	case x.Currency != "" && !money.Currency(x.Currency).Valid():
		form.Add("currency", "fault.choice")
	}
	return x, form.Err()
}

// named looks up whom and what the form names.
func (x *checked) named(ctx context.Context, q *gen.Queries, form *fault.Form, was *gen.Contract) error {
	if err := x.forCustomer(ctx, q, form, was); err != nil {
		return err
	}
	if x.TypeID != "" {
		t, err := q.ContractTypeByPublicID(ctx, x.TypeID)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			form.Add("typeId", "fault.choice")
		case err != nil:
			return err
		case t.ArchivedAt != nil && (was == nil || was.TypeID == nil || *was.TypeID != t.ID):
			form.Add("typeId", "fault.contracts.type_archived", "name", t.Name)
		default:
			x.kind = &t
		}
	}
	if x.OwnerID == "" {
		return nil
	}
	u, err := q.UserByPublicID(ctx, x.OwnerID)
	if errors.Is(err, sql.ErrNoRows) {
		form.Add("ownerId", "fault.choice")
		return nil
	}
	if err == nil && u.State != "active" && (was == nil || was.OwnerID == nil || *was.OwnerID != u.ID) {
		form.Add("ownerId", "fault.contracts.owner_closed", "name", u.Name)
	}
	x.owner = &u
	return err
}

// forCustomer looks up the customer: it stands once the contract has left the desk, or somebody of
// it was named.
func (x *checked) forCustomer(ctx context.Context, q *gen.Queries, form *fault.Form, was *gen.Contract) error {
	if x.CustomerID == "" {
		form.Add("customerId", "fault.required")
		return nil
	}
	c, err := q.CustomerByPublicID(ctx, x.CustomerID)
	if errors.Is(err, sql.ErrNoRows) {
		form.Add("customerId", "fault.choice")
		return nil
	}
	if err != nil {
		return err
	}
	x.customer = c
	moved := was != nil && was.CustomerID != c.ID
	switch {
	case moved && !Ruled(*was).Can(x.today).Customer:
		form.Add("customerId", "fault.contracts.customer_stands")
	case (was == nil || moved) && c.ArchivedAt != nil:
		form.Add("customerId", "fault.contracts.customer_archived", "name", c.Name)
	case moved:
		people, err := q.CountContractPeople(ctx, was.ID)
		if err != nil {
			return err
		}
		if people > 0 {
			form.Add("customerId", "fault.contracts.customer_shared")
		}
	}
	return nil
}

// Save makes a contract, as a draft with its number, or changes one. key makes a repeat harmless.
func (s *Service) Save(ctx context.Context, who actor.Actor, key string, f Form) (v View, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return View{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, "contract.save", f, &id, func() error {
			on, err := today(ctx, tx)
			if err != nil {
				return err
			}
			if f.PublicID == "" {
				id, err = s.create(ctx, tx, who, f, on, "contract.created", nil)
				return err
			}
			id, err = s.change(ctx, tx, who, f, on)
			return err
		}); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, id)
		return err
	})
	return v, err
}

// written gives a contract that was just written, and tells the window once it is.
func (s *Service) written(ctx context.Context, tx *db.Tx, id int64) (View, error) {
	tx.AfterCommit(func() { s.Changed(topic) })
	on, err := today(ctx, tx)
	if err != nil {
		return View{}, err
	}
	row, err := tx.ContractByID(ctx, id)
	if err != nil {
		return View{}, db.NotFound(err)
	}
	return view(ctx, tx.Queries, row, on)
}

func (s *Service) create(ctx context.Context, tx *db.Tx, who actor.Actor, f Form, on civil.Date, action string, details map[string]any) (int64, error) {
	x, err := check(ctx, tx.Queries, f, nil, on)
	if err != nil {
		return 0, err
	}
	number, err := company.TakeNumber(ctx, tx, objectKind, on)
	if err != nil {
		return 0, err
	}
	k, err := keep(ctx, tx.Queries, 0, contract.Contract{State: contract.Draft, Terms: x.terms}, on)
	if err != nil {
		return 0, err
	}
	p := gen.InsertContractParams{PublicID: s.IDs(), Number: number.Text, Title: x.Title, TitleKey: search.SortKey(x.Title), CustomerID: x.customer.ID, TypeID: x.typeID(), OwnerID: x.ownerID(), StartOn: x.StartOn, EndOn: x.EndOn,
		Renewal: x.Renewal, RenewalMonths: x.RenewalMonths, NoticeCount: x.NoticeCount, NoticeUnit: x.NoticeUnit, RemindDays: x.RemindDays, TermOn: k.termOn, DecideOn: k.decideOn, RemindOn: k.remindOn, Reminded: k.reminded,
		ValueMinor: x.ValueMinor, Currency: x.Currency, Description: x.Description, Notes: x.Notes, FilesShown: x.filesShown(), Now: tx.Stamp()}
	id, err := tx.InsertContract(ctx, p)
	if err != nil {
		return 0, err
	}
	if err := index(ctx, tx, id, p.PublicID, p.Number, x.Title, x.customer.Name); err != nil {
		return 0, err
	}
	if details == nil {
		details = map[string]any{}
	}
	details["number"] = p.Number
	return id, audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contract", ObjectID: id, Details: details})
}

func (x *checked) typeID() *int64 {
	if x.kind == nil {
		return nil
	}
	return &x.kind.ID
}

// filesShown is the type's word on attachments when the contract is shared.
func (x *checked) filesShown() int64 {
	if x.kind == nil {
		return 0
	}
	return x.kind.FilesShown
}

func (x *checked) ownerID() *int64 {
	if x.owner == nil {
		return nil
	}
	return &x.owner.ID
}

// index has Ctrl+K and the list's search find the contract: by number, title and customer.
func index(ctx context.Context, tx *db.Tx, id int64, publicID, number, title, customer string) error {
	return search.Index(ctx, tx, search.Entry{Kind: objectKind, ObjectID: id, PublicID: publicID, Title: number + " · " + title, Subtitle: customer})
}

func (s *Service) change(ctx context.Context, tx *db.Tx, who actor.Actor, f Form, on civil.Date) (int64, error) {
	row, err := byPublicID(ctx, tx.Queries, f.PublicID)
	if err != nil {
		return 0, err
	}
	if row.Version != f.Version {
		return 0, errStale()
	}
	now := Ruled(row)
	if !now.Can(on).Edit {
		return 0, fault.New(fault.Conflict, "fault.contracts.closed", "state", string(now.On(on)))
	}
	x, err := check(ctx, tx.Queries, f, &row, on)
	if err != nil {
		return 0, err
	}
	changed := x.differs(row)
	if len(changed) == 0 {
		return row.ID, nil
	}
	if err := s.billed(ctx, tx, row, x); err != nil {
		return 0, err
	}
	now.Terms = x.terms
	k, err := keep(ctx, tx.Queries, row.ID, now, on)
	if err != nil {
		return 0, err
	}
	n, err := tx.UpdateContract(ctx, gen.UpdateContractParams{ID: row.ID, Version: row.Version, Title: x.Title, TitleKey: search.SortKey(x.Title), CustomerID: x.customer.ID, TypeID: x.typeID(), OwnerID: x.ownerID(), StartOn: x.StartOn, EndOn: x.EndOn,
		Renewal: x.Renewal, RenewalMonths: x.RenewalMonths, NoticeCount: x.NoticeCount, NoticeUnit: x.NoticeUnit, RemindDays: x.RemindDays, TermOn: k.termOn, DecideOn: k.decideOn, RemindOn: k.remindOn, Reminded: k.reminded,
		ValueMinor: x.ValueMinor, Currency: x.Currency, Description: x.Description, Notes: x.Notes, UpdatedAt: tx.Stamp()})
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, errStale()
	}
	if err := index(ctx, tx, row.ID, row.PublicID, row.Number, x.Title, x.customer.Name); err != nil {
		return 0, err
	}
	if row.SharedAt == nil && slices.Contains(changed, "type") { // another type's word holds for its sharing
		if err := tx.SetContractFilesShown(ctx, gen.SetContractFilesShownParams{ID: row.ID, FilesShown: x.filesShown()}); err != nil {
			return 0, err
		}
	}
	return row.ID, audit.Write(ctx, tx, who, audit.Record{Action: "contract.changed", ObjectKind: "contract", ObjectID: row.ID, Details: map[string]any{"fields": changed}})
}

// billed refuses another customer or currency for a contract of which a paper stands: what was billed is to that customer
// and in that currency.
func (s *Service) billed(ctx context.Context, tx *db.Tx, row gen.Contract, x *checked) error {
	moved, currency := x.customer.ID != row.CustomerID, x.Currency != row.Currency
	if !moved && !currency {
		return nil
	}
	stands, err := s.stands(ctx, tx.Queries, row.PublicID, "")
	if err != nil || !stands {
		return err
	}
	var form fault.Form
	if moved {
		form.Add("customerId", "fault.contracts.customer_billed")
	}
	if currency {
		form.Add("currency", "fault.contracts.currency_billed")
	}
	return form.Err()
}

// differs names the fields of a stored contract that a form changes, in the form's order.
func (x *checked) differs(row gen.Contract) []string {
	same := func(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }
	fields := []string{}
	for _, f := range []struct {
		name string
		same bool
	}{
		{"title", x.Title == row.Title}, {"customer", x.customer.ID == row.CustomerID}, {"type", same(x.typeID(), row.TypeID)}, {"owner", same(x.ownerID(), row.OwnerID)},
		{"start", x.StartOn == row.StartOn}, {"end", x.EndOn == row.EndOn}, {"renewal", x.Renewal == row.Renewal && x.RenewalMonths == row.RenewalMonths},
		{"notice", x.NoticeCount == row.NoticeCount && x.NoticeUnit == row.NoticeUnit}, {"remind", x.RemindDays == row.RemindDays}, {"value", x.ValueMinor == row.ValueMinor && x.Currency == row.Currency},
		{"description", x.Description == row.Description}, {"notes", x.Notes == row.Notes},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return slices.Clip(fields)
}

// Look judges a form without storing it: what is wrong beside its fields, and what its dates
// come to today.
func (s *Service) Look(ctx context.Context, who actor.Actor, f Form) (terms contract.Terms, standing contract.Standing, err error) {
	if err := who.Need(actor.Look); err != nil {
		return terms, standing, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		c := contract.Contract{State: contract.Draft}
		var was *gen.Contract
		if f.PublicID != "" {
			row, err := byPublicID(ctx, q, f.PublicID)
			if err != nil {
				return err
			}
			c, was = Ruled(row), &row
		}
		x, err := check(ctx, q, f, was, on)
		if x != nil {
			c.Terms = x.terms
			terms, standing = x.terms, c.Standing(on)
		}
		return err
	})
	return terms, standing, err
}
