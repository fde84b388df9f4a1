package subscriptions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/search"
	"comptoir/rules/recur"
)

// Limits of what may be typed.
const (
	maxEvery  = 60
	maxTrial  = 366
	maxSeats  = 100_000
	maxExtras = 20
)

// Blank is a plan to begin with: a month, cancelled by the customer at the end of a period.
func (s *Service) Blank(ctx context.Context, who actor.Actor) (p Plan, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Plan{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		p = Plan{State: Open, Currency: string(firm.Money()), Nature: "services", TaxCodes: []string{}, Unit: recur.Month, Every: 1, SeatsMin: 1, SeatsMax: 1, Extras: []Extra{}, MoveTo: []string{},
			MayCancel: true, CancelRule: AtPeriodEnd, Downgrade: DownCredit}
		return err
	})
	return p, err
}

// clean takes out of every text what no document can carry.
func (p *Plan) clean() {
	typed.Each(typed.Line, &p.NameFR, &p.NameEN)
	typed.Each(typed.Clean, &p.AboutFR, &p.AboutEN)
	p.NameFR, p.NameEN = strings.TrimSpace(p.NameFR), strings.TrimSpace(p.NameEN)
	p.Extras, p.MoveTo, p.TaxCodes = slices.Clone(p.Extras), slices.Clone(p.MoveTo), slices.Clone(p.TaxCodes)
	for i := range p.Extras {
		typed.Each(typed.Line, &p.Extras[i].NameFR, &p.Extras[i].NameEN)
	}
	if p.Extras == nil {
		p.Extras = []Extra{}
	}
	if p.MoveTo == nil {
		p.MoveTo = []string{}
	}
	if p.TaxCodes == nil {
		p.TaxCodes = []string{}
	}
}

func (p *Plan) check(form *fault.Form) {
	checkName(form, "nameFr", p.NameFR, true)
	checkName(form, "nameEn", p.NameEN, false)
	form.MaxLen("aboutFr", p.AboutFR, 4000)
	form.MaxLen("aboutEn", p.AboutEN, 4000)
	for path, minor := range map[string]int64{"priceMinor": p.PriceMinor, "setupMinor": p.SetupMinor} {
		if minor < 0 || minor > money.Max/maxSeats {
			form.Add(path, "fault.subscription.price")
		}
	}
	if p.PriceMinor == 0 {
		form.Add("priceMinor", "fault.subscription.price")
	}
	for _, x := range []struct {
		path, value string
		of          []string
	}{{"unit", p.Unit, []string{recur.Day, recur.Week, recur.Month, recur.Year}}, {"cancelRule", p.CancelRule, []string{AtPeriodEnd, AtOnce, AtOnceCredit}},
		{"downgrade", p.Downgrade, []string{DownCredit, DownPeriodEnd}}, {"nature", p.Nature, []string{"services", "goods"}}} {
		if !slices.Contains(x.of, x.value) {
			form.Add(x.path, "fault.choice")
		}
	}
	if !money.Currency(p.Currency).Valid() {
		form.Add("currency", "fault.choice")
	}
	checkRange(form, "every", int64(p.Every), 1, maxEvery)
	checkRange(form, "trialDays", p.TrialDays, 0, maxTrial)
	checkRange(form, "seatsMin", p.SeatsMin, 1, maxSeats)
	checkRange(form, "seatsMax", p.SeatsMax, max(p.SeatsMin, 1), maxSeats)
	p.checkExtras(form)
}

func checkName(form *fault.Form, path, name string, needed bool) {
	if needed {
		form.Need(path, name)
	}
	form.MaxLen(path, name, 120)
	if strings.Contains(name, "{{") { // the words of the period are put in beside it
		form.Add(path, "fault.recurring.braces", "place", int64(strings.Index(name, "{{")+1))
	}
}

func checkRange(form *fault.Form, path string, n, least, most int64) {
	if n < least || n > most {
		form.Add(path, "fault.range", "min", least, "max", most)
	}
}

func (p *Plan) checkExtras(form *fault.Form) {
	if len(p.Extras) > maxExtras {
		form.Add("extras", "fault.too_many_lines", "max", maxExtras)
	}
	for i := range p.Extras {
		x := &p.Extras[i]
		path := fmt.Sprintf("extras.%d.", i)
		checkName(form, path+"nameFr", x.NameFR, true)
		checkName(form, path+"nameEn", x.NameEN, false)
		if x.PriceMinor < 0 || x.PriceMinor > money.Max/maxSeats {
			form.Add(path+"priceMinor", "fault.subscription.price")
		}
	}
}

// named gives every extra an id that stays with it.
func (s *Service) named(p *Plan) {
	for i := range p.Extras {
		if p.Extras[i].ID == "" {
			p.Extras[i].ID = s.IDs()[:12]
		}
	}
}

