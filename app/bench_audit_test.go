package app_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/office/audit"
)

// What it costs to hand the log over as a file, at 100 000 rows: go test ./app -run '^$' -bench AuditExport -benchmem
func BenchmarkAuditExport(b *testing.B) {
	p := apptest.Fresh(b, apptest.Options{})
	who := actor.Actor{Kind: actor.Staff, ID: 1, Name: "Ève Vasseur", Role: actor.Principal, Lang: "fr"}
	if err := p.App.House().DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for i := range 100_000 {
			action := []string{"invoice.issued", "payment.recorded", "user.signed_in", "customer.changed"}[i%4]
			r := audit.Record{Action: action, ObjectKind: "document", ObjectID: int64(i), Details: map[string]any{"number": fmt.Sprintf("FA-%06d", i), "amount_minor": i, "currency": "EUR"}}
			if err := audit.Write(ctx, tx, who, r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for _, form := range []string{"csv", "xlsx"} {
		b.Run(form, func(b *testing.B) {
			for b.Loop() {
				resp, err := p.Browser().Get(p.Base() + "/files/lists/audit." + form)
				if err != nil {
					b.Fatal(err)
				}
				n, err := io.Copy(io.Discard, resp.Body)
				if cerr := resp.Body.Close(); err != nil || cerr != nil || n < 1<<20 {
					b.Fatal(n, err, cerr)
				}
				b.SetBytes(n)
			}
		})
	}
	b.Run("a page on screen", func(b *testing.B) {
		for b.Loop() {
			if rows := apptest.Ask[app.AuditPage](p, "Audit.List", app.AuditQuery{Limit: 100}).Rows; len(rows) != 100 {
				b.Fatal(len(rows))
			}
		}
	})
}
