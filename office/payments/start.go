package payments

import (
	"context"
	"encoding/json"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/sales"
)

// StartPayment opens an attempt to pay. The row with its key is durable before any gateway is
// called, so that a crash never charges twice and never loses a charge. It gives the attempt
// as the gateway answered: mostly NeedsAction with the address of its page.
func (s *Service) StartPayment(ctx context.Context, who actor.Actor, p StartPayment) (Intent, error) {
	if err := who.NeedContactOn(trustFor(p.MethodID != "" || p.Save), p.documents()...); err != nil {
		return Intent{}, err
	}
	if p.Save { // it adds a method
		if err := who.NeedProof(); err != nil {
			return Intent{}, err
		}
	}
	return s.begin(ctx, who, p.Key, "payment.start", p, func(ctx context.Context, tx *db.Tx) (string, error) {
		g, mode, err := s.offered(ctx, tx.Queries, p.Gateway)
		if err != nil {
			return "", err
		}
		return s.start(ctx, tx, who, p, g, mode)
	})
}

// documents names what is paid, and nothing where part of it is paid ahead of any document.
func (p StartPayment) documents() []string {
	if p.AheadMinor != 0 {
		return nil
	}
	ids := []string{}
	if p.DocumentID != "" {
		ids = append(ids, p.DocumentID)
	}
	for _, part := range p.Parts {
		ids = append(ids, part.DocumentID)
	}
	return ids
}

// trustFor: methods of payment ask for the password first.
func trustFor(methods bool) actor.Trust {
	if methods {
		return actor.TrustPassword
	}
	return actor.TrustLink
}

// begin makes the row of an attempt, once for its key, and then sends it.
func (s *Service) begin(ctx context.Context, who actor.Actor, key, kind string, body any, start func(ctx context.Context, tx *db.Tx) (string, error)) (i Intent, err error) {
	s.warm(ctx)
	var publicID string
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, kind, body, &publicID, func() error {
			publicID, err = start(ctx, tx)
			return err
		})
	})
	if err != nil {
		return Intent{}, err
	}
	return s.drive(ctx, who, publicID, "")
}

// start makes the row: what is wanted of each document, the limits, the fee, no second
// attempt beside one under way.
func (s *Service) start(ctx context.Context, tx *db.Tx, who actor.Actor, p StartPayment, g Gateway, mode string) (string, error) {
	w, err := s.wanted(ctx, tx, who, p)
	if err != nil {
		return "", err
	}
	if !g.Takes(w.currency) {
		return "", fault.New(fault.Conflict, "fault.pay.currency", "currency", string(w.currency))
	}
	n := newIntent{kind: IntentPay, customerID: who.CustomerID, contactID: who.ContactID(), gateway: g.Name(), mode: mode, currency: w.currency, parts: w.parts, amount: w.sum, save: p.Save,
		details: ordered{Return: p.ReturnURL, Lang: who.Lang, By: who.Name}}
	if p.MethodID != "" {
		m, err := s.usable(ctx, tx.Queries, who.CustomerID, p.MethodID, mode)
		if err != nil {
			return "", err
		}
		if n.kind, n.methodID, n.save = IntentCharge, &m.ID, false; m.Gateway != g.Name() {
			return "", fault.New(fault.NotFound, "fault.not_found")
		}
	}
	if n.save {
		if err := noSaving(ctx, tx.Queries, g); err != nil {
			return "", err
		}
	}
	if n.extra, err = s.judgeWay(ctx, tx.Queries, g.Name(), who.CustomerID, w); err != nil {
		return "", err
	}
	if n.extra != p.ExtraMinor {
		return "", fault.New(fault.Conflict, "fault.amount_changed")
	}
	n.amount += n.extra
	if publicID, err := s.takeUp(ctx, tx, n); err != nil || publicID != "" {
		return publicID, err
	}
	return s.insert(ctx, tx, who, n)
}

