package outbox

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Service is the room's door for the window.
type Service struct{ c Config }

// New makes the room; it touches nothing.
func New(c Config) *Service { return &Service{c: c.withDefaults()} }

// Reply is what came back from a server, or our own word for it: Key is then a key of the
// catalogue and Detail what was behind it.
type Reply struct {
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

// ReplyOf reads an answer as it is stored.
func ReplyOf(stored string) Reply {
	if !strings.HasPrefix(stored, "mail.answer.") {
		return Reply{Detail: stored}
	}
	key, detail, _ := strings.Cut(stored, "\n")
	return Reply{Key: key, Detail: detail}
}

// MailRow is a mail in the list. State is queued, sending, sent, failed or cancelled;
// instants are as stored, "" = none.
type MailRow struct {
	PublicID       string `json:"publicId"`
	Kind           Kind   `json:"kind"`
	Lang           string `json:"lang"`
	ToName         string `json:"toName"`
	ToAddress      string `json:"toAddress"`
	Subject        string `json:"subject"`
	State          string `json:"state"`
	Attempts       int64  `json:"attempts"`
	NextAttemptAt  string `json:"nextAttemptAt"` // of a queued one
	LastAnswer     Reply  `json:"lastAnswer"`
	CreatedAt      string `json:"createdAt"`
	SentAt         string `json:"sentAt"`
	DocumentID     string `json:"documentId"` // public id
	DocumentNumber string `json:"documentNumber"`
}

// Query asks for a page of mails, the newest first.
type Query struct {
	State  string `json:"state"`  // "", queued, sending, sent, failed, cancelled
	Search string `json:"search"` // address, name, subject, number
	After  string `json:"after"`  // Next of the page before, "" = the first
	Limit  int    `json:"limit"`  // at most 200; 0 = 50
}

// Page is a page of mails; Next is "" on the last.
type Page struct {
	Rows []MailRow `json:"rows"`
	Next string    `json:"next"`
}

// List gives a page of the mails, the newest first.
func (s *Service) List(ctx context.Context, who actor.Actor, f Query) (p Page, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Page{}, err
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	before := int64(1<<62 - 1)
	if f.After != "" {
		if before, err = strconv.ParseInt(f.After, 36, 64); err != nil {
			return Page{}, fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	p.Rows = []MailRow{}
	err = s.c.DB.Read(ctx, func(q *gen.Queries) error {
		h, err := readHouse(ctx, q)
		if err != nil {
			return err
		}
		return s.fill(ctx, q, who, h, f, before, limit, &p)
	})
	return p, err
}

// fill reads until the page is full of what who sees.
func (s *Service) fill(ctx context.Context, q *gen.Queries, who actor.Actor, h house, f Query, before int64, limit int, p *Page) error {
	word := lower(OneLine(f.Search, 100))
	for {
		rows, err := pageOf(ctx, q, f.State, word, before, int64(limit)+1)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if hidden(who, r.Kind) {
				continue
			}
			if len(p.Rows) == limit {
				p.Next = strconv.FormatInt(before, 36)
				return nil
			}
			p.Rows, before = append(p.Rows, s.row(h, r)), r.ID
		}
		if len(rows) <= limit {
			return nil
		}
		before = rows[len(rows)-1].ID
	}
}

func pageOf(ctx context.Context, q *gen.Queries, state, word string, before, limit int64) ([]gen.MailsPageRow, error) {
	if state == "" {
		return q.MailsPage(ctx, gen.MailsPageParams{BeforeID: before, Word: word, RowLimit: limit})
	}
	rows, err := q.MailsPageOfState(ctx, gen.MailsPageOfStateParams{State: state, BeforeID: before, Word: word, RowLimit: limit})
	all := make([]gen.MailsPageRow, 0, len(rows))
	for _, r := range rows {
		all = append(all, gen.MailsPageRow(r))
	}
	return all, err
}

// lower is SQLite's lower(): ASCII only.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func (s *Service) row(h house, r gen.MailsPageRow) MailRow {
	m := MailRow{PublicID: r.PublicID, Kind: Kind(r.Kind), Lang: r.Language, ToName: r.ToName, ToAddress: r.ToAddress, Subject: r.Subject, State: r.State,
		Attempts: r.Attempts, LastAnswer: ReplyOf(r.LastAnswer), CreatedAt: r.CreatedAt, DocumentID: r.DocumentPublicID, DocumentNumber: r.DocumentNumber}
	if r.SentAt != nil {
		m.SentAt = *r.SentAt
	}
	if r.State == "queued" {
		m.NextAttemptAt = r.NextAttemptAt
	}
	if m.ToAddress == "" {
		m.Subject = locale.T(h.company.Language, "common.privacy.mail_erased", nil)
		m.ToName = locale.T(h.company.Language, "common.privacy.erased", nil)
		return m
	}
	if m.Subject == "" { // never tried yet
		l := Letter{Kind: m.Kind, Lang: m.Lang, To: Address{Name: m.ToName, Address: m.ToAddress}, Firm: Firm{Name: h.company.Name}}
		if json.Unmarshal([]byte(r.Args), &l.Args) == nil {
			m.Subject = s.c.Composer.Subject(l)
		}
	}
	return m
}

// OfDocument gives the mails about one document, the newest first.
func (s *Service) OfDocument(ctx context.Context, who actor.Actor, documentID string) ([]MailRow, error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	all := []MailRow{}
	err := s.c.DB.Read(ctx, func(q *gen.Queries) error {
		h, err := readHouse(ctx, q)
		if err != nil {
			return err
		}
		rows, err := q.MailsOfDocument(ctx, documentID)
		for _, r := range rows {
			all = append(all, s.row(h, gen.MailsPageRow(r)))
		}
		return err
	})
	return all, err
}

// AttemptRow is one attempt to deliver. Outcome is sent, deferred or refused.
type AttemptRow struct {
	At      string `json:"at"`
	Outcome string `json:"outcome"`
	Answer  Reply  `json:"answer"`
}

// MailDetail is one mail with everything that was tried, and how it looks. HTML is a page
// that needs nothing from outside; it is shown in a frame without rights.
type MailDetail struct {
	MailRow
	From       string       `json:"from"`
	ReplyTo    string       `json:"replyTo"`
	MessageID  string       `json:"messageId"`
	Tried      []AttemptRow `json:"tried"` // newest first
	Text       string       `json:"text"`
	HTML       string       `json:"html"`
	Papers     []PaperView  `json:"papers"`
	NotReady   bool         `json:"notReady"` // the preview waits for an attachment
	CanResend  bool         `json:"canResend"`
	CanCancel  bool         `json:"canCancel"`
	CanSendNow bool         `json:"canSendNow"`
}

// Get gives one mail with its preview.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (d MailDetail, err error) {
	if err := who.Need(actor.Look); err != nil {
		return MailDetail{}, err
	}
	m, h, err := s.mail(ctx, who, publicID)
	if err != nil {
		return MailDetail{}, err
	}
	if err = s.c.DB.Read(ctx, func(q *gen.Queries) error { return s.tried(ctx, q, m, &d) }); err != nil {
		return MailDetail{}, err
	}
	d.MailRow = s.row(h, gen.MailsPageRow{ID: m.ID, PublicID: m.PublicID, Kind: m.Kind, Language: m.Language, ToAddress: m.ToAddress, ToName: m.ToName, Args: m.Args, Subject: m.Subject,
		State: m.State, Attempts: m.Attempts, NextAttemptAt: m.NextAttemptAt, LastAnswer: m.LastAnswer, CreatedAt: m.CreatedAt, SentAt: m.SentAt,
		DocumentPublicID: d.DocumentID, DocumentNumber: d.DocumentNumber})
	d.MessageID, d.From = m.MessageID, address(h.from())
	if m.ToAddress == "" { // the contact it went to was erased: there is nothing to show or to send
		d.Text, d.Papers = locale.T(h.company.Language, "common.privacy.mail_erased_text", nil), []PaperView{}
		return d, nil
	}
	d.CanResend = m.State == "sent" || m.State == "failed" || m.State == "cancelled"
	d.CanCancel = m.State == "queued" || m.State == "failed"
	d.CanSendNow = m.State == "queued"
	msg, l, err := s.c.shown(ctx, who, h, m)
	if err != nil {
		s.c.Log.Warn("mail preview", "mail", m.PublicID, "error", err.Error())
		d.NotReady, d.Papers = true, []PaperView{}
		return d, nil
	}
	d.Subject, d.Text, d.HTML, d.Papers, d.ReplyTo = msg.Subject, msg.Text, msg.HTML, append([]PaperView{}, msg.Papers...), l.ReplyTo
	d.From = address(l.From)
	return d, nil
}

