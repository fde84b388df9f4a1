package chat

import (
	"context"
	"io"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
)

// What the firm's people do with conversations.

// Get gives a conversation with a page of what was said; before is a Seq, 0 = the newest page.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string, before int64) (c Conversation, err error) {
	if err := who.Need(actor.Look); err != nil {
		return c, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := byID(ctx, q, publicID)
		if err != nil {
			return err
		}
		if c.Head, err = s.head(ctx, q, r); err != nil {
			return err
		}
		c.Said, c.Before, err = page(ctx, q, r.ID, 0, before, who)
		return err
	})
	return c, err
}

func (s *Service) head(ctx context.Context, q *gen.Queries, r gen.ConversationByPublicIDRow) (Head, error) {
	h := Head{PublicID: r.PublicID, Version: r.Version, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, ContactID: r.ContactPublicID, Contact: r.ContactName, ContactMail: r.ContactEmail,
		Subject: r.Subject, State: r.State, Begun: r.Begun, Language: r.Language, AssigneeID: r.AssignedPublicID, Assignee: r.AssignedName, WaitingSince: str(r.WaitingSince),
		CreatedAt: r.CreatedAt, ClosedAt: str(r.ClosedAt), Here: s.Notices.here(r.CustomerID, r.ContactID)}
	read, err := q.ReadByCustomer(ctx, r.ID)
	if err != nil {
		return h, err
	}
	h.ReadSeq, h.ReadAt = read.MessageID, read.ReadAt
	h.DueAt, err = s.due(ctx, q, h.Language, h.WaitingSince)
	return h, err
}

// Write says something in a conversation in the firm's name; nothing is owed any more.
func (s *Service) Write(ctx context.Context, who actor.Actor, in Say) (m Said, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return m, err
	}
	var form fault.Form
	checkSaid(&form, &in.Body, in.Files)
	if err := form.Err(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byID(ctx, tx.Queries, in.ConversationID)
		if err != nil {
			return err
		}
		var seq int64
		if err := audit.Once(ctx, tx, in.Key, "conversation.write", in, &seq, func() error {
			seq, err = s.saidBy(ctx, tx, who, c.PublicID, message{conversation: c.ID, customer: c.CustomerID, side: SideFirm, body: in.Body, files: in.Files})
			return err
		}); err != nil {
			return err
		}
		row, err := tx.ConversationMessage(ctx, seq)
		if err != nil {
			return db.NotFound(err)
		}
		list, err := saidOf(ctx, tx.Queries, c.ID, []gen.ConversationMessagesRow{gen.ConversationMessagesRow(row)}, who)
		if len(list) == 1 {
			m = list[0]
		}
		return err
	})
	return m, err
}

// Start begins a conversation with a contact, in its language. It gives its public id.
func (s *Service) Start(ctx context.Context, who actor.Actor, in Start) (publicID string, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return "", err
	}
	var form fault.Form
	checkSaid(&form, &in.Body, in.Files)
	checkSubject(&form, &in.Subject, in.Body)
	form.Need("contactId", in.ContactID)
	if err := form.Err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, "conversation.start", in, &publicID, func() error {
			k, err := tx.ContactToWriteTo(ctx, gen.ContactToWriteToParams{PublicID: in.ContactID, CustomerPublicID: in.CustomerID})
			if err != nil {
				return db.NotFound(err)
			}
			p := gen.InsertConversationParams{PublicID: s.IDs(), CustomerID: k.CustomerID, ContactID: k.ID, Subject: in.Subject, Begun: BegunFirm, Language: locale.Of(k.Language), AssignedID: staffID(who), CreatedAt: tx.Stamp()}
			id, err := begun(ctx, tx, who, p)
			if err != nil {
				return err
			}
			publicID = p.PublicID
			_, err = s.saidBy(ctx, tx, who, publicID, message{conversation: id, customer: k.CustomerID, side: SideFirm, body: in.Body, files: in.Files})
			return err
		})
	})
	return publicID, err
}

// Change is a change of a conversation as it was seen.
type Change struct {
	PublicID string
	Version  int64
}

// Assign gives a conversation to a user of the firm (public id, "" = nobody).
func (s *Service) Assign(ctx context.Context, who actor.Actor, in Change, userID string) error {
	return s.change(ctx, who, in, func(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow) error {
		p := gen.AssignConversationParams{ID: c.ID, Version: in.Version}
		name := ""
		if userID != "" {
			users, err := assignees(ctx, tx.Queries)
			if err != nil {
				return err
			}
			for _, u := range users {
				if u.PublicID == userID {
					p.AssignedID, name = &u.id, u.Name
				}
			}
			if p.AssignedID == nil {
				return fault.New(fault.NotFound, "fault.not_found")
			}
		}
		if err := stale(tx.AssignConversation(ctx, p)); err != nil {
			return err
		}
		return s.event(ctx, tx, who, c, "assigned", name)
	})
}

