package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/wording"
)

// GroupMails is the tab Courriels portail of a group (spec/access).
type GroupMails struct {
	GroupID        string        `json:"groupId"`    // public id
	RequestsTo     string        `json:"requestsTo"` // where requests are announced; "" = the firm's address
	MailsFrom      string        `json:"mailsFrom"`  // sender; "" = the firm's
	InviteOthers   bool          `json:"inviteOthers"`
	TellNewPrimary bool          `json:"tellNewPrimary"`
	TellOldPrimary bool          `json:"tellOldPrimary"`
	Mails          []GroupMail   `json:"mails"`        // one of each of AccessKinds, in their order
	Placeholders   []string      `json:"placeholders"` // read only: what the mails may name
	Contacts       []GroupPerson `json:"contacts"`     // read only: on whom a mail may be looked at
	Version        int64         `json:"version"`
}

// GroupPerson is a contact of a group, to look at a mail with.
type GroupPerson struct {
	Code  string `json:"code"` // public id
	Label string `json:"label"`
}

// GroupMail is one mail of the tab in both languages, with its placeholders; bodies are
// Markdown. "" = the program's own, which is beside it.
type GroupMail struct {
	Kind             string `json:"kind"`
	SubjectFR        string `json:"subjectFr"`
	BodyFR           string `json:"bodyFr"`
	SubjectEN        string `json:"subjectEn"`
	BodyEN           string `json:"bodyEn"`
	ShippedSubjectFR string `json:"shippedSubjectFr"` // read only
	ShippedBodyFR    string `json:"shippedBodyFr"`    // read only
	ShippedSubjectEN string `json:"shippedSubjectEn"` // read only
	ShippedBodyEN    string `json:"shippedBodyEn"`    // read only
}

// MailWords are a mail's words with their placeholders; Body is Markdown.
type MailWords struct {
	Subject, Body string
}

// The mails of access, in the order of the tab.
const (
	MailInvited    = "invited"
	MailValidated  = "validated"
	MailNewPrimary = "new_primary"
	MailOldPrimary = "old_primary"
	MailUserName   = "user_name"
	MailPassword   = "password"
)

// AccessKinds lists the six mails in the order of the tab.
func AccessKinds() []string {
	return []string{MailInvited, MailValidated, MailNewPrimary, MailOldPrimary, MailUserName, MailPassword}
}

// accessWords is what the six mails may name. The link and the portal's address are put in
// when the mail leaves.
var accessWords = wording.Set{
	Names:  []string{"contact.name", "customer.name", "firm.name", "user.name", "link", "portal.url", "expires"},
	Blocks: []string{"link", "portal.url"},
}

// AccessPlaceholders lists what the six mails may name, for the form.
func AccessPlaceholders() []string { return append([]string{}, accessWords.Names...) }

// blankMails are the six mails of a group that wrote none of its own.
func blankMails() []GroupMail {
	all := make([]GroupMail, 0, len(AccessKinds()))
	for _, k := range AccessKinds() {
		fr, en := defaultMail(locale.FR, k), defaultMail(locale.EN, k)
		all = append(all, GroupMail{Kind: k, ShippedSubjectFR: fr.Subject, ShippedBodyFR: fr.Body, ShippedSubjectEN: en.Subject, ShippedBodyEN: en.Body})
	}
	return all
}

func defaultMail(lang locale.Lang, kind string) MailWords {
	args := map[string]any{}
	for name, ph := range map[string]string{"contact": "contact.name", "customer": "customer.name", "firm": "firm.name", "user_name": "user.name", "link": "link", "portal": "portal.url", "expires": "expires"} {
		args[name] = "{{" + ph + "}}"
	}
	return MailWords{Subject: locale.T(lang, "mail.access."+kind+".subject", args), Body: locale.T(lang, "mail.access."+kind+".body", args)}
}

// GroupMailsOf gives the tab as it is stored.
func (s *Service) GroupMailsOf(ctx context.Context, who actor.Actor, groupID string) (m GroupMails, err error) {
	if err := who.Need(actor.Look); err != nil {
		return GroupMails{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		m, err = groupMails(ctx, q, groupID)
		return err
	})
	return m, err
}

