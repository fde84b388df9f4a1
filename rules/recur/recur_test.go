package recur_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/rules/recur"
)

func calendar(t testing.TB, c recur.Choice, start string) recur.Calendar {
	t.Helper()
	on := civil.MustParse(start)
	r, err := c.RuleOf(on)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return recur.Calendar{Rule: r, Start: on}
}

func TestDates(t *testing.T) {
	for _, x := range []struct {
		name, start, want string
		choice            recur.Choice
	}{
		{"daily", "2026-12-30", "2026-12-30 2026-12-31 2027-01-01 2027-01-02", recur.Choice{Unit: recur.Day, Every: 1}},
		{"every 10 days", "2026-12-30", "2026-12-30 2027-01-09 2027-01-19 2027-01-29", recur.Choice{Unit: recur.Day, Every: 10}},
		{"weekly on the day of start", "2026-11-20", "2026-11-20 2026-11-27 2026-12-04 2026-12-11", recur.Choice{Unit: recur.Week, Every: 1}},
		{"every other Monday", "2026-11-20", "2026-11-30 2026-12-14 2026-12-28 2027-01-11", recur.Choice{Unit: recur.Week, Every: 2, Day: 1}},
		{"the 29th", "2027-01-29", "2027-01-29 2027-02-28 2027-03-29 2027-04-29", recur.Choice{Unit: recur.Month, Every: 1}},
		{"the 30th", "2028-01-30", "2028-01-30 2028-02-29 2028-03-30 2028-04-30", recur.Choice{Unit: recur.Month, Every: 1}},
		{"the 31st", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30", recur.Choice{Unit: recur.Month, Every: 1}},
		{"the last day", "2026-02-10", "2026-02-28 2026-03-31 2026-04-30 2026-05-31", recur.Choice{Unit: recur.Month, Every: 1, Day: recur.LastDay}},
		{"quarterly", "2026-01-15", "2026-01-15 2026-04-15 2026-07-15 2026-10-15", recur.Choice{Unit: recur.Month, Every: 3}},
		{"quarterly on the 31st", "2026-01-31", "2026-01-31 2026-04-30 2026-07-31 2026-10-31", recur.Choice{Unit: recur.Month, Every: 3}},
		{"yearly", "2026-03-05", "2026-03-05 2027-03-05 2028-03-05 2029-03-05", recur.Choice{Unit: recur.Year, Every: 1}},
		{"29 February", "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29", recur.Choice{Unit: recur.Year, Every: 1}},
		{"first Monday", "2026-11-10", "2026-12-07 2027-01-04 2027-02-01", recur.Choice{Unit: recur.Free, Rule: "FREQ=MONTHLY;BYDAY=1MO"}},
		{"Mondays and Thursdays", "2026-11-21", "2026-11-23 2026-11-26 2026-11-30", recur.Choice{Unit: recur.Free, Rule: "rrule: freq=weekly; byday=MO,TH"}},
		{"last working day", "2026-10-31", "2026-11-30 2026-12-31 2027-01-29", recur.Choice{Unit: recur.Free, Rule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			want := strings.Fields(x.want)
			c := calendar(t, x.choice, x.start)
			var got []string
			for _, d := range c.List(c.Start, civil.MustParse("2035-01-01"), len(want)) {
				got = append(got, d.String())
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", c.Rule, got, want)
			}
		})
	}
}

// naive tells whether a choice begun on start runs on a day: written from the words, not
// from the rule.
func naive(c recur.Choice, start, d civil.Date) bool {
	if d.Before(start) {
		return false
	}
	months := (d.Year-start.Year)*12 + int(d.Month) - int(start.Month)
	on := c.Day
	if on == 0 {
		on = start.Day
	}
	if last := d.EndOfMonth().Day; on == recur.LastDay || on > last {
		on = last
	}
	switch c.Unit {
	case recur.Day:
		return d.DaysSince(start)%c.Every == 0
	case recur.Week:
		weekday := time.Weekday(c.Day % 7)
		if c.Day == 0 {
			weekday = start.Time().Weekday()
		}
		monday := func(x civil.Date) civil.Date { return x.AddDays(-(int(x.Time().Weekday()) + 6) % 7) }
		return d.Time().Weekday() == weekday && monday(d).DaysSince(monday(start))/7%c.Every == 0
	case recur.Month:
		return months%c.Every == 0 && d.Day == on
	}
	month := c.Month
	if month == 0 {
		month = start.Month
	}
	return (d.Year-start.Year)%c.Every == 0 && d.Month == month && d.Day == on
}

func drawChoice(t *rapid.T) (recur.Choice, civil.Date) {
	start := civil.New(2023, 1, 1).AddDays(rapid.IntRange(0, 2000).Draw(t, "start"))
	c := recur.Choice{Unit: rapid.SampledFrom([]string{recur.Day, recur.Week, recur.Month, recur.Year}).Draw(t, "unit"), Every: rapid.IntRange(1, 5).Draw(t, "every")}
	switch c.Unit {
	case recur.Week:
		c.Day = rapid.IntRange(0, 7).Draw(t, "day")
	case recur.Month:
		c.Day = rapid.IntRange(-1, 31).Draw(t, "day")
	case recur.Year:
		if rapid.Bool().Draw(t, "own") {
			c.Month = time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
			c.Day = rapid.IntRange(-1, civil.New(2024, c.Month, 1).EndOfMonth().Day).Draw(t, "day")
			if c.Day == 0 {
				c.Day = 1
			}
		}
	}
	return c, start
}

// The library's dates are those that counting days gives, and they do not depend on where
// one begins to ask.
func TestDatesAgainstCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, start := drawChoice(t)
		r, err := c.RuleOf(start)
		if err != nil {
			t.Fatal(err)
		}
		cal := recur.Calendar{Rule: r, Start: start}
		from, to := start.AddDays(rapid.IntRange(-40, 2500).Draw(t, "from")), start.AddDays(4000)
		want := []civil.Date{}
		for d := from; !d.After(to); d = d.AddDays(1) {
			if naive(c, start, d) {
				want = append(want, d)
			}
		}
		if got := cal.List(from, to, 10_000); !slices.Equal(got, want) {
			t.Fatalf("%s from %s: %v, want %v", r, start, got, want)
		}
		step := []civil.Date{}
		for d := cal.From(from); !d.After(to); d = cal.Next(d) {
			step = append(step, d)
			if !cal.On(d) {
				t.Fatalf("%s: not on %s", r, d)
			}
		}
		if !slices.Equal(step, want) {
			t.Fatalf("%s step by step: %v, want %v", r, step, want)
		}
		if back := r.Choice(); back.Unit == recur.Free || back.Every != c.Every {
			t.Fatalf("%s came back as %+v", r, back)
		}
	})
}

