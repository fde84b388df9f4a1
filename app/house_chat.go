package app

import (
	"context"
	"time"

	"comptoir/core/locale"
	"comptoir/db/gen"
	"comptoir/edge/portal"
	"comptoir/office/chat"
	"comptoir/office/hours"
)

// wireChat makes the room of conversations; the firm's hours come to it as functions.
func (h *House) wireChat(o HouseOptions) {
	h.Chat = chat.New(chat.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Changed: o.Changed, IssueLink: h.documentLinkMaker, Files: h.Files, Stager: h.Attachments, Enabled: hours.Enabled,
		OpenAt: func(ctx context.Context, q *gen.Queries, lang string, at time.Time) (bool, error) {
			a, err := hours.At(ctx, q, locale.Of(lang), at)
			return a.Open, err
		},
		DueAt: func(ctx context.Context, q *gen.Queries, lang string, at time.Time) (time.Time, bool, error) {
			p, err := hours.DueAt(ctx, q, locale.Of(lang), at)
			return p.Due, p.Known, err
		}})
}

// chatHours is what the portal says of the firm's hours.
func (h *House) chatHours(ctx context.Context, lang string) (out portal.ChatHours, err error) {
	err = h.DB.Read(ctx, func(q *gen.Queries) error {
		st, err := hours.StateAt(ctx, q, locale.Of(lang), h.DB.Now())
		out = portal.ChatHours{Enabled: st.Enabled, Open: st.Answer.Open, Sentence: st.Answer.Sentence(locale.Of(lang)), Promise: st.Promise.Sentence(locale.Of(lang))}
		return err
	})
	return out, err
}
