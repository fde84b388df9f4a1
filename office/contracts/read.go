package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/contract"
)

// View is a contract as the window shows it.
type View struct {
	Form
	ID           int64
	Number       string
	Status       contract.Status
	CustomerName string
	CustomerKind string
	TypeName     string
	OwnerName    string
	SignedOn     civil.Date
	EndedOn      civil.Date
	EndReason    string
	Terms        contract.Terms
	Standing     contract.Standing
	Can          contract.Can
	InPortal     bool
	FilesShown   bool
	SharedAt     string                   // first time, "" = never
	NoticeDue    *contract.CustomerNotice // a consumer is to be told of the renewal now, or was to be
	NoticeSent   civil.Date               // when the customer was told of it; none = not
	Near         bool                     // its end asks for a decision now
	Today        civil.Date
	CreatedAt    string
	UpdatedAt    string
}

// Get gives one contract.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (v View, err error) {
	if err := who.Need(actor.Look); err != nil {
		return View{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		row, err := byPublicID(ctx, q, publicID)
		if err != nil {
			return err
		}
		v, err = view(ctx, q, row, on)
		return err
	})
	return v, err
}

func view(ctx context.Context, q *gen.Queries, row gen.Contract, on civil.Date) (View, error) {
	p, err := q.ContractPage(ctx, row.ID)
	if err != nil {
		return View{}, err
	}
	c := Ruled(row)
	v := View{Form: Form{PublicID: row.PublicID, Version: row.Version, Title: row.Title, CustomerID: p.CustomerPublicID, TypeID: p.TypePublicID, OwnerID: p.OwnerPublicID, StartOn: row.StartOn, EndOn: row.EndOn, Renewal: row.Renewal,
		RenewalMonths: row.RenewalMonths, NoticeCount: row.NoticeCount, NoticeUnit: row.NoticeUnit, RemindDays: row.RemindDays, ValueMinor: row.ValueMinor, Currency: row.Currency, Description: row.Description, Notes: row.Notes},
		ID: row.ID, Number: row.Number, Status: c.On(on), CustomerName: p.CustomerName, CustomerKind: p.CustomerKind, TypeName: p.TypeName, OwnerName: p.OwnerName, SignedOn: c.SignedOn, EndedOn: c.EndedOn, EndReason: row.EndReason,
		Terms: c.Terms, Standing: c.Standing(on), Can: c.Can(on), InPortal: row.InPortal == 1, FilesShown: row.FilesShown == 1, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt}
	v.Today, v.Near = on, near(c, on)
	if row.SharedAt != nil {
		v.SharedAt = *row.SharedAt
	}
	if n, ok := c.CustomerNotice(on); ok && p.CustomerKind == person && !on.Before(n.From) {
		v.NoticeDue = &n
		sent, err := q.ContractReminderSent(ctx, gen.ContractReminderSentParams{ContractID: row.ID, Kind: contract.KindCustomerNotice, AboutOn: n.About.String()})
		if err != nil {
			return View{}, err
		}
		v.NoticeSent = day(sent)
	}
	return v, nil
}

// person is the kind of a customer who is a consumer.
const person = "person"

// near tells of a contract whose end asks for a decision now.
func near(c contract.Contract, on civil.Date) bool {
	s := c.Standing(on)
	return c.EndedOn.IsZero() && c.On(on) != contract.Ended && !s.RemindOn.IsZero() && !s.RemindOn.After(on) && !s.DecideBy.Before(on)
}

// Row gives the contract as a list shows it.
func (v View) Row() Row {
	return Row{PublicID: v.PublicID, Number: v.Number, Title: v.Title, Version: v.Version, CustomerID: v.CustomerID, CustomerName: v.CustomerName, CustomerKind: v.CustomerKind, TypeName: v.TypeName, OwnerName: v.OwnerName,
		Status: v.Status, Terms: v.Terms, Standing: v.Standing, Near: v.Near, SignedOn: v.SignedOn, ValueMinor: v.ValueMinor, Currency: money.Currency(v.Currency), InPortal: v.InPortal, UpdatedAt: v.UpdatedAt}
}

// remindBefore is how many days before it is due a new contract's end is reminded of.
const remindBefore = 30

// Blank gives the form of a new contract: looked after by who makes it.
func (s *Service) Blank(ctx context.Context, who actor.Actor) (f Form, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Form{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		f = Form{StartOn: firm.Today(s.DB.Now()).String(), Renewal: string(contract.None), NoticeUnit: contract.Months, RemindDays: remindBefore, Currency: firm.Currency}
		users, err := q.Users(ctx)
		for _, u := range users {
			if u.ID == who.ID {
				f.OwnerID = u.PublicID
			}
		}
		return err
	})
	return f, err
}

// Person is a user of the firm.
type Person struct {
	PublicID, Name string
	Closed         bool // gone: names what it still looks after, is offered for nothing new
}

// Owners gives those who may look after a contract, and those gone who still do.
func (s *Service) Owners(ctx context.Context, who actor.Actor) (list []Person, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		users, err := q.Users(ctx)
		list = make([]Person, 0, len(users))
		for _, u := range users {
			list = append(list, Person{PublicID: u.PublicID, Name: u.Name, Closed: u.State != "active"})
		}
		return err
	})
	return list, err
}
