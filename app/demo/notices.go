package demo

import (
	"context"
	"strconv"

	"comptoir/office/notices"
)

// questions is how many questions the page of the portal answers.
const questions = 6

// notices writes three announcements (to everybody for now; to the firms alone, with a first day to
// come; one that is over) and the page of frequent questions.
func (m *maker) notices(ctx context.Context) error {
	groups, err := m.Customers.Groups(ctx, m.owner)
	if err != nil {
		return err
	}
	firms := []notices.Group{}
	for _, g := range groups {
		if g.Name == m.text("fr", "demo.group.firms", nil) {
			firms = append(firms, notices.Group{PublicID: g.PublicID, Name: g.Name})
		}
	}
	day := func(days int) string { return m.end.AddDate(0, 0, days).Format("2006-01-02") }
	for _, a := range []struct {
		name string
		notices.Announcement
	}{
		{"moved", notices.Announcement{StartsOn: day(-80), EndsOn: day(-50), Everyone: true, Importance: "info"}},
		{"prices", notices.Announcement{StartsOn: day(10), EndsOn: day(60), Groups: firms, Importance: "important"}},
		{"closed", notices.Announcement{EndsOn: day(45), Everyone: true, Importance: "important", Pinned: true}},
	} {
		a.TitleFR, a.TitleEN = m.text("fr", "demo.notices."+a.name, nil), m.text("en", "demo.notices."+a.name, nil)
		a.BodyFR, a.BodyEN = m.text("fr", "demo.notices."+a.name+"_text", nil), m.text("en", "demo.notices."+a.name+"_text", nil)
		last := a.EndsOn
		if last < day(0) { // it was shown before its last day was over
			a.EndsOn = ""
		}
		saved, err := m.Notices.Save(ctx, m.owner, m.key("notice"), a.Announcement)
		if err == nil {
			saved, err = m.Notices.Publish(ctx, m.owner, saved.PublicID, saved.Version)
		}
		if err == nil && saved.EndsOn != last {
			saved.EndsOn = last
			_, err = m.Notices.Save(ctx, m.owner, m.key("notice"), saved)
		}
		if err != nil {
			return err
		}
	}
	return m.faq(ctx)
}

func (m *maker) faq(ctx context.Context) error {
	for i := range questions {
		key := "demo.faq." + strconv.Itoa(i+1)
		q := notices.Question{QuestionFR: m.text("fr", key, nil), QuestionEN: m.text("en", key, nil), AnswerFR: m.text("fr", key+"_text", nil), AnswerEN: m.text("en", key+"_text", nil), Everyone: true, Published: true}
		if _, err := m.Notices.SaveQuestion(ctx, m.owner, m.key("faq"), q); err != nil {
			return err
		}
	}
	return nil
}
