package app

import (
	"context"
	"io"
	"time"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/edge/paper"
	"comptoir/edge/seal"
	"comptoir/office/company"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// sealer is what the room of signatures asks for: it looks at papers, draws their certificate
// and seals them (signing.Sealer).
type sealer struct {
	keys    *seal.Keys
	printer *paper.Printer
	company *company.Service
	clock   func() time.Time
}

// sealer gives the house's own.
func (h *House) sealer(printer *paper.Printer, clock func() time.Time) signing.Sealer {
	if clock == nil {
		clock = time.Now
	}
	return sealer{keys: seal.NewKeys(company.NewSecrets(h.DB), h.Keys, h.Folder), printer: printer, company: h.Company, clock: clock}
}

// Inspect tells whether a file can be signed and how many pages it has.
func (s sealer) Inspect(r io.ReaderAt, size int64) (int, error) {
	info, err := seal.Inspect(r, size)
	return info.Pages, err
}

// Seal writes the sealed paper of a closed record and gives the fingerprint of the firm's
// certificate.
func (s sealer) Seal(ctx context.Context, w io.Writer, original io.ReaderAt, size int64, r evidence.Record) (string, error) {
	firm, err := s.company.Firm(ctx, actor.Machine())
	if err != nil {
		return "", err
	}
	_, logo, err := s.company.Logo(ctx)
	if err != nil {
		return "", err
	}
	certificate, err := s.printer.Certificate(ctx, r, paper.CertificateLook{Accent: firm.Accent, Logo: logo, Letter: firm.PaperSize == "Letter"})
	if err != nil {
		return "", err
	}
	now := s.clock()
	identity, err := s.keys.Identity(ctx, firm.Name, now)
	if err != nil {
		return "", err
	}
	done, err := seal.Complete(w, seal.Order{Original: original, Size: size, Record: r, Certificate: certificate, Identity: identity, At: now})
	return done.Fingerprint, err
}

// Verify tells what a file is, in words.
func (s sealer) Verify(ctx context.Context, lang string, r io.ReaderAt, size int64) (signing.Verdict, error) {
	known, err := s.keys.Known(ctx)
	if err != nil && len(known) == 0 { // a mirror that cannot be written takes nothing away
		return signing.Verdict{}, err
	}
	report := seal.Verify(r, size, known)
	v := signing.Verdict{Verdict: string(report.Verdict), Title: locale.T(lang, "common.seal.verdict."+string(report.Verdict), nil), SealedAt: report.SealedAt, Record: report.Record, Checks: []signing.VerifyCheck{}}
	if report.Certificate != nil {
		v.Certificate = report.Certificate.Subject
	}
	for _, c := range report.Checks {
		v.Checks = append(v.Checks, signing.VerifyCheck{Name: c.Name, Label: locale.T(lang, "common.seal.check."+c.Name, nil), State: string(c.State), Reason: c.Text(lang)})
	}
	return v, nil
}
