package contract_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/rules/contract"
)

func d(s string) civil.Date {
	if s == "" {
		return civil.Date{}
	}
	return civil.MustParse(s)
}

func tacit(start, end string, months, notice int) contract.Terms {
	return contract.Terms{Start: d(start), End: d(end), Renewal: contract.Tacit, RenewalMonths: months, NoticeCount: notice, NoticeUnit: contract.Months, RemindDays: 30}
}

func TestTheTermThatRuns(t *testing.T) {
	year := tacit("2026-01-01", "2026-12-31", 12, 3)
	leap := tacit("2023-03-01", "2024-02-29", 12, 1)
	ends := tacit("2026-01-01", "2026-01-30", 1, 0)
	for name, c := range map[string]struct {
		terms            contract.Terms
		on, from, to, by string
		n                int
	}{
		"before it begins":            {year, "2025-06-01", "2026-01-01", "2026-12-31", "2026-09-30", 1},
		"the first day":               {year, "2026-01-01", "2026-01-01", "2026-12-31", "2026-09-30", 1},
		"the last day of the first":   {year, "2026-12-31", "2026-01-01", "2026-12-31", "2026-09-30", 1},
		"the day after":               {year, "2027-01-01", "2027-01-01", "2027-12-31", "2027-09-30", 2},
		"ten years later":             {year, "2036-02-29", "2036-01-01", "2036-12-31", "2036-09-30", 11},
		"29 February, next year":      {leap, "2024-03-01", "2024-03-01", "2025-02-28", "2025-01-28", 2},
		"29 February, next leap year": {leap, "2028-02-29", "2027-03-01", "2028-02-29", "2028-01-29", 5},
		"a short month on the way":    {ends, "2026-02-10", "2026-01-31", "2026-02-27", "", 2},
		"and back to the long one":    {ends, "2026-03-30", "2026-02-28", "2026-03-30", "", 3},
		"notice from a long month":    {tacit("2026-01-01", "2026-05-31", 6, 3), "2026-02-01", "2026-01-01", "2026-05-31", "2026-02-28", 1},
		"notice in days":              {contract.Terms{Start: d("2026-01-01"), End: d("2026-03-31"), Renewal: contract.None, NoticeCount: 30, NoticeUnit: contract.Days}, "2026-02-01", "2026-01-01", "2026-03-31", "2026-03-01", 1},
		"over, not renewed":           {contract.Terms{Start: d("2026-01-01"), End: d("2026-03-31"), Renewal: contract.Express}, "2027-02-01", "2026-01-01", "2026-03-31", "", 1},
		"open-ended":                  {contract.Terms{Start: d("2026-01-01"), Renewal: contract.None, NoticeCount: 2, NoticeUnit: contract.Months}, "2027-02-01", "2026-01-01", "", "", 1},
	} {
		x := c.terms.At(d(c.on))
		if x.N != c.n || x.From != d(c.from) || x.To != d(c.to) || c.terms.NoticeBy(x) != d(c.by) {
			t.Errorf("%s: term %d, %v to %v, notice by %v", name, x.N, x.From, x.To, c.terms.NoticeBy(x))
		}
	}
}

// Terms leave no day out and share none; the day of notice lies before the end of its term.
func TestTermsFollowOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := d("1990-01-01").AddDays(rapid.IntRange(0, 20_000).Draw(t, "start"))
		terms := contract.Terms{Start: start, End: start.AddDays(rapid.IntRange(0, 2_000).Draw(t, "days")), Renewal: contract.Tacit, RenewalMonths: rapid.IntRange(1, contract.MaxRenewal).Draw(t, "months"),
			NoticeCount: rapid.IntRange(0, 24).Draw(t, "notice"), NoticeUnit: rapid.SampledFrom([]string{contract.Days, contract.Months}).Draw(t, "unit")}
		n := rapid.IntRange(1, 300/terms.RenewalMonths+1).Draw(t, "n")
		a, b := terms.Nth(n), terms.Nth(n+1)
		if a.To.AddDays(1) != b.From || b.To.Before(b.From) {
			t.Fatalf("%+v, then %+v", a, b)
		}
		on := a.From.AddDays(rapid.IntRange(0, a.To.DaysSince(a.From)).Draw(t, "day"))
		if got := terms.At(on); got != a {
			t.Fatalf("on %v: %+v, not %+v", on, got, a)
		}
		if by := terms.NoticeBy(a); !by.IsZero() && !by.Before(a.To) || by.IsZero() != (terms.NoticeCount == 0) {
			t.Fatalf("notice of %+v by %v", a, by)
		}
	})
}

