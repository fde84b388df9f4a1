package paper

import (
	"context"
	"fmt"
	"strings"
	"time"

	"comptoir/core/locale"
	"comptoir/edge/pdf"
	"comptoir/rules/evidence"
)

// CertificateLook is how the firm's papers look.
type CertificateLook struct {
	Accent string // "#RRGGBB"
	Logo   []byte
	Letter bool // US Letter instead of A4
}

// Limits of what is printed; evidence.json has it whole.
const (
	maxAgent  = 160 // characters of a browser's name
	maxDetail = 300
)

// Certificate draws the certificat de signature of a completed round, in the record's
// language; the same record always gives the same bytes.
func (p *Printer) Certificate(_ context.Context, r evidence.Record, look CertificateLook) ([]byte, error) {
	return p.renderer.Certificate(CertificateOf(r, look))
}

// CertificateOf gives the words of a certificat de signature.
func CertificateOf(r evidence.Record, look CertificateLook) pdf.CertificatePaper {
	w := certifier{writer: writer{lang: locale.Of(r.Lang)}, zone: time.UTC, r: r}
	if zone, err := time.LoadLocation(r.Zone); err == nil {
		w.zone = zone
	}
	return pdf.CertificatePaper{
		Lang: r.Lang, Title: w.t("pdf.evidence.title"), Number: w.t("pdf.evidence.envelope", "id", r.Envelope),
		Look: pdf.Look{Accent: look.Accent, Logo: look.Logo, Letter: look.Letter},
		Firm: pdf.Party{Name: r.Firm.Name, Identifiers: r.Firm.Identifiers}, Document: w.document(),
		Signers: w.t("pdf.evidence.signers", "n", len(r.Signers)), Cards: w.cards(), Events: w.events(), Proof: w.proof(), Mentions: w.mentions(),
		Footer: []string{r.Firm.Name}, Created: r.Completed,
	}
}

// certifier writes one certificate.
type certifier struct {
	writer
	zone *time.Location
	r    evidence.Record
}

// facts leaves out what is not known; rows are the end of a key and a value.
func (w certifier) facts(rows ...[2]string) []pdf.Fact {
	list := make([]pdf.Fact, 0, len(rows))
	for _, row := range rows {
		if row[1] != "" {
			list = append(list, pdf.Fact{Label: w.t("pdf.evidence.fact." + row[0]), Value: row[1]})
		}
	}
	return list
}

// utc writes a moment for machines and lawyers: 2026-11-22 10:31:07 UTC.
// It is never broken at a line's end.
func utc(t time.Time) string { return t.UTC().Format("2006-01-02\u00a015:04:05\u00a0UTC") }

// moment writes it in UTC and as the firm's clock showed it.
func (w certifier) moment(t time.Time) string {
	return w.t("pdf.evidence.moment", "utc", utc(t), "local", locale.DateTime(w.lang, t, w.zone), "zone", w.zone.String())
}

func (w certifier) document() pdf.CertificateFacts {
	d := w.r.Document
	contract := strings.TrimSpace(w.r.Contract.Number + " " + w.r.Contract.Title)
	return pdf.CertificateFacts{Heading: w.t("pdf.evidence.document"), Facts: w.facts(
		[2]string{"name", d.Name}, [2]string{"sha256", d.SHA256},
		[2]string{"size", w.t("pdf.evidence.size", "pages", d.Pages, "bytes", locale.Integer(w.lang, d.Size))},
		[2]string{"contract", contract}, [2]string{"completed", w.moment(w.r.Completed)},
	)}
}

func (w certifier) cards() []pdf.SignerCard {
	cards := make([]pdf.SignerCard, 0, len(w.r.Signers))
	for _, s := range w.r.Signers {
		cards = append(cards, pdf.SignerCard{
			Name: s.Name, Detail: joined(s.Role, s.Email, s.Phone), Mark: w.mark(s), Facts: w.facts(
				[2]string{"signed_at", w.moment(s.SignedAt)}, [2]string{"method", w.method(s)},
				[2]string{"address", s.IP}, [2]string{"agent", cut(s.UserAgent, maxAgent)},
				[2]string{"session", s.Session}, [2]string{"language", w.language(s)}, [2]string{"typed", beside(s)},
			),
			Consent: pdf.Fact{Label: w.t("pdf.evidence.consent"), Value: w.t("pdf.evidence.quoted", "text", s.Consent)},
			Foot:    w.t("pdf.evidence.consent_hash", "hash", s.ConsentSHA256),
		})
	}
	return cards
}

