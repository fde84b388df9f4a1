package ledger_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"comptoir/rules/ledger"
)

// cents writes minor units the way French books do, nothing for zero.
func cents(minor int64) string {
	if minor == 0 {
		return ""
	}
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	return fmt.Sprintf("%s%d,%02d", sign, minor/100, minor%100)
}

func (b *books) code(l ledger.PostingLine) string {
	a, ok := b.chart[l.Role]
	if !ok {
		b.t.Fatalf("no account for %q", l.Role)
	}
	return a.Code
}

func (b *books) journalText() string {
	var s strings.Builder
	for _, e := range b.entries {
		fmt.Fprintf(&s, "%s %s %s  %s\n", e.Journal, e.Date, e.DocumentRef, e.Label)
		for _, l := range e.Lines {
			line := fmt.Sprintf("   %-7s %-6s %12s %12s", b.code(l), l.Auxiliary, cents(l.DebitMinor), cents(l.CreditMinor))
			if l.Currency != "" {
				line += fmt.Sprintf("   %s %s", cents(l.CurrencyMinor), l.Currency)
			}
			s.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return s.String()
}

func (b *books) balanceText() string {
	debit, credit, label := map[string]int64{}, map[string]int64{}, map[string]string{}
	var d, c int64
	for _, e := range b.entries {
		for _, l := range e.Lines {
			code := b.code(l)
			debit[code] += l.DebitMinor
			credit[code] += l.CreditMinor
			label[code] = b.chart[l.Role].Label
			d, c = d+l.DebitMinor, c+l.CreditMinor
		}
	}
	var s strings.Builder
	for _, code := range slices.Sorted(maps.Keys(label)) {
		pad := strings.Repeat(" ", max(0, 56-utf8.RuneCountInString(label[code])))
		fmt.Fprintf(&s, "%-7s %s%s %12s %12s %12s\n", code, label[code], pad, cents(debit[code]), cents(credit[code]), orZero(debit[code]-credit[code]))
	}
	fmt.Fprintf(&s, "%-64s %12s %12s\n", "TOTAL", cents(d), cents(c))
	return s.String()
}

func orZero(minor int64) string {
	if minor == 0 {
		return "0,00"
	}
	return cents(minor)
}
