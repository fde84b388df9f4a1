package contract_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/rules/contract"
)

func TestStatusOnADay(t *testing.T) {
	year := contract.Terms{Start: d("2026-01-01"), End: d("2026-12-31"), Renewal: contract.None}
	tacitly := tacit("2026-01-01", "2026-12-31", 12, 3)
	for name, c := range map[string]struct {
		c    contract.Contract
		on   string
		want contract.Status
	}{
		"signed, to come":           {contract.Contract{State: contract.Signed, Terms: year}, "2025-12-31", contract.Signed},
		"the first day":             {contract.Contract{State: contract.Signed, Terms: year}, "2026-01-01", contract.Active},
		"the last day":              {contract.Contract{State: contract.Signed, Terms: year}, "2026-12-31", contract.Active},
		"the day after":             {contract.Contract{State: contract.Signed, Terms: year}, "2027-01-01", contract.Ended},
		"renews itself":             {contract.Contract{State: contract.Signed, Terms: tacitly}, "2031-01-01", contract.Active},
		"until its decided end":     {contract.Contract{State: contract.Signed, Terms: tacitly, EndedOn: d("2027-12-31")}, "2027-12-31", contract.Active},
		"beyond it":                 {contract.Contract{State: contract.Signed, Terms: tacitly, EndedOn: d("2027-12-31")}, "2028-01-01", contract.Ended},
		"ended by hand":             {contract.Contract{State: contract.Ended, Terms: tacitly, EndedOn: d("2026-02-01")}, "2026-02-01", contract.Ended},
		"no start":                  {contract.Contract{State: contract.Signed}, "2026-02-01", contract.Active},
		"a draft does not run out":  {contract.Contract{State: contract.Draft, Terms: year}, "2030-01-01", contract.Draft},
		"nor what is to be signed":  {contract.Contract{State: contract.ToSign, Terms: year}, "2030-01-01", contract.ToSign},
		"given up before it began":  {contract.Contract{State: contract.Cancelled, Terms: year}, "2026-06-01", contract.Cancelled},
		"in review":                 {contract.Contract{State: contract.InReview, Terms: year}, "2026-06-01", contract.InReview},
		"ended before it has begun": {contract.Contract{State: contract.Signed, Terms: contract.Terms{Start: d("2027-01-01")}, EndedOn: d("2026-06-01")}, "2026-07-01", contract.Ended},
	} {
		if got := c.c.On(d(c.on)); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
		if open := c.c.Open(d(c.on)); open != (c.want != contract.Ended && c.want != contract.Cancelled) {
			t.Errorf("%s: open %v", name, open)
		}
	}
}

// Each step from each status: taken where Can says so, refused as a conflict where not.
func TestSteps(t *testing.T) {
	const on = "2026-06-15"
	today := d(on)
	terms := contract.Terms{Start: d("2026-01-01"), End: d("2026-12-31"), Renewal: contract.Express}
	at := map[contract.Status]contract.Contract{
		contract.Draft: {State: contract.Draft, Terms: terms}, contract.InReview: {State: contract.InReview, Terms: terms}, contract.ToSign: {State: contract.ToSign, Terms: terms},
		contract.Signed: {State: contract.Signed, SignedOn: d("2026-06-01"), Terms: contract.Terms{Start: d("2026-07-01"), End: d("2026-12-31"), Renewal: contract.Express}},
		contract.Active: {State: contract.Signed, SignedOn: d("2026-06-01"), Terms: terms}, contract.Ended: {State: contract.Ended, Terms: terms, EndedOn: d("2026-05-01")}, contract.Cancelled: {State: contract.Cancelled, Terms: terms},
	}
	ending := at[contract.Active]
	ending.EndedOn = d("2026-10-31")
	for name, s := range map[string]struct {
		do   func(contract.Contract) (contract.Contract, error)
		may  []contract.Status
		then contract.Status
	}{
		"review": {func(c contract.Contract) (contract.Contract, error) { return c.ToReview(today) }, []contract.Status{contract.Draft}, contract.InReview},
		"sign":   {func(c contract.Contract) (contract.Contract, error) { return c.Sign(d("2026-06-15"), today) }, []contract.Status{contract.Draft, contract.InReview, contract.ToSign}, contract.Active},
		"ask":    {func(c contract.Contract) (contract.Contract, error) { return c.ToBeSigned(today) }, []contract.Status{contract.Draft, contract.InReview}, contract.ToSign},
		"back":   {func(c contract.Contract) (contract.Contract, error) { return c.BackToDraft(today) }, []contract.Status{contract.InReview, contract.ToSign, contract.Cancelled}, contract.Draft},
		"cancel": {func(c contract.Contract) (contract.Contract, error) { return c.Cancel(today) }, []contract.Status{contract.Draft, contract.InReview, contract.ToSign, contract.Signed}, contract.Cancelled},
		"end":    {func(c contract.Contract) (contract.Contract, error) { return c.End(d("2026-07-31"), today) }, []contract.Status{contract.Signed, contract.Active}, ""},
		"renew":  {func(c contract.Contract) (contract.Contract, error) { return c.Renew(d("2027-12-31"), today) }, []contract.Status{contract.Signed, contract.Active}, ""},
	} {
		for status, c := range at {
			got, err := s.do(c)
			if may := slices.Contains(s.may, status); (err == nil) != may || err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("%s from %s: %v", name, status, err)
			} else if may && s.then != "" && got.On(today) != s.then {
				t.Errorf("%s from %s gives %s", name, status, got.On(today))
			} else if !may && got != c {
				t.Errorf("%s from %s changed what it refused", name, status)
			}
		}
	}
	if kept, err := ending.Keep(today); err != nil || !kept.EndedOn.IsZero() {
		t.Error(kept, err)
	}
	if _, err := at[contract.Active].Keep(today); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
	if _, err := ending.Renew(d("2028-01-01"), today); !fault.Is(err, fault.Conflict) {
		t.Error("a decided end is taken back before it is renewed")
	}
}

