package chat_test

import (
	"context"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/chat"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
)

var (
	ctx   = officetest.Ctx
	staff = principal()
)

// principal is the firm's own person, who may all.
func principal() actor.Actor {
	who := officetest.Staff
	who.Role = actor.Principal
	return who
}

// room is the room of questions of a firm at work.
func room(f *officetest.Firm) *chat.Service {
	return chat.New(chat.Deps{DB: f.DB, IDs: id.Seeded(7), Sales: f.Sales, IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
		return f.Access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
	}})
}

func quoteOf(f *officetest.Firm, c customers.Customer) sales.Document {
	d := officetest.Form(c, officetest.Line(10_000))
	d.Kind = "quote"
	return f.Issue(d)
}

func count(t *testing.T, f *officetest.Firm, query string) int64 {
	t.Helper()
	return dbtest.Int(t, dbtest.Raw(t, f.Path), query)
}

// Asked by the customer, answered by the firm: both read the same thread, each is told by mail.
func TestQuestionAndAnswer(t *testing.T) {
	f := officetest.New(t)
	s := room(f)
	c := f.Customer("Client", nil)
	who := officetest.Contact(c)
	who.Trust = actor.TrustLink
	d := quoteOf(f, c)
	ask := chat.Question{Key: "question-0001", DocumentID: d.PublicID, Body: "  Le délai est-il ferme ?\r\nEt la pose ?  "}
	for range 2 { // the same click again
		m, err := s.Ask(ctx, who, ask)
		f.Must(err)
		if m.ByFirm || !m.Waiting || m.Author != who.Name || strings.Contains(m.Body, "\r") {
			t.Errorf("%+v", m)
		}
	}
	waiting, names, err := s.Waiting(ctx, staff)
	f.Must(err)
	if len(waiting) != 1 || waiting[0].Messages != 1 || names[0] != "Client" {
		t.Errorf("%+v %v", waiting, names)
	}
	if n := count(t, f, "SELECT count(*) FROM mails WHERE kind = 'question_asked' AND to_address = 'atelier@bois.example'"); n != 1 {
		t.Errorf("%d mails to the firm", n)
	}
	if n := count(t, f, "SELECT count(*) FROM notifications WHERE kind = 'question_asked' AND object_kind = 'quote'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	_, err = s.Answer(ctx, staff, chat.Question{Key: f.Key(), DocumentID: d.PublicID, Body: "Oui, quinze jours."})
	f.Must(err)
	if waiting, _, err = s.Waiting(ctx, staff); err != nil || len(waiting) != 0 {
		t.Errorf("still waiting: %v %v", waiting, err)
	}
	if n := count(t, f, "SELECT count(*) FROM mails WHERE kind = 'question_answered' AND link_id IS NOT NULL AND to_address = 'contact@client.example'"); n != 1 {
		t.Errorf("%d mails to the customer", n)
	}
	unread, err := s.PortalUnread(ctx, who)
	f.Must(err)
	if len(unread) != 1 || unread[0].PublicID != d.PublicID {
		t.Errorf("unread %+v", unread)
	}
	thread, err := s.PortalThread(ctx, who, d.PublicID)
	f.Must(err)
	mine, err := s.Thread(ctx, staff, d.PublicID)
	f.Must(err)
	if len(thread) != 2 || len(mine) != 2 || thread[0].Body != mine[0].Body || !thread[1].ByFirm {
		t.Errorf("%+v, %+v", thread, mine)
	}
	if unread, err = s.PortalUnread(ctx, who); err != nil || len(unread) != 0 {
		t.Errorf("read, and still unread: %v %v", unread, err)
	}
	list, next, err := s.Conversations(ctx, staff, 0)
	f.Must(err)
	if len(list) != 1 || next != 0 || !list[0].ByFirm || list[0].Waiting {
		t.Errorf("%+v %d", list, next)
	}
	f.Sound()
}

// Two questions, and two answers, of the same instant are two mails each.
func TestAtTheSameInstant(t *testing.T) {
	f := officetest.New(t)
	s := room(f)
	c := f.Customer("Client", nil)
	d := quoteOf(f, c)
	for range 2 {
		_, err := s.Ask(ctx, officetest.Contact(c), chat.Question{Key: f.Key(), DocumentID: d.PublicID, Body: "Allô ?"})
		f.Must(err)
		_, err = s.Answer(ctx, staff, chat.Question{Key: f.Key(), DocumentID: d.PublicID, Body: "Oui."})
		f.Must(err)
	}
	for _, kind := range []string{"question_asked", "question_answered"} {
		if n := count(t, f, "SELECT count(*) FROM mails WHERE kind = '"+kind+"'"); n != 2 {
			t.Errorf("%s: %d mails", kind, n)
		}
	}
}

// Settled without an answer: off the list, and nobody is written to.
func TestSettled(t *testing.T) {
	f := officetest.New(t)
	s := room(f)
	c := f.Customer("Client", nil)
	d := quoteOf(f, c)
	_, err := s.Ask(ctx, officetest.Contact(c), chat.Question{Key: f.Key(), DocumentID: d.PublicID, Body: "Allô ?"})
	f.Must(err)
	f.Must(s.Settle(ctx, staff, d.PublicID))
	if list, _, err := s.Waiting(ctx, staff); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	if n := count(t, f, "SELECT count(*) FROM mails WHERE kind = 'question_answered'"); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// Whose document it is decides, and who asks.
func TestWhoMayAsk(t *testing.T) {
	f := officetest.New(t)
	s := room(f)
	c, other := f.Customer("Client", nil), f.Customer("Autre", nil)
	d := quoteOf(f, c)
	draft := f.Draft(officetest.Form(c, officetest.Line(100)))
	write := func(id, body string) chat.Question { return chat.Question{Key: f.Key(), DocumentID: id, Body: body} }
	for name, x := range map[string]struct {
		who  actor.Actor
		in   chat.Question
		code fault.Code
	}{
		"another customer": {officetest.Contact(other), write(d.PublicID, "x"), fault.NotFound},
		"about a draft":    {officetest.Contact(c), write(draft.PublicID, "x"), fault.NotFound},
		"the firm":         {staff, write(d.PublicID, "x"), fault.Forbidden},
		"nothing said":     {officetest.Contact(c), write(d.PublicID, " \n "), fault.Invalid},
		"far too much":     {officetest.Contact(c), write(d.PublicID, strings.Repeat("é", 4001)), fault.Invalid},
	} {
		if _, err := s.Ask(ctx, x.who, x.in); !fault.Is(err, x.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Answer(ctx, officetest.Contact(c), write(d.PublicID, "x")); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact answers for the firm: %v", err)
	}
	if _, err := s.PortalThread(ctx, officetest.Contact(other), d.PublicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's thread: %v", err)
	}
	if _, err := s.Thread(ctx, officetest.Contact(c), d.PublicID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the firm's side: %v", err)
	}
	if n := count(t, f, "SELECT count(*) FROM document_messages"); n != 0 {
		t.Errorf("%d messages", n)
	}
}

// One customer does not flood the firm.
func TestNobodyFloods(t *testing.T) {
	f := officetest.New(t)
	s := room(f)
	c := f.Customer("Client", nil)
	d := quoteOf(f, c)
	var err error
	asked := 0
	for ; asked < 50 && err == nil; asked++ {
		_, err = s.Ask(ctx, officetest.Contact(c), chat.Question{Key: f.Key(), DocumentID: d.PublicID, Body: "Allô ?"})
	}
	if !fault.Is(err, fault.TooMany) || asked != 21 {
		t.Errorf("after %d: %v", asked, err)
	}
}
