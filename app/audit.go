package app

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/company"
)

// Audit is bound to the window: Paramètres → Journal d'audit.
type Audit struct{ desk *desk }

// AuditQuery asks for a page of the log. Empty fields do not narrow it.
type AuditQuery struct {
	Words  string `json:"words"`
	Person string `json:"person"` // AuditChoice.value
	Action string `json:"action"` // likewise
	Kind   string `json:"kind"`   // of object
	Object string `json:"object"` // AuditEntry.object: kind:id
	From   string `json:"from"`   // civil dates of the firm
	To     string `json:"to"`
	Cursor string `json:"cursor"`
	Limit  int    `json:"limit"`
}

// AuditFact is one detail of an entry, in words.
type AuditFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// AuditEntry is one thing done.
type AuditEntry struct {
	ID         string      `json:"id"`
	When       string      `json:"when"` // in the firm's time zone
	Who        string      `json:"who"`
	WhoKind    string      `json:"whoKind"`
	Action     string      `json:"action"`
	Text       string      `json:"text"`
	Object     string      `json:"object"` // kind:id, to ask for what was done to it
	ObjectKind string      `json:"objectKind"`
	ObjectName string      `json:"objectName"`
	Href       string      `json:"href"` // "" = it has no page
	Facts      []AuditFact `json:"facts"`
	Hash       string      `json:"hash"`
}

// AuditPage is a page of the log, the newest first.
type AuditPage struct {
	Rows []AuditEntry `json:"rows"`
	Next string       `json:"next"`
}

// AuditChoice is one thing that the log can be narrowed by.
type AuditChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// AuditChoices are all of them, and how long the log is.
type AuditChoices struct {
	People  []AuditChoice `json:"people"`
	Actions []AuditChoice `json:"actions"`
	Kinds   []AuditChoice `json:"kinds"`
	Rows    int64         `json:"rows"`
}

// AuditProof is what became of a look at the whole chain.
type AuditProof struct {
	Sound bool   `json:"sound"`
	Rows  int64  `json:"rows"`
	Text  string `json:"text"`
	Head  string `json:"head"`
}

// List gives a page of the log.
func (s *Audit) List(q AuditQuery) (AuditPage, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AuditPage{}, err
	}
	page := AuditPage{Rows: []AuditEntry{}}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return AuditPage{}, err
	}
	filter, before, err := s.desk.auditFilter(q, firm.Location())
	if err != nil {
		return AuditPage{}, err
	}
	if q.Limit <= 0 {
		q.Limit = 100
	}
	rows, next, err := h.Audit.List(s.desk.ctx, who, filter, before, q.Limit)
	if err != nil {
		return AuditPage{}, err
	}
	facts, err := s.desk.factNames(h, who, rows)
	for _, r := range rows {
		page.Rows = append(page.Rows, s.desk.auditEntry(r, facts, firm.Location()))
	}
	if next > 0 {
		page.Next = strconv.FormatInt(next, 10)
	}
	return page, err
}

// auditFilter reads a query; days are those of the firm's own calendar.
func (d *desk) auditFilter(q AuditQuery, zone *time.Location) (f db.AuditFilter, before int64, err error) {
	var form fault.Form
	f = db.AuditFilter{ObjectKind: q.Kind, Words: q.Words, Lang: d.lang}
	if q.Person != "" {
		kind, id, _ := strings.Cut(q.Person, ":")
		f.ActorKind = kind
		if f.ActorID, err = strconv.ParseInt(id, 10, 64); err != nil {
			form.Add("person", "fault.choice")
		}
	}
	if q.Action != "" {
		f.Actions = []string{q.Action}
	}
	if q.Object != "" {
		kind, id, _ := strings.Cut(q.Object, ":")
		f.ObjectKind = kind
		if f.ObjectID, err = strconv.ParseInt(id, 10, 64); err != nil {
			form.Add("object", "fault.choice")
		}
	}
	for _, x := range []struct {
		path, day string
		add       int
		into      *string
	}{{"from", q.From, 0, &f.From}, {"to", q.To, 1, &f.To}} {
		if x.day == "" {
			continue
		}
		day, err := civil.Parse(x.day)
		if err != nil {
			form.Add(x.path, "fault.not_a_date")
			continue
		}
		*x.into = db.Stamp(time.Date(day.Year, day.Month, day.Day+x.add, 0, 0, 0, 0, zone))
	}
	if q.Cursor != "" {
		if before, err = strconv.ParseInt(q.Cursor, 10, 64); err != nil {
			return f, 0, fault.New(fault.Invalid, "fault.invalid")
		}
	}
	if q.Words != "" {
		f.WordActs, f.WordKinds, f.WordActors = d.actionsSaying(q.Words), d.saying(kindPrefix, q.Words), d.saying(actorPrefix, q.Words)
	}
	return f, before, form.Err()
}

