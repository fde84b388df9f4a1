package sepa

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	rules "comptoir/rules/sepa"
)

// MakeDebits asks for a file of direct debits over invoices that were proposed.
type MakeDebits struct {
	Key       string   `json:"key"`
	Scheme    string   `json:"scheme"`
	On        string   `json:"on"`
	Documents []string `json:"documents"`
}

// maxDebits is how many invoices one file takes.
const maxDebits = 1000

// order is one debit on its way into a file: all that a mandate is debited on its day.
type order struct {
	mandate *chosen
	parts   []Candidate
	docs    []gen.Document
	sum     int64
	id      string // end to end
	was     rules.Identity
}

// MakeDebits writes the file, its debits and the mails before them, in one transaction. While
// a debit is open its invoices are not reminded of and not charged to a kept method
// (OpenDebitOfDocument). The same key gives the same file.
func (s *Service) MakeDebits(ctx context.Context, who actor.Actor, in MakeDebits) (b Batch, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Batch{}, err
	}
	switch {
	case len(in.Documents) == 0:
		return Batch{}, fault.New(fault.Invalid, "fault.sepa.empty")
	case len(in.Documents) > maxDebits:
		return Batch{}, fault.New(fault.Invalid, "fault.sepa.too_many", "most", int64(maxDebits))
	}
	return s.once(ctx, in.Key, "sepa.make_debits", in, func(ctx context.Context, tx *db.Tx) (int64, error) {
		c, err := creditorOf(ctx, tx, true)
		if err != nil {
			return 0, err
		}
		orders, err := s.gather(ctx, tx, c, in)
		if err != nil {
			return 0, err
		}
		return s.makeDebits(ctx, tx, who, c, in, orders)
	})
}

