package demo_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/demo"
	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/outbox"
)

var (
	ctx = context.Background()
	end = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
)

func makeDemo(t testing.TB, o demo.Options) (folder string, sum demo.Summary) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "demo")
	sum, err := app.MakeDemo(ctx, app.DemoOptions{Folder: folder, Now: end, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	return folder, sum
}

// story is what a company is made of, as text, without what is drawn by lot on purpose
// (keys of links and passwords).
func story(t *testing.T, folder string) []string {
	t.Helper()
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	var all []string
	for _, q := range []string{
		"SELECT public_id || number || name || siren || vat_number || tax_regime || created_at FROM customers ORDER BY id",
		"SELECT public_id || code || unit_price_e4 FROM items ORDER BY id",
		"SELECT public_id || COALESCE(number, '-') || customer_name || issue_date || due_date || currency || rate_e8 || total_incl_minor || hash || COALESCE(issued_at, '') FROM documents ORDER BY id",
		"SELECT document_id || ' ' || position || description || quantity_e4 || taxes FROM document_lines ORDER BY document_id, position",
		"SELECT document_id || ' ' || paid_minor || ' ' || due_minor || COALESCE(sent_at, '') || COALESCE(viewed_at, '') || COALESCE(announced_at, '') || COALESCE(pdf_sha256, '') FROM document_status ORDER BY document_id",
		"SELECT number || method || received_on || amount_minor || reference FROM payments ORDER BY id",
		"SELECT number || entry_date || label || total_minor || hash FROM entries ORDER BY number",
		"SELECT kind || state || to_address || created_at || COALESCE(sent_at, '') || subject FROM mails ORDER BY id",
		"SELECT at || actor_kind || action || details || hash FROM audit_log ORDER BY id",
		"SELECT kind || at || data || hash FROM contract_evidence ORDER BY round_id, document, n",
	} {
		all = append(all, dbtest.Strings(t, raw, q)...)
	}
	return all
}

// A seed tells one story, another seed another one.
func TestOneSeedOneStory(t *testing.T) {
	t.Parallel()
	o := demo.Options{Documents: 60, Papers: 1, Seed: 7} // the papers and mails of the last weeks only: TestTheDemoIsBelievable has them all
	first, _ := makeDemo(t, o)
	second, _ := makeDemo(t, o)
	a, b := story(t, first), story(t, second)
	if len(a) < 500 || len(a) != len(b) {
		t.Fatalf("%d and %d rows", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("row %d:\n%s\n%s", i, a[i], b[i])
		}
	}
	o.Seed = 8
	if third, _ := makeDemo(t, o); slices.Equal(a, story(t, third)) {
		t.Error("another seed told the same story")
	}
}

// The demo shows every state, is sound, and nothing in it lies in the future.
func TestTheDemoIsBelievable(t *testing.T) {
	t.Parallel()
	calls := 0
	folder, sum := makeDemo(t, demo.Options{Progress: func(done, total int) {
		if calls++; done > total {
			t.Errorf("%d of %d", done, total)
		}
	}})
	if sum.Documents != demo.DefaultDocuments || sum.Customers != demo.DefaultCustomers+2 || sum.Items != 40 || sum.PapersLater || len(sum.SignIns) != 3 || calls < sum.Documents-10 {
		t.Errorf("%+v after %d calls", sum, calls)
	}
	r, err := app.CheckCompany(ctx, folder, "fr")
	if err != nil || !r.Sound {
		t.Errorf("%+v %v", r.Faults, err)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	for _, x := range []struct {
		what      string
		low, high int64
		query     string
	}{
		{"documents", 250, 250, "SELECT count(*) FROM documents WHERE kind = 'invoice' AND quote_id IS NULL AND public_id NOT IN (SELECT document_ref FROM recurring_runs) AND id NOT IN (SELECT document_id FROM document_deposits) AND id NOT IN (SELECT document_id FROM subscription_papers)"},
		{"recurring invoices", 4, 6, "SELECT count(*) FROM recurring_invoices WHERE id NOT IN (SELECT recurring_id FROM subscriptions)"},
		{"one of them paused", 1, 1, "SELECT count(*) FROM recurring_invoices WHERE state = 'paused' AND id NOT IN (SELECT recurring_id FROM subscriptions)"},
		{"invoices they made", 35, 60, "SELECT count(*) FROM recurring_runs WHERE outcome = 'made' AND recurring_id NOT IN (SELECT recurring_id FROM subscriptions)"},
		{"made on another day than theirs", 0, 0, "SELECT count(*) FROM recurring_runs r JOIN documents d ON d.public_id = r.document_ref WHERE d.issue_date <> r.period_on"},
		{"reminders mailed", 3, 12, "SELECT count(*) FROM reminders WHERE outcome = 'mailed'"},
		{"levels reached", 2, 2, "SELECT count(DISTINCT level) FROM reminders WHERE outcome = 'mailed'"},
		{"exempt customers", 1, 1, "SELECT count(*) FROM customers WHERE reminders_exempt = 1"},
		{"accounts by provisioning", 2, 2, "SELECT count(*) FROM customers WHERE external_code <> ''"},
		{"of them suspended", 1, 1, "SELECT count(*) FROM customers WHERE suspended_at IS NOT NULL"},
		{"events told", 3, 60, "SELECT count(*) FROM webhook_deliveries WHERE state = 'delivered'"},
		{"events that wait", 0, 0, "SELECT (SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered') + (SELECT count(*) FROM webhook_marks)"},
		{"addresses that a demo would call", 0, 0, "SELECT count(*) FROM webhooks WHERE state <> 'off'"},
		{"groups", 4, 4, "SELECT count(*) FROM customer_groups"},
		{"announcements: shown, planned, over", 1, 1, "SELECT count(*) = 3 AND sum(starts_on > '2026-11-21') = 1 AND sum(ends_on < '2026-11-21') = 1 AND sum(everyone = 0 AND EXISTS (SELECT 1 FROM notice_groups g WHERE g.notice_id = notices.id)) = 1 FROM notices WHERE published_at IS NOT NULL"},
		{"frequent questions in both languages", 6, 6, "SELECT count(*) FROM faq_entries WHERE published = 1 AND question_fr <> question_en AND answer_en <> ''"},
		{"a SPID", 1, 1, "SELECT count(*) FROM company WHERE spid <> ''"},
		{"requests for access that wait", 2, 2, "SELECT count(*) FROM access_requests WHERE state = 'sent' AND sent_at < '2026-11-21' AND terms_id IS NOT NULL"},
		{"of them from a customer's own number", 1, 1, "SELECT count(*) FROM access_requests a JOIN customers c ON c.siren = a.tax_key WHERE a.state = 'sent'"},
		{"requests that the firm wants more of", 1, 1, "SELECT count(*) FROM access_requests WHERE state = 'asked' AND words <> ''"},
		{"answers to the group's questions", 7, 9, "SELECT count(*) FROM access_answers"},
		{"late and not yet reminded", 1, 40, "SELECT count(*) FROM document_status s WHERE due_minor > 0 AND due_date < '2026-11-21' AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.document_id = s.document_id)"},
		{"plans", 5, 5, "SELECT count(*) FROM plans"},
		{"plans withdrawn", 1, 1, "SELECT count(*) FROM plans WHERE state = 'withdrawn'"},
		{"subscriptions", 9, 9, "SELECT count(*) FROM subscriptions"},
		{"subscriptions that wait for their first payment", 1, 1, "SELECT count(*) FROM subscriptions WHERE state = 'pending'"},
		{"subscriptions in their trial", 1, 1, "SELECT count(*) FROM subscriptions WHERE state = 'running' AND trial_until >= '2026-11-21'"},
		{"subscriptions paused", 1, 1, "SELECT count(*) FROM subscriptions WHERE state = 'paused'"},
		{"subscriptions whose end is asked for", 1, 1, "SELECT count(*) FROM subscriptions WHERE cancel_waits = 1"},
		{"subscriptions ended, with a credit note", 1, 1, "SELECT count(*) FROM subscriptions s WHERE s.state = 'ended' AND EXISTS (SELECT 1 FROM subscription_papers p WHERE p.subscription_id = s.id AND p.role = 'credit')"},
		{"subscriptions that owe", 1, 4, "SELECT count(DISTINCT p.subscription_id) FROM subscription_papers p JOIN document_status d ON d.document_id = p.document_id JOIN subscriptions s ON s.id = p.subscription_id WHERE s.state = 'running' AND d.due_minor > 0 AND d.due_date < '2026-11-21'"},
		{"changes invoiced", 1, 2, "SELECT count(*) FROM subscription_papers WHERE role = 'change'"},
		{"drafts", 5, 5, "SELECT count(*) FROM documents WHERE state = 'draft' AND kind = 'invoice'"},
		{"quotes", 9, 9, "SELECT count(*) FROM documents WHERE kind = 'quote'"},
		{"quotes that wait, with options", 2, 2, "SELECT count(DISTINCT d.id) FROM documents d JOIN document_lines l ON l.document_id = d.id AND l.is_optional = 1 WHERE d.kind = 'quote' AND d.valid_until >= '2026-11-21' AND NOT EXISTS (SELECT 1 FROM quote_decisions q WHERE q.document_id = d.id)"},
		{"quotes invoiced", 1, 1, "SELECT count(*) FROM documents WHERE kind = 'invoice' AND state = 'issued' AND quote_id IS NOT NULL"},
		{"credit notes", 2, 2, "SELECT count(*) FROM documents WHERE kind = 'credit_note' AND state = 'issued' AND preceding_id IS NOT NULL AND reason <> '' AND id NOT IN (SELECT document_id FROM subscription_papers)"},
		{"invoices cancelled", 1, 1, "SELECT count(*) FROM document_status WHERE kind = 'invoice' AND credited_minor > 0 AND paid_minor = 0 AND due_minor = 0"},
		{"credits to use", 1, 1, "SELECT count(*) FROM document_status WHERE kind = 'credit_note' AND due_minor > 0"},
		{"final invoices with retention money", 1, 1, "SELECT count(*) FROM documents d WHERE d.retained_minor > 0 AND EXISTS (SELECT 1 FROM document_deposits p WHERE p.document_id = d.id)"},
		{"deposit and situation of a quote", 2, 2, "SELECT count(*) FROM documents WHERE kind = 'deposit_invoice' AND quote_id IS NOT NULL"},
		{"quotes refused", 1, 1, "SELECT count(*) FROM quote_decisions WHERE decision = 'refused'"},
		{"quotes expired", 1, 1, "SELECT count(*) FROM documents WHERE kind = 'quote' AND valid_until < '2026-11-21' AND valid_until <> ''"},
		{"newer versions", 1, 1, "SELECT count(*) FROM documents WHERE kind = 'quote' AND revision = 2 AND state = 'issued'"},
		{"questions that wait", 1, 1, "SELECT count(*) FROM document_messages WHERE contact_id IS NOT NULL AND read_at IS NULL"},
		{"open", 12, 60, "SELECT count(*) FROM document_status WHERE due_minor <> 0"},
		{"overdue", 4, 40, "SELECT count(*) FROM document_status WHERE due_minor <> 0 AND due_date < '2026-11-21'"},
		{"partly paid", 1, 20, "SELECT count(*) FROM document_status WHERE due_minor <> 0 AND paid_minor <> 0"},
		{"opened by the customer", 100, 300, "SELECT count(*) FROM document_status WHERE viewed_at IS NOT NULL"},
		{"announced", 2, 10, "SELECT count(*) FROM transfer_announcements WHERE state = 'announced'"},
		{"in dollars", 10, 80, "SELECT count(*) FROM documents WHERE currency = 'CAD'"},
		{"with TVQ", 10, 80, "SELECT count(DISTINCT document_id) FROM document_taxes WHERE tax LIKE '%QC-TVQ%'"},
		{"at 5.5 %", 3, 80, "SELECT count(DISTINCT document_id) FROM document_taxes WHERE tax LIKE '%FR-5.5%'"},
		{"reverse charge or within the Union", 5, 80, "SELECT count(DISTINCT document_id) FROM document_taxes WHERE tax LIKE '%FR-AE%' OR tax LIKE '%FR-K%'"},
		{"transfers for three invoices", 1, 1, "SELECT count(*) FROM (SELECT 1 FROM allocations WHERE payment_id IS NOT NULL GROUP BY payment_id HAVING count(DISTINCT document_id) = 3)"},
		{"days on which quotes were answered", 3, 3, "SELECT count(DISTINCT decided_on) FROM quote_decisions WHERE decided_on < '2026-11-14'"},
		{"answers and questions of the last day", 0, 0, "SELECT (SELECT count(*) FROM quote_decisions WHERE decided_at >= '2026-11-21') + (SELECT count(*) FROM document_messages WHERE created_at >= '2026-11-20')"},
		{"quotes written on another day than theirs", 0, 0, "SELECT count(*) FROM documents WHERE kind = 'quote' AND state = 'issued' AND substr(issued_at, 1, 10) <> issue_date"},
		{"contracts signed by two and sealed that day", 1, 1, "SELECT count(*) FROM contract_rounds r WHERE substr(r.sealed_at, 1, 10) = substr(r.started_at, 1, 10) AND (SELECT count(*) FROM contract_turns t JOIN contract_signatures s ON s.turn_id = t.id WHERE t.round_id = r.id) = 2"},
		{"approvals that a contact owes", 1, 1, "SELECT count(*) FROM contract_rounds r JOIN contract_turns t ON t.round_id = r.id JOIN contract_parties p ON p.id = t.party_id WHERE r.kind = 'approval' AND r.state = 'open' AND p.contact_id IS NOT NULL AND t.decision IS NULL AND t.told_at IS NOT NULL"},
		{"signatures owed by a contact who can sign in", 1, 1, "SELECT count(*) FROM contract_rounds r JOIN contract_turns t ON t.round_id = r.id JOIN contract_parties p ON p.id = t.party_id JOIN contact_credentials c ON c.contact_id = p.contact_id WHERE r.kind = 'signature' AND r.state = 'open' AND t.decision IS NULL AND t.told_at IS NOT NULL"},
		{"rests of payments", 1, 1, "SELECT count(*) FROM payment_status WHERE left_minor > 0"},
		{"refunds", 1, 1, "SELECT count(*) FROM refunds WHERE payment_id IS NOT NULL"},
		{"bounced cheques", 1, 1, "SELECT count(*) FROM payment_status WHERE cancelled_on <> ''"},
		{"mandates signed in the portal", 1, 1, "SELECT count(*) FROM mandates WHERE state = 'signed' AND how = 'portal' AND signature_sha256 IS NOT NULL"},
		{"mandates signed on paper", 1, 1, "SELECT count(*) FROM mandates WHERE state = 'signed' AND how = 'paper'"},
		{"files of debits that the bank collected", 1, 1, "SELECT count(*) FROM sepa_batches WHERE kind = 'debit' AND state = 'confirmed' AND orders = 2 AND downloaded_at <> ''"},
		{"files of debits that wait", 1, 1, "SELECT count(*) FROM sepa_batches WHERE kind = 'debit' AND state = 'made' AND confirmed_on = '' AND on_date > '2026-11-21'"},
		{"debited invoices that are paid", 2, 2, "SELECT count(*) FROM sepa_debits x JOIN sepa_debit_parts p ON p.debit_id = x.id JOIN document_status d ON d.document_id = p.document_id WHERE x.state = 'collected' AND d.due_minor = 0"},
		{"refunds by transfer that wait", 1, 1, "SELECT count(*) FROM sepa_transfers WHERE state = 'decided'"},
		{"ways to pay", 5, 6, "SELECT count(DISTINCT method) FROM payments"},
		{"cash above what the law allows", 0, 0, "SELECT count(*) FROM payments WHERE method = 'cash' AND amount_minor > 100000"},
		{"mails that wait for the program", 3, 20, "SELECT count(*) FROM mails WHERE state = 'queued'"},
		{"mails that failed", 0, 0, "SELECT count(*) FROM mails WHERE state = 'failed'"},
		{"papers that lack", 0, 0, "SELECT count(*) FROM document_status WHERE pdf_sha256 IS NULL"},
		{"jobs left", 0, 0, "SELECT count(*) FROM jobs WHERE state <> 'done'"},
		{"conversations", 5, 5, "SELECT count(*) FROM conversations"},
		{"conversations that wait for an answer", 2, 2, "SELECT count(*) FROM conversations WHERE waiting_since IS NOT NULL"},
		{"conversations on somebody's desk", 2, 2, "SELECT count(*) FROM conversations WHERE assigned_id IS NOT NULL AND state = 'open'"},
		{"conversations that went out by mail", 1, 1, "SELECT count(*) FROM mails WHERE kind = 'chat_transcript'"},
		{"messages with files", 1, 1, "SELECT count(*) FROM conversation_files"},
		{"conversations in English", 1, 1, "SELECT count(*) FROM conversations WHERE language = 'en'"},
		{"evening messages", 1, 5, "SELECT count(*) FROM conversations WHERE begun = 'message'"},
		{"mails about what was read", 0, 0, "SELECT count(*) FROM mails WHERE kind = 'chat_answered'"},
		{"answers that stand ready, in both languages", 4, 4, "SELECT count(*) FROM canned_replies WHERE body_fr <> '' AND body_en <> ''"},
		{"answers that name whom they go to", 2, 2, "SELECT count(*) FROM canned_replies WHERE body_fr LIKE '%{name}%' AND body_en LIKE '%{name}%'"},
		{"unread notices", 1, 6, "SELECT count(*) FROM notifications WHERE read_at IS NULL"},
		{"things after the end", 0, 0, "SELECT (SELECT count(*) FROM audit_log WHERE at > '2026-11-21T09:31:00.000Z') + (SELECT count(*) FROM documents WHERE issue_date > '2026-11-21') + (SELECT count(*) FROM mails WHERE sent_at > '2026-11-21T09:31')"},
		{"real addresses", 0, 0, "SELECT count(*) FROM contacts WHERE email <> '' AND email NOT LIKE '%.example'"},
	} {
		if n := dbtest.Int(t, raw, x.query); n < x.low || n > x.high {
			t.Errorf("%s: %d, want %d to %d", x.what, n, x.low, x.high)
		}
	}
	if months := dbtest.Strings(t, raw, "SELECT DISTINCT substr(issue_date, 1, 7) FROM documents WHERE state = 'issued'"); len(months) < 24 {
		t.Errorf("work in %d months", len(months))
	}
	t.Run("sign-ins and mails", func(t *testing.T) { signInsAndMails(t, folder, sum) })
}

// The printed sign-ins open the portal, and the practice box holds what was delivered.
func signInsAndMails(t *testing.T, folder string, sum demo.Summary) {
	t.Helper()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Clock: func() time.Time { return end }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	for _, x := range sum.SignIns {
		s, err := h.Access.SignIn(ctx, x.UserName, x.Password, access.Browser{Address: "127.0.0.1"})
		if err != nil || s.Actor.Trust < actor.TrustPassword || s.Actor.Name != x.Name {
			t.Errorf("%s: %+v %v", x.UserName, s.Actor, err)
		}
	}
	arrived, err := h.Outbox.Arrived(ctx, actor.Machine())
	if err != nil || len(arrived) < 50 {
		t.Errorf("%d mails arrived, %v", len(arrived), err)
	}
	var first outbox.Arrival
	for _, a := range arrived {
		if strings.Contains(a.Subject, "FA-2026-0001") {
			first = a
		}
	}
	if !strings.HasPrefix(first.At, "2026-") || first.At > "2026-03" { // of its own day, not of the day the demo was made
		t.Errorf("the mail of FA-2026-0001 arrived %q", first.At)
	}
}

// Beyond some thousands the papers are drawn later; everything else is the same.
func TestLargeDemo(t *testing.T) {
	t.Parallel()
	folder, sum := makeDemo(t, demo.Options{Documents: 420, Papers: 400, Customers: 60, Seed: 3}) // more than the story keeps in mind
	if !sum.PapersLater || sum.Customers != 62 {
		t.Errorf("%+v", sum)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM jobs WHERE state <> 'done'"); n != 0 {
		t.Errorf("%d jobs left", n)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM document_status WHERE pdf_sha256 IS NOT NULL"); n < 40 || n > 95+int64(sum.Recurring) { // what goes by mail is drawn, and those of templates do
		t.Errorf("%d papers", n)
	}
	r, err := app.CheckCompany(ctx, folder, "fr")
	if err != nil || !r.Sound {
		t.Errorf("%+v %v", r.Faults, err)
	}
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	old := dbtest.Strings(t, raw, "SELECT public_id FROM documents WHERE id = 5")[0]
	paper, err := h.Sales.PDF(ctx, actor.Machine(), old)
	if err != nil || !strings.HasPrefix(string(paper.Bytes), "%PDF") {
		t.Errorf("an old paper: %v", err)
	}
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
}

// BenchmarkDemo is what a document costs, with all that follows from it.
func BenchmarkDemo(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				makeDemo(b, demo.Options{Documents: n})
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/document")
		})
	}
}
