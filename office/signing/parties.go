package signing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/evidence"
)

// moment is an instant.
type moment = time.Time

// PartyForm names who is to approve or sign: a user of the firm, a contact of the contract's
// customer, or an outside person by e-mail. A contact of another customer comes as the latter.
type PartyForm struct {
	ContractID string `json:"contractId"`
	Kind       string `json:"kind"`
	Type       string `json:"type"`     // user, contact, guest
	PersonID   string `json:"personId"` // of a user or a contact
	Name       string `json:"name"`     // of a guest
	Email      string `json:"email"`
	Language   string `json:"language"`
	Capacity   string `json:"capacity"` // "gérant", "témoin"
	DueOn      string `json:"dueOn"`    // "" = the centre's
	Restart    bool   `json:"restart"`  // the one that is replaced had answered: the round begins again
}

// Candidate is somebody who may be chosen.
type Candidate struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Blocked string `json:"blocked"` // why it could not act in the portal, "" when it could
}

// Candidates lists the users of the firm and the contacts of the contract's customer.
func (s *Service) Candidates(ctx context.Context, who actor.Actor, contractID string) (list []Candidate, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Candidate{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractByPublicID(ctx, contractID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.ContractCandidates(ctx, row.ID)
		for _, r := range rows {
			if r.Type == "user" && who.Need(actor.Contracting) != nil { // a colleague's own address is for who asks them to sign
				r.Email = ""
			}
			list = append(list, Candidate{Type: r.Type, ID: r.PublicID, Name: r.Name, Email: r.Email, Blocked: r.Blocked})
		}
		return err
	})
	return list, err
}

func (f *PartyForm) check() error {
	var form fault.Form
	text.Each(text.Line, &f.Name, &f.Capacity)
	form.MaxLen("capacity", f.Capacity, nameMost)
	checkDue(&form, f.DueOn)
	if f.Type == "guest" {
		form.Need("name", f.Name)
		form.MaxLen("name", f.Name, nameMost)
		email, err := ident.CheckEmail(f.Email)
		if f.Email = strings.TrimSpace(f.Email); f.Email == "" {
			form.Add("email", "fault.required")
		} else if err != nil {
			form.Merge("email", err)
		} else {
			f.Email = email
		}
		if f.Language != "fr" && f.Language != "en" {
			form.Add("language", "fault.required")
		}
	}
	return form.Err()
}

// AddParty adds somebody at the end; an open round just asks one more.
func (s *Service) AddParty(ctx context.Context, who actor.Actor, key string, in PartyForm) (Centre, error) {
	if err := in.check(); err != nil {
		return Centre{}, err
	}
	return s.change(ctx, who, key, "contract.party.add", in, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		row, err := s.setUp(ctx, tx, in.ContractID, in.Kind)
		if err != nil {
			return row, in.Kind, err
		}
		list, err := tx.ContractParties(ctx, gen.ContractPartiesParams{ContractID: row.ID, Kind: in.Kind})
		if err != nil {
			return row, in.Kind, err
		}
		if len(list) >= PartiesMost {
			return row, in.Kind, fault.New(fault.Invalid, "fault.round.parties_most", "max", PartiesMost)
		}
		position := int64(1)
		for _, p := range list {
			position = max(position, p.Position+1)
		}
		_, err = s.addParty(ctx, tx, who, row, in, position)
		return row, in.Kind, err
	})
}

// addParty writes a party at a place, and a turn for it where a round is open.
func (s *Service) addParty(ctx context.Context, tx *db.Tx, who actor.Actor, c gen.Contract, in PartyForm, position int64) (int64, error) {
	p := gen.InsertContractPartyParams{PublicID: s.IDs(), ContractID: c.ID, Kind: in.Kind, Position: position, Capacity: in.Capacity, DueOn: in.DueOn, CreatedAt: tx.Stamp()}
	if err := s.person(ctx, tx, c, in, &p); err != nil {
		return 0, err
	}
	if err := free(ctx, tx, c.ID, p); err != nil {
		return 0, err
	}
	id, err := tx.InsertContractParty(ctx, p)
	if err != nil {
		return 0, err
	}
	if err := s.log(ctx, tx, who, c, "contract.party_added", map[string]any{"kind": in.Kind, "party": id}); err != nil {
		return 0, err
	}
	a, err := openRound(ctx, tx.Queries, tx.Now, c, in.Kind)
	if err != nil || a == nil {
		return id, err
	}
	if err := s.addTurn(ctx, tx, a, p.PublicID); err != nil {
		return 0, err
	}
	return id, s.tell(ctx, tx, a, nil)
}

