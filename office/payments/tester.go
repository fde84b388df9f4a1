package payments

import (
	"context"
	"errors"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// KeyStep is one thing that trying a gateway's keys found out.
type KeyStep struct {
	Name   string // key, account, charges, payouts, card, sepa_debit, events, clock, hook
	State  string // done, failed, skipped
	Answer string // the gateway's own words: a name; or
	Advice string // key of a text
	At     string // when it was done last, of hook
}

// TestGateway tries the keys of a world (Tester): it asks the gateway who we are, and what is
// switched on there. Nothing is charged.
func (s *Service) TestGateway(ctx context.Context, who actor.Actor, gateway, mode string) ([]KeyStep, error) {
	if err := who.Need(actor.Configure); err != nil {
		return nil, err
	}
	if _, err := s.keyed(ctx, gateway); err != nil {
		return nil, err
	}
	g, _ := s.gateway(ctx, gateway)
	key, hook, err := s.Keys.Take(ctx, gateway, mode)
	switch {
	case err != nil:
		return []KeyStep{{Name: "key", State: "failed", Advice: "gateway.test.lost"}}, nil //nolint:nilerr // Take fails where the key has to be typed again: the step says so
	case key == "":
		return nil, fault.New(fault.Conflict, "fault.gateways.no_key")
	}
	a, err := g.Test(ctx, mode)
	if err != nil {
		s.complain(gateway, mode, "", err)
		if errors.Is(err, ErrKeysRefused) {
			if err := s.refused(ctx, gateway, mode, refusedOrder); err != nil {
				return nil, err
			}
		}
		return []KeyStep{{Name: "key", State: "failed", Advice: adviceOf(err)}}, nil
	}
	w, err := s.tested(ctx, gateway, mode, a)
	if err != nil {
		return nil, err
	}
	steps := []KeyStep{{Name: "key", State: "done"}, {Name: "account", State: "done", Answer: strings.TrimSpace(a.Name + " " + a.Country)},
		switchedOn("charges", a.Charges, "gateway.test.no_charges"), switchedOn("payouts", a.Payouts, "gateway.test.no_payouts")}
	if w.RefusedBy == refusedAccount {
		steps[1].State, steps[1].Advice = "failed", "gateway.test.other_account"
	}
	for _, kind := range []string{KindCard, KindDebit} {
		steps = append(steps, kindStep(kind, a.Kinds))
	}
	steps = append(steps, switchedOn("events", !a.Mute, "gateway.test.mute"))
	if a.ClockOff.Abs() > MostClockOff {
		steps = append(steps, KeyStep{Name: "clock", State: "failed", Advice: "gateway.test.clock"})
	}
	return append(steps, hookStep(hook, w.HookedAt)), nil
}

// hookStep: a secret that was typed is tried by the gateway alone, when it calls.
func hookStep(hook, hookedAt string) KeyStep {
	switch {
	case hook == "":
		return KeyStep{Name: "hook", State: "skipped", Advice: "gateway.test.no_hook"}
	case hookedAt == "":
		return KeyStep{Name: "hook", State: "skipped", Advice: "gateway.test.hook_untried"}
	}
	return KeyStep{Name: "hook", State: "done", At: hookedAt}
}

// tested notes what trying the keys of a world told: they work, and whose they are. Keys of
// another account than the one before (they were typed without a network) are not used: what is
// under way and what is kept lies with the other one.
func (s *Service) tested(ctx context.Context, gateway, mode string, a Account) (w gen.GatewayWorld, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if w, err = worldRow(ctx, tx.Queries, gateway, mode); err != nil {
			return err
		}
		w.RefusedAt, w.RefusedBy, w.MuteAt = "", "", ""
		switch {
		case a.ID != "" && w.Account != "" && a.ID != w.Account:
			w.RefusedAt, w.RefusedBy = tx.Stamp(), refusedAccount
		case a.ID != "":
			w.Account = a.ID
		}
		if a.Mute {
			w.MuteAt = tx.Stamp()
		}
		told(&w, a, tx.Stamp())
		if err := s.putWorld(ctx, tx, w); err != nil {
			return err
		}
		row, err := accountRow(ctx, tx.Queries, gateway)
		if err != nil || row.Mode != mode {
			return err
		}
		row.AccountName, row.TestedAt = a.Name, tx.Stamp()
		return s.putAccount(ctx, tx, row)
	})
	return w, err
}

// adviceOf is what a gateway says of keys that do not work, else that it cannot be reached.
func adviceOf(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Key
	}
	return "gateway.test.unreachable"
}

func switchedOn(name string, yes bool, advice string) KeyStep {
	if yes {
		return KeyStep{Name: name, State: "done"}
	}
	return KeyStep{Name: name, State: "failed", Advice: advice}
}

// kindStep: a kind that is not switched on there is no fault, only not offered.
func kindStep(kind string, kinds []string) KeyStep {
	if slices.Contains(kinds, kind) {
		return KeyStep{Name: kind, State: "done"}
	}
	return KeyStep{Name: kind, State: "skipped", Advice: "gateway.test.not_on"}
}
