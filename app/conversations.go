package app

import (
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/chat"
)

// Conversations is bound to the window: the one inbox of all that waits for an answer, and the
// conversations with customers.
type Conversations struct{ desk *desk }

// InboxQuery asks for a page of the inbox. View is one of office/chat's views.
type InboxQuery struct {
	View       string `json:"view"`
	Words      string `json:"words"`
	CustomerID string `json:"customerId"`
	Cursor     string `json:"cursor"`
}

// InboxRow is a conversation, a document that something was said about (ID is the document's), or
// a request for access, by Kind.
type InboxRow struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	Contact      string `json:"contact"`
	Subject      string `json:"subject"`
	DocumentKind string `json:"documentKind"`
	Text         string `json:"text"`
	ByFirm       bool   `json:"byFirm"`
	At           string `json:"at"`
	WaitingSince string `json:"waitingSince"`
	DueAt        string `json:"dueAt"`
	Late         bool   `json:"late"`
	Unread       int64  `json:"unread"`
	AssigneeID   string `json:"assigneeId"`
	Assignee     string `json:"assignee"`
	Closed       bool   `json:"closed"`
	Files        bool   `json:"files"`
}

// InboxCounts is how much there is, for the reader. ToAnswer counts requests for access too.
type InboxCounts struct {
	ToAnswer   int64 `json:"toAnswer"`
	Mine       int64 `json:"mine"`
	Unassigned int64 `json:"unassigned"`
	Late       int64 `json:"late"`
	Unread     int64 `json:"unread"`
}

// InboxList is a page of the inbox.
type InboxList struct {
	Rows   []InboxRow  `json:"rows"`
	Next   string      `json:"next"`
	Counts InboxCounts `json:"counts"`
}

// InboxPulse is what the menu, the title and a word on the desktop say.
type InboxPulse struct {
	Counts  InboxCounts `json:"counts"`
	Arrived []InboxRow  `json:"arrived"` // the newest that the reader has not read
}

// excerpt is how much of a message a list shows.
const excerpt = 160

func (d *desk) inboxRow(r chat.InboxRow, now string) InboxRow {
	words := strings.Join(strings.Fields(r.LastBody), " ")
	if runes := []rune(words); len(runes) > excerpt {
		words = string(runes[:excerpt-1]) + "…"
	}
	if words == "" && r.LastEvent != "" {
		words = d.t("window.inbox.event."+r.LastEvent, map[string]any{"name": r.LastAuthor})
	}
	return InboxRow{ID: r.PublicID, Kind: r.Kind, CustomerID: r.CustomerID, CustomerName: r.CustomerName, Contact: r.Contact, Subject: r.Subject, DocumentKind: string(r.DocumentKind), Text: words,
		ByFirm: r.LastByFirm && r.LastEvent == "", At: r.LastAt, WaitingSince: r.WaitingSince, DueAt: r.DueAt, Late: r.DueAt != "" && r.DueAt < now, Unread: r.Unread, AssigneeID: r.AssigneeID,
		Assignee: r.Assignee, Closed: r.Kind == chat.KindChat && r.State == "closed", Files: r.HasFiles}
}

func (d *desk) inboxRows(h *House, rows []chat.InboxRow) []InboxRow {
	now := db.Stamp(h.DB.Now())
	list := make([]InboxRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, d.inboxRow(r, now))
	}
	return list
}

func (d *desk) inboxCounts(h *House, who actor.Actor) (InboxCounts, error) {
	c, err := h.Chat.Counts(d.ctx, who)
	return InboxCounts{ToAnswer: c.ToAnswer + c.Requests, Mine: c.Mine, Unassigned: c.Unassigned, Late: c.Late, Unread: c.Unread}, err
}

// List gives a page of the inbox: what waits, requests for access too, the longest first; every
// other view the newest first.
func (s *Conversations) List(q InboxQuery) (InboxList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return InboxList{}, err
	}
	var rows []chat.InboxRow
	next := ""
	if q.View == chat.ViewToAnswer && strings.TrimSpace(q.Words) == "" && q.CustomerID == "" {
		rows, err = h.Chat.Waits(s.desk.ctx, who)
	} else {
		rows, next, err = h.Chat.Inbox(s.desk.ctx, who, chat.InboxQuery{View: q.View, Words: q.Words, CustomerID: q.CustomerID, After: q.Cursor})
	}
	if err != nil {
		return InboxList{}, err
	}
	counts, err := s.desk.inboxCounts(h, who)
	return InboxList{Rows: s.desk.inboxRows(h, rows), Next: next, Counts: counts}, err
}

