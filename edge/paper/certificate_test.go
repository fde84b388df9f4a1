package paper_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/core/locale"
	"comptoir/edge/paper"
	"comptoir/edge/pdf"
	"comptoir/rules/evidence"
)

var signedOn = time.Date(2026, 11, 22, 10, 31, 7, 0, time.UTC)

const (
	consent = "J’ai lu le document et j’accepte de le signer électroniquement."
	browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	longest = "Jean-Baptiste de La Rochefoucauld-Montbel d’Estissac de Saint-Amans-Roche-Savine"
)

// signers are one of each way to be recognised.
func signers() []evidence.Signer {
	base := evidence.Signer{MethodAt: signedOn, SignedAt: signedOn, Session: "s7d9k2m4q6x8z1b3", Lang: "fr", Consent: consent}
	with := func(change func(*evidence.Signer)) evidence.Signer { s := base; change(&s); return s }
	drawn := &evidence.Drawing{Width: 300, Height: 120, Path: "M20 80 C40 20 60 20 70 80 Q 90 120 120 60 l 10 30 20-50 15 45 M 250 30 l 0.1 0"}
	return []evidence.Signer{
		with(func(s *evidence.Signer) {
			s.ID, s.Name, s.Role, s.Email, s.Method, s.IP, s.UserAgent, s.Typed = "a", "Inès Lumière", "Gérante", "ines@example.org", evidence.Password, "192.168.1.34", browser, "Inès Lumière"
		}),
		with(func(s *evidence.Signer) {
			s.ID, s.Name, s.Email, s.Method, s.SentAt, s.IP, s.UserAgent, s.Typed = "b", longest, "jb@example.org", evidence.Code, signedOn.Add(-time.Minute), "2001:db8:85a3::8a2e:370:7334", strings.Repeat("x", 4000), longest
		}),
		with(func(s *evidence.Signer) {
			s.ID, s.Name, s.Method, s.Operator, s.Device, s.Drawn = "c", "Claire Dubreuil", evidence.InPerson, "Marc Petit", "poste-atelier", drawn
		}),
		with(func(s *evidence.Signer) {
			s.ID, s.Name, s.Method, s.Operator, s.IP, s.Typed = "d", "Paul \u202eluaP <script>", evidence.Phone, "Marc Petit", "192.168.1.35", "Paul"
		}),
	}
}

func round(t *testing.T, lang string, people ...evidence.Signer) evidence.Record {
	t.Helper()
	r := evidence.Record{
		Envelope: "k5q7m2x9f4hd3b6t", Contract: evidence.Contract{Number: "CT-2026-0042", Title: "Entretien annuel"}, Firm: evidence.Firm{Name: "Atelier Dubreuil", Country: "FR", Identifiers: []string{"SIREN 100 000 009"}},
		Program: "comptoir 0.6.0", Texts: "2026-11", Lang: lang, Zone: "Europe/Paris", Completed: signedOn, Signers: people,
		Document: evidence.Document{Name: "Contrat.pdf", SHA256: strings.Repeat("9f3a", 16), Size: 1_482_113, Pages: 12},
	}
	events := []evidence.Event{{At: signedOn, Kind: evidence.Created, Who: "Claire Dubreuil", Document: r.Document.SHA256}}
	for _, s := range people {
		events = append(events, evidence.Event{At: signedOn, Kind: evidence.Opened, Who: s.Name, IP: s.IP}, evidence.Event{At: signedOn, Kind: "of_a_later_version", Who: s.Name},
			evidence.Event{At: signedOn, Kind: evidence.Signed, Who: by(s), Signer: s.ID, Document: r.Document.SHA256, IP: s.IP})
	}
	r.Events = evidence.Chain(evidence.Root(r.Envelope), events)
	r, err := evidence.Close(r)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// by is who causes a signature: in person it is the operator.
func by(s evidence.Signer) string {
	if s.Method == evidence.InPerson {
		return s.Operator
	}
	return s.Name
}

func drawn(t *testing.T, r evidence.Record) ([]byte, string) {
	t.Helper()
	b, err := paper.New().Certificate(context.Background(), r, paper.CertificateLook{Accent: "#7A3E9D"})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := paper.New().Certificate(context.Background(), r, paper.CertificateLook{Accent: "#7A3E9D"}); !bytes.Equal(b, again) {
		t.Error("the same record gives another file")
	}
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"qpdf", "pdftotext"} {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing", name)
			}
			t.Skipf("%s is missing", name)
		}
	}
	if out, err := exec.Command("qpdf", "--check", path).CombinedOutput(); err != nil {
		t.Errorf("qpdf --check: %v\n%s", err, out)
	}
	out, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return b, string(out)
}

