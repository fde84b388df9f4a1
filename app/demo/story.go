package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"comptoir/core/fault"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// issued is a document of the story after its issue.
type issued struct {
	n      int
	id     string
	number string
	client *client
	at     time.Time
	due    time.Time
	total  int64
	left   int64
	mailed bool
	intent bool
	debit  bool // it is debited, whoever it is
}

// What the last documents are.
const (
	draftsLeft = 5 // not issued yet
	todaysLeft = 3 // issued today, their mails still wait for the program to start
)

// monthlyFrom is from how many documents on one customer pays by the month: a smaller company
// needs its few open ones for the rest of the story.
const monthlyFrom = 150

// story walks the two years: documents at their days, and what follows from them.
func (m *maker) story(ctx context.Context) error {
	today := m.day(m.end)
	cal := newCalendar(m.day(m.Clock.Now()).AddDate(0, 0, 1), today)
	drafts, fresh := min(draftsLeft, m.o.Documents/10), min(todaysLeft, m.o.Documents/10)
	older := m.o.Documents - drafts - fresh
	if older >= monthlyFrom {
		m.monthEnd = []int{older * 95 / 100, older * 97 / 100, older * 99 / 100}
	}
	q := &m.queue
	for i := range older {
		at := cal.at((float64(i) + 0.5) / float64(older))
		if err := m.runCalendar(ctx, at); err != nil {
			return err
		}
		if err := m.step(ctx, q, i, at); err != nil {
			return err
		}
		if err := m.chase(ctx, m.Clock.Now()); err != nil {
			return err
		}
		m.o.Progress(i+1, m.o.Documents)
	}
	if err := m.runCalendar(ctx, today.Add(-time.Hour)); err != nil {
		return err
	}
	if err := m.happen(ctx, q, today.Add(-time.Hour)); err != nil {
		return err
	}
	m.Clock.MoveTo(today.Add(time.Hour))
	if err := m.deliver(ctx); err != nil { // what is mailed from now on is sent when the program starts
		return err
	}
	m.newest = true
	for i := range fresh {
		at := m.end.Add(-time.Duration(fresh-i) * 17 * time.Minute)
		if err := m.step(ctx, q, older+i, at); err != nil {
			return err
		}
	}
	if err := m.happen(ctx, q, m.end); err != nil {
		return err
	}
	m.Clock.MoveTo(m.end)
	if err := m.expect(ctx); err != nil {
		return err
	}
	if err := m.exempt(ctx); err != nil {
		return err
	}
	if err := m.money(ctx); err != nil {
		return err
	}
	for i := range drafts {
		if err := m.draft(ctx, older+fresh+i); err != nil {
			return err
		}
	}
	m.sum.Documents, m.sum.Drafts = m.o.Documents, drafts
	m.o.Progress(m.o.Documents, m.o.Documents)
	return nil
}

// step lets happen what happens before t, then issues the n-th document.
func (m *maker) step(ctx context.Context, q *queue, n int, t time.Time) error {
	if err := m.happen(ctx, q, t); err != nil {
		return err
	}
	m.Clock.MoveTo(t)
	rng := m.chance(n)
	c, together := m.choose(rng, n), false
	if monthly := m.monthly(); monthly != nil && slices.Contains(m.monthEnd, n) {
		c, together = monthly, true
	}
	debtor := m.debits.at[n]
	if debtor != nil {
		c = debtor
	}
	form, err := m.form(rng, c, t)
	if err != nil {
		return err
	}
	how := sales.ByHand
	if c.hasMail && (!m.sum.PapersLater || n >= m.o.Documents-papersNewest) {
		how = sales.ByMail
	}
	in := sales.Issue{Key: m.key("issue"), How: how}
	if how == sales.ByMail && rng.IntN(3) == 0 {
		in.Message = m.text(c.lang, "demo.message.invoice", nil)
	}
	doc, err := m.Sales.IssueForm(ctx, m.owner, form, in)
	if err != nil {
		return fmt.Errorf("document %d: %w", n, err)
	}
	d := &issued{n: n, id: doc.PublicID, number: doc.Number, client: c, at: t, due: doc.DueDate.Time(), total: doc.TotalMinor, left: doc.DueMinor, mailed: how == sales.ByMail, debit: debtor != nil}
	m.last = append(m.last, d)
	if together {
		m.together = append(m.together, d)
	}
	if d.debit {
		m.debits.docs = append(m.debits.docs, d)
	}
	if len(m.last) > 400 {
		m.last = append(m.last[:0], m.last[200:]...)
	}
	m.future(q, rng, d)
	if d.mailed {
		return m.deliver(ctx)
	}
	return nil
}

// papersNewest is how many documents of a very large company go by mail, with their paper.
const papersNewest = 50

func (m *maker) chance(n int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(m.o.Seed), uint64(n)+1)) // #nosec G404 G115 -- a story, not a secret
}

