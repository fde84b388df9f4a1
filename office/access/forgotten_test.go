package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

// run does the jobs that are due.
func (h *house) run() {
	h.Helper()
	w := outbox.NewWorker(outbox.Config{DB: h.db})
	w.Handle(access.JobForgotten, h.RunForgotten)
	_, err := w.RunJobs(h.Context())
	h.must(err)
	if n := h.int("SELECT count(*) FROM jobs WHERE state <> 'done'"); n != 0 {
		h.Errorf("%d jobs are not done", n)
	}
}

// forgets asks for a link to a password and has it looked up.
func (h *house) forgets(name string) {
	h.Helper()
	h.must(h.ForgotPassword(h.Context(), name))
	h.run()
}

func TestForgottenLooksTheSame(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		name  string
		mails int64
	}{
		{"ann@atelier.example", 1}, {"ANN@ATELIER.example ", 0 /* a moment ago */}, {"zoe@nowhere.example", 0}, {"", 0}, {strings.Repeat("a", 5000), 0}, {"' OR 1=1 --", 0}, {"%", 0},
	} {
		before := h.int("SELECT count(*) FROM mails")
		h.forgets(c.name)
		if n := h.int("SELECT count(*) FROM mails") - before; n != c.mails {
			t.Errorf("%q: %d mails, want %d", c.name, n, c.mails)
		}
	}
	to := dbtest.Strings(t, h.raw, "SELECT to_address || ' ' || kind || ' ' || json_extract(args, '$.about') FROM mails")
	if len(to) != 1 || to[0] != "ann@atelier.example access password" {
		t.Errorf("mails %v", to)
	}
}

func TestForgottenUserName(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	s := h.password(h.ann)
	h.must(h.ChooseUserName(ctx, s.Actor, "ann.lefort"))
	for _, c := range []struct {
		email string
		mails int64
	}{{"ann@atelier.example", 1}, {" ANN@atelier.example", 0 /* a moment ago */}, {"zoe@nowhere.example", 0}, {"ann.lefort", 0 /* no address */}, {"", 0}, {strings.Repeat("a", 5000), 0}, {"%", 0}} {
		before := h.int("SELECT count(*) FROM mails")
		if err := h.ForgotUserName(ctx, c.email); err != nil {
			t.Errorf("%q: %v", c.email, err)
		}
		h.run()
		if n := h.int("SELECT count(*) FROM mails") - before; n != c.mails {
			t.Errorf("%q: %d mails, want %d", c.email, n, c.mails)
		}
	}
	if got := dbtest.Strings(t, h.raw, "SELECT to_address || ' ' || kind || ' ' || json_extract(args, '$.about') FROM mails"); len(got) != 1 || got[0] != "ann@atelier.example access user_name" {
		t.Errorf("%v", got)
	}
}

// What was typed does not stay in the file once it was looked up.
func TestForgottenIsForgotten(t *testing.T) {
	h := newHouse(t)
	h.forgets("my-secret-password")
	h.forgets("zoe@nowhere.example")
	if n := h.int("SELECT count(*) FROM jobs WHERE payload LIKE '%secret%'"); n != 0 {
		t.Errorf("%d rows of it", n)
	}
	h.turn(2 * time.Hour)
	h.password(h.bob) // opens a session, which clears what is dead
	if n := h.int("SELECT count(*) FROM jobs"); n != 0 {
		t.Errorf("%d jobs stay", n)
	}
}

