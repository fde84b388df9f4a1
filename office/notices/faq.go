package notices

import (
	"cmp"
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Question is an entry of the page Questions.
type Question struct {
	PublicID   string  `json:"publicId"`
	QuestionFR string  `json:"questionFr"`
	QuestionEN string  `json:"questionEn"`
	AnswerFR   string  `json:"answerFr"` // Markdown
	AnswerEN   string  `json:"answerEn"`
	Everyone   bool    `json:"everyone"`
	Groups     []Group `json:"groups"`
	Published  bool    `json:"published"`
	Version    int64   `json:"version"`
}

// Questions gives the entries in their order.
func (s *Service) Questions(ctx context.Context, who actor.Actor) (list []Question, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		list, err = questions(ctx, q)
		return err
	})
	return list, err
}

func questions(ctx context.Context, q *gen.Queries) ([]Question, error) {
	groups := map[int64][]Group{}
	of, err := q.FaqGroups(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range of {
		groups[g.EntryID] = append(groups[g.EntryID], Group{g.PublicID, g.Name})
	}
	rows, err := q.FaqEntries(ctx)
	list := []Question{}
	for _, r := range rows {
		list = append(list, Question{PublicID: r.PublicID, QuestionFR: r.QuestionFr, QuestionEN: r.QuestionEn, AnswerFR: r.AnswerFr, AnswerEN: r.AnswerEn, Everyone: r.Everyone == 1,
			Groups: append([]Group{}, groups[r.ID]...), Published: r.Published == 1, Version: r.Version})
	}
	return list, err
}

// SaveQuestion adds an entry at the end (no PublicID) or changes one.
func (s *Service) SaveQuestion(ctx context.Context, who actor.Actor, key string, x Question) (list []Question, err error) {
	if err := who.Need(actor.Answer); err != nil {
		return nil, err
	}
	var form fault.Form
	text.Each(text.Line, &x.QuestionFR, &x.QuestionEN)
	text.Each(text.Clean, &x.AnswerFR, &x.AnswerEN)
	if x.QuestionFR == "" && x.QuestionEN == "" {
		form.Need("questionFr", "")
	}
	form.MaxLen("questionFr", x.QuestionFR, 300)
	form.MaxLen("questionEn", x.QuestionEN, 300)
	form.MaxLen("answerFr", x.AnswerFR, maxWords)
	form.MaxLen("answerEn", x.AnswerEN, maxWords)
	if !x.Everyone && len(x.Groups) == 0 {
		form.Add("groups", "fault.notice.no_group")
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	return s.edit(ctx, func(ctx context.Context, tx *db.Tx) error {
		if x.PublicID != "" {
			return s.changeQuestion(ctx, tx, who, x)
		}
		publicID := ""
		return audit.Once(ctx, tx, key, "faq.create", x, &publicID, func() error {
			publicID = s.IDs()
			last, err := tx.LastFaqPosition(ctx)
			if err != nil {
				return err
			}
			id, err := tx.InsertFaqEntry(ctx, gen.InsertFaqEntryParams{PublicID: publicID, Position: last + 1, QuestionFr: x.QuestionFR, QuestionEn: x.QuestionEN, AnswerFr: x.AnswerFR, AnswerEn: x.AnswerEN,
				Everyone: flag(x.Everyone), Published: flag(x.Published), Now: tx.Stamp()})
			if err != nil {
				return err
			}
			return s.noteQuestion(ctx, tx, who, id, "faq.created", x)
		})
	})
}

func (s *Service) changeQuestion(ctx context.Context, tx *db.Tx, who actor.Actor, x Question) error {
	row, err := tx.FaqEntryByPublicID(ctx, x.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	n, err := tx.UpdateFaqEntry(ctx, gen.UpdateFaqEntryParams{ID: row.ID, Version: x.Version, QuestionFr: x.QuestionFR, QuestionEn: x.QuestionEN, AnswerFr: x.AnswerFR, AnswerEn: x.AnswerEN,
		Everyone: flag(x.Everyone), Published: flag(x.Published), Now: tx.Stamp()})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	if err != nil {
		return err
	}
	return s.noteQuestion(ctx, tx, who, row.ID, "faq.changed", x)
}

func (s *Service) noteQuestion(ctx context.Context, tx *db.Tx, who actor.Actor, id int64, action string, x Question) error {
	if err := tx.ClearFaqGroups(ctx, id); err != nil {
		return err
	}
	if !x.Everyone {
		if err := eachGroup(ctx, tx, x.Groups, func(group int64) error {
			return tx.AddFaqGroup(ctx, gen.AddFaqGroupParams{EntryID: id, GroupID: group})
		}); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "faq_entry", ObjectID: id})
}

// DeleteQuestion takes an entry away.
func (s *Service) DeleteQuestion(ctx context.Context, who actor.Actor, publicID string, version int64) ([]Question, error) {
	if err := who.Need(actor.Answer); err != nil {
		return nil, err
	}
	return s.edit(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.FaqEntryByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.DeleteFaqEntry(ctx, gen.DeleteFaqEntryParams{ID: row.ID, Version: version})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "faq.deleted", ObjectKind: "faq_entry", ObjectID: row.ID, Details: map[string]any{"title": cmp.Or(row.QuestionFr, row.QuestionEn)}})
	})
}

// Order puts the entries in this order; every one of them must be named.
func (s *Service) Order(ctx context.Context, who actor.Actor, publicIDs []string) ([]Question, error) {
	if err := who.Need(actor.Answer); err != nil {
		return nil, err
	}
	return s.edit(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.FaqEntries(ctx)
		if err != nil {
			return err
		}
		if len(now) != len(publicIDs) { // somebody added or took one away meanwhile
			return fault.New(fault.Conflict, "fault.stale")
		}
		seen := map[string]bool{}
		for i, id := range publicIDs {
			n, err := tx.PlaceFaqEntry(ctx, gen.PlaceFaqEntryParams{PublicID: id, Position: int64(i + 1)})
			if err == nil && (n == 0 || seen[id]) {
				err = fault.New(fault.Conflict, "fault.stale")
			}
			if err != nil {
				return err
			}
			seen[id] = true
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "faq.ordered", ObjectKind: "company", ObjectID: 1})
	})
}

func (s *Service) edit(ctx context.Context, do func(context.Context, *db.Tx) error) (list []Question, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := do(ctx, tx); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("faq") })
		list, err = questions(ctx, tx.Queries)
		return err
	})
	return list, err
}
