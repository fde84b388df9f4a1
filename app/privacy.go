package app

import (
	"context"
	"mime"
	"net/http"

	"comptoir/core/locale"
	"comptoir/office/privacy"
)

// Privacy is bound to the window: what is held about a contact, and how it goes.
type Privacy struct{ desk *desk }

// Plan tells what an erasure of a contact would take out, and what the law keeps.
func (s *Privacy) Plan(contactID string) (privacy.Plan, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return privacy.Plan{}, err
	}
	return h.Privacy.Plan(s.desk.ctx, who, contactID)
}

// Erase takes a contact's personal data out, for good.
func (s *Privacy) Erase(in privacy.Erase, key string) (privacy.Erased, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return privacy.Erased{}, err
	}
	return h.Privacy.Erase(s.desk.ctx, who, key, in)
}

// Kept tells how long the firm keeps what.
func (s *Privacy) Kept() ([]privacy.Kept, error) {
	h, _, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Privacy.Kept(s.desk.ctx)
}

// personalData streams the archive of a contact.
func (a *App) personalData(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	h, who, err := d.open()
	var e privacy.Export
	if err == nil {
		e, err = h.Privacy.Export(r.Context(), who, r.PathValue("id"))
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": e.Name}))
	w.Header().Set("Cache-Control", "no-store")
	if err := e.WriteTo(r.Context(), w); err != nil && context.Cause(r.Context()) == nil { // the head is out: half of an archive is none
		show(r.Context(), a.log, d.lang, r.URL.Path, err)
		panic(http.ErrAbortHandler)
	}
}