// flat takes the breaks and the fixed spaces out of text, so that sentences can be looked for.
func flat(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)), " ")
}

func TestCertificateSaysHowEachSignerWasRecognised(t *testing.T) {
	for lang, words := range map[string][]string{
		"fr": {
			"Certificat de signature", "Enveloppe k5q7m2x9f4hd3b6t", "SIREN 100 000 009", strings.Repeat("9f3a", 16), "12 pages, 1 482 113 octets", "CT-2026-0042", "4 signataires",
			"mot de passe du compte", "code à usage unique envoyé à jb@example.org le", "devant Marc Petit", "(poste-atelier)", "Aucune", "code QR à usage unique", consent, evidence.Sum(consent),
			"10:31:07 UTC (22 novembre 2026 à 11 h 31", "Europe/Paris", "comptoir 0.6.0, textes 2026-11", "of_a_later_version", "(eIDAS)", "Code civil, art. 1366 et 1367", "Il n’élève pas le niveau", "Aucun tiers", "comptoir verify", "Claire Dubreuil · Marc Petit",
		},
		"en": {"Certificate of signature", "Envelope k5q7m2x9f4hd3b6t", "4 signers", "password of the account", "one-time code sent to jb@example.org", "before Marc Petit", "single-use QR code", "Document opened", "does not raise the level", "own clock"},
	} {
		r := round(t, lang, signers()...)
		b, layout := drawn(t, r)
		text := flat(layout)
		for _, want := range append(words, r.Digest, r.Events[len(r.Events)-1].Hash, "192.168.1.34", "Inès Lumière", "s7d9k2m4q6x8z1b3") {
			if !strings.Contains(text, flat(want)) {
				t.Errorf("%s: the certificate does not say %q", lang, want)
			}
		}
		if locale.IsMissing(text) || strings.Contains(text, "\u202e") || strings.Contains(text, strings.Repeat("x", 200)) {
			t.Errorf("%s: a text is missing, or a stranger's letters are printed as they came:\n%s", lang, layout)
		}
		if len(b) > 200_000 {
			t.Errorf("%d bytes", len(b))
		}
	}
}

// A hash stands on one line, so that it can be read out and copied, however wide its letters are;
// that of a consent stands whole beside its signer alone.
func TestHashesStandOnOneLine(t *testing.T) {
	for _, lang := range locale.Langs() {
		r := round(t, lang, signers()[0])
		wide := strings.Repeat("d0db", 16)
		r.Digest, r.Document.SHA256, r.Events[len(r.Events)-1].Hash = wide, wide, wide
		r.Events = append(r.Events[:1:1], append([]evidence.Event{{N: 2, At: signedOn, Kind: evidence.Consented, Who: "Inès Lumière", Detail: evidence.Sum(consent)}}, r.Events[1:]...)...)
		_, layout := drawn(t, r)
		if n := strings.Count(layout, wide); n != 3 {
			t.Errorf("%s: %d of 3 hashes stand on one line:\n%s", lang, n, layout)
		}
		if n := strings.Count(strings.ReplaceAll(flat(layout), " ", ""), evidence.Sum(consent)); n != 1 {
			t.Errorf("%s: the hash of the consent stands there %d times", lang, n)
		}
	}
}

