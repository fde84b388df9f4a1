package portal

import (
	"io"
	"io/fs"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/office/access"
)

// What was typed into a form whose session had ended is given back on the page that asks to sign
// in, travels through the sign-in in its forms, and stands in a form again behind it. Nothing of
// it is kept here: a stranger is told what the stranger sent, and no more.

// keptField is one field of such a form: one that is read has a label, the others travel hidden.
type keptField struct {
	name, label string
	short       bool // one line
}

// keeping is what a route takes in words.
type keeping struct {
	fields []keptField
	send   string // words of the button
	danger bool
	files  bool // files came with it; they cannot be kept
}

var (
	keepQuestion = keeping{fields: []keptField{{name: "cle"}, {name: "question", label: "portal.question.label"}}, send: "portal.question.send"}
	keepTurn     = []keptField{{name: "cle"}, {name: "tour"}, {name: "empreinte"}}
)

// keeps are the routes that take words which somebody wrote for a while.
var keeps = map[string]keeping{
	"POST /chat":                     {fields: []keptField{{name: "cle"}, {name: "sujet", label: "portal.chat.subject", short: true}, {name: "message", label: "portal.chat.message"}}, send: "portal.chat.send"},
	"POST /chat/{id}":                {fields: []keptField{{name: "cle"}, {name: "message", label: "portal.chat.message"}}, send: "portal.chat.send"},
	"POST /chat/{id}/fichiers":       {fields: []keptField{{name: "cle"}, {name: "message", label: "portal.chat.with_words"}}, send: "portal.chat.send_files", files: true},
	"POST /documents":                {fields: []keptField{{name: "cle"}, {name: "document"}, {name: "note", label: "portal.files.note", short: true}}, send: "portal.files.send", files: true},
	"POST /factures/{id}/question":   keepQuestion,
	"POST /credits/{id}/question":    keepQuestion,
	"POST /devis/{id}/question":      keepQuestion,
	"POST /devis/{id}/refuser":       {fields: []keptField{{name: "empreinte"}, {name: "motif", label: "portal.quote.reason"}}, send: "portal.quote.refuse", danger: true},
	"POST /contrats/{id}/message":    {fields: []keptField{{name: "cle"}, {name: "message", label: "portal.contract.talk_label"}}, send: "portal.contract.talk_send"},
	"POST /contrats/{id}/refuser":    {fields: append(keepTurn[:3:3], keptField{name: "motif", label: "portal.contract.reason"}), send: "portal.contract.refuse", danger: true},
	"POST /demande/envoi":            {fields: []keptField{{name: "reponse", label: "portal.register.reply"}}, send: "portal.register.submit"},
	"POST /abonnements/{id}/annuler": {fields: []keptField{{name: "cle"}, {name: "version"}, {name: "montant"}, {name: "raison", label: "portal.subscription.reason"}}, send: "portal.subscription.cancel_go", danger: true},
}

// carriers are the forms between the words and their place.
var carriers = map[string]bool{"POST /connexion": true, "POST /connexion/code": true, "POST /conditions": true}

const (
	keptTo     = "garde"  // where the words were going, in the forms that carry them
	keptPrefix = "garde." // before the names of their fields
	keptHidden = 300      // of a field that nobody typed
)

// kept is what was typed, on its way back to where it was going.
type kept struct {
	keeping
	to      string // the address that takes it
	values  map[string]string
	resends bool // nothing but time is missing: the error page can send it again
}

// of gathers the fields; nil where nothing was written.
func (k keeping) of(to string, get func(string) string) *kept {
	out := kept{keeping: k, to: to, values: map[string]string{}}
	written := false
	for _, f := range k.fields {
		value := get(f.name)
		if f.label == "" {
			value = cut(value, keptHidden)
		} else if strings.TrimSpace(value) != "" {
			written = true
		}
		out.values[f.name] = value
	}
	if !written {
		return nil
	}
	return &out
}

// keptOf reads what came with a POST of our own pages: typed there, or carried by a form of the
// sign-in. A request that does not say where it comes from gets nothing back.
func (p *Portal) keptOf(v *visit, r route) *kept {
	if v.r.Method != http.MethodPost || v.formErr != nil || v.fragment() || !v.sameOrigin() {
		return nil
	}
	if k, takes := keeps[r.method+" "+r.pattern]; takes {
		return k.of(v.r.URL.RequestURI(), v.r.PostForm.Get)
	}
	if r.pattern == "/demande/{step}" {
		return keptAnswers(v)
	}
	if !carriers[r.method+" "+r.pattern] {
		return nil
	}
	to := v.r.PostForm.Get(keptTo)
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || len(to) > 500 || !strings.HasPrefix(to, "/") || !fs.ValidPath(strings.TrimPrefix(u.Path, "/")) {
		return nil
	}
	_, pattern := p.mux.Handler(&http.Request{Method: http.MethodPost, URL: &url.URL{Path: u.Path}})
	k, takes := keeps[pattern]
	if !takes {
		return nil
	}
	return k.of(u.RequestURI(), func(name string) string { return v.r.PostForm.Get(keptPrefix + name) })
}

