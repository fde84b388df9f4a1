package db

import (
	"context"
	"database/sql"
	"strings"
)

// FileFilter narrows what a contact sees of the files shared with its customer. Empty fields do
// not, but for CustomerID.
type FileFilter struct {
	CustomerID   int64
	DocumentID   string // public id
	State        string // received, sent, new
	From, Before string // instants
	Words        string
}

// PortalFileRow is a file as its customer sees it.
type PortalFileRow struct {
	ID, Size                                                       int64
	PublicID, Name, Note, SHA256, MediaType, AuthorName, CreatedAt string
	ContactID                                                      *int64
	SeenAt, DocumentPublicID, DocumentNumber, DocumentKind         *string
	SortKey                                                        any
}

// fileOrders are the orders of a customer's files; the order in which they came is that of the
// index.
var fileOrders = map[string]string{"newest": "f.id", "name": "lower(f.name)", "size": "f.size"}

// PortalFiles gives a page of them by "newest", "name" or "size".
func (d *DB) PortalFiles(ctx context.Context, f FileFilter, p Page) ([]PortalFileRow, error) {
	column, ok := fileOrders[p.Sort]
	if !ok {
		column = fileOrders["newest"]
	}
	w := f.where()
	query := "SELECT f.id, f.size, f.public_id, f.name, f.note, f.sha256, f.media_type, f.author_name, f.created_at, f.contact_id, f.seen_at, d.public_id, d.number, d.kind, " + column +
		" FROM shared_files f LEFT JOIN documents d ON d.id = f.document_id" + w.page(column, "f.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *PortalFileRow) error {
		return rows.Scan(&r.ID, &r.Size, &r.PublicID, &r.Name, &r.Note, &r.SHA256, &r.MediaType, &r.AuthorName, &r.CreatedAt, &r.ContactID, &r.SeenAt, &r.DocumentPublicID, &r.DocumentNumber, &r.DocumentKind, &r.SortKey)
	})
}

// CountPortalFiles counts them, but not beyond most.
func (d *DB) CountPortalFiles(ctx context.Context, f FileFilter, most int) (int, error) {
	w := f.where()
	n, err := list(ctx, d, "SELECT count(*) FROM (SELECT 1"+visibleFiles+strings.Join(w.conditions, " AND ")+" LIMIT ?)", append(w.args, most), func(rows *sql.Rows, n *int) error { return rows.Scan(n) })
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

const visibleFiles = " FROM shared_files f LEFT JOIN documents d ON d.id = f.document_id WHERE "

// where says what a contact may see at all, then what it asks for (the same in PortalFile of
// queries/shared_files.sql).
func (f FileFilter) where() *where {
	w := &where{}
	w.and("f.customer_id = ? AND f.removed_at IS NULL AND f.in_portal = 1 AND (f.document_id IS NULL OR (d.state = 'issued' AND d.customer_id = f.customer_id))", f.CustomerID)
	switch f.State {
	case "received":
		w.and("f.contact_id IS NULL")
	case "sent":
		w.and("f.contact_id IS NOT NULL")
	case "new":
		w.and("f.contact_id IS NULL AND f.seen_at IS NULL")
	}
	if f.DocumentID != "" {
		w.and("d.public_id = ?", f.DocumentID)
	}
	if f.From != "" {
		w.and("f.created_at >= ?", f.From)
	}
	if f.Before != "" {
		w.and("f.created_at < ?", f.Before)
	}
	fields := strings.Fields(f.Words)
	for _, word := range fields[:min(len(fields), 6)] {
		w.and("f.name || ' ' || f.note || ' ' || COALESCE(d.number, '') GLOB ?", glob(word))
	}
	return w
}
