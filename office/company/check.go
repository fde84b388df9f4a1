package company

import (
	"regexp"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/rules/provider"
)

// check normalises what was typed and refuses, beside each field, what cannot be.
func check(f Firm) (Firm, error) {
	var form fault.Form
	text.Each(text.Clean, &f.EarlyDiscount, &f.Insurance, &f.Mediator, &f.InvoiceTerms, &f.QuoteTerms)
	trimAll(&f.Name, &f.LegalForm, &f.Registry, &f.APE, &f.Line1, &f.Line2, &f.City, &f.Region, &f.Website, &f.SupportHoursFR, &f.SupportHoursEN, &f.BankName, &f.TimeZone)
	form.Need("name", f.Name)
	form.MaxLen("name", f.Name, 100)
	for _, x := range []struct {
		path, value string
		limit       int
	}{
		{"legalForm", f.LegalForm, 40}, {"registry", f.Registry, 60}, {"ape", f.APE, 10}, {"line1", f.Line1, 100}, {"line2", f.Line2, 100}, {"city", f.City, 80},
		{"region", f.Region, 80}, {"website", f.Website, 200}, {"supportHoursFr", f.SupportHoursFR, 200}, {"supportHoursEn", f.SupportHoursEN, 200}, {"bankName", f.BankName, 80}, {"earlyDiscount", f.EarlyDiscount, 300},
		{"insurance", f.Insurance, 500}, {"mediator", f.Mediator, 500}, {"invoiceTerms", f.InvoiceTerms, 4000}, {"quoteTerms", f.QuoteTerms, 4000},
	} {
		form.MaxLen(x.path, x.value, x.limit)
	}
	for _, x := range []struct {
		path  string
		value *string
		check func(string) (string, error)
	}{
		{"siren", &f.SIREN, ident.CheckSIREN}, {"siret", &f.SIRET, ident.CheckSIRET}, {"vatNumber", &f.VATNumber, ident.CheckVAT},
		{"neq", &f.NEQ, ident.CheckNEQ}, {"gstNumber", &f.GSTNumber, ident.CheckGST}, {"qstNumber", &f.QSTNumber, ident.CheckQST},
		{"iban", &f.IBAN, ident.CheckIBAN}, {"bic", &f.BIC, ident.CheckBIC}, {"email", &f.Email, ident.CheckEmail},
		{"supportEmail", &f.SupportEmail, ident.CheckEmail}, {"phone", &f.Phone, ident.CheckPhone}, {"supportPhone", &f.SupportPhone, ident.CheckPhone},
		{"country", &f.Country, ident.CheckCountry}, {"website", &f.Website, ident.CheckWeb}, {"spid", &f.SPID, checkSPID},
	} {
		Field(&form, x.path, x.value, x.check)
	}
	f.Phone, f.SupportPhone = ident.WritePhone(f.Country, f.Phone), ident.WritePhone(f.Country, f.SupportPhone)
	if f.Postcode = strings.TrimSpace(f.Postcode); f.Postcode != "" {
		Field(&form, "postcode", &f.Postcode, func(s string) (string, error) { return ident.CheckPostalCode(f.Country, s) })
	}
	if f.Country == "FR" { // elsewhere nobody is asked for it
		Field(&form, "ape", &f.APE, ident.CheckAPE)
	}
	form.Need("country", f.Country)
	if form.Empty() && f.SIREN == "" && f.SIRET != "" {
		f.SIREN = f.SIRET[:9] // a SIRET is its firm's SIREN and five digits
	}
	checkAgreement(&form, f)
	checkChoices(&form, f)
	return f, form.Err()
}

// NoAddress refuses a name in which an address of the web stands: typed by strangers it goes into mails
// in the firm's name, and whoever reads them would be sent there.
func NoAddress(form *fault.Form, path, name string) {
	if text.NamesAddress(name) {
		form.Add(path, "fault.register.name_address")
	}
}

// Field checks one optional field: blank stays blank, else check's normal form is kept
// and its refusal put beside path.
func Field(form *fault.Form, path string, value *string, check func(string) (string, error)) {
	*value = strings.TrimSpace(*value)
	if *value == "" {
		return
	}
	normal, err := check(*value)
	if err == nil {
		*value = normal
		return
	}
	if e, ok := fault.As(err); ok {
		args := make([]any, 0, 2*len(e.Args))
		for k, v := range e.Args {
			args = append(args, k, v)
		}
		form.Add(path, e.Key, args...)
		return
	}
	form.Add(path, "fault.invalid")
}

// checkAgreement refuses identifiers that contradict each other: a SIRET starts with its
// firm's SIREN (BR-FR BT-29), a French VAT number ends with it.
func checkAgreement(form *fault.Form, f Firm) {
	if !form.Empty() || f.SIREN == "" {
		return
	}
	if f.SIRET != "" && !strings.HasPrefix(f.SIRET, f.SIREN) {
		form.Add("siret", "fault.siret_of_other")
	}
	if strings.HasPrefix(f.VATNumber, "FR") && !strings.HasSuffix(f.VATNumber, f.SIREN) {
		form.Add("vatNumber", "fault.vat_of_other")
	}
}

var accent = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func checkChoices(form *fault.Form, f Firm) {
	if !money.Currency(f.Currency).Valid() {
		form.Add("currency", "fault.choice")
	}
	if f.Language != "fr" && f.Language != "en" {
		form.Add("language", "fault.choice")
	}
	if _, err := time.LoadLocation(f.TimeZone); err != nil || f.TimeZone == "" || f.TimeZone == "Local" {
		form.Add("timeZone", "fault.time_zone")
	}
	switch f.VATScheme {
	case RealPayments, RealDebits, Franchise, Quebec, NoTax:
	default:
		form.Add("vatScheme", "fault.choice")
	}
	if f.BillingMode != "" && f.BillingMode != string(provider.Direct) && f.BillingMode != string(provider.Indirect) {
		form.Add("billingMode", "fault.choice")
	}
	if f.PaperSize != "A4" && f.PaperSize != "Letter" {
		form.Add("paperSize", "fault.choice")
	}
	if !accent.MatchString(f.Accent) {
		form.Add("accent", "fault.colour")
	} else if contrastOnWhite(f.Accent) < 4.5 {
		form.Add("accent", "fault.colour_contrast")
	}
	if f.QuoteDays < 1 || f.QuoteDays > 365 {
		form.Add("quoteDays", "fault.range", "min", 1, "max", 365)
	}
	if f.TermsDays < 0 || f.TermsDays > 365 {
		form.Add("termsDays", "fault.range", "min", 0, "max", 365)
	}
	if f.LateRatePCM != nil && (*f.LateRatePCM < 0 || *f.LateRatePCM > 100_000) {
		form.Add("lateRatePcm", "fault.range", "min", 0, "max", 100)
	}
	switch {
	case f.ShareCapital == nil:
	case *f.ShareCapital < 0:
		form.Add("shareCapital", "fault.negative")
	case *f.ShareCapital > money.Max:
		form.Add("shareCapital", "fault.number_too_big")
	}
}

// trimAll cleans what stands on one line.
func trimAll(fields ...*string) { text.Each(text.Line, fields...) }