// gather looks again at everything that was chosen: what changed since it was shown is told.
func (s *Service) gather(ctx context.Context, tx *db.Tx, c creditor, in MakeDebits) ([]*order, error) {
	x := &planning{s: s, q: tx.Queries, today: c.today, on: day(in.On), scheme: in.Scheme, mandates: map[int64]*chosen{}}
	if err := x.judgeDay(); err != nil {
		return nil, err
	}
	p, err := x.propose(ctx)
	if err != nil {
		return nil, err
	}
	var orders []*order
	found := map[string]bool{}
	for _, t := range p.Taken {
		if !slices.Contains(in.Documents, t.DocumentID) || found[t.DocumentID] {
			continue
		}
		found[t.DocumentID] = true
		d, err := tx.DocumentByPublicID(ctx, t.DocumentID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		var o *order
		for _, known := range orders {
			if known.mandate.row.PublicID == t.MandateID {
				o = known
			}
		}
		if o == nil {
			o = &order{mandate: x.mandates[*d.CustomerID]}
			orders = append(orders, o)
		}
		o.parts, o.docs, o.sum = append(o.parts, t), append(o.docs, d), o.sum+t.AmountMinor
	}
	for _, id := range in.Documents {
		if found[id] {
			continue
		}
		for _, l := range p.Left {
			if l.DocumentID == id {
				return nil, fault.New(fault.Conflict, "fault.sepa.left_out", "number", l.Number)
			}
		}
		return nil, fault.New(fault.Conflict, "fault.sepa.changed")
	}
	return orders, nil
}

// number is the name of a file: PRLV-20261121-001. It is the message's id too.
func number(ctx context.Context, tx *db.Tx, kind string, today civil.Date) (string, error) {
	prefix := kind + "-" + today.Compact() + "-"
	n, err := tx.CountBatchesOf(ctx, prefix)
	return fmt.Sprintf("%s%03d", prefix, n+1), err
}

func (s *Service) makeDebits(ctx context.Context, tx *db.Tx, who actor.Actor, c creditor, in MakeDebits, orders []*order) (int64, error) {
	no, err := number(ctx, tx, "PRLV", c.today)
	if err != nil {
		return 0, err
	}
	// The creditor's address is left out, as on the mandate: banks know it by its identifier.
	message := rules.Collection{MessageID: no, CreatedAt: tx.Stamp(), ICS: c.settings.Ics, Scheme: in.Scheme, On: day(in.On), Creditor: rules.Party{Name: c.party.Name, IBAN: c.party.IBAN, BIC: c.party.BIC}}
	var sum int64
	for i, o := range orders {
		if err := entitle(ctx, tx, o, no+"-"+strconv.Itoa(i+1)); err != nil {
			return 0, err
		}
		numbers := numbersOf(o)
		m := o.mandate.row
		if o.was, err = was(ctx, tx, m, c); err != nil {
			return 0, err
		}
		sum += o.sum
		message.Debits = append(message.Debits, rules.Debit{EndToEnd: o.id, Mandate: m.Rum, SignedOn: day(m.SignedOn), Sequence: o.mandate.rule.Sequence(), AmountMinor: o.sum, About: strings.Join(numbers, ", "), Was: o.was,
			Debtor: rules.Party{Name: m.DebtorName, IBAN: m.Iban, BIC: m.Bic, Address: rules.Address{Street: m.Line1, PostCode: m.PostCode, Town: m.City, Country: m.Country}}})
	}
	content, err := s.Writer.Debits(message)
	if err != nil {
		return 0, err
	}
	id, err := s.keep(ctx, tx, who, gen.InsertBatchParams{Kind: "debit", Number: no, Scheme: in.Scheme, OnDate: in.On, Orders: int64(len(orders)), AmountMinor: sum}, content)
	if err != nil {
		return 0, err
	}
	for _, o := range orders {
		if err := s.keepDebit(ctx, tx, c, id, in.On, o); err != nil {
			return 0, err
		}
		if err := s.tell(ctx, tx, c, o, in.On, no); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// entitle gives a debit its id end to end: the invoice's number, where it takes one and was not
// presented before (banks refuse an id twice, AM05), else its place in the file.
func entitle(ctx context.Context, tx *db.Tx, o *order, place string) error {
	o.id = place
	if len(o.parts) > 1 || !rules.IsID(o.parts[0].Number) {
		return nil
	}
	n, err := tx.CountEndToEnd(ctx, o.parts[0].Number)
	if n == 0 {
		o.id = o.parts[0].Number
	}
	return err
}

// was is what the debit must say of the creditor that the debtor's bank knows the mandate of:
// the one of its last debit, else the one that it was signed for.
func was(ctx context.Context, tx *db.Tx, m gen.Mandate, c creditor) (rules.Identity, error) {
	known := rules.Identity{ICS: m.Ics, Name: m.CreditorName}
	last, err := tx.CreditorKnown(ctx, m.ID)
	switch err = db.NotFound(err); {
	case err == nil:
		known = rules.Identity{ICS: last.Ics, Name: last.CreditorName}
	case !fault.Is(err, fault.NotFound):
		return rules.Identity{}, err
	}
	return rules.Amended(known, rules.Identity{ICS: c.settings.Ics, Name: c.party.Name}), nil
}

// keep writes the row of a file; its bytes stand in it.
func (s *Service) keep(ctx context.Context, tx *db.Tx, who actor.Actor, p gen.InsertBatchParams, content []byte) (int64, error) {
	sum := sha256.Sum256(content)
	p.PublicID, p.Content, p.Sha256, p.MadeBy, p.CreatedAt = s.IDs(), string(content), hex.EncodeToString(sum[:]), who.Name, tx.Stamp()
	id, err := tx.InsertBatch(ctx, p)
	if err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.Changed("sepa", "invoices", "mails") })
	return id, audit.Write(ctx, tx, who, audit.Record{Action: "sepa.file_made", ObjectKind: "sepa_batch", ObjectID: id, Details: map[string]any{"number": p.Number, "orders": p.Orders, "amount_minor": p.AmountMinor, "sha256": p.Sha256}})
}

func (s *Service) keepDebit(ctx context.Context, tx *db.Tx, c creditor, batchID int64, on string, o *order) error {
	m := o.mandate.row
	id, err := tx.InsertDebit(ctx, gen.InsertDebitParams{PublicID: s.IDs(), BatchID: batchID, MandateID: m.ID, CustomerID: m.CustomerID, EndToEnd: o.id, Sequence: o.mandate.rule.Sequence(), OnDate: on, AmountMinor: o.sum, Ics: c.settings.Ics, CreditorName: c.party.Name})
	if err != nil {
		return err
	}
	for i, p := range o.parts {
		if err := tx.InsertDebitPart(ctx, gen.InsertDebitPartParams{DebitID: id, DocumentID: o.docs[i].ID, AmountMinor: p.AmountMinor}); err != nil {
			return err
		}
	}
	return nil
}

// tell writes the debtor what will be taken and when.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c creditor, o *order, on, no string) error {
	to, err := s.Sales.Addressee(ctx, tx, o.docs[0])
	if err != nil {
		return err
	}
	m := o.mandate.row
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: noticeKey(no, m.PublicID), Kind: outbox.DebitNotice, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: m.CustomerID, ContactID: to.ContactID, DocumentID: o.docs[0].ID,
		Args: map[string]string{"invoices": strings.Join(numbersOf(o), ", "), "amount_minor": strconv.FormatInt(o.sum, 10), "currency": rules.Currency, "collect_on": on, "rum": m.Rum, "ics": c.settings.Ics, "ics_was": o.was.ICS, "account": last4(m.Iban)}})
	return err
}

func numbersOf(o *order) []string {
	list := make([]string, 0, len(o.parts))
	for _, p := range o.parts {
		list = append(list, p.Number)
	}
	return list
}

// once runs an act that ends in a file, once for a key, and gives the file.
func (s *Service) once(ctx context.Context, key, kind string, body any, fn func(ctx context.Context, tx *db.Tx) (int64, error)) (b Batch, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, kind, body, &id, func() (err error) {
			id, err = fn(ctx, tx)
			return err
		}); err != nil {
			return err
		}
		b, err = s.loadBatch(ctx, tx.Queries, id)
		return err
	})
	return b, err
}
