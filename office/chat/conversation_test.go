package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/chat"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/officetest"
)

// talk is a firm that chats, with a customer of one contact.
type talk struct {
	*officetest.Firm
	s      *chat.Service
	c      customers.Customer
	who    actor.Actor
	open   atomic.Bool
	off    atomic.Bool
	folder string
	given  *attachments.Service // what contacts hand over
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	f := officetest.New(t)
	x := &talk{Firm: f, folder: filepath.Join(t.TempDir(), "files")}
	x.s = x.room(f.DB)
	x.c = f.Customer("Client", nil)
	x.who = officetest.Contact(x.c)
	x.who.Trust = actor.TrustPassword
	return x
}

func (x *talk) room(d *db.DB) *chat.Service {
	store := files.New(x.folder, true)
	x.given = attachments.New(attachments.Deps{DB: d, IDs: id.Random(), Files: store})
	return chat.New(chat.Deps{DB: d, IDs: id.Random(), Sales: x.Sales, Files: store, Stager: x.given,
		Enabled: func(context.Context, *gen.Queries) (bool, error) { return !x.off.Load(), nil },
		OpenAt:  func(context.Context, *gen.Queries, string, time.Time) (bool, error) { return x.open.Load(), nil },
		DueAt: func(_ context.Context, _ *gen.Queries, _ string, at time.Time) (time.Time, bool, error) {
			return at.Add(time.Hour), true, nil
		}})
}

func (x *talk) begin(key, body string) string {
	id, err := x.s.PortalBegin(ctx, x.who, chat.Begin{Key: key, Subject: "Livraison", Body: body})
	x.Must(err)
	return id
}

func (x *talk) count(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	return dbtest.Int(t, dbtest.Raw(t, x.Path), query, args...)
}

// A message outside hours waits in the one inbox, is answered, read, closed, and opened by the next.
func TestConversationFromMessageToAnswer(t *testing.T) {
	x := newTalk(t)
	var id string
	for range 2 { // a repeat after a lost answer
		id = x.begin("begin-key-1", "Bonjour, quand livrez-vous l’étagère ?")
	}
	rows, _, err := x.s.Inbox(ctx, staff, chat.InboxQuery{View: chat.ViewToAnswer})
	x.Must(err)
	if len(rows) != 1 || rows[0].Kind != chat.KindChat || rows[0].PublicID != id || rows[0].Begun != chat.BegunMessage || rows[0].DueAt == "" || rows[0].Subject != "Livraison" {
		t.Fatalf("%+v", rows)
	}
	if n := x.count(t, "SELECT count(*) FROM mails WHERE kind = 'chat_asked'"); n != 1 {
		t.Errorf("%d mails to the firm", n)
	}
	x.open.Store(true)
	for range 3 {
		_, err = x.s.PortalSay(ctx, x.who, chat.Say{Key: x.Key(), ConversationID: id, Body: "Êtes-vous là ?"})
		x.Must(err)
	}
	if n := x.count(t, "SELECT count(*) FROM notifications WHERE kind = 'chat_message' AND object_kind = 'conversation'"); n != 1 {
		t.Errorf("%d notices until the answer", n)
	}
	m, err := x.s.Write(ctx, staff, chat.Say{Key: "write-key-1", ConversationID: id, Body: "Jeudi."})
	x.Must(err)
	again, err := x.s.Write(ctx, staff, chat.Say{Key: "write-key-1", ConversationID: id, Body: "Jeudi."})
	x.Must(err)
	if m.Seq != again.Seq || m.Side != chat.SideFirm {
		t.Errorf("%+v, again %+v", m, again)
	}
	_, err = x.s.Write(ctx, staff, chat.Say{Key: "write-key-1", ConversationID: id, Body: "Vendredi."})
	x.WantFault(err, "fault.command_reused")
	if n, err := x.s.UnreadOf(ctx, x.who); n != 1 || err != nil {
		t.Errorf("%d unread, %v", n, err)
	}
	c, err := x.s.PortalRead(ctx, x.who, id, 0, 0)
	x.Must(err)
	if len(c.Said) != 5 || !c.Said[0].Mine || c.Said[4].Body != "Jeudi." || c.WaitingSince != "" {
		t.Errorf("%+v", c)
	}
	if n, err := x.s.UnreadOf(ctx, x.who); n != 0 || err != nil {
		t.Errorf("%d unread after reading, %v", n, err)
	}
	x.closes(t, id)
}

