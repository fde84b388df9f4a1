package imports

import (
	"context"
	"strconv"
	"strings"

	"comptoir/core/actor"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/office/customers"
	"comptoir/rules/tax"
)

// customerJudge reads customers. Rows that bear the number of a row above bring another
// contact of the same customer.
type customerJudge struct {
	*plan
	all  []*customerRecord
	seen map[string]*customerRecord // by each name that must be one's own
}

// customerRecord is one customer with the rows that it comes from.
type customerRecord struct {
	first    *row
	former   string
	form     customers.Customer
	existing bool
	passed   bool
	contacts map[int]*row // row of each contact that a row brought
}

func newCustomerJudge(p *plan) *customerJudge {
	return &customerJudge{plan: p, seen: map[string]*customerRecord{}}
}

func (j *customerJudge) row(ctx context.Context, r *row) error {
	number, name := r.text("number"), typed.Line(r.raw("name"))
	person := strings.TrimSpace(r.raw("contact_first") + " " + r.raw("contact_last"))
	if person == "" {
		person = r.raw("contact_name")
	}
	business := name != ""
	if name == "" {
		name = line(person)
	}
	r.show("name", "text", name, 0, "")
	if above := j.seen["number "+number]; number != "" && above != nil {
		above.contact(r, person)
		return nil
	}
	rec := &customerRecord{first: r, former: number, contacts: map[int]*row{}}
	if known, found := j.existing(r, number, name); found {
		rec.existing = true
		if j.options.Existing != Update {
			rec.passed = true
			r.pass("common.import.why.known")
			j.remember(rec, r, number, name)
			return nil
		}
		if above := j.seen["known "+known.publicID]; above != nil { // the second would find the first's changes
			r.problem("name", "fault.import.twice", "row", above.first.n)
			return nil
		}
		j.seen["known "+known.publicID] = rec
		var err error
		if rec.form, err = customers.Load(ctx, j.q, known.publicID); err != nil {
			return err
		}
		r.changes()
	} else {
		if rec.form = j.blank; !business {
			rec.form.Kind = "person"
		}
	}
	if name != "" {
		rec.form.Name = name
	}
	rec.read(r)
	rec.contact(r, person)
	j.remember(rec, r, number, name)
	return nil
}

// existing recognises a customer that is there: by its number, its SIREN, its name with
// its address; by its name alone where the file tells nothing more.
func (j *customerJudge) existing(r *row, number, name string) (party, bool) {
	if p, found := j.byNumber(number); found {
		return p, true
	}
	siren := digits(r.raw("siren"))
	if siren == "" {
		siren = digits(r.raw("siret"))
	}
	if len(siren) >= 9 {
		if p, found := j.find("siren", siren[:9]); found {
			return p, true
		}
	}
	mail := strings.ToLower(r.raw("email"))
	if p, found := j.find("both", nameKey(name)+" "+mail); found && (mail != "" || number == "" && siren == "") {
		return p, true
	}
	if mail == "" && number == "" && siren == "" {
		return j.find("name", nameKey(name))
	}
	return party{}, false
}

// remember keeps the names of a row; the same customer twice in a file is a problem.
func (j *customerJudge) remember(rec *customerRecord, r *row, number, name string) {
	j.all = append(j.all, rec)
	keys := []string{"both " + nameKey(name) + " " + strings.ToLower(r.raw("email")) + " " + digits(r.raw("siret")) + " " + plain(r.raw("postcode"))}
	if number != "" {
		keys = []string{"number " + number}
	}
	for _, key := range keys {
		if above, twice := j.seen[key]; twice && name != "" {
			r.problem("name", "fault.import.twice", "row", above.first.n)
		}
		j.seen[key] = rec
	}
}

// read takes over what the row says; an empty cell leaves what is there.
func (rec *customerRecord) read(r *row) {
	c := &rec.form
	r.choose("kind", &c.Kind, kindWords)
	for id, at := range map[string]*string{"siren": &c.SIREN, "siret": &c.SIRET, "vat_number": &c.VATNumber, "gst_number": &c.GSTNumber, "electronic_address": &c.ElectronicAddress,
		"email": &c.Email, "phone": &c.Phone, "line1": &c.Line1, "line2": &c.Line2, "city": &c.City, "region": &c.Region,
		"ship_line1": &c.ShipLine1, "ship_line2": &c.ShipLine2, "ship_city": &c.ShipCity} {
		r.into(id, at)
	}
	for id, at := range map[string]*string{"country": &c.Country, "ship_country": &c.ShipCountry} {
		if r.has(id) {
			*at = r.country(r.raw(id))
			r.show(id, "text", *at, 0, "")
		}
	}
	if r.has("notes") {
		c.Notes = r.raw("notes")
	}
	if r.mapped("siren") && !r.mapped("siret") && len(digits(c.SIREN)) == 14 { // a column of SIRETs under the name of SIREN
		c.SIRET, c.SIREN = c.SIREN, ""
	}
	for id, at := range map[string]*string{"postcode": &c.Postcode, "ship_postcode": &c.ShipPostcode} {
		if r.has(id) {
			*at = zeros(c.Country, typed.Line(r.raw(id)))
			r.show(id, "text", *at, 0, "")
		}
	}
	r.choose("language", &c.Language, languageWords)
	r.currency("currency", &c.Currency)
	r.terms(c)
	if c.TaxRegime == "" {
		c.TaxRegime = tax.RegimeOf(r.firm.Country, c.Country, c.Region, c.Kind != "person", c.VATNumber != "")
	}
}

