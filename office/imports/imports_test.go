package imports_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/db/dbtest"
	"comptoir/edge/exchange"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/imports"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

var update = flag.Bool("update", false, "write the reports of testdata anew")

type desk struct {
	*officetest.Firm
	*imports.Service
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	f := officetest.New(t)
	return &desk{Firm: f, Service: imports.New(imports.Deps{DB: f.DB, IDs: id.Seeded(9), Customers: f.Customers, Catalog: f.Catalog, Sales: f.Sales})}
}

// table reads a file as the window does.
func table(t testing.TB, name string, content []byte) imports.Table {
	t.Helper()
	r, err := exchange.ReadTable(content)
	if err != nil {
		t.Fatal(err)
	}
	return imports.Table{FileName: name, SHA256: fmt.Sprintf("%064d", len(content)), Rows: r.Rows, Serial: r.Serial, From1904: r.From1904}
}

// propose gives the table with what is proposed for it.
func (d *desk) propose(kind, csv string) (imports.Table, imports.Options) {
	d.T.Helper()
	t := table(d.T, kind+".csv", []byte(csv))
	o, _, err := d.Propose(officetest.Ctx, officetest.Staff, kind, t)
	d.Must(err)
	return t, o
}

func (d *desk) run(kind, csv string, change ...func(*imports.Options)) imports.Done {
	d.T.Helper()
	t, o := d.propose(kind, csv)
	for _, fn := range change {
		fn(&o)
	}
	done, err := d.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: d.Key(), Kind: kind, Options: o}, t, nil)
	if e, ok := fault.As(err); ok && e.Key == "fault.import.problems" {
		r, _ := d.Check(officetest.Ctx, officetest.Staff, kind, t, o)
		d.T.Fatalf("%v\n%s", err, report(r, "fr"))
	}
	d.Must(err)
	return done
}

func (d *desk) count(query string) int64 {
	d.T.Helper()
	raw := dbtest.Raw(d.T, d.Path)
	defer raw.Close()
	return dbtest.Int(d.T, raw, query)
}

// report writes what a check says, as a person reads it.
func report(r imports.Report, lang locale.Lang) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows: %d made, %d changed, %d skipped, %d faults\n", r.Rows, r.Made, r.Changed, r.Skipped, r.Faults)
	for _, x := range r.Preview {
		words := []string{}
		for _, v := range x.Values {
			if v.Kind == "amount" || v.Kind == "price" {
				v.Text = fmt.Sprint(v.Figure, " ", v.Currency)
			}
			words = append(words, v.Field+"="+v.Text)
		}
		why := ""
		if x.Why != "" {
			why = " (" + locale.T(lang, x.Why, nil) + ")"
		}
		fmt.Fprintf(&b, "%d %s%s: %s\n", x.Row, x.Fate, why, strings.Join(words, "; "))
	}
	for _, p := range r.Problems {
		name := ""
		if p.Field != "" {
			name = locale.T(lang, "common.import.field."+p.Field, nil)
		}
		fmt.Fprintf(&b, "! %d [%s] %q %s\n", p.Row, name, p.Value, locale.T(lang, p.Key, p.Args))
	}
	return b.String()
}

