package payments

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
)

// ordered is what an order said beside its columns; it is stored with the intent.
type ordered struct {
	Return     string  `json:"return,omitempty"` // address to come back to
	Lang       string  `json:"lang,omitempty"`
	OffSession bool    `json:"offSession,omitempty"`
	Refund     *Refund `json:"refund,omitempty"`  // the form that asked to give back
	By         string  `json:"by,omitempty"`      // who ordered it
	Adopted    bool    `json:"adopted,omitempty"` // its order is not in this file: taken over from the gateway
}

func orderedBy(i gen.PaymentIntent) (o ordered) {
	if json.Unmarshal([]byte(i.Details), &o) != nil {
		return ordered{}
	}
	return o
}

// Intent gives one of the contact's own attempts; anything else is not found.
func (s *Service) Intent(ctx context.Context, who actor.Actor, intentID string) (i Intent, err error) {
	if err := s.mayFollow(ctx, who, intentID); err != nil {
		return Intent{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		i, err = s.ownIntent(ctx, q, who, intentID)
		return err
	})
	return i, err
}

// mayFollow asks the permission to an attempt: a contact's to its customer's, and of whoever
// was shown one document only to what pays that document alone.
func (s *Service) mayFollow(ctx context.Context, who actor.Actor, intentID string) error {
	if !who.Shown() {
		return who.NeedContact(actor.TrustLink)
	}
	return s.DB.Read(ctx, func(q *gen.Queries) error {
		i, err := s.ownIntent(ctx, q, who, intentID)
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(i.Parts))
		for _, p := range i.Parts {
			ids = append(ids, p.DocumentID)
		}
		return who.NeedContactOn(actor.TrustLink, ids...)
	})
}

// StaffIntent gives any attempt to the firm's own people.
func (s *Service) StaffIntent(ctx context.Context, who actor.Actor, intentID string) (i Intent, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Intent{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.IntentByPublicID(ctx, intentID)
		if err != nil {
			return db.NotFound(err)
		}
		i, err = s.intentOf(ctx, q, r)
		return err
	})
	return i, err
}

// Attempts lists the newest attempts of a customer, or of all ("" ), for the firm.
func (s *Service) Attempts(ctx context.Context, who actor.Actor, customerID string, most int) (list []Intent, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Intent{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		var id int64
		if customerID != "" {
			c, err := q.CustomerByPublicID(ctx, customerID)
			if err != nil {
				return db.NotFound(err)
			}
			id = c.ID
		}
		rows, err := q.NewestIntents(ctx, gen.NewestIntentsParams{CustomerID: id, RowLimit: int64(min(max(most, 1), 500))})
		if err != nil {
			return err
		}
		for _, r := range rows {
			i, err := s.intentOf(ctx, q, r)
			if err != nil {
				return err
			}
			list = append(list, i)
		}
		return nil
	})
	return list, err
}

func (s *Service) ownIntent(ctx context.Context, q *gen.Queries, who actor.Actor, publicID string) (Intent, error) {
	r, err := q.IntentOfCustomer(ctx, gen.IntentOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
	if err != nil {
		return Intent{}, db.NotFound(err)
	}
	return s.intentOf(ctx, q, r)
}

// ownPage begins payment_intents.url where the page is the portal's own; what follows is its step.
const ownPage = "step:"

func (s *Service) intentOf(ctx context.Context, q *gen.Queries, r gen.PaymentIntent) (Intent, error) {
	i := Intent{ID: r.ID, PublicID: r.PublicID, Kind: r.Kind, Gateway: r.Gateway, Mode: r.Mode, State: r.State, Reason: r.Reason, AmountMinor: r.AmountMinor, ExtraMinor: r.ExtraMinor,
		Currency: money.Currency(r.Currency), Parts: []Part{}, CreatedAt: r.CreatedAt}
	if r.State == NeedsAction {
		var own bool
		if i.Step, own = strings.CutPrefix(r.Url, ownPage); !own {
			i.Step, i.URL = "", r.Url
		}
	}
	c, err := q.CustomerByID(ctx, r.CustomerID)
	if err != nil {
		return Intent{}, db.NotFound(err)
	}
	i.CustomerID, i.Customer = c.PublicID, c.Name
	rows, err := q.IntentParts(ctx, r.ID)
	if err != nil {
		return Intent{}, err
	}
	var numbers []string
	for _, p := range rows {
		i.Parts = append(i.Parts, Part{DocumentID: p.PublicID, Kind: p.Kind, Number: *p.Number, AmountMinor: p.AmountMinor})
		numbers = append(numbers, *p.Number)
		if r.DocumentID != nil {
			i.DocumentID = p.PublicID
		}
	}
	i.Number = strings.Join(numbers, ", ")
	if r.RefundOf != nil && i.Number == "" {
		p, err := q.PaymentByID(ctx, *r.RefundOf)
		if err != nil {
			return Intent{}, db.NotFound(err)
		}
		i.Number = p.Number
	}
	err = s.ends(ctx, q, r, &i)
	return i, err
}

// ends fills in what came of an attempt.
func (s *Service) ends(ctx context.Context, q *gen.Queries, r gen.PaymentIntent, i *Intent) error {
	if r.PaymentID != nil {
		p, err := q.PaymentByID(ctx, *r.PaymentID)
		if err != nil {
			return db.NotFound(err)
		}
		i.PaymentID = p.PublicID
	}
	if r.RefundID != nil {
		x, err := q.RefundByID(ctx, *r.RefundID)
		if err != nil {
			return db.NotFound(err)
		}
		i.RefundID = x.PublicID
	}
	if r.MethodID != nil {
		m, err := q.KeptMethodByID(ctx, *r.MethodID)
		if err != nil {
			return db.NotFound(err)
		}
		k := s.kept(m, i.CustomerID)
		i.Method = &k
	}
	return nil
}

func attemptOf(i gen.PaymentIntent, customerRef, chargeRef string) Attempt {
	a := Attempt{Kind: i.Kind, Key: i.IdempotencyKey, Ref: i.GatewayRef, ChargeRef: chargeRef, Mode: i.Mode, AmountMinor: i.AmountMinor, Currency: money.Currency(i.Currency), CustomerRef: customerRef}
	if a.ChargeRef == "" {
		a.ChargeRef = i.ChargeRef
	}
	if at, err := time.Parse(time.RFC3339, i.CreatedAt); err == nil {
		a.CreatedAt = at
	}
	return a
}

// attempt reads what the gateway is to be asked about.
func (s *Service) attempt(ctx context.Context, i gen.PaymentIntent) (a Attempt, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		ref, err := customerRef(ctx, q, i)
		if err != nil {
			return err
		}
		if i.MethodID != nil { // who the customer was when the method was kept: that name was charged
			m, err := q.KeptMethodByID(ctx, *i.MethodID)
			if err != nil {
				return db.NotFound(err)
			}
			if i.Kind == IntentCharge && m.CustomerRef != "" {
				ref = m.CustomerRef
			}
		}
		charge := ""
		if i.RefundOf != nil {
			p, err := q.PaymentByID(ctx, *i.RefundOf)
			if err != nil {
				return db.NotFound(err)
			}
			charge = p.GatewayRef
		}
		a = attemptOf(i, ref, charge)
		return nil
	})
	return a, err
}
