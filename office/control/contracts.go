package control

import (
	"context"
	"encoding/json"
	"time"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// contracts proves what is kept of contracts and the evidence of their rounds, in one snapshot.
func (c *check) contracts(ctx context.Context) error {
	return c.service.db.Read(ctx, func(q *gen.Queries) error {
		for _, step := range []func(context.Context, *gen.Queries) error{c.terms, c.evidence, c.shown, c.rounds} {
			if err := step(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// terms proves that the days that are kept beside each contract are those of its terms.
func (c *check) terms(ctx context.Context, q *gen.Queries) error {
	settings, err := q.ContractSettings(ctx)
	if err != nil {
		return err
	}
	today := civil.Of(c.service.db.Now(), c.location).String()
	var lastID int64
	for {
		rows, err := q.ControlContractDates(ctx, gen.ControlContractDatesParams{AfterID: lastID, RowLimit: pageSize})
		if err != nil {
			return err
		}
		for _, r := range rows {
			lastID = r.ID
			if what := c.misdated(r, min(today, settings.RolledOn), max(today, settings.RolledOn)); what != "" {
				c.add(AreaContracts, "control.contracts.dates", "contract", r.Number, "what", what)
			}
		}
		c.counted(AreaContracts, len(rows))
		if len(rows) < pageSize {
			return nil
		}
	}
}

// misdated tells which kept day of a contract is not that of its terms: term, decide, remind; ""
// where all are. They were computed on a day that nobody wrote down: from is the first on which
// that may have been for one that renews itself ("" = any), to the last, unless it was changed
// later still by a clock that was wrong.
func (c *check) misdated(r gen.ControlContractDatesRow, from, to string) string {
	if at, err := time.Parse(db.TimeFormat, r.UpdatedAt); err == nil {
		to = max(to, civil.Of(at, c.location).String())
	}
	on, err := civil.Parse(r.TermOn)
	if err != nil && r.TermOn != "" {
		return "term"
	}
	rule := contract.Contract{State: contract.Status(r.State), EndedOn: date(r.EndedOn), Terms: contract.Terms{Start: date(r.StartOn), End: date(r.EndOn), Renewal: contract.Renewal(r.Renewal),
		RenewalMonths: int(r.RenewalMonths), NoticeCount: int(r.NoticeCount), NoticeUnit: r.NoticeUnit, RemindDays: int(r.RemindDays)}}
	s := rule.Standing(on) // the last day of a term is one of that term
	rolls := rule.State == contract.Signed && rule.Terms.Renewal == contract.Tacit && rule.EndedOn.IsZero()
	remind := s.RemindOn.String()
	switch {
	case r.TermOn != s.Term.To.String(), rolls && r.TermOn < from, rule.EndedOn.IsZero() && s.Term.N > 1 && s.Term.From.String() > to:
		return "term"
	case r.DecideOn != s.DecideBy.String():
		return "decide"
	case r.RemindOn != remind && (remind == "" || r.RemindOn < remind || r.RemindOn > to): // arranged too late it is of the day on which it was
		return "remind"
	}
	return ""
}

// date is a stored date for a rule; none where it is none.
func date(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

// link is where a chain of events stands.
type link struct {
	round, document int64
	hash            string
	n               int
}

// evidence proves the chains of events of all rounds: none changed, none missing before another,
// each about the document and the person that its row says.
func (c *check) evidence(ctx context.Context, q *gen.Queries) error {
	var at link
	p := gen.ControlEvidenceParams{RowLimit: pageSize}
	for {
		rows, err := q.ControlEvidence(ctx, p)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if at.round != r.RoundID || at.document != r.Document {
				at = link{round: r.RoundID, document: r.Document, hash: evidence.Root(r.RoundPublicID)}
			}
			c.event(at, r)
			at.hash, at.n = r.Hash, int(r.N)
			p.AfterRound, p.AfterDocument, p.AfterN = r.RoundID, r.Document, r.N
		}
		c.report.Counted["events"] += int64(len(rows))
		if len(rows) < pageSize {
			return nil
		}
	}
}

// event proves one, after what stands at before. The hash in its column counts like the one that
// is hashed with it.
func (c *check) event(before link, r gen.ControlEvidenceRow) {
	found := func(key string) {
		c.add(AreaContracts, key, "contract", r.Contract, "kind", r.RoundKind, "round", r.RoundN, "n", r.N)
	}
	var e evidence.Event
	if err := json.Unmarshal([]byte(r.Data), &e); err != nil {
		found("control.evidence.changed")
		return
	}
	agrees := int64(e.N) == r.N && e.Kind == r.Kind && db.Stamp(e.At) == r.At && e.Signer == r.Turn && (r.TurnID == nil) == (r.Turn == "") && e.Document == r.About
	e.N, e.Hash = int(r.N), r.Hash
	for _, f := range evidence.Follows(before.hash, before.n, e) {
		switch f.What {
		case evidence.EventChanged:
			found("control.evidence.changed")
			return
		case evidence.EventMissing, evidence.EventOrder:
			found("control.evidence.missing")
			return
		}
	}
	if !agrees {
		found("control.evidence.other")
	}
}

// shown proves that each round is about the very documents that its pages named.
func (c *check) shown(ctx context.Context, q *gen.Queries) error {
	var lastID int64
	for {
		rows, err := q.ControlRounds(ctx, gen.ControlRoundsParams{AfterID: lastID, RowLimit: pageSize})
		if err != nil {
			return err
		}
		for _, r := range rows {
			lastID = r.ID
			files, err := q.ContractRoundFiles(ctx, r.ID)
			if err != nil {
				return err
			}
			list := make([]evidence.Document, len(files))
			for i, f := range files {
				list[i] = evidence.Document{Name: f.Name, SHA256: f.Sha256, Size: f.Size}
			}
			if evidence.RoundDigest(list) != r.Digest {
				c.add(AreaContracts, "control.rounds.documents", "contract", r.Contract, "kind", r.Kind, "round", r.N)
			}
		}
		if len(rows) < pageSize {
			return nil
		}
	}
}

// rounds proves that turns, signatures, events and sealed papers tell the same.
func (c *check) rounds(ctx context.Context, q *gen.Queries) error {
	rows, err := q.ControlRoundFaults(ctx, pageSize)
	for _, r := range rows {
		args := []any{"contract", r.Contract, "kind", r.Kind, "round", r.N, "name", r.Name}
		switch r.What {
		case "answer":
			c.add(AreaContracts, "control.rounds.answer", args...)
		case "event":
			c.add(AreaContracts, "control.rounds.event", args...)
		case "signature":
			c.add(AreaContracts, "control.rounds.signature", args...)
		case "done":
			c.add(AreaContracts, "control.rounds.done", args...)
		case "chain":
			c.add(AreaContracts, "control.rounds.chain", args...)
		case "sealed":
			c.add(AreaContracts, "control.rounds.sealed", args...)
		}
	}
	return err
}