// TestReports: a file in, what is said of it out, in both languages. The name of the first
// part is the kind and the file's name, options follow: "invoices.csv update".
func TestReports(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d := newDesk(t)
			known(d)
			words := strings.Fields(a.Files[0].Name)
			kind, _, _ := strings.Cut(words[0], ".")
			file, o := d.propose(kind, string(a.Files[0].Data))
			for _, w := range words[1:] {
				switch k, v, _ := strings.Cut(w, "="); k {
				case "update":
					o.Existing = imports.Update
				case "opening":
					o.OpeningOn = v
				}
			}
			r, err := d.Check(officetest.Ctx, officetest.Staff, kind, file, o)
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range a.Files[1:] {
				got := report(r, locale.Of(f.Name))
				if f.Name == "columns" {
					got = fmt.Sprintf("head %d, decimal %q, dates %s\n%s\n", o.Head, o.Decimal, o.DateOrder, strings.Join(o.Columns, "|"))
				}
				if strings.Contains(got, "⟦") {
					t.Errorf("a text is missing:\n%s", got)
				}
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

// known is what the firm has before a file comes in.
func known(d *desk) {
	d.Customer("Dupont Frères", func(c *customers.Customer) { c.SIREN = "732829320" })
	d.Customer("Martin", func(c *customers.Customer) { c.Email = "m1@martin.example" })
	d.Customer("Martin", func(c *customers.Customer) { c.Email = "m2@martin.example" })
	_, err := d.Catalog.SavePriceList(officetest.Ctx, officetest.Staff, d.Key(), catalog.PriceList{Name: "Grossistes", Currency: "EUR"})
	d.Must(err)
	_, err = d.Catalog.Save(officetest.Ctx, officetest.Staff, d.Key(), catalog.Item{Code: "POSE", Name: "Pose", Nature: "services", Unit: "HUR", Currency: "EUR", UnitPriceE4: 450_000, CostPriceE4: 300_000})
	d.Must(err)
}

const people = `Code client;Nom;Courriel;Adresse;CP;Ville;Prénom;Nom contact;Courriel du contact
A1;Élan SAS;compta@elan.example;1 rue Haute;1000;Bourg;Anne;Petit;anne@elan.example
A1;Élan SAS;;;;;Luc;Grand;luc@elan.example
A2;Lefèvre;lefevre@bois.example;2 rue Basse;69001;Lyon;;;
`

func TestCustomers(t *testing.T) {
	d := newDesk(t)
	done := d.run(imports.Customers, people)
	if done.Made != 2 || d.count("SELECT count(*) FROM customers") != 2 || d.count("SELECT count(*) FROM contacts") != 3 {
		t.Fatalf("%+v", done)
	}
	if d.count("SELECT count(*) FROM customers WHERE postcode = '01000' AND former_number = 'A1' AND number = 'C0001'") != 1 {
		t.Error("the postcode's zero or the former number is lost")
	}
	if d.count("SELECT count(*) FROM audit_log WHERE action IN ('customer.created','customers.imported')") != 3 {
		t.Error("not all of it is in the audit log")
	}
	hits, err := d.Customers.Pick(officetest.Ctx, officetest.Staff, "elan", 5)
	if err != nil || len(hits) != 1 {
		t.Errorf("%+v %v", hits, err)
	}
	// The same file again: nothing, unless it is to bring up to date; then an empty cell leaves what was.
	if again := d.run(imports.Customers, people); again.Made != 0 || again.Skipped != 2 && again.Skipped != 3 {
		t.Errorf("%+v", again)
	}
	changed := d.run(imports.Customers, strings.Replace(people, "2 rue Basse", "3 rue Neuve", 1), func(o *imports.Options) { o.Existing = imports.Update })
	if changed.Changed != 2 || d.count("SELECT count(*) FROM customers WHERE line1 = '3 rue Neuve' AND city = 'Lyon'") != 1 || d.count("SELECT count(*) FROM contacts") != 3 {
		t.Errorf("%+v", changed)
	}
	d.Sound()
}

func TestItems(t *testing.T) {
	d := newDesk(t)
	known(d)
	done := d.run(imports.Items, "Réf.;Libellé;Type;Prix de vente HT;Prix de revient;Taux TVA;Unité;Fournisseur;Grossistes\nA;Planche;0;12,50;8;20;pce;Scierie;11\nB;Main d'œuvre;1;1 045,00;;5,5 %;heure;;\nPOSE;Pose;1;50;;;h;;40\n")
	if done.Made != 2 || done.Skipped != 1 {
		t.Fatalf("%+v", done)
	}
	if d.count("SELECT count(*) FROM items WHERE code='A' AND nature='goods' AND unit='C62' AND unit_price_e4=125000 AND cost_price_e4=80000 AND provider='Scierie'") != 1 ||
		d.count("SELECT count(*) FROM items WHERE code='B' AND nature='services' AND unit='HUR' AND unit_price_e4=10450000") != 1 {
		t.Error("the items differ")
	}
	if d.count("SELECT count(*) FROM item_taxes it JOIN taxes t ON t.id = it.tax_id WHERE t.code IN ('FR-20','FR-5.5')") != 2 || d.count("SELECT unit_price_e4 FROM item_prices") != 110_000 {
		t.Error("taxes or prices by list differ")
	}
	d.run(imports.Items, "code;name;price;Grossistes\npose;Pose;55;40\n", func(o *imports.Options) { o.Existing = imports.Update })
	if d.count("SELECT unit_price_e4 FROM items WHERE name='Pose' AND cost_price_e4 = 300000 AND unit = 'HUR'") != 550_000 || d.count("SELECT count(*) FROM item_prices") != 2 {
		t.Error("what the file does not say was lost")
	}
}

const open3 = `Numéro;Client;Date;Échéance;Total HT;TVA;Total TTC;Déjà payé;TVA sur encaissements
F-118;Dupont Frères;20/11/2025;20/12/2025;1 000,00;200,00;1 200,00;500,00;oui
F-121;Dupont Frères;03/12/2025;02/01/2026;300,00;60,00;360,00;;non
F-122;Dupont Frères;04/12/2025;02/01/2026;100,00;14,70;114,70;;
F-123;Dupont Frères;04/12/2025;02/01/2026;100,00;20,00;120,00;120,00;
`

// Open invoices become invoices that are paid like ours, outside of our series, with an
// opening entry; every check of the company still holds.
func TestOpenInvoices(t *testing.T) {
	d := newDesk(t)
	known(d)
	done := d.run(imports.Invoices, open3)
	if done.Made != 3 || done.Skipped != 1 {
		t.Fatalf("%+v", done)
	}
	d.Sound()
	if d.count("SELECT count(*) FROM documents WHERE state='issued' AND series_number IS NULL") != 3 || d.count("SELECT count(*) FROM series WHERE kind='invoice'") != 0 {
		t.Error("a number of ours was taken")
	}
	if d.count("SELECT count(*) FROM entries e JOIN journals j ON j.id = e.journal_id WHERE j.code = 'AN'") != 3 {
		t.Error("not all opening entries are there")
	}
	balance := func(account string) int64 {
		return d.count("SELECT COALESCE(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.code = '" + account + "'")
	}
	// 700,00 + 360,00 + 114,70; of 200,00 the part 700/1200 waits, and all of 14,70 (services, by the firm's scheme).
	if balance("411000") != 117_470 || balance("445740") != -11_667-1_470 || balance("471000") != -117_470+11_667+1_470 {
		t.Errorf("411 %d, 44574 %d, 471 %d", balance("411000"), balance("445740"), balance("471000"))
	}
	list, _, err := d.Sales.List(officetest.Ctx, officetest.Staff, sales.ListQuery{State: "overdue"})
	if err != nil || len(list) != 3 {
		t.Fatalf("%d overdue, %v", len(list), err)
	}
	var publicID string
	for _, x := range list {
		if x.Number == "F-118" {
			publicID = x.PublicID
		}
	}
	doc, err := d.Sales.Get(officetest.Ctx, officetest.Staff, publicID)
	d.Must(err)
	if !doc.TakenOver || doc.Totals.TotalInclTax != 120_000 || doc.Totals.AmountDue != 70_000 || doc.DueMinor != 70_000 || !strings.Contains(doc.Lines[0].Description, "Repris de invoices") {
		t.Errorf("%+v", doc)
	}
	if _, err := d.Sales.PDF(officetest.Ctx, officetest.Staff, publicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a paper was invented: %v", err)
	}
	for _, minor := range []int64{30_000, 40_000} {
		_, err := d.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: d.Key(), DocumentID: publicID, AmountMinor: minor, Method: "transfer"})
		d.Must(err)
	}
	if balance("445740") != -1_470 || balance("445710") != -11_667 {
		t.Errorf("after payment 44574 %d, 44571 %d", balance("445740"), balance("445710"))
	}
	d.Sound()
	// Another issue takes the first number of our own series.
	c := d.Customer("Durand", nil)
	if doc := d.Issue(sales.Draft{CustomerID: c.PublicID, Currency: "EUR", Language: "fr", Lines: []sales.DraftLine{{Description: "x", Nature: "services", QuantityE4: 10_000, Unit: "HUR", UnitPriceE4: 10_000}}}); !strings.HasSuffix(doc.Number, "-0001") {
		t.Errorf("our first number is %s", doc.Number)
	}
	// The same file once more finds them all here.
	if again := d.run(imports.Invoices, open3); again.Made != 0 {
		t.Errorf("%+v", again)
	}
	d.Sound()
}

