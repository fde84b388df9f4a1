package payments

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// GatewayWorld is what the firm has of one of a gateway's worlds.
type GatewayWorld struct {
	Mode    string `json:"mode"`
	HasKey  bool   `json:"hasKey"`
	Hint    string `json:"hint"` // last characters of the key
	HasHook bool   `json:"hasHook"`
	Lost    bool   `json:"lost"` // there is a key, but this machine's keyring does not have it
}

// GatewayAccountView is the firm's account with a gateway.
type GatewayAccountView struct {
	Gateway  string         `json:"gateway"`
	Mode     string         `json:"mode"` // in use
	Name     string         `json:"name"` // as the gateway told
	TestedAt string         `json:"testedAt"`
	Worlds   []GatewayWorld `json:"worlds"` // test, live
}

// GatewayAccount gives the firm's account with a gateway, without its keys.
func (s *Service) GatewayAccount(ctx context.Context, who actor.Actor, gateway string) (GatewayAccountView, error) {
	if err := who.NeedStaff(); err != nil {
		return GatewayAccountView{}, err
	}
	if _, err := s.keyed(ctx, gateway); err != nil {
		return GatewayAccountView{}, err
	}
	v := GatewayAccountView{Gateway: gateway, Mode: ModeTest, Worlds: []GatewayWorld{}}
	var row gen.GatewayAccount
	err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		row, err = accountRow(ctx, q, gateway)
		return err
	})
	if err != nil {
		return GatewayAccountView{}, err
	}
	v.Mode, v.Name, v.TestedAt = row.Mode, row.AccountName, row.TestedAt
	for _, w := range []GatewayWorld{{Mode: ModeTest, Hint: row.TestHint}, {Mode: ModeLive, Hint: row.LiveHint}} {
		key, hook, err := s.Keys.Take(ctx, gateway, w.Mode)
		w.HasKey, w.HasHook = w.Hint != "", hook != ""
		w.Lost = w.HasKey && (err != nil || key == "")
		v.Worlds = append(v.Worlds, w)
	}
	return v, nil
}

func accountRow(ctx context.Context, q *gen.Queries, gateway string) (gen.GatewayAccount, error) {
	row, err := q.GatewayAccount(ctx, gateway)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return gen.GatewayAccount{Gateway: gateway, Mode: ModeTest}, nil
	}
	return row, err
}

// keyed finds a gateway that has keys to be typed.
func (s *Service) keyed(ctx context.Context, name string) (Keyed, error) {
	g, ok := s.gateway(ctx, name)
	if k, is := g.(Keyed); ok && is && s.Keys != nil {
		return k, nil
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// KeysChange is what was typed for one of a gateway's worlds. "" keeps what is there; what is
// to go is removed by RemoveKeys.
type KeysChange struct {
	Gateway string `json:"gateway"`
	Mode    string `json:"mode"`
	Key     string `json:"key"`
	Hook    string `json:"hook"`
}

// SaveKeys keeps the keys that were typed. A key of the other world is refused at its field:
// nobody takes money in earnest by a slip, or believes to take it.
func (s *Service) SaveKeys(ctx context.Context, who actor.Actor, in KeysChange) (GatewayAccountView, error) {
	if err := who.NeedStaff(); err != nil {
		return GatewayAccountView{}, err
	}
	g, err := s.keyed(ctx, in.Gateway)
	if err != nil {
		return GatewayAccountView{}, err
	}
	in.Key, in.Hook = strings.TrimSpace(in.Key), strings.TrimSpace(in.Hook)
	if err := in.check(g); err != nil {
		return GatewayAccountView{}, err
	}
	sealed := map[string][]byte{}
	for which, secret := range map[string]string{"key": in.Key, "hook": in.Hook} {
		if secret == "" {
			continue
		}
		name := keyName(in.Gateway, in.Mode, which)
		if sealed[name], err = s.Keys.vault.Keep(name, secret); err != nil { // outside of the transaction: a keyring may ask its user first
			return GatewayAccountView{}, err
		}
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.saveKeys(ctx, tx, who, in, sealed) })
	if err != nil {
		return GatewayAccountView{}, err
	}
	return s.GatewayAccount(ctx, who, in.Gateway)
}

func (in KeysChange) check(g Keyed) error {
	var form fault.Form
	if in.Mode != ModeTest && in.Mode != ModeLive {
		return fault.New(fault.Invalid, "fault.choice")
	}
	form.MaxLen("key", in.Key, 300)
	form.MaxLen("hook", in.Hook, 300)
	switch mode := g.KeyMode(in.Key); {
	case in.Key == "" && in.Hook == "":
		form.Add("key", "fault.required")
	case in.Key == "":
	case mode == "":
		form.Add("key", "fault.gateways.key_form")
	case mode != in.Mode:
		form.Add("key", "fault.gateways.key_of_"+mode)
	}
	if in.Hook != "" && !g.HookForm(in.Hook) {
		form.Add("hook", "fault.gateways.hook_form")
	}
	return form.Err()
}

func (s *Service) saveKeys(ctx context.Context, tx *db.Tx, who actor.Actor, in KeysChange, sealed map[string][]byte) error {
	row, err := accountRow(ctx, tx.Queries, in.Gateway)
	if err != nil {
		return err
	}
	for name, b := range sealed {
		if err := tx.PutSecret(ctx, gen.PutSecretParams{Name: name, Sealed: b, UpdatedAt: tx.Stamp()}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Keys.close(name) })
	}
	if in.Key != "" {
		hint := in.Key[max(0, len(in.Key)-4):]
		first := row.TestHint == "" && row.LiveHint == ""
		if in.Mode == ModeTest {
			row.TestHint = hint
		} else {
			row.LiveHint = hint
		}
		if first { // the only keys are those in use
			row.Mode = in.Mode
		}
		row.TestedAt = ""
	}
	if err := s.putAccount(ctx, tx, row); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("gateways") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "gateway.keys_changed", ObjectKind: "company", ObjectID: 1,
		Details: map[string]any{"gateway": in.Gateway, "mode": in.Mode, "key": in.Key != "", "hook": in.Hook != ""}})
}