func (s *Service) tried(ctx context.Context, q *gen.Queries, m gen.Mail, d *MailDetail) error {
	attempts, err := q.MailAttempts(ctx, m.ID)
	if err != nil {
		return err
	}
	d.Tried = make([]AttemptRow, 0, len(attempts))
	for _, a := range attempts {
		d.Tried = append(d.Tried, AttemptRow{At: a.At, Outcome: a.Outcome, Answer: ReplyOf(a.Answer)})
	}
	if m.DocumentID != nil {
		ref, err := q.MailDocument(ctx, m.ID)
		if err != nil {
			return db.NotFound(err)
		}
		d.DocumentID, d.DocumentNumber = ref.PublicID, ref.Number
	}
	return nil
}

func address(a Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

func (s *Service) mail(ctx context.Context, who actor.Actor, publicID string) (m gen.Mail, h house, err error) {
	err = s.c.DB.Read(ctx, func(q *gen.Queries) error {
		if m, err = seen(ctx, q, who, publicID); err != nil {
			return err
		}
		h, err = readHouse(ctx, q)
		return err
	})
	return m, h, err
}

// seen gives a mail that who sees; another is as if it were not there.
func seen(ctx context.Context, q *gen.Queries, who actor.Actor, publicID string) (gen.Mail, error) {
	m, err := q.GetMail(ctx, publicID)
	if err != nil {
		return m, db.NotFound(err)
	}
	if hidden(who, m.Kind) {
		return gen.Mail{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return m, nil
}

// EML gives the message as a file for another mail program.
func (s *Service) EML(ctx context.Context, who actor.Actor, publicID string) (eml []byte, name string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	m, h, err := s.mail(ctx, who, publicID)
	if err != nil {
		return nil, "", err
	}
	if m.ToAddress == "" {
		return nil, "", fault.New(fault.NotFound, "fault.not_found")
	}
	msg, _, err := s.c.shown(ctx, who, h, m)
	if err != nil {
		return nil, "", err
	}
	return msg.EML, m.CreatedAt[:10] + "-" + m.Kind + "-" + m.PublicID[:min(6, len(m.PublicID))] + ".eml", nil
}

// Resend sends a mail once more: a failed or cancelled one as it was, a sent one as a new
// mail with a name of its own. The same key twice sends once. It gives the public id of
// the mail that goes.
func (s *Service) Resend(ctx context.Context, who actor.Actor, publicID, key string) (goes string, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return "", err
	}
	err = s.c.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "mail.resend", publicID, &goes, func() error {
			m, err := seen(ctx, tx.Queries, who, publicID)
			if err != nil {
				return err
			}
			if goes, err = s.resend(ctx, tx, m, key); err != nil {
				return err
			}
			return audit.Write(ctx, tx, who, audit.Record{Action: "mail.resent", ObjectKind: "mail", ObjectID: m.ID})
		})
	})
	return goes, err
}

