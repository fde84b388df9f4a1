package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db/gen"
	"comptoir/rules/taxid"
)

// TermsAccepted is one contact's word on a version of the terms, as it is kept.
type TermsAccepted struct {
	Contact  string `json:"contact"`
	Customer string `json:"customer"`
	At       string `json:"at"`      // instant
	Address  string `json:"address"` // of the network
	Lang     string `json:"lang"`    // of the words that were shown
}

// TermsAcceptedBy lists who accepted a version of a group's terms, the latest first, at most
// 500; nobody for a version that does not exist.
func (s *Service) TermsAcceptedBy(ctx context.Context, who actor.Actor, groupID string, version int64) (list []TermsAccepted, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []TermsAccepted{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.GroupTermsAccepted(ctx, gen.GroupTermsAcceptedParams{GroupID: groupID, Version: version})
		for _, r := range rows {
			list = append(list, TermsAccepted{Contact: r.Name, Customer: r.CustomerName, At: r.At, Address: r.Address, Lang: r.Lang})
		}
		return err
	})
	return list, err
}

// TaxTry is a number that the firm tries in a format which it may not have saved yet.
type TaxTry struct {
	Format string `json:"format"`
	Mask   string `json:"mask"`
	Value  string `json:"value"`
}

// TryTaxNumber answers what a visitor would be told: the number as it would be kept, or why it
// is refused. It reads nothing: the format alone decides.
func TryTaxNumber(t TaxTry) (written string, err error) {
	f := taxid.Format{Preset: t.Format, Mask: t.Mask}
	if err := f.Valid(); err != nil {
		return "", err
	}
	return f.Check(t.Value)
}
