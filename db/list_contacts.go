package db

import (
	"context"
	"database/sql"
)

// ContactFilter narrows the list of all contacts. Empty fields do not.
type ContactFilter struct {
	CustomerID int64
	Access     string // in (gets into the portal), out (does not), unused (gets in, has no password yet)
	Words      string // of MatchWords: those of its customer, among them all its people
}

// ContactRow is a contact in the list of all of them.
type ContactRow struct {
	ID, Version                                    int64
	PublicID, Name, Email, Phone, Language         string
	IsPrimary, PortalAccess, LetIn, HasPassword    bool
	AllAreas, SeeEachOther                         bool
	CustomerPublicID, CustomerNumber, CustomerName string
	SignedInAt                                     string
	SortKey                                        any
}

var contactOrders = map[string]string{"customer": "cu.name_key", "name": "k.name COLLATE NOCASE"}

// Contacts gives a page of the contacts of all customers, without archived ones.
func (d *DB) Contacts(ctx context.Context, f ContactFilter, p Page) ([]ContactRow, error) {
	column, ok := contactOrders[p.Sort]
	if !ok {
		column = contactOrders["customer"]
	}
	const letIn = "EXISTS (SELECT 1 FROM contacts_let_in l WHERE l.id = k.id)"
	const password = "EXISTS (SELECT 1 FROM contact_credentials cc WHERE cc.contact_id = k.id)"
	w := &where{}
	w.and("k.archived_at IS NULL")
	if f.CustomerID != 0 {
		w.and("k.customer_id = ?", f.CustomerID)
	}
	switch f.Access {
	case "in":
		w.and(letIn)
	case "out": // what contacts_let_in leaves out, read off the rows at hand: all of them may have to be looked at
		w.and("(k.portal_access = 0 OR EXISTS (SELECT 1 FROM customer_groups g WHERE g.id = cu.group_id AND g.portal_enabled = 0))")
	case "unused":
		w.and(letIn + " AND NOT " + password)
	}
	w.words("cu.id", "customer", f.Words)
	if p.HasKey { // the order's own index serves; the pair of the page's key spans two tables
		w.and(column+map[bool]string{true: " <= ?", false: " >= ?"}[p.Desc], p.After)
	}
	query := "SELECT k.id, k.version, k.public_id, k.name, k.email, k.phone, k.language, k.is_primary, k.portal_access, " + letIn + ", " + password + ", k.areas IS NULL, cu.see_each_other, cu.public_id, cu.number, cu.name, " +
		"COALESCE((SELECT a.at FROM audit_log a WHERE a.object_kind = 'contact' AND a.object_id = k.id AND a.action = 'contact.signed_in' ORDER BY a.id DESC LIMIT 1), ''), " + column +
		" FROM contacts k JOIN customers cu ON cu.id = k.customer_id"
	query += w.page(column, "k.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *ContactRow) error {
		return rows.Scan(&r.ID, &r.Version, &r.PublicID, &r.Name, &r.Email, &r.Phone, &r.Language, &r.IsPrimary, &r.PortalAccess, &r.LetIn, &r.HasPassword, &r.AllAreas, &r.SeeEachOther,
			&r.CustomerPublicID, &r.CustomerNumber, &r.CustomerName, &r.SignedInAt, &r.SortKey)
	})
}
