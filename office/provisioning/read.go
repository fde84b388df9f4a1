package provisioning

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// cursor is where a page ended. A caller passes it on as it is.
type cursor struct {
	At string `json:"a,omitempty"`
	ID int64  `json:"i"`
}

// String writes the cursor as callers see it.
func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func cursorOf(text string) (c cursor, err error) {
	if text == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.ID < 0 {
		var form fault.Form
		form.Add("cursor", "fault.api.cursor")
		return cursor{}, form.Err()
	}
	return c, nil
}

const (
	usualPage = 50
	mostPage  = 200
)

// limit is the size of a page and the row more that tells whether there is another.
func limit(n int) (int64, error) {
	if n == 0 {
		n = usualPage
	}
	if n < 1 || n > mostPage {
		var form fault.Form
		form.Add("limit", "fault.range", "min", 1, "max", mostPage)
		return 0, form.Err()
	}
	return int64(n) + 1, nil
}

func (in AccountsQuery) page() (p gen.AccountsPageParams, err error) {
	if p.RowLimit, err = limit(in.Limit); err != nil {
		return p, err
	}
	c, err := cursorOf(in.After)
	if err != nil {
		return p, err
	}
	p.AfterAt, p.AfterID = c.At, c.ID
	if in.Since != "" && in.After == "" {
		at, err := time.Parse(time.RFC3339, in.Since)
		if err != nil {
			var form fault.Form
			form.Add("updatedSince", "fault.api.instant")
			return p, form.Err()
		}
		p.AfterAt, p.AfterID = db.Stamp(at.UTC()), 0
	}
	return p, nil
}

// Owner names the account of a document or payment; its code is "" where the firm gave none.
type Owner struct {
	ExternalCode string `json:"externalCode"`
	Number       string `json:"number"`
	Name         string `json:"name"`
}

// Document is an issued document. Amounts are in minor units of its currency.
type Document struct {
	Number      string  `json:"number"`
	Kind        string  `json:"kind"` // invoice, deposit_invoice, credit_note
	Account     Owner   `json:"account"`
	IssueDate   string  `json:"issueDate"`
	DueDate     string  `json:"dueDate"`
	OrderNumber string  `json:"orderNumber"`
	Currency    string  `json:"currency"`
	Totals      Totals  `json:"totals"`
	PDF         string  `json:"pdf"` // path of its paper
	Lines       []Line  `json:"lines,omitempty"`
	Taxes       []Taxed `json:"taxes,omitempty"`
}

// Totals are what a document comes to.
type Totals struct {
	ExclTaxMinor int64 `json:"exclTaxMinor"`
	TaxMinor     int64 `json:"taxMinor"`
	InclTaxMinor int64 `json:"inclTaxMinor"`
	PaidMinor    int64 `json:"paidMinor"`
	DueMinor     int64 `json:"dueMinor"`
}

// Line is one line of a document.
type Line struct {
	Description string `json:"description"`
	Detail      string `json:"detail"`
	QuantityE4  int64  `json:"quantityE4"`
	Unit        string `json:"unit"`
	UnitPriceE4 int64  `json:"unitPriceE4"`
	NetMinor    int64  `json:"netMinor"`
}

// Taxed is one row of a document's taxes.
type Taxed struct {
	Code      string `json:"code"`
	RatePCM   int64  `json:"ratePcm"`
	BaseMinor int64  `json:"baseMinor"`
	TaxMinor  int64  `json:"taxMinor"`
}

// DocumentsQuery asks for a page of the issued documents, in the order of their issue.
type DocumentsQuery struct {
	Kind     string
	Account  string // external code
	From, To string // days of issue
	After    string
	Limit    int
}

