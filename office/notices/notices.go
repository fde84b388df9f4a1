// Package notices keeps what the firm tells its customers in the portal: announcements to chosen
// groups, and the page of frequent questions.
//
// What lives here: writing, publishing and withdrawing them, who sees which, who saw them, the mail
// that goes with an announcement. What must not: pages (edge/portal), groups themselves
// (office/customers). Called by the window and the portal.
package notices

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// The states of an announcement, derived from what was decided and the firm's day.
const (
	Draft     = "draft"
	Planned   = "planned" // published, its first day is yet to come
	Shown     = "shown"
	Over      = "over" // its last day has gone
	Withdrawn = "withdrawn"
)

// Group is a customer group by name.
type Group struct {
	PublicID string `json:"publicId"`
	Name     string `json:"name"`
}

// Announcement is what customers read at the top of their portal.
type Announcement struct {
	PublicID   string  `json:"publicId"`
	TitleFR    string  `json:"titleFr"`
	TitleEN    string  `json:"titleEn"`
	BodyFR     string  `json:"bodyFr"` // Markdown
	BodyEN     string  `json:"bodyEn"`
	StartsOn   string  `json:"startsOn"` // "" = at once
	EndsOn     string  `json:"endsOn"`   // its last day; "" = until it is withdrawn
	Everyone   bool    `json:"everyone"`
	Groups     []Group `json:"groups"`     // where not for everyone
	Importance string  `json:"importance"` // info, important, urgent
	Pinned     bool    `json:"pinned"`
	ByMail     bool    `json:"byMail"`
	State      string  `json:"state"`
	Mailed     bool    `json:"mailed"`
	Seen       int64   `json:"seen"`     // contacts who saw it
	Audience   int64   `json:"audience"` // contacts it is for; of one that is looked at
	Mails      int64   `json:"mails"`    // those of them who have an address of mail
	Version    int64   `json:"version"`
}

// Reader is a contact who saw an announcement.
type Reader struct {
	Name       string `json:"name"`
	Customer   string `json:"customer"`
	CustomerID string `json:"customerId"`
	SeenAt     string `json:"seenAt"`
	Dismissed  bool   `json:"dismissed"`
}

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB  *db.DB
	IDs id.Source
	// IssueLink makes the mailed link that opens the portal; office/access behind it.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID int64) (linkID int64, err error)
	// Changed is called after a commit with what changed.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{d}
}

// List gives the announcements, the newest first.
func (s *Service) List(ctx context.Context, who actor.Actor) (list []Announcement, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Announcement{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		groups := map[int64][]Group{}
		of, err := q.NoticeGroups(ctx)
		if err != nil {
			return err
		}
		for _, g := range of {
			groups[g.NoticeID] = append(groups[g.NoticeID], Group{g.PublicID, g.Name})
		}
		rows, err := q.Notices(ctx)
		for _, r := range rows {
			a := Announcement{PublicID: r.PublicID, TitleFR: r.TitleFr, TitleEN: r.TitleEn, StartsOn: r.StartsOn, EndsOn: r.EndsOn, Everyone: r.Everyone == 1, Groups: append([]Group{}, groups[r.ID]...),
				Importance: r.Importance, Pinned: r.Pinned == 1, ByMail: r.ByMail == 1, Seen: r.Seen, Version: r.Version, State: stateOf(r.PublishedAt, r.WithdrawnAt, r.StartsOn, r.EndsOn, today)}
			list = append(list, a)
		}
		return err
	})
	return list, err
}

func stateOf(published, withdrawn *string, starts, ends string, today civil.Date) string {
	switch {
	case published == nil:
		return Draft
	case withdrawn != nil:
		return Withdrawn
	case starts != "" && starts > today.String():
		return Planned
	case ends != "" && ends < today.String():
		return Over
	}
	return Shown
}

