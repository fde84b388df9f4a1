package customers

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Happening is one thing that was done to a customer, to its contacts or to their portal.
type Happening struct {
	ID        int64
	At        string // instant
	Action    string // as the audit log has it
	Actor     string
	InPlaceOf string // the contact in whose place somebody of the firm did it, "" = none
	Contact   string // whom it is about, "" = the customer itself
	Other     string // of a swap: who was the primary contact
	Number    string // of the document that was shown, of the contract
	On, Of    string // of a contract: the day that was decided; the one that it follows
	Changes   []Change
}

// Change is what a field held before and after.
type Change struct {
	Field   string `json:"field"`
	Contact string `json:"contact"` // whose card, "" = the customer's own
	Before  string `json:"before"`
	After   string `json:"after"`
}

// historyPage is how much of a history comes at once.
const historyPage = 30

// History gives a page of what was done to a customer, the newest first (spec/access: the firm
// sees each change in the customer's history). cursor "" is the first page; next "" is the last.
func (s *Service) History(ctx context.Context, who actor.Actor, customerID, cursor string) (list []Happening, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	before := int64(math.MaxInt64)
	if cursor != "" {
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid")
		}
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.CustomerHistory(ctx, gen.CustomerHistoryParams{CustomerID: &c.ID, BeforeID: before, RowLimit: historyPage + 1})
		if err != nil {
			return err
		}
		if len(rows) > historyPage {
			rows = rows[:historyPage]
			next = strconv.FormatInt(rows[historyPage-1].ID, 10)
		}
		list, err = happenings(ctx, q, c.ID, rows)
		return err
	})
	return list, next, err
}

func happenings(ctx context.Context, q *gen.Queries, customerID int64, rows []gen.CustomerHistoryRow) ([]Happening, error) {
	list, refs := make([]Happening, 0, len(rows)), []string{}
	for _, r := range rows {
		if r.Change != "" {
			refs = append(refs, r.Change)
		}
	}
	changes, err := q.CustomerChangesOf(ctx, gen.CustomerChangesOfParams{CustomerID: customerID, Changes: refs})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		h := Happening{ID: r.ID, At: r.At, Action: r.Action, Actor: r.ActorName, InPlaceOf: r.InPlaceOf, Contact: r.ContactName, Other: r.OtherName, Number: r.Number, On: r.OnDay, Of: r.OfNumber, Changes: []Change{}}
		for _, c := range changes {
			if r.Change != "" && c.Change == r.Change {
				h.Changes = append(h.Changes, Change{Field: c.Field, Contact: c.ContactName, Before: c.Before, After: c.After})
			}
		}
		list = append(list, h)
	}
	return list, nil
}

// changed is a field that another act gave another value; whose: the contact's card, nil for the
// customer's own fields.
type changed struct {
	whose         *int64
	field         string
	before, after string
}

// keep writes what fields held before and after, beside the audit log, which holds no personal
// data. It adds to details under which name; nothing where nothing changed.
func (s *Service) keep(ctx context.Context, tx *db.Tx, who actor.Actor, customerID int64, details map[string]any, all []changed) error {
	if len(all) == 0 {
		return nil
	}
	ref := s.ids()
	var by *int64
	if who.Kind == actor.Contact && !who.StandsIn() {
		by = &who.ID
	}
	for _, c := range all {
		if err := tx.InsertCustomerChange(ctx, gen.InsertCustomerChangeParams{Change: ref, CustomerID: customerID, ContactID: c.whose, ByContact: by, Field: c.field, Before: c.before, After: c.after}); err != nil {
			return err
		}
	}
	details["change"] = ref
	return nil
}

// differences gives the fields that two states of a customer differ in, those of its contacts
// behind its own. Contacts that came or went are named as the field "contact".
func differences(a, b Customer) (list []changed) {
	x, y := facts(a), facts(b)
	for i := range x {
		if x[i][1] != y[i][1] {
			list = append(list, changed{nil, x[i][0], x[i][1], y[i][1]})
		}
	}
	for _, old := range a.Contacts {
		i := slices.IndexFunc(b.Contacts, func(k Contact) bool { return k.ID == old.ID })
		if i < 0 {
			list = append(list, changed{&old.ID, "contact", named(old), ""})
			continue
		}
		k := b.Contacts[i]
		for _, f := range [][3]string{{"name", old.Name, k.Name}, {"email", old.Email, k.Email}, {"phone", old.Phone, k.Phone}, {"language", old.Language, k.Language}, {"portalAccess", yesNo(old.PortalAccess), yesNo(k.PortalAccess)}} {
			if f[1] != f[2] {
				list = append(list, changed{&k.ID, f[0], f[1], f[2]})
			}
		}
	}
	for _, k := range b.Contacts {
		if !slices.ContainsFunc(a.Contacts, func(old Contact) bool { return old.ID == k.ID }) {
			list = append(list, changed{&k.ID, "contact", "", named(k)})
		}
	}
	return list
}

func named(k Contact) string { return strings.TrimSpace(k.Name + " " + k.Email) }

func yesNo(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

// facts are the fields of a customer that its history tells, by the names of its form.
func facts(c Customer) [][2]string {
	ship := strings.Join(slices.DeleteFunc([]string{c.ShipName, c.ShipLine1, c.ShipLine2, c.ShipPostcode, c.ShipCity, c.ShipRegion, c.ShipCountry}, func(s string) bool { return s == "" }), ", ")
	return [][2]string{{"name", c.Name}, {"externalCode", c.ExternalCode}, {"kind", c.Kind}, {"email", c.Email}, {"phone", c.Phone}, {"siren", c.SIREN}, {"siret", c.SIRET}, {"vatNumber", c.VATNumber}, {"gstNumber", c.GSTNumber},
		{"electronicAddress", c.ElectronicAddress}, {"line1", c.Line1}, {"line2", c.Line2}, {"postcode", c.Postcode}, {"city", c.City}, {"region", c.Region}, {"country", c.Country}, {"ship", ship},
		{"group", c.groupName}, {"language", c.Language}, {"currency", c.Currency}, {"taxRegime", c.TaxRegime}, {"termsDays", strconv.FormatInt(c.TermsDays, 10)}, {"termsEndOfMonth", yesNo(c.TermsEndOfMonth)},
		{"remindersExempt", yesNo(c.RemindersExempt)}, {"notes", c.Notes}}
}