// A transcript carries the newest five hundred messages, and says where it leaves some out.
func TestTranscriptSaysWhatItLeavesOut(t *testing.T) {
	x := newTalk(t)
	id := x.begin("long-talk-1", "La toute première")
	mailed := func(key string) (whole, cut int64) {
		t.Helper()
		x.Must(x.s.SendTranscript(ctx, staff, key, id))
		q := "SELECT count(*) FROM mails WHERE kind = 'chat_transcript' AND key LIKE ? AND args LIKE ?"
		return x.count(t, q, "%"+key, "%La toute première%"), x.count(t, q, "%"+key, "%\"text\":\"…%")
	}
	fill := func(from, to int) {
		x.Exec(t, fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO conversation_messages (public_id, conversation_id, side, author_name, body, created_at) SELECT 'filled-' || i, (SELECT max(id) FROM conversations), 'firm', 'Marie', 'm' || i, '2026-11-20T10:00:00.000Z' FROM n", from, to))
	}
	fill(2, 500)
	if whole, cut := mailed("transcript-key-1"); whole != 1 || cut != 0 {
		t.Errorf("500 messages: whole %d, cut %d", whole, cut)
	}
	fill(501, 501)
	if whole, cut := mailed("transcript-key-2"); whole != 0 || cut != 1 {
		t.Errorf("501 messages: whole %d, cut %d", whole, cut)
	}
}

func (x *talk) closes(t *testing.T, id string) {
	t.Helper()
	head, err := x.s.Get(ctx, staff, id, 0)
	x.Must(err)
	if head.ReadSeq == 0 || head.CustomerName != "Client" {
		t.Errorf("%+v", head.Head)
	}
	x.WantFault(x.s.Close(ctx, staff, chat.Change{PublicID: id, Version: head.Version - 1}, false), "fault.stale")
	x.Must(x.s.Close(ctx, staff, chat.Change{PublicID: id, Version: head.Version}, true))
	if n := x.count(t, "SELECT count(*) FROM mails WHERE kind = 'chat_transcript' AND args LIKE '%Jeudi.%' AND args LIKE '%quand livrez-vous%'"); n != 1 {
		t.Errorf("%d transcripts", n)
	}
	closed, _, err := x.s.Inbox(ctx, staff, chat.InboxQuery{View: chat.ViewClosed})
	x.Must(err)
	if len(closed) != 1 || closed[0].LastEvent != "closed" {
		t.Errorf("%+v", closed)
	}
	_, err = x.s.PortalSay(ctx, x.who, chat.Say{Key: x.Key(), ConversationID: id, Body: "Merci."})
	x.Must(err)
	if c, err := x.s.Get(ctx, staff, id, 0); err != nil || c.State != "open" || c.WaitingSince == "" {
		t.Errorf("%+v %v", c.Head, err)
	}
}

// Who may see and say what; what is not theirs is not found.
func TestWhoMayTalk(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "Bonjour")
	other := officetest.Contact(x.Customer("Autre", nil))
	other.Trust = actor.TrustPassword
	colleague := x.who
	colleague.ID = x.count(t, "SELECT max(id) FROM contacts") // of the other customer: no contact of this one
	link, shut, standIn := x.who, x.who, x.who
	link.Trust, shut.Shut, standIn.By = actor.TrustLink, actor.AreaMessages, "Marie"
	for name, c := range map[string]struct {
		who        actor.Actor
		read, said string
	}{
		"own": {x.who, "", ""}, "another customer": {other, "fault.not_found", "fault.not_found"}, "a colleague": {colleague, "fault.not_found", "fault.not_found"},
		"mailed link": {link, "fault.password_needed", "fault.password_needed"}, "area shut": {shut, "fault.access.area", "fault.access.area"}, "in its place": {standIn, "", "fault.stand_in"},
	} {
		_, err := x.s.PortalRead(ctx, c.who, id, 0, 0)
		want(t, name+" reads", err, c.read)
		_, err = x.s.PortalSay(ctx, c.who, chat.Say{Key: x.Key(), ConversationID: id, Body: "x"})
		want(t, name+" says", err, c.said)
	}
	x.off.Store(true)
	_, err := x.s.PortalRead(ctx, x.who, id, 0, 0)
	x.WantFault(err, "fault.not_found")
	_, err = x.s.PortalBegin(ctx, x.who, chat.Begin{Key: x.Key(), Body: "x"})
	x.WantFault(err, "fault.not_found")
	reader := actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Reader}
	_, err = x.s.Write(ctx, reader, chat.Say{Key: x.Key(), ConversationID: id, Body: "x"})
	x.WantFault(err, "fault.permission.answer")
	if _, err := x.s.Get(ctx, reader, id, 0); err != nil {
		t.Error(err)
	}
}

