package pdf

import (
	"reflect"
	"time"
)

// CertificatePaper is the certificat de signature: what was signed, by whom and how, and what
// happened when.
type CertificatePaper struct {
	Lang     string
	Title    string // "Certificat de signature"
	Number   string // under it: the envelope
	Look     Look
	Firm     Party
	Document CertificateFacts
	Signers  string // heading over the cards
	Cards    []SignerCard
	Events   StatementSection
	Proof    CertificateFacts
	Mentions []string
	Footer   []string
	Created  time.Time
}

// CertificateFacts are facts under a heading, over the whole width.
type CertificateFacts struct {
	Heading string
	Facts   []Fact
}

// SignerCard is one signature.
type SignerCard struct {
	Name    string
	Detail  string // role, address
	Mark    SignatureMark
	Facts   []Fact
	Consent Fact   // label, and the words that were agreed to
	Foot    string // their hash
}

// SignatureMark is the signature as it was given: drawn or typed.
type SignatureMark struct {
	Label   string // "Signature dessinée"
	Typed   string
	Drawing *Drawing
	PNG     []byte
}

// Drawing is a signature drawn by hand, in a box of its own units, y downwards.
type Drawing struct {
	Width, Height float64
	Strokes       []Stroke
}

// Stroke is one line of the pen: Bézier curves of two control points and an end each.
type Stroke struct {
	From   [2]float64
	Curves [][6]float64
}

const (
	markWidth  = 52 * mm
	markHeight = 22 * mm
	cardGap    = 6 * mm
	penWidth   = 1.1
)

// Certificate prints a certificat de signature.
func (r *Renderer) Certificate(p CertificatePaper) ([]byte, error) {
	if len(p.Events.Rows)+len(p.Cards) > maxLines || characters(reflect.ValueOf(&p)) > maxCharacters {
		return nil, ErrTooLarge
	}
	f := newFlow(p.Lang, p.Look, p.Footer)
	f.layCertificate(&p, r)
	return f.document(p.Title+" "+p.Number, p.Firm.Name, p.Created)
}

func (f *flow) layCertificate(p *CertificatePaper, r *Renderer) {
	f.running, f.runningTo = clean(p.Title+" "+p.Number), clean(p.Firm.Name)
	f.newSheet()
	f.title(heading{title: p.Title, number: p.Number})
	end := f.brand(p.Firm.Name, r.logos.get(p.Look.Logo), f.axis-f.left-8*mm)
	for _, line := range p.Firm.Identifiers {
		end = f.block(f.left, end, f.axis-f.left-8*mm, line, styleSmall)
	}
	f.y = max(f.y, end) + 9*mm
	f.certificateFacts(p.Document)
	f.sectionHead(p.Signers)
	for i := range p.Cards {
		f.card(&p.Cards[i], r)
	}
	f.y += 2 * mm
	f.statementSection(&p.Events)
	f.y += 9 * mm
	f.certificateFacts(p.Proof)
	f.closing("", "", p.Mentions)
}

// sectionHead sets a heading that stays with what follows.
func (f *flow) sectionHead(s string) {
	f.ensure(40 * mm)
	f.y = f.block(f.left, f.y, f.right-f.left, s, styleStrong) + 2*mm
	f.rule(f.left, f.y, f.right-f.left, 1.2, f.tint)
	f.y += 1.2 + 3*mm
}

func (f *flow) certificateFacts(p CertificateFacts) {
	h := f.height(func() {
		f.sectionHead(p.Heading)
		f.y = f.smallFacts(f.left, f.y, f.right-f.left, p.Facts)
	})
	f.ensure(min(h, f.whole()))
	f.sectionHead(p.Heading)
	f.y = f.smallFacts(f.left, f.y, f.right-f.left, p.Facts) + 8*mm
}

