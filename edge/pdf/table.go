package pdf

import "strings"

// column is one column of a table.
type column struct {
	head   string
	x, w   float64
	right  bool // figures end at the right edge
	strong bool
	gap    float64 // room to the left of the column
	cell   func(i int) string
}

// table is rows that may go on over many pages: the heads are repeated, and the sum is
// carried over where the rows bring a running sum.
type table struct {
	f       *flow
	cols    []column // after the description
	first   string   // head over the description
	width   float64  // of the description
	size    float64  // of the figures
	count   int
	title   func(i int) string
	detail  func(i int) string
	running func(i int) string
	strong  func(i int) bool // rows that stand out; nil = none
	share   float64          // of the width that the first column wants; 0 = the usual
	carried string
	brought string
	tail    float64 // height that must fit below the last row
	started int     // rows begun so far
	onPage  int     // rows begun on this page
	heavy   bool    // the row at hand stands out
}

const (
	rowPad   = 4.5
	columnGp = 14.0
	carryRow = 20.0

	maxHeadLines = 3
)

func (f *flow) newTable(p *Paper) *table {
	line := func(get func(*Line) string) func(int) string {
		return func(i int) string { return clean(get(&p.Lines[i])) }
	}
	h := p.Headings
	t := &table{
		f: f, count: len(p.Lines), size: 9, first: f.or(h.Description, "pdf.column.description"),
		title:   line(func(l *Line) string { return l.Description }),
		detail:  line(func(l *Line) string { return l.Detail }),
		running: line(func(l *Line) string { return l.RunningNet }),
		carried: f.or(h.Carried, "pdf.carried"), brought: f.or(h.Brought, "pdf.brought"),
		tail: f.tailHeight(p),
	}
	t.fit([]column{
		{head: f.or(h.Quantity, "pdf.column.quantity"), right: true, gap: columnGp, cell: line(func(l *Line) string { return l.Quantity })},
		{gap: 4, cell: line(func(l *Line) string { return l.Unit })},
		{head: f.or(h.UnitPrice, "pdf.column.unit_price"), right: true, gap: columnGp, cell: line(func(l *Line) string { return l.UnitPrice })},
		{head: f.or(h.Discount, "pdf.column.discount"), right: true, gap: columnGp, cell: line(func(l *Line) string { return l.Discount })},
		{head: f.or(h.Tax, "pdf.column.tax"), right: true, gap: columnGp, cell: line(func(l *Line) string { return l.Tax })},
		{head: f.or(h.Net, "pdf.column.net"), right: true, strong: true, gap: columnGp, cell: line(func(l *Line) string { return l.Net })},
	})
	return t
}

// fit gives each column the width of its widest cell and the description the rest; the
// figures get smaller, and at the very worst break, rather than crowd out the words.
func (t *table) fit(cols []column) {
	f := t.f
	total := f.right - f.left
	wanted, least := 0.36*total, 0.25*total
	if t.share > 0 {
		wanted, least = t.share*total, 0.8*t.share*total
	}
	if t.try(cols, total, f.oneLine); t.width < wanted {
		t.try(cols, total, f.widestWord)
	}
	for t.width < wanted && t.size > 6.5 {
		t.size -= 0.5
		t.try(cols, total, f.widestWord)
	}
	if t.width < least {
		t.squeeze(total - least)
		t.width = least
	}
	x := f.left + t.width
	for i := range t.cols {
		t.cols[i].x = x + t.cols[i].gap
		x += t.cols[i].gap + t.cols[i].w
	}
}

// try gives the columns that are not empty their width; head measures their heads.
func (t *table) try(cols []column, total float64, head func(string) float64) {
	t.cols, t.width = nil, total
	for _, c := range cols {
		if w := t.natural(c); w > 0 {
			c.w = max(w, head(c.head))
			t.cols = append(t.cols, c)
			t.width -= c.w + c.gap
		}
	}
}

func (f *flow) oneLine(head string) float64 { return f.width(head, semibold, styleHead.size) }

func (f *flow) widestWord(head string) float64 {
	w := 0.0
	for word := range strings.SplitSeq(head, " ") {
		w = max(w, f.oneLine(word))
	}
	return w
}

// natural is the width of a column's widest cell, 0 when all are empty.
func (t *table) natural(c column) float64 {
	w := 0.0
	for i := range t.count {
		if s := c.cell(i); s != "" {
			weight := t.weight(c)
			if t.strong != nil && t.strong(i) {
				weight = semibold
			}
			w = max(w, t.f.width(s, weight, t.size))
		}
	}
	return w
}

// squeeze makes the widest columns narrower until all fit.
func (t *table) squeeze(into float64) {
	for {
		sum, widest := 0.0, 0
		for i, c := range t.cols {
			sum += c.w + c.gap
			if c.w > t.cols[widest].w {
				widest = i
			}
		}
		if sum <= into {
			return
		}
		t.cols[widest].w -= min(max(sum-into, 0.5), 0.1*t.cols[widest].w)
	}
}

func (t *table) weight(c column) uint8 {
	if c.strong || t.heavy {
		return semibold
	}
	return regular
}

// draw sets the table.
func (t *table) draw() {
	if t.count == 0 {
		return
	}
	t.f.ensure(40)
	t.heads()
	for i := range t.count {
		if t.f.overflow {
			return
		}
		t.row(i)
	}
	t.f.rule(t.f.left, t.f.y, t.f.right-t.f.left, 0.6, inkStrong)
}

