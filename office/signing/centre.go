package signing

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// day is a day of the firm's calendar.
type day = civil.Date

const pdfType = "application/pdf"

// Centre gives one centre of a contract with its rounds.
func (s *Service) Centre(ctx context.Context, who actor.Actor, contractID, kind string) (c Centre, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Centre{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractByPublicID(ctx, contractID)
		if err != nil {
			return db.NotFound(err)
		}
		c, err = s.read(ctx, q, s.DB.Now(), who, row, kind)
		return err
	})
	return c, err
}

// read makes the centre as the window shows it.
func (s *Service) read(ctx context.Context, q *gen.Queries, now moment, who actor.Actor, row gen.Contract, kind string) (Centre, error) {
	if kind != Approval && kind != Signature {
		return Centre{}, errNotFound
	}
	c := Centre{ContractID: row.PublicID, Kind: kind, Ordered: true, Files: []CentreFile{}, Parties: []Party{}, History: []Round{}, Sealed: []SealedPaper{}}
	switch set, err := q.ContractCentre(ctx, gen.ContractCentreParams{ContractID: row.ID, Kind: kind}); {
	case err == nil:
		c.Version, c.Ordered, c.DueOn, c.Message = set.Version, set.Ordered == 1, set.DueOn, set.Message
	case !fault.Is(db.NotFound(err), fault.NotFound):
		return Centre{}, err
	}
	files, err := q.CentreFiles(ctx, gen.CentreFilesParams{ContractID: row.ID, Kind: kind})
	if err != nil {
		return Centre{}, err
	}
	for _, f := range files {
		c.Files = append(c.Files, CentreFile{ID: f.PublicID, VersionID: f.VersionPublicID, Name: f.Name, Size: f.Size, MediaType: f.MediaType, SHA256: f.Sha256, InPortal: f.InPortal == 1, Chosen: f.Chosen == 1, PDF: f.MediaType == pdfType})
	}
	today, err := company.Today(ctx, q, now)
	if err != nil {
		return Centre{}, err
	}
	rounds, err := q.ContractRounds(ctx, gen.ContractRoundsParams{ContractID: row.ID, Kind: kind})
	if err != nil {
		return Centre{}, err
	}
	turnOf := map[string]string{}
	for i, r := range rounds {
		a, err := load(ctx, q, now, row, r)
		if err != nil {
			return Centre{}, err
		}
		v, err := a.view(ctx, q, who, today)
		if err != nil {
			return Centre{}, err
		}
		if i > 0 {
			c.History = append(c.History, v)
			continue
		}
		c.Round = &v
		for _, t := range v.Turns {
			if a.running() {
				turnOf[t.PartyID] = t.ID
			}
		}
	}
	if err := c.addParties(ctx, q, now, row.ID, turnOf); err != nil || kind != Signature {
		return c, err
	}
	papers, err := q.SealedPapers(ctx, row.ID)
	for _, p := range papers {
		c.Sealed = append(c.Sealed, SealedPaper{FileID: p.FilePublicID, VersionID: p.VersionPublicID, Name: p.Name, SHA256: p.Sha256, Size: p.Size, SealedAt: p.CreatedAt, RoundID: p.RoundPublicID})
	}
	return c, err
}

func (c *Centre) addParties(ctx context.Context, q *gen.Queries, now moment, contractID int64, turnOf map[string]string) error {
	rows, err := q.ContractParties(ctx, gen.ContractPartiesParams{ContractID: contractID, Kind: c.Kind})
	for i, p := range rows {
		c.Parties = append(c.Parties, Party{ID: p.PublicID, Type: typeOf(p.UserID, p.ContactID), PersonID: p.PersonID, Name: p.Name, Email: p.Email, Capacity: p.Capacity, DueOn: p.DueOn, Position: i + 1,
			Blocked: blocked(p.Blocked, p.ExpiresAt, now), TurnID: turnOf[p.PublicID]})
	}
	return err
}

func typeOf(user, contact *int64) string {
	switch {
	case user != nil:
		return "user"
	case contact != nil:
		return "contact"
	default:
		return "guest"
	}
}

