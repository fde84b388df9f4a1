package outbox_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/keys"
	"comptoir/edge/mail/mailtest"
	"comptoir/edge/mail/sink"
	"comptoir/office/outbox"
)

func TestListPagesFiltersAndFinds(t *testing.T) {
	b := setUp(t, nil)
	for n := range 25 {
		b.queue(invoice(n))
	}
	if _, err := b.raw.Exec("UPDATE mails SET state = 'failed' WHERE id % 5 = 0"); err != nil {
		t.Fatal(err)
	}
	seen, after, pages := map[string]bool{}, "", 0
	for {
		p, err := b.List(t.Context(), owner, outbox.Query{After: after, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, r := range p.Rows {
			seen[r.PublicID] = true
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if len(seen) != 25 || pages != 3 {
		t.Errorf("%d on %d pages", len(seen), pages)
	}
	for q, want := range map[outbox.Query]int{
		{State: "failed"}: 5, {State: "queued"}: 20, {State: "sent"}: 0, {Search: "CLIENT7@"}: 1, {Search: "hélène"}: 25, {Search: "100%_"}: 0, {State: "failed", Search: "client4@"}: 1,
	} {
		if rows := b.list(q); len(rows) != want {
			t.Errorf("%+v: %d", q, len(rows))
		}
	}
	if _, err := b.List(t.Context(), owner, outbox.Query{After: "!"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	if _, err := b.Get(t.Context(), owner, "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestCancelAndResend(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.queue(invoice(1))
	w, first := outbox.NewWorker(b.conf), b.list(outbox.Query{})[0].PublicID
	if err := b.Cancel(t.Context(), owner, first); err != nil {
		t.Fatal(err)
	}
	if b.run(w); b.states() != "cancelled" || len(srv.Got()) != 0 {
		t.Fatalf("%s, %d received", b.states(), len(srv.Got()))
	}
	if err := b.Cancel(t.Context(), owner, first); !fault.Is(err, fault.Conflict) {
		t.Errorf("cancelled twice: %v", err)
	}
	if goes, err := b.Resend(t.Context(), owner, first, "resend-key-1"); err != nil || goes != first {
		t.Fatalf("%s %v", goes, err)
	}
	b.run(w)
	if err := b.Cancel(t.Context(), owner, first); !fault.Is(err, fault.Conflict) {
		t.Errorf("cancelled after it left: %v", err)
	}
	if err := b.SendNow(t.Context(), owner, first); !fault.Is(err, fault.Conflict) {
		t.Errorf("hurried after it left: %v", err)
	}
	// A sent one goes as a new mail, once however often the button is pressed.
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if _, err := b.Resend(t.Context(), owner, first, "resend-key-2"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	b.run(w)
	got := srv.Got()
	ids := dbtest.Strings(t, b.raw, "SELECT message_id FROM mails ORDER BY id")
	if len(got) != 2 || b.states() != "sent sent" || ids[0] == ids[1] {
		t.Errorf("%d received, %s, %v", len(got), b.states(), ids)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM audit_log WHERE action = 'mail.resent'"); n != 2 {
		t.Errorf("%d resends in the log", n)
	}
}

func TestMailInHandIsNotCancelled(t *testing.T) {
	inHand, done := make(chan struct{}), make(chan struct{})
	srv := mailtest.Start(t, mailtest.Script{OnData: func(int, []byte, net.Conn) error { close(inHand); <-done; return nil }})
	b := setUp(t, srv)
	b.queue(invoice(1))
	first := b.list(outbox.Query{})[0].PublicID
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := outbox.NewWorker(b.conf).RunMails(t.Context()); err != nil {
			t.Error(err)
		}
	})
	<-inHand
	err := b.Cancel(t.Context(), owner, first)
	_, rerr := b.Resend(t.Context(), owner, first, "resend-key")
	close(done)
	wg.Wait()
	if e, ok := fault.As(err); !ok || e.Key != "mail.fault.being_sent" {
		t.Errorf("cancel: %v", err)
	}
	if !fault.Is(rerr, fault.Conflict) || b.states() != "sent" {
		t.Errorf("resend: %v; %s", rerr, b.states())
	}
}

func TestSettingsAreChecked(t *testing.T) {
	b := setUp(t, nil)
	good, err := b.MailSettings(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	good.Host, good.Port, good.Security, good.Auth, good.UserName = "smtp.exemple.fr", 587, "starttls", "plain", "u"
	for path, change := range map[string]func(*outbox.SettingsChange){
		"host":        func(s *outbox.SettingsChange) { s.Host = "https://smtp.exemple.fr/" },
		"port":        func(s *outbox.SettingsChange) { s.Port = 0 },
		"security":    func(s *outbox.SettingsChange) { s.Security = "ssl" },
		"auth":        func(s *outbox.SettingsChange) { s.Auth = "ntlm" },
		"plainAgreed": func(s *outbox.SettingsChange) { s.Security = "plain" },
		"userName":    func(s *outbox.SettingsChange) { s.UserName = " " },
		"fromAddress": func(s *outbox.SettingsChange) { s.FromAddress = "a@b.fr\r\nBcc: x@y.fr" },
		"replyTo":     func(s *outbox.SettingsChange) { s.ReplyTo = "nobody" },
		"signature":   func(s *outbox.SettingsChange) { s.Signature = strings.Repeat("a", 3000) },
		"password":    func(s *outbox.SettingsChange) { p := "a\r\nb"; s.Password = &p },
	} {
		in := outbox.SettingsChange{Settings: good}
		change(&in)
		_, err := b.SaveMailSettings(t.Context(), owner, in)
		if !fault.HasField(err, path) {
			t.Errorf("%s: %v", path, err)
		}
		if e, ok := fault.As(err); ok {
			if _, fields := locale.FaultText("fr", e); locale.IsMissing(fields[path]) {
				t.Errorf("%s has no text: %v", path, fields)
			}
		}
	}
	in := outbox.SettingsChange{Settings: good}
	in.Security, in.PlainAgreed = "plain", true
	saved, err := b.SaveMailSettings(t.Context(), owner, in)
	if err != nil || saved.Version != good.Version+1 {
		t.Fatalf("%+v %v", saved, err)
	}
	if _, err := b.SaveMailSettings(t.Context(), owner, in); !fault.Is(err, fault.Conflict) {
		t.Errorf("stale: %v", err)
	}
	// The password is kept, changed and removed without ever coming back.
	secret, none := "pässword", ""
	for i, step := range []struct {
		password *string
		has      bool
	}{{&secret, true}, {nil, true}, {&none, false}} {
		if saved, err = b.SaveMailSettings(t.Context(), owner, outbox.SettingsChange{Settings: saved, Password: step.password}); err != nil || saved.HasPassword != step.has {
			t.Errorf("step %d: %+v %v", i, saved, err)
		}
	}
}

func TestPasswordOfAnotherMachine(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{User: "u", Password: "p"})
	b := setUp(t, srv)
	s, err := b.MailSettings(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	p := "p"
	s.Auth, s.UserName = "login", "u"
	if _, err := b.SaveMailSettings(t.Context(), owner, outbox.SettingsChange{Settings: s, Password: &p}); err != nil {
		t.Fatal(err)
	}
	b.queue(invoice(1))
	b.conf.Vault = keys.NewVault(keys.Seeded("another key"), nil)
	b.run(outbox.NewWorker(b.conf))
	if a := b.list(outbox.Query{})[0]; a.State != "queued" || a.LastAnswer.Key != "mail.answer.password_lost" {
		t.Errorf("%+v", a)
	}
}

func TestTrialStepByStep(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{User: "u", Password: "p", OnRcpt: func(_ int, to string) error {
		if strings.HasPrefix(to, "no@") {
			return mailtest.Refuse(550, "no such user")
		}
		return nil
	}})
	b := setUp(t, nil)
	s, err := b.MailSettings(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := "p", "x"
	s.Host, s.Port, s.Security, s.Auth, s.UserName = "127.0.0.1", int64(srv.Port()), "plain", "plain", "u"
	for _, c := range []struct {
		change func(*outbox.SettingsChange)
		to     string
		want   string
		advice string
	}{
		{func(c *outbox.SettingsChange) { c.Password = &right }, "", "connect+ tls+ authenticate+ send+", ""},
		{func(c *outbox.SettingsChange) { c.Password = &wrong }, "", "connect+ tls+ authenticate-", "mail.advice.password"},
		{func(c *outbox.SettingsChange) { c.Password, c.Security = &right, "starttls" }, "", "connect+ tls-", "mail.advice.use_tls"},
		{func(c *outbox.SettingsChange) { c.Password = &right }, "no@body.example", "connect+ tls+ authenticate+ send-", "mail.advice.recipient"},
	} {
		in := outbox.SettingsChange{Settings: s}
		c.change(&in)
		streamed := 0
		steps, err := b.TestMail(t.Context(), owner, in, c.to, func(outbox.Step) { streamed++ })
		if err != nil {
			t.Fatal(err)
		}
		var walk []string
		for _, st := range steps {
			walk = append(walk, st.Name+map[bool]string{true: "+", false: "-"}[st.OK])
			if !locale.Has("fr", "mail.step."+st.Name) || st.Answer == "" {
				t.Errorf("%+v", st)
			}
		}
		if got := strings.Join(walk, " "); got != c.want || steps[len(steps)-1].Advice != c.advice || streamed != len(steps) {
			t.Errorf("%s, want %s; %+v", got, c.want, steps)
		}
	}
	if got := srv.Got(); len(got) != 1 || got[0].To != "factures@atelier.example" {
		t.Errorf("%+v", got)
	}
	if n := dbtest.Int(t, b.raw, "SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM secrets)"); n != 0 {
		t.Errorf("the trial left %d rows", n)
	}
	s.Host = ""
	if _, err := b.TestMail(t.Context(), owner, outbox.SettingsChange{Settings: s}, "", nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}

// The demo company knows the practice server only, whatever its settings say.
func TestDemoDeliversToItself(t *testing.T) {
	world := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, world)
	if _, err := b.raw.Exec("UPDATE company SET is_demo = 1"); err != nil {
		t.Fatal(err)
	}
	b.queue(invoice(1))
	if next := b.run(outbox.NewWorker(b.conf)); !next.IsZero() || len(world.Got()) != 0 {
		t.Fatal("the demo wrote to the world")
	}
	box, err := sink.Start(t.TempDir(), sink.Options{Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	}()
	b.conf.Practice = box
	svc := outbox.New(b.conf)
	b.run(outbox.NewWorker(b.conf))
	arrived, err := svc.Arrived(t.Context(), owner)
	if err != nil || len(arrived) != 1 || len(world.Got()) != 0 || b.states() != "sent" {
		t.Fatalf("%+v %v, %d to the world, %s", arrived, err, len(world.Got()), b.states())
	}
	m, err := svc.OpenArrived(t.Context(), owner, arrived[0].ID)
	if err != nil || m.Subject != "Facture FA-2026-0001 – Atelier Lumen" || !strings.Contains(m.HTML, "FA-2026-0001") {
		t.Errorf("%+v %v", m.Arrival, err)
	}
	v, err := svc.Waiting(t.Context(), owner)
	if err != nil || !v.Practice || !v.HasServer || v.Waiting != 0 {
		t.Errorf("%+v %v", v, err)
	}
	steps, err := svc.TestMail(t.Context(), owner, outbox.SettingsChange{Settings: outbox.Settings{Host: "smtp.real.example", Port: 587, Security: "starttls", Auth: "none", FromAddress: "a@b.example"}}, "", nil)
	if err != nil || len(steps) != 4 || len(box.Arrived()) != 2 {
		t.Errorf("%+v %v", steps, err)
	}
}

func TestNoCompanyYet(t *testing.T) {
	d := dbtest.New(t)
	b := setUp(t, nil)
	conf := b.conf
	conf.DB = d
	if next, err := outbox.NewWorker(conf).RunMails(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("%v %v", next, err)
	}
	if _, err := outbox.New(conf).List(t.Context(), owner, outbox.Query{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestActorsBesideThePersonAtTheWindow(t *testing.T) {
	b := setUp(t, nil)
	for _, who := range []actor.Actor{actor.Machine(), actor.Shell("fr")} {
		if _, err := b.Waiting(t.Context(), who); err != nil {
			t.Errorf("%s: %v", who.Kind, err)
		}
	}
}

func BenchmarkQueueMail(b *testing.B) {
	d := dbtest.New(b)
	n := 0
	ids := func() string { n++; return fmt.Sprintf("%026d", n) }
	b.ReportAllocs()
	err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for i := 0; b.Loop(); i++ {
			if _, err := outbox.QueueMail(ctx, tx, ids, invoice(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func TestMailsOfADocument(t *testing.T) {
	b := setUp(t, nil)
	m := invoice(1)
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		m.DocumentID, err = b.draft(ctx, tx)
		return err
	})
	b.queue(m, invoice(2))
	rows, err := b.OfDocument(t.Context(), owner, "d")
	if err != nil || len(rows) != 1 || rows[0].ToAddress != "client1@client.example" || rows[0].DocumentID != "d" {
		t.Errorf("%+v %v", rows, err)
	}
	if rows, err = b.OfDocument(t.Context(), owner, "nothing"); err != nil || rows == nil || len(rows) != 0 {
		t.Errorf("%+v %v", rows, err)
	}
	if _, err = b.OfDocument(t.Context(), actor.Actor{Kind: actor.Contact, CustomerID: 1, Trust: actor.TrustPassword}, "d"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v", err)
	}
}
