package portal_test

import (
	"context"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/office/charging"
	"comptoir/office/recurring"
)

// How a recurring invoice is charged stands on its page with the day of the consent; an
// invoice says when it will be charged; a card that ends soon is told of.
func TestChargedInvoices(t *testing.T) {
	f := newFirm(t)
	c := charging.New(charging.Deps{DB: f.db, IDs: id.Seeded(78), Sales: f.sales, Payments: f.payments,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
			return f.access.IssueLink(ctx, tx, contactID, documentID, "document")
		}})
	f.portal.Charging, f.payments.Saving = c, c.Saving
	v := f.byPassword(f.serve())
	card := f.keep(v, "save-9-123456", "approved")
	r := recurring.New(recurring.Deps{DB: f.db, IDs: id.Seeded(79), Sales: f.sales, Made: c.Made})
	x := f.template("charged", f.claire, "Entretien {{mois}}", true)
	x.AutoCharge, x.StartOn, x.When.Day, x.NextOn = true, "", 0, ""
	x.Template.PublicID, x.Template.Version = "", 0
	x.StartOn = civil.Of(f.clock(), f.clock().Location()).String()
	x.When.Day = f.clock().Day()
	made, err := r.Activate(f.Context(), f.staff, "charged-123456", x.Template)
	f.must(err)
	a := v.get("/recurrentes/" + made.PublicID)
	for _, want := range []string{"Prélèvement automatique", "4242", "à l’échéance de chaque facture", "Vous l’avez autorisé le"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %q in %s", want, excerpt(a.body))
		}
	}
	f.must(r.Do(f.Context(), actor.Machine(), recurring.Key(made.PublicID, civil.MustParse(x.StartOn))))
	runs, err := r.Runs(f.Context(), f.staff, made.PublicID, civil.Date{})
	f.must(err)
	if a = v.get("/factures/" + runs[0].PublicID); !strings.Contains(a.body, "Sera prélevée le") || !strings.Contains(a.body, "Vous n’avez rien à faire") {
		t.Errorf("%s", excerpt(a.body))
	}
	if a = v.get("/factures/" + f.issue(f.claire, "by-hand-123456", 5000)); strings.Contains(a.body, "prélevée") {
		t.Errorf("of one that is paid by hand: %s", excerpt(a.body))
	}
	f.endsSoon(card)
	if a = v.get("/recurrentes/" + made.PublicID); !strings.Contains(a.body, "Ce mode de paiement expire le") {
		t.Errorf("%s", excerpt(a.body))
	}
}
