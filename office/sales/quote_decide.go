package sales

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/files"
	"comptoir/rules/billing"
)

// Approval is the word of a customer that a quote is agreed to; a contact gives it, or the
// firm notes it by hand.
type Approval struct {
	Key         string // of the command; contacts need none, a quote is approved once
	PublicID    string
	Hash        string // of the quote as it was shown
	Name        string
	OrderNumber string
	Options     []int  // places of the optional lines that are taken, from 0
	Signature   []byte // a PNG, none where nothing was drawn
	On          string // the firm only: the day of the word, "" = today
}

// Outcome is what a decision came to.
type Outcome struct {
	Quote    DocumentRef
	Made     *DocumentRef // the invoice or deposit invoice, nil when there is none to pay
	Draft    bool         // it waits for the firm: something that the law wants was missing
	DueMinor int64
}

// outcome is what the command remembers.
type outcome struct {
	QuoteID int64 `json:"quoteId"`
	MadeID  int64 `json:"madeId"`
}

// ApproveQuote notes that a quote is agreed to and, in the same transaction, makes and
// issues its invoice with the options taken, or the deposit invoice that it asks for. A quote
// that was decided, replaced, changed or has expired meanwhile is refused, each for its own
// reason; nothing is made twice whoever asks and how often.
func (s *Service) ApproveQuote(ctx context.Context, who actor.Actor, in Approval) (done Outcome, err error) {
	if err := mayDecide(who, in.PublicID); err != nil {
		return Outcome{}, err
	}
	signature, err := s.keepSignature(in.Signature)
	if err != nil {
		return Outcome{}, err
	}
	in.Signature = nil
	in.Name, in.OrderNumber = typed.Line(in.Name), typed.Line(in.OrderNumber)
	in.Options = slices.Sorted(slices.Values(in.Options))
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.onceStaff(ctx, tx, who, in.Key, "quote.approve", in, &done, func() (outcome, error) {
			return s.approveQuote(ctx, tx, who, in, signature)
		})
	})
	return done, err
}

// mayDecide: the firm's people, a contact, and whoever the firm shows that very quote to.
func mayDecide(who actor.Actor, publicID string) error {
	if who.Kind == actor.Contact {
		return who.NeedSelfOn(actor.TrustLink, publicID)
	}
	return who.Need(actor.Sell)
}

// onceStaff runs fn, for the firm's people once a key, and fills done from its answer.
func (s *Service) onceStaff(ctx context.Context, tx *db.Tx, who actor.Actor, key, kind string, body any, done *Outcome, fn func() (outcome, error)) error {
	var o outcome
	run := func() (err error) {
		o, err = fn()
		return err
	}
	if who.Kind == actor.Contact {
		if err := run(); err != nil {
			return err
		}
	} else if err := audit.Once(ctx, tx, key, kind, body, &o, run); err != nil {
		return err
	}
	row, err := tx.DocumentByID(ctx, o.QuoteID)
	if err != nil {
		return db.NotFound(err)
	}
	done.Quote = refOf(row)
	if o.MadeID == 0 {
		return nil
	}
	made, err := tx.DocumentByID(ctx, o.MadeID)
	if err != nil {
		return db.NotFound(err)
	}
	r := refOf(made)
	done.Made, done.Draft = &r, made.State == "draft"
	if !done.Draft {
		st, err := tx.Status(ctx, made.ID)
		done.DueMinor = st.DueMinor
		return db.NotFound(err)
	}
	return nil
}

// quoteFor finds the quote that somebody decides about: a contact's own, and the one that
// was shown.
func (s *Service) quoteFor(ctx context.Context, tx *db.Tx, who actor.Actor, publicID, hash string) (row gen.Document, err error) {
	if who.Kind == actor.Contact {
		row, err = tx.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
	} else {
		row, err = tx.DocumentByPublicID(ctx, publicID)
	}
	if err != nil {
		return row, db.NotFound(err)
	}
	if err := needQuote(row); err != nil {
		return row, err
	}
	if row.State != "issued" {
		return row, fault.New(fault.Conflict, "fault.still_draft")
	}
	if hash != row.Hash {
		return row, fault.New(fault.Conflict, "fault.quote_changed")
	}
	return row, nil
}

// decidedOn is the day that counts for the expiry: today, or for a word that the firm notes
// later the day on which it was given.
func (s *Service) decidedOn(ctx context.Context, q *gen.Queries, who actor.Actor, row gen.Document, typed string) (civil.Date, error) {
	today := s.today(ctx, q)
	if typed == "" || who.Kind == actor.Contact {
		return today, nil
	}
	on, err := civil.Parse(typed)
	switch {
	case err != nil:
		return today, oneField("on", "fault.not_a_date")
	case on.After(today):
		return today, oneField("on", "fault.in_the_future")
	case on.Before(day(row.IssueDate)):
		return today, oneField("on", "fault.quote_decided_before", "date", day(row.IssueDate))
	}
	return on, nil
}

