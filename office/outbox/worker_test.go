package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
)

func stop(t *testing.T, w *outbox.Worker) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	w.Stop(ctx)
}

// wait is for what another goroutine will ring.
func wait(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
	}
}

func TestWorkerWakesByItself(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	changed, ran := make(chan struct{}, 10), make(chan struct{}, 10)
	b.conf.Changed = func() { changed <- struct{}{} }
	w := outbox.NewWorker(b.conf)
	w.Handle("file", func(_ context.Context, p json.RawMessage) error {
		if string(p) != `{"document":7}` {
			t.Errorf("%s", p)
		}
		ran <- struct{}{}
		return nil
	})
	w.Start(t.Context())
	b.queue(invoice(1))
	wait(t, changed)
	b.write(func(ctx context.Context, tx *db.Tx) error {
		return outbox.QueueJob(ctx, tx, outbox.Job{Key: "file/7", Kind: "file", Payload: map[string]int{"document": 7}})
	})
	wait(t, ran)
	b.queue(invoice(2))
	wait(t, changed)
	stop(t, w)
	if b.states() != "sent sent" || dbtest.Int(t, b.raw, "SELECT count(*) FROM jobs WHERE state = 'done'") != 1 {
		t.Errorf("%s", b.states())
	}
	stop(t, w) // twice does no harm
}

// Stop finishes the mail in hand and leaves the others for the next start.
func TestStopIsOrderly(t *testing.T) {
	inHand, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	srv := mailtest.Start(t, mailtest.Script{OnData: func(int, []byte, net.Conn) error {
		once.Do(func() { close(inHand) })
		<-goOn
		return nil
	}})
	b := setUp(t, srv)
	b.queue(invoice(1), invoice(2), invoice(3))
	w := outbox.NewWorker(b.conf)
	w.Start(t.Context())
	wait(t, inHand)
	stopped := make(chan struct{})
	go func() { stop(t, w); close(stopped) }()
	go func() {
		for !w.Stopping() { // until Stop was heard
			runtime.Gosched()
		}
		close(goOn)
	}()
	wait(t, stopped)
	if s := b.states(); s != "sent queued queued" || dbtest.Int(t, b.raw, "SELECT sum(attempts) FROM mails") != 1 {
		t.Errorf("%s", s)
	}
}

// Stop that cannot wait breaks the mail off; it is tried again, with the same name.
func TestStopThatCannotWait(t *testing.T) {
	inHand, free := make(chan struct{}), make(chan struct{})
	var once sync.Once
	srv := mailtest.Start(t, mailtest.Script{OnData: func(n int, _ []byte, _ net.Conn) error {
		if n == 1 {
			once.Do(func() { close(inHand) })
			<-free
		}
		return nil
	}})
	b := setUp(t, srv)
	b.queue(invoice(1))
	w := outbox.NewWorker(b.conf)
	w.Start(t.Context())
	wait(t, inHand)
	now, cancel := context.WithCancel(t.Context())
	cancel()
	w.Stop(now)
	close(free)
	if b.states() != "queued" {
		t.Fatal(b.states())
	}
	b.pass(2 * time.Minute)
	b.run(outbox.NewWorker(b.conf))
	if b.states() != "sent" {
		t.Error(b.states())
	}
}

func TestStopWithoutStart(t *testing.T) {
	b := setUp(t, nil)
	w := outbox.NewWorker(b.conf)
	stop(t, w)
	if !w.Stopping() {
		t.Error("not stopping")
	}
}

