package portal_test

import (
	"testing"

	"comptoir/office/reminders"
)

// What the firm claimed beside a late invoice is shown to its customer, and keeps nobody
// from paying the invoice.
func TestLateFeesAreShown(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	own, other := f.byPassword(s), f.brunoByLink(s)
	page, pay := "/factures/{late}", "/factures/{late}/payer"
	f.walk(t, own, scenario{method: "GET", path: page, status: 200, not: []string{"Frais de retard"}}, f.fillIn)
	if _, err := f.reminders.Send(f.Context(), f.staff, "reminder-by-hand", []reminders.Chosen{{DocumentID: f.late, Level: 3}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []scenario{
		{method: "GET", path: page, status: 200, has: []string{"Frais de retard", "Indemnité forfaitaire de recouvrement", "40,00", "relance du 21 novembre 2026", pay}, not: []string{"Pénalités de retard</dt>"}},
		{method: "GET", path: pay, status: 200, has: []string{"612,76"}},
		{method: "GET", path: "/factures/{open}", status: 200, not: []string{"Frais de retard"}},
	} {
		f.walk(t, own, c, f.fillIn)
	}
	f.walk(t, other, scenario{method: "GET", path: page, status: 404, not: []string{"Frais de retard", "40,00"}}, f.fillIn)
	f.pay(f.late, 0)
	f.walk(t, own, scenario{method: "GET", path: page, status: 200, not: []string{"Frais de retard"}}, f.fillIn)
}
