package portal

import (
	"context"
	"io"
	"mime"
	"net/http"
	"time"

	"comptoir/core/actor"
	"comptoir/office/privacy"
)

// Privacy is what the portal needs of the room of personal data.
type Privacy interface {
	Kept(ctx context.Context) ([]privacy.Kept, error)
	ExportOwn(ctx context.Context, who actor.Actor) (privacy.Export, error)
}

// ownData tells what the firm keeps and how long, and offers what it holds about the reader.
func (p *Portal) ownData(v *visit) error {
	kept, err := p.Privacy.Kept(v.r.Context())
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.privacy.title"), ownDataPage(v, kept))
}

// keptFor is for how long, in words; "" where the text of the kind says it.
func (v *visit) keptFor(k privacy.Kept) string {
	switch {
	case k.Years == 0:
		return ""
	case k.FromYear:
		return v.T("common.privacy.years_from_year", "n", k.Years)
	}
	return v.T("common.privacy.years", "n", k.Years)
}

// keptWhy is the law behind it, or the firm's own measure.
func (v *visit) keptWhy(k privacy.Kept) string {
	if k.Place == "" {
		return v.T("portal.privacy.how." + k.Kind)
	}
	return v.T("common.privacy.law." + k.Place + "." + k.Kind)
}

// downloadOwn streams the archive. Its place among the archives is taken before it is made: who
// reads slowly keeps one place, not all of them.
func (p *Portal) downloadOwn(v *visit) error {
	done, err := p.zip(v)
	if err != nil {
		return err
	}
	defer done()
	e, err := p.Privacy.ExportOwn(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": e.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	v.written = true
	v.leave()
	w := &steady{w: v.w, control: http.NewResponseController(v.w), end: time.Now().Add(zipTime)}
	if err := e.WriteTo(v.r.Context(), w); err != nil {
		return v.brokenOff(err)
	}
	return nil
}

// steady gives each piece of a long answer its own time, and the whole an end.
type steady struct {
	w       io.Writer
	control *http.ResponseController
	end     time.Time
}

func (s *steady) Write(b []byte) (int, error) {
	if time.Now().After(s.end) {
		return 0, context.DeadlineExceeded
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(fileTime)) // a recorder in a test has none
	return s.w.Write(b)
}