func (s *Service) putAccount(ctx context.Context, tx *db.Tx, a gen.GatewayAccount) error {
	tx.AfterCommit(func() { s.Keys.changed(a.Gateway) })
	return tx.PutGatewayAccount(ctx, gen.PutGatewayAccountParams{Gateway: a.Gateway, Mode: a.Mode, TestHint: a.TestHint, LiveHint: a.LiveHint, AccountName: a.AccountName, TestedAt: a.TestedAt})
}

// RemoveKeys forgets the keys of one of a gateway's worlds. What is under way in it could not
// be asked about any more, so that it is refused until that has ended.
func (s *Service) RemoveKeys(ctx context.Context, who actor.Actor, gateway, mode string) (GatewayAccountView, error) {
	if err := who.NeedStaff(); err != nil {
		return GatewayAccountView{}, err
	}
	if _, err := s.keyed(ctx, gateway); err != nil {
		return GatewayAccountView{}, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := accountRow(ctx, tx.Queries, gateway)
		if err != nil {
			return err
		}
		if err := s.nothingOpen(ctx, tx, gateway, mode); err != nil {
			return err
		}
		if mode == ModeTest {
			row.TestHint = ""
		} else {
			row.LiveHint = ""
		}
		for _, which := range []string{"key", "hook"} {
			if err := s.drop(ctx, tx, keyName(gateway, mode, which)); err != nil {
				return err
			}
		}
		if err := s.putAccount(ctx, tx, row); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("gateways") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "gateway.keys_removed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"gateway": gateway, "mode": mode}})
	})
	if err != nil {
		return GatewayAccountView{}, err
	}
	return s.GatewayAccount(ctx, who, gateway)
}

func (s *Service) nothingOpen(ctx context.Context, tx *db.Tx, gateway, mode string) error {
	n, err := tx.OpenAttemptsOfWay(ctx, gen.OpenAttemptsOfWayParams{Gateway: gateway, Mode: mode})
	if err == nil && n > 0 {
		return fault.New(fault.Conflict, "fault.gateways.under_way", "n", n)
	}
	return err
}

func (s *Service) drop(ctx context.Context, tx *db.Tx, name string) error {
	stored, err := tx.GetSecret(ctx, name)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Keys.vault.Forget(name, stored); s.Keys.close(name) })
	return tx.DeleteSecret(ctx, name)
}

// SetGatewayMode switches a gateway between practice and earnest. What is under way in the
// other world goes on: it is asked about with that world's keys.
func (s *Service) SetGatewayMode(ctx context.Context, who actor.Actor, gateway, mode string) (GatewayAccountView, error) {
	if err := who.NeedStaff(); err != nil {
		return GatewayAccountView{}, err
	}
	if _, err := s.keyed(ctx, gateway); err != nil {
		return GatewayAccountView{}, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := accountRow(ctx, tx.Queries, gateway)
		switch {
		case err != nil:
			return err
		case mode != ModeTest && mode != ModeLive, mode == ModeTest && row.TestHint == "", mode == ModeLive && row.LiveHint == "":
			return fault.New(fault.Conflict, "fault.gateways.no_key")
		case row.Mode == mode:
			return nil
		}
		row.Mode, row.AccountName, row.TestedAt = mode, "", ""
		if err := s.putAccount(ctx, tx, row); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("gateways") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "gateway.mode_changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"gateway": gateway, "mode": mode}})
	})
	if err != nil {
		return GatewayAccountView{}, err
	}
	return s.GatewayAccount(ctx, who, gateway)
}

// KeyStep is one thing that trying a gateway's keys found out.
type KeyStep struct {
	Name   string // key, account, charges, payouts, card, sepa_debit, hook
	State  string // done, failed, skipped
	Answer string // the gateway's own words: a name; or
	Advice string // key of a text
}

// TestGateway tries the keys of a world (Tester): it asks the gateway who we are, and what is
// switched on there. Nothing is charged.
func (s *Service) TestGateway(ctx context.Context, who actor.Actor, gateway, mode string) ([]KeyStep, error) {
	if err := who.NeedStaff(); err != nil {
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
		return []KeyStep{{Name: "key", State: "failed", Advice: adviceOf(err)}}, nil
	}
	if err := s.tested(ctx, gateway, mode, a.Name); err != nil {
		return nil, err
	}
	steps := []KeyStep{{Name: "key", State: "done"}, {Name: "account", State: "done", Answer: strings.TrimSpace(a.Name + " " + a.Country)},
		switchedOn("charges", a.Charges, "gateway.test.no_charges"), switchedOn("payouts", a.Payouts, "gateway.test.no_payouts")}
	for _, kind := range []string{KindCard, KindDebit} {
		steps = append(steps, kindStep(kind, a.Kinds))
	}
	if hook == "" {
		return append(steps, KeyStep{Name: "hook", State: "skipped", Advice: "gateway.test.no_hook"}), nil
	}
	return append(steps, KeyStep{Name: "hook", State: "done"}), nil
}

func (s *Service) tested(ctx context.Context, gateway, mode, name string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := accountRow(ctx, tx.Queries, gateway)
		if err != nil || row.Mode != mode {
			return err
		}
		row.AccountName, row.TestedAt = name, tx.Stamp()
		return s.putAccount(ctx, tx, row)
	})
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
