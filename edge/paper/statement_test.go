package paper_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/paper"
	"comptoir/office/sales"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

func on(s string) civil.Date { return civil.MustParse(s) }

func movement(k statement.Kind, number, day, due string, minor int64) statement.Movement {
	m := statement.Movement{Kind: k, ID: 1, PublicID: "x", Number: number, On: on(day), Currency: "EUR", AmountMinor: minor}
	if due != "" {
		m.DueOn = on(due)
	}
	return m
}

// year is an account with everything on it.
func year() []statement.Movement {
	pay := movement(statement.Payment, "RE-2026-0001", "2026-03-05", "", 284400)
	pay.Method, pay.Reference = "transfer", "VIR DUPONT"
	back := movement(statement.Cancelled, "RE-2026-0002", "2026-05-04", "", 50000)
	cheque := movement(statement.Payment, "RE-2026-0002", "2026-04-28", "", 50000)
	cheque.Method, back.Method = "cheque", "cheque"
	refund := movement(statement.Refund, "RB-2026-0001", "2026-06-11", "", 4000)
	refund.Method, refund.Of, refund.OfCredit = "transfer", "AV-2026-0001", true
	return []statement.Movement{movement(statement.Invoice, "FA-2026-0001", "2026-02-03", "2026-03-05", 284400), pay,
		movement(statement.Deposit, "FA-2026-0002", "2026-04-01", "2026-05-01", 108000), cheque, back, movement(statement.Credit, "AV-2026-0001", "2026-06-10", "", 54000), refund,
		movement(statement.Invoice, "FA-2026-0003", "2026-06-20", "2026-07-20", 168000)}
}

func sampleStatement(kind, lang string) statements.Statement {
	s := statements.Statement{Kind: kind, Customer: sales.CustomerRef{PublicID: "c", Number: "C0001", Name: "Dupont & fils"}, Lang: lang, Period: statement.Period{From: on("2026-01-01"), To: on("2026-07-31")},
		Today: on("2026-08-01"), Seller: french(), Buyer: client("FR"), MadeAt: time.Date(2026, 8, 1, 8, 0, 0, 0, time.UTC)}
	if kind == statements.Activity {
		s.Activities, _ = statement.ActivityOf(map[money.Currency]int64{"EUR": 12000}, year())
	} else {
		items := []statement.Item{}
		for i, m := range year() {
			if m.Kind == statement.Credit {
				items = append(items, statement.Items(m, 20000, s.Period.To)...)
			} else if m.Kind.IsDocument() {
				m.ID = int64(i)
				if m.Number == "FA-2026-0003" {
					m.RetainedMinor, m.RetainedUntil = 8400, on("2027-06-20")
				}
				items = append(items, statement.Items(m, m.AmountMinor, s.Period.To)...)
			}
		}
		s.Accounts, _ = statement.AccountsOf(items)
	}
	s.Reference = "C0001 2026-07-31"
	s.EPC, s.EPCMinor = sales.TransferCode(s.Seller, s.Reference, money.Amount{Minor: s.Balances()[0].Minor, Currency: "EUR"}), s.Balances()[0].Minor
	return s
}

func sampleReport(lang string) statements.Report {
	r := statements.Report{On: on("2026-07-31"), Today: on("2026-08-01"), Lang: lang, Firm: french(), MadeAt: time.Date(2026, 8, 1, 8, 0, 0, 0, time.UTC)}
	c := statements.ReportCurrency{Currency: "EUR"}
	for i, name := range []string{"Boulangerie Petit", "Dupont & fils", "=HYPERLINK(\"x\")", "Mairie de Saint-Étienne-les-Orgues"} {
		row := statements.ReportRow{CustomerID: fmt.Sprint(i), Number: fmt.Sprintf("C%04d", i+1), Name: name, Ageing: statement.Ageing{int64(i) * 120000, 168000, 0, int64(i) * 4500, 0, -int64(i) * 100}}
		for b, minor := range row.Ageing {
			c.Totals[b] += minor
		}
		c.Rows = append(c.Rows, row)
	}
	r.Currencies = []statements.ReportCurrency{c}
	return r
}

func pdfText(t *testing.T, file []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing: install poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func asAgreed(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (go test ./edge/paper -update writes it):\n%s", name, d)
	}
}

// The text of each statement as a reader of the PDF gets it.
func TestStatementsReadAsAgreed(t *testing.T) {
	p := paper.New()
	for _, lang := range locale.Langs() {
		for _, kind := range statements.Kinds() {
			file, err := p.Statement(context.Background(), sampleStatement(kind, lang), nil)
			if err != nil {
				t.Fatal(err)
			}
			again, err := p.Statement(context.Background(), sampleStatement(kind, lang), nil)
			if err != nil || !bytes.Equal(file, again) {
				t.Errorf("%s: the same statement gives another file", kind)
			}
			text := pdfText(t, file)
			if locale.IsMissing(text) {
				t.Errorf("%s %s: a text is missing", kind, lang)
			}
			asAgreed(t, "statement_"+kind+"."+lang+".txt", text)
		}
		file, err := p.Ageing(context.Background(), sampleReport(lang), nil)
		if err != nil {
			t.Fatal(err)
		}
		asAgreed(t, "ageing."+lang+".txt", pdfText(t, file))
	}
}

