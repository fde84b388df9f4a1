package pdf

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// laid lays out a paper without writing it.
func laid(p Paper) *flow {
	f := newFlow(p.Lang, p.Look, p.Footer)
	f.layInvoice(&p, (&logos{}).get(p.Look.Logo))
	f.finish()
	return f
}

// words gives what a mark says, read back from its glyphs.
func (f *flow) words(m mark) string {
	var b strings.Builder
	for _, r := range m.runs {
		switch {
		case r.actual != "":
			b.WriteString(r.actual)
		default:
			for _, gid := range r.gids {
				b.WriteRune(f.faces[r.face].runes[gid])
			}
		}
	}
	return b.String()
}

// said gives the texts of each page.
func (f *flow) said() [][]string {
	all := make([][]string, len(f.sheets))
	for i, s := range f.sheets {
		for _, m := range s.marks {
			if m.kind == textMark {
				all[i] = append(all[i], f.words(m))
			}
		}
	}
	return all
}

func has(texts []string, want string) bool {
	for _, s := range texts {
		if s == want {
			return true
		}
	}
	return false
}

// beside gives the text set just before a label: the sum that is carried over.
func beside(texts []string, label string) string {
	for i, s := range texts {
		if s == label && i > 0 {
			return texts[i-1]
		}
	}
	return ""
}

// For tables of every length: the totals stand with the last line, what is carried over
// is the sum of what was printed, heads are repeated, every line is there once.
func TestLongTables(t *testing.T) {
	for n := 1; n <= 90; n++ {
		p := long(n)
		pages := laid(p).said()
		next := 0
		for i, texts := range pages {
			table := has(texts, "Désignation")
			if has(texts, "Total TTC") && !has(texts, fmt.Sprintf("Article n°\u00a0%d du catalogue d’hiver", n)) {
				t.Errorf("%d lines: the totals stand alone on page %d", n, i+1)
			}
			if i > 0 && table {
				if got := beside(texts, "Report"); got != p.Lines[next-1].RunningNet {
					t.Errorf("%d lines, page %d: Report %q, want %q", n, i+1, got, p.Lines[next-1].RunningNet)
				}
			}
			for next < n && has(texts, p.Lines[next].Description) {
				next++
			}
			if i+1 < len(pages) && has(pages[i+1], "Désignation") {
				if got := beside(texts, "À reporter"); got != p.Lines[next-1].RunningNet {
					t.Errorf("%d lines, page %d: À reporter %q, want %q", n, i+1, got, p.Lines[next-1].RunningNet)
				}
			}
			if want := fmt.Sprintf("Page %d / %d", i+1, len(pages)); !has(texts, want) {
				t.Errorf("%d lines: no %q", n, want)
			}
		}
		if next != n {
			t.Errorf("%d lines: only %d printed", n, next)
		}
	}
}

// A long description loses no word at page ends, and no page holds a single line of it.
func TestLongDescriptionBreaks(t *testing.T) {
	for n := 20; n < 260; n += 7 {
		p := essay()
		var want []string
		for i := range n {
			want = append(want, fmt.Sprintf("mot%d suite de la phrase assez longue", i))
		}
		p.Lines[1].Detail = strings.Join(want, "\n")
		printed := 0
		for i, texts := range laid(p).said() {
			here := 0
			for printed < n && has(texts, want[printed]) {
				printed++
				here++
			}
			if here == 1 {
				t.Errorf("%d lines: one alone on page %d", n, i+1)
			}
			if has(texts, "Total TTC") && here == 0 {
				t.Errorf("%d lines: the totals stand alone on page %d", n, i+1)
			}
		}
		if printed != n {
			t.Errorf("%d lines: %d printed", n, printed)
		}
	}
}

// Nothing stands outside the margins, whatever the words are.
func TestNothingLeavesTheSheet(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcdefghijklm ÉÔçœ€-/0123456789 \u202f")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		p := french()
		p.Look.Letter, p.Look.AddressLeft = rapid.Bool().Draw(t, "letter"), rapid.Bool().Draw(t, "left")
		p.Title, p.Number, p.Buyer.Name, p.Seller.Name = word.Draw(t, "title"), word.Draw(t, "number"), word.Draw(t, "buyer"), word.Draw(t, "seller")
		p.Due = Due{word.Draw(t, "label"), word.Draw(t, "amount"), word.Draw(t, "date")}
		p.Lines = nil
		for range rapid.IntRange(0, 40).Draw(t, "lines") {
			p.Lines = append(p.Lines, Line{word.Draw(t, "d"), word.Draw(t, "e"), word.Draw(t, "q"), word.Draw(t, "u"), word.Draw(t, "p"), word.Draw(t, "r"), word.Draw(t, "t"), word.Draw(t, "n"), word.Draw(t, "s")})
		}
		p.Totals = append(p.Totals, Row{word.Draw(t, "row"), word.Draw(t, "value"), rapid.Bool().Draw(t, "strong")})
		f := laid(p)
		for i, s := range f.sheets {
			for _, m := range s.marks {
				if m.kind == stampMark {
					continue
				}
				right := m.x + m.w
				if m.kind == textMark {
					right = m.x + f.runsWidth(m.runs, m.size)
				}
				if m.x < f.left-1.5 || right > f.right+1.5 || m.y < 0 || m.y > f.h-20 {
					t.Fatalf("page %d: %q at %.1f–%.1f, %.1f leaves the sheet", i+1, f.words(m), m.x, right, m.y)
				}
			}
		}
	})
}

func TestDraftIsStamped(t *testing.T) {
	for number, want := range map[string]string{"": "BROUILLON", "FA-2026-0001": ""} {
		p := long(60)
		p.Number = number
		f := laid(p)
		for i, s := range f.sheets {
			got := ""
			if s.marks[0].kind == stampMark {
				got = f.words(s.marks[0])
			}
			if got != want {
				t.Errorf("number %q, page %d: stamp %q, want %q", number, i+1, got, want)
			}
		}
	}
	p := french()
	p.Watermark = "ANNULÉE"
	if f := laid(p); f.words(f.sheets[0].marks[0]) != "ANNULÉE" {
		t.Error("the paper's own watermark is not printed")
	}
}

// The address stands where the window of the envelope is.
func TestAddressInTheWindow(t *testing.T) {
	for _, left := range []bool{false, true} {
		p := french()
		p.Look.AddressLeft = left
		f := laid(p)
		for _, m := range f.sheets[0].marks {
			if f.words(m) != "14 avenue de l’Opéra" {
				continue
			}
			wantX := 110 * mm
			if left {
				wantX = 20 * mm
			}
			if m.x < wantX-1 || m.x > wantX+1 || m.y < 45*mm || m.y > 85*mm {
				t.Errorf("left %v: address at %.0f mm, %.0f mm", left, m.x/mm, m.y/mm)
			}
		}
	}
}

func TestEmptyColumnsGo(t *testing.T) {
	p := french()
	if texts := laid(p).said()[0]; has(texts, "Remise") {
		t.Error("a column without content is printed")
	}
	p.Lines[0].Discount = "10\u00a0%"
	if texts := laid(p).said()[0]; !has(texts, "Remise") {
		t.Error("the column of discounts is missing")
	}
}

func TestCodeOnlyWhenItFits(t *testing.T) {
	if c := epc(french().Payment.EPC); c == nil || c.Size > 69 {
		t.Errorf("the transfer code is missing or too fine: %v", c)
	}
	for _, payload := range []string{"", strings.Repeat("x", 332), strings.Repeat("x", 5000)} {
		if epc(payload) != nil {
			t.Errorf("a payload of %d bytes gave a code", len(payload))
		}
	}
}
