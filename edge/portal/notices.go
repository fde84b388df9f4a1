package portal

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/office/company"
	"comptoir/office/notices"
)

// Notices is what the portal asks of office/notices.
type Notices interface {
	Portal(ctx context.Context, who actor.Actor, lang string) ([]notices.Told, error)
	Saw(ctx context.Context, who actor.Actor, publicIDs ...string) error
	Dismiss(ctx context.Context, who actor.Actor, publicID string) error
	PortalFAQ(ctx context.Context, who actor.Actor, lang, words string) ([]notices.Answer, error)
}

// homeMost is how many announcements stand on the dashboard; the others are a page away.
const homeMost = 3

// homeNotices shows what was announced and not put away, the first of them in full.
func (p *Portal) homeNotices(v *visit) (templ.Component, error) {
	if p.Notices == nil {
		return nil, nil //nolint:nilnil // a part with nothing to say
	}
	all, err := p.Notices.Portal(v.r.Context(), v.who, v.lang)
	if err != nil {
		return nil, err
	}
	shown, ids, unread := []notices.Told{}, []string{}, 0
	for _, n := range all {
		if n.Unread {
			unread++
		}
		if !n.Dismissed && len(shown) < homeMost {
			shown, ids = append(shown, n), append(ids, n.PublicID)
			if n.Unread {
				unread--
			}
		}
	}
	if len(all) == 0 {
		return nil, nil //nolint:nilnil // a part with nothing to say
	}
	if err := p.Notices.Saw(v.r.Context(), v.who, ids...); err != nil {
		return nil, err
	}
	return homeAnnounced(v, shown, len(all), unread), nil
}

// notices is the page of all that is announced.
func (p *Portal) notices(v *visit) error {
	all, err := p.Notices.Portal(v.r.Context(), v.who, v.lang)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(all))
	for _, n := range all {
		ids = append(ids, n.PublicID)
	}
	if err := p.Notices.Saw(v.r.Context(), v.who, ids...); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.notices.title"), noticesPage(v, all))
}

// dismiss puts one away, for this contact.
func (p *Portal) dismiss(v *visit) error {
	if err := p.Notices.Dismiss(v.r.Context(), v.who, v.r.PathValue("id")); err != nil {
		return err
	}
	v.redirect("/")
	return nil
}

// faq is the page Questions.
func (p *Portal) faq(v *visit) error {
	words := strings.TrimSpace(cut(v.r.URL.Query().Get("mots"), 100))
	list, err := p.Notices.PortalFAQ(v.r.Context(), v.who, v.lang, words)
	if err != nil {
		return err
	}
	ask := ""
	if v.chats() {
		ask = "/chat/nouveau"
	}
	return v.show(http.StatusOK, v.T("portal.faq.title"), faqPage(v, words, list, ask))
}

// importanceTone is the colour of an announcement.
func importanceTone(importance string) string {
	switch importance {
	case "urgent":
		return "danger"
	case "important":
		return "warning"
	}
	return "info"
}

// AnnouncementLook is an announcement on its way to be looked at.
type AnnouncementLook struct {
	Firm, Accent, Lang      string
	Title, Body, Importance string
}

// AnnouncementPage gives the page of an announcement as a contact will see it, in one piece that asks
// for nothing else. markdown renders and cleans the words.
func AnnouncementPage(ctx context.Context, t AnnouncementLook, markdown func(string) string) (string, error) {
	var css strings.Builder
	for _, name := range []string{"tokens.css", "portal.css", "notices.css"} {
		b, err := embedded.ReadFile("static/" + name)
		if err != nil {
			return "", err
		}
		css.WriteString(fontFace.ReplaceAllString(string(b), ""))
	}
	css.WriteString(themeCSS(t.Accent))
	v := &visit{p: &Portal{Deps: Deps{Markdown: markdown}}, lang: locale.Parse(t.Lang), ident: &identity{PortalIdentity: company.PortalIdentity{Name: t.Firm}}}
	var page bytes.Buffer
	err := announcementLook(v, css.String(), notices.Told{PublicID: "x", Title: t.Title, Body: t.Body, Importance: t.Importance}).Render(ctx, &page)
	return page.String(), err
}
