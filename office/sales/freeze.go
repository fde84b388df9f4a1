package sales

import (
	"context"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// sellerOf is the firm as a document freezes it.
func sellerOf(f company.Firm) Party {
	p := Party{Name: f.Name, LegalForm: f.LegalForm, SIREN: f.SIREN, SIRET: f.SIRET, VATNumber: f.VATNumber, Registry: f.Registry, APE: f.APE, NEQ: f.NEQ,
		GSTNumber: f.GSTNumber, QSTNumber: f.QSTNumber, Line1: f.Line1, Line2: f.Line2, Postcode: f.Postcode, City: f.City, Region: f.Region, Country: f.Country,
		Email: f.Email, Phone: f.Phone, Website: f.Website, IBAN: f.IBAN, BIC: f.BIC, BankName: f.BankName, VATScheme: f.VATScheme,
		Accent: f.Accent, PaperSize: f.PaperSize, AddressRight: f.AddressRight, LogoSHA256: f.LogoSHA256}
	if f.ShareCapital != nil {
		p.ShareCapitalMinor = *f.ShareCapital
	}
	return p
}

// buyerOf is the customer as a document freezes it.
func buyerOf(c gen.Customer) Party {
	p := Party{Number: c.Number, Kind: c.Kind, Name: c.Name, SIREN: c.Siren, SIRET: c.Siret, VATNumber: c.VatNumber, GSTNumber: c.GstNumber,
		ElectronicAddress: c.ElectronicAddress, Line1: c.Line1, Line2: c.Line2, Postcode: c.Postcode, City: c.City, Region: c.Region, Country: c.Country,
		Email: c.Email, Phone: c.Phone, TaxRegime: c.TaxRegime}
	if c.ShipLine1 != "" || c.ShipCity != "" {
		p.ShipTo = &Place{Name: c.ShipName, Line1: c.ShipLine1, Line2: c.ShipLine2, Postcode: c.ShipPostcode, City: c.ShipCity, Region: c.ShipRegion, Country: c.ShipCountry}
	}
	return p
}

// judgement is what the rules of mentions need to know of a document.
func judgement(f company.Firm, seller, buyer Party, doc billing.Document, totals billing.Totals, kind billing.Kind, on, due civil.Date, late tax.LateTerms) billing.MentionInput {
	in := billing.MentionInput{Kind: kind, On: on, DueOn: due, Document: doc, Totals: totals,
		Seller: billing.Seller{Party: party(seller), LegalForm: seller.LegalForm, CapitalMinor: seller.ShareCapitalMinor, Currency: f.Money(), Registry: seller.Registry,
			GST: seller.GSTNumber, QST: seller.QSTNumber, NEQ: seller.NEQ, SoleTrader: strings.EqualFold(seller.LegalForm, "EI"),
			Franchise: f.VATScheme == company.Franchise, DebitsOption: f.VATScheme == company.RealDebits,
			EarlyDiscount: f.EarlyDiscount, Insurance: f.Insurance, Mediator: f.Mediator},
		Buyer: billing.Buyer{Party: party(buyer), Business: buyer.Kind != "person"}}
	if f.LateRatePCM != nil {
		in.Seller.LateRatePCM = *f.LateRatePCM
	}
	in.DefaultLatePCM, _ = late.DefaultOn(on) // not known: the law's formula stands without a figure
	return in
}

func party(p Party) billing.Party {
	return billing.Party{Name: p.Name, Address: p.Line1, PostalCode: p.Postcode, City: p.City, Country: p.Country, SIREN: p.SIREN, SIRET: p.SIRET, VATNumber: p.VATNumber}
}

// mentionTexts writes the mentions in the document's language.
func mentionTexts(in billing.MentionInput, lang string) []Mention {
	list := []Mention{}
	for _, m := range billing.Mentions(in) {
		list = append(list, Mention{Place: m.Place, Code: m.Code, Text: locale.T(locale.Of(lang), m.Key, m.Args)})
	}
	return list
}

// missing refuses a document that the law or good sense does not let out yet, each refusal
// beside the field that cures it.
func missing(in billing.MentionInput) error {
	fields := billing.Missing(in)
	if len(fields) == 0 {
		return nil
	}
	return &fault.Error{Code: fault.Invalid, Key: "fault.not_ready_to_issue", Args: fault.Args{"count": len(fields)}, Fields: fields}
}

// one is the rate of a firm's own currency, scaled 10^8.
const one int64 = 100_000_000

func sameMoney(f company.Firm, c money.Currency) bool { return f.Money() == c }

// Parties gives the firm and a customer as papers print them today, with the customer's
// language.
func (s *Service) Parties(ctx context.Context, q *gen.Queries, customerID string) (seller, buyer Party, lang string, err error) {
	f, err := company.Get(ctx, q)
	if err != nil {
		return Party{}, Party{}, "", err
	}
	c, err := q.CustomerByPublicID(ctx, customerID)
	if err != nil {
		return Party{}, Party{}, "", db.NotFound(err)
	}
	return sellerOf(f), buyerOf(c), c.Language, nil
}