func want(t *testing.T, what string, err error, key string) {
	t.Helper()
	e, ok := fault.As(err)
	if key == "" && err != nil || key != "" && (!ok || e.Key != key) {
		t.Errorf("%s: %v, want %q", what, err, key)
	}
}

// Two writers, a close and a reply at the same moment: every message that was acknowledged is there, once.
func TestTalkingAtOnce(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "Bonjour")
	head, err := x.s.Get(ctx, staff, id, 0)
	x.Must(err)
	same := func() error {
		_, err := x.s.PortalSay(ctx, x.who, chat.Say{Key: "same-key-01", ConversationID: id, Body: "une fois"})
		return err
	}
	errs := officetest.AtOnce(same, same, same, func() error {
		return x.s.Close(ctx, staff, chat.Change{PublicID: id, Version: head.Version}, false)
	}, func() error {
		_, err := x.s.Write(ctx, staff, chat.Say{Key: "firm-key-01", ConversationID: id, Body: "réponse"})
		return err
	})
	officetest.RefusedOnly(t, errs)
	for i, err := range errs {
		if err != nil && i != 3 { // closing what has just changed is refused
			t.Errorf("%d: %v", i, err)
		}
	}
	if n := x.count(t, "SELECT count(*) FROM conversation_messages WHERE body IN ('une fois','réponse')"); n != 2 {
		t.Errorf("%d messages", n)
	}
	c, err := x.s.Get(ctx, staff, id, 0)
	x.Must(err)
	for i := 1; i < len(c.Said); i++ {
		if c.Said[i].Seq <= c.Said[i-1].Seq {
			t.Error("out of order")
		}
	}
}

// The page asks with what it shows: after a restart, a clock that jumped and a dead line it gets all that it lacks.
func TestNothingIsMissedAfterSleep(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "Bonjour")
	c, err := x.s.PortalRead(ctx, x.who, id, 0, 0)
	x.Must(err)
	seen := c.Said[len(c.Said)-1].Seq
	rung, end := x.s.Listen(x.who.CustomerID, x.who.ID)
	for _, body := range []string{"un", "deux", "trois"} {
		_, err := x.s.Write(ctx, staff, chat.Say{Key: x.Key(), ConversationID: id, Body: body})
		x.Must(err)
	}
	select {
	case <-rung:
	default:
		t.Error("the page was not woken")
	}
	select {
	case <-rung:
		t.Error("notices queue up")
	default:
	}
	end()
	if x.s.Notices.Listeners() != 0 {
		t.Error("still listening")
	}
	fresh := x.room(x.DB) // the program was started anew: nothing of it was in memory only
	c, err = fresh.PortalRead(ctx, x.who, id, seen, 0)
	x.Must(err)
	if len(c.Said) != 3 || c.Said[0].Body != "un" || c.Said[2].Body != "trois" {
		t.Errorf("%+v", c.Said)
	}
}