// Get gives one announcement with those who saw it.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (a Announcement, readers []Reader, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Announcement{}, nil, err
	}
	readers = []Reader{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if a, _, err = s.read(ctx, q, publicID); err != nil {
			return err
		}
		row, err := q.NoticeByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.NoticeReaders(ctx, row.ID)
		for _, r := range rows {
			readers = append(readers, Reader{Name: r.Name, Customer: r.CustomerName, CustomerID: r.CustomerPublicID, SeenAt: r.SeenAt, Dismissed: r.DismissedAt != nil})
		}
		a.Seen = int64(len(readers))
		return err
	})
	return a, readers, err
}

func (s *Service) read(ctx context.Context, q *gen.Queries, publicID string) (Announcement, int64, error) {
	r, err := q.NoticeByPublicID(ctx, publicID)
	if err != nil {
		return Announcement{}, 0, db.NotFound(err)
	}
	today, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return Announcement{}, 0, err
	}
	a := Announcement{PublicID: r.PublicID, TitleFR: r.TitleFr, TitleEN: r.TitleEn, BodyFR: r.BodyFr, BodyEN: r.BodyEn, StartsOn: r.StartsOn, EndsOn: r.EndsOn, Everyone: r.Everyone == 1, Groups: []Group{},
		Importance: r.Importance, Pinned: r.Pinned == 1, ByMail: r.ByMail == 1, Mailed: r.MailedAt != nil, Version: r.Version, State: stateOf(r.PublishedAt, r.WithdrawnAt, r.StartsOn, r.EndsOn, today)}
	groups, err := q.GroupsOfNotice(ctx, r.ID)
	if err != nil {
		return Announcement{}, 0, err
	}
	for _, g := range groups {
		a.Groups = append(a.Groups, Group{g.PublicID, g.Name})
	}
	n, err := q.CountNoticeAudience(ctx, r.ID)
	a.Audience, a.Mails = n.People, n.Addresses
	return a, r.ID, err
}

// maxWords bounds a text of the firm's, as elsewhere.
const maxWords = 10_000

func check(a Announcement) (Announcement, error) {
	var form fault.Form
	text.Each(text.Line, &a.TitleFR, &a.TitleEN)
	text.Each(text.Clean, &a.BodyFR, &a.BodyEN)
	if a.TitleFR == "" && a.TitleEN == "" {
		form.Need("titleFr", "")
	}
	form.MaxLen("titleFr", a.TitleFR, 150)
	form.MaxLen("titleEn", a.TitleEN, 150)
	form.MaxLen("bodyFr", a.BodyFR, maxWords)
	form.MaxLen("bodyEn", a.BodyEN, maxWords)
	for path, day := range map[string]string{"startsOn": a.StartsOn, "endsOn": a.EndsOn} {
		if _, err := civil.Parse(day); day != "" && err != nil {
			form.Add(path, "fault.not_a_date")
		}
	}
	if form.Empty() && a.StartsOn != "" && a.EndsOn != "" && a.EndsOn < a.StartsOn {
		form.Add("endsOn", "fault.notice.ends_before")
	}
	if !slices.Contains([]string{"info", "important", "urgent"}, a.Importance) {
		form.Add("importance", "fault.choice")
	}
	if !a.Everyone && len(a.Groups) == 0 {
		form.Add("groups", "fault.notice.no_group")
	}
	return a, form.Err()
}