// A problem in any row leaves everything as it was; so do a cancelled import and one whose
// transaction fails in the middle.
func TestAllOrNothing(t *testing.T) {
	d := newDesk(t)
	bad := people + "A3;Faux;pas un courriel;;;;;;\n"
	f, o := d.propose(imports.Customers, bad)
	run := imports.Run{Key: d.Key(), Kind: imports.Customers, Options: o}
	_, err := d.Import(officetest.Ctx, officetest.Staff, run, f, nil)
	d.WantFault(err, "fault.import.problems")
	f, o = d.propose(imports.Customers, many(500))
	ctx, cancel := context.WithCancel(context.Background())
	run = imports.Run{Key: d.Key(), Kind: imports.Customers, Options: o}
	_, err = d.Import(ctx, officetest.Staff, run, f, func(done, _ int) {
		if done > 200 {
			cancel()
		}
	})
	if err == nil {
		t.Error("a cancelled import went through")
	}
	func() { // a crash in the middle: the program is gone between two rows
		defer func() { _ = recover() }()
		_, err = d.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: d.Key(), Kind: imports.Customers, Options: o}, f, func(done, _ int) {
			if done > 200 {
				panic("killed")
			}
		})
	}()
	for _, what := range []string{"customers", "contacts", "imports", "import_mappings", "search_entries"} {
		if n := d.count("SELECT count(*) FROM " + what); n != 0 {
			t.Errorf("%d %s were left", n, what)
		}
	}
	if n := d.count("SELECT COALESCE(max(next_number), 1) FROM series WHERE kind = 'customer'"); n != 1 {
		t.Errorf("numbers were lost: next is %d", n)
	}
	d.Sound()
	if done := d.run(imports.Customers, many(500)); done.Made != 500 {
		t.Errorf("%+v", done)
	}
}

