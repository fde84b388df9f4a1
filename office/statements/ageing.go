package statements

import (
	"cmp"
	"context"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/statement"
)

// Report is the firm's aged receivables on a day.
type Report struct {
	On         civil.Date
	Today      civil.Date
	Lang       string
	Firm       sales.Party
	Currencies []ReportCurrency
	MadeAt     time.Time
}

// ReportCurrency is the report in one currency: a row a customer, by name.
type ReportCurrency struct {
	Currency money.Currency
	Rows     []ReportRow
	Totals   statement.Ageing
}

// ReportRow is what one customer owes, by age.
type ReportRow struct {
	CustomerID string // public id
	Number     string
	Name       string
	Ageing     statement.Ageing
	sortKey    string
}

// OpenItem is an item of the report, with whose it is.
type OpenItem struct {
	statement.Item
	CustomerID   string
	CustomerName string
}

// AgedReceivables gives what every customer owed at the end of a day, by age. on "" is
// today. It reads what is open now and what was settled after the day, nothing else: for
// today that is a few rows, for a day long ago all that happened since.
func (s *Service) AgedReceivables(ctx context.Context, who actor.Actor, on string) (r Report, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Report{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		r = Report{Today: firm.Today(s.DB.Now()), MadeAt: s.DB.Now(), Lang: firm.Language, Firm: firmParty(firm), Currencies: []ReportCurrency{}}
		if r.On, err = reportDay(on, r.Today); err != nil {
			return err
		}
		items, err := openOn(ctx, q, r.On)
		if err != nil {
			return err
		}
		return r.gather(ctx, q, items)
	})
	return r, err
}

func reportDay(on string, today civil.Date) (civil.Date, error) {
	if on == "" {
		return today, nil
	}
	d, err := civil.Parse(on)
	if err != nil {
		var form fault.Form
		form.Add("on", "fault.not_a_date")
		return civil.Date{}, form.Err()
	}
	if d.After(today) {
		d = today
	}
	return d, nil
}

// owned is an item with the customer that it is of.
type owned struct {
	statement.Item
	customer int64
}

// openOn gives everything that was open in the firm at the end of a day.
func openOn(ctx context.Context, q *gen.Queries, on civil.Date) ([]owned, error) {
	list := []owned{}
	documents, err := q.AgeingDocuments(ctx, on.String())
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		m := statement.Movement{Kind: statement.Kind(d.Kind), ID: d.ID, PublicID: d.PublicID, Number: str(d.Number), On: day(d.IssueDate), DueOn: day(d.DueDate), Currency: money.Currency(d.Currency),
			AmountMinor: d.AmountDueMinor, RetainedMinor: d.RetainedMinor, RetainedUntil: day(d.RetainedUntil)}
		for _, x := range statement.Items(m, d.AmountDueMinor-d.SettledMinor, on) {
			list = append(list, owned{x, value(d.CustomerID)})
		}
	}
	payments, err := q.AgeingPayments(ctx, on.String())
	if err != nil {
		return nil, err
	}
	for _, p := range payments {
		m := statement.Movement{Kind: statement.Payment, ID: p.ID, PublicID: p.PublicID, Number: p.Number, On: day(p.ReceivedOn), Currency: money.Currency(p.Currency),
			AmountMinor: p.AmountMinor, Method: p.Method, Reference: p.Reference}
		for _, x := range statement.Items(m, p.AmountMinor-p.SettledMinor, on) {
			list = append(list, owned{x, p.CustomerID})
		}
	}
	return list, nil
}

