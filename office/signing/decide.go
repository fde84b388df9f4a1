package signing

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// Decide is somebody's answer to a turn, or a wish about it. Digest is what the page showed.
type Decide struct {
	Key        string
	ContractID string // public id; the window may leave it out
	TurnID     string
	Digest     string
	Reason     string // of a refusal
	UserAgent  string
	Here       bool // a signatory says no in person, on the screen of the user who stands beside
}

// Decided is how a turn stands after an answer; Again tells that it had been given before.
type Decided struct {
	State string `json:"state"` // approved, signed, refused
	At    string `json:"at"`
	Again bool   `json:"again"`
}

// answer is the body by which a repeated command is known: no password, no code, no words.
type answer struct{ Turn, Digest, Said string }

// Approve says yes in a round of approval. The same answer again is the same answer.
func (s *Service) Approve(ctx context.Context, who actor.Actor, in Decide) (Decided, error) {
	in.Reason = ""
	return s.say(ctx, who, in, contract.Approved)
}

// Refuse says no in a round, with a reason, which ends it. Here: on the firm's screen, by a
// signatory that stands before it.
func (s *Service) Refuse(ctx context.Context, who actor.Actor, in Decide) (Decided, error) {
	if in.Here {
		if err := who.Need(actor.Contracting); err != nil {
			return Decided{}, err
		}
	}
	var form fault.Form
	in.Reason = text.Clean(in.Reason)
	form.Need("reason", in.Reason)
	form.MaxLen("reason", in.Reason, reasonMost)
	if err := form.Err(); err != nil {
		return Decided{}, err
	}
	return s.say(ctx, who, in, contract.Refused)
}

func (s *Service) say(ctx context.Context, who actor.Actor, in Decide, said contract.Answer) (d Decided, err error) {
	if err := ownWord(who); err != nil {
		return Decided{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, in.ContractID, in.TurnID)
		if err != nil {
			return err
		}
		if err := a.mayAnswer(who, place, said, in.Here); err != nil {
			return err
		}
		return audit.Once(ctx, tx, in.Key, "contract.answer", answer{in.TurnID, in.Digest, string(said)}, &d, func() error {
			d, err = s.decide(ctx, tx, who, a, place, in, said)
			return err
		})
	})
	return d, err
}

// ownWord refuses who speaks for somebody else, and the machine.
func ownWord(who actor.Actor) error {
	switch who.Kind {
	case actor.Staff, actor.Guest:
		return nil
	case actor.Contact:
		return who.NeedSelf(actor.TrustLink)
	default:
		return errNobody
	}
}

// mayAnswer refuses an answer that is not that person's to give, whatever the round: a user of the
// firm answers its own turns only, what is opened on a phone beside the firm is signed or refused.
// here: said in person on the screen of a user. As a signature may be given there, so may a signatory's
// no; an approval is answered by who is asked alone.
func (a *asking) mayAnswer(who actor.Actor, place int, said contract.Answer, here bool) error {
	t := a.turns[place]
	switch {
	case here && who.Kind == actor.Staff && said == contract.Refused && a.round.Kind == Signature && t.UserID == nil:
		return nil
	case said == contract.Approved && a.round.Kind != Approval, said == contract.SignedBy && a.round.Kind != Signature:
		return errNotFound
	case who.Kind == actor.Staff && (t.UserID == nil || *t.UserID != who.ID) && said != contract.SignedBy:
		return errNobody
	case who.Kind == actor.Guest && who.Turn != "" && said == contract.Approved:
		return errNobody
	}
	return nil
}

// ready tells whether an answer can be given now. again: it was given before.
func (a *asking) ready(place int, digest string, said contract.Answer) (again bool, err error) {
	t := a.turns[place]
	switch {
	case t.Decision != nil && *t.Decision == string(said):
		return true, nil
	case t.Decision != nil:
		return false, ErrDecided
	case !a.running() || digest != a.round.Digest || t.RemovedAt != nil:
		return false, ErrChanged
	case !a.isAsked(place):
		return false, ErrNotTurn
	case gone(t.Blocked):
		return false, ErrBlocked
	}
	return false, nil
}

