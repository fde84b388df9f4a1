package app

import (
	"strings"

	"comptoir/core/fault"
	"comptoir/core/locale"
)

// formNames are the words of rule paths (snake case, the law's own) in the names of the
// window's forms: the JSON tags of Draft, company.Firm and customers.Customer.
var formNames = map[string]string{
	"unit_price": "unitPriceE4", "quantity": "quantityE4", "discount": "discountPcm", "due_date": "dueDate", "issue_date": "issueDate",
	"vat_number": "vatNumber", "address": "line1", "gst": "gstNumber", "qst": "qstNumber",
}

// formPath turns the path of a rule (lines.2.unit_price, company.vat_number) into that of a
// form (lines.2.unitPriceE4, company.vatNumber). Paths of forms pass unchanged.
func formPath(path string) string {
	if path == "customer.contacts.email" { // the address that a mail needs, whoever's it is
		return "customer.email"
	}
	at := strings.LastIndexByte(path, '.') + 1
	if name, ok := formNames[path[at:]]; ok {
		return path[:at] + name
	}
	return path
}

// fieldText gives where a refusal belongs in the form and its words. A field that lies on
// another page (the firm's, the customer's) is named in them: "please fill this in" would
// not tell what.
func fieldText(lang locale.Lang, f fault.Field) (path, message string) {
	path = formPath(f.Path)
	if key := "fault.needed." + path; f.Key == "fault.required" && locale.Has(lang, key) {
		return path, locale.T(lang, key, f.Args)
	}
	return path, locale.T(lang, f.Key, f.Args)
}

// fieldTexts gives the words beside each field, the first where one was refused twice.
func fieldTexts(lang locale.Lang, fields []fault.Field) map[string]string {
	texts := map[string]string{}
	for _, f := range fields {
		path, message := fieldText(lang, f)
		if _, told := texts[path]; !told {
			texts[path] = message
		}
	}
	return texts
}
