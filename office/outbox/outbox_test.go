package outbox_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/edge/keys"
	"comptoir/edge/mail"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var owner = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Léa", Lang: "fr"}

// bench is a company with its outbox, on a real file, with a clock moved by hand.
type bench struct {
	*outbox.Service
	t    *testing.T
	db   *db.DB
	raw  *sql.DB
	conf outbox.Config
	log  *bytes.Buffer

	mu   sync.Mutex
	now  time.Time
	live bool // the clock runs
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.live {
		return time.Now()
	}
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func setUp(t *testing.T, srv *mailtest.Server) *bench {
	t.Helper()
	b := &bench{t: t, now: dbtest.Instant, log: &bytes.Buffer{}}
	path := dbtest.File(t)
	b.db = dbtest.Open(t, path, db.Options{Clock: b.clock})
	b.raw = dbtest.Raw(t, path)
	b.conf = outbox.Config{
		DB: b.db, IDs: id.Seeded(1), Composer: mail.NewComposer(), Carrier: mail.NewCarrier(nil), Vault: keys.NewVault(keys.Seeded("t"), nil),
		Log: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	b.write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			tx.InsertCompany(ctx, gen.InsertCompanyParams{PublicID: "co", AccountNumber: "C1", Name: "Atelier Lumen", Country: "FR", Email: "bonjour@atelier.example", VatScheme: "none",
				Language: "fr", Currency: "EUR", TimeZone: "Europe/Paris", Chart: "fr_pcg", PaperSize: "A4", TermsDays: 30, Now: tx.Stamp()}),
			tx.InsertMailSettings(ctx, gen.InsertMailSettingsParams{FromName: "Atelier Lumen", FromAddress: "factures@atelier.example"}),
		)
	})
	b.Service = outbox.New(b.conf)
	if srv != nil {
		b.use(srv)
	}
	return b
}

// use points the settings at srv.
func (b *bench) use(srv *mailtest.Server) {
	b.t.Helper()
	s, err := b.MailSettings(b.t.Context(), owner)
	if err != nil {
		b.t.Fatal(err)
	}
	s.Host, s.Port, s.Security, s.Auth = "127.0.0.1", int64(srv.Port()), "plain", "none"
	if _, err := b.SaveMailSettings(b.t.Context(), owner, outbox.SettingsChange{Settings: s}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) write(fn func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), fn); err != nil {
		b.t.Fatal(err)
	}
}

func invoice(n int) outbox.Mail {
	return outbox.Mail{Key: fmt.Sprintf("invoice/%d", n), Kind: outbox.Invoice, Lang: "fr", ToAddress: fmt.Sprintf("client%d@client.example", n), ToName: "Hélène",
		Args: map[string]string{"number": fmt.Sprintf("FA-2026-%04d", n), "amount_minor": "12000", "currency": "EUR", "due_date": "2026-12-21"}}
}

func (b *bench) queue(mails ...outbox.Mail) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx *db.Tx) error {
		for _, m := range mails {
			if _, err := outbox.QueueMail(ctx, tx, b.conf.IDs, m); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) run(w *outbox.Worker) time.Time {
	b.t.Helper()
	next, err := w.RunMails(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return next
}

func (b *bench) list(f outbox.Query) []outbox.MailRow {
	b.t.Helper()
	p, err := b.List(b.t.Context(), owner, f)
	if err != nil {
		b.t.Fatal(err)
	}
	return p.Rows
}

func (b *bench) states() string {
	return strings.Join(dbtest.Strings(b.t, b.raw, "SELECT state FROM mails ORDER BY id"), " ")
}

func TestMailGoesOnlyWithItsTransaction(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	err := b.db.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := outbox.QueueMail(ctx, tx, b.conf.IDs, invoice(1))
		return errors.Join(err, outbox.QueueJob(ctx, tx, outbox.Job{Key: "j", Kind: "k"}), errors.New("rolled back"))
	})
	if err == nil {
		t.Fatal("no error")
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM mails") + dbtest.Int(t, b.raw, "SELECT count(*) FROM jobs"); n != 0 {
		t.Errorf("%d rows stayed", n)
	}
	b.run(outbox.NewWorker(b.conf))
	if len(srv.Got()) != 0 {
		t.Error("a mail left")
	}
}

func TestSameKeyIsTheSameMail(t *testing.T) {
	b := setUp(t, nil)
	var first, second int64
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		first, err = outbox.QueueMail(ctx, tx, b.conf.IDs, invoice(1))
		return err
	})
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		second, err = outbox.QueueMail(ctx, tx, b.conf.IDs, invoice(1))
		return errors.Join(err, outbox.QueueJob(ctx, tx, outbox.Job{Key: "j", Kind: "k"}), outbox.QueueJob(ctx, tx, outbox.Job{Key: "j", Kind: "k"}))
	})
	if first == 0 || first != second {
		t.Errorf("%d, then %d", first, second)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM mails"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM jobs"); n != 1 {
		t.Errorf("%d jobs", n)
	}
}

