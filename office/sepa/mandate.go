package sepa

import (
	"context"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/rules/billing"
	rules "comptoir/rules/sepa"
)

// Mandate is a mandate as it is shown: of the account, the last four only.
type Mandate struct {
	PublicID     string      `json:"publicId"`
	CustomerID   string      `json:"customerId"`
	CustomerName string      `json:"customerName"`
	RUM          string      `json:"rum"`
	ICS          string      `json:"ics"`
	Scheme       string      `json:"scheme"`
	OneOff       bool        `json:"oneOff"`
	Ends         bool        `json:"ends"`
	NoticeDays   int64       `json:"noticeDays"`
	State        string      `json:"state"` // asked, signed, active, revoked, lapsed, spent
	Registered   bool        `json:"registered"`
	BlockedCode  string      `json:"blockedCode"`
	How          string      `json:"how"` // portal, paper
	DebtorName   string      `json:"debtorName"`
	Account      string      `json:"account"` // the last four
	BIC          string      `json:"bic"`
	SignedOn     string      `json:"signedOn"`
	SignedAt     string      `json:"signedAt"`
	SignedBy     string      `json:"signedBy"`
	Address      string      `json:"address"` // of the network
	Words        string      `json:"words"`
	HasSignature bool        `json:"hasSignature"`
	HasPaper     bool        `json:"hasPaper"`
	PaperName    string      `json:"paperName"`
	AskedAt      string      `json:"askedAt"`
	RevokedAt    string      `json:"revokedAt"`
	RevokedBy    string      `json:"revokedBy"`
	RevokeReason string      `json:"revokeReason"`
	LapsesOn     string      `json:"lapsesOn"`
	Uses         int64       `json:"uses"`
	LastOn       string      `json:"lastOn"`
	Debits       []DebitDone `json:"debits"`
	Version      int64       `json:"version"`
}

// DebitDone is one debit under a mandate.
type DebitDone struct {
	OnDate      string `json:"onDate"`
	AmountMinor int64  `json:"amountMinor"`
	State       string `json:"state"` // made, collected, returned
	Code        string `json:"code"`
	BatchID     string `json:"batchId"`
	Batch       string `json:"batch"`
}

// judged is a row with what the rules say of it; a debit made elsewhere before is a use too.
func judged(ctx context.Context, q *gen.Queries, m gen.Mandate) (rules.Mandate, gen.MandateUseRow, error) {
	use, err := q.MandateUse(ctx, m.ID)
	if m.UsedOn != "" {
		use.Uses++
		use.LastOn = max(use.LastOn, m.UsedOn)
	}
	return rules.Mandate{Scheme: m.Scheme, OneOff: m.OneOff == 1, Ends: m.Ends == 1, Signed: m.SignedOn != "", SignedOn: day(m.SignedOn), Registered: m.RegisteredOn != "", Revoked: m.State == "revoked",
		Blocked: m.BlockedCode != "", Closed: use.Closed == 1, Uses: int(use.Uses), LastOn: day(use.LastOn), NoticeDays: int(m.NoticeDays)}, use, err
}

func viewOf(ctx context.Context, q *gen.Queries, m gen.Mandate, customerID, customerName string, today civil.Date) (Mandate, error) {
	rule, use, err := judged(ctx, q, m)
	if err != nil {
		return Mandate{}, err
	}
	x := Mandate{PublicID: m.PublicID, CustomerID: customerID, CustomerName: customerName, RUM: m.Rum, ICS: m.Ics, Scheme: m.Scheme, OneOff: m.OneOff == 1, Ends: m.Ends == 1, NoticeDays: m.NoticeDays, State: rule.State(today),
		Registered: m.RegisteredOn != "", BlockedCode: m.BlockedCode, How: m.How, DebtorName: m.DebtorName, Account: last4(m.Iban), BIC: m.Bic, SignedOn: m.SignedOn, SignedAt: m.SignedAt, SignedBy: m.SignedBy, Address: m.SignedAddress,
		Words: m.Words, HasSignature: m.SignatureSha256 != nil, HasPaper: m.PaperSha256 != nil, PaperName: m.PaperName, AskedAt: m.AskedAt, RevokedAt: m.RevokedAt, RevokedBy: m.RevokedBy, RevokeReason: m.RevokeReason,
		Uses: use.Uses, LastOn: use.LastOn, Debits: []DebitDone{}, Version: m.Version}
	if rule.Signed {
		x.LapsesOn = rule.LapsesOn().String()
	}
	return x, nil
}