// choose gives the customer of the n-th document: the first ones of the list buy most.
func (m *maker) choose(rng *rand.Rand, n int) *client {
	if n < len(m.clients) && m.o.Documents >= 3*len(m.clients) {
		return &m.clients[n] // everybody once, early on
	}
	x := math.Pow(rng.Float64(), 1.7)
	return &m.clients[int(x*float64(len(m.clients)))]
}

// deliver runs the mails that wait, as the program would have done at that moment.
func (m *maker) deliver(ctx context.Context) error {
	if m.newest || (m.sum.PapersLater && m.Clock.Now().Before(m.end.AddDate(0, 0, -60))) {
		return nil
	}
	m.Clock.MoveTo(m.Clock.Now().Add(20 * time.Second))
	_, err := m.Worker.RunMails(ctx)
	return err
}

// happen performs what is planned up to t.
func (m *maker) happen(ctx context.Context, q *queue, t time.Time) error {
	for {
		e, ok := q.until(t)
		if !ok {
			return nil
		}
		m.Clock.MoveTo(e.at)
		var err error
		switch e.kind {
		case scene:
			if err = e.play(ctx); err == nil {
				err = m.deliver(ctx)
			}
		case view:
			_, err = m.Sales.PortalInvoice(ctx, e.to.client.contact, e.to.id)
		case announce:
			err = m.announce(ctx, e.to)
		case pay:
			err = m.receive(ctx, e)
		}
		if err != nil && e.to != nil {
			err = fmt.Errorf("document %s: %w", e.to.number, err)
		}
		if err != nil {
			return err
		}
	}
}

func (m *maker) announce(ctx context.Context, d *issued) error {
	if d.left == 0 {
		return nil
	}
	m.sum.Announced++
	d.intent = true
	return m.Payments.AnnounceTransfer(ctx, d.client.contact, payments.AnnounceTransfer{Key: m.key("announce"), DocumentID: d.id})
}

// receive records a payment: confirmed where the customer announced it, by the practice
// card where it pays that way, else typed by the owner.
func (m *maker) receive(ctx context.Context, e event) error {
	d := e.to
	m.sum.Payments++
	switch {
	case e.method == "practice":
		return m.card(ctx, d)
	case d.intent && e.part == 0:
		m.sum.Announced--
		d.left = 0
		return m.confirm(ctx, d)
	}
	r := payments.Record{Key: m.key("pay"), DocumentID: d.id, Method: e.method, Notify: d.mailed && d.client.hasMail, Reference: m.reference(d, e.method)}
	if e.part > 0 {
		r.AmountMinor = d.total * e.part / 100
	}
	p, err := m.Payments.Record(ctx, m.owner, r)
	if err != nil {
		return err
	}
	d.left -= p.AmountMinor
	if d.intent { // recorded by hand: the announcement is answered too
		m.sum.Announced, d.intent = m.sum.Announced-1, false
	}
	return m.thanks(ctx, r.Notify)
}

func (m *maker) thanks(ctx context.Context, mailed bool) error {
	if !mailed {
		return nil
	}
	return m.deliver(ctx)
}

func (m *maker) reference(d *issued, method string) string {
	switch method {
	case "cash":
		return m.text("fr", "demo.payment.cash", nil)
	case "cheque":
		return m.text("fr", "demo.payment.cheque", map[string]any{"number": fmt.Sprintf("%07d", 1000003+d.n*7919%8999999)})
	}
	return m.text("fr", "demo.payment.transfer", map[string]any{"number": d.number})
}

// confirm finds the announcement in the owner's list and confirms it.
func (m *maker) confirm(ctx context.Context, d *issued) error {
	list, err := m.Payments.Announcements(ctx, m.owner)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.DocumentID == d.id {
			_, err := m.Payments.Confirm(ctx, m.owner, m.key("confirm"), a.PublicID)
			if err != nil {
				return err
			}
			return m.thanks(ctx, d.mailed)
		}
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// card pays with the practice card that approves.
func (m *maker) card(ctx context.Context, d *issued) error {
	i, err := m.Payments.StartPayment(ctx, d.client.contact, payments.StartPayment{Key: m.key("card"), DocumentID: d.id, Gateway: "practice", ExpectMinor: d.left})
	if err != nil {
		return err
	}
	d.left = 0
	if _, err := m.Payments.ContinuePayment(ctx, d.client.contact, payments.ContinuePayment{IntentID: i.PublicID, Answer: "approved"}); err != nil {
		return err
	}
	return m.deliver(ctx)
}

// expect makes sure that some announced transfers wait for the owner, whatever the seed.
func (m *maker) expect(ctx context.Context) error {
	for i := len(m.last) - 1; i >= 0 && m.sum.Announced < 2; i-- {
		d := m.last[i]
		if d.left == 0 || d.intent || d.debit || !d.client.hasMail || slices.Contains(m.together, d) || m.end.Sub(d.at) < 72*time.Hour {
			continue
		}
		if err := m.announce(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
