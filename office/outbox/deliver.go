package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Bounds of one lease: no mail of a batch is begun when the lease may end before it does,
// since another worker could then send it too.
const (
	mailBatch   = 25
	mailLease   = 15 * time.Minute
	mailTimeout = 4 * time.Minute // more than the carrier's own limits
	notReadyFor = 10 * time.Minute
	maxDrops    = 3
)

// RunMails sends everything that is due over as few connections as the server allows, and
// gives when to look again; the zero time: when something changes.
func (w *Worker) RunMails(ctx context.Context) (next time.Time, err error) {
	w.mails.Lock()
	defer w.mails.Unlock()
	changed := false
	defer func() {
		if changed {
			w.c.Changed()
		}
	}()
	for drops := 0; ; {
		h, err := w.c.house(ctx)
		if fault.Is(err, fault.NotFound) {
			return time.Time{}, nil // no company yet
		}
		if err != nil {
			return time.Time{}, err
		}
		server, ok, serverErr := w.c.server(h)
		if !ok && serverErr == nil {
			return time.Time{}, nil // they wait; saving the settings wakes us
		}
		due, err := w.mailsDue(ctx)
		if err != nil || due == 0 || w.Stopping() {
			return w.orNext(ctx, err)
		}
		changed = true
		if w.line.settings != h.settings.Version {
			w.line = line{settings: h.settings.Version}
		}
		if held, err := w.reach(ctx, h, server, serverErr, &drops); held || err != nil {
			return w.orNext(ctx, err)
		}
	}
}

func (w *Worker) orNext(ctx context.Context, err error) (time.Time, error) {
	if err != nil {
		return time.Time{}, err
	}
	return w.nextMail(ctx)
}

func (w *Worker) mailsDue(ctx context.Context) (n int64, err error) {
	err = w.c.DB.Read(ctx, func(q *gen.Queries) error {
		n, err = q.CountMailsDue(ctx, db.Stamp(w.c.DB.Now()))
		return err
	})
	return n, err
}

// reach opens one connection and delivers over it; held says that nothing more can go now.
func (w *Worker) reach(ctx context.Context, h house, server Server, serverErr error, drops *int) (held bool, err error) {
	if w.c.DB.Now().Before(w.line.until) {
		return true, w.hold(ctx, w.line.until, w.line.answer)
	}
	if serverErr != nil {
		return true, w.lineDown(ctx, h, serverErr)
	}
	conn, err := w.c.Carrier.Open(ctx, server, nil)
	if err != nil {
		if ctx.Err() != nil {
			return true, nil //nolint:nilerr // Stop broke it off; the server is not to blame
		}
		return true, w.lineDown(ctx, h, err)
	}
	sent, broken, err := w.deliver(ctx, h, conn)
	if cerr := conn.Close(); cerr != nil {
		w.c.Log.Debug("mail connection", slog.String("error", cerr.Error()))
	}
	if sent > 0 {
		*drops, w.line.failures = 0, 0
	}
	if err != nil || ctx.Err() != nil || w.Stopping() {
		return true, err
	}
	if broken == nil {
		return false, nil // whatever fell due meanwhile is seen by the next turn
	}
	// A server may hang up after so many messages: begin afresh, unless nothing ever goes.
	if *drops++; sent > 0 && *drops < maxDrops || *drops < maxDrops && !broken.Line {
		return false, nil
	}
	return true, w.lineDown(ctx, h, broken)
}

// lineDown keeps everything due for later; no mail's attempts are counted.
func (w *Worker) lineDown(ctx context.Context, h house, cause error) error {
	a := asAnswer(cause)
	w.line.failures++
	d, _ := wait(lineSchedule, w.line.failures, w.c.Jitter())
	w.line.until, w.line.answer = w.c.DB.Now().Add(d), a.Text
	w.c.Log.Warn("mail server out of reach", slog.Int("failures", w.line.failures), slog.String("answer", firstLine(a.Text)))
	if err := w.hold(ctx, w.line.until, a.Text); err != nil {
		return err
	}
	// Once in a row of failures: at once when the account is refused, else when it lasts.
	if (a.Permanent && w.line.failures == 1) || (!a.Permanent && w.line.failures == len(lineSchedule)) {
		return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
			return audit.Notify(ctx, tx, "mail_server", map[string]any{"answer": inWords(h.company.Language, a.Text)}, "mail_settings", "")
		})
	}
	return nil
}

