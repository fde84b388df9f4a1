package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"comptoir/edge/portal"
)

// TestEveryPostHasItsDoor asks each address that takes a form in the ways that none of them may
// take: from another site, too big, of another kind, and slowly enough to be a guess.
func TestEveryPostHasItsDoor(t *testing.T) {
	f := newFirm(t)
	fill := strings.NewReplacer("{id}", f.open, "{token}", strings.Repeat("A", 43), "{group}", "x", "{step}", "contact", "{gateway}", "practice")
	big := "nom=" + strings.Repeat("a", 70<<10)
	posts := 0
	for _, r := range portal.Routes() {
		method, pattern, _ := strings.Cut(r.Pattern, " ")
		if method != http.MethodPost || r.Class == "hook" { // a gateway sends JSON, signed: TestWebhook
			continue
		}
		posts++
		to := "http://portail.test" + fill.Replace(pattern)
		for name, c := range map[string]struct {
			body    string
			headers []string
			status  int
		}{
			"from another site":   {"nom=a", []string{"Content-Type", formType, "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
			"from a sibling":      {"nom=a", []string{"Content-Type", formType, "Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
			"from another origin": {"nom=a", []string{"Content-Type", formType, "Origin", "http://evil.example"}, http.StatusForbidden},
			"from nowhere":        {"nom=a", []string{"Content-Type", formType, "Origin", "null"}, http.StatusForbidden},
			"too big":             {big, []string{"Content-Type", formType}, http.StatusRequestEntityTooLarge},
			"JSON":                {"{}", []string{"Content-Type", "application/json"}, http.StatusUnsupportedMediaType},
			"plain text":          {"nom=a", []string{"Content-Type", "text/plain"}, http.StatusUnsupportedMediaType},
			"parts":               {"--x--", []string{"Content-Type", "multipart/form-data; boundary=x"}, http.StatusUnsupportedMediaType},
			"no kind":             {"nom=a", nil, http.StatusUnsupportedMediaType},
			"broken":              {"nom=%zz", []string{"Content-Type", formType}, http.StatusUnsupportedMediaType},
		} {
			if r.Class == "upload" && c.status != http.StatusForbidden { // read when it is known who sends: TestBrokenUploads
				continue
			}
			w := f.ask(method, to, c.body, c.headers...)
			if w.Code != c.status {
				t.Errorf("%s %s: %d, want %d", r.Pattern, name, w.Code, c.status)
			}
			guarded(t, r.Pattern+" "+name, answer{w.Code, w.Header(), w.Body.String()})
			if len(w.Header()["Set-Cookie"]) > 0 {
				t.Errorf("%s %s: sets a cookie", r.Pattern, name)
			}
		}
	}
	if posts < 50 {
		t.Errorf("only %d addresses were asked", posts)
	}
}

// guesses are the addresses at which a secret, a code or somebody else's name may be guessed, and
// mailers those by which a mail goes to an address that was typed.
var (
	guesses = []string{"POST /connexion", "POST /connexion/code", "POST /mot-de-passe", "POST /profil/mot-de-passe", "POST /profil/nom-utilisateur", "POST /profil/courriel/code",
		"POST /profil/second-facteur/code", "POST /profil/second-facteur/secours", "POST /profil/second-facteur/fin", "POST /abonnement/{token}/inscription", "POST /abonnement/{token}/code", "POST /contrats/{id}/signer"}
	mailers = []string{"POST /mot-de-passe/oublie", "POST /nom-utilisateur/oublie", "POST /mot-de-passe/demander", "POST /lien/renouveler", "POST /profil/courriel", "POST /contacts", "POST /abonnement/{token}/renvoi", "POST /contrats/{id}/code", "POST /chat/{id}/transcription"}
	// Of a request the office counts what may be guessed and mailed (TestAnOfficeAsks).
	askings = []string{"POST /inscription/{group}", "POST /demande/{step}", "POST /demande/code", "POST /demande/renvoi", "POST /demande/envoi", "POST /demande/retrait"}
	tokens  = []string{"GET /l/{token}", "POST /l/{token}", "GET /au-nom/{token}", "GET /montre/{token}", "GET /c/{token}", "POST /c/{token}", "GET /sur-place/{token}", "GET /inscription/r/{token}"}
)

// TestGuessingIsLimited: where something can be guessed or sent the class of the route is the one
// that counts it, and nothing else that takes a password or a code is left out.
func TestGuessingIsLimited(t *testing.T) {
	for _, r := range portal.Routes() {
		want := ""
		switch {
		case slices.Contains(guesses, r.Pattern):
			want = "signin"
		case slices.Contains(mailers, r.Pattern):
			want = "mailing"
		case slices.Contains(askings, r.Pattern):
			want = "asking"
		case slices.Contains(tokens, r.Pattern):
			want = "link"
		case r.Class == "signin" || r.Class == "mailing" || r.Class == "asking" || r.Class == "link":
			t.Errorf("%s is limited as %s, and nobody said why", r.Pattern, r.Class)
		case strings.HasPrefix(r.Pattern, "POST ") && (strings.Contains(r.Pattern, "code") || strings.Contains(r.Pattern, "mot-de-passe")):
			t.Errorf("%s takes a secret and is limited as %s", r.Pattern, r.Class)
		}
		if want != "" && r.Class != want {
			t.Errorf("%s is limited as %s, want %s", r.Pattern, r.Class, want)
		}
	}
}
