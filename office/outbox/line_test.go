package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/mail"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
)

// Out of reach: everything waits, nothing is counted, nothing ever fails; then it goes.
func TestOfflineForAMonth(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	s, err := b.MailSettings(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = int64(l.Addr().(*net.TCPAddr).Port)
	_ = l.Close()
	if _, err := b.SaveMailSettings(t.Context(), owner, outbox.SettingsChange{Settings: s}); err != nil {
		t.Fatal(err)
	}
	b.queue(invoice(1), invoice(2))
	w := outbox.NewWorker(b.conf)
	end, tries := b.clock().Add(30*24*time.Hour), 0
	for b.clock().Before(end) {
		next := b.run(w)
		tries++
		if d := next.Sub(b.clock()); d < 50*time.Second || d > 40*time.Minute {
			t.Fatalf("waits %v", d)
		}
		b.pass(next.Sub(b.clock()))
	}
	if b.states() != "queued queued" || dbtest.Int(t, b.raw, "SELECT sum(attempts) FROM mails") != 0 || tries > 1600 {
		t.Fatalf("%s, %d tries", b.states(), tries)
	}
	v, err := b.Waiting(t.Context(), owner)
	if err != nil || v.Waiting != 2 || v.Since != db.Stamp(dbtest.Instant) || v.LastAnswer.Key != "mail.answer.refused" || !v.HasServer || v.NextAt == "" {
		t.Errorf("%+v %v", v, err)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM notifications WHERE kind = 'mail_server'"); n != 1 {
		t.Errorf("told %d times in a month", n)
	}
	if told := dbtest.Strings(t, b.raw, "SELECT args FROM notifications"); told[0] != `{"answer":"Le serveur refuse la connexion."}` {
		t.Errorf("%v", told)
	}
	b.use(srv) // saving the settings tries at once
	b.run(w)
	if b.states() != "sent sent" {
		t.Error(b.states())
	}
}

func TestWithoutAServerMailsWaitAndStayReadable(t *testing.T) {
	b := setUp(t, nil)
	b.queue(invoice(1))
	if next := b.run(outbox.NewWorker(b.conf)); !next.IsZero() || b.states() != "queued" {
		t.Errorf("%v %s", next, b.states())
	}
	v, err := b.Waiting(t.Context(), owner)
	if err != nil || v.Waiting != 1 || v.HasServer || v.NextAt != "" {
		t.Errorf("%+v %v", v, err)
	}
	row := b.list(outbox.Query{})[0]
	if row.Subject != "Facture FA-2026-0001 – Atelier Lumen" {
		t.Errorf("%+v", row)
	}
	d, err := b.Get(t.Context(), owner, row.PublicID)
	if err != nil || !strings.Contains(d.Text, "120,00\u00a0€") || !strings.Contains(d.HTML, "<html") || !d.CanCancel || d.CanResend {
		t.Errorf("%+v %v", d, err)
	}
	eml, name, err := b.EML(t.Context(), owner, row.PublicID)
	if err != nil || !bytes.Contains(eml, []byte("Subject:")) || !strings.HasSuffix(name, ".eml") || strings.ContainsAny(name, "/ ") {
		t.Errorf("%s %v", name, err)
	}
}

func TestWrongPasswordHoldsTheLine(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{User: "u", Password: "right horse"})
	b := setUp(t, srv)
	s, err := b.MailSettings(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	wrong, right := "wrong horse", "right horse"
	s.Auth, s.UserName = "plain", "u"
	if s, err = b.SaveMailSettings(t.Context(), owner, outbox.SettingsChange{Settings: s, Password: &wrong}); err != nil || !s.HasPassword {
		t.Fatal(err, s)
	}
	b.queue(invoice(1))
	w := outbox.NewWorker(b.conf)
	b.run(w)
	v, err := b.Waiting(t.Context(), owner)
	if err != nil || b.states() != "queued" || v.LastAnswer.Detail != "535 5.7.8 Authentication failed" {
		t.Errorf("%s %+v %v", b.states(), v, err)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM notifications WHERE kind = 'mail_server'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if _, err = b.SaveMailSettings(t.Context(), owner, outbox.SettingsChange{Settings: s, Password: &right}); err != nil {
		t.Fatal(err)
	}
	b.run(w)
	if b.states() != "sent" {
		t.Error(b.states())
	}
	for _, secret := range []string{wrong, right} {
		if strings.Contains(b.log.String(), secret) || strings.Contains(strings.Join(dbtest.Strings(t, b.raw, "SELECT sealed||details FROM secrets, audit_log"), " "), secret) {
			t.Errorf("%q lies open", secret)
		}
	}
	js, err := json.Marshal(s)
	if err != nil || bytes.Contains(js, []byte("horse")) {
		t.Errorf("%s", js)
	}
}

// Each drop costs the mail in hand an attempt; three in a row without one success hold the line.
func TestServerThatHangsUp(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{OnData: func(_ int, _ []byte, c net.Conn) error { _ = c.Close(); return errors.New("gone") }})
	b := setUp(t, srv)
	for n := range 6 {
		b.queue(invoice(n))
	}
	w := outbox.NewWorker(b.conf)
	b.run(w)
	if b.states() != "queued queued queued queued queued queued" || srv.Connections() != 3 {
		t.Errorf("%s over %d connections", b.states(), srv.Connections())
	}
	if n := dbtest.Int(t, b.raw, "SELECT sum(attempts) FROM mails"); n != 3 {
		t.Errorf("%d attempts", n)
	}
}

// A server that takes ten messages a connection and then says 421.
func TestServerWithAQuotaPerConnection(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{OnMail: func(n int, _ string) error {
		if n%11 == 0 {
			return mailtest.Refuse(421, "enough for this connection")
		}
		return nil
	}})
	b := setUp(t, srv)
	for n := range 40 {
		b.queue(invoice(n))
	}
	b.run(outbox.NewWorker(b.conf))
	if n := len(srv.Got()); n != 40 || srv.Connections() != 4 {
		t.Errorf("%d received over %d connections", n, srv.Connections())
	}
}

