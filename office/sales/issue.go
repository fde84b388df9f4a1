package sales

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/office/search"
	"comptoir/rules/billing"
)

// How a document leaves the drafts.
const (
	ByMail = "mail" // Envoyer par courriel
	ByHand = "sent" // Marquer envoyée
	NoSend = ""     // numbered only; payments use it for Marquer payée
)

// Issue asks to issue a draft.
type Issue struct {
	Key      string `json:"key"`
	PublicID string `json:"publicId"`
	Version  int64  `json:"version"` // the draft as it was shown; another one is refused
	How      string `json:"how"`     // ByMail, ByHand
	Message  string `json:"message"` // a word of the sender's own, for ByMail
}

// issued is what an issuing transaction answers and a repeat of it gives again.
type issued struct {
	ID     int64  `json:"id"`
	Number string `json:"number"`
}

// Issue gives the draft its number, freezes it, posts its entry, writes the audit log and
// queues PDF and mail: all in one transaction (spec/billing, Issuing). The same key again
// gives the same document.
func (s *Service) Issue(ctx context.Context, who actor.Actor, in Issue) (d Document, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Document{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done issued
		if err := audit.Once(ctx, tx, in.Key, "document.issue", in, &done, func() error {
			done, err = s.IssueTx(ctx, tx, who, in)
			return err
		}); err != nil {
			return err
		}
		d, err = s.load(ctx, tx.Queries, done.ID)
		return err
	})
	return d, err
}

// IssueTx is Issue inside the caller's transaction.
func (s *Service) IssueTx(ctx context.Context, tx *db.Tx, who actor.Actor, in Issue) (issued, error) {
	row, err := tx.DocumentByPublicID(ctx, in.PublicID)
	if err != nil {
		return issued{}, db.NotFound(err)
	}
	if row.State != "draft" {
		return issued{}, fault.New(fault.Conflict, "fault.already_issued", "number", text(row.Number))
	}
	if row.Version != in.Version {
		return issued{}, fault.New(fault.Conflict, "fault.stale")
	}
	x, err := s.issueRow(ctx, tx, who, in, row)
	if err != nil {
		return issued{}, err
	}
	return issued{ID: row.ID, Number: x.number.Text}, nil
}

// issueRow issues the draft that row is.
func (s *Service) issueRow(ctx context.Context, tx *db.Tx, who actor.Actor, in Issue, row gen.Document) (*issue, error) {
	x, err := s.newIssue(ctx, tx, row)
	if err != nil {
		return nil, err
	}
	if in.How == ByMail {
		if err := x.needAddress(); err != nil {
			return nil, err
		}
	}
	if err := x.freeze(ctx, tx); err != nil {
		return nil, err
	}
	if err := s.follow(ctx, tx, who, x, in); err != nil {
		return nil, err
	}
	tx.AfterCommit(func() { s.Changed(topic(x.kind()), "customers", "books") })
	return x, nil
}

// issue is the work sheet of one issuing transaction.
type issue struct {
	row      gen.Document
	rows     rows // as stored
	firm     company.Firm
	customer gen.Customer
	contact  *gen.Contact
	doc      billing.Document
	totals   billing.Totals
	seller   Party
	buyer    Party
	mentions []Mention
	on, due  civil.Date
	valid    civil.Date // quote
	rateE8   int64
	number   company.Number
	entryID  *int64 // nil: a quote and a document of nothing have no entry
	deposits []Deposit
	before   *gen.Document // of a credit note: the invoice it is about
	retains  int64         // of what is due, the part that the customer holds back
	until    civil.Date    // the day on which that falls due
}

func (x *issue) kind() billing.Kind { return billing.Kind(x.row.Kind) }