func TestTermsAreJudged(t *testing.T) {
	good := tacit("2026-01-01", "2026-12-31", 12, 3)
	for name, c := range map[string]struct {
		change func(*contract.Terms)
		path   string
	}{
		"right":                     {func(*contract.Terms) {}, ""},
		"open-ended":                {func(t *contract.Terms) { t.End, t.Renewal, t.RenewalMonths = civil.Date{}, contract.None, 0 }, ""},
		"one day":                   {func(t *contract.Terms) { t.End = t.Start }, ""},
		"ends before it begins":     {func(t *contract.Terms) { t.End = d("2025-12-31") }, "endOn"},
		"tacit without an end":      {func(t *contract.Terms) { t.End = civil.Date{} }, "endOn"},
		"express without an end":    {func(t *contract.Terms) { t.End, t.Renewal = civil.Date{}, contract.Express }, "endOn"},
		"tacit for no months":       {func(t *contract.Terms) { t.RenewalMonths = 0 }, "renewalMonths"},
		"tacit for too many":        {func(t *contract.Terms) { t.RenewalMonths = 241 }, "renewalMonths"},
		"no such renewal":           {func(t *contract.Terms) { t.Renewal = "silent" }, "renewal"},
		"no such unit":              {func(t *contract.Terms) { t.NoticeUnit = "week" }, "noticeUnit"},
		"two years of notice":       {func(t *contract.Terms) { t.NoticeCount = 24 }, ""},
		"more than that":            {func(t *contract.Terms) { t.NoticeCount = 25 }, "noticeCount"},
		"as many days":              {func(t *contract.Terms) { t.NoticeCount, t.NoticeUnit = 730, contract.Days }, ""},
		"a year of reminder":        {func(t *contract.Terms) { t.RemindDays = 366 }, "remindDays"},
		"less than nothing, notice": {func(t *contract.Terms) { t.NoticeCount = -1 }, "noticeCount"},
	} {
		terms := good
		c.change(&terms)
		var form fault.Form
		terms.Check(&form)
		if err := form.Err(); (err == nil) != (c.path == "") || err != nil && !fault.HasField(err, c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsToBeDecided(t *testing.T) {
	signed := func(t contract.Terms) contract.Contract { return contract.Contract{State: contract.Signed, Terms: t} }
	decided := signed(tacit("2026-01-01", "2026-12-31", 12, 3))
	decided.EndedOn = d("2027-06-30")
	none := signed(contract.Terms{Start: d("2026-01-01"), End: d("2026-12-31"), Renewal: contract.None, NoticeUnit: contract.Months, RemindDays: 10})
	express := none
	express.Terms.Renewal = contract.Express
	draft := none
	draft.State = contract.Draft
	silent := none
	silent.Terms.RemindDays = 0
	for name, c := range map[string]struct {
		c                  contract.Contract
		on, by, kind, when string
	}{
		"notice":                              {signed(tacit("2026-01-01", "2026-12-31", 12, 3)), "2026-02-01", "2026-09-30", contract.KindNotice, "2026-08-31"},
		"notice, second year":                 {signed(tacit("2026-01-01", "2026-12-31", 12, 3)), "2027-02-01", "2027-09-30", contract.KindNotice, "2027-08-31"},
		"tacit, no notice":                    {signed(tacit("2026-01-01", "2026-12-31", 12, 0)), "2026-02-01", "2026-12-31", contract.KindRenewal, "2026-12-01"},
		"end":                                 {none, "2026-02-01", "2026-12-31", contract.KindEnd, "2026-12-21"},
		"express":                             {express, "2026-02-01", "2026-12-31", contract.KindRenewal, "2026-12-21"},
		"decided end":                         {decided, "2026-02-01", "2027-06-30", contract.KindEnd, "2027-05-31"},
		"draft":                               {draft, "2026-02-01", "2026-12-31", contract.KindEnd, ""},
		"not wanted":                          {silent, "2026-02-01", "2026-12-31", contract.KindEnd, ""},
		"open-ended":                          {signed(contract.Terms{Start: d("2026-01-01"), Renewal: contract.None, RemindDays: 30}), "2026-02-01", "", "", ""},
		"notice longer than a term":           {signed(tacit("2026-01-01", "2026-01-31", 1, 3)), "2026-11-22", "2026-11-28", contract.KindNotice, "2026-10-29"},
		"notice longer than a term, too late": {signed(tacit("2026-01-01", "2026-01-31", 1, 3)), "2026-11-29", "2026-12-31", contract.KindNotice, "2026-12-01"},
		"a year of notice for a year":         {signed(tacit("2026-01-01", "2026-12-31", 12, 12)), "2026-02-01", "2026-12-31", contract.KindNotice, "2026-12-01"},
		"notice over, shorter than the term":  {signed(tacit("2026-01-01", "2026-12-31", 12, 3)), "2026-11-22", "2026-09-30", contract.KindNotice, "2026-08-31"},
	} {
		s := c.c.Standing(d(c.on))
		if s.DecideBy != d(c.by) || s.Kind != c.kind || s.RemindOn != d(c.when) {
			t.Errorf("%s: %q by %v, reminder %v", name, s.Kind, s.DecideBy, s.RemindOn)
		}
	}
}

// C. conso., art. L215-1: between three months and one month before the last day to refuse.
func TestAConsumerIsToldOfATacitRenewal(t *testing.T) {
	c := contract.Contract{State: contract.Signed, Terms: tacit("2026-01-01", "2026-12-31", 12, 3)}
	n, ok := c.CustomerNotice(d("2026-06-15"))
	if !ok || n.From != d("2026-06-30") || n.To != d("2026-08-30") || n.About != d("2026-09-30") || n.TermEnd != d("2026-12-31") {
		t.Errorf("%+v %v", n, ok)
	}
	c.Terms.NoticeCount = 0
	if n, ok := c.CustomerNotice(d("2027-01-02")); !ok || n.About != d("2027-12-31") || n.From != d("2027-09-30") || n.To != d("2027-11-30") {
		t.Errorf("%+v %v", n, ok)
	}
	for name, change := range map[string]func(*contract.Contract){
		"express": func(c *contract.Contract) { c.Terms.Renewal = contract.Express }, "draft": func(c *contract.Contract) { c.State = contract.Draft },
		"its end is decided": func(c *contract.Contract) { c.EndedOn = d("2026-12-31") },
	} {
		x := c
		change(&x)
		if _, ok := x.CustomerNotice(d("2026-06-15")); ok {
			t.Errorf("%s: the law asks for nothing", name)
		}
	}
}

func TestWhatFollows(t *testing.T) {
	year := contract.Contract{State: contract.Signed, Terms: tacit("2024-03-01", "2025-02-28", 12, 3)}
	if n := contract.Follow(year, d("2026-11-22")); n.Start != d("2027-03-01") || n.End != d("2028-02-29") {
		t.Errorf("%v to %v", n.Start, n.End)
	}
	over := contract.Contract{State: contract.Signed, Terms: contract.Terms{Start: d("2025-01-10"), End: d("2025-02-14"), Renewal: contract.None}}
	if n := contract.Follow(over, d("2026-11-22")); n.Start != d("2026-11-22") || n.End != d("2026-12-26") { // a month and five days
		t.Errorf("%v to %v", n.Start, n.End)
	}
	if n := contract.Follow(contract.Contract{State: contract.Draft, Terms: contract.Terms{Start: d("2025-01-10")}}, d("2026-11-22")); n.Start != d("2026-11-22") || !n.End.IsZero() {
		t.Errorf("%v to %v", n.Start, n.End)
	}
}

// Without a written end a contract ends when the time of notice is over.
func TestTheNoticeOfAnOpenEndedContract(t *testing.T) {
	for unit, want := range map[string]string{contract.Months: "2026-04-30", contract.Days: "2026-02-02"} {
		c := contract.Contract{State: contract.Signed, Terms: contract.Terms{Start: d("2025-01-01"), Renewal: contract.None, NoticeCount: 3, NoticeUnit: unit}}
		on := map[string]string{contract.Months: "2026-01-31", contract.Days: "2026-01-30"}[unit]
		if last, by, why := c.EarliestEnd(d(on)); last != d(want) || !by.IsZero() || why != contract.EndAway {
			t.Errorf("%s: %v %v %s", unit, last, by, why)
		}
	}
}

// A notice may be longer than a term: what is asked for can then always still be done.
func TestANoticeLongerThanATerm(t *testing.T) {
	c := contract.Contract{State: contract.Signed, Terms: tacit("2025-01-01", "2025-01-31", 1, 3)}
	if last, by, why := c.EarliestEnd(d("2026-11-22")); last != d("2027-02-28") || by != d("2026-08-30") || why != contract.EndNext {
		t.Errorf("%v, notice by %v, %s", last, by, why)
	}
	if n, ok := c.CustomerNotice(d("2026-11-22")); !ok || n.About != d("2026-11-28") || n.TermEnd != d("2027-02-28") {
		t.Errorf("%+v %v", n, ok)
	}
	rapid.Check(t, func(t *rapid.T) {
		start := d("2020-01-01").AddDays(rapid.IntRange(0, 800).Draw(t, "start"))
		terms := contract.Terms{Start: start, End: start.AddDays(rapid.IntRange(0, 400).Draw(t, "days")), Renewal: contract.Tacit, RenewalMonths: rapid.IntRange(1, 24).Draw(t, "months"),
			NoticeCount: rapid.IntRange(1, 24).Draw(t, "notice"), NoticeUnit: rapid.SampledFrom([]string{contract.Days, contract.Months}).Draw(t, "unit")}
		if terms.NoticeUnit == contract.Days {
			terms.NoticeCount *= contract.MaxNotice / contract.MaxNoticeMonths
		}
		today := start.AddDays(rapid.IntRange(0, 3_000).Draw(t, "today"))
		x := contract.Contract{State: contract.Signed, Terms: terms}
		last, _, _ := x.EarliestEnd(today)
		if ends := terms.At(last); ends.To != last || terms.NoticeBy(ends).Before(today) {
			t.Fatalf("on %v it may end on %v, of which notice was to be given by %v", today, last, terms.NoticeBy(ends))
		}
		if s := x.Standing(today); s.DecideBy.Before(today) && s.DecideBy.Before(s.Term.From) {
			t.Fatalf("on %v to be decided by %v", today, s.DecideBy)
		}
	})
	for _, odd := range []contract.Terms{{End: d("2026-01-31"), Renewal: contract.Tacit, RenewalMonths: 1, NoticeCount: 1 << 40, NoticeUnit: contract.Days}, {Start: d("2026-01-01"), End: d("2026-01-31"), Renewal: contract.Tacit, RenewalMonths: -1, NoticeCount: 9, NoticeUnit: contract.Months}} {
		_ = contract.Contract{Terms: odd}.Standing(d("2026-11-22")) // a form being typed: whatever it says, it ends
	}
}

func TestWhatFollowsOneWithoutAFirstDay(t *testing.T) {
	for renewal, end := range map[contract.Renewal]string{contract.Tacit: "2027-12-31", contract.Express: "2027-12-31", contract.None: ""} {
		c := contract.Contract{State: contract.Signed, Terms: contract.Terms{End: d("2026-12-31"), Renewal: renewal, RenewalMonths: 12, NoticeUnit: contract.Months}}
		next := contract.Follow(c, d("2026-11-22"))
		if next.Start != d("2027-01-01") || next.End != d(end) {
			t.Errorf("%s: %v to %v", renewal, next.Start, next.End)
		}
	}
}

func TestTheNextEnd(t *testing.T) {
	c := contract.Contract{State: contract.Signed, Terms: contract.Terms{Start: d("2026-03-01"), End: d("2027-02-28"), Renewal: contract.Express}}
	if got := c.NextEnd(); got != d("2028-02-29") { // as long as the first term: a year
		t.Error(got)
	}
	c.Terms.RenewalMonths = 6
	if got := c.NextEnd(); got != d("2027-08-31") {
		t.Error(got)
	}
	yearly := contract.Contract{State: contract.Signed, Terms: tacit("2026-01-01", "2026-12-31", 12, 3)}
	for on, want := range map[string]struct{ last, why string }{"2026-09-30": {"2026-12-31", contract.EndTerm}, "2026-10-01": {"2027-12-31", contract.EndNext}, "2027-01-01": {"2027-12-31", contract.EndTerm}} {
		if last, _, why := yearly.EarliestEnd(d(on)); last != d(want.last) || why != want.why {
			t.Errorf("%s: %v %s", on, last, why)
		}
	}
	if last, by, why := (contract.Contract{State: contract.Signed, Terms: contract.Terms{Start: d("2026-01-01")}}).EarliestEnd(d("2026-05-05")); last != d("2026-05-05") || !by.IsZero() || why != contract.EndFree {
		t.Error(last, by, why)
	}
}
