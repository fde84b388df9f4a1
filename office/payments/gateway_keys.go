package payments

import (
	"context"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// GatewayWorld is what the firm has of one of a gateway's worlds.
type GatewayWorld struct {
	Mode    string `json:"mode"`
	HasKey  bool   `json:"hasKey"`
	Hint    string `json:"hint"` // last characters of the key
	HasHook bool   `json:"hasHook"`
	Lost    bool   `json:"lost"` // there is a key, but this machine's keyring does not have it
	// Refused is since when the gateway refuses the keys ("" = it does not); By at what: order,
	// news, or account where they are another account's.
	Refused   string `json:"refused"`
	RefusedBy string `json:"refusedBy"`
	Mute      bool   `json:"mute"`     // they may not read what happens at the gateway's own site
	HookedAt  string `json:"hookedAt"` // the last signed webhook
}

// GatewayAccountView is the firm's account with a gateway.
type GatewayAccountView struct {
	Gateway  string         `json:"gateway"`
	Mode     string         `json:"mode"` // in use
	Name     string         `json:"name"` // as the gateway told
	TestedAt string         `json:"testedAt"`
	Worlds   []GatewayWorld `json:"worlds"` // test, live
	Trials   bool           `json:"trials"` // customers may be offered the test world: the demo
}

// GatewayAccount gives the firm's account with a gateway, without its keys.
func (s *Service) GatewayAccount(ctx context.Context, who actor.Actor, gateway string) (GatewayAccountView, error) {
	if err := who.Need(actor.Look); err != nil {
		return GatewayAccountView{}, err
	}
	if _, err := s.keyed(ctx, gateway); err != nil {
		return GatewayAccountView{}, err
	}
	v := GatewayAccountView{Gateway: gateway, Mode: ModeTest, Worlds: []GatewayWorld{}}
	var row gen.GatewayAccount
	worlds := map[string]gen.GatewayWorld{}
	err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if row, err = accountRow(ctx, q, gateway); err != nil {
			return err
		}
		for _, mode := range []string{ModeTest, ModeLive} {
			if worlds[mode], err = worldRow(ctx, q, gateway, mode); err != nil {
				return err
			}
		}
		v.Trials, err = takes(ctx, q, ModeTest)
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
		x := worlds[w.Mode]
		w.Refused, w.RefusedBy, w.Mute, w.HookedAt = x.RefusedAt, x.RefusedBy, x.MuteAt != "", x.HookedAt
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
	// OtherAccount: although the key is another account's, and what was kept with the one before
	// is lost (fault.gateways.other_account says so first).
	OtherAccount bool `json:"otherAccount"`
}

// SaveKeys keeps the keys that were typed. A key of the other world is refused at its field:
// nobody takes money in earnest by a slip, or believes to take it. A key of another account than
// the one before is refused while something is under way there, else only taken by word
// (in.OtherAccount). Without a network nobody knows whose key it is: the Tester finds it out.
func (s *Service) SaveKeys(ctx context.Context, who actor.Actor, in KeysChange) (GatewayAccountView, error) {
	if err := who.Need(actor.Configure); err != nil {
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
	account := ""
	if in.Key != "" {
		if account, err = s.whose(ctx, g, in); err != nil {
			return GatewayAccountView{}, err
		}
	}
	laid, err := s.lay(in) // outside of the transaction: a keyring may ask its user first
	if err == nil {
		err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.saveKeys(ctx, tx, who, in, laid, account) })
	}
	if err != nil { // what was in force is still
		for _, x := range laid {
			s.Keys.vault.Forget(x.name, x.sealed)
		}
		return GatewayAccountView{}, err
	}
	return s.GatewayAccount(ctx, who, in.Gateway)
}

// whose asks whose account a key opens; "" where nobody answers, or the key is refused: the
// Tester, which comes next, says that.
func (s *Service) whose(ctx context.Context, g Keyed, in KeysChange) (string, error) {
	answer, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	account, err := g.Whose(answer, in.Key)
	if err != nil {
		return "", ctx.Err() // of whoever asked, who may have gone away
	}
	return account, nil
}

// laidSecret is a secret in the vault that is not in force yet.
type laidSecret struct {
	which, name string
	sealed      []byte
}

// lay puts what was typed into the vault, beside what is in force.
func (s *Service) lay(in KeysChange) (list []laidSecret, err error) {
	for _, x := range []struct{ which, secret string }{{"key", in.Key}, {"hook", in.Hook}} {
		if x.secret == "" {
			continue
		}
		name := keyName(in.Gateway, in.Mode, x.which) + "." + s.IDs()
		sealed, err := s.Keys.vault.Keep(name, x.secret)
		if err != nil {
			return list, err
		}
		list = append(list, laidSecret{x.which, name, sealed})
	}
	return list, nil
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

func (s *Service) saveKeys(ctx context.Context, tx *db.Tx, who actor.Actor, in KeysChange, laid []laidSecret, account string) error {
	row, err := accountRow(ctx, tx.Queries, in.Gateway)
	if err != nil {
		return err
	}
	w, err := worldRow(ctx, tx.Queries, in.Gateway, in.Mode)
	if err != nil {
		return err
	}
	if in.Key != "" {
		if err := s.otherAccount(ctx, tx, who, in, w, account); err != nil {
			return err
		}
		w.RefusedAt, w.RefusedBy, w.MuteAt = "", "", ""
		if account != "" && account != w.Account { // what is switched on there is another matter
			w.Account, w.Kinds, w.KindsAt = account, "", ""
		}
		typed(&row, in)
	}
	for _, x := range laid {
		slot := &w.KeySlot
		if x.which == "hook" {
			slot, w.HookedAt = &w.HookSlot, ""
		}
		if err := s.drop(ctx, tx, *slot); err != nil {
			return err
		}
		if err := tx.PutSecret(ctx, gen.PutSecretParams{Name: x.name, Sealed: x.sealed, UpdatedAt: tx.Stamp()}); err != nil {
			return err
		}
		*slot = x.name
	}
	if err := s.putWorld(ctx, tx, w); err != nil {
		return err
	}
	if err := s.putAccount(ctx, tx, row); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "gateway.keys_changed", ObjectKind: "company", ObjectID: 1,
		Details: map[string]any{"gateway": in.Gateway, "mode": in.Mode, "key": in.Key != "", "hook": in.Hook != "", "other_account": in.OtherAccount}})
}