func (s *Service) resend(ctx context.Context, tx *db.Tx, m gen.Mail, key string) (string, error) {
	switch m.State {
	case "failed", "cancelled":
		n, err := tx.RequeueMail(ctx, gen.RequeueMailParams{ID: m.ID, Now: tx.Stamp()})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		tx.AfterCommit(mailHurried.ring)
		return m.PublicID, err
	case "sent":
		again, err := asQueued(m)
		if err != nil {
			return "", err
		}
		again.Key = "resend/" + key
		id, err := QueueMail(ctx, tx, s.c.IDs, again)
		if err != nil {
			return "", err
		}
		made, err := tx.MailByID(ctx, id)
		return made.PublicID, err
	default:
		return "", fault.New(fault.Conflict, "mail.fault.being_sent")
	}
}

// asQueued is a stored mail as it was queued, without its key.
func asQueued(m gen.Mail) (Mail, error) {
	q := Mail{Kind: Kind(m.Kind), Lang: m.Language, ToAddress: m.ToAddress, ToName: m.ToName,
		CustomerID: value(m.CustomerID), ContactID: value(m.ContactID), DocumentID: value(m.DocumentID), PaymentID: value(m.PaymentID), LinkID: value(m.LinkID)}
	err := json.Unmarshal([]byte(m.Args), &q.Args)
	return q, err
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// SendNow tries a waiting mail without waiting for its hour.
func (s *Service) SendNow(ctx context.Context, who actor.Actor, publicID string) error {
	return s.change(ctx, who, publicID, "mail.hurried", "mail.fault.already_sent", func(ctx context.Context, tx *db.Tx, id int64) (int64, error) {
		tx.AfterCommit(mailHurried.ring)
		return tx.HurryMail(ctx, gen.HurryMailParams{ID: id, Now: tx.Stamp()})
	})
}

// SendAllNow tries everything that waits.
func (s *Service) SendAllNow(ctx context.Context, who actor.Actor) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.c.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(mailHurried.ring)
		_, err := tx.HurryMails(ctx, tx.Stamp())
		return err
	})
}

