package pdf

import (
	"reflect"
	"time"
)

// StatementPaper is a statement of account, or a report of the same build: tables over as
// many pages as they need, with what comes before and after them.
type StatementPaper struct {
	Lang     string
	Title    string // "Relevé de compte"
	Number   string // under it: the period
	Look     Look
	Seller   Party
	Buyer    Party // no name: a report of the firm's own, without addresses
	Due      Due
	Facts    []Fact
	Sections []StatementSection
	Payment  *Payment
	Notes    string
	Footer   []string
	Created  time.Time
}

// StatementSection is one table: one account, in one currency.
type StatementSection struct {
	Heading string // "" = none
	First   string // head over the first column
	Columns []StatementColumn
	Rows    []StatementRow
	Narrow  bool   // many columns: the first gives way to them
	Totals  []Row  // below, on the axis
	Ages    []Fact // below, side by side over the width: label and amount
}

// StatementColumn is a column after the first.
type StatementColumn struct {
	Head   string
	Right  bool // figures
	Strong bool
}

// StatementRow is one row: the words of the first column, then a cell a column.
type StatementRow struct {
	Title   string
	Detail  string
	Cells   []string
	Running string // sum up to and with this row, carried over at page ends; "" = none
	Strong  bool
}

// Statement prints a statement or a report.
func (r *Renderer) Statement(p StatementPaper) ([]byte, error) {
	n := 0
	for _, s := range p.Sections {
		n += len(s.Rows)
	}
	if n > maxLines || characters(reflect.ValueOf(&p)) > maxCharacters {
		return nil, ErrTooLarge
	}
	f := newFlow(p.Lang, p.Look, p.Footer)
	f.layStatement(&p, r.logos.get(p.Look.Logo))
	return f.document(p.Title+" "+p.Number, p.Seller.Name, p.Created)
}

func (f *flow) layStatement(p *StatementPaper, logo *picture) {
	f.running, f.runningTo = clean(p.Title+" "+p.Number), clean(p.Buyer.Name)
	if p.Buyer.Name == "" {
		f.runningTo = clean(p.Seller.Name)
	}
	f.newSheet()
	if p.Buyer.Name == "" {
		f.reportHead(p, logo)
	} else {
		f.head(heading{p.Title, p.Number, p.Seller, p.Buyer, f.word("pdf.statement.for"), p.Look.AddressLeft}, logo)
	}
	f.dueAndFacts(p.Due, p.Facts)
	for i := range p.Sections {
		if i > 0 {
			f.y += 12 * mm
		}
		f.statementSection(&p.Sections[i])
	}
	f.payment(p.Payment)
	f.closing(p.Notes, "", nil)
}

// reportHead is the head of what the firm makes for itself: no window of an envelope to fit.
func (f *flow) reportHead(p *StatementPaper, logo *picture) {
	f.title(heading{title: p.Title, number: p.Number})
	column := f.axis - f.left - 8*mm
	end := f.brand(p.Seller.Name, logo, column)
	end = f.sellerBlock(p.Seller, f.left, end+2*mm, column, logo != nil)
	f.y = max(f.y, end) + 8*mm
}

func (f *flow) statementSection(s *StatementSection) {
	if s.Heading != "" {
		f.ensure(60)
		f.y = f.block(f.left, f.y, f.right-f.left, s.Heading, styleStrong) + 2*mm
	}
	f.statementTable(s).draw()
	if len(s.Totals) > 0 {
		f.ensure(f.totalsHeight(s.Totals) + tailGap)
		f.y += tailGap
		f.totals(s.Totals)
	}
	f.ages(s.Ages)
}

func (f *flow) statementTable(s *StatementSection) *table {
	row := func(get func(*StatementRow) string) func(int) string {
		return func(i int) string { return clean(get(&s.Rows[i])) }
	}
	t := &table{
		f: f, count: len(s.Rows), size: 9, first: clean(s.First),
		title:   row(func(r *StatementRow) string { return r.Title }),
		detail:  row(func(r *StatementRow) string { return r.Detail }),
		running: row(func(r *StatementRow) string { return r.Running }),
		strong:  func(i int) bool { return s.Rows[i].Strong },
		carried: f.word("pdf.carried"), brought: f.word("pdf.brought"),
		tail: f.totalsHeight(s.Totals) + tailGap,
	}
	gap := columnGp
	if s.Narrow {
		t.share, gap = 0.24, 7
	}
	cols := make([]column, 0, len(s.Columns))
	for k, c := range s.Columns {
		cols = append(cols, column{head: clean(c.Head), right: c.Right, strong: c.Strong, gap: gap, cell: func(i int) string {
			if k < len(s.Rows[i].Cells) {
				return clean(s.Rows[i].Cells[k])
			}
			return ""
		}})
	}
	t.fit(cols)
	return t
}

// ages sets labels with an amount below each, side by side.
func (f *flow) ages(list []Fact) {
	if len(list) == 0 {
		return
	}
	height := 2*styleHead.leading + styleStrong.leading + 6*mm
	f.ensure(height + 4*mm)
	f.y += 8 * mm
	w := (f.right - f.left) / float64(len(list))
	f.rule(f.left, f.y, f.right-f.left, 0.6, inkStrong)
	top, bottom := f.y+2*mm, f.y
	size := styleStrong.size
	for _, x := range list {
		for size > 6.5 && f.width(clean(x.Value), semibold, size) > w-2*mm {
			size -= 0.5
		}
	}
	for i, x := range list {
		right := f.left + float64(i+1)*w
		f.textRight(right, top, f.shorten(clean(x.Label), semibold, styleHead.size, w-2*mm), styleHead)
		f.textRight(right, top+styleHead.leading+1*mm, clean(x.Value), styleStrong.sized(size))
		bottom = top + styleHead.leading + 1*mm + styleStrong.leading
	}
	f.y = bottom + 2*mm
	f.rule(f.left, f.y, f.right-f.left, 0.6, inkStrong)
}