// view makes a round as the window shows it.
func (a *asking) view(ctx context.Context, q *gen.Queries, who actor.Actor, today day) (Round, error) {
	r := a.round
	v := Round{ID: r.PublicID, Kind: r.Kind, N: r.N, State: r.State, Ordered: r.Ordered == 1, Message: r.Message, Digest: r.Digest, StartedBy: r.StartedBy, StartedAt: r.StartedAt, ClosedAt: val(r.ClosedAt),
		SealedAt: val(r.SealedAt), SealFault: r.SealFault, Documents: []Document{}, Turns: []Turn{}}
	if a.waits {
		v.Waiting = Approval
	}
	if r.Kind == Signature && r.State == string(contract.Completed) {
		switch {
		case r.SealedAt != nil:
			v.Sealing = "done"
		case r.SealFault != "":
			v.Sealing = "failed"
		default:
			v.Sealing = "waiting"
		}
	}
	for _, f := range a.files {
		v.Documents = append(v.Documents, Document{Position: int(f.Position), FileID: f.FilePublicID, VersionID: f.VersionPublicID, Name: f.Name, SHA256: f.Sha256, Size: f.Size, MediaType: f.MediaType, Pages: f.Pages,
			SealedFileID: f.SealedPublicID, SealedVersionID: f.SealedVersionID})
	}
	signed := map[int64]*Signed{}
	if r.Kind == Signature {
		rows, err := q.ContractSignatures(ctx, r.ID)
		if err != nil {
			return v, err
		}
		for _, row := range rows {
			if signed[row.TurnID], err = signedOf(row); err != nil {
				return v, err
			}
		}
	}
	for i, t := range a.turns {
		state := a.state(i)
		v.Turns = append(v.Turns, Turn{ID: t.PublicID, PartyID: t.PartyPublicID, Type: typeOf(t.UserID, t.ContactID), Name: t.Name, Email: t.Email, Capacity: t.Capacity, DueOn: t.DueOn, State: state,
			Blocked: blocked(t.Blocked, t.ExpiresAt, a.now), Late: late(t.DueOn, state, today), Mine: who.Kind == actor.Staff && t.UserID != nil && *t.UserID == who.ID,
			ToldAt: val(t.ToldAt), OpenedAt: val(t.OpenedAt), RemindedAt: val(t.RemindedAt), Reminders: t.Reminders, DecidedAt: val(t.DecidedAt), Reason: t.Reason, Signature: signed[t.ID]})
	}
	return v, nil
}

// late tells of an answer that is owed since before today.
func late(dueOn, state string, today day) bool {
	d, err := civil.Parse(dueOn)
	return err == nil && d.Before(today) && (state == TurnAsked || state == TurnBlocked || state == TurnWaiting)
}

func signedOf(r gen.ContractSignature) (*Signed, error) {
	v := &Signed{TypedName: r.TypedName, Email: r.Email, Method: r.Method, ProvedAt: r.ProvedAt, CodeSentAt: val(r.CodeSentAt), SignedAt: r.SignedAt, Address: r.Address, UserAgent: r.UserAgent, Operator: r.OperatorName, Device: r.Device,
		TimeZone: r.TimeZone, Digest: r.Digest, Consent: r.ConsentText, ConsentVersion: r.ConsentVersion, Language: r.Language}
	d, err := drawingOf(r)
	if d != nil {
		v.Drawing = &Drawn{Path: d.Path, Width: int64(d.Width), Height: int64(d.Height), PNG: base64.StdEncoding.EncodeToString(d.PNG)}
	}
	return v, err
}

// drawingOf reads what a pen drew; nil is a typed name alone.
func drawingOf(r gen.ContractSignature) (*evidence.Drawing, error) {
	if r.Drawing == "" {
		return nil, nil //nolint:nilnil // most signatures have none
	}
	d := new(evidence.Drawing)
	if err := json.Unmarshal([]byte(r.Drawing), d); err != nil {
		return nil, fmt.Errorf("signing: drawing: %w", err)
	}
	return d, nil
}

// CentreForm is how the firm sets a centre up.
type CentreForm struct {
	ContractID string   `json:"contractId"`
	Kind       string   `json:"kind"`
	Version    int64    `json:"version"`
	Ordered    bool     `json:"ordered"`
	DueOn      string   `json:"dueOn"`
	Message    string   `json:"message"`
	FileIDs    []string `json:"fileIds"`
}