// Who was shown a contract on the spot, or came by an invitation, leaves no network address behind:
// a session that is dead for a day goes with the next sign-in, one that lives stays.
func TestDeadContractSessionsAreSwept(t *testing.T) {
	h := newHouse(t)
	at, sum := db.Stamp(h.clock()), strings.Repeat("a", 63)
	for _, q := range []string{
		"INSERT INTO contracts (id, public_id, number, title, title_key, customer_id, state, currency, created_at, updated_at) SELECT 1, 'c', 'CT-1', 'Bail', 'bail', min(id), 'to_sign', 'EUR', 'x', 'x' FROM customers",
		"INSERT INTO contract_guests (id, public_id, contract_id, name, email, language, token_hash, expires_at, created_at) VALUES (1, 'g', 1, 'Zoe', 'zoe@nowhere.example', 'fr', '" + sum + "a', '2099', 'x')",
		"INSERT INTO contract_sessions (public_id, token_hash, contract_id, guest_id, user_agent, address, created_at, idle_until, expires_at) VALUES ('dead', '" + sum + "b', 1, 1, 'Firefox', '192.0.2.7', 'x', 'x', '" + at + "')",
		"INSERT INTO contract_sessions (public_id, token_hash, contract_id, guest_id, user_agent, address, created_at, idle_until, expires_at) VALUES ('alive', '" + sum + "c', 1, 1, 'Firefox', '192.0.2.7', 'x', 'x', '2099')",
	} {
		_, err := h.raw.Exec(q)
		h.must(err)
	}
	h.turn(access.LinkAbsolute + time.Hour)
	h.password(h.bob)
	if left := dbtest.Strings(t, h.raw, "SELECT public_id FROM contract_sessions"); !slices.Equal(left, []string{"alive"}) {
		t.Errorf("sessions %v", left)
	}
}

// A crash between the work and its mark has the job run again: nobody is written to twice.
func TestForgottenJobRunsTwice(t *testing.T) {
	h := newHouse(t)
	h.must(h.ForgotPassword(t.Context(), "ann@atelier.example"))
	h.must(h.ForgotUserName(t.Context(), "ann@atelier.example"))
	for _, payload := range dbtest.Strings(t, h.raw, "SELECT payload FROM jobs ORDER BY id") {
		for range 2 {
			h.must(h.RunForgotten(t.Context(), json.RawMessage(payload)))
		}
	}
	if got := dbtest.Strings(t, h.raw, "SELECT json_extract(args, '$.about') FROM mails ORDER BY id"); !slices.Equal(got, []string{"password", "user_name"}) {
		t.Errorf("mails %v", got)
	}
	if err := h.RunForgotten(t.Context(), json.RawMessage("[")); !errors.Is(err, outbox.ErrFinal) {
		t.Errorf("a broken payload: %v", err)
	}
}

// letter is what the newest mail says, to the letter.
func (h *house) letter() string {
	h.Helper()
	return dbtest.Strings(h, h.raw, "SELECT to_address || char(10) || kind || ' ' || language || ' ' || COALESCE(json_extract(args, '$.sender'), '') || char(10) || json_extract(args, '$.subject') || char(10) || json_extract(args, '$.body') FROM mails ORDER BY id DESC LIMIT 1")[0]
}

