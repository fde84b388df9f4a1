package portal

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/office/customers"
)

// Contacts is what the portal asks of office/customers: contacts that look after themselves.
type Contacts interface {
	Arrivals(ctx context.Context, who actor.Actor) (customers.Arrivals, error)
	ArrivalsSeen(ctx context.Context, who actor.Actor) error
	OwnPeople(ctx context.Context, who actor.Actor) (customers.Own, error)
	InviteSecond(ctx context.Context, who actor.Actor, key string, in customers.Second) (words string, err error)
	RemoveSecond(ctx context.Context, who actor.Actor, contactID string) error
	Details(ctx context.Context, who actor.Actor) (customers.OwnDetails, error)
	ChangeOwn(ctx context.Context, who actor.Actor, in customers.OwnChange) (customers.Outcome, error)
	ChangeCompany(ctx context.Context, who actor.Actor, in customers.CompanyDetails) (customers.Outcome, error)
	AskEmail(ctx context.Context, who actor.Actor, email string) error
	ConfirmEmail(ctx context.Context, who actor.Actor, code string) (customers.Outcome, error)
}

type contactsView struct {
	customers.Own
	typed  customers.Second
	key    string
	fields map[string]string
	done   string
	words  string // Markdown of the firm's, after an invitation
	newly  customers.Arrivals
}

// contacts is the page on which the primary contact has met who the firm let in.
func (p *Portal) contacts(v *visit) error {
	newly, err := p.arrivals(v)
	if err != nil {
		return err
	}
	if len(newly.Names) > 0 {
		if err := p.Contacts.ArrivalsSeen(v.r.Context(), v.who); err != nil {
			return err
		}
	}
	return p.showContacts(v, http.StatusOK, contactsView{typed: customers.Second{Language: v.lang, AllAreas: true}, done: v.notice("retrait"), newly: newly})
}

// arrivals gives who is new beside the visitor, to whom that is told with a password only.
func (p *Portal) arrivals(v *visit) (customers.Arrivals, error) {
	if p.Contacts == nil || v.who.NeedSelf(actor.TrustPassword) != nil {
		return customers.Arrivals{}, nil //nolint:nilerr // who may not be told is told nothing
	}
	return p.Contacts.Arrivals(v.r.Context(), v.who)
}

// homeArrivals leads to them.
func (p *Portal) homeArrivals(v *visit) (templ.Component, error) {
	newly, err := p.arrivals(v)
	if err != nil || len(newly.Names) == 0 {
		return nil, err
	}
	return arrivalsPart(v, newly, true), nil
}

func (p *Portal) showContacts(v *visit, status int, view contactsView) (err error) {
	if p.Contacts == nil {
		return errNoPage
	}
	if view.Own, err = p.Contacts.OwnPeople(v.r.Context(), v.who); err != nil {
		return err
	}
	if view.key == "" {
		view.key = newKey()
	}
	return v.show(status, v.T("portal.contacts.title"), contactsPage(v, view))
}

// inviteContact takes the form of the primary contact. The page of the answer carries the
// firm's own words; asked for again, it is the plain list.
func (p *Portal) inviteContact(v *visit) error {
	if p.Contacts == nil {
		return errNoPage
	}
	f := v.r.PostForm
	in := customers.Second{Name: cut(f.Get("nom"), 200), Email: cut(f.Get("courriel"), 320), Phone: cut(f.Get("telephone"), 60), Language: f.Get("langue"), AllAreas: f.Get("parties") != "choix", Areas: f["partie"]}
	key := v.keyOf(f.Get("cle"))
	words, err := p.Contacts.InviteSecond(v.r.Context(), v.who, key, in)
	if fields, ok := v.fieldsOf(err); ok {
		return p.showContacts(v, http.StatusUnprocessableEntity, contactsView{typed: in, key: key, fields: fields})
	}
	if err != nil {
		return err
	}
	p.Changed("customers", "portal", "mails")
	return p.showContacts(v, http.StatusOK, contactsView{typed: customers.Second{Language: v.lang, AllAreas: true}, done: "invite", words: words})
}

func (p *Portal) removeContact(v *visit) error {
	if p.Contacts == nil {
		return errNoPage
	}
	if err := p.Contacts.RemoveSecond(v.r.Context(), v.who, v.r.PathValue("id")); err != nil {
		return err
	}
	p.Changed("customers", "portal")
	v.redirect("/contacts?fait=retrait")
	return nil
}

type detailsView struct {
	customers.OwnDetails
	fields map[string]string // of the form named by at
	at     string            // soi, societe, courriel, code
	typed  map[string]string // what was refused there
	out    *customers.Outcome
	asked  bool
}

func (p *Portal) details(v *visit) error {
	return p.showDetails(v, http.StatusOK, detailsView{asked: v.notice("code") != ""})
}

func (p *Portal) showDetails(v *visit, status int, view detailsView) (err error) {
	if p.Contacts == nil {
		return errNoPage
	}
	if view.OwnDetails, err = p.Contacts.Details(v.r.Context(), v.who); err != nil {
		return err
	}
	return v.show(status, v.T("portal.details.title"), detailsPage(v, view))
}

