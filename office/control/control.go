// Package control proves that a company's file is what it was: "Contrôler" in the window,
// comptoir check on the command line, a restored backup, once a week by itself.
//
// What lives here: the checks, each naming what it found by a text of the catalogue. What
// must not: mending anything (a person decides), words for people, exit codes. It reads
// whole tables in pages, each area in one snapshot, so that memory stays flat and work
// that goes on meanwhile is not taken for a fault.
//
// What it cannot see: somebody who rewrites the file and every later hash with it, or cuts
// the end of a chain off together with all that refers to it (of the audit log also the head
// kept beside it). That takes a head of the chain kept elsewhere (the backups').
package control

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// The areas in the order in which they are checked; control.area.<area> is the text.
const (
	AreaFile      = "file"
	AreaEntries   = "entries"
	AreaBalances  = "balances"
	AreaDocuments = "documents"
	AreaSeries    = "series"
	AreaPayments  = "payments"
	AreaContracts = "contracts"
	AreaAudit     = "audit"
	AreaFiles     = "files"
)

// Fault is one thing found: Key and Args make its sentence.
type Fault struct {
	Area string         `json:"area"`
	Key  string         `json:"key"`
	Args map[string]any `json:"args"`
}

// Report is what a check found, and how much it looked at.
type Report struct {
	Faults  []Fault          `json:"faults"`
	Counted map[string]int64 `json:"counted"` // by area; for entries their lines too, under "lines", for contracts "events"
}

// Sound tells whether nothing was found.
func (r Report) Sound() bool { return len(r.Faults) == 0 }

// DocumentHash gives the hash that an issued document must bear after the one before it;
// office/sales.Hash.
type DocumentHash func(ctx context.Context, q *gen.Queries, previous string, d gen.Document) (string, error)

// Files proves stored bytes, however many, and gives their size: fault.file_missing,
// fault.file_changed, or another error when they cannot be read. office/files.Store.
type Files interface {
	Prove(sha256 string) (size int64, err error)
}

// Service is the room's door.
type Service struct {
	db        *db.DB
	documents DocumentHash
	files     Files
}

// New makes the room; it touches nothing. Without files the stored files are not looked at.
func New(d *db.DB, documents DocumentHash, files Files) *Service {
	return &Service{db: d, documents: documents, files: files}
}

// Progress hears how far a check has come in an area; it may be nil.
type Progress func(area string, done int64)

// pageSize bounds what is in memory at a time.
const pageSize = 500

// Check looks at everything. The error is one of the check itself; what is wrong with the
// company stands in the report.
func (s *Service) Check(ctx context.Context, who actor.Actor, progress Progress) (Report, error) {
	if err := who.Need(actor.Look); err != nil {
		return Report{}, err
	}
	c := &check{report: Report{Faults: []Fault{}, Counted: map[string]int64{}}, more: map[string]int{}, progress: progress, service: s, location: time.UTC}
	for _, step := range []func(context.Context) error{c.file, c.books, c.papers, c.contracts, c.audit, c.attachments, c.stored} {
		if err := step(ctx); err != nil {
			if !unreadable(err) {
				return Report{}, err
			}
			c.add(AreaFile, "control.file.unreadable")
		}
	}
	c.close()
	return c.report, nil
}

// unreadable tells the errors that are a finding: what SQLite itself calls damage.
func unreadable(err error) bool {
	e, ok := fault.As(err)
	return ok && e.Key == db.ErrDamaged.Key
}

// check is one run.
type check struct {
	service  *Service
	report   Report
	more     map[string]int // faults of a kind beyond the limit
	progress Progress
	currency money.Currency
	location *time.Location
}

// faultsOfAKind are listed; the rest is counted. One lost page can break ten thousand links.
const faultsOfAKind = 20

// add notes a fault; args come as name, value pairs.
func (c *check) add(area, key string, args ...any) {
	c.more[key]++
	if c.more[key] > faultsOfAKind {
		return
	}
	c.report.Faults = append(c.report.Faults, Fault{Area: area, Key: key, Args: fault.New("", key, args...).Args})
}

// close says of each kind how many more there were, after the last one listed.
func (c *check) close() {
	listed := c.report.Faults
	c.report.Faults = make([]Fault, 0, len(listed))
	seen := map[string]int{}
	for _, f := range listed {
		c.report.Faults = append(c.report.Faults, f)
		seen[f.Key]++
		if rest := c.more[f.Key] - faultsOfAKind; seen[f.Key] == faultsOfAKind && rest > 0 {
			c.report.Faults = append(c.report.Faults, Fault{Area: f.Area, Key: "control.more", Args: map[string]any{"count": rest}})
		}
	}
}

func (c *check) counted(area string, n int) {
	c.report.Counted[area] += int64(n)
	if c.progress != nil {
		c.progress(area, c.report.Counted[area])
	}
}

// amount is a figure of the books as an argument.
func (c *check) amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: c.currency}
}

// file asks SQLite: pages, indexes, constraints, foreign keys.
func (c *check) file(ctx context.Context) error {
	found, err := c.service.db.IntegrityCheck(ctx)
	for _, detail := range found {
		c.add(AreaFile, "control.file.damaged", "detail", detail)
	}
	if err != nil {
		return err
	}
	return c.service.db.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if fault.Is(err, fault.NotFound) {
			return nil // no company yet: nothing to say in its currency
		}
		c.currency, c.location = firm.Money(), firm.Location()
		return err
	})
}

// day is a stored date as an argument; as it stands when it is none.
func day(s string) any {
	if d, err := civil.Parse(s); err == nil {
		return d
	}
	return s
}

// instant is a stored instant as an argument, at the firm's place.
func (c *check) instant(s string) any {
	if t, err := time.Parse(db.TimeFormat, s); err == nil {
		return t.In(c.location)
	}
	return s
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func whole(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
