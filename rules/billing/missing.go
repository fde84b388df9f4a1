package billing

import (
	"slices"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/ident"
)

// Thresholds of what an invoice must say.
const (
	smallInvoiceMinor  = 150_00 // FR: no VAT number needed up to 150 € before tax (242 nonies A)
	quebecNumbersMinor = 100_00 // QC: registration numbers from 100 $
)

// sirenOfBuyers is when small firms issue e-invoices, which name the buyer's SIREN (RF §2.1).
var sirenOfBuyers = civil.MustParse("2027-09-01")

// Missing gives what the law or good sense wants before a document is issued, each with
// the path of the field that cures it: company.…, customer.…, lines.N.…, due_date. An
// empty list means that it may go out.
func Missing(in MentionInput) []fault.Field {
	var f fault.Form
	missingLines(&f, in)
	f.Need("customer.name", in.Buyer.Name)
	f.Need("company.name", in.Seller.Name)
	if in.Kind != Quote {
		missingOfKind(&f, in)
		switch in.Seller.Country {
		case "FR":
			missingFrench(&f, in)
		case "CA":
			missingCanadian(&f, in)
		default:
			missingAddresses(&f, in)
		}
	}
	if err, ok := fault.As(f.Err()); ok {
		return err.Fields
	}
	return []fault.Field{}
}

func missingLines(f *fault.Form, in MentionInput) {
	if len(in.Document.Lines) == 0 {
		f.Add("lines", "fault.billing.no_lines")
	}
	for i, l := range in.Document.Lines {
		path := linePath(i)
		f.Need(path+"description", l.Description)
		if l.QuantityE4 == 0 {
			f.Add(path+"quantity", "fault.billing.no_quantity")
		}
		if l.UnitPriceE4 == 0 { // what is free is written as a price with 100 % off
			f.Add(path+"unit_price", "fault.billing.no_price")
		}
		if len(l.Taxes) == 0 {
			f.Add(path+"taxes", "fault.billing.no_tax")
		}
		for _, t := range l.Taxes {
			// CGI 283-3: tax that is written is owed, even by a firm that bears none
			if in.Seller.Franchise && t.RatePCM > 0 {
				f.Add(path+"taxes", "fault.billing.franchise_tax")
			}
		}
	}
}

func missingOfKind(f *fault.Form, in MentionInput) {
	if in.Totals.TotalInclTax < 0 {
		f.Add("lines", "fault.billing.negative_total")
	}
	if in.Kind == CreditNote {
		return // nothing is due on it
	}
	switch {
	case in.DueOn.IsZero() && in.Buyer.Business:
		f.Add("due_date", "fault.required")
	case !in.DueOn.IsZero() && in.DueOn.Before(in.On):
		f.Add("due_date", "fault.billing.due_before_issue")
	}
}

func missingAddresses(f *fault.Form, in MentionInput) {
	missingAddress(f, "company.", in.Seller.Party)
	missingAddress(f, "customer.", in.Buyer.Party)
}

func missingAddress(f *fault.Form, path string, p Party) {
	f.Need(path+"address", p.Address)
	f.Need(path+"city", p.City)
	f.Need(path+"country", p.Country)
}

func missingFrench(f *fault.Form, in MentionInput) {
	missingAddresses(f, in)
	f.Need("company.siren", in.Seller.SIREN)
	uses := usedCategories(in.Document)
	taxed := slices.Contains(uses, Standard) && in.Totals.TotalExclTax > smallInvoiceMinor
	crossed := slices.Contains(uses, ReverseCharge) || slices.Contains(uses, IntraEU)
	if (taxed || crossed) && strings.TrimSpace(in.Seller.VATNumber) == "" {
		f.Add("company.vat_number", "fault.billing.seller_vat")
	}
	if crossed && strings.TrimSpace(in.Buyer.VATNumber) == "" { // 242 nonies A 4°: the buyer owes the tax
		f.Add("customer.vat_number", "fault.billing.buyer_vat")
	}
	abroad := in.Buyer.Country != "" && in.Buyer.Country != in.Seller.Country
	if slices.Contains(uses, IntraEU) && !(abroad && ident.InUnion(in.Buyer.Country)) {
		f.Add("customer.country", "fault.billing.not_in_union")
	}
	if slices.Contains(uses, Export) && (!abroad || ident.InUnion(in.Buyer.Country)) {
		f.Add("customer.country", "fault.billing.not_export")
	}
	if in.Buyer.Business && in.Buyer.Country == "FR" && !in.On.Before(sirenOfBuyers) {
		f.Need("customer.siren", in.Buyer.SIREN)
	}
}

func missingCanadian(f *fault.Form, in MentionInput) {
	if in.Totals.TotalInclTax < quebecNumbersMinor {
		return
	}
	for _, t := range in.Totals.Taxes {
		switch {
		case t.TaxMinor == 0:
		case isQST(t.Tax) && strings.TrimSpace(in.Seller.QST) == "":
			f.Add("company.qst", "fault.billing.seller_qst")
		case !isQST(t.Tax) && strings.TrimSpace(in.Seller.GST) == "":
			f.Add("company.gst", "fault.billing.seller_gst")
		}
	}
}

func usedCategories(doc Document) []Category {
	var used []Category
	for _, l := range doc.Lines {
		for _, t := range l.Taxes {
			used = append(used, t.Category)
		}
	}
	return used
}

func isQST(t Tax) bool {
	return strings.HasPrefix(t.Code, "QC-TVQ") || t.Name == "TVQ" || t.Name == "QST"
}
