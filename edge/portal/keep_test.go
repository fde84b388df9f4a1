package portal_test

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/edge/portal"
	"comptoir/office/access"
)

// wrote is what somebody wrote for a while: long, in lines, with what a page must not take for its own.
var wrote = "Bonjour,\r\n\r\n" + strings.Repeat("j’ai pris le temps d’écrire ceci. ", 80) + `</textarea><script>alert(1)</script>"'&`

// keepsWords tells whether a form holds words that come back.
func keepsWords(path, form string) bool {
	values, err := url.ParseQuery(form)
	return err == nil && slices.ContainsFunc(portal.Keeps()[portal.PatternOf(http.MethodPost, path)], func(name string) bool { return values.Get(name) != "" })
}

// hasText tells whether a page holds the text for a person to read, and for no machine to run.
func hasText(t *testing.T, what, body string) {
	t.Helper()
	if !strings.Contains(html.UnescapeString(body), wrote) {
		t.Errorf("%s lacks the text: %s", what, excerpt(body))
	}
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "</textarea><script") {
		t.Errorf("%s: the text is a part of the page", what)
	}
}

// TestWordsComeBackToWhoeverWroteThem: a form with words, sent without a session, gives them back;
// the same whatever it asked for, and to nobody who did not send it from our own pages.
func TestWordsComeBackToWhoeverWroteThem(t *testing.T) {
	f := newFirm(t, chatting)
	s := f.serve()
	unknown := strings.Repeat("z", 26)
	tried := 0
	for route, fields := range portal.Keeps() {
		_, pattern, _ := strings.Cut(route, " ")
		if strings.HasPrefix(pattern, "/demande") {
			continue // public: TestAnswersComeBackWithoutARequest
		}
		tried++
		form := url.Values{"cle": {"abcdefgh1234"}, "empreinte": {"0123"}}
		for _, name := range fields {
			form.Set(name, wrote)
		}
		v := f.visitor(s)
		send := func(id string, headers ...string) answer {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+strings.ReplaceAll(pattern, "{id}", id), nil)
			f.must(err)
			body, kind := []byte(form.Encode()), "application/x-www-form-urlencoded"
			if pattern == "/documents" || strings.HasSuffix(pattern, "/fichiers") {
				body, kind = parts(t, form)
			}
			r.Body, r.ContentLength = readCloser{bytes.NewReader(body)}, int64(len(body))
			r.Header.Set("Content-Type", kind)
			for i := 0; i < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			return v.do(r)
		}
		a := send(f.open, "Sec-Fetch-Site", "same-origin")
		if a.status != http.StatusForbidden || !strings.Contains(a.body, `action="/connexion"`) || len(a.header["Set-Cookie"]) != 0 {
			t.Errorf("%s: %d, %q", route, a.status, a.header["Set-Cookie"])
		}
		hasText(t, route, a.body)
		if b := send(unknown, "Sec-Fetch-Site", "same-origin"); strings.ReplaceAll(b.body, unknown, f.open) != a.body {
			t.Errorf("%s: something that does not exist reads otherwise", route)
		}
		if b := send(f.open, "Origin", s.URL); b.status != http.StatusForbidden || !strings.Contains(b.body, "pris le temps") {
			t.Errorf("%s from a browser that tells its origin: %d", route, b.status)
		}
		for what, c := range map[string]struct {
			headers []string
			status  int
		}{
			"from another site":     {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
			"from another origin":   {[]string{"Origin", "https://evil.example"}, 403},
			"from the address line": {[]string{"Sec-Fetch-Site", "none"}, 303},
			"from nowhere":          {nil, 303},
			"by the script":         {[]string{"Sec-Fetch-Site", "same-origin", "X-Fragment", "1"}, 303},
		} {
			if what == "by the script" && pattern != "/chat/{id}" {
				continue
			}
			if b := send(f.open, c.headers...); b.status != c.status || strings.Contains(b.body, "pris le temps") {
				t.Errorf("%s %s: %d, shows the text: %v", route, what, b.status, strings.Contains(b.body, "pris le temps"))
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d routes were tried", tried)
	}
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// parts are the fields as an upload sends them, a file behind them.
func parts(t *testing.T, form url.Values) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		if err := w.WriteField(name, values[0]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("fichier", "plan.pdf")
	if err == nil {
		_, err = file.Write(bytes.Repeat([]byte("x"), 1<<20))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// TestWordsTravelThroughTheSignIn: a session ends while somebody writes; with the password, the code
// and the new terms between them, the words reach the conversation, once.
func TestWordsTravelThroughTheSignIn(t *testing.T) {
	f := newFirm(t, chatting)
	talk, _ := f.talk()
	s := f.serve()
	v := f.byPassword(s)
	secret, _ := v.setUp()
	f.turn(access.PasswordAbsolute)
	f.group("name = 'Ateliers'")
	_, err := f.raw.ExecContext(t.Context(), "INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 1, 'Payer à trente jours.', 'Pay.', 'Marie', ? FROM customer_groups WHERE public_id = 'group-of-tests-01'", db.Stamp(f.clock()))
	f.must(err)
	carried := func(a answer, to string) url.Values {
		t.Helper()
		hasText(t, to, a.body)
		form := hiddenFields(t, a.body, to)
		form.Set("garde.message", wrote) // the field that is read
		return form
	}
	a := v.post("/chat/"+talk, url.Values{"cle": {"keep-words-123"}, "message": {wrote}}.Encode())
	if a.status != 403 || !strings.Contains(a.body, "Votre session est terminée") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	form := carried(a, "/connexion")
	form.Set("nom", "claire@martin.example")
	form.Set("mot-de-passe", "wrong")
	form = carried(v.post("/connexion", form.Encode()), "/connexion")
	form.Set("nom", "claire@martin.example")
	form.Set("mot-de-passe", good)
	form = carried(v.post("/connexion", form.Encode()), "/connexion/code")
	form.Set("code", "000000")
	form = carried(v.post("/connexion/code", form.Encode()), "/connexion/code")
	f.turn(30 * time.Second)
	form.Set("code", totp(secret, f.clock()))
	form = carried(v.post("/connexion/code", form.Encode()), "/conditions")
	form = carried(v.post("/conditions", form.Encode()), "/conditions") // not agreed to yet
	form.Set("accord", "1")
	a = v.post("/conditions", form.Encode())
	hasText(t, "the form again", a.body)
	form = hiddenFields(t, a.body, "/chat/"+talk)
	if form.Get("cle") != "keep-words-123" {
		t.Errorf("the form again: %v", form)
	}
	form.Set("message", wrote)
	for range 2 {
		if a := v.post("/chat/"+talk, form.Encode()); a.status != 303 || !strings.Contains(a.header.Get("Location"), "fait=envoye") {
			t.Fatalf("%d %s", a.status, excerpt(a.body))
		}
	}
	if n := strings.Count(v.get("/chat/"+talk).body, "pris le temps d’écrire ceci. j’ai"); n == 0 {
		t.Error("nothing arrived")
	}
	if n := f.count("SELECT count(*) FROM conversation_messages WHERE body LIKE '%pris le temps%'"); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestWordsOnlyTravelToTheirPlaces: what a form of the sign-in says it carries is only taken for the
// addresses that take words, and never leads away.
func TestWordsOnlyTravelToTheirPlaces(t *testing.T) {
	f := newFirm(t, chatting)
	s := f.serve()
	f.byPassword(s)
	for _, to := range []string{"https://evil.example/chat", "//evil.example/chat", "/factures/" + f.open + "/paiement", "/connexion", "/deconnexion", "/chat/../profil/mot-de-passe", "/\\evil.example", "/chat/nouveau", "", "javascript:alert(1)"} {
		v := f.visitor(s)
		form := url.Values{"nom": {"claire@martin.example"}, "mot-de-passe": {good}, "garde": {to}, "garde.message": {wrote}, "garde.sujet": {"x"}, "garde.montant": {"1"}}
		a := v.post("/connexion", form.Encode())
		if to == "/chat/nouveau" { // the address of a conversation, for all that the portal tells a form
			continue
		}
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
			t.Errorf("%q: %d %s %s", to, a.status, a.header.Get("Location"), excerpt(a.body))
		}
	}
}

// TestWordsComeBackWithARefusal: whoever has a session and is told to wait gets the words back in a
// form that sends them again.
func TestWordsComeBackWithARefusal(t *testing.T) {
	f := newFirm(t, func(f *firm) {
		chatting(f)
		f.limits = portal.Limits{Session: portal.Rate{PerSecond: 0.0001, Burst: 3}}
	})
	talk, _ := f.talk()
	v := f.byPassword(f.serve())
	for range 3 {
		v.get("/chat")
	}
	a := v.post("/chat/"+talk, url.Values{"cle": {"keep-words-124"}, "message": {wrote}}.Encode())
	if a.status != http.StatusTooManyRequests {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	hasText(t, "the refusal", a.body)
	if form := hiddenFields(t, a.body, "/chat/"+talk); form.Get("cle") != "keep-words-124" {
		t.Errorf("the form: %v", form)
	}
}

// TestAnswersComeBackWithoutARequest: a request for access that is no more gives the answers back.
func TestAnswersComeBackWithoutARequest(t *testing.T) {
	f := newFirm(t)
	registering(f)
	v := f.visitor(f.serve())
	for path, form := range map[string]url.Values{"/demande/questions": {"q-abc": {wrote}, "q-def": {""}}, "/demande/envoi": {"reponse": {wrote}}} {
		a := v.post(path, form.Encode())
		if a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
		hasText(t, path, a.body)
	}
}
