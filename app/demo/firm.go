package demo

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/ident"
	"comptoir/office/company"
)

// firm makes the company, its identity, its logo and its portal.
func (m *maker) firm(ctx context.Context) error {
	var d firmData
	if err := read("firm.json", &d); err != nil {
		return err
	}
	m.sum.Company = d.Name
	shell := actor.Shell("fr")
	if err := m.Company.Create(ctx, shell, company.Create{Name: d.Name, Country: "FR", Language: "fr", Email: d.Email, Demo: true}); err != nil {
		return err
	}
	owner, err := m.Company.Owner(ctx)
	if err != nil {
		return err
	}
	m.owner = actor.Actor{Kind: actor.Staff, ID: owner.ID, Role: actor.Principal, Name: owner.Name, Lang: owner.Language}
	if err := m.identity(ctx, d); err != nil {
		return err
	}
	logo, err := drawLogo(d.Accent)
	if err != nil {
		return err
	}
	if err := m.Company.SetLogo(ctx, m.owner, logo); err != nil {
		return err
	}
	return m.portal(ctx)
}

func (m *maker) identity(ctx context.Context, d firmData) error {
	f, err := m.Company.Firm(ctx, m.owner)
	if err != nil {
		return err
	}
	vat, err := ident.FrenchVAT(d.SIREN)
	if err != nil {
		return err
	}
	f.SPID = d.SPID
	f.LegalForm, f.ShareCapital, f.SIREN, f.SIRET, f.VATNumber = d.LegalForm, &d.ShareCapital, d.SIREN, siret(d.SIREN), vat
	f.Registry, f.APE, f.NEQ, f.GSTNumber, f.QSTNumber = d.Registry, d.APE, d.NEQ, d.GST, d.QST
	f.Line1, f.Postcode, f.City, f.Phone, f.Email, f.Website = d.Line1, d.Postcode, d.City, d.Phone, d.PublicEmail, d.Website
	f.SupportEmail, f.SupportPhone, f.SupportHoursFR, f.SupportHoursEN = d.SupportEmail, d.SupportPhone, d.SupportHoursFR, d.SupportHoursEN
	f.IBAN, f.BIC, f.BankName, f.Accent, f.TermsDays = d.IBAN, d.BIC, d.BankName, d.Accent, d.TermsDays
	f.Insurance, f.Mediator, f.InvoiceTerms = d.Insurance, d.Mediator, d.InvoiceTerms
	if f, err = m.Company.Save(ctx, m.owner, f); err != nil {
		return err
	}
	m.zone = f.Location()
	return nil
}

// portalPort is the demo portal's: on loopback until the owner opens it to the network.
const portalPort = 8743

func (m *maker) portal(ctx context.Context) error {
	p, err := m.Company.PortalSettings(ctx, m.owner)
	if err != nil {
		return err
	}
	p.Enabled, p.Address, p.Port, p.Transport = true, "127.0.0.1", portalPort, "http"
	p.MessageFR, p.MessageEN = m.text("fr", "demo.portal.message", nil), m.text("en", "demo.portal.message", nil)
	return m.Company.SavePortalSettings(ctx, m.owner, p)
}

// day gives the local midnight of t in the firm's zone.
func (m *maker) day(t time.Time) time.Time {
	y, mo, d := t.In(m.zone).Date()
	return time.Date(y, mo, d, 0, 0, 0, 0, m.zone)
}
