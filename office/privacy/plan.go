package privacy

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/search"
	"comptoir/rules/retention"
)

// Going is one sort of data that an erasure takes out: common.privacy.goes.<kind>.
type Going struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
}

// Staying is one sort that the law keeps: common.privacy.kept.<kind>, its source
// common.privacy.law.<place>.<kind>.
type Staying struct {
	Kind  string `json:"kind"`
	Place string `json:"place"`
	Count int64  `json:"count"`
	Years int64  `json:"years"`
	Until string `json:"until"` // YYYY-MM-DD, of the newest of them
}

// Plan is what an erasure will do, to be read before it is ordered.
type Plan struct {
	ContactID    string    `json:"contactId"`
	CustomerID   string    `json:"customerId"`
	Name         string    `json:"name"` // to be typed, so that nobody is erased by a slip
	CustomerName string    `json:"customerName"`
	Version      int64     `json:"version"`
	Blocked      string    `json:"blocked"`      // common.privacy.blocked.<…>: primary_first, user_first, erased; "" = it may go on
	Person       string    `json:"person"`       // the customer is this person: whole (nothing has to stay), part (its papers keep the name); "" = it is not
	LosesAccess  bool      `json:"losesAccess"`  // nobody of the customer gets into the portal afterwards
	CustomerMail bool      `json:"customerMail"` // the customer's own address or number is this contact's, and goes
	Goes         []Going   `json:"goes"`
	Stays        []Staying `json:"stays"`
}

// Plan says what an erasure of a contact would take out, what stays and until when.
func (s *Service) Plan(ctx context.Context, who actor.Actor, contactID string) (p Plan, err error) {
	if err := who.Need(actor.Erase); err != nil {
		return Plan{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := caseOf(ctx, q, contactID)
		p = x.plan()
		return err
	})
	return p, err
}

// contactCase is a contact with all that an erasure weighs.
type contactCase struct {
	contact gen.ContactForErasureRow
	counts  gen.ErasureCountsRow
	firm    company.Firm
}

func caseOf(ctx context.Context, q *gen.Queries, contactID string) (x contactCase, err error) {
	if x.contact, err = q.ContactForErasure(ctx, contactID); err != nil {
		return x, db.NotFound(err)
	}
	if x.firm, err = company.Get(ctx, q); err != nil {
		return x, err
	}
	x.counts, err = q.ErasureCounts(ctx, gen.ErasureCountsParams{ID: &x.contact.ID, CustomerID: &x.contact.CustomerID, Email: x.address()})
	return x, err
}

// address is the contact's own address, "" where another contact has the same: what came
// without a name may then be the other one's.
func (x contactCase) address() string {
	if x.contact.SameEmail > 0 {
		return ""
	}
	return x.contact.Email
}

// itself tells that the customer is this person and no company.
func (x contactCase) itself() bool {
	return x.contact.CustomerKind == "person" && search.SortKey(x.contact.Name) == search.SortKey(x.contact.CustomerName)
}

// whole tells that nothing of such a customer has to stay.
func (x contactCase) whole() bool {
	n := x.counts
	return x.itself() && n.Papers+n.Payments+n.Contracts+n.Recurring == 0
}

// customerMail tells that the customer's own address or number is the contact's.
func (x contactCase) customerMail() bool {
	k := x.contact
	return k.Email != "" && strings.EqualFold(k.Email, k.CustomerEmail) || k.Phone != "" && k.Phone == k.CustomerPhone
}

// blocked says why it cannot be erased now, "" where it can. The one who speaks for a customer
// is replaced first: the portal wants one primary contact among those with access. Of one who was
// made a user of the firm, the user is closed first: an erasure shuts no colleague out.
func (x contactCase) blocked() string {
	switch k := x.contact; {
	case k.ErasedAt != nil:
		return "erased"
	case k.Users > 0:
		return "user_first"
	case k.IsPrimary == 1 && k.ArchivedAt == nil && k.OthersWithAccess > 0:
		return "primary_first"
	}
	return ""
}

func (x contactCase) plan() Plan {
	k, n := x.contact, x.counts
	p := Plan{ContactID: k.PublicID, CustomerID: k.CustomerPublicID, Name: k.Name, CustomerName: k.CustomerName, Version: k.Version, Blocked: x.blocked(),
		LosesAccess: k.PortalAccess == 1 && k.ArchivedAt == nil && k.OthersWithAccess == 0, CustomerMail: x.customerMail(), Goes: []Going{{"card", 1}}, Stays: x.stays()}
	switch {
	case x.whole():
		p.Person = "whole"
	case x.itself():
		p.Person = "part"
	}
	for _, g := range []Going{{"access", flag(k.UserName != "")}, {"sessions", n.Sessions + n.Links}, {"requests", n.Requests}, {"proposals", n.Proposals}, {"mails", n.Mails},
		{"messages", n.Messages}, {"files", n.Files}, {"methods", n.Methods}, {"contracts", n.Asked + n.Invitations + n.Watched}} {
		if g.Count > 0 {
			p.Goes = append(p.Goes, g)
		}
	}
	return p
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// stays lists what the law keeps of what there is, each until the newest of it may go.
func (x contactCase) stays() []Staying {
	n := x.counts
	list := []Staying{}
	for _, k := range []struct {
		kind  retention.Kind
		count int64
		last  string // a day or an instant
	}{{retention.Books, n.Papers + n.Payments, max(n.PapersOn, n.PaymentsOn)}, {retention.Trace, n.Acts, n.ActsAt}, {retention.Contracts, n.Contracts, n.ContractsOn}, {retention.Consents, n.Consents, n.ConsentsAt}} {
		if k.count == 0 || len(k.last) < len("2006-01-02") {
			continue
		}
		day, err := civil.Parse(k.last[:len("2006-01-02")])
		if err != nil {
			continue // a day nobody can read keeps nothing back
		}
		r := retention.Of(k.kind, x.firm.Country)
		list = append(list, Staying{Kind: string(k.kind), Place: r.Place, Count: k.count, Years: int64(r.Years), Until: r.Until(day, int(x.firm.FiscalYearStarts)).String()})
	}
	return list
}

// Kept is one line of the page that explains how long things are kept: common.privacy.kept.<kind>.
type Kept struct {
	Kind     string `json:"kind"`
	Place    string `json:"place"` // whose law: common.privacy.law.<place>.<kind>; "" = no law, the firm's own measure
	Years    int64  `json:"years"` // 0: see the text of the kind
	FromYear bool   `json:"fromYear"`
}

// Kept tells everybody how long the firm keeps what: no data of anybody is in it.
func (s *Service) Kept(ctx context.Context) (list []Kept, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		f, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		for _, k := range retention.Kinds() {
			r := retention.Of(k, f.Country)
			list = append(list, Kept{Kind: string(k), Place: r.Place, Years: int64(r.Years), FromYear: r.FromYear})
		}
		for _, k := range []string{"account", "mails", "requests", "sessions", "copies"} {
			list = append(list, Kept{Kind: k})
		}
		return nil
	})
	return list, err
}
