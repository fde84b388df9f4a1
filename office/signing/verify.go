package signing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/evidence"
)

// VerifyMost is the size of the largest file that is looked at.
const VerifyMost = sealedMost

// Verdict is what a file is, in words.
type Verdict struct {
	Verdict     string           // sealed, unknown, altered, unsealed
	Title       string           // the same as a sentence
	Checks      []VerifyCheck    //
	Certificate string           // whose it is, "" = none was read
	SealedAt    moment           // zero where nothing says so
	Record      *evidence.Record // nil where it could not be read
}

// VerifyCheck is one thing that was looked at.
type VerifyCheck struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	State  string `json:"state"` // ok, failed, unknown
	Reason string `json:"reason"`
}

// Verified is what a file is, and what the firm knows of it.
type Verified struct {
	Verdict
	FileName string
	SHA256   string
	Ours     bool // the very file that this company sealed
	Contract gen.SealedPaperBySumRow
	// Same tells that the contract's own evidence, as the file of the company has it, is that of the
	// paper.
	Same bool
}

// Verify tells what a file is: whether it was sealed here, what for, and whether anything of it
// changed since. name is that of the file, for the answer.
func (s *Service) Verify(ctx context.Context, who actor.Actor, name string, r io.ReaderAt, size int64) (v Verified, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Verified{}, err
	}
	if size > VerifyMost {
		return Verified{}, fault.New(fault.Invalid, "fault.round.verify_big", "max", VerifyMost>>20)
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return Verified{}, fmt.Errorf("signing: verify: %w", err)
	}
	v.FileName, v.SHA256 = name, hex.EncodeToString(h.Sum(nil))
	if v.Verdict, err = s.Sealer.Verify(ctx, who.Lang, r, size); err != nil {
		return Verified{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.SealedPaperBySum(ctx, v.SHA256)
		switch err = db.NotFound(err); {
		case err == nil:
			v.Ours, v.Contract = true, row
		case !fault.Is(err, fault.NotFound):
			return err
		}
		if v.Record == nil {
			return nil
		}
		v.Same, err = kept(ctx, q, *v.Record)
		if err != nil || v.Ours || !v.Same {
			return err
		}
		v.Contract, err = contractOfRound(ctx, q, v.Record.Envelope)
		return err
	})
	return v, err
}

// kept tells whether the events of a record are those that the company's own file has of that
// round and document.
func kept(ctx context.Context, q *gen.Queries, r evidence.Record) (bool, error) {
	round, err := q.ContractRoundByPublicID(ctx, r.Envelope)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	all, err := chains(ctx, q, round.ID)
	if err != nil {
		return false, err
	}
	docs, err := q.ContractRoundFiles(ctx, round.ID)
	for _, d := range docs {
		own := all[d.Position]
		if n := len(own); d.Sha256 == r.Document.SHA256 && n > 0 && n == len(r.Events) && own[n-1].Hash == r.Events[n-1].Hash {
			return true, nil
		}
	}
	return false, err
}

// contractOfRound names the contract of a round, for a paper whose bytes are not ours any more.
func contractOfRound(ctx context.Context, q *gen.Queries, roundID string) (gen.SealedPaperBySumRow, error) {
	r, err := q.ContractRoundByPublicID(ctx, roundID)
	if err != nil {
		return gen.SealedPaperBySumRow{}, db.NotFound(err)
	}
	c, err := q.ContractByID(ctx, r.ContractID)
	return gen.SealedPaperBySumRow{ContractPublicID: c.PublicID, Number: c.Number, Title: c.Title}, db.NotFound(err)
}

// VerifyPaper verifies a sealed paper of a contract as it lies in the folder.
func (s *Service) VerifyPaper(ctx context.Context, who actor.Actor, versionID string) (v Verified, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Verified{}, err
	}
	var f gen.SealedVersionRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		f, err = q.SealedVersion(ctx, versionID)
		return db.NotFound(err)
	}); err != nil {
		return Verified{}, err
	}
	b, err := s.Files.Open(f.Sha256, f.Size)
	if err != nil {
		return Verified{}, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	return s.Verify(ctx, who, f.Name, b.(io.ReaderAt), f.Size) // a file, see office/files
}

// Proof is the chain of evidence of a round, for people.
type Proof struct {
	Round    Round
	Sound    bool
	Findings []string
	Events   []ProofEvent // of the first document; the others' chains tell the same
	Heads    []ProofHead
}

// ProofEvent is one thing that happened.
type ProofEvent struct {
	N       int    `json:"n"`
	At      string `json:"at"`
	Kind    string `json:"kind"`
	Label   string `json:"label"`
	Who     string `json:"who"`
	Source  string `json:"source"`
	Address string `json:"address"`
	Agent   string `json:"agent"`
	Detail  string `json:"detail"`
	Hash    string `json:"hash"`
}

// ProofHead is the last link of a document's chain.
type ProofHead struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Sound  bool   `json:"sound"`
	Head   string `json:"head"`
}

// Evidence gives what was kept of a round, proved.
func (s *Service) Evidence(ctx context.Context, who actor.Actor, roundID string) (p Proof, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Proof{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.ContractRoundByPublicID(ctx, roundID)
		if err != nil {
			return db.NotFound(err)
		}
		a, err := loadID(ctx, q, s.DB.Now(), r.ID)
		if err != nil {
			return err
		}
		all, err := chains(ctx, q, r.ID)
		if err != nil {
			return err
		}
		if p.Round, err = a.view(ctx, q, who, day{}); err != nil {
			return err
		}
		p.prove(a, all, who.Lang)
		return nil
	})
	return p, err
}

func (p *Proof) prove(a *asking, all map[int64][]evidence.Event, lang string) {
	p.Sound, p.Findings, p.Events, p.Heads = true, []string{}, []ProofEvent{}, []ProofHead{}
	names := map[int64]ProofHead{}
	for _, f := range a.files {
		names[f.Position] = ProofHead{Name: f.Name, SHA256: f.Sha256}
	}
	for position := int64(0); position < int64(max(len(all), 1)); position++ {
		events, head := all[position], names[position]
		found := evidence.CheckEvents(evidence.Root(a.round.PublicID), events)
		if len(events) == 0 {
			found = []evidence.Finding{{What: evidence.Incomplete}}
		}
		head.Sound = len(found) == 0
		for _, f := range found {
			p.Sound = false
			p.Findings = append(p.Findings, locale.T(lang, "common.seal.found.evidence_"+f.What, map[string]any{"n": f.N}))
		}
		if n := len(events); n > 0 {
			head.Head = events[n-1].Hash
		}
		p.Heads = append(p.Heads, head)
	}
	for _, e := range all[0] {
		p.Events = append(p.Events, ProofEvent{N: e.N, At: db.Stamp(e.At), Kind: e.Kind, Label: locale.T(lang, "common.round.event."+e.Kind, nil), Who: e.Who, Source: e.Source, Address: e.IP, Agent: e.UserAgent, Detail: e.Detail, Hash: e.Hash})
	}
}