// Documents gives a page of the issued documents; next is "" on the last one.
func (s *Service) Documents(ctx context.Context, c Caller, in DocumentsQuery) (list []Document, next string, err error) {
	if err := c.Need(DocumentsRead); err != nil {
		return nil, "", err
	}
	p := gen.ApiDocumentsParams{Kind: in.Kind, FromDay: in.From, ToDay: in.To}
	var form fault.Form
	if in.Kind != "" && in.Kind != "invoice" && in.Kind != "deposit_invoice" && in.Kind != "credit_note" {
		form.Add("kind", "fault.choice")
	}
	days(&form, in.From, in.To)
	if err := form.Err(); err != nil {
		return nil, "", err
	}
	if p.RowLimit, err = limit(in.Limit); err != nil {
		return nil, "", err
	}
	after, err := cursorOf(in.After)
	if err != nil {
		return nil, "", err
	}
	p.AfterPosition = after.ID
	if in.Account != "" {
		row, err := s.byCode(ctx, in.Account)
		if err != nil {
			return nil, "", err
		}
		p.CustomerID = row.ID
	}
	var rows []gen.ApiDocumentsRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err = q.ApiDocuments(ctx, p)
		return err
	}); err != nil {
		return nil, "", err
	}
	if int64(len(rows)) == p.RowLimit {
		rows = rows[:len(rows)-1]
		next = cursor{ID: *rows[len(rows)-1].ChainPosition}.String()
	}
	list = make([]Document, 0, len(rows))
	for _, r := range rows {
		list = append(list, Document{Number: value(r.Number), Kind: r.Kind, Account: Owner{r.ExternalCode, r.CustomerNumber, r.CustomerName}, IssueDate: r.IssueDate, DueDate: r.DueDate,
			OrderNumber: r.OrderNumber, Currency: r.Currency, PDF: pdfPath(value(r.Number)),
			Totals: Totals{r.TotalExclMinor, r.TotalTaxMinor, r.TotalInclMinor, r.PaidMinor, r.DueMinor}})
	}
	return list, next, nil
}

func days(form *fault.Form, from, to string) {
	for _, x := range [][2]string{{"issuedFrom", from}, {"issuedTo", to}} {
		if _, err := civil.Parse(x[1]); x[1] != "" && err != nil {
			form.Add(x[0], "fault.not_a_date")
		}
	}
}

func pdfPath(number string) string { return "/api/v1/documents/" + number + "/pdf" }

// find gives the public id of an issued document by its number; drafts and quotes are not found.
func (s *Service) find(ctx context.Context, number string) (row gen.Document, owner gen.Customer, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if row, err = q.DocumentByNumber(ctx, &number); err != nil {
			return db.NotFound(err)
		}
		if row.State != "issued" || row.CustomerID == nil || row.Kind == "quote" {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		owner, err = q.CustomerByID(ctx, *row.CustomerID)
		return db.NotFound(err)
	})
	return row, owner, err
}

// Document gives an issued document with its lines.
func (s *Service) Document(ctx context.Context, c Caller, number string) (Document, error) {
	if err := c.Need(DocumentsRead); err != nil {
		return Document{}, err
	}
	row, owner, err := s.find(ctx, number)
	if err != nil {
		return Document{}, err
	}
	d, err := s.Sales.Get(ctx, c.actor(), row.PublicID)
	if err != nil {
		return Document{}, err
	}
	return documentOf(d, owner), nil
}

func documentOf(d sales.Document, owner gen.Customer) Document {
	x := Document{Number: d.Number, Kind: string(d.Kind), Account: Owner{owner.ExternalCode, owner.Number, owner.Name}, IssueDate: d.IssueDate.String(), OrderNumber: d.OrderNumber,
		Currency: string(d.Currency), PDF: pdfPath(d.Number), Lines: []Line{}, Taxes: []Taxed{},
		Totals: Totals{d.Totals.TotalExclTax, d.Totals.TotalTax, d.Totals.TotalInclTax, d.PaidMinor, d.DueMinor}}
	if !d.DueDate.IsZero() {
		x.DueDate = d.DueDate.String()
	}
	for _, l := range d.Lines {
		x.Lines = append(x.Lines, Line{Description: l.Description, Detail: l.Detail, QuantityE4: l.QuantityE4, Unit: l.Unit, UnitPriceE4: l.UnitPriceE4, NetMinor: l.Total.NetMinor})
	}
	for _, t := range d.Totals.Taxes {
		x.Taxes = append(x.Taxes, Taxed{Code: t.Tax.Code, RatePCM: t.Tax.RatePCM, BaseMinor: t.BaseMinor, TaxMinor: t.TaxMinor})
	}
	return x
}

