package books_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"comptoir/core/civil"
	"comptoir/office/books"
	"comptoir/rules/ledger"
)

var update = flag.Bool("update", false, "write the golden parts of testdata/*.txtar")

// TestBooksAsText: postings in, journal, balances and accounts out, in a form that an
// accountant reads. The first part of a file is what is posted; the name of each other part
// is what is asked.
func TestBooksAsText(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no books: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			country, month := "FR", "1"
			if words := strings.Fields(a.Files[0].Name); len(words) == 3 { // "books CA 4"
				country, month = words[1], words[2]
			}
			k := newDesk(t, country)
			startYears(t, k, month)
			k.postText(string(a.Files[0].Data))
			for i, f := range a.Files[1:] {
				got := k.answer(strings.Fields(f.Name))
				if *update {
					a.Files[i+1].Data = []byte(got)
				} else if got != string(f.Data) {
					t.Errorf("%s:\n%s\nwant:\n%s", f.Name, got, f.Data)
				}
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// postText reads entries:
//
//	2026-03-05 VE FA-2026-0001 Dupont Frères
//	  clients/C0001 D 2844.00
//	  706000        C 2370.00
//	  clients/C0002 D 100.00 USD 110.00
//
// and reversals: "2026-03-05 reverse 3 Saisie en double".
func (k *desk) postText(s string) {
	k.t.Helper()
	var p ledger.Posting
	var n int64
	flush := func() {
		k.t.Helper()
		if p.Journal == "" {
			return
		}
		n++
		_, err := k.post(p, books.Source{Kind: "manual", ID: n})
		k.must(err)
		p = ledger.Posting{}
	}
	for _, line := range strings.Split(s, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case strings.HasPrefix(line, " "):
			p.Lines = append(p.Lines, k.textLine(words, p.Label))
		case words[1] == "reverse":
			flush()
			number, err := strconv.ParseInt(words[2], 10, 64)
			k.must(err)
			k.now = civil.MustParse(words[0]).Time()
			_, err = k.s.ReverseEntry(ctx, staff, books.Reverse{Key: "text-" + words[0] + words[2], Number: number, Reason: strings.Join(words[3:], " ")})
			k.must(err)
		default:
			flush()
			on := civil.MustParse(words[0])
			p = ledger.Posting{Date: on, Journal: words[1], DocumentRef: words[2], DocumentDate: on, Label: strings.Join(words[3:], " ")}
		}
	}
	flush()
}

func (k *desk) textLine(words []string, label string) ledger.PostingLine {
	k.t.Helper()
	l := ledger.PostingLine{Label: label}
	account, auxiliary, _ := strings.Cut(words[0], "/")
	l.Auxiliary = auxiliary
	if account[0] >= '0' && account[0] <= '9' {
		l.Account = account
	} else {
		l.Role = account
	}
	amount := cents(k.t, words[2])
	if words[1] == "D" {
		l.DebitMinor = amount
	} else {
		l.CreditMinor = amount
	}
	if len(words) == 5 {
		l.Currency, l.CurrencyMinor = "USD", cents(k.t, words[4])
		if l.CreditMinor > 0 {
			l.CurrencyMinor = -l.CurrencyMinor
		}
	}
	return l
}

func cents(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "").Replace(s), 10, 64)
	if err != nil {
		t.Fatalf("amount %q: %v", s, err)
	}
	return n
}

func amount(minor int64) string {
	if minor == 0 {
		return "."
	}
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	return fmt.Sprintf("%s%d.%02d", sign, minor/100, minor%100)
}

// answer tells "journal [CODE] FROM TO", "balance FROM TO", "account CODE FROM TO" as text.
func (k *desk) answer(ask []string) string {
	k.t.Helper()
	from, to := civil.MustParse(ask[len(ask)-2]), civil.MustParse(ask[len(ask)-1])
	switch ask[0] {
	case "journal":
		q := books.JournalQuery{From: from, To: to, Limit: 200}
		if len(ask) == 4 {
			q.Journal = ask[1]
		}
		page, err := k.s.Journal(ctx, staff, q)
		k.must(err)
		return journalText(page)
	case "account":
		page, err := k.s.GeneralLedger(ctx, staff, books.LedgerQuery{Account: ask[1], From: from, To: to, Limit: 200})
		k.must(err)
		return accountText(page)
	}
	b, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: from, To: to})
	k.must(err)
	return balanceText(b)
}

