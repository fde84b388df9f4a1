package payments

import (
	"context"
	"slices"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	"comptoir/office/search"
	"comptoir/rules/ledger"
)

// Methods by which money comes in, as they are stored.
var methods = []string{"transfer", "card", "cheque", "cash", "direct_debit", "practice", "other"}

// Record is a payment received for one invoice.
type Record struct {
	Key         string `json:"key"`
	DocumentID  string `json:"documentId"`
	AmountMinor int64  `json:"amountMinor"` // 0 = all that is due
	ReceivedOn  string `json:"receivedOn"`  // YYYY-MM-DD, "" = today
	Method      string `json:"method"`
	Reference   string `json:"reference"`
	Note        string `json:"note"`
	Notify      bool   `json:"notify"` // mail the customer a receipt
}

// recorded is what a recording transaction answers and a repeat of it gives again.
type recorded struct {
	ID int64 `json:"id"`
}

// Record notes a payment: its number, allocation, entry, audit row and mail in one
// transaction. The same key again gives the same payment.
func (s *Service) Record(ctx context.Context, who actor.Actor, in Record) (p Payment, err error) {
	if err := who.NeedStaff(); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "payment.record", in, &done, func() error {
			row, err := tx.DocumentByPublicID(ctx, in.DocumentID)
			if err != nil {
				return db.NotFound(err)
			}
			done, err = s.record(ctx, tx, who, row, in, gatewayRef{})
			return err
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

type gatewayRef struct{ gateway, ref string }

// receiving is the work sheet of one recording transaction.
type receiving struct {
	in       Record
	row      gen.Document
	status   gen.DocumentStatus
	firm     company.Firm
	customer gen.Customer
	on       civil.Date
	amount   int64 // received
	part     int64 // of it, what the document takes
	rateE8   int64
	number   company.Number
	via      gatewayRef
}

func (s *Service) record(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, in Record, via gatewayRef) (recorded, error) {
	x := &receiving{in: in, row: row, via: via}
	if err := x.judge(ctx, tx); err != nil {
		return recorded{}, err
	}
	var err error
	if x.number, err = company.TakeNumber(ctx, tx, "payment", x.on); err != nil {
		return recorded{}, err
	}
	posting, released, err := x.posting(ctx, tx, s.Sales)
	if err != nil {
		return recorded{}, err
	}
	id, err := tx.NextPaymentID(ctx) // one writer: nobody takes it between
	if err != nil {
		return recorded{}, err
	}
	entryID, err := books.Post(ctx, tx, posting, books.Source{Kind: "payment", ID: id})
	if err != nil {
		return recorded{}, err
	}
	publicID := s.IDs()
	if err := tx.InsertPayment(ctx, gen.InsertPaymentParams{ID: id, PublicID: publicID, Number: x.number.Text, CustomerID: x.customer.ID, Method: in.Method, ReceivedOn: x.on.String(),
		AmountMinor: x.amount, Currency: row.Currency, RateE8: x.rateE8, Reference: x.in.Reference, Note: x.in.Note, Gateway: via.gateway, GatewayRef: via.ref, EntryID: entryID, CreatedAt: tx.Stamp()}); err != nil {
		return recorded{}, err
	}
	if err := x.allocate(ctx, tx, id, released); err != nil {
		return recorded{}, err
	}
	if err := s.follow(ctx, tx, who, x, id, publicID); err != nil {
		return recorded{}, err
	}
	tx.AfterCommit(func() { s.Changed("payments", "invoices", "customers", "books", "notifications") })
	return recorded{ID: id}, nil
}

// allocate sets the payment against the document.
func (x *receiving) allocate(ctx context.Context, tx *db.Tx, id, released int64) error {
	if err := tx.InsertPaymentStatus(ctx, gen.InsertPaymentStatusParams{PaymentID: id, CustomerID: x.customer.ID, Currency: x.row.Currency, LeftMinor: x.amount - x.part}); err != nil {
		return err
	}
	if x.part == 0 {
		return nil
	}
	if err := tx.InsertAllocation(ctx, gen.InsertAllocationParams{PaymentID: &id, DocumentID: x.row.ID, AmountMinor: x.part, TaxReleasedMinor: released,
		OnDate: x.on.String(), CreatedAt: tx.Stamp()}); err != nil {
		return err
	}
	_, err := tx.ApplyPayment(ctx, gen.ApplyPaymentParams{DocumentID: x.row.ID, AmountMinor: x.part, OnDate: x.on.String()})
	return err
}

// judge looks up and checks everything before a number is taken.
func (x *receiving) judge(ctx context.Context, tx *db.Tx) error {
	if x.row.State != "issued" {
		return fault.New(fault.Conflict, "fault.still_draft")
	}
	var err error
	if x.firm, err = company.Get(ctx, tx.Queries); err != nil {
		return err
	}
	if x.status, err = tx.Status(ctx, x.row.ID); err != nil {
		return db.NotFound(err)
	}
	if x.customer, err = tx.CustomerByID(ctx, *x.row.CustomerID); err != nil {
		return db.NotFound(err)
	}
	if x.status.DueMinor == 0 && x.via.gateway == "" {
		return fault.New(fault.Conflict, "fault.already_paid", "number", *x.row.Number)
	}
	var form fault.Form
	text.Each(text.Line, &x.in.Reference)
	text.Each(text.Clean, &x.in.Note)
	form.MaxLen("reference", x.in.Reference, 100)
	form.MaxLen("note", x.in.Note, 2000)
	if !slices.Contains(methods, x.in.Method) || (x.in.Method == "practice") != (x.via.gateway == "practice") {
		form.Add("method", "fault.choice")
	}
	if x.amount = x.in.AmountMinor; x.amount == 0 {
		x.amount = x.status.DueMinor
	}
	if x.part = x.amount; x.via.gateway != "" {
		// The gateway has the money already, whatever was paid meanwhile: what the document no
		// longer takes stays on the customer's account.
		x.part = min(x.amount, x.status.DueMinor)
	}
	switch {
	case x.amount < 0:
		form.Add("amount", "fault.negative")
	case x.part > x.status.DueMinor:
		form.Add("amount", "fault.more_than_due", "due", money.Amount{Minor: x.status.DueMinor, Currency: money.Currency(x.row.Currency)})
	}
	x.date(&form, x.firm.Today(tx.Now))
	if err := form.Err(); err != nil {
		return err
	}
	return x.exchange(ctx, tx)
}

// date fixes the day of receipt: not in the future, not before the document.
func (x *receiving) date(form *fault.Form, today civil.Date) {
	if x.on = today; x.in.ReceivedOn == "" {
		return
	}
	d, err := civil.Parse(x.in.ReceivedOn)
	switch issued, _ := civil.Parse(x.row.IssueDate); {
	case err != nil:
		form.Add("receivedOn", "fault.not_a_date")
	case d.After(today):
		form.Add("receivedOn", "fault.future")
	case d.Before(issued):
		form.Add("receivedOn", "fault.before_issue")
	default:
		x.on = d
	}
}

// exchange finds the rate of the day of receipt: the newest noted, at worst the document's.
func (x *receiving) exchange(ctx context.Context, tx *db.Tx) error {
	x.rateE8 = x.row.RateE8
	if x.firm.Currency == x.row.Currency {
		return nil
	}
	rate, err := tx.RateOn(ctx, gen.RateOnParams{Currency: x.row.Currency, OnDate: x.on.String()})
	if err == nil {
		x.rateE8 = rate
		return nil
	}
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return nil
	}
	return err
}

// posting is the entry of the receipt, with the tax that it makes due.
func (x *receiving) posting(ctx context.Context, tx *db.Tx, s *sales.Service) (ledger.Posting, int64, error) {
	rate := ledger.Rate{Currency: money.Currency(x.row.Currency), Firm: x.firm.Money(), E8: x.rateE8}
	waiting, err := s.WaitingTaxOf(ctx, tx.Queries, x.row, rate.Firm)
	if err != nil {
		return ledger.Posting{}, 0, err
	}
	earlier, err := tx.TaxReleased(ctx, x.row.ID)
	if err != nil {
		return ledger.Posting{}, 0, err
	}
	r := ledger.Receipt{Number: x.number.Text, Date: x.on, Auxiliary: x.customer.Number, CustomerName: x.customer.Name,
		Money: accountOf(x.in.Method), AmountMinor: x.amount, Rate: rate, Lang: locale.Of(x.firm.Language)}
	if x.part > 0 {
		r.Parts = []ledger.Part{{Document: *x.row.Number, AmountMinor: x.part, TotalMinor: x.row.AmountDueMinor, PaidMinor: x.status.PaidMinor, RateE8: x.row.RateE8,
			WaitingMinor: waiting, ReleasedMinor: earlier}}
	}
	p, released, err := ledger.ReceivePayment(r)
	if err != nil {
		return ledger.Posting{}, 0, err
	}
	var sum int64 // of one part, or of none
	for _, minor := range released {
		sum += minor
	}
	return p, sum, nil
}

// accountOf names the account that money of a method arrives on.
func accountOf(method string) string {
	switch method {
	case "cash":
		return ledger.RoleCash
	case "cheque":
		return ledger.RoleCheques
	}
	return ledger.RoleBank
}

// follow writes what comes with a payment: the announced transfer is confirmed, audit,
// search, notification, the customer's receipt.
func (s *Service) follow(ctx context.Context, tx *db.Tx, who actor.Actor, x *receiving, id int64, publicID string) error {
	if err := confirmAnnounced(ctx, tx, x, id); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "payment.recorded", ObjectKind: "payment", ObjectID: id,
		Details: map[string]any{"number": x.number.Text, "document": *x.row.Number, "amount_minor": x.amount, "currency": x.row.Currency, "method": x.in.Method}}); err != nil {
		return err
	}
	if err := search.Index(ctx, tx, search.Entry{Kind: "payment", ObjectID: id, PublicID: publicID, Title: x.number.Text, Subtitle: x.customer.Name,
		Words: []string{*x.row.Number, x.in.Reference, strconv.FormatInt(x.amount/money.Currency(x.row.Currency).Unit(), 10)}}); err != nil {
		return err
	}
	if who.Kind == actor.Contact {
		if err := audit.Notify(ctx, tx, "payment_received", map[string]any{"number": *x.row.Number, "customer": x.customer.Name, "amount_minor": x.amount, "currency": x.row.Currency}, "document", x.row.PublicID); err != nil {
			return err
		}
	}
	if over := x.amount - x.part; over > 0 {
		if err := audit.Notify(ctx, tx, "paid_twice", map[string]any{"number": *x.row.Number, "customer": x.customer.Name, "amount_minor": over, "currency": x.row.Currency}, "payment", publicID); err != nil {
			return err
		}
	}
	if !x.in.Notify {
		return nil
	}
	return s.thank(ctx, tx, x, id)
}

