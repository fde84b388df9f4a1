package contracts

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/gen"
)

// Happened is one thing that was done to a contract: its audit row.
type Happened struct {
	ID      int64
	At      string
	By      string // name; "" = the program itself
	Guest   bool   // somebody outside, or a contact
	Action  string // texts history.<action>
	Details map[string]any
}

// historyPage is how many rows a page of the history has.
const historyPage = 50

// History gives what was done to a contract, the newest first; cursor is that of the page before.
func (s *Service) History(ctx context.Context, who actor.Actor, contractID, cursor string) (list []Happened, next string, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, "", err
	}
	before := int64(math.MaxInt64)
	if cursor != "" {
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	list = []Happened{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := byPublicID(ctx, q, contractID)
		if err != nil {
			return err
		}
		rows, err := q.ContractHistory(ctx, gen.ContractHistoryParams{ContractID: row.ID, BeforeID: before, RowLimit: historyPage + 1})
		if err != nil {
			return err
		}
		if len(rows) > historyPage {
			rows = rows[:historyPage]
			next = strconv.FormatInt(rows[historyPage-1].ID, 10)
		}
		titles, err := milestoneTitles(ctx, q, row.ID)
		if err != nil {
			return err
		}
		attached, err := attachmentNames(ctx, q, row.ID)
		if err != nil {
			return err
		}
		asked, err := turnNames(ctx, q, row.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			h := Happened{ID: r.ID, At: r.At, By: r.ActorName, Guest: r.ActorKind == string(actor.Contact), Action: r.Action, Details: map[string]any{}}
			if err := json.Unmarshal([]byte(r.Details), &h.Details); err != nil {
				return fmt.Errorf("contracts: history: %w", err)
			}
			if id, ok := h.Details["milestone"].(float64); ok {
				h.Details["milestone"] = titles[int64(id)]
			}
			if id, ok := h.Details["turn"].(float64); ok {
				h.Details["name"] = asked[int64(id)]
			}
			attached.put(h.Details)
			list = append(list, h)
		}
		return nil
	})
	return list, next, err
}

// milestoneTitles are the titles as they are now: the log holds no words of people.
func milestoneTitles(ctx context.Context, q *gen.Queries, contractID int64) (map[int64]string, error) {
	rows, err := q.ContractMilestones(ctx, contractID)
	return named(rows, func(m gen.ContractMilestonesRow) (int64, string) { return m.ID, m.Title }), err
}

// turnNames are those who were asked in the rounds of a contract, as they are named now.
func turnNames(ctx context.Context, q *gen.Queries, contractID int64) (map[int64]string, error) {
	rows, err := q.TurnNames(ctx, contractID)
	return named(rows, func(t gen.TurnNamesRow) (int64, string) { return t.ID, t.Name }), err
}

// named keeps what rows are called by their ids.
func named[R any](rows []R, of func(R) (int64, string)) map[int64]string {
	names := make(map[int64]string, len(rows))
	for _, r := range rows {
		id, name := of(r)
		names[id] = name
	}
	return names
}
