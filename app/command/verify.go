package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"comptoir/app"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/edge/seal"
)

// verify proves a sealed document, without opening a company: 0 when nothing was changed, 1
// when something was or there is no seal. Without the company's folder the certificate stays
// unknown, which is said and is no fault of the file.
func (l *line) verify() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "verify FILE", Short: l.t("cli.verify"), Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error {
		report, err := l.verifyFile(args[0])
		if err != nil {
			return err
		}
		if asJSON {
			err = json.NewEncoder(l.Out).Encode(report)
		} else {
			l.tellVerify(report)
		}
		if err == nil && (report.Verdict == seal.Altered || report.Verdict == seal.Unsealed) {
			_, _ = fmt.Fprintln(l.Err, l.t("common.seal.verdict."+string(report.Verdict)))
			return errSaid{errors.New("not intact")}
		}
		return err
	}}
	c.Flags().BoolVar(&asJSON, "json", false, l.t("cli.flag.json"))
	return c
}

// verifyFile takes the certificates of the folder that was named, else of the one in use.
func (l *line) verifyFile(path string) (seal.Report, error) {
	if l.data != "" {
		return app.VerifyFile(path, l.data)
	}
	report, err := app.VerifyFile(path, l.app(app.PortalOff).FolderInUse())
	if f, ok := fault.As(err); ok && f.Key == app.ErrMissing.Key {
		return app.VerifyFile(path, "")
	}
	return report, err
}

// tellVerify prints what was found. Names in a file are those that a stranger may have given it: each
// stands on its line, with nothing that a terminal would obey.
func (l *line) tellVerify(r seal.Report) {
	say := func(found string) { _, _ = fmt.Fprintln(l.Out, text.Line(found)) }
	if r.Verdict != seal.Altered && r.Verdict != seal.Unsealed {
		say(l.t("common.seal.verdict." + string(r.Verdict)))
	}
	marks := map[seal.State]string{seal.OK: "✓", seal.Failed: "✗", seal.Unknown: "?"}
	for _, c := range r.Checks {
		say(marks[c.State] + " " + l.t("cli.verify.check", "name", l.t("common.seal.check."+c.Name), "text", c.Text(l.lang)))
	}
	if !r.SealedAt.IsZero() {
		say(l.t("cli.verify.sealed_at", "date", locale.DateTime(l.lang, r.SealedAt, time.UTC)))
	}
	if r.Record != nil {
		for _, s := range r.Record.Signers {
			say(l.t("cli.verify.signed", "name", s.Name, "date", locale.DateTime(l.lang, s.SignedAt, time.UTC)))
		}
	}
	if r.Certificate != nil {
		say(l.t("cli.verify.certificate", "name", r.Certificate.Subject, "fingerprint", r.Certificate.Fingerprint))
	}
}