// free refuses a person who is a party already.
func free(ctx context.Context, tx *db.Tx, contractID int64, p gen.InsertContractPartyParams) error {
	list, err := tx.ContractParties(ctx, gen.ContractPartiesParams{ContractID: contractID, Kind: p.Kind})
	same := func(a, b *int64) bool { return a != nil && b != nil && *a == *b }
	for _, x := range list {
		if same(x.UserID, p.UserID) || same(x.ContactID, p.ContactID) || same(x.GuestID, p.GuestID) {
			return fault.New(fault.Conflict, "fault.round.twice", "name", x.Name)
		}
	}
	return err
}

// person finds or invites the person of a party.
func (s *Service) person(ctx context.Context, tx *db.Tx, c gen.Contract, in PartyForm, p *gen.InsertContractPartyParams) error {
	switch in.Type {
	case "user":
		u, err := tx.UserByPublicID(ctx, in.PersonID)
		if err == nil && u.State != "active" {
			err = errNotFound
		}
		p.UserID = &u.ID
		return db.NotFound(err)
	case "contact":
		k, err := tx.ContactOfContract(ctx, gen.ContactOfContractParams{ContractID: c.ID, PublicID: in.PersonID})
		p.ContactID = &k.ID
		return db.NotFound(err)
	case "guest":
		id, err := s.guest(ctx, tx, c.ID, in)
		p.GuestID = &id
		return err
	default:
		return errNotFound
	}
}

// guest invites an outside person to a contract, or finds it invited: its link stays the same.
func (s *Service) guest(ctx context.Context, tx *db.Tx, contractID int64, in PartyForm) (int64, error) {
	until := db.Stamp(tx.Now.Add(GuestLife))
	g, err := tx.ContractGuestByEmail(ctx, gen.ContractGuestByEmailParams{ContractID: contractID, Email: in.Email})
	if err == nil {
		return g.ID, tx.RenewContractGuest(ctx, gen.RenewContractGuestParams{ID: g.ID, Name: in.Name, Language: in.Language, ExpiresAt: until})
	}
	if err = db.NotFound(err); !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	id := s.IDs()
	return tx.InsertContractGuest(ctx, gen.InsertContractGuestParams{PublicID: id, ContractID: contractID, Name: in.Name, Email: in.Email, Language: in.Language,
		TokenHash: hashOf(s.Access.Token(id)), ExpiresAt: until, CreatedAt: tx.Stamp()})
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// addTurn adds a party to the open round, as it is now.
func (s *Service) addTurn(ctx context.Context, tx *db.Tx, a *asking, partyID string) error {
	c, err := tx.ContractCentre(ctx, gen.ContractCentreParams{ContractID: a.contract.ID, Kind: a.round.Kind})
	if err != nil {
		return db.NotFound(err)
	}
	list, err := tx.ContractParties(ctx, gen.ContractPartiesParams{ContractID: a.contract.ID, Kind: a.round.Kind})
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.PublicID != partyID {
			continue
		}
		if err := s.insertTurn(ctx, tx, a.round.ID, c, p); err != nil {
			return err
		}
	}
	a.turns, err = tx.ContractTurns(ctx, a.round.ID)
	return err
}

func (s *Service) insertTurn(ctx context.Context, tx *db.Tx, roundID int64, c gen.ContractCentre, p gen.ContractPartiesRow) error {
	due := p.DueOn
	if due == "" {
		due = c.DueOn
	}
	_, err := tx.InsertContractTurn(ctx, gen.InsertContractTurnParams{PublicID: s.IDs(), RoundID: roundID, PartyID: p.ID, Position: p.Position, Name: p.Name, Email: p.Email, Capacity: p.Capacity, DueOn: due})
	return err
}

