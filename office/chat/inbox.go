package chat

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// The one inbox: conversations and questions about documents in one list, and what of all of it
// (requests for access too) waits for an answer.

// The views of the inbox.
const (
	ViewToAnswer   = "to_answer"
	ViewMine       = "mine"
	ViewUnassigned = "unassigned"
	ViewAll        = "all"
	ViewClosed     = "closed"
)

// The kinds of rows.
const (
	KindChat     = "chat"
	KindQuestion = "question" // about a document: PublicID is the document's
	KindRequest  = "request"  // for access to the portal; in Waits only
)

// InboxQuery asks for a page of the inbox.
type InboxQuery struct {
	View       string // "" = all
	Words      string
	CustomerID string // public id, "" = all
	After      string
	Limit      int // 0 = 50, at most 100
}

// InboxRow is a conversation, or a document with what was said about it.
type InboxRow struct {
	Kind           string
	PublicID       string
	CustomerID     string
	CustomerName   string
	Contact        string
	Subject        string
	DocumentNumber string
	DocumentKind   billing.Kind
	LastBody       string
	LastEvent      string
	LastByFirm     bool
	LastAuthor     string
	LastAt         string
	WaitingSince   string // "" = nothing owed
	DueAt          string // by when an answer is promised, "" = nothing promised
	Unread         int64  // by the reader; of a question: those without an answer
	AssigneeID     string
	Assignee       string
	State          string // open | closed; a question is closed when nothing waits
	Begun          string
	HasFiles       bool
}

// Counts is how much there is.
type Counts struct {
	ToAnswer   int64 // conversations and questions
	Requests   int64
	Mine       int64
	Unassigned int64
	Unread     int64 // messages of open conversations that the reader has not read
	Late       int64 // conversations whose promised time is over
}

// cursor is where each of the two lists goes on.
type cursor struct {
	Chat     int64 `json:"c"`
	Question int64 `json:"q"`
}

// Inbox gives a page: what waits longest first in ViewToAnswer, else the newest first.
func (s *Service) Inbox(ctx context.Context, who actor.Actor, in InboxQuery) (list []InboxRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	at := cursor{1<<62 - 1, 1<<62 - 1}
	if in.After != "" {
		b, err := base64.RawURLEncoding.DecodeString(in.After)
		if err == nil {
			err = json.Unmarshal(b, &at)
		}
		if err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	limit := in.Limit
	if limit <= 0 || limit > 100 {
		limit = pageRows
	}
	words := db.MatchWords(in.Words)
	if in.View == ViewToAnswer { // all of it at once, in its own order
		limit = 200
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		chats, chatIDs, err := s.chats(ctx, q, who, in, words, at.Chat, limit)
		if err != nil {
			return err
		}
		questions, questionIDs, err := s.questions(ctx, q, in, words, at.Question, limit)
		if err != nil {
			return err
		}
		list, next, err = merge(chats, chatIDs, questions, questionIDs, at, limit)
		return err
	})
	if in.View == ViewToAnswer {
		slices.SortStableFunc(list, func(a, b InboxRow) int { return compare(a.WaitingSince, b.WaitingSince) })
		next = ""
	}
	return list, next, err
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// merge takes the newest of two lists, each of which is in order; one row more than asked for says
// that there is more.
func merge(a []InboxRow, aID []int64, b []InboxRow, bID []int64, at cursor, limit int) (list []InboxRow, next string, err error) {
	list = make([]InboxRow, 0, limit)
	i, j := 0, 0
	for len(list) < limit && (i < len(a) || j < len(b)) {
		if j >= len(b) || i < len(a) && a[i].LastAt >= b[j].LastAt {
			list, at.Chat = append(list, a[i]), aID[i]
			i++
			continue
		}
		list, at.Question = append(list, b[j]), bID[j]
		j++
	}
	if i >= len(a) && j >= len(b) {
		return list, "", nil
	}
	raw, err := json.Marshal(at)
	return list, base64.RawURLEncoding.EncodeToString(raw), err
}

func (s *Service) chats(ctx context.Context, q *gen.Queries, who actor.Actor, in InboxQuery, words string, before int64, limit int) (list []InboxRow, ids []int64, err error) {
	rows, err := q.FirmConversations(ctx, gen.FirmConversationsParams{UserID: who.ID, BeforeID: before, View: in.View, OfCustomer: in.CustomerID, Words: words, RowLimit: int64(limit) + 1})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		row := InboxRow{Kind: KindChat, PublicID: r.PublicID, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, Contact: r.ContactName, Subject: r.Subject, LastBody: r.Body, LastEvent: r.Event,
			LastByFirm: r.Side != SideContact, LastAuthor: r.AuthorName, LastAt: r.SaidAt, WaitingSince: str(r.WaitingSince), Unread: r.Unread, AssigneeID: r.AssignedPublicID, Assignee: r.AssignedName,
			State: r.State, Begun: r.Begun, HasFiles: r.HasFiles}
		if row.DueAt, err = s.due(ctx, q, r.Language, row.WaitingSince); err != nil {
			return nil, nil, err
		}
		list, ids = append(list, row), append(ids, r.LastMessageID)
	}
	return list, ids, nil
}

