// Package imports takes customers, items and open invoices over from the files of other
// programs.
//
// What lives here: the fields of each kind with the names that other programs give them,
// the matching of columns, the reading of figures and dates as people write them, the
// check of every row, and the one transaction in which a file comes in whole or not at
// all. What must not: formats of files (edge/exchange reads them into a plain table),
// rules of customers, items and documents (their rooms check and store them). Called by
// the window's assistant and the command line, which get the same errors.
package imports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/sales"
)

// The kinds of things that come in from files.
const (
	Customers = "customers"
	Items     = "items"
	Invoices  = "invoices" // open ones
)

// Kinds lists them.
func Kinds() []string { return []string{Customers, Items, Invoices} }

// What is done with a row of something that is there already.
const (
	Skip   = "skip"
	Update = "update"
)

// Table is a file as it was read.
type Table struct {
	FileName string
	SHA256   string // of the file
	Rows     [][]string
	Serial   bool // dates are numbers of days, as spreadsheets keep them
	From1904 bool
}

// Options say how a table is understood. Empty ones are guessed by Propose.
type Options struct {
	Head      int      `json:"head"`      // row that names the columns, counted from 1; 0 = none does
	Columns   []string `json:"columns"`   // field of each column, "" = left out
	Decimal   string   `json:"decimal"`   // "," or "."
	DateOrder string   `json:"dateOrder"` // dmy, mdy
	Existing  string   `json:"existing"`  // Skip, Update; of invoices always Skip
	Source    string   `json:"source"`    // invoices: the program they come from
	OpeningOn string   `json:"openingOn"` // invoices: day of the takeover, YYYY-MM-DD
	Nature    string   `json:"nature"`    // goods, services: of what does not say it
}

// Problem is what is wrong with one cell, or with a row as a whole.
type Problem struct {
	Row   int        `json:"row"`   // as a spreadsheet counts
	Field string     `json:"field"` // "" = the row
	Value string     `json:"value"`
	Key   string     `json:"key"`
	Args  fault.Args `json:"args"`
}

// The fates of a row.
const (
	Make    = "make"
	Change  = "change"
	Passed  = "skip"
	Refused = "error"
)

// Value is a cell as it was understood. Kind is text, date, amount, price, choice or yesno.
type Value struct {
	Field    string `json:"field"`
	Kind     string `json:"kind"`
	Text     string `json:"text"`   // text, a date YYYY-MM-DD, a choice's code
	Figure   int64  `json:"figure"` // minor units, or scaled 10^4
	Currency string `json:"currency"`
}

// Outcome is one row as it would become.
type Outcome struct {
	Row    int     `json:"row"`
	Fate   string  `json:"fate"`
	Why    string  `json:"why"` // key of a text: why it is passed over
	Values []Value `json:"values"`
}

// Report is what a table would do.
type Report struct {
	Rows     int       `json:"rows"` // that hold something
	Made     int       `json:"made"`
	Changed  int       `json:"changed"`
	Skipped  int       `json:"skipped"`
	Problems []Problem `json:"problems"` // the first of them
	Faults   int       `json:"faults"`   // how many in all
	Preview  []Outcome `json:"preview"`  // the first rows
}

// mostProblems and previewRows bound what is kept for reading.
const (
	mostProblems = 1000
	previewRows  = 20
)

// Deps is what the room works with.
type Deps struct {
	DB        *db.DB
	IDs       id.Source
	Customers *customers.Service
	Catalog   *catalog.Service
	Sales     *sales.Service
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service { return &Service{d} }

// Before is an earlier import of the same file.
type Before struct {
	At   string `json:"at"`
	By   string `json:"by"`
	File string `json:"file"`
}

// Seen tells whether the same content came in before; nil when it did not.
func (s *Service) Seen(ctx context.Context, who actor.Actor, kind, sha string) (b *Before, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.ImportOfFile(ctx, gen.ImportOfFileParams{Kind: kind, Sha256: sha})
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		if err == nil {
			b = &Before{At: r.CreatedAt, By: r.ActorName, File: r.FileName}
		}
		return err
	})
	return b, err
}

// Done is one import that was carried out.
type Done struct {
	PublicID string `json:"publicId"`
	Kind     string `json:"kind"`
	File     string `json:"file"`
	Made     int64  `json:"made"`
	Changed  int64  `json:"changed"`
	Skipped  int64  `json:"skipped"`
	By       string `json:"by"`
	At       string `json:"at"`
}

// History gives the last imports, newest first.
func (s *Service) History(ctx context.Context, who actor.Actor, limit int) (list []Done, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Done{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.Imports(ctx, int64(limit))
		for _, r := range rows {
			list = append(list, Done{PublicID: r.PublicID, Kind: r.Kind, File: r.FileName, Made: r.RowsMade, Changed: r.RowsChanged, Skipped: r.RowsSkipped, By: r.ActorName, At: r.CreatedAt})
		}
		return err
	})
	return list, err
}

// Propose guesses how a table is to be understood: by what was chosen last time for the
// same names of columns, else by the names that programs give their columns.
func (s *Service) Propose(ctx context.Context, who actor.Actor, kind string, t Table) (o Options, fields []Field, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Options{}, nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := newWorld(ctx, q, s, kind)
		if err != nil {
			return err
		}
		fields = w.fields
		o = guess(w, t)
		kept, err := q.ImportMapping(ctx, gen.ImportMappingParams{Kind: kind, HeadHash: headHash(t, o.Head)})
		if fault.Is(db.NotFound(err), fault.NotFound) {
			return nil
		}
		var last Options
		if err == nil && json.Unmarshal([]byte(kept), &last) == nil && len(last.Columns) == len(o.Columns) {
			o.Columns, o.Decimal, o.DateOrder, o.Existing, o.Source, o.Nature = w.known(last.Columns), last.Decimal, last.DateOrder, last.Existing, last.Source, last.Nature
		}
		return err
	})
	return o, fields, err
}

// headHash names a head line, whatever stands below it.
func headHash(t Table, head int) string {
	text := ""
	if head > 0 && head <= len(t.Rows) {
		for _, c := range t.Rows[head-1] {
			text += plain(c) + "\n"
		}
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Check tells what the table would do, row by row; nothing is stored.
func (s *Service) Check(ctx context.Context, who actor.Actor, kind string, t Table, o Options) (r Report, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Report{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		p, err := s.plan(ctx, q, kind, t, o)
		if err == nil {
			r = p.report
		}
		return err
	})
	return r, err
}

// line trims and cleans a name that a person gave.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
