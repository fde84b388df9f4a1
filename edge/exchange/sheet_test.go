package exchange_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"comptoir/edge/exchange"
)

// opened is a written workbook as another program sees it, as it is kept and as it is shown.
func opened(t *testing.T, b []byte) (f *excelize.File, kept, shown [][]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if kept, err = f.GetRows("Sheet1", excelize.Options{RawCellValue: true}); err != nil {
		t.Fatal(err)
	}
	if shown, err = f.GetRows("Sheet1"); err != nil {
		t.Fatal(err)
	}
	return f, kept, shown
}

// A list for people: figures are figures with their decimals, dates are dates, and text that
// looks like a formula stays text, in both forms.
func TestSheets(t *testing.T) {
	write := func(form string, comma bool) []byte {
		var b bytes.Buffer
		s, err := exchange.NewSheet(form, &b, []string{"Nom", "Le", "Montant dû", "Prix", "n"}, comma)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range [][]any{
			{"Lefèvre & fils", exchange.Day("2026-03-12"), exchange.Amount{Scaled: -123456789, Digits: 2}, exchange.Amount{Scaled: 12345, Digits: 4}, int64(42)},
			{"=HYPERLINK(\"http://evil.example\")", exchange.Day(""), exchange.Amount{Scaled: 7}, exchange.Amount{Scaled: 1, Digits: 3}, int64(-7)},
			{"+33 6", exchange.Day("1899-12-31"), "", "", ""},
		} {
			err = errors.Join(err, s.Row(r...))
		}
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	want := "\ufeffNom;Le;Montant dû;Prix;n\nLefèvre & fils;2026-03-12;-1234567,89;1,2345;42\n\"'=HYPERLINK(\"\"http://evil.example\"\")\";;7;0,001;-7\n'+33 6;1899-12-31;;;\n"
	if got := string(write("csv", true)); got != want {
		t.Error(cmp.Diff(want, got))
	}
	f, kept, shown := opened(t, write("xlsx", true))
	if diff := cmp.Diff([][]string{
		{"Nom", "Le", "Montant dû", "Prix", "n"}, {"Lefèvre & fils", "46093", "-1234567.89", "1.2345", "42"},
		{"=HYPERLINK(\"http://evil.example\")", "", "7", "0.001", "-7"}, {"+33 6", "1899-12-31"},
	}, kept); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{
		{"Nom", "Le", "Montant dû", "Prix", "n"}, {"Lefèvre & fils", "03-12-26", "-1,234,567.89", "1.2345", "42"},
		{"=HYPERLINK(\"http://evil.example\")", "", "7", "0.001", "-7"}, {"+33 6", "1899-12-31"},
	}, shown); diff != "" {
		t.Error(diff)
	}
	for _, cell := range []string{"A3", "A4"} {
		formula, err := f.GetCellFormula("Sheet1", cell)
		kind, err2 := f.GetCellType("Sheet1", cell)
		if err := errors.Join(err, err2); err != nil || formula != "" || kind != excelize.CellTypeInlineString {
			t.Errorf("%s: %q %v %v", cell, formula, kind, err)
		}
	}
	if _, err := exchange.NewSheet("ods", &bytes.Buffer{}, nil, false); !errors.Is(err, exchange.ErrForm) {
		t.Error(err)
	}
}

// What programs take: amounts in minor units where the form has no decimals of its own.
func TestTables(t *testing.T) {
	write := func(form string) []byte {
		var b bytes.Buffer
		tab, err := exchange.NewTable(form, &b, []exchange.Column{exchange.Plain("name"), {Name: "amount", Digits: 2}, {Name: "yen", Digits: 0}, exchange.Plain("n"), exchange.Plain("known"), exchange.Plain("cost")})
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(tab.Row("=1+1", int64(-5), int64(7), int64(9), true, nil), tab.Row("b", int64(1<<53+1), int64(0), int64(1<<53+1), false, "x"), tab.Close())
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if got, want := string(write("csv")), "name,amount,yen,n,known,cost\n'=1+1,-0.05,7,9,true,\nb,90071992547409.93,0,9007199254740993,false,x\n"; got != want {
		t.Error(cmp.Diff(want, got))
	}
	if got, want := string(write("json")), "[\n{\"name\":\"=1+1\",\"amount\":-5,\"yen\":7,\"n\":9,\"known\":true,\"cost\":null},\n{\"name\":\"b\",\"amount\":9007199254740993,\"yen\":0,\"n\":9007199254740993,\"known\":false,\"cost\":\"x\"}\n]\n"; got != want {
		t.Error(cmp.Diff(want, got))
	}
	_, kept, _ := opened(t, write("xlsx"))
	if diff := cmp.Diff([][]string{
		{"name", "amount", "yen", "n", "known", "cost"}, {"=1+1", "-0.05", "7", "9", "1"}, {"b", "90071992547409.93", "0", "9007199254740993", "0", "x"},
	}, kept); diff != "" {
		t.Error(diff)
	}
	if _, err := exchange.NewTable("ods", &bytes.Buffer{}, nil); !errors.Is(err, exchange.ErrForm) {
		t.Error(err)
	}
}

// What was written is read back, also by the reader of imports.
func TestWhatWeWriteIsRead(t *testing.T) {
	var b bytes.Buffer
	s, err := exchange.NewSheet("xlsx", &b, []string{"Nom", "Le", "Dû"}, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Row("É\r\n=1", exchange.Day("2026-03-12"), exchange.Amount{Scaled: 50, Digits: 2}), s.Row("", "", ""), s.Row("", exchange.Day(""), int64(3)), s.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := exchange.ReadTable(b.Bytes())
	if diff := cmp.Diff(exchange.Read{Form: "xlsx", Sheet: "Sheet1", Serial: true, Rows: [][]string{{"Nom", "Le", "Dû"}, {"É\r\n=1", "46093", "0.50"}, {}, {"", "", "3"}}}, r); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
