package sales

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/search"
	"comptoir/rules/billing"
)

// DraftLine is a line as it is typed. Taxes left empty are chosen by the law for the
// customer (rules/tax), or by the item where the sale is taxed at home.
type DraftLine struct {
	ItemID        string   `json:"itemId"`
	Description   string   `json:"description"`
	Detail        string   `json:"detail"`
	Nature        string   `json:"nature"`
	QuantityE4    int64    `json:"quantityE4"`
	Unit          string   `json:"unit"`
	UnitPriceE4   int64    `json:"unitPriceE4"`
	DiscountPCM   int64    `json:"discountPcm"`
	DiscountMinor int64    `json:"discountMinor"`
	Optional      bool     `json:"optional"` // quotes: the customer may take it or leave it
	TaxCodes      []string `json:"taxCodes"`
}

// DraftAllowance is a discount, or with Charge an addition (shipping), on the whole.
type DraftAllowance struct {
	Charge      bool     `json:"charge"`
	Reason      string   `json:"reason"`
	PCM         int64    `json:"pcm"`
	AmountMinor int64    `json:"amountMinor"`
	TaxCodes    []string `json:"taxCodes"`
}

// Draft is the form of a document of any kind. Dates are YYYY-MM-DD; "" = the day of issue,
// by the terms. What a kind does not have is refused (draft_kind.go).
type Draft struct {
	PublicID        string           `json:"publicId"` // "" = a new one
	Kind            string           `json:"kind"`     // "" = invoice; it never changes afterwards
	Version         int64            `json:"version"`
	CustomerID      string           `json:"customerId"`
	ContactID       string           `json:"contactId"`
	IssueDate       string           `json:"issueDate"`
	DueDate         string           `json:"dueDate"`
	DeliveryDate    string           `json:"deliveryDate"`
	OrderNumber     string           `json:"orderNumber"`
	Currency        string           `json:"currency"`
	RateE8          int64            `json:"rateE8"` // 0 = the newest rate noted
	Language        string           `json:"language"`
	PricesInclTax   bool             `json:"pricesInclTax"`
	TermsDays       int64            `json:"termsDays"`
	TermsEndOfMonth bool             `json:"termsEndOfMonth"`
	Note            string           `json:"note"`
	PrivateNote     string           `json:"privateNote"`
	Terms           string           `json:"terms"`
	ValidUntil      string           `json:"validUntil"`     // quote: last day; "" = the firm's days from issue
	DepositPCM      int64            `json:"depositPcm"`     // quote: part asked for at approval
	Reason          string           `json:"reason"`         // credit note: why
	RetentionPCM    int64            `json:"retentionPcm"`   // invoice: kept back by the customer
	RetentionUntil  string           `json:"retentionUntil"` // the day it falls due
	Deposits        []string         `json:"deposits"`       // invoice: deposit invoices that it takes off; nil = those it has
	Lines           []DraftLine      `json:"lines"`
	Allowances      []DraftAllowance `json:"allowances"`
	origin          origin
}

// origin is what a document was made from. The program sets it when the draft is made; the
// form neither sends nor changes it.
type origin struct {
	quoteID, precedingID, replacesID int64 // documents.id, 0 = none
	revision                         int64
	deposits                         []Deposit
}

// Deposit is a deposit invoice that a final invoice takes off, with what it takes.
type Deposit struct {
	ID        int64 // documents.id
	PublicID  string
	Number    string
	IssueDate civil.Date
	NetMinor  int64
	TaxMinor  int64
	Taxes     []billing.RowTax
	rateE8    int64          // at which it was issued
	parts     []billing.Part // by taxes and nature
}

// maxLines is far above any invoice that a person reads.
const maxLines = 1000

// sheet is a draft with everything looked up that its arithmetic needs.
type sheet struct {
	draft    Draft
	firm     company.Firm
	customer *gen.Customer
	contact  *gen.Contact
	itemIDs  []*int64
	doc      billing.Document
	given    map[string]billing.Tax // of a credit note: the taxes of its invoice, by code
	totals   billing.Totals
	deposits []gen.Document // that it takes off
	problems []fault.Field  // what keeps it from being issued, by arithmetic
}

// Preview gives what a draft comes to while it is typed, without storing anything.
// problems lie beside fields; totals are then those of the last right state the caller had.
func (s *Service) Preview(ctx context.Context, who actor.Actor, d Draft) (totals billing.Totals, taxes [][]billing.Tax, problems []fault.Field, err error) {
	if err := who.Need(actor.Look); err != nil {
		return billing.Totals{}, nil, nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if err := d.findOrigin(ctx, q); err != nil {
			return err
		}
		sh, err := newSheet(ctx, q, d, s.today(ctx, q))
		if err != nil {
			return err
		}
		totals, problems = sh.totals, sh.problems
		for _, l := range sh.doc.Lines {
			taxes = append(taxes, l.Taxes)
		}
		return nil
	})
	return totals, taxes, problems, err
}