// thank mails the customer a receipt, where there is an address to mail to.
func (s *Service) thank(ctx context.Context, tx *db.Tx, x *receiving, id int64) error {
	to, err := s.Sales.Addressee(ctx, tx, x.row)
	if fault.Is(err, fault.Invalid) {
		return nil // no address: the payment is recorded all the same
	}
	if err != nil {
		return err
	}
	m := outbox.Mail{Key: "payment/" + x.number.Text, Kind: outbox.PaymentReceived, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name,
		CustomerID: x.customer.ID, ContactID: to.ContactID, DocumentID: x.row.ID, PaymentID: id,
		Args: map[string]string{"number": x.number.Text, "amount_minor": strconv.FormatInt(x.amount, 10), "currency": x.row.Currency, "received_on": x.on.String(), "invoices": *x.row.Number}}
	if to.ContactID != 0 {
		if m.LinkID, err = s.Sales.IssueLink(ctx, tx, to.ContactID, x.row.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// confirmAnnounced closes the customer's announcement, so that it stops waiting.
func confirmAnnounced(ctx context.Context, tx *db.Tx, x *receiving, paymentID int64) error {
	a, err := tx.OpenAnnouncementOfDocument(ctx, x.row.ID)
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.CloseAnnouncement(ctx, gen.CloseAnnouncementParams{ID: a.ID, State: "confirmed", PaymentID: &paymentID}); err != nil {
		return err
	}
	return tx.SetAnnounced(ctx, gen.SetAnnouncedParams{DocumentID: x.row.ID})
}

// MarkPaid issues a draft if it still is one and records its whole payment, in one
// transaction (Marquer payée).
func (s *Service) MarkPaid(ctx context.Context, who actor.Actor, version int64, in Record) (p Payment, err error) {
	if err := who.NeedStaff(); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "invoice.mark_paid", in, &done, func() error {
			row, err := tx.DocumentByPublicID(ctx, in.DocumentID)
			if err != nil {
				return db.NotFound(err)
			}
			if row.State == "draft" {
				if _, err := s.Sales.IssueTx(ctx, tx, who, sales.Issue{Key: in.Key, PublicID: in.DocumentID, Version: version, How: sales.ByHand}); err != nil {
					return err
				}
				if row, err = tx.DocumentByID(ctx, row.ID); err != nil {
					return err
				}
			}
			done, err = s.record(ctx, tx, who, row, in, gatewayRef{})
			return err
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}