// Save writes a new announcement (no PublicID) or changes one; key makes a repeat of a creation
// harmless. One that is published changes where it is shown at once.
func (s *Service) Save(ctx context.Context, who actor.Actor, key string, a Announcement) (saved Announcement, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return Announcement{}, err
	}
	if a, err = check(a); err != nil {
		return Announcement{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := a.PublicID
		var err error
		if publicID == "" {
			err = audit.Once(ctx, tx, key, "announcement.create", a, &publicID, func() error {
				publicID = s.IDs()
				return s.insert(ctx, tx, who, publicID, a)
			})
		} else {
			err = s.change(ctx, tx, who, a)
		}
		if err != nil {
			return err
		}
		saved, _, err = s.read(ctx, tx.Queries, publicID)
		tx.AfterCommit(func() { s.Changed("announcements") })
		return err
	})
	return saved, err
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string, a Announcement) error {
	if err := s.notOver(ctx, tx, a.EndsOn); err != nil {
		return err
	}
	id, err := tx.InsertNotice(ctx, gen.InsertNoticeParams{PublicID: publicID, TitleFr: a.TitleFR, TitleEn: a.TitleEN, BodyFr: a.BodyFR, BodyEn: a.BodyEN, StartsOn: a.StartsOn, EndsOn: a.EndsOn,
		Everyone: flag(a.Everyone), Importance: a.Importance, Pinned: flag(a.Pinned), ByMail: flag(a.ByMail), Now: tx.Stamp()})
	if err != nil {
		return err
	}
	if err := s.putGroups(ctx, tx, id, a); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "announcement.created", ObjectKind: "announcement", ObjectID: id})
}

func (s *Service) change(ctx context.Context, tx *db.Tx, who actor.Actor, a Announcement) error {
	before, id, err := s.read(ctx, tx.Queries, a.PublicID)
	if err == nil && before.State == Draft { // a day that is over ends one that is shown
		err = s.notOver(ctx, tx, a.EndsOn)
	}
	if err != nil {
		return err
	}
	n, err := tx.UpdateNotice(ctx, gen.UpdateNoticeParams{ID: id, Version: a.Version, TitleFr: a.TitleFR, TitleEn: a.TitleEN, BodyFr: a.BodyFR, BodyEn: a.BodyEN, StartsOn: a.StartsOn, EndsOn: a.EndsOn,
		Everyone: flag(a.Everyone), Importance: a.Importance, Pinned: flag(a.Pinned), ByMail: flag(a.ByMail), Now: tx.Stamp()})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	if err != nil {
		return err
	}
	if err := s.putGroups(ctx, tx, id, a); err != nil {
		return err
	}
	if before.State != Draft && before.State != Withdrawn { // its mail waits for the day it begins
		if err := s.queueMail(ctx, tx, a.PublicID); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "announcement.changed", ObjectKind: "announcement", ObjectID: id, Details: map[string]any{"fields": changed(before, a)}})
}

// changed names the fields that differ.
func changed(a, b Announcement) []string {
	list := []string{}
	for _, f := range []struct {
		name string
		same bool
	}{{"titleFr", a.TitleFR == b.TitleFR}, {"titleEn", a.TitleEN == b.TitleEN}, {"bodyFr", a.BodyFR == b.BodyFR}, {"bodyEn", a.BodyEN == b.BodyEN}, {"startsOn", a.StartsOn == b.StartsOn}, {"endsOn", a.EndsOn == b.EndsOn},
		{"everyone", a.Everyone == b.Everyone}, {"groups", slices.Equal(idsOf(a.Groups), idsOf(b.Groups))}, {"importance", a.Importance == b.Importance}, {"pinned", a.Pinned == b.Pinned}, {"byMail", a.ByMail == b.ByMail}} {
		if !f.same {
			list = append(list, f.name)
		}
	}
	return list
}

func idsOf(groups []Group) []string {
	list := make([]string, 0, len(groups))
	for _, g := range groups {
		list = append(list, g.PublicID)
	}
	slices.Sort(list)
	return list
}

func (s *Service) putGroups(ctx context.Context, tx *db.Tx, id int64, a Announcement) error {
	if err := tx.ClearNoticeGroups(ctx, id); err != nil || a.Everyone {
		return err
	}
	return eachGroup(ctx, tx, a.Groups, func(group int64) error {
		return tx.AddNoticeGroup(ctx, gen.AddNoticeGroupParams{NoticeID: id, GroupID: group})
	})
}

