package users_test

import (
	"fmt"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/users"
)

// Who knew the old password may have asked for another address before the owner chose a new one: every way
// by which a password is set ends that wish, or the account would be lost by its confirmation.
func TestANewPasswordEndsTheWishForAnotherAddress(t *testing.T) {
	for name, act := range map[string]func(f *firm, p actor.Actor){
		"changed": func(f *firm, p actor.Actor) {
			_, err := f.ChangePassword(f.Context(), p, users.PasswordChange{Old: good, Password: other, Again: other}, here)
			f.must(err)
		},
		"forgotten": func(f *firm, _ actor.Actor) {
			f.must(f.RunForgotten(f.Context(), []byte(`{"typed":"eve@vasseur.example"}`)))
			_, err := f.ChoosePassword(f.Context(), f.mailed("eve@vasseur.example"), other, other, here)
			f.must(err)
		},
		"by the code on paper": func(f *firm, p actor.Actor) {
			code, err := f.MakeRecovery(f.Context(), p)
			f.must(err)
			_, _, err = f.Recover(f.Context(), code, other, other, here)
			f.must(err)
		},
		"at the machine": func(f *firm, _ actor.Actor) {
			_, _, err := f.ResetAtMachine(f.Context(), actor.Actor{Kind: actor.CommandLine}, "", false)
			f.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t)
			p := f.principal()
			f.must(f.ChangeEmail(t.Context(), p, good, "voleur@ailleurs.example"))
			token := f.mailed("voleur@ailleurs.example")
			act(f, p)
			_, err := f.ConfirmEmail(t.Context(), token)
			f.refused(err, "fault.link_unknown")
			if f.text("SELECT email FROM users WHERE id = ?", p.ID) != "eve@vasseur.example" {
				t.Error("the account went to another address")
			}
		})
	}
}

// Strangers on the network who guess at the recovery code keep themselves waiting, not the owner at the machine.
func TestStrangersDoNotLockTheRecoveryCode(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	code, err := f.MakeRecovery(t.Context(), p)
	f.must(err)
	rests := false
	for i := range 130 { // many addresses of one network
		_, _, err := f.Recover(t.Context(), "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", other, other, users.From{Door: users.LAN, Address: fmt.Sprintf("10.0.%d.%d", i/5, i%5)})
		rests = rests || fault.Is(err, fault.TooMany)
	}
	if !rests {
		t.Error("guessing from many addresses is not slowed down")
	}
	if _, _, err := f.Recover(t.Context(), code, other, other, users.From{Door: users.Window}); err != nil {
		t.Errorf("the owner at the machine: %v", err)
	}
}

// Six digits are guessed sooner than a password: from all addresses together some twenty are free.
func TestCodesFromManyAddresses(t *testing.T) {
	f := newFirm(t)
	half, _ := f.factored()
	for i := range 25 {
		_, err := f.EnterCode(t.Context(), half, "000000", users.From{Door: users.LAN, Address: fmt.Sprintf("10.0.0.%d", i)})
		if rests := fault.Is(err, fault.TooMany); rests != (i > 20) && i != 20 {
			t.Errorf("code %d from an address of its own: %v", i, err)
		}
	}
}

// factored gives the principal a second factor: what a browser holds after the password, and the codes of recovery.
func (f *firm) factored() (half string, codes []string) {
	f.Helper()
	shown, err := f.BeginFactor(f.Context(), f.principal())
	f.must(err)
	s, err := f.SignIn(f.Context(), "eve@vasseur.example", good, here)
	f.must(err)
	_, codes, err = f.ConfirmFactor(f.Context(), s.Actor, f.codeOf(shown.Typed, f.clock()), here)
	f.must(err)
	s, err = f.SignIn(f.Context(), "eve@vasseur.example", good, here)
	f.must(err)
	return s.Half, codes
}

// A code of recovery, one of the app and the code of the account open once, however many ask at the same moment.
func TestRacesForOneCode(t *testing.T) {
	f := newFirm(t)
	half, codes := f.factored()
	account, err := f.MakeRecovery(t.Context(), actor.Machine())
	f.must(err)
	race := func(what string, try func(i int) error) {
		t.Helper()
		var group sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 4 {
			group.Go(func() {
				if try(i) == nil {
					mu.Lock()
					won++
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if won != 1 {
			t.Errorf("%s opened %d times", what, won)
		}
	}
	at := func(i int) users.From { return users.From{Door: users.LAN, Address: fmt.Sprintf("10.1.0.%d", i)} }
	race("a code of recovery", func(i int) error { _, err := f.EnterCode(t.Context(), half, codes[1], at(i)); return err })
	race("the account's code", func(i int) error { _, _, err := f.Recover(t.Context(), account, other, other, at(i)); return err })
}

// However many guess at the same moment, no more are let through than are free.
func TestGuessesInParallelAreCounted(t *testing.T) {
	f := newFirm(t)
	f.principal()
	from := users.From{Door: users.LAN, Address: "192.168.1.77"}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { _, _ = f.SignIn(t.Context(), "eve@vasseur.example", "Faux-Mot-1", from) }) // which of them rest is told by the log
	}
	group.Wait()
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.sign_in_failed'"); n > 5 || n == 0 {
		t.Errorf("%d guesses were looked at", n)
	}
}

// A token belongs to the door that it was given at: read at one, it opens nothing at another.
func TestATokenOpensItsOwnDoor(t *testing.T) {
	f := newFirm(t)
	f.principal()
	doors := []string{users.Window, users.Browser, users.LAN}
	for _, given := range doors {
		s, err := f.SignIn(t.Context(), "eve@vasseur.example", good, users.From{Door: given, Address: "10.0.0.9"})
		f.must(err)
		for _, shown := range doors {
			_, err := f.Resume(t.Context(), s.Token, users.From{Door: shown})
			if opens := err == nil; opens != (given == shown) || f.Stands(t.Context(), s.Token, shown) != opens {
				t.Errorf("a session of %s at %s: %v", given, shown, err)
			}
		}
	}
}

// A session that another one takes the place of ends, and what is no session troubles nobody.
func TestReplacedSessionsEnd(t *testing.T) {
	f := newFirm(t)
	f.principal()
	s, err := f.SignIn(t.Context(), "eve@vasseur.example", good, here)
	f.must(err)
	for _, token := range []string{"", "x", s.Token[:42] + "_", s.Token, s.Token} {
		f.must(f.Replaced(t.Context(), token, here))
	}
	if f.Stands(t.Context(), s.Token, here.Door) {
		t.Error("the older session lives on")
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.signed_out'"); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
}
