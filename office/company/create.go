package company

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// Create makes the company. The first four answers are mandatory, the rest has a default
// by country and can be changed later (spec/desk, First start).
type Create struct {
	Name     string `json:"name"`
	Country  string `json:"country"`
	Language string `json:"language"`
	Email    string `json:"email"`
	Demo     bool   `json:"demo"`
}

type defaults struct {
	currency, zone, chart, scheme, paper string
	addressRight                         bool
}

// defaultsOf gives what a new firm of that country most likely wants.
func defaultsOf(country string) defaults {
	switch country {
	case "FR":
		return defaults{"EUR", "Europe/Paris", "fr_pcg", RealPayments, "A4", true}
	case "CA":
		return defaults{"CAD", "America/Toronto", "ca_qc", Quebec, "Letter", false}
	case "CH":
		return defaults{"CHF", "Europe/Zurich", "generic", NoTax, "A4", false}
	case "GB":
		return defaults{"GBP", "Europe/London", "generic", NoTax, "A4", false}
	case "US":
		return defaults{"USD", "America/New_York", "generic", NoTax, "Letter", false}
	case "BE", "LU":
		return defaults{"EUR", "Europe/Brussels", "generic", NoTax, "A4", true}
	}
	return defaults{"EUR", "Europe/Paris", "generic", NoTax, "A4", false}
}

// CheckCreate refuses answers that cannot be, beside each field, before any folder is made.
func CheckCreate(c Create) error {
	_, err := checkCreate(c)
	return err
}

func checkCreate(c Create) (Create, error) {
	var form fault.Form
	trimAll(&c.Name, &c.Email)
	form.Need("name", c.Name)
	form.MaxLen("name", c.Name, 100)
	form.Need("email", c.Email)
	Field(&form, "email", &c.Email, ident.CheckEmail)
	form.Need("country", c.Country)
	Field(&form, "country", &c.Country, ident.CheckCountry)
	if c.Language != "fr" && c.Language != "en" {
		form.Add("language", "fault.choice")
	}
	return c, form.Err()
}

// Create makes the company, its owner, its books, taxes and series, all or nothing. A
// folder that has a company refuses a second one.
func (s *Service) Create(ctx context.Context, who actor.Actor, c Create) error {
	if err := who.NeedStaff(); err != nil { // whoever makes a company has no role in it before it stands
		return err
	}
	c, err := checkCreate(c)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if n, err := tx.CountCompanies(ctx); err != nil || n > 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "fault.company_exists")
			}
			return err
		}
		return s.create(ctx, tx, who, c)
	})
}

func (s *Service) create(ctx context.Context, tx *db.Tx, who actor.Actor, c Create) error {
	d := defaultsOf(c.Country)
	if err := tx.InsertCompany(ctx, gen.InsertCompanyParams{
		PublicID: s.ids(), AccountNumber: "C" + strings.ToUpper(s.ids()[:9]), Name: c.Name, Country: c.Country, Email: c.Email,
		VatScheme: d.scheme, Language: c.Language, Currency: d.currency, TimeZone: d.zone, Chart: d.chart, PaperSize: d.paper,
		AddressRight: flag(d.addressRight), TermsDays: 30, IsDemo: flag(c.Demo), Now: tx.Stamp(),
	}); err != nil {
		return err
	}
	if _, err := tx.InsertUser(ctx, gen.InsertUserParams{PublicID: s.ids(), Code: "U001", Name: c.Name, Email: c.Email, Language: c.Language, Role: "principal", CreatedAt: tx.Stamp()}); err != nil {
		return err
	}
	if err := tx.InsertMailSettings(ctx, gen.InsertMailSettingsParams{FromName: c.Name, FromAddress: c.Email}); err != nil {
		return err
	}
	if err := tx.InsertPortalSettings(ctx, gen.InsertPortalSettingsParams{Port: 8443, Transport: "https"}); err != nil {
		return err
	}
	for kind, pattern := range seriesOf() {
		yearly := billing.YearlyPattern(pattern)
		if err := tx.InsertSeriesPattern(ctx, gen.InsertSeriesPatternParams{Kind: kind, Pattern: pattern, Yearly: flag(yearly)}); err != nil {
			return err
		}
	}
	if err := installTaxes(ctx, tx); err != nil {
		return err
	}
	if err := tx.SetCashLimit(ctx, billing.CashLimit(c.Country)); err != nil {
		return err
	}
	if err := s.install(ctx, tx, d.chart); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "company.created", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"country": c.Country, "demo": c.Demo}})
}

func seriesOf() map[string]string {
	m := map[string]string{"payment": "RE-{year}-{n:4}", "refund": "RB-{year}-{n:4}", "customer": "C{n:4}", "contract": "CT-{year}-{n:4}"}
	for _, k := range []billing.Kind{billing.Invoice, billing.CreditNote, billing.DepositInvoice, billing.Quote} {
		m[string(k)] = billing.DefaultPattern(k)
	}
	return m
}

// installTaxes copies the dated rates of rules/tax into the company, where they may be
// edited (spec/books, Ledger).
func installTaxes(ctx context.Context, tx *db.Tx) error {
	for i, t := range tax.Rates() {
		if _, err := tx.InsertTax(ctx, gen.InsertTaxParams{
			Code: t.Code, Jurisdiction: t.Jurisdiction, NameFr: t.NameFR, NameEn: t.NameEN, Category: string(t.Category), RatePcm: t.RatePCM,
			Mention: t.Mention, Vatex: t.VATEX, ValidFrom: t.From.String(), ValidTo: t.To.String(), Confirmed: flag(t.Confirmed), Source: t.Source, Position: int64(i),
		}); err != nil {
			return err
		}
	}
	return nil
}
