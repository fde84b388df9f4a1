package subscriptions_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/subscriptions"
)

// What an accountant reads: the documents of a subscription, and what they are in the books.
// COMPTOIR_GOLDEN=1 writes them anew.
func TestBooksOfSubscriptions(t *testing.T) {
	for name, story := range map[string]func(f firm){
		"setup_and_first_period": func(f firm) {
			_, who := f.contact()
			f.begun(who, f.plan(func(p *subscriptions.Plan) { p.SetupMinor = 5000 }), subscriptions.Choice{})
			f.Move("2026-12-01")
			f.pass()
		},
		"proration_up": func(f firm) {
			_, who := f.contact()
			pro := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.PriceMinor = "Formule Pro", 6000 })
			s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.MoveTo = []string{pro.PublicID} }), subscriptions.Choice{})
			f.Move("2026-11-12")
			_, s = f.change(who, s, pro, subscriptions.Choice{})
			f.pay(s.Documents[0].PublicID)
		},
		"proration_down": func(f firm) {
			_, who := f.contact()
			less := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.PriceMinor = "Formule Mini", 1500 })
			s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.MoveTo = []string{less.PublicID} }), subscriptions.Choice{})
			f.Move("2026-11-12")
			f.change(who, s, less, subscriptions.Choice{})
			f.Move("2026-12-01")
			f.pass()
		},
		"cancelled_at_once": func(f firm) {
			_, who := f.contact()
			s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.CancelRule = subscriptions.AtOnceCredit }), subscriptions.Choice{})
			f.Move("2026-11-12")
			f.cancel(who, s, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t)
			story(f)
			f.Sound()
			golden(t, name, f.papers()+"-- books --\n"+f.books())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txtar")
	told, err := os.ReadFile(path)
	if os.Getenv("COMPTOIR_GOLDEN") != "" {
		head, _, _ := strings.Cut(string(told), "-- documents --")
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(head+got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, want, _ := strings.Cut(string(told), "-- documents --")
	if want = "-- documents --" + want; want != got {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// papers writes the documents with their lines.
func (f firm) papers() string {
	var b strings.Builder
	b.WriteString("-- documents --\n")
	for _, r := range f.rows("SELECT d.number, d.issue_date, d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, d.id FROM documents d ORDER BY d.id") {
		fmt.Fprintf(&b, "%s %s  excl %s  tax %s  incl %s\n", r[0], r[1], euros(r[2]), euros(r[3]), euros(r[4]))
		for _, l := range f.rows("SELECT description, detail, quantity_e4 / 10000, net_minor FROM document_lines WHERE document_id = " + r[5] + " ORDER BY position") {
			fmt.Fprintf(&b, "  %s x %-40s %-42s %9s\n", l[2], l[0], l[1], euros(l[3]))
		}
	}
	return b.String()
}

// books writes the journal: account, customer, debit, credit.
func (f firm) books() string {
	var b strings.Builder
	for _, r := range f.rows("SELECT e.id, e.entry_date, j.code, e.document_ref FROM entries e JOIN journals j ON j.id = e.journal_id ORDER BY e.id") {
		fmt.Fprintf(&b, "%s %s %s %s\n", r[0], r[1], r[2], r[3])
		for _, l := range f.rows("SELECT a.code || '  ' || a.label, l.debit_minor, l.credit_minor FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE l.entry_id = " + r[0] + " ORDER BY l.position") {
			fmt.Fprintf(&b, "  %-52s %9s %9s\n", l[0], euros(l[1]), euros(l[2]))
		}
	}
	return b.String()
}

func euros(cents string) string {
	n := int64(0)
	if _, err := fmt.Sscan(cents, &n); err != nil {
		return cents
	}
	if n == 0 {
		return "."
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func (f firm) rows(query string) [][]string {
	f.T.Helper()
	rows, err := dbtest.Raw(f.T, f.Path).Query(query)
	f.Must(err)
	defer func() { f.Must(rows.Close()) }()
	names, err := rows.Columns()
	f.Must(err)
	list := [][]string{}
	for rows.Next() {
		cells, into := make([]string, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		f.Must(rows.Scan(into...))
		list = append(list, cells)
	}
	f.Must(rows.Err())
	return list
}