// typed notes a key that was typed: its end, and with the first one the world in use.
func typed(row *gen.GatewayAccount, in KeysChange) {
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

// otherAccount refuses a key of another account than the one before while anything is open
// there: nobody could be asked about it. Else it is taken by word, and what only that account
// knew is given up: the kept methods, whose customers are told, and who they are there.
func (s *Service) otherAccount(ctx context.Context, tx *db.Tx, who actor.Actor, in KeysChange, w gen.GatewayWorld, account string) error {
	if account == "" || w.Account == "" || account == w.Account {
		return nil
	}
	if err := s.nothingOpen(ctx, tx, w, "fault.gateways.other_account_open"); err != nil {
		return err
	}
	kept, err := tx.KeptMethodsOfWorld(ctx, gen.KeptMethodsOfWorldParams{Gateway: in.Gateway, Mode: in.Mode})
	if err != nil {
		return err
	}
	if !in.OtherAccount {
		return fault.New(fault.Conflict, "fault.gateways.other_account", "n", int64(len(kept)))
	}
	for _, m := range kept {
		if _, err := tx.GiveUpMethod(ctx, gen.GiveUpMethodParams{ID: m.ID, DeletedAt: tx.Stamp()}); err != nil {
			return err
		}
		if err := s.tellMethod(ctx, tx, outbox.MethodRemoved, who, m); err != nil {
			return err
		}
	}
	if err := tx.ForgetDetachments(ctx, gen.ForgetDetachmentsParams{Gateway: in.Gateway, Mode: in.Mode}); err != nil {
		return err
	}
	if err := tx.ForgetGatewayCustomers(ctx, gen.ForgetGatewayCustomersParams{Gateway: in.Gateway, Mode: in.Mode}); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("customers") })
	return tx.ForgetGatewayCursor(ctx, gen.ForgetGatewayCursorParams{Gateway: in.Gateway, Mode: in.Mode})
}

func (s *Service) putAccount(ctx context.Context, tx *db.Tx, a gen.GatewayAccount) error {
	tx.AfterCommit(func() { s.Keys.changed(a.Gateway) })
	return tx.PutGatewayAccount(ctx, gen.PutGatewayAccountParams{Gateway: a.Gateway, Mode: a.Mode, TestHint: a.TestHint, LiveHint: a.LiveHint, AccountName: a.AccountName, TestedAt: a.TestedAt})
}

// RemoveKeys forgets the keys of one of a gateway's worlds. What is under way in it could not
// be asked about any more, so that it is refused until that has ended.
func (s *Service) RemoveKeys(ctx context.Context, who actor.Actor, gateway, mode string) (GatewayAccountView, error) {
	if err := who.Need(actor.Configure); err != nil {
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
		w, err := worldRow(ctx, tx.Queries, gateway, mode)
		if err != nil {
			return err
		}
		if err := s.nothingOpen(ctx, tx, w, "fault.gateways.under_way"); err != nil {
			return err
		}
		if mode == ModeTest {
			row.TestHint = ""
		} else {
			row.LiveHint = ""
		}
		for _, slot := range []string{w.KeySlot, w.HookSlot} {
			if err := s.drop(ctx, tx, slot); err != nil {
				return err
			}
		}
		account := w.Account // whose the next keys have to be: what is kept there is kept
		if err := s.putWorld(ctx, tx, gen.GatewayWorld{Gateway: gateway, Mode: mode, Account: account}); err != nil {
			return err
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

// nothingOpen refuses while something may still end with a world's keys: attempts under way, pages
// that were given up and can be paid on until the gateway has closed them, kept methods that it
// is still to forget. With keys that are refused nothing ends any more: only what is under way
// counts, which the firm can end itself (CloseAttempt).
func (s *Service) nothingOpen(ctx context.Context, tx *db.Tx, w gen.GatewayWorld, key string) error {
	n, err := tx.OpenAttemptsOfWay(ctx, gen.OpenAttemptsOfWayParams{Gateway: w.Gateway, Mode: w.Mode})
	if err != nil {
		return err
	}
	if w.RefusedAt == "" {
		n.UnderWay += n.GivenUp + n.Owed
	}
	if n.UnderWay > 0 {
		return fault.New(fault.Conflict, key, "n", n.UnderWay)
	}
	return nil
}

// drop removes a secret from the file, and once that is certain from the keyring.
func (s *Service) drop(ctx context.Context, tx *db.Tx, name string) error {
	if name == "" {
		return nil
	}
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
	if err := who.Need(actor.Configure); err != nil {
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