// arrivals is how many of the newest unread conversations a pulse names.
const arrivals = 10

// Pulse tells what waits, and what the reader has not read of the newest.
func (s *Conversations) Pulse() (InboxPulse, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return InboxPulse{}, err
	}
	counts, err := s.desk.inboxCounts(h, who)
	if err != nil {
		return InboxPulse{}, err
	}
	rows, _, err := h.Chat.Inbox(s.desk.ctx, who, chat.InboxQuery{View: chat.ViewAll, Limit: arrivals})
	rows = slices.DeleteFunc(rows, func(r chat.InboxRow) bool { return r.LastByFirm || r.Unread == 0 })
	return InboxPulse{Counts: counts, Arrived: s.desk.inboxRows(h, rows)}, err
}

// Question gives the row of a document that something was said about.
func (s *Conversations) Question(documentID string) (InboxRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return InboxRow{}, err
	}
	d, err := h.Sales.Get(s.desk.ctx, who, documentID)
	if err != nil {
		return InboxRow{}, err
	}
	row := InboxRow{ID: d.PublicID, Kind: chat.KindQuestion, Subject: d.Number, DocumentKind: string(d.Kind)}
	if d.Customer != nil {
		row.CustomerID, row.CustomerName = d.Customer.PublicID, d.Customer.Name
	}
	return row, nil
}

// talksFound is how many conversations a search of everything gives.
const talksFound = 4

// conversationsFound finds conversations for the search of everything.
func (d *desk) conversationsFound(h *House, who actor.Actor, words string) ([]Found, error) {
	if strings.TrimSpace(words) == "" {
		return []Found{}, nil
	}
	rows, _, err := h.Chat.Inbox(d.ctx, who, chat.InboxQuery{View: chat.ViewAll, Words: words, Limit: talksFound})
	list := []Found{}
	for _, r := range rows {
		if r.Kind == chat.KindChat { // a question is found with its document
			list = append(list, Found{Kind: "conversation", ID: r.PublicID, Title: r.Subject, Subtitle: r.CustomerName, Href: places["conversation"] + r.PublicID})
		}
	}
	return list, err
}

// InboxFile is a file that came with a message.
type InboxFile struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	SizeLabel string `json:"sizeLabel"`
	MediaType string `json:"mediaType"`
	Href      string `json:"href"`
	Picture   bool   `json:"picture"`
}

// ChatMessage is one message of a conversation, or a line of the program (Event).
type ChatMessage struct {
	ID     string      `json:"id"`
	Seq    int64       `json:"seq"`
	Event  string      `json:"event"`
	ByFirm bool        `json:"byFirm"`
	Author string      `json:"author"`
	Text   string      `json:"text"`
	At     string      `json:"at"`
	Files  []InboxFile `json:"files"`
}

// ChatMessages is a page of what was said, the newest first.
type ChatMessages struct {
	Rows []ChatMessage `json:"rows"`
	Next int64         `json:"next"` // to ask for what was said before with, 0 = nothing
}

// pictures are shown where they stand; other images are opened.
var pictures = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}

func (d *desk) chatMessage(conversationID string, m chat.Said) ChatMessage {
	v := ChatMessage{ID: m.PublicID, Seq: m.Seq, Event: m.Event, ByFirm: m.Side == chat.SideFirm, Author: m.Author, Text: m.Body, At: m.At, Files: make([]InboxFile, 0, len(m.Files))}
	for _, f := range m.Files {
		v.Files = append(v.Files, InboxFile{ID: f.PublicID, Name: f.Name, SizeLabel: locale.Size(d.lang, f.Size), MediaType: f.MediaType, Href: "/files/conversations/" + conversationID + "/" + f.PublicID,
			Picture: slices.Contains(pictures, f.MediaType)})
	}
	return v
}

