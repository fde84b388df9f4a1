package signing

import (
	"comptoir/core/locale"
	"comptoir/rules/evidence"
)

// ConsentVersion names the text that signers accept: its words are those of the texts
// common.consent.<version>, which never change once they went out. New words are a new version.
const ConsentVersion = "1"

// ConsentOf gives the text that a signer of so many documents accepts, in a language, as it is
// shown and kept.
func ConsentOf(lang string, documents int) Consent {
	text := locale.T(lang, "common.consent.1", map[string]any{"n": documents})
	return Consent{Version: ConsentVersion, Language: locale.Of(lang), Text: text, SHA256: evidence.Sum(text)}
}
