package payments

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// KeptMethods lists the kept methods of a customer, the default first: a contact's own, of the
// world that takes money (in the demo: that its gateway is in); or for staff those of the customer
// named, of both.
func (s *Service) KeptMethods(ctx context.Context, who actor.Actor, customerID string) (list []Kept, err error) {
	own := who.Kind == actor.Contact
	if own {
		err = who.NeedContact(actor.TrustPassword)
	} else {
		err = who.Need(actor.Look)
	}
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		var c gen.Customer
		if own {
			c, err = q.CustomerByID(ctx, who.CustomerID)
		} else {
			c, err = q.CustomerByPublicID(ctx, customerID)
		}
		if err != nil {
			return db.NotFound(err)
		}
		list, err = s.keptOf(ctx, q, c, own)
		return err
	})
	return list, err
}

func (s *Service) keptOf(ctx context.Context, q *gen.Queries, c gen.Customer, here bool) ([]Kept, error) {
	rows, err := q.KeptMethodsOfCustomer(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	trials, err := takes(ctx, q, ModeTest)
	list := make([]Kept, 0, len(rows))
	for _, r := range rows {
		if here && !s.here(ctx, r, trials) {
			continue
		}
		list = append(list, s.kept(r, c.PublicID))
	}
	return list, err
}

// here tells a method that its customer sees: of the world that takes money, whichever the firm
// has switched on; where trials are allowed, of the world that the gateway is in.
func (s *Service) here(ctx context.Context, r gen.KeptMethod, trials bool) bool {
	g, ok := s.gateway(ctx, r.Gateway)
	if !ok || !trials {
		return ok && r.Mode == ModeLive
	}
	mode, ready := g.Ready(ctx)
	return !ready || mode == r.Mode
}

func (s *Service) kept(r gen.KeptMethod, customerID string) Kept {
	k := Kept{ID: r.ID, PublicID: r.PublicID, CustomerID: customerID, Gateway: r.Gateway, Mode: r.Mode, Kind: r.Kind, Brand: r.Brand, Last4: r.Last4, ExpMonth: int(r.ExpMonth), ExpYear: int(r.ExpYear),
		Default: r.IsDefault == 1, AddedBy: r.AddedBy, CreatedAt: r.CreatedAt}
	if r.ExpYear != 0 { // good until the end of its month
		last := civil.Of(time.Date(int(r.ExpYear), time.Month(r.ExpMonth)+1, 0, 0, 0, 0, 0, time.UTC), time.UTC)
		today := civil.Of(s.DB.Now(), time.UTC)
		k.Expired = today.After(last)
		k.ExpiresSoon = !k.Expired && !today.AddDays(60).Before(last)
	}
	return k
}

// usable finds one of a customer's own methods, of the gateway's world of now.
func (s *Service) usable(ctx context.Context, q *gen.Queries, customerID int64, methodID, mode string) (gen.KeptMethod, error) {
	m, err := q.KeptMethodByPublicID(ctx, methodID)
	if err != nil {
		return m, db.NotFound(err)
	}
	if m.CustomerID != customerID || m.Mode != mode {
		return m, fault.New(fault.NotFound, "fault.not_found")
	}
	return m, nil
}

// chosen finds the method to charge: the one named, or the customer's default; whether it can
// be charged now is Fits' to say.
func (s *Service) chosen(ctx context.Context, q *gen.Queries, customerID int64, methodID string) (gen.KeptMethod, error) {
	if methodID == "" {
		m, err := q.DefaultKeptOf(ctx, customerID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return m, fault.New(fault.NotFound, "fault.pay.no_method")
		}
		return m, err
	}
	m, err := q.KeptMethodByPublicID(ctx, methodID)
	if err = db.NotFound(err); err == nil && m.CustomerID != customerID || fault.Is(err, fault.NotFound) {
		return m, fault.New(fault.NotFound, "fault.pay.no_method")
	}
	return m, err
}

// Fits tells why a kept method cannot be charged in a currency, whatever day it is: it does
// not take it (fault.pay.currency), or it was kept by way of trial, and the live world is
// switched on (fault.pay.method_mode). A gateway that is not there at all, has no keys, or is
// switched to trials for a while is fault.gateway_gone, which may be another tomorrow. An empty
// currency is not looked at.
func (s *Service) Fits(ctx context.Context, m gen.KeptMethod, currency money.Currency) error {
	g, ok := s.gateway(ctx, m.Gateway)
	if !ok || !g.Capabilities().Charge {
		return fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	if currency != "" && (!g.Takes(currency) || m.Kind == KindDebit && currency != "EUR") {
		return fault.New(fault.Conflict, "fault.pay.currency", "currency", string(currency))
	}
	switch mode, ready := g.Ready(ctx); {
	case !ready, mode != m.Mode && m.Mode == ModeLive:
		return fault.New(fault.Unavailable, "fault.gateway_gone")
	case mode != m.Mode:
		return fault.New(fault.Conflict, "fault.pay.method_mode")
	}
	return nil
}

// Chargeable tells whether a customer's default method can be charged in a currency; why it
// cannot is no matter here.
func (s *Service) Chargeable(ctx context.Context, q *gen.Queries, customerID int64, currency money.Currency) (bool, error) {
	_, err := s.DefaultMethod(ctx, q, customerID, currency)
	if _, refused := fault.As(err); refused {
		return false, nil
	}
	return err == nil, err
}

// DefaultMethod gives the method that a charge without a choice takes, for the rooms that plan
// charges: the customer's default, never another one in its place, as the customer agreed to
// that one. fault.NotFound where there is none, or it cannot be charged now: another currency,
// no keys, the gateway's other world. Expired tells one whose month is over; a gateway may
// still take it.
func (s *Service) DefaultMethod(ctx context.Context, q *gen.Queries, customerID int64, currency money.Currency) (Kept, error) {
	none := fault.New(fault.NotFound, "fault.pay.no_method")
	m, err := s.chosen(ctx, q, customerID, "")
	if err != nil {
		return Kept{}, err
	}
	if err := s.Fits(ctx, m, currency); err != nil {
		return Kept{}, none
	}
	g, _ := s.gateway(ctx, m.Gateway)
	if _, usable, err := s.usableNow(ctx, q, g); err != nil || !usable {
		return Kept{}, either(err, none)
	}
	c, err := q.CustomerByID(ctx, customerID)
	return s.kept(m, c.PublicID), db.NotFound(err)
}

// MakeDefault makes a method the one that is charged; a contact's own, or staff any.
func (s *Service) MakeDefault(ctx context.Context, who actor.Actor, methodID string) error {
	return s.onMethod(ctx, who, methodID, "method.made_default", func(ctx context.Context, tx *db.Tx, m gen.KeptMethod) error {
		if err := tx.ClearDefaultMethod(ctx, m.CustomerID); err != nil {
			return err
		}
		n, err := tx.SetDefaultMethod(ctx, m.ID)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

// errGivenUp: a second click.
var errGivenUp = errors.New("payments: the method was given up already")

// DeleteMethod gives a method up at once; the gateway is told now, or later where it cannot be
// reached. No other one becomes the default by that. A repeat changes nothing.
func (s *Service) DeleteMethod(ctx context.Context, who actor.Actor, methodID string) error {
	if err := s.onMethod(ctx, who, methodID, "method.deleted", func(ctx context.Context, tx *db.Tx, m gen.KeptMethod) error {
		if m.DeletedAt != "" {
			return errGivenUp
		}
		if _, err := tx.GiveUpMethod(ctx, gen.GiveUpMethodParams{ID: m.ID, DeletedAt: tx.Stamp()}); err != nil {
			return err
		}
		return s.tellMethod(ctx, tx, outbox.MethodRemoved, who, m)
	}); err != nil && !errors.Is(err, errGivenUp) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_ = s.detachOwed(ctx) // what fails is owed, and told later
	return nil
}

func (s *Service) onMethod(ctx context.Context, who actor.Actor, methodID, action string, fn func(ctx context.Context, tx *db.Tx, m gen.KeptMethod) error) error {
	contact := who.Kind == actor.Contact
	var err error
	if contact {
		if err = who.NeedContact(actor.TrustPassword); err == nil {
			err = who.NeedProof()
		}
	} else {
		err = who.Need(actor.Collect)
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := tx.MethodEver(ctx, methodID)
		if err != nil {
			return db.NotFound(err)
		}
		if contact && m.CustomerID != who.CustomerID {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if err := fn(ctx, tx, m); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("customers", "payments") })
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "kept_method", ObjectID: m.ID, Details: map[string]any{"gateway": m.Gateway, "kind": m.Kind, "brand": m.Brand, "last4": m.Last4}})
	})
}

// detachOwed tells gateways what they are still to forget.
func (s *Service) detachOwed(ctx context.Context) error {
	var rows []gen.KeptMethod
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		rows, err = q.OwedDetachments(ctx, 50)
		return err
	}); err != nil {
		return err
	}
	for _, m := range rows {
		g, ok := s.gateway(ctx, m.Gateway)
		if !ok {
			continue
		}
		if leftAlone(ctx, m.Gateway) || !s.reaches(ctx, g, m.Mode) {
			continue
		}
		if err := g.Detach(ctx, KeptRef{Mode: m.Mode, Token: m.Token, CustomerRef: m.CustomerRef, Kind: m.Kind}); err != nil {
			missed(ctx, m.Gateway, err)
			s.complain(m.Gateway, m.Mode, m.PublicID, err)
			continue // the next time
		}
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.MethodDetached(ctx, m.ID) }); err != nil {
			return err
		}
	}
	return nil
}

