package billing_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

// Every state of a quote, and what may be done in it: approve, refuse, undo, revise,
// convert. "" = it may.
func TestStatesOfQuotes(t *testing.T) {
	last := civil.MustParse("2026-11-21")
	after := last.AddDays(1)
	const gone, done, no, late, none, not, twice = "fault.quote_superseded", "fault.quote_already_approved", "fault.quote_already_refused", "fault.quote_expired", "fault.quote_undecided", "fault.quote_not_approved", "fault.quote_invoiced"
	for _, x := range []struct {
		name  string
		facts billing.QuoteFacts
		on    civil.Date
		state billing.State
		may   [5]string
	}{
		{"draft", billing.QuoteFacts{ValidUntil: last}, last, billing.StateDraft, [5]string{"fault.not_found", "fault.not_found", "fault.not_found", "fault.still_draft", not}},
		{"issued", billing.QuoteFacts{Issued: true, ValidUntil: last}, last, billing.StateIssued, [5]string{"", "", none, "", not}},
		{"sent, its last day", billing.QuoteFacts{Issued: true, Sent: true, ValidUntil: last}, last, billing.StateSent, [5]string{"", "", none, "", not}},
		{"viewed", billing.QuoteFacts{Issued: true, Sent: true, Viewed: true, ValidUntil: last}, last, billing.StateViewed, [5]string{"", "", none, "", not}},
		{"the day after", billing.QuoteFacts{Issued: true, Sent: true, Viewed: true, ValidUntil: last}, after, billing.StateExpired, [5]string{late, late, none, "", not}},
		{"for ever", billing.QuoteFacts{Issued: true, Sent: true}, after, billing.StateSent, [5]string{"", "", none, "", not}},
		{"approved", billing.QuoteFacts{Issued: true, Decision: billing.Approved, ValidUntil: last}, after, billing.StateApproved, [5]string{done, done, "", done, ""}},
		{"invoiced", billing.QuoteFacts{Issued: true, Decision: billing.Approved, Invoiced: true}, last, billing.StateConverted, [5]string{done, done, "", done, twice}},
		{"refused", billing.QuoteFacts{Issued: true, Decision: billing.Refused, ValidUntil: last}, after, billing.StateRefused, [5]string{no, no, "", "", not}},
		{"superseded", billing.QuoteFacts{Issued: true, Superseded: true, ValidUntil: last}, after, billing.StateSuperseded, [5]string{gone, gone, gone, gone, gone}},
		{"refused, then superseded", billing.QuoteFacts{Issued: true, Superseded: true, Decision: billing.Refused}, last, billing.StateSuperseded, [5]string{gone, gone, gone, gone, gone}},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := billing.QuoteState(x.facts, x.on); got != x.state {
				t.Errorf("state %s, want %s", got, x.state)
			}
			if got, want := x.facts.Waits(x.on), x.may[0] == ""; got != want {
				t.Errorf("waits %v", got)
			}
			for i, err := range []error{billing.ApproveQuote(x.facts, x.on, "Léa"), billing.RefuseQuote(x.facts, x.on, "Léa", "trop cher"), billing.UndoQuote(x.facts, 0), billing.ReviseQuote(x.facts), billing.ConvertQuote(x.facts)} {
				key := ""
				if e, ok := fault.As(err); ok {
					key = e.Key
				}
				if key != x.may[i] {
					t.Errorf("%s: %v, want %q", []string{"approve", "refuse", "undo", "revise", "convert"}[i], err, x.may[i])
				}
			}
		})
	}
}

func TestDecisionsWantWords(t *testing.T) {
	open := billing.QuoteFacts{Issued: true}
	day := civil.MustParse("2026-11-21")
	for name, x := range map[string]struct {
		err  error
		path string
	}{
		"approval without a name": {billing.ApproveQuote(open, day, "  "), "name"},
		"refusal without a name":  {billing.RefuseQuote(open, day, "", "trop cher"), "name"},
		"refusal without reason":  {billing.RefuseQuote(open, day, "Léa", " \n"), "reason"},
	} {
		if e, ok := fault.As(x.err); !ok || len(e.Fields) != 1 || e.Fields[0].Path != x.path {
			t.Errorf("%s: %v", name, x.err)
		}
	}
	paid := billing.UndoQuote(billing.QuoteFacts{Issued: true, Decision: billing.Approved}, 1)
	if e, ok := fault.As(paid); !ok || e.Key != "fault.quote_paid" {
		t.Errorf("undo of what is paid: %v", paid)
	}
}

