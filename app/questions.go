package app

import (
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/chat"
)

// Questions is bound to the window: what customers ask about a document.
type Questions struct{ desk *desk }

// Question is one thing said about a document, by either side.
type Question struct {
	ID      string `json:"id"`
	ByFirm  bool   `json:"byFirm"`
	Author  string `json:"author"`
	Text    string `json:"text"`
	At      string `json:"at"`
	Waiting bool   `json:"waiting"` // an answer is owed
}

// Conversation is a document with what was said last about it.
type Conversation struct {
	ID           string `json:"id"` // the document's
	Kind         string `json:"kind"`
	Number       string `json:"number"`
	CustomerName string `json:"customerName"`
	ByFirm       bool   `json:"byFirm"`
	Author       string `json:"author"`
	Text         string `json:"text"`
	At           string `json:"at"`
	Waiting      bool   `json:"waiting"`
}

// ConversationList is a page of the inbox.
type ConversationList struct {
	Rows    []Conversation `json:"rows"`
	Next    string         `json:"next"`
	Waiting int64          `json:"waiting"`
}

// List gives a page of the conversations, newest first.
func (s *Questions) List(cursor string) (ConversationList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ConversationList{}, err
	}
	rows, next, err := s.desk.conversations(h, who, cursor)
	if err != nil {
		return ConversationList{}, err
	}
	list := ConversationList{Rows: make([]Conversation, 0, len(rows)), Next: next}
	for _, r := range rows {
		list.Rows = append(list.Rows, Conversation{ID: r.DocumentID, Kind: string(r.Kind), Number: r.Number, CustomerName: r.Customer, ByFirm: r.ByFirm, Author: r.Author, Text: r.Body, At: r.At, Waiting: r.Waiting})
	}
	waiting, _, err := h.Chat.Waiting(s.desk.ctx, who)
	list.Waiting = int64(len(waiting))
	return list, err
}

// conversations gives a page of them and the cursor of the next.
func (d *desk) conversations(h *House, who actor.Actor, cursor string) (rows []chat.About, next string, err error) {
	before := int64(0)
	if cursor != "" {
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	rows, after, err := h.Chat.Conversations(d.ctx, who, before)
	if after != 0 {
		next = strconv.FormatInt(after, 10)
	}
	return rows, next, err
}

// Thread gives what was said about one document.
func (s *Questions) Thread(documentID string) ([]Question, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return s.desk.questions(h, who, documentID)
}

// Answer writes to the customer about a document.
func (s *Questions) Answer(documentID, text, key string) (Question, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Question{}, err
	}
	m, err := h.Chat.Answer(s.desk.ctx, who, chat.Question{Key: key, DocumentID: documentID, Body: text})
	return Question{ID: m.PublicID, ByFirm: m.ByFirm, Author: m.Author, Text: m.Body, At: m.At}, err
}

// Settle takes a document's questions off the list without an answer.
func (s *Questions) Settle(documentID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.Settle(s.desk.ctx, who, documentID)
}
