package chat

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

func messageOf(r gen.MessagesOfDocumentRow) Message {
	return Message{PublicID: r.PublicID, ByFirm: r.ContactID == nil, Author: r.AuthorName, Body: r.Body, At: r.CreatedAt, Waiting: r.ContactID != nil && r.ReadAt == nil}
}

func thread(ctx context.Context, q *gen.Queries, documentID int64) ([]Message, error) {
	rows, err := q.MessagesOfDocument(ctx, documentID)
	list := make([]Message, 0, len(rows))
	for _, r := range rows {
		list = append(list, messageOf(r))
	}
	return list, err
}

// Thread gives what was said about a document, oldest first.
func (s *Service) Thread(ctx context.Context, who actor.Actor, documentID string) (list []Message, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return db.NotFound(err)
		}
		list, err = thread(ctx, q, row.ID)
		return err
	})
	return list, err
}

// PortalThread gives the thread of one of the contact's own documents; the answers in it
// count as read.
func (s *Service) PortalThread(ctx context.Context, who actor.Actor, documentID string) (list []Message, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	var row gen.Document
	unread := false
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if row, err = q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: documentID, CustomerID: &who.CustomerID}); err != nil {
			return db.NotFound(err)
		}
		rows, err := q.MessagesOfDocument(ctx, row.ID)
		for _, r := range rows {
			unread = unread || r.ContactID == nil && r.ReadAt == nil
			list = append(list, messageOf(r))
		}
		return err
	})
	if err != nil || !unread || who.StandsIn() { // the customer has not read them
		return list, err
	}
	return list, s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		at := tx.Stamp()
		_, err := tx.ReadAnswers(ctx, gen.ReadAnswersParams{DocumentID: row.ID, At: &at})
		tx.AfterCommit(func() { s.Changed("questions") })
		return err
	})
}

// Unread is a document with answers that its customer has not read.
type Unread struct {
	PublicID string
	Number   string
	Kind     billing.Kind
	Messages int64
}

// PortalUnread lists the contact's own documents with unread answers, newest first.
func (s *Service) PortalUnread(ctx context.Context, who actor.Actor) (list []Unread, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.UnreadAnswersOfCustomer(ctx, who.CustomerID)
		for _, r := range rows {
			list = append(list, Unread{PublicID: r.PublicID, Number: *r.Number, Kind: billing.Kind(r.Kind), Messages: r.Messages})
		}
		return err
	})
	return list, err
}

// About is a document that something was said about, with what was said last.
type About struct {
	ID         int64 // of the last message: the cursor
	DocumentID string
	Number     string
	Kind       billing.Kind
	Customer   string
	ByFirm     bool
	Author     string
	Body       string
	At         string
	Waiting    bool // an answer is owed
}

// pageRows is a page of the inbox.
const pageRows = 50

// Conversations gives a page of all questions about documents, newest first; before is the ID of the last
// one shown, 0 = the first page. next is 0 on the last page.
func (s *Service) Conversations(ctx context.Context, who actor.Actor, before int64) (list []About, next int64, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, 0, err
	}
	list = []About{}
	if before <= 0 {
		before = 1<<62 - 1
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.Conversations(ctx, gen.ConversationsParams{BeforeID: before, RowLimit: pageRows + 1})
		for i, r := range rows {
			if i == pageRows {
				next = list[pageRows-1].ID
				break
			}
			list = append(list, About{ID: r.ID, DocumentID: r.PublicID, Number: *r.Number, Kind: billing.Kind(r.Kind), Customer: r.CustomerName, ByFirm: r.ContactID == nil,
				Author: r.AuthorName, Body: r.Body, At: r.CreatedAt, Waiting: r.Waiting})
		}
		return err
	})
	return list, next, err
}

// Waiting lists the documents whose questions wait for an answer, the oldest first.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (list []Unread, customers []string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, nil, err
	}
	list, customers = []Unread{}, []string{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.WaitingQuestions(ctx, 200)
		for _, r := range rows {
			list = append(list, Unread{PublicID: r.PublicID, Number: *r.Number, Kind: billing.Kind(r.Kind), Messages: r.Messages})
			customers = append(customers, r.CustomerName)
		}
		return err
	})
	return list, customers, err
}
