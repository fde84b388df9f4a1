package portal

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/attachments"
	"comptoir/office/chat"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Files is what the portal asks of office/attachments.
type Files interface {
	PortalFiles(ctx context.Context, who actor.Actor, in attachments.PortalQuery) (attachments.PortalPage, error)
	PortalFilesOf(ctx context.Context, who actor.Actor, documentID string) ([]attachments.File, error)
	PortalNew(ctx context.Context, who actor.Actor) (int64, error)
	PortalFile(ctx context.Context, who actor.Actor, publicID string) (attachments.Content, error)
	PortalSeveral(ctx context.Context, who actor.Actor, in attachments.Several) ([]attachments.File, error)
	MayHandOver(ctx context.Context, who actor.Actor) (attachments.Allowance, error)
	Stage(ctx context.Context, who actor.Actor, name string, r io.Reader) (attachments.Staged, error)
	HandOver(ctx context.Context, who actor.Actor, in attachments.HandOver) error
}

// fileList is the list of the files shared with a customer.
var fileList = listOf{
	path: "/documents", text: "portal.files", icon: "file", dates: true, search: true, most: attachments.PortalCountMax,
	states:  []choice{{"", "all"}, {"recus", "received"}, {"deposes", "sent"}},
	sorts:   []choice{{"anciens", "oldest"}, {"nom", "name"}, {"taille", "largest"}},
	several: []choice{{"/documents/zip", "portal.list.zip"}},
}

func filesAsked(a asked) attachments.PortalQuery {
	return attachments.PortalQuery{Filter: a.State(), From: a.From, To: a.To, Words: a.Words, Sort: a.Sort(), After: a.After}
}

// filesView is everything on the page of shared files.
type filesView struct {
	asked
	attachments.PortalPage
	attachments.Allowance
	refused string  // why files were not taken
	typed   handing // of the form that was refused
	done    string
}

func (p *Portal) files(v *visit) error {
	a, err := v.ask(&fileList)
	if err != nil {
		return err
	}
	return p.showFiles(v, http.StatusOK, filesView{asked: a, done: v.notice("depot")})
}

func (p *Portal) showFiles(v *visit, status int, f filesView) (err error) {
	ctx := v.r.Context()
	a := f.asked
	if f.PortalPage, err = p.Files.PortalFiles(ctx, v.who, filesAsked(a)); err != nil {
		return err
	}
	f.Rows = v.files(f.Rows)
	if f.Allowance, err = p.Files.MayHandOver(ctx, v.who); err != nil {
		return err
	}
	return v.show(status, v.T("portal.files.title"), filesPage(v, f))
}

// fileGroup is a run of files that belong to one document, or to none.
type fileGroup struct {
	document attachments.File // whose DocumentID, DocumentNumber and DocumentKind count
	files    []attachments.File
}

// grouped puts the files of one page beside those of the same document, in the order in which
// they came. By name or size they are one run: an order that is asked for is not broken up.
func grouped(a asked, files []attachments.File) []fileGroup {
	if a.Sort() == "name" || a.Sort() == "largest" {
		return []fileGroup{{files: files}}
	}
	groups := []fileGroup{}
	at := map[string]int{}
	for _, f := range files {
		i, known := at[f.DocumentID]
		if !known {
			i = len(groups)
			at[f.DocumentID] = i
			groups = append(groups, fileGroup{document: f})
		}
		groups[i].files = append(groups[i].files, f)
	}
	return groups
}

// filesOn are the files on one of the contact's own documents, as a part of that document's page,
// with the form to hand more over where the firm takes them.
func (p *Portal) filesOn(v *visit, d sales.Document) (templ.Component, error) {
	if v.shown() { // files are between the firm and its contacts
		return templ.NopComponent, nil
	}
	if !v.sees(actor.AreaFiles) {
		return templ.NopComponent, nil
	}
	list, err := p.Files.PortalFilesOf(v.r.Context(), v.who, d.PublicID)
	if err != nil {
		return nil, err
	}
	may, err := p.Files.MayHandOver(v.r.Context(), v.who)
	if err != nil {
		return nil, err
	}
	return documentFiles(v, d, list, may.Allowed, v.notice("depot") != ""), nil
}

