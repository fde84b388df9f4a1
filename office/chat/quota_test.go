package chat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/attachments"
	"comptoir/office/chat"
	"comptoir/office/officetest"
)

// sent stages a file of the contact.
func (x *talk) sent(name string) []attachments.Staged {
	f, err := x.given.Stage(ctx, x.who, name, strings.NewReader("%PDF-1.7 "+name))
	x.Must(err)
	return []attachments.Staged{f}
}

func (x *talk) says(id, name string) error {
	_, err := x.s.PortalSay(ctx, x.who, chat.Say{Key: "say-" + name, ConversationID: id, Body: "Voici", Files: x.sent(name)})
	return err
}

func (x *talk) hands(name string) error {
	return x.given.HandOver(ctx, x.who, attachments.HandOver{Key: "hand-" + name, Files: x.sent(name)})
}

// Files sent in conversations and files handed over are the same customer's: a day's number is reached by both together,
// and what came under a key before is acknowledged again.
func TestADaysFilesCountTogether(t *testing.T) {
	x := newTalk(t)
	x.Must(x.given.AllowUploads(ctx, staff, true))
	id := x.begin("begin-key-1", "Bonjour")
	waiting := x.sent("early.pdf") // judged while there was room
	for n := range attachments.DayMax / 2 {
		x.Must(x.says(id, fmt.Sprintf("said-%02d.pdf", n)))
		x.Must(x.hands(fmt.Sprintf("hand-%02d.pdf", n)))
	}
	_, err := x.given.Stage(ctx, x.who, "more.pdf", strings.NewReader("%PDF-1.7"))
	x.WantFault(err, "fault.files.enough")
	_, err = x.s.PortalSay(ctx, x.who, chat.Say{Key: "say-early", ConversationID: id, Body: "Voici", Files: waiting})
	x.WantFault(err, "fault.files.enough")
	_, err = x.s.PortalBegin(ctx, x.who, chat.Begin{Key: "begin-early", Body: "Voici", Files: waiting})
	x.WantFault(err, "fault.files.enough")
	x.WantFault(x.given.HandOver(ctx, x.who, attachments.HandOver{Key: "hand-early", Files: waiting}), "fault.files.enough")
	if n := x.count(t, "SELECT count(*) FROM conversation_messages WHERE body = 'Voici'"); n != attachments.DayMax/2 {
		t.Errorf("%d messages: what was refused left its words", n)
	}
	_, err = x.s.PortalSay(ctx, x.who, chat.Say{Key: "words-only", ConversationID: id, Body: "Sans fichier"})
	x.Must(err)
	file, err := x.s.Stage(ctx, staff, "firm.pdf", strings.NewReader("%PDF-1.7"))
	x.Must(err)
	_, err = x.s.Write(ctx, staff, chat.Say{Key: "firm-file-1", ConversationID: id, Files: []attachments.Staged{file}}) // the firm's own are not counted
	x.Must(err)
	mine := x.who
	x.who = officetest.Contact(x.Customer("Autre", nil))
	x.Must(x.hands("theirs.pdf")) // another customer's day is its own
	x.who = mine
	x.MoveTo(x.Now().Add(25 * time.Hour))
	x.Must(x.says(id, "tomorrow.pdf"))
}

// Two at once where one has room: one is taken, whichever way they come, and its repeat is the same message.
func TestTheLastRoomIsGivenOnce(t *testing.T) {
	x := newTalk(t)
	x.Must(x.given.AllowUploads(ctx, staff, true))
	id := x.begin("begin-key-1", "Bonjour")
	x.Must(x.says(id, "first.pdf"))
	a, b, c := x.sent("one.pdf"), x.sent("two.pdf"), x.sent("six.pdf")
	used := x.count(t, "SELECT sum(size) FROM conversation_files")
	x.Exec(t, fmt.Sprintf("INSERT INTO conversation_files (public_id, message_id, name, sha256, size, media_type) SELECT 'large', message_id, 'large.pdf', sha256, %d, media_type FROM conversation_files", attachments.CustomerMax-used-a[0].Size))
	say := func(key string, list []attachments.Staged) func() error {
		return func() error {
			_, err := x.s.PortalSay(ctx, x.who, chat.Say{Key: key, ConversationID: id, Body: key, Files: list})
			return err
		}
	}
	acts := []func() error{say("two-at-once-1", a), say("two-at-once-2", b), func() error {
		return x.given.HandOver(ctx, x.who, attachments.HandOver{Key: "two-at-once-3", Files: c})
	}}
	taken := 0
	for i, err := range officetest.AtOnce(acts...) {
		if err == nil {
			taken++
			x.Must(acts[i]()) // a repeat after a lost answer
		} else if e, ok := fault.As(err); !ok || e.Key != "fault.files.enough" {
			t.Errorf("%v", err)
		}
	}
	if taken != 1 {
		t.Errorf("%d were taken", taken)
	}
	if n := x.count(t, "SELECT (SELECT count(*) FROM conversation_files) + (SELECT count(*) FROM shared_files)"); n != 3 {
		t.Errorf("%d files", n)
	}
	x.Must(x.given.AllowUploads(ctx, staff, false))
	_, err := x.s.PortalSay(ctx, x.who, chat.Say{Key: "not-allowed-1", ConversationID: id, Body: "Voici", Files: a})
	x.WantFault(err, "fault.files.not_allowed")
}
