package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"comptoir/app"
	"comptoir/core/civil"
	"comptoir/office/contracts"
	"comptoir/office/listing"
	"comptoir/rules/contract"
)

// Contracts fills a company up with n contracts, as years of work leave them: most are signed and renew themselves, some
// run out, a few wait. They go past the use cases, which write durably one by one; the rows are those that they store, the
// kept days come from the rules. Nothing is done where they are there.
func Contracts(ctx context.Context, folder string, n int) (err error) {
	raw, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "comptoir.db")+"?_synchronous=OFF")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	var there int
	if err := raw.QueryRowContext(ctx, "SELECT count(*) FROM contracts WHERE public_id LIKE 'bench%'").Scan(&there); err != nil || there > 0 {
		return err
	}
	tx, err := raw.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fillContracts(ctx, tx, n); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = raw.ExecContext(ctx, "ANALYZE")
	return err
}

var contractsDay = civil.Of(End, time.UTC)

// A customer has twenty contracts, a contract three milestones, of which one in ten is open.
const (
	contractCustomersSQL = `WITH RECURSIVE i(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < ?1 / 20)
		INSERT INTO customers (id, public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at)
		SELECT 1000000 + n, 'bench' || n, printf('CB%06d', n), CASE n % 4 WHEN 0 THEN 'person' ELSE 'company' END, printf('Maison %06d', n * 7919 % 1000003), 'fr', 'EUR', 'domestic', 30, 'FR', printf('maison %06d', n * 7919 % 1000003), '', '' FROM i`
	contractSQL = `INSERT INTO contracts (id, public_id, number, title, title_key, customer_id, state, start_on, end_on, renewal, renewal_months, notice_count, notice_unit, signed_on, ended_on, term_on, decide_on, remind_on, reminded, value_minor, currency, in_portal, created_at, updated_at)
		VALUES (?1, 'bench' || ?1, printf('CT-2019-%07d', ?1), ?2, lower(?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 'EUR', ?18, ?19, ?19)`
	milestonesSQL = `INSERT INTO contract_milestones (public_id, contract_id, position, title, due_on, state, done_on, created_at)
		SELECT 'bench' || c.id || '-' || p.value, c.id, p.value, 'Jalon ' || p.value, date('2026-11-21', (c.id * 7 % 400 - 60) || ' days'), CASE (c.id + p.value) % 10 WHEN 0 THEN 'open' ELSE 'done' END, CASE (c.id + p.value) % 10 WHEN 0 THEN '' ELSE '2026-01-01' END, '2026-01-01T00:00:00.000Z'
		FROM contracts c, json_each('[1,2,3]') p WHERE c.public_id LIKE 'bench%'`
	entriesSQL = `INSERT INTO search_entries (kind, object_id, public_id, title, subtitle) SELECT 'contract', c.id, c.public_id, c.number || ' · ' || c.title, k.name FROM contracts c JOIN customers k ON k.id = c.customer_id WHERE c.public_id LIKE 'bench%'`
	wordsSQL   = `INSERT INTO search_fts (rowid, words) SELECT e.id, lower(e.title || ' ' || e.subtitle) FROM search_entries e WHERE e.kind = 'contract' AND e.public_id LIKE 'bench%'`
	rolledSQL  = `UPDATE contract_settings SET rolled_on = '2026-11-21'`
)