// Periods follow one another without a gap and without a day twice, and both ways of
// billing tell the same periods.
func TestPeriodsAdjoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, start := drawChoice(t)
		r, err := c.RuleOf(start)
		if err != nil {
			t.Fatal(err)
		}
		cal := recur.Calendar{Rule: r, Start: start}
		runs := cal.List(start, start.AddDays(4000), 5)
		for i, on := range runs[:len(runs)-1] {
			a, b := cal.Period(on, recur.Ahead), cal.Period(runs[i+1], recur.Ahead)
			if a.To.Before(a.From) || a.To.AddDays(1) != b.From {
				t.Fatalf("%s: %v then %v", r, a, b)
			}
			if e := cal.Period(runs[i+1], recur.Behind); e != a {
				t.Fatalf("%s on %s: behind %v, ahead on %s %v", r, runs[i+1], e, on, a)
			}
		}
		if first := cal.Period(runs[0], recur.Behind); first.To.Before(first.From) {
			t.Fatalf("%s: first period behind %v", r, first)
		}
	})
}

func TestWordsOfPeriods(t *testing.T) {
	month := recur.Choice{Unit: recur.Month, Every: 1}
	for _, x := range []struct {
		name, start, on, which, fr, en string
		choice                         recur.Choice
	}{
		{"the month that begins", "2026-11-01", "2026-11-01", recur.Ahead, "novembre 2026", "November 2026", month},
		{"the month that ended", "2026-11-01", "2026-12-01", recur.Behind, "novembre 2026", "November 2026", month},
		{"before the first run", "2026-11-01", "2026-11-01", recur.Behind, "octobre 2026", "October 2026", month},
		{"month end", "2026-02-28", "2026-02-28", recur.Behind, "février 2026", "February 2026", recur.Choice{Unit: recur.Month, Every: 1, Day: recur.LastDay}},
		{"the 31st is month end", "2026-01-31", "2026-04-30", recur.Behind, "avril 2026", "April 2026", month},
		{"mid month", "2026-11-15", "2026-11-15", recur.Ahead, "du 15 novembre 2026 au 14 décembre 2026", "15 Nov 2026 to 14 Dec 2026", month},
		{"the 30th before February", "2027-01-30", "2027-01-30", recur.Ahead, "du 30 janvier 2027 au 27 février 2027", "30 Jan 2027 to 27 Feb 2027", month},
		{"quarter", "2026-10-01", "2026-10-01", recur.Ahead, "4e trimestre 2026", "4th quarter 2026", recur.Choice{Unit: recur.Month, Every: 3}},
		{"first quarter", "2026-10-01", "2027-01-01", recur.Ahead, "1er trimestre 2027", "1st quarter 2027", recur.Choice{Unit: recur.Month, Every: 3}},
		{"a quarter of one's own", "2026-11-01", "2026-11-01", recur.Ahead, "de novembre 2026 à janvier 2027", "November 2026 to January 2027", recur.Choice{Unit: recur.Month, Every: 3}},
		{"year", "2027-01-01", "2027-01-01", recur.Ahead, "2027", "2027", recur.Choice{Unit: recur.Year, Every: 1}},
		{"year of one's own", "2026-07-01", "2026-07-01", recur.Ahead, "de juillet 2026 à juin 2027", "July 2026 to June 2027", recur.Choice{Unit: recur.Year, Every: 1}},
		{"day", "2026-11-01", "2026-11-01", recur.Ahead, "1er novembre 2026", "1 Nov 2026", recur.Choice{Unit: recur.Day, Every: 1}},
		{"week", "2026-11-23", "2026-11-23", recur.Ahead, "du 23 novembre 2026 au 29 novembre 2026", "23 Nov 2026 to 29 Nov 2026", recur.Choice{Unit: recur.Week, Every: 1}},
	} {
		t.Run(x.name, func(t *testing.T) {
			c, on := calendar(t, x.choice, x.start), civil.MustParse(x.on)
			run := recur.Run{On: on, Period: c.Period(on, x.which), Cycle: 1}
			for lang, want := range map[locale.Lang]string{locale.FR: x.fr, locale.EN: x.en} {
				if got := recur.Expand(lang, "{{period}}", run); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	run := recur.Run{On: civil.MustParse("2026-11-01"), Cycle: 7, Period: recur.Period{From: civil.MustParse("2026-11-01"), To: civil.MustParse("2026-11-30")}}
	for text, want := range map[string]string{
		"":                              "",
		"Loyer":                         "Loyer",
		"Loyer {{mois}} {{année}}":      "Loyer novembre 2026",
		"{{ Période }}.":                "novembre 2026.",
		"{{MOIS}}{{annee}}":             "novembre2026",
		"du {{début}} au {{fin}}":       "du 1er novembre 2026 au 30 novembre 2026",
		"{{start}}–{{end}} {{quarter}}": "1er novembre 2026–30 novembre 2026 4e trimestre 2026",
		"n° {{numéro}}, {{date}}":       "n° 7, 1er novembre 2026",
		`\{{mois}} {{mois}}`:            "{{mois}} novembre",
		"{ {mois} } }}":                 "{ {mois} } }}",
	} {
		if p := recur.Check(text); p != nil {
			t.Errorf("%q was refused: %+v", text, *p)
		}
		if got := recur.Expand(locale.FR, text, run); got != want {
			t.Errorf("%q gave %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]recur.Problem{
		"Loyer {{moi}} {{mois}}":  {Name: "moi", At: 7},
		"été {{mois}} {{}}":       {Name: "", At: 14},
		"{{mois":                  {Name: "", At: 1},
		"{{mois}} et {{année}":    {Name: "", At: 13},
		"{{{{mois}}}}":            {Name: "{{mois", At: 1},
		`\{{x}} {{ trimestres }}`: {Name: "trimestres", At: 8},
	} {
		p := recur.Check(text)
		if p == nil || *p != want {
			t.Errorf("%q: %+v, want %+v", text, p, want)
		}
	}
}

// Nothing that a person types makes the text run away, and plain text stays as it is.
func TestAnyText(t *testing.T) {
	run := recur.Run{On: civil.MustParse("2026-11-01"), Period: recur.Period{From: civil.MustParse("2026-11-01"), To: civil.MustParse("2026-11-30")}}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune(`{}\ mé<"`))).Draw(t, "text")
		got := recur.Expand(locale.FR, s, run)
		bare := func(s string) string { return strings.ReplaceAll(s, `\`, "") }
		// no word of these letters means anything; what is refused keeps a \{{ between its braces
		if want := strings.ReplaceAll(s, `\{{`, `{{`); recur.Check(s) == nil && got != want || bare(got) != bare(s) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

func TestRefusedRules(t *testing.T) {
	for text, key := range map[string]string{
		"":                                      "fault.required",
		"MONTHLY":                               "fault.recur.unreadable",
		"FREQ=":                                 "fault.recur.unreadable",
		"FREQ=OFTEN":                            "fault.recur.unreadable",
		"INTERVAL=2":                            "fault.recur.part_missing",
		"FREQ=HOURLY":                           "fault.recur.frequency",
		"FREQ=DAILY;COUNT=3":                    "fault.recur.count",
		"FREQ=DAILY;UNTIL=20270101":             "fault.recur.count",
		"FREQ=DAILY;BYHOUR=8,9":                 "fault.recur.part",
		"FREQ=DAILY;DTSTART=20260101":           "fault.recur.part",
		"FREQ=DAILY;BYEASTER=0":                 "fault.recur.part",
		"FREQ=DAILY;FREQ=YEARLY":                "fault.recur.twice",
		"FREQ=DAILY;INTERVAL=0":                 "fault.recur.interval",
		"FREQ=DAILY;INTERVAL=-1":                "fault.recur.interval",
		"FREQ=DAILY;INTERVAL=367":               "fault.recur.interval",
		"FREQ=YEARLY;INTERVAL=11":               "fault.recur.interval",
		"FREQ=DAILY;BYSETPOS=1":                 "fault.recur.part",
		"FREQ=WEEKLY;BYMONTHDAY=1":              "fault.recur.part",
		"FREQ=WEEKLY;BYDAY=1MO":                 "fault.recur.part",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30":   "fault.recur.never",
		"FREQ=MONTHLY;BYMONTHDAY=15;BYSETPOS=2": "fault.recur.never",
		"FREQ=MONTHLY;BYDAY=6MO":                "fault.recur.never",
		"FREQ=DAILY;" + strings.Repeat("BYDAY=MO,", 30): "fault.too_long",
	} {
		r, err := recur.Parse(text)
		if err == nil {
			err = recur.Calendar{Rule: r, Start: civil.MustParse("2026-11-21")}.Check()
		}
		if e, ok := fault.As(err); !ok || e.Key != key {
			t.Errorf("%s: %v, want %s", text, err, key)
		}
	}
}

// Whatever is typed is refused or comes round; it never runs for ever.
func TestAnyRule(t *testing.T) {
	part := rapid.SampledFrom([]string{"INTERVAL=2", "INTERVAL=12", "BYMONTH=2", "BYMONTH=1,7", "BYMONTHDAY=29", "BYMONTHDAY=30", "BYMONTHDAY=-30", "BYMONTHDAY=0", "BYMONTHDAY=99", "BYDAY=MO", "BYDAY=-1FR", "BYDAY=5SU", "BYSETPOS=3", "BYSETPOS=-1", "WKST=SU", "BYMONTH=13"})
	rapid.Check(t, func(t *rapid.T) {
		text := "FREQ=" + rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
		for _, p := range rapid.SliceOfN(part, 0, 4).Draw(t, "parts") {
			text += ";" + p
		}
		r, err := recur.Parse(text)
		if err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("%s: %v", text, err)
			}
			return
		}
		start := civil.New(2026, 1, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "start"))
		c := recur.Calendar{Rule: r, Start: start}
		if c.Check() != nil {
			return
		}
		first := c.From(start)
		if first.IsZero() || first.Before(start) {
			t.Fatalf("%s from %s: first %s", text, start, first)
		}
		p := c.Period(first, recur.Behind)
		if p.To.Before(p.From) || locale.IsMissing(r.Words(locale.FR)) || locale.IsMissing(r.Words(locale.EN)) {
			t.Fatalf("%s: %v, %q", text, p, r.Words(locale.FR))
		}
	})
}

func TestWords(t *testing.T) {
	for rule, want := range map[string][2]string{
		"FREQ=DAILY":                                        {"chaque jour", "every day"},
		"FREQ=DAILY;INTERVAL=10":                            {"tous les 10 jours", "every 10 days"},
		"FREQ=WEEKLY;BYDAY=MO":                              {"chaque semaine, le lundi", "every week, on Monday"},
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU":                   {"toutes les 2 semaines, le dimanche", "every 2 weeks, on Sunday"},
		"FREQ=MONTHLY;BYMONTHDAY=1":                         {"chaque mois, le 1er", "every month, on the 1st"},
		"FREQ=MONTHLY;BYMONTHDAY=-1":                        {"chaque mois, le dernier jour", "every month, on the last day"},
		"FREQ=MONTHLY;BYMONTHDAY=30,-1;BYSETPOS=1":          {"chaque mois, le 30 ou le dernier jour", "every month, on day 30 or the last day"},
		"FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15":             {"chaque trimestre, le 15", "every quarter, on day 15"},
		"FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15":             {"tous les 2 mois, le 15", "every 2 months, on day 15"},
		"FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=15":            {"chaque année, le 15 du mois", "every year, on day 15 of the month"},
		"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1":                {"chaque année, le 1er mars", "every year, on 1 March"},
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29,-1;BYSETPOS=1": {"chaque année, le 29 février (ou le 28)", "every year, on 29 February (or the 28th)"},
		"FREQ=MONTHLY;BYDAY=1MO":                            {"selon la règle FREQ=MONTHLY;BYDAY=1MO", "by the rule FREQ=MONTHLY;BYDAY=1MO"},
	} {
		r, err := recur.Parse(rule)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		if got := [2]string{r.Words(locale.FR), r.Words(locale.EN)}; got != want {
			t.Errorf("%s: %q", rule, got)
		}
	}
}

func TestRemaining(t *testing.T) {
	twelve := int64(12)
	if recur.Remaining(nil, 50) != -1 || recur.Remaining(&twelve, 5) != 7 || recur.Remaining(&twelve, 13) != 0 {
		t.Error("remaining cycles")
	}
}

func BenchmarkNextAfterTenYearsOfDays(b *testing.B) {
	c := calendar(b, recur.Choice{Unit: recur.Day, Every: 1}, "2016-01-01")
	for b.Loop() {
		c.Next(civil.MustParse("2026-01-01"))
	}
}

func BenchmarkRuleThatNeverComes(b *testing.B) {
	for b.Loop() {
		c := calendar(b, recur.Choice{Unit: recur.Free, Rule: "FREQ=DAILY;INTERVAL=7;BYDAY=TU"}, "2024-01-01") // a Monday
		if c.Check() == nil {
			b.Fatal("came round")
		}
	}
}
