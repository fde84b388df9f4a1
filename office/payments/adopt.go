package payments

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"regexp"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// Money that a gateway took by an order of ours that this file has no row of: the file is a
// backup that was restored, and the order was made after it. The money is real; it is taken
// over, never put aside in silence.

// Finding is a gateway that can tell what a payment of its own is, by its name of it.
type Finding interface {
	// Find tells of a payment by Event.Ref. What is no payment has no Key.
	Find(ctx context.Context, mode, ref string) (Found, error)
	// TakenSince names the payments for orders of ours that were made since an instant and
	// succeeded, by Event.Key and Ref; their ID is left to the caller.
	TakenSince(ctx context.Context, mode string, since time.Time) ([]Event, error)
}

// Found is a payment as the gateway knows it, with what we wrote on it when it was ordered.
type Found struct {
	Outcome
	Key         string // our own
	Customer    string // public id
	AmountMinor int64
	Currency    money.Currency
	CreatedAt   time.Time // by the gateway's clock; zero where it does not say
}

// took is what the gateway took by it.
func (f Found) took() int64 {
	if f.TookMinor > 0 {
		return f.TookMinor
	}
	return f.AmountMinor
}

// intentName is the form of the names that we give to attempts (core/id).
var intentName = regexp.MustCompile(`^[a-z2-7]{16,64}$`)

// heedStranger is heed for an event that is about none of our attempts. Our keys are durable
// before any call, so one that is not here is of a file that was put back to an older state,
// or of somebody else's.
func (s *Service) heedStranger(ctx context.Context, e gen.GatewayEvent) error {
	late := past(e.ReceivedAt, s.DB.Now().Add(-eventLasts))
	g, ok := s.gateway(ctx, e.Gateway)
	finding, can := g.(Finding)
	ours := strings.HasPrefix(e.AboutKey, keyOf(IntentPay)) || strings.HasPrefix(e.AboutKey, keyOf(IntentRefund))
	if !ok || !can || !ours || e.AboutRef == "" || !s.reaches(ctx, g, e.Mode) {
		if e.AboutKey != "" || late {
			return s.heeded(ctx, e, "nobody", nil)
		}
		return nil // the answer that names the attempt may come after it
	}
	found, err := s.find(ctx, finding, e)
	if err != nil {
		missed(ctx, e.Gateway, err)
		s.complain(e.Gateway, e.Mode, e.AboutKey, err)
		if errors.Is(err, ErrMissing) || late && !unanswered(err) {
			return s.heeded(ctx, e, "nobody", nil)
		}
		return nil // whoever does not answer is asked the next time: a machine that slept puts no money aside
	}
	if found.State != Succeeded || !strings.HasPrefix(found.Key, keyOf(IntentPay)) { // nothing was taken; of what succeeds later there is another event
		return s.heeded(ctx, e, "nobody", nil)
	}
	if err := s.adopt(ctx, e, found); err != nil {
		s.complain(e.Gateway, e.Mode, e.AboutKey, err)
		if late {
			return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
				return errors.Join(s.tellUnknown(ctx, tx, e, found, found.took()), tx.HeedGatewayEvent(ctx, gen.HeedGatewayEventParams{ID: e.ID, State: "nobody"}))
			})
		}
		return err
	}
	return nil
}

func (s *Service) find(ctx context.Context, g Finding, e gen.GatewayEvent) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	return g.Find(ctx, e.Mode, e.AboutRef)
}