func (s *Service) today(ctx context.Context, q *gen.Queries) civil.Date {
	f, err := company.Get(ctx, q)
	if err != nil {
		return civil.Of(s.DB.Now(), s.DB.Now().Location())
	}
	return f.Today(s.DB.Now())
}

// newSheet checks the shape of a draft and looks up what it refers to. It refuses what
// cannot be stored; what is only not yet right goes to problems.
func newSheet(ctx context.Context, q *gen.Queries, d Draft, today civil.Date) (*sheet, error) {
	sh := &sheet{draft: d}
	var err error
	if sh.firm, err = company.Get(ctx, q); err != nil {
		return nil, err
	}
	var form fault.Form
	sh.checkShape(&form)
	if err := sh.findParties(ctx, q, &form); err != nil {
		return nil, err
	}
	if err := sh.keepParty(ctx, q, &form); err != nil {
		return nil, err
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	on := today
	if day, err := civil.Parse(d.IssueDate); err == nil {
		on = day
	}
	if err := sh.giveBack(ctx, q); err != nil {
		return nil, err
	}
	if err := sh.fill(ctx, q, on, &form); err != nil {
		return nil, err
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	err = sh.calculate(ctx, q)
	return sh, err
}

// calculate computes the draft; what is only not yet right goes to problems.
func (sh *sheet) calculate(ctx context.Context, q *gen.Queries) error {
	chosen := sh.chooseDeposits(ctx, q)
	var err error
	if sh.totals, err = billing.Calculate(sh.doc); err != nil {
		return sh.problem(err)
	}
	if chosen != nil {
		return sh.problem(chosen)
	}
	if err := sh.takeDeposits(ctx, q); err != nil {
		return sh.problem(err)
	}
	sh.totals, err = billing.Calculate(sh.doc)
	return err
}

// problem keeps a refusal for the form; another error is given back.
func (sh *sheet) problem(err error) error {
	e, ok := fault.As(err)
	if !ok || e.Code == fault.Unavailable {
		return err
	}
	if sh.problems = e.Fields; len(e.Fields) == 0 {
		sh.problems = []fault.Field{{Path: "lines", Key: e.Key, Args: e.Args}}
	}
	return nil
}

func (sh *sheet) checkShape(form *fault.Form) {
	d := &sh.draft
	d.clean()
	sh.checkKind(form)
	for _, x := range []struct {
		path, value string
		limit       int
	}{{"orderNumber", d.OrderNumber, 50}, {"note", d.Note, 10_000}, {"privateNote", d.PrivateNote, 10_000}, {"terms", d.Terms, 10_000}, {"reason", d.Reason, 1_000}} {
		form.MaxLen(x.path, x.value, x.limit)
	}
	for path, day := range map[string]string{"issueDate": d.IssueDate, "dueDate": d.DueDate, "deliveryDate": d.DeliveryDate, "validUntil": d.ValidUntil, "retentionUntil": d.RetentionUntil} {
		if _, err := civil.Parse(day); day != "" && err != nil {
			form.Add(path, "fault.not_a_date")
		}
	}
	if !money.Currency(d.Currency).Valid() {
		form.Add("currency", "fault.choice")
	}
	if d.Language != "fr" && d.Language != "en" {
		form.Add("language", "fault.choice")
	}
	if d.TermsDays < 0 || d.TermsDays > 365 {
		form.Add("termsDays", "fault.range", "min", 0, "max", 365)
	}
	if d.RateE8 < 0 || d.RateE8 > 1e14 {
		form.Add("rateE8", "fault.rate_of_exchange")
	}
	if len(d.Lines) > maxLines {
		form.Add("lines", "fault.too_many_lines", "max", maxLines)
	}
	if len(d.Deposits) > maxDeposits {
		form.Add("deposits", "fault.too_many_lines", "max", maxDeposits)
	}
	if len(d.Allowances) > 20 {
		form.Add("allowances", "fault.too_many_lines", "max", 20)
	}
	for i, l := range d.Lines {
		path := fmt.Sprintf("lines.%d.", i)
		form.MaxLen(path+"description", l.Description, 1000)
		form.MaxLen(path+"detail", l.Detail, 10_000)
		if l.Unit != "" && !slices.Contains(catalog.Units(), l.Unit) {
			form.Add(path+"unit", "fault.choice")
		}
	}
	for i, a := range d.Allowances {
		form.MaxLen(fmt.Sprintf("allowances.%d.reason", i), a.Reason, 200)
	}
}

// clean takes out of every text what no document can carry.
func (d *Draft) clean() {
	typed.Each(typed.Line, &d.OrderNumber)
	typed.Each(typed.Clean, &d.Note, &d.PrivateNote, &d.Terms, &d.Reason)
	d.Lines, d.Allowances = slices.Clone(d.Lines), slices.Clone(d.Allowances) // the caller's stay as they are
	for i := range d.Lines {
		typed.Each(typed.Clean, &d.Lines[i].Description, &d.Lines[i].Detail)
	}
	for i := range d.Allowances {
		typed.Each(typed.Line, &d.Allowances[i].Reason)
	}
}

// findParties looks up customer and contact; somebody else's contact is refused.
func (sh *sheet) findParties(ctx context.Context, q *gen.Queries, form *fault.Form) error {
	if sh.draft.CustomerID == "" {
		return nil
	}
	c, err := q.CustomerByPublicID(ctx, sh.draft.CustomerID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		form.Add("customerId", "fault.not_found")
		return nil
	} else if err != nil {
		return err
	}
	sh.customer = &c
	if sh.draft.ContactID == "" {
		return nil
	}
	k, err := q.ContactByPublicID(ctx, sh.draft.ContactID)
	err = db.NotFound(err)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && (k.CustomerID != c.ID || k.ArchivedAt != nil):
		form.Add("contactId", "fault.not_found")
		return nil
	case err != nil:
		return err
	}
	sh.contact = &k
	return nil
}

// keepParty refuses another customer for a document that was made from a quote or an invoice:
// it would still count as theirs.
func (sh *sheet) keepParty(ctx context.Context, q *gen.Queries, form *fault.Form) error {
	o := sh.draft.origin
	for _, x := range []struct {
		id  int64
		key string
	}{{o.quoteID, "fault.quote_other_customer"}, {o.precedingID, "fault.credit.other_customer"}} {
		if x.id == 0 || sh.customer == nil {
			continue
		}
		of, err := q.DocumentByID(ctx, x.id)
		if err != nil {
			return db.NotFound(err)
		}
		if whole(of.CustomerID) != sh.customer.ID {
			form.Add("customerId", x.key, "number", text(of.Number))
		}
	}
	return nil
}

// SaveDraft stores the form as it is, right or not yet, and gives it back with what is
// still wrong beside each field. key makes a repeat of a creation harmless.
func (s *Service) SaveDraft(ctx context.Context, who actor.Actor, key string, d Draft) (doc Document, problems []fault.Field, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Document{}, nil, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		id, problems, err = s.saveDraft(ctx, tx, who, key, d)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed(topic(d.kind())) })
		doc, err = s.load(ctx, tx.Queries, id)
		return err
	})
	return doc, problems, err
}

