package pdf

import (
	"strconv"
	"strings"

	"comptoir/core/locale"
	"rsc.io/qr"
)

// The colours of paper, those of frontend/src/theme/tokens.json (light).
const (
	inkText   ink = 0x191C1B
	inkSoft   ink = 0x4D5350
	inkFaint  ink = 0x646A66
	inkLine   ink = 0xE3E3DD
	inkStrong ink = 0xC8C8C0
	inkAccent ink = 0x0F5C5A
	inkStamp  ink = 0xEEEEEA
)

// The type scale of paper.
var (
	styleTitle  = style{semibold, 24, 28, inkText}
	styleNumber = style{regular, 12, 16, inkSoft}
	styleName   = style{semibold, 16, 20, inkText}
	styleDue    = style{semibold, 26, 30, inkText}
	styleDate   = style{semibold, 12, 16, inkText}
	styleBuyer  = style{regular, 10.5, 14.5, inkText}
	styleBody   = style{regular, 9.5, 13, inkText}
	styleStrong = style{semibold, 12, 16, inkText}
	styleSmall  = style{regular, 8.5, 12, inkSoft}
	styleLegal  = style{regular, 7.5, 10.5, inkFaint}
	styleHead   = style{semibold, 8, 11, inkSoft}
)

func (s style) in(c ink) style         { s.ink = c; return s }
func (s style) heavy() style           { s.weight = semibold; return s }
func (s style) sized(to float64) style { s.leading *= to / s.size; s.size = to; return s }

const (
	sideMargin = 20 * mm
	topMargin  = 16 * mm
	footMargin = 11 * mm
	axisWidth  = 80 * mm // from the axis to the right margin
	maxSheets  = 2000
)

// flow puts marks on sheets from top to bottom and begins a new one when needed.
type flow struct {
	typesetter
	lang        string
	accent      ink // for text: dark enough to read
	tint        ink // for rules: the colour as chosen
	w, h        float64
	left, right float64
	axis        float64 // where the title, the address and the totals begin
	bottom      float64 // nothing of the body goes below
	y           float64
	sheets      []*sheet
	sheet       *sheet
	foot        []string
	running     string // what document this is, on the pages after the first
	runningTo   string
	stamp       string
	overflow    bool
}

func newFlow(lang string, look Look, footer []string) *flow {
	f := &flow{typesetter: typesetter{fonts()}, lang: lang, w: 210 * mm, h: 297 * mm}
	if look.Letter {
		f.w, f.h = 612, 792
	}
	f.tint = parseInk(look.Accent)
	f.accent = readable(f.tint)
	f.left, f.right = sideMargin, f.w-sideMargin
	f.axis = f.right - axisWidth
	for _, line := range footer {
		f.foot = append(f.foot, f.wrap(clean(line), regular, styleLegal.size, f.right-f.left-22*mm)...)
	}
	f.foot = f.foot[:min(len(f.foot), 5)]
	f.bottom = f.h - footMargin - float64(max(1, len(f.foot)))*styleLegal.leading - 6*mm
	return f
}

// word gives one of the layout's own words.
func (f *flow) word(key string) string { return clean(locale.T(f.lang, key, nil)) }

// or gives chosen, or the catalogue's text when nothing was chosen.
func (f *flow) or(chosen, key string) string {
	if chosen == "" {
		return f.word(key)
	}
	return clean(chosen)
}

// newSheet begins a page; those after the first say which document they belong to.
func (f *flow) newSheet() {
	f.sheet = &sheet{}
	f.sheets = append(f.sheets, f.sheet)
	f.overflow = f.overflow || len(f.sheets) > maxSheets
	if f.stamp != "" {
		runs := f.shape(f.stamp, semibold)
		size := min(120, 0.72*f.h/max(f.runsWidth(runs, 1), 1))
		f.sheet.marks = append(f.sheet.marks, mark{kind: stampMark, x: f.w / 2, y: f.h / 2, w: f.w, size: size, ink: inkStamp, runs: runs})
	}
	f.y = topMargin
	if len(f.sheets) > 1 {
		half := (f.right - f.left - 8*mm) / 2
		to := f.shorten(f.runningTo, regular, styleSmall.size, half)
		left := max(half, f.right-f.left-8*mm-f.width(to, regular, styleSmall.size)) // what the name leaves
		f.text(f.left, f.y, f.shorten(f.running, semibold, styleSmall.size, left), styleSmall.heavy())
		f.textRight(f.right, f.y, to, styleSmall)
		f.y += styleSmall.leading + 6*mm
	}
}

