package customers

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/taxid"
)

// GroupPortal is the tab Configuration portail of a group: its words in both languages
// (Markdown), its terms, its questions and how its contacts get in (spec/access).
type GroupPortal struct {
	GroupID        string          `json:"groupId"` // public id
	TermsFR        string          `json:"termsFr"`
	TermsEN        string          `json:"termsEn"` // both "" = no terms to accept
	Terms          []GroupTerms    `json:"terms"`   // read only: every version, the newest first
	TaxFormat      string          `json:"taxFormat"`
	TaxMask        string          `json:"taxMask"`      // of "free"
	Formats        []GroupFormat   `json:"formats"`      // read only: what TaxFormat may be
	EmailHelpURL   string          `json:"emailHelpUrl"` // http, https; "" = none
	Texts          []GroupText     `json:"texts"`        // one of each of TextFields, in their order
	Questions      []GroupQuestion `json:"questions"`    // in their order
	PasswordAlways bool            `json:"passwordAlways"`
	FactorWanted   bool            `json:"factorWanted"`
	Proposals      bool            `json:"proposals"` // changes by contacts wait for the firm
	Version        int64           `json:"version"`   // of the group: all its tabs share it
}

// GroupTerms is one version of a group's terms as the firm sees it.
type GroupTerms struct {
	Version  int64  `json:"version"`
	FR       string `json:"fr"`
	EN       string `json:"en"` // both "" = from here on there was nothing to accept
	At       string `json:"at"` // instant
	ByName   string `json:"byName"`
	Accepted int64  `json:"accepted"` // contacts who did
}

// GroupFormat is a format of the tax number (rules/taxid).
type GroupFormat struct {
	Code    string `json:"code"`
	Pattern string `json:"pattern"` // "" where the length depends on what is typed
	Example string `json:"example"`
}

// GroupText is one text of the tab in both languages, Markdown; "" = the program's own, which
// is beside it.
type GroupText struct {
	Field     string `json:"field"`
	FR        string `json:"fr"`
	EN        string `json:"en"`
	ShippedFR string `json:"shippedFr"` // read only
	ShippedEN string `json:"shippedEn"` // read only
}

// GroupQuestion is a question of the group's own, asked in the fourth step of a request.
type GroupQuestion struct {
	PublicID  string   `json:"publicId"` // "" = a new one
	Kind      string   `json:"kind"`     // text, choice, yes_no
	LabelFR   string   `json:"labelFr"`
	LabelEN   string   `json:"labelEn"`
	ChoicesFR []string `json:"choicesFr"` // of "choice": at least two, as many in both languages
	ChoicesEN []string `json:"choicesEn"`
	Mandatory bool     `json:"mandatory"`
}

// TextFields are the texts of the tab, in the order of the form.
func TextFields() []string {
	return []string{"step_terms", "step_contact", "step_company", "step_questions", "status_incomplete", "status_complete", "contact_updated", "contact_added"}
}

// blankTexts are the texts of a group that wrote none of its own.
func blankTexts() []GroupText {
	all := make([]GroupText, 0, len(TextFields()))
	for _, f := range TextFields() {
		all = append(all, GroupText{Field: f, ShippedFR: ShippedText(locale.FR, f), ShippedEN: ShippedText(locale.EN, f)})
	}
	return all
}

func formats() []GroupFormat {
	all := make([]GroupFormat, 0, len(taxid.Presets()))
	for _, code := range taxid.Presets() {
		f := taxid.Format{Preset: code}
		all = append(all, GroupFormat{Code: code, Pattern: f.Pattern(), Example: f.Example()})
	}
	return all
}

// ShippedText is the program's own text of a field, which a group shows until it writes another.
func ShippedText(lang locale.Lang, field string) string {
	return locale.T(lang, "portal.group."+field, nil)
}

// GroupPortalOf gives the tab as it is stored.
func (s *Service) GroupPortalOf(ctx context.Context, who actor.Actor, groupID string) (p GroupPortal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return GroupPortal{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		p, err = groupPortal(ctx, q, groupID)
		return err
	})
	return p, err
}

func groupPortal(ctx context.Context, q *gen.Queries, groupID string) (GroupPortal, error) {
	g, err := q.CustomerGroupByPublicID(ctx, groupID)
	if err != nil {
		return GroupPortal{}, db.NotFound(err)
	}
	p := GroupPortal{GroupID: g.PublicID, TaxFormat: g.TaxFormat, TaxMask: g.TaxMask, Formats: formats(), EmailHelpURL: g.EmailHelpUrl, PasswordAlways: g.PasswordAlways == 1,
		FactorWanted: g.FactorWanted == 1, Proposals: g.Proposals == 1, Version: g.Version, Texts: blankTexts(), Terms: []GroupTerms{}}
	rows, err := q.GroupTexts(ctx, g.ID)
	if err != nil {
		return GroupPortal{}, err
	}
	for _, r := range rows {
		i := slices.IndexFunc(p.Texts, func(t GroupText) bool { return t.Field == r.Field })
		if i >= 0 {
			*p.Texts[i].in(r.Lang) = r.Words
		}
	}
	versions, err := q.GroupTermsVersions(ctx, g.ID)
	if err != nil {
		return GroupPortal{}, err
	}
	for i, t := range versions {
		if i == 0 {
			p.TermsFR, p.TermsEN = t.WordsFr, t.WordsEn
		}
		p.Terms = append(p.Terms, GroupTerms{Version: t.Version, FR: t.WordsFr, EN: t.WordsEn, At: t.At, ByName: t.ByName, Accepted: t.Accepted})
	}
	p.Questions, err = questions(ctx, q, g.ID)
	return p, err
}