// Two rows that are one customer of ours are told of before anything is stored: the second
// would find what the first changed, and be refused as if somebody else had been at it.
func TestTwoRowsOfOneCustomer(t *testing.T) {
	d := newDesk(t)
	known(d)
	f, o := d.propose(imports.Customers, "Nom;SIREN;Ville\nDupont Frères;732829320;Lyon\nDupont Nantes;732829320;Nantes\n")
	o.Existing = imports.Update
	r, err := d.Check(officetest.Ctx, officetest.Staff, imports.Customers, f, o)
	d.Must(err)
	if r.Faults != 1 || r.Problems[0].Row != 3 || r.Problems[0].Key != "fault.import.twice" {
		t.Error(report(r, "fr"))
	}
}

// Customers of a file start in the group that new ones start in, as those of the form do.
func TestImportedCustomersStartInTheDefaultGroup(t *testing.T) {
	d := newDesk(t)
	days := int64(45)
	_, err := d.Customers.SaveGroup(officetest.Ctx, officetest.Staff, d.Key(), customers.Group{Name: "Nouveaux", IsDefault: true, TermsDays: &days, Language: "en"})
	d.Must(err)
	d.run(imports.Customers, "name;country;payment terms\nSmith Ltd;GB;\nDurand;FR;10\n")
	if d.count("SELECT count(*) FROM customers c JOIN customer_groups g ON g.id = c.group_id WHERE c.language = 'en'") != 2 ||
		d.count("SELECT terms_days FROM customers WHERE name = 'Smith Ltd' AND tax_regime = 'export'") != 45 || d.count("SELECT terms_days FROM customers WHERE name = 'Durand' AND tax_regime = 'domestic'") != 10 {
		t.Error("a new customer of a file is not one of the form")
	}
}

// many is a file of n customers.
func many(n int) string {
	var b strings.Builder
	b.WriteString("Code client;Nom;Courriel;Adresse;Code postal;Ville;Téléphone;Contact\n")
	for i := range n {
		fmt.Fprintf(&b, "X%05d;Client %d SARL;c%d@client.example;%d rue du Test;69001;Lyon;01 02 03 04 05;Personne %d\n", i, i, i, i, i)
	}
	return b.String()
}