func TestMailsThatCannotBeQueued(t *testing.T) {
	b := setUp(t, nil)
	for name, m := range map[string]func(*outbox.Mail){
		"no key":          func(m *outbox.Mail) { m.Key = "" },
		"unknown kind":    func(m *outbox.Mail) { m.Kind = "spam" },
		"missing figure":  func(m *outbox.Mail) { delete(m.Args, "due_date") },
		"no address":      func(m *outbox.Mail) { m.ToAddress = "" },
		"two addresses":   func(m *outbox.Mail) { m.ToAddress = "a@b.example, c@d.example" },
		"header in it":    func(m *outbox.Mail) { m.ToAddress = "a@b.example\r\nBcc: x@y.example" },
		"a whole book":    func(m *outbox.Mail) { m.Args["message"] = strings.Repeat("a", 40<<10) },
		"unknown contact": func(m *outbox.Mail) { m.ContactID = 4711 },
	} {
		mail := invoice(1)
		m(&mail)
		err := b.db.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := outbox.QueueMail(ctx, tx, b.conf.IDs, mail)
			return err
		})
		if err == nil {
			t.Errorf("%s was queued", name)
		}
	}
}

func TestSendingFromQueueToSent(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.queue(invoice(1), invoice(2))
	if next := b.run(outbox.NewWorker(b.conf)); !next.IsZero() {
		t.Errorf("looks again at %v with nothing waiting", next)
	}
	got := srv.Got()
	if len(got) != 2 || srv.Connections() != 1 || got[0].From != "factures@atelier.example" || got[0].To != "client1@client.example" {
		t.Fatalf("%d over %d connections: %+v", len(got), srv.Connections(), got)
	}
	m, err := mail.Read(got[0].EML)
	if err != nil || m.Subject != "Facture FA-2026-0001 – Atelier Lumen" || !strings.HasSuffix(m.MessageID, "@atelier.example>") {
		t.Errorf("%+v %v", m.Heading, err)
	}
	row := b.list(outbox.Query{})[1]
	if row.State != "sent" || row.Attempts != 1 || row.SentAt == "" || row.Subject != m.Subject || !strings.HasPrefix(row.LastAnswer.Detail, "250 ") {
		t.Errorf("%+v", row)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM mail_attempts WHERE outcome = 'sent'"); n != 2 {
		t.Errorf("%d attempts", n)
	}
}

// The process dies between the server's "250" and our mark: one repeat, recognisable.
func TestCrashBetweenSendAndMark(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.queue(invoice(1))
	conf := b.conf
	conf.Carrier = dying{conf.Carrier}
	w := outbox.NewWorker(conf)
	func() {
		defer func() { _ = recover() }() // the crash
		_, _ = w.RunMails(t.Context())
	}()
	if s := b.states(); s != "sending" || len(srv.Got()) != 1 {
		t.Fatalf("%s, %d received", s, len(srv.Got()))
	}
	again := outbox.NewWorker(b.conf)
	if next := b.run(again); len(srv.Got()) != 1 || !next.After(b.clock()) {
		t.Fatalf("sent again while the lease holds; next %v", next)
	}
	if err := outbox.Recover(t.Context(), b.db); err != nil {
		t.Fatal(err)
	}
	b.run(again)
	b.pass(24 * time.Hour)
	b.run(again)
	got := srv.Got()
	if len(got) != 2 || !bytes.Equal(got[0].EML, got[1].EML) || b.states() != "sent" {
		t.Fatalf("%d received, %s", len(got), b.states())
	}
	if n := dbtest.Int(t, b.raw, "SELECT attempts FROM mails"); n != 2 {
		t.Errorf("%d attempts", n)
	}
}

type dying struct{ outbox.Carrier }

func (d dying) Open(ctx context.Context, s outbox.Server, report func(outbox.Step)) (outbox.Connection, error) {
	c, err := d.Carrier.Open(ctx, s, report)
	return dyingConnection{c}, err
}

type dyingConnection struct{ outbox.Connection }

func (d dyingConnection) Send(ctx context.Context, from, to string, eml []byte) (string, error) {
	if _, err := d.Connection.Send(ctx, from, to, eml); err != nil {
		return "", err
	}
	_ = d.Connection.Close()
	panic("killed")
}

