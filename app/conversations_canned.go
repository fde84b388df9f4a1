package app

import (
	"mime/multipart"
	"net/http"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/attachments"
	"comptoir/office/chat"
)

// CannedReply is an answer that stands ready in one language or both.
type CannedReply struct {
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	Shortcut string `json:"shortcut"`
	Title    string `json:"title"`
	BodyFr   string `json:"bodyFr"`
	BodyEn   string `json:"bodyEn"`
}

// Canned lists the answers that stand ready, by shortcut.
func (s *Conversations) Canned() ([]CannedReply, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	rows, err := h.Chat.Canned(s.desk.ctx, who)
	list := make([]CannedReply, 0, len(rows))
	for _, r := range rows {
		list = append(list, CannedReply{ID: r.PublicID, Version: r.Version, Shortcut: r.Shortcut, Title: r.Title, BodyFr: r.BodyFR, BodyEn: r.BodyEN})
	}
	return list, err
}

// SaveCanned keeps an answer, a new one without an id; it gives the id.
func (s *Conversations) SaveCanned(c CannedReply, key string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Chat.SaveCanned(s.desk.ctx, who, key, chat.Canned{PublicID: c.ID, Version: c.Version, Shortcut: c.Shortcut, Title: c.Title, BodyFR: c.BodyFr, BodyEN: c.BodyEn})
}

// RemoveCanned takes an answer away.
func (s *Conversations) RemoveCanned(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Chat.RemoveCanned(s.desk.ctx, who, chat.Change{PublicID: id, Version: version})
}

// Fill gives an answer's words for a conversation, names put in.
func (s *Conversations) Fill(cannedID, conversationID string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Chat.FillCanned(s.desk.ctx, who, cannedID, conversationID)
}

// Colleagues are whom a conversation can be given to; Me is the reader among them, "" when it is
// none of them.
type Colleagues struct {
	Me     string   `json:"me"`
	People []Choice `json:"people"`
}

// People lists whom a conversation can be given to.
func (s *Conversations) People() (Colleagues, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Colleagues{}, err
	}
	people, err := h.Chat.Assignees(s.desk.ctx, who)
	list := Colleagues{People: make([]Choice, 0, len(people))}
	for _, p := range people {
		list.People = append(list.People, Choice{Code: p.PublicID, Label: p.Name})
		if p.Is(who) {
			list.Me = p.PublicID
		}
	}
	return list, err
}

// conversationRoutes are the ways of files that come with messages.
func (a *App) conversationRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /files/conversations/{id}", a.uploaded(func(d *desk, r *http.Request) (any, error) { return d.writeWithFiles(r) }))
	mux.HandleFunc("GET /files/conversations/{id}/{file}", a.conversationFile)
}

// writeWithFiles takes a multipart form: key and text, then the files, each streamed to the disk.
func (d *desk) writeWithFiles(r *http.Request) (ChatMessage, error) {
	h, who, err := d.open()
	if err != nil {
		return ChatMessage{}, err
	}
	in := chat.Say{ConversationID: r.PathValue("id")}
	err = readUpload(r, map[string]*string{"key": &in.Key, "text": &in.Body}, func(part *multipart.Part) error {
		if len(in.Files) >= chat.FilesMost {
			return fault.New(fault.Invalid, "fault.files.none", "most", int64(chat.FilesMost))
		}
		f, err := h.Chat.Stage(d.ctx, who, part.FileName(), part)
		in.Files = append(in.Files, f)
		return err
	})
	if err != nil {
		return ChatMessage{}, err
	}
	m, err := h.Chat.Write(d.ctx, who, in)
	return d.chatMessage(in.ConversationID, m), err
}

// conversationFile gives a file's bytes: pictures and PDFs to be seen, the rest to be saved,
// nothing that could act in the window.
func (a *App) conversationFile(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	h, who, err := d.open()
	var c attachments.Content
	if err == nil {
		c, err = h.Chat.OpenFile(r.Context(), who, r.PathValue("id"), r.PathValue("file"))
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	defer func() { _ = c.Bytes.Close() }() // read only
	serveStored(w, r, c.MediaType, c.Name, c.At, c.Bytes)
}
