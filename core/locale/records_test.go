package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comptoir/core/locale"
)

// shownOf are the kinds of objects whose audit records are told with a document (query
// AuditOfDocument, app/invoice_view.go) or with a customer (query CustomerHistory,
// app/contacts.go): each of their actions has a text history.<action>.
var shownOf = []string{"document", "payment", "payment_intent", "customer", "contact", "contract"}

// untold are actions that no page shows: the document is gone with its draft, and a method that
// was not kept is no part of a payment.
var untold = []string{"invoice.draft_deleted", "quote.draft_deleted", "credit_note.draft_deleted", "deposit_invoice.draft_deleted", "method.refused",
	// Of a customer: coming and going, and what its documents and payments tell themselves.
	"contact.signed_in", "contact.link_opened", "contact.proved", "contact.session_ended", "contact.sessions_ended", "customer.portal_asked", "customer.portal_left",
	"invoice.several_handed", "credit_note.several_handed", "quote.several_handed", "deposit_invoice.several_handed", "payment.owed", "payment.owed_back"}

// acts are the actions, by the file and the code that puts them together. A new one fails the
// test until its actions are named here.
var acts = map[string][]string{
	`office/customers/contact_move.go: x.action`:                                             {"contact.moved_away", "contact.moved_in"},
	`office/customers/contact_move.go: action`:                                               {"customer.see_each_other_on", "customer.see_each_other_off"},
	`office/access/shown.go: shownAction(d.Kind, "shown")`:                                   {"invoice.shown", "deposit_invoice.shown", "quote.shown"},
	`office/access/shown.go: shownAction(r.Kind, "shown_opened")`:                            {"invoice.shown_opened", "deposit_invoice.shown_opened", "quote.shown_opened"},
	`office/access/factor.go: "contact.factor_" + what`:                                      {"contact.factor_on", "contact.factor_off", "contact.factor_reset", "contact.factor_recovery"},
	`office/access/session.go: action`:                                                       {"contact.signed_in", "contact.link_opened"},
	`office/customers/contact_details.go: action`:                                            {"customer.change_proposed", "customer.changed_by_contact"},
	`office/customers/contact_proposals.go: "customer.change_" + state`:                      {"customer.change_accepted", "customer.change_refused"},
	`office/customers/contact_second.go: action`:                                             {"contact.access_given", "contact.access_taken"},
	`office/customers/customers.go: action`:                                                  {"customer.archived", "customer.restored"},
	`office/payments/bank_orders.go: "payment." + event`:                                     {"payment.owed", "payment.owed_back"},
	`office/sales/portal_zip.go: action(cmp.Or(in.Kind, billing.Invoice), "several_handed")`: ofKinds("several_handed"),
	`office/contracts/milestones.go: action`: {"contract.milestone_added", "contract.milestone_changed", "contract.milestone_done", "contract.milestone_reopened", "contract.milestone_cancelled", "contract.milestone_deleted",
		"contract.milestone_shown", "contract.milestone_hidden", "contract.milestones_ordered"},
	`office/contracts/files.go: "contract." + action`: {"contract.file_added", "contract.file_version", "contract.file_renamed", "contract.files_moved", "contract.files_shown", "contract.files_hidden", "contract.files_removed",
		"contract.files_restored", "contract.folder_added", "contract.folder_renamed", "contract.folder_removed"},
	`office/schedule/bill.go: action`:  {"contract.paper_attached", "contract.paper_detached"},
	`office/contracts/save.go: action`: {"contract.created", "contract.duplicated"},
	`office/contracts/states.go: action`: {"contract.to_review", "contract.to_sign", "contract.reopened", "contract.signed_on_paper", "contract.renewed", "contract.ended", "contract.kept", "contract.cancelled",
		"contract.signed"}, // the last one by a round (office/signing)
	`office/signing/asking.go: action`: {"contract.turn_approved", "contract.turn_signed", "contract.turn_refused", "contract.all_approved", "contract.all_signed", "contract.round_started", "contract.round_cancelled", "contract.round_restarted",
		"contract.round_not_restarted", "contract.turn_reminded", "contract.centre_changed", "contract.party_added", "contract.party_removed", "contract.handed_over", "contract.sealed"},
	`office/charging/source.go: stoppedKind`:                                {"charging.stopped"},
	`office/charging/window.go: retriedKind`:                                {"charging.by_hand"},
	`office/chat/chat.go: action`:                                           {"question.asked", "question.answered"},
	`office/payments/settle.go: "payment.intent_" + m.State`:                {"payment.intent_processing", "payment.intent_needs_action", "payment.intent_succeeded", "payment.intent_declined", "payment.intent_unknown", "payment.intent_cancelled"},
	`office/payments/undo.go: action`:                                       {"payment.allocate", "payment.cancel", "payment.return"},
	`office/reminders/send.go: action`:                                      {"reminder.exempted", "reminder.resumed"},
	`office/customers/suspend.go: action`:                                   {"customer.suspended", "customer.resumed"},
	`office/sales/draft.go: action(kind, "drafted")`:                        ofKinds("drafted"),
	`office/sales/issue.go: action(x.kind(), "issued")`:                     ofKinds("issued"),
	`office/sales/portal.go: action(d.Kind, "viewed")`:                      ofKinds("viewed"),
	`office/sales/quote_decide.go: action(billing.Quote, p.Decision)`:       {"quote.approved", "quote.refused"},
	`office/sales/quote_undo.go: action(billing.Quote, "undone")`:           {"quote.undone"},
	`office/sales/send.go: action(billing.Kind(row.Kind), "draft_deleted")`: ofKinds("draft_deleted"),
	`office/sales/send.go: action(billing.Kind(row.Kind), "mailed")`:        ofKinds("mailed"),
}

