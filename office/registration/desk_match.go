package registration

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/customers"
	"comptoir/rules/taxid"
)

// Why a customer may be the one of a request.
const (
	ByTaxID   = "tax_id" // one of its numbers is the request's (rules/taxid.Keys)
	ByInvoice = "invoice"
	ByEmail   = "email"
	ByName    = "name"
)

// Candidate is a customer that a request may be about, with what is different field by field.
type Candidate struct {
	CustomerID  string       `json:"customerId"` // public id
	Number      string       `json:"number"`
	Name        string       `json:"name"`
	City        string       `json:"city"`
	PortalOff   bool         `json:"portalOff"` // its group has no portal: nobody gets in
	Reasons     []string     `json:"reasons"`   // tax_id first: those are matches, the others hints
	ContactID   string       `json:"contactId"` // the contact with the visitor's address, "" = one is made
	Contact     string       `json:"contact"`   // its name
	HasAccess   bool         `json:"hasAccess"` // it has access already
	Namesakes   []Namesake   `json:"namesakes"` // where several have the visitor's address and none has access: who of them is it
	Mailbox     string       `json:"mailbox"`   // how far the proved address is known here: MailboxKnown, MailboxShut, MailboxForeign
	Addresses   []string     `json:"addresses"` // those that the firm knows of this customer, some of them
	Differences []Difference `json:"differences"`
}

// Namesake is one of several contacts of a customer with the same address.
type Namesake struct {
	ContactID string `json:"contactId"` // public id
	Name      string `json:"name"`
}

// namesakes are the contacts with an address where the firm has to say which, else none.
func namesakes(c customers.Customer, email string) []Namesake {
	list := []Namesake{}
	for _, k := range c.Contacts {
		if ident.SameEmail(k.Email, email) {
			if k.PortalAccess {
				return []Namesake{}
			}
			list = append(list, Namesake{k.PublicID, k.Name})
		}
	}
	if len(list) < 2 {
		return []Namesake{}
	}
	return list
}

// Matched tells whether the customer has the request's tax number.
func (c Candidate) Matched() bool { return slices.Contains(c.Reasons, ByTaxID) }

// Difference is one field, as the firm has it and as the visitor gave it.
type Difference struct {
	Field string `json:"field"` // of customers.Takeable, or contact.name, contact.phone, contact.language
	Have  string `json:"have"`
	Given string `json:"given"`
	Same  bool   `json:"same"`
}

// DeskAnswer is an answer to one of the group's questions, in both languages of the question.
type DeskAnswer struct {
	QuestionFR string `json:"questionFr"`
	QuestionEN string `json:"questionEn"`
	Kind       string `json:"kind"`
	Answer     string `json:"answer"`
}

// DeskRequest is one request as the firm decides on it.
type DeskRequest struct {
	QueueRow
	Form       RequestForm  `json:"form"`
	GroupID    string       `json:"groupId"` // public id
	PortalOff  bool         `json:"portalOff"`
	Answers    []DeskAnswer `json:"answers"`
	Terms      int64        `json:"terms"` // accepted version, 0 = the group has none
	TermsAt    string       `json:"termsAt"`
	Words      string       `json:"words"` // of the firm, last
	Until      string       `json:"until"` // one that the firm wants more of is gone then; else ""
	Candidates []Candidate  `json:"candidates"`
	Twins      []QueueRow   `json:"twins"`     // others that wait with the same tax number
	NameTaken  bool         `json:"nameTaken"` // the wished user name is somebody's: the address takes its place
	Version    int64        `json:"version"`
}