func drawQuote(t *rapid.T) billing.Document {
	taxes := []billing.Tax{{Code: "FR-20", Name: "TVA", Category: billing.Standard, RatePCM: 20_000}, {Code: "FR-10", Name: "TVA", Category: billing.Standard, RatePCM: 10_000}, {Code: "FR-5.5", Name: "TVA", Category: billing.Standard, RatePCM: 5_500}}
	doc := billing.Document{Currency: "EUR", PricesInclTax: rapid.Bool().Draw(t, "incl")}
	for range rapid.IntRange(1, 8).Draw(t, "lines") {
		doc.Lines = append(doc.Lines, billing.Line{Description: "x", Unit: "C62", QuantityE4: rapid.Int64Range(1, 50_000).Draw(t, "quantity"), UnitPriceE4: rapid.Int64Range(1, 90_000_000).Draw(t, "price"),
			DiscountPCM: rapid.SampledFrom([]int64{0, 0, 5_000}).Draw(t, "off"), Taxes: []billing.Tax{rapid.SampledFrom(taxes).Draw(t, "tax")}, Optional: rapid.Bool().Draw(t, "optional")})
	}
	if rapid.Bool().Draw(t, "discount") {
		doc.Allowances = []billing.Allowance{{Reason: "Remise", PCM: 3_000}}
	}
	return doc
}

// What a quote shows without an option is what it comes to when none is taken; with options,
// the total is that of the invoice made of them, whatever is left out.
func TestTotalsWithOptions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quote := drawQuote(t)
		shown, err := billing.Calculate(quote)
		if err != nil {
			t.Skip(err)
		}
		options, mandatory := []int{}, 0
		for i, l := range quote.Lines {
			if l.Optional && rapid.Bool().Draw(t, "take") {
				options = append(options, i)
			} else if !l.Optional {
				mandatory++
			}
		}
		taken, err := billing.Choose(quote, options)
		if mandatory+len(options) == 0 {
			if err == nil {
				t.Fatal("nothing at all was chosen")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(taken.Lines) != mandatory+len(options) || slices.ContainsFunc(taken.Lines, func(l billing.Line) bool { return l.Optional }) {
			t.Fatalf("%d lines taken of %d and %d", len(taken.Lines), mandatory, len(options))
		}
		invoice, err := billing.Calculate(taken)
		if err != nil {
			t.Fatal(err)
		}
		if len(options) == 0 && invoice.TotalInclTax != shown.TotalInclTax {
			t.Fatalf("shown %d, invoiced %d", shown.TotalInclTax, invoice.TotalInclTax)
		}
		if len(options) > 0 && invoice.TotalInclTax < shown.TotalInclTax {
			t.Fatalf("with options %d, without %d", invoice.TotalInclTax, shown.TotalInclTax)
		}
		var lines int64
		for i, l := range quote.Lines {
			if !l.Optional || slices.Contains(options, i) {
				lines += shown.Lines[i].ShownMinor
			}
		}
		if lines != invoice.SumShown { // each option costs what it says
			t.Fatalf("lines %d, invoice %d", lines, invoice.SumShown)
		}
		if d := billing.DepositAsked(taken, invoice, 30_000); d < 0 || d > invoice.TotalInclTax {
			t.Fatalf("deposit %d of %d", d, invoice.TotalInclTax)
		}
	})
}

func TestOptionsThatAreNone(t *testing.T) {
	tax := []billing.Tax{{Code: "FR-20", Name: "TVA", Category: billing.Standard, RatePCM: 20_000}}
	quote := billing.Document{Currency: "EUR", Lines: []billing.Line{{QuantityE4: money.Scale, UnitPriceE4: 100, Taxes: tax}, {QuantityE4: money.Scale, UnitPriceE4: 100, Taxes: tax, Optional: true}}}
	for name, options := range map[string][]int{"a mandatory line": {0}, "beyond the end": {2}, "before the start": {-1}, "twice": {1, 1}} {
		if _, err := billing.Choose(quote, options); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNumbersOfVersions(t *testing.T) {
	for _, x := range []struct {
		number         string
		revision, next int64
		want           string
	}{{"DE-2026-0012", 1, 2, "DE-2026-0012-2"}, {"DE-2026-0012-2", 2, 3, "DE-2026-0012-3"}, {"DE-2026-0012-9", 9, 10, "DE-2026-0012-10"}, {"DE-2026-2", 1, 2, "DE-2026-2-2"}} {
		if got := billing.Revised(x.number, x.revision, x.next); got != x.want {
			t.Errorf("%s version %d: %s, want %s", x.number, x.next, got, x.want)
		}
	}
}

// What a French quote says, and what it leaves to the invoice. The right to withdraw is a
// consumer's.
func TestMentionsOfQuotes(t *testing.T) {
	for name, x := range map[string]struct {
		country  string
		business bool
		want     []string
	}{
		"to a firm":     {"FR", true, []string{"mention.fr.quote_free", "mention.fr.quote_before"}},
		"to a consumer": {"FR", false, []string{"mention.fr.quote_free", "mention.fr.quote_before", "mention.fr.quote_withdrawal"}},
		"in Québec":     {"CA", false, nil},
	} {
		var got []string
		for _, m := range billing.Mentions(billing.MentionInput{Kind: billing.Quote, On: civil.MustParse("2026-11-21"), Seller: billing.Seller{Party: billing.Party{Country: x.country}}, Buyer: billing.Buyer{Business: x.business},
			Document: billing.Document{Lines: []billing.Line{{Nature: billing.Services}}}}) {
			got = append(got, m.Key)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}
