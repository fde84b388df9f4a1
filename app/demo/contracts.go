package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/office/contracts"
)

// What the story tells of contracts: some in each status, with milestones, one whose time of notice
// is nearly over, one of a consumer who is to be told of its renewal, some that their customers see
// in the portal, some with a round (rounds.go).

// step is a milestone of the story: its texts are demo.contract.<key>.<n>.
type step struct {
	due   int // days from today
	minor int64
	bill  string
	done  bool
}

// agreement is one contract of the story. Days are counted from the day on which it ends.
type agreement struct {
	key        string // of its texts: demo.contract.<key>.*
	client     int    // in the list of customers
	kind       int    // of the first types
	made       int    // days ago
	start, end int    // days from today; end 0 = open-ended
	renewal    string
	notice     int64 // months
	minor      int64
	status     string // draft, in_review, to_sign, signed, cancelled
	shared     bool
	round      string // how far its round has come; "" = none: it is signed on paper
	steps      []step
}

var agreements = []agreement{
	{key: "past", client: 8, kind: 0, made: 690, start: -680, end: -320, renewal: "none", minor: 1_860_000, status: "signed"},
	{key: "care", client: 0, kind: 1, made: 256, start: -254, end: 110, renewal: "tacit", notice: 3, minor: 96_000, status: "signed", shared: true, round: roundSealed, steps: []step{{due: -60, bill: contracts.BillInvoice, done: true}, {due: 75, bill: contracts.BillInvoice}}},
	{key: "home", client: 5, kind: 1, made: 285, start: -284, end: 80, renewal: "tacit", notice: 1, minor: 24_000, status: "signed"},
	{key: "secret", client: 1, kind: 4, made: 210, start: -205, renewal: "none", status: "signed"},
	{key: "showroom", client: 6, kind: 3, made: 150, start: -140, end: 224, renewal: "express", notice: 2, minor: 780_000, status: "signed", shared: true, steps: []step{{due: -140, minor: 195_000, bill: contracts.BillDeposit, done: true}, {due: 42, minor: 195_000, bill: contracts.BillInvoice}}},
	{key: "shop", client: 2, kind: 0, made: 96, start: -90, end: 120, renewal: "none", minor: 2_450_000, status: "signed", shared: true,
		steps: []step{{due: -85, minor: 735_000, bill: contracts.BillDeposit, done: true}, {due: -40, minor: 490_000, bill: contracts.BillInvoice, done: true}, {due: -5, minor: 735_000, bill: contracts.BillInvoice}, {due: 60, minor: 490_000, bill: contracts.BillInvoice}}},
	{key: "given_up", client: 20, kind: 2, made: 45, start: 30, end: 60, renewal: "none", minor: 340_000, status: "cancelled"},
	{key: "schools", client: 4, kind: 1, made: 12, start: 40, end: 404, renewal: "tacit", notice: 3, minor: 1_150_000, status: "in_review", round: roundAsked, steps: []step{{due: 100, minor: 287_500, bill: contracts.BillInvoice}, {due: 190, minor: 287_500, bill: contracts.BillInvoice}}},
	{key: "hotel", client: 3, kind: 2, made: 6, start: 10, end: 100, renewal: "none", minor: 1_728_000, status: "to_sign", steps: []step{{due: 10, minor: 518_400, bill: contracts.BillDeposit}, {due: 95, minor: 1_209_600, bill: contracts.BillInvoice}}},
	{key: "bar", client: 7, kind: 0, made: 2, start: 25, end: 85, renewal: "none", minor: 1_320_000, status: "draft", steps: []step{{due: 25, minor: 396_000, bill: contracts.BillQuote}}},
	{key: "terrace", client: 0, kind: 2, made: 1, start: 45, end: 150, renewal: "none", minor: 684_000, status: "to_sign", shared: true, round: roundAwaited, steps: []step{{due: 14, minor: 205_200, bill: contracts.BillDeposit}, {due: 120, minor: 478_800, bill: contracts.BillInvoice}}},
}

// agreed plans the contracts of the story, each on its day.
func (m *maker) agreed(ctx context.Context) error {
	types, err := m.Contracts.Types(ctx, m.owner)
	if err != nil {
		return err
	}
	for i, a := range agreements {
		if a.client >= len(m.clients) {
			continue
		}
		m.on(a.made, 10*time.Hour+time.Duration(7*i)*time.Minute, func(ctx context.Context) error {
			if err := m.agree(ctx, a, types[a.kind].PublicID); err != nil {
				return fmt.Errorf("contract %s: %w", a.key, err)
			}
			return nil
		})
	}
	return nil
}

