package imports

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
)

// plan is a table that was judged: what is wrong with it, and what is to be stored.
type plan struct {
	*world
	service *Service
	table   Table
	options Options
	places  map[string]int // column of each field
	report  Report
	records []*record
	refused map[int]bool // rows with a problem
}

// record is one thing to store: of one row, or of several where a customer has several contacts.
type record struct {
	row    int
	change bool // of what is there; else it is made
	store  func(ctx context.Context, tx *db.Tx, who actor.Actor) error
}

// row is one line of the table while it is read.
type row struct {
	*plan
	n     int
	cells []string
	out   *Outcome // nil beyond the preview
}

// plan judges every row.
func (s *Service) plan(ctx context.Context, q *gen.Queries, kind string, t Table, o Options) (*plan, error) {
	w, err := newWorld(ctx, q, s, kind)
	if err != nil {
		return nil, err
	}
	if o.Head < 0 || o.Head > len(t.Rows) || len(o.Columns) > 1000 {
		return nil, fault.New(fault.Invalid, "fault.choice")
	}
	p := &plan{world: w, service: s, table: t, options: o, places: map[string]int{}, refused: map[int]bool{}}
	p.report.Problems, p.report.Preview = []Problem{}, []Outcome{}
	p.columns()
	if p.report.Faults > 0 {
		return p, nil
	}
	judge := map[string]judge{Customers: newCustomerJudge(p), Items: &itemJudge{plan: p, seen: map[string]int{}}, Invoices: &invoiceJudge{plan: p, seen: map[string]int{}}}[kind]
	p.report.Preview = make([]Outcome, 0, previewRows) // its capacity stands: rows point into it
	for i, cells := range t.Rows[o.Head:] {
		n := o.Head + i + 1
		if empty(cells) {
			continue
		}
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.report.Rows++
		r := &row{plan: p, n: n, cells: cells}
		if len(p.report.Preview) < previewRows {
			p.report.Preview = append(p.report.Preview, Outcome{Row: n, Fate: Make, Values: []Value{}})
			r.out = &p.report.Preview[len(p.report.Preview)-1]
		}
		if err := judge.row(ctx, r); err != nil {
			return nil, err
		}
	}
	judge.end()
	p.close()
	return p, nil
}

// judge reads the rows of one kind.
type judge interface {
	row(ctx context.Context, r *row) error
	end()
}

// close marks what was refused in the preview, and says so where there is nothing at all.
func (p *plan) close() {
	if p.report.Rows == 0 {
		p.problem(0, "", "", "fault.import.empty")
	}
	for _, r := range p.records {
		switch {
		case p.refused[r.row]:
		case r.change:
			p.report.Changed++
		default:
			p.report.Made++
		}
	}
	for i := range p.report.Preview {
		x := &p.report.Preview[i]
		if p.refused[x.Row] {
			x.Fate = Refused
		}
		slices.SortStableFunc(x.Values, func(a, b Value) int { return p.places[a.Field] - p.places[b.Field] })
	}
}

// columns finds where each field stands; what must be there and is not, or is there twice,
// is a problem of the file.
func (p *plan) columns() {
	for i, id := range p.options.Columns {
		if id == "" {
			continue
		}
		if _, known := p.byID[id]; !known {
			p.problem(0, id, "", "fault.choice")
		} else if _, twice := p.places[id]; twice {
			p.problem(0, id, "", "fault.import.column_twice")
		} else {
			p.places[id] = i
		}
	}
	for _, f := range p.fields {
		if _, there := p.places[f.ID]; f.Required && !there && !p.standsIn(f.ID) {
			p.problem(0, f.ID, "", "fault.import.column_missing")
		}
	}
	if p.kind == Invoices {
		p.invoiceColumns()
	}
}

// standsIn tells whether other columns make up for a required one: people without a firm
// are named by their first and last names.
func (p *plan) standsIn(id string) bool {
	return p.kind == Customers && id == "name" && (p.mapped("contact_name") || p.mapped("contact_last")) ||
		p.kind == Items && id == "name" && p.mapped("description")
}

func (p *plan) mapped(id string) bool {
	_, there := p.places[id]
	return there
}

func (p *plan) problem(n int, id, value, key string, args ...any) {
	p.refused[n] = true
	p.report.Faults++
	if len(p.report.Problems) < mostProblems {
		if len(value) > 200 {
			value = value[:200]
		}
		p.report.Problems = append(p.report.Problems, Problem{Row: n, Field: id, Value: strings.ToValidUTF8(value, ""), Key: key, Args: fault.New("", key, args...).Args})
	}
}