// An answer that is not read goes by mail, once until it is read.
func TestUnreadAnswersGoByMail(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "Bonjour")
	tell := func(body string) {
		m, err := x.s.Write(ctx, staff, chat.Say{Key: x.Key(), ConversationID: id, Body: body})
		x.Must(err)
		b, err := json.Marshal(map[string]any{"conversation": id, "seq": m.Seq})
		x.Must(err)
		x.Must(x.s.Tell(ctx, b))
		x.Must(x.s.Tell(ctx, b))
	}
	mails := func() int64 { return x.count(t, "SELECT count(*) FROM mails WHERE kind = 'chat_answered'") }
	x.Exec(t, "UPDATE contacts SET portal_access = 1")
	tell("jeudi")
	tell("ou vendredi")
	if mails() != 1 {
		t.Fatalf("%d mails", mails())
	}
	_, err := x.s.PortalRead(ctx, x.who, id, 0, 0)
	x.Must(err)
	tell("finalement lundi")
	if mails() != 2 {
		t.Errorf("%d mails after reading", mails())
	}
	if n := x.count(t, "SELECT count(*) FROM jobs WHERE kind = 'chat.tell'"); n != 3 {
		t.Errorf("%d jobs", n)
	}
}

// Exec changes the file behind the rooms' back.
func (x *talk) Exec(t *testing.T, query string) {
	t.Helper()
	if _, err := dbtest.Raw(t, x.Path).Exec(query); err != nil {
		t.Fatal(err)
	}
}

// What was said is never changed or taken away, whoever tries.
func TestSaidStands(t *testing.T) {
	x := newTalk(t)
	x.begin("begin-key-1", "Bonjour")
	raw := dbtest.Raw(t, x.Path)
	for _, q := range []string{"DELETE FROM conversation_messages", "DELETE FROM conversations", "UPDATE conversation_messages SET body = 'autre'", "UPDATE conversation_messages SET created_at = 'x'", "UPDATE conversations SET customer_id = 99", "UPDATE conversations SET last_message_id = 0"} {
		if _, err := raw.Exec(q); err == nil {
			t.Errorf("%s went through", q)
		}
	}
}

// One search finds words of conversations, of files' names and of questions about documents.
func TestOneSearchOverAll(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "L’étagère en chêne est-elle prête ?") // of "Client", about "Livraison"
	file, err := x.s.Stage(ctx, staff, "devis-escalier.pdf", strings.NewReader("%PDF-1.7 x"))
	x.Must(err)
	m, err := x.s.Write(ctx, staff, chat.Say{Key: x.Key(), ConversationID: id, Files: []attachments.Staged{file}})
	x.Must(err)
	if len(m.Files) != 1 {
		t.Fatalf("%+v", m)
	}
	d := quoteOf(x.Firm, x.c)
	_, err = x.s.Ask(ctx, x.who, chat.Question{Key: x.Key(), DocumentID: d.PublicID, Body: "Le chêne est-il massif ?"})
	x.Must(err)
	for words, kinds := range map[string]string{"etagere": "chat", "escalier": "chat", "massif": "question", "chene": "chat question", "sapin": "", "livraison": "chat", "livr": "chat", "client": "chat question", "livraison sapin": ""} {
		rows, _, err := x.s.Inbox(ctx, staff, chat.InboxQuery{Words: words})
		x.Must(err)
		got := []string{}
		for _, r := range rows {
			got = append(got, r.Kind)
		}
		if strings.Join(got, " ") != kinds {
			t.Errorf("%s: %v, want %s", words, got, kinds)
		}
	}
	waits, err := x.s.Waits(ctx, staff)
	x.Must(err)
	counts, err := x.s.Counts(ctx, staff)
	x.Must(err)
	if len(waits) != 1 || counts.ToAnswer != 1 || waits[0].Kind != chat.KindQuestion { // the conversation was answered with a file
		t.Errorf("%+v %+v", waits, counts)
	}
	content, err := x.s.PortalFile(ctx, x.who, id, m.Files[0].PublicID)
	x.Must(err)
	x.Must(content.Bytes.Close())
}

