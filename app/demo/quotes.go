package demo

import (
	"context"
	"fmt"
	"time"

	"comptoir/core/actor"
	"comptoir/office/chat"
	"comptoir/office/sales"
)

// What the story tells of quotes: one in every state, one that waits with options and one with
// a deposit, a newer version of one, a question that waits and one that was answered, each act
// on a day of its own. A small fixed number, whatever the size of the company.

// offer is one quote of the story.
type offer struct {
	key      string // of its texts: demo.quote.<key>
	daysAgo  int
	valid    int   // days
	deposit  int64 // pcm
	options  int   // lines at the end that the customer may take
	answered int   // days later; 0 = not yet
	then     func(ctx context.Context, m *maker, c *client, d sales.Document) error
}

var offers = []offer{
	{key: "veranda", daysAgo: 52, valid: 30},
	{key: "counter", daysAgo: 33, valid: 45, options: 1, answered: 4, then: refuse},
	{key: "library", daysAgo: 26, valid: 45, options: 2, answered: 5, then: approveWith(true)},
	{key: "kitchen", daysAgo: 19, valid: 45, deposit: 30_000, answered: 3, then: approveWith(false)},
	{key: "stairs", daysAgo: 12, valid: 45, answered: 1, then: revise},
	{key: "shop", daysAgo: 8, valid: 30, deposit: 40_000, options: 1},
	{key: "cupboards", daysAgo: 4, valid: 30, options: 2, answered: 2, then: ask},
}

// offers plans the quotes, oldest first, and what becomes of them.
func (m *maker) offers(context.Context) error {
	able := m.able()
	if len(able) == 0 {
		return nil
	}
	for i, o := range offers {
		c := able[i%len(able)]
		if i >= len(offers)-2 {
			c = able[0] // who signs in finds something to approve
		}
		m.on(o.daysAgo, 10*time.Hour+time.Duration(17*i)*time.Minute, func(ctx context.Context) error {
			d, err := m.offer(ctx, c, o)
			if err != nil {
				return fmt.Errorf("quote %s: %w", o.key, err)
			}
			if o.answered > 0 {
				m.on(o.daysAgo-o.answered, 14*time.Hour+time.Duration(11*i)*time.Minute, func(ctx context.Context) error { return o.then(ctx, m, c, d) })
			}
			return nil
		})
	}
	m.on(1, 17*time.Hour, func(ctx context.Context) error {
		m.sum.Quotes++
		draft := m.offerForm(able[len(able)-1], offer{key: "table", valid: 30})
		_, _, err := m.Sales.SaveDraft(ctx, m.owner, m.key("quote"), draft)
		return err
	})
	return nil
}

// on plans a scene on a day before the end, at a time of it.
func (m *maker) on(daysAgo int, at time.Duration, play func(context.Context) error) {
	m.scenes++
	m.queue.add(event{at: m.day(m.end).AddDate(0, 0, -daysAgo).Add(at), kind: scene, doc: 2*MostDocuments + m.scenes, play: play})
}

// able are the French customers with somebody who may decide, those that sign in first.
func (m *maker) able() (list []*client) {
	var others []*client
	for i := range m.clients {
		c := &m.clients[i]
		switch {
		case c.currency != "EUR" || c.contact.ID == 0 || c.lang != "fr":
		case c.signIn:
			list = append(list, c)
		case len(others) < 5:
			others = append(others, c)
		}
	}
	return append(list, others...)
}