// An invitation is written down when it is handed over, which a mail server may be long in taking:
// the certificate says no more than that.
func TestNothingIsSaidToBeSentThatWasHandedOver(t *testing.T) {
	for lang, claims := range map[string]string{"fr": "envoyé", "en": "sent"} {
		for _, kind := range []string{evidence.Sent, evidence.Reminded} {
			for _, area := range []string{"pdf.evidence", "common.round"} {
				if text := locale.T(lang, area+".event."+kind, nil); locale.IsMissing(text) || strings.Contains(text, claims) {
					t.Errorf("%s: %s", lang, text)
				}
			}
		}
	}
}

// In person, no address of a network is claimed.
func TestInPersonClaimsNoAddress(t *testing.T) {
	p := paper.CertificateOf(round(t, "fr", signers()[2]), paper.CertificateLook{})
	for _, f := range p.Cards[0].Facts {
		if f.Label == locale.T("fr", "pdf.evidence.fact.address", nil) || f.Label == locale.T("fr", "pdf.evidence.fact.agent", nil) {
			t.Errorf("%s: %s", f.Label, f.Value)
		}
	}
	if m := p.Cards[0].Mark; m.Drawing == nil || len(m.Drawing.Strokes) != 2 || m.Typed != "" {
		t.Errorf("the drawing became %+v", m)
	}
}

// Whose law is named follows the firm.
func TestCertificateNamesTheLawOfTheFirm(t *testing.T) {
	r := round(t, "fr", signers()[0])
	for country, want := range map[string]string{"FR": "1366", "RE": "1366", "CA": "C-1.1", "BE": "nº 910/2014"} {
		r.Firm.Country = country
		if got := flat(paper.CertificateOf(r, paper.CertificateLook{}).Mentions[0]); !strings.Contains(got, want) {
			t.Errorf("%s: %s", country, got)
		}
	}
}

// Many signers take several pages, each of whose foot counts them; nobody is left out.
func TestCertificateOfManySigners(t *testing.T) {
	var people []evidence.Signer
	for i := range 60 {
		s := signers()[i%4]
		s.ID, s.Name = fmt.Sprintf("s%d", i), fmt.Sprintf("%s %d", s.Name, i)
		if i == 7 {
			s.Consent = strings.Repeat("Une clause de plus. ", 600) // more than a page of words
		}
		people = append(people, s)
	}
	_, layout := drawn(t, round(t, "fr", people...))
	pages, text := strings.Count(layout, "\f"), flat(layout)
	if pages < 20 || pages > 60 || !strings.Contains(text, fmt.Sprintf("Page %d / %d", pages, pages)) {
		t.Errorf("%d pages", pages)
	}
	for i := range people {
		if n := strings.Count(layout, fmt.Sprintf(" %d\n", i)); n == 0 && !strings.Contains(text, fmt.Sprintf(" %d ", i)) {
			t.Errorf("signer %d is not there", i)
		}
	}
}

// A drawing as a picture, one that is none, and a record with nothing in it come out too.
func TestCertificateWithWhatIsOdd(t *testing.T) {
	s := signers()[0]
	s.Typed, s.Drawn = "", &evidence.Drawing{PNG: []byte("\x89PNG\r\n\x1a\nbroken")}
	for name, r := range map[string]evidence.Record{"no picture": round(t, "fr", s), "nothing": {}} {
		if b, err := paper.New().Certificate(context.Background(), r, paper.CertificateLook{Letter: true, Logo: []byte("none")}); err != nil || len(b) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := round(t, "fr", s)
	for range 11_000 {
		many.Events = append(many.Events, evidence.Event{Kind: evidence.Opened})
	}
	if _, err := paper.New().Certificate(context.Background(), many, paper.CertificateLook{}); err == nil || err.Error() != pdf.ErrTooLarge.Error() {
		t.Errorf("eleven thousand events: %v", err)
	}
}