func (s *Service) view(ctx context.Context, q *gen.Queries, m gen.Mandate, today civil.Date) (Mandate, error) {
	c, err := q.CustomerByID(ctx, m.CustomerID)
	if err != nil {
		return Mandate{}, db.NotFound(err)
	}
	x, err := viewOf(ctx, q, m, c.PublicID, c.Name, today)
	if err != nil {
		return Mandate{}, err
	}
	rows, err := q.DebitsOfMandate(ctx, m.ID)
	for _, r := range rows {
		x.Debits = append(x.Debits, DebitDone{OnDate: r.OnDate, AmountMinor: r.AmountMinor, State: r.State, Code: r.ReturnCode, BatchID: r.BatchPublicID, Batch: r.Number})
	}
	return x, err
}

// mandateRows is a page of mandates.
const mandateRows = 100

// Mandates gives a page of all mandates, the newest first; next is "" on the last one.
func (s *Service) Mandates(ctx context.Context, who actor.Actor, after string) (list []Mandate, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	before := int64(1<<62 - 1)
	if after != "" {
		if before, err = strconv.ParseInt(after, 36, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	list = []Mandate{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		rows, err := q.MandatesNewest(ctx, gen.MandatesNewestParams{BeforeID: before, RowLimit: mandateRows + 1})
		if err != nil {
			return err
		}
		if len(rows) > mandateRows {
			rows = rows[:mandateRows]
			next = strconv.FormatInt(rows[mandateRows-1].Mandate.ID, 36)
		}
		for _, r := range rows {
			x, err := viewOf(ctx, q, r.Mandate, r.CustomerPublicID, r.CustomerName, today)
			if err != nil {
				return err
			}
			list = append(list, x)
		}
		return nil
	})
	return list, next, err
}

// OfCustomer gives a customer's mandates, the newest first.
func (s *Service) OfCustomer(ctx context.Context, who actor.Actor, customerID string) (list []Mandate, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Mandate{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		list, err = s.ofCustomer(ctx, q, c.ID)
		return err
	})
	return list, err
}

func (s *Service) ofCustomer(ctx context.Context, q *gen.Queries, customerID int64) ([]Mandate, error) {
	list := []Mandate{}
	today, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return nil, err
	}
	rows, err := q.MandatesOfCustomer(ctx, customerID)
	for _, m := range rows {
		x, err := s.view(ctx, q, m, today)
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, err
}

// Mandate gives one.
func (s *Service) Mandate(ctx context.Context, who actor.Actor, publicID string) (x Mandate, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Mandate{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		m, err := q.MandateByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		x, err = s.view(ctx, q, m, today)
		return err
	})
	return x, err
}

// Ask asks a customer for a mandate.
type Ask struct {
	Key        string `json:"key"`
	CustomerID string `json:"customerId"`
	Scheme     string `json:"scheme"`
	OneOff     bool   `json:"oneOff"`
	NoticeDays int64  `json:"noticeDays"` // 0 = the firm's

	usedOn string // of one that is taken over: its last debit, made elsewhere
}

