package signing

import (
	"context"
	"encoding/base64"
	"io"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/evidence"
)

// HandOff is a code on the firm's screen that opens one turn, or the whole contract as a contact
// sees it, on the phone of who stands before it.
type HandOff struct {
	ID    string // public id
	Path  string // under the portal's address; only when it was just made
	State string // waiting, open, signed, ended, expired
	Until string // the code counts until then; once it was opened, the page on the phone
}

// MakeHandOff makes the code of a turn of signature whose time has come: single use, for some
// minutes. One of the same turn that was made before ends. Only its hash is kept.
func (s *Service) MakeHandOff(ctx context.Context, who actor.Actor, turnID string) (h HandOff, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return HandOff{}, err
	}
	if who.Kind != actor.Staff || who.Name == "" { // the machine stands beside nobody
		return HandOff{}, errNobody
	}
	token, err := s.handOffToken()
	if err != nil {
		return HandOff{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, "", turnID)
		if err != nil {
			return err
		}
		t := &a.turns[place]
		if err := a.face(t); err != nil {
			return err
		}
		if again, err := a.ready(place, a.round.Digest, "signed"); err != nil {
			return err
		} else if again {
			return ErrDecided
		}
		if err := endHandOffs(ctx, tx, t.ID); err != nil {
			return err
		}
		p := gen.InsertContractHandOffParams{PublicID: s.IDs(), ContractID: a.contract.ID, TurnID: &t.ID, OperatorID: &who.ID, ByName: who.Name, Language: locale.Of(t.Language), TokenHash: hashOf(token), TokenUntil: db.Stamp(tx.Now.Add(HandOffToken)), CreatedAt: tx.Stamp()}
		if err := tx.InsertContractHandOff(ctx, p); err != nil {
			return err
		}
		h = HandOff{ID: p.PublicID, Path: "/sur-place/" + token, State: "waiting", Until: p.TokenUntil}
		if err := a.note(ctx, tx, t, by(who, "", evidence.Event{Kind: evidence.Shown, Detail: t.Name})); err != nil {
			return err
		}
		return s.log(ctx, tx, who, a.contract, "contract.handed_over", map[string]any{"turn": t.ID})
	})
	return h, err
}

func (s *Service) handOffToken() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// ErrNotShared refuses to show a contract on the spot to whoever does not see it in the portal.
var ErrNotShared = fault.New(fault.Conflict, "fault.round.not_shared")

// ShowContract makes the code that shows a whole contract to a contact who sees it in the portal
// (spec/desk, Montrer au client): single use, for some minutes, then HandOffLife of reading. What
// waits for that contact can be approved and signed there, with the member of staff beside. One of
// the same contract and contact that was made before ends. ErrNotShared for whoever does not see it.
func (s *Service) ShowContract(ctx context.Context, who actor.Actor, contractID, contactID string) (h HandOff, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return HandOff{}, err
	}
	if who.Kind != actor.Staff || who.Name == "" {
		return HandOff{}, errNobody
	}
	token, err := s.handOffToken()
	if err != nil {
		return HandOff{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.ContractByPublicID(ctx, contractID)
		if err != nil {
			return db.NotFound(err)
		}
		k, err := tx.ContractReader(ctx, gen.ContractReaderParams{ContractID: c.ID, ContactID: contactID})
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return ErrNotShared
		}
		if err != nil {
			return err
		}
		if err := endShownContract(ctx, tx, c.ID, k.ID); err != nil {
			return err
		}
		p := gen.InsertContractHandOffParams{PublicID: s.IDs(), ContractID: c.ID, ContactID: &k.ID, OperatorID: &who.ID, ByName: who.Name, Language: locale.Of(k.Language), TokenHash: hashOf(token), TokenUntil: db.Stamp(tx.Now.Add(HandOffToken)), CreatedAt: tx.Stamp()}
		if err := tx.InsertContractHandOff(ctx, p); err != nil {
			return err
		}
		h = HandOff{ID: p.PublicID, Path: "/sur-place/" + token, State: "waiting", Until: p.TokenUntil}
		if err := s.noteWaiting(ctx, tx, c, k.ID, by(who, "", evidence.Event{Kind: evidence.Shown, Detail: k.Name})); err != nil {
			return err
		}
		return s.log(ctx, tx, who, c, "contract.shown_here", map[string]any{"contact": k.ID})
	})
	return h, err
}

