package signing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"database/sql"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/evidence"
)

// What happens in a round besides the events that rules/evidence names.
const (
	eventApproved  = "approved"
	eventRefused   = "refused"
	eventRemoved   = "removed"
	eventCancelled = "cancelled"
)

// Where an event was observed.
const (
	fromWindow = "window"
	fromPortal = "portal"
	fromItself = "program"
)

// by fills in who caused an event and where: nobody before the firm's own screen has an address to
// claim. A browser that names itself at length is cut short.
func by(who actor.Actor, userAgent string, e evidence.Event) evidence.Event {
	e.Who, e.Source = who.Name, fromItself
	switch who.Kind {
	case actor.Staff:
		e.Source = fromWindow
	case actor.Contact, actor.Guest:
		e.Source, e.IP, e.UserAgent = fromPortal, who.Address, cut(userAgent, agentMost)
	case actor.System, actor.CommandLine: // the program itself
	}
	return e
}

// note appends an event to the chains of an open round: one of each document that is signed, or
// the one of an approval. turn is who it is about, nil for the whole round.
func (a *asking) note(ctx context.Context, tx *db.Tx, turn *gen.ContractTurnsRow, e evidence.Event) error {
	e.At = tx.Now
	var turnID *int64
	if turn != nil {
		e.Signer, turnID = turn.PublicID, &turn.ID
	}
	if a.round.Kind == Approval {
		e.Document = a.round.Digest
		return a.append(ctx, tx, 0, turnID, e)
	}
	for _, f := range a.files {
		e.Document = f.Sha256
		if err := a.append(ctx, tx, f.Position, turnID, e); err != nil {
			return err
		}
	}
	return nil
}

func (a *asking) append(ctx context.Context, tx *db.Tx, document int64, turnID *int64, e evidence.Event) error {
	head, err := tx.EvidenceHead(ctx, gen.EvidenceHeadParams{RoundID: a.round.ID, Document: document})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		head.Hash = evidence.Root(a.round.PublicID)
	case err != nil:
		return err
	}
	e = evidence.Next(head.Hash, int(head.N), e)
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("signing: event: %w", err)
	}
	return tx.InsertEvidence(ctx, gen.InsertEvidenceParams{RoundID: a.round.ID, Document: document, N: int64(e.N), At: db.Stamp(e.At), Kind: e.Kind, TurnID: turnID, Data: string(data), Hash: e.Hash})
}

// chains reads the events of a round by the position of their document.
func chains(ctx context.Context, q *gen.Queries, roundID int64) (map[int64][]evidence.Event, error) {
	rows, err := q.RoundEvidence(ctx, roundID)
	if err != nil {
		return nil, err
	}
	all := map[int64][]evidence.Event{}
	for _, r := range rows {
		var e evidence.Event
		if err := json.Unmarshal([]byte(r.Data), &e); err != nil {
			return nil, fmt.Errorf("signing: event %d of round %d: %w", r.N, roundID, err)
		}
		if e.Hash != r.Hash || int64(e.N) != r.N { // what the columns say counts like what was hashed
			e.Hash, e.N = r.Hash, int(r.N)
		}
		all[r.Document] = append(all[r.Document], e)
	}
	return all, nil
}

func instant(stored string) (time.Time, error) {
	if stored == "" {
		return time.Time{}, nil
	}
	return time.Parse(db.TimeFormat, stored)
}
