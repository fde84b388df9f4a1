package catchup_test

import (
	"fmt"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/office/catchup"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
	"comptoir/rules/recur"
)

// BenchmarkCatchUp makes up for a thousand recurring invoices that a person said yes to:
// each its own durable transaction with number, entry, mail and PDF job.
func BenchmarkCatchUp(b *testing.B) {
	const templates = 1000
	f := officetest.New(b)
	f.Move("2026-11-21")
	r := recurring.New(recurring.Deps{DB: f.DB, IDs: id.Seeded(5), Sales: f.Sales})
	s := catchup.New(catchup.Deps{DB: f.DB, Sources: []catchup.Source{r}})
	var c customers.Customer
	for i := range templates {
		if i%20 == 0 {
			c = f.Customer(fmt.Sprint("Client ", i), func(c *customers.Customer) { c.SIREN = "100000009" })
		}
		l := officetest.Line(10_000)
		l.Description = "Entretien {{période}}"
		_, err := r.Activate(officetest.Ctx, staff, f.Key(), recurring.Template{Form: officetest.Form(c, l, officetest.Line(500)), When: recur.Choice{Unit: recur.Month, Every: 1, Day: 1}, Billed: recur.Ahead, StartOn: "2026-12-01", AutoSend: true})
		f.Must(err)
	}
	f.Must(s.Pass(officetest.Ctx))
	day := civil.MustParse("2026-12-05") // four days late: it asks
	made := 0
	for b.Loop() {
		b.StopTimer()
		f.Move(day.String())
		day = day.AddMonths(1)
		f.Must(s.Pass(officetest.Ctx))
		b.StartTimer()
		list := ids(b, s)
		f.Must(s.Settle(officetest.Ctx, staff, list, false))
		if p := finish(b, s); len(p.Results) != templates || p.Results[0].Fault != nil {
			b.Fatalf("%d results, %v", len(p.Results), p.Results[0].Fault)
		}
		made += len(list)
	}
	b.ReportMetric(float64(made)/b.Elapsed().Seconds(), "invoices/s")
}
