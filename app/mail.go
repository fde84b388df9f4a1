package app

import (
	"comptoir/core/locale"
	"comptoir/office/outbox"
)

// Mail is bound to the window: Courrier, outbox and sent mail.
type Mail struct{ desk *desk }

// MailRow is a mail in the list; LastAnswer is already in the reader's language.
type MailRow struct {
	ID             string `json:"id"`
	Kind           string `json:"kind"`
	State          string `json:"state"`
	To             string `json:"to"`
	ToName         string `json:"toName"`
	Subject        string `json:"subject"`
	Attempts       int64  `json:"attempts"`
	CreatedAt      string `json:"createdAt"`
	SentAt         string `json:"sentAt"`
	NextAttemptAt  string `json:"nextAttemptAt"`
	LastAnswer     string `json:"lastAnswer"`
	DocumentID     string `json:"documentId"`
	DocumentNumber string `json:"documentNumber"`
}

func (d *desk) answer(r outbox.Reply) string {
	if r.Key != "" && locale.Has(d.lang, r.Key) {
		return d.t(r.Key, map[string]any{"detail": r.Detail})
	}
	return r.Detail
}

func (d *desk) mailRow(r outbox.MailRow) MailRow {
	return MailRow{ID: r.PublicID, Kind: string(r.Kind), State: r.State, To: r.ToAddress, ToName: r.ToName, Subject: r.Subject, Attempts: r.Attempts, CreatedAt: r.CreatedAt,
		SentAt: r.SentAt, NextAttemptAt: r.NextAttemptAt, LastAnswer: d.answer(r.LastAnswer), DocumentID: r.DocumentID, DocumentNumber: r.DocumentNumber}
}

// MailCounts are the figures beside the filters.
type MailCounts struct {
	Queued int64 `json:"queued"`
	Failed int64 `json:"failed"`
}

// MailList is a page of mails. Server is none, demo or set.
type MailList struct {
	Rows         []MailRow  `json:"rows"`
	Next         string     `json:"next"`
	Counts       MailCounts `json:"counts"`
	Server       string     `json:"server"`
	WaitingSince string     `json:"waitingSince"`
}

// List gives a page of the mails, the newest first.
func (s *Mail) List(q ListQuery) (MailList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return MailList{}, err
	}
	p, err := h.Outbox.List(s.desk.ctx, who, outbox.Query{State: q.State, Search: q.Words, After: q.Cursor, Limit: q.Limit})
	if err != nil {
		return MailList{}, err
	}
	w, err := h.Outbox.Waiting(s.desk.ctx, who)
	list := MailList{Rows: s.desk.mailRows(p.Rows), Next: p.Next, Counts: MailCounts{Queued: w.Waiting, Failed: w.Failed}, WaitingSince: w.Since, Server: "none"}
	switch {
	case w.Practice:
		list.Server = "demo"
	case w.HasServer:
		list.Server = "set"
	}
	return list, err
}

// MailAttempt is one attempt to deliver.
type MailAttempt struct {
	ID      string `json:"id"`
	At      string `json:"at"`
	Outcome string `json:"outcome"`
	Answer  string `json:"answer"`
}

// MailAttachment names an attachment.
type MailAttachment struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// MailView is one mail with everything that was tried, and how it looks.
type MailView struct {
	MailRow
	From        string           `json:"from"`
	ReplyTo     string           `json:"replyTo"`
	Text        string           `json:"text"`
	HTML        string           `json:"html"`
	Attachments []MailAttachment `json:"attachments"`
	History     []MailAttempt    `json:"history"`
	EMLHref     string           `json:"emlHref"`
	CanResend   bool             `json:"canResend"`
	CanCancel   bool             `json:"canCancel"`
	CanSendNow  bool             `json:"canSendNow"`
	NotReady    bool             `json:"notReady"`
}

// Get gives one mail with its preview.
func (s *Mail) Get(id string) (MailView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return MailView{}, err
	}
	m, err := h.Outbox.Get(s.desk.ctx, who, id)
	if err != nil {
		return MailView{}, err
	}
	v := MailView{MailRow: s.desk.mailRow(m.MailRow), From: m.From, ReplyTo: m.ReplyTo, Text: m.Text, HTML: m.HTML, EMLHref: "/files/mails/" + m.PublicID + ".eml",
		CanResend: m.CanResend, CanCancel: m.CanCancel, CanSendNow: m.CanSendNow, NotReady: m.NotReady, Attachments: []MailAttachment{}, History: []MailAttempt{}}
	for _, p := range m.Papers {
		v.Attachments = append(v.Attachments, MailAttachment{Name: p.Name, Size: p.Size})
	}
	for _, t := range m.Tried {
		v.History = append(v.History, MailAttempt{ID: t.At + t.Outcome, At: t.At, Outcome: t.Outcome, Answer: s.desk.answer(t.Answer)})
	}
	return v, nil
}

// Resend sends a mail again; what was sent goes as a copy.
func (s *Mail) Resend(id, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	_, err = h.Outbox.Resend(s.desk.ctx, who, id, key)
	return err
}

// SendNow tries a waiting mail at once.
func (s *Mail) SendNow(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Outbox.SendNow(s.desk.ctx, who, id)
}

// Cancel stops a mail that has not gone.
func (s *Mail) Cancel(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Outbox.Cancel(s.desk.ctx, who, id)
}

// Arrived lists what arrived in the practice box of the demo company.
func (s *Mail) Arrived() ([]outbox.Arrival, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Outbox.Arrived(s.desk.ctx, who)
}

// ArrivedMail opens one of them.
func (s *Mail) ArrivedMail(id string) (outbox.ArrivedMail, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return outbox.ArrivedMail{}, err
	}
	return h.Outbox.OpenArrived(s.desk.ctx, who, id)
}
