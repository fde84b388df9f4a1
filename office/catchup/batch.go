package catchup

import (
	"context"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Result is what came of one thing that a person had done or skipped.
type Result struct {
	Entry
	Skipped bool
	Fault   *fault.Error // nil: it came about
}

// Progress is how far a person's catch-up is.
type Progress struct {
	Running   bool
	Done      int // looked at, whatever came of it
	Total     int
	Cancelled bool
	Results   []Result
	Left      time.Duration // by how long the others took; 0 = unknown
}

// batch is one catch-up by hand. It belongs to the house, not to the window that began it:
// every window sees the same one.
type batch struct {
	Progress
	began  time.Time
	cancel context.CancelFunc
	ended  chan struct{}
}

// Settle does the chosen things in order, or skips them; ids are Entry.ID. It comes back
// at once; Progress tells how far it is. While one runs another is refused.
func (s *Service) Settle(ctx context.Context, who actor.Actor, ids []string, skip bool) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	held, err := s.Held(ctx, who)
	if err != nil {
		return err
	}
	chosen := slices.DeleteFunc(held, func(x Entry) bool { return !slices.Contains(ids, x.ID()) })
	if len(chosen) == 0 { // done, skipped or paid meanwhile: nothing is left of it
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.batch != nil && s.batch.Running {
		return fault.New(fault.Conflict, "fault.catchup.running")
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b := &batch{Progress: Progress{Running: true, Total: len(chosen), Results: []Result{}}, began: s.now(), cancel: cancel, ended: make(chan struct{})}
	s.batch = b
	go s.run(ctx, b, who, chosen, skip)
	return nil
}

func (s *Service) run(ctx context.Context, b *batch, who actor.Actor, chosen []Entry, skip bool) {
	defer close(b.ended)
	s.pass.Lock() // the machine's own pass does not run beside it
	defer s.pass.Unlock()
	blocked := map[string]*fault.Error{}
	for _, x := range chosen {
		if ctx.Err() != nil || s.closing() {
			break
		}
		r := Result{Entry: x, Skipped: skip}
		if before, stuck := blocked[x.line()]; stuck {
			r.Fault = before
		} else if err := s.settleOne(context.WithoutCancel(ctx), who, x, skip); err != nil { // what is in hand is finished
			e, known := fault.As(err)
			if !known {
				e = fault.New(fault.Unavailable, "fault.catchup.failed")
				s.tell(x, err)
			}
			r.Fault = e
			blocked[x.line()] = fault.New(fault.Conflict, "fault.catchup.waits")
		}
		s.mu.Lock()
		b.Results, b.Done = append(b.Results, r), b.Done+1
		s.mu.Unlock()
		if b.Done%20 == 0 || b.Done == b.Total {
			s.Changed("catchup")
		}
	}
	s.mu.Lock()
	b.Running, b.Cancelled = false, b.Done < b.Total
	s.mu.Unlock()
	b.cancel()
	s.Changed("catchup", "recurring", "invoices", "mails")
	s.Poke() // what waited behind these is free now
}

// settleOne does one and takes it off the list of what is held.
func (s *Service) settleOne(ctx context.Context, who actor.Actor, x Entry, skip bool) error {
	if err := s.do(ctx, who, x, skip); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.ReleaseCatchup(ctx, gen.ReleaseCatchupParams{Source: x.Source, Key: x.Key})
	})
}

// Progress tells how far the last catch-up by hand is; zero when there was none.
func (s *Service) Progress(who actor.Actor) (Progress, error) {
	if err := who.Need(actor.Look); err != nil {
		return Progress{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.batch == nil {
		return Progress{Results: []Result{}}, nil
	}
	p := s.batch.Progress
	p.Results = slices.Clone(p.Results)
	if p.Running && p.Done > 0 {
		p.Left = s.now().Sub(s.batch.began) / time.Duration(p.Done) * time.Duration(p.Total-p.Done)
	}
	return p, nil
}

// Cancel ends the catch-up after the thing in hand; what is left stays held.
func (s *Service) Cancel(who actor.Actor) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.batch != nil {
		s.batch.cancel()
	}
	return nil
}

// wait gives back when no catch-up by hand runs any more.
func (s *Service) wait() {
	s.mu.Lock()
	b := s.batch
	s.mu.Unlock()
	if b != nil {
		b.cancel()
		<-b.ended
	}
}