// Two imports of one file at once: it comes in once.
func TestTwoAtOnce(t *testing.T) {
	d := newDesk(t)
	f, o := d.propose(imports.Customers, many(300))
	var wg sync.WaitGroup
	results := make([]imports.Done, 2)
	errs := make([]error, 2)
	for i := range 2 {
		wg.Go(func() {
			results[i], errs[i] = d.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: fmt.Sprintf("key-twice-%d", i), Kind: imports.Customers, Options: o}, f, nil)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil || results[0].Made+results[1].Made != 300 || d.count("SELECT count(*) FROM customers") != 300 {
		t.Errorf("%+v %v", results, err)
	}
	// A double click: the same key gives the same answer.
	again, err := d.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: "key-twice-0", Kind: imports.Customers, Options: o}, f, nil)
	if err != nil || again.PublicID != results[0].PublicID {
		t.Errorf("%+v %v", again, err)
	}
	if b, err := d.Seen(officetest.Ctx, officetest.Staff, imports.Customers, f.SHA256); err != nil || b == nil || b.By != "Camille" {
		t.Errorf("%+v %v", b, err)
	}
}

// What was matched once is matched again for the same names of columns.
func TestMappingsAreRemembered(t *testing.T) {
	d := newDesk(t)
	const file = "Truc;Machin\nDupont;Lyon\n"
	f, o := d.propose(imports.Customers, file)
	if strings.Join(o.Columns, "|") != "|" || o.Head != 1 {
		t.Fatalf("%+v", o)
	}
	o.Columns, o.Existing = []string{"name", "city"}, imports.Update
	_, err := d.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: d.Key(), Kind: imports.Customers, Options: o}, f, nil)
	d.Must(err)
	if _, o := d.propose(imports.Customers, "TRUC;machin\nDurand;Nantes\n"); strings.Join(o.Columns, "|") != "name|city" || o.Existing != imports.Update {
		t.Errorf("%+v", o)
	}
}

func TestOnlyTheFirm(t *testing.T) {
	d := newDesk(t)
	f, o := d.propose(imports.Customers, people)
	stranger := officetest.Staff
	stranger.Kind = "contact"
	if _, err := d.Import(officetest.Ctx, stranger, imports.Run{Key: d.Key(), Kind: imports.Customers, Options: o}, f, nil); !fault.Is(err, fault.Forbidden) {
		t.Error(err)
	}
	if _, err := d.Check(officetest.Ctx, stranger, imports.Customers, f, o); !fault.Is(err, fault.Forbidden) {
		t.Error(err)
	}
}

// A spreadsheet's own dates and figures.
func TestSerials(t *testing.T) {
	d := newDesk(t)
	known(d)
	f := imports.Table{FileName: "x.xlsx", SHA256: strings.Repeat("a", 64), Serial: true, Rows: [][]string{{"Invoice Number", "Client", "Invoice Date", "Due Date", "Total Taxes", "Amount", "Balance"},
		{"F-1", "Dupont Frères", "45981", "46011", "200", "1200", "0.1e2"}}}
	o, _, err := d.Propose(officetest.Ctx, officetest.Staff, imports.Invoices, f)
	d.Must(err)
	r, err := d.Check(officetest.Ctx, officetest.Staff, imports.Invoices, f, o)
	d.Must(err)
	if got := report(r, "en"); !strings.Contains(got, "issue_date=2025-11-20; due_date=2025-12-20; tax=20000 EUR; incl=120000 EUR; left=1000 EUR") {
		t.Error(got)
	}
}

// BenchmarkCustomers imports 20 000 customers, each with a contact.
func BenchmarkCustomers(b *testing.B) {
	csv := []byte(many(20_000))
	for b.Loop() {
		b.StopTimer()
		d := newDesk(b)
		b.StartTimer()
		f := table(b, "x.csv", csv)
		o, _, err := d.Propose(officetest.Ctx, officetest.Staff, imports.Customers, f)
		d.Must(err)
		if _, err := d.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: d.Key(), Kind: imports.Customers, Options: o}, f, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// Every field has its name in both languages, and no two fields of a kind are known by one
// name, so that a column never goes to the wrong one in silence.
func TestFieldsHaveNames(t *testing.T) {
	d := newDesk(t)
	for _, kind := range imports.Kinds() {
		_, fields, err := d.Propose(officetest.Ctx, officetest.Staff, kind, imports.Table{})
		d.Must(err)
		for _, f := range fields {
			for _, lang := range locale.Langs() {
				if !locale.Has(lang, "common.import.field."+f.ID) {
					t.Errorf("%s has no name (%s)", f.ID, lang)
				}
			}
		}
	}
	for name, fields := range imports.Doubles() {
		t.Errorf("%q is a name of %v", name, fields)
	}
}
