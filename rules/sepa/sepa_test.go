package sepa_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/sepa"
)

func TestEaster(t *testing.T) {
	for year, want := range map[int]string{2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25", 2100: "2100-03-28"} {
		if got := civil.Easter(year).String(); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func TestBusinessDays(t *testing.T) {
	for day, want := range map[string]bool{
		"2026-01-01": false, "2026-01-02": true, "2026-04-02": true, "2026-04-03": false, "2026-04-06": false, "2026-04-07": true, "2026-05-01": false, "2026-05-08": true,
		"2026-07-14": true, "2026-11-21": false, "2026-12-24": true, "2026-12-25": false, "2026-12-26": false, "2026-12-28": true, "2028-12-26": false,
	} {
		if got := sepa.Business(civil.MustParse(day)); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
	if got := sepa.NextBusiness(civil.MustParse("2026-12-25")).String(); got != "2026-12-28" {
		t.Error(got)
	}
}

// Banks never rest longer than over Easter or Christmas with a weekend.
func TestBusinessDaysComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := civil.New(rapid.IntRange(2000, 2200).Draw(t, "year"), time.January, 1).AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
		n := sepa.NextBusiness(d)
		if !sepa.Business(n) || n.DaysSince(d) > 4 || sepa.NextBusiness(n) != n {
			t.Fatalf("%s: %s", d, n)
		}
	})
}

func TestText(t *testing.T) {
	for from, want := range map[string]string{
		"Société Générale d'Évreux & Fils": "Societe Generale d'Evreux + Fils",
		"Œuvre sœur, Straße № 5":           "OEuvre soeur, Strasse 5",
		"Łódź Đại":                         "Lodz Dai",
		"Παπαδόπουλος":                     "Papadopoylos",
		"Иванов":                           "Ivanov",
		"«À l’heure»":                      "'A l'heure'",
		"Ħal Għaxaq Ŧeaŋus":                "Hal Ghaxaq Teanus",
		"Євген Їжак, Ґалаґан і Ілля":       "Yevgen Izhak, Galagan i Illya",
		"Ђорђевић Љиљана Њ. Џоја":          "Djordjevic Ljiljana Nj. Dzoja",
		"//a//b/":  "a/b",
		"漢字":       "",
		"a\tb\n c": "a b c",
	} {
		if got := sepa.Text(from, 70); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
	if got := sepa.ID("Facture n° 12 / 2026"); got != "Facture-no-12-/-2026" {
		t.Error(got)
	}
}

func TestTextIsAlwaysTaken(t *testing.T) {
	taken := regexp.MustCompile(`^[a-zA-Z0-9/?:().,'+ -]*$`)
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "text"), rapid.IntRange(1, 140).Draw(t, "limit")
		got := sepa.Text(s, n)
		if !taken.MatchString(got) || len(got) > n || strings.Contains(got, "//") || strings.Trim(got, " /") != got || sepa.Text(got, n) != got {
			t.Fatalf("%q: %q", s, got)
		}
		if id := sepa.ID(s); id != "" && !sepa.IsID(id) {
			t.Fatalf("%q: id %q", s, id)
		}
	})
}

func on(s string) civil.Date { return civil.MustParse(s) }

