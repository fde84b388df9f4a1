// Package chat keeps what customers and the firm say to each other.
//
// What lives here: the thread of a document, conversations between contacts and the firm, the
// firm's one inbox of what waits for an answer, answers that stand ready, the mails and notices
// that go with all of it. What must not: documents (office/sales), hours (office/hours),
// words of mails (core/locale). Called by the window's bound structs and the portal. Nothing that
// was written is changed or taken away.
package chat

import (
	"context"
	"io"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/office/hours"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB    *db.DB
	IDs   id.Source
	Sales *sales.Service // whom a mail about a document goes to
	// IssueLink makes the mailed link that opens a document; office/access behind it.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (linkID int64, err error)
	Changed   func(topics ...string)
	// Files keeps what comes with messages, Stager judges it.
	Files  *files.Store
	Stager Stager
	// The firm's hours; nil: office/hours. Whether it chats at all, whether somebody is there at an
	// instant, and by when an answer to a message of then is promised.
	Enabled func(ctx context.Context, q *gen.Queries) (bool, error)
	OpenAt  func(ctx context.Context, q *gen.Queries, lang string, at time.Time) (bool, error)
	DueAt   func(ctx context.Context, q *gen.Queries, lang string, at time.Time) (due time.Time, known bool, err error)
}

// Stager takes files and judges them, and counts those of contacts; office/attachments behind it.
type Stager interface {
	Stage(ctx context.Context, who actor.Actor, name string, r io.Reader) (attachments.Staged, error)
	Take(ctx context.Context, tx *db.Tx, who actor.Actor, list []attachments.Staged) error
}

// Service is the room's door.
type Service struct {
	Deps
	Notices *Notices
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Enabled == nil {
		d.Enabled = hours.Enabled
	}
	if d.OpenAt == nil {
		d.OpenAt = func(ctx context.Context, q *gen.Queries, lang string, at time.Time) (bool, error) {
			a, err := hours.At(ctx, q, locale.Of(lang), at)
			return a.Open, err
		}
	}
	if d.DueAt == nil {
		d.DueAt = func(ctx context.Context, q *gen.Queries, lang string, at time.Time) (time.Time, bool, error) {
			p, err := hours.DueAt(ctx, q, locale.Of(lang), at)
			return p.Due, p.Known, err
		}
	}
	return &Service{Deps: d, Notices: &Notices{}}
}

// Limits of what is written.
const (
	maxBody    = 4000
	maxWaiting = 20 // of one customer's questions, so that nobody floods the firm
)

// Message is one thing said about a document.
type Message struct {
	PublicID string
	ByFirm   bool
	Author   string
	Body     string
	At       string // instant
	Waiting  bool   // a question that the firm has not answered
}

// Question is a message about a document to be sent. The key makes a repeat harmless.
type Question struct {
	Key        string
	DocumentID string // public id
	Body       string
}

// Ask puts a contact's question about one of its own documents.
func (s *Service) Ask(ctx context.Context, who actor.Actor, in Question) (m Message, err error) {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return Message{}, err
	}
	if err := in.check(); err != nil {
		return Message{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.once(ctx, tx, in, "question.ask", &m, func() (int64, error) {
			row, err := tx.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: in.DocumentID, CustomerID: &who.CustomerID})
			if err != nil {
				return 0, db.NotFound(err)
			}
			n, err := tx.CountWaitingOfCustomer(ctx, who.CustomerID)
			if err != nil {
				return 0, err
			}
			if n >= maxWaiting {
				return 0, fault.New(fault.TooMany, "fault.question_many")
			}
			id, err := s.insert(ctx, tx, who, row, in.Body, "question.asked")
			if err != nil {
				return 0, err
			}
			return id, s.tellFirm(ctx, tx, who, row, id, in.Body)
		})
	})
	return m, err
}

// Answer writes to the customer about a document; what waits there counts as answered.
func (s *Service) Answer(ctx context.Context, who actor.Actor, in Question) (m Message, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return Message{}, err
	}
	if err := in.check(); err != nil {
		return Message{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.once(ctx, tx, in, "question.answer", &m, func() (int64, error) {
			row, err := issued(ctx, tx.Queries, in.DocumentID)
			if err != nil {
				return 0, err
			}
			at := tx.Stamp()
			if _, err := tx.SettleQuestions(ctx, gen.SettleQuestionsParams{DocumentID: row.ID, At: &at}); err != nil {
				return 0, err
			}
			id, err := s.insert(ctx, tx, who, row, in.Body, "question.answered")
			if err != nil {
				return 0, err
			}
			return id, s.tellCustomer(ctx, tx, row, id, in.Body)
		})
	})
	return m, err
}

