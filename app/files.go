package app

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/sales"
)

// Files come by plain GET under the same guard as the calls.

func (a *App) fileRoutes(mux *http.ServeMux) {
	mux.Handle("GET /files/invoices/{id}/{name}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Sales.PDF(ctx, who, r.PathValue("id"))
	}))
	mux.Handle("GET /files/quotes/{id}/signature.png", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Sales.QuoteSignature(ctx, who, r.PathValue("id"))
	}))
	mux.Handle("GET /files/payments/{id}/{name}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Payments.Receipt(ctx, who, r.PathValue("id"))
	}))
	mux.Handle("GET /files/refunds/{id}/{name}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Payments.RefundPaper(ctx, who, r.PathValue("id"))
	}))
	mux.Handle("GET /files/mails/{id}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		eml, name, err := h.Outbox.EML(ctx, who, strings.TrimSuffix(r.PathValue("id"), ".eml"))
		return sales.File{Name: name, MediaType: "message/rfc822", Bytes: eml}, err
	}))
	mux.Handle("GET /files/logo", a.file(func(ctx context.Context, h *House, _ actor.Actor, _ *http.Request) (sales.File, error) {
		mediaType, image, err := h.Company.Logo(ctx)
		if err == nil && image == nil {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return sales.File{Name: "logo", MediaType: mediaType, Bytes: image}, err
	}))
	mux.HandleFunc("GET /files/lists/{name}", a.listFileHandler)
	mux.HandleFunc("GET /files/contacts/{id}/data.zip", a.personalData)
	mux.HandleFunc("GET /files/imports/{id}/errors.csv", a.importErrors)
	a.sharedRoutes(mux)
	a.contractFileRoutes(mux)
	a.signingRoutes(mux)
	a.statementRoutes(mux)
	a.sepaRoutes(mux)
	a.accountRoutes(mux)
}

type fileMaker func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error)

// statusOf maps a fault onto HTTP for what a browser opens directly.
var statusOf = map[fault.Code]int{fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound, fault.Forbidden: http.StatusForbidden,
	fault.Conflict: http.StatusConflict, fault.Unavailable: http.StatusServiceUnavailable, fault.TooMany: http.StatusTooManyRequests}

func (a *App) file(makeFile fileMaker) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
		h, who, err := d.open()
		var f sales.File
		if err == nil {
			f, err = makeFile(r.Context(), h, who, r)
		}
		if err != nil {
			a.refuse(w, d, r, err)
			return
		}
		w.Header().Set("Content-Type", f.MediaType)
		w.Header().Set("Content-Disposition", disposition(f.MediaType, f.Name))
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Bytes)))
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(f.Bytes) // the reader may be gone
	})
}

func (a *App) refuse(w http.ResponseWriter, d *desk, r *http.Request, err error) {
	shown := show(r.Context(), a.log, d.lang, r.URL.Path, err)
	status, ok := statusOf[fault.Code(shown.Code)]
	if !ok {
		status = http.StatusInternalServerError
	}
	http.Error(w, shown.Message, status)
}

// disposition shows what a browser can show safely and saves the rest.
func disposition(mediaType, name string) string {
	kind := "attachment"
	if mediaType == "application/pdf" || strings.HasPrefix(mediaType, "image/") {
		kind = "inline"
	}
	return mime.FormatMediaType(kind, map[string]string{"filename": name})
}
