package sales

import (
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/billing"
)

// Get gives one document to the firm's own people.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (d Document, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Document{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		d, err = s.build(ctx, q, row)
		return err
	})
	return d, err
}

func (s *Service) load(ctx context.Context, q *gen.Queries, id int64) (Document, error) {
	row, err := q.DocumentByID(ctx, id)
	if err != nil {
		return Document{}, db.NotFound(err)
	}
	return s.build(ctx, q, row)
}

// build puts a document together from its rows.
func (s *Service) build(ctx context.Context, q *gen.Queries, row gen.Document) (Document, error) {
	d, err := s.buildPlain(ctx, q, row)
	if err != nil {
		return Document{}, err
	}
	err = s.buildCustomer(ctx, q, row, &d)
	return d, err
}

// buildPlain leaves out who the customer is today: what was issued names the buyer itself.
func (s *Service) buildPlain(ctx context.Context, q *gen.Queries, row gen.Document) (Document, error) {
	d := Document{ID: row.ID, PublicID: row.PublicID, Kind: billing.Kind(row.Kind), Draft: row.State == "draft", OrderNumber: row.OrderNumber,
		Currency: money.Currency(row.Currency), RateE8: row.RateE8, Lang: row.Language, PricesInclTax: row.PricesInclTax == 1,
		Terms: billing.Terms{Days: int(row.TermsDays), EndOfMonth: row.TermsEndOfMonth == 1}, Note: row.Note, PrivateNote: row.PrivateNote, TermsText: row.Terms,
		Version: row.Version, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, Number: text(row.Number), IssuedAt: text(row.IssuedAt), Mentions: []Mention{}}
	d.ValidUntil, d.DepositPCM, d.Reason, d.RetentionPCM, d.RetainedUntil, d.RetainedMinor = day(row.ValidUntil), row.DepositPcm, row.Reason, row.RetentionPcm, day(row.RetentionUntil), row.RetainedMinor
	d.Revision, d.Hash = row.Revision, row.Hash
	d.TakenOver = takenOver(row)
	d.IssueDate, d.DueDate, d.DeliveryDate = day(row.IssueDate), day(row.DueDate), day(row.DeliveryDate)
	if _, err := s.buildLines(ctx, q, row, &d); err != nil {
		return Document{}, err
	}
	if err := buildRefs(ctx, q, row, &d); err != nil {
		return Document{}, err
	}
	facts := billing.Facts{Kind: d.Kind, Issued: !d.Draft, DueOn: d.DueDate, TotalMinor: row.AmountDueMinor}
	if d.Draft {
		d.State = billing.StateOf(facts, civil.Date{})
		firm, err := company.Get(ctx, q)
		d.Seller = sellerOf(firm)
		return d, err
	}
	today, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return Document{}, err
	}
	d.AsOf = today
	if err := s.buildIssued(ctx, q, row, &d, &facts); err != nil {
		return Document{}, err
	}
	if d.Kind == billing.Quote {
		d.State, err = s.quoteState(ctx, q, row)
		return d, err
	}
	d.State, d.DaysLate = billing.StateOf(facts, today), billing.DaysLate(facts, today)
	return d, nil
}

// buildLines reads the lines and what they come to; it gives the rows it read.
func (s *Service) buildLines(ctx context.Context, q *gen.Queries, row gen.Document, d *Document) (rows, error) {
	r, err := readRows(ctx, q, row.ID)
	if err != nil {
		return rows{}, err
	}
	return r, r.fill(row, d)
}

func readRows(ctx context.Context, q *gen.Queries, id int64) (r rows, err error) {
	if r.lines, err = q.Lines(ctx, id); err != nil {
		return rows{}, err
	}
	if r.allowances, err = q.Allowances(ctx, id); err != nil {
		return rows{}, err
	}
	r.deposits, err = q.DocumentDeposits(ctx, id)
	return r, err
}

// buildRefs names the documents that this one came from.
func buildRefs(ctx context.Context, q *gen.Queries, row gen.Document, d *Document) error {
	for _, x := range []struct {
		id   *int64
		into **DocumentRef
	}{{row.QuoteID, &d.Quote}, {row.PrecedingID, &d.Preceding}, {row.ReplacesID, &d.Replaces}} {
		if x.id == nil {
			continue
		}
		r, err := q.DocumentByID(ctx, *x.id)
		if err != nil {
			return db.NotFound(err)
		}
		*x.into = &DocumentRef{PublicID: r.PublicID, Number: text(r.Number), Kind: billing.Kind(r.Kind), IssueDate: day(r.IssueDate)}
	}
	return nil
}