// actionsSaying names the actions whose words in the reader's language hold what was typed.
func (d *desk) actionsSaying(words string) []string {
	typed, found := company.PlainName(words), map[string]bool{}
	for _, prefix := range []string{didPrefix, "history."} {
		for _, key := range locale.Keys(d.lang, prefix) {
			action := strings.TrimPrefix(key, prefix)
			if strings.Contains(company.PlainName(d.actionText(action, "")), typed) {
				found[action] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// saying names what stands under a prefix whose words in the reader's language hold what was typed.
func (d *desk) saying(prefix, words string) (found []string) {
	typed := company.PlainName(words)
	for _, key := range locale.Keys(d.lang, prefix) {
		if strings.Contains(company.PlainName(d.t(key, nil)), typed) {
			found = append(found, strings.TrimPrefix(key, prefix))
		}
	}
	return found
}

const (
	didPrefix   = "common.did."
	kindPrefix  = "common.object."
	actorPrefix = "common.actor."
)

// actionText tells an action in words: the log's own, else those of an object's history.
func (d *desk) actionText(action, who string) string {
	for _, key := range []string{didPrefix + action, "history." + action} {
		if locale.Has(d.lang, key) {
			return d.t(key, map[string]any{"actor": who})
		}
	}
	return action
}

func (d *desk) auditEntry(r db.AuditRow, names factNames, zone *time.Location) AuditEntry {
	e := AuditEntry{ID: strconv.FormatInt(r.ID, 10), When: r.At, Who: r.ActorName, WhoKind: d.t(actorPrefix+r.ActorKind, nil), Action: r.Action, Text: d.actionText(r.Action, r.ActorName),
		Object: r.ObjectKind + ":" + strconv.FormatInt(r.ObjectID, 10), ObjectKind: d.kindText(r.ObjectKind), ObjectName: r.ObjectName, Href: auditHref(r), Facts: d.auditFacts(r, names, zone), Hash: r.Hash}
	if at, err := time.Parse(db.TimeFormat, r.At); err == nil {
		e.When = locale.DateTime(d.lang, at, zone)
	}
	if nameless(r.ActorKind) {
		e.Who = e.WhoKind
	}
	if e.ObjectName == "" {
		e.ObjectName = nameKept(r.Details)
	}
	if day, err := civil.Parse(e.ObjectName); err == nil { // a payout is known by its day
		e.ObjectName = locale.Date(d.lang, day)
	}
	return e
}

// nameless tells who has no name but what it is.
func nameless(kind string) bool {
	return kind == string(actor.System) || kind == string(actor.CommandLine)
}

// nameKept is what something was called that is no more, or that was never one row.
func nameKept(details string) string {
	var kept struct {
		Name, Title, Number string
		Year                json.Number // of public holidays, added together
	}
	if json.Unmarshal([]byte(details), &kept) != nil { // a name of another shape is a detail, not a name
		return ""
	}
	return cmp.Or(kept.Name, kept.Title, kept.Number, kept.Year.String())
}

func (d *desk) kindText(kind string) string {
	if key := kindPrefix + kind; locale.Has(d.lang, key) {
		return d.t(key, nil)
	}
	return kind
}

// pagesOf are the pages of objects that have one.
var pagesOf = map[string]string{"customer": "/customers/", "contact": "/customers/", "contract": "/contracts/", "payment": "/payments?open=", "item": "/items/", "customer_group": "/settings/groups/", "recurring": "/recurring/", "plan": "/plans/",
	"subscription": "/subscriptions/", "conversation": "/inbox/chat/", "access_request": "/requests/", "announcement": "/announcements/", "sepa_batch": "/debits/"}

func auditHref(r db.AuditRow) string {
	if r.ObjectRef == "" {
		return ""
	}
	if r.ObjectKind == "document" {
		if r.ObjectIs == "quote" {
			return "/quotes/" + r.ObjectRef
		}
		return "/invoices/" + r.ObjectRef
	}
	if page := pagesOf[r.ObjectKind]; page != "" {
		return page + r.ObjectRef
	}
	return ""
}

// Choices gives what the log can be narrowed by.
func (s *Audit) Choices() (AuditChoices, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AuditChoices{}, err
	}
	found, err := h.Audit.Choices(s.desk.ctx, who)
	c := AuditChoices{People: []AuditChoice{}, Actions: []AuditChoice{}, Kinds: []AuditChoice{}, Rows: found.Rows}
	for _, p := range found.People {
		kind := s.desk.t(actorPrefix+p.Kind, nil)
		label := p.Name + " (" + kind + ")"
		if nameless(p.Kind) {
			label = kind
		}
		c.People = append(c.People, AuditChoice{Value: p.Kind + ":" + strconv.FormatInt(p.ID, 10), Label: label})
	}
	for _, a := range found.Actions {
		c.Actions = append(c.Actions, AuditChoice{Value: a, Label: s.desk.actionText(a, "")})
	}
	for _, k := range locale.Keys(s.desk.lang, kindPrefix) {
		c.Kinds = append(c.Kinds, AuditChoice{Value: strings.TrimPrefix(k, kindPrefix), Label: s.desk.t(k, nil)})
	}
	for _, list := range [][]AuditChoice{c.People, c.Actions, c.Kinds} {
		slices.SortFunc(list, func(a, b AuditChoice) int {
			return strings.Compare(company.PlainName(a.Label), company.PlainName(b.Label))
		})
	}
	return c, err
}

// Prove checks every link of the chain.
func (s *Audit) Prove() (AuditProof, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AuditProof{}, err
	}
	p, err := h.Audit.Prove(s.desk.ctx, who)
	if err != nil {
		return AuditProof{}, err
	}
	v := AuditProof{Sound: p.Sound, Rows: p.Rows, Head: p.Head}
	switch {
	case p.Sound:
		v.Text = s.desk.t("window.audit.sound", map[string]any{"count": p.Rows})
	case p.Cut:
		v.Text = s.desk.t("window.audit.cut", map[string]any{"id": p.Broken, "count": p.Rows})
	case p.Gap:
		v.Text = s.desk.t("window.audit.gap", map[string]any{"id": p.Broken})
	default:
		v.Text = s.desk.t("window.audit.broken", map[string]any{"id": p.Broken})
	}
	return v, nil
}

// exportAuditRows hands over what the screen shows, with its filters.
func exportAuditRows(e listExport, q ListQuery) (string, error) {
	page, err := (&Audit{e.d}).List(AuditQuery{Words: q.Words, Person: e.params.Get("person"), Action: e.params.Get("action"), Kind: e.params.Get("kind"), Object: e.params.Get("object"),
		From: q.From, To: q.To, Cursor: q.Cursor, Limit: q.Limit})
	for _, r := range page.Rows {
		facts := make([]string, 0, len(r.Facts))
		for _, f := range r.Facts {
			facts = append(facts, e.d.t("window.audit.fact", map[string]any{"name": f.Name, "value": f.Value}))
		}
		e.row(r.ID, r.When, r.Who, r.WhoKind, r.Text, r.ObjectKind, r.ObjectName, strings.Join(facts, "; "), r.Hash)
	}
	return page.Next, err
}