// decide writes an answer and what follows from it.
func (s *Service) decide(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, place int, in Decide, said contract.Answer) (Decided, error) {
	t := &a.turns[place]
	again, err := a.ready(place, in.Digest, said)
	if err != nil {
		return Decided{}, err
	}
	if again {
		return Decided{State: *t.Decision, At: val(t.DecidedAt), Again: true}, nil
	}
	n, err := tx.DecideContractTurn(ctx, gen.DecideContractTurnParams{ID: t.ID, Decision: ptr(string(said)), DecidedAt: ptr(tx.Stamp()), Reason: in.Reason})
	if err != nil {
		return Decided{}, err
	}
	if n == 0 {
		return Decided{}, ErrDecided
	}
	t.Decision, t.DecidedAt, t.Reason = ptr(string(said)), ptr(tx.Stamp()), in.Reason
	event := map[contract.Answer]string{contract.Approved: eventApproved, contract.SignedBy: evidence.Signed, contract.Refused: eventRefused}[said]
	if err := a.note(ctx, tx, t, by(who, in.UserAgent, evidence.Event{Kind: event, Detail: in.Reason})); err != nil {
		return Decided{}, err
	}
	details := map[string]any{"turn": t.ID, "kind": a.round.Kind}
	if in.Here { // who stood beside is the actor of the record, and of the event of the chain
		details["kind"], details["device"] = "in_person", s.Device()
	}
	if err := s.log(ctx, tx, who, a.contract, "contract.turn_"+event, details); err != nil {
		return Decided{}, err
	}
	return Decided{State: string(said), At: tx.Stamp()}, s.settle(ctx, tx, who, a, place)
}

// settle draws the consequence of an answer, or of somebody taken off: the next ones are told, or
// the round closes. last is the place of the answer, -1 for none.
func (s *Service) settle(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, last int) error {
	switch outcome := contract.RoundOutcome(a.rules()); outcome {
	case contract.Running:
		if last >= 0 && who.Kind != actor.Staff { // the last yes is told of below, as everybody's
			if err := s.tellAnswer(ctx, tx, a, a.turns[last].Name); err != nil {
				return err
			}
		}
		return s.tell(ctx, tx, a, nil)
	case contract.Completed:
		return s.complete(ctx, tx, who, a)
	case contract.Declined:
		return s.declined(ctx, tx, who, a, last)
	default:
		return s.stop(ctx, tx, who, a, eventCancelled)
	}
}

// complete closes a round in which all said yes.
func (s *Service) complete(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking) error {
	if err := a.note(ctx, tx, nil, by(actor.Machine(), "", evidence.Event{Kind: evidence.Completed})); err != nil {
		return err
	}
	if err := a.close(ctx, tx, contract.Completed); err != nil {
		return err
	}
	action, notice := "contract.all_approved", "contract_approved"
	if a.round.Kind == Signature {
		action, notice = "contract.all_signed", "contract_signed"
		if err := s.step(ctx, tx, actor.Machine(), a.contract.ID, "contract.signed", contractSigned); err != nil {
			return err
		}
		if err := outbox.QueueJob(ctx, tx, sealJob(a.round.PublicID, "")); err != nil {
			return err
		}
	}
	if err := s.log(ctx, tx, who, a.contract, action, map[string]any{"round": a.round.ID, "n": a.round.N}); err != nil {
		return err
	}
	if err := s.tellFirm(ctx, tx, a, outbox.ContractRoundDone, notice, nil); err != nil || a.round.Kind == Signature {
		return err
	}
	next, err := openRound(ctx, tx.Queries, tx.Now, a.contract, Signature)
	if err != nil || next == nil {
		return err
	}
	if err := s.step(ctx, tx, actor.Machine(), a.contract.ID, "contract.to_sign", contract.Contract.ToBeSigned); err != nil {
		return err
	}
	return s.tell(ctx, tx, next, nil)
}

// declined closes a round that somebody refused; with an approval goes the signature that waited
// for it.
func (s *Service) declined(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, last int) error {
	if err := a.close(ctx, tx, contract.Declined); err != nil {
		return err
	}
	t := a.turns[last]
	if err := s.tellFirm(ctx, tx, a, outbox.ContractRefused, "contract_refused", map[string]string{"by": t.Name, "reason": t.Reason}); err != nil {
		return err
	}
	if err := s.tellStopped(ctx, tx, a, last); err != nil {
		return err
	}
	if a.round.Kind == Approval {
		next, err := openRound(ctx, tx.Queries, tx.Now, a.contract, Signature)
		if err != nil {
			return err
		}
		if next != nil {
			return s.stop(ctx, tx, who, next, eventCancelled)
		}
	}
	return s.backToDraft(ctx, tx, a)
}

