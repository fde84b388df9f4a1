package subscriptions

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/rules/subscription"
)

// trialNotice is how many days before its end a trial is announced as ending.
const trialNotice = 3

// tell mails the customer what has just been written, in the transaction that wrote it:
// whoever subscribed, else as every mail to a customer goes. With nobody to write to nothing
// is told, and what was done stands.
func (s *Service) tell(ctx context.Context, tx *db.Tx, subscriptionID int64, what outbox.Kind) error {
	row, err := tx.SubscriptionByID(ctx, subscriptionID)
	if err != nil {
		return db.NotFound(err)
	}
	c, err := tx.CustomerByID(ctx, row.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := customers.AddresseeOf(ctx, tx.Queries, c, row.ContactID)
	if err != nil || to.Email == "" {
		return err
	}
	m := outbox.Mail{Key: fmt.Sprintf("%s/%s/%d", what, row.PublicID, row.Version), Kind: what, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: row.CustomerID, ContactID: to.ContactID}
	if what == outbox.SubscriptionTrial {
		m.Key = "subscription_trial/" + row.PublicID + "/" + row.TrialUntil // once, whatever else happens: TrialsEnding asks for it
	}
	if m.Args, err = mailArgs(ctx, tx, row, to.Lang, what); err != nil {
		return err
	}
	if s.IssueLink != nil && to.ContactID != 0 {
		if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	if fault.Is(err, fault.Invalid) { // an address that was taken over and is none
		return nil
	}
	return err
}

// mailArgs are what the mail says; of a change that is planned, what it will be.
func mailArgs(ctx context.Context, tx *db.Tx, row gen.Subscription, lang string, what outbox.Kind) (map[string]string, error) {
	var p Plan
	if err := json.Unmarshal([]byte(row.Terms), &p); err != nil {
		return nil, fmt.Errorf("subscriptions: terms: %w", err)
	}
	args := map[string]string{"plan": p.Name(lang), "amount_minor": strconv.FormatInt(row.AmountMinor, 10), "currency": row.Currency, "unit": row.Unit, "every": strconv.FormatInt(row.Every, 10)}
	if next := day(row.PeriodTo); !next.IsZero() && row.EndsOn == "" {
		args["next_on"] = next.AddDays(1).String()
	}
	switch what {
	case outbox.Subscribed, outbox.SubscriptionTrial:
		if row.TrialUntil != "" {
			args["trial_until"], args["next_on"] = row.TrialUntil, day(row.TrialUntil).AddDays(1).String()
			return args, firstOf(ctx, tx, row, args)
		}
	case outbox.SubscriptionChanged:
		firm, err := company.Get(ctx, tx.Queries)
		if err != nil {
			return nil, err
		}
		args["on"], args["seats"] = firm.Today(tx.Now).String(), strconv.FormatInt(row.Seats, 10)
		if row.Planned != "" {
			return args, planned(ctx, tx, row, lang, args)
		}
	case outbox.SubscriptionCancelAsked:
		args["reason"] = row.CancelReason
	case outbox.SubscriptionCancelled:
		args["ends_on"] = row.EndsOn
		if row.EndedOn != "" {
			args["ends_on"] = row.EndedOn
		}
	default:
	}
	return args, nil
}

// firstOf adds what the first invoice comes to, where a set-up fee makes it more than a period.
func firstOf(ctx context.Context, tx *db.Tx, row gen.Subscription, args map[string]string) error {
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	x, err := held(ctx, tx.Queries, row, on)
	if err != nil {
		return err
	}
	first, err := x.next(ctx, tx.Queries, x.taken, row.AmountMinor)
	if _, refused := fault.As(err); refused { // what a form lacks is told where it is made
		return nil
	}
	if err == nil && first != row.AmountMinor {
		args["first_minor"] = strconv.FormatInt(first, 10)
	}
	return err
}

// planned puts what will be in the place of what is.
func planned(ctx context.Context, tx *db.Tx, row gen.Subscription, lang string, args map[string]string) error {
	var p Planned
	if err := unpack(row.Planned, &p); err != nil {
		return err
	}
	run, err := tx.RecurringByID(ctx, row.RecurringID)
	if err != nil {
		return db.NotFound(err)
	}
	args["plan"], args["on"], args["next_on"], args["seats"] = p.Plan.Name(lang), p.On.String(), p.On.String(), strconv.FormatInt(p.Seats, 10)
	args["unit"], args["every"], args["amount_minor"] = p.Plan.Unit, strconv.Itoa(p.Plan.Every), strconv.FormatInt(run.TotalMinor, 10)
	return nil
}

// TellTrials announces the trials that end within three days, each once, and begins those that
// waited for a method which is kept now. Called by the program from time to time; a day on
// which it did not run is made up.
func (s *Service) TellTrials(ctx context.Context) error {
	var due, waiting []int64
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := s.today(ctx, q)
		if err != nil || today.IsZero() {
			return err
		}
		if due, err = q.TrialsEnding(ctx, gen.TrialsEndingParams{Today: today.String(), Until: today.AddDays(trialNotice).String()}); err != nil {
			return err
		}
		waiting, err = q.TrialsToStart(ctx, monthOf(today))
		return err
	})
	if err != nil || len(due)+len(waiting) == 0 {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range waiting {
			if err := s.startWaiting(ctx, tx, id); err != nil {
				return err
			}
		}
		for _, id := range due {
			if err := s.tell(ctx, tx, id, outbox.SubscriptionTrial); err != nil {
				return err
			}
		}
		return nil
	})
}

// startWaiting begins a trial whose method is kept now; the customer ordered it already.
func (s *Service) startWaiting(ctx context.Context, tx *db.Tx, id int64) error {
	w, err := s.work(ctx, tx, actor.Machine(), id)
	if err != nil || w.row.State != subscription.StoredPending {
		return err
	}
	if ok, err := w.keepsMethod(ctx); err != nil || !ok {
		return err
	}
	return w.startTrial(ctx)
}

func (s *Service) today(ctx context.Context, q *gen.Queries) (civil.Date, error) {
	firm, err := company.Get(ctx, q)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return civil.Date{}, nil // no company yet: nothing is due
	}
	if err != nil {
		return civil.Date{}, err
	}
	return firm.Today(s.DB.Now()), nil
}

// PortalAny tells whether a contact's customer ever had a subscription: where not, the
// portal does not speak of them.
func (s *Service) PortalAny(ctx context.Context, who actor.Actor) (has bool, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return false, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err := q.SubscriptionsOfCustomer(ctx, who.CustomerID)
		has = n > 0
		return err
	})
	return has, err
}

// OfDocument is the subscription behind an invoice or a credit note.
type OfDocument struct {
	PublicID   string // "" = none
	Role       string // of the document: first, period, change, credit
	AutoCharge bool
}

// PortalOfDocument tells a contact which of its subscriptions a document is about.
func (s *Service) PortalOfDocument(ctx context.Context, who actor.Actor, documentID string) (o OfDocument, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return o, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.SubscriptionOfDocument(ctx, gen.SubscriptionOfDocumentParams{PublicID: documentID, CustomerID: who.CustomerID})
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		var p Plan
		if err := json.Unmarshal([]byte(row.Terms), &p); err != nil {
			return fmt.Errorf("subscriptions: terms: %w", err)
		}
		o = OfDocument{PublicID: row.PublicID, Role: row.Role, AutoCharge: p.AutoCharge}
		return nil
	})
	return o, err
}