func TestThousandMailsOverOneConnection(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	var all []outbox.Mail
	for n := range 1000 {
		all = append(all, invoice(n))
	}
	b.queue(all...)
	start := time.Now()
	b.run(outbox.NewWorker(b.conf))
	t.Logf("1000 mails in %v", time.Since(start))
	if len(srv.Got()) != 1000 || srv.Connections() != 1 {
		t.Errorf("%d over %d", len(srv.Got()), srv.Connections())
	}
}

func TestPaperThatIsBeingMade(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	ready := false
	b.conf.Sources.DocumentPDF = func(_ context.Context, doc int64) (outbox.Paper, error) {
		if !ready {
			return outbox.Paper{}, fmt.Errorf("document %d: %w", doc, outbox.ErrNotReady)
		}
		return outbox.Paper{Name: "FA.pdf", MediaType: "application/pdf", Content: []byte("%PDF")}, nil
	}
	m := invoice(1)
	b.write(func(ctx context.Context, tx *db.Tx) error {
		doc, err := b.draft(ctx, tx)
		m.DocumentID = doc
		return err
	})
	b.queue(m, invoice(2))
	w := outbox.NewWorker(b.conf)
	next := b.run(w)
	if b.states() != "queued sent" || next.Sub(b.clock()) != 3*time.Second || dbtest.Int(t, b.raw, "SELECT attempts FROM mails WHERE id = 1") != 0 {
		t.Fatalf("%s, next in %v", b.states(), next.Sub(b.clock()))
	}
	if d, err := outbox.New(b.conf).Get(t.Context(), owner, b.list(outbox.Query{})[1].PublicID); err != nil || !d.NotReady {
		t.Errorf("%+v %v", d, err)
	}
	ready = true
	b.pass(3 * time.Second)
	b.run(w)
	got := srv.Got()
	c, err := mail.Read(got[len(got)-1].EML)
	if err != nil || len(c.Papers) != 1 || c.Papers[0].Name != "FA.pdf" {
		t.Errorf("%+v %v", c.Papers, err)
	}
}

// A quote, a credit note and the confirmation of an approval carry their paper as an invoice
// does; what is about a question does not.
func TestPapersOfEachKind(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.conf.Sources.DocumentPDF = func(_ context.Context, doc int64) (outbox.Paper, error) {
		return outbox.Paper{Name: fmt.Sprintf("paper-%d.pdf", doc), MediaType: "application/pdf", Content: []byte("%PDF")}, nil
	}
	args := map[string]string{"number": "N-1", "amount_minor": "12000", "currency": "EUR", "due_date": "2026-12-21", "valid_until": "2026-12-21", "reason": "erreur", "by": "Claire", "what": "quote", "text": "Bonjour"}
	papers := map[outbox.Kind]int{outbox.Invoice: 1, outbox.Quote: 1, outbox.CreditNote: 1, outbox.QuoteConfirmed: 1, outbox.QuestionAnswered: 0}
	var doc int64
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		doc, err = b.draft(ctx, tx)
		return err
	})
	for kind := range papers {
		b.queue(outbox.Mail{Key: string(kind), Kind: kind, Lang: "fr", ToAddress: string(kind) + "@client.example", DocumentID: doc, Args: args})
	}
	b.run(outbox.NewWorker(b.conf))
	got := srv.Got()
	if len(got) != len(papers) {
		t.Fatalf("%d went: %s", len(got), b.states())
	}
	for _, g := range got {
		c, err := mail.Read(g.EML)
		if err != nil {
			t.Fatal(err)
		}
		kind := outbox.Kind(strings.TrimSuffix(g.To, "@client.example"))
		if len(c.Papers) != papers[kind] || len(c.Papers) == 1 && c.Papers[0].Name != fmt.Sprintf("paper-%d.pdf", doc) {
			t.Errorf("%s: %+v", kind, c.Papers)
		}
	}
}