func (r *Report) gather(ctx context.Context, q *gen.Queries, items []owned) error {
	type key struct {
		currency money.Currency
		customer int64
	}
	sums, ids := map[key]*statement.Ageing{}, []int64{}
	for _, x := range items {
		k := key{x.Currency, x.customer}
		if sums[k] == nil {
			sums[k] = &statement.Ageing{}
			ids = append(ids, x.customer)
		}
		if err := sums[k].Add(x.Bucket, x.OpenMinor); err != nil {
			return err
		}
	}
	names, err := namesOf(ctx, q, ids)
	if err != nil {
		return err
	}
	byCurrency := map[money.Currency]*ReportCurrency{}
	for k, a := range sums {
		c := byCurrency[k.currency]
		if c == nil {
			c = &ReportCurrency{Currency: k.currency, Rows: []ReportRow{}}
			byCurrency[k.currency] = c
		}
		n := names[k.customer]
		c.Rows = append(c.Rows, ReportRow{CustomerID: n.PublicID, Number: n.Number, Name: n.Name, Ageing: *a, sortKey: n.NameKey})
		for b, minor := range a {
			if err := c.Totals.Add(statement.Bucket(b), minor); err != nil {
				return err
			}
		}
	}
	for _, c := range byCurrency {
		slices.SortFunc(c.Rows, func(a, b ReportRow) int {
			return cmp.Or(cmp.Compare(a.sortKey, b.sortKey), cmp.Compare(a.Number, b.Number))
		})
		r.Currencies = append(r.Currencies, *c)
	}
	slices.SortFunc(r.Currencies, func(a, b ReportCurrency) int { return cmp.Compare(a.Currency, b.Currency) })
	return nil
}

// nameBatch is how many customers are named by one query.
const nameBatch = 500

func namesOf(ctx context.Context, q *gen.Queries, ids []int64) (map[int64]gen.AgeingCustomersRow, error) {
	slices.Sort(ids)
	names := map[int64]gen.AgeingCustomersRow{}
	for batch := range slices.Chunk(slices.Compact(ids), nameBatch) {
		rows, err := q.AgeingCustomers(ctx, batch)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			names[r.ID] = r
		}
	}
	return names, nil
}

// ItemsQuery narrows the items of the report; empty fields do not.
type ItemsQuery struct {
	On         string
	Currency   string
	Bucket     string // a bucket, "late" for all that are due, "" for every one
	CustomerID string // public id
}

// maxItems is how many items one figure opens.
const maxItems = 500

// ReportItems gives what a figure of the report is made of, the oldest due first; more
// tells that there are others.
func (s *Service) ReportItems(ctx context.Context, who actor.Actor, query ItemsQuery) (list []OpenItem, more bool, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, false, err
	}
	bucket, ok := statement.ParseBucket(query.Bucket)
	if !ok && query.Bucket != "" && query.Bucket != "late" {
		return nil, false, fault.New(fault.Invalid, "fault.choice")
	}
	list = []OpenItem{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		on, err := reportDay(query.On, today)
		if err != nil {
			return err
		}
		customer := int64(0)
		if query.CustomerID != "" {
			c, err := q.CustomerByPublicID(ctx, query.CustomerID)
			if err != nil {
				return db.NotFound(err)
			}
			customer = c.ID
		}
		items, err := openOn(ctx, q, on)
		if err != nil {
			return err
		}
		items = slices.DeleteFunc(items, func(x owned) bool {
			return query.Currency != "" && string(x.Currency) != query.Currency || customer != 0 && x.customer != customer || ok && x.Bucket != bucket || query.Bucket == "late" && x.DaysLate == 0
		})
		list, more, err = named(ctx, q, items)
		return err
	})
	return list, more, err
}

func named(ctx context.Context, q *gen.Queries, items []owned) (list []OpenItem, more bool, err error) {
	slices.SortFunc(items, func(a, b owned) int {
		return cmp.Or(cmp.Compare(b.DaysLate, a.DaysLate), a.DueOn.Time().Compare(b.DueOn.Time()), cmp.Compare(a.ID, b.ID))
	})
	if more = len(items) > maxItems; more {
		items = items[:maxItems]
	}
	ids := make([]int64, 0, len(items))
	for _, x := range items {
		ids = append(ids, x.customer)
	}
	names, err := namesOf(ctx, q, ids)
	list = make([]OpenItem, 0, len(items))
	for _, x := range items {
		list = append(list, OpenItem{x.Item, names[x.customer].PublicID, names[x.customer].Name})
	}
	return list, more, err
}

// firmParty is the firm as the head of a report shows it.
func firmParty(f company.Firm) sales.Party {
	return sales.Party{Name: f.Name, LegalForm: f.LegalForm, SIREN: f.SIREN, Line1: f.Line1, Line2: f.Line2, Postcode: f.Postcode, City: f.City, Region: f.Region, Country: f.Country,
		Email: f.Email, Phone: f.Phone, Website: f.Website, Accent: f.Accent, PaperSize: f.PaperSize, AddressRight: f.AddressRight, LogoSHA256: f.LogoSHA256}
}
