package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/search"
)

var (
	ctx   = context.Background()
	staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal}
)

func put(t testing.TB, d *db.DB, entries ...search.Entry) {
	t.Helper()
	for i, e := range entries {
		if e.ObjectID == 0 {
			e.ObjectID = int64(i + 1)
		}
		if e.PublicID == "" {
			e.PublicID = e.Title
		}
		if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return search.Index(ctx, tx, e) }); err != nil {
			t.Fatal(err)
		}
	}
}

func titles(t testing.TB, s *search.Service, typed string) []string {
	t.Helper()
	hits, err := s.Find(ctx, staff, typed, 50)
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	list := []string{}
	for _, h := range hits {
		list = append(list, h.Title)
	}
	slices.Sort(list)
	return list
}

var shop = []search.Entry{
	{Kind: "customer", Title: "Élodie Bœuf", Subtitle: "C0001 · Québec", Words: []string{"732829320", "elodie@exemple.fr"}},
	{Kind: "customer", Title: "O’Neil \"Bob\" OR NOT", Subtitle: "C0002"},
	{Kind: "document", Title: "FA-2026-0012", Subtitle: "Élodie Bœuf", Words: []string{"1234", "1234.50", "Étagère en chêne"}},
	{Kind: "document", Title: "FA-2026-0120", Subtitle: "Dupont", Words: []string{"99", "99.00"}},
	{Kind: "item", Title: "🙂 Sourire 漢字", Subtitle: "S-1"},
	{Kind: "item", Title: "שלום", Subtitle: "S-2"},
}

