package charging

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/due"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Source gives what is due to office/catchup: charges by document and attempt, warnings by
// method and distance. A charge counts as a mail: either a receipt comes of it or bad news.
type Source struct{ s *Service }

// Source is this room for office/catchup.
func (s *Service) Source() Source { return Source{s} }

// Name is stored with what is held back.
func (Source) Name() string { return "charging" }

// methodKey begins the keys of warnings.
const methodKey = "m"

func chargeKey(documentID, number int64) string { return fmt.Sprintf("%d:%d", documentID, number) }

// Due gives the charges whose day has come and the warnings that are due, the oldest first.
func (x Source) Due(ctx context.Context, today civil.Date) (list []due.Item, err error) {
	list = []due.Item{}
	err = x.s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.DueCharges(ctx, today.String())
		if err != nil {
			return err
		}
		for _, r := range rows {
			amount := billing.Asked(r.DueMinor, r.RetainedMinor, day(r.RetainedUntil), today)
			if amount <= 0 { // paid meanwhile: the next round cancels it
				continue
			}
			list = append(list, due.Item{Key: chargeKey(r.DocumentID, r.Number), Kind: due.Charge, On: day(r.DueOn), Line: strconv.FormatInt(r.DocumentID, 10), Title: text(r.DocumentNumber),
				Customer: r.CustomerName, CustomerID: r.CustomerPublicID, AmountMinor: amount, Currency: money.Currency(r.Currency), Mails: 1})
		}
		warnings, err := warnings(ctx, q, today)
		for _, w := range warnings {
			list = append(list, w.item())
		}
		return err
	})
	slices.SortStableFunc(list, func(a, b due.Item) int { return cmp.Compare(a.On.String(), b.On.String()) })
	return list, err
}

// Do lets a charge go: the gateway is called after the commit, by the room's own worker, so
// that a gateway that does not answer keeps nothing else waiting. A warning is mailed.
func (x Source) Do(ctx context.Context, who actor.Actor, key string) error {
	return x.settle(ctx, who, key, x.s.letGo, x.s.warn)
}

// Skip stops a charge, or passes over a warning.
func (x Source) Skip(ctx context.Context, who actor.Actor, key string) error {
	return x.settle(ctx, who, key, func(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt) error {
		return x.s.stop(ctx, tx, who, a, whySkipped)
	}, x.s.skipWarning)
}

func (x Source) settle(ctx context.Context, who actor.Actor, key string, charge func(context.Context, *db.Tx, gen.ChargeAttempt) error, warn func(context.Context, *db.Tx, warning) error) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	about, n, ok := strings.Cut(key, ":")
	number, err2 := strconv.ParseInt(n, 10, 64)
	method, isMethod := strings.CutPrefix(about, methodKey)
	id, err1 := strconv.ParseInt(method, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return x.s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if isMethod {
			on, err := company.Today(ctx, tx.Queries, tx.Now)
			if err != nil {
				return err
			}
			list, err := warnings(ctx, tx.Queries, on)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(list, func(w warning) bool { return w.method.ID == id && w.days == number })
			if i < 0 { // told, given up, or no longer of use
				return nil
			}
			return warn(ctx, tx, list[i])
		}
		a, err := tx.ChargeOfNumber(ctx, gen.ChargeOfNumberParams{DocumentID: id, Number: number})
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil || a.State != Planned { // stopped, let go, or paid meanwhile
			return err
		}
		return charge(ctx, tx, a)
	})
}

// letGo takes a planned charge off the calendar, unless it is no longer its day.
func (s *Service) letGo(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt) error {
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	if day(a.DueOn).After(on) { // the clock was set back meanwhile
		return fault.New(fault.Conflict, "fault.recurring.early", "date", day(a.DueOn))
	}
	d, err := tx.ChargeDocument(ctx, a.DocumentID)
	if err != nil {
		return db.NotFound(err)
	}
	stays, err := s.hindered(ctx, tx, a, d, on)
	if err != nil || stays {
		return err
	}
	m := moving(tx, a)
	m.State, m.ReadyOn, m.NotBefore = Ready, on.String(), tx.Stamp()
	if _, err = s.move(ctx, tx, m); err == nil {
		tx.AfterCommit(s.Work)
	}
	return err
}

// hindered sees to what keeps a charge from being made today: the document is paid, it stands
// in a file of direct debits, or its customer announced a transfer, which are waited for.
func (s *Service) hindered(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, on civil.Date) (bool, error) {
	if asked(d, on) <= 0 {
		_, err := s.finish(ctx, tx, a, Cancelled, whySettled)
		return true, err
	}
	why := whyDebited
	debit, err := sales.DebitOn(ctx, tx.Queries, d.ID)
	if err != nil {
		return false, err
	}
	var until civil.Date
	if !debit.IsZero() { // for as long as the bank's word is not noted, looked at again every day
		if until = debit.AddDays(1); !until.After(on) {
			until = on.AddDays(1)
		}
	} else if until, err = announcedUntil(ctx, tx, d); err != nil || !until.After(on) {
		return false, err
	} else {
		why = whyAnnounced
	}
	m := moving(tx, a)
	m.State, m.Reason, m.DueOn, m.ReadyOn, m.NotBefore = Planned, why, until.String(), "", ""
	_, err = s.move(ctx, tx, m)
	return true, err
}

// announcedUntil is the day up to which an announced transfer is waited for, zero where none was.
func announcedUntil(ctx context.Context, tx *db.Tx, d gen.ChargeDocumentRow) (civil.Date, error) {
	if d.AnnouncedAt == nil {
		return civil.Date{}, nil
	}
	t, err := time.Parse(timeLayout, *d.AnnouncedAt)
	if err != nil {
		return civil.Date{}, nil //nolint:nilerr // nothing to wait for
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return civil.Date{}, err
	}
	return billing.AnnouncedUntil(civil.Of(t, firm.Location())), nil
}

// stop ends a charge that was not made, by a person's word.
func (s *Service) stop(ctx context.Context, tx *db.Tx, who actor.Actor, a gen.ChargeAttempt, why string) error {
	moved, err := s.finish(ctx, tx, a, Cancelled, why)
	if err != nil || !moved {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: stoppedKind, ObjectKind: "document", ObjectID: a.DocumentID, Details: map[string]any{"attempt": a.Number}})
}
