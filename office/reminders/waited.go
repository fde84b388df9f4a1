package reminders

import (
	"context"
	"maps"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// AsOfNow gives what a reminder that waited in the outbox says when it leaves: nil once
// nothing in it is to be reminded of; its own words while its figures are right; else the
// words of its levels anew, counted for the day it was written for with what was settled
// since. The rows of reminders keep what was claimed when it was planned.
func (s *Service) AsOfNow(ctx context.Context, m outbox.Mail) (args map[string]string, err error) {
	on, err := civil.Parse(m.Args["on"])
	if err != nil { //nolint:nilerr // a text that is tried is about no debt
		return m.Args, nil
	}
	ids, err := outbox.RemindedOf(m.Args)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		then := w
		then.today = on
		left, due := []stepped{}, false
		for _, id := range ids {
			x, ok, err := then.written(ctx, q, id)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			why, _ := w.held(x.item)
			left, due = append(left, x), due || why == ""
		}
		if !due {
			return nil
		}
		args, err = then.again(ctx, q, m, left)
		return err
	})
	return args, err
}

// written finds the level that a document got on the day of w; ok is false when what the
// mail was about is settled, be it that only money held back is left.
func (w world) written(ctx context.Context, q *gen.Queries, id int64) (x stepped, ok bool, err error) {
	row, err := q.DocumentByID(ctx, id)
	if err != nil {
		return x, false, db.NotFound(err)
	}
	if x.item, err = w.one(ctx, q, row.PublicID); fault.Is(err, fault.Conflict) { // no policy any more
		return x, false, nil
	} else if err != nil {
		return x, false, db.NotFound(err)
	}
	if why, _ := w.held(x.item); why == whySettled {
		return x, false, nil
	}
	for _, r := range x.done { // those of another part have no level
		if r.Mailed && r.On == w.today && r.Level > 0 && r.Level <= len(x.policy.Levels) {
			x.step, ok = billing.Step{Level: x.policy.rules()[r.Level-1], On: r.On, Passed: []int{}}, true
		}
	}
	return x, ok, nil
}

// again writes a mail anew to whom it is addressed; where no figure changed it stays as it is.
func (w world) again(ctx context.Context, q *gen.Queries, m outbox.Mail, left []stepped) (map[string]string, error) {
	first := left[0]
	fresh := Mail{CustomerID: m.CustomerID, CustomerName: first.row.CustomerName, Policy: first.policy, Currency: money.Currency(first.row.Currency), Missing: []tax.LatePeriod{},
		To: sales.Addressee{ContactID: m.ContactID, Email: m.ToAddress, Name: m.ToName, Lang: m.Lang}}
	for _, x := range left {
		if err := w.add(ctx, q, &fresh, x); err != nil {
			return nil, err
		}
	}
	w.write(&fresh)
	args := outgoing(fresh).Args
	same := true
	for _, figure := range []string{"documents", "amount_minor", "fees_minor"} {
		same = same && args[figure] == m.Args[figure]
	}
	if same {
		return m.Args, nil
	}
	now := maps.Clone(m.Args)
	maps.Copy(now, args)
	return now, nil
}