// PartyChange is what may change of a party that stays the same person.
type PartyChange struct {
	ID       string `json:"id"`
	Capacity string `json:"capacity"`
	DueOn    string `json:"dueOn"`
}

// ChangeParty says in which capacity somebody acts and until when; an answer that was given stays
// as it was.
func (s *Service) ChangeParty(ctx context.Context, who actor.Actor, in PartyChange) (Centre, error) {
	var form fault.Form
	in.Capacity = text.Line(in.Capacity)
	form.MaxLen("capacity", in.Capacity, nameMost)
	checkDue(&form, in.DueOn)
	if err := form.Err(); err != nil {
		return Centre{}, err
	}
	return s.change(ctx, who, "", "", nil, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		p, c, err := partyAt(ctx, tx, in.ID)
		if err != nil {
			return c, p.Kind, err
		}
		if _, err := tx.ChangeContractParty(ctx, gen.ChangeContractPartyParams{ID: p.ID, Capacity: in.Capacity, DueOn: in.DueOn}); err != nil {
			return c, p.Kind, err
		}
		due := in.DueOn
		if due == "" {
			set, err := tx.ContractCentre(ctx, gen.ContractCentreParams{ContractID: c.ID, Kind: p.Kind})
			if err != nil {
				return c, p.Kind, db.NotFound(err)
			}
			due = set.DueOn
		}
		return c, p.Kind, tx.ChangeContractTurn(ctx, gen.ChangeContractTurnParams{PartyID: p.ID, Capacity: in.Capacity, DueOn: due})
	})
}

func partyAt(ctx context.Context, tx *db.Tx, publicID string) (gen.ContractPartyByPublicIDRow, gen.Contract, error) {
	p, err := tx.ContractPartyByPublicID(ctx, publicID)
	if err != nil {
		return p, gen.Contract{}, db.NotFound(err)
	}
	if p.RemovedAt != nil {
		return p, gen.Contract{}, errNotFound
	}
	c, err := tx.ContractByID(ctx, p.ContractID)
	return p, c, db.NotFound(err)
}

// OrderParties puts the parties of a centre in an order; ids names all of them. In an open round
// those who have not answered come in the new order.
func (s *Service) OrderParties(ctx context.Context, who actor.Actor, contractID, kind string, ids []string) (Centre, error) {
	return s.change(ctx, who, "", "", nil, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		c, err := s.setUp(ctx, tx, contractID, kind)
		if err != nil {
			return c, kind, err
		}
		list, err := tx.ContractParties(ctx, gen.ContractPartiesParams{ContractID: c.ID, Kind: kind})
		if err != nil {
			return c, kind, err
		}
		at := map[string]int64{}
		for i, id := range ids {
			at[id] = int64(i + 1)
		}
		if len(at) != len(list) {
			return c, kind, fault.New(fault.Conflict, "fault.stale")
		}
		a, err := openRound(ctx, tx.Queries, tx.Now, c, kind)
		if err != nil {
			return c, kind, err
		}
		for _, p := range list {
			n, known := at[p.PublicID]
			if !known {
				return c, kind, fault.New(fault.Conflict, "fault.stale")
			}
			if err := tx.PlaceContractParty(ctx, gen.PlaceContractPartyParams{ID: p.ID, Position: n}); err != nil {
				return c, kind, err
			}
			for _, t := range a.open(p.ID) {
				if err := tx.PlaceContractTurn(ctx, gen.PlaceContractTurnParams{ID: t, Position: n}); err != nil {
					return c, kind, err
				}
			}
		}
		if a, err = openRound(ctx, tx.Queries, tx.Now, c, kind); err != nil || a == nil {
			return c, kind, err
		}
		return c, kind, s.tell(ctx, tx, a, nil)
	})
}

// open gives the turns of a party in an open round; nil has none.
func (a *asking) open(partyID int64) (turns []int64) {
	if a == nil {
		return nil
	}
	for _, t := range a.turns {
		if t.PartyID == partyID {
			turns = append(turns, t.ID)
		}
	}
	return turns
}

