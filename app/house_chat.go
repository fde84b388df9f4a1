package app

import (
	"context"

	"comptoir/core/locale"
	"comptoir/edge/portal"
	"comptoir/office/chat"
	"comptoir/office/hours"
)

// wireChat makes the room of conversations.
func (h *House) wireChat(o HouseOptions) {
	h.Chat = chat.New(chat.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Changed: o.Changed, IssueLink: h.documentLinkMaker, Files: h.Files, Stager: h.Attachments})
}

// chatHours is what the portal says of the firm's hours.
func (h *House) chatHours(ctx context.Context, lang string) (portal.ChatHours, error) {
	at := locale.Of(lang)
	st, err := hours.New(h.DB, nil, nil).Chat(ctx, at)
	return portal.ChatHours{Enabled: st.Enabled, Open: st.Answer.Open, Sentence: st.Answer.Sentence(at), Promise: st.Promise.Sentence(at)}, err
}
