package contracts_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/db/dbtest"
	"comptoir/office/contracts"
	"comptoir/office/listing"
	"comptoir/rules/contract"
)

// many stores contracts of every sort as the room would, but faster.
func (e *engine) many(n int) {
	e.T.Helper()
	e.save(yearly(e.company))
	raw, err := dbtest.Raw(e.T, e.Path).Begin()
	e.Must(err)
	insert, err := raw.Prepare(`INSERT INTO contracts (public_id, number, title, title_key, customer_id, state, start_on, end_on, renewal, renewal_months, notice_count, notice_unit, remind_days, signed_on, ended_on, value_minor, currency, in_portal, decide_on, remind_on, created_at, updated_at)
		VALUES (?1, ?2, ?3, lower(?3), ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'month', 30, ?11, ?12, ?13, ?14, ?15, ?17, ?18, '2026-01-01T00:00:00.000Z', ?16)`)
	e.Must(err)
	base := civil.MustParse("2026-01-01")
	for i := range n {
		state := []string{"draft", "in_review", "to_sign", "ended", "cancelled", "signed", "signed", "signed", "signed"}[i%9]
		signed, ended := "", ""
		switch {
		case state == "ended":
			signed, ended = "2025-01-01", "2026-01-01"
		case state == "signed":
			signed = "2025-01-01"
			if i%11 == 0 {
				ended = civil.MustParse("2026-06-15").AddDays(i%60 - 30).String()
			}
		}
		renewal, months := "none", 0
		if i%2 == 0 {
			renewal, months = "tacit", 12
		}
		start, end := base.AddDays(i%800-400), base.AddDays(i%800)
		s := contract.Contract{State: contract.Status(state), EndedOn: day(ended), Terms: contract.Terms{Start: start, End: end, Renewal: contract.Renewal(renewal), RenewalMonths: months, NoticeCount: i % 4, NoticeUnit: contract.Months, RemindDays: 30}}.Standing(e.today())
		_, err := insert.Exec(fmt.Sprintf("c%d", i), fmt.Sprintf("X-%d", i), fmt.Sprintf("Contrat %05d", i*7919%10000), []int64{e.company.ID, e.person.ID}[i%2], state, start.String(), end.String(), renewal, months, i%4, signed, ended,
			i*31%100_000, []string{"CAD", "EUR"}[i%5/4], i%2, fmt.Sprintf("2026-01-01T%02d:%02d:%02d.000Z", i/3600%24, i/60%60, i%60), s.DecideBy.String(), s.RemindOn.String())
		e.Must(err)
	}
	e.Must(insert.Close())
	e.Must(raw.Commit())
	e.roll()
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

// roll has the room keep where all of them stand.
func (e *engine) roll() {
	e.T.Helper()
	e.exec("UPDATE contracts SET term_on = '1999-01-01' WHERE renewal = 'tacit' AND state = 'signed' AND ended_on = ''")
	e.exec("UPDATE contracts SET term_on = CASE WHEN ended_on <> '' THEN ended_on ELSE end_on END WHERE NOT (renewal = 'tacit' AND state = 'signed' AND ended_on = '')")
	e.exec("UPDATE contract_settings SET rolled_on = ''")
	_, err := e.room.Source().Due(ctx, e.today())
	e.Must(err)
}

func (e *engine) today() civil.Date {
	firm, err := e.Company.Firm(ctx, clerk)
	e.Must(err)
	return firm.Today(e.Now())
}

// all reads every page of a list.
func (e *engine) all(q contracts.ListQuery) (rows []contracts.Row) {
	e.T.Helper()
	for {
		page, next, err := e.room.List(ctx, clerk, q)
		e.Must(err)
		rows = append(rows, page...)
		if next == "" {
			return rows
		}
		q.After = next
	}
}

// What SQL makes of a status is what the rules say, for each contract; counts, sums and pages agree.
func TestListsAgreeWithTheRules(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	e.many(900)
	everything := e.all(contracts.ListQuery{Query: listing.Query{Limit: 77}})
	if len(everything) != 901 {
		t.Fatalf("%d contracts", len(everything))
	}
	counts, err := e.room.Counts(ctx, clerk)
	e.Must(err)
	counted := map[contract.Status]int64{contract.Draft: counts.Draft, contract.InReview: counts.InReview, contract.ToSign: counts.ToSign, contract.Signed: counts.Signed, contract.Active: counts.Active, contract.Ended: counts.Ended, contract.Cancelled: counts.Cancelled}
	for _, s := range contract.Statuses() {
		want := map[string]bool{}
		for _, r := range everything {
			if r.Status == s {
				want[r.PublicID] = true
			}
		}
		got := e.all(contracts.ListQuery{Query: listing.Query{Limit: 50, Sort: "title"}, State: string(s)})
		if len(got) != len(want) || len(want) == 0 || counted[s] != int64(len(want)) {
			t.Errorf("%s: %d listed, %d counted, %d by the rules", s, len(got), counted[s], len(want))
		}
		for _, r := range got {
			if !want[r.PublicID] || r.Status != s {
				t.Errorf("%s among %s is %s", r.Number, s, r.Status)
			}
		}
		value := map[string]int64{}
		for _, r := range got {
			value[string(r.Currency)] += r.ValueMinor
		}
		sums, err := e.room.Sums(ctx, clerk, contracts.ListQuery{State: string(s)})
		e.Must(err)
		for _, x := range sums {
			if value[string(x.Currency)] != x.ValueMinor {
				t.Errorf("%s: %d %s, not %d", s, x.ValueMinor, x.Currency, value[string(x.Currency)])
			}
		}
	}
	near := int64(0)
	for _, r := range everything {
		if r.Near {
			near++
		}
	}
	if renew := e.all(contracts.ListQuery{State: "renew"}); int64(len(renew)) != near || counts.Renew != near || near == 0 {
		t.Errorf("to be decided: %d listed, %d counted, %d by the rules", len(renew), counts.Renew, near)
	}
}

func TestListsAreNarrowed(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	types, err := e.room.Types(ctx, clerk)
	e.Must(err)
	owner := e.strings("SELECT public_id FROM users")[0]
	f := yearly(e.company)
	f.TypeID, f.OwnerID, f.Title = types[1].PublicID, owner, "Nettoyage des vitres"
	one := e.save(f)
	other := e.signed(yearly(e.person), "2026-01-01")
	e.exec("UPDATE contracts SET in_portal = 1 WHERE public_id = ?", other.PublicID)
	for name, c := range map[string]struct {
		q    contracts.ListQuery
		want string
	}{
		"words":         {contracts.ListQuery{Query: listing.Query{Search: "vitr"}}, one.Number},
		"number":        {contracts.ListQuery{Query: listing.Query{Search: other.Number}}, other.Number},
		"customer":      {contracts.ListQuery{Query: listing.Query{Search: "lucie"}}, other.Number},
		"of a customer": {contracts.ListQuery{CustomerID: e.company.PublicID}, one.Number},
		"type":          {contracts.ListQuery{TypeID: types[1].PublicID}, one.Number},
		"without type":  {contracts.ListQuery{TypeID: "none"}, other.Number},
		"owner":         {contracts.ListQuery{OwnerID: owner}, one.Number},
		"without owner": {contracts.ListQuery{OwnerID: "none"}, other.Number},
		"shown":         {contracts.ListQuery{Portal: "yes"}, other.Number},
		"hidden":        {contracts.ListQuery{Portal: "no"}, one.Number},
		"ends":          {contracts.ListQuery{EndsFrom: "2026-12-31", EndsTo: "2026-12-31", State: "active"}, other.Number},
		"ends later":    {contracts.ListQuery{EndsFrom: "2027-01-01"}, ""},
		"ends before":   {contracts.ListQuery{EndsTo: "2026-12-30"}, ""},
		"nobody's":      {contracts.ListQuery{CustomerID: "nobody"}, ""},
	} {
		got := []string{}
		for _, r := range e.all(c.q) {
			got = append(got, r.Number)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	if _, _, err := e.room.List(ctx, clerk, contracts.ListQuery{Query: listing.Query{After: "!"}}); err == nil {
		t.Error("a cursor of nobody")
	}
}

// Each order is a whole one: pages of any size give each contract once, in order.
func TestOrdersAreWhole(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	e.many(120)
	orders := map[string]func(a, b contracts.Row) int{
		"title":   func(a, b contracts.Row) int { return 0 },
		"start":   func(a, b contracts.Row) int { return cmp.Compare(a.Terms.Start.String(), b.Terms.Start.String()) },
		"value":   func(a, b contracts.Row) int { return cmp.Compare(a.ValueMinor, b.ValueMinor) },
		"end":     func(a, b contracts.Row) int { return cmp.Compare(last(a.Standing.Term.To), last(b.Standing.Term.To)) },
		"updated": func(a, b contracts.Row) int { return cmp.Compare(a.UpdatedAt, b.UpdatedAt) },
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"newest", "number", "title", "customer", "start", "end", "notice", "value", "updated", "?"}).Draw(rt, "order")
		desc := rapid.Bool().Draw(rt, "desc")
		rows := e.all(contracts.ListQuery{Query: listing.Query{Sort: name, Desc: desc, Limit: rapid.IntRange(1, 60).Draw(rt, "limit")}, State: rapid.SampledFrom([]string{"", "active"}).Draw(rt, "state")})
		seen := map[string]bool{}
		for i, r := range rows {
			if seen[r.PublicID] {
				rt.Fatalf("%s twice", r.Number)
			}
			seen[r.PublicID] = true
			if order := orders[name]; order != nil && i > 0 && r.Status == contract.Active && rows[i-1].Status == contract.Active {
				if c := order(rows[i-1], r); c > 0 && !desc || c < 0 && desc {
					rt.Fatalf("%s: %s before %s", name, rows[i-1].Number, r.Number)
				}
			}
		}
	})
}

