package portal

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/attachments"
	"comptoir/office/chat"
)

// Talks is what the portal asks of office/chat about conversations.
type Talks interface {
	PortalList(ctx context.Context, who actor.Actor, before int64) ([]chat.PortalRow, int64, error)
	PortalRead(ctx context.Context, who actor.Actor, publicID string, after, before int64) (chat.Conversation, error)
	PortalBegin(ctx context.Context, who actor.Actor, in chat.Begin) (string, error)
	PortalSay(ctx context.Context, who actor.Actor, in chat.Say) (int64, error)
	PortalFile(ctx context.Context, who actor.Actor, conversationID, fileID string) (attachments.Content, error)
	AskTranscript(ctx context.Context, who actor.Actor, key, publicID string) error
	UnreadOf(ctx context.Context, who actor.Actor) (int64, error)
	MayListen(ctx context.Context, who actor.Actor) error
	Listen(customerID, contactID int64) (rung <-chan struct{}, end func())
}

// ChatHours is what a page says of the firm's hours.
type ChatHours struct {
	Enabled  bool
	Open     bool
	Sentence string // until when it is open, or when it opens next
	Promise  string // by when an answer is promised, "" = nothing
}

const chatPath = "/chat"

// chats tells whether conversations are offered to this visitor.
func (v *visit) chats() bool {
	return v.session != nil && v.p.Talks != nil && !v.alone() && v.who.Trust >= actor.TrustPassword && v.sees(actor.AreaMessages) && v.identity().chats
}

// unread is how much the visitor has not read. Pages come out without it where it cannot be told.
func (v *visit) unread() int64 {
	n, err := v.p.Talks.UnreadOf(v.r.Context(), v.who)
	if err != nil {
		v.p.Log.Error("portal unread", "ref", v.reference(), "err", err)
		return 0
	}
	return n
}

// mayChat refuses where the firm does not chat: as a page that is not there.
func (p *Portal) mayChat(v *visit) (ChatHours, error) {
	if p.Talks == nil || p.ChatHours == nil {
		return ChatHours{}, errNoPage
	}
	h, err := p.ChatHours(v.r.Context(), v.lang)
	if err == nil && !h.Enabled {
		err = errNoPage
	}
	return h, err
}

// chatsView is the list of conversations.
type chatsView struct {
	ChatHours
	rows []chat.PortalRow
	next int64
}

func (p *Portal) conversations(v *visit) (err error) {
	c := chatsView{}
	if c.ChatHours, err = p.mayChat(v); err != nil {
		return err
	}
	if c.rows, c.next, err = p.Talks.PortalList(v.r.Context(), v.who, v.seq("avant")); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.chat.title"), chatsPage(v, c))
}

