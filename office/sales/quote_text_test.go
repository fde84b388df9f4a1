package sales_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/sales"
)

var updateQuotes = flag.Bool("update-quotes", false, "write the journals of testdata/quotes/*.txtar")

// TestQuotesAsText: a quote and what becomes of it in, the journal out, as an accountant reads
// it. "quote" holds its lines (goods or services, price before tax, an option with "?") and
// the deposit asked for; "acts" what is done: approve with options by their place among the
// options, undo, final (the final invoice), pay (everything open, by transfer).
func TestQuotesAsText(t *testing.T) {
	files, err := filepath.Glob("testdata/quotes/*.txtar")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f := officetest.New(t)
			s := &quoteStory{f: f, t: t}
			for i, part := range a.Files {
				switch part.Name {
				case "quote":
					s.write(string(part.Data))
				case "acts":
					for line := range strings.Lines(string(part.Data)) {
						s.act(strings.Fields(line))
					}
				case "journal":
					got := s.journal()
					if *updateQuotes {
						a.Files[i].Data = []byte(got)
					} else if got != string(part.Data) {
						t.Errorf("got\n%swant\n%s", got, part.Data)
					}
				}
			}
			f.Sound()
			if *updateQuotes {
				f.Must(os.WriteFile(name, txtar.Format(a), 0o600))
			}
		})
	}
}

type quoteStory struct {
	t       *testing.T
	f       *officetest.Firm
	form    sales.Draft
	options []int
	quote   sales.Document
}

func (s *quoteStory) write(text string) {
	s.form = quoteForm(s.f.Customer("Client", nil))
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if words[0] == "deposit" {
			s.form.DepositPCM = number(s.t, words[1]) * 10 // 30.00 %
			continue
		}
		kind, optional := strings.CutSuffix(words[0], "?")
		l := officetest.Line(number(s.t, words[1]))
		if kind == "goods" {
			l = officetest.Goods(number(s.t, words[1]))
		}
		if l.Optional = optional; optional {
			s.options = append(s.options, len(s.form.Lines))
		}
		s.form.Lines = append(s.form.Lines, l)
	}
	s.quote = s.f.Issue(s.form)
}

func number(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	if err != nil || !strings.Contains(s, ".") {
		t.Fatalf("%q is no amount with cents", s)
	}
	return n
}

func (s *quoteStory) act(words []string) {
	f := s.f
	if len(words) == 0 {
		return
	}
	switch words[0] {
	case "approve":
		chosen := []int{}
		for _, w := range words[1:] {
			n, err := strconv.Atoi(w)
			f.Must(err)
			chosen = append(chosen, s.options[n-1])
		}
		_, err := f.Sales.ApproveQuote(ctx, staff, sales.Approval{Key: f.Key(), PublicID: s.quote.PublicID, Hash: s.quote.Hash, Name: "Léa", Options: chosen})
		f.Must(err)
	case "undo":
		_, err := f.Sales.UndoQuote(ctx, staff, f.Key(), s.quote.PublicID)
		f.Must(err)
	case "final":
		d, err := f.Sales.ConvertQuote(ctx, staff, f.Key(), s.quote.PublicID)
		f.Must(err)
		_, err = issue(f, d, sales.ByHand)
		f.Must(err)
	case "pay":
		x, err := f.Sales.GetQuote(ctx, staff, s.quote.PublicID)
		f.Must(err)
		for _, m := range x.Made {
			if m.DueMinor > 0 {
				d, err := f.Sales.Get(ctx, staff, m.PublicID)
				f.Must(err)
				pay(f, d, m.DueMinor)
			}
		}
	default:
		s.t.Fatalf("nobody can %q", words[0])
	}
}

// journal writes every entry: number, journal, document; then its lines with account and side.
func (s *quoteStory) journal() string {
	raw := dbtest.Raw(s.t, s.f.Path)
	rows := dbtest.Strings(s.t, raw, `SELECT e.number || ' ' || j.code || ' ' || e.document_ref || '|' || a.code || ' ' || a.label || '|' || l.debit_minor || '|' || l.credit_minor
		FROM entries e JOIN journals j ON j.id = e.journal_id JOIN entry_lines l ON l.entry_id = e.id JOIN accounts a ON a.id = l.account_id ORDER BY e.number, l.position`)
	var b strings.Builder
	last := ""
	for _, r := range rows {
		p := strings.Split(r, "|")
		if p[0] != last {
			last = p[0]
			_, _ = fmt.Fprintln(&b, last)
		}
		side := func(s string) string {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil || n == 0 {
				return "."
			}
			return fmt.Sprintf("%d.%02d", n/100, n%100)
		}
		_, _ = fmt.Fprintf(&b, "  %-52s %12s %12s\n", p[1], side(p[2]), side(p[3]))
	}
	return b.String()
}