func TestForgottenMailsToTheLetter(t *testing.T) {
	french := map[string]string{
		customers.MailUserName: "ann@atelier.example\naccess fr \nVotre nom d’utilisateur – Menuiserie Vasseur\nBonjour Ann Lefort,\n\nVotre nom d’utilisateur pour l’espace client de Menuiserie Vasseur est **ann\\.lefort**.\n\nSi vous n’êtes pas à l’origine de cette demande, ignorez ce courriel\u00a0: rien ne change.",
		customers.MailPassword: "ann@atelier.example\naccess fr \nChoisissez votre mot de passe – Menuiserie Vasseur\nBonjour Ann Lefort,\n\nVous avez demandé à choisir un mot de passe pour votre espace client chez Menuiserie Vasseur. Le lien est valable **30 minutes** et ne sert qu’une fois.\n\nSi vous n’êtes pas à l’origine de cette demande, ignorez ce courriel\u00a0: rien ne change.",
	}
	english := map[string]string{
		customers.MailUserName: "ann@atelier.example\naccess en \nYour user name – Menuiserie Vasseur\nHello Ann Lefort,\n\nYour user name for the customer portal of Menuiserie Vasseur is **ann\\.lefort**.\n\nIf you did not ask for this, ignore this e-mail: nothing changes.",
		customers.MailPassword: "ann@atelier.example\naccess en \nChoose your password – Menuiserie Vasseur\nHello Ann Lefort,\n\nYou asked to choose a password for your customer portal at Menuiserie Vasseur. The link is valid for **30 minutes** and works once.\n\nIf you did not ask for this, ignore this e-mail: nothing changes.",
	}
	h := newHouse(t)
	ctx := t.Context()
	s := h.password(h.ann)
	h.must(h.ChooseUserName(ctx, s.Actor, "ann.lefort"))
	ask := func(about string) string {
		t.Helper()
		h.turn(5 * time.Hour)
		if about == customers.MailUserName {
			h.must(h.ForgotUserName(ctx, "ann@atelier.example"))
			h.run()
		} else {
			h.forgets("ann.lefort")
		}
		return h.letter()
	}
	same := func(about, want string) {
		t.Helper()
		if got := ask(about); got != want {
			t.Errorf("%s\n got %q\nwant %q", about, got, want)
		}
	}
	for about, want := range french {
		same(about, want)
	}
	h.exec("UPDATE contacts SET language = 'en' WHERE email = 'ann@atelier.example'")
	for about, want := range english {
		same(about, want)
	}
	g := h.group("mails_from = 'portail@vasseur.example'")
	for _, about := range []string{customers.MailUserName, customers.MailPassword} {
		h.exec("INSERT INTO group_mails (group_id, kind, lang, subject, body) VALUES (?, ?, 'fr', 'Pour {{contact.name}}', 'Chez {{firm.name}} : {{user.name}}'), (?, ?, 'en', 'For {{contact.name}} of {{customer.name}}', 'With {{firm.name}}, *{{user.name}}*, {{link}} for {{expires}}')", g, about, g, about)
	}
	same(customers.MailUserName, "ann@atelier.example\naccess en portail@vasseur.example\nFor Ann Lefort of Atelier Martin\nWith Menuiserie Vasseur, *ann\\.lefort*, {{link}} for ")
	same(customers.MailPassword, "ann@atelier.example\naccess en portail@vasseur.example\nFor Ann Lefort of Atelier Martin\nWith Menuiserie Vasseur, *ann\\.lefort*, {{link}} for 30 minutes")
	h.exec("UPDATE contacts SET language = 'fr' WHERE email = 'ann@atelier.example'")
	same(customers.MailUserName, "ann@atelier.example\naccess fr portail@vasseur.example\nPour Ann Lefort\nChez Menuiserie Vasseur : ann\\.lefort")
	same(customers.MailPassword, "ann@atelier.example\naccess fr portail@vasseur.example\nPour Ann Lefort\nChez Menuiserie Vasseur : ann\\.lefort")
}

// What is mailed to who forgot a password lives thirty minutes, also where an invitation, which
// lives for days, went to the same mailbox a moment before.
func TestForgottenSendsNoInvitation(t *testing.T) {
	h := newHouse(t)
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, _, err := h.InviteLink(ctx, tx, h.ann.Contacts[0].ID)
		return err
	}))
	h.forgets(ann)
	if n := h.int("SELECT count(*) FROM mails m JOIN portal_links l ON l.id = m.link_id WHERE l.expires_at <= ?", db.Stamp(h.clock().Add(access.PasswordLinkLife))); n != 1 {
		t.Errorf("%d mails with a link of thirty minutes", n)
	}
}

// One contact's invitation lives as long as one of many: whoever gets it did not ask for it.
func TestOneInvitationLivesForDays(t *testing.T) {
	h := newHouse(t)
	h.must(h.Invite(t.Context(), h.staff, h.ann.Contacts[0].ID))
	if n := h.int("SELECT count(*) FROM mails m JOIN portal_links l ON l.id = m.link_id WHERE l.expires_at = ? AND json_extract(m.args, '$.body') LIKE '%7 jours%'", db.Stamp(h.clock().Add(access.InviteLife))); n != 1 {
		t.Errorf("%d invitations that live for days", n)
	}
}