// keptAnswers are those to the questions of a group, whose labels went with the request.
func keptAnswers(v *visit) *kept {
	k := keeping{send: "portal.register.submit"}
	for _, name := range slices.Sorted(maps.Keys(v.r.PostForm)) {
		if strings.HasPrefix(name, "q-") {
			k.fields = append(k.fields, keptField{name: name, label: "portal.register.reply"})
		}
	}
	return k.of(v.r.URL.RequestURI(), v.r.PostForm.Get)
}

// sameOrigin tells that the browser says so itself. Whoever is silent is let in elsewhere
// (http.CrossOriginProtection), and is not shown what came with the request.
func (v *visit) sameOrigin() bool {
	if site := v.r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	u, err := url.Parse(v.r.Header.Get("Origin"))
	return err == nil && u.Host != "" && u.Host == v.r.Host
}

// keepUpload reads the words that come before the files of an upload which nobody may make, in the
// time and the size of any other form, then lets the files go by.
func (p *Portal) keepUpload(v *visit, r route) {
	k, takes := keeps[r.method+" "+r.pattern]
	if !takes || !v.sameOrigin() {
		return
	}
	v.leave()
	v.w.Header().Set("Connection", "close")
	_ = http.NewResponseController(v.w).SetReadDeadline(time.Now().Add(bodyTime)) // a recorder in a test has none
	body := io.LimitReader(v.r.Body, uploadDrain)
	v.r.Body = struct {
		io.Reader
		io.Closer
	}{body, v.r.Body}
	if parts, err := v.r.MultipartReader(); err == nil {
		words := fieldsBefore(parts, p.Limits.Form)
		v.kept = k.of(v.r.URL.RequestURI(), words.Get)
	}
	_, _ = io.Copy(io.Discard, body) // a browser that still sends would not read the answer
}

// fieldsBefore reads the fields of an upload up to its first file.
func fieldsBefore(parts *multipart.Reader, most int64) url.Values {
	words := url.Values{}
	for range 8 {
		part, err := parts.NextPart()
		if err != nil || part.FileName() != "" || part.FormName() == "fichier" {
			return words
		}
		b, err := io.ReadAll(io.LimitReader(part, most+1))
		if most -= int64(len(b)); err != nil || most < 0 {
			return words
		}
		words.Add(part.FormName(), string(b))
	}
	return words
}

// cameIn goes on after a sign-in: to what was typed before it, or to where the visitor wanted.
func (p *Portal) cameIn(v *visit, s access.Session, next string) error {
	if err := v.come(s); err != nil {
		return err
	}
	if v.kept == nil {
		v.redirect(next)
		return nil
	}
	s, err := p.Access.Resume(v.r.Context(), s.Token, v.address)
	if err != nil {
		return err
	}
	v.signedIn(s)
	return p.keptOn(v, http.StatusOK)
}

// keptOn shows what was typed in a form again, once the session owes nothing.
func (p *Portal) keptOn(v *visit, status int) error {
	switch v.session.Owes {
	case access.OwesTerms:
		t, err := p.Access.TermsOwed(v.r.Context(), v.who)
		if err == nil {
			return v.show(status, v.T("portal.conditions.title"), conditionsPage(v, t, "/"))
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
	case access.OwesFactor:
		return p.showFactor(v, status, factorView{})
	case access.OwesNothing:
	}
	return v.show(status, v.T("portal.kept.again_title"), keptAgainPage(v))
}

// keepBack gives what was typed back with a refusal that has a page of its own.
func (v *visit) keepBack(status int) {
	if v.kept != nil {
		v.kept.resends = v.session != nil && !v.kept.files && (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || status == http.StatusInternalServerError)
	}
}

// keptLabel is the label of a field; some of them name the firm.
func (v *visit) keptLabel(f keptField) string { return v.T(f.label, "firm", v.firm()) }

func (k kept) kind() string {
	if k.files {
		return "multipart/form-data"
	}
	return formKind
}

// formKind is what every other form is sent as.
const formKind = "application/x-www-form-urlencoded"