// file gives out one file: always as an attachment with a policy of its own, whatever it says
// it is, and in parts where a browser asks for parts.
func (p *Portal) file(v *visit) error {
	c, err := p.Files.PortalFile(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	v.stream(c.Name, c.MediaType, c.Size, c.At, c.Bytes, false)
	return nil
}

// Uploads. The body is not read before the session is known, and then piece by piece.

const (
	uploadPath  = "/documents"
	uploadPause = 10 * time.Second // between two pieces
	uploadTime  = 10 * time.Minute
	uploadDrain = 8 << 20           // read and thrown away after a refusal, so that the browser hears it
	fieldMax    = 4 << 10           // of a field that is no file
	sayMax      = 4 * chat.BodyMost // of what is said with them
)

var (
	errCut  = fault.New(fault.Invalid, "fault.files.cut")
	errBusy = fault.New(fault.Unavailable, "fault.busy_drawing")
)

// uploading tells whether the request brings files: its body is left for its route.
func (v *visit) uploading() bool {
	kind, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data" && (v.r.URL.Path == uploadPath || strings.HasPrefix(v.r.URL.Path, chatPath+"/") && strings.HasSuffix(v.r.URL.Path, "/fichiers"))
}

// pieces reads a body whose sender must keep sending.
type pieces struct {
	io.Reader
	control *http.ResponseController
	end     time.Time
}

func (r pieces) Read(b []byte) (int, error) {
	now := time.Now()
	if now.After(r.end) {
		return 0, errBodySlow
	}
	_ = r.control.SetReadDeadline(now.Add(uploadPause)) // a recorder in a test has none
	n, err := r.Reader.Read(b)
	if err != nil && slow(err) {
		return n, errBodySlow
	}
	return n, err
}

// handing is what the form for files knows: the document that they are for, and a note.
type handing struct {
	documentID string // "" = none
	kind       billing.Kind
	note       string
}

// address is where the files go; it names the kind of the document, for the way back.
func (h handing) address() templ.SafeURL {
	if h.documentID == "" {
		return uploadPath
	}
	return path(uploadPath, "?sur=", url.QueryEscape(string(h.kind)))
}

func (p *Portal) handOver(v *visit) error {
	var in attachments.HandOver
	return p.takeUpload(v, func() (err error) {
		if in, err = p.receiveFiles(v); err != nil {
			return err
		}
		return p.Files.HandOver(v.r.Context(), v.who, in)
	}, func(err error) error { return p.answerUpload(v, in, err) })
}

// takeUpload has an upload read by receive, within the limits of uploads, and answered.
func (p *Portal) takeUpload(v *visit, receive func() error, answer func(error) error) error {
	if !v.uploading() {
		return errNotAForm
	}
	done, ok := p.uploads.take(v.address)
	if !ok {
		return errBusy
	}
	defer done()
	select {
	case p.uploadsAll <- struct{}{}:
		defer func() { <-p.uploadsAll }()
	default:
		return errBusy
	}
	v.leave() // the others' places are not for who takes his time
	control := http.NewResponseController(v.w)
	body := pieces{http.MaxBytesReader(v.w, v.r.Body, attachments.AtOnce*attachments.SizeMax), control, time.Now().Add(uploadTime)}
	v.r.Body = struct {
		io.Reader
		io.Closer
	}{body, v.r.Body}
	err := receive()
	if err != nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(v.r.Body, uploadDrain)) // a browser that still sends would not read the answer
	}
	_ = control.SetWriteDeadline(time.Now().Add(time.Minute))
	return answer(err)
}

func (p *Portal) answerUpload(v *visit, in attachments.HandOver, err error) error {
	kind := billing.Kind(v.r.URL.Query().Get("sur"))
	e, ok := fault.As(err)
	if ok && (e.Code == fault.Invalid || e.Code == fault.TooMany) && !slices.Contains([]*fault.Error{errBodySlow, errNotAForm, errTooBig}, e) {
		text, _ := locale.FaultText(v.lang, e)
		return p.showFiles(v, http.StatusUnprocessableEntity, filesView{asked: asked{of: &fileList, state: fileList.states[0]}, refused: text, typed: handing{in.DocumentID, kind, in.Note}})
	}
	if err != nil {
		return err
	}
	if in.DocumentID != "" {
		v.redirect(documentHome(kind, in.DocumentID) + "?fait=depot")
		return nil
	}
	v.redirect(uploadPath + "?fait=depot")
	return nil
}

// receiveFiles reads the parts of an upload: fields first, then files, each judged as it comes.
func (p *Portal) receiveFiles(v *visit) (in attachments.HandOver, err error) {
	parts, err := v.r.MultipartReader()
	if err != nil {
		return in, errNotAForm
	}
	for n := 0; n < attachments.AtOnce+8; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err == nil {
			err = p.receivePart(v, part, &in)
		}
		if err != nil {
			return in, uploadError(err)
		}
	}
	return in, fault.New(fault.Invalid, "fault.files.none", "most", int64(attachments.AtOnce))
}

func (p *Portal) receivePart(v *visit, part *multipart.Part, in *attachments.HandOver) error {
	if name := part.FileName(); part.FormName() == "fichier" {
		if name == "" {
			return nil // nothing was chosen
		}
		if len(in.Files) >= attachments.AtOnce {
			return fault.New(fault.Invalid, "fault.files.none", "most", int64(attachments.AtOnce))
		}
		f, err := p.Files.Stage(v.r.Context(), v.who, name, part)
		in.Files = append(in.Files, f)
		return err
	}
	b, err := io.ReadAll(io.LimitReader(part, sayMax+1))
	if err != nil {
		return err
	}
	if len(b) > fieldMax && part.FormName() != "message" || len(b) > sayMax {
		return errTooBig
	}
	switch value := strings.TrimSpace(string(b)); part.FormName() {
	case "cle":
		in.Key = v.keyOf(value)
	case "document":
		in.DocumentID = value
	case "note", "message":
		in.Note = value
	}
	return nil
}

// uploadError tells the sender's trouble from ours.
func uploadError(err error) error {
	if _, ok := fault.As(err); ok {
		return err
	}
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return errTooBig
	case slow(err):
		return errBodySlow
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, multipart.ErrMessageTooLarge), strings.HasPrefix(err.Error(), "multipart:"), strings.Contains(err.Error(), "connection reset"):
		return errCut.With(err)
	}
	return err
}