// card sets one signature: who and how at the left, the signature itself at the right, the
// words that were agreed to below. It stays whole unless it would take most of a page; then
// the words go over.
func (f *flow) card(c *SignerCard, r *Renderer) {
	width := f.right - f.left
	top := func() {
		mark := f.signatureMark(&c.Mark, r)
		y := f.block(f.left, f.y, width-markWidth-cardGap, c.Name, styleStrong)
		y = f.block(f.left, y, width-markWidth-cardGap, c.Detail, styleSmall) + 2*mm
		f.y = max(f.smallFacts(f.left, y, width-markWidth-cardGap, c.Facts), mark)
	}
	words := func() {
		f.y += 1 * mm
		f.paragraph(c.Consent.Label, styleSmall, width)
		f.paragraph(c.Consent.Value, styleSmall.in(inkText), width)
		f.y += 1
		f.paragraph(c.Foot, styleLegal, width)
	}
	head, all := f.height(top), f.height(func() { top(); words() })
	if all > 0.8*f.whole() {
		f.ensure(min(head+4*styleSmall.leading, f.whole()))
	} else {
		f.ensure(all)
	}
	top()
	words()
	f.y += 4 * mm
	f.rule(f.left, f.y, width, 0.5, inkLine)
	f.y += 5 * mm
}

// signatureMark sets the box with the signature and gives the y below it.
func (f *flow) signatureMark(m *SignatureMark, r *Renderer) float64 {
	x, y, pad := f.right-markWidth, f.y, 3*mm
	for _, edge := range [][4]float64{{x, y, markWidth, 0.6}, {x, y + markHeight, markWidth, 0.6}, {x, y, 0.6, markHeight}, {x + markWidth - 0.6, y, 0.6, markHeight}} {
		f.rule(edge[0], edge[1], edge[2], edge[3], inkStrong)
	}
	inX, inY, inW, inH := x+pad, y+pad, markWidth-2*pad, markHeight-2*pad
	switch picture := r.logos.get(m.PNG); {
	case m.Drawing != nil && m.Drawing.Width > 0 && m.Drawing.Height > 0:
		f.sheet.marks = append(f.sheet.marks, mark{kind: strokeMark, x: inX, y: inY, w: inW, h: inH, size: penWidth, ink: inkText, drawing: m.Drawing})
	case picture != nil:
		scale := min(inW/float64(picture.w), inH/float64(picture.h))
		w, h := float64(picture.w)*scale, float64(picture.h)*scale
		f.picture(picture, inX+(inW-w)/2, inY+(inH-h)/2, w, h)
	default:
		f.typed(clean(m.Typed), inX, inY, inW, inH)
	}
	return f.block(x, y+markHeight+1*mm, markWidth, m.Label, styleLegal)
}

// typed sets a typed name in the middle of a box, as large as fits.
func (f *flow) typed(name string, x, y, w, h float64) {
	st := style{regular, 17, 21, f.accent}
	lines := f.wrap(name, st.weight, st.size, w)
	for st.size > 7 && (float64(len(lines))*st.leading > h || len(lines) > 2) {
		st = st.sized(st.size - 1)
		lines = f.wrap(name, st.weight, st.size, w)
	}
	lines = lines[:min(len(lines), max(1, int(h/st.leading)))]
	y += (h - float64(len(lines))*st.leading) / 2
	for _, line := range lines {
		f.text(x+(w-f.width(line, st.weight, st.size))/2, y, line, st)
		y += st.leading
	}
}

// smallFacts sets label and value side by side, in small letters, and gives the y below.
func (f *flow) smallFacts(x, y, width float64, facts []Fact) float64 {
	label := 0.0
	for _, fact := range facts {
		label = max(label, f.width(clean(fact.Label), regular, styleSmall.size))
	}
	label = min(label, 0.4*width) + 5*mm
	for _, fact := range facts {
		a := f.block(x, y, label-3*mm, fact.Label, styleSmall)
		b := f.block(x+label, y, width-label, fact.Value, styleSmall.in(inkText))
		y = max(a, b) + 1.5
	}
	return y
}

// height is the height that draw takes on a page without an end.
func (f *flow) height(draw func()) float64 {
	sheets, was, y, bottom := f.sheets, f.sheet, f.y, f.bottom
	f.sheet, f.y, f.bottom = &sheet{}, 0, 1e6
	draw()
	h := f.y
	f.sheets, f.sheet, f.y, f.bottom = sheets, was, y, bottom
	return h
}