// checkRefs looks up what the plan names.
func (p *Plan) checkRefs(ctx context.Context, q *gen.Queries, form *fault.Form, on civil.Date) error {
	if p.ItemID != "" {
		if _, err := catalog.ByPublicID(ctx, q, p.ItemID); fault.Is(db.NotFound(err), fault.NotFound) {
			form.Add("itemId", "fault.not_found")
		} else if err != nil {
			return err
		}
	}
	table := catalog.NewFinder(q)
	for _, code := range p.TaxCodes {
		if t, ok := table.ByCode(ctx, code); !ok || !t.InForce(on) {
			form.Add("taxCodes", "fault.choice")
		}
	}
	for _, id := range p.MoveTo {
		other, err := q.PlanByPublicID(ctx, id)
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || id == p.PublicID || other.Currency != p.Currency {
			form.Add("moveTo", "fault.subscription.move_to")
		}
	}
	return table.Err()
}

// SavePlan stores a plan. Who has subscribed keeps it as it was agreed; what is changed holds
// for new subscriptions. key makes a repeat of a creation harmless.
func (s *Service) SavePlan(ctx context.Context, who actor.Actor, key string, p Plan) (saved Plan, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Plan{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, "plan.save", p, &id, func() error {
			id, err = s.putPlan(ctx, tx, who, p)
			return err
		}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("plans") })
		saved, err = planByID(ctx, tx.Queries, id)
		return err
	})
	return saved, err
}

func (s *Service) putPlan(ctx context.Context, tx *db.Tx, who actor.Actor, p Plan) (int64, error) {
	on, err := today(ctx, tx)
	if err != nil {
		return 0, err
	}
	p.clean()
	var form fault.Form
	p.check(&form)
	if err := p.checkRefs(ctx, tx.Queries, &form, on); err != nil {
		return 0, err
	}
	if err := form.Err(); err != nil {
		return 0, err
	}
	s.named(&p)
	stored := p
	stored.PublicID, stored.Version, stored.State = "", 0, ""
	packed, err := pack(stored)
	if err != nil {
		return 0, err
	}
	key := search.SortKey(p.NameFR)
	if p.PublicID == "" {
		id, err := tx.InsertPlan(ctx, gen.InsertPlanParams{PublicID: s.IDs(), NameFr: p.NameFR, NameEn: p.NameEN, NameKey: key, Currency: p.Currency, PriceMinor: p.PriceMinor, Unit: p.Unit, Every: int64(p.Every), Form: packed, Now: tx.Stamp()})
		if err != nil {
			return 0, err
		}
		return id, audit.Write(ctx, tx, who, audit.Record{Action: "plan.created", ObjectKind: "plan", ObjectID: id})
	}
	row, err := tx.PlanByPublicID(ctx, p.PublicID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	if row.Currency != p.Currency { // who has it could not change to it any more
		return 0, oneField("currency", "fault.subscription.currency_stays")
	}
	n, err := tx.UpdatePlan(ctx, gen.UpdatePlanParams{ID: row.ID, Version: p.Version, NameFr: p.NameFR, NameEn: p.NameEN, NameKey: key, Currency: p.Currency, PriceMinor: p.PriceMinor, Unit: p.Unit, Every: int64(p.Every), Form: packed, Now: tx.Stamp()})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	if err != nil {
		return 0, err
	}
	return row.ID, audit.Write(ctx, tx, who, audit.Record{Action: "plan.saved", ObjectKind: "plan", ObjectID: row.ID})
}

func planOf(row gen.Plan) (p Plan, err error) {
	err = unpack(row.Form, &p)
	p.PublicID, p.Version, p.State = row.PublicID, row.Version, row.State
	return p, err
}

func planByID(ctx context.Context, q *gen.Queries, id int64) (Plan, error) {
	row, err := q.PlanByID(ctx, id)
	if err != nil {
		return Plan{}, db.NotFound(err)
	}
	return planOf(row)
}

// Plan gives one plan.
func (s *Service) Plan(ctx context.Context, who actor.Actor, publicID string) (p Plan, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Plan{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.PlanByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		p, err = planOf(row)
		return err
	})
	return p, err
}

// SetPlanState withdraws a plan, or offers it again. Its links lead to a page that says so;
// who has it keeps it.
func (s *Service) SetPlanState(ctx context.Context, who actor.Actor, publicID string, version int64, state string) (p Plan, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Plan{}, err
	}
	if state != Open && state != Withdrawn {
		return Plan{}, oneField("state", "fault.choice")
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.PlanByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.SetPlanState(ctx, gen.SetPlanStateParams{ID: row.ID, Version: version, State: state, Now: tx.Stamp()})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("plans") })
		if p, err = planByID(ctx, tx.Queries, row.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "plan." + state, ObjectKind: "plan", ObjectID: row.ID})
	})
	return p, err
}

// Plans lists the plans, open ones first.
func (s *Service) Plans(ctx context.Context, who actor.Actor) (list []PlanRow, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []PlanRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		rows, err := q.AllPlans(ctx, on.String())
		for _, r := range rows {
			p, err := planOf(gen.Plan{PublicID: r.PublicID, Version: r.Version, State: r.State, Form: r.Form})
			if err != nil {
				return err
			}
			list = append(list, PlanRow{Plan: p, Subscribers: r.Subscribers, Links: r.Links, MonthlyMinor: r.MonthlyMinor, UpdatedAt: r.UpdatedAt})
		}
		return err
	})
	return list, err
}
