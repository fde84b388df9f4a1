package app

import (
	"errors"
	"mime"
	"mime/multipart"
	"net/http"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/signing"
)

// VerifyView is what a file is: sealed here or not, changed or not, of which contract.
type VerifyView struct {
	Verdict        string                `json:"verdict"` // sealed, unknown, altered, unsealed
	Title          string                `json:"title"`
	Checks         []signing.VerifyCheck `json:"checks"`
	FileName       string                `json:"fileName"`
	SHA256         string                `json:"sha256"`
	SealedAt       string                `json:"sealedAt"`
	Certificate    string                `json:"certificate"`
	Ours           bool                  `json:"ours"`       // the very file that this company sealed
	SameEvents     bool                  `json:"sameEvents"` // its evidence is that which the company kept
	ContractID     string                `json:"contractId"` // "" = of none that is known here
	ContractNumber string                `json:"contractNumber"`
	ContractTitle  string                `json:"contractTitle"`
	Document       string                `json:"document"`
	Signers        []VerifySigner        `json:"signers"`
	CompletedAt    string                `json:"completedAt"`
}

// VerifySigner is a signature that a paper carries.
type VerifySigner struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Method   string `json:"method"`
	SignedAt string `json:"signedAt"`
}

func verifyView(v signing.Verified) VerifyView {
	w := VerifyView{Verdict: v.Verdict.Verdict, Title: v.Title, Checks: v.Checks, FileName: v.FileName, SHA256: v.SHA256, Certificate: v.Certificate, Ours: v.Ours, SameEvents: v.Same,
		ContractID: v.Contract.ContractPublicID, ContractNumber: v.Contract.Number, ContractTitle: v.Contract.Title, Signers: []VerifySigner{}}
	if w.Checks == nil {
		w.Checks = []signing.VerifyCheck{}
	}
	if !v.SealedAt.IsZero() {
		w.SealedAt = db.Stamp(v.SealedAt)
	}
	if r := v.Record; r != nil {
		w.Document, w.CompletedAt = r.Document.Name, db.Stamp(r.Completed)
		if w.ContractNumber == "" {
			w.ContractNumber, w.ContractTitle = r.Contract.Number, r.Contract.Title
		}
		for _, s := range r.Signers {
			w.Signers = append(w.Signers, VerifySigner{Name: s.Name, Role: s.Role, Method: string(s.Method), SignedAt: db.Stamp(s.SignedAt)})
		}
	}
	return w
}

// signingRoutes are the ways of documents that are signed and of files that are verified: bytes do
// not go through the calls.
func (a *App) signingRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /files/rounds/{turn}/{version}", a.roundDocument)
	mux.HandleFunc("POST /files/verify", a.uploaded(func(d *desk, r *http.Request) (any, error) { return d.verify(r) }))
}

// roundDocument gives a document of a round to a user of the firm, or to who signs before the
// screen; it is noted as read.
func (a *App) roundDocument(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	h, who, err := d.open()
	var f signing.OpenedDocument
	if err == nil {
		f, err = h.Signing.DeskDocument(r.Context(), who, r.PathValue("turn"), r.PathValue("version"))
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	defer func() { _ = f.Bytes.Close() }() // read only
	serveStored(w, r, f.MediaType, f.Name, f.At, f.Bytes)
}

// verify takes one file in a form, and looks at it. It is kept nowhere but in a file of the system
// that goes with the request.
func (d *desk) verify(r *http.Request) (v VerifyView, err error) {
	h, who, err := d.open()
	if err != nil {
		return VerifyView{}, err
	}
	r.Body = http.MaxBytesReader(nil, r.Body, signing.VerifyMost+1<<20)
	if err := r.ParseMultipartForm(8 << 20); err != nil { // #nosec G120 -- the body is bounded above
		if big := new(http.MaxBytesError); errors.As(err, &big) {
			return VerifyView{}, fault.New(fault.Invalid, "fault.round.verify_big", "max", int64(signing.VerifyMost>>20))
		}
		return VerifyView{}, fault.New(fault.Invalid, "fault.not_a_form").With(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	list := r.MultipartForm.File["file"]
	if len(list) != 1 {
		return VerifyView{}, fault.New(fault.Invalid, "fault.required")
	}
	f, err := list[0].Open()
	if err != nil {
		return VerifyView{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	found, err := h.Signing.Verify(d.ctx, who, fileName(list[0]), f, list[0].Size)
	if err != nil {
		return VerifyView{}, err
	}
	return verifyView(found), nil
}

// fileName is the name that a browser gave a file, as it is shown.
func fileName(f *multipart.FileHeader) string {
	name, err := new(mime.WordDecoder).DecodeHeader(f.Filename)
	if err != nil {
		return f.Filename
	}
	return name
}