// last puts what has no end last.
func last(d civil.Date) string { return cmp.Or(d.String(), "9999-12-31") }

// No order of the list, no filter beside it and no round sorts all contracts or reads them one by one.
func TestListsReadAnIndex(t *testing.T) {
	e := newEngine(t)
	raw := dbtest.Raw(t, e.Path)
	for name, c := range map[string]struct{ query, index string }{
		"newest":   {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY t.id DESC LIMIT 50", "t"},
		"title":    {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY t.title_key, t.id LIMIT 50", "contracts_title"},
		"start":    {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY t.start_on, t.id LIMIT 50", "contracts_start"},
		"end":      {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY CASE t.term_on WHEN '' THEN '9999-12-31' ELSE t.term_on END, t.id LIMIT 50", "contracts_term"},
		"notice":   {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY CASE t.decide_on WHEN '' THEN '9999-12-31' ELSE t.decide_on END, t.id LIMIT 50", "contracts_decide"},
		"value":    {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY t.value_minor, t.id LIMIT 50", "contracts_value"},
		"updated":  {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id ORDER BY t.updated_at, t.id LIMIT 50", "contracts_updated"},
		"customer": {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id WHERE t.customer_id = 5 ORDER BY t.id DESC LIMIT 50", "contracts_customer"},
		"state":    {"SELECT t.id FROM contracts t JOIN customers c ON c.id = t.customer_id WHERE t.state = 'draft' ORDER BY t.id DESC LIMIT 50", "contracts_state"},
		"remind":   {"SELECT t.* FROM contracts t WHERE t.remind_on <> '' AND t.reminded = 0 AND t.remind_on <= '2026-01-01' ORDER BY t.remind_on, t.id LIMIT 500", "contracts_unreminded"},
		"renew":    {"SELECT count(*) FROM contracts WHERE remind_on <> '' AND remind_on <= '2026-06-01' AND decide_on >= '2026-06-01' AND ended_on = ''", "contracts_remind"},
		"sums":     {"SELECT t.currency, count(*), sum(t.value_minor) FROM contracts t WHERE t.state = 'signed' AND t.start_on <= '2026-06-01' GROUP BY t.currency ORDER BY t.currency", "contracts_figures"},
	} {
		plan := ""
		rows, err := raw.Query("EXPLAIN QUERY PLAN " + c.query)
		e.Must(err)
		for rows.Next() {
			var id, parent, unused int
			var detail string
			e.Must(rows.Scan(&id, &parent, &unused, &detail))
			plan += detail + "\n"
		}
		e.Must(rows.Close())
		if name != "sums" && strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, c.index) {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

func BenchmarkList(b *testing.B) {
	e := newEngine(b)
	e.Move("2026-06-15")
	e.many(100_000)
	for _, q := range []contracts.ListQuery{{}, {Query: listing.Query{Sort: "title"}}, {Query: listing.Query{Sort: "end"}, State: "active"}, {Query: listing.Query{Sort: "customer"}}, {State: "renew"}} {
		b.Run(fmt.Sprintf("%s %s", q.Sort, q.State), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := e.room.List(ctx, clerk, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.room.Counts(ctx, clerk); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("sums", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.room.Sums(ctx, clerk, contracts.ListQuery{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("calendar", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.room.Calendar(ctx, clerk, contracts.CalendarQuery{Year: 2027, Month: 3}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("due", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.room.Source().Due(ctx, e.today()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