// AskMandate writes the mandate and one mail that leads to its page in the portal. One that
// waits for its signature already is written about again, if it says the same; else it is
// revoked for the new one.
func (s *Service) AskMandate(ctx context.Context, who actor.Actor, in Ask) (x Mandate, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Mandate{}, err
	}
	return s.write(ctx, in.Key, "mandate.ask", in, func(ctx context.Context, tx *db.Tx) (int64, error) {
		c, err := creditorOf(ctx, tx, true)
		if err != nil {
			return 0, err
		}
		customer, err := tx.CustomerByPublicID(ctx, in.CustomerID)
		if err != nil {
			return 0, db.NotFound(err)
		}
		m, err := s.open(ctx, tx, who, c, customer, in)
		if err != nil {
			return 0, err
		}
		return m.ID, s.mailAsked(ctx, tx, who, customer, m)
	})
}

// open gives the mandate that waits for the customer's signature and says what is asked, or
// makes it.
func (s *Service) open(ctx context.Context, tx *db.Tx, who actor.Actor, c creditor, customer gen.Customer, in Ask) (gen.Mandate, error) {
	m, err := tx.OpenMandateOfCustomer(ctx, gen.OpenMandateOfCustomerParams{CustomerID: customer.ID, Scheme: in.Scheme})
	switch err = db.NotFound(err); {
	case fault.Is(err, fault.NotFound):
		return s.insert(ctx, tx, c, customer, in, "")
	case err != nil:
		return m, err
	}
	days := in.NoticeDays
	if days == 0 {
		days = c.settings.NoticeDays
	}
	if m.OneOff == flag(in.OneOff) && m.NoticeDays == days && m.Ics == c.settings.Ics {
		return m, nil
	}
	other, err := s.insert(ctx, tx, c, customer, in, "")
	if err != nil {
		return m, err
	}
	return other, s.revoke(ctx, tx, who, m, other.Rum)
}

// insert makes the row of a mandate, with a reference of our own series or one that was given.
func (s *Service) insert(ctx context.Context, tx *db.Tx, c creditor, customer gen.Customer, in Ask, rum string) (gen.Mandate, error) {
	var form fault.Form
	switch {
	case in.Scheme != rules.Core && in.Scheme != rules.B2B:
		form.Add("scheme", "fault.choice")
	case in.Scheme == rules.B2B && customer.Kind == "person":
		form.Add("scheme", "fault.sepa.b2b_person")
	}
	if in.NoticeDays == 0 {
		in.NoticeDays = c.settings.NoticeDays
	}
	if in.NoticeDays < 1 || in.NoticeDays > 60 {
		form.Add("noticeDays", "fault.range", "min", 1, "max", 60)
	}
	if err := form.Err(); err != nil {
		return gen.Mandate{}, err
	}
	for rum == "" { // one that was typed for a paper mandate is passed over
		n, err := tx.TakeRum(ctx)
		if err != nil {
			return gen.Mandate{}, err
		}
		if rum, err = billing.Number(c.settings.RumPattern, c.today.Year, n); err != nil {
			return gen.Mandate{}, err
		}
		if used, err := tx.CountRum(ctx, rum); err != nil {
			return gen.Mandate{}, err
		} else if used > 0 {
			rum = ""
		}
	}
	id, err := tx.InsertMandate(ctx, gen.InsertMandateParams{PublicID: s.IDs(), CustomerID: customer.ID, Rum: rum, Ics: c.settings.Ics, Scheme: in.Scheme, OneOff: flag(in.OneOff), NoticeDays: in.NoticeDays, UsedOn: in.usedOn, CreatedAt: tx.Stamp()})
	if err != nil {
		return gen.Mandate{}, err
	}
	m, err := tx.MandateByID(ctx, id)
	return m, db.NotFound(err)
}