// PDF gives the paper of an issued document.
func (s *Service) PDF(ctx context.Context, c Caller, number string) (sales.File, error) {
	if err := c.Need(DocumentsRead); err != nil {
		return sales.File{}, err
	}
	row, _, err := s.find(ctx, number)
	if err != nil {
		return sales.File{}, err
	}
	return s.Sales.PDF(ctx, c.actor(), row.PublicID)
}

// Payment is money that came in. Amounts are in minor units of its currency.
type Payment struct {
	Number        string   `json:"number"`
	Account       Owner    `json:"account"`
	ReceivedOn    string   `json:"receivedOn"`
	Method        string   `json:"method"`
	AmountMinor   int64    `json:"amountMinor"`
	Currency      string   `json:"currency"`
	Reference     string   `json:"reference"`
	Documents     []string `json:"documents"` // numbers of what it pays
	RefundedMinor int64    `json:"refundedMinor"`
	Cancelled     bool     `json:"cancelled"`
}

// PaymentsQuery asks for a page of the payments, the newest first.
type PaymentsQuery struct {
	Account  string
	From, To string
	After    string
	Limit    int
}

// Payments gives a page of the payments; next is "" on the last one.
func (s *Service) Payments(ctx context.Context, c Caller, in PaymentsQuery) (list []Payment, next string, err error) {
	if err := c.Need(PaymentsRead); err != nil {
		return nil, "", err
	}
	n, err := limit(in.Limit)
	if err != nil {
		return nil, "", err
	}
	q := payments.ListQuery{Query: listing.Query{Sort: "receivedOn", Desc: true, After: in.After, Limit: int(n) - 1}, From: in.From, To: in.To}
	var form fault.Form
	for _, x := range [][2]string{{"receivedFrom", in.From}, {"receivedTo", in.To}} {
		if _, err := civil.Parse(x[1]); x[1] != "" && err != nil {
			form.Add(x[0], "fault.not_a_date")
		}
	}
	if err := form.Err(); err != nil {
		return nil, "", err
	}
	if in.Account != "" {
		row, err := s.byCode(ctx, in.Account)
		if err != nil {
			return nil, "", err
		}
		q.CustomerID = row.PublicID
	}
	rows, next, err := s.Deps.Payments.List(ctx, c.actor(), q)
	if fault.Is(err, fault.Invalid) && in.After != "" {
		form.Add("cursor", "fault.api.cursor")
		return nil, "", form.Err()
	}
	if err != nil {
		return nil, "", err
	}
	list = make([]Payment, 0, len(rows))
	for _, r := range rows {
		owner, err := s.owner(ctx, r.CustomerID)
		if err != nil {
			return nil, "", err
		}
		list = append(list, Payment{Number: r.Number, Account: owner, ReceivedOn: r.ReceivedOn, Method: r.Method, AmountMinor: r.AmountMinor, Currency: r.Currency, Reference: r.Reference,
			Documents: numbers(r.Documents), RefundedMinor: r.Refunded, Cancelled: r.Cancelled})
	}
	return list, next, nil
}

func (s *Service) owner(ctx context.Context, publicID string) (o Owner, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.CustomerByPublicID(ctx, publicID)
		o = Owner{row.ExternalCode, row.Number, row.Name}
		return db.NotFound(err)
	})
	return o, err
}

// SetPhoneSystem says what telephone system and provider the firm has by default.
func (s *Service) SetPhoneSystem(ctx context.Context, c Caller, key string, in company.PhoneSystem) (company.PhoneSystem, error) {
	if err := c.Need(PhoneWrite); err != nil {
		return company.PhoneSystem{}, err
	}
	if err := s.noteKey(ctx, c, key, "PUT phone-system", in); err != nil {
		return company.PhoneSystem{}, err
	}
	return s.Company.SetPhoneSystem(ctx, c.actor(), in)
}

// numbers takes the numbers of a payment's documents apart.
func numbers(list string) []string {
	all := []string{}
	for n := range strings.SplitSeq(list, ",") {
		if n = strings.TrimSpace(n); n != "" {
			all = append(all, n)
		}
	}
	return all
}
