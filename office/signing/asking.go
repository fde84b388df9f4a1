package signing

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/contracts"
	"comptoir/rules/contract"
)

// The refusals of this room. Stale ones are conflicts: the page shows what is the case now.
var (
	ErrChanged  = fault.New(fault.Conflict, "fault.round.changed")  // the round closed, began again, or asks about other documents
	ErrDecided  = fault.New(fault.Conflict, "fault.round.decided")  // this turn was answered otherwise
	ErrNotTurn  = fault.New(fault.Conflict, "fault.round.not_turn") // others come first
	ErrBlocked  = fault.New(fault.Conflict, "fault.round.blocked")  // the party has no business here any more
	errNotFound = fault.New(fault.NotFound, "fault.not_found")
	errNobody   = fault.New(fault.Forbidden, "fault.forbidden")
)

// asking is a round as it stands, with all that an act needs to know of it.
type asking struct {
	contract gen.Contract
	round    gen.ContractRound
	turns    []gen.ContractTurnsRow
	files    []gen.ContractRoundFilesRow
	// waits: a round of approval of the same contract is open, and comes first.
	waits bool
	now   time.Time
}

// load reads a round.
func load(ctx context.Context, q *gen.Queries, now time.Time, c gen.Contract, r gen.ContractRound) (a *asking, err error) {
	a = &asking{contract: c, round: r, now: now}
	if a.turns, err = q.ContractTurns(ctx, r.ID); err != nil {
		return nil, err
	}
	if a.files, err = q.ContractRoundFiles(ctx, r.ID); err != nil {
		return nil, err
	}
	if r.Kind == Signature && r.State == string(contract.Running) {
		_, err := q.OpenContractRound(ctx, gen.OpenContractRoundParams{ContractID: c.ID, Kind: Approval})
		if a.waits = err == nil; err != nil && !fault.Is(db.NotFound(err), fault.NotFound) {
			return nil, err
		}
	}
	return a, nil
}