func TestTwoWorkersNeverSendTwice(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	var all []outbox.Mail
	for n := range 120 {
		all = append(all, invoice(n))
	}
	b.queue(all...)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := outbox.NewWorker(b.conf).RunMails(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[string]int{}
	for _, r := range srv.Got() {
		seen[r.To]++
	}
	for to, n := range seen {
		if n != 1 {
			t.Errorf("%s got %d", to, n)
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 arrived", len(seen))
	}
}

func TestGreylisting(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{OnRcpt: func(n int, _ string) error {
		if n == 1 {
			return mailtest.Refuse(451, "greylisted")
		}
		return nil
	}})
	b := setUp(t, srv)
	b.queue(invoice(1), invoice(2))
	w := outbox.NewWorker(b.conf)
	next := b.run(w)
	if s := b.states(); s != "queued sent" || !next.Equal(b.clock().Add(time.Minute)) {
		t.Fatalf("%s, next %v", s, next)
	}
	b.pass(59 * time.Second)
	if b.run(w); b.states() != "queued sent" {
		t.Error("too soon")
	}
	b.pass(time.Second)
	if b.run(w); b.states() != "sent sent" {
		t.Error(b.states())
	}
	d, err := b.Get(t.Context(), owner, b.list(outbox.Query{})[1].PublicID)
	if err != nil || len(d.Tried) != 2 || d.Tried[0].Outcome != "sent" || d.Tried[1].Outcome != "deferred" || d.Tried[1].Answer.Detail != "451 4.1.1 greylisted" {
		t.Errorf("%+v %v", d.Tried, err)
	}
}

// A server that always says "later": the waits grow, and there is an end after days.
func TestBackOffHasAnEnd(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{OnRcpt: func(int, string) error { return mailtest.Refuse(452, "mailbox full") }})
	b := setUp(t, srv)
	b.queue(invoice(1))
	w := outbox.NewWorker(b.conf)
	start, waits := b.clock(), []time.Duration{}
	for range 50 {
		next := b.run(w)
		if next.IsZero() {
			break
		}
		waits = append(waits, next.Sub(b.clock()))
		b.pass(next.Sub(b.clock()))
	}
	want := "[1m0s 5m0s 15m0s 30m0s 1h0m0s 2h0m0s 4h0m0s 8h0m0s 12h0m0s 12h0m0s 12h0m0s 12h0m0s 12h0m0s]"
	if fmt.Sprint(waits) != want {
		t.Errorf("%v", waits)
	}
	if d := b.clock().Sub(start); b.states() != "failed" || d < 72*time.Hour || d > 100*time.Hour {
		t.Errorf("%s after %v", b.states(), d)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM notifications WHERE kind = 'mail_failed'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if row := b.list(outbox.Query{State: "failed"})[0]; row.LastAnswer.Detail != "452 4.1.1 mailbox full" || row.Attempts != 14 {
		t.Errorf("%+v", row)
	}
}

func TestFinalRefusalEndsIt(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{OnRcpt: func(_ int, to string) error {
		if strings.HasPrefix(to, "client1@") {
			return mailtest.Refuse(550, "no such user")
		}
		return nil
	}})
	b := setUp(t, srv)
	b.queue(invoice(1), invoice(2), invoice(3))
	if next := b.run(outbox.NewWorker(b.conf)); !next.IsZero() || b.states() != "failed sent sent" || srv.Connections() != 1 {
		t.Errorf("%v %s over %d connections", next, b.states(), srv.Connections())
	}
	row := b.list(outbox.Query{State: "failed"})[0]
	if row.LastAnswer.Detail != "550 5.1.1 no such user" || row.LastAnswer.Key != "" {
		t.Errorf("%+v", row)
	}
}

func TestOnlyStaff(t *testing.T) {
	b := setUp(t, nil)
	who := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustSecondFactor}
	ctx := t.Context()
	_, e1 := b.List(ctx, who, outbox.Query{})
	_, e2 := b.Get(ctx, who, "x")
	_, _, e3 := b.EML(ctx, who, "x")
	_, e4 := b.Resend(ctx, who, "x", "12345678")
	_, e5 := b.MailSettings(ctx, who)
	_, e6 := b.SaveMailSettings(ctx, who, outbox.SettingsChange{})
	_, e7 := b.TestMail(ctx, who, outbox.SettingsChange{}, "", nil)
	_, e8 := b.Waiting(ctx, who)
	_, e9 := b.Arrived(ctx, who)
	_, e10 := b.OpenArrived(ctx, who, "x")
	for i, err := range []error{e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, b.Cancel(ctx, who, "x"), b.SendNow(ctx, who, "x"), b.SendAllNow(ctx, who)} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func (b *bench) draft(ctx context.Context, tx *db.Tx) (int64, error) {
	return tx.InsertDraft(ctx, gen.InsertDraftParams{PublicID: "d", Kind: "invoice", Currency: "EUR", RateE8: 100_000_000, Language: "fr", Now: tx.Stamp()})
}
