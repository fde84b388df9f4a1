package locale

import (
	"testing"
	"testing/fstest"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
)

func TestMessages(t *testing.T) {
	plural := "{n, plural, =0 {rien} one {# facture} other {# factures}}"
	for _, c := range []struct {
		lang, message string
		args          map[string]any
		want          string
	}{
		{"fr", "Bonjour {name}", map[string]any{"name": "Ève"}, "Bonjour Ève"}, {"fr", "Bonjour {name}", nil, "Bonjour "}, {"fr", "l'été d''Ève", nil, "l'été d'Ève"},
		{"fr", "'{n}' reste", nil, "{n} reste"}, {"fr", "l'{name}", map[string]any{"name": "x"}, "l{name}"}, {"fr", "l’{name}", map[string]any{"name": "x"}, "l’x"},
		{"fr", plural, map[string]any{"n": 0}, "rien"}, {"fr", plural, map[string]any{"n": 1}, "1 facture"}, {"fr", plural, map[string]any{"n": 1200}, "1\u202f200 factures"}, {"en", plural, map[string]any{"n": int64(1200)}, "1,200 factures"},
		{"fr", "{n, plural, one {un} other {des}}", map[string]any{"n": 0}, "un"}, {"en", "{n, plural, one {un} other {des}}", map[string]any{"n": 0}, "des"}, {"en", "{n, plural, one {un} other {des}}", map[string]any{"n": 1.0}, "un"},
		{"fr", "{k, select, a {A} other {?}}", map[string]any{"k": "a"}, "A"}, {"fr", "{k, select, a {A} other {?}}", map[string]any{"k": "z"}, "?"},
		{"fr", "{n, plural, one {# de {name}} other {# de {k, select, m {M.} other {Mme}} {name}}}", map[string]any{"n": 2, "name": "X", "k": "m"}, "2 de M. X"},
		{"fr", "{d} {a} {r} {q} {i}", map[string]any{"d": civil.MustParse("2026-03-01"), "a": money.Amount{Minor: 100, Currency: "EUR"}, "r": Percent(9975), "q": Decimal(25000), "i": 3}, "1er mars 2026 1,00\u00a0€ 9,975\u00a0% 2,5 3"},
	} {
		if got := format(c.lang, c.message, c.args); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.lang, c.message, got, c.want)
		}
	}
}

func TestBrokenMessages(t *testing.T) {
	for _, m := range []string{"{", "{}", "{n", "a}b", "{n, plural}", "{n, plural, one {x}}", "{n, date}", "{n, plural, other {x", "{n, select, other {x} other {y}}", "{n, plural, {x}}"} {
		if _, err := placeholders(m); err == nil {
			t.Errorf("%q was taken", m)
		}
		if got := format("fr", m, nil); got != m {
			t.Errorf("%q shows %q", m, got)
		}
	}
}

func TestCatalogueProblemsAreFound(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	good := fstest.MapFS{"texts/a.b.fr.json": file(`{"x": "{n} a"}`), "texts/a.b.en.json": file(`{"x": "a {n}"}`)}
	if c := load(good, "texts"); c.err != nil || c.parity() != nil || twice(good, "texts") != nil {
		t.Fatal(c.err, c.parity())
	}
	for name, files := range map[string]map[string]string{
		"twice in a file":     {"texts/a.b.fr.json": `{"x": "{n}", "x": "{n}"}`},
		"twice in two files":  {"texts/c.fr.json": `{"x": "{n}"}`},
		"missing in English":  {"texts/c.fr.json": `{"y": "z"}`},
		"missing in French":   {"texts/c.en.json": `{"y": "z"}`},
		"another placeholder": {"texts/a.b.en.json": `{"x": "{m}"}`},
		"broken message":      {"texts/a.b.en.json": `{"x": "{n"}`},
		"not JSON":            {"texts/c.fr.json": `{"y": `},
		"not flat":            {"texts/c.fr.json": `{"y": {"z": "1"}}`},
		"not an object":       {"texts/c.fr.json": `[]`},
		"no language":         {"texts/c.json": `{}`},
		"German":              {"texts/c.de.json": `{}`},
	} {
		bad := fstest.MapFS{}
		for k, v := range good {
			bad[k] = v
		}
		for k, v := range files {
			bad[k] = file(v)
		}
		if c := load(bad, "texts"); c.err == nil && c.parity() == nil && twice(bad, "texts") == nil {
			t.Errorf("%s was not found", name)
		}
	}
}

func TestTexts(t *testing.T) {
	if got := T("fr", "no.such.key", nil); got != "⟦no.such.key⟧" || !IsMissing(got) || Has("fr", "no.such.key") {
		t.Error(got)
	}
	if got := T("en-CA", "fault.required", nil); got != T("en", "fault.required", nil) || IsMissing(got) {
		t.Error(got)
	}
	var f fault.Form
	f.Need("name", "")
	f.MaxLen("note", "abcdef", 5)
	f.Add("note", "fault.required")
	e, _ := fault.As(f.Err())
	message, fields := FaultText("fr", e)
	if message != "3 champs sont à corriger." || fields["name"] != "À remplir." || fields["note"] != "Trop long\u00a0: 6 caractères, 5 au plus." || len(fields) != 2 {
		t.Errorf("%q %q", message, fields)
	}
}

func TestLanguageOf(t *testing.T) {
	for header, want := range map[string]Lang{
		"": FR, "fr-CA,fr;q=0.9,en;q=0.8": FR, "en-US,en;q=0.9": EN, "de,en;q=0.5,fr;q=0.4": EN, "en;q=0.4,fr;q=0.5": FR, "de": FR, "en;q=0": FR, "EN": EN, "en;q=x": FR, "*": FR, "en;q=2": FR, ";;,": FR,
	} {
		if got := Parse(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	for tag, want := range map[string]Lang{"en": EN, "en_CA": EN, "EN-gb": EN, "fr": FR, "enx": FR, "": FR} {
		if got := Of(tag); got != want {
			t.Errorf("%q: %s, want %s", tag, got, want)
		}
	}
}