// SaveCentre sets a centre up for its next round; one that is open goes on as it began.
func (s *Service) SaveCentre(ctx context.Context, who actor.Actor, in CentreForm) (c Centre, err error) {
	var form fault.Form
	in.Message = text.Clean(in.Message)
	form.MaxLen("message", in.Message, messageMost)
	checkDue(&form, in.DueOn)
	if len(in.FileIDs) > DocumentsMost {
		form.Add("files", "fault.round.documents_most", "max", DocumentsMost)
	}
	if err := form.Err(); err != nil {
		return Centre{}, err
	}
	return s.change(ctx, who, "", "", nil, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		row, err := s.setUp(ctx, tx, in.ContractID, in.Kind)
		if err != nil {
			return row, in.Kind, err
		}
		if in.Version == 0 { // nobody has set it up before
			in.Version = 1
		}
		n, err := tx.UpdateContractCentre(ctx, gen.UpdateContractCentreParams{ContractID: row.ID, Kind: in.Kind, Ordered: flag(in.Ordered), DueOn: in.DueOn, Message: in.Message, Version: in.Version})
		if err != nil {
			return row, in.Kind, err
		}
		if n == 0 {
			return row, in.Kind, fault.New(fault.Conflict, "fault.stale")
		}
		if err := tx.DropCentreFiles(ctx, gen.DropCentreFilesParams{ContractID: row.ID, Kind: in.Kind}); err != nil {
			return row, in.Kind, err
		}
		for _, id := range in.FileIDs {
			n, err := tx.AddCentreFile(ctx, gen.AddCentreFileParams{ContractID: row.ID, Kind: in.Kind, FileID: id})
			if err == nil && n == 0 {
				err = errNotFound
			}
			if err != nil {
				return row, in.Kind, err
			}
		}
		return row, in.Kind, s.log(ctx, tx, who, row, "contract.centre_changed", map[string]any{"kind": in.Kind})
	})
}

func checkDue(form *fault.Form, dueOn string) {
	if dueOn == "" {
		return
	}
	if _, err := civil.Parse(dueOn); err != nil {
		form.Add("dueOn", "fault.not_a_date")
	}
}

// setUp finds a contract and makes sure that it has the centre.
func (s *Service) setUp(ctx context.Context, tx *db.Tx, contractID, kind string) (gen.Contract, error) {
	if kind != Approval && kind != Signature {
		return gen.Contract{}, errNotFound
	}
	row, err := tx.ContractByPublicID(ctx, contractID)
	if err != nil {
		return row, db.NotFound(err)
	}
	return row, tx.EnsureContractCentre(ctx, gen.EnsureContractCentreParams{ContractID: row.ID, Kind: kind})
}

// change runs a command of the firm's in a transaction, once for its key ("" for one that a
// version guards), and gives the centre as it is then.
func (s *Service) change(ctx context.Context, who actor.Actor, key, command string, body any, fn func(context.Context, *db.Tx) (gen.Contract, string, error)) (c Centre, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return Centre{}, err
	}
	type place struct{ Contract, Kind string }
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var p place
		run := func() error {
			row, kind, err := fn(ctx, tx)
			p = place{row.PublicID, kind}
			return err
		}
		if key == "" {
			err = run()
		} else {
			err = audit.Once(ctx, tx, key, command, body, &p, run)
		}
		if err != nil {
			return err
		}
		row, err := tx.ContractByPublicID(ctx, p.Contract)
		if err != nil {
			return db.NotFound(err)
		}
		c, err = s.read(ctx, tx.Queries, tx.Now, who, row, p.Kind)
		return err
	})
	if err == nil {
		s.Changed("contracts")
	}
	return c, err
}

// TurnLook gives a turn with its round to a user of the firm, for the screen on which it is signed,
// and the language of who signs.
func (s *Service) TurnLook(ctx context.Context, who actor.Actor, turnID string) (r Round, place int, lang string, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		a, i, err := s.turnOf(ctx, q, s.DB.Now(), who, "", turnID)
		if err != nil {
			return err
		}
		if who.Kind != actor.Staff {
			return errNobody
		}
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		place, lang = i, locale.Of(a.turns[i].Language)
		r, err = a.view(ctx, q, who, today)
		return err
	})
	return r, place, lang, err
}
