package chat

import (
	"context"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
	"comptoir/office/files"
	"comptoir/office/outbox"
)

// Writing: one way for both sides, in the caller's transaction.

// JobTell is the job that writes to a contact about an answer it has not read.
const JobTell = "chat.tell"

type tell struct {
	Conversation string `json:"conversation"`
	Seq          int64  `json:"seq"`
}

// message is one to be kept.
type message struct {
	conversation, customer int64
	side                   string
	body                   string
	files                  []attachments.Staged
}

// saidBy keeps a message, moves the conversation and has the other side told.
func (s *Service) saidBy(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string, m message) (seq int64, err error) {
	p := gen.InsertConversationMessageParams{PublicID: s.IDs(), ConversationID: m.conversation, Side: m.side, AuthorName: who.Name, Body: m.body, CreatedAt: tx.Stamp(), UserID: staffID(who)}
	if m.side == SideContact {
		p.ContactID = &who.ID
	}
	if seq, err = tx.InsertConversationMessage(ctx, p); err != nil {
		return 0, err
	}
	words := m.body
	if m.side == SideContact {
		if err := s.Stager.Take(ctx, tx, who, m.files); err != nil {
			return 0, err
		}
	}
	for _, f := range m.files {
		if err := s.attach(ctx, tx, seq, f); err != nil {
			return 0, err
		}
		words += " " + f.Name
	}
	if err := tx.PutSaidWords(ctx, seq, words); err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.changed(m.customer) })
	action := "conversation.said"
	if m.side == SideFirm {
		action = "conversation.answered"
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "conversation", ObjectID: m.conversation, Details: map[string]any{"message": seq, "files": len(m.files)}}); err != nil {
		return 0, err
	}
	if m.side == SideFirm {
		return seq, s.byFirm(ctx, tx, who, publicID, m, seq)
	}
	return seq, s.byContact(ctx, tx, who, publicID, m, seq)
}

func (s *Service) attach(ctx context.Context, tx *db.Tx, seq int64, f attachments.Staged) error {
	if err := files.Record(ctx, tx, files.Ref{SHA256: f.SHA256, Size: f.Size, MediaType: f.MediaType}); err != nil {
		return err
	}
	return tx.InsertConversationFile(ctx, gen.InsertConversationFileParams{PublicID: s.IDs(), MessageID: seq, Name: f.Name, Sha256: f.SHA256, Size: f.Size, MediaType: f.MediaType})
}

// byContact: an answer is owed from now on; the firm hears of it once until it answers.
func (s *Service) byContact(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string, m message, seq int64) error {
	c, err := byID(ctx, tx.Queries, publicID)
	if err != nil {
		return err
	}
	if err := tx.ConversationSaidByContact(ctx, gen.ConversationSaidByContactParams{LastMessageID: seq, At: tx.Stamp(), ID: m.conversation}); err != nil {
		return err
	}
	if _, err := tx.MarkReadByContact(ctx, gen.MarkReadByContactParams{ConversationID: m.conversation, ContactID: who.ID, MessageID: seq, ReadAt: tx.Stamp()}); err != nil || c.WaitingSince != nil {
		return err
	}
	if err := audit.Notify(ctx, tx, "chat_message", map[string]any{"customer": c.CustomerName, "contact": who.Name, "subject": c.Subject}, "conversation", publicID); err != nil {
		return err
	}
	return s.mailFirm(ctx, tx, who, c, m.body, seq)
}

// byFirm: nothing is owed any more; what the contact has not read in a while goes by mail.
func (s *Service) byFirm(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string, m message, seq int64) error {
	if err := tx.ConversationSaidByFirm(ctx, gen.ConversationSaidByFirmParams{LastMessageID: seq, ID: m.conversation}); err != nil {
		return err
	}
	if id := staffID(who); id != nil {
		if _, err := tx.MarkReadByUser(ctx, gen.MarkReadByUserParams{ConversationID: m.conversation, UserID: *id, MessageID: seq, ReadAt: tx.Stamp()}); err != nil {
			return err
		}
	}
	return outbox.QueueJob(ctx, tx, outbox.Job{Key: JobTell + "/" + strconv.FormatInt(seq, 10), Kind: JobTell, Payload: tell{publicID, seq}, RunAt: tx.Now.Add(tellAfter)})
}

// event keeps a line of the program: closed, reopened, assigned.
func (s *Service) event(ctx context.Context, tx *db.Tx, who actor.Actor, c gen.ConversationByPublicIDRow, event, body string) error {
	seq, err := tx.InsertConversationMessage(ctx, gen.InsertConversationMessageParams{PublicID: s.IDs(), ConversationID: c.ID, Side: SideSystem, AuthorName: who.Name, Event: event, Body: body, UserID: staffID(who), CreatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.changed(c.CustomerID) })
	if event != "assigned" { // who works on it is no news for the customer: what was said last stays the last
		if err := tx.ConversationEvent(ctx, gen.ConversationEventParams{LastMessageID: seq, ID: c.ID}); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "conversation." + event, ObjectKind: "conversation", ObjectID: c.ID})
}

// changed wakes the window and the pages of the customer's contacts.
func (s *Service) changed(customerID int64) {
	s.Changed("chat", "notifications", "home")
	s.Notices.Ring(customerID)
}

// stale refuses a change of what has changed meanwhile.
func stale(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	return err
}