// form turns the refusals of a room's check into problems of the row.
func (p *plan) form(err error, place func(path string) (n int, field, value string)) error {
	e, ok := fault.As(err)
	if !ok || e.Code != fault.Invalid {
		return err
	}
	for _, f := range e.Fields {
		n, id, value := place(f.Path)
		p.refused[n] = true
		p.report.Faults++
		if len(p.report.Problems) < mostProblems {
			p.report.Problems = append(p.report.Problems, Problem{Row: n, Field: id, Value: value, Key: f.Key, Args: f.Args})
		}
	}
	if len(e.Fields) == 0 {
		n, id, value := place("")
		p.problem(n, id, value, e.Key)
	}
	return nil
}

func (r *row) problem(id, key string, args ...any) { r.plan.problem(r.n, id, r.raw(id), key, args...) }

// raw is a cell as it stands, without what would make a spreadsheet take it for a formula:
// our own exports put an apostrophe before it.
func (r *row) raw(id string) string {
	i, there := r.places[id]
	if !there || i >= len(r.cells) {
		return ""
	}
	s := strings.TrimSpace(typed.Clean(r.cells[i]))
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@", rune(s[1])) {
		s = s[1:]
	}
	return s
}

func (r *row) has(id string) bool { return r.raw(id) != "" }

// show keeps a value for the preview.
func (r *row) show(id, kind, words string, figure int64, currency string) {
	if r.out != nil && r.mapped(id) {
		r.out.Values = append(r.out.Values, Value{Field: id, Kind: kind, Text: words, Figure: figure, Currency: currency})
	}
}

func (r *row) text(id string) string {
	s := typed.Line(r.raw(id))
	r.show(id, "text", s, 0, "")
	return s
}

// into sets a text where the cell holds one: an empty cell leaves what was.
func (r *row) into(id string, at *string) {
	if r.has(id) {
		*at = r.text(id)
	}
}

// amount reads money in minor units.
func (r *row) amount(id string, c money.Currency) (minor int64, given bool) {
	raw := r.raw(id)
	if raw == "" {
		return 0, false
	}
	minor, ok := r.figure(raw, c.Digits())
	if !ok {
		r.problem(id, "fault.import.not_an_amount", "mark", r.options.Decimal)
		return 0, true
	}
	r.show(id, "amount", "", minor, string(c))
	return minor, true
}

func (r *row) price(id, currency string, at *int64) {
	raw := r.raw(id)
	if raw == "" {
		return
	}
	e4, ok := r.figure(raw, 4)
	switch {
	case !ok:
		r.problem(id, "fault.import.not_an_amount", "mark", r.options.Decimal)
	case e4 < 0:
		r.problem(id, "fault.negative")
	default:
		*at = e4
		r.show(id, "price", "", e4, currency)
	}
}

// figure reads a number. A spreadsheet keeps its own figures with a point, whatever it
// shows; text in it may hold a comma all the same.
func (r *row) figure(raw string, digits int) (int64, bool) {
	if r.table.Serial {
		if n, ok := number(raw, ".", digits); ok && !strings.Contains(raw, ",") {
			return n, true
		}
	}
	return number(raw, r.options.Decimal, digits)
}

func (r *row) date(id string) (d civil.Date, given bool) {
	raw := r.raw(id)
	if raw == "" {
		return civil.Date{}, false
	}
	d, ok := day(raw, r.options.DateOrder, r.table)
	if !ok {
		r.problem(id, "fault.import.not_a_date", "order", r.options.DateOrder)
		return civil.Date{}, true
	}
	r.show(id, "date", d.String(), 0, "")
	return d, true
}

// currency reads a currency by its code or its sign; "" leaves what was.
func (r *row) currency(id string, at *string) {
	raw := strings.ToUpper(r.raw(id))
	if raw == "" {
		return
	}
	if code, known := map[string]string{"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": dollar(r.firm.Country), "US$": "USD", "CA$": "CAD", "$ CA": "CAD", "£": "GBP"}[raw]; known {
		raw = code
	}
	if !money.Currency(raw).Valid() {
		r.problem(id, "fault.import.currency")
		return
	}
	*at = raw
	r.show(id, "text", raw, 0, "")
}

func dollar(country string) string {
	if country == "CA" {
		return "CAD"
	}
	return "USD"
}

// choose reads one of a few words.
func (r *row) choose(id string, at *string, words map[string]string) {
	if !r.has(id) {
		return
	}
	code, known := words[plain(r.raw(id))]
	if !known {
		r.problem(id, "fault.import.word")
		return
	}
	*at = code
	r.show(id, "choice", code, 0, "")
}

// pass leaves a row as it is.
func (r *row) pass(why string) {
	r.report.Skipped++
	if r.out != nil {
		r.out.Fate, r.out.Why = Passed, why
	}
}

func (r *row) changes() {
	if r.out != nil {
		r.out.Fate = Change
	}
}

func empty(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