// A reminder that waited for the line is asked again just before it leaves: where nothing
// in it is due any more it stays, with the reason, and goes with no resend either.
func TestReminderOvertakenByThePayment(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	paid := map[int64]bool{12: true, 15: true}
	b.conf.Sources.Reminder = func(_ context.Context, m outbox.Mail) (map[string]string, error) {
		if m.Args["documents"] == "-" {
			return m.Args, nil
		}
		ids, err := outbox.RemindedOf(m.Args)
		for _, id := range ids {
			if !paid[id] {
				return m.Args, err
			}
		}
		return nil, err
	}
	b.Service = outbox.New(b.conf)
	reminder := func(documents string) outbox.Mail {
		return outbox.Mail{Key: "reminder/" + documents, Kind: outbox.Reminder, Lang: "fr", ToAddress: "client@client.example", Args: map[string]string{"subject": "Rappel " + documents, "body": "Bonjour", "number": "FA-1",
			"count": "1", "amount_minor": "1000", "currency": "EUR", "due_date": "2026-12-21", "fees_minor": "0", "documents": documents}}
	}
	b.queue(reminder("12"), reminder("12,15"), reminder("15,16"), reminder("-"), invoice(1))
	w := outbox.NewWorker(b.conf)
	b.run(w)
	if got := b.states(); got != "cancelled cancelled sent sent sent" || len(srv.Got()) != 3 {
		t.Fatalf("%s, %d went", got, len(srv.Got()))
	}
	row := b.list(outbox.Query{State: "cancelled"})[1]
	if row.LastAnswer.Key != "mail.answer.no_longer_due" || row.Subject != "Rappel 12" || row.Attempts != 1 {
		t.Errorf("%+v", row)
	}
	if n := dbtest.Int(t, b.raw, "SELECT count(*) FROM audit_log WHERE action = 'mail.cancelled'"); n != 2 {
		t.Errorf("%d in the log", n)
	}
	_, err := b.Resend(t.Context(), owner, row.PublicID, "resend-again-1")
	if err != nil {
		t.Fatal(err)
	}
	b.run(w)
	if got := b.states(); got != "cancelled cancelled sent sent sent" || len(srv.Got()) != 3 {
		t.Errorf("again: %s", got)
	}
	delete(paid, 12) // the payment came back
	if _, err := b.Resend(t.Context(), owner, row.PublicID, "resend-later-1"); err != nil {
		t.Fatal(err)
	}
	b.run(w)
	if len(srv.Got()) != 4 {
		t.Errorf("%s", b.states())
	}
}

// A reminder whose debt was paid in part while it waited leaves with what is owed now, and
// its row says what left.
func TestReminderOfAPartPaidMeanwhile(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.conf.Sources.Reminder = func(_ context.Context, m outbox.Mail) (map[string]string, error) {
		now := maps.Clone(m.Args)
		now["subject"], now["body"], now["amount_minor"] = "Reste 400", "Il reste 400.", "40000"
		return now, nil
	}
	b.Service = outbox.New(b.conf)
	b.queue(outbox.Mail{Key: "reminder/12/1", Kind: outbox.Reminder, Lang: "fr", ToAddress: "client@client.example", Args: map[string]string{"subject": "Reste 1000", "body": "Il reste 1000.", "number": "FA-1",
		"count": "1", "amount_minor": "100000", "currency": "EUR", "due_date": "2026-12-21", "fees_minor": "0", "documents": "12", "on": "2026-12-26"}})
	b.run(outbox.NewWorker(b.conf))
	got := srv.Got()
	if len(got) != 1 || b.states() != "sent" {
		t.Fatalf("%d went: %s", len(got), b.states())
	}
	c, err := mail.Read(got[0].EML)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "Reste 400" || !strings.Contains(c.Text, "Il reste 400.") || strings.Contains(c.Text, "1000") {
		t.Errorf("%s\n%s", c.Subject, c.Text)
	}
	row := b.list(outbox.Query{State: "sent"})[0]
	d, err := b.Get(t.Context(), owner, row.PublicID)
	if err != nil || row.Subject != "Reste 400" || row.Attempts != 1 || !strings.Contains(d.Text, "Il reste 400.") {
		t.Errorf("%+v %s %v", row, d.Text, err)
	}
}

func TestComposerThatPanicsHurtsOneMail(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.conf.Composer = panicky{b.conf.Composer}
	b.queue(invoice(1), invoice(2))
	b.run(outbox.NewWorker(b.conf))
	if b.states() != "queued sent" {
		t.Error(b.states())
	}
	if a := b.list(outbox.Query{})[1].LastAnswer; a.Key != "mail.answer.not_composed" {
		t.Errorf("%+v", a)
	}
}

type panicky struct{ outbox.Composer }

func (p panicky) Compose(l outbox.Letter) (outbox.Message, error) {
	if l.Args["number"] == "FA-2026-0001" {
		panic("no paper")
	}
	return p.Composer.Compose(l)
}

func TestMailWithoutItsLinkWaits(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	b.queue(outbox.Mail{Key: "p", Kind: outbox.PortalPassword, Lang: "fr", ToAddress: "a@b.example", Args: map[string]string{"minutes": "30"}})
	b.run(outbox.NewWorker(b.conf))
	if a := b.list(outbox.Query{})[0]; a.State != "queued" || a.LastAnswer.Key != "mail.answer.no_link" || len(srv.Got()) != 0 {
		t.Errorf("%+v", a)
	}
}
