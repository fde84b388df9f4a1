package db

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"unicode"
)

// What a customer may list of its own documents. Every statement begins at an index of that
// customer, so that a page costs the same in a company of a hundred times the size; words are
// looked for in that customer's documents only, not in the firm's word index, whose common
// words are as many as the company has documents.

// CustomerFilter narrows a customer's list of issued documents. Empty fields do not.
type CustomerFilter struct {
	CustomerID int64
	State      string // open, overdue, paid
	From, To   string // issue date
	Words      string // as typed
	Today      string
}

// CustomerDocumentRow is a document in its customer's list.
type CustomerDocumentRow struct {
	ID                                                     int64
	PublicID, Number, Kind, IssueDate, DueDate, Currency   string
	TotalInclMinor, PrepaidMinor, PaidMinor, CreditedMinor int64
	DueMinor, RetainedMinor                                int64
	RetainedUntil                                          string
	AnnouncedAt, ViewedAt                                  *string
	SortKey                                                any
}

// billed is the condition of the partial indexes documents_portal_*, word for word.
const billed = "d.state = 'issued' AND d.kind IN ('invoice','deposit_invoice')"

// CustomerInvoices gives a page of a customer's invoices by "issueDate", "dueDate" or "total".
func (d *DB) CustomerInvoices(ctx context.Context, f CustomerFilter, p Page) ([]CustomerDocumentRow, error) {
	w, from, column := f.invoices(p.Sort)
	id := "d.id"
	if strings.HasPrefix(column, "s.") {
		id = "s.document_id"
	}
	query := "SELECT d.id, d.public_id, d.number, d.kind, d.issue_date, s.due_date, d.currency, d.total_incl_minor, d.prepaid_minor, s.paid_minor, s.credited_minor, s.due_minor, s.retained_minor, s.retained_until, s.announced_at, s.viewed_at, " + column +
		from + w.page(column, id, p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *CustomerDocumentRow) error {
		return rows.Scan(&r.ID, &r.PublicID, &r.Number, &r.Kind, &r.IssueDate, &r.DueDate, &r.Currency, &r.TotalInclMinor, &r.PrepaidMinor, &r.PaidMinor, &r.CreditedMinor, &r.DueMinor, &r.RetainedMinor, &r.RetainedUntil, &r.AnnouncedAt, &r.ViewedAt, &r.SortKey)
	})
}

