package paper_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/locale"
	"comptoir/edge/paper"
	"comptoir/office/provider"
	rules "comptoir/rules/provider"
)

// sampleAccount is a month with everything on it: two services, a credit note, another currency, and
// a line for each reason to be in no total.
func sampleAccount(t *testing.T, lang string, mode rules.Mode) provider.Statement {
	t.Helper()
	cost := func(e4 int64) *int64 { return &e4 }
	line := func(number string, more func(*rules.Line)) rules.Line {
		l := rules.Line{DocumentID: "d", Number: number, Customer: "Dupont & fils", On: on("2026-03-10"), Kept: true, ItemID: 7, Code: "LIGNE", Name: "Ligne téléphonique", Provider: "Télécom du Rhône", QuantityE4: 2_0000,
			Currency: "EUR", RateE8: 100_000_000, RevenueMinor: 1250_00, CostE4: cost(410_5000), CostCurrency: "EUR"}
		if more != nil {
			more(&l)
		}
		return l
	}
	lines := []rules.Line{line("FA-2026-0001", nil), line("FA-2026-0002", func(l *rules.Line) {
		l.ItemID, l.Code, l.Name, l.QuantityE4, l.RevenueMinor, l.CostE4 = 8, "FIBRE", "=Accès fibre", 1_0000, 49_90, cost(31_0000)
	}),
		line("AV-2026-0001", func(l *rules.Line) { l.Credit, l.QuantityE4, l.RevenueMinor = true, 1_0000, 625_00 }),
		line("FA-2026-0003", func(l *rules.Line) {
			l.ItemID, l.Code, l.Name, l.Provider, l.Currency, l.CostCurrency, l.RevenueMinor = 9, "CLOUD", "Cloud storage", "Nordic Cloud", "CAD", "CAD", 900_00
		}),
		line("FA-2026-0004", func(l *rules.Line) { l.ItemID, l.Code, l.Name, l.RevenueMinor = 0, "", "Déplacement", 80_00 }),
		line("FA-2026-0005", func(l *rules.Line) { l.CostE4 = nil }), line("FA-2026-0006", func(l *rules.Line) { l.Kept = false })}
	s, err := rules.Of("2026-03", mode, "EUR", lines)
	if err != nil {
		t.Fatal(err)
	}
	return provider.Statement{Statement: s, AccountNumber: "CAN7K2M4Q", Firm: french(), Lang: lang, MadeAt: time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)}
}

// The text of a month of the billing account as a reader of the PDF gets it, in both languages and modes.
func TestAccountsReadAsAgreed(t *testing.T) {
	p := paper.New()
	for _, lang := range locale.Langs() {
		for _, mode := range []rules.Mode{rules.Direct, rules.Indirect} {
			s := sampleAccount(t, lang, mode)
			file, err := p.Account(context.Background(), s, nil)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := p.Account(context.Background(), s, nil); err != nil || !bytes.Equal(file, again) {
				t.Errorf("%s: the same month gives another file", mode)
			}
			text := pdfText(t, file)
			if locale.IsMissing(text) {
				t.Errorf("%s %s: a text is missing", mode, lang)
			}
			asAgreed(t, "account_"+string(mode)+"."+lang+".txt", text)
		}
	}
}

// A logo does not stand for the firm's name: both are in the head.
func TestAccountWithALogoNamesTheFirm(t *testing.T) {
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 40, 12))); err != nil {
		t.Fatal(err)
	}
	file, err := paper.New().Account(context.Background(), sampleAccount(t, "en", rules.Direct), logo.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(pdfText(t, file), "Account in EUR")
	for _, want := range []string{"Atelier Brindille", "1 rue du Bois", "69001 Lyon", "March 2026"} {
		if !strings.Contains(head, want) {
			t.Errorf("no %q in the head:\n%s", want, head)
		}
	}
}

// A month without a service sold says so, and one currency gives one figure.
func TestAccountOfOneCurrencyAndOfNone(t *testing.T) {
	s := sampleAccount(t, "fr", rules.Indirect)
	if p := paper.AccountOf(s, nil); p.Due.Amount != "" {
		t.Errorf("two currencies are one figure: %q", p.Due.Amount)
	}
	s.Accounts = s.Accounts[:1]
	if p := paper.AccountOf(s, nil); !strings.Contains(p.Due.Amount, "233,40") { // (1250 - 821) + (49.90 - 31) - (625 - 410.50)
		t.Errorf("due %q", p.Due.Amount)
	}
	s.Accounts, s.LeftOut = nil, nil
	if p := paper.AccountOf(s, nil); p.Notes == "" || p.Due.Amount != "" || len(p.Sections) != 0 {
		t.Errorf("an empty month: %+v", p)
	}
}

// The table has a row a line, credit notes negative, what is in no total with its reason, and no formula.
func TestAccountTable(t *testing.T) {
	for _, mode := range []rules.Mode{rules.Direct, rules.Indirect} {
		s := sampleAccount(t, "en", mode)
		var csv, sheet bytes.Buffer
		p := paper.New()
		if err := p.AccountTable(&csv, "csv", s); err != nil {
			t.Fatal(err)
		}
		if err := p.AccountTable(&sheet, "xlsx", s); err != nil || !bytes.HasPrefix(sheet.Bytes(), []byte("PK")) {
			t.Errorf("xlsx: %v", err)
		}
		got := csv.String()
		if n := strings.Count(strings.TrimSpace(got), "\n"); n != 7 {
			t.Errorf("%s: %d rows:\n%s", mode, n, got)
		}
		titles := strings.Split(strings.SplitN(strings.TrimPrefix(got, "\ufeff"), "\n", 2)[0], ",")
		if once := slices.Compact(slices.Sorted(slices.Values(titles))); len(once) != len(titles) {
			t.Errorf("%s: two columns have one title: %q", mode, titles)
		}
		amount := map[rules.Mode]string{rules.Direct: "-410.50", rules.Indirect: "-214.50"}[mode]
		for _, want := range []string{"AV-2026-0001", amount, "CAD", "EUR", "Déplacement", "'=Accès fibre"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", mode, want, got)
			}
		}
	}
}
