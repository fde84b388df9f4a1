package subscriptions

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/recurring"
	"comptoir/office/sales"
)

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB        *db.DB
	IDs       id.Source
	Sales     *sales.Service
	Recurring *recurring.Service
	Changed   func(topics ...string)
	// Chargeable tells whether a customer's default method can be charged in a currency; it asks
	// no gateway. nil: a kept method that is not over will do.
	Chargeable func(ctx context.Context, q *gen.Queries, customerID int64, currency money.Currency) (bool, error)
	// Agreed files the customer's consent to have its default method charged, of a plan that is;
	// office/charging behind it. nil: nothing is charged by itself.
	Agreed func(ctx context.Context, tx *db.Tx, who actor.Actor) error
	// IssueLink makes the mailed link that opens the portal; office/access behind it. nil: none.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID int64) (linkID int64, err error)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d}
}

// topics are what a change here makes stale elsewhere.
func (s *Service) changed(tx *db.Tx) {
	tx.AfterCommit(func() { s.Changed("subscriptions", "recurring", "invoices", "credits", "customers", "notifications") })
}

func day(text string) civil.Date {
	d, err := civil.Parse(text)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func oneField(path, key string, args ...any) error {
	var f fault.Form
	f.Add(path, key, args...)
	return f.Err()
}

func refuse(key string, args ...any) error {
	return fault.New(fault.Conflict, "fault.subscription."+key, args...)
}

// ordersMost is how many orders and changes of one customer are taken in a day: each may issue
// papers that nothing takes away again, and whoever registers by a link is a stranger.
const ordersMost = 10

// often refuses a contact whose customer ordered or changed too much in a day.
func often(ctx context.Context, tx *db.Tx, who actor.Actor, customerID int64) error {
	if who.Kind != actor.Contact {
		return nil
	}
	n, err := tx.OrdersSince(ctx, gen.OrdersSinceParams{CustomerID: customerID, Since: db.Stamp(tx.Now.Add(-24 * time.Hour))})
	if err == nil && n >= ordersMost {
		err = fault.New(fault.TooMany, "fault.subscription.often")
	}
	return err
}

func pack(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func unpack(stored string, into any) error {
	if err := json.Unmarshal([]byte(stored), into); err != nil {
		return fmt.Errorf("subscriptions: stored form: %w", err)
	}
	return nil
}

// event writes one line of a subscription's history, and the audit log.
func event(ctx context.Context, tx *db.Tx, who actor.Actor, id int64, kind string, documentID *int64, args map[string]any) error {
	if args == nil {
		args = map[string]any{}
	}
	packed, err := pack(args)
	if err != nil {
		return err
	}
	if err := tx.InsertSubscriptionEvent(ctx, gen.InsertSubscriptionEventParams{SubscriptionID: id, At: tx.Stamp(), Kind: kind, Who: string(who.Kind), WhoName: who.Name, Args: packed, DocumentID: documentID}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "subscription." + kind, ObjectKind: "subscription", ObjectID: id})
}

func today(ctx context.Context, tx *db.Tx) (civil.Date, error) {
	return company.Today(ctx, tx.Queries, tx.Now)
}