// stop closes a round without an outcome and tells those who had been asked.
func (s *Service) stop(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, event string) error {
	if err := a.note(ctx, tx, nil, by(who, "", evidence.Event{Kind: event})); err != nil {
		return err
	}
	if err := a.close(ctx, tx, contract.Void); err != nil {
		return err
	}
	if err := s.log(ctx, tx, who, a.contract, "contract.round_cancelled", map[string]any{"round": a.round.ID, "kind": a.round.Kind}); err != nil {
		return err
	}
	if err := s.tellStopped(ctx, tx, a, -1); err != nil {
		return err
	}
	if a.round.Kind == Approval { // the signature that waited for it has its turn
		next, err := openRound(ctx, tx.Queries, tx.Now, a.contract, Signature)
		if err != nil || next != nil {
			if err == nil {
				err = s.tell(ctx, tx, next, nil)
			}
			return err
		}
	}
	return s.backToDraft(ctx, tx, a)
}

// backToDraft takes the contract back to its making, unless another round goes on.
func (s *Service) backToDraft(ctx context.Context, tx *db.Tx, a *asking) error {
	other := map[string]string{Approval: Signature, Signature: Approval}[a.round.Kind]
	next, err := openRound(ctx, tx.Queries, tx.Now, a.contract, other)
	if err != nil || next != nil {
		return err
	}
	return s.step(ctx, tx, actor.Machine(), a.contract.ID, "contract.reopened", func(c contract.Contract, today day) (contract.Contract, error) {
		if c.State == contract.Cancelled { // given up meanwhile: that stands
			return c, errStands
		}
		return c.BackToDraft(today)
	})
}

var errStands = fault.New(fault.Conflict, "fault.stale")

// contractSigned says that the last signature was given today.
func contractSigned(c contract.Contract, today day) (contract.Contract, error) {
	return c.Sign(today, today)
}

// close ends the round in the file; codes and hand-offs of its turns are of no more use.
func (a *asking) close(ctx context.Context, tx *db.Tx, outcome contract.Outcome) error {
	n, err := tx.CloseContractRound(ctx, gen.CloseContractRoundParams{ID: a.round.ID, State: string(outcome), ClosedAt: ptr(tx.Stamp())})
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrChanged
	}
	for _, t := range a.turns {
		if err := endHandOffs(ctx, tx, t.ID); err != nil {
			return err
		}
	}
	a.round.State, a.round.ClosedAt = string(outcome), ptr(tx.Stamp())
	return nil
}

// CancelRound gives an open round up. One that is closed already stays what it became.
func (s *Service) CancelRound(ctx context.Context, who actor.Actor, key, roundID string) (c Centre, err error) {
	return s.change(ctx, who, key, "contract.round.cancel", roundID, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		r, err := tx.ContractRoundByPublicID(ctx, roundID)
		if err != nil {
			return gen.Contract{}, "", db.NotFound(err)
		}
		a, err := loadID(ctx, tx.Queries, tx.Now, r.ID)
		if err != nil || !a.running() {
			return a.contractOrNone(), r.Kind, err
		}
		return a.contract, r.Kind, s.stop(ctx, tx, who, a, eventCancelled)
	})
}

// CancelRounds gives up all that is open on a contract, in the transaction that takes it out of
// what a round is about: it was cancelled, signed on paper, taken back to its making.
func (s *Service) CancelRounds(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64) error {
	c, err := tx.ContractByID(ctx, contractID)
	if err != nil {
		return db.NotFound(err)
	}
	for _, kind := range []string{Signature, Approval} {
		a, err := openRound(ctx, tx.Queries, tx.Now, c, kind)
		if err != nil {
			return err
		}
		if a == nil {
			continue
		}
		if err := s.stop(ctx, tx, who, a, eventCancelled); err != nil {
			return err
		}
	}
	return nil
}

func (a *asking) contractOrNone() gen.Contract {
	if a == nil {
		return gen.Contract{}
	}
	return a.contract
}
