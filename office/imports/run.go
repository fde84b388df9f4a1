package imports

import (
	"context"
	"encoding/json"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Run is a command to import.
type Run struct {
	Key     string  `json:"key"`
	Kind    string  `json:"kind"`
	SHA256  string  `json:"sha256"`
	Options Options `json:"options"`
}

// Progress hears how many of how many rows are stored; it may be nil.
type Progress func(done, total int)

// Import stores the whole table in one transaction, or nothing: a problem in any row, a
// cancelled context, a full disk or a crash leave what was. The same key again gives the
// same answer.
func (s *Service) Import(ctx context.Context, who actor.Actor, in Run, t Table, progress Progress) (done Done, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Done{}, err
	}
	in.SHA256 = t.SHA256
	caller := ctx // a transaction has a context of its own, which nobody cancels
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, "import.run", in, &done, func() error {
			done, err = s.store(ctx, tx, who, in, t, func(done, total int) error {
				if progress != nil {
					progress(done, total)
				}
				return caller.Err()
			})
			return err
		})
	})
	return done, err
}

func (s *Service) store(ctx context.Context, tx *db.Tx, who actor.Actor, in Run, t Table, stored func(done, total int) error) (Done, error) {
	p, err := s.plan(ctx, tx.Queries, in.Kind, t, in.Options)
	if err != nil {
		return Done{}, err
	}
	if p.report.Faults > 0 {
		return Done{}, fault.New(fault.Invalid, "fault.import.problems", "count", p.report.Faults)
	}
	for i, r := range p.records {
		if err := r.store(ctx, tx, who); err != nil {
			return Done{}, rowFault(err, r.row)
		}
		if i%64 == 63 || i == len(p.records)-1 {
			if err := stored(i+1, len(p.records)); err != nil {
				return Done{}, fault.New(fault.Conflict, "fault.import.cancelled").With(err)
			}
		}
	}
	return s.note(ctx, tx, who, in, t, p.report)
}

// rowFault says at which row a refusal stopped the import.
func rowFault(err error, row int) error {
	e, ok := fault.As(err)
	if !ok || e.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(e.Fields)
	return (&fault.Error{Code: fault.Invalid, Key: "fault.import.stopped", Args: fault.Args{"row": row}, Fields: fields}).With(err)
}

// note keeps that the file came in, and how it was understood, for the next one like it.
func (s *Service) note(ctx context.Context, tx *db.Tx, who actor.Actor, in Run, t Table, r Report) (Done, error) {
	mapping, err := json.Marshal(in.Options)
	if err != nil {
		return Done{}, err
	}
	d := Done{PublicID: s.IDs(), Kind: in.Kind, File: t.FileName, Made: int64(r.Made), Changed: int64(r.Changed), Skipped: int64(r.Skipped), By: who.Name, At: tx.Stamp()}
	id, err := tx.InsertImport(ctx, gen.InsertImportParams{PublicID: d.PublicID, Kind: d.Kind, FileName: d.File, Sha256: t.SHA256, RowsMade: d.Made, RowsChanged: d.Changed, RowsSkipped: d.Skipped,
		Mapping: string(mapping), ActorName: d.By, CreatedAt: d.At})
	if err != nil {
		return Done{}, err
	}
	if err := tx.PutImportMapping(ctx, gen.PutImportMappingParams{Kind: in.Kind, HeadHash: headHash(t, in.Options.Head), Mapping: string(mapping), UpdatedAt: d.At}); err != nil {
		return Done{}, err
	}
	return d, audit.Write(ctx, tx, who, audit.Record{Action: in.Kind + ".imported", ObjectKind: "import", ObjectID: id,
		Details: map[string]any{"made": d.Made, "changed": d.Changed, "skipped": d.Skipped, "sha256": t.SHA256}})
}
