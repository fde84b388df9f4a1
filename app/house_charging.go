package app

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/office/charging"
	"comptoir/office/recurring"
)

// wireCharging makes the room that charges kept methods; the rooms below reach it by hooks.
func (h *House) wireCharging(o HouseOptions) {
	h.charges = make(chan struct{}, 1)
	h.Charging = charging.New(charging.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Payments: h.Payments, IssueLink: h.documentLinkMaker, Changed: o.Changed, Log: o.Log,
		Wake: func() { h.CatchUp.Poke() }, Work: func() { ring(h.charges) }})
}

// settled is told of documents in the transaction in which they become paid, or credited whole.
func (h *House) settled(ctx context.Context, tx *db.Tx, documentIDs []int64) error {
	if err := h.Subscriptions.Settled(ctx, tx, documentIDs); err != nil {
		return err
	}
	if err := h.Provisioning.Settled(ctx, tx, documentIDs); err != nil {
		return err
	}
	return h.Charging.Settled(ctx, tx, documentIDs)
}

// saving files what a customer agrees to when a method is kept.
func (h *House) saving(ctx context.Context, tx *db.Tx, who actor.Actor, intentID int64) error {
	return h.Charging.Saving(ctx, tx, who, intentID)
}

// agreed files the consent of who orders a plan that is charged by itself.
func (h *House) agreed(ctx context.Context, tx *db.Tx, who actor.Actor) error {
	return h.Charging.Agreed(ctx, tx, who)
}

// made is told of each invoice that a template made, in the same transaction.
func (h *House) made(ctx context.Context, tx *db.Tx, templateID int64, documentID string) error {
	return h.Charging.Made(ctx, tx, templateID, documentID)
}

// chargedNote tells the mail of an invoice that it will be charged by itself.
func (h *House) chargedNote(ctx context.Context, documentID int64, lang string) (on, method string, err error) {
	d, method, ok, err := h.Charging.MailNote(ctx, documentID, lang)
	if err != nil || !ok {
		return "", "", err
	}
	return d.String(), method, nil
}

// methodPays names what a kept method of a contact's customer pays by itself.
func (h *House) methodPays(ctx context.Context, who actor.Actor, methodID string) ([]string, error) {
	page, err := h.Recurring.PortalList(ctx, who, recurring.PortalQuery{Limit: 100})
	if err != nil {
		return nil, err
	}
	list := []string{}
	for _, r := range page.Rows {
		t, err := h.Charging.PortalTemplate(ctx, who, r.PublicID)
		if err != nil {
			return nil, err
		}
		if t.On && t.Method != nil && t.Method.PublicID == methodID {
			list = append(list, r.Title)
		}
	}
	return list, nil
}