// seq is a number of the address, 0 where it is none.
func (v *visit) seq(name string) int64 {
	n, err := strconv.ParseInt(v.r.URL.Query().Get(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// writing is what a form of a message holds: what was typed comes back with what was refused.
type writing struct {
	key, subject, body string
	fields             map[string]string
	refused            string
	withFiles          bool   // it came from the form with files,
	filesRefused       string // which says so beside them
}

func (p *Portal) newConversation(v *visit) error {
	h, err := p.mayChat(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.chat.new"), newChatPage(v, h, writing{key: newKey()}))
}

func (p *Portal) beginConversation(v *visit) error {
	h, err := p.mayChat(v)
	if err != nil {
		return err
	}
	f := v.r.PostForm
	w := writing{key: f.Get("cle"), subject: f.Get("sujet"), body: f.Get("message")}
	id, err := p.Talks.PortalBegin(v.r.Context(), v.who, chat.Begin{Key: v.keyOf(w.key), Subject: w.subject, Body: w.body})
	if v.refusedInForm(err, &w) {
		return v.show(http.StatusUnprocessableEntity, v.T("portal.chat.new"), newChatPage(v, h, w))
	}
	if err != nil {
		return err
	}
	v.redirect(chatPath + "/" + id + "?fait=envoye")
	return nil
}

// refusedInForm tells of refusals that a form shows, with what was typed.
func (v *visit) refusedInForm(err error, w *writing) bool {
	if fields, ok := v.fieldsOf(err); ok {
		w.fields = fields
		return true
	}
	if e, ok := fault.As(err); ok && (e.Code == fault.TooMany || e.Code == fault.Invalid) {
		w.refused, _ = locale.FaultText(v.lang, e)
		return true
	}
	return false
}

// chatView is one conversation.
type chatView struct {
	ChatHours
	chat.Conversation
	writing
	key2    string // of the form with files
	uploads bool
	done    string
}

// typed is what was typed in one of the two forms of a conversation.
func (c chatView) typed(withFiles bool) string {
	if c.withFiles != withFiles {
		return ""
	}
	return c.body
}

func (p *Portal) conversation(v *visit) error {
	return p.showConversation(v, http.StatusOK, writing{key: newKey()})
}

func (p *Portal) showConversation(v *visit, status int, w writing) (err error) {
	c := chatView{writing: w, key2: newKey(), done: v.notice("envoye", "transcription")}
	if c.ChatHours, err = p.mayChat(v); err != nil {
		return err
	}
	if c.Conversation, err = p.Talks.PortalRead(v.r.Context(), v.who, v.r.PathValue("id"), 0, v.seq("avant")); err != nil {
		return err
	}
	may, err := p.Files.MayHandOver(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	c.uploads = may.Allowed || w.withFiles // a form that was refused stays, with why
	return v.show(status, c.Subject, chatPage(v, c))
}

// ownDraft names what a browser keeps of somebody's typing: a colleague who signs in after it there
// neither sees it nor sends it.
func (v *visit) ownDraft(of string) string { return of + "-" + strconv.FormatInt(v.who.ID, 10) }

// fragment tells that a script asks for the part of the page that is new to it.
func (v *visit) fragment() bool { return v.r.Header.Get("X-Fragment") == "1" }

func (p *Portal) sayInConversation(v *visit) error {
	f := v.r.PostForm
	w := writing{key: f.Get("cle"), body: f.Get("message")}
	_, err := p.Talks.PortalSay(v.r.Context(), v.who, chat.Say{Key: v.keyOf(w.key), ConversationID: v.r.PathValue("id"), Body: w.body})
	return p.said(v, w, err)
}

// said answers a message: with the page again, or with what is new in it.
func (p *Portal) said(v *visit, w writing, err error) error {
	if v.refusedInForm(err, &w) {
		if v.fragment() {
			for _, text := range w.fields {
				w.refused = text
			}
			return v.part(http.StatusUnprocessableEntity, w.refused)
		}
		if w.key == "" {
			w.key = newKey()
		}
		if w.withFiles {
			w.filesRefused = cmp.Or(w.fields["files"], w.fields["text"], w.refused)
			w.fields, w.refused = nil, ""
		}
		return p.showConversation(v, http.StatusUnprocessableEntity, w)
	}
	if err != nil {
		return err
	}
	if v.fragment() {
		return p.conversationSince(v)
	}
	v.redirect(chatPath + "/" + v.r.PathValue("id") + "?fait=envoye#fin")
	return nil
}

// conversationSince is what was said after a message that the page shows already: however long the
// line was dead, nothing is left out.
func (p *Portal) conversationSince(v *visit) error {
	c, err := p.Talks.PortalRead(v.r.Context(), v.who, v.r.PathValue("id"), v.seq("apres"), 0)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := chatLines(v, c).Render(v.r.Context(), &buf); err != nil {
		return err
	}
	return v.part(http.StatusOK, buf.String())
}

func (v *visit) part(status int, body string) error {
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.lang)
	v.write(status, []byte(body))
	return nil
}

// sendToConversation takes files, with words or without.
func (p *Portal) sendToConversation(v *visit) error {
	var in attachments.HandOver
	return p.takeUpload(v, func() (err error) {
		if in, err = p.receiveFiles(v); err != nil {
			return err
		}
		if len(in.Files) == 0 {
			return fault.New(fault.Invalid, "fault.files.none", "most", int64(chat.FilesMost))
		}
		_, err = p.Talks.PortalSay(v.r.Context(), v.who, chat.Say{Key: in.Key, ConversationID: v.r.PathValue("id"), Body: in.Note, Files: in.Files})
		return err
	}, func(err error) error {
		if e, ok := fault.As(err); ok && (e == errBodySlow || e == errNotAForm || e == errTooBig) {
			return err
		}
		return p.said(v, writing{body: in.Note, withFiles: true}, err)
	})
}

func (p *Portal) conversationFile(v *visit) error {
	if _, err := p.mayChat(v); err != nil {
		return err
	}
	c, err := p.Talks.PortalFile(v.r.Context(), v.who, v.r.PathValue("id"), v.r.PathValue("file"))
	if err != nil {
		return err
	}
	v.stream(c.Name, c.MediaType, c.Size, c.At, c.Bytes, false)
	return nil
}

func (p *Portal) mailConversation(v *visit) error {
	if err := p.Talks.AskTranscript(v.r.Context(), v.who, v.keyOf(v.r.PostForm.Get("cle")), v.r.PathValue("id")); err != nil {
		return err
	}
	v.redirect(chatPath + "/" + v.r.PathValue("id") + "?fait=transcription")
	return nil
}

// firstWords is what a list shows of a message.
func firstWords(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 110 {
		return string(r[:109]) + "…"
	}
	return string(r)
}

// lastOf tells in a list what was said last, and by whom.
func (v *visit) lastOf(r chat.PortalRow) string {
	switch {
	case r.Side == chat.SideSystem:
		return v.T("common.chat.event." + r.Event)
	case r.Body == "":
		return r.Author + v.T("portal.chat.colon") + v.T("portal.chat.a_file")
	}
	return r.Author + v.T("portal.chat.colon") + firstWords(r.Body)
}
