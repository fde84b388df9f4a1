package chat

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
)

// Conversations between a customer's contacts and the firm. Questions about a document keep
// their own rows; the one inbox shows both (ADR 0027).

// Limits of conversations.
const (
	SubjectMost = 120
	BodyMost    = 4000
	FilesMost   = 10 // with one message
	pageSaid    = 60 // messages of one page
	floodMost   = 60 // of one contact in floodTime
	floodTime   = 10 * time.Minute
	tellAfter   = 2 * time.Minute // an answer that was not read by then goes by mail
)

// The sides of what is said.
const (
	SideContact = "contact"
	SideFirm    = "firm"
	SideSystem  = "system"
)

// Begun says how a conversation began.
const (
	BegunLive    = "live"    // while the chat was open
	BegunMessage = "message" // outside hours: a message to be answered
	BegunFirm    = "firm"    // the firm wrote first
)

// SaidFile is a file that came with a message.
type SaidFile struct {
	PublicID  string
	Name      string
	Size      int64
	MediaType string
}

// Said is one message of a conversation, or a line of the program (Event).
type Said struct {
	Seq      int64 // grows within a conversation; what has been read is told by it
	PublicID string
	Side     string // SideContact, SideFirm, SideSystem
	Mine     bool   // of whoever reads
	Author   string
	Event    string // "" | closed | reopened | assigned (for the firm only: Body names to whom)
	Body     string
	At       string // instant
	Files    []SaidFile
}

// Head is a conversation without what was said in it.
type Head struct {
	PublicID     string
	Version      int64
	CustomerID   string // public id
	CustomerName string
	ContactID    string // public id of who began it, or to whom the firm wrote
	Contact      string
	ContactMail  string
	Subject      string
	State        string // open | closed
	Begun        string // live | message | firm
	Language     string
	AssigneeID   string
	Assignee     string
	WaitingSince string // instant of the first message that an answer is owed to, "" none
	DueAt        string // by when the answer is promised, "" none
	CreatedAt    string
	ClosedAt     string
	ReadSeq      int64  // how far the other side has read
	ReadAt       string // when, for the firm
	Here         bool   // the contact has a page open now
}

// Conversation is a head with a page of what was said, oldest first.
type Conversation struct {
	Head
	Said   []Said
	Before int64 // Seq to ask the page before with, 0 = nothing before
}

// Say is a message to be sent into a conversation. The key makes a repeat harmless.
type Say struct {
	Key            string
	ConversationID string // public id
	Body           string
	Files          []attachments.Staged
}

// Begin is a contact's wish to talk: it begins a conversation.
type Begin struct {
	Key     string
	Subject string // "" = the first words of Body
	Body    string
	Files   []attachments.Staged
}

// Start is a conversation that the firm begins with a contact.
type Start struct {
	Key        string
	CustomerID string // public ids
	ContactID  string
	Subject    string
	Body       string
	Files      []attachments.Staged
}

// errClosed: the firm does not chat.
var errOff = fault.New(fault.NotFound, "fault.not_found")

func checkSaid(form *fault.Form, body *string, files []attachments.Staged) {
	*body = text.Clean(*body)
	if len(files) == 0 {
		form.Need("text", *body)
	}
	form.MaxLen("text", *body, BodyMost)
	if len(files) > FilesMost {
		form.Add("files", "fault.files.none", "most", int64(FilesMost))
	}
}

// checkSubject cleans a subject; without one the first words of the message are it.
func checkSubject(form *fault.Form, subject *string, body string) {
	*subject = text.Line(*subject)
	if *subject == "" {
		r := []rune(text.Line(body))
		if *subject = string(r); len(r) > 60 {
			*subject = string(r[:59]) + "…"
		}
	}
	if *subject == "" {
		*subject = "…"
	}
	form.MaxLen("subject", *subject, SubjectMost)
}

// saidOf makes messages of rows that came newest first, with their files.
func saidOf(ctx context.Context, q *gen.Queries, conversationID int64, rows []gen.ConversationMessagesRow, who actor.Actor) ([]Said, error) {
	list := make([]Said, 0, len(rows))
	if len(rows) == 0 {
		return list, nil
	}
	files, err := q.ConversationFiles(ctx, gen.ConversationFilesParams{ConversationID: conversationID, FromID: rows[len(rows)-1].ID, ToID: rows[0].ID})
	if err != nil {
		return nil, err
	}
	of := map[int64][]SaidFile{}
	for _, f := range files {
		of[f.MessageID] = append(of[f.MessageID], SaidFile{PublicID: f.PublicID, Name: f.Name, Size: f.Size, MediaType: f.MediaType})
	}
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		s := Said{Seq: r.ID, PublicID: r.PublicID, Side: r.Side, Author: r.AuthorName, Event: r.Event, Body: r.Body, At: r.CreatedAt, Files: of[r.ID]}
		if s.Files == nil {
			s.Files = []SaidFile{}
		}
		s.Mine = who.Kind == actor.Contact && r.ContactID != nil && *r.ContactID == who.ID || who.Kind == actor.Staff && r.UserID != nil && *r.UserID == who.ID
		list = append(list, s)
	}
	return list, nil
}

// page reads what was said after and before (0 = no bound), the newest pageSaid of it.
func page(ctx context.Context, q *gen.Queries, conversationID, after, before int64, who actor.Actor) (list []Said, earlier int64, err error) {
	if before <= 0 {
		before = 1<<62 - 1
	}
	p := gen.ConversationMessagesParams{ConversationID: conversationID, AfterID: after, BeforeID: before, RowLimit: pageSaid + 1}
	if who.Kind != actor.Contact {
		p.Inside = 1
	}
	rows, err := q.ConversationMessages(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	if len(rows) > pageSaid {
		rows = rows[:pageSaid]
		earlier = rows[pageSaid-1].ID
	}
	list, err = saidOf(ctx, q, conversationID, rows, who)
	return list, earlier, err
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// staffID is the user of the firm for a row that names one.
func staffID(who actor.Actor) *int64 {
	if who.Kind == actor.Staff && who.ID != 0 {
		return &who.ID
	}
	return nil
}

func byID(ctx context.Context, q *gen.Queries, publicID string) (gen.ConversationByPublicIDRow, error) {
	c, err := q.ConversationByPublicID(ctx, publicID)
	return c, db.NotFound(err)
}