var (
	cardEnd  = regexp.MustCompile(`^[0-9]{4}$`)
	debitEnd = regexp.MustCompile(`^[0-9A-Z]{4}$`)
	number   = regexp.MustCompile(`[0-9]{13}`)
	noDigits = regexp.MustCompile(`^[0-9 -]*$`)
)

// clean refuses what no row may hold: anything that could be the number of a card. The money
// is never held up by it.
func (k KeptMethod) clean() (KeptMethod, bool) {
	if k.Kind != KindDebit {
		k.Kind = KindCard
	}
	k.Brand = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, k.Brand)
	k.Brand = strings.ToValidUTF8(clip(k.Brand, 40), "")
	if k.ExpMonth < 1 || k.ExpMonth > 12 || k.ExpYear < 2000 || k.ExpYear > 2199 {
		k.ExpMonth, k.ExpYear = 0, 0
	}
	end := cardEnd
	if k.Kind == KindDebit {
		end = debitEnd
	}
	return k, end.MatchString(k.Last4) && !number.MatchString(k.Token) && !noDigits.MatchString(k.Token) && !number.MatchString(k.CustomerRef)
}

// keepMethod notes the method that an attempt kept; the first of a customer is its default.
func (s *Service) keepMethod(ctx context.Context, tx *db.Tx, who actor.Actor, i gen.PaymentIntent, out Outcome, m *gen.MoveIntentParams) error {
	if out.Kept == nil || i.Kind != IntentSave && i.SaveMethod == 0 || m.MethodID != nil {
		return nil
	}
	k, ok := out.Kept.clean()
	if !ok {
		return audit.Write(ctx, tx, who, audit.Record{Action: "method.refused", ObjectKind: "payment_intent", ObjectID: i.ID})
	}
	known, err := tx.KeptMethodByToken(ctx, gen.KeptMethodByTokenParams{Gateway: i.Gateway, Mode: i.Mode, Token: k.Token})
	switch err = db.NotFound(err); {
	case err == nil && known.CustomerID == i.CustomerID && known.DeletedAt == "":
		m.MethodID = &known.ID
		return tx.RefreshMethod(ctx, gen.RefreshMethodParams{ID: known.ID, Brand: k.Brand, Last4: k.Last4, ExpMonth: int64(k.ExpMonth), ExpYear: int64(k.ExpYear)})
	case err == nil: // given up meanwhile
		return nil
	case !fault.Is(err, fault.NotFound):
		return err
	}
	row := gen.InsertKeptMethodParams{PublicID: s.IDs(), CustomerID: i.CustomerID, Gateway: i.Gateway, Mode: i.Mode, Token: k.Token, CustomerRef: k.CustomerRef, Kind: k.Kind, Brand: k.Brand, Last4: k.Last4,
		ExpMonth: int64(k.ExpMonth), ExpYear: int64(k.ExpYear), AddedBy: orderedBy(i).By, ContactID: i.ContactID, CreatedAt: tx.Stamp()}
	others, err := tx.KeptMethodsOfCustomer(ctx, i.CustomerID)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		row.IsDefault = 1
	}
	id, err := tx.InsertKeptMethod(ctx, row)
	if err != nil {
		return err
	}
	m.MethodID = &id
	tx.AfterCommit(func() { s.Changed("customers") })
	if err := s.tellMethod(ctx, tx, outbox.MethodAdded, who, gen.KeptMethod{ID: id, PublicID: row.PublicID, CustomerID: row.CustomerID, Kind: k.Kind, Brand: k.Brand, Last4: k.Last4, ContactID: i.ContactID}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "method.kept", ObjectKind: "kept_method", ObjectID: id, Details: map[string]any{"gateway": i.Gateway, "kind": k.Kind, "brand": k.Brand, "last4": k.Last4}})
}
