package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"time"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

// What the story tells of direct debits: one customer signed its mandate in the portal, one on
// paper; a file was collected, another waits to be sent to the bank, and so does a refund by
// transfer. The identifier and the accounts are those of documentation.
const (
	demoICS      = "FR72ZZZ123456"
	portalIBAN   = "FR1420041010050500013M02606"
	paperIBAN    = "FR7610107001011234567890129"
	refundIBAN   = "FR7630004000031234567890143"
	debitedAgo   = 12 // days before the end that the first file was asked for, or the next business day
	debitMadeAgo = 27
	debitAhead   = 18 // and the second one after it
)

// debitStory is what the story knows of direct debits; none in a small company.
type debitStory struct {
	at        map[int]*client // which documents are debited, by their place, and to whom
	docs      []*issued       // those, once issued
	file      string          // the first one
	overpaid  string          // a payment of which something is to be given back
	overMinor int64
}

// debtors makes the firm a creditor and plans who signs, what is debited and what the bank did.
func (m *maker) debtors(ctx context.Context) error {
	older := m.o.Documents - min(draftsLeft, m.o.Documents/10) - min(todaysLeft, m.o.Documents/10)
	signs, papers := m.debtor(true), m.debtor(false)
	if older < monthlyFrom || signs == nil || papers == nil {
		return nil
	}
	x, err := m.Sepa.Settings(ctx, m.owner)
	if err != nil {
		return err
	}
	x.ICS = demoICS
	if err := m.Sepa.SaveSettings(ctx, m.owner, x); err != nil {
		return err
	}
	m.debits.at = map[int]*client{older * 91 / 100: signs, older * 925 / 1000: papers, older * 96 / 100: papers, older * 975 / 1000: papers}
	m.on(62, 10*time.Hour, func(ctx context.Context) error { return m.askMandate(ctx, signs) })
	m.on(61, 18*time.Hour, func(ctx context.Context) error { return m.signMandate(ctx, signs) })
	m.on(60, 11*time.Hour, func(ctx context.Context) error { return m.paperMandate(ctx, papers) })
	m.on(debitMadeAgo, 9*time.Hour, func(ctx context.Context) (err error) {
		m.debits.file, err = m.debit(ctx, m.debitDay())
		return err
	})
	m.on(7, 9*time.Hour, m.collected)
	return nil
}

// debtor is a firm that pays at thirty days: the first that signs in, or the first that does
// neither that nor pays by the month.
func (m *maker) debtor(signIn bool) *client {
	for i := range m.clients {
		c := &m.clients[i]
		if c.kind == "company" && c.currency == "EUR" && c.contact.ID != 0 && c.hasMail && c.terms == 30 && !c.endMonth && c.signIn == signIn && c != m.monthly() {
			return c
		}
	}
	return nil
}

func (m *maker) debitDay() civil.Date {
	return rules.NextBusiness(civil.Of(m.end, m.zone).AddDays(-debitedAgo))
}

// askMandate: the customer was called. The mail stays: no portal is open while the story is
// told, and its link would lead nowhere.
func (m *maker) askMandate(ctx context.Context, c *client) error {
	x, err := m.Sepa.AskMandate(ctx, m.owner, sepa.Ask{Key: m.key("mandate"), CustomerID: c.id, Scheme: rules.Core})
	if err != nil {
		return err
	}
	return m.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.UnsendMail(ctx, fmt.Sprintf("mandate/%s/%d", x.PublicID, x.Version-1))
		return err
	})
}

func (m *maker) signMandate(ctx context.Context, c *client) error {
	list, _, err := m.Sepa.PortalMandates(ctx, c.contact)
	if err != nil || len(list) == 0 {
		return err
	}
	f, err := m.Sepa.PortalMandate(ctx, c.contact, list[0].PublicID)
	if err != nil {
		return err
	}
	drawn, err := signature()
	if err != nil {
		return err
	}
	in := sepa.Sign{PublicID: f.PublicID, Hash: f.Hash, Debtor: f.Debtor, SignedBy: c.contact.Name, Agree: true, Signature: drawn, Agent: "Mozilla/5.0"}
	in.IBAN = portalIBAN
	return m.Sepa.SignMandate(ctx, c.contact, in)
}