func (m *maker) offerForm(c *client, o offer) sales.Draft {
	word := func(what string) string { return m.text(c.lang, "demo.quote."+o.key+what, nil) }
	d := sales.Draft{Kind: "quote", CustomerID: c.id, Currency: c.currency, Language: c.lang, TermsDays: c.terms, TermsEndOfMonth: c.endMonth, DepositPCM: o.deposit, Allowances: []sales.DraftAllowance{},
		Lines: []sales.DraftLine{
			{Description: word(""), Detail: word("_detail"), Nature: "goods", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: int64(1_800+len(o.key)*310) * 10_000, TaxCodes: []string{}},
			{Description: m.text(c.lang, "demo.quote.fitting", nil), Nature: "services", QuantityE4: int64(4+o.daysAgo%9) * 10_000, Unit: "HUR", UnitPriceE4: 580_000, TaxCodes: []string{}},
		}}
	for i := range o.options {
		d.Lines = append(d.Lines, sales.DraftLine{Description: m.text(c.lang, fmt.Sprintf("demo.quote.option_%d", i+1), nil), Nature: "goods", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: int64(240+180*i) * 10_000, Optional: true, TaxCodes: []string{}})
	}
	return d
}

func (m *maker) offer(ctx context.Context, c *client, o offer) (sales.Document, error) {
	m.sum.Quotes++
	form := m.offerForm(c, o)
	form.ValidUntil = m.daysAgo(o.daysAgo - o.valid)
	d, _, err := m.Sales.SaveDraft(ctx, m.owner, m.key("quote"), form)
	if err != nil {
		return sales.Document{}, err
	}
	return m.Sales.Issue(ctx, m.owner, sales.Issue{Key: m.key("quote"), PublicID: d.PublicID, Version: d.Version, How: sales.ByHand})
}

func (c *client) person() actor.Actor {
	who := c.contact
	who.Trust = actor.TrustLink
	return who
}

func refuse(ctx context.Context, m *maker, c *client, d sales.Document) error {
	_, err := m.Sales.RefuseQuote(ctx, c.person(), sales.Refusal{PublicID: d.PublicID, Hash: d.Hash, Name: c.contact.Name, Reason: m.text(c.lang, "demo.quote.reason", nil)})
	return err
}

func approveWith(firstOption bool) func(context.Context, *maker, *client, sales.Document) error {
	return func(ctx context.Context, m *maker, c *client, d sales.Document) error {
		in := sales.Approval{PublicID: d.PublicID, Hash: d.Hash, Name: c.contact.Name, OrderNumber: "BC-" + d.Number[len(d.Number)-4:]}
		for i, l := range d.Lines {
			if l.Optional && firstOption && len(in.Options) == 0 {
				in.Options = []int{i}
			}
		}
		_, err := m.Sales.ApproveQuote(ctx, c.person(), in)
		return err
	}
}

// revise: a question about the price, its answer, and a newer version the day after.
func revise(ctx context.Context, m *maker, c *client, d sales.Document) error {
	if _, err := m.Chat.Ask(ctx, c.person(), chat.Question{Key: m.key("question"), DocumentID: d.PublicID, Body: m.text(c.lang, "demo.question.price", nil)}); err != nil {
		return err
	}
	m.on(11, 17*time.Hour, func(ctx context.Context) error {
		_, err := m.Chat.Answer(ctx, m.owner, chat.Question{Key: m.key("answer"), DocumentID: d.PublicID, Body: m.text(c.lang, "demo.question.price_answer", nil)})
		return err
	})
	m.on(10, 9*time.Hour, func(ctx context.Context) error {
		next, err := m.Sales.ReviseQuote(ctx, m.owner, m.key("quote"), d.PublicID)
		if err != nil {
			return err
		}
		m.sum.Quotes++
		form := sales.DraftOf(next)
		form.Lines[0].DiscountPCM = 5_000
		if next, _, err = m.Sales.SaveDraft(ctx, m.owner, m.key("quote"), form); err != nil {
			return err
		}
		_, err = m.Sales.Issue(ctx, m.owner, sales.Issue{Key: m.key("quote"), PublicID: next.PublicID, Version: next.Version, How: sales.ByHand})
		return err
	})
	return nil
}

func ask(ctx context.Context, m *maker, c *client, d sales.Document) error {
	_, err := m.Chat.Ask(ctx, c.person(), chat.Question{Key: m.key("question"), DocumentID: d.PublicID, Body: m.text(c.lang, "demo.question.delay", nil)})
	return err
}