// RemoveParty takes somebody off. In an open round nobody waits for its answer any more; one that
// had answered makes the round begin again, which restart must say.
func (s *Service) RemoveParty(ctx context.Context, who actor.Actor, partyID string, restart bool) (Centre, error) {
	return s.change(ctx, who, "", "", nil, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		p, c, err := partyAt(ctx, tx, partyID)
		if err != nil {
			return c, p.Kind, err
		}
		return c, p.Kind, s.takeOff(ctx, tx, who, p, c, restart, nil)
	})
}

// ReplaceParty puts another person in somebody's place: it moved, its access was taken away.
func (s *Service) ReplaceParty(ctx context.Context, who actor.Actor, key, partyID string, in PartyForm) (Centre, error) {
	if err := in.check(); err != nil {
		return Centre{}, err
	}
	return s.change(ctx, who, key, "contract.party.replace", []any{partyID, in}, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		p, c, err := partyAt(ctx, tx, partyID)
		if err != nil {
			return c, p.Kind, err
		}
		in.Kind = p.Kind
		return c, p.Kind, s.takeOff(ctx, tx, who, p, c, in.Restart, func() error {
			_, err := s.addParty(ctx, tx, who, c, in, p.Position)
			return err
		})
	})
}

// takeOff removes a party and lets instead come into its place.
func (s *Service) takeOff(ctx context.Context, tx *db.Tx, who actor.Actor, p gen.ContractPartyByPublicIDRow, c gen.Contract, restart bool, instead func() error) error {
	a, err := openRound(ctx, tx.Queries, tx.Now, c, p.Kind)
	if err != nil {
		return err
	}
	answered := a != nil && a.answered(p.ID)
	if answered && !restart {
		return fault.New(fault.Conflict, "fault.round.restarts")
	}
	if answered { // what it said is void: nobody is told twice
		if err := s.closeRestarted(ctx, tx, who, a); err != nil {
			return err
		}
	}
	if _, err := tx.RemoveContractParty(ctx, gen.RemoveContractPartyParams{ID: p.ID, At: ptr(tx.Stamp())}); err != nil {
		return err
	}
	if err := uninvite(ctx, tx, p.GuestID); err != nil {
		return err
	}
	if err := s.log(ctx, tx, who, c, "contract.party_removed", map[string]any{"kind": p.Kind, "party": p.ID}); err != nil {
		return err
	}
	if a != nil && !answered {
		if err := s.noteOff(ctx, tx, who, a, p.ID); err != nil {
			return err
		}
	}
	if instead != nil {
		if err := instead(); err != nil {
			return err
		}
	}
	switch {
	case answered:
		return s.beginAgain(ctx, tx, who, a)
	case a != nil:
		if a, err = load(ctx, tx.Queries, tx.Now, c, a.round); err != nil {
			return err
		}
		return s.settle(ctx, tx, who, a, -1)
	}
	return nil
}

// uninvite ends the invitation of who is party of nothing any more; nil is nobody.
func uninvite(ctx context.Context, tx *db.Tx, guestID *int64) error {
	if guestID == nil {
		return nil
	}
	n, err := tx.CountGuestParties(ctx, guestID)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.RevokeContractGuest(ctx, gen.RevokeContractGuestParams{ID: *guestID, At: ptr(tx.Stamp())})
	return err
}

// noteOff says in the chain that nobody waits for a party's answer any more, and to that party too
// where it had been asked.
func (s *Service) noteOff(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, partyID int64) error {
	for i := range a.turns {
		t := &a.turns[i]
		if t.PartyID != partyID {
			continue
		}
		if err := endHandOffs(ctx, tx, t.ID); err != nil {
			return err
		}
		if err := a.note(ctx, tx, t, by(who, "", evidence.Event{Kind: eventRemoved, Detail: t.Name})); err != nil {
			return err
		}
		if err := s.tellNoMore(ctx, tx, a, *t); err != nil {
			return err
		}
	}
	return nil
}

// answered tells whether a party has said yes in the round.
func (a *asking) answered(partyID int64) bool {
	return slices.ContainsFunc(a.turns, func(t gen.ContractTurnsRow) bool { return t.PartyID == partyID && t.Decision != nil })
}