func TestMandate(t *testing.T) {
	base := sepa.Mandate{Scheme: sepa.Core, Signed: true, SignedOn: on("2026-01-15"), NoticeDays: 14}
	with := func(change func(*sepa.Mandate)) sepa.Mandate { m := base; change(&m); return m }
	today := on("2026-11-21")
	for name, tc := range map[string]struct {
		m                sepa.Mandate
		on               string
		state, why, next string
	}{
		"fresh":               {base, "2026-12-07", sepa.Signed, "", sepa.First},
		"told too late":       {base, "2026-12-04", sepa.Signed, "notice", sepa.First},
		"fewer days agreed":   {with(func(m *sepa.Mandate) { m.NoticeDays = 3 }), "2026-11-24", sepa.Signed, "", sepa.First},
		"used":                {with(func(m *sepa.Mandate) { m.Uses, m.LastOn = 2, on("2026-10-15") }), "2026-12-07", sepa.Active, "", sepa.Recurring},
		"not signed":          {with(func(m *sepa.Mandate) { m.Signed = false }), "2026-12-07", sepa.Asked, sepa.Asked, sepa.First},
		"revoked":             {with(func(m *sepa.Mandate) { m.Revoked = true }), "2026-12-07", sepa.Revoked, sepa.Revoked, sepa.First},
		"once":                {with(func(m *sepa.Mandate) { m.OneOff = true }), "2026-12-07", sepa.Signed, "", sepa.OneOff},
		"once, done":          {with(func(m *sepa.Mandate) { m.OneOff, m.Uses = true, 1 }), "2026-12-07", sepa.Spent, sepa.Spent, sepa.OneOff},
		"the last":            {with(func(m *sepa.Mandate) { m.Ends = true }), "2026-12-07", sepa.Signed, "", sepa.Final},
		"used, then the last": {with(func(m *sepa.Mandate) { m.Ends, m.Uses, m.LastOn = true, 2, on("2026-10-15") }), "2026-12-07", sepa.Active, "", sepa.Final},
		"the last was made":   {with(func(m *sepa.Mandate) { m.Ends, m.Closed, m.Uses, m.LastOn = true, true, 3, on("2026-10-15") }), "2026-12-07", sepa.Spent, sepa.Spent, sepa.Final},
		"blocked":             {with(func(m *sepa.Mandate) { m.Blocked = true }), "2026-12-07", sepa.Signed, "blocked", sepa.First},
		"among firms":         {with(func(m *sepa.Mandate) { m.Scheme = sepa.B2B }), "2026-12-07", sepa.Signed, "not_registered", sepa.First},
		"its bank knows":      {with(func(m *sepa.Mandate) { m.Scheme, m.Registered = sepa.B2B, true }), "2026-12-07", sepa.Active, "", sepa.First},
		"unused 36 months":    {with(func(m *sepa.Mandate) { m.SignedOn = on("2023-11-20") }), "2026-12-07", sepa.Lapsed, sepa.Lapsed, sepa.First},
		"used elsewhere":      {with(func(m *sepa.Mandate) { m.SignedOn, m.Uses, m.LastOn = on("2022-01-15"), 1, on("2026-10-31") }), "2026-12-07", sepa.Active, "", sepa.Recurring},
		"used 36 months ago":  {with(func(m *sepa.Mandate) { m.SignedOn, m.Uses, m.LastOn = on("2020-01-15"), 1, on("2023-12-07") }), "2026-12-07", sepa.Active, "", sepa.Recurring},
	} {
		if got := tc.m.State(today); got != tc.state {
			t.Errorf("%s: %s, want %s", name, got, tc.state)
		}
		if got := tc.m.Why(today, on(tc.on)); got != tc.why {
			t.Errorf("%s: why %q, want %q", name, got, tc.why)
		}
		if got := tc.m.Sequence(); got != tc.next {
			t.Errorf("%s: %s, want %s", name, got, tc.next)
		}
	}
}

func TestReasons(t *testing.T) {
	for code, stops := range map[string]bool{"AM04": false, "MD01": true, "AC04": true, "MD06": false} {
		if !sepa.IsReason(code) || sepa.Stops(code) != stops {
			t.Errorf("%s: %v", code, sepa.Stops(code))
		}
	}
	if sepa.IsReason("XX99") || len(sepa.Reasons()) < 20 {
		t.Error(sepa.Reasons())
	}
}

// Of a creditor identifier the business code (characters 5 to 7) is the creditor's own affair.
func TestSameCreditor(t *testing.T) {
	for pair, want := range map[[2]string]bool{{"FR72ZZZ123456", "FR72ABC123456"}: true, {"FR72ZZZ123456", "FR19ZZZ654321"}: false, {"FR72ZZZ123456", ""}: false, {"", ""}: true} {
		if got := sepa.SameCreditor(pair[0], pair[1]); got != want {
			t.Errorf("%v: %v", pair, got)
		}
	}
}

// What a debit tells of a mandate that was known under another identifier, or another name.
func TestAmended(t *testing.T) {
	for name, tc := range map[string]struct{ known, now, want sepa.Identity }{
		"nothing":       {sepa.Identity{"FR72ZZZ123456", "Atelier"}, sepa.Identity{"FR72ZZZ123456", "Atelier"}, sepa.Identity{}},
		"business code": {sepa.Identity{"FR72ZZZ123456", "Atelier"}, sepa.Identity{"FR72001123456", "Atelier"}, sepa.Identity{}},
		"identifier":    {sepa.Identity{"FR72ZZZ123456", "Atelier"}, sepa.Identity{"FR19ZZZ654321", "Atelier"}, sepa.Identity{ICS: "FR72ZZZ123456"}},
		"name":          {sepa.Identity{"FR72ZZZ123456", "Atelier"}, sepa.Identity{"FR72ZZZ123456", "Menuiserie"}, sepa.Identity{Name: "Atelier"}},
		"accent":        {sepa.Identity{"FR72ZZZ123456", "Évreux"}, sepa.Identity{"FR72ZZZ123456", "Evreux"}, sepa.Identity{}},
		"name unknown":  {sepa.Identity{"FR72ZZZ123456", ""}, sepa.Identity{"FR72ZZZ123456", "Menuiserie"}, sepa.Identity{}},
		"both":          {sepa.Identity{"FR72ZZZ123456", "Atelier"}, sepa.Identity{"FR19ZZZ654321", "Menuiserie"}, sepa.Identity{"FR72ZZZ123456", "Atelier"}},
	} {
		if got := sepa.Amended(tc.known, tc.now); got != tc.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAbroad(t *testing.T) {
	for country, want := range map[string]bool{"FR": false, "NO": false, "IS": false, "CH": true, "GB": true, "MC": true, "SM": true, "RS": true, "JE": true} {
		if got := sepa.OutsideEEA(country); got != want || !sepa.Reaches(country) {
			t.Errorf("%s: %v", country, got)
		}
	}
}
