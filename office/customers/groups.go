package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/tax"
)

// Group is a set of customers that share rules (spec/access, Groupe clients, tab
// Principal). A new customer takes them as its own; changing the group later changes no
// customer, but for the reminder policy, the price list and the uploads, which are the
// group's alone.
type Group struct {
	ID              int64  `json:"-"`
	PublicID        string `json:"publicId"`
	Name            string `json:"name"`
	IsDefault       bool   `json:"isDefault"` // new customers start in it
	TermsDays       *int64 `json:"termsDays"` // nil = the firm's
	TermsEndOfMonth bool   `json:"termsEndOfMonth"`
	TaxRegime       string `json:"taxRegime"` // "" = by the customer's country
	Language        string `json:"language"`  // "" = the firm's
	PriceListID     string `json:"priceListId"`
	PriceListName   string `json:"priceListName"` // read only
	PolicyID        string `json:"policyId"`      // "" = the default policy
	PolicyName      string `json:"policyName"`    // read only
	UploadsAllowed  bool   `json:"uploadsAllowed"`
	PortalEnabled   *bool  `json:"portalEnabled"` // its contacts get into the portal; nil = as it is, a new group does
	Customers       int64  `json:"customers"`     // read only
	Version         int64  `json:"version"`
}

// Groups gives all groups, the default one first.
func (s *Service) Groups(ctx context.Context, who actor.Actor) (list []Group, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		list, err = groups(ctx, q)
		return err
	})
	return list, err
}

func yes(b bool) *bool { return &b }

func groups(ctx context.Context, q *gen.Queries) ([]Group, error) {
	rows, err := q.CustomerGroups(ctx)
	list := make([]Group, 0, len(rows))
	for _, r := range rows {
		list = append(list, Group{ID: r.ID, PublicID: r.PublicID, Name: r.Name, IsDefault: r.IsDefault == 1, TermsDays: r.TermsDays, TermsEndOfMonth: r.TermsEndOfMonth == 1,
			TaxRegime: r.TaxRegime, Language: r.Language, PriceListID: r.PriceListPublicID, PriceListName: r.PriceListName, PolicyID: r.PolicyPublicID, PolicyName: r.PolicyName,
			UploadsAllowed: r.UploadsAllowed == 1, PortalEnabled: yes(r.PortalEnabled == 1), Customers: r.Customers, Version: r.Version})
	}
	return list, err
}

// Group gives one; id "" a blank form.
func (s *Service) Group(ctx context.Context, who actor.Actor, publicID string) (Group, error) {
	list, err := s.Groups(ctx, who)
	if err != nil || publicID == "" {
		return Group{PortalEnabled: yes(true)}, err
	}
	return find(list, publicID)
}

func find(list []Group, publicID string) (Group, error) {
	for _, g := range list {
		if g.PublicID == publicID {
			return g, nil
		}
	}
	return Group{}, fault.New(fault.NotFound, "fault.not_found")
}

// SaveGroup makes a group (no PublicID) or changes it. key makes a repeat harmless.
func (s *Service) SaveGroup(ctx context.Context, who actor.Actor, key string, g Group) (saved Group, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Group{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := g.PublicID
		if publicID == "" {
			if err := audit.Once(ctx, tx, key, "group.create", g, &publicID, func() error {
				publicID, err = s.putGroup(ctx, tx, who, g)
				return err
			}); err != nil {
				return err
			}
		} else if _, err := s.putGroup(ctx, tx, who, g); err != nil {
			return err
		}
		list, err := groups(ctx, tx.Queries)
		if err != nil {
			return err
		}
		saved, err = find(list, publicID)
		return err
	})
	return saved, err
}

// checked is a group's form with what it refers to looked up.
type checked struct {
	Group
	priceList, policy *int64
}

func checkGroup(ctx context.Context, q *gen.Queries, g Group) (checked, error) {
	var form fault.Form
	text.Each(text.Line, &g.Name)
	form.Need("name", g.Name)
	form.MaxLen("name", g.Name, 80)
	if g.TermsDays != nil && (*g.TermsDays < 0 || *g.TermsDays > 365) {
		form.Add("termsDays", "fault.range", "min", 0, "max", 365)
	}
	if g.Language != "" && g.Language != "fr" && g.Language != "en" {
		form.Add("language", "fault.choice")
	}
	if g.TaxRegime != "" {
		checkRegime(&form, g.TaxRegime)
	}
	c := checked{}
	var err error
	for _, x := range []struct {
		path, publicID string
		look           func(context.Context, string) (int64, error)
		into           **int64
	}{{"priceListId", g.PriceListID, q.PriceListIDByPublicID, &c.priceList}, {"policyId", g.PolicyID, q.ReminderPolicyIDByPublicID, &c.policy}} {
		if x.publicID == "" {
			continue
		}
		id, found := x.look(ctx, x.publicID)
		if found = db.NotFound(found); fault.Is(found, fault.NotFound) {
			form.Add(x.path, "fault.choice")
		} else if found != nil {
			return checked{}, found
		}
		*x.into = &id
	}
	other, err := q.CustomerGroupNamed(ctx, g.Name)
	if err = db.NotFound(err); err == nil && other != g.ID {
		form.Add("name", "fault.group_name_taken")
	} else if err != nil && !fault.Is(err, fault.NotFound) {
		return checked{}, err
	}
	c.Group = g
	return c, form.Err()
}