// zeros gives back the zero that a spreadsheet took off a French postcode.
func zeros(country, postcode string) string {
	if len(postcode) == 4 && digits(postcode) == postcode && (country == "FR" || country == "") {
		return "0" + postcode
	}
	return postcode
}

var kindWords = map[string]string{"entreprise": "company", "societe": "company", "company": "company", "business": "company", "professionnel": "company", "pro": "company", "organization": "company",
	"particulier": "person", "personne": "person", "person": "person", "individual": "person", "consumer": "person", "prive": "person",
	"organisme public": "public_body", "public": "public_body", "public body": "public_body", "administration": "public_body", "collectivite": "public_body", "government": "public_body"}

var languageWords = map[string]string{"fr": "fr", "fra": "fr", "francais": "fr", "french": "fr", "fr fr": "fr", "fr ca": "fr", "en": "en", "eng": "en", "anglais": "en", "english": "en", "en us": "en", "en gb": "en", "en ca": "en"}

// terms reads "30", "30 jours", "30 jours fin de mois", "Net 30", "45 days EOM".
func (r *row) terms(c *customers.Customer) {
	raw := plain(r.raw("terms"))
	if raw == "" {
		return
	}
	days := digits(raw)
	n, err := strconv.Atoi(days)
	end := strings.Contains(raw, "fin de mois") || strings.Contains(raw, "fdm") || strings.Contains(raw, "eom") || strings.Contains(raw, "end of month")
	switch {
	case err != nil && (strings.Contains(raw, "comptant") || strings.Contains(raw, "reception") || strings.Contains(raw, "receipt") || strings.Contains(raw, "immediate")):
		n = 0
	case err != nil && end:
		n = 0
	case err != nil || len(days) > 3:
		r.problem("terms", "fault.import.terms")
		return
	}
	c.TermsDays, c.TermsEndOfMonth = int64(n), end
	r.show("terms", "text", strconv.Itoa(n), 0, "")
}

// contact adds the person that the row names, or brings one that is known by its address up
// to date.
func (rec *customerRecord) contact(r *row, name string) {
	mail, phone := r.raw("contact_email"), r.raw("contact_phone")
	if name = line(name); name == "" && mail == "" {
		return
	}
	if rec.passed {
		return
	}
	for _, id := range []string{"contact_name", "contact_first", "contact_last", "contact_email", "contact_phone"} {
		r.into(id, new(string))
	}
	if name == "" {
		name = rec.form.Name
	}
	if mail == "" && r == rec.first {
		mail = rec.form.Email // one address for the firm and its one person
	}
	for i := range rec.form.Contacts {
		k := &rec.form.Contacts[i]
		if mail != "" && strings.EqualFold(k.Email, mail) || mail == "" && nameKey(k.Name) == nameKey(name) {
			k.Name = name
			if phone != "" {
				k.Phone = phone
			}
			rec.contacts[i] = r
			return
		}
	}
	rec.contacts[len(rec.form.Contacts)] = r
	rec.form.Contacts = append(rec.form.Contacts, customers.Contact{Name: name, Email: mail, Phone: phone, Language: rec.form.Language, PortalAccess: true})
}

// end checks the forms by the customers' own rules, and says what is to be stored.
func (j *customerJudge) end() {
	for _, rec := range j.all {
		if rec.passed {
			continue
		}
		checked, err := customers.Check(rec.form)
		if err != nil {
			if err := j.form(err, rec.place); err != nil {
				j.problem(rec.first.n, "", "", "fault.invalid")
			}
			continue
		}
		j.records = append(j.records, &record{row: rec.first.n, change: rec.existing, store: func(ctx context.Context, tx *db.Tx, who actor.Actor) error {
			if rec.existing {
				return j.service.Customers.ChangeTx(ctx, tx, who, checked)
			}
			_, err := j.service.Customers.CreateTx(ctx, tx, who, checked, rec.former)
			return err
		}})
	}
}

var customerPaths = map[string]string{"vatNumber": "vat_number", "gstNumber": "gst_number", "electronicAddress": "electronic_address", "termsDays": "terms",
	"shipLine1": "ship_line1", "shipLine2": "ship_line2", "shipPostcode": "ship_postcode", "shipCity": "ship_city", "shipCountry": "ship_country", "taxRegime": ""}

// place finds the row and the column that a refused field of the form came from.
func (rec *customerRecord) place(path string) (n int, id, value string) {
	r, id := rec.first, path
	if rest, of := strings.CutPrefix(path, "contacts."); of {
		at, name, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(at); err == nil && rec.contacts[i] != nil {
			r = rec.contacts[i]
		}
		id = "contact_" + name
		if name == "name" && !r.mapped("contact_name") {
			id = "contact_last"
		}
	}
	if other, known := customerPaths[id]; known {
		id = other
	}
	if _, known := r.byID[id]; !known {
		id = ""
	}
	return r.n, id, r.raw(id)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
