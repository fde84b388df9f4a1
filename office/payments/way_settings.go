package payments

import (
	"context"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/billing"
)

// WaySetting is one way to pay, as the firm set it. Amounts are in the firm's currency, 0 = none.
type WaySetting struct {
	Way        string `json:"way"` // transfer, cheque, cash, practice, stripe, direct_debit
	Enabled    bool   `json:"enabled"`
	LeastMinor int64  `json:"leastMinor"`
	MostMinor  int64  `json:"mostMinor"`
	FeePCM     int64  `json:"feePcm"`
	FeeMinor   int64  `json:"feeMinor"`
	WordsFR    string `json:"wordsFr"`
	WordsEN    string `json:"wordsEn"`
	Gateway    bool   `json:"gateway"` // read only
	Mode       string `json:"mode"`    // read only: of a gateway that has keys
	Lacks      string `json:"lacks"`   // read only: what keeps it from being offered: keys, test (nobody but the demo offers trials), refused (the keys are), iban; "" = nothing
}

// WaySettings are the ways to pay in the firm's order, and what customers may choose.
type WaySettings struct {
	Ways       []WaySetting `json:"ways"`
	Less       bool         `json:"less"`
	More       bool         `json:"more"`
	Ahead      bool         `json:"ahead"`
	Save       bool         `json:"save"`
	LeastMinor int64        `json:"leastMinor"` // of a part
	Version    int64        `json:"version"`
	Currency   string       `json:"currency"`  // read only
	MayCharge  bool         `json:"mayCharge"` // read only: the law lets the firm ask a fee, of other firms at least
	FeeLaw     string       `json:"feeLaw"`    // read only: what forbids it, to all or to consumers: fr, eea, gb, qc; "" = nothing known
	CashLimit  bool         `json:"cashLimit"` // read only: the law limits cash
}

// cashMost is the most that a professional in France may take in cash from whoever does not
// live there (CMF D112-3); from all others 1 000 euros, which is what a new company starts with.
const cashMost = 1_500_000

