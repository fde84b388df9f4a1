package customers

import (
	"comptoir/db/gen"
	"comptoir/office/search"
)

func fromRow(r gen.Customer) Customer {
	return Customer{ID: r.ID, PublicID: r.PublicID, Number: r.Number, ExternalCode: r.ExternalCode, Kind: r.Kind, Name: r.Name, SIREN: r.Siren, SIRET: r.Siret, VATNumber: r.VatNumber,
		GSTNumber: r.GstNumber, ElectronicAddress: r.ElectronicAddress, Email: r.Email, Phone: r.Phone, Language: r.Language, Currency: r.Currency,
		TaxRegime: r.TaxRegime, TermsDays: r.TermsDays, TermsEndOfMonth: r.TermsEndOfMonth == 1,
		Line1: r.Line1, Line2: r.Line2, Postcode: r.Postcode, City: r.City, Region: r.Region, Country: r.Country,
		ShipName: r.ShipName, ShipLine1: r.ShipLine1, ShipLine2: r.ShipLine2, ShipPostcode: r.ShipPostcode, ShipCity: r.ShipCity, ShipRegion: r.ShipRegion, ShipCountry: r.ShipCountry,
		Notes: r.Notes, RemindersExempt: r.RemindersExempt == 1, Archived: r.ArchivedAt != nil, Suspended: r.SuspendedAt != nil, Version: r.Version, Contacts: []Contact{}}
}

func toInsert(c Customer) gen.InsertCustomerParams {
	return gen.InsertCustomerParams{PublicID: c.PublicID, Number: c.Number, Kind: c.Kind, Name: c.Name, Siren: c.SIREN, Siret: c.SIRET, VatNumber: c.VATNumber,
		GstNumber: c.GSTNumber, ElectronicAddress: c.ElectronicAddress, Email: c.Email, Phone: c.Phone, Language: c.Language, Currency: c.Currency,
		TaxRegime: c.TaxRegime, TermsDays: c.TermsDays, TermsEndOfMonth: flag(c.TermsEndOfMonth),
		Line1: c.Line1, Line2: c.Line2, Postcode: c.Postcode, City: c.City, Region: c.Region, Country: c.Country,
		ShipName: c.ShipName, ShipLine1: c.ShipLine1, ShipLine2: c.ShipLine2, ShipPostcode: c.ShipPostcode, ShipCity: c.ShipCity, ShipRegion: c.ShipRegion, ShipCountry: c.ShipCountry,
		Notes: c.Notes, NameKey: search.SortKey(c.Name)}
}

func toUpdate(c Customer) gen.UpdateCustomerParams {
	return gen.UpdateCustomerParams{ID: c.ID, Version: c.Version, Kind: c.Kind, Name: c.Name, Siren: c.SIREN, Siret: c.SIRET, VatNumber: c.VATNumber,
		GstNumber: c.GSTNumber, ElectronicAddress: c.ElectronicAddress, Email: c.Email, Phone: c.Phone, Language: c.Language, Currency: c.Currency,
		TaxRegime: c.TaxRegime, TermsDays: c.TermsDays, TermsEndOfMonth: flag(c.TermsEndOfMonth),
		Line1: c.Line1, Line2: c.Line2, Postcode: c.Postcode, City: c.City, Region: c.Region, Country: c.Country,
		ShipName: c.ShipName, ShipLine1: c.ShipLine1, ShipLine2: c.ShipLine2, ShipPostcode: c.ShipPostcode, ShipCity: c.ShipCity, ShipRegion: c.ShipRegion, ShipCountry: c.ShipCountry,
		Notes: c.Notes, NameKey: search.SortKey(c.Name)}
}
