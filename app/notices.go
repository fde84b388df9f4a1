package app

import (
	"context"

	"comptoir/db"
	"comptoir/edge/mail"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/notices"
)

// Notices is bound to the window: announcements in the portal and its page Questions.
type Notices struct{ desk *desk }

// NoticeView is an announcement with those who saw it.
type NoticeView struct {
	Announcement notices.Announcement `json:"announcement"`
	Readers      []notices.Reader     `json:"readers"`
}

// List gives the announcements in a state ("" = any) with these words, the newest first.
func (s *Notices) List(words, state string) ([]notices.Announcement, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	list, err := h.Notices.List(s.desk.ctx, who)
	return notices.Narrow(list, words, state), err
}

// Get gives one announcement; "" a blank one.
func (s *Notices) Get(id string) (NoticeView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return NoticeView{}, err
	}
	if id == "" {
		return NoticeView{Announcement: notices.Announcement{Everyone: true, Groups: []notices.Group{}, Importance: "info", State: notices.Draft}, Readers: []notices.Reader{}}, nil
	}
	a, readers, err := h.Notices.Get(s.desk.ctx, who, id)
	return NoticeView{Announcement: a, Readers: readers}, err
}

// Save writes a new announcement or changes one.
func (s *Notices) Save(a notices.Announcement, key string) (notices.Announcement, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return notices.Announcement{}, err
	}
	return h.Notices.Save(s.desk.ctx, who, key, a)
}

// Publish shows it, Withdraw takes it off.
func (s *Notices) Publish(id string, version int64) (notices.Announcement, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return notices.Announcement{}, err
	}
	return h.Notices.Publish(s.desk.ctx, who, id, version)
}

// Withdraw takes an announcement off the portal at once.
func (s *Notices) Withdraw(id string, version int64) (notices.Announcement, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return notices.Announcement{}, err
	}
	return h.Notices.Withdraw(s.desk.ctx, who, id, version)
}

// Delete takes away a draft that was never published.
func (s *Notices) Delete(id string, version int64) (bool, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return false, err
	}
	err = h.Notices.Delete(s.desk.ctx, who, id, version)
	return err == nil, err
}

// Preview gives the page of an announcement as a customer reads it in that language.
func (s *Notices) Preview(a notices.Announcement, lang string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	f, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return "", err
	}
	title, body := notices.Words(a, lang)
	return portal.AnnouncementPage(s.desk.ctx, portal.AnnouncementLook{Firm: f.Name, Accent: f.Accent, Lang: lang, Title: title, Body: body, Importance: a.Importance}, mail.HTML)
}

// Questions gives the entries of the page Questions, in order.
func (s *Notices) Questions() ([]notices.Question, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Notices.Questions(s.desk.ctx, who)
}

// SaveQuestion adds one or changes it.
func (s *Notices) SaveQuestion(q notices.Question, key string) ([]notices.Question, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Notices.SaveQuestion(s.desk.ctx, who, key, q)
}

// DeleteQuestion takes one away.
func (s *Notices) DeleteQuestion(id string, version int64) ([]notices.Question, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Notices.DeleteQuestion(s.desk.ctx, who, id, version)
}

// OrderQuestions puts them in this order.
func (s *Notices) OrderQuestions(ids []string) ([]notices.Question, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Notices.Order(s.desk.ctx, who, ids)
}

// wireNotices makes the room of announcements.
func (h *House) wireNotices(o HouseOptions) {
	h.Notices = notices.New(notices.Deps{DB: h.DB, IDs: o.IDs, Changed: o.Changed, IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
		return h.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
	}})
}