// in is the words of one language.
func (t *GroupText) in(lang string) *string {
	if lang == "en" {
		return &t.EN
	}
	return &t.FR
}

// PortalTexts gives the words of the portal's steps in one language, by field; groupID 0: the
// program's own.
func PortalTexts(ctx context.Context, q *gen.Queries, groupID int64, lang string) (map[string]string, error) {
	all := map[string]string{}
	for _, f := range TextFields() {
		all[f] = ShippedText(locale.Of(lang), f)
	}
	rows, err := q.GroupTexts(ctx, groupID)
	for _, r := range rows {
		if r.Lang == locale.Of(lang) {
			all[r.Field] = r.Words
		}
	}
	return all, err
}

// Terms are one version of what a group's contacts accept, Markdown.
type Terms struct {
	ID      int64 // 0 = the group has none, and never had
	Version int64
	FR, EN  string // both "" = nothing to accept from this version on
	At, By  string
}

// In gives the words of one language.
func (t Terms) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.FR
}

// CurrentTerms gives the newest version of a group's terms.
func CurrentTerms(ctx context.Context, q *gen.Queries, groupID int64) (Terms, error) {
	r, err := q.CurrentGroupTerms(ctx, groupID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return Terms{}, nil
	}
	return Terms{ID: r.ID, Version: r.Version, FR: r.WordsFr, EN: r.WordsEn, At: r.At, By: r.ByName}, err
}

// SaveGroupPortal saves the whole tab or nothing. New terms become a new version only where
// their words changed. key makes a repeat harmless.
func (s *Service) SaveGroupPortal(ctx context.Context, who actor.Actor, key string, p GroupPortal) (saved GroupPortal, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return GroupPortal{}, err
	}
	if p, err = checkPortal(p); err != nil {
		return GroupPortal{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		done := ""
		if err := audit.Once(ctx, tx, key, "group.portal", p, &done, func() error {
			done = p.GroupID
			return s.putPortal(ctx, tx, who, p)
		}); err != nil {
			return err
		}
		saved, err = groupPortal(ctx, tx.Queries, p.GroupID)
		return err
	})
	return saved, err
}

func (s *Service) putPortal(ctx context.Context, tx *db.Tx, who actor.Actor, p GroupPortal) error {
	g, err := tx.CustomerGroupByPublicID(ctx, p.GroupID)
	if err != nil {
		return db.NotFound(err)
	}
	before, err := groupPortal(ctx, tx.Queries, p.GroupID)
	if err != nil {
		return err
	}
	n, err := tx.SetGroupPortal(ctx, gen.SetGroupPortalParams{ID: g.ID, Version: p.Version, TaxFormat: p.TaxFormat, TaxMask: p.TaxMask, EmailHelpUrl: p.EmailHelpURL,
		PasswordAlways: flag(p.PasswordAlways), FactorWanted: flag(p.FactorWanted), Proposals: flag(p.Proposals), UpdatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	s.atOnce(tx)
	for _, t := range p.Texts {
		for _, lang := range []string{"fr", "en"} {
			if err := putText(ctx, tx, g.ID, t.Field, lang, *t.in(lang)); err != nil {
				return err
			}
		}
	}
	if err := putTerms(ctx, tx, who, g.ID, p); err != nil {
		return err
	}
	if err := s.putQuestions(ctx, tx, g.ID, p.Questions); err != nil {
		return err
	}
	after, err := groupPortal(ctx, tx.Queries, p.GroupID)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "group.portal_changed", ObjectKind: "customer_group", ObjectID: g.ID, Details: map[string]any{"fields": audit.Changed(before, after)}})
}

// atOnce has what the group asks for count at the next page, not when the sessions in memory are
// a minute old.
func (s *Service) atOnce(tx *db.Tx) {
	if s.door != nil {
		s.door.Forget(tx)
	}
}

// putText keeps a text of the group's own; one that is the program's is not kept, so that it
// goes on to be the program's.
func putText(ctx context.Context, tx *db.Tx, groupID int64, field, lang, words string) error {
	if words == "" || words == ShippedText(locale.Of(lang), field) {
		return tx.DeleteGroupText(ctx, gen.DeleteGroupTextParams{GroupID: groupID, Field: field, Lang: lang})
	}
	return tx.PutGroupText(ctx, gen.PutGroupTextParams{GroupID: groupID, Field: field, Lang: lang, Words: words})
}

func putTerms(ctx context.Context, tx *db.Tx, who actor.Actor, groupID int64, p GroupPortal) error {
	now, err := CurrentTerms(ctx, tx.Queries, groupID)
	if err != nil || now.FR == p.TermsFR && now.EN == p.TermsEN {
		return err
	}
	return tx.InsertGroupTerms(ctx, gen.InsertGroupTermsParams{GroupID: groupID, Version: now.Version + 1, WordsFr: p.TermsFR, WordsEn: p.TermsEN, ByName: who.Name, At: tx.Stamp()})
}

// Format is how the tax number is typed in a group.
func (p GroupPortal) Format() taxid.Format { return taxid.Format{Preset: p.TaxFormat, Mask: p.TaxMask} }
