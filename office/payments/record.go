package payments

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
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
	"comptoir/office/settlement"
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
	Anyway      bool   `json:"anyway"` // although a gateway has not said how an attempt to pay it ended
}

// recorded is what a recording transaction answers and a repeat of it gives again.
type recorded struct {
	ID int64 `json:"id"`
}

// Record notes a payment of one invoice: its number, allocation, entry, audit row and mail
// in one transaction. The same key again gives the same payment.
func (s *Service) Record(ctx context.Context, who actor.Actor, in Record) (p Payment, err error) {
	if err := who.Need(actor.Collect); err != nil {
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

// gatewayRef tells where a payment of one invoice comes from.
type gatewayRef struct {
	gateway, ref string
	announced    bool // the customer's transfer, that the firm sees on its account
}

// arrived tells whether the money is there, whatever happened to the invoice.
func (g gatewayRef) arrived() bool { return g.gateway != "" || g.announced }

// record notes a payment of one invoice. A gateway has the money already, whatever was paid
// meanwhile: what the document no longer takes stays on the customer's account. So does an
// announced transfer.
func (s *Service) record(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, in Record, via gatewayRef) (recorded, error) {
	if row.State != "issued" {
		return recorded{}, fault.New(fault.Conflict, "fault.still_draft")
	}
	x, err := s.receiving(ctx, tx, *row.CustomerID, money.Currency(row.Currency), RecordPayment{AmountMinor: in.AmountMinor, ReceivedOn: in.ReceivedOn, Method: in.Method,
		Reference: in.Reference, Note: in.Note, Notify: in.Notify, Anyway: in.Anyway}, via)
	if err != nil {
		return recorded{}, err
	}
	item, err := x.sheet.Document(ctx, row.ID)
	if err != nil {
		return recorded{}, err
	}
	due := item.Due()
	if item.Credit() || due == 0 && !via.arrived() {
		return recorded{}, fault.New(fault.Conflict, "fault.already_paid", "number", *row.Number)
	}
	if x.in.AmountMinor == 0 {
		x.in.AmountMinor = due
	}
	part := x.in.AmountMinor
	if via.arrived() {
		part = min(part, due)
	} else if part > due {
		x.form.Add("amount", "fault.more_than_due", "due", money.Amount{Minor: due, Currency: x.sheet.Currency})
		part = due
	}
	if part > 0 {
		x.parts = []share{{item, part, "amount"}}
	}
	x.about = &row
	return s.receive(ctx, tx, who, x)
}

// receiving is the work sheet of one recording transaction.
type receiving struct {
	in     RecordPayment
	sheet  *settlement.Sheet
	parts  []share
	about  *gen.Document // the document that the money came for, whether it takes any or not
	form   fault.Form
	rateE8 int64
	number company.Number
	via    gatewayRef
	meant  int64 // of the amount, what the customer meant to leave on its account
}

// share is what of the whole one document is to take; path is where the form has it.
type share struct {
	item  *settlement.Item
	minor int64
	path  string
}

// receiving opens the sheet and judges everything but the parts.
func (s *Service) receiving(ctx context.Context, tx *db.Tx, customerID int64, currency money.Currency, in RecordPayment, via gatewayRef) (*receiving, error) {
	x := &receiving{in: in, via: via}
	var err error
	if x.sheet, err = settlement.OpenCustomer(ctx, tx, customerID, currency, civil.Date{}); err != nil {
		return nil, err
	}
	text.Each(text.Line, &x.in.Reference)
	text.Each(text.Clean, &x.in.Note)
	x.form.MaxLen("reference", x.in.Reference, 100)
	x.form.MaxLen("note", x.in.Note, 2000)
	if !slices.Contains(methods, in.Method) || (in.Method == "practice") != (via.gateway == "practice") {
		x.form.Add("method", "fault.choice")
	}
	if in.AmountMinor < 0 {
		x.form.Add("amount", "fault.negative")
	}
	if in.FeeMinor < 0 || in.FeeMinor > 0 && in.FeeMinor > in.AmountMinor {
		x.form.Add("fee", "fault.settlement.fee")
	}
	return x, nil
}

// date fixes the day of receipt: not in the future, not before a document that it pays.
func (x *receiving) date() {
	today := x.sheet.On
	on := today
	if x.in.ReceivedOn != "" {
		d, err := civil.Parse(x.in.ReceivedOn)
		switch {
		case err != nil:
			x.form.Add("receivedOn", "fault.not_a_date")
		case d.After(today):
			x.form.Add("receivedOn", "fault.future")
		default:
			on = d
		}
	}
	for _, p := range x.parts {
		if on.Before(day(p.item.Row.IssueDate)) {
			x.form.Add("receivedOn", "fault.before_issue")
			break
		}
	}
	x.sheet.On = on
}

// receive writes the payment: credits used first, then the money.
func (s *Service) receive(ctx context.Context, tx *db.Tx, who actor.Actor, x *receiving) (recorded, error) {
	x.date()
	if err := x.form.Err(); err != nil {
		return recorded{}, err
	}
	if err := x.noAttemptOpen(ctx, tx); err != nil {
		return recorded{}, err
	}
	var err error
	if err = x.exchange(ctx); err != nil {
		return recorded{}, err
	}
	if x.number, err = company.TakeNumber(ctx, tx, "payment", x.sheet.On); err != nil {
		return recorded{}, err
	}
	id, err := tx.NextPaymentID(ctx) // one writer: nobody takes it between
	if err != nil {
		return recorded{}, err
	}
	p := gen.Payment{ID: id, PublicID: s.IDs(), Number: x.number.Text, CustomerID: x.sheet.Customer.ID, AmountMinor: x.in.AmountMinor, Currency: string(x.sheet.Currency), RateE8: x.rateE8}
	rest := x.sheet.Receive(p)
	for _, part := range x.parts {
		if part.minor == 0 { // credits took it all
			continue
		}
		if err := x.sheet.Pay(rest, part.item, part.minor); err != nil {
			return recorded{}, err
		}
	}
	p.EntryID, err = x.sheet.Close(ctx, settlement.Act{Event: ledger.EventPayment, Number: p.Number, Source: books.Source{Kind: books.FromPayment, ID: id},
		Money: settlement.Money{Account: accountOf(x.in.Method, x.via.gateway), AmountMinor: x.in.AmountMinor, FeeMinor: x.in.FeeMinor, RateE8: x.rateE8}})
	if err != nil {
		return recorded{}, err
	}
	if err := tx.InsertPayment(ctx, gen.InsertPaymentParams{ID: id, PublicID: p.PublicID, Number: p.Number, CustomerID: p.CustomerID, Method: x.in.Method, ReceivedOn: x.sheet.On.String(),
		AmountMinor: p.AmountMinor, FeeMinor: x.in.FeeMinor, Currency: p.Currency, RateE8: p.RateE8, Reference: x.in.Reference, Note: x.in.Note, Gateway: x.via.gateway, GatewayRef: x.via.ref,
		EntryID: p.EntryID, CreatedAt: tx.Stamp()}); err != nil {
		return recorded{}, err
	}
	if err := x.sheet.WriteReceived(ctx, rest); err != nil {
		return recorded{}, err
	}
	if err := s.follow(ctx, tx, who, x, p, rest.Left()-x.meant); err != nil {
		return recorded{}, err
	}
	if err := s.settledHook(ctx, tx, x.sheet); err != nil {
		return recorded{}, err
	}
	s.changed(tx)
	return recorded{ID: id}, nil
}

// changed tells, after the commit, that money moved.
func (s *Service) changed(tx *db.Tx) {
	tx.AfterCommit(func() { s.Changed("payments", "invoices", "credits", "customers", "books", "notifications") })
}

// noAttemptOpen refuses while a gateway has not said how an attempt to pay ended: the
// invoice could be paid twice. Staff may go on all the same.
func (x *receiving) noAttemptOpen(ctx context.Context, tx *db.Tx) error {
	if x.in.Anyway || x.via.gateway != "" {
		return nil
	}
	for _, p := range x.parts {
		_, err := tx.UnknownIntentOfDocument(ctx, p.item.Row.ID)
		if err = db.NotFound(err); err == nil {
			return fault.New(fault.Conflict, "fault.settlement.attempt_open", "number", *p.item.Row.Number)
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// exchange finds the rate of the day of receipt: the newest noted, at worst the document's.
func (x *receiving) exchange(ctx context.Context) error {
	otherwise := x.rateE8 // of the payment that it is a part of, if any
	switch {
	case len(x.parts) > 0:
		otherwise = x.parts[0].item.Row.RateE8
	case x.about != nil:
		otherwise = x.about.RateE8
	}
	var err error
	if x.rateE8, err = x.sheet.RateOf(ctx, otherwise); err == nil && x.rateE8 == 0 {
		x.form.Add("amount", "fault.rate_needed", "currency", string(x.sheet.Currency))
		err = x.form.Err()
	}
	return err
}

// accountOf names the account that money of a method arrives on. What a gateway took it holds
// until it pays it out: that is not on the bank's account yet (PCG 517).
func accountOf(method, gateway string) string {
	if gateway != "" {
		return ledger.RoleGateway
	}
	switch method {
	case "cash":
		return ledger.RoleCash
	case "cheque":
		return ledger.RoleCheques
	}
	return ledger.RoleBank
}

// numbers lists the documents that take part of the payment.
func (x *receiving) numbers() []string {
	list := make([]string, 0, len(x.parts))
	for _, p := range x.parts {
		list = append(list, *p.item.Row.Number)
	}
	return list
}

// follow writes what comes with a payment: announced transfers are confirmed, audit,
// search, notification, the customer's receipt.
func (s *Service) follow(ctx context.Context, tx *db.Tx, who actor.Actor, x *receiving, p gen.Payment, left int64) error {
	for _, part := range x.parts {
		if err := closeAnnounced(ctx, tx, x.in.Method, part.item, p.ID); err != nil {
			return err
		}
	}
	numbers := x.numbers()
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "payment.recorded", ObjectKind: "payment", ObjectID: p.ID,
		Details: map[string]any{"number": p.Number, "document": strings.Join(numbers, ", "), "amount_minor": p.AmountMinor, "currency": p.Currency, "method": x.in.Method}}); err != nil {
		return err
	}
	words := append(slices.Clone(numbers), x.in.Reference, strconv.FormatInt(p.AmountMinor/x.sheet.Currency.Unit(), 10))
	if err := search.Index(ctx, tx, search.Entry{Kind: "payment", ObjectID: p.ID, PublicID: p.PublicID, Title: p.Number, Subtitle: x.sheet.Customer.Name, Words: words}); err != nil {
		return err
	}
	if x.about != nil {
		if left > 0 {
			if err := audit.Notify(ctx, tx, "paid_twice", map[string]any{"number": *x.about.Number, "customer": x.sheet.Customer.Name, "amount_minor": left, "currency": p.Currency}, "payment", p.PublicID); err != nil {
				return err
			}
		}
	}
	if !x.in.Notify {
		return nil
	}
	return s.thank(ctx, tx, x, p)
}

// thank mails the customer a receipt, where there is an address to mail to.
func (s *Service) thank(ctx context.Context, tx *db.Tx, x *receiving, p gen.Payment) error {
	doc := x.about
	if doc == nil && len(x.parts) > 0 {
		doc = &x.parts[0].item.Row
	}
	to, err := s.addressee(ctx, tx, x.sheet.Customer, doc)
	if err != nil || to.Email == "" { // no address: the payment is recorded all the same
		return err
	}
	m := outbox.Mail{Key: "payment/" + p.Number, Kind: outbox.PaymentReceived, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name,
		CustomerID: x.sheet.Customer.ID, ContactID: to.ContactID, PaymentID: p.ID,
		Args: map[string]string{"number": p.Number, "amount_minor": strconv.FormatInt(p.AmountMinor, 10), "currency": p.Currency, "received_on": x.sheet.On.String()}}
	if list := x.numbers(); len(list) > 0 {
		m.Args["invoices"] = strings.Join(list, ", ")
	} else if doc != nil {
		m.Args["invoices"] = *doc.Number
	}
	if doc != nil {
		m.DocumentID = doc.ID
		if to.ContactID != 0 {
			if m.LinkID, err = s.Sales.IssueLink(ctx, tx, to.ContactID, doc.ID); err != nil {
				return err
			}
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// addressee is who hears of money: the document's, else the customer's first contact. An
// empty address: nobody.
func (s *Service) addressee(ctx context.Context, tx *db.Tx, customer gen.Customer, doc *gen.Document) (sales.Addressee, error) {
	row := gen.Document{CustomerID: &customer.ID, Language: customer.Language}
	if doc != nil {
		row = *doc
	}
	to, err := s.Sales.Addressee(ctx, tx, row)
	if fault.Is(err, fault.Invalid) {
		return sales.Addressee{}, nil
	}
	return to, err
}

// closeAnnounced closes the customer's announcement, so that it stops waiting: a transfer is
// what was announced; whatever else pays the whole document leaves nothing to wait for, but is
// not that transfer, whose money still counts when it comes.
func closeAnnounced(ctx context.Context, tx *db.Tx, method string, item *settlement.Item, paymentID int64) error {
	if method != "transfer" && item.Due() > 0 {
		return nil
	}
	documentID := item.Row.ID
	a, err := tx.OpenAnnouncementOfDocument(ctx, documentID)
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	closing := gen.CloseAnnouncementParams{ID: a.ID, State: "confirmed", PaymentID: &paymentID}
	if method != "transfer" {
		closing.State, closing.PaymentID = "dismissed", nil
	}
	if _, err := tx.CloseAnnouncement(ctx, closing); err != nil {
		return err
	}
	return tx.SetAnnounced(ctx, gen.SetAnnouncedParams{DocumentID: documentID})
}

// MarkPaid issues a draft if it still is one and records its whole payment, in one
// transaction (Marquer payée).
func (s *Service) MarkPaid(ctx context.Context, who actor.Actor, version int64, in Record) (p Payment, err error) {
	if err := who.Need(actor.Collect); err != nil {
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