// room is the height left on this page.
func (f *flow) room() float64 { return f.bottom - f.y }

// whole is the height of the body on a page after the first.
func (f *flow) whole() float64 { return f.bottom - topMargin - styleSmall.leading - 6*mm }

// ensure begins a new page unless h fits on this one.
func (f *flow) ensure(h float64) {
	if h > f.room()+0.01 {
		f.newSheet()
	}
}

// text sets one line of cleaned text whose line box begins at y.
func (f *flow) text(x, y float64, s string, st style) {
	if s == "" || f.overflow {
		return
	}
	f.runs(x, y, f.shape(s, st.weight), st)
}

func (f *flow) runs(x, y float64, runs []run, st style) {
	baseline := y + (st.leading-st.size)/2 + st.size*0.86
	f.sheet.marks = append(f.sheet.marks, mark{kind: textMark, x: x, y: baseline, size: st.size, ink: st.ink, runs: runs})
}

// textRight sets one line that ends at x.
func (f *flow) textRight(x, y float64, s string, st style) {
	if s == "" || f.overflow {
		return
	}
	runs := f.shape(s, st.weight)
	f.runs(x-f.runsWidth(runs, st.size), y, runs, st)
}

// block sets wrapped text from y downwards and gives the y below it.
func (f *flow) block(x, y, width float64, s string, st style) float64 {
	if s == "" {
		return y
	}
	for _, line := range f.wrap(clean(s), st.weight, st.size, width) {
		f.text(x, y, line, st)
		y += st.leading
	}
	return y
}

// paragraph sets wrapped text in the flow of pages: it may go on over a page end, but
// leaves no single line behind or ahead.
func (f *flow) paragraph(s string, st style, width float64) {
	if s == "" {
		return
	}
	lines := f.wrap(clean(s), st.weight, st.size, width)
	for i, line := range lines {
		need := st.leading
		if i == 0 && len(lines) > 1 || i == len(lines)-2 {
			need *= 2
		}
		f.ensure(need)
		if f.overflow {
			return
		}
		f.text(f.left, f.y, line, st)
		f.y += st.leading
	}
}

// lines counts the lines of s at a width.
func (f *flow) lines(s string, st style, width float64) int {
	if s == "" {
		return 0
	}
	return len(f.wrap(clean(s), st.weight, st.size, width))
}

// rule draws a thin horizontal line.
func (f *flow) rule(x, y, w, thick float64, c ink) { f.sheet.box(x, y, w, thick, c) }

func (f *flow) picture(p *picture, x, y, w, h float64) {
	f.sheet.marks = append(f.sheet.marks, mark{kind: imageMark, x: x, y: y, w: w, h: h, picture: p})
}

func (f *flow) code(c *qr.Code, x, y, side float64) {
	f.sheet.marks = append(f.sheet.marks, mark{kind: codeMark, x: x, y: y, w: side, h: side, ink: inkText, code: c})
}

// finish writes the foot of every page, now that their number is known.
func (f *flow) finish() {
	for i, s := range f.sheets {
		f.sheet = s
		y := f.h - footMargin - float64(max(1, len(f.foot)))*styleLegal.leading
		page := clean(locale.T(f.lang, "pdf.page", map[string]any{"page": strconv.Itoa(i + 1), "pages": strconv.Itoa(len(f.sheets))}))
		for k, line := range f.foot {
			f.text(f.left, y+float64(k)*styleLegal.leading, line, styleLegal)
		}
		f.textRight(f.right, y, page, styleLegal)
	}
}

// parseInk reads "#RRGGBB"; anything else gives the house's accent.
func parseInk(s string) ink {
	hex, ok := strings.CutPrefix(s, "#")
	n, err := strconv.ParseUint(hex, 16, 24)
	if !ok || len(hex) != 6 || err != nil {
		return inkAccent
	}
	return ink(n)
}

// readable darkens a colour until it has a contrast of 4.5 on white (WCAG 1.4.3).
func readable(c ink) ink {
	for contrast(c) < 4.5 {
		c = darker(c>>16)<<16 | darker(c>>8&255)<<8 | darker(c&255)
	}
	return c
}

func darker(v ink) ink { return v * 15 / 16 }
