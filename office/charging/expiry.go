package charging

import (
	"context"
	"fmt"
	"strconv"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/customers"
	"comptoir/office/due"
	"comptoir/office/outbox"
	"comptoir/office/payments"
)

// distances are the days before its end at which a customer is told of a method, the farther
// first.
var distances = []int64{30, 7}

// warning is a mail about a method that ends soon, and that something will be charged to.
type warning struct {
	method gen.ExpiringMethodsRow
	last   civil.Date
	days   int64
	on     civil.Date // since when it is due
}

func (w warning) item() due.Item {
	return due.Item{Key: fmt.Sprintf("%s%d:%d", methodKey, w.method.ID, w.days), Kind: due.Charge, On: w.on, Line: fmt.Sprintf("%s%d", methodKey, w.method.ID),
		Title: payments.MethodWords("", w.method.Kind, w.method.Brand, w.method.Last4), Customer: w.method.CustomerName, CustomerID: w.method.CustomerPublicID, Currency: "EUR", Mails: 1}
}

// warnings lists what customers are to be told of today. After a sleep only the nearer of two
// is left: what is over is not told.
func warnings(ctx context.Context, q *gen.Queries, on civil.Date) ([]warning, error) {
	to := on.AddDays(int(distances[0]))
	rows, err := q.ExpiringMethods(ctx, gen.ExpiringMethodsParams{FromMonth: int64(on.Year*12 + int(on.Month)), ToMonth: int64(to.Year*12 + int(to.Month))})
	if err != nil {
		return nil, err
	}
	list := []warning{}
	for _, r := range rows {
		w := warning{method: r, last: lastDay(int(r.ExpYear), int(r.ExpMonth))}
		if w.days = distanceOf(w.last.DaysSince(on)); w.days == 0 {
			continue
		}
		since, used, err := charged(ctx, q, r)
		if err != nil {
			return nil, err
		}
		if !used {
			continue
		}
		told, err := q.WarningsOfMethod(ctx, gen.WarningsOfMethodParams{MethodID: r.ID, Expires: w.last.String()})
		if err != nil {
			return nil, err
		}
		if reached(told, w.days) {
			continue
		}
		// What is charged only since yesterday was not due before: nothing was missed.
		if w.on = w.last.AddDays(-int(w.days)); w.on.Before(since) {
			w.on = since
		}
		list = append(list, w)
	}
	return list, nil
}

// distanceOf gives the distance that so many days left have come within, 0 for none.
func distanceOf(left int) int64 {
	near := int64(0)
	for _, d := range distances {
		if left >= 0 && int64(left) <= d {
			near = d
		}
	}
	return near
}

// reached tells whether a warning of that distance, or of a nearer one, is written down.
func reached(told []int64, days int64) bool {
	for _, d := range told {
		if d <= days {
			return true
		}
	}
	return false
}

// charged tells whether something will be charged to a method, and since when that is so.
func charged(ctx context.Context, q *gen.Queries, r gen.ExpiringMethodsRow) (since civil.Date, used bool, err error) {
	templates, err := q.RecurringChargedOf(ctx, r.CustomerID)
	if err != nil {
		return since, false, err
	}
	check := func(method *int64, from string) {
		if method == nil && r.IsDefault == 0 || method != nil && *method != r.ID {
			return
		}
		if d := day(from[:min(len(from), 10)]); !used || d.Before(since) {
			since, used = d, true
		}
	}
	for _, t := range templates {
		check(t.ChargeMethodID, t.ChargeSince)
	}
	planned, err := q.PlannedChargesOf(ctx, r.CustomerID)
	if err != nil {
		return since, used, err
	}
	for _, p := range planned {
		check(p.MethodID, p.CreatedAt)
	}
	if kept := day(r.CreatedAt[:min(len(r.CreatedAt), 10)]); since.Before(kept) {
		since = kept
	}
	return since, used, nil
}

// warn mails a warning and writes it down: once each.
func (s *Service) warn(ctx context.Context, tx *db.Tx, w warning) error {
	p := gen.InsertWarningParams{MethodID: w.method.ID, Expires: w.last.String(), Days: w.days, Outcome: "mailed", At: tx.Stamp()}
	c, err := tx.CustomerByID(ctx, w.method.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := customers.AddresseeOf(ctx, tx.Queries, c, nil)
	if err != nil {
		return err
	}
	words := payments.MethodWords(to.Lang, w.method.Kind, w.method.Brand, w.method.Last4)
	if to.Email == "" {
		p.Outcome = "no_address"
	} else {
		m := outbox.Mail{Key: fmt.Sprintf("method/%s/%s/%d", w.method.PublicID, w.last, w.days), Kind: outbox.MethodExpiring, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: c.ID,
			ContactID: to.ContactID, Args: map[string]string{"method": words, "expires": w.last.String(), "days": strconv.FormatInt(w.days, 10)}}
		if to.ContactID != 0 {
			if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID, 0); err != nil {
				return err
			}
		}
		id, err := outbox.QueueMail(ctx, tx, s.IDs, m)
		if err != nil {
			return err
		}
		p.MailID = &id
	}
	if err := tx.InsertWarning(ctx, p); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("charges", "mails") })
	return audit.Notify(ctx, tx, "method_expiring", map[string]any{"customer": c.Name, "method": words, "date": w.last.String()}, "customer", c.PublicID)
}

func (s *Service) skipWarning(ctx context.Context, tx *db.Tx, w warning) error {
	return tx.InsertWarning(ctx, gen.InsertWarningParams{MethodID: w.method.ID, Expires: w.last.String(), Days: w.days, Outcome: "skipped", At: tx.Stamp()})
}