func (s *Service) mailAsked(ctx context.Context, tx *db.Tx, who actor.Actor, customer gen.Customer, m gen.Mandate) error {
	k, err := customers.AddresseeOf(ctx, tx.Queries, customer, nil)
	if err != nil {
		return err
	}
	if k.Email == "" || k.ContactID == 0 { // a mandate is signed in the portal
		return fault.New(fault.Conflict, "fault.sepa.no_contact", "name", customer.Name)
	}
	if err := tx.MandateAsked(ctx, gen.MandateAskedParams{ID: m.ID, At: tx.Stamp()}); err != nil {
		return err
	}
	mail := outbox.Mail{Key: "mandate/" + m.PublicID + "/" + strconv.FormatInt(m.Version, 10), Kind: outbox.MandateAsked, Lang: k.Lang, ToAddress: k.Email, ToName: k.Name, CustomerID: customer.ID, ContactID: k.ContactID,
		Args: map[string]string{"rum": m.Rum}}
	if mail.LinkID, err = s.IssueLink(ctx, tx, k.ContactID); err != nil {
		return err
	}
	if _, err := outbox.QueueMail(ctx, tx, s.IDs, mail); err != nil {
		return err
	}
	return s.logged(ctx, tx, who, "mandate.asked", m)
}

func (s *Service) logged(ctx context.Context, tx *db.Tx, who actor.Actor, action string, m gen.Mandate) error {
	tx.AfterCommit(func() { s.Changed("sepa", "mails") })
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "mandate", ObjectID: m.ID, Details: map[string]any{"rum": m.Rum}})
}

// write runs one act on a mandate once for a key, and gives the mandate.
func (s *Service) write(ctx context.Context, key, kind string, body any, fn func(ctx context.Context, tx *db.Tx) (int64, error)) (x Mandate, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, kind, body, &id, func() (err error) {
			id, err = fn(ctx, tx)
			return err
		}); err != nil {
			return err
		}
		m, err := tx.MandateByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		today, err := company.Today(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		x, err = s.view(ctx, tx.Queries, m, today)
		return err
	})
	return x, err
}

// Change sets what the firm decides of a signed mandate.
type Change struct {
	PublicID   string `json:"publicId"`
	Version    int64  `json:"version"`
	Registered bool   `json:"registered"` // the debtor's bank knows of it (among firms)
	Ends       bool   `json:"ends"`       // its next debit is the last
	Unblock    bool   `json:"unblock"`    // what its last debit came back for is settled
}

// ChangeMandate sets it.
func (s *Service) ChangeMandate(ctx context.Context, who actor.Actor, in Change) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := tx.MandateByPublicID(ctx, in.PublicID)
		if err != nil {
			return db.NotFound(err)
		}
		today, err := company.Today(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		p := gen.SetMandateFlagsParams{ID: m.ID, Ends: flag(in.Ends), RegisteredOn: m.RegisteredOn, BlockedCode: m.BlockedCode, Version: in.Version}
		switch {
		case !in.Registered:
			p.RegisteredOn = ""
		case p.RegisteredOn == "":
			p.RegisteredOn = today.String()
		}
		if in.Unblock {
			p.BlockedCode = ""
		}
		n, err := tx.SetMandateFlags(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		return s.logged(ctx, tx, who, "mandate.changed", m)
	})
}

// Revoke ends a mandate, at the firm's word. Debits that stand in a file already are the
// bank's to call back.
func (s *Service) Revoke(ctx context.Context, who actor.Actor, publicID, reason string) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := tx.MandateByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		return s.revoke(ctx, tx, who, m, reason)
	})
}

func (s *Service) revoke(ctx context.Context, tx *db.Tx, who actor.Actor, m gen.Mandate, reason string) error {
	text.Each(text.Line, &reason)
	var form fault.Form
	form.MaxLen("reason", reason, 200)
	if err := form.Err(); err != nil {
		return err
	}
	n, err := tx.RevokeMandate(ctx, gen.RevokeMandateParams{ID: m.ID, RevokedAt: tx.Stamp(), RevokedBy: who.Name, RevokeReason: reason})
	if err != nil || n == 0 { // revoked already
		return err
	}
	return s.logged(ctx, tx, who, "mandate.revoked", m)
}