// fill turns the rows into lines, and computes them anew.
func (r rows) fill(row gen.Document, d *Document) error {
	doc := billing.Document{Currency: d.Currency, PricesInclTax: d.PricesInclTax, PrepaidMinor: row.PrepaidMinor}
	for _, l := range r.lines {
		x := billing.Line{Description: l.Description, Detail: l.Detail, Nature: billing.Nature(l.Nature), QuantityE4: l.QuantityE4, Unit: l.Unit,
			UnitPriceE4: l.UnitPriceE4, DiscountPCM: l.DiscountPcm, DiscountMinor: l.DiscountMinor, Optional: l.IsOptional == 1}
		if err := json.Unmarshal([]byte(l.Taxes), &x.Taxes); err != nil {
			return damaged(row, err)
		}
		doc.Lines = append(doc.Lines, x)
		d.Lines = append(d.Lines, DocumentLine{Line: x, ItemID: text(l.ItemPublicID)})
	}
	for _, a := range r.allowances {
		x := billing.Allowance{Charge: a.IsCharge == 1, Reason: a.Reason, PCM: a.RatePcm, AmountMinor: a.AmountMinor}
		if err := json.Unmarshal([]byte(a.Taxes), &x.Taxes); err != nil {
			return damaged(row, err)
		}
		doc.Allowances = append(doc.Allowances, x)
	}
	d.Allowances = doc.Allowances
	var err error
	if d.Deposits, err = readDeposits(row, r.deposits); err != nil {
		return err
	}
	d.Totals, err = billing.Calculate(doc)
	if err != nil && !d.Draft {
		return damaged(row, err)
	}
	if takenOver(row) {
		asCharged(row, &d.Totals)
	}
	for i := range d.Totals.Lines {
		d.Lines[i].Total = d.Totals.Lines[i]
	}
	return nil
}

func damaged(row gen.Document, err error) error {
	return fault.New(fault.Unavailable, "fault.file_damaged").With(fmt.Errorf("sales: document %d: %w", row.ID, err))
}

func (s *Service) buildCustomer(ctx context.Context, q *gen.Queries, row gen.Document, d *Document) error {
	if row.CustomerID == nil {
		return nil
	}
	c, err := q.CustomerByID(ctx, *row.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	d.Customer = &CustomerRef{PublicID: c.PublicID, Number: c.Number, Name: c.Name}
	if d.Draft {
		d.Buyer = buyerOf(c)
	}
	if row.ContactID != nil {
		k, err := q.ContactByID(ctx, *row.ContactID)
		if err != nil {
			return db.NotFound(err)
		}
		if k.ArchivedAt == nil && k.CustomerID == c.ID { // who left is written to no more: the primary contact is
			d.ContactID = k.PublicID
		}
	}
	return nil
}

func (s *Service) buildIssued(ctx context.Context, q *gen.Queries, row gen.Document, d *Document, facts *billing.Facts) error {
	for _, x := range []struct {
		text string
		into any
	}{{row.Seller, &d.Seller}, {row.Buyer, &d.Buyer}, {row.Mentions, &d.Mentions}} {
		if err := json.Unmarshal([]byte(x.text), x.into); err != nil {
			return damaged(row, err)
		}
	}
	st, err := q.Status(ctx, row.ID)
	if err != nil {
		return db.NotFound(err)
	}
	d.PaidMinor, d.CreditedMinor, d.DueMinor, d.SettledOn = st.PaidMinor, st.CreditedMinor, st.DueMinor, day(st.SettledOn)
	d.SentAt, d.ViewedAt, d.AnnouncedAt = text(st.SentAt), text(st.ViewedAt), text(st.AnnouncedAt)
	if d.DebitOn, err = DebitOn(ctx, q, row.ID); err != nil {
		return err
	}
	d.DueOn, facts.DueOn = day(st.DueDate), day(st.DueDate) // later than printed once only the retained part is left
	facts.PaidMinor, facts.CreditedMinor, facts.Sent, facts.Viewed = st.PaidMinor, st.CreditedMinor, st.SentAt != nil, st.ViewedAt != nil
	if err := buildCredits(ctx, q, row, d); err != nil {
		return err
	}
	paid, err := q.AllocationsOfDocument(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, p := range paid {
		d.Payments = append(d.Payments, Allocation{PaymentID: p.PublicID, Number: p.Number, ReceivedOn: day(p.ReceivedOn), Method: p.Method, Reference: p.Reference, AmountMinor: p.AmountMinor})
	}
	if d.payable() {
		d.EPC = TransferCode(d.Seller, d.Number, money.Amount{Minor: d.AskedMinor(), Currency: d.Currency})
	}
	return nil
}

// TransferCode gives the payload of the code that a bank's app scans, "" where there can
// be none (RF 7.3).
func TransferCode(seller Party, number string, due money.Amount) string {
	payload, ok := billing.EPC(billing.Transfer{Name: seller.Name, IBAN: seller.IBAN, BIC: seller.BIC, Amount: due, Text: number})
	if !ok {
		return ""
	}
	return payload
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

// Lines writes a party's postal address as it stands on paper, without the name. The
// country is written when it is not the other side's.
func (p Party) Lines(lang, otherCountry string) []string {
	lines := []string{}
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(p.Line1)
	add(p.Line2)
	add(townLine(p.Country, p.Postcode, p.City, p.Region))
	if p.Country != otherCountry && p.Country != "" {
		add(locale.T(locale.Of(lang), "country."+p.Country, nil))
	}
	return lines
}

// townLine follows the post's ways: "Montréal (QC)  H2X 1Y4" in Canada, "69002 Lyon" elsewhere.
func townLine(country, postcode, city, region string) string {
	join := func(a, b, sep string) string {
		if a == "" || b == "" {
			return a + b
		}
		return a + sep + b
	}
	switch country {
	case "CA":
		if region != "" {
			city = join(city, "("+region+")", " ")
		}
		return join(city, postcode, "  ")
	case "US":
		return join(join(city, region, ", "), postcode, " ")
	}
	return join(postcode, city, " ")
}

// Address writes a delivery place as it stands on paper.
func (p Place) Address(lang, otherCountry string) []string {
	return Party{Line1: p.Line1, Line2: p.Line2, Postcode: p.Postcode, City: p.City, Region: p.Region, Country: p.Country}.Lines(lang, otherCountry)
}
