package signing

import (
	"context"
	"slices"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/rules/evidence"
)

// tell writes to those whose turn has come and who were not told yet. before is the round that
// this one takes up again, nil for none: who was told of that one is told that it changed.
func (s *Service) tell(ctx context.Context, tx *db.Tx, a, before *asking) error {
	asked := a.asked()
	for _, i := range asked {
		t := &a.turns[i]
		if t.ToldAt != nil || blocked(t.Blocked, t.ExpiresAt, tx.Now) != "" {
			continue
		}
		if _, err := tx.TellContractTurn(ctx, gen.TellContractTurnParams{ID: t.ID, At: ptr(tx.Stamp())}); err != nil {
			return err
		}
		t.ToldAt = ptr(tx.Stamp())
		kind, args := outbox.ContractTurn, map[string]string{}
		if before != nil && before.knew(t.PartyID) {
			kind, args["turn"] = outbox.ContractRestarted, "yes"
		} else if a.round.Message != "" {
			args["text"] = a.round.Message
		}
		if err := s.mailTurn(ctx, tx, a, *t, kind, "turn/"+t.PublicID, args); err != nil {
			return err
		}
		if err := a.note(ctx, tx, t, evidence.Event{Kind: evidence.Sent, Who: t.Name, Source: fromItself, Detail: t.EmailNow}); err != nil {
			return err
		}
	}
	if before == nil {
		return nil
	}
	for i, t := range a.turns { // and those whose turn comes later, who had answered for nothing
		if slices.Contains(asked, i) || !before.knew(t.PartyID) || blocked(t.Blocked, t.ExpiresAt, tx.Now) != "" {
			continue
		}
		if err := s.mailTurn(ctx, tx, a, t, outbox.ContractRestarted, "turn-changed/"+t.PublicID, nil); err != nil {
			return err
		}
	}
	return nil
}

// knew tells whether a party had been written to about the round, or had answered in it.
func (a *asking) knew(partyID int64) bool {
	return slices.ContainsFunc(a.turns, func(t gen.ContractTurnsRow) bool {
		return t.PartyID == partyID && (t.ToldAt != nil || t.Decision != nil)
	})
}

// tellStopped writes to those who had been asked and have not answered that nothing is wanted of
// them any more; but is the place of who ended it, -1 for nobody.
func (s *Service) tellStopped(ctx context.Context, tx *db.Tx, a *asking, but int) error {
	for i, t := range a.turns {
		if i == but || t.RemovedAt != nil {
			continue
		}
		if err := s.tellNoMore(ctx, tx, a, t); err != nil {
			return err
		}
	}
	return nil
}

// tellNoMore writes to somebody outside who had been asked and has not answered that no answer is
// wanted any more.
func (s *Service) tellNoMore(ctx context.Context, tx *db.Tx, a *asking, t gen.ContractTurnsRow) error {
	if t.ToldAt == nil || t.Decision != nil || t.UserID != nil || blocked(t.Blocked, t.ExpiresAt, tx.Now) != "" {
		return nil
	}
	return s.mailTurn(ctx, tx, a, t, outbox.ContractStopped, "turn-stopped/"+t.PublicID, nil)
}

// mailTurn queues a mail to the person of a turn, with the link of a contact or of a guest; a user
// of the firm is told inside the program as well.
func (s *Service) mailTurn(ctx context.Context, tx *db.Tx, a *asking, t gen.ContractTurnsRow, kind outbox.Kind, key string, args map[string]string) error {
	c := a.contract
	if t.UserID != nil && (kind == outbox.ContractTurn || kind == outbox.ContractRestarted) {
		if err := audit.Notify(ctx, tx, "contract_turn", map[string]any{"number": c.Number, "name": t.Name, "what": a.round.Kind}, "contract", c.PublicID); err != nil {
			return err
		}
	}
	if t.EmailNow == "" {
		return nil
	}
	m := outbox.Mail{Key: key, Kind: kind, Lang: t.Language, ToAddress: t.EmailNow, ToName: t.Name, ContractID: c.ID, Args: map[string]string{"number": c.Number, "title": c.Title, "what": a.round.Kind}}
	if due := t.DueOn; due != "" && (kind == outbox.ContractTurn || kind == outbox.ContractReminder) {
		m.Args["due_date"] = due
	}
	for name, value := range args {
		m.Args[name] = value
	}
	switch {
	case t.ContactID != nil:
		var err error
		if m.LinkID, err = s.IssueLink(ctx, tx, *t.ContactID, c.ID); err != nil {
			return err
		}
		m.CustomerID, m.ContactID = c.CustomerID, *t.ContactID
	case t.GuestID != nil:
		g, err := s.prolong(ctx, tx, c.ID, t)
		if err != nil {
			return err
		}
		m.GuestID, m.Args["guest"] = *t.GuestID, g
	}
	_, err := outbox.QueueMail(ctx, tx, s.IDs, m)
	if fault.Is(err, fault.Invalid) { // an address that is none: the centre says who has to be asked otherwise
		return nil
	}
	return err
}