// CountCustomerInvoices counts them, but not beyond most: nobody needs the rest, and counting
// it would cost. Where nothing but the state is asked for, an index is counted and no row read.
func (d *DB) CountCustomerInvoices(ctx context.Context, f CustomerFilter, most int) (int, error) {
	w, from, _ := f.invoices("")
	switch {
	case f.State != "open" && f.State != "overdue" && f.State != "paid" && f.Words == "":
		from = " FROM documents d"
	case f.State != "paid" && f.Words == "" && f.From == "" && f.To == "":
		from = " FROM document_status s"
	}
	query := "SELECT count(*) FROM (SELECT 1" + from + " WHERE " + strings.Join(w.conditions, " AND ") + " LIMIT ?)"
	n, err := list(ctx, d, query, append(w.args, most), func(rows *sql.Rows, n *int) error { return rows.Scan(n) })
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

// invoices puts the conditions together. CROSS JOIN keeps the order of the tables: what is open
// is found by the index of what is open, everything else by the order asked for.
func (f CustomerFilter) invoices(sort string) (w *where, from, column string) {
	w = &where{}
	column = map[string]string{"dueDate": "d.due_date", "total": "d.total_incl_minor"}[sort]
	if column == "" {
		column = "d.issue_date"
	}
	from = " FROM documents d CROSS JOIN document_status s ON s.document_id = d.id"
	switch f.State {
	case "open", "overdue":
		from = " FROM document_status s CROSS JOIN documents d ON d.id = s.document_id"
		if sort == "dueDate" {
			column = "s.due_date"
		}
		w.and("s.customer_id = ? AND s.due_minor <> 0 AND s.kind IN ('invoice','deposit_invoice')", f.CustomerID)
		if f.State == "overdue" {
			w.and("s.due_date < ?", f.Today)
		}
	default:
		w.and("d.customer_id = ? AND "+billed, f.CustomerID)
		if f.State == "paid" {
			w.and("s.due_minor = 0")
		}
	}
	if f.From != "" {
		w.and("d.issue_date >= ?", f.From)
	}
	if f.To != "" {
		w.and("d.issue_date <= ?", f.To)
	}
	w.typed(f.Words, "d.number || ' ' || d.order_number", "d.total_incl_minor", "EXISTS (SELECT 1 FROM document_lines l WHERE l.document_id = d.id AND l.description || ' ' || l.detail GLOB ?)")
	return w, from, column
}

// typed narrows to rows in which every typed word is found: in the text, as an amount, or by
// the sub-query on their lines, whose one parameter is the pattern ("" = they have none).
func (w *where) typed(words, text, amount, lines string) {
	minor, isAmount := typedAmount(words)
	if isAmount {
		found := []string{text + " GLOB ?", amount + " BETWEEN ? AND ?"}
		args := []any{glob(strings.TrimSpace(words)), minor.from, minor.to}
		if lines != "" {
			found, args = append(found, lines), append(args, glob(strings.TrimSpace(words)))
		}
		w.and("("+strings.Join(found, " OR ")+")", args...)
		return
	}
	fields := strings.Fields(words)
	for _, word := range fields[:min(len(fields), 6)] {
		pattern := glob(word)
		if lines == "" {
			w.and(text+" GLOB ?", pattern)
			continue
		}
		w.and("("+text+" GLOB ? OR "+lines+")", pattern, pattern)
	}
}

type span struct{ from, to int64 }

// typedAmount reads 1 234,50, 1,234.50 or 1234 as an amount of a currency with two decimals; a
// whole number means it with any cents.
func typedAmount(typed string) (span, bool) {
	s := strings.TrimRight(strings.TrimSpace(typed), " \u00a0\u202f€$")
	whole := joinFigures(strings.ReplaceAll(s, "−", "-"))
	cents := ""
	if at := strings.LastIndexAny(whole, ",."); at >= 0 && len(whole)-at-1 <= 2 {
		whole, cents = whole[:at], whole[at+1:]
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return span{}, false
	}
	if cents == "" {
		return span{n * 100, n*100 + 99}, true
	}
	c, err := strconv.ParseInt((cents + "0")[:2], 10, 64)
	if err != nil || c < 0 {
		return span{}, false
	}
	return span{n*100 + c, n*100 + c}, true
}

// The letters that are one letter to who searches, without accents and case.
var alike = map[rune]string{
	'a': "aAàÀâÂäÄáÁãÃåÅ", 'c': "cCçÇ", 'e': "eEéÉèÈêÊëË", 'i': "iIîÎïÏíÍ", 'n': "nNñÑ", 'o': "oOôÔöÖóÓõÕ", 'u': "uUùÙûÛüÜúÚ", 'y': "yYÿŸ",
}

var plainLetter = func() map[rune]rune {
	m := map[rune]rune{}
	for plain, all := range alike {
		for _, r := range all {
			m[r] = plain
		}
	}
	return m
}()

// glob is the pattern that finds typed anywhere in a text, whatever the accents and case. What
// GLOB would read as a pattern stands in brackets.
func glob(typed string) string {
	var b strings.Builder
	b.WriteByte('*')
	for i, r := range []rune(typed) {
		if i == 40 {
			break
		}
		if plain, ok := plainLetter[r]; ok {
			b.WriteString("[" + alike[plain] + "]")
			continue
		}
		switch low, up := unicode.ToLower(r), unicode.ToUpper(r); {
		case r == '*' || r == '?' || r == '[':
			b.WriteString("[" + string(r) + "]")
		case unicode.IsMark(r): // a Mac types é as two characters
		case unicode.IsSpace(r):
			b.WriteString("[ \u00a0\u202f]")
		case r == '\'' || r == '’':
			b.WriteString("['’]")
		case low != up:
			b.WriteString("[" + string(low) + string(up) + "]")
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('*')
	return b.String()
}

// rough is a LIKE pattern that whatever glob finds matches too: what has other forms is any one character. SQLite
// goes through a text by it several times as fast, so that it stands before GLOB where many rows are read.
func rough(typed string) string {
	var b strings.Builder
	b.WriteByte('%')
	for i, r := range []rune(typed) {
		if i == 40 {
			break
		}
		_, varies := plainLetter[r]
		switch {
		case !varies && unicode.IsMark(r):
		case varies || r > unicode.MaxASCII || unicode.IsSpace(r) || strings.ContainsRune(`'%_\\`, r):
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('%')
	return b.String()
}

// CustomerPaymentRow is a payment in its customer's list.
type CustomerPaymentRow struct {
	ID, AmountMinor, LeftMinor, RefundedMinor                              int64
	PublicID, Number, Method, ReceivedOn, Currency, Reference, CancelledOn string
	SortKey                                                                any
}

// CustomerPayments gives a page of a customer's payments by "receivedOn" or "amount"; words are
// looked for in their numbers, references and amounts, and in the numbers of their documents.
func (d *DB) CustomerPayments(ctx context.Context, f CustomerFilter, p Page) ([]CustomerPaymentRow, error) {
	column := "p.received_on"
	if p.Sort == "amount" {
		column = "p.amount_minor"
	}
	w := &where{}
	w.and("p.customer_id = ?", f.CustomerID)
	if f.From != "" {
		w.and("p.received_on >= ?", f.From)
	}
	if f.To != "" {
		w.and("p.received_on <= ?", f.To)
	}
	w.typed(f.Words, "p.number || ' ' || p.reference", "p.amount_minor", "EXISTS (SELECT 1 FROM allocations a JOIN documents x ON x.id = a.document_id WHERE a.payment_id = p.id AND x.number GLOB ?)")
	query := "SELECT p.id, p.public_id, p.number, p.method, p.received_on, p.amount_minor, p.currency, p.reference, s.left_minor, s.refunded_minor, s.cancelled_on, " + column +
		" FROM payments p CROSS JOIN payment_status s ON s.payment_id = p.id" + w.page(column, "p.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *CustomerPaymentRow) error {
		return rows.Scan(&r.ID, &r.PublicID, &r.Number, &r.Method, &r.ReceivedOn, &r.AmountMinor, &r.Currency, &r.Reference, &r.LeftMinor, &r.RefundedMinor, &r.CancelledOn, &r.SortKey)
	})
}
