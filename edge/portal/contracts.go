package portal

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/access"
	"comptoir/office/contracts"
	"comptoir/office/schedule"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// Contracts is what the portal asks of office/contracts.
type Contracts interface {
	PortalList(ctx context.Context, who actor.Actor, in contracts.PortalQuery) (contracts.PortalPage, error)
	PortalGet(ctx context.Context, who actor.Actor, contractID string) (contracts.PortalView, error)
	PortalFiles(ctx context.Context, who actor.Actor, contractID string) (contracts.PortalTree, error)
	OpenPortalFile(ctx context.Context, who actor.Actor, contractID, fileID string) (contracts.FileContent, error)
}

// Signing is what the portal asks of office/signing.
type Signing interface {
	PortalRounds(ctx context.Context, who actor.Actor, contractID string) ([]signing.PortalRound, error)
	OpenDocument(ctx context.Context, who actor.Actor, contractID, versionID, userAgent string) (signing.OpenedDocument, error)
	Approve(ctx context.Context, who actor.Actor, in signing.Decide) (signing.Decided, error)
	Refuse(ctx context.Context, who actor.Actor, in signing.Decide) (signing.Decided, error)
	SendCode(ctx context.Context, who actor.Actor, in signing.Decide) (signing.CodeSent, error)
	Sign(ctx context.Context, who actor.Actor, in signing.Sign) (signing.Decided, error)
}

// ContractMoney is what the portal asks of office/schedule.
type ContractMoney interface {
	PortalOf(ctx context.Context, who actor.Actor, contractID string) (schedule.Money, error)
}

// Comments is the thread of a contract.
type Comments interface {
	PortalComments(ctx context.Context, who actor.Actor, contractID string) ([]contracts.Comment, error)
	PortalComment(ctx context.Context, who actor.Actor, in contracts.CommentWish) (contracts.Comment, error)
}

// contractList is the list of a contact's contracts.
var contractList = listOf{path: "/contrats", text: "portal.contracts", icon: "file", search: true, states: []choice{{"", "all"}, {"a-traiter", "asked"}}}

func (p *Portal) contracts(v *visit) error {
	a, err := v.ask(&contractList)
	if err != nil {
		return err
	}
	found, err := p.Contracts.PortalList(v.r.Context(), v.who, contracts.PortalQuery{Words: a.Words, Asked: a.State() == "asked", After: a.After})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.contracts.title"), contractsPage(v, a, found))
}

// homeContracts shows the contracts that wait for the contact's own word.
func (p *Portal) homeContracts(v *visit) (templ.Component, error) {
	if !v.sees(actor.AreaContracts) {
		return nil, nil //nolint:nilnil // a part with nothing to say
	}
	found, err := p.Contracts.PortalList(v.r.Context(), v.who, contracts.PortalQuery{Asked: true, Limit: 5})
	if err != nil || len(found.Rows) == 0 {
		return nil, err
	}
	return contractsHome(v, found.Rows), nil
}

// contractView is everything on the page of a contract.
type contractView struct {
	contracts.PortalView
	files    contracts.PortalTree
	rounds   []signing.PortalRound
	money    *schedule.Money // nil: nobody's business
	comments []contracts.Comment
	done     string
	typed    contractTyped
	fields   map[string]string
}

// contractTyped is what was typed into a form that was refused; passwords and codes never come back.
type contractTyped struct {
	turn, reason, name, comment string
	consent, byPassword         bool
}

// mine gives the turns that the visitor may answer now.
func (c contractView) mine() (list []signing.PortalRound) {
	for _, r := range c.rounds {
		if waits(r) {
			list = append(list, r)
		}
	}
	return list
}

// outside tells whether the visitor sees one contract and nothing else.
func (v *visit) outside() bool { return v.session != nil && v.who.Kind == actor.Guest }

// alone tells whether the visitor has no account here: one document, one contract.
func (v *visit) alone() bool { return v.shown() || v.outside() }

func (p *Portal) loadContract(v *visit) (c contractView, err error) {
	ctx, id := v.r.Context(), v.r.PathValue("id")
	if c.PortalView, err = p.Contracts.PortalGet(ctx, v.who, id); err != nil {
		return c, err
	}
	if c.files, err = p.Contracts.PortalFiles(ctx, v.who, id); err != nil {
		return c, err
	}
	if c.rounds, err = p.Signing.PortalRounds(ctx, v.who, id); err != nil {
		return c, err
	}
	if v.who.Kind == actor.Contact && v.sees(actor.AreaInvoices) {
		m, err := p.ContractMoney.PortalOf(ctx, v.who, id)
		if err != nil {
			return c, err
		}
		if m.ValueMinor != 0 || len(m.Papers) > 0 {
			c.money = &m
		}
	}
	c.typed.name = v.who.Name
	c.typed.byPassword = v.r.URL.Query().Has("mot-de-passe")
	c.comments, err = p.Comments.PortalComments(ctx, v.who, id)
	return c, err
}

func (p *Portal) contract(v *visit) error {
	c, err := p.loadContract(v)
	if err != nil {
		return err
	}
	c.done = v.notice("approuve", "refuse", "signe", "code", "message")
	return p.showContract(v, http.StatusOK, c)
}

