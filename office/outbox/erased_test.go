package outbox_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
)

// TestErasedWhileSending: a contact is erased (office/privacy) while the server has its mail in hand,
// and takes it, refuses it for good, or not now. What comes of it brings nothing of the contact back
// into the file, and the mail is not tried again.
func TestErasedWhileSending(t *testing.T) {
	var b *bench
	seen := 0
	srv := mailtest.Start(t, mailtest.Script{OnData: func(_ int, _ []byte, _ net.Conn) error {
		seen++
		address := fmt.Sprintf("client%d@client.example", seen)
		if got := dbtest.Strings(t, b.raw, "SELECT state FROM mails WHERE to_address = ?", address); strings.Join(got, "") != "sending" {
			t.Errorf("%s: %q", address, got)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.EraseMails(ctx, gen.EraseMailsParams{Email: address}); err != nil {
				return err
			}
			return tx.EraseMailAnswers(ctx)
		})
		switch seen {
		case 2:
			return mailtest.Refuse(550, "no mailbox "+address)
		case 3:
			return mailtest.Refuse(451, "later, "+address)
		}
		return nil
	}})
	b = setUp(t, srv)
	b.queue(invoice(1), invoice(2), invoice(3))
	w := outbox.NewWorker(b.conf)
	b.run(w)
	b.pass(48 * time.Hour)
	b.run(w)
	if seen != 3 {
		t.Errorf("%d mails were tried", seen)
	}
	for _, row := range dbtest.Strings(t, b.raw, "SELECT state || '|' || to_address || to_name || subject || last_answer || args || lease_until FROM mails") {
		if row != "cancelled|{}" {
			t.Error(row)
		}
	}
	for _, row := range dbtest.Strings(t, b.raw, "SELECT outcome || '|' || answer FROM mail_attempts") {
		if row != "sent|" {
			t.Error(row)
		}
	}
}
