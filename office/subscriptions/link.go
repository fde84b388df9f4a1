package subscriptions

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// linkState tells whether a link can be used on a day.
func linkState(l gen.PlanLink, used int64, on civil.Date) string {
	switch {
	case l.WithdrawnAt != "":
		return LinkWithdrawn
	case l.ExpiresOn != "" && day(l.ExpiresOn).Before(on):
		return LinkExpired
	case l.Most > 0 && used >= l.Most:
		return LinkUsedUp
	}
	return LinkOpen
}

func linkOf(l gen.PlanLink, used int64, planID string, on civil.Date) Link {
	return Link{PublicID: l.PublicID, Token: l.Token, PlanID: planID, Label: l.Label, ExpiresOn: day(l.ExpiresOn), Most: l.Most, Used: used, State: linkState(l, used, on), CreatedAt: l.CreatedAt}
}

// MakeLink makes a payment link of a plan.
func (s *Service) MakeLink(ctx context.Context, who actor.Actor, in NewLink) (l Link, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Link{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		on, err := today(ctx, tx)
		if err != nil {
			return err
		}
		var id int64
		if err := audit.Once(ctx, tx, in.Key, "plan.link", in, &id, func() error {
			id, err = s.insertLink(ctx, tx, who, in, on)
			return err
		}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("plans") })
		r, err := tx.PlanLinkByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		l = linkOf(r.PlanLink, r.Used, in.PlanID, on)
		return nil
	})
	return l, err
}

func (s *Service) insertLink(ctx context.Context, tx *db.Tx, who actor.Actor, in NewLink, on civil.Date) (int64, error) {
	var form fault.Form
	typed.Each(typed.Line, &in.Label)
	form.MaxLen("label", in.Label, 100)
	checkRange(&form, "most", in.Most, 0, 1_000_000)
	if in.ExpiresOn != "" {
		if d, err := civil.Parse(in.ExpiresOn); err != nil {
			form.Add("expiresOn", "fault.not_a_date")
		} else if d.Before(on) {
			form.Add("expiresOn", "fault.subscription.expires_past")
		}
	}
	if err := form.Err(); err != nil {
		return 0, err
	}
	plan, err := tx.PlanByPublicID(ctx, in.PlanID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	if plan.State != Open {
		return 0, refuse("plan_withdrawn")
	}
	id, err := tx.InsertPlanLink(ctx, gen.InsertPlanLinkParams{PublicID: s.IDs(), Token: s.IDs(), PlanID: plan.ID, Label: in.Label, ExpiresOn: in.ExpiresOn, Most: in.Most, CreatedAt: tx.Stamp()})
	if err != nil {
		return 0, err
	}
	return id, audit.Write(ctx, tx, who, audit.Record{Action: "plan.link_made", ObjectKind: "plan", ObjectID: plan.ID})
}

// Links lists the payment links of a plan, the newest first.
func (s *Service) Links(ctx context.Context, who actor.Actor, planID string) (list []Link, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Link{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		plan, err := q.PlanByPublicID(ctx, planID)
		if err != nil {
			return db.NotFound(err)
		}
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		rows, err := q.PlanLinks(ctx, plan.ID)
		for _, r := range rows {
			list = append(list, linkOf(r.PlanLink, r.Used, planID, on))
		}
		return err
	})
	return list, err
}

// WithdrawLink ends a link for good; who subscribed by it stays subscribed.
func (s *Service) WithdrawLink(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.PlanLinkByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.WithdrawPlanLink(ctx, gen.WithdrawPlanLinkParams{ID: r.PlanLink.ID, WithdrawnAt: tx.Stamp()})
		if err != nil || n == 0 { // withdrawn already
			return err
		}
		tx.AfterCommit(func() { s.Changed("plans") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "plan.link_withdrawn", ObjectKind: "plan", ObjectID: r.PlanLink.PlanID})
	})
}

// open finds the plan of a link that can be used.
func open(ctx context.Context, q *gen.Queries, token string, on civil.Date) (gen.PlanLink, gen.Plan, error) {
	if len(token) < 26 || len(token) > 64 {
		return gen.PlanLink{}, gen.Plan{}, fault.New(fault.NotFound, "fault.not_found")
	}
	r, err := q.PlanLinkByToken(ctx, token)
	if err != nil {
		return gen.PlanLink{}, gen.Plan{}, db.NotFound(err)
	}
	if state := linkState(r.PlanLink, r.Used, on); state != LinkOpen {
		return gen.PlanLink{}, gen.Plan{}, refuse("link_" + state)
	}
	plan, err := q.PlanByID(ctx, r.PlanLink.PlanID)
	if err != nil {
		return gen.PlanLink{}, gen.Plan{}, db.NotFound(err)
	}
	if plan.State != Open {
		return gen.PlanLink{}, gen.Plan{}, refuse("plan_withdrawn")
	}
	return r.PlanLink, plan, nil
}

// PortalPending gives the public id of the order of a link's plan that a contact's customer made
// and that still waits, whatever became of the link meanwhile; "" for none.
func (s *Service) PortalPending(ctx context.Context, who actor.Actor, token string) (publicID string, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return "", err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.PlanLinkByToken(ctx, token)
		if err == nil {
			var row gen.Subscription
			row, err = q.PendingSubscription(ctx, gen.PendingSubscriptionParams{CustomerID: who.CustomerID, PlanID: r.PlanLink.PlanID})
			publicID = row.PublicID
		}
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return publicID, err
}

// Offer gives what a payment link offers, to anybody. Faults: fault.not_found (no such link),
// fault.subscription.link_withdrawn, .link_expired, .link_used_up, .plan_withdrawn.
func (s *Service) Offer(ctx context.Context, token string) (o Offer, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		_, plan, err := open(ctx, q, token, firm.Today(s.DB.Now()))
		if err != nil {
			return err
		}
		o = Offer{Token: token, Firm: firm.Name}
		o.Plan, err = planOf(plan)
		return err
	})
	return o, err
}