// WaySettings gives the settings of the ways to pay.
func (s *Service) WaySettings(ctx context.Context, who actor.Actor) (w WaySettings, err error) {
	if err := who.Need(actor.Look); err != nil {
		return WaySettings{}, err
	}
	s.warm(ctx) // a keyring may be slow
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if w, err = s.waySettings(ctx, q); err != nil {
			return err
		}
		for i := range w.Ways {
			if err := s.standing(ctx, q, &w.Ways[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return w, err
}

func (s *Service) waySettings(ctx context.Context, q *gen.Queries) (WaySettings, error) {
	firm, err := company.Get(ctx, q)
	if err != nil {
		return WaySettings{}, err
	}
	row, err := q.PaySettings(ctx)
	if err != nil {
		return WaySettings{}, db.NotFound(err)
	}
	ways, err := q.PayWays(ctx)
	w := WaySettings{Ways: []WaySetting{}, Less: row.Less == 1, More: row.More == 1, Ahead: row.Ahead == 1, Save: row.Save == 1, LeastMinor: row.LeastMinor, Version: row.Version,
		Currency: firm.Currency, MayCharge: billing.MaySurcharge(firm.Country, firm.Region, false), FeeLaw: string(billing.SurchargeLawOf(firm.Country, firm.Region)), CashLimit: billing.CashLimit(firm.Country) > 0}
	for _, r := range ways {
		x := WaySetting{Way: r.Way, Enabled: r.Enabled == 1, LeastMinor: r.LeastMinor, MostMinor: r.MostMinor, FeePCM: r.FeePcm, FeeMinor: r.FeeMinor, WordsFR: r.WordsFr, WordsEN: r.WordsEn}
		if x.Way == "transfer" && firm.IBAN == "" {
			x.Lacks = "iban"
		}
		if x.Way == "practice" && !firm.IsDemo {
			continue
		}
		w.Ways = append(w.Ways, x)
	}
	return w, err
}

// standing fills in how a gateway stands, and what keeps it from being offered.
func (s *Service) standing(ctx context.Context, q *gen.Queries, w *WaySetting) error {
	for _, g := range s.Gateways {
		if g.Name() != w.Way {
			continue
		}
		mode, ready := g.Ready(ctx)
		if w.Gateway, w.Mode = true, mode; !ready {
			w.Mode, w.Lacks = "", "keys"
			return nil
		}
		x, err := worldRow(ctx, q, w.Way, mode)
		if err != nil {
			return err
		}
		may, err := takes(ctx, q, mode)
		switch {
		case x.RefusedAt != "":
			w.Lacks = "refused"
		case !may && err == nil:
			w.Lacks = "test"
		}
		return err
	}
	return nil
}

// SaveWays changes the ways to pay, whole or not at all. What is not named keeps its place
// behind the others.
func (s *Service) SaveWays(ctx context.Context, who actor.Actor, in WaySettings) (WaySettings, error) {
	if err := who.Need(actor.Configure); err != nil {
		return WaySettings{}, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.waySettings(ctx, tx.Queries)
		if err != nil {
			return err
		}
		if err := in.check(now); err != nil {
			return err
		}
		n, err := tx.UpdatePaySettings(ctx, gen.UpdatePaySettingsParams{Less: flag(in.Less), More: flag(in.More), Ahead: flag(in.Ahead), LeastMinor: in.LeastMinor, Save: flag(in.Save), Version: in.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		for i, w := range in.Ways {
			if _, err := tx.UpdatePayWay(ctx, gen.UpdatePayWayParams{Enabled: flag(w.Enabled), LeastMinor: w.LeastMinor, MostMinor: w.MostMinor, FeePcm: w.FeePCM, FeeMinor: w.FeeMinor,
				WordsFr: w.WordsFR, WordsEn: w.WordsEN, Position: int64(i + 1), Way: w.Way}); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed("gateways") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "pay.settings_changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"ways": in.offered(), "fields": audit.Changed(now, in)}})
	})
	if err != nil {
		return WaySettings{}, err
	}
	return s.WaySettings(ctx, who)
}

func (w WaySettings) offered() []string {
	list := []string{}
	for _, x := range w.Ways {
		if x.Enabled {
			list = append(list, x.Way)
		}
	}
	return list
}

// check refuses beside each field what cannot be.
func (w *WaySettings) check(now WaySettings) error {
	var form fault.Form
	known, seen := map[string]bool{}, map[string]bool{}
	for _, x := range now.Ways {
		known[x.Way] = true
	}
	for i := range w.Ways {
		x := &w.Ways[i]
		if !known[x.Way] || seen[x.Way] {
			return fault.New(fault.Invalid, "fault.choice")
		}
		seen[x.Way] = true
		x.check(&form, "ways."+strconv.Itoa(i)+".", now)
	}
	if len(seen) != len(known) {
		return fault.New(fault.Invalid, "fault.choice")
	}
	if w.LeastMinor < 0 || w.LeastMinor > money.Max {
		form.Add("leastMinor", "fault.gateways.amount")
	}
	return form.Err()
}

func (w *WaySetting) check(form *fault.Form, at string, now WaySettings) {
	text.Each(text.Clean, &w.WordsFR, &w.WordsEN)
	w.WordsFR, w.WordsEN = strings.TrimSpace(w.WordsFR), strings.TrimSpace(w.WordsEN)
	form.MaxLen(at+"wordsFr", w.WordsFR, 500)
	form.MaxLen(at+"wordsEn", w.WordsEN, 500)
	if w.LeastMinor < 0 || w.LeastMinor > money.Max {
		form.Add(at+"leastMinor", "fault.gateways.amount")
	}
	if w.MostMinor < 0 || w.MostMinor > money.Max || w.MostMinor > 0 && w.MostMinor < w.LeastMinor {
		form.Add(at+"mostMinor", "fault.gateways.most")
	}
	if w.Way == "cash" && now.CashLimit && now.Currency == "EUR" && (w.MostMinor == 0 || w.MostMinor > cashMost) && w.Enabled {
		form.Add(at+"mostMinor", "fault.gateways.cash", "most", money.Amount{Minor: cashMost, Currency: money.Currency(now.Currency)})
	}
	switch {
	case (w.FeePCM != 0 || w.FeeMinor != 0) && !now.MayCharge:
		if w.FeePCM != 0 {
			form.Add(at+"feePcm", now.feeForbidden())
		}
		if w.FeeMinor != 0 {
			form.Add(at+"feeMinor", now.feeForbidden())
		}
	case w.FeePCM < 0 || w.FeePCM > 10_000:
		form.Add(at+"feePcm", "fault.gateways.fee_rate")
	case w.FeeMinor < 0 || w.FeeMinor > money.Max:
		form.Add(at+"feeMinor", "fault.gateways.amount")
	}
}

// feeForbidden names the law that lets the firm ask nobody for a fee.
func (w WaySettings) feeForbidden() string {
	if w.FeeLaw == string(billing.SurchargeEEA) {
		return "fault.gateways.fee_forbidden_eea"
	}
	return "fault.gateways.fee_forbidden"
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
