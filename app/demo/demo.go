// Package demo makes the demo company: a fictional firm with two years of customers,
// documents, payments and books.
//
// What lives here: the generator and its data (data/*.json). What must not: SQL, rules,
// any way into the books but the use cases that a person's work goes through; so that
// numbers, entries, mails and audit log are there as they would be. Everything is decided
// by the seed and the day on which the story ends. Called by the composition root only,
// which passes the rooms of a fresh company whose clock is a demo.Clock.
package demo

import (
	"context"
	"fmt"
	"time"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
	"comptoir/office/attachments"
	"comptoir/office/catalog"
	"comptoir/office/charging"
	"comptoir/office/chat"
	"comptoir/office/company"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/hours"
	"comptoir/office/notices"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/provisioning"
	"comptoir/office/recurring"
	"comptoir/office/registration"
	"comptoir/office/reminders"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	"comptoir/office/signing"
	"comptoir/office/statements"
	"comptoir/office/subscriptions"
	"comptoir/office/users"
)

// Rooms are the rooms of the company that is filled.
type Rooms struct {
	DB            *db.DB
	Company       *company.Service
	Customers     *customers.Service
	Catalog       *catalog.Service
	Sales         *sales.Service
	Chat          *chat.Service
	Payments      *payments.Service
	Recurring     *recurring.Service
	Charging      *charging.Service
	Subscriptions *subscriptions.Service
	Reminders     *reminders.Service
	Hours         *hours.Service
	Notices       *notices.Service
	Statements    *statements.Service
	Sepa          *sepa.Service
	Attachments   *attachments.Service
	Contracts     *contracts.Service
	Signing       *signing.Service
	Access        *access.Service
	Users         *users.Service
	Provisioning  *provisioning.Service
	Registration  *registration.Service
	Worker        *outbox.Worker
	Clock         *Clock // the clock that the company was opened with
}

// Options say how much is made. Progress may be nil.
type Options struct {
	Documents int   // 0 = DefaultDocuments
	Customers int   // 0 = as many as suit the documents
	Seed      int64 // 0 = 1
	Papers    int   // up to how many documents all their PDFs are drawn at once; 0 = papersUpTo
	Progress  func(done, total int)
}

// What the demo company has unless more is asked for.
const (
	DefaultDocuments = 250
	DefaultCustomers = 30
	// MostDocuments is what the numbers of a year can carry without looking odd.
	MostDocuments = 1_000_000
)

// papersUpTo is how many documents get their PDF drawn and their mail delivered while the
// story is told. Beyond, drawing would take far longer than everything else: only the
// newest ones go by mail, and the papers of the others are drawn when they are first opened.
const papersUpTo = 2_000

// SignIn is a contact who can sign in to the portal.
type SignIn struct {
	Name     string `json:"name"`
	Customer string `json:"customer"`
	UserName string `json:"userName"`
	Password string `json:"password"`
	Lang     string `json:"lang"`
}

// Summary tells what was made.
type Summary struct {
	Company       string   `json:"company"`
	Customers     int      `json:"customers"`
	Items         int      `json:"items"`
	Documents     int      `json:"documents"`
	Drafts        int      `json:"drafts"`
	Recurring     int      `json:"recurring"` // invoices that templates made, besides the documents
	Templates     int      `json:"templates"` // what makes them
	Subscriptions int      `json:"subscriptions"`
	Quotes        int      `json:"quotes"`
	Credits       int      `json:"credits"`
	Payments      int      `json:"payments"`
	Announced     int      `json:"announced"` // transfers that wait for the firm's confirmation
	Requests      int      `json:"requests"`  // for access, that are not decided
	Seconds       float64  `json:"seconds"`
	SignIns       []SignIn `json:"signIns"`
	Users         []User   `json:"users"` // of the firm
	// PapersLater: PDFs are drawn when a document is first opened.
	PapersLater bool `json:"papersLater"`
}

// Make fills a fresh, empty company.
func Make(ctx context.Context, r Rooms, o Options) (Summary, error) {
	began := time.Now()
	o = o.withDefaults()
	m := &maker{Rooms: r, o: o, end: r.Clock.End(), keys: fmt.Sprintf("demo-%d", o.Seed)}
	m.sum.PapersLater = o.Documents > o.Papers
	for _, step := range []func(context.Context) error{m.firm, m.items, m.parties, m.provisioned, m.chasing, m.hours, m.prices, m.calendars, m.offers, m.visitors, m.talks, m.debtors, m.agreed, m.story, m.reminded, m.signIns, m.people, m.listening, m.assigned, m.credits, m.statements, m.files, m.notices, m.told, m.tidy} {
		if err := step(ctx); err != nil {
			return Summary{}, fmt.Errorf("demo: %w", err)
		}
	}
	m.sum.Seconds = time.Since(began).Seconds()
	return m.sum, nil
}

func (o Options) withDefaults() Options {
	if o.Documents <= 0 {
		o.Documents = DefaultDocuments
	}
	o.Documents = min(o.Documents, MostDocuments)
	if o.Customers <= 0 {
		o.Customers = max(DefaultCustomers, o.Documents/50)
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Papers == 0 {
		o.Papers = papersUpTo
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

// maker holds what the steps know of each other.
type maker struct {
	Rooms
	sum     Summary
	o       Options
	end     time.Time
	zone    *time.Location
	owner   actor.Actor
	stock   map[string][]item // by set
	clients []client
	keys    string
	count   int // commands given, for their keys

	queue    queue
	calendar calendarStory
	subs     subscriptionStory
	debits   debitStory
	last     []*issued         // the newest ones
	monthEnd []int             // which documents one customer pays by one transfer
	together []*issued         // those, once issued
	scenes   int               // planned so far
	practice int               // charges by the practice card
	rated    string            // the month whose rate was noted
	newest   bool              // mails wait from now on
	chases   int               // times that late payers were reminded
	talking  map[string]string // conversations of the story, by their key
	token    string            // of the third-party program; told to nobody
	webhook  string            // where it hears of events
}

// key names the next command; the same seed names them alike.
func (m *maker) key(what string) string {
	m.count++
	return fmt.Sprintf("%s-%s-%d", m.keys, what, m.count)
}

func (m *maker) text(lang locale.Lang, key string, args map[string]any) string {
	return locale.T(lang, key, args)
}

// unread is how many notifications wait for the owner.
const unread = 6

// tidy leaves the company as after a day's work: old notifications are read.
func (m *maker) tidy(ctx context.Context) error {
	return m.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Notifications(ctx, gen.NotificationsParams{BeforeID: 1<<62 - 1, RowLimit: unread + 1})
		if err != nil || len(rows) <= unread {
			return err
		}
		at := tx.Stamp()
		return tx.MarkNotificationsRead(ctx, gen.MarkNotificationsReadParams{ReadAt: &at, UpToID: rows[unread].ID})
	})
}