func TestDaysOfSteps(t *testing.T) {
	today := d("2026-06-15")
	active := contract.Contract{State: contract.Signed, Terms: contract.Terms{Start: d("2026-01-01"), End: d("2026-12-31"), Renewal: contract.Express}}
	draft := contract.Contract{State: contract.Draft, Terms: active.Terms}
	for name, c := range map[string]struct {
		do   func() (contract.Contract, error)
		path string
	}{
		"signed tomorrow":             {func() (contract.Contract, error) { return draft.Sign(d("2026-06-16"), today) }, "on"},
		"signed on no day":            {func() (contract.Contract, error) { return draft.Sign(civil.Date{}, today) }, "on"},
		"signed long ago":             {func() (contract.Contract, error) { return draft.Sign(d("2019-01-01"), today) }, ""},
		"ends before it begins":       {func() (contract.Contract, error) { return active.End(d("2025-12-31"), today) }, "lastDay"},
		"ends on no day":              {func() (contract.Contract, error) { return active.End(civil.Date{}, today) }, "lastDay"},
		"ends in the next century":    {func() (contract.Contract, error) { return active.End(d("2150-01-01"), today) }, "lastDay"},
		"ends today":                  {func() (contract.Contract, error) { return active.End(today, today) }, ""},
		"renewed until the same day":  {func() (contract.Contract, error) { return active.Renew(d("2026-12-31"), today) }, "until"},
		"renewed until no day":        {func() (contract.Contract, error) { return active.Renew(civil.Date{}, today) }, "until"},
		"renewed for a century":       {func() (contract.Contract, error) { return active.Renew(d("2150-01-01"), today) }, "until"},
		"renewed months after it ran": {func() (contract.Contract, error) { return active.Renew(d("2027-12-31"), d("2027-03-01")) }, ""},
	} {
		if _, err := c.do(); (err == nil) != (c.path == "") || err != nil && !fault.HasField(err, c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c, err := active.End(d("2026-06-14"), today); err != nil || c.State != contract.Ended {
		t.Errorf("a last day behind us: %v, %v", c.State, err)
	}
	if c, err := active.End(today, today); err != nil || c.On(today) != contract.Active || c.On(today.AddDays(1)) != contract.Ended {
		t.Errorf("the last day is one of the contract: %v", err)
	}
}

// Whatever is done, a contract never comes back from its end, and what runs was signed.
func TestStepsNeverLoseAContract(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := d("2026-01-01")
		c := contract.Contract{State: contract.Draft, Terms: contract.Terms{Start: d("2026-02-01"), End: d("2026-12-31"), Renewal: rapid.SampledFrom([]contract.Renewal{contract.None, contract.Tacit, contract.Express}).Draw(t, "renewal"), RenewalMonths: 12, NoticeUnit: contract.Months}}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			was := c.On(today)
			step := rapid.SampledFrom([]func() (contract.Contract, error){
				func() (contract.Contract, error) { return c.ToReview(today) }, func() (contract.Contract, error) { return c.ToBeSigned(today) }, func() (contract.Contract, error) { return c.BackToDraft(today) },
				func() (contract.Contract, error) { return c.Sign(today, today) }, func() (contract.Contract, error) { return c.Cancel(today) },
				func() (contract.Contract, error) {
					return c.End(today.AddDays(rapid.IntRange(-100, 100).Draw(t, "last")), today)
				}, func() (contract.Contract, error) { return c.Keep(today) },
				func() (contract.Contract, error) {
					return c.Renew(today.AddDays(rapid.IntRange(0, 900).Draw(t, "until")), today)
				},
			}).Draw(t, "step")
			next, err := step()
			if err != nil {
				if next != c {
					t.Fatal("a refused step changed something")
				}
			}
			c = next
			is := c.On(today)
			if was == contract.Ended && is != contract.Ended && c.State != contract.Signed {
				t.Fatalf("%s became %s", was, is)
			}
			if (is == contract.Active || is == contract.Signed) && c.SignedOn.IsZero() {
				t.Fatalf("%s and never signed", is)
			}
			if c.State == contract.Ended && c.EndedOn.IsZero() {
				t.Fatal("ended on no day")
			}
			today = today.AddDays(rapid.IntRange(0, 60).Draw(t, "days"))
		}
	})
}
