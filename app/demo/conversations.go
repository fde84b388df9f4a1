package demo

import (
	"context"
	"fmt"
	"time"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/office/attachments"
	"comptoir/office/chat"
)

// What the story tells of conversations: one that was closed and went out by mail, one with a file that a
// colleague has on her desk, one in English, one of an evening that waits for its answer, one whose last
// words nobody has read; and the answers that stand ready.

// conversation is one of the story; its words are demo.chat.<key>.<turn>.
type conversation struct {
	key       string
	lang      locale.Lang
	client    int // of those of that language, those that sign in first
	daysAgo   int
	at        time.Duration
	turns     string // who speaks: c the contact, f the firm
	pause     time.Duration
	withFile  bool // comes with the firm's first answer
	closed    bool // and sent to the contact
	colleague bool // has it on her desk
}

var conversations = []conversation{
	{key: "delivery", lang: locale.FR, client: 0, daysAgo: 9, at: 9*time.Hour + 12*time.Minute, turns: "cfcf", pause: 3 * time.Minute, closed: true},
	{key: "colours", lang: locale.FR, client: 1, daysAgo: 5, at: 14*time.Hour + 20*time.Minute, turns: "cfcf", pause: 4 * time.Minute, withFile: true, colleague: true},
	{key: "order", lang: locale.EN, client: 0, daysAgo: 3, at: 10*time.Hour + 31*time.Minute, turns: "cfcf", pause: 5 * time.Minute},
	{key: "measure", lang: locale.FR, client: 2, daysAgo: 2, at: 16*time.Hour + 5*time.Minute, turns: "cfc", pause: 6 * time.Minute},
	{key: "evening", lang: locale.FR, client: 0, daysAgo: 1, at: 21*time.Hour + 40*time.Minute, turns: "c"},
}

// ready are the answers that stand ready, by their shortcut; the words are demo.canned.<shortcut>.*.
var ready = []string{"bonjour", "delai", "livraison", "facture"}

// talks makes the answers that stand ready and plans what is said.
func (m *maker) talks(ctx context.Context) error {
	as := map[string]any{"name": "{name}", "firm": "{firm}", "me": "{me}"} // they stay: each answer fills them in
	for _, s := range ready {
		if _, err := m.Chat.SaveCanned(ctx, m.owner, m.key("canned"), chat.Canned{Shortcut: s, Title: m.text(locale.FR, "demo.canned."+s+".title", nil),
			BodyFR: m.text(locale.FR, "demo.canned."+s+".text", as), BodyEN: m.text(locale.EN, "demo.canned."+s+".text", as)}); err != nil {
			return err
		}
	}
	m.talking = map[string]string{}
	for _, c := range conversations {
		with := m.speakers(c.lang)
		if len(with) == 0 {
			continue
		}
		who := with[c.client%len(with)].contact
		who.Trust, who.Lang = actor.TrustPassword, c.lang
		for i, side := range c.turns {
			m.on(c.daysAgo, c.at+time.Duration(i)*c.pause, func(ctx context.Context) error {
				if err := m.turn(ctx, c, who, i, side == 'f'); err != nil {
					return fmt.Errorf("conversation %s: %w", c.key, err)
				}
				return nil
			})
		}
	}
	return nil
}

// speakers are the customers of a language with somebody who may write, those that sign in first.
func (m *maker) speakers(lang locale.Lang) (list []client) {
	for _, first := range []bool{true, false} {
		for _, c := range m.clients {
			if c.lang == lang && c.contact.ID != 0 && c.signIn == first {
				list = append(list, c)
			}
		}
	}
	return list
}

// turn has one side say what it says.
func (m *maker) turn(ctx context.Context, c conversation, who actor.Actor, n int, firm bool) (err error) {
	word := "demo.chat." + c.key + "."
	body := m.text(c.lang, fmt.Sprint(word, n+1), nil)
	id := m.talking[c.key]
	switch {
	case n == 0:
		m.talking[c.key], err = m.Chat.PortalBegin(ctx, who, chat.Begin{Key: m.key("talk"), Subject: m.text(c.lang, word+"title", nil), Body: body})
		return err
	case !firm:
		_, err = m.Chat.PortalSay(ctx, who, chat.Say{Key: m.key("talk"), ConversationID: id, Body: body})
		return err
	}
	say := chat.Say{Key: m.key("talk"), ConversationID: id, Body: body}
	if c.withFile && n == 1 {
		chart, err := m.stage(ctx, m.owner, m.text(c.lang, "demo.files.chart", nil)+".png", chartPNG())
		if err != nil {
			return err
		}
		say.Files = []attachments.Staged{chart}
	}
	me := m.owner
	me.Name = principal
	if _, err = m.Chat.Write(ctx, me, say); err != nil {
		return err
	}
	read, err := m.Chat.PortalRead(ctx, who, id, 0, 0) // the contact has its page open: nothing goes by mail
	if err != nil || !c.closed || n+1 < len(c.turns) {
		return err
	}
	head, err := m.Chat.Get(ctx, me, read.PublicID, 0)
	if err != nil {
		return err
	}
	return m.Chat.Close(ctx, me, chat.Change{PublicID: id, Version: head.Version}, true)
}

// assigned puts conversations on desks: one on a colleague's, one on the principal's.
func (m *maker) assigned(ctx context.Context) error {
	people, err := m.Chat.Assignees(ctx, m.owner)
	if err != nil {
		return err
	}
	for _, c := range conversations {
		to := map[bool]string{true: colleagues[1].Name, false: principal}[c.colleague]
		if c.closed || !c.colleague && c.lang != locale.EN || m.talking[c.key] == "" {
			continue
		}
		head, err := m.Chat.Get(ctx, m.owner, m.talking[c.key], 0)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.Name != to {
				continue
			}
			if err := m.Chat.Assign(ctx, m.owner, chat.Change{PublicID: head.PublicID, Version: head.Version}, p.PublicID); err != nil {
				return err
			}
		}
	}
	return nil
}
