package reminders

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// Past is one level that a document has behind it.
type Past struct {
	Document       string // public id; of a customer's history
	Number         string
	Currency       money.Currency
	Level          int
	On             civil.Date
	DaysLate       int
	DueMinor       int64
	InterestMinor  int64
	IndemnityMinor int64
	Mailed         bool
	ByHand         bool
	Formal         bool
	Retained       bool   // of what was held back, which has levels of its own
	MailID         string // public id, "" = none
	MailState      string
	To             string
}

// State is how a document stands with its reminders.
type State struct {
	Past     []Past // by level
	Exempt   bool
	Reason   string // why it is not reminded of now, "" = it may be
	ReasonOn civil.Date
	Next     civil.Date // when the next level is due; zero = none
	Level    int        // which one
	Late     bool
	Fees     tax.LateFees // earned so far and not invoiced
	Invoiced []FeesInvoice
}

// FeesInvoice is an invoice of late fees made for a document.
type FeesInvoice struct {
	PublicID       string
	Number         string // "" = still a draft
	InterestMinor  int64
	IndemnityMinor int64
	Until          civil.Date
}

// StateOf gives how an issued document stands.
func (s *Service) StateOf(ctx context.Context, who actor.Actor, publicID string) (st State, err error) {
	if err := who.Need(actor.Look); err != nil {
		return State{}, err
	}
	st = State{Past: []Past{}, Invoiced: []FeesInvoice{}}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		x, err := w.one(ctx, q, publicID)
		if err = db.NotFound(err); err != nil {
			return err
		}
		st.Exempt = x.row.NoReminders == 1
		_, st.Reason, st.ReasonOn = w.byHand(x, 0)
		if held, _ := w.held(x); held == "" {
			st.Next, st.Level = w.next(x)
		}
		st.Late = x.debt().LateOn(w.today) > 0
		if st.Fees, err = w.fees(ctx, q, x, w.today); err != nil {
			return err
		}
		return st.read(ctx, q, x)
	})
	return st, err
}

// next is the day of the next level, the way the automatic run would see it.
func (w world) next(x item) (civil.Date, int) {
	_, dueOn := x.debt().Owed(w.today)
	levels := x.policy.rules()
	if step, ok := billing.NextReminder(levels, dueOn, x.done, w.today); ok {
		return step.On, step.Level.Position
	}
	for d := w.today; !d.After(dueOn.AddDays(lastDay + 30)); d = d.AddDays(1) {
		if step, ok := billing.NextReminder(levels, dueOn, x.done, d); ok {
			return d, step.Level.Position
		}
	}
	return civil.Date{}, 0
}

func (st *State) read(ctx context.Context, q *gen.Queries, x item) error {
	rows, err := q.RemindersOfDocument(ctx, x.row.DocumentID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		st.Past = append(st.Past, Past{Document: x.row.PublicID, Number: text(x.row.Number), Currency: money.Currency(x.row.Currency), Level: int(r.Level), On: day(r.OnDate), DaysLate: int(r.DaysLate),
			DueMinor: r.DueMinor, InterestMinor: r.InterestMinor, IndemnityMinor: r.IndemnityMinor, Mailed: r.Outcome == "mailed", ByHand: r.ByHand == 1, Formal: r.Formal == 1,
			Retained: r.Retained == 1, MailID: r.MailPublicID, MailState: r.MailState, To: r.ToAddress})
	}
	fees, err := q.LateFeesOfDocument(ctx, x.row.DocumentID)
	for _, f := range fees {
		if interest, indemnity := stillInvoiced(f); interest+indemnity == 0 {
			continue // cancelled by a credit note
		}
		st.Invoiced = append(st.Invoiced, FeesInvoice{PublicID: f.PublicID, Number: f.Number, InterestMinor: f.InterestMinor, IndemnityMinor: f.IndemnityMinor, Until: day(f.UntilOn)})
	}
	return err
}

// OfCustomer gives a customer's reminders, newest first.
func (s *Service) OfCustomer(ctx context.Context, who actor.Actor, customerID string) (list []Past, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Past{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.RemindersOfCustomer(ctx, c.ID)
		for _, r := range rows {
			list = append(list, Past{Document: r.DocumentPublicID, Number: text(r.Number), Currency: money.Currency(r.Currency), Level: int(r.Level), On: day(r.OnDate), DaysLate: int(r.DaysLate),
				DueMinor: r.DueMinor, InterestMinor: r.InterestMinor, IndemnityMinor: r.IndemnityMinor, Mailed: r.Outcome == "mailed", ByHand: r.ByHand == 1, Formal: r.Formal == 1,
				MailID: r.MailPublicID, MailState: r.MailState})
		}
		return err
	})
	return list, err
}

