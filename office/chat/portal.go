package chat

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/audit"
)

// What a contact sees and says. Its own conversations, and its colleagues' where the customer's
// contacts see each other's (customers.see_each_other); another customer's is not found. A mailed
// link opens none of it: the words are between people.

// mayTalk is asked first by everything that a contact reads.
func mayTalk(who actor.Actor) error {
	if err := who.NeedContact(actor.TrustPassword); err != nil {
		return err
	}
	return who.NeedArea(actor.AreaMessages)
}

// maySay is asked first by everything that a contact does: nobody says anything in its place.
func maySay(who actor.Actor) error {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return err
	}
	return who.NeedArea(actor.AreaMessages)
}

func (s *Service) on(ctx context.Context, q *gen.Queries) error {
	on, err := s.Enabled(ctx, q)
	if err == nil && !on {
		return errOff
	}
	return err
}

// PortalRow is a conversation in a contact's list.
type PortalRow struct {
	PublicID string
	Subject  string
	State    string
	Begun    string
	Contact  string // who began it
	Own      bool   // the reader is it
	Side     string // of what was said last
	Author   string
	Event    string
	Body     string
	At       string
	Unread   int64
	Seq      int64
}

// PortalList gives a page of the contact's conversations, the newest first; before is the Seq of
// the last one shown, 0 = the first page. next is 0 on the last page.
func (s *Service) PortalList(ctx context.Context, who actor.Actor, before int64) (list []PortalRow, next int64, err error) {
	if err := mayTalk(who); err != nil {
		return nil, 0, err
	}
	list = []PortalRow{}
	if before <= 0 {
		before = 1<<62 - 1
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if err := s.on(ctx, q); err != nil {
			return err
		}
		rows, err := q.ConversationsOfContact(ctx, gen.ConversationsOfContactParams{CustomerID: who.CustomerID, ContactID: who.ID, BeforeID: before, RowLimit: pageRows + 1})
		for i, r := range rows {
			if i == pageRows {
				next = list[pageRows-1].Seq
				break
			}
			list = append(list, PortalRow{PublicID: r.PublicID, Subject: r.Subject, State: r.State, Begun: r.Begun, Contact: r.ContactName, Own: r.ContactID == who.ID, Side: r.Side,
				Author: r.AuthorName, Event: r.Event, Body: r.Body, At: r.SaidAt, Unread: r.Unread, Seq: r.LastMessageID})
		}
		return err
	})
	return list, next, err
}

// PortalRead gives one of the contact's conversations, and what was said in it after a Seq (0 = the
// newest page) and before one (0 = no bound). What is given counts as read.
func (s *Service) PortalRead(ctx context.Context, who actor.Actor, publicID string, after, before int64) (c Conversation, err error) {
	if err := mayTalk(who); err != nil {
		return c, err
	}
	var id, last, read int64
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := s.ofContact(ctx, q, who, publicID)
		if err != nil {
			return err
		}
		id, last = r.ID, r.LastMessageID
		c.Head = Head{PublicID: r.PublicID, Contact: r.ContactName, Subject: r.Subject, State: r.State, Begun: r.Begun, Language: r.Language, WaitingSince: str(r.WaitingSince),
			CreatedAt: r.CreatedAt, ClosedAt: str(r.ClosedAt), ReadSeq: r.FirmRead}
		if c.Said, c.Before, err = page(ctx, q, r.ID, after, before, who); err != nil {
			return err
		}
		mark, err := q.ContactRead(ctx, gen.ContactReadParams{ConversationID: r.ID, ContactID: who.ID})
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		read = mark.MessageID
		return nil
	})
	if err != nil || read >= last || before > 0 || who.StandsIn() {
		return c, err
	}
	return c, s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.MarkReadByContact(ctx, gen.MarkReadByContactParams{ConversationID: id, ContactID: who.ID, MessageID: last, ReadAt: tx.Stamp()}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.changed(who.CustomerID) })
		return nil
	})
}

func (s *Service) ofContact(ctx context.Context, q *gen.Queries, who actor.Actor, publicID string) (r gen.ConversationOfContactRow, err error) {
	if err := s.on(ctx, q); err != nil {
		return r, err
	}
	r, err = q.ConversationOfContact(ctx, gen.ConversationOfContactParams{PublicID: publicID, CustomerID: who.CustomerID, ContactID: who.ID})
	return r, db.NotFound(err)
}

// UnreadOf counts what the firm said and the contact has not read; 0 where nothing may be read.
func (s *Service) UnreadOf(ctx context.Context, who actor.Actor) (n int64, err error) {
	if mayTalk(who) != nil {
		return 0, nil
	}
	n, turn, ok := s.Notices.count(who.ID, s.DB.Now())
	if ok {
		return n, nil
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err = q.CountUnreadOfContact(ctx, gen.CountUnreadOfContactParams{CustomerID: who.CustomerID, ContactID: who.ID})
		return err
	})
	if err == nil {
		s.Notices.remember(who.ID, counted{who.CustomerID, n, s.DB.Now()}, turn)
	}
	return n, err
}

// Listen wakes a page of a contact when something changes for its customer.
func (s *Service) Listen(customerID, contactID int64) (rung <-chan struct{}, end func()) {
	return s.Notices.Listen(customerID, contactID)
}

