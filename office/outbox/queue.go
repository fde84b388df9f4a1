package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
)

// Mail is a mail to be sent. Ids are those of this program's tables, 0 = none.
type Mail struct {
	Key        string // what makes it the same mail: "invoice/<public id>/1"
	Kind       Kind
	Lang       string
	ToAddress  string
	ToName     string
	CustomerID int64
	ContactID  int64
	DocumentID int64
	PaymentID  int64
	LinkID     int64
	ContractID int64             // that it is about
	GuestID    int64             // of that contract, where it goes to one
	Args       map[string]string // see Kind
}

// Bytes that one row may carry: a sender's own words are a message, not a book. A text of the
// firm's is bounded in characters where it is saved, 10 000 at most (office/customers,
// office/reminders). A placeholder of 13 of them may stand for an address of 254, each of which
// takes 8 bytes once quoted for Markdown and JSON: 1.6 million.
const (
	maxArgs    = 32 << 10
	maxWritten = 2 << 20
)

// QueueMail puts m into the outbox: it goes if, and only if, tx commits. The same key
// again is no second mail: the first one's id comes back.
func QueueMail(ctx context.Context, tx *db.Tx, ids id.Source, m Mail) (int64, error) {
	if m.Key == "" || len(m.Key) > 200 {
		return 0, fmt.Errorf("outbox: mail key of %d bytes", len(m.Key))
	}
	if err := m.Kind.check(m.Args); err != nil {
		return 0, err
	}
	to, err := ident.CheckEmail(m.ToAddress)
	if err != nil {
		return 0, fault.New(fault.Invalid, "mail.fault.no_address").With(err)
	}
	if m.Args, err = signed(ctx, tx, m); err != nil {
		return 0, err
	}
	args, err := json.Marshal(m.Args)
	if err != nil {
		return 0, fmt.Errorf("outbox: mail args: %w", err)
	}
	if m.Args == nil {
		args = []byte("{}")
	}
	if len(args) > m.Kind.most() {
		return 0, fault.New(fault.Invalid, "mail.fault.too_long")
	}
	row, err := tx.InsertMail(ctx, gen.InsertMailParams{
		PublicID: ids(), Key: m.Key, Kind: string(m.Kind), Language: locale.Of(m.Lang), ToAddress: to, ToName: OneLine(m.ToName, 120),
		CustomerID: ref(m.CustomerID), ContactID: ref(m.ContactID), DocumentID: ref(m.DocumentID), PaymentID: ref(m.PaymentID), LinkID: ref(m.LinkID), ContractID: ref(m.ContractID), GuestID: ref(m.GuestID),
		Args: string(args), MessageToken: ids(), Now: tx.Stamp(),
	})
	if errors.Is(err, sql.ErrNoRows) { // ON CONFLICT DO NOTHING returned none
		return tx.MailIDByKey(ctx, m.Key)
	}
	if err != nil {
		return 0, err
	}
	tx.AfterCommit(mailQueued.ring)
	return row, nil
}

// Job is work to be done after the commit, by the handler of its kind.
type Job struct {
	Key     string // the same key again is no second job
	Kind    string
	Payload any       // JSON carries it
	RunAt   time.Time // zero = at once
}

// QueueJob puts j into the queue: it runs if, and only if, tx commits; at least once, so
// its handler must bear a repeat.
func QueueJob(ctx context.Context, tx *db.Tx, j Job) error {
	if j.Key == "" || len(j.Key) > 200 || j.Kind == "" {
		return fmt.Errorf("outbox: job %q of kind %q", j.Key, j.Kind)
	}
	payload, err := json.Marshal(j.Payload)
	if err != nil {
		return fmt.Errorf("outbox: job payload: %w", err)
	}
	if j.RunAt.IsZero() {
		j.RunAt = tx.Now
	}
	if err := tx.InsertJob(ctx, gen.InsertJobParams{Key: j.Key, Kind: j.Kind, Payload: string(payload), RunAt: db.Stamp(j.RunAt), Now: tx.Stamp()}); err != nil {
		return err
	}
	tx.AfterCommit(jobQueued.ring)
	return nil
}

func ref(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// OneLine makes a name or a subject fit for a header: no control or direction characters
// (ASVS 1.3.11), single spaces, at most limit characters.
func OneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200d' || r == unicode.ReplacementChar: // the joiner holds emoji together
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}