func (w *Worker) hold(ctx context.Context, until time.Time, answer string) error {
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.HoldMails(ctx, gen.HoldMailsParams{NextAttemptAt: db.Stamp(until), LastAnswer: answer, Now: tx.Stamp()})
		return err
	})
}

func asAnswer(err error) *Answer {
	var a *Answer
	if errors.As(err, &a) {
		return a
	}
	return &Answer{Text: "mail.answer.unreachable\n" + OneLine(err.Error(), 300), Line: true, Broken: true, Err: err}
}

// inWords writes an answer for a notification, whose args are words already.
func inWords(lang, answer string) string {
	if r := ReplyOf(answer); r.Key != "" {
		return locale.T(lang, r.Key, nil)
	}
	return OneLine(answer, 300)
}

func firstLine(s string) string { s, _, _ = strings.Cut(s, "\n"); return s }

// deliver sends batch after batch over conn until nothing is due or the connection is of
// no more use; broken says why.
func (w *Worker) deliver(ctx context.Context, h house, conn Connection) (sent int, broken *Answer, err error) {
	for {
		batch, err := w.lease(ctx)
		if err != nil || len(batch) == 0 {
			return sent, nil, err
		}
		for i, m := range batch {
			if ctx.Err() != nil || w.Stopping() || w.leaseShort(m.LeaseUntil) {
				err = w.release(ctx, batch[i:], w.c.DB.Now())
				if err != nil || ctx.Err() != nil || w.Stopping() {
					return sent, nil, err
				}
				break
			}
			a, err := w.one(ctx, h, conn, m)
			if err != nil {
				return sent, nil, errors.Join(err, w.release(ctx, batch[i+1:], w.c.DB.Now()))
			}
			if a == nil {
				sent++
				continue
			}
			if a.Broken || a.Line {
				return sent, a, w.release(ctx, batch[i+1:], w.c.DB.Now())
			}
		}
	}
}

func (w *Worker) lease(ctx context.Context) (batch []gen.Mail, err error) {
	err = w.c.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		batch, err = tx.LeaseMails(ctx, gen.LeaseMailsParams{LeaseUntil: db.Stamp(tx.Now.Add(mailLease)), Now: tx.Stamp(), RowLimit: mailBatch})
		return err
	})
	return batch, err
}

func (w *Worker) leaseShort(until string) bool {
	t, err := time.Parse(db.TimeFormat, until)
	return err != nil || t.Sub(w.c.DB.Now()) < mailTimeout+time.Minute
}

// release gives back what was leased and not tried.
func (w *Worker) release(ctx context.Context, batch []gen.Mail, at time.Time) error {
	if len(batch) == 0 {
		return nil
	}
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		for _, m := range batch {
			if _, err := tx.ReleaseMail(ctx, gen.ReleaseMailParams{ID: m.ID, LeaseUntil: m.LeaseUntil, NextAttemptAt: db.Stamp(at)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// one sends one mail and writes down what came of it. A nil answer: it is sent, or it was
// this mail's own trouble and the connection was not touched.
func (w *Worker) one(ctx context.Context, h house, conn Connection, m gen.Mail) (*Answer, error) {
	msg, l, err := w.c.compose(ctx, h, m)
	switch {
	case ctx.Err() != nil:
		return nil, w.release(ctx, []gen.Mail{m}, w.c.DB.Now())
	case errors.Is(err, ErrNotReady) && w.young(m):
		return nil, w.release(ctx, []gen.Mail{m}, w.c.DB.Now().Add(3*time.Second))
	case err == nil && lacksLink(l, m.LinkID != nil):
		return nil, w.failed(ctx, m, msg.Subject, &Answer{Text: "mail.answer.no_link"})
	case err != nil:
		w.c.Log.Error("mail not composed", slog.String("mail", m.PublicID), slog.String("error", err.Error()))
		return nil, w.failed(ctx, m, m.Subject, &Answer{Text: "mail.answer.not_composed\n" + m.PublicID})
	}
	switch fresh, due, err := w.asOfNow(ctx, m); {
	case err != nil:
		return nil, errors.Join(err, w.release(ctx, []gen.Mail{m}, w.c.DB.Now()))
	case !due:
		return nil, w.drop(ctx, m, msg.Subject)
	case fresh.Args != m.Args:
		return w.one(ctx, h, conn, fresh)
	}
	sendCtx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	said, err := conn.Send(sendCtx, l.From.Address, m.ToAddress, msg.EML)
	if err == nil {
		return nil, w.sent(ctx, m, msg.Subject, said)
	}
	a := asAnswer(err)
	if a.Line { // not this mail's fault
		return a, w.release(ctx, []gen.Mail{m}, w.c.DB.Now())
	}
	return a, w.failed(ctx, m, msg.Subject, a)
}

// asOfNow has a reminder say what is owed now: it may have waited for days (the machine
// offline, a server that does not answer) while the money came in part, or whole: then it is
// not due. What it says instead stands in its row, so that what left can be read there.
func (w *Worker) asOfNow(ctx context.Context, m gen.Mail) (fresh gen.Mail, due bool, err error) {
	if Kind(m.Kind) != Reminder || w.c.Sources.Reminder == nil {
		return m, true, nil
	}
	queued, err := asQueued(m)
	if err != nil {
		return m, false, err
	}
	args, err := w.c.Sources.Reminder(ctx, queued)
	if err != nil || args == nil || maps.Equal(args, queued.Args) {
		return m, args != nil, err
	}
	b, err := json.Marshal(args)
	if err != nil {
		return m, false, err
	}
	fresh = m
	fresh.Args = string(b)
	return fresh, true, w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.SetMailArgs(ctx, gen.SetMailArgsParams{ID: m.ID, LeaseUntil: m.LeaseUntil, Args: fresh.Args})
		return err
	})
}

// drop keeps m from leaving, with the reason beside it; what was planned stays in the files
// of who planned it. Resend asks the same again.
func (w *Worker) drop(ctx context.Context, m gen.Mail, subject string) error {
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.DropMail(ctx, gen.DropMailParams{ID: m.ID, LeaseUntil: m.LeaseUntil, LastAnswer: "mail.answer.no_longer_due", Subject: subject})
		if err != nil || n == 0 {
			return err
		}
		return audit.Write(ctx, tx, actor.Machine(), audit.Record{Action: "mail.cancelled", ObjectKind: "mail", ObjectID: m.ID})
	})
}