// notices are the kinds of notifications, likewise.
var notices = map[string][]string{
	`office/signing/tell.go: notice`:                     {"contract_approved", "contract_signed", "contract_refused"},
	`office/charging/tell.go: kind`:                      {"charge_failed", "charge_retried", "charge_action", "charge_waits"},
	`office/registration/onfile.go: kind`:                {"signup_on_file"},
	`office/payments/payouts.go: notice`:                 {"payout_failed"},
	`office/payments/give.go: notice`:                    {"refund_came_back", "refunded_at_gateway", "dispute_money_back", "dispute_money_gone", "dispute_won"},
	`office/sales/portal.go: string(d.Kind) + "_viewed"`: {"invoice_viewed", "deposit_invoice_viewed", "credit_note_viewed", "quote_viewed"},
}

func ofKinds(done string) (all []string) {
	for _, kind := range []string{"invoice", "deposit_invoice", "credit_note", "quote"} {
		all = append(all, kind+"."+done)
	}
	return all
}

// No act on a document is left out of its history for want of a text.
func TestEveryActOfADocumentHasAText(t *testing.T) {
	found := 0
	inRooms(t, func(at string, n ast.Node) {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || lit.Type == nil || types.ExprString(lit.Type) != "audit.Record" {
			return
		}
		var act, object ast.Expr
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				switch types.ExprString(kv.Key) {
				case "Action":
					act = kv.Value
				case "ObjectKind":
					object = kv.Value
				}
			}
		}
		if kind := text(object); kind == "" {
			t.Errorf("%s: the kind of the object is no plain word", at)
		} else if !slices.Contains(shownOf, kind) {
			return
		}
		found++
		for _, a := range named(t, at, act, acts) {
			if !slices.Contains(untold, a) {
				has(t, at, "history."+a)
			}
		}
	})
	if found < 25 {
		t.Errorf("only %d records found", found)
	}
}

// No notification is told by the words of an unknown one.
func TestEveryNoticeHasAText(t *testing.T) {
	found := 0
	inRooms(t, func(at string, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || types.ExprString(call.Fun) != "audit.Notify" || len(call.Args) < 4 {
			return
		}
		found++
		for _, kind := range named(t, at, call.Args[2], notices) {
			has(t, at, "notice."+kind)
			if args, ok := call.Args[3].(*ast.CompositeLit); ok {
				given := append(given([]ast.Expr{args}).args, "amount") // made of amount_minor and currency
				for _, want := range wanted(messages(t)["fr"]["notice."+kind]) {
					if !slices.Contains(given, want) {
						t.Errorf("%s: notice.%s wants {%s}, given are %v", at, kind, want, given)
					}
				}
			}
		}
	})
	if found < 35 {
		t.Errorf("only %d notices found", found)
	}
}

// named are the words that an expression stands for.
func named(t *testing.T, at string, e ast.Expr, known map[string][]string) []string {
	t.Helper()
	if word := text(e); word != "" {
		return []string{word}
	}
	file, _, _ := strings.Cut(at, ":")
	words, ok := known[file+": "+types.ExprString(e)]
	if !ok {
		t.Errorf("%s: which words does %s stand for?", at, types.ExprString(e))
	}
	return words
}

func has(t *testing.T, at, key string) {
	t.Helper()
	for _, lang := range locale.Langs() {
		if !locale.Has(lang, key) {
			t.Errorf("%s: %s has no text (%s)", at, key, lang)
		}
	}
}

// inRooms shows every node of the code of all rooms, with its place.
func inRooms(t *testing.T, show func(at string, n ast.Node)) {
	t.Helper()
	for _, room := range rooms {
		err := filepath.WalkDir("../../"+room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if n != nil {
					show(strings.TrimPrefix(set.Position(n.Pos()).String(), "../../"), n)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
