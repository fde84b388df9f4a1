package chat

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// What goes by mail: all that was said, an answer that was not read, a message to the firm.

// transcriptMost is how many messages of a conversation a transcript carries, the newest; bounded
// like every mail (transcriptBytes).
const (
	transcriptMost  = 500
	transcriptBytes = 400 << 10
)

// AskTranscript mails a conversation to the contact that asks.
func (s *Service) AskTranscript(ctx context.Context, who actor.Actor, key, publicID string) error {
	if err := maySay(who); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.ofContact(ctx, tx.Queries, who, publicID)
		if err != nil {
			return err
		}
		var done bool
		body := struct {
			Contact      int64
			Conversation string
		}{who.ID, publicID}
		return audit.Once(ctx, tx, key, "conversation.transcript", body, &done, func() error {
			c, err := byID(ctx, tx.Queries, r.PublicID)
			if err != nil {
				return err
			}
			if err := audit.Write(ctx, tx, who, audit.Record{Action: "conversation.transcript", ObjectKind: "conversation", ObjectID: c.ID}); err != nil {
				return err
			}
			done = true
			return s.transcript(ctx, tx, c, who.ID, key)
		})
	})
}

// SendTranscript mails a conversation to its contact, by the firm.
func (s *Service) SendTranscript(ctx context.Context, who actor.Actor, key, publicID string) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byID(ctx, tx.Queries, publicID)
		if err != nil {
			return err
		}
		var done bool
		return audit.Once(ctx, tx, key, "conversation.send_transcript", publicID, &done, func() error {
			done = true
			if err := audit.Write(ctx, tx, who, audit.Record{Action: "conversation.transcript", ObjectKind: "conversation", ObjectID: c.ID}); err != nil {
				return err
			}
			return s.transcript(ctx, tx, c, c.ContactID, key)
		})
	})
}

// transcript puts the mail of all that was said into the outbox. Without an address, nothing goes.
func (s *Service) transcript(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow, contactID int64, key string) error {
	k, err := tx.ContactOfConversation(ctx, contactID)
	if err != nil {
		return db.NotFound(err)
	}
	if k.Email == "" || k.ArchivedAt != nil || k.CustomerID != c.CustomerID {
		return fault.New(fault.Conflict, "fault.chat.no_address")
	}
	words, err := s.wordsOf(ctx, tx, c, k.Language)
	if err != nil {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "transcript/" + c.PublicID + "/" + key, Kind: outbox.ChatTranscript, Lang: k.Language, ToAddress: k.Email, ToName: k.Name, CustomerID: c.CustomerID, ContactID: k.ID,
		Args: map[string]string{"subject": c.Subject, "conversation": c.PublicID, "text": words}})
	return err
}

// wordsOf writes a conversation as plain words, oldest first: when and who on one line, then what.
func (s *Service) wordsOf(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow, lang string) (string, error) {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return "", err
	}
	rows, err := tx.ConversationMessages(ctx, gen.ConversationMessagesParams{ConversationID: c.ID, BeforeID: 1<<62 - 1, RowLimit: transcriptMost + 1})
	if err != nil {
		return "", err
	}
	list, err := saidOf(ctx, tx.Queries, c.ID, rows, actor.Machine())
	if err != nil {
		return "", err
	}
	parts, size := []string{}, 0
	for i := len(list) - 1; i >= 0; i-- { // the newest first, until it is enough
		p, err := wordsOfOne(list[i], firm, lang)
		if err != nil {
			return "", err
		}
		if size += len(p); size > transcriptBytes || len(parts) == transcriptMost { // what is left out shows
			parts = append(parts, "…")
			break
		}
		parts = append(parts, p)
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString(parts[i])
		if i > 0 {
			b.WriteString("\n\n")
		}
	}
	return b.String(), nil
}

func wordsOfOne(m Said, firm company.Firm, lang string) (string, error) {
	t, err := time.Parse(time.RFC3339, m.At)
	if err != nil {
		return "", err
	}
	at := locale.DateTime(lang, t, firm.Location())
	if m.Side == SideSystem {
		return at + " – " + locale.T(lang, "common.chat.event."+m.Event, nil), nil
	}
	author := m.Author
	if m.Side == SideFirm {
		author += " (" + firm.Name + ")"
	}
	p := at + " – " + author
	if m.Body != "" {
		p += "\n" + m.Body
	}
	for _, f := range m.Files {
		p += "\n[" + f.Name + "]"
	}
	return p, nil
}

// mailFirm writes to the firm about what waits, once until it answers. While the chat is open
// somebody sits there: the notice in the window is enough.
func (s *Service) mailFirm(ctx context.Context, tx *db.Tx, who actor.Actor, c gen.ConversationByPublicIDRow, body string, seq int64) error {
	open, err := s.OpenAt(ctx, tx.Queries, c.Language, tx.Now)
	if err != nil || open {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || firm.Email == "" {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "chat/" + strconv.FormatInt(seq, 10), Kind: outbox.ChatAsked, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name, CustomerID: c.CustomerID,
		Args: map[string]string{"customer": c.CustomerName, "by": who.Name, "subject": c.Subject, "text": body}})
	return err
}

// Tell does JobTell: the contact is written to about what it has not read, once until it reads.
// What it read meanwhile, a contact without access, and a second answer cause no mail.
func (s *Service) Tell(ctx context.Context, payload json.RawMessage) error {
	var job tell
	if err := json.Unmarshal(payload, &job); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byID(ctx, tx.Queries, job.Conversation)
		if err != nil {
			return err
		}
		k, err := tx.ContactOfConversation(ctx, c.ContactID)
		if err != nil {
			return db.NotFound(err)
		}
		if k.Email == "" || k.ArchivedAt != nil || !k.LetIn || k.CustomerID != c.CustomerID {
			return nil
		}
		mark, err := tx.ContactRead(ctx, gen.ContactReadParams{ConversationID: c.ID, ContactID: k.ID})
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if mark.MessageID >= job.Seq || mark.ToldAt != nil {
			return nil
		}
		return s.tellContact(ctx, tx, c, k, mark.MessageID, job.Seq)
	})
}

func (s *Service) tellContact(ctx context.Context, tx *db.Tx, c gen.ConversationByPublicIDRow, k gen.ContactOfConversationRow, read, seq int64) error {
	unread, err := tx.UnreadForContact(ctx, gen.UnreadForContactParams{ConversationID: c.ID, AfterID: read, RowLimit: 5})
	if err != nil || len(unread) == 0 {
		return err
	}
	parts := []string{}
	for _, m := range unread {
		if m.Body != "" {
			parts = append(parts, m.Body)
		}
	}
	at := tx.Stamp()
	if err := tx.NoteContactTold(ctx, gen.NoteContactToldParams{ConversationID: c.ID, ContactID: k.ID, ToldAt: &at}); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("mails") })
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "chat_answer/" + strconv.FormatInt(seq, 10), Kind: outbox.ChatAnswered, Lang: k.Language, ToAddress: k.Email, ToName: k.Name, CustomerID: c.CustomerID, ContactID: k.ID,
		Args: map[string]string{"subject": c.Subject, "by": unread[len(unread)-1].AuthorName, "conversation": c.PublicID, "text": strings.Join(parts, "\n\n")}})
	return err
}
