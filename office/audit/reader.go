package audit

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// Reader shows the log to whoever inspects it, and proves its chain.
type Reader struct{ db *db.DB }

// NewReader makes it; it touches nothing.
func NewReader(d *db.DB) *Reader { return &Reader{d} }

// pageMost is how much of the log comes at once.
const pageMost = 500

// List gives a page of the log, the newest first; before is the id of the last row of the page
// before, 0 for the first. next is 0 on the last page.
func (r *Reader) List(ctx context.Context, who actor.Actor, f db.AuditFilter, before int64, limit int) (rows []db.AuditRow, next int64, err error) {
	if err := who.Need(actor.Inspect); err != nil {
		return nil, 0, err
	}
	limit = min(max(limit, 1), pageMost)
	p := db.Page{Limit: limit + 1, HasKey: before > 0, After: before, AfterID: before}
	if rows, err = r.db.Audit(ctx, f, p); err != nil {
		return nil, 0, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	return rows, next, nil
}

// Person is somebody, or something, that stands in the log.
type Person struct {
	Kind string
	ID   int64
	Name string
}

// Found is what the log can be narrowed by.
type Found struct {
	People  []Person
	Actions []string
	Rows    int64
}

// Choices gives the people and the actions that stand in the log.
func (r *Reader) Choices(ctx context.Context, who actor.Actor) (f Found, err error) {
	if err := who.Need(actor.Inspect); err != nil {
		return Found{}, err
	}
	err = r.db.Read(ctx, func(q *gen.Queries) error {
		people, err := q.AuditActors(ctx)
		if err != nil {
			return err
		}
		for _, p := range people {
			f.People = append(f.People, Person{Kind: p.ActorKind, ID: p.ActorID, Name: p.ActorName})
		}
		if f.Actions, err = q.AuditActions(ctx); err != nil {
			return err
		}
		f.Rows, err = q.AuditCount(ctx)
		return err
	})
	return f, err
}

// Proof is what became of a look at the whole chain.
type Proof struct {
	Rows   int64
	Sound  bool
	Broken int64  // the first row that is not as it was written, or follows a gap; 0 = none
	Gap    bool   // rows are missing before it
	Cut    bool   // rows are missing after the last: the log went on to Broken
	At     string // of that row
	Head   string // the last link
}

// Prove reads the log from its beginning and checks every link.
func (r *Reader) Prove(ctx context.Context, who actor.Actor) (p Proof, err error) {
	if err := who.Need(actor.Inspect); err != nil {
		return Proof{}, err
	}
	p.Sound = true
	err = r.db.Read(ctx, func(q *gen.Queries) error {
		var last int64
		for {
			rows, err := q.AuditPage(ctx, gen.AuditPageParams{AfterID: last, RowLimit: pageMost})
			if err != nil {
				return err
			}
			for _, x := range rows {
				want := Hash(p.Head, gen.InsertAuditParams{At: x.At, ActorKind: x.ActorKind, ActorID: x.ActorID, ActorName: x.ActorName, Action: x.Action, ObjectKind: x.ObjectKind, ObjectID: x.ObjectID, Details: x.Details})
				if gap := x.ID != last+1; p.Sound && (gap || want != x.Hash) {
					p.Sound, p.Broken, p.Gap, p.At = false, x.ID, gap, x.At
				}
				last, p.Head = x.ID, x.Hash
				p.Rows++
			}
			if len(rows) < pageMost {
				break
			}
		}
		end, err := HeadBeside(ctx, q)
		switch {
		case err != nil || !p.Sound:
		case end.Last > last:
			p.Sound, p.Cut, p.Broken = false, true, end.Last
		case end.Last < last: // written by another way than the program's
			p.Sound, p.Broken = false, end.Last+1
		case end.Hash != p.Head:
			p.Sound, p.Broken = false, last
		}
		return err
	})
	return p, err
}

// HeadBeside is where the log ended when it was last written, as it is kept beside it; nothing where
// nothing was ever written.
func HeadBeside(ctx context.Context, q *gen.Queries) (gen.AuditHeadRow, error) {
	end, err := q.AuditHead(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return gen.AuditHeadRow{}, nil
	}
	return end, err
}
