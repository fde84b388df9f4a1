package reminders

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
	"comptoir/rules/tax"
)

// Rate is a dated rate of late payment: noted by the firm, or shipped.
type Rate struct {
	From           string `json:"from"` // YYYY-MM-DD
	To             string `json:"to"`   // shipped ones
	RatePCM        int64  `json:"ratePcm"`
	FloorPCM       int64  `json:"floorPcm"`       // three times the legal rate, 0 = not noted
	IndemnityMinor int64  `json:"indemnityMinor"` // 0 = the law's
	Source         string `json:"source"`
	Shipped        bool   `json:"shipped"`
	Confirmed      bool   `json:"confirmed"` // a shipped row that was not is never computed with
}

// Rates is the firm's table of rates, and the period that lacks one today.
type Rates struct {
	Country   string `json:"country"`
	AgreedPCM int64  `json:"agreedPcm"` // of the firm's own terms, 0 = the law's default
	Rows      []Rate `json:"rows"`
	Missing   string `json:"missing"` // first day of the half-year of today when its rate is not known, "" when it is
}

// Rates gives the table, newest first.
func (s *Service) Rates(ctx context.Context, who actor.Actor) (r Rates, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Rates{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		r = w.rates()
		return err
	})
	return r, err
}

func (w world) rates() Rates {
	r := Rates{Country: w.firm.Country, AgreedPCM: w.terms.AgreedPCM, Rows: []Rate{}}
	for i := len(w.terms.Noted) - 1; i >= 0; i-- {
		if n := w.terms.Noted[i]; n.Country == r.Country {
			r.Rows = append(r.Rows, Rate{From: n.From.String(), RatePCM: n.RatePCM, FloorPCM: n.FloorPCM, IndemnityMinor: n.IndemnityMinor, Source: n.Source, Confirmed: true})
		}
	}
	shipped := tax.LateRates()
	for i := len(shipped) - 1; i >= 0; i-- {
		if x := shipped[i]; x.Country == r.Country {
			r.Rows = append(r.Rows, Rate{From: x.From.String(), To: x.To.String(), RatePCM: x.DefaultPCM, FloorPCM: x.FloorPCM, Source: x.Source, Shipped: true, Confirmed: x.Confirmed})
		}
	}
	if !w.terms.Known(w.today) {
		month := w.today.Month
		if month > 6 {
			month = 7
		} else {
			month = 1
		}
		r.Missing = civil.New(w.today.Year, month, 1).String()
	}
	return r
}

// SaveRate notes the rate of a period, or changes what was noted for that day.
func (s *Service) SaveRate(ctx context.Context, who actor.Actor, r Rate) (Rates, error) {
	if err := who.Need(actor.Configure); err != nil {
		return Rates{}, err
	}
	var form fault.Form
	r.Source = typed.Line(r.Source)
	from, err := civil.Parse(r.From)
	if err != nil {
		form.Add("from", "fault.not_a_date")
	}
	if r.RatePCM <= 0 || r.RatePCM > 100_000 {
		form.Add("ratePcm", "fault.reminder.rate")
	}
	if r.FloorPCM < 0 || r.FloorPCM > 100_000 {
		form.Add("floorPcm", "fault.reminder.rate")
	}
	if r.IndemnityMinor < 0 || r.IndemnityMinor > 1_000_000 {
		form.Add("indemnityMinor", "fault.billing.amount_too_big")
	}
	form.MaxLen("source", r.Source, 200)
	if err := form.Err(); err != nil {
		return Rates{}, err
	}
	return s.changeRates(ctx, who, "rate.noted", func(ctx context.Context, tx *db.Tx, country string) error {
		return tx.PutLateRate(ctx, gen.PutLateRateParams{Country: country, ValidFrom: from.String(), RatePcm: r.RatePCM, FloorPcm: r.FloorPCM, IndemnityMinor: r.IndemnityMinor, Source: r.Source})
	})
}

// DeleteRate takes a noted rate away.
func (s *Service) DeleteRate(ctx context.Context, who actor.Actor, from string) (Rates, error) {
	if err := who.Need(actor.Configure); err != nil {
		return Rates{}, err
	}
	return s.changeRates(ctx, who, "rate.deleted", func(ctx context.Context, tx *db.Tx, country string) error {
		n, err := tx.DeleteLateRate(ctx, gen.DeleteLateRateParams{Country: country, ValidFrom: from})
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

func (s *Service) changeRates(ctx context.Context, who actor.Actor, action string, change func(context.Context, *db.Tx, string) error) (r Rates, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := company.Get(ctx, tx.Queries)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, f.Country); err != nil {
			return err
		}
		w, err := look(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		r = w.rates()
		tx.AfterCommit(func() { s.Changed("reminders") })
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "company", ObjectID: 1})
	})
	return r, err
}