// Settle takes a document's questions off the inbox without an answer: it was given on the
// telephone, or none is needed.
func (s *Service) Settle(ctx context.Context, who actor.Actor, documentID string) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := issued(ctx, tx.Queries, documentID)
		if err != nil {
			return err
		}
		at := tx.Stamp()
		n, err := tx.SettleQuestions(ctx, gen.SettleQuestionsParams{DocumentID: row.ID, At: &at})
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed("questions", "chat") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "question.settled", ObjectKind: "document", ObjectID: row.ID})
	})
}

func (w *Question) check() error {
	w.Body = text.Clean(w.Body)
	var form fault.Form
	form.Need("text", w.Body)
	if len([]rune(w.Body)) > maxBody {
		form.Add("text", "fault.question_long", "max", maxBody)
	}
	return form.Err()
}

func (s *Service) once(ctx context.Context, tx *db.Tx, in Question, kind string, m *Message, fn func() (int64, error)) error {
	var id int64
	if err := audit.Once(ctx, tx, in.Key, kind, in, &id, func() (err error) {
		id, err = fn()
		return err
	}); err != nil {
		return err
	}
	row, err := tx.DocumentMessage(ctx, id)
	*m = messageOf(gen.MessagesOfDocumentRow(row))
	return db.NotFound(err)
}

func issued(ctx context.Context, q *gen.Queries, publicID string) (gen.Document, error) {
	row, err := q.DocumentByPublicID(ctx, publicID)
	if err != nil {
		return row, db.NotFound(err)
	}
	if row.State != "issued" {
		return row, fault.New(fault.Conflict, "fault.still_draft")
	}
	return row, nil
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, body, action string) (int64, error) {
	p := gen.InsertDocumentMessageParams{PublicID: s.IDs(), DocumentID: row.ID, CustomerID: *row.CustomerID, AuthorName: who.Name, Body: body, CreatedAt: tx.Stamp()}
	if who.Kind == actor.Contact {
		p.ContactID = &who.ID
	}
	id, err := tx.InsertDocumentMessage(ctx, p)
	if err != nil {
		return 0, err
	}
	if err := tx.PutSaidWords(ctx, -id, body); err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.Changed("questions", "chat", "notifications", "mails") })
	return id, audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "document", ObjectID: row.ID, Details: map[string]any{"message": id}})
}

func (s *Service) tellFirm(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, id int64, body string) error {
	kind := "document"
	if row.Kind == string(billing.Quote) {
		kind = "quote"
	}
	if err := audit.Notify(ctx, tx, "question_asked", map[string]any{"number": *row.Number, "customer": row.CustomerName}, kind, row.PublicID); err != nil {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || firm.Email == "" {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "question/" + strconv.FormatInt(id, 10), Kind: outbox.QuestionAsked, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name,
		CustomerID: who.CustomerID, DocumentID: row.ID, Args: map[string]string{"customer": row.CustomerName, "number": *row.Number, "what": row.Kind, "by": who.Name, "text": body}})
	return err
}

// tellCustomer mails the answer to the contact that asked last, else to whom the document
// went. Without an address the answer stands in the portal.
func (s *Service) tellCustomer(ctx context.Context, tx *db.Tx, row gen.Document, id int64, body string) error {
	asker, err := tx.LastAsker(ctx, row.ID)
	if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if asker != nil {
		row.ContactID = asker
	}
	to, err := s.Sales.Addressee(ctx, tx, row)
	if fault.Is(err, fault.Invalid) {
		return nil // nobody to write to
	}
	if err != nil {
		return err
	}
	m := outbox.Mail{Key: "answer/" + strconv.FormatInt(id, 10), Kind: outbox.QuestionAnswered, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: *row.CustomerID,
		ContactID: to.ContactID, DocumentID: row.ID, Args: map[string]string{"number": *row.Number, "what": row.Kind, "text": body}}
	if to.ContactID != 0 {
		if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID, row.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}