func (s *Service) questions(ctx context.Context, q *gen.Queries, in InboxQuery, words string, before int64, limit int) (list []InboxRow, ids []int64, err error) {
	if in.View == ViewMine || in.View == ViewClosed {
		return nil, nil, nil // questions are nobody's own, and nobody closes them
	}
	p := gen.FirmQuestionsParams{BeforeID: before, OfCustomer: in.CustomerID, Words: words, RowLimit: int64(limit) + 1}
	if in.View == ViewToAnswer || in.View == ViewUnassigned {
		p.Waiting = 1
	}
	rows, err := q.FirmQuestions(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		row := InboxRow{Kind: KindQuestion, PublicID: r.PublicID, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, Contact: r.Asker, Subject: str(r.Number), DocumentNumber: str(r.Number),
			DocumentKind: billing.Kind(r.Kind), LastBody: r.Body, LastByFirm: r.ContactID == nil, LastAuthor: r.AuthorName, LastAt: r.CreatedAt, WaitingSince: r.WaitingSince, Unread: r.Unread, State: "closed"}
		if r.WaitingSince != "" {
			row.State = "open"
		}
		if row.DueAt, err = s.due(ctx, q, r.Language, row.WaitingSince); err != nil {
			return nil, nil, err
		}
		list, ids = append(list, row), append(ids, r.ID)
	}
	return list, ids, nil
}

// due is by when an answer is promised to what waits since an instant.
func (s *Service) due(ctx context.Context, q *gen.Queries, lang, since string) (string, error) {
	if since == "" {
		return "", nil
	}
	t, err := time.Parse(time.RFC3339, since)
	if err != nil {
		return "", err
	}
	at, known, err := s.DueAt(ctx, q, lang, t)
	if err != nil || !known {
		return "", err
	}
	return db.Stamp(at), nil
}

// Counts counts what waits, for the menu and the first page.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (c Counts, err error) {
	if err := who.Need(actor.Look); err != nil {
		return c, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err := q.CountWaiting(ctx, staffID(who))
		if err != nil {
			return err
		}
		c = Counts{ToAnswer: n.Conversations + n.Questions, Requests: n.Requests, Mine: n.Mine, Unassigned: n.Unassigned}
		if c.Unread, err = q.CountUnreadOfUser(ctx, who.ID); err != nil {
			return err
		}
		waiting, err := q.WaitingSince(ctx)
		now := db.Stamp(s.DB.Now())
		for _, w := range waiting {
			due, err := s.due(ctx, q, w.Language, str(w.WaitingSince))
			if err != nil {
				return err
			}
			if due != "" && due < now {
				c.Late++
			}
		}
		return err
	})
	return c, err
}

// Waits lists everything that waits for an answer, the longest first: conversations, questions about
// documents, requests for access; at most 200 of each.
func (s *Service) Waits(ctx context.Context, who actor.Actor) (list []InboxRow, err error) {
	if list, _, err = s.Inbox(ctx, who, InboxQuery{View: ViewToAnswer}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.WaitingRequests(ctx, 200)
		for _, r := range rows {
			list = append(list, InboxRow{Kind: KindRequest, PublicID: r.PublicID, CustomerName: r.Company, Contact: r.Person, Subject: r.Email, LastAuthor: r.Person, LastAt: r.CreatedAt, WaitingSince: r.CreatedAt, State: "open"})
		}
		return err
	})
	slices.SortStableFunc(list, func(a, b InboxRow) int { return compare(a.WaitingSince, b.WaitingSince) })
	return list, err
}