// MayListen tells whether the contact may be woken when something is said.
func (s *Service) MayListen(ctx context.Context, who actor.Actor) error {
	if err := mayTalk(who); err != nil {
		return err
	}
	return s.DB.Read(ctx, func(q *gen.Queries) error { return s.on(ctx, q) })
}

// PortalBegin begins a conversation: live while the chat is open, else a message to be answered.
func (s *Service) PortalBegin(ctx context.Context, who actor.Actor, in Begin) (publicID string, err error) {
	if err := maySay(who); err != nil {
		return "", err
	}
	var form fault.Form
	checkSaid(&form, &in.Body, in.Files)
	checkSubject(&form, &in.Subject, in.Body)
	if err := form.Err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.on(ctx, tx.Queries); err != nil {
			return err
		}
		body := struct {
			Contact int64
			Begin
		}{who.ID, in}
		return audit.Once(ctx, tx, in.Key, "conversation.begin", body, &publicID, func() error {
			if err := s.mayFlood(ctx, tx, who); err != nil {
				return err
			}
			n, err := tx.CountWaitingConversations(ctx, who.CustomerID)
			if err != nil {
				return err
			}
			if n >= maxWaiting {
				return fault.New(fault.TooMany, "fault.chat.many")
			}
			publicID, err = s.beginBy(ctx, tx, who, in)
			return err
		})
	})
	return publicID, err
}

func (s *Service) beginBy(ctx context.Context, tx *db.Tx, who actor.Actor, in Begin) (string, error) {
	open, err := s.OpenAt(ctx, tx.Queries, who.Lang, tx.Now)
	if err != nil {
		return "", err
	}
	p := gen.InsertConversationParams{PublicID: s.IDs(), CustomerID: who.CustomerID, ContactID: who.ID, Subject: in.Subject, Begun: BegunMessage, Language: locale.Of(who.Lang), CreatedAt: tx.Stamp()}
	if open {
		p.Begun = BegunLive
	}
	id, err := begun(ctx, tx, who, p)
	if err != nil {
		return "", err
	}
	_, err = s.saidBy(ctx, tx, who, p.PublicID, message{conversation: id, customer: who.CustomerID, side: SideContact, body: in.Body, files: in.Files})
	return p.PublicID, err
}

// begun keeps a new conversation, to be found by its subject.
func begun(ctx context.Context, tx *db.Tx, who actor.Actor, p gen.InsertConversationParams) (id int64, err error) {
	if id, err = tx.InsertConversation(ctx, p); err != nil {
		return 0, err
	}
	if err := tx.PutSubjectWords(ctx, id, p.Subject); err != nil {
		return 0, err
	}
	return id, audit.Write(ctx, tx, who, audit.Record{Action: "conversation.begun", ObjectKind: "conversation", ObjectID: id})
}

// PortalSay says something in one of the contact's conversations; one that was closed is open again.
func (s *Service) PortalSay(ctx context.Context, who actor.Actor, in Say) (seq int64, err error) {
	if err := maySay(who); err != nil {
		return 0, err
	}
	var form fault.Form
	checkSaid(&form, &in.Body, in.Files)
	if err := form.Err(); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := s.ofContact(ctx, tx.Queries, who, in.ConversationID)
		if err != nil {
			return err
		}
		body := struct {
			Contact int64
			Say
		}{who.ID, in}
		return audit.Once(ctx, tx, in.Key, "conversation.say", body, &seq, func() error {
			if err := s.mayFlood(ctx, tx, who); err != nil {
				return err
			}
			seq, err = s.saidBy(ctx, tx, who, c.PublicID, message{conversation: c.ID, customer: c.CustomerID, side: SideContact, body: in.Body, files: in.Files})
			return err
		})
	})
	return seq, err
}

// mayFlood refuses who says more than people type.
func (s *Service) mayFlood(ctx context.Context, tx *db.Tx, who actor.Actor) error {
	n, err := tx.CountSaidBy(ctx, gen.CountSaidByParams{ContactID: &who.ID, Since: db.Stamp(tx.Now.Add(-floodTime))})
	if err == nil && n >= floodMost {
		return fault.New(fault.TooMany, "fault.chat.flood")
	}
	return err
}

// PortalFile gives the content of a file of one of the contact's conversations.
func (s *Service) PortalFile(ctx context.Context, who actor.Actor, conversationID, fileID string) (f attachments.Content, err error) {
	if err := mayTalk(who); err != nil {
		return f, err
	}
	var row gen.ConversationFileRow
	if err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if _, err := s.ofContact(ctx, q, who, conversationID); err != nil {
			return err
		}
		row, err = q.ConversationFile(ctx, gen.ConversationFileParams{PublicID: fileID, ConversationID: conversationID})
		return db.NotFound(err)
	}); err != nil {
		return f, err
	}
	return s.open(row)
}

func (s *Service) open(row gen.ConversationFileRow) (f attachments.Content, err error) {
	f.PublicID, f.Name, f.Size, f.MediaType = row.PublicID, row.Name, row.Size, row.MediaType
	if f.At, err = time.Parse(time.RFC3339, row.CreatedAt); err != nil {
		return f, err
	}
	f.Bytes, err = s.Files.Open(row.Sha256, row.Size)
	return f, err
}