func (m *maker) agree(ctx context.Context, a agreement, typeID string) error {
	c := m.clients[a.client]
	words := func(what string) string { return m.text(c.lang, "demo.contract."+a.key+"."+what, nil) }
	today := civil.Of(m.end, m.zone)
	f := contracts.Form{Title: words("title"), CustomerID: c.id, TypeID: typeID, StartOn: today.AddDays(a.start).String(), Renewal: a.renewal, NoticeCount: a.notice, RemindDays: 30, ValueMinor: a.minor, Currency: c.currency, Description: words("text")}
	if a.end != 0 {
		f.EndOn = today.AddDays(a.end).String()
	}
	if a.renewal != "none" {
		f.RenewalMonths = 12
	}
	blank, err := m.Contracts.Blank(ctx, m.owner)
	if err != nil {
		return err
	}
	f.OwnerID = blank.OwnerID
	v, err := m.Contracts.Save(ctx, m.owner, m.key("contract"), f)
	if err != nil {
		return err
	}
	if err := m.milestones(ctx, v, a, words); err != nil {
		return err
	}
	if err := m.paperOf(ctx, v, words("title"), words("text")); err != nil {
		return err
	}
	return m.decided(ctx, v, a)
}

func (m *maker) milestones(ctx context.Context, v contracts.View, a agreement, words func(string) string) error {
	today := civil.Of(m.end, m.zone)
	for i, x := range a.steps {
		due := today.AddDays(x.due)
		list, err := m.Contracts.SaveMilestone(ctx, m.owner, m.key("milestone"), v.PublicID, contracts.Milestone{Title: words(fmt.Sprint(i + 1)), DueOn: due.String(), AmountMinor: x.minor, Bill: x.bill})
		if err != nil {
			return err
		}
		if step := list[i]; x.done {
			m.on(-x.due, 16*time.Hour, func(ctx context.Context) error {
				_, err := m.Contracts.MilestoneDone(ctx, m.owner, v.PublicID, step.PublicID, step.Version, true, due)
				return err
			})
		}
	}
	return nil
}

// paperOf puts the contract's own paper among its attachments.
func (m *maker) paperOf(ctx context.Context, v contracts.View, title, words string) error {
	staged, err := m.Contracts.StageFile(ctx, m.owner, v.Number+".pdf", bytes.NewReader(paperPDF(title, words)))
	if err != nil {
		return err
	}
	_, err = m.Contracts.AddFiles(ctx, m.owner, contracts.AddFiles{Key: m.key("paper"), ContractID: v.PublicID, Files: []contracts.NewFile{{File: staged}}})
	return err
}

// decided brings a contract into its status, and shows it to its customer.
func (m *maker) decided(ctx context.Context, v contracts.View, a agreement) error {
	if a.shared {
		c, err := m.Customers.Get(ctx, m.owner, v.CustomerID)
		if err != nil {
			return err
		}
		share := contracts.Share{Key: m.key("share"), ContractID: v.PublicID, Version: v.Version, RequesterID: c.Contacts[0].PublicID, AllFiles: true}
		if _, err := m.Contracts.ShareContract(ctx, m.owner, share); err != nil {
			return err
		}
		if v, err = m.Contracts.Get(ctx, m.owner, v.PublicID); err != nil {
			return err
		}
	}
	if a.round != "" {
		return m.round(ctx, v, a)
	}
	act := contracts.Act{Key: m.key("act"), ContractID: v.PublicID, Version: v.Version, On: civil.Of(m.Clock.Now(), m.zone)}
	var err error
	switch a.status {
	case "signed":
		_, err = m.Contracts.MarkSigned(ctx, m.owner, act)
	case "in_review":
		_, err = m.Contracts.ToReview(ctx, m.owner, act)
	case "to_sign":
		_, err = m.Contracts.ToBeSigned(ctx, m.owner, act)
	case "cancelled":
		_, err = m.Contracts.Cancel(ctx, m.owner, act)
	}
	return err
}

// reminded sends what the dates of contracts have come to by now, so that nothing of the past is
// asked about when the company is opened.
func (m *maker) reminded(ctx context.Context) error {
	items, err := m.Contracts.Source().Due(ctx, civil.Of(m.end, m.zone))
	for _, x := range items {
		if err == nil {
			err = m.Contracts.Source().Do(ctx, actor.Machine(), x.Key)
		}
	}
	return err
}