func (w *Worker) young(m gen.Mail) bool {
	t, err := time.Parse(db.TimeFormat, m.CreatedAt)
	return err == nil && w.c.DB.Now().Sub(t) < notReadyFor
}

// sent marks m right after the server took it: what lies between the two is the only time
// when a crash makes a duplicate, and its Message-ID is the same.
func (w *Worker) sent(ctx context.Context, m gen.Mail, subject, said string) error {
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		now := tx.Stamp()
		n, err := tx.MarkMailSent(ctx, gen.MarkMailSentParams{ID: m.ID, LeaseUntil: m.LeaseUntil, Now: &now, LastAnswer: said, Subject: subject})
		if err != nil {
			return err
		}
		if n == 0 {
			w.c.Log.Warn("mail was no longer ours when it was sent", slog.String("mail", m.PublicID))
			said = "" // its contact may have been erased meanwhile, and the answer names the address
		}
		return tx.InsertMailAttempt(ctx, gen.InsertMailAttemptParams{MailID: m.ID, At: now, Outcome: "sent", Answer: said})
	})
}

// failed defers m, or gives it up: after a final answer, or when the schedule is spent.
func (w *Worker) failed(ctx context.Context, m gen.Mail, subject string, a *Answer) error {
	d, again := wait(schedule, int(m.Attempts), w.c.Jitter())
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		outcome := "deferred"
		if a.Permanent {
			outcome = "refused"
		}
		if now, err := tx.MailByID(ctx, m.ID); err != nil || now.ToAddress == "" {
			return err // its contact was erased meanwhile, and the answer names the address
		}
		if err := tx.InsertMailAttempt(ctx, gen.InsertMailAttemptParams{MailID: m.ID, At: tx.Stamp(), Outcome: outcome, Answer: a.Text}); err != nil {
			return err
		}
		if !a.Permanent && again {
			_, err := tx.DeferMail(ctx, gen.DeferMailParams{ID: m.ID, LeaseUntil: m.LeaseUntil, NextAttemptAt: db.Stamp(tx.Now.Add(d)), LastAnswer: a.Text, Subject: subject})
			return err
		}
		n, err := tx.FailMail(ctx, gen.FailMailParams{ID: m.ID, LeaseUntil: m.LeaseUntil, LastAnswer: a.Text, Subject: subject})
		if err != nil || n == 0 {
			return err
		}
		if ofUsers(m.Kind) { // everybody reads notices
			return audit.Notify(ctx, tx, "user_mail_failed", nil, "mail", m.PublicID)
		}
		return audit.Notify(ctx, tx, "mail_failed", map[string]any{"to": m.ToAddress, "subject": subject}, "mail", m.PublicID)
	})
}