// Claimed is what the customer was last told that lateness adds.
type Claimed struct {
	On             civil.Date // zero: nothing was claimed
	InterestMinor  int64
	IndemnityMinor int64
}

// PortalClaimed gives the fees claimed so far on one of the contact's own documents.
func (s *Service) PortalClaimed(ctx context.Context, who actor.Actor, publicID string) (c Claimed, err error) {
	if err := who.NeedContactOn(actor.TrustLink, publicID); err != nil {
		return Claimed{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.PortalReminderFees(ctx, gen.PortalReminderFeesParams{PublicID: publicID, CustomerID: &who.CustomerID})
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		c = Claimed{On: day(r.OnDate), InterestMinor: r.InterestMinor, IndemnityMinor: r.IndemnityMinor}
		return err
	})
	return c, err
}

// InvoiceFees makes a draft of what lateness has earned on a document: interest up to
// today, and the indemnity where it was not invoiced yet. It bears no tax (category O) and
// goes to its own account (docs/books.md). What is missing a rate is not invoiced.
func (s *Service) InvoiceFees(ctx context.Context, who actor.Actor, key, publicID string) (draftID string, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "reminder.fees", publicID, &draftID, func() error {
			draftID, err = s.draftFees(ctx, tx, who, publicID)
			return err
		})
	})
	return draftID, err
}

// draftFees makes the draft and ties it to the document, so that nothing is invoiced twice.
func (s *Service) draftFees(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) (string, error) {
	w, err := look(ctx, tx.Queries, tx.Now)
	if err != nil {
		return "", err
	}
	x, err := w.one(ctx, tx.Queries, publicID)
	if err != nil {
		return "", db.NotFound(err)
	}
	f, err := w.fees(ctx, tx.Queries, x, w.today)
	switch {
	case err != nil:
		return "", err
	case len(f.Missing) > 0:
		return "", fault.New(fault.Conflict, "fault.reminder.no_rate", "from", f.Missing[0].From)
	case f.InterestMinor+f.IndemnityMinor == 0:
		return "", fault.New(fault.Conflict, "fault.reminder.no_fees")
	}
	d, err := s.Sales.DraftFormTx(ctx, tx, who, feesDraft(x, f))
	if err != nil {
		return "", err
	}
	row, err := tx.DocumentByPublicID(ctx, d.PublicID)
	if err != nil {
		return "", db.NotFound(err)
	}
	if err := tx.InsertLateFees(ctx, gen.InsertLateFeesParams{DocumentID: x.row.DocumentID, FeesID: row.ID, UntilOn: w.today.String(), InterestMinor: f.InterestMinor,
		IndemnityMinor: f.IndemnityMinor, CreatedAt: tx.Stamp()}); err != nil {
		return "", err
	}
	tx.AfterCommit(func() { s.Changed("invoices", "reminders") })
	return d.PublicID, audit.Write(ctx, tx, who, audit.Record{Action: "reminder.fees_drafted", ObjectKind: "document", ObjectID: x.row.DocumentID, Details: map[string]any{"amount_minor": f.InterestMinor + f.IndemnityMinor}})
}

// feesDraft is the invoice form: a line for the interest with what it was computed from, a
// line for the indemnity. Terms of nothing: it is due at once.
func feesDraft(x item, f tax.LateFees) sales.Draft {
	lang := locale.Of(x.row.Language)
	number, currency := text(x.row.Number), money.Currency(x.row.Currency)
	d := sales.Draft{CustomerID: x.row.CustomerPublicID, Currency: x.row.Currency, Language: lang, Lines: []sales.DraftLine{}, Allowances: []sales.DraftAllowance{}}
	line := func(minor int64, description, detail string) {
		if minor > 0 {
			d.Lines = append(d.Lines, sales.DraftLine{Description: description, Detail: detail, Nature: string(billing.Services), QuantityE4: money.Scale, Unit: "C62",
				UnitPriceE4: minor * money.Scale / currency.Unit(), TaxCodes: []string{tax.LateFeesCode}})
		}
	}
	detail := ""
	for _, p := range f.Slices {
		if detail != "" {
			detail += "\n"
		}
		detail += locale.T(lang, "reminder.invoice.slice", map[string]any{"from": locale.Date(lang, p.From), "to": locale.Date(lang, p.To), "days": p.Days,
			"base": locale.Amount(lang, p.BaseMinor, currency), "rate": locale.Rate(lang, p.RatePCM)})
	}
	line(f.InterestMinor, locale.T(lang, "reminder.invoice.interest", map[string]any{"number": number}), detail)
	line(f.IndemnityMinor, locale.T(lang, "reminder.invoice.indemnity", map[string]any{"number": number}), "")
	return d
}