// adopt writes the attempt anew, under its old name, and its payment on the customer's
// account: for which invoices it was, only the firm can see. Of a customer who is not here, or in a
// currency without a rate, nothing can be booked. The firm is told either way, once.
func (s *Service) adopt(ctx context.Context, e gen.GatewayEvent, f Found) error {
	took := f.took()
	return s.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		heeded := gen.HeedGatewayEventParams{ID: e.ID, State: "nobody"}
		if i, err := tx.IntentByKey(ctx, f.Key); err == nil { // by an event before this one
			heeded.State, heeded.IntentID = "done", &i.ID
			return tx.HeedGatewayEvent(ctx, heeded)
		} else if !fault.Is(db.NotFound(err), fault.NotFound) {
			return err
		}
		if may, err := takes(ctx, tx.Queries, e.Mode); err != nil || !may {
			return either(err, tx.HeedGatewayEvent(ctx, heeded))
		}
		c, err := tx.CustomerByPublicID(ctx, f.Customer)
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		name := strings.TrimPrefix(f.Key, keyOf(IntentPay))
		if err != nil || took <= 0 || !f.Currency.Valid() || !intentName.MatchString(name) {
			return errors.Join(s.tellUnknown(ctx, tx, e, f, took), tx.HeedGatewayEvent(ctx, heeded))
		}
		who := actor.Machine()
		n := newIntent{publicID: name, kind: IntentCharge, customerID: c.ID, gateway: e.Gateway, mode: e.Mode, currency: f.Currency, amount: took, createdAt: f.CreatedAt, details: ordered{Lang: c.Language, By: who.Name, Adopted: true}}
		if _, err := s.insert(ctx, tx, who, n); err != nil {
			return err
		}
		i, err := tx.IntentByKey(ctx, f.Key)
		if err != nil {
			return err
		}
		f.Kept = nil // a method is kept with its holder's consent, which is not on file
		if err := s.settleTx(ctx, tx, who, i, f.Outcome, false); err != nil {
			return err
		}
		heeded.State, heeded.IntentID = "done", &i.ID
		return tx.HeedGatewayEvent(ctx, heeded)
	})
}

func (s *Service) tellUnknown(ctx context.Context, tx *db.Tx, e gen.GatewayEvent, f Found, took int64) error {
	return s.once(ctx, tx, "unknown/"+e.Gateway+"/"+f.Key, func() error {
		tx.AfterCommit(func() { s.Changed("notifications") })
		return audit.Notify(ctx, tx, "payment_unknown", map[string]any{"key": f.Key, "ref": f.ChargeRef, "amount_minor": took, "currency": string(f.Currency)}, "", "")
	})
}

// chargeName is the name of the charge that a command asks for. A file that was put back to an
// older state asks for the same charge again, by the same key: the gateway knows it by this name,
// and does not take its money twice.
func chargeName(key string) string {
	sum := sha256.Sum256([]byte("charge-kept/" + key))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:26]
}

// takeOver gives the charge of the name that n would have, where it was taken over from the gateway
// before it was asked for again; its money is set against the document now that it is known for
// which it was. "" where there is none.
func (s *Service) takeOver(ctx context.Context, tx *db.Tx, who actor.Actor, n newIntent) (publicID string, err error) {
	i, err := tx.IntentByPublicID(ctx, n.publicID)
	switch err = db.NotFound(err); {
	case fault.Is(err, fault.NotFound):
		return "", nil
	case err != nil || i.PaymentID == nil || !orderedBy(i).Adopted:
		return n.publicID, err
	}
	sheet, err := settlement.OpenCustomer(ctx, tx, i.CustomerID, money.Currency(i.Currency), civil.Date{})
	if err != nil {
		return "", err
	}
	r, err := sheet.Payment(ctx, *i.PaymentID)
	if err != nil {
		return "", err
	}
	for _, p := range n.parts {
		item, err := sheet.Document(ctx, p.row.ID)
		if err != nil {
			return "", err
		}
		if minor := min(p.minor, item.Due(), r.Free()); minor > 0 {
			if err := sheet.Pay(r, item, minor); err != nil {
				return "", err
			}
		}
	}
	if _, err := sheet.Close(ctx, paymentAct(ledger.EventAllocation, r)); err != nil {
		return "", err
	}
	if err := s.settledHook(ctx, tx, sheet); err != nil {
		return "", err
	}
	s.changed(tx)
	return n.publicID, audit.Write(ctx, tx, who, audit.Record{Action: "payment.allocate", ObjectKind: "payment", ObjectID: r.Payment.ID, Details: map[string]any{"number": r.Payment.Number}})
}
