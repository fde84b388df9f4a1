package demo

import (
	"context"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db/gen"
	"comptoir/office/payments"
)

// What the story tells of charges: two customers keep a practice card and are charged every
// month; the card of one is declined again and again since it was kept.

// keepForCharges has the contact of a customer keep a card on the practice page.
func (m *maker) keepForCharges(ctx context.Context, c *client, card string) error {
	who := c.contact
	who.Trust = actor.TrustPassword
	i, err := m.Payments.SaveMethod(ctx, who, payments.SaveMethod{Key: m.key("card"), Gateway: "practice", ReturnURL: "http://127.0.0.1/reglement/{id}"})
	if err != nil {
		return err
	}
	i, err = m.Payments.ContinuePayment(ctx, who, payments.ContinuePayment{IntentID: i.PublicID, Answer: card})
	if err == nil && i.State != payments.Succeeded {
		err = fmt.Errorf("the card is not kept: %s", i.State)
	}
	return err
}

// nextCharge is the day of the next planned charge; zero: none.
func (m *maker) nextCharge(ctx context.Context) (d civil.Date, err error) {
	err = m.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := q.NextCharge(ctx)
		if err == nil && on != "" {
			d, err = civil.Parse(on)
		}
		return err
	})
	return d, err
}

// runCharges lets go what is planned up to today.
func (m *maker) runCharges(ctx context.Context, on civil.Date) error {
	items, err := m.Charging.Source().Due(ctx, on)
	if err != nil {
		return err
	}
	for _, x := range items {
		if err := m.Charging.Source().Do(ctx, actor.Machine(), x.Key); err != nil {
			return err
		}
	}
	if len(items) == 0 {
		return nil
	}
	return m.Charging.Round(ctx)
}
