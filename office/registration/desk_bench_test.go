package registration_test

import (
	"fmt"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/registration"
)

// BenchmarkQueue is the first page of a queue of fifty requests, BenchmarkRequest one of them
// with its candidates, BenchmarkWaiting what the home page asks: in firms of growing size.
// What is matched is looked up by index, so that the figures must not grow with the firm.
func BenchmarkQueue(b *testing.B) {
	grown(b, func(r room, _ string) error {
		q, err := r.Queue(ctx, officetest.Staff, registration.QueueQuery{State: registration.Sent})
		if err == nil && len(q.Rows) != 50 {
			err = fmt.Errorf("%d rows", len(q.Rows))
		}
		return err
	})
}

func BenchmarkRequest(b *testing.B) {
	grown(b, func(r room, id string) error {
		d, err := r.Request(ctx, officetest.Staff, id)
		if err == nil && len(d.Matches) != 1 {
			err = fmt.Errorf("%d matches", len(d.Matches))
		}
		return err
	})
}

func BenchmarkWaiting(b *testing.B) {
	grown(b, func(r room, _ string) error {
		_, err := r.Waiting(ctx, officetest.Staff)
		return err
	})
}

func grown(b *testing.B, ask func(r room, id string) error) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%d customers", n), func(b *testing.B) {
			r := newRoom(b)
			r.Customer("Crèmerie Lenoir", func(c *customers.Customer) { c.SIREN = "552100554" })
			r.many(n)
			g := r.groupOf("siren")
			id := ""
			for i := range 50 {
				id = r.waits(g, fmt.Sprintf("zoe%d@lenoir.example", i), "Crèmerie Lenoir", "552100554")
			}
			b.ResetTimer()
			for b.Loop() {
				r.Must(ask(r, id))
			}
		})
	}
}

// many copies the first customer n times, with numbers of their own.
func (r room) many(n int) {
	r.T.Helper()
	raw := dbtest.Raw(r.T, r.Path)
	columns := ""
	for _, c := range dbtest.Strings(r.T, raw, "SELECT name FROM pragma_table_info('customers') WHERE name NOT IN ('id','public_id','number','siren','siret','vat_number','electronic_address','email')") {
		columns += ", " + c
	}
	_, err := raw.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ` + fmt.Sprint(n) + `)
		INSERT INTO customers (public_id, number, siren, siret, vat_number, electronic_address, email` + columns + `)
		SELECT 'copy' || printf('%012d', i), 'Z' || i, printf('%09d', 100000000 + i), printf('%09d00013', 100000000 + i), 'FR00' || printf('%09d', 100000000 + i), '0225:' || printf('%09d', 100000000 + i), 'c' || i || '@client.example'` + columns + ` FROM customers, n WHERE customers.id = 1`)
	r.Must(err)
	_, err = raw.Exec("ANALYZE")
	r.Must(err)
}
