package signing

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/contracts"
	"comptoir/rules/contract"
)

// PortalRounds gives the rounds of a contract in which the visitor is asked: those that are open,
// the approval first, then the last closed one of each kind. None when it is asked nothing.
func (s *Service) PortalRounds(ctx context.Context, who actor.Actor, contractID string) (list []PortalRound, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		now := s.DB.Now()
		c, err := contracts.SeenBy(ctx, q, now, who, contractID)
		if err != nil {
			return err
		}
		rows, err := visited(ctx, q, who, c.ID)
		if err != nil {
			return err
		}
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		shown := map[string]bool{}
		for _, r := range rows { // newest first
			if shown[r.Kind] && r.State != string(contract.Running) {
				continue
			}
			shown[r.Kind] = true
			a, err := load(ctx, q, now, c, r)
			if err != nil {
				return err
			}
			v, err := s.portalRound(ctx, q, who, a, firm.Today(now))
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		slices.SortStableFunc(list, func(a, b PortalRound) int { return order(a) - order(b) })
		return nil
	})
	return list, err
}

// order puts what is open before what is closed, and an approval before a signature.
func order(r PortalRound) int {
	n := 0
	if r.State != string(contract.Running) {
		n += 2
	}
	if r.Kind == Signature {
		n++
	}
	return n
}

// visited lists the rounds in which a visitor has a turn, newest first.
func visited(ctx context.Context, q *gen.Queries, who actor.Actor, contractID int64) (list []gen.ContractRound, err error) {
	switch {
	case who.Kind == actor.Contact && who.ID == 0: // somebody of the firm in the place of a customer without a contact
	case who.Kind == actor.Contact:
		rows, err := q.RoundsOfContact(ctx, gen.RoundsOfContactParams{ContractID: contractID, ContactID: &who.ID})
		for _, r := range rows {
			list = append(list, roundOf(r))
		}
		return list, err
	case who.Reader != 0:
		rows, err := q.RoundsOfContact(ctx, gen.RoundsOfContactParams{ContractID: contractID, ContactID: &who.Reader})
		for _, r := range rows {
			list = append(list, roundOf(r))
		}
		return list, err
	case who.Turn != "":
		rows, err := q.RoundOfTurn(ctx, gen.RoundOfTurnParams{ContractID: contractID, Turn: who.Turn})
		for _, r := range rows {
			list = append(list, roundOf(gen.RoundsOfContactRow(r)))
		}
		return list, err
	default:
		rows, err := q.RoundsOfGuest(ctx, gen.RoundsOfGuestParams{ContractID: contractID, GuestID: &who.ID})
		for _, r := range rows {
			list = append(list, roundOf(gen.RoundsOfContactRow(r)))
		}
		return list, err
	}
	return nil, nil
}

func roundOf(r gen.RoundsOfContactRow) gen.ContractRound {
	return gen.ContractRound{ID: r.ID, PublicID: r.PublicID, ContractID: r.ContractID, Kind: r.Kind, N: r.N, Ordered: r.Ordered, Message: r.Message, Digest: r.Digest, State: r.State,
		StartedBy: r.StartedBy, StartedAt: r.StartedAt, ClosedAt: r.ClosedAt, SealedAt: r.SealedAt, SealFault: r.SealFault}
}

// portalRound makes a round as one visitor sees it.
func (s *Service) portalRound(ctx context.Context, q *gen.Queries, who actor.Actor, a *asking, today day) (PortalRound, error) {
	v := PortalRound{ContractID: a.contract.PublicID, RoundID: a.round.PublicID, Kind: a.round.Kind, State: a.round.State, Digest: a.round.Digest, Message: a.round.Message, Consent: ConsentOf(who.Lang, len(a.files)), Operator: who.Operator}
	place := -1
	for i, t := range a.turns {
		state := a.state(i)
		me := a.belongs(who, i)
		if me {
			place = i
		}
		if state == TurnOff {
			continue
		}
		if state == TurnBlocked && !me { // why is the firm's affair
			state = TurnAsked
		}
		v.People = append(v.People, PortalPerson{Name: t.Name, Capacity: t.Capacity, State: state, Me: me, DecidedAt: val(t.DecidedAt)})
	}
	for _, f := range a.files {
		v.Documents = append(v.Documents, PortalDocument{VersionID: f.VersionPublicID, Name: f.Name, Size: f.Size, MediaType: f.MediaType, Pages: f.Pages, SHA256: f.Sha256})
		if f.SealedRef != nil {
			v.Sealed = append(v.Sealed, PortalDocument{VersionID: f.SealedVersionID, Name: f.SealedName, Size: f.SealedSize, MediaType: pdfType, SHA256: f.SealedSha256})
		}
	}
	if place < 0 {
		return v, nil
	}
	t := a.turns[place]
	v.TurnID, v.DueOn, v.MyName, v.MyState, v.MyDecidedAt, v.MyReason = t.PublicID, t.DueOn, t.Name, a.state(place), val(t.DecidedAt), t.Reason
	v.Late = late(t.DueOn, v.MyState, today)
	v.Why = a.why(who, place)
	if v.Why != "" {
		return v, nil
	}
	v.MayRefuse, v.MayApprove, v.MaySign = true, a.mayAnswer(who, place, contract.Approved, false) == nil, a.round.Kind == Signature
	if !v.MaySign {
		return v, nil
	}
	v.Methods, v.NeedsFactor = a.methods(who, place), who.Kind == actor.Contact && who.Trust >= actor.TrustSecondFactor
	if t.EmailNow == "" {
		v.Methods = slices.DeleteFunc(v.Methods, func(m string) bool { return m == ByCode })
	}
	row, err := q.ContractCodeOfTurn(ctx, t.ID)
	if err == nil && row.CodeUntil > db.Stamp(a.now) && row.Tries < CodeMost {
		v.CodeTo, v.CodeUntil = maskedAddress(row.Email), row.CodeUntil
	} else if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
		return v, err
	}
	return v, nil
}

// why tells what keeps a visitor from answering now, "" for nothing.
func (a *asking) why(who actor.Actor, place int) string {
	switch {
	case a.turns[place].Decision != nil:
		return "decided"
	case !a.running():
		return "closed"
	case a.waits:
		return "approval_first"
	case !a.isAsked(place):
		return "waiting_turn"
	case who.StandsIn():
		return "stand_in"
	default:
		return ""
	}
}
