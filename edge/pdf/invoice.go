package pdf

// layInvoice lays out an invoice, a credit note or a quote from top to bottom.
func (f *flow) layInvoice(p *Paper, logo *picture) {
	f.stamp = clean(p.Watermark)
	if p.Number == "" {
		f.stamp = f.or(p.Watermark, "pdf.draft")
	}
	f.running, f.runningTo = clean(p.Title+" "+p.Number), clean(p.Buyer.Name)
	f.newSheet()
	f.head(heading{p.Title, p.Number, p.Seller, p.Buyer, f.or(p.BuyerRole, "pdf.buyer"), p.Look.AddressLeft}, logo)
	f.dueAndFacts(p.Due, f.withDelivery(p))
	t := f.newTable(p)
	t.draw()
	f.tail(p)
	f.payment(p.Payment)
	f.closing(p.Notes, p.Terms, p.Mentions)
	f.signing(p.Sign)
}

// heading is who writes to whom, and what.
type heading struct {
	title, number string
	seller, buyer Party
	role          string
	addressLeft   bool
}

const (
	addressTop    = 46 * mm // the label over the buyer; the name follows in the window
	headBottom    = 86 * mm // the body begins here at the earliest, below the fold's window
	logoMaxWidth  = 70 * mm
	logoMaxHeight = 20 * mm
)

// head sets logo, title and both addresses. The buyer's stands where the window of an
// envelope is (NF Z 10-011: right; DIN 5008 and North America: left).
func (f *flow) head(h heading, logo *picture) {
	column := f.axis - f.left - 8*mm
	f.title(h)
	y := f.brand(h.seller.Name, logo, column)
	var end float64
	if h.addressLeft {
		end = f.sellerBlock(h.seller, f.axis, addressTop, axisWidth, true)
		y = max(y+4*mm, addressTop)
		end = max(end, f.buyerBlock(h, f.left, y, min(column, 82*mm)))
	} else {
		end = f.sellerBlock(h.seller, f.left, y+2*mm, column, logo != nil)
		end = max(end, f.buyerBlock(h, f.axis, max(addressTop, f.y+4*mm), axisWidth))
	}
	f.y = max(end, headBottom) + 8*mm
}

func (f *flow) title(h heading) {
	y := f.y - 5 // the capitals, not the line box, stand on the top margin
	st := styleTitle
	title := clean(h.title)
	for st.size > 15 && f.width(title, st.weight, st.size) > axisWidth {
		st = st.sized(st.size - 1)
	}
	y = f.block(f.axis, y, axisWidth, title, st)
	f.y = f.block(f.axis, y, axisWidth, h.number, styleNumber)
}

// brand sets the logo, or the seller's name in its stead, and gives the y below it.
func (f *flow) brand(name string, logo *picture, column float64) float64 {
	if logo == nil {
		return f.block(f.left, topMargin-3, column, name, styleName)
	}
	scale := min(logoMaxWidth/float64(logo.w), logoMaxHeight/float64(logo.h), 0.75)
	w, h := float64(logo.w)*scale, float64(logo.h)*scale
	f.picture(logo, f.left, topMargin, w, h)
	return topMargin + h + 1*mm
}

func (f *flow) sellerBlock(s Party, x, y, width float64, named bool) float64 {
	if named {
		y = f.block(x, y, width, s.Name, styleSmall.heavy().in(inkText))
	}
	for _, part := range [][]string{s.Lines, {s.Phone, s.Email, s.Website}, s.Identifiers} {
		from := y
		for _, line := range part {
			y = f.block(x, y, width, line, styleSmall)
		}
		if y > from {
			y += 3
		}
	}
	return y
}

func (f *flow) buyerBlock(h heading, x, y, width float64) float64 {
	y = f.block(x, y, width, h.role, styleSmall)
	y = f.block(x, y+2, width, h.buyer.Name, styleBuyer.heavy())
	for _, line := range h.buyer.Lines {
		y = f.block(x, y, width, line, styleBuyer)
	}
	y += 4
	for _, line := range h.buyer.Identifiers {
		y = f.block(x, y, width, line, styleSmall)
	}
	return y
}

// withDelivery adds the place of delivery to the facts of a paper.
func (f *flow) withDelivery(p *Paper) []Fact {
	if p.DeliverTo == nil {
		return p.Facts
	}
	place := p.DeliverTo.Name
	for _, line := range p.DeliverTo.Lines {
		if place != "" {
			place += "\n"
		}
		place += line
	}
	return append(append([]Fact{}, p.Facts...), Fact{f.word("pdf.deliver_to"), place})
}

// dueAndFacts sets at the left what is due and until when, large, and at the right the
// dates and references.
func (f *flow) dueAndFacts(due Due, facts []Fact) {
	width := f.axis - f.left - 8*mm
	y := f.y
	if due.Amount != "" {
		y = f.block(f.left, y, width, due.Label, styleBody.in(inkSoft))
		amount, st := clean(due.Amount), styleDue.in(f.accent)
		for st.size > 12 && f.width(amount, st.weight, st.size) > width {
			st = st.sized(st.size - 1)
		}
		y = f.block(f.left-1, y+1, width, amount, st)
		y = f.block(f.left, y+2, width, due.Date, styleDate)
	}
	f.y = max(y, f.facts(f.axis, f.y, axisWidth, facts)) + 9*mm
}

// facts sets label and value side by side, the values on one axis of their own.
func (f *flow) facts(x, y, width float64, facts []Fact) float64 {
	label := 0.0
	for _, fact := range facts {
		label = max(label, f.width(clean(fact.Label), regular, styleBody.size))
	}
	label = min(label, 0.46*width) + 5*mm
	for _, fact := range facts {
		a := f.block(x, y, label-3*mm, fact.Label, styleBody.in(inkSoft))
		b := f.block(x+label, y, width-label, fact.Value, styleBody)
		y = max(a, b) + 2.5
	}
	return y
}
