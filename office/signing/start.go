package signing

import (
	"context"
	"errors"
	"io"
	"maps"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/contracts"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// StartLook is what the firm is told before a round begins.
type StartLook struct {
	Problems       []Problem // it cannot begin
	Warnings       []Problem // it can, and this is so
	BecomesVisible bool      // the contract will be seen in the portal
	Tells          []string  // who is written to now
	Later          []string  // and who when its turn comes
	HiddenFiles    []string  // documents that those who are asked will read though they are hidden
	Waits          bool      // the round of approval comes first
}

// Problem is a sentence for a person: a key of the texts and what stands in it.
type Problem struct {
	Key  string
	Args fault.Args
}

func aboutName(key, name string) Problem { return Problem{Key: key, Args: fault.Args{"name": name}} }

// StartForm begins a round.
type StartForm struct {
	ContractID  string `json:"contractId"`
	Kind        string `json:"kind"`
	Version     int64  `json:"version"` // of the centre as it was shown
	MakeVisible bool   `json:"makeVisible"`
}

func (p Problem) fault() error { return &fault.Error{Code: fault.Conflict, Key: p.Key, Args: p.Args} }

// chosen is a document that a round will ask about.
type chosen struct {
	versionID, pages int64
	sha, name        string
	size             int64
}

// plan is what a round would be like now.
type plan struct {
	contract gen.Contract
	centre   gen.ContractCentre
	parties  []gen.ContractPartiesRow
	files    []gen.CentreFilesRow
	open     bool // a round of the kind is open
	waits    bool
	now      moment
}

func planOf(ctx context.Context, q *gen.Queries, now moment, row gen.Contract, kind string) (p plan, err error) {
	p = plan{contract: row, now: now, centre: gen.ContractCentre{ContractID: row.ID, Kind: kind, Ordered: 1}}
	if set, err := q.ContractCentre(ctx, gen.ContractCentreParams{ContractID: row.ID, Kind: kind}); err == nil {
		p.centre = set
	} else if !fault.Is(db.NotFound(err), fault.NotFound) {
		return p, err
	}
	if p.parties, err = q.ContractParties(ctx, gen.ContractPartiesParams{ContractID: row.ID, Kind: kind}); err != nil {
		return p, err
	}
	files, err := q.CentreFiles(ctx, gen.CentreFilesParams{ContractID: row.ID, Kind: kind})
	if err != nil {
		return p, err
	}
	for _, f := range files {
		if f.Chosen == 1 {
			p.files = append(p.files, f)
		}
	}
	a, err := openRound(ctx, q, now, row, kind)
	if p.open = a != nil; err != nil || kind == Approval {
		return p, err
	}
	a, err = openRound(ctx, q, now, row, Approval)
	p.waits = a != nil
	return p, err
}

// problems are what keeps a round from beginning, but for what its files are.
func (p plan) problems() []Problem {
	list := []Problem{}
	if p.open {
		list = append(list, Problem{Key: "fault.round.running"})
	}
	if s := contract.Status(p.contract.State); s == contract.Cancelled || s == contract.Ended {
		list = append(list, Problem{Key: "fault.round.over"})
	}
	if len(p.parties) == 0 {
		list = append(list, Problem{Key: "fault.round.nobody"})
	}
	if len(p.files) == 0 {
		list = append(list, Problem{Key: "fault.round.nothing"})
	}
	for _, x := range p.parties {
		if gone(x.Blocked) {
			list = append(list, aboutName("common.round.blocked."+x.Blocked, x.Name))
		}
	}
	return list
}

// outside tells whether anybody outside of the firm is asked.
func (p plan) outside() bool {
	for _, x := range p.parties {
		if x.UserID == nil {
			return true
		}
	}
	return false
}

func (p plan) becomesVisible() bool { return p.outside() && p.contract.InPortal == 0 }

// Look tells what beginning a round would do, and what keeps it from beginning.
func (s *Service) Look(ctx context.Context, who actor.Actor, contractID, kind string) (l StartLook, err error) {
	if err := who.Need(actor.Look); err != nil {
		return StartLook{}, err
	}
	var p plan
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractByPublicID(ctx, contractID)
		if err != nil {
			return db.NotFound(err)
		}
		p, err = planOf(ctx, q, s.DB.Now(), row, kind)
		return err
	}); err != nil {
		return StartLook{}, err
	}
	l = StartLook{Problems: p.problems(), Warnings: []Problem{}, Tells: []string{}, Later: []string{}, HiddenFiles: []string{}, BecomesVisible: p.becomesVisible(), Waits: p.waits}
	if _, err := s.inspect(p); err != nil {
		e, ok := fault.As(err)
		if !ok || e.Code != fault.Invalid {
			return StartLook{}, err
		}
		l.Problems = append(l.Problems, Problem{Key: e.Key, Args: e.Args})
	}
	for i, x := range p.parties {
		why := blocked(x.Blocked, x.ExpiresAt, p.now)
		if why == "expired" { // it is invited again
			why = ""
		}
		switch {
		case why != "" && !gone(why):
			l.Warnings = append(l.Warnings, aboutName("common.round.blocked."+why, x.Name))
		case why != "":
		case p.waits || p.centre.Ordered == 1 && i > 0:
			l.Later = append(l.Later, x.Name)
		default:
			l.Tells = append(l.Tells, x.Name)
		}
	}
	for _, f := range p.files {
		if f.InPortal == 0 && p.outside() {
			l.HiddenFiles = append(l.HiddenFiles, f.Name)
		}
	}
	return l, nil
}