func eachGroup(ctx context.Context, tx *db.Tx, groups []Group, do func(id int64) error) error {
	for _, g := range groups {
		row, err := tx.CustomerGroupByPublicID(ctx, g.PublicID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			var form fault.Form
			form.Add("groups", "fault.choice")
			return form.Err()
		}
		if err == nil {
			err = do(row.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Publish shows an announcement from its first day on, and queues its mail. One whose last day is over is
// refused beside endsOn: nobody would see it.
func (s *Service) Publish(ctx context.Context, who actor.Actor, publicID string, version int64) (Announcement, error) {
	return s.set(ctx, who, publicID, version, true)
}

// Withdraw takes it off the portal at once.
func (s *Service) Withdraw(ctx context.Context, who actor.Actor, publicID string, version int64) (Announcement, error) {
	return s.set(ctx, who, publicID, version, false)
}

func (s *Service) set(ctx context.Context, who actor.Actor, publicID string, version int64, show bool) (a Announcement, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return Announcement{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.NoticeByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		at := tx.Stamp()
		p := gen.SetNoticeStateParams{ID: row.ID, Version: version, PublishedAt: row.PublishedAt, Now: at}
		action := "announcement.published"
		if show {
			if err := s.notOver(ctx, tx, row.EndsOn); err != nil {
				return err
			}
			p.PublishedAt = &at
		} else {
			p.WithdrawnAt, action = &at, "announcement.withdrawn"
		}
		if !show && row.PublishedAt == nil {
			return fault.New(fault.Conflict, "fault.stale")
		}
		n, err := tx.SetNoticeState(ctx, p)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err == nil && show {
			err = s.queueMail(ctx, tx, publicID)
		}
		if err != nil {
			return err
		}
		if a, _, err = s.read(ctx, tx.Queries, publicID); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("announcements") })
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "announcement", ObjectID: row.ID, Details: map[string]any{"audience": a.Audience, "by_mail": a.ByMail}})
	})
	return a, err
}

// notOver refuses a last day that is over, in the firm's time zone; "" is none.
func (s *Service) notOver(ctx context.Context, tx *db.Tx, endsOn string) error {
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	var form fault.Form
	if endsOn != "" && endsOn < today.String() {
		form.Add("endsOn", "fault.notice.over")
	}
	return form.Err()
}

// Delete takes away a draft that was never published.
func (s *Service) Delete(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.NoticeByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.DeleteNoticeDraft(ctx, gen.DeleteNoticeDraftParams{ID: row.ID, Version: version})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("announcements") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "announcement.deleted", ObjectKind: "announcement", ObjectID: row.ID, Details: map[string]any{"title": cmp.Or(row.TitleFr, row.TitleEn)}})
	})
}

// Narrow keeps the announcements in a state ("" = any) in whose title or groups the words stand, in any case.
func Narrow(list []Announcement, words, state string) []Announcement {
	words = strings.ToLower(strings.TrimSpace(words))
	return slices.DeleteFunc(list, func(a Announcement) bool {
		said := []string{a.TitleFR, a.TitleEN}
		for _, g := range a.Groups {
			said = append(said, g.Name)
		}
		return state != "" && a.State != state || !strings.Contains(strings.ToLower(strings.Join(said, "\n")), words)
	})
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// in gives the words in a language; where they were written in the other one alone, those.
func in(lang, fr, en string) string {
	if lang == "en" && strings.TrimSpace(en) != "" || strings.TrimSpace(fr) == "" {
		return en
	}
	return fr
}

// begins is the instant from which an announcement is shown: now, or eight in the morning of its
// first day in the firm's time zone.
func begins(now time.Time, startsOn string, zone *time.Location) time.Time {
	d, err := civil.Parse(startsOn)
	if err != nil {
		return now
	}
	if at := time.Date(d.Year, d.Month, d.Day, 8, 0, 0, 0, zone); at.After(now) && civil.Of(now, zone).Before(d) {
		return at
	}
	return now
}