// newIssue looks up and judges everything before a number is taken.
func (s *Service) newIssue(ctx context.Context, tx *db.Tx, row gen.Document) (*issue, error) {
	x := &issue{row: row}
	var err error
	if x.firm, err = company.Get(ctx, tx.Queries); err != nil {
		return nil, err
	}
	if row.CustomerID == nil {
		return nil, oneField("customerId", "fault.required")
	}
	if x.customer, err = tx.CustomerByID(ctx, *row.CustomerID); err != nil {
		return nil, db.NotFound(err)
	}
	if err := x.findContact(ctx, tx.Queries); err != nil {
		return nil, err
	}
	var d Document
	d.Currency, d.PricesInclTax, d.Draft = money.Currency(row.Currency), row.PricesInclTax == 1, true
	if x.rows, err = s.buildLines(ctx, tx.Queries, row, &d); err != nil {
		return nil, err
	}
	x.deposits = d.Deposits
	x.doc = billing.Document{Currency: d.Currency, PricesInclTax: d.PricesInclTax, Allowances: d.Allowances, PrepaidMinor: row.PrepaidMinor}
	for _, l := range d.Lines {
		x.doc.Lines = append(x.doc.Lines, l.Line)
	}
	if x.totals, err = billing.Calculate(x.doc); err != nil {
		return nil, err
	}
	if err := x.dates(ctx, tx); err != nil {
		return nil, err
	}
	x.seller, x.buyer = sellerOf(x.firm), buyerOf(x.customer)
	late, err := company.LateTerms(ctx, tx.Queries, x.firm)
	if err != nil {
		return nil, err
	}
	in := judgement(x.firm, x.seller, x.buyer, x.doc, x.totals, x.kind(), x.on, x.due, late)
	if in.Preceding, err = x.preceding(ctx, tx); err != nil {
		return nil, err
	}
	if err := missing(in); err != nil {
		return nil, err
	}
	if err := s.judgeKind(ctx, tx, x); err != nil {
		return nil, err
	}
	if x.totals.TotalInclTax < 0 || x.totals.AmountDue < 0 {
		return nil, oneField("lines", "fault.negative_invoice")
	}
	x.mentions = mentionTexts(in, row.Language)
	err = x.exchange(ctx, tx)
	return x, err
}

func oneField(path, key string, args ...any) error {
	var f fault.Form
	f.Add(path, key, args...)
	return f.Err()
}

