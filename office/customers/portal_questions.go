package customers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Questions gives a group's questions in their order, for the portal's fourth step.
func Questions(ctx context.Context, q *gen.Queries, groupID int64) ([]GroupQuestion, error) {
	return questions(ctx, q, groupID)
}

func questions(ctx context.Context, q *gen.Queries, groupID int64) ([]GroupQuestion, error) {
	rows, err := q.GroupQuestions(ctx, groupID)
	all := make([]GroupQuestion, 0, len(rows))
	for _, r := range rows {
		x := GroupQuestion{PublicID: r.PublicID, Kind: r.Kind, LabelFR: r.LabelFr, LabelEN: r.LabelEn, Mandatory: r.Mandatory == 1, ChoicesFR: []string{}, ChoicesEN: []string{}}
		if err := errors.Join(json.Unmarshal([]byte(r.ChoicesFr), &x.ChoicesFR), json.Unmarshal([]byte(r.ChoicesEn), &x.ChoicesEN)); err != nil {
			return nil, fmt.Errorf("customers: choices: %w", err)
		}
		all = append(all, x)
	}
	return all, err
}

// putQuestions brings the stored questions in line with list. One that somebody answered is
// put away, not deleted, and so is one that becomes another kind of question.
func (s *Service) putQuestions(ctx context.Context, tx *db.Tx, groupID int64, list []GroupQuestion) error {
	rows, err := tx.GroupQuestions(ctx, groupID)
	if err != nil {
		return err
	}
	left := map[string]gen.GroupQuestionsRow{}
	for _, r := range rows {
		left[r.PublicID] = r
	}
	for i, x := range list {
		fr, en, err := choices(x)
		if err != nil {
			return err
		}
		old, known := left[x.PublicID]
		if x.PublicID != "" && !known {
			return fault.New(fault.Conflict, "fault.stale") // another group's, or put away meanwhile
		}
		if known && old.Kind == x.Kind {
			delete(left, x.PublicID)
			if err := tx.UpdateGroupQuestion(ctx, gen.UpdateGroupQuestionParams{ID: old.ID, Position: int64(i + 1), LabelFr: x.LabelFR, LabelEn: x.LabelEN, ChoicesFr: fr, ChoicesEn: en,
				Mandatory: flag(x.Mandatory)}); err != nil {
				return err
			}
			continue
		}
		if err := tx.InsertGroupQuestion(ctx, gen.InsertGroupQuestionParams{PublicID: s.ids(), GroupID: groupID, Position: int64(i + 1), Kind: x.Kind, LabelFr: x.LabelFR, LabelEn: x.LabelEN,
			ChoicesFr: fr, ChoicesEn: en, Mandatory: flag(x.Mandatory)}); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if _, gone := left[r.PublicID]; !gone {
			continue
		}
		if r.Answered == 1 {
			err = tx.ArchiveGroupQuestion(ctx, gen.ArchiveGroupQuestionParams{ID: r.ID, ArchivedAt: ptr(tx.Stamp())})
		} else {
			err = tx.DeleteGroupQuestion(ctx, r.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func choices(x GroupQuestion) (fr, en string, err error) {
	for _, c := range []struct {
		list []string
		into *string
	}{{x.ChoicesFR, &fr}, {x.ChoicesEN, &en}} {
		b, err := json.Marshal(append([]string{}, c.list...))
		if err != nil {
			return "", "", err
		}
		*c.into = string(b)
	}
	return fr, en, nil
}