func (p *Portal) showContract(v *visit, status int, c contractView) error {
	return v.show(status, v.T("portal.contract.page", "number", c.Number), contractPage(v, c))
}

// contractFile gives out a visible attachment; contractPaper a document of a round that the visitor has a part in.
func (p *Portal) contractFile(v *visit) error {
	f, err := p.Contracts.OpenPortalFile(v.r.Context(), v.who, v.r.PathValue("id"), v.r.PathValue("file"))
	if err != nil {
		return err
	}
	v.stream(f.Name, f.MediaType, f.Size, f.At, f.Bytes, false)
	return nil
}

func (p *Portal) contractPaper(v *visit) error {
	d, err := p.Signing.OpenDocument(v.r.Context(), v.who, v.r.PathValue("id"), v.r.PathValue("version"), v.r.UserAgent())
	if err != nil {
		return err
	}
	v.stream(d.Name, d.MediaType, d.Size, d.At, d.Bytes, d.MediaType == "application/pdf" && v.r.URL.Query().Has("lire"))
	return nil
}

// stream gives out stored bytes, in parts where a browser asks for parts: with a policy of their own, whatever they say
// they are, and as an attachment. Only a PDF that is to be read before it is signed may open in the browser's own reader.
func (v *visit) stream(name, mediaType string, size int64, at time.Time, bytes io.ReadSeekCloser, read bool) {
	defer func() { _ = bytes.Close() }() // read only
	h := v.w.Header()
	h.Set("Content-Type", mediaType)
	how, policy := "attachment", "default-src 'none'; sandbox"
	if read {
		how, policy = "inline", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" // the reader is the browser's own: docs/security.md, 10
	}
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", policy)
	v.written = true
	v.leave()
	// A hundred kilobytes a second, or the place is for somebody else.
	_ = http.NewResponseController(v.w).SetWriteDeadline(time.Now().Add(time.Minute + time.Duration(size/100_000)*time.Second))
	http.ServeContent(v.w, v.r, "", at, bytes)
}

// decision is what the forms of a round carry.
func (v *visit) decision() signing.Decide {
	f := v.r.PostForm
	return signing.Decide{Key: v.key(), ContractID: v.r.PathValue("id"), TurnID: f.Get("tour"), Digest: f.Get("empreinte"), Reason: f.Get("motif"), UserAgent: v.r.UserAgent()}
}

func (p *Portal) approveContract(v *visit) error {
	_, err := p.Signing.Approve(v.r.Context(), v.who, v.decision())
	return p.contractDone(v, err, "approuve", nil)
}

func (p *Portal) refuseContract(v *visit) error {
	in := v.decision()
	_, err := p.Signing.Refuse(v.r.Context(), v.who, in)
	if err == nil && v.who.Turn != "" {
		return v.spotOver(v.T("portal.contract.done.refused"), refusedHere(v))
	}
	return p.contractDone(v, err, "refuse", func(t *contractTyped) { t.reason = in.Reason })
}

func (p *Portal) sendContractCode(v *visit) error {
	in := v.decision()
	_, err := p.Signing.SendCode(v.r.Context(), v.who, in)
	return p.contractDone(v, err, "code", p.keepSignature(v))
}

func (p *Portal) signContract(v *visit) error {
	f := v.r.PostForm
	in := signing.Sign{Key: v.key(), ContractID: v.r.PathValue("id"), TurnID: f.Get("tour"), Digest: f.Get("empreinte"), Method: f.Get("methode"), Password: f.Get("mot-de-passe"), Factor: f.Get("facteur"), Code: f.Get("code"),
		Consent: f.Get("accord") != "", ConsentVersion: f.Get("accord-version"), Language: f.Get("accord-langue"), TypedName: f.Get("nom"), Drawing: evidence.Drawing{PNG: drawn(f.Get("signature"))},
		TimeZone: f.Get("fuseau"), UserAgent: v.r.UserAgent(), SessionRef: v.session.PublicID}
	_, err := p.Signing.Sign(v.r.Context(), v.who, in)
	if err == nil && v.who.Turn != "" {
		return v.spotOver(v.T("portal.contract.signed"), signedHere(v))
	}
	return p.contractDone(v, err, "signe", p.keepSignature(v))
}

// spotOver shows the last page of a visit by the code on the firm's screen: that was for one answer, and the session has
// ended with it.
func (v *visit) spotOver(title string, page templ.Component) error {
	v.dropCookie(sessionCookie)
	v.session = nil
	return v.show(http.StatusOK, title, page)
}

// keepSignature keeps what was typed beside a refused signature, but for what proves who it is.
func (p *Portal) keepSignature(v *visit) func(*contractTyped) {
	f := v.r.PostForm
	return func(t *contractTyped) {
		t.name, t.consent, t.byPassword = f.Get("nom"), f.Get("accord") != "", f.Get("methode") == signing.ByPassword
	}
}