func (s *Service) approveQuote(ctx context.Context, tx *db.Tx, who actor.Actor, in Approval, signature *files.Ref) (outcome, error) {
	row, err := s.quoteFor(ctx, tx, who, in.PublicID, in.Hash)
	if err != nil {
		return outcome{}, err
	}
	facts, _, err := quoteFacts(ctx, tx.Queries, row)
	if err != nil {
		return outcome{}, err
	}
	on, err := s.decidedOn(ctx, tx.Queries, who, row, in.On)
	if err != nil {
		return outcome{}, err
	}
	if err := billing.ApproveQuote(facts, on, in.Name); err != nil {
		return outcome{}, err
	}
	if err := checkWords(in.Name, in.OrderNumber, ""); err != nil {
		return outcome{}, err
	}
	a := approved{row: row, in: in, on: on}
	if a.quote, err = s.build(ctx, tx.Queries, row); err != nil {
		return outcome{}, err
	}
	if a.taken, a.totals, err = a.choose(); err != nil {
		return outcome{}, err
	}
	p := gen.InsertDecisionParams{DocumentID: row.ID, Decision: string(billing.Approved), OrderNumber: in.OrderNumber, TotalMinor: a.totals.TotalInclTax}
	if signature != nil {
		if err := files.Record(ctx, tx, *signature); err != nil {
			return outcome{}, err
		}
		p.SignatureSha256 = &signature.SHA256
	}
	id, err := s.decide(ctx, tx, who, row, p, in.Name, on, in.Options)
	if err != nil {
		return outcome{}, err
	}
	made, err := s.makeOfQuote(ctx, tx, who, a)
	if err != nil {
		return outcome{}, err
	}
	o := outcome{QuoteID: row.ID}
	if made != nil {
		o.MadeID = made.row.ID
	}
	if made != nil && made.number.Text != "" { // a draft may be thrown away; what was decided stays
		if _, err := tx.SetDecisionMade(ctx, gen.SetDecisionMadeParams{ID: id, MadeID: &made.row.ID}); err != nil {
			return outcome{}, err
		}
	}
	return o, s.tellApproved(ctx, tx, who, a, made)
}

// Refusal is the word of a customer that a quote is not agreed to, and why.
type Refusal struct {
	Key      string
	PublicID string
	Hash     string
	Name     string
	Reason   string
	On       string // the firm only
}

// RefuseQuote notes that a quote is refused.
func (s *Service) RefuseQuote(ctx context.Context, who actor.Actor, in Refusal) (done Outcome, err error) {
	if err := mayDecide(who, in.PublicID); err != nil {
		return Outcome{}, err
	}
	in.Name, in.Reason = typed.Line(in.Name), typed.Clean(in.Reason)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.onceStaff(ctx, tx, who, in.Key, "quote.refuse", in, &done, func() (outcome, error) {
			return s.refuseQuote(ctx, tx, who, in)
		})
	})
	return done, err
}

func (s *Service) refuseQuote(ctx context.Context, tx *db.Tx, who actor.Actor, in Refusal) (outcome, error) {
	row, err := s.quoteFor(ctx, tx, who, in.PublicID, in.Hash)
	if err != nil {
		return outcome{}, err
	}
	facts, _, err := quoteFacts(ctx, tx.Queries, row)
	if err != nil {
		return outcome{}, err
	}
	on, err := s.decidedOn(ctx, tx.Queries, who, row, in.On)
	if err != nil {
		return outcome{}, err
	}
	if err := billing.RefuseQuote(facts, on, in.Name, in.Reason); err != nil {
		return outcome{}, err
	}
	if err := checkWords(in.Name, "", in.Reason); err != nil {
		return outcome{}, err
	}
	p := gen.InsertDecisionParams{DocumentID: row.ID, Decision: string(billing.Refused), Reason: in.Reason, TotalMinor: row.TotalInclMinor}
	if _, err := s.decide(ctx, tx, who, row, p, in.Name, on, []int{}); err != nil {
		return outcome{}, err
	}
	return outcome{QuoteID: row.ID}, s.tellRefused(ctx, tx, who, row, in)
}

func checkWords(name, order, reason string) error {
	var form fault.Form
	form.MaxLen("name", name, 100)
	form.MaxLen("orderNumber", order, 50)
	form.MaxLen("reason", reason, 2000)
	return form.Err()
}

// decide stores a decision and writes it into the log.
func (s *Service) decide(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, p gen.InsertDecisionParams, name string, on civil.Date, options []int) (id int64, err error) {
	b, err := json.Marshal(slices.Concat([]int{}, options))
	if err != nil {
		return 0, err
	}
	p.PublicID, p.DecidedAt, p.DecidedOn, p.Name, p.Options, p.DocumentHash = s.IDs(), tx.Stamp(), on.String(), strings.TrimSpace(name), string(b), row.Hash
	if who.Kind == actor.Contact {
		p.ContactID = who.ContactID()
	}
	if id, err = tx.InsertDecision(ctx, p); err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.Changed("quotes", "invoices", "notifications", "mails") })
	return id, audit.Write(ctx, tx, who, audit.Record{Action: action(billing.Quote, p.Decision), ObjectKind: "document", ObjectID: row.ID,
		Details: map[string]any{"decision": id, "amount_minor": p.TotalMinor, "on": p.DecidedOn, "options": options, "signed": p.SignatureSha256 != nil, "hash": row.Hash}})
}