func (s *Service) saveDraft(ctx context.Context, tx *db.Tx, who actor.Actor, key string, d Draft) (int64, []fault.Field, error) {
	if d.PublicID != "" {
		return s.updateDraft(ctx, tx, d)
	}
	sh, err := newSheet(ctx, tx.Queries, d, s.today(ctx, tx.Queries))
	if err != nil {
		return 0, nil, err
	}
	var id int64
	err = audit.Once(ctx, tx, key, action(d.kind(), "draft"), d, &id, func() error {
		id, err = s.insertDraft(ctx, tx, who, sh)
		return err
	})
	return id, sh.problems, err
}

func (s *Service) updateDraft(ctx context.Context, tx *db.Tx, d Draft) (int64, []fault.Field, error) {
	row, err := tx.DocumentByPublicID(ctx, d.PublicID)
	if err != nil {
		return 0, nil, db.NotFound(err)
	}
	if row.State != "draft" {
		return 0, nil, fault.New(fault.Conflict, "fault.already_issued", "number", text(row.Number))
	}
	if string(d.kind()) != row.Kind {
		return 0, nil, fault.New(fault.Conflict, "fault.kind_stays")
	}
	if d.origin, err = originOf(ctx, tx.Queries, row); err != nil {
		return 0, nil, err
	}
	sh, err := newSheet(ctx, tx.Queries, d, s.today(ctx, tx.Queries))
	if err != nil {
		return 0, nil, err
	}
	n, err := tx.UpdateDraft(ctx, sh.update(row.ID, tx.Stamp()))
	if err != nil {
		return 0, nil, err
	}
	if n == 0 {
		return 0, nil, fault.New(fault.Conflict, "fault.stale")
	}
	return row.ID, sh.problems, sh.replaceLines(ctx, tx, row.ID)
}