// newIntent is a row to be made.
type newIntent struct {
	publicID           string // "" = a new one
	kind               string
	customerID         int64
	contactID          *int64
	gateway, mode      string
	currency           money.Currency
	parts              []wantedPart
	amount, extra      int64
	save               bool
	methodID, refundOf *int64
	details            ordered
	createdAt          time.Time // of one that is taken over; zero: now
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, who actor.Actor, n newIntent) (string, error) {
	publicID := n.publicID
	if publicID == "" {
		publicID = s.IDs()
	}
	details, err := json.Marshal(n.details)
	if err != nil {
		return "", err
	}
	row := gen.InsertIntentParams{PublicID: publicID, Kind: n.kind, CustomerID: n.customerID, ContactID: n.contactID, Gateway: n.gateway, Mode: n.mode, IdempotencyKey: keyOf(n.kind) + publicID,
		AmountMinor: n.amount, ExtraMinor: n.extra, Currency: string(n.currency), MethodID: n.methodID, RefundOf: n.refundOf, Details: string(details), Now: tx.Stamp()}
	if !n.createdAt.IsZero() && n.createdAt.Before(tx.Now) {
		row.Now = db.Stamp(n.createdAt)
	}
	if n.save {
		row.SaveMethod = 1
	}
	if len(n.parts) == 1 {
		row.DocumentID = &n.parts[0].row.ID
	}
	id, err := tx.InsertIntent(ctx, row)
	if err != nil {
		return "", err
	}
	if n.save && s.Saving != nil {
		if err := s.Saving(ctx, tx, who, id); err != nil {
			return "", err
		}
	}
	numbers := ""
	for _, p := range n.parts {
		if err := tx.InsertIntentPart(ctx, gen.InsertIntentPartParams{IntentID: id, DocumentID: p.row.ID, AmountMinor: p.minor}); err != nil {
			return "", err
		}
		if numbers != "" {
			numbers += ", "
		}
		numbers += *p.row.Number
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "payment.started", ObjectKind: "payment_intent", ObjectID: id,
		Details: map[string]any{"document": numbers, "amount_minor": n.amount, "gateway": n.gateway, "kind": n.kind, "mode": n.mode}})
}

// keyOf begins the keys of a kind, so that a gateway's own site shows what each is.
func keyOf(kind string) string {
	if kind == IntentRefund {
		return "refund-"
	}
	return "intent-"
}

// wantedPart is what an order wants to pay of one document.
type wantedPart struct {
	row   gen.Document
	minor int64 // never more than is due
}

// wanted is what an order wants to pay.
type wanted struct {
	parts    []wantedPart
	sum      int64 // with what stays on the customer's account
	currency money.Currency
}

// wanted judges what a contact wants to pay against what is due now and what the firm allows.
func (s *Service) wanted(ctx context.Context, tx *db.Tx, who actor.Actor, p StartPayment) (w wanted, err error) {
	choice, err := choices(ctx, tx.Queries)
	if err != nil {
		return w, err
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return w, err
	}
	if p.DocumentID != "" {
		p.Parts = []PayPart{{DocumentID: p.DocumentID, AmountMinor: p.ExpectMinor, ShownMinor: p.ExpectMinor}}
	}
	seen, shown := map[int64]bool{}, int64(0)
	for _, part := range p.Parts {
		row, st, err := ownOpen(ctx, tx, who, part.DocumentID)
		if err != nil {
			return w, err
		}
		if seen[row.ID] {
			return w, fault.New(fault.Invalid, "fault.invalid")
		}
		seen[row.ID] = true
		if w.currency == "" {
			w.currency = money.Currency(row.Currency)
		}
		if row.Currency != string(w.currency) {
			return w, fault.New(fault.Conflict, "fault.pay.one_currency")
		}
		if _, err := amountOf(st, part.ShownMinor, today); err != nil {
			return w, err
		}
		if !p.Despite {
			if err := notDebited(ctx, tx.Queries, row); err != nil {
				return w, err
			}
		}
		if err := choice.judge(part, st.DueMinor); err != nil {
			return w, err
		}
		w.parts = append(w.parts, wantedPart{row, min(part.AmountMinor, st.DueMinor)})
		w.sum += part.AmountMinor
		shown += part.ShownMinor
	}
	if len(w.parts) > 0 {
		if choice, err = s.choicesIn(ctx, tx.Queries, w.currency); err != nil {
			return w, err
		}
		if err := choice.judgeSum(w.sum, shown, w.currency); err != nil {
			return w, err
		}
	}
	err = s.ahead(ctx, tx, who, p, &w)
	return w, err
}

