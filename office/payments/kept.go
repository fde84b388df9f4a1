package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db/gen"
)

var errNotYet = fault.New(fault.Unavailable, "fault.gateway_gone")

// KeptMethods lists the kept methods of a customer: a contact's own, or for staff those of
// the customer named, the default first.
func (s *Service) KeptMethods(ctx context.Context, who actor.Actor, customerID string) ([]Kept, error) {
	return []Kept{}, nil
}

// DefaultMethod gives the method that a charge without a choice takes, as the rooms that plan
// charges need it: the default one where it takes the currency, else the newest that does.
// fault.NotFound for none. A method of the gateway's other mode is none.
func (s *Service) DefaultMethod(ctx context.Context, q *gen.Queries, customerID int64, currency money.Currency) (Kept, error) {
	return Kept{}, fault.New(fault.NotFound, "fault.not_found")
}

// MakeDefault makes a method the one that is charged; a contact's own, or staff any.
func (s *Service) MakeDefault(ctx context.Context, who actor.Actor, methodID string) error {
	return errNotYet
}

// DeleteMethod gives a method up; the gateway is told, later where it cannot be reached.
func (s *Service) DeleteMethod(ctx context.Context, who actor.Actor, methodID string) error {
	return errNotYet
}

// SaveMethod opens an attempt that only keeps a method; the customer goes on at Intent.URL.
func (s *Service) SaveMethod(ctx context.Context, who actor.Actor, in SaveMethod) (Intent, error) {
	return Intent{}, errNotYet
}

// ChargeKept charges a kept method for what a document asks for now. The same key is the same
// charge: a repeat gives how it stands. An error is a refusal before anything was sent;
// whatever the gateway said is in Intent.State and Reason (Unknown and Processing settle by
// themselves later).
func (s *Service) ChargeKept(ctx context.Context, who actor.Actor, in ChargeKept) (Intent, error) {
	return Intent{}, errNotYet
}

// RefundByGateway gives back through the gateway that took the payment. The refund stands in
// the books once the gateway says that it succeeded; until then Intent.State tells.
func (s *Service) RefundByGateway(ctx context.Context, who actor.Actor, in Refund) (Intent, error) {
	return Intent{}, errNotYet
}

// Hear takes a webhook of a gateway: fault.Invalid for a bad signature, fault.NotFound for a
// gateway that is not in use. nil: it is noted, and need not be sent again.
func (s *Service) Hear(ctx context.Context, gateway string, payload []byte, signature string) error {
	return errNotYet
}

// PortalPay tells how the contact can pay several of its documents at once, or ahead.
func (s *Service) PortalPay(ctx context.Context, who actor.Actor, documentIDs []string, currency string) (PayMany, error) {
	return PayMany{}, errNotYet
}

// PayMany is what several documents ask for, and the ways to pay it.
type PayMany struct {
	Documents []PayDocument
	DueMinor  int64
	Currency  money.Currency
	Ways      []Way
	Kept      []Kept
	Choice    Choice
	Waiting   string // public id of an attempt on one of them that the gateway has not answered
}

// PayDocument is one of them.
type PayDocument struct {
	PublicID, Number string
	DueMinor         int64 // all that is due
	AskedMinor       int64 // what is asked for now
}