func TestWhatPeopleTypeIsFound(t *testing.T) {
	d := dbtest.New(t)
	put(t, d, shop...)
	s := search.New(d)
	for typed, want := range map[string][]string{
		"elod": {"FA-2026-0012", "Élodie Bœuf"}, "ÉLODIE": {"FA-2026-0012", "Élodie Bœuf"}, "e\u0301lodie": {"FA-2026-0012", "Élodie Bœuf"}, "élodie quebec": {"Élodie Bœuf"}, "quebec elodie": {"Élodie Bœuf"},
		"FA-2026-0012": {"FA-2026-0012"}, "fa 2026": {"FA-2026-0012", "FA-2026-0120"}, "2026 01": {"FA-2026-0120"}, "0012": {"FA-2026-0012"}, "12": {"FA-2026-0012"},
		"1234": {"FA-2026-0012"}, "1234,50": {"FA-2026-0012"}, "1\u202f234,50": {"FA-2026-0012"}, "1 234": {"FA-2026-0012"}, "1,234.50": {"FA-2026-0012"}, "732 829 320": {"Élodie Bœuf"}, "99,00 €": {"FA-2026-0120"},
		"chene": {"FA-2026-0012"}, "漢字": {"🙂 Sourire 漢字"}, "שלום": {"שלום"}, "🙂": {}, "": {}, " ?! ": {}, "o'neil": {"O’Neil \"Bob\" OR NOT"}, "bob not": {"O’Neil \"Bob\" OR NOT"}, "OR": {"O’Neil \"Bob\" OR NOT"},
		"NEAR(a b)": {}, "title:elodie": {}, "elodie*": {"FA-2026-0012", "Élodie Bœuf"}, "-elodie": {"FA-2026-0012", "Élodie Bœuf"}, "^elodie": {"FA-2026-0012", "Élodie Bœuf"}, "elodie AND nobody": {},
	} {
		if got := titles(t, s, typed); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestIndexAgainReplaces(t *testing.T) {
	d := dbtest.New(t)
	put(t, d, search.Entry{Kind: "customer", ObjectID: 1, PublicID: "a", Title: "Dupont"}, search.Entry{Kind: "customer", ObjectID: 1, PublicID: "a", Title: "Durand"}, search.Entry{Kind: "item", ObjectID: 1, PublicID: "b", Title: "Durand"})
	s := search.New(d)
	if got := titles(t, s, "dupont"); len(got) != 0 {
		t.Errorf("%q", got)
	}
	hits, err := s.Find(ctx, staff, "durand", 50)
	if err != nil || len(hits) != 2 || hits[0].PublicID != "a" || hits[1].Kind != "item" {
		t.Errorf("%+v %v", hits, err)
	}
	for limit, want := range map[int]int{1: 1, 0: 1, -3: 1, 1000: 2} {
		if hits, err := s.Find(ctx, staff, "durand", limit); err != nil || len(hits) != want {
			t.Errorf("limit %d: %d, %v", limit, len(hits), err)
		}
	}
	if _, err := s.Find(ctx, actor.Actor{Kind: actor.Contact, CustomerID: 1, Trust: actor.TrustPassword}, "durand", 5); !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v", err)
	}
}

// Recurring invoices are found by their customer and what their lines say, whatever their state.
func TestRecurringInvoicesAreFound(t *testing.T) {
	d := dbtest.New(t)
	put(t, d, shop...)
	for i, x := range []struct{ name, lines string }{
		{"Élodie Bœuf", `[{"description":""},{"description":"Entretien de {{début}} à {{fin}}"},{"description":"Forfait été"}]`},
		{"", `[{"description":"Location d\u2019un échafaudage"}]`},
		{"Dupont", `[]`},
	} {
		if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.InsertRecurring(ctx, gen.InsertRecurringParams{PublicID: fmt.Sprint("r", i), CustomerName: x.name, CustomerKey: search.SortKey(x.name), Form: `{"lines":` + x.lines + `}`,
				Currency: "EUR", Rule: "FREQ=MONTHLY", Billed: "ahead", StartOn: "2026-12-01", Now: "2026-11-21T00:00:00.000Z"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	s := search.New(d)
	elodie := search.Hit{Kind: "recurring", PublicID: "r0", Title: "Élodie Bœuf", Subtitle: "Entretien de … à …"}
	for typed, want := range map[string][]search.Hit{
		"elodie": {elodie}, "entret": {elodie}, "ELODIE ete": {elodie}, "tretien": {}, "entretien dupont": {}, "dupont": {{Kind: "recurring", PublicID: "r2", Title: "Dupont"}},
		"echafaud": {{Kind: "recurring", PublicID: "r1", Title: "Location d’un échafaudage"}}, "d'un": {{Kind: "recurring", PublicID: "r1", Title: "Location d’un échafaudage"}},
	} {
		hits, err := s.Find(ctx, staff, typed, 12)
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		got := slices.DeleteFunc(hits, func(h search.Hit) bool { return h.Kind != "recurring" })
		if !slices.Equal(got, want) {
			t.Errorf("%q: %+v, want %+v", typed, got, want)
		}
	}
}

func TestSortNames(t *testing.T) {
	list := []string{"annexe-10.pdf", "Annexe-2.pdf", "état des lieux.pdf", "annexe-1.pdf", "devis 2026-100.pdf", "devis 2026-9.pdf", "annexe-02.pdf", "plan 99999999999999999999999.pdf", "plan 3.pdf"}
	search.SortNames(list, func(s string) string { return s })
	want := []string{"annexe-1.pdf", "Annexe-2.pdf", "annexe-02.pdf", "annexe-10.pdf", "devis 2026-9.pdf", "devis 2026-100.pdf", "état des lieux.pdf", "plan 3.pdf", "plan 99999999999999999999999.pdf"}
	if !slices.Equal(list, want) {
		t.Errorf("sorted as %q", list)
	}
}

func TestSortKey(t *testing.T) {
	for name, want := range map[string]string{"Élodie": "elodie", "  Été   INDIEN ": "ete indien", "Bœuf": "bœuf", "": "", "Ωmega": "ωmega", "e\u0301": "e", "🙂": "🙂"} {
		if got := search.SortKey(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// Nothing that can be typed breaks the search: neither error nor anything but its own words.
func FuzzFind(f *testing.F) {
	d := dbtest.New(f)
	put(f, d, shop...)
	s := search.New(d)
	for _, seed := range []string{"élodie", `"`, `""`, `"*`, "a\"b", "NEAR(", "a AND", "OR OR", "NOT", "{a}:b", "-", "^", "*", "+", "a:b", "\x00", "\xff\xfe", "e\u0301", "\u0301", "\u202e", "²", "１２", "1 2 3", "1’234", strings.Repeat("9 ", 400), strings.Repeat("a", 10_000), "🙂👩‍🔧", "ﬁ", "İ", "ß", "𝔘", "ऀ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if hits, err := s.Find(ctx, staff, typed, 50); err != nil || hits == nil {
			t.Errorf("%q: %v", typed, err)
		}
		if key := search.SortKey(typed); search.SortKey(key) != key {
			t.Errorf("%q sorts as %q, then as %q", typed, key, search.SortKey(key))
		}
	})
}
