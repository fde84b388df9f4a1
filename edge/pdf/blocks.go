package pdf

import "rsc.io/qr"

const (
	totalRow   = 17.0
	strongRow  = 27.0
	tailGap    = 10.0
	codeSide   = 27 * mm
	taxColumns = 4
)

// tailHeight is the height of totals and tax table, which are never parted from the last
// row and never broken; 0 for one so tall that it must be.
func (f *flow) tailHeight(p *Paper) float64 {
	h := max(f.totalsHeight(p.Totals), f.taxesHeight(p.Taxes)) + tailGap
	if h > 0.7*f.whole() {
		return 0
	}
	return h
}

// tail sets the tax table at the left and the totals at the right, on the axis.
func (f *flow) tail(p *Paper) {
	if len(p.Totals) == 0 && len(p.Taxes) == 0 {
		return
	}
	f.ensure(f.tailHeight(p))
	f.y += tailGap
	if f.tailHeight(p) == 0 {
		f.taxes(p.Taxes)
		f.totals(p.Totals)
		return
	}
	sheets, top := len(f.sheets), f.y
	f.taxes(p.Taxes)
	bottom := f.y
	f.y = top
	f.totals(p.Totals)
	if len(f.sheets) == sheets {
		f.y = max(f.y, bottom)
	}
}

func (f *flow) totalsHeight(rows []Row) float64 {
	h := 0.0
	for _, r := range rows {
		h += f.totalHeight(r)
	}
	return h
}

func (f *flow) totalHeight(r Row) float64 {
	st, row := styleBody, totalRow
	if r.Strong {
		st, row = styleStrong, strongRow
	}
	n := max(f.lines(r.Label, st, f.totalLabel(r, st)), f.lines(r.Value, st.heavy(), axisWidth), 1)
	return row + float64(n-1)*st.leading
}

// totalLabel is the width that a total's amount leaves for its label.
func (f *flow) totalLabel(r Row, st style) float64 {
	return max(axisWidth-f.width(clean(r.Value), st.weight, st.size)-4*mm, 0.3*axisWidth)
}

func (f *flow) totals(rows []Row) {
	for _, r := range rows {
		h := f.totalHeight(r)
		f.ensure(h)
		if f.overflow {
			return
		}
		st, label, pad := styleBody, styleBody.in(inkSoft), (totalRow-styleBody.leading)/2
		if r.Strong {
			st, label, pad = styleStrong, styleStrong, 8
			f.rule(f.axis, f.y+2, axisWidth, 1.2, f.tint)
		}
		y := f.y + pad
		f.block(f.axis, y, f.totalLabel(r, st), r.Label, label)
		for _, line := range f.wrap(clean(r.Value), st.weight, st.size, axisWidth) {
			f.textRight(f.right, y, line, st)
			y += st.leading
		}
		f.y += h
	}
}

func (f *flow) taxesHeight(rows []TaxRow) float64 {
	if len(rows) == 0 {
		return 0
	}
	h := styleHead.leading + 7
	name := f.taxName(rows)
	for _, r := range rows {
		h += f.taxHeight(r, name)
	}
	return h
}

// taxHeight is the height of one row: a name too long for its column stands above the
// figures, over the whole width.
func (f *flow) taxHeight(r TaxRow, name float64) float64 {
	n := f.lines(r.Name, styleSmall, name)
	if n > 1 {
		n = 1 + f.lines(r.Name, styleSmall, f.taxesWidth())
	}
	return float64(max(n, 1))*styleSmall.leading + 3
}

// taxWidths gives the widths of rate, base and amount.
func (f *flow) taxWidths(rows []TaxRow) (w [taxColumns - 1]float64) {
	for i, key := range []string{"pdf.tax.rate", "pdf.tax.base", "pdf.tax.amount"} {
		w[i] = f.width(f.word(key), semibold, styleHead.size)
	}
	for _, r := range rows {
		for i, s := range []string{r.Rate, r.Base, r.Amount} {
			w[i] = max(w[i], f.width(clean(s), regular, styleSmall.size))
		}
	}
	return w
}

func (f *flow) taxesWidth() float64 { return f.axis - f.left - 12*mm }

func (f *flow) taxName(rows []TaxRow) float64 {
	w := f.taxWidths(rows)
	return max(f.taxesWidth()-w[0]-w[1]-w[2]-3*columnGp, 12*mm)
}