func groupMails(ctx context.Context, q *gen.Queries, groupID string) (GroupMails, error) {
	g, err := q.CustomerGroupByPublicID(ctx, groupID)
	if err != nil {
		return GroupMails{}, db.NotFound(err)
	}
	m := GroupMails{GroupID: g.PublicID, RequestsTo: g.RequestsTo, MailsFrom: g.MailsFrom, InviteOthers: g.InviteOthers == 1, TellNewPrimary: g.TellNewPrimary == 1,
		TellOldPrimary: g.TellOldPrimary == 1, Mails: blankMails(), Placeholders: AccessPlaceholders(), Contacts: []GroupPerson{}, Version: g.Version}
	rows, err := q.GroupMailsOwn(ctx, g.ID)
	if err != nil {
		return GroupMails{}, err
	}
	for _, r := range rows {
		for i := range m.Mails {
			if x := &m.Mails[i]; x.Kind == r.Kind {
				subject, body := x.in(r.Lang)
				w := defaultMail(locale.Of(r.Lang), r.Kind)
				if r.Subject != w.Subject {
					*subject = r.Subject
				}
				if r.Body != w.Body {
					*body = r.Body
				}
			}
		}
	}
	people, err := q.GroupContacts(ctx, &g.ID)
	for _, k := range people {
		m.Contacts = append(m.Contacts, GroupPerson{Code: k.PublicID, Label: k.Name + " (" + k.CustomerName + ")"})
	}
	return m, err
}

// in is where the words of one language stand.
func (m *GroupMail) in(lang string) (subject, body *string) {
	if lang == "en" {
		return &m.SubjectEN, &m.BodyEN
	}
	return &m.SubjectFR, &m.BodyFR
}

// SaveGroupMails saves the whole tab or nothing. key makes a repeat harmless.
func (s *Service) SaveGroupMails(ctx context.Context, who actor.Actor, key string, m GroupMails) (saved GroupMails, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return GroupMails{}, err
	}
	if m, err = checkMails(m); err != nil {
		return GroupMails{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		done := ""
		if err := audit.Once(ctx, tx, key, "group.mails", m, &done, func() error {
			done = m.GroupID
			return putMails(ctx, tx, who, m)
		}); err != nil {
			return err
		}
		saved, err = groupMails(ctx, tx.Queries, m.GroupID)
		return err
	})
	return saved, err
}

func putMails(ctx context.Context, tx *db.Tx, who actor.Actor, m GroupMails) error {
	g, err := tx.CustomerGroupByPublicID(ctx, m.GroupID)
	if err != nil {
		return db.NotFound(err)
	}
	if g.PortalEnabled == 0 {
		return fault.New(fault.Conflict, "fault.group.portal_off")
	}
	before, err := groupMails(ctx, tx.Queries, m.GroupID)
	if err != nil {
		return err
	}
	n, err := tx.SetGroupMails(ctx, gen.SetGroupMailsParams{ID: g.ID, Version: m.Version, RequestsTo: m.RequestsTo, MailsFrom: m.MailsFrom, InviteOthers: flag(m.InviteOthers),
		TellNewPrimary: flag(m.TellNewPrimary), TellOldPrimary: flag(m.TellOldPrimary), UpdatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	for _, x := range m.Mails {
		for _, lang := range []string{"fr", "en"} {
			if err := putMail(ctx, tx, g.ID, x.Kind, lang, wordsOf(x, lang)); err != nil {
				return err
			}
		}
	}
	after, err := groupMails(ctx, tx.Queries, m.GroupID)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "group.mails_changed", ObjectKind: "customer_group", ObjectID: g.ID, Details: map[string]any{"fields": audit.Changed(before, after)}})
}

// wordsOf are a mail's words with the program's own where the group has none.
func wordsOf(m GroupMail, lang string) MailWords {
	subject, body := m.in(lang)
	return filled(MailWords{Subject: *subject, Body: *body}, lang, m.Kind)
}

func filled(w MailWords, lang, kind string) MailWords {
	own := defaultMail(locale.Of(lang), kind)
	if w.Subject == "" {
		w.Subject = own.Subject
	}
	if w.Body == "" {
		w.Body = own.Body
	}
	return w
}

// putMail keeps a mail of the group's own; one that is the program's is not kept, so that it
// goes on to be the program's.
func putMail(ctx context.Context, tx *db.Tx, groupID int64, kind, lang string, w MailWords) error {
	if w == defaultMail(locale.Of(lang), kind) {
		return tx.DeleteGroupMail(ctx, gen.DeleteGroupMailParams{GroupID: groupID, Kind: kind, Lang: lang})
	}
	return tx.PutGroupMail(ctx, gen.PutGroupMailParams{GroupID: groupID, Kind: kind, Lang: lang, Subject: w.Subject, Body: w.Body})
}