// Pages of the inbox lose nothing and show nothing twice, chats and questions mixed.
func TestPagesOfTheInbox(t *testing.T) {
	x := newTalk(t)
	for i := range 7 {
		x.begin(x.Key(), strings.Repeat("a", i+1))
		x.MoveTo(x.Now().Add(time.Minute))
		if i < 4 {
			d := quoteOf(x.Firm, x.c)
			_, err := x.s.Ask(ctx, x.who, chat.Question{Key: x.Key(), DocumentID: d.PublicID, Body: "Prix ?"})
			x.Must(err)
			x.MoveTo(x.Now().Add(time.Minute))
		}
	}
	seen, after, last := map[string]bool{}, "", "9"
	for range 10 {
		rows, next, err := x.s.Inbox(ctx, staff, chat.InboxQuery{Limit: 3, After: after})
		x.Must(err)
		for _, r := range rows {
			if seen[r.PublicID] || r.LastAt > last {
				t.Errorf("%s again, or out of order", r.PublicID)
			}
			seen[r.PublicID], last = true, r.LastAt
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 11 {
		t.Errorf("%d of 11", len(seen))
	}
	_, _, err := x.s.Inbox(ctx, staff, chat.InboxQuery{After: "%"})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}

// Answers that stand ready: one shortcut each, in the customer's language, with the names filled in.
func TestCanned(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "Bonjour")
	c := chat.Canned{Shortcut: "/merci", Title: "Merci", BodyFR: "Merci {name}, {firm}", BodyEN: "Thank you {name}"}
	cid, err := x.s.SaveCanned(ctx, staff, x.Key(), c)
	x.Must(err)
	_, err = x.s.SaveCanned(ctx, staff, x.Key(), chat.Canned{Shortcut: "MERCI", Title: "Autre", BodyFR: "x"})
	if e, ok := fault.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Key != "fault.chat.shortcut_taken" {
		t.Errorf("%v", err)
	}
	_, err = x.s.SaveCanned(ctx, staff, x.Key(), chat.Canned{Shortcut: "a b"})
	if e, ok := fault.As(err); !ok || len(e.Fields) != 3 {
		t.Errorf("%v", err)
	}
	words, err := x.s.FillCanned(ctx, staff, cid, id)
	x.Must(err)
	if !strings.HasPrefix(words, "Merci "+x.who.Name) || strings.Contains(words, "{") {
		t.Errorf("%q", words)
	}
	c.PublicID, c.Version, c.BodyFR = cid, 1, "Merci"
	_, err = x.s.SaveCanned(ctx, staff, x.Key(), c)
	x.Must(err)
	_, err = x.s.SaveCanned(ctx, staff, x.Key(), chat.Canned{PublicID: cid, Version: 1, Shortcut: "merci", Title: "M", BodyFR: "y"})
	x.WantFault(err, "fault.stale")
	x.Must(x.s.RemoveCanned(ctx, staff, chat.Change{PublicID: cid, Version: 2}))
	if list, err := x.s.Canned(ctx, staff); len(list) != 0 || err != nil {
		t.Errorf("%v %v", list, err)
	}
}

// Nobody floods the firm.
func TestFloods(t *testing.T) {
	x := newTalk(t)
	id := x.begin("begin-key-1", "Bonjour")
	var last error
	for range 70 {
		if _, err := x.s.PortalSay(ctx, x.who, chat.Say{Key: x.Key(), ConversationID: id, Body: "a"}); err != nil {
			last = err
			break
		}
	}
	x.WantFault(last, "fault.chat.flood")
	var long error
	_, long = x.s.PortalSay(ctx, x.who, chat.Say{Key: x.Key(), ConversationID: id, Body: strings.Repeat("é", chat.BodyMost+1)})
	if e, ok := fault.As(long); !ok || !errors.Is(long, e) || len(e.Fields) != 1 || e.Fields[0].Path != "text" {
		t.Errorf("%v", long)
	}
}
