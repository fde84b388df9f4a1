package company

import (
	"context"

	"comptoir/core/civil"
	"comptoir/db/gen"
	"comptoir/rules/tax"
)

// LateTerms gives what the firm may ask of who pays late: the rate of its own terms, and the
// dated rates that it noted, which go before the shipped ones.
func LateTerms(ctx context.Context, q *gen.Queries, f Firm) (tax.LateTerms, error) {
	t := tax.LateTerms{Country: f.Country, Noted: []tax.Noted{}}
	if f.LateRatePCM != nil {
		t.AgreedPCM = *f.LateRatePCM
	}
	rows, err := q.LateRates(ctx)
	if err != nil {
		return t, err
	}
	for _, r := range rows {
		from, err := civil.Parse(r.ValidFrom)
		if err != nil {
			return t, err
		}
		t.Noted = append(t.Noted, tax.Noted{Country: r.Country, From: from, RatePCM: r.RatePcm, FloorPCM: r.FloorPcm, IndemnityMinor: r.IndemnityMinor, Source: r.Source})
	}
	return t, nil
}
