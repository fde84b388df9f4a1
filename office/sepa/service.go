// Package sepa takes money by direct debit and gives it back by files of transfers.
//
// What lives here: who the firm is as a creditor, mandates from the asking to the revoking,
// files for the bank, what the bank did of them, mails before a debit. What must not: XML
// (edge/sepa), which day or which characters (rules/sepa), payments, refunds and their
// entries (office/payments, which every confirmation goes through). Called by the window's
// bound structs and the portal.
package sepa

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/office/payments"
	"comptoir/office/sales"
	rules "comptoir/rules/sepa"
)

// Writer writes the files (edge/sepa behind it). The same order gives the same bytes.
type Writer interface {
	Debits(c rules.Collection) ([]byte, error)
	Transfers(o rules.Orders) ([]byte, error)
}

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB       *db.DB
	IDs      id.Source
	Files    *files.Store
	Sales    *sales.Service
	Payments *payments.Service
	Writer   Writer
	// IssueLink makes the mailed link that opens the portal.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID int64) (linkID int64, err error)
	Changed   func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d}
}

// Settings are who the firm is to its debtors' banks.
type Settings struct {
	ICS        string `json:"ics"`
	NoticeDays int64  `json:"noticeDays"` // between the mail and the debit
	Version    int64  `json:"version"`
	Ready      bool   `json:"ready"`  // an identity and an account are there
	Others     int64  `json:"others"` // mandates signed for another identifier: their next debit says so
}

// Settings gives them.
func (s *Service) Settings(ctx context.Context, who actor.Actor) (x Settings, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Settings{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.SepaSettings(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		firm, err := company.Get(ctx, q)
		x = Settings{ICS: row.Ics, NoticeDays: row.NoticeDays, Version: row.Version, Ready: row.Ics != "" && firm.IBAN != ""}
		if err == nil && row.Ics != "" {
			x.Others, err = q.CountMandatesUnderAnother(ctx, row.Ics)
		}
		return err
	})
	return x, err
}

// SaveSettings changes them. Mandates signed before keep what they say, and their next debit
// names the identifier that they were signed for; what nobody signed yet is asked for under the
// new one.
func (s *Service) SaveSettings(ctx context.Context, who actor.Actor, in Settings) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	var form fault.Form
	if in.ICS != "" {
		company.Field(&form, "ics", &in.ICS, ident.CheckICS)
	}
	if in.NoticeDays < 1 || in.NoticeDays > 60 {
		form.Add("noticeDays", "fault.range", "min", 1, "max", 60)
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.SepaSettings(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		before := Settings{ICS: row.Ics, NoticeDays: row.NoticeDays}
		n, err := tx.UpdateSepaSettings(ctx, gen.UpdateSepaSettingsParams{Ics: in.ICS, NoticeDays: in.NoticeDays, Version: in.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		if in.ICS != "" {
			if err := tx.MoveAskedMandates(ctx, in.ICS); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Changed("sepa") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.settings_changed", ObjectKind: "company", ObjectID: 1,
			Details: map[string]any{"fields": audit.Changed(before, Settings{ICS: in.ICS, NoticeDays: in.NoticeDays})}})
	})
}

// creditor is the firm as banks know it; refused where something lacks.
type creditor struct {
	firm     company.Firm
	settings gen.SepaSetting
	party    rules.Party
	today    civil.Date
}

func creditorOf(ctx context.Context, tx *db.Tx, debits bool) (c creditor, err error) {
	if c.firm, err = company.Get(ctx, tx.Queries); err != nil {
		return c, err
	}
	if c.settings, err = tx.SepaSettings(ctx); err != nil {
		return c, db.NotFound(err)
	}
	switch {
	case debits && c.settings.Ics == "":
		return c, fault.New(fault.Conflict, "fault.sepa.no_ics")
	case c.firm.IBAN == "":
		return c, fault.New(fault.Conflict, "fault.sepa.no_iban")
	}
	f := c.firm
	c.today = f.Today(tx.Now)
	c.party = rules.Party{Name: f.Name, IBAN: f.IBAN, BIC: f.BIC, Address: rules.Address{Street: f.Line1, PostCode: f.Postcode, Town: f.City, Country: f.Country}}
	return c, nil
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func oneField(path, key string, args ...any) error {
	var f fault.Form
	f.Add(path, key, args...)
	return f.Err()
}

// last4 is all that is shown of an account.
func last4(iban string) string {
	if len(iban) < 4 {
		return iban
	}
	return iban[len(iban)-4:]
}