// noteWaiting notes an event in the chains of the open rounds in which a contact has not answered.
func (s *Service) noteWaiting(ctx context.Context, tx *db.Tx, c gen.Contract, contactID int64, e evidence.Event) error {
	for _, kind := range []string{Approval, Signature} {
		a, err := openRound(ctx, tx.Queries, tx.Now, c, kind)
		if err != nil {
			return err
		}
		if a == nil {
			continue
		}
		for i := range a.turns {
			t := &a.turns[i]
			if t.ContactID == nil || *t.ContactID != contactID || t.RemovedAt != nil || t.Decision != nil {
				continue
			}
			if err := a.note(ctx, tx, t, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// stillHandedOff refuses a signature on a phone whose code was taken back, or used up by one; it
// gives the moment at which the phone read the code.
func stillHandedOff(ctx context.Context, tx *db.Tx, who actor.Actor, contractID, turnID int64) (read string, err error) {
	if who.Reader != 0 {
		h, err := tx.OpenShownContract(ctx, gen.OpenShownContractParams{ContractID: contractID, ContactID: &who.Reader})
		return val(h.OpenedAt), db.NotFound(err)
	}
	h, err := tx.OpenHandOffOfTurn(ctx, &turnID)
	return val(h.OpenedAt), db.NotFound(err)
}

// face refuses what is no signature of somebody outside, who stands before the firm.
func (a *asking) face(t *gen.ContractTurnsRow) error {
	if a.round.Kind != Signature || t.UserID != nil {
		return errNotFound
	}
	if why := blocked(t.Blocked, t.ExpiresAt, a.now); a.contract.InPortal == 0 || why != "" && why != "no_mail" { // the phone would open nothing
		return ErrBlocked
	}
	return nil
}

// HandOffState tells the window how a hand-off stands.
func (s *Service) HandOffState(ctx context.Context, who actor.Actor, id string) (h HandOff, err error) {
	if err := who.Need(actor.Look); err != nil {
		return HandOff{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.ContractHandOff(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		now := db.Stamp(s.DB.Now())
		h = HandOff{ID: r.PublicID, State: "waiting", Until: r.TokenUntil}
		switch {
		case val(r.Decision) != "":
			h.State = *r.Decision
		case r.EndedAt != nil, r.OpenedAt != nil && (r.SessionEndedAt != nil || val(r.SessionUntil) <= now): // taken back, or left on the phone
			h.State = "ended"
		case r.OpenedAt != nil:
			h.State, h.Until = "open", *r.SessionUntil
		case r.TokenUntil <= now:
			h.State = "expired"
		}
		return nil
	})
	return h, err
}

// EndHandOff takes a hand-off back at once, whether it was opened or not.
func (s *Service) EndHandOff(ctx context.Context, who actor.Actor, id string) error {
	if err := who.Need(actor.Contracting); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.ContractHandOff(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		if r.TurnID == nil {
			return endShownContract(ctx, tx, r.ContractID, *r.ContactID)
		}
		return endHandOffs(ctx, tx, *r.TurnID)
	})
}

// endShownContract ends the codes by which a contract is shown to a contact, and their sessions.
func endShownContract(ctx context.Context, tx *db.Tx, contractID, contactID int64) error {
	if err := tx.EndShownContract(ctx, gen.EndShownContractParams{ContractID: contractID, ContactID: &contactID, At: ptr(tx.Stamp())}); err != nil {
		return err
	}
	return tx.EndSessionsOfShownContract(ctx, gen.EndSessionsOfShownContractParams{ContractID: contractID, ContactID: &contactID, At: ptr(tx.Stamp())})
}

// endHandOffs ends the codes of a turn and the sessions that they opened.
func endHandOffs(ctx context.Context, tx *db.Tx, turnID int64) error {
	if err := tx.EndContractHandOffs(ctx, gen.EndContractHandOffsParams{TurnID: &turnID, At: ptr(tx.Stamp())}); err != nil {
		return err
	}
	return tx.EndSessionsOfTurn(ctx, gen.EndSessionsOfTurnParams{TurnID: &turnID, At: ptr(tx.Stamp())})
}

// Scanned notes in the chain that a hand-off was opened, in the transaction that opened it.
func (s *Service) Scanned(ctx context.Context, tx *db.Tx, handOffID int64, address, userAgent string) error {
	h, err := tx.ContractHandOffByID(ctx, handOffID)
	if err != nil {
		return db.NotFound(err)
	}
	if h.TurnID == nil {
		c, err := tx.ContractByID(ctx, h.ContractID)
		if err != nil {
			return db.NotFound(err)
		}
		return s.noteScanned(ctx, tx, c, *h.ContactID, h.ByName, address, userAgent)
	}
	a, err := loadID(ctx, tx.Queries, tx.Now, *h.RoundID)
	if err != nil {
		return err
	}
	place := a.place(val(h.TurnPublicID))
	if place < 0 || !a.running() {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	t := &a.turns[place]
	return a.note(ctx, tx, t, evidence.Event{Kind: evidence.Scanned, Who: t.Name, Source: fromPortal, IP: address, UserAgent: userAgent, Detail: h.ByName})
}

// noteScanned is Scanned of a whole contract: in every chain in which its reader is asked.
func (s *Service) noteScanned(ctx context.Context, tx *db.Tx, c gen.Contract, contactID int64, by, address, userAgent string) error {
	k, err := tx.ContactByID(ctx, contactID)
	if err != nil {
		return db.NotFound(err)
	}
	return s.noteWaiting(ctx, tx, c, contactID, evidence.Event{Kind: evidence.Scanned, Who: k.Name, Source: fromPortal, IP: address, UserAgent: userAgent, Detail: by})
}
