package company

import "comptoir/db/gen"

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func fromRow(c gen.Company) Firm {
	f := Firm{
		PublicID: c.PublicID, AccountNumber: c.AccountNumber, SPID: c.Spid, Name: c.Name, LegalForm: c.LegalForm, ShareCapital: c.ShareCapitalMinor,
		SIREN: c.Siren, SIRET: c.Siret, VATNumber: c.VatNumber, Registry: c.Registry, APE: c.Ape, NEQ: c.Neq, GSTNumber: c.GstNumber, QSTNumber: c.QstNumber,
		Line1: c.Line1, Line2: c.Line2, Postcode: c.Postcode, City: c.City, Region: c.Region, Country: c.Country,
		Email: c.Email, Phone: c.Phone, Website: c.Website, SupportEmail: c.SupportEmail, SupportPhone: c.SupportPhone, SupportHoursFR: c.SupportHoursFr, SupportHoursEN: c.SupportHoursEn,
		IBAN: c.Iban, BIC: c.Bic, BankName: c.BankName, VATScheme: c.VatScheme, Language: c.Language, Currency: c.Currency, TimeZone: c.TimeZone,
		Accent: c.Accent, PaperSize: c.PaperSize, AddressRight: c.AddressRight == 1, TermsDays: c.TermsDays, TermsEndOfMonth: c.TermsEndOfMonth == 1,
		LateRatePCM: c.LateRatePcm, EarlyDiscount: c.EarlyDiscount, Insurance: c.Insurance, Mediator: c.Mediator, InvoiceTerms: c.InvoiceTerms, QuoteDays: c.QuoteDays, QuoteTerms: c.QuoteTerms,
		Chart: c.Chart, IsDemo: c.IsDemo == 1, Version: c.Version, FiscalYearStarts: c.FiscalYearStart,
	}
	if c.LogoSha256 != nil {
		f.HasLogo, f.LogoSHA256 = true, *c.LogoSha256
	}
	return f
}

func toUpdate(f Firm) gen.UpdateCompanyParams {
	return gen.UpdateCompanyParams{
		Name: f.Name, LegalForm: f.LegalForm, ShareCapitalMinor: f.ShareCapital, Siren: f.SIREN, Siret: f.SIRET,
		VatNumber: f.VATNumber, Registry: f.Registry, Ape: f.APE, Neq: f.NEQ, GstNumber: f.GSTNumber, QstNumber: f.QSTNumber,
		Line1: f.Line1, Line2: f.Line2, Postcode: f.Postcode, City: f.City, Region: f.Region, Country: f.Country,
		Email: f.Email, Phone: f.Phone, Website: f.Website, SupportEmail: f.SupportEmail, SupportPhone: f.SupportPhone, SupportHoursFr: f.SupportHoursFR, SupportHoursEn: f.SupportHoursEN,
		Iban: f.IBAN, Bic: f.BIC, BankName: f.BankName, VatScheme: f.VATScheme, Language: f.Language, Currency: f.Currency, TimeZone: f.TimeZone,
		Accent: f.Accent, PaperSize: f.PaperSize, AddressRight: flag(f.AddressRight), TermsDays: f.TermsDays, TermsEndOfMonth: flag(f.TermsEndOfMonth),
		LateRatePcm: f.LateRatePCM, EarlyDiscount: f.EarlyDiscount, Insurance: f.Insurance, Mediator: f.Mediator, InvoiceTerms: f.InvoiceTerms, QuoteDays: f.QuoteDays, QuoteTerms: f.QuoteTerms,
		Version: f.Version,
	}
}