// prolong makes a guest's invitation live as long again from now on, and gives its public id.
func (s *Service) prolong(ctx context.Context, tx *db.Tx, contractID int64, t gen.ContractTurnsRow) (publicID string, err error) {
	if err := tx.ProlongContractGuest(ctx, gen.ProlongContractGuestParams{ID: *t.GuestID, ExpiresAt: db.Stamp(tx.Now.Add(GuestLife))}); err != nil {
		return "", err
	}
	g, err := tx.ContractGuestByEmail(ctx, gen.ContractGuestByEmailParams{ContractID: contractID, Email: t.EmailNow})
	return g.PublicID, db.NotFound(err)
}

// tellAnswer tells the firm of one yes among several, inside the program.
func (s *Service) tellAnswer(ctx context.Context, tx *db.Tx, a *asking, name string) error {
	page, err := tx.ContractPage(ctx, a.contract.ID)
	if err != nil {
		return db.NotFound(err)
	}
	return audit.Notify(ctx, tx, "contract_answered", map[string]any{"number": a.contract.Number, "customer": page.CustomerName, "by": name, "what": a.round.Kind}, "contract", a.contract.PublicID)
}

// tellFirm tells the firm what became of a round: inside the program, and by mail.
func (s *Service) tellFirm(ctx context.Context, tx *db.Tx, a *asking, kind outbox.Kind, notice string, args map[string]string) error {
	c := a.contract
	page, err := tx.ContractPage(ctx, c.ID)
	if err != nil {
		return db.NotFound(err)
	}
	if err := audit.Notify(ctx, tx, notice, map[string]any{"number": c.Number, "customer": page.CustomerName, "by": args["by"], "what": a.round.Kind}, "contract", c.PublicID); err != nil {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || firm.Email == "" {
		return err
	}
	m := outbox.Mail{Key: string(kind) + "/" + a.round.PublicID, Kind: kind, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name, CustomerID: c.CustomerID, ContractID: c.ID,
		Args: map[string]string{"number": c.Number, "title": c.Title, "what": a.round.Kind, "customer": page.CustomerName}}
	for name, value := range args {
		m.Args[name] = value
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// RemindTurn writes to one person again, by hand. Whoever was not told yet, because it could not
// act when its turn came, is told now.
func (s *Service) RemindTurn(ctx context.Context, who actor.Actor, key, turnID string) (Centre, error) {
	return s.change(ctx, who, key, "contract.turn.remind", turnID, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, "", turnID)
		if err != nil {
			return gen.Contract{}, "", err
		}
		t := a.turns[place]
		if blocked(t.Blocked, t.ExpiresAt, tx.Now) == "expired" { // asking again is inviting again
			t.ExpiresAt = ""
			a.turns[place] = t
		}
		if state := a.state(place); state != TurnAsked {
			return a.contract, a.round.Kind, fault.New(fault.Conflict, "fault.round.not_asked")
		}
		if t.ToldAt == nil {
			return a.contract, a.round.Kind, s.tell(ctx, tx, a, nil)
		}
		return a.contract, a.round.Kind, s.remind(ctx, tx, a, place)
	})
}

func (s *Service) remind(ctx context.Context, tx *db.Tx, a *asking, place int) error {
	t := &a.turns[place]
	if _, err := tx.NoteTurnReminded(ctx, gen.NoteTurnRemindedParams{ID: t.ID, At: ptr(tx.Stamp())}); err != nil {
		return err
	}
	if err := s.mailTurn(ctx, tx, a, *t, outbox.ContractReminder, "turn-reminder/"+t.PublicID+"/"+strconv.FormatInt(t.Reminders+1, 10), nil); err != nil {
		return err
	}
	t.Reminders, t.RemindedAt = t.Reminders+1, ptr(tx.Stamp())
	if err := a.note(ctx, tx, t, evidence.Event{Kind: evidence.Reminded, Who: t.Name, Source: fromItself, Detail: t.EmailNow}); err != nil {
		return err
	}
	return s.log(ctx, tx, actor.Machine(), a.contract, "contract.turn_reminded", map[string]any{"turn": t.ID, "kind": a.round.Kind})
}