// taxes sets base and tax of each rate (CGI ann. II, 242 nonies A, 11°).
func (f *flow) taxes(rows []TaxRow) {
	if len(rows) == 0 {
		return
	}
	w, name := f.taxWidths(rows), f.taxName(rows)
	var x [taxColumns - 1]float64
	at := f.left + name
	for i := range x {
		at += columnGp + w[i]
		x[i] = at
	}
	f.ensure(f.taxesHeight(rows[:1]))
	y := f.y + 1
	f.text(f.left, y, f.word("pdf.tax.name"), styleHead)
	for i, key := range []string{"pdf.tax.rate", "pdf.tax.base", "pdf.tax.amount"} {
		f.textRight(x[i], y, f.word(key), styleHead)
	}
	y += styleHead.leading + 2
	f.rule(f.left, y, x[2]-f.left, 0.5, inkStrong)
	f.y = y + 3
	for _, r := range rows {
		h := f.taxHeight(r, name)
		f.ensure(h)
		if f.overflow {
			return
		}
		width := name
		if f.lines(r.Name, styleSmall, name) > 1 {
			width = f.taxesWidth()
		}
		f.block(f.left, f.y, width, r.Name, styleSmall)
		f.y += h
		y := f.y - styleSmall.leading - 3
		for i, s := range []string{r.Rate, r.Base, r.Amount} {
			f.textRight(x[i], y, clean(s), styleSmall)
		}
	}
}

// payment sets how to pay, with the code that a bank's application reads.
func (f *flow) payment(p *Payment) {
	if p == nil {
		return
	}
	code := epc(p.EPC)
	x, width := f.left, f.right-f.left
	if code != nil {
		x, width = f.left+codeSide+6*mm, width-codeSide-6*mm
	}
	facts := paymentFacts(f, p)
	h := styleBody.leading + 4 + float64(len(facts))*(styleBody.leading+2.5)
	for _, line := range p.Lines {
		h += float64(f.lines(line, styleSmall, width)) * styleSmall.leading
	}
	if code != nil {
		h = max(h+styleSmall.leading+4, codeSide)
	}
	f.y += 8 * mm
	f.ensure(min(h, 0.9*f.whole()))
	top := f.y
	y := f.block(x, top-2, width, f.or(p.Heading, "pdf.payment.heading"), styleBody.heavy())
	y = f.facts(x, y+3, width, facts)
	for _, line := range p.Lines {
		y = f.block(x, y, width, line, styleSmall)
	}
	if code != nil {
		f.code(code, f.left, top, codeSide)
		y = f.block(x, y+2, width, f.word("pdf.payment.scan"), styleSmall)
		y = max(y, top+codeSide)
	}
	f.y = y
}

func paymentFacts(f *flow, p *Payment) []Fact {
	var facts []Fact
	for _, row := range [][2]string{
		{"pdf.payment.iban", p.IBAN}, {"pdf.payment.bic", p.BIC}, {"pdf.payment.bank", p.BankName}, {"pdf.payment.reference", p.Reference},
	} {
		if row[1] != "" {
			facts = append(facts, Fact{f.word(row[0]), row[1]})
		}
	}
	return facts
}

// epc makes the code of EPC069-12: level M, at most version 13 (69 modules). A payload
// that does not fit gives no code; the words beside it are enough to pay.
func epc(payload string) *qr.Code {
	if payload == "" {
		return nil
	}
	code, err := qr.Encode(payload, qr.M)
	if err != nil || code.Size > 69 {
		return nil
	}
	return code
}

// closing sets the words at the end: to the customer, the terms, what the law wants.
func (f *flow) closing(notes, terms string, mentions []string) {
	width := min(f.right-f.left, 150*mm)
	for i, s := range []string{notes, terms} {
		if s != "" {
			f.y += 7 * mm
			f.paragraph(s, [2]style{styleBody, styleSmall}[i], width)
		}
	}
	if len(mentions) > 0 {
		f.y += 7 * mm
	}
	for _, m := range mentions {
		f.paragraph(m, styleLegal, width)
		f.y += 2
	}
}

// signing leaves room to fill in by hand: one place a label, side by side.
func (f *flow) signing(labels []string) {
	if len(labels) == 0 {
		return
	}
	labels = labels[:min(len(labels), 4)]
	const height = 26 * mm
	f.y += 8 * mm
	f.ensure(height)
	gap := 8 * mm
	w := (f.right - f.left - gap*float64(len(labels)-1)) / float64(len(labels))
	for i, label := range labels {
		x := f.left + float64(i)*(w+gap)
		f.block(x, f.y, w, label, styleSmall)
		f.rule(x, f.y+height-2, w, 0.6, inkStrong)
	}
	f.y += height
}
