package signing

import (
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// JobRestart is the kind of job that begins a round of signature again, once its documents were
// looked at.
const JobRestart = "contract.restart"

// roundJob names the round that a job is about.
type roundJob struct {
	Round string `json:"round"` // public id
}

// FileChanged begins the open rounds on an attachment again, in the transaction that gave it
// another version or took it away: what was said was said about other bytes.
func (s *Service) FileChanged(ctx context.Context, tx *db.Tx, who actor.Actor, contractID, fileID int64) error {
	rounds, err := tx.RoundsOnFile(ctx, gen.RoundsOnFileParams{ContractID: contractID, FileID: fileID})
	if err != nil {
		return err
	}
	for _, r := range rounds {
		a, err := loadID(ctx, tx.Queries, tx.Now, r.ID)
		if err != nil {
			return err
		}
		if err := s.closeRestarted(ctx, tx, who, a); err != nil {
			return err
		}
		if err := s.beginAgain(ctx, tx, who, a); err != nil {
			return err
		}
	}
	return nil
}

// closeRestarted ends a round whose ground was taken away.
func (s *Service) closeRestarted(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking) error {
	if err := a.note(ctx, tx, nil, by(who, "", evidence.Event{Kind: evidence.Restarted})); err != nil {
		return err
	}
	if err := a.close(ctx, tx, "restarted"); err != nil {
		return err
	}
	if err := audit.Notify(ctx, tx, "contract_restarted", map[string]any{"number": a.contract.Number, "what": a.round.Kind}, "contract", a.contract.PublicID); err != nil {
		return err
	}
	return s.log(ctx, tx, who, a.contract, "contract.round_restarted", map[string]any{"round": a.round.ID, "kind": a.round.Kind})
}

// beginAgain begins the next round with the same parties: at once where nothing has to be looked
// at, else by a job, for no file is read in a transaction.
func (s *Service) beginAgain(ctx context.Context, tx *db.Tx, who actor.Actor, before *asking) error {
	if before.round.Kind == Signature {
		return outbox.QueueJob(ctx, tx, outbox.Job{Key: "contract_restart/" + before.round.PublicID, Kind: JobRestart, Payload: roundJob{before.round.PublicID}})
	}
	p, err := planOf(ctx, tx.Queries, tx.Now, before.contract, Approval)
	if err != nil {
		return err
	}
	docs, err := s.inspect(p) // of an approval: no file is opened
	if err != nil {
		return err
	}
	return s.takeUp(ctx, tx, who, p, docs, before)
}

// takeUp begins the next round, or gives it up where nothing or nobody is left.
func (s *Service) takeUp(ctx context.Context, tx *db.Tx, who actor.Actor, p plan, docs []chosen, before *asking) error {
	if p.open { // somebody began it by hand
		return nil
	}
	if list := p.problems(); len(list) > 0 {
		return s.givenUp(ctx, tx, before, list[0])
	}
	_, err := s.begin(ctx, tx, who, p.contract, p.centre, p.parties, docs, before)
	return err
}

// givenUp says that a round cannot be taken up again by itself, and why.
func (s *Service) givenUp(ctx context.Context, tx *db.Tx, before *asking, why Problem) error {
	c := before.contract
	if err := audit.Notify(ctx, tx, "contract_not_restarted", map[string]any{"number": c.Number, "what": before.round.Kind}, "contract", c.PublicID); err != nil {
		return err
	}
	if err := s.log(ctx, tx, actor.Machine(), c, "contract.round_not_restarted", map[string]any{"round": before.round.ID, "kind": before.round.Kind, "why": why.Key}); err != nil {
		return err
	}
	if err := s.tellStopped(ctx, tx, before, -1); err != nil {
		return err
	}
	return s.backToDraft(ctx, tx, before)
}

// RunRestart begins a round of signature again; it bears a repeat.
func (s *Service) RunRestart(ctx context.Context, payload json.RawMessage) error {
	var job roundJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("signing: %w: %w", outbox.ErrFinal, err)
	}
	var p plan
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		before, err := roundAgain(ctx, q, s.DB.Now(), job.Round)
		if err != nil {
			return err
		}
		p, err = planOf(ctx, q, s.DB.Now(), before.contract, Signature)
		return err
	}); err != nil {
		return err
	}
	docs, unfitFile := s.inspect(p)
	if unfitFile != nil && !fault.Is(unfitFile, fault.Invalid) {
		return unfitFile // a disk that fails: again later
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := roundAgain(ctx, tx.Queries, tx.Now, job.Round)
		if err != nil {
			return err
		}
		p, err := planOf(ctx, tx.Queries, tx.Now, before.contract, Signature)
		if err != nil || p.open {
			return err
		}
		if last, err := tx.LastContractRound(ctx, gen.LastContractRoundParams{ContractID: before.contract.ID, Kind: Signature}); err != nil || last != before.round.N {
			return err // it was taken up before
		}
		if unfitFile != nil {
			e, _ := fault.As(unfitFile)
			return s.givenUp(ctx, tx, before, Problem{Key: e.Key, Args: e.Args})
		}
		if !same(docs, p.files) { // it changed again meanwhile
			return fault.New(fault.Unavailable, "fault.busy")
		}
		return s.takeUp(ctx, tx, actor.Machine(), p, docs, before)
	})
}

// roundAgain reads a round that was closed to begin again.
func roundAgain(ctx context.Context, q *gen.Queries, now moment, publicID string) (*asking, error) {
	r, err := q.ContractRoundByPublicID(ctx, publicID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	a, err := loadID(ctx, q, now, r.ID)
	if err == nil && a.round.State == string(contract.Running) {
		err = fault.New(fault.Conflict, "fault.round.running")
	}
	return a, err
}