func (x *issue) findContact(ctx context.Context, q *gen.Queries) error {
	var k gen.Contact
	var err error
	if x.row.ContactID != nil {
		k, err = q.ContactByID(ctx, *x.row.ContactID)
	} else {
		k, err = q.PrimaryContact(ctx, x.customer.ID)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil && k.ArchivedAt == nil && k.CustomerID == x.customer.ID {
		x.contact = &k
	}
	return err
}

// dates fixes issue and due date: typed ones, else today and the terms.
func (x *issue) dates(ctx context.Context, tx *db.Tx) error {
	today := x.firm.Today(tx.Now)
	if x.on = day(x.row.IssueDate); x.on.IsZero() {
		x.on = today
	}
	if err := company.CheckChronology(ctx, tx, x.row.Kind, x.on, today); err != nil {
		if e, ok := fault.As(err); ok && len(e.Fields) == 0 {
			return &fault.Error{Code: fault.Invalid, Key: "fault.form", Args: fault.Args{"count": 1}, Fields: []fault.Field{{Path: "issueDate", Key: e.Key, Args: e.Args}}}
		}
		return err
	}
	return x.lastDay()
}

// lastDay fixes the day until which a quote may be approved or an invoice is to be paid; a
// credit note has none.
func (x *issue) lastDay() error {
	switch x.kind() {
	case billing.Quote:
		if x.valid = day(x.row.ValidUntil); x.valid.IsZero() {
			x.valid = x.on.AddDays(int(x.firm.QuoteDays))
		}
		if x.valid.Before(x.on) {
			return oneField("validUntil", "fault.valid_before_issue")
		}
	case billing.Invoice, billing.DepositInvoice:
		if x.due = day(x.row.DueDate); x.due.IsZero() {
			x.due = billing.Terms{Days: int(x.row.TermsDays), EndOfMonth: x.row.TermsEndOfMonth == 1}.DueDate(x.on)
		}
		if x.due.Before(x.on) {
			return oneField("dueDate", "fault.due_before_issue") // BR-FR: BT-9 not before BT-2
		}
	case billing.CreditNote:
	}
	return nil
}

// preceding gives the number of the invoice that a credit note is about.
func (x *issue) preceding(ctx context.Context, tx *db.Tx) (string, error) {
	if x.row.PrecedingID == nil {
		return "", nil
	}
	row, err := tx.DocumentByID(ctx, *x.row.PrecedingID)
	x.before = &row
	return text(row.Number), db.NotFound(err)
}

// judgeKind judges what only one kind of document has.
func (s *Service) judgeKind(ctx context.Context, tx *db.Tx, x *issue) error {
	switch x.kind() {
	case billing.CreditNote:
		return s.judgeCredit(ctx, tx, x)
	case billing.Quote:
		return x.judgeVersion(ctx, tx)
	case billing.Invoice:
		if err := x.judgeDeposits(ctx, tx); err != nil {
			return err
		}
		if err := s.judgeQuote(ctx, tx, x); err != nil {
			return err
		}
		return x.judgeRetention()
	case billing.DepositInvoice:
		return s.judgeDeposit(ctx, tx, x)
	}
	return nil
}

// judgeQuote refuses a second invoice of the whole of a quote, of which two drafts were made.
func (s *Service) judgeQuote(ctx context.Context, tx *db.Tx, x *issue) error {
	of, err := x.quote(ctx, tx.Queries)
	if err != nil || of == nil {
		return err
	}
	invoiced, err := tx.QuoteInvoiced(ctx, x.row.QuoteID)
	if err == nil && invoiced {
		err = fault.New(fault.Conflict, "fault.quote_invoiced")
	}
	if err != nil {
		return err
	}
	return s.judgeLeftOut(ctx, tx, x, of.PublicID)
}

// judgeRetention fixes what the customer holds back, and until when.
func (x *issue) judgeRetention() error {
	if x.row.RetentionPcm == 0 {
		return nil
	}
	accepted := x.on
	if d := day(x.row.DeliveryDate); !d.IsZero() {
		accepted = d
	}
	r := billing.Retention{PCM: x.row.RetentionPcm, Until: day(x.row.RetentionUntil)}
	if r.Until.IsZero() {
		r.Until = billing.RetentionUntil(accepted)
	}
	if err := r.Check(x.firm.Country, x.kind(), accepted, x.due); err != nil {
		return err
	}
	var err error
	x.retains, err = r.Minor(x.totals)
	x.until = r.Until
	return err
}

// exchange fixes the rate of the day (spec/billing, Documents): typed, else the newest noted.
func (x *issue) exchange(ctx context.Context, tx *db.Tx) error {
	if x.rateE8 = one; sameMoney(x.firm, x.doc.Currency) {
		return nil
	}
	if x.before != nil { // what goes back is worth what it was
		x.rateE8 = x.before.RateE8
		return nil
	}
	if x.rateE8 = x.row.RateE8; x.rateE8 > 0 {
		return tx.PutRate(ctx, gen.PutRateParams{Currency: x.row.Currency, ValidOn: x.on.String(), RateE8: x.rateE8})
	}
	rate, err := tx.RateOn(ctx, gen.RateOnParams{Currency: x.row.Currency, OnDate: x.on.String()})
	if errors.Is(err, sql.ErrNoRows) {
		return oneField("rateE8", "fault.rate_needed", "currency", x.row.Currency)
	}
	x.rateE8 = rate
	return err
}

func (x *issue) needAddress() error {
	switch {
	case x.contact != nil && x.contact.Email != "", x.customer.Email != "":
		return nil
	case x.contact != nil:
		return oneField("customer.contacts.email", "fault.email_needed", "name", x.contact.Name)
	}
	return oneField("customer.email", "fault.email_needed", "name", x.customer.Name)
}

// freeze takes the number, posts the entry and makes the rows unchangeable.
func (x *issue) freeze(ctx context.Context, tx *db.Tx) error {
	var err error
	if x.number, err = x.takeNumber(ctx, tx); err != nil {
		return err
	}
	if err := x.post(ctx, tx); err != nil {
		return err
	}
	for i, t := range x.totals.Taxes {
		b, err := json.Marshal(t.Tax)
		if err != nil {
			return err
		}
		if err := tx.InsertDocumentTax(ctx, gen.InsertDocumentTaxParams{DocumentID: x.row.ID, Position: int64(i), Tax: string(b), BaseMinor: t.BaseMinor, TaxMinor: t.TaxMinor}); err != nil {
			return err
		}
		x.rows.taxes = append(x.rows.taxes, gen.DocumentTaxesRow{Position: int64(i), Tax: string(b), BaseMinor: t.BaseMinor, TaxMinor: t.TaxMinor})
	}
	if err := x.keepCosts(ctx, tx); err != nil {
		return err
	}
	p, err := x.frozen(ctx, tx)
	if err != nil {
		return err
	}
	n, err := tx.IssueDocument(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return err
}

// takeNumber takes the next of the series; a new version of a quote keeps the number it had,
// with the count of the version behind it.
func (x *issue) takeNumber(ctx context.Context, tx *db.Tx) (company.Number, error) {
	if x.row.ReplacesID == nil {
		return company.TakeNumber(ctx, tx, x.row.Kind, x.on)
	}
	before, err := tx.DocumentByID(ctx, *x.row.ReplacesID)
	if err != nil {
		return company.Number{}, db.NotFound(err)
	}
	return company.Number{Text: billing.Revised(text(before.Number), before.Revision, x.row.Revision)}, nil
}

// frozen is the row as it will stand for ever, with its link in the chain.
func (x *issue) frozen(ctx context.Context, tx *db.Tx) (gen.IssueDocumentParams, error) {
	var texts [3]string
	for i, v := range []any{x.seller, x.buyer, x.mentions} {
		b, err := json.Marshal(v)
		if err != nil {
			return gen.IssueDocumentParams{}, err
		}
		texts[i] = string(b)
	}
	last, err := tx.LastChain(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return gen.IssueDocumentParams{}, err
	}
	position, at := int64(1), tx.Stamp()
	if last.ChainPosition != nil {
		position = *last.ChainPosition + 1
	}
	p := gen.IssueDocumentParams{ID: x.row.ID, Version: x.row.Version, Number: &x.number.Text,
		IssueDate: x.on.String(), DueDate: x.due.String(), RateE8: x.rateE8, Seller: texts[0], Buyer: texts[1], Mentions: texts[2],
		CustomerName: x.customer.Name, CustomerKey: search.SortKey(x.customer.Name),
		TotalExclMinor: x.totals.TotalExclTax, TotalTaxMinor: x.totals.TotalTax, TotalInclMinor: x.totals.TotalInclTax, PrepaidMinor: x.totals.Prepaid,
		AmountDueMinor: x.totals.AmountDue, EntryID: x.entryID, IssuedAt: &at, ChainPosition: &position,
		ValidUntil: x.valid.String(), RetentionUntil: x.until.String(), RetainedMinor: x.retained()}
	if x.row.ReplacesID == nil {
		p.SeriesYear, p.SeriesNumber = &x.number.Year, &x.number.N
	}
	row := x.row
	row.ChainPosition, row.Number, row.SeriesYear, row.SeriesNumber, row.IssueDate, row.DueDate = p.ChainPosition, p.Number, p.SeriesYear, p.SeriesNumber, p.IssueDate, p.DueDate
	row.RateE8, row.Seller, row.Buyer, row.Mentions, row.EntryID, row.IssuedAt = p.RateE8, p.Seller, p.Buyer, p.Mentions, p.EntryID, p.IssuedAt
	row.TotalExclMinor, row.TotalTaxMinor, row.TotalInclMinor, row.PrepaidMinor, row.AmountDueMinor = p.TotalExclMinor, p.TotalTaxMinor, p.TotalInclMinor, p.PrepaidMinor, p.AmountDueMinor
	row.ValidUntil, row.RetentionUntil, row.RetainedMinor = p.ValidUntil, p.RetentionUntil, p.RetainedMinor
	p.Hash = x.rows.hash(last.Hash, row)
	return p, nil
}

// follow writes what comes with an issued document: its status, the audit row, the search
// words, the job that files the PDF and the mail.
func (s *Service) follow(ctx context.Context, tx *db.Tx, who actor.Actor, x *issue, in Issue) error {
	st := gen.InsertStatusParams{DocumentID: x.row.ID, CustomerID: x.customer.ID, Kind: x.row.Kind, IssueDate: x.on.String(), DueDate: x.due.String(), Currency: x.row.Currency, DueMinor: x.dueMinor(),
		RetainedMinor: x.retained(), RetainedUntil: x.until.String()}
	if st.DueMinor == 0 && x.kind() != billing.Quote {
		st.SettledOn = x.on.String()
	}
	if in.How != NoSend {
		at := tx.Stamp()
		st.SentAt = &at
	}
	if err := tx.InsertStatus(ctx, st); err != nil {
		return err
	}
	if err := s.setOff(ctx, tx, x); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: action(x.kind(), "issued"), ObjectKind: "document", ObjectID: x.row.ID,
		Details: map[string]any{"number": x.number.Text, "total_minor": x.totals.TotalInclTax, "currency": x.row.Currency, "how": in.How}}); err != nil {
		return err
	}
	if err := search.Index(ctx, tx, x.searchEntry()); err != nil {
		return err
	}
	if err := outbox.QueueJob(ctx, tx, outbox.Job{Key: "pdf/" + x.row.PublicID, Kind: JobFilePDF, Payload: pdfJob{DocumentID: x.row.ID}, RunAt: tx.Now}); err != nil {
		return err
	}
	if in.How == ByMail {
		return s.queueDocumentMail(ctx, tx, x.row.ID, "issue", in.Message)
	}
	return nil
}

// dueMinor is what an issued document leaves open: to pay of an invoice, to use of a credit
// note, nothing of a quote.
func (x *issue) dueMinor() int64 {
	if x.kind() == billing.Quote {
		return 0
	}
	return x.totals.AmountDue
}

// retained is the part of what is due that the customer keeps back for a year.
func (x *issue) retained() int64 { return x.retains }

func (x *issue) searchEntry() search.Entry {
	total := x.totals.TotalInclTax
	unit := x.doc.Currency.Unit()
	words := []string{x.row.OrderNumber, x.customer.Number, strconv.FormatInt(total/unit, 10), fmt.Sprintf("%d.%0*d", total/unit, x.doc.Currency.Digits(), total%unit)}
	for _, l := range x.doc.Lines {
		words = append(words, l.Description)
		if len(words) > 30 {
			break
		}
	}
	return search.Entry{Kind: "document", ObjectID: x.row.ID, PublicID: x.row.PublicID, Title: x.number.Text, Subtitle: strings.TrimSpace(x.customer.Name), Words: words}
}
