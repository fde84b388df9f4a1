package notices

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/search"
)

// Told is an announcement as a contact reads it, in the page's language.
type Told struct {
	PublicID   string
	Title      string
	Body       string // Markdown
	Importance string
	Pinned     bool
	At         string // published
	Unread     bool
	Dismissed  bool
}

// Portal gives what is announced to the customer of the session today, in order: pinned first, then
// what is urgent, then the newest. A contact by a mailed link sees the same; a guest of one contract
// and whoever is shown one document see nothing.
func (s *Service) Portal(ctx context.Context, who actor.Actor, lang string) (list []Told, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	list = []Told{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := s.rows(ctx, q, who)
		for _, r := range rows {
			t := Told{PublicID: r.PublicID, Title: in(lang, r.TitleFr, r.TitleEn), Body: in(lang, r.BodyFr, r.BodyEn), Importance: r.Importance, Pinned: r.Pinned == 1, Unread: r.SeenAt == nil, Dismissed: r.DismissedAt != nil}
			if r.PublishedAt != nil {
				t.At = *r.PublishedAt
			}
			list = append(list, t)
		}
		return err
	})
	return list, err
}

func (s *Service) rows(ctx context.Context, q *gen.Queries, who actor.Actor) ([]gen.PortalNoticesRow, error) {
	today, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return nil, err
	}
	return q.PortalNotices(ctx, gen.PortalNoticesParams{CustomerID: who.CustomerID, ContactID: who.ID, Today: today.String()})
}

// Saw notes that a contact read these announcements; of others nothing is noted. Somebody of the firm
// in the contact's place reads without a trace of it.
func (s *Service) Saw(ctx context.Context, who actor.Actor, publicIDs ...string) error {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return err
	}
	if who.StandsIn() || who.ID == 0 || len(publicIDs) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := s.rows(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.SeenAt != nil || !slices.Contains(publicIDs, r.PublicID) {
				continue
			}
			if err := tx.SeeNotice(ctx, gen.SeeNoticeParams{NoticeID: r.ID, ContactID: who.ID, SeenAt: tx.Stamp()}); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed("announcements") })
		return nil
	})
}

// Dismiss puts an announcement away for this contact alone; it stays in the list of all.
func (s *Service) Dismiss(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := s.rows(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(r gen.PortalNoticesRow) bool { return r.PublicID == publicID })
		if i < 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		tx.AfterCommit(func() { s.Changed("announcements") })
		return tx.DismissNotice(ctx, gen.DismissNoticeParams{NoticeID: rows[i].ID, ContactID: who.ID, At: tx.Stamp()})
	})
}

// Answer is a frequent question with its answer, in the page's language.
type Answer struct {
	PublicID string
	Question string
	Answer   string // Markdown
}

// PortalFAQ gives the frequent questions for the customer of the session; words narrows them to those
// that hold every word typed, whatever its accents and capitals.
func (s *Service) PortalFAQ(ctx context.Context, who actor.Actor, lang, words string) (list []Answer, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	list = []Answer{}
	wanted := strings.Fields(search.SortKey(words))
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.PortalFaq(ctx, who.CustomerID)
		for _, r := range rows {
			a := Answer{PublicID: r.PublicID, Question: in(lang, r.QuestionFr, r.QuestionEn), Answer: in(lang, r.AnswerFr, r.AnswerEn)}
			text := search.SortKey(a.Question + " " + a.Answer)
			if !slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(text, w) }) {
				list = append(list, a)
			}
		}
		return err
	})
	return list, err
}

// Words are the title and the text of an announcement as they read in a language.
func Words(a Announcement, lang string) (title, body string) {
	return in(lang, a.TitleFR, a.TitleEN), in(lang, a.BodyFR, a.BodyEN)
}