// Close ends a conversation: nothing is owed any more, and a message of the contact opens it again.
// With transcript the contact gets all of it by mail.
func (s *Service) Close(ctx context.Context, who actor.Actor, in Change, transcript bool) error {
	return s.change(ctx, who, in, func(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow) error {
		at := tx.Stamp()
		if err := stale(tx.CloseConversation(ctx, gen.CloseConversationParams{At: at, ID: c.ID, Version: in.Version})); err != nil {
			return err
		}
		if err := s.event(ctx, tx, who, c, "closed", ""); err != nil || !transcript {
			return err
		}
		return s.transcript(ctx, tx, c, c.ContactID, "close/"+at)
	})
}

// Reopen opens a conversation again.
func (s *Service) Reopen(ctx context.Context, who actor.Actor, in Change) error {
	return s.change(ctx, who, in, func(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow) error {
		if n, err := tx.ReopenConversation(ctx, c.ID); err != nil || n == 0 {
			return err
		}
		return s.event(ctx, tx, who, c, "reopened", "")
	})
}

// SettleChat takes a conversation off the inbox without an answer.
func (s *Service) SettleChat(ctx context.Context, who actor.Actor, in Change) error {
	return s.change(ctx, who, in, func(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow) error {
		n, err := tx.SettleConversation(ctx, c.ID)
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.changed(c.CustomerID) })
		return audit.Write(ctx, tx, who, audit.Record{Action: "conversation.settled", ObjectKind: "conversation", ObjectID: c.ID})
	})
}

func (s *Service) change(ctx context.Context, who actor.Actor, in Change, fn func(context.Context, *db.Tx, gen.ConversationByPublicIDRow) error) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byID(ctx, tx.Queries, in.PublicID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, c)
	})
}

// MarkRead notes how far the reader has read: up to a Seq that it was shown.
func (s *Service) MarkRead(ctx context.Context, who actor.Actor, publicID string, upTo int64) error {
	if err := who.Need(actor.Look); err != nil {
		return err
	}
	user := staffID(who)
	if user == nil {
		return nil // the machine reads nothing
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byID(ctx, tx.Queries, publicID)
		if err != nil {
			return err
		}
		n, err := tx.MarkReadByUser(ctx, gen.MarkReadByUserParams{ConversationID: c.ID, UserID: *user, MessageID: min(upTo, c.LastMessageID), ReadAt: tx.Stamp()})
		if err == nil && n > 0 {
			tx.AfterCommit(func() { s.changed(c.CustomerID) })
		}
		return err
	})
}

// Stage takes a file of the firm's that goes with a message.
func (s *Service) Stage(ctx context.Context, who actor.Actor, name string, r io.Reader) (attachments.Staged, error) {
	if err := who.Need(actor.Answer); err != nil {
		return attachments.Staged{}, err
	}
	return s.Stager.Stage(ctx, who, name, r)
}

// OpenFile gives the content of a file of a conversation to the firm.
func (s *Service) OpenFile(ctx context.Context, who actor.Actor, conversationID, fileID string) (f attachments.Content, err error) {
	if err := who.Need(actor.Look); err != nil {
		return f, err
	}
	var row gen.ConversationFileRow
	if err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.ConversationFile(ctx, gen.ConversationFileParams{PublicID: fileID, ConversationID: conversationID})
		return db.NotFound(err)
	}); err != nil {
		return f, err
	}
	return s.open(row)
}

// Assignee is a user of the firm who may answer.
type Assignee struct {
	id       int64
	PublicID string
	Name     string
}

// Assignees lists whom a conversation can be given to.
func (s *Service) Assignees(ctx context.Context, who actor.Actor) (list []Assignee, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		list, err = assignees(ctx, q)
		return err
	})
	return list, err
}

func assignees(ctx context.Context, q *gen.Queries) ([]Assignee, error) {
	rows, err := q.UsersForChat(ctx)
	list := []Assignee{}
	for _, u := range rows {
		if actor.Role(u.Role).May(actor.Answer) {
			list = append(list, Assignee{u.ID, u.PublicID, u.Name})
		}
	}
	return list, err
}