// inspect looks at the documents of a plan: what is to be signed is a PDF that can be sealed. It
// reads files, so it has no place in a transaction.
func (s *Service) inspect(p plan) ([]chosen, error) {
	list := make([]chosen, 0, len(p.files))
	for _, f := range p.files {
		c := chosen{versionID: f.VersionID, sha: f.Sha256, name: f.VersionName, size: f.Size}
		if p.centre.Kind == Signature {
			var err error
			if c.pages, err = s.pages(f.Sha256, f.Size); err != nil {
				return nil, named(err, f.Name)
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// named says which file cannot be signed.
func named(err error, file string) error {
	e, ok := fault.As(err)
	if !ok || e.Code != fault.Invalid {
		return err
	}
	c := *e
	if c.Args = maps.Clone(e.Args); c.Args == nil {
		c.Args = fault.Args{}
	}
	c.Args["name"] = file
	return &c
}

func (s *Service) pages(sha string, size int64) (pages int64, err error) {
	b, err := s.Files.Open(sha, size)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	n, err := s.Sealer.Inspect(b.(io.ReaderAt), size) // a file, see office/files
	return int64(n), err
}

// Start begins a round on the chosen documents as they are now. Where somebody outside is asked the
// contract becomes visible in the portal, which the form must have been told.
func (s *Service) Start(ctx context.Context, who actor.Actor, key string, in StartForm) (Centre, error) {
	if err := who.Need(actor.Contracting); err != nil {
		return Centre{}, err
	}
	var p plan
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractByPublicID(ctx, in.ContractID)
		if err != nil {
			return db.NotFound(err)
		}
		p, err = planOf(ctx, q, s.DB.Now(), row, in.Kind)
		return err
	}); err != nil {
		return Centre{}, err
	}
	docs, unfit := s.inspect(p) // a repeat is answered before anything is refused
	return s.change(ctx, who, key, "contract.round.start", in, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		row, err := s.setUp(ctx, tx, in.ContractID, in.Kind)
		if err != nil {
			return row, in.Kind, err
		}
		p, err := planOf(ctx, tx.Queries, tx.Now, row, in.Kind)
		if err != nil {
			return row, in.Kind, err
		}
		if list := p.problems(); len(list) > 0 {
			return row, in.Kind, list[0].fault()
		}
		if unfit != nil {
			return row, in.Kind, unfit
		}
		if in.Version != 0 && in.Version != p.centre.Version || !same(docs, p.files) {
			return row, in.Kind, fault.New(fault.Conflict, "fault.stale")
		}
		if p.becomesVisible() {
			if !in.MakeVisible {
				return row, in.Kind, fault.New(fault.Conflict, "fault.round.visible")
			}
			if err := contracts.ShowTo(ctx, tx, who, row.ID); err != nil {
				return row, in.Kind, err
			}
			row.InPortal = 1
		}
		_, err = s.begin(ctx, tx, who, row, p.centre, p.parties, docs, nil)
		return row, in.Kind, err
	})
}

// same tells whether what was looked at is still what is chosen.
func same(docs []chosen, files []gen.CentreFilesRow) bool {
	if len(docs) != len(files) {
		return false
	}
	for i, d := range docs {
		if d.versionID != files[i].VersionID {
			return false
		}
	}
	return true
}

// begin writes a round, asks its first ones, and moves the contract on. before is the round that it
// takes up again, nil for none.
func (s *Service) begin(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Contract, centre gen.ContractCentre, parties []gen.ContractPartiesRow, docs []chosen, before *asking) (*asking, error) {
	last, err := tx.LastContractRound(ctx, gen.LastContractRoundParams{ContractID: row.ID, Kind: centre.Kind})
	if err != nil {
		return nil, err
	}
	shown := make([]evidence.Document, len(docs))
	for i, d := range docs {
		shown[i] = evidence.Document{Name: d.name, SHA256: d.sha, Size: d.size}
	}
	id, err := tx.InsertContractRound(ctx, gen.InsertContractRoundParams{PublicID: s.IDs(), ContractID: row.ID, Kind: centre.Kind, N: last + 1, Ordered: centre.Ordered, Message: centre.Message, Digest: evidence.RoundDigest(shown),
		StartedBy: who.Name, StartedAt: tx.Stamp()})
	if err != nil {
		return nil, err
	}
	for i, d := range docs {
		if err := tx.InsertContractRoundFile(ctx, gen.InsertContractRoundFileParams{RoundID: id, Position: int64(i), VersionID: d.versionID, Pages: d.pages}); err != nil {
			return nil, err
		}
	}
	for _, p := range parties {
		if err := s.insertTurn(ctx, tx, id, centre, p); err != nil {
			return nil, err
		}
		if p.GuestID != nil {
			if err := tx.ProlongContractGuest(ctx, gen.ProlongContractGuestParams{ID: *p.GuestID, ExpiresAt: db.Stamp(tx.Now.Add(GuestLife))}); err != nil {
				return nil, err
			}
		}
	}
	a, err := loadID(ctx, tx.Queries, tx.Now, id)
	if err != nil {
		return nil, err
	}
	created := evidence.Event{Kind: evidence.Created, Detail: row.Number + ", " + row.Title}
	if before != nil {
		created.Detail += " (" + before.round.PublicID + ")"
	}
	if err := a.note(ctx, tx, nil, by(who, "", created)); err != nil {
		return nil, err
	}
	if err := s.log(ctx, tx, who, row, "contract.round_started", map[string]any{"round": id, "kind": centre.Kind, "n": last + 1}); err != nil {
		return nil, err
	}
	action, step := "contract.to_review", contracts.Step(contract.Contract.ToReview)
	if centre.Kind == Signature {
		action, step = "contract.to_sign", contract.Contract.ToBeSigned
	}
	if !a.waits {
		if err := s.step(ctx, tx, who, row.ID, action, step); err != nil {
			return nil, err
		}
	}
	return a, s.tell(ctx, tx, a, before)
}