func (s *Service) putGroup(ctx context.Context, tx *db.Tx, who actor.Actor, g Group) (string, error) {
	action, old := "group.created", Group{}
	if g.PublicID != "" {
		var err error
		if old, err = groupOf(ctx, tx.Queries, g.PublicID); err != nil {
			return "", err
		}
		g.ID, action = old.ID, "group.changed"
	}
	c, err := checkGroup(ctx, tx.Queries, g)
	if err != nil {
		return "", err
	}
	if c.IsDefault { // one at most: the old one gives way first
		if err := tx.ClearDefaultGroup(ctx, gen.ClearDefaultGroupParams{UpdatedAt: tx.Stamp(), ExceptID: c.ID}); err != nil {
			return "", err
		}
	}
	if g.PublicID == "" {
		c.PublicID = s.ids()
		if c.ID, err = tx.InsertCustomerGroup(ctx, gen.InsertCustomerGroupParams{PublicID: c.PublicID, Name: c.Name, IsDefault: flag(c.IsDefault), TermsDays: c.TermsDays,
			TermsEndOfMonth: flag(c.TermsEndOfMonth), TaxRegime: c.TaxRegime, Language: c.Language, PriceListID: c.priceList, ReminderPolicyID: c.policy,
			UploadsAllowed: flag(c.UploadsAllowed), Now: tx.Stamp()}); err != nil {
			return "", err
		}
	} else {
		n, err := tx.UpdateCustomerGroup(ctx, gen.UpdateCustomerGroupParams{ID: c.ID, Version: c.Version, Name: c.Name, IsDefault: flag(c.IsDefault), TermsDays: c.TermsDays,
			TermsEndOfMonth: flag(c.TermsEndOfMonth), TaxRegime: c.TaxRegime, Language: c.Language, PriceListID: c.priceList, ReminderPolicyID: c.policy,
			UploadsAllowed: flag(c.UploadsAllowed), UpdatedAt: tx.Stamp()})
		if err != nil {
			return "", err
		}
		if n == 0 {
			return "", fault.New(fault.Conflict, "fault.stale")
		}
	}
	if err := s.putPortalSwitch(ctx, tx, who, c); err != nil {
		return "", err
	}
	record := audit.Record{Action: action, ObjectKind: "customer_group", ObjectID: c.ID}
	if g.PublicID != "" {
		now, err := groupOf(ctx, tx.Queries, g.PublicID)
		if err != nil {
			return "", err
		}
		record.Details = map[string]any{"fields": audit.Changed(old, now)}
	}
	return c.PublicID, audit.Write(ctx, tx, who, record)
}

func groupOf(ctx context.Context, q *gen.Queries, publicID string) (Group, error) {
	list, err := groups(ctx, q)
	if err != nil {
		return Group{}, err
	}
	return find(list, publicID)
}

// DeleteGroup takes an empty group away; one with customers is refused with their number, and so
// is one that statements were scheduled for.
func (s *Service) DeleteGroup(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := tx.CustomerGroupByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		inside, err := tx.CountCustomersOfGroup(ctx, &g.ID)
		if err != nil {
			return err
		}
		if inside > 0 {
			return fault.New(fault.Conflict, "fault.group_in_use", "count", inside)
		}
		if err := endFree(ctx, tx, who, g.ID); err != nil {
			return err
		}
		n, err := tx.DeleteCustomerGroup(ctx, gen.DeleteCustomerGroupParams{ID: g.ID, Version: version})
		if db.IsReferenced(err) { // statements were scheduled for it, and their history stays
			return fault.New(fault.Conflict, "fault.group_scheduled").With(err)
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "group.deleted", ObjectKind: "customer_group", ObjectID: g.ID, Details: map[string]any{"name": g.Name}})
	})
}

// BlankOf gives a new customer with the rules of a group.
func (s *Service) BlankOf(ctx context.Context, who actor.Actor, groupID string) (c Customer, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Customer{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		g, err := q.CustomerGroupByPublicID(ctx, groupID)
		if err != nil {
			return db.NotFound(err)
		}
		c, err = blank(ctx, q, &g)
		return err
	})
	return c, err
}

// blank is a new customer by the firm's defaults, and above them by a group's rules.
func blank(ctx context.Context, q *gen.Queries, g *gen.CustomerGroup) (Customer, error) {
	f, err := company.Get(ctx, q)
	if err != nil {
		return Customer{}, err
	}
	c := Customer{Kind: "company", Language: f.Language, Currency: f.Currency, Country: f.Country, TaxRegime: tax.RegimeOf(f.Country, f.Country, f.Region, true, false),
		TermsDays: f.TermsDays, TermsEndOfMonth: f.TermsEndOfMonth, Contacts: []Contact{}}
	if g == nil {
		return c, nil
	}
	c.GroupID = g.PublicID
	if g.TermsDays != nil {
		c.TermsDays, c.TermsEndOfMonth = *g.TermsDays, g.TermsEndOfMonth == 1
	}
	if g.TaxRegime != "" {
		c.TaxRegime = g.TaxRegime
	}
	if g.Language != "" {
		c.Language = g.Language
	}
	return c, nil
}

// defaultGroup is the group of new customers, nil while there is none.
func defaultGroup(ctx context.Context, q *gen.Queries) (*gen.CustomerGroup, error) {
	g, err := q.DefaultCustomerGroup(ctx)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // no group is an answer, not an error
	}
	return &g, err
}

// saveRules writes what a customer has beside its own row: its group, its exemption.
func saveRules(ctx context.Context, tx *db.Tx, c Customer) error {
	p := gen.SetCustomerRulesParams{ID: c.ID, RemindersExempt: flag(c.RemindersExempt)}
	if c.GroupID != "" {
		g, err := tx.CustomerGroupByPublicID(ctx, c.GroupID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			var form fault.Form
			form.Add("groupId", "fault.choice")
			return form.Err()
		} else if err != nil {
			return err
		}
		p.GroupID = &g.ID
	}
	return tx.SetCustomerRules(ctx, p)
}
