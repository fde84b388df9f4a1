package locale_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"comptoir/core/ident"
	"comptoir/core/locale"
)

// rooms are the folders whose code may name texts.
var rooms = []string{"core", "rules", "db", "office", "edge", "app"}

var keyForm = regexp.MustCompile(`^(books|cli|common|control|country|date|demo|desk|fault|gateway|history|mail|mention|notice|paper|pdf|portal|unit|window)\.[A-Za-z0-9_.]+$`)

// notTexts look like keys and are none: actions of the audit log, kinds of jobs and
// commands, names of secrets, names of files, beginnings that are only compared.
var notTexts = []string{"mail.cancelled", "mail.hurried", "mail.password", "mail.resend", "mail.resent", "mail.settings_changed",
	"gateway.keys_changed", "gateway.keys_removed", "gateway.mode_changed", "portal.settings_changed", "portal.css", "portal.js", "portal.url", "fault.files."}

// dynamic are the keys that code puts together, each with every ending that it can get: an
// ending that is not listed here is shown as ⟦key⟧ to a person one day.
var dynamic = map[string][]string{
	"books.entry.":               {"invoice", "deposit_invoice", "credit_note", "payment", "refund", "part", "tax_due", "application", "reversal"},
	"books.journal.":             {"VE", "AC", "BQ", "CA", "OD", "AN"},
	"books.tax.":                 nil, // app shows the rate itself where the catalogue has no name
	"cli.user.state.":            {"active", "closed"},
	"cli.counted.":               {"file", "documents", "entries", "lines", "balances", "payments", "audit", "series", "files"},
	"common.chat.event.":         {"assigned", "closed", "reopened"},
	"common.import.answer.":      {"yes", "no"},
	"common.import.field.":       nil, // office/imports/imports_test.go: every field
	"common.import.language.":    {"fr", "en"},
	"common.kind.":               {"company", "person", "public_body"},
	"common.method.":             {"transfer", "card", "cheque", "cash", "direct_debit", "practice", "other"},
	"common.nature.":             {"goods", "services"},
	"common.recur.month.":        {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"},
	"common.recur.quarter.":      {"1", "2", "3", "4"},
	"common.recur.weekday.":      {"1", "2", "3", "4", "5", "6", "7"},
	"common.recurring.state.":    {"draft", "active", "paused", "ended"},
	"fault.sepa.":                {"amount", "created", "day", "empty", "id", "name", "rum", "scheme", "sequence", "signed"},
	"portal.mandate.done_":       {"signe", "revoque"},
	"portal.mandate.debit_":      {"made", "collected", "returned"},
	"common.sepa.reason.":        nil, // rules/sepa: every reason; edge/mail
	"common.sepa.scheme.":        {"CORE", "B2B"},
	"common.sepa.state.":         {"asked", "signed", "active", "revoked", "lapsed", "spent"},
	"common.state.":              {"draft", "issued", "sent", "viewed", "partial", "paid", "overdue", "cancelled", "approved", "refused", "expired", "converted", "superseded", "applied"},
	"common.round.blocked.":      {"archived", "closed", "moved", "revoked", "expired", "no_access", "area", "no_mail"},
	"common.account_left.":       {"not_kept", "no_item", "no_cost", "no_rate"},
	"common.billing_mode.":       {"direct", "indirect"},
	"pdf.account.column.":        {"service", "quantity", "sold", "cost", "amount.direct", "amount.indirect", "date", "document", "customer", "code", "provider", "currency", "remark"},
	"pdf.account.column.amount.": {"direct", "indirect"},
	"pdf.account.left.":          {"not_kept", "no_item", "no_cost", "no_rate"},
	"pdf.account.total.":         {"direct", "indirect"},
	"portal.notices.":            {"important", "urgent"},
	"common.round.event.": {"created", "sent", "reminded", "opened", "consented", "code_sent", "code_accepted", "code_refused", "password_accepted", "password_refused", "shown", "scanned", "signed", "approved", "refused", "removed",
		"cancelled", "restarted", "completed"},
	"common.seal.check.":               {"file", "seal", "whole", "certificate", "document", "evidence"},
	"common.seal.found.":               nil, // edge/seal: every check has its words
	"common.seal.found.evidence_":      {"event_changed", "event_missing", "event_order", "consent_changed", "signer_missing", "signer_unproven", "other_document", "record_changed", "incomplete"},
	"common.seal.state.":               {"ok", "failed", "unknown"},
	"common.seal.verdict.":             {"sealed", "altered", "unknown", "unsealed"},
	"common.subscription.reason.":      {"change", "cancel", "lapsed"},
	"demo.contract.":                   {"bar.1", "bar.text", "bar.title", "care.1", "care.2", "care.text", "care.title", "given_up.text", "given_up.title", "home.text", "home.title", "hotel.1", "hotel.2", "hotel.text", "hotel.title", "past.text", "past.title", "schools.1", "schools.2", "schools.text", "schools.title", "secret.text", "secret.title", "shop.1", "shop.2", "shop.3", "shop.4", "shop.text", "shop.title", "showroom.1", "showroom.2", "showroom.text", "showroom.title"},
	"demo.round.":                      {"approval", "customer", "firm", "signature"},
	"demo.notices.":                    {"closed", "closed_text", "moved", "moved_text", "prices", "prices_text"},
	"demo.faq.":                        {"1", "1_text", "2", "2_text", "3", "3_text", "4", "4_text", "5", "5_text", "6", "6_text"},
	"demo.question.":                   {"recent", "heard", "order", "heard_choices"},
	"demo.canned.":                     {"bonjour.text", "bonjour.title", "delai.text", "delai.title", "facture.text", "facture.title", "livraison.text", "livraison.title"},
	"demo.chat.":                       {"colours.1", "colours.2", "colours.3", "colours.4", "colours.title", "delivery.1", "delivery.2", "delivery.3", "delivery.4", "delivery.title", "evening.1", "evening.title", "measure.1", "measure.2", "measure.3", "measure.title", "order.1", "order.2", "order.3", "order.4", "order.title"},
	"demo.visitor.":                    {"florist.name", "florist.company", "florist.ask", "studio.name", "studio.company", "vernet.name", "vernet.company", "vernet.answer"},
	"demo.subscription.":               {"basic", "basic_about", "comfort", "comfort_about", "year", "year_about", "workshop", "workshop_about", "first", "first_about"},
	"fault.subscription.":              {"amount_changed", "credited_already", "currency_stays", "ended_already", "expires_past", "extra", "link_expired", "link_used_up", "link_withdrawn", "move_to", "no_method", "no_skip", "not_changeable", "not_offered", "not_paused", "nothing", "other_prices", "pending", "plan_changed", "plan_withdrawn", "price", "run_due", "seats"},
	"window.inbox.event.":              {"closed", "reopened", "assigned"},
	"window.subscriptions.done.":       {"open", "withdrawn", "link_withdrawn", "subscribed", "changed", "cancelled", "kept", "paused", "resumed"},
	"window.subscriptions.plan_state.": {"open", "withdrawn"},
	"common.statement.":                {"opening", "closing"},
	"common.statement.movement.":       {"invoice", "deposit_invoice", "credit_note", "payment", "payment_cancelled", "refund"},
	"common.statement.nature.":         {"invoice", "deposit_invoice", "credit_note", "payment", "payment_cancelled", "refund"},
	"common.statement.kind.":           {"activity", "open_items", "ageing"},
	"common.statement.preset.":         {"this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "last_12_months", "all"},
	"common.statement.bucket.":         {"not_due", "to_30", "to_60", "to_90", "over_90", "unapplied"},
	"common.statement.bucket_short.":   {"not_due", "to_30", "to_60", "to_90", "over_90", "unapplied"},
	"common.subscription.event.":       {"subscribed", "trial", "activated", "changed", "change_planned", "change_taken_back", "cancel_asked", "cancel_set", "cancel_taken_back", "paused", "resumed", "lapsed", "ended"},
	"common.subscription.per_":         {"day", "week", "month", "year"},
	"common.subscription.state.":       {"pending", "trial", "active", "past_due", "cancelling", "paused", "ended"},
	"pdf.statement.title.":             {"activity", "open_items", "ageing"},
	"pdf.statement.column.":            {"document", "date", "due", "charged", "settled", "balance", "amount", "late", "open", "kind", "number", "reference", "currency", "bucket", "days_late"},
	"pdf.statement.total.":             {"invoiced", "credited", "received", "cancelled", "refunded", "open"},
	"portal.statements.":               {"from", "to"},
	"portal.group.":                    {"step_terms", "step_contact", "step_company", "step_questions", "status_incomplete", "status_complete", "contact_updated", "contact_added"},
	"mail.access.":                     {"invited.subject", "invited.body", "validated.subject", "validated.body", "new_primary.subject", "new_primary.body", "old_primary.subject", "old_primary.body", "user_name.subject", "user_name.body", "password.subject", "password.body"},
	"portal.statements.day.":           {"all", "last_month", "last_quarter", "last_year"},
	"control.attachment.":              {"missing", "changed", "unreadable", "size"},
	"control.files.":                   {"missing", "changed", "unreadable", "size"},
	"control.reverse_":                 {"document", "payment"},
	"country.":                         ident.Countries(),
	"date.moment.":                     {"today", "tomorrow", "weekday", "day"}, "date.until.": {"today", "tomorrow", "weekday", "day"}, "date.weekday.": {"1", "2", "3", "4", "5", "6", "7"},
	"common.holiday.":        {"new_year", "good_friday", "easter_monday", "labour", "victory_1945", "ascension", "whit_monday", "bastille", "assumption", "all_saints", "armistice", "christmas", "boxing", "patriots", "quebec", "canada", "labour_september", "thanksgiving", "victoria", "reconciliation", "remembrance", "abolition", "family"},
	"window.hours.set_":      {"FR", "FR-AM", "FR-GP", "FR-MQ", "FR-GF", "FR-RE", "FR-YT", "FR-MF", "FR-BL", "CA-QC", "CA-ON", "CA"},
	"common.hours.kind.":     {"event", "custom", "weekend", "meal", "work", "none"},
	"date.month.":            {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"},
	"date.month_whole.":      {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"},
	"desk.credit.reason.":    {"cancelled", "error", "returned", "discount"},
	"demo.quote.":            {"veranda", "veranda_detail", "counter", "counter_detail", "library", "library_detail", "kitchen", "kitchen_detail", "stairs", "stairs_detail", "shop", "shop_detail", "cupboards", "cupboards_detail", "table", "table_detail", "option_1", "option_2"},
	"fault.ident.":           nil, // named in full at each use, see core/ident
	"fault.needed.":          {"company.name", "company.line1", "company.city", "company.country", "company.siren", "customer.name", "customer.line1", "customer.city", "customer.country", "customer.siren"},
	"fault.contracts.share_": {"no_access", "closed", "area"},
	"fault.gateways.key_of_": {"live", "test"},
	"window.gateways.step.":  {"account", "card", "charges", "hook", "key", "payouts", "sepa_debit"},
	"window.gateways.told.":  attempts, "window.gateways.refunded.": attempts, "window.gateways.state.": attempts,
	"window.gateways.kind.":        {"charge", "pay", "refund", "save"},
	"window.gateways.way.":         {"cash", "cheque", "direct_debit", "practice", "stripe", "transfer"},
	"window.gateways.mode.":        {"live", "test"},
	"books.gateway.":               {"practice", "stripe"},
	"gateway.reason.":              {"declined", "second_step_refused"},
	"history.":                     {"invoice.drafted", "invoice.issued", "invoice.mailed", "invoice.viewed", "invoice.draft_deleted", "quote.drafted", "quote.issued", "quote.mailed", "quote.viewed", "quote.approved", "quote.refused", "quote.undone", "question.asked", "question.answered", "deposit_invoice.drafted", "deposit_invoice.issued", "credit_note.drafted", "credit_note.issued", "payment.recorded", "payment.started", "transfer.announced", "transfer.dismissed"},
	"history.payment.":             {"intent_succeeded", "intent_declined", "intent_needs_action", "intent_unknown", "intent_cancelled", "intent_processing"},
	"mail.":                        {"statement.subject", "file_shared.subject", "file_uploaded.subject", "invoice.subject", "quote.subject", "credit_note.subject", "payment_received.subject", "transfer_announced.subject", "portal_password.subject", "link_renewed.subject", "test.subject"},
	"mail.answer.":                 {"unreachable", "refused", "unknown_host", "timeout", "dropped", "no_starttls", "not_tls", "certificate_name", "certificate_unknown", "certificate_expired", "tls", "plain", "no_auth", "address_utf8", "too_big"},
	"mail.charged.":                {"body", "preheader", "button"},
	"mail.fact.":                   {"balance", "period_from", "as_of", "files", "sent_by", "number", "amount_due", "total", "due_date", "payment", "amount_received", "received_on", "invoices", "customer", "contact", "announced", "reference", "quote", "valid_until", "credit", "credit_left", "credited"},
	"mail.step.":                   {"connect", "tls", "authenticate", "send"},
	"notice.":                      {"statement_no_address", "file_uploaded", "invoice_viewed", "quote_viewed", "quote_approved", "quote_refused", "question_asked", "credit_note_viewed", "deposit_invoice_viewed", "payment_received", "transfer_announced", "mail_failed", "user_mail_failed", "password_link_held", "mail_server", "catch_up", "recurring_draft", "recurring_failed", "subscription_new", "subscription_cancel", "other"},
	"pdf.buyer.":                   {"invoice"},
	"pdf.column.":                  {"unit_price", "unit_price_excl", "unit_price_incl", "net", "net_excl", "net_incl"},
	"pdf.fact.":                    {"issued", "due", "delivered", "service_end", "order", "customer_number", "preceding", "quote", "nature", "payment_date", "payment_method", "payment_reference"},
	"portal.files":                 append(ofList("received", "sent"), ".count"),
	"portal.invoices":              append(ofList("open", "overdue", "paid"), ".count"),
	"portal.payments":              {".title", ".empty", ".empty_text"},
	"portal.list.sort_":            {"oldest", "due", "largest", "smallest"},
	"pdf.evidence.event.":          {"created", "sent", "reminded", "opened", "consented", "code_sent", "code_accepted", "code_refused", "password_accepted", "password_refused", "shown", "scanned", "signed", "restarted", "completed", "approved", "refused", "removed", "cancelled"},
	"pdf.evidence.fact.":           {"name", "sha256", "size", "contract", "completed", "signed_at", "method", "address", "agent", "session", "language", "last_event", "digest", "versions", "typed"},
	"pdf.evidence.language.":       {"fr", "en"},
	"pdf.evidence.method.":         {"password", "code", "desk", "in_person", "phone"},
	"pdf.title.":                   {"invoice", "deposit_invoice", "credit_note", "quote", "receipt"},
	"common.privacy.kept.":         {"books", "trace", "contracts", "consents", "account", "mails", "requests", "sessions", "copies"},
	"common.privacy.how.":          {"account", "mails", "requests", "sessions", "copies"},
	"portal.privacy.how.":          {"account", "mails", "requests", "sessions", "copies"},
	"common.privacy.law.":          ofPlaces("books", "trace", "contracts", "consents"),
	"pdf.total.":                   {"excl", "excl_plain", "incl", "incl_plain"},
	"portal.error.":                {"not_found", "forbidden", "conflict", "unavailable", "too_many", "method", "too_big", "invalid", "wrong_host"},
	"portal.invoices.filter_":      {"all", "open", "paid"},
	"portal.credits":               ofList("open"),
	"portal.recurring":             {".title", ".filters", ".filter_active", ".filter_ended", ".empty", ".empty_text", ".empty_ended", ".empty_ended_text", ".sort_oldest"},
	"portal.quotes":                {".title", ".filters", ".filter_all", ".filter_waiting", ".filter_approved", ".filter_converted", ".filter_refused", ".filter_expired", ".empty", ".empty_text"},
	"portal.method.add_":           {"practice", "stripe"},
	"portal.method.done_":          {"ajoute", "retire", "defaut"},
	"portal.method.kind_":          {"card", "sepa_debit"},
	"portal.pay.by_":               {"cheque", "cash"},
	"portal.pay.gateway_":          {"practice", "stripe"},
	"portal.pay.outside_":          {"practice", "stripe"},
	"portal.pay.page_of_":          {"practice", "stripe"},
	"portal.pay.where_":            {"cheque", "cash"},
	"portal.practice.":             {"approved", "declined", "second_step", "timeout", "debit"},
	"portal.practice.save_":        {"approved", "declined", "second_step", "timeout", "debit"},
	"portal.area.":                 {"invoices", "quotes", "payments", "contracts", "files", "messages", "subscriptions", "statements"},
	"portal.details.field.":        {"name", "email", "phone", "line1", "line2", "postcode", "city", "region"},
	"portal.details.state.":        {"waiting", "accepted", "refused"},
	"portal.register.missing.":     {"terms", "contact", "email", "company", "questions"},
	"portal.register.next.":        {"incomplete", "complete", "sent", "asked", "approved", "refused", "withdrawn", "free"},
	"portal.register.state.":       {"incomplete", "complete", "sent", "asked", "approved", "refused", "withdrawn", "free"},
	"portal.register.step.":        {"terms", "contact", "company", "questions", "status"},
	"portal.profile.done_":         {"langue", "mot_de_passe", "session", "sessions"},
	"unit.":                        units,
	"unit.short.":                  units,
	"window.done.":                 {"quote_sent", "quote_mailed", "quote_queued", "deposit_invoice_sent", "deposit_invoice_mailed", "deposit_invoice_queued", "credit_note_sent", "credit_note_mailed", "credit_note_queued"},
	"window.export.col.":           nil, // app/listfile_test.go: every list's heads
	"window.contacts.state.":       {"none", "group_off", "on", "links"},
	"window.export.name.":          nil,
	"window.export.payment.":       {"applied", "left", "refunded", "refunded_part", "cancelled"},
	"window.export.question.":      {"waiting", "answered"},
	"window.notices.state.":        {"draft", "planned", "shown", "over", "withdrawn"},
	"window.notices.importance.":   {"info", "important", "urgent"},
	"window.requests.state.":       {"sent", "asked", "approved", "refused", "withdrawn"},
	"common.contracts.done.":       {"review", "to_sign", "draft", "signed", "renewed", "ended", "kept", "cancelled", "told"},
	"common.contracts.event.":      {"start", "end", "notice", "renewal", "milestone", "approval", "signature"},
	"common.contracts.look.end_":   {"term", "next", "free"},
	"common.contracts.now.":        {"over", "ended", "ends", "notice", "renewal", "end", "customer_told", "customer_untold", "customer_tell"},
	"common.contracts.renewal.":    {"none", "tacit", "express"},
	"common.contracts.state.":      {"draft", "in_review", "to_sign", "signed", "active", "ended", "cancelled"},
	"common.contracts.type.":       {"services", "maintenance", "sale", "rental", "confidentiality", "partnership", "other"},
	"common.contracts.words.":      {"none", "from_to", "from", "to", "tacit", "express", "term", "notice_month", "notice_day"},
	"history.contract.field.":      {"title", "customer", "type", "owner", "start", "end", "renewal", "notice", "remind", "value", "description", "notes"},
	"portal.contracts":             {".title", ".filters", ".filter_all", ".filter_asked", ".empty", ".empty_text", ".empty_asked", ".empty_asked_text"},
	"portal.contract.notice_away_": {"day", "month"},
	"portal.contract.ask.":         {"approval", "signature"},
	"portal.contract.billing.":     {"quoted", "invoiced", "paid"},
	"portal.contract.done.":        {"signed_text", "signed_all"},
	"portal.contract.over.":        {"invitation", "spot"},
	"portal.contract.read.":        {"approval", "signature"},
	"portal.contract.round.":       {"approval", "signature"},
	"portal.contract.round_state.": {"open", "done", "refused", "restarted", "cancelled"},
	"portal.contract.turn.":        {"waiting", "asked", "blocked", "approved", "signed", "refused", "off", "unasked"},
	"portal.contract.why.":         {"waiting_turn", "approval_first", "stand_in"},
	"common.permission.":           {"everyone", "look", "sell", "contract", "collect", "keep", "answer", "invite", "erase", "inspect", "configure", "users", "administrators"},
	"common.did.":                  nil, // app/audit_test.go: every action that is written
	"common.actor.":                {"staff", "contact", "system", "command_line"},
	"common.object.":               nil, // likewise; another is shown by its name in the file
	"common.fact.":                 nil, // likewise
	"common.said.":                 nil, // app/audit_test.go: every word of the demo's log
	"common.role.":                 {"principal", "delegate", "sales", "bookkeeping", "reader"},
	"fault.permission.":            {"look", "sell", "contract", "collect", "keep", "answer", "invite", "erase", "inspect", "configure", "users", "administrators"},
	"common.mail.state.":           {"queued", "sending", "sent", "failed", "cancelled"},
}

// ofPlaces are the kinds of what the law keeps, in each place whose law is told.
func ofPlaces(kinds ...string) (all []string) {
	for _, place := range []string{"fr", "ca", "other"} {
		for _, k := range kinds {
			all = append(all, place+"."+k)
		}
	}
	return all
}

var attempts = []string{"cancelled", "created", "declined", "needs_action", "processing", "succeeded", "unknown"}

var units = []string{"C62", "HUR", "DAY", "MON", "ANN", "KGM", "TNE", "MTR", "MTK", "MTQ", "LTR", "KMT", "SET", "XPK", "LS"}

func TestDynamicKeysHaveTexts(t *testing.T) {
	for prefix, endings := range dynamic {
		for _, e := range endings {
			for _, lang := range locale.Langs() {
				if !locale.Has(lang, prefix+e) {
					t.Errorf("%s%s has no text (%s)", prefix, e, lang)
				}
			}
		}
	}
}

// use is one place where code names a key.
type use struct {
	at, key string
	args    []string // names of the arguments given beside it
	known   bool     // the arguments can be read from the code
}

// Every key that Go code names has its text in both languages, and gets the arguments that
// the text wants.
func TestKeysInCodeHaveTexts(t *testing.T) {
	texts := messages(t)
	found := 0
	for _, room := range rooms {
		for _, u := range usesIn(t, "../../"+room) {
			found++
			if _, ok := dynamic[u.key]; ok || slices.Contains(notTexts, u.key) {
				continue
			}
			text, ok := texts["fr"][u.key]
			if _, en := texts["en"][u.key]; !ok || !en {
				t.Errorf("%s: %s has no text", u.at, u.key)
				continue
			}
			for _, want := range wanted(text) {
				if u.known && !slices.Contains(u.args, want) {
					t.Errorf("%s: %s wants {%s}, given are %v", u.at, u.key, want, u.args)
				}
			}
		}
	}
	if found < 400 {
		t.Errorf("only %d keys found: is the expression right?", found)
	}
}

// ofList are the texts that a list of the portal has (edge/portal/list.go).
func ofList(states ...string) []string {
	endings := []string{".title", ".filters", ".filter_all", ".empty", ".empty_text"}
	for _, s := range states {
		endings = append(endings, ".filter_"+s, ".empty_"+s, ".empty_"+s+"_text")
	}
	return endings
}

func messages(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{"fr": {}, "en": {}}
	names, err := filepath.Glob("texts/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no texts", err)
	}
	for _, name := range names {
		parts := strings.Split(name, ".")
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(name, err)
		}
		maps.Copy(all[parts[len(parts)-2]], m)
	}
	return all
}

var placeholder = regexp.MustCompile(`'\{[^']*\}?'|\{([a-zA-Z_]+)[},]`)

// wanted gives the names of a message's placeholders; quoted braces are none.
func wanted(message string) (names []string) {
	for _, m := range placeholder.FindAllStringSubmatch(message, -1) {
		if m[1] != "" {
			names = append(names, m[1])
		}
	}
	return names
}

func usesIn(t *testing.T, dir string) (all []use) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) || (err == nil && d.IsDir() && d.Name() == "testdata") {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		args := argsOf(file)
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if key := text(lit); keyForm.MatchString(key) {
					u := args[lit]
					u.key, u.at = key, fmt.Sprintf("%s:%d", strings.TrimPrefix(path, "../../"), set.Position(lit.Pos()).Line)
					all = append(all, u)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// text gives the value of a string literal, "" of any other expression.
func text(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return ""
}

// argsOf reads the arguments beside keys in calls: fault.New(code, key, "name", value, …),
// form.Add(path, key, "name", value, …), t(key, map[string]any{"name": value}).
func argsOf(file *ast.File) map[*ast.BasicLit]use {
	found := map[*ast.BasicLit]use{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !takesArgs(call.Fun) {
			return true
		}
		for i, a := range call.Args {
			if lit, ok := a.(*ast.BasicLit); ok && keyForm.MatchString(text(lit)) {
				found[lit] = given(call.Args[i+1:])
			}
		}
		return true
	})
	return found
}

// takesArgs tells whether a function is one of those that take a key with its arguments.
func takesArgs(fun ast.Expr) bool {
	name := ""
	switch f := fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	return slices.Contains([]string{"New", "Add", "oneField", "T", "t"}, name)
}

func given(rest []ast.Expr) use {
	u := use{known: true}
	for i, a := range rest {
		switch x := a.(type) {
		case *ast.CompositeLit:
			for _, e := range x.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					u.args = append(u.args, text(kv.Key))
				}
			}
			return u
		case *ast.BasicLit:
			if i%2 == 0 {
				u.args = append(u.args, text(x))
			}
		case *ast.Ident:
			if i == 0 && x.Name != "nil" {
				return use{}
			}
		default:
			if i%2 == 0 {
				return use{}
			}
		}
	}
	return u
}
