package subscriptions

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/office/listing"
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

var errLater = fault.New(fault.Unavailable, "fault.not_found")

// Offer gives what a payment link offers, to anybody. Faults: fault.not_found (no such link),
// fault.subscription.link_withdrawn, .link_expired, .link_used_up, .plan_withdrawn.
func (s *Service) Offer(ctx context.Context, token string) (Offer, error) { return Offer{}, errLater }

// QuoteOffer gives what a choice comes to: for a contact with its own taxes, for anybody else
// (an actor of no kind) as for a customer at home.
func (s *Service) QuoteOffer(ctx context.Context, who actor.Actor, token string, c Choice) (Quote, error) {
	return Quote{}, errLater
}

// Subscribe takes a plan (contact: TrustPassword; or the firm). Without a trial its first
// invoice is issued at once: pay FirstID, and it is active in the transaction that pays it.
// With a trial that wants a kept method it is pending until StartTrial. The same key again
// gives the same subscription. Faults: those of Offer, fault.subscription.plan_changed,
// .amount_changed, .seats, .extra.
func (s *Service) Subscribe(ctx context.Context, who actor.Actor, in Subscribe) (Subscription, error) {
	return Subscription{}, errLater
}

// StartTrial begins the trial of a pending subscription once a method is kept; one that runs
// already stays as it is. fault.subscription.no_method while there is none.
func (s *Service) StartTrial(ctx context.Context, who actor.Actor, publicID string) (Subscription, error) {
	return Subscription{}, errLater
}

// PortalList gives a contact's own, those that run first.
func (s *Service) PortalList(ctx context.Context, who actor.Actor) ([]Row, error) {
	return nil, errLater
}

// PortalGet gives one of a contact's own.
func (s *Service) PortalGet(ctx context.Context, who actor.Actor, publicID string) (Subscription, error) {
	return Subscription{}, errLater
}

// PreviewChange gives what a change comes to, for the firm or the contact whose it is.
func (s *Service) PreviewChange(ctx context.Context, who actor.Actor, in Change) (Quote, error) {
	return Quote{}, errLater
}

// Change does what was shown. fault.subscription.amount_changed when it comes to another
// amount now, .plan_withdrawn, .plan_changed, .not_offered (the plan does not allow it),
// .nothing (the same as before).
func (s *Service) Change(ctx context.Context, who actor.Actor, in Change) (Subscription, error) {
	return Subscription{}, errLater
}

// PreviewCancel gives what an end comes to: its day, and what is given back.
func (s *Service) PreviewCancel(ctx context.Context, who actor.Actor, in Cancel) (Quote, error) {
	return Quote{}, errLater
}

// Cancel asks for the end (contact: as the plan says, with a reason) or does it (firm).
func (s *Service) Cancel(ctx context.Context, who actor.Actor, in Cancel) (Subscription, error) {
	return Subscription{}, errLater
}

// TakeBack takes the asked cancellation, or a planned change, back while it has not come.
func (s *Service) TakeBack(ctx context.Context, who actor.Actor, key, publicID string, version int64) (Subscription, error) {
	return Subscription{}, errLater
}

// Plans lists the plans, open ones first.
func (s *Service) Plans(ctx context.Context, who actor.Actor) ([]PlanRow, error) {
	return nil, errLater
}

// ListQuery asks for a page of subscriptions.
type ListQuery struct {
	listing.Query
	State  string // a subscription.State; "" = all
	PlanID string
}

// List gives a page of subscriptions and the cursor of the next.
func (s *Service) List(ctx context.Context, who actor.Actor, q ListQuery) ([]Row, string, error) {
	return nil, "", errLater
}

// Get gives one subscription.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (Subscription, error) {
	return Subscription{}, errLater
}
