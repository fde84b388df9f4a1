package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
)

// AuditFilter narrows the audit log. Empty fields do not.
type AuditFilter struct {
	ActorKind  string // staff, contact, system, command_line
	ActorID    int64  // with ActorKind; -1 = whoever of that kind
	Actions    []string
	ObjectKind string
	ObjectID   int64
	From, To   string   // instants, To not included
	Words      string   // as typed
	WordActs   []string // actions whose words hold Words
	WordKinds  []string // kinds of objects, likewise
	WordActors []string // kinds of actors, likewise
	Lang       string   // of the names that stand in both: fr, en
}

// AuditRow is one thing done, with the object's name and public id as they are now.
type AuditRow struct {
	ID                                          int64
	At, ActorKind, ActorName, Action            string
	ActorID                                     int64
	ObjectKind, ObjectName, ObjectRef, ObjectIs string
	ObjectID                                    int64
	Details, Hash, Currency                     string // Currency: of the object's amounts, "" = it has none
}

// auditObject is a kind of row that the log tells of, or names in a detail: where it stands and how
// people know it. {1} is the reader's language in it, {2} the other one.
type auditObject struct{ kind, table, name, ref string }

// auditCustomer is the name of the customer of a row.
const auditCustomer = "(SELECT c.name FROM customers c WHERE c.id = x.customer_id)"

// auditHost is the machine that a webhook calls: path and query of its address may hold a secret.
const auditHost = "substr(substr(x.url, instr(x.url, '://') + 3), 1, instr(replace(replace(substr(x.url, instr(x.url, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1)"

// auditObjects are all of them; what is not among them has no name.
var auditObjects = []auditObject{
	{"document", "documents", "COALESCE(x.number, x.customer_name)", "x.public_id"},
	{"customer", "customers", "x.name", "x.public_id"},
	{"contact", "contacts", "x.name", "(SELECT c.public_id FROM customers c WHERE c.id = x.customer_id)"},
	{"contract", "contracts", "x.number", "x.public_id"},
	{"payment", "payments", "x.number", "x.public_id"},
	{"item", "items", "x.name", "x.public_id"},
	{"customer_group", "customer_groups", "x.name", "x.public_id"},
	{"recurring", "recurring_invoices", "x.customer_name", "x.public_id"},
	{"plan", "plans", "COALESCE(NULLIF(x.name_{1}, ''), x.name_{2})", "x.public_id"},
	{"subscription", "subscriptions", "x.customer_name", "x.public_id"},
	{"mandate", "mandates", "x.rum", ""},
	{"user", "users", "x.name", ""},
	{"price_list", "price_lists", "x.name", ""},
	{"price_change", "price_changes", "(SELECT l.name FROM price_lists l WHERE l.id = x.price_list_id)", ""},
	{"reminder_policy", "reminder_policies", "x.name", ""},
	{"contract_type", "contract_types", "x.name", ""},
	{"hours_event", "hours_events", "x.name", ""},
	{"hours_schedule", "hours_schedules", "x.name", ""},
	{"conversation", "conversations", auditCustomer + " || ' · ' || substr(x.subject, 1, 80)", "x.public_id"},
	{"canned_reply", "canned_replies", "x.title", ""},
	{"announcement", "notices", "COALESCE(NULLIF(x.title_{1}, ''), x.title_{2})", "x.public_id"},
	{"faq_entry", "faq_entries", "COALESCE(NULLIF(x.question_{1}, ''), x.question_{2})", ""},
	{"access_request", "access_requests", "COALESCE(NULLIF(x.form ->> 'company', ''), NULLIF(x.form ->> 'name', ''), x.email)", "x.public_id"},
	{"invitation_run", "invitation_runs", "x.by_name", ""},
	{"api_token", "api_tokens", "x.name", ""},
	{"webhook", "webhooks", "COALESCE(NULLIF(x.description, ''), " + auditHost + ")", ""},
	{"import", "imports", "x.file_name", ""},
	{"mail", "mails", "COALESCE(NULLIF(x.to_name, ''), x.to_address) || COALESCE(' · ' || NULLIF(x.subject, ''), '')", ""},
	{"kept_method", "kept_methods", auditCustomer + " || ' · ' || x.last4", ""},
	{"payment_intent", "payment_intents", auditCustomer, ""},
	{"payout", "gateway_payouts", "x.arrived_on", ""},
	{"refund", "refunds", "x.number", ""},
	{"sepa_batch", "sepa_batches", "x.number", "x.public_id"},
	{"sepa_transfer", "sepa_transfers", "x.creditor_name", ""},
	{"shared_file", "shared_files", "x.name", ""},
	{"statement_schedule", "statement_schedules", "COALESCE(" + auditCustomer + ", (SELECT g.name FROM customer_groups g WHERE g.id = x.group_id))", ""},
	// the log names an entry by its number in the books, not by its row
	{"entry", "(SELECT e.number AS id, e.label FROM entries e)", "x.label", ""},
	// named in details only
	{"contract_guest", "contract_guests", "x.name", ""},
	{"contract_milestone", "contract_milestones", "x.title", ""},
	{"contract_file", "contract_files", "x.name", ""},
	{"contract_folder", "contract_folders", "x.name", ""},
	{"contract_party", "contract_parties", "COALESCE((SELECT u.name FROM users u WHERE u.id = x.user_id), (SELECT k.name FROM contacts k WHERE k.id = x.contact_id), (SELECT g.name FROM contract_guests g WHERE g.id = x.guest_id))", ""},
}