func fillContracts(ctx context.Context, tx *sql.Tx, n int) (err error) {
	if _, err := tx.ExecContext(ctx, contractCustomersSQL, n); err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, contractSQL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for i := range n {
		if _, err := insert.ExecContext(ctx, contractRow(i, n)...); err != nil {
			return err
		}
	}
	for _, s := range []string{milestonesSQL, entriesSQL, wordsSQL, rolledSQL} {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// contractRow is the i-th of n contracts: six in ten run and renew themselves every year, the others are spread.
func contractRow(i, n int) []any {
	state := []contract.Status{contract.Signed, contract.Signed, contract.Signed, contract.Signed, contract.Signed, contract.Signed, contract.Signed, contract.Ended, contract.Cancelled, contract.Draft}[i%10]
	c := contract.Contract{State: state, Terms: contract.Terms{Start: contractsDay.AddDays(-(i * 13 % 2500)), Renewal: contract.Tacit, RenewalMonths: 12, NoticeCount: 1 + i/10%3, NoticeUnit: contract.Months, RemindDays: 30}}
	c.Terms.End = c.Terms.Start.AddMonths(12).AddDays(-1)
	if i%10 == 6 {
		c.Terms.Renewal, c.Terms.RenewalMonths = contract.None, 0
	}
	if i%20 == 0 {
		c.Terms.NoticeCount, c.Terms.NoticeUnit = 45, contract.Days
	}
	if state == contract.Signed || state == contract.Ended {
		c.SignedOn = c.Terms.Start
	}
	if state == contract.Ended {
		c.EndedOn = c.Terms.End
	}
	s, term := c.Standing(contractsDay), c.Terms.End
	if !s.Term.To.IsZero() {
		term = s.Term.To
	}
	title := []string{"Entretien de chaudière", "Location de bureau", "Maintenance du site", "Nettoyage des vitres", "Fourniture de papier"}[i%5]
	reminded := min(i%50, 1) // one in fifty is owed
	return []any{2_000_000 + i, fmt.Sprintf("%s %06d", title, i*7919%1_000_003), 1_000_000 + i*31%max(n/20, 1), string(state), c.Terms.Start.String(), c.Terms.End.String(), string(c.Terms.Renewal), c.Terms.RenewalMonths, c.Terms.NoticeCount, c.Terms.NoticeUnit,
		c.SignedOn.String(), c.EndedOn.String(), term.String(), s.DecideBy.String(), s.RemindOn.String(), reminded, i * 31 % 1_000_000, i % 2, fmt.Sprintf("2026-%02d-%02dT08:00:00.000Z", 1+i%11, 1+i%28)}
}

// ContractReads are the works on contracts that change nothing, in a company that Contracts filled.
func ContractReads(h *app.House) []Work {
	list := func(sort, state, words string) func(context.Context) error {
		q := contracts.ListQuery{Query: listing.Query{Sort: sort, Desc: sort == "newest", Search: words}, State: state}
		return func(ctx context.Context) error {
			rows, next, err := h.Contracts.List(ctx, staff, q)
			if err == nil && len(rows) == 0 {
				err = errors.New("an empty list")
			}
			q.After = next // the next time the next page
			return err
		}
	}
	month := func(q contracts.CalendarQuery) func(context.Context) error {
		return func(ctx context.Context) error {
			c, err := h.Contracts.Calendar(ctx, staff, q)
			if err == nil && len(c.Events) == 0 {
				err = errors.New("an empty month")
			}
			return err
		}
	}
	const page, other = "150 on screen", ""
	return []Work{
		{"contracts, newest first, page by page", page, list("newest", "", "")},
		{"contracts by title, page by page", page, list("title", "", "")},
		{"contracts by customer, page by page", page, list("customer", "", "")},
		{"contracts by last day, page by page", page, list("end", "", "")},
		{"contracts by last day for a notice, page by page", page, list("notice", "", "")},
		{"contracts that run, by customer", page, list("customer", "active", "")},
		{"contracts that are over, newest first", page, list("newest", "ended", "")},
		{"contracts to decide about, by day", page, list("notice", "renew", "")},
		{"contracts with late milestones, by title", page, list("title", "late", "")},
		{"contracts to tell consumers of", page, list("customer", "tell", "")},
		{"contracts searched: a word of a fifth, by customer", page, list("customer", "", "chaudiere")},
		{"contracts searched: one customer", page, list("", "", "maison 007919")},
		{"contracts, counts of the list's filters", other, func(ctx context.Context) error { _, err := h.Contracts.Counts(ctx, staff); return err }},
		{"contracts, sum of those that run", other, func(ctx context.Context) error {
			_, err := h.Contracts.Sums(ctx, staff, contracts.ListQuery{State: "active"})
			return err
		}},
		{"contracts, calendar of this month", page, month(contracts.CalendarQuery{})},
		{"contracts, calendar in five years", page, month(contracts.CalendarQuery{Year: 2031, Month: time.March})},
		{"contracts, reminders that are due", other, func(ctx context.Context) error { _, err := h.Contracts.Source().Due(ctx, contractsDay); return err }},
	}
}