// changed shows what became of a form of this page: refused beside its fields, or done with
// the firm's own words.
func (p *Portal) changed(v *visit, at string, out customers.Outcome, err error, names ...string) error {
	if fields, ok := v.fieldsOf(err); ok {
		typed := map[string]string{}
		for _, n := range names {
			typed[n] = cut(v.r.PostForm.Get(n), 400)
		}
		return p.showDetails(v, http.StatusUnprocessableEntity, detailsView{fields: fields, at: at, typed: typed})
	}
	if err != nil {
		return err
	}
	if out.Changed > 0 {
		p.Changed("customers", "portal", "mails", "notifications") // the window shows it, and what waits for its word
	}
	return p.showDetails(v, http.StatusOK, detailsView{out: &out})
}

func (p *Portal) changeDetails(v *visit) error {
	if p.Contacts == nil {
		return errNoPage
	}
	read := func(prefix string) customers.OwnChange {
		return customers.OwnChange{Name: cut(v.r.PostForm.Get(prefix+"name"), 200), Phone: cut(v.r.PostForm.Get(prefix+"phone"), 60)}
	}
	in := read("")
	if v.r.PostForm.Has(seenField + "name") {
		seen := read(seenField)
		in.Seen = &seen
	}
	out, err := p.Contacts.ChangeOwn(v.r.Context(), v.who, in)
	return p.changed(v, "soi", out, err, "name", "phone", seenField+"name", seenField+"phone")
}

func (p *Portal) changeCompany(v *visit) error {
	if p.Contacts == nil {
		return errNoPage
	}
	read := func(prefix string) customers.CompanyDetails {
		get := func(name string) string { return cut(v.r.PostForm.Get(prefix+name), 400) }
		return customers.CompanyDetails{Name: get("name"), Email: get("email"), Phone: get("phone"), Line1: get("line1"), Line2: get("line2"), Postcode: get("postcode"), City: get("city"), Region: get("region")}
	}
	in := read("")
	if v.r.PostForm.Has(seenField + "name") {
		seen := read(seenField)
		in.Seen = &seen
	}
	names := slices.Clone(companyNames)
	for _, n := range companyNames {
		names = append(names, seenField+n)
	}
	out, err := p.Contacts.ChangeCompany(v.r.Context(), v.who, in)
	return p.changed(v, "societe", out, err, names...)
}

// seenField begins the names of the hidden fields that hold what the page showed.
const seenField = "vu-"

// seen is what the page showed of a field of one of its forms before anything was typed.
func (d detailsView) seen(at, field, now string) string {
	if s, ok := d.typed[seenField+field]; ok && d.at == at {
		return s
	}
	d.typed = nil
	return d.value(at, field, now)
}

func (d detailsView) company(field string) string {
	c := d.Company
	return map[string]string{"name": c.Name, "email": c.Email, "phone": c.Phone, "line1": c.Line1, "line2": c.Line2, "postcode": c.Postcode, "city": c.City, "region": c.Region}[field]
}

var companyNames = []string{"name", "email", "phone", "line1", "line2", "postcode", "city", "region"}

func (p *Portal) askEmail(v *visit) error {
	if p.Contacts == nil {
		return errNoPage
	}
	err := p.Contacts.AskEmail(v.r.Context(), v.who, cut(v.r.PostForm.Get("email"), 320))
	if err == nil {
		v.redirect("/profil/coordonnees?fait=code")
		return nil
	}
	return p.changed(v, "courriel", customers.Outcome{}, err, "email")
}

func (p *Portal) confirmEmail(v *visit) error {
	if p.Contacts == nil {
		return errNoPage
	}
	out, err := p.Contacts.ConfirmEmail(v.r.Context(), v.who, cut(v.r.PostForm.Get("code"), 40))
	return p.changed(v, "code", out, err)
}

// value is what a field of the page shows: what was refused, else what waits, else what stands.
func (d detailsView) value(at, field, now string) string {
	if d.at == at && d.typed != nil {
		if s, ok := d.typed[field]; ok {
			return s
		}
	}
	for _, w := range d.Waiting {
		if w.State == "waiting" && w.Field == field && (w.ContactID == "") == (at == "societe") {
			return w.After
		}
	}
	return now
}

func (d detailsView) fault(at, field string) string {
	if d.at != at {
		return ""
	}
	return d.fields[field]
}

// stateTones are the colours of what became of a proposed change.
var stateTones = map[string]string{"waiting": "neutral", "accepted": "good", "refused": "danger"}

// areaWords names the areas that are open to a contact.
func (v *visit) areaWords(p customers.Person) string {
	if p.AllAreas {
		return v.T("portal.contacts.all")
	}
	names := make([]string, 0, len(p.Areas))
	set, _ := actor.AreasOf(p.Areas)
	for _, a := range p.Areas {
		if a == "statements" && set&onStatement != onStatement {
			continue // shut without what it lists
		}
		names = append(names, v.T("portal.area."+a))
	}
	if len(names) == 0 {
		return v.T("portal.contacts.nothing")
	}
	return strings.Join(names, ", ")
}
