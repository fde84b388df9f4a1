package signing

import (
	"context"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// Reminders of a turn that is due: from the day before on, every few days, so many at most. On the
// day itself the first one comes to whoever was asked a day ago or longer.
const (
	remindAhead = 1
	remindEvery = 3 * 24 * time.Hour
	remindSoon  = 24 * time.Hour
	remindMost  = 5
)

// Remind writes again to those whose answer is due. It is made from time to time while the company
// is open; a reminder is due by what the file says, so that a repeat sends none twice.
func (s *Service) Remind(ctx context.Context) error {
	for after := int64(0); ; {
		var rows []gen.TurnsToRemindRow
		if err := s.DB.Read(ctx, func(q *gen.Queries) error {
			now := s.DB.Now()
			today, err := company.Today(ctx, q, now)
			if err != nil {
				return err
			}
			rows, err = q.TurnsToRemind(ctx, gen.TurnsToRemindParams{DueBy: today.AddDays(remindAhead).String(), ToldBy: ptr(db.Stamp(now.Add(-remindEvery))), DueNow: today.String(), ToldBefore: ptr(db.Stamp(now.Add(-remindSoon))), Most: remindMost, AfterID: after})
			return err
		}); err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			after = r.ID
			if err := s.remindDue(ctx, r); err != nil {
				return err
			}
		}
	}
}

// remindDue reminds one, unless it answered, lost its access or was reminded meanwhile.
func (s *Service) remindDue(ctx context.Context, r gen.TurnsToRemindRow) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := loadID(ctx, tx.Queries, tx.Now, r.RoundID)
		if err != nil {
			return err
		}
		place := a.place(r.PublicID)
		if place < 0 || a.state(place) != TurnAsked || a.turns[place].Reminders != r.Reminders {
			return nil
		}
		return s.remind(ctx, tx, a, place)
	})
}