func TestJobs(t *testing.T) {
	b := setUp(t, nil)
	w := outbox.NewWorker(b.conf)
	var did []string
	fail := map[string]error{}
	handler := func(_ context.Context, p json.RawMessage) error {
		var name string
		if err := json.Unmarshal(p, &name); err != nil {
			return err
		}
		did = append(did, name)
		if name == "panics" {
			panic("oh")
		}
		return fail[name]
	}
	w.Handle("k", handler)
	fail["later"], fail["never"] = errors.New("not yet"), errors.Join(errors.New("no such document"), outbox.ErrFinal)
	run := func() time.Time {
		next, err := w.RunJobs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	b.write(func(ctx context.Context, tx *db.Tx) error {
		for _, name := range []string{"good", "later", "never", "panics"} {
			if err := outbox.QueueJob(ctx, tx, outbox.Job{Key: name, Kind: "k", Payload: name}); err != nil {
				return err
			}
		}
		return errors.Join(outbox.QueueJob(ctx, tx, outbox.Job{Key: "tomorrow", Kind: "k", Payload: "tomorrow", RunAt: tx.Now.Add(24 * time.Hour)}),
			outbox.QueueJob(ctx, tx, outbox.Job{Key: "nobody", Kind: "unknown", Payload: 1}))
	})
	states := func() string {
		return strings.Join(dbtest.Strings(t, b.raw, "SELECT key || '=' || state FROM jobs ORDER BY id"), " ")
	}
	if next := run(); next.Sub(b.clock()) != 5*time.Second {
		t.Errorf("next in %v", next.Sub(b.clock()))
	}
	if s := states(); s != "good=done later=queued never=failed panics=queued tomorrow=queued nobody=queued" {
		t.Error(s)
	}
	delete(fail, "later")
	b.pass(5 * time.Second)
	run()
	if s := states(); !strings.Contains(s, "later=done") {
		t.Error(s)
	}
	b.pass(25 * time.Hour)
	run()
	if s := states(); !strings.Contains(s, "tomorrow=done") {
		t.Error(s)
	}
	for range 20 {
		b.pass(25 * time.Hour)
		run()
	}
	if s := states(); s != "good=done later=done never=failed panics=failed tomorrow=done nobody=failed" {
		t.Error(s)
	}
	if got := strings.Join(did[:5], " "); got != "good later never panics later" {
		t.Error(did)
	}
}

func TestJobTakenByAKilledProgram(t *testing.T) {
	b := setUp(t, nil)
	b.write(func(ctx context.Context, tx *db.Tx) error {
		return outbox.QueueJob(ctx, tx, outbox.Job{Key: "x", Kind: "k", Payload: 1})
	})
	w := outbox.NewWorker(b.conf)
	ctx, cancel := context.WithCancel(t.Context())
	w.Handle("k", func(ctx context.Context, _ json.RawMessage) error { cancel(); return ctx.Err() })
	if _, err := w.RunJobs(ctx); err == nil {
		t.Log("broken off")
	}
	if n := dbtest.Int(t, b.raw, "SELECT attempts FROM jobs WHERE state = 'queued'"); n != 0 {
		t.Errorf("%d attempts", n)
	}
	if _, err := b.raw.Exec("UPDATE jobs SET state = 'running', lease_until = '2026-11-21T19:00:00.000Z'"); err != nil {
		t.Fatal(err)
	}
	ran := 0
	w = outbox.NewWorker(b.conf)
	w.Handle("k", func(context.Context, json.RawMessage) error { ran++; return nil })
	if _, err := w.RunJobs(t.Context()); err != nil || ran != 0 {
		t.Errorf("ran %d under another's lease, %v", ran, err)
	}
	if err := outbox.Recover(t.Context(), b.db); err != nil {
		t.Fatal(err)
	}
	if _, err := w.RunJobs(t.Context()); err != nil || ran != 1 {
		t.Errorf("ran %d, %v", ran, err)
	}
}

// later is a server that wants to be asked again.
type later struct {
	mu    sync.Mutex
	asked []time.Time
}

func (l *later) Open(context.Context, outbox.Server, func(outbox.Step)) (outbox.Connection, error) {
	return l, nil
}
func (l *later) Close() error { return nil }
func (l *later) Send(context.Context, string, string, []byte) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, time.Now())
	if len(l.asked) < 4 {
		return "", &outbox.Answer{Text: "451 later"}
	}
	return "250 ok", nil
}

// The loop sleeps until the row falls due, to the second, and asks nothing in between.
func TestWorkerSleepsUntilDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setUp(t, nil)
		b.live = true
		s, err := b.MailSettings(t.Context(), owner)
		if err != nil {
			t.Fatal(err)
		}
		s.Host, s.Security, s.Auth = "127.0.0.1", "plain", "none"
		if _, err := b.SaveMailSettings(t.Context(), owner, outbox.SettingsChange{Settings: s}); err != nil {
			t.Fatal(err)
		}
		server := &later{}
		b.conf.Carrier = server
		w := outbox.NewWorker(b.conf)
		w.Start(t.Context())
		start := time.Now()
		b.queue(invoice(1))
		<-time.After(time.Hour) // of the bubble: it takes no time
		synctest.Wait()
		var after []string
		for _, at := range server.asked {
			after = append(after, at.Sub(start).Round(time.Second).String())
		}
		if got := strings.Join(after, " "); got != "0s 1m0s 6m0s 21m0s" || b.states() != "sent" {
			t.Errorf("asked after %s; %s", got, b.states())
		}
		stop(t, w)
	})
}