// Request gives one request with the customers it may be about.
func (s *Service) Request(ctx context.Context, who actor.Actor, publicID string) (d DeskRequest, err error) {
	if err := who.Need(actor.Look); err != nil {
		return DeskRequest{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.RequestAtDesk(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		d, err = atDesk(ctx, q, r)
		return err
	})
	return d, err
}

func atDesk(ctx context.Context, q *gen.Queries, r gen.RequestAtDeskRow) (d DeskRequest, err error) {
	a := r.AccessRequest
	if d.QueueRow, err = queueRow(a.PublicID, a.State, a.Form, r.GroupName, a.SentAt, a.DecidedAt, a.DecidedBy); err != nil {
		return d, err
	}
	d.Customer, d.CustomerID, d.GroupID, d.PortalOff = r.CustomerName, r.CustomerPublicID, r.GroupPublicID, r.PortalEnabled == 0
	d.TermsAt, d.Words, d.Version, d.Answers, d.Candidates, d.Twins = orNone(a.TermsAt), a.Words, a.Version, []DeskAnswer{}, []Candidate{}, []QueueRow{}
	if a.State == Asked {
		d.Until = a.ExpiresAt
	}
	if d.Form, err = formOf(a.Form); err != nil {
		return d, err
	}
	answers, err := q.AnswersOfRequest(ctx, a.ID)
	if err != nil {
		return d, err
	}
	for _, x := range answers {
		d.Answers = append(d.Answers, DeskAnswer{QuestionFR: x.LabelFr, QuestionEN: x.LabelEn, Kind: x.Kind, Answer: x.Answer})
	}
	d.Terms = r.TermsVersion
	if a.State != Sent && a.State != Asked {
		return d, nil
	}
	if err := twins(ctx, q, a, &d); err != nil {
		return d, err
	}
	if d.Candidates, err = candidates(ctx, q, a, d, formatOf(r)); err != nil {
		return d, err
	}
	for _, c := range d.Candidates {
		if c.Matched() {
			d.Matches = append(d.Matches, c.Name)
		}
	}
	return d, nil
}

// twins are other requests that wait with the same number, and whether the wished name is free.
func twins(ctx context.Context, q *gen.Queries, a gen.AccessRequest, d *DeskRequest) error {
	if a.UserName != "" {
		n, err := q.CountUserName(ctx, gen.CountUserNameParams{UserName: a.UserName})
		if err != nil {
			return err
		}
		d.NameTaken = n > 0
	}
	if a.TaxKey == "" {
		return nil
	}
	rows, err := q.WaitingOfSameTaxKey(ctx, gen.WaitingOfSameTaxKeyParams{TaxKey: a.TaxKey, ID: a.ID})
	for _, r := range rows {
		row, err := queueRow(r.PublicID, Sent, r.Form, d.Group, r.SentAt, nil, "")
		if err != nil {
			return err
		}
		d.Twins = append(d.Twins, row)
	}
	return err
}

// sameNumber gives the customers that have a tax number, by rules/taxid, and those that a
// request with this number was approved for.
func sameNumber(ctx context.Context, q *gen.Queries, key string) (ids []int64, err error) {
	keys := taxid.Keys(key)
	if len(keys) == 0 {
		return nil, nil
	}
	near, err := q.CustomersNearTaxKey(ctx, nearOf(keys))
	if err != nil {
		return nil, err
	}
	for _, c := range near {
		_, address, _ := strings.Cut(c.ElectronicAddress, ":") // 0225:100000009
		for _, number := range []string{c.Siren, c.Siret, c.VatNumber, c.GstNumber, c.ElectronicAddress, address} {
			if taxid.Same(key, number) && !slices.Contains(ids, c.ID) {
				ids = append(ids, c.ID)
			}
		}
	}
	earlier, err := q.CustomersOfTaxKey(ctx, key)
	for _, id := range earlier {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// nearOf is where customers with one of the keys may be found: a SIREN also stands in every
// SIRET and in the VAT number of its firm.
func nearOf(keys []string) gen.CustomersNearTaxKeyParams {
	own, siren := keys[0], keys[len(keys)-1]
	p := gen.CustomersNearTaxKeyParams{Key: own, Siren: siren, FromSiret: own, ToSiret: own, Vat: own}
	if vat, err := ident.FrenchVAT(siren); err == nil {
		p.FromSiret, p.ToSiret, p.Vat = siren, siren+"99999", vat
	}
	return p
}

// candidatesMost is how many customers a request is compared with.
const candidatesMost = 8

// candidates are the matches by tax number, then the hints: an invoice that an answer names,
// the address, the name.
func candidates(ctx context.Context, q *gen.Queries, a gen.AccessRequest, d DeskRequest, format taxid.Format) ([]Candidate, error) {
	found, reasons := []int64{}, map[int64][]string{}
	add := func(why string, ids ...int64) {
		for _, id := range ids {
			if len(reasons[id]) == 0 {
				found = append(found, id)
			}
			reasons[id] = append(reasons[id], why)
		}
	}
	ids, err := sameNumber(ctx, q, a.TaxKey)
	if err != nil {
		return nil, err
	}
	add(ByTaxID, ids...)
	if ids, err = ofInvoices(ctx, q, d.Answers); err != nil {
		return nil, err
	}
	add(ByInvoice, ids...)
	if ids, err = q.CustomersOfEmail(ctx, d.Form.Email); err != nil {
		return nil, err
	}
	add(ByEmail, ids...)
	if ids, err = ofName(ctx, q, d.Form.Company); err != nil {
		return nil, err
	}
	add(ByName, ids...)
	list := []Candidate{}
	for _, id := range found[:min(len(found), candidatesMost)] {
		c, err := candidate(ctx, q, id, d.Form, format)
		if err != nil {
			return nil, err
		}
		c.Reasons = reasons[id]
		list = append(list, c)
	}
	return list, nil
}

func ofName(ctx context.Context, q *gen.Queries, company string) (ids []int64, err error) {
	words := db.MatchWords(company)
	if words == "" {
		return nil, nil
	}
	rows, err := q.CustomersByWords(ctx, gen.CustomersByWordsParams{Words: words, RowLimit: 5})
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}

// ofInvoices are the customers of the invoices that an answer names by number.
func ofInvoices(ctx context.Context, q *gen.Queries, answers []DeskAnswer) (ids []int64, err error) {
	tried := 0
	for _, a := range answers {
		if a.Kind != "text" {
			continue
		}
		for _, word := range strings.FieldsFunc(a.Answer, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:.()«»\"'’", r) }) {
			if len(word) < 3 || len(word) > 40 || !strings.ContainsAny(word, "0123456789") || tried >= 20 {
				continue
			}
			tried++
			id, err := q.CustomerOfInvoiceNumber(ctx, ptr(strings.ToUpper(word)))
			if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
				continue
			} else if err != nil {
				return nil, err
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

func ptr(s string) *string { return &s }

func candidate(ctx context.Context, q *gen.Queries, id int64, f RequestForm, format taxid.Format) (Candidate, error) {
	c, err := customers.ByID(ctx, q, id)
	if err != nil {
		return Candidate{}, err
	}
	x := Candidate{CustomerID: c.PublicID, Number: c.Number, Name: c.Name, City: c.City, Differences: []Difference{}, Addresses: addressesOf(c), Namesakes: namesakes(c, f.Email)}
	if x.Mailbox, err = mailbox(ctx, q, c, f.Email); err != nil {
		return x, err
	}
	if x.PortalOff, err = portalOff(ctx, q, c); err != nil {
		return x, err
	}
	given := f.own(format.Preset)
	add := func(field, have, given string, same bool) {
		if given != "" {
			x.Differences = append(x.Differences, Difference{Field: field, Have: have, Given: given, Same: same})
		}
	}
	for _, field := range customers.Takeable() {
		have, got := customers.FieldOf(c, field), customers.FieldOf(given, field)
		add(field, have, got, alike(have, got))
	}
	if i := customers.ContactOf(c, f.Email); i >= 0 {
		k := c.Contacts[i]
		x.ContactID, x.Contact, x.HasAccess = k.PublicID, k.Name, k.PortalAccess
		add("contact.name", k.Name, f.Name, alike(k.Name, f.Name))
		add("contact.phone", k.Phone, f.Phone, alike(k.Phone, f.Phone))
		add("contact.language", k.Language, f.Language, k.Language == f.Language)
	}
	return x, nil
}

// portalOff tells whether a customer's group keeps its people out.
func portalOff(ctx context.Context, q *gen.Queries, c customers.Customer) (bool, error) {
	if c.GroupID == "" {
		return false, nil
	}
	g, err := q.CustomerGroupByPublicID(ctx, c.GroupID)
	return g.PortalEnabled == 0, db.NotFound(err)
}

// alike compares two fields as a person does: case and spaces do not matter.
func alike(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// numbersOf puts a tax number where one of its format belongs on a customer's card. Formats
// without a field there stay with the request, by which the customer is found again.
func numbersOf(number, preset, country string) (siren, siret, vat string) {
	switch preset {
	case taxid.SIREN:
		siren = taxid.Key(number)
	case taxid.SIRET:
		siret = taxid.Key(number)
		siren = siret[:min(9, len(siret))]
	case taxid.VAT:
		vat = taxid.Key(number)
		if keys := taxid.Keys(number); len(keys) > 1 {
			siren = keys[1]
		}
	case taxid.Nine:
		if got, err := ident.CheckSIREN(number); err == nil && country == "FR" {
			siren = got
		}
	}
	return siren, siret, vat
}