// notDebited refuses a document that stands in a file of direct debits: what pays it as well
// would be paid twice.
func notDebited(ctx context.Context, q *gen.Queries, row gen.Document) error {
	on, err := sales.DebitOn(ctx, q, row.ID)
	if err == nil && !on.IsZero() {
		err = fault.New(fault.Conflict, "fault.pay.debited", "number", *row.Number, "on", on)
	}
	return err
}

// SaveMethod opens an attempt that only keeps a method; the customer goes on at Intent.URL.
func (s *Service) SaveMethod(ctx context.Context, who actor.Actor, in SaveMethod) (Intent, error) {
	if err := who.NeedContact(actor.TrustPassword); err != nil {
		return Intent{}, err
	}
	if err := who.NeedProof(); err != nil {
		return Intent{}, err
	}
	return s.begin(ctx, who, in.Key, "payment.save_method", in, func(ctx context.Context, tx *db.Tx) (string, error) {
		g, mode, err := s.offered(ctx, tx.Queries, in.Gateway)
		if err != nil {
			return "", err
		}
		if err := noSaving(ctx, tx.Queries, g); err != nil {
			return "", err
		}
		c, err := tx.CustomerByID(ctx, who.CustomerID)
		if err != nil {
			return "", db.NotFound(err)
		}
		return s.insert(ctx, tx, who, newIntent{kind: IntentSave, customerID: who.CustomerID, contactID: who.ContactID(), gateway: g.Name(), mode: mode, currency: money.Currency(c.Currency), save: true,
			details: ordered{Return: in.ReturnURL, Lang: who.Lang, By: who.Name}})
	})
}

// ChargeKept charges a kept method for what a document asks for now. The same key is the same
// charge: a repeat gives how it stands. An error is a refusal before anything was sent;
// whatever the gateway said is in Intent.State and Reason (Unknown and Processing settle by
// themselves later). For the firm and the program only: a contact pays by StartPayment.
func (s *Service) ChargeKept(ctx context.Context, who actor.Actor, in ChargeKept) (Intent, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Intent{}, err
	}
	return s.begin(ctx, who, in.Key, "payment.charge_kept", in, func(ctx context.Context, tx *db.Tx) (string, error) {
		return s.startCharge(ctx, tx, who, in)
	})
}

func (s *Service) startCharge(ctx context.Context, tx *db.Tx, who actor.Actor, in ChargeKept) (string, error) {
	row, err := tx.DocumentByPublicID(ctx, in.DocumentID)
	if err != nil {
		return "", db.NotFound(err)
	}
	if row.State != "issued" || row.CustomerID == nil {
		return "", fault.New(fault.Conflict, "fault.still_draft")
	}
	st, err := tx.Status(ctx, row.ID)
	if err != nil {
		return "", db.NotFound(err)
	}
	if st.DueMinor <= 0 || row.Kind != "invoice" && row.Kind != "deposit_invoice" {
		return "", fault.New(fault.Conflict, "fault.already_paid", "number", *row.Number)
	}
	if err := notDebited(ctx, tx.Queries, row); err != nil {
		return "", err
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return "", err
	}
	w := wanted{parts: []wantedPart{{row, asked(st, today)}}, sum: asked(st, today), currency: money.Currency(row.Currency)}
	m, err := s.chosen(ctx, tx.Queries, *row.CustomerID, in.MethodID)
	if err != nil {
		return "", err
	}
	if err := s.Fits(ctx, m, w.currency); err != nil {
		return "", err
	}
	_, mode, err := s.offered(ctx, tx.Queries, m.Gateway)
	if err != nil {
		return "", err
	}
	if err := s.limits(ctx, tx.Queries, m.Gateway, w); err != nil { // no fee is added where the customer cannot see it first
		return "", err
	}
	n := newIntent{publicID: chargeName(in.Key), kind: IntentCharge, customerID: *row.CustomerID, gateway: m.Gateway, mode: mode, currency: w.currency, parts: w.parts, amount: w.sum, methodID: &m.ID,
		details: ordered{Lang: row.Language, OffSession: true, By: who.Name}}
	if publicID, err := s.takeOver(ctx, tx, who, n); err != nil || publicID != "" {
		return publicID, err
	}
	if publicID, err := s.takeUp(ctx, tx, n); err != nil || publicID != "" {
		return publicID, err
	}
	return s.insert(ctx, tx, who, n)
}