func journalText(page books.JournalPage) string {
	var out strings.Builder
	for _, e := range page.Entries {
		fmt.Fprintf(&out, "%d %s %s %s %s", e.Number, e.Date, e.Journal, e.DocumentRef, e.Label)
		if e.Reverses != 0 {
			fmt.Fprintf(&out, " (reverses %d)", e.Reverses)
		}
		out.WriteString("\n")
		for _, l := range e.Lines {
			fmt.Fprintf(&out, "  %-16s%12s%12s", strings.Trim(l.Account+"/"+l.CustomerNumber, "/"), amount(l.DebitMinor), amount(l.CreditMinor))
			if l.Currency != "" {
				fmt.Fprintf(&out, "  %s %s", l.Currency, amount(l.CurrencyMinor))
			}
			out.WriteString("\n")
		}
	}
	fmt.Fprintf(&out, "%-18s%12s%12s\n", "total", amount(page.TotalMinor), amount(page.TotalMinor))
	return out.String()
}

func accountText(page books.LedgerPage) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s\n%-40s%36s\n", page.Account.Code, page.Account.Label, "opening", amount(page.OpeningMinor))
	for _, l := range page.Lines {
		fmt.Fprintf(&out, "%4d %s %s %-22s%12s%12s%12s\n", l.Entry, l.Date, l.Journal, strings.TrimSpace(l.DocumentRef+" "+l.CustomerNumber), amount(l.DebitMinor), amount(l.CreditMinor), amount(l.BalanceMinor))
	}
	fmt.Fprintf(&out, "%-40s%12s%12s%12s\n", "closing", amount(page.DebitMinor), amount(page.CreditMinor), amount(page.ClosingMinor))
	return out.String()
}

func balanceText(b books.TrialBalance) string {
	var out strings.Builder
	row := func(name string, s books.Six) {
		if n := utf8.RuneCountInString(name); n > 40 {
			name = string([]rune(name)[:40])
		} else {
			name += strings.Repeat(" ", 40-n)
		}
		fmt.Fprintf(&out, "%s%12s%12s%12s%12s%12s%12s\n", name, amount(s.OpeningDebit), amount(s.OpeningCredit), amount(s.Debit), amount(s.Credit), amount(s.BalanceDebit), amount(s.BalanceCredit))
	}
	for _, r := range b.Rows {
		label := r.Label
		if r.Provisional {
			label = "(provisional) " + label
		}
		row(r.Account+" "+label, r.Six)
	}
	for _, c := range b.Classes {
		row("class "+c.Class, c.Six)
	}
	row("total", b.Total)
	if !b.Balanced {
		out.WriteString("NOT BALANCED\n")
	}
	return out.String()
}

// The golden year, posted from its FEC, gives the balance that was worked out beside it.
func TestGoldenYear(t *testing.T) {
	k := newDesk(t, "FR")
	entries := fecEntries(t, "testdata/fec/100000009FEC20261231.txt")
	suppliers(t, k)
	for i, p := range entries {
		_, err := k.post(p, books.Source{Kind: "manual", ID: int64(i + 1)})
		k.must(err)
	}
	b := k.balance("2026-01-01", "2026-12-31")
	if !b.Balanced {
		t.Error("not balanced")
	}
	var got []string
	for _, r := range b.Rows {
		got = append(got, fmt.Sprint(r.Account, r.OpeningDebit, r.OpeningCredit, r.Debit, r.Credit, r.BalanceDebit, r.BalanceCredit))
	}
	var want []string
	for _, r := range readCSV(t, "testdata/fec/balance-2026-12-31.csv", ';')[1:] {
		if r[0][0] < '0' || r[0][0] > '9' {
			continue // its own total line
		}
		w := []any{r[0]}
		for _, s := range r[2:8] {
			w = append(w, cents(t, s))
		}
		want = append(want, fmt.Sprint(w...))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	lines, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: b.From, To: b.To, FromLines: true})
	k.must(err)
	if balanceText(lines) != balanceText(b) {
		t.Errorf("from the lines:\n%s\nkept:\n%s", balanceText(lines), balanceText(b))
	}
	// RF 1: debit = credit = 51 477,61, opening included.
	all, err := k.s.JournalTotals(ctx, staff, b.From, b.To)
	k.must(err)
	var sum int64
	for _, j := range all {
		sum += j.TotalMinor
	}
	if sum != 5_147_761 {
		t.Errorf("all journals make %d", sum)
	}
}

func readCSV(t testing.TB, name string, comma rune) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func fecEntries(t testing.TB, name string) (all []ledger.Posting) {
	t.Helper()
	number := ""
	for _, r := range readCSV(t, name, '\t')[1:] {
		on := civil.MustParse(r[3][:4] + "-" + r[3][4:6] + "-" + r[3][6:])
		if r[2] != number {
			number = r[2]
			all = append(all, ledger.Posting{Journal: r[0], Date: on, DocumentRef: r[8], DocumentDate: on, Label: r[10]})
		}
		p := &all[len(all)-1]
		l := ledger.PostingLine{Account: r[4], DebitMinor: cents(t, r[11]), CreditMinor: cents(t, r[12]), Label: r[10]}
		if strings.HasPrefix(r[6], "C") {
			l.Auxiliary = r[6]
		}
		p.Lines = append(p.Lines, l)
	}
	return all
}