// auditCase gives one thing of the object of a row of the log; of chooses it, "" = this kind has none.
func auditCase(of func(auditObject) string) string {
	var b strings.Builder
	b.WriteString("COALESCE(CASE a.object_kind")
	for _, o := range auditObjects {
		if what := of(o); what != "" {
			b.WriteString(" WHEN '" + o.kind + "' THEN (SELECT " + what + " FROM " + o.table + " x WHERE x.id = a.object_id)")
		}
	}
	b.WriteString(" END, '')")
	return b.String()
}

// spoken puts the columns of a language into a statement: this one's first, where something stands there.
func spoken(query, lang string) string {
	if lang == "en" {
		return strings.NewReplacer("{1}", "en", "{2}", "fr").Replace(query)
	}
	return strings.NewReplacer("{1}", "fr", "{2}", "en").Replace(query)
}

// Audit gives a page of the audit log, the newest first. Pages go on below the id of the last row.
func (d *DB) Audit(ctx context.Context, f AuditFilter, p Page) ([]AuditRow, error) {
	w := f.narrow()
	p.Desc = true
	query := "SELECT a.id, a.at, a.actor_kind, a.actor_id, a.actor_name, a.action, a.object_kind, a.object_id, a.details, a.hash, " +
		auditCase(func(o auditObject) string { return o.name }) + ", " + auditCase(func(o auditObject) string { return o.ref }) +
		", COALESCE(CASE a.object_kind WHEN 'document' THEN (SELECT d.kind FROM documents d WHERE d.id = a.object_id) END, '')," +
		" COALESCE(CASE a.object_kind WHEN 'document' THEN (SELECT d.currency FROM documents d WHERE d.id = a.object_id) WHEN 'payment_intent' THEN (SELECT i.currency FROM payment_intents i WHERE i.id = a.object_id)" +
		" WHEN 'payment' THEN (SELECT p.currency FROM payments p WHERE p.id = a.object_id) WHEN 'sepa_transfer' THEN 'EUR' WHEN 'sepa_batch' THEN 'EUR' END, '') FROM audit_log a" + w.page("a.id", "a.id", p)
	return list(ctx, d, spoken(query, f.Lang), w.args, func(rows *sql.Rows, r *AuditRow) error {
		return rows.Scan(&r.ID, &r.At, &r.ActorKind, &r.ActorID, &r.ActorName, &r.Action, &r.ObjectKind, &r.ObjectID, &r.Details, &r.Hash, &r.ObjectName, &r.ObjectRef, &r.ObjectIs, &r.Currency)
	})
}

func (f AuditFilter) narrow() *where {
	w := &where{}
	if f.ActorKind != "" {
		w.and("a.actor_kind = ?", f.ActorKind)
		if f.ActorID >= 0 {
			w.and("a.actor_id = ?", f.ActorID)
		}
	}
	if len(f.Actions) > 0 {
		w.and("a.action IN ("+marks(len(f.Actions))+")", anys(f.Actions)...)
	}
	if f.ObjectKind != "" {
		w.and("a.object_kind = ?", f.ObjectKind)
		if f.ObjectID != 0 {
			w.and("a.object_id = ?", f.ObjectID)
		}
	}
	if f.From != "" {
		w.and("a.at >= ?", f.From)
	}
	if f.To != "" {
		w.and("a.at < ?", f.To)
	}
	if typed := strings.TrimSpace(f.Words); typed != "" {
		f.saying(w, typed)
	}
	return w
}

// saying keeps the rows in which the words stand: in who did it, in the details, in the name of the
// object, or in what the reader's language calls the action, the kind of object, the kind of person.
// The objects of that name are looked up once and kept; a row then costs one look into them.
func (f AuditFilter) saying(w *where, typed string) {
	g, quick := glob(typed), rough(typed)
	args := []any{quick, g, quick, g}
	called := make([]string, 0, len(auditObjects))
	for _, o := range auditObjects {
		called = append(called, "SELECT '"+o.kind+"', x.id FROM "+o.table+" x WHERE "+o.name+" LIKE ? AND "+o.name+" GLOB ?")
		args = append(args, quick, g)
	}
	for _, list := range [][]string{f.WordActs, f.WordKinds, f.WordActors} {
		args = append(args, anys(list)...)
	}
	w.and("(a.actor_name LIKE ? AND a.actor_name GLOB ? OR a.details LIKE ? AND a.details GLOB ?"+
		" OR (a.object_kind, a.object_id) IN ("+strings.Join(called, " UNION ALL ")+")"+
		" OR a.action IN ("+marks(len(f.WordActs))+") OR a.object_kind IN ("+marks(len(f.WordKinds))+") OR a.actor_kind IN ("+marks(len(f.WordActors))+"))", args...)
}

// AuditNames gives the names of rows of one kind, by their ids; what is gone is left out.
func (d *DB) AuditNames(ctx context.Context, kind, lang string, ids []int64) (map[int64]string, error) {
	names := map[int64]string{}
	for _, o := range auditObjects {
		if o.kind != kind || len(ids) == 0 {
			continue
		}
		given, err := json.Marshal(ids)
		if err != nil {
			return nil, err
		}
		query := spoken("SELECT x.id, COALESCE("+o.name+", '') FROM "+o.table+" x WHERE x.id IN (SELECT j.value FROM json_each(?) j)", lang)
		_, err = list(ctx, d, query, []any{string(given)}, func(rows *sql.Rows, _ *struct{}) error {
			var id int64
			var name string
			err := rows.Scan(&id, &name)
			names[id] = name
			return err
		})
		return names, err
	}
	return names, nil
}

// marks is one question mark a parameter.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys(list []string) []any {
	all := make([]any, 0, len(list))
	for _, s := range list {
		all = append(all, s)
	}
	return all
}