func (m *maker) paperMandate(ctx context.Context, c *client) error {
	x, err := m.Customers.Get(ctx, m.owner, c.id)
	if err != nil {
		return err
	}
	title := m.text("fr", "demo.debits.paper", nil)
	_, err = m.Sepa.RecordPaper(ctx, m.owner, sepa.Paper{Ask: sepa.Ask{Key: m.key("mandate"), CustomerID: c.id, Scheme: rules.Core}, SignedOn: m.daysAgo(64), FileName: title + ".pdf", Content: paperPDF(title, m.text("fr", "demo.debits.paper_text", nil)),
		Debtor: sepa.Debtor{Name: x.Name, Line1: x.Line1, PostCode: x.Postcode, City: x.City, Country: x.Country, IBAN: paperIBAN}})
	return err
}

// debit makes a file of what is to be debited on a day; "" where nothing can be.
func (m *maker) debit(ctx context.Context, on civil.Date) (string, error) {
	p, err := m.Sepa.Propose(ctx, m.owner, sepa.Plan{Scheme: rules.Core, On: on.String()})
	if err != nil {
		return "", err
	}
	in := sepa.MakeDebits{Key: m.key("debits"), Scheme: rules.Core, On: on.String()}
	for _, t := range p.Taken {
		if slices.ContainsFunc(m.debits.docs, func(d *issued) bool { return d.id == t.DocumentID }) {
			in.Documents = append(in.Documents, t.DocumentID)
		}
	}
	if len(in.Documents) == 0 {
		return "", nil
	}
	b, err := m.Sepa.MakeDebits(ctx, m.owner, in)
	return b.PublicID, err
}

// collected: the first file was handed over, and the bank collected it.
func (m *maker) collected(ctx context.Context) error {
	if m.debits.file == "" {
		return nil
	}
	if _, err := m.Sepa.File(ctx, m.owner, m.debits.file); err != nil {
		return err
	}
	b, err := m.Sepa.ConfirmBatch(ctx, m.owner, sepa.Confirm{BatchID: m.debits.file})
	if err != nil {
		return err
	}
	for _, l := range b.Lines {
		m.sum.Payments++
		for _, p := range l.Parts {
			for _, d := range m.debits.docs {
				if d.id == p.DocumentID {
					d.left = 0
				}
			}
		}
	}
	return nil
}

// toSend: a file and a refund by transfer wait for the owner.
func (m *maker) toSend(ctx context.Context, _ map[*issued]bool) error {
	if m.debits.at == nil {
		return nil
	}
	if _, err := m.debit(ctx, rules.NextBusiness(civil.Of(m.end, m.zone).AddDays(debitAhead))); err != nil || m.debits.overpaid == "" {
		return err
	}
	if err := m.Sepa.DecideRefund(ctx, m.owner, sepa.Decide{Key: m.key("transfer"), PaymentID: m.debits.overpaid, AmountMinor: m.debits.overMinor, IBAN: refundIBAN, Note: m.text("fr", "demo.debits.refund", nil), Thank: true}); err != nil {
		return fmt.Errorf("refund by transfer: %w", err)
	}
	return nil
}

// signature draws a name as one stroke.
func signature() ([]byte, error) {
	const wide, high = 240, 80
	img := image.NewNRGBA(image.Rect(0, 0, wide, high))
	for i := range 4000 {
		t := float64(i) / 4000
		x, y := 16+t*200+10*math.Sin(26*t), high/2-24*math.Sin(19*t)*(1-t)
		for d := range 4 {
			img.Set(int(x)+d%2, int(y)+d/2, color.NRGBA{R: 20, G: 30, B: 90, A: 255})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