// long is a statement of n movements.
func long(n int) statements.Statement {
	s := sampleStatement(statements.Activity, "fr")
	list := make([]statement.Movement, 0, n)
	for i := range n {
		m := movement(statement.Invoice, fmt.Sprintf("FA-2026-%04d", i), "2026-01-01", "2026-02-01", 123456)
		m.ID, m.On, m.DueOn = int64(i), on("2026-01-01").AddDays(i*200/n), on("2026-02-01").AddDays(i*200/n)
		if i%3 == 1 {
			m.Kind, m.Number, m.DueOn, m.Method = statement.Payment, fmt.Sprintf("RE-2026-%04d", i), civil.Date{}, "transfer"
		}
		list = append(list, m)
	}
	s.Activities, _ = statement.ActivityOf(map[money.Currency]int64{"EUR": 12000}, list)
	return s
}

// Every page names the statement and carries the balance over.
func TestLongStatementOnManyPages(t *testing.T) {
	s := long(400)
	file, err := paper.New().Statement(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(pdfText(t, file), "\f"), "\f")
	if len(pages) < 8 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		if want := fmt.Sprintf("Page %d / %d", i+1, len(pages)); !strings.Contains(page, want) {
			t.Errorf("page %d does not say %q", i+1, want)
		}
		if i > 0 && (!strings.Contains(page, "Relevé de compte du 1er janvier 2026 au 31 juillet 2026") || !strings.Contains(page, "Dupont & fils")) {
			t.Errorf("page %d does not say whose it is", i+1)
		}
		if i > 0 && i < len(pages)-1 && (!strings.Contains(page, "Report") || !strings.Contains(page, "À reporter") || !strings.Contains(page, "Échéance")) {
			t.Errorf("page %d carries nothing over", i+1)
		}
	}
}

// Two currencies are two tables, and there is no one figure and no code to pay.
func TestTwoCurrencies(t *testing.T) {
	s := sampleStatement(statements.Activity, "en")
	x := movement(statement.Invoice, "FA-2026-0009", "2026-07-01", "2026-07-31", 99900)
	x.Currency = "CAD"
	s.Activities, _ = statement.ActivityOf(nil, append(year(), x))
	s.EPC = ""
	p := paper.StatementOf(s, nil)
	if len(p.Sections) != 2 || p.Due.Amount != "" || p.Payment != nil || p.Sections[0].Heading != "Account in CAD" || p.Sections[1].Heading != "Account in EUR" {
		t.Errorf("%d sections, due %+v, %+v", len(p.Sections), p.Due, p.Payment)
	}
	if last := p.Sections[0].Totals[len(p.Sections[0].Totals)-1]; last.Value != "CA$999.00" {
		t.Errorf("%+v", last)
	}
}

func TestEmptyStatement(t *testing.T) {
	s := sampleStatement(statements.Activity, "fr")
	s.Activities, s.EPC = nil, ""
	file, err := paper.New().Statement(context.Background(), s, nil)
	if err != nil || !strings.Contains(pdfText(t, file), "Aucun mouvement") {
		t.Errorf("%v", err)
	}
}

func TestTablesAsAgreed(t *testing.T) {
	var all strings.Builder
	for _, lang := range locale.Langs() {
		for _, kind := range []string{statements.Activity, statements.OpenItems} {
			if err := paper.New().StatementTable(&all, "csv", lang, sampleStatement(kind, lang)); err != nil {
				t.Fatal(err)
			}
			all.WriteString("--\n")
		}
		if err := paper.New().AgeingTable(&all, "csv", lang, sampleReport(lang)); err != nil {
			t.Fatal(err)
		}
		all.WriteString("--\n")
	}
	asAgreed(t, "statement_tables.csv", all.String())
	for form, want := range map[string]string{"xlsx": "PK", "json": ""} {
		var b bytes.Buffer
		err := paper.New().StatementTable(&b, form, "fr", sampleStatement(statements.Activity, "fr"))
		if (err == nil) != (want != "") || !strings.HasPrefix(b.String(), want) {
			t.Errorf("%s: %v, %d bytes", form, err, b.Len())
		}
	}
}

// Whatever a customer's reference says, no cell of the table is a formula, and what is read
// back is what was written.
func FuzzTableCells(f *testing.F) {
	for _, s := range []string{"=1+1", "+33", "-1", "@x", "\t=1", "\r\n=cmd", "a;b", `"=x`, "＝1", "", "é\x00"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, number, reference string) {
		s := sampleStatement(statements.Activity, "fr")
		m := movement(statement.Payment, number, "2026-02-03", "", 100)
		m.Reference = reference
		s.Activities, _ = statement.ActivityOf(nil, []statement.Movement{m})
		var b bytes.Buffer
		if err := paper.New().StatementTable(&b, "csv", "fr", s); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", b.String(), err)
		}
		if len(rows) != 4 { // head, opening, the payment, closing
			t.Fatalf("%d rows of %q", len(rows), b.String())
		}
		for _, cell := range rows[2] {
			if cell != "" && strings.ContainsRune("=+@\t\r", rune(cell[0])) || strings.HasPrefix(cell, "-") && cell != "-1,00" {
				t.Errorf("%q is a formula", cell)
			}
		}
		same := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") } // what every reader of CSV makes of it
		if got := strings.TrimPrefix(rows[2][3], "'"); same(got) != same(strings.TrimPrefix(reference, "'")) {
			t.Errorf("%q became %q", reference, got)
		}
	})
}

const benchLines = 5_000

func BenchmarkStatementPDF5000(b *testing.B) {
	p, s := paper.New(), long(benchLines)
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		file, err := p.Statement(context.Background(), s, nil)
		if err != nil {
			b.Fatal(err)
		}
		size = len(file)
	}
	b.ReportMetric(float64(size), "bytes/file")
}

func BenchmarkStatementTable5000(b *testing.B) {
	p, s := paper.New(), long(benchLines)
	for _, form := range []string{"csv", "xlsx"} {
		b.Run(form, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := p.StatementTable(io.Discard, form, "fr", s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
