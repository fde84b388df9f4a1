package billing

import (
	"fmt"
	"strings"
	"unicode"

	"comptoir/core/ident"
	"comptoir/core/money"
)

// Transfer is a SEPA transfer as its QR code asks for it (EPC069-12, RF §7.3).
type Transfer struct {
	Name      string // of the creditor; cut at 70 characters
	IBAN      string
	BIC       string // may be empty within SEPA
	Amount    money.Amount
	Reference string // ISO 11649 (RF…): structured; excludes Text
	Text      string // unstructured; cut at 140 characters
	Note      string // shown to the payer; cut at 70 characters
}

// Limits of EPC069-12.
const (
	epcMaxMinor = 99_999_999_999
	epcMaxBytes = 331
)

// EPC gives the payload of the transfer's QR code (error level M, version 13 at most).
// ok is false when there can be no such code: another currency than the euro, an amount
// out of range, no right IBAN, no name.
func EPC(t Transfer) (payload string, ok bool) {
	iban, err := ident.CheckIBAN(t.IBAN)
	name := epcText(t.Name, 70)
	if err != nil || name == "" || t.Amount.Currency != "EUR" || t.Amount.Minor < 1 || t.Amount.Minor > epcMaxMinor {
		return "", false
	}
	bic := ""
	if t.BIC != "" {
		if bic, err = ident.CheckBIC(t.BIC); err != nil {
			return "", false
		}
	}
	reference, text := "", epcText(t.Text, 140)
	if t.Reference != "" {
		if reference, err = ident.CheckRF(t.Reference); err != nil {
			return "", false
		}
		text = ""
	}
	payload = epcLines(name, iban, bic, t.Amount.Minor, reference, text, epcText(t.Note, 70))
	if len(payload) > epcMaxBytes && t.Note != "" { // accents take two bytes: the note is the first to go
		payload = epcLines(name, iban, bic, t.Amount.Minor, reference, text, "")
	}
	return payload, len(payload) <= epcMaxBytes
}

func epcLines(name, iban, bic string, minor int64, reference, text, note string) string {
	amount := fmt.Sprintf("EUR%d.%02d", minor/100, minor%100)
	lines := []string{"BCD", "002", "1", "SCT", bic, name, iban, amount, "", reference, text, note}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// epcText puts a text on one line and cuts it at max characters.
func epcText(s string, limit int) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit]))
	}
	return s
}