func (s *Service) insertDraft(ctx context.Context, tx *db.Tx, who actor.Actor, sh *sheet) (int64, error) {
	u, o, kind := sh.update(0, tx.Stamp()), sh.draft.origin, sh.draft.kind()
	id, err := tx.InsertDraft(ctx, gen.InsertDraftParams{PublicID: s.IDs(), Kind: string(kind), CustomerID: u.CustomerID, ContactID: u.ContactID,
		CustomerName: u.CustomerName, CustomerKey: u.CustomerKey, IssueDate: u.IssueDate, DueDate: u.DueDate, DeliveryDate: u.DeliveryDate, OrderNumber: u.OrderNumber,
		Currency: u.Currency, RateE8: u.RateE8, Language: u.Language, PricesInclTax: u.PricesInclTax, TermsDays: u.TermsDays, TermsEndOfMonth: u.TermsEndOfMonth,
		Note: u.Note, PrivateNote: u.PrivateNote, Terms: u.Terms, TotalExclMinor: u.TotalExclMinor, TotalTaxMinor: u.TotalTaxMinor, TotalInclMinor: u.TotalInclMinor,
		PrepaidMinor: u.PrepaidMinor, AmountDueMinor: u.AmountDueMinor, ValidUntil: u.ValidUntil, DepositPcm: u.DepositPcm, Reason: u.Reason,
		RetentionPcm: u.RetentionPcm, RetentionUntil: u.RetentionUntil, QuoteID: ref(o.quoteID), PrecedingID: ref(o.precedingID), ReplacesID: ref(o.replacesID),
		Revision: max(o.revision, 1), Now: tx.Stamp()})
	if err != nil {
		return 0, err
	}
	if err := sh.insertLines(ctx, tx, id); err != nil {
		return 0, err
	}
	return id, audit.Write(ctx, tx, who, audit.Record{Action: action(kind, "drafted"), ObjectKind: "document", ObjectID: id})
}

func (sh *sheet) update(id int64, now string) gen.UpdateDraftParams {
	d := sh.draft
	u := gen.UpdateDraftParams{ID: id, Version: d.Version, IssueDate: d.IssueDate, DueDate: d.DueDate, DeliveryDate: d.DeliveryDate, OrderNumber: d.OrderNumber,
		Currency: d.Currency, RateE8: d.RateE8, Language: d.Language, PricesInclTax: flag(d.PricesInclTax), TermsDays: d.TermsDays, TermsEndOfMonth: flag(d.TermsEndOfMonth),
		Note: d.Note, PrivateNote: d.PrivateNote, Terms: d.Terms, TotalExclMinor: sh.totals.TotalExclTax, TotalTaxMinor: sh.totals.TotalTax,
		TotalInclMinor: sh.totals.TotalInclTax, PrepaidMinor: sh.doc.PrepaidMinor, AmountDueMinor: sh.totals.AmountDue, ValidUntil: d.ValidUntil,
		DepositPcm: d.DepositPCM, Reason: d.Reason, RetentionPcm: d.RetentionPCM, RetentionUntil: d.RetentionUntil, UpdatedAt: now}
	if sh.customer != nil {
		u.CustomerID, u.CustomerName, u.CustomerKey = &sh.customer.ID, sh.customer.Name, search.SortKey(sh.customer.Name)
	}
	if sh.contact != nil {
		u.ContactID = &sh.contact.ID
	}
	return u
}

func (sh *sheet) replaceLines(ctx context.Context, tx *db.Tx, id int64) error {
	if err := tx.DeleteDraftLines(ctx, id); err != nil {
		return err
	}
	if err := tx.DeleteDraftAllowances(ctx, id); err != nil {
		return err
	}
	if err := tx.DeleteDraftDeposits(ctx, id); err != nil {
		return err
	}
	return sh.insertLines(ctx, tx, id)
}

func (sh *sheet) insertLines(ctx context.Context, tx *db.Tx, id int64) error {
	for i, l := range sh.doc.Lines {
		taxes, err := json.Marshal(l.Taxes)
		if err != nil {
			return err
		}
		p := gen.InsertLineParams{DocumentID: id, Position: int64(i), ItemID: sh.itemIDs[i], Description: l.Description, Detail: l.Detail, Nature: string(l.Nature),
			QuantityE4: l.QuantityE4, Unit: l.Unit, UnitPriceE4: l.UnitPriceE4, DiscountPcm: l.DiscountPCM, DiscountMinor: l.DiscountMinor, Taxes: string(taxes),
			IsOptional: flag(l.Optional)}
		if i < len(sh.totals.Lines) {
			p.NetMinor = sh.totals.Lines[i].NetMinor
		}
		if err := tx.InsertLine(ctx, p); err != nil {
			return err
		}
	}
	for i, a := range sh.doc.Allowances {
		taxes, err := json.Marshal(a.Taxes)
		if err != nil {
			return err
		}
		if err := tx.InsertAllowance(ctx, gen.InsertAllowanceParams{DocumentID: id, Position: int64(i), IsCharge: flag(a.Charge), Reason: a.Reason,
			RatePcm: a.PCM, AmountMinor: a.AmountMinor, Taxes: string(taxes)}); err != nil {
			return err
		}
	}
	return insertDeposits(ctx, tx, id, sh.draft.origin.deposits)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