func (t *table) heads() {
	f, height := t.f, 1
	wrapped := make([][]string, len(t.cols))
	for i, c := range t.cols {
		wrapped[i] = f.wrap(c.head, semibold, styleHead.size, c.w)
		wrapped[i] = wrapped[i][:min(len(wrapped[i]), maxHeadLines)]
		height = max(height, len(wrapped[i]))
	}
	first := f.y + float64(height-1)*styleHead.leading
	f.text(f.left, first, f.shorten(t.first, semibold, styleHead.size, t.width), styleHead)
	for i, c := range t.cols {
		y := f.y + float64(height-len(wrapped[i]))*styleHead.leading
		for _, line := range wrapped[i] {
			t.cell(c, y, line, styleHead)
			y += styleHead.leading
		}
	}
	f.y += float64(height)*styleHead.leading + 4
	f.rule(f.left, f.y, f.right-f.left, 1.2, f.tint)
	f.y += 1.2
	t.onPage = 0
}

func (t *table) cell(c column, y float64, s string, st style) {
	if c.right {
		t.f.textRight(c.x+c.w, y, s, st)
	} else {
		t.f.text(c.x, y, s, st)
	}
}

// piece is one printed line of a row's words.
type piece struct {
	text string
	st   style
}

// row sets one row. It stays whole unless it would take more than half a page; then it is
// broken between lines, never leaving one alone.
func (t *table) row(i int) {
	f := t.f
	t.heavy = t.strong != nil && t.strong(i)
	words, cells, tall := t.measure(i)
	last := i == t.count-1
	below := carryRow
	if last {
		below = t.tail
	}
	need := tall + 2*rowPad
	if need+below <= f.room() {
		t.begin()
		t.set(words, cells)
		return
	}
	if need <= 0.5*f.whole() || len(words) < 4 {
		if t.onPage > 0 || f.room() < f.whole()-60 {
			t.turn()
		}
		t.begin()
		t.set(words, cells)
		return
	}
	t.split(words, cells, last)
}

// measure wraps the words and the figures of a row; tall is the height of the taller.
func (t *table) measure(i int) (words []piece, cells [][]string, tall float64) {
	f := t.f
	add := func(s string, st style) {
		if s != "" {
			for _, line := range f.wrap(s, st.weight, st.size, t.width) {
				words = append(words, piece{line, st})
			}
		}
	}
	if t.heavy {
		add(t.title(i), styleBody.heavy())
	} else {
		add(t.title(i), styleBody)
	}
	add(t.detail(i), styleSmall)
	cells = make([][]string, len(t.cols))
	for k, c := range t.cols {
		if s := c.cell(i); s != "" {
			cells[k] = f.wrap(s, t.weight(c), t.size, c.w)
		}
		tall = max(tall, float64(len(cells[k]))*styleBody.leading)
	}
	return words, cells, max(tall, height(words))
}

func height(words []piece) float64 {
	h := 0.0
	for _, w := range words {
		h += w.st.leading
	}
	return h
}

func (t *table) begin() {
	if t.onPage > 0 {
		t.f.rule(t.f.left, t.f.y, t.f.right-t.f.left, 0.5, inkLine)
	}
	t.started++
	t.onPage++
}

// set draws words and figures from the present place on.
func (t *table) set(words []piece, cells [][]string) {
	f := t.f
	y := f.y + rowPad
	bottom := y
	for _, w := range words {
		f.text(f.left, bottom, w.text, w.st)
		bottom += w.st.leading
	}
	for k, c := range t.cols {
		st := style{t.weight(c), t.size, styleBody.leading, inkText}
		at := y
		for _, line := range cells[k] {
			t.cell(c, at, line, st)
			at += st.leading
		}
		bottom = max(bottom, at)
	}
	f.y = bottom + rowPad
}

// split sets a row that is too tall to be kept whole.
func (t *table) split(words []piece, cells [][]string, last bool) {
	f := t.f
	started := false
	for len(words) > 0 && !f.overflow {
		n := t.fitting(words, f.room()-2*rowPad-carryRow)
		if n >= len(words) && last && height(words)+2*rowPad+t.tail > f.room() {
			n = len(words) - 2 // the totals go over: take two lines along
		}
		if n == len(words)-1 {
			n--
		}
		if n < 2 && t.tooLow() {
			t.turn()
			continue
		}
		n = min(max(n, 2), len(words))
		if !started {
			t.begin()
			started = true
		} else {
			t.onPage++
		}
		t.set(words[:n], cells)
		words, cells = words[n:], make([][]string, len(t.cols))
		if len(words) > 0 {
			t.turn()
		}
	}
}

// tooLow tells whether a fresh page would have more room than this one.
func (t *table) tooLow() bool { return t.f.room() < t.f.whole()-60 }

func (t *table) fitting(words []piece, room float64) int {
	for n, w := range words {
		if room -= w.st.leading; room < 0 {
			return n
		}
	}
	return len(words)
}

// turn carries the sum over to a new page.
func (t *table) turn() {
	f := t.f
	sum := ""
	if t.started > 0 {
		sum = t.running(t.started - 1)
		f.rule(f.left, f.y, f.right-f.left, 0.6, inkStrong)
		t.carry(t.carried, sum)
	}
	f.newSheet()
	t.heads()
	if t.carry(t.brought, sum) {
		t.onPage = 1 // a thin line parts it from the first row
	}
}

// carry sets the sum so far under the last column.
func (t *table) carry(label, sum string) bool {
	if sum == "" || len(t.cols) == 0 {
		return false
	}
	f, net := t.f, t.cols[len(t.cols)-1]
	st := styleSmall.heavy()
	y := f.y + (carryRow-st.leading)/2
	w := f.width(sum, semibold, st.size)
	f.textRight(net.x+net.w, y, sum, st)
	f.textRight(min(net.x-net.gap, net.x+net.w-w-6), y, label, styleSmall)
	f.y += carryRow
	return true
}
