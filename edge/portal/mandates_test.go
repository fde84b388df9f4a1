package portal_test

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	edge "comptoir/edge/sepa"
	"comptoir/office/access"
	"comptoir/office/files"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

// withSepa makes the room of mandates.
func (f *firm) withSepa(store *files.Store) {
	f.sepa = sepa.New(sepa.Deps{DB: f.db, IDs: id.Seeded(99), Files: store, Sales: f.sales, Payments: f.payments, Writer: edge.Files{},
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return f.access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
}

// askMandates asks Claire twice, for one mandate to be signed and one that is not, and Bruno.
func (f *firm) askMandates() {
	f.Helper()
	x, err := f.sepa.Settings(f.Context(), f.staff)
	f.must(err)
	x.ICS = "FR72ZZZ123456"
	f.must(f.sepa.SaveSettings(f.Context(), f.staff, x))
	ask := func(key, customer, scheme string) string {
		m, err := f.sepa.AskMandate(f.Context(), f.staff, sepa.Ask{Key: key, CustomerID: customer, Scheme: scheme})
		f.must(err)
		return m.PublicID
	}
	f.mandates = map[string]string{"own": ask("ask-claire-1", f.claire.PublicID, rules.Core), "b2b": ask("ask-claire-2", f.claire.PublicID, rules.B2B), "foreign": ask("ask-bruno-01", f.bruno.PublicID, rules.Core)}
}

func (f *firm) fillMandates(s string) string {
	for name, publicID := range f.mandates {
		s = strings.ReplaceAll(s, "{m:"+name+"}", publicID)
		if h := "{mh:" + name + "}"; strings.Contains(s, h) {
			who := actor.Actor{Kind: actor.Contact, ID: f.claire.Contacts[0].ID, CustomerID: f.claire.ID, Trust: actor.TrustPassword, Lang: "fr"}
			form, err := f.sepa.PortalMandate(f.Context(), who, publicID)
			f.must(err)
			s = strings.ReplaceAll(s, h, form.Hash)
		}
	}
	return s
}

// mandateTables are what each visitor may do with mandates: nothing without a password.
func mandateTables(t map[string][]scenario) {
	const account = "titulaire=Atelier+Martin&ville=Lyon&pays=FR&iban=FR7610107001011234567890129&signataire=Claire+Dupont"
	paths := []string{"/mandats", "/mandats/{m:own}"}
	acts := []string{"/mandats/{m:own}/signature", "/mandats/{m:own}/revocation"}
	asks := map[string][]scenario{}
	for _, w := range []string{"stranger", "expired", "link"} {
		for _, p := range paths {
			asks[w] = append(asks[w], signIn(p))
		}
		for _, p := range acts {
			asks[w] = append(asks[w], scenario{method: "POST", path: p, form: account + "&empreinte={mh:own}&accord=oui", status: 303, to: "/connexion", rows: "SELECT count(*) = 3 FROM mandates WHERE state = 'asked'"})
		}
	}
	for w, list := range asks { // the last of each table may end the session
		t[w] = append(list, t[w]...)
	}
	t["link"] = append([]scenario{{method: "GET", path: "/", status: 200, has: []string{"mandats de prélèvement attendent votre signature"}}}, t["link"]...)
	none := "SELECT count(*) = 3 FROM mandates WHERE state = 'asked'"
	sign, revoke := "/mandats/{m:own}/signature", "/mandats/{m:own}/revocation"
	t["password"] = append([]scenario{
		{method: "GET", path: "/mandats", status: 200, has: []string{"{m:own}", "RUM-2026-0001", "À signer"}, not: []string{"{m:foreign}", "⟦"}},
		{method: "GET", path: "/mandats/{m:own}", status: 200, has: []string{"FR72ZZZ123456", "Menuiserie Vasseur", "8 semaines", "36 mois", "Signer le mandat"}, not: []string{"⟦"}},
		{method: "GET", path: "/mandats/{m:b2b}", status: 200, has: []string{"entre entreprises"}, not: []string{"8 semaines"}},
		{method: "GET", path: "/mandats/{m:foreign}", status: 404},
		{method: "POST", path: "/mandats/{m:foreign}/signature", form: account + "&empreinte=x&accord=oui", status: 404, rows: none},
		{method: "POST", path: "/mandats/{m:foreign}/revocation", status: 404, rows: none},
		{method: "POST", path: sign, form: account + "&empreinte={mh:own}", status: 422, has: []string{"Cochez la case", `value="Atelier Martin"`}, not: []string{"FR7610107001011234567890129"}, rows: none},
		{method: "POST", path: sign, form: strings.Replace(account, "90129", "90128", 1) + "&empreinte={mh:own}&accord=oui", status: 422, has: []string{"aria-invalid"}, not: []string{"90128"}, rows: none},
		{method: "POST", path: sign, form: account + "&empreinte={mh:own}&accord=oui&signature=data%3Aimage%2Fpng%3Bbase64%2CPHNjcmlwdD4%3D", status: 422, has: []string{"PNG"}, rows: none},
		{method: "POST", path: sign, form: account + "&empreinte={mh:b2b}&accord=oui", status: 409, has: []string{"a changé depuis"}, rows: none},
		{method: "POST", path: sign, form: account + "&empreinte={mh:own}&accord=oui", status: 303, to: "/mandats/{m:own}?fait=signe", mails: 1,
			rows: "SELECT count(*) FROM mandates WHERE state = 'signed' AND iban = 'FR7610107001011234567890129' AND signed_by = 'Claire Dupont' AND signed_address <> '' AND words LIKE '%Menuiserie Vasseur%'"},
		{method: "GET", path: "/mandats/{m:own}?fait=signe", status: 200, has: []string{"terminé par 0129", "Votre mandat est signé", "Révoquer"}, not: []string{"FR7610107001011234567890129", "Signer le mandat", "⟦"}},
		{method: "POST", path: sign, form: account + "&empreinte={mh:own}&accord=oui", status: 409, has: []string{"déjà signé"}},
		{method: "POST", path: revoke, status: 303, to: "/mandats/{m:own}?fait=revoque", rows: "SELECT count(*) FROM mandates WHERE state = 'revoked' AND revoked_by = 'Claire Dupont'"},
		{method: "POST", path: revoke, status: 303, to: "/mandats/{m:own}?fait=revoque"},
		{method: "GET", path: "/mandats/{m:own}?fait=revoque", status: 200, has: []string{"Révoqué"}, not: []string{"Révoquer ce mandat"}},
	}, t["password"]...)
	// Bruno came by a link: he is asked for his password whatever he names. With one, what is
	// another's is not found ({m:foreign} above).
	t["other"] = append([]scenario{signIn("/mandats"), signIn("/mandats/{m:own}"),
		{method: "POST", path: sign, form: account, status: 303, to: "/connexion", rows: none}, {method: "POST", path: revoke, status: 303, to: "/connexion", rows: none}}, t["other"]...)
}