// ConversationHead is a conversation without what was said in it.
type ConversationHead struct {
	ID           string `json:"id"`
	Version      int64  `json:"version"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	Contact      string `json:"contact"`
	ContactEmail string `json:"contactEmail"`
	Subject      string `json:"subject"`
	Language     string `json:"language"`
	Closed       bool   `json:"closed"`
	AssigneeID   string `json:"assigneeId"`
	WaitingSince string `json:"waitingSince"`
	DueAt        string `json:"dueAt"`
	Late         bool   `json:"late"`
	Here         bool   `json:"here"` // the contact has a page of it open
	ReadSeq      int64  `json:"readSeq"`
	ReadAt       string `json:"readAt"`
}

// Get gives the head of a conversation.
func (s *Conversations) Get(id string) (ConversationHead, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ConversationHead{}, err
	}
	c, err := h.Chat.Get(s.desk.ctx, who, id, 0)
	return ConversationHead{ID: c.PublicID, Version: c.Version, CustomerID: c.CustomerID, CustomerName: c.CustomerName, Contact: c.Contact, ContactEmail: c.ContactMail, Subject: c.Subject, Language: c.Language,
		Closed: c.State == "closed", AssigneeID: c.AssigneeID, WaitingSince: c.WaitingSince, DueAt: c.DueAt, Late: c.DueAt != "" && c.DueAt < db.Stamp(h.DB.Now()), Here: c.Here, ReadSeq: c.ReadSeq, ReadAt: c.ReadAt}, err
}

// Messages gives a page of what was said before a message, 0 = the newest.
func (s *Conversations) Messages(id string, before int64) (ChatMessages, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChatMessages{}, err
	}
	c, err := h.Chat.Get(s.desk.ctx, who, id, before)
	page := ChatMessages{Rows: make([]ChatMessage, 0, len(c.Said)), Next: c.Before}
	for _, m := range slices.Backward(c.Said) {
		page.Rows = append(page.Rows, s.desk.chatMessage(id, m))
	}
	return page, err
}

// Write says something to the customer; the same key is the same message. With files it goes by
// POST /files/conversations/{id}.
func (s *Conversations) Write(id, text, key string) (ChatMessage, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChatMessage{}, err
	}
	m, err := h.Chat.Write(s.desk.ctx, who, chat.Say{Key: key, ConversationID: id, Body: text})
	return s.desk.chatMessage(id, m), err
}

// ConversationStart begins a conversation with a contact of a customer.
type ConversationStart struct {
	CustomerID string `json:"customerId"`
	ContactID  string `json:"contactId"`
	Subject    string `json:"subject"`
	Text       string `json:"text"`
}

// Start writes first; it gives the conversation's id.
func (s *Conversations) Start(in ConversationStart, key string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Chat.Start(s.desk.ctx, who, chat.Start{Key: key, CustomerID: in.CustomerID, ContactID: in.ContactID, Subject: in.Subject, Body: in.Text})
}

// Assign gives a conversation to a user of the firm, "" to nobody.
func (s *Conversations) Assign(id string, version int64, userID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.Assign(s.desk.ctx, who, chat.Change{PublicID: id, Version: version}, userID)
}

// Close ends a conversation, with a transcript by mail to the contact if asked for.
func (s *Conversations) Close(id string, version int64, transcript bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.Close(s.desk.ctx, who, chat.Change{PublicID: id, Version: version}, transcript)
}

// Reopen opens a conversation again.
func (s *Conversations) Reopen(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.Reopen(s.desk.ctx, who, chat.Change{PublicID: id, Version: version})
}

// Settle takes a conversation off what waits without an answer.
func (s *Conversations) Settle(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.SettleChat(s.desk.ctx, who, chat.Change{PublicID: id, Version: version})
}

// MarkRead notes that the reader saw all up to a message.
func (s *Conversations) MarkRead(id string, upTo int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.MarkRead(s.desk.ctx, who, id, upTo)
}

// Transcript mails the conversation to its contact.
func (s *Conversations) Transcript(id, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.SendTranscript(s.desk.ctx, who, key, id)
}

// Alert shows a word on the desktop that leads to a page, and tells whether it did; in a browser the page does it itself.
func (s *Conversations) Alert(title, text, href string) (bool, error) {
	if _, _, err := s.desk.open(); err != nil || s.desk.app.Notify == nil {
		return false, err
	}
	if err := s.desk.app.Notify(title, text, href); err != nil { // a desktop that shows none: the counts in the window tell as much
		s.desk.app.log.Warn("notification", "error", err.Error())
		return false, nil
	}
	return true, nil
}
