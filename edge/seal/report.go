package seal

import (
	"crypto/x509"
	"strconv"
	"time"

	"comptoir/core/locale"
	"comptoir/rules/evidence"
)

// Known are the certificates that a firm sealed with.
type Known = []*x509.Certificate

// State is the outcome of one check.
type State string

// Outcomes.
const (
	OK      State = "ok"
	Failed  State = "failed"
	Unknown State = "unknown"
)

// Verdict is the outcome of all of them.
type Verdict string

// Verdicts. Unsealed: a PDF, or any file, without a seal of this program.
const (
	Intact       Verdict = "sealed"   // everything holds, and the certificate is one of the firm's
	Unrecognised Verdict = "unknown"  // everything holds, but whose certificate it is is not known here
	Altered      Verdict = "altered"  // changed since it was sealed
	Unsealed     Verdict = "unsealed" // nothing to verify
)

// Check is one thing that was verified. Key is the text that says what was found.
type Check struct {
	Name  string `json:"name"` // file, seal, whole, certificate, document, evidence
	State State  `json:"state"`
	Key   string `json:"key"`
	Args  []Arg  `json:"args,omitempty"`
}

// Arg is a value in a check's text.
type Arg struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Text says in words what was found.
func (c Check) Text(lang locale.Lang) string {
	args := map[string]any{}
	for _, a := range c.Args {
		args[a.Name] = a.Value
		if n, err := strconv.ParseInt(a.Value, 10, 64); err == nil && a.Name != "name" {
			args[a.Name] = n
		}
	}
	return locale.T(lang, c.Key, args)
}

// Report is what Verify found. Certificate and Record are nil where they could not be read;
// what they say is proven only when the verdict is Intact.
type Report struct {
	Verdict     Verdict          `json:"verdict"`
	Checks      []Check          `json:"checks"`
	Certificate *Certificate     `json:"certificate,omitempty"`
	SealedAt    time.Time        `json:"sealed_at,omitzero"` // by the firm's own clock
	Record      *evidence.Record `json:"record,omitempty"`
	Pages       int              `json:"pages,omitempty"`
}