func (p *Portal) commentContract(v *visit) error {
	body := v.r.PostForm.Get("message")
	_, err := p.Comments.PortalComment(v.r.Context(), v.who, contracts.CommentWish{Key: v.key(), ContractID: v.r.PathValue("id"), Body: body})
	return p.contractDone(v, err, "message", func(t *contractTyped) { t.comment = body })
}

// contractDone leads back to the contract after an act, or shows why it was not done: beside the fields, or for a
// document that changed meanwhile, a round that is over, a page that says so and leads to how it stands now.
func (p *Portal) contractDone(v *visit, err error, done string, typed func(*contractTyped)) error {
	to := "/contrats/" + v.r.PathValue("id")
	if err == nil {
		v.redirect(to + "?fait=" + done)
		return nil
	}
	e, isFault := fault.As(err)
	if !isFault || e.Code != fault.Invalid && e.Code != fault.Conflict {
		return err
	}
	if fields, ok := v.fieldsOf(err); ok {
		c, lerr := p.loadContract(v)
		if lerr != nil {
			return lerr
		}
		c.fields, c.typed.turn = fields, v.r.PostForm.Get("tour")
		if typed != nil {
			typed(&c.typed)
		}
		return p.showContract(v, http.StatusUnprocessableEntity, c)
	}
	text, _ := locale.FaultText(v.lang, e)
	v.log(http.StatusConflict, e, err)
	return v.show(http.StatusConflict, v.T("portal.contract.not_done"), errorPage(v, trouble{title: v.T("portal.contract.not_done"), text: text, action: v.T("portal.contract.see"), to: to}))
}

// guestDoor opens the contract that somebody was invited to by e-mail, and goes on under an address without the token. As
// with a mailed link, what somebody else placed does not end a session by password: that one is asked.
func (p *Portal) guestDoor(v *visit) error {
	if v.r.Method == http.MethodGet && v.session != nil && v.who.Kind == actor.Contact && v.who.Trust >= actor.TrustPassword {
		return v.show(http.StatusOK, v.T("portal.switch.title"), switchPage(v, path("/c/", v.r.PathValue("token"))))
	}
	return p.switchGuest(v)
}

// switchGuest opens an invitation in the place of a contact's session, when the person says so.
func (p *Portal) switchGuest(v *visit) error {
	return p.contractDoor(v, "invitation", p.Access.OpenGuest)
}

// spotDoor opens a turn, or a whole contract, by the code on the firm's screen, once.
func (p *Portal) spotDoor(v *visit) error {
	if strings.Contains(v.r.Header.Get("Sec-Purpose"), "prefetch") { // what looks ahead must not use it up
		v.write(http.StatusOK, nil)
		return nil
	}
	return p.contractDoor(v, "spot", p.Access.OpenHandOff)
}

// contractDoor goes in by a link; one that is over says what to do about it.
func (p *Portal) contractDoor(v *visit, kind string, open func(ctx context.Context, token, address, userAgent string) (access.Session, error)) error {
	if v.r.Method == http.MethodHead {
		v.write(http.StatusOK, nil)
		return nil
	}
	s, err := open(v.r.Context(), v.r.PathValue("token"), v.address, v.r.UserAgent())
	if e, ok := fault.As(err); ok && (errors.Is(err, access.ErrLinkExpired) || errors.Is(err, access.ErrLinkUsed) || errors.Is(err, access.ErrLinkRevoked)) {
		v.log(http.StatusGone, e, err)
		return v.show(http.StatusGone, v.T("portal.link.title"), errorPage(v, trouble{title: v.T("portal.link.title"), text: v.T("portal.contract.over."+kind, "firm", v.firm())}))
	}
	if err != nil {
		return err
	}
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect(s.Home)
	return nil
}

// guestRoutes is every address of whoever sees one contract and nothing else. What is not here is closed to them, a new
// route too; the use cases ask again (actor.NeedGuest).
var guestRoutes = map[string]bool{
	"GET /contrats/{id}": true, "GET /contrats/{id}/fichiers/{file}": true, "GET /contrats/{id}/documents/{version}": true, "POST /contrats/{id}/approuver": true, "POST /contrats/{id}/refuser": true,
	"POST /contrats/{id}/code": true, "POST /contrats/{id}/signer": true, "POST /contrats/{id}/message": true,
	"GET /c/{token}": true, "GET /sur-place/{token}": true, "GET /l/{token}": true, "GET /connexion": true, "POST /connexion": true, "POST /deconnexion": true, "POST /langue": true, "GET /confiance": true,
}

// mayVisit refuses a guest everything but its contract. The first page leads there.
func (v *visit) mayVisit(r route) error {
	if !v.outside() {
		return nil
	}
	at := r.method + " " + r.pattern
	switch {
	case at == "GET /{$}":
		v.redirect(v.session.Home)
		return nil
	case !guestRoutes[at], v.who.Beside() && (at == "POST /contrats/{id}/message" || at == "POST /contrats/{id}/code"): // who signs on the spot signs, or not
		return actor.ErrShown
	case strings.HasPrefix(r.pattern, "/contrats/{id}"):
		return v.who.NeedGuest(v.r.PathValue("id"))
	}
	return nil
}
