package chat

import (
	"context"
	"regexp"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// Canned is an answer that stands ready, in one language or both.
type Canned struct {
	PublicID string
	Shortcut string // what is typed for it, without spaces
	Title    string
	BodyFR   string
	BodyEN   string
	Version  int64
}

// Canned lists the answers that stand ready, by shortcut.
func (s *Service) Canned(ctx context.Context, who actor.Actor) (list []Canned, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Canned{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.CannedReplies(ctx)
		for _, r := range rows {
			list = append(list, Canned{r.PublicID, r.Shortcut, r.Title, r.BodyFr, r.BodyEn, r.Version})
		}
		return err
	})
	return list, err
}

var shortcut = regexp.MustCompile(`^[\pL\pN_-]{1,30}$`)

func (c *Canned) check() error {
	c.Shortcut, c.Title = strings.TrimPrefix(text.Line(c.Shortcut), "/"), text.Line(c.Title)
	text.Each(func(s string) string { return strings.TrimSpace(text.Clean(s)) }, &c.BodyFR, &c.BodyEN)
	var form fault.Form
	if !shortcut.MatchString(c.Shortcut) {
		form.Add("shortcut", "fault.chat.shortcut")
	}
	form.Need("title", c.Title)
	form.MaxLen("title", c.Title, 80)
	if c.BodyFR == "" && c.BodyEN == "" {
		form.Add("bodyFr", "fault.required")
	}
	form.MaxLen("bodyFr", c.BodyFR, BodyMost)
	form.MaxLen("bodyEn", c.BodyEN, BodyMost)
	return form.Err()
}

// SaveCanned makes an answer (no PublicID) or changes it. It gives its public id.
func (s *Service) SaveCanned(ctx context.Context, who actor.Actor, key string, c Canned) (publicID string, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return "", err
	}
	if err := c.check(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "canned.save", c, &publicID, func() error {
			taken, err := tx.ShortcutTaken(ctx, gen.ShortcutTakenParams{Shortcut: c.Shortcut, PublicID: c.PublicID})
			if err != nil {
				return err
			}
			if taken {
				var form fault.Form
				form.Add("shortcut", "fault.chat.shortcut_taken")
				return form.Err()
			}
			publicID, err = s.keepCanned(ctx, tx, who, c)
			return err
		})
	})
	return publicID, err
}

func (s *Service) keepCanned(ctx context.Context, tx *db.Tx, who actor.Actor, c Canned) (string, error) {
	tx.AfterCommit(func() { s.Changed("chat") })
	if c.PublicID == "" {
		c.PublicID = s.IDs()
		id, err := tx.InsertCannedReply(ctx, gen.InsertCannedReplyParams{PublicID: c.PublicID, Shortcut: c.Shortcut, Title: c.Title, BodyFr: c.BodyFR, BodyEn: c.BodyEN, UpdatedAt: tx.Stamp()})
		if err != nil {
			return "", err
		}
		return c.PublicID, audit.Write(ctx, tx, who, audit.Record{Action: "canned_reply.created", ObjectKind: "canned_reply", ObjectID: id})
	}
	row, err := tx.CannedReplyByPublicID(ctx, c.PublicID)
	if err != nil {
		return "", db.NotFound(err)
	}
	if err := stale(tx.UpdateCannedReply(ctx, gen.UpdateCannedReplyParams{Shortcut: c.Shortcut, Title: c.Title, BodyFr: c.BodyFR, BodyEn: c.BodyEN, UpdatedAt: tx.Stamp(), PublicID: c.PublicID, Version: c.Version})); err != nil {
		return "", err
	}
	return c.PublicID, audit.Write(ctx, tx, who, audit.Record{Action: "canned_reply.changed", ObjectKind: "canned_reply", ObjectID: row.ID})
}

// RemoveCanned takes an answer away.
func (s *Service) RemoveCanned(ctx context.Context, who actor.Actor, in Change) error {
	if err := who.Need(actor.Answer); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.CannedReplyByPublicID(ctx, in.PublicID)
		if err != nil {
			return db.NotFound(err)
		}
		if err := stale(tx.DeleteCannedReply(ctx, gen.DeleteCannedReplyParams{PublicID: in.PublicID, Version: in.Version})); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("chat") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "canned_reply.removed", ObjectKind: "canned_reply", ObjectID: row.ID, Details: map[string]any{"title": row.Title}})
	})
}

// FillCanned gives an answer's words for a conversation, in its language where there are words in
// it: {name} is the contact, {firm} the firm, {me} who answers.
func (s *Service) FillCanned(ctx context.Context, who actor.Actor, cannedID, conversationID string) (words string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return "", err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.CannedReplyByPublicID(ctx, cannedID)
		if err != nil {
			return db.NotFound(err)
		}
		c, err := byID(ctx, q, conversationID)
		if err != nil {
			return err
		}
		firm, err := company.Get(ctx, q)
		words = row.BodyFr
		if c.Language == locale.EN && row.BodyEn != "" || words == "" {
			words = row.BodyEn
		}
		words = strings.NewReplacer("{name}", c.ContactName, "{firm}", firm.Name, "{me}", who.Name).Replace(words)
		return err
	})
	return words, err
}