// Cancel keeps a mail that waits or has failed from going out; it stays in the list.
func (s *Service) Cancel(ctx context.Context, who actor.Actor, publicID string) error {
	return s.change(ctx, who, publicID, "mail.cancelled", "mail.fault.not_cancellable", func(ctx context.Context, tx *db.Tx, id int64) (int64, error) {
		return tx.CancelMail(ctx, id)
	})
}

func (s *Service) change(ctx context.Context, who actor.Actor, publicID, action, refusal string, fn func(context.Context, *db.Tx, int64) (int64, error)) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	err := s.c.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := seen(ctx, tx.Queries, who, publicID)
		if err != nil {
			return err
		}
		n, err := fn(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		if n == 0 && m.State == "sending" {
			refusal = "mail.fault.being_sent"
		}
		if n == 0 {
			return fault.New(fault.Conflict, refusal)
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "mail", ObjectID: m.ID})
	})
	if err == nil {
		s.c.Changed()
	}
	return err
}

// WaitingView is how the outbox stands. Since, NextAt: instants, "" = none.
type WaitingView struct {
	Waiting    int64  `json:"waiting"`
	Since      string `json:"since"`
	NextAt     string `json:"nextAt"` // "" without a server
	Failed     int64  `json:"failed"`
	HasServer  bool   `json:"hasServer"`
	Practice   bool   `json:"practice"`
	LastAnswer Reply  `json:"lastAnswer"` // the newest word on what waits
}

// Waiting says how many mails wait, since when, and why.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (v WaitingView, err error) {
	if err := who.Need(actor.Look); err != nil {
		return WaitingView{}, err
	}
	err = s.c.DB.Read(ctx, func(q *gen.Queries) error {
		h, err := readHouse(ctx, q)
		if err != nil {
			return err
		}
		w, err := q.MailsWaiting(ctx)
		if err != nil {
			return err
		}
		v = WaitingView{Waiting: w.Waiting, Since: w.Since, HasServer: h.settings.Host != "" || h.company.IsDemo == 1, Practice: h.company.IsDemo == 1}
		if v.HasServer {
			v.NextAt = w.NextAt
		}
		if v.Failed, err = q.CountMailsFailed(ctx); err != nil {
			return err
		}
		last, err := q.LastWaitingAnswer(ctx)
		if err != nil && !fault.Is(db.NotFound(err), fault.NotFound) {
			return err
		}
		v.LastAnswer = ReplyOf(last)
		return nil
	})
	return v, err
}

// Arrived lists what arrived in the practice box of a demo company, the newest first.
func (s *Service) Arrived(_ context.Context, who actor.Actor) ([]Arrival, error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	if s.c.Practice == nil {
		return []Arrival{}, nil
	}
	return s.c.Practice.Arrived(), nil
}

// OpenArrived opens one of them.
func (s *Service) OpenArrived(_ context.Context, who actor.Actor, id string) (ArrivedMail, error) {
	if err := who.Need(actor.Look); err != nil {
		return ArrivedMail{}, err
	}
	if s.c.Practice == nil {
		return ArrivedMail{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return s.c.Practice.Open(id)
}