// loadID reads a round of which only the number is known.
func loadID(ctx context.Context, q *gen.Queries, now time.Time, roundID int64) (*asking, error) {
	r, err := q.ContractRoundByID(ctx, roundID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	c, err := q.ContractByID(ctx, r.ContractID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	return load(ctx, q, now, c, r)
}

// openRound reads the open round of a kind, nil where there is none.
func openRound(ctx context.Context, q *gen.Queries, now time.Time, c gen.Contract, kind string) (*asking, error) {
	r, err := q.OpenContractRound(ctx, gen.OpenContractRoundParams{ContractID: c.ID, Kind: kind})
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return load(ctx, q, now, c, r)
}

// running tells that the round is open.
func (a *asking) running() bool { return a.round.State == string(contract.Running) }

func (a *asking) rules() []contract.Turn {
	list := make([]contract.Turn, len(a.turns))
	for i, t := range a.turns {
		list[i] = contract.Turn{Said: contract.Answer(val(t.Decision)), Off: t.RemovedAt != nil && t.Decision == nil}
	}
	return list
}

// asked gives the places of those whose turn it is now.
func (a *asking) asked() []int {
	if !a.running() || a.waits {
		return nil
	}
	return contract.Asked(a.round.Ordered == 1, a.rules())
}

// place finds a turn by its public id, -1 for none.
func (a *asking) place(turnID string) int {
	for i, t := range a.turns {
		if t.PublicID == turnID {
			return i
		}
	}
	return -1
}

// isAsked tells whether it is the turn of that place.
func (a *asking) isAsked(place int) bool {
	for _, i := range a.asked() {
		if i == place {
			return true
		}
	}
	return false
}

// blocked tells why a person cannot act in the portal, "" when it can.
func blocked(reason, expiresAt string, now time.Time) string {
	if reason == "" && expiresAt != "" && expiresAt <= db.Stamp(now) {
		return "expired"
	}
	return reason
}

// gone tells of who has no more business with the contract at all, not even before the firm's own
// screen.
func gone(reason string) bool {
	return reason == "archived" || reason == "moved" || reason == "revoked" || reason == "closed"
}

// state names how a turn stands.
func (a *asking) state(place int) string {
	t := a.turns[place]
	switch {
	case t.Decision != nil:
		return *t.Decision
	case t.RemovedAt != nil:
		return TurnOff
	case !a.running():
		return TurnUnasked
	case !a.isAsked(place):
		return TurnWaiting
	case blocked(t.Blocked, t.ExpiresAt, a.now) != "":
		return TurnBlocked
	default:
		return TurnAsked
	}
}

// turnOf finds a turn for whoever wants to act in it, and refuses everybody else: another person's
// turn is not found, like one of a contract that is hidden. Users of the firm reach every turn;
// which of them may answer in it is asked where they do.
func (s *Service) turnOf(ctx context.Context, q *gen.Queries, now time.Time, who actor.Actor, contractID, turnID string) (*asking, int, error) {
	c, err := s.contractOf(ctx, q, now, who, contractID, turnID)
	if err != nil {
		return nil, 0, err
	}
	t, err := q.ContractTurnByPublicID(ctx, turnID)
	if err != nil {
		return nil, 0, db.NotFound(err)
	}
	if t.ContractID != c.ID {
		return nil, 0, errNotFound
	}
	r, err := q.ContractRoundByID(ctx, t.RoundID)
	if err != nil {
		return nil, 0, db.NotFound(err)
	}
	a, err := load(ctx, q, now, c, r)
	if err != nil {
		return nil, 0, err
	}
	place := a.place(turnID)
	if place < 0 || who.Kind != actor.Staff && !a.belongs(who, place) {
		return nil, 0, errNotFound
	}
	err = a.maySee(who, place)
	return a, place, err
}

// maySee refuses a user of the firm another's turn, on the firm's screen, unless the role makes
// contracts; who was asked by name answers, whatever the role.
func (a *asking) maySee(who actor.Actor, place int) error {
	if who.Kind != actor.Staff {
		return nil
	}
	may := actor.Contracting
	if by := a.turns[place].UserID; by != nil && *by == who.ID {
		may = actor.Look
	}
	return who.Need(may)
}

// contractOf gives the contract of a turn as far as the actor sees it.
func (s *Service) contractOf(ctx context.Context, q *gen.Queries, now time.Time, who actor.Actor, contractID, turnID string) (gen.Contract, error) {
	if who.Kind == actor.Contact || who.Kind == actor.Guest {
		return contracts.SeenBy(ctx, q, now, who, contractID)
	}
	if who.Kind != actor.Staff || who.ID == 0 { // the machine approves and signs nothing
		return gen.Contract{}, errNobody
	}
	t, err := q.ContractTurnByPublicID(ctx, turnID)
	if err != nil {
		return gen.Contract{}, db.NotFound(err)
	}
	c, err := q.ContractByID(ctx, t.ContractID)
	return c, db.NotFound(err)
}

// belongs tells whether a turn is that of a visitor, who was not taken off it.
func (a *asking) belongs(who actor.Actor, place int) bool {
	t := a.turns[place]
	switch {
	case t.RemovedAt != nil:
		return false
	case who.Kind == actor.Contact:
		return t.ContactID != nil && *t.ContactID == who.ID && who.ID != 0
	case who.Reader != 0:
		return t.ContactID != nil && *t.ContactID == who.Reader
	case who.Turn != "":
		return t.PublicID == who.Turn
	default:
		return t.GuestID != nil && *t.GuestID == who.ID && who.ID != 0
	}
}

// step moves the contract on by its rounds, as far as its rules allow: a contract that binds
// already stays what it is while an amendment is signed.
func (s *Service) step(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64, action string, to contracts.Step) error {
	err := contracts.Move(ctx, tx, who, contractID, 0, action, "", to)
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// log writes what was done into the contract's history.
func (s *Service) log(ctx context.Context, tx *db.Tx, who actor.Actor, c gen.Contract, action string, details map[string]any) error {
	tx.AfterCommit(func() { s.Changed("contracts", "notifications", "mails") })
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contract", ObjectID: c.ID, Details: details})
}

func val(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func ptr[T any](v T) *T { return &v }

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
