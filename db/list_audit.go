package db

import (
	"context"
	"database/sql"
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
}

// AuditRow is one thing done, with the object's name and public id as they are now.
type AuditRow struct {
	ID                                          int64
	At, ActorKind, ActorName, Action            string
	ActorID                                     int64
	ObjectKind, ObjectName, ObjectRef, ObjectIs string
	ObjectID                                    int64
	Details, Hash                               string
}

// auditObjects name the objects that people look for; what is not among them has no name.
const auditObjects = `CASE a.object_kind
 WHEN 'document' THEN (SELECT COALESCE(d.number, '') FROM documents d WHERE d.id = a.object_id)
 WHEN 'customer' THEN (SELECT c.name FROM customers c WHERE c.id = a.object_id)
 WHEN 'contact' THEN (SELECT k.name FROM contacts k WHERE k.id = a.object_id)
 WHEN 'contract' THEN (SELECT t.number FROM contracts t WHERE t.id = a.object_id)
 WHEN 'payment' THEN (SELECT p.number FROM payments p WHERE p.id = a.object_id)
 WHEN 'item' THEN (SELECT i.name FROM items i WHERE i.id = a.object_id)
 WHEN 'customer_group' THEN (SELECT g.name FROM customer_groups g WHERE g.id = a.object_id)
 WHEN 'recurring' THEN (SELECT r.customer_name FROM recurring_invoices r WHERE r.id = a.object_id)
 WHEN 'plan' THEN (SELECT n.name_fr FROM plans n WHERE n.id = a.object_id)
 WHEN 'mandate' THEN (SELECT m.rum FROM mandates m WHERE m.id = a.object_id)
 WHEN 'user' THEN (SELECT u.name FROM users u WHERE u.id = a.object_id)
 WHEN 'price_list' THEN (SELECT l.name FROM price_lists l WHERE l.id = a.object_id)
 END`

const auditRefs = `CASE a.object_kind
 WHEN 'document' THEN (SELECT d.public_id FROM documents d WHERE d.id = a.object_id)
 WHEN 'customer' THEN (SELECT c.public_id FROM customers c WHERE c.id = a.object_id)
 WHEN 'contact' THEN (SELECT c.public_id FROM contacts k JOIN customers c ON c.id = k.customer_id WHERE k.id = a.object_id)
 WHEN 'contract' THEN (SELECT t.public_id FROM contracts t WHERE t.id = a.object_id)
 WHEN 'payment' THEN (SELECT p.public_id FROM payments p WHERE p.id = a.object_id)
 WHEN 'item' THEN (SELECT i.public_id FROM items i WHERE i.id = a.object_id)
 WHEN 'customer_group' THEN (SELECT g.public_id FROM customer_groups g WHERE g.id = a.object_id)
 WHEN 'recurring' THEN (SELECT r.public_id FROM recurring_invoices r WHERE r.id = a.object_id)
 WHEN 'plan' THEN (SELECT n.public_id FROM plans n WHERE n.id = a.object_id)
 END`

// Audit gives a page of the audit log, the newest first. Pages go on below the id of the last row.
func (d *DB) Audit(ctx context.Context, f AuditFilter, p Page) ([]AuditRow, error) {
	w := f.narrow()
	p.Desc = true
	query := "SELECT a.id, a.at, a.actor_kind, a.actor_id, a.actor_name, a.action, a.object_kind, a.object_id, a.details, a.hash, COALESCE(" + auditObjects + ", ''), COALESCE(" + auditRefs + ", '')," +
		" COALESCE(CASE a.object_kind WHEN 'document' THEN (SELECT d.kind FROM documents d WHERE d.id = a.object_id) END, '') FROM audit_log a" + w.page("a.id", "a.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *AuditRow) error {
		return rows.Scan(&r.ID, &r.At, &r.ActorKind, &r.ActorID, &r.ActorName, &r.Action, &r.ObjectKind, &r.ObjectID, &r.Details, &r.Hash, &r.ObjectName, &r.ObjectRef, &r.ObjectIs)
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
		g, quick := glob(typed), rough(typed)
		args := append([]any{quick, g, quick, g, g, g}, anys(f.WordActs)...)
		w.and("(a.actor_name LIKE ? AND a.actor_name GLOB ? OR a.details LIKE ? AND a.details GLOB ?"+
			" OR a.object_kind = 'document' AND a.object_id IN (SELECT d.id FROM documents d WHERE d.number GLOB ?)"+
			" OR a.object_kind = 'customer' AND a.object_id IN (SELECT c.id FROM customers c WHERE c.name GLOB ?)"+
			" OR a.action IN ("+marks(len(f.WordActs))+"))", args...)
	}
	return w
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