// method says how a signer was recognised. In person there is no address of a network to
// claim: operator and machine stand in its place.
func (w certifier) method(s evidence.Signer) string {
	key := "pdf.evidence.method." + string(s.Method)
	if !locale.Has(w.lang, key) {
		return string(s.Method)
	}
	sent := ""
	if !s.SentAt.IsZero() {
		sent = utc(s.SentAt)
	}
	return w.t(key, "at", utc(s.MethodAt), "sent", sent, "email", s.Email, "operator", s.Operator, "device", s.Device)
}

func (w certifier) language(s evidence.Signer) string {
	name := s.Lang
	if key := "pdf.evidence.language." + s.Lang; locale.Has(w.lang, key) {
		name = w.t(key)
	}
	return joined(name, s.Zone)
}

func (w certifier) mark(s evidence.Signer) pdf.SignatureMark {
	if s.Drawn == nil {
		return pdf.SignatureMark{Label: w.t("pdf.evidence.typed"), Typed: s.Typed}
	}
	m := pdf.SignatureMark{Label: w.t("pdf.evidence.drawn"), Typed: s.Typed, PNG: s.Drawn.PNG}
	if strokes, err := s.Drawn.Strokes(); err == nil {
		d := &pdf.Drawing{Width: s.Drawn.Width, Height: s.Drawn.Height}
		for _, x := range strokes {
			line := pdf.Stroke{From: [2]float64{x.From.X, x.From.Y}}
			for _, c := range x.Curves {
				line.Curves = append(line.Curves, [6]float64{c.A.X, c.A.Y, c.B.X, c.B.Y, c.To.X, c.To.Y})
			}
			d.Strokes = append(d.Strokes, line)
		}
		m.Drawing = d
	}
	return m
}

// beside is the name that was typed where the signature was drawn too.
func beside(s evidence.Signer) string {
	if s.Drawn == nil {
		return ""
	}
	return s.Typed
}

// whose names the signer that an event is about, where somebody else caused it: an operator, a
// mail server.
func (w certifier) whose(e evidence.Event) string {
	for _, s := range w.r.Signers {
		if s.ID == e.Signer && s.Name != e.Who {
			return cut(s.Name, 80)
		}
	}
	return ""
}

func (w certifier) events() pdf.StatementSection {
	s := pdf.StatementSection{Heading: w.t("pdf.evidence.events"), First: w.t("pdf.evidence.column.event"),
		Columns: []pdf.StatementColumn{{Head: w.t("pdf.evidence.column.address")}, {Head: w.t("pdf.evidence.column.time"), Right: true}}}
	for _, e := range w.r.Events {
		what := e.Kind
		if key := "pdf.evidence.event." + e.Kind; locale.Has(w.lang, key) {
			what = w.t(key)
		}
		s.Rows = append(s.Rows, pdf.StatementRow{Title: fmt.Sprintf("%d. %s", e.N, what), Detail: joined(w.whose(e), cut(e.Who, 80), detail(e)), Cells: []string{cut(e.IP, 64), utc(e.At)}})
	}
	return s
}

// detail is what else is known of an event; the hash of a consent stands whole beside its signer.
func detail(e evidence.Event) string {
	if e.Kind == evidence.Consented {
		return cut(e.Detail, 17)
	}
	return cut(e.Detail, maxDetail)
}

// proof are the hashes that tie this page to evidence.json.
func (w certifier) proof() pdf.CertificateFacts {
	last := evidence.Root(w.r.Envelope)
	if n := len(w.r.Events); n > 0 {
		last = w.r.Events[n-1].Hash
	}
	return pdf.CertificateFacts{Heading: w.t("pdf.evidence.proof"), Facts: w.facts(
		[2]string{"last_event", last}, [2]string{"digest", w.r.Digest},
		[2]string{"versions", w.t("pdf.evidence.versions", "program", w.r.Program, "texts", w.r.Texts)},
	)}
}

// mentions say what these signatures are worth, by whose law, and what the seal adds.
func (w certifier) mentions() []string {
	law := "pdf.evidence.law.other"
	switch w.r.Firm.Country {
	case "FR", "GP", "MQ", "GF", "RE", "YT":
		law = "pdf.evidence.law.fr"
	case "CA":
		law = "pdf.evidence.law.ca"
	}
	firm := w.r.Firm.Name
	return []string{w.t(law), w.t("pdf.evidence.seal", "firm", firm), w.t("pdf.evidence.clock", "firm", firm), w.t("pdf.evidence.attached", "file", "evidence.json")}
}

func joined(parts ...string) string {
	list := []string{}
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, " · ")
}

// cut shortens what a stranger's program may have made endless.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
